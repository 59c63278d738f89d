"""Which coordinate system numbers may be in: the candidates, each with its reason.

What a file declares is taken. Else the numbers tell what is plausible, and the user is asked:
WGS 84 and GCJ-02 look alike (some 500 m apart here), and so do CGCS2000, Xi'an 1980 and Beijing
1954 in a Gauss-Kruger zone, and UTM of the same meridian. A hint is given only where it can be
measured (`geo.own.hints`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo import crs as systems
from geo.errors import AtlasError
from geo.own.limits import refuse
from geo.reason import Reason

CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north
SHANGHAI = (120.85, 30.65, 122.25, 31.92)
_CITY_GRID_M = 120_000.0  # Shanghai's own grid has its origin in the middle of the city
_UTM_SCALE = 0.9996


@dataclass(frozen=True)
class Candidate:
    """A way to read coordinates.

    Attributes
    ----------
    id : str
        "4326", "GCJ-02", "4549" …; with "-yx" when the first of the two numbers is the northing or
        latitude.
    name, reason : Reason
        What readers call it, and why it is plausible.
    sure : bool
        Declared by the file or its format: need not be asked.
    likely : bool
        The numbers lie in Shanghai when read so.
    """

    id: str
    name: Reason
    reason: Reason
    sure: bool = False
    likely: bool = False

    @property
    def swapped(self) -> bool:
        """Whether the northing or latitude stands first."""
        return self.id.endswith("-yx")

    @property
    def system(self) -> CRS | str:
        """The coordinate system: a CRS, or "GCJ-02"."""
        return systems.named_crs(self.id.removesuffix("-yx"))


def named(code: str, reason: Reason, *, sure: bool = False, likely: bool = False) -> Candidate:
    """Return the candidate of an id, with the name readers know it by.

    Raises
    ------
    AtlasError
        For an id that is no coordinate system.
    """
    plain = code.removesuffix("-yx")
    found = systems.named_crs(plain)
    if isinstance(found, str):
        name = Reason(zh="GCJ-02（高德、腾讯地图）", en="GCJ-02 (AMap, Tencent)")
    elif plain in ("4326", "4490"):
        name = Reason(zh="WGS 84／CGCS2000 经纬度", en="WGS 84 / CGCS2000 degrees")
    elif (zone := _gauss_kruger(plain)) is not None:
        width, meridian, numbered = zone
        name = Reason(
            zh=f"CGCS2000 高斯–克吕格 {width} 度带，中央经线 {meridian}°"
            + ("，带号前缀" if numbered else ""),
            en=f"CGCS2000 Gauss–Krüger {width}°, central meridian {meridian}°"
            + (", zone prefix" if numbered else ""),
        )
    elif plain == "3857":
        name = Reason(zh="Web 墨卡托（EPSG:3857）", en="Web Mercator (EPSG:3857)")
    else:
        name = Reason(zh=f"{found.name}（EPSG:{plain}）", en=f"{found.name} (EPSG:{plain})")
    if code.endswith("-yx"):
        first = found is not None and (isinstance(found, str) or found.is_geographic)
        name = Reason(
            zh=name.zh + ("，纬度在前" if first else "，北坐标在前"),
            en=name.en + (", latitude first" if first else ", northing first"),
        )
    return Candidate(code, name, reason, sure, likely)


def _gauss_kruger(code: str) -> tuple[int, int, bool] | None:
    """Return width, central meridian and whether eastings carry the zone, of a CGCS2000 code."""
    number = int(code) if code.isdigit() else 0
    zone = systems.zone_of_code(number)
    if zone is not None:
        return 3, 3 * zone[0], zone[1]
    for first, numbered in ((4478, True), (4489, False)):
        if 13 <= number - first <= 23:
            return 6, 6 * (number - first) - 3, numbered
    return None


def stated_crs(text: object) -> CRS | None:
    """Return the system that a file names by an EPSG code or as CRS84; None for anything else.

    Only names are looked up: what else a stranger's text may hold is never given to PROJ.
    """
    words = str(text)[:120] if isinstance(text, str | int) else ""
    if re.search(r"CRS:?84$", words):
        return systems.WGS84
    found = re.search(r"(?:EPSG:{1,2}[\d.]*:?|^)(\d{4,6})$", words)
    try:
        return CRS.from_epsg(int(found[1])) if found else None
    except CRSError:
        return None


def declared(crs: CRS, how: Reason) -> Candidate:
    """Return the candidate of what a file declares.

    Raises
    ------
    AtlasError
        When there is no public way from it to WGS 84.
    """
    systems.to_wgs84(crs)
    code = crs.to_epsg(min_confidence=60)
    if code is None and crs.is_geographic and systems.named_crs(4490).equals(crs, True):
        code = 4490
    if code is None:
        name = re.sub(r"[^\w .,°/()-]", "", crs.name)[:60]
        return _Declared("", Reason(zh=name, en=name), how, True, False, crs)
    return named(str(code), how, sure=True)


@dataclass(frozen=True)
class _Declared(Candidate):
    """A declared system that has no EPSG code."""

    crs: CRS | None = None

    @property
    def system(self) -> CRS | str:
        """The coordinate system as the file describes it."""
        return self.crs


def detect(points: NDArray[np.float64]) -> tuple[Candidate, ...]:
    """Return the ways in which undeclared coordinates are plausible, the likeliest first.

    Parameters
    ----------
    points : numpy.ndarray
        (n, 2), as written: the first column is what comes first, or what is called X.

    Raises
    ------
    AtlasError
        When nothing is plausible, saying what the numbers look like.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        raise refuse(zh="没有可用的坐标", en="no coordinates that can be used")
    a, b = np.median(points, axis=0)
    found = _degrees(points) if max(abs(a), abs(b)) <= 180 else _metres(points)
    if found:
        return tuple(sorted(found, key=lambda one: not one.likely))
    if max(abs(a), abs(b)) < _CITY_GRID_M and max(abs(a), abs(b)) > 180:
        raise refuse(
            zh="坐标像是上海城市坐标系（上海2000）：没有公开的换算参数，请先转换为 CGCS2000",
            en="the coordinates look like Shanghai's city grid: its conversion is not public; "
            "convert them to CGCS2000 first",
        )
    raise refuse(
        zh=f"坐标（如 {a:.6g}，{b:.6g}）不是中国境内的经纬度，也不是高斯–克吕格平面坐标",
        en=f"coordinates such as {a:.6g}, {b:.6g} are neither degrees nor Gauss–Krüger metres in "
        "China",
    )


def _share(points: NDArray[np.float64], box: tuple[float, float, float, float]) -> float:
    """Return the share of lon/lat points in a box."""
    west, south, east, north = box
    x, y = points[:, 0], points[:, 1]
    return float(np.mean((x >= west) & (x <= east) & (y >= south) & (y <= north)))


def _degrees(points: NDArray[np.float64]) -> list[Candidate]:
    """Return the candidates of degrees, in either order."""
    found = []
    for suffix, xy in (("", points), ("-yx", points[:, ::-1])):
        if _share(xy, CHINA) < 0.5:
            continue
        near = _share(xy, SHANGHAI) >= 0.5
        where_zh = "数值在上海附近" if near else "数值在中国境内、上海之外"
        where_en = "the numbers are near Shanghai" if near else "in China, outside Shanghai"
        alike_zh = "；与 GCJ-02 从数值上分不出，须您确认"
        alike_en = "; the numbers alone cannot tell it from GCJ-02: you have to say"
        found.append(
            named(
                f"4326{suffix}",
                Reason(zh=where_zh + alike_zh, en=where_en + alike_en),
                likely=near,
            )
        )
        found.append(
            named(
                f"GCJ-02{suffix}",
                Reason(
                    zh=where_zh + "；若取自高德、腾讯地图或其接口，应选此项（相差约 500 米）",
                    en=where_en + "; choose it for data from AMap or Tencent (some 500 m apart)",
                ),
                likely=near,
            )
        )
    return found


def _metres(points: NDArray[np.float64]) -> list[Candidate]:
    """Return the candidates of metres: Gauss-Kruger zones in either order, and Web Mercator."""
    found = []
    for suffix, xy in (("", points), ("-yx", points[:, ::-1])):
        east = float(np.median(xy[:, 0]))
        for code in _codes(east):
            candidate = _placed(code, suffix, xy)
            if candidate is not None:
                found.append(candidate)
    best = [one for one in found if one.likely]
    return best or found


def _codes(east: float) -> list[int]:
    """Return the EPSG codes that an easting may be of."""
    zone = int(east // 1_000_000)
    codes = []
    if zone in systems.ZONES:
        codes.append(4488 + zone)
    if 13 <= zone <= 23:
        codes.append(4478 + zone)
    if 8e6 < east < 15.2e6:
        codes.append(3857)
    if 50_000 < east < 950_000:
        # Which meridian, only the place can tell: those of Shanghai and its neighbours.
        codes += [4548, 4549, 4550, 32650, 32651]
    return codes


def _placed(code: int, suffix: str, xy: NDArray[np.float64]) -> Candidate | None:
    """Return the candidate of a code when the points, read so, lie in China."""
    north = float(np.median(xy[:, 1]))
    if code != 3857 and not 300_000 < north < 6_000_000:
        return None
    lonlat = np.column_stack(systems.to_wgs84(CRS.from_epsg(code)).transform(xy[:, 0], xy[:, 1]))
    if not _share(lonlat, CHINA) >= 0.5:
        return None
    near = _share(lonlat, SHANGHAI) >= 0.5
    lon, lat = np.median(lonlat, axis=0)
    if code == 3857:
        reason = Reason(zh=f"数值大小像 Web 墨卡托，位于 {lon:.2f}°E，{lat:.2f}°N",
                        en=f"as Web Mercator's; at {lon:.2f}° E, {lat:.2f}° N")  # fmt: skip
        return named(f"3857{suffix}", reason, likely=near)
    if code in (32650, 32651):
        return named(f"{code}{suffix}", _utm(code, north, lon, lat), likely=near)
    numbered = xy[:, 0].max() >= 1_000_000
    zone = int(np.median(xy[:, 0]) // 1_000_000)
    zh = f"横坐标前两位 {zone} 是带号" if numbered else "横坐标不带带号"
    en = f"eastings begin with zone {zone}" if numbered else "eastings without a zone"
    place_zh = "在上海" if near else "在上海之外"
    place_en = "in Shanghai" if near else "outside Shanghai"
    reason = Reason(
        zh=f"{zh}，位于 {lon:.2f}°E，{lat:.2f}°N（{place_zh}）；按 CGCS2000 读，"
        "西安 80、北京 54 的数值相近而相差约百米",
        en=f"{en}; at {lon:.2f}° E, {lat:.2f}° N ({place_en}); read as CGCS2000: numbers in Xi'an "
        "1980 or Beijing 1954 look alike and lie some 100 m off",
    )
    return named(f"{code}{suffix}", reason, likely=near)


def _utm(code: int, north: float, lon: float, lat: float) -> Reason:
    """Return why metres may be UTM's: its numbers are those of Gauss-Kruger, a little smaller."""
    meridian, apart = 6 * (code - 32600) - 183, north * (1 - _UTM_SCALE) / 1000
    return Reason(
        zh=f"与中央经线 {meridian}° 的高斯–克吕格坐标从数值上分不出，位置相差约 {apart:.1f} km"
        f"（按此读位于 {lon:.2f}°E，{lat:.2f}°N）；取自 GPS、卫星影像或国外软件的数据多为 UTM",
        en=f"the numbers alone cannot tell it from Gauss–Krüger at {meridian}°, some {apart:.1f} "
        f"km apart (read so: {lon:.2f}° E, {lat:.2f}° N); choose it for data from GPS, satellite "
        "images or foreign software",
    )


def located(
    geometries: Sequence[BaseGeometry | None], candidate: Candidate
) -> list[BaseGeometry | None]:
    """Return geometries in WGS 84 from the file's own coordinates.

    Raises
    ------
    AtlasError
        When there is no public way from the system to WGS 84.
    """
    system = candidate.system
    shapes = np.array(list(geometries), dtype=object)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        if candidate.swapped:
            xy = xy[:, ::-1]
        if isinstance(system, str):
            # The published formula makes no sense of what is no degree.
            with np.errstate(all="ignore"):
                return np.column_stack(systems.gcj02_to_wgs84(xy[:, 0], xy[:, 1]))
        if system.equals(systems.WGS84, True):
            return xy
        return np.column_stack(systems.to_wgs84(system).transform(xy[:, 0], xy[:, 1]))

    flat = shapely.force_2d(shapes)
    return list(shapely.transform(flat, moved))


def wrong_system(error: AtlasError) -> AtlasError:
    """Return an error of the formats without the words for the command line."""
    cut = {
        lang: re.split(r"[;；]\s*(?:declare|请用)", text)[0] for lang, text in error.texts.items()
    }
    return AtlasError(en=cut["en"], zh=cut["zh"])
