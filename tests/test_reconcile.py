"""Reconciling the plans: each rule on small made-up plans, what rounding allows, the real findings.

The made-up plans have a city, two districts, a group of two parks and a park of two zones and two
parts; every test states the numbers it is about and nothing else.
"""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import geopandas as gpd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import box

from geo.measure import area_km2
from geo.plans import Figure, Indicator, Industry, Label, Metric, Park, Plans, Source, Subject
from geo.plans.reconcile import (
    NATURES,
    RULES,
    Comparison,
    Reconciliation,
    format_reconciliation,
    reconcile,
)
from geo.plans.records import Density, Growth, Share, StatedTotal
from geo.plans.rules.interval import INFINITY, Interval, allowed, bound, half_unit
from geo.plans.rules.lines import wrapped
from geo.terminal import width


def source(name: str) -> Source:
    words = dict.fromkeys(Source.__dataclass_fields__, "")
    return Source(**words | {"id": name, "short_zh": f"规划{name}", "short_en": f"Plan {name}"})


def metric(name: str, unit: str = "yuan", **more) -> Metric:
    names = {"zh": f"指标{name}", "en": f"metric {name}"}
    return Metric(id=name, **names, short_zh=name, short_en=name, unit=unit, unit_zh=unit,
                  unit_en=unit, **more)  # fmt: skip


def park(name: str, zones: tuple[str, ...] = (), parts: tuple[str, ...] = ()) -> Park:
    return Park(
        id=name,
        zh=f"园区{name}",
        en=f"park {name}",
        short_en=name,
        kind="big-four",
        district=Label("", "", ""),
        zones=zones or (name,),
        aliases=(),
        industries=(),
        position=Label("", "", ""),
        parts=tuple(Label(part, part, part) for part in parts),
        line=1,
    )


def subject(name: str, kind: str, within: str = "", members: tuple[str, ...] = ()) -> Subject:
    return Subject(name, f"地区{name}", f"area {name}", kind, within, members)


PARKS = {one.id: one for one in (park("a"), park("b", ("b-1", "b-2"), ("x", "y")))}
SUBJECTS = {
    one.id: one
    for one in (
        subject("city", "city"),
        subject("east", "district", "city"),
        subject("west", "district", "city"),
        subject("group", "parks", "east", ("a", "b")),
    )
}
SOURCES = {name: source(name) for name in ("p", "q")}
_PLACES = itertools.count()


def number(about: str, of: str, value: str, period: str = "2020", **more):
    """A number printed as ``value``, at a place of its own unless the test names one."""
    printed = more.pop("printed", value)
    common = {
        "metric": of,
        "period": period,
        "value": Decimal(value),
        "unit": more.pop("unit", "yuan"),
        "printed": printed,
        "value_printed": Decimal(value),
        "unit_printed": more.pop("unit_printed", "yuan"),
        "source": SOURCES[more.pop("source", "p")],
        "locator": more.pop("locator", f"第{next(_PLACES)}段"),
        "kind": more.pop("kind", "actual"),
        "note_zh": more.pop("note", ""),
        "note_en": "",
        "line": 1,
    }
    if about in PARKS:
        zones, part = more.pop("zones", ()), more.pop("part", "")
        return Figure(**common, park_id=about, zones=zones, part=part)
    end = more.pop("value_to", None)
    industry = more.pop("industry", "")
    return Indicator(**common, subject_id=about, industry=industry, value_to=end)


def plans_of(metrics: list[Metric], numbers: list, industries: tuple[Industry, ...] = ()) -> Plans:
    return Plans(
        parks=PARKS,
        metrics={one.id: one for one in metrics},
        sources=SOURCES,
        figures=[n for n in numbers if isinstance(n, Figure)],
        subjects=SUBJECTS,
        industries={one.id: one for one in industries},
        indicators=[n for n in numbers if isinstance(n, Indicator)],
    )


def reconciled(metrics: list[Metric], *numbers, industries=()) -> Reconciliation:
    return reconcile(plans_of(metrics, list(numbers), industries))


def only(result: Reconciliation, rule: str) -> Comparison:
    """The one comparison that a rule made."""
    made = [c for c in (*result.findings, *result.holding) if c.rule == rule]
    assert len(made) == result.checked[rule] == 1
    return made[0]


# --- what a number can stand for ----------------------------------------------


@pytest.mark.parametrize(
    ("value", "printed", "unit", "low", "high"),
    [
        ("3861.2", "3861.2亿元", "yuan", "3861.15", "3861.25"),
        ("1000", "1000亿", "yuan", "999.5", "1000.5"),
        ("2000", "约2000亩", "yuan", "1500", "2500"),
        ("14", "约14平方公里", "yuan", "13.5", "14.5"),
        ("70", "70%左右", "yuan", "65", "75"),
        ("33", "33家", "count", "33", "33"),
        ("580", "突破580亿元", "yuan", "580", "Infinity"),
        ("35", "35以上", "yuan", "35", "Infinity"),
        ("1000", "超千亿元", "yuan", "1000", "Infinity"),
        ("1000", "达千亿级", "yuan", "500", "Infinity"),
        ("500", "500亿级", "yuan", "450", "Infinity"),
        ("50", "近50万", "yuan", "-Infinity", "50"),
        ("3", "3家千亿级园区", "count", "3", "3"),
        ("0", "无厂房", "yuan", "0", "0"),
        ("-7.6", "-7.6", "yuan", "-7.65", "-7.55"),
    ],
)
def test_words_and_digits_say_what_a_number_can_stand_for(value, printed, unit, low, high):
    one = number("a", "m", value, printed=printed, unit_printed=unit)
    assert allowed(one) == Interval(Decimal(low), Decimal(high))


def test_a_converted_number_is_rounded_in_the_unit_printed():
    one = replace(number("a", "m", "705.03"), value=Decimal("7.0503"))
    assert allowed(one) == Interval(Decimal("7.05025"), Decimal("7.05035"))


def test_a_range_is_all_of_it():
    pair = number("city", "m", "1", printed="1-2", value_to=Decimal(2), unit_printed="count")
    assert allowed(pair) == Interval(Decimal(1), Decimal(2))
    up = number("city", "m", "80", printed="80以上 力争85", value_to=Decimal(85))
    assert allowed(up) == Interval(Decimal(80), Decimal("85.5"))


def test_bound_is_that_of_the_words():
    assert bound(number("a", "m", "2000", printed="约2000亩")) == "about"
    assert bound(number("a", "m", "1000", printed="突破千亿")) == "at-least"
    assert bound(number("a", "m", "1000", printed="千亿级")) == "level"
    assert bound(number("a", "m", "7", printed="7")) == ""


@given(st.decimals(-1000, 1000, places=3), st.integers(0, 3))
def test_a_rounded_value_can_stand_for_the_true_one(true, digits):
    printed = rounded(true, digits)
    half = half_unit(printed)
    assert printed - half <= true <= printed + half


spans = st.tuples(st.decimals(-50, 50, places=2), st.decimals(0, 9, places=2)).map(
    lambda pair: Interval(pair[0], pair[0] + pair[1])
)


@given(spans, spans, st.data())
def test_arithmetic_loses_nothing(one, other, data):
    a, b = (
        data.draw(st.decimals(span.low, span.high, places=2).filter(Decimal.is_finite))
        for span in (one, other)
    )
    added, product = one + other, one * other
    assert added.low <= a + b <= added.high
    assert product.low <= a * b <= product.high
    quotient = one.over(other)
    assert (quotient is None) == (other.low <= 0)
    if quotient is not None:
        # Multiplied back, so that no rounding of the test's own comes in.
        assert quotient.low * b <= a <= quotient.high * b or b == 0


def test_an_open_interval_stays_open():
    assert Interval(Decimal(2), INFINITY) * Interval(Decimal(0), Decimal(3)) == Interval(
        Decimal(0), INFINITY
    )
    half = Interval(Decimal(6), Decimal(8)).over(Interval(Decimal(2), INFINITY))
    assert half == Interval(Decimal(0), Decimal(4))


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


# --- same ----------------------------------------------


def test_the_same_to_the_digits_printed_holds():
    result = reconciled(
        [metric("m")],
        number("city", "m", "3861.2"),
        number("city", "m", "3861.18", source="q"),
    )
    assert only(result, "same").holds
    assert result.findings == ()


def test_values_that_differ_are_told_with_both_places():
    first = number("city", "m", "76.7", locator="第一章 甲")
    other = number("city", "m", "76.3", locator="第二章 乙", source="q")
    finding = only(reconciled([metric("m")], first, other), "same")
    assert finding.nature == "value"
    assert (finding.left.value, finding.right.value) == (Decimal("76.7"), Decimal("76.3"))
    assert finding.left.places == (("p", "第一章 甲"),)
    assert finding.right.places == (("q", "第二章 乙"),)
    assert finding.difference == Decimal("-0.4")
    assert finding.difference_pct == Decimal("-0.52")
    assert finding.sentence_zh == (
        "地区city2020年指标m：《规划p》第一章 甲为76.7yuan，《规划q》第二章 乙为76.3yuan，"
        "相差0.4yuan（0.52%）。"
    )
    assert finding.sentence_en == (
        "area city, 2020, metric m — Plan p, 第一章 甲: 76.7 yuan; Plan q, 第二章 乙: 76.3 yuan; "
        "a difference of 0.4 yuan (0.52%)."
    )


def test_a_lower_bound_is_contradicted_only_below_it():
    def nature(value: str) -> str:
        words = number("city", "m", "580", printed="突破580亿元", source="q")
        return only(reconciled([metric("m")], number("city", "m", value), words), "same").nature

    assert [nature(value) for value in ("580", "700", "579")] == ["", "", "value"]


TERMS = (Label("", "规上产值", "output above size"), Label("", "产值", "output"))


def test_other_words_for_one_value_differ_in_label_once_for_each_word():
    result = reconciled(
        [metric("m", terms=TERMS)],
        number("city", "m", "7", printed="规上产值7", locator="一"),
        number("city", "m", "7", printed="产值7", locator="二"),
        number("city", "m", "7", printed="产值7", locator="三"),
    )
    (finding,) = result.findings
    assert (finding.nature, finding.difference) == ("label", 0)
    assert "“规上产值”" in finding.sentence_zh and "“产值”" in finding.sentence_zh
    assert result.checked["same"] == 2


def test_other_words_for_other_values_differ_in_scope():
    result = reconciled(
        [metric("m", terms=TERMS)],
        number("city", "m", "7", printed="规上产值7", locator="一"),
        number("city", "m", "9", printed="产值9", locator="二"),
    )
    assert only(result, "same").nature == "scope"


@pytest.mark.parametrize("kind", ["target", "estimate", "planned"])
def test_what_came_is_not_held_against_what_was_aimed_at_or_reckoned(kind):
    result = reconciled(
        [metric("m")],
        number("city", "m", "4000", kind=kind),
        number("city", "m", "3861"),
    )
    assert result == Reconciliation((), (), dict.fromkeys(RULES, 0))


# --- part ----------------------------------------------


@pytest.mark.parametrize(("begun", "nature"), [("55.9", ""), ("37.9", "value")])
def test_a_first_value_is_held_against_the_year_before_its_period(begun, nature):
    """“在十四五期间由…增至…”: the first value of 2021-2025 against 2020's, not against 2021's."""
    metrics = [metric("m"), metric("begun", start_of="m")]
    one = only(
        reconciled(
            metrics,
            number("a", "begun", begun, "2021-2025"),
            number("a", "m", "55.92", "2020", source="q"),
            number("a", "m", "90", "2021"),
        ),
        "start",
    )
    assert one.nature == nature
    assert "（2020年）" in one.sentence_zh and "(2020)" in one.sentence_en
    assert ("没有写起始值是哪一年" in one.sentence_zh) == bool(nature)
    assert reconciled(metrics, number("a", "begun", begun, "2021-2025")).checked["start"] == 0


def test_a_narrower_metric_is_not_more_than_the_wider():
    metrics = [metric("all"), metric("large", part_of="all"), metric("new", part_of="large")]
    less = reconciled(metrics, number("city", "all", "10"), number("city", "large", "9"))
    assert only(less, "part").holds
    more = reconciled(metrics, number("city", "all", "10"), number("city", "large", "12"))
    finding = only(more, "part")
    assert finding.nature == "scope"
    assert "口径不同" in finding.sentence_zh and "different scopes" in finding.sentence_en
    # Where the next wider one is not stated, the one above it is.
    assert only(
        reconciled(metrics, number("city", "all", "10"), number("city", "new", "9")), "part"
    ).left.value == Decimal(10)


def test_what_cannot_fail_is_no_comparison():
    metrics = [metric("all"), metric("large", part_of="all")]
    whole = number("city", "all", "10", printed="至少10")
    assert reconciled(metrics, whole, number("city", "large", "12")).checked["part"] == 0
    least = number("city", "large", "12", printed="近12")
    assert reconciled(metrics, number("city", "all", "10"), least).checked["part"] == 0


def test_one_value_under_two_metrics_differs_in_label():
    metrics = [metric("land"), metric("industrial", part_of="land")]
    table = number("a", "land", "690", locator="表")
    prose = number("a", "industrial", "690", locator="正文")
    assert only(reconciled(metrics, table, prose), "part").nature == "label"
    both = number("a", "industrial", "690", locator="表")
    result = reconciled(metrics, table, prose, both)
    assert result.findings == ()


def test_a_district_is_not_more_than_its_city_nor_a_park_than_its_group():
    over = reconciled(
        [metric("m", additive=True)], number("city", "m", "10"), number("east", "m", "12")
    )
    assert only(over, "part").nature == "scope"
    nearest = reconciled(
        [metric("m", additive=True)],
        number("city", "m", "10"),
        number("group", "m", "5"),
        number("a", "m", "4"),
    )
    assert [c.left.value for c in nearest.holding if c.about == "a" and c.rule == "part"] == [5]


def test_an_industry_is_not_more_than_the_one_above_it():
    industries = (Industry("wide", "宽", "wide", "p"), Industry("own", "窄", "own", "p", "wide"))
    result = reconciled(
        [metric("m", additive=True)],
        number("city", "m", "10", industry="wide"),
        number("city", "m", "12", industry="own"),
        industries=industries,
    )
    assert only(result, "part").nature == "scope"


# --- sum ----------------------------------------------


def summed(total: str, *parts: str, **more) -> Comparison:
    names = [f"part{index}" for index in range(3)]
    metrics = [metric("all", sum_of=tuple(names)), *(metric(name) for name in names)]
    numbers = [number("city", name, value) for name, value in zip(names, parts, strict=False)]
    result = reconciled(metrics, number("city", "all", total, **more), *numbers)
    return only(result, "sum")


def test_a_metric_is_the_sum_of_its_parts():
    assert summed("33", "12", "15", "6").holds
    finding = summed("17.0", "7.0", "3.0", "8.0")
    assert (finding.nature, finding.right.value) == ("sum", Decimal(18))
    assert "3项之和" in finding.sentence_zh
    assert len(finding.right.inputs) == 3


def test_counts_are_not_rounded():
    names = ["part0", "part1"]
    metrics = [metric("all", "count", sum_of=tuple(names)), *(metric(n, "count") for n in names)]
    numbers = [number("city", n, "8", unit="count", unit_printed="count") for n in names]
    total = number("city", "all", "17", unit="count", unit_printed="count")
    assert only(reconciled(metrics, total, *numbers), "sum").nature == "sum"


def test_missing_parts_are_a_contradiction_only_when_the_others_exceed_the_total():
    finding = summed("10", "7", "8")
    assert finding.nature == "sum"
    assert "没有数的未计入：指标part2" in finding.sentence_zh
    metrics = [metric("all", sum_of=("x", "y", "z")), metric("x"), metric("y"), metric("z")]
    less = reconciled(
        metrics,
        number("city", "all", "10"),
        number("city", "x", "2"),
        number("city", "y", "3"),
    )
    assert less.checked["sum"] == 0 and less.findings == ()
    assert summed("10", "7", "3").holds


def test_a_group_is_the_sum_of_its_members():
    m = metric("m", additive=True)
    result = reconciled(
        [m], number("group", "m", "10"), number("a", "m", "4.0"), number("b", "m", "7.0")
    )
    assert only(result, "sum").nature == "sum"
    # A density does not add up.
    no = reconciled([metric("m")], number("group", "m", "10"), number("a", "m", "4"),
                    number("b", "m", "7"))  # fmt: skip
    assert no.checked["sum"] == 0


def test_a_member_may_be_stated_for_one_zone_alone():
    m = metric("m", additive=True)
    result = reconciled(
        [m],
        number("group", "m", "10"),
        number("a", "m", "4"),
        number("b", "m", "6", zones=("b-1",)),
    )
    assert only(result, "sum").holds


def test_parts_and_zones_make_up_their_park():
    area = metric("m", "km2")
    parts = reconciled(
        [area],
        number("b", "m", "15.7"),
        number("b", "m", "4.9", part="x"),
        number("b", "m", "11.0", part="y"),
    )
    assert only(parts, "sum").nature == "sum"
    zones = reconciled(
        [area],
        number("b", "m", "14", printed="约14平方公里"),
        number("b", "m", "7.05", zones=("b-1",)),
        number("b", "m", "7.35", zones=("b-2",)),
    )
    assert only(zones, "sum").holds
    one = reconciled([area], number("b", "m", "14"), number("b", "m", "7.05", zones=("b-1",)))
    assert one.checked["sum"] == 0


INDUSTRIES = (
    Industry("all", "全部", "all", "p", adds_up=True),
    Industry("four", "四大", "four", "p", "all", adds_up=True),
    Industry("one", "一", "one", "p", "four"),
    Industry("two", "二", "two", "p", "four"),
    Industry("rest", "其他", "rest", "p", "all"),
    Industry("loose", "不加", "loose", "p"),
    Industry("part", "部分", "part", "p", "loose"),
)


def test_an_industry_that_adds_up_is_its_children_and_theirs():
    def of(name: str, value: str, **more):
        return number("city", "m", value, industry=name, **more)

    result = reconciled(
        [metric("m", additive=True)],
        of("all", "100"),
        of("one", "30"),
        of("two", "40"),
        of("rest", "50"),
        industries=INDUSTRIES,
    )
    (finding,) = result.findings
    assert (finding.rule, finding.right.value, finding.industry) == ("sum", Decimal(120), "all")
    loose = reconciled([metric("m")], of("loose", "9"), of("part", "5"), industries=INDUSTRIES)
    assert loose.checked["sum"] == 0


def test_a_total_is_held_against_the_parts_it_stands_with():
    result = reconciled(
        [metric("m")],
        number("city", "m", "1000", industry="four", locator="第三章"),
        number("city", "m", "1050", industry="four", locator="附件 / 小计"),
        number("city", "m", "550", industry="one", locator="附件 / 甲"),
        number("city", "m", "500", industry="two", locator="附件 / 乙"),
        industries=INDUSTRIES,
    )
    assert only(result, "sum").left.value == Decimal(1050)
    assert [finding.rule for finding in result.findings] == ["same"]


def stated(value: str, **more) -> StatedTotal:
    return StatedTotal(Decimal(value), "p", "2020", "", "总述", f"总计{value}", **more)


def test_a_stated_total_names_scope_where_its_note_does():
    numbers = [
        number("a", "m", "4.0", locator="表 / a"),
        number("b", "m", "7.0", locator="表 / b"),
    ]
    plain = reconciled([metric("m", stated_total=stated("10"))], *numbers)
    finding = only(plain, "sum")
    assert (finding.nature, finding.about) == ("sum", "group")
    assert "表 2个园区之和" in finding.sentence_zh
    noted = stated("10", note_zh="口径不同。", note_en="Other scope.")
    finding = only(reconciled([metric("m", stated_total=noted)], *numbers), "sum")
    assert finding.nature == "scope"
    assert finding.sentence_zh.endswith("；口径不同。")
    assert only(reconciled([metric("m", stated_total=stated("11"))], *numbers), "sum").holds


def test_a_total_kept_twice_is_compared_once():
    m = metric("m", additive=True, stated_total=stated("10"))
    numbers = [
        number("group", "m", "10", locator="总述"),
        number("a", "m", "4.0", locator="表 / a"),
        number("b", "m", "7.0", locator="表 / b"),
    ]
    assert only(reconciled([m], *numbers), "sum").nature == "sum"


# --- share ----------------------------------------------

SHARE = [
    metric("part", part_of="whole"),
    metric("whole", additive=True, part_of="wider"),
    metric("wider"),
    metric("share", "pct", share=Share("part", "whole")),
    metric("of-city", "pct", share=Share("whole", "whole", whole_in="city")),
]


def test_a_share_is_its_part_over_its_whole():
    def result(value: str) -> Comparison:
        return only(
            reconciled(
                SHARE,
                number("city", "part", "1722.99"),
                number("city", "whole", "3238.36"),
                number("city", "share", value, unit="pct", unit_printed="pct"),
            ),
            "share",
        )

    assert result("53.2").holds
    finding = result("52.4")
    assert finding.nature == "share"
    assert finding.right.value == Decimal("53.206")
    assert "相差0.806个百分点" in finding.sentence_zh
    assert "0.806 percentage points" in finding.sentence_en


def test_a_whole_may_be_that_of_the_city():
    result = reconciled(
        SHARE,
        number("east", "whole", "32"),
        number("city", "whole", "348"),
        number("east", "of-city", "12", unit="pct"),
    )
    assert only(result, "share").nature == "share"


def test_a_wider_whole_bounds_a_share_from_below():
    def nature(value: str) -> str:
        result = reconciled(
            SHARE,
            number("city", "part", "50"),
            number("city", "wider", "100"),
            number("city", "share", value, unit="pct"),
        )
        return only(result, "share").nature

    assert [nature(value) for value in ("50", "56", "44")] == ["", "", "scope"]


def test_a_sum_over_members_stands_in_and_is_told():
    result = reconciled(
        SHARE,
        number("a", "whole", "20", locator="表 / a"),
        number("b", "whole", "40", locator="表 / b"),
        number("city", "whole", "100"),
        number("group", "of-city", "70", unit="pct"),
    )
    finding = only(result, "share")
    assert (finding.nature, finding.right.value) == ("share", Decimal("60.00"))
    assert "表 2项之和的60yuan除以" in finding.sentence_zh


def test_an_aim_of_another_metric_stands_in_where_nothing_else_is_stated():
    metrics = [*SHARE, metric("aim", additive=True, part_of="wider")]
    more = {"period": "2025", "kind": "target"}
    result = reconciled(
        metrics,
        number("a", "aim", "1500", **more),
        number("b", "aim", "1240", **more),
        number("city", "wider", "4000", **more),
        number("group", "of-city", "70", printed="70%以上", unit="pct", **more),
    )
    finding = only(result, "share")
    assert (finding.nature, finding.right.value) == ("scope", Decimal("68.50"))
    assert "以“指标aim”代" in finding.sentence_zh and "以“指标wider”代" in finding.sentence_zh
    assert "“metric aim” stands in" in finding.sentence_en


# --- growth ----------------------------------------------


def grown(value: str, period: str, average: bool = False, **more) -> Reconciliation:
    metrics = [metric("m"), metric("growth", "pct", growth=Growth("m", average))]
    return reconciled(
        metrics,
        number("city", "m", "100", "2020"),
        number("city", "m", "110", "2021"),
        number("city", "m", "161.05", "2025"),
        number("city", "growth", value, period, unit="pct", **more),
    )


@pytest.mark.parametrize(
    ("period", "average", "right", "wrong"),
    [
        ("2021", False, "10", "7"),
        ("2020-2025", True, "10", "12"),
        ("2021-2025", True, "10.0", "10.2"),
        ("2020-2025", False, "61", "58"),
    ],
)
def test_growth_is_held_against_its_two_ends(period, average, right, wrong):
    assert only(grown(right, period, average), "growth").holds
    finding = only(grown(wrong, period, average), "growth")
    assert finding.nature == "growth"
    assert len(finding.right.inputs) == 2


def test_growth_without_a_value_at_both_ends_is_not_compared():
    assert grown("10", "2023").checked["growth"] == 0


def test_growth_at_comparable_prices_differs_in_scope():
    finding = only(grown("7", "2021", printed="可比增长7%"), "growth")
    assert finding.nature == "scope"
    assert "可比口径" in finding.sentence_zh


def test_a_growth_aimed_at_begins_with_what_is():
    metrics = [metric("m"), metric("growth", "pct", growth=Growth("m", average=True))]
    result = reconciled(
        metrics,
        number("city", "m", "3861.18", "2025"),
        number("city", "m", "9999", "2025", kind="target"),
        number("city", "m", "5020", "2030", kind="target"),
        number("city", "growth", "7", "2026-2030", kind="target", unit="pct"),
    )
    finding = only(result, "growth")
    assert finding.left.value == Decimal(7)
    assert finding.right.value == Decimal("5.39")


# --- density and area ----------------------------------------------

DENSITY = [
    metric("value"),
    metric("land", "km2"),
    metric("density", "yuan_per_km2", density=Density("value", ("land",))),
]


def dense(*years: tuple[str, str, str], land: str | None = None) -> Reconciliation:
    numbers = []
    for year, value, density in years:
        numbers.append(number("a", "value", value, year))
        numbers.append(number("a", "density", density, year, unit="yuan_per_km2"))
    if land:
        numbers.append(number("a", "land", land, "2021-2025", kind="planned", unit="km2"))
    return reconciled(DENSITY, *numbers)


def test_the_land_a_density_implies_stays_the_same():
    assert dense(("2019", "100", "10.0"), ("2020", "120", "12.0")).findings == ()
    finding = only(dense(("2019", "1037.76", "170.68"), ("2020", "1055.92", "127.22")), "density")
    assert finding.nature == "divisor"
    assert (finding.left.value, finding.right.value) == (Decimal("6.080"), Decimal("8.300"))


def test_the_land_a_density_implies_is_one_that_is_stated():
    assert only(dense(("2020", "100", "10.0"), land="10"), "density").holds
    finding = only(dense(("2020", "100", "10.0"), land="8.6"), "density")
    assert finding.nature == "scope"
    assert "分母" in finding.sentence_zh and "divisor" in finding.sentence_en


def test_a_density_aimed_at_implies_no_land():
    land = number("a", "land", "3", kind="planned")
    aimed = [
        number("a", name, value, kind="target")
        for name, value in (("value", "100"), ("density", "10.0"))
    ]
    assert reconciled(DENSITY, land, *aimed).checked["density"] == 0


def test_a_density_in_other_units_is_not_compared():
    metrics = [DENSITY[0], DENSITY[1], replace(DENSITY[2], unit="yuan_per_mu")]
    result = reconciled(metrics, number("a", "value", "9"), number("a", "density", "3"),
                        number("a", "land", "2"))  # fmt: skip
    assert result.checked["density"] == 0


def zones(**basis: str) -> gpd.GeoDataFrame:
    names = ("a", "b-1", "b-2")
    rows = [
        {"id": zone, "name_zh": f"片区{zone}", "name_en": f"zone {zone}",
         "published_area_note": None, "basis": basis.get(zone.replace("-", "_"), "sizhi")}
        for zone in names
    ]  # fmt: skip
    squares = [box(121 + i * 0.01, 31, 121.01 + i * 0.01, 31.01) for i in range(len(names))]
    return gpd.GeoDataFrame(rows, geometry=squares, crs=4326).set_index("id", drop=False)


SQUARE = area_km2(box(121, 31, 121.01, 31.01))
OUTLINE = metric("planned_area_km2", "km2")


def measured(one, boundaries: gpd.GeoDataFrame) -> Reconciliation:
    return reconcile(plans_of([OUTLINE], [one]), boundaries)


@pytest.mark.parametrize(("factor", "nature"), [(1.0, ""), (1.04, ""), (0.9, "area"), (2, "area")])
def test_a_planned_area_is_held_against_the_zone(factor, nature):
    planned = number("a", OUTLINE.id, f"{SQUARE * factor:.4f}", unit="km2")
    comparison = only(measured(planned, zones()), "area")
    assert comparison.nature == nature
    assert float(comparison.right.value) == pytest.approx(SQUARE, abs=1e-4)
    assert comparison.right.inputs[0].kind == "digitised"


def test_a_planned_area_is_that_of_all_zones_it_is_of():
    whole = number("b", OUTLINE.id, f"{SQUARE * 2:.4f}", unit="km2")
    assert only(measured(whole, zones()), "area").holds
    one = number("b", OUTLINE.id, f"{SQUARE:.4f}", unit="km2", zones=("b-2",))
    assert only(measured(one, zones()), "area").holds
    part = number("b", OUTLINE.id, "9", unit="km2", part="x")
    assert measured(part, zones()).checked["area"] == 0


def test_a_zone_that_is_not_digitised_is_not_compared():
    planned = number("b", OUTLINE.id, "9", unit="km2")
    assert measured(planned, zones().drop("b-1")).checked["area"] == 0


def test_a_corridor_has_no_area_to_compare():
    planned = number("b", OUTLINE.id, "9", unit="km2")
    assert measured(planned, zones(b_1="corridor")).checked["area"] == 0


# --- promises of all rules ----------------------------------------------

values = st.decimals("0.01", 5000, places=4)
digits = st.integers(0, 4)


@given(st.lists(st.tuples(values, digits), min_size=2, max_size=3), digits)
def test_rounding_never_makes_a_sum_fail(parts, total_digits):
    total = rounded(sum(value for value, _ in parts), total_digits)
    assert summed(str(total), *(str(rounded(value, to)) for value, to in parts)).holds


@given(st.lists(st.tuples(values, digits), min_size=2, max_size=3), digits, st.booleans(), values)
def test_more_than_rounding_always_makes_a_sum_fail(parts, total_digits, below, beyond):
    # With a part missing, too little says nothing.
    below = below and len(parts) == 3
    printed = [rounded(value, to) for value, to in parts]
    limit = sum(half_unit(value) for value in printed) + half_unit(rounded(beyond, total_digits))
    off = limit + beyond
    exact = sum(printed)
    total = exact + off if below else exact - off
    # The total is printed to its digits away from the sum, so that it stays beyond the limit.
    step = Decimal(1).scaleb(-total_digits)
    total = (total / step).to_integral_value("ROUND_CEILING" if below else "ROUND_FLOOR") * step
    assert summed(str(total), *map(str, printed)).nature == "sum"


@given(values, values, digits, digits, digits)
def test_rounding_never_makes_a_share_fail(part, rest, a, b, c):
    whole = part + rest
    part_printed, whole_printed = rounded(part, a), rounded(whole, b)
    assume(whole_printed > half_unit(whole_printed))
    stated_share = rounded(part / whole * 100, c)
    result = reconciled(
        SHARE,
        number("city", "part", str(part_printed)),
        number("city", "whole", str(whole_printed)),
        number("city", "share", str(stated_share), unit="pct"),
    )
    assert only(result, "share").holds


@given(values, values, digits, digits, digits)
def test_rounding_never_makes_a_growth_fail(start, end, a, b, c):
    start_printed = rounded(start, a)
    assume(start_printed > 0)
    growth = rounded((end / start - 1) * 100, c)
    metrics = [metric("m"), metric("growth", "pct", growth=Growth("m"))]
    result = reconciled(
        metrics,
        number("city", "m", str(start_printed), "2020"),
        number("city", "m", str(rounded(end, b)), "2021"),
        number("city", "growth", str(growth), "2021", unit="pct"),
    )
    assert only(result, "growth").holds


@pytest.fixture(scope="module")
def result(plans: Plans) -> Reconciliation:
    return reconcile(plans)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_matter(plans, result, seed):
    figures, indicators = list(plans.figures), list(plans.indicators)
    order = random.Random(seed)
    order.shuffle(figures)
    order.shuffle(indicators)
    again = reconcile(replace(plans, figures=figures, indicators=indicators))
    assert again.as_json() == result.as_json()
    assert [c.sentence_zh for c in again.holding] == [c.sentence_zh for c in result.holding]


# --- the plans' own figures ----------------------------------------------


def finding_of(result: Reconciliation, **wanted) -> Comparison:
    found = [f for f in result.findings if all(getattr(f, k) == v for k, v in wanted.items())]
    assert len(found) == 1, [f.sentence_en for f in found]
    return found[0]


def test_the_land_of_table_4_1_is_less_than_the_total_stated(result):
    finding = finding_of(result, rule="sum", metric="land_mu")
    assert finding.nature == "scope"
    assert (finding.left.value, finding.right.value) == (Decimal("9921.1"), Decimal("9086.1"))
    assert len(finding.right.inputs) == 10
    assert all("表4-1" in item.locator for item in finding.right.inputs)
    assert "第四章 表4-1 10个园区之和" in finding.sentence_zh


def test_the_factories_of_table_4_1_are_more_than_the_total_stated(result):
    finding = finding_of(result, rule="sum", metric="factory_10k_m2")
    assert finding.nature == "sum"
    assert (finding.left.value, finding.right.value) == (Decimal("367.9"), Decimal("495.09"))
    assert "没有数的未计入" in finding.sentence_zh
    # What is said to be none is a stated 0 and counted.
    assert [item.printed for item in finding.right.inputs if item.value == 0] == ["无厂房"]


def test_the_offices_of_table_4_1_add_up(result):
    sums = [c for c in result.holding if (c.rule, c.metric) == ("sum", "office_10k_m2")]
    assert (Decimal("336.3"), Decimal("336.26")) in [(c.left.value, c.right.value) for c in sums]


def test_the_total_of_annex_2_is_not_what_its_rows_add_up_to(result):
    finding = finding_of(result, rule="sum", industry="mh145.4plus1", period="2020")
    assert (finding.left.value, finding.right.value) == (Decimal(2744), Decimal(2344))
    assert all(item.locator.startswith("附件2") for item in finding.right.inputs)


def test_the_first_value_of_xinzhuang_is_not_that_of_2020(result):
    (one,) = [c for c in result.findings if c.rule == "start"]
    assert (one.about, str(one.left.value), str(one.right.value)) == (
        "xinzhuang", "1037.9", "1055.92",
    )  # fmt: skip


def test_the_share_of_emerging_industries_is_not_its_part_over_its_whole(result):
    found = [
        f for f in result.findings if (f.rule, f.about, f.period) == ("share", "minhang", "2020")
    ]
    assert (Decimal("52.4"), Decimal("53.206")) in [(f.left.value, f.right.value) for f in found]


def test_the_land_under_the_densities_of_table_1_1_jumps(result):
    finding = finding_of(result, nature="divisor", about="xinzhuang", period="2020")
    assert (finding.left.value, finding.right.value) == (Decimal("6.080"), Decimal("8.300"))


def test_every_finding_says_both_sides_without_judging(result, plans):
    for finding in result.findings:
        assert finding.nature in NATURES and finding.rule in RULES
        for side in (finding.left, finding.right):
            assert side.inputs and all(item.locator for item in side.inputs)
            assert side.unit_zh and side.unit_en
            assert side.shown("zh") in finding.sentence_zh
            assert side.shown("en") in finding.sentence_en
        for word in ("错误地", "有误", "正确", "应为", "wrong", "correct", "should"):
            assert word not in finding.sentence_zh + finding.sentence_en


def test_numbers_stay_as_printed(result, plans):
    known = {(n.source_id, n.locator, n.value_printed, n.printed) for n in plans.numbers}
    totals = {(t.source_id, t.locator, t.value, t.printed)
              for m in plans.metrics.values() if (t := m.stated_total)}  # fmt: skip
    for comparison in (*result.findings, *result.holding):
        for item in (*comparison.left.inputs, *comparison.right.inputs):
            here = (item.source_id, item.locator, item.value_printed, item.printed)
            assert here in known | totals


def test_what_is_checked_is_findings_and_holding(result):
    counts = dict.fromkeys(RULES, 0)
    for comparison in (*result.findings, *result.holding):
        counts[comparison.rule] += 1
    assert result.checked == counts
    assert all(finding.nature for finding in result.findings)
    assert not any(comparison.nature for comparison in result.holding)


def test_json_has_what_a_page_shows(result):
    document = json.loads(json.dumps(result.as_json(), ensure_ascii=False, allow_nan=False))
    assert list(document) == ["findings", "checked"]
    land = next(f for f in document["findings"] if f["metric"] == "land_mu" and f["rule"] == "sum")
    assert land["nature_zh"] == "口径不同"
    assert (land["left"]["value"], land["right"]["value"]) == (9921.1, 9086.1)
    assert land["left"]["shown_zh"] == "9,921.1亩"
    assert (land["difference"], land["difference_pct"]) == (-835, -8.42)
    first = land["right"]["inputs"][0]
    assert (first["printed"], first["source_id"]) == ("工业用地760.1亩", "mh145")
    assert first["locator"] == "第四章 表4-1 / 莘庄工业区 / 土地"


# --- text ----------------------------------------------


@given(st.text("中文“”（）《》，。；：abc ABC-12.5%"), st.integers(20, 60))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text, columns):
    lines = list(wrapped(text, columns, "· ", "  "))
    kept = "".join(line[2:] for line in lines).replace(" ", "")
    assert kept == text.replace(" ", "")
    # One piece may be wider than a line on its own.
    longest = max((width(word) for word in text.split()), default=0)
    assert all(width(line) <= max(columns, longest + 2) for line in lines)


def test_a_word_wider_than_a_line_stays_whole():
    assert list(wrapped("a" * 30, 20, "· ", "  ")) == ["· " + "a" * 30]


def test_chinese_lines_begin_with_no_closing_sign():
    lines = list(wrapped("甲乙丙丁，" * 20, 24, "", ""))
    assert len(lines) > 4
    assert not any(line.startswith("，") for line in lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_lists_by_nature_and_counts(result, plans, lang):
    text = format_reconciliation(result, plans, lang, columns=100)
    lines = text.splitlines()
    for nature, label in NATURES.items():
        own = [f for f in result.findings if f.nature == nature]
        head = f"{label.zh}（{len(own)}）" if lang == "zh" else f"{label.en} ({len(own)})"
        assert (head in lines) == bool(own)
    assert sum(line.startswith("· ") for line in lines) == len(result.findings)
    holding, findings = len(result.holding), len(result.findings)
    counts = (holding + findings, holding, findings)
    told = "{} comparisons: {} hold, {} do not."
    told = "共比较{}处：{}处相符，{}处不符。" if lang == "zh" else told
    assert told.format(*counts) in lines
    assert all(width(line) <= 100 for line in lines)


def test_a_note_is_told_once_a_finding():
    of = [metric("all", sum_of=("x", "y")), metric("x"), metric("y")]
    numbers = [number("city", "all", "90")]
    numbers += [number("city", name, "7", note="年份未载明") for name in ("x", "y")]
    made = plans_of(of, numbers)
    text = format_reconciliation(reconcile(made), made, "zh")
    assert text.count("备注：年份未载明") == 1
