"""Lists of clauses as people keep them: Excel, CSV and JSON Lines.

A table needs a heading row with a column of clauses (``text`` or 四至); ``id`` (编号), ``name``
(名称) and ``area_km2`` (面积) may stand beside it, in any order and among others. The unit of an
area is that of its heading, 面积（亩） for one, unless the cell has its own. A row that cannot be
used has a fault that says where; it never stops the rest.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from geo.digitize.batch import MOST_ITEMS, Item, read_jsonl
from geo.errors import AtlasError
from geo.formats import archives
from geo.formats.encodings import decoded
from geo.measure import HECTARE_PER_KM2, MU_PER_KM2
from geo.reason import Reason

SUFFIXES = (".xlsx", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
MOST_BYTES = 20_000_000
_HEADING_WITHIN = 10  # rows in which a heading is looked for; tables have titles above it
_MOST_COLUMNS = 60
_COLUMNS = {
    "id": ("id", "编号", "序号", "代码", "地块编号", "项目编号", "宗地编号", "宗地号"),
    "name": ("name", "名称", "地块名称", "项目名称", "片区名称", "园区名称", "片区", "园区"),
    "text": ("text", "clause", "四至", "四至范围", "四至描述", "四至文字", "四至界限", "四至说明"),
}
_AREA = re.compile(
    r"(?:area|stated_area|(?:公布|规划|用地|土地|占地|批准|总)?面积)[_/:]?\(?(?P<unit>[^()]*?)\)?"
)
_PER_KM2 = {
    **dict.fromkeys(("km2", "km^2", "平方公里", "平方千米", "sqkm"), 1.0),
    **dict.fromkeys(("ha", "hm2", "公顷"), HECTARE_PER_KM2),
    **dict.fromkeys(("mu", "亩"), MU_PER_KM2),
    "万亩": MU_PER_KM2 / 10_000,
    **dict.fromkeys(("m2", "m^2", "平方米", "平米"), 1_000_000.0),
    "万平方米": 100.0,
}
_CELL = re.compile(r"约?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>[^\d.,]*?)(?:左右)?")
_NOT_STATED = ("", "/", "-", "—", "无", "未载明")

Table = Iterable[tuple[int, Sequence[Any]]]


@dataclass(frozen=True)
class Row:
    """One line of a list: what is to be traced, and the name it has in the list."""

    item: Item
    name: str = ""


@dataclass(frozen=True)
class Listing:
    """The lines of a list in order, and what to know of how they were read."""

    rows: tuple[Row, ...]
    notes: tuple[Reason, ...] = ()


@dataclass
class _Heading:
    """Where the columns of a table are, counted from 0, and what its areas are measured in."""

    columns: dict[str, int] = field(default_factory=dict)
    per_km2: float = 1.0
    unit_stated: bool = True


def read_list(data: bytes, name: str, most: int = MOST_ITEMS) -> Listing:
    """Read a list of clauses.

    Parameters
    ----------
    data : bytes
        Content of an .xlsx, .csv, .tsv, .txt (a CSV) or .jsonl file; text is UTF-8, UTF-16 with a
        mark, or GBK.
    name : str
        The file's name: its ending tells the format, and errors name it.
    most : int
        Lines that are read; a longer list is refused, not cut.

    Returns
    -------
    Listing
        Areas in km².

    Raises
    ------
    AtlasError
        When the file as a whole cannot be used: too large, of no known kind, without a column of
        clauses, without lines.
    """
    shown = PurePath(name.replace("\\", "/")).name[-80:] or "?"
    suffix = PurePath(shown).suffix.lower()
    if suffix not in SUFFIXES:
        listed = " ".join(SUFFIXES)
        raise AtlasError(
            en=f"{shown}: a list must be one of {listed}"
            + ("; save it as .xlsx in Excel" if suffix == ".xls" else ""),
            zh=f"{shown}：清单须为 {listed} 之一"
            + ("，请在 Excel 中另存为 .xlsx" if suffix == ".xls" else ""),
        )
    if len(data) > MOST_BYTES:
        size = MOST_BYTES // 1_000_000
        raise AtlasError(en=f"{shown}: larger than {size} MB", zh=f"{shown}：超过 {size} MB")
    notes: list[Reason] = []
    if suffix == ".xlsx":
        rows = _rows_of(_sheets(data, shown), shown, notes)
    else:
        text = decoded(data, shown)
        if suffix in (".jsonl", ".ndjson"):
            rows = (Row(item) for item in read_jsonl(text))
        else:
            rows = _rows_of([_csv(text, shown, notes)], shown, notes)
    found = tuple(_limited(rows, most, shown))
    if not found:
        raise AtlasError(en=f"{shown}: no lines", zh=f"{shown}：没有内容")
    return Listing(found, tuple(notes))


def _limited(rows: Iterable[Row], most: int, shown: str) -> Iterator[Row]:
    """Yield rows; raise when there are more than a list may have."""
    for number, row in enumerate(rows, 1):
        if number > most:
            raise AtlasError(
                en=f"{shown}: more than {most:,} lines; split the list",
                zh=f"{shown}：超过 {most:,} 行，请拆分",
            )
        yield row


def _csv(text: str, shown: str, notes: list[Reason]) -> Table:
    """Yield the lines of a CSV with the number of the line each ends on."""
    first = text[:4000].splitlines()[:_HEADING_WITHIN]
    delimiter = max(",\t;", key=lambda mark: max((_known(line, mark) for line in first), default=0))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield reader.line_num + 1, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = reader.line_num
            notes.append(
                Reason(
                    zh=f"{shown} 第 {line} 行不是 CSV，已略过：{error}",
                    en=f"{shown}, line {line}: not CSV, passed over: {error}",
                )
            )


def _known(line: str, delimiter: str) -> int:
    """Return how many of our columns a line names when it is split at a mark."""
    heading = _heading([cell.strip('"') for cell in line.split(delimiter)])
    return len(heading.columns) if heading else 0


def _sheets(data: bytes, shown: str) -> Iterator[Table]:
    """Yield the sheets of a workbook as tables of values."""
    faults = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archives.check_size(archive.infolist(), shown)
        with warnings.catch_warnings():
            # Of styles and rules that openpyxl does not know; the values are not touched by them.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    yield enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), 1)
            finally:
                book.close()
    except (*faults, SyntaxError) as error:  # ElementTree's ParseError is a SyntaxError
        raise AtlasError(
            en=f"{shown}: not a readable Excel workbook (.xlsx)",
            zh=f"{shown}：不是可读的 Excel 工作簿（.xlsx）",
        ) from error


def _rows_of(tables: Iterable[Table], shown: str, notes: list[Reason]) -> Iterator[Row]:
    """Yield the rows of the first table that has a column of clauses."""
    for table in tables:
        lines = iter(table)
        for _, (_, cells) in zip(range(_HEADING_WITHIN), lines, strict=False):
            heading = _heading(cells)
            if heading is not None:
                yield from _table_rows(lines, heading, notes)
                return
    raise AtlasError(
        en=f"{shown}: no column of clauses; give one the heading “text” or “四至”",
        zh=f"{shown}：没有四至一列；请把该列的列名写作“四至”或“text”",
    )


def _table_rows(lines: Table, heading: _Heading, notes: list[Reason]) -> Iterator[Row]:
    """Yield the rows below a heading."""
    if "area" in heading.columns and not heading.unit_stated:
        notes.append(
            Reason(
                zh="面积一列没有写单位，按平方公里读取；单位可写在列名里，如“面积（亩）”",
                en="the column of areas states no unit and is read as km²; its heading may "
                "state one, such as “area_mu”",
            )
        )
    for number, cells in lines:
        if any(_words(cell) for cell in cells):
            yield _row(number, cells, heading)


def _heading(cells: Sequence[Any]) -> _Heading | None:
    """Return where the columns are; None when a row is no heading."""
    found = _Heading()
    for index, cell in enumerate(cells):
        label = _folded(_words(cell))
        what = next((what for what, names in _COLUMNS.items() if label in names), None)
        if what is None and (area := _AREA.fullmatch(label)):
            unit = area["unit"]
            if unit and unit not in _PER_KM2:
                continue
            what = "area"
            if "area" not in found.columns:
                found.per_km2, found.unit_stated = _PER_KM2.get(unit, 1.0), bool(unit)
        if what is not None:
            found.columns.setdefault(what, index)
    return found if "text" in found.columns else None


def _row(number: int, cells: Sequence[Any], heading: _Heading) -> Row:
    """Return one row, with a fault that names the cell when it cannot be used."""

    def cell(what: str) -> str:
        index = heading.columns.get(what)
        return _words(cells[index]) if index is not None and index < len(cells) else ""

    def fault(what: str, zh: str, en: str) -> Reason:
        place = f"{get_column_letter(heading.columns[what] + 1)}{number}"
        return Reason(zh=f"第 {number} 行（{place}）：{zh}", en=f"row {number} ({place}): {en}")

    name, text = cell("name"), cell("text")
    label = cell("id") or name or str(number)
    if not text:
        return Row(Item(label, fault=fault("text", "没有四至文字", "no clause")), name)
    stated = cell("area")
    try:
        area = _area_km2(stated, heading.per_km2)
    except ValueError:
        zh, en = f"“{stated[:40]}”不是面积", f"“{stated[:40]}” is no area"
        return Row(Item(label, text, fault=fault("area", zh, en)), name)
    return Row(Item(label, text, area), name)


def _area_km2(stated: str, per_km2: float) -> float | None:
    """Return a stated area in km², None where none is stated.

    Raises
    ------
    ValueError
        When the words are no positive area.
    """
    words = _folded(stated)
    if words in _NOT_STATED:
        return None
    found = _CELL.fullmatch(words)
    if found is None:
        raise ValueError(stated)
    unit = found["unit"]
    if unit and unit not in _PER_KM2:
        raise ValueError(unit)
    area = float(found["number"].replace(",", "")) / (_PER_KM2[unit] if unit else per_km2)
    if not (math.isfinite(area) and 0 < area < 1e6):
        raise ValueError(stated)
    return area


def _words(cell: Any) -> str:
    """Return a cell as words; whole numbers as they are seen, 3 and not 3.0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return str(cell).strip()


def _folded(words: str) -> str:
    """Return words without spaces and in half-width, lower-case letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).lower()
