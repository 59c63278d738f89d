"""The access data, made from OpenStreetMap: metro stations, and the ramps of expressways.

What the extracts allow decides what is made. The stations come in two lists, either of which lacks
some: they are joined, a station is what lies on a metro line, and one of several entrances or lines
is one point. Expressways have their ramps only within Minhang District, so the file says how far
they are known (`covered`).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import Point, mapping
from shapely.geometry.base import BaseGeometry

from geo import REFERENCE, crs, osm
from geo.errors import AtlasError
from geo.files import geojson_text
from geo.located import read_located
from geo.osm.gazetteer import ATTRIBUTION
from geo.reference import MINHANG, district, load_districts

NAMES_FILE = REFERENCE / "access_names.yaml"
STATIONS = ("metro_stations", "station_points")
REACH_M = 3_000.0  # stations are kept this far beyond the district
ON_LINE_M = 40.0  # a station's point lies within this of its line
SAME_STATION_M = 600.0  # points of one name nearer than this are one station
# Ends of ramps and the roads they join lie this far apart where the extract has moved both.
JOIN_M = 20.0
AT_CROSSING_M = 5.0
SAME_RAMP_M = 120.0  # the ramps of one expressway nearer than this are one place to drive on or off
_EXPRESS = ("motorway", "trunk")
_RAMPS = ("motorway_link", "trunk_link")
_GROUND = (
    "trunk", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
    "tertiary_link", "residential", "unclassified",
)  # fmt: skip
_BUILDING, _ONLY_PLANNED = "在建", "预留"
_LINE = re.compile(r"(?:上海地铁|上海轨道交通)([0-9/]+号线|浦江线)")


@dataclass(frozen=True)
class Names:
    """`access_names.yaml`: English names by the map's, no stations, the dates of the extracts."""

    stations: dict[str, str]
    expressways: dict[str, str]
    dates: dict[str, str]
    no_stations: tuple[str, ...] = ()


def load_names(path: Path = NAMES_FILE) -> Names:
    """Return the English names of stations and expressways.

    Raises
    ------
    AtlasError
        Naming file, line and field of what is missing or unknown.
    """
    content = read_located(path)
    content.only(("dates", "stations", "expressways", "no_stations"))
    tables = {}
    for field in ("dates", "stations", "expressways"):
        entry = content.mapping(field)
        tables[field] = {name: entry.text(name) for name in entry}
    for kind in ("metro", "expressway"):
        content.mapping("dates").text(kind)
    return Names(**tables, no_stations=tuple(content.texts("no_stations", optional=True)))


def access_text(
    paths: Iterable[Path | str],
    districts: gpd.GeoDataFrame | None = None,
    names: Names | None = None,
) -> str:
    """Return the access data as GeoJSON (points, WGS 84, 6 decimals), the same on every run.

    Parameters
    ----------
    paths : iterable of path-like
        GeoPackages of OSM data, or folders that hold them, with the layers ``metro_stations``,
        ``station_points``, ``metro_lines``, ``railways`` and ``roads``.
    districts : geopandas.GeoDataFrame, optional
        As of `geo.reference.load_districts`, which is the default.
    names : Names, optional
        As of `load_names`, which is the default.

    Returns
    -------
    str
        Features with ``kind`` (station, building, ramp), ``name_zh``, ``name_en`` and, for
        stations, ``lines``; before them ``attribution``, ``dates`` and ``covered``, what is
        known how far.

    Raises
    ------
    AtlasError
        When a layer or column is missing, or a station or expressway has no English name.
    """
    files = osm.packages(paths)
    districts = load_districts() if districts is None else districts
    names = load_names() if names is None else names
    area = crs.to_local(district(districts, MINHANG))
    features = [
        *_stations(files, shapely.buffer(area, REACH_M), names),
        *_ramps(_layer(files, "roads", ("name", "highway")), names),
    ]
    order = {"station": 0, "building": 1, "ramp": 2}
    features.sort(key=lambda one: (order[one["properties"]["kind"]], one["properties"]["name_zh"],
                                   one["geometry"]["coordinates"]))  # fmt: skip
    covered = {"metro_beyond_district_m": int(REACH_M), "expressway": "Minhang District (310112)"}
    head = {"name": "access", "attribution": ATTRIBUTION, "dates": names.dates, "covered": covered}
    return geojson_text(features, head)


def _layer(files: list[Path], layer: str, columns: tuple[str, ...] = ("name",)) -> gpd.GeoDataFrame:
    """Return a layer in EPSG:4549 with no name missing; raise where no file has it."""
    frame = osm.read_layers(files, layer, columns)
    if frame is None:
        raise AtlasError(
            en=f"reference data: no layer {layer!r} for the access data",
            zh=f"参考数据中没有交通数据所需的图层“{layer}”",
        )
    frame["name"] = frame["name"].fillna("")
    local = [crs.to_local(geometry) for geometry in frame.geometry]
    return frame.set_geometry(gpd.GeoSeries(local, index=frame.index, crs=crs.LOCAL))


def _feature(kind: str, zh: str, en: str, point: Point, **more: Any) -> dict[str, Any]:
    geometry = mapping(crs.from_local(point, 6))
    properties = {"kind": kind, "name_zh": zh, "name_en": en, **more}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


# --- metro stations ---------------------------------------------------------------------------


def _stations(files: list[Path], area: BaseGeometry, names: Names) -> Iterator[dict[str, Any]]:
    """Yield the stations in an area: those on a metro line, and those being built."""
    lines = _metro_lines(files)
    tree = shapely.union_all(list(lines.values()))
    found: dict[tuple[str, str], list[tuple[str, Point]]] = defaultdict(list)
    for layer in STATIONS:
        frame = _layer(files, layer)
        for name, point in zip(frame["name"], frame.geometry, strict=True):
            if not area.covers(point) or _ONLY_PLANNED in name or name in names.no_stations:
                continue
            kind = "building" if _BUILDING in name else "station"
            plain = re.split(r"[(（]", name)[0].strip()
            if plain:
                found[kind, plain.removesuffix("站")].append((plain, point))
    for (kind, _), points in sorted(found.items()):
        for group in _groups(points):
            # The name that says most: 上海南站, not 上海南.
            name = max((name for name, _ in group), key=lambda text: (len(text), text))
            places = sorted((point for _, point in group),
                            key=lambda point: (tree.distance(point), point.x, point.y))  # fmt: skip
            if kind == "station" and tree.distance(places[0]) > ON_LINE_M:
                continue
            on = [line for line, way in lines.items()
                  if any(way.distance(point) <= ON_LINE_M for point in places)]  # fmt: skip
            more = {"lines": sorted(on, key=_line_order)} if kind == "station" else {"lines": []}
            yield _feature(kind, name, _english(names.stations, name), places[0], **more)


def _metro_lines(files: list[Path]) -> dict[str, BaseGeometry]:
    """Return the metro lines by their short names ("5号线"), of both layers that have some."""
    pieces: dict[str, list[BaseGeometry]] = defaultdict(list)
    for layer in ("metro_lines", "railways"):
        frame = _layer(files, layer)
        for name, geometry in zip(frame["name"], frame.geometry, strict=True):
            if (match := _LINE.fullmatch(name)) is None:
                continue
            # 3/4号线 is the track that both lines run on.
            for number in match[1].removesuffix("号线").split("/"):
                pieces[f"{number}号线" if number.isdigit() else number].append(geometry)
    return {name: shapely.union_all(parts) for name, parts in sorted(pieces.items())}


def _line_order(line: str) -> tuple[int, str]:
    number = line.removesuffix("号线")
    return (int(number) if number.isdigit() else 99, line)


def _groups(points: list[tuple[str, Point]]) -> list[list[tuple[str, Point]]]:
    """Return points of one name in groups of one station each."""
    groups: list[list[tuple[str, Point]]] = []
    for name, point in sorted(points, key=lambda one: (one[1].x, one[1].y)):
        near = [group for group in groups
                if any(other.distance(point) <= SAME_STATION_M for _, other in group)]  # fmt: skip
        joined = [one for group in near for one in group] + [(name, point)]
        groups = [group for group in groups if group not in near] + [joined]
    return groups


def _english(known: dict[str, str], name: str) -> str:
    if name not in known:
        raise AtlasError(
            en=f"{NAMES_FILE.name}: no English name for {name!r}; nothing is written",
            zh=f"{NAMES_FILE.name}：“{name}”没有英文名；未写入任何文件",
        )
    return known[name]


# --- expressways ------------------------------------------------------------------------------


def _ramps(roads: gpd.GeoDataFrame, names: Names) -> Iterator[dict[str, Any]]:
    """Yield the places where a ramp of an expressway meets another road, once each."""
    parts = roads.explode(index_parts=False)
    ways = list(zip(parts["highway"], parts["name"], parts.geometry, strict=True))
    express = [(name, line) for highway, name, line in ways
               if highway in _EXPRESS and _is_express(highway, name, names)]  # fmt: skip
    ramps = [line for highway, _, line in ways if highway in _RAMPS]
    ground = [line for highway, name, line in ways
              if highway in _GROUND and name not in names.expressways]  # fmt: skip
    kept: dict[str, list[Point]] = defaultdict(list)
    for group in _connected(ramps):
        own = _joined_expressways([ramps[i] for i in group], express)
        for point in _ground_ends([ramps[i] for i in group], ground, express) if own else ():
            name = min(own, key=lambda name: (own[name].distance(point), name))
            kept[name].append(point)
    for name, points in sorted(kept.items()):
        for point in _apart(points):
            yield _feature("ramp", name, names.expressways[name], point)


def _is_express(highway: str, name: str, names: Names) -> bool:
    """Say whether a way is of an expressway; a motorway without an English name is a fault."""
    if highway == "motorway" and name:
        _english(names.expressways, name)
    return name in names.expressways


def _ends(line: BaseGeometry) -> tuple[Point, Point]:
    return Point(line.coords[0]), Point(line.coords[-1])


def _connected(lines: list[BaseGeometry]) -> list[list[int]]:
    """Return which lines hang together, an end of one near another, as lists of indices."""
    tree = shapely.STRtree(lines)
    parent = list(range(len(lines)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, line in enumerate(lines):
        for end in _ends(line):
            for j in tree.query(end, predicate="dwithin", distance=JOIN_M):
                first, last = sorted((root(i), root(int(j))))
                parent[last] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(len(lines)):
        groups[root(i)].append(i)
    return list(groups.values())


def _joined_expressways(
    ramps: list[BaseGeometry], express: list[tuple[str, BaseGeometry]]
) -> dict[str, BaseGeometry]:
    """Return the expressways on which an end of one of the ramps lies, by name."""
    if not express:
        return {}
    ends = shapely.multipoints([end for ramp in ramps for end in _ends(ramp)])
    tree = shapely.STRtree([line for _, line in express])
    touched = sorted(tree.query(ends, predicate="dwithin", distance=JOIN_M).tolist())
    found: dict[str, list[BaseGeometry]] = defaultdict(list)
    for i in touched:
        found[express[i][0]].append(express[i][1])
    return {name: shapely.union_all(lines) for name, lines in found.items()}


def _ground_ends(
    ramps: list[BaseGeometry], ground: list[BaseGeometry], express: list[tuple[str, BaseGeometry]]
) -> Iterator[Point]:
    """Yield the ends of ramps that lie on another road, not on a ramp or an expressway."""
    if not ground:
        return
    roads, ways = shapely.STRtree(ground), [line for _, line in express]
    for i, ramp in enumerate(ramps):
        others = shapely.union_all([*ramps[:i], *ramps[i + 1 :]])
        for end in _ends(ramp):
            near = roads.query(end, predicate="dwithin", distance=JOIN_M)
            to_road = min((ground[j].distance(end) for j in near), default=math.inf)
            # Where ramps meet each other the road may only pass below; two that end at one
            # crossing have it at their feet.
            if to_road > (AT_CROSSING_M if others.dwithin(end, 1.0) else JOIN_M):
                continue
            if all(way.distance(end) > to_road for way in ways):
                yield end


def _apart(points: list[Point]) -> list[Point]:
    """Return points with those left out that lie close to one already taken."""
    taken: list[Point] = []
    for point in sorted(points, key=lambda point: (point.x, point.y)):
        if all(other.distance(point) > SAME_RAMP_M for other in taken):
            taken.append(point)
    return taken
