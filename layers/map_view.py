"""One map: what it shows, and the payload that the page draws it from.

`AtlasMap` is a folium map whose children are the layers of this package. It pulls nothing from a
CDN: its page (`layers.page`) holds Leaflet, our own script, style and basemap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import folium
import geopandas as gpd
import numpy as np
from branca.element import Element as Child
from branca.element import Figure

from geo.errors import LANGUAGES, AtlasError, unknown
from geo.plans import Plans
from layers.basemap import BasemapLayer
from layers.geometry import SCALE, bounds
from layers.i18n import catalogue, listed, t
from layers.legend import Legend
from layers.parks import ParksLayer
from layers.projects import ProjectsLayer
from layers.schemes import Element, Scheme, build_scheme, build_schemes, get_scheme, load_schemes
from layers.schemes.lens import Lens, check_period, latest, lens
from layers.schemes.sketches import SketchLayer

HTML_LANG = {"zh": "zh-Hans", "en": "en"}
LEAST_SPAN = (0.09, 0.15)  # degrees of latitude and longitude: some 10 and 14 km
# Words with places for values that the page fills in itself.
TEMPLATES = (
    "map.aria.park", "map.label.joint", "map.tip.hint", "map.tip.none", "map.tip.shared",
    "map.tip.value",
)  # fmt: skip
MINHANG = [[30.976, 121.24], [31.26, 121.575]]  # shown when there is nothing else to show


@dataclass(frozen=True)
class MapView:
    """What one map shows.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    metric : str or None
        What to colour the parks by; None for outlines only.
    period : str or None
        None for the metric's latest.
    parks : tuple of str or None
        Ids of the parks shown; None for all.
    scheme : str or None
        Layout scheme to lay over the parks.
    projects : bool
        Lay the plans' key projects over the parks.
    industry, plan_period : str or None
        Lay, in the place of a scheme, what carries an industry in the plans of a period over the
        parks; without a period the latest in which a plan names a carrier.
    element : str or None
        Element whose card is open.
    link : str
        Maps of one name move together; empty for none.
    selected : str or None
        Park whose card is open.
    note : str
        What else the subtitle says, such as the filters; empty for nothing.
    unit : str
        What land is shown in: one of `layers.units.UNITS`; "mu" is as the documents print it.
    """

    lang: str = "zh"
    metric: str | None = "land_mu"
    period: str | None = None
    parks: tuple[str, ...] | None = None
    scheme: str | None = None
    industry: str | None = None
    plan_period: str | None = None
    element: str | None = None
    link: str = ""
    projects: bool = False
    selected: str | None = None
    note: str = ""
    unit: str = "mu"


class AtlasFigure(Figure):
    """The page around an `AtlasMap`; renders to the same bytes for the same map."""

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002
        """Return the page as HTML: of this one view, without the choices of an exported file."""
        # The page is made of maps; only a map that is saved by itself needs its page.
        from layers.page import page_html

        (atlas,) = self._children.values()
        data = atlas.payload()
        return page_html(data["lang"], data["title"], data)


class AtlasMap(folium.Map):
    """A folium map of our own layers, without folium's scripts and styles from elsewhere.

    Parameters
    ----------
    view : MapView
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, view: MapView) -> None:
        super().__init__(tiles=None, location=[31.1, 121.4])
        self._name = "AtlasMap"
        self.view = view
        AtlasFigure().add_child(self, name="map")

    def payload(self) -> dict:
        """Return what the page draws, gathered from the layers.

        Raises
        ------
        AtlasError
            When a child is not a layer of this package: it would be lost, or pull in files from
            elsewhere.
        """
        data: dict[str, Any] = {"layers": [], "sources": []}
        for child in self._children.values():
            _check_child(child)
            for key, value in child.payload_part().items():
                # Lists that several layers feed are joined; everything else has one owner.
                data[key] = data[key] + value if key in ("layers", "sources") else value
        return data | self.frame()

    def layer(self, name: str) -> Element | None:
        """Return a layer by the name it was added with ("scheme", "parks", "projects"), or None."""
        return self._children.get(name)

    def frame(self) -> dict:
        """Return what is around the layers: titles, words, extent, selection."""
        return _frame(self.view, self._children)


def _check_child(child: Child) -> None:
    """Raise for a child that is not ours."""
    if hasattr(child, "payload_part"):
        return
    name = type(child).__name__
    remote = [url for _, url in getattr(child, "default_js", []) if "//" in url]
    more = f" ({remote[0]})" if remote else ""
    raise AtlasError(
        en=f"the offline map cannot hold folium's {name}{more}; use the layers of this package",
        zh=f"离线地图不能包含 folium 的 {name}{more}；请使用本项目的图层",
    )


def build_map(
    view: MapView,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    schemes: Mapping[str, Scheme] | None = None,
    sketch: Sketch | None = None,
) -> AtlasMap:
    """Return the map of a view with its layers.

    Parameters
    ----------
    view : MapView
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    schemes : mapping of Scheme, optional
        As of `layers.schemes.load_schemes`; read when they are needed and not given.
    sketch : Sketch, optional
        As of `sketch_of` this view; built when it is needed and not given.

    Raises
    ------
    AtlasError
        For an unknown language, metric, period, park, scheme, industry or plan period, listing the
        known ones; for a scheme and an industry at once.
    """
    view = checked(view, plans)
    atlas = AtlasMap(view)
    shown = tuple(p for p in plans.parks if view.parks is None or p in view.parks)
    built = sketch or sketch_of(view, plans, boundaries, schemes)
    over = built and SketchLayer(built.scheme, built.elements, plans, view.lang, built.lens)
    below = _below(over, plans) if over else {}
    below["unit"] = view.unit
    parks = ParksLayer(plans, boundaries, view.lang, shown, view.metric, view.period, **below)
    if over is not None:
        atlas.add_child(over, name="scheme")
    atlas.add_child(parks, name="parks")
    if view.projects:
        # Of some parks only, their projects; of all, every one, also those of no park.
        every = len(shown) == len(plans.parks)
        wanted = [p for p in plans.projects if every or p.park_id in shown]
        projects = ProjectsLayer(wanted, plans, boundaries, view.lang)
        atlas.add_child(projects, name="projects")
    atlas.add_child(BasemapLayer(view.lang), name="basemap")
    atlas.add_child(Legend(parks, over, view.lang), name="legend")
    return atlas


class Sketch(NamedTuple):
    """A layout, or the carriers of an industry, as built: the same in every language."""

    scheme: Scheme
    elements: list[Element]
    lens: Lens | None = None


def sketch_of(
    view: MapView,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    schemes: Mapping[str, Scheme] | None = None,
) -> Sketch | None:
    """Return the view's layout or industry, None when it has neither; see `build_map`."""
    if view.scheme is None and view.industry is None:
        return None
    schemes = load_schemes(plans=plans) if schemes is None else schemes
    if view.industry is None:
        scheme = get_scheme(view.scheme, schemes)
        return Sketch(scheme, build_scheme(scheme, boundaries))
    period = view.plan_period or latest(view.industry, plans, schemes)
    wanted = [s for s in schemes.values() if plans.sources[s.source_id].period == period]
    built = dict(zip((s.id for s in wanted), build_schemes(wanted, boundaries), strict=True))
    seen = lens(view.industry, period, plans, schemes, built)
    return Sketch(seen.scheme, seen.elements, seen)


def _below(sketch: SketchLayer, plans: Plans) -> dict[str, Any]:
    """Return how the parks lie below a layout: in full only where that is of them."""
    every = {zone for park in plans.parks.values() for zone in park.zones}
    faint = every - sketch.zones()
    return {"carded": sketch.parks(), "faint": faint, "drawn": sketch.drawn()}


def checked(view: MapView, plans: Plans) -> MapView:
    """Return the view with its period filled in.

    Raises
    ------
    AtlasError
        For what is not known, listing what is; for a scheme and an industry at once.
    """
    if view.lang not in LANGUAGES:
        raise unknown("language", "语言", view.lang, list(LANGUAGES))
    for park in [*(view.parks or ()), *([view.selected] if view.selected else [])]:
        plans.park(park)
    if view.scheme is not None and view.industry is not None:
        raise AtlasError(
            en="a map shows a layout or an industry, not both", zh="一张图只能有布局或产业之一"
        )
    if view.plan_period is not None:
        check_period(view.plan_period, plans)
    if view.metric is None:
        return view
    periods = plans.periods(view.metric)
    period = view.period or plans.latest_period(view.metric)
    if period not in periods:
        raise unknown("year", "年份", period, periods)
    return replace(view, period=period)


def _frame(view: MapView, children: dict[str, Child]) -> dict:
    """Return what is around the layers: titles, words, extent, selection."""
    lang, sketch, parks = view.lang, children.get("scheme"), children["parks"]
    shapes = list(parks.boundaries.loc[parks.zones].geometry)
    if sketch is not None:
        # A lens is also of parks; a layout may name things that nothing places.
        shapes = sketch.shapes() + (shapes if view.industry or not sketch.shapes() else [])
    if "projects" in children:
        shapes += children["projects"].anchors()
    extent = bounds(shapes) or MINHANG
    fit = (sketch.scheme.id if sketch else "parks") + ("+projects" if view.projects else "")
    title, subtitle = _titles(view, sketch)
    return {
        **furniture(lang),
        "fit": {
            "key": fit,
            "bounds": _wide(extent) if sketch else extent,
        },
        "title": title,
        "subtitle": subtitle,
        "note": view.note,
        "periods": _periods(children, lang),
        "selected": view.selected,
        "element": view.element,
        **({"link": view.link} if view.link else {}),
    }


def _periods(children: dict[str, Child], lang: str) -> list[str]:
    """Return the plan periods of what lies over the parks; a choropleth tells its own."""
    found = []
    if "scheme" in children:
        sketch = children["scheme"]
        found = [sketch.plans.sources[one].period for one in sketch.source_ids]
    if "projects" in children:
        found += [project.source.period for project in children["projects"].projects]
    return [
        t("map.plan_period", lang, period=period.replace("-", "–"))
        for period in dict.fromkeys(found)
        if period
    ]


def _wide(box: list[list[float]]) -> list[list[float]]:
    """Return an extent, widened about its middle where it is too small to find one's way in."""
    low, high = np.array(box)
    more = np.maximum(0, np.array(LEAST_SPAN) - (high - low)) / 2
    return np.round([low - more, high + more], 4).tolist()


def furniture(lang: str) -> dict:
    """Return what every map has around it: words of its controls, notices, the stored scale."""
    words = {
        key.removeprefix("map."): text
        for key, text in catalogue(lang).items()
        if key in TEMPLATES
        or key == "map.legend"
        or (key.startswith(("map.card.", "map.control.", "map.layers")) and "{" not in text)
    }
    return {
        "version": 1,
        "lang": lang,
        "html_lang": HTML_LANG[lang],
        "scale": SCALE,
        "brand": t("map.brand", lang),
        "disclaimer": t("map.disclaimer", lang),
        "coordinates": t("map.coordinates", lang),
        "software": t("map.software", lang, version=leaflet_version()),
        "words": words,
    }


def leaflet_version() -> str:
    """Return the version of the Leaflet that the page holds."""
    from xstatic.pkg import leaflet

    return leaflet.VERSION


def _titles(view: MapView, sketch: SketchLayer | None) -> tuple[str, str]:
    """Return title and subtitle of what lies over the parks; a choropleth brings its own."""
    lang = view.lang
    if sketch is not None:
        return sketch.scheme.title(lang), _of_documents(sketch, lang)
    name = "projects" if view.projects else "plain"
    return t(f"map.title.{name}", lang), t(f"map.subtitle.{name}", lang)


def _of_documents(sketch: SketchLayer, lang: str) -> str:
    """Return the subtitle of a layout or an industry: the documents it is of."""
    sources = [sketch.plans.sources[one] for one in sketch.source_ids]
    if sketch.lens:
        period = sketch.lens.period.replace("-", "–")
        if not sources:
            return t("scheme.industry.nobody", lang, period=period)
        names = listed((source.short(lang) for source in sources), lang)
        return t("scheme.industry.subtitle", lang, period=period, source=names)
    title = sources[0].title(lang)
    title = f"《{title}》" if lang == "zh" else title
    return t("map.subtitle.scheme", lang, source=f"{title} {sources[0].number}".strip())


def payload(view: MapView, plans: Plans, boundaries: gpd.GeoDataFrame) -> dict:
    """Return everything the script draws for a view, JSON-able, texts in the view's language.

    The basemap is not in it: `export_html` and `app_shell` put that beside the script, once.
    Title, subtitle, legend and sources are those of what lies over the parks; what the choropleth
    adds to them is in it, and put together by the page (``layers/assets/compose.js``).

    Parameters
    ----------
    view : MapView
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.

    Raises
    ------
    AtlasError
        For an unknown language, metric, period, park, scheme, industry or plan period, listing the
        known ones; for a scheme and an industry at once.
    """
    return build_map(view, plans, boundaries).payload()
