"""Words and numerals as they are compared: without full-width forms and without white space."""

from __future__ import annotations

import re
import unicodedata

NUMERAL = r"[0-9]+(?:\.[0-9]+)?"
# Numbers without a numeral: 千亿级 is a thousand 亿, 无厂房 a stated zero.
IN_CHARACTERS = {"无": "0", "十": "10", "百": "100", "千": "1000", "万": "10000"}
# What ends a clause. A dot does not: it may be a decimal point.
MARKS = ",;:()“”、。"
LONGEST_CLAUSE = 60


def nfkc(text: str) -> str:
    """Return the text with full-width digits, letters and marks as plain ones."""
    return unicodedata.normalize("NFKC", text)


def squeeze(text: str) -> str:
    """NFKC without any white space: the texts break lines inside words and numbers."""
    return re.sub(r"\s+", "", nfkc(text))


def numerals(text: str) -> list[str]:
    """Return the numerals of a text in order, signs left out."""
    return re.findall(NUMERAL, squeeze(text))


def spoken(text: str) -> list[str]:
    """Return the numerals of a text, or the numbers it has in characters if it has none."""
    return numerals(text) or [number for sign, number in IN_CHARACTERS.items() if sign in text]


def standing(at: str, printed: str) -> list[int]:
    """Return where the words stand in a squeezed text without cutting a number in two.

    “5家” does not stand in “105家”, nor “1.2” in “1.25”.
    """
    words = squeeze(printed)
    before = r"(?<![0-9])(?<![0-9][.])" if words[0] in "0123456789" else ""
    after = r"(?![0-9]|[.][0-9])" if words[-1] in "0123456789" else ""
    return [found.start() for found in re.finditer(before + re.escape(words) + after, at)]


def clause(at: str, printed: str) -> str:
    """Return the words with what stands beside them, from one punctuation mark to the next.

    A clause too long to be kept is cut, at the far end first.
    """
    words = squeeze(printed)
    start = standing(at, words)[0]
    end = start + len(words)
    left = max(at.rfind(mark, 0, start) for mark in MARKS) + 1
    right = min((found for mark in MARKS if (found := at.find(mark, end)) >= 0), default=len(at))
    right = max(end, min(right, left + LONGEST_CLAUSE))
    return at[max(left, min(start, right - LONGEST_CLAUSE)) : right]


def steps(locator: str) -> list[str]:
    """Return the parts of a locator, from the outermost: headings, or a table, row and column."""
    return [part.strip() for part in nfkc(locator).split("/")]
