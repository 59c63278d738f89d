"""The section with every figure of the plans: filters, one table, files with all provenance."""

from __future__ import annotations

import re
import unicodedata
from html import escape

import pandas as pd
import streamlit as st
from openpyxl import Workbook

from geo.plans import Figure, Indicator, Number, Plans, cite, format_number
from layers.i18n import t, with_unit
from views import table_selection as selection
from views.data import Atlas
from views.figures.state import DataState
from views.help.hints import hint
from views.saving import csv_button, xlsx_button
from views.sheets import Value, book_bytes, rows_sheet, sources_sheet

_COLUMNS = ("about", "metric", "part", "period", "value", "unit", "kind", "printed", "source",
            "locator", "note")  # fmt: skip


def chosen(state: DataState, plans: Plans) -> list[Number]:
    """Return the numbers that a state's filters leave, in the order of the files."""
    wanted = comparable(state.find).split()
    return [
        number
        for number in plans.numbers
        if (not state.source or number.source_id == state.source)
        and (not state.about or number.about == state.about)
        and all(word in _haystack(number, plans) for word in wanted)
    ]


def _haystack(number: Number, plans: Plans) -> str:
    """Return what a search looks through, in both languages."""
    metric = plans.metrics[number.metric]
    texts = [number.printed, number.locator, number.period, metric.zh, metric.en]
    texts += [plans.name(number.about, "zh"), plans.name(number.about, "en")]
    texts += [part(number, plans, "zh"), part(number, plans, "en")]
    return comparable("\n".join(texts))


def comparable(text: str) -> str:
    """Return text as it is compared: NFKC, without case, numbers without separators."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", folded)


def part(number: Number, plans: Plans, lang: str) -> str:
    """Return what of its park or subject a number is limited to, empty for the whole."""
    if isinstance(number, Indicator):
        return plans.industries[number.industry].name(lang) if number.industry else ""
    if isinstance(number, Figure) and number.part:
        label = plans.parks[number.park_id].part(number.part)
        return label.name(lang) if label else number.part
    return ""


def amount(number: Number, lang: str) -> str:
    """Return a number as it is shown: exact, with what the words make of it."""
    text = format_number(number.value)
    if isinstance(number, Indicator) and number.value_to is not None:
        return t("data.range", lang, low=text, high=format_number(number.value_to))
    return t(f"data.bound.{number.bound}", lang, value=text)


def rows(numbers: list[Number], atlas: Atlas, lang: str) -> list[list[Value]]:
    """Return the table's rows: text as shown, the value as an exact number."""
    plans = atlas.plans
    return [
        [
            plans.name(number.about, lang),
            plans.metrics[number.metric].name(lang),
            _scope(number, atlas, lang),
            number.period,
            number.value,
            plans.metrics[number.metric].unit_name(lang),
            t(f"map.kind.{number.kind}", lang),
            number.printed,
            number.source.short(lang),
            number.locator,
            number.remark(lang),
        ]
        for number in numbers
    ]


def _scope(number: Number, atlas: Atlas, lang: str) -> str:
    """Return the part or industry of a number, or the zones it is limited to."""
    if isinstance(number, Figure) and number.zones:
        zones = atlas.zone_names(number.zones, lang)
        return " · ".join(filter(None, (part(number, atlas.plans, lang), zones)))
    return part(number, atlas.plans, lang)


def head(lang: str) -> list[str]:
    """Return the table's headings."""
    return [t(f"data.col.{name}", lang) for name in _COLUMNS]


def show(state: DataState, atlas: Atlas) -> None:
    """Draw the table of what the filters leave, and the files of it."""
    lang, numbers = state.lang, chosen(state, atlas.plans)
    with st.container(horizontal=True, vertical_alignment="center", key="figures-head"):
        st.html(
            f"<h3>{t('data.figures.count', lang, shown=len(numbers), all=_all(atlas))}</h3>",
            width="stretch",
        )
        _save(numbers, state, atlas)
    if not numbers:
        st.info(t("data.figures.none", lang))
        return
    table = rows(numbers, atlas, lang)
    frame = pd.DataFrame(table, columns=head(lang))
    name = t("data.col.value", lang)
    # Floats are for sorting only: the words beside them are exact.
    frame[name] = [float(number.value) for number in numbers]
    config = {
        name: st.column_config.NumberColumn(format="localized"),
        frame.columns[0]: st.column_config.TextColumn(width=170),
        t("data.col.part", lang): st.column_config.TextColumn(width=130),
        t("data.col.locator", lang): st.column_config.TextColumn(width="large"),
    }
    key = f"figures-table-{state.source}-{state.about}-{state.find}"
    index = selection.picked(key, len(numbers))
    if index is not None:
        st.html(detail(numbers[index], atlas, lang))
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        placeholder="—",
        height=selection.height(len(numbers)),
        key=key,
        on_select="rerun",
        selection_mode=selection.MODES,
    )
    hint(t("data.figures.hint", lang), lang)


def detail(number: Number, atlas: Atlas, lang: str) -> str:
    """Return all there is to say of one number as HTML; every text is escaped."""
    plans = atlas.plans
    metric = plans.metrics[number.metric]
    title = " · ".join(
        filter(
            None,
            (
                plans.name(number.about, lang),
                _scope(number, atlas, lang),
                metric.name(lang),
                number.period.replace("-", "–"),
            ),
        )
    )
    lines = [
        t("data.detail.printed", lang, words=number.printed),
        t("data.detail.cite", lang, cite=cite(number, lang)),
    ]
    lines += [number.remark(lang), metric.description(lang)]
    lines += [elsewhere(number, other, lang) for other in plans.elsewhere(number)]
    told = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    value = with_unit(amount(number, lang), metric.unit_name(lang), lang)
    kind = t(f"map.kind.{number.kind}", lang)
    return (
        f'<article class="document detail"><h4>{escape(title)}</h4>'
        f"<strong>{escape(value)}</strong> <i>{escape(kind)}</i>{told}</article>"
    )


def elsewhere(number: Number, other: Number, lang: str) -> str:
    """Return another place of a quantity: that it has the same number, or which other one."""
    key = "elsewhere" if other.value == number.value else "differs"
    return t(f"data.detail.{key}", lang, cite=cite(other, lang), words=other.printed)


def _all(atlas: Atlas) -> int:
    return len(atlas.plans.numbers)


def _save(numbers: list[Number], state: DataState, atlas: Atlas) -> None:
    """Draw the download buttons."""
    lang, name = state.lang, _name(state)
    csv_button(name, lambda: _file(numbers, atlas, lang), lang, bool(numbers))
    xlsx_button(name, lambda: workbook(numbers, atlas, lang), lang, bool(numbers))


def _name(state: DataState) -> str:
    """Return what a file is called after the product's name, plain ASCII, telling the filters."""
    parts = ["figures", state.source, state.about, "found" if state.find else ""]
    return "-".join(filter(None, parts))


def _file(numbers: list[Number], atlas: Atlas, lang: str) -> tuple[list[str], list[list[Value]]]:
    """Return head and rows of a file: as shown, with the whole citation."""
    told = [
        [*row, cite(number, lang)]
        for row, number in zip(rows(numbers, atlas, lang), numbers, strict=True)
    ]
    return [*head(lang), t("app.download.col.citation", lang)], told


def workbook(numbers: list[Number], atlas: Atlas, lang: str) -> bytes:
    """Return a workbook of the numbers, with the documents on a sheet of their own."""
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("app.download.sheet.figures", lang)
    rows_sheet(sheet, *_file(numbers, atlas, lang))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    return book_bytes(book)
