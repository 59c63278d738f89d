"""Lines that cross or touch, cut into edges that meet in nodes. Planar work in metres.

`shapely.node` would forget which line an edge came from; here every edge keeps its line, also where
two lines lie on each other. All steps work on arrays, so that a district takes a fraction of a
second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

# What lies within this is one place: less than the precision of any map here.
TOUCH_M = 0.5
# Positions in extracts are rounded to about ±4 m: an end this near to a line was drawn on it.
SNAP_M = 8.0


@dataclass(frozen=True)
class Noded:
    """Edges and nodes of a set of lines.

    Attributes
    ----------
    xy : numpy.ndarray
        (v, 2) vertices of all edges, edge after edge, in metres.
    starts : numpy.ndarray
        (e + 1,) where each edge's vertices start in ``xy``.
    line : numpy.ndarray
        (e,) the line each edge lies on, as its position among the lines given.
    ends : numpy.ndarray
        (e, 2) the nodes at which each edge starts and ends.
    nodes : numpy.ndarray
        (n, 2) positions of the nodes.
    """

    xy: NDArray[np.float64]
    starts: NDArray[np.int64]
    line: NDArray[np.int64]
    ends: NDArray[np.int64]
    nodes: NDArray[np.float64]


@dataclass(frozen=True)
class _Segments:
    """All lines as pieces between two vertices; ``first`` is the number of a piece's vertex."""

    vertices: NDArray[np.float64]
    owner: NDArray[np.int64]
    first: NDArray[np.int64]
    tree: shapely.STRtree

    @classmethod
    def of(cls, lines: NDArray) -> _Segments:
        vertices, owner = shapely.get_coordinates(lines, return_index=True)
        first = np.flatnonzero(owner[1:] == owner[:-1])
        pieces = shapely.linestrings(np.stack([vertices[first], vertices[first + 1]], axis=1))
        return cls(vertices, owner, first, shapely.STRtree(pieces))


def node(lines: NDArray, snap_m: float = SNAP_M) -> Noded:
    """Cut lines wherever they cross or touch.

    Parameters
    ----------
    lines : numpy.ndarray
        LineStrings in metres. Lines that cross in plan meet, bridges and tunnels too.
    snap_m : float
        An end that touches nothing is led to the nearest other line within this.

    Returns
    -------
    Noded
    """
    lines = np.asarray(lines, dtype=object)
    if len(lines) == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Noded(
            np.zeros((0, 2)), np.zeros(1, np.int64), empty, empty.reshape(0, 2), np.zeros((0, 2))
        )
    segments = _Segments.of(lines)
    # A stop is where a line is cut: vertex number plus the share of the way to the next vertex.
    at, xy = _crossings(segments)
    tips = _tips(segments)
    joints, joint_xy, joint_tip = _snapped(segments, tips, at, snap_m)
    at = np.concatenate([at, tips, joints])
    xy = np.concatenate([xy, segments.vertices[tips.astype(int)], joint_xy])
    label, nodes = _merged(xy)
    of_joint = label[len(at) - len(joints) :]
    order = np.lexsort((label, at))
    at, label = at[order], label[order]
    noded = _edges(segments, at, label, nodes)
    if len(joints) == 0:
        return noded
    tip_node = np.full(len(segments.vertices), -1)
    whole = at == np.floor(at)
    tip_node[at[whole].astype(int)] = label[whole]
    pairs = np.column_stack([tip_node[joint_tip.astype(int)], of_joint])
    pairs_line = segments.owner[joint_tip.astype(int)]
    real = pairs[:, 0] != pairs[:, 1]
    return _with_links(noded, pairs[real], pairs_line[real])


def _crossings(segments: _Segments) -> tuple[NDArray, NDArray]:
    """Return the stops at which pieces cross or touch, and their positions."""
    vertices, first, owner = segments.vertices, segments.first, segments.owner
    p, q = vertices[first], vertices[first + 1]
    low, high = np.minimum(p, q) - TOUCH_M, np.maximum(p, q) + TOUCH_M
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    i, j = segments.tree.query(boxes)
    # Neighbours along a line always touch.
    apart = (i < j) & ((first[j] - first[i] > 1) | (owner[first[i]] != owner[first[j]]))
    i, j = i[apart], j[apart]
    found_at, found_xy = [], []

    def keep(rows: NDArray, t: NDArray, u: NDArray, xy: NDArray) -> None:
        found_at.extend([first[i[rows]] + t, first[j[rows]] + u])
        found_xy.extend([xy, xy])

    d, e = q[i] - p[i], q[j] - p[j]
    across = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    away = p[j] - p[i]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (away[:, 0] * e[:, 1] - away[:, 1] * e[:, 0]) / across
        u = (away[:, 0] * d[:, 1] - away[:, 1] * d[:, 0]) / across
        rows = np.flatnonzero((t >= 0) & (t <= 1) & (u >= 0) & (u <= 1))
    keep(rows, t[rows], u[rows], p[i[rows]] + t[rows, None] * d[rows])
    # Ends of one piece on the other: touches, shared vertices, lines on each other.
    for tip, share in ((p, 0.0), (q, 1.0)):
        for one, other, swapped in ((i, j, False), (j, i, True)):
            t, distance = _project(tip[other], p[one], q[one])
            rows = np.flatnonzero(distance <= TOUCH_M)
            fixed = np.full(len(rows), share)
            a, b = (fixed, t[rows]) if swapped else (t[rows], fixed)
            keep(rows, a, b, tip[other[rows]])
    return np.concatenate(found_at), np.concatenate(found_xy)


def _project(xy: NDArray, p: NDArray, q: NDArray) -> tuple[NDArray, NDArray]:
    """Return the share of the way from p to q nearest to each position, and the distance."""
    d = q - p
    square = np.maximum((d**2).sum(axis=1), 1e-12)
    t = np.clip(((xy - p) * d).sum(axis=1) / square, 0.0, 1.0)
    return t, np.hypot(*(xy - p - t[:, None] * d).T)


def _tips(segments: _Segments) -> NDArray[np.float64]:
    """Return the first and last vertex number of every line."""
    owner = segments.owner
    change = np.flatnonzero(owner[1:] != owner[:-1])
    starts = np.concatenate([[0], change + 1])
    ends = np.concatenate([change, [len(owner) - 1]])
    return np.concatenate([starts, ends]).astype(float)


def _snapped(
    segments: _Segments, tips: NDArray, stops: NDArray, snap_m: float
) -> tuple[NDArray, NDArray, NDArray]:
    """Return where free ends are led to: stop, position, and the tip that is led there."""
    first, vertices, owner = segments.first, segments.vertices, segments.owner
    free = tips[~np.isin(tips, stops)].astype(int)
    xy = vertices[free]
    k, piece = segments.tree.query(shapely.points(xy), predicate="dwithin", distance=snap_m)
    other = owner[free[k]] != owner[first[piece]]
    k, piece = k[other], piece[other]
    t, distance = _project(xy[k], vertices[first[piece]], vertices[first[piece] + 1])
    order = np.lexsort((piece, distance, k))
    k, piece, t = k[order], piece[order], t[order]
    _, nearest = np.unique(k, return_index=True)
    k, piece, t = k[nearest], piece[nearest], t[nearest]
    start = vertices[first[piece]]
    position = start + t[:, None] * (vertices[first[piece] + 1] - start)
    return first[piece] + t, position, free[k].astype(float)


def _merged(xy: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the node of every position, and the nodes: positions that touch are one."""
    _, index, inverse = np.unique(np.round(xy, 3), axis=0, return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    places = xy[index]
    points = shapely.points(places)
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=TOUCH_M)
    label = np.arange(len(places))
    while True:
        before = label.copy()
        np.minimum.at(label, i, label[j])
        label = label[label]
        if np.array_equal(before, label):
            break
    roots, number = np.unique(label, return_inverse=True)
    return number.reshape(-1)[inverse], places[roots]


def _edges(segments: _Segments, at: NDArray, label: NDArray, nodes: NDArray) -> Noded:
    """Return the edges between one stop and the next along each line."""
    owner = segments.owner[np.minimum(np.floor(at).astype(int), len(segments.owner) - 1)]
    # Stops of one place along a line are one stop.
    again = (owner[1:] == owner[:-1]) & (label[1:] == label[:-1]) & (np.diff(at) < 1e-9)
    keep = np.concatenate([[True], ~again])
    at, label, owner = at[keep], label[keep], owner[keep]
    k = np.flatnonzero(owner[1:] == owner[:-1])
    inner_first = np.floor(at[k]).astype(int) + 1
    inner = np.ceil(at[k + 1]).astype(int) - inner_first
    counts = inner + 2
    starts = np.concatenate([[0], np.cumsum(counts)])
    edge = np.repeat(np.arange(len(k)), counts)
    place = np.arange(starts[-1]) - starts[edge]
    source = np.clip(inner_first[edge] + place - 1, 0, len(segments.vertices) - 1)
    xy = segments.vertices[source].copy()
    xy[starts[:-1]] = nodes[label[k]]
    xy[starts[1:] - 1] = nodes[label[k + 1]]
    noded = Noded(xy, starts, owner[k], np.column_stack([label[k], label[k + 1]]), nodes)
    return _without_specks(noded)


def _without_specks(noded: Noded) -> Noded:
    """Leave out edges that are a single place: from a node to itself within two touches."""
    length = edge_lengths(noded.xy, noded.starts)
    real = (noded.ends[:, 0] != noded.ends[:, 1]) | (length > 4 * TOUCH_M)
    counts = np.diff(noded.starts)
    return Noded(
        noded.xy[np.repeat(real, counts)],
        np.concatenate([[0], np.cumsum(counts[real])]),
        noded.line[real],
        noded.ends[real],
        noded.nodes,
    )


def _with_links(noded: Noded, pairs: NDArray, lines: NDArray) -> Noded:
    """Add straight edges between pairs of nodes."""
    xy = noded.nodes[pairs].reshape(-1, 2)
    starts = noded.starts[-1] + 2 * np.arange(1, len(pairs) + 1)
    return Noded(
        np.concatenate([noded.xy, xy]),
        np.concatenate([noded.starts, starts]),
        np.concatenate([noded.line, lines]),
        np.concatenate([noded.ends, pairs]),
        noded.nodes,
    )


def edge_lengths(xy: NDArray, starts: NDArray) -> NDArray[np.float64]:
    """Return the length of every edge in metres, from vertices laid end to end."""
    steps = np.hypot(*np.diff(xy, axis=0).T) if len(xy) > 1 else np.zeros(0)
    steps = np.concatenate([[0.0], steps])
    steps[starts[:-1]] = 0.0  # from the end of one edge to the start of the next
    return np.add.reduceat(steps, starts[:-1]) if len(starts) > 1 else np.zeros(0)
