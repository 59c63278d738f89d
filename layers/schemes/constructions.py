"""The vocabulary of layout sketches: how an axis, a belt, a corridor or a core becomes a shape.

Pure functions on shapely geometry in metres (`geo.crs.to_local`). A plan draws its layout as a
sketch without bounds; these shapes say so by being plain: smooth lines, buffers, discs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

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


def axis(stops: Sequence[XY]) -> LineString:
    """Return a smooth line through every stop, in order (centripetal Catmull-Rom).

    Parameters
    ----------
    stops : sequence of (x, y)
        At least two different positions in metres.

    Returns
    -------
    shapely.LineString
        Its vertices include each stop exactly.

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


def corridor(line: BaseGeometry, half_width_m: float) -> BaseGeometry:
    """Return the ribbon of all that lies within ``half_width_m`` of a road's line.

    Parameters
    ----------
    line : shapely LineString or MultiLineString
        In metres.
    half_width_m : float
        Greater than 0.
    """
    # Round ends: square ones can lose the road itself where it doubles back within its width.
    return shapely.buffer(line, half_width_m, quad_segs=ROUND)


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
    # Closing (out and back in) rounds the notches between branches, so that it reads as one band.
    band = shapely.buffer(shapely.buffer(band, half_width_m), -half_width_m)
    band = shapely.intersection(shapely.simplify(band, OUTLINE_M), land)
    for other in minus:
        band = shapely.difference(band, other)
    stops = shapely.buffer(shapely.MultiPoint([stop for path in paths for stop in path]), AT_STOP_M)
    pieces = [
        piece
        for piece in shapely.get_parts(band)
        if piece.geom_type == "Polygon" and piece.intersects(stops)
    ]
    if not pieces:
        return Polygon()
    return pieces[0] if len(pieces) == 1 else MultiPolygon(pieces)


def disc(centre: XY, radius_m: float) -> Polygon:
    """Return a disc: the sign of a core at a place whose bounds the plan does not give."""
    return shapely.buffer(Point(centre), radius_m, quad_segs=ROUND)


def around(parts: Iterable[BaseGeometry], margin_m: float) -> BaseGeometry:
    """Return the convex outline of all parts, ``margin_m`` wider and round at the corners.

    For a core the plan places only by its parts: it shows where the core may be sought, no more.

    Raises
    ------
    ValueError
        When there is no part.
    """
    whole = shapely.union_all([part for part in parts if not part.is_empty])
    if whole.is_empty:
        raise ValueError("there is no part to draw around")
    return shapely.buffer(shapely.convex_hull(whole), margin_m, quad_segs=ROUND)


def core(zones: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return the union of digitised zones: a core or zone that is a park of the map."""
    return shapely.union_all(list(zones))
