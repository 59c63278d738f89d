"""Which stated area belongs to which zone of a text."""

from __future__ import annotations

from typing import NamedTuple

from geo.sizhi import words
from geo.sizhi.grammar import AREA, CLOSE, STOP, Reader
from geo.sizhi.names import Span
from geo.sizhi.records import Draft

_LEAD, _TRAIL = 200, 120  # characters: how far before and behind its sides a zone's area may stand


class Area(NamedTuple):
    """An area stated in the text.

    ``scope`` is "zone", "subset" of one, "range", "limit" (no area of a zone), or "listed": one of
    several that "分别" gives to several zones.
    """

    start: int
    end: int
    km2: float
    scope: str


def give_areas(reader: Reader, drafts: list[Draft], spans: list[Span]) -> None:
    """Give each zone the area stated for it, and no zone an area stated for several.

    Parameters
    ----------
    reader : Reader
        The text's tokens; warnings are added to it.
    drafts : list of Draft
        The zones in order; their parts receive the areas.
    spans : list of (start, end, role)
        Receives a span for each stated area.
    """
    stated = _stated(reader, spans)
    near = [
        area
        for area in stated
        if any(draft.start - _LEAD <= area.start < draft.end + _TRAIL for draft in drafts)
    ]
    _warn_not_taken(reader, near)
    if _in_order(reader, drafts, [area for area in near if area.scope == "listed"]):
        return
    areas = [area for area in stated if _of_zone(reader, drafts, area)]
    if not areas or not drafts:
        return
    floors = [0, *(draft.end for draft in drafts)]
    leads = [
        _lead_from(reader, drafts, floor, draft)
        for floor, draft in zip(floors, drafts, strict=False)
    ]
    taken = -1
    for number, draft in enumerate(drafts):
        last = number + 1 == len(drafts)
        until = len(reader.text) if last else leads[number + 1]
        shared = len(drafts) > 1 and last
        own = _own(reader, draft, areas, (max(leads[number], taken + 1), until), shared)
        if own is None and draft.label_start is None:
            # What the zone before has left over in the words between the two.
            own = _last(areas, max(taken + 1, floors[number], draft.start - _LEAD), draft.start)
        if own is not None:
            taken, draft.part.area_km2 = own.start, own.km2
        if draft.label_start is not None and not number:
            before = _last(areas, max(0, draft.label_start - _LEAD), draft.label_start)
            if before and not reader.stops(before.end, draft.label_start):
                _warn_shared(reader, before)


def _warn_not_taken(reader: Reader, areas: list[Area]) -> None:
    """Say which areas near a zone are a range, a limit, or of ground that does not count."""
    for area in areas:
        shown = reader.text[area.start : area.end]
        if area.scope == "range":
            reader.warn(
                f"面积写为范围（“{shown}”），未取其一",
                f"the area is a range (“{shown}”); neither end was taken",
            )
        elif area.scope == "limit":
            behind = words.LIMIT_BEHIND.match(reader.text, area.end)
            before = words.LIMIT_LEAD.search(reader.text, max(0, area.start - 16), area.start)
            around = reader.text[before.start() : behind.end() if behind else area.end]
            reader.warn(
                f"“{around}”不是片区的总面积，未采用",
                f"“{around}” is not the area of the whole zone; not taken",
            )


def _in_order(reader: Reader, drafts: list[Draft], listed: list[Area]) -> bool:
    """Give the areas behind "分别" to the zones in order; say so where the numbers differ."""
    if len(listed) == len(drafts) > 1:
        for draft, area in zip(drafts, listed, strict=True):
            draft.part.area_km2 = area.km2
        return True
    for area in listed:
        shown = reader.text[area.start : area.end]
        reader.warn(
            f"“{shown}”属于哪一个片区不明确，未采用",
            f"which zone “{shown}” belongs to is not clear; not taken",
        )
    return False


def _of_zone(reader: Reader, drafts: list[Draft], area: Area) -> bool:
    """Tell whether an area is a zone's; "其中启动区1平方公里" is, where 启动区 is the zone."""
    if area.scope != "subset":
        return area.scope == "zone"
    return any(
        draft.label_start is not None
        and draft.label_start <= area.start < draft.start
        and not words.SUBSET.search(reader.text, draft.label_end, area.end)
        for draft in drafts
    )


def _own(
    reader: Reader, draft: Draft, areas: list[Area], scope: tuple[int, int], shared: bool
) -> Area | None:
    """Return a zone's area: before, among or behind its sides, first in the same paragraph."""
    lead, until = max(scope[0], draft.start - _LEAD), min(scope[1], draft.end + _TRAIL)
    line = reader.text.rfind("\n", 0, draft.start) + 1
    line_end = reader.text.find("\n", draft.end)
    line_end = len(reader.text) if line_end < 0 else line_end
    return (
        _last(areas, max(lead, line), draft.start)
        or _first(areas, draft.start, draft.end)
        or _behind(reader, draft, areas, min(until, line_end), shared)
        or _last(areas, lead, draft.start)
        or _behind(reader, draft, areas, until, shared)
    )


def _behind(
    reader: Reader, draft: Draft, areas: list[Area], until: int, shared: bool
) -> Area | None:
    """Return the area behind a zone's sides, unless it is stated for all the zones."""
    area = _first(areas, draft.end, until)
    if area is None or not shared:
        return area
    before = reader.text[max(draft.end, area.start - 12) : area.end]
    together = words.TOGETHER.search(before)
    if together and (reader.stops(draft.end, area.start) or "总" not in together[0]):
        _warn_shared(reader, area)
        return None
    return area


def _first(areas: list[Area], start: int, stop: int) -> Area | None:
    return next((area for area in areas if start <= area.start < stop), None)


def _last(areas: list[Area], start: int, stop: int) -> Area | None:
    return _first(areas[::-1], start, stop)


def _warn_shared(reader: Reader, area: Area) -> None:
    shown = reader.text[area.start : area.end]
    reader.warn(
        f"“{shown}”说的是整体，没有归于任何一个片区",
        f"“{shown}” is stated for the whole and is given to no zone",
    )


def _lead_from(reader: Reader, drafts: list[Draft], floor: int, draft: Draft) -> int:
    """Return where the words that belong to a zone begin, before its first side."""
    if draft.label_start is not None:
        return draft.label_start
    if draft.number_start is not None:
        return draft.number_start
    if not floor:
        return 0
    begin = None
    for kind, start, end, _ in reader.between(floor, draft.start):
        if kind == STOP:
            begin = end
        elif kind == CLOSE and draft.start - end > 1:
            begin = start
    if begin is not None:
        return begin
    # One sentence runs on: areas stand before the sides if the first zone's does.
    first = drafts[0].start
    leads = any(kind == AREA and start < first for kind, start, *_ in reader.lexemes)
    return floor if leads else draft.start


def _stated(reader: Reader, spans: list[Span]) -> list[Area]:
    """Return every area the text states."""
    stated = []
    for number, (kind, start, end, found) in enumerate(reader.lexemes):
        if kind != AREA:
            continue
        begin = reader.area_start(number)
        spans.append((begin, end, "area"))
        value = float(found["value"].replace(",", "")) * words.UNITS_KM2[found["unit"].lower()]
        clause = max(reader.lexemes[number - 1][2] if number else 0, begin - 16)
        scope = "subset" if words.SUBSET.search(reader.text, clause, start) else "zone"
        before = reader.text[clause:start]
        if found["from"]:
            scope = "range"
        elif scope == "zone" and (
            words.LIMITED.search(before) or words.LIMIT_BEHIND.match(reader.text, end)
        ):
            scope = "limit"
        elif scope == "zone" and _listed(reader, stated, begin, start):
            scope = "listed"
        stated.append(Area(begin, end, round(value, 9), scope))
    # "分别" with one area behind it lists none.
    if sum(area.scope == "listed" for area in stated) == 1:
        stated = [
            area._replace(scope="zone") if area.scope == "listed" else area for area in stated
        ]
    return stated


def _listed(reader: Reader, before: list[Area], begin: int, start: int) -> bool:
    """Tell whether an area stands behind "分别", or behind one that does and a joining sign."""
    if words.RESPECTIVELY.search(reader.text, max(0, start - 12), start):
        return True
    last = before[-1] if before else None
    return (
        last is not None
        and last.scope == "listed"
        and words.LIST_ONLY.fullmatch(reader.text, last.end, begin) is not None
    )
