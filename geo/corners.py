"""Where one reference line may give way to the next: crossings, gaps and bridges between them.

Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from geo.reference import Line
from geo.track import Track

EXTEND_M = 3_500.0  # longest run straight on from the end of a line
BRIDGE_M = 2_500.0  # longest way along a line the clause does not name
PASS_M = 400.0  # lines this near each other may give way without meeting
# A metre off the named lines costs this much: along another line, straight on, straight across.
COST = {"meet": 0.0, "bridged": 0.8, "extended": 1.0, "straight": 1.6}
_CLUSTER_M = 60.0  # crossings nearer than this are one: carriageways, ramps, wiggles
_TOUCH_M = 5.0  # ends this near a line meet it: the positions are no better
_KEEP = 6  # gaps, and bridges, kept for a pair of lines


@dataclass(frozen=True)
class Corner:
    """Where one line is left (``a``) and the next is joined (``b``), and what lies between.

    ``kind`` is ``meet``, ``bridged`` (along ``feature``, the line ``way``), ``extended`` (straight
    on from an end of ``a``'s line, or of ``b``'s when ``from_b``) or ``straight`` (across a gap).
    """

    a: Point
    b: Point
    kind: str
    way: LineString | None = None
    feature: str | None = None
    from_b: bool = False

    @property
    def cost(self) -> float:
        """Metres off the named lines, weighted by how the gap is closed."""
        if self.kind == "meet":
            return 0.0
        return COST[self.kind] * (self.way.length if self.way else self.a.distance(self.b))


class CornerFinder:
    """Finds, once for each pair of lines, where one may give way to the other.

    Parameters
    ----------
    network : iterable of Line
        Lines that may bridge a gap between two that do not meet; borders never do.
    """

    def __init__(self, network: Iterable[Line] = ()) -> None:
        self._network = [line for line in network if line.kind != "border"]
        self._tracks: dict[str, Track] = {}
        self._known: dict[tuple[str, str], list[Corner]] = {}

    def track(self, line: Line) -> Track:
        """Return the track of a line, made once."""
        if line.name not in self._tracks:
            self._tracks[line.name] = Track(line.geometry)
        return self._tracks[line.name]

    def between(self, a: Line, b: Line) -> list[Corner]:
        """Return the corners from ``a`` to ``b``: meetings, then gaps, cheapest first."""
        key = (a.name, b.name)
        if key not in self._known:
            corners = _corners(a.geometry, b.geometry)
            if not any(corner.kind == "meet" for corner in corners):
                corners += self._bridges(a, b)
            self._known[key] = corners
        return self._known[key]

    def _bridges(self, a: Line, b: Line) -> list[Corner]:
        """Return the ways from ``a`` to ``b`` along one line of the network that meets both."""
        found = []
        for line in self._network:
            if line.name in {a.name, b.name}:
                continue
            track = self.track(line)
            starts = meetings(a.geometry, line.geometry)
            ends = meetings(line.geometry, b.geometry) if starts else []
            for start, end in itertools.product(starts, ends):
                spots = track.spot(start), track.spot(end)
                if _CLUSTER_M < track.length(*spots) <= BRIDGE_M:
                    way = track.way(*spots).line
                    found.append(Corner(start, end, "bridged", way, line.name))
        return sorted(found, key=lambda corner: corner.cost)[:_KEEP]


def meetings(a: MultiLineString, b: MultiLineString) -> list[Point]:
    """Return the points where two lines cross, or where an end of one comes up to the other."""
    points = _clusters(shapely.intersection(a, b))
    if not points:
        points = [
            tip
            for one, other in ((a, b), (b, a))
            for tip, _ in tips(one)
            if other.distance(tip) <= _CLUSTER_M
        ]
    return points


def tips(geometry: MultiLineString) -> Iterator[tuple[Point, np.ndarray]]:
    """Yield a line's free ends, each with the unit heading in which the line leaves it."""
    parts = list(geometry.geoms)
    for number, part in enumerate(parts):
        reach = min(120.0, part.length / 2)
        for end, inner in ((0, reach), (-1, -reach)):
            tip = Point(part.coords[end])
            if any(k != number and other.distance(tip) < 1.0 for k, other in enumerate(parts)):
                continue
            back = part.interpolate(inner)
            away = np.array([tip.x - back.x, tip.y - back.y])
            yield tip, away / max(float(np.hypot(*away)), 1e-9)


def _corners(a: MultiLineString, b: MultiLineString) -> list[Corner]:
    """Return where two lines meet, and the straight ways across where they do not."""
    found = [Corner(point, point, "meet") for point in _clusters(shapely.intersection(a, b))]
    crossing = bool(found)
    for one, other, swap in ((a, b, False), (b, a, True)):
        for tip, heading in tips(one):
            for kind, near in _across(tip, heading, other):
                ends = (near, tip) if swap else (tip, near)
                found.append(Corner(*ends, kind, from_b=swap and kind == "extended"))
    if not crossing:
        found += _passes(a, b)
    unique: dict[tuple[int, ...], Corner] = {}
    for corner in sorted(found, key=lambda corner: corner.cost):
        key = tuple(round(value / 10) for p in (corner.a, corner.b) for value in (p.x, p.y))
        unique.setdefault(key, corner)
    meets = [corner for corner in unique.values() if corner.kind == "meet"]
    gaps = [corner for corner in unique.values() if corner.kind != "meet"]
    return meets + gaps[:_KEEP]


def _across(tip: Point, heading: np.ndarray, other: MultiLineString) -> list[tuple[str, Point]]:
    """Return how an end of one line may reach another: touching, straight on, or the near way."""
    near = Point(shapely.shortest_line(other, tip).coords[0])
    if near.distance(tip) <= _TOUCH_M:
        return [("meet", near)]
    ray = LineString([tip, (tip.x + heading[0] * EXTEND_M, tip.y + heading[1] * EXTEND_M)])
    hits = [Point(xy) for xy in shapely.get_coordinates(shapely.intersection(ray, other))]
    ways = [("extended", min(hits, key=tip.distance))] if hits else []
    return [*ways, ("straight", near)]


def _passes(a: MultiLineString, b: MultiLineString) -> list[Corner]:
    """Return the straight gaps where two lines that do not meet come nearest to each other."""
    on_a, on_b = (Point(xy) for xy in shapely.shortest_line(a, b).coords)
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(a, 50.0)))
    distance = shapely.distance(points, b)
    before, after = np.roll(distance, 1), np.roll(distance, -1)
    lows = np.flatnonzero((distance < before) & (distance <= after) & (distance < PASS_M))
    lows = lows[np.argsort(distance[lows])][:_KEEP]
    return [
        Corner(on_a, on_b, "straight"),
        *(
            Corner(points[i], Point(shapely.shortest_line(b, points[i]).coords[0]), "straight")
            for i in lows
        ),
    ]


def _clusters(geometry: shapely.Geometry) -> list[Point]:
    """Return crossings as points, those close together as one."""
    points: list[Point] = []
    for part in shapely.get_parts(geometry):
        if part.is_empty:
            continue
        ends = [part] if part.geom_type == "Point" else [Point(part.coords[i]) for i in (0, -1)]
        for point in ends:
            if all(point.distance(other) > _CLUSTER_M for other in points):
                points.append(point)
    return points
