"""One layout: its map, the card of the chosen element, its elements and members as tables."""

from __future__ import annotations

from collections import Counter
from html import escape

import streamlit as st

from geo.osm.districts import district_name
from geo.plans import Plans, cite
from layers.i18n import t
from layers.map_view import MapView
from layers.schemes import Element, Scheme
from layers.schemes.cards import element_card, scheme_figures
from views import navigation
from views.data import Atlas
from views.frame import plain
from views.help.hints import hint
from views.layouts import card as scheme_card
from views.layouts import maps as scheme_maps
from views.layouts import members as scheme_members
from views.layouts import tables as scheme_tables
from views.layouts.session import bound, change, current, label, ordered, period
from views.layouts.state import SchemesState, by_district
from views.saving import csv_button, xlsx_button
from views.table_selection import MODES, picked, text_table

MAP_KEY = "layout-map"
_HEIGHT = 640
_TURN = "layout-elements-turn"


def show(state: SchemesState, atlas: Atlas) -> None:
    """Draw the view."""
    lang = state.lang
    scheme, drawable = scheme_maps.built(state.a, atlas)
    _choice(state, atlas)
    view = MapView(lang=lang, metric=None, scheme=scheme.id, element=state.element or None)
    follow = scheme_maps.clicked(MAP_KEY, scheme, "element")
    drawable = scheme_maps.draw(view, atlas, MAP_KEY, _HEIGHT, follow) and drawable
    _about(scheme, view, atlas, drawable)
    chosen = next((one for one in scheme.elements if one.id == state.element), None)
    if chosen is not None:
        _card(chosen, state, atlas)
    _elements(scheme, atlas, lang, drawable)
    _members(scheme, atlas, lang, drawable)


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


def _card(element: Element, state: SchemesState, atlas: Atlas) -> None:
    """Draw the card of the chosen element, with the ways to the cards of its parks."""
    lang, plans = state.lang, atlas.plans
    shown = scheme_members.within(element, state.within)
    card = element_card(shown, plans, lang)
    with st.container(border=True, key="layout-card"):
        with st.container(horizontal=True, vertical_alignment="center", key="layout-card-head"):
            st.html(scheme_card.head_html(card), width="stretch")
            close = t("app.card.close", lang)
            st.button(close, key="layout-close", on_click=lambda: change(element=""))
        if parks := scheme_card.parks(card):
            with st.container(horizontal=True, gap="small", key="layout-parks"):
                for park, name in parks.items():
                    park_button(park, name, "layout", lang, scheme=state.a)
        left, right = st.columns([1, 2.2])
        left.html(scheme_card.about_html(card, lang))
        with right:
            _card_members(element, shown, card, state, atlas)


def _card_members(
    element: Element, shown: Element, card: dict, state: SchemesState, atlas: Atlas
) -> None:
    """Draw a card's members, by district, with the land its parks have; the element's figures."""
    lang = state.lang
    told = scheme_card.figures_html(card, lang)
    if element.members:
        every, left = (len(one.all_members()) for one in (element, shown))
        key = "layout.card.members.some" if state.within else "layout.card.members"
        st.html(f'<h4 class="section">{escape(t(key, lang, count=left, all=every))}</h4>')
        _districts(element, state)
        st.html(scheme_members.total_html(shown, state.within, atlas, lang) or "<p></p>")
        land = scheme_members.land_texts(shown, atlas, lang)
        st.html(scheme_members.table_html(card, land, atlas, lang))
    elif not told:
        told = f'<p class="quiet">{escape(t("layout.card.no_members", lang))}</p>'
    if told:
        st.html(f'<article class="element"><div class="facts">{told}</div></article>')


def _districts(element: Element, state: SchemesState) -> None:
    """Draw the choice of the district whose members are shown, where they lie in several."""
    lang = state.lang
    counts = Counter(name for member in element.all_members() for name in set(member.districts))
    if len(counts) < 2:
        return

    def word(name: str) -> str:
        told = district_name(name, lang) if name else t("layout.district.all", lang)
        count = counts[name] if name else len(element.all_members())
        return t("layout.show.count", lang, word=told, count=count)

    st.pills(
        t("layout.district", lang),
        ["", *by_district([counts])],
        format_func=word,
        label_visibility="collapsed",
        required=True,
        **bound(
            f"layout-within-{lang}-{state.a}-{element.id}", state.within,
            lambda name: {"within": name or ""},
        ),
    )  # fmt: skip


def park_button(
    park: str, name: str, prefix: str, lang: str, scheme: str = "", plain_link: bool = False
) -> None:
    """Draw the button that opens a park's card on the map page.

    Parameters
    ----------
    park, name : str
        Id; what the button calls it.
    prefix : str
        Of the button's key.
    lang : str
    scheme : str
        The layout that stays on the map; empty for none.
    plain_link : bool
        Draw it as a mere word of a table.
    """
    st.button(
        plain(name if plain_link else t("layout.park", lang, name=name)),
        key=f"{prefix}-park-{park}",
        help=t("layout.park.help", lang),
        type="tertiary" if plain_link else "secondary",
        on_click=navigation.go,
        args=("map",),
        kwargs={"park": park, **({"scheme": scheme} if scheme else {})},
    )


def _about(scheme: Scheme, view: MapView, atlas: Atlas, drawable: bool) -> None:
    """Draw what the layout is: plan, period, place in it, slogan; its files."""
    lang, plans = view.lang, atlas.plans
    source = plans.sources[scheme.source_id]
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
        scheme_maps.save_button(view, f"layout-{scheme.id}", atlas, drawable)
        xlsx_button(
            f"layout-{scheme.id}",
            lambda: scheme_tables.workbook(scheme, plans, lang, drawable),
            lang,
            about=t("layout.xlsx.help", lang),
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
    st.html(f'<article class="document card layout"><dl>{lines}</dl></article>')
    _figures(scheme, plans, lang)


def _figures(scheme: Scheme, plans: Plans, lang: str) -> None:
    """Draw the plan's numbers of the city, district or industry a layout is of, folded away.

    They are not the layout's own: their title says whose they are.
    """
    told = scheme_card.figures_html(scheme_figures(scheme, plans, lang), lang)
    if not told or scheme.about is None:
        return
    whose = []
    if scheme.about.subject:
        whose.append(plans.name(scheme.about.subject, lang))
    if scheme.about.industry:
        whose.append(plans.industries[scheme.about.industry].name(lang))
    title = t("layout.figures.whose", lang, whose=" · ".join(whose))
    with st.expander(plain(title)):
        st.html(f'<article class="element"><div class="facts">{told}</div></article>')


def _elements(scheme: Scheme, atlas: Atlas, lang: str, drawable: bool) -> None:
    """Draw the table of elements; a click on a row opens that element's card."""
    plans = atlas.plans
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
        row = picked(key, len(table))
        change(element="" if row is None else scheme.elements[row].id)

    head = scheme_tables.element_head(lang)
    widths = (110, 60, 165, 160, 120, 140, 165, 300)
    text_table(table, head, widths, key, on_select=pick, selection_mode=MODES)
    hint(t("layout.elements.hint", lang), lang)


def _table_key(scheme: Scheme, lang: str) -> str:
    """Return the table's key: a new one, without a picked row, once another element is open."""
    turn = st.session_state.setdefault(_TURN, 0)
    key = f"layout-elements-{lang}-{scheme.id}-{turn}"
    row = picked(key, len(scheme.elements))
    if row is None or scheme.elements[row].id == current().element:
        return key
    st.session_state[_TURN] = turn + 1
    return f"layout-elements-{lang}-{scheme.id}-{turn + 1}"


def _members(scheme: Scheme, atlas: Atlas, lang: str, drawable: bool) -> None:
    """Draw the table of members."""
    table = scheme_tables.member_rows(scheme, atlas.plans, lang, drawable)
    head = scheme_tables.member_head(lang)
    with st.container(horizontal=True, vertical_alignment="center", key="layout-members-head"):
        title = _member_title(scheme, lang, drawable)
        st.html(f"<h4>{escape(title)}</h4>", width="stretch")
        csv_button(f"layout-{scheme.id}-members", lambda: (head, table), lang, bool(table))
    if not table:
        hint(t("layout.members.none", lang), lang)
        return
    widths = (165, 95, 175, 60, 115, 85, 90, 300, 260, 200)
    text_table(table, head, widths, f"layout-members-{lang}-{scheme.id}")


def _member_title(scheme: Scheme, lang: str, drawable: bool) -> str:
    """Return how many members there are, each once, and how many of them are on the map."""
    found = scheme.members()
    if not drawable:  # without a map nothing is said of it
        return t("layout.members.count", lang, count=len(found))
    there = sum(member.located for member in found)
    return t("layout.members", lang, count=len(found), located=there)
