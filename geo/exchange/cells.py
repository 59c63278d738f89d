"""Text in cells of tables that spreadsheets open: none of it can act as a formula."""

from __future__ import annotations

import re

# A spreadsheet would run such a cell of a CSV as a formula (or, after a tab, what follows it); East
# Asian versions also take the full-width signs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A number below 0 is no formula, and with an apostrophe it would be no number.
_NUMERAL = re.compile(r"-[0-9]+(?:\.[0-9]+)?")


def legal(text: str) -> str:
    """Return text without the control characters that no cell may hold."""
    return _ILLEGAL.sub("", text)


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe before the risky start.

    Control characters, which no cell may hold, are left out.

    Examples
    --------
    >>> neutral("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> neutral("-7.6")
    '-7.6'
    """
    text = legal(text)
    if _NUMERAL.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
