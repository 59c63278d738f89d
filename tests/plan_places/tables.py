"""The plans' tables by row and column. Each is read by the marks its own text has left of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from .texts import between, level, lines, section
from .words import squeeze, steps

Cells = dict[tuple[str, ...], str]

PARKS_OF_TABLE_1_1 = ("莘庄工业区", "紫竹高新区", "闵开发", "临港浦江国际科技城")
TABLE_1_1_YEARS = [f"{year}年" for year in range(2016, 2021)]
TABLE_4_1_COLUMNS = ("重点发展领域", "定位", "产值", "土地", "厂房", "楼宇", "重点板块及任务")
TARGET_2_1 = "“十四五”目标值"
NOW_ANNEX_2, TARGET_ANNEX_2 = "目前规模", "“十四五”末预期目标"
# The one cell of annex 1 with two numbers: a share, and how far above the city's mean it is.
SHARED_CELL = ("工业企业研发经费支出占生产总值比重", "2016年")
SH145_UNITS = ("亿元/平方公里", "件/亿元", "台/万人", "万元/人", "%", "-", "个", "项", "家")


def table_1_1() -> Cells:
    """Return table 1-1 by (metric group, park, year), read from the cells' order alone."""
    text = lines("mh145")
    start = next(i for i, line in enumerate(text) if line.startswith("表1-1"))
    end = next(i for i in range(start, len(text)) if level("mh145", text[i]) == 3)
    cells = [squeeze(line) for line in text[start + 1 : end] if line.strip()]
    assert cells[1:6] == TABLE_1_1_YEARS
    found: Cells = {}
    group, park, heading = "", "", ""
    for cell in cells[6:]:
        if re.fullmatch(r"[\d.]+", cell):
            if heading:
                group, heading = re.sub(r"\(.*\)", "", heading), ""
            year = TABLE_1_1_YEARS[sum(key[:2] == (group, park) for key in found)]
            found[group, park, year] = cell
        elif cell in PARKS_OF_TABLE_1_1:
            park = cell
        else:
            heading += cell
    return found


def table_4_1() -> Cells:
    """Return table 4-1 by (block, column); an empty cell is an empty string."""
    text = lines("mh145")
    start = next(i for i, line in enumerate(text) if line.startswith("表4-1"))
    end = next(i for i in range(start, len(text)) if squeeze(text[i]) == "一、四大园区")
    found: Cells = {}
    rows = [i for i in range(start, end) if re.fullmatch(r"\t\d+", text[i])]
    for number, (row, stop) in enumerate(zip(rows, [*rows[1:], end], strict=True), 1):
        assert text[row] == f"\t{number}"
        cells = [squeeze(line) for line in text[row + 1 : stop] if line.startswith("\t")]
        name = re.sub(r"\(.*\)", "", cells[0])
        found |= {(name, c): cell for c, cell in zip(TABLE_4_1_COLUMNS, cells[1:8], strict=True)}
    return found


def table_rows(source: str, first: str, last: str) -> list[list[str]]:
    """Return a table's rows of cells, between the line that begins so and the one that does.

    A cell is a line after a tab, with the lines without one that follow it; a row begins with a
    tab after a blank line (a blank line inside a cell is followed by a line without a tab).
    """
    text = lines(source)
    start = next(i for i, line in enumerate(text) if re.match(first, line.strip()))
    end = next(i for i in range(start + 1, len(text)) if re.match(last, text[i].strip()))
    rows: list[list[str]] = []
    blank = True
    for line in text[start + 1 : end]:
        if line.startswith("\t"):
            if blank or not rows:
                rows.append([])
            rows[-1].append(line[1:])
        elif rows and line.strip():
            rows[-1][-1] += f"\n{line}"
        blank = not line.strip() and not line.startswith("\t")
    return rows


def carried(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows squeezed, an empty first cell (one merged downwards) filled from above."""
    found: list[list[str]] = []
    for row in rows:
        cells = [squeeze(cell) for cell in row]
        found.append([cells[0] or found[-1][0], *cells[1:]] if found else cells)
    return found


def table_2_1() -> Cells:
    """Return the targets of table 2-1 by (indicator, column)."""
    head, *rows = carried(table_rows("mh145", "表2-1", "第三章"))
    assert head == ["类别", "指标名称", "单位", TARGET_2_1]
    assert len(rows) == 18 and {len(row) for row in rows} == {4}
    return {(name, TARGET_2_1): cell for _, name, _, cell in rows}


def table_3_1() -> Cells:
    """Return table 3-1 by (industry, field): the heading of the column the field stands in."""
    head, *rows = table_rows("mh145", "表3-1", "一、高端装备制造")
    columns = [squeeze(cell) for cell in head[1:]]
    assert columns == ["做优做强", "巩固提升", "培育潜力"]
    found: Cells = {}
    for industry, *cells in rows:
        for column, cell in zip(columns, cells, strict=True):
            fields = [squeeze(line) for line in cell.split("\n") if line.strip()]
            found |= {(squeeze(industry), field): column for field in fields}
    return found


def annex_1() -> Cells:
    """Return annex 1 by (indicator, year); brackets and marks are no part of the name."""
    head, *rows = carried(table_rows("mh145", r"附件1\s*$", r"附件2\s*$"))
    assert head[:3] == ["类别", "指标名称", "属性"]
    years = [cell.removesuffix("基期") for cell in head[3:]]
    assert years == [f"{year}年" for year in range(2015, 2021)]
    assert len(rows) == 14 and {len(row) for row in rows} == {9}
    return {
        (re.sub(r"\(.*?\)|[*▲]", "", row[1]), year): cell
        for row in rows
        for year, cell in zip(years, row[3:], strict=True)
    }


def annex_2() -> Cells:
    """Return annex 2 by (industry, field, column); a subtotal is its industry's 小计."""
    head, *rows = [[squeeze(c) for c in row] for row in table_rows("mh145", r"附件2\s*$", "附件3")]
    assert head == ["产业领域", "发展重点", NOW_ANNEX_2, TARGET_ANNEX_2]
    found: Cells = {}
    industry = ""
    for row in rows:
        *name, now, target = row
        if len(name) == 2:
            industry = name[0] or industry
            key: tuple[str, ...] = (industry, name[1])
        else:
            key = (industry, "小计") if name == ["小计"] else ("总计",)
        assert (*key, NOW_ANNEX_2) not in found
        found |= {(*key, NOW_ANNEX_2): now, (*key, TARGET_ANNEX_2): target}
    return found


def mh155_table() -> Cells:
    """Return the columns of 2025 and of the target by (indicator, column); tabs part the cells."""
    head, *rows = [line.split("\t") for line in between("mh155", "序号", "表1") if line.strip()]
    names = [squeeze(name) for name in head]
    assert names[4:6] == ["2025年", "“十五五”目标"] and len(rows) == 9
    assert [row[0].strip() for row in rows] == [str(number + 1) for number in range(9)]
    return {(squeeze(row[2]), names[at]): squeeze(row[at]) for row in rows for at in (4, 5)}


def sj145_table() -> Cells:
    """Return the targets by (indicator, column); tabs part the cells."""
    text = between("sj145", "类别", "四、产业发展重点及布局")
    head, *rows = [line.split("\t") for line in text if line.strip()]
    column = squeeze(head[5])
    assert column == "2025年目标值" and len(rows) == 14
    assert [row[1].strip() for row in rows] == [str(number + 1) for number in range(14)]
    return {(squeeze(row[2]), column): squeeze(row[5]) for row in rows}


def sh145_table() -> Cells:
    """Return the targets by (indicator, column).

    A row ends with its nature and may begin with pieces of a group's name.
    """
    text = " ".join(between("sh145", "上海“十四五”制造业发展主要指标", "三、发展重点"))
    head, body = re.split(r"属性", text, maxsplit=1)
    rows = re.split(r"预期性|约束性", body)[:-1]
    assert squeeze(head).endswith("单位2025年目标") and len(rows) == 18
    found: Cells = {}
    for number, row in enumerate(rows, 1):
        *words, value = row.split()
        start = words.index(str(number))
        assert all(re.fullmatch(r"[一-鿿]+", group) for group in words[:start])
        name = "".join(words[start + 1 :])
        unit = next(unit for unit in SH145_UNITS if name.endswith(unit))
        found[name.removesuffix(unit), "2025年目标"] = value
    return found


def shpark145_table() -> Cells:
    """Return the targets by (indicator, column).

    Each cell is a line after a tab, and may go on in a line without one.
    """
    text = between("shpark145", "上海“十四五”产业园区发展主要指标", "四、发展导向")[1:]
    head, *rows = ["\n".join(block) for block in blocks(text)]
    assert squeeze(head).endswith("单位2025年") and len(rows) == 17
    found: Cells = {}
    for number, row in enumerate(rows, 1):
        _, _, printed, name, _, value = row.split("\t")
        assert printed.strip() == str(number)
        found[squeeze(name), "2025年"] = squeeze(value)
    return found


def blocks(text: list[str]) -> Iterator[list[str]]:
    """Yield the runs of lines that a line without anything, not even a tab, ends."""
    run: list[str] = []
    for line in [*text, ""]:
        if line:
            run.append(line)
        elif any(part.strip() for part in run):
            yield run
            run = []


# By document and the part of a locator that names the table; the parts after it name the cell.
TABLES: dict[tuple[str, str], Callable[[], Cells]] = {
    ("mh145", "第一章 表1-1"): table_1_1,
    ("mh145", "第二章 表2-1"): table_2_1,
    ("mh145", "第三章 表3-1"): table_3_1,
    ("mh145", "第四章 表4-1"): table_4_1,
    ("mh145", "附件1"): annex_1,
    ("mh145", "附件2"): annex_2,
    ("mh155", "表1"): mh155_table,
    ("sj145", "表1"): sj145_table,
    ("sh145", "上海“十四五”制造业发展主要指标"): sh145_table,
    ("shpark145", "上海“十四五”产业园区发展主要指标"): shpark145_table,
}
# The headings those of the other plans stand under; a locator of mh145 names its chapter or annex
# with the table.
STANDS_UNDER = {
    "mh155": "二、总体思路与发展目标 /（二）发展目标",
    "sj145": "三、开启“十四五”先进制造业高质量发展新征程 /（四）具体指标",
    "sh145": "二、总体要求 /（三）主要目标",
    "shpark145": "三、总体思路和主要目标 /（三）主要目标",
}


@cache
def table(source: str, name: str) -> Cells:
    """Return a table's cells by row and column, made sure that it stands where it is said to."""
    if source in STANDS_UNDER:
        under = squeeze(section(source, steps(STANDS_UNDER[source])))
        assert squeeze(name) in under
    return TABLES[source, name]()
