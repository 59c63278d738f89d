"""How many digits a computed value has: those that its inputs allow."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

FEWEST, MOST = 2, 4  # significant digits
EXACT = 12  # significant digits of a value that is not rounded for a reader


def digits(value: Decimal) -> int:
    """Return how many significant digits a printed numeral has; zeros at its end count.

    Examples
    --------
    >>> [digits(Decimal(text)) for text in ("964", "72.00", "0.63", "500")]
    [3, 4, 2, 3]
    """
    return len(value.as_tuple().digits)


def agreeing(error_pct: float | None) -> int:
    """Return how many digits of a measured value hold, by how far it is off another of the same.

    Examples
    --------
    >>> [agreeing(error) for error in (8.4, -0.2, None)]
    [2, 3, 2]
    """
    if error_pct is None or math.isnan(error_pct):
        return FEWEST
    # No error at all has no logarithm, and more digits than the most are not asked for.
    share = max(abs(error_pct) / 100, 10.0**-MOST)
    held = math.floor(-math.log10(share)) + 1
    return max(FEWEST, min(held, MOST))


def exactly(value: Decimal) -> Decimal:
    """Return a value as it is computed, never in powers of ten.

    Examples
    --------
    >>> exactly(Decimal(2) / 3)
    Decimal('0.666666666667')
    """
    return places(value, EXACT - 1 - value.adjusted()).normalize() + 0 if value else Decimal(0)


def rounded(value: Decimal, printed: Iterable[Decimal], most: int = MOST) -> Decimal:
    """Return a quotient with the digits its inputs have, see `Derived`; ``most`` at most.

    Examples
    --------
    >>> rounded(Decimal("49.7420"), [Decimal("964"), Decimal("19.38")])
    Decimal('49.7')
    """
    # A stated 0 is exact: its one digit says nothing.
    fewest = min((digits(number) for number in printed if number), default=MOST)
    keep = max(FEWEST, min(fewest, most))
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
