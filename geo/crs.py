"""Coordinate systems at the edges: GCJ-02 in and out, the national grids, the local projection.

Stored geometry is lon/lat WGS 84 everywhere; CGCS2000 agrees with it within map accuracy. GCJ-02,
the offset system of AMap and Tencent, is met only when their data come in (`gcj02_to_wgs84`) or
when a map is laid over their tiles (`wgs84_to_gcj02`). Official exchange is in CGCS2000, as degrees
(EPSG:4490) or in a Gauss-Kruger zone of 3 degrees: `gauss_kruger` tells the zone of a longitude.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
import warnings

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup
from shapely.geometry.base import BaseGeometry

from geo.errors import AtlasError

WGS84 = CRS.from_epsg(4326)
# CGCS2000 / 3-degree Gauss-Kruger CM 120E, the zone most of Shanghai's surveys use; here only for
# planar work in metres, never for areas (those are geodesic).
LOCAL = CRS.from_epsg(4549)

GCJ02 = "GCJ-02"
# EPSG numbers the 3-degree zones 25 to 45 in two rows, with and without the zone number before the
# easting: zone 40 (central meridian 120° E) is 4528 and 4549, zone 41 (123° E) 4529 and 4550.
ZONES = range(25, 46)
_ZONED, _BY_MERIDIAN = 4488, 4509
# What may be written: WGS 84, CGCS2000, and its Gauss-Kruger zones of 6 and 3 degrees.
WRITABLE = (4326, 4490, *range(4491, 4555))
_MOST_ERROR_M = 2.0  # a way to WGS 84 that is coarser than this is none for a map of parks

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


def zone_of(lon: float) -> int:
    """Return the number of the 3-degree zone of a longitude in degrees.

    Zone n reaches 1.5° to both sides of the meridian 3n°, its western edge included. Minhang lies
    on both sides of 121.5° E, the edge of zones 40 and 41: a file of one zone holds both sides
    without harm (lengths of the far side are 0.03 % too long), but has to say which zone it is.
    """
    return math.floor((lon + 1.5) / 3)


def gauss_kruger(lon: float, zone_number: bool = False) -> int:
    """Return the EPSG code of the CGCS2000 3-degree Gauss-Kruger zone of a longitude.

    Parameters
    ----------
    lon : float
        Degrees east.
    zone_number : bool
        With the zone's number before the easting (40500000 on the central meridian of zone 40), as
        land records write it; else with eastings of 500000 there.

    Raises
    ------
    AtlasError
        When the longitude is not in China's zones, 25 to 45 (73.5 to 136.5° E).

    Examples
    --------
    >>> gauss_kruger(121.38), gauss_kruger(121.38, zone_number=True), gauss_kruger(121.5)
    (4549, 4528, 4550)
    """
    zone = zone_of(lon) if math.isfinite(lon) else -1
    if zone not in ZONES:
        raise AtlasError(
            en=f"longitude {lon:g} is outside the 3-degree zones of CGCS2000 (73.5 to 136.5)",
            zh=f"经度 {lon:g} 不在 CGCS2000 3 度带范围内（73.5 至 136.5）",
        )
    return zone + (_ZONED if zone_number else _BY_MERIDIAN)


def zone_of_code(code: int) -> tuple[int, bool] | None:
    """Return zone and whether eastings carry its number, for a 3-degree code; else None.

    Examples
    --------
    >>> zone_of_code(4549), zone_of_code(4528), zone_of_code(4326)
    ((40, False), (40, True), None)
    """
    for first, numbered in ((_ZONED, True), (_BY_MERIDIAN, False)):
        if code - first in ZONES:
            return code - first, numbered
    return None


def named_crs(text: str | int) -> CRS | str:
    """Return the coordinate system that a person names: a CRS, or `GCJ02`.

    Parameters
    ----------
    text : str or int
        An EPSG code with or without "EPSG:", "WGS84", "CGCS2000", "GCJ-02".

    Raises
    ------
    AtlasError
        When it is not known, or is a city grid or BD-09, which cannot be converted here.
    """
    name = unicodedata.normalize("NFKC", str(text)).strip()
    key = re.sub(r"[\s_/-]", "", name).lower()
    if key in ("gcj02", "gcj2", "火星坐标系", "高德坐标"):
        return GCJ02
    if key in ("wgs84", "crs84"):
        return WGS84
    if key in ("cgcs2000", "2000国家大地坐标系", "国家2000"):
        return CRS.from_epsg(4490)
    if re.match(r"上海|shanghai|sh2000", key):
        raise AtlasError(
            en="Shanghai's city grid (上海2000) is not offered: it has no EPSG code, and we know "
            "of no published points to check a conversion by; the city's planning bureau converts",
            zh="不提供上海城市坐标系（上海2000）：它没有 EPSG 编码，我们也未见可供核验换算的"
            "公开点位；请由上海市规划和自然资源局转换",
        )
    if re.match(r"bd09|百度", key):
        raise AtlasError(
            en="BD-09 (Baidu) cannot be read: convert it to GCJ-02 or WGS 84 first",
            zh="不能读 BD-09（百度坐标）：请先转换为 GCJ-02 或 WGS 84",
        )
    found = re.fullmatch(r"(?:epsg:+)?(\d{4,6})", key)
    try:
        if found is None:
            raise CRSError("not a code")
        return CRS.from_epsg(int(found[1]))
    except CRSError as error:
        raise AtlasError(
            en=f"unknown coordinate system {name[:60]!r}; known: GCJ-02 and EPSG codes such as "
            "4326, 4490, 4528, 4549",
            zh=f"未知坐标系“{name[:60]}”；可用：GCJ-02，以及 EPSG 编码，如 4326、4490、4528、4549",
        ) from error


def writable_crs(text: str | int) -> CRS:
    """Return the coordinate system to write a file in.

    Raises
    ------
    AtlasError
        When it is none of WGS 84, CGCS2000 and its Gauss-Kruger zones. GCJ-02 is not written: a
        file has no way to say so, and would lie 500 m off for whoever opens it.
    """
    crs = named_crs(text)
    if isinstance(crs, str):
        raise AtlasError(
            en="GCJ-02 is read, never written: no file can say that it is in it, and it would lie "
            "500 m off; choose EPSG:4326 or EPSG:4490",
            zh="GCJ-02 只读不写：文件无法注明该坐标系，打开后会偏移约 500 米；"
            "请选 EPSG:4326 或 EPSG:4490",
        )
    code = crs.to_epsg()
    if code not in WRITABLE:
        raise AtlasError(
            en=f"{text} is not written; choose 4326 (WGS 84), 4490 (CGCS2000), 4513-4533 or "
            "4534-4554 (Gauss-Kruger 3°, with and without zone number)",
            zh=f"不写 {text}；可选 4326（WGS 84）、4490（CGCS2000）、4513–4533 或 4534–4554"
            "（高斯–克吕格 3 度带，带号前缀有、无）",
        )
    return crs


def _same_datum(crs: CRS) -> bool:
    """Tell whether degrees of a CRS are degrees of WGS 84 within map accuracy."""
    geodetic = crs.geodetic_crs
    names = "" if geodetic is None else f"{geodetic.name} {geodetic.datum}"
    return bool(
        re.search(
            r"WGS[ _]?(19)?84|World Geodetic System 1984|CGCS[ _]?2000|China[ _]2000"
            r"|China Geodetic Coordinate System 2000",
            names,
            re.IGNORECASE,
        )
    )


@functools.lru_cache(maxsize=32)  # finding the way takes PROJ tens of milliseconds
def to_wgs84(crs: CRS) -> Transformer:
    """Return what turns x/y (easting/northing, or lon/lat) of a CRS into WGS 84 degrees.

    Raises
    ------
    AtlasError
        When no way to WGS 84 within 2 m is public, as for Beijing 1954 and Xi'an 1980, or PROJ
        cannot say at all, as for an ellipsoid that is not the Earth's.
    """
    try:
        if _same_datum(crs) or _has_public_way(crs):
            return Transformer.from_crs(crs, WGS84, always_xy=True)
    except ProjError as fault:
        raise AtlasError(
            en=f"the coordinate system “{crs.name}” cannot be related to WGS 84",
            zh=f"坐标系“{crs.name}”无法与 WGS 84 建立换算关系",
        ) from fault
    raise AtlasError(
        en=f"no public conversion from {crs.name} to WGS 84: convert to CGCS2000 first",
        zh=f"没有从 {crs.name} 到 WGS 84 的公开转换参数：请先转换为 CGCS2000",
    )


def _has_public_way(crs: CRS) -> bool:
    """Tell whether PROJ knows how to bring a CRS to WGS 84 within map accuracy."""
    # Some years of Beijing 1954 have a way of 1 m, for one oil field.
    if "beijing" in crs.name.lower().replace("_", " "):
        return False
    # PROJ would pass such degrees on as they are ("ballpark"), which is 50 to 150 m off here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of grids that are not installed
        ways = TransformerGroup(crs, WGS84, always_xy=True).transformers
    return any(0 <= way.accuracy <= _MOST_ERROR_M for way in ways)


@functools.lru_cache(maxsize=32)
def from_wgs84(crs: CRS) -> Transformer:
    """Return what turns WGS 84 degrees into x/y of a CRS of `writable_crs`."""
    return Transformer.from_crs(WGS84, crs, always_xy=True)


def transformed(
    geometry: BaseGeometry | None, way: Transformer, decimals: int | None = None
) -> BaseGeometry | None:
    """Return a geometry with its x/y transformed, and rounded when ``decimals`` are given."""
    if geometry is None:
        return None

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.column_stack(way.transform(xy[:, 0], xy[:, 1]))
        return out if decimals is None else np.round(out, decimals)

    return shapely.transform(geometry, moved)
