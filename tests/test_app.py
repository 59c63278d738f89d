"""The app's logic and page: filters, totals, languages, URL state, bad data, the map's frame."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import replace
from decimal import Decimal
from html import escape
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import bodies, opened, unmarked, url
from streamlit.testing.v1 import AppTest

import geo
from geo.errors import AtlasError
from geo.plans import Label, Plans
from layers import i18n, page
from layers.amounts import written
from layers.tiles import offered
from layers.units import UNITS, in_unit
from views import data, map_component, page_state
from views.data import Atlas
from views.map import controls, downloads, filters, selection, state, totals
from views.map import page as map_page
from views.map import table as view_table
from views.map.card import card_head, card_html
from views.map.downloads import column_name, table_rows
from views.map.state import ViewState

PLANS = Plans.load()
SCHEMES = ("one-axis-three-belts", "one-core-one-corridor")
TAGS = list(state.industries(PLANS))
CHINESE = re.compile(r"[\u3400-\u9fff]")

view_states = st.builds(
    ViewState,
    lang=st.sampled_from(["zh", "en"]),
    metric=st.sampled_from(PLANS.mapped_metrics()),
    period=st.sampled_from(["", "2016", "2020", "2025", "2021-2025"]),
    scheme=st.sampled_from(["", *SCHEMES]),
    projects=st.booleans(),
    parks=st.lists(st.sampled_from(list(PLANS.parks)), unique=True, max_size=4).map(tuple),
    industries=st.lists(st.sampled_from(TAGS), unique=True, max_size=3).map(tuple),
    min_mu=st.none() | st.decimals(0, 3000, places=1),
    land=st.sampled_from(state.LANDS),
    park=st.sampled_from(["", *PLANS.parks]),
    unit=st.sampled_from(UNITS),
    tab=st.sampled_from(state.TABS),
    base=st.sampled_from(offered()),
).map(lambda view: view.settled(PLANS))


@pytest.fixture
def atlas(boxes) -> Atlas:
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, boxes)}
    return Atlas(PLANS, boxes, rows, {}, {}, ())


def ids(view: ViewState) -> list[str]:
    return [park.id for park in filters.shown_parks(view, PLANS)]


def land(view: ViewState) -> selection.Total:
    parks = filters.shown_parks(view, PLANS)
    column = selection.Column(PLANS.metrics["land_mu"], "2021-2025")
    return selection.total(parks, column, PLANS)


# --- filters -------------------------------------------------------------------------------------


def test_without_filters_all_parks_are_shown():
    assert ids(ViewState().settled(PLANS)) == list(PLANS.parks)


def test_the_least_land_takes_in_its_own_value():
    assert ids(ViewState(min_mu=Decimal("690"))) == [
        "xinzhuang", "pujiang", "zizhu", "maqiao", "neobay", "aerospace",
    ]  # fmt: skip
    assert "zizhu" not in ids(ViewState(min_mu=Decimal("690.1")))


def test_industries_are_alternatives_and_filters_add_up():
    assert ids(ViewState(industries=("integrated-circuits",))) == ["pujiang", "zizhu"]
    either = ids(ViewState(industries=("integrated-circuits", "industrial-internet")))
    assert either == ["pujiang", "zizhu", "xiangyang"]
    both = ViewState(industries=("integrated-circuits",), min_mu=Decimal(1000))
    assert ids(both) == ["pujiang"]
    assert ids(replace(both, parks=("zizhu",))) == []


@given(view_states)
@settings(deadline=None)
def test_a_park_is_shown_exactly_when_it_meets_every_filter(view):
    for park in PLANS.parks.values():
        metric = "land_industrial_mu" if view.land == "industrial" else "land_mu"
        land = PLANS.figure(park.id, metric, "2021-2025")
        value = Decimal(-1) if land is None else land.value
        meets = (
            (park.id in view.parks if view.parks else True)
            and (any(tag.id in view.industries for tag in park.industries)
                 if view.industries else True)
            # Whatever a park's land is, it is not less than none.
            and (not view.min_mu or value >= view.min_mu)
        )  # fmt: skip
        assert (park.id in ids(view)) == meets


# --- totals --------------------------------------------------------------------------------------


def test_the_total_of_all_land_and_how_far_the_plan_is_from_it():
    total = land(ViewState())
    assert total.value == Decimal("9086.1")
    assert selection.stated_difference(total, PLANS) == Decimal("835.0")


def test_a_filtered_total_is_not_held_against_the_plan():
    total = land(ViewState(parks=("zizhu", "metdz")))
    assert total.value == Decimal("1297")
    assert selection.stated_difference(total, PLANS) is None


def test_a_total_rounded_as_the_plan_rounds_it_does_not_differ():
    column = selection.Column(PLANS.metrics["office_10k_m2"], "2021-2025")
    total = selection.total(list(PLANS.parks.values()), column, PLANS)
    assert total.value == Decimal("336.26")
    assert selection.stated_difference(total, PLANS) is None


def test_what_is_not_counted_is_named_with_its_reason(atlas):
    column = selection.Column(PLANS.metrics["factory_10k_m2"], "2021-2025")
    total = selection.total(list(PLANS.parks.values()), column, PLANS)
    assert {gap.park.id: gap.reason for gap in total.gaps} == {
        "pujiang": "absent", "xiangyang": "instead", "tech-oasis": "absent",
    }  # fmt: skip
    assert "zizhu" in [park.id for park in total.counted], "a stated none counts, as 0"
    text = " ".join(totals.words(total, atlas, "zh"))
    assert "向阳工业互联网基地（只载 26 栋）" in text
    assert "临港浦江国际科技城（未载明）" in text
    assert "367.9" in text and "127.19" in text


def test_the_plans_own_land_total_is_quoted_whole_with_its_other_scope(atlas):
    text = totals.words(land(ViewState()), atlas, "zh")
    quoted = next(line for line in text if "9921.1亩" in line)
    assert "“十四五”期间可用工业土地总面积为9921.1亩" in quoted and "835.0" in quoted
    assert any("口径不同" in line and "研发用地" in line for line in text)
    english = " ".join(totals.words(land(ViewState()), atlas, "en"))
    assert "available industrial land" in english and "different scopes" in english


def test_two_periods_of_a_metric_are_two_columns(atlas):
    """As when the next plan states land again: neither is dropped for the other."""
    old = PLANS.figure("zizhu", "land_mu", "2021-2025")
    new = replace(old, period="2026-2030", value=Decimal(500))
    plans = replace(PLANS, figures=[*PLANS.figures, new])
    frame = view_table.frame(ViewState(period="2021-2025"), replace(atlas, plans=plans))
    assert frame.loc["zizhu", "可用土地 2021-2025 (亩)"] == 690
    assert frame.loc["zizhu", "可用土地 2026-2030 (亩)"] == 500


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_has_a_heading_of_its_own(lang):
    heads = [
        column_name(selection.Column(PLANS.metrics[metric], period), lang)
        for metric in PLANS.metrics
        for period in PLANS.periods(metric)
    ]
    assert len(set(heads)) == len(heads)
    assert all(re.search("20[0-9]{2}", head) for head in heads)


def test_the_dash_is_explained_for_every_column_that_has_one(atlas):
    """The belt's area is not measured, which is no gap of the plan's."""
    frame = view_table.frame(ViewState().settled(PLANS), atlas)
    assert pd.isna(frame.loc["lianhua", "数字化面积 (km²)"])
    for lang, words in (("zh", "没有可量面积的边界"), ("en", "no bounds whose area")):
        for key in ("app.table.hint", "app.download.note.missing"):
            assert words in i18n.t(key, lang)


def test_a_year_without_figures_is_told_from_no_figures_at_all():
    parks = [PLANS.parks["zizhu"], PLANS.parks["lianhua"]]
    column = selection.Column(PLANS.metrics["tax_100m_yuan"], "2025")
    reasons = {gap.park.id: gap.reason for gap in selection.total(parks, column, PLANS).gaps}
    assert reasons == {"zizhu": "other_period", "lianhua": "absent"}


def test_densities_and_overlapping_areas_are_not_summed(atlas):
    for metric, period in (("output_density_100m_yuan_per_km2", "2020"),
                           ("planned_area_km2", "2021-2025")):  # fmt: skip
        column = selection.Column(PLANS.metrics[metric], period)
        total = selection.total(list(PLANS.parks.values()), column, PLANS)
        assert total.counted and total.value is None
        assert totals.amount(total, "zh") == "—"
        assert "不可相加" in totals.words(total, atlas, "zh")[0]


def test_a_figure_of_some_zones_only_is_said_to_be_one(atlas):
    column = selection.Column(PLANS.metrics["output_100m_yuan"], "2020")
    total = selection.total(list(PLANS.parks.values()), column, PLANS)
    assert [figure.park_id for figure in total.limited] == ["metdz"]
    # Zone names of the fixture: the fourth zone in the parks' order is metdz.
    (line,) = [line for line in totals.words(total, atlas, "zh") if "片区3" in line]
    assert line == "含 闵行经济技术开发区 不是整个园区的数：只含 片区3 片区，不含 片区4、片区5"


def test_a_total_tells_other_words_and_abouts(atlas):
    parks = list(PLANS.parks.values())
    output = selection.Column(PLANS.metrics["output_100m_yuan"], "2025")
    text = " ".join(totals.words(selection.total(parks, output, PLANS), atlas, "zh"))
    assert "规模以上工业总产值（莘庄工业区）" in text and "工业产值（临港浦江国际科技城）" in text
    assert "工业总产值（紫竹高新区、闵行经济技术开发区）" in text
    text = " ".join(totals.words(land(ViewState()), atlas, "zh"))
    assert "含约数：临港浦江国际科技城、大零号湾全球创新创业集聚区" in text
    assert "用词不一" not in text
    table_1_1 = selection.total(parks, replace(output, period="2019"), PLANS)
    assert not table_1_1.terms, "one table, one word"


def test_the_prose_total_of_2020_is_held_against_the_four_parks_of_the_table(atlas):
    parks = list(PLANS.parks.values())
    column = selection.Column(PLANS.metrics["output_100m_yuan"], "2020")
    four = [park for park in parks if park.kind == "big-four"]
    for shown in (parks, four):
        total = selection.total(shown, column, PLANS)
        assert total.value == Decimal("2198.83")
        assert selection.stated_difference(total, PLANS) == Decimal("1995.96") - total.value
        text = " ".join(totals.words(total, atlas, "zh"))
        assert "1,995.96 相差 202.87" in text and "口径不同" in text
    for shown, period in ((four[:3], "2020"), (parks, "2019"), (parks, "2025")):
        total = selection.total(shown, replace(column, period=period), PLANS)
        assert selection.stated_difference(total, PLANS) is None


def test_the_table_marks_what_is_not_of_the_whole_park_or_about(atlas):
    scopes = view_table.frame(ViewState().settled(PLANS), atlas)["口径"]
    assert scopes["metdz"] == "工业总产值 2025：只含 片区3 片区，不含 片区4、片区5"
    assert scopes["pujiang"] == "可用土地 2021-2025：约数"
    assert scopes["zizhu"] == ""
    every = view_table.limits(ViewState().settled(PLANS), atlas)
    told = "；".join(every)
    # Not of zones, but of a sub-block and without another park's ground.
    assert "虹桥科技绿洲 可用土地 2021-2025：其中：" in told and "：不含紫竹高新区" in told
    (line,) = [line for line in every if "片区3" in line]
    assert line.startswith("闵行经济技术开发区 工业总产值 2025：只含") and "不含" in line
    assert view_table.limits(ViewState(parks=("zizhu",)).settled(PLANS), atlas) == []


@settings(max_examples=60, deadline=None)
@given(view_states)
def test_totals_agree_with_the_table_to_the_last_digit(view):
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, None)}
    _, table = table_rows(view, Atlas(PLANS, None, rows, {}, {}, ()))
    parks = filters.shown_parks(view, PLANS)
    for number, shown in enumerate(selection.shown_columns(view, PLANS), 3):
        cells = [row[number] for row in table]
        total = selection.total(parks, shown.column, PLANS)
        assert len(total.counted) == sum(cell is not None for cell in cells)
        assert len(total.gaps) == sum(cell is None for cell in cells)
        if total.value is None:
            continue
        own = shown.column.metric.unit
        if shown.own:
            assert total.value == sum(cell for cell in cells if cell is not None)
        # Converted, it is the sum of the exact values: where the rounded ones add up to another,
        # the difference is told, to the last digit, on the page and in the file.
        assert shown.total(total) == in_unit(total.value, own, shown.unit)
        added = sum((cell for cell in cells if cell is not None), Decimal(0))
        told = totals.rounding(total, "en", shown.unit)
        assert bool(told) == (added != shown.total(total))
        if told:
            off = abs(added - shown.total(total))
            assert f"add up to {added:,f}, {off:f} off the total" in told[0]
            assert off <= Decimal(len(cells)) * Decimal("0.005") + Decimal("0.005")


# --- state and URL -------------------------------------------------------------------------------


@given(view_states)
@settings(deadline=None)
def test_the_url_carries_the_whole_state(view):
    query = state.to_query(view, PLANS)
    assert state.from_query(query, PLANS, SCHEMES) == (view, [])


def test_the_default_state_needs_no_parameters():
    assert state.to_query(ViewState().settled(PLANS), PLANS) == {}
    assert state.from_query({}, PLANS, SCHEMES)[0] == ViewState().settled(PLANS)


@pytest.mark.parametrize(
    ("query", "named", "known"),
    [
        ({"metric": "happiness"}, "metric=happiness", "land_mu"),
        ({"period": "1999"}, "period=1999", "2021-2025"),
        ({"scheme": "two-moons"}, "scheme=two-moons", "one-core-one-corridor"),
        ({"parks": "zizhu,atlantis"}, "parks=atlantis", "xinzhuang"),
        ({"industries": "alchemy"}, "industries=alchemy", "ai"),
        ({"park": "<script>"}, "park=<script>", "xinzhuang"),
        ({"lang": "fr"}, "lang=fr", "zh"),
        ({"land": "forest"}, "land=forest", "industrial"),
        ({"unit": "acre"}, "unit=acre", "km2"),
        ({"tab": "weather"}, "tab=weather", "actual"),
        ({"base": "moon"}, "base=moon", "offline"),
        ({"min": "abc"}, "参数 min ", ""),
        ({"a": "1", "b": "2", "<i>": "3"}, "a,b,<i>", ""),
        ({f"x{n}": "1" for n in range(400)}, "x4…", "395"),
        ({"min_mu": "-5"}, "min_mu=-5", ""),
        ({"min_mu": "1e9999"}, "min_mu=1e9999", ""),
        ({"min_mu": "NaN"}, "min_mu=NaN", ""),
        ({"min_mu": "2000000"}, "min_mu=2000000", "1,000,000"),
        ({"min_mu": "1000000.1"}, "min_mu=1000000.1", "1,000,000"),
        ({"parks": "zizhu,x0,x1,x2,zizhu"}, "parks=x0,x1,x2", "xinzhuang"),
        ({"parks": "zizhu," + ",".join(f"x{n}" for n in range(400))}, "x4…", "395"),
        ({"park": "zizhu,metdz"}, "park=zizhu,metdz", "xinzhuang"),
        ({"lang": "zh,en"}, "lang=zh,en", "zh"),
        ({"lang": "en,zh"}, "lang=en,zh", "zh"),
        ({"scheme": ",one-core-one-corridor"}, "scheme=,one-core", "one-axis"),
    ],
)
def test_a_bad_parameter_is_told_and_left_out(query, named, known):
    view, messages = state.from_query(query, PLANS, SCHEMES)
    assert len(messages) == 1
    assert named in messages[0] and known in messages[0]
    assert len(messages[0]) < 400, "however long the address is"
    kept = ("zizhu",) if query.get("parks") else ()
    assert view == replace(ViewState().settled(PLANS), parks=kept)


@pytest.mark.parametrize("value", ["1000000", "999999.9", "0"])
def test_the_box_can_hold_every_least_land_of_an_address(value):
    app = run({"min_mu": value})
    assert not app.warning
    box = app.number_input[0]
    assert box.value == float(value) and box.min <= box.value <= box.max == state.MAX_MU
    assert url(app) == {"min_mu": value}


def test_a_least_land_the_box_cannot_hold_is_told_and_filters_nothing():
    app = run({"min_mu": "2000000"})
    (warning,) = app.warning
    assert "min_mu=2000000" in warning.value.replace("\\", "")
    assert app.number_input[0].value is None
    assert len(table(app)) == 10


# --- words ---------------------------------------------------------------------------------------


def own_words(lang: str) -> dict[str, str]:
    return {key: text for key, text in i18n.catalogue(lang).items() if key.startswith("app.")}


def test_both_languages_have_the_same_keys_and_placeholders():
    zh, en = own_words("zh"), own_words("en")
    assert zh.keys() == en.keys()
    for key in zh:
        assert set(re.findall(r"{(\w+)}", zh[key])) == set(re.findall(r"{(\w+)}", en[key])), key


def test_every_word_is_used_and_every_used_word_is_there():
    code = "".join(path.read_text("utf-8") for path in (geo.ROOT / "views").rglob("*.py"))
    used = set(re.findall(r"""["'](app\.[a-z_.]+[a-z_])["']""", code))
    built = re.findall(r"""f["'](app\.[a-z_.]+)\{""", code)
    words = set(own_words("zh"))
    assert used <= words, used - words
    spare = {key for key in words - used if not any(key.startswith(head) for head in built)}
    assert not spare
    assert all(any(key.startswith(head) for key in words) for head in built)


def test_english_holds_no_chinese():
    foreign = {key: text for key, text in own_words("en").items() if CHINESE.search(text)}
    assert set(foreign) == {"app.language", "app.language.zh"}


# --- the card ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("park", PLANS.parks.values(), ids=lambda park: park.id)
def test_a_card_shows_every_figure_with_document_and_place(atlas, park, lang):
    html = card_html(park, atlas, lang)
    assert escape(park.name(lang)) in card_head(park, lang)
    for figure in PLANS.park_figures(park.id):
        number = written(figure, lang)
        assert geo.plans.format_number(figure.value) in number
        assert ("约" in number or "about" in number) == figure.approximate
        assert f"<b>{number}</b>" in html
        assert escape(figure.source.number) in html
        assert escape(figure.locator.split(" / ")[0]) in html
    for label in park.industries:
        assert escape(label.evidence[0].words) in html
    for zone in atlas.rows[park.id]["zones"]:
        assert escape(zone[f"name_{lang}"]) in html
    assert all(escape(name) in html for name in park.aliases if name != park.zh)
    assert ("景西路" in html) == (park.id == "maqiao"), "what is unresolved is named"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_card_says_where_the_bounds_and_the_area_stand(atlas, boxes, lang):
    frame = boxes.assign(locator="第四章 一（三）")
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, frame)}
    html = card_html(PLANS.parks["zizhu"], replace(atlas, rows=rows), lang)
    short = getattr(PLANS.sources["mh145"], f"short_{lang}")
    assert f"{escape(short)} · 第四章 一（三）" in html
    own = geo.plans.load_boundaries()
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, own)}
    for park in PLANS.parks.values():
        html = card_html(park, replace(atlas, boundaries=own, rows=rows), lang)
        for zone in park.zones:
            assert f"{escape(short)} · {own.loc[zone, 'locator']}" in html


def test_a_cell_without_a_number_is_a_line_of_its_own_metric(atlas):
    html = card_html(PLANS.parks["aerospace"], atlas, "zh")
    office = html.split("“十四五”可利用楼宇", 1)[1].split("</section>", 1)[0]
    assert "<b>未载明</b>" in office and "原表为“/”" in office and "航天产业基地 / 楼宇" in office
    factory = html.split("“十四五”可利用厂房", 1)[1].split("</section>", 1)[0]
    assert "138" in factory and "楼宇" not in factory
    html = card_html(PLANS.parks["pujiang"], atlas, "zh")
    assert html.count("<b>未载明</b>") == html.count("原表该格为空") == 2


def test_a_reading_of_the_scope_is_told_as_one(atlas):
    html = card_html(PLANS.parks["metdz"], atlas, "zh")
    assert "表1-1未写范围" in html and "理解为不含闵行老工业基地" in html
    html = card_html(PLANS.parks["tech-oasis"], atlas, "zh")
    assert "规划未写，理解为其一部分" in html


def test_a_card_says_what_is_published_for_two_zones_together(atlas, boxes):
    frame = boxes.copy()
    shared = {"zones": ["a", "b"], "published_area_km2": 7.3499, "area_km2": 7.8565}
    frame["published_area_shared"] = None
    frame.at["zizhu", "published_area_shared"] = shared
    frame.at["zizhu", "published_area_km2"] = None
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, frame)}
    html = card_html(PLANS.parks["zizhu"], replace(atlas, rows=rows), "zh")
    assert "2 个片区合计公布面积 7.35 km²，数字化合计 7.86 km²" in unmarked(html)


def test_a_card_lists_decisions_and_escapes_what_it_shows(atlas, boxes):
    frame = boxes.copy()
    frame.at["zizhu", "decisions"] = ["<img src=x onerror=alert(1)> taken as <b>north</b>"]
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, frame)}
    hostile = "<script>alert(2)</script>"
    park = replace(
        PLANS.parks["zizhu"], zh=hostile, position=Label("", hostile, hostile), industries=()
    )
    html = card_html(park, replace(atlas, rows=rows), "zh") + card_head(park, "zh")
    assert escape("<img src=x onerror=alert(1)> taken as <b>north</b>") in html
    assert escape(hostile) in html
    assert "<script" not in html and "<img" not in html


# --- the page ------------------------------------------------------------------------------------


def run(query: dict[str, str] | None = None) -> AppTest:
    return opened(**(query or {}))


def table(app: AppTest):
    return app.dataframe[0].value


def pills(app: AppTest, key: str):
    return next(group for group in app.button_group if group.key == key)


def test_the_page_opens_on_real_data_in_chinese():
    app = run()
    assert not app.error and not app.warning
    assert "园区一张图" in bodies(app)
    assert "显示 10 / 10 个园区 · 可用土地 约 9,086.1 亩" in bodies(app)
    assert "示意图，不作为权属界线依据" in bodies(app)
    assert "© OpenStreetMap contributors" in bodies(app)
    assert len(table(app)) == 10
    assert table(app)["可用土地 2021-2025 (亩)"].sum() == pytest.approx(9086.1)


def test_missing_is_missing_in_the_table_and_a_stated_none_is_zero():
    factories = table(run())["可用厂房 2021-2025 (万平方米)"]
    assert factories["zizhu"] == 0
    assert factories[["pujiang", "xiangyang", "tech-oasis"]].isna().all()


def test_filtering_changes_table_totals_and_url():
    app = run()
    app.number_input[0].set_value(1000.0).run()
    assert list(table(app).index) == ["pujiang", "neobay", "aerospace"]
    assert "显示 3 / 10 个园区 · 可用土地 约 5,223 亩" in bodies(app)
    assert url(app) == {"min_mu": "1000"}
    pills(app, "tab-zh").set_value("totals").run()
    assert "<strong>约 5,223 亩</strong>" in bodies(app)
    pills(app, "industries-zh").set_value(["integrated-circuits"]).run()
    assert "<strong>约 2,000 亩</strong>" in bodies(app)
    assert url(app) == {"min_mu": "1000", "industries": "integrated-circuits", "tab": "totals"}
    app.button(key="reset").click().run()
    assert url(app) == {"tab": "totals"} and "<strong>约 9,086.1 亩</strong>" in bodies(app)
    assert not app.exception


def offered_files(app: AppTest) -> list[str]:
    """Return the endings of the files of the map page's filter, the table's first."""
    assert app.get("download_button")[0].key == "save-csv"
    made = [button.key for button in app.button if button.key.startswith("make-")]
    return ["csv", *(key.rsplit(".", 1)[1] for key in made)]


def test_a_filter_that_no_park_meets_says_so():
    app = run({"min_mu": "5000"})
    assert [node.value for node in app.info] == ["没有符合条件的园区，请放宽筛选。"]
    assert "显示 0 / 10 个园区" in bodies(app)
    assert not app.dataframe
    (html,) = [one for one in app.button if one.key.startswith("make-") and ".html" in one.key]
    assert html.disabled and "没有符合条件的园区" in html.help
    assert offered_files(app) == ["csv", "html", "xlsx"]


def test_the_switch_to_english_keeps_everything_else():
    app = run({"metric": "tax_100m_yuan", "period": "2018", "parks": "zizhu,metdz"})
    pills(app, "lang").set_value("en").run()
    assert url(app)["lang"] == "en" and url(app)["period"] == "2018"
    assert "2 of 10 parks · Tax 116.51" in bodies(app)
    assert table(app).columns[0] == "Park"
    assert table(app).iloc[:, 1].tolist() == [66.51, 50.0]
    labels = [box.label for box in [*app.selectbox, *app.multiselect, *app.number_input]]
    assert not CHINESE.search(" ".join(labels + list(table(app).columns)))
    assert not app.exception


def test_a_new_metric_comes_with_its_latest_period():
    app = run({"metric": "output_100m_yuan", "period": "2016"})
    box = next(box for box in app.selectbox if box.key == "metric-zh")
    box.set_value("tax_100m_yuan").run()
    assert url(app) == {"metric": "tax_100m_yuan"}
    assert table(app).columns[1] == "税收总额 2020 (亿元)"
    assert table(app).columns[2] == "可用土地 2021-2025 (亩)"
    assert not app.exception


def test_a_link_opens_a_card_and_closing_it_clears_the_url():
    app = run({"park": "metdz"})
    assert "闵行老工业基地" in bodies(app) and "227.3" in bodies(app)
    app.button(key="close-card").click().run()
    assert url(app) == {} and "227.3" not in bodies(app)


def test_a_card_of_a_filtered_park_says_so():
    app = run({"park": "lianhua", "min_mu": "1000"})
    assert "该园区不在当前筛选范围内。" in [node.value for node in app.caption]


def test_bad_parameters_are_told_on_the_page_in_one_line_each():
    app = run({"metric": "happiness", "park": "`<b>*x*", "lang": "en"})
    assert len(app.warning) == 2
    assert "happiness" in app.warning[0].value
    assert len(table(app)) == 10


def test_a_click_on_the_map_opens_the_park(monkeypatch):
    session = {controls.VIEW.key: ViewState().settled(PLANS)}
    for module in (map_page, page_state):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=session))
    monkeypatch.setattr(data, "load", lambda: SimpleNamespace(plans=PLANS))
    for value, card in (
        ({"zone": "aerospace-2", "park": "aerospace", "seq": 1}, "aerospace"),
        ({"zone": "x", "park": "nowhere", "seq": 2}, "aerospace"),
        (None, "aerospace"),
        ("text", "aerospace"),
        ({"zone": "zizhu", "park": "zizhu", "seq": 3}, "zizhu"),
        ({}, "zizhu"),
        ({"zone": None, "park": ["zizhu"], "seq": 4}, "zizhu"),
        ({"zone": None, "park": None, "seq": 5}, ""),
    ):
        session[map_component.KEY] = value
        map_page._clicked()
        assert session[controls.VIEW.key].park == card


def test_a_card_leads_to_what_disagrees_about_its_park():
    app = run({"park": "xinzhuang"})
    button = app.button(key="card-checks")
    assert not button.disabled and re.search(r"[1-9]\d* 处数字不符", button.label)
    button.click().run()
    assert not app.exception
    assert url(app) == {"page": "data", "view": "checks", "about": "xinzhuang"}
    assert bodies(app).count('<article class="finding">') == int(button.label.split()[0])
    app = run({"park": "lianhua"})
    assert app.button(key="card-checks").disabled  # a corridor of one figure: nothing to disagree


# --- bad data ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the plan data that the app reads instead of the project's."""
    target = tmp_path / "plans"
    shutil.copytree(geo.PLANS, target)
    monkeypatch.setattr(geo, "PLANS", target)
    return target


def test_a_faulty_figure_is_named_and_the_rest_is_shown(folder):
    path = folder / "figures.csv"
    good = path.read_text("utf-8")
    path.write_text(good.replace(",690,mu,690亩", ",69o,mu,690亩"), "utf-8")
    app = run()
    (message,) = [node.value.replace("\\", "") for node in app.error]
    line = good.split("\n").index(next(x for x in good.split("\n") if ",690,mu,690亩" in x)) + 1
    assert "有 1 行有误" in message
    assert f"figures.csv 第 {line} 行，字段“value”" in message and "69o" in message
    shown = table(app)
    assert len(shown) == 10
    assert (
        pd.isna(shown.loc["zizhu", "可用土地 2021-2025 (亩)"])
        and shown.loc["xinzhuang", "可用土地 2021-2025 (亩)"] > 0
    )
    path.write_text(good, "utf-8")
    app.run()
    assert not app.error and table(app).loc["zizhu", "可用土地 2021-2025 (亩)"] == 690


def test_many_faulty_rows_are_counted_and_the_first_are_named(folder):
    path = folder / "figures.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    rows[1:9] = [row.replace(",actual,", ",wish,") for row in rows[1:9]]
    path.write_text("".join(rows), "utf-8")
    (message,) = [node.value.replace("\\", "") for node in run({"lang": "en"}).error]
    assert "8 faulty rows" in message and "and 3 more" in message
    assert message.count("figures.csv, line") == 5
    plans = Plans.load(folder, tolerant=True)
    assert "8" in downloads.filter_note(ViewState().settled(plans), plans)


def test_a_faulty_yaml_is_told_in_english_on_an_english_page(folder):
    path = folder / "parks.yaml"
    path.write_text(path.read_text("utf-8").replace("kind: feature", "kind: big", 1), "utf-8")
    (error,) = run({"lang": "en"}).error
    assert "parks.yaml, line" in error.value.replace("\\", "")
    assert "field 'kind': unknown value 'big'" in error.value.replace("\\", "")


def test_without_boundaries_the_table_still_works(monkeypatch, tmp_path):
    monkeypatch.setattr(geo, "BOUNDARIES", tmp_path)
    app = run()
    (error,) = app.error
    assert "python -m geo build" in error.value.replace("\\", "")
    assert len(table(app)) == 10
    assert table(app)["数字化面积 (km²)"].isna().all()
    assert offered_files(app) == ["csv", "xlsx"]


def test_a_misspelt_zone_is_told_instead_of_a_park_gone_from_the_map(folder):
    path = folder / "parks.yaml"
    path.write_text(path.read_text("utf-8").replace("zones: [lianhua]", "zones: [lianhu]"), "utf-8")
    app = run()
    messages = [node.value.replace("\\", "") for node in app.error]
    assert any("parks.yaml 第" in text and "“lianhu”不在" in text for text in messages)
    assert len(table(app)) == 10
    assert offered_files(app) == ["csv", "xlsx"]


def test_faulty_schemes_leave_the_rest(folder):
    (folder / "schemes.yaml").write_text("schemes: [", "utf-8")
    app = run()
    (error,) = app.error
    assert "schemes.yaml" in error.value.replace("\\", "")
    assert len(table(app)) == 10


def test_a_map_that_cannot_be_drawn_says_why_and_is_not_offered(monkeypatch):
    def fail(*args):
        raise AtlasError(en="no such river: Styx", zh="没有这条河：冥河")

    monkeypatch.setattr(map_component, "payload", fail)
    app = run()
    (error,) = app.error
    assert "没有这条河：冥河" in error.value
    assert offered_files(app) == ["csv", "xlsx"]
    assert len(table(app)) == 10


def test_a_fault_of_the_program_is_one_line_with_a_number_that_the_log_has(monkeypatch, caplog):
    def fail(*args):
        raise ZeroDivisionError("secret path")

    monkeypatch.setattr(map_component, "payload", fail)
    app = run()
    (error,) = app.error
    (record,) = [record for record in caplog.records if "page error" in record.getMessage()]
    (number,) = re.findall(r"page error (\w+)", record.getMessage())
    assert number in error.value
    assert "secret path" not in error.value
    assert not app.exception


# --- the map's frame, caches, configuration ------------------------------------------------------


def test_the_frame_is_served_from_a_file_of_our_own_and_heals(monkeypatch, tmp_path):
    monkeypatch.setattr(map_component.tempfile, "tempdir", str(tmp_path))
    map_component._folder.cache_clear()
    map_component._component.clear()
    map_component.prepare()
    (shell,) = tmp_path.rglob("index.html")
    assert shell.read_text("utf-8") == page.app_shell()
    assert not shell.is_relative_to(geo.ROOT)
    shell.unlink()
    map_component.prepare()
    assert shell.read_text("utf-8") == page.app_shell()
    shell.write_text("cut off half-w", "utf-8")
    map_component.prepare()
    assert shell.read_text("utf-8") == page.app_shell()


def test_data_are_read_again_only_when_a_file_changes(folder, monkeypatch):
    calls = []
    load = Plans.load.__func__
    monkeypatch.setattr(
        Plans,
        "load",
        classmethod(lambda cls, where, **how: calls.append(where) or load(cls, where, **how)),
    )
    first = data.load()
    assert data.load() is first and len(calls) == 1
    path = folder / "sources.yaml"
    path.write_text(path.read_text("utf-8") + "# edited\n", "utf-8")
    assert data.load() is not first and len(calls) == 2


def test_the_configuration_keeps_the_app_to_its_own_server():
    config = tomllib.loads((geo.ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["browser"]["serverAddress"] == "localhost"
    assert config["server"]["address"] == "localhost", "not on every interface of the machine"
    assert config["client"]["toolbarMode"] == "minimal"
    assert config["client"]["showErrorDetails"] == "none"
    assert "//" not in str(config["theme"]) and "http" not in str(config["theme"])
