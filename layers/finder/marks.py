"""How the site finder's answers are told: a sign, a bar and a word for every status, as SVG.

No two statuses differ by colour alone: what is met is a full bar and a tick, what is met in part a
part of it and a half disc, what is not met an empty bar and a cross, what is not known a striped
one and a question mark. No inline style: pages under a Content-Security-Policy hold them too.
"""

from __future__ import annotations

from html import escape

from geo.finder import Citation, Judgement, Need, Result
from geo.plans import Plans, format_number
from layers.i18n import t, with_unit

_WIDE, _HIGH = 60, 8
_STRIPE = 3  # width of a stripe and of the gap after it
_SIGNS = {
    "met": '<path class="m-fill" d="M1 1h14v14h-14z"/><path class="m-cut" d="M4 8.2l2.8 3L12 5"/>',
    "partly": '<circle class="m-edge" cx="8" cy="8" r="6.4"/>'
    '<path class="m-fill" d="M8 1.6a6.4 6.4 0 0 0 0 12.8z"/>',
    "not-met": '<path class="m-edge" d="M3 3l10 10M13 3L3 13"/>',
    "unknown": '<rect class="m-dots" x="1.2" y="1.2" width="13.6" height="13.6" rx="2"/>'
    '<path class="m-edge" d="M5.6 6.1c0-3.4 4.9-3.2 4.9-.3 0 1.9-2.4 1.9-2.4 3.7M8.1 11.6v1"/>',
}


def sign(status: str, lang: str) -> str:
    """Return the sign of a status, told to those who do not see it."""
    word = escape(t(f"finder.status.{status}", lang))
    return (
        f'<svg class="m-sign m-{status}" viewBox="0 0 16 16" role="img" aria-label="{word}">'
        f"{_SIGNS[status]}</svg>"
    )


def status_of(judgement: Judgement) -> str:
    """Return the status to tell: a hard limit that is met in part only is not met."""
    if judgement.need.must and judgement.status == "partly":
        return "not-met"
    return judgement.status


def shares(judgement: Judgement) -> tuple[float, float]:
    """Return how far a need is met for sure and at best, 0 to 1; a hard limit all or nothing."""
    if judgement.out_of:
        low, high = judgement.points_low, judgement.points_high
        return float(low / judgement.out_of), float(high / judgement.out_of)
    low = 1.0 if judgement.status == "met" else 0.0
    return low, 1.0 if judgement.status == "unknown" else low


def score_shares(result: Result) -> tuple[float, float] | None:
    """Return a park's score for sure and at best, 0 to 1; None where nothing is scored."""
    if result.score_low is None or result.score_high is None:
        return None
    return float(result.score_low / 100), float(result.score_high / 100)


def scored(result: Result) -> str:
    """Return a park's score as a bar of 0 to 100, striped between what is sure and what may be."""
    span = score_shares(result)
    return _bar(*span, "score") if span else ""


def _bar(low: float, high: float, look: str) -> str:
    """Return a bar filled up to ``low`` and striped up to ``high``, shares of one."""
    start, end = round(low * _WIDE, 1), round(high * _WIDE, 1)
    parts = [f'<rect class="m-frame" x=".5" y=".5" width="{_WIDE - 1}" height="{_HIGH - 1}"/>']
    if start > 0:
        parts.append(f'<rect class="m-fill" width="{start:g}" height="{_HIGH}"/>')
    at = start + _STRIPE / 2
    while at < end:
        wide = min(_STRIPE, end - at)
        parts.append(f'<rect class="m-stripe" x="{at:g}" width="{wide:g}" height="{_HIGH}"/>')
        at = round(at + 2 * _STRIPE, 1)
    return (
        f'<svg class="m-bar m-{look}" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def score_words(result: Result, lang: str) -> str:
    """Return a score in words: a number, or from what to what; "" where nothing is scored."""
    if result.score_low is None or result.score_high is None:
        return ""
    if result.score_low == result.score_high:
        return t("finder.score", lang, score=f"{result.score_low:f}")
    low, high = f"{result.score_low:f}", f"{result.score_high:f}"
    return t("finder.score.between", lang, low=low, high=high)


def need_words(need: Need, plans: Plans, lang: str) -> str:
    """Return what is asked: "可用工业用地 ≥ 50 亩"."""
    name = need.of.name.text(lang)
    if need.of.direction == "is":
        return t("finder.asked.is", lang, name=name, value=plans.tags[need.value].name(lang))
    value, unit = format_number(need.value), need.of.unit.text(lang)
    # A unit that is a multiple stands apart: "100 (×100 million yuan/km²)".
    amount = f"{value} ({unit})" if unit.startswith("×") else with_unit(value, unit, lang)
    return t(f"finder.asked.{need.of.direction}", lang, name=name, amount=amount)


def role_words(need: Need, lang: str) -> str:
    """Return whether a need is a hard limit, or what it weighs."""
    if need.must:
        return t("finder.role.must", lang)
    return t("finder.weight", lang, weight=need.weight)


def place(citation: Citation, plans: Plans, lang: str) -> str:
    """Return where something stands: the document's short name and the place in it.

    What is measured on the map, or of a document that is not there, has its own words.
    """
    source = plans.sources.get(citation.source_id)
    if source is None:
        return citation.text.text(lang)
    return " · ".join(filter(None, (source.short(lang), citation.locator)))


def rank_words(result: Result, lang: str) -> str:
    """Return a park's rank; of the others the group they are in."""
    if result.rank is not None:
        return t("finder.rank", lang, rank=result.rank)
    return t(f"finder.group.{result.group}.one", lang)
