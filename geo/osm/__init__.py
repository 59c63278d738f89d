"""OpenStreetMap extracts as the builds of the reference data read them: files, folders, layers.

A path may be a file with vector layers or a folder of GeoPackages. Every layer comes in WGS 84,
whatever it is stored in; one that does not say its coordinate system is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.errors import AtlasError
from geo.files import shown

_FAULTS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError)


def packages(paths: Iterable[Path | str]) -> list[Path]:
    """Return the files among paths that may be files or folders, each once, folders in order.

    Parameters
    ----------
    paths : iterable of path-like
        A file is taken as it is; of a folder, its GeoPackages (``*.gpkg``) are.

    Raises
    ------
    AtlasError
        When a path does not exist, or a folder holds no GeoPackage.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise AtlasError(en=f"no such file: {shown(path)}", zh=f"找不到文件：{shown(path)}")
        files = sorted(path.glob("*.gpkg")) if path.is_dir() else [path]
        if not files:
            raise AtlasError(
                en=f"{shown(path)}: no GeoPackage (*.gpkg) in this folder",
                zh=f"{shown(path)}：文件夹中没有 GeoPackage（*.gpkg）",
            )
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def layer_names(path: Path) -> set[str]:
    """Return the names of a file's layers.

    Raises
    ------
    AtlasError
        When it is not a file with vector layers.
    """
    try:
        return {str(name) for name, _ in pyogrio.list_layers(path)}
    except _FAULTS as error:
        raise AtlasError(
            en=f"{shown(path)}: not a vector data file", zh=f"{shown(path)}：不是矢量数据文件"
        ) from error


def read_layer(
    path: Path, layer: str, columns: tuple[str, ...] = ("osm_id", "name")
) -> gpd.GeoDataFrame:
    """Return one layer in WGS 84; features without a geometry are left out.

    Parameters
    ----------
    path : pathlib.Path
        A file with vector layers.
    layer : str
    columns : tuple of str
        What the layer must have beside its geometry.

    Raises
    ------
    AtlasError
        Naming file and layer, when it cannot be read or lacks a column or its coordinate system.
    """
    try:
        frame = pyogrio.read_dataframe(path, layer=layer)
    except _FAULTS as error:
        raise AtlasError(
            en=f"{shown(path)}, layer {layer!r}: cannot be read",
            zh=f"{shown(path)} 的图层“{layer}”无法读取",
        ) from error
    for column in columns:
        if column not in frame:
            raise AtlasError(
                en=f"{shown(path)}, layer {layer!r}: no column {column!r}",
                zh=f"{shown(path)} 的图层“{layer}”缺少列“{column}”",
            )
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        raise AtlasError(
            en=f"{shown(path)}, layer {layer!r}: no coordinate system",
            zh=f"{shown(path)} 的图层“{layer}”没有坐标系",
        )
    real = frame.geometry.notna() & ~frame.geometry.is_empty
    return frame[real].reset_index(drop=True).to_crs(4326)


def read_layers(
    files: Iterable[Path], layer: str, columns: tuple[str, ...] = ("osm_id", "name")
) -> gpd.GeoDataFrame | None:
    """Return a layer out of all files that have it, joined; None when none has it."""
    frames = [read_layer(file, layer, columns) for file in files if layer in layer_names(file)]
    if not frames:
        return None
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
