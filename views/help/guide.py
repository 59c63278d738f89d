"""The user guide inside the app: the same text and pictures as in the project's ``docs`` folder."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

import geo
from geo.errors import AtlasError
from geo.files import read_text
from layers.i18n import t

DOCS = geo.ROOT / "docs"
_PICTURE = re.compile(r"^ *!\[([^\]]*)\]\((images/[\w.-]+)\)$", re.MULTILINE)
# Links lead to other files of the folder, which the server does not serve.
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!http)[^)]*\)")


def path(lang: str) -> Path:
    """Return the guide's file."""
    return DOCS / f"user-guide.{lang}.md"


def parts(text: str) -> list[tuple[str, str]]:
    r"""Return a guide as pieces in order: ("text", Markdown) and ("picture", path below ``docs``).

    Examples
    --------
    >>> parts("# A\n\nSee [b](b.md).\n\n![c](images/c.png)\n")
    [('text', 'See b.'), ('picture', 'images/c.png')]
    """
    # The window has the title; the links under it lead to the other files of the folder.
    text = re.sub(r"\A# .*\n+(?:\[.*\n)?", "", text)
    found, at = [], 0
    for picture in _PICTURE.finditer(text):
        found += [("text", text[at : picture.start()]), ("picture", picture[2])]
        at = picture.end()
    found.append(("text", text[at:]))
    cleaned = ((kind, _LINK.sub(r"\1", piece).strip()) for kind, piece in found)
    return [(kind, piece) for kind, piece in cleaned if piece]


def show(lang: str) -> None:
    """Open the guide over the page."""
    st.dialog(t("help.guide", lang), width="large")(_draw)(lang)


def _draw(lang: str) -> None:
    try:
        text = read_text(path(lang))
    except AtlasError as error:
        st.error(error.text(lang))
        return
    for kind, piece in parts(text):
        if kind == "text":
            st.markdown(piece)
        elif (DOCS / piece).is_file():
            st.image(str(DOCS / piece))
