"""From sides to zones: which sides belong together, what the zone is called, which area is its own.

Also the two ways to bound a zone without marks: half-planes ("A以南、B以东") and enclosure
("由A、B、C围合").
"""

from __future__ import annotations

import re

from geo.sizhi import words
from geo.sizhi.areas import give_areas
from geo.sizhi.grammar import CLOSE, COMMA, JOIN, OPEN, STOP, Reader, Side
from geo.sizhi.names import Span, ends_like_name, has_stem, read_name, split_words
from geo.sizhi.records import OPPOSITE, SIDE_NAMES, SIDE_ORDER, SIDES, Draft

Piece = tuple[int, int, "tuple[int, int] | None"]  # words of a name, and the bracket behind
_FAR = 80  # characters of prose, with a stop, that part two zones


class Zones:
    """The zones of one text.

    Parameters
    ----------
    reader : Reader
        The text's tokens; warnings are added to it.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.text = reader.text
        self.drafts: list[Draft] = []
        self.spans: list[Span] = []

    def read(self) -> None:
        """Read every zone of the text."""
        cursor = 0
        sides = self.reader.sides()
        for number, side in enumerate(sides):
            self._other_forms(cursor, side.start)
            if side.bounds:
                self._add(cursor, side)
            else:
                self.spans += side.spans
                after = sides[number + 1] if number + 1 < len(sides) else None
                if not (after and after.start == side.end and after.sides == side.sides):
                    self._empty(side)
            cursor = side.end
        self._other_forms(cursor, len(self.text))
        self._merge()
        self.drafts = [draft for draft in self.drafts if draft.firm and self._bounds_ground(draft)]
        give_areas(self.reader, self.drafts, self.spans)
        for draft in self.drafts:
            self.spans += draft.spans
            draft.part.sides = {
                side: tuple(dict.fromkeys(bounds)) for side, bounds in draft.bounds.items()
            }
        if len(self.drafts) > 1:
            for draft in self.drafts:
                draft.part.name = draft.part.name or draft.title or draft.number

    # --- sides into zones ---------------------------------------------------------------------

    def _add(self, cursor: int, side: Side) -> None:
        draft = self.drafts[-1] if self.drafts else None
        lead = Draft(side.start, side.end)
        if side.start - cursor > 1 or draft is None:
            self._lead(cursor, side.start, lead)
        if (
            draft is None
            or draft.closed
            or (draft.planes and self.reader.stops(draft.end, side.start))
            or any(one in draft.bounds for one in side.sides)
            or lead.label_start is not None
            or lead.closed
            or (lead.number and draft.since_number > 1)
        ):
            lead.closed = False
            self.drafts.append(lead)
            draft = lead
        elif lead.number:
            draft.since_number = 0
        draft.since_number += 1
        draft.end = side.end
        draft.spans += side.spans
        draft.firm = draft.firm or len(draft.bounds) > 0 or self._firm(side)
        self._give(draft, side)
        self._holes(side)

    def _firm(self, side: Side) -> bool:
        """Tell whether a side may stand alone: by a sure verb, where a side may begin."""
        if side.weak:
            return len(side.sides) > 1
        before = self.text[side.start - 1 : side.start]
        return not before.isalnum() or before in "为是即其围界至" or self.reader.proper(side)

    def _bounds_ground(self, draft: Draft) -> bool:
        """Tell whether one or two sides are more than prose: one name at least ends like one."""
        return len(draft.bounds) > 2 or any(
            ends_like_name(self.text, start, end)
            for start, end, role in draft.spans
            if role == "feature"
        )

    def _give(self, draft: Draft, side: Side) -> None:
        """Enter a side's bounds; "分别" gives each side one of them."""
        bounds = side.bounds
        if side.each and len(side.sides) > 1:
            if len(bounds) == len(side.sides):
                for one, bound in zip(side.sides, bounds, strict=True):
                    draft.bounds.setdefault(one, []).append(bound)
                return
            shown = self.text[side.start : side.words_start]
            self.reader.warn(
                f"“{shown}”之后的界线数与方向数不同，每个方向都记下全部界线",
                f"“{shown}” is not followed by as many features as sides; each side got them all",
            )
        for one in side.sides:
            draft.bounds.setdefault(one, []).extend(bounds)

    def _holes(self, side: Side) -> None:
        """Note words inside a side that are neither a name nor anything known."""
        if sum(end - start for start, end, _ in side.spans) >= side.end - side.start:
            return
        at = side.start
        for start, end, _ in sorted(side.spans):
            if start > at and any(map(str.isalnum, self.text[at:start])):
                self.reader.ignored(at, start, self.spans)
            at = max(at, end)
        if at < side.end and any(map(str.isalnum, self.text[at : side.end])):
            self.reader.ignored(at, side.end, self.spans)

    def _empty(self, side: Side) -> None:
        shown = self.text[side.start : side.words_start]
        self.reader.warn(f"“{shown}”之后没有可识别的界线", f"no feature is named after “{shown}”")

    def _lead(self, start: int, stop: int, lead: Draft) -> None:
        """Read the words before a side: a zone's label, its number in a list, a break."""
        text = self.text
        label = None
        for label in words.LABEL.finditer(text, start, stop):  # noqa: B007 - the last is nearest
            pass
        if label and self._is_label(label, start, stop):
            before = words.LABEL_LEAD.search(text, max(start, label.start() - 12), label.start())
            begin = before.start() if before else label.start()
            cut = words.LABEL_CUT.match(text, begin, label.start())
            begin = cut.end() if cut else begin
            lead.label_start, lead.label_end = begin, label.end()
            lead.part.name = text[begin : label.end()]
            self.spans.append((begin, label.end(), "part"))
        found = None
        for found in words.ENUMERATOR.finditer(text, start, stop):  # noqa: B007
            pass
        if found:
            lead.number = found[0].strip("、.)(")
            lead.number = f"({lead.number})" if found[0][0] == "(" else lead.number
            lead.number_start = found.start()
            self.spans.append((*found.span(), "part"))
        title = words.TITLE.search(text, max(start, stop - 30), stop)
        if title and not words.NO_TITLE.match(title["title"]):
            lead.title = title["title"]
            if not label:
                self.spans.append((*title.span("title"), "part"))
        if self.drafts:
            lead.closed = stop - start > _FAR and "。" in text[start:stop]
            lead.closed = lead.closed or self._bracket_closed(start, stop)

    def _is_label(self, label: re.Match[str], start: int, stop: int) -> bool:
        """Tell whether a label is near enough to a side to be the label of its zone."""
        if stop - label.end() > 60:
            return False
        stops = self.reader.stops(label.end(), stop)
        if not stops:
            return True
        before = words.LABEL_LEAD.search(self.text, max(start, label.start() - 12), label.start())
        begin = before.start() if before else label.start()
        return stops == 1 and (begin == 0 or self.text[begin - 1] in "。;!?\n:")

    def _bracket_closed(self, start: int, stop: int) -> bool:
        """Tell whether a bracket that opened before the zone's sides closes in these words."""
        if ")" not in self.text[start:stop] or len(self.drafts[-1].bounds) < 2:
            return False
        first = self.drafts[-1].start
        return any(
            self.reader.lexemes[opening][1] < first
            and start <= self.reader.lexemes[close][1] < stop
            for opening, close in self.reader.closing.items()
        )

    def _merge(self) -> None:
        """Join what a repeated side has torn apart: the same sentence, no label, sides missing."""
        kept: list[Draft] = []
        for draft in self.drafts:
            last = kept[-1] if kept else None
            if last is not None and self._one_zone(last, draft):
                for side, bounds in draft.bounds.items():
                    if side in last.bounds:
                        self.reader.warn(
                            f"{SIDE_NAMES[side]}侧写了不止一次，界线依次记下",
                            f"the {side} side is given twice; its features are all listed",
                        )
                    last.bounds.setdefault(side, []).extend(bounds)
                last.spans += draft.spans
                last.end = draft.end
                last.firm = last.firm or draft.firm
            else:
                kept.append(draft)
        self.drafts = kept

    def _one_zone(self, last: Draft, draft: Draft) -> bool:
        if draft.label_start is not None or draft.number or last.part.around or draft.part.around:
            return False
        mine, yours = set(last.bounds), set(draft.bounds)
        four = set(SIDE_ORDER)
        if not mine & yours or mine >= four:
            return False
        if not (mine <= yours and len(mine) == 1) and (yours >= four or not (mine | yours) >= four):
            return False
        return not self.reader.stops(last.end, draft.start)

    # --- zones without marks ------------------------------------------------------------------

    def _other_forms(self, start: int, stop: int) -> None:
        """Look for zones bounded by half-planes or by enclosure in prose."""
        if stop - start < 6:
            return
        prose = self.text[start:stop]
        if (
            "以" not in prose
            and "侧" not in prose
            and "围" not in prose
            and "绕" not in prose
            and "之间" not in prose
        ):
            return
        begin = start
        tokens = self.reader.between(start, stop)
        for kind, at, end, _ in [*tokens, (STOP, stop, stop, None)]:
            if kind == STOP:
                self._sentence(begin, at, start)
                begin = end

    def _sentence(self, start: int, stop: int, floor: int) -> None:
        if not 6 < stop - start < 2000:
            return
        drafts = self._half_planes(start, stop)
        if not drafts and (found := words.ENCLOSED.search(self.text, start, stop)):
            drafts = self._enclosed(start, found)
        elif not drafts and (found := words.AS_BOUNDARY.search(self.text, start, stop)):
            drafts = self._enclosed(start, found, least=4)
        for draft in drafts:
            begin = max(floor, self.drafts[-1].end if self.drafts else 0)
            self._lead(begin, draft.start, draft)
            draft.firm = True
            draft.closed = not draft.bounds or len(draft.bounds) > 3
            draft.planes = True
            self.drafts.append(draft)

    def _listed(self, start: int, stop: int) -> list[Piece]:
        """Cut words at joining signs, commas and joining words; brackets go with what is before."""
        pieces: list[Piece] = []
        at, inside = start, 0
        for kind, begin, end, _ in self.reader.between(start, stop):
            if kind == OPEN:
                if not inside:
                    opened = begin
                inside += 1
            elif kind == CLOSE and inside:
                inside -= 1
                if not inside:
                    pieces += self._cut(at, opened, (opened, end))
                    at = end
            elif kind in (JOIN, COMMA) and not inside:
                pieces += self._cut(at, begin, None)
                at = end
        return pieces + self._cut(at, stop, None)

    def _cut(self, start: int, stop: int, remark: tuple[int, int] | None) -> list:
        if start >= stop:
            return []
        cuts = split_words(self.text, start, stop)
        return [
            (*cut, remark if number + 1 == len(cuts) else None) for number, cut in enumerate(cuts)
        ]

    def _name_in(self, start: int, stop: int) -> tuple[int, bool] | None:
        """Return where the name begins that ends a stretch of words, and whether words lead up."""
        text = self.text
        if not ends_like_name(text, start, stop):
            return None
        lead = words.LEAD_IN.match(text, max(start, stop - 60), stop)
        if lead and lead.end() < stop:
            # 即墨路 and 自忠路 begin with such a word, no name with a sign.
            least = 1 if text[lead.end() - 1] in '“"「:' else 2
            if has_stem(text[lead.end() : stop], least):
                return lead.end(), True
        if stop - start > 24 or words.PROSE.search(text, start, stop):
            return None
        return start, False

    def _enclosed(self, start: int, found: re.Match[str], least: int = 3) -> list[Draft]:
        """Read "由A、B、C、D围合": the names before the word, back to where the list begins."""
        stop = found.start()
        if counted := words.COUNTED.search(self.text, max(start, stop - 8), stop):
            stop = counted.start()
        names: list[Piece] = []
        for begin, end, remark in reversed(self._listed(start, stop)):
            name = self._name_in(begin, end)
            if name is None:
                break
            names.insert(0, (name[0], end, remark))
            if name[1]:
                break
        if len(names) < least:
            return []
        draft = Draft(names[0][0], found.end())
        bounds = [read_name(self.text, b, e, draft.spans, remark) for b, e, remark in names]
        draft.part.around = tuple(bound for bound in bounds if bound)
        tail = words.AFTER_ENCLOSED.match(self.text, found.end())
        draft.end = tail.end() if tail else found.end()
        draft.spans.append((stop, draft.end, "connective"))
        return [draft]

    def _half_planes(self, start: int, stop: int) -> list[Draft]:
        """Read "A以南，B以东": the zone lies south of A, so A is its north side."""
        text = self.text
        if text.count("以", start, stop) + text.count("侧", start, stop) < 2:
            return []
        drafts: list[Draft] = []
        waiting: list[Piece] = []
        for begin, end, remark in self._listed(start, stop):
            plane = words.HALF_PLANE.search(text, begin, end)
            name_end = plane.start() if plane else end
            if plane and plane.start() == begin and waiting:  # behind a bracket: "(G15)以东"
                names = waiting
            else:
                name = self._name_in(begin, name_end)
                if name is None:
                    waiting = []
                    continue
                names = [*([] if name[1] else waiting), (name[0], name_end, remark)]
            waiting = names
            if plane:
                self._half_plane(drafts, names, plane)
                waiting = []
        # "A西侧、B东侧" is said of what merely lies there as well: only three sides make a zone.
        least = 1 if "以" in text[start:stop] else 2
        return [draft for draft in drafts if len(draft.bounds) > least]

    def _half_plane(self, drafts: list[Draft], names: list[Piece], plane: re.Match[str]) -> None:
        """Enter one half-plane: into the last zone, or into a new one when that is complete."""
        side = OPPOSITE[SIDES[plane["dir"] or plane["flank"]]]
        draft = drafts[-1] if drafts else None
        if draft is None or (side in draft.bounds and len(draft.bounds) >= len(SIDE_ORDER)):
            draft = Draft(names[0][0], plane.end())
            drafts.append(draft)
        read = [read_name(self.text, b, e, draft.spans, remark) for b, e, remark in names]
        draft.bounds.setdefault(side, []).extend(bound for bound in read if bound)
        draft.spans.append((*plane.span(), "side"))
        tail = words.AFTER_HALF_PLANES.match(self.text, plane.end())
        if tail and tail[0]:
            draft.spans.append((*tail.span(), "connective"))
        draft.end = tail.end() if tail else plane.end()
