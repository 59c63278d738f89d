"""What may close a gap, lines moved aside, and what is told of the ring that results."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawn import FOUR, SQUARE, home, iou, line, square, traced
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point

from geo.digitize import evidence
from geo.reason import Reason
from geo.reference import Match, Miss
from geo.trace import Edge
from geo.trace.closers import (
    BREAK_RATE,
    EXTENDED_RATE,
    FAR,
    NAMED_RATE,
    NEAR,
    STRAIGHT_RATE,
    Feature,
    closers,
    named_strands,
)
from geo.trace.edges import bends, joined
from geo.trace.fit import OUTWARD
from geo.trace.offsets import offset_line


def feature(name: str, *pieces: list, **more) -> Feature:
    return Feature(name, MultiLineString(list(pieces)), **more)


def told(strands: list) -> set[tuple[str, float, int]]:
    return {(one.kind, one.rate, round(one.line.length)) for one in strands}


# --- what may close a gap ----------------------------------------------


def test_lines_that_meet_need_no_closing():
    cross = [feature("A", [(0, 0), (1000, 0)]), feature("B", [(500, -500), (500, 500)])]
    assert closers(cross, NEAR) == []


@pytest.mark.parametrize("gap", [0.02, 0.5, 0.99, 1.5, 4.0, 30.0])
def test_an_end_that_nearly_touches_closes_the_ring(gap):
    ring = traced(square(north=[line("N", [(-300, 2000), (2000 - gap, 2000)])]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert ring.named_share > 0.99
    assert ring.unused == ()


@pytest.mark.parametrize(
    ("gap", "reach", "ahead", "straight"),
    [
        (120, NEAR, True, False),
        (900, NEAR, False, False),
        (900, FAR, True, True),
        (4000, FAR, False, False),
    ],
)
def test_an_end_that_stops_short_is_run_on_within_reach(gap, reach, ahead, straight):
    features = [
        feature("A", [(0, -6000), (0, 6000)]),
        feature("B", [(gap, 0), (gap + 500, 0)]),
    ]
    found = told(closers(features, reach))
    assert (("extended", EXTENDED_RATE, gap) in found) == ahead
    assert (("straight", STRAIGHT_RATE, gap) in found) == straight


def test_a_run_straight_on_keeps_the_heading_of_the_end():
    features = [
        feature("A", [(0, 0), (1000, 1000), (1100, 1100)]),
        feature("B", [(1200, 0), (1200, 3000)]),
    ]
    (run,) = [one for one in closers(features, NEAR) if one.kind == "extended"]
    assert run.label == "A"
    assert run.line.coords[-1] == pytest.approx((1200, 1200), abs=0.1)


def test_a_line_named_with_its_extension_runs_on_at_its_own_price():
    features = [
        feature("A", [(0, 0), (1000, 0)], extends=True),
        feature("B", [(1150, -500), (1150, 500)]),
    ]
    assert ("extended", NAMED_RATE, 150) in told(closers(features, NEAR))


def test_breaks_inside_a_line_are_joined_piece_to_nearest_piece():
    few = feature("A", [(0, 0), (1000, 0)], [(1200, 0), (2000, 0)])
    assert told(closers([few], NEAR)) == {("straight", BREAK_RATE, 200)}
    many = feature("A", *[[(1000 * i, 0), (1000 * i + 900, 0)] for i in range(30)])
    breaks = [one for one in closers([many], NEAR) if one.rate == BREAK_RATE]
    assert [one.line.length for one in breaks] == pytest.approx([100] * 29)


def test_lines_that_stand_for_many_close_nothing_themselves():
    rail = feature("铁路", [(0, 0), (900, 0)], [(1000, 0), (2000, 0)], loose=True)
    road = feature("A", [(0, 60), (2000, 60)])
    assert all(one.label == "A" or one.kind != "straight" for one in closers([rail, road], FAR))
    assert not [one for one in closers([rail, road], FAR) if one.rate == BREAK_RATE]


def test_lines_side_by_side_are_joined_at_a_few_places_only():
    xs = np.arange(0, 20_000, 50.0)
    wave = [(x, 60 + 20 * np.sin(x / 90)) for x in xs]
    features = [feature("A", [(0, 0), (20_000, 0)]), feature("B", wave)]
    assert len(closers(features, NEAR)) < 25


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), min_size=2, max_size=4,
                 unique=True),
        min_size=2, max_size=5,
    )
)  # fmt: skip
def test_every_closer_starts_at_a_line_and_stays_within_reach(courses):
    features = [feature(f"F{i}", course) for i, course in enumerate(courses)]
    lines = shapely.union_all([one.geometry for one in features])
    for one in closers(features, FAR):
        assert lines.distance(Point(one.line.coords[0])) < 0.01
        assert lines.distance(Point(one.line.coords[-1])) < 0.2
        assert 0 < one.line.length <= 3_501
        assert one.rate >= 0
    assert [one.feature for one in named_strands(features)] == list(range(len(features)))
    again = closers(features, FAR)
    assert [one.line.wkb for one in again] == [one.line.wkb for one in closers(features, FAR)]


# --- lines moved aside ----------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    metres=st.floats(1, 400),
    side=st.sampled_from(sorted(OUTWARD)),
    flip=st.booleans(),
)
def test_a_line_is_moved_to_the_side_said(metres, side, flip):
    across = OUTWARD[side]
    along = np.array([across[1], -across[0]])
    course = [tuple(along * 1000 * i) for i in range(4)][:: -1 if flip else 1]
    moved = offset_line(MultiLineString([course]), metres, side)
    away = shapely.get_coordinates(moved) @ across
    assert away == pytest.approx(metres)
    assert moved.length == pytest.approx(3000)


def test_every_piece_is_moved():
    pieces = MultiLineString([[(0, 0), (1000, 0)], [(2000, 500), (1500, 500)]])
    moved = offset_line(pieces, 150, "south")
    assert sorted(part.centroid.y for part in moved.geoms) == pytest.approx([-150, 350])


def test_a_ring_road_moved_in_by_more_than_it_is_wide_is_nowhere():
    ring = MultiLineString([Point(0, 0).buffer(500).exterior])
    assert offset_line(ring, 5000, "south").is_empty or (
        offset_line(ring, 5000, "south").distance(ring) == pytest.approx(5000, rel=0.1)
    )
    # In a ring's search it is left out and told, not a crash.
    nowhere = line("远路", [(0, 0), (1, 0)])
    empty = type(nowhere)("远路", "road", MultiLineString())
    ring = traced(square(north=[*square()["north"], empty]))
    assert ring.unused == ("远路",)
    assert iou(home(ring.polygon), SQUARE) > 0.9999


# --- stretches ----------------------------------------------


def test_a_line_is_cut_where_it_bends():
    corner = LineString([(0, 0), (500, 10), (1000, 0), (1000, 400), (1010, 1000)])
    pieces = bends(corner)
    assert [piece.coords[0] for piece in pieces] == [(0, 0), (1000, 0)]
    assert [xy for piece in pieces for xy in piece.coords[1:]] == list(corner.coords[1:])
    assert bends(LineString([(0, 0), (9, 9)])) == [LineString([(0, 0), (9, 9)])]


def stretch(kind: str, a: tuple, b: tuple, name: str | None = None, side: str | None = None):
    return Edge(kind, LineString([a, b]), name, side)


def test_pieces_of_one_kind_are_one_stretch_and_a_few_metres_go_to_their_neighbour():
    ring = joined(
        [
            stretch("measured", (500, 0), (0, 0), "S", "south"),
            stretch("measured", (0, 0), (0, 1000), "W", "west"),
            stretch("extended", (0, 1000), (3, 1000)),
            stretch("measured", (3, 1000), (1000, 1000), "N", "north"),
            stretch("straight", (1000, 1000), (1000, 0)),
            stretch("measured", (1000, 0), (500, 0), "S", "south"),
        ]
    )
    assert [(e.kind, e.feature, e.side) for e in ring] == [
        ("measured", "S", "south"),
        ("measured", "W", "west"),
        ("measured", "N", "north"),
        ("straight", None, "north"),
    ]
    assert ring[-1].between == ("N", "S")
    assert [round(e.line.length) for e in ring] == [1000, 1003, 997, 1000]
    assert joined([]) == []
    assert joined([stretch("straight", (0, 0), (1, 0)), stretch("straight", (1, 0), (0, 0))]) == []


def test_a_straight_stretch_within_one_line_is_a_break_of_it():
    ring = joined(
        [
            stretch("measured", (0, 0), (0, 500), "W", "west"),
            stretch("straight", (0, 500), (0, 700)),
            stretch("measured", (0, 700), (0, 1000), "W", "west"),
            stretch("measured", (0, 1000), (900, 0), "N", "north"),
            stretch("measured", (900, 0), (0, 0), "S", "south"),
        ]
    )
    assert (ring[1].kind, ring[1].feature, ring[1].side, ring[1].between) == (
        "straight", "W", "west", None,
    )  # fmt: skip


# --- what is told ----------------------------------------------


@pytest.mark.parametrize(
    ("share", "error", "by_area", "alone", "level"),
    [
        (0.85, 5.0, False, False, "high"),
        (0.85, -5.0, False, False, "high"),
        (0.849, 1.0, False, True, "medium"),
        (0.99, 5.01, False, True, "medium"),
        (0.99, 1.0, True, True, "medium"),
        (0.75, 12.0, False, False, "medium"),
        (0.75, -12.01, False, False, "low"),
        (0.749, 0.0, False, True, "low"),
        # With no area stated nearly all of the ring must be named, and no other must fit.
        (0.95, None, False, True, "high"),
        (0.95, None, False, False, "medium"),
        (0.95, None, True, True, "medium"),
        (0.949, None, False, True, "medium"),
        (0.749, None, False, True, "low"),
    ],
)
def test_confidence_is_what_is_documented(share, error, by_area, alone, level):
    assert evidence.confidence(share, error, [], [], by_area, alone) == level
    assert evidence.confidence(share, error, ["甲路"], [], by_area, alone) == "low"
    assert evidence.confidence(share, error, [], ["甲路"], by_area, alone) == "low"


@given(
    share=st.floats(0, 1),
    error=st.one_of(st.none(), st.floats(-100, 1e4)),
    by_area=st.booleans(),
    alone=st.booleans(),
)
def test_more_evidence_never_lowers_the_confidence(share, error, by_area, alone):
    rank = ("low", "medium", "high").index
    here = rank(evidence.confidence(share, error, [], [], by_area, alone))
    assert rank(evidence.confidence(1.0, error, [], [], by_area, alone)) >= here
    assert rank(evidence.confidence(share, error, [], [], False, alone)) >= here
    assert rank(evidence.confidence(share, error, [], [], by_area, True)) >= here
    if error is not None:
        assert rank(evidence.confidence(share, 0.0, [], [], by_area, alone)) >= here


def test_support_of_a_side_is_the_share_of_it_that_is_named():
    edges = [
        stretch("measured", (0, 0), (0, 750), "W", "west"),
        stretch("straight", (0, 750), (0, 1000), None, "west"),
        stretch("border", (0, 1000), (900, 1000), "N", "north"),
        stretch("bridged", (900, 1000), (0, 0), "X", None),
    ]
    assert evidence.side_support(edges) == {"west": 0.75, "north": 1.0}
    assert [e["length_m"] for e in evidence.stretches(edges)] == [750, 250, 900, 1345]


def test_closings_tell_each_long_stretch_off_the_named_lines():
    edges = [
        stretch("measured", (0, 0), (0, 5000), "W"),
        stretch("bridged", (0, 0), (0, 60), "X"),
        stretch("bridged", (0, 0), (0, 1234)),
        stretch("extended", (0, 0), (0, 70), "N"),
        Edge("straight", LineString([(0, 0), (0, 80)]), between=("N", "E")),
        stretch("straight", (0, 0), (0, 90), "E"),
        stretch("straight", (0, 0), (0, 49), "E"),
        stretch("bridged", (0, 0), (0, 500), "chosen"),
    ]
    told = evidence.closings(edges, chosen=("chosen",))
    assert len(told) == 5
    for reason, words in zip(
        told, (("X", "60"), ("无名", "1,234"), ("N", "70"), ("N", "E", "80"), ("E", "90")),
        strict=True,
    ):  # fmt: skip
        assert all(word in reason.zh for word in words)
        assert words[-1] in reason.en


def test_a_name_read_otherwise_than_written_is_told():
    road = line("三鲁公路", [(0, 0), (1, 0)])
    assert evidence.matched(Match("三鲁公路", road, "exact")) is None
    assert "only the suffix differs" in evidence.matched(Match("三鲁路", road, "suffix")).en
    why = Reason(zh="旧称", en="formerly")
    assert evidence.matched(Match("老路", road, "old_name", why)).en.endswith("formerly")


def test_a_name_on_no_line_is_told_with_what_was_tried():
    told = evidence.missed(Miss("甲路", ("甲路", "甲公路"), ("申路",)))
    assert "甲公路" in told.zh
    assert "申路" in told.en
    reason = Reason(zh="规划中", en="only planned")
    assert "only planned" in evidence.missed(Miss("规划路", ("规划路",), (), reason)).en


def test_a_choice_tells_the_others_and_why():
    assert evidence.choice(traced(square())) is None
    crossed = square(
        south=[line("S1", [(-300, -195), (2300, 195)]), line("S2", [(-300, 195), (2300, -195)])]
    )
    free, bound = traced(crossed), traced(crossed, area_km2=4.15)
    assert "3.85" in evidence.choice(bound).zh or "4.15" in evidence.choice(bound).zh
    assert "fits the words best" in evidence.choice(free).en
    assert ("published area" in evidence.choice(bound).en) == bound.by_area


def test_closure_counts_the_gaps():
    ring = traced(square(north=[line("N", [(-300, 2000), (1850, 2000)])]))
    assert evidence.closure(ring) == {"gaps": 1, "sum_m": 150, "largest_m": 150}
    assert set(evidence.side_support(ring.edges)) == set(FOUR)
    assert evidence.side_support(ring.edges)["north"] == pytest.approx(1850 / 2000, abs=0.001)
