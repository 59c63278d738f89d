"""The files the page gives: the table as CSV, everything with sources as Excel."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from geo.plans import Figure, Plans, cite
from layers.i18n import t
from layers.units import in_unit, target, unit_name
from views import faults
from views.data import Atlas
from views.figure_rows import figures_table
from views.map import excluded, scope
from views.map.filters import shown_parks
from views.map.selection import Column, Shown, columns, figures, shown_columns, total
from views.map.state import ViewState, industries
from views.map.totals import mixed, rounding, words
from views.sheets import Value, book_bytes, csv_bytes, notes_sheet, rows_sheet, sources_sheet, write

_NAMED = 3  # filters of a kind that a file's name spells out


def column_name(column: Column, lang: str, unit: str = "mu") -> str:
    """Return a column's heading: metric, year or period, unit; no two columns share one.

    ``unit`` is what land is shown in there.
    """
    metric = column.metric
    return t(
        "app.table.column",
        lang,
        metric=metric.short(lang),
        period=column.period,
        unit=unit_name(metric.unit_name(lang), metric.unit, unit, lang),
    )


def area_name(lang: str, unit: str = "mu") -> str:
    """Return the heading of the digitised area, in the unit that ground is shown in."""
    return t("app.table.area", lang, unit=t(f"official.unit.{target('km2', unit)}", lang))


def shown_name(shown: Shown, lang: str) -> str:
    """Return the heading of a column in its unit."""
    return column_name(shown.column, lang, "mu" if shown.own else shown.unit)


def table_rows(state: ViewState, atlas: Atlas) -> tuple[list[str], list[list[Value]]]:
    """Return the table's headings and rows as they go into files; missing cells are None.

    Parameters
    ----------
    state : ViewState
    atlas : views.data.Atlas
    """
    plans, lang = atlas.plans, state.lang
    parks, shown = shown_parks(state, plans), shown_columns(state, plans)
    area_unit = target("km2", state.unit)
    areas = dict.fromkeys(("km2", area_unit))
    head = [
        t("app.download.col.id", lang),
        t("app.table.park", lang),
        t("app.table.kind", lang),
        *(shown_name(one, lang) for one in shown),
        *(area_name(lang, "mu" if unit == "km2" else unit) for unit in areas),
        t("app.download.col.remarks", lang),
        t("app.download.col.industries", lang),
        t("app.download.col.citation", lang),
    ]
    own = columns(state, plans)
    found = [figures(parks, one.column, plans) for one in shown]
    rows = [
        [
            park.id,
            park.name(lang),
            t(f"map.parkkind.{park.kind}", lang),
            *(one.value(values[park.id]) for one, values in zip(shown, found, strict=True)),
            *(_area(atlas.area(park.id), unit) for unit in areas),
            scope.row_text(park, own, atlas, lang, remarks=True),
            t("app.separator", lang).join(tag.name(lang) for tag in park.industries),
            _citations([values[park.id] for values in found], lang),
        ]
        for park in parks
    ]
    return head, rows


def _area(km2: Decimal | None, unit: str) -> Decimal | None:
    return None if km2 is None else in_unit(km2, "km2", unit)


def _citations(found: Iterable[Figure | None], lang: str) -> str:
    """Return where a row's figures come from, each place once."""
    lines = dict.fromkeys(cite(figure, lang) for figure in found if figure is not None)
    return "；".join(lines) if lang == "zh" else "; ".join(lines)


def table_csv(state: ViewState, atlas: Atlas) -> bytes:
    """Return the table as CSV: UTF-8 with a byte order mark, so that Excel reads the Chinese."""
    return csv_bytes(*table_rows(state, atlas))


def table_xlsx(state: ViewState, atlas: Atlas) -> bytes:
    """Return a workbook: the table with totals, every figure shown, the sources, the notes."""
    lang = state.lang
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("app.download.sheet.table", lang)
    _table_sheet(sheet, state, atlas)
    sheet = book.create_sheet(t("app.download.sheet.figures", lang))
    rows_sheet(sheet, *figures_table(shown_parks(state, atlas.plans), atlas, lang))
    if excluded.rows(state, atlas):
        out = book.create_sheet(t("official.sheet.out", lang))
        rows_sheet(out, *excluded.table(state, atlas))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    notes_sheet(book.create_sheet(t("app.download.sheet.notes", lang)), _notes(state, atlas))
    return book_bytes(book)


def _table_sheet(sheet: Worksheet, state: ViewState, atlas: Atlas) -> None:
    """Write the table, a row of totals and a row of how many parks each total counts."""
    head, rows = table_rows(state, atlas)
    rows_sheet(sheet, head, rows)
    plans, lang = atlas.plans, state.lang
    parks, shown = shown_parks(state, plans), shown_columns(state, plans)
    totals = [total(parks, one.column, plans) for one in shown]
    tail = [None] * (len(head) - 3 - len(shown))
    sums: list[Value] = [one.total(summed) for one, summed in zip(shown, totals, strict=True)]
    counts: list[Value] = [
        None if summed.value is None else Decimal(len(summed.counted)) for summed in totals
    ]
    write(sheet, sheet.max_row + 1, ["", t("app.download.total", lang), "", *sums, *tail], True)
    write(sheet, sheet.max_row + 1, ["", t("app.download.counted", lang), "", *counts, *tail])
    end = "；" if lang == "zh" else "; "
    notes: list[Value] = [
        end.join([*mixed(summed, atlas, lang), *rounding(summed, lang, one.unit)])
        for one, summed in zip(shown, totals, strict=True)
    ]
    if any(notes):
        write(sheet, sheet.max_row + 1, ["", t("app.download.mixed", lang), "", *notes, *tail])
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if note := filter_note(state, plans):
        write(sheet, sheet.max_row + 1, ["", note])


def _notes(state: ViewState, atlas: Atlas) -> list[str]:
    """Return the filters, how to read the numbers, and what the totals leave out."""
    plans, lang = atlas.plans, state.lang
    parks = shown_parks(state, plans)
    lines = [
        t("app.title", lang),
        t("app.download.note.shown", lang, shown=len(parks), all=len(plans.parks)),
        filter_words(state, plans),
        t("app.download.note.missing", lang),
        t("app.download.note.sum", lang),
    ]
    if state.unit != "mu":
        lines.append(t("official.note.unit", lang))
    lines += excluded.lines(state, atlas)
    lines += faults.lines(plans, lang)
    for column in columns(state, plans):
        summed = total(parks, column, plans)
        lines.append(f"{column_name(column, lang)}: {column.metric.description(lang)}")
        lines += words(summed, atlas, lang)
    return [*lines, t("map.disclaimer", lang), t("app.sources.osm", lang)]


def filter_words(state: ViewState, plans: Plans) -> str:
    """Return the filters in one line."""
    lang, join = state.lang, t("app.separator", state.lang)
    tags = industries(plans)
    parks = join.join(plans.parks[park].name(lang) for park in state.parks)
    chosen = join.join(tags[tag][0 if lang == "zh" else 1] for tag in state.industries)
    return t(
        "app.download.note.filter",
        lang,
        parks=parks or t("app.parks.all", lang),
        industries=chosen or t("app.industries.all", lang),
        land=t(f"official.land.{state.land}", lang),
        min_mu=t("app.min_mu.any", lang) if state.min_mu is None else f"{state.min_mu:f}",
    )


def filter_note(state: ViewState, plans: Plans) -> str:
    """Return what a file has to say of itself: the filters, rows of the data left out.

    Nothing when all parks are shown and no row is faulty.
    """
    lang, told = state.lang, []
    if state.filtered:
        told.append(
            t(
                "app.download.note.filtered",
                lang,
                filter=filter_words(state, plans),
                shown=len(shown_parks(state, plans)),
                all=len(plans.parks),
            )
        )
    if plans.faults:
        told.append(t("app.download.note.faults", lang, count=len(plans.faults)))
    return " · ".join(told)


def file_stem(state: ViewState) -> str:
    """Return the name of the files without ending, plain ASCII, telling what is shown.

    A list of filters that would make the name long is told by its length; the file itself has it.
    """
    parts = ["park-atlas", state.scheme, state.metric, state.period]
    if state.filtered:
        parts.append("filtered")
    for what, chosen in (("industries", state.industries), ("parks", state.parks)):
        parts += chosen if len(chosen) <= _NAMED else [f"{len(chosen)}-{what}"]
    if state.min_mu is not None:
        kind = "-industrial" if state.land == "industrial" else ""
        parts.append(f"min-{state.min_mu:f}-mu{kind}".replace(".", "-"))
    if state.unit != "mu":
        parts.append(f"in-{state.unit}")
    return "-".join(part.replace("_", "-") for part in parts if part)
