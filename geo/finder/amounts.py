"""Judging a park by a plan's figures: land, factories, offices and output density."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from geo.finder import shares
from geo.finder.records import Citation, Judgement, Need
from geo.plans import Evidence, cite
from geo.plans.caveats import limited_ground, own_caveats
from geo.plans.derive import OUTPUT, Derived, derive
from geo.plans.inputs import Inputs
from geo.plans.records import Figure, Metric, Number, Park
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

NOTHING = Reason("未知", "not known")
PER_INDUSTRIAL = "output_density_industrial_100m_yuan_per_km2"
PER_DIGITISED = "output_per_digitised_km2_100m_yuan"
_BOUNDS = {
    "exact": Reason("", ""),
    "about": Reason("约 ", "about "),
    "at-least": Reason("不少于 ", "at least "),
    "at-most": Reason("至多 ", "at most "),
}


def cited(number: Number) -> Citation:
    """Return where a figure stands."""
    text = Reason(cite(number, "zh"), cite(number, "en"))
    return Citation(text, number.source_id, number.locator)


def written(plans: Plans, number: Number) -> Reason:
    """Return a figure with its bound and unit: "约 2,000 亩"."""
    metric, bound = plans.metrics[number.metric], _BOUNDS[number.bound]
    value = f"{number.value:,f}"
    return Reason(f"{bound.zh}{value} {metric.unit_zh}", f"{bound.en}{value} {metric.unit_en}")


def wanted(need: Need) -> Reason:
    """Return what a need asks for, with its unit: "50 亩"; "100 (×100 million yuan/km²)"."""
    value, unit = f"{need.value:,f}", need.of.unit
    en = f"({unit.en})" if unit.en.startswith("×") else unit.en  # no second number after the first
    return Reason(f"{value} {unit.zh}", f"{value} {en}")


def span(number: Number) -> tuple[Decimal, Decimal | None]:
    """Return the least and the most that a figure's words allow; None for no upper end.

    A number printed as about so much counts as printed: the caveats say so.
    """
    low = Decimal(0) if number.bound == "at-most" else number.value
    return low, None if number.bound == "at-least" else number.value


def judged(need: Need, share: shares.Interval, **told: object) -> Judgement:
    """Return the judgement of a share, with its points."""
    out_of = 0 if need.must else need.weight
    low, high = share
    status = shares.status_of(share)
    if need.must and status == "unknown" and shares.fails(share):
        status = "not-met"  # how much of it is there is of no account
    return Judgement(need, status, out_of * low, out_of * high, out_of, **told)  # type: ignore[arg-type]


class Amounts:
    """The plans' figures as the finder reads them.

    Parameters
    ----------
    plans : geo.plans.Plans
        With the figures that count (`geo.finder.scope.said_in`).
    boundaries : geopandas.GeoDataFrame, optional
        As of `geo.plans.load_boundaries`; without it there is no derived density.
    sources : collection of str
        Ids of the documents that count.
    """

    def __init__(
        self, plans: Plans, boundaries: gpd.GeoDataFrame | None, sources: Collection[str]
    ) -> None:
        self.plans, self.boundaries, self.sources = plans, boundaries, sources
        self.inputs = Inputs(plans, boundaries)

    def judge(self, need: Need, park: Park) -> Judgement:
        """Return how a park does on an amount."""
        metric = self.plans.metric(need.of.metric)
        figure = self.latest(park, metric.id)
        if figure is not None:
            return self._by_figure(need, figure)
        if need.criterion == "density":
            return self._by_other_density(need, park, metric)
        if need.criterion == "industrial_land":
            land = self.latest(park, "land_mu")
            if land is not None and land.bound != "at-least":
                return self._by_whole(need, land)
        return self._unknown(need, park, metric)

    def latest(self, park: Park, metric: str) -> Figure | None:
        """Return a park's figure of the last period, of the whole park before one of zones."""
        own = [f for f in self.inputs.figures(park, metric) if f.kind != "target"]
        if not own:
            return None
        last = max(figure.period.split("-")[-1] for figure in own)
        own = [figure for figure in own if figure.period.split("-")[-1] == last]
        # Of several zones the one with most: the zones are told, and no sum is made up.
        return max(own, key=lambda one: (not self.inputs.limit(one), one.value))

    def caveats(self, figures: Iterable[Figure]) -> tuple[Reason, ...]:
        """Return what a reader must know of figures: ground, zones, bounds, notes."""
        told: list[Reason] = []
        for figure in figures:
            told += limited_ground(self.inputs, figure)
            if self.inputs.limit(figure):
                told += self.scope(figure)
            told += own_caveats(self.plans, (figure,))
        return tuple(dict.fromkeys(told))

    def scope(self, figure: Figure) -> tuple[Reason, ...]:
        """Return the zones or the ground that a figure is limited to, one short line; () for none.

        A figure of a sub-block is not limited: it is told as the sub-block's.
        """
        names = None
        if (limited := self.inputs.limited(figure)) is not None:
            names = self.inputs.limit_words(figure, limited)
        elif zones := self.inputs.limit(figure):
            names = self.inputs.zone_names(zones)
        if names is None or figure.part:
            return ()
        return (Reason(f"此数限于{names.zh}", f"this figure is for {names.en} only"),)

    def _of_part(self, figure: Figure) -> bool:
        """Say whether a figure is of some of its park's zones only.

        What a plan's table calls the park (the ground without another park of the list, a block of
        the same name) is the park: its scope is told, and it counts.
        """
        return bool(self.inputs.limit(figure))

    def _by_figure(self, need: Need, figure: Figure, divisor: tuple[Reason, ...] = ()) -> Judgement:
        """Judge by a figure that the plan states.

        Some ground's amount is the least that the whole park has; some ground's density says
        nothing of the whole park's, nor does one over other land (``divisor``).
        """
        metric, scope = self.plans.metrics[figure.metric], (*self.scope(figure), *divisor)
        share = shares.of_amount(need, *span(figure))
        if divisor or (self._of_part(figure) and not metric.additive):
            share = shares.UNKNOWN
        elif self._of_part(figure):
            share = shares.of_part(need, span(figure)[0])
        name, shown = Reason(metric.short_zh, metric.short_en), written(self.plans, figure)
        caveats = self.caveats([figure])
        return judged(
            need,
            share,
            value=figure.value,
            shown=shown,
            why=_why(name, figure.period, shown, need, share, scope),
            words=figure.printed,
            citations=(cited(figure),),
            caveats=(*(one for one in scope if one not in caveats), *caveats),
            scope=scope,
            zones=self.inputs.limit(figure),
            period=figure.period,
        )

    def _by_whole(self, need: Need, land: Figure) -> Judgement:
        """Judge industrial land by all available land: it cannot be more than that."""
        scope = self.scope(land)
        most = None if self._of_part(land) else land.value
        share = shares.of_amount(need, Decimal(0), most)
        shown, asked = written(self.plans, land), wanted(need)
        end = Reason(
            f"但总量已不及所需 {asked.zh}", f"even all of it is less than the {asked.en} asked for"
        )
        if share[1] == shares.ALL:
            end = Reason(
                f"是否达到所需 {asked.zh}，无法判断",
                f"whether that is the {asked.en} asked for cannot be said",
            )
        why = Reason(
            f"规划只写可用土地共 {shown.zh}，未写其中多少是工业用地，{end.zh}",
            f"the plan states {shown.en} of available land and not how much of it is industrial; "
            f"{end.en}",
        )
        return judged(
            need,
            share,
            value=None,
            shown=NOTHING,
            why=why,
            words=land.printed,
            citations=(cited(land),),
            caveats=self.caveats([land]),
            scope=scope,
            zones=self.inputs.limit(land),
            period=land.period,
        )

    def _by_other_density(self, need: Need, park: Park, metric: Metric) -> Judgement:
        """Judge by a density over other land than the metric's, else by a derived one."""
        figure = self.latest(park, PER_INDUSTRIAL)
        if figure is not None:
            return self._by_figure(need, figure, (_OVER_INDUSTRIAL,))
        own = [one for one in self._derive(park) if one.metric == PER_DIGITISED]
        if not own:
            return self._unknown(need, park, metric)
        best = max(own, key=lambda one: (one.period, not one.zones, one.exact))
        share, unit = shares.UNKNOWN, need.of.unit
        scope = (*self.scope(best.inputs[0]), _OVER_DIGITISED)
        shown = Reason(
            f"推算约 {best.value:,f} {unit.zh}", f"derived, about {best.value:,f} {unit.en}"
        )
        name = Reason(best.definition.zh, best.definition.en)
        return judged(
            need,
            share,
            value=best.value,
            shown=shown,
            why=_why(name, best.period, shown, need, share, scope),
            words=best.inputs[0].printed,
            citations=tuple(cited(figure) for figure in best.inputs),
            caveats=(*scope, _DERIVED, *best.caveats),
            scope=scope,
            derived=True,
            formula=best.formula,
            zones=best.zones,
            period=best.period,
        )

    def _derive(self, park: Park) -> list[Derived]:
        # Measuring ground takes time, and without an output there is nothing to derive.
        if not self.inputs.figures(park, OUTPUT, ("actual",)):
            return []
        return derive(self.plans, self.boundaries, [park.id])

    def _unknown(self, need: Need, park: Park, metric: Metric) -> Judgement:
        """Say that no figure is stated, and what stands in its place."""
        told: dict[str, object] = {"shown": NOTHING}
        why = Reason(
            f"规划没有写明该园区的{metric.short_zh}",
            f"the plans do not state this park's {metric.short_en.lower()}",
        )
        instead = self.latest(park, metric.instead) if metric.instead else None
        blank = next((b for b in park.blanks if b.metric == metric.id
                      and b.source_id in self.sources), None)  # fmt: skip
        if instead is not None:
            shown = written(self.plans, instead)
            why = Reason(
                f"规划只写{self.plans.metrics[instead.metric].short_zh} {shown.zh}，没有面积",
                f"the plan gives {shown.en} and no floor space",
            )
            told = {
                "shown": shown,
                "words": instead.printed,
                "citations": (cited(instead),),
                "caveats": self.caveats([instead]),
                "period": instead.period,
            }
        elif blank is not None:
            cell = Reason("空格", "an empty cell")
            if blank.printed:
                cell = Reason(f"“{blank.printed}”", f"“{blank.printed}”")
            why = Reason(
                f"规划表中该园区的{metric.short_zh}为{cell.zh}，是未写明，不是 0",
                f"the plan's table has {cell.en} for this park's {metric.short_en.lower()}: not "
                "stated, which is not 0",
            )
            told["citations"] = (located(self.plans, blank.source_id, blank.locator),)
        return judged(need, shares.UNKNOWN, value=None, why=why, **told)


def located(plans: Plans, source_id: str, locator: str) -> Citation:
    """Return a place in a document as a citation."""
    place = Evidence(source_id, locator, "")
    text = Reason(cite(place, "zh", plans), cite(place, "en", plans))
    return Citation(text, source_id, locator)


def _why(
    name: Reason,
    period: str,
    shown: Reason,
    need: Need,
    share: shares.Interval,
    scope: tuple[Reason, ...] = (),
) -> Reason:
    """Return the sentence of a figure: what it is, and how it stands to the need."""
    asked, status = wanted(need), shares.status_of(share)
    if status == "unknown" and shares.fails(share):
        status = "less"
    told = {
        "met": Reason(f"达到所需 {asked.zh}", f"{asked.en} asked for: met"),
        "partly": Reason(
            f"为所需 {asked.zh} 的 {shares.percent(share[1])}",
            f"{shares.percent(share[1])} of the {asked.en} asked for",
        ),
        "not-met": Reason(f"所需 {asked.zh}", f"{asked.en} asked for"),
        "less": Reason(
            f"至多为所需 {asked.zh} 的 {shares.percent(share[1])}",
            f"at most {shares.percent(share[1])} of the {asked.en} asked for",
        ),
        "unknown": Reason(
            f"是否达到所需 {asked.zh}，无法判断",
            f"whether the {asked.en} asked for is met cannot be said",
        ),
    }[status]
    if status == "unknown" and scope:
        # Why it cannot be said.
        told = Reason(
            "；".join((*(one.zh for one in scope), told.zh)),
            "; ".join((*(one.en for one in scope), told.en)),
        )
    return Reason(
        f"{name.zh}（{period}）：{shown.zh}，{told.zh}",
        f"{name.en} ({period}): {shown.en}; {told.en}",
    )


_OVER_INDUSTRIAL = Reason(
    "以工业用地为分母，与表1-1的单位面积产出未必可比",
    "it is per km² of industrial land and may not be comparable with the density of table 1-1",
)
_OVER_DIGITISED = Reason(
    "以数字化面积为分母，与表1-1的单位面积产出未必可比",
    "it is per km² of the digitised area and may not be comparable with the density of table 1-1",
)
_DERIVED = Reason(
    "规划没有写明，由所载产值和数字化面积推算；以整片土地为分母，通常低于以工业用地为分母的数",
    "not stated in the plans: derived from the stated output and the digitised area; over all land "
    "it is mostly lower than over industrial land",
)
