"""The help panel: the tour, the terms, where the guide is."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from layers.i18n import t
from views.help import glossary, guide, tour

_KEY = "help"
_GUIDE = "guide-wanted"
_WIDTH = 460  # pixels


def button(lang: str, go: Callable[[str], None]) -> None:
    """Draw the button that opens the panel; ``go`` opens a page."""
    popover = st.popover(t("help.open", lang), key=_KEY, type="tertiary", on_change="rerun")
    with popover, st.container(width=_WIDTH):
        st.button(
            t("help.tour", lang),
            key="tour-start",
            type="primary",
            on_click=_start,
            args=(go,),
        )
        st.button(t("help.guide", lang), key="guide", on_click=_read)
        st.html(f"<h4>{escape(t('help.terms', lang))}</h4><dl class='terms'>{_terms(lang)}</dl>")
    if st.session_state.pop(_GUIDE, False):
        guide.show(lang)


def _read() -> None:
    """Open the guide, and close the panel."""
    st.session_state[_KEY] = False
    st.session_state[_GUIDE] = True


def _start(go: Callable[[str], None]) -> None:
    """Start the tour with the panel closed: it would lie over what the tour shows."""
    st.session_state[_KEY] = False
    tour.start(go)


def _terms(lang: str) -> str:
    """Return the terms as items of a list, as HTML."""
    return "".join(
        f"<dt>{escape(term.name)}</dt><dd>{escape(term.text)}</dd>"
        for term in glossary.terms(lang).values()
    )
