"""Places the plans name without bounds: where they are, how well that is known, and on what ground.

`data/plans/places.csv` holds an anchor for each place, a named feature of the reference data; its
coordinates are read from there by `build_places` and never typed. A place without an honest anchor
has no coordinates and stays "named, not located".
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from geo import PLANS, osm
from geo.files import read_csv, write_atomic
from geo.located import fault
from geo.osm.districts import NAMES
from geo.reference import load_districts

PLACES_FILE = PLANS / "places.csv"
COLUMNS = (
    "id", "kind", "name_zh", "name_en", "lon", "lat", "district", "precision", "evidence",
    "layer", "feature", "osm_id", "source_id", "note_zh", "note_en",
)  # fmt: skip
# member: a plan names it; district: a plan names the whole district; waypoint: only leads a belt.
KINDS = ("member", "district", "waypoint")
# site: the place's own feature or a facility of its own; town: the label of the town it is in;
# approximate: a feature near it.
PRECISIONS = ("site", "town", "approximate", "unknown")
# name: the feature bears the place's name; plan: a plan says where; public: a public source says
# where, and the note names it so that it can be found; judgement: our own reading, and the
# note says so.
EVIDENCE = ("name", "plan", "public", "judgement")
LAYERS = ("places", "metro_stations", "station_points", "pois")
DISTRICT_NAMES = tuple(zh for zh, _ in NAMES.values())
DECIMALS = 6


@dataclass(frozen=True)
class Place:
    """One place of the plans, with its anchor in the reference data.

    Attributes
    ----------
    id, kind, zh, en : str
    point : tuple of float or None
        Longitude and latitude (WGS 84); None for a place that is named but not located.
    districts : tuple of str
        Chinese names of the districts the place belongs to; it lies in one of them.
    precision, evidence : str
        One of `PRECISIONS` and, for a located place, of `EVIDENCE`.
    layer, feature, osm_id : str
        The anchor: layer and name in the reference data, and OpenStreetMap id where it has one.
    source_id : str
        The plan that names the place.
    note_zh, note_en : str
    """

    id: str
    kind: str
    zh: str
    en: str
    point: tuple[float, float] | None
    districts: tuple[str, ...]
    precision: str
    evidence: str
    layer: str
    feature: str
    osm_id: str
    source_id: str
    note_zh: str
    note_en: str

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def note(self, lang: str) -> str:
        """Return the note in ``lang`` ("zh" or "en"); it may be empty."""
        return self.note_zh if lang == "zh" else self.note_en


def load_places(path: str | os.PathLike[str] = PLACES_FILE) -> dict[str, Place]:
    """Return the places by id, in the file's order.

    Raises
    ------
    AtlasError
        Naming file, line and field of the first fault: a missing name, an unknown word, an id
        that is there twice, coordinates without an anchor or an anchor without coordinates.
    """
    places: dict[str, Place] = {}
    for line, row in read_csv(path, COLUMNS):
        place = _place(path, line, row)
        if place.id in places:
            raise fault(path, line, "id", f"'{place.id}' is there twice", f"“{place.id}”重复")
        places[place.id] = place
    return places


def _place(path: str | os.PathLike[str], line: int, row: dict[str, str]) -> Place:
    """Return one row as a place, or raise its first fault."""
    for field in ("id", "name_zh", "name_en", "district", "source_id"):
        if not row[field]:
            raise fault(path, line, field, "is missing", "缺失")
    _known(path, line, "kind", row["kind"], KINDS)
    _known(path, line, "precision", row["precision"], PRECISIONS)
    for district in row["district"].split():
        _known(path, line, "district", district, DISTRICT_NAMES)
    located = row["precision"] != "unknown"
    if located:
        _known(path, line, "evidence", row["evidence"], EVIDENCE)
        _known(path, line, "layer", row["layer"], LAYERS)
    for field in ("feature", "lon", "lat"):
        if located and not row[field]:
            raise fault(path, line, field, "is missing for a located place", "已定位的地点缺少此项")
    for field in ("evidence", "layer", "feature", "osm_id", "lon", "lat"):
        if not located and row[field]:
            raise fault(
                path, line, field, "must be empty: precision is unknown", "精度未知时应为空"
            )
    if row["evidence"] == "judgement" and row["precision"] != "approximate":
        raise fault(
            path,
            line,
            "precision",
            "a judgement is approximate",
            "项目判断的精度只能是 approximate",
        )
    lonlat = (("lon", 180.0), ("lat", 90.0))
    return Place(
        row["id"], row["kind"], row["name_zh"], row["name_en"],
        tuple(_degrees(path, line, name, row[name], limit) for name, limit in lonlat)
        if located else None,
        tuple(row["district"].split()), row["precision"], row["evidence"],
        row["layer"], row["feature"], row["osm_id"], row["source_id"],
        row["note_zh"], row["note_en"],
    )  # fmt: skip


def _known(
    path: str | os.PathLike[str], line: int, field: str, value: str, known: tuple[str, ...]
) -> None:
    """Raise unless ``value`` is one of ``known``."""
    if value not in known:
        listed = ", ".join(known)
        raise fault(
            path, line, field, f"unknown value '{value}'; known: {listed}",
            f"未知值“{value}”；可用：{listed}",
        )  # fmt: skip


def _degrees(
    path: str | os.PathLike[str], line: int, field: str, value: str, limit: float
) -> float:
    """Return a coordinate in degrees, or raise."""
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not abs(number) <= limit:
        raise fault(path, line, field, f"'{value}' is not degrees", f"“{value}”不是经纬度")
    return number


def build_places(
    paths: Iterable[Path | str],
    path: Path = PLACES_FILE,
    districts: gpd.GeoDataFrame | None = None,
) -> Path:
    """Write `places_text` over the places file and return it; parameters and errors as there."""
    return write_atomic(path, places_text(paths, path, districts))


def places_text(
    paths: Iterable[Path | str],
    path: Path = PLACES_FILE,
    districts: gpd.GeoDataFrame | None = None,
) -> str:
    """Return the places file with lon and lat of every anchor taken from the reference data.

    Parameters
    ----------
    paths : iterable of path-like
        GeoPackages, or folders of them (`geo.osm.packages`), with any of the layers `LAYERS`:
        point features with ``name`` and, where it is used, ``osm_id``, in any coordinate system
        they name.
    path : pathlib.Path
        The places file; all its other cells are kept.
    districts : geopandas.GeoDataFrame, optional
        As of `geo.reference.load_districts`, which is the default.

    Returns
    -------
    str
        The same text as the file's when nothing has changed.

    Raises
    ------
    AtlasError
        When an anchor is not in the data, is there more than once, is no point or lies outside its
        district.
    """
    layers = _read_layers(osm.packages(paths))
    districts = load_districts() if districts is None else districts
    areas = dict(districts[["name_zh", "geometry"]].itertuples(index=False))
    rows = []
    for line, row in read_csv(path, COLUMNS):
        if row["layer"]:
            point = _anchor(path, line, row, layers)
            inside = [
                name
                for name in row["district"].split()
                if name in areas and shapely.covers(areas[name], point)
            ]
            if not inside:
                raise fault(
                    path, line, "district",
                    f"the anchor '{row['feature']}' lies outside {row['district']}",
                    f"定位要素“{row['feature']}”不在{row['district']}内",
                )  # fmt: skip
            row["lon"], row["lat"] = (f"{value:.{DECIMALS}f}" for value in (point.x, point.y))
        rows.append(row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _read_layers(files: list[Path]) -> dict[str, gpd.GeoDataFrame]:
    """Return the anchor layers the files hold, by name."""
    layers = {name: osm.read_layers(files, name, ("name",)) for name in LAYERS}
    return {name: frame for name, frame in layers.items() if frame is not None}


def one_feature(
    path: Path, line: int, row: dict[str, str], frame: gpd.GeoDataFrame
) -> shapely.Geometry:
    """Return the shape of the one feature of a layer that a row names.

    Raises
    ------
    AtlasError
        Naming file and line, when the layer has none of that name and id, or several.
    """
    found = frame[frame["name"] == row["feature"]]
    if row["osm_id"] and "osm_id" in frame:
        found = found[found["osm_id"].astype(str) == row["osm_id"]]
    if len(found) != 1:
        raise fault(
            path, line, "feature",
            f"'{row['feature']}' {row['osm_id']} is in layer {row['layer']} {len(found)} times",
            f"“{row['feature']}”{row['osm_id']} 在图层 {row['layer']} 中有 {len(found)} 个",
        )  # fmt: skip
    return found.geometry.iloc[0]


def _anchor(
    path: Path, line: int, row: dict[str, str], layers: dict[str, gpd.GeoDataFrame]
) -> shapely.Point:
    """Return the one feature a row is anchored on."""
    _known(path, line, "layer", row["layer"], tuple(layers))
    point = one_feature(path, line, row, layers[row["layer"]])
    if point.geom_type != "Point":
        raise fault(
            path, line, "feature", f"'{row['feature']}' is not a point", f"“{row['feature']}”不是点"
        )
    return point
