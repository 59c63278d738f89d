"""Trace the ring of a zone on reference lines.

Each side's features become legs, in clockwise order. Neighbouring legs meet in candidate corners
(`geo.corners`), and the cheapest closed chain of corners wins: few metres off the named lines
first, every leg used and on its side of the compass, the shorter ring last. A stated area only
chooses between readings that score alike; it never bends a ring. Planar work in local metres.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from geo import measure
from geo.corners import Corner, CornerFinder
from geo.crs import from_local
from geo.reference import Line
from geo.track import Way

CLOCKWISE = (
    "north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest",
)  # fmt: skip
# Unit vectors outward from a side, and the heading it is walked in when the ring runs clockwise.
_OUTWARD = {
    side: np.array([np.sin(np.radians(45.0 * turn)), np.cos(np.radians(45.0 * turn))])
    for turn, side in enumerate(CLOCKWISE)
}
_FORWARD = {side: np.array([out[1], -out[0]]) for side, out in _OUTWARD.items()}
_CHAINS = 8  # partial chains kept at each corner; with 4 a valid ring was lost among knots
_LENGTH_COST = 0.05
_UNUSED_M = 40.0  # a leg shorter than this is not used
_UNUSED_COST_M = 1_500.0
_WRONG_SIDE_COST_M = 1_500.0
_STAIR_COST_M = 100.0
_MOST_EFFORT = 18_000  # orders tried times legs squared; the longest published clause takes 16,384
_ALIKE_SHARE = 0.03  # readings whose scores differ by less than this share of the ring are alike


@dataclass(frozen=True)
class Leg:
    """A line that bounds the zone on one side.

    ``named`` tells whether the clause names it; a leg that is not named is a connector somebody
    chose with a reason. ``written`` is the name in the clause.
    """

    side: str
    line: Line
    written: str
    named: bool = True


@dataclass(frozen=True)
class Edge:
    """A stretch of ring: what it lies on and how that is known.

    ``kind`` is ``measured`` on a named feature, ``border`` on a named administrative line,
    ``bridged`` along a line the clause does not name, ``extended`` straight on from the end of
    ``feature``, or ``straight`` across a gap: in ``feature`` itself, or ``between`` two features.
    ``line`` is in local metres.
    """

    kind: str
    line: LineString
    feature: str | None = None
    side: str | None = None
    between: tuple[str, str] | None = None

    @property
    def named(self) -> bool:
        """Whether the stretch lies on a feature the clause names."""
        return self.kind in {"measured", "border"}


@dataclass
class Ring:
    """A closed ring with its evidence.

    ``polygon`` is in local metres, ``order`` tells the features as they are met clockwise, and
    ``alternatives`` the areas (km²) of other readings the text allows equally.
    """

    polygon: Polygon
    edges: list[Edge]
    score: float
    order: tuple[str, ...]
    unused: tuple[str, ...] = ()
    alternatives: list[float] = field(default_factory=list)

    @property
    def named_share(self) -> float:
        """Share of the ring's length on features the clause names (0 to 1)."""
        total = sum(edge.line.length for edge in self.edges)
        named = sum(edge.line.length for edge in self.edges if edge.named)
        return named / total if total else 0.0

    @property
    def gaps_m(self) -> list[float]:
        """Lengths in metres of the stretches that lie on no line."""
        return [e.line.length for e in self.edges if e.kind in {"extended", "straight"}]


@dataclass(frozen=True)
class _Chain:
    """A reading of the clause: legs in order, and the corner taken behind each."""

    cost: float
    legs: tuple[Leg, ...]
    corners: tuple[Corner, ...]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(leg.line.name for leg in self.legs)


def trace(
    legs: Iterable[Leg], area_km2: float | None = None, network: Iterable[Line] = ()
) -> Ring | None:
    """Find the ring that a zone's legs describe.

    Parameters
    ----------
    legs : iterable of Leg
        In the order written, sides in any order. Features of one side may be met in any order;
        a side that has a connector keeps its order or is reversed as a whole.
    area_km2 : float, optional
        Stated area; chooses between readings that the text allows equally.
    network : iterable of Line
        Further lines that may bridge a gap between two features that do not meet.

    Returns
    -------
    Ring or None
        None when no simple closed ring exists.
    """
    legs = list(legs)
    if len(legs) < 2:
        return None
    finder = CornerFinder(network)
    chains = sorted(
        (
            chain
            for sequence, extra in _sequences(legs)
            for chain in _chains(sequence, extra, finder)
        ),
        key=lambda chain: chain.cost,
    )
    readings: dict[tuple[str, ...], Ring] = {}
    limit = np.inf
    for chain in chains:
        # A ring scores at least what its chain costs, so nothing behind the limit can matter.
        if chain.cost > limit:
            break
        ring = _assemble(chain, finder)
        if ring and (chain.key not in readings or ring.score < readings[chain.key].score):
            readings[chain.key] = ring
            limit = min(limit, ring.score + _ALIKE_SHARE * ring.polygon.length)
    return _choose(list(readings.values()), area_km2)


def _choose(rings: list[Ring], area_km2: float | None) -> Ring | None:
    """Return the best ring, or of those that score alike the one nearest to the stated area."""
    if not rings:
        return None
    first = min(rings, key=lambda ring: ring.score)
    limit = first.score + _ALIKE_SHARE * first.polygon.length
    alike = _distinct([ring for ring in rings if ring.score <= limit])
    areas = {id(ring): measure.area_km2(from_local(ring.polygon)) for ring in alike}
    if area_km2:
        first = min(alike, key=lambda ring: abs(areas[id(ring)] - area_km2))
    first.alternatives = [areas[id(ring)] for ring in alike if ring is not first]
    return first


def _distinct(rings: list[Ring]) -> list[Ring]:
    """Drop rings that cover the same ground as a better one (within 1 %)."""
    kept: list[Ring] = []
    for ring in sorted(rings, key=lambda ring: ring.score):
        if all(
            ring.polygon.symmetric_difference(other.polygon).area > 0.01 * other.polygon.area
            for other in kept
        ):
            kept.append(ring)
    return kept


def _sequences(legs: list[Leg]) -> Iterator[tuple[list[Leg], float]]:
    """Yield the clockwise orders in which the legs may be met, each with its extra cost.

    Besides side by side, two sides may take turns at a corner: "北至元江路、铁路河，东至昆阳路、
    北沙港" is a staircase of north, east, north again, east again.
    """
    by_side = [side for name in CLOCKWISE if (side := [leg for leg in legs if leg.side == name])]
    count = len(by_side)
    steps = [i for i in range(count) if min(len(by_side[i]), len(by_side[(i + 1) % count])) > 1]
    orders, subsets = _effort(by_side, steps)
    for order in itertools.product(*orders):
        for taken in subsets:
            sides = [list(side) for side in order]
            # A step moves the last leg of a side behind the first leg of the next one.
            for corner in taken:
                sides[(corner + 1) % count].insert(1, sides[corner].pop())
            yield [leg for side in sides for leg in side], _STAIR_COST_M * len(taken)


def _effort(
    by_side: list[list[Leg]], steps: list[int]
) -> tuple[list[list[tuple[Leg, ...]]], list[tuple[int, ...]]]:
    """Return the orders of each side and the sets of steps to try, fewer for longer clauses.

    Everything is tried for clauses like the published ones. With more names the orders run into
    the thousands, so first the combinations of steps are left out, then the orders that are
    neither as written nor reversed, then the steps altogether.
    """
    every = [_orders(side) for side in by_side]
    plain = [[tuple(side), tuple(reversed(side))][: len(side)] for side in by_side]
    combined = [
        taken for size in range(len(steps) + 1) for taken in itertools.combinations(steps, size)
    ]
    single = [(), *((step,) for step in steps)]
    legs = sum(map(len, by_side))
    for orders, subsets in ((every, combined), (every, single), (plain, single)):
        if math.prod(map(len, orders)) * len(subsets) * legs**2 <= _MOST_EFFORT:
            return orders, subsets
    return plain, [()]


def _orders(legs: list[Leg]) -> list[tuple[Leg, ...]]:
    """Return the orders in which one side's legs may be met, clockwise."""
    if all(leg.named for leg in legs) and len(legs) <= 3:
        return list(itertools.permutations(legs))
    return [tuple(legs), tuple(reversed(legs))]


def _chains(legs: list[Leg], extra: float, finder: CornerFinder) -> Iterator[_Chain]:
    """Yield the cheapest closed chains through legs in this order (K-best dynamic programming)."""
    count = len(legs)
    corners = [finder.between(legs[i].line, legs[(i + 1) % count].line) for i in range(count)]
    if not all(corners):
        return
    steps = [_steps(legs[i], corners[i - 1], corners[i], finder) for i in range(count)]
    for first in range(len(corners[-1])):
        partial: dict[int, list[tuple[float, tuple[int, ...]]]] = {first: [(extra, ())]}
        for i in range(count):
            ends = [first] if i == count - 1 else range(len(corners[i]))
            grown = {}
            for end in ends:
                options = [
                    (cost + steps[i][start, end], (*chain, end))
                    for start, kept in partial.items()
                    if np.isfinite(steps[i][start, end])
                    for cost, chain in kept
                ]
                if options:
                    grown[end] = sorted(options)[:_CHAINS]
            partial = grown
        for cost, chain in partial.get(first, []):
            taken = tuple(corners[i][index] for i, index in enumerate(chain))
            yield _Chain(cost, tuple(legs), taken)


def _steps(leg: Leg, before: list[Corner], after: list[Corner], finder: CornerFinder) -> np.ndarray:
    """Return the cost of walking a leg from each corner before it to each corner behind it.

    Returns
    -------
    numpy.ndarray
        Shape (before, after): metres along the leg, weighted, and the corner behind it; infinite
        where the leg's pieces are too far apart.
    """
    track = finder.track(leg.line)
    starts = [track.spot(corner.b) for corner in before]
    ends = [track.spot(corner.a) for corner in after]
    lengths = np.array([[track.length(start, end) for end in ends] for start in starts])
    unused = np.where(lengths < _UNUSED_M, _UNUSED_COST_M, 0.0)
    return _LENGTH_COST * lengths + unused + np.array([corner.cost for corner in after])


def _assemble(chain: _Chain, finder: CornerFinder) -> Ring | None:
    """Make a ring of one chain of corners, or None when it is not a simple polygon."""
    edges: list[Edge] = []
    unused = []
    for i, (leg, corner) in enumerate(zip(chain.legs, chain.corners, strict=True)):
        track = finder.track(leg.line)
        way = track.way(track.spot(chain.corners[i - 1].b), track.spot(corner.a))
        edges += _leg_edges(leg, way)
        if leg.named and way.length < _UNUSED_M:
            unused.append(leg.written)
        if corner.kind != "meet":
            edges.append(_gap_edge(corner, leg, chain.legs[(i + 1) % len(chain.legs)]))
    polygon = _polygon(edges)
    if polygon is None:
        return None
    score = chain.cost + sum(_compass_cost(edge, polygon) for edge in edges if edge.named)
    return Ring(polygon, edges, score, chain.key, tuple(unused))


def _leg_edges(leg: Leg, way: Way) -> list[Edge]:
    """Return a leg's way as edges; breaks between pieces of the line are straight."""
    kind = "border" if leg.line.kind == "border" else "measured"
    kind = kind if leg.named else "bridged"
    return [
        Edge(kind if on_line else "straight", line, leg.line.name, leg.side)
        for line, on_line in way.stretches
        if line.length > 1.0
    ]


def _gap_edge(corner: Corner, before: Leg, after: Leg) -> Edge:
    """Return what lies between two legs that do not meet."""
    line = corner.way or LineString([corner.a, corner.b])
    if corner.kind == "bridged":
        return Edge("bridged", line, corner.feature, before.side)
    if corner.kind == "extended":
        leg = after if corner.from_b else before
        return Edge("extended", line, leg.line.name, leg.side)
    return Edge("straight", line, None, before.side, (before.line.name, after.line.name))


def _compass_cost(edge: Edge, polygon: Polygon) -> float:
    """Return the metres charged for an edge that contradicts the compass word of its side.

    A named edge should lie on its side of the centre, and be walked the way a clockwise ring walks
    that side: street grids here are tilted by up to 25 degrees and rivers wind, so half its length
    is all that is asked.
    """
    start, middle, end = (
        np.array(edge.line.interpolate(share, normalized=True).coords[0]) for share in (0, 0.5, 1)
    )
    away = middle - np.array(polygon.centroid.coords[0])
    wrong_side = float(away @ _OUTWARD[edge.side]) < 0.02 * np.sqrt(polygon.area)
    backward = 0.5 * edge.line.length - float((end - start) @ _FORWARD[edge.side])
    return _WRONG_SIDE_COST_M * wrong_side + max(0.0, backward)


def _polygon(edges: list[Edge]) -> Polygon | None:
    """Close the edges to a polygon; a spike or sliver at a corner is cut off, a knot is refused."""
    coords = [xy for edge in edges for xy in edge.line.coords]
    if len(coords) < 4:
        return None
    polygon = Polygon(coords)
    if not polygon.is_valid:
        whole = shapely.make_valid(polygon)
        parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
        polygon = max(parts, key=lambda part: part.area, default=Polygon())
        if polygon.area < 0.995 * sum(part.area for part in parts):
            return None
    return Polygon(polygon.exterior) if polygon.area > 10_000 else None
