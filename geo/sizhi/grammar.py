"""The grammar of four-bounds texts: tokens first, then sides, then zones.

The text is cut into marks ("东至", "东、南侧为"), stated areas, joining signs, commas, stops and
brackets; what stands between them is words. A mark opens a side, which ends at the next mark, at a
stop, at an area, or at a comma behind which no name follows. Everything between sides is prose, in
which only the labels and areas of zones are looked for, and zones bounded in other ways.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from geo.reason import Reason
from geo.sizhi import words
from geo.sizhi.forms import unmarked_sides
from geo.sizhi.names import (
    LONGEST,
    Span,
    ends_like_name,
    glue,
    has_stem,
    read_name,
    read_tail,
    split_words,
)
from geo.sizhi.records import OPPOSITE, SIDES, Bound

MARK, AREA, JOIN, COMMA, STOP, OPEN, CLOSE = range(7)
_KINDS = {
    "mark": MARK, "colon": MARK, "area": AREA, "unit": AREA, "join": JOIN, "markup": JOIN,
    "comma": COMMA, "stop": STOP, "open": OPEN, "close": CLOSE,
}  # fmt: skip
Lexeme = tuple[int, int, int, "re.Match[str]"]


class Side:
    """One side as written: its directions, what bounds it, and where it stands."""

    __slots__ = (
        "away",
        "bounds",
        "each",
        "end",
        "noun",
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
        self.noun = found.start("verb") - found.end("dirs") > len(found["adverb"] or "")
        self.each = found["adverb"] in words.DISTRIBUTED
        self.weak = False
        self.away = (found["verb"] or "").startswith("距")
        self.end = self.words_start
        self.bounds: tuple[Bound, ...] = ()
        self.spans: list[Span] = [(self.start, self.words_start, "side")]

    @classmethod
    def unmarked(cls, start: int, end: int, side: str) -> Side:
        """Return a side that no mark opens; its bounds and spans are for the caller to enter."""
        made = cls.__new__(cls)
        made.number, made.start, made.end, made.words_start = -1, start, end, start
        made.sides, made.bounds, made.spans = [side], (), []
        made.noun, made.each, made.weak, made.away = True, False, False, False
        return made


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
        self.lexemes: list[Lexeme] = []
        self._starts: list[int] | None = None
        found = words.TOKEN.search(text)
        while found:
            kind, at = _KINDS[found.lastgroup or ""], found.end()
            if kind == JOIN and self._parts_districts(found):
                pass  # 闵行区—徐汇区界 is one border
            elif kind != MARK or self._opens(found):
                self.lexemes.append((kind, *found.span(), found))
            else:  # the words behind the direction may hold a token of their own
                at = found.end("dirs") if found["dirs"] in SIDES else found.start() + 1
            found = words.TOKEN.search(text, at)
        self.warnings: list[Reason] = []
        self._unmarked: set[int] = set()
        self.closing = self._brackets()

    def _opens(self, mark: re.Match[str]) -> bool:
        """Tell whether compass words and a verb may open a side where they stand."""
        text, start = self.text, mark.start()
        before = text[start - 1] if start else ""
        since = max(self.lexemes[-1][2] if self.lexemes else 0, start - 24)
        if mark["verb"] in _BARE and before not in _LEADS:
            if before in "-—~":
                return False
            # "…路南界…" where blanks stood between sides; "…路南侧…" is no side.
            border = mark["verb"] or text[mark.end() - 1] == "界"
            if before.isalnum() and not (border and since and ends_like_name(text, since, start)):
                return False
        if mark["verb"] not in _STRONG:
            # "…路南侧为界", "（东侧）": no name can follow; "A路南侧与B路" lists two names.
            if text[mark.end() : mark.end() + 1] in _ENDS_BARE and not words.BORDER_NAME.match(
                text, mark.end()
            ):
                return False
            # 西界河 is a river's name.
            if not mark["verb"] and not text[mark.end() + 1 : mark.end() + 2].isalnum():
                return False
            named = mark.start("verb") > mark.end("dirs")
            if named and before.isalnum() and mark["verb"] not in _AFTER_NOUN:
                return before in _LEADS
        # "广东至…" is prose, "…黄浦江南至…" a side written without a comma.
        if before and before in words.COMPOUND:
            sided = since and start - since > 1 and ends_like_name(text, since, start)
            return bool(sided) and not words.RUNS_ACROSS.match(text, mark.end())
        return not words.RUNS_ACROSS.match(text, mark.end())

    def _parts_districts(self, join: re.Match[str]) -> bool:
        """Tell whether a dash stands between two districts whose border is meant."""
        text, start = self.text, join.start()
        if join[0][0] not in "—–―-~" or not start:
            return False
        placed = text[start - 1] in "区镇乡县" or text[max(0, start - 2) : start] in words.DISTRICTS
        return placed and words.BORDER_PAIR.match(text, join.end()) is not None

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
        found: list[Side] = []
        floor = 0
        waiting = unmarked_sides(self, Side, MARK)
        self._unmarked = {side.start for side in waiting}
        for number, (kind, start, _, mark) in enumerate(self.lexemes):
            if kind != MARK or start < floor:
                continue
            while waiting and waiting[0].start <= start:
                found.append(waiting.pop(0))
                floor = found[-1].end
            if start < floor:
                continue
            side = self._side(number, mark)
            if side is not None:
                found.append(side)
                floor = side.end
                waiting = [other for other in waiting if other.start >= floor]
        return found + waiting

    def area_start(self, number: int, floor: int = 0) -> int:
        """Return where the words begin that lead up to a stated area ("规划面积约")."""
        start = self.lexemes[number][1]
        if number:
            floor = max(floor, self.lexemes[number - 1][2])
        return words.AREA_LEAD.search(self.text, max(floor, start - 24), start).start()

    def between(self, start: int, stop: int) -> list[Lexeme]:
        """Return the tokens that begin in text[start:stop]."""
        if self._starts is None:
            self._starts = [lexeme[1] for lexeme in self.lexemes]
        return self.lexemes[bisect_left(self._starts, start) : bisect_left(self._starts, stop)]

    def stops(self, start: int, stop: int) -> int:
        """Return how many stops text[start:stop] holds."""
        return sum(kind == STOP for kind, *_ in self.between(start, stop))

    # --- one side ----------------------------------------------------------------------------

    def _side(self, number: int, mark: re.Match[str]) -> Side | None:
        side = Side(number, mark)
        text = self.text
        before = text[side.start - 1 : side.start]
        sure = not before.isalnum() and mark["verb"] in _SURE_AFTER_NOUN
        side.weak = (mark["verb"] not in _STRONG and not (sure and side.noun)) or (
            mark["verb"] == "临" and text[mark.end() : mark.end() + 1] in {"港", "空"}
        )
        self._read_words(side)
        if side.weak and not (side.bounds and self.proper(side)):
            return None
        side.weak = side.weak or mark["verb"] not in _STRONG
        return side

    def proper(self, side: Side) -> bool:
        """Tell whether every name of a side ends like one."""
        region = side.weak and self.text[side.words_start - 1] in "与同"
        for start, end, role in side.spans:
            if role != "feature":
                continue
            if ends_like_name(self.text, start, end):
                continue
            name = self.text[start:end]
            if name not in words.DISTRICTS and not (region and words.REGION_END.search(name)):
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
            if end in self._unmarked:  # "东以A为界、以B为南界"
                break
            if kind == JOIN or (kind == COMMA and self._list_goes_on(number, bool(bounds))):
                markup = kind == JOIN and self.text[start] in "<&"
                if markup:
                    side.spans.append((start, end, "ignored"))
                    self.warn("文中带有网页标记，已跳过", "markup in the text was passed over")
                else:
                    side.spans.append((start, end, "connective"))
                number, at = number + 1, end
                continue
            break
        side.bounds = tuple(bounds)
        if side.away and len(side.sides) == 1:
            # "东距万芳路200米": the zone ends 200 m before the road, on this side of it.
            toward = OPPOSITE[side.sides[0]]
            side.bounds = tuple(
                replace(bound, offset_side=toward)
                if bound.offset_m is not None and bound.offset_side is None
                else bound
                for bound in bounds
            )

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
        if words.EXCLUDES.search(text, start, stop):  # "…,不含绿地" is no further feature
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
            start = self._first_word(start, stop, spans)
        if text[stop - 2 : stop] == "相望" and (far := words.FAR_SIDE.match(text, start, stop)):
            spans += [(start, far.start("name"), "remark"), (far.end("name"), stop, "remark")]
            start, stop = far.span("name")
        if remark is None and bounds and self._tail(start, stop, spans, bounds):
            return True
        cuts = split_words(text, start, stop)
        count = len(bounds)
        for number, (begin, end) in enumerate(cuts):
            behind = remark if number + 1 == len(cuts) else None
            joint = words.WORD_JOIN.match(text, begin, end) if number else None
            # 塘、和平路 without its mark would be 塘和平路: the one name that begins like that.
            if joint and end - joint.end() >= 2 and not text.startswith("和平", begin):
                spans.append((begin, joint.end(), "connective"))
                begin = joint.end()
            for tail in words.PROSE_TAIL.finditer(text, begin + 2, min(end, begin + LONGEST)):
                if ends_like_name(text, begin, tail.start()) and not words.AFTER.match(
                    text, tail.start(), end
                ):
                    self.ignored(tail.start(), end, spans)
                    end = tail.start()
                    break
            if end - begin > LONGEST:
                self.ignored(begin, end, spans)
                continue
            glued = glue(text, begin, end)
            if glued > begin:
                self.warn(
                    f"“{text[begin:end]}”之间没有分隔，按“{text[begin:glued]}”和“{text[glued:end]}”读",
                    f"nothing parts the names in “{text[begin:end]}”; read as "
                    f"“{text[begin:glued]}” and “{text[glued:end]}”",
                )
                if (bound := read_name(text, begin, glued, spans)) is not None:
                    bounds.append(bound)
            bound = read_name(text, max(begin, glued), end, spans, behind)
            if bound is not None:
                bounds.append(bound)
        if (
            remark
            and not (spans and spans[-1][1] == remark[1])
            and not any(span[0] == remark[0] for span in spans[-8:])
        ):
            spans.append((*remark, "remark"))
        return len(bounds) > count

    def _first_word(self, start: int, stop: int, spans: list[Span]) -> int:
        """Step over a verb written twice (东至至), or back to one that begins a name (于田路)."""
        text = self.text
        if text[start - 2 : start] in _LONG_VERBS and not has_stem(text[start:stop]):
            back = text[start - 1 : stop]
            if has_stem(back) and ends_like_name(text, start - 1, stop):
                spans[0] = (spans[0][0], start - 1, "side")
                return start - 1
        again = start
        while again < stop and text[again] == text[start - 1] and has_stem(text[again + 1 : stop]):
            again += 1
            if again - start > 3:
                break
        if again > start:
            spans.append((start, again, "connective"))
        return again

    def _tail(self, start: int, stop: int, spans: list[Span], bounds: list[Bound]) -> bool:
        """Read words behind a bracket that belong to the name before it: 沪昆高速(G60)以北."""
        if self.text[start - 1] not in ")]】〕":
            return False
        tail = read_tail(self.text, start, stop, spans)
        if tail is None:
            return False
        qualifier = "、".join(filter(None, [bounds[-1].qualifier, *tail.pop("kept")]))
        bounds[-1] = replace(bounds[-1], qualifier=qualifier or None, **tail)
        return True

    def ignored(self, start: int, end: int, spans: list[Span]) -> None:
        """Leave words of a side unread, and say so."""
        spans.append((start, end, "ignored"))
        shown = self.text[start:end] if end - start <= 20 else self.text[start : start + 20] + "…"
        self.warn(
            f"“{shown}”不像界线名称，未读", f"“{shown}” looks like no feature and was not read"
        )

    def warn(self, zh: str, en: str) -> None:
        """Note something once."""
        reason = Reason(zh, en)
        if reason not in self.warnings:
            self.warnings.append(reason)


_STRONG = frozenset(words.STRONG_VERBS)
_LONG_VERBS = frozenset(["至于", "至到", "邻近", "临近", "靠近", "濒临"])
_BARE = frozenset(["", ":", "-", "—"])
_LEADS = frozenset(["", "为", "是", "即", "其"])
_ENDS_BARE = frozenset(["", "界", "止", ")", "、", ",", ";", "。", "\n"])
_AFTER_NOUN = frozenset(["", "为", "是", ":", "以"])
_SURE_AFTER_NOUN = frozenset(["为", "是", ":", "以"])  # "西侧为居民小区"
