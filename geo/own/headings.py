"""The headings that people write over the columns of a table, in Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from geo.own.numbers import UNITS
from geo.own.records import Raw, Roles

_NAMES = {
    "id": (
        "own_id id fid objectid gid no code 编号 序号 代码 地块编号 项目编号 宗地编号 宗地号 "
        "宗地代码 地块号 图斑编号 图斑号 bsm "
        "标识码 parcel_id parcelid parcelno plot plot_id site_id"
    ),
    "name": (
        "own_name name name_zh 名称 地块名称 项目名称 片区名称 园区名称 片区 园区 地块 宗地名称 "
        "企业名称 权利人 单位名称 地名 name_en title parcel parcel_name site "
        "site_name"
    ),
    "text": "四至 四至范围 四至描述 四至文字 四至界限 四至说明 text clause four_bounds bounds",
    "wkt": "wkt geom geometry geom_wkt wkt_geom the_geom 几何 坐标串 shape_wkt",
    "lon": "lon lng long longitude 经度 经度坐标 lon_deg x_lon 东经",
    "lat": "lat latitude 纬度 纬度坐标 lat_deg y_lat 北纬",
    "x": "x x坐标 坐标x 纵坐标 北坐标 northing 纵坐标x x_coord point_x 80x 2000x 大地x",
    "y": "y y坐标 坐标y 横坐标 东坐标 easting 横坐标y y_coord point_y 80y 2000y 大地y",
    "ring": "圈号 圈 环号 ring ring_no 部分号 part",
    "vertex": "点号 界址点号 界址点 顶点号 顶点 拐点 拐点号 vertex vertex_no "
    "point_no 点序 点序号 pt",
}
_ROLES = {word: role for role, words in _NAMES.items() for word in words.split()}
_AREA = re.compile(
    r"(?:area|stated_?area|land_?area|shape_area|tbmj|mj|"
    r"(?:公布|规划|用地|土地|占地|批准|总|地块|宗地|出让|实测|登记|图斑)*面积)"
    r"[_/:：]?[(（\[]?(?P<unit>[^()（）\[\]]*?)[)）\]]?"
)
_WKT = re.compile(
    r"\s*(?:SRID=\d+;\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\b",
    re.IGNORECASE,
)
_BARE_AREA = {"亩": "mu", "亩数": "mu", "公顷": "ha", "mu": "mu", "hectares": "ha", "acreage": ""}


def folded(words: str) -> str:
    """Return words without blanks and in half-width, lower-case letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).lower()


def role(heading: str) -> str:
    """Return what a heading says of its column: "id", "name", "area", "lon" …; else "".

    Examples
    --------
    >>> role("地块名称"), role("占地面积（亩）"), role("X 坐标"), role("备注")
    ('name', 'area', 'x', '')
    """
    label = folded(heading)
    if label in _ROLES:
        return _ROLES[label]
    # 经度（°） and X坐标(m) say their unit.
    short = re.sub(r"[(（\[].*?[)）\]]|[_-]?(?:deg|degrees?|m|wgs84|cgcs2000|gcj02)$", "", label)
    if short in _ROLES:
        return _ROLES[short]
    if label in _BARE_AREA:
        return "area"
    found = _AREA.fullmatch(label)
    return "area" if found and (not found["unit"] or found["unit"].strip("_") in UNITS) else ""


def unit_of(heading: str) -> str:
    """Return the unit that an area's heading states, "" for none.

    Examples
    --------
    >>> unit_of("面积（亩）"), unit_of("area_ha"), unit_of("面积")
    ('mu', 'ha', '')
    """
    label = folded(heading)
    found = _AREA.fullmatch(label)
    if found:
        return UNITS.get(found["unit"].strip("_"), "")
    return _BARE_AREA.get(label, "")


def guess(raw: Raw) -> Roles:
    """Return what the columns of a file are, by their headings and by what they hold."""
    by_role: dict[str, str] = {}
    for column in raw.columns:
        found = role(column)
        if found and found not in by_role:
            by_role[found] = column
    x, y = by_role.get("x", ""), by_role.get("y", "")
    if not (x and y):
        x, y = by_role.get("lon", ""), by_role.get("lat", "")
    area = by_role.get("area", "")
    roles = Roles(
        id=by_role.get("id", ""),
        name=by_role.get("name", ""),
        area=area,
        unit=unit_of(area) if area else "",
        text=by_role.get("text", ""),
        wkt=_with_text(raw, by_role.get("wkt", "")),
        x=x if y else "",
        y=y if x else "",
        ring=by_role.get("ring", ""),
    )
    return _with_way(roles, raw, "vertex" in by_role)


def _with_way(roles: Roles, raw: Raw, has_vertex: bool) -> Roles:
    """Return roles with how shapes are made of the columns."""
    if raw.drawn:
        return replace(roles, way="shapes")
    if roles.wkt:
        return replace(roles, way="wkt")
    if roles.x and roles.y:
        # Firms of one park are no corners of it: only numbered vertices, or parcels by their code.
        parcel = _parcel_column(roles, raw, has_vertex)
        return replace(roles, way="rings" if parcel else "points", id=parcel or roles.id)
    return replace(roles, way="sizhi" if roles.text else "points")


def _with_text(raw: Raw, column: str) -> str:
    """Return a column if some of its cells begin as well-known text does, else ""."""
    cells = (str(row.values.get(column) or "") for row in raw.rows) if column else ()
    return column if any(_WKT.match(cell) for cell in cells) else ""


def _parcel_column(roles: Roles, raw: Raw, has_vertex: bool) -> str:
    """Return the column that tells parcels of a vertex list apart: the one that repeats."""
    named = [roles.id, roles.name] if has_vertex else [roles.id]
    return next((column for column in named if column and _repeats(raw, column)), "")


def _repeats(raw: Raw, column: str) -> bool:
    """Tell whether the values of a column come in groups of three rows and more."""
    values = [row.values.get(column) for row in raw.rows]
    filled = [value for value in values if value is not None]
    return bool(filled) and len(filled) >= 3 * len(set(map(str, filled)))
