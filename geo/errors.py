"""What the project raises when it cannot go on, worded for the person who can mend it."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

LANGUAGES = ("zh", "en")
_LISTED = 16  # names that a message lists whole


class AtlasError(Exception):
    """Unusable input: one line that says what is wrong and where, in both languages.

    The command line prints it and exits 2; the app shows it; neither shows a traceback.

    Parameters
    ----------
    en, zh : str
        The same sentence in English and Chinese. Line breaks are folded into spaces.

    Examples
    --------
    >>> AtlasError(en="no park 'x'", zh="没有园区“x”").text("zh")
    '没有园区“x”'
    """

    def __init__(self, en: str, zh: str) -> None:
        self.texts = {"en": " ".join(en.split()), "zh": " ".join(zh.split())}
        super().__init__(self.texts["en"])

    def text(self, lang: str) -> str:
        """Return the message in ``lang`` ("zh" or "en")."""
        return self.texts["zh" if lang == "zh" else "en"]


def unknown(what_en: str, what_zh: str, value: object, known: list[str]) -> AtlasError:
    """Return the error for a value that is not one of the known ones, listing those.

    Parameters
    ----------
    what_en, what_zh : str
        What the value was meant to be, such as "metric" and "指标".
    value : object
        What was given.
    known : list of str
        Every accepted value, in the order to list them.
    """
    listed = names_like(value, known)
    return AtlasError(
        en=f"unknown {what_en} {str(value)!r}; known: {listed}",
        zh=f"没有名为“{value}”的{what_zh}；可用：{listed}",
    )


def names_like(value: object, known: Collection[str]) -> str:
    """Return the accepted names as a message lists them: of many, those most like ``value``."""
    if len(known) <= _LISTED:
        return ", ".join(known)
    names = list(known)
    near = get_close_matches(str(value), names, n=3, cutoff=0.5)
    near += [name for name in names if name not in near][: 6 - len(near)]
    return f"{', '.join(near)} … ({len(names)})"
