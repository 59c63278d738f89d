"""The files the app gives: CSV and Excel of the table, the map as one HTML file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from geo.plans import Plans, parks_table
from layers import page
from views.data import Atlas
from views.map import downloads, selection, table
from views.map.state import ViewState
from views.sheets import neutral

PLANS = Plans.load()
VIEW = ViewState().settled(PLANS)


@pytest.fixture
def atlas(boxes) -> Atlas:
    rows = {row["id"]: row for row in parks_table(PLANS, boxes)}
    return Atlas(PLANS, boxes, rows, {}, {}, ())


def renamed(atlas: Atlas, **fields: str) -> Atlas:
    """Return the data with 紫竹 changed as an edited parks.yaml could change it."""
    parks = {**PLANS.parks, "zizhu": replace(PLANS.parks["zizhu"], **fields)}
    return replace(atlas, plans=replace(PLANS, parks=parks))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(content: bytes) -> dict[str, list[tuple]]:
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: [tuple(c.value for c in row) for row in sheet] for sheet in book}


def test_the_csv_opens_in_excel_and_holds_the_exact_figures(atlas):
    content = downloads.table_csv(VIEW, atlas)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = rows_of(content)
    assert [row["园区编号"] for row in rows] == list(PLANS.parks)
    for row in rows:
        land = PLANS.figure(row["园区编号"], "land_mu", "2021-2025")
        assert row["可用土地 2021-2025 (亩)"] == str(land.value)
        assert "第四章 表4-1" in row["出处"]
    assert sum(Decimal(row["可用土地 2021-2025 (亩)"]) for row in rows) == Decimal("9086.1")


def test_files_say_of_which_zones_and_how_exact_a_figure_is(atlas):
    rows = {row["园区编号"]: row["口径说明"] for row in rows_of(downloads.table_csv(VIEW, atlas))}
    assert "工业总产值 2025：只含 片区3 片区，不含 片区4、片区5" in rows["metdz"]
    assert "可用土地 2021-2025：约数" in rows["pujiang"]
    assert "工业总产值 2025：原文称“工业产值”" in rows["pujiang"]
    assert rows["zizhu"] == "可用厂房 2021-2025：文件写明没有厂房，是0，不是缺数"
    head, *sheet = sheets(downloads.table_xlsx(VIEW, atlas))["园区一览"]
    at = head.index("口径说明")
    assert {row[0]: row[at] or "" for row in sheet if row[0]} == rows


def test_a_filtered_file_says_so(atlas):
    view = replace(VIEW, industries=("integrated-circuits",), min_mu=Decimal("1000.5"))
    note = downloads.filter_note(view, PLANS)
    assert "集成电路" in note and "1000.5 亩" in note and note.endswith("1/10 个园区")
    sheet = sheets(downloads.table_xlsx(view, atlas))["园区一览"]
    assert sheet[-1][1] == note
    html = page.export_html(
        replace(table.map_view(view, atlas), note=note), PLANS, atlas.boundaries
    )
    assert note in html
    stem = downloads.file_stem(view)
    assert stem == "park-atlas-land-mu-2021-2025-filtered-integrated-circuits-min-1000-5-mu"
    many = downloads.file_stem(replace(VIEW, parks=tuple(PLANS.parks)[:4]))
    assert many.endswith("-filtered-4-parks")
    assert downloads.filter_note(VIEW, PLANS) == ""
    plain = sheets(downloads.table_xlsx(VIEW, atlas))["园区一览"]
    assert not [row for row in plain if "筛选" in str(row[1])]


def test_missing_cells_are_empty_and_a_stated_none_is_zero(atlas):
    rows = {row["园区编号"]: row for row in rows_of(downloads.table_csv(VIEW, atlas))}
    assert rows["zizhu"]["可用厂房 2021-2025 (万平方米)"] == "0"
    assert rows["pujiang"]["可用厂房 2021-2025 (万平方米)"] == ""
    assert rows["aerospace"]["可用楼宇 2021-2025 (万平方米)"] == ""


def test_files_follow_filter_metric_and_language(atlas):
    view = replace(VIEW, lang="en", metric="output_100m_yuan", period="2019", parks=("zizhu",))
    (row,) = rows_of(downloads.table_csv(view, atlas))
    assert row["Industrial output 2019 (×100 million yuan)"] == "127.44"
    assert row["Park"] == "Zizhu High-Tech Industrial Development Zone"
    content = sheets(downloads.table_xlsx(view, atlas))
    assert list(content) == ["Parks", "Figures", "Parks left out", "Sources", "Notes"]
    assert {row[0] for row in content["Figures"][1:]} == {"zizhu"}
    assert any("parks Zizhu" in str(row[0]) for row in content["Notes"])


def test_the_workbook_sums_exactly_and_says_what_it_counts(atlas):
    content = sheets(downloads.table_xlsx(VIEW, atlas))
    head, *rows = content["园区一览"]
    for column in selection.columns(VIEW, PLANS):
        at = head.index(downloads.column_name(column, "zh"))
        *cells, summed, counted, _ = [row[at] for row in rows]
        assert Decimal(str(summed)) == sum(Decimal(str(c)) for c in cells if c is not None)
        assert counted == sum(c is not None for c in cells)
        assert len(cells) == len(PLANS.parks)
    mixed = dict(zip(head, rows[-1], strict=True))
    assert mixed["园区"] == "合计口径"
    assert "只含 片区3 片区" in mixed["工业总产值 2025 (亿元)"]
    assert "含约数" in mixed["可用土地 2021-2025 (亩)"]
    notes = "\n".join(str(row[0]) for row in content["说明"])
    assert "限于部分片区的数和约数也在内" in notes and "另列" not in notes
    assert "9,921.1" in notes and "835.0" in notes
    assert "向阳工业互联网基地（只载 26 栋）" in notes
    assert "示意图，不作为权属界线依据" in notes


def test_the_workbook_holds_every_figure_and_all_sources(atlas):
    content = sheets(downloads.table_xlsx(VIEW, atlas))
    assert len(content["全部数据"]) == len(PLANS.figures) + 1
    printed = {row[8] for row in content["全部数据"][1:]}
    assert {figure.printed for figure in PLANS.figures} == printed
    bounds = {row[6] for row in content["全部数据"]}
    assert bounds == {"数值性质", None, "约数", "不少于", "不超过"}
    ids = [row[0] for row in content["来源"][1:]]
    assert ids == list(PLANS.sources)
    empty = next(row for row in content["来源"] if row[0] == "shpark145")
    source = dict(zip(content["来源"][0], empty, strict=True))
    assert source["文号"] is None and "没有文号" in source["备注"]
    assert source["原文语言"] == "中文" and source["简称"] == "上海园区“十四五”"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", "－"])
def test_text_from_data_never_becomes_a_formula(atlas, start):
    hostile = f'{start}HYPERLINK("http://x","y")'
    data = renamed(atlas, zh=hostile)
    cells = [cell for row in rows_of(downloads.table_csv(VIEW, data)) for cell in row.values()]
    assert f"'{hostile}" in cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+@-\t\r＝＋－＠"))]
    content = downloads.table_xlsx(VIEW, data)
    book = load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    # A typed text needs no apostrophe among its characters; the format's quote mark keeps it text.
    (named,) = [row[1] for row in book["园区一览"] if row[0].value == "zizhu"]
    written = hostile.replace("\r", "\n")  # as XML reads a line's end
    assert named.value.replace("_x000D_", "\n").replace("\r", "\n") == written
    assert named.quotePrefix
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "sheet" in name]
    assert parts and not any(b"<f>" in part for part in parts)


def test_control_characters_do_not_break_the_workbook(atlas):
    data = renamed(atlas, zh="紫竹\x00\x0b高新区")
    names = [row[1] for row in sheets(downloads.table_xlsx(VIEW, data))["园区一览"]]
    assert "紫竹高新区" in names


@given(st.text(max_size=20))
def test_neutral_text_starts_harmlessly_and_keeps_its_words(text):
    result = neutral(text)
    number = re.fullmatch(r"-[0-9]+(\.[0-9]+)?", result)
    assert number or not result.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    kept = "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)
    assert result.removeprefix("'") == kept.removeprefix("'")


@pytest.mark.parametrize("text", ["-7.6", "-4.1", "-12"])
def test_a_number_below_zero_is_no_formula(text):
    """As it is printed in the plans; with an apostrophe it would be no number."""
    assert neutral(text) == text


@pytest.mark.parametrize("text", ["-7.6%", "-1+1", "-", "--1", "-1.", "-A1", "－7.6", "-1\n2"])
def test_what_only_begins_like_a_number_is_made_harmless(text):
    assert neutral(text) == f"'{text}"


def test_no_park_gives_files_without_rows_but_with_headings(atlas):
    view = replace(VIEW, min_mu=Decimal(99999))
    assert rows_of(downloads.table_csv(view, atlas)) == []
    content = sheets(downloads.table_xlsx(view, atlas))
    assert content["园区一览"][1][:4] == (None, "合计", None, None)


def test_the_map_saved_is_the_map_shown(atlas):
    view = replace(VIEW, metric="tax_100m_yuan", period="2018", parks=("zizhu", "metdz"))
    shown = table.map_view(view, atlas)
    assert (shown.metric, shown.period, shown.parks) == (
        "tax_100m_yuan",
        "2018",
        ("zizhu", "metdz"),
    )
    html = page.export_html(shown, PLANS, atlas.boundaries)
    assert "税收总额" in html and "66.51" in html and "2018" in html


def test_file_names_say_what_is_in_them():
    assert downloads.file_stem(VIEW) == "park-atlas-land-mu-2021-2025"
    scheme = replace(VIEW, scheme="one-core-one-corridor")
    assert downloads.file_stem(scheme) == "park-atlas-one-core-one-corridor-land-mu-2021-2025"


@given(st.sampled_from(PLANS.mapped_metrics()), st.sampled_from(["", "one-core-one-corridor"]))
def test_different_maps_do_not_share_a_file_name(metric, scheme):
    stems = {
        downloads.file_stem(replace(VIEW, metric=m, period=period, scheme=s))
        for m in {metric, "land_mu"}
        for period in PLANS.periods(m)
        for s in {scheme, ""}
    }
    maps = sum(len(PLANS.periods(m)) for m in {metric, "land_mu"}) * len({scheme, ""})
    assert len(stems) == maps
    assert all(re.fullmatch(r"[a-z0-9-]+", stem) for stem in stems)
