"""The vocabulary of layout sketches: how an axis, a belt, a corridor or a core becomes a shape.

Pure functions on shapely geometry in metres (`geo.crs.to_local`). A plan draws its layout as a
sketch without bounds; these shapes say so by being plain: smooth lines, buffers, discs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import networkx as nx
import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.network.joined import bridges, join

XY = tuple[float, float]
# Points a smoothed line gets between two members; enough to look round at any zoom of a sketch.
STEPS = 16
# Two members nearer than this are one stop of a line: a curve through both would only kink.
SAME_STOP_M = 1.0
# A piece of a belt this near to none of its stops is an accident of clipping, not part of a sketch.
AT_STOP_M = 100.0
# Quarter-circle segments, so that a large disc looks round.
ROUND = 32
# A belt's outline carries no more detail than this; a sketch has none.
OUTLINE_M = 25.0
# A route leaves its roads by no more than this.
ROUTE_M = 10.0
# Longest gap of a road that is bridged unless the plan's file says otherwise: the bridges, tunnels
# and edges of the extract at which the named roads here stop are 45 to 554 m long.
MOST_GAP_M = 600.0


def axis(stops: Sequence[XY]) -> LineString:
    """Return a smooth line through every stop, in order (centripetal Catmull-Rom).

    Parameters
    ----------
    stops : sequence of (x, y)
        At least two different positions in metres.

    Returns
    -------
    shapely.LineString
        Its vertices include each stop exactly; of stops within 1 m of the one before, the first.

    Raises
    ------
    ValueError
        With fewer than two different stops.

    Examples
    --------
    >>> axis([(0, 0), (1000, 0)]).length
    1000.0
    """
    points = [np.asarray(stops[0], dtype=float)] if len(stops) else []
    for stop in stops[1:]:
        stop = np.asarray(stop, dtype=float)
        if np.hypot(*(stop - points[-1])) >= SAME_STOP_M:
            points.append(stop)
    if len(points) < 2:
        raise ValueError("an axis needs two different stops")
    if len(points) == 2:
        return LineString(points)
    # The ends are mirrored so that the first and last stretch bend like the others.
    padded = [2 * points[0] - points[1], *points, 2 * points[-1] - points[-2]]
    line = [points[0]]
    for i in range(1, len(padded) - 2):
        line.extend(_catmull_rom(*padded[i - 1 : i + 3]))
        line[-1] = points[i]  # exactly the stop, without rounding
    return LineString(line)


def _catmull_rom(p0: np.ndarray, p1: np.ndarray, p2: np.ndarray, p3: np.ndarray) -> list:
    """Return `STEPS` points from after ``p1`` up to ``p2`` (centripetal: no loops, no cusps)."""
    t0 = 0.0
    t1 = t0 + max(np.sqrt(np.hypot(*(p1 - p0))), 1e-9)
    t2 = t1 + max(np.sqrt(np.hypot(*(p2 - p1))), 1e-9)
    t3 = t2 + max(np.sqrt(np.hypot(*(p3 - p2))), 1e-9)
    t = np.linspace(t1, t2, STEPS + 1)[1:, None]
    a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
    a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
    a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
    b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
    b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
    return list((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)


def route(lines: Sequence[BaseGeometry], most_gap_m: float = MOST_GAP_M) -> LineString:
    """Return one line along named roads, in the order given.

    It changes from road to road where they meet or come nearest, starts at the end of the first
    that is farthest along it from there and ends likewise on the last; a single road gives its
    longest way from end to end. Branches are left out (`geo.network.joined.join`).

    Parameters
    ----------
    lines : sequence of shapely LineString or MultiLineString
        The roads' centrelines in metres, broken or not.
    most_gap_m : float
        Longest gap bridged straight, within a road or from one to the next.

    Returns
    -------
    shapely.LineString
        Never more than 10 m off its roads, bridges apart.

    Raises
    ------
    ValueError
        When the roads cannot be joined: which, and the gap that is too long.

    Examples
    --------
    >>> route([LineString([(0, 0), (900, 0)]), LineString([(900, -200), (900, 500)])]).wkt
    'LINESTRING (0 0, 900 0, 900 500)'
    """
    return shapely.simplify(join(lines, most_gap_m).line, ROUTE_M)


def corridor(
    line: BaseGeometry, half_width_m: float, most_gap_m: float = MOST_GAP_M
) -> BaseGeometry:
    """Return the ribbon of all that lies within ``half_width_m`` of a road's line.

    Parameters
    ----------
    line : shapely LineString or MultiLineString
        In metres. Where it is broken, it is made one by straight pieces.
    half_width_m : float
        Greater than 0.
    most_gap_m : float
        Longest gap bridged.

    Returns
    -------
    shapely.Polygon
        One ribbon that covers every part of the road.

    Raises
    ------
    ValueError
        When a gap is longer than may be bridged.
    """
    whole = shapely.union_all([line, *bridges(line, most_gap_m)])
    # Round ends: square ones can lose the road itself where it doubles back within its width.
    return shapely.buffer(whole, half_width_m, quad_segs=ROUND)


def belt(
    paths: Iterable[Sequence[XY]],
    half_width_m: float,
    land: BaseGeometry,
    minus: Iterable[BaseGeometry] = (),
) -> BaseGeometry:
    """Return a band along one or more paths, cut to the land given and clear of other bands.

    Pieces the cut leaves without any stop of the paths are dropped.

    Parameters
    ----------
    paths : iterable of sequences of (x, y)
        Each path is smoothed (`axis`); branches are further paths. In metres.
    half_width_m : float
        Reach to either side.
    land : shapely polygon
        The band keeps within it: the land of the districts a plan names.
    minus : iterable of shapely geometry
        Areas the band keeps out of, such as the other belts of the scheme.

    Returns
    -------
    shapely Polygon or MultiPolygon
        Empty when nothing of the band lies on the land.
    """
    paths = [list(path) for path in paths]
    band = shapely.union_all([shapely.buffer(axis(path), half_width_m) for path in paths])
    # Closing rounds the notches between branches, so that it reads as one band.
    band = shapely.simplify(_closed(band, half_width_m), OUTLINE_M)
    stops = shapely.buffer(MultiPoint([stop for path in paths for stop in path]), AT_STOP_M)
    return _cut(band, land, minus, stops)


def _closed(shape: BaseGeometry, reach_m: float) -> BaseGeometry:
    """Return a shape with its notches rounded: out by ``reach_m`` and back in."""
    return shapely.buffer(shapely.buffer(shape, reach_m), -reach_m)


def _cut(
    shape: BaseGeometry, land: BaseGeometry | None, minus: Iterable[BaseGeometry], at: BaseGeometry
) -> BaseGeometry:
    """Return what of a shape lies on land and clear of ``minus``, in pieces that touch ``at``."""
    if land is not None:
        shape = _polygons(shapely.intersection(shape, land))
    for other in minus:
        shape = _polygons(shapely.difference(shape, other))
    return _polygons(shape, at)


def parts(shape: BaseGeometry, kind: str) -> BaseGeometry:
    """Return a shape's parts of one kind, "Polygon" or "LineString"; empty when it has none.

    Cutting leaves lines and points where it only touches.
    """
    found = [piece for piece in shapely.get_parts(shape) if piece.geom_type == kind]
    if len(found) == 1:
        return found[0]
    return (MultiPolygon if kind == "Polygon" else MultiLineString)(found)


def _polygons(shape: BaseGeometry, at: BaseGeometry | None = None) -> BaseGeometry:
    """Return a shape's polygons, of those only the ones that meet ``at``."""
    if at is None:
        return parts(shape, "Polygon")
    near = [piece for piece in shapely.get_parts(shape) if piece.intersects(at)]
    return parts(shapely.GeometryCollection(near), "Polygon")


def cluster(
    points: Sequence[XY],
    reach_m: float,
    land: BaseGeometry | None = None,
    minus: Iterable[BaseGeometry] = (),
) -> BaseGeometry:
    """Return one smooth patch that holds every point: a buffer of the shortest tree joining them.

    Parameters
    ----------
    points : sequence of (x, y)
        In metres; one alone gives a disc.
    reach_m : float
        How far the patch reaches round the tree, greater than 0.
    land : shapely polygon, optional
        The patch keeps within it.
    minus : iterable of shapely geometry
        Areas the patch keeps out of, even where a point lies in one.

    Returns
    -------
    shapely Polygon or MultiPolygon
        Every point that lies on the land and in none of ``minus`` is in it. In one piece unless
        water or another area comes between; pieces without a point are dropped.

    Raises
    ------
    ValueError
        When there is no point.

    Examples
    --------
    >>> patch = cluster([(0, 0), (5000, 0), (5000, 4000)], 800)
    >>> patch.geom_type, patch.covers(Point(5000, 4000)), patch.covers(Point(0, 4000))
    ('Polygon', True, False)
    """
    points = sorted({(float(x), float(y)) for x, y in points})
    if not points:
        raise ValueError("there is no point to draw a patch around")
    # Closing fills the inner corners; it leaves no outer ones, the buffer being round everywhere.
    patch = _closed(shapely.buffer(_tree(points), reach_m, quad_segs=ROUND), reach_m)
    patch = shapely.simplify(patch, min(OUTLINE_M, reach_m / 10))
    # A point on the shore is in its piece, whatever the cut rounded.
    return _cut(patch, land, minus, shapely.buffer(MultiPoint(points), SAME_STOP_M))


def _tree(points: Sequence[XY]) -> BaseGeometry:
    """Return the shortest set of straight lines that joins all points; of one, the point."""
    if len(points) == 1:
        return Point(points[0])
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (a, b, np.hypot(*np.subtract(a, b))) for a, b in combinations(points, 2)
    )
    return shapely.multilinestrings([(a, b) for a, b, _ in nx.minimum_spanning_edges(graph)])


def disc(centre: XY, radius_m: float) -> Polygon:
    """Return a disc: the sign of a core at a place whose bounds the plan does not give."""
    return shapely.buffer(Point(centre), radius_m, quad_segs=ROUND)


def core(zones: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return the union of digitised zones: a core or zone that is a park of the map.

    Raises
    ------
    ValueError
        When there is no zone.
    """
    whole = shapely.union_all(list(zones))
    if whole.is_empty:
        raise ValueError("there is no zone to make a core of")
    return whole


def ring(core: BaseGeometry, gap_m: float, width_m: float) -> BaseGeometry:
    """Return a band of constant width around a core, its outline smoothed to read as a ring.

    The core's own holes are filled and the bays of its outline rounded by ``gap_m + width_m``
    first; the ring then lies between ``gap_m`` and ``gap_m + width_m`` from that.

    Parameters
    ----------
    core : shapely Polygon or MultiPolygon
        In metres. Parts whose rings would touch share one; others have each their own.
    gap_m : float
        Space left between core and ring, 0 or more.
    width_m : float
        Greater than 0.

    Returns
    -------
    shapely Polygon or MultiPolygon
        With the space of the core left open as a hole; it never overlaps the core.

    Raises
    ------
    ValueError
        When there is no core, or a measure is out of its range.

    Examples
    --------
    >>> band = ring(Point(0, 0).buffer(1000), 500, 300)
    >>> len(band.interiors), [round(x) for x in band.bounds]
    (1, [-1800, -1800, 1800, 1800])
    """
    if gap_m < 0 or width_m <= 0:
        raise ValueError(f"a ring cannot be {width_m:g} m wide at {gap_m:g} m from its core")
    if core.is_empty:
        raise ValueError("there is no core to draw a ring around")
    rounded = shapely.union(_closed(core, gap_m + width_m), core)
    rounded = shapely.union_all([Polygon(part.exterior) for part in shapely.get_parts(rounded)])
    outer = shapely.buffer(rounded, gap_m + width_m, quad_segs=ROUND)
    inner = shapely.buffer(rounded, gap_m, quad_segs=ROUND)
    return _polygons(shapely.difference(outer, inner))
