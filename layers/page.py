"""The map page: one file that opens anywhere, and the same script as the app's map component.

Leaflet (PyPI package XStatic-Leaflet) and our own script, style and basemap are inlined, and the
data travel as JSON text that the browser never runs. A Content-Security-Policy in the page allows
exactly the scripts and styles it holds, by hash, and no address at all.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import geopandas as gpd
from rcssmin import cssmin
from rjsmin import jsmin

from geo.errors import AtlasError
from geo.files import read_text
from geo.plans import Plans
from layers.basemap import basemap_data
from layers.basemap import state as basemap_state
from layers.document import document, opening_title
from layers.i18n import t
from layers.imprint import Imprint
from layers.inline import as_json, head
from layers.map_view import HTML_LANG, MapView, leaflet_version
from layers.packing import share
from layers.schemes import Scheme
from layers.tiles import hosts

ASSETS = Path(__file__).parent / "assets"
# In order: each file uses only what stands before it.
SCRIPTS = (
    "calm.js",
    "geometry.js",
    "compose.js",
    "basemap.js",
    "sketches.js",
    "spots.js",
    "projects.js",
    "labels.js",
    "panels.js",
    "elements.js",
    "link.js",
    "trace.js",
    "sheet.js",
    "host.js",
    "atlas.js",
)
# What only a file has: in the app these things stand beside the map.
TOOLS = (
    "search.js", "choices.js", "measure.js", "figures.js", "table.js", "compare.js", "present.js",
)  # fmt: skip
# What only the app has: other people's tiles, which no file may ask for, a dark page, and what its
# user uploaded.
APP = ("dark.js", "tiles.js", "own.js")
APP_STYLES = ("dark.css", "tiles.css")
STYLES = ("atlas.css", "sheet.css")
TOOL_STYLES = ("file.css", "tools.css", "present.css")
# What Leaflet's authors ask of everyone who hands on a copy: the notice, beside the copy.
LICENCE = ASSETS / "leaflet.license.txt"


def export_html(
    view: MapView,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    imprint: Imprint | None = None,
    stops: tuple[str, ...] = (),
    schemes: Mapping[str, Scheme] | None = None,
    home: str = "",
    paper: str = "A4",
) -> str:
    """Return one self-contained page: no request to anywhere when it is opened.

    Parameters
    ----------
    view : MapView
        What the page shows when it is opened; it can also show every other metric and period, in
        both languages.
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    imprint : Imprint, optional
        What the office that issues the map puts on it.
    stops : tuple of str
        What the presentation steps through: ids of parks and schemes; the schemes are in the page
        as well. Without any, the parks shown.
    schemes : mapping of Scheme, optional
        As of `layers.schemes.load_schemes`; read when not given.
    home : str
        Relative address of the index of the set that the page is one of; empty for none.
    paper : str
        What the page is printed on unless its reader chooses another: "A4" or "A3".

    Raises
    ------
    AtlasError
        As of `layers.map_view.payload`, and for an unknown stop.

    Notes
    -----
    The same inputs give the same bytes.
    """
    data = document(view, plans, boundaries, imprint or Imprint(), stops, schemes, home, paper)
    return page_html(view.lang, opening_title(data, view.lang), data)


def app_shell() -> str:
    """Return the page of the app's map component: the same script, no data.

    It waits for the app's messages (Streamlit component protocol) and draws the payload in them.
    The only addresses it may ask are the tile servers of `layers.tiles`, for pictures, which it
    does when a payload says so; none where online basemaps are switched off.
    """
    return page_html("zh", t("map.brand", "zh"), None)


def page_html(lang: str, title: str, data: dict | None) -> str:
    """Return the HTML around scripts, styles and data; without data the app's component.

    Parameters
    ----------
    lang : str
        Language of the page until the script has read the data, and of a reader without scripts.
    title : str
        Of the window.
    data : dict or None
        JSON-able: of a file, as of `layers.document.document`; of one view only, without tools and
        sheets of paper, as of `layers.map_view.payload`.

    Raises
    ------
    AtlasError
        When the data name online tiles: a file asks no address.
    """
    if data is not None and "tiles" in data:
        raise AtlasError(
            en="a map file cannot hold an online basemap: it must open without a network",
            zh="地图文件不能使用在线底图：它须在不联网时也能打开",
        )
    leaflet_js, leaflet_css = _leaflet()
    tools, looks = (TOOLS, TOOL_STYLES) if data is not None else (APP, APP_STYLES)
    names = [*SCRIPTS[:-1], *tools, SCRIPTS[-1]]  # the last one starts the page
    styles = [cssmin(css) for css in (leaflet_css, *map(_asset, (*STYLES, *looks)))]
    scripts = [leaflet_js, *(jsmin(_asset(name)) for name in names)]
    basemap = _basemap_json(basemap_state())
    blocks = [f'<script type="application/json" id="atlas-basemap">{basemap}</script>']
    if data is not None:
        blocks.append(
            f'<script type="application/json" id="atlas-data">{as_json(share(data))}</script>'
        )
    blocks += [f"<script>{script}</script>" for script in scripts]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f"<!--\n{read_text(LICENCE).format(version=leaflet_version())}-->",
            f'<html lang="{HTML_LANG[lang]}">',
            *head(title, styles, scripts, images=hosts() if data is None else ()),
            "<body>",
            f'<div id="atlas"><noscript>{html.escape(t("map.noscript", lang))}</noscript></div>',
            *blocks,
            "</body>",
            "</html>",
            "",
        ]
    )


def _asset(name: str) -> str:
    """Return the text of one of our scripts or styles."""
    return read_text(ASSETS / name)


@cache
def _leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style, without the addresses of files we do not ship."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)
    script = re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", read_text(folder / "leaflet.js"))
    # Pictures of default markers and of the layer button; neither is used.
    style = re.sub(r"[ \t]*[\w-]+:\s*url\([^)]*\);\n?", "", read_text(folder / "leaflet.css"))
    return script, style


@lru_cache(maxsize=2)
def _basemap_json(state: tuple[Path, int, int]) -> str:
    """Return the basemap in one state of its file as JSON text for the page."""
    return as_json(basemap_data(state[0]))
