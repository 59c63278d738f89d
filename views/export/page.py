"""The page 导出: every file that the app can give, and what each is for."""

from __future__ import annotations

from html import escape

import streamlit as st

from layers.i18n import t
from views import navigation
from views.data import Atlas
from views.export import geodata, maps, sets, tables
from views.export import state as export_state
from views.export.state import EXPORT, SECTIONS, bound
from views.frame import guarded, head
from views.opening import notices, open_page

_SHOWN = {"map": maps.show, "set": sets.show, "tables": tables.show, "geodata": geodata.show}


def run() -> None:
    """Draw the page, or one friendly line when the data cannot be used."""
    open_page("export.title", lambda atlas, _: _page(atlas, _follow_url(atlas)))


def _follow_url(atlas: Atlas) -> list[str]:
    """Take the state from the URL when it is new; return what was wrong."""
    given = (atlas.plans, atlas.schemes)
    return EXPORT.follow(
        lambda query: export_state.from_query(query, *given),
        lambda state: export_state.to_query(state, *given),
        lambda state: state.settled(*given),
    )


def _page(atlas: Atlas, messages: list[str]) -> None:
    """Draw everything for the session's state."""
    state = EXPORT.current()
    lang = state.lang
    navigation.bar(lang, "export-lang", EXPORT.bound)
    head(t("export.title", lang), t("export.subtitle", lang))
    notices(messages, atlas, lang)
    with st.container(horizontal=True, vertical_alignment="center", key="export-sections"):
        st.segmented_control(
            t("export.title", lang),
            SECTIONS,
            format_func=lambda name: t(f"export.view.{name}", lang),
            label_visibility="collapsed",
            required=True,
            **bound(f"export-view-{lang}", state.section, "section"),
        )
        if "finder" in navigation.PAGES:
            st.button(
                t("export.proposal", lang),
                key="export-to-finder",
                type="tertiary",
                help=t("export.proposal.help", lang),
                on_click=navigation.go,
                args=("finder",),
            )
    st.html(f'<p class="quiet">{escape(t(f"export.view.{state.section}.what", lang))}</p>')
    guarded(lambda: _SHOWN[state.section](state, atlas), lang)
    st.html(f'<footer><p class="notice">{escape(t("map.disclaimer", lang))}</p></footer>')
