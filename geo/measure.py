"""Geodesic areas and lengths, and the units plans use."""

from __future__ import annotations

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")
MU_PER_KM2 = 1500.0
HECTARE_PER_KM2 = 100.0
M2_PER_MU = 1e6 / MU_PER_KM2


def area_km2(geometry: BaseGeometry) -> float:
    """Return the geodesic area of a lon/lat WGS 84 geometry in km² (0 for lines and points).

    The direction of rings does not matter: holes count off, parts add up.
    """
    return _area_m2(geometry) / 1e6


def _area_m2(geometry: BaseGeometry) -> float:
    if geometry.geom_type == "Polygon":
        area = _ring_m2(geometry.exterior)
        for hole in geometry.interiors:
            area -= _ring_m2(hole)
        return area
    return sum((_area_m2(part) for part in getattr(geometry, "geoms", ())), 0.0)


def _ring_m2(ring: BaseGeometry) -> float:
    """Return the geodesic area within a ring in m², whichever way it goes."""
    return abs(GEOD.geometry_area_perimeter(ring)[0])


def length_m(geometry: BaseGeometry) -> float:
    """Return the geodesic length of a lon/lat WGS 84 line in metres."""
    return GEOD.geometry_length(geometry)


def error_pct(measured: float, published: float | None) -> float | None:
    """Return how far ``measured`` is from ``published``, in percent of the published value.

    Returns
    -------
    float or None
        None when nothing, or nothing positive, is published.
    """
    if not published or published <= 0:
        return None
    return (measured - published) / published * 100.0
