"""Which names the offline basemap shows: `data/boundaries/basemap_labels.yaml` as records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geo import BOUNDARIES
from geo.located import Located, read_located

LABELS_FILE = BOUNDARIES / "basemap_labels.yaml"
AREA_KINDS = ("province", "sea")
# Kinds of names that are found in the OSM data, by their field in the file.
NAMED = ("towns", "rivers", "roads", "metro", "rail")


@dataclass(frozen=True)
class Area:
    """A name with a position of its own, longitude and latitude (WGS 84)."""

    kind: str
    zh: str
    en: str
    at: tuple[float, float]


@dataclass(frozen=True)
class Labels:
    """The names wanted; ``names`` holds, for each of `NAMED`, OSM name to (Chinese, English)."""

    areas: tuple[Area, ...]
    names: dict[str, dict[str, tuple[str, str]]]


def load_labels(path: Path = LABELS_FILE) -> Labels:
    """Return the names the basemap shows.

    Raises
    ------
    AtlasError
        Naming file, line and field of what is missing, unknown or of the wrong kind.
    """
    content = read_located(path)
    content.only(("areas", *NAMED))
    areas = tuple(_area(entry) for entry in content.mappings("areas"))
    return Labels(areas, {field: _names(content.mapping(field)) for field in NAMED})


def _area(entry: Located) -> Area:
    """Return one entry of ``areas``."""
    entry.only(("kind", "zh", "en", "at"))
    at = entry.get("at")
    numbers = isinstance(at, list) and all(type(value) in (int, float) for value in at)
    if not (numbers and len(at) == 2 and abs(at[0]) <= 180 and abs(at[1]) <= 90):
        raise entry.fault("at", "must be longitude and latitude", "应为经度和纬度")
    kind = entry.choice("kind", AREA_KINDS)
    return Area(kind, entry.text("zh"), entry.text("en"), (at[0], at[1]))


def _names(entry: Located) -> dict[str, tuple[str, str]]:
    """Return OSM name to (Chinese, English); one word alone is the English for the name itself."""
    names = {}
    for name in entry:
        if isinstance(entry[name], list):
            pair = entry.texts(name)
            if len(pair) != 2 or not all(pair):
                raise entry.fault(
                    name,
                    "must be [Chinese, English] or the English name",
                    "应为［中文，英文］或英文名",
                )
            names[name] = pair
        else:
            names[name] = (name, entry.text(name))
    return names
