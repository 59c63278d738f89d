"""One way to describe a ring: its runs, their sides, and what lies on no named line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString

from geo.crs import from_local
from geo.describe.along import Ground, Run
from geo.describe.quarters import Sided
from geo.reason import Reason

_LEAST_GAP_M = 60.0  # a gap shorter than this is a corner
_STRAIGHT = 0.985  # share of a gap's length that its chord has when it is straight
_ALONG_M, _ALONG_SHARE = 15.0, 0.7  # an unnamed way this near so much of a gap is what lies there


@dataclass(frozen=True)
class Uncovered:
    """A stretch of ring on no named line: metres, side, its middle (WGS 84), what it is between.

    ``along`` is what lies there instead: ``straight``, or the kind of an unnamed way, or None.
    """

    metres: float
    side: str | None
    lon: float
    lat: float
    between: tuple[str | None, str | None]
    along: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """A line that the ring follows and the clause does not name, and why."""

    name: str
    metres: float
    reason: Reason


@dataclass(frozen=True)
class Draft:
    """The runs of a ring, the lines that are not named, and the runs of each side."""

    runs: list[Run]
    left_out: tuple[LeftOut, ...]
    sided: Sided

    @property
    def named_share(self) -> float:
        """The share of the ring that lies on named lines, or aside of them by so many metres."""
        named = sum(run.metres for run in self.runs if run.name is not None)
        return named / sum(run.metres for run in self.runs)

    def uncovered(self, ground: Ground) -> tuple[Uncovered, ...]:
        """Return the stretches on no named line that are more than a corner, clockwise."""
        return tuple(
            self._uncovered(number, ground)
            for number, run in enumerate(self.runs)
            if run.name is None and run.metres >= _LEAST_GAP_M
        )

    def _uncovered(self, number: int, ground: Ground) -> Uncovered:
        """Return one stretch on no named line with what is known of it."""
        run, count = self.runs[number], len(self.runs)
        before, after = (
            next(
                (
                    name
                    for step in range(1, count)
                    if (name := self.runs[(number + sense * step) % count].name)
                ),
                None,
            )
            for sense in (-1, 1)
        )
        place = from_local(run.line.interpolate(0.5, normalized=True))
        side = self._side_before(number)
        along = _lies_along(run.line, ground)
        return Uncovered(
            run.metres, side, round(place.x, 6), round(place.y, 6), (before, after), along
        )

    def _side_before(self, number: int) -> str | None:
        """Return the side on which a stretch begins: with the feature before it."""
        count = len(self.runs)
        for step in range(1, count):
            run = self.runs[(number - step) % count]
            if run.name is not None:
                on = [side for side in self.sided if any(one is run for one, _ in self.sided[side])]
                if on:
                    return on[-1]
        return None


def _lies_along(line: LineString, ground: Ground) -> str | None:
    """Return what a stretch lies on: an unnamed way of a kind, a straight line, or None."""
    points = shapely.line_interpolate_point(line, np.linspace(0.05, 0.95, 19), normalized=True)
    for kind in ("road", "river", "rail"):
        ways = ground.unnamed_near(kind, line, _ALONG_M)
        if len(ways):
            near = shapely.distance(points, shapely.multilinestrings(ways)) <= _ALONG_M
            if near.mean() >= _ALONG_SHARE:
                return kind
    first, last = line.coords[0], line.coords[-1]
    chord = float(np.hypot(last[0] - first[0], last[1] - first[1]))
    return "straight" if chord >= _STRAIGHT * line.length else None
