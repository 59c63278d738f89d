"""From a scheme's entry to its geometry: finds what each construction needs and calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.errors import unknown
from geo.located import Located
from geo.osm.places import Place
from layers import constructions as shapes
from layers.scheme_records import Element, Member

DECIMALS = 6


class Builder:
    """Makes geometries in metres from the reference data of one build; keeps what it has made."""

    def __init__(
        self,
        zones: dict[str, BaseGeometry],
        lines: dict[str, BaseGeometry],
        districts: dict[str, BaseGeometry],
        places: Mapping[str, Place],
    ) -> None:
        self.zones, self.lines, self.districts, self.places = zones, lines, districts, places
        self.built: dict[str, Element] = {}

    def element(self, element: Element) -> Element:
        """Return an element with its geometry and located members; later ones may build on it."""
        members = tuple(self._member(member) for member in element.members)
        done = replace(element, geometry=self._geometry(element), members=members)
        self.built[done.id] = done
        return done

    def _geometry(self, element: Element) -> BaseGeometry | None:
        """Return one element's geometry in WGS 84, or None when nothing can be drawn."""
        construction = element.spec["construction"]
        local = None if construction == "none" else getattr(self, f"_{construction}")(element.spec)
        if local is None or local.is_empty:
            return None
        # Rounding each vertex can fold a polygon; the grid keeps it valid.
        return shapely.set_precision(crs.from_local(local, decimals=12), 10.0**-DECIMALS)

    def _member(self, member: Member) -> Member:
        """Return a member with its parts, a park located at a point inside its polygons."""
        point = member.point
        if member.kind == "park":
            inside = shapely.point_on_surface(self._union(member.zones))
            lonlat = crs.from_local(inside, decimals=DECIMALS)
            point = (lonlat.x, lonlat.y)
        return replace(member, point=point, parts=tuple(self._member(p) for p in member.parts))

    def _union(self, zones: Iterable[str]) -> BaseGeometry:
        for zone in zones:
            if zone not in self.zones:
                raise unknown("zone", "片区", zone, list(self.zones))
        return shapes.core(self.zones[zone] for zone in zones)

    def _stop(self, spec: Located, field: str, name: str) -> tuple[float, float] | None:
        """Return a place or zone as a position in metres; None when it is not located."""
        if name in self.places:
            point = self.places[name].point
            return None if point is None else crs.to_local(shapely.Point(point)).coords[0]
        if name in self.zones:
            return shapely.point_on_surface(self.zones[name]).coords[0]
        raise spec.fault(
            field, f"'{name}' is neither a place nor a zone", f"“{name}”既不是地点也不是片区"
        )

    def _stops(self, spec: Located, field: str, names: list[str]) -> list[tuple[float, float]]:
        """Return the located stops of a line, in order."""
        found = [self._stop(spec, field, str(name)) for name in names]
        return [stop for stop in found if stop is not None]

    def _land(self, spec: Located) -> BaseGeometry:
        """Return the land of the districts a construction is cut to."""
        for name in spec["districts"]:
            if name not in self.districts:
                raise unknown("district", "行政区", name, list(self.districts))
        return shapely.union_all([self.districts[name] for name in spec["districts"]])

    def _axis(self, spec: Located) -> BaseGeometry | None:
        stops = self._stops(spec, "through", spec["through"])
        return shapes.axis(stops) if len(stops) > 1 else None

    def _belt(self, spec: Located) -> BaseGeometry | None:
        paths = [self._stops(spec, "paths", path) for path in spec["paths"]]
        others = [
            crs.to_local(other.geometry)
            for other in self.built.values()
            if other.role == "belt" and other.geometry is not None
        ]
        paths = [path for path in paths if len(path) > 1]
        return shapes.belt(paths, spec["half_width_m"], self._land(spec), others) if paths else None

    def _corridor(self, spec: Located) -> BaseGeometry:
        if spec["road"] not in self.lines:
            raise unknown("road", "道路", spec["road"], list(self.lines))
        ribbon = shapes.corridor(self.lines[spec["road"]], spec["half_width_m"])
        return shapely.intersection(ribbon, self._land(spec))

    def _disc(self, spec: Located) -> BaseGeometry | None:
        centre = self._stop(spec, "place", spec["place"])
        return None if centre is None else shapes.disc(centre, spec["radius_m"])

    def _node(self, spec: Located) -> BaseGeometry | None:
        position = self._stop(spec, "place", spec["place"])
        return None if position is None else shapely.Point(position)

    def _core(self, spec: Located) -> BaseGeometry:
        return self._union(spec["zones"])

    def _around(self, spec: Located) -> BaseGeometry | None:
        drawn = [self.built[name].geometry for name in spec["elements"]]
        parts = [crs.to_local(geometry) for geometry in drawn if geometry is not None]
        if not parts:
            return None
        return shapely.intersection(shapes.around(parts, spec["margin_m"]), self._land(spec))
