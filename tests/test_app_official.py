"""The map page as the land official's view: what is asked, left out, promised, planned and left."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pages import bodies, opened, url

import geo
from geo.errors import AtlasError
from geo.finder import make_needs, rank
from geo.plans import Plans, load_boundaries, parks_table
from layers import i18n
from layers.units import UNITS, in_unit
from views.data import Atlas
from views.map import (
    against,
    downloads,
    excluded,
    files,
    filters,
    promised,
    remaining,
    selection,
    table,
    totals,
)
from views.map.state import LANDS, TABS, ViewState, industries

PLANS = Plans.load()
ASKED = ViewState(
    industries=("integrated-circuits",), min_mu=Decimal(50), land="industrial"
).settled(PLANS)
CHINESE = re.compile(r"[\u3400-\u9fff]")
BOUNDARIES = load_boundaries()
NOT_STATED = {"lianhua", "aerospace"}  # parks whose industrial part no plan states


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return atlas_of()


@cache
def atlas_of() -> Atlas:
    rows = {row["id"]: row for row in parks_table(PLANS, BOUNDARIES)}
    return Atlas(PLANS, BOUNDARIES, rows, {}, {}, ("official",))


def ids(view: ViewState) -> list[str]:
    return [park.id for park in filters.shown_parks(view, PLANS)]


def pills(app, key: str):
    return next(group for group in app.button_group if group.key == key)


# --- who is in and who is out --------------------------------------------------------------------


def test_the_question_of_the_issue_has_its_two_parks():
    assert ids(ASKED) == ["pujiang", "zizhu"]


def test_a_park_without_a_stated_industrial_part_is_neither_in_nor_simply_out():
    view = ViewState(min_mu=Decimal(50), land="industrial").settled(PLANS)
    assert not NOT_STATED & set(ids(view))
    out = {one.park.id: one for one in filters.left_out(view, PLANS)}
    assert set(out) == NOT_STATED and all(one.open for one in out.values())


def test_a_park_has_no_more_industrial_land_than_land():
    """300 亩 in all cannot hold 500 亩 of it, 1,391 亩 may."""
    view = ViewState(min_mu=Decimal(500), land="industrial").settled(PLANS)
    out = {one.park.id: one for one in filters.left_out(view, PLANS)}
    assert out["lianhua"].reasons == ("less",) and not out["lianhua"].open
    assert out["aerospace"].reasons == ("unstated",) and out["aerospace"].open
    assert out["maqiao"].land.value == 404, "the industrial part, not all of its land"


def test_every_reason_is_told_with_the_amounts(atlas):
    view = replace(ASKED, min_mu=Decimal(700))
    out = {one.park.id: one.reasons for one in filters.left_out(view, PLANS)}
    assert out["zizhu"] == ("less",)
    assert out["maqiao"] == ("industry", "less")
    assert out["aerospace"] == ("industry", "unstated")
    told = excluded.lines(view, atlas)
    counts = [int(re.search(r"（([0-9]+)）：", line)[1]) for line in told]
    assert sum(counts) == len(out) == 9, "each park is in one line"
    for park in out:
        assert sum(PLANS.parks[park].short("zh") in line for line in told) == 1
    assert "可用工业用地不足 700 亩（1）：紫竹高新区（690 亩）" in told
    assert any(
        line.startswith("规划所列产业不含所选产业；可用工业用地不足 700 亩") for line in told
    )
    assert any("莲花南路科技时尚产业带（可用土地 300 亩）" in line for line in told)
    assert excluded.undecided(view, atlas) == ""
    open_view = replace(view, industries=())
    assert "上海航天产业基地（可用土地 1,391 亩）" in excluded.lines(open_view, atlas)[0]
    assert excluded.undecided(open_view, atlas) == "另有 1 个园区可用工业用地未载明"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(list(industries(PLANS))), unique=True, max_size=2).map(tuple),
    st.none() | st.integers(0, 2500).map(Decimal),
    st.sampled_from(LANDS),
    st.lists(st.sampled_from(list(PLANS.parks)), unique=True, max_size=5).map(tuple),
)
def test_every_park_is_in_or_left_out_with_a_reason(tags, least, land, parks):
    view = ViewState(industries=tags, min_mu=least, land=land, parks=parks).settled(PLANS)
    out = filters.left_out(view, PLANS)
    assert sorted([*ids(view), *(one.park.id for one in out)]) == sorted(PLANS.parks)
    assert all(one.reasons for one in out)
    for one in out:
        assert ("unstated" in one.reasons) <= (one.park.id in NOT_STATED and land == "industrial")
        if "less" in one.reasons:
            assert one.land.value < least


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 2500).map(Decimal), st.sampled_from(list(industries(PLANS))))
def test_the_map_and_the_site_finder_agree(least, tag):
    """Two pages that answer one question must not answer it in two ways."""
    view = ViewState(industries=(tag,), min_mu=least, land="industrial").settled(PLANS)
    needs = make_needs(
        {"industry": tag, "industrial_land": least}, PLANS, must={"industry", "industrial_land"}
    )
    ranking = rank(needs, PLANS, BOUNDARIES)
    assert {one.park_id for one in ranking.ranked} == set(ids(view))
    cannot = {one.park_id for one in ranking.group("cannot-say")}
    assert cannot == {one.park.id for one in filters.left_out(view, PLANS) if one.open}


# --- what the plans promise ----------------------------------------------------------------------


def test_the_promise_comes_first_with_words_and_places(atlas):
    html = promised.html(ASKED, PLANS.parks["pujiang"], atlas)
    assert html.index("土地") < html.index("打造集成电路研发与总部基地")
    for words in ("约 2,000 亩", "打造集成电路研发与总部基地", "430 亿元", "启动实施B地块",
                  "上海临港浦江东方智媒城一期项目"):  # fmt: skip
        assert words in html
    assert html.index("430 亿元") < html.index("闵行区集成电路配套产业") < html.index("120 亿元")
    assert "第四章 表4-1" in html and "闵行“十五五”" in html
    items = html.split("<li>")[1:]
    assert all("<small>" in item for item in items), "every promise has its place"


def test_the_words_are_the_finders_own(atlas):
    needs = make_needs({"industry": "integrated-circuits", "industrial_land": 50}, PLANS)
    (result,) = [
        one for one in rank(needs, PLANS, atlas.boundaries).results if one.park_id == "zizhu"
    ]
    told = promised.html(ASKED, PLANS.parks["zizhu"], atlas)
    for promise in result.promises:
        assert escape(promise.words.zh) in told


def test_what_another_line_of_the_place_says_whole_is_not_told_twice(atlas):
    groups = dict(promised.of_park(ASKED, PLANS.parks["pujiang"], atlas))
    words = [one.words.zh for one in groups["integrated-circuits"]]
    assert "集成电路" not in words and "集成电路、生命健康、文化创意" in words


def test_without_a_question_nothing_is_promised(atlas):
    view = ViewState().settled(PLANS)
    assert promised.html(view, PLANS.parks["pujiang"], atlas) == ""
    assert promised.facts(view, PLANS.parks["pujiang"], atlas) == []


def test_an_industry_that_the_plans_do_not_name_for_the_park_is_said(atlas):
    view = replace(ASKED, industries=("integrated-circuits", "ai"))
    assert "规划没有把人工智能与机器人列为该园区的产业" in promised.html(
        view, PLANS.parks["zizhu"], atlas
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("park", list(PLANS.parks))
def test_the_maps_own_panel_answers_with_short_places(atlas, park, lang):
    view = replace(ASKED, lang=lang, industries=tuple(industries(PLANS)))
    lines = promised.facts(view, PLANS.parks[park], atlas)
    assert lines
    for label, text in lines:
        assert label and re.search(r"[（(].+ · .+[)）]$", text)


# --- units ---------------------------------------------------------------------------------------


def test_files_keep_the_printed_unit_and_add_the_other(atlas):
    view = replace(ASKED, unit="ha")
    head, rows = downloads.table_rows(view, atlas)
    at = head.index("可用土地 2021-2025 (亩)")
    assert head[at + 1] == "可用土地 2021-2025 (公顷)"
    assert [row[at] for row in rows] == [Decimal(2000), Decimal(690)]
    assert [row[at + 1] for row in rows] == [Decimal("133.33"), Decimal(46)]
    areas = [name for name in head if name.startswith("数字化面积")]
    assert areas == ["数字化面积 (km²)", "数字化面积 (公顷)"]
    book = load_workbook(io.BytesIO(downloads.table_xlsx(view, atlas)))
    sheet = [[cell.value for cell in row] for row in book["园区一览"]]
    (total,) = [row for row in sheet if row[1] == "合计"]
    assert (total[at], total[at + 1]) == (2690, 179.33)
    notes = "\n".join(str(row[0].value) for row in book["说明"])
    assert "1 亩 = 1/15 公顷" in notes and "规划所列产业不含所选产业（" in notes
    left = [[cell.value for cell in row] for row in book["未列入的园区"]]
    assert len(left) == 9 and left[0][2] == "结论"
    why = {row[0]: row[2:5] for row in left[1:]}
    assert why["aerospace"] == [
        "不符合",
        "规划所列产业不含所选产业；可用工业用地未载明",
        "可用土地 92.73 公顷（原数 1,391 亩）",
    ]
    assert downloads.file_stem(view).endswith("-min-50-mu-industrial-in-ha")


def test_without_a_filter_no_sheet_tells_of_left_out_parks(atlas):
    book = load_workbook(io.BytesIO(downloads.table_xlsx(ViewState().settled(PLANS), atlas)))
    assert "未列入的园区" not in book.sheetnames


@given(st.sampled_from(UNITS), st.sampled_from(["land_mu", "planned_area_km2", "tax_100m_yuan"]))
def test_headings_name_their_unit_and_none_is_twice(unit, metric):
    view = ViewState(metric=metric, unit=unit, land="industrial").settled(PLANS)
    names = [downloads.shown_name(one, "zh") for one in selection.shown_columns(view, PLANS)]
    assert len(set(names)) == len(names)


def test_where_rounded_cells_do_not_add_up_the_difference_is_told(atlas):
    view = replace(ViewState(unit="ha").settled(PLANS), parks=("xinzhuang", "xiangyang", "zizhu"))
    shown = next(one for one in selection.shown_columns(view, PLANS) if not one.own)
    parks = [PLANS.parks[park] for park in view.parks]
    figures = selection.figures(parks, shown.column, PLANS)
    thirds = {park: replace(one, value=Decimal("0.05")) for park, one in figures.items()}
    own = tuple(thirds.values())
    summed = selection.Total(shown.column, Decimal("0.15"), tuple(parks), (), own)
    assert sum(shown.value(one) for one in own) == 0 and shown.total(summed) == Decimal("0.01")
    (told,) = totals.rounding(summed, "zh", "ha")
    assert "相加为 0，与合计 0.01 差 0.01" in told
    (tile,) = re.findall("相加为[^<]*", totals.tiles([summed], atlas, "zh", "ha"))
    assert tile in told
    assert not totals.rounding(summed, "zh", "mu")


def test_the_page_in_hectares():
    app = opened(unit="ha", industries="integrated-circuits", min_mu="50", land="industrial")
    assert "显示 2 / 10 个园区 · 可用工业用地 约 179.33 公顷" in bodies(app)
    table = app.dataframe[0].value
    assert table["可用土地 2021-2025 (公顷)"].tolist() == [133.33, 46]
    assert table["可用土地 2021-2025 (亩)，原数"].tolist() == [2000, 690]
    assert table["可用工业用地 2021-2025 (公顷)"].tolist() == [133.33, 46]
    pills(app, "tab-zh").set_value("totals").run()
    assert "<strong>约 179.33 公顷</strong>" in bodies(app) and "文件原数 约 2,690 亩" in bodies(
        app
    )
    pills(app, "unit-zh").set_value("mu").run()
    assert "<strong>约 2,690 亩</strong>" in bodies(app) and "unit" not in url(app)
    assert not app.exception


# --- plan against actual, land against area ------------------------------------------------------


def test_plan_against_actual_counts_only_the_same_ground(atlas):
    (one,) = against.compare(list(PLANS.parks.values()), atlas)
    assert [pair.park.id for pair in one.pairs] == ["xinzhuang", "pujiang", "zizhu", "metdz"]
    gaps = {pair.park.id: pair.gap.value for pair in one.pairs}
    assert gaps["xinzhuang"] == Decimal("3.31") and gaps["metdz"] == Decimal("-451.71")
    assert [pair.park.id for pair in one.counted] == ["xinzhuang", "pujiang", "zizhu"]
    assert one.totals == (Decimal(1765), Decimal("1849.64"))
    assert against.share(*one.totals) == Decimal("104.8")
    assert {single.has for single in one.singles} == {"planned"} and len(one.singles) == 6
    told = " ".join(against.words(one, "zh"))
    assert "闵行经济技术开发区" in told and "只有目标，没有 2025 年实际（6）" in told
    assert {against.scope_of(pair) for pair in one.pairs} == {"words", "ground"}


def test_the_derived_gaps_are_the_same(atlas):
    (one,) = against.compare(list(PLANS.parks.values()), atlas)
    derived = {
        value.park_id: value.value
        for value in atlas.derived
        if value.metric == "target_gap_100m_yuan"
    }
    assert {pair.park.id: pair.gap.value for pair in one.pairs} == derived


def test_plan_against_actual_of_parks_without_any(atlas):
    (one,) = against.compare([PLANS.parks["lianhua"]], atlas)
    assert one.totals is None and not one.pairs
    html = against.panel([PLANS.parks["lianhua"]], atlas, "zh")
    assert "<tfoot>" not in html and "莲花南路科技时尚产业带" in html
    assert against.panel([], atlas, "zh").count("<tr>") <= 1


def test_land_left_is_over_the_same_ground(atlas):
    found = {one.park.id: one for one in remaining.left(list(PLANS.parks.values()), atlas)}
    zizhu = found["zizhu"]
    assert (zizhu.digitised_km2, zizhu.digitised.value) == (Decimal("4.90"), Decimal("9.4"))
    assert (zizhu.planned_km2, zizhu.planned.value) == (Decimal("4.7"), Decimal("9.8"))
    assert found["lianhua"].digitised is None and found["lianhua"].land.value == 300
    assert found["tech-oasis"].planned_km2 == Decimal("0.63"), "the ground the land is stated for"
    summed = remaining.total(list(found.values()), "planned")
    assert {park.id for park in summed.parks} == set(PLANS.parks) - {"lianhua", "neobay"}
    assert summed.land == Decimal("6954.1") and summed.km2 == Decimal("69.94")
    assert summed.share == Decimal("6.6")
    assert (summed.land_bound, summed.ground_bound) == ("about", "about")
    told = remaining.words(list(found.values()), atlas, "zh")
    assert "没有规划占比（2）：莲花南路科技时尚产业带、大零号湾全球创新创业集聚区" in told


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("unit", UNITS)
def test_the_land_table_is_in_the_unit(atlas, unit, lang):
    html = remaining.panel([PLANS.parks["xinzhuang"]], atlas, unit, lang)
    expected = {"mu": ("760.1", "19.38"), "ha": ("50.67", "1,938"), "km2": ("0.5067", "19.38")}
    for number in expected[unit]:
        assert f">{number}<" in html
    assert ">2.6%<" in html and ">2.834%<" in html, "a share has no unit"
    assert 'max="100" value="2.6"' in html, "its bar is of the whole"


@pytest.mark.parametrize(
    ("parks", "over", "expected"),
    [
        (("xinzhuang",), "planned", ("760.1", "17.88", "2.834%")),
        (("xinzhuang", "zizhu"), "planned", ("1,450.1", "约 22.58", "约 4.3%")),
        (("pujiang", "zizhu"), "digitised", ("约 2,690", "", "%")),
    ],
)
def test_the_sum_of_what_is_about_so_much_is_so_too(atlas, parks, over, expected):
    html = remaining.panel([PLANS.parks[park] for park in parks], atlas, "mu", "zh")
    rows = dict(zip(("digitised", "planned"), html.split("<tfoot>")[1].split("<tr>")[1:],
                    strict=True))  # fmt: skip
    for words in expected:
        assert words in rows[over]


@given(st.lists(st.sampled_from(list(PLANS.parks)), unique=True), st.sampled_from(UNITS))
@settings(max_examples=30)
def test_the_land_table_adds_up(parks, unit):
    """The grounds add up as shown; the land does or the difference is told."""
    data = atlas_of()
    found = remaining.left([PLANS.parks[park] for park in parks], data)
    for over in ("digitised", "planned"):
        summed = remaining.total(found, over)
        if summed is None:
            continue
        own = [one for one in found if one.park in summed.parks]
        assert sum(getattr(one, f"{over}_km2") for one in own) == summed.km2
        cells = sum((in_unit(one.land.value, "mu", unit) for one in own), Decimal(0))
        shown = in_unit(summed.land, "mu", unit)
        told = remaining.words(found, data, "en", unit)
        line = f"add up to {cells:,f}, {abs(shown - cells):f} off the total {shown:,f}"
        assert (cells == shown) != any(line in one for one in told)
        several = len(own) > 1
        derived = [getattr(one, over) for one in own]
        assert several or summed.share == derived[0].value


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_section_opens_in_both_languages(tab, lang):
    app = opened(tab=tab, lang=lang, min_mu="500", land="industrial", unit="km2")
    assert not app.error and not app.warning
    labels = [box.label for box in [*app.selectbox, *app.multiselect, *app.number_input]]
    labels += [group.label for group in app.button_group if group.key != "lang"]
    assert lang == "zh" or not CHINESE.search(" ".join(filter(None, labels)))
    assert url(app).get("tab", "parks") == tab
    if tab != "own":
        words = {"zh": "可用工业用地未载明，不能判断", "en": "not stated, so it cannot be said"}
        assert words[lang] in bodies(app)


def test_hostile_names_are_escaped_in_every_section(atlas):
    hostile = "<script>alert(1)</script>"
    parks = {**PLANS.parks, "metdz": replace(PLANS.parks["metdz"], zh=hostile)}
    data = replace(atlas, plans=replace(PLANS, parks=parks), stamp=("hostile",))
    view = ViewState(min_mu=Decimal(600), land="industrial").settled(PLANS)
    shown = list(parks.values())
    for html in (
        excluded.html(view, data),
        against.panel(shown, data, "zh"),
        remaining.panel(shown, data, "mu", "zh"),
    ):
        assert escape(hostile) in html and "<script" not in html


# --- presets and geodata -------------------------------------------------------------------------


def test_a_preset_is_one_click_and_a_second_takes_it_back():
    app = opened()
    pills(app, "least-industrial-zh").set_value(50).run()
    assert url(app) == {"min_mu": "50", "land": "industrial"}
    assert pills(app, "least-all-zh").value is None
    pills(app, "least-all-zh").set_value(500).run()
    assert url(app) == {"min_mu": "500"}
    assert pills(app, "least-industrial-zh").value is None
    pills(app, "least-all-zh").set_value(None).run()
    assert url(app) == {} and not app.exception


def test_the_map_is_of_the_land_that_is_asked_for():
    app = opened()
    pills(app, "least-industrial-zh").set_value(50).run()
    assert app.selectbox(key="metric-zh").value == "land_industrial_mu"
    assert "可用工业用地 约" in bodies(app) and "metric" not in url(app)
    app.button(key="reset").click().run()
    assert app.selectbox(key="metric-zh").value == "land_mu" and url(app) == {}
    app.selectbox(key="metric-zh").select("tax_100m_yuan").run()
    pills(app, "least-industrial-zh").set_value(50).run()
    assert app.selectbox(key="metric-zh").value == "tax_100m_yuan", "one that was chosen stays"


def test_what_is_about_so_much_is_so_in_the_table(atlas):
    for unit, shown in (("mu", "约 2,000"), ("ha", "约 133.33"), ("km2", "约 1.3333")):
        view = replace(ViewState(unit=unit).settled(PLANS), parks=("pujiang", "xinzhuang"))
        frame = table.frame(view, atlas)
        styled = table._written(frame, list(frame.columns[1:-2]), view, atlas)
        html = styled.to_html()
        assert f">{shown}<" in html and (">约 2,000<" in html)
        assert ">760.1<" in html and "约 760" not in html
        assert frame.iloc[1].tolist().count(2000.0), "sorted by the number"


def test_another_amount_keeps_the_kind_of_land():
    app = opened(min_mu="50", land="industrial")
    assert app.number_input[0].label == "工业用地至少（亩）"
    app.number_input[0].set_value(900.0).run()
    assert url(app) == {"min_mu": "900", "land": "industrial"}
    assert list(app.dataframe[0].value.index) == ["pujiang"]


@pytest.mark.parametrize("code", [4490, 4549])
def test_geodata_hold_the_shown_parks_and_their_figures(atlas, tmp_path, code):
    path = tmp_path / "parks.gpkg"
    path.write_bytes(files.geodata(ASKED, atlas, "gpkg", code))
    with sqlite3.connect(path) as base:
        rows = base.execute("select id, land_mu_2021_2025 from parks order by id").fetchall()
        (system,) = base.execute(
            "select srs_id from gpkg_contents where table_name = 'parks'"
        ).fetchone()
    assert rows == [("pujiang", 2000), ("zizhu", 690)]
    assert system == code
    with zipfile.ZipFile(io.BytesIO(files.geodata(ASKED, atlas, "shp", code))) as archive:
        assert {"parks.shp", "parks.prj", "sources.csv"} <= set(archive.namelist())


def test_every_file_of_the_filter_is_offered():
    app = opened(min_mu="50", land="industrial")
    assert [node.key for node in app.get("download_button")] == ["save-csv", "save-csv-out"]
    made = [button for button in app.button if button.key.startswith("make-")]
    ends = ["html", "xlsx", "gpkg", "zip"]
    assert [button.key.rsplit(".", 1)[1] for button in made] == ends
    made[2].click().run()
    (*_, saved) = app.get("download_button")
    assert saved.proto.label.startswith("保存 ") and ".gpkg" in saved.proto.label
    assert not app.error and not app.exception


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            AtlasError(en="the shapes are gone", zh="图形不见了"),
            ("图形不见了", "the shapes are gone"),
        ),
        (RuntimeError("secret"), ("编号", "number")),
    ],
)
def test_a_file_that_cannot_be_made_says_why_in_our_words(monkeypatch, lang, error, said):
    def fail(*args):
        raise error

    monkeypatch.setattr(files, "geodata", fail)
    app = opened(lang=lang)
    next(b for b in app.button if b.key.startswith("make-") and ".gpkg" in b.key).click().run()
    (told,) = app.error
    assert said[lang == "en"] in told.value.replace("\\", "") and "secret" not in told.value
    assert not app.exception and len(app.dataframe) == 1


def test_the_parks_left_out_are_a_file_as_they_are_a_sheet(atlas):
    head, rows = excluded.table(ASKED, atlas)
    book = load_workbook(io.BytesIO(downloads.table_xlsx(ASKED, atlas)))
    sheet = [[cell.value or "" for cell in row] for row in book["未列入的园区"]]
    assert [head, *rows] == sheet and len(rows) == 8
    assert len(opened().get("download_button")) == 1, "none is left out"


def test_without_the_files_the_page_goes_on(monkeypatch):
    monkeypatch.setattr(files, "button", lambda *args, **options: 1 / 0)
    app = opened(tab="totals")
    assert len(app.error) == 1 and not app.exception
    assert "<strong>约 9,086.1 亩</strong>" in bodies(app) and "<footer>" in bodies(app)


# --- words ---------------------------------------------------------------------------------------


def own_words(lang: str) -> dict[str, str]:
    return {key: text for key, text in i18n.catalogue(lang).items() if key.startswith("official.")}


def test_both_languages_say_the_same_and_no_word_is_left_over():
    zh, en = own_words("zh"), own_words("en")
    assert zh.keys() == en.keys()
    for key in zh:
        assert set(re.findall(r"{(\w+)}", zh[key])) == set(re.findall(r"{(\w+)}", en[key])), key
    assert not [key for key, text in en.items() if CHINESE.search(text)]
    code = "".join(
        path.read_text("utf-8")
        for folder in ("views", "layers")
        for path in (geo.ROOT / folder).rglob("*.py")
    )
    asked = set(re.findall(r"""["'](official\.[\w.{}]+)["']""", code))
    patterns = [re.sub(r"\\{.*?\\}", r"[\\w.]+", re.escape(key)) for key in asked]
    assert [key for key in zh if not any(re.fullmatch(one, key) for one in patterns)] == []
    assert {key for key in asked if "{" not in key} <= set(zh)
