"""Two plan periods of a park or a subject side by side: what was, was aimed at, and comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from geo.errors import LANGUAGES, unknown
from geo.plans.caveats import (
    amount_words,
    differing_terms,
    differing_zones,
    own_caveats,
    target_term,
)
from geo.plans.inputs import Inputs, trusted_digits
from geo.plans.records import KINDS, Fact, Figure, Indicator, Number
from geo.plans.rounding import digits, rounded
from geo.plans.rules.interval import allowed
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

START, BASE, PLAN, ACTUAL, NEXT = "start", "base", "plan", "actual", "next"
NOT_STATED = Reason("未载明", "not stated")
NO_DOCUMENT = Reason("各文件未涉及", "in none of the documents")
_NO_SHARE = ("pct", "pp", "rank")  # units of which a share of a target says nothing
# What the cells of a row may have to be opened for.
PRINTS_DIFFER = Reason("各处所载数不一致", "the places do not give one and the same number")
WORDS_DIFFER = Reason(
    "本行各数的用词不同，口径未必相同",
    "the numbers of this row go by different words, and their scope may differ",
)
OWN_INDUSTRIES = Reason(
    "各规划自定产业分类，同名产业的口径未必相同",
    "each plan classifies industries for itself: the same name need not mean the same",
)
NO_YEAR = Reason(
    "原文没有写起始值是哪一年的数",
    "the text does not say which year the first value is of",
)
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
    has the others. ``others`` are those that cannot be the number to show, even rounded;
    ``called`` is the document's word for that number, where the row holds several; ``caveats`` are
    what has to be told of the cell.

    ``covered`` is False where no document says anything of the park's or subject's years to 2030,
    so that no plan for them left something unstated.
    """

    numbers: tuple[Number, ...] = ()
    facts: tuple[Fact, ...] = ()
    covered: bool = True
    others: tuple[Number, ...] = ()
    called: Reason | None = None
    caveats: tuple[Reason, ...] = ()

    @property
    def main(self) -> Number | None:
        """The number to show: of the whole park if there is one, else the first."""
        return self.numbers[0] if self.numbers else None

    def text(self, lang: str) -> str:
        """Return the number without its unit, the words in its place, or that nothing is stated."""
        if self.main is not None:
            prints = dict.fromkeys(_amount(n).text(lang) for n in (self.main, *self.others))
            words = " ≠ ".join(prints)
            if NO_YEAR in self.caveats:
                return words + ("（年份未载明）" if lang == "zh" else " (year not stated)")
            if _over_years(self.main):
                span = self.main.period.replace("-", "–")
                words += f"（{span}）" if lang == "zh" else f" ({span})"
            if isinstance(self.main, Figure) and self.main.zones:
                words += "（部分片区）" if lang == "zh" else " (some zones)"
            if self.called is not None:
                called = self.called.text(lang)
                words += f"（{called}）" if lang == "zh" else f" ({called})"
            return words
        if self.facts:
            said = (fact.name(lang) for fact in _said_once(self.facts))
            return ("；" if lang == "zh" else "; ").join(said)
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

    @property
    def approximate(self) -> bool:
        """Whether one of the two is printed as about so much."""
        return any(number.approximate for number in self.inputs)


@dataclass(frozen=True)
class PeriodRow:
    """A metric, of an industry where ``industry`` is set, in every column of `PeriodTable`.

    An industry's row holds the numbers of its namesake in the other plan too (`Industry.same_as`).
    """

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
        column = _column_of(plans, number, start)
        if column and number is _most_exact(plans.same_quantity(number)):
            key = (number.metric, _namesake(plans, _industry(number)))
            found.setdefault(key, {}).setdefault(column, []).append(number)
    for fact in plans.facts:
        if fact.subject_id == about and fact.metric:
            kind = "target" if fact.topic == "target" else "actual"
            column = _column(kind, fact.period, fact.source.period, start)
            if column:
                key = (fact.metric, _namesake(plans, fact.industry))
                words.setdefault(key, {}).setdefault(column, []).append(fact)
    _stand_in(plans, found, words)
    metrics, industries = list(plans.metrics), ["", *plans.industries]
    keys = sorted(
        {*found, *words}, key=lambda key: (metrics.index(key[0]), industries.index(key[1]))
    )
    columns = _columns(start)
    rows = []
    for key in keys:
        held = found.get(key, {})
        cells = {
            column.id: Cell(
                tuple(sorted(held.get(column.id, []), key=_first)),
                tuple(words.get(key, {}).get(column.id, [])),
                later or column.id != NEXT,
            )
            for column in columns
        }
        cells = _told(plans, key[0], cells)
        rows.append(PeriodRow(*key, cells, _gap(inputs, cells)))
    return PeriodTable(about, columns, tuple(rows))


def _industry(number: Number) -> str:
    """Return the industry that a number is limited to, or nothing."""
    return number.industry if isinstance(number, Indicator) else ""


def _namesake(plans: Plans, industry: str) -> str:
    """Return the industry whose row a number of an industry stands in."""
    return (plans.industries[industry].same_as or industry) if industry else ""


def _said_once(facts: Sequence[Fact]) -> list[Fact]:
    """Leave out words that hold others of the same cell: "完成本市目标" says it all."""
    texts = [fact.zh for fact in facts]
    return [
        fact
        for at, fact in enumerate(facts)
        if fact.zh not in texts[:at]
        and not any(text != fact.zh and text in fact.zh for text in texts)
    ]


def _told(plans: Plans, metric: str, cells: dict[str, Cell]) -> dict[str, Cell]:
    """Return the cells of a row with what has to be told of their numbers."""
    numbers = [number for cell in cells.values() for number in cell.numbers]
    # Two words that mean the same (规上, 规模以上) are one in English.
    names = {one.en for number in numbers if (one := _called(plans, metric, number))}
    mixed = len(names) > 1 or any(_stands_in(plans, metric, number) for number in numbers)
    industries = {_industry(number) for number in numbers}
    industries |= {fact.industry for cell in cells.values() for fact in cell.facts}
    told = {}
    for column, cell in cells.items():
        if cell.main is None:
            told[column] = cell
            continue
        others = tuple(_others(plans, cell))
        caveats = [PRINTS_DIFFER] if others else []
        caveats += [NO_YEAR] if plans.metrics[metric].start_of else []
        caveats += [WORDS_DIFFER] if mixed else []
        caveats += [OWN_INDUSTRIES] if len(industries) > 1 else []
        called = _called(plans, metric, cell.main) if mixed else None
        told[column] = replace(cell, others=others, called=called, caveats=tuple(caveats))
    return told


def _stands_in(plans: Plans, metric: str, number: Number) -> bool:
    """Say whether a number in the row of a metric is of another one, and no target of it."""
    return number.metric != metric and not plans.metrics[number.metric].target_of


def _called(plans: Plans, metric: str, number: Number) -> Reason | None:
    """Return what the documents call a number in the row of a metric; None if they do not say."""
    own = plans.metrics[number.metric]
    if _stands_in(plans, metric, number):
        # Whatever its cell is headed by, it is of another metric.
        return Reason(own.zh, own.en)
    label = number.term(own)
    return label and Reason(label.zh, label.en)


def _others(plans: Plans, cell: Cell) -> Iterator[Number]:
    """Return the numbers of a cell's main quantity that it cannot be, even rounded."""
    main = cell.main
    assert main is not None
    for number in cell.numbers:
        for other in plans.same_quantity(number):
            alike = (other.metric, other.kind, other.period) == (
                main.metric, main.kind, main.period)  # fmt: skip
            same_ground = getattr(other, "zones", ()) == getattr(main, "zones", ())
            if alike and same_ground and not allowed(main).meets(allowed(other)):
                yield other


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


def _column_of(plans: Plans, number: Number, start: str) -> str:
    """Return the column of a number; the first value of a period stands for the year before it."""
    if not plans.metrics[number.metric].start_of:
        return _column(number.kind, number.period, number.source.period, start)
    first, _, last = number.period.partition("-")
    year = str(int(first) - 1) if last else first
    return {start: START, "2020": BASE}.get(year, "")


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
    """Say whether a number is of several years together, not of the one its column is headed by.

    A target of a whole period is one for all its years (“5年累计600亿元”). What a plan says is or
    will be in its own time is filed under that time and is no sum over it.
    """
    own_time = number.kind != "target" and number.period == number.source.period
    return number.kind in ("actual", "target") and "-" in number.period and not own_time


def _first(number: Number) -> tuple:
    """Order the numbers of a cell: the whole park, a year, targets, then what is stated first."""
    limited = isinstance(number, Figure) and bool(number.zones)
    return (limited, "-" in number.period, -KINDS.index(number.kind), number.line)


def stand_ins(plans: Plans) -> dict[str, tuple[str, ...]]:
    """Return, by metric, those whose numbers its row takes where it has none of its own.

    That are its target, and a narrower metric that the documents call by the same words: the cell
    and the caveats say which.
    """
    metrics = plans.metrics.values()
    words = {metric.id: {term.zh for term in metric.terms} for metric in metrics}
    found = {}
    for metric in metrics:
        others = [other.id for other in metrics if other.target_of == metric.id]
        others += [
            other.id
            for other in metrics
            if other.part_of == metric.id
            and other.unit == metric.unit
            and words[other.id] & words[metric.id]
        ]
        if others:
            found[metric.id] = tuple(others)
    return found


def _stand_in(
    plans: Plans,
    found: dict[tuple[str, str], dict[str, list[Number]]],
    words: dict[tuple[str, str], dict[str, list[Fact]]],
) -> None:
    """Fill the open cells of a metric with its stand-ins; rows that are all taken over go."""
    for metric, others in stand_ins(plans).items():
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
        most = trusted_digits((actual, target))
        share = rounded(100 * actual.value / target.value, printed, most)
    grave = list(_differences(inputs, target, actual))
    caveats = (*grave, *own_caveats(inputs.plans, (actual, target)))
    unit = Reason(metric.unit_zh, metric.unit_en)
    sides = [amount_words(inputs.plans, number) for number in (actual, target)]
    if target.unit == "pct":
        unit = Reason("个百分点", "percentage points")
    return Gap(
        value=actual.value - target.value,
        share=share,
        unit=unit,
        inputs=(actual, target),
        formula=Reason(*(" − ".join(side.text(lang) for side in sides) for lang in LANGUAGES)),
        caveats=tuple(dict.fromkeys(caveats)),
        scope_differs=bool(grave),
    )


def _differences(inputs: Inputs, target: Number, actual: Number) -> Iterable[Reason]:
    """Say in what a target and an actual number are not of the same thing."""
    plans = inputs.plans
    if isinstance(target, Figure) and isinstance(actual, Figure):
        yield from differing_zones(inputs, (target, actual))
    yield from differing_terms(plans, (target, actual))
    yield from target_term(plans, target, actual)
    if _industry(target) != _industry(actual):
        yield OWN_INDUSTRIES
    if ("-" in target.period) != ("-" in actual.period):
        yield Reason(
            f"一数是一个时期的，一数是一年的：目标为 {target.period} 年，实际为 {actual.period} 年",
            f"one number is of several years, the other of one: the target of {target.period}, "
            f"the actual of {actual.period}",
        )
    # A park's expected output is the target of its output, whatever its metric is called.
    goal = plans.metrics[target.metric].target_of
    if target.metric != actual.metric and goal != actual.metric:
        names = [plans.metrics[number.metric] for number in (target, actual)]
        yield Reason(
            f"两数指标不同：目标为“{names[0].zh}”，实际为“{names[1].zh}”",
            f"two different metrics: the target is “{names[0].en}”, the actual “{names[1].en}”",
        )
