"""Reading a page's address: what is not valid is told, and left at its default."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from geo.errors import LANGUAGES, names_like
from layers.i18n import t

# As addresses name them; the first is that of an address without one.
PAGES = ("map", "parks", "finder", "schemes", "data", "trace", "export")
# What mail programs and messengers put into links; it is no error of whoever follows one.
_FOREIGN = re.compile(r"utm_|fbclid$|gclid$|spm$|from$|isappinstalled$|share_")
_SHOWN = 5  # values that a message quotes
_QUOTED = 40  # characters of each


class Query:
    """The parameters of an address.

    Attributes
    ----------
    lang : str
        The language asked for, "zh" where it is none of ours.
    wrong : list of tuple
        Name and value, as quoted, of each parameter that could not be used so far.
    messages : list of str
        One line, in that language, for each parameter that could not be used so far.
    """

    def __init__(self, parameters: Mapping[str, str], known: Collection[str]) -> None:
        self._parameters = parameters
        self.wrong: list[tuple[str, str]] = []
        self.messages: list[str] = []
        asked = parameters.get("lang", "zh")
        self.lang = asked if asked in LANGUAGES else "zh"
        self._strange = [
            name for name in parameters if name not in (*known, "page") and not _FOREIGN.match(name)
        ]
        page = parameters.get("page", "")
        if page and "page" not in known and page != PAGES[0]:
            self._bad("page", [page], PAGES)

    def one(self, name: str, known: Collection[str], default: str = "") -> str:
        """Return a parameter that must be one of ``known``."""
        value = self._parameters.get(name, "")
        if value and value not in known:
            self._bad(name, [value], known)
        return value if value in known else default

    def many(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Return a parameter that lists some of ``known``, each once."""
        values = dict.fromkeys(filter(None, self.text(name).split(",")))
        if wrong := [value for value in values if value not in known]:
            self._bad(name, wrong, known)
        return tuple(value for value in values if value in known)

    def text(self, name: str) -> str:
        """Return a parameter as it came, empty when it is not there."""
        return self._parameters.get(name, "")

    def strange(self) -> str:
        """Return the names of parameters that no page has, as quoted; empty for none."""
        return self._short(self._strange) if self._strange else ""

    def told(self) -> list[str]:
        """Return the messages, those of unknown parameters last."""
        if not self._strange:
            return self.messages
        names = self._short(self._strange)
        return [*self.messages, t("app.bad_name", self.lang, names=names)]

    def _bad(self, name: str, values: list[str], known: Collection[str]) -> None:
        listed, value = names_like(values[0], known), self._short(values)
        self.wrong.append((name, value))
        self.messages.append(t("app.bad_query", self.lang, name=name, value=value, known=listed))

    def _short(self, values: list[str]) -> str:
        quoted = ",".join(value[:_QUOTED] for value in values[:_SHOWN])
        more = len(values) - _SHOWN
        if more <= 0:
            return quoted
        return t("app.bad_query.more", self.lang, values=quoted, more=more)
