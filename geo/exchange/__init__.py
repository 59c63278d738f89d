"""Parks and zones with their figures for other programs: features, a dictionary of fields, sources.

A feature of ``parks`` is a park, so that a column adds up as the app's table does; the digitised
zones it is made of are ``zones``, without figures, which no plan divides among them. A number is
the plan's own, missing is null and never 0, and every one of them is a row of ``sources`` with its
document, place, words and ground. `geo.exchange.files` makes files of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import AtlasError, unknown
from geo.exchange.fields import Field, fields_of
from geo.exchange.rows import documents_of, number, park_row, scope, source_row, zones_of
from geo.plans import Plans

__all__ = [
    "Exchange",
    "Field",
    "every_column",
    "number",
    "parks_features",
    "scope",
    "usual_columns",
]


@dataclass(frozen=True)
class Exchange:
    """What goes into a file.

    Attributes
    ----------
    parks : geopandas.GeoDataFrame
        EPSG:4326, one row a park, columns as ``fields`` name them; None where nothing is stated.
    zones : geopandas.GeoDataFrame
        EPSG:4326, one row a digitised zone of those parks.
    fields : tuple of Field
    sources : list of dict
        One a number of ``parks``, see `geo.exchange.rows.source_row`.
    documents : tuple of str
        The plan documents cited, in full, in ``lang``.
    lang : str
    """

    parks: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    fields: tuple[Field, ...]
    sources: list[dict[str, Any]]
    documents: tuple[str, ...]
    lang: str


def usual_columns(plans: Plans) -> list[tuple[str, str]]:
    """Return metric and latest period of every metric that the map offers."""
    return [(metric, plans.latest_period(metric)) for metric in plans.mapped_metrics()]


def every_column(plans: Plans) -> list[tuple[str, str]]:
    """Return every metric and period that a whole park or some of its zones have a figure of."""
    return [(metric, period) for metric in plans.metrics for period in plans.periods(metric)]


def parks_features(
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    parks: Iterable[str] | None = None,
    columns: Iterable[tuple[str, str]] | None = None,
    lang: str = "zh",
) -> Exchange:
    """Return parks with figures as features.

    Parameters
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    parks : iterable of str, optional
        Ids of the parks, in the order of table 4-1 whatever theirs; all of them by default.
    columns : iterable of (metric, period), optional
        By default `usual_columns`.
    lang : str
        "zh" or "en", of kinds, positions, remarks and what the fields mean.

    Raises
    ------
    AtlasError
        For an unknown park, metric or period, and when no park is left to write.
    """
    wanted = list(plans.parks) if parks is None else list(parks)
    for park in wanted:
        plans.park(park)
    chosen = [park for park in plans.parks.values() if park.id in wanted]
    if not chosen:
        raise AtlasError(en="no park to write", zh="没有可写的园区")
    pairs = usual_columns(plans) if columns is None else list(dict.fromkeys(columns))
    for metric, period in pairs:
        if period not in plans.periods(metric):
            raise unknown("year", "年份", period, plans.periods(metric))
    fields = fields_of(plans, pairs, lang)
    figures = {
        (park.id, field.name): figure
        for park in chosen
        for field in fields
        if field.metric and (figure := plans.figure(park.id, field.metric, field.period))
    }
    rows = [park_row(park, fields, figures, plans, boundaries, lang) for park in chosen]
    shapes = [shapely.union_all(boundaries.loc[list(p.zones)].geometry.array) for p in chosen]
    table = {field.name: pd.Series([r[field.name] for r in rows], dtype=object) for field in fields}
    sources = [
        source_row(park, field, figures[park.id, field.name], plans, boundaries, lang)
        for park in chosen
        for field in fields
        if (park.id, field.name) in figures
    ]
    return Exchange(
        gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326"),
        zones_of(chosen, boundaries),
        fields,
        sources,
        documents_of(chosen, figures.values(), plans, boundaries, lang),
        lang,
    )
