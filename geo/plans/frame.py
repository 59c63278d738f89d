"""The figures as data frames: `tidy` in long form, `park_years` one row a park and year.

`periods` and `plan_periods` set two plan periods side by side; they are `geo.plans.compare`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from geo.plans.compare import (
    ACTUAL,
    BASE,
    NEXT,
    NO_DOCUMENT,
    NOT_STATED,
    PLAN,
    START,
    Cell,
    Column,
    Gap,
    PeriodRow,
    PeriodTable,
    periods,
    plan_periods,
)
from geo.plans.derive import Derived, derive
from geo.plans.records import Figure

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

__all__ = [
    "ACTUAL",
    "BASE",
    "DERIVED",
    "NEXT",
    "NOT_STATED",
    "NO_DOCUMENT",
    "PLAN",
    "START",
    "TIDY",
    "Cell",
    "Column",
    "Gap",
    "PeriodRow",
    "PeriodTable",
    "park_years",
    "periods",
    "plan_periods",
    "tidy",
]

TIDY = (
    "park_id", "period", "metric", "name_zh", "name_en", "value", "exact", "unit", "kind", "zones",
    "part", "printed", "value_printed", "unit_printed", "source_id", "locator", "elsewhere",
    "note_zh", "note_en", "derived", "formula_zh", "formula_en", "caveats_zh", "caveats_en",
)  # fmt: skip
DERIVED = "derived"  # stands in the column `kind`


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
        spaces. Of a derived value ``exact`` is the value before it was rounded (of a stated one
        the value itself), ``source_id`` and ``locator`` are those of its inputs, and ``formula_*``
        has its numbers. Missing text is "".
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
        "exact": figure.value,
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
        "exact": one.exact,
        "unit": one.unit,
        "kind": DERIVED,
        "zones": " ".join(one.zones),
        "part": one.part,
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
