"""The gallery of the layouts: what is committed is what the command writes."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest
from layouts import SCHEMES, built

from geo.plans import Plans

ROOT = Path(__file__).resolve().parent.parent
PLANS = Plans.load()
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def command():
    """The command as a module."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "schemes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_committed_pages_are_up_to_date(command, lang):
    path = command.FOLDER / command.NAMES[lang]
    assert path.exists(), "run: python docs/schemes.py"
    written = command.page(SCHEMES, PLANS, lang)
    assert path.read_text(encoding="utf-8") == written, "run: python docs/schemes.py --text"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_picture_a_page_names_is_there_and_no_other(command, lang):
    page = command.page(SCHEMES, PLANS, lang)
    named = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page)
    assert named == [f"images/schemes/{scheme}.{lang}.png" for scheme in SCHEMES]
    missing = [name for name in named if not (command.FOLDER / name).is_file()]
    assert missing == [], "run: python docs/schemes.py"
    assert all((command.FOLDER / name).read_bytes().startswith(PNG) for name in named)
    there = (command.FOLDER / "images" / "schemes").glob(f"*.{lang}.png")
    assert {path.name for path in there} == {Path(name).name for name in named}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_layout_element_and_member_is_on_the_page(command, lang):
    page = command.page(SCHEMES, PLANS, lang)
    sections = dict(re.findall(r'<a id="([^"]+)"></a>\n(.*?)(?=<a id|\Z)', page, re.S))
    assert list(sections) == list(SCHEMES)
    for name, scheme in SCHEMES.items():
        rows = re.findall(r"^\| \*\*.*$", sections[name], re.M)
        assert len(rows) == len(scheme.elements)
        assert scheme.title(lang) in sections[name] and scheme.locator in sections[name]
        for row, element in zip(rows, scheme.elements, strict=True):
            assert f"**{element.name(lang)}**" in row and element.how(lang) in row
            assert all(member.name(lang) in row for member in element.all_members())


def test_the_list_counts_what_is_drawn_and_located(command):
    page = command.page(SCHEMES, PLANS, "en")
    for name, scheme in SCHEMES.items():
        cells = re.search(rf"^\| \[[^\n]*\(#{name}\) \|([^\n]*)$", page, re.M)[1]
        elements = built(name).values()
        members = {m.zh: m.point is not None for e in elements for m in e.all_members()}
        drawn = sum(element.geometry is not None for element in elements)
        assert re.findall(r"(\d+) of (\d+)", cells) == [
            (str(drawn), str(len(scheme.elements))),
            (str(sum(members.values())), str(len(members))),
        ]


def test_a_bar_in_a_name_does_not_end_a_cell(command):
    scheme = SCHEMES["three-areas"]
    first = replace(scheme.elements[0], zh="甲|乙\n丙")
    changed = replace(scheme, elements=(first, *scheme.elements[1:]))
    page = command.page({scheme.id: changed}, PLANS, "zh")
    assert "**甲\\|乙 丙**" in page
