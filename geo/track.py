"""Walking along a reference line that may be in several pieces. Planar work in metres."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point
from shapely.ops import substring

JUMP_M = 3_500.0  # longest break inside one line that is crossed straight


@dataclass(frozen=True)
class Way:
    """A way along a line: stretches in order, each on the line or across a break in it."""

    stretches: tuple[tuple[LineString, bool], ...]

    @property
    def length(self) -> float:
        """Whole length in metres."""
        return sum(line.length for line, _ in self.stretches)

    @property
    def line(self) -> LineString:
        """The way as one line."""
        return LineString([xy for line, _ in self.stretches for xy in line.coords])


@dataclass(frozen=True)
class Spot:
    """A place on a track: which piece, and how far along it (metres)."""

    piece: int
    along: float


class Track:
    """A line to walk on: its pieces and the shortest way over the breaks between them.

    Parameters
    ----------
    geometry : shapely.MultiLineString
        The line in metres.
    """

    def __init__(self, geometry: MultiLineString) -> None:
        self.geometry = geometry
        self.pieces = list(geometry.geoms)
        count = len(self.pieces)
        self._leave: dict[tuple[int, int], tuple[Point, Point]] = {}
        gaps = np.zeros((count, count))
        for a, b in itertools.combinations(range(count), 2):
            ends = shapely.shortest_line(self.pieces[a], self.pieces[b])
            start, end = (Point(xy) for xy in ends.coords)
            self._leave[a, b], self._leave[b, a] = (start, end), (end, start)
            gaps[a, b] = gaps[b, a] = ends.length if ends.length <= JUMP_M else np.inf
        self._next = np.tile(np.arange(count), (count, 1))
        for k in range(count):
            by_way_of_k = gaps[:, k, None] + gaps[None, k, :]
            shorter = by_way_of_k < gaps
            gaps = np.where(shorter, by_way_of_k, gaps)
            self._next = np.where(shorter, self._next[:, k, None], self._next)
        self._reachable = np.isfinite(gaps)

    def spot(self, point: Point) -> Spot:
        """Return the place on the track nearest to a point."""
        piece = int(np.argmin(shapely.distance(self.pieces, point)))
        return Spot(piece, self.pieces[piece].project(point))

    def length(self, start: Spot, end: Spot) -> float:
        """Return the metres from one spot to another; infinite when they cannot be joined."""
        if start.piece == end.piece:
            return abs(end.along - start.along)
        if not self._reachable[start.piece, end.piece]:
            return float("inf")
        return self.way(start, end).length

    def way(self, start: Spot, end: Spot) -> Way:
        """Return the way from one spot to another.

        Raises
        ------
        ValueError
            When no way exists; ask `length` first.
        """
        if not self._reachable[start.piece, end.piece]:
            raise ValueError("the pieces are too far apart")
        stretches: list[tuple[LineString, bool]] = []
        here = start
        while here.piece != end.piece:
            onward = int(self._next[here.piece, end.piece])
            leave, join = self._leave[here.piece, onward]
            stretches.append((self._walk(here, self.pieces[here.piece].project(leave)), True))
            stretches.append((LineString([leave, join]), False))
            here = Spot(onward, self.pieces[onward].project(join))
        stretches.append((self._walk(here, end.along), True))
        return Way(tuple(stretches))

    def _walk(self, start: Spot, to: float) -> LineString:
        """Return the stretch of one piece; a stretch of no length is two equal points."""
        part = substring(self.pieces[start.piece], start.along, to)
        return part if part.geom_type == "LineString" else LineString([part, part])
