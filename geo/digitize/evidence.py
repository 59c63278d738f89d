"""What is told of a ring: its stretches, how its gaps were closed, how far it may be trusted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from geo.reason import Reason
from geo.reference import Match, Miss
from geo.sizhi import SIDE_NAMES, Part
from geo.trace import Edge, Ring

# The rule of `confidence`: share of the ring on features the clause names, and distance from the
# stated area, both must reach the level; an unresolved or unused name allows no more than low.
HIGH = (0.85, 5.0)
MEDIUM = (0.75, 12.0)
# With no area stated, a ring can still be high: nearly all of it on named features, and no other
# reading of the clause that fits about as well.
HIGH_ALONE = 0.95
# A ring that runs against the compass words for more than this share contradicts the clause.
MOST_CONTRARY = 0.03
LEAST_SIDE = 0.02  # a side with less of the ring than this is touched, not followed
TOLD_M = 50.0  # stretches off the named lines that are longer than this are told one by one

_HOW = {
    "alias": Reason(zh="文中另有此名", en="another name that the text gives"),
    "suffix": Reason(zh="仅路名或河名后缀不同", en="only the suffix differs"),
    "old_name": Reason(zh="旧名或别名", en="an old or other name"),
    "code": Reason(zh="道路编号", en="a road number"),
    "generic": Reason(zh="文字未给专名", en="the clause gives no proper name"),
}


def confidence(
    named_share: float,
    area_error_pct: float | None,
    unresolved: Collection[str],
    unused: Collection[str],
    by_area: bool = False,
    alone: bool = False,
    doubts: Sequence[Reason] = (),
    spread: float = 0.0,
) -> str:
    """Return how far a ring may be trusted: ``high``, ``medium`` or ``low``.

    Parameters
    ----------
    named_share : float
        Share of the ring's length on features the clause names (0 to 1).
    area_error_pct : float or None
        Difference from the stated area in percent; None when no area is stated.
    unresolved, unused : collection of str
        Names of the clause that are on no line (or sides that it does not give), and names whose
        line the ring does not touch.
    by_area : bool
        Whether the stated area chose between readings. It is then no evidence for the one chosen,
        and the ring is at most medium.
    alone : bool
        Whether the clause allows no other reading that fits about as well.
    doubts : sequence of Reason
        What contradicts the ring (`doubts`): any of it makes it ``low``.
    spread : float
        How far the areas of other readings are from the ring's, as a share of it; counts where no
        area is stated.

    Returns
    -------
    str
        ``high``: share at least 0.85 and area within 5 %, or, with no area stated, share at least
        0.95 and no other reading; ``medium``: share at least 0.75 and the stated area, or the
        areas of all other readings, within 12 %; else ``low``. A name unresolved or unused, or a
        doubt, makes it ``low``.
    """
    if unresolved or unused or doubts:
        return "low"
    error = abs(area_error_pct) if area_error_pct is not None else None
    if error is None:
        if alone and not by_area and named_share >= HIGH_ALONE:
            return "high"
    elif not by_area and named_share >= HIGH[0] and error <= HIGH[1]:
        return "high"
    off = 100.0 * spread if error is None else error
    if named_share >= MEDIUM[0] and off <= MEDIUM[1]:
        return "medium"
    return "low"


def doubts(ring: Ring, part: Part, generic: Sequence[str] = ()) -> list[Reason]:
    """Return what in the clause contradicts a ring, or leaves it to chance.

    Parameters
    ----------
    ring : Ring
    part : Part
        The clause as parsed.
    generic : sequence of str
        Names that stand for many lines (河道, 铁路).
    """
    perimeter = ring.polygon.length
    found = []
    if ring.contrary_m > MOST_CONTRARY * perimeter:
        share = f"{ring.contrary_m / perimeter:.0%}"
        found.append(
            Reason(
                zh=f"约 {share} 的环与文字所说的方位不符，方位可能写反",
                en=f"about {share} of the ring contradicts the sides given: some may be swapped",
            )
        )
    found += [
        Reason(
            zh=f"“{name}”未给专名，图上同类的线不止一条，所取未必是文中所指",
            en=f"{name} is no proper name: the line taken is one of several of its kind",
        )
        for name in generic
    ]
    found += [
        Reason(
            zh=f"文字另有“{words}”，环中未予扣除",
            en=f"the text also says “{words}”, which the ring does not leave out",
        )
        for words in part.excludes
    ]
    for side in part.sides:
        metres = sum(edge.line.length for edge in ring.edges if edge.named and edge.side == side)
        if 0 < metres < LEAST_SIDE * perimeter:
            found.append(
                Reason(
                    zh=f"{SIDE_NAMES[side]}侧界线在环上只有 {metres:,.0f} 米",
                    en=f"the {side} side is only {metres:,.0f} m of the ring",
                )
            )
    return found


def stretches(edges: Iterable[Edge]) -> list[dict[str, Any]]:
    """Return a ring's stretches in order, as stored: kind, feature, side and length."""
    return [
        {
            "kind": edge.kind,
            "feature": edge.feature,
            "between": list(edge.between) if edge.between else None,
            "side": edge.side,
            "length_m": round(edge.line.length),
        }
        for edge in edges
    ]


def side_support(edges: Sequence[Edge]) -> dict[str, float]:
    """Return, for each side met, the share of its stretch that lies on the features it names."""
    total: dict[str, float] = {}
    named: dict[str, float] = {}
    for edge in edges:
        if edge.side:
            total[edge.side] = total.get(edge.side, 0.0) + edge.line.length
            named[edge.side] = named.get(edge.side, 0.0) + edge.line.length * edge.named
    return {side: round(named[side] / metres, 3) for side, metres in total.items() if metres}


def closure(ring: Ring) -> dict[str, int]:
    """Return how many gaps a ring crosses off every line, their sum and the largest, in metres."""
    gaps = ring.gaps_m
    return {
        "gaps": len(gaps),
        "sum_m": round(sum(gaps)),
        "largest_m": round(max(gaps, default=0.0)),
    }


def matched(match: Match) -> Reason | None:
    """Return how a name was matched to a line of another name; None when it is the line's own."""
    why = _HOW.get(match.how)
    if why is None or match.written == match.line.name:
        return None
    if match.how == "alias" and not isinstance(match.reason, Reason):
        return None  # given by the reader, who is told so elsewhere
    zh, en = (match.reason, match.reason) if isinstance(match.reason, str) else ("", "")
    if isinstance(match.reason, Reason):
        zh, en = match.reason.zh, match.reason.en
    return Reason(
        zh=f"“{match.written}”取“{match.line.name}”：{zh or why.zh}",
        en=f"“{match.written}” is read as {match.line.name}: {en or why.en}",
    )


def missed(miss: Miss) -> Reason:
    """Return that a name of the clause is on no line, what was tried, and what is spelled alike."""
    alike_zh = f"；写法相近的有{'、'.join(miss.suggestions)}，未采用" if miss.suggestions else ""
    alike_en = f"; spelled alike, not taken: {', '.join(miss.suggestions)}" if alike_zh else ""
    if miss.reason is not None:
        return Reason(
            zh=f"“{miss.written}”：{miss.reason.zh}{alike_zh}",
            en=f"“{miss.written}”: {miss.reason.en}{alike_en}",
        )
    return Reason(
        zh=f"“{miss.written}”不在参考线中（试过{'、'.join(miss.tried)}）{alike_zh}",
        en=f"“{miss.written}” is not among the reference lines "
        f"(tried {', '.join(miss.tried)}){alike_en}",
    )


def unused(name: str) -> Reason:
    """Return that the ring does not touch a line that the clause names."""
    return Reason(
        zh=f"“{name}”在图上，但不在所得的环上",
        en=f"{name} is on the map but not on the ring found",
    )


def closings(edges: Iterable[Edge], chosen: Collection[str] = ()) -> list[Reason]:
    """Return how the longer stretches that the clause leaves open were closed.

    Parameters
    ----------
    edges : iterable of Edge
    chosen : collection of str
        Lines that somebody chose with a reason of his own, told elsewhere.
    """
    return [
        _closing(edge)
        for edge in edges
        if not edge.named and edge.feature not in chosen and edge.line.length >= TOLD_M
    ]


def _closing(edge: Edge) -> Reason:
    """Return how one stretch was closed."""
    metres = f"{edge.line.length:,.0f}"
    if edge.kind == "bridged":
        return Reason(
            zh=f"文字未列的一段沿“{edge.feature or '无名道路或河道'}”闭合（{metres} 米）",
            en="a stretch the clause leaves open follows "
            f"{edge.feature or 'a road or river without a name'} ({metres} m)",
        )
    if edge.kind == "extended":
        return Reason(
            zh=f"“{edge.feature}”自端点顺直延长 {metres} 米",
            en=f"{edge.feature} is run straight on from its end for {metres} m",
        )
    if edge.between:
        one, other = edge.between
        return Reason(
            zh=f"“{one}”与“{other}”之间以 {metres} 米直线相接",
            en=f"{one} and {other} are joined by a straight line of {metres} m",
        )
    return Reason(
        zh=f"“{edge.feature}”在地图上的中断处以 {metres} 米直线相接",
        en=f"a break of {metres} m in {edge.feature} on the map is crossed straight",
    )


def choice(ring: Ring) -> Reason | None:
    """Return that the clause allows other rings as well, and on what ground one was taken."""
    if not ring.alternatives:
        return None
    others = [f"{other.area_km2:.2f}" for other in ring.alternatives]
    zh, en = (
        ("取与公布面积较近者", "the one nearest to the published area is taken")
        if ring.by_area
        else ("取最合文意者", "the one that fits the words best is taken")
    )
    return Reason(
        zh=f"文字同样允许面积为 {'、'.join(others)} km² 的走法，{zh}",
        en=f"the clause equally allows rings of {', '.join(others)} km²; {en}",
    )
