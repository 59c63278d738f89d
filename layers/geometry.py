"""Geometry as the page stores it: whole numbers, each the step from the vertex before.

Degrees are multiplied by `SCALE` and rounded (about a metre), and every vertex but a part's first
is written as its difference to the one before. That takes a third of the bytes of GeoJSON, and
`layers/assets/geometry.js` undoes it in a few lines.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SCALE = 100_000


def encode(geometry: BaseGeometry) -> list:
    """Return a lon/lat geometry as nested lists of whole numbers.

    Parameters
    ----------
    geometry : shapely geometry
        Point, line or polygon, single or multi, in degrees.

    Returns
    -------
    list
        Points: ``[x, y, x, y, …]``; lines: one list a line; polygons: one list of rings a
        polygon. A line or ring is ``[x0, y0, dx, dy, dx, dy, …]``. Rings are stored open, vertices
        that coincide after rounding are dropped, and so are parts that shrink to nothing.
    """
    kind = geometry.geom_type
    parts = shapely.get_parts(geometry)
    if "Point" in kind:
        return _whole(shapely.get_coordinates(geometry)).ravel().tolist()
    if "Polygon" in kind:
        polygons = [
            [ring for ring in (_steps(r, 3) for r in [part.exterior, *part.interiors]) if ring]
            for part in parts
        ]
        return [rings for rings in polygons if rings]
    return [line for line in (_steps(part, 2) for part in parts) if line]


def _whole(coords: np.ndarray) -> np.ndarray:
    """Return degrees as whole steps of the stored grid."""
    return np.rint(coords * SCALE).astype(int)


def _steps(line: BaseGeometry, least: int) -> list[int]:
    """Return one line or ring as first vertex and differences; empty below ``least`` vertices."""
    coords = _whole(shapely.get_coordinates(line))
    keep = np.r_[True, np.any(np.diff(coords, axis=0) != 0, axis=1)]
    coords = coords[keep]
    if line.geom_type == "LinearRing":
        coords = coords[:-1]
    if len(coords) < least:
        return []
    return np.vstack([coords[:1], np.diff(coords, axis=0)]).ravel().tolist()


def bounds(geometries: list[BaseGeometry]) -> list[list[float]] | None:
    """Return [[south, west], [north, east]] in degrees around geometries, None when there are none.

    Rounded to 4 decimals: it only says what the map should show.
    """
    real = [item for item in geometries if item is not None and not item.is_empty]
    if not real:
        return None
    west, south, east, north = (round(float(v), 4) for v in shapely.total_bounds(real))
    return [[south, west], [north, east]]


def label_point(geometry: BaseGeometry) -> BaseGeometry:
    """Return where a name belongs: deep inside the largest part, or half-way along a line."""
    part = max(shapely.get_parts(geometry), key=lambda one: (one.area, one.length))
    if part.geom_type == "Polygon":
        # The circle comes as a line from its centre to where it touches the outline.
        return shapely.get_point(shapely.maximum_inscribed_circle(part), 0)
    if part.geom_type == "LineString":
        return shapely.line_interpolate_point(part, 0.5, normalized=True)
    return part
