"""Which row of a table is picked: by its box, or by a click on any of its cells."""

from __future__ import annotations

import streamlit as st

MODES = ("single-row", "single-cell")


def picked(key: str) -> int | None:
    """Return the picked row of the table of that key, None for none.

    It is known before the table is drawn, so that what is said of it can stand above.
    """
    state = st.session_state.get(key)
    if not state:
        return None
    chosen = state["selection"]
    if chosen.get("rows"):
        return int(chosen["rows"][0])
    return int(chosen["cells"][0][0]) if chosen.get("cells") else None
