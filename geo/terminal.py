"""Tables for the terminal, aligned although Chinese characters take two columns."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Return how many terminal columns a text takes (CJK characters take two)."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(bool(unicodedata.combining(char)) for char in text)
    return len(text) + wide - marks


def aligned(rows: list[list[str]], left: int) -> str:
    """Return rows as aligned lines, the first ``left`` columns to the left, the rest to the right.

    Parameters
    ----------
    rows : list of list of str
        The head first; all of one length.
    left : int
        How many columns hold words rather than numbers.

    Returns
    -------
    str
        Lines without a trailing line break.
    """
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(_pad(cell, widths[i], i >= left) for i, cell in enumerate(row)).rstrip()
        for row in rows
    )


def _pad(text: str, columns: int, right: bool) -> str:
    fill = " " * (columns - width(text))
    return fill + text if right else text + fill
