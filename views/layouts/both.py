"""Two layouts set against each other: every element, park and place that either names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geo.plans import Plans
from layers.i18n import t
from layers.schemes import Element, Member, Scheme
from layers.schemes.cards import head
from views.sheets import Value

_COLUMNS = ("name", "kind", "id", "left", "right", "change")
_ORDER = ("both", "left", "right")
_POINTS = ("disc", "node")  # constructions that put an element itself at a place


@dataclass(frozen=True)
class Mention:
    """Where a layout names a park or place: an element, and its member unless it is the element."""

    element: Element
    member: Member | None

    def name(self, lang: str) -> str:
        """Return the name as the plan prints it."""
        return (self.member or self.element).name(lang)

    def text(self, row_name: str, lang: str) -> str:
        """Return element and role in one line, with the plan's own name where that differs."""
        told = t("layout.in", lang, element=self.element.name(lang), role=head(self.element, lang))
        if self.name(lang) == row_name:
            return told
        return t("layout.in.named", lang, told=told, name=self.name(lang))


@dataclass
class Row:
    """A park, place, district or element that is none of these, of two layouts."""

    kind: str
    id: str
    left: list[Mention] = field(default_factory=list)
    right: list[Mention] = field(default_factory=list)

    @property
    def change(self) -> str:
        """Return "both", "left" or "right": which of the layouts name it."""
        if self.left and self.right:
            return "both"
        return "left" if self.left else "right"

    def name(self, plans: Plans, lang: str) -> str:
        """Return a park's own name, else the one that the first layout prints."""
        if self.kind == "park":
            return plans.parks[self.id].name(lang)
        return [*self.left, *self.right][0].name(lang)


def compare(left: Scheme, right: Scheme, plans: Plans) -> list[Row]:
    """Return what either layout names: elements first, then parks and places.

    Of each first what both name, then the left one's, the right one's, in the order of its plan.
    Parks are the same by their id, places by theirs; an element that is not itself one of those is
    known by its Chinese name.
    """
    places = named_places((left, right))
    rows: dict[tuple[str, str], Row] = {}
    for side, scheme in (("left", left), ("right", right)):
        for element in scheme.elements:
            for key, mention in _mentions(element, places, plans):
                getattr(rows.setdefault(key, Row(*key)), side).append(mention)
    return sorted(rows.values(), key=lambda row: (row.kind != "element", _ORDER.index(row.change)))


def named_places(schemes: Iterable[Scheme]) -> dict[str, str]:
    """Return what layouts name as members and is neither park nor group: kind by id."""
    return {
        member.id: member.kind
        for scheme in schemes
        for element in scheme.elements
        for member in element.all_members()
        if member.kind != "park"
    }


def _mentions(
    element: Element, places: Mapping[str, str], plans: Plans
) -> Iterable[tuple[tuple[str, str], Mention]]:
    """Return what an element names: its members, and what it is itself, else its own name."""
    found = {(m.kind, m.id): Mention(element, m) for m in element.all_members()}
    for key in itself(element, places, plans) or [("element", element.zh)]:
        found.setdefault(key, Mention(element, None))
    return found.items()


def itself(element: Element, places: Mapping[str, str], plans: Plans) -> list[tuple[str, str]]:
    """Return the parks or the place that an element is; nothing where it is more than those.

    Parameters
    ----------
    element : Element
    places : mapping of str to str
        Places that layouts name as members, as of `named_places`.
    plans : geo.plans.Plans

    Returns
    -------
    list of tuple
        Kind ("park", "place" or "district") and id: what the element's shape is made of, or its
        only member when that has its name.
    """
    construction = element.spec.get("construction")
    if construction == "core":
        parks = [plans.park_of_zone(zone) for zone in element.spec["zones"]]
        return list(dict.fromkeys(("park", park.id) for park in parks if park is not None))
    # A point of the map that no layout names as a member only helps to draw.
    if construction in _POINTS and element.spec["place"] in places:
        return [(places[element.spec["place"]], element.spec["place"])]
    named = element.all_members()
    if len(named) == 1 and named[0].zh == element.zh:
        return [(named[0].kind, named[0].id)]
    return []


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many rows are named in both layouts, in the left and in the right one only."""
    found = dict.fromkeys(_ORDER, 0)
    for row in rows:
        found[row.change] += 1
    return found


def table(
    rows: Iterable[Row], titles: tuple[str, str], plans: Plans, lang: str
) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows; ``titles`` are those of the two layouts."""
    named = dict(zip(("left", "right"), titles, strict=True))
    heads = [named.get(name) or t(f"layout.both.{name}", lang) for name in _COLUMNS]
    end = "；" if lang == "zh" else "; "
    told: list[list[Value]] = []
    for row in rows:
        name = row.name(plans, lang)
        sides = [end.join(one.text(name, lang) for one in own) for own in (row.left, row.right)]
        kind, change = t(f"layout.kind.{row.kind}", lang), t(f"layout.change.{row.change}", lang)
        told.append([name, kind, row.id if row.kind != "element" else "", *sides, change])
    return heads, told
