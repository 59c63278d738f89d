"""The totals under the table, in words and as tiles."""

from __future__ import annotations

from html import escape

from geo.plans import Figure, format_number
from layers import units
from layers.amounts import bound_of, bounded
from layers.i18n import t, with_unit
from layers.units import in_unit, unit_name
from views.data import Atlas
from views.help.glossary import marked
from views.map import scope
from views.map.selection import Gap, Total, stated_difference


def amount(summed: Total, lang: str, unit: str = "mu") -> str:
    """Return a total with its unit, or that there is none; ``unit`` is what land is shown in.

    One that holds figures of about so much is itself about so much.
    """
    metric = summed.column.metric
    if summed.value is None:
        return "—"
    value = in_unit(summed.value, metric.unit, unit)
    name = unit_name(metric.unit_name(lang), metric.unit, unit, lang)
    return with_unit(bounded(value, bound_of(summed.figures), lang), name, lang)


def words(summed: Total, atlas: Atlas, lang: str) -> list[str]:
    """Return how many parks a total counts, which not and why, and how it compares."""
    metric, join = summed.column.metric, t("app.separator", lang)
    if not metric.additive:
        return [t("app.totals.not_additive", lang, metric=metric.short(lang))]
    shown = len(summed.counted) + len(summed.gaps)
    lines = [t("app.totals.counted", lang, counted=len(summed.counted), shown=shown)]
    if summed.gaps:
        parks = join.join(_gap(gap, atlas, lang) for gap in summed.gaps)
        lines.append(t("app.totals.missing", lang, count=len(summed.gaps), parks=parks))
    lines += mixed(summed, atlas, lang)
    difference = stated_difference(summed, atlas.plans)
    if difference is not None and metric.stated_total is not None:
        lines.append(
            t(
                "app.totals.stated",
                lang,
                printed=metric.stated_total.printed,
                stated=format_number(metric.stated_total.value),
                unit=metric.unit_name(lang),
                locator=metric.stated_total.locator,
                sum=format_number(summed.value),
                difference=format_number(abs(difference)),
            )
        )
        lines += filter(None, [metric.stated_total.remark(lang)])
    return lines


def mixed(summed: Total, atlas: Atlas, lang: str) -> list[str]:
    """Return what a total adds that is not all of one kind: zones only, about, other words."""
    if summed.value is None:
        return []

    def short(figure: Figure) -> str:
        return atlas.plans.parks[figure.park_id].short(lang)

    join = t("app.separator", lang)
    lines = [
        t("app.totals.scope", lang, park=short(figure), limit=scope.limit(figure, atlas, lang))
        for figure in summed.limited
    ]
    if summed.approximate:
        parks = join.join(short(figure) for figure in summed.approximate)
        lines.append(t("app.totals.about", lang, parks=parks))
    brackets = "{}（{}）" if lang == "zh" else "{} ({})"
    terms = [
        brackets.format(term.name(lang), join.join(short(figure) for figure in own))
        for term, own in summed.terms.items()
    ]
    if terms:
        lines.append(t("app.totals.terms", lang, terms=join.join(terms)))
    return lines


def rounding(summed: Total, lang: str, unit: str) -> list[str]:
    """Return what the cells of a converted column add up to, where that is not its total."""
    if summed.value is None:
        return []
    values = [figure.value for figure in summed.figures]
    return units.rounding(values, summed.column.metric.unit, unit, lang)


def reason(gap: Gap, atlas: Atlas, lang: str) -> str:
    """Return why a park has no figure."""
    instead = ""
    if gap.figure:
        unit = atlas.plans.metrics[gap.figure.metric].unit_name(lang)
        instead = with_unit(format_number(gap.figure.value), unit, lang)
    return t(f"app.totals.reason.{gap.reason}", lang, instead=instead)


def _gap(gap: Gap, atlas: Atlas, lang: str) -> str:
    """Return a park and why it is not counted."""
    brackets = "（{}）" if lang == "zh" else " ({})"
    return gap.park.short(lang) + brackets.format(reason(gap, atlas, lang))


def tiles(totals: list[Total], atlas: Atlas, lang: str, unit: str = "mu") -> str:
    """Return the totals as HTML tiles, land in ``unit``; every text is escaped."""
    parts = []
    for summed in totals:
        first, *rest = words(summed, atlas, lang)
        printed = amount(summed, lang)
        if amount(summed, lang, unit) != printed:
            rest[:0] = [
                t("official.printed", lang, amount=printed),
                *rounding(summed, lang, unit),
            ]
        more = "".join(f"<p>{marked(line, lang)}</p>" for line in rest)
        parts.append(
            f'<section class="tile"><h4>{marked(summed.column.metric.short(lang), lang)}</h4>'
            f"<strong>{escape(amount(summed, lang, unit))}</strong>"
            f"<p>{escape(first)}</p>{more}</section>"
        )
    return f'<div class="tiles">{"".join(parts)}</div>'
