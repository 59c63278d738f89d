"""What is shown below the map: one section at a time, named in the address."""

from __future__ import annotations

import streamlit as st

from layers.i18n import t
from views import own
from views.data import Atlas
from views.map import against, excluded, remaining, table
from views.map.controls import VIEW
from views.map.filters import shown_parks
from views.map.state import TABS, ViewState
from views.own import session

_TAKEN, _SHOWN = "own-taken", "own-shown"  # the user's file that was read, and shown, last


def choice(state: ViewState) -> None:
    """Draw the choice of the section."""
    st.segmented_control(
        t("official.tabs", state.lang),
        TABS,
        format_func=lambda tab: t(f"official.tab.{tab}", state.lang),
        label_visibility="collapsed",
        required=True,
        **VIEW.bound(f"tab-{state.lang}", state.tab, lambda tab: {"tab": tab or state.tab}),
    )


def show(state: ViewState, atlas: Atlas) -> None:
    """Draw the chosen section, and below the table and the totals what they leave out."""
    lang = state.lang
    parks = shown_parks(state, atlas.plans)
    if state.tab == "totals":
        table.show_totals(state, atlas)
    elif state.tab == "actual":
        st.html(against.panel(parks, atlas, lang))
    elif state.tab == "land":
        st.html(remaining.panel(parks, atlas, state.unit, lang))
    elif state.tab == "own":
        _own(atlas, state)
        return
    else:
        table.show(state, atlas)
    if told := excluded.html(state, atlas):
        st.html(told)


def _own(atlas: Atlas, state: ViewState) -> None:
    """Draw the report on the user's own data, or where they are given."""
    if session.current() is None:
        st.info(t("official.own.none", state.lang))
    own.panel(atlas, state.lang, state.unit)


def turn_to_own() -> None:
    """Show the section of the user's own data once a file of theirs has been read."""
    taken = st.session_state.get(_TAKEN)
    if taken and taken != st.session_state.get(_SHOWN) and session.current() is not None:
        st.session_state[_SHOWN] = taken
        if VIEW.key in st.session_state:
            VIEW.change(tab="own")
