"""Who carries an industry: two maps, one a plan period, every statement, the plans' numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import pandas as pd
import streamlit as st
from openpyxl import Workbook

from geo.plans import Plans, cite
from layers import page
from layers.i18n import t
from layers.schemes import Scheme
from layers.schemes.industry import Carrier, carriers, indicators, plan_periods, tags_in_use
from views import figures, scheme_maps
from views.data import Atlas, Stamp
from views.scheme_one import park_button
from views.scheme_session import bound, change, period
from views.scheme_state import SchemesState
from views.scheme_tables import heads, located
from views.scheme_two import HEIGHT, halves
from views.sheets import XLSX, Value, book_bytes, csv_bytes, rows_sheet, sources_sheet
from views.table_selection import MODES, picked

KEYS = ("layout-before", "layout-after")
_COLUMNS = ("period", "kind", "carrier", "scheme", "element", "words", "located", "plan", "locator")
_KINDS = ("park", "element", "member")
_ROWS = 560


@dataclass(frozen=True)
class Count:
    """How many of each kind carry an industry in a period, and how many of them are located."""

    kinds: dict[str, int]
    located: int

    @property
    def all(self) -> int:
        """How many there are of all kinds."""
        return sum(self.kinds.values())


def show(state: SchemesState, atlas: Atlas) -> None:
    """Draw the view."""
    lang, plans = state.lang, atlas.plans
    tags = tags_in_use(plans, atlas.schemes)
    if not tags:
        st.info(t("layout.industry.none", lang))
        return
    st.selectbox(
        t("layout.industry", lang),
        list(tags),
        format_func=lambda tag: tags[tag].name(lang),
        **bound(f"layout-tag-{lang}", state.tag, lambda tag: {"tag": tag}),
    )
    found = _carriers(state.tag, atlas.stamp, atlas)
    periods = plan_periods(plans)[-2:]
    for column, name, key in zip(halves(), periods, KEYS, strict=False):
        with column:
            st.html(_counted(name, count(found, name), plans, lang))
            view = page.MapView(lang=lang, metric=None, industry=state.tag, plan_period=name)
            scheme_maps.draw(view, atlas, key, HEIGHT, linked=state.linked)
    _carrier_table(found, state, atlas)
    _numbers(state, atlas)


@st.cache_resource(show_spinner=False, max_entries=64)
def _carriers(tag: str, stamp: Stamp, _atlas: Atlas) -> list[Carrier]:  # noqa: ARG001
    return carriers(tag, _atlas.plans, _atlas.schemes)


def count(found: list[Carrier], name: str) -> Count:
    """Return how many carry an industry in a plan period, each thing once."""
    things: dict[tuple[str, ...], Carrier] = {}
    for one in found:
        if one.period == name:
            # A park is one, however many plans speak of it; a member one in each element.
            where = () if one.kind == "park" else (one.scheme_id, one.element_id)
            things.setdefault((one.kind, *where, one.id or one.zh), one)
    kinds = {kind: sum(key[0] == kind for key in things) for kind in _KINDS}
    return Count(kinds, sum(one.located for one in things.values()))


def _counted(name: str, counted: Count, plans: Plans, lang: str) -> str:
    """Return a map's heading: the plan period, its plans, how many carry the industry in it."""
    # The periods have not the same number of plans: a map may be empty for want of one.
    sources = sum(source.period == name for source in plans.sources.values())
    words = t(
        "layout.industry.count", lang, plans=sources, **counted.kinds, located=counted.located,
        all=counted.all,
    )  # fmt: skip
    years = t("layout.years", lang, period=period(name, lang), years=name.replace("-", "–"))
    return f'<div class="side-head"><h4>{escape(years)}</h4><p>{escape(words)}</p></div>'


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
        _save(
            f"industry-{tag}-carriers",
            lambda: csv_bytes(*carrier_file(found, atlas, lang)),
            lambda: workbook(tag, found, atlas, lang),
            lang,
        )
    if not found:
        st.info(t("layout.industry.none", lang))
        return
    table, head = carrier_rows(found, atlas, lang), carrier_head(lang)
    key = f"layout-carriers-{lang}-{tag}"
    index = picked(key, len(found))
    if index is not None:
        _picked(found[index], dict(zip(head, table[index], strict=True)), atlas, lang)
    widths = dict(zip(head, (70, 70, 180, 170, 150, 240, 95, 120, 200), strict=True))
    st.dataframe(
        pd.DataFrame(table, columns=head),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in widths.items()
        },
        placeholder="—",
        height=min(_ROWS, 35 * (len(table) + 1) + 3),
        key=key,
        on_select="rerun",
        selection_mode=MODES,
    )
    st.caption(t("layout.carriers.hint", lang))


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
            park_button(one.park, atlas.plans.parks[one.park].name(lang), "carrier", lang)
        if one.scheme_id in atlas.schemes:
            _layout_button(one, lang)


def _layout_button(one: Carrier, lang: str) -> None:
    """Draw the button that opens a carrier's layout on this page, its element's card open."""
    fields = {"view": "one", "a": one.scheme_id, "element": one.element_id}
    st.button(
        t("layout.open_layout", lang), key="carrier-layout", on_click=lambda: change(**fields)
    )


def number_file(tag: str, atlas: Atlas, lang: str) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows of the file of an industry's numbers: as shown, with citations."""
    numbers = indicators(tag, atlas.plans)
    rows = figures.rows(numbers, atlas, lang)
    head = [*figures.head(lang), t("app.download.col.citation", lang)]
    told = [[*row, cite(number, lang)] for row, number in zip(rows, numbers, strict=True)]
    return head, told


def _numbers(state: SchemesState, atlas: Atlas) -> None:
    """Draw the plans' own numbers of the industry, and their files."""
    lang, numbers = state.lang, indicators(state.tag, atlas.plans)
    with st.container(horizontal=True, vertical_alignment="center", key="layout-numbers-head"):
        title = t("layout.numbers", lang, count=len(numbers))
        st.html(f"<h3>{escape(title)}</h3>", width="stretch")
        if numbers:
            _save(
                f"industry-{state.tag}-figures",
                lambda: csv_bytes(*number_file(state.tag, atlas, lang)),
                lambda: figures.workbook(numbers, atlas, lang),
                lang,
            )
    if not numbers:
        st.info(t("layout.numbers.none", lang))
        return
    frame = pd.DataFrame(figures.rows(numbers, atlas, lang), columns=figures.head(lang))
    name = t("data.col.value", lang)
    # Floats are for sorting only: the words beside them are exact.
    frame[name] = [float(number.value) for number in numbers]
    key = f"layout-numbers-{lang}-{state.tag}"
    index = picked(key, len(numbers))
    if index is not None:
        st.html(figures.detail(numbers[index], atlas, lang))
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
        height=min(_ROWS, 35 * (len(numbers) + 1) + 3),
        key=key,
        on_select="rerun",
        selection_mode=MODES,
    )
    st.caption(t("data.figures.hint", lang))


def _save(name: str, as_csv: Callable[[], bytes], as_book: Callable[[], bytes], lang: str) -> None:
    """Draw the two download buttons of a table; a file is made when its button is pressed."""
    for ending, mime, make in (("csv", "text/csv", as_csv), ("xlsx", XLSX, as_book)):
        st.download_button(
            t(f"app.download.{ending}", lang),
            data=make,
            file_name=f"park-atlas-{name}.{ending}",
            mime=mime,
            key=f"save-{name}-{ending}",
            on_click="ignore",
        )
