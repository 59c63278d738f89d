"""From a four-bounds sentence to polygons with their evidence.

`read` takes one zone of a parsed text to its ring; `digitize` takes a whole text to GeoJSON
features, one a zone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import from_local
from geo.digitize import evidence
from geo.measure import area_km2 as geodesic_km2
from geo.measure import error_pct
from geo.reason import Reason
from geo.reference import Match, Miss, Reference
from geo.sizhi import SIDE_NAMES, Bound, Part, parse
from geo.trace import Leg, NoRing, Ring, trace
from geo.trace.offsets import moved_from, offset_label, offset_line

Aliases = Mapping[str, tuple[str, str]]  # written name -> (reference name, reason)


@dataclass(frozen=True)
class Reading:
    """One zone of a text: its parse, what its names stand for, and the ring or why there is none.

    ``matches`` and ``misses`` keep the order of the text; ``area_km2`` is the stated area.
    """

    part: Part
    matches: tuple[tuple[str | None, Match], ...]
    misses: tuple[tuple[str | None, Miss], ...]
    ring: Ring | NoRing
    area_km2: float | None = None

    @property
    def generic(self) -> list[str]:
        """Names of the clause that stand for many lines of a kind."""
        return [
            match.written
            for _, match in self.matches
            if match.how == "generic" and match.line.kind != "border"
        ]

    @property
    def unresolved(self) -> list[str]:
        """Names of the clause that are on no line."""
        return [miss.written for _, miss in self.misses]


def legs_of(
    part: Part, reference: Reference, aliases: Aliases | None = None
) -> tuple[list[Leg], list[tuple[str | None, Match]], list[tuple[str | None, Miss]]]:
    """Resolve a parsed zone's names into legs.

    Parameters
    ----------
    part : Part
        Of `geo.sizhi.parse`.
    reference : Reference
    aliases : mapping, optional
        Written name to (reference name, reason).

    Returns
    -------
    tuple of (list of Leg, list of (side, Match), list of (side, Miss))
        Side is None for features listed without compass words.
    """
    legs: list[Leg] = []
    matches: list[tuple[str | None, Match]] = []
    misses: list[tuple[str | None, Miss]] = []
    bounds = [(side, bound) for side, listed in part.sides.items() for bound in listed]
    for side, bound in [*bounds, *((None, bound) for bound in part.around)]:
        found = resolve(bound, reference, aliases)
        if isinstance(found, Miss):
            misses.append((side, found))
        else:
            matches.append((side, found))
            legs.append(_leg(side, bound, found))
    return legs, matches, misses


def resolve(bound: Bound, reference: Reference, aliases: Aliases | None = None) -> Match | Miss:
    """Find the line that a parsed bound stands for; a bank that is a line of its own is that line.

    Parameters
    ----------
    bound : Bound
    reference : Reference
    aliases : mapping, optional
        Written name to (reference name, reason).
    """
    if bound.kind == "bank" and bound.name not in (aliases or {}):
        for word in (bound.qualifier or "").split("、"):
            if word and (whole := bound.name + word) in reference.lines:
                return Match(whole, reference.lines[whole], "exact")
    found = reference.resolve(bound.name, aliases, other_names=bound.other_names, kind=bound.kind)
    if isinstance(found, Miss):
        # 规划横河 is a river's name on the map, though 规划 mostly is none.
        for word in (bound.qualifier or "").split("、"):
            if word and (whole := word + bound.name) in reference.lines:
                return Match(whole, reference.lines[whole], "exact")
    return found


def _leg(side: str | None, bound: Bound, match: Match) -> Leg:
    """Return a resolved bound as a leg, moved aside where the text says by how much."""
    line = match.line
    if bound.offset_m and bound.offset_side:
        moved = offset_line(line.geometry, bound.offset_m, bound.offset_side)
        label = offset_label(line.name, bound.offset_m, bound.offset_side)
        line = replace(line, name=label, geometry=moved)
    return Leg(side, line, bound.name, loose=match.how == "generic", extends=bool(bound.extended))


def read(
    part: Part,
    reference: Reference,
    area_km2: float | None = None,
    aliases: Aliases | None = None,
) -> Reading:
    """Take one parsed zone to its ring.

    Parameters
    ----------
    part : Part
    reference : Reference
    area_km2 : float, optional
        Stated area; that of the text where none is given. It chooses between readings that the
        text allows equally, and is compared with the ring.
    aliases : mapping, optional
        Written name to (reference name, reason).

    Returns
    -------
    Reading
    """
    stated = area_km2 if area_km2 is not None else part.area_km2
    legs, matches, misses = legs_of(part, reference, aliases)
    return Reading(part, tuple(matches), tuple(misses), trace(legs, stated, reference), stated)


def digitize(
    text: str,
    reference: Reference,
    area_km2: float | None = None,
    aliases: Aliases | None = None,
    lang: str = "zh",
) -> list[dict[str, Any]]:
    """Take a text to GeoJSON features, one for each zone that it bounds.

    Parameters
    ----------
    text : str
        Any text; see `geo.sizhi.parse`.
    reference : Reference
    area_km2 : float, optional
        Stated area, for a text of one zone.
    aliases : mapping, optional
        Written name to (reference name, reason).
    lang : str
        Language of ``error`` and ``warnings``; everything else is in both.

    Returns
    -------
    list of dict
        WGS 84, 6 decimals; a zone without an honest ring has a null geometry and an ``error``.
        Empty when the text holds no boundary.
    """
    parsed = parse(text)
    warnings = [warning.text(lang) for warning in parsed.warnings]
    single = len(parsed.parts) == 1
    features = []
    for number, part in enumerate(parsed.parts):
        reading = read(part, reference, area_km2 if single else None, aliases)
        # A text of many zones is not repeated with each of them.
        clause = text if single else in_words(part)
        made = feature(reading, reference, clause, aliases, lang)
        made["properties"]["warnings"] = warnings if number == 0 else []
        features.append(made)
    return features


def in_words(part: Part) -> str:
    """Return a parsed zone's bounds as a plain clause (东至甲路、乙路，南至…)."""
    sides = [
        f"{SIDE_NAMES[side]}至{'、'.join(map(_bound_in_words, bounds))}"
        for side, bounds in part.sides.items()
    ]
    if part.around:
        sides.append(f"由{'、'.join(map(_bound_in_words, part.around))}围合")
    return "，".join(sides)


def _bound_in_words(bound: Bound) -> str:
    words = bound.name + ("延伸段" if bound.extended else "")
    if bound.offset_m and bound.offset_side:
        about = "约" if bound.approximate else ""
        words += f"{SIDE_NAMES[bound.offset_side]}{about}{bound.offset_m:g}米"
    return words + (f"（{bound.qualifier}）" if bound.qualifier else "")


def feature(
    reading: Reading,
    reference: Reference,
    clause: str,
    aliases: Aliases | None = None,
    lang: str = "zh",
) -> dict[str, Any]:
    """Return a reading as a GeoJSON feature with its quality properties."""
    ring = reading.ring
    properties: dict[str, Any] = {
        "name_zh": reading.part.name,
        "clause": clause,
        "published_area_km2": reading.area_km2,
        "area_km2": None,
        "area_error_pct": None,
        "named_ring_share": None,
        "confidence": "low",
        "unresolved": reading.unresolved,
        "suggestions": {miss.written: list(miss.suggestions) for _, miss in reading.misses},
        "decisions": [
            asdict(reason)
            for reason in [*decisions(reading, aliases), *_middles(reading, reference)]
        ],
        "resolved": [
            {"side": side, "written": match.written, "line": match.line.name, "how": match.how}
            for side, match in reading.matches
        ],
        "reference": reference.name,
        "basis": "sizhi",
    }
    if isinstance(ring, NoRing):
        properties["error"] = ring.reason.text(lang)
        return {"type": "Feature", "properties": properties, "geometry": None}
    polygon = stored(ring.polygon)
    properties |= quality(reading, ring, polygon, reference)
    return {"type": "Feature", "properties": properties, "geometry": geometry_json(polygon)}


def quality(
    reading: Reading,
    ring: Ring,
    polygon: BaseGeometry,
    reference: Reference,
    chosen_by_area: bool = False,
) -> dict[str, Any]:
    """Return a ring's measured properties.

    Parameters
    ----------
    reading : Reading
    ring : Ring
    polygon : shapely geometry
        The ring as stored (WGS 84).
    reference : Reference
        For the source ids of the lines.
    chosen_by_area : bool
        Whether the stated area had a say elsewhere already, in an alias.
    """
    measured = geodesic_km2(polygon)
    error = error_pct(measured, reading.area_km2)
    by_area = chosen_by_area or ring.by_area
    return {
        "area_km2": round(measured, 4),
        "area_error_pct": None if error is None else round(error, 1),
        "named_ring_share": round(ring.named_share, 3),
        "confidence": graded(reading, measured, error, by_area),
        "unused": list(ring.unused),
        "chosen_by_area": by_area,
        "side_support": evidence.side_support(ring.edges),
        "closure": evidence.closure(ring),
        "alternatives_km2": [round(other.area_km2, 3) for other in ring.alternatives],
        "evidence": evidence.stretches(ring.edges),
        "sources": _sources(ring, reference),
    }


def graded(
    reading: Reading, measured_km2: float, area_error_pct: float | None, by_area: bool
) -> str:
    """Return how far a reading may be trusted, with everything that speaks against it.

    Parameters
    ----------
    reading : Reading
    measured_km2 : float
        Geodesic area of the ring as stored.
    area_error_pct : float or None
        Difference from the stated area in percent: its own, or one stated for several zones.
    by_area : bool
        Whether the stated area chose between readings.

    Returns
    -------
    str
        See `geo.digitize.evidence.confidence`; ``low`` without a ring.
    """
    ring = reading.ring
    if isinstance(ring, NoRing):
        return "low"
    others = [abs(other.area_km2 / measured_km2 - 1) for other in ring.alternatives]
    return evidence.confidence(
        ring.named_share,
        area_error_pct,
        [*reading.unresolved, *reading.part.missing()],
        ring.unused,
        by_area,
        alone=not others,
        doubts=evidence.doubts(ring, reading.part, reading.generic),
        spread=max(others, default=0.0),
    )


def _sources(ring: Ring, reference: Reference) -> dict[str, list[str]]:
    """Return the map ids that each line of a ring was made from, along the ring."""
    found: dict[str, set[str]] = {}
    for edge in ring.edges:
        if edge.feature and edge.kind in {"measured", "border", "bridged"}:
            name = moved_from(edge.feature)
            # A line moved aside runs along none of its ways.
            moved = name != edge.feature and name in reference.lines
            ids = (
                reference.lines[name].osm_ids
                if moved
                else reference.source_ids(edge.feature, edge.line)
            )
            found.setdefault(edge.feature, set()).update(ids)
    return {name: sorted(ids) for name, ids in found.items() if ids}


def decisions(
    reading: Reading, aliases: Aliases | None = None, connectors: tuple[str, ...] = ()
) -> list[Reason]:
    """Return everything about a reading that the clause does not settle.

    Parameters
    ----------
    reading : Reading
    aliases : mapping, optional
        Those given by the reader, told as such.
    connectors : tuple of str
        Lines chosen by hand, whose reasons are told elsewhere.
    """
    told = [
        Reason(
            zh=f"“{match.written}”取“{match.line.name}”：按指定",
            en=f"“{match.written}” is read as {match.line.name}: as told",
        )
        for _, match in reading.matches
        if match.how == "alias" and aliases and match.written in aliases
    ]
    told += [
        reason for _, match in reading.matches if (reason := evidence.matched(match)) is not None
    ]
    told += _moved(reading.part)
    told += [evidence.missed(miss) for _, miss in reading.misses]
    if isinstance(reading.ring, Ring):
        told += evidence.closings(reading.ring.edges, connectors)
        choice = evidence.choice(reading.ring)
        told += [choice] if choice else []
        told += [evidence.unused(name) for name in reading.ring.unused]
        told += evidence.doubts(reading.ring, reading.part, reading.generic)
    if missing := reading.part.missing():
        names = "、".join(SIDE_NAMES[side] for side in missing)
        told.append(
            Reason(zh=f"文字缺少{names}侧界线", en=f"the clause gives no {', '.join(missing)} side")
        )
    return list(dict.fromkeys(told))


def _middles(reading: Reading, reference: Reference) -> list[Reason]:
    """Return which rivers are taken by their middle though a bank of theirs is on the map."""
    banks = {
        match.line.name: f"{match.line.name}左岸"
        for _, match in reading.matches
        if f"{match.line.name}左岸" in reference.lines
    }
    return [
        Reason(
            zh=f"“{river}”取河道中心线；图上另有“{bank}”，可指定改取",
            en=f"{river} is taken by its middle; {bank} (left bank) is on the map as well and can "
            "be taken instead",
        )
        for river, bank in banks.items()
    ]


def _moved(part: Part) -> list[Reason]:
    """Return which lines are moved aside, as the text says."""
    bounds = [bound for listed in part.sides.values() for bound in listed] + [*part.around]
    return [
        Reason(
            zh=f"“{bound.name}”按文字向{SIDE_NAMES[bound.offset_side]}移 {bound.offset_m:g} 米",
            en=f"{bound.name} is moved {bound.offset_m:g} m to the {bound.offset_side}, as stated",
        )
        for bound in bounds
        if bound.offset_m and bound.offset_side
    ]


def stored(geometry: Polygon) -> BaseGeometry:
    """Return a local polygon as stored: WGS 84, 6 decimals, valid, outer ring counterclockwise."""
    polygon = from_local(geometry)
    if not polygon.is_valid:
        parts = shapely.get_parts(shapely.make_valid(polygon))
        polygon = max(parts, key=lambda part: part.area)
    return shapely.orient_polygons(polygon)


def geometry_json(polygon: BaseGeometry) -> dict[str, Any]:
    """Return a stored polygon as GeoJSON."""
    return json.loads(shapely.to_geojson(polygon))
