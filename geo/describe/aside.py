"""Stretches of ring that keep their distance from a named line: 曹安公路南150米.

Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString
from shapely.ops import substring

from geo.describe.along import WITHIN_M, Ground, Run
from geo.trace.fit import OUTWARD
from geo.trace.offsets import offset_line

_LEAST_M = 200.0  # shorter stretches are not told by their distance from something
_REACH_M = 500.0
_MOST = 2  # a clause that gives more lines by their distance is one that nobody can follow
_STEP_M = 15.0
_STEADY_M = 8.0  # the distance of one stretch varies by no more
_BREAK_STEPS = 3  # so many steps off the distance do not end a stretch
_EXACT_M = 1.0
_FOUR = ("north", "east", "south", "west")


def with_offsets(runs: list[Run], ground: Ground, names: Collection[str]) -> list[Run]:
    """Return the runs of a ring, those on no line told by their distance from one where they can.

    Parameters
    ----------
    runs : list of Run
        Clockwise.
    ground : Ground
    names : collection of str
        The lines that may be named.
    """
    parted = [_parted(run, ground, names) if run.name is None else [run] for run in runs]
    asides = [run for part in parted for run in part if run.offset_m is not None]
    longest = {run.name: run for run in sorted(asides, key=lambda run: run.metres)}
    kept = sorted(longest.values(), key=lambda run: -run.metres)[:_MOST]
    found: list[Run] = []
    for part in itertools.chain.from_iterable(parted):
        run = part if part.offset_m is None or part in kept else Run(None, part.line)
        if run.name is None and found and found[-1].name is None:
            coords = [*found[-1].line.coords, *run.line.coords]
            found[-1] = Run(None, LineString([xy for xy, _ in itertools.groupby(coords)]))
        else:
            found.append(run)
    return found


def _parted(run: Run, ground: Ground, names: Collection[str]) -> list[Run]:
    """Return a stretch on no line in parts, where one of them keeps its distance from a line."""
    if run.metres < _LEAST_M:
        return [run]
    best: tuple[float, float, Run] | None = None
    for name in ground.near(run.line, _REACH_M):
        if name in names:
            option = _beside(run.line, name, ground)
            if option is not None and (best is None or option[1] - option[0] > best[1] - best[0]):
                best = option
    if best is None:
        return [run]
    start, end, aside = best
    rest = [
        Run(None, substring(run.line, *ends)) if ends[1] - ends[0] > 1.0 else None
        for ends in ((0.0, start), (end, run.metres))
    ]
    before, after = ([] if one is None else _parted(one, ground, names) for one in rest)
    return [*before, aside, *after]


def _beside(line: LineString, name: str, ground: Ground) -> tuple[float, float, Run] | None:
    """Return the longest stretch at one distance from a line: from, to (metres), and the run."""
    other = ground.reference.lines[name].geometry
    around = shapely.intersection(other, shapely.box(*line.bounds).buffer(2 * _REACH_M))
    near = MultiLineString([part for part in shapely.get_parts(around) if part.length > 0])
    if near.is_empty:
        return None
    count = max(2, int(line.length / _STEP_M))
    at = np.linspace(0.0, line.length, count + 1)
    points = shapely.line_interpolate_point(line, at)
    joins = shapely.shortest_line(near, points)
    away = shapely.length(joins)
    level = _most_common(away)
    if level is None or not WITHIN_M < level <= _REACH_M:
        return None
    first, last = _longest(np.abs(away - level) <= _STEADY_M)
    if at[last] - at[first] < _LEAST_M:
        return None
    ends = shapely.get_coordinates(joins[first : last + 1]).reshape(-1, 2, 2)
    side = _towards((ends[:, 1] - ends[:, 0]).mean(axis=0))
    stretch = substring(line, at[first], at[last])
    metres = _round(float(np.median(away[first : last + 1])), away[first : last + 1])
    moved = offset_line(near, metres, side)
    # A line that turns has its stretches moved to other sides than this one.
    apart = shapely.distance(points[first : last + 1], moved)
    if moved.is_empty or float(apart.mean()) > _STEADY_M:
        return None
    return at[first], at[last], Run(name, stretch, float(apart.mean()), metres, side)


def _most_common(away: NDArray[np.float64]) -> float | None:
    """Return the distance that most of the steps keep."""
    reach = away[away <= _REACH_M + _STEADY_M]
    if len(reach) < _LEAST_M / _STEP_M:
        return None
    ordered = np.sort(reach)
    ahead = np.searchsorted(ordered, ordered + 2 * _STEADY_M, side="right")
    most = int(np.argmax(ahead - np.arange(len(ordered))))
    return float(np.median(ordered[most : ahead[most]]))


def _longest(steady: NDArray[np.bool_]) -> tuple[int, int]:
    """Return first and last step of the longest stretch; short breaks are stepped over."""
    best, first, last = (0, 0), None, 0
    for step in np.flatnonzero(steady).tolist():
        if first is None or step - last > _BREAK_STEPS:
            first = step
        last = step
        if last - first > best[1] - best[0]:
            best = (first, last)
    return best


def _towards(vector: NDArray[np.float64]) -> str:
    """Return the side of the compass in which a vector points."""
    return max(_FOUR, key=lambda side: float(vector @ OUTWARD[side]))


def _round(metres: float, away: NDArray[np.float64]) -> float:
    """Return a distance as it is written: to the metre where it is kept exactly, else to ten."""
    exact = float(np.percentile(away, 90) - np.percentile(away, 10)) <= _EXACT_M
    return float(round(metres)) if exact else 10.0 * round(metres / 10.0)
