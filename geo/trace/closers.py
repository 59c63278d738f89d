"""Lines that may close the gaps between features that do not meet.

Ends that stop short of a corner, breaks inside a line, features that never touch: each is given
the ways a planner would close it, every one with its price a metre, so that a ring uses them only
where nothing named is to be had. Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString

from geo.trace.arrangement import Strand
from geo.trace.edges import bends

NAMED_RATE = 0.05  # a metre on a named feature: the shorter of two rings is the likelier one
# A metre off the named features costs this much: inside a break of one feature, along another line
# of the map, straight on from an end, straight across.
BREAK_RATE, BRIDGED_RATE, EXTENDED_RATE, STRAIGHT_RATE = 0.5, 0.85, 1.05, 1.65
_HEADING_M = 60.0  # a line's heading at its end is that of its last so many metres
_STEP_M = 10.0
_MOST_STEPS = 2_000  # along lines of many kilometres side by side the steps are longer
_MOST_PASSES = 6
_MOST_PIECES = 8  # a feature in more pieces is joined piece to nearest piece only


@dataclass(frozen=True)
class Reach:
    """How far gaps are closed, in metres.

    ``ahead_m`` straight on from an end, ``break_m`` inside one feature, ``pass_m`` where two
    features come near each other, ``apart_m`` between two that never meet.
    """

    ahead_m: float
    break_m: float
    pass_m: float
    apart_m: float


NEAR = Reach(ahead_m=200.0, break_m=400.0, pass_m=100.0, apart_m=0.0)
FAR = Reach(ahead_m=3_500.0, break_m=3_500.0, pass_m=400.0, apart_m=3_500.0)


@dataclass(frozen=True)
class Feature:
    """A line of the clause: its name, course, the sides it bounds, and whether the clause names it.

    ``loose`` features stand for many lines at once (any railway); their own ends and breaks are
    not closed. ``extends`` features are named as running on beyond their mapped end, which then
    costs no more than the line itself.
    """

    name: str
    geometry: MultiLineString
    sides: tuple[str, ...] = ()
    named: bool = True
    loose: bool = False
    extends: bool = False


def named_strands(features: Sequence[Feature]) -> list[Strand]:
    """Return the features' own lines as strands; a ring road on several sides, each apart."""
    return [
        Strand(piece, "named", NAMED_RATE, number, feature.name)
        for number, feature in enumerate(features)
        for line in feature.geometry.geoms
        for piece in (bends(line) if line.is_ring and len(feature.sides) > 1 else (line,))
    ]


def closers(features: Sequence[Feature], reach: Reach) -> list[Strand]:
    """Return strands that may close gaps within reach, in a fixed order.

    Parameters
    ----------
    features : sequence of Feature
    reach : Reach
        `NEAR` for what the map's rounding leaves open, `FAR` for real gaps.
    """
    return [
        *_at_ends(features, reach),
        *_at_breaks(features, reach.break_m),
        *_at_passes(features, reach),
    ]


def _ends(line: LineString) -> Iterator[tuple[NDArray, NDArray]]:
    """Yield both ends of a line, each with the unit vector in which the line leaves it."""
    if line.is_ring:
        return
    reach = min(_HEADING_M, line.length)
    for end, inner in ((0, reach), (-1, -reach)):
        tip = np.array(line.coords[end])
        back = tip - np.array(shapely.line_interpolate_point(line, inner).coords[0])
        length = np.hypot(*back)
        if length > 0:
            yield tip, back / length


def _at_ends(features: Sequence[Feature], reach: Reach) -> Iterator[Strand]:
    """Yield the way straight on from each end; one that ends on a line may be meant to run on."""
    shapes = np.array([feature.geometry for feature in features], dtype=object)
    for number, feature in enumerate(features):
        if feature.loose:
            continue
        others = np.delete(shapes, number)
        for line in feature.geometry.geoms:
            for tip, heading in _ends(line):
                yield from _ahead(tip, heading, feature, others, reach.ahead_m)


def _ahead(
    tip: NDArray, heading: NDArray, feature: Feature, others: NDArray, most_m: float
) -> Iterator[Strand]:
    """Yield the run straight on from an end, up to the second place where it meets another."""
    ray = LineString([tip, tip + heading * most_m])
    hits = shapely.get_coordinates(shapely.intersection(ray, others))
    if len(hits) == 0:
        return
    ahead = np.unique(np.round(np.hypot(*(hits - tip).T), 2))
    ahead = ahead[ahead > 1.0]
    if len(ahead):
        stop = tip + heading * (ahead[:2][-1] + 0.05)
        rate = NAMED_RATE if feature.extends else EXTENDED_RATE
        yield Strand(LineString([tip, stop]), "extended", rate, label=feature.name)


def _at_breaks(features: Sequence[Feature], most_m: float) -> Iterator[Strand]:
    """Yield straight joins over the breaks inside one feature."""
    for feature in features:
        if feature.loose:
            continue
        pieces = list(feature.geometry.geoms)
        for a, b in _pairs(pieces):
            line = shapely.shortest_line(pieces[a], pieces[b])
            if 0.01 < line.length <= most_m:
                yield Strand(line, "straight", BREAK_RATE)


def _pairs(pieces: list[LineString]) -> list[tuple[int, int]]:
    """Return the pairs of pieces to join: all of a few, else each with its two nearest."""
    if len(pieces) <= _MOST_PIECES:
        return list(itertools.combinations(range(len(pieces)), 2))
    found = set()
    for number, piece in enumerate(pieces):
        away = shapely.distance(piece, pieces)
        found |= {tuple(sorted((number, int(i)))) for i in np.argsort(away, kind="stable")[1:3]}
    return sorted(found)


def _at_passes(features: Sequence[Feature], reach: Reach) -> Iterator[Strand]:
    """Yield where two features come near each other, and the nearest pass of two apart."""
    for a, b in itertools.combinations(features, 2):
        if a.loose or b.loose:
            continue
        lines = _passes(a.geometry, b.geometry, reach.pass_m)
        nearest = shapely.shortest_line(a.geometry, b.geometry)
        if 0.01 < nearest.length <= reach.apart_m:
            lines.append(nearest)
        for line in lines:
            yield Strand(line, "straight", STRAIGHT_RATE)


def _passes(a: MultiLineString, b: MultiLineString, most_m: float) -> list[LineString]:
    """Return the straight joins of two lines where they pass within reach without meeting.

    Lines that run side by side pass each other everywhere; the few nearest places are enough.
    """
    found: list[LineString] = []
    near = shapely.intersection(a, shapely.buffer(b, most_m, quad_segs=2))
    for piece in shapely.get_parts(near):
        if piece.length == 0:
            continue
        steps = min(int(piece.length / _STEP_M) + 1, _MOST_STEPS)
        places = shapely.line_interpolate_point(piece, np.linspace(0, piece.length, steps + 1))
        away = shapely.distance(places, b)
        before = np.concatenate([[np.inf], away[:-1]])
        behind = np.concatenate([away[1:], [np.inf]])
        # At a crossing the lines come nearer than two steps: they meet there anyway.
        lows = np.flatnonzero((away > 2 * _STEP_M) & (away < before) & (away <= behind))
        nearest = lows[np.argsort(np.round(away[lows]), kind="stable")[:_MOST_PASSES]]
        found += list(shapely.shortest_line(places[nearest], b))
    found.sort(key=lambda line: round(line.length))
    return found[:_MOST_PASSES]
