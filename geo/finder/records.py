"""What the site finder is asked and what it answers: needs, judgements, promises, the ranking."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from geo.reason import Reason

STATUSES = ("met", "partly", "not-met", "unknown")
GROUPS = ("ranked", "cannot-say", "excluded")
PROMISES = ("target", "land", "factory", "office", "industry", "task", "project")
WEIGHTS = range(1, 6)


@dataclass(frozen=True)
class Criterion:
    """Something that can be asked of a park.

    Attributes
    ----------
    id : str
    name, unit : Reason
        Both languages; the unit of an industry is empty.
    direction : str
        "is" (an industry), "at-least" (an amount) or "at-most" (a distance).
    metric : str
        Id of the plan metric that is compared; empty where it is none.
    """

    id: str
    name: Reason
    unit: Reason
    direction: str
    metric: str = ""


_MU = Reason("亩", "mu")
_FLOOR = Reason("万平方米", "×10,000 m²")
_METRES = Reason("米", "m")
CRITERIA = {
    one.id: one
    for one in (
        Criterion("industry", Reason("产业", "Industry"), Reason("", ""), "is"),
        Criterion("land", Reason("可用土地", "Available land"), _MU, "at-least", "land_mu"),
        Criterion(
            "industrial_land",
            Reason("可用工业用地", "Available industrial land"),
            _MU,
            "at-least",
            "land_industrial_mu",
        ),
        Criterion(
            "factory", Reason("可用厂房", "Factory space"), _FLOOR, "at-least", "factory_10k_m2"
        ),
        Criterion(
            "office", Reason("可用楼宇", "Office space"), _FLOOR, "at-least", "office_10k_m2"
        ),
        Criterion(
            "density",
            Reason("单位土地面积产出", "Output density"),
            Reason("亿元/平方公里", "×100 million yuan/km²"),
            "at-least",
            "output_density_100m_yuan_per_km2",
        ),
        Criterion("metro", Reason("距地铁站", "Distance to the metro"), _METRES, "at-most"),
        Criterion(
            "expressway",
            Reason("距快速路匝道", "Distance to an expressway ramp"),
            _METRES,
            "at-most",
        ),
    )
}


@dataclass(frozen=True)
class Need:
    """One thing that is asked of a park.

    Attributes
    ----------
    criterion : str
        A key of `CRITERIA`.
    value : str or decimal.Decimal
        The id of an industry of parks.yaml, or the least amount or greatest distance in the
        criterion's unit.
    must : bool
        A hard limit: it leaves parks out and gives no points.
    weight : int
        1 to 5; of no effect on a hard limit.
    """

    criterion: str
    value: str | Decimal
    must: bool = False
    weight: int = 1

    @property
    def of(self) -> Criterion:
        """What is asked for."""
        return CRITERIA[self.criterion]


@dataclass(frozen=True)
class Needs:
    """All that is asked of a park; made and checked by `geo.finder.needs.make_needs`.

    Attributes
    ----------
    wanted : tuple of Need
        At most one a criterion, in the order of `CRITERIA`.
    period : str
        The plan period whose documents count ("2021-2025"); empty for all of them.
    """

    wanted: tuple[Need, ...] = ()
    period: str = ""

    def need(self, criterion: str) -> Need | None:
        """Return what is asked of a criterion, or None."""
        return next((need for need in self.wanted if need.criterion == criterion), None)


@dataclass(frozen=True)
class Citation:
    """Where something stands: a plan document and the place in it, or the map data.

    ``source_id`` is empty for what is measured on the map.
    """

    text: Reason
    source_id: str = ""
    locator: str = ""


@dataclass(frozen=True)
class Judgement:
    """How a park does on one need, and why.

    Attributes
    ----------
    need : Need
    status : str
        One of `STATUSES`. "unknown": what is known allows it to be met and not to be met, or allows
        a part to be met and none; of a hard limit only the former, since a part is not enough.
    points_low, points_high : decimal.Decimal
        Between 0 and ``out_of``; they differ where not enough is known.
    out_of : int
        The need's weight; 0 for a hard limit, which has no points.
    value : decimal.Decimal or None
        The park's figure in the criterion's unit; None when there is none.
    shown : Reason
        That figure as it is written, with its bound and unit: "约 2,000 亩"; "未知" for none.
    words : str
        The plan's own words, Chinese, or empty.
    why : Reason
        One sentence.
    citations : tuple of Citation
    caveats : tuple of Reason
        What a reader must know of the figure, its ground first.
    scope : tuple of Reason
        What the figure or the words are of, where that is not what was asked: some ground only,
        another divisor; short, and never to be left out where the figure is shown.
    derived : bool
        The figure stands in no plan: ``formula`` says how it is computed.
    formula : Reason or None
    zones : tuple of str
        The zones of the park the figure or the words are limited to; empty for the whole park.
    period : str
        Year or period of the figure, or of the plan whose words count; empty for a distance.
    """

    need: Need
    status: str
    points_low: Decimal
    points_high: Decimal
    out_of: int
    value: Decimal | None
    shown: Reason
    why: Reason
    words: str = ""
    citations: tuple[Citation, ...] = ()
    caveats: tuple[Reason, ...] = ()
    scope: tuple[Reason, ...] = ()
    derived: bool = False
    formula: Reason | None = None
    zones: tuple[str, ...] = ()
    period: str = ""


@dataclass(frozen=True)
class Promise:
    """Something a plan says it will do, aim at or provide, in its own words.

    Attributes
    ----------
    kind : str
        One of `PROMISES`.
    label : Reason
        What it is, a few words: "预期产值（2025年）".
    words : Reason
        The plan's words; in English our translation, or the Chinese where we have none.
    citation : Citation
    period : str
        The period of the plan that says so.
    asked : bool
        It is about something that was asked for: the industry, the land.
    caveats : tuple of Reason
    scope : tuple of Reason
        As of `Judgement`.
    """

    kind: str
    label: Reason
    words: Reason
    citation: Citation
    period: str
    asked: bool = False
    caveats: tuple[Reason, ...] = ()
    scope: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Result:
    """One park's answer.

    Attributes
    ----------
    park_id : str
    name : Reason
    zones : tuple of str
        The park's zones on the map.
    group : str
        One of `GROUPS`: it passes every hard limit; what is known does not tell whether it does;
        it fails one.
    rank : int or None
        Equal scores have equal ranks (1, 1, 3). None outside the group "ranked", and where nothing
        is weighted.
    best_rank : int or None
        The rank it would have if all that is unknown of it were good, and of the others bad.
    score_low, score_high : decimal.Decimal or None
        0 to 100, rounded to one decimal (ranks are of what is not rounded): the least and the most
        that what is known allows. None where nothing is weighted.
    judgements : tuple of Judgement
        One a need, in their order.
    failed, unsure : tuple of str
        The criteria of the hard limits that it fails, and of those that cannot be said.
    promises : tuple of Promise
        What was asked for first.
    """

    park_id: str
    name: Reason
    zones: tuple[str, ...]
    group: str
    rank: int | None
    best_rank: int | None
    score_low: Decimal | None
    score_high: Decimal | None
    judgements: tuple[Judgement, ...] = ()
    failed: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()

    def judgement(self, criterion: str) -> Judgement | None:
        """Return how the park does on a criterion, None where it was not asked for."""
        return next((one for one in self.judgements if one.need.criterion == criterion), None)


@dataclass(frozen=True)
class Ranking:
    """The answer of the site finder.

    Attributes
    ----------
    needs : Needs
    results : tuple of Result
        Every park: the ranked by rank, then those that cannot be said, then the excluded; within
        equal ones the order of table 4-1.
    notes : tuple of Reason
        How the score is made, and what holds for all distances.
    wider : tuple of Promise
        What the plans promise for the industry in the whole district or city; empty without one.
    """

    needs: Needs
    results: tuple[Result, ...]
    notes: tuple[Reason, ...] = ()
    wider: tuple[Promise, ...] = field(default=())

    def group(self, group: str) -> tuple[Result, ...]:
        """Return the results of one of `GROUPS`."""
        return tuple(one for one in self.results if one.group == group)

    @property
    def ranked(self) -> tuple[Result, ...]:
        """The parks that pass every hard limit."""
        return self.group("ranked")

    @property
    def scored(self) -> bool:
        """Whether anything is weighted, so that there are scores."""
        return any(not need.must for need in self.needs.wanted)
