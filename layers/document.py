"""What an exported file holds: both languages, every metric and period, one or more themes.

A *theme* is what lies over the parks: nothing, a layout, an industry, the projects. The file holds
each datum once: what the themes share is beside them, what the languages share is not repeated
(`layers.packing`), and a choropleth is only what it adds to the parks. The page puts together
what it shows (``layers/assets/compose.js``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd

from geo.errors import LANGUAGES, unknown
from geo.plans import Plans, Source
from layers.i18n import catalogue
from layers.imprint import Imprint
from layers.map_view import AtlasMap, MapView, Sketch, build_map, checked, sketch_of
from layers.packing import merge, speak
from layers.parks import ParksLayer
from layers.schemes import Scheme, load_schemes
from layers.schemes.industry import tags_in_use
from layers.stops import told
from layers.table import Table

PARKS = "parks"
PROJECTS = "projects"
INDUSTRY = "industry:"  # before an industry's id
# Rooms of words that only a file needs.
ROOMS = ("file.", "tool.", "present.", "sheet.")
_OWN = ("title", "subtitle", "fit", "sources", "legend", "layers")  # every theme has its own
_STARTS = ("selected", "element", "choropleth")  # of a payload; a document says it in ``start``


def document(
    view: MapView,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    imprint: Imprint,
    stops: tuple[str, ...] = (),
    schemes: Mapping[str, Scheme] | None = None,
    home: str = "",
    paper: str = "A4",
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
    schemes : mapping of Scheme, optional
        As of `layers.schemes.load_schemes`; read when not given.
    home : str
        Relative address of the index of the set that the file is one of; empty for none.
    paper : str
        What the file is printed on unless its reader chooses another: "A4" or "A3".

    Returns
    -------
    dict
        The keys of `layers.map_view.payload` that all themes share, and ``langs``; ``themes``:
        ``id, kind, label`` and the payload's other keys; ``choropleths`` by metric and period;
        ``start``: ``lang, theme, metric, period, park, element``; ``stops`` as of `layers.stops`;
        ``imprint``; ``table`` as of `layers.table`; ``home``; ``paper``. A theme has ``cited`` as
        a choropleth does: the short names of its documents.

    Raises
    ------
    AtlasError
        As of `layers.map_view.payload`, and for a stop that is neither a park shown nor a theme.
    """
    schemes = load_schemes(plans=plans) if schemes is None else schemes
    file = _File(checked(view, plans), plans, boundaries, imprint, stops, schemes)
    return file.content() | {"home": home, "paper": paper}


def theme_ids(plans: Plans, schemes: Mapping[str, Scheme]) -> list[str]:
    """Return the ids of what can lie over the parks: nothing, projects, layouts, industries.

    Parameters
    ----------
    plans : geo.plans.Plans
    schemes : mapping of Scheme
        As of `layers.schemes.load_schemes`.
    """
    industries = (INDUSTRY + tag for tag in tags_in_use(plans, schemes))
    return [PARKS, PROJECTS, *schemes, *industries]


def opening_title(data: dict, lang: str) -> str:
    """Return the title of what a document shows first."""
    data, start = speak(data, lang), data["start"]
    theme = next(one for one in data["themes"] if one["id"] == start["theme"])
    if theme["own_title"] or theme["kind"] != PARKS or start["metric"] is None:
        return theme["title"]
    return next(
        one["title"]
        for one in data["choropleths"]
        if (one["metric"], one["period"]) == (start["metric"], start["period"])
    )


@dataclass(frozen=True)
class _File:
    """One file in the making; the parameters are those of `document`."""

    view: MapView
    plans: Plans
    boundaries: gpd.GeoDataFrame
    imprint: Imprint
    asked: tuple[str, ...]
    schemes: Mapping[str, Scheme]

    def content(self) -> dict:
        """Return the document."""
        view = self.view
        return merge(*(self._spoken(lang) for lang in LANGUAGES)) | {
            "langs": list(LANGUAGES),
            "start": {
                "lang": view.lang, "theme": _id(view), "metric": view.metric,
                "period": view.period, "park": view.selected, "element": view.element,
            },
        }  # fmt: skip

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Ids of the parks of the view."""
        wanted = self.view.parks
        return tuple(park for park in self.plans.parks if wanted is None or park in wanted)

    @cached_property
    def themes(self) -> dict[str, MapView]:
        """The views of the themes by id, first the one shown first, then those of the stops."""
        known = [*self.shown, *theme_ids(self.plans, self.schemes)]
        themes = {_id(self.view): replace(self.view, metric=None, period=None)}
        for stop in self.asked:
            if stop not in known:
                raise unknown("stop", "演示步骤", stop, known)
            if stop not in self.plans.parks and stop not in themes:
                themes[stop] = self._theme(stop)
        return themes

    def _theme(self, name: str) -> MapView:
        """Return the view of a theme by its id."""
        return MapView(
            lang=self.view.lang,
            metric=None,
            parks=self.view.parks,
            scheme=name if name in self.schemes else None,
            industry=name.removeprefix(INDUSTRY) if name.startswith(INDUSTRY) else None,
            projects=name == PROJECTS,
            note=self.view.note,
            unit=self.view.unit,
        )

    @cached_property
    def _sketches(self) -> dict[str, Sketch | None]:
        """The themes' layouts, built once for both languages."""
        return {
            name: sketch_of(view, self.plans, self.boundaries, self.schemes)
            for name, view in self.themes.items()
        }

    def _stops(self) -> list[dict]:
        """Return what the presentation steps through: ``kind, id``."""
        return [
            {"kind": "theme" if stop in self.themes else "park", "id": stop}
            for stop in self.asked or (_id(self.view), *self.shown)
        ]

    def _spoken(self, lang: str) -> dict:
        """Return the document in one language."""
        maps = {
            name: build_map(
                replace(view, lang=lang),
                self.plans,
                self.boundaries,
                self.schemes,
                self._sketches[name],
            )
            for name, view in self.themes.items()
        }
        made = {
            name: atlas.payload() | {"cited": _cited(atlas, lang)} for name, atlas in maps.items()
        }
        shared = _shared(list(made.values()))
        words = {key: text for key, text in catalogue(lang).items() if key.startswith(ROOMS)}
        figures = Table(self.plans, self.boundaries, lang, self.shown, self.view.unit)
        return {
            **shared,
            **self.imprint.payload_part(lang),
            "words": shared["words"] | words,
            "themes": [self._own(name, payload, shared) for name, payload in made.items()],
            "choropleths": self._choropleths(lang),
            "table": figures.content,
            "stops": told(self._stops(), figures, self.plans, self.schemes, lang),
        }

    def _own(self, name: str, payload: dict, shared: dict) -> dict:
        """Return a theme with what it does not share; the first one may have titles of its own."""
        first = name == _id(self.view)
        title = self.imprint.text("title", payload["lang"]) if first else ""
        subtitle = self.imprint.text("subtitle", payload["lang"]) if first else ""
        own = {
            key: value
            for key, value in payload.items()
            # A layout may need the cards of more parks than are shown.
            if key not in _STARTS and (key not in shared or shared[key] != value)
        }
        return own | {
            "id": name,
            "kind": _kind(self.themes[name]),
            "title": title or payload["title"],
            "subtitle": subtitle or payload["subtitle"],
            "label": title or payload["title"],
            "own_title": bool(title),
            "own_subtitle": bool(subtitle),
        }

    def _choropleths(self, lang: str) -> list[dict]:
        """Return what every metric in every period adds to the parks."""
        return [
            ParksLayer(
                self.plans, self.boundaries, lang, self.shown, metric, period, unit=self.view.unit
            ).choropleth()
            for metric in self.plans.mapped_metrics()
            for period in self.plans.periods(metric)
        ]


def _cited(atlas: AtlasMap, lang: str) -> list[str]:
    """Return the short names of the documents of what lies over the parks, else of the parks'."""
    sketch, projects, parks = map(atlas.layer, ("scheme", "projects", "parks"))
    plans = parks.plans
    if sketch is not None:
        return _short((plans.sources[one] for one in sketch.source_ids), lang)
    if projects is not None:
        return _short((project.source for project in projects.projects), lang)
    stated = parks.boundaries.loc[parks.zones].get("source_id", [])
    return _short((plans.sources[one] for one in stated if one in plans.sources), lang)


def _short(sources: Iterable[Source], lang: str) -> list[str]:
    """Return the short names of documents, each once."""
    return list(dict.fromkeys(source.short(lang) for source in sources))


def _shared(payloads: list[dict]) -> dict:
    """Return what all themes have alike, and the cards of every one of them."""
    first, *others = payloads
    alike = {
        key: value
        for key, value in first.items()
        if key not in (*_OWN, *_STARTS)
        and all(key in other and other[key] == value for other in others)
    }
    cards = {park: card for payload in payloads for park, card in payload["cards"].items()}
    return alike | {"cards": cards}


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
    return "industry" if view.industry is not None else _id(view)
