"""Values that are computed from stated figures: named, with formula, inputs and caveats.

No plan states them. Each is made of inputs that a plan does state, and of the area of the digitised
boundary where its definition says so; where an input is missing there is no value. `DEFINITIONS`
lists what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from geo.plans.caveats import (
    SIGNS,
    amount_words,
    differing_terms,
    differing_zones,
    limited_ground,
    mixed_terms,
    own_caveats,
    target_term,
)
from geo.plans.inputs import Ground, Inputs, trusted_digits
from geo.plans.records import Figure, Park
from geo.plans.rounding import exactly, rounded, rounded_change
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

OUTPUT, TARGET, TAX = "output_100m_yuan", "output_target_100m_yuan", "tax_100m_yuan"
LAND, DENSITY = "land_mu", "output_density_100m_yuan_per_km2"
MU_PER_KM2, YUAN_10K_PER_100M = Decimal(1500), Decimal(10_000)
CHANGES = (("2016", "2020"), ("2020", "2025"), ("2016", "2025"))


@dataclass(frozen=True)
class Definition:
    """A derived metric: its names, its unit (which the id ends with) and its formula in words."""

    id: str
    zh: str
    en: str
    unit: str
    unit_zh: str
    unit_en: str
    words: Reason

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def unit_name(self, lang: str) -> str:
        """Return the unit's name in ``lang`` ("zh" or "en")."""
        return self.unit_zh if lang == "zh" else self.unit_en


@dataclass(frozen=True)
class Derived:
    """A computed value; it is not to be shown without formula, inputs and caveats.

    Attributes
    ----------
    park_id : str
    metric : str
        Id of the definition.
    period : str
        Of the figures used; a change or a target's is from the first to the last of them.
    value : decimal.Decimal
        A quotient has as many significant digits as the input with the fewest printed ones, two at
        least and four at most (zeros at the end count as printed): two where an input is printed as
        about so much, and over a digitised area as many as of that hold (`Ground`). A change in per
        cent keeps the decimals of one unit in the last printed digit of either figure, as a
        percentage of it, two at most. A difference is exact. Halves are rounded away from 0.
    exact : decimal.Decimal
        The value before it was rounded, to twelve digits.
    unit : str
    inputs : tuple of Figure
        The figures used.
    ground : Ground or None
        The digitised area used.
    formula : Reason
        With the numbers in it: "964 亿元 ÷ 19.38 平方公里".
    caveats : tuple of Reason
        What a reader must know, the gravest first; the notes of the figures are the last.
    scope_differs : bool
        The inputs are not of the same ground, or the documents do not call them by the same name
        (a target of “产值” against an actual “规模以上工业总产值” is such a case): the value
        compares what may not be comparable.
    zones : tuple of str
        The zones the figures are limited to; empty for the whole park.
    part : str
        The sub-block they are limited to, or empty.
    """

    park_id: str
    metric: str
    period: str
    value: Decimal
    exact: Decimal
    unit: str
    inputs: tuple[Figure, ...]
    formula: Reason
    ground: Ground | None = None
    caveats: tuple[Reason, ...] = ()
    scope_differs: bool = False
    zones: tuple[str, ...] = ()
    part: str = ""

    @property
    def definition(self) -> Definition:
        """What it is."""
        return DEFINITIONS[self.metric]

    @property
    def approximate(self) -> bool:
        """Whether an input is printed as about so much, or measured on a digitised outline.

        Other bounds are among the caveats.
        """
        return self.ground is not None or any(figure.approximate for figure in self.inputs)


# --- the definitions -----------------------------------------------------------------------------

_DENSITY_UNIT = ("100m_yuan_per_km2", "亿元/平方公里", "×100 million yuan/km²")
_MU_UNIT = ("10k_yuan_per_mu", "万元/亩", "×10,000 yuan/mu")
_PCT = ("pct", "%", "%")

DEFINITIONS = {
    definition.id: definition
    for definition in (
        Definition(
            "output_per_digitised_km2_100m_yuan",
            "数字化范围单位面积产值",
            "Output per digitised km²",
            *_DENSITY_UNIT,
            Reason("工业总产值 ÷ 数字化面积", "gross industrial output ÷ digitised area"),
        ),
        Definition(
            "output_per_mu_10k_yuan",
            "亩均产值（按规划面积）",
            "Output per mu of planned area",
            *_MU_UNIT,
            Reason(
                "工业总产值 ÷ 同一范围的规划面积",
                "gross industrial output ÷ planned area of the same ground",
            ),
        ),
        Definition(
            "tax_per_mu_10k_yuan",
            "亩均税收（按规划面积）",
            "Tax per mu of planned area",
            *_MU_UNIT,
            Reason("税收总额 ÷ 同一范围的规划面积", "tax ÷ planned area of the same ground"),
        ),
        Definition(
            "land_left_share_of_planned_pct",
            "可用土地占规划面积",
            "Available land, share of planned area",
            *_PCT,
            Reason(
                "“十四五”可利用土地 ÷ 同一范围的规划面积",
                "land available in 2021–2025 ÷ planned area of the same ground",
            ),
        ),
        Definition(
            "land_left_share_of_digitised_pct",
            "可用土地占数字化面积",
            "Available land, share of digitised area",
            *_PCT,
            Reason(
                "“十四五”可利用土地 ÷ 数字化面积",
                "land available in 2021–2025 ÷ digitised area",
            ),
        ),
        Definition(
            "output_change_pct",
            "工业总产值变化",
            "Change of output",
            *_PCT,
            Reason("（后一年 − 前一年）÷ 前一年", "(later year − earlier year) ÷ earlier year"),
        ),
        Definition(
            "target_gap_100m_yuan",
            "2025年产值：实际减目标",
            "Output of 2025: actual minus target",
            "100m_yuan",
            "亿元",
            "×100 million yuan",
            Reason("2025年实际 − 规划目标", "actual of 2025 − target of the plan"),
        ),
        Definition(
            "target_attainment_pct",
            "2025年产值：实际为目标的",
            "Output of 2025: actual as a share of the target",
            *_PCT,
            Reason("2025年实际 ÷ 规划目标", "actual of 2025 ÷ target of the plan"),
        ),
    )
}


def derive(
    plans: Plans,
    boundaries: gpd.GeoDataFrame | None = None,
    parks: Iterable[str] | None = None,
) -> list[Derived]:
    """Return every value that can be computed, by park, definition, period and scope.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame, optional
        As of `load_boundaries`; without it there are no values over a digitised area.
    parks : iterable of str, optional
        Ids of the parks to derive for; all of them when not given.

    Examples
    --------
    >>> from geo.plans import Plans
    >>> change = next(d for d in derive(Plans.load()) if d.metric == "output_change_pct")
    >>> change.park_id, change.period, change.value, change.formula.en
    ('xinzhuang', '2016-2020', Decimal('9.5'), '(1,055.92 − 964) ÷ 964')
    """
    inputs = Inputs(plans, boundaries)
    chosen = plans.parks.values() if parks is None else [plans.park(park) for park in parks]
    order = list(DEFINITIONS)
    return [
        derived
        for park in chosen
        for derived in sorted(
            (one for make in _MAKERS for one in make(inputs, park)),
            key=lambda one: (order.index(one.metric), one.period.split("-")[::-1], one.zones),
        )
    ]


def _output_per_ground(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Output of a year over the digitised area of the zones that it covers."""
    for output in inputs.figures(park, OUTPUT, ("actual",)):
        ground = inputs.ground_of(output)
        if ground is not None:
            exact = output.value / ground.km2
            value = _quotient(exact, [output], ground)
            formula = _formula(inputs, _OVER, output, ground)
            caveats = [
                *limited_ground(inputs, output),
                *mixed_terms(inputs.plans, output),
                *_other_density(inputs, park, output),
            ]
            yield _made(inputs, "output_per_digitised_km2_100m_yuan", output, (value, exact),
                        formula, ground=ground, caveats=caveats)  # fmt: skip


def _quotient(exact: Decimal, figures: list[Figure], ground: Ground | None = None) -> Decimal:
    """Return a quotient of figures, or of one over ground, with the digits that hold."""
    printed = [figure.value_printed for figure in figures]
    printed += [ground.km2] if ground else []
    return rounded(exact, printed, trusted_digits(figures, ground))


def _other_density(inputs: Inputs, park: Park, output: Figure) -> Iterator[Reason]:
    """Say that the plan's own density of the year is over other land."""
    for density in inputs.figures(park, DENSITY, ("actual",)):
        if (density.period, density.zones) == (output.period, output.zones):
            said = amount_words(inputs.plans, density)
            yield Reason(
                f"规划所载单位面积产出为 {said.zh}，以另一种土地面积为分母，不可与此比较",
                f"the plan's own output density is {said.en}: over other land, not comparable",
            )


def _per_mu(metric: str, definition: str) -> Callable[[Inputs, Park], Iterator[Derived]]:
    """Return the maker of a yearly amount over the planned area, per mu."""

    def make(inputs: Inputs, park: Park) -> Iterator[Derived]:
        for amount in inputs.figures(park, metric, ("actual",)):
            area = inputs.planned(amount)
            if area is None:
                continue
            exact = amount.value * YUAN_10K_PER_100M / (area.value * MU_PER_KM2)
            value = _quotient(exact, [amount, area])
            formula = _formula(inputs, _OVER_MU, amount, area)
            caveats = [
                *limited_ground(inputs, amount),
                *mixed_terms(inputs.plans, amount),
                *_area_period(amount, area),
                *_all_land(),
            ]
            yield _made(inputs, definition, amount, (value, exact), formula, area, caveats=caveats)

    return make


def _all_land() -> Iterator[Reason]:
    """Say what the planned area holds."""
    yield Reason(
        "规划面积含全部用地，不只是工业用地",
        "the planned area holds all land, not only that for industry",
    )


def _area_period(amount: Figure, area: Figure) -> Iterator[Reason]:
    """Say that the area is stated for another time than the amount."""
    first, _, last = area.period.partition("-")
    if not first <= amount.period <= (last or first):
        yield Reason(
            f"规划面积是 {area.period} 年的，{amount.period} 年的范围未载明",
            f"the planned area is of {area.period}; the extent in {amount.period} is not stated",
        )


def _land_of_planned(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Available land as a share of the planned area of the same zones."""
    for land in inputs.figures(park, LAND):
        area = inputs.planned(land)
        if area is not None:
            exact = 100 * land.value / (area.value * MU_PER_KM2)
            value = _quotient(exact, [land, area])
            formula = _formula(inputs, _OVER_MU, land, area)
            yield _made(inputs, "land_left_share_of_planned_pct", land, (value, exact), formula,
                        area, caveats=limited_ground(inputs, land))  # fmt: skip


def _land_of_ground(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Available land as a share of the digitised area of the same zones."""
    for land in inputs.figures(park, LAND):
        ground = inputs.ground_of(land)
        if ground is not None:
            exact = 100 * land.value / (ground.km2 * MU_PER_KM2)
            value = _quotient(exact, [land], ground)
            formula = _formula(inputs, _OVER_MU, land, ground)
            yield _made(inputs, "land_left_share_of_digitised_pct", land, (value, exact), formula,
                        ground=ground, caveats=limited_ground(inputs, land))  # fmt: skip


def _changes(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Output of a later year against an earlier one, in per cent."""
    for first, last in CHANGES:
        for before, after in _pairs(inputs, park, (OUTPUT, first), (OUTPUT, last)):
            if before.value <= 0:
                continue
            exact = 100 * (after.value - before.value) / before.value
            value = rounded_change(exact, [before.value_printed, after.value_printed])
            numbers = [f"{SIGNS.get(n.bound, '')}{n.value:,f}" for n in (after, before)]
            words = f"({numbers[0]} − {numbers[1]}) ÷ {numbers[1]}"
            caveats = [
                *differing_zones(inputs, (before, after)),
                *differing_terms(inputs.plans, (before, after)),
            ]
            yield _made(inputs, "output_change_pct", before, (value, exact), Reason(words, words),
                        after, caveats=caveats, period=f"{first}-{last}",
                        scope_differs=bool(caveats))  # fmt: skip


def _targets(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Output of 2025 against the target of table 4-1: what is over, and the share attained."""
    for target, actual in _pairs(inputs, park, (TARGET, "2025"), (OUTPUT, "2025")):
        differs = [
            *differing_zones(inputs, (target, actual)),
            *differing_terms(inputs.plans, (target, actual)),
            *target_term(inputs.plans, target, actual),
        ]
        told = {"caveats": differs, "scope_differs": bool(differs)}
        gap = actual.value - target.value
        minus = _formula(inputs, _MINUS, actual, target)
        yield _made(inputs, "target_gap_100m_yuan", actual, (gap, gap), minus, target, **told)
        if target.value > 0:
            exact = 100 * actual.value / target.value
            share = (_quotient(exact, [actual, target]), exact)
            over = _formula(inputs, _OVER, actual, target)
            yield _made(inputs, "target_attainment_pct", actual, share, over, target, **told)


def _pairs(
    inputs: Inputs, park: Park, first: tuple[str, str], last: tuple[str, str]
) -> list[tuple[Figure, Figure]]:
    """Return figures of two metrics and periods that belong together.

    Those of the same zones; without any, the one of each, whose zones then differ.
    """
    sides = []
    for metric, period in (first, last):
        kinds = ("target",) if metric == TARGET else ("actual",)
        own = inputs.figures(park, metric, kinds)
        sides.append({inputs.scope(one): one for one in own if one.period == period})
    same = [scope for scope in sides[0] if scope in sides[1]]
    if same:
        return [(sides[0][scope], sides[1][scope]) for scope in same]
    if len(sides[0]) == len(sides[1]) == 1:
        return [(*sides[0].values(), *sides[1].values())]
    return []


def _made(
    inputs: Inputs,
    metric: str,
    main: Figure,
    values: tuple[Decimal, Decimal],
    formula: Reason,
    *others: Figure,
    ground: Ground | None = None,
    caveats: Iterable[Reason] = (),
    period: str = "",
    scope_differs: bool = False,
) -> Derived:
    """Return a value, rounded and not, with everything that has to be told of it."""
    used = (main, *others)
    # Where the scopes differ no limit holds for both: the caveat names each.
    limits = {inputs.limit(number) for number in used}
    told = [*caveats, *(ground.caveats if ground else ()), *own_caveats(inputs.plans, used)]
    return Derived(
        park_id=main.park_id,
        metric=metric,
        period=period or main.period,
        value=values[0],
        exact=values[0] if values[0] == values[1] else exactly(values[1]),
        unit=DEFINITIONS[metric].unit,
        inputs=used,
        formula=formula,
        ground=ground,
        caveats=tuple(dict.fromkeys(told)),
        scope_differs=scope_differs,
        zones=limits.pop() if len(limits) == 1 else (),
        part=limited.part if (limited := inputs.limited(main)) else "",
    )


_OVER = Reason("{0} ÷ {1}", "{0} ÷ {1}")
_OVER_MU = Reason("{0} ÷ ({1} × 1,500 亩/平方公里)", "{0} ÷ ({1} × 1,500 mu/km²)")
_MINUS = Reason("{0} − {1}", "{0} − {1}")


def _formula(inputs: Inputs, words: Reason, *terms: Figure | Ground) -> Reason:
    """Return a formula with its amounts filled in."""
    amounts = [
        Reason(f"{term.km2:,f} 平方公里", f"{term.km2:,f} km²")
        if isinstance(term, Ground)
        else amount_words(inputs.plans, term)
        for term in terms
    ]
    return Reason(
        words.zh.format(*(amount.zh for amount in amounts)),
        words.en.format(*(amount.en for amount in amounts)),
    )


_MAKERS = (
    _output_per_ground,
    _per_mu(OUTPUT, "output_per_mu_10k_yuan"),
    _per_mu(TAX, "tax_per_mu_10k_yuan"),
    _land_of_planned,
    _land_of_ground,
    _changes,
    _targets,
)
