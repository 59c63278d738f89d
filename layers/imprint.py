"""The imprint of a finished map: who made it, when, its approval number, its logo.

Nothing is made up: what is not given is empty, so the same map gives the same file on any day.
"""

from __future__ import annotations

import base64
import re
import stat
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812 - "date" is a field's name
from pathlib import Path

from geo.errors import AtlasError
from geo.files import shown
from layers.logos import foreign_encoding, picture_kind

LOGO_MOST = 300_000  # bytes
# Characters that a line of the sheet can take.
LONGEST = {
    "title": 80, "subtitle": 160, "office": 60, "approval": 60,
    "title_en": 120, "subtitle_en": 240, "office_en": 100,
}  # fmt: skip
_NAMES = {
    "title": ("title", "标题"),
    "subtitle": ("subtitle", "副标题"),
    "office": ("office", "制图单位"),
    "approval": ("approval number", "审图号"),
    "date": ("date", "制图日期"),
    "title_en": ("English title", "英文标题"),
    "subtitle_en": ("English subtitle", "英文副标题"),
    "office_en": ("English name of the office", "制图单位英文名"),
}
_REFUSED = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"  # without which some scripts and emoji are misspelt
_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})|(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日", re.ASCII
)


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
        When the map was made, ISO ("2026-05-19") or "2026年5月19日"; kept as the first.
    logo : pathlib.Path or None
        PNG, JPEG, WebP or SVG of at most 300 kB.
    title_en, subtitle_en, office_en : str
        What English readers get in the place of those; empty for the same.

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
    title_en: str = ""
    subtitle_en: str = ""
    office_en: str = ""
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
        own = {"title": title, "subtitle": subtitle, "title_en": "", "subtitle_en": ""}
        other = replace(self, **own, logo=None)
        object.__setattr__(other, "logo", self.logo)
        object.__setattr__(other, "logo_uri", self.logo_uri)
        return other

    def text(self, name: str, lang: str) -> str:
        """Return ``name`` ("title", "subtitle" or "office") in ``lang`` ("zh" or "en")."""
        return (lang == "en" and getattr(self, f"{name}_en")) or getattr(self, name)

    def payload_part(self, lang: str) -> dict:
        """Return ``{"imprint": {office, approval, date, logo}}``; each empty when not given."""
        own = {"office": self.text("office", lang), "approval": self.approval, "date": self.date}
        return {"imprint": {**own, "logo": self.logo_uri}}


def _line(name: str, text: str, most: int) -> str:
    """Return a text without blanks around it, or raise for what is no line of a sheet."""
    en, zh = _NAMES[name]
    text = text.strip()
    # Line breaks, control characters, marks that turn the direction of writing, halves of pairs.
    refused = (c for c in text if unicodedata.category(c) in _REFUSED and c not in _JOINERS)
    bad = next(refused, None)
    # What Python makes of bytes of an argument that it cannot decode.
    if bad is not None and "\udc80" <= bad <= "\udcff":
        raise AtlasError(
            en=f"the {en} is not text in the encoding of the terminal",
            zh=f"{zh}不是终端所用编码的文本",
        )
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
    text = _line("date", text, len(text))
    try:
        if not text:
            return ""
        found = _DATE.fullmatch(text)
        if found is None:
            raise ValueError
        return Date(*(int(part) for part in found.groups() if part)).isoformat()
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
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # A pipe would be waited for without end.
            raise AtlasError(
                en=f"the logo {shown(path)} is not a file", zh=f"标志图 {shown(path)} 不是文件"
            )
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
    if not kind and (encoding := foreign_encoding(data)) is not None:
        named = (f" ({encoding})", f"（{encoding}）") if encoding else ("", "")
        raise AtlasError(
            en=f"the logo {shown(path)} is an SVG that is not UTF-8{named[0]}; save it as UTF-8",
            zh=f"标志图 {shown(path)} 是非 UTF-8 编码的 SVG{named[1]}；请另存为 UTF-8",
        )
    if not kind:
        raise AtlasError(
            en=f"the logo {shown(path)} is not a complete PNG, JPEG, WebP or SVG picture",
            zh=f"标志图 {shown(path)} 不是完整的 PNG、JPEG、WebP 或 SVG 图片",
        )
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
