"""The digitised boundaries and their join with the plan figures, as data and as text."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape

from geo import BOUNDARIES
from geo.files import shown
from geo.located import fault
from geo.measure import area_km2
from geo.plans.files import load_metrics
from geo.plans.records import Figure, Metric
from geo.stored import feature_fault, read_zones
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
    "locator",
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
        When the file is missing (saying how to build it), or naming the feature and field that
        cannot be used.
    """
    document = read_zones(path)
    rows = [feature["properties"] for feature in document["features"]]
    geometries = [shape(feature["geometry"]) for feature in document["features"]]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=geometries, crs="EPSG:4326")
    frame.attrs["path"] = str(path)
    return frame.set_index("id", drop=False).rename_axis("zone_id")


def check_zones(plans: Plans, boundaries: gpd.GeoDataFrame) -> None:
    """Raise when the parks' zones and the digitised zones are not the same.

    A zone that only one side knows would vanish from the map without a word.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame
        As of `load_boundaries`.

    Raises
    ------
    AtlasError
        Naming parks.yaml, the line and the zone that is not digitised, or parks.geojson, the
        feature and the zone that belongs to no park.
    """
    path = boundaries.attrs.get("path", BOUNDARIES / "parks.geojson")
    digitised = list(boundaries.index)
    for park in plans.parks.values():
        for zone in park.zones:
            if zone not in digitised:
                listed = ", ".join(digitised)
                raise fault(
                    plans.folder / "parks.yaml",
                    park.line,
                    "zones",
                    f"zone '{zone}' of '{park.id}' is not in {shown(path)}; known: {listed}",
                    f"“{park.id}”的片区“{zone}”不在 {shown(path)} 中；可用：{listed}",
                )
    for number, zone in enumerate(digitised, 1):
        if plans.park_of_zone(zone) is None:
            listed = ", ".join(zone for park in plans.parks.values() for zone in park.zones)
            raise feature_fault(
                path,
                number,
                "id",
                f"'{zone}' is no park's zone; known: {listed}",
                f"“{zone}”不是任何园区的片区；可用：{listed}",
            )


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
    """Return a zone's digitisation as a JSON-able dict; all None without boundaries."""
    digitised = boundaries is not None
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
        As of `load_boundaries`; None leaves the areas None.

    Returns
    -------
    list of dict
        ``area_km2`` is the geodesic area of the union of the park's digitised zones; None for a
        corridor, whose width no plan states.

    Raises
    ------
    AtlasError
        When parks and boundaries do not hold the same zones; see `check_zones`.
    """
    if boundaries is not None:
        check_zones(plans, boundaries)
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
