"""Judging a park by its industries and by how far it is from the metro and an expressway."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from geo.access import Nearest
from geo.finder import shares
from geo.finder.amounts import NOTHING, judged, located, wanted
from geo.finder.records import Citation, Judgement, Need
from geo.plans.inputs import Inputs
from geo.plans.records import Evidence, Park
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans


def judge_industry(need: Need, park: Park, inputs: Inputs, sources: Collection[str]) -> Judgement:
    """Return whether the plans that count name an industry for a park.

    A park for which they name other industries is without it; of one for which they name none at
    all it is not known.
    """
    plans, tag = inputs.plans, inputs.plans.tags[str(need.value)]
    said = [e for label in park.industries if label.id == tag.id for e in label.evidence]
    own = [one for one in said if one.source_id in sources]
    if own:
        first = own[0]
        return judged(
            need,
            (shares.ALL, shares.ALL),
            value=None,
            shown=Reason(tag.zh, tag.en),
            why=Reason(
                f"规划写明该园区发展{tag.zh}：“{first.words}”",
                f"the plan names {tag.en} for this park: “{first.words}”",
            ),
            words=first.words,
            citations=tuple(located(plans, one.source_id, one.locator) for one in own),
            caveats=_limits(own, inputs),
            scope=_limits(own, inputs),
            zones=first.zones if all(one.zones for one in own) else (),
            period=plans.sources[first.source_id].period,
        )
    others = tuple(_said_elsewhere(one, plans) for one in said)
    named = any(e.source_id in sources for label in park.industries for e in label.evidence)
    if named:
        share = (shares.NONE, shares.NONE)
        why = Reason(
            f"规划为该园区写明了产业，其中没有{tag.zh}",
            f"the plans name industries for this park, and {tag.en} is not among them",
        )
    else:
        share = shares.UNKNOWN
        why = Reason(
            "所选规划期的规划没有写明该园区的产业",
            "the plans of the chosen period name no industry for this park",
        )
    return judged(need, share, value=None, shown=NOTHING if not named else _NOT_NAMED,
                  why=why, caveats=others)  # fmt: skip


_NOT_NAMED = Reason("规划未提", "not named")


def _limits(evidence: list[Evidence], inputs: Inputs) -> tuple[Reason, ...]:
    """Say that the words are of some zones only, where all are."""
    if not all(one.zones for one in evidence):
        return ()
    names = inputs.zone_names(dict.fromkeys(zone for one in evidence for zone in one.zones))
    return (Reason(f"原文只就{names.zh}而言", f"the words are of {names.en} only"),)


def _said_elsewhere(evidence: Evidence, plans: Plans) -> Reason:
    """Say that a plan of another period names the industry."""
    source = plans.sources[evidence.source_id]
    return Reason(
        f"{source.short_zh}（{source.period}）写有：“{evidence.words}”，不在所选规划期",
        f"{source.short_en} ({source.period}) does say “{evidence.words}”; it is of another period",
    )


def judge_distance(
    need: Need, found: Nearest | None, boundaries: gpd.GeoDataFrame, attribution: str
) -> Judgement:
    """Return how a park does on a distance."""
    if found is None:
        why = Reason("地图数据中没有可用的点", "the map data have no such point")
        return judged(need, shares.UNKNOWN, value=None, shown=NOTHING, why=why)
    share = shares.of_distance(need, found.at_least_m, found.metres)
    shown = Reason(f"{found.metres:,} 米", f"{found.metres:,} m")
    return judged(
        need,
        share,
        value=Decimal(found.metres),
        shown=shown,
        why=_distance_words(need, found, share),
        citations=(_map_data(found, attribution),),
        caveats=(*found.caveats, *_outline(found.zone, boundaries)),
    )


def _distance_words(need: Need, found: Nearest, share: shares.Interval) -> Reason:
    label, asked = found.point.label, wanted(need)
    if found.inside:
        count = len(found.inside)
        if count == 1:
            return Reason(f"园区内有{label.zh}", f"{label.en} lies within the park")
        kind = Reason("座地铁站", "metro stations")
        if found.point.kind == "ramp":
            kind = Reason("处匝道", "ramps")
        return Reason(
            f"园区内有{label.zh}等 {count} {kind.zh}",
            f"{count} {kind.en} lie within the park, such as {label.en}",
        )
    told = {
        "met": Reason(f"不超过 {asked.zh}", f"within the {asked.en} asked for"),
        "unknown": Reason(
            f"超过 {asked.zh}，但更近处的数据不全，无法判断",
            f"beyond the {asked.en} asked for; the data are not complete nearer by, so that it "
            "cannot be said",
        ),
    }.get(
        shares.status_of(share),
        # Where this leaves a park out, the reader has to know how sure it is.
        Reason(
            f"超过 {asked.zh}；以地图所列为准，名录不全，可能有更近的",
            f"beyond the {asked.en} asked for, by the map's list; it has gaps, and one that is "
            "missing may be nearer",
        ),
    )
    return Reason(
        f"最近的是{label.zh}，直线距离 {found.metres:,} 米，{told.zh}",
        f"the nearest is {label.en}, {found.metres:,} m in a straight line: {told.en}",
    )


def _map_data(found: Nearest, attribution: str) -> Citation:
    return Citation(
        Reason(
            f"按地图量取：{attribution}，数据日期 {found.date}",
            f"measured on the map: {attribution}, data of {found.date}",
        )
    )


def _outline(zone: str, boundaries: gpd.GeoDataFrame) -> tuple[Reason, ...]:
    """Say where the park's own outline is uncertain."""
    row = boundaries.loc[zone]
    if row.get("basis") == "corridor":
        return (
            Reason(
                "该园区没有四至，范围是沿路所绘的示意带",
                "this park has no published bounds; its outline is a band drawn along a road",
            ),
        )
    if row.get("confidence") == "low":
        return (
            Reason(
                "该园区的数字化边界把握低，距离随之不确定",
                "the confidence in this park's outline is low, and so in the distance",
            ),
        )
    return ()
