"""The typed rows of indicators.csv and facts.csv, their faults, and going on without them."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import geo
from geo.__main__ import main
from geo.errors import AtlasError
from geo.plans import Plans
from geo.plans.figures import IndicatorRow
from geo.plans.files import load_metrics, load_sources, load_units
from geo.plans.rows import Row, read_rows

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
        ("year_or_period", "2025-2021", "year_or_period", "neither a year"),
        ("year_or_period", "2025-2025", "year_or_period", "neither a year"),
        ("value", "9" * 400, "value", "is not a number"),
        ("value", "1.2345678", "value", "is not a number"),
        ("printed", "3480.3\n亿元", "printed", "line break"),
        ("printed", "3480.3\x00", "printed", "(U+0000)"),
        ("locator", "附件1\u2028 / 工业总产值", "locator", "(U+2028)"),
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
        ("zh", "加快\n建设", "zh", "line break"),
    ],
)
def test_a_bad_fact_is_named(folder, field, value, named, reason):
    texts = fault_of(folder, "facts.csv", FACT | {field: value})
    assert f"facts.csv, line 2, field '{named}'" in texts["en"]
    assert reason in texts["en"]


@pytest.mark.parametrize("period", ["", "soon", "2025-2021", "2025-2025"])
def test_a_worded_target_needs_its_period(folder, period):
    row = FACT | {"topic": "target", "metric": "land_mu", "year_or_period": period}
    assert "field 'year_or_period'" in fault_of(folder, "facts.csv", row)["en"]


def test_a_stated_total_is_of_a_year_or_a_period(folder):
    path = folder / "metrics.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("stated_total:")
    assert "2021-2025" in text[start : start + 300]
    turned = text[:start] + text[start:].replace("2021-2025", "2025-2021", 1)
    path.write_text(turned, encoding="utf-8")
    with pytest.raises(AtlasError, match=r"metrics\.yaml, line \d+, field 'period'"):
        Plans.load(folder)


def test_a_number_without_end_is_not_told_whole(folder):
    texts = fault_of(folder, "indicators.csv", INDICATOR | {"value": "9" * 400})
    assert "9" * 40 in texts["en"] and "9" * 41 not in texts["en"] + texts["zh"]


def test_the_longest_number_is_still_reckoned_with(folder):
    longest = f"{'9' * 15}.999999"
    write(folder, "indicators.csv", INDICATOR | {"value": longest, "printed": longest})
    (number,) = Plans.load(folder).indicators
    assert str(number.value) == longest and number.value * 1 == number.value


def test_what_pydantic_refuses_is_told_in_chinese_too(tmp_path):
    class Counted(Row):
        count: int

    path = tmp_path / "x.csv"
    path.write_text("count\nmany\n", encoding="utf-8")
    _, (error,) = read_rows(path, Counted, {}, lambda row, line: row, id, ("", "", ""))
    assert "line 2, field 'count'" in error.text("en")
    assert "第 2 行，字段“count”：不能使用" in error.text("zh")
    assert error.text("en").split(": ", 1)[1] not in error.text("zh")


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
        "note": "印作“4617,47”", "note_en": "Printed 4617,47",
    }  # fmt: skip
    write(folder, "indicators.csv", ranged, comma)
    write(folder, "facts.csv", FACT)
    found = Plans.load(folder).indicators
    assert (found[0].value, found[0].value_to) == (1, 2)
    assert found[1].value == Decimal("4617.47")
    for note, note_en in (("", ""), ("原文如此", "So printed"), ("印作“4617,47”", "So printed"),
                          ("原文4617，另有47", "4617 and 47")):  # fmt: skip
        texts = fault_of(folder, "indicators.csv", comma | {"note": note, "note_en": note_en})
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
        ("不超过50家", "50", "at-most"),
        ("不超50家", "50", "at-most"),
        ("没有超过50家", "50", "at-most"),
        ("未突破50家", "50", "at-most"),
        ("不高于50", "50", "at-most"),
        ("不大于50", "50", "at-most"),
        ("不多于50家", "50", "at-most"),
        ("最多50家", "50", "at-most"),
        ("至多50家", "50", "at-most"),
        ("≤50", "50", "at-most"),
        ("<50", "50", "at-most"),
        ("低于50", "50", "at-most"),
        ("不足50家", "50", "at-most"),
        ("不到50家", "50", "at-most"),
        ("不低于50", "50", "at-least"),
        ("不小于50", "50", "at-least"),
        ("≥50", "50", "at-least"),
        ("＞50", "50", "at-least"),
        ("最少50家", "50", "at-least"),
        ("拥有超过50家", "50", "at-least"),
        ("年均>10", "10", "at-least"),
        ("节约50吨", "50", "exact"),
        ("达到50家", "50", "exact"),
        ("超过40，达到50", "50", "exact"),
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


TABLES = ("figures.csv", "indicators.csv", "facts.csv", "projects.csv")


def records(plans: Plans) -> dict[str, int]:
    """Return how many rows of each file are there."""
    found = (plans.figures, plans.indicators, plans.facts, plans.projects)
    return dict(zip(TABLES, map(len, found), strict=True))


def broken(path, how: str) -> tuple[int, str]:
    """Break a file; return how many rows it loses, and what must be told of it."""
    text = path.read_text(encoding="utf-8")
    head, first, second, *rest = text.splitlines(keepends=True)
    second, before = second.rstrip("\n"), head + first
    lines = {
        "comma": f"{second},,,,\n",
        "cell": f"{'x' * 200_000}{second}\n",
        "quote": f'"{second}\n',
    }
    if how in lines:
        path.write_text(before + lines[how] + "".join(rest), encoding="utf-8")
        return 1, f"{path.name}, line 3: "
    if how == "missing":
        path.unlink()
        return len(rest) + 2, f"no such file: {path}"
    old, new = {"column": ("source_id", "source"), "twice": ("locator", "locator,locator")}[how]
    path.write_text(head.replace(old, new) + text[len(head) :], encoding="utf-8")
    return len(rest) + 2, f"{path.name}, line 1: "


@pytest.mark.parametrize("how", ["comma", "cell", "quote", "missing", "column", "twice"])
@pytest.mark.parametrize("name", TABLES)
def test_the_app_goes_on_without_what_cannot_be_read(folder, name, how):
    whole = records(Plans.load(folder))
    lost, told = broken(folder / name, how)
    plans = Plans.load(folder, tolerant=True)
    assert records(plans) == whole | {name: whole[name] - lost}
    (error,) = plans.faults
    assert told in error.text("en") and name in error.text("zh")
    with pytest.raises(AtlasError) as caught:
        Plans.load(folder)
    assert caught.value.texts == error.texts


@pytest.mark.parametrize("how", ["comma", "missing"])
@pytest.mark.parametrize("name", TABLES)
def test_the_command_line_says_it_in_one_line(folder, monkeypatch, capsys, name, how):
    _, told = broken(folder / name, how)
    load = Plans.load
    monkeypatch.setattr(Plans, "load", lambda: load(folder))
    assert main(["reconcile", "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and told in err


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
