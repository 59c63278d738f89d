"""The digitised boundaries and their join with the plan figures, as data and as text."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape

from geo import BOUNDARIES
from geo.errors import AtlasError
from geo.files import read_json
from geo.located import shown
from geo.measure import area_km2
from geo.plan_files import load_metrics
from geo.plan_records import Figure, Metric
from geo.terminal import aligned

if TYPE_CHECKING:
    from geo.plans import Plans

ZONE_FIELDS = (
    "published_area_km2",
    "published_area_note",
    "published_area_shared",
    "area_km2",
    "area_error_pct",
    "named_ring_share",
    "confidence",
    "basis",
    "unresolved",
    "unused",
    "closure",
    "decisions",
    "clause",
    "source_id",
    "reference",
)


def load_boundaries(
    path: str | os.PathLike[str] = BOUNDARIES / "parks.geojson",
) -> gpd.GeoDataFrame:
    """Return the digitised zones, indexed by zone id.

    Parameters
    ----------
    path : path-like
        GeoJSON, one Polygon or MultiPolygon feature a zone, lon/lat WGS 84.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row a zone, the properties of the file as columns (lists stay lists).

    Raises
    ------
    AtlasError
        When the file is missing (how to build it), or a feature lacks an id or a polygon.
    """
    path = Path(path)
    if not path.exists():
        raise AtlasError(
            en=f"no such file: {shown(path)}; build it with: python -m geo build",
            zh=f"找不到文件：{shown(path)}；可用 python -m geo build 生成",
        )
    content = read_json(path)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise AtlasError(
            en=f"{shown(path)}: not a GeoJSON FeatureCollection with features",
            zh=f"{shown(path)}：不是含要素的 GeoJSON FeatureCollection",
        )
    rows, geometries = [], []
    for number, feature in enumerate(features, 1):
        row, geometry = _feature(path, number, feature)
        rows.append(row)
        geometries.append(geometry)
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=geometries, crs="EPSG:4326")
    repeated = frame["id"][frame["id"].duplicated()]
    if len(repeated):
        raise AtlasError(
            en=f"{shown(path)}: zone '{repeated.iloc[0]}' is there twice",
            zh=f"{shown(path)}：片区“{repeated.iloc[0]}”重复",
        )
    return frame.set_index("id", drop=False).rename_axis("zone_id")


def _feature(path: Path, number: int, feature: object) -> tuple[dict, shapely.Geometry]:
    """Return one feature's properties and polygon, or raise naming the feature and field."""

    def wrong(field: str, en: str, zh: str) -> AtlasError:
        return AtlasError(
            en=f"{shown(path)}, feature {number}, field '{field}': {en}",
            zh=f"{shown(path)} 第 {number} 个要素，字段“{field}”：{zh}",
        )

    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not properties.get("id"):
        raise wrong("id", "is missing", "缺失")
    try:
        geometry = shape(feature.get("geometry") or {})
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise wrong("geometry", "is not a geometry", "不是几何图形") from error
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise wrong("geometry", "is not a polygon", "不是面")
    return properties, geometry


def _plain(value: object) -> object:
    """Return a cell of a boundaries frame as a JSON-able value; NaN becomes None."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if value is None or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value


def _json_number(value: Decimal) -> int | float:
    """Return a Decimal as the JSON number that prints the same."""
    return int(value) if value == value.to_integral_value() else float(value)


def _figure_row(figure: Figure) -> dict[str, object]:
    """Return one figure with its provenance as a JSON-able dict."""
    return {
        "metric": figure.metric,
        "period": figure.period,
        "value": _json_number(figure.value),
        "unit": figure.unit,
        "value_printed": str(figure.value_printed),
        "unit_printed": figure.unit_printed,
        "printed": figure.printed,
        "kind": figure.kind,
        "zones": list(figure.zones),
        "part": figure.part,
        "source_id": figure.source_id,
        "locator": figure.locator,
        "note_zh": figure.note_zh,
        "note_en": figure.note_en,
    }


def _zone_row(zone_id: str, boundaries: gpd.GeoDataFrame | None) -> dict[str, object]:
    """Return a zone's digitisation as a JSON-able dict; all None when it is not digitised."""
    digitised = boundaries is not None and zone_id in boundaries.index
    row = boundaries.loc[zone_id] if digitised else {}
    names = {name: _plain(row.get(name)) or zone_id for name in ("name_zh", "name_en")}
    fields = {field: _plain(row.get(field)) for field in ZONE_FIELDS}
    return {"id": zone_id, **names, "digitised": digitised, **fields}


def _bounded(zone: dict[str, object]) -> bool:
    """Whether a zone is digitised from bounds, so that its area means something."""
    return bool(zone["digitised"]) and zone["basis"] != "corridor"


def parks_table(plans: Plans, boundaries: gpd.GeoDataFrame | None) -> list[dict]:
    """Return the joined table, one JSON-able dict a park, in the order of table 4-1.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame or None
        As of `load_boundaries`; None or a missing zone leaves the areas None.

    Returns
    -------
    list of dict
        ``area_km2`` is the geodesic area of the union of the park's digitised zones; None unless
        all of them are there, and None for a corridor, whose width no plan states.
    """
    rows = []
    for park in plans.parks.values():
        zones = [_zone_row(zone, boundaries) for zone in park.zones]
        area = None
        if boundaries is not None and all(_bounded(zone) for zone in zones):
            union = shapely.union_all(boundaries.loc[list(park.zones)].geometry.to_numpy())
            area = round(area_km2(union), 4)
        rows.append(
            {
                "id": park.id,
                "name_zh": park.zh,
                "name_en": park.en,
                "kind": park.kind,
                "district_zh": park.district.zh,
                "district_en": park.district.en,
                "position_zh": park.position.zh,
                "position_en": park.position.en,
                "industries": [
                    {"id": tag.id, "zh": tag.zh, "en": tag.en} for tag in park.industries
                ],
                "area_km2": area,
                "zones": zones,
                "figures": [_figure_row(figure) for figure in plans.park_figures(park.id)],
            }
        )
    return rows


def format_number(value: Decimal) -> str:
    """Return an exact Decimal with thousands separators and the decimals it has.

    Examples
    --------
    >>> format_number(Decimal("9086.1"))
    '9,086.1'
    """
    return f"{value:,f}"


_TABLE_METRICS = ("land_mu", "factory_10k_m2", "office_10k_m2", "output_target_100m_yuan")


def _table_cell(row: dict, metric: str) -> str:
    """Return a park's latest whole-park figure of a metric for the terminal, "—" when missing."""
    own = [f for f in row["figures"] if f["metric"] == metric and not f["part"] and not f["zones"]]
    return format_number(Decimal(own[-1]["value_printed"])) if own else "—"


def format_parks_table(
    rows: list[dict], lang: str = "zh", metrics: dict[str, Metric] | None = None
) -> str:
    """Return `parks_table` as aligned text for a terminal.

    Parameters
    ----------
    rows : list of dict
        As of `parks_table`.
    lang : str
        "zh" or "en".
    metrics : dict of str to Metric, optional
        For the names of the columns; the project's own when not given.

    Returns
    -------
    str
        Lines without a trailing line break; missing values are "—", never 0.
    """
    metrics = load_metrics() if metrics is None else metrics
    zh = lang == "zh"
    head = ["id", "园区" if zh else "park", "片区" if zh else "zones",
            "数字化面积km²" if zh else "digitised km²"]  # fmt: skip
    head += [f"{metrics[m].short(lang)}({metrics[m].unit_name(lang)})" for m in _TABLE_METRICS]
    table = [head]
    for row in rows:
        area = "—" if row["area_km2"] is None else f"{row['area_km2']:.2f}"
        cells = [row["id"], row[f"name_{'zh' if zh else 'en'}"], str(len(row["zones"])), area]
        table.append(cells + [_table_cell(row, metric) for metric in _TABLE_METRICS])
    return aligned(table, left=2)
