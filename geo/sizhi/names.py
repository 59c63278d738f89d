"""Read the words for one feature: its name, and what stands around it in the same words."""

from __future__ import annotations

import re

from geo.sizhi import words
from geo.sizhi.records import SIDES, Bound

Span = tuple[int, int, str]
LONGEST = 48  # characters; nothing longer is a name


def ends_like_name(text: str, start: int, end: int) -> bool:
    """Tell whether text[start:end] ends like the name of a feature, qualifiers counted in."""
    for _ in range(8):
        if end <= start:
            return False
        if words.NAME_END.search(text, max(start, end - 6), end):
            return True
        found = _after(text, start, end)
        if not found:
            return False
        end = found.start()
    return False


def has_stem(text: str, least: int = 2) -> bool:
    """Tell whether a name has ``least`` characters that are its own, direction words not counted.

    >>> has_stem("至善路"), has_stem("善路"), has_stem("江东路")
    (True, False, False)
    """
    suffix = words.SUFFIX.search(text, max(0, len(text) - 5))
    if not suffix:
        return len(text) > least
    stem = text[: suffix.start()].rstrip("东南西北中一二三四五六七八九十")
    return len(stem) >= least


def read_name(
    text: str, start: int, end: int, spans: list[Span], remark: tuple[int, int] | None = None
) -> Bound | None:
    """Read one feature from text[start:end]; what it is made of is added to ``spans``.

    Parameters
    ----------
    text : str
        The normalised text.
    start, end : int
        The words of the feature, without the bracket behind them.
    spans : list of (start, end, role)
        Receives a span for each stretch that is understood.
    remark : tuple of int, optional
        The bracket behind the words, from its opening to behind its closing.

    Returns
    -------
    Bound or None
        None when nothing is left that could be a name.
    """
    fields: dict = {}
    before: list[str] = []
    after: list[str] = []
    end = _read_after(text, start, end, spans, after, fields)
    start = _read_before(text, start, end, spans, before)
    if start >= end or not any(map(str.isalnum, text[start:end])):
        return None
    others: list[str] = []
    start, end = _read_codes(text, start, end, spans, others)
    spans.append((start, end, "feature"))
    if remark:
        _read_remark(text, *remark, spans, others, after)
    name = text[start:end]
    qualifier = "、".join(before + after[::-1]) or None
    return Bound(
        name,
        qualifier,
        tuple(dict.fromkeys(other for other in others if other != name)),
        kind=kind_of(name, after),
        generic=is_generic(name),
        **fields,
    )


def read_tail(text: str, start: int, end: int, spans: list[Span]) -> dict | None:
    """Read words that are nothing but qualifiers of the name before them.

    Returns
    -------
    dict or None
        Fields of `Bound` and the list ``kept`` of qualifiers; None when a name is left.
    """
    fields: dict = {"kept": []}
    mine: list[Span] = []
    left = _read_after(text, start, end, mine, fields["kept"], fields, least=0)
    if left > start:
        return None
    spans += mine
    fields["kept"].reverse()
    return fields


def is_generic(name: str) -> bool:
    """Tell whether a name is a word for a kind of feature and no more."""
    return name in words.GENERIC or words.GENERIC_END.fullmatch(name) is not None


def kind_of(name: str, qualifiers: list[str] | tuple[str, ...] = ()) -> str | None:
    """Return what the words say the feature is, None when they do not say."""
    for qualifier in qualifiers:
        if qualifier.endswith(words.BANK_WORDS):
            return "coast" if name in words.SEA_NAMES else "bank"
    if name in words.DISTRICTS:
        return "border"
    for kind, endings in words.KIND_ENDS:
        if name.endswith(endings):
            return kind
    if words.LOT_CODE.match(name):
        return "parcel"
    return "road" if words.CODE_ONLY.match(name) else None


def _after(text: str, start: int, end: int, least: int = 1) -> re.Match[str] | None:
    """Match one qualifier or closing word at the end, leaving ``least`` characters before it."""
    last = text[end - 1]
    if last not in words.AFTER_LAST and not (last == "路" and text[end - 2 : end] == "道路"):
        return None
    return words.AFTER.search(text, max(start + least, end - words.AFTER_WINDOW), end)


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether words that could lose a qualifier are a name as they stand."""
    word = text[start:end]
    return (
        word in words.GENERIC
        or words.PLANNED_NAME.match(word) is not None
        or words.REGION_BORDER.search(word) is not None
    )


def _read_before(text: str, start: int, end: int, spans: list[Span], kept: list[str]) -> int:
    """Take qualifiers and joining words off the front; return where the name begins."""
    while start < end and text[start] in words.BEFORE_FIRST:
        found = words.BEFORE.match(text, start, end)
        if not found or found.end() >= end or _whole(text, start, end):
            break
        rest = text[found.end() : end]
        if len(rest) == 1 and found[0][-1] == "建":  # 新建路 is a road's name
            break
        # 至善路, 和平路, 原平路 and 沿江路 begin with such a word but are names.
        if len(found[0]) == 1 and found[0] not in ":约" and not has_stem(rest):
            break
        spans.append((start, found.end(), "qualifier" if found["word"] else "connective"))
        if found["word"] and found["word"] not in {"沿", "约"}:
            kept.append(found["word"].rstrip("的"))
        start = found.end()
    return start


def _read_after(
    text: str,
    start: int,
    end: int,
    spans: list[Span],
    kept: list[str],
    fields: dict,
    least: int = 1,
) -> int:
    """Take qualifiers, offsets, house numbers off the back; return where the name ends."""
    while start < end and (not least or not _whole(text, start, end)):
        found = _after(text, start, end, least)
        if not found:
            break
        role = "qualifier"
        if found["end"]:
            role = "connective"
        elif found["offset"]:
            if "offset_m" in fields:
                break
            _read_offset(found, fields, kept)
        elif found["extended"]:
            fields["extended"] = True
            if found["extended"][:1] not in "延":
                kept.append(found["extended"])
        else:
            kept.append(found["house"] or found["word"])
        spans.append((found.start(), end, role))
        end = found.start()
    return end


def _read_offset(found: re.Match[str], fields: dict, kept: list[str]) -> None:
    """Read "以东约430米", "北两百米"; of a range ("50-100米") neither end is taken."""
    if found["low"]:
        kept.append(found[0])
        return
    factor = 1000.0 if found["measure"] in {"公里", "千米", "km"} else 1.0
    fields["offset_m"] = _number(found["metres"]) * factor
    fields["offset_side"] = SIDES.get(found["towards"] or "")
    if found["towards"] and found["towards"] in "内外":
        kept.append(found["towards"])
    if found["about"] or found["some"]:
        fields["approximate"] = True


def _number(written: str) -> float:
    """Return a number in figures or in Chinese numerals up to the thousands.

    >>> _number("430"), _number("两百"), _number("一百五十"), _number("十")
    (430.0, 200.0, 150.0, 10.0)
    """
    if written[0].isdigit():
        return float(written)
    total, digit = 0, 0
    for char in written:
        if char in _POWERS:
            total += (digit or 1) * _POWERS[char]
            digit = 0
        else:
            digit = 2 if char == "两" else "零一二三四五六七八九".index(char)
    return float(total + digit)


_POWERS = {"十": 10, "百": 100, "千": 1000}


def _read_codes(
    text: str, start: int, end: int, spans: list[Span], others: list[str]
) -> tuple[int, int]:
    """Take a road code off a name that has one of its own: S4沪金高速公路, 沪昆高速G60."""
    if found := words.CODE_FIRST.match(text, start, end):
        others.append(found["code"])
        rest = text[found.end() : end]
        if rest not in words.PLAIN_ROAD and len(rest) > 1:
            spans.append((start, found.end(), "feature"))
            start = found.end()
    elif text[end - 1].isdigit():
        found = words.CODE_LAST.search(text, max(start + 1, end - 6), end)
        if found:
            others.append(found["code"])
            spans.append((found.start(), end, "feature"))
            end = found.start()
    return start, end


def _read_remark(
    text: str, start: int, end: int, spans: list[Span], others: list[str], kept: list[str]
) -> None:
    """Read the bracket behind a name: another name of it, a qualifier, or a remark."""
    inner, stop = start + 1, end - 1
    said = words.ALSO_CALLED.match(text, inner, stop)
    begin = said.end() if said else inner
    pieces = [piece for piece in re.split(r"[、,/]", text[begin:stop]) if piece]
    named = pieces and all(
        len(piece) <= LONGEST and ends_like_name(piece, 0, len(piece)) for piece in pieces
    )
    content = text[inner:stop]
    planned = words.BEFORE.match(content)
    aside = words.STRETCH.search(content) or words.REMARK_WORDS.search(content)
    aside = (
        aside
        or words.NO_NAME.search(content)
        or words.AFTER.match(content)
        or (planned and planned["word"])
    )
    if named and (said or not aside):
        others += pieces
        spans.append((start, begin, "connective"))
        at = begin
        for piece in pieces:
            at = text.index(piece, at, stop)
            spans.append((at, at + len(piece), "feature"))
            at += len(piece)
        spans.append((stop, end, "connective"))
        return
    spans.append((start, end, "remark"))
    if content and len(content) <= 20 and not words.REMARK_WORDS.search(content):
        kept.insert(0, content)


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
    if stop - start < 5:
        return [(start, stop)]
    cuts, begin = [], start
    if not words.OFFER_JOIN.isdisjoint(text[start:stop]):
        for joint in words.WORD_JOIN.finditer(text, start, stop):
            if not 2 <= joint.start() - begin <= LONGEST:
                continue
            if not ends_like_name(text, begin, joint.start()):
                continue
            if joint[0][0] not in "以及与和或并暨" and not ends_like_name(text, joint.end(), stop):
                continue
            cuts.append((begin, joint.start()))
            begin = joint.start()
    return [*cuts, (begin, stop)]


def glue(text: str, start: int, end: int) -> int:
    """Return where a second name begins that nothing parts from the first, ``start`` if none does.

    Blanks between names are gone by now: "江川东路 紫星路" comes as "江川东路紫星路".
    """
    if not 6 <= end - start <= LONGEST or text[end - 1] not in _GLUED_LAST:
        return start
    for joint in words.GLUE.finditer(text, start + 2, end):
        if joint.end() > end - 3:
            break
        if has_stem(text[start : joint.end()]) and has_stem(text[joint.end() : end]):
            return joint.end()
    return start


_GLUED_LAST = frozenset("路道速河塘浦泾港浜")
