"""The state of the page in the session: read, changed, tied to widgets and to the map's clicks."""

from __future__ import annotations

import hashlib

import streamlit as st

from views.page_state import PageState
from views.trace.show import KEY
from views.trace.state import TraceState

TRACE: PageState[TraceState] = PageState("trace")
current, change, put, bound = TRACE.current, TRACE.change, TRACE.put, TRACE.bound
LINE = "trace-line"  # the line of a list that is shown; None for none


def tag(*words: str) -> str:
    """Return a key that any words may go into."""
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:12]


def clicked() -> None:
    """Show the zone, or the line of the list, that was clicked on the map."""
    click = st.session_state.get(KEY)
    picked = click.get("pick") if isinstance(click, dict) else None
    if not isinstance(picked, str):
        return
    kind, _, number = picked.partition("-")
    if not (number.isascii() and number.isdigit()):
        return
    if kind == "zone":
        change(zone=int(number[:4]))
    elif kind == "line":
        st.session_state[LINE] = int(number[:6])
