"""`python -m geo reconcile`: what it prints, in both languages, and what a faulty row does."""

from __future__ import annotations

import json
import shutil

import pytest
from commands import caller

import geo
from geo.__main__ import main
from geo.plans import Plans, load_boundaries
from geo.plans.reconcile import NATURES, RULES, reconcile
from geo.terminal import width


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command line in an English environment; its exit code, stdout and stderr."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "90")

    return caller(main, capsys)


@pytest.fixture(scope="module")
def result():
    return reconcile(Plans.load(), load_boundaries())


def test_json_is_all_there_is_on_stdout(run, result):
    code, out, err = run("reconcile", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document == json.loads(json.dumps(result.as_json()))
    assert list(document["checked"]) == list(RULES)
    assert {finding["nature"] for finding in document["findings"]} <= set(NATURES)


def test_areas_are_held_against_the_map(run):
    document = json.loads(run("reconcile", "--json")[1])
    assert document["checked"]["area"] > 0
    areas = [finding for finding in document["findings"] if finding["rule"] == "area"]
    assert {finding["about"] for finding in areas} >= {"maqiao", "metdz"}


@pytest.mark.parametrize(
    ("lang", "head", "land", "factories"),
    [
        ("zh", "合计不符（", "9,921.1亩", "495.09万平方米"),
        ("en", "Sum does not hold (", "9,921.1 mu", "495.09 ×10,000 m²"),
    ],
)
def test_text_shows_both_values_and_places(run, result, lang, head, land, factories):
    code, out, err = run("reconcile", "--lang", lang)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert any(line.startswith(head) for line in lines)
    assert f"  A  {land}" in lines
    assert f"  B  {factories}" in lines
    assert any("第四章 表4-1 / 莘庄工业区 / 厂房" in line for line in lines)
    assert max(width(line) for line in lines) <= 90
    # One finding is one bullet.
    assert sum(line.startswith("· ") for line in lines) == len(result.findings)


def test_language_follows_the_environment(run, monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "处不符。" in run("reconcile")[1]


@pytest.mark.parametrize(("lang", "word"), [("zh_CN.UTF-8", "退出码"), ("C", "exit code")])
def test_help_tells_that_findings_are_no_error(run, monkeypatch, lang, word):
    monkeypatch.setenv("LANG", lang)
    code, out, _ = run("reconcile", "--help")
    assert code == 0
    assert word in out.replace("\n", " ")


def test_a_faulty_row_is_one_line_and_exit_code_2(run, tmp_path, monkeypatch):
    folder = tmp_path / "plans"
    shutil.copytree(geo.PLANS, folder)
    path = folder / "figures.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[1] = rows[1].replace("xinzhuang", "nowhere", 1)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    load = Plans.load
    monkeypatch.setattr(Plans, "load", lambda: load(folder))
    code, out, err = run("reconcile")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "figures.csv" in err and "line 2" in err and "nowhere" in err
