"""Lines drawn for tests of the tracer: a square of four roads, and rings that must be sound."""

from __future__ import annotations

import itertools

import shapely
from shapely import affinity
from shapely.geometry import MultiLineString, Point, Polygon, box

from geo.reference import Line, Reference
from geo.trace import Leg, NoRing, Ring, trace

ORIGIN = (630_000, 3_440_000)  # somewhere in Minhang, so that rounding is that of real data
FOUR = ("north", "east", "south", "west")  # clockwise
SIDES = {
    "north": [(-300, 2000), (2300, 2000)],
    "east": [(2000, 2300), (2000, -300)],
    "south": [(2300, 0), (-300, 0)],
    "west": [(0, -300), (0, 2300)],
}
SQUARE = box(0, 0, 2000, 2000)
ON_LINES = {"measured", "border", "bridged"}
KINDS = ON_LINES | {"extended", "straight"}


def line(name: str, *pieces: list[tuple[float, float]], kind: str = "road") -> Line:
    """A reference line, moved to where real ones lie."""
    return Line(name, kind, affinity.translate(MultiLineString(list(pieces)), *ORIGIN))


def legs(sides: dict[str, list[Line]], connectors: tuple[str, ...] = ()) -> list[Leg]:
    """Legs in the order of a dictionary of sides."""
    return [
        Leg(side, one, one.name, named=one.name not in connectors)
        for side, lines in sides.items()
        for one in lines
    ]


def square(**changed: list[Line]) -> dict[str, list[Line]]:
    """The four roads of the square, some sides replaced."""
    return {side: [line(side[0].upper(), SIDES[side])] for side in FOUR} | changed


def reference(*lines: Line) -> Reference:
    """A reference of some lines."""
    return Reference("test", {one.name: one for one in lines})


def home(geometry: shapely.Geometry) -> shapely.Geometry:
    """Something traced, moved back to the origin."""
    return affinity.translate(geometry, -ORIGIN[0], -ORIGIN[1])


def iou(a: Polygon, b: Polygon) -> float:
    return a.intersection(b).area / a.union(b).area


def kinds(ring: Ring) -> list[tuple[str, str | None]]:
    """What the ring's stretches are, from the first in the order of the alphabet on."""
    told = [(edge.kind, edge.feature) for edge in ring.edges]
    return from_first(told, min(told, key=lambda pair: (pair[1] or "~", pair[0])))


def from_first(items: list | tuple, first) -> list:
    """A round walk begun at one of its places."""
    at = list(items).index(first)
    return [*items[at:], *items[:at]]


def assert_sound(ring: Ring, lines: list[Line]) -> None:
    """A ring is closed, simple and valid, and lies on the ground it claims."""
    assert ring.polygon.is_valid
    assert ring.polygon.exterior.is_closed
    assert ring.polygon.exterior.is_simple
    assert not ring.polygon.interiors
    assert not ring.polygon.exterior.is_ccw
    by_name = {one.name: one.geometry for one in lines}
    for edge in ring.edges:
        assert edge.kind in KINDS
        if edge.kind in ON_LINES and edge.feature is not None:
            # Snaps of at most 5 m each, a few of them in a row, close what rounding leaves open.
            assert by_name[edge.feature].buffer(15.5).covers(edge.line)
            assert edge.line.length - on_line(edge.line, by_name[edge.feature]) <= 20.0
        if edge.kind == "straight":
            assert edge.feature or edge.between
    # One edge begins where the one before it ended.
    for one, other in itertools.pairwise([*ring.edges, ring.edges[0]]):
        assert Point(one.line.coords[-1]).distance(Point(other.line.coords[0])) < 1e-6
    total = sum(edge.line.length for edge in ring.edges)
    assert 0.0 <= ring.named_share <= 1.0
    assert abs(ring.polygon.length - total) < 1e-3


def on_line(edge: shapely.Geometry, of: shapely.Geometry) -> float:
    """Metres of a stretch that lie on a line."""
    return edge.intersection(of.buffer(0.5)).length


def traced(
    sides: dict[str, list[Line]], connectors=(), network: tuple[Line, ...] = (), **options
) -> Ring:
    """The ring of some sides, which must exist and be sound, and so must every other reading."""
    lines = [*network, *itertools.chain(*sides.values())]
    ring = trace(legs(sides, connectors), reference=reference(*lines), **options)
    assert isinstance(ring, Ring), ring
    for one in (ring, *ring.alternatives):
        assert_sound(one, lines)
    return ring


def none_of(sides: dict[str, list[Line]] | list[Leg], **options) -> NoRing:
    """Why some sides have no ring."""
    ring = trace(legs(sides) if isinstance(sides, dict) else sides, **options)
    assert isinstance(ring, NoRing), ring
    assert ring.reason.zh
    assert ring.reason.en
    return ring
