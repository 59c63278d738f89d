"""Writing tables into files: CSV and workbook sheets in which no text can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geo.exchange.cells import legal, neutral
from geo.plans import Plans
from layers.i18n import t

_HEAD_FILL = PatternFill("solid", fgColor="E8EEF3")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | Decimal | None


def csv_bytes(head: list[str], rows: Iterable[list[Value]]) -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark, so that Excel reads the Chinese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(text) for text in head])
    writer.writerows([[_csv_cell(value) for value in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(value: Value) -> str:
    """Return a cell's text: exact numbers as they are, other text made harmless."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else neutral(value)


def book_bytes(book: Workbook) -> bytes:
    """Return a workbook as the bytes of its file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sources_sheet(sheet: Worksheet, plans: Plans, lang: str) -> None:
    """Write the documents; what a document does not state stays empty and the note says so."""
    names = [
        "id",
        "short",
        "title",
        "number",
        "issuer",
        "date",
        "period",
        "disclosure",
        "note",
        "language",
    ]
    head = [t(f"app.download.col.{name}", lang) for name in names]
    head[0] = t("app.download.col.source", lang)
    rows: list[list[Value]] = [
        [
            source.id,
            source.short(lang),
            source.title(lang),
            source.number,
            getattr(source, f"issuer_{lang}"),
            source.date,
            source.period,
            getattr(source, f"disclosure_{lang}"),
            getattr(source, f"note_{lang}"),
            t(f"app.download.language.{source.language}", lang),
        ]
        for source in plans.sources.values()
    ]
    rows_sheet(sheet, head, rows)


def notes_sheet(sheet: Worksheet, lines: Iterable[str]) -> None:
    """Write lines of text below each other."""
    for number, line in enumerate(lines, 1):
        put(sheet.cell(number, 1), line)
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110


def rows_sheet(sheet: Worksheet, head: list[str], rows: list[list[Value]]) -> None:
    """Write a heading and rows, freeze the heading, and set widths by the content."""
    write(sheet, 1, list(head), True)
    for number, row in enumerate(rows, 2):
        write(sheet, number, row)
    for cell in sheet[1]:
        cell.fill = _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    for index in range(1, len(head) + 1):
        texts = [str(row[index - 1] or "") for row in rows]
        # A CJK character is about twice as wide as a digit.
        width = max((len(x) + sum(ord(c) > 0x2E80 for c in x) for x in texts), default=0)
        sheet.column_dimensions[get_column_letter(index)].width = min(max(width + 2, 12), 48)


def write(sheet: Worksheet, number: int, row: list[Value], bold: bool = False) -> None:
    """Write a row's cells."""
    for index, value in enumerate(row, 1):
        cell = sheet.cell(number, index)
        put(cell, value)
        if bold:
            cell.font = Font(bold=True)


def put(cell: Cell, value: Value) -> None:
    """Set a cell: numbers as numbers, text as text that is never a formula.

    The cell's type says that it is text, so the words stay as they are. The quote mark of the
    format (not a character of the text) keeps it so when somebody edits the cell.
    """
    if value is None or value == "":
        return
    if isinstance(value, Decimal):
        cell.value = value
        places = max(0, -value.as_tuple().exponent)
        cell.number_format = "#,##0" + ("." + "0" * places if places else "")
        return
    cell.value = text = legal(value)
    cell.data_type = "s"
    if neutral(text) != text:
        cell.quotePrefix = True
