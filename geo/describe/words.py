"""The words of a description: names and remarks that the reader of clauses reads back as meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.digitize import resolve
from geo.measure import MU_PER_KM2
from geo.reference import Match, Reference
from geo.sizhi import SIDE_NAMES, SIDE_ORDER, Bound, parse

_BORDER = re.compile(r"(.+)—(.+)界")
NO_NAME = "无名称界线"
STRAIGHT = "以直线相接"
UNNAMED = {"road": "沿无名道路", "river": "沿无名河道", "rail": "沿无名铁路"}


class Speaker:
    """Finds, for each line of a reference, words that are read back as that line.

    Parameters
    ----------
    reference : Reference
    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._known: dict[str, str | None] = {}

    def name(self, key: str) -> str | None:
        """Return how a clause names a line; None when no wording is read back as that line."""
        if key not in self._known:
            self._known[key] = next(filter(lambda way: self._means(way, key), _ways(key)), None)
        return self._known[key]

    def _means(self, word: str, key: str) -> bool:
        parts = parse(f"东至{word}，南至{word}").parts
        if len(parts) != 1 or set(parts[0].sides) != {"east", "south"}:
            return False
        return all(
            len(bounds) == 1 and bounds[0].offset_m is None and self.line(bounds[0]) == key
            for bounds in parts[0].sides.values()
        )

    def line(self, bound: Bound) -> str | None:
        """Return the key of the line that a bound is read as."""
        found = resolve(bound, self._reference)
        return found.line.name if isinstance(found, Match) else None


def _ways(key: str) -> list[str]:
    """Return ways to write a line's name, the plainest first."""
    ways = [key, key.removesuffix("（河流）"), "".join(key.split())]
    if border := _BORDER.fullmatch(key):
        ways.append(f"{border[1]}与{border[2]}交界")
    return list(dict.fromkeys(ways))


def phrase(name: str, offset_m: float | None = None, offset_side: str | None = None) -> str:
    """Return a feature as written, with its distance where the ring keeps aside of it.

    >>> phrase("曹安公路", 150.0, "south"), phrase("曹安公路", 147.0, "south")
    ('曹安公路南约150米', '曹安公路南147米')
    """
    if offset_m is None or offset_side is None:
        return name
    about = "约" if offset_m % 10 == 0 else ""
    return f"{name}{SIDE_NAMES[offset_side]}{about}{offset_m:g}米"


def area_words(area_km2: float, holes: int = 0) -> str:
    """Return an area as written.

    >>> area_words(1.2345), area_words(0.052)
    ('面积约1.23平方公里（约1852亩）', '面积约0.052平方公里（约78亩）')
    """
    decimals = 2 if area_km2 >= 0.9995 else 3
    mu = area_km2 * MU_PER_KM2
    inner = f"，不含内部{holes}处空洞" if holes else ""
    return f"面积约{area_km2:.{decimals}f}平方公里（约{mu:.0f}亩{inner}）"


def written(sides: dict[str, Sequence[str]], tail: str = "") -> str:
    """Return the clause of four sides in the usual order, a side without any name told as such."""
    told = [
        f"{SIDE_NAMES[side]}至{'、'.join(sides[side])}"
        if sides.get(side)
        else f"{SIDE_NAMES[side]}侧{NO_NAME}"
        for side in SIDE_ORDER
    ]
    return "，".join([*told, tail] if tail else told) + "。"


def remark(onward: str | None, along: str | None) -> str:
    """Return the bracket on a stretch without a named line that leads on to a feature.

    ``onward`` is None where the same feature goes on behind it.

    >>> remark("陈行公路", "straight"), remark("沈庄塘", "river"), remark("沈庄塘", None)
    ('（至陈行公路间以直线相接）', '（至沈庄塘间沿无名河道）', '（至沈庄塘间无名称界线）')
    """
    way = STRAIGHT if along == "straight" else UNNAMED.get(along or "", NO_NAME)
    return f"（至{onward}间{way}）" if onward else f"（断开处至接续处{way}）"
