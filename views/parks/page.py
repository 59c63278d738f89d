"""The page 园区: all parks, one of them in full, or up to four side by side."""

from __future__ import annotations

from html import escape

import streamlit as st

from layers.i18n import t
from layers.units import UNITS
from views import desk, navigation
from views.data import Atlas
from views.frame import guarded, head
from views.help.hints import hint
from views.opening import notices, open_page
from views.parks import files, gallery, one, several
from views.parks import state as parks_state
from views.parks.several import LETTERS
from views.parks.state import MOST, PARKS, ParksState, added, change
from views.saving import csv_button, xlsx_button


def run() -> None:
    """Draw the page, or one friendly line when the data cannot be used."""
    open_page("parks.title", lambda atlas, _: _page(atlas, _follow_url(atlas)))


def _follow_url(atlas: Atlas) -> list[str]:
    """Take the state from the URL when it is new; return what was wrong."""
    return PARKS.follow(
        lambda query: parks_state.from_query(query, atlas.plans), parks_state.to_query
    )


def _page(atlas: Atlas, messages: list[str]) -> None:
    """Draw everything for the session's state."""
    state = PARKS.current()
    lang = state.lang
    navigation.bar(lang, "parks-lang", PARKS.bound)
    count = t("parks.count", lang, count=len(atlas.plans.parks))
    head(t("parks.title", lang), t("parks.subtitle", lang), count)
    notices(messages, atlas, lang)
    if state.parks:
        guarded(lambda: _chooser(state, atlas), lang)
        if len(state.parks) == 1:
            one.show(state, atlas)
        else:
            several.show(state, atlas, lambda: save_buttons(state, atlas))
    else:
        with st.container(horizontal=True, key="parks-tools"):
            _units(state)
        guarded(lambda: gallery.show(state, atlas), lang)
        hint(t("parks.signs", lang), lang)
    notice = f"{t('map.disclaimer', lang)}"
    st.html(
        f'<footer><p class="notice">{escape(notice)}</p>'
        f"<p>{escape(t('app.sources.osm', lang))}</p></footer>"
    )


def _chooser(state: ParksState, atlas: Atlas) -> None:
    """Draw which parks are shown, the way to more and back, the unit and the files."""
    lang, plans = state.lang, atlas.plans
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="parks-tools"):
        st.button(t("parks.all", lang), key="parks-all", on_click=change, kwargs={"parks": ()})
        if len(state.parks) > 1:
            for letter, park in zip(LETTERS, state.parks, strict=False):
                words = f"{letter} {plans.parks[park].short(lang)} ✕"
                st.button(
                    words,
                    key=f"without-{park}",
                    help=t("parks.without", lang, park=plans.parks[park].short(lang)),
                    on_click=change,
                    kwargs={"parks": added(state.parks, park)},
                )
        if len(state.parks) < MOST:
            _add(state, atlas)
        _units(state)
        if len(state.parks) == 1:
            guarded(lambda: save_buttons(state, atlas), lang)


def _add(state: ParksState, atlas: Atlas) -> None:
    """Draw the choice of one more park."""
    lang, key = state.lang, f"parks-add-{state.lang}-{'-'.join(state.parks)}"
    st.selectbox(
        t("parks.add", lang),
        [park for park in atlas.plans.parks if park not in state.parks],
        index=None,
        format_func=lambda park: atlas.plans.parks[park].short(lang),
        placeholder=t("parks.add" if len(state.parks) > 1 else "parks.with", lang),
        label_visibility="collapsed",
        key=key,
        on_change=lambda: change(parks=added(state.parks, st.session_state[key])),
        width=230,
    )


def _units(state: ParksState) -> None:
    """Draw what land is shown in."""
    st.segmented_control(
        t("parks.unit", state.lang),
        UNITS,
        format_func=lambda unit: t(f"official.unit.{unit}", state.lang),
        label_visibility="collapsed",
        required=True,
        **PARKS.bound(
            f"parks-unit-{state.lang}", state.unit, lambda unit: {"unit": unit or UNITS[0]}
        ),
    )


def save_buttons(state: ParksState, atlas: Atlas) -> None:
    """Draw what the parks shown can be saved as."""
    lang = state.lang
    name = "-".join(["parks", *state.parks])
    guarded(lambda: csv_button(name, lambda: files.table(state, atlas), lang, True), lang)
    xlsx_button(name, lambda: files.workbook(state, atlas), lang, about=t("parks.xlsx", lang))
    desk.make(
        t("parks.html", lang),
        f"park-atlas-{name}.html",
        "text/html",
        (state, atlas.stamp),
        lambda: files.map_html(state, atlas),
        lang,
        heavy=False,
        help=t("parks.html.help", lang),
        disabled=atlas.boundaries is None,
    )
