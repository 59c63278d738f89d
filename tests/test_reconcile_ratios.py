"""Rules `share`, `growth`, `density` and `area`: numbers made of others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up import metric, number, only, plans_of, reconciled, rounded
from shapely.geometry import box

from geo.measure import area_km2
from geo.plans.reconcile import Comparison, Reconciliation, reconcile
from geo.plans.records import Density, Growth, Share
from geo.plans.rules.interval import half_unit

values = st.decimals("0.01", 5000, places=4)
digits = st.integers(0, 4)


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


def test_a_share_that_is_only_bounded_is_not_said_to_agree():
    def told(value: str, whole: str) -> str:
        result = reconciled(
            SHARE,
            number("city", "part", "50"),
            number("city", whole, "100"),
            number("city", "share", value, unit="pct"),
        )
        assert only(result, "share").holds
        return only(result, "share").sentence_zh

    assert "两者相符" in told("50", "whole")
    assert "两者相符" not in told("56", "wider") and "只从一侧限定" in told("56", "wider")
    # It may be the very quotient: the whole is another metric's all the same.
    assert "两者相符" not in told("50", "wider") and "并不矛盾" in told("50", "wider")


def test_a_share_says_where_it_is_printed_in_wider_words():
    numbers = [
        number("city", "part", "50"),
        number("city", "whole", "100"),
        number("city", "share", "70", unit="pct"),
    ]
    wide = number("city", "share", "70", unit="pct", printed="70%以上")
    finding = next(f for f in reconciled(SHARE, *numbers, wide).findings if f.rule == "share")
    assert finding.left.bound == ""
    assert "同一文件另处印作“70%以上”" in finding.sentence_zh
    assert "also prints it as “70%以上”" in finding.sentence_en
    assert "另处" not in only(reconciled(SHARE, *numbers), "share").sentence_zh


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


@pytest.mark.parametrize("value", ["7", "10"])
def test_growth_at_comparable_prices_is_not_compared_with_values_of_their_years(value):
    result = grown(value, "2021", printed=f"可比增长{value}%")
    assert result.findings == result.holding == () and result.checked["growth"] == 0
    (one,) = result.incomparable
    assert one.holds and not one.comparable
    assert "可比口径" in one.sentence_zh and "不可比" in one.sentence_zh
    assert "not comparable" in one.sentence_en and "agree" not in one.sentence_en


@pytest.mark.parametrize(("unit", "said"), [("100m_yuan", True), ("count", False)])
def test_growth_of_money_says_that_its_prices_are_not_told(unit, said):
    metrics = [metric("m", unit), metric("growth", "pct", growth=Growth("m"))]
    result = reconciled(
        metrics,
        number("city", "m", "100", "2020"),
        number("city", "m", "110", "2021"),
        number("city", "growth", "7", "2021", unit="pct"),
    )
    assert ("没有写明增速是否按可比价计" in only(result, "growth").sentence_zh) == said


def aimed(rate: str, kind: str = "target", **more) -> Comparison:
    """3861.18 to 5020 in five years is 5.39 % a year."""
    metrics = [metric("m"), metric("growth", "pct", growth=Growth("m", average=True))]
    result = reconciled(
        metrics,
        number("city", "m", "3861.18", "2025"),
        number("city", "m", "5020", "2030", kind=kind),
        number("city", "growth", rate, "2025-2030", kind=kind, unit="pct", **more),
    )
    return only(result, "growth")


def test_a_rate_that_is_aimed_at_is_exact_and_one_that_was_measured_is_rounded():
    finding = aimed("5")
    assert finding.nature == "growth"
    assert "从2025年的3,861.18起，照前者到2030年为4,927.95" in finding.sentence_zh
    assert "leads to 4,927.95 in 2030" in finding.sentence_en
    assert aimed("5", kind="actual").holds
    assert aimed("5", printed="5%以上").holds
    assert aimed("5", printed="约5%").holds


@settings(deadline=None)
@given(values, st.integers(1, 30), digits, digits)
def test_a_round_aim_fails_by_more_than_the_rounding_of_its_values_alone(start, rate, a, b):
    start_printed = rounded(start, a)
    assume(start_printed > 0)
    end = rounded(start * (1 + Decimal(rate) / 100) ** 5, b)
    metrics = [metric("m"), metric("growth", "pct", growth=Growth("m", average=True))]

    def nature(end: Decimal) -> str:
        result = reconciled(
            metrics,
            number("city", "m", str(start_printed), "2020"),
            number("city", "m", str(end), "2025", kind="target"),
            number("city", "growth", str(rate), "2020-2025", kind="target", unit="pct"),
        )
        return only(result, "growth").nature

    assert nature(end) == ""
    factor = (1 + Decimal(rate) / 100) ** 5
    beyond = factor * (start_printed + half_unit(start_printed)) + half_unit(end)
    assert nature(rounded(beyond, b) + Decimal(2).scaleb(-b)) == "growth"


def test_growth_may_begin_with_the_first_value_of_its_sentence():
    metrics = [
        metric("m"),
        metric("begun", start_of="m"),
        metric("growth", "pct", growth=Growth("m", average=True)),
    ]
    at = {"locator": "一 / 句", "source": "q"}
    numbers = [
        number("city", "begun", "291.3", "2021-2025", **at),
        number("city", "m", "527.4", "2025", **at),
        number("city", "growth", "12.6", "2020-2025", unit="pct", **at),
    ]
    one = only(reconciled(metrics, *numbers), "growth")
    assert one.holds and "291.3yuan（2020年）" in one.sentence_zh
    assert "年份是本图的理解" in one.sentence_zh
    # A value of the year itself elsewhere does not push it aside; one just as near does.
    far = number("city", "m", "160", "2020")
    assert only(reconciled(metrics, *numbers, far), "growth").holds
    near = number("city", "m", "160", "2020", **at)
    assert only(reconciled(metrics, *numbers, near), "growth").nature == "growth"


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


MANY = [
    *DENSITY,
    metric("large", part_of="value"),
    metric("tax", additive=True),
    metric("tax-density", "yuan_per_km2", density=Density("tax", ("land",))),
]


@pytest.mark.parametrize("kind", ["actual", "target"])
@pytest.mark.parametrize(("tax", "nature"), [("2.0", ""), ("4.0", "divisor")])
def test_the_densities_of_one_document_are_over_one_land(kind, tax, nature):
    def of(metric: str, value: str, **more):
        return number("city", metric, value, kind=kind, **more)

    numbers = [of("value", "100.0"), of("density", "10.0"), of("tax", "20.0")]
    one = only(reconciled(MANY, *numbers, of("tax-density", tax)), "density")
    assert one.nature == nature
    assert "按“指标density”" in one.sentence_zh and "按“指标tax-density”" in one.sentence_zh
    # Another year, kind or document has its own land.
    for more in ({"period": "2019"}, {"source": "q"}):
        other = reconciled(MANY, *numbers, of("tax-density", tax, **more))
        assert other.checked["density"] == 0


def test_a_value_that_stands_in_makes_a_difference_of_land_one_of_scope():
    numbers = [
        number("city", "large", "100.0"),
        number("city", "density", "10.0"),
        number("city", "tax", "20.0"),
    ]

    def told(tax: str) -> Comparison:
        return only(reconciled(MANY, *numbers, number("city", "tax-density", tax)), "density")

    assert told("4.0").nature == "scope" and "以“指标large”代" in told("4.0").sentence_zh
    assert told("2.0").holds and "两者相符" not in told("2.0").sentence_zh


@pytest.mark.parametrize(("land", "nature"), [("5.0", ""), ("20", "scope")])
def test_a_groups_density_is_held_against_its_members_tax_and_land(land, nature):
    numbers = [number("group", "tax-density", "2.0")]
    for member in ("a", "b"):
        numbers.append(number(member, "tax", "10.0"))
        numbers.append(number(member, "land", land, "2021-2025", kind="planned", unit="km2"))
    one = only(reconciled(MANY, *numbers), "density")
    assert (one.nature, one.left.value) == (nature, Decimal(10))
    assert one.right.value == 2 * Decimal(land)
    assert "互相重叠的会重复计入" in one.sentence_zh
    # A member without an area leaves nothing to compare with.
    assert reconciled(MANY, *numbers[:-1]).checked["density"] == 0


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


@pytest.mark.parametrize(("factor", "by_tolerance"), [(1.0, False), (1.04, True)])
def test_an_area_that_holds_by_the_tolerance_says_so(factor, by_tolerance):
    planned = number("a", OUTLINE.id, f"{SQUARE * factor:.3f}", unit="km2")
    one = only(measured(planned, zones()), "area")
    assert one.holds
    assert ("不超过5%" in one.sentence_zh) == by_tolerance
    assert ("两者相符" in one.sentence_zh) != by_tolerance


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


@settings(deadline=None)
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


@settings(deadline=None)
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
