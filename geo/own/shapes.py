"""GeoJSON, zipped Shapefile, KML and boundary points as rows with geometries.

What needs a path is written to a folder of its own that is gone when the function returns;
GeoPackages have a reader of their own (`geo.own.geopackage`).
"""

from __future__ import annotations

import json
import struct
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo import crs as systems
from geo.errors import AtlasError
from geo.formats import boundary_reader, columns, kml, shapefile
from geo.formats.encodings import decoded
from geo.own import guard
from geo.own.features import columns_of, tell, values_of
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
_PRJ_BYTES = 20_000  # an ordinary one has some 500
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".cpg", ".prj")


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
    except (ValueError, RecursionError) as fault:
        at = f"{fault.lineno}:{fault.colno}" if isinstance(fault, json.JSONDecodeError) else "?"
        raise refuse(
            zh=f"不是有效的 JSON（第 {at} 处，或含 NaN、Infinity）",
            en=f"not valid JSON (at {at}, or with NaN or Infinity)",
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
    rows, geometries = _through_disk({"own.kml": data}, "own.kml", lambda at: kml.read(at, bad))
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


def _through_disk(files: dict[str, bytes], first: str, read: Callable[[Path], Any]) -> Any:
    """Return what a reader makes of files that it needs on disk; its messages name no path.

    Raises
    ------
    AtlasError
        As of the reader.
    """
    with tempfile.TemporaryDirectory(prefix="park-atlas-own-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        path = Path(folder) / first
        try:
            return read(path)
        except AtlasError as fault:
            texts = {lang: _without(text, str(path)) for lang, text in fault.texts.items()}
            raise AtlasError(en=texts["en"], zh=texts["zh"]) from None


def _without(text: str, path: str) -> str:
    """Return a message without the path that it begins with."""
    return text.replace(path, "").replace(path.rpartition("/")[2], "").lstrip(" ：:,，") or text


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


def read_shapefile(data: bytes, limits: Limits, layer: str = "") -> Raw:
    """Return the features of a zipped Shapefile.

    Raises
    ------
    AtlasError
        When it is none, hostile, or larger than the limits.
    """
    files = guard.members(data, _SHAPE_PARTS, limits)
    stems = {
        PurePosixPath(name).with_suffix("").as_posix(): name
        for name in files
        if name.lower().endswith(".shp") and not name.startswith("__MACOSX/")
    }
    if not stems:
        raise refuse(zh="压缩包里没有 .shp", en="no .shp in the zip")
    last = [PurePosixPath(stem).name[:80] for stem in stems]
    # Two of one name in different folders are told apart by those.
    names = {
        name if last.count(name) == 1 else columns.clean(stem)[-80:]: stem
        for name, stem in zip(last, stems, strict=True)
    }
    chosen = layer if layer in names else next(iter(names))
    parts = {}
    for name, content in files.items():
        member = PurePosixPath(name)
        if member.with_suffix("").as_posix().lower() == names[chosen].lower():
            parts[f"own{member.suffix.lower()}"] = content
    _check_shapefile(parts, limits)
    findings = _encoding(parts)
    try:
        frame, notes = _through_disk(parts, "own.shp", lambda path: shapefile.read(path, None))
    except (AtlasError, shapely.errors.ShapelyError, ArithmeticError, LookupError, NameError,
            OSError, RuntimeError, TypeError, ValueError) as bad:  # fmt: skip
        # A damaged .prj is a NameError of pyogrio's; what GDAL says is no sentence for readers.
        if isinstance(bad, AtlasError) and "encoding" in bad.texts["en"]:
            raise
        raise refuse(zh="Shapefile 已损坏", en="the shapefile is damaged") from bad
    how = Reason(zh="随附的 .prj 注明", en="its .prj says so") if frame.crs is not None else None
    findings += [info("encoding", zh=note.zh, en=note.en) for note in notes]
    own = [name for name in frame.columns if name != frame.geometry.name]
    rows, bare = [], []
    for number, (values, geometry) in enumerate(
        zip(frame[own].to_dict("records"), frame.geometry, strict=True), 1
    ):
        if geometry is None or geometry.is_empty:
            bare.append(number)
        else:
            rows.append(RawRow(number, values_of(values, limits), geometry))
    tell(findings, [], bare)
    return Raw(
        "shp", tuple(own), tuple(rows), frame.crs, how, tuple(names), chosen, tuple(findings)
    )


def _encoding(parts: dict[str, bytes]) -> list[Finding]:
    """Put right a .cpg that says GBK of texts that are UTF-8, and tell so."""
    said = parts.get("own.cpg", b"").strip().upper()
    (head,) = struct.unpack("<H", parts["own.dbf"][8:10])
    texts = parts["own.dbf"][head:]
    if not said or said in (b"UTF-8", b"UTF8", b"65001") or texts.isascii():
        return []
    try:
        texts.decode("utf-8")
    except UnicodeDecodeError:
        return []
    parts["own.cpg"] = b"UTF-8"
    return [
        info("encoding", zh="随附的 .cpg 注明的编码与文字不符：文字是 UTF-8，按此读取",
             en="the .cpg names another encoding, but the texts are UTF-8 and are read so")
    ]  # fmt: skip


def _check_shapefile(parts: dict[str, bytes], limits: Limits) -> None:
    """Refuse parts whose heads say more than the files hold, or than is read."""
    shx, dbf, shp = (parts.get(f"own{suffix}", b"") for suffix in (".shx", ".dbf", ".shp"))
    if not shx or not dbf:
        missing = ".shx" if not shx else ".dbf"
        raise refuse(
            zh=f"缺少与 .shp 配套的 {missing}",
            en=f"the {missing} that belongs to the .shp is missing",
        )
    if len(shp) < 100 or len(shx) < 100 or len(dbf) < 33 or shp[:4] != b"\x00\x00\x27\x0a":
        raise refuse(zh="Shapefile 已损坏", en="the shapefile is damaged")
    if len(parts.get("own.prj", b"")) > _PRJ_BYTES:
        raise refuse(zh="Shapefile 的 .prj 过大", en="the shapefile's .prj is too large")
    count, head, size = struct.unpack("<IHH", dbf[4:12])
    if max(count, (len(shx) - 100) // 8) > limits.rows:
        raise too_many("要素数", "features", limits.rows)
    if (head - 33) // 32 > limits.columns:
        raise too_many("列数", "columns", limits.columns)
    if count * size > len(dbf) or head > len(dbf):
        raise refuse(
            zh="Shapefile 已损坏（.dbf 的记录数与大小不符）",
            en="the shapefile is damaged (its .dbf is shorter than its head says)",
        )
    # A vertex is 16 bytes.
    if len(shp) // 16 > 3 * limits.vertices:
        raise too_many("顶点数", "vertices", limits.vertices)
