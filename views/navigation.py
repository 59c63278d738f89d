"""From one page of the app to another; the address says which is open (``page=trace``)."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from geo.errors import LANGUAGES
from layers.i18n import t
from views import theme
from views.help import panel, tour
from views.query import PAGES

_NAMES = {
    "map": "app.page.map",
    "parks": "app.page.parks",
    "finder": "app.page.finder",
    "schemes": "layout.page",
    "data": "app.page.data",
    "trace": "app.page.trace",
    "export": "app.page.export",
}
_ALIASES = {"layouts": "schemes"}  # what an address may also call a page
_LAND = {"map", "parks"}  # pages that show land in the unit chosen on either
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


def bar(lang: str, key: str = "", bound: Callable[..., dict[str, Any]] | None = None) -> None:
    """Draw the bar at the top of the window: the pages, the language, the theme.

    A page is opened at its top.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    key : str
        Of the choice of the language.
    bound : callable or None
        `PageState.bound` of the page's state, to which the language is tied; without it there is no
        choice.
    """
    here = page()
    # The place is always there: nothing below it moves, and no map is loaded anew.
    place = st.empty()
    if st.session_state.pop(_OPENED, False):
        place.html(_TO_TOP, unsafe_allow_javascript=True)
    with st.container(horizontal=True, gap="small", key="bar"):
        st.html(f'<p class="brand">{escape(t("app.title", lang))}</p>')
        with st.container(horizontal=True, gap=None, key="pages"):
            for name in PAGES:
                st.button(
                    t(_NAMES[name], lang),
                    key=f"page-{name}",
                    type="primary" if name == here else "tertiary",
                    on_click=go,
                    args=(name,),
                )
        with st.container(horizontal=True, gap="small", key="bar-end"):
            if bound is not None:
                _language(lang, key, bound)
            theme.switch(lang)
            panel.button(lang, go)
    tour.show(lang, go)


def _language(lang: str, key: str, bound: Callable[..., dict[str, Any]]) -> None:
    """Draw the choice of the language."""
    st.segmented_control(
        t("app.language", lang),
        LANGUAGES,
        format_func=lambda code: t(f"app.language.{code}", lang),
        label_visibility="collapsed",
        required=True,
        **bound(key, lang, lambda code: {"lang": code or lang}),
    )


def go(target: str, **query: str) -> None:
    """Open a page as it was left, in the language and the unit of the page that is open.

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
    shared = ["lang", *(["unit"] if {here, target} <= _LAND else [])]
    for name in shared:
        wanted.pop(name, None)
    wanted = {name: left[name] for name in shared if name in left} | wanted
    if target != "map":
        wanted = {**wanted, "page": target}
    st.session_state[_OPENED] = True
    st.query_params.from_dict(wanted)
