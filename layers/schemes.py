"""Layout schemes: the plans' axes, belts, corridors, cores and nodes as elements of a sketch.

`load_schemes` reads `data/plans/schemes.yaml`; `build_scheme` gives every element its geometry by
the construction its entry names (`layers.constructions`). Drawing is `layers.page`'s business.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo import BOUNDARIES, PLANS, REFERENCE, crs
from geo.districts import DISTRICTS_FILE
from geo.errors import AtlasError, unknown
from geo.located import Located, read_located, shown
from geo.places import DISTRICT_NAMES, Place, load_places
from layers.scheme_build import Builder
from layers.scheme_records import (
    BASES,
    CITED,
    CONSTRUCTIONS,
    LEVELS,
    ROLES,
    Element,
    Member,
    Scheme,
)

__all__ = ["Element", "Member", "Scheme", "build_scheme", "get_scheme", "load_schemes"]

SCHEMES_FILE = PLANS / "schemes.yaml"
BOUNDARIES_FILE = BOUNDARIES / "parks.geojson"
GAZETTEER_FILE = REFERENCE / "gazetteer.geojson"


def get_scheme(scheme_id: str, schemes: Mapping[str, Scheme] | None = None) -> Scheme:
    """Return one scheme; an unknown id lists the known ones (`AtlasError`)."""
    schemes = load_schemes() if schemes is None else schemes
    if scheme_id not in schemes:
        raise unknown("scheme", "布局方案", scheme_id, list(schemes))
    return schemes[scheme_id]


def load_schemes(
    path: str | os.PathLike[str] = SCHEMES_FILE, places: Mapping[str, Place] | None = None
) -> dict[str, Scheme]:
    """Return the schemes by id, in the file's order, without geometry.

    Parameters
    ----------
    path : path-like
        YAML file, see its head.
    places : mapping of str to geo.places.Place, optional
        Default: `geo.places.load_places`.

    Raises
    ------
    AtlasError
        Naming file, line, field and reason of the first fault.
    """
    places = load_places() if places is None else places
    schemes: dict[str, Scheme] = {}
    for entry in read_located(path).mappings("schemes"):
        scheme = _scheme(entry, places)
        if scheme.id in schemes:
            raise entry.fault("id", f"'{scheme.id}' is there twice", f"“{scheme.id}”重复")
        schemes[scheme.id] = scheme
    return schemes


def _scheme(entry: Located, places: Mapping[str, Place]) -> Scheme:
    """Return one entry of the file as a scheme."""
    source = entry.text("source")
    elements: dict[str, Element] = {}
    for item in entry.mappings("elements"):
        element = _element(item, source, places, tuple(elements))
        if element.id in elements:
            raise item.fault("id", f"'{element.id}' is there twice", f"“{element.id}”重复")
        elements[element.id] = element
    return Scheme(
        entry.text("id"), entry.text("zh"), entry.text("en"),
        entry.text("subject_zh"), entry.text("subject_en"), source, entry.text("locator"),
        entry.choice("level", LEVELS), tuple(elements.values()),
    )  # fmt: skip


def _element(
    entry: Located, source: str, places: Mapping[str, Place], before: tuple[str, ...]
) -> Element:
    """Return one element; ``before`` are the ids it may build on."""
    spec = entry.mapping("geometry")
    construction = spec.choice("construction", list(CONSTRUCTIONS))
    for field in CONSTRUCTIONS[construction]:
        _check(spec, field, places, before)
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
        tuple(_member(item, places) for item in entry.mappings("members", optional=True)),
        entry.choice("basis", BASES), entry.text("how_zh"), entry.text("how_en"),
        entry.text("decision_zh", optional=True), entry.text("decision_en", optional=True),
        source, entry.text("locator"), spec,
    )  # fmt: skip


def _check(spec: Located, field: str, places: Mapping[str, Place], before: tuple[str, ...]) -> None:
    """Raise unless one parameter of a construction is of its kind."""
    value = spec.get(field)
    if field.endswith("_m"):
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise spec.fault(field, "must be metres above 0", "应为大于 0 的米数")
    elif field == "place":
        spec.choice(field, list(places))
    elif field == "road":
        spec.text(field)
    elif field == "paths":
        if not isinstance(value, list) or not value:
            raise spec.fault(field, "must be a list of lists of ids", "应为编号列表的列表")
        for path in value:
            if not isinstance(path, list) or len(path) < 2:
                raise spec.fault(field, "a path needs two stops or more", "每条连线至少两个点")
    else:
        known = {"elements": before, "districts": DISTRICT_NAMES}.get(field)
        for item in spec.texts(field):
            if known is not None and item not in known:
                listed = ", ".join(known)
                raise spec.fault(
                    field, f"unknown value '{item}'; known: {listed}",
                    f"未知值“{item}”；可用：{listed}",
                )  # fmt: skip


def _member(entry: Located, places: Mapping[str, Place]) -> Member:
    """Return one member with its parts; parks get their point when the scheme is built."""
    parts = tuple(_member(item, places) for item in entry.mappings("parts", optional=True))
    cited = entry.choice("cited", CITED) if "cited" in entry else "box"
    if "place" in entry:
        named = [place.id for place in places.values() if place.kind == "member"]
        place = places[entry.choice("place", named)]
        zh, en = entry.get("zh", place.zh), entry.get("en", place.en)
        return Member(
            "place", place.id, zh, en, place.point, place.precision, cited, (), parts,
            place.evidence, place.note_zh, place.note_en,
        )  # fmt: skip
    zh, en = entry.text("zh"), entry.text("en")
    if "park" in entry:
        zones = entry.texts("zones")
        return Member("park", entry.text("park"), zh, en, None, "polygon", cited, zones, parts)
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
    places : mapping of str to geo.places.Place, optional

    Raises
    ------
    AtlasError
        When a reference file is missing, or a road, zone or district is not in it.
    """
    builder = Builder(
        _frame(boundaries, BOUNDARIES_FILE, "id"),
        _frame(gazetteer, GAZETTEER_FILE, "name"),
        _frame(districts, DISTRICTS_FILE, "name_zh"),
        load_places() if places is None else places,
    )
    return [builder.element(element) for element in scheme.elements]


def _frame(frame: gpd.GeoDataFrame | None, path: Path, key: str) -> dict[str, BaseGeometry]:
    """Return geometries in metres by key, from a frame or its default file."""
    if frame is None:
        if not path.exists():
            raise AtlasError(
                en=f"no such file: {shown(path)}; make it with: python -m geo build"
                " (reference files: python -m geo reference build)",
                zh=f"找不到文件：{shown(path)}；请运行 python -m geo build"
                "（参考数据：python -m geo reference build）",
            )
        frame = gpd.read_file(path)
    keys = frame.get(key, frame.index)
    return {
        str(name): crs.to_local(geometry)
        for name, geometry in zip(keys, frame.geometry, strict=True)
        if geometry is not None
    }
