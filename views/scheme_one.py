"""One layout: its map, the card of the chosen element, its elements and members as tables."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geo.plans import cite
from layers import page
from layers.i18n import t
from layers.schemes import Scheme
from layers.schemes.cards import element_card, scheme_figures
from views import navigation, scheme_card, scheme_maps, scheme_tables
from views.data import Atlas
from views.saving import csv_button
from views.scheme_session import bound, change, current, label, ordered, period, picked
from views.scheme_state import SchemesState
from views.sheets import XLSX

MAP_KEY = "layout-map"
_HEIGHT = 640
_ROWS = 560  # pixels of a table at most
_TURN = "layout-elements-turn"


def show(state: SchemesState, atlas: Atlas) -> None:
    """Draw the view."""
    lang = state.lang
    scheme = scheme_maps.built(state.a, atlas)
    _choice(state, atlas)
    view = page.MapView(lang=lang, metric=None, scheme=scheme.id)
    follow = scheme_maps.clicked(MAP_KEY, scheme, "element")
    scheme_maps.draw(view, atlas, MAP_KEY, _HEIGHT, follow, state.element)
    chosen = next((one for one in scheme.elements if one.id == state.element), None)
    if chosen is not None:
        _card(element_card(chosen, atlas.plans, lang), lang)
    _about(scheme, view, atlas)
    _elements(scheme, atlas, lang)
    _members(scheme, atlas, lang)


def _choice(state: SchemesState, atlas: Atlas) -> None:
    """Draw the choice of the layout and of the element whose card is open."""
    lang, plans, scheme = state.lang, atlas.plans, atlas.schemes[state.a]
    names = {element.id: element.name(lang) for element in scheme.elements}
    left, right = st.columns([5, 3])
    left.selectbox(
        t("layout.choose", lang),
        ordered(atlas.schemes.values(), plans),
        format_func=lambda one: label(atlas.schemes[one], plans, lang),
        **bound(f"layout-a-{lang}", state.a, lambda one: {"a": one, "element": ""}),
    )
    right.selectbox(
        t("layout.element", lang),
        ["", *names],
        format_func=lambda one: names.get(one) or t("layout.element.pick", lang),
        **bound(f"layout-element-{lang}-{state.a}", state.element, lambda one: {"element": one}),
    )


def _card(card: dict, lang: str) -> None:
    """Draw the card of the chosen element, with the ways to the cards of its parks."""
    with st.container(border=True, key="layout-card"):
        with st.container(horizontal=True, vertical_alignment="center", key="layout-card-head"):
            st.html(scheme_card.head_html(card), width="stretch")
            close = t("app.card.close", lang)
            st.button(close, key="layout-close", on_click=lambda: change(element=""))
        if parks := scheme_card.parks(card):
            with st.container(horizontal=True, gap="small", key="layout-parks"):
                for park, name in parks.items():
                    park_button(park, name, "layout", lang)
        st.html(scheme_card.card_html(card, lang))


def park_button(park: str, name: str, prefix: str, lang: str) -> None:
    """Draw the button that opens a park's card on the map page."""
    st.button(
        t("layout.park", lang, name=name),
        key=f"{prefix}-park-{park}",
        help=t("layout.park.help", lang),
        on_click=navigation.go,
        args=("map",),
        kwargs={"park": park},
    )


def _about(scheme: Scheme, view: page.MapView, atlas: Atlas) -> None:
    """Draw what the layout is: plan, period, place in it, slogan, its own figures; its files."""
    lang, plans = view.lang, atlas.plans
    source, drawable = plans.sources[scheme.source_id], atlas.boundaries is not None
    with st.container(horizontal=True, vertical_alignment="center", key="layout-head"):
        st.html(f"<h3>{escape(scheme.title(lang))}</h3>", width="stretch")
        st.button(
            t("layout.to_map", lang),
            key="layout-to-map",
            help=t("layout.to_map.help", lang),
            on_click=navigation.go,
            args=("map",),
            kwargs={"scheme": scheme.id},
        )
        scheme_maps.save_button(view, f"layout-{scheme.id}", atlas)
        st.download_button(
            t("app.download.xlsx", lang),
            data=lambda: scheme_tables.workbook(scheme, plans, lang, drawable),
            file_name=f"park-atlas-layout-{scheme.id}.xlsx",
            mime=XLSX,
            key="save-layout-xlsx",
            help=t("layout.xlsx.help", lang),
            on_click="ignore",
        )
    years = source.period.replace("-", "–")
    facts = {
        "plan": cite(source, lang),
        "period": t("layout.years", lang, period=period(source.period, lang), years=years),
        "level": t(f"layout.level.{scheme.level}", lang),
        "locator": scheme.locator,
        "groups": t("app.separator", lang).join(group.name(lang) for group in scheme.groups),
    }
    lines = "".join(
        f"<dt>{escape(t(f'layout.about.{name}', lang))}</dt><dd>{escape(text)}</dd>"
        for name, text in facts.items()
        if text
    )
    figures = scheme_card.figures_html(scheme_figures(scheme, plans, lang), lang)
    st.html(f'<article class="document card layout"><dl>{lines}</dl><div>{figures}</div></article>')


def _elements(scheme: Scheme, atlas: Atlas, lang: str) -> None:
    """Draw the table of elements; a click on a row opens that element's card."""
    plans, drawable = atlas.plans, atlas.boundaries is not None
    table = scheme_tables.element_rows(scheme, plans, lang, drawable)
    with st.container(horizontal=True, vertical_alignment="center", key="layout-elements-head"):
        title = t("layout.elements", lang, count=len(table))
        st.html(f"<h4>{escape(title)}</h4>", width="stretch")
        csv_button(
            f"layout-{scheme.id}-elements",
            lambda: scheme_tables.element_file(scheme, plans, lang, drawable),
            lang,
            bool(table),
        )
    key = _table_key(scheme, lang)

    def pick() -> None:
        row = picked(key)
        change(element="" if row is None else scheme.elements[row].id)

    head = scheme_tables.element_head(lang)
    widths = dict(zip(head, (110, 60, 165, 160, 120, 140, 165, 300), strict=True))
    st.dataframe(
        pd.DataFrame(table, columns=head),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in widths.items()
        },
        placeholder="—",
        height=min(_ROWS, 35 * (len(table) + 1) + 3),
        key=key,
        on_select=pick,
        selection_mode=("single-row", "single-cell"),
    )
    st.caption(t("layout.elements.hint", lang))


def _table_key(scheme: Scheme, lang: str) -> str:
    """Return the table's key: a new one, without a picked row, once another element is open."""
    turn = st.session_state.setdefault(_TURN, 0)
    key = f"layout-elements-{lang}-{scheme.id}-{turn}"
    row = picked(key)
    if row is None or scheme.elements[row].id == current().element:
        return key
    st.session_state[_TURN] = turn + 1
    return f"layout-elements-{lang}-{scheme.id}-{turn + 1}"


def _members(scheme: Scheme, atlas: Atlas, lang: str) -> None:
    """Draw the table of members."""
    table = scheme_tables.member_rows(scheme, atlas.plans, lang)
    head = scheme_tables.member_head(lang)
    with st.container(horizontal=True, vertical_alignment="center", key="layout-members-head"):
        there = sum(one.member.point is not None for one in scheme_tables.members(scheme.elements))
        title = t("layout.members", lang, count=len(table), located=there)
        st.html(f"<h4>{escape(title)}</h4>", width="stretch")
        csv_button(f"layout-{scheme.id}-members", lambda: (head, table), lang, bool(table))
    if not table:
        st.caption(t("layout.members.none", lang))
        return
    widths = dict(zip(head, (165, 95, 175, 60, 115, 95, 300, 260, 200), strict=True))
    st.dataframe(
        pd.DataFrame(table, columns=head),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in widths.items()
        },
        placeholder="—",
        height=min(_ROWS, 35 * (len(table) + 1) + 3),
        key=f"layout-members-{lang}-{scheme.id}",
    )
