"""Tables whose rows can be picked: by their box, or by a click on any cell; how high they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

MODES = ("single-row", "single-cell")
_MOST, _LINE, _BORDER = 560, 35, 3  # pixels


def height(count: int) -> int:
    """Return the height in pixels of a table of ``count`` rows: all of them, or a screenful."""
    return min(_MOST, _LINE * (count + 1) + _BORDER)


def picked(key: str, count: int) -> int | None:
    """Return the picked row of the table of that key and of ``count`` rows, None for none.

    It is known before the table is drawn, so that what is said of it can stand above.
    """
    state = st.session_state.get(key)
    if not state:
        return None
    chosen = state["selection"]
    rows = chosen.get("rows") or [cell[0] for cell in chosen.get("cells", [])]
    # The table may have fewer rows than when one was picked.
    return int(rows[0]) if rows and rows[0] < count else None


def text_table(
    rows: Sequence[Sequence[object]],
    head: Sequence[str],
    widths: Sequence[int],
    key: str,
    **select: Any,
) -> None:
    """Draw a table of words.

    Parameters
    ----------
    rows : sequence of sequences
    head : sequence of str
    widths : sequence of int
        Of the columns, in pixels.
    key : str
    **select
        How its rows are picked, as of `streamlit.dataframe`; they are not without.
    """
    st.dataframe(
        pd.DataFrame(rows, columns=list(head)),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(width=width)
            for name, width in zip(head, widths, strict=True)
        },
        placeholder="—",
        height=height(len(rows)),
        key=key,
        **select,
    )
