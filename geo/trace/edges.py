"""The stretches of a ring: what each lies on, and how that is known. Planar, in local metres."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry import LineString

TOUCH_M = 5.0  # a stretch no longer than this is none: the positions are no better
_STRAIGHT_M = 50.0


@dataclass(frozen=True)
class Edge:
    """A stretch of ring: what it lies on and how that is known.

    ``kind`` is ``measured`` on a named feature, ``border`` on a named administrative line,
    ``bridged`` along a line the clause does not name (``feature`` is None where that has no name),
    ``extended`` straight on from the end of ``feature``, or ``straight`` across a gap: in
    ``feature`` itself, or ``between`` two features. ``side`` is the side of the clause that
    the stretch bounds or goes on from. ``line`` is in local metres, clockwise.
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


def bends(line: LineString) -> list[LineString]:
    """Return a line cut where it bends: each piece keeps within 50 m of straight.

    Parameters
    ----------
    line : shapely.LineString
        In local metres.

    Returns
    -------
    list of shapely.LineString
        End to end, in the line's direction.
    """
    turns = set(shapely.simplify(line, _STRAIGHT_M).coords[1:-1])
    coords = list(line.coords)
    inner = [i for i, xy in enumerate(coords[1:-1], 1) if xy in turns]
    cuts = [0, *inner, len(coords) - 1]
    return [LineString(coords[a : b + 1]) for a, b in itertools.pairwise(cuts)]


def joined(edges: Sequence[Edge]) -> list[Edge]:
    """Join the pieces of a ring into stretches.

    Parameters
    ----------
    edges : sequence of Edge
        Round the ring, each from one junction to the next.

    Returns
    -------
    list of Edge
        Neighbouring pieces of one kind are one stretch; a stretch of a few metres, within which
        the map's lines are no truer, goes to its neighbour. Stretches that close a gap are told
        with the side they go on from and what they lie between.
    """
    runs = _merged([(edge, [edge.line]) for edge in edges])
    firm = [number for number, (_, lines) in enumerate(runs) if _metres(lines) > TOUCH_M]
    if not firm:
        return []
    kept: list[_Run] = []
    for edge, lines in [*runs[firm[0] :], *runs[: firm[0]]]:
        if kept and _metres(lines) <= TOUCH_M:
            kept[-1][1].extend(lines)
        else:
            kept.append((edge, list(lines)))
    whole = [replace(edge, line=LineString(_coords(lines))) for edge, lines in _merged(kept)]
    return [_placed(edge, number, whole) for number, edge in enumerate(whole)]


_Run = tuple[Edge, list[LineString]]


def _merged(runs: Sequence[_Run]) -> list[_Run]:
    """Join neighbours of one kind, the last with the first as well."""
    merged: list[_Run] = []
    for edge, lines in runs:
        if merged and _label(edge) == _label(merged[-1][0]):
            merged[-1][1].extend(lines)
        else:
            merged.append((edge, list(lines)))
    if len(merged) > 1 and _label(merged[0][0]) == _label(merged[-1][0]):
        edge, lines = merged.pop()
        merged[0] = (edge, [*lines, *merged[0][1]])
    return merged


def _metres(lines: Sequence[LineString]) -> float:
    return sum(line.length for line in lines)


def _coords(lines: list[LineString]) -> list[tuple[float, ...]]:
    """Return the coordinates of lines that go on from each other, each place once."""
    coords = (xy for line in lines for xy in line.coords)
    return [xy for xy, _ in itertools.groupby(coords)]


def _placed(edge: Edge, number: int, ring: list[Edge]) -> Edge:
    """Return a stretch that closes a gap with its side and with what it lies between."""
    if edge.side:
        return edge
    before = [ring[number - step] for step in range(1, len(ring))]
    behind = [ring[(number + step) % len(ring)] for step in range(1, len(ring))]
    # It is told with the side it goes on from; what runs on from a line's end, with that line's.
    own = (near for near in (*before[:1], *behind[:1]) if near.feature == edge.feature)
    side = next((other.side for other in (*own, *before) if other.side), None)
    if edge.kind != "straight":
        return replace(edge, side=side)
    one, other = (
        next((near.feature for near in order if near.feature), None) for order in (before, behind)
    )
    if one == other:
        return replace(edge, side=side, feature=one)
    return replace(edge, side=side, between=(one, other))


def _label(edge: Edge) -> tuple:
    return edge.kind, edge.feature, edge.side, edge.between
