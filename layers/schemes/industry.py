"""The industry lens: who carries an industry, by the plans' own words, in each plan period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from geo.errors import unknown
from geo.plans import Indicator, Plans, Tag
from layers.schemes.records import Element, Member, Scheme


@dataclass(frozen=True)
class Carrier:
    """A park, an element of a layout or a member of one that a plan gives an industry.

    Attributes
    ----------
    kind : str
        "park" (the plan's words on a park of the map), "element" or "member".
    id, zh, en : str
        Of the park, element or member; ``id`` is empty for a member that is a group.
    scheme_id, element_id : str
        The layout and element; both empty for a park's own statement.
    source_id, period, words, locator : str
        The document, its plan period, its words and where they stand.
    located : bool
        Whether it is on the map.
    park : str
        The park it is, so that its card can be opened; empty for none.
    zones : tuple of str
        The park's zones that are meant.
    districts : tuple of str
        Chinese names of the districts it lies in.
    """

    kind: str
    id: str
    zh: str
    en: str
    scheme_id: str
    element_id: str
    source_id: str
    period: str
    words: str
    locator: str
    located: bool
    park: str
    zones: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


def tags_in_use(plans: Plans, schemes: Mapping[str, Scheme]) -> dict[str, Tag]:
    """Return the industries that a park, element or member carries, in the order of parks.yaml."""
    used = {label.id for park in plans.parks.values() for label in park.industries}
    used |= {tag for s in schemes.values() for element in s.elements for tag in element.tags()}
    return {tag: plans.tags[tag] for tag in plans.tags if tag in used}


def plan_periods(plans: Plans) -> list[str]:
    """Return the periods of the plans, oldest first."""
    return sorted({source.period for source in plans.sources.values()})


def carriers(tag: str, plans: Plans, schemes: Mapping[str, Scheme]) -> list[Carrier]:
    """Return everything that a plan gives an industry: parks first, then layout by layout.

    Parameters
    ----------
    tag : str
        Id of an industry of parks.yaml; an unknown one raises `AtlasError` listing those there are.
    plans : geo.plans.Plans
    schemes : mapping of str to Scheme
        Without geometry, as of `load_schemes`: an element counts as located when it has a
        construction.
    """
    if tag not in plans.tags:
        raise unknown("industry", "产业", tag, list(plans.tags))
    found = list(_parks(tag, plans))
    for scheme in schemes.values():
        for element in scheme.elements:
            found += _of_element(tag, element, scheme, plans)
    return found


def _parks(tag: str, plans: Plans) -> Iterator[Carrier]:
    """Yield every statement on a park of the map."""
    for park in plans.parks.values():
        for label in park.industries:
            for said in label.evidence if label.id == tag else ():
                yield Carrier(
                    "park", park.id, park.zh, park.en, "", "", said.source_id,
                    plans.sources[said.source_id].period, said.words, said.locator, True, park.id,
                    said.zones or park.zones, (park.district.zh,),
                )  # fmt: skip


def _of_element(tag: str, element: Element, scheme: Scheme, plans: Plans) -> Iterator[Carrier]:
    """Yield an element's own statement and those of its members."""
    period = plans.sources[element.source_id].period
    where = (scheme.id, element.id, element.source_id, period)
    itself = _park_of(element)
    park, zones = (itself.id, itself.zones) if itself else ("", ())
    for one in element.industries:
        if one.tag == tag:
            yield Carrier(
                "element", element.id, element.zh, element.en, *where, one.words, element.locator,
                element.basis != "none", park, zones, element.districts,
            )  # fmt: skip
    for member in element.walk():
        for one in member.industries:
            if one.tag == tag:
                yield Carrier(
                    "member", member.id, member.zh, member.en, *where, one.words,
                    member.locator or element.locator, member.located,
                    member.id if member.kind == "park" else "", member.zones,
                    member.districts or element.districts,
                )  # fmt: skip


def _park_of(element: Element) -> Member | None:
    """Return the park an element is: its one member, drawn by the same polygons."""
    if len(element.members) != 1:
        return None
    (member,) = element.members
    same = member.kind == "park" and set(member.zones) == set(element.spec.get("zones", ()))
    return member if same else None


def indicators(tag: str, plans: Plans) -> list[Indicator]:
    """Return the plans' own numbers of the industries that a tag stands for, wherever printed."""
    stands_for = plans.tags[tag].industries
    return [one for one in plans.indicators if one.industry in stands_for]
