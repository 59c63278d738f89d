"""In which parks a user's features lie, and what lies in each park."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import to_local
from geo.measure import M2_PER_MU, area_km2, length_m
from geo.own.checks import tangle
from geo.own.records import OwnData

INSIDE, MOSTLY, PARTLY, OUTSIDE = "inside", "mostly", "partly", "outside"
RELATIONS = (INSIDE, MOSTLY, PARTLY, OUTSIDE)
# Borders are digitised from centrelines: what sticks out by less is in.
_WHOLE = 0.995
_HALF = 0.5
# Of shapes that are merged: crossings, as vertices times neighbours beyond those of any outline.
_MERGED, _ORDINARY = 200_000.0, 8.0
_LEAST = 0.001  # a piece that is less of the feature and of the park is where two outlines touch


@dataclass(frozen=True)
class Share:
    """What of a feature lies in one park: m² (0 for points and lines), and its share of it all."""

    park_id: str
    area_m2: float
    share: float


@dataclass(frozen=True)
class Place:
    """Where a feature lies.

    ``relation`` is "inside" (99.5 % and more), "mostly" (half and more), "partly" or "outside" of
    ``park_id``, the park with most of it; outside, the nearest one, ``distance_m`` away. ``shares``
    are the parks it lies in, most first.
    """

    relation: str
    park_id: str
    share: float
    distance_m: float
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class InPark:
    """What of the user's data lies in a park.

    ``count`` features touch it, ``mostly`` of them with half and more. ``area_m2`` is the ground
    they take in it, where several lie on each other counted once; ``sum_m2`` counts it every time.
    Where too many lie on each other to be merged, ``merged`` is false and both are the sum.
    """

    park_id: str
    count: int
    mostly: int
    area_m2: float
    sum_m2: float
    merged: bool = True

    @property
    def area_mu(self) -> float:
        """The ground taken, in mu."""
        return self.area_m2 / M2_PER_MU


@dataclass(frozen=True)
class Joined:
    """Where each feature lies, in the order of the frame; what lies in each park, most first."""

    places: tuple[Place, ...]
    parks: tuple[InPark, ...]


def join(
    own: OwnData, boundaries: gpd.GeoDataFrame, zones_of: Mapping[str, tuple[str, ...]]
) -> Joined:
    """Say in which parks features lie.

    Parameters
    ----------
    own : OwnData
    boundaries : geopandas.GeoDataFrame
        Zones by id, as of `geo.plans.load_boundaries`.
    zones_of : mapping
        Park id to the ids of its zones.
    """
    parks = {
        park: shapely.union_all(
            [boundaries.geometry[zone] for zone in zones if zone in boundaries.index]
        )
        for park, zones in zones_of.items()
    }
    parks = {park: ground for park, ground in parks.items() if not ground.is_empty}
    grounds_m2 = {park: _area(ground) for park, ground in parks.items()}
    local = {park: to_local(ground) for park, ground in parks.items()}
    tree = shapely.STRtree(list(parks.values()))
    ids = list(parks)
    for ground in parks.values():
        shapely.prepare(ground)
    places: list[Place] = []
    cut: dict[str, list[tuple[BaseGeometry, float, float]]] = {}
    for geometry in own.features.geometry:
        near = sorted(int(n) for n in tree.query(geometry))
        shares = []
        for number in near:
            park = ids[number]
            piece, share, area = _part(geometry, parks[park])
            if share > _LEAST or area > _LEAST * grounds_m2[park]:
                shares.append(Share(park, area, share))
                cut.setdefault(park, []).append((piece, share, area))
        shares.sort(key=lambda one: -one.share)
        places.append(_place(geometry, tuple(shares), local))
    found = [_in_park(park, pieces) for park, pieces in cut.items()]
    return Joined(tuple(places), tuple(sorted(found, key=lambda one: (-one.area_m2, -one.count))))


def _part(geometry: BaseGeometry, ground: BaseGeometry) -> tuple[BaseGeometry, float, float]:
    """Return what of a feature lies on a park's ground, as shape, share and m²."""
    kind = geometry.geom_type
    if "Point" in kind:
        inside = float(np.mean([ground.intersects(one) for one in shapely.get_parts(geometry)]))
        return geometry, inside, 0.0
    if ground.covers(geometry):
        return geometry, 1.0, _area(geometry) if "Polygon" in kind else 0.0
    piece = geometry.intersection(ground)
    if "Polygon" in kind:
        area = _area(piece)
        whole = _area(geometry)
        return piece, area / whole if whole else 0.0, area
    whole = length_m(geometry)
    return piece, length_m(piece) / whole if whole else 0.0, 0.0


def _area(geometry: BaseGeometry) -> float:
    """Return the geodesic area of the polygons of a geometry in m²."""
    return 1e6 * area_km2(geometry)


def _place(geometry: BaseGeometry, shares: tuple[Share, ...], local: dict) -> Place:
    """Return where a feature lies, of the shares it has in parks."""
    if not shares:
        here = to_local(geometry)
        far = {park: here.distance(ground) for park, ground in local.items()}
        nearest = min(far, key=far.get, default="")
        return Place(OUTSIDE, nearest, 0.0, far.get(nearest, float("nan")))
    best = shares[0]
    relation = INSIDE if best.share >= _WHOLE else MOSTLY if best.share >= _HALF else PARTLY
    return Place(relation, best.park_id, best.share, 0.0, shares)


def _in_park(park: str, pieces: list[tuple[BaseGeometry, float, float]]) -> InPark:
    areas = [piece for piece, _, area in pieces if area > 0]
    parts = [
        part
        for piece in areas
        for part in (
            shapely.get_parts(piece) if piece.geom_type == "GeometryCollection" else [piece]
        )
        if part.geom_type.endswith("Polygon")
    ]
    summed = sum(area for _, _, area in pieces)
    mostly = sum(share >= _HALF for _, share, _ in pieces)
    if not parts:
        return InPark(park, len(pieces), mostly, 0.0, summed)
    whole = shapely.multipolygons([p for part in parts for p in shapely.get_parts(part)])
    if (tangle(whole) - _ORDINARY) * int(shapely.get_num_coordinates(whole)) > _MERGED:
        return InPark(park, len(pieces), mostly, summed, summed, False)
    return InPark(park, len(pieces), mostly, min(_area(shapely.union_all(parts)), summed), summed)
