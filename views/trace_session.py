"""The state of the page in the session: read, changed, tied to widgets and to the map's clicks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from views.trace_show import KEY
from views.trace_state import TraceState

STATE = "trace"
LINE = "trace-line"  # the line of a list that is shown; None for none


def current() -> TraceState:
    """Return the session's state."""
    return st.session_state[STATE]


def change(**fields: object) -> None:
    """Change fields of the session's state."""
    put(replace(current(), **fields))


def put(state: TraceState) -> None:
    """Make a state the session's."""
    st.session_state[STATE] = state


def bound(key: str, value: object, field: Callable[[Any], dict[str, object]]) -> dict:
    """Return the arguments that tie a widget to the state; see `views.controls.bound`."""
    st.session_state[key] = value
    return {"key": key, "on_change": lambda: change(**field(st.session_state[key]))}


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
