"""A reference's lines as a graph: shortest ways along it, and what lies near a place.

Planar work in local metres (EPSG:4549). Lines that cross in plan meet. Borders are no ways, nor are
metros, most of which run below the ground.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo.network.noding import Noded, edge_lengths, node
from geo.network.ways import KINDS

# How near a geometry a way starts or ends: centrelines and positions differ by that much.
REACH_M = 15.0
METRO = KINDS.index("metro")
_Doors = dict[int, tuple[float, int, float]]


@dataclass(frozen=True)
class Path:
    """A way through the network.

    ``stretches`` are the name (None for an unnamed way) and course of each part, in order from
    start to end; each begins where the one before ends.
    """

    stretches: tuple[tuple[str | None, LineString], ...]

    @property
    def length(self) -> float:
        """The length in metres."""
        return sum(line.length for _, line in self.stretches)

    @property
    def line(self) -> LineString:
        """The whole course."""
        coords = [xy for _, line in self.stretches for xy in line.coords]
        return LineString([xy for xy, _ in itertools.groupby(coords)])


class Graph:
    """Edges between junctions, each on one line of a reference.

    Parameters
    ----------
    noded : geo.network.noding.Noded
        Edges and nodes.
    names : list of str
        Names of lines.
    name : numpy.ndarray
        (e,) each edge's position in ``names``, -1 for an unnamed way.
    kind : numpy.ndarray, optional
        (e,) each edge's kind, as its position in `geo.network.ways.KINDS`.
    """

    def __init__(
        self, noded: Noded, names: list[str], name: NDArray, kind: NDArray | None = None
    ) -> None:
        self.noded, self.names, self.name = noded, names, np.asarray(name, dtype=np.int64)
        self.kind = kind
        self._number = {word: number for number, word in enumerate(names)}

    @classmethod
    def of(cls, lines: Iterable[tuple[str | None, BaseGeometry]]) -> Graph:
        """Return the graph of named (or unnamed) lines in local metres."""
        names: dict[str, int] = {}
        parts, owner = [], []
        for word, geometry in lines:
            number = -1 if word is None else names.setdefault(word, len(names))
            for part in shapely.get_parts(geometry):
                if part.length > 0:
                    parts.append(part)
                    owner.append(number)
        noded = node(np.array(parts, dtype=object))
        return cls(noded, list(names), np.array(owner, dtype=np.int64)[noded.line])

    @cached_property
    def edges(self) -> NDArray:
        """LineStrings of the edges, in metres."""
        starts = self.noded.starts
        if len(starts) < 2:
            return np.zeros(0, dtype=object)
        return shapely.linestrings(
            self.noded.xy, indices=np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        )

    @cached_property
    def _edge_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.edges)

    @cached_property
    def _node_tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.points(self.noded.nodes))

    @cached_property
    def _lengths(self) -> NDArray[np.float64]:
        return edge_lengths(self.noded.xy, self.noded.starts)

    @cached_property
    def _steps(self) -> tuple[list[int], list[tuple[int, int, float, int]]]:
        """For every node where its steps start, and the steps: other node, edge, metres, name."""
        way = np.ones(len(self.name), bool) if self.kind is None else self.kind != METRO
        ends = self.noded.ends[way]
        here = np.concatenate([ends[:, 0], ends[:, 1]])
        there = np.concatenate([ends[:, 1], ends[:, 0]])
        edge = np.tile(np.flatnonzero(way), 2)
        order = np.argsort(here, kind="stable")
        starts = np.searchsorted(here[order], np.arange(len(self.noded.nodes) + 1))
        edge = edge[order]
        columns = (there[order], edge, self._lengths[edge], self.name[edge])
        return starts.tolist(), list(zip(*(column.tolist() for column in columns), strict=True))

    def near(self, geometry: BaseGeometry, distance_m: float) -> set[str]:
        """Return the names of the lines within a distance of a geometry (local metres)."""
        hits = self._edge_tree.query(geometry, predicate="dwithin", distance=distance_m)
        found = np.unique(self.name[hits])
        return {self.names[number] for number in found.tolist() if number >= 0}

    def unnamed(self, geometry: BaseGeometry, distance_m: float) -> list[LineString]:
        """Return the edges without a name within a distance of a geometry (local metres)."""
        hits = self._edge_tree.query(geometry, predicate="dwithin", distance=distance_m)
        return [self.edges[i] for i in sorted(hits.tolist()) if self.name[i] < 0]

    def way(
        self,
        start: BaseGeometry,
        end: BaseGeometry,
        avoid: Collection[str] = (),
        most_m: float = 3000.0,
    ) -> Path | None:
        """Return the shortest way from one geometry to another.

        Parameters
        ----------
        start, end : shapely geometry
            In local metres. The way starts and ends at nodes within 15 m of them, or on edges that
            pass by within that distance.
        avoid : collection of str
            Names of lines the way must not run on; it may cross them.
        most_m : float
            Longest way looked for, in metres.

        Returns
        -------
        Path or None
            None when there is no way that short. A way of no length has no stretches.
        """
        barred = {self._number[name] for name in avoid if name in self._number}
        entries = self._doors(_within(start, end, most_m), barred)
        exits = self._doors(_within(end, start, most_m), barred)
        best = self._along_one_edge(entries, exits)
        if best is not None and best[0] > most_m:
            best = None
        found = self._search(entries, exits, barred, best[0] if best else most_m)
        if found is not None:
            return self._path(*found, entries, exits)
        return Path(((self._word(best[1]), best[2]),)) if best else None

    def _word(self, edge: int) -> str | None:
        number = int(self.name[edge])
        return self.names[number] if number >= 0 else None

    def _doors(self, geometry: BaseGeometry, barred: set[int]) -> _Doors:
        """Return the nodes a way may start at: metres to get there, edge (or -1), place on it."""
        if geometry.is_empty:
            return {}
        near = self._node_tree.query(geometry, predicate="dwithin", distance=REACH_M)
        doors: _Doors = {int(number): (0.0, -1, 0.0) for number in near}
        hits = self._edge_tree.query(geometry, predicate="dwithin", distance=REACH_M)
        # An edge that passes by, away from its nodes, is entered where it is nearest.
        hits = hits[~np.isin(self.noded.ends[hits], near).any(axis=1)]
        hits = hits[~np.isin(self.name[hits], list(barred))]
        for edge in hits.tolist():
            line = self.edges[edge]
            first, last = _places(line, geometry)
            a, b = self.noded.ends[edge].tolist()
            for number, metres, place in ((a, first, first), (b, line.length - last, last)):
                if number not in doors or metres < doors[number][0]:
                    doors[number] = (metres, edge, place)
        return doors

    def _along_one_edge(
        self, entries: _Doors, exits: _Doors
    ) -> tuple[float, int, LineString] | None:
        """Return metres, edge and course when both ends lie on one edge, away from its nodes."""
        found = [
            (abs(start[2] - end[2]), edge, start[2], end[2])
            for start, end in itertools.product(entries.values(), exits.values())
            if (edge := start[1]) >= 0 and edge == end[1] and start[2] != end[2]
        ]
        if not found:
            return None
        metres, edge, start, end = min(found)
        return metres, edge, substring(self.edges[edge], start, end)

    def _search(
        self,
        entries: _Doors,
        exits: _Doors,
        barred: set[int],
        most_m: float,
    ) -> tuple[list[int], list[int]] | None:
        """Return the edges and nodes of the shortest way (A*)."""
        if not entries or not exits:
            return None
        places = self.noded.nodes
        goals = places[list(exits)]
        (west, south), (east, north) = goals.min(axis=0).tolist(), goals.max(axis=0).tolist()
        starts, steps = self._steps

        def left(number: int) -> float:
            # Straight to the box around all exits: never more than the way that is left.
            x, y = places[number].tolist()
            dx = west - x if x < west else x - east if x > east else 0.0
            dy = south - y if y < south else y - north if y > north else 0.0
            return (dx * dx + dy * dy) ** 0.5

        cost = {number: door[0] for number, door in entries.items()}
        came: dict[int, tuple[int, int]] = {}
        heap = [(cost[number] + left(number), number) for number in sorted(cost)]
        heapq.heapify(heap)
        done: set[int] = set()
        goal, most = -1, most_m
        while heap:
            estimate, number = heapq.heappop(heap)
            if estimate > most:
                break
            if number in done:
                continue
            done.add(number)
            so_far = cost[number]
            if number in exits and so_far + exits[number][0] <= most:
                goal, most = number, so_far + exits[number][0]
            for other, edge, metres, name in steps[starts[number] : starts[number + 1]]:
                if name in barred or other in done:
                    continue
                total = so_far + metres
                if total < cost.get(other, most_m + 1e-9):
                    estimate = total + left(other)
                    if estimate <= most:
                        cost[other], came[other] = total, (number, edge)
                        heapq.heappush(heap, (estimate, other))
        if goal < 0:
            return None
        nodes, edges = [goal], []
        while nodes[-1] in came:
            number, edge = came[nodes[-1]]
            nodes.append(number)
            edges.append(edge)
        return nodes[::-1], edges[::-1]

    def _path(
        self,
        nodes: list[int],
        edges: list[int],
        entries: _Doors,
        exits: _Doors,
    ) -> Path:
        """Return the course along nodes and edges, with the pieces of edges at its ends."""
        pieces: list[tuple[int, NDArray]] = []
        if (first := self._piece(nodes[0], entries[nodes[0]])) is not None:
            pieces.append((first[0], first[1][::-1]))
        for number, edge in zip(nodes, edges, strict=False):
            xy = self.noded.xy[self.noded.starts[edge] : self.noded.starts[edge + 1]]
            pieces.append((edge, xy if self.noded.ends[edge, 0] == number else xy[::-1]))
        if (last := self._piece(nodes[-1], exits[nodes[-1]])) is not None:
            pieces.append(last)
        stretches = []
        for word, group in itertools.groupby(pieces, key=lambda piece: self._word(piece[0])):
            parts = [xy for _, xy in group]
            xy = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
            stretches.append((word, LineString(xy)))
        return Path(tuple(stretches))

    def _piece(self, number: int, door: tuple[float, int, float]) -> tuple[int, NDArray] | None:
        """Return the piece of an edge between a node and a place on the edge, from the node on."""
        metres, edge, place = door
        if edge < 0 or metres == 0.0:
            return None
        line = self.edges[edge]
        a, b = self.noded.ends[edge].tolist()
        from_start = a == number and (a != b or place <= line.length - place)
        origin = 0.0 if from_start else line.length
        return edge, shapely.get_coordinates(substring(line, origin, place))


def _within(geometry: BaseGeometry, other: BaseGeometry, most_m: float) -> BaseGeometry:
    """Return what of a geometry a way of that length from the other can reach."""
    if geometry.geom_type == "Point" or geometry.is_empty or other.is_empty:
        return geometry
    west, south, east, north = other.bounds
    reach = most_m + 2 * REACH_M
    return shapely.clip_by_rect(geometry, west - reach, south - reach, east + reach, north + reach)


def _places(line: LineString, geometry: BaseGeometry) -> tuple[float, float]:
    """Return the first and last place along a line that is on a geometry, or nearest to it."""
    on = shapely.intersection(line, geometry)
    if on.is_empty:
        on = shapely.get_point(shapely.shortest_line(line, geometry), 0)
    places = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(on)))
    return float(places.min()), float(places.max())
