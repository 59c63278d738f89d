"""The project's layouts as the tests look at them: loaded and built once, in metres."""

from __future__ import annotations

from functools import cache

import shapely
from shapely import Point

from geo import crs
from geo.reference import load_districts, load_gazetteer, load_sketch_lines
from layers.schemes import Element, Member, build_scheme, load_schemes

SCHEMES = load_schemes()
ELEMENTS = [(scheme.id, e.id) for scheme in SCHEMES.values() for e in scheme.elements]
# The grid of stored degrees is 0.1 m; shared edges may differ by that much.
GRID_M = 0.2


@cache
def built(scheme_id: str) -> dict[str, Element]:
    """Return a layout's elements with geometry, by id; no test may change them."""
    return {element.id: element for element in build_scheme(SCHEMES[scheme_id])}


def stated(scheme_id: str, element_id: str) -> Element:
    """Return an element as its entry has it, without geometry."""
    return next(e for e in SCHEMES[scheme_id].elements if e.id == element_id)


def alone(scheme_id: str, element_id: str) -> Member | None:
    """Return the one member of an element that is one place or park, else None."""
    members = stated(scheme_id, element_id).members
    return members[0] if len(members) == 1 else None


def of(construction: str) -> list[tuple[str, str]]:
    """Return the layout and id of every element made by a construction."""
    return [
        (scheme, name)
        for scheme, name in ELEMENTS
        if stated(scheme, name).spec["construction"] == construction
    ]


@cache
def districts() -> dict[str, shapely.Geometry]:
    """Return the districts' land in metres by Chinese name."""
    frame = load_districts()
    return dict(zip(frame["name_zh"], map(crs.to_local, frame.geometry), strict=True))


@cache
def land(names: tuple[str, ...]) -> shapely.Geometry:
    """Return the land of some districts together."""
    return shapely.union_all([districts()[name] for name in names])


@cache
def road(name: str) -> shapely.Geometry:
    """Return a named line of the reference data, in metres."""
    lines = load_gazetteer().lines
    return (
        lines[name].geometry if name in lines else crs.to_local(load_sketch_lines()[name].geometry)
    )


def local(element: Element) -> shapely.Geometry:
    """Return an element's geometry in metres."""
    return crs.to_local(element.geometry)


def at(point: tuple[float, float]) -> Point:
    """Return degrees as a point in metres."""
    return crs.to_local(Point(point))


def reach(shape: shapely.Geometry, ground: shapely.Geometry) -> float:
    """Return how far in metres the farthest vertex of a shape lies outside a ground."""
    outside = shape.difference(ground)
    return max((ground.distance(Point(xy)) for xy in shapely.get_coordinates(outside)), default=0.0)
