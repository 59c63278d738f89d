"""A user's own parcels or parks: read within limits, placed, checked, joined to the parks.

Three steps, each pure: `read` takes a file's bytes to rows, `candidates` says how its coordinates
may be read, `make` takes rows and the user's answers to features with a report; `join` (in
`geo.own.join`) says in which parks they lie. Nothing is kept: what needs a file on disk uses a
folder that is gone when the function returns, and no message holds the file's name.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import AtlasError
from geo.formats.columns import clean
from geo.own import areas, checks, geopackage, guard, shapefiles, shapes, tables
from geo.own.building import PART, Prepared, clauses, from_traced, prepare, trace
from geo.own.headings import guess, unit_of
from geo.own.hints import doubted, hinted
from geo.own.limits import Limits, limits, refuse
from geo.own.records import Finding, OwnData, Raw, Roles, ordered
from geo.own.systems import CHINA, Candidate, declared, detect, located, named
from geo.reason import Reason
from geo.reference import district, load_districts

MINHANG = "310112"
WAYS = ("shapes", "wkt", "sizhi", "points", "rings")
SUFFIXES = guard.SUFFIXES

__all__ = [
    "SUFFIXES", "WAYS", "Candidate", "Finding", "Limits", "OwnData", "Prepared", "Raw", "Roles",
    "candidates", "clauses", "doubted", "guess", "hinted", "limits", "make", "named", "prepare",
    "read", "trace", "unit_of",
]  # fmt: skip


def read(data: bytes, name: str, layer: str = "", most: Limits | None = None) -> Raw:
    """Return what a file holds, before anybody says what its columns and coordinates are.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name; only its ending is used.
    layer : str
        Sheet or layer, for a file of several; the first usable one by default.
    most : Limits, optional
        As of `limits`.

    Raises
    ------
    AtlasError
        When the file is empty, of no known kind, unreadable, hostile or too large: one line, in
        which the file is not named.
    """
    most = most or limits()
    kind = guard.kind_of(name, data, most)
    if kind == "xlsx":
        raw = tables.read_xlsx(data, most, layer)
    elif kind == "csv":
        raw = tables.read_csv(data, most)
    elif kind == "geojson":
        raw = shapes.read_geojson(data, most)
    elif kind == "gpkg":
        raw = geopackage.read(data, most, layer)
    elif kind == "shp":
        raw = shapefiles.read_shapefile(data, most, layer)
    elif kind == "kml":
        raw = shapes.read_kml(data, name, most)
    else:
        raw = _text(data, most)
    if not raw.rows and not raw.findings and len(raw.layers) < 2:
        raise refuse(zh="文件里没有数据行", en="the file has no rows")
    return raw


def _text(data: bytes, most: Limits) -> Raw:
    """Return a .txt: boundary points, else a table."""
    if b"@" in data[:200_000] or "地块坐标".encode() in data or "地块坐标".encode("gbk") in data:
        return shapes.read_txt(data, most)
    return tables.read_csv(data, most)


def candidates(raw: Raw, prepared: Prepared) -> tuple[Candidate, ...]:
    """Return how coordinates may be read: what the file declares first, else what is plausible.

    A declared system that puts everything outside China is not believed: then, and where nothing is
    declared, the numbers are looked at. The first one need not be asked when it is ``sure``. Empty
    where there are no coordinates.

    Raises
    ------
    AtlasError
        When nothing is plausible, or what is declared has no public way to WGS 84.
    """
    points = prepared.points()
    if not len(points):
        return ()
    if raw.stated is None:
        return detect(points)
    stated = declared(raw.stated, raw.how or Reason(zh="文件注明", en="the file says so"))
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return (stated,)
    middle = shapely.Point(np.median(points, axis=0))
    (placed,) = located([middle], stated)
    west, south, east, north = CHINA
    if not (west <= placed.x <= east and south <= placed.y <= north):
        found = detect(points)
        zh, en = "文件注明的坐标系与数值不符；", "not what the file declares, which does not fit; "
        return tuple(
            replace(one, reason=Reason(zh=zh + one.reason.zh, en=en + one.reason.en))
            for one in found
        )
    try:
        others = [one for one in detect(points) if one.id != stated.id and not _alike(one, stated)]
    except AtlasError:
        others = []
    return (stated, *others)


def _alike(one: Candidate, other: Candidate) -> bool:
    """Tell two names of degrees that are the same on a map of parks."""
    return {one.id, other.id} == {"4326", "4490"}


@cache
def _grounds() -> tuple[BaseGeometry, BaseGeometry]:
    """Return Minhang and Shanghai, WGS 84."""
    districts = load_districts()
    whole = shapely.union_all(district_shapes(districts))
    return district(districts, MINHANG), whole


def district_shapes(districts: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Return the shapes of Shanghai's districts (adcodes 3101..)."""
    codes = districts["id"].astype(str)
    return list(districts.geometry[codes.str.startswith("3101").to_numpy()])


def make(
    raw: Raw,
    roles: Roles,
    candidate: Candidate | None,
    *,
    name: str = "",
    traced: dict[int, list[dict[str, Any]]] | None = None,
    most: Limits | None = None,
) -> OwnData:
    """Return a file's features on the ground, with the report on them.

    Parameters
    ----------
    raw : Raw
    roles : Roles
        As of `guess`, or as the user says.
    candidate : Candidate or None
        How coordinates are read; None for clauses.
    name : str
        What the user calls the file.
    traced : dict, optional
        What `trace` made of the clauses, by row.
    most : Limits, optional

    Raises
    ------
    AtlasError
        When columns that are needed are not named, or nothing can be used.
    """
    most = most or limits()
    if roles.way == "sizhi":
        prepared = from_traced(raw, traced or {})
        placed = list(prepared.shapes)
    else:
        prepared = prepare(raw, roles, most)
        if candidate is None and prepared.shapes:
            raise ValueError("shapes need a coordinate system")
        geometries = [one.geometry for one in prepared.shapes]
        placed = [
            replace(one, geometry=geometry)
            for one, geometry in zip(
                prepared.shapes, located(geometries, candidate) if candidate else [], strict=True
            )
        ]
    kept, findings = checks.usable(placed)
    checks.check_vertices(kept, most.vertices)
    again, doubles = checks.duplicates(kept, roles)
    measured = areas.areas_m2(kept)
    stated, compared = areas.stated_areas(kept, measured, roles)
    names = checks.missing_names(kept, roles) if kept else []
    report = [
        *raw.findings, *prepared.findings, *findings, *doubles, *checks.overlaps(kept, again),
        *checks.outside(kept, *_grounds()), *compared, *names,
    ]  # fmt: skip
    frame = _frame(kept, roles, measured, stated)
    return OwnData(clean(name)[:120], raw.kind, frame, candidate, ordered(report), prepared.given,
                   raw.columns)  # fmt: skip


def _frame(kept: list, roles: Roles, measured: list[float], stated: list) -> gpd.GeoDataFrame:
    """Return the features as a frame; see `OwnData`."""

    def words(one: Any, column: str) -> str:
        value = one.values.get(column) if column else None
        return "" if value is None else " ".join(str(value).split())[:120]

    table = {
        "row": [one.row for one in kept],
        "id": [words(one, roles.id) for one in kept],
        "name": [
            " · ".join(filter(None, (words(one, roles.name), words(one, PART)))) for one in kept
        ],
        "basis": [one.basis for one in kept],
        "confidence": [one.confidence for one in kept],
        "area_m2": np.array(measured, dtype=float),
        "stated_m2": np.array([np.nan if v is None else v for v in stated], dtype=float),
        "attributes": [one.values for one in kept],
    }
    return gpd.GeoDataFrame(table, geometry=[one.geometry for one in kept], crs=4326)
