"""Layout schemes: the plans' axes, belts, corridors, cores and nodes as elements of a sketch.

`load_schemes` reads `data/plans/schemes.yaml`; `build_scheme` gives every element its geometry by
the construction its entry names (`layers.constructions`). Drawing is `layers.page`'s business.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo import PLANS, crs
from geo.errors import AtlasError, unknown
from geo.located import Located, read_located
from geo.osm.places import DISTRICT_NAMES, Place, load_places
from geo.plans.files import load_parks, load_sources
from geo.plans.records import Park, Source
from geo.plans.table import load_boundaries
from geo.reference import load_districts, load_gazetteer
from layers.scheme_build import Builder
from layers.scheme_records import (
    BASES,
    CITED,
    CONSTRUCTIONS,
    ELEMENT_FIELDS,
    LEVELS,
    MEMBER_FIELDS,
    MOST_M,
    ROLES,
    SCHEME_FIELDS,
    Element,
    Member,
    Scheme,
)

__all__ = ["Element", "Member", "Scheme", "build_scheme", "get_scheme", "load_schemes"]

SCHEMES_FILE = PLANS / "schemes.yaml"


@dataclass(frozen=True)
class _Known:
    """What the entries of a file may name."""

    places: Mapping[str, Place]
    sources: Mapping[str, Source]
    parks: Mapping[str, Park]

    @property
    def members(self) -> list[str]:
        """Ids of the places that may be members."""
        return [place.id for place in self.places.values() if place.kind == "member"]

    @property
    def zones(self) -> list[str]:
        """Ids of the zones of every park."""
        return [zone for park in self.parks.values() for zone in park.zones]


def get_scheme(scheme_id: str, schemes: Mapping[str, Scheme] | None = None) -> Scheme:
    """Return one scheme; an unknown id lists the known ones (`AtlasError`)."""
    schemes = load_schemes() if schemes is None else schemes
    if scheme_id not in schemes:
        raise unknown("scheme", "布局方案", scheme_id, list(schemes))
    return schemes[scheme_id]


def load_schemes(
    path: str | os.PathLike[str] = SCHEMES_FILE,
    places: Mapping[str, Place] | None = None,
    sources: Mapping[str, Source] | None = None,
    parks: Mapping[str, Park] | None = None,
) -> dict[str, Scheme]:
    """Return the schemes by id, in the file's order, without geometry.

    Every id an entry names is looked up here, so that a misspelt one is told with its line.

    Parameters
    ----------
    path : path-like
        YAML file, see its head.
    places, sources, parks : mapping by id, optional
        What the entries may name; by default the project's own.

    Raises
    ------
    AtlasError
        Naming file, line, field and reason of the first fault.
    """
    known = _Known(
        load_places() if places is None else places,
        load_sources() if sources is None else sources,
        load_parks() if parks is None else parks,
    )
    schemes: dict[str, Scheme] = {}
    content = read_located(path)
    content.only(("schemes",))
    for entry in content.mappings("schemes"):
        scheme = _scheme(entry, known)
        if scheme.id in schemes:
            raise entry.fault("id", f"'{scheme.id}' is there twice", f"“{scheme.id}”重复")
        schemes[scheme.id] = scheme
    return schemes


def _scheme(entry: Located, known: _Known) -> Scheme:
    """Return one entry of the file as a scheme."""
    entry.only(SCHEME_FIELDS)
    source = entry.choice("source", list(known.sources))
    elements: dict[str, Element] = {}
    for item in entry.mappings("elements"):
        element = _element(item, source, known, tuple(elements))
        if element.id in elements:
            raise item.fault("id", f"'{element.id}' is there twice", f"“{element.id}”重复")
        elements[element.id] = element
    return Scheme(
        entry.text("id"), entry.text("zh"), entry.text("en"),
        entry.text("subject_zh"), entry.text("subject_en"), source, entry.text("locator"),
        entry.choice("level", LEVELS), tuple(elements.values()),
    )  # fmt: skip


def _element(entry: Located, source: str, known: _Known, before: tuple[str, ...]) -> Element:
    """Return one element; ``before`` are the ids it may build on."""
    entry.only(ELEMENT_FIELDS)
    spec = entry.mapping("geometry")
    construction = spec.choice("construction", list(CONSTRUCTIONS))
    for field in CONSTRUCTIONS[construction]:
        _check(spec, field, known, before)
    extra = sorted(set(spec) - {"construction", *CONSTRUCTIONS[construction]})
    if extra:
        raise spec.fault(
            extra[0], f"not a field of '{construction}'", f"不是“{construction}”的字段"
        )
    if bool(entry.get("decision_zh")) != bool(entry.get("decision_en")):
        raise entry.fault("decision_zh", "needs both languages", "须有中英文")
    return Element(
        entry.text("id"), entry.choice("role", ROLES), entry.text("zh"), entry.text("en"),
        entry.text("quote"), entry.text("gist_en"),
        tuple(_member(item, known) for item in entry.mappings("members", optional=True)),
        entry.choice("basis", BASES), entry.text("how_zh"), entry.text("how_en"),
        entry.text("decision_zh", optional=True), entry.text("decision_en", optional=True),
        source, entry.text("locator"), spec,
    )  # fmt: skip


def _check(spec: Located, field: str, known: _Known, before: tuple[str, ...]) -> None:
    """Raise unless one parameter of a construction is of its kind and names what there is."""
    value = spec.get(field)
    if field.endswith("_m"):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        # Also false for NaN; infinity is above every limit.
        if not number or not 0 < value <= MOST_M:
            raise spec.fault(
                field,
                f"must be metres above 0, at most {MOST_M:,}",
                f"应为大于 0、不超过 {MOST_M:,} 的米数",
            )
    elif field == "place":
        spec.choice(field, list(known.places))
    elif field == "road":
        spec.text(field)
    elif field == "paths":
        _check_paths(spec, known)
    else:
        allowed = {
            "through": [*known.places, *known.zones],
            "zones": known.zones,
            "elements": before,
            "districts": DISTRICT_NAMES,
        }
        spec.among(field, spec.texts(field), allowed[field])


def _check_paths(spec: Located, known: _Known) -> None:
    """Raise unless ``paths`` is a list of lists of two stops or more, each of them known."""
    paths = spec.get("paths")
    if not isinstance(paths, list) or not paths:
        raise spec.fault("paths", "must be a list of lists of ids", "应为编号列表的列表")
    for path in paths:
        if not isinstance(path, list) or len(path) < 2:
            raise spec.fault("paths", "a path needs two stops or more", "每条连线至少两个点")
        spec.among("paths", map(str, path), [*known.places, *known.zones])


def _member(entry: Located, known: _Known) -> Member:
    """Return one member with its parts; parks get their point when the scheme is built."""
    entry.only(MEMBER_FIELDS)
    if "place" in entry and "park" in entry:
        raise entry.fault("park", "a member is a place or a park, not both", "地点与园区只能取一")
    parts = tuple(_member(item, known) for item in entry.mappings("parts", optional=True))
    cited = entry.choice("cited", CITED) if "cited" in entry else "box"
    if "place" in entry:
        place = known.places[entry.choice("place", known.members)]
        zh = entry.text("zh", optional=True) or place.zh
        en = entry.text("en", optional=True) or place.en
        return Member(
            "place", place.id, zh, en, place.point, place.precision, cited, (), parts,
            place.evidence, place.note_zh, place.note_en,
        )  # fmt: skip
    zh, en = entry.text("zh"), entry.text("en")
    if "park" in entry:
        park = known.parks[entry.choice("park", list(known.parks))]
        zones = entry.texts("zones")
        entry.among("zones", zones, park.zones)
        return Member("park", park.id, zh, en, None, "polygon", cited, zones, parts)
    if not parts:
        raise entry.fault(
            "place", "a member needs a place, a park or parts", "成员须有地点、园区或下级"
        )
    return Member("group", "", zh, en, None, "", cited, (), parts)


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
    builder = Builder(
        _local(load_boundaries() if boundaries is None else boundaries, "id", "parks.geojson"),
        _lines() if gazetteer is None else _local(gazetteer, "name", "gazetteer.geojson"),
        _local(
            load_districts() if districts is None else districts, "name_zh", "districts.geojson"
        ),
        load_places() if places is None else places,
    )
    return [builder.element(element) for element in scheme.elements]


def _lines() -> dict[str, BaseGeometry]:
    """Return the gazetteer's lines in metres by name."""
    return {name: line.geometry for name, line in load_gazetteer().lines.items()}


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
