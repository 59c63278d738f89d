"""A user's features with what was measured and joined, as a frame for files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np

from geo.measure import M2_PER_MU
from geo.own.join import Joined
from geo.own.records import OwnData

# What files call our own columns: ASCII, ten characters at most, so that a Shapefile holds them.
COLUMNS = ("own_row", "own_id", "own_name", "area_mu", "stated_mu", "park", "park_id", "relation",
           "share_pct", "dist_m", "basis", "confidence")  # fmt: skip


def frame(own: OwnData, joined: Joined | None, park_names: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return features for a file: our columns first, then every column as given.

    Parameters
    ----------
    own : OwnData
    joined : Joined or None
        None where the parks' outlines are not there.
    park_names : mapping
        Park id to what the file calls it.
    """
    features = own.features
    table: dict[str, list[Any]] = {
        "own_row": [int(row) for row in features["row"]],
        "own_id": [value or None for value in features["id"]],
        "own_name": [value or None for value in features["name"]],
        "area_mu": [_mu(value) if value else None for value in features["area_m2"]],
        "stated_mu": [_mu(value) for value in features["stated_m2"]],
    }
    if joined is not None:
        places = joined.places
        table |= {
            "park": [park_names.get(one.park_id) for one in places],
            "park_id": [one.park_id or None for one in places],
            "relation": [one.relation for one in places],
            "share_pct": [round(100 * one.share, 1) for one in places],
            "dist_m": [round(one.distance_m, 1) for one in places],
        }
    table |= {
        "basis": list(features["basis"]),
        "confidence": [value or None for value in features["confidence"]],
    }
    given = dict.fromkeys(name for values in features["attributes"] for name in values)
    for name in given:
        label = name if name not in table and name.lower() != "geometry" else f"{name}_"
        while label in table:
            label += "_"
        table[label] = [values.get(name) for values in features["attributes"]]
    # Of a column of several kinds, text and numbers mixed, the formats make text.
    return gpd.GeoDataFrame(table, geometry=list(features.geometry), crs=4326)


def _mu(area_m2: float) -> float | None:
    return None if np.isnan(area_m2) else round(float(area_m2) / M2_PER_MU, 4)
