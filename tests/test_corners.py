"""Where one line gives way to the next: crossings, ends, gaps and bridges."""

from __future__ import annotations

import pytest
from shapely.geometry import LineString, MultiLineString, Point

from geo.corners import (
    BRIDGE_M,
    COST,
    EXTEND_M,
    PASS_M,
    Corner,
    CornerFinder,
    meetings,
    tips,
)
from geo.reference import Line


def line(name: str, *pieces: list[tuple[float, float]], kind: str = "road") -> Line:
    return Line(name, kind, MultiLineString(list(pieces)))


def kinds(corners: list[Corner]) -> list[str]:
    return [corner.kind for corner in corners]


EAST_WEST = line("A", [(-1000, 0), (1000, 0)])


def test_crossing():
    corners = CornerFinder().between(EAST_WEST, line("B", [(200, -900), (200, 700)]))
    assert kinds(corners)[0] == "meet"
    assert corners[0].a == corners[0].b == Point(200, 0)
    assert corners[0].cost == 0
    assert kinds(corners).count("meet") == 1


def test_a_river_that_crosses_twice_meets_twice():
    river = line("B", [(-800, 500), (-800, -500), (700, -500), (700, 500)], kind="river")
    found = {c.a.x for c in CornerFinder().between(EAST_WEST, river) if c.kind == "meet"}
    assert found == {-800, 700}


def test_crossings_of_two_carriageways_are_one():
    dual = line("B", [(0, -500), (0, 500)], [(30, -500), (30, 500)])
    assert kinds(CornerFinder().between(EAST_WEST, dual)).count("meet") == 1


@pytest.mark.parametrize("short", [0.0, 4.0])
def test_an_end_that_comes_up_to_a_line_meets_it(short):
    corners = CornerFinder().between(EAST_WEST, line("B", [(100, 800), (100, short)]))
    assert kinds(corners)[0] == "meet"
    assert corners[0].a.distance(Point(100, 0)) < 0.01


def test_an_end_that_stops_short_is_extended():
    corners = CornerFinder().between(EAST_WEST, line("B", [(100, 800), (100, 150)]))
    assert kinds(corners)[0] == "extended"
    assert (corners[0].a, corners[0].b) == (Point(100, 0), Point(100, 150))
    assert corners[0].cost == pytest.approx(150 * COST["extended"])


def test_the_first_line_s_end_is_extended_to_the_second():
    corners = CornerFinder().between(line("B", [(100, 800), (100, 150)]), EAST_WEST)
    assert kinds(corners)[0] == "extended"
    assert (corners[0].a, corners[0].b) == (Point(100, 150), Point(100, 0))


def test_an_extension_has_an_end():
    far = line("B", [(0, EXTEND_M + 1500), (0, EXTEND_M + 10)])
    assert "extended" not in kinds(CornerFinder().between(EAST_WEST, far))
    near = line("C", [(0, EXTEND_M + 1500), (0, EXTEND_M - 10)])
    assert "extended" in kinds(CornerFinder().between(EAST_WEST, near))


def test_ends_past_each_other_are_joined_straight():
    corners = CornerFinder().between(
        line("A", [(0, 2000), (1800, 2000)]), line("B", [(2000, 1800), (2000, 0)])
    )
    assert set(kinds(corners)) == {"straight"}
    assert (corners[0].a, corners[0].b) == (Point(1800, 2000), Point(2000, 1800))
    assert corners[0].cost == pytest.approx(282.84 * COST["straight"], abs=0.1)


def test_lines_that_pass_near_give_way_where_they_are_nearest():
    bow = line("B", [(-5000, 900), (0, PASS_M / 2), (5000, 900)])
    corners = CornerFinder().between(line("A", [(-5000, 0), (5000, 0)]), bow)
    best = corners[0]
    assert best.kind == "straight"
    assert (best.a.distance(Point(0, 0)), best.b.distance(Point(0, 200))) == (0, 0)


def test_lines_far_from_each_other_have_only_dear_corners():
    corners = CornerFinder().between(EAST_WEST, line("B", [(-1000, 9000), (1000, 9000)]))
    assert all(corner.kind != "meet" and corner.cost > 9000 for corner in corners)


def test_bridge_lies_on_the_line_that_meets_both():
    north, south = line("A", [(0, 1000), (0, 5000)]), line("B", [(500, 1000), (500, -3000)])
    bridge = line("C", [(-200, 1000), (900, 1000)])
    corners = CornerFinder([north, south, bridge]).between(north, south)
    bridged = [corner for corner in corners if corner.kind == "bridged"]
    assert [corner.feature for corner in bridged] == ["C"]
    assert bridged[0].way.equals(LineString([(0, 1000), (500, 1000)]))
    assert bridged[0].cost == pytest.approx(500 * COST["bridged"])


def test_bridges_have_a_longest_way_and_are_no_borders():
    north = line("A", [(0, 0), (0, 5000)])
    south = line("B", [(BRIDGE_M + 50, 0), (BRIDGE_M + 50, -5000)])
    straight = [(-100, 0), (BRIDGE_M + 100, 0)]
    assert "bridged" not in kinds(CornerFinder([line("C", straight)]).between(north, south))
    near = line("B2", [(500, 0), (500, -5000)])
    border = line("D", straight, kind="border")
    assert "bridged" not in kinds(CornerFinder([border]).between(north, near))
    assert "bridged" in kinds(CornerFinder([line("C", straight)]).between(north, near))


def test_lines_that_meet_need_no_bridge():
    other = line("B", [(0, -1000), (0, 1000)])
    square = line("C", [(-500, -10), (-500, 500), (10, 500)])
    assert "bridged" not in kinds(CornerFinder([square]).between(EAST_WEST, other))


def test_corners_and_tracks_are_made_once():
    finder = CornerFinder()
    other = line("B", [(0, -1000), (0, 1000)])
    assert finder.between(EAST_WEST, other) is finder.between(EAST_WEST, other)
    assert finder.track(other) is finder.track(other)


def test_meetings_forgive_an_end_that_stops_short():
    short = MultiLineString([[(0, 900), (0, 45)]])
    assert meetings(short, EAST_WEST.geometry) == [Point(0, 45)]
    assert meetings(MultiLineString([[(0, 900), (0, 75)]]), EAST_WEST.geometry) == []


def test_tips_are_the_free_ends_with_their_heading():
    broken = MultiLineString([[(0, 0), (500, 0)], [(500, 0), (500, 400)], [(900, 0), (1500, 0)]])
    found = {(tip.x, tip.y): tuple(round(float(v), 6) for v in away) for tip, away in tips(broken)}
    assert found == {
        (0, 0): (-1, 0), (500, 400): (0, 1), (900, 0): (-1, 0), (1500, 0): (1, 0)
    }  # fmt: skip
