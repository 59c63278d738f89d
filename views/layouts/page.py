"""The page 布局: one layout of a plan, two compared, and who carries an industry."""

from __future__ import annotations

from html import escape

import streamlit as st

from layers.i18n import t
from layers.schemes.industry import tags_in_use
from views import navigation
from views.data import Atlas
from views.frame import head
from views.layouts import industry as scheme_industry
from views.layouts import one as scheme_one
from views.layouts import state as scheme_state
from views.layouts import two as scheme_two
from views.layouts.session import SCHEMES, bound
from views.layouts.state import LINKS, VIEWS, Known, SchemesState
from views.opening import notices, open_page


def run() -> None:
    """Draw the page, or one friendly line when the data cannot be used."""
    open_page("layout.title", lambda atlas, _: _page(atlas, _follow_url(atlas)))


def _follow_url(atlas: Atlas) -> list[str]:
    """Take the state from the URL when it is new; return what was wrong."""
    known = Known(atlas.schemes, tags_in_use(atlas.plans, atlas.schemes))
    return SCHEMES.follow(
        lambda query: scheme_state.from_query(query, known),
        lambda state: scheme_state.to_query(state, known),
        lambda state: state.settled(known),
    )


def _page(atlas: Atlas, messages: list[str]) -> None:
    """Draw everything for the session's state."""
    state = SCHEMES.current()
    lang = state.lang
    navigation.bar(lang, "layout-lang", bound)
    _sidebar(state, Known(atlas.schemes, {}))
    head(t("layout.title", lang), t("layout.subtitle", lang), _count(atlas, lang))
    notices(messages, atlas, lang)
    st.segmented_control(
        t("layout.view", lang),
        VIEWS,
        format_func=lambda name: t(f"layout.view.{name}", lang),
        label_visibility="collapsed",
        required=True,
        **bound(f"layout-view-{lang}", state.view, lambda name: {"view": name or VIEWS[0]}),
    )
    if atlas.schemes or state.view == "industry":
        _SHOWN[state.view](state, atlas)
    st.html(f'<footer><p class="notice">{escape(t("layout.notice", lang))}</p></footer>')


def _count(atlas: Atlas, lang: str) -> str:
    """Return how many layouts there are, of how many plans."""
    used = {scheme.source_id for scheme in atlas.schemes.values()}
    return t("layout.count", lang, schemes=len(atlas.schemes), plans=len(used))


def _linked(on: bool) -> dict[str, object]:
    """Return what the switch of linked views changes."""
    return {"link": LINKS[0] if on else LINKS[1]}


def _sidebar(state: SchemesState, known: Known) -> None:
    """Draw the language, and what two maps do."""
    lang = state.lang
    with st.sidebar:
        if state.view != "one":
            st.toggle(
                t("layout.link", lang),
                help=t("layout.link.help", lang),
                **bound(f"layout-link-{lang}", known.linked(state), _linked),
            )


_SHOWN = {"one": scheme_one.show, "two": scheme_two.show, "industry": scheme_industry.show}
