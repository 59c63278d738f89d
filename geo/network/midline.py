"""Centrelines of many names at once, fast enough for a whole district.

As in `geo.network.centreline`, the lines of one name are widened until carriageways and tracks
merge into one band. Instead of the band's whole skeleton, sections across it are measured: from
points along every line, to the left and right edge of the band. Each line is moved to the middle,
and of lines that then lie on each other one stays. Where the band is as wide as a single line's,
nothing moves. All sections of all names are measured together. Planar work in metres.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.network.centreline import BAND_M, fork_points, heal_gaps, without_islands
from geo.network.sections import REACH_M, Pieces, Samples, sections_across

_TIP_M = 2.0  # sections nearer to an end run along the band's flat end
_SIDE_M = 160.0  # a half section longer than this goes down a side branch,
_ISLAND_SIDE_M = 400.0  # unless there are islands it may cross
_BULGE = 4  # sections either way that can outvote one
_ASLANT = 0.85  # a line nearer than about 30° to the section crosses the road, it runs not beside
_SAME_M = 0.6 * BAND_M  # moved lines nearer than this are one
_SPUR_M = 2.5 * BAND_M
_SIMPLIFY_M = 0.5
_LINK_M = 15.0  # a short run whose ends are this near to ends of others holds them together


def centrelines(bundles: Sequence[BaseGeometry]) -> list[MultiLineString]:
    """Return the centreline of each bundle of parallel lines.

    Parameters
    ----------
    bundles : sequence of shapely geometry
        (Multi)LineStrings in metres: all ways of one road or railway each.

    Returns
    -------
    list of shapely.MultiLineString
        Centrelines in metres, in the order of the bundles. Single carriageways keep their course
        exactly; close to where lines join, and at sharp bends, a centreline may be off by the
        spacing of the lines.
    """
    healed = [heal_gaps(bundle) for bundle in bundles]
    lines, owner = shapely.get_parts(np.array(healed, dtype=object), return_index=True)
    lines, owner = _unfolded(lines, owner)
    if len(lines) == 0:
        return [MultiLineString() for _ in bundles]
    samples = Samples.of(lines)
    bands = _bands(healed)
    left, right = _rooms(samples, owner, bands)
    sections = sections_across(samples, left, right)
    doubled = _doubled(samples, sections, lines, owner, left, right)
    forks = np.concatenate([shapely.get_coordinates(fork_points(line)) for line in healed])
    offset = _offsets(samples, forks, doubled, left, right)
    courses = _courses(samples, offset, sections)
    length = shapely.length(lines)
    result = []
    for number in range(len(bundles)):
        own = np.flatnonzero(owner == number)
        order = own[np.argsort(-length[own], kind="stable")]
        result.append(_one([courses[k] for k in order]))
    return result


def _unfolded(lines: NDArray, owner: NDArray) -> tuple[NDArray, NDArray]:
    """Cut lines where they turn back: carriageways that are joined at the end of a road."""
    parts, owners = [], []
    for line, number in zip(lines, owner.tolist(), strict=True):
        xy = shapely.get_coordinates(line)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
        turn = _turns(xy, along)
        cuts: list[int] = []
        # Of neighbouring vertices of one turn, the sharpest.
        for vertex in (np.argsort(turn, kind="stable") + 1).tolist():
            if turn[vertex - 1] >= 0.0:
                break
            if all(abs(along[vertex] - along[cut]) > 4 * REACH_M for cut in cuts):
                cuts.append(vertex)
        bounds = [0, *sorted(cuts), len(xy) - 1]
        for a, b in itertools.pairwise(bounds):
            parts.append(LineString(xy[a : b + 1]) if cuts else line)
            owners.append(number)
    return np.array(parts, dtype=object), np.array(owners, dtype=np.int64)


def _turns(xy: NDArray, along: NDArray) -> NDArray[np.float64]:
    """Return for every inner vertex how far it turns back: below zero, a line comes home there."""
    here = along[1:-1]

    def heading(place: NDArray) -> NDArray:
        ends = [
            np.column_stack([np.interp(place + by, along, axis) for axis in xy.T])
            for by in (-REACH_M, REACH_M)
        ]
        step = ends[1] - ends[0]
        return step / np.maximum(np.hypot(*step.T), 1e-9)[:, None]

    worst = np.ones(len(here))
    # At the vertex itself, or around a short road that joins the carriageways.
    for reach, most_deg in ((REACH_M, 110.0), (45.0, 150.0), (75.0, 150.0)):
        cosine = (heading(here - reach) * heading(here + reach)).sum(axis=1)
        worst = np.minimum(worst, cosine - np.cos(np.radians(most_deg)))
    return worst


def _bands(healed: list[MultiLineString]) -> list[tuple[list[Polygon], bool]]:
    """Return each bundle's band, and whether islands between its lines were filled."""
    lines = np.array(healed, dtype=object)
    bands = shapely.buffer(lines, BAND_M, cap_style="flat", join_style="round", quad_segs=4)
    forks = np.array([fork_points(line) for line in healed], dtype=object)
    result = []
    for band in shapely.union(bands, shapely.buffer(forks, BAND_M, quad_segs=4)):
        parts = [part for part in shapely.get_parts(band) if isinstance(part, Polygon)]
        filled = [without_islands(part) for part in parts]
        counts = [sum(len(part.interiors) for part in which) for which in (parts, filled)]
        result.append((filled, counts[0] > counts[1]))
    return result


def _rooms(
    samples: Samples, owner: NDArray, bands: list[tuple[list[Polygon], bool]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the metres from each sample to the left and right edge of its band; NaN if too far."""
    rings, bundle = [], []
    for number, (band, _) in enumerate(bands):
        for part in band:
            rings.extend([part.exterior, *part.interiors])
            bundle.extend([number] * (1 + len(part.interiors)))
    edges = Pieces.of(np.array(rings, dtype=object), np.array(bundle))
    own = owner[samples.line]
    most = np.array([_ISLAND_SIDE_M if islands else _SIDE_M for _, islands in bands])[own]
    widest = sections_across(samples, most, most)
    i, _, metres = edges.crossed(widest, samples.xy, samples.normal, own)
    rooms = []
    for side in (metres, -metres):
        room = np.full(len(own), np.inf)
        np.minimum.at(room, i[side > 0], side[side > 0])
        rooms.append(np.where(room <= most, room, np.nan))
    return rooms[0], rooms[1]


def _doubled(
    samples: Samples,
    sections: NDArray,
    lines: NDArray,
    owner: NDArray,
    left: NDArray,
    right: NDArray,
) -> NDArray[np.bool_]:
    """Return at which samples another line of the bundle runs beside theirs in the band."""
    pieces = Pieces.of(lines, owner)
    i, j, metres = pieces.crossed(sections, samples.xy, samples.normal, owner[samples.line])
    step = pieces.q[j] - pieces.p[j]
    across = np.abs((step * samples.normal[i]).sum(axis=1)) / np.maximum(np.hypot(*step.T), 1e-9)
    # Nowhere within a room that is not known (NaN).
    beside = (metres <= left[i]) & (-metres <= right[i])
    beside &= (pieces.line[j] != samples.line[i]) & (across < _ASLANT)
    result = np.zeros(len(left), dtype=bool)
    result[i[beside]] = True
    return result


def _offsets(
    samples: Samples, forks: NDArray, doubled: NDArray, left: NDArray, right: NDArray
) -> NDArray[np.float64]:
    """Return how far to the left of each sample the middle of its band is, in metres."""
    offset = np.where(doubled, (left - right) / 2, 0.0)
    rest = samples.length - samples.along
    inner = (np.minimum(samples.along, rest) > _TIP_M) | (samples.length < 4 * _TIP_M)
    # Where lines meet, the band is round and has no flat end.
    inner |= np.isin(samples.xy.round(3).view(complex), forks.round(3).view(complex)).reshape(-1)
    measured = np.isfinite(left) & np.isfinite(right) & inner
    return _smoothed(samples, _filled(samples, offset, measured))


def _filled(samples: Samples, offset: NDArray, valid: NDArray) -> NDArray[np.float64]:
    """Interpolate offsets along each line where none was measured; a line without any stays."""
    measure = samples.along + np.concatenate([[0.0], np.cumsum(np.diff(samples.line) > 0)]) * 1e7
    starts = np.flatnonzero(np.concatenate([[True], np.diff(samples.line) > 0]))
    ends = np.concatenate([starts[1:] - 1, [len(offset) - 1]])
    numbers = np.arange(len(offset))
    lowest = np.minimum.reduceat(np.where(valid, numbers, len(offset)), starts)
    highest = np.maximum.reduceat(np.where(valid, numbers, -1), starts)
    value, known = np.where(valid, offset, 0.0), valid.copy()
    some = highest >= 0
    for side, nearest in ((starts, lowest), (ends, highest)):
        value[side] = np.where(some, value[np.where(some, nearest, 0)], 0.0)
        known[side] = True
    return np.interp(measure, measure[known], value[known])


def _smoothed(samples: Samples, offset: NDArray) -> NDArray[np.float64]:
    """Leave out bulges at the mouths of side branches; soften where a carriageway begins."""
    numbers = np.arange(len(offset))
    starts = np.flatnonzero(np.concatenate([[True], np.diff(samples.line) > 0]))
    rank = np.cumsum(np.concatenate([[True], np.diff(samples.line) > 0])) - 1
    low, high = starts[rank], np.concatenate([starts[1:] - 1, [len(offset) - 1]])[rank]

    def shifted(by: int) -> NDArray:
        return offset[np.clip(numbers + by, low, high)]

    offset = np.median([shifted(by) for by in range(-_BULGE, _BULGE + 1)], axis=0)
    tip = (numbers == low) | (numbers == high)
    for _ in range(2):
        offset = np.where(tip, offset, 0.25 * shifted(-1) + 0.5 * offset + 0.25 * shifted(1))
    return offset


@dataclass(frozen=True)
class _Course:
    """A line moved to the middle of its band.

    ``xy`` are its points, ``moved`` which of them are not as drawn, ``vertex`` which are vertices
    as drawn, ``section`` the lines across the band there.
    """

    xy: NDArray
    moved: NDArray
    vertex: NDArray
    section: NDArray

    def __len__(self) -> int:
        return len(self.xy)

    def __getitem__(self, part: slice) -> _Course:
        return _Course(self.xy[part], self.moved[part], self.vertex[part], self.section[part])


def _courses(samples: Samples, offset: NDArray, section: NDArray) -> list[_Course]:
    """Return each line's course."""
    moved = np.abs(offset) > 1e-6
    xy = samples.xy + samples.normal * np.where(moved, offset, 0.0)[:, None]
    # On the inside of a bend moved points may run backward.
    step, old = np.diff(xy, axis=0), np.diff(samples.xy, axis=0)
    same = samples.line[1:] == samples.line[:-1]
    backward = np.concatenate([[False], same & ((step * old).sum(axis=1) < 0)])
    keep = ~(backward & moved)
    whole = _Course(xy[keep], moved[keep], samples.vertex[keep], section[keep])
    line = samples.line[keep]
    bounds = [0, *(np.flatnonzero(line[1:] != line[:-1]) + 1).tolist(), len(line)]
    return [whole[a:b] for a, b in itertools.pairwise(bounds)]


def _one(courses: list[_Course]) -> MultiLineString:
    """Return one line of courses, the longest first: what lies on another is left out."""
    kept: list[LineString] = []
    for course in courses:
        if kept:
            kept.extend(_rest(course, kept))
        else:
            kept.extend(_line(course))
    if not kept:
        return MultiLineString()
    whole = shapely.line_merge(shapely.multilinestrings(kept))
    return heal_gaps(MultiLineString(list(shapely.get_parts(whole))))


def _line(course: _Course) -> list[LineString]:
    """Return a course as a line: drawn vertices where it was not moved, else what bends it."""
    moved = course.moved
    keep = course.vertex & ~moved
    keep[[0, -1]] = True
    bounds = [0, *(np.flatnonzero(moved[1:] != moved[:-1]) + 1).tolist(), len(course)]
    for a, b in itertools.pairwise(bounds):
        if moved[a] and b - a > 1:
            bends = shapely.get_coordinates(
                shapely.simplify(LineString(course.xy[a:b]), _SIMPLIFY_M)
            )
            # What is left are points of the course.
            keep[a:b] |= np.isin(course.xy[a:b].view(complex), bends.view(complex)).reshape(-1)
        elif moved[a]:
            keep[a] = True
    line = LineString(course.xy[keep]) if keep.sum() > 1 else LineString()
    return [line] if line.length > 0 else []


def _rest(course: _Course, kept: list[LineString]) -> list[LineString]:
    """Return the runs of a course that lie on no other, led to the others where they were cut."""
    near = _near(course, kept)
    others = shapely.multilinestrings(kept)
    tips = shapely.get_coordinates(shapely.boundary(others))
    bounds = [0, *(np.flatnonzero(near[1:] != near[:-1]) + 1).tolist(), len(course)]
    runs = []
    for a, b in itertools.pairwise(bounds):
        cut = (a > 0, b < len(course))
        run = course[max(a - 1, 0) : b + 1]
        if near[a] or (_short(run.xy) and not _links(course.xy[a:b], cut, tips)):
            continue
        xy = [course.xy[a:b]]
        if cut[0]:
            xy.insert(0, _onto(course.xy[a], others, tips))
        if cut[1]:
            xy.append(_onto(course.xy[b - 1], others, tips))
        added = np.zeros((a > 0) + (b - a) + (b < len(course)), dtype=bool)
        inside = slice(int(cut[0]), int(cut[0]) + b - a)
        moved, vertex = added.copy(), ~added
        moved[inside], vertex[inside] = course.moved[a:b], course.vertex[a:b]
        runs.extend(_line(_Course(np.vstack(xy), moved, vertex, course.section[:0])))
    return runs


def _near(course: _Course, kept: list[LineString]) -> NDArray[np.bool_]:
    """Return which points of a course lie on what is kept, or in one section with it."""
    close, one_band = np.zeros(len(course), dtype=bool), np.zeros(len(course), dtype=bool)
    points = shapely.STRtree(shapely.points(course.xy))
    close[points.query(kept, predicate="dwithin", distance=_SAME_M)[1]] = True
    one_band[shapely.STRtree(course.section).query(kept, predicate="intersects")[1]] = True
    near = close | one_band
    # In the corner of a bend a section looks far into the angle: a few such are no parallel.
    bounds = [0, *(np.flatnonzero(near[1:] != near[:-1]) + 1).tolist(), len(course)]
    for a, b in itertools.pairwise(bounds):
        if near[a] and not close[a:b].any() and _short(course.xy[a:b]):
            near[a:b] = False
    return near


def _short(xy: NDArray) -> bool:
    return float(np.hypot(*np.diff(xy, axis=0).T).sum()) < _SPUR_M


def _links(xy: NDArray, cut: tuple[bool, bool], tips: NDArray) -> bool:
    """Return whether a short run joins ends of what is kept; others are spurs and crossbars."""
    if all(cut) or not len(tips):
        return not any(cut) and not len(tips)
    ends = [xy[end] for end, was in zip((0, -1), cut, strict=True) if not was]
    nearest = [np.hypot(*(tips - end).T) for end in ends]
    if any(away.min() > _LINK_M for away in nearest):
        return False
    return len(ends) == 1 or nearest[0].argmin() != nearest[1].argmin()


def _onto(xy: NDArray, others: BaseGeometry, tips: NDArray) -> NDArray:
    """Return where a cut run joins the others: at an end of theirs if one is about as near."""
    nearest = shapely.get_coordinates(shapely.shortest_line(others, shapely.Point(xy)))[0]
    if len(tips):
        away = np.hypot(*(tips - xy).T)
        if away.min() < 1.5 * np.hypot(*(nearest - xy)) + 10.0:
            return tips[away.argmin()]
    return nearest
