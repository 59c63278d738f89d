"""A sentence in both languages: why something was decided, or what a reader must know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One sentence in Chinese and English."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """Return the sentence in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en
