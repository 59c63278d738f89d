"""Where in the plans' texts the project's rows say that they stand.

`words` compares words and numerals, `texts` finds the text under a chain of headings, `tables` the
cells of a table, and `place` either of them by a row's locator. Where the texts are not here,
whatever needs them skips the test it is called from.
"""

from __future__ import annotations

import re
from functools import cache

from .tables import STANDS_UNDER, TABLES, table
from .texts import prose, section
from .words import nfkc, squeeze, steps

__all__ = ["cell_of", "locator_of", "place", "section_of"]

# The one paragraph that is told apart from its chapter's others.
_SECOND_PARAGRAPH = "第四章 第二段(图4-1之后)"


def cell_of(source: str, locator: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the table a locator names and the row and column in it; None if it names none."""
    parts = steps(locator)
    for at, part in enumerate(parts):
        if (source, part) in TABLES:
            assert parts[:at] == (steps(STANDS_UNDER[source]) if source in STANDS_UNDER else [])
            return part, tuple(squeeze(step) for step in parts[at + 1 :])
    return None


def locator_of(source: str, name: str, key: tuple[str, ...]) -> str:
    """Return the locator of a cell, as its rows have it but for full-width forms and blanks."""
    under = [STANDS_UNDER[source]] if source in STANDS_UNDER else []
    return nfkc(" / ".join((*under, name, *key)))


def section_of(source: str, locator: str) -> list[str]:
    """Return the chain of headings a locator names."""
    head, *rest = steps(locator)
    return [*head.split(" ", 1), *rest] if re.match("第.章", head) else [head, *rest]


@cache
def place(source: str, locator: str) -> str:
    """Return the squeezed text of the place a locator names: one cell, or one heading's prose."""
    cell = cell_of(source, locator)
    if cell:
        name, key = cell
        return table(source, name)[key]
    if nfkc(locator) == _SECOND_PARAGRAPH:
        whole = section(source, ["第四章"])
        texts = [text for text in whole[: whole.index("表4-1")].split("\n")[1:] if text.strip()]
        _, figure, second = texts
        assert squeeze(figure).startswith("图4-1")
        return squeeze(second)
    return squeeze(prose(source, section_of(source, locator)))
