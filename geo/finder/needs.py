"""Checking what is asked: every value that reaches the finder has passed here."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from geo.errors import AtlasError, unknown
from geo.finder.records import CRITERIA, WEIGHTS, Criterion, Need, Needs

if TYPE_CHECKING:
    from geo.plans import Plans

_MOST = Decimal(10) ** 9


def plan_periods(plans: Plans) -> list[str]:
    """Return the periods of the plans that say something of parks, oldest first."""
    said = {figure.source_id for figure in plans.figures}
    said |= {fact.source.id for fact in plans.facts if fact.subject_id in plans.parks}
    return sorted({plans.sources[source].period for source in said})


def make_needs(
    values: Mapping[str, Any],
    plans: Plans,
    must: Iterable[str] = (),
    weights: Mapping[str, Any] | None = None,
    period: str = "",
) -> Needs:
    """Return what is asked, checked.

    Parameters
    ----------
    values : mapping
        By criterion: the industry as its id or its name in either language; amounts as int,
        Decimal, float or text. Criteria that are None or empty are not asked for.
    plans : geo.plans.Plans
    must : iterable of str
        The criteria that are hard limits.
    weights : mapping, optional
        Weights of criteria, 1 to 5; 1 for those not given. A hard limit has none.
    period : str
        One of `plan_periods`, or empty for all plans.

    Raises
    ------
    AtlasError
        Naming the criterion and the first value that cannot be used.
    """
    weights = dict(weights or {})
    must = list(must)
    asked = {name: value for name, value in values.items() if value is not None and value != ""}
    for name in (*asked, *must, *weights):
        if name not in CRITERIA:
            raise unknown("criterion", "条件", name, list(CRITERIA))
    for name in (*must, *weights):
        if name not in asked:
            raise _not_asked(CRITERIA[name])
    if period and period not in (known := plan_periods(plans)):
        raise unknown("plan period", "规划期", period, known)
    wanted = []
    for name, criterion in CRITERIA.items():
        if name in asked:
            weight = _weight(criterion, weights.get(name, 1))
            value = _value(criterion, asked[name], plans)
            wanted.append(Need(name, value, name in must, weight))
    return Needs(tuple(wanted), period)


def plain_number(text: str) -> str:
    """Return the text of a number with full-width characters as plain ones.

    Raises
    ------
    decimal.InvalidOperation
        For digits of other scripts.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text.isascii():
        raise InvalidOperation
    return text


def _value(criterion: Criterion, given: Any, plans: Plans) -> str | Decimal:
    """Return the value of a need."""
    if criterion.direction == "is":
        return _industry(given, plans)
    try:
        # Of a float what it prints, not the binary fraction.
        number = Decimal(plain_number(str(given)))
        # Also false for what is no number; bool is no amount.
        usable = number.is_finite() and 0 < number <= _MOST and not isinstance(given, bool)
    except InvalidOperation:
        usable = False
    if not usable:
        name, unit = criterion.name, criterion.unit
        raise AtlasError(
            en=f"{name.en} must be a number above 0 ({unit.en}), not {str(given)!r}",
            zh=f"{name.zh}应为大于 0 的数（{unit.zh}），不能是“{given}”",
        )
    return number


def _industry(given: Any, plans: Plans) -> str:
    """Return the id of an industry given by id or name."""
    word = str(given).strip().casefold()
    for tag in plans.tags.values():
        if word in (tag.id.casefold(), tag.zh.casefold(), tag.en.casefold()):
            return tag.id
    raise _unlisted(given, list(plans.tags))


def _unlisted(given: Any, known: Collection[str]) -> AtlasError:
    """Return the error for an industry there is none of, listing all."""
    listed = ", ".join(known)
    return AtlasError(
        en=f"unknown industry {str(given)!r}; known: {listed}",
        zh=f"没有名为“{given}”的产业；可用：{listed}",
    )


def _weight(criterion: Criterion, given: Any) -> int:
    """Return a weight."""
    text = str(given).strip()
    if not (text.isascii() and text.isdigit() and int(text[:4]) in WEIGHTS):
        first, last = WEIGHTS[0], WEIGHTS[-1]
        raise AtlasError(
            en=f"the weight of {criterion.id} must be a whole number from {first} to {last}, "
            f"not {str(given)!r}",
            zh=f"{criterion.name.zh}（{criterion.id}）的权重应为 {first} 至 {last} 的整数，"
            f"不能是“{given}”",
        )
    return int(text)


def _not_asked(criterion: Criterion) -> AtlasError:
    return AtlasError(
        en=f"{criterion.id} is made a limit or weighted, but no value is asked of it",
        zh=f"{criterion.name.zh}（{criterion.id}）设了硬性要求或权重，但没有给出数值",
    )
