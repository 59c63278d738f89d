"""Numbers as people write them in cells: areas with their unit, coordinates in degrees.

What is not understood wholly is no number: half of "0.5万亩" would be a wrong area, and 121.4W is
on the other side of the earth.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from statistics import median
from typing import Any

from geo.measure import HECTARE_PER_KM2, M2_PER_MU

UNITS = {
    **dict.fromkeys(("km2", "km^2", "平方公里", "平方千米", "sqkm", "sq_km"), "km2"),
    **dict.fromkeys(("ha", "hm2", "hm^2", "公顷", "hectare", "hectares"), "ha"),
    **dict.fromkeys(("mu", "亩", "市亩", "mou"), "mu"),
    **dict.fromkeys(("m2", "m^2", "平方米", "平米", "sqm", "sq_m"), "m2"),
}
M2_PER = {"mu": M2_PER_MU, "ha": 1e6 / HECTARE_PER_KM2, "m2": 1.0, "km2": 1e6}
_PLAIN = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:e[+-]?\d+)?"
_AREA = re.compile(
    rf"(?:约|~|≈)?\s?(?P<number>{_PLAIN})\s?(?P<times>万)?\s?(?P<unit>(?:[^\d\s].*)?)"
)
_METRES = re.compile(rf"({_PLAIN})(?:\s?(?:m|米))?")
_BEFORE = r"(?P<before>[nsew]|东经|西经|北纬|南纬)?\s*"
_MARKED = re.compile(
    _BEFORE + r"(?P<deg>[+-]?\d{1,3}(?:\.\d+)?)\s*[°度]?\s*"
    r"(?:(?P<min>\d{1,2}(?:\.\d+)?)\s*['分]\s*(?:(?P<sec>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|秒)\s*)?)?"
    r"(?P<after>[nsew])?"
)
_SPACED = re.compile(
    _BEFORE + r"(?P<deg>[+-]?\d{1,3})\s+(?P<min>\d{1,2})\s+(?P<sec>\d{1,2}(?:\.\d+)?)\s*"
    r"(?P<after>[nsew])?"
)
_NEGATIVE = ("w", "s", "西经", "南纬")
_SIGNS = str.maketrans(
    {"−": "-", "º": "°", "˚": "°", "′": "'", "‘": "'", "’": "'", "″": '"', "“": '"', "”": '"'}
)
_GROUPED = 180_000.0  # metres or more that are written with commas between thousands
_FIT = (0.8, 1.25)  # measured against stated, where a unit is taken for the one meant


def _halved(cell: Any) -> str:
    """Return a cell's text in half-width, lower-case letters; one blank at most between words."""
    text = unicodedata.normalize("NFKC", str(cell)[:60].translate(_SIGNS))
    return " ".join(text.split()).lower()


def area(cell: Any) -> tuple[float | None, str]:
    """Return the number of an area's cell and the unit written behind it ("" for none).

    Examples
    --------
    >>> area("约 1,500 亩"), area("0.5万亩"), area(3), area("待定"), area("50亩以上")
    ((1500.0, 'mu'), (5000.0, 'mu'), (3.0, ''), (None, ''), (None, ''))
    """
    if _is_number(cell):
        return _finite(cell), ""
    found = _AREA.fullmatch(_halved(cell)) if cell is not None else None
    if found is None or (found["unit"] and found["unit"] not in UNITS):
        return None, ""
    value = _finite(found["number"].replace(",", ""))
    value = _finite(value * 10_000) if value is not None and found["times"] else value
    return value, "" if value is None else UNITS.get(found["unit"], "")


def coordinate(cell: Any) -> float | None:
    """Return a coordinate: metres, or degrees (decimal, or with minutes and seconds).

    Examples
    --------
    >>> coordinate("31.5°"), coordinate("121°24′30″"), coordinate("121 24 30 E")
    (31.5, 121.40833333333335, 121.40833333333335)
    >>> coordinate("121.4W"), coordinate("3,436,741.5"), coordinate("121.4X")
    (-121.4, 3436741.5, None)
    """
    if _is_number(cell):
        return _finite(cell)
    if cell is None:
        return None
    text = _halved(cell)
    if plain := _METRES.fullmatch(text):
        value = _finite(plain[1].replace(",", ""))
        # "121,380" is no 121 km: somebody's decimal comma.
        return None if value is not None and "," in text and abs(value) < _GROUPED else value
    found = _MARKED.fullmatch(text) or _SPACED.fullmatch(text)
    return _degrees(found) if found else None


def _degrees(found: re.Match[str]) -> float | None:
    """Return decimal degrees, None for what contradicts itself."""
    words = [word for word in (found["before"], found["after"]) if word]
    minutes, seconds = float(found["min"] or 0), float(found["sec"] or 0)
    value = float(found["deg"])
    parted = found["min"] is not None
    signed = found["deg"][0] in "+-"
    if (
        len(words) > 1
        or (words and signed)
        or minutes >= 60
        or seconds >= 60
        or (parted and not value.is_integer())
        or (found["sec"] is not None and not minutes.is_integer())
        or abs(value) > 180
    ):
        return None
    size = abs(value) + minutes / 60 + seconds / 3600
    negative = found["deg"].startswith("-") or any(word in _NEGATIVE for word in words)
    return -size if negative else size


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _finite(given: Any) -> float | None:
    try:
        value = float(given)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def fitting_unit(stated: Sequence[float], measured_m2: Sequence[float]) -> str:
    """Return the unit in which stated areas fit the measured ones, "" when none or several do.

    Parameters
    ----------
    stated : sequence of float
        As written.
    measured_m2 : sequence of float
        Geodesic, in the same order.
    """
    pairs = [(a, m) for a, m in zip(stated, measured_m2, strict=True) if a > 0 and m > 0]
    if not pairs:
        return ""
    fits = [
        unit
        for unit, m2 in M2_PER.items()
        if _FIT[0] <= median(m / (a * m2) for a, m in pairs) <= _FIT[1]
    ]
    return fits[0] if len(fits) == 1 else ""
