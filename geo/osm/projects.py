"""Where the plans' projects are drawn: anchors in the reference data, never typed coordinates.

`data/plans/projects.csv` names the feature that stands for a site or a town, and `build_projects`
reads its coordinates. A project known only by its park has none: it is drawn inside the polygon.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import shapely

from geo import osm
from geo.files import read_csv, write_atomic
from geo.located import fault
from geo.osm.places import DECIMALS, one_feature
from geo.plans.projects import COLUMNS, PROJECTS_FILE
from geo.reference import load_districts

LAYERS = ("places", "pois", "water")
DISTRICT = "闵行区"


def build_projects(paths: Iterable[Path | str], path: Path = PROJECTS_FILE) -> Path:
    """Write `projects_text` over the projects file and return it; both take the same."""
    return write_atomic(path, projects_text(paths, path))


def projects_text(paths: Iterable[Path | str], path: Path = PROJECTS_FILE) -> str:
    """Return the projects file with lon and lat of every anchor taken from the reference data.

    Parameters
    ----------
    paths : iterable of path-like
        GeoPackages, or folders of them, with the layers `LAYERS`: features with ``osm_id`` and
        ``name``. An area stands for itself by the centre of its largest inscribed circle.
    path : pathlib.Path
        The projects file; all its other cells are kept.

    Raises
    ------
    AtlasError
        When an anchor is not in the data, is there more than once, or lies outside the district.
    """
    files = osm.packages(paths)
    layers = {name: osm.read_layers(files, name) for name in LAYERS}
    areas = dict(load_districts()[["name_zh", "geometry"]].itertuples(index=False))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line, row in read_csv(path, COLUMNS):
        if row["layer"]:
            point = _anchor(path, line, row, layers)
            if not shapely.covers(areas[DISTRICT], point):
                raise fault(
                    path, line, "feature",
                    f"'{row['feature']}' lies outside {DISTRICT}",
                    f"“{row['feature']}”不在{DISTRICT}内",
                )  # fmt: skip
            row["lon"], row["lat"] = (f"{value:.{DECIMALS}f}" for value in (point.x, point.y))
        writer.writerow(row)
    return text.getvalue()


def _anchor(
    path: Path, line: int, row: dict[str, str], layers: dict[str, gpd.GeoDataFrame | None]
) -> shapely.Point:
    """Return the point of the one feature a row is anchored on."""
    frame = layers.get(row["layer"])
    if frame is None:
        raise fault(
            path, line, "layer",
            f"layer '{row['layer']}' is not in the data",
            f"数据中没有图层“{row['layer']}”",
        )  # fmt: skip
    shape = one_feature(path, line, row, frame)
    if shape.geom_type == "Point":
        return shape
    return shapely.get_point(shapely.maximum_inscribed_circle(shape), 0)
