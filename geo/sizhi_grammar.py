"""The grammar of four-bounds texts: tokens first, then sides, then zones.

The text is cut into marks ("东至", "东、南侧为"), stated areas, joining signs, commas, stops and
brackets; what stands between them is words. A mark opens a side, which ends at the next mark, at a
stop, at an area, or at a comma behind which no name follows. Everything between sides is prose, in
which only the labels and areas of zones are looked for, and zones bounded in other ways.
"""

from __future__ import annotations

import re

from geo import sizhi_words as words
from geo.reason import Reason
from geo.sizhi_names import Span, ends_like_name, has_stem, read_name
from geo.sizhi_records import SIDES, Bound

MARK, AREA, JOIN, COMMA, STOP, OPEN, CLOSE = range(7)
_KINDS = {
    "mark": MARK, "colon": MARK, "area": AREA, "unit": AREA, "join": JOIN, "comma": COMMA,
    "stop": STOP, "open": OPEN, "close": CLOSE,
}  # fmt: skip
Lexeme = tuple[int, int, int, "re.Match[str]"]
_LONGEST = 48  # characters of one name, and more than any has


class Side:
    """One side as written: its directions, what bounds it, and where it stands."""

    __slots__ = (
        "bounds",
        "each",
        "end",
        "number",
        "sides",
        "spans",
        "start",
        "weak",
        "words_start",
    )

    def __init__(self, number: int, found: re.Match[str]) -> None:
        self.number = number
        self.start, self.words_start = found.span()
        dirs = found["dirs"]
        listed = [dirs] if dirs in SIDES and not _several(found) else dirs
        self.sides = list(dict.fromkeys(SIDES[char] for char in listed if char in SIDES))
        self.each = found["adverb"] in words.DISTRIBUTED
        self.weak = False
        self.end = self.words_start
        self.bounds: tuple[Bound, ...] = ()
        self.spans: list[Span] = [(self.start, self.words_start, "side")]


def _several(found: re.Match[str]) -> bool:
    """Tell whether two compass words without a comma are two sides: 东西两侧均为."""
    return bool(re.search("[两三四均都分各]", found[0]))


class Reader:
    """Tokens of one text and the reading of its sides.

    Parameters
    ----------
    text : str
        The normalised text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes: list[Lexeme] = [
            (_KINDS[found.lastgroup or ""], *found.span(), found)
            for found in words.TOKEN.finditer(text)
        ]
        self.warnings: list[Reason] = []
        self.closing = self._brackets()

    def _brackets(self) -> dict[int, int]:
        """Map the lexeme of each opening bracket to that of its closing one."""
        pairs, opened = {}, []
        for number, lexeme in enumerate(self.lexemes):
            if lexeme[0] == OPEN:
                opened.append(number)
            elif lexeme[0] == CLOSE and opened:
                pairs[opened.pop()] = number
        return pairs

    def sides(self) -> list[Side]:
        """Return the sides of the text in order."""
        found, floor = [], 0
        for number, (kind, start, _, mark) in enumerate(self.lexemes):
            if kind != MARK or start < floor:
                continue
            side = self._side(number, mark, found[-1] if found else None)
            if side is not None:
                found.append(side)
                floor = side.end
        return found

    def area_start(self, number: int, floor: int = 0) -> int:
        """Return where the words begin that lead up to a stated area ("规划面积约")."""
        start = self.lexemes[number][1]
        if number:
            floor = max(floor, self.lexemes[number - 1][2])
        return words.AREA_LEAD.search(self.text, max(floor, start - 24), start).start()

    # --- one side ----------------------------------------------------------------------------

    def _side(self, number: int, mark: re.Match[str], last: Side | None) -> Side | None:
        side = Side(number, mark)
        text, start = self.text, side.start
        before = text[start - 1] if start else ""
        side.weak = mark["verb"] not in _STRONG or (
            mark["verb"] == "临" and text[mark.end() : mark.end() + 1] in {"港", "空"}
        )
        if (
            before in words.COMPOUND
            and before
            and not (
                last is not None and ends_like_name(text, max(last.words_start, start - 24), start)
            )
        ):
            return None
        if mark["verb"] in {":", "-", "—", ""} and before and (before.isalnum() or before in "-—~"):
            return None
        self._read_words(side)
        if _runs_across(text, side):
            return None
        if side.weak and not (side.bounds and self.proper(side)):
            return None
        return side

    def proper(self, side: Side) -> bool:
        """Tell whether every name of a side ends like one."""
        region = side.weak and self.text[side.words_start - 1] in "与同"
        for start, end, role in side.spans:
            if role != "feature":
                continue
            if ends_like_name(self.text, start, end):
                continue
            if not (region and words.REGION_END.search(self.text, start, end)):
                return False
        return True

    def _read_words(self, side: Side) -> None:
        """Read the features of a side up to its end."""
        number = side.number + 1
        at = side.words_start
        bounds: list[Bound] = []
        first = True
        while True:
            kind, start, end = self._lexeme(number)
            remark = None
            if kind == OPEN:
                close = self.closing.get(number)
                if close is not None and self._is_remark(number, close):
                    remark = (start, self.lexemes[close][2])
                    number = close + 1
            stop = start
            if kind == AREA:
                stop = self.area_start(number, at)
            if stop > at or remark:
                read = self._pieces(at, stop, side.spans, remark, bounds, first)
                side.end = remark[1] if remark else stop
                first = False if read else first
            if remark:
                at = remark[1]
                continue
            if kind == JOIN or (kind == COMMA and self._list_goes_on(number, bool(bounds))):
                side.spans.append((start, end, "connective"))
                number, at = number + 1, end
                continue
            break
        side.bounds = tuple(bounds)

    def _lexeme(self, number: int) -> tuple[int, int, int]:
        if number < len(self.lexemes):
            return self.lexemes[number][:3]
        return STOP, len(self.text), len(self.text)

    def _is_remark(self, opening: int, close: int) -> bool:
        """Tell whether a bracket holds no side of its own."""
        return close - opening < 24 and all(
            lexeme[0] != MARK and lexeme[0] != AREA for lexeme in self.lexemes[opening + 1 : close]
        )

    def _list_goes_on(self, comma: int, named: bool) -> bool:
        """Tell whether a comma lists a further feature: names follow and nothing else."""
        text = self.text
        start = self.lexemes[comma][2]
        kind, stop, after = self._lexeme(comma + 1)
        while kind == COMMA and stop == start:
            comma, start = comma + 1, after
            kind, stop, after = self._lexeme(comma + 1)
        if not named or not 0 < stop - start <= 24 or kind == AREA:
            return False
        if words.PROSE.search(text, start, stop) or words.LABEL.match(text, start, stop):
            return False
        if kind == MARK and words.PARCEL_END.search(text, start, stop):
            return False
        if kind == OPEN and not self._is_remark(comma + 1, self.closing.get(comma + 1, comma + 1)):
            return False
        return all(
            ends_like_name(text, begin, end) for begin, end in split_words(text, start, stop)
        )

    def _pieces(
        self,
        start: int,
        stop: int,
        spans: list[Span],
        remark: tuple[int, int] | None,
        bounds: list[Bound],
        first: bool,
    ) -> bool:
        """Read the names in a stretch of words; return whether there was one."""
        text = self.text
        if first:
            start = self._doubled(start, stop, spans)
        cuts = split_words(text, start, stop)
        count = len(bounds)
        for number, (begin, end) in enumerate(cuts):
            behind = remark if number + 1 == len(cuts) else None
            tail = words.PROSE_TAIL.search(text, begin, min(end, begin + 2 * _LONGEST))
            if tail and tail.start() > begin and ends_like_name(text, begin, tail.start()):
                self.ignored(tail.start(), end, spans)
                end = tail.start()
            if end - begin > _LONGEST:
                self.ignored(begin, end, spans)
                continue
            bound = read_name(text, begin, end, spans, behind)
            if bound is not None:
                bounds.append(bound)
        if (
            remark
            and not (spans and spans[-1][1] == remark[1])
            and not any(span[0] == remark[0] for span in spans[-8:])
        ):
            spans.append((*remark, "remark"))
        return len(bounds) > count

    def _doubled(self, start: int, stop: int, spans: list[Span]) -> int:
        """Step over a verb written twice (东至至): what is left must still be a name."""
        text = self.text
        again = start
        while again < stop and text[again] == text[start - 1] and has_stem(text[again + 1 : stop]):
            again += 1
            if again - start > 3:
                break
        if again > start:
            spans.append((start, again, "connective"))
        return again

    def ignored(self, start: int, end: int, spans: list[Span]) -> None:
        """Leave words of a side unread, and say so."""
        spans.append((start, end, "ignored"))
        shown = self.text[start:end] if end - start <= 20 else self.text[start : start + 20] + "…"
        self.warn(
            f"“{shown}”不像界线名称，未读",
            f"“{shown}” does not look like the name of a feature and was not read",
        )

    def warn(self, zh: str, en: str) -> None:
        """Note something once."""
        reason = Reason(zh, en)
        if reason not in self.warnings:
            self.warnings.append(reason)


_STRONG = frozenset(words.STRONG_VERBS)


def _runs_across(text: str, side: Side) -> bool:
    """Tell whether a mark is a span ("东到西长3公里") and no side."""
    return text[side.words_start : side.words_start + 1] in "东南西北" and not (
        has_stem(text[side.words_start : side.end], 1) and side.end - side.words_start > 2
    )


def split_words(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Cut words at 和, 与, 转 …, but only between complete names.

    Parameters
    ----------
    text : str
        The normalised text.
    start, stop : int
        The words to cut.

    Returns
    -------
    list of (int, int)
        The pieces; a joining word stays at the front of the piece behind it.
    """
    if stop - start < 5 or words.OFFER_JOIN.isdisjoint(text[start:stop]):
        return [(start, stop)]
    cuts, begin = [], start
    for joint in words.WORD_JOIN.finditer(text, start, stop):
        if joint.start() - begin < 2 or joint.start() - begin > _LONGEST:
            continue
        if not ends_like_name(text, begin, joint.start()):
            continue
        if joint[0][0] not in "以及与和或并暨" and not ends_like_name(text, joint.end(), stop):
            continue
        cuts.append((begin, joint.start()))
        begin = joint.start()
    return [*cuts, (begin, stop)]
