"""The rows of parks, of their zones and of the sources of their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.exchange.fields import Field
from geo.measure import area_km2
from geo.plans import Figure, Label, Park, Plans, cite
from geo.plans.inputs import bounded_union, limit_of
from geo.reason import Reason

_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
_KINDS = {"big-four": Reason("四大园区", "big four"), "feature": Reason("特色园区", "feature park")}
_ZONE_FIELDS = (
    "id", "name_zh", "name_en", "park_id", "clause", "source_id", "locator", "published_area_km2",
    "area_km2", "area_error_pct", "named_ring_share", "confidence", "basis", "reference",
)  # fmt: skip


def number(value: Decimal) -> int | float:
    """Return a stated number as the one that prints the same digits.

    Examples
    --------
    >>> number(Decimal("760.1")), number(Decimal("607")), number(Decimal("72.00"))
    (760.1, 607, 72)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def park_row(
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


def source_row(
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


def zones_of(parks: list[Park], boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
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


def documents_of(
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
