"""The table of two plan periods as a person sees it: what a cell shows, and what it opens to."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from geo.plans import Plans, load_boundaries
from geo.plans.compare import OWN_INDUSTRIES, PRINTS_DIFFER, plan_periods
from geo.plans.compare import periods as park_periods
from views.figures.periods import file_rows, gap_text, html

PLANS = Plans.load()
MINHANG = plan_periods(PLANS, "minhang")


def cells(page: str) -> dict[str, list[str]]:
    """What each opened cell holds, by what it shows when it is closed."""
    found: dict[str, list[str]] = {}
    for shown, body in re.findall(r"<summary>(.*?)</summary>(.*?)</details>", page, re.S):
        lines = [unescape(line) for line in re.findall(r"<p>(.*?)</p>", body)]
        found[unescape(shown)] = lines
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_cell_whose_prints_differ_shows_both_and_opens_to_both_places(lang):
    lines = cells(html(MINHANG, PLANS, lang))["1,000 ≠ 1,050"]
    assert lines[0] == PRINTS_DIFFER.text(lang)
    assert OWN_INDUSTRIES.text(lang) in lines
    assert any("1000亿" in line and "1050亿" in line for line in lines)


def test_the_file_tells_what_the_cell_tells():
    _, rows = file_rows(MINHANG, PLANS, "zh")
    (line,) = [line for line in rows if "1,000 ≠ 1,050" in line]
    beside = line[line.index("1,000 ≠ 1,050") + 1]
    assert PRINTS_DIFFER.zh in beside and "1050亿" in beside


def test_output_of_large_enterprises_is_called_so_where_the_row_mixes_it():
    shown = cells(html(park_periods(PLANS, "xinzhuang", load_boundaries()), PLANS, "en"))
    assert "1,128.31 (output of enterprises above designated size)" in shown
    assert "964 (gross industrial output)" in shown


def test_words_that_hold_each_other_are_shown_once_and_opened_twice():
    lines = cells(html(MINHANG, PLANS, "zh"))["完成本市目标"]
    assert len(lines) == 2 and lines[0] != lines[1]


def test_a_gap_of_approximate_numbers_says_about():
    gap = next(row.gap for row in MINHANG.rows if row.gap)
    assert "≈" not in gap_text(gap, "zh")
    actual, target = gap.inputs
    about = replace(target, printed=f"约{target.value_printed}")
    assert "≈" in gap_text(replace(gap, inputs=(actual, about)), "zh")
