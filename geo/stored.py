"""Reading the digitised zones back from parks.geojson, each field checked before its use."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from geo.errors import AtlasError
from geo.files import read_features, shown

_Check = Callable[[Any, str], str | None]  # value, field: the path of the faulty field, or None


def _text(value: Any, field: str) -> str | None:
    return None if isinstance(value, str) else field


def _name(value: Any, field: str) -> str | None:
    return None if isinstance(value, str) and value.strip() else field


def _number(value: Any, field: str) -> str | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return None if plain and math.isfinite(value) else field


def _words(value: Any, field: str) -> str | None:
    """Check a text, or one in both languages."""
    if isinstance(value, dict) and value:
        return _first(_text(text, f"{field}.{key}") for key, text in value.items())
    return _text(value, field)


def _listed(check: _Check) -> _Check:
    def all_of(value: Any, field: str) -> str | None:
        if not isinstance(value, list):
            return field
        return _first(check(item, f"{field}[{number}]") for number, item in enumerate(value))

    return all_of


def _holding(**checks: _Check) -> _Check:
    def all_of(value: Any, field: str) -> str | None:
        if not isinstance(value, dict):
            return field
        return _first(check(value.get(key), f"{field}.{key}") for key, check in checks.items())

    return all_of


def _first(faults: Any) -> str | None:
    return next((fault for fault in faults if fault), None)


_REQUIRED: dict[str, _Check] = {"id": _name, "name_zh": _name, "name_en": _name}
# What may be missing or null, but is of one kind when it is there.
_OPTIONAL: dict[str, _Check] = {
    **dict.fromkeys(("zone", "source_id", "locator", "clause", "reference"), _text),
    **dict.fromkeys(("basis", "confidence", "along"), _text),
    **dict.fromkeys(("area_km2", "published_area_km2", "area_error_pct"), _number),
    **dict.fromkeys(("named_ring_share", "half_width_m"), _number),
    "published_area_note": _words,
    "published_area_shared": _holding(
        zones=_listed(_name), published_area_km2=_number, area_km2=_number
    ),
    "unresolved": _listed(_words),
    "unused": _listed(_words),
    "decisions": _listed(_words),
    "closure": _holding(gaps=_number, sum_m=_number, largest_m=_number),
    "alternatives_km2": _listed(_number),
    "evidence": _listed(_holding()),
}


def read_zones(path: str | os.PathLike[str], ringless: bool = False) -> dict[str, Any]:
    """Return the digitised zones as the GeoJSON document they are stored as.

    Parameters
    ----------
    path : path-like
        As written by ``python -m geo build``: one Polygon or MultiPolygon a zone, WGS 84 degrees.
    ringless : bool
        Let a zone pass whose geometry is null, because no ring was found.

    Raises
    ------
    AtlasError
        When the file is missing (saying how to build it) or is no such document, naming the
        feature, the field and what is wrong.
    """
    path = Path(path)
    if not path.exists():
        raise AtlasError(
            en=f"no such file: {shown(path)}; build it with: python -m geo build",
            zh=f"找不到文件：{shown(path)}；可用 python -m geo build 生成",
        )
    features, members = read_features(path)
    if not features:
        raise AtlasError(en=f"{shown(path)}: no features", zh=f"{shown(path)}：没有要素")
    seen: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        _check(path, number, feature, ringless)
        zone = feature["properties"]["id"]
        if zone in seen:
            raise feature_fault(
                path,
                number,
                "id",
                f"'{zone}' is there twice, first as feature {seen[zone]}",
                f"“{zone}”重复，先见于第 {seen[zone]} 个要素",
            )
        seen[zone] = number
    return {**members, "features": features}


def feature_fault(
    path: str | os.PathLike[str], number: int, field: str, en: str, zh: str
) -> AtlasError:
    """Return the error for one field of one feature, counted from 1."""
    return AtlasError(
        en=f"{shown(path)}, feature {number}, field '{field}': {en}",
        zh=f"{shown(path)} 第 {number} 个要素，字段“{field}”：{zh}",
    )


def _check(path: Path, number: int, feature: Any, ringless: bool) -> None:
    """Raise for the first field of a feature that cannot be used."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise feature_fault(path, number, "properties", "is missing", "缺失")
    field = _first(check(properties.get(name), name) for name, check in _REQUIRED.items())
    field = field or _first(
        check(properties[name], name)
        for name, check in _OPTIONAL.items()
        if properties.get(name) is not None
    )
    if field:
        raise feature_fault(
            path, number, field, "is missing or of the wrong kind", "缺失或类型不对"
        )
    # GeoJSON wants the member even when there is no geometry.
    if not (ringless and feature.get("geometry", "") is None):
        _check_polygon(path, number, feature.get("geometry"))


def _check_polygon(path: Path, number: int, geometry: Any) -> None:
    """Raise when a GeoJSON geometry is not an area in degrees."""
    try:
        found = shape(geometry or {})
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise feature_fault(
            path, number, "geometry", "is not a geometry", "不是几何图形"
        ) from error
    if found.geom_type not in ("Polygon", "MultiPolygon") or found.is_empty:
        raise feature_fault(path, number, "geometry", "is not a polygon", "不是面")
    west, south, east, north = found.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise feature_fault(
            path, number, "geometry", "is not in degrees (lon/lat)", "坐标不是经纬度（度）"
        )
