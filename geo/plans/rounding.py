"""How many digits a computed value has: those that its inputs allow."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

_FEWEST, _MOST = 2, 4  # significant digits


def digits(value: Decimal) -> int:
    """Return how many significant digits a printed numeral has; zeros at its end count.

    Examples
    --------
    >>> [digits(Decimal(text)) for text in ("964", "72.00", "0.63", "500")]
    [3, 4, 2, 3]
    """
    return len(value.as_tuple().digits)


def rounded(value: Decimal, printed: Iterable[Decimal]) -> Decimal:
    """Return a quotient with the digits its inputs have, see `Derived`.

    Examples
    --------
    >>> rounded(Decimal("49.7420"), [Decimal("964"), Decimal("19.38")])
    Decimal('49.7')
    """
    # A stated 0 is exact: its one digit says nothing.
    fewest = min((digits(number) for number in printed if number), default=_MOST)
    keep = max(_FEWEST, min(fewest, _MOST))
    return places(value, keep - 1 - value.adjusted()) if value else Decimal(0)


def rounded_change(value: Decimal, printed: Iterable[Decimal]) -> Decimal:
    """Return a change in per cent with the decimals its figures carry, see `Derived`.

    Examples
    --------
    >>> rounded_change(Decimal("9.5353"), [Decimal("964"), Decimal("1055.92")])
    Decimal('9.5')
    """
    units = [
        (100 * Decimal(1).scaleb(number.as_tuple().exponent) / abs(number)).adjusted()
        for number in printed
        if number
    ]
    return places(value, min(2, max(0, -max(units, default=0))))


def places(value: Decimal, places: int) -> Decimal:
    """Return a value with so many decimals, never in powers of ten."""
    held = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return Decimal(f"{held:f}")
