"""Frames of features for tests of the file formats, and what is asked of them."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.errors import AtlasError
from geo.measure import area_km2


def frame(geometries: list, **fields: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(fields, geometry=list(geometries), crs=4326)


def one(geometry=None, **fields) -> gpd.GeoDataFrame:
    geometry = shapely.box(121.3, 31.0, 121.4, 31.1) if geometry is None else geometry
    return frame([geometry], **{name: [value] for name, value in fields.items()})


def total_km2(data: gpd.GeoDataFrame) -> float:
    return sum(area_km2(geometry) for geometry in data.geometry)


def apart(a, b) -> float:
    """Return how far two geometries' points are apart, in degrees."""
    return shapely.hausdorff_distance(a, b)


def refused(work, *words: str) -> str:
    """Return the one English line of the error that ``work`` ends in; both languages are told."""
    with pytest.raises(AtlasError) as caught:
        work()
    for lang in ("en", "zh"):
        assert "\n" not in caught.value.text(lang) and "Traceback" not in caught.value.text(lang)
    assert caught.value.text("en") != caught.value.text("zh")
    for word in words:
        assert word in caught.value.text("en")
    return caught.value.text("en")
