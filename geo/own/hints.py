"""Measured hints on WGS 84 against GCJ-02: on which reading outlines lie on known lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import to_local
from geo.own.building import Prepared
from geo.own.systems import Candidate, located, named
from geo.reason import Reason
from geo.reference import Reference

_HINT_M = 30.0
_HINT_LEAST_M = 2_000.0  # of outline that a hint needs
_HINT_STEP_M = 20.0
_HINT_MOST = 4_000  # points measured
_HINT_SHARE, _HINT_AHEAD = 0.35, 2.0


def hinted(
    prepared: Prepared, found: tuple[Candidate, ...], reference: Reference, parks: gpd.GeoDataFrame
) -> tuple[str, Reason] | None:
    """Return what known lines say of WGS 84 against GCJ-02, None where that cannot be measured."""
    ids = {one.id.removesuffix("-yx") for one in found}
    if not {"4326", "GCJ-02"} <= ids:
        return None
    swapped = found[0].swapped
    geometries = [one.geometry for one in prepared.shapes if one.geometry.is_valid]
    if swapped:
        geometries = [shapely.transform(g, lambda xy: xy[:, ::-1]) for g in geometries]
    told = measured(geometries, _known_lines(reference, parks))
    return None if told is None else (told[0] + ("-yx" if swapped else ""), told[1])


def _known_lines(reference: Reference, parks: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Return the lines of the reference and the parks' outlines, in local metres."""
    lines = [p for line in reference.lines.values() for p in shapely.get_parts(line.geometry)]
    return lines + [to_local(geometry.boundary) for geometry in parks.geometry]


def doubted(found: tuple[Candidate, ...], told: tuple[str, Reason] | None) -> tuple[Candidate, ...]:
    """Return candidates of which none is sure, where a hint contradicts what only a format says.

    GeoJSON and KML are in WGS 84 by their standards; files made of a Chinese map's data often are
    not, and do not say so.
    """
    if told is None or not found or told[0] == found[0].id:
        return found
    first, *others = found
    reason = Reason(
        zh=first.reason.zh + "，但边界与已知线路不合（见提示），须您确认",
        en=first.reason.en + ", but the outlines do not lie on known lines (see the hint): you "
        "have to say",
    )
    return (replace(first, sure=False, reason=reason), *others)


def measured(
    geometries: Sequence[BaseGeometry], lines: Sequence[BaseGeometry]
) -> tuple[str, Reason] | None:
    """Measure whether outlines lie on known lines as WGS 84 or as GCJ-02.

    Parameters
    ----------
    geometries : sequence of shapely geometry
        Degrees as written (longitude first).
    lines : sequence of shapely geometry
        Known roads, waters and park borders, in local metres (EPSG:4549).

    Returns
    -------
    tuple of (str, Reason) or None
        "4326" or "GCJ-02" with the measurement; None where there is too little outline to measure
        (2 km), or neither reading fits clearly better.
    """
    outlines = [g.boundary for g in geometries if g is not None and g.geom_type.endswith("Polygon")]
    if not outlines or not len(lines):
        return None
    tree = shapely.STRtree(np.array(list(lines), dtype=object))
    shares = {}
    for code in ("4326", "GCJ-02"):
        placed = located(outlines, named(code, Reason("", "")))
        rings = [to_local(ring) for ring in placed]
        length = sum(ring.length for ring in rings)
        if not _HINT_LEAST_M <= length < float("inf"):
            return None
        step = max(_HINT_STEP_M, length / _HINT_MOST)
        parts = [part for ring in rings for part in shapely.get_parts(ring) if part.length > step]
        points = [
            shapely.line_interpolate_point(part, np.arange(0, part.length, step)) for part in parts
        ]
        if not points:
            return None
        every = np.concatenate(points)
        near = tree.query_nearest(every, max_distance=_HINT_M, all_matches=False)
        shares[code] = len(np.unique(near[0])) / len(every)
    best, other = sorted(shares, key=shares.get, reverse=True)
    if shares[best] < _HINT_SHARE or shares[best] < _HINT_AHEAD * shares[other]:
        return None
    share, less = round(100 * shares[best]), round(100 * shares[other])
    return best, Reason(
        zh=f"提示：按此读取，边界的 {share}% 在已知道路、河道或园区边界 {_HINT_M:g} 米以内，"
        f"另一读法为 {less}%。这只是提示，不是证明",
        en=f"Hint: read so, {share} % of the outlines lie within {_HINT_M:g} m of a known road, "
        f"water or park border, read the other way {less} %. A hint, no proof",
    )
