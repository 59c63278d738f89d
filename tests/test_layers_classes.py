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


def decode(shape: list, form: str) -> shapely.Geometry:
    """Undo `layers.geometry.encode`, as the page's script does."""

    def points(steps: list[int]) -> np.ndarray:
        return np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / geometry.SCALE

    if form == "area":
        return shapely.MultiPolygon(
            [(points(rings[0]), [points(hole) for hole in rings[1:]]) for rings in shape]
        )
    return shapely.MultiLineString([points(part) for part in shape])


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


@given(
    st.lists(
        st.tuples(st.floats(121, 122), st.floats(30.5, 31.5)), min_size=3, max_size=20, unique=True
    )
)
def test_encoding_keeps_vertices_to_a_metre(points):
    line = shapely.LineString(points)
    shape = geometry.encode(line)
    if not shape:
        # All vertices fall on one point of the stored grid.
        assert line.length < 3 / geometry.SCALE * len(points)
        return
    assert decode(shape, "line").hausdorff_distance(line) < 1.0 / geometry.SCALE


def test_encoding_of_a_polygon_with_a_hole():
    square = shapely.box(121.3, 31.0, 121.4, 31.1)
    holed = square.difference(shapely.box(121.33, 31.03, 121.36, 31.06))
    again = decode(geometry.encode(holed), "area")
    assert again.equals_exact(shapely.MultiPolygon([holed]), 1e-9) or again.equals(holed)
    assert geometry.encode(shapely.box(121, 31, 121 + 1e-7, 31 + 1e-7)) == []


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
    assert not any(re.search(r"[\u4e00-\u9fff]", str(text)) for text in words["en"].values())
