"""The industry lens as a map: one plan period's carriers of an industry, laid out as a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geo.errors import unknown
from geo.plans import Plans
from layers.i18n import t
from layers.schemes.industry import Carrier, carriers, plan_periods
from layers.schemes.records import Element, Group, Scheme


@dataclass(frozen=True)
class Lens:
    """What a map of an industry shows.

    Attributes
    ----------
    tag, period : str
    scheme : Scheme
        Its groups are the layouts that the elements are of; it has no document of its own.
    elements : list of Element
        Every element that carries the industry itself or by a member. It has its shape when the
        plan gives the industry to the element itself and no element before it has the same.
    same : dict of str to str
        Of elements without their shape for that reason: the element that has it, by id.
    sources : tuple of str
        Ids of the documents that name a carrier, in the order of the carriers.
    zones : frozenset of str
        Zones of the parks that carry it.
    """

    tag: str
    period: str
    scheme: Scheme
    elements: list[Element]
    same: dict[str, str]
    sources: tuple[str, ...]
    zones: frozenset[str]


def latest(tag: str, plans: Plans, schemes: Mapping[str, Scheme]) -> str:
    """Return the last plan period in which a plan gives anything the industry, else the last."""
    found = {one.period for one in carriers(tag, plans, schemes)}
    return max(found, default=plan_periods(plans)[-1])


def lens(
    tag: str,
    period: str,
    plans: Plans,
    schemes: Mapping[str, Scheme],
    built: Mapping[str, list[Element]],
) -> Lens:
    """Return one period's carriers of an industry as a layout.

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
    found = [one for one in carriers(tag, plans, schemes) if one.period == period]
    check_period(period, plans)
    elements, groups = [], []
    for scheme_id, parts in built.items():
        scheme = schemes[scheme_id]
        group = Group(scheme.id, scheme.zh, scheme.en)
        own = [_carrying(element, tag, group) for element in parts if tag in element.tags()]
        groups += [group] if own else []
        elements += own
    same = _alike(elements)
    elements = [replace(e, geometry=None) if e.id in same else e for e in elements]
    return Lens(
        tag, period, _scheme(tag, groups, plans), _told_apart(elements, plans), same,
        tuple(dict.fromkeys(one.source_id for one in found)), _zones(found),
    )  # fmt: skip


def check_period(period: str, plans: Plans) -> None:
    """Raise `AtlasError` for a period that no plan has."""
    known = plan_periods(plans)
    if period not in known:
        raise unknown("plan period", "规划期", period, known)


def _scheme(tag: str, groups: list[Group], plans: Plans) -> Scheme:
    """Return the layout that the elements of a lens come under."""
    name = plans.tags[tag]
    subject = {lang: t("scheme.industry.subject", lang) for lang in ("zh", "en")}
    return Scheme(
        f"industry-{tag}", name.zh, name.en, subject["zh"], subject["en"], "", "", "city", (),
        tuple(groups),
    )  # fmt: skip


def _zones(found: list[Carrier]) -> frozenset[str]:
    """Return the zones of the parks among carriers."""
    return frozenset(zone for one in found for zone in one.zones)


def _carrying(element: Element, tag: str, group: Group) -> Element:
    """Return an element as a lens has it; its id names the layout too."""
    own = any(one.tag == tag for one in element.industries)
    return replace(
        element,
        id=f"{group.id}.{element.id}",
        group=group,
        geometry=element.geometry if own else None,
    )


def _told_apart(elements: list[Element], plans: Plans) -> list[Element]:
    """Return elements with their plan in the name where two documents have one of that name."""
    documents: dict[str, set[str]] = {}
    for element in elements:
        documents.setdefault(element.zh, set()).add(element.source_id)
    return [
        replace(
            element,
            zh=t("scheme.industry.of", "zh", name=element.zh, plan=source.short_zh),
            en=t("scheme.industry.of", "en", name=element.en, plan=source.short_en),
        )
        if len(documents[element.zh]) > 1
        else element
        for element, source in ((e, plans.sources[e.source_id]) for e in elements)
    ]


def _alike(elements: list[Element]) -> dict[str, str]:
    """Return, for elements whose shape one before them has, the id of the first that has it."""
    first: dict[bytes, str] = {}
    same = {}
    for element in elements:
        if element.geometry is None:
            continue
        shape = element.geometry.normalize().wkb
        if shape in first:
            same[element.id] = first[shape]
        else:
            first[shape] = element.id
    return same
