"""The class rule, the encoding and the words: what the map's pure parts promise."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.files import read_yaml
from layers import geometry
from layers.classes import RAMP, classify
from layers.i18n import TEXT


def within(runs: list[list[float]]) -> float:
    return sum(sum((v - sum(run) / len(run)) ** 2 for v in run) for run in runs)


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=11).map(sorted), st.integers(1, len(RAMP))
)
def test_natural_breaks_are_the_best_there_are(values, most):
    classes = classify([Decimal(v) for v in values], most)
    limits = [(float(low), float(high)) for low, high in classes.limits]
    runs = [[v for v in values if low <= v <= high] for low, high in limits]
    assert sorted(v for run in runs for v in run) == values, "every value is in one class"
    assert len(limits) == min(most, len(set(values)))
    best = min(
        within([values[a:b] for a, b in zip((0, *cuts), (*cuts, len(values)), strict=True)])
        for cuts in combinations(range(1, len(values)), len(limits) - 1)
        if all(values[cut - 1] != values[cut] for cut in cuts)
    )
    assert within(runs) == pytest.approx(best)


def test_zero_and_nothing_stand_outside_the_classes():
    classes = classify([Decimal(0), Decimal(5), Decimal(7)])
    assert classes.limits == ((5, 5), (7, 7))
    assert classify([]).limits == ()
    assert classify([Decimal(0)]).colours == ()


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_ramp_grows_darker_by_clear_steps():
    # Lightness alone must tell the classes apart: that is what survives colour blindness and grey.
    lights = [luminance(colour) for colour in RAMP]
    assert all((a + 0.05) / (b + 0.05) > 1.35 for a, b in pairwise(lights))


def test_label_point_lies_inside_the_largest_part():
    hook = shapely.Polygon([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)])
    parts = shapely.MultiPolygon([hook, shapely.box(9, 9, 9.1, 9.1)])
    assert hook.contains(geometry.label_point(parts))


def test_map_texts_are_the_same_in_both_languages():
    words = {lang: read_yaml(TEXT / f"map.{lang}.yaml") for lang in ("zh", "en")}
    assert words["zh"].keys() == words["en"].keys()
    for key, text in words["zh"].items():
        holes = [sorted(re.findall(r"{(\w+)}", str(w))) for w in (text, words["en"][key])]
        assert holes[0] == holes[1], key
        assert key.startswith("map.")
    # Dates may be written as the Chinese write them.
    texts = [str(text).replace("2026年5月19日", "") for text in words["en"].values()]
    assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in texts)
