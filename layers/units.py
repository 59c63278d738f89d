"""Areas in another unit than the printed one: converted exactly, rounded only to be shown.

A plan prints land in 亩 and ground in km². 1 亩 is 1/1500 km² and 1 公顷 1/100 km², both exactly,
so that a converted value is exact too; what is summed is summed before it is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from geo.plans import Figure, format_number
from layers.amounts import mark, written
from layers.i18n import t, with_unit

# "mu" leaves every figure in the unit that the documents print: land in 亩, ground in km².
UNITS = ("mu", "ha", "km2")
_PER_KM2 = {"mu": 1500, "ha": 100, "km2": 1}
# Decimals that are shown: the finest step is a few tenths of a 亩, as the plans' own.
_PLACES = {"mu": 1, "ha": 2, "km2": 4}
_ABOUT = 3  # significant digits of what the document gives as about so much


def target(unit: str, wanted: str) -> str:
    """Return the unit that an amount in ``unit`` is shown in when ``wanted`` is chosen.

    Amounts that are no areas, and all of them for "mu", stay in their own.
    """
    return wanted if wanted != "mu" and unit in _PER_KM2 else unit


def converted(value: Decimal, unit: str, wanted: str) -> Fraction:
    """Return an area in another unit, exactly.

    Parameters
    ----------
    value : decimal.Decimal
    unit, wanted : str
        Of `UNITS`.

    Examples
    --------
    >>> converted(Decimal("760.1"), "mu", "ha")
    Fraction(7601, 150)
    """
    return Fraction(value) * _PER_KM2[wanted] / _PER_KM2[unit]


def shown(value: Fraction, unit: str) -> Decimal:
    """Return an exact area as it is shown: as many decimals as the unit has, none without need.

    Examples
    --------
    >>> shown(Fraction(7601, 150), "ha"), shown(Fraction(46), "ha")
    (Decimal('50.67'), Decimal('46'))
    """
    return _plain(_rounded(value, _PLACES[unit]))


def in_unit(value: Decimal, unit: str, wanted: str, about: bool = False) -> Decimal:
    """Return an amount as it is shown when ``wanted`` is chosen; untouched where nothing changes.

    Parameters
    ----------
    value : decimal.Decimal
    unit : str
        Its own unit code, of an area or not.
    wanted : str
        One of `UNITS`.
    about : bool
        The document gives it as about so much: three digits are shown at most.

    Examples
    --------
    >>> in_unit(Decimal(2000), "mu", "ha", about=True), in_unit(Decimal(5), "count", "ha")
    (Decimal('133'), Decimal('5'))
    """
    to = target(unit, wanted)
    if to == unit:
        return value
    exact = converted(value, unit, to)
    if about and exact:
        whole = len(str(abs(int(exact)))) if abs(exact) >= 1 else 0
        places = min(_PLACES[to], max(0, _ABOUT - whole))
        return _plain(_rounded(exact, places))
    return shown(exact, to)


def summed(values: Iterable[Decimal], unit: str, wanted: str) -> Decimal:
    """Return the sum of amounts as it is shown: added exactly first, rounded last."""
    return in_unit(sum(values, Decimal(0)), unit, wanted)


def rounding(values: Iterable[Decimal], unit: str, wanted: str, lang: str) -> list[str]:
    """Return what amounts add up to as they are shown, where that is not their sum as shown.

    A fifteenth of most numbers has no end, so that no number of decimals would always do.

    Returns
    -------
    list of str
        One line, or none where the shown amounts add up to the last digit.
    """
    values = list(values)
    total = summed(values, unit, wanted)
    added = sum((in_unit(value, unit, wanted) for value in values), Decimal(0))
    if added == total:
        return []
    numbers = {"sum": added, "total": total, "difference": abs(total - added)}
    told = {name: format_number(value) for name, value in numbers.items()}
    return [t("official.totals.rounded", lang, **told)]


def unit_name(own: str, unit: str, wanted: str, lang: str) -> str:
    """Return the name of the unit that is shown; ``own`` is that of ``unit``."""
    to = target(unit, wanted)
    return own if to == unit else t(f"official.unit.{to}", lang)


def written_in(figure: Figure, wanted: str, lang: str) -> str:
    """Return a figure's number in the chosen unit, with the mark of its bound."""
    if target(figure.unit, wanted) == figure.unit:
        return written(figure, lang)
    own = mark(figure)
    value = format_number(in_unit(figure.value, figure.unit, wanted, figure.approximate))
    return t(f"map.card.{own}", lang, value=value) if own else value


def printed_amount(figure: Figure, own: str, wanted: str, lang: str) -> str:
    """Return a figure in the unit of the document; empty where it is shown in that already.

    ``own`` is the name of that unit. Empty as well where the document has another one than the
    figure is kept in: then the words as printed are among its notes, see `layers.amounts.telling`.
    """
    if target(figure.unit, wanted) == figure.unit or figure.unit_printed != figure.unit:
        return ""
    return with_unit(written(figure, lang), own, lang)


def worded_in(figure: Figure, own: str, wanted: str, lang: str) -> str:
    """Return a figure with its unit as a text has it, the printed amount behind a converted one.

    ``own`` is the name of its own unit.

    Returns
    -------
    str
        Such as "约 133 公顷（原数 约 2,000 亩）".
    """
    unit = unit_name(own, figure.unit, wanted, lang)
    amount = with_unit(written_in(figure, wanted, lang), unit, lang)
    if printed := printed_amount(figure, own, wanted, lang):
        return t("official.converted", lang, amount=amount, printed=printed)
    return amount


def _rounded(value: Fraction, places: int) -> Decimal:
    """Return a fraction with so many decimals, halves away from 0."""
    whole = int(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def _plain(value: Decimal) -> Decimal:
    """Return a number without zeros at its end, never in powers of ten."""
    return Decimal(f"{value.normalize():f}") + 0
