"""What an element's card says: its role, industries, members with figures, sources, how drawn."""

from __future__ import annotations

from collections.abc import Iterable

from geo.osm.districts import district_name
from geo.plans import Figure, Indicator, Metric, Number, Plans, cite, format_number
from geo.plans.inputs import limit_of
from layers.cards import is_plain, places_of
from layers.i18n import catalogue, listed, t, with_unit
from layers.schemes.records import About, Carried, Element, Member, Scheme

MOST_LINES = 8  # indicators on a card; the page of figures has them all


def element_card(element: Element, plans: Plans, lang: str) -> dict:
    """Return one element's card, JSON-able, all texts in ``lang``.

    Parameters
    ----------
    element : Element
        As of `layers.schemes.build_scheme`, so that parks among its members have their point.
    plans : geo.plans.Plans
    lang : str
        "zh" or "en".

    Returns
    -------
    dict
        ``id, name, head, gist, quote, industries, figures, figure_notes, figure_sources, members,
        how, decision, source``. Industries are ``[tag, name, the plan's words]``; figures are lines
        as of `_line`; ``quote`` is empty where the gist is the quotation. A member has ``name,
        where, located, park, districts, industries, figures, figure_notes, figure_sources, source,
        parts``.
    """
    source = plans.sources[element.source_id]
    return {
        "id": element.id,
        "name": element.name(lang),
        "head": head(element, lang),
        "gist": element.gist(lang),
        "quote": "" if lang == "zh" else element.quote,
        "industries": _industries(element.industries, plans, lang),
        **_figures(_indicators(element.about, element.source_id, plans), plans, lang),
        "members": [_member(m, element, plans, lang) for m in element.members],
        "how": element.how(lang),
        "decision": element.decision(lang),
        "source": t("scheme.place", lang, source=cite(source, lang), locator=element.locator),
    }


def head(element: Element, lang: str) -> str:
    """Return the slogan's term an element comes under, and what kind of element it is."""
    role = t(f"map.role.{element.role}", lang)
    if element.group is None:
        return role
    return t("scheme.head", lang, group=element.group.name(lang), role=role)


def scheme_figures(scheme: Scheme, plans: Plans, lang: str) -> dict:
    """Return the indicators of a whole layout: ``figures, figure_notes, figure_sources``."""
    return _figures(_indicators(scheme.about, scheme.source_id, plans), plans, lang)


def _industries(carried: Iterable[Carried], plans: Plans, lang: str) -> list[list[str]]:
    """Return industries as ``[tag, name, the plan's words]``."""
    return [[one.tag, plans.tags[one.tag].name(lang), one.words] for one in carried]


def _indicators(about: About | None, source_id: str, plans: Plans) -> list[Indicator]:
    """Return the document's own numbers of a subject, an industry or an industry in a subject.

    Each quantity once; without an industry only the numbers of the subject as a whole.
    """
    if about is None:
        return []
    own = (
        one
        for one in plans.indicators
        if one.source_id == source_id
        and about.subject in ("", one.subject_id)
        and one.industry == about.industry
    )
    found: dict[tuple[str, ...], Indicator] = {}
    for one in own:
        # A quantity that another document has as well is still this one's.
        found.setdefault(one.quantity, one)
    return list(found.values())


def _member(member: Member, element: Element, plans: Plans, lang: str) -> dict:
    """Return one member and its parts, see `element_card`."""
    park = member.id if member.kind == "park" else None
    figures = park_figures(park, element.source_id, plans) if park else []
    return {
        "name": member.name(lang),
        "where": member.where(lang),
        "located": member.located,
        "park": park,
        "industries": _industries(member.industries, plans, lang),
        **_figures(figures, plans, lang, member),
        "districts": _district_names(member, lang),
        "source": member.locator,
        "parts": [_member(part, element, plans, lang) for part in member.parts],
    }


def park_figures(park_id: str, source_id: str, plans: Plans) -> list[Figure]:
    """Return one figure a metric of the map: the document's own, or the latest of another.

    Parameters
    ----------
    park_id, source_id : str
        The park, and the document whose figures go first.
    plans : geo.plans.Plans
    """
    found: list[Figure] = []
    for metric in plans.mapped_metrics():
        every = [plans.figure(park_id, metric, period) for period in plans.periods(metric)]
        stated = [figure for figure in every if figure is not None]
        own = [figure for figure in stated if figure.source_id == source_id]
        found += (own or stated)[-1:]
    return found


def _scope(number: Number, member: Member, plans: Plans, lang: str) -> str:
    """Return what ground a park's figure is of, where that is not the member's own; else ""."""
    park = plans.parks[member.id]
    words = catalogue(lang)
    zones = getattr(number, "zones", ())
    if zones and set(zones) != set(member.zones):
        names = listed((words.get(f"map.zone.{zone}", zone) for zone in zones), lang)
        return t("scheme.figures.zones", lang, zones=names)
    if limit_of(park, number):
        return t("scheme.figures.limited", lang)
    if not zones and set(member.zones) != set(park.zones):
        return t("scheme.figures.block", lang)
    return ""


def _district_names(member: Member, lang: str) -> str:
    """Return the districts a member belongs to, in one line."""
    return listed((district_name(name, lang) for name in member.districts), lang)


def _figures(numbers: list[Number], plans: Plans, lang: str, member: Member | None = None) -> dict:
    """Return numbers as ``figures``, what is left out as ``figure_notes``, and their places.

    Those of a park (``member``) say what ground they are of where it is not the member's own.
    """
    shown, notes = numbers[:MOST_LINES], []
    if len(numbers) > len(shown):
        notes.append(t("scheme.figures.more", lang, count=len(numbers) - len(shown)))
    return {
        "figures": [_line(number, plans, lang, member) for number in shown],
        "figure_notes": notes,
        "figure_sources": places_of(shown, lang),
    }


def _line(number: Number, plans: Plans, lang: str, member: Member | None) -> dict:
    """Return one number: ``label, value`` (with unit), ``period, kind, printed``.

    ``printed`` are the plan's words where they say more than the numeral.
    """
    metric = plans.metrics[number.metric]
    label = metric.short(lang)
    industry = getattr(number, "industry", "")
    if industry:
        name = plans.industries[industry].name(lang)
        label = t("scheme.figures.of", lang, industry=name, metric=label)
    scope = _scope(number, member, plans, lang) if member else ""
    if scope:
        label = t("scheme.figures.scope", lang, metric=label, scope=scope)
    return {
        "label": label,
        "value": _amount(number, metric, lang),
        "period": number.period.replace("-", "–"),
        "kind": t(f"map.kind.{number.kind}", lang),
        "printed": "" if is_plain(number) else number.printed,
    }


def _amount(number: Number, metric: Metric, lang: str) -> str:
    """Return a number with its unit as it is read, bounded as its words bound it; a range whole."""
    value = format_number(number.value)
    upper = getattr(number, "value_to", None)
    if upper is not None:
        value = t("map.legend.range", lang, low=value, high=format_number(upper))
    elif number.approximate:
        value = t("map.card.about", lang, value=value)
    elif number.bound != "exact":
        value = t(f"scheme.figures.{number.bound}", lang, value=value)
    return with_unit(value, metric.unit_name(lang), lang)
