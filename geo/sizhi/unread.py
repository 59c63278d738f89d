"""What stands in the sentence of a zone and was not read, though it may change the zone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from geo.reason import Reason
from geo.sizhi import words
from geo.sizhi.names import ends_like_name, has_stem
from geo.sizhi.records import SIDE_NAMES, Bound, Draft, Token

_BOUND_ITSELF = frozenset(["不含", "不包括", "不包含"])  # "江月路(不含)": up to its edge
_SHOWN = 30  # characters of words that are shown in a warning


def unread_words(plain: str, drafts: list[Draft], tokens: Iterable[Token]) -> list[Reason]:
    """Return warnings for words inside a zone's sentence that take ground away or name a feature.

    The sentence runs from the zone's first side to the full stop behind its last one. Words that
    exclude ground are entered in the zone's ``excludes``.

    Parameters
    ----------
    plain : str
        The normalised text.
    drafts : list of Draft
        The zones in order.
    tokens : iterable of Token
        The text's tokens.
    """
    warnings: list[Reason] = []
    unread = [token for token in tokens if token.role in {"ignored", "remark"}]
    if not unread:
        return []
    for number, draft in enumerate(drafts):
        stop = words.SENTENCE_END.search(plain, draft.end)
        until = stop.start() if stop else len(plain)
        if number + 1 < len(drafts):
            after = drafts[number + 1]
            until = min(until, after.start if after.label_start is None else after.label_start)
        excludes = []
        for token in unread:
            if not draft.start <= token.start < until:
                continue
            said = plain[token.start : min(token.end, until)].strip(",、;:。()[]")
            if said in _BOUND_ITSELF:
                continue
            if words.EXCLUDES.search(said):
                excludes.append(said)
                warnings.append(_excluded(said))
            elif token.role == "ignored" and (named := _named(said)):
                warnings.append(_not_read(named))
        draft.part.excludes = tuple(dict.fromkeys(excludes))
    return list(dict.fromkeys(warnings))


def unsure_distances(plain: str, drafts: list[Draft]) -> list[Reason]:
    """Return warnings for distances from a feature that do not say to which side, or how far."""
    warnings: list[Reason] = []
    if not words.DISTANCE.search(plain):
        return []
    for draft in drafts:
        sides = [*draft.part.sides.items(), (None, draft.part.around)]
        warnings += [
            reason for side, bounds in sides for bound in bounds if (reason := _unsure(side, bound))
        ]
    return list(dict.fromkeys(warnings))


def _unsure(side: str | None, bound: Bound) -> Reason | None:
    qualifier = bound.qualifier or ""
    label_zh, label_en = (f"{SIDE_NAMES[side]}侧", f" ({side} side)") if side else ("", "")
    if bound.offset_m is not None and bound.offset_side is None:
        return Reason(
            f"{label_zh}“{bound.name}”的距离 {bound.offset_m:g} 米没有写明方向",
            f"{bound.offset_m:g} m from “{bound.name}”{label_en} does not say to which side of it",
        )
    if found := words.DISTANCE_RANGE.search(qualifier):
        return Reason(
            f"{label_zh}“{bound.name}”的距离写为范围（“{found[0]}”），未取其一",
            f"the distance from “{bound.name}”{label_en} is a range (“{found[0]}”); "
            "neither end was taken",
        )
    if found := words.DISTANCE_LEFT.search(bound.name):
        return Reason(
            f"{label_zh}“{bound.name}”中的距离“{found[0]}”未读",
            f"the distance “{found[0]}” in “{bound.name}”{label_en} was not read",
        )
    return None


def _named(said: str) -> str | None:
    """Return the first clause that ends like a feature or lies on one side of a feature."""
    for clause in re.split(r"[,、;:。()\[\]]", said):
        plane = words.HALF_PLANE.search(clause)
        if words.COUNTED_NAME.match(clause) or (not plane and words.PROSE.search(clause)):
            continue
        stem = clause[: plane.start()] if plane else clause
        if len(stem) <= 40 and ends_like_name(stem, 0, len(stem)) and has_stem(stem):
            return clause
    return None


def _shown(said: str) -> str:
    return said if len(said) <= _SHOWN else said[:_SHOWN] + "…"


def _excluded(said: str) -> Reason:
    return Reason(
        f"“{_shown(said)}”排除了部分用地，轮廓没有扣除",
        f"“{_shown(said)}” takes ground away; the outline does not leave it out",
    )


def _not_read(said: str) -> Reason:
    return Reason(
        f"“{_shown(said)}”像是界线，但未读入",
        f"“{_shown(said)}” looks like a boundary but was not read as one",
    )
