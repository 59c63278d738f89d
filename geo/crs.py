"""Coordinate systems at the edges: GCJ-02 in and out, and the local projection for planar work.

Stored geometry is lon/lat WGS 84 everywhere; CGCS2000 agrees with it within map accuracy. GCJ-02,
the offset system of AMap and Tencent, is met only when their data come in (`gcj02_to_wgs84`) or
when a map is laid over their tiles (`wgs84_to_gcj02`).
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

WGS84 = CRS.from_epsg(4326)
# CGCS2000 / 3-degree Gauss-Kruger CM 120E, the zone most of Shanghai's surveys use; here only for
# planar work in metres, never for areas (those are geodesic).
LOCAL = CRS.from_epsg(4549)

# Krasovsky 1940 ellipsoid and the constants of the published GCJ-02 approximation.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323

_TO_LOCAL = Transformer.from_crs(WGS84, LOCAL, always_xy=True)
_TO_WGS84 = Transformer.from_crs(LOCAL, WGS84, always_xy=True)


def _offset(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Return the GCJ-02 offset in degrees at WGS 84 positions."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    w = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (w * np.sqrt(w))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(w) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray, NDArray]:
    """Shift WGS 84 positions to GCJ-02.

    Parameters
    ----------
    lon, lat : array-like of float
        Degrees, any shape, both alike. Meant for positions in mainland China.

    Returns
    -------
    tuple of numpy.ndarray
        Longitudes and latitudes in GCJ-02, of the same shape.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    east, north = _offset(lon, lat)
    return lon + east, lat + north


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray, NDArray]:
    """Undo `wgs84_to_gcj02` by fixed-point iteration, to better than a millimetre.

    Parameters
    ----------
    lon, lat : array-like of float
        GCJ-02 degrees, any shape, both alike.

    Returns
    -------
    tuple of numpy.ndarray
        WGS 84 longitudes and latitudes, of the same shape.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = lon.copy(), lat.copy()
    for _ in range(6):  # contracts by about 1e-3 a step
        east, north = _offset(x, y)
        x, y = lon - east, lat - north
    return x, y


def geometry_from_gcj02(geometry: BaseGeometry) -> BaseGeometry:
    """Return a GCJ-02 lon/lat geometry in WGS 84."""
    return shapely.transform(
        geometry, lambda xy: np.column_stack(gcj02_to_wgs84(xy[:, 0], xy[:, 1]))
    )


def to_local(geometry: BaseGeometry) -> BaseGeometry:
    """Return a WGS 84 geometry in metres (EPSG:4549), for planar work around Shanghai."""
    return shapely.transform(
        geometry, lambda xy: np.column_stack(_TO_LOCAL.transform(xy[:, 0], xy[:, 1]))
    )


def from_local(geometry: BaseGeometry, decimals: int = 6) -> BaseGeometry:
    """Return a geometry of `to_local` in WGS 84 degrees, rounded to ``decimals`` (6 is 0.1 m)."""
    return shapely.transform(
        geometry,
        lambda xy: np.round(np.column_stack(_TO_WGS84.transform(xy[:, 0], xy[:, 1])), decimals),
    )
