"""What a promoter hands over: who it is for and from, which parks; the words checked.

A user's words are in memory only: they go into the file that is asked for, into no address and no
log.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812 - "date" is a field's name
from pathlib import Path

from geo.errors import LANGUAGES, AtlasError, unknown
from layers.i18n import t
from layers.pictures import picture

MOST_PARKS = 3
# Characters that the page has room for.
LONGEST = {
    "title": 60, "prospect": 60, "organisation": 60, "contact": 40, "phone": 40, "email": 80,
    "date": 20, "remark": 240,
}  # fmt: skip
FIELDS = tuple(LONGEST)
# Control characters, marks that turn the direction of writing, halves of pairs, line breaks.
_REMOVED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINERS = "\u200c\u200d"  # without which some scripts are misspelt
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日", re.ASCII
)


@dataclass(frozen=True)
class Proposal:
    """The words around a ranking on its way to a prospect; made by `proposal`.

    Attributes
    ----------
    lang : str
    parks : tuple of str
        Ids, one to three.
    title, prospect, organisation, contact, phone, email, date, remark : str
        One line each, clean; the date ISO. Empty for what is not given.
    """

    lang: str
    parks: tuple[str, ...]
    title: str = ""
    prospect: str = ""
    organisation: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    date: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Checked:
    """A proposal as far as it could be made, and one line in its language for each fault."""

    proposal: Proposal
    messages: tuple[str, ...] = field(default=())


def clean(text: str) -> str:
    r"""Return a text as one line without characters that are not seen.

    Examples
    --------
    >>> clean(" Ann\tLee\u202e \n Ltd ")
    'Ann Lee Ltd'
    """
    seen = (
        " " if c.isspace() else c
        for c in text
        if c.isspace() or c in _JOINERS or unicodedata.category(c) not in _REMOVED
    )
    return " ".join("".join(seen).split())


def proposal(lang: str, parks: tuple[str, ...], words: Mapping[str, str]) -> Checked:
    """Return the proposal of a user's words.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    parks : tuple of str
        One to three ids.
    words : mapping of str to str
        By `FIELDS`; what is missing is empty.

    Returns
    -------
    Checked
        Texts that are too long, and a date that is none, are left out and told.

    Raises
    ------
    AtlasError
        For an unknown language, or another number of parks.
    """
    if lang not in LANGUAGES:
        raise unknown("language", "语言", lang, list(LANGUAGES))
    if not 1 <= len(parks) <= MOST_PARKS:
        raise AtlasError(
            en=f"a proposal is of 1 to {MOST_PARKS} parks, not {len(parks)}",
            zh=f"建议书应有 1 至 {MOST_PARKS} 个园区，不能是 {len(parks)} 个",
        )
    made, messages = Proposal(lang, parks), []
    for name in FIELDS:
        text = clean(words.get(name, ""))
        if len(text) > LONGEST[name]:
            # What was typed is not in the message: messages may be kept.
            about = {"field": t(f"proposal.field.{name}", lang), "most": LONGEST[name]}
            messages.append(t("proposal.too_long", lang, **about, count=len(text)))
            continue
        if name == "date":
            day = _day(text)
            if text and day is None:
                messages.append(t("proposal.bad_date", lang))
                continue
            text = day.isoformat() if day else ""
        made = replace(made, **{name: text})
    return Checked(made, tuple(messages))


def shown_date(iso: str, lang: str) -> str:
    """Return a date as people write it, empty for none.

    Examples
    --------
    >>> shown_date("2026-05-09", "zh"), shown_date("2026-05-09", "en")
    ('2026年5月9日', '9 May 2026')
    """
    if not iso:
        return ""
    day = Date.fromisoformat(iso)
    month = t("proposal.months", lang).split(",")[day.month - 1]
    return t("proposal.day", lang, year=day.year, month=month, day=day.day)


def _day(text: str) -> Date | None:
    """Return the day that a text names, None for none."""
    found = _DATE.fullmatch(text)
    try:
        return Date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


def as_pdf(html: str) -> bytes:
    """Return a proposal's page as PDF, by a browser of this machine.

    The page and the PDF lie in folders that only this user can read, and are gone afterwards.

    Raises
    ------
    AtlasError
        As of `layers.pictures.picture`: when there is no browser, or it fails.
    """
    with tempfile.TemporaryDirectory(prefix="park-atlas-", ignore_cleanup_errors=True) as folder:
        return picture(html, Path(folder) / "proposal.pdf").read_bytes()
