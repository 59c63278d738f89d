"""How well a union of faces fits a clause: the cost of its ring, in metres.

A metre of ring costs what its strand costs, and 0.1 more beyond 10 km; a feature that the clause
names and the ring does not use costs 3,000, one of several sides of a feature that it bounds
nothing on 200; a feature that bounds the wrong side, or is walked against the heading of its side,
costs its shortfall. Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.trace.arrangement import Arrangement
from geo.trace.closers import Feature

CLOCKWISE = (
    "north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest",
)  # fmt: skip
# Unit vectors outward from a side, and the heading it is walked in when the ring runs clockwise.
OUTWARD = {
    side: np.array([np.sin(np.radians(45.0 * turn)), np.cos(np.radians(45.0 * turn))])
    for turn, side in enumerate(CLOCKWISE)
}
FORWARD = {side: np.array([out[1], -out[0]]) for side, out in OUTWARD.items()}
UNUSED_M = 40.0  # a feature with less of the ring is not used
UNUSED_COST_M = 3_000.0
# A clause describes the nearest ring that fits: beyond this perimeter every metre costs more, so
# that lines which also cross far away are not followed there.
WIDE_M = 10_000.0
_FAR_RATE = 0.1
_IDLE_SIDE_COST_M = 200.0
# Street grids here are tilted by up to 25 degrees and rivers wind, so half of a side's length in
# its heading, and a bearing within 60 degrees of its compass word, are all that is asked.
_ASKED = 0.5
# Clauses are written with either in mind, where a feature lies or which way it faces, and a step
# in the outline fails one of the two: what fails both weighs most.
_BOTH, _FACING, _LYING = 1.0, 0.2, 0.15


@dataclass(frozen=True)
class _Slot:
    """A feature on one of its sides; ``side`` is None for a feature given without one."""

    feature: int
    side: str | None
    unused_cost_m: float


class Fit:
    """The costs of unions of an arrangement's faces, for one clause.

    Parameters
    ----------
    arrangement : Arrangement
    features : sequence of Feature
        In the numbering of the arrangement.
    """

    def __init__(self, arrangement: Arrangement, features: Sequence[Feature]) -> None:
        self.arrangement = arrangement
        self.features = list(features)
        self.slots = [
            _Slot(number, side, _idle_cost_m(feature))
            for number, feature in enumerate(features)
            for side in (feature.sides or (None,))
        ]
        self._unused = np.array([slot.unused_cost_m for slot in self.slots])
        zero = np.zeros(2)
        self._forward = np.array([FORWARD.get(slot.side, zero) for slot in self.slots])
        self._outward = np.array([OUTWARD.get(slot.side, zero) for slot in self.slots])
        # Compass words say nothing of features given without a side.
        self._sided = np.array([slot.side is not None for slot in self.slots])
        self._measure()

    def _measure(self) -> None:
        """Prepare the sums that every cost is made of."""
        arr = self.arrangement
        self._length = arr.lengths
        first = shapely.get_coordinates(shapely.get_point(arr.edges, 0))
        last = shapely.get_coordinates(shapely.get_point(arr.edges, -1))
        self._vector = last - first
        middle = shapely.get_coordinates(
            shapely.line_interpolate_point(arr.edges, 0.5, normalized=True)
        )
        origin = middle.mean(axis=0) if len(middle) else np.zeros(2)
        self._middle = middle - origin
        # Columns for price and length, then length, vector and first moment of every slot.
        self._ahead = self._columns(self._members(1.0), 1.0)
        self._astern = self._columns(self._members(-1.0), -1.0)
        area = shapely.area(arr.faces)
        centre = shapely.get_coordinates(shapely.centroid(arr.faces)) - origin
        self._faces = np.column_stack([area, area[:, None] * centre])

    def _members(self, sense: float) -> NDArray[np.float64]:
        """Return shape (E, slots): which slot an edge counts for when walked in this sense."""
        members = self.arrangement.beside[:, [slot.feature for slot in self.slots]].astype(float)
        for number in range(len(self.features)):
            mine = [i for i, slot in enumerate(self.slots) if slot.feature == number]
            if len(mine) > 1:
                # A feature on several sides bounds, with each edge, the side that the edge faces.
                faces = sense * self._vector @ self._forward[mine].T
                best = np.argmax(faces, axis=1)
                members[:, mine] *= np.eye(len(mine))[best]
        return members

    def _columns(self, members: NDArray, sense: float) -> NDArray[np.float64]:
        length = self._length[:, None] * members
        return np.column_stack(
            [
                self.arrangement.prices,
                self._length,
                length,
                *(sense * self._vector[:, [axis]] * members for axis in (0, 1)),
                *(self._middle[:, [axis]] * length for axis in (0, 1)),
            ]
        )

    def costs(self, unions: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the cost of each union of faces.

        Parameters
        ----------
        unions : numpy.ndarray of bool, shape (n, F)

        Returns
        -------
        numpy.ndarray of float, shape (n,)
            Metres.
        """
        return self._cost(*self._sums(unions))

    def flip_costs(
        self, unions: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return what each union would cost with one face more or less.

        Only the edges of the face change, so that this is many times faster than `costs`.

        Parameters
        ----------
        unions : numpy.ndarray of bool, shape (n, F)

        Returns
        -------
        tuple of numpy.ndarray
            Number of the union, face flipped, and cost, each of shape (m,): every face of every
            union and every face beside it.
        """
        union, face = np.nonzero(self.arrangement.reach(unions))
        starts, edge, on_right, other = self._outlines
        count = np.diff(starts)[face]
        row = np.repeat(np.arange(len(face)), count)
        at = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        at += np.repeat(starts[face], count)
        inside = np.concatenate([unions, np.zeros((len(unions), 1), dtype=bool)], axis=1)
        here = inside[union[row], face[row]].astype(int)
        there = inside[union[row], other[at]].astype(int)
        sense = np.where(on_right[at], 1, -1)
        edges = len(self._length)
        before = self._walked[((here - there) * sense + 1) * edges + edge[at]]
        after = self._walked[((1 - here - there) * sense + 1) * edges + edge[at]]
        change = np.add.reduceat(after - before, np.cumsum(count) - count, axis=0)
        sums, ground = self._sums(unions)
        change += sums[union]
        ground = (
            ground[union] + np.where(unions[union, face], -1.0, 1.0)[:, None] * self._faces[face]
        )
        return union, face, self._cost(change, ground)

    @cached_property
    def _walked(self) -> NDArray[np.float64]:
        """Shape (3 E, columns): what an edge adds walked astern, not at all, and ahead."""
        return np.concatenate([self._astern, np.zeros_like(self._ahead), self._ahead])

    @cached_property
    def _outlines(self) -> tuple[NDArray, NDArray, NDArray, NDArray]:
        """Each face's first edge; then edges, whether it is right of them, and the face across."""
        arr = self.arrangement
        count = len(arr.edges)
        face = np.concatenate([arr.left, arr.right])
        order = np.argsort(face, kind="stable")
        starts = np.searchsorted(face[order], np.arange(len(arr.faces) + 1))
        edge = np.concatenate([np.arange(count)] * 2)[order]
        on_right = np.concatenate([np.zeros(count, dtype=bool), np.ones(count, dtype=bool)])[order]
        return starts, edge, on_right, np.concatenate([arr.right, arr.left])[order]

    def _sums(self, unions: NDArray) -> tuple[NDArray, NDArray]:
        """Return the columns summed over each union's ring, and its area and first moments.

        Sums over the few edges of a ring, no matrix products: those are so small that the threads
        of a linear algebra library cost more than they save.
        """
        rows, edges, ahead = self.arrangement.walked(unions)
        values = self._walked[np.where(ahead, 2, 0) * len(self._length) + edges]
        sums = _by_row(values, rows, len(unions))
        rows, faces = np.nonzero(unions)
        return sums, _by_row(self._faces[faces], rows, len(unions))

    def _cost(self, sums: NDArray, ground: NDArray) -> NDArray[np.float64]:
        """Return the costs that the sums of `_sums` amount to."""
        length, facing, lying = self._shortfalls(sums, ground)
        both = np.minimum(facing, lying)
        contrary = (_BOTH * both + _FACING * facing + _LYING * lying) @ self._sided
        far = _FAR_RATE * np.maximum(0.0, sums[:, 1] - WIDE_M)
        return sums[:, 0] + far + (length < UNUSED_M) @ self._unused + contrary

    def _shortfalls(self, sums: NDArray, ground: NDArray) -> tuple[NDArray, NDArray, NDArray]:
        """Return, by union and slot, metres used, facing another side, lying on another side."""
        length, east, north, x, y = np.split(sums[:, 2:], 5, axis=1)
        onward = east * self._forward[:, 0] + north * self._forward[:, 1]
        facing = np.maximum(0.0, _ASKED * length - onward)
        area = np.maximum(ground[:, :1], 1.0)
        used = np.maximum(length, 1.0)
        east = x / used - ground[:, 1:2] / area
        north = y / used - ground[:, 2:3] / area
        away = np.maximum(np.hypot(east, north), 1.0)
        bearing = (east * self._outward[:, 0] + north * self._outward[:, 1]) / away
        return length, facing, length * np.maximum(0.0, _ASKED - bearing)

    def unused(self, union: NDArray[np.bool_]) -> list[int]:
        """Return the named features that a union's ring does not use."""
        length, _, _ = self._shortfalls(*self._sums(union[None]))
        used: dict[int, float] = {}
        for slot, metres in zip(self.slots, length[0], strict=True):
            used[slot.feature] = used.get(slot.feature, 0.0) + metres
        return [i for i, m in used.items() if m < UNUSED_M and self.features[i].named]

    def contrary_m(self, union: NDArray[np.bool_]) -> float:
        """Return the metres of a union's ring that fail both tests of the compass.

        A side that is quite the other way round counts in full, one that is askew by less.
        """
        _, facing, lying = self._shortfalls(*self._sums(union[None]))
        return float((np.minimum(facing, lying) @ self._sided)[0]) / (1.0 + _ASKED)

    def apart(self, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
        """Return the ground that only one of two unions covers, as a share of the second's."""
        area = self._faces[:, 0]
        return float(area[one ^ other].sum() / max(area[other].sum(), 1.0))

    def is_lowest(self, cost: float, union: NDArray[np.bool_]) -> bool:
        """Tell whether no face flipped makes a union cheaper: a reading, not a step on the way."""
        _, faces, costs = self.flip_costs(union[None])
        for face in faces[costs < cost - 1e-6]:
            other = union.copy()
            other[face] ^= True
            if self.arrangement.is_simple(other):
                return False
        return True

    def votes(self) -> NDArray[np.float64]:
        """Return shape (F, features): how well a feature, seen from a face, lies on its side."""
        points = shapely.point_on_surface(self.arrangement.faces)
        votes = np.zeros((len(points), len(self.features)))
        here = shapely.get_coordinates(points)
        for number, feature in enumerate(self.features):
            if feature.sides and feature.named:
                line = shapely.shortest_line(points, feature.geometry)
                away = shapely.get_coordinates(shapely.get_point(line, -1)) - here
                away /= np.maximum(np.hypot(*away.T), 1.0)[:, None]
                votes[:, number] = np.max([away @ OUTWARD[side] for side in feature.sides], axis=0)
        return votes

    def touched(self) -> NDArray[np.float64]:
        """Return how many features each face has on its outline."""
        arr = self.arrangement
        touched = np.zeros((len(arr.faces) + 1, len(self.features)), dtype=bool)
        for side in (arr.left, arr.right):
            np.logical_or.at(touched, side, arr.beside)
        return touched[:-1].sum(axis=1).astype(float)


def _idle_cost_m(feature: Feature) -> float:
    """Return what it costs when a feature bounds nothing on one of its sides."""
    if not feature.named:
        return 0.0
    return UNUSED_COST_M if len(feature.sides) < 2 else _IDLE_SIDE_COST_M


def _by_row(values: NDArray, rows: NDArray, count: int) -> NDArray[np.float64]:
    """Return the sums of values by row; rows come in order, and some may have none."""
    starts = np.searchsorted(rows, np.arange(count))
    ends = np.searchsorted(rows, np.arange(count), side="right")
    padded = np.concatenate([values, np.zeros((1, values.shape[1]))])
    sums = np.add.reduceat(padded, starts, axis=0)
    sums[starts == ends] = 0.0
    return sums
