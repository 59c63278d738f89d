"""Sides that are written without a mark: "以A为东界", and bare compass words in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.sizhi import words
from geo.sizhi.names import ends_like_name, has_stem, read_name
from geo.sizhi.records import SIDES

if TYPE_CHECKING:
    import re

    from geo.sizhi.grammar import Reader, Side

_LEAST = 3  # bare compass words in a row: fewer are the beginnings of names (东川路, 南江路)


def unmarked_sides(reader: Reader, made: type[Side], mark: int) -> list[Side]:
    """Return the sides of a text that no mark opens, in order.

    Parameters
    ----------
    reader : Reader
        The text's tokens; warnings are added to it.
    made : type
        `geo.sizhi.grammar.Side`.
    mark : int
        The kind of token that opens a marked side.
    """
    # Most texts have none: one search tells.
    sides = _named(reader, made, mark) if words.AS_SIDE_END.search(reader.text) else []
    return sorted([*sides, *_bare(reader, made, mark)], key=lambda side: side.start)


def _named(reader: Reader, made: type[Side], mark: int) -> list[Side]:
    """Return the sides written "以七莘路为东界", the next ones with 以 or without."""
    text, sides = reader.text, []
    for found in words.AS_SIDE.finditer(text):
        start, stop = found.span("words")
        begin = found.start()
        marks = [lexeme for lexeme in reader.between(begin, stop) if lexeme[0] == mark]
        if marks:  # "东至A路、B路为南界": only what stands behind the last sign
            begin = start = max(text.rfind(sign, start, stop) for sign in "、,") + 1
            if start <= marks[-1][1]:
                continue
        if not ends_like_name(text, start, stop):
            continue
        side = made.unmarked(begin, found.end(), SIDES[found["dir"]])
        if start > begin:
            side.spans.append((begin, start, "connective"))
        bounds = []
        at = start
        for piece in words.LIST_SIGN.split(text[start:stop]):
            if words.LIST_SIGN.fullmatch(piece):
                side.spans.append((at, at + len(piece), "connective"))
            else:
                bounds.append(read_name(text, at, at + len(piece), side.spans))
            at += len(piece)
        side.spans.append((stop, found.end(), "side"))
        side.bounds = tuple(bound for bound in bounds if bound)
        sides.append(side)
    return sides


def _bare(reader: Reader, made: type[Side], mark: int) -> list[Side]:
    """Return the sides of rows such as "北江月路,东万芳路,南沈庄塘,西召楼路"."""
    text, sides = reader.text, []
    row: list[re.Match[str]] = []
    for found in [*words.BARE_SIDE.finditer(text), None]:
        if found is not None:
            before = text[found.start() - 1] if found.start() else ""
            if not _side_alone(text, found, before):
                found = None
        if row and (
            found is None or found.start() != row[-1].end() + 1 or text[row[-1].end()] in "。\n"
        ):
            sides += _row(reader, made, mark, row)
            row = []
        if found is not None:
            row.append(found)
    return sides


def _side_alone(text: str, found: re.Match[str], before: str) -> bool:
    start, end = found.span("rest")
    return (
        (not before or before in ":,;、。\n为是")
        and ends_like_name(text, start, end)
        and has_stem(text[start:end])
    )


def _row(reader: Reader, made: type[Side], mark: int, row: list[re.Match[str]]) -> list[Side]:
    """Read a row of bare sides, if it is one."""
    text = reader.text
    start, end = row[0].start(), row[-1].end()
    dirs = {found["dir"] for found in row}
    if len(row) < _LEAST or len(dirs) < len(row):
        return []
    told = words.ROW_LEAD.search(text, max(0, start - 12), start)
    if not told and (len(row) < 4 or "、" in text[start:end]):
        return []
    if any(lexeme[0] == mark for lexeme in reader.between(start, end)):
        return []
    reader.warn(
        f"“{text[start:end]}”中名称前的方位字按各侧读",
        f"the compass words before the names in “{text[start:end]}” are read as sides",
    )
    sides = []
    for found in row:
        side = made.unmarked(*found.span(), SIDES[found["dir"]])
        side.spans.append((*found.span("dir"), "side"))
        bound = read_name(text, *found.span("rest"), side.spans)
        side.bounds = (bound,) if bound else ()
        sides.append(side)
    return sides
