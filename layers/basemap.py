"""The offline basemap as a map layer: land, water, roads and names from one file of the project."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from folium.map import Layer
from shapely.geometry import shape

from geo import BOUNDARIES
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
        When the file is missing or not JSON.
    """
    shapes, labels = [], []
    for feature in read_json(path)["features"]:
        properties, geometry = feature["properties"], shape(feature["geometry"])
        if properties["kind"] == "label":
            names = [properties["class"], properties["name_zh"], properties["name_en"]]
            labels.append([*names, *encode(geometry), properties["rank"], properties.get("angle")])
        else:
            drawn = "area" if "Polygon" in geometry.geom_type else "line"
            shapes.append([properties["kind"], drawn, encode(geometry)])
    return {"scale": SCALE, "shapes": shapes, "labels": labels}


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
