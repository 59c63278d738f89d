"""The file formats of geodata: one way to write them all, and one to read them.

| id | file | coordinates |
|---|---|---|
| geojson | GeoJSON (RFC 7946) | WGS 84; another system only when asked for, which leaves the RFC |
| gpkg | GeoPackage | any of `geo.crs.WRITABLE` |
| shp | zipped Shapefile, or a .shp with the files beside it | any of `geo.crs.WRITABLE` |
| kml | KML (.kmz is read as well) | WGS 84 |
| txt | 勘测定界界址点 TXT | a CGCS2000 3-degree zone |

Degrees have 6 decimals (0.1 m), metres 4, boundary points 3. Lists and dicts among the properties
become JSON text where a format has no nesting. Frames are in WGS 84 on both sides.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo import crs as systems
from geo.errors import AtlasError, unknown
from geo.files import shown, write_atomic
from geo.formats import (
    boundary_points,
    boundary_reader,
    columns,
    geojson,
    geopackage,
    kml,
    shapefile,
)
from geo.formats.archives import MAX_BYTES
from geo.reason import Reason

# GDAL tells a log what it finds odd, names of columns among it: a user's are nobody's to read.
pyogrio.set_gdal_config_options({"CPL_LOG": os.devnull})
logging.getLogger("pyogrio").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Format:
    """A format that can be written."""

    id: str
    suffix: str
    media_type: str
    zh: str
    en: str

    def name(self, lang: str) -> str:
        """Return what readers call it in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


FORMATS = {
    made.id: made
    for made in (
        Format("geojson", ".geojson", "application/geo+json", "GeoJSON", "GeoJSON"),
        Format("gpkg", ".gpkg", "application/geopackage+sqlite3", "GeoPackage", "GeoPackage"),
        Format("shp", ".zip", "application/zip", "Shapefile（zip）", "Shapefile (zip)"),
        Format("kml", ".kml", "application/vnd.google-earth.kml+xml", "KML", "KML"),
        Format("txt", ".txt", "text/plain", "勘测定界界址点 TXT", "boundary points TXT"),
    )
}
_SUFFIXES = {
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shp",
    ".shp": "shp",
    ".kml": "kml",
    ".kmz": "kml",
    ".txt": "txt",
}
_DECIMALS_DEG, _DECIMALS_M = 6, 4


@dataclass(frozen=True)
class Encoded:
    """A file's content, and what its reader must know."""

    data: bytes
    notes: tuple[Reason, ...]


@dataclass(frozen=True)
class Loaded:
    """What a file held: features in WGS 84, what to know of the reading, where they come from."""

    frame: gpd.GeoDataFrame
    notes: tuple[Reason, ...]
    about: str = ""


def format_of(path: str | Path) -> str:
    """Return the id of the format that a file's ending stands for.

    Raises
    ------
    AtlasError
        When the ending is none of ours.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        raise unknown("file ending", "文件扩展名", suffix or Path(path).name, list(_SUFFIXES))
    return _SUFFIXES[suffix]


def encode(
    frame: gpd.GeoDataFrame,
    format: str,  # noqa: A002 - what the callers call it
    crs: int | str | None = None,
    *,
    title: str = "park-atlas",
    about: str = "",
    encoding: str = "utf-8",
) -> Encoded:
    """Return a frame as a file's content.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Features with a CRS.
    format : str
        A key of `FORMATS`.
    crs : int or str, optional
        EPSG code to write in; by default WGS 84, for boundary points the zone of the data.
    title : str
        Name of the layer or document, and of the files in a zip.
    about : str
        Where the data come from; kept wherever the format has a place for it.
    encoding : str
        Of boundary points: "utf-8" or "gbk".

    Raises
    ------
    AtlasError
        When there is nothing to write, or the format cannot hold the geometry or the CRS.
    """
    if format not in FORMATS:
        raise unknown("format", "格式", format, list(FORMATS))
    frame = _ready(frame)
    target = None if crs is None else systems.writable_crs(crs)
    if format == "txt":
        code = None if target is None else target.to_epsg()
        data, notes = boundary_points.encode(frame, code, encoding)
        return Encoded(data, tuple(notes))
    placed = _placed(frame, target or systems.WGS84)
    if format == "geojson":
        return Encoded(*geojson.encode(placed, title, about))
    if format == "kml":
        if target is not None and not target.is_geographic:
            raise AtlasError(
                en="KML is always in WGS 84 degrees: choose another format for metres",
                zh="KML 只能用 WGS 84 经纬度：需要平面坐标请选其他格式",
            )
        return Encoded(kml.encode(placed, title, about), ())
    if format == "gpkg":
        return Encoded(geopackage.encode(placed, title, about), ())
    files = shapefile.encode(placed, about)
    return Encoded(files.zipped(title), files.notes)


def write(
    frame: gpd.GeoDataFrame,
    path: str | Path,
    format: str | None = None,  # noqa: A002
    crs: int | str | None = None,
    **options: str,
) -> list[Reason]:
    """Write a frame to a file, whole or not at all.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Features with a CRS.
    path : path-like
        Its ending tells the format unless ``format`` does. A .shp is written with the files that
        belong to it, the format "shp" otherwise as a zip.
    format : str, optional
        A key of `FORMATS`.
    crs, **options
        As of `encode`; the title is the file's name by default.

    Returns
    -------
    list of Reason
        What the file could not hold as it was, and the zone of boundary points.
    """
    path = Path(path)
    chosen = format or format_of(path)
    if path.suffix.lower() == ".kmz":
        raise AtlasError(en="KMZ is read, not written: choose .kml", zh="KMZ 只读不写：请用 .kml")
    options = {"title": path.stem, **options}
    if chosen == "shp" and path.suffix.lower() == ".shp":
        ready = _ready(frame)
        target = systems.WGS84 if crs is None else systems.writable_crs(crs)
        files = shapefile.encode(_placed(ready, target), options.get("about", ""))
        files.write(path)
        return list(files.notes)
    made = encode(frame, chosen, crs, **options)
    write_atomic(path, made.data)
    return list(made.notes)


def _ready(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame that has something to write, in WGS 84 and numbered from 0."""
    if len(frame) == 0:
        raise AtlasError(en="no feature to write", zh="没有可写的要素")
    if frame.crs is None:
        raise ValueError("a frame to write needs a CRS")
    return frame.reset_index(drop=True).to_crs(systems.WGS84)


def _placed(frame: gpd.GeoDataFrame, target: CRS) -> gpd.GeoDataFrame:
    """Return a WGS 84 frame in another system, rounded to what its unit deserves."""
    decimals = _DECIMALS_DEG if target.is_geographic else _DECIMALS_M
    way = systems.from_wgs84(target)
    moved = [systems.transformed(_flat(geometry), way, decimals) for geometry in frame.geometry]
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index), crs=target)


def _flat(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Return a geometry in two dimensions."""
    return None if geometry is None else shapely.force_2d(geometry)


def load(path: str | Path, crs: int | str | None = None, layer: str | None = None) -> Loaded:
    """Read a file of any of the formats; features without a geometry are left out and counted.

    Parameters
    ----------
    path : path-like
        A .geojson, .json, .gpkg, .zip, .shp, .kml, .kmz or .txt.
    crs : int or str, optional
        What the coordinates are in, where the file does not say or says wrong: an EPSG code, or
        "GCJ-02" for data taken from AMap or Tencent.
    layer : str, optional
        Which layer, for a file of several.

    Raises
    ------
    AtlasError
        When the file is missing, empty, unreadable or hostile, holds no feature with a geometry,
        or nobody says its coordinate system.
    """
    path = Path(path)
    kind = format_of(path)
    name = shown(path)
    _check_file(path, name)
    declared = None if crs is None else systems.named_crs(crs)
    notes: list[Reason] = []
    about = ""
    if kind == "geojson":
        rows, geometries, stated, about = geojson.read(path, name)
        frame = _frame(rows, geometries)
    elif kind == "kml":
        rows, geometries = kml.read(path)
        frame, stated = _frame(rows, geometries), systems.WGS84
    elif kind == "txt":
        given = declared if isinstance(declared, CRS) else systems.WGS84 if declared else None
        frame, stated, notes = boundary_reader.decode(path.read_bytes(), name, given)
    elif kind == "shp":
        frame, notes = shapefile.read(path, layer)
        stated = frame.crs
    else:
        frame, stated, about = geopackage.read(path, name, layer)
    if len(frame) == 0:
        raise AtlasError(en=f"{name}: holds no feature", zh=f"{name}：没有要素")
    drawn = _drawn(frame, name, notes)
    placed = _located(drawn, stated, declared, name, notes)
    return Loaded(placed, tuple(notes), about)


def read(
    path: str | Path, crs: int | str | None = None, layer: str | None = None
) -> gpd.GeoDataFrame:
    """Return the features of a file in WGS 84; `load` without its notes."""
    return load(path, crs, layer).frame


def _check_file(path: Path, name: str) -> None:
    """Refuse what is no file, or an empty one, or text of a size that no map has."""
    if path.is_dir():
        raise AtlasError(en=f"{name}: is a folder", zh=f"{name}：是文件夹")
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise AtlasError(en=f"no such file: {name}", zh=f"找不到文件：{name}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AtlasError(
            en=f"cannot read {name}: {reason}", zh=f"无法读取 {name}：{reason}"
        ) from error
    if size == 0:
        raise AtlasError(en=f"{name}: the file is empty", zh=f"{name}：文件是空的")
    if size > MAX_BYTES and path.suffix.lower() not in (".gpkg", ".shp"):
        most = MAX_BYTES // 1_000_000
        raise AtlasError(en=f"{name}: larger than {most} MB", zh=f"{name}：超过 {most} MB")


def _frame(rows: list[dict[str, Any]], geometries: list[BaseGeometry | None]) -> gpd.GeoDataFrame:
    """Return records as a frame, values untouched: pandas would turn None into NaN."""
    names = dict.fromkeys(name for row in rows for name in row)
    allowed = columns.allowed_names(names, 10_000, taken=("geometry",))
    table = {
        allowed[name]: columns.series(_same([row.get(name) for row in rows])) for name in names
    }
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometries))


def _same(values: list[Any]) -> list[Any]:
    """Return values as they are, or as floats when they are whole and broken numbers."""
    kinds = {type(value) for value in values if value is not None}
    return columns.flat(values) if kinds in ({int}, {int, float}) else values


def _drawn(frame: gpd.GeoDataFrame, name: str, notes: list[Reason]) -> gpd.GeoDataFrame:
    """Return the features that have a geometry; how many have none is noted."""
    bare = (frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    count = int(bare.sum())
    if count == len(frame):
        raise AtlasError(
            en=f"{name}: no feature has a geometry ({count} without)",
            zh=f"{name}：没有一个要素有几何图形（{count} 个为空）",
        )
    if count:
        without = "feature without geometry is" if count == 1 else "features without geometry are"
        notes.append(
            Reason(zh=f"略过 {count} 个没有几何图形的要素", en=f"{count} {without} left out")
        )
    return frame[~bare]


def _located(
    frame: gpd.GeoDataFrame,
    stated: CRS | None,
    declared: CRS | str | None,
    name: str,
    notes: list[Reason],
) -> gpd.GeoDataFrame:
    """Return a frame in WGS 84 from what its file says, or the caller declares, it is in."""
    geometries = [_single(geometry) for geometry in frame.geometry]
    if isinstance(declared, CRS) and stated is not None and not declared.equals(stated, True):
        notes.append(
            Reason(
                zh=f"文件注明 {stated.name}，按声明的 {declared.name} 读取",
                en=f"the file says {stated.name}; read as {declared.name}, as declared",
            )
        )
    source = systems.WGS84 if isinstance(declared, str) else declared or stated
    if source is None:
        raise AtlasError(
            en=f"{name}: the file does not say its coordinate system; declare it with --from-crs, "
            "such as 4326, 4490, 4549 or GCJ-02",
            zh=f"{name}：文件没有注明坐标系；请用 --from-crs 声明，如 4326、4490、4549 或 GCJ-02",
        )
    way = systems.to_wgs84(source)
    if not source.equals(systems.WGS84, True):
        geometries = [systems.transformed(geometry, way) for geometry in geometries]
    _check_degrees(geometries, name)
    if isinstance(declared, str):
        geometries = [
            None if geometry is None else systems.geometry_from_gcj02(geometry)
            for geometry in geometries
        ]
    others = frame.drop(columns=frame.geometry.name)
    return gpd.GeoDataFrame(
        pd.DataFrame(others), geometry=gpd.GeoSeries(geometries, index=frame.index), crs=4326
    )


def _single(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Return a geometry in two dimensions, a multi of one part as that part."""
    if geometry is None or geometry.is_empty:
        return None
    if geometry.geom_type.startswith("Multi") and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    return shapely.force_2d(geometry)


def _check_degrees(geometries: list[BaseGeometry | None], name: str) -> None:
    """Refuse positions that are none: metres that a file took for degrees."""
    west, south, east, north = shapely.total_bounds([g for g in geometries if g is not None])
    if (
        west < -180.001
        or east > 180.001
        or south < -90.001
        or north > 90.001
        or east == float("inf")
    ):
        raise AtlasError(
            en=f"{name}: the coordinates are not degrees (up to {east:.0f}, {north:.0f}); "
            "declare their system with --from-crs",
            zh=f"{name}：坐标不是经纬度（最大 {east:.0f}，{north:.0f}）；"
            "请用 --from-crs 声明坐标系",
        )
