"""Which row of a table is picked: by its box, or by a click on any of its cells."""

from __future__ import annotations

import streamlit as st

MODES = ("single-row", "single-cell")


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
