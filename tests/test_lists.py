"""Lists of clauses: headings, units, encodings, located faults, limits, hostile files."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geo.digitize import lists
from geo.digitize.lists import read_list
from geo.errors import AtlasError
from geo.formats import archives

CLAUSE = "东至万芳路，南至沈庄塘，西至召楼路，北至江月路"


def xlsx(*rows, title=None, first_sheet=None) -> bytes:
    book = Workbook()
    sheet = book.active
    if first_sheet is not None:
        sheet.append(first_sheet)
        sheet = book.create_sheet("清单")
    if title:
        sheet.append([title])
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def only(listing):
    (row,) = listing.rows
    return row


def test_a_csv_with_the_plain_headings():
    text = f"id,text,area_km2\na1,{CLAUSE},1.0\na2,{CLAUSE},\n"
    first, second = read_list(text.encode(), "list.csv").rows
    assert (first.item.id, first.item.text, first.item.area_km2) == ("a1", CLAUSE, 1.0)
    assert second.item.area_km2 is None and second.item.fault is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_that_excel_writes(encoding):
    text = f"编号,名称,四至,面积（亩）\r\n7,航天一期,{CLAUSE},1500\r\n"
    row = only(read_list(text.encode(encoding), "清单.csv"))
    assert (row.item.id, row.name, row.item.text) == ("7", "航天一期", CLAUSE)
    assert row.item.area_km2 == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("heading", "cell", "km2"),
    [
        ("面积（亩）", "1500", 1.0),
        ("面积(公顷)", "413", 4.13),
        ("规划面积/平方公里", "4.13", 4.13),
        ("面积 （km²）", "约17", 17.0),
        ("area_ha", "100", 1.0),
        ("area_mu", "1,500", 1.0),
        ("用地面积（㎡）", "1000000", 1.0),
        ("面积（万平方米）", "100", 1.0),
        ("面积（亩）", "1平方公里", 1.0),
        ("面积", "17.88", 17.88),
        ("面积（亩）", "/", None),
    ],
)
def test_the_unit_is_the_headings_unless_the_cell_has_its_own(heading, cell, km2):
    data = xlsx(("四至", heading), (CLAUSE, cell))
    item = only(read_list(data, "a.xlsx")).item
    assert item.fault is None
    assert item.area_km2 == (None if km2 is None else pytest.approx(km2))


def test_an_area_without_unit_is_read_as_km2_and_said_so():
    listing = read_list(xlsx(("四至", "面积"), (CLAUSE, 1)), "a.xlsx")
    assert any("平方公里" in note.zh and "km²" in note.en for note in listing.notes)
    assert not read_list(xlsx(("四至", "面积（亩）"), (CLAUSE, 1)), "a.xlsx").notes


def test_a_workbook_with_a_title_and_the_list_on_its_second_sheet():
    data = xlsx(
        ("序号", "园区名称", "四至范围", "规划面积（公顷）", "备注"),
        (1, "航天一期", CLAUSE, 100, "x"),
        (None, None, None, None, None),
        (2.0, "二期", CLAUSE, None, None),
        title="上海市产业园区四至表",
        first_sheet=["说明"],
    )
    rows = read_list(data, "a.xlsx").rows
    assert [(row.item.id, row.name, row.item.area_km2) for row in rows] == [
        ("1", "航天一期", pytest.approx(1.0)),
        ("2", "二期", None),
    ]


def test_a_bad_row_is_told_with_its_cell_and_the_rest_is_read():
    data = xlsx(
        ("编号", "四至", "面积（亩）"),
        ("a", CLAUSE, "很大"),
        ("b", None, 3),
        ("c", CLAUSE, -5),
        ("d", CLAUSE, 1500),
    )
    rows = read_list(data, "a.xlsx").rows
    assert [row.item.id for row in rows] == ["a", "b", "c", "d"]
    assert rows[0].item.fault.zh == "第 2 行（C2）：“很大”不是面积"
    assert rows[1].item.fault.en == "row 3 (B3): no clause"
    assert "C4" in rows[2].item.fault.zh
    assert rows[3].item.fault is None


def test_json_lines_with_a_bad_line():
    text = json.dumps({"id": "x", "text": CLAUSE}) + "\nnonsense\n"
    good, bad = read_list(text.encode(), "a.jsonl").rows
    assert good.item.id == "x" and good.item.fault is None
    assert "第 2 行" in bad.item.fault.zh


def test_a_cell_that_no_csv_has_is_passed_over_and_told():
    text = f"id,text\na,{CLAUSE}\nb,{'x' * 200_000}\nc,{CLAUSE}\n"
    listing = read_list(text.encode(), "a.csv")
    assert [row.item.id for row in listing.rows] == ["a", "c"]
    assert "第 3 行" in listing.notes[0].zh


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.csv", "没有四至一列"),
        (b"id,text\n", "a.csv", "没有内容"),
        (b"id,area\n1,2\n", "a.csv", "没有四至一列"),
        (b"\x00\x01\x02\x03", "a.csv", "二进制"),
        (b"\xff\xff\x81\x20", "a.csv", "编码"),
        (b"not a zip", "a.xlsx", "不是可读的 Excel"),
        (b"id,text\n", "a.xls", "另存为 .xlsx"),
        (b"id,text\n", "a.exe", "清单须为"),
        (b"", "", "清单须为"),
        (b"\n\n", "a.jsonl", "没有内容"),
    ],
)
def test_a_file_that_is_no_list_is_one_clear_line(data, name, words):
    with pytest.raises(AtlasError) as raised:
        read_list(data, name)
    assert words in raised.value.text("zh")
    assert "\n" not in raised.value.text("en")


def test_a_zip_that_is_no_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")
    with pytest.raises(AtlasError, match="not a readable Excel"):
        read_list(out.getvalue(), "a.xlsx")


def test_a_workbook_that_unpacks_to_too_much(monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    with pytest.raises(AtlasError, match="unpacks to more"):
        read_list(xlsx(("四至",), (CLAUSE,)), "a.xlsx")


def test_limits_of_lines_and_bytes(monkeypatch):
    text = "text\n" + f"{CLAUSE}\n" * 5
    assert len(read_list(text.encode(), "a.csv", most=5).rows) == 5
    with pytest.raises(AtlasError, match="more than 4 lines"):
        read_list(text.encode(), "a.csv", most=4)
    monkeypatch.setattr(lists, "MOST_BYTES", 10)
    with pytest.raises(AtlasError, match="larger than"):
        read_list(text.encode(), "a.csv")


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.jsonl", "a.xlsx", "a.txt"]))
def test_any_bytes_are_read_or_refused_in_words(data, name):
    try:
        assert read_list(data, name).rows
    except AtlasError as error:
        assert error.text("zh") and error.text("en")


@given(
    st.lists(st.text(st.characters(exclude_characters="\0"), max_size=30), min_size=1, max_size=6)
)
def test_what_a_csv_holds_comes_back(cells):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "text"])
    writer.writerows([[f"r{number}", cell] for number, cell in enumerate(cells)])
    listing = read_list(out.getvalue().encode("utf-8", "replace"), "a.csv")
    texts = [row.item.text for row in listing.rows]
    sent = [cell.encode("utf-8", "replace").decode().strip() for cell in cells]
    assert [text for text in texts if text] == [text for text in sent if text]
