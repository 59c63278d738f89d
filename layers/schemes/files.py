"""Reading data/plans/schemes.yaml: every entry is checked, every id it names is looked up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from geo import PLANS
from geo.errors import unknown
from geo.located import Located, read_located
from geo.osm.places import DISTRICT_NAMES, Place, load_places
from geo.plans import Plans
from layers.schemes.records import (
    BASES,
    CITED,
    CONSTRUCTIONS,
    ELEMENT_FIELDS,
    LEVELS,
    MEMBER_FIELDS,
    MOST_M,
    ROLES,
    SCHEME_FIELDS,
    About,
    Carried,
    Element,
    Group,
    Member,
    Scheme,
)

SCHEMES_FILE = PLANS / "schemes.yaml"
# Fields of a construction that may be left out are marked so in `CONSTRUCTIONS`.
_OPTIONAL = "?"


@dataclass(frozen=True)
class _Known:
    """What the entries of a file may name; ``groups`` and ``before`` are of the scheme being read.

    ``before`` are the ids of the elements already read: one may build on those.
    """

    places: Mapping[str, Place]
    plans: Plans
    source: str = ""
    groups: dict[str, Group] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)

    @property
    def members(self) -> list[str]:
        """Ids of the places that may be members."""
        return [place.id for place in self.places.values() if place.kind != "waypoint"]

    @property
    def zones(self) -> list[str]:
        """Ids of the zones of every park."""
        return [zone for park in self.plans.parks.values() for zone in park.zones]


def get_scheme(scheme_id: str, schemes: Mapping[str, Scheme] | None = None) -> Scheme:
    """Return one scheme; an unknown id lists the known ones (`AtlasError`)."""
    schemes = load_schemes() if schemes is None else schemes
    if scheme_id not in schemes:
        raise unknown("scheme", "布局方案", scheme_id, list(schemes))
    return schemes[scheme_id]


def load_schemes(
    path: str | os.PathLike[str] = SCHEMES_FILE,
    places: Mapping[str, Place] | None = None,
    plans: Plans | None = None,
) -> dict[str, Scheme]:
    """Return the schemes by id, in the file's order, without geometry.

    Every id an entry names is looked up here, so that a misspelt one is told with its line.

    Parameters
    ----------
    path : path-like
        YAML file, see its head.
    places : mapping of str to geo.osm.places.Place, optional
    plans : geo.plans.Plans, optional
        What the entries may name; both are the project's own by default.

    Raises
    ------
    AtlasError
        Naming file, line, field and reason of the first fault.
    """
    places = load_places() if places is None else places
    plans = Plans.load() if plans is None else plans
    schemes: dict[str, Scheme] = {}
    content = read_located(path)
    content.only(("schemes",))
    for entry in content.mappings("schemes"):
        scheme = _scheme(entry, places, plans)
        _put(schemes, scheme.id, scheme, entry)
    return schemes


def _put(found: dict, key: str, value: object, entry: Located) -> None:
    """Keep a record by its id, which no other may have."""
    if key in found:
        raise entry.fault("id", f"'{key}' is there twice", f"“{key}”重复")
    found[key] = value


def _scheme(entry: Located, places: Mapping[str, Place], plans: Plans) -> Scheme:
    """Return one entry of the file as a scheme."""
    entry.only(SCHEME_FIELDS)
    source = entry.choice("source", list(plans.sources))
    groups: dict[str, Group] = {}
    for item in entry.mappings("groups", optional=True):
        item.only(("id", "zh", "en"))
        group = Group(item.text("id"), item.text("zh"), item.text("en"))
        _put(groups, group.id, group, item)
    known = _Known(places, plans, source, groups)
    elements: dict[str, Element] = {}
    for item in entry.mappings("elements"):
        element = _element(item, known)
        _put(elements, element.id, element, item)
        known.before.append(element.id)
    return Scheme(
        entry.text("id"), entry.text("zh"), entry.text("en"),
        entry.text("subject_zh"), entry.text("subject_en"), source, entry.text("locator"),
        entry.choice("level", LEVELS), tuple(elements.values()), tuple(groups.values()),
        _about(entry, known),
    )  # fmt: skip


def _element(entry: Located, known: _Known) -> Element:
    """Return one element."""
    entry.only(ELEMENT_FIELDS)
    districts = entry.texts("districts")
    entry.among("districts", districts, DISTRICT_NAMES)
    if bool(entry.get("decision_zh")) != bool(entry.get("decision_en")):
        raise entry.fault("decision_zh", "needs both languages", "须有中英文")
    spec = _construction(entry, known)
    basis = entry.choice("basis", BASES)
    if (basis == "none") != (spec["construction"] == "none"):
        raise entry.fault(
            "basis", "'none' goes with the construction 'none'", "“none”须与作法“none”同用"
        )
    group = known.groups[entry.choice("group", list(known.groups))] if "group" in entry else None
    return Element(
        entry.text("id"), entry.choice("role", ROLES), entry.text("zh"), entry.text("en"),
        entry.text("quote"), entry.text("gist_en"),
        tuple(_member(item, known) for item in entry.mappings("members", optional=True)),
        basis, entry.text("how_zh"), entry.text("how_en"),
        entry.text("decision_zh", optional=True), entry.text("decision_en", optional=True),
        known.source, entry.text("locator"), spec, tuple(districts),
        group, _industries(entry, known), _about(entry, known),
    )  # fmt: skip


def _about(entry: Located, known: _Known) -> About | None:
    """Return whose figures belong to a scheme or an element, None where nothing is said."""
    if "about" not in entry:
        return None
    item, named = entry.mapping("about"), {}
    for name, allowed in (("subject", known.plans.subjects), ("industry", known.plans.industries)):
        named[name] = item.choice(name, list(allowed)) if name in item else ""
    item.only(tuple(named))
    if not any(named.values()):
        raise entry.fault("about", "names nothing", "未写明对象")
    return About(**named)


def _industries(entry: Located, known: _Known) -> tuple[Carried, ...]:
    """Return the industries a plan gives an element or a member, with its words."""
    found = []
    for item in entry.mappings("industries", optional=True):
        item.only(("tag", "words"))
        found.append(Carried(item.choice("tag", list(known.plans.tags)), item.text("words")))
    return tuple(found)


def _construction(entry: Located, known: _Known) -> Located:
    """Return the construction of an element, every parameter of it checked."""
    spec = entry.mapping("geometry")
    construction = spec.choice("construction", list(CONSTRUCTIONS))
    fields = CONSTRUCTIONS[construction]
    for name in fields:
        if not name.endswith(_OPTIONAL) or name.strip(_OPTIONAL) in spec:
            _check(spec, name.strip(_OPTIONAL), known)
    extra = sorted(set(spec) - {"construction", *(name.strip(_OPTIONAL) for name in fields)})
    if extra:
        raise spec.fault(
            extra[0], f"not a field of '{construction}'", f"不是“{construction}”的字段"
        )
    return spec


def _check(spec: Located, name: str, known: _Known) -> None:
    """Raise unless one parameter of a construction is of its kind and names what there is."""
    value = spec.get(name)
    if name.endswith("_m"):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        # Also false for NaN; infinity is above every limit.
        if not number or not 0 < value <= MOST_M:
            raise spec.fault(
                name,
                f"must be metres above 0, at most {MOST_M:,}",
                f"应为大于 0、不超过 {MOST_M:,} 的米数",
            )
    elif name == "place":
        spec.choice(name, list(known.places))
    elif name == "element":
        spec.choice(name, known.before)
    elif name == "road":
        spec.text(name)
    elif name in ("roads", "rails"):
        spec.texts(name)
    elif name == "paths":
        _check_paths(spec, known)
    else:
        allowed = {
            "through": [*known.places, *known.zones],
            "places": list(known.places),
            "zones": known.zones,
        }
        spec.among(name, spec.texts(name), allowed[name])


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
    said = {
        "industries": _industries(entry, known), "locator": entry.text("locator", optional=True),
    }  # fmt: skip
    if "place" in entry:
        place = known.places[entry.choice("place", known.members)]
        zh = entry.text("zh", optional=True) or place.zh
        en = entry.text("en", optional=True) or place.en
        kind = "district" if place.kind == "district" else "place"
        return Member(
            kind, place.id, zh, en, place.point, place.precision, cited, (), parts,
            place.evidence, place.note_zh, place.note_en, place.districts, **said,
        )  # fmt: skip
    zh, en = entry.text("zh"), entry.text("en")
    if "park" in entry:
        park = known.plans.parks[entry.choice("park", list(known.plans.parks))]
        zones = entry.texts("zones")
        entry.among("zones", zones, park.zones)
        return Member(
            "park", park.id, zh, en, None, "polygon", cited, zones, parts,
            districts=(park.district.zh,), **said,
        )  # fmt: skip
    if not parts:
        raise entry.fault(
            "place", "a member needs a place, a park or parts", "成员须有地点、园区或下级"
        )
    return Member("group", "", zh, en, None, "", cited, (), parts, **said)
