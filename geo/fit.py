"""How well a union of faces fits a clause: the cost of its ring, and the search for the cheapest.

The cost is in metres. A metre of ring costs what its strand costs; a feature that the clause names
and the ring does not use costs 3,000; a feature that bounds the wrong side, or is walked against
the heading of its side, costs its shortfall. Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.arrangement import Arrangement
from geo.closers import Feature

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
_BEAM = 24  # unions kept in each round of the search
_PATIENCE = (4, 12)  # rounds without a better union after which the search ends, by faces
_SEEDS = 12
_VOTE = 0.3


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
        price, perimeter, length, facing, lying = self._shortfalls(unions)
        both = np.minimum(facing, lying)
        contrary = (_BOTH * both + _FACING * facing + _LYING * lying) @ self._sided
        far = _FAR_RATE * np.maximum(0.0, perimeter - WIDE_M)
        return price + far + (length < UNUSED_M) @ self._unused + contrary

    def _shortfalls(self, unions: NDArray) -> tuple[NDArray, ...]:
        """Return price and perimeter (n,), and by slot (n, slots) what falls short.

        That is: metres used, metres facing elsewhere than the side, metres lying elsewhere.
        """
        arr = self.arrangement
        member = np.concatenate([unions, np.zeros((len(unions), 1), dtype=bool)], axis=1)
        right, left = member[:, arr.right], member[:, arr.left]
        sums = (right & ~left) @ self._ahead + (left & ~right) @ self._astern
        price, perimeter = sums[:, 0], sums[:, 1]
        length, east, north, x, y = np.split(sums[:, 2:], 5, axis=1)
        onward = east * self._forward[:, 0] + north * self._forward[:, 1]
        facing = np.maximum(0.0, _ASKED * length - onward)
        ground = unions @ self._faces
        area = np.maximum(ground[:, :1], 1.0)
        used = np.maximum(length, 1.0)
        east = x / used - ground[:, 1:2] / area
        north = y / used - ground[:, 2:3] / area
        away = np.maximum(np.hypot(east, north), 1.0)
        bearing = (east * self._outward[:, 0] + north * self._outward[:, 1]) / away
        lying = length * np.maximum(0.0, _ASKED - bearing)
        return price, perimeter, length, facing, lying

    def unused(self, union: NDArray[np.bool_]) -> list[int]:
        """Return the named features that a union's ring does not use."""
        _, _, length, _, _ = self._shortfalls(union[None])
        used: dict[int, float] = {}
        for slot, metres in zip(self.slots, length[0], strict=True):
            used[slot.feature] = used.get(slot.feature, 0.0) + metres
        return [i for i, m in used.items() if m < UNUSED_M and self.features[i].named]

    def contrary_m(self, union: NDArray[np.bool_]) -> float:
        """Return the metres of a union's ring that fail both tests of the compass."""
        *_, facing, lying = self._shortfalls(union[None])
        return float((np.minimum(facing, lying) @ self._sided)[0])

    def search(self, near: BaseGeometry | None = None) -> list[tuple[float, NDArray[np.bool_]]]:
        """Return the simple unions met on the way to the cheapest one, cheapest first.

        A beam search from the faces that the compass words favour: each round flips one face of
        each kept union, in or out, and keeps the cheapest new ones, better or not.
        """
        arr = self.arrangement
        if len(arr.faces) == 0:
            return []
        seen: set[bytes] = set()
        kept = np.array([union for union in self._starts(near) if _is_new(union, seen)])
        found = [
            (cost, union)
            for cost, union in zip(self.costs(kept), kept, strict=True)
            if arr.is_simple(union)
        ]
        best = min((cost for cost, _ in found), default=np.inf)
        stale = 0
        patience = np.clip(len(arr.faces) // 3, *_PATIENCE)
        while stale < patience:
            flipped = [union for union in self._flips(kept) if _is_new(union, seen)]
            if not flipped:
                break
            grown = self._cheapest(np.array(flipped))
            if not grown:
                break
            found += grown
            kept = np.array([union for _, union in grown])
            stale = 0 if grown[0][0] < best - 1e-6 else stale + 1
            best = min(best, grown[0][0])
        return sorted(found, key=lambda item: item[0])

    def _cheapest(self, unions: NDArray) -> list[tuple[float, NDArray]]:
        """Return the cheapest simple ones of some unions, at most the width of the beam."""
        costs = self.costs(unions)
        simple = []
        for i in np.argsort(costs, kind="stable"):
            if self.arrangement.is_simple(unions[i]):
                simple.append((float(costs[i]), unions[i]))
                if len(simple) == _BEAM:
                    break
        return simple

    def _flips(self, unions: NDArray) -> NDArray[np.bool_]:
        """Return every union with one of its own or neighbouring faces, or cells, flipped.

        A cell is what the named lines alone enclose. Lines that close gaps cut it into many faces,
        and face by face the way to the next cell would be long and dear.
        """
        near = (unions.astype(np.int16) @ self.arrangement.adjacent > 0) | unions
        union, face = np.nonzero(near)
        flipped = unions[union]
        flipped[np.arange(len(union)), face] ^= True
        touched = near.astype(np.int16) @ self._cells.T > 0
        union, cell = np.nonzero(touched & self._is_cut)
        cells = self._cells[cell].astype(bool)
        return np.concatenate([flipped, unions[union] | cells, unions[union] & ~cells])

    @cached_property
    def _cells(self) -> NDArray[np.int16]:
        """Shape (cells, F): the faces that lie together between named lines."""
        arr = self.arrangement
        count = len(arr.faces)
        cell = np.arange(count + 1)
        open_ = ~arr.on.any(axis=1)
        for a, b in zip(arr.left[open_].tolist(), arr.right[open_].tolist(), strict=True):
            if cell[a] != cell[b] and count not in (a, b):
                cell[cell == cell[b]] = cell[a]
        names = np.unique(cell[:count])
        return (names[:, None] == cell[None, :count]).astype(np.int16)

    @cached_property
    def _is_cut(self) -> NDArray[np.bool_]:
        """Shape (cells,): whether a cell has several faces."""
        return self._cells.sum(axis=1) > 1

    def is_lowest(self, cost: float, union: NDArray[np.bool_]) -> bool:
        """Tell whether no face flipped makes a union cheaper: a reading, not a step on the way."""
        flipped = self._flips(union[None])
        better = self.costs(flipped) < cost - 1e-6
        return not any(self.arrangement.is_simple(other) for other in flipped[better])

    def _starts(self, near: BaseGeometry | None) -> Iterator[NDArray[np.bool_]]:
        """Yield the unions to start from: where all words agree, where most do, single faces."""
        if near is not None:
            yield shapely.contains(near, shapely.point_on_surface(self.arrangement.faces))
        votes = self._votes()
        count = len(self.features)
        agreed = (votes > -0.1).all(axis=1)
        total = np.minimum(votes, _VOTE).sum(axis=1)
        most = total >= 0.7 * _VOTE * count
        yield from (group for group in (agreed, most) if group.any())
        rank = total + 0.1 * self._touched()
        for face in np.argsort(-rank, kind="stable")[:_SEEDS]:
            single = np.zeros(len(votes), dtype=bool)
            single[face] = True
            yield single

    def _votes(self) -> NDArray[np.float64]:
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

    def _touched(self) -> NDArray[np.float64]:
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


def _is_new(union: NDArray[np.bool_], seen: set[bytes]) -> bool:
    """Tell whether a union has not been met before, and note it."""
    key = union.tobytes()
    if key in seen:
        return False
    seen.add(key)
    return True
