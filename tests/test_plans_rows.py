"""The typed rows of indicators.csv and facts.csv, their faults, and going on without them."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import geo
from geo.errors import AtlasError
from geo.plans import Plans
from geo.plans.figures import IndicatorRow
from geo.plans.files import load_metrics, load_sources, load_units

INDICATOR = {
    "subject_id": "minhang", "industry": "", "metric": "output_100m_yuan",
    "year_or_period": "2020", "value": "3480.3", "value_to": "", "unit": "100m_yuan",
    "printed": "3480.3", "value_si": "", "source_id": "mh145", "locator": "附件1 / 工业总产值",
    "kind": "actual", "note": "", "note_en": "",
}  # fmt: skip
FACT = {
    "subject_id": "zizhu", "industry": "", "topic": "task", "zh": "加快研发二期开发建设",
    "en": "Speed up phase two", "metric": "", "year_or_period": "", "source_id": "mh145",
    "locator": "第四章",
}  # fmt: skip

CONTEXT = {
    "metrics": load_metrics(), "sources": load_sources(), "units": load_units(),
    "kinds": ("actual",), "subjects": ("minhang",), "industries_or_none": ("",),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A copy of the plan data that a test may break."""
    for path in geo.PLANS.iterdir():
        shutil.copy(path, tmp_path / path.name)
    return tmp_path


def write(folder, name: str, *rows: dict[str, str]) -> None:
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def fault_of(folder, name: str, *rows: dict[str, str]) -> dict[str, str]:
    """The message of loading a file of these rows, in both languages."""
    write(folder, name, *rows)
    with pytest.raises(AtlasError) as caught:
        Plans.load(folder)
    return caught.value.texts


@pytest.mark.parametrize(
    ("field", "value", "named", "reason"),
    [
        ("subject_id", "minghang", "subject_id", "known: "),
        ("industry", "ships", "industry", "unknown value 'ships'"),
        ("metric", "output", "metric", "unknown value 'output'"),
        ("year_or_period", "20", "year_or_period", "neither a year"),
        ("value", "3,480.3", "value", "is not a number"),
        ("value", "3480", "value", "not in the words as printed"),
        ("value_to", "x", "value_to", "is not a number"),
        ("value_to", "4000", "value_to", "not in the words as printed"),
        ("unit", "mu", "unit", "is not the unit of"),
        ("source_id", "mh999", "source_id", "known: mh145"),
        ("kind", "wish", "kind", "known: actual"),
        ("printed", "", "printed", "is missing"),
        ("locator", "", "locator", "is missing"),
        ("note", "口径", "note_en", "both languages"),
    ],
)
def test_a_bad_indicator_is_named(folder, field, value, named, reason):
    texts = fault_of(folder, "indicators.csv", INDICATOR | {field: value})
    assert f"indicators.csv, line 2, field '{named}'" in texts["en"]
    assert reason in texts["en"]
    assert f"第 2 行，字段“{named}”" in texts["zh"]


@pytest.mark.parametrize(
    ("field", "value", "named", "reason"),
    [
        ("subject_id", "nowhere", "subject_id", "unknown value"),
        ("topic", "dream", "topic", "known: position"),
        ("zh", "", "zh", "is missing"),
        ("en", "", "en", "is missing"),
        ("metric", "land_mu", "metric", "must be empty"),
        ("year_or_period", "2025", "year_or_period", "must be empty"),
        ("source_id", "x", "source_id", "known: mh145"),
        ("topic", "target", "metric", "unknown value ''"),
    ],
)
def test_a_bad_fact_is_named(folder, field, value, named, reason):
    texts = fault_of(folder, "facts.csv", FACT | {field: value})
    assert f"facts.csv, line 2, field '{named}'" in texts["en"]
    assert reason in texts["en"]


def test_a_worded_target_needs_its_period(folder):
    row = FACT | {"topic": "target", "metric": "land_mu", "year_or_period": "soon"}
    assert "field 'year_or_period'" in fault_of(folder, "facts.csv", row)["en"]


def test_the_same_row_twice_names_both_lines(folder):
    texts = fault_of(folder, "indicators.csv", INDICATOR, INDICATOR)
    assert "line 3, field 'subject_id'" in texts["en"] and "as line 2" in texts["en"]
    assert "与第 2 行" in texts["zh"]
    assert "as line 2" in fault_of(folder, "facts.csv", FACT, FACT)["en"]


def test_one_quantity_at_two_places_is_two_numbers(folder):
    other = INDICATOR | {"locator": "第一章", "value": "3500", "printed": "3500"}
    write(folder, "facts.csv", FACT)
    write(folder, "indicators.csv", INDICATOR, other)
    plans = Plans.load(folder)
    first, second = plans.indicators
    assert plans.elsewhere(first) == [second] and plans.elsewhere(second) == [first]
    assert plans.repeats(second) and not plans.repeats(first)
    assert plans.same_quantity(second) == [first, second]


def test_a_range_and_a_comma_of_the_printer(folder):
    ranged = INDICATOR | {"value": "1", "value_to": "2", "printed": "1-2家"}
    comma = INDICATOR | {
        "value": "4617.47", "printed": "4617,47", "year_or_period": "2019",
        "note": "原文如此", "note_en": "So printed",
    }  # fmt: skip
    write(folder, "indicators.csv", ranged, comma)
    write(folder, "facts.csv", FACT)
    found = Plans.load(folder).indicators
    assert (found[0].value, found[0].value_to) == (1, 2)
    assert found[1].value == Decimal("4617.47")
    texts = fault_of(folder, "indicators.csv", comma | {"note": "", "note_en": ""})
    assert "not in the words as printed" in texts["en"]
    texts = fault_of(folder, "indicators.csv", ranged | {"value": "2", "value_to": "1"})
    assert "1 is not above 2" in texts["en"]


@pytest.mark.parametrize(
    ("printed", "value", "bound"),
    [
        ("约2000亩", "2000", "about"),
        ("70左右", "70", "about"),
        ("35以上", "35", "at-least"),
        ("突破1500亿元", "1500", "at-least"),
        ("20多万平方米", "20", "at-least"),
        ("近50万平方米", "50", "at-most"),
        ("超过40", "40", "at-least"),
        ("3480.3", "3480.3", "exact"),
        ("从2015年的约5增长到15", "15", "exact"),
        ("千亿级", "1000", "exact"),
        ("突破千亿元", "1000", "at-least"),
        ("不少于500平方公里", "500", "at-least"),
        ("1000+家", "1000", "at-least"),
    ],
)
def test_the_words_bound_the_number(folder, printed, value, bound):
    write(folder, "indicators.csv", INDICATOR | {"printed": printed, "value": value})
    write(folder, "facts.csv", FACT)
    assert Plans.load(folder).indicators[0].bound == bound


def test_the_app_goes_on_without_faulty_rows(folder):
    """Each is named; the command line stops at the first and counts the rest."""
    write(folder, "indicators.csv", INDICATOR, INDICATOR | {"value": "x"})
    write(folder, "facts.csv", FACT | {"topic": "dream"}, FACT)
    path = folder / "figures.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows[1] = rows[1].replace("xinzhuang", "atlantis")
    path.write_text("".join(rows), encoding="utf-8")
    plans = Plans.load(folder, tolerant=True)
    assert len(plans.indicators) == 1 and len(plans.facts) == 1
    assert len(plans.figures) == len(Plans.load().figures) - 1
    told = [fault.text("en") for fault in plans.faults]
    places = ("figures.csv, line 2", "indicators.csv, line 3", "facts.csv, line 2")
    assert [place in text for place, text in zip(places, told, strict=True)] == [True] * 3
    with pytest.raises(AtlasError, match=r"figures\.csv, line 2.*\(and 2 more faulty rows\)"):
        Plans.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("kind: city", "kind: village", "unknown value 'village'"),
        ("within: shanghai", "within: atlantis", "unknown value 'atlantis'"),
        ("id: minhang", "id: zizhu", "is a park's id"),
        ("plan: mh145", "plan: mh999", "unknown value 'mh999'"),
        ("kind: city\n", "kind: city\n    within: shanghai\n", "stands above itself"),
        ("    source: mh145\n", "", "field 'source'"),
    ],
)
def test_a_bad_subject_is_named(folder, old, new, reason):
    path = folder / "subjects.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        Plans.load(folder)
    assert "subjects.yaml, line " in caught.value.text("en")
    assert reason in caught.value.text("en")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sum_of", "[land_mu, acres]"),
        ("part_of", "acres"),
        ("share", "{part: acres, whole: land_mu}"),
        ("share", "{part: land_mu, whole: land_mu, whole_in: village}"),
        ("density", "{of: land_mu, over: [acres]}"),
        ("growth", "{of: acres}"),
    ],
)
def test_a_relation_to_no_metric_is_named(folder, field, value):
    path = folder / "metrics.yaml"
    text = path.read_text(encoding="utf-8")
    added = f"  - id: tax_100m_yuan\n    {field}: {value}\n"
    path.write_text(text.replace("  - id: tax_100m_yuan\n", added, 1), encoding="utf-8")
    with pytest.raises(AtlasError, match=r"metrics\.yaml, line \d+, field '\w+': unknown value"):
        Plans.load(folder)


@given(st.text(max_size=30))
def test_any_cell_is_taken_or_named(text):
    """Whatever stands in a numeric cell: a number of ours, or one located line."""
    cells = INDICATOR | {"value": text, "printed": text}
    try:
        row = IndicatorRow.model_validate(cells, context=CONTEXT)
    except ValidationError as error:
        told = error.errors()[0]["ctx"]
        assert told["en"] and told["zh"]
    else:
        assert str(row.value) in text
