"""Tracing rings on synthetic networks whose answer is known. Local metres."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from drawn import (
    FOUR,
    SIDES,
    SQUARE,
    assert_sound,
    home,
    iou,
    kinds,
    legs,
    line,
    none_of,
    reference,
    square,
    traced,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiLineString, Polygon, box

from geo.reference import Line
from geo.trace import Leg, NoRing, Ring, trace


def order(ring: Ring) -> tuple[str, ...]:
    """The features in the order they are met, from the first in the alphabet on."""
    met = [name for name, _ in itertools.groupby(e.feature for e in ring.edges if e.named)]
    first = met.index(min(met))
    return (*met[first:], *met[:first])


# --- rings the named lines close by themselves ----------------------------------------------


def test_block_is_exact():
    ring = traced(square())
    assert home(ring.polygon).symmetric_difference(SQUARE).area < 1.0
    assert ring.named_share == 1.0
    assert ring.gaps_m == []
    assert ring.unused == ()
    assert kinds(ring) == [("measured", name) for name in "ESWN"]


@pytest.mark.parametrize("listed", list(itertools.permutations(FOUR)), ids="-".join)
def test_sides_in_any_order(listed):
    ring = traced({side: square()[side] for side in listed})
    assert iou(home(ring.polygon), SQUARE) > 0.9999


def test_a_side_of_three_features_in_any_order():
    pieces = [
        line("N1", [(-300, 2000), (700, 2000)]),
        line("N2", [(700, 2000), (700, 2100), (1300, 2100), (1300, 2000)]),
        line("N3", [(1300, 2000), (2300, 2000)]),
    ]
    truth = SQUARE.union(box(700, 2000, 1300, 2100))
    for listed in itertools.permutations(pieces):
        ring = traced(square(north=list(listed)))
        assert iou(home(ring.polygon), truth) > 0.9999
        assert order(ring) == ("E", "S", "W", "N1", "N2", "N3")


def test_staircase_of_two_sides_that_take_turns():
    sides = square(
        north=[line("N1", [(-300, 2000), (1000, 2000)]), line("N2", [(1000, 1200), (2000, 1200)])],
        east=[line("E1", [(1000, 2000), (1000, 1200)]), line("E2", [(2000, 1200), (2000, -300)])],
    )
    ring = traced(sides)
    truth = SQUARE.difference(box(1000, 1200, 2000, 2000))
    assert iou(home(ring.polygon), truth) > 0.9999
    assert order(ring) == ("E1", "N2", "E2", "S", "W", "N1")
    assert ring.named_share == 1.0


def test_river_that_crosses_a_road_again_far_away():
    river = line("W", [(0, -300), (0, 2400), (-4800, 2600), (-5000, 1500)], kind="river")
    north = line("N", [(-6000, 2000), (2300, 2000)])
    ring = traced(square(north=[north], west=[river]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999


def test_winding_river_is_followed():
    xs = np.linspace(-300, 2300, 200)
    bends = list(zip(xs, 120 * np.sin(xs / 150), strict=True))
    ring = traced(square(south=[line("S", bends, kind="river")]))
    inside = [(x, y) for x, y in bends if 0 < x < 2000]
    truth = Polygon([(0, 2000), (0, 0), *inside, (2000, 120 * np.sin(2000 / 150)), (2000, 2000)])
    assert iou(home(ring.polygon), truth) > 0.999


def test_border_is_used_and_named():
    ring = traced(square(west=[line("W", SIDES["west"], kind="border")]))
    assert ("border", "W") in kinds(ring)
    assert ring.named_share == 1.0


def test_line_in_pieces_is_walked_over_its_breaks():
    broken = line("N", [(-300, 2000), (800, 2000)], [(900, 2000), (2300, 2000)])
    ring = traced(square(north=[broken]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert ring.gaps_m == [pytest.approx(100)]
    assert ring.named_share == pytest.approx(1 - 100 / 8000)


# --- gaps ----------------------------------------------


def test_gap_is_closed_straight_on_from_an_end():
    ring = traced(square(north=[line("N", [(-300, 2000), (1850, 2000)])]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert kinds(ring)[-2:] == [("measured", "N"), ("extended", "N")]
    assert ring.gaps_m == [pytest.approx(150)]
    assert ring.named_share == pytest.approx(1 - 150 / 8000)


def test_gap_is_closed_along_a_line_that_meets_both():
    sides = square(
        east=[line("E1", [(2000, 2300), (2000, 1100)]), line("E2", [(1500, 1100), (1500, -300)])]
    )
    bridge = line("X", [(1300, 1100), (2200, 1100)])
    ring = traced(sides, network=(bridge,))
    truth = SQUARE.difference(box(1500, 0, 2000, 1100))
    assert iou(home(ring.polygon), truth) > 0.9999
    assert ("bridged", "X") in kinds(ring)
    assert ring.named_share == pytest.approx(1 - 500 / 8000)
    assert ring.gaps_m == []


def test_gap_between_two_ends_that_miss_each_other_is_straight():
    sides = square(
        north=[line("N", [(-300, 2000), (1800, 2000)])],
        east=[line("E", [(2000, 1800), (2000, -300)])],
    )
    ring = traced(sides)
    truth = Polygon([(0, 0), (0, 2000), (1800, 2000), (2000, 1800), (2000, 0)])
    assert iou(home(ring.polygon), truth) > 0.9999
    assert ("straight", None) in kinds(ring)
    assert ring.gaps_m == [pytest.approx(200 * np.sqrt(2))]


def test_connector_is_bridged_and_not_named():
    sides = square(
        east=[
            line("E1", [(2000, 2300), (2000, 1100)]),
            line("X", [(1300, 1100), (2200, 1100)]),
            line("E2", [(1500, 1100), (1500, -300)]),
        ]
    )
    ring = traced(sides, connectors=("X",))
    assert ("bridged", "X") in kinds(ring)
    assert ring.unused == ()
    assert ring.named_share == pytest.approx(1 - 500 / 8000)


def test_lines_of_the_network_are_not_used_where_the_named_ones_meet():
    shortcut = line("X", [(-300, 1800), (2300, 1800)])
    assert iou(home(traced(square(), network=(shortcut,)).polygon), SQUARE) > 0.9999


# --- readings ----------------------------------------------


def crossed_south() -> dict[str, list[Line]]:
    """A south side of two roads that cross in the middle: over both, or under both."""
    return square(
        south=[
            line("S1", [(-300, -195), (2300, 195)]),
            line("S2", [(-300, 195), (2300, -195)]),
        ]
    )


# Each triangle between the crossing and a side is 1000 m wide and 150 m high.
SMALL, LARGE = 4.0 - 0.15, 4.0 + 0.15


def test_without_an_area_the_shorter_ring_is_taken_and_the_other_told():
    ring = traced(crossed_south())
    areas = sorted(one.polygon.area / 1e6 for one in (ring, *ring.alternatives))
    assert areas == pytest.approx([SMALL, LARGE], rel=1e-6)
    assert not ring.by_area


@pytest.mark.parametrize(
    ("stated", "taken"), [(SMALL, SMALL), (LARGE, LARGE), (0.5, SMALL), (40.0, LARGE)]
)
def test_a_stated_area_chooses_between_equal_readings(stated, taken):
    ring = traced(crossed_south(), area_km2=stated)
    assert ring.polygon.area / 1e6 == pytest.approx(taken, abs=0.001)
    (other,) = ring.alternatives
    assert other.polygon.area / 1e6 == pytest.approx(SMALL + LARGE - taken, abs=0.001)
    assert other.alternatives == []
    # Only an area that belies the best reading has had a say.
    assert ring.by_area == (ring.score > other.score)


def test_a_line_moved_to_nowhere_is_unused_in_every_reading():
    nowhere = Leg("north", Line("X以南900米", "road", MultiLineString()), "X")
    ring = trace([*legs(crossed_south()), nowhere])
    assert isinstance(ring, Ring) and len(ring.alternatives) == 1
    for reading in (ring, *ring.alternatives):
        assert reading.unused == ("X",)


@pytest.mark.parametrize("stated", [0.1, 1.0, 3.9, 4.0, 8.0, 400.0])
def test_a_stated_area_bends_nothing(stated):
    ring = traced(square(), area_km2=stated)
    assert home(ring.polygon).symmetric_difference(SQUARE).area < 1.0
    assert ring.alternatives == []


def test_a_stated_area_does_not_choose_a_reading_that_leaves_the_lines_for_long():
    sides = square(
        south=[
            line("S1", [(2300, 0), (1000, 0)]),
            line("S2", [(900, -600), (-300, -600)]),
        ],
        east=[line("E", [(2000, 2300), (2000, -900)])],
        west=[line("W", [(0, -900), (0, 2300)])],
    )
    honest = traced(sides)
    assert order(honest) == ("E", "S1", "S2", "W", "N")
    for stated in (1.0, 2.0, 4.0, 5.2, 9.0):
        ring = traced(sides, area_km2=stated)
        assert order(ring) == order(honest)
        assert ring.polygon.equals(honest.polygon)
        assert ring.alternatives == []


def test_a_feature_that_only_touches_the_ring_is_unused():
    stub = line("N2", [(1990, 2010), (2010, 1990)])
    ring = traced(square(north=[line("N", SIDES["north"]), stub]))
    assert ring.unused == ("N2",)
    assert iou(home(ring.polygon), SQUARE) > 0.999


@pytest.mark.parametrize("pair", [("north", "south"), ("east", "west")])
def test_sides_exchanged_are_never_the_ring_of_all_four(pair):
    """The same four lines close too, but not as it is written."""
    one, other = pair
    sides = square()
    swapped = sides | {one: sides[other], other: sides[one]}
    ring = trace(legs(swapped))
    assert isinstance(ring, NoRing) or (ring.unused and ring.contrary_m < 300)


def test_a_ring_that_lies_elsewhere_than_said_is_none():
    """Three lines that meet, called by sides that no ground has to them."""
    sides = square(north=[], east=[])
    turned_over = {"south": [line("N", SIDES["north"])], "east": sides["west"]}
    turned_over["north"] = sides["south"]
    ring = trace(legs(turned_over))
    assert isinstance(ring, NoRing) or ring.contrary_m < 0.15 * ring.polygon.length


def test_a_side_that_is_on_no_line_does_not_turn_the_zone_over():
    """Three sides, whose ends lie too far apart: never the ground beyond the fourth."""
    ring = trace(legs(square(north=[])))
    assert isinstance(ring, NoRing) or iou(home(ring.polygon), SQUARE) > 0.8


# --- no ring ----------------------------------------------


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_lines_make_no_ring(count):
    assert "fewer than two" in none_of(legs(square())[:count]).reason.en


def test_a_bow_tie_is_never_taken_for_a_ring():
    """The four lines meet at their ends, but only as a bow tie: one side has to be left out."""
    tie = {
        "north": [line("N", [(0, 2000), (2000, 0)])],
        "east": [line("E", [(2000, 0), (2000, 2000)])],
        "south": [line("S", [(2000, 2000), (0, 0)])],
        "west": [line("W", [(0, 0), (0, 2000)])],
    }
    ring = traced(tie)
    assert ring.unused == ("E",)
    assert ring.polygon.area == pytest.approx(1e6, rel=1e-6)


def test_two_sides_on_one_straight_line_make_no_ring():
    road = line("A", SIDES["north"])
    none_of({"north": [road], "south": [road]})
    none_of({"north": [road], "south": [line("B", [(2300, 2000), (4900, 2000)])]})


def test_lines_of_no_ground_make_no_ring():
    tiny = {side: [line(side[0], [(x / 40, y / 40) for x, y in SIDES[side]])] for side in FOUR}
    none_of(tiny)


def test_one_river_on_two_sides():
    river = line("R", [(-300, 0), (2000, 0), (2000, 2300)], kind="river")
    ring = traced(square(east=[river], south=[river]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert order(ring) == ("N", "R", "W")
    assert {edge.side for edge in ring.edges if edge.feature == "R"} == {"east", "south"}


def test_three_sides_close_where_the_text_gives_three():
    sides = {
        "north": [line("N", [(-300, 2000), (2300, 2000)])],
        "east": [line("E", [(1900, 2300), (900, -300)])],
        "west": [line("W", [(100, 2300), (1100, -300)])],
    }
    ring = traced(sides)
    assert set(order(ring)) == {"N", "E", "W"}
    assert ring.named_share == 1.0


# --- properties ----------------------------------------------

turns = st.floats(-25, 25)
lengths = st.floats(500, 4000)


def turned(xy: list[tuple[float, float]], turn: float) -> list[tuple[float, float]]:
    angle = np.radians(turn)
    return [
        (x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle))
        for x, y in xy
    ]


@settings(max_examples=60, deadline=None)
@given(
    width=lengths, height=lengths, turn=turns, over=st.floats(0, 400),
    listed=st.permutations(FOUR), flips=st.tuples(*[st.booleans()] * 4),
)  # fmt: skip
def test_any_rectangle_is_traced_back(width, height, turn, over, listed, flips):
    raw = {
        "north": [(-over, height), (width + over, height)],
        "east": [(width, height + over), (width, -over)],
        "south": [(width + over, 0), (-over, 0)],
        "west": [(0, -over), (0, height + over)],
    }
    sides = {}
    for side, flip in zip(listed, flips, strict=True):
        course = turned(raw[side], turn)
        sides[side] = [line(side, course[::-1] if flip else course)]
    ring = traced(sides)
    truth = Polygon(turned([(0, 0), (width, 0), (width, height), (0, height)], turn))
    assert iou(home(ring.polygon), truth) > 0.99
    assert ring.named_share > 0.99
    assert order(ring) == ("east", "south", "west", "north")


@settings(max_examples=30, deadline=None)
@given(
    columns=st.lists(st.floats(300, 1500), min_size=4, max_size=5),
    rows=st.lists(st.floats(300, 1500), min_size=4, max_size=5),
    turn=turns,
    block=st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 3), st.integers(1, 4)),
    stated=st.one_of(st.none(), st.floats(0.01, 30)),
)
def test_any_block_of_a_street_grid_is_traced_back(columns, rows, turn, block, stated):
    xs, ys = np.cumsum([0, *columns]), np.cumsum([0, *rows])
    west, east, south, north = block
    assume(west < east < len(xs))
    assume(south < north < len(ys))
    vertical = [
        line(f"V{i}", turned([(x, -100), (x, ys[-1] + 100)], turn)) for i, x in enumerate(xs)
    ]
    level = [line(f"H{i}", turned([(-100, y), (xs[-1] + 100, y)], turn)) for i, y in enumerate(ys)]
    sides = {
        "east": [vertical[east]],
        "south": [level[south]],
        "west": [vertical[west]],
        "north": [level[north]],
    }
    ring = traced(sides, network=(*vertical, *level), area_km2=stated)
    corners = [
        (xs[west], ys[south]),
        (xs[east], ys[south]),
        (xs[east], ys[north]),
        (xs[west], ys[north]),
    ]
    assert iou(home(ring.polygon), Polygon(turned(corners, turn))) > 0.99


@settings(max_examples=40, deadline=None)
@given(
    turn=turns,
    short=st.floats(10, 400),
    side=st.sampled_from(FOUR),
    end=st.sampled_from([0, 1]),
)
def test_any_side_that_stops_short_is_run_out_to_its_corner(turn, short, side, end):
    course = [np.array(xy, dtype=float) for xy in SIDES[side]]
    away = (course[end] - course[1 - end]) / 2600
    course[end] = course[end] - away * (300 + short)
    sides = {
        name: [line(name, turned(course if name == side else SIDES[name], turn))] for name in FOUR
    }
    ring = traced(sides)
    truth = Polygon(turned(list(SQUARE.exterior.coords), turn))
    assert iou(home(ring.polygon), truth) > 0.99
    assert sum(ring.gaps_m) == pytest.approx(short, abs=6)


def test_diagonal_sides_bound_a_diamond():
    corners = {
        "northeast": [(0, 1000), (1000, 0)],
        "southeast": [(1000, 0), (0, -1000)],
        "southwest": [(0, -1000), (-1000, 0)],
        "northwest": [(-1000, 0), (0, 1000)],
    }
    ring = traced({side: [line(side, coords)] for side, coords in corners.items()})
    assert ring.polygon.area == pytest.approx(2_000_000)
    assert {edge.kind for edge in ring.edges} == {"measured"}


def test_an_extension_belongs_to_the_line_whose_end_it_starts_from():
    short = line("E", [(2000, 200), (2000, 1400)])
    ring = traced(square(east=[short]))
    extended = [edge for edge in ring.edges if edge.kind == "extended"]
    assert {(edge.feature, edge.side) for edge in extended} == {("E", "east")}
    assert sum(edge.line.length for edge in extended) == pytest.approx(800)


def test_a_clause_with_very_many_names_is_read():
    """Parallel roads 7 to 9 m apart stand for each other; all sixteen are met."""
    many = {
        side: [
            line(f"{side}{n}", [(x + 7 * n, y - 9 * n) for x, y in SIDES[side]]) for n in range(4)
        ]
        for side in FOUR
    }
    assert iou(home(traced(many).polygon), SQUARE) > 0.97


# --- what real maps do ----------------------------------------------


def around(reach: float, turn: float = 0.0) -> list[tuple[float, float]]:
    """A road round the middle of the square."""
    at = np.linspace(0, 2 * np.pi, 121) + turn
    return [(1000 + reach * np.cos(a), 1000 + reach * np.sin(a)) for a in at]


def test_a_ring_road_on_all_sides_is_the_whole_ring():
    road = line("O", around(1500))
    ring = traced({side: [road] for side in FOUR})
    assert home(ring.polygon).area == pytest.approx(Polygon(around(1500)).area, rel=1e-4)
    assert {edge.side for edge in ring.edges} == set(FOUR)
    assert ring.named_share == 1.0
    alone = trace([Leg(None, road, "O")])
    assert alone.polygon.equals(ring.polygon)
    # On three sides it is none: the fourth is somewhere else.
    none_of({side: [road] for side in FOUR[:3]})


def test_a_ring_road_on_two_sides_is_cut_by_the_other_two():
    ring = traced(square(north=[line("O", around(1500))], south=[line("O", around(1500))]))
    truth = Polygon(around(1500)).intersection(box(0, -3000, 2000, 3000))
    assert iou(home(ring.polygon), truth) > 0.999
    assert {edge.side for edge in ring.edges if edge.feature == "O"} == {"north", "south"}


def test_a_feature_that_lies_on_another_is_no_second_line():
    """A bank road on its river, an elevated road above a road: one line, both are met."""
    for away in (0, 8, 12):
        twin = line("N2", [(x, y + away) for x, y in SIDES["north"]])
        ring = traced(square(north=[line("N", SIDES["north"]), twin]))
        assert iou(home(ring.polygon), SQUARE) > 0.99
        assert ring.unused == ()


def test_a_road_named_for_one_side_that_lies_on_another_is_kept_where_it_lies():
    """The east side names a road that is part of the south: the ring does not go to seek it."""
    sides = square(east=[line("E", SIDES["east"]), line("S2", [(500, 0), (1500, 0)])])
    ring = traced(sides)
    assert iou(home(ring.polygon), SQUARE) > 0.9999


@pytest.mark.parametrize("far", [3000, 5000, 20_000])
@pytest.mark.parametrize("stated", [None, 4.0, 60.0])
def test_a_river_that_crosses_again_is_never_followed_far_round(far, stated):
    river = line("R", [(-300, 0), (2300, 0), (far, -500), (far + 900, 3000)], kind="river")
    north = line("N", [(-300, 2000), (far + 2000, 2000)])
    ring = traced(square(south=[river], north=[north]), area_km2=stated)
    assert iou(home(ring.polygon), SQUARE) > 0.9999


def test_lines_of_one_name_far_apart_are_told_apart_by_the_other_sides():
    north = line("N", SIDES["north"], [(9000, 9000), (12000, 9000)])
    east = line("E", SIDES["east"], [(-7000, 300), (-7000, 4000)])
    ring = traced(square(north=[north], east=[east]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert ring.alternatives == []


def test_the_same_four_names_in_two_places_are_two_readings():
    """Two towns with the same street names: either would do, and both are told."""
    twice = {
        side: [line(side, SIDES[side], [(x + 9000, y + 1000) for x, y in SIDES[side]])]
        for side in FOUR
    }
    ring = traced(twice)
    assert len(ring.alternatives) == 1
    grounds = [home(one.polygon).centroid.x for one in (ring, *ring.alternatives)]
    assert sorted(grounds) == pytest.approx([1000, 10_000])


def test_a_bank_beside_its_river_closes_at_the_corners():
    """The bank runs 60 m inside the river that the other sides reach."""
    bank = line("S", [(100, 60), (1900, 60)], kind="river")
    ring = traced(square(south=[bank]))
    assert iou(home(ring.polygon), box(0, 60, 2000, 2000)) > 0.999
    assert sum(ring.gaps_m) == pytest.approx(200, abs=1)


@pytest.mark.parametrize("pieces", [2, 5, 12, 40])
def test_a_line_in_many_pieces_is_one_side(pieces):
    ends = np.linspace(-300, 2300, pieces + 1)
    north = line("N", *[[(a, 2000), (b - 20, 2000)] for a, b in itertools.pairwise(ends.tolist())])
    ring = traced(square(north=[north]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert ring.unused == ()


def test_a_border_counts_as_named_and_is_used_where_it_bounds():
    """The border goes on for 40 km round another district; the ring takes its own stretch."""
    border = line(
        "松江区", [(0, -9000), (0, 9000), (-20_000, 9000), (-20_000, -9000), (0, -9000)],
        kind="border",
    )  # fmt: skip
    ring = traced(square(west=[border]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert ("border", "松江区") in kinds(ring)
    assert ring.named_share == 1.0


# --- hostile geometry ----------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        [SIDES["north"], [(500, 2000), (500, 2000)]],
        [SIDES["north"], SIDES["north"], SIDES["north"][::-1]],
        [[(-300, 2000), (2300, 2000), (500, 2000), (1500, 2000)]],
        [[(-300, 2000), (-300, 2000), (900, 2000), (900, 2000), (2300, 2000)]],
        [[(-1e15, 2000), (1e15, 2000)]],
        [SIDES["north"], [(-9e6, 9e6), (9e6, 9e6)]],
        [[(-300, 2000), (2300, 2000), (1000, 3000), (1000, 1000), (1500, 1500), (2300, 2000)]],
    ],
    ids=["point", "thrice", "back", "doubled", "huge", "elsewhere", "knot"],
)  # fmt: skip
def test_a_hostile_line_bounds_as_any_other(pieces):
    ring = traced(square(north=[line("N", *pieces)]))
    assert iou(home(ring.polygon), SQUARE) > 0.999
    assert ring.unused == ()


def test_lines_of_no_length_are_left_out_and_told():
    point = line("P", [(500, 2000), (500, 2000)])
    ring = traced(square(north=[line("N", SIDES["north"]), point]))
    assert iou(home(ring.polygon), SQUARE) > 0.9999
    assert ring.unused == ("P",)
    none_of({side: [line(side, [(500, 500), (500, 500)])] for side in FOUR})


def test_more_names_than_any_zone_has_are_refused_in_words():
    rng = np.random.default_rng(1)
    many = {side: [] for side in FOUR}
    for number in range(80):
        a, b = rng.uniform(-4000, 4000, (2, 2))
        many[FOUR[number % 4]].append(line(f"L{number}", [tuple(a), tuple(b)]))
    assert "80" in none_of(many).reason.en


wild = st.tuples(*[st.one_of(st.integers(-3000, 3000), st.sampled_from([0, 0.004, 1e-9, 4e4]))] * 2)


@settings(max_examples=40, deadline=None)
@given(
    drawn=st.lists(
        st.tuples(
            st.lists(st.lists(wild, min_size=2, max_size=5), min_size=1, max_size=3),
            st.lists(st.sampled_from([*FOUR, None]), min_size=1, max_size=2, unique=True),
        ),
        max_size=7,
    ),
    stated=st.one_of(st.none(), st.floats(0.001, 1e4)),
)
def test_any_lines_give_a_sound_ring_or_a_reason(drawn, stated):
    lines = [line(f"F{i}", *pieces) for i, (pieces, _) in enumerate(drawn)]
    all_legs = [
        Leg(side, one, one.name) for one, (_, sides) in zip(lines, drawn, strict=True)
        for side in sides
    ]  # fmt: skip
    ring = trace(all_legs, stated, reference(*lines))
    if isinstance(ring, NoRing):
        assert ring.reason.zh
        assert ring.reason.en
        return
    for one in (ring, *ring.alternatives):
        assert_sound(one, lines)
        assert one.area_km2 >= 0.0099
    assert ring.named_share >= 0.33
    assert 2 * len(ring.unused) < len(lines)
    again = trace(all_legs, stated, reference(*lines))
    assert again.polygon.equals_exact(ring.polygon, 0.0)
