"""How the pages on the plans' data open: window, data or one friendly line, what is at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from geo.errors import LANGUAGES, AtlasError
from layers.i18n import t
from views import data, faults
from views.data import Atlas
from views.frame import guarded, plain, set_up


def open_page(title: str, draw: Callable[[Atlas, str], None]) -> None:
    """Draw a page, or one friendly line when the data cannot be used.

    Parameters
    ----------
    title : str
        Key of the page's title.
    draw : callable
        Draws the page from the data, in the language that the address asks for.
    """
    lang = st.query_params.get("lang", "zh")
    lang = lang if lang in LANGUAGES else "zh"
    set_up(t(title, lang), lang)
    try:
        atlas = data.load()
    except AtlasError as error:
        st.title(t(title, lang))
        st.error(f"{t('app.error.plans', lang)}\n\n{plain(error.text(lang))}")
        return
    guarded(lambda: draw(atlas, lang), lang)


def notices(messages: Iterable[str], atlas: Atlas, lang: str, files: bool = True) -> None:
    """Say what was wrong with the address, with rows, and with files the page goes on without.

    Parameters
    ----------
    messages : iterable of str
        What was wrong with the address.
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    files : bool
        Whether the page shows anything of the map's and the layouts' files.
    """
    for message in messages:
        st.warning(plain(message))
    faults.show(atlas.plans, lang)
    for name in atlas.faults if files else ():
        st.error(f"{t(f'app.error.{name}', lang)}\n\n{plain(atlas.faults[name].text(lang))}")
