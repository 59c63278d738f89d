"""How far a park is from the metro and from an expressway: straight lines on the map.

The points are those of `access.geojson`, made from OpenStreetMap by `geo.osm.access`. A distance is
geodesic, from the park's polygon (0 inside it) to the point; it is no walk and no drive.

A distance is to the nearest point *of the map's list*, and known as such. Two things are missing
from the lists: ramps outside Minhang District, all of them, so that beyond the border a distance is
only known to be at least the way there; and single stations and ramps anywhere, which no bound can
hold: they are told with every distance, and wherever one leaves a park out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from geo import REFERENCE, crs
from geo.errors import AtlasError
from geo.files import read_features, shown
from geo.measure import GEOD
from geo.reason import Reason
from geo.reference import MINHANG, district, load_districts

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

ACCESS_FILE = REFERENCE / "access.geojson"
KINDS = ("station", "building", "ramp")
# What is asked for, and the points that answer it.
TO = {"metro": "station", "expressway": "ramp"}


@dataclass(frozen=True)
class AccessPoint:
    """A metro station, one being built, or a ramp where an expressway is entered or left.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    zh, en : str
        The station's name, or the expressway's.
    lines : tuple of str
        The metro lines it lies on by the map ("5号线"), maybe not all.
    lonlat : tuple of float
        WGS 84.
    """

    kind: str
    zh: str
    en: str
    lines: tuple[str, ...]
    lonlat: tuple[float, float]

    @property
    def label(self) -> Reason:
        """What it is and its name: "地铁站 剑川路（5号线）"."""
        if self.kind == "ramp":
            return Reason(f"{self.zh}匝道", f"a ramp of {self.en}")
        if self.kind == "building":
            return Reason(f"在建地铁站{self.zh}", f"{self.en} metro station (under construction)")
        zh = f"（{'、'.join(self.lines)}）" if self.lines else ""
        en = f" ({', '.join(map(_line_en, self.lines))})" if self.lines else ""
        return Reason(f"地铁站{self.zh}{zh}", f"{self.en} metro station{en}")


def _line_en(line: str) -> str:
    return "Pujiang Line" if line == "浦江线" else f"Line {line.removesuffix('号线')}"


@dataclass(frozen=True)
class AccessData:
    """The points, the days of the map data (by "metro", "expressway"), and whose data they are.

    ``known`` is where the ramps are known, lon/lat WGS 84.
    """

    points: tuple[AccessPoint, ...]
    dates: dict[str, str]
    attribution: str
    known: BaseGeometry

    @cached_property
    def local(self) -> dict[str, list[tuple[AccessPoint, Point]]]:
        """The points by kind with where they are in EPSG:4549, metres."""
        found: dict[str, list[tuple[AccessPoint, Point]]] = {kind: [] for kind in KINDS}
        for point in self.points:
            found[point.kind].append((point, crs.to_local(Point(point.lonlat))))
        return found

    @cached_property
    def local_known(self) -> BaseGeometry:
        """Where the ramps are known, in EPSG:4549."""
        return crs.to_local(self.known)


@dataclass(frozen=True)
class Nearest:
    """The nearest point of a kind to a park.

    Attributes
    ----------
    point : AccessPoint
    metres : int
        Geodesic, from the park's nearest edge; 0 inside.
    at_least_m : int
        What the distance is at least by the map's list: less than ``metres`` where the list ends
        (at the district's border, for ramps) nearer than the point lies. A single point that the
        list lacks is not considered; ``caveats`` say so.
    zone : str
        The zone of the park that it is nearest to.
    date : str
        Of the map data.
    inside : tuple of AccessPoint
        Every point of the kind within the park.
    caveats : tuple of Reason
    """

    point: AccessPoint
    metres: int
    at_least_m: int
    zone: str
    date: str
    inside: tuple[AccessPoint, ...] = ()
    caveats: tuple[Reason, ...] = ()


def load_access(
    path: str | os.PathLike[str] = ACCESS_FILE, districts: gpd.GeoDataFrame | None = None
) -> AccessData:
    """Return the access data.

    Parameters
    ----------
    path : path-like
        Written by ``python -m geo reference build``.
    districts : geopandas.GeoDataFrame, optional
        As of `geo.reference.load_districts`, which is the default.

    Raises
    ------
    AtlasError
        When the file is missing, or naming the feature that is no such point.
    """
    features, members = read_features(path)
    points = tuple(_point(path, number, feature) for number, feature in enumerate(features, 1))
    dates = members.get("dates")
    if not isinstance(dates, dict) or not all(isinstance(dates.get(to), str) for to in TO):
        raise AtlasError(
            en=f"{shown(path)}: 'dates' must give the days of metro and expressway",
            zh=f"{shown(path)}：“dates”应写明 metro 和 expressway 的数据日期",
        )
    known = district(load_districts() if districts is None else districts, MINHANG)
    return AccessData(points, dates, str(members.get("attribution") or ""), known)


def _point(path: str | os.PathLike[str], number: int, feature: Any) -> AccessPoint:
    """Return one feature of the file."""
    try:
        own, geometry = feature["properties"], shape(feature["geometry"])
        kind, zh, en = (own[key] for key in ("kind", "name_zh", "name_en"))
        lines = own.get("lines") or []
        words = (zh, en, *lines)
        if kind not in KINDS or not all(isinstance(word, str) and word for word in words):
            raise ValueError("kind, names and lines must be words")
        if geometry.geom_type != "Point" or geometry.is_empty:
            raise ValueError("not a point")
        lon, lat = geometry.x, geometry.y
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError("not longitude and latitude")
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise AtlasError(
            en=f"{shown(path)}, feature {number}: not an access point "
            f"({type(error).__name__}: {error})",
            zh=f"{shown(path)} 第 {number} 个要素：不是车站或匝道（{error}）",
        ) from error
    return AccessPoint(kind, zh, en, tuple(lines), (lon, lat))


def nearest(zones: Iterable[tuple[str, BaseGeometry]], to: str, data: AccessData) -> Nearest | None:
    """Return the nearest station ("metro") or ramp ("expressway") to a park; None without any.

    Parameters
    ----------
    zones : iterable of (str, shapely geometry)
        The park's zones, polygons in lon/lat WGS 84.
    to : str
        A key of `TO`.
    data : AccessData
    """
    # Found in the plane, measured on the ellipsoid.
    areas = [(zone, crs.to_local(geometry)) for zone, geometry in zones]
    found = _closest(areas, TO[to], data)
    if found is None:
        return None
    point, zone, metres = found
    at_least, caveats = metres, []
    if to == "metro":
        caveats.append(_STATIONS)
        building = _closest(areas, "building", data)
        if building is not None and building[2] < metres:
            caveats.append(_being_built(building[0], building[2]))
    else:
        at_least = min(metres, _to_the_edge(areas, data.local_known))
        caveats.append(_RAMPS)
        if at_least < metres:
            caveats.append(_beyond(at_least))
    inside = _inside(areas, TO[to], data)
    if inside:
        caveats.append(_PARK_IS_WIDE)
    return Nearest(point, metres, at_least, zone, data.dates[to], inside, tuple(caveats))


def park_access(
    plans: Plans, boundaries: gpd.GeoDataFrame, data: AccessData
) -> dict[str, dict[str, Nearest]]:
    """Return the nearest of each kind by park id and by "metro" and "expressway".

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`; a park of which a zone is missing is left out.
    data : AccessData
    """
    answers: dict[str, dict[str, Nearest]] = {}
    for park in plans.parks.values():
        if not set(park.zones) <= set(boundaries.index):
            continue
        zones = [(zone, boundaries.geometry[zone]) for zone in park.zones]
        found = {to: nearest(zones, to, data) for to in TO}
        answers[park.id] = {to: one for to, one in found.items() if one is not None}
    return answers


def _closest(
    areas: list[tuple[str, BaseGeometry]], kind: str, data: AccessData
) -> tuple[AccessPoint, str, int] | None:
    """Return the point of a kind that is nearest to areas in metres, which one, and how far."""
    found = data.local[kind]
    if not found:
        return None
    spots = [spot for _, spot in found]
    # Of several as near, the first zone and the first point.
    distances = [shapely.distance(area, spots) for _, area in areas]
    which = min(range(len(areas)), key=lambda i: (distances[i].min(), i))
    order = int(distances[which].argmin())
    zone, area = areas[which]
    return found[order][0], zone, _metres(area, found[order][1])


def _inside(
    areas: list[tuple[str, BaseGeometry]], kind: str, data: AccessData
) -> tuple[AccessPoint, ...]:
    """Return the points of a kind that lie within areas in metres."""
    return tuple(
        point for point, spot in data.local[kind] if any(area.covers(spot) for _, area in areas)
    )


def _to_the_edge(areas: list[tuple[str, BaseGeometry]], known: BaseGeometry) -> int:
    """Return how far areas are from the outside of what is known; 0 where one reaches out."""
    if not all(known.covers(area) for _, area in areas):
        return 0
    return min(_metres(area, known.boundary) for _, area in areas)


def _metres(area: BaseGeometry, other: BaseGeometry) -> int:
    """Return the geodesic distance of two geometries in local metres, in whole metres."""
    if area.intersects(other):
        return 0
    ends = crs.from_local(shapely.shortest_line(area, other), 9).coords
    (west, south), (east, north) = ends[0], ends[-1]
    return round(GEOD.inv(west, south, east, north)[2])


_STATIONS = Reason(
    "直线距离，不是步行距离；地图的车站名录不完整，未列入的车站可能更近；不含市域铁路和有轨电车",
    "a straight line, not a walk; the map's list of stations is incomplete, and one that is not on "
    "it may be nearer; suburban railways and trams are not counted",
)
_RAMPS = Reason(
    "到匝道与地面道路相接处的直线距离，不是行车距离，也不分上下匝道；匝道由地图推得，可能有遗漏",
    "a straight line to where a ramp meets another road, not a drive, whether it leads on or off; "
    "the ramps are read off the map, and some may be missing",
)
_PARK_IS_WIDE = Reason(
    "0 米指它在园区边界之内，园区内的具体地块仍可能离它很远",
    "0 m means that it lies within the park's outline; a plot of the park may be far from it",
)


def _beyond(at_least_m: int) -> Reason:
    if not at_least_m:
        return Reason(
            "区外匝道没有数据：园区到闵行区界，区外可能有更近的匝道",
            "ramps outside Minhang District are not in the data: the park reaches its border, and "
            "a ramp beyond it may be nearer",
        )
    return Reason(
        f"区外匝道没有数据：园区距闵行区界约 {at_least_m:,} 米，区外可能有更近的匝道",
        f"ramps outside Minhang District are not in the data: its border is about {at_least_m:,} m "
        "away, and a ramp beyond it may be nearer",
    )


def _being_built(point: AccessPoint, metres: int) -> Reason:
    return Reason(
        f"{point.label.zh}更近（约 {metres:,} 米），尚未计入",
        f"{point.label.en} is nearer (about {metres:,} m) and not counted yet",
    )
