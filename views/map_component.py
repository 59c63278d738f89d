"""The map in the app: our own page in a frame, served by our own server, drawn by `atlas.js`.

The frame's page holds the script, the style and the basemap and never changes while the app runs;
a rerun sends only the payload, and the frame keeps its pan and zoom. A click comes back as the
component's value ``{"zone", "park", "seq"}``; zone and park are None when the card there is closed.
On an element of a layout it is ``{"element", "seq"}``; the element is None when its card is closed.
On the map of a trace a click on another zone comes back as ``{"pick", "seq"}``.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import streamlit as st
import streamlit.components.v1 as components

import geo
from geo.files import write_atomic
from geo.plans import Plans
from layers import page
from layers.map_view import MapView
from layers.map_view import payload as make_payload
from views.data import Stamp

KEY = "atlas-map"
# A walk through every layout and every industry of both periods, in both languages, is about 110
# maps; what it made must still be there on the way back.
KEPT = 256
_FOLDERS: list[Path] = []  # of the frame's page, one a state of it


@st.cache_resource(show_spinner=False)
def _shell(assets: tuple) -> tuple[str, str]:  # noqa: ARG001 - the cache's key
    """Return the frame's page and a short digest of it."""
    html = page.app_shell()
    return html, hashlib.sha256(html.encode("utf-8")).hexdigest()[:16]


@st.cache_resource(show_spinner=False)
def _component(digest: str) -> Callable:
    """Return the component that serves the page of that digest."""
    return components.declare_component(f"atlas_{digest}", path=_folder(digest))


@cache
def _folder(digest: str) -> Path:
    """Return where this process keeps the page of that digest.

    The name is not foreseeable and only this user can write there: on a shared server nobody else
    can put a page of his own in its place.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"park-atlas-{digest}-"))
    _FOLDERS.append(folder)
    return folder


@atexit.register
def tidy() -> None:
    """Remove what this process keeps on disk; a server that a signal ends has to say so itself."""
    while _FOLDERS:
        shutil.rmtree(_FOLDERS.pop(), ignore_errors=True)


def prepare() -> str:
    """Put the frame's page on disk, again if something cleaned it away; return its digest.

    The component itself is declared by a session's own run: Streamlit knows it from there only.
    """
    html, digest = _shell(_assets())
    target = _folder(digest) / "index.html"
    if not target.exists() or target.stat().st_size != len(html.encode("utf-8")):
        write_atomic(target, html)
    return digest


def _assets() -> tuple:
    """Return what tells one state of the script, style and basemap files from another."""
    files = [*sorted(page.ASSETS.iterdir()), *sorted(geo.BOUNDARIES.glob("basemap*"))]
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def payload(
    view: MapView,
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    _plans: Plans,
    _boundaries: gpd.GeoDataFrame,
) -> dict:
    """Return `layers.map_view.payload`, kept for as long as the data files stay as they are."""
    return make_payload(view, _plans, _boundaries)


def show(data: dict, height: int, on_click: Callable[[], None], key: str = KEY) -> dict | None:
    """Draw the map and return the last click, if any.

    Parameters
    ----------
    data : dict
        As of `payload`.
    height : int
        Pixels.
    on_click : callable
        Called before the rerun that a click causes; the click is in ``st.session_state[key]``.
    key : str
        Of this map among those of the app.
    """
    return _component(prepare())(
        payload=data, height=height, key=key, default=None, on_change=on_click
    )
