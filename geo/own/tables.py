"""Excel and CSV as rows of plain values: formulas are never run, their stored values are read."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import AtlasError
from geo.formats.columns import clean
from geo.formats.encodings import decoded
from geo.own import guard, headings
from geo.own.limits import Limits, refuse, too_many
from geo.own.records import Finding, Raw, RawRow, error, info, warning

_HEADING_WITHIN = 15  # rows in which a heading is looked for; tables have titles above it
_SCANNED = 50_000  # rows of a sheet that are looked at, blank ones included
_SHEETS = 50
_AGAIN = 20  # times the length of a CSV that may be read again after quotes left open
_LINES = 20 * _SCANNED  # of a CSV: more would take much memory before the rows are counted
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")

Table = Iterable[tuple[int, Sequence[Any]]]


def read_csv(data: bytes, limits: Limits) -> Raw:
    """Return a CSV (UTF-8, GB18030, UTF-16 with a mark; commas, tabs or semicolons) as rows.

    Raises
    ------
    AtlasError
        When it is no text, or larger than the limits.
    """
    # The name is only for messages, and names of uploads are in none.
    text = decoded(data, "CSV")
    if max(text.count("\n"), text.count("\r")) > _LINES:
        raise too_many("行数", "rows", limits.rows)
    first = text[:8000].splitlines()[:_HEADING_WITHIN]
    delimiter = max(",\t;", key=lambda mark: max((_known(line, mark) for line in first), default=0))
    findings: list[Finding] = []
    lines = _csv_lines(text, delimiter, findings)
    raw = _table("csv", lines, limits, findings)
    if data.startswith(_WIDE_MARKS):
        return raw
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        gbk = info(
            "encoding", zh="文字按 GBK（GB18030）读取", en="the text is read as GBK (GB18030)"
        )
        return Raw(raw.kind, raw.columns, raw.rows, findings=(*raw.findings, gbk))
    return raw


def _known(line: str, delimiter: str) -> tuple[int, int]:
    """Return how many known headings a line has when it is split at a mark, and its cells."""
    cells = [cell.strip('"') for cell in line.split(delimiter)]
    return sum(bool(headings.role(cell)) for cell in cells), len(cells)


def _csv_lines(text: str, delimiter: str, findings: list[Finding]) -> Iterator[tuple[int, list]]:
    """Yield the records of a CSV with the number of the line each begins on.

    A quote left open, which would take following rows into its cell, costs its own line only.
    """
    lines = io.StringIO(text, newline="").readlines()
    unread: list[int] = []
    start = again = 0
    # Lines of which each takes in all that follow would cost the square of the file's length.
    while start < len(lines) and again <= _AGAIN * len(text):
        cells, taken = _record(lines, start, delimiter)
        if cells is not None:
            yield start + 1, cells
            start += taken
        else:
            again += sum(map(len, lines[start + 1 : start + taken]))
            start += 1
            unread.append(start)
    rest = [
        number
        for number, line in enumerate(lines[start:], start + 1)
        if line.replace(delimiter, "").strip()
    ]
    findings.extend(_unread(unread, rest))


def _record(lines: list[str], start: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Return the cells of the record that begins on a line, and how many lines were looked at.

    The cells are None where the record is not to be believed: it goes over several lines and is no
    strict CSV or not closed, or a cell of it is too long.
    """
    following = map(lines.__getitem__, range(start, len(lines)))
    reader = csv.reader(following, delimiter=delimiter, strict=True)
    try:
        # In strict mode an error also when the file ends within quotes.
        return next(reader), reader.line_num
    except csv.Error:
        taken = reader.line_num
    return (_loose(lines[start], delimiter) if taken == 1 else None), taken


def _loose(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line with stray quotes, None where a quote stays open at its end."""
    try:
        # An open cell takes in whatever follows: here a blank line, else a record of its own.
        records = list(csv.reader([line, "\n"], delimiter=delimiter))
    except csv.Error:
        return None
    return records[0] if len(records) == 2 else None


def _unread(lines: list[int], rest: list[int]) -> Iterator[Finding]:
    """Yield what is to be said of lines that cannot be read, and of a rest that was not tried."""
    if lines:
        yield error(
            "csv", lines,
            zh="不是有效的 CSV 行（引号未闭合或单元格过长），未读取",
            en="no valid line of CSV (an open quote, or an endless cell): not read",
        )  # fmt: skip
    if rest:
        yield error(
            "csv", rest,
            zh="引号未闭合的行太多，其余的行未再读取",
            en="too many open quotes: the rest is not read",
        )  # fmt: skip


def read_xlsx(data: bytes, limits: Limits, layer: str = "") -> Raw:
    """Return a sheet of a workbook as rows: the one named, else the first with headings we know.

    Raises
    ------
    AtlasError
        When it is no workbook, hostile, or larger than the limits.
    """
    # Which parts are XML the workbook itself says, whatever their names end in: all are looked at.
    for content in guard.members(data, (), limits).values():
        guard.check_xml(content)
    faults = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError,
              AttributeError, IndexError, EOFError, OverflowError)  # fmt: skip
    try:
        with warnings.catch_warnings():
            # Of styles and rules that openpyxl does not know; the values are not touched by them.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                return _sheet(book, limits, layer)
            finally:
                book.close()
    except AtlasError:
        raise
    except (*faults, SyntaxError) as fault:  # ElementTree's ParseError is a SyntaxError
        raise refuse(
            zh="不是可读的 Excel 工作簿（.xlsx）", en="not a readable Excel workbook (.xlsx)"
        ) from fault


def _sheet(book: Any, limits: Limits, layer: str) -> Raw:
    """Return the rows of one sheet of an open workbook."""
    names = [clean(sheet.title)[:80] for sheet in book.worksheets][:_SHEETS]
    tried: Raw | None = None
    for name, sheet in zip(names, book.worksheets, strict=False):
        if layer and name != layer:
            continue
        # What the sheet says of its own size is not believed: it may be the whole of Excel's.
        sheet.reset_dimensions()
        found: list[Finding] = []
        lines = enumerate(sheet.iter_rows(max_col=limits.columns + 1, values_only=True), 1)
        raw = _table("xlsx", lines, limits, found)
        made = Raw("xlsx", raw.columns, raw.rows, layers=tuple(names), layer=name,
                   findings=raw.findings)  # fmt: skip
        if layer or (raw.rows and any(map(headings.role, raw.columns))):
            return made
        tried = tried if tried is not None and tried.rows else made
    if tried is None:
        raise refuse(zh="工作簿里没有工作表", en="the workbook has no sheet")
    return tried


def _table(kind: str, lines: Table, limits: Limits, findings: list[Finding]) -> Raw:
    """Return the rows below the heading of a table."""
    head_at, head, body = _split(lines, limits)
    width = max((_width(cells) for _, cells in [(head_at, head), *body]), default=0)
    if width > limits.columns:
        raise too_many("列数", "columns", limits.columns)
    columns = _names(head, width)
    rows, cut = [], []
    for number, cells in body:
        values: dict[str, Any] = {}
        for name, cell in zip(columns, cells, strict=False):
            value = plain(cell)
            if isinstance(value, str) and len(value) > limits.cell_chars and name != "WKT":
                cut.append(number)
                value = value[: limits.cell_chars] if headings.role(name) != "wkt" else value
            values[name] = value
        rows.append(RawRow(number, values))
    if cut:
        most = f"{limits.cell_chars:,}"
        findings.append(
            warning(
                "cell", dict.fromkeys(cut), zh=f"单元格超过 {most} 字，已截断",
                en=f"a cell of more than {most} characters is cut",
            )
        )  # fmt: skip
    used = [name for name in columns if any(row.values.get(name) is not None for row in rows)]
    return Raw(kind, tuple(used), tuple(rows), findings=tuple(findings))


def _width(cells: Sequence[Any]) -> int:
    """Return how many cells a row has up to its last one that is not empty."""
    return max((i for i, cell in enumerate(cells, 1) if cell not in (None, "")), default=0)


def _split(lines: Table, limits: Limits) -> tuple[int, Sequence[Any], list[tuple[int, Sequence]]]:
    """Return the heading's number and cells, and the rows below it that are not blank.

    The heading is the row with most headings we know among the first ones, else the first row.
    """
    kept: list[tuple[int, Sequence[Any]]] = []
    for scanned, (number, cells) in enumerate(lines):
        if scanned > _SCANNED:
            raise too_many("行数", "rows", limits.rows)
        if any(cell is not None and str(cell).strip() for cell in cells):
            kept.append((number, cells))
        # A title or two may stand above the heading.
        if len(kept) > limits.rows + _HEADING_WITHIN:
            raise too_many("行数", "rows", limits.rows)
    if not kept:
        return 0, (), []
    scores = [
        sum(bool(headings.role(_words(cell))) for cell in cells)
        for _, cells in kept[:_HEADING_WITHIN]
    ]
    best = scores.index(max(scores))
    body = kept[best + 1 :]
    if len(body) > limits.rows:
        raise too_many("行数", "rows", limits.rows)
    return kept[best][0], kept[best][1], body


def _names(head: Sequence[Any], width: int) -> list[str]:
    """Return a name for each column, no two alike; a column without one is called by its letter."""
    names: list[str] = []
    for index in range(width):
        words = _words(head[index]) if index < len(head) else ""
        name = re.sub(r"\s+", " ", clean(words))[:60] or f"#{index + 1}"
        number = 2
        while name in names:
            name, number = f"{name[:56]} {number}", number + 1
        names.append(name)
    return names


def plain(cell: Any) -> Any:
    """Return a cell as text, int, float, bool or None; dates as ISO text, no NaN or infinity."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) < 2**53 else str(cell)[:40]
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return None
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return str(cell)
    return clean(str(cell)).strip() or None


def _words(cell: Any) -> str:
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()
