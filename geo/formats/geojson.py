"""GeoJSON (RFC 7946): outer rings counter-clockwise, WGS 84, properties nested as they are."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from pyproj import CRS
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo import crs as systems
from geo.errors import AtlasError
from geo.files import geojson_text, read_json
from geo.formats import columns
from geo.reason import Reason


def encode(frame: gpd.GeoDataFrame, title: str, about: str) -> tuple[bytes, tuple[Reason, ...]]:
    """Return a frame as GeoJSON, and what its reader must know.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With a CRS, coordinates as they are to be written. One that is not in degrees gets the
        ``crs`` member of older GeoJSON.
    title, about : str
        The members ``name`` and ``attribution``.
    """
    properties = columns.properties(frame)
    features = [
        {
            "type": "Feature",
            "properties": {name: values[index] for name, values in properties.items()},
            "geometry": _mapping(geometry),
        }
        for index, geometry in enumerate(frame.geometry)
    ]
    members: dict[str, Any] = {"name": title}
    if about:
        members["attribution"] = about
    notes: tuple[Reason, ...] = ()
    code = frame.crs.to_epsg()
    if not frame.crs.is_geographic:
        # The way of the GeoJSON of 2008, which GIS programs still read.
        members["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        notes = (
            Reason(
                zh=f"GeoJSON 标准（RFC 7946）只用 WGS 84；本文件按要求用 EPSG:{code}，以 crs 成员"
                "注明，网页地图可能不认",
                en=f"standard GeoJSON (RFC 7946) is WGS 84; this file is in EPSG:{code} as asked, "
                "named in a crs member that web maps may ignore",
            ),
        )
    return geojson_text(features, members).encode("utf-8"), notes


def _mapping(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    return mapping(shapely.orient_polygons(geometry))


def read(path: Path, name: str) -> tuple[list[dict[str, Any]], list[BaseGeometry | None], CRS, str]:
    """Return properties, geometries, CRS and attribution of a collection, feature or geometry.

    Raises
    ------
    AtlasError
        When the file is not GeoJSON; names the feature that is wrong.
    """
    document = read_json(path)
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features = document["features"]
    elif kind == "Feature":
        features = [document]
    elif kind is not None and kind != "FeatureCollection" and isinstance(kind, str):
        features = [{"type": "Feature", "properties": {}, "geometry": document}]
    else:
        raise AtlasError(
            en=f"{name}: not GeoJSON (no FeatureCollection, Feature or geometry)",
            zh=f"{name}：不是 GeoJSON（没有 FeatureCollection、Feature 或几何对象）",
        )
    rows, geometries = [], []
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict):
            raise _bad_feature(name, number, "not an object", "不是对象")
        properties = feature.get("properties")
        if not isinstance(properties, dict):
            properties = {}
        rows.append({key: columns.plain(value) for key, value in properties.items()})
        geometries.append(_read_shape(feature.get("geometry"), name, number))
    about = document.get("attribution")
    stated = _geojson_crs(document.get("crs"), name)
    return rows, geometries, stated, about if isinstance(about, str) else ""


def _bad_feature(name: str, number: int, en: str, zh: str) -> AtlasError:
    return AtlasError(en=f"{name}, feature {number}: {en}", zh=f"{name} 第 {number} 个要素：{zh}")


def _read_shape(geometry: Any, name: str, number: int) -> BaseGeometry | None:
    """Return a GeoJSON geometry, checked to be one with finite numbers."""
    if geometry is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made = shape(geometry)
        if made.is_empty:
            return None
    except (
        TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError, RuntimeWarning,
        shapely.errors.ShapelyError,
    ) as error:  # fmt: skip
        said = " ".join(str(error).split())[:100]
        raise _bad_feature(
            name, number, f"no geometry that can be read ({said})", f"几何对象无法读取（{said}）"
        ) from error
    return made


def _geojson_crs(member: Any, name: str) -> CRS:
    """Return the system of the crs member of older GeoJSON; without one it is WGS 84."""
    if member is None:
        return systems.WGS84
    try:
        return CRS.from_user_input(member["properties"]["name"])
    except Exception as error:  # whatever stands there, pyproj has its own names for the faults
        raise AtlasError(
            en=f"{name}: its crs member cannot be read; declare the system with --from-crs",
            zh=f"{name}：crs 成员无法识别；请用 --from-crs 声明坐标系",
        ) from error
