"""The page 数据与口径: every figure, the two periods, what does not agree, projects, sources."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.plans.derive import DEFINITIONS
from geo.plans.reconcile import NATURES
from layers.i18n import t
from views import navigation
from views.data import Atlas
from views.figures import checks, derived, facts, figures, periods, projects, sources
from views.figures import state as data_state
from views.figures.state import MAX_SEARCH, SECTIONS, DataState
from views.frame import head
from views.opening import notices, open_page
from views.page_state import PageState

VIEW: PageState[DataState] = PageState("data")


def run() -> None:
    """Draw the page, or one friendly line when the data cannot be used."""
    open_page("data.title", lambda atlas, _: _page(atlas, _follow_url(atlas)))


def _follow_url(atlas: Atlas) -> list[str]:
    """Take the state from the URL when it is new; return what was wrong."""
    return VIEW.follow(
        lambda query: data_state.from_query(query, atlas.plans, NATURES), data_state.to_query
    )


def _page(atlas: Atlas, messages: list[str]) -> None:
    """Draw everything for the session's state."""
    state = VIEW.current()
    lang = state.lang
    navigation.bar(lang, "data-lang", VIEW.bound)
    _sidebar(state, atlas)
    head(t("data.title", lang), t("data.subtitle", lang))
    notices(messages, atlas, lang, files=False)
    st.segmented_control(
        t("data.view", lang),
        SECTIONS,
        format_func=lambda name: t(f"data.view.{name}", lang),
        label_visibility="collapsed",
        required=True,
        **VIEW.bound(f"data-view-{lang}", state.section, lambda name: {"section": name}),
    )
    _SHOWN[state.section](state, atlas)
    st.html(f'<footer><p class="notice">{escape(t("data.notice", lang))}</p></footer>')


def _sidebar(state: DataState, atlas: Atlas) -> None:
    """Draw the language and the section's filters."""
    lang, filters = state.lang, _FILTERS[state.section]
    with st.sidebar:
        if filters:
            st.subheader(t("app.controls.filter", lang))
        for draw in filters:
            draw(state, atlas)


def _about(state: DataState, atlas: Atlas) -> None:
    """Draw the choice of park or subject; two periods are always of one."""
    lang, plans, every = state.lang, atlas.plans, t("data.filter.all", state.lang)
    names = ["", *plans.parks]
    if state.section not in ("derived", "projects"):  # those are of parks only
        names += plans.subjects
    if state.section == "periods":
        names.remove(periods.DEFAULT_ABOUT)
        every = plans.name(periods.DEFAULT_ABOUT, lang)
    st.selectbox(
        t("data.filter.about", lang),
        names,
        format_func=lambda name: plans.name(name, lang) if name else every,
        **VIEW.bound(
            f"data-about-{lang}-{state.section}",
            state.about if state.about in names else "",
            lambda name: {"about": name},
        ),
    )


def _source(state: DataState, atlas: Atlas) -> None:
    """Draw the choice of document."""
    lang, sources = state.lang, atlas.plans.sources

    def words(name: str) -> str:
        return sources[name].short(lang) if name else t("data.filter.all", lang)

    st.selectbox(
        t("data.filter.source", lang),
        ["", *sources],
        format_func=words,
        **VIEW.bound(f"data-source-{lang}", state.source, lambda name: {"source": name}),
    )


def _find(state: DataState, _atlas: Atlas) -> None:
    """Draw the search."""
    lang = state.lang
    st.text_input(
        t("data.filter.find", lang),
        placeholder=t("data.filter.find.example", lang),
        max_chars=MAX_SEARCH,
        **VIEW.bound(
            f"data-find-{lang}-{state.section}", state.find, lambda words: {"find": words}
        ),
    )


def _every(state: DataState, _atlas: Atlas) -> None:
    """Draw the switch that also shows what is stated only once."""
    lang = state.lang
    st.toggle(
        t("data.periods.every", lang),
        **VIEW.bound(f"data-every-{lang}", state.every, lambda on: {"every": on}),
    )


def _derived(state: DataState, _atlas: Atlas) -> None:
    """Draw the choice of what is computed."""
    lang = state.lang
    st.selectbox(
        t("data.filter.derived", lang),
        list(DEFINITIONS),
        format_func=lambda name: DEFINITIONS[name].name(lang),
        **VIEW.bound(
            f"data-derived-{lang}", derived.definition(state), lambda name: {"derived": name}
        ),
    )


def _nature(state: DataState, atlas: Atlas) -> None:
    """Draw the choice of what kind of finding to show, each with how many there are."""
    lang, counts = state.lang, checks.natures(state, atlas)

    def words(nature: str) -> str:
        if not nature:
            return t("data.filter.all", lang)
        name = NATURES[nature].name(lang)
        return t("data.checks.nature", lang, name=name, count=counts[nature])

    st.selectbox(
        t("data.filter.nature", lang),
        ["", *counts],
        format_func=words,
        **VIEW.bound(
            f"data-nature-{lang}",
            state.nature if state.nature in counts else "",
            lambda nature: {"nature": nature},
        ),
    )


_SHOWN = {
    "figures": figures.show,
    "derived": derived.show,
    "periods": periods.show,
    "checks": checks.show,
    "facts": facts.show,
    "projects": projects.show,
    "sources": sources.show,
}
_FILTERS = {
    "figures": (_about, _source, _find),
    "derived": (_about, _derived),
    "periods": (_about, _every),
    "checks": (_about, _source, _nature),
    "facts": (_about, _source, _find),
    "projects": (_about,),
    "sources": (),
}
