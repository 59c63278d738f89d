"""The field's terms, each with a fixed name and what it means; tooltips on them in our HTML.

The words are those of ``layers/text/help.<lang>.yaml``: a term's name, what it means, and under
which words the pages' texts have it.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import NamedTuple

from layers.i18n import catalogue, t

_KEY = re.compile(r"help\.term\.(\w+)")


class Term(NamedTuple):
    """A term in one language."""

    id: str
    name: str
    text: str
    words: tuple[str, ...]


@cache
def terms(lang: str) -> dict[str, Term]:
    """Return the terms by id, in the order a newcomer meets them."""
    ids = [found[1] for key in catalogue(lang) if (found := _KEY.fullmatch(key))]
    return {
        name: Term(
            name,
            t(f"help.term.{name}", lang),
            t(f"help.term.{name}.text", lang),
            tuple(filter(None, t(f"help.term.{name}.words", lang).split("|"))),
        )
        for name in ids
    }


def tip(term: str, lang: str) -> str:
    """Return what a term means, for the tooltip of a control."""
    return terms(lang)[term].text


def marked(text: str, lang: str) -> str:
    """Return text as HTML in which the first use of each term has a tooltip.

    Parameters
    ----------
    text : str
        Plain text; it is escaped.
    lang : str
        "zh" or "en".

    Examples
    --------
    >>> marked("<b>", "zh")
    '&lt;b&gt;'
    """
    parts, at, seen = [], 0, set()
    for found in _pattern(lang).finditer(text):
        term = _by_word(lang)[found[0].lower()]
        if term.id in seen:
            continue
        seen.add(term.id)
        parts += [escape(text[at : found.start()]), _mark(found[0], term)]
        at = found.end()
    return "".join(parts) + escape(text[at:])


def _mark(word: str, term: Term) -> str:
    """Return a word with its tooltip, which the pointer or the keyboard's focus shows."""
    return (
        f'<span class="term" tabindex="0">{escape(word)}'
        f'<span class="tip" role="tooltip">{escape(term.text)}</span></span>'
    )


@cache
def _by_word(lang: str) -> dict[str, Term]:
    return {word.lower(): term for term in terms(lang).values() for word in term.words}


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    """Return what finds a term's words, the longest first; in English only whole words."""
    words = sorted(_by_word(lang), key=len, reverse=True)
    found = "|".join(map(re.escape, words))
    return re.compile(rf"\b(?:{found})\b" if lang == "en" else found, re.IGNORECASE)
