"""What the app's pages share: the window, the style, words that Markdown leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TypeVar

import streamlit as st

from geo.errors import AtlasError
from geo.files import read_text
from layers.i18n import t
from views import logs, theme

T = TypeVar("T")
_STYLE = Path(__file__).with_name("page.css")


def set_up(title: str, lang: str) -> None:
    """Set the window's title and the app's style, with our words where Streamlit has its own."""
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="auto")
    words = {name: t(f"app.upload.{name}", lang) for name in ("browse", "too_large")}
    # The catalogue's words only: nothing a user wrote comes into the style.
    properties = "".join(f'--word-{name}: "{word}"; ' for name, word in words.items())
    st.html(f"<style>{theme.style()} :root {{ {properties}}}\n{read_text(_STYLE)}</style>")


def plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:&" else c for c in text)


def guarded(draw: Callable[[], T], lang: str) -> T | None:
    """Draw a page or a section of one; the rest goes on without one that fails.

    What is wrong with data or input is told in its own words; a fault of the program is one line
    with a number that the server's log has (`views.logs`).

    Parameters
    ----------
    draw : callable
    lang : str
        "zh" or "en".

    Returns
    -------
    object or None
        What ``draw`` returns; None after a fault.
    """
    try:
        return draw()
    except AtlasError as error:
        st.error(plain(error.text(lang)))
        return None
    except Exception as error:  # the last line of defence
        st.error(t("app.error.page", lang, reference=logs.report(error, "page error")))
        return None


def head(title: str, subtitle: str, tail: str = "") -> None:
    """Draw the bar at the top of a page; every text is escaped."""
    st.html(
        f'<header class="bar"><h1>{escape(title)}</h1>'
        f"<p>{escape(subtitle)}</p><b>{escape(tail)}</b></header>"
    )
