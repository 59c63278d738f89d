"""The industry lens: who carries an industry, by the plans' own words, in each plan period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from geo.errors import unknown
from geo.plans import Indicator, Plans, Tag
from layers.i18n import t
from layers.schemes.records import Element, Group, Scheme


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
                )  # fmt: skip


def _of_element(tag: str, element: Element, scheme: Scheme, plans: Plans) -> Iterator[Carrier]:
    """Yield an element's own statement and those of its members."""
    period = plans.sources[element.source_id].period
    where = (scheme.id, element.id, element.source_id, period)
    drawn, park = element.basis != "none", _park_of(element)
    for one in element.industries:
        if one.tag == tag:
            names = (element.id, element.zh, element.en)
            yield Carrier("element", *names, *where, one.words, element.locator, drawn, park)
    for member in element.walk():
        for one in member.industries:
            if one.tag == tag:
                yield Carrier(
                    "member", member.id, member.zh, member.en, *where, one.words,
                    member.locator or element.locator, member.located,
                    member.id if member.kind == "park" else "",
                )  # fmt: skip


def _park_of(element: Element) -> str:
    """Return the park an element is: its one member, drawn by the same polygons; "" for none."""
    if len(element.members) != 1:
        return ""
    (member,) = element.members
    same = member.kind == "park" and set(member.zones) == set(element.spec.get("zones", ()))
    return member.id if same else ""


def indicators(tag: str, plans: Plans) -> list[Indicator]:
    """Return the plans' own numbers of the industries that a tag stands for, wherever printed."""
    stands_for = plans.tags[tag].industries
    return [one for one in plans.indicators if one.industry in stands_for]


def check_period(period: str, plans: Plans) -> None:
    """Raise `AtlasError` for a period that no plan has."""
    known = plan_periods(plans)
    if period not in known:
        raise unknown("plan period", "规划期", period, known)


def lens(
    tag: str,
    period: str,
    plans: Plans,
    schemes: Mapping[str, Scheme],
    built: Mapping[str, list[Element]],
) -> tuple[Scheme, list[Element]]:
    """Return one period's carriers as a layout: its groups are the layouts they come from.

    An element keeps its shape when the plan gives it the industry itself; else only its members
    that carry it are left, as dots. What two layouts draw alike is drawn once.

    Parameters
    ----------
    tag, period : str
    plans : geo.plans.Plans
    schemes : mapping of str to Scheme
    built : mapping of str to list of Element
        Elements with geometry by scheme, as of `build_scheme`, of the schemes of that period.

    Raises
    ------
    AtlasError
        For an unknown industry or period.
    """
    if tag not in plans.tags:
        raise unknown("industry", "产业", tag, list(plans.tags))
    check_period(period, plans)
    elements: list[Element] = []
    groups = []
    for scheme_id, parts in built.items():
        scheme = schemes[scheme_id]
        group = Group(scheme.id, scheme.zh, scheme.en)
        own = [_carrying(element, tag, group) for element in parts]
        own = [element for element in own if element is not None]
        groups += [group] if own else []
        elements += own
    name = plans.tags[tag]
    titles = {lang: t("scheme.industry.subject", lang) for lang in ("zh", "en")}
    first = next((e.source_id for e in elements), _any_source(period, plans))
    return Scheme(
        f"industry-{tag}", name.zh, name.en, titles["zh"], titles["en"], first, "", "city",
        tuple(elements), tuple(groups),
    ), _once(elements)  # fmt: skip


def _any_source(period: str, plans: Plans) -> str:
    """Return a document of a period, for a lens that shows none of its layouts."""
    return next(s.id for s in plans.sources.values() if s.period == period)


def _carrying(element: Element, tag: str, group: Group) -> Element | None:
    """Return what of an element carries an industry, None for nothing; ids name the layout too."""
    own = any(one.tag == tag for one in element.industries)
    members = tuple(
        replace(member, parts=())
        for member in element.walk()
        if any(one.tag == tag for one in member.industries)
    )
    if not own and not members:
        return None
    return replace(
        element,
        id=f"{group.id}.{element.id}",
        group=group,
        members=members,
        geometry=element.geometry if own else None,
    )


def _once(elements: list[Element]) -> list[Element]:
    """Return elements with each shape kept only where it comes first."""
    seen: list = []
    kept = []
    for element in elements:
        shape = element.geometry
        if shape is not None and any(shape.equals(other) for other in seen):
            element = replace(element, geometry=None)
        elif shape is not None:
            seen.append(shape)
        kept.append(element)
    return kept
