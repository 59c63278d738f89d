"""What a row of the project must have in common with the words of its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from geo.plans import Fact, Number

from .words import nfkc, numerals, spoken, squeeze, standing

# A numeral with a slip of the print, and how its row has it; the row's note tells of it.
SLIPS = {"4617,47": "4617.47"}
# Cells without a number.
EMPTY = ("", "-", "/")
_BOUND_BEFORE = r"(?:约|超过|突破|至少|近|超|逾|不低于|不少于|高于|不到|不足)$"
_BOUND_AFTER = r"左右|以上|多|余|以内|以下"


def place_of(row: Number | Fact) -> tuple[str, str]:
    """Return the document and place a row names, as places are compared."""
    return row.source.id, nfkc(row.locator)


def identity(row: Number | Fact) -> str:
    """Return a short name for the test of a row."""
    return f"{row.line}-{row.subject_id if isinstance(row, Fact) else row.about}"


def values(number: Number) -> list[str]:
    """Return the numerals a number takes from its place: one, or both ends of a range."""
    value_to = getattr(number, "value_to", None)
    found = [number.value_printed, *([value_to] if value_to is not None else [])]
    return [str(value).lstrip("-") for value in found]


def number_faults(number: Number, at: str) -> list[str]:
    """Return what is wrong with a number, held against the words of its place."""
    printed = squeeze(number.printed)
    if not standing(at, printed):
        return [f"{printed!r} does not stand in {at[:80]!r}"]
    if printed in SLIPS:
        assert number.note_zh, "a slip of the print is told"
    there = [SLIPS[printed]] if printed in SLIPS else spoken(printed)
    faults = [f"{v} is no numeral of {printed!r}" for v in values(number) if v not in there]
    if values(number) != sorted(set(values(number)), key=float):
        faults.append("no range")
    falls = printed.startswith("-") or "下降" in printed
    # A metric that is a fall itself has it without the sign.
    if (number.value < 0) != (falls and "reduction" not in number.metric):
        faults.append("the sign is not that of the words")
    return faults


def bound_left_out(number: Number, at: str) -> bool:
    """Whether an 约 or 以上 that stands beside the words was not taken with them."""
    printed = squeeze(number.printed)
    return all(
        re.search(_BOUND_BEFORE, at[:start]) or re.match(_BOUND_AFTER, at[start + len(printed) :])
        for start in standing(at, printed)
    )


def cell_faults(cell: str, numbers: Iterable[Number], facts: Iterable[Fact]) -> list[str]:
    """Return what is wrong with the rows of one cell: each of its numbers is one row, no more.

    A cell of words is one fact, an empty one nothing.
    """
    taken = Counter(value for number in numbers for value in values(number))
    there = Counter(numerals(SLIPS.get(cell, cell)))
    told = [squeeze(fact.zh) for fact in facts]
    faults = []
    if taken != there:
        faults.append(f"{cell!r} is not the rows {dict(taken)}")
    if told != ([] if there or cell in EMPTY else [cell]):
        faults.append(f"{cell!r} is not the facts {told}")
    return faults
