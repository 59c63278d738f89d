"""The imprint of a finished map: who made it, when, its approval number, its logo.

Nothing is made up: what is not given is empty, so the same map gives the same file on any day.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812 - "date" is a field's name
from pathlib import Path
from xml.parsers import expat

from geo.errors import AtlasError
from geo.files import shown

LOGO_MOST = 300_000  # bytes
# Characters that a line of the sheet can take.
LONGEST = {"title": 80, "subtitle": 160, "office": 60, "approval": 60}
_NAMES = {
    "title": ("title", "标题"),
    "subtitle": ("subtitle", "副标题"),
    "office": ("office", "制图单位"),
    "approval": ("approval number", "审图号"),
    "date": ("date", "制图日期"),
}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Imprint:
    """What the one who makes a map puts on it besides its content.

    Parameters
    ----------
    title, subtitle : str
        In the place of the map's own; empty for those.
    office : str
        Issuing office.
    approval : str
        Map approval number (审图号).
    date : str
        When the map was made, ISO ("2026-05-19").
    logo : pathlib.Path or None
        PNG, JPEG, WebP or SVG of at most 300 kB.

    Raises
    ------
    AtlasError
        For a text that is too long or has control characters, a date that is none, a logo that is
        missing, too large or no picture.
    """

    title: str = ""
    subtitle: str = ""
    office: str = ""
    approval: str = ""
    date: str = ""
    logo: Path | None = None
    # Read once, when the imprint is made: what is wrong with it is told before any work is done,
    # and one made of it by `retitled` has the same picture.
    logo_uri: str = field(init=False, default="", repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, most in LONGEST.items():
            object.__setattr__(self, name, _line(name, getattr(self, name), most))
        object.__setattr__(self, "date", _date(self.date))
        if self.logo is not None:
            object.__setattr__(self, "logo_uri", logo_uri(self.logo))

    def retitled(self, title: str, subtitle: str) -> Imprint:
        """Return the imprint with other titles, the logo as it was read."""
        other = replace(self, title=title, subtitle=subtitle, logo=None)
        object.__setattr__(other, "logo", self.logo)
        object.__setattr__(other, "logo_uri", self.logo_uri)
        return other

    def payload_part(self, lang: str) -> dict:  # noqa: ARG002 - as of every part of a payload
        """Return ``{"imprint": {office, approval, date, logo}}``; each empty when not given."""
        own = {"office": self.office, "approval": self.approval, "date": self.date}
        return {"imprint": {**own, "logo": self.logo_uri}}


def _line(name: str, text: str, most: int) -> str:
    """Return a text without blanks around it, or raise for what is no line of a sheet."""
    en, zh = _NAMES[name]
    text = text.strip()
    # Line breaks, control characters, marks that turn the direction of writing, halves of pairs.
    bad = next((c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")), None)
    if bad is not None:
        raise AtlasError(
            en=f"the {en} has a character that cannot be shown (U+{ord(bad):04X})",
            zh=f"{zh}含有不能显示的字符（U+{ord(bad):04X}）",
        )
    if len(text) > most:
        raise AtlasError(
            en=f"the {en} has {len(text)} characters; at most {most}",
            zh=f"{zh}有 {len(text)} 个字符，最多 {most} 个",
        )
    return text


def _date(text: str) -> str:
    """Return an ISO date, empty for none, or raise."""
    text = text.strip()
    try:
        if text and not _ISO.fullmatch(text):
            raise ValueError
        return Date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise AtlasError(
            en=f"not a date: {text!r}; write it as 2026-05-19",
            zh=f"不是日期：“{text}”；请写作 2026-05-19",
        ) from None


def logo_uri(path: Path) -> str:
    """Return a picture as a data: URI, its kind told by what is in it and not by its name.

    Parameters
    ----------
    path : path-like
        PNG, JPEG, WebP or SVG of at most 300 kB. The page shows it as an ``<img>``, in which a
        browser runs no script and loads nothing.

    Raises
    ------
    AtlasError
        When it cannot be read, is too large or no such picture.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(LOGO_MOST + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AtlasError(
            en=f"cannot read the logo {shown(path)}: {reason}",
            zh=f"无法读取标志图 {shown(path)}：{reason}",
        ) from error
    except ValueError as error:  # a NUL in the name
        raise AtlasError(
            en=f"cannot read the logo {shown(path)!r}", zh=f"无法读取标志图“{shown(path)!r}”"
        ) from error
    if len(data) > LOGO_MOST:
        raise AtlasError(
            en=f"the logo {shown(path)} is larger than {LOGO_MOST // 1000} kB",
            zh=f"标志图 {shown(path)} 大于 {LOGO_MOST // 1000} kB",
        )
    kind = picture_kind(data)
    if not kind:
        raise AtlasError(
            en=f"the logo {shown(path)} is not a complete PNG, JPEG, WebP or SVG picture",
            zh=f"标志图 {shown(path)} 不是完整的 PNG、JPEG、WebP 或 SVG 图片",
        )
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def picture_kind(data: bytes) -> str:
    """Return a picture's media type by its content, empty for what is none or not whole.

    Examples
    --------
    >>> picture_kind(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), picture_kind(b"GIF89a")
    ('image/svg+xml', '')
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png" if data[12:16] == b"IHDR" and b"IEND\xaeB`\x82" in data[-64:] else ""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg" if b"\xff\xd9" in data[-4096:] else ""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp" if int.from_bytes(data[4:8], "little") + 8 <= len(data) else ""
    return "image/svg+xml" if _is_svg(data) else ""


class _Stop(Exception):  # noqa: N818 - no error: enough was seen
    """The reading of an XML text ends here."""


def _is_svg(data: bytes) -> bool:
    """Say whether a text is well-formed XML with an SVG root.

    Entities are allowed, drawing programs write them; expat and the browsers limit what they make.
    """
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, _: dict[str, str]) -> None:
        if not roots and name != "http://www.w3.org/2000/svg svg":
            raise _Stop
        roots.append(name)

    parser.StartElementHandler = begin
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _Stop, ValueError, LookupError):
        return False
    return bool(roots)
