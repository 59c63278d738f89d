"""The ground cut up by a set of lines: faces, and the edges between them.

A zone that lines bound is a union of such faces, whatever the order in which its lines are met and
however often they cross. Planar work in local metres (EPSG:4549).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

_GRID_M = 0.01  # coordinates are snapped to this grid, so that crossings are shared exactly
_THIN_M = 1.0  # a face with less area for each metre of its outline is a sliver
_BESIDE_M = 15.0  # a stretch this near a line, all along, may stand for it
_ALONG_M = 60.0  # shorter stretches are near a line wherever they cross it
_ON_M = 0.05  # an edge this near a strand lies on it


@dataclass(frozen=True)
class Strand:
    """A line that may become part of a ring, and what a metre of it costs.

    ``kind`` is ``named`` (on feature number ``feature``), ``extended``, ``straight`` or
    ``bridged``; ``label`` is the name of the line it lies on or runs on from.
    """

    line: LineString
    kind: str
    rate: float
    feature: int | None = None
    label: str | None = None


class Arrangement:
    """Faces and edges of a set of strands.

    Parameters
    ----------
    strands : sequence of Strand
    features : int
        Number of features that the strands' ``feature`` counts.

    Attributes
    ----------
    faces : numpy.ndarray of shapely.Polygon, shape (F,)
    edges : numpy.ndarray of shapely.LineString, shape (E,)
        Only those with different faces on their two sides.
    left, right : numpy.ndarray of int, shape (E,)
        Face on either side of an edge; F is the ground outside.
    on : numpy.ndarray of bool, shape (E, features)
        Features that an edge lies on.
    beside : numpy.ndarray of bool, shape (E, features)
        Features that an edge lies on or runs along within 15 m.
    strand : numpy.ndarray of int, shape (E,)
        The cheapest strand that an edge lies on.
    lengths, prices : numpy.ndarray of float, shape (E,)
        Of the edges, in metres.
    """

    def __init__(self, strands: Sequence[Strand], features: int) -> None:
        self.strands = list(strands)
        lines = np.array([strand.line for strand in strands], dtype=object)
        edges = shapely.get_parts(shapely.union_all(lines, grid_size=_GRID_M))
        edges = edges[shapely.length(edges) > 0]
        self.faces = shapely.get_parts(shapely.polygonize(edges))
        left, right = _beside(edges, self.faces)
        between = left != right
        self.edges, self.left, self.right = edges[between], left[between], right[between]
        self.on, self.strand = self._owners(lines, features)
        self.lengths = shapely.length(self.edges)
        self.beside = self._beside_features(lines)
        rates = np.array([strand.rate for strand in self.strands])
        self.prices = rates[self.strand] * self.lengths
        self._merge_slivers()

    def _beside_features(self, lines: NDArray) -> NDArray[np.bool_]:
        """Return which features each edge runs on or so near beside that it may stand for them.

        A road and the elevated road above it, a river and the road on its bank: a clause that
        names both means one line.
        """
        beside = self.on.copy()
        own = [i for i, strand in enumerate(self.strands) if strand.kind == "named"]
        feature = np.array([self.strands[i].feature for i in own])
        long = np.flatnonzero(self.lengths >= _ALONG_M)
        if len(long) == 0 or len(own) == 0:
            return beside
        tree = shapely.STRtree(lines[own])
        close = np.ones((len(long), beside.shape[1]), dtype=bool)
        for share in (0.25, 0.5, 0.75):
            points = shapely.line_interpolate_point(self.edges[long], share, normalized=True)
            near = np.zeros_like(close)
            edge, strand = tree.query(points, "dwithin", distance=_BESIDE_M)
            near[edge, feature[strand]] = True
            close &= near
        beside[long] |= close
        return beside

    def _merge_slivers(self) -> None:
        """Give each sliver to the neighbour from which the dearest unnamed edges part it.

        Lines that nearly coincide leave slivers between them, and a search that may take each in
        or leave it out sees little else.
        """
        count = len(self.faces)
        group = np.arange(count + 1)
        named = self.on.any(axis=1)
        thin = shapely.area(self.faces) < _THIN_M * shapely.length(self.faces)
        for face in np.flatnonzero(thin).tolist():
            mine = (group[self.left] == group[face]) ^ (group[self.right] == group[face])
            mine &= ~named
            other = np.where(group[self.left] == group[face], self.right, self.left)[mine]
            if len(other) == 0:
                continue
            worth = np.bincount(group[other], self.prices[mine], minlength=count + 1)
            group[group == group[face]] = int(np.argmax(worth))
        outside = group[count]
        kept, number = np.unique(group, return_inverse=True)
        # The ground outside stays the last number.
        rank = np.argsort(np.argsort(np.where(kept == outside, count + 1, kept)))
        number = rank[number]
        self.faces = np.array(
            [
                shapely.union_all(self.faces[np.flatnonzero(number[:count] == face)])
                for face in range(len(kept) - 1)
            ],
            dtype=object,
        )
        left, right = number[self.left], number[self.right]
        between = left != right
        self.left, self.right = left[between], right[between]
        for field in ("edges", "on", "beside", "strand", "lengths", "prices"):
            setattr(self, field, getattr(self, field)[between])

    def _owners(self, lines: NDArray, features: int) -> tuple[NDArray, NDArray]:
        """Return which features each edge lies on, and its cheapest strand."""
        middles = shapely.line_interpolate_point(self.edges, 0.5, normalized=True)
        edge, strand = shapely.STRtree(lines).query(middles, "dwithin", distance=_ON_M)
        # A long edge may touch the end of a line with its middle alone, or run on beyond it.
        for share in (0.0, 0.25, 0.75, 1.0):
            points = shapely.line_interpolate_point(self.edges[edge], share, normalized=True)
            on_it = shapely.distance(points, lines[strand]) <= _ON_M
            edge, strand = edge[on_it], strand[on_it]
        on = np.zeros((len(self.edges), features), dtype=bool)
        owner = np.full(len(self.edges), -1)
        for e, s in zip(edge.tolist(), strand.tolist(), strict=True):
            found = self.strands[s]
            if found.feature is not None and found.kind == "named":
                on[e, found.feature] = True
            if owner[e] < 0 or found.rate < self.strands[owner[e]].rate:
                owner[e] = s
        return on, owner

    def walked(
        self, unions: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the edges of unions' rings.

        Parameters
        ----------
        unions : numpy.ndarray of bool, shape (n, F)

        Returns
        -------
        tuple of numpy.ndarray
            Number of the union (in order), edge, and whether the clockwise ring runs along it.
        """
        member = np.concatenate([unions, np.zeros((len(unions), 1), dtype=bool)], axis=1)
        right = member[:, self.right]
        rows, edges = np.nonzero(right != member[:, self.left])
        return rows, edges, right[rows, edges]

    def reach(self, unions: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return unions (n, F) with every face beside them taken in as well."""
        rows, edges, _ = self.walked(unions)
        near = np.concatenate([unions, np.zeros((len(unions), 1), dtype=bool)], axis=1)
        near[rows, self.left[edges]] = True
        near[rows, self.right[edges]] = True
        return near[:, :-1]

    @cached_property
    def _nodes(self) -> tuple[NDArray, NDArray]:
        """Numbers of the places where each edge starts and ends."""
        ends = [shapely.get_coordinates(shapely.get_point(self.edges, at)) for at in (0, -1)]
        cells = np.round(np.concatenate(ends) / _GRID_M).astype(np.int64)
        _, node = np.unique(cells, axis=0, return_inverse=True)
        node = node.ravel()
        return node[: len(self.edges)], node[len(self.edges) :]

    def is_simple(self, inside: NDArray[np.bool_]) -> bool:
        """Tell whether a union of faces is one piece without holes.

        Parameters
        ----------
        inside : numpy.ndarray of bool, shape (F,)
        """
        # It is when its outline, walked from any place, comes back over every edge and meets
        # itself nowhere: this is much faster than to see whether in- and outside hang together.
        member = np.append(inside, False)
        right, left = member[self.right], member[self.left]
        outline = np.flatnonzero(right != left)
        first, last = self._nodes
        ahead = right[outline]
        tails = np.where(ahead, first[outline], last[outline]).tolist()
        onward = dict(
            zip(tails, np.where(ahead, last[outline], first[outline]).tolist(), strict=True)
        )
        if not tails or len(onward) < len(tails):
            return False
        here, steps = onward[tails[0]], 1
        while here in onward and here != tails[0]:
            here, steps = onward[here], steps + 1
        return here == tails[0] and steps == len(tails)

    def ring(self, inside: NDArray[np.bool_]) -> list[tuple[int, LineString]]:
        """Return the edges round a simple union of faces, clockwise, as (edge, directed line)."""
        member = np.append(inside, False)
        right, left = member[self.right], member[self.left]
        onward = {}
        for edge in np.flatnonzero(right != left).tolist():
            line = self.edges[edge]
            directed = line if right[edge] else line.reverse()
            onward[directed.coords[0]] = (edge, directed)
        if not onward:
            return []
        # Always the same first edge, so that the same ring is always written the same way.
        start = here = min(onward)
        walk = []
        while here in onward:
            edge, directed = onward.pop(here)
            walk.append((edge, directed))
            here = directed.coords[-1]
        return walk if here == start and not onward else []


def _beside(edges: NDArray, faces: NDArray) -> tuple[NDArray, NDArray]:
    """Return the faces left and right of each edge, by the segments that face outlines share."""
    if len(faces) == 0:
        return np.zeros(len(edges), dtype=int), np.zeros(len(edges), dtype=int)
    outline = shapely.boundary(shapely.orient_polygons(faces))
    rings, face = shapely.get_parts(outline, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    first = shapely.get_coordinates(shapely.get_point(edges, 0))
    second = shapely.get_coordinates(shapely.get_point(edges, 1))
    # Every place gets a number, so that a segment is one number as well.
    cells = np.round(np.concatenate([coords, first, second]) / _GRID_M).astype(np.int64)
    _, place = np.unique(cells, axis=0, return_inverse=True)
    place = place.ravel()
    size = place.max(initial=0) + 1
    tail, head = place[: len(coords) - 1], place[1 : len(coords)]
    same = ring[1:] == ring[:-1]
    key = (tail * size + head)[same]
    # Outlines run with their face on the left.
    owner = face[ring[:-1][same]]
    order = np.argsort(key, kind="stable")
    key, owner = key[order], owner[order]
    a = place[len(coords) : len(coords) + len(edges)]
    b = place[len(coords) + len(edges) :]

    def owners(wanted: NDArray) -> NDArray:
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, owner[at], len(faces))

    return owners(a * size + b), owners(b * size + a)
