"""The help panel: the tour, the terms, where the guide is."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from layers.i18n import t
from views.help import glossary, tour
from views.help.hints import hint

_KEY = "help"
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
        st.html(f"<h4>{escape(t('help.terms', lang))}</h4><dl class='terms'>{_terms(lang)}</dl>")
        hint(t("help.guide", lang), lang)


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
