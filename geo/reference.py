"""The reference network: named lines, loaded and resolved by name.

A name in a boundary sentence is matched to a line exactly, through an alias that somebody wrote
down with a reason, or through a known suffix variant (三鲁路 is mapped as 三鲁公路). Anything else
is a miss that says what was tried and what is spelled alike; it is never silently taken.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo import REFERENCE
from geo.crs import to_local
from geo.errors import AtlasError, unknown
from geo.files import read_features, shown
from geo.graph import Graph

GAZETTEER = REFERENCE / "gazetteer.geojson"
MINHANG = "310112"

# Suffixes that official texts and maps exchange for one and the same feature. Elevated roads and
# expressways are features of their own and are in no group.
_SUFFIX_GROUPS = (("路", "公路", "大道"), ("河", "港", "塘", "浦", "泾"))


@dataclass(frozen=True)
class Line:
    """One named reference line, in local metres (EPSG:4549)."""

    name: str
    kind: str
    geometry: MultiLineString
    osm_ids: tuple[str, ...] = ()
    note: str = ""
    source: str = ""  # what it was made from, where that is not the reference itself


@dataclass(frozen=True)
class Match:
    """A name and the line it stands for.

    ``how`` is ``exact``, ``alias`` or ``suffix``.
    """

    written: str
    line: Line
    how: str
    reason: str = ""


@dataclass(frozen=True)
class Miss:
    """A name that is on no line: what was tried, and names spelled alike (suggestions only)."""

    written: str
    tried: tuple[str, ...]
    suggestions: tuple[str, ...]


@dataclass
class Reference:
    """A set of named lines."""

    name: str
    lines: Mapping[str, Line] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """The lines as a network of ways; borders are none. Made when first asked for."""
        return Graph.of(
            (name, line.geometry) for name, line in self.lines.items() if line.kind != "border"
        )

    def resolve(
        self, written: str, aliases: dict[str, tuple[str, str]] | None = None
    ) -> Match | Miss:
        """Find the line a written name stands for.

        Parameters
        ----------
        written : str
            The name as the text has it.
        aliases : dict, optional
            Written name to (reference name, reason).

        Returns
        -------
        Match or Miss
        """
        if aliases and written in aliases:
            target, reason = aliases[written]
            if target in self.lines:
                return Match(written, self.lines[target], "alias", reason)
            return Miss(written, (target,), self._alike(target))
        if written in self.lines:
            return Match(written, self.lines[written], "exact")
        variants = _variants(written)
        hits = [name for name in variants if name in self.lines]
        if len(hits) == 1:
            return Match(written, self.lines[hits[0]], "suffix")
        # Several variants exist: which is meant is not for us to guess.
        suggestions = dict.fromkeys([*hits, *self._alike(written)])
        return Miss(written, (written, *variants), tuple(suggestions))

    def source_ids(self, name: str, line: BaseGeometry) -> tuple[str, ...]:  # noqa: ARG002
        """Return the OSM ids of the ways that a stretch of a named line was made of.

        A gazetteer knows them only for the whole line; a network tells them apart.
        """
        found = self.lines.get(name)
        return found.osm_ids if found else ()

    def _alike(self, name: str) -> tuple[str, ...]:
        return tuple(difflib.get_close_matches(name, self.lines, n=3, cutoff=0.6))


def _variants(name: str) -> list[str]:
    """Return the name under the other suffixes of its group."""
    for group in _SUFFIX_GROUPS:
        for suffix in sorted(group, key=len, reverse=True):
            if name.endswith(suffix) and len(name) > len(suffix) + 1:
                stem = name[: -len(suffix)]
                return [stem + other for other in group if other != suffix]
    return []


def load_gazetteer(path: Path = GAZETTEER) -> Reference:
    """Load the built-in gazetteer.

    Parameters
    ----------
    path : pathlib.Path
        GeoJSON written by ``python -m geo reference build`` (lon/lat WGS 84).

    Returns
    -------
    Reference
        Lines in local metres.

    Raises
    ------
    AtlasError
        When the file is missing (saying how to get one) or not a gazetteer (naming the feature).
    """
    features, members = _collection(path)
    dates = members.get("dates")
    days = sorted({str(day) for day in dates.values() if day}) if isinstance(dates, dict) else []
    reference = Reference(f"OpenStreetMap {'/'.join(days)}".strip())
    for number, feature in enumerate(features, 1):
        line = _line(path, number, feature)
        if line.name in reference.lines:
            raise AtlasError(
                en=f"{shown(path)}, feature {number}: {line.name} is there twice",
                zh=f"{shown(path)} 第 {number} 个要素：{line.name}重复",
            )
        reference.lines[line.name] = line
    return reference


def _line(path: Path, number: int, feature: Any) -> Line:
    """Return one gazetteer feature as a line in local metres."""
    try:
        properties = feature["properties"]
        name, kind = properties["name"], properties["kind"]
        if not (isinstance(name, str) and name and isinstance(kind, str)):
            raise ValueError("name and kind must be words")
        geometry: BaseGeometry = shapely.geometry.shape(feature["geometry"])
        if geometry.geom_type not in {"LineString", "MultiLineString"} or geometry.is_empty:
            raise ValueError(geometry.geom_type)
        west, south, east, north = geometry.bounds
        # Also false for coordinates that are no numbers.
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError("not longitude and latitude")
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise AtlasError(
            en=f"{shown(path)}, feature {number}: not a named line "
            f"({type(error).__name__}: {error})",
            zh=f"{shown(path)} 第 {number} 个要素：不是有名称的线（{error}）",
        ) from error
    local = to_local(geometry)
    return Line(
        name=name,
        kind=kind,
        geometry=MultiLineString(list(shapely.get_parts(local))),
        osm_ids=tuple(properties.get("osm_ids") or ()),
        note=str(properties.get("note") or ""),
    )


def load_districts(path: Path = REFERENCE / "districts.geojson") -> gpd.GeoDataFrame:
    """Load the sixteen district polygons (WGS 84; ``id`` adcode, ``name_zh``, ``name_en``).

    Raises
    ------
    AtlasError
        When the file is missing or not GeoJSON with these properties.
    """
    features, _ = _collection(path)
    try:
        frame = gpd.GeoDataFrame.from_features(features, crs=4326)
        return frame[["id", "name_zh", "name_en", "geometry"]]
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise AtlasError(
            en=f"{shown(path)}: not the districts (needs id, name_zh, name_en and polygons: "
            f"{type(error).__name__} {error})",
            zh=f"{shown(path)}：不是区划文件（需要 id、name_zh、name_en 与多边形：{error}）",
        ) from error


def district(districts: gpd.GeoDataFrame, adcode: str) -> BaseGeometry:
    """Return one district's polygon (WGS 84) out of `load_districts`.

    Raises
    ------
    AtlasError
        When there is no such district.
    """
    found = districts.loc[districts["id"] == adcode, "geometry"]
    if len(found) != 1:
        raise unknown("district", "区划", adcode, sorted(map(str, districts["id"])))
    return found.iloc[0]


def _collection(path: Path) -> tuple[list[Any], dict[str, Any]]:
    """Return a reference file's features and other members; a missing file says how to get one."""
    if not Path(path).exists():
        raise AtlasError(
            en=f"no reference file {shown(path)}: restore it from the repository, or build one "
            "with python -m geo reference build --from OSM.gpkg",
            zh=f"缺少参考文件 {shown(path)}：请从代码库恢复，或用 "
            "python -m geo reference build --from OSM.gpkg 生成",
        )
    return read_features(path)
