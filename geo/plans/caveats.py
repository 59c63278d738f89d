"""What a reader of a computed value must know of the numbers it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from geo.plans.inputs import Inputs
from geo.plans.records import Figure, Label, Number
from geo.reason import Reason

if TYPE_CHECKING:
    from geo.plans import Plans


# Signs of how a number's words bound it; they stand in formulas.
SIGNS = {"about": "≈ ", "at-least": "≥ ", "at-most": "≤ "}


def amount_words(plans: Plans, number: Number) -> Reason:
    """Return a number with the sign of its bound and its unit."""
    metric = plans.metrics[number.metric]
    value = f"{SIGNS.get(number.bound, '')}{number.value:,f}"
    return Reason(f"{value} {metric.unit_zh}", f"{value} {metric.unit_en}")


def _terms(plans: Plans, numbers: Iterable[Number]) -> list[tuple[Number, Label]]:
    """Return the documents' own words for numbers, where the metric has several."""
    found = [(number, number.term(plans.metrics[number.metric])) for number in numbers]
    return [(number, term) for number, term in found if term is not None]


def _side(number: Number, same_period: bool) -> Reason:
    """Return what tells one of two numbers from the other: the period, or else the kind."""
    if not same_period:
        return Reason(f"{number.period}年", f"in {number.period}")
    kind = _KINDS[number.kind]
    return Reason(f"{number.period}年{kind.zh}", f"({number.period}, {kind.en})")


_KINDS = {
    "actual": Reason("实际", "actual"),
    "planned": Reason("规划", "planned"),
    "estimate": Reason("估计", "estimate"),
    "target": Reason("目标", "target"),
}


def differing_terms(plans: Plans, numbers: tuple[Number, ...]) -> Iterator[Reason]:
    """Say that the documents call two numbers by different names, so that scopes may differ."""
    terms = _terms(plans, numbers)
    # Two words that mean the same (规上, 规模以上) are one in English.
    if len({term.en for _, term in terms}) > 1:
        same = len({number.period for number, _ in terms}) == 1
        sides = [_side(number, same) for number, _ in terms]
        zh = "，".join(
            f"{side.zh}为“{term.zh}”" for side, (_, term) in zip(sides, terms, strict=True)
        )
        en = ", ".join(
            f"“{term.zh}” ({term.en}) {side.en}"
            for side, (_, term) in zip(sides, terms, strict=True)
        )
        yield Reason(
            f"用词不同，口径未必相同：{zh}", f"the words differ, and so may the scope: {en}"
        )


def mixed_terms(plans: Plans, number: Figure) -> Iterator[Reason]:
    """Say that a park's figures of a metric go by other words in other years."""
    metric = plans.metrics[number.metric]
    own = number.term(metric)
    others: dict[str, set[str]] = {}
    labels = {}
    for other in plans.figures:
        term = other.term(metric) if other.about == number.about else None
        if other.metric == number.metric and own and term and term.en != own.en:
            others.setdefault(term.zh, set()).add(other.period)
            labels[term.zh] = term
    for word in sorted(others):
        years = sorted(others[word])
        yield Reason(
            f"此数文件称“{own.zh}”，{'、'.join(years)}年称“{word}”，各年的推算值口径未必相同",
            f"the document calls this figure “{own.zh}” ({own.en}), those of {', '.join(years)} "
            f"“{word}” ({labels[word].en}): the scope of the years' values may differ",
        )


_IN_TABLE = re.compile(r"表\s*[0-9]|附件")


def _cell_word(plans: Plans, target: Number, actual: Number) -> str:
    """Return the table heading that a target's metric is called by, or nothing.

    It says less than the documents' own words for the metric: 产值, not 工业总产值.
    """
    steps = target.locator.split(" / ") if _IN_TABLE.search(target.locator) else []
    terms = plans.metrics[actual.metric].terms
    return next((step for step in steps if any(step in term.zh for term in terms)), "")


def target_term(plans: Plans, target: Number, actual: Number) -> Iterator[Reason]:
    """Say that a target's heading does not say what kind of output it is of.

    Where a target has a word of its own, `differing_terms` tells of it.
    """
    terms = _terms(plans, (actual,))
    word = _cell_word(plans, target, actual)
    if target.metric == actual.metric or not terms or not word or _terms(plans, (target,)):
        return
    term = terms[0][1]
    if word == term.zh:
        return
    yield Reason(
        f"目标处只写“{word}”，实际为“{term.zh}”，口径未必相同",
        f"the target is only called “{word}”, the actual figure “{term.zh}” ({term.en}): "
        "the scope may differ",
    )


def differing_zones(inputs: Inputs, numbers: tuple[Figure, ...]) -> Iterator[Reason]:
    """Say that two figures do not cover the same ground."""
    limits = [(inputs.limit(number), inputs.limited(number)) for number in numbers]
    if len(set(limits)) < 2:
        return
    zh, en = [], []
    for number, (zones, limited) in zip(numbers, limits, strict=True):
        names = inputs.zone_names(zones) if zones else Reason("整个园区", "the whole park")
        if limited is not None:
            names = inputs.limit_words(number, limited)
        name = inputs.plans.metrics[number.metric]
        zh.append(f"{name.zh}（{number.period}）为{names.zh}")
        en.append(f"{name.en} ({number.period}) is for {names.en}")
    yield Reason(
        f"两数范围不同：{'；'.join(zh)}", f"the two cover different ground: {'; '.join(en)}"
    )


def limited_ground(inputs: Inputs, number: Figure) -> Iterator[Reason]:
    """Say what ground a value is of where that is no whole park and no zone."""
    limited = inputs.limited(number)
    if limited is not None:
        name = inputs.limit_words(number, limited)
        yield Reason(
            f"此值限于{name.zh}：“{limited.evidence.words}”",
            f"this value is for {name.en}: “{limited.evidence.words}”",
        )


_BOUNDS = {
    "about": Reason("约数", "approximate"),
    "at-least": Reason("下限", "a lower bound"),
    "at-most": Reason("上限", "an upper bound"),
}


def own_caveats(plans: Plans, numbers: tuple[Number, ...]) -> Iterator[Reason]:
    """Say what the figures themselves leave open: bounds, other prints, their notes."""
    for number in numbers:
        name = plans.metrics[number.metric]
        if number.bound in _BOUNDS and not number.note_zh:
            bound = _BOUNDS[number.bound]
            yield Reason(
                f"{name.short_zh}（{number.period}）是{bound.zh}",
                f"{name.short_en} ({number.period}) is {bound.en}",
            )
        others = [other for other in plans.same_quantity(number) if other.value != number.value]
        for other in sorted(others, key=lambda other: (other.source_id, other.locator)):
            place = f"{other.source.short_zh} · {other.locator}"
            yield Reason(
                f"{name.short_zh}（{number.period}）另处写为“{other.printed}”（{place}）",
                f"{name.short_en} ({number.period}) is printed as “{other.printed}” elsewhere "
                f"({other.source.short_en} · {other.locator})",
            )
    by_note: dict[tuple[str, str, str], list[str]] = {}
    for number in numbers:
        if number.note_zh:
            key = (number.metric, number.note_zh, number.note_en)
            by_note.setdefault(key, []).append(number.period)
    for (metric, zh, en), periods in by_note.items():
        name = plans.metrics[metric]
        yield Reason(
            f"{name.short_zh}（{'、'.join(periods)}）：{zh}",
            f"{name.short_en} ({', '.join(periods)}): {en}",
        )
