"""The typed records of layout schemes: scheme, element, member, and the words they may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from geo.located import Located
from layers.i18n import t

ROLES = ("axis", "belt", "corridor", "core", "ring", "node", "zone")
LEVELS = ("city", "district")
# What an element's geometry rests on.
BASES = ("places", "place", "districts", "road", "park", "none")
CITED = ("box", "sentence")
# Fields of the file's entries.
SCHEME_FIELDS = (
    "id", "zh", "en", "subject_zh", "subject_en", "source", "locator", "level", "about", "groups",
    "elements",
)  # fmt: skip
ELEMENT_FIELDS = (
    "id", "group", "role", "zh", "en", "quote", "gist_en", "locator", "districts", "about",
    "industries", "members", "geometry", "basis", "how_zh", "how_en", "decision_zh", "decision_en",
)  # fmt: skip
MEMBER_FIELDS = (
    "place", "park", "zones", "zh", "en", "cited", "locator", "industries", "parts",
)  # fmt: skip
# Greatest width or radius in metres: Shanghai is 120 km across, a sketch of it never wider.
MOST_M = 100_000
# Constructions and the fields each of them needs; "rails?" is optional.
CONSTRUCTIONS = {
    "axis": ("through",),
    "route": ("roads", "rails?"),
    "belt": ("paths", "half_width_m"),
    "corridor": ("road", "half_width_m"),
    "disc": ("place", "radius_m"),
    "node": ("place",),
    "core": ("zones",),
    "ring": ("element", "gap_m", "width_m"),
    "cluster": ("places", "reach_m"),
    "none": (),
}


@dataclass(frozen=True)
class Group:
    """A term of a layout's slogan, such as 三带, that several elements come under."""

    id: str
    zh: str
    en: str

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Carried:
    """An industry that a plan gives an element or member: a tag of parks.yaml, the plan's words."""

    tag: str
    words: str


@dataclass(frozen=True)
class About:
    """Whose indicators belong to a scheme or an element; each may be empty, not both."""

    subject: str = ""
    industry: str = ""


@dataclass(frozen=True)
class Member:
    """What a plan names as part of an element: a place, a park of the map, or a group of those.

    Attributes
    ----------
    kind : str
        "place" or "district" (a row of places.csv), "park" (digitised zones) or "group" (only holds
        parts).
    id : str
        Place or park id; empty for a group.
    zh, en : str
        The name as the plan prints it.
    point : tuple of float or None
        Longitude and latitude (WGS 84); None when named but not located, and for groups.
    precision, evidence : str
        As in `geo.osm.places`; precision is "polygon" for a park, both are empty for a group.
    cited : str
        "box" when the plan's list names it, "sentence" when only the sentence before does.
    zones : tuple of str
        Zone ids of a park.
    parts : tuple of Member
    note_zh, note_en : str
        How the place was found, or why it was not; may be empty.
    districts : tuple of str
        Chinese names of the districts it belongs to; it lies in one of them.
    industries : tuple of Carried
        What the plan says it is for, by industry.
    locator : str
        Where the plan says so; empty when that is where its element stands.
    """

    kind: str
    id: str
    zh: str
    en: str
    point: tuple[float, float] | None
    precision: str
    cited: str
    zones: tuple[str, ...]
    parts: tuple[Member, ...]
    evidence: str = ""
    note_zh: str = ""
    note_en: str = ""
    districts: tuple[str, ...] = ()
    industries: tuple[Carried, ...] = ()
    locator: str = ""

    @property
    def located(self) -> bool:
        """Whether it has a place on the map; a group, whether one of its parts has."""
        if self.kind == "group":
            return any(part.located for part in self.parts)
        return self.kind == "park" or self.point is not None

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def where(self, lang: str) -> str:
        """Return one line on how well the member is located and on what ground; "" for a group."""
        if self.kind == "group":
            return ""
        if self.kind == "park":
            return t("scheme.where.polygon", lang)
        note = self.note_zh if lang == "zh" else self.note_en
        if self.point is None:
            line = t("scheme.where.unknown", lang)
        else:
            line = t(
                "scheme.where.located",
                lang,
                precision=t(f"scheme.precision.{self.precision}", lang),
                evidence=t(f"scheme.evidence.{self.evidence}", lang),
            )
        return t("scheme.where.note", lang, line=line, note=note) if note else line

    def walk(self) -> Iterator[Member]:
        """Yield the member and everything below it, in the plan's order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Element:
    """One element of a scheme; `build_scheme` fills ``geometry`` and the members' points.

    Attributes
    ----------
    id, role, zh, en : str
        ``role`` is one of `ROLES`.
    quote, gist_en : str
        What the element is for: a few words of the plan, and their sense in English.
    members : tuple of Member
        In the plan's order.
    basis, how_zh, how_en : str
        What the geometry rests on (`BASES`) and one sentence on how it was made.
    decision_zh, decision_en : str
        What the text leaves open and what was decided; empty when nothing was.
    source_id, locator : str
    districts : tuple of str
        Chinese names of the districts it lies in. Belts, corridors, routes, rings and clusters are
        cut to their land; axes, discs, nodes and parks are as they are.
    group : Group or None
        The slogan's term it comes under.
    industries : tuple of Carried
    about : About or None
    geometry : shapely geometry or None
        WGS 84; None when nothing honest can be drawn.
    spec : geo.located.Located
        The construction and its parameters, as in the file.
    """

    id: str
    role: str
    zh: str
    en: str
    quote: str
    gist_en: str
    members: tuple[Member, ...]
    basis: str
    how_zh: str
    how_en: str
    decision_zh: str
    decision_en: str
    source_id: str
    locator: str
    spec: Located
    districts: tuple[str, ...]
    group: Group | None = None
    industries: tuple[Carried, ...] = ()
    about: About | None = None
    geometry: BaseGeometry | None = None

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def gist(self, lang: str) -> str:
        """Return in a few words what the element is for."""
        return self.quote if lang == "zh" else self.gist_en

    def how(self, lang: str) -> str:
        """Return the sentence on how the geometry was made."""
        return self.how_zh if lang == "zh" else self.how_en

    def decision(self, lang: str) -> str:
        """Return what was decided where the text is open; it may be empty."""
        return self.decision_zh if lang == "zh" else self.decision_en

    def all_members(self) -> list[Member]:
        """Return members and their parts at every depth, without groups, in the plan's order."""
        return [member for member in self.walk() if member.kind != "group"]

    def tags(self) -> list[str]:
        """Return the industry tags of the element and all its members, in order, each once."""
        own = [*self.industries, *(c for member in self.walk() for c in member.industries)]
        return list(dict.fromkeys(carried.tag for carried in own))

    def walk(self) -> Iterator[Member]:
        """Yield members and their parts at every depth, groups as well, in the plan's order."""
        for member in self.members:
            yield from member.walk()

    def not_located(self) -> list[Member]:
        """Return what the plan names and nothing lets us place."""
        return [member for member in self.all_members() if not member.located]


@dataclass(frozen=True)
class Scheme:
    """One layout of one plan; ``level`` is "city" or "district".

    ``groups`` are the terms of its slogan, in the slogan's order; ``about`` whose indicators belong
    to the layout as a whole.
    """

    id: str
    zh: str
    en: str
    subject_zh: str
    subject_en: str
    source_id: str
    locator: str
    level: str
    elements: tuple[Element, ...]
    groups: tuple[Group, ...] = ()
    about: About | None = None

    def members(self) -> list[Member]:
        """Return the members of all elements, groups left out, each place and park once."""
        every = (member for element in self.elements for member in element.all_members())
        return list({(member.kind, member.id): member for member in every}.values())

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def subject(self, lang: str) -> str:
        """Return what the layout is of, in ``lang``."""
        return self.subject_zh if lang == "zh" else self.subject_en

    def title(self, lang: str) -> str:
        """Return subject and name in one line, in ``lang``."""
        return t("scheme.title", lang, subject=self.subject(lang), name=self.name(lang))
