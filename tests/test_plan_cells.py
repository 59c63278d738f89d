"""The plans' rows against the cells and clauses they quote, kept in `data/plan_cells.csv`.

`test_plan_texts.py` takes these cells from the plans' texts; here they stand on their own, so that
a slip in the rows is found on a machine that does not have the texts.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from plan_places import cell_of
from plan_places.rows import (
    EMPTY,
    SLIPS,
    bound_left_out,
    cell_faults,
    identity,
    number_faults,
    place_of,
    values,
)
from plan_places.tables import SHARED_CELL
from plan_places.words import LONGEST_CLAUSE, nfkc, numerals, squeeze, standing

from geo.plans import Number, Plans

PLANS = Plans.load()
FIGURES, FACTS, NUMBERS = PLANS.figures, PLANS.facts, PLANS.numbers
# How a number in the unit goes on in print, after 多, 左右, 余 or 以上.
UNITS = {
    "mu": "亩",
    "10k_m2": "万平",
    "buildings": "栋",
    "100m_yuan": "亿(?!美元|个)",
    "km2": "平方公里",
    "ha": "公顷",
    "pct": "%",
    "100m_yuan_per_km2": "亿元/平方公里",
    "rank": "位|名",
    "10k_yuan_per_mu": "万/亩",
    "count": "[个家项件款名条]|\\+工业场景",
    "tce_per_10k_yuan": "吨标准煤/万元",
    "times": "倍",
    "per_10k_people": "件",
    "10k_yuan_per_person": "万元/人",
    "per_100m_yuan": "个",
    "pp": "个百分点",
    "months": "个月",
    "trillion_yuan": "万亿元",
    "100m_count": "亿",
    "10k_vehicles": "万辆",
    "10k_count": "万",
    "100m_usd": "亿美元",
    "per_10k_persons": "台/万人",
}
# Tables whose cells have units of their own.
OWN_UNITS = ("第四章 表4-1", "附件2")
# 35.6:64.4, the shares of two sectors, has no unit in print.
RATIO = r"[0-9.]+:[0-9.]+"
MORE = r"(?:多|左右|余|以上|以内)?"
# Tables whose every cell is kept; of table 4-1 the columns with numbers.
NUMBER_OF_CELLS = {
    ("mh145", "第一章 表1-1"): 60,
    ("mh145", "第二章 表2-1"): 18,
    ("mh145", "附件1"): 84,
    ("mh145", "附件2"): 40,
    ("mh155", "表1"): 18,
    ("sj145", "表1"): 14,
    ("sh145", "上海“十四五”制造业发展主要指标"): 18,
    ("shpark145", "上海“十四五”产业园区发展主要指标"): 17,
}

# A column of a table is of one year (or of a period that ends with it) and of one kind.
COLUMNS = {
    **{f"{year}年": (str(year), "actual") for year in range(2015, 2021)},
    "目前规模": ("2020", "actual"),
    "“十四五”末预期目标": ("2025", "target"),
    "“十四五”目标值": ("2025", "target"),
    "2025年目标值": ("2025", "target"),
    "2025年目标": ("2025", "target"),
    "“十五五”目标": ("2030", "target"),
}
# Of 2025 in the plan of 2026 what is, in the one of 2021 what is aimed at.
YEAR_2025 = {"mh155": ("2025", "actual"), "shpark145": ("2025", "target")}


def kept() -> dict[tuple[str, str], list[str]]:
    """Return the kept words by document and place."""
    found = defaultdict(list)
    path = Path(__file__).parent / "data" / "plan_cells.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["source_id"], row["locator"]].append(row["words"])
    return dict(found)


CELLS = kept()
TABLE_CELLS = {at: words for at, words in CELLS.items() if cell_of(*at)}


def unit_is_printed(number: Number, words: str) -> bool:
    """Whether the number goes on with its unit, or is a cell whose row or column has the unit."""
    words = words[standing(words, number.printed)[0] :]
    value = values(number)[-1]
    after = words[standing(words, value)[0] + len(value) :]
    cell = cell_of(*place_of(number))
    if cell and cell[0] not in OWN_UNITS and re.fullmatch(MORE, after):
        return True
    if number.unit_printed == "pct" and re.fullmatch(RATIO, squeeze(number.printed)):
        return True
    return bool(re.match(f"{MORE}(?:{UNITS[number.unit_printed]})", after))


@pytest.mark.parametrize("number", NUMBERS, ids=identity)
def test_a_number_is_in_the_words_of_its_place(number):
    words = [text for text in CELLS[place_of(number)] if standing(text, number.printed)]
    assert words, "no kept clause has the words"
    assert [text for text in words if not number_faults(number, text)]
    assert [text for text in words if not bound_left_out(number, text)]
    if numerals(number.printed) and squeeze(number.printed) not in SLIPS:
        assert [text for text in words if unit_is_printed(number, text)], words


@pytest.mark.parametrize("fact", FACTS, ids=identity)
def test_a_fact_is_in_the_words_of_its_place(fact):
    assert [text for text in CELLS[place_of(fact)] if standing(text, fact.zh)]


@pytest.mark.parametrize(("source", "name"), NUMBER_OF_CELLS, ids=range(len(NUMBER_OF_CELLS)))
def test_a_table_is_whole(source, name):
    """Each number of a cell is one row, a cell of words one fact, and there is no other row."""
    table = {at: words for at, words in TABLE_CELLS.items()
             if at[0] == source and cell_of(*at)[0] == name}  # fmt: skip
    assert len(table) == NUMBER_OF_CELLS[source, name]
    faults = {}
    for at, (words,) in table.items():
        numbers = [number for number in NUMBERS if place_of(number) == at]
        facts = [fact for fact in FACTS if place_of(fact) == at]
        if found := cell_faults(words, numbers, facts):
            faults[at] = found
    assert not faults


def test_every_kept_clause_is_quoted():
    """By a row or a stated total; so a row that is left out leaves its clause behind."""
    quotes = defaultdict(list)
    for number in NUMBERS:
        quotes[place_of(number)].append(number.printed)
    for fact in FACTS:
        quotes[place_of(fact)].append(fact.zh)
    for total in filter(None, (metric.stated_total for metric in PLANS.metrics.values())):
        quotes[total.source_id, nfkc(total.locator)].append(total.printed)
    for at, texts in CELLS.items():
        for text in texts:
            assert text in EMPTY or any(standing(text, words) for words in quotes[at]), text


def test_the_column_is_the_rows_year_and_kind():
    for number in NUMBERS:
        cell = cell_of(number.source_id, number.locator)
        if cell and cell[0] != "第四章 表4-1":
            if number.printed.startswith("年均"):
                # Every year's cell has it: one mean over them all.
                assert (number.period, number.kind) == ("2015-2020", "actual"), number.line
                continue
            column = COLUMNS.get(cell[1][-1]) or YEAR_2025[number.source_id]
            assert (number.period[-4:], number.kind) == column, number.line


def test_the_mean_of_all_years_is_one_quantity_printed_in_each():
    means = [n for n in NUMBERS if cell_of(*place_of(n)) and n.printed.startswith("年均")]
    assert len(means) == 6 and len({n.quantity for n in means}) == 1


def test_what_is_fostered_in_a_period_is_no_stock():
    """累计培育 and 建设 over a plan have metrics of their own: a flow is not a number at a date."""
    periods = defaultdict(set)
    for number in NUMBERS:
        if number.metric.endswith("_count"):
            periods[number.metric].add("-" in number.period)
    assert not [metric for metric, found in periods.items() if len(found) > 1]
    (flow,) = [n for n in NUMBERS if n.metric == "listed_companies_cultivated_count"]
    assert (flow.value, flow.period) == (53, "2021-2025")


def test_a_trillion_in_words_is_a_number():
    (scale,) = [n for n in NUMBERS if n.printed == "实现万亿级产业规模"]
    assert (scale.industry, scale.value, scale.unit) == ("sh145.automobile", 10000, "100m_yuan")


def test_no_fact_copies_a_paragraph():
    assert all(len(fact.zh) <= 45 for fact in FACTS)


def test_the_row_is_one_metric_and_one_industry():
    """What a table's row has in one column is what it has in the next."""
    metrics, industries = defaultdict(set), defaultdict(set)
    for number in NUMBERS:
        name, key = cell_of(number.source_id, number.locator) or ("", ())
        if name == "附件2":
            metrics[number.source_id, name, ""].add(number.metric)
            industries[key[:-1]].add(number.industry)
        elif name not in ("", "第四章 表4-1"):
            metrics[number.source_id, name, key[0]].add(number.metric)
    (two,) = [key for key, found in metrics.items() if len(found) > 1]
    assert two[2] == SHARED_CELL[0], "and how far above"
    assert industries.pop(("高端装备制造", "新能源高端装备")) == {"mh145.new-energy",
                                                                  "mh145.smart-grid"}  # fmt: skip
    assert {len(found) for found in industries.values()} == {1}
    assert len(set().union(*industries.values())) == len(industries)


def test_what_is_kept_is_short():
    """A clause, or one cell of a table; nothing is kept twice."""
    for at, texts in CELLS.items():
        assert len(set(texts)) == len(texts)
        assert all(len(text) <= LONGEST_CLAUSE or cell_of(*at) for text in texts), at


def test_table_1_1_is_whole():
    """Three groups, four parks, five years, and every row the words of its cell."""
    table = {place: words for (_, place), words in CELLS.items() if "表1-1" in place}
    steps = [place.split(" / ")[1:] for place in table]
    assert [len({row[n] for row in steps}) for n in range(3)] == [3, 4, 5]
    assert len(table) == 60
    rows = {f.locator: [f.printed] for f in FIGURES if "表1-1" in f.locator}
    assert rows == table
    metrics = {"工业总产值": "output_100m_yuan", "税收总额": "tax_100m_yuan",
               "单位面积产出": "output_density_100m_yuan_per_km2"}  # fmt: skip
    for figure in FIGURES:
        if "表1-1" in figure.locator:
            _, group, park, year = figure.locator.split(" / ")
            assert (figure.metric, f"{figure.period}年") == (metrics[group], year)
            own = PLANS.parks[figure.park_id]
            assert park in (own.zh, *own.aliases)


def test_table_4_1_is_whole():
    """Every number of its cells is a row, or told in one; a cell without words has no row."""
    columns = ("产值", "土地", "厂房", "楼宇")
    table = {place: words for (_, place), words in CELLS.items()
             if "表4-1" in place and place.endswith(columns)}  # fmt: skip
    assert len(table) == 40
    for place, (words,) in table.items():
        rows = [f for f in FIGURES if nfkc(f.locator) == place]
        told = {n for f in rows for n in numerals(f.printed + f.note_zh)}
        assert set(numerals(words)) <= told | {str(f.value_printed) for f in rows}, place
        assert bool(rows) == (words not in ("", "/")), place
        park = place.split(" / ")[1]
        assert {PLANS.parks[f.park_id].zh for f in rows} <= {park}


def test_each_cell_without_a_number_is_told_as_a_blank_of_its_own():
    empty = {(place, words) for (_, place), (words, *_) in CELLS.items()
             if "表4-1" in place and words in ("", "/")}  # fmt: skip
    blanks = [(park, blank) for park in PLANS.parks.values() for blank in park.blanks]
    assert {(blank.locator, blank.printed) for _, blank in blanks} == empty
    columns = {"厂房": "factory_10k_m2", "楼宇": "office_10k_m2"}
    for park, blank in blanks:
        _, name, column = blank.locator.split(" / ")
        assert (name, columns[column]) == (park.zh, blank.metric)
        assert not [f for f in PLANS.park_figures(park.id) if f.metric == blank.metric]
    assert not [f for f in FIGURES if "格为" in f.note_zh], "told at the metric it is of"


def test_about_is_known_from_the_words():
    """约2000亩, 70%左右; 工业用地760.1亩 is no about, nor is 20多."""
    for figure in FIGURES:
        words = squeeze(figure.printed)
        value = str(figure.value_printed)
        said = f"约{value}" in words or words.endswith("左右")
        assert figure.approximate == said, words
    assert sum(figure.approximate for figure in FIGURES) > 10


def test_what_the_plan_calls_land_for_industries_is_not_industrial_land():
    (figure,) = [f for f in FIGURES if "产业用地占比" in f.printed]
    assert figure.metric == "industry_land_share_pct"
    assert PLANS.metrics[figure.metric].zh == "产业用地占比"


def test_output_is_told_by_the_documents_own_word():
    metric = PLANS.metrics["output_100m_yuan"]
    said = {f.park_id: f.term(metric).zh for f in FIGURES
            if (f.metric, f.period) == (metric.id, "2025")}  # fmt: skip
    assert said == {"xinzhuang": "规模以上工业总产值", "pujiang": "工业产值",
                    "zizhu": "工业总产值", "metdz": "工业总产值"}  # fmt: skip
    assert all(f.term(metric) for f in FIGURES if f.metric == metric.id)


def test_each_kept_place_is_cited():
    cited = {place_of(row) for row in (*NUMBERS, *FACTS)}
    totals = filter(None, (metric.stated_total for metric in PLANS.metrics.values()))
    cited |= {(total.source_id, nfkc(total.locator)) for total in totals}
    empty = {place for place, words in CELLS.items() if words[0] in EMPTY and len(words) == 1}
    assert set(CELLS) - empty == cited


def test_stated_totals_are_the_plans_words():
    for metric in PLANS.metrics.values():
        total = metric.stated_total
        if total:
            assert squeeze(total.printed) in CELLS[total.source_id, nfkc(total.locator)]
            assert str(total.value) in numerals(total.printed)


def test_what_is_planned_is_not_told_as_actual():
    """规划面积 and land use within it are plans; output, tax and land in use are not."""
    planned = {"planned_area_km2", "usable_area_km2", "industrial_area_km2", "rnd_area_km2",
               "industrial_area_share_pct", "industrial_of_usable_pct", "rnd_of_usable_pct",
               "industry_land_share_pct"}  # fmt: skip
    assert {f.metric for f in FIGURES if f.kind == "planned"} == planned
    assert {f.kind for f in FIGURES if f.metric in planned} == {"planned"}
    assert {f.kind for f in FIGURES if "规划" in f.printed} == {"planned"}
