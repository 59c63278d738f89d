"""The choice of basemap: offline, or tiles that the browser asks a provider for.

The key of 天地图 (`views.settings`) goes nowhere but into the tile addresses of the payload that
the map's frame gets: no file, no address of a page, no log has it.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.errors import AtlasError
from layers import tiles
from layers.i18n import t
from views.frame import plain
from views.settings import settings


def ids() -> tuple[str, ...]:
    """Return the basemaps that an address may name, the offline one first."""
    return tiles.offered()


def draw(value: str, lang: str, **bound: Any) -> None:
    """Draw the choice, and a line when the one made cannot be had; nothing where there is none.

    Parameters
    ----------
    value : str
        The basemap of the page's state, one of `ids`.
    lang : str
    **bound
        What ties the control to the state: as of `views.page_state.PageState.bound`.
    """
    if len(ids()) < 2:
        return
    # One that needs a key is offered once there is one; a link may name it all the same.
    shown = [one for one in ids() if one == value or not _fault(one)]
    st.selectbox(
        t("tiles.label", lang),
        shown,
        format_func=lambda basemap: tiles.get(basemap).name(lang),
        help=t("tiles.help", lang),
        **bound,
    )
    if fault := _fault(value):
        st.warning(plain(fault.text(lang)))


def part(basemap: str, lang: str) -> dict:
    """Return what a basemap adds to the map's payload; {} for the offline one.

    So it is too for one that cannot be had here, which `draw` tells.

    Parameters
    ----------
    basemap : str
        One of `ids`.
    lang : str
    """
    return {} if _fault(basemap) else tiles.payload_part(basemap, lang, _key(basemap))


def _fault(basemap: str) -> AtlasError | None:
    """Return why a basemap cannot be had here, None when it can."""
    try:
        tiles.payload_part(basemap, "zh", _key(basemap))
    except AtlasError as error:
        return error
    return None


def _key(basemap: str) -> str:
    """Return the key that a basemap needs, "" for none.

    Raises
    ------
    AtlasError
        As of `views.settings.settings`.
    """
    return settings().tianditu_key if tiles.get(basemap).needs_key else ""
