"""Read a four-bounds text (四至): which features bound a zone on which side.

`parse` normalises the text (NFKC), reads it by the grammar of `geo.sizhi.grammar` with the words of
`geo.sizhi.words`, and returns the zones (`geo.sizhi.zones`) together with a token for every
character: what was read as what, and what was not read. Prose that cannot be read is a warning
with the words in question, never an exception.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from geo.reason import Reason
from geo.sizhi import words
from geo.sizhi.grammar import Reader
from geo.sizhi.names import Span
from geo.sizhi.records import SIDE_NAMES, SIDE_ORDER, SIDES, Bound, Part, Token
from geo.sizhi.unread import unread_words, unsure_distances
from geo.sizhi.zones import Zones

__all__ = [
    "MAX_CHARS", "SIDES", "SIDE_NAMES", "SIDE_ORDER", "Bound", "Part", "Sizhi", "Token",
    "normalise", "parse",
]  # fmt: skip

MAX_CHARS = 20_000
_MOST_WARNINGS = 12

# Spaces, and the zero-width marks that come along from web pages; a line break ends a side.
_BLANK = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff]+")


@dataclass
class Sizhi:
    """A parsed text: its zones, its tokens, and a warning for everything that could not be read.

    Attributes
    ----------
    text : str
        The text as given.
    plain : str
        The normalised text; the tokens cover it completely, in order and without overlap.
    parts : list of Part
    warnings : list of Reason
    tokens : tuple of Token
    """

    text: str
    plain: str = ""
    parts: list[Part] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    tokens: tuple[Token, ...] = ()

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """Return the parse in the shape of ``python -m geo parse``, warnings in ``lang``."""
        return {
            "parts": [part.as_json() for part in self.parts],
            "warnings": [warning.text(lang) for warning in self.warnings],
        }


def normalise(text: str) -> str:
    """Return text with full-width forms folded (NFKC) and spaces and invisible marks dropped."""
    folded = _BLANK.sub("", unicodedata.normalize("NFKC", text))
    # A mark that stood apart may join its letter once the blank between them is gone.
    return unicodedata.normalize("NFKC", folded)


def parse(text: str) -> Sizhi:
    """Parse a text that holds one or several four-bounds sentences.

    Parameters
    ----------
    text : str
        Any string; more than 20,000 characters are cut off with a warning.

    Returns
    -------
    Sizhi
        With no parts and a warning when the text holds no boundary.

    Examples
    --------
    >>> [b.name for b in parse("东至万芳路、陈行公路，南至沈庄塘").parts[0].sides["east"]]
    ['万芳路', '陈行公路']
    """
    plain = normalise(text[:MAX_CHARS])
    reader = Reader(plain)
    zones = Zones(reader)
    zones.read()
    result = Sizhi(text, plain, [draft.part for draft in zones.drafts])
    if len(text) > MAX_CHARS:
        result.warnings.append(
            Reason(
                f"文本超过 {MAX_CHARS} 字，其余部分未读",
                f"the text is longer than {MAX_CHARS} characters; the rest was not read",
            )
        )
    if result.parts:
        result.warnings += _few(reader.warnings)
    _warn(result)
    result.tokens = _tokens(plain, zones.spans)
    result.warnings += _few(
        [*unread_words(plain, zones.drafts, result.tokens), *unsure_distances(plain, zones.drafts)]
    )
    return result


def _few(warnings: list[Reason]) -> list[Reason]:
    """Return the first warnings and the number of the others."""
    if len(warnings) <= _MOST_WARNINGS:
        return warnings
    more = len(warnings) - _MOST_WARNINGS
    return [
        *warnings[:_MOST_WARNINGS],
        Reason(f"另有 {more} 条提示从略", f"{more} more warnings are left out"),
    ]


def _warn(result: Sizhi) -> None:
    """Note what a reader of the result must know."""
    if not result.parts:
        result.warnings.append(
            Reason("文本中没有四至", "there is no four-bounds sentence in the text")
        )
    for part in result.parts:
        if missing := part.missing():
            listed = (", ".join(missing[:-1]), missing[-1])
            zh = "、".join(SIDE_NAMES[side] for side in missing)
            label_zh, label_en = (f"{part.name}：", f"{part.name}: ") if part.name else ("", "")
            reason = Reason(
                f"{label_zh}缺少{zh}侧界线",
                f"{label_en}no {' or '.join(filter(None, listed))} side is given",
            )
            if reason not in result.warnings:
                result.warnings.append(reason)


def _tokens(plain: str, spans: list[Span]) -> tuple[Token, ...]:
    """Return a token for every stretch of a text: what was read, and what lies between."""
    tokens: list[Token] = []
    at = 0
    for start, end, role in sorted(spans):
        if end <= at:
            continue
        if start > at:
            _fill(plain, at, start, tokens)
        start = max(start, at)
        tokens.append(Token(start, end, plain[start:end], role))
        at = end
    if at < len(plain):
        _fill(plain, at, len(plain), tokens)
    return tuple(tokens)


def _fill(plain: str, start: int, stop: int, tokens: list[Token]) -> None:
    """Add tokens for words between those that were read: punctuation, introductions, prose."""
    if stop - start == 1 and plain[start] in "为是即由的在":
        tokens.append(Token(start, stop, plain[start:stop], "connective"))
        return
    at = start
    for found in words.INTRO.finditer(plain, start, stop):
        if found.start() > at:
            tokens.append(Token(at, found.start(), plain[at : found.start()], "ignored"))
        tokens.append(Token(*found.span(), found[0], "connective"))
        at = found.end()
    if at < stop:
        tokens.append(Token(at, stop, plain[at:stop], "ignored"))
