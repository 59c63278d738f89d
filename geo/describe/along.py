"""Which named lines the ring of a polygon follows, stretch by stretch.

The ring is cut into steps of some ten metres. Each step is on a named line, at a price that grows
with its distance from it, or on none; changing over costs as much as some 40 m of ring, so that a
line that is merely crossed, or comes near for a moment, is not followed. The cheapest sequence
round the ring is found by dynamic programming. Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

from geo.reference import Reference, is_metro

WITHIN_M = 25.0  # a ring this near a line, and parallel to it, follows it
_STEP_M = 10.0
_MOST_STEPS = 2_000
_PARALLEL = 0.82  # cosine of the angle between ring and line, some 35 degrees
# What a metre of ring costs on no line, at the edge of reach of one, across one, and beyond reach
# of the line it is said to follow (a break in that line).
_NONE, _FAR, _ACROSS, _BEYOND = 0.9, 0.65, 1.5, 2.0
_CHANGE_M = 20.0  # leaving a line costs this, and so does coming to one
_PAST_M = 5.0  # so far beyond its end a line is still followed
_SMOOTH_M = 0.3


@dataclass(frozen=True)
class Run:
    """A stretch of ring, clockwise in local metres, on a line or (``name`` None) on none.

    ``name`` is a key of the reference's lines, ``apart_m`` the mean distance from that line;
    ``offset_m`` and ``offset_side`` tell how far aside of it the ring keeps where it does not lie
    on it.
    """

    name: str | None
    line: LineString
    apart_m: float = 0.0
    offset_m: float | None = None
    offset_side: str | None = None

    @property
    def metres(self) -> float:
        """Its length."""
        return self.line.length


class Ground:
    """The named lines of a reference, to be looked up by place.

    Parameters
    ----------
    reference : Reference
        Its metros are left out: no clause is bounded by a tunnel.
    """

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.names: list[str] = []
        parts: list[LineString] = []
        owner: list[int] = []
        for name, line in reference.lines.items():
            if is_metro(line) or line.geometry.is_empty:
                continue
            own = [part for part in line.geometry.geoms if part.length > 0]
            owner += [len(self.names)] * len(own)
            parts += own
            self.names.append(name)
        self._parts = np.array(parts, dtype=object)
        self._owner = np.array(owner, dtype=np.int64)
        self._tree = shapely.STRtree(self._parts)
        self._unnamed: dict[str, shapely.STRtree] = {}

    def nearest(self, polygon: Polygon) -> tuple[str, float] | None:
        """Return the named line nearest to a ring and its distance in metres."""
        found = self._tree.query_nearest(polygon.exterior, return_distance=True, all_matches=False)
        if len(found[0]) == 0:
            return None
        return self.names[self._owner[found[0][0]]], float(found[1][0])

    def near(self, line: LineString, metres: float) -> list[str]:
        """Return the names of the lines within a distance of a line."""
        hits = self._tree.query(line, predicate="dwithin", distance=metres)
        return [self.names[number] for number in np.unique(self._owner[hits])]

    def unnamed_near(self, kind: str, line: LineString, metres: float) -> list[LineString]:
        """Return the unnamed ways of a kind within a distance of a line."""
        if kind not in self._unnamed:
            self._unnamed[kind] = shapely.STRtree(self.reference.unnamed(kind))
        tree = self._unnamed[kind]
        return list(tree.geometries[tree.query(line, predicate="dwithin", distance=metres)])

    def segments(self, bounds: tuple[float, ...], margin_m: float) -> tuple[NDArray, NDArray]:
        """Return the straight pieces of lines in a box, (n, 2, 2), and the line of each, (n,)."""
        box = np.array(bounds) + margin_m * np.array([-1.0, -1.0, 1.0, 1.0])
        hits = self._tree.query(shapely.box(*box))
        xy, part = shapely.get_coordinates(self._parts[hits], return_index=True)
        same = part[1:] == part[:-1]
        pieces = np.stack([xy[:-1], xy[1:]], axis=1)[same]
        low, high = pieces.min(axis=1), pieces.max(axis=1)
        inside = (high >= box[:2]).all(axis=1) & (low <= box[2:]).all(axis=1)
        inside &= (high > low).any(axis=1)
        return pieces[inside], self._owner[hits][part[:-1]][same][inside]


class Walk:
    """One ring, clockwise, and what it costs to say of each step that it follows a line.

    Parameters
    ----------
    polygon : shapely.Polygon
        In local metres; only its outer ring is walked.
    ground : Ground
    """

    def __init__(self, polygon: Polygon, ground: Ground) -> None:
        ring = shapely.simplify(polygon.exterior, _SMOOTH_M)
        ring = polygon.exterior if len(ring.coords) < 4 else ring
        ring = shapely.orient_polygons(Polygon(ring), exterior_cw=True).exterior
        self.perimeter_m = ring.length
        step = max(_STEP_M, self.perimeter_m / _MOST_STEPS)
        self.xy = shapely.get_coordinates(shapely.segmentize(ring, step))
        vector = np.diff(self.xy, axis=0)
        self.lengths = np.hypot(*vector.T)
        moved = self.lengths > 0
        self.xy = np.concatenate([self.xy[:-1][moved], self.xy[:1]])
        self.lengths = self.lengths[moved]
        self._headings = vector[moved] / self.lengths[:, None]
        self._middles = (self.xy[1:] + self.xy[:-1]) / 2
        self._measure(ring, ground)

    def _measure(self, ring: shapely.LinearRing, ground: Ground) -> None:
        """Find the lines near each step, their distance and what following them costs."""
        pieces, owner = ground.segments(ring.bounds, WITHIN_M)
        tree = shapely.STRtree(shapely.linestrings(pieces) if len(pieces) else [])
        step, piece = tree.query(
            shapely.points(self._middles), predicate="dwithin", distance=WITHIN_M
        )
        numbers, label = np.unique(owner[piece], return_inverse=True)
        self.names = [ground.names[number] for number in numbers]
        along = pieces[piece, 1] - pieces[piece, 0]
        size = np.hypot(*along.T)
        here = self._middles[step] - pieces[piece, 0]
        place = (here * along).sum(axis=1) / size**2
        at = np.clip(place, 0.0, 1.0)
        past = np.abs(place - at) * size
        apart = np.hypot(*(here - at[:, None] * along).T)
        cosine = np.abs((self._headings[step] * along).sum(axis=1)) / size
        price = np.where(
            (cosine >= _PARALLEL) & (past <= _PAST_M), _FAR * apart / WITHIN_M, _ACROSS
        )
        shape = (len(self.lengths), len(self.names) + 1)
        prices = np.full(shape, _BEYOND)
        self.apart_m = np.full(shape, np.inf)
        np.minimum.at(prices, (step, label), price)
        np.minimum.at(self.apart_m, (step, label), apart)
        prices[:, -1] = _NONE
        self._costs = prices * self.lengths[:, None]

    def follow(self, without: Collection[str] = ()) -> list[Run]:
        """Return the stretches of the ring in clockwise order.

        Parameters
        ----------
        without : collection of str
            Lines that are not to be followed.
        """
        kept = [i for i, name in enumerate(self.names) if name not in without]
        columns = np.array([*kept, len(self.names)])
        labels = columns[_cheapest(self._costs[:, columns])]
        return self._runs(labels)

    def _runs(self, labels: NDArray) -> list[Run]:
        """Return labels of the steps as runs, none of them cut by the place the walk begins."""
        change = np.flatnonzero(labels != np.roll(labels, 1))
        first = int(change[0]) if len(change) else 0
        order = np.roll(np.arange(len(labels)), -first)
        runs = []
        for label, group in itertools.groupby(order.tolist(), key=lambda i: int(labels[i])):
            steps = list(group)
            line = LineString([*self.xy[steps], self.xy[steps[-1] + 1]])
            if label == len(self.names):
                runs.append(Run(None, line))
                continue
            apart = np.minimum(self.apart_m[steps, label], 2 * WITHIN_M)
            mean = float(np.average(apart, weights=self.lengths[steps]))
            runs.append(Run(self.names[label], line, mean))
        return runs


def _cheapest(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the label of each step (S,) of the cheapest closed sequence.

    ``costs`` has shape (S, labels); the last label is none. The ring is walked twice and the
    middle of the walk kept, where it matters no more at what label the walk began.
    """
    count = len(costs)
    change = np.full(costs.shape[1], _CHANGE_M)
    change[-1] = 0.0
    total = costs[0].copy()
    came = np.zeros((2 * count, costs.shape[1]), dtype=np.int32)
    own = np.arange(costs.shape[1])
    for step in range(1, 2 * count):
        leaving = total + change
        best = int(np.argmin(leaving))
        switched = leaving[best] + change
        came[step] = np.where(switched < total, best, own)
        total = np.minimum(total, switched) + costs[step % count]
    labels = np.zeros(2 * count, dtype=np.int64)
    labels[-1] = int(np.argmin(total))
    for step in range(2 * count - 1, 0, -1):
        labels[step - 1] = came[step, labels[step]]
    half = count // 2
    return np.roll(labels[half : half + count], half)
