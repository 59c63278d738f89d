"""Faces and edges of a set of lines, what a union of faces costs, and the search for the cheapest.

The fast sums are compared with slow ones and with shapely, on arrangements drawn at random.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from drawn import FOUR, ORIGIN, SIDES, square
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiLineString, Polygon

from geo.trace.arrangement import Arrangement, Strand
from geo.trace.closers import FAR, NAMED_RATE, Feature, closers, named_strands
from geo.trace.fit import FORWARD, OUTWARD, UNUSED_COST_M, UNUSED_M, Fit
from geo.trace.search import Search


def feature(name: str, *pieces: list, sides: tuple[str, ...] = (), **more) -> Feature:
    """A feature moved to where real ones lie."""
    moved = [[(x + ORIGIN[0], y + ORIGIN[1]) for x, y in piece] for piece in pieces]
    return Feature(name, MultiLineString(moved), sides, **more)


def grid(columns: int, rows: int) -> list[Feature]:
    """Streets of a grid of 500 m; the first and the last column and row have sides."""
    side = {("V", 0): "west", ("V", columns): "east", ("H", 0): "south", ("H", rows): "north"}
    upright = [
        feature(f"V{i}", [(500 * i, -50), (500 * i, 500 * rows + 50)],
                sides=tuple(filter(None, [side.get(("V", i))])))
        for i in range(columns + 1)
    ]  # fmt: skip
    level = [
        feature(f"H{i}", [(-50, 500 * i), (500 * columns + 50, 500 * i)],
                sides=tuple(filter(None, [side.get(("H", i))])))
        for i in range(rows + 1)
    ]  # fmt: skip
    return upright + level


def arranged(features: list[Feature], reach=None) -> Arrangement:
    strands = named_strands(features)
    if reach is not None:
        strands += closers(features, reach)
    return Arrangement(strands, len(features))


def members(arrangement: Arrangement, *faces: int) -> np.ndarray:
    inside = np.zeros(len(arrangement.faces), dtype=bool)
    inside[list(faces)] = True
    return inside


# Lines that cross at random, named by a few features on one or two sides.
# Multiples of 100 m: lines cross or touch there, and no face is a mere sliver.
places = st.tuples(*[st.integers(0, 20).map(lambda step: 100 * step)] * 2)
courses = st.lists(places, min_size=2, max_size=4, unique=True)
sidings = st.lists(st.sampled_from(FOUR), max_size=2, unique=True).map(tuple)
drawn_features = st.lists(
    st.tuples(st.lists(courses, min_size=1, max_size=2), sidings, st.booleans()),
    min_size=3,
    max_size=7,
).map(
    lambda drawn: [
        feature(f"F{i}", *pieces, sides=sides, named=named or i == 0)
        for i, (pieces, sides, named) in enumerate(drawn)
    ]
)


def unions(arrangement: Arrangement, seed: int, count: int = 6) -> np.ndarray:
    """Unions of faces: some of neighbours, some of any."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        inside = members(arrangement, int(rng.integers(len(arrangement.faces))))
        for _ in range(int(rng.integers(0, 5))):
            near = arrangement.reach(inside[None])[0] & ~inside
            if near.any():
                inside[rng.choice(np.flatnonzero(near))] = True
        rows.append(inside)
    rows.append(rng.random(len(arrangement.faces)) < 0.5)
    return np.array(rows)


# --- faces and edges ----------------------------------------------


def test_a_grid_has_its_blocks_as_faces():
    arrangement = arranged(grid(3, 2))
    assert len(arrangement.faces) == 6
    assert shapely.area(arrangement.faces) == pytest.approx(250_000)
    # 3 x 3 stretches of the rows, 4 x 2 of the columns; what stands over at the ends is none.
    assert len(arrangement.edges) == 17
    assert arrangement.lengths == pytest.approx(500)
    assert arrangement.prices == pytest.approx(500 * NAMED_RATE)
    assert (arrangement.on.sum(axis=1) == 1).all()


def test_lines_that_enclose_nothing_have_no_faces():
    for lines in ([[(0, 0), (900, 0)]], [[(0, 0), (900, 0)], [(0, 50), (900, 50)]]):
        arrangement = arranged([feature(f"F{i}", one) for i, one in enumerate(lines)])
        assert len(arrangement.faces) == len(arrangement.edges) == 0
        assert Search(Fit(arrangement, [])).run() == []


@settings(max_examples=60, deadline=None)
@given(features=drawn_features)
def test_every_face_s_own_ring_walks_round_it_clockwise(features):
    arrangement = arranged(features)
    for number, face in enumerate(arrangement.faces):
        inside = members(arrangement, number)
        if face.interiors or not arrangement.is_simple(inside):
            continue
        walk = arrangement.ring(inside)
        coords = [xy for _, line in walk for xy in line.coords[:-1]]
        ring = shapely.LinearRing(coords)
        assert not ring.is_ccw
        assert Polygon(ring).symmetric_difference(face).area < 0.05 * face.length
        for (_, one), (_, other) in itertools.pairwise([*walk, walk[0]]):
            assert one.coords[-1] == other.coords[0]
        assert len({edge for edge, _ in walk}) == len(walk)


@settings(max_examples=60, deadline=None)
@given(features=drawn_features)
def test_each_edge_lies_between_its_two_faces(features):
    arrangement = arranged(features)
    outside = len(arrangement.faces)
    assert (arrangement.left != arrangement.right).all()
    for edge, number in zip(arrangement.edges, arrangement.strand.tolist(), strict=True):
        assert number >= 0
        assert arrangement.strands[number].line.buffer(0.1).covers(edge)
    for edge, *beside in zip(arrangement.edges, arrangement.left, arrangement.right, strict=True):
        middle = edge.interpolate(0.5, normalized=True)
        for face in beside:
            if face != outside:
                assert arrangement.faces[face].boundary.distance(middle) < 0.02
    # All faces together are the ground that the lines enclose.
    ground = shapely.union_all(arrangement.faces)
    lines = shapely.union_all([one.geometry for one in features], grid_size=0.01)
    enclosed = shapely.union_all(shapely.get_parts(shapely.polygonize([lines])))
    assert ground.symmetric_difference(enclosed).area < 0.01 * lines.length + 1e-6 or (
        # Slivers along the outer edge may be given to the ground outside.
        enclosed.area - ground.area < 1.0 * lines.length
    )


@settings(max_examples=80, deadline=None)
@given(features=drawn_features, seed=st.integers(0, 999))
def test_a_union_is_simple_when_shapely_says_so(features, seed):
    arrangement = arranged(features)
    assume(len(arrangement.faces) > 1)
    for inside in unions(arrangement, seed):
        # Faces share their corners exactly, so that no grid is needed; a ring that touches itself
        # in a corner is a hole or a second piece.
        ground = shapely.union_all(arrangement.faces[inside])
        simple = ground.geom_type == "Polygon" and not ground.is_empty and not ground.interiors
        assert arrangement.is_simple(inside) == simple
        if arrangement.is_simple(inside):
            walk = arrangement.ring(inside)
            assert walk
            ring = Polygon([xy for _, line in walk for xy in line.coords[:-1]])
            assert ring.symmetric_difference(ground).area < 0.02 * ring.length + 1.0


def test_touching_blocks_and_rings_with_holes_are_not_simple():
    arrangement = arranged(grid(3, 3))
    at = {
        tuple(((np.array(face.centroid.coords[0]) - ORIGIN) // 500).astype(int).tolist()): i
        for i, face in enumerate(arrangement.faces)
    }
    frame = [at[x, y] for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    assert not arrangement.is_simple(members(arrangement))
    assert not arrangement.is_simple(members(arrangement, at[0, 0], at[1, 1]))
    assert not arrangement.is_simple(members(arrangement, at[0, 0], at[2, 2]))
    assert not arrangement.is_simple(members(arrangement, *frame))
    assert arrangement.ring(members(arrangement, at[0, 0], at[2, 2])) == []
    # A ring bent back to a corner of itself: the block in its middle touches the ground outside.
    bent = members(arrangement, *set(frame) - {at[0, 0]})
    assert not arrangement.is_simple(bent)
    assert arrangement.is_simple(members(arrangement, *frame, at[1, 1]))
    assert arrangement.is_simple(members(arrangement, *set(frame) - {at[1, 0]}))


def test_slivers_are_merged_into_their_neighbours():
    """A line drawn twice, half a metre apart, leaves no face between."""
    doubled = [
        *grid(1, 1),
        feature("X", [(-50, 250.0), (550, 250.0)], named=False),
        feature("Y", [(-50, 250.4), (550, 250.4)], named=False),
    ]
    strands = [
        Strand(one.line, "bridged", 0.85, label=one.label) if one.feature in (4, 5) else one
        for one in named_strands(doubled)
    ]
    arrangement = Arrangement(strands, len(doubled))
    assert len(arrangement.faces) == 2
    assert sum(face.area for face in arrangement.faces) == pytest.approx(250_000)


def test_an_edge_beside_a_feature_stands_for_it():
    near = [*grid(1, 1), feature("twin", [(-50, 510), (550, 510)])]
    arrangement = arranged(near)
    north = arrangement.on[:, 3]
    assert arrangement.beside[north, 4].all()
    far = [*grid(1, 1), feature("twin", [(-50, 530), (550, 530)])]
    arrangement = arranged(far)
    assert not arrangement.beside[arrangement.on[:, 3], 4].any()


def test_of_two_strands_on_one_ground_the_cheaper_owns_it():
    features = grid(1, 1)
    dear = [Strand(one.line, "bridged", 0.85, label="X") for one in named_strands(features)]
    arrangement = Arrangement([*dear, *named_strands(features)], len(features))
    assert {arrangement.strands[i].kind for i in arrangement.strand} == {"named"}
    assert arrangement.prices == pytest.approx(arrangement.lengths * NAMED_RATE)


# --- costs ----------------------------------------------


@settings(max_examples=80, deadline=None)
@given(features=drawn_features, seed=st.integers(0, 999), far=st.booleans())
def test_a_flip_costs_what_the_flipped_union_costs(features, seed, far):
    """The invariant on which the search stands."""
    arrangement = arranged(features, FAR if far else None)
    assume(len(arrangement.faces) > 0)
    fit = Fit(arrangement, features)
    rows = unions(arrangement, seed)
    union, face, costs = fit.flip_costs(rows)
    flipped = rows[union].copy()
    flipped[np.arange(len(face)), face] ^= True
    assert costs == pytest.approx(fit.costs(flipped), abs=1e-6)
    # Every face of a union, and every face across an edge from it, is offered once.
    for number, inside in enumerate(rows):
        beside = {
            int(there)
            for here, there in (
                *zip(arrangement.left, arrangement.right, strict=True),
                *zip(arrangement.right, arrangement.left, strict=True),
            )
            if here < len(inside) and inside[here] and there < len(inside)
        }
        near = inside.copy()
        near[sorted(beside)] = True
        assert sorted(face[union == number]) == np.flatnonzero(near).tolist()


def slow_cost(fit: Fit, inside: np.ndarray, features: list[Feature]) -> float:
    """The cost of a union of features with one side each, edge by edge, as it is documented."""
    arrangement = fit.arrangement
    walk = arrangement.ring(inside)
    polygon = shapely.union_all(arrangement.faces[inside])
    centre = np.array(polygon.centroid.coords[0])
    total = sum(arrangement.prices[edge] for edge, _ in walk)
    total += 0.1 * max(0.0, sum(line.length for _, line in walk) - 10_000.0)
    for number, one in enumerate(features):
        mine = [line for edge, line in walk if arrangement.beside[edge, number]]
        length = sum(line.length for line in mine)
        if one.named and length < UNUSED_M:
            total += UNUSED_COST_M
        if not one.sides or length == 0:
            continue
        heading = sum(np.subtract(line.coords[-1], line.coords[0]) for line in mine)
        facing = max(0.0, 0.5 * length - heading @ FORWARD[one.sides[0]])
        middle = sum(
            np.array(line.interpolate(0.5, normalized=True).coords[0]) * line.length
            for line in mine
        )
        out = middle / max(length, 1.0) - centre
        bearing = out @ OUTWARD[one.sides[0]] / max(np.hypot(*out), 1.0)
        lying = length * max(0.0, 0.5 - bearing)
        total += min(facing, lying) + 0.2 * facing + 0.15 * lying
    return total


@settings(max_examples=60, deadline=None)
@given(features=drawn_features, seed=st.integers(0, 999))
def test_costs_are_what_is_documented(features, seed):
    features = [Feature(one.name, one.geometry, one.sides[:1], one.named) for one in features]
    arrangement = arranged(features)
    assume(len(arrangement.faces) > 0)
    fit = Fit(arrangement, features)
    simple = [inside for inside in unions(arrangement, seed) if arrangement.is_simple(inside)]
    assume(simple)
    for inside, cost in zip(simple, fit.costs(np.array(simple)), strict=True):
        assert cost == pytest.approx(slow_cost(fit, inside, features), rel=1e-6, abs=0.5)


def test_a_fit_tells_what_is_unused_and_what_lies_elsewhere():
    features = [
        Feature(one.name, one.geometry, (side,))
        for side, lines in square().items()
        for one in lines
    ]
    features.append(feature("far", [(5000, 0), (5000, 900)], sides=("east",)))
    fit = Fit(arranged(features), features)
    inside = members(fit.arrangement, 0)
    assert fit.unused(inside) == [4]
    assert fit.contrary_m(inside) == 0.0
    assert fit.apart(inside, inside) == 0.0
    assert fit.apart(~inside, inside) == 1.0
    swapped = [
        Feature(one.name, one.geometry, (OPPOSITE.get(one.sides[0], one.sides[0]),))
        for one in features[:4]
    ]
    fit = Fit(arranged(swapped), swapped)
    assert fit.contrary_m(members(fit.arrangement, 0)) == pytest.approx(4000)


OPPOSITE = {"north": "south", "south": "north"}


# --- the search ----------------------------------------------


def every_simple_union(arrangement: Arrangement) -> np.ndarray:
    count = len(arrangement.faces)
    rows = (np.arange(1, 2**count)[:, None] >> np.arange(count)) & 1
    return np.array([row for row in rows.astype(bool) if arrangement.is_simple(row)])


@settings(max_examples=50, deadline=None)
@given(features=drawn_features)
def test_the_search_finds_the_cheapest_of_all_unions(features):
    arrangement = arranged(features)
    assume(0 < len(arrangement.faces) <= 10)
    fit = Fit(arrangement, features)
    simple = every_simple_union(arrangement)
    assume(len(simple))
    costs = fit.costs(simple)
    found = Search(fit).run()
    assert found[0][0] == pytest.approx(costs.min(), abs=1e-6)
    known = {row.tobytes(): cost for row, cost in zip(simple, costs, strict=True)}
    for cost, inside in found:
        assert cost == pytest.approx(known[inside.tobytes()], abs=1e-6)
    assert [cost for cost, _ in found] == sorted(cost for cost, _ in found)
    assert len({inside.tobytes() for _, inside in found}) == len(found)


@settings(max_examples=20, deadline=None)
@given(
    columns=st.integers(1, 4),
    rows=st.integers(1, 4),
    start=st.integers(0, 3),
)
def test_the_search_fills_a_whole_grid(columns, rows, start):
    """All streets between are crossed for nothing: only the outer four are named."""
    features = [
        Feature(one.name, one.geometry, one.sides, named=bool(one.sides))
        for one in grid(columns, rows)
    ]
    arrangement = arranged(features)
    near = arrangement.faces[start % len(arrangement.faces)]
    cost, inside = Search(Fit(arrangement, features)).run(near)[0]
    assert inside.all()
    assert cost == pytest.approx(1000 * (columns + rows) * NAMED_RATE, abs=0.1)


def test_the_same_search_again_finds_the_same():
    features = grid(4, 4)
    one, other = (Search(Fit(arranged(features), features)).run() for _ in range(2))
    assert [cost for cost, _ in one] == [cost for cost, _ in other]
    assert all((a == b).all() for (_, a), (_, b) in zip(one, other, strict=True))


def test_a_union_that_a_flip_would_better_is_no_reading():
    features = grid(2, 2)
    fit = Fit(arranged(features), features)
    found = Search(fit).run()
    cost, best = found[0]
    assert fit.is_lowest(cost, best)
    worse = [(cost, inside) for cost, inside in found if (inside ^ best).sum() == 1]
    assert worse
    assert not any(fit.is_lowest(cost, inside) for cost, inside in worse)


def test_lines_that_cross_nowhere_but_touch_are_noded():
    """An end on a line, a point where three meet, a line that turns back on itself."""
    features = [
        *grid(1, 1),
        feature("T", [(250, 0), (250, 500)]),
        feature("back", [(0, 250), (400, 250), (100, 250), (500, 250)]),
    ]
    arrangement = arranged(features)
    assert len(arrangement.faces) == 4
    assert sum(face.area for face in arrangement.faces) == pytest.approx(250_000)


def test_edges_lie_on_their_strands():
    features = [feature(side, course, sides=(side,)) for side, course in SIDES.items()]
    arrangement = arranged(features)
    assert len(arrangement.edges) == 4
    for number, edge in enumerate(arrangement.edges):
        strand = arrangement.strands[arrangement.strand[number]]
        assert strand.line.buffer(0.02).covers(edge)
