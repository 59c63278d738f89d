"""The pages that list what does not agree: what is committed is what the command writes."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from geo.plans import Plans, load_boundaries
from geo.plans.reconcile import reconcile

ROOT = Path(__file__).resolve().parent.parent
PLANS = Plans.load()


def load(name: str):
    """Return a command of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def command():
    return load("reconciliation")


@pytest.fixture(scope="module")
def made():
    return reconcile(PLANS, load_boundaries())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_committed_pages_are_up_to_date(command, made, lang):
    written = command.PAGES[lang].read_text(encoding="utf-8")
    assert written == command.page(made, PLANS, lang), "run python docs/reconciliation.py"


def test_every_finding_is_there_with_both_values(command, made):
    page = command.page(made, PLANS, "zh")
    assert page.count("\n- **") == 2 * len(made.findings) > 40
    assert "**9,921.1亩**" in page and "**9,086.1亩**" in page


def test_markup_in_a_plan_is_text(command, made):
    finding = replace(made.findings[0], sentence_zh="<img src=x> [a](b) `c`")
    page = command.page(replace(made, findings=(finding,)), PLANS, "zh")
    assert "\\<img src=x\\> \\[a\\](b) \\`c\\`" in page
    assert not re.search(r"(?<!\\)<", page)


def test_the_readmes_count_what_was_taken_from_each_document():
    refresh = load("refresh")
    for name, lang in (("README.md", "en"), ("README.zh.md", "zh")):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert refresh.figure_table(PLANS, lang) in text, "run make screenshots"
