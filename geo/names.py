"""Names of lines as texts write them: suffixes, codes, old names, words that name no line.

Only words are dealt with here; `geo.reference` finds the lines. Nothing is guessed: a variant is
one of a known group, an old name stands in ``data/boundaries/reference/names.yaml`` with its
reason, and what is merely spelled alike is a suggestion.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from geo import REFERENCE
from geo.located import read_located
from geo.reason import Reason

NAMES_FILE = REFERENCE / "names.yaml"
# Suffixes that official texts and maps exchange for one and the same feature. A road and its
# elevated twin, or an expressway of the same stem, are different features and in different groups.
_SUFFIX_GROUPS = (
    ("高铁", "高速铁路"),
    ("高架路", "高架道路", "高架"),
    ("高速", "高速公路", "快速路"),
    ("路", "公路", "大道", "大街"),
    ("河", "港", "塘", "浦", "泾"),
)
# A railway is mapped as 沪昆线 where texts have 沪昆铁路; not so a line of metro, a ring road, a
# border, a bank, or a line of power.
_RAILWAY = re.compile(r"(?P<stem>..+?)(?P<suffix>铁路线|铁路|(?<![环号界岸干管压道沿电])线)")
_METRO = re.compile(
    r"(?:上海)?(?:地铁|轨道交通|轨交)(?P<number>\d{1,2}|[一二三四五六七八九]|十[一二三四五六七八九]?)号线"
)
_RING = re.compile(r"[内中外]环")
_CODE = re.compile(r"([AGS]\d{1,4})(?:(?:高速)?公路|高速|国道|省道|线|段)?", re.IGNORECASE)
_PLANNED = re.compile(r"规划[一二三四五六七八九十\d]*号?(?:道路|支路|路|街|河道|河|公路)?")
_LOCAL_BORDER = re.compile(r".*(?:镇|村|乡|街道|居委会?)域?(?:行政)?(?:区划)?(?:交|边)?界线?")
GENERIC = {
    **dict.fromkeys(("铁路", "现状铁路", "既有铁路", "铁路线"), "rail"),
    **dict.fromkeys(("河道", "河流", "现状河道", "现状河流"), "river"),
    **dict.fromkeys(("区界", "区边界", "行政区界", "区行政边界", "区界线"), "border"),
}
PLANNED = Reason("规划中的道路或河道不在现状地图上", "a planned road or river is on no map")
LOCAL_BORDER = Reason(
    "参考数据没有镇、村、街道的界线", "borders of towns and villages are not in the reference"
)
# Kinds of feature that no reference of lines holds.
NOT_HELD = {
    "coast": Reason("参考数据没有海岸线", "the coast is not in the reference"),
    "pipeline": Reason(
        "参考数据没有管线和高压线", "pipelines and power lines are not in the reference"
    ),
    "parcel": Reason("参考数据没有地块", "parcels of land are not in the reference"),
}


@dataclass(frozen=True)
class OtherName:
    """What a word stands for: names on the map in order, how it is known, and why."""

    names: tuple[str, ...]
    how: str
    reason: Reason


def suffix_variants(name: str) -> list[str]:
    """Return a name under the other suffixes of its group, in the group's order.

    Examples
    --------
    >>> suffix_variants("三鲁路")
    ['三鲁公路', '三鲁大道', '三鲁大街']
    >>> suffix_variants("延安高架路")
    ['延安高架道路', '延安高架']
    """
    if name in GENERIC or (name.endswith("铁路") and not name.endswith("高速铁路")):
        return []  # no 沪昆铁公路
    for group in _SUFFIX_GROUPS:
        for suffix in sorted(group, key=len, reverse=True):
            if name.endswith(suffix) and len(name) > len(suffix):
                stem = name[: -len(suffix)]
                return [stem + other for other in group if other != suffix]
    return []


def rail_variants(name: str) -> list[str]:
    """Return a railway's name as a map may have it; such a name is taken for a railway only.

    Examples
    --------
    >>> rail_variants("金山铁路"), rail_variants("轨道交通5号线"), rail_variants("外环线")
    (['金山线'], ['上海地铁5号线'], [])
    """
    if name in GENERIC or name.endswith("高速铁路"):
        return []
    if metro := _METRO.fullmatch(name):
        number = metro["number"]
        if not number.isdigit():
            ones = number.removeprefix("十")
            digit = "一二三四五六七八九".index(ones) + 1 if ones else 0
            number = str(digit + 10 * ("十" in number))
        full = f"上海地铁{int(number)}号线"
        return [] if full == name else [full]
    found = _RAILWAY.fullmatch(name)
    if not found:
        return []
    return [found["stem"] + suffix for suffix in ("线", "铁路") if suffix != found["suffix"]]


def ring_road(name: str) -> str | None:
    """Return the road a ring is named for: 中环 is 中环路; None for any other name."""
    return f"{name}路" if _RING.fullmatch(name) else None


def other_names(word: str) -> list[OtherName]:
    """Return what a code or an old name stands for; codes with or without 公路, 高速 behind."""
    known = _known()
    code = _CODE.fullmatch(word)
    if code:
        return known.get(code[1].upper(), [])
    return known.get(word, []) or [
        found
        for variant in (*rail_variants(word), *suffix_variants(word))
        for found in known.get(variant, [])
    ]


def no_line(word: str, kind: str | None = None) -> Reason | None:
    """Return why a word can be on no line of any reference; None when it may."""
    if _PLANNED.fullmatch(word):
        return PLANNED
    if _LOCAL_BORDER.fullmatch(word):
        return LOCAL_BORDER
    return NOT_HELD.get(kind or "")


@lru_cache(maxsize=1)
def _known() -> dict[str, list[OtherName]]:
    return load_other_names(NAMES_FILE)


def load_other_names(path: Path) -> dict[str, list[OtherName]]:
    """Return codes and old names out of a file such as ``names.yaml``, by word.

    Raises
    ------
    AtlasError
        Naming file, line and field of what is missing or unknown.
    """
    document = read_located(path)
    document.only(("expressways", "railways"))
    found: dict[str, list[OtherName]] = defaultdict(list)
    railways = document.mappings("railways", optional=True)
    for entry in [*document.mappings("expressways"), *railways]:
        entry.only(("names", "codes", "old_codes", "old_names", "note"))
        names = entry.texts("names")
        note = entry.mapping("note")
        reason = Reason(note.text("zh"), note.text("en"))
        for field, how in (("codes", "code"), ("old_codes", "code"), ("old_names", "old_name")):
            for word in entry.texts(field, optional=True):
                found[word].append(OtherName(names, how, reason))
    return dict(found)


class Alike:
    """Finds the names spelled most like a word, among thousands, in a millisecond.

    As `difflib.get_close_matches`, but only names that share enough characters are compared.

    Parameters
    ----------
    names : iterable of str
        What may be suggested.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._lengths = np.array([len(name) for name in self._names])
        rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for character, count in Counter(name).items():
                rows[character].append((number, count))
        self._rows = {character: np.array(found).T for character, found in rows.items()}

    def __call__(self, word: str, most: int = 3, least: float = 0.6) -> tuple[str, ...]:
        """Return up to ``most`` names with a similarity of at least ``least``, the best first."""
        word = word[:60]
        shared = np.zeros(len(self._names), dtype=np.int64)
        for character, count in Counter(word).items():
            if character in self._rows:
                numbers, counts = self._rows[character]
                shared[numbers] += np.minimum(counts, count)
        # No arrangement of the shared characters can be more alike than this.
        bound = 2.0 * shared / np.maximum(self._lengths + len(word), 1)
        compared = difflib.SequenceMatcher(autojunk=False)
        compared.set_seq2(word)
        found: list[tuple[float, str]] = []
        for number in np.argsort(-bound, kind="stable").tolist():
            if bound[number] < least or (len(found) >= most and bound[number] < found[-1][0]):
                break
            compared.set_seq1(self._names[number])
            ratio = compared.ratio()
            if ratio >= least:
                found = sorted([*found, (ratio, self._names[number])], reverse=True)[:most]
        return tuple(name for _, name in found)
