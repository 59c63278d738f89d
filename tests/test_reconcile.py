"""Reconciling the plans: what rounding allows, the real findings, and how they are told."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import metric, number, plans_of, rounded

from geo.plans import Plans
from geo.plans.reconcile import (
    NATURES,
    RULES,
    Comparison,
    Reconciliation,
    format_reconciliation,
    reconcile,
)
from geo.plans.rules.interval import INFINITY, Interval, allowed, bound, half_unit
from geo.plans.rules.lines import wrapped
from geo.terminal import width

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
    one = finding_of(result, rule="start", about="xinzhuang")
    assert (str(one.left.value), str(one.right.value)) == ("1037.9", "1055.92")


def test_the_share_of_emerging_industries_is_not_its_part_over_its_whole(result):
    found = [
        f for f in result.findings if (f.rule, f.about, f.period) == ("share", "minhang", "2020")
    ]
    assert (Decimal("52.4"), Decimal("53.206")) in [(f.left.value, f.right.value) for f in found]


def test_the_land_under_the_densities_of_table_1_1_jumps(result):
    finding = finding_of(result, nature="divisor", about="xinzhuang", period="2020")
    assert (finding.left.value, finding.right.value) == (Decimal("6.080"), Decimal("8.300"))


def test_the_emerging_share_of_2020_is_told_in_one_place(result):
    own = ("minhang", "", "emerging_output_share_pct", "2020")
    found = [f for f in result.findings if f.quantity == own]
    pairs = {(f.rule, str(f.left.value), str(f.right.value)) for f in found}
    assert pairs == {
        ("same", "52.4", "53.2"),
        ("start", "51.3", "52.4"),
        ("start", "51.3", "53.2"),
        ("share", "52.4", "53.206"),
    }
    at = [
        index
        for index, f in enumerate(result.findings)
        if f.quantity == own and f.nature == "value"
    ]
    assert at == list(range(at[0], at[0] + 3))
    share = next(f for f in found if f.rule == "share")
    assert result.also(share, "zh") == "同一数另有不符：数值不同3处。"
    assert result.also(share, "en") == "Other findings on the same quantity: values differ 3."


def test_the_first_value_of_artificial_intelligence_meets_the_other_plans(result):
    one = finding_of(result, rule="start", industry="mh155.ai")
    assert (one.nature, str(one.left.value), str(one.right.value)) == ("scope", "291.3", "160")


@pytest.mark.parametrize(
    ("about", "period", "left", "right"),
    [
        ("big-four", "2020", "20.129", "42.68"),
        ("shanghai-parks", "2020", "366.972", "490.096"),
        ("shanghai-parks", "2025", "400.000", "690.476"),
    ],
)
def test_the_land_under_the_densities_of_park_land(result, about, period, left, right):
    one = finding_of(result, rule="density", about=about, period=period)
    assert (one.nature, str(one.left.value), str(one.right.value)) == ("scope", left, right)


def test_five_per_cent_does_not_make_the_target_of_the_15th_plan(result):
    one = finding_of(result, rule="growth", about="minhang")
    assert (str(one.left.value), str(one.right.value)) == ("5", "5.39")
    assert "4,927.95" in one.sentence_zh


def test_no_note_tells_what_a_rule_finds(result):
    one = finding_of(result, rule="growth", about="shanghai")
    assert str(one.right.value) == "6.31" and "可比价" in one.sentence_zh
    assert not any(item.note_zh and "6.3" in item.note_zh for item in one.left.inputs)


def test_the_seventy_per_cent_of_the_big_four_has_both_its_wordings(result):
    one = finding_of(result, rule="share", about="big-four", period="2025")
    assert one.left.bound == "" and "70%以上" in one.sentence_zh


def test_divisors_that_differ_most_come_first(result):
    sizes = [abs(f.difference_pct) for f in result.findings if f.nature == "divisor"]
    assert len(sizes) > 3 and sizes == sorted(sizes, reverse=True)


def test_what_is_not_comparable_is_told_and_not_counted(result, plans):
    (one,) = result.incomparable
    assert (one.about, one.period, str(one.left.value)) == ("minhang", "2019", "-4.1")
    assert one not in result.findings and one not in result.holding
    for lang, head in (("zh", "不可比（不计入）"), ("en", "Not comparable (not counted)")):
        lines = format_reconciliation(result, plans, lang, columns=100).splitlines()
        assert lines.count(head) == 1


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
    assert list(document) == ["findings", "incomparable", "checked"]
    assert [one["nature"] for one in document["incomparable"]] == [""]
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
