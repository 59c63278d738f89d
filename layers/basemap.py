"""The offline basemap as a map layer: land, water, roads and names from one file of the project."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from folium.map import Layer
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geo import BOUNDARIES
from geo.errors import AtlasError
from geo.files import read_json
from layers.geometry import SCALE, encode
from layers.i18n import t

BASEMAP_FILE = BOUNDARIES / "basemap.geojson"


@cache
def basemap_data(path: Path = BASEMAP_FILE) -> dict:
    """Return the basemap as the page stores it, read once per process.

    Returns
    -------
    dict
        ``scale``; ``shapes``: ``[kind, "area" or "line", encoded geometry]`` in drawing order;
        ``labels``: ``[class, zh, en, x, y, rank, angle or None]``.

    Raises
    ------
    AtlasError
        When the file is missing (how to build it) or not the GeoJSON it should be.
    """
    if not path.exists():
        raise AtlasError(
            en=f"no such file: {path}; build it with: python -m geo reference build --from PATH",
            zh=f"找不到文件：{path}；可用 python -m geo reference build --from PATH 生成",
        )
    content = read_json(path)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise AtlasError(en=f"{path}: not a FeatureCollection", zh=f"{path}：不是要素集合")
    data: dict = {"scale": SCALE, "shapes": [], "labels": []}
    for number, feature in enumerate(features, 1):
        try:
            _add(feature, data)
        except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
            raise AtlasError(
                en=f"{path}, feature {number}: not a basemap feature ({error})",
                zh=f"{path} 第 {number} 个要素：不是底图要素（{error}）",
            ) from error
    return data


def _add(feature: dict, data: dict) -> None:
    """Add one feature of the file to the shapes or the labels."""
    properties, geometry = feature["properties"], shape(feature["geometry"])
    if properties["kind"] == "label":
        names = [properties["class"], properties["name_zh"], properties["name_en"]]
        rank, angle = properties["rank"], properties.get("angle")
        data["labels"].append([*names, *encode(geometry), rank, angle])
    else:
        drawn = "area" if "Polygon" in geometry.geom_type else "line"
        data["shapes"].append([properties["kind"], drawn, encode(geometry)])


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
        return {"layers": switches, "sources": [t("map.source.basemap", self.lang)]}
