"""The digitised boundaries and their join with the plan figures, as data and as text."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from shapely.geometry import shape

from geo import BOUNDARIES
from geo.files import shown
from geo.located import fault
from geo.measure import area_km2
from geo.plans.derive import DEFINITIONS, Derived, derive
from geo.plans.files import load_metrics
from geo.plans.inputs import bounded_union
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


def _figure_row(figure: Figure, plans: Plans) -> dict[str, object]:
    """Return one figure with its provenance as a JSON-able dict.

    ``elsewhere`` are the other places where the same quantity is printed, maybe as another value.
    """
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
        "elsewhere": [
            {
                "source_id": other.source_id,
                "locator": other.locator,
                "printed": other.printed,
                "value": _json_number(other.value),
            }
            for other in plans.elsewhere(figure)
        ],
    }


def _derived_row(one: Derived) -> dict[str, object]:
    """Return one derived value with what it is made of as a JSON-able dict."""
    ground = one.ground
    return {
        "metric": one.metric,
        "name_zh": one.definition.zh,
        "name_en": one.definition.en,
        "period": one.period,
        "value": _json_number(one.value),
        "exact": _json_number(one.exact),
        "shown": format_number(one.value),
        "unit": one.unit,
        "derived": True,
        "approximate": one.approximate,
        "scope_differs": one.scope_differs,
        "zones": list(one.zones),
        "part": one.part,
        "formula_zh": one.formula.zh,
        "formula_en": one.formula.en,
        "inputs": [
            {
                "metric": figure.metric,
                "period": figure.period,
                "value": _json_number(figure.value),
                "unit": figure.unit,
                "kind": figure.kind,
                "printed": figure.printed,
                "source_id": figure.source_id,
                "locator": figure.locator,
            }
            for figure in one.inputs
        ],
        "ground": ground
        and {
            "km2": _json_number(ground.km2),
            "zones": list(ground.zones),
            "without": ground.without,
            "confidence": ground.confidence,
        },
        "caveats_zh": [caveat.zh for caveat in one.caveats],
        "caveats_en": [caveat.en for caveat in one.caveats],
    }


def _zone_row(zone_id: str, boundaries: gpd.GeoDataFrame | None) -> dict[str, object]:
    """Return a zone's digitisation as a JSON-able dict; all None without boundaries."""
    digitised = boundaries is not None
    row = boundaries.loc[zone_id] if digitised else {}
    names = {name: _plain(row.get(name)) or zone_id for name in ("name_zh", "name_en")}
    fields = {field: _plain(row.get(field)) for field in ZONE_FIELDS}
    return {"id": zone_id, **names, "digitised": digitised, **fields}


def parks_table(
    plans: Plans, boundaries: gpd.GeoDataFrame | None, derived: bool = False
) -> list[dict]:
    """Return the joined table, one JSON-able dict a park, in the order of table 4-1.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame or None
        As of `load_boundaries`; None leaves the areas None.
    derived : bool
        Give each park its derived values as well (`geo.plans.derive`), as ``derived``.

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
        union = bounded_union(boundaries, park.zones)
        rows.append(
            {
                "id": park.id,
                "name_zh": park.zh,
                "name_en": park.en,
                "short_en": park.short_en,
                "kind": park.kind,
                "district_zh": park.district.zh,
                "district_en": park.district.en,
                "position_zh": park.position.zh,
                "position_en": park.position.en,
                "industries": [
                    {"id": tag.id, "zh": tag.zh, "en": tag.en} for tag in park.industries
                ],
                "area_km2": None if union is None else round(area_km2(union), 4),
                "zones": zones,
                "figures": [_figure_row(figure, plans) for figure in plans.park_figures(park.id)],
            }
        )
    if derived:
        values = derive(plans, boundaries)
        for row in rows:
            row["derived"] = [_derived_row(one) for one in values if one.park_id == row["id"]]
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
_TABLE_DERIVED = "land_left_share_of_planned_pct"
_HEADS = {  # each a line of the head; a derived column bears the mark
    "zh": (["id"], ["园区"], ["片区"], ["数字化面积", "km²"], ["土地占比*", "%"]),
    "en": (["id"], ["park"], ["zones"], ["digitised", "km²"], ["land", "share*", "%"]),
}


def _table_cell(row: dict, metric: str) -> str:
    """Return a park's latest whole-park figure of a metric for the terminal, "—" when missing."""
    own = [f for f in row["figures"] if f["metric"] == metric and not f["part"] and not f["zones"]]
    return format_number(Decimal(own[-1]["value_printed"])) if own else "—"


def _derived_cell(row: dict) -> str:
    """Return a park's derived value of the table, "—" when an input is missing."""
    own = [d for d in row.get("derived", []) if d["metric"] == _TABLE_DERIVED and not d["zones"]]
    return own[-1]["shown"] if own else "—"


def _head(lang: str, metrics: dict[str, Metric]) -> list[list[str]]:
    """Return the lines of the head: names, in English broken between words, and units below."""
    *first, share = _HEADS[lang]
    own = []
    for metric in (metrics[name] for name in _TABLE_METRICS):
        name = metric.short(lang)
        own.append([*([name] if lang == "zh" else name.split()), metric.unit_name(lang)])
    columns = [*first, *own, share]
    lines = max(len(column) for column in columns)
    padded = [[""] * (lines - len(column)) + column for column in columns]
    return [list(line) for line in zip(*padded, strict=True)]


def format_parks_table(
    rows: list[dict], lang: str = "zh", metrics: dict[str, Metric] | None = None
) -> str:
    """Return `parks_table` as aligned text for a terminal.

    Parameters
    ----------
    rows : list of dict
        As of `parks_table`, with ``derived`` for the column that is marked as such.
    lang : str
        "zh" or "en".
    metrics : dict of str to Metric, optional
        For the names of the columns; the project's own when not given.

    Returns
    -------
    str
        Lines without a trailing line break; missing values are "—", never 0. The last line says
        how the derived column is made.
    """
    metrics = load_metrics() if metrics is None else metrics
    zh = lang == "zh"
    table = _head(lang, metrics)
    for row in rows:
        area = "—" if row["area_km2"] is None else f"{row['area_km2']:.2f}"
        name = row["name_zh" if zh else "short_en"]
        cells = [row["id"], name, str(len(row["zones"])), area]
        cells += [_table_cell(row, metric) for metric in _TABLE_METRICS]
        table.append([*cells, _derived_cell(row)])
    words = DEFINITIONS[_TABLE_DERIVED].words.text(lang)
    note = (
        f"* 推算：{words}；各园区的算式和说明见 --json"
        if zh
        else f"* derived: {words}; --json has each park's formula and caveats"
    )
    return f"{aligned(table, left=2)}\n\n{note}"
