"""Centrelines of synthetic carriageways and tracks, in local metres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString, MultiLineString, Point

from geo.network.centreline import BAND_M, HEAL_M, centreline, heal_gaps
from geo.network.midline import centrelines

ROAD = LineString([(0, 0), (1500, 0)])


def midline(lines: MultiLineString) -> MultiLineString:
    """One bundle by the way that does a whole district's at once."""
    return centrelines([lines])[0]


# The skeleton makes the gazetteer, the sections across the band an index: both keep these rules.
both = pytest.mark.parametrize("centre", [centreline, midline])


def parallel(line: LineString, *offsets: float) -> MultiLineString:
    """Copies of a line, so many metres to its left."""
    return MultiLineString([shapely.offset_curve(line, offset) for offset in offsets])


def one(lines: MultiLineString) -> LineString:
    """The line of a result that must be in one piece."""
    assert [part.geom_type for part in lines.geoms] == ["LineString"]
    return lines.geoms[0]


def assert_follows(result: MultiLineString, truth: LineString, metres: float = 3.0) -> None:
    """The result lies on the truth, and reaches all of it."""
    assert one(result).hausdorff_distance(truth) < metres
    assert result.length == pytest.approx(truth.length, rel=0.01)


# --- centreline ----------------------------------------------


@both
def test_single_carriageway_keeps_its_course(centre):
    assert_follows(centre(ROAD), ROAD)


@both
@pytest.mark.parametrize("spacing", [8, 20, 40, 60])
def test_dual_carriageway_becomes_its_middle(centre, spacing):
    assert_follows(centre(parallel(ROAD, -spacing / 2, spacing / 2)), ROAD)


@both
def test_four_tracks_become_one(centre):
    assert_follows(centre(parallel(ROAD, -15, -5, 5, 15)), ROAD)


@both
def test_curve(centre):
    angles = np.linspace(0, np.pi / 2, 60)
    curve = LineString(np.column_stack([800 * np.cos(angles), 800 * np.sin(angles)]))
    assert_follows(centre(parallel(curve, -18, 18)), curve, 5.0)


@both
def test_sharp_bend_is_cut_only_near_the_bend(centre):
    bend = LineString([(0, 0), (800, 0), (800, 800)])
    result = one(centre(parallel(bend, -12, 12)))
    away = shapely.difference(result, Point(800, 0).buffer(60))
    assert max(bend.distance(Point(xy)) for xy in shapely.get_coordinates(away)) < 3.0
    assert result.hausdorff_distance(bend) < 20.0


@both
def test_single_that_becomes_dual_stays_one_line(centre):
    lines = MultiLineString(
        [
            [(0, 0), (600, 0)],
            [(600, 0), (640, 15), (1500, 15)],
            [(600, 0), (640, -15), (1500, -15)],
        ]
    )
    assert_follows(centre(lines), ROAD, 4.0)


@both
def test_roads_farther_apart_than_the_band_stay_two(centre):
    result = centre(parallel(ROAD, -BAND_M * 1.5, BAND_M * 1.5))
    assert len(result.geoms) == 2
    for part, y in zip(sorted(result.geoms, key=lambda p: p.bounds[1]), (-48, 48), strict=True):
        assert part.hausdorff_distance(LineString([(0, y), (1500, y)])) < 3.0


@both
def test_broken_carriageways_become_one_line(centre):
    lines = MultiLineString(
        [[(0, 10), (500, 10)], [(620, 10), (1500, 10)], [(0, -10), (550, -10)],
         [(640, -10), (1500, -10)]]
    )  # fmt: skip
    assert_follows(centre(lines), ROAD, 4.0)


@both
def test_carriageways_that_join_at_a_bend_do_not_break(centre):
    end = (800 * np.cos(np.radians(-20)), 800 * np.sin(np.radians(-20)))
    lines = MultiLineString(
        [
            [(-1000, 10), (-300, 10), (0, 0)],
            [(-1000, -10), (-300, -10), (0, 0)],
            [(0, 0), end],
        ]
    )
    assert_follows(centre(lines), LineString([(-1000, 0), (0, 0), end]), 10.0)


@both
def test_large_block_between_branches_stays_a_fork(centre):
    block = MultiLineString(
        [
            [(0, 0), (400, 0), (400, 400), (1000, 400), (1000, 0), (1500, 0)],
            [(400, 0), (400, -400), (1000, -400), (1000, 0)],
        ]
    )
    result = centre(block)
    for y in (400, -400):
        assert result.distance(Point(700, y)) < 3.0
    assert result.distance(Point(700, 0)) > 299.0


@both
def test_order_and_direction_of_the_ways_do_not_matter(centre):
    lines = list(parallel(ROAD, -20, 20).geoms)
    turned = MultiLineString([line.reverse() for line in reversed(lines)])
    difference = centre(MultiLineString(lines)).hausdorff_distance(centre(turned))
    assert difference < 1.5


@both
def test_nothing_gives_nothing(centre):
    assert centre(MultiLineString()).is_empty


@both
@settings(max_examples=25, deadline=None)
@given(st.floats(0, 180), st.floats(5, 58), st.floats(400, 2500))
def test_any_straight_dual_carriageway(centre, turn, spacing, length):
    truth = affinity.rotate(LineString([(0, 0), (length, 0)]), turn, origin=(0, 0))
    assert_follows(centre(parallel(truth, -spacing / 2, spacing / 2)), truth)


# --- many names at once ----------------------------------------------


def test_each_bundle_has_its_own_centreline():
    """Names that lie on each other do not mix."""
    dual, across = parallel(ROAD, -15, 15), parallel(LineString([(700, -500), (700, 500)]), -9, 9)
    empty, single = MultiLineString(), MultiLineString([[(0, 4), (1500, 4)]])
    result = centrelines([dual, empty, across, single])
    assert [one(result[k]).hausdorff_distance(truth) < 1.0 for k, truth in
            ((0, ROAD), (2, LineString([(700, -500), (700, 500)])))] == [True, True]  # fmt: skip
    assert result[1].is_empty
    assert one(result[3]).equals(single.geoms[0])
    assert centrelines([]) == []


def test_what_is_single_keeps_its_course_to_the_vertex():
    """A bend and a wiggle, beside a stretch of the same name that is dual."""
    wiggle = [(0, 0), (37, 3), (80, -2), (300, 0), (340, 40), (420, 41)]
    lines = MultiLineString(
        [wiggle, [(420, 41), (460, 61), (1400, 61)], [(420, 41), (460, 21), (1400, 21)]]
    )
    result = one(midline(lines))
    kept = shapely.get_coordinates(result)
    for xy in wiggle[:5]:
        assert np.hypot(*(kept - xy).T).min() < 1e-6, xy
    assert result.distance(Point(1400, 41)) < 0.1


@pytest.mark.parametrize("width", [12, 30, 55])
def test_carriageways_joined_at_both_ends_are_one_line(width):
    ring = LineString([(0, 0), (1500, 0), (1500, width), (0, width), (0, 0)])
    result = one(midline(MultiLineString([ring])))
    middle = LineString([(0, width / 2), (1500, width / 2)])
    inner = shapely.clip_by_rect(result, 100, -100, 1400, 200)
    assert inner.hausdorff_distance(shapely.clip_by_rect(middle, 100, -100, 1400, 200)) < 1.0


def test_links_between_carriageways_leave_nothing():
    links = [[(x, -12), (x + 10, 12)] for x in (300, 650, 1100)]
    result = midline(MultiLineString([*parallel(ROAD, -12, 12).geoms, *map(LineString, links)]))
    assert_follows(result, ROAD, 2.0)


def test_a_side_road_of_the_same_name_stays_joined():
    side = LineString([(700, 10), (700, 500)])
    result = midline(MultiLineString([*parallel(ROAD, -10, 10).geoms, side]))
    assert result.length == pytest.approx(1500 + 500, rel=0.01)
    assert len(shapely.get_parts(shapely.union_all(result.buffer(0.5)))) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=8), st.floats(6, 50), st.integers(0, 9))
def test_any_gently_bent_dual_carriageway(turns, spacing, seed):
    """Carriageways whose vertices do not face each other, rounded as extracts are."""
    heading = np.cumsum(turns)
    steps = 250 * np.column_stack([np.cos(heading), np.sin(heading)])
    truth = LineString(np.vstack([[0, 0], np.cumsum(steps, axis=0)]))
    random = np.random.default_rng(seed)
    pair = []
    for side in (-spacing / 2, spacing / 2):
        curve = shapely.segmentize(shapely.offset_curve(truth, side, join_style="mitre"), 90)
        xy = shapely.get_coordinates(curve)
        pair.append(LineString(xy + random.uniform(-1, 1, xy.shape)))
    result = one(midline(MultiLineString(pair)))
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(result, 10)))
    away = shapely.distance(points, truth)
    assert away.mean() < 3.0
    assert away.max() < 0.5 * spacing + 3.0  # at a bend
    assert result.length == pytest.approx(truth.length, rel=0.06)


# --- gaps ----------------------------------------------


def test_gap_at_a_crossing_is_joined():
    lines = MultiLineString([[(0, 0), (500, 0)], [(600, 5), (1000, 5)]])
    assert one(heal_gaps(lines)).length == pytest.approx(1000, abs=2)


def test_gap_longer_than_the_reach_stays():
    lines = MultiLineString([[(0, 0), (500, 0)], [(500 + HEAL_M + 1, 0), (1000, 0)]])
    assert heal_gaps(lines).length == pytest.approx(lines.length)
    assert len(heal_gaps(lines, reach_m=HEAL_M + 2).geoms) == 1


def test_lines_that_only_pass_each_other_are_not_joined():
    lines = MultiLineString([[(0, 0), (500, 0)], [(400, 50), (900, 50)]])
    assert len(heal_gaps(lines).geoms) == 2
    turned = MultiLineString([[(0, 0), (500, 0)], [(600, 0), (600, 500)]])
    assert len(heal_gaps(turned).geoms) == 2


def test_positions_a_few_metres_apart_are_joined_whatever_their_heading():
    lines = MultiLineString([[(0, 0), (500, 0)], [(503, 4), (503, 500)]])
    assert len(heal_gaps(lines).geoms) == 1


def test_each_end_is_joined_once_to_the_nearest():
    lines = MultiLineString([[(0, 0), (500, 0)], [(560, 0), (900, 0)], [(620, 20), (1000, 40)]])
    healed = heal_gaps(lines)
    assert len(healed.geoms) == 2
    assert healed.length == pytest.approx(lines.length + 60)


def test_a_line_is_not_closed_on_itself():
    almost = LineString([(0, 0), (400, 0), (400, 400), (0, 400), (0, 50)])
    assert one(heal_gaps(almost)).equals(almost)


def test_rings_are_kept():
    ring = [(2000, 0), (2400, 0), (2400, 400), (2000, 0)]
    lines = MultiLineString([[(0, 0), (500, 0)], [(600, 0), (1000, 0)], ring])
    healed = heal_gaps(lines)
    assert sorted(part.is_ring for part in healed.geoms) == [False, True]
    assert healed.length == pytest.approx(lines.length + 100)
