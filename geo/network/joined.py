"""Broken roads made whole: gaps bridged straight, and one way along several roads in order.

A named line of the map stops at bridges and tunnels, at the edge of an extract, or a few metres
short of the road it meets. For a sketch it must be one line: what is missing is bridged by straight
pieces up to a length the caller states, and how long they are is told. Planar work in metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

# Lines are noded on this grid: far below the map's own rounding, and no crossing is missed.
GRID_M = 0.01
XY = tuple[float, float]


class Joined(NamedTuple):
    """One line along roads, and the stretches of it that are straight bridges, in its order."""

    line: LineString
    gaps_m: tuple[float, ...]


class _Way(NamedTuple):
    """A stretch found on the way: its positions, its length, and the gaps it bridges."""

    xy: list[XY]
    length: float
    gaps: tuple[float, ...]

    def then(self, other: _Way) -> _Way:
        """Return this way with another after it."""
        return _Way(self.xy + other.xy, self.length + other.length, self.gaps + other.gaps)

    def back(self) -> _Way:
        """Return the way from its end to its start."""
        return _Way(self.xy[::-1], self.length, self.gaps[::-1])


def bridges(lines: BaseGeometry, most_gap_m: float) -> list[LineString]:
    """Return the straight pieces that make one connected network of lines in pieces.

    Parameters
    ----------
    lines : shapely LineString or MultiLineString
        In metres.
    most_gap_m : float
        The longest piece allowed.

    Returns
    -------
    list of shapely.LineString
        The shortest set that joins all parts, each piece between the nearest places of two, short
        ones first; empty when the lines are one already.

    Raises
    ------
    ValueError
        When a gap is longer than allowed, or there is no line.

    Examples
    --------
    >>> broken = MultiLineString([[(0, 0), (1000, 0)], [(1200, 0), (2000, 0)]])
    >>> [piece.length for piece in bridges(broken, 300)]
    [200.0]
    """
    return [piece for _, _, piece in _bridges(_parts(_noded(lines)), most_gap_m)]


def join(roads: Sequence[BaseGeometry], most_gap_m: float) -> Joined:
    """Return one line along roads in the order given.

    The line changes over where two roads meet or cross, or else where they come nearest; of several
    places, where the whole is shortest. It starts at the end of the first road that is farthest
    along it from there, and ends likewise on the last. Of a single road it is the longest way from
    end to end, starting in the west. Branches off this line are left out.

    Parameters
    ----------
    roads : sequence of shapely LineString or MultiLineString
        Centrelines in metres, which may be broken and branch.
    most_gap_m : float
        Longest straight bridge within a road or from one to the next.

    Returns
    -------
    Joined

    Raises
    ------
    ValueError
        Saying which road is missing, broken by a longer gap or too far from the next.

    Examples
    --------
    >>> south, east = LineString([(0, 900), (0, 0)]), LineString([(-50, 0), (700, 0)])
    >>> join([south, east], 100).line.wkt
    'LINESTRING (0 900, 0 0, 700 0)'
    """
    if not roads:
        raise ValueError("there is no road to go along")
    graphs = [_network(road, number, most_gap_m) for number, road in enumerate(roads, 1)]
    if len(graphs) == 1:
        return _joined(_longest(graphs[0]))
    joints = [_joints(*pair, number, most_gap_m) for number, pair in enumerate(pairwise(graphs), 1)]
    # Step by step the shortest way to each joint; the last road is run to its farthest end.
    ways = [_from_farthest(graphs[0], joint.xy[0]).then(joint) for joint in joints[0]]
    for graph, onward in zip(graphs[1:-1], joints[1:], strict=True):
        ways = [
            min((way.then(_between(graph, way.xy[-1], joint.xy[0])) for way in ways), key=_length)
            .then(joint)
            for joint in onward
        ]  # fmt: skip
    ends = [way.then(_from_farthest(graphs[-1], way.xy[-1]).back()) for way in ways]
    return _joined(min(ends, key=_length))


def _length(way: _Way) -> float:
    return way.length


def _joined(way: _Way) -> Joined:
    """Return a way as a line without repeated positions."""
    xy = [way.xy[0], *(b for a, b in pairwise(way.xy) if a != b)]
    return Joined(LineString(xy), way.gaps)


def _at(xy: Sequence[float]) -> XY:
    """Return a position on the grid, the same number however it was reckoned."""
    return (round(float(xy[0]), 2), round(float(xy[1]), 2))


def _noded(lines: BaseGeometry) -> nx.Graph:
    """Return lines as a graph of their straight pieces, joined wherever they touch or cross."""
    whole = shapely.union_all(shapely.get_parts(lines), grid_size=GRID_M)
    graph = nx.Graph()
    for part in shapely.get_parts(whole):
        for a, b in pairwise(map(_at, part.coords)):
            _add(graph, a, b)
    if not graph:
        raise ValueError("there is no line")
    return graph


def _add(graph: nx.Graph, a: XY, b: XY, gap: bool = False) -> None:
    if a != b:
        graph.add_edge(a, b, length=float(np.hypot(a[0] - b[0], a[1] - b[1])), gap=gap)


def _lines(edges: Any) -> BaseGeometry:
    """Return edges of a graph as one geometry."""
    return shapely.multilinestrings(shapely.linestrings(list(edges)))


def _parts(graph: nx.Graph) -> list[nx.Graph]:
    """Return the pieces of a graph that no edge joins, in a fixed order."""
    return [graph.subgraph(nodes) for nodes in sorted(nx.connected_components(graph), key=min)]


def _bridges(parts: list[nx.Graph], most_gap_m: float) -> list[tuple[int, int, LineString]]:
    """Return the shortest tree of straight pieces over parts: which two each joins, and itself."""
    shapes = [_lines(part.edges) for part in parts]
    near = nx.Graph()
    near.add_weighted_edges_from(
        (i, j, shapely.distance(shapes[i], shapes[j]))
        for i, j in combinations(range(len(parts)), 2)
    )
    tree = sorted(nx.minimum_spanning_edges(near), key=lambda edge: edge[2]["weight"])
    if tree and (longest := tree[-1][2]["weight"]) > most_gap_m:
        raise ValueError(
            f"it has a gap of {longest:.0f} m, and {most_gap_m:.0f} m at most are bridged"
        )
    return [(i, j, shapely.shortest_line(shapes[i], shapes[j])) for i, j, _ in tree]


def _network(road: BaseGeometry, number: int, most_gap_m: float) -> nx.Graph:
    """Return one road as a connected graph, its gaps bridged."""
    try:
        graph = _noded(road)
        parts = _parts(graph)
        pieces = _bridges(parts, most_gap_m)
    except ValueError as error:
        raise ValueError(f"road {number} cannot be joined: {error}") from error
    parts = [nx.Graph(part) for part in parts]
    for i, j, piece in pieces:
        _put_on(parts[i], piece.coords[0])
        _put_on(parts[j], piece.coords[-1])
    whole = nx.compose_all(parts)
    for _, _, piece in pieces:
        _add(whole, _at(piece.coords[0]), _at(piece.coords[-1]), gap=True)
    return whole


def _put_on(graph: nx.Graph, xy: Sequence[float]) -> XY:
    """Make a position that lies on a graph's lines one of its nodes, and return it."""
    node = _at(xy)
    if node not in graph:
        edges = list(graph.edges)
        nearest = int(np.argmin(shapely.distance(shapely.linestrings(edges), Point(node))))
        a, b = edges[nearest]
        gap = graph.edges[a, b]["gap"]
        graph.remove_edge(a, b)
        _add(graph, a, node, gap)
        _add(graph, node, b, gap)
    return node


def _joints(one: nx.Graph, other: nx.Graph, number: int, most_gap_m: float) -> list[_Way]:
    """Return the places where the line may change from a road to the next, as short ways."""
    lines = _lines(one.edges), _lines(other.edges)
    meet = sorted({_at(xy) for xy in shapely.get_coordinates(shapely.intersection(*lines))})
    if meet:
        return [_Way([_put_on(one, xy), _put_on(other, xy)], 0.0, ()) for xy in meet]
    across = shapely.shortest_line(*lines)
    if across.length > most_gap_m:
        raise ValueError(
            f"road {number} and road {number + 1} do not meet: they are {across.length:.0f} m "
            f"apart, and {most_gap_m:.0f} m at most are bridged"
        )
    ends = [_put_on(one, across.coords[0]), _put_on(other, across.coords[-1])]
    return [_Way(ends, across.length, (across.length,))]


def _way(graph: nx.Graph, nodes: list[XY]) -> _Way:
    """Return a path of a graph as a way; bridges in a row are one gap."""
    edges = [graph.edges[pair] for pair in pairwise(nodes)]
    gaps: list[float] = []
    before = False
    for edge in edges:
        if edge["gap"] and before:
            gaps[-1] += edge["length"]
        elif edge["gap"]:
            gaps.append(edge["length"])
        before = edge["gap"]
    return _Way(nodes, sum(edge["length"] for edge in edges), tuple(gaps))


def _between(graph: nx.Graph, a: XY, b: XY) -> _Way:
    return _way(graph, nx.shortest_path(graph, a, b, weight="length"))


def _ends(graph: nx.Graph) -> list[XY]:
    """Return the ends of a road; one that only runs in rings may be left anywhere."""
    return sorted(node for node, degree in graph.degree if degree == 1) or sorted(graph)


def _from_farthest(graph: nx.Graph, xy: XY) -> _Way:
    """Return the way to a place on a road from the end that is farthest along it."""
    away = nx.single_source_dijkstra_path_length(graph, xy, weight="length")
    end = max(_ends(graph), key=away.__getitem__)
    if end == xy:  # its only end: a loop at the end of a stalk is left at the loop's far side
        end = max(sorted(graph), key=away.__getitem__)
    return _between(graph, end, xy)


def _longest(graph: nx.Graph) -> _Way:
    """Return the longest of the ways from end to end; of one plain ring, all of it."""
    if all(degree == 2 for _, degree in graph.degree):
        nodes = [edge[0] for edge in nx.find_cycle(graph, min(graph))]
        return _way(graph, [*nodes, nodes[0]])
    # Of the two directions, the one that starts at the end farther west.
    return max((_from_farthest(graph, end).back() for end in _ends(graph)), key=_length)
