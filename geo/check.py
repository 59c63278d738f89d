"""Check the digitised zones: that they hold, and how near they come to what is published."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.measure import area_km2
from geo.stored import read_zones

_OVERLAP_KM2 = 0.005
_INSIDE_SHARE = 0.995


@dataclass(frozen=True)
class Problem:
    """A check that does not hold: the zone and what is wrong, in both languages."""

    zone: str
    zh: str
    en: str


def load_stored(path: Path) -> dict[str, Any]:
    """Load the digitised zones as written by ``python -m geo build``.

    Unlike `geo.plans.table.load_boundaries` it lets a zone without a ring pass, for `check` to
    report.

    Raises
    ------
    AtlasError
        When the file is missing (saying how to build it) or a feature is not a zone.
    """
    return read_zones(path, ringless=True)


def check(
    stored: dict[str, Any], fresh: dict[str, Any], district: BaseGeometry
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Check stored zones against their geometry and against a fresh build.

    Parameters
    ----------
    stored, fresh : dict
        GeoJSON FeatureCollections of `geo.build.build`: the file's and one made now.
    district : shapely geometry
        The district all zones must lie in (WGS 84).

    Returns
    -------
    tuple of (list of dict, list of Problem)
        One row a zone (area, published area, error, share, confidence, unresolved names, overlaps
        with other zones in km²), and every check that does not hold: no ring, an invalid ring, a
        zone outside the district, an area that is not the ring's, a file that is out of date.
    """
    problems: list[Problem] = []
    rows = []
    shapes = {f["properties"]["id"]: f["geometry"] for f in stored["features"]}
    geometries = {zone: shape(geometry) for zone, geometry in shapes.items() if geometry}
    overlaps = _overlaps(geometries)
    for feature in stored["features"]:
        properties = feature["properties"]
        zone = properties["id"]
        problems += _zone_problems(properties, geometries.get(zone), district)
        rows.append(_row(properties, overlaps.get(zone, {})))
    if stored != fresh:
        problems.append(
            Problem(
                "*",
                "parks.geojson 与四至文本重新生成的结果不一致，请运行 python -m geo build",
                "parks.geojson differs from a fresh build; run python -m geo build",
            )
        )
    return rows, problems


def _zone_problems(
    properties: dict[str, Any], geometry: BaseGeometry | None, district: BaseGeometry
) -> list[Problem]:
    """Return what does not hold for one zone."""
    zone = properties["id"]
    if geometry is None:
        return [Problem(zone, "没有围成闭合的环", "no closed ring")]
    problems = []
    if not (geometry.is_valid and geometry.geom_type == "Polygon"):
        problems.append(Problem(zone, "多边形无效", "the polygon is not valid"))
        # An overlay of an invalid polygon is undefined.
        return problems
    measured, stored = area_km2(geometry), properties.get("area_km2")
    if stored is None or abs(measured - stored) > 0.0001:
        problems.append(
            Problem(
                zone,
                f"记录面积 {stored} km² 与多边形 {measured:.4f} km² 不符",
                f"stored area {stored} km² is not the polygon's {measured:.4f} km²",
            )
        )
    inside = shapely.intersection(geometry, district).area / geometry.area
    if inside < _INSIDE_SHARE:
        problems.append(
            Problem(zone, f"{1 - inside:.1%} 在区界之外", f"{1 - inside:.1%} lies outside Minhang")
        )
    return problems


def _overlaps(geometries: dict[str, BaseGeometry]) -> dict[str, dict[str, float]]:
    """Return the overlap of every two zones that share ground, in km²."""
    found: dict[str, dict[str, float]] = {}
    for (a, one), (b, other) in itertools.combinations(geometries.items(), 2):
        if one.is_valid and other.is_valid and one.intersects(other):
            shared = area_km2(shapely.intersection(one, other))
            if shared > _OVERLAP_KM2:
                found.setdefault(a, {})[b] = round(shared, 3)
                found.setdefault(b, {})[a] = round(shared, 3)
    return found


def _row(properties: dict[str, Any], overlaps: dict[str, float]) -> dict[str, Any]:
    keep = (
        "id",
        "name_zh",
        "name_en",
        "basis",
        "area_km2",
        "published_area_km2",
        "published_area_shared",
        "area_error_pct",
        "named_ring_share",
        "confidence",
        "unresolved",
        "unused",
        "closure",
        "alternatives_km2",
    )
    return {key: properties.get(key) for key in keep} | {"overlaps_km2": overlaps}
