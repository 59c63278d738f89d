"""Two plan periods of a park or a subject side by side: what was, was aimed at, and comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from geo.errors import unknown
from geo.plans.caveats import differing_terms, differing_zones, own_caveats, target_term
from geo.plans.inputs import Inputs
from geo.plans.records import KINDS, Fact, Figure, Indicator, Number
from geo.plans.rounding import digits, rounded
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

START, BASE, PLAN, ACTUAL, NEXT = "start", "base", "plan", "actual", "next"
# A metric's row takes, where it has no number of its own, those of these: the same thing under
# another name or in another scope, which the cell and the caveats say.
STAND_INS = {"output_100m_yuan": ("output_target_100m_yuan", "output_above_size_100m_yuan")}
NOT_STATED = Reason("未载明", "not stated")
NO_DOCUMENT = Reason("所收文件未及", "in none of the documents")
_NO_SHARE = ("pct", "pp", "rank")  # units of which a share of a target says nothing
_BOUND_WORDS = {
    "about": Reason("约 {}", "about {}"),
    "at-least": Reason("≥ {}", "≥ {}"),
    "at-most": Reason("≤ {}", "≤ {}"),
}


@dataclass(frozen=True)
class Column:
    """A column of `PeriodTable`; ``name`` is its heading."""

    id: str
    name: Reason


@dataclass(frozen=True)
class Cell:
    """What is stated of a metric in a column: numbers, the one to show first, or words.

    Of a quantity that is printed at several places it is the most exact print; `Plans.elsewhere`
    has the others.

    ``covered`` is False where no document says anything of the park's or subject's years to 2030,
    so that no plan for them left something unstated.
    """

    numbers: tuple[Number, ...] = ()
    facts: tuple[Fact, ...] = ()
    covered: bool = True

    @property
    def main(self) -> Number | None:
        """The number to show: of the whole park if there is one, else the first."""
        return self.numbers[0] if self.numbers else None

    def text(self, lang: str) -> str:
        """Return the number without its unit, the words in its place, or that nothing is stated."""
        if self.main is not None:
            words = _amount(self.main).text(lang)
            if _over_years(self.main):
                span = self.main.period.replace("-", "–")
                words += f"（{span}）" if lang == "zh" else f" ({span})"
            if isinstance(self.main, Figure) and self.main.zones:
                words += "（部分片区）" if lang == "zh" else " (some zones)"
            return words
        if self.facts:
            return ("；" if lang == "zh" else "; ").join(fact.name(lang) for fact in self.facts)
        return (NOT_STATED if self.covered else NO_DOCUMENT).text(lang)


@dataclass(frozen=True)
class Gap:
    """An actual number of 2025 against its target; computed, so shown with formula and caveats.

    ``value`` is actual minus target, exact, in ``unit`` (percentage points for per cent). ``share``
    is what was reached of the target in per cent, rounded as in `geo.plans.derive.Derived`; None
    where that says nothing. ``scope_differs`` as there.
    """

    value: Decimal
    share: Decimal | None
    unit: Reason
    inputs: tuple[Number, Number]
    formula: Reason
    caveats: tuple[Reason, ...]
    scope_differs: bool


@dataclass(frozen=True)
class PeriodRow:
    """A metric, of an industry where ``industry`` is set, in every column of `PeriodTable`."""

    metric: str
    industry: str
    cells: dict[str, Cell]
    gap: Gap | None = None


@dataclass(frozen=True)
class PeriodTable:
    """Two plan periods of a park or subject side by side."""

    about: str
    columns: tuple[Column, ...]
    rows: tuple[PeriodRow, ...]

    def frame(self, plans: Plans, lang: str) -> pd.DataFrame:
        """Return the table as texts in ``lang``, one row a metric, its unit in a column."""
        head = {"zh": ("指标", "单位"), "en": ("metric", "unit")}[lang]
        data = []
        for row in self.rows:
            metric = plans.metrics[row.metric]
            name = metric.name(lang)
            if row.industry:
                industry = plans.industries[row.industry].name(lang)
                name = f"{industry}：{name}" if lang == "zh" else f"{industry}: {name}"
            cells = [row.cells[column.id].text(lang) for column in self.columns]
            data.append([name, metric.unit_name(lang), *cells])
        return pd.DataFrame(
            data, columns=[*head, *(column.name.text(lang) for column in self.columns)]
        )


def periods(plans: Plans, park_id: str, boundaries: gpd.GeoDataFrame | None = None) -> PeriodTable:
    """Return what is stated of a park in 2016 and 2020, by the two plans, and of 2025.

    Figures of sub-blocks are left out. See `plan_periods` for the columns.

    Parameters
    ----------
    plans : Plans
    park_id : str
    boundaries : geopandas.GeoDataFrame, optional
        For the names of zones in the caveats.

    Raises
    ------
    AtlasError
        For an unknown park.
    """
    plans.park(park_id)
    numbers = [f for f in plans.figures if f.park_id == park_id and not f.part]
    later = any(_last_year(source.period) >= 2030 for source in plans.sources.values())
    return _table(Inputs(plans, boundaries), park_id, numbers, "2016", later)


def plan_periods(plans: Plans, subject_id: str) -> PeriodTable:
    """Return what is stated of a subject by “十四五”, of 2025, and by “十五五”.

    Columns: ``start`` (what was in 2015; for a park 2016), ``base`` (what was in 2020), ``plan``
    (what “十四五” aims at, plans or reckons for 2021–2025, or says of its own time), ``actual``
    (what was in 2025), ``next`` (what “十五五” says of 2026–2030).

    Raises
    ------
    AtlasError
        For an unknown subject.
    """
    if subject_id not in plans.subjects:
        raise unknown("subject", "对象", subject_id, list(plans.subjects))
    numbers = [n for n in plans.indicators if n.subject_id == subject_id]
    later = any(_column(n.kind, n.period, n.source.period, "2015") == NEXT for n in numbers)
    return _table(Inputs(plans), subject_id, numbers, "2015", later)


def _table(
    inputs: Inputs, about: str, numbers: Sequence[Number], start: str, later: bool
) -> PeriodTable:
    """Return the table of numbers and of the words that stand for numbers."""
    plans = inputs.plans
    found: dict[tuple[str, str], dict[str, list[Number]]] = {}
    words: dict[tuple[str, str], dict[str, list[Fact]]] = {}
    for number in numbers:
        column = _column(number.kind, number.period, number.source.period, start)
        if column and number is _most_exact(plans.same_quantity(number)):
            key = (number.metric, getattr(number, "industry", ""))
            found.setdefault(key, {}).setdefault(column, []).append(number)
    for fact in plans.facts:
        if fact.subject_id == about and fact.metric:
            kind = "target" if fact.topic == "target" else "actual"
            column = _column(kind, fact.period, fact.source.period, start)
            if column:
                key = (fact.metric, fact.industry)
                words.setdefault(key, {}).setdefault(column, []).append(fact)
    _stand_in(found, words)
    metrics, industries = list(plans.metrics), ["", *plans.industries]
    keys = sorted(
        {*found, *words}, key=lambda key: (metrics.index(key[0]), industries.index(key[1]))
    )
    columns = _columns(start)
    rows = []
    for key in keys:
        cells = {
            column.id: Cell(
                tuple(sorted(found.get(key, {}).get(column.id, []), key=_first)),
                tuple(words.get(key, {}).get(column.id, [])),
                later or column.id != NEXT,
            )
            for column in columns
        }
        rows.append(PeriodRow(*key, cells, _gap(inputs, cells)))
    return PeriodTable(about, columns, tuple(rows))


def _most_exact(prints: Sequence[Number]) -> Number:
    """Return the print of a quantity with the most digits; of equals the first in the file."""
    return min(prints, key=lambda number: (-digits(number.value_printed), number.line))


def _columns(start: str) -> tuple[Column, ...]:
    """Return the columns with their headings."""
    return (
        Column(START, Reason(f"{start}年实际", f"{start}, actual")),
        Column(BASE, Reason("2020年实际", "2020, actual")),
        Column(PLAN, Reason("“十四五”规划（至2025年）", "14th plan (to 2025)")),
        Column(ACTUAL, Reason("2025年实际", "2025, actual")),
        Column(NEXT, Reason("“十五五”规划（至2030年）", "15th plan (to 2030)")),
    )


def _last_year(period: str) -> int:
    """Return the last year of a year or period."""
    return int(period.split("-")[-1])


def _column(kind: str, period: str, plan: str, start: str) -> str:
    """Return the column a number belongs in, "" for none.

    A plan files what it says of its own time under its period: that is a statement of the plan, not
    what was at the period's end.
    """
    last = _last_year(period)
    if kind == "actual" and period != plan:
        return {start: START, "2020": BASE, "2025": ACTUAL}.get(str(last), "")
    if 2021 <= last <= 2025:
        return PLAN
    return NEXT if 2026 <= last <= 2030 else ""


def _over_years(number: Number) -> bool:
    """Say whether a number is of several years together, not of the one its column is headed by."""
    return (
        number.kind == "actual" and "-" in number.period and number.period != number.source.period
    )


def _first(number: Number) -> tuple:
    """Order the numbers of a cell: the whole park, a year, targets, then what is stated first."""
    limited = isinstance(number, Figure) and bool(number.zones)
    return (limited, "-" in number.period, -KINDS.index(number.kind), number.line)


def _stand_in(
    found: dict[tuple[str, str], dict[str, list[Number]]],
    words: dict[tuple[str, str], dict[str, list[Fact]]],
) -> None:
    """Fill the open cells of a metric with its stand-ins; rows that are all taken over go."""
    for metric, others in STAND_INS.items():
        own = {key for key in found if key[0] == metric or key[0] in others}
        for industry in sorted({industry for _, industry in own}):
            row = found.setdefault((metric, industry), {})
            for other in others:
                taken = found.get((other, industry), {})
                free = {column for column in taken if column not in row}
                row.update({column: taken[column] for column in free})
                if taken and free == set(taken) and (other, industry) not in words:
                    del found[other, industry]


def _amount(number: Number) -> Reason:
    """Return a number with its bound, or its range."""
    value = f"{number.value:,f}"
    if isinstance(number, Indicator) and number.value_to is not None:
        value = f"{value}–{number.value_to:,f}"
    pattern = _BOUND_WORDS.get(number.bound, Reason("{}", "{}"))
    return Reason(pattern.zh.format(value), pattern.en.format(value))


def _gap(inputs: Inputs, cells: dict[str, Cell]) -> Gap | None:
    """Return what was in 2025 against the target, None unless both are one number each."""
    target, actual = cells[PLAN].main, cells[ACTUAL].main
    if target is None or actual is None or target.kind != "target" or target.unit != actual.unit:
        return None
    if any(getattr(number, "value_to", None) is not None for number in (target, actual)):
        return None
    metric = inputs.plans.metrics[actual.metric]
    share = None
    if target.value > 0 and target.unit not in _NO_SHARE:
        printed = [actual.value_printed, target.value_printed]
        share = rounded(100 * actual.value / target.value, printed)
    grave = list(_differences(inputs, target, actual))
    terms = target_term(inputs.plans, target, actual)
    caveats = (*grave, *terms, *own_caveats(inputs.plans, (actual, target)))
    unit = Reason(metric.unit_zh, metric.unit_en)
    formula = [
        f"{actual.value:,f} {name} − {target.value:,f} {name}" for name in (unit.zh, unit.en)
    ]
    if target.unit == "pct":
        unit = Reason("个百分点", "percentage points")
    return Gap(
        value=actual.value - target.value,
        share=share,
        unit=unit,
        inputs=(actual, target),
        formula=Reason(*formula),
        caveats=tuple(dict.fromkeys(caveats)),
        scope_differs=bool(grave),
    )


def _differences(inputs: Inputs, target: Number, actual: Number) -> Iterable[Reason]:
    """Say in what a target and an actual number are not of the same thing."""
    plans = inputs.plans
    if isinstance(target, Figure) and isinstance(actual, Figure):
        yield from differing_zones(inputs, (target, actual))
    yield from differing_terms(plans, (target, actual))
    # A park's expected output is the target of its output, whatever its metric is called.
    if target.metric != actual.metric and target.metric != STAND_INS["output_100m_yuan"][0]:
        names = [plans.metrics[number.metric] for number in (target, actual)]
        yield Reason(
            f"两数指标不同：目标为“{names[0].zh}”，实际为“{names[1].zh}”",
            f"two different metrics: the target is “{names[0].en}”, the actual “{names[1].en}”",
        )
