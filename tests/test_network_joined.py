"""Broken roads made whole: gaps bridged, several roads gone along in order."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point

from geo.network.joined import bridges, join
from geo.reference import load_gazetteer


@pytest.fixture(scope="module")
def lines() -> dict:
    return {name: line.geometry for name, line in load_gazetteer().lines.items()}


@st.composite
def broken_roads(draw):
    """A road that runs east, whole and in pieces: shuffled, some turned round; and its gaps."""
    steps = draw(st.lists(st.integers(300, 900), min_size=3, max_size=12))
    # Never a bend of 90 degrees: there the nearest place of a piece need not be its end.
    ys = draw(st.lists(st.integers(-100, 100), min_size=len(steps), max_size=len(steps)))
    xy, x = [], 0
    for step, y in zip(steps, ys, strict=True):
        xy.append((float(x), float(y)))
        x += step
    # Every second piece may be a gap; the first and the last piece never are.
    missing = draw(st.sets(st.integers(0, (len(xy) - 2) // 2))) - {0}
    missing = {2 * number - 1 for number in missing}
    missing = {number for number in missing if 0 < number < len(xy) - 2}
    pieces = [
        LineString([xy[i], xy[i + 1]] if draw(st.booleans()) else [xy[i + 1], xy[i]])
        for i in range(len(xy) - 1)
        if i not in missing
    ]
    gaps = [math.dist(xy[i], xy[i + 1]) for i in sorted(missing)]
    return LineString(xy), MultiLineString(draw(st.permutations(pieces))), gaps


@settings(deadline=None)
@given(broken_roads())
def test_a_broken_road_is_joined_to_what_it_was(road):
    whole, pieces, gaps = road
    joined = join([pieces], 1000)
    assert shapely.hausdorff_distance(joined.line, whole) < 0.02
    assert joined.line.length == pytest.approx(whole.length, abs=0.1)
    assert sorted(joined.gaps_m) == pytest.approx(sorted(gaps), abs=0.02)


@settings(deadline=None)
@given(broken_roads())
def test_bridges_make_one_network_and_are_no_longer_than_need_be(road):
    _, pieces, gaps = road
    found = bridges(pieces, 1000)
    assert sorted(piece.length for piece in found) == pytest.approx(sorted(gaps), abs=0.02)
    if gaps:
        with pytest.raises(ValueError, match=f"a gap of {max(gaps):.0f} m"):
            bridges(pieces, max(gaps) - 1)


@settings(deadline=None)
@given(broken_roads(), st.integers(10, 2000), st.integers(10, 2000))
def test_a_second_road_is_gone_along_to_its_farther_end(road, south, north):
    whole, pieces, gaps = road
    x, y = whole.coords[-1]
    second = LineString([(x, y - south), (x, y + north)])
    joined = join([pieces, second], 1000)
    assert joined.line.coords[0] == whole.coords[0]
    assert joined.line.length == pytest.approx(whole.length + max(south, north), abs=0.1)
    assert abs(joined.line.coords[-1][1] - y) == max(south, north)
    # What is off the roads is what is told as gaps.
    off = shapely.difference(joined.line, shapely.buffer(shapely.union(pieces, second), 0.1))
    assert off.length == pytest.approx(sum(joined.gaps_m), abs=0.3 * len(gaps) + 1e-6)


def test_branches_are_left_out():
    road = MultiLineString([[(0, 0), (1000, 0), (2000, 0)], [(1000, 0), (1000, 700)]])
    line = join([road], 10).line
    assert line.equals(LineString([(0, 0), (2000, 0)])) and line.coords[0] == (0, 0)
    assert join([shapely.reverse(road)], 10).line.coords[0] == (0, 0)


def test_the_end_is_the_farthest_along_the_road_not_as_the_crow_flies():
    # The first road winds: its end on the left is nearer to the joint, and farther along it.
    first = LineString([(600, 0), (0, 0), (-400, 300), (-400, 900), (-100, 900), (-100, 200)])
    second = LineString([(0, 0), (0, -1000)])
    assert join([first, second], 10).line.coords[0] == (-100, 200)


def test_of_two_crossings_the_one_that_spares_a_detour_is_taken():
    first = LineString([(0, 0), (3000, 0)])
    second = LineString([(1000, -500), (1000, 300), (2000, 300), (2000, -4000)])
    joined = join([first, second], 10).line
    assert joined.coords[0] == (0, 0) and joined.coords[-1] == (2000, -4000)
    assert joined.is_simple and joined.length == 6000


def test_three_roads_use_of_the_middle_one_what_is_between_the_joints():
    roads = [
        LineString([(0, 2000), (0, -300)]),
        LineString([(-900, 0), (5000, 0)]),
        LineString([(3000, 400), (3000, -2500)]),
    ]
    expected = LineString([(0, 2000), (0, 0), (3000, 0), (3000, -2500)])
    assert join(roads, 10).line.equals(expected)
    assert join(roads[::-1], 10).line.equals(expected)


def test_a_step_between_roads_that_do_not_quite_touch_is_a_gap():
    roads = [LineString([(0, 0), (1000, 0)]), LineString([(1040, -900), (1040, 100)])]
    joined = join(roads, 50)
    assert joined.gaps_m == pytest.approx((40,))
    assert joined.line.equals(LineString([(0, 0), (1040, 0), (1040, -900)]))


def test_gaps_are_told_in_the_order_of_the_line():
    road = MultiLineString([[(0, 0), (500, 0)], [(900, 0), (1000, 0)], [(1050, 0), (3000, 0)]])
    joined = join([road, LineString([(3000, 0), (3000, 9000)])], 400)
    assert joined.line.coords[0] == (0, 0)
    assert joined.gaps_m == pytest.approx((400, 50))


def test_a_ring_road_is_all_of_the_ring():
    ring = shapely.buffer(Point(0, 0), 1000).exterior
    line = join([LineString(ring)], 10).line
    assert line.is_ring and line.length == pytest.approx(ring.length, rel=1e-4)


def test_a_road_with_a_loop_at_its_only_end_is_left_at_the_far_side_of_the_loop():
    loop = MultiLineString(
        [[(0, 0), (0, 1000)], [(0, 1000), (500, 1500), (0, 2000), (-500, 1500), (0, 1000)]]
    )
    line = join([LineString([(-3000, 0), (0, 0)]), loop], 10).line
    assert line.coords[0] == (-3000, 0) and line.coords[-1] == (0, 2000)


def test_two_roads_along_one_stretch_are_gone_along_once():
    first, second = LineString([(0, 0), (3000, 0)]), LineString([(2000, 0), (6000, 0)])
    line = join([first, second], 10).line
    assert (line.coords[0], line.coords[-1], line.length) == ((0, 0), (6000, 0), 6000)


@pytest.mark.parametrize(
    ("roads", "told"),
    [
        ([], "no road"),
        ([LineString()], "road 1 cannot be joined: there is no line"),
        (
            [
                LineString([(0, 0), (9, 0)]),
                MultiLineString([[(5, 0), (5, 9)], [(5, 120), (5, 200)]]),
            ],
            "road 2 cannot be joined: it has a gap of 111 m, and 100 m at most are bridged",
        ),
        (
            [LineString([(0, 0), (9, 0)]), LineString([(0, 300), (9, 300)])],
            "road 1 and road 2 do not meet: they are 300 m apart, and 100 m at most are bridged",
        ),
    ],
)
def test_what_cannot_be_joined_is_told(roads, told):
    with pytest.raises(ValueError, match=told):
        join(roads, 100)


def test_the_axis_of_minhang_runs_from_north_to_south_without_doubling_back(lines):
    first, second = lines["七莘路"], lines["沪闵路"]
    joined = join([first, second], 600)
    start, end = Point(joined.line.coords[0]), Point(joined.line.coords[-1])
    northernmost = max(shapely.get_coordinates(first).tolist(), key=lambda xy: xy[1])
    southernmost = min(shapely.get_coordinates(second).tolist(), key=lambda xy: xy[1])
    assert start.distance(Point(northernmost)) < 1 and end.distance(Point(southernmost)) < 1
    assert joined.line.is_simple
    # Nowhere back north by more than a bend of the road.
    ys = shapely.get_coordinates(shapely.segmentize(joined.line, 50))[:, 1]
    highest_after = [max(ys[i:]) - ys[i] for i in range(len(ys))]
    assert max(highest_after) < 60
    # All of the first road; of the second all but the branch to the north-east of the joint.
    assert (
        shapely.hausdorff_distance(shapely.intersection(joined.line, first.buffer(1)), first) < 30
    )
    joint = Point(first.geoms[-1].coords[-1])
    left_out = shapely.difference(second, shapely.buffer(joined.line, 1))
    assert left_out.length == pytest.approx(4775, abs=50)
    assert left_out.bounds[1] > joint.y - 20 and left_out.bounds[0] > joint.x - 20
    assert [round(gap) for gap in joined.gaps_m] == [186, 15]
