"""Small maps of the parks as pictures: `layers.thumbnails`, in the colours of the theme shown.

Streamlit takes all SVG out of HTML, so that each is a picture of its own, in the page as data.
"""

from __future__ import annotations

import base64
import re

import geopandas as gpd
import streamlit as st

from geo.plans import Plans
from layers.thumbnails import Thumbnails
from views.data import Atlas, Stamp

# What differs from a thumbnail of the index, whose parks are coloured by their land: ground, land,
# its edge, borders, roads, other parks, this park's fill and edge.
_LIGHT = ("#cfe0e8", "#f8f6f1", "#b9c6cd", "#a4afb7", "#d8d2c5", "#8a9199", "#1f5f8b", "#17415f")
_DARK = ("#123a55", "#212b33", "#3b4a55", "#52616c", "#3d4750", "#7d8b96", "#7db8e0", "#a9d1ee")
_STYLE = """
path,rect{{vector-effect:non-scaling-stroke}}
svg{{background:{0};stroke-linejoin:round;fill-rule:evenodd}}
.tn-neighbour{{fill:{1};fill-opacity:.75}}.tn-land{{fill:{1};stroke:{2};stroke-width:.8px}}
.tn-water{{fill:{0}}}.tn-river{{fill:none;stroke:{0};stroke-width:1.6px}}
.tn-border,.tn-border-focus{{fill:none;stroke:{3};stroke-width:1px;stroke-dasharray:5 3}}
.tn-primary,.tn-trunk,.tn-express,.tn-motorway{{fill:none;stroke:{4};stroke-width:1px}}
.tn-faint{{fill:{5};fill-opacity:.1;stroke:{5};stroke-opacity:.7;stroke-width:.7px}}
.tn-park{{fill:{6};fill-opacity:.55;stroke:{7};stroke-width:1.4px}}
"""


def pictures(atlas: Atlas, dark: bool) -> dict[str, str]:
    """Return each park's picture as a ``data:`` address, by park id; none without outlines."""
    if atlas.boundaries is None:
        return {}
    return _made(atlas.stamp, dark, atlas.plans, atlas.boundaries)


@st.cache_data(show_spinner=False, max_entries=4)
def _made(
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    dark: bool,
    _plans: Plans,
    _boundaries: gpd.GeoDataFrame,
) -> dict[str, str]:
    return {park: _address(park, dark, _plans, _boundaries) for park in _plans.parks}


def _address(park: str, dark: bool, plans: Plans, boundaries: gpd.GeoDataFrame) -> str:
    """Return one park's picture; it holds the ground that it shows and no more."""
    drawer = Thumbnails(plans, boundaries)
    drawn = drawer.park(park)
    style = _STYLE.format(*(_DARK if dark else _LIGHT))
    inner = re.sub(r"</?svg[^>]*>", "", drawer.definitions())
    box = " ".join(map(str, drawn.window))
    body = re.sub(r' fill="url\(#tn-hatch\)"', "", drawn.body)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" '
        f'preserveAspectRatio="xMidYMid slice"><style>{style}</style>{inner}{body}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
