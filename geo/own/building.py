"""Shapes out of rows: points, lists of vertices, WKT, and clauses that are traced.

Coordinates stay in the file's own system here; only what a clause is traced to is in WGS 84.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.digitize.batch import Item, digitize_items
from geo.own import numbers
from geo.own.limits import Limits, refuse, too_many
from geo.own.numbers import M2_PER
from geo.own.records import Finding, Raw, RawRow, Roles, error, info, warning
from geo.own.wellknown import Counted, from_wkt
from geo.reason import Reason
from geo.reference import Reference

PART = "zone"  # column for the zone of a clause that bounds several


@dataclass(frozen=True)
class Shape:
    """One parcel: the row it begins on, its values, and its geometry as the file has it."""

    row: int
    values: dict[str, Any]
    geometry: BaseGeometry
    basis: str = "given"
    confidence: str = ""


@dataclass(frozen=True)
class Prepared:
    """Shapes in the file's own coordinates, how many rows or parcels there were, what was found."""

    shapes: tuple[Shape, ...]
    given: int
    findings: tuple[Finding, ...]

    def points(self) -> np.ndarray:
        """Return the coordinates as written, (n, 2)."""
        return shapely.get_coordinates([one.geometry for one in self.shapes])


def prepare(raw: Raw, roles: Roles, limits: Limits) -> Prepared:
    """Return the shapes that rows are of, by ``roles.way``; none for clauses (see `trace`).

    Raises
    ------
    AtlasError
        When the columns that are needed are not named, or there are too many vertices.
    """
    if roles.way == "sizhi":
        return Prepared((), _given(raw), ())
    made: list[Shape] = []
    findings: list[Finding] = []
    given = _given(raw)
    if roles.way == "shapes":
        made = [
            Shape(row.number, row.values, row.geometry)
            for row in raw.rows
            if row.geometry is not None
        ]
        given += sum(len(f.rows) for f in raw.findings if f.code in ("geometry", "no_geometry"))
    elif roles.way == "wkt":
        made = _from_wkt(raw, roles, limits, findings)
    elif roles.way == "rings":
        made, given = _from_vertices(raw, roles, findings)
    else:
        made = _from_points(raw, roles, findings)
    count = int(shapely.get_num_coordinates([one.geometry for one in made]).sum()) if made else 0
    if count > limits.vertices:
        raise too_many("顶点数", "vertices", limits.vertices)
    return Prepared(tuple(made), given, tuple(findings))


def _given(raw: Raw) -> int:
    """Return how many rows the file has, lines of a CSV that could not be read among them."""
    return len(raw.rows) + sum(len(one.rows) for one in raw.findings if one.code == "csv")


def _needs(raw: Raw, *columns: str) -> None:
    """Refuse a way for which no column is named."""
    if not all(column and column in raw.columns for column in columns):
        raise refuse(
            zh="没有认出坐标、WKT 或四至列：请指明用哪一列",
            en="no column of coordinates, WKT or clauses was recognised: say which one to use",
        )


def _from_wkt(raw: Raw, roles: Roles, limits: Limits, findings: list[Finding]) -> list[Shape]:
    _needs(raw, roles.wkt)
    made, bad, counted = [], [], Counted(limits)
    for row in raw.rows:
        text = str(row.values.get(roles.wkt) or "")
        # EWKT says its system, which is asked anyway.
        text = text.rpartition(";")[2] if text.upper().startswith("SRID=") else text
        try:
            geometry = from_wkt(text, counted)
        except (shapely.errors.ShapelyError, ValueError):
            geometry = None
        if geometry is None or geometry.is_empty:
            bad.append(row.number)
        else:
            values = {key: value for key, value in row.values.items() if key != roles.wkt}
            made.append(Shape(row.number, values, geometry))
    if bad:
        findings.append(
            error(
                "geometry",
                bad,
                zh="WKT 无法读取或为空，未使用",
                en="no WKT that can be read: not used",
            )
        )
    return made


def _position(row: RawRow, roles: Roles) -> tuple[float, float] | None:
    """Return the two numbers of a row, None where one is missing or no number."""
    x = numbers.coordinate(row.values.get(roles.x))
    y = numbers.coordinate(row.values.get(roles.y))
    return None if x is None or y is None else (x, y)


def _from_points(raw: Raw, roles: Roles, findings: list[Finding]) -> list[Shape]:
    _needs(raw, roles.x, roles.y)
    made, bad = [], []
    for row in raw.rows:
        at = _position(row, roles)
        if at is None:
            bad.append(row.number)
        else:
            made.append(Shape(row.number, row.values, shapely.Point(at)))
    if bad:
        findings.append(
            error("coordinates", bad, zh="坐标缺失或不是数，未使用",
                  en="coordinates are missing or no numbers: not used")
        )  # fmt: skip
    return made


def _from_vertices(raw: Raw, roles: Roles, findings: list[Finding]) -> tuple[list[Shape], int]:
    """Return one polygon a parcel, from rows of one vertex each in the order of the file."""
    _needs(raw, roles.x, roles.y, roles.id)
    parcels: dict[str, dict[str, list]] = {}
    first: dict[str, RawRow] = {}
    bad, last = [], ""
    for row in raw.rows:
        # A merged cell stands in its first row only.
        parcel = str(row.values.get(roles.id) or "").strip() or last
        last = parcel
        at = _position(row, roles)
        if at is None or not parcel:
            bad.append(row.number)
            continue
        first.setdefault(parcel, row)
        ring = str(row.values.get(roles.ring) or "") if roles.ring else ""
        parcels.setdefault(parcel, {}).setdefault(ring, []).append(at)
    if bad:
        findings.append(
            error("coordinates", bad, zh="界址点没有坐标或地块编号，未使用",
                  en="a vertex without coordinates or parcel: not used")
        )  # fmt: skip
    made, short = [], []
    for parcel, rings in parcels.items():
        row = first[parcel]
        geometry = _polygon(list(rings.values()))
        if geometry is None:
            short.append(row.number)
            continue
        skip = (roles.x, roles.y, roles.ring)
        values = {key: value for key, value in row.values.items() if key not in skip}
        made.append(Shape(row.number, {**values, roles.id: parcel}, geometry))
    if short:
        findings.append(
            error("geometry", short, zh="地块的不同界址点少于 3 个，不能成面",
                  en="a parcel of fewer than three different vertices: no area")
        )  # fmt: skip
    if made:
        findings.append(
            info(
                "order",
                zh="顶点按文件中的先后连成边界",
                en="vertices are joined in the file's order",
            )
        )
    return made, len(parcels)


def _polygon(rings: list[list[tuple[float, float]]]) -> BaseGeometry | None:
    """Return rings as a polygon; a ring within an earlier one is a hole of it."""
    parts: list[list[shapely.Polygon]] = []
    for points in rings:
        if len(set(points)) < 3:
            continue
        ring = shapely.Polygon(points)
        outer = next((p for p in parts if p[0].is_valid and p[0].covers(ring)), None)
        if outer is None:
            parts.append([ring])
        else:
            outer.append(ring)
    made = [
        shapely.Polygon(outer.exterior, [hole.exterior for hole in holes])
        for outer, *holes in parts
    ]
    if not made:
        return None
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


def clauses(raw: Raw, roles: Roles, limits: Limits) -> list[Item]:
    """Return the clauses of a table; the id of each is the number of its row.

    Raises
    ------
    AtlasError
        When there is no column of clauses, or more of them than are traced.
    """
    _needs(raw, roles.text)
    items = []
    for row in raw.rows:
        text = row.values.get(roles.text)
        if text is None:
            items.append(Item(str(row.number)))
            continue
        stated, unit = numbers.area(row.values.get(roles.area)) if roles.area else (None, "")
        unit = unit or roles.unit
        known = stated is not None and unit and 0 < stated * M2_PER[unit] < 1e12
        area = stated * M2_PER[unit] / 1e6 if known else None
        items.append(Item(str(row.number), str(text)[:20_000], area))
    if len(items) > limits.clauses:
        raise too_many("四至条数", "clauses", limits.clauses)
    return items


def trace(items: list[Item], reference: Reference) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield the row number and the traced features of each clause, as they are made."""
    for item in items:
        fault = None if item.text else Reason(zh="没有四至文字", en="no clause")
        one = Item(item.id, item.text, item.area_km2, fault=fault)
        yield int(item.id), list(digitize_items([one], reference))


def from_traced(raw: Raw, traced: dict[int, list[dict[str, Any]]]) -> Prepared:
    """Return the shapes that clauses were traced to, in WGS 84, and what was not."""
    values = {row.number: row.values for row in raw.rows}
    made: list[Shape] = []
    findings: list[Finding] = []
    lost: list[int] = []
    levels: dict[str, list[int]] = {}
    for row, features in traced.items():
        for feature in features:
            told = feature["properties"]
            if feature["geometry"] is None:
                lost.append(row)
                continue
            level = told["confidence"]
            levels.setdefault(level, []).append(row)
            part = told.get("name_zh")
            named = {PART: part} if part and len(features) > 1 else {}
            own = {**values.get(row, {}), **named}
            made.append(Shape(row, own, shape(feature["geometry"]), "sizhi", level))
    if lost:
        findings.append(
            error("sizhi", dict.fromkeys(lost),
                  zh="四至未能成环：名称不在图上、缺边或不能闭合，见“四至速绘”",
                  en="no ring from the clause (a name not on the map, a side missing, or no way to "
                  "close it): see the Trace page")
        )  # fmt: skip
    for level, zh, en in (
        (
            "low",
            "四至成环，可信度低：只作示意",
            "traced from the clause with low confidence: a sketch",
        ),
        ("medium", "四至成环，可信度中", "traced from the clause with medium confidence"),
    ):
        if level in levels:
            findings.append(warning(f"sizhi_{level}", dict.fromkeys(levels[level]), zh=zh, en=en))
    if "high" in levels:
        findings.append(
            info("sizhi_high", dict.fromkeys(levels["high"]), zh="四至成环，可信度高",
                 en="traced from the clause with high confidence")
        )  # fmt: skip
    return Prepared(tuple(made), _given(raw), tuple(findings))
