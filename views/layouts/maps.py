"""The maps of the page 布局: drawn from cached payloads, linked in pairs, saved as one file."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from geo.errors import AtlasError
from layers import page
from layers.i18n import t
from layers.map_view import MapView
from layers.schemes import Scheme, build_scheme
from views import desk, map_component
from views.data import Atlas, Stamp
from views.frame import plain
from views.layouts.session import SCHEMES

_LINK = "schemes-link"


def draw(
    view: MapView,
    atlas: Atlas,
    key: str,
    height: int,
    on_click: Callable[[], None] = lambda: None,
    **words: str,
) -> bool:
    """Draw a map, or one line on why it cannot be drawn; return whether it was.

    Parameters
    ----------
    view : layers.map_view.MapView
    atlas : views.data.Atlas
    key : str
        Of this map among those of the app.
    height : int
        Pixels.
    on_click : callable
    **words : str
        ``title`` and ``subtitle`` in the place of the map's own.
    """
    if atlas.boundaries is None:
        return False
    try:
        # Which card is open and what moves together change nothing that is drawn: one cached
        # payload serves them all.
        plain_view = replace(view, element=None, link="")
        drawn = map_component.payload(plain_view, atlas.stamp, atlas.plans, atlas.boundaries)
    except AtlasError as error:
        st.error(f"{t('app.error.map', view.lang)}\n\n{plain(error.text(view.lang))}")
        return False
    # The key is not the language's: a map keeps its place when its words change.
    shown = {**drawn, **words, "element": view.element}
    if view.link:
        shown["link"] = view.link
    map_component.show(shown, height, on_click, key)
    return True


def link(linked: bool) -> str:
    """Return the name that the linked maps of this session share and those of no other window do.

    Parameters
    ----------
    linked : bool
        Without it there is no name.
    """
    if not linked:
        return ""
    if _LINK not in st.session_state:
        st.session_state[_LINK] = f"schemes-{secrets.token_hex(6)}"
    return st.session_state[_LINK]


def clicked(key: str, scheme: Scheme, field: str) -> Callable[[], None]:
    """Return what opens the card of the element that was clicked on a map, or closes it."""
    known = [element.id for element in scheme.elements]

    def follow() -> None:
        click = st.session_state.get(key)
        if not isinstance(click, dict):
            return
        if "element" in click:
            element = click["element"]
            if element is None or element in known:
                SCHEMES.change(**{field: element or ""})
        # A member's park leaves the card of its element open below, a park clicked as such does
        # not; nor does closing whatever was open.
        elif click.get("zone") is not None or click.get("park", "") is None:
            SCHEMES.change(**{field: ""})

    return follow


def save_button(view: MapView, name: str, atlas: Atlas, drawable: bool) -> None:
    """Draw the button that saves a map as one HTML file, made when it is pressed."""
    desk.make(
        t("app.download.map", view.lang),
        f"park-atlas-{name}.html",
        "text/html",
        (view, atlas.stamp),
        lambda: page.export_html(view, atlas.plans, atlas.boundaries).encode("utf-8"),
        view.lang,
        heavy=False,
        help=t("app.download.map.help", view.lang),
        disabled=not drawable,
    )


def built(scheme_id: str, atlas: Atlas) -> tuple[Scheme, bool]:
    """Return a layout with its elements' geometry, and True.

    Where nothing can be drawn, for want of boundaries or of what else it takes, it is as the file
    has it, and False.
    """
    if atlas.boundaries is not None:
        # The map says why it cannot be drawn.
        with suppress(AtlasError):
            return _built(scheme_id, atlas.stamp, atlas), True
    return atlas.schemes[scheme_id], False


@st.cache_resource(show_spinner=False, max_entries=64)
def _built(scheme_id: str, stamp: Stamp, _atlas: Atlas) -> Scheme:  # noqa: ARG001
    scheme = _atlas.schemes[scheme_id]
    return replace(scheme, elements=tuple(build_scheme(scheme, _atlas.boundaries)))
