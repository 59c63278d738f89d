"""A park's card: every figure with its source, every zone with how well it is bounded."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from geo.plans import Blank, Fact, Figure, Park, Plans, Source, cite, format_number
from geo.plans.derive import Derived
from geo.plans.inputs import limit_of
from geo.plans.records import TOPICS
from layers.i18n import listed, t, with_unit
from layers.units import printed_amount, target, unit_name, written_in

_CELL = " / "  # between the steps of a locator
_SIGNED = ("output_change_pct", "target_gap_100m_yuan")  # derived values with a direction


def card(
    park: Park,
    row: dict,
    plans: Plans,
    lang: str,
    derived: Iterable[Derived] | None = None,
    unit: str = "mu",
) -> dict:
    """Return one park's card, all texts in ``lang``.

    Parameters
    ----------
    park : geo.plans.Park
    row : dict
        The park's row of `geo.plans.parks_table`.
    plans : geo.plans.Plans
    lang : str
        "zh" or "en".
    derived : iterable of Derived, optional
        The park's derived values, in the order of `geo.plans.derive.derive`. With them the card is
        the full one, which has ``derived`` and ``statements``; without, the map's own.
    unit : str
        What land is shown in: one of `layers.units.UNITS`. In another unit than the printed one a
        figure's notes begin with the amount as printed; derived values keep the units of their
        formulas.

    Returns
    -------
    dict
        ``id, name, kind, facts [[label, text]], groups, documents, zones``; see `_group` and
        `_zone`. Groups name documents by their short names, ``documents`` in full. The full card
        has ``derived`` and ``statements`` as well, see `_derived` and `_statements`.
    """
    zone_names = {zone["id"]: zone[f"name_{lang}"] for zone in row["zones"]}
    facts = []
    if park.position.name(lang):
        facts.append([t("map.card.position", lang), park.position.name(lang)])
    if park.industries:
        words = listed((tag.name(lang) for tag in park.industries), lang)
        facts.append([t("map.card.industries", lang), words])
    figures = plans.park_figures(park.id)
    groups = [
        _group(metric, list(own), park, plans, zone_names, lang, unit)
        for metric, own in groupby(figures, key=lambda figure: figure.metric)
    ]
    groups += [_blank(blank, plans, lang, unit) for blank in park.blanks]
    order = list(plans.metrics)
    cited = [*figures, *(other for figure in figures for other in plans.elsewhere(figure))]
    more = {}
    if derived is not None:
        own = [fact for fact in plans.facts if fact.subject_id == park.id]
        cited += own
        more["derived"] = _derived(derived, park, plans, zone_names, lang)
        more["statements"] = _statements(own, park, plans, lang)
    return {
        "id": park.id,
        "name": park.name(lang),
        "kind": t(f"map.parkkind.{park.kind}", lang),
        "facts": facts,
        "groups": sorted(groups, key=lambda group: order.index(group["metric"])),
        "documents": list(dict.fromkeys(_document(item.source, lang) for item in cited)),
        "zones": [_zone(zone, plans, lang) for zone in row["zones"]],
        **more,
    }


def _group(
    metric: str,
    figures: list[Figure],
    park: Park,
    plans: Plans,
    zone_names: dict[str, str],
    lang: str,
    unit: str,
) -> dict:
    """Return a metric's figures: ``metric, title, unit, rows, sources`` (each named once)."""
    record = plans.metrics[metric]
    return {
        "metric": metric,
        "title": record.name(lang),
        "unit": unit_name(record.unit_name(lang), record.unit, unit, lang),
        "rows": [_row(figure, park, plans, zone_names, lang, unit) for figure in figures],
        "sources": places_of(figures, lang),
    }


def _blank(blank: Blank, plans: Plans, lang: str, unit: str) -> dict:
    """Return a cell without a number as a group of its own, of the form of `_group`."""
    record, source = plans.metrics[blank.metric], plans.sources[blank.source_id]
    key = "map.card.blank.words" if blank.printed else "map.card.blank.empty"
    row = {
        "period": source.period.replace("-", "–"),
        "value": t("map.card.blank", lang),
        "kind": "",
        "notes": [t(key, lang, text=blank.printed)],
    }
    return {
        "metric": record.id,
        "title": record.name(lang),
        "unit": unit_name(record.unit_name(lang), record.unit, unit, lang),
        "rows": [row],
        "sources": [f"{source.short(lang)} · {blank.locator}"],
    }


def _statements(facts: list[Fact], park: Park, plans: Plans, lang: str) -> list[dict]:
    """Return what the plans say of a park in words, by topic: ``topic, items``.

    Items are ``text, sources``; the same words at several places are one of them. Words that stand
    for a number come with its metric and period.
    """
    told = []
    for topic in TOPICS:
        items: dict[str, list[str]] = {}
        for fact in facts:
            # The park's position has its place on every card.
            if fact.topic == topic and fact.zh != park.position.zh:
                place = f"{fact.source.short(lang)} · {fact.locator}"
                text = fact.name(lang)
                if fact.metric:
                    name, period = plans.metrics[fact.metric].name(lang), fact.period
                    name = f"{name} {period.replace('-', '–')}"
                    text = t("map.card.worded", lang, name=name, words=text)
                items.setdefault(text, []).append(place)
        if items:
            own = [{"text": text, "sources": places} for text, places in items.items()]
            told.append({"topic": t(f"map.card.topic.{topic}", lang), "items": own})
    return told


def _derived(
    derived: Iterable[Derived], park: Park, plans: Plans, zone_names: dict[str, str], lang: str
) -> list[dict]:
    """Return derived values by definition: ``metric, title, unit, words, rows``.

    Rows are ``period, value, formula, differs, notes``; the notes are the zones a value is limited
    to, the caveats, and the inputs with their places.
    """
    return [
        {
            "metric": metric,
            "title": own[0].definition.name(lang),
            "unit": own[0].definition.unit_name(lang),
            "words": own[0].definition.words.text(lang),
            "rows": [_derived_row(one, park, plans, zone_names, lang) for one in own],
        }
        for metric, own in (
            (metric, list(run)) for metric, run in groupby(derived, key=lambda one: one.metric)
        )
    ]


def _derived_row(
    one: Derived, park: Park, plans: Plans, zone_names: dict[str, str], lang: str
) -> dict:
    """Return one derived value, see `_derived`."""
    notes = [_scope(one.zones, park, zone_names, lang)] if one.zones else []
    notes += [caveat.text(lang) for caveat in one.caveats]
    for figure in one.inputs:
        record = plans.metrics[figure.metric]
        unit = record.unit_name(lang)
        amount = with_unit(format_number(figure.value), unit, lang)
        words = {
            "name": record.short(lang),
            "period": figure.period.replace("-", "–"),
            "amount": amount,
            "place": f"{figure.source.short(lang)} · {figure.locator}",
        }
        notes.append(t("map.card.derived.input", lang, **words))
    if one.ground:
        notes.append(one.ground.where.text(lang))
    value = format_number(one.value)
    if one.metric in _SIGNED and one.value:
        value = f"{one.value:+,f}".replace("-", "−")
    return {
        "period": one.period.replace("-", "–"),
        "value": t("map.card.about", lang, value=value) if one.approximate else value,
        "formula": one.formula.text(lang),
        "differs": one.scope_differs,
        "notes": notes,
    }


def _scope(zones: tuple[str, ...], park: Park, zone_names: dict[str, str], lang: str) -> str:
    """Return which zones of its park a number is limited to, and which it leaves out."""
    names = listed((zone_names.get(zone, zone) for zone in zones), lang)
    others = listed((zone_names.get(z, z) for z in park.zones if z not in zones), lang)
    return t("map.card.scope", lang, zones=names, others=others)


def _elsewhere(figure: Figure, plans: Plans, lang: str, unit: str) -> list[str]:
    """Return the other places of the same quantity, with both values where they differ."""
    notes = []
    for other in plans.elsewhere(figure):
        place = f"{other.source.short(lang)} · {other.locator}"
        if other.value == figure.value:
            notes.append(t("map.card.elsewhere", lang, place=place))
        else:
            # As the documents have them, whatever the figure itself is shown in.
            values = {"other": format_number(other.value), "own": format_number(figure.value)}
            if target(figure.unit, unit) != figure.unit:
                name = plans.metrics[figure.metric].unit_name(lang)
                values = {key: with_unit(number, name, lang) for key, number in values.items()}
            notes.append(t("map.card.elsewhere.differs", lang, place=place, **values))
    return notes


def _row(
    figure: Figure, park: Park, plans: Plans, zone_names: dict[str, str], lang: str, unit: str
) -> dict:
    """Return one figure: ``period, value, kind, notes``.

    The notes are the amount in the document's unit where it is shown in another, its scope, its
    sub-block, the words as printed, and where else it is printed.
    """
    notes = []
    own = plans.metrics[figure.metric].unit_name(lang)
    if printed := printed_amount(figure, own, unit, lang):
        notes.append(t("official.printed", lang, amount=printed))
    if figure.part:
        part = park.part(figure.part)
        notes.append(t("map.card.part", lang, part=part.name(lang) if part else figure.part))
    limited = limit_of(park, figure)
    ground = park.part(limited.part) if limited else None
    if ground:
        notes.append(t("map.card.part", lang, part=ground.name(lang)))
    if figure.zones:
        notes.append(_scope(figure.zones, park, zone_names, lang))
    if not is_plain(figure):
        notes.append(t("map.card.printed", lang, text=figure.printed))
    if figure.remark(lang):
        notes.append(figure.remark(lang))
    notes += _elsewhere(figure, plans, lang, unit)
    return {
        "period": figure.period.replace("-", "–"),
        "value": written_in(figure, unit, lang),
        "kind": t(f"map.kind.{figure.kind}", lang),
        "notes": notes,
    }


def is_plain(figure: Figure) -> bool:
    """Say whether the printed words are the bare numeral, so that quoting them adds nothing."""
    return figure.printed.strip() in {
        str(figure.value_printed),
        format_number(figure.value_printed),
    }


def places_of(figures: list[Figure], lang: str) -> list[str]:
    """Return the citations of figures, those of one table row folded into their common place."""
    places: dict[str, list[list[str]]] = {}
    for figure in figures:
        steps = figure.locator.split(_CELL)
        places.setdefault(figure.source_id, []).append(steps)
    documents = {figure.source_id: figure.source for figure in figures}
    return [
        f"{documents[source_id].short(lang)} · {place}"
        for source_id, locators in places.items()
        for place in _folded(locators)
    ]


def _document(source: Source, lang: str) -> str:
    """Return a document's short name and what it stands for."""
    joint = "：" if lang == "zh" else ": "
    return f"{source.short(lang)}{joint}{cite(source, lang)}"


def _folded(locators: list[list[str]]) -> list[str]:
    """Return locators with those that differ only in the last step written as one."""
    folded: dict[tuple[str, ...], list[str]] = {}
    for steps in locators:
        ends = folded.setdefault(tuple(steps[:-1]), [])
        if steps[-1] not in ends:
            ends.append(steps[-1])
    lines = []
    for head, ends in folded.items():
        last = "、".join(ends) if len(ends) <= 2 else f"{ends[0]}～{ends[-1]}"
        lines.append(_CELL.join([*head, last]))
    return lines


def _zone(zone: dict, plans: Plans, lang: str) -> dict:
    """Return one zone: ``name, level, lines, decisions, clause`` of its digitised boundary."""
    if not zone["digitised"]:
        return {
            "name": zone[f"name_{lang}"],
            "level": "",
            "lines": [t("map.card.undigitised", lang)],
            "decisions": [],
            "clause": "",
        }
    lines = []
    # A corridor's width is ours, not the plan's: its area would say nothing.
    if zone["area_km2"] is not None and zone["basis"] != "corridor":
        lines.append(t("map.card.area", lang, area=_fixed(zone["area_km2"], 2)))
    lines.append(_published(zone, lang))
    if zone["source_id"] in plans.sources:
        place = [plans.sources[zone["source_id"]].short(lang), zone["locator"]]
        lines.append(t("map.card.bounds_source", lang, source=" · ".join(filter(None, place))))
    if zone["published_area_note"]:
        lines.append(plain_text(zone["published_area_note"], lang))
    if zone["basis"] == "corridor":
        lines.append(t("map.card.corridor", lang))
    elif zone["named_ring_share"] is not None:
        share = _fixed(100 * zone["named_ring_share"], 0)
        lines.append(t("map.card.share", lang, share=share))
    lines += _shortcomings(zone, lang)
    level = zone["confidence"]
    words = t(f"map.confidence.{level}", lang) if level in ("high", "medium", "low") else level
    clause = zone["clause"] or ""
    return {
        "name": zone[f"name_{lang}"],
        "level": t("map.card.confidence", lang, level=words) if words else "",
        "lines": lines,
        "decisions": [plain_text(item, lang) for item in zone["decisions"] or []],
        "clause": t("map.card.clause", lang, text=clause) if clause else "",
    }


def _shortcomings(zone: dict, lang: str) -> list[str]:
    """Return what lowers the confidence: gaps in the ring, names not found, names not met."""
    lines = []
    closure = zone["closure"] or {}
    if closure.get("gaps"):
        numbers = {key: _fixed(closure[key], 0) for key in ("gaps", "sum_m", "largest_m")}
        # One gap is its own sum and largest.
        key = "map.card.gap" if closure["gaps"] == 1 else "map.card.gaps"
        lines.append(t(key, lang, **numbers))
    for key, field in (("map.card.unresolved", "unresolved"), ("map.card.unused", "unused")):
        names = [plain_text(item, lang) for item in zone[field] or []]
        if names:
            lines.append(t(key, lang, items=("；" if lang == "zh" else "; ").join(names)))
    return lines


def _published(zone: dict, lang: str) -> str:
    """Return the published area beside the digitised one, or that none is published."""
    shared = zone["published_area_shared"]
    if shared and zone["published_area_km2"] is None:
        return t(
            "map.card.published_shared",
            lang,
            count=len(shared["zones"]),
            area=_fixed(shared["published_area_km2"], 2),
            digitised=_fixed(shared["area_km2"], 2),
        )
    if zone["published_area_km2"] is None:
        return t("map.card.unpublished", lang)
    error = zone["area_error_pct"]
    return t(
        "map.card.published",
        lang,
        area=_fixed(zone["published_area_km2"], 2),
        error="–" if error is None else f"{error:+.1f}",
    )


def _fixed(value: float | Decimal, decimals: int) -> str:
    """Return a number with thousands separators and a fixed number of decimals."""
    return f"{value:,.{decimals}f}"


def plain_text(item: object, lang: str) -> str:
    """Return an entry of a boundary's list as text; entries may hold both languages."""
    if isinstance(item, dict):
        for key in (lang, f"text_{lang}", f"reason_{lang}", "name", "text", "reason"):
            if item.get(key):
                return str(item[key])
        return "; ".join(f"{key}: {value}" for key, value in item.items())
    return str(item)
