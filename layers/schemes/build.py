"""From a scheme's entry to its geometry: finds what each construction needs and calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.errors import AtlasError, unknown
from geo.located import Located
from geo.osm.places import Place, load_places
from geo.plans.table import load_boundaries
from geo.reference import load_districts, load_gazetteer, load_sketch_lines
from layers.schemes import constructions as shapes
from layers.schemes.records import Element, Member, Scheme

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
        if construction == "none":
            return None
        local = getattr(self, f"_{construction}")(element.spec, element)
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

    def _land(self, element: Element) -> BaseGeometry:
        """Return the land of the districts an element lies in."""
        for name in element.districts:
            if name not in self.districts:
                raise unknown("district", "行政区", name, list(self.districts))
        return shapely.union_all([self.districts[name] for name in element.districts])

    def _line(self, name: str) -> BaseGeometry:
        if name not in self.lines:
            raise unknown("road", "道路", name, list(self.lines))
        return self.lines[name]

    def _axis(self, spec: Located, _: Element) -> BaseGeometry | None:
        stops = self._stops(spec, "through", spec["through"])
        return shapes.axis(stops) if len(stops) > 1 else None

    def _route(self, spec: Located, element: Element) -> BaseGeometry:
        try:
            path = shapes.route([self._line(name) for name in spec["roads"]])
            # The rails are drawn with the roads: both are the axis.
            rails = [shapes.route([self._line(name)]) for name in spec.get("rails", ())]
        except ValueError as error:
            raise _unjoined(spec, "roads", error) from error
        land = self._land(element)
        cut = shapely.union_all([shapely.intersection(line, land) for line in (path, *rails)])
        # A line that only touches the land leaves points.
        return shapes.parts(cut, "LineString")

    def _belt(self, spec: Located, element: Element) -> BaseGeometry | None:
        paths = [self._stops(spec, "paths", path) for path in spec["paths"]]
        paths = [path for path in paths if len(path) > 1]
        if not paths:
            return None
        others = [crs.to_local(e.geometry) for e in self._drawn() if e.role == "belt"]
        return shapes.belt(paths, spec["half_width_m"], self._land(element), others)

    def _corridor(self, spec: Located, element: Element) -> BaseGeometry:
        try:
            ribbon = shapes.corridor(self._line(spec["road"]), spec["half_width_m"])
        except ValueError as error:
            raise _unjoined(spec, "road", error) from error
        return shapes.parts(shapely.intersection(ribbon, self._land(element)), "Polygon")

    def _disc(self, spec: Located, _: Element) -> BaseGeometry | None:
        centre = self._stop(spec, "place", spec["place"])
        return None if centre is None else shapes.disc(centre, spec["radius_m"])

    def _node(self, spec: Located, _: Element) -> BaseGeometry | None:
        position = self._stop(spec, "place", spec["place"])
        return None if position is None else shapely.Point(position)

    def _core(self, spec: Located, _: Element) -> BaseGeometry:
        return self._union(spec["zones"])

    def _ring(self, spec: Located, element: Element) -> BaseGeometry | None:
        inner = self.built[spec["element"]].geometry
        if inner is None:
            return None
        band = shapes.ring(crs.to_local(inner), spec["gap_m"], spec["width_m"])
        return shapes.parts(shapely.intersection(band, self._land(element)), "Polygon")

    def _cluster(self, spec: Located, element: Element) -> BaseGeometry | None:
        points = self._stops(spec, "places", spec["places"])
        if not points:
            return None
        taken = [crs.to_local(e.geometry) for e in self._drawn()]
        areas = [shape for shape in taken if "Polygon" in shape.geom_type]
        return shapes.cluster(points, spec["reach_m"], self._land(element), areas)

    def _drawn(self) -> list[Element]:
        """Return the elements built so far that have a shape."""
        return [element for element in self.built.values() if element.geometry is not None]


def _unjoined(spec: Located, field: str, error: ValueError) -> AtlasError:
    """Return the error for roads that make no line; the reason is of `constructions`."""
    return spec.fault(field, f"makes no one line: {error}", f"不能连成一条线：{error}")


def build_scheme(
    scheme: Scheme,
    boundaries: gpd.GeoDataFrame | None = None,
    gazetteer: gpd.GeoDataFrame | None = None,
    districts: gpd.GeoDataFrame | None = None,
    places: Mapping[str, Place] | None = None,
) -> list[Element]:
    """Return the scheme's elements with geometry (WGS 84, 6 decimals) and located members.

    Parameters
    ----------
    scheme : Scheme
    boundaries : geopandas.GeoDataFrame, optional
        Digitised zones, indexed by zone id or with a column ``id``.
    gazetteer, districts : geopandas.GeoDataFrame, optional
        Reference lines (``name``) and districts (``name_zh``). All default to the project's files.
    places : mapping of str to geo.osm.places.Place, optional

    Raises
    ------
    AtlasError
        When a reference file is missing, or a road, zone or district is not in it.
    """
    (elements,) = build_schemes([scheme], boundaries, gazetteer, districts, places)
    return elements


def build_schemes(
    schemes: Iterable[Scheme],
    boundaries: gpd.GeoDataFrame | None = None,
    gazetteer: gpd.GeoDataFrame | None = None,
    districts: gpd.GeoDataFrame | None = None,
    places: Mapping[str, Place] | None = None,
) -> list[list[Element]]:
    """Return `build_scheme` of each scheme, the reference data read once."""
    reference = (
        _local(load_boundaries() if boundaries is None else boundaries, "id", "parks.geojson"),
        _lines() if gazetteer is None else _local(gazetteer, "name", "gazetteer.geojson"),
        _local(
            load_districts() if districts is None else districts, "name_zh", "districts.geojson"
        ),
        load_places() if places is None else places,
    )
    made = []
    for scheme in schemes:
        builder = Builder(*reference)
        made.append([builder.element(element) for element in scheme.elements])
    return made


def _lines() -> dict[str, BaseGeometry]:
    """Return the gazetteer's lines, and those for sketches only, in metres by name."""
    lines = {name: line.geometry for name, line in load_gazetteer().lines.items()}
    sketched = {name: crs.to_local(line.geometry) for name, line in load_sketch_lines().items()}
    return lines | sketched


def _local(frame: gpd.GeoDataFrame, key: str, file: str) -> dict[str, BaseGeometry]:
    """Return a frame's geometries in metres by one of its columns, or by its index.

    ``file`` is what an error calls the frame.
    """
    keys = frame.get(key, frame.index)
    shapes: dict[str, BaseGeometry] = {}
    for number, (name, geometry) in enumerate(zip(keys, frame.geometry, strict=True), 1):
        if not isinstance(name, str) or not name or geometry is None:
            raise AtlasError(
                en=f"{file}, feature {number}: needs a geometry and the property '{key}'",
                zh=f"{file} 第 {number} 个要素：须有图形和属性“{key}”",
            )
        shapes[name] = crs.to_local(geometry)
    return shapes
