"""The table's columns, its figures, and totals that agree with them to the last digit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from geo.plans import Figure, Label, Metric, Park, Plans
from geo.plans.inputs import limit_of
from layers.units import in_unit, target
from views.map.filters import INDUSTRIAL, LAND
from views.map.state import ViewState

# The table's own columns, after the name; the map's metric goes before them when it is not here.
TABLE_METRICS = (
    LAND,
    "factory_10k_m2",
    "office_10k_m2",
    "output_target_100m_yuan",
    "output_100m_yuan",
)


@dataclass(frozen=True)
class Column:
    """A metric at a period."""

    metric: Metric
    period: str

    @property
    def key(self) -> str:
        """Name of the column in data frames."""
        return f"{self.metric.id}@{self.period}"


@dataclass(frozen=True)
class Shown:
    """A column in a unit: the metric's own, or the one that land is shown in."""

    column: Column
    unit: str

    @property
    def own(self) -> bool:
        """Whether the unit is the metric's own: the values are the documents'."""
        return self.unit == self.column.metric.unit

    @property
    def key(self) -> str:
        """Name of the column in data frames."""
        return f"{self.column.key}@{self.unit}"

    def value(self, figure: Figure | None) -> Decimal | None:
        """Return a figure's value as it is shown here: every cell with the total's decimals.

        An "about" figure has them too, though fewer of its digits hold: its mark says that, and
        with fewer decimals the column would not add up to its total.
        """
        if figure is None or self.own:
            return None if figure is None else figure.value
        return in_unit(figure.value, figure.unit, self.unit)

    def total(self, summed: Total) -> Decimal | None:
        """Return a total as it is shown here: exact first, rounded last."""
        if summed.value is None or self.own:
            return summed.value
        return in_unit(summed.value, self.column.metric.unit, self.unit)


@dataclass(frozen=True)
class Gap:
    """Why a park has no figure in a column.

    ``reason`` is "absent" (no such figure at all), "other_period" (only in other periods) or
    "instead" (another metric is stated instead, in ``figure``).
    """

    park: Park
    reason: str
    figure: Figure | None = None


@dataclass(frozen=True)
class Total:
    """The sum of one column over the shown parks.

    ``value`` is exact, None when no park has a figure or the metric does not add up.
    ``figures`` are the counted parks' own.
    """

    column: Column
    value: Decimal | None
    counted: tuple[Park, ...]
    gaps: tuple[Gap, ...]
    figures: tuple[Figure, ...]

    @property
    def limited(self) -> tuple[Figure, ...]:
        """Counted figures that do not hold for the whole of their park."""
        pairs = zip(self.counted, self.figures, strict=True)
        return tuple(figure for park, figure in pairs if figure.zones or limit_of(park, figure))

    @property
    def approximate(self) -> tuple[Figure, ...]:
        """Counted figures that the documents give as about so much."""
        return tuple(figure for figure in self.figures if figure.approximate)

    @property
    def terms(self) -> dict[Label, list[Figure]]:
        """Counted figures by the documents' word for the metric, where those differ, else empty."""
        found: dict[Label, list[Figure]] = {}
        for figure in self.figures:
            term = figure.term(self.column.metric)
            if term is not None:
                found.setdefault(term, []).append(figure)
        return found if len(found) > 1 else {}


def columns(state: ViewState, plans: Plans) -> list[Column]:
    """Return the table's columns: the map's metric and period first, then the usual ones."""
    first = Column(plans.metrics[state.metric], state.period)
    asked = (INDUSTRIAL,) if state.land == "industrial" else ()
    usual = [
        Column(plans.metrics[metric], plans.latest_period(metric))
        for metric in (LAND, *asked, *TABLE_METRICS[1:])
        if plans.periods(metric)
    ]
    return [first, *(column for column in usual if column.key != first.key)]


def shown_columns(state: ViewState, plans: Plans) -> list[Shown]:
    """Return the table's columns in their own units, a land column once more as it is shown."""
    found = []
    for column in columns(state, plans):
        own = column.metric.unit
        units = dict.fromkeys((own, target(own, state.unit)))
        found += [Shown(column, unit) for unit in units]
    return found


def figures(parks: list[Park], column: Column, plans: Plans) -> dict[str, Figure | None]:
    """Return each park's figure in a column, None when it is not stated."""
    return {park.id: plans.figure(park.id, column.metric.id, column.period) for park in parks}


def total(parks: list[Park], column: Column, plans: Plans) -> Total:
    """Return the exact sum of a column over parks, with what is not in it and why."""
    found = figures(parks, column, plans)
    counted = tuple(park for park in parks if found[park.id] is not None)
    gaps = tuple(_gap(park, column, plans) for park in parks if found[park.id] is None)
    held = [found[park.id] for park in counted]
    value = sum((figure.value for figure in held), Decimal(0)) if held else None
    return Total(
        column,
        value if column.metric.additive else None,
        counted,
        gaps,
        tuple(held),
    )


def _gap(park: Park, column: Column, plans: Plans) -> Gap:
    """Return why a park has no figure in a column."""
    instead = column.metric.instead
    if instead:
        figure = plans.figure(park.id, instead, column.period)
        if figure is not None:
            return Gap(park, "instead", figure)
    periods = plans.periods(column.metric.id)
    if any(plans.figure(park.id, column.metric.id, period) for period in periods):
        return Gap(park, "other_period")
    return Gap(park, "absent")


def stated_difference(summed: Total, plans: Plans) -> Decimal | None:
    """Return the plan's own total minus the sum, when both are of the same parks and differ.

    A total of all parks needs all shown; one of a kind of parks, figures of just those.
    Differences that vanish when the sum is rounded as the plan rounds its total do not count.
    """
    stated = summed.column.metric.stated_total
    if stated is None or summed.value is None or stated.period != summed.column.period:
        return None
    meant = {park.id for park in plans.parks.values() if stated.of in ("", park.kind)}
    held = {park.id for park in summed.counted}
    if not stated.of:
        held |= {gap.park.id for gap in summed.gaps}
    if held != meant:
        return None
    if summed.value.quantize(stated.value) == stated.value:
        return None
    return stated.value - summed.value
