"""Heavy files, one at a time on the whole server: who comes while one is made is told so at once.

What was made is kept for its session until something else is made or what it is made of changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from geo.errors import AtlasError
from layers.i18n import t
from views.frame import plain

_HEAVY = threading.Lock()
_MADE = "export-made"


class BusyError(Exception):
    """Another heavy file is being made."""


@dataclass(frozen=True)
class Made:
    """A file that was made: of what, its name, media type and bytes."""

    of: tuple
    name: str
    mime: str
    data: bytes


@contextmanager
def alone() -> Iterator[None]:
    """Hold the server's one place for heavy work.

    Raises
    ------
    BusyError
        When it is taken.
    """
    if not _HEAVY.acquire(blocking=False):
        raise BusyError
    try:
        yield
    finally:
        _HEAVY.release()


def make(
    label: str,
    name: str,
    mime: str,
    of: tuple,
    work: Callable[[], bytes],
    lang: str,
    **button: object,
) -> None:
    """Draw the button that makes a file, and then the one that saves it.

    Parameters
    ----------
    label : str
        Of the button that makes it.
    name, mime : str
        Of the file.
    of : tuple
        What the file is made of; a file made of something else is no longer offered.
    work : callable
        Makes it.
    lang : str
        "zh" or "en".
    **button
        Further arguments of the button.
    """
    held = st.session_state.get(_MADE)
    ready = held if isinstance(held, Made) and (held.of, held.name) == (of, name) else None
    if st.button(label, key=f"make-{name}", disabled=bool(ready), **button):
        ready = _worked(name, mime, of, work, lang)
    if ready is not None:
        size = f"{len(ready.data) / 1e6:.1f}"
        st.download_button(
            t("export.save", lang, name=ready.name, size=size),
            data=ready.data,
            file_name=ready.name,
            mime=ready.mime,
            key=f"save-{name}",
            type="primary",
            on_click="ignore",
        )


def _worked(name: str, mime: str, of: tuple, work: Callable[[], bytes], lang: str) -> Made | None:
    """Make a file and keep it; None with a line when that is not possible now."""
    try:
        with alone(), st.spinner(t("export.working", lang)):
            made = Made(of, name, mime, work())
    except BusyError:
        st.warning(t("export.busy", lang))
        return None
    except AtlasError as error:
        st.error(plain(error.text(lang)))
        return None
    st.session_state[_MADE] = made
    return made
