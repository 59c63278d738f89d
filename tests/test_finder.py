"""What the site finder says of a park: reasons, figures, promises, citations; and its command."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from commands import caller

from geo.__main__ import main
from geo.access import load_access
from geo.errors import LANGUAGES
from geo.find import OPTIONS
from geo.finder import CRITERIA, PROMISES, STATUSES, as_dict, make_needs, plan_periods, rank
from geo.plans import load_boundaries
from geo.reason import Reason

QUESTION = {"industry": "集成电路", "industrial_land": 50}
EVERYTHING = {
    "industry": "ai", "land": 600, "industrial_land": 500, "factory": 30, "office": 20,
    "density": 100, "metro": 500, "expressway": 1000,
}  # fmt: skip


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def access():
    return load_access()


@pytest.fixture
def found(plans, boundaries, access):
    def ask(values, **more):
        return rank(make_needs(values, plans, **more), plans, boundaries, access)

    return ask


@pytest.fixture
def judged(found):
    """How one park does on one need."""

    def ask(park, criterion, value, **more):
        ranking = found({criterion: value}, **more)
        (one,) = (one for one in ranking.results if one.park_id == park)
        return one.judgement(criterion)

    return ask


# --- the official's question ---------------------------------------------------------------


def test_the_officials_question_is_answered(found):
    ranking = found(QUESTION, must=["industrial_land"])
    best = {one.park_id: one for one in ranking.ranked if one.rank == 1}
    assert set(best) == {"pujiang", "zizhu"}
    land = best["pujiang"].judgement("industrial_land")
    assert (land.status, land.value, land.shown.zh) == ("met", Decimal(2000), "约 2,000 亩")
    assert land.words == "可用工业土地约2000亩"
    assert land.citations[0].locator == "第四章 一、四大园区 /（二）临港浦江国际科技城"
    assert "约数" in land.caveats[0].zh
    industry = best["zizhu"].judgement("industry")
    assert (industry.words, industry.period) == ("紫竹高新区重点发展半导体制造及设备", "2026-2030")
    # A plan that does not say which land is for industry leaves it open.
    assert {one.park_id for one in ranking.group("cannot-say")} == {"lianhua", "aerospace"}


def test_what_was_asked_for_is_promised_first(found):
    pujiang = next(one for one in found(QUESTION).results if one.park_id == "pujiang")
    asked = [one.asked for one in pujiang.promises]
    assert asked == sorted(asked, reverse=True)
    words = {(one.kind, one.words.zh) for one in pujiang.promises if one.asked}
    assert ("land", "约 2,000 亩") in words
    assert ("industry", "打造集成电路研发与总部基地") in words
    kinds = {one.kind for one in pujiang.promises if not one.asked}
    assert kinds == {"target", "task", "project"}
    (project,) = (one for one in pujiang.promises if one.kind == "project")
    assert project.words.zh.startswith("上海临港浦江东方智媒城一期项目，总投资 205,727 万元")


def test_a_districts_target_for_the_industry_is_told(found):
    (target,) = found(QUESTION).wider
    assert (target.words.zh, target.period) == ("120 亿元", "2021-2025")
    assert "闵行区" in target.label.zh
    assert not found({"land": 50}).wider


def test_sub_blocks_and_the_parts_of_the_land_are_promised(found):
    neobay = next(one for one in found({"land": 50}).results if one.park_id == "neobay")
    labels = {one.label.zh: one.words.zh for one in neobay.promises if one.kind == "land"}
    assert labels["常青工业园：可用土地（2021-2025）"] == "751 亩"
    assert labels["可用研发用地（2021-2025）"] == "约 976 亩"


# --- reasons ---------------------------------------------------------------


def test_industrial_land_cannot_be_more_than_all_land(judged):
    unsure = judged("lianhua", "industrial_land", 50)
    assert (unsure.status, unsure.value) == ("unknown", None)
    assert "未写其中多少是工业用地" in unsure.why.zh
    short = judged("lianhua", "industrial_land", 500)
    # That it is not enough is sure; that there is any is not.
    assert (short.status, short.points_low, short.points_high) == ("unknown", 0, Decimal("0.6"))
    assert "even all of it is less" in short.why.en
    limit = judged("lianhua", "industrial_land", 500, must=["industrial_land"])
    assert (limit.status, limit.points_high) == ("not-met", 0)


@pytest.mark.parametrize(
    ("park", "criterion", "status", "told"),
    [
        ("zizhu", "factory", "not-met", "可用厂房（2021-2025）：0 万平方米"),
        ("xiangyang", "factory", "unknown", "规划只写厂房栋数 26 栋，没有面积"),
        ("pujiang", "factory", "unknown", "为空格，是未写明，不是 0"),
        ("aerospace", "office", "unknown", "为“/”，是未写明，不是 0"),
        ("maqiao", "density", "unknown", "规划没有写明该园区的单位面积产出"),
        ("xinzhuang", "office", "partly", "2.16 万平方米，为所需 10 万平方米 的 21.6%"),
    ],
)
def test_a_reason_names_what_stands_in_the_plan(judged, park, criterion, status, told):
    judgement = judged(park, criterion, 10)
    assert judgement.status == status
    assert told in judgement.why.zh


def test_other_ground_than_the_parks_is_a_caveat(judged):
    assert "不含紫竹" in judged("neobay", "land", 50).caveats[0].zh
    assert "虹桥科技绿洲" in judged("tech-oasis", "office", 50).caveats[0].zh
    density = judged("metdz", "density", 100)
    assert density.zones == ("metdz",)
    assert density.caveats[0] == density.scope[0]
    assert density.caveats[0].en == (
        "this figure is for Minhang Economic and Technological Development Zone only"
    )


@pytest.mark.parametrize(
    ("park", "criterion", "value", "period", "told"),
    [
        # One zone's density of three is no park's.
        ("metdz", "density", 100, "2021-2025", "此数限于闵行经济技术开发区"),
        # Nor is one over industrial land, or over an area of our own, the table's.
        ("metdz", "density", 100, "2026-2030", "以工业用地为分母"),
        ("xinzhuang", "density", 10, "2026-2030", "以数字化面积为分母"),
    ],
)
def test_a_figure_of_another_scope_decides_nothing(found, judged, park, criterion, value, period,
                                                   told):  # fmt: skip
    judgement = judged(park, criterion, value, period=period)
    assert (judgement.status, judgement.points_high) == ("unknown", 1)
    assert judgement.value is not None
    assert told in judgement.why.zh
    assert all(one in judgement.caveats for one in judgement.scope)
    ranking = found({criterion: value}, must=[criterion], period=period)
    assert park in {one.park_id for one in ranking.group("cannot-say")}


def test_an_amount_of_some_zones_is_the_least_of_the_park(plans, boundaries):
    figures = [
        replace(one, zones=("metdz",))
        if (one.park_id, one.metric, one.part) == ("metdz", "land_mu", "")
        else one
        for one in plans.figures
    ]
    own = replace(plans, figures=figures)
    for least, points in ((607, (1, 1)), (1214, (Decimal("0.5"), 1))):
        ranking = rank(make_needs({"land": least}, own), own, boundaries)
        (one,) = (one for one in ranking.results if one.park_id == "metdz")
        (land,) = one.judgements
        assert (land.points_low, land.points_high) == points
        assert "闵行经济技术开发区" in land.scope[0].zh


def test_what_a_table_calls_the_park_counts_and_is_told(judged):
    block = judged("tech-oasis", "land", 1100)
    assert (block.points_low, block.points_high) == (Decimal("0.5"), Decimal("0.5"))
    assert "虹桥科技绿洲" in block.scope[0].zh
    judgement = judged("neobay", "land", 3664)
    assert (judgement.points_low, judgement.points_high) == (Decimal("0.5"), Decimal("0.5"))
    assert "不含紫竹" in judgement.scope[0].zh


def test_densities_over_other_land_are_not_ranked_against_each_other(found):
    ranking = found({"density": 100}, period="2026-2030")
    assert {one.rank for one in ranking.ranked} == {1}
    assert {(one.score_low, one.score_high) for one in ranking.ranked} == {(0, 100)}


def test_a_park_left_out_by_a_distance_is_told_how_sure_that_is(found):
    ranking = found({"metro": 300}, must=["metro"])
    (one,) = (one for one in ranking.group("excluded") if one.park_id == "aerospace")
    why = one.judgements[0].why
    assert "939 米" in why.zh
    assert "名录不全，可能有更近的" in why.zh
    assert "it has gaps" in why.en


def test_a_stated_density_goes_before_a_derived_one(judged):
    stated = judged("xinzhuang", "density", 100)
    assert (stated.derived, stated.period, stated.value) == (False, "2020", Decimal("127.22"))
    derived = judged("xinzhuang", "density", 100, period="2026-2030")
    assert derived.derived
    assert derived.formula.zh.startswith("1,128.31 亿元 ÷ ")
    assert derived.shown.zh.startswith("推算约 ")
    assert any("推算" in caveat.zh for caveat in derived.caveats)
    other = judged("metdz", "density", 100, period="2026-2030")
    assert (other.derived, other.value) == (False, Decimal("227.3"))
    assert [caveat in other.caveats[:2] for caveat in other.scope] == [True, True]
    assert "工业用地" in other.scope[1].zh


def test_a_plan_period_counts_only_its_documents(judged, found):
    early = judged("zizhu", "industry", "集成电路", period="2021-2025")
    assert early.status == "not-met"
    assert "2026-2030" in early.caveats[0].zh
    assert "半导体" in early.caveats[0].zh
    assert judged("zizhu", "industry", "集成电路", period="2026-2030").status == "met"
    # Of a park for which the plans of the period name nothing, nothing is known.
    assert judged("lianhua", "industry", "ai", period="2026-2030").status == "unknown"
    assert judged("lianhua", "industry", "ai", period="2021-2025").status == "not-met"
    assert judged("xinzhuang", "land", 50, period="2026-2030").status == "unknown"
    for one in found({"industry": "ai"}, period="2026-2030").results:
        assert {promise.period for promise in one.promises} <= {"2026-2030"}


def test_words_on_one_zone_are_told_as_such(judged):
    judgement = judged("metdz", "industry", "energy-green")
    assert judgement.zones == ("metdz",)
    assert "只就" in judgement.caveats[0].zh


def test_an_older_plans_land_is_told_once(found, plans):
    assert plan_periods(plans) == ["2021-2025", "2026-2030"]
    notes = [note.zh for note in found({"land": 50}).notes]
    assert notes[-1] == (
        "土地、厂房和楼宇是 2021-2025 年规划所列的可用量，新一期规划没有更新，以主管部门为准"
    )
    assert not any("可用量" in note.zh for note in found({"metro": 500}).notes)
    assert any("硬性要求" in note.zh for note in found({"land": 50}, must=["land"]).notes)


def test_a_distance_names_what_is_near_and_what_is_not_known(judged):
    inside = judged("pujiang", "metro", 500)
    assert (inside.status, inside.value) == ("met", 0)
    assert inside.why.zh == "园区内有地铁站浦江镇（8号线）"
    far = judged("aerospace", "metro", 500)
    assert far.status == "partly"
    assert far.why.zh.startswith("最近的是地铁站浦江镇（8号线），直线距离 939 米，超过 500 米")
    ramp = judged("pujiang", "expressway", 1000)
    assert ramp.status == "unknown"
    assert 0 < ramp.points_low < ramp.points_high == 1
    assert any("区外" in caveat.zh for caveat in ramp.caveats)
    for one in (inside, far, ramp):
        assert "OpenStreetMap" in one.citations[0].text.en
        assert "2026" in one.citations[0].text.en
        assert "不完整" in one.caveats[0].zh or "遗漏" in one.caveats[0].zh


def test_a_band_without_bounds_is_told_beside_its_distance(judged):
    assert any("示意带" in one.zh for one in judged("lianhua", "metro", 500).caveats)


# --- all of it ---------------------------------------------------------------


def texts(value):
    """Every text of an answer in both languages."""
    if isinstance(value, Reason):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from texts(getattr(value, field))


@pytest.mark.parametrize("period", ["", "2021-2025", "2026-2030"])
def test_everything_is_said_in_both_languages_and_cited(found, period):
    ranking = found(EVERYTHING, must=["metro"], period=period)
    for text in texts(ranking):
        for lang in LANGUAGES:
            assert text.text(lang).strip() == text.text(lang)
            assert "None" not in text.text(lang)
    for one in ranking.results:
        for judgement in one.judgements:
            assert judgement.status in STATUSES
            assert judgement.why.zh and judgement.why.en and judgement.shown.zh
            # The plans' words are quoted in Chinese; all else of the English is English.
            plain = re.sub("“.*”", "", judgement.why.en)
            assert not re.search("[一-鿿]", plain), judgement.why.en
            if judgement.value is not None:
                assert judgement.citations
        for promise in one.promises:
            assert promise.kind in PROMISES
            assert promise.label.zh and promise.words.zh and promise.words.en
            assert promise.citation.source_id and promise.citation.locator


def test_the_answer_is_plain_data(found):
    ranking = found(EVERYTHING, must=["land"], weights={"office": 3})
    document = as_dict(ranking)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["needs"]["wanted"][1]["value"] == 600
    assert document["needs"]["wanted"][1]["of"]["unit"] == {"zh": "亩", "en": "mu"}
    first = document["results"][0]
    assert first["score_low"] == float(ranking.results[0].score_low)
    assert first["judgements"][0]["need"] == "industry"
    for judgement, plain in zip(ranking.results[0].judgements, first["judgements"], strict=True):
        if judgement.value is not None:
            assert Decimal(str(plain["value"])) == judgement.value


# --- the command ---------------------------------------------------------------


@pytest.fixture(autouse=True)
def english(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys):
    return caller(main, capsys)


def test_every_criterion_is_an_option(run):
    assert list(OPTIONS) == list(CRITERIA)
    code, out, _ = run("find", "--help")
    assert code == 0
    assert "--industrial-land" in out


def test_the_command_answers_in_both_languages(run):
    asked = ("find", "--industry", "集成电路", "--industrial-land", "50",
             "--must", "industrial-land", "--weight", "industry=3")  # fmt: skip
    code, out, err = run(*asked, "--lang", "zh")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "产业 集成电路（权重 3）；可用工业用地 ≥ 50 亩（硬性要求）"
    assert lines[3].split() == [
        "1",
        "临港浦江国际科技城",
        "100.0",
        "达到",
        "约",
        "2,000",
        "亩，达到",
    ]
    assert "无法判断" in out
    assert "第四章 一、四大园区 /（二）临港浦江国际科技城" in out
    code, out, _ = run(*asked)
    assert "Available industrial land ≥ 50 mu (hard limit)" in out.splitlines()[0]
    assert "cannot say" in out
    assert "what the plans promise" in out


def test_the_command_prints_json_and_nothing_else(run):
    code, out, err = run("find", "--land", "50", "--metro", "1000", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert len(document["results"]) == 10
    assert {one["criterion"] for one in document["needs"]["wanted"]} == {"land", "metro"}


def test_nothing_asked_lists_every_park(run):
    code, out, _ = run("find", "--lang", "en")
    assert code == 0
    assert len([line for line in out.splitlines() if line.startswith("—")]) == 10


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (["--land", "-5"], "not '-5'", "可用土地应为大于 0 的数（亩），不能是“-5”"),
        (["--land", " "], "--land has no value", "--land 没有给出值"),
        (["--industrial-land", ""], "--industrial-land has no value", "没有给出值"),
        (["--industry", "x"], "unknown industry 'x'", "没有名为“x”的产业"),
        (["--must", "land"], "land is made a limit", "没有给出数值"),
        (["--must", "sea", "--land", "1"], "unknown criterion 'sea'", "没有名为“sea”的条件"),
        (["--land", "1", "--weight", "land"], "--weight must be NAME=1-5", "--weight 应写作"),
        (["--land", "1", "--weight", "land=0"], "from 1 to 5, not '0'", "1 至 5 的整数"),
        (["--period", "2030"], "unknown plan period '2030'", "没有名为“2030”的规划期"),
    ],
)
def test_a_bad_value_is_one_line_and_exit_code_2(run, arguments, en, zh):
    for lang, told in (("en", en), ("zh", zh)):
        code, out, err = run("find", *arguments, "--lang", lang)
        assert (code, out) == (2, "")
        assert told in err
        assert err.count("\n") == 1
