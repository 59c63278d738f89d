"""Reading 勘测定界界址点 TXT as it is met; `geo.formats.boundary_points` tells what is followed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo import crs as systems
from geo.errors import AtlasError
from geo.formats.encodings import decoded
from geo.reason import Reason

# An easting of eight digits begins with its zone's number; that of 3 degrees is 25 and more.
_ZONED_FROM = 1_000_000
_SIX_DEGREE, _SIX_DEGREE_BY_MERIDIAN = 4478, 4489  # EPSG code minus zone
_SIX_DEGREE_ZONES = range(13, 24)


@dataclass
class _Parcel:
    """A parcel as read: its line, and rings by number in the order met."""

    line: int
    declared: str
    values: dict[str, Any]
    rings: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(map(len, self.rings.values()))


def decode(
    data: bytes, name: str, crs: CRS | None = None
) -> tuple[gpd.GeoDataFrame, CRS, list[Reason]]:
    """Return the parcels of a boundary point file.

    Parameters
    ----------
    data : bytes
    name : str
        The file, as messages call it.
    crs : pyproj.CRS, optional
        The coordinate system, where it is to be declared rather than read from the file.

    Returns
    -------
    geopandas.GeoDataFrame
        Without a CRS set, easting or longitude first; columns id, name_zh, area_ha, sheet, use,
        land_class.
    pyproj.CRS
        What the coordinates are in.
    list of Reason
        What a reader should know.

    Raises
    ------
    AtlasError
        When the text is not such a file, a line is not as it must be, or neither the file nor the
        caller says the coordinate system.
    """
    head, parcels = _parse(decoded(data, name), name)
    if not parcels:
        raise AtlasError(
            en=f"{name}: not a boundary point file: no parcel under [地块坐标]",
            zh=f"{name}：不是界址点文件：[地块坐标] 下没有地块",
        )
    for parcel in parcels:
        if not parcel.rings:
            raise _wrong(name, parcel.line, "a parcel without points", "地块没有界址点")
    notes = _count_notes(parcels)
    points = np.array([xy for parcel in parcels for ring in parcel.rings.values() for xy in ring])
    found = crs or _stated_crs(head, points, name)
    # X is the northing; some programs write the easting first, which its size shows.
    swapped = bool(
        not found.is_geographic and (points[:, 0] > points[:, 1]).all() and points[:, 0].min() > 1e7
    )
    if swapped:
        notes.append(
            Reason(zh="横坐标写在纵坐标之前，已按此读取", en="eastings stand first: read so")
        )
    rows = [
        {**parcel.values, "geometry": _polygon(parcel, 0 if swapped else 1, name)}
        for parcel in parcels
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry"), found, notes


def _parse(text: str, name: str) -> tuple[dict[str, str], list[_Parcel]]:
    """Return the keys of the head and the parcels."""
    head: dict[str, str] = {}
    parcels: list[_Parcel] = []
    section = ""
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        line = raw.strip().strip("\ufeff")
        mark = re.fullmatch(r"[\[【［](.*)[\]】］]", line)
        if mark is not None:
            section = mark[1].strip()
        elif section == "属性描述" and "=" in line:
            key, _, value = line.partition("=")
            head[key.strip()] = value.strip()
        elif section == "地块坐标" and line:
            cells = [cell.strip() for cell in line.split(",")]
            if "@" in cells:
                parcels.append(_parcel_line(cells, number, name))
            else:
                _point_line(cells, parcels, number, name)
    return head, parcels


def _wrong(name: str, line: int, en: str, zh: str) -> AtlasError:
    return AtlasError(en=f"{name}, line {line}: {en}", zh=f"{name} 第 {line} 行：{zh}")


def _parcel_line(cells: list[str], line: int, name: str) -> _Parcel:
    """Read a parcel's line; cells beyond the ninth, which some provinces add, are passed over."""
    if len(cells) < 6:
        raise _wrong(name, line, "a parcel line needs nine cells", "地块行应有九项")
    cells = [*cells[: cells.index("@")], *[""] * 8]
    if cells[4] not in ("面", ""):
        raise _wrong(
            name, line, f"only areas (面) are read, not {cells[4]!r}", f"只读面，不读“{cells[4]}”"
        )
    try:
        area = float(cells[1]) if cells[1] else None
    except ValueError as error:
        raise _wrong(
            name, line, f"the area {cells[1]!r} is no number", f"面积“{cells[1]}”不是数"
        ) from error
    values = {
        "id": cells[2] or None,
        "name_zh": cells[3] or None,
        "area_ha": area if area is None or math.isfinite(area) else None,
        "sheet": cells[5] or None,
        "use": cells[6] or None,
        "land_class": cells[7] or None,
    }
    return _Parcel(line, cells[0], values)


def _point_line(cells: list[str], parcels: list[_Parcel], line: int, name: str) -> None:
    """Read a point into the last parcel: its pair (X, Y) as written, the northing first."""
    if not parcels:
        raise _wrong(name, line, "a point before the first parcel", "地块行之前出现界址点")
    try:
        x, y = float(cells[2]), float(cells[3])
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError
    except (IndexError, ValueError) as error:
        raise _wrong(name, line, "a point is name,ring,X,Y", "界址点应为“点号,圈号,X,Y”") from error
    parcels[-1].rings.setdefault(cells[1], []).append((x, y))


def _count_notes(parcels: list[_Parcel]) -> list[Reason]:
    """Note parcels that hold another number of points than their line says."""
    wrong = [
        parcel
        for parcel in parcels
        # Some programs do not count, or do not write, the repeated first point of a ring.
        if parcel.declared.isascii()
        and parcel.declared.isdigit()
        and len(parcel.declared) < 10
        and abs(int(parcel.declared) - parcel.rows) not in (0, len(parcel.rings))
    ]
    if not wrong:
        return []
    lines = ", ".join(str(parcel.line) for parcel in wrong[:5])
    return [
        Reason(
            zh=f"{len(wrong)} 个地块的界址点数与所写不符（第 {lines} 行）",
            en=f"{len(wrong)} parcels hold another number of points than stated (line {lines})",
        )
    ]


def _stated_crs(head: dict[str, str], points: NDArray[np.float64], name: str) -> CRS:
    """Return the coordinate system that the head, or the zone number in an easting, tells."""

    def undeclared(en: str, zh: str) -> AtlasError:
        return AtlasError(
            en=f"{name}: {en}; declare it with --from-crs",
            zh=f"{name}：{zh}；请用 --from-crs 声明",
        )

    stated = head.get("坐标系", "")
    if not re.search("2000", stated):
        raise undeclared(
            f"coordinate system {stated!r} is not CGCS2000" if stated else "no coordinate system",
            f"坐标系“{stated}”不是 CGCS2000" if stated else "没有坐标系",
        )
    zones = {int(value // _ZONED_FROM) for value in points.max(axis=1)}
    largest = points.max(axis=1)
    zoned = bool((largest >= 13 * _ZONED_FROM).all())
    written = re.sub(r"\D", "", head.get("带号", ""))
    zone = int(written) if written else None
    if zoned:
        if len(zones) > 1 or (zone is not None and zones != {zone}):
            listed = ", ".join(map(str, sorted(zones)))
            raise undeclared(
                f"its head says zone {zone}, its eastings {listed}",
                f"带号写的是 {zone}，横坐标的带号是 {listed}",
            )
        zone = zones.pop()
    degrees = re.sub(r"\D", "", head.get("几度分带", "3")) or "3"
    if zone is not None and degrees == "3" and zone in systems.ZONES:
        return CRS.from_epsg(zone + (4488 if zoned else 4509))
    if zone is not None and degrees == "6" and zone in _SIX_DEGREE_ZONES:
        return CRS.from_epsg(zone + (_SIX_DEGREE if zoned else _SIX_DEGREE_BY_MERIDIAN))
    raise undeclared("its zone (带号) is missing or unknown", "带号缺失或无效")


def _polygon(parcel: _Parcel, easting: int, name: str) -> BaseGeometry:
    """Return a parcel's rings as a polygon, of several parts when rings lie side by side."""
    rings: list[shapely.Polygon] = []
    for points in parcel.rings.values():
        ring = np.array(points)[:, [easting, 1 - easting]]
        if len(np.unique(ring, axis=0)) < 3:
            raise _wrong(name, parcel.line, "a ring of fewer than three points", "一圈不足三个点")
        rings.append(shapely.Polygon(ring))
    parts: list[list[shapely.Polygon]] = []
    for ring in rings:
        # The first ring is an outer one; a later one is a hole where it lies in an outer one.
        inside = next((p for p in parts if p[0].covers(ring.representative_point())), None)
        if inside is None:
            parts.append([ring])
        else:
            inside.append(ring)
    made = [
        shapely.Polygon(outer.exterior, [hole.exterior for hole in holes])
        for outer, *holes in parts
    ]
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)
