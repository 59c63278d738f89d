"""Values that are computed from stated figures: named, with formula, inputs and caveats.

No plan states them. Each is made of inputs that a plan does state, and of the area of the digitised
boundary where its definition says so; where an input is missing there is no value. `DEFINITIONS`
lists what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING

import shapely

from geo.measure import area_km2
from geo.plans.records import KINDS, Figure, Label, Number, Park
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

OUTPUT, TARGET, TAX = "output_100m_yuan", "output_target_100m_yuan", "tax_100m_yuan"
LAND, PLANNED = "land_mu", "planned_area_km2"
DENSITY = "output_density_100m_yuan_per_km2"
MU_PER_KM2, YUAN_10K_PER_100M = Decimal(1500), Decimal(10_000)
CHANGES = (("2016", "2020"), ("2020", "2025"), ("2016", "2025"))
LEVELS = ("low", "medium", "high")
_FEWEST, _MOST = 2, 4  # significant digits
_FAR_PCT = 10  # from which difference to the published area a digitised one is remarked on
_OVERLAP = 0.01  # of an area, from which another park's ground in it is remarked on


@dataclass(frozen=True)
class Ground:
    """The digitised area that a figure covers: an input that no plan states.

    ``km2`` is the geodesic area of the union of ``zones`` as it is shown, with two decimals, so
    that a formula can be checked by hand. ``confidence`` is that of the least certain zone.
    """

    km2: Decimal
    zones: tuple[str, ...]
    confidence: str
    where: Reason
    caveats: tuple[Reason, ...] = ()


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
        least and four at most (zeros at the end count as printed). A change in per cent keeps the
        decimals of one unit in the last printed digit of either figure, as a percentage of it, two
        at most. A difference is exact. Halves are rounded away from 0.
    unit : str
    inputs : tuple of Figure
        The figures used, in the order of the formula.
    ground : Ground or None
        The digitised area used.
    formula : Reason
        With the numbers in it: "964 亿元 ÷ 19.38 平方公里".
    caveats : tuple of Reason
        What a reader must know, the gravest first; the notes of the figures are the last.
    scope_differs : bool
        The inputs are not of the same zones, or the documents do not call them by the same name:
        the value compares what may not be comparable.
    zones : tuple of str
        The zones the figures are limited to; empty for the whole park.
    """

    park_id: str
    metric: str
    period: str
    value: Decimal
    unit: str
    inputs: tuple[Figure, ...]
    formula: Reason
    ground: Ground | None = None
    caveats: tuple[Reason, ...] = ()
    scope_differs: bool = False
    zones: tuple[str, ...] = ()

    @property
    def definition(self) -> Definition:
        """What it is."""
        return DEFINITIONS[self.metric]

    @property
    def approximate(self) -> bool:
        """Whether an input is printed as about, at least or at most so much."""
        return any(figure.bound != "exact" for figure in self.inputs)


# --- rounding ------------------------------------------------------------------------------------


def digits(value: Decimal) -> int:
    """Return how many significant digits a printed numeral has; zeros at its end count.

    Examples
    --------
    >>> [digits(Decimal(text)) for text in ("964", "72.00", "0.63", "500")]
    [3, 4, 2, 3]
    """
    return len(value.as_tuple().digits)


def rounded(value: Decimal, printed: Iterable[Decimal]) -> Decimal:
    """Return a quotient with the digits its inputs have, see `Derived`.

    Examples
    --------
    >>> rounded(Decimal("49.7420"), [Decimal("964"), Decimal("19.38")])
    Decimal('49.7')
    """
    # A stated 0 is exact: its one digit says nothing.
    fewest = min((digits(number) for number in printed if number), default=_MOST)
    keep = max(_FEWEST, min(fewest, _MOST))
    return _places(value, keep - 1 - value.adjusted()) if value else Decimal(0)


def rounded_change(value: Decimal, printed: Iterable[Decimal]) -> Decimal:
    """Return a change in per cent with the decimals its figures carry, see `Derived`.

    Examples
    --------
    >>> rounded_change(Decimal("9.5353"), [Decimal("964"), Decimal("1055.92")])
    Decimal('9.5')
    """
    units = [
        (100 * Decimal(1).scaleb(number.as_tuple().exponent) / abs(number)).adjusted()
        for number in printed
        if number
    ]
    return _places(value, min(2, max(0, -max(units, default=0))))


def _places(value: Decimal, places: int) -> Decimal:
    """Return a value with so many decimals, never in powers of ten."""
    held = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return Decimal(f"{held:f}")


# --- inputs --------------------------------------------------------------------------------------


class Inputs:
    """What values are computed from: the figures by scope, and the digitised areas."""

    def __init__(self, plans: Plans, boundaries: gpd.GeoDataFrame | None = None) -> None:
        self.plans, self.boundaries = plans, boundaries
        self.ground = cache(self._ground)
        self._own: dict[tuple[str, str], list[Figure]] = {}
        for figure in sorted(plans.figures, key=self._rank):
            if not figure.part:
                self._own.setdefault((figure.park_id, figure.metric), []).append(figure)

    def scope(self, figure: Figure) -> tuple[str, ...]:
        """Return the zones a figure covers, in the park's order."""
        zones = self.plans.parks[figure.park_id].zones
        return tuple(zone for zone in zones if not figure.zones or zone in figure.zones)

    def figures(self, park: Park, metric: str, kinds: Iterable[str] = KINDS) -> list[Figure]:
        """Return one figure a period and scope, by period; figures of sub-blocks are left out.

        Which it is does not hang on the order of the rows: actual goes before planned, estimate and
        target, the most exact print before the others, then the documents are in the order of
        sources.yaml.
        """
        chosen: dict[tuple, Figure] = {}
        for figure in self._own.get((park.id, metric), []):
            if figure.kind in kinds:
                chosen.setdefault((figure.period, self.scope(figure)), figure)
        whole = park.zones
        return [
            chosen[key] for key in sorted(chosen, key=lambda key: (key[0], key[1] != whole, key[1]))
        ]

    def _rank(self, figure: Figure) -> tuple:
        order = list(self.plans.sources)
        kind = KINDS.index(figure.kind)
        exact = -digits(figure.value_printed)
        place = (order.index(figure.source_id), figure.locator)
        return (kind, exact, *place, figure.value, figure.printed)

    def planned(self, park: Park, scope: tuple[str, ...]) -> Figure | None:
        """Return the stated planned area of exactly these zones, the latest one; None if none."""
        own = self.figures(park, PLANNED, ("planned",))
        same = [figure for figure in own if self.scope(figure) == scope and figure.value > 0]
        return same[-1] if same else None

    def limit(self, figure: Figure) -> tuple[str, ...]:
        """Return the zones a figure is limited to; empty when it covers its whole park."""
        scope = self.scope(figure)
        return () if scope == self.plans.parks[figure.park_id].zones else scope

    def zone_names(self, zones: Iterable[str]) -> Reason:
        """Return the names of zones; their ids where nothing is digitised."""
        names = {}
        for lang, joint in (("zh", "、"), ("en", ", ")):
            names[lang] = joint.join(self._zone_name(zone, lang) for zone in zones)
        return Reason(**names)

    def _zone_name(self, zone: str, lang: str) -> str:
        if self.boundaries is None or zone not in self.boundaries.index:
            return zone
        return str(self.boundaries.at[zone, f"name_{lang}"])

    def _ground(self, zones: tuple[str, ...]) -> Ground | None:
        """Return the digitised area of zones; None without one, and for a corridor."""
        found = bounded_union(self.boundaries, zones)
        if found is None:
            return None
        km2 = _places(Decimal(str(area_km2(found))), 2)
        if km2 <= 0:
            return None
        own = self.boundaries.reindex(columns=["confidence"]).loc[list(zones), "confidence"]
        levels = [level if level in LEVELS else LEVELS[0] for level in own]
        confidence = min(levels, key=LEVELS.index)
        names = self.zone_names(zones)
        where = Reason(
            f"数字化面积：{names.zh}（边界把握：{_LEVEL[confidence].zh}）",
            f"digitised area: {names.en} (confidence in the boundary: {confidence})",
        )
        caveats = (*self._boundary_caveats(zones, confidence), *self._overlaps(zones, found))
        return Ground(km2, zones, confidence, where, caveats)

    def _boundary_caveats(self, zones: tuple[str, ...], confidence: str) -> Iterator[Reason]:
        """Say that a boundary is uncertain, and which area is far from the published one."""
        if confidence == LEVELS[0]:
            yield Reason(
                "数字化边界把握低，面积未必可靠",
                "the confidence in the digitised boundary is low, and so in its area",
            )
        for zone in zones:
            error = self.boundaries.loc[zone].get("area_error_pct")
            if error is not None and error == error and abs(error) >= _FAR_PCT:
                name = self.zone_names([zone])
                zh, en = ("大", "above") if error > 0 else ("小", "below")
                yield Reason(
                    f"{name.zh}的数字化面积比公布面积{zh} {abs(error):.1f}%",
                    f"the digitised area of {name.en} is {abs(error):.1f}% {en} the published one",
                )

    def _overlaps(self, zones: tuple[str, ...], own: shapely.Geometry) -> Iterator[Reason]:
        """Say which other parks' ground the digitised area holds as well."""
        home = self.plans.park_of_zone(zones[0])
        for park in self.plans.parks.values():
            other = None if park is home else bounded_union(self.boundaries, park.zones)
            shared = 0.0 if other is None else area_km2(shapely.intersection(own, other))
            if shared >= _OVERLAP * area_km2(own):
                yield Reason(
                    f"数字化范围与{park.zh}重叠 {shared:.2f} 平方公里",
                    f"the digitised area shares {shared:.2f} km² with {park.en}",
                )


_LEVEL = {
    "low": Reason("低", "low"),
    "medium": Reason("中", "medium"),
    "high": Reason("高", "high"),
}


def bounded_union(
    boundaries: gpd.GeoDataFrame | None, zones: Iterable[str]
) -> shapely.Geometry | None:
    """Return the union of digitised zones, None unless all of them are digitised from bounds.

    A corridor is not: no plan states its width, so that its area would mean nothing.
    """
    zones = list(zones)
    if boundaries is None or not zones or not set(zones) <= set(boundaries.index):
        return None
    own = boundaries.loc[zones]
    if "basis" in own and (own["basis"] == "corridor").any():
        return None
    return shapely.union_all(own.geometry.to_numpy())


# --- caveats -------------------------------------------------------------------------------------


def _terms(plans: Plans, numbers: Iterable[Number]) -> list[tuple[Number, Label]]:
    """Return the documents' own words for numbers, where the metric has several."""
    found = [(number, number.term(plans.metrics[number.metric])) for number in numbers]
    return [(number, term) for number, term in found if term is not None]


def _side(number: Number, same_period: bool) -> Reason:
    """Return what tells one of two numbers from the other: the period, or else the kind."""
    if not same_period:
        return Reason(f"{number.period}年", f"in {number.period}")
    kind = _KINDS[number.kind]
    return Reason(f"{number.period}年{kind.zh}", f"({number.period}, {kind.en})")


_KINDS = {
    "actual": Reason("实际", "actual"),
    "planned": Reason("规划", "planned"),
    "estimate": Reason("估计", "estimate"),
    "target": Reason("目标", "target"),
}


def differing_terms(plans: Plans, numbers: tuple[Number, ...]) -> Iterator[Reason]:
    """Say that the documents call two numbers by different names, so that scopes may differ."""
    terms = _terms(plans, numbers)
    if len({term.zh for _, term in terms}) > 1:
        same = len({number.period for number, _ in terms}) == 1
        sides = [_side(number, same) for number, _ in terms]
        zh = "，".join(
            f"{side.zh}为“{term.zh}”" for side, (_, term) in zip(sides, terms, strict=True)
        )
        en = ", ".join(
            f"“{term.zh}” ({term.en}) {side.en}"
            for side, (_, term) in zip(sides, terms, strict=True)
        )
        yield Reason(
            f"用词不同，口径未必相同：{zh}", f"the words differ, and so may the scope: {en}"
        )


def target_term(plans: Plans, target: Number, actual: Number) -> Iterator[Reason]:
    """Say that a target's heading does not say what kind of output it is of."""
    terms = _terms(plans, (actual,))
    if target.metric == actual.metric or not terms:
        return
    word, term = target.locator.split(" / ")[-1], terms[0][1]
    yield Reason(
        f"目标处只写“{word}”，实际为“{term.zh}”，口径未必相同",
        f"the target is only called “{word}”, the actual figure “{term.zh}” ({term.en}): "
        "the scope may differ",
    )


def differing_zones(inputs: Inputs, numbers: tuple[Figure, ...]) -> Iterator[Reason]:
    """Say that two figures do not cover the same zones."""
    limits = [inputs.limit(number) for number in numbers]
    if len(set(limits)) < 2:
        return
    zh, en = [], []
    for number, zones in zip(numbers, limits, strict=True):
        names = inputs.zone_names(zones) if zones else Reason("整个园区", "the whole park")
        name = inputs.plans.metrics[number.metric]
        zh.append(f"{name.zh}（{number.period}）为{names.zh}")
        en.append(f"{name.en} ({number.period}) is for {names.en}")
    yield Reason(
        f"两数范围不同：{'；'.join(zh)}", f"the two cover different ground: {'; '.join(en)}"
    )


_BOUNDS = {
    "about": Reason("约数", "approximate"),
    "at-least": Reason("下限", "a lower bound"),
    "at-most": Reason("上限", "an upper bound"),
}


def own_caveats(plans: Plans, numbers: tuple[Number, ...]) -> Iterator[Reason]:
    """Say what the figures themselves leave open: bounds, other prints, their notes."""
    for number in numbers:
        name = plans.metrics[number.metric]
        if number.bound in _BOUNDS and not number.note_zh:
            bound = _BOUNDS[number.bound]
            yield Reason(
                f"{name.short_zh}（{number.period}）是{bound.zh}",
                f"{name.short_en} ({number.period}) is {bound.en}",
            )
        others = [other for other in plans.same_quantity(number) if other.value != number.value]
        for other in sorted(others, key=lambda other: (other.source_id, other.locator)):
            place = f"{other.source.short_zh} · {other.locator}"
            yield Reason(
                f"{name.short_zh}（{number.period}）另处写为“{other.printed}”（{place}）",
                f"{name.short_en} ({number.period}) is printed as “{other.printed}” elsewhere "
                f"({other.source.short_en} · {other.locator})",
            )
    by_note: dict[tuple[str, str, str], list[str]] = {}
    for number in numbers:
        if number.note_zh:
            key = (number.metric, number.note_zh, number.note_en)
            by_note.setdefault(key, []).append(number.period)
    for (metric, zh, en), periods in by_note.items():
        name = plans.metrics[metric]
        yield Reason(
            f"{name.short_zh}（{'、'.join(periods)}）：{zh}",
            f"{name.short_en} ({', '.join(periods)}): {en}",
        )


# --- the definitions -----------------------------------------------------------------------------

_DENSITY_UNIT = ("100m_yuan_per_km2", "亿元/平方公里", "×100 m yuan/km²")
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
            "×100 m yuan",
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
        ground = inputs.ground(inputs.scope(output))
        if ground is not None:
            value = rounded(output.value / ground.km2, [output.value_printed, ground.km2])
            formula = _formula(inputs, _OVER, output, ground)
            yield _made(inputs, "output_per_digitised_km2_100m_yuan", output, value, formula,
                        ground=ground, caveats=_other_density(inputs, park, output))  # fmt: skip


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
            area = inputs.planned(park, inputs.scope(amount))
            if area is None:
                continue
            exact = amount.value * YUAN_10K_PER_100M / (area.value * MU_PER_KM2)
            value = rounded(exact, [amount.value_printed, area.value_printed])
            formula = _formula(inputs, _OVER_MU, amount, area)
            caveats = [*_area_period(amount, area), *_all_land()]
            yield _made(inputs, definition, amount, value, formula, area, caveats=caveats)

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
            f"规划面积载于 {area.period} 年规划，{amount.period} 年的范围未载明",
            f"the area is stated in the plan for {area.period}; the extent in {amount.period} "
            "is not stated",
        )


def _land_of_planned(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Available land as a share of the planned area of the same zones."""
    for land in inputs.figures(park, LAND):
        area = inputs.planned(park, inputs.scope(land))
        if area is not None:
            exact = 100 * land.value / (area.value * MU_PER_KM2)
            value = rounded(exact, [land.value_printed, area.value_printed])
            formula = _formula(inputs, _OVER_MU, land, area)
            yield _made(inputs, "land_left_share_of_planned_pct", land, value, formula, area)


def _land_of_ground(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Available land as a share of the digitised area of the same zones."""
    for land in inputs.figures(park, LAND):
        ground = inputs.ground(inputs.scope(land))
        if ground is not None:
            exact = 100 * land.value / (ground.km2 * MU_PER_KM2)
            value = rounded(exact, [land.value_printed, ground.km2])
            formula = _formula(inputs, _OVER_MU, land, ground)
            yield _made(inputs, "land_left_share_of_digitised_pct", land, value, formula,
                        ground=ground)  # fmt: skip


def _changes(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Output of a later year against an earlier one, in per cent."""
    for first, last in CHANGES:
        for before, after in _pairs(inputs, park, (OUTPUT, first), (OUTPUT, last)):
            if before.value <= 0:
                continue
            exact = 100 * (after.value - before.value) / before.value
            value = rounded_change(exact, [before.value_printed, after.value_printed])
            numbers = [f"{number.value:,f}" for number in (after, before)]
            words = f"({numbers[0]} − {numbers[1]}) ÷ {numbers[1]}"
            caveats = [
                *differing_zones(inputs, (before, after)),
                *differing_terms(inputs.plans, (before, after)),
            ]
            yield _made(inputs, "output_change_pct", before, value, Reason(words, words), after,
                        caveats=caveats, period=f"{first}-{last}",
                        scope_differs=bool(caveats))  # fmt: skip


def _targets(inputs: Inputs, park: Park) -> Iterator[Derived]:
    """Output of 2025 against the target of table 4-1: what is over, and the share attained."""
    for target, actual in _pairs(inputs, park, (TARGET, "2025"), (OUTPUT, "2025")):
        zones = list(differing_zones(inputs, (target, actual)))
        told = {
            "caveats": [*zones, *target_term(inputs.plans, target, actual)],
            "scope_differs": bool(zones),
        }
        gap = actual.value - target.value
        minus = _formula(inputs, _MINUS, actual, target)
        yield _made(inputs, "target_gap_100m_yuan", actual, gap, minus, target, **told)
        if target.value > 0:
            printed = [actual.value_printed, target.value_printed]
            share = rounded(100 * actual.value / target.value, printed)
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
    value: Decimal,
    formula: Reason,
    *others: Figure,
    ground: Ground | None = None,
    caveats: Iterable[Reason] = (),
    period: str = "",
    scope_differs: bool = False,
) -> Derived:
    """Return a value with everything that has to be told of it."""
    used = (main, *others)
    # Where the scopes differ no limit holds for both: the caveat names each.
    limits = {inputs.limit(number) for number in used}
    told = [*caveats, *(ground.caveats if ground else ()), *own_caveats(inputs.plans, used)]
    return Derived(
        park_id=main.park_id,
        metric=metric,
        period=period or main.period,
        value=value,
        unit=DEFINITIONS[metric].unit,
        inputs=used,
        formula=formula,
        ground=ground,
        caveats=tuple(dict.fromkeys(told)),
        scope_differs=scope_differs,
        zones=limits.pop() if len(limits) == 1 else (),
    )


def amount_words(plans: Plans, number: Number) -> Reason:
    """Return a number with its unit."""
    metric, value = plans.metrics[number.metric], f"{number.value:,f}"
    return Reason(f"{value} {metric.unit_zh}", f"{value} {metric.unit_en}")


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
