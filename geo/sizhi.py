"""Read a four-bounds sentence (四至): which features bound a zone on which side.

The text is normalised (NFKC) and cut into side marks ("东至", "东、南临") and what stands between
them; each side's words become feature names in the order written, with qualifiers ("绿地", "现状")
kept apart. Prose that cannot be read is a warning with the words in question, never an exception.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from geo.measure import HECTARE_PER_KM2, MU_PER_KM2

SIDES = {
    "东": "east", "南": "south", "西": "west", "北": "north",
    "东北": "northeast", "东南": "southeast", "西南": "southwest", "西北": "northwest",
}  # fmt: skip
SIDE_NAMES = {side: char for char, side in SIDES.items()}
SIDE_ORDER = ("east", "south", "west", "north")
MAX_CHARS = 20_000

# "东至", "东、南至", "东侧为", "东以": the compass words and the verb that opens a side.
_MARK = re.compile(
    r"(?P<dirs>[东西][南北]|[东南西北](?:[、,和及与][东南西北]){0,3})(?:侧|面|边|部)?"
    r"(?P<verb>至于|至|到达|到|起自|起|抵|毗邻|紧邻|邻|临近|临|接|靠|以|为)"
)
# Verbs that prose uses as well ("广东为中心"): they open a side only before names of features.
_WEAK = {"以", "为"}
_JOIN = re.compile(r"[、,/]|[—–―~]+|-+|或|以及|及|与|和")
_STOP = re.compile(r"[。;!?()\n]")
# What a name must end with to be taken for a feature when nothing else proves that it is one.
_NAME_END = re.compile(
    r"(?:路|公路|大道|道|街|弄|高速|高架|快速路|线|铁路|河|江|港|塘|浦|泾|浜|溇|渠|湖|海|湾|海塘|"
    r"界|边界|桥|堤|岸|绿地|绿带|地块)$"
)
_BEFORE = re.compile(r"^(?:规划中的|规划|现状|现有|原|拟建|在建|沿)(?=.)")
_AFTER = re.compile(
    r"(?<=.)(?:绿地|绿带|道路中心线|中心线|中线|道路红线|红线|蓝线|岸线|以[东南西北]|[东南西北]侧|"
    r"[东南西北]岸|一线|沿线|为界|止)$"
)
_AREA = re.compile(
    r"(?<![\d.])(?<!\d,)(?P<value>\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,9})?|\d{1,9}(?:\.\d{1,9})?)"
    r"(?P<unit>平方公里|平方千米|km2|公顷|万平方米|万平米|亩)"
)
_PART = re.compile(
    r"(?P<name>\w{0,8}?(?:[一二三四五六七八九十\d]{1,4}期|[东南西北中]{1,4}部?片区|[东南西北]区))"
)
_TO_KM2 = {
    "平方公里": 1.0,
    "平方千米": 1.0,
    "km2": 1.0,
    "公顷": 1 / HECTARE_PER_KM2,
    "万平方米": 0.01,
    "万平米": 0.01,
    "亩": 1 / MU_PER_KM2,
}


# A remark in brackets behind a name, when more names follow: "中环路(申江路)、…".
_REMARK = re.compile(
    r"(?<=\w)\((?![^()]*(?:[东南西北][至到]|片区|期|平方|公顷|亩))([^()\n]{1,20})\)(?=[、,/—–―~及与和或])"
)
# Spaces, and the zero-width marks that come along from web pages; a line break ends a side.
_BLANK = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff]+")
_TAIL = 8  # no name ending or qualifier is longer


@dataclass(frozen=True)
class Bound:
    """One feature that bounds a zone: its name as written and what qualifies it."""

    name: str
    qualifier: str | None = None


@dataclass
class Part:
    """One zone of a text: its name if it has one, stated area, and the bounds of each side."""

    name: str | None = None
    area_km2: float | None = None
    sides: dict[str, tuple[Bound, ...]] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """Return the sides the text does not give, in the usual order.

        A text that bounds its zone by the points between ("东北至") is not asked for the four.
        """
        if any(side not in SIDE_ORDER for side in self.sides):
            return []
        return [side for side in SIDE_ORDER if not self.sides.get(side)]


@dataclass
class Sizhi:
    """A parsed text: its zones, and a warning for everything that could not be read."""

    text: str
    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the parse in the shape of ``python -m geo parse``."""
        return {
            "parts": [
                {
                    "name": part.name,
                    "area_km2": part.area_km2,
                    "sides": {
                        side: [{"name": b.name, "qualifier": b.qualifier} for b in bounds]
                        for side, bounds in part.sides.items()
                    },
                }
                for part in self.parts
            ],
            "warnings": self.warnings,
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
    >>> parse("东至万芳路，南至沈庄塘").parts[0].sides["east"]
    (Bound(name='万芳路', qualifier=None),)
    """
    result = Sizhi(text)
    if len(text) > MAX_CHARS:
        result.warnings.append(f"文本超过 {MAX_CHARS} 字，其余部分未读 (text cut)")
        text = text[:MAX_CHARS]
    plain = normalise(text)
    remarks = dict.fromkeys(_REMARK.findall(plain))
    plain = _REMARK.sub("", plain)
    marks = list(_MARK.finditer(plain))
    part: Part | None = None
    cursor = 0
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(plain)
        dirs = [mark["dirs"]] if mark["dirs"] in SIDES else mark["dirs"]
        sides = [SIDES[char] for char in dirs if char in SIDES]
        words, rest = _side_words(plain[mark.end() : end])
        bounds = _bounds(words)
        if mark["verb"] in _WEAK and not all(_ends(_NAME_END, b.name) for b in bounds):
            continue
        if not bounds:
            warning = f"“{mark[0]}”之后没有可识别的界线 (no feature after mark)"
            if warning not in result.warnings:
                result.warnings.append(warning)
            continue
        lead = plain[cursor : mark.start()]
        if part is None or any(side in part.sides for side in sides) or _PART.search(lead):
            part = _new_part(lead, first=part is None)
            result.parts.append(part)
        for side in sides:
            part.sides[side] = bounds
        cursor = end - len(rest)
        if part.area_km2 is None and number + 1 == len(marks):
            part.area_km2 = _nearest(_areas(rest), 0)
        elif part.area_km2 is None and (found := _PART.search(rest)) is not None:
            part.area_km2 = _nearest(_areas(rest[: found.start()]), 0)
    if result.parts:
        result.warnings += [
            f"括号中的“{remark}”未作界线 (remark in brackets not read)" for remark in remarks
        ]
    _warn(result)
    return result


def _side_words(raw: str) -> tuple[str, str]:
    """Split what follows a mark into the side's words and the prose after them."""
    stop = _STOP.search(raw)
    words, rest = (raw[: stop.start()], raw[stop.start() :]) if stop else (raw, "")
    # A comma may list a further feature or end the side: it lists one only when a name follows.
    pieces = words.split(",")
    kept = 1
    while kept < len(pieces) and (not pieces[kept] or _is_names(pieces[kept])):
        kept += 1
    taken = ",".join(pieces[:kept])
    return taken.rstrip(","), words[len(taken) :] + rest


def _is_names(words: str) -> bool:
    """Tell whether words between two commas read as feature names and nothing else."""
    return all(
        len(piece) <= 14 and _ends(_NAME_END, piece) and not _AREA.search(piece)
        for piece in _pieces(words)
    )


def _pieces(words: str) -> list[str]:
    """Cut a side's words at joiners; 和/与/及/或 join only behind a complete name."""
    pieces, start = [], 0
    for joint in _JOIN.finditer(words):
        word = words[start : joint.start()]
        if joint[0] in {"或", "及", "与", "和", "以及"} and not _ends(_NAME_END, word):
            continue
        pieces.append(word)
        start = joint.end()
    pieces.append(words[start:])
    return [piece for piece in pieces if piece]


def _bounds(words: str) -> tuple[Bound, ...]:
    """Return the features a side's words name, qualifiers taken off, in the order written."""
    bounds = []
    for piece in _pieces(words):
        name, qualifiers = piece, []
        if (before := _BEFORE.match(name)) and len(name) > before.end():
            qualifiers.append(before[0])
            name = name[before.end() :]
        while after := _ends(_AFTER, name):
            if after[0] not in {"为界", "止"}:
                qualifiers.append(after[0])
            name = name[: after.start()]
        bounds.append(Bound(name, "、".join(qualifiers) or None))
    return tuple(bounds)


def _ends(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Match a pattern at the end of a text, without searching through all of it."""
    return pattern.search(text, max(0, len(text) - _TAIL))


def _new_part(lead: str, first: bool) -> Part:
    """Open a zone; its name and stated area stand in the words before its first side."""
    label = None
    for label in _PART.finditer(lead):  # noqa: B007 - the last one is nearest to the sides
        pass
    name = label["name"] if label else None
    scope = lead[label.start() :] if label and not first else lead
    return Part(name=name, area_km2=_nearest(_areas(scope), -1))


def _areas(words: str) -> list[float]:
    """Return the areas stated in words, in km²."""
    return [
        round(float(found["value"].replace(",", "")) * _TO_KM2[found["unit"]], 9)
        for found in _AREA.finditer(words)
    ]


def _nearest(areas: list[float], which: int) -> float | None:
    """Return the first (0) or last (-1) of some areas, None when there is none."""
    return areas[which] if areas else None


def _warn(result: Sizhi) -> None:
    """Note what a reader of the result must know."""
    if not result.parts:
        result.warnings.append("文本中没有四至 (no four-bounds sentence in the text)")
    for part in result.parts:
        if missing := part.missing():
            words = "、".join(SIDE_NAMES[side] for side in missing)
            label = f"{part.name}：" if part.name else ""
            result.warnings.append(f"{label}缺少{words}侧界线 (side missing)")
