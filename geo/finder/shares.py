"""How far a need is met: a share of 0 to 1, or what it can be where not enough is known.

The rule, for every criterion: met is 1. An amount below the need counts as amount ÷ need, a
distance beyond it as need ÷ distance, an industry that is not named as 0. Where the plans give a
bound, a figure of some ground only, or nothing, the share is an interval; what is not known is
counted neither as met nor as not.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from geo.finder.records import Need

NONE, ALL = Decimal(0), Decimal(1)
Interval = tuple[Decimal, Decimal]
UNKNOWN: Interval = (NONE, ALL)
_PERCENT = Decimal("0.1")


def of_amount(need: Need, low: Decimal, high: Decimal | None) -> Interval:
    """Return the share of an amount that is at least ``low`` and at most ``high`` (None: open)."""
    wanted = _number(need)
    return _part(low, wanted), ALL if high is None else _part(high, wanted)


def of_part(need: Need, low: Decimal) -> Interval:
    """Return the share of an amount of which some ground alone has ``low``: it may be more."""
    return of_amount(need, low, None)


def of_distance(need: Need, at_least_m: int, at_most_m: int) -> Interval:
    """Return the share of a distance between two bounds, in metres."""
    wanted = _number(need)
    # The farther, the less.
    return _part(wanted, Decimal(at_most_m)), _part(wanted, Decimal(at_least_m))


def _part(amount: Decimal, of: Decimal) -> Decimal:
    """Return ``amount`` as a share of ``of``, 1 at the most; exact at the boundary."""
    return ALL if amount >= of else amount / of


def _number(need: Need) -> Decimal:
    if not isinstance(need.value, Decimal):
        raise TypeError(f"{need.criterion} is no amount")
    return need.value


def status_of(share: Interval) -> str:
    """Return "met", "not-met", "partly", or "unknown".

    Met in part is only what is known to be: where nothing is known, although it is surely not met
    in full, it is unknown. Where it can be met and not be met, too.
    """
    low, high = share
    if low == ALL:
        return "met"
    if high == NONE:
        return "not-met"
    return "partly" if low > NONE and high < ALL else "unknown"


def fails(share: Interval) -> bool:
    """Say whether a need is surely not met in full, so that a park fails it as a hard limit."""
    return share[1] < ALL


def percent(share: Decimal) -> str:
    """Return a share as per cent for a sentence: never more than it is."""
    return f"{(100 * share).quantize(_PERCENT, ROUND_DOWN):f}%"
