"""Files that are heavy or may fail: made when their button is pressed, then offered.

A file is not made in a deferred download: Streamlit would swallow its fault and say so in English.
Heavy ones are made one at a time on the whole server: who comes while one is made is told so at
once. What was made is kept for its session until something else is made or what it is made of
changes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import streamlit as st

from layers.i18n import t
from views.frame import guarded

_HEAVY = threading.Lock()
_MEGABYTE = 10**6
_MADE, _LAST = "files-made", "last"
# The press that asked for the file saves it as well; where a browser does not let it, the button
# is there.
_START = """<script>
(() => {
  let tries = 40;
  const start = () => {
    const button = document.querySelector('.st-key-SAVE button');
    if (button) button.click();
    else if (tries-- > 0) setTimeout(start, 50);
  };
  setTimeout(start, 50);
})();
</script>"""


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
    *,
    heavy: bool = True,
    disabled: bool = False,
    **button: object,
) -> None:
    """Draw the button that makes a file; once made it is saved, and offered again.

    A fault is one line in the user's language; the rest of the page goes on.

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
    heavy : bool
        It takes the server's one place for heavy work.
    disabled : bool
        It cannot be made now.
    **button
        Further arguments of the button.
    """
    held = st.session_state.setdefault(_MADE, {}).get(_LAST)
    ready = held if isinstance(held, Made) and (held.of, held.name) == (of, name) else None
    key = _key(f"save-{name}")
    pressed = st.button(label, key=f"make-{name}", disabled=disabled or ready is not None, **button)
    # Of a double click the second press finds the file made.
    if pressed and ready is None:
        ready = _worked(name, mime, of, work, lang, heavy)
    if ready is None or disabled:
        return
    size = _size(len(ready.data))
    st.download_button(
        t("export.save", lang, name=ready.name, size=size),
        data=ready.data,
        file_name=ready.name,
        mime=ready.mime,
        key=key,
        type="primary",
        on_click="ignore",
    )
    if pressed:
        st.html(_START.replace("SAVE", key), unsafe_allow_javascript=True)


def _size(count: int) -> str:
    """Return how large a file is."""
    if count >= _MEGABYTE / 10:
        return f"{count / _MEGABYTE:.1f} MB"
    return f"{max(count // 1000, 1)} kB"


def _key(name: str) -> str:
    """Return a key of a widget that is as it is the name of its class on the page."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def _worked(
    name: str, mime: str, of: tuple, work: Callable[[], bytes], lang: str, heavy: bool
) -> Made | None:
    """Make a file and keep it; None with a line when that is not possible now."""
    # A plain dict: what is put into it stays when the next press ends this run of the page.
    kept = st.session_state[_MADE]

    def made() -> Made | None:
        try:
            with alone() if heavy else nullcontext(), st.spinner(t("export.working", lang)):
                kept[_LAST] = Made(of, name, mime, work())
        except BusyError:
            st.warning(t("export.busy", lang))
            return None
        return kept[_LAST]

    return guarded(made, lang)


def forget() -> None:
    """Forget the file that was made last."""
    st.session_state.pop(_MADE, None)
