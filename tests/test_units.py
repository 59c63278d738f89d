"""Land in another unit: exact conversions, what is rounded and what is not, the printed amount."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.plans import Plans, load_boundaries
from layers.map_view import MapView, payload
from layers.units import (
    UNITS,
    converted,
    in_unit,
    printed_amount,
    shown,
    summed,
    target,
    unit_name,
    written_in,
)

PLANS = Plans.load()
LAND = PLANS.figure("xinzhuang", "land_mu", "2021-2025")
ABOUT = PLANS.figure("pujiang", "land_mu", "2021-2025")
amounts = st.decimals(0, 1_000_000, places=2)
units = st.sampled_from(UNITS)


def test_a_mu_is_a_fifteenth_of_a_hectare_and_1500_are_a_square_kilometre():
    assert converted(Decimal(15), "mu", "ha") == 1
    assert converted(Decimal(1500), "mu", "km2") == 1
    assert converted(Decimal(100), "ha", "km2") == 1
    assert converted(Decimal(1), "mu", "ha") == Fraction(1, 15), "no decimal can hold it"


@given(amounts, units, units, units)
def test_a_conversion_loses_nothing_whatever_way_it_goes(value, first, second, third):
    back = converted(value, first, second)
    assert back * converted(Decimal(1), second, first) == Fraction(value)
    assert back * converted(Decimal(1), second, third) == converted(value, first, third)


@given(amounts, units)
def test_what_is_shown_is_the_nearest_number_of_the_units_decimals(value, unit):
    exact = converted(value, "mu", unit)
    places = {"mu": 1, "ha": 2, "km2": 4}[unit]
    result = shown(exact, unit)
    assert abs(Fraction(result) - exact) <= Fraction(1, 2 * 10**places)
    assert -result.as_tuple().exponent <= places
    text = f"{result}"
    assert "E" not in text and not (("." in text) and text.endswith("0"))


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        ("760.1", "mu", "ha", "50.67"),
        ("9086.1", "mu", "ha", "605.74"),
        ("9086.1", "mu", "km2", "6.0574"),
        ("690", "mu", "ha", "46"),
        ("17.88", "km2", "ha", "1788"),
        ("17.88", "km2", "km2", "17.88"),
        ("17.88", "km2", "mu", "17.88"),
        ("760.10", "mu", "mu", "760.10"),
        ("367.9", "10k_m2", "ha", "367.9"),
        ("0", "mu", "km2", "0"),
        ("0.15", "mu", "ha", "0.01"),
        ("0.075", "mu", "ha", "0.01"),
    ],
)
def test_amounts_as_they_are_shown(value, unit, wanted, expected):
    assert str(in_unit(Decimal(value), unit, wanted)) == expected


def test_about_so_much_has_three_digits_at_most():
    assert in_unit(Decimal(2000), "mu", "ha", about=True) == 133
    assert in_unit(Decimal(2000), "mu", "km2", about=True) == Decimal("1.33")
    assert in_unit(Decimal(1832), "mu", "ha", about=True) == 122


@given(st.lists(amounts, max_size=12), st.sampled_from(["ha", "km2"]))
def test_a_sum_is_of_the_exact_values_and_rounded_last(values, unit):
    exact = sum((converted(value, "mu", unit) for value in values), Fraction(0))
    assert summed(values, "mu", unit) == shown(exact, unit)


def test_the_sum_of_rounded_numbers_would_be_another():
    third = [Decimal("0.05")] * 3  # each 0.00333 ha, shown as 0
    assert sum(in_unit(one, "mu", "ha") for one in third) == 0
    assert summed(third, "mu", "ha") == Decimal("0.01")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_figure_keeps_its_mark_and_its_printed_amount(lang):
    assert written_in(LAND, "ha", lang) == "50.67"
    assert written_in(LAND, "mu", lang) == "760.1"
    assert written_in(ABOUT, "ha", lang) == {"zh": "约 133", "en": "about 133"}[lang]
    own = PLANS.metrics["land_mu"].unit_name(lang)
    assert printed_amount(LAND, own, "mu", lang) == ""
    assert (
        printed_amount(ABOUT, own, "km2", lang)
        == {"zh": "约 2,000 亩", "en": "about 2,000 mu"}[lang]
    )
    assert unit_name(own, "mu", "km2", lang) == "km²"
    assert unit_name("%", "pct", "ha", lang) == "%"


def test_what_is_no_area_is_never_converted():
    for unit in PLANS.metrics.values():
        for wanted in UNITS:
            assert (target(unit.unit, wanted) == unit.unit) or unit.unit in UNITS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_is_in_the_unit_and_keeps_what_is_printed(lang):
    boundaries = load_boundaries()
    printed = payload(MapView(lang=lang), PLANS, boundaries)["choropleth"]
    other = payload(MapView(lang=lang, unit="ha"), PLANS, boundaries)["choropleth"]
    hectare = {"zh": "公顷", "en": "ha"}[lang]
    assert other["unit"] == hectare and hectare in other["subtitle"]
    assert f"({hectare})" in other["legend"]["title"]
    assert other["legend"]["entries"][0]["label"] == "16.67 – 20"
    xinzhuang = other["values"]["xinzhuang"]
    assert xinzhuang["number"] == "50.67" and "760.1" in xinzhuang["notes"][0]
    assert [value["class"] for value in other["values"].values()] == [
        value["class"] for value in printed["values"].values()
    ], "the colours are those of the printed numbers"
    # 亩 needs explaining in English only where it is shown.
    assert ("1/15" in str(printed["legend"]["notes"])) == (lang == "en")
    assert "1/15" not in str(other["legend"]["notes"])
    output = MapView(lang=lang, metric="output_100m_yuan")
    same, asked = (payload(replace(output, unit=unit), PLANS, boundaries) for unit in ("mu", "km2"))
    # Only the cards hold land as well.
    assert same.pop("cards") != asked.pop("cards")
    assert same == asked
