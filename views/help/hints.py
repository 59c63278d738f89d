"""A page's explanations: quiet lines in which the field's terms have their tooltips."""

from __future__ import annotations

import streamlit as st

from views.help.glossary import marked


def hint(text: str, lang: str) -> None:
    """Draw an explanation; the text is escaped.

    Parameters
    ----------
    text : str
        Plain text.
    lang : str
        "zh" or "en".
    """
    st.html(hint_html(text, lang))


def hint_html(text: str, lang: str) -> str:
    """Return an explanation as HTML; the text is escaped."""
    return f'<p class="quiet">{marked(text, lang)}</p>'
