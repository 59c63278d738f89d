"""Who carries an industry: two maps, one a plan period, every statement, the plans' numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st
from openpyxl import Workbook

from geo.osm.districts import district_name
from geo.plans import Indicator, Plans, cite
from layers.i18n import t
from layers.map_view import MapView
from layers.schemes import Scheme
from layers.schemes.industry import Carrier, carriers, indicators, plan_periods, tags_in_use
from views.data import Atlas, Stamp
from views.figures import figures
from views.help.hints import hint
from views.layouts import maps as scheme_maps
from views.layouts import things as scheme_things
from views.layouts.one import park_button
from views.layouts.session import bound, change, districts, period
from views.layouts.state import Known, SchemesState, by_district
from views.layouts.tables import heads, located
from views.layouts.two import HEIGHT, halves
from views.saving import csv_button, xlsx_button
from views.sheets import Value, book_bytes, rows_sheet, sources_sheet
from views.table_selection import MODES, height, picked, text_table

KEYS = ("layout-before", "layout-after")
_COLUMNS = ("period", "kind", "carrier", "districts", "scheme", "element", "words", "located",
            "plan", "locator")  # fmt: skip


def show(state: SchemesState, atlas: Atlas) -> None:
    """Draw the view."""
    lang, plans = state.lang, atlas.plans
    tags = tags_in_use(plans, atlas.schemes)
    if not tags:
        st.info(t("layout.industry.none", lang))
        return
    every = _carriers(state.tag, atlas.stamp, atlas)
    left, right = st.columns([5, 3])
    left.selectbox(
        t("layout.industry", lang),
        list(tags),
        format_func=lambda tag: tags[tag].name(lang),
        **bound(f"layout-tag-{lang}", state.tag, lambda tag: {"tag": tag}),
    )
    with right:
        _district(every, state)
    found = within(every, state.district)
    _parks(found, state, atlas)
    link = scheme_maps.link(Known(atlas.schemes, {}).linked(state))
    for column, name, key in zip(halves(), _periods(plans), KEYS, strict=False):
        with column:
            counted = scheme_things.count(found, name, atlas)
            st.html(scheme_things.head_html(counted, name, state.district, plans, lang))
            view = MapView(lang=lang, metric=None, industry=state.tag, plan_period=name, link=link)
            scheme_maps.draw(view, atlas, key, HEIGHT)
    _carrier_table(found, state, atlas)
    _numbers(state, atlas)


@st.cache_resource(show_spinner=False, max_entries=64)
def _carriers(tag: str, stamp: Stamp, _atlas: Atlas) -> list[Carrier]:  # noqa: ARG001
    return carriers(tag, _atlas.plans, _atlas.schemes)


def _periods(plans: Plans) -> list[str]:
    """Return the two plan periods that are set side by side."""
    return plan_periods(plans)[-2:]


def within(found: list[Carrier], name: str) -> list[Carrier]:
    """Return the statements on what lies in a district; all of them without one."""
    return [one for one in found if not name or name in one.districts]


def _district(every: list[Carrier], state: SchemesState) -> None:
    """Draw the choice of the district, each with how many statements it leaves."""
    lang, chosen = state.lang, (state.district,) if state.district else ()
    counts = Counter(name for one in every for name in one.districts)

    def word(name: str) -> str:
        told = district_name(name, lang) if name else t("layout.district.all", lang)
        count = counts[name] if name else len(every)
        return t("layout.show.count", lang, word=told, count=count)

    st.selectbox(
        t("layout.district", lang),
        ["", *by_district([counts, chosen])],
        format_func=word,
        **bound(f"layout-district-{lang}", state.district, lambda name: {"district": name}),
    )


def _parks(found: list[Carrier], state: SchemesState, atlas: Atlas) -> None:
    """Draw what each plan period says of each park of the map, and the way to the park's card."""
    lang, names = state.lang, _periods(atlas.plans)
    said = scheme_things.parks(found, atlas)
    title = t("layout.parks", lang, name=atlas.plans.tags[state.tag].name(lang), count=len(said))
    st.html(f'<h4 class="section">{escape(title)}</h4>')
    if not said:
        hint(t("layout.parks.none", lang), lang)
        return
    with st.container(key="layout-park-periods", gap=None):
        heads_row = st.columns([2, 4, 4])
        for column, name in zip(heads_row[1:], names, strict=False):
            column.html(f'<p class="said-head">{escape(period(name, lang))}</p>')
        for park, own in said.items():
            first, *cells = st.columns([2, 4, 4])
            with first:
                name = atlas.plans.parks[park].short(lang)
                park_button(park, name, "industry", lang, plain_link=True)
            for column, name in zip(cells, names, strict=False):
                told = scheme_things.cell_html(park, own, name, atlas, lang)
                word = f'<p class="said-period">{escape(period(name, lang))}</p>'
                column.html(word + told)
    hint(t("layout.parks.hint", lang), lang)


def carrier_head(lang: str) -> list[str]:
    """Return the headings of the table of carriers."""
    return heads(_COLUMNS, lang)


def carrier_rows(found: list[Carrier], atlas: Atlas, lang: str) -> list[list[Value]]:
    """Return the table of carriers: a row a statement."""
    plans, schemes = atlas.plans, atlas.schemes
    rows: list[list[Value]] = []
    for one in found:
        scheme = schemes.get(one.scheme_id)
        rows.append([
            period(one.period, lang),
            t(f"layout.kind.{one.kind}", lang),
            one.name(lang),
            districts(by_district([one.districts]), lang),
            scheme.name(lang) if scheme else "",
            _element_name(scheme, one, lang),
            one.words,
            located(one.located, lang),
            plans.sources[one.source_id].short(lang),
            one.locator,
        ])  # fmt: skip
    return rows


def _element_name(scheme: Scheme | None, one: Carrier, lang: str) -> str:
    """Return the element a member stands in; nothing for an element, which has its name already."""
    if scheme is None or one.kind != "member":
        return ""
    return next(e.name(lang) for e in scheme.elements if e.id == one.element_id)


def carrier_file(
    found: list[Carrier], atlas: Atlas, lang: str
) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows of the file of carriers: as shown, with ids and citations."""
    head = [*carrier_head(lang), *heads(("scheme_id", "element_id", "id", "citation"), lang)]
    rows = [
        [*row, one.scheme_id, one.element_id, one.id, _citation(one, atlas.plans, lang)]
        for row, one in zip(carrier_rows(found, atlas, lang), found, strict=True)
    ]
    return head, rows


def _citation(one: Carrier, plans: Plans, lang: str) -> str:
    """Return the document and the place in it."""
    source = cite(plans.sources[one.source_id], lang)
    return t("layout.place", lang, source=source, locator=one.locator)


def workbook(tag: str, found: list[Carrier], atlas: Atlas, lang: str) -> bytes:
    """Return a workbook of an industry: carriers, the plans' numbers, the documents."""
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("layout.sheet.carriers", lang)
    rows_sheet(sheet, *carrier_file(found, atlas, lang))
    sheet = book.create_sheet(t("app.download.sheet.figures", lang))
    rows_sheet(sheet, *number_file(tag, atlas, lang))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    return book_bytes(book)


def _carrier_table(found: list[Carrier], state: SchemesState, atlas: Atlas) -> None:
    """Draw the table of carriers, its files, and all there is to say of the picked one."""
    lang, tag = state.lang, state.tag
    with st.container(horizontal=True, vertical_alignment="center", key="layout-carriers-head"):
        title = t("layout.carriers", lang, name=atlas.plans.tags[tag].name(lang), count=len(found))
        st.html(f"<h3>{escape(title)}</h3>", width="stretch")
        name = f"industry-{tag}-carriers"
        csv_button(name, lambda: carrier_file(found, atlas, lang), lang, bool(found))
        xlsx_button(name, lambda: workbook(tag, found, atlas, lang), lang, bool(found))
    if not found:
        st.info(t("layout.industry.none", lang))
        return
    table, head = carrier_rows(found, atlas, lang), carrier_head(lang)
    key = f"layout-carriers-{lang}-{tag}-{state.district}"
    index = picked(key, len(found))
    if index is not None:
        _picked(found[index], dict(zip(head, table[index], strict=True)), atlas, lang)
    widths = (70, 60, 180, 85, 160, 150, 240, 80, 120, 200)
    text_table(table, head, widths, key, on_select="rerun", selection_mode=MODES)
    hint(t("layout.carriers.hint", lang), lang)


def _picked(one: Carrier, row: dict[str, Value], atlas: Atlas, lang: str) -> None:
    """Draw one statement in full, with the way to its park's card and to its layout."""
    lines = "".join(
        f"<p><b>{escape(name)}</b> {escape(str(value))}</p>" for name, value in row.items() if value
    )
    place = escape(_citation(one, atlas.plans, lang))
    st.html(
        f'<article class="document detail"><h4>{escape(one.name(lang))}</h4>{lines}'
        f"<small>{place}</small></article>"
    )
    with st.container(horizontal=True, gap="small", key="layout-picked"):
        if one.park:
            name = atlas.plans.parks[one.park].name(lang)
            park_button(one.park, name, "carrier", lang, scheme=one.scheme_id)
        if one.scheme_id in atlas.schemes:
            _layout_button(one, lang)


def _layout_button(one: Carrier, lang: str) -> None:
    """Draw the button that opens a carrier's layout on this page, its element's card open."""
    fields = {"view": "one", "a": one.scheme_id, "element": one.element_id}
    st.button(
        t("layout.open_layout", lang), key="carrier-layout", on_click=lambda: change(**fields)
    )


def folded(numbers: Iterable[Indicator]) -> list[list[Indicator]]:
    """Return numbers, those that one document prints several times with one value together.

    Different values of one quantity stay apart, and so do different documents.
    """
    found: dict[tuple[object, ...], list[Indicator]] = {}
    for one in numbers:
        key = (one.source_id, one.quantity, one.value, one.value_to, one.bound)
        found.setdefault(key, []).append(one)
    return list(found.values())


def number_rows(repeats: list[list[Indicator]], atlas: Atlas, lang: str) -> list[list[Value]]:
    """Return the rows of an industry's numbers; a repeated one has all its words and places."""
    end = "；" if lang == "zh" else "; "

    def joined(texts: Iterable[str]) -> str:
        return end.join(dict.fromkeys(filter(None, texts)))

    once = [
        replace(
            own[0],
            printed=joined(one.printed for one in own),
            locator=joined(one.locator for one in own),
            note_zh=joined(one.note_zh for one in own),
            note_en=joined(one.note_en for one in own),
        )
        for own in repeats
    ]
    return figures.rows(once, atlas, lang)


def number_file(tag: str, atlas: Atlas, lang: str) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows of the file of an industry's numbers: as shown, with citations."""
    repeats = folded(indicators(tag, atlas.plans))
    end = "；" if lang == "zh" else "; "
    head = [*figures.head(lang), t("app.download.col.citation", lang)]
    rows = number_rows(repeats, atlas, lang)
    told = [
        [*row, end.join(cite(one, lang) for one in own)]
        for row, own in zip(rows, repeats, strict=True)
    ]
    return head, told


def number_book(tag: str, atlas: Atlas, lang: str) -> bytes:
    """Return a workbook of an industry's numbers, with the documents on a sheet of their own."""
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("app.download.sheet.figures", lang)
    rows_sheet(sheet, *number_file(tag, atlas, lang))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    return book_bytes(book)


def _numbers(state: SchemesState, atlas: Atlas) -> None:
    """Draw the plans' own numbers of the industry, and their files."""
    lang, tag = state.lang, state.tag
    repeats = folded(indicators(tag, atlas.plans))
    with st.container(horizontal=True, vertical_alignment="center", key="layout-numbers-head"):
        title = t("layout.numbers", lang, count=len(repeats))
        st.html(f"<h3>{escape(title)}</h3>", width="stretch")
        if repeats:
            name = f"industry-{tag}-figures"
            csv_button(name, lambda: number_file(tag, atlas, lang), lang, enabled=True)
            xlsx_button(name, lambda: number_book(tag, atlas, lang), lang)
    if not repeats:
        st.info(t("layout.numbers.none", lang))
        return
    frame = pd.DataFrame(number_rows(repeats, atlas, lang), columns=figures.head(lang))
    name = t("data.col.value", lang)
    # Floats are for sorting only: the words beside them are exact.
    frame[name] = [float(own[0].value) for own in repeats]
    key = f"layout-numbers-{lang}-{tag}"
    index = picked(key, len(repeats))
    if index is not None:
        st.html(figures.detail(repeats[index][0], atlas, lang))
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="localized"),
            frame.columns[0]: st.column_config.TextColumn(width=110),
            t("data.col.part", lang): st.column_config.TextColumn(width=150),
            t("data.col.locator", lang): st.column_config.TextColumn(width="large"),
        },
        placeholder="—",
        height=height(len(repeats)),
        key=key,
        on_select="rerun",
        selection_mode=MODES,
    )
    hint(t("layout.numbers.hint", lang), lang)
