"""Walking along lines that are in several pieces."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point

from geo.track import JUMP_M, Spot, Track

STRAIGHT = Track(MultiLineString([[(0, 0), (1000, 0)]]))
# Three pieces in a row, stored out of order and against each other, with breaks of 100 and 200 m.
BROKEN = Track(MultiLineString([[(2000, 0), (1300, 0)], [(0, 0), (500, 0)], [(600, 0), (1100, 0)]]))


def walk(track: Track, start: tuple[float, float], end: tuple[float, float]):
    """The way between the spots nearest to two points."""
    return track.way(track.spot(Point(start)), track.spot(Point(end)))


def assert_unbroken(way) -> None:
    """Every stretch starts where the one before ended."""
    for (one, _), (other, _) in itertools.pairwise(way.stretches):
        assert Point(one.coords[-1]).distance(Point(other.coords[0])) < 1e-6


def test_spot_is_the_nearest_place():
    assert STRAIGHT.spot(Point(300, 40)) == Spot(0, 300.0)
    assert STRAIGHT.spot(Point(-50, 0)) == Spot(0, 0.0)
    assert BROKEN.spot(Point(590, 10)).piece == 2


@pytest.mark.parametrize(("start", "end"), [(100, 700), (700, 100), (0, 1000)])
def test_way_on_one_piece(start, end):
    way = walk(STRAIGHT, (start, 0), (end, 0))
    assert way.length == abs(end - start)
    assert list(way.line.coords) == [(start, 0), (end, 0)]
    assert [on for _, on in way.stretches] == [True]


def test_way_of_no_length():
    way = walk(STRAIGHT, (400, 0), (400, 0))
    assert way.length == 0
    assert list(way.line.coords) == [(400, 0), (400, 0)]


def test_way_over_breaks_tells_what_is_on_the_line():
    way = walk(BROKEN, (100, 0), (1800, 0))
    assert way.length == pytest.approx(1700)
    assert [(line.length, on) for line, on in way.stretches] == [
        (400, True), (100, False), (500, True), (200, False), (500, True)
    ]  # fmt: skip
    assert_unbroken(way)
    assert way.line.equals(LineString([(100, 0), (1800, 0)]))


def test_way_back_is_the_way_there():
    there, back = walk(BROKEN, (100, 0), (1800, 0)), walk(BROKEN, (1800, 0), (100, 0))
    assert back.length == pytest.approx(there.length)
    assert list(back.line.coords) == list(reversed(there.line.coords))


def test_length_is_the_way_s_length():
    a, b = BROKEN.spot(Point(100, 0)), BROKEN.spot(Point(1800, 0))
    assert BROKEN.length(a, b) == pytest.approx(BROKEN.way(a, b).length)


def test_pieces_too_far_apart_cannot_be_joined():
    track = Track(MultiLineString([[(0, 0), (500, 0)], [(501 + JUMP_M, 0), (9000, 0)]]))
    a, b = track.spot(Point(0, 0)), track.spot(Point(9000, 0))
    assert track.length(a, b) == float("inf")
    with pytest.raises(ValueError, match="too far apart"):
        track.way(a, b)


def test_a_jump_that_is_too_long_is_made_over_pieces_between():
    far = JUMP_M - 100
    track = Track(
        MultiLineString(
            [[(0, 0), (100, 0)], [(200 + 2 * far, 0), (500 + 2 * far, 0)],
             [(100 + far, 0), (200 + far, 0)]]
        )
    )  # fmt: skip
    way = track.way(track.spot(Point(0, 0)), track.spot(Point(500 + 2 * far, 0)))
    assert [on for _, on in way.stretches] == [True, False, True, False, True]
    assert_unbroken(way)


def test_the_way_with_the_shortest_breaks_is_taken():
    # Straight across is 1000 m of nothing; round by the piece in the north it is 2 × 50 m.
    track = Track(
        MultiLineString(
            [[(0, 0), (500, 0)], [(1500, 0), (2000, 0)], [(500, 50), (1000, 400), (1500, 50)]]
        )
    )
    way = track.way(track.spot(Point(0, 0)), track.spot(Point(2000, 0)))
    assert sum(line.length for line, on in way.stretches if not on) == pytest.approx(100)


pieces = st.lists(
    st.tuples(*[st.integers(0, 12_000)] * 4).filter(lambda p: p[:2] != p[2:]),
    min_size=2,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_pieces_are_joined_just_when_short_breaks_lead_there(raw):
    track = Track(MultiLineString([[p[:2], p[2:]] for p in raw]))
    graph = nx.Graph()
    graph.add_nodes_from(range(len(track.pieces)))
    for a, b in itertools.combinations(range(len(track.pieces)), 2):
        gap = track.pieces[a].distance(track.pieces[b])
        if gap <= JUMP_M:
            graph.add_edge(a, b, weight=gap)
    gaps = dict(nx.all_pairs_dijkstra_path_length(graph))
    for a, b in itertools.permutations(range(len(track.pieces)), 2):
        start, end = Spot(a, 0.0), Spot(b, 0.0)
        if b not in gaps[a]:
            assert track.length(start, end) == float("inf")
            continue
        way = track.way(start, end)
        assert_unbroken(way)
        off = sum(line.length for line, on in way.stretches if not on)
        assert off == pytest.approx(gaps[a][b], abs=1e-6)
        for line, on in way.stretches:
            if on:
                assert max(track.geometry.distance(Point(xy)) for xy in line.coords) < 1e-6
