"""From one page of the app to another; the address says which is open (``page=trace``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from geo.errors import LANGUAGES
from layers.i18n import t

PAGES = ("map", "schemes", "data", "trace")
_NAMES = {
    "map": "app.page.map",
    "schemes": "layout.page",
    "data": "app.page.data",
    "trace": "app.page.trace",
}
_ALIASES = {"layouts": "schemes"}  # what an address may also call a page
_LEFT = "left-page-{}"  # where a page's address is kept while another is open
_OPENED = "page-opened"  # set until the page that was just opened has been scrolled to its top
# Streamlit keeps how far the page that was left had been scrolled down.
_TO_TOP = """<script>
(document.querySelector('[data-testid="stMain"]') || document.scrollingElement).scrollTo(0, 0);
</script>"""


def page() -> str:
    """Return the page that the address names; the map where it names none."""
    named = st.query_params.get("page", "")
    named = _ALIASES.get(named, named)
    return named if named in PAGES else "map"


def switch(lang: str) -> None:
    """Draw the way from page to page, at the top of the sidebar; a page is opened at its top."""
    here = page()
    # The place is always there: nothing below it moves, and no map is loaded anew.
    place = st.empty()
    if st.session_state.pop(_OPENED, False):
        place.html(_TO_TOP, unsafe_allow_javascript=True)
    with st.sidebar, st.container(horizontal=True, gap="small", key="pages"):
        for name in PAGES:
            st.button(
                t(_NAMES[name], lang),
                key=f"page-{name}",
                type="primary" if name == here else "secondary",
                width="stretch",
                on_click=go,
                args=(name,),
            )


def language(lang: str, key: str, bound: Callable[..., dict[str, Any]]) -> None:
    """Draw the choice of the language, tied by `PageState.bound` to the state of the page."""
    st.segmented_control(
        t("app.language", lang),
        LANGUAGES,
        format_func=lambda code: t(f"app.language.{code}", lang),
        label_visibility="collapsed",
        required=True,
        **bound(key, lang, lambda code: {"lang": code or lang}),
    )


def go(target: str, **query: str) -> None:
    """Open a page as it was left, in the language of the page that is open.

    Parameters
    ----------
    target : str
        One of `PAGES`.
    **query : str
        Parameters of the address that it is opened with instead.
    """
    here = page()
    if target == here:
        return
    left = st.query_params.to_dict()
    st.session_state[_LEFT.format(here)] = left
    wanted = query or dict(st.session_state.get(_LEFT.format(target), {}))
    wanted.pop("lang", None)
    if "lang" in left:
        wanted = {"lang": left["lang"], **wanted}
    if target != "map":
        wanted = {**wanted, "page": target}
    st.session_state[_OPENED] = True
    st.query_params.from_dict(wanted)
