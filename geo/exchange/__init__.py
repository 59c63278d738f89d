"""Parks and zones with their figures for other programs: features, a dictionary of fields, sources.

A feature of ``parks`` is a park, so that a column adds up as the app's table does; the digitised
zones it is made of are ``zones``, without figures, which no plan divides among them. A number is
the plan's own, missing is null and never 0, and every one of them is a row of ``sources`` with its
document, place, words and ground. `geo.exchange.files` makes files of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import AtlasError, unknown
from geo.formats.columns import allowed_names, utf8_size
from geo.measure import area_km2
from geo.plans import Figure, Label, Park, Plans, cite
from geo.plans.inputs import bounded_union, limit_of
from geo.reason import Reason

_SHORT_BYTES = 10  # of a Shapefile's field name
# Names of metrics that leave room for a period ("2125") in such a name.
_BASES = {
    "land_mu": "land",
    "land_industrial_mu": "landin",
    "land_rnd_mu": "landrd",
    "factory_10k_m2": "fact",
    "factory_buildings": "factno",
    "office_10k_m2": "office",
    "office_buildings": "offino",
    "output_target_100m_yuan": "outtgt",
    "output_100m_yuan": "output",
    "output_density_100m_yuan_per_km2": "outden",
    "tax_100m_yuan": "tax",
    "planned_area_km2": "plarea",
    "output_density_industrial_100m_yuan_per_km2": "outdin",
    "output_start_100m_yuan": "outsta",
    "output_growth_pct": "outgro",
    "output_per_industrial_mu_10k_yuan": "outmuin",
    "output_per_rnd_mu_10k_yuan": "outmurd",
    "foreign_output_share_pct": "foroutp",
    "foreign_enterprise_share_pct": "forent",
    "industrial_area_share_pct": "inarpc",
    "industrial_of_usable_pct": "inuspc",
    "industry_land_share_pct": "inldpc",
    "rnd_of_usable_pct": "rdusepc",
    "national_science_awards_count": "awanat",
    "city_science_awards_count": "awacity",
    "national_research_platforms_count": "platf",
}
_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
_OWN = (
    ("id", "", Reason("园区编号", "id of the park")),
    ("name_zh", "", Reason("园区名称", "name in Chinese")),
    ("name_en", "", Reason("园区英文名称", "name in English")),
    ("kind", "", Reason("类别", "kind: one of the big four, or a feature park")),
    ("district", "", Reason("所在区", "district")),
    ("position", "", Reason("规划定位", "what the plan says the park is for")),
    ("industries", "", Reason("主导产业", "leading industries")),
    ("area_km2", "km²", Reason(
        "数字化面积（椭球面积）；示意范围不量算，为空",
        "digitised area, geodesic; null for a schematic outline, which is not measured",
    )),
    ("confidence", "", Reason(
        "边界可信度，取各片区中最低者", "confidence of the outline, the lowest of its zones"
    )),
    ("basis", "", Reason(
        "边界依据：sizhi 四至，corridor 示意走廊",
        "basis of the outline: sizhi (the four bounds), corridor (schematic)",
    )),
    ("remarks", "", Reason(
        "数值须一并阅读的说明：约数、仅部分片区、其他口径",
        "what has to be read with the numbers: bounds, some zones only, other ground",
    )),
)  # fmt: skip
_KINDS = {"big-four": Reason("四大园区", "big four"), "feature": Reason("特色园区", "feature park")}
_ZONE_FIELDS = (
    "id", "name_zh", "name_en", "park_id", "clause", "source_id", "locator", "published_area_km2",
    "area_km2", "area_error_pct", "named_ring_share", "confidence", "basis", "reference",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A column of ``parks``: its name, the one for a Shapefile, its unit and what it is.

    ``metric`` and ``period`` are empty for what is not a figure of the plans.
    """

    name: str
    short: str
    unit: str
    about: Reason
    metric: str = ""
    period: str = ""


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
        One a number of ``parks``, see `_source`.
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
    fields = _fields(plans, pairs, lang)
    figures = {
        (park.id, field.name): figure
        for park in chosen
        for field in fields
        if field.metric and (figure := plans.figure(park.id, field.metric, field.period))
    }
    rows = [_park(park, fields, figures, plans, boundaries, lang) for park in chosen]
    shapes = [shapely.union_all(boundaries.loc[list(p.zones)].geometry.array) for p in chosen]
    table = {field.name: pd.Series([r[field.name] for r in rows], dtype=object) for field in fields}
    sources = [
        _source(park, field, figures[park.id, field.name], plans, boundaries, lang)
        for park in chosen
        for field in fields
        if (park.id, field.name) in figures
    ]
    return Exchange(
        gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326"),
        _zones(chosen, boundaries),
        fields,
        sources,
        _documents(chosen, figures.values(), plans, boundaries, lang),
        lang,
    )


def _fields(plans: Plans, pairs: list[tuple[str, str]], lang: str) -> tuple[Field, ...]:
    """Return the columns: what the park is, then the figures, then the remarks."""
    *own, remarks = _OWN
    names = [name for name, _, _ in own]
    full = {(metric, period): f"{metric}_{period.replace('-', '_')}" for metric, period in pairs}
    wanted = {full[pair]: _short(*pair) for pair in pairs}
    short = allowed_names([*names, *wanted, remarks[0]], _SHORT_BYTES, utf8_size, short=wanted)
    made = [Field(name, short[name], unit, about) for name, unit, about in own]
    for metric, period in pairs:
        record, name = plans.metrics[metric], full[metric, period]
        about = Reason(f"{record.short_zh}，{period}", f"{record.short_en}, {period}")
        unit = record.unit_name(lang)
        made.append(Field(name, short[name], unit, about, metric, period))
    return (*made, Field(remarks[0], short[remarks[0]], *remarks[1:]))


def _short(metric: str, period: str) -> str:
    """Return a metric and period in ten bytes; names that turn out alike are numbered later.

    Examples
    --------
    >>> _short("land_industrial_mu", "2021-2025"), _short("tax_100m_yuan", "2020")
    ('landin2125', 'tax2020')
    """
    first, _, last = period.partition("-")
    tail = f"{first[2:]}{last[2:]}" if last else first
    base = _BASES.get(metric, metric.replace("_", ""))
    return base[: _SHORT_BYTES - len(tail)] + tail


def number(value: Decimal) -> int | float:
    """Return a stated number as the one that prints the same digits.

    Examples
    --------
    >>> number(Decimal("760.1")), number(Decimal("607")), number(Decimal("72.00"))
    (760.1, 607, 72)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def _park(
    park: Park,
    fields: tuple[Field, ...],
    figures: dict[tuple[str, str], Figure],
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    lang: str,
) -> dict[str, Any]:
    """Return one park's row."""
    zones = boundaries.loc[list(park.zones)]
    union = bounded_union(boundaries, park.zones)
    own: dict[str, Any] = {
        "id": park.id,
        "name_zh": park.zh,
        "name_en": park.en,
        "kind": _KINDS[park.kind].text(lang) if park.kind in _KINDS else park.kind,
        "district": park.district.name(lang),
        "position": park.position.name(lang),
        "industries": _join((tag.name(lang) for tag in park.industries), lang, "、", ", "),
        "area_km2": None if union is None else round(area_km2(union), 4),
        "confidence": max(zones["confidence"], key=lambda one: _CONFIDENCE.get(one, 3)),
        "basis": _join(dict.fromkeys(zones["basis"]), lang, "、", ", "),
    }
    remarks = []
    for field in fields:
        if field.metric:
            figure = figures.get((park.id, field.name))
            own[field.name] = None if figure is None else number(figure.value)
            if figure is not None and (said := scope(figure, park, plans, boundaries, lang)):
                title = f"{plans.metrics[field.metric].short(lang)} {field.period}"
                colon = "：" if lang == "zh" else ": "
                remarks.append(f"{title}{colon}{said}")
    return {**own, "remarks": _join(remarks, lang, "；", "; ") or None}


def scope(figure: Figure, park: Park, plans: Plans, boundaries: gpd.GeoDataFrame, lang: str) -> str:
    """Return what a figure does not say of itself: its bound and ground; empty for nothing."""
    told = []
    if figure.bound != "exact":
        words = {
            "about": Reason("约数", "about so much"),
            "at-most": Reason("不超过此数", "at most so much"),
            "at-least": Reason("不少于此数", "at least so much"),
        }
        told.append(words[figure.bound].text(lang))
    if figure.zones:
        names = _join((boundaries.at[z, f"name_{lang}"] for z in figure.zones), lang, "、", ", ")
        told.append(Reason(f"仅{names}", f"only {names}").text(lang))
    limit = limit_of(park, figure)
    part = park.part(limit.part) if limit else None
    if part:
        told.append(Reason(f"仅{part.zh}", f"only {part.en}").text(lang))
    if limit and limit.without in plans.parks:
        other = plans.parks[limit.without]
        told.append(Reason(f"不含{other.zh}", f"without {other.en}").text(lang))
    return _join(told, lang, "，", ", ")


def _source(
    park: Park,
    field: Field,
    figure: Figure,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    lang: str,
) -> dict[str, Any]:
    """Return where one number of a park comes from."""
    metric = plans.metrics[field.metric]
    term: Label | None = figure.term(metric)
    return {
        "park_id": park.id,
        "park": park.name(lang),
        "field": field.name,
        "short": field.short,
        "metric": metric.name(lang),
        "period": field.period,
        "value": f"{figure.value:f}",
        "unit": metric.unit_name(lang),
        "printed": figure.printed,
        "term": term.name(lang) if term else None,
        "kind": figure.kind,
        "bound": figure.bound,
        "zones": ",".join(figure.zones) or None,
        "scope": scope(figure, park, plans, boundaries, lang) or None,
        "note": figure.remark(lang) or None,
        "source_id": figure.source_id,
        "source": figure.source.title(lang),
        "number": figure.source.number or None,
        "locator": figure.locator,
    }


def _zones(parks: list[Park], boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the digitised zones of parks with how well they are bounded."""
    owner = {zone: park.id for park in parks for zone in park.zones}
    frame = boundaries.loc[list(owner)].copy()
    frame["park_id"] = list(owner.values())
    table = {
        name: pd.Series([_plain(value) for value in frame[name]], dtype=object)
        for name in _ZONE_FIELDS
        if name in frame
    }
    return gpd.GeoDataFrame(table, geometry=frame.geometry.array, crs=boundaries.crs)


def _plain(value: Any) -> Any:
    """Return a cell without NaN."""
    return None if isinstance(value, float) and value != value else value


def _documents(
    parks: list[Park],
    figures: Iterable[Figure],
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    lang: str,
) -> tuple[str, ...]:
    """Return the documents of outlines and figures in full, each once."""
    cited = [boundaries.at[zone, "source_id"] for park in parks for zone in park.zones]
    cited += [figure.source_id for figure in figures]
    own = [source for source in plans.sources.values() if source.id in cited]
    return tuple(cite(source, lang) for source in own)


def _join(parts: Iterable[str], lang: str, zh: str, en: str) -> str:
    """Return texts in one line."""
    return (zh if lang == "zh" else en).join(parts)
