"""The app's colours: readable in both themes, and every one that the style names is there."""

from __future__ import annotations

import re
import tomllib

import pytest

from geo import ROOT
from geo.files import read_text
from views.theme import COLOURS

NAMED = re.compile(r"var\(--([\w-]+)\)")
OTHER = {"bar-height", "word-browse", "word-too_large"}  # no colours
# What is written on what; "paper" and "panel" are the page's grounds.
PAIRS = [
    *((ink, ground) for ink in ("ink", "soft-ink", "strong", "muted", "faint", "accent", "good",
                                "warn", "bad", "feature-ink", "qualifier", "remark", "part",
                                "area-ink")
      for ground in ("paper", "panel")),
    ("strong", "accent-soft"), ("accent", "accent-soft"), ("good", "good-soft"),
    ("warn", "warn-soft"), ("bad", "bad-soft"), ("bad", "bad-paper"),
    ("on-accent", "accent"), ("bar-ink", "bar"), ("bar-quiet", "bar"), ("bar-ink", "bar-on"),
    ("feature-ink", "feature-soft"), ("qualifier", "qualifier-soft"), ("remark", "remark-soft"),
    ("part", "part-soft"), ("area-ink", "area-soft"), ("faint", "quiet-soft"),
    ("paper", "strong"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(ink, ground, side):
    assert contrast(COLOURS[ink][side], COLOURS[ground][side]) >= 4.5


def test_the_style_names_only_colours_that_there_are_and_all_of_them():
    style = read_text(ROOT / "views" / "page.css")
    named = set(NAMED.findall(style))
    code = "".join(read_text(path) for path in (ROOT / "views").rglob("*.py"))
    assert named - OTHER <= set(COLOURS)
    assert set(COLOURS) - named - set(NAMED.findall(code)) == set()
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*\})", style) == []


def test_streamlits_own_controls_have_the_same_grounds_and_inks():
    config = tomllib.loads(read_text(ROOT / ".streamlit" / "config.toml"))["theme"]
    for side, name in enumerate(("light", "dark")):
        theme = config[name]
        assert theme["backgroundColor"] == COLOURS["paper"][side]
        assert theme["textColor"] == COLOURS["ink"][side]
        assert theme["borderColor"] == COLOURS["line"][side]
        assert theme["primaryColor"] == COLOURS["accent"][side]
