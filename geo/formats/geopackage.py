"""GeoPackages: one layer out, one layer in."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from geo.formats import columns
from geo.formats.shapefile import choose, unreadable

_RESERVED = ("fid", "geom")  # the key and the geometry of every table
_NAME_CHARS = 200


def encode(frame: gpd.GeoDataFrame, title: str, about: str) -> bytes:
    """Return a frame as a GeoPackage of one layer.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With a CRS, coordinates as they are to be written.
    title : str
        The layer's name.
    about : str
        Where the data come from: the layer's description.
    """
    properties = columns.properties(frame)
    names = columns.allowed_names(properties, _NAME_CHARS, taken=_RESERVED)
    table = {names[n]: columns.series(columns.flat(v)) for n, v in properties.items()}
    data = gpd.GeoDataFrame(table, geometry=frame.geometry.array, crs=frame.crs)
    kinds = {geometry.geom_type for geometry in frame.geometry if geometry is not None}
    out = io.BytesIO()
    pyogrio.write_dataframe(
        data,
        out,
        driver="GPKG",
        layer=columns.clean(title) or "park-atlas",
        # One table is of one kind; of several it is left open.
        promote_to_multi=len({kind.removeprefix("Multi") for kind in kinds}) == 1 < len(kinds),
        layer_options={"DESCRIPTION": about} if about else None,
    )
    return out.getvalue()


def read(path: Path, name: str, layer: str | None) -> tuple[gpd.GeoDataFrame, CRS | None, str]:
    """Return one layer's features, its CRS if it has one, and its description.

    Raises
    ------
    AtlasError
        When the file is no GeoPackage, or has several layers and none of them is named.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of marks that others leave out
            layers = {row[0]: row[0] for row in pyogrio.list_layers(path) if row[1] is not None}
            chosen = choose(path, layers, layer)
            info = pyogrio.read_info(path, layer=chosen)
            frame = columns.restored(pyogrio.read_dataframe(path, layer=chosen), info)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        raise unreadable(name, "GeoPackage", error) from error
    stated = frame.crs
    if stated is not None and stated.name.lower().startswith("undefined"):
        stated = None
    about = (info.get("layer_metadata") or {}).get("DESCRIPTION", "")
    return frame, stated, about
