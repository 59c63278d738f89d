"""What a printed number can stand for, as an interval, and arithmetic that never loses any of it.

A number is printed to a digit, so the true one is within half a unit of that digit: “3861.2” is
anything from 3861.15 to 3861.25. Two numbers contradict each other when no true value is left that
both could stand for. Sums, products and quotients carry the whole interval along, rounded outwards,
so that the rounding of what was printed can never make a contradiction.

- Counts (enterprises, buildings) are not rounded: 33 is 33.
- “约2000” and “70%左右” are rounded at their last digit that is not 0: 1500 to 2500.
- “超过100” and “35以上” are 100 and 35 at least, “近50” is 50 at most, without another end.
- “千亿级” is an order of size: at least what “约1000” is at least.
- A range “1-2” is all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from geo.plans.records import Indicator, Number

INFINITY = Decimal("Infinity")
# Wide enough that sums and products of printed numbers are exact; quotients are rounded outwards.
_DOWN = Context(prec=60, rounding=ROUND_FLOOR)
_UP = Context(prec=60, rounding=ROUND_CEILING)
_HALF = Decimal("0.5")
_COUNTED = ("count", "buildings")
_LEVEL = re.compile("[0-9十百千万亿元]级")
_CHARACTERS = {"十": "10", "百": "100", "千": "1000", "万": "10000"}


@dataclass(frozen=True)
class Interval:
    """All values from ``low`` to ``high``, either of which may be infinite."""

    low: Decimal
    high: Decimal

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def width(self) -> Decimal:
        """How far apart the ends are."""
        return self.high - self.low

    def __add__(self, other: Interval) -> Interval:
        return Interval(_DOWN.add(self.low, other.low), _UP.add(self.high, other.high))

    def __mul__(self, other: Interval) -> Interval:
        pairs = [(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(
            min(_times(_DOWN, a, b) for a, b in pairs), max(_times(_UP, a, b) for a, b in pairs)
        )

    def over(self, other: Interval) -> Interval | None:
        """Return the quotient; None when the divisor may be 0 or less."""
        if other.low <= 0:
            return None
        pairs = [(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        quotients = [(_over(_DOWN, a, b), _over(_UP, a, b)) for a, b in pairs]
        return Interval(min(q[0] for q in quotients), max(q[1] for q in quotients))


def _times(context: Context, one: Decimal, other: Decimal) -> Decimal:
    """Return a product in which nothing times whatever is nothing."""
    return context.multiply(one, other) if one and other else Decimal(0)


def _over(context: Context, one: Decimal, other: Decimal) -> Decimal:
    """Return a quotient; of two infinite ends the end that says least, 0."""
    if other.is_infinite():
        return Decimal(0)
    return context.divide(one, other)


def exactly(value: Decimal) -> Interval:
    """Return the interval of one value."""
    return Interval(value, value)


def total(intervals: Iterable[Interval]) -> Interval:
    """Return the sum."""
    result = exactly(Decimal(0))
    for interval in intervals:
        result = result + interval
    return result


def half_unit(printed: Decimal, counted: bool = False, about: bool = False) -> Decimal:
    """Return half a unit of the last digit of a numeral as printed.

    Parameters
    ----------
    printed : decimal.Decimal
    counted : bool
        A count, which is not rounded.
    about : bool
        The last digit that is not 0 counts, not the last.

    Examples
    --------
    >>> half_unit(Decimal("9.30")), half_unit(Decimal("2000"), about=True)
    (Decimal('0.005'), Decimal('5E+2'))
    """
    if about and printed:
        printed = printed.normalize()
    elif counted:
        return Decimal(0)
    return _HALF.scaleb(int(printed.as_tuple().exponent))


def _in_digits(number: Number) -> Number:
    """Return a number whose words have it in digits, where they have it in characters (千亿)."""
    value = str(number.value_printed)
    sign = next((sign for sign, digits in _CHARACTERS.items() if digits == value), None)
    if sign is None or value in number.printed:
        return number
    return replace(number, printed=number.printed.replace(sign, value, 1))


def bound(number: Number) -> str:
    """Return how the words limit a number: as `Number.bound`, "" for "exact", or "level" (千亿级).

    Other than `Number.bound` it also sees the words around a number in characters (超千亿).
    """
    number = _in_digits(number)
    # “3-5家千亿级园区” is a number of parks, the size is theirs.
    if number.unit_printed not in _COUNTED and _LEVEL.search(number.printed):
        return "level"
    return "" if number.bound == "exact" else number.bound


def allowed(number: Number) -> Interval:
    """Return what the words of a number let it stand for, in the metric's unit."""
    printed, limit = number.value_printed, bound(number)
    if not printed and "0" not in number.printed:
        # “无厂房” is no rounded number.
        return exactly(Decimal(0))
    half = half_unit(printed, number.unit_printed in _COUNTED, limit in ("about", "level"))
    half *= number.value / printed if printed else 1
    if isinstance(number, Indicator) and number.value_to is not None:
        low = number.value if limit == "at-least" else number.value - half
        return Interval(low, number.value_to + half)
    return {
        "level": Interval(number.value - half, INFINITY),
        "at-least": Interval(number.value, INFINITY),
        "at-most": Interval(-INFINITY, number.value),
    }.get(limit, Interval(number.value - half, number.value + half))
