"""GeoJSON, KML and boundary points as rows with geometries.

GeoPackages and Shapefiles have readers of their own (`geo.own.geopackage`, `geo.own.shapefiles`).
"""

from __future__ import annotations

import json
import warnings
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo import crs as systems
from geo.errors import AtlasError
from geo.formats import boundary_reader, columns, kml
from geo.formats.encodings import decoded
from geo.own import guard
from geo.own.features import columns_of, tell, values_of
from geo.own.folder import through_disk
from geo.own.limits import Limits, refuse, too_many
from geo.own.records import Finding, Raw, RawRow, info
from geo.own.systems import stated_crs, wrong_system
from geo.reason import Reason

_BY_FORMAT = {
    "geojson": Reason(
        zh="GeoJSON 标准（RFC 7946）规定", en="the GeoJSON standard (RFC 7946) says so"
    ),
    "kml": Reason(zh="KML 标准规定", en="the KML standard says so"),
}


def read_geojson(data: bytes, limits: Limits) -> Raw:
    """Return the features of a GeoJSON text; one that cannot be used is told, the rest go on.

    Raises
    ------
    AtlasError
        When it is no GeoJSON, hostile, or larger than the limits.
    """
    text = decoded(data, "GeoJSON")
    guard.check_json(text)
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        raise refuse(
            zh=f"不是有效的 JSON（第 {fault.lineno} 行第 {fault.colno} 字）",
            en=f"not valid JSON (line {fault.lineno}, column {fault.colno})",
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise refuse(
            zh="不是可读的 JSON（含 NaN、Infinity 或过长的数字，或嵌套过深）",
            en="not readable JSON (NaN, Infinity, an endless number, or nested too deep)",
        ) from fault
    features = _features(document)
    if len(features) > limits.rows:
        raise too_many("要素数", "features", limits.rows)
    findings: list[Finding] = []
    rows, bad, bare = [], [], []
    for number, feature in enumerate(features, 1):
        given = feature.get("properties") if isinstance(feature, dict) else None
        values = values_of(given if isinstance(given, dict) else {}, limits)
        made = feature.get("geometry") if isinstance(feature, dict) else 0
        try:
            geometry = None if made is None else _shape(made)
        except (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError,
                RuntimeWarning, OverflowError, shapely.errors.ShapelyError):  # fmt: skip
            bad.append(number)
            continue
        if geometry is None or geometry.is_empty:
            bare.append(number)
            continue
        rows.append(RawRow(number, values, geometry))
    tell(findings, bad, bare)
    member = document.get("crs") if isinstance(document, dict) else None
    stated, how = systems.WGS84, _BY_FORMAT["geojson"]
    if member is not None:
        named = member.get("properties", {}) if isinstance(member, dict) else {}
        stated = stated_crs(named.get("name") if isinstance(named, dict) else None)
        how = Reason(zh="文件的 crs 成员注明", en="the file's crs member says so")
    return Raw(
        "geojson",
        columns_of(rows, limits),
        tuple(rows),
        stated,
        how,
        findings=tuple(findings),
        by_format=member is None,
    )


def _features(document: Any) -> list[Any]:
    """Return the features of a document of any GeoJSON type."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return document["features"]
    if kind == "Feature":
        return [document]
    if kind == "GeometryCollection" or (kind and "coordinates" in document):
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise refuse(
        zh="不是 GeoJSON（没有 FeatureCollection、Feature 或几何对象）",
        en="not GeoJSON (no FeatureCollection, Feature or geometry)",
    )


def _shape(given: Any) -> BaseGeometry:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return shape(given)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def read_kml(data: bytes, name: str, limits: Limits) -> Raw:
    """Return the placemarks of a KML or KMZ.

    Raises
    ------
    AtlasError
        When it is no KML, hostile, or larger than the limits.
    """
    if data.startswith(b"PK\x03\x04") and name.lower().endswith(".kmz"):
        found = guard.members(data, (".kml",), limits)
        if not found:
            raise refuse(zh="KMZ 里没有 KML", en="no KML in the KMZ")
        data = found.get("doc.kml") or next(iter(found.values()))
    guard.check_xml(data)
    bad: list[int] = []
    rows, geometries = through_disk({"own.kml": data}, "own.kml", lambda at: kml.read(at, bad))
    # Counted once parsed: elements may have a prefix, and other encodings.
    if len(rows) > limits.rows:
        raise too_many("地标数", "placemarks", limits.rows)
    bare = [
        number
        for number, made in enumerate(geometries, 1)
        if number not in bad and (made is None or made.is_empty)
    ]
    findings: list[Finding] = []
    tell(findings, bad, bare)
    made = [
        RawRow(number, values_of(values, limits), geometry)
        for number, (values, geometry) in enumerate(zip(rows, geometries, strict=True), 1)
        if geometry is not None and not geometry.is_empty
    ]
    return Raw("kml", columns_of(made, limits), tuple(made), systems.WGS84, _BY_FORMAT["kml"],
               findings=tuple(findings), by_format=True)  # fmt: skip


def read_txt(data: bytes, limits: Limits) -> Raw:
    """Return the parcels of a 勘测定界界址点 TXT; where it does not say its zone, undeclared.

    Raises
    ------
    AtlasError
        When it is no such file, or larger than the limits.
    """
    if data.count(b"@") > limits.rows:
        raise too_many("地块数", "parcels", limits.rows)
    name = "TXT"
    try:
        frame, stated, notes = boundary_reader.decode(data, name)
        how = Reason(zh="文件的坐标系、带号注明", en="the file's head says so")
    except AtlasError as fault:
        if "--from-crs" not in fault.texts["en"]:
            raise
        try:
            frame, _, notes = boundary_reader.decode(data, name, systems.LOCAL)
        except AtlasError as second:
            raise wrong_system(second) from None
        stated = how = None
    rows = [
        RawRow(
            number,
            {key: columns.plain(row[key]) for key in frame.columns if key != "geometry"},
            row["geometry"],
        )
        for number, (_, row) in enumerate(frame.iterrows(), 1)
    ]
    told = tuple(info("txt", zh=note.zh, en=note.en) for note in notes)
    return Raw("txt", columns_of(rows, limits), tuple(rows), stated, how, findings=told)
