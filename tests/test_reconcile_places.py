"""Rules `same`, `start`, `part` and `sum`: one quantity in two places, parts and wholes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import metric, number, only, reconciled, rounded

from geo.plans import Industry, Label
from geo.plans.reconcile import RULES, Comparison, Reconciliation
from geo.plans.records import StatedTotal
from geo.plans.rules.interval import allowed, half_unit

values = st.decimals("0.01", 5000, places=4)
digits = st.integers(0, 4)


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
    # That the year is a reading is said either way.
    assert "原文没有写起始值是哪一年的数，年份是本图的理解" in one.sentence_zh
    assert "how this atlas reads it" in one.sentence_en
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
    without = summed("10", "7", "3")
    assert without.holds
    assert "有数的各项之和已与合计相符" in without.sentence_zh and "两者" not in without.sentence_zh


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


def test_a_stated_total_is_of_another_scope_by_its_words_and_not_by_a_note():
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
    assert finding.nature == "sum"
    assert finding.left.inputs[0].note_zh == "口径不同。"
    # The total's words are those of a part of the metric.
    named = replace(stated("10"), printed="产业甲地总计10")
    one = metric("one", terms=(Label("", "甲地", "land of kind one"),))
    m = metric("m", stated_total=named, sum_of=("one", "two"))
    finding = only(reconciled([m, one, metric("two")], *numbers), "sum")
    assert finding.nature == "scope"
    assert "“甲地”" in finding.sentence_zh and "“指标one”" in finding.sentence_zh
    assert "“land of kind one”" in finding.sentence_en
    # Or the metric's own in other words than the parts'.
    words = (Label("", "规上产值", "large"), Label("", "产值", "all"))
    m = metric("m", stated_total=replace(stated("10"), printed="规上产值10"), terms=words)
    numbers = [replace(one, printed=f"产值{one.value}") for one in numbers]
    assert only(reconciled([m], *numbers), "sum").nature == "scope"
    assert only(reconciled([metric("m", stated_total=stated("11"))], *numbers), "sum").holds


def test_a_total_kept_twice_is_compared_once():
    m = metric("m", additive=True, stated_total=stated("10"))
    numbers = [
        number("group", "m", "10", locator="总述"),
        number("a", "m", "4.0", locator="表 / a"),
        number("b", "m", "7.0", locator="表 / b"),
    ]
    assert only(reconciled([m], *numbers), "sum").nature == "sum"


@settings(deadline=None)
@given(st.lists(st.tuples(values, digits), min_size=2, max_size=3), digits)
def test_rounding_never_makes_a_sum_fail(parts, total_digits):
    total = rounded(sum(value for value, _ in parts), total_digits)
    assert summed(str(total), *(str(rounded(value, to)) for value, to in parts)).holds


@settings(deadline=None)
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


# --- every pair, every place ----------------------------------------------


def test_two_prints_that_a_third_agrees_with_may_differ():
    result = reconciled(
        [metric("m")],
        number("city", "m", "2000", printed="约2000", locator="一"),
        number("city", "m", "1600", locator="二"),
        number("city", "m", "2400", locator="三"),
    )
    (finding,) = result.findings
    assert finding.nature == "value"
    assert {finding.left.value, finding.right.value} == {1600, 2400}
    assert result.checked["same"] == 3


printed_words = st.tuples(
    st.integers(1, 60), st.sampled_from(["{}", "约{}", "超过{}", "近{}", "{}左右"])
)


@settings(deadline=None)
@given(st.lists(printed_words, min_size=2, max_size=6))
def test_every_two_prints_that_cannot_both_be_true_are_told_and_no_others(prints):
    numbers = [number("city", "m", str(v), printed=w.format(v)) for v, w in prints]
    result = reconciled([metric("m")], *numbers)
    apart = {
        frozenset([(one.value, allowed(one)), (other.value, allowed(other))])
        for one in numbers
        for other in numbers
        if not allowed(one).meets(allowed(other))
    }
    told = [
        frozenset([(f.left.value, f.left.span), (f.right.value, f.right.span)])
        for f in result.findings
    ]
    # Each pair of values and words once, however often they are printed.
    assert set(told) == apart and len(told) == len(apart)


def test_a_value_printed_often_is_not_held_against_itself_again_and_again():
    often = [number("city", "m", "7") for _ in range(9)]
    assert reconciled([metric("m")], *often).checked["same"] == 8
    assert reconciled([metric("m")], *often, number("city", "m", "9")).checked["same"] == 9


def test_two_metrics_with_the_same_values_at_the_same_places_are_two_comparisons():
    def pair(of: str, about: str = "city"):
        return [number(about, of, value, locator=at) for value, at in (("7", "甲"), ("9", "乙"))]

    result = reconciled([metric("m"), metric("n")], *pair("m"), *pair("n"), *pair("m", "east"))
    assert [(f.about, f.metric) for f in result.findings] == [
        ("city", "m"), ("city", "n"), ("east", "m"),
    ]  # fmt: skip


TWINS = (
    Industry("p.ai", "智能", "ai", "p"),
    Industry("q.ai", "智能", "ai", "q", same_as="p.ai"),
    Industry("q.cars", "汽车", "cars", "q"),
)


@pytest.mark.parametrize(("value", "nature"), [("160", ""), ("200", "scope")])
def test_an_industry_of_two_plans_is_compared_with_the_doubt_said(value, nature):
    result = reconciled(
        [metric("m")],
        number("city", "m", "160", industry="p.ai"),
        number("city", "m", value, industry="q.ai", source="q"),
        number("city", "m", "999", industry="q.cars", source="q"),
        industries=TWINS,
    )
    one = only(result, "same")
    assert one.nature == nature
    assert "各有自己的产业分类" in one.sentence_zh and "own classification" in one.sentence_en


def test_a_first_value_is_held_against_each_value_of_the_year_and_the_other_plans():
    metrics = [metric("m"), metric("begun", start_of="m")]
    begun = number("city", "begun", "51.3", "2021-2025", industry="q.ai", source="q")
    own = [number("city", "m", value, industry="q.ai") for value in ("52.4", "53.2")]
    twin = number("city", "m", "60", industry="p.ai")
    result = reconciled(metrics, begun, *own, twin, industries=TWINS)
    started = [f for f in result.findings if f.rule == "start"]
    assert {(f.right.value, f.nature) for f in started} == {
        (Decimal("52.4"), "value"), (Decimal("53.2"), "value"), (Decimal(60), "scope"),
    }  # fmt: skip
    assert {f.quantity[2:] for f in started} == {("m", "2020")}


def test_a_sum_says_where_its_total_is_printed_in_wider_words():
    m = metric("m", additive=True)
    parts = [number("a", "m", "4"), number("b", "m", "7")]
    total = number("group", "m", "20", printed="20元")
    wider = number("group", "m", "20", printed="20元以上")
    assert (
        "同一文件另处印作“20元以上”"
        in only(reconciled([m], total, wider, *parts), "sum").sentence_zh
    )
    assert "另处" not in only(reconciled([m], total, *parts), "sum").sentence_zh
