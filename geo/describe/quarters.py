"""On which side of the compass the stretches of a ring lie.

Three ways, all of which writers of clauses have in mind: `arcs` cuts the ring at four corners into
north, east, south and west, as somebody does who walks round it; `facing` goes by which way a
stretch looks; `lying` by where it is, seen from the middle. Planar work in local metres
(EPSG:4549).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from geo.describe.along import Run
from geo.sizhi import SIDE_ORDER
from geo.trace.fit import FORWARD, OUTWARD

ROUND = ("north", "east", "south", "west")  # clockwise
_PIECE_M, _MOST_PIECES = 100.0, 80  # long runs are cut into pieces, so that a bend can be a corner
# A corner inside a run costs as much as so many metres on the wrong side.
_INSIDE_M = 150.0
_LEAST_M = 60.0  # a feature bounds a second side when it has so much of it
# What the tracer asks of a side (`geo.trace.fit`): half its length in its heading, and a bearing
# within 60 degrees; what fails both weighs most.
_ASKED, _BOTH, _FACING, _LYING = 0.5, 1.0, 0.2, 0.15

Sided = dict[str, list[tuple[Run, float]]]  # side -> its runs clockwise, with metres


class Pieces:
    """The runs of a ring cut into pieces, and how each suits each side.

    Parameters
    ----------
    runs : sequence of Run
        Clockwise, closing the ring.
    polygon : shapely.Polygon
    """

    def __init__(self, runs: Sequence[Run], polygon: Polygon) -> None:
        self.runs = list(runs)
        size = max(_PIECE_M, polygon.exterior.length / _MOST_PIECES)
        owner, vectors, middles, lengths = [], [], [], []
        for number, run in enumerate(runs):
            count = max(1, round(run.metres / size))
            at = shapely.get_coordinates(
                shapely.line_interpolate_point(
                    run.line, np.linspace(0.0, 1.0, 2 * count + 1), normalized=True
                )
            )
            owner += [number] * count
            vectors.append(at[2::2] - at[:-1:2])
            middles.append(at[1::2])
            lengths += [run.metres / count] * count
        self.owner, self.lengths = np.array(owner), np.array(lengths)
        vector, middle = np.concatenate(vectors), np.concatenate(middles)
        away = middle - np.array(polygon.centroid.coords[0])
        away /= np.maximum(np.hypot(*away.T), 1.0)[:, None]
        # Columns are the sides clockwise from the north.
        self.onward = vector @ np.array([FORWARD[side] for side in ROUND]).T
        self.bearing = away @ np.array([OUTWARD[side] for side in ROUND]).T
        self._named = np.array([run.name is not None for run in runs])[self.owner]

    def arcs(self) -> NDArray[np.int64]:
        """Return each piece's side (numbers of `ROUND`), every side one stretch of the ring."""
        metres = self.lengths[:, None]
        facing = np.maximum(0.0, _ASKED * metres - self.onward)
        lying = metres * np.maximum(0.0, _ASKED - self.bearing)
        # The last terms only choose between corners that cost the same.
        cost = _BOTH * np.minimum(facing, lying) + _FACING * facing + _LYING * lying
        cost += 0.02 * (2 * metres - self.onward - metres * self.bearing)
        inside = (self.owner == np.roll(self.owner, 1)) & self._named
        corner = np.where(inside, _INSIDE_M, 0.0)
        return _four_arcs(cost, corner)

    def facing(self) -> NDArray[np.int64]:
        """Return each piece's side by the way its run faces; a run that turns has several."""
        return self._by(self.onward)

    def lying(self) -> NDArray[np.int64]:
        """Return each piece's side by where its run lies."""
        return self._by(self.bearing * self.lengths[:, None])

    def _by(self, suits: NDArray) -> NDArray[np.int64]:
        """Return sides by how each suits: one a run, unless most of the run is against it."""
        sides = np.argmax(suits, axis=1)
        for number in range(len(self.runs)):
            mine = self.owner == number
            total = suits[mine].sum(axis=0)
            best = int(np.argmax(total))
            share = self.lengths[mine & (sides == best)].sum() / max(self.lengths[mine].sum(), 1.0)
            if share > 0.75 or total[best] > 0.85 * self.lengths[mine].sum():
                sides[mine] = best
        return sides

    def sided(self, sides: NDArray[np.int64]) -> Sided:
        """Return the runs of each side, clockwise; pieces of one run are one again."""
        found: Sided = {side: [] for side in SIDE_ORDER}
        start = _first(sides)
        for piece in np.roll(np.arange(len(sides)), -start).tolist():
            run, listed = self.runs[self.owner[piece]], found[ROUND[sides[piece]]]
            if listed and listed[-1][0] is run:
                listed[-1] = (run, listed[-1][1] + float(self.lengths[piece]))
            else:
                listed.append((run, float(self.lengths[piece])))
        return self._without_idle(found)

    def _without_idle(self, found: Sided) -> Sided:
        """Take features off the sides of which they have next to nothing.

        A feature of two sides bounds, with each stretch, the side that the stretch faces: one that
        faces a single side is named there only, unless the other side has nothing else.
        """
        for run in self.runs:
            if run.name is None:
                continue
            on = [side for side in found if any(has_name(other, run) for other, _ in found[side])]
            if len(on) < 2:
                continue
            mine = np.isin(
                self.owner, [i for i, other in enumerate(self.runs) if has_name(other, run)]
            )
            columns = [ROUND.index(side) for side in on]
            faces = np.argmax(self.onward[np.ix_(mine, columns)], axis=1)
            metres = np.bincount(faces, self.lengths[mine], minlength=len(on))
            for place in np.argsort(metres)[:-1].tolist():
                side = on[place]
                others = [one for one, _ in found[side] if one.name and not has_name(one, run)]
                if metres[place] < _LEAST_M and others:
                    found[side] = [kept for kept in found[side] if not has_name(kept[0], run)]
        return found


def has_name(one: Run, other: Run) -> bool:
    """Tell whether two runs are on the same line, at the same offset."""
    return (one.name, one.offset_m, one.offset_side) == (
        other.name,
        other.offset_m,
        other.offset_side,
    )


def _first(sides: NDArray[np.int64]) -> int:
    """Return a piece at which a side begins, best the north side."""
    change = np.flatnonzero(sides != np.roll(sides, 1))
    if len(change) == 0:
        return 0
    north = change[sides[change] == 0]
    return int(north[0] if len(north) else change[0])


def _four_arcs(cost: NDArray[np.float64], corner: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return shape (n,): the cheapest way to cut a ring into four arcs, sides 0 to 3 in order.

    Parameters
    ----------
    cost : numpy.ndarray of float, shape (n, 4)
        Of each piece on each side.
    corner : numpy.ndarray of float, shape (n,)
        What it costs to begin a side at a piece.
    """
    count = len(cost)
    if count < 4:
        return np.argmin(cost, axis=1)
    # Every piece is tried as the first of side 0, all at once: row k is the ring from piece k on.
    turned = (np.arange(count)[:, None] + np.arange(count)) % count
    total = np.full((count, 4), np.inf)
    total[:, 0] = cost[:, 0] + corner
    came = np.zeros((count, count, 4), dtype=bool)  # whether a side begins here
    for step in range(1, count):
        here = turned[:, step]
        begun = np.full_like(total, np.inf)
        begun[:, 1:] = total[:, :-1] + corner[here][:, None]
        came[:, step] = begun < total
        total = np.minimum(begun, total) + cost[here]
    start = int(np.argmin(total[:, 3]))
    sides = np.zeros(count, dtype=np.int64)
    side = 3
    for step in range(count - 1, -1, -1):
        sides[turned[start, step]] = side
        side -= int(came[start, step, side])
    return sides
