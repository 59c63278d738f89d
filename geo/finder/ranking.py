"""Ranking the parks by what is asked of them, with the reason for every point.

A need with a weight gives up to that many points (`geo.finder.shares`); the score is their sum out
of all weights, in per cent. What is not known makes it an interval: its low end is the least, its
high end the most that what is known allows. Parks are in the order of the low end, which the plans
vouch for, before any rounding; `Result.best_rank` says how far up a park could come. A need that is
a hard limit gives no points: a park that fails one is excluded, and one of which it cannot be said
is in a group of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from geo.access import TO, AccessData, nearest
from geo.errors import AtlasError
from geo.finder.amounts import Amounts
from geo.finder.needs import plan_periods
from geo.finder.others import judge_distance, judge_industry
from geo.finder.promises import promises, wider
from geo.finder.records import GROUPS, Judgement, Need, Needs, Ranking, Result
from geo.finder.scope import said_in, sources_of
from geo.plans.records import Park
from geo.plans.table import check_zones
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

_TENTH, _FULL = Decimal("0.1"), Decimal(100)
_EXACT = Decimal("1e-18")  # below it two sums differ only by how their divisions ended


def rank(
    needs: Needs, plans: Plans, boundaries: gpd.GeoDataFrame, access: AccessData | None = None
) -> Ranking:
    """Return every park with how it does on what is asked, the best first.

    Parameters
    ----------
    needs : Needs
        As of `geo.finder.needs.make_needs`.
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    access : AccessData, optional
        As of `geo.access.load_access`; needed when a distance is asked for.

    Raises
    ------
    AtlasError
        When parks and boundaries do not hold the same zones, or a distance is asked for without
        access data.

    Examples
    --------
    >>> from geo.finder import make_needs
    >>> from geo.plans import Plans, load_boundaries
    >>> plans = Plans.load()
    >>> needs = make_needs({"industry": "集成电路", "industrial_land": 50}, plans)
    >>> [one.park_id for one in rank(needs, plans, load_boundaries()).ranked if one.rank == 1]
    ['pujiang', 'zizhu']
    """
    check_zones(plans, boundaries)
    if access is None and any(need.criterion in TO for need in needs.wanted):
        raise AtlasError(
            en="a distance is asked for without access data", zh="要求了距离，但没有交通数据"
        )
    sources = sources_of(plans, needs.period)
    amounts = Amounts(said_in(plans, needs.period), boundaries, sources)
    results = []
    for park in plans.parks.values():
        judgements = tuple(_judge(need, park, amounts, access) for need in needs.wanted)
        told = promises(needs, park, amounts, sources)
        results.append(_result(park, judgements, told))
    return Ranking(
        needs, _ordered(results), _notes(needs, results, plans), wider(needs, amounts.plans)
    )


def _judge(need: Need, park: Park, amounts: Amounts, access: AccessData | None) -> Judgement:
    if need.of.direction == "is":
        return judge_industry(need, park, amounts.inputs, amounts.sources)
    if need.criterion in TO:
        boundaries = amounts.boundaries
        zones = [(zone, boundaries.geometry[zone]) for zone in park.zones]
        found = nearest(zones, need.criterion, access)
        return judge_distance(need, found, boundaries, access.attribution)
    return amounts.judge(need, park)


def _result(park: Park, judgements: tuple[Judgement, ...], told: tuple) -> Result:
    """Return a park's result, without its rank."""
    limits = [one for one in judgements if one.need.must]
    failed = tuple(one.need.criterion for one in limits if one.status in ("partly", "not-met"))
    unsure = tuple(one.need.criterion for one in limits if one.status == "unknown")
    group = "excluded" if failed else "cannot-say" if unsure else "ranked"
    low, high = score(judgements)
    return Result(
        park.id, Reason(park.zh, park.en), park.zones, group, None, None, low, high, judgements,
        failed, unsure, told,
    )  # fmt: skip


def score(judgements: Sequence[Judgement]) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the greatest score, 0 to 100; None where nothing is weighted."""
    out_of = sum(one.out_of for one in judgements)
    if not out_of:
        return None, None
    low, high = _points(judgements)
    return _in_per_cent(low, out_of), _in_per_cent(high, out_of)


def _points(judgements: Sequence[Judgement]) -> tuple[Decimal, Decimal]:
    """Return the least and the most points of a park, not rounded."""
    low = sum((one.points_low for one in judgements), Decimal(0))
    high = sum((one.points_high for one in judgements), Decimal(0))
    return low.quantize(_EXACT), high.quantize(_EXACT)


def _in_per_cent(points: Decimal, out_of: int) -> Decimal:
    """Return points as a score of one decimal; 100 only where every point is there."""
    rounded = (_FULL * points / out_of).quantize(_TENTH, ROUND_HALF_UP)
    return rounded if points >= out_of else min(rounded, _FULL - _TENTH)


def _ordered(results: list[Result]) -> tuple[Result, ...]:
    """Return results by group and score, the ranked with their ranks."""
    points = {one.park_id: _points(one.judgements) for one in results}

    def key(one: Result) -> tuple[int, Decimal, Decimal]:
        low, high = points[one.park_id]
        return (GROUPS.index(one.group), -low, -high)

    # Stable: within equal ones the order of table 4-1 stays.
    ordered = sorted(results, key=key)
    ranked = [one for one in ordered if one.group == "ranked" and one.score_low is not None]
    return tuple(
        replace(
            one,
            rank=1 + sum(key(other) < key(one) for other in ranked),
            best_rank=1
            + sum(points[other.park_id][0] > points[one.park_id][1] for other in ranked),
        )
        if one in ranked
        else one
        for one in ordered
    )


def _notes(needs: Needs, results: list[Result], plans: Plans) -> tuple[Reason, ...]:
    """Return how to read the ranking."""
    notes = []
    if any(not need.must for need in needs.wanted):
        notes += [_RULE, _UNKNOWN]
    if any(need.must for need in needs.wanted):
        notes.append(_LIMITS)
    if needs.period:
        notes.append(
            Reason(
                f"只用规划期为 {needs.period} 的规划",
                f"only the plans of the period {needs.period} count",
            )
        )
    return (*notes, *_older_plan(needs, results, plans))


def _older_plan(needs: Needs, results: list[Result], plans: Plans) -> tuple[Reason, ...]:
    """Say that land and floor space are those of a plan period before the last."""
    used = {
        judgement.period
        for result in results
        for judgement in result.judgements
        if judgement.need.criterion in _AVAILABLE and judgement.period
    }
    last = plan_periods(plans)[-1:]
    if not used or set(last) <= used:
        return ()
    zh, en = "、".join(sorted(used)), ", ".join(sorted(used))
    tail = "新一期规划没有更新" if not needs.period else "现状可能已有变化"
    return (
        Reason(
            f"土地、厂房和楼宇是 {zh} 年规划所列的可用量，{tail}，以主管部门为准",
            f"land and floor space are what the plans list as available in {en}; "
            + ("the later plans do not renew them" if not needs.period else "this may have changed")
            + ": the authorities know what is left",
        ),
    )


_AVAILABLE = ("land", "industrial_land", "factory", "office")
_RULE = Reason(
    "得分＝各项得分之和÷权重之和×100。达到要求得满分；数量不足按“数量÷要求”计，距离超出按"
    "“要求÷距离”计；规划未提的产业得 0",
    "score = points ÷ weights × 100. A need that is met gives all its points; an amount below it "
    "amount ÷ need, a distance beyond it need ÷ distance; an industry that is not named gives 0",
)
_UNKNOWN = Reason(
    "未知的既不算达到，也不算未达到：得分写作区间，低端是已知的至少得分，高端是至多可能的得分；"
    "名次按低端排，低端相同看高端，均以取整前的分数为准",
    "what is not known counts neither as met nor as not met: the score is a range from the least "
    "to the most that what is known allows; parks are ranked by the low end, then by the high end, "
    "before rounding",
)
_LIMITS = Reason(
    "硬性要求不计分：不满足的园区排除，未知的单列为“无法判断”",
    "hard limits give no points: a park that fails one is left out, and one of which it is not "
    "known stands apart",
)
