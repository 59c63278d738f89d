"""Lines cut where they meet, and shortest ways along them, in local metres."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, box

from geo.network.graph import REACH_M, Graph, Path
from geo.network.noding import SNAP_M, edge_lengths, node
from geo.reference import Line, Reference

CROSS = [
    ("东西", LineString([(0, 0), (1000, 0)])),
    ("南北", LineString([(500, -500), (500, 500)])),
    (None, LineString([(500, 300), (900, 300), (900, 0)])),
]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph.of(CROSS)


def names(path: Path | None) -> list[str | None]:
    assert path is not None
    return [name for name, _ in path.stretches]


# --- noding ----------------------------------------------


def edges(noded) -> list[LineString]:
    return [LineString(noded.xy[a:b]) for a, b in itertools.pairwise(noded.starts.tolist())]


def test_crossing_lines_meet_and_keep_whose_they_are():
    noded = node(np.array([line for _, line in CROSS], dtype=object))
    assert sorted(noded.line.tolist()) == [0, 0, 0, 1, 1, 1, 2]
    assert len(noded.nodes) == 7
    assert sum(line.length for line in edges(noded)) == pytest.approx(2700)
    assert edge_lengths(noded.xy, noded.starts).tolist() == [e.length for e in edges(noded)]


def test_an_end_that_stops_short_is_led_to_the_line():
    short = LineString([(500, 400), (500, 5)])
    noded = node(np.array([CROSS[0][1], short], dtype=object))
    assert len(noded.line) == 4  # two halves, the short line, and five metres of its own
    assert sorted(round(e.length) for e in edges(noded)) == [5, 395, 500, 500]
    far = LineString([(500, 400), (500, SNAP_M + 1)])
    assert len(node(np.array([CROSS[0][1], far], dtype=object)).line) == 2


def test_lines_on_each_other_are_both_kept():
    lines = [LineString([(0, 0), (100, 0)]), LineString([(40, 0), (200, 0)])]
    noded = node(np.array(lines, dtype=object))
    pieces = sorted(
        (int(line), round(e.length)) for line, e in zip(noded.line, edges(noded), strict=True)
    )
    assert pieces == [(0, 40), (0, 60), (1, 60), (1, 100)]


def test_a_ring_and_a_line_through_itself():
    ring = LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    noded = node(np.array([ring], dtype=object))
    assert len(noded.line) == 1
    assert noded.ends.tolist() == [[0, 0]]
    eight = LineString([(0, 0), (100, 100), (100, 0), (0, 100)])
    assert len(node(np.array([eight], dtype=object)).line) == 3


def test_nothing_gives_nothing():
    assert len(node(np.array([], dtype=object)).line) == 0
    empty = Graph.of([])
    assert empty.way(Point(0, 0), Point(1, 1)) is None
    assert empty.near(Point(0, 0), 10) == set()


COORD = st.integers(0, 60).map(lambda n: 25.0 * n)
LINES = st.lists(
    st.lists(st.tuples(COORD, COORD), min_size=2, max_size=5, unique=True).map(LineString),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_edges_cover_the_lines_and_meet_only_in_nodes(lines):
    noded = node(np.array(lines, dtype=object), snap_m=0.0)
    made = edges(noded)
    assert noded.starts[-1] == len(noded.xy)
    for number, line in enumerate(lines):
        own = [edge for edge, of in zip(made, noded.line.tolist(), strict=True) if of == number]
        assert own
        assert shapely.multilinestrings(own).hausdorff_distance(line) < 1.1
    for edge, (a, b) in zip(made, noded.ends.tolist(), strict=True):
        assert edge.coords[0] == tuple(noded.nodes[a])
        assert edge.coords[-1] == tuple(noded.nodes[b])
    for one, other in itertools.combinations(made, 2):
        # Inside both there is no crossing.
        if one.crosses(other):
            where = shapely.get_coordinates(shapely.intersection(one, other))
            ends = np.array([one.coords[0], one.coords[-1], other.coords[0], other.coords[-1]])
            away = np.hypot(*(where[:, None] - ends[None]).transpose(2, 0, 1)).min(axis=1)
            assert away.max() < 1.1


# --- ways ----------------------------------------------


def test_shortest_way_by_name(graph):
    path = graph.way(Point(0, 0), Point(500, 500))
    assert names(path) == ["东西", "南北"]
    assert path.length == pytest.approx(1000)
    assert path.line.coords[0] == (0, 0)
    assert path.line.coords[-1] == (500, 500)


def test_avoided_lines_are_crossed_but_not_run_on(graph):
    assert names(graph.way(Point(500, -500), Point(900, 0), ["东西"])) == ["南北", None]
    assert graph.way(Point(0, 0), Point(500, 500), ["东西"]) is None
    assert names(graph.way(Point(500, -500), Point(500, 500), ["东西", "无此名"])) == ["南北"]


def test_no_way_longer_than_asked(graph):
    assert graph.way(Point(0, 0), Point(500, 500), most_m=999) is None
    assert graph.way(Point(0, 0), Point(500, 500), most_m=1001) is not None


def test_ends_on_the_middle_of_an_edge(graph):
    path = graph.way(Point(120, 3), Point(900, 150))
    assert names(path) == ["东西", None]
    assert path.length == pytest.approx(780 + 150)
    assert path.line.coords[0] == (120, 0)
    one = graph.way(Point(120, 3), Point(320, -3))
    assert one.length == pytest.approx(200)
    assert graph.way(Point(120, 3), Point(320, -3), most_m=150) is None
    assert graph.way(Point(120, 3), Point(320, -3), ["东西"]) is None


def test_geometries_of_any_kind_as_ends(graph):
    path = graph.way(LineString([(0, -50), (0, 50)]), box(880, 100, 920, 250))
    assert path.length == pytest.approx(900 + 100)  # to the near side of the box
    assert names(path) == ["东西", None]
    assert graph.way(Point(), Point(0, 0)) is None
    assert graph.way(Point(250, 40), Point(0, 0)) is None  # too far off


def test_a_way_of_no_length_has_no_stretches(graph):
    path = graph.way(Point(500, 0), Point(500, 4))
    assert (path.stretches, path.length) == ((), 0)


def test_near_tells_names(graph):
    assert graph.near(Point(500, 20), 30) == {"东西", "南北"}
    assert graph.near(Point(700, 20), 30) == {"东西"}
    assert graph.near(Point(850, 250), 60) == set()  # unnamed


def test_borders_are_no_ways():
    lines = {
        "甲路": Line("甲路", "road", MultiLineString([[(0, 0), (500, 0)]])),
        "区界": Line("区界", "border", MultiLineString([[(500, 0), (900, 0)]])),
    }
    graph = Reference("", lines).graph
    assert graph.near(Point(700, 0), 50) == set()
    assert graph.way(Point(0, 0), Point(900, 0)) is None


@settings(max_examples=80, deadline=None)
@given(LINES, st.tuples(*[st.integers(0, 999)] * 3))
def test_any_way_is_connected_on_the_network_and_avoids_the_avoided(lines, chosen):
    named = [(f"线{number}", line) for number, line in enumerate(lines)]
    graph = Graph.of(named)
    nodes = graph.noded.nodes
    start, end = (Point(nodes[number % len(nodes)]) for number in chosen[:2])
    avoid = {f"线{chosen[2] % len(lines)}"}
    path = graph.way(start, end, avoid, most_m=5000)
    assume(path is not None and path.stretches)
    used = [line for _, line in path.stretches]
    assert start.distance(Point(used[0].coords[0])) <= REACH_M
    assert end.distance(Point(used[-1].coords[-1])) <= REACH_M
    for one, other in itertools.pairwise(used):
        assert one.coords[-1] == other.coords[0]
    assert path.length <= 5000
    assert not avoid & set(names(path))
    for name, line in path.stretches:
        own = dict(named)[name]
        away = shapely.distance(shapely.points(shapely.get_coordinates(line)), own)
        assert away.max() <= SNAP_M + 0.5
    # No shorter than straight, and no longer than the same way back.
    assert path.length >= start.distance(end) - 2 * REACH_M
    back = graph.way(end, start, avoid, most_m=5000)
    assert back.length == pytest.approx(path.length)
