"""KML, as Google Earth and the 天地图 clients read it: properties as typed ExtendedData.

Written and read here rather than by GDAL: its drivers turn properties of certain names (``id``,
``icon``, ``end``, ``description``) into other things or drop them, and write every number as text.
KML is always WGS 84.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import AtlasError
from geo.files import shown
from geo.formats import columns
from geo.formats.archives import MAX_BYTES, unpack

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_TYPES = {int: "int", float: "double", bool: "bool", str: "string"}
_MULTI = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}
# aabbggrr: a thin line, a fill that lets the image through.
_LINE, _FILL = "ff3c5aff", "403c5aff"
_NAMES = ("name_zh", "name", "名称", "地块名称", "name_en", "id")


def encode(frame: gpd.GeoDataFrame, title: str, about: str = "") -> bytes:
    """Return a frame as KML.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In WGS 84, coordinates as they are to be written.
    title : str
        Name of the document.
    about : str
        Where the data come from; the document's description.
    """
    properties = {name: columns.flat(v) for name, v in columns.properties(frame).items()}
    root = ElementTree.Element("kml", xmlns=_NAMESPACE)
    document = ElementTree.SubElement(root, "Document")
    _text(document, "name", columns.clean(title))
    if about:
        _text(document, "description", columns.clean(about))
    style = ElementTree.SubElement(document, "Style", id="zone")
    line = ElementTree.SubElement(style, "LineStyle")
    _text(line, "color", _LINE)
    _text(line, "width", "2")
    _text(ElementTree.SubElement(style, "PolyStyle"), "color", _FILL)
    schema = ElementTree.SubElement(document, "Schema", name="fields", id="fields")
    for name, values in properties.items():
        kind = next((type(value) for value in values if value is not None), str)
        ElementTree.SubElement(schema, "SimpleField", type=_TYPES[kind], name=columns.clean(name))
    named = next((name for name in _NAMES if name in properties), None)
    for index, geometry in enumerate(frame.geometry):
        mark = ElementTree.SubElement(document, "Placemark")
        values = {name: column[index] for name, column in properties.items()}
        if named is not None and values[named] is not None:
            _text(mark, "name", str(values[named]))
        _text(mark, "styleUrl", "#zone")
        extended = ElementTree.SubElement(mark, "ExtendedData")
        data = ElementTree.SubElement(extended, "SchemaData", schemaUrl="#fields")
        for name, value in values.items():
            if value is not None:
                field = ElementTree.SubElement(data, "SimpleData", name=columns.clean(name))
                field.text = _shown(value)
        if geometry is not None and not geometry.is_empty:
            _geometry(mark, geometry)
    ElementTree.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "utf-8") + b"\n"


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _shown(value: Any) -> str:
    """Return a value as XML Schema writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _geometry(parent: ElementTree.Element, geometry: BaseGeometry) -> None:
    """Append a geometry as its KML element."""
    kind = geometry.geom_type
    if kind.startswith("Multi") or kind == "GeometryCollection":
        many = ElementTree.SubElement(parent, "MultiGeometry")
        for part in geometry.geoms:
            _geometry(many, part)
        return
    element = ElementTree.SubElement(parent, "LineString" if kind == "LinearRing" else kind)
    if kind == "Polygon":
        for where, ring in (
            ("outerBoundaryIs", geometry.exterior),
            *(("innerBoundaryIs", hole) for hole in geometry.interiors),
        ):
            boundary = ElementTree.SubElement(element, where)
            line = ElementTree.SubElement(boundary, "LinearRing")
            _text(line, "coordinates", _coordinates(ring))
        return
    _text(element, "coordinates", _coordinates(geometry))


def _coordinates(geometry: BaseGeometry) -> str:
    # repr of a float is the shortest text that reads back as the same number.
    return " ".join(f"{float(x)!r},{float(y)!r}" for x, y in shapely.get_coordinates(geometry))


def read(
    path: Path, unread: list[int] | None = None
) -> tuple[list[dict[str, Any]], list[BaseGeometry | None]]:
    """Return properties and geometry (lon/lat) of every placemark of a KML or KMZ file.

    Parameters
    ----------
    path : pathlib.Path
    unread : list of int, optional
        Takes the numbers of placemarks whose coordinates cannot be read, which then have no
        geometry; without it, such a placemark is an error.

    Raises
    ------
    AtlasError
        When the file is not KML, declares a DTD, or a placemark's coordinates are no numbers.
    """
    name = shown(path)
    root = _root(_bytes(path), name)
    types = {
        (schema.get("id"), field.get("name")): field.get("type", "string")
        for schema in root.iterfind(".//{*}Schema")
        for field in schema.iterfind("{*}SimpleField")
    }
    rows: list[dict[str, Any]] = []
    geometries: list[BaseGeometry | None] = []
    for number, mark in enumerate(root.iterfind(".//{*}Placemark"), 1):
        rows.append(_properties(mark, types))
        try:
            found = [g for g in map(_read_geometry, mark) if g is not None]
        except (ValueError, RecursionError, shapely.errors.GEOSException) as error:
            if unread is not None:
                unread.append(number)
                geometries.append(None)
                continue
            raise AtlasError(
                en=f"{name}, placemark {number}: its coordinates cannot be read ({error})",
                zh=f"{name} 第 {number} 个地标：坐标无法读取（{error}）",
            ) from error
        geometries.append(found[0] if found else None)
    return rows, geometries


def _bytes(path: Path) -> bytes:
    """Return the KML of a file; of a KMZ, the document it opens with."""
    if path.suffix.lower() != ".kmz":
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            most = MAX_BYTES // 1_000_000
            raise AtlasError(
                en=f"{shown(path)}: larger than {most} MB", zh=f"{shown(path)}：超过 {most} MB"
            )
        return data
    documents = unpack(path, (".kml",))
    if not documents:
        raise AtlasError(en=f"{shown(path)}: no KML in it", zh=f"{shown(path)}：其中没有 KML")
    return documents.get("doc.kml") or next(iter(documents.values()))


def _root(data: bytes, name: str) -> ElementTree.Element:
    """Parse XML that may not bring definitions of its own: entities could grow without end."""
    declared = re.match(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']", data[:200])
    encoding = declared[1].decode("ascii") if declared else "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding).lstrip("\ufeff")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise ElementTree.ParseError("it declares a DTD")
        root = ElementTree.fromstring(text)
        if root.tag.rpartition("}")[2] != "kml":
            raise ElementTree.ParseError(f"its root is <{root.tag.rpartition('}')[2][:40]}>")
    except (ElementTree.ParseError, UnicodeError, LookupError, ValueError) as error:
        raise AtlasError(
            en=f"{name}: not a readable KML file ({error})",
            zh=f"{name}：不是可读的 KML 文件（{error}）",
        ) from error
    return root


def _properties(mark: ElementTree.Element, types: dict[tuple, str]) -> dict[str, Any]:
    """Return a placemark's extended data; its name and description when nothing else has them."""
    values: dict[str, Any] = {}
    for data in mark.iterfind("{*}ExtendedData/{*}Data"):
        values[data.get("name", "")] = data.findtext("{*}value")
    for schema in mark.iterfind("{*}ExtendedData/{*}SchemaData"):
        ref = schema.get("schemaUrl", "").lstrip("#")
        for field in schema.iterfind("{*}SimpleData"):
            key = field.get("name", "")
            values[key] = _typed(field.text or "", types.get((ref, key), "string"))
    texts = {str(value) for value in values.values()}
    for name in ("description", "name"):
        text = mark.findtext(f"{{*}}{name}")
        if text and text not in texts and name not in values:
            values = {name: text, **values}
    return values


def _typed(text: str, kind: str) -> Any:
    """Return a field's value as its schema declares it; what is not of the type stays text."""
    try:
        if kind in ("int", "uint", "short", "ushort"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    if kind == "bool" and text.lower() in ("0", "1", "true", "false"):
        return text.lower() in ("1", "true")
    return text


def _read_geometry(element: ElementTree.Element) -> BaseGeometry | None:
    """Return the geometry of an element, None for an element that is none."""
    kind = element.tag.rpartition("}")[2]
    if kind == "Point":
        return shapely.Point(_points(element)[0])
    if kind in ("LineString", "LinearRing"):
        return shapely.LineString(_points(element))
    if kind == "Polygon":
        shell = element.find("{*}outerBoundaryIs/{*}LinearRing")
        if shell is None:
            raise ValueError("a polygon without an outer boundary")
        holes = element.iterfind("{*}innerBoundaryIs/{*}LinearRing")
        return shapely.Polygon(_points(shell), [_points(hole) for hole in holes])
    if kind == "MultiGeometry":
        return _joined(list(filter(None, map(_read_geometry, element))))
    return None


def _joined(parts: list[BaseGeometry]) -> BaseGeometry | None:
    """Return the parts of a MultiGeometry as one geometry, of one kind when they are."""
    kinds = {part.geom_type for part in parts}
    if not parts:
        return None
    if len(kinds) == 1 and (make := _MULTI.get(next(iter(kinds)))) is not None:
        return make(parts)
    return shapely.GeometryCollection(parts)


def _points(element: ElementTree.Element) -> np.ndarray:
    """Return the positions of an element, (n, 2) lon/lat in degrees."""
    rows = list(_positions(element.findtext("{*}coordinates") or ""))
    points = np.array(rows, dtype=float)
    if not rows or not np.isfinite(points).all():
        raise ValueError("no coordinates" if not rows else "not finite")
    return points


def _positions(text: str) -> Iterator[tuple[float, float]]:
    for position in text.split():
        lon, lat, *_ = [*position.split(","), ""]
        yield float(lon), float(lat)
