"""The offline basemap as a map layer: land, water, roads and names from one file of the project."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from folium.map import Layer
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geo import BOUNDARIES
from geo.errors import AtlasError
from geo.files import read_features, shown
from layers.geometry import encode
from layers.i18n import t

BASEMAP_FILE = BOUNDARIES / "basemap.geojson"
# Steps in a degree, 2.4 m by 2.8 m: what is drawn moves by less than a pixel up to zoom 16, by less
# than two at 17, the nearest, and by less than half of the finest generalisation in the file (6 m).
# One grid for all kinds, so that what meets in the file meets in the page.
SCALE = 40_000


def basemap_data(path: Path | None = None) -> dict:
    """Return the basemap as the page stores it; the file is read again only when it has changed.

    Parameters
    ----------
    path : pathlib.Path, optional
        By default the project's own (`BASEMAP_FILE`).

    Returns
    -------
    dict
        ``scale``; ``shapes``: ``[kind, "area" or "line", encoded geometry]`` in drawing order;
        ``labels``: ``[class, zh, en, rank, [x, y, …], [angle, …]]``, a name once for the places
        in a row where it stands, without angles where it is level.

    Raises
    ------
    AtlasError
        When the file is missing (how to build it) or not the GeoJSON it should be.
    """
    return _read(*state(path))


def state(path: Path | None = None) -> tuple[Path, int, int]:
    """Return what tells one state of the basemap file from another: path, time and size.

    Raises
    ------
    AtlasError
        When the file is missing.
    """
    path = BASEMAP_FILE if path is None else path
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise AtlasError(
            en=f"no such file: {shown(path)}; build it with: "
            "python -m geo reference build --from PATH",
            zh=f"找不到文件：{shown(path)}；可用 python -m geo reference build --from PATH 生成",
        ) from error
    return path, status.st_mtime_ns, status.st_size


def basemap_date(path: Path | None = None) -> str:
    """Return the day of the map data the basemap is made of, or the first and the last; or "".

    Parameters and errors as of `basemap_data`.
    """
    return _date(*state(path))


@lru_cache(maxsize=2)
def _date(path: Path, _time: int, _size: int) -> str:
    """Return what one state of the file says of its date."""
    _, members = read_features(path)
    return str(members.get("date") or "")


@lru_cache(maxsize=2)
def _read(path: Path, _time: int, _size: int) -> dict:
    """Return the basemap of one state of the file."""
    features, _ = read_features(path)
    data: dict = {"scale": SCALE, "shapes": [], "labels": []}
    for number, feature in enumerate(features, 1):
        try:
            _add(feature, data)
        except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
            raise AtlasError(
                en=f"{shown(path)}, feature {number}: not a basemap feature ({error})",
                zh=f"{shown(path)} 第 {number} 个要素：不是底图要素（{error}）",
            ) from error
    return data


def _add(feature: dict, data: dict) -> None:
    """Add one feature of the file to the shapes or the labels."""
    properties, geometry = feature["properties"], shape(feature["geometry"])
    if properties["kind"] == "label":
        _add_label(properties, encode(geometry, SCALE), data["labels"])
    else:
        drawn = "area" if "Polygon" in geometry.geom_type else "line"
        data["shapes"].append([properties["kind"], drawn, encode(geometry, SCALE)])


def _add_label(properties: dict, at: list[int], labels: list) -> None:
    """Add a name, or one more place of the name before."""
    names = [properties[key] for key in ("class", "name_zh", "name_en", "rank")]
    angle = properties.get("angle")
    angles = [] if angle is None else [angle]
    if labels and labels[-1][:4] == names and bool(labels[-1][5]) == bool(angles):
        labels[-1][4].extend(at)
        labels[-1][5].extend(angles)
    else:
        labels.append([*names, at, angles])


class BasemapLayer(Layer):
    """The layer behind everything; its geometry travels beside the payload, see `layers.page`.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    """

    def __init__(self, lang: str) -> None:
        super().__init__(name="basemap", overlay=False, control=False)
        self._name = "BasemapLayer"
        self.lang = lang

    def payload_part(self) -> dict:
        """Return the switches of what the basemap can hide."""
        switches = [
            {"id": name, "label": t(f"map.layer.{name}", self.lang), "on": True}
            for name in ("roads", "rail", "names")
        ]
        date = basemap_date()
        key = "map.source.basemap" if date else "map.source.basemap_undated"
        return {"layers": switches, "sources": [t(key, self.lang, date=date)]}
