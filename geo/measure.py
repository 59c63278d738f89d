"""Geodesic areas and lengths, and the units plans use."""

from __future__ import annotations

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")
MU_PER_KM2 = 1500.0
HECTARE_PER_KM2 = 100.0


def area_km2(geometry: BaseGeometry) -> float:
    """Return the geodesic area of a lon/lat WGS 84 geometry in km² (0 for lines and points)."""
    area_m2, _ = GEOD.geometry_area_perimeter(geometry)
    return abs(area_m2) / 1e6


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
