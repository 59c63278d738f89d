"""What an exported file holds: both languages, every metric and period, one or more themes.

A *theme* is what lies over the parks: nothing, a layout, an industry, the projects. The file holds
each datum once: what the themes share is beside them, what the languages share is not repeated
(`layers.packing`), and a choropleth is only what it adds to the parks. The page puts together
what it shows (``layers/assets/compose.js``).
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd

from geo.errors import LANGUAGES, unknown
from geo.plans import Plans
from layers.i18n import catalogue
from layers.imprint import Imprint
from layers.map_view import MapView, build_map, checked
from layers.packing import merge, speak
from layers.parks import ParksLayer
from layers.schemes import load_schemes
from layers.schemes.industry import tags_in_use
from layers.stops import told
from layers.table import table

PARKS = "parks"
PROJECTS = "projects"
INDUSTRY = "industry:"  # before an industry's id
# Rooms of words that only a file needs.
ROOMS = ("file.", "tool.", "present.", "sheet.")
_OWN = ("title", "subtitle", "fit", "sources", "legend", "layers")  # every theme has its own


def document(
    view: MapView,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    imprint: Imprint,
    stops: tuple[str, ...] = (),
) -> dict:
    """Return everything one file shows, JSON-able, both languages in one tree.

    Parameters
    ----------
    view : MapView
        What the file shows first.
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    imprint : Imprint
    stops : tuple of str
        What the presentation steps through: ids of parks and themes; without any, the theme of the
        view and the parks shown.

    Returns
    -------
    dict
        The keys of `layers.map_view.payload` that all themes share, and ``langs``; ``themes``:
        ``id, kind, label`` and the payload's other keys; ``choropleths`` by metric and period;
        ``start``: ``lang, theme, metric, period, park, element``; ``stops`` as of `layers.stops`;
        ``imprint``; ``table`` as of `layers.table`.

    Raises
    ------
    AtlasError
        As of `layers.map_view.payload`, and for a stop that is neither a park shown nor a theme.
    """
    view = checked(view, plans)
    views = _themes(view, plans, stops)
    spoken = {lang: _in_one_language(lang, view, views, plans, boundaries) for lang in LANGUAGES}
    named = {lang: _named(imprint, spoken[lang], lang) for lang in LANGUAGES}
    return merge(*(named[lang] for lang in LANGUAGES)) | {
        "langs": list(LANGUAGES),
        "start": {
            "lang": view.lang, "theme": _id(view), "metric": view.metric, "period": view.period,
            "park": view.selected, "element": view.element,
        },
        "stops": merge(
            *(
                told(_stops(view, views, plans, stops), spoken[lang]["table"], plans, lang)
                for lang in LANGUAGES
            )
        ),
    }  # fmt: skip


def opening_title(data: dict, lang: str) -> str:
    """Return the title of what a document shows first."""
    data, start = speak(data, lang), data["start"]
    theme = next(one for one in data["themes"] if one["id"] == start["theme"])
    sketched = theme["kind"] in ("scheme", "industry")
    if theme["own_title"] or sketched or start["metric"] is None:
        return theme["title"]
    return next(
        one["title"]
        for one in data["choropleths"]
        if (one["metric"], one["period"]) == (start["metric"], start["period"])
    )


def _id(view: MapView) -> str:
    """Return the id of a view's theme."""
    if view.scheme is not None:
        return view.scheme
    if view.industry is not None:
        return INDUSTRY + view.industry
    return PROJECTS if view.projects else PARKS


def _kind(view: MapView) -> str:
    """Return what kind of theme a view has."""
    if view.scheme is not None:
        return "scheme"
    if view.industry is not None:
        return "industry"
    return PROJECTS if view.projects else PARKS


def _shown(view: MapView, plans: Plans) -> tuple[str, ...]:
    """Return the ids of the parks of a view."""
    return tuple(park for park in plans.parks if view.parks is None or park in view.parks)


def _plain(view: MapView) -> MapView:
    """Return a view of nothing but the parks, not coloured."""
    return replace(
        view, metric=None, period=None, scheme=None, industry=None, plan_period=None,
        projects=False, element=None, selected=None,
    )  # fmt: skip


def _themes(view: MapView, plans: Plans, stops: tuple[str, ...]) -> dict[str, MapView]:
    """Return the views of the file's themes by id, first the one shown first, then the stops'."""
    schemes = load_schemes(plans=plans)
    industries = [INDUSTRY + tag for tag in tags_in_use(plans, schemes)]
    shown = _shown(view, plans)
    known = [*shown, PARKS, PROJECTS, *schemes, *industries]
    plain = _plain(view)
    themes = {_id(view): replace(view, metric=None, period=None)}
    for stop in stops:
        if stop not in known:
            raise unknown("stop", "演示步骤", stop, known)
        if stop in plans.parks or stop in themes:
            continue
        themes[stop] = replace(
            plain,
            scheme=stop if stop in schemes else None,
            industry=stop.removeprefix(INDUSTRY) if stop in industries else None,
            projects=stop == PROJECTS,
        )
    return themes


def _stops(
    view: MapView, views: dict[str, MapView], plans: Plans, stops: tuple[str, ...]
) -> list[dict]:
    """Return what the presentation steps through."""
    shown = _shown(view, plans)
    return [
        {"kind": "theme" if stop in views else "park", "id": stop}
        for stop in stops or (_id(view), *shown)
    ]


def _in_one_language(
    lang: str,
    view: MapView,
    views: dict[str, MapView],
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
) -> dict:
    """Return the document in one language, before the imprint."""
    made = {
        name: build_map(replace(one, lang=lang), plans, boundaries).payload()
        for name, one in views.items()
    }
    first, *others = made.values()
    shared = {
        key: value
        for key, value in first.items()
        if key not in _OWN and all(key in other and other[key] == value for other in others)
    }
    words = {key: text for key, text in catalogue(lang).items() if key.startswith(ROOMS)}
    # A document has no selection of its own: `start` has.
    for key in ("selected", "element", "choropleth"):
        shared.pop(key, None)
    return shared | {
        "words": shared["words"] | words,
        "themes": [
            {
                "id": name,
                "kind": _kind(views[name]),
                "label": own["title"],
                **{
                    key: value
                    for key, value in own.items()
                    if key not in shared and key not in ("selected", "element", "choropleth")
                },
            }
            for name, own in made.items()
        ],
        "choropleths": _choropleths(lang, view, plans, boundaries),
        "table": table(plans, boundaries, lang, _shown(view, plans)),
    }


def _choropleths(
    lang: str, view: MapView, plans: Plans, boundaries: gpd.GeoDataFrame
) -> list[dict]:
    """Return what every metric in every period adds to the parks."""
    shown = _shown(view, plans)
    layers = (
        ParksLayer(plans, boundaries, lang, shown, metric, period)
        for metric in plans.mapped_metrics()
        for period in plans.periods(metric)
    )
    return [layer.choropleth() for layer in layers]


def _named(imprint: Imprint, data: dict, lang: str) -> dict:
    """Return a document with its imprint; a title of its own is that of the first theme."""
    first, *others = data["themes"]
    own = {
        "own_title": bool(imprint.title),
        "own_subtitle": bool(imprint.subtitle),
        **({"title": imprint.title, "label": imprint.title} if imprint.title else {}),
        **({"subtitle": imprint.subtitle} if imprint.subtitle else {}),
    }
    none = {"own_title": False, "own_subtitle": False}
    themes = [first | own, *(other | none for other in others)]
    return data | {"themes": themes} | imprint.payload_part(lang)
