"""figures.csv against the cells and clauses it quotes, kept in `data/plan_cells.csv`.

`test_plan_texts.py` takes these cells from the plans' texts; here they stand on their own, so that
a slip in figures.csv is found on a machine that does not have the texts.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from geo.plans import Figure, Plans

PLANS = Plans.load()
FIGURES = PLANS.figures
UNITS = {
    "mu": "亩", "10k_m2": "万平", "buildings": "栋", "100m_yuan": "亿", "km2": "平方公里",
    "ha": "公顷", "pct": "%", "100m_yuan_per_km2": "亿元/平方公里",
}  # fmt: skip


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def numerals(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", squeeze(text))


def kept() -> dict[tuple[str, str], list[str]]:
    """Return the kept words by document and place."""
    found = defaultdict(list)
    path = Path(__file__).parent / "data" / "plan_cells.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["source_id"], row["locator"]].append(row["words"])
    return dict(found)


CELLS = kept()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"line{f.line}-{f.park_id}-{f.metric}")
def test_a_figure_is_in_the_words_of_its_place(figure: Figure):
    printed = squeeze(figure.printed)
    (words,) = {text for text in CELLS[figure.source_id, figure.locator] if printed in text}
    if printed == "无厂房":
        assert figure.value == 0
        return
    assert str(figure.value_printed) in numerals(words)
    if "表1-1" not in figure.locator:  # its units stand in the table's head
        assert f"{figure.value_printed}" in numerals(printed)
        after = words.split(str(figure.value_printed), 1)[1].lstrip("多左右")
        assert after.startswith(UNITS[figure.unit_printed]), words


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
    table = {place: words for (_, place), words in CELLS.items()
             if "表4-1" in place and "任务" not in place}  # fmt: skip
    assert len(table) == 40
    for place, (words,) in table.items():
        rows = [f for f in FIGURES if f.locator == place]
        told = {n for f in rows for n in numerals(f.printed + f.note_zh)}
        assert set(numerals(words)) <= told | {str(f.value_printed) for f in rows}, place
        assert bool(rows) == (words not in ("", "/")), place
        park = place.split(" / ")[1]
        assert {PLANS.parks[f.park_id].zh for f in rows} <= {park}


def test_each_cell_without_a_number_is_told_as_a_blank_of_its_own():
    empty = {(place, words) for (_, place), (words, *_) in CELLS.items() if words in ("", "/")}
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
    cited = {(f.source_id, f.locator) for f in FIGURES}
    totals = filter(None, (metric.stated_total for metric in PLANS.metrics.values()))
    cited |= {(total.source_id, total.locator) for total in totals}
    empty = {place for place, words in CELLS.items() if words in ([""], ["/"])}
    assert set(CELLS) - empty == cited


def test_stated_totals_are_the_plans_words():
    for metric in PLANS.metrics.values():
        total = metric.stated_total
        if total:
            assert squeeze(total.printed) in CELLS[total.source_id, total.locator]
            assert str(total.value) in numerals(total.printed)


def test_what_is_planned_is_not_told_as_actual():
    """规划面积 and land use within it are plans; output, tax and land in use are not."""
    planned = {"planned_area_km2", "usable_area_km2", "industrial_area_km2", "rnd_area_km2",
               "industrial_area_share_pct", "rnd_area_share_pct",
               "industry_land_share_pct"}  # fmt: skip
    assert {f.metric for f in FIGURES if f.kind == "planned"} == planned
    assert {f.kind for f in FIGURES if f.metric in planned} == {"planned"}
    assert {f.kind for f in FIGURES if "规划" in f.printed} == {"planned"}
