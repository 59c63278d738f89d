"""The figures as data frames, and two plan periods side by side.

`tidy` is the long form, one row a number; `park_years` the wide one, one row a park and year;
`periods` and `plan_periods` set what the two plans say of one park or subject next to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from geo.errors import unknown
from geo.plans.derive import (
    Derived,
    Inputs,
    derive,
    differing_terms,
    differing_zones,
    digits,
    own_caveats,
    rounded,
    target_term,
)
from geo.plans.records import KINDS, Fact, Figure, Indicator, Number
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

TIDY = (
    "park_id", "period", "metric", "name_zh", "name_en", "value", "unit", "kind", "zones", "part",
    "printed", "value_printed", "unit_printed", "source_id", "locator", "elsewhere",
    "note_zh", "note_en", "derived", "formula_zh", "formula_en", "caveats_zh", "caveats_en",
)  # fmt: skip
DERIVED = "derived"  # stands in the column `kind`


# --- frames --------------------------------------------------------------------------------------


def tidy(
    plans: Plans, boundaries: gpd.GeoDataFrame | None = None, derived: bool = True
) -> pd.DataFrame:
    """Return every number of every park in long form, with its provenance.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame, optional
        For what is derived over a digitised area.
    derived : bool
        Add the derived values, marked in ``derived`` and in ``kind``.

    Returns
    -------
    pandas.DataFrame
        Columns `TIDY`; one row a park, period, metric and scope. ``value`` and ``value_printed``
        are exact `decimal.Decimal`. A quantity that is printed in several places is one row, and
        ``elsewhere`` has the others. ``zones`` are the zones a number is limited to, separated by
        spaces. Of a derived value ``source_id`` and ``locator`` are those of its inputs, and
        ``formula_*`` has its numbers. Missing text is "".
    """
    plans = _in_file_order(plans)
    rows = [
        _figure_row(figure, plans) for park in plans.parks for figure in plans.park_figures(park)
    ]
    if derived:
        rows += [_derived_row(one) for one in derive(plans, boundaries)]
    order = {park: index for index, park in enumerate(plans.parks)}
    frame = pd.DataFrame(rows, columns=list(TIDY))
    by_park = frame["park_id"].map(order)
    return frame.iloc[by_park.argsort(kind="stable")].reset_index(drop=True)


def _in_file_order(plans: Plans) -> Plans:
    """Return the plans with the figures in the order of the file: the first print counts."""
    return replace(plans, figures=sorted(plans.figures, key=lambda figure: figure.line))


def _figure_row(figure: Figure, plans: Plans) -> dict[str, object]:
    """Return a stated figure as a row of `tidy`."""
    metric = plans.metrics[figure.metric]
    return {
        **_empty(),
        "park_id": figure.park_id,
        "period": figure.period,
        "metric": figure.metric,
        "name_zh": metric.zh,
        "name_en": metric.en,
        "value": figure.value,
        "unit": figure.unit,
        "kind": figure.kind,
        "zones": " ".join(figure.zones),
        "part": figure.part,
        "printed": figure.printed,
        "value_printed": figure.value_printed,
        "unit_printed": figure.unit_printed,
        "source_id": figure.source_id,
        "locator": figure.locator,
        "elsewhere": "; ".join(
            f"{other.source_id} {other.locator}: {other.printed}"
            for other in plans.elsewhere(figure)
        ),
        "note_zh": figure.note_zh,
        "note_en": figure.note_en,
    }


def _derived_row(one: Derived) -> dict[str, object]:
    """Return a derived value as a row of `tidy`."""
    return {
        **_empty(),
        "park_id": one.park_id,
        "period": one.period,
        "metric": one.metric,
        "name_zh": one.definition.zh,
        "name_en": one.definition.en,
        "value": one.value,
        "unit": one.unit,
        "kind": DERIVED,
        "zones": " ".join(one.zones),
        "source_id": " ".join(dict.fromkeys(figure.source_id for figure in one.inputs)),
        "locator": "; ".join(f"{figure.source_id} {figure.locator}" for figure in one.inputs),
        "derived": True,
        "formula_zh": one.formula.zh,
        "formula_en": one.formula.en,
        "caveats_zh": "；".join(caveat.zh for caveat in one.caveats),
        "caveats_en": "; ".join(caveat.en for caveat in one.caveats),
    }


def _empty() -> dict[str, object]:
    """Return a row of `tidy` with nothing in it."""
    return dict.fromkeys(TIDY, "") | {"value_printed": None, "derived": False}


def park_years(
    plans: Plans,
    boundaries: gpd.GeoDataFrame | None = None,
    derived: bool = False,
    exact: bool = True,
) -> pd.DataFrame:
    """Return one row a park and year with its metrics as columns.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame, optional
        For what is derived over a digitised area.
    derived : bool
        Add a column a derived metric of single years; their names are those of
        `geo.plans.derive.DEFINITIONS`, no metric's.
    exact : bool
        Keep exact `decimal.Decimal` values in object columns. Else floats, NaN where nothing is
        stated, for plotting and sorting.

    Returns
    -------
    pandas.DataFrame
        Index ``park_id, year`` (text); only the years a park has a figure of. As `Plans.figure`
        chooses: a figure of the whole park goes before one limited to zones, an actual one before
        a target. ``limited`` names the metrics of a row whose figure is for some zones only, with
        the zones, ``not_actual`` those whose figure is none of what was (target, estimate,
        planned). Numbers of a period such as 2021-2025 are no year's: they are in `tidy`.
    """
    plans = _in_file_order(plans)
    rows: dict[tuple[str, str], dict[str, object]] = {}
    metrics = [m for m in plans.metrics if any("-" not in p for p in plans.periods(m))]
    for park in plans.parks:
        for metric in metrics:
            for year in (period for period in plans.periods(metric) if "-" not in period):
                figure = plans.figure(park, metric, year)
                if figure is not None:
                    _put(rows, figure, figure.zones, figure.kind)
    columns = list(metrics)
    if derived:
        for one in derive(plans, boundaries):
            if "-" not in one.period:
                _put(rows, one, one.zones, "actual")
                columns += [one.metric] if one.metric not in columns else []
    order = {park: index for index, park in enumerate(plans.parks)}
    keys = sorted(rows, key=lambda key: (order[key[0]], key[1]))
    index = pd.MultiIndex.from_tuples(keys, names=["park_id", "year"])
    frame = pd.DataFrame(
        [rows[key] for key in keys], index=index, columns=[*columns, "limited", "not_actual"]
    )
    marks = frame[["limited", "not_actual"]].fillna("")
    values = frame[columns].astype(object)
    values = values.where(values.notna(), None) if exact else values.astype(float)
    return values.join(marks)


def _put(
    rows: dict[tuple[str, str], dict[str, object]],
    number: Figure | Derived,
    zones: tuple[str, ...],
    kind: str,
) -> None:
    """Put a number into the row of its park and year, unless the whole park's is there."""
    row = rows.setdefault((number.park_id, number.period), {})
    if number.metric in row:
        return
    row[number.metric] = number.value
    told = (("limited", " ".join([number.metric, *zones]) if zones else ""),
            ("not_actual", "" if kind == "actual" else f"{number.metric} {kind}"))  # fmt: skip
    for mark, words in told:
        row[mark] = "; ".join(filter(None, (row.get(mark, ""), words)))


# --- two plan periods ----------------------------------------------------------------------------

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

    ``covered`` is False where no document of the column's plan speaks of the park or subject at
    all, so that nothing could be stated.
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
    later = any(_last_year(number.source.period) >= 2030 for number in numbers)
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
