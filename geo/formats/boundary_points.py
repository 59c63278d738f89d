"""勘测定界界址点 TXT, the text format in which land systems exchange parcels.

No national standard prints the format in full; systems have taken it since the ministry's
e-reporting (电子报盘) asked for it. What is followed here, and where it was read:

- Sections ``[属性描述]`` and ``[地块坐标]``, their keys, and a parcel line of nine cells ending
  in ``@``: the survey program CASS ("电子报盘坐标格式", celiang.net) and a bureau's
  《建设项目用地红线坐标文件内容要求》 (wenku365, 6705749): area in hectares, kind ``面``, all
  punctuation half-width, the seven conversion parameters left out but their commas kept, points
  named J1, J2, …, J1.
- Points are ``name,ring,X,Y`` with X the northing and Y the easting, which carries the zone
  number; the number of points counts the repeated first point: a surveyor's file of Hangzhou
  (zone 40, CGCS2000, format 1.01版本, 66 lines for 65 points), and the export programs that
  ArcGIS users publish.
- Ring 1 is the outer ring, 2 and more its holes; names go on from ring to ring. Readers take any
  further ring for a hole, so each part of a multipolygon is a parcel of its own.
- Numbering starts at the north-west corner and goes clockwise round the outer ring, as SuperMap
  documents for its boundary points (生成界址点); holes go the other way round.
- Programs of Windows take a file without a byte order mark for GBK, and one with it for UTF-8; so
  UTF-8 is written with the mark. ``encoding="gbk"`` is for systems that know nothing else. Reading
  takes UTF-8 with or without the mark, UTF-16 and GBK. Lines end as Windows ends them.

Areas are geodesic (椭球面积), like everywhere in this project; the plane area of the coordinates
is 0.05 % larger at the edge of a zone. Coordinates have three decimals, as ``精度=0.001``
says: the fineness of the figures, not the accuracy of a survey. Reading is in
`geo.formats.boundary_reader`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo import crs as systems
from geo.errors import AtlasError
from geo.formats import columns
from geo.measure import HECTARE_PER_KM2, area_km2
from geo.reason import Reason

DECIMALS = 3
ENCODINGS = ("utf-8", "gbk")
# Cells of a parcel line that columns of a frame go into, the column of our own reading first.
_CELLS = {
    "id": ("id", "地块编号", "DKBH"),
    "name": ("name_zh", "name", "地块名称", "DKMC", "name_en"),
    "sheet": ("sheet", "图幅号", "TFH"),
    "use": ("use", "地块用途", "DKYT"),
    "land_class": ("land_class", "地类编码", "DLBM"),
}
_WIDE = str.maketrans({",": "，", "@": "＠", "[": "［", "]": "］"})


def encode(
    frame: gpd.GeoDataFrame,
    code: int | None = None,
    encoding: str = "utf-8",
    producer: str = "",
    date: datetime.date | None = None,
) -> tuple[bytes, list[Reason]]:
    """Return the polygons of a frame as a boundary point file.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In WGS 84. Columns id, name_zh, sheet, use and land_class fill the cells of a parcel line.
    code : int, optional
        EPSG code of a CGCS2000 3-degree zone, 4513 to 4554; by default the zone, with its number
        before the easting, that the middle of the data lies in.
    encoding : str
        "utf-8" (with a byte order mark) or "gbk".
    producer : str
        Who made the data (数据产生单位); empty is allowed.
    date : datetime.date, optional
        When (数据产生日期); today by default.

    Raises
    ------
    AtlasError
        When there is no polygon, something else than a polygon, or ``code`` is no 3-degree zone.
    """
    polygons = _polygons(frame)
    west, _, east, _ = shapely.total_bounds(frame.geometry.array)
    if code is None:
        code = systems.gauss_kruger((west + east) / 2, zone_number=True)
    zone = systems.zone_of_code(code)
    if zone is None:
        raise AtlasError(
            en=f"boundary points are in a 3-degree zone of CGCS2000 (4513-4554), not EPSG:{code}",
            zh=f"界址点文件须为 CGCS2000 3 度带（4513–4554），不能是 EPSG:{code}",
        )
    if encoding not in ENCODINGS:
        raise AtlasError(
            en=f"boundary points are written in utf-8 or gbk, not {encoding}",
            zh=f"界址点文件的编码为 utf-8 或 gbk，不支持 {encoding}",
        )
    notes = [_zone_note(zone, code, systems.zone_of(west), systems.zone_of(east))]
    lines = _head(zone[0], columns.clean(producer), date or datetime.date.today())
    lines += _parcels(polygons, frame, CRS.from_epsg(code), notes)
    text = "".join(f"{line}\r\n" for line in lines)
    if encoding == "gbk":
        data = text.encode("gbk", errors="replace")
        if data.decode("gbk") != text:
            notes.append(
                Reason(
                    zh="有字不在 GBK 中，已写成“?”", en="characters that GBK lacks are written as ?"
                )
            )
        return data, notes
    return text.encode("utf-8-sig"), notes


def _polygons(frame: gpd.GeoDataFrame) -> list[list[shapely.Polygon]]:
    """Return the polygons of each feature; what is no polygon is refused."""
    found: list[list[shapely.Polygon]] = []
    for number, geometry in enumerate(frame.geometry, 1):
        if geometry is None or geometry.is_empty:
            found.append([])
        elif geometry.geom_type in ("Polygon", "MultiPolygon"):
            found.append(list(shapely.get_parts(geometry)))
        else:
            raise AtlasError(
                en=f"boundary points need polygons; feature {number} is a {geometry.geom_type}",
                zh=f"界址点文件只能写面；第 {number} 个要素是 {geometry.geom_type}",
            )
    if not any(found):
        raise AtlasError(en="no polygon to write", zh="没有可写的面")
    return found


def _zone_note(zone: tuple[int, bool], code: int, west: int, east: int) -> Reason:
    """Return which zone the file is in, and that it reaches into another when it does."""
    number, numbered = zone
    beyond_zh = beyond_en = ""
    if (west, east) != (number, number):
        beyond_zh = "；数据越出本带，仍按本带一并计算"
        beyond_en = "; the data reach beyond the zone and are all computed in it"
    return Reason(
        zh=f"坐标为 CGCS2000 3 度带第 {number} 带（中央经线 {3 * number}°，EPSG:{code}），"
        f"横坐标{'带' if numbered else '不带'}带号{beyond_zh}；面积为椭球面积",
        en=f"coordinates are in CGCS2000 3-degree zone {number} (central meridian {3 * number}° E, "
        f"EPSG:{code}), eastings {'with' if numbered else 'without'} zone number{beyond_en}; "
        "areas are geodesic",
    )


def _head(zone: int, producer: str, date: datetime.date) -> list[str]:
    """Return the lines before the first parcel."""
    return [
        "[属性描述]",
        "格式版本号=1.01版本",
        f"数据产生单位={' '.join(producer.split())}",
        f"数据产生日期={date.year}-{date.month}-{date.day}",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone}",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
    ]


def _parcels(
    polygons: list[list[shapely.Polygon]],
    frame: gpd.GeoDataFrame,
    crs: CRS,
    notes: list[Reason],
) -> Iterator[str]:
    """Yield the lines of every parcel; what could not be written as it is, is noted."""
    way = systems.from_wgs84(crs)
    properties = columns.properties(frame)
    split = left_out = changed = 0
    for index, parts in enumerate(polygons):
        left_out += not parts
        split += len(parts) > 1
        cells = {name: _cell(properties, keys, index) for name, keys in _CELLS.items()}
        cells = {name: "" if value is None else str(value) for name, value in cells.items()}
        safe = {name: _safe(value) for name, value in cells.items()}
        changed += safe != cells
        for number, part in enumerate(parts, 1):
            one = {**safe, "id": safe["id"] or str(index + 1)}
            if len(parts) > 1:
                one["id"] += f"-{number}"
                one["name"] += f"（{number}/{len(parts)}）"
            yield from _parcel(one, area_km2(part), systems.transformed(part, way, DECIMALS))
    for count, zh, en in (
        (split, "{} 个多部件要素按部件分为多个地块", "{} features of several parts are split"),
        (left_out, "{} 个要素没有图形，未写入", "{} features without geometry are left out"),
        (changed, "{} 个要素的文字中 , @ [ ] 已改为全角", "in {} features , @ [ ] are made wide"),
    ):
        if count:
            notes.append(Reason(zh=zh.format(count), en=en.format(count)))


def _cell(properties: dict[str, list[Any]], keys: tuple[str, ...], index: int) -> Any:
    """Return the first value that a feature has under one of the keys."""
    values = (properties[key][index] for key in keys if key in properties)
    return next((value for value in values if value not in (None, "")), None)


def _safe(text: str) -> str:
    r"""Return text that cannot end a cell, a line or a section.

    Examples
    --------
    >>> _safe("A,B@\n[地块坐标]")
    'A，B＠ ［地块坐标］'
    """
    return " ".join(columns.clean(text).translate(_WIDE).split())


def _parcel(cells: dict[str, str], km2: float, polygon: shapely.Polygon) -> Iterator[str]:
    """Yield a parcel's line and its points; the polygon is in metres, easting first."""
    rings = [_clockwise(polygon.exterior, True), *(_clockwise(r, False) for r in polygon.interiors)]
    count = sum(len(ring) + 1 for ring in rings)
    area = f"{km2 * HECTARE_PER_KM2:.4f}"
    yield (
        f"{count},{area},{cells['id']},{cells['name']},面,{cells['sheet']},{cells['use']},"
        f"{cells['land_class']},@"
    )
    first = 1
    for number, ring in enumerate(rings, 1):
        for step in range(len(ring) + 1):
            easting, northing = ring[step % len(ring)]
            name = f"J{first + step % len(ring)}"
            yield f"{name},{number},{northing:.{DECIMALS}f},{easting:.{DECIMALS}f}"
        first += len(ring)


def _clockwise(ring: shapely.LinearRing, clockwise: bool) -> NDArray[np.float64]:
    """Return a ring's points, (n, 2), from the north-west corner, the first not repeated."""
    points = shapely.get_coordinates(ring)[:-1]
    if ring.is_ccw == clockwise:
        points = points[::-1]
    # Two vertices that became one by rounding would be two boundary points at one place.
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    north_west = np.argmax(points[:, 1] - points[:, 0])
    return np.roll(points, -north_west, axis=0)
