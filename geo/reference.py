"""The reference network: named lines, loaded and resolved by name.

A name in a boundary sentence is matched to a line exactly, through an alias that somebody wrote
down with a reason, through a known suffix variant (三鲁路 is mapped as 三鲁公路), or through a code
or an old name. Anything else is a miss that says what was tried and what is spelled alike; it is
never silently taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from geo import REFERENCE
from geo.crs import to_local
from geo.errors import AtlasError, unknown
from geo.files import read_features, shown
from geo.names import (
    GENERIC,
    Alike,
    no_line,
    other_names,
    rail_variants,
    ring_road,
    suffix_variants,
)
from geo.network.graph import Graph
from geo.reason import Reason

GAZETTEER = REFERENCE / "gazetteer.geojson"
SKETCH_LINES = REFERENCE / "sketch_lines.geojson"
MINHANG = "310112"


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
class SketchLine:
    """A named line that only sketches are drawn with, in WGS 84: most of it is bridged straight.

    ``note`` says what of it the map data hold; ``date`` is that of the data.
    """

    name: str
    geometry: LineString
    note: Reason
    date: str
    length_m: int
    bridged_m: int
    longest_gap_m: int


@dataclass(frozen=True)
class Match:
    """A name and the line it stands for.

    ``how`` is ``exact``, ``alias``, ``suffix``, ``old_name``, ``code`` or ``generic`` (a word for
    every line of a kind, such as 铁路). ``reason`` says why the line is meant, where it is not
    plain from the names: a sentence in both languages, or the words given with an alias.
    """

    written: str
    line: Line
    how: str
    reason: Reason | str = ""


@dataclass(frozen=True)
class Miss:
    """A name that is on no line: what was tried, and names spelled alike (suggestions only).

    ``reason`` is set where no reference can have such a line: a planned road, a town's border.
    """

    written: str
    tried: tuple[str, ...]
    suggestions: tuple[str, ...]
    reason: Reason | None = None


@dataclass
class Reference:
    """A set of named lines."""

    name: str
    lines: Mapping[str, Line] = field(default_factory=dict, repr=False)

    @cached_property
    def graph(self) -> Graph:
        """The lines as a network of ways; borders are none. Made when first asked for."""
        return Graph.of(
            (name, line.geometry) for name, line in self.lines.items() if line.kind != "border"
        )

    @cached_property
    def words(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Codes, old and other names that the source itself gives: word to (key, how)."""
        return {}

    @cached_property
    def homonyms(self) -> Mapping[str, tuple[str, ...]]:
        """Names that stand for several lines: name to their keys in ``lines``."""
        return {}

    def resolve(
        self,
        written: str,
        aliases: Mapping[str, tuple[str, Reason | str]] | None = None,
        other_names: Sequence[str] = (),
        kind: str | None = None,
    ) -> Match | Miss:
        """Find the line a written name stands for.

        Parameters
        ----------
        written : str
            The name as the text has it.
        aliases : mapping, optional
            Written name to (reference name, reason); they come before everything else.
        other_names : sequence of str
            Further names the text gives for the same feature, in brackets or as a code; tried in
            order when the name itself is on no line.
        kind : str, optional
            What the text takes it for (road, river, rail, border, ...); chooses between a road and
            a river of one name.

        Returns
        -------
        Match or Miss
        """
        if aliases and written in aliases:
            target, reason = aliases[written]
            line = self._line(target, kind)
            if line is not None:
                return Match(written, line, "alias", reason)
            return Miss(written, (target,), self._alike(target))
        nowhere = no_line(written)
        if nowhere is not None:
            # Maps do write 规划路 beside roads that have no name yet: that is not this one's name.
            return Miss(written, (written,), (), nowhere)
        tried: list[str] = []
        unclear: list[str] = []
        for word in dict.fromkeys((written, *other_names)):
            found = self._found(word, kind, tried, unclear)
            if found is not None:
                return found if word == written else _by_other_name(written, word, found)
        # Where several lines fit, which is meant is not for us to guess.
        suggestions = dict.fromkeys([*unclear, *self._alike(written)])
        return Miss(written, tuple(tried), tuple(suggestions), no_line(written, kind))

    def _found(
        self, word: str, kind: str | None, tried: list[str], unclear: list[str]
    ) -> Match | None:
        """Return the line of one word; what was tried, and lines that fit equally, are added."""
        tried.append(word)
        line = self._line(word, kind)
        if line is not None:
            return Match(word, line, "exact")
        railways, variants = rail_variants(word), suffix_variants(word)
        tried.extend([*railways, *variants])
        hits = [name for name in railways if self._is_rail(name)]
        hits += [variant for variant in variants if variant in self.lines]
        if ring := ring_road(word):
            tried.append(ring)
            # A ring may be the road or what is built above it: only where there is one of them.
            hits += [name for name in self.lines if name.startswith(word) and self._is_ring(name)]
            if hits != [ring]:
                unclear.extend(hits)
                hits = []
        if len(hits) == 1:
            return Match(word, self._line(hits[0], kind), "suffix")
        unclear.extend(hits)
        for other in other_names(word):
            tried.extend(name for name in other.names if name not in tried)
            line = next(filter(None, (self._line(name, kind) for name in other.names)), None)
            if line is not None:
                return Match(word, line, other.how, other.reason)
        return self._by_map(word, unclear) or self._generic(word)

    def _is_rail(self, name: str) -> bool:
        return name in self.lines and self.lines[name].kind == "rail"

    def _is_ring(self, name: str) -> bool:
        return self.lines[name].kind == "road" and _RING_NAME.fullmatch(name) is not None

    def _line(self, name: str, kind: str | None) -> Line | None:
        """Return the line of exactly this name: of the kind wanted, if there are several."""
        keys = self.homonyms.get(name, (name,) if name in self.lines else ())
        lines = [self.lines[key] for key in keys]
        if not lines:
            return None if name in GENERIC else district_border(name)
        return next((line for line in lines if line.kind == kind), lines[0])

    def _by_map(self, word: str, unclear: list[str]) -> Match | None:
        """Return the line that the source itself gives a code, an old or another name for."""
        found = self.words.get(word) or self.words.get(word.upper(), ())
        lines = {key: self.lines[key].geometry.length for key, _ in found}
        if not lines:
            return None
        longest = max(lines, key=lambda key: lines[key])
        # A code runs over bridges and ramps with names of their own.
        if lines[longest] == 0 or lines[longest] < 0.5 * sum(lines.values()):
            unclear.extend(lines)
            return None
        how = next(how for key, how in found if key == longest)
        reason = Reason(f"地图上{longest}又标“{word}”", f"the map also calls {longest} {word}")
        return Match(word, self.lines[longest], how, reason)

    def _generic(self, word: str) -> Match | None:
        """Return every line of a kind, for a word that means any of them."""
        kind = GENERIC.get(word)
        line = None if kind is None else self._all(kind)
        if line is None:
            return None
        reason = Reason(
            f"“{word}”未指明哪一条，取全部", f"{word} names none: all of them are meant"
        )
        return Match(word, line, "generic", reason)

    def _all(self, kind: str) -> Line | None:
        """Return all lines of a kind as one; None when there are none."""
        if kind == "border":
            return district_border("区界")
        return self._unions.setdefault(kind, self._union(kind))

    @cached_property
    def _unions(self) -> dict[str, Line | None]:
        return {}

    def _union(self, kind: str) -> Line | None:
        own = [line for line in self.lines.values() if line.kind == kind and not is_metro(line)]
        parts = [*(part for line in own for part in line.geometry.geoms), *self.unnamed(kind)]
        if not parts:
            return None
        name = {"rail": "铁路", "river": "河道"}[kind]
        return Line(name, kind, MultiLineString(parts), note=f"{len(own)} lines")

    def unnamed(self, kind: str) -> Sequence[BaseGeometry]:  # noqa: ARG002
        """Return the unnamed ways of a kind, in local metres: here there are none."""
        return ()

    def source_ids(self, name: str, line: BaseGeometry) -> tuple[str, ...]:  # noqa: ARG002
        """Return the OSM ids of the ways that a stretch of a named line was made of.

        A gazetteer knows them only for the whole line; a network tells them apart.
        """
        found = self.lines.get(name)
        return found.osm_ids if found else ()

    def _alike(self, name: str) -> tuple[str, ...]:
        return self._alike_names(name)

    @cached_property
    def _alike_names(self) -> Alike:
        return Alike(self.lines)


def is_metro(line: Line) -> bool:
    """Return whether a line of rail is no railway in the sense of a boundary text."""
    return re.search(r"地铁|轨道交通|磁浮|^T\d线|观光隧道|胶轮", line.name) is not None


def _by_other_name(written: str, word: str, found: Match) -> Match:
    """Return a match made by another name the text gives, said so."""
    if found.how != "exact":
        return replace(found, written=written)
    reason = Reason(f"原文另称“{word}”", f"the text itself also calls it {word}")
    return Match(written, found.line, "alias", reason)


_RING_NAME = re.compile(r"[内中外]环(?:路|线|高架路?|高架道路|高速|高速公路|快速路)")
_BORDER = re.compile(r"(?:与)?(.+?)(?:行政)?(?:交界处?|边界线?|界线|界)")


def district_border(name: str) -> Line | None:
    """Return the border a name such as 松江界, 松江区界 or 闵行区—松江区界 means, in local metres.

    One district: its whole border. Two: the border they share. 区界: all district borders.
    None when the name is no such border.
    """
    match = _BORDER.fullmatch(name)
    if match is None:
        return None
    stems = tuple(_stem(word) for word in re.split(r"[—–~、与和\-]+", match[1]) if word)
    known = _district_boundaries()
    if match[1] in ("区", "行政区"):
        return _border_line("区界", tuple(known))
    if not 1 <= len(stems) <= 2 or any(stem not in known for stem in stems):
        return None
    return _border_line("—".join(known[stem][0] for stem in stems) + "界", stems)


def _stem(word: str) -> str:
    return re.sub(r"(?<=..)(?:新区|区)$", "", word)


@lru_cache(maxsize=1)
def _district_boundaries() -> dict[str, tuple[str, BaseGeometry]]:
    """Return the districts by the stem of their name: name, and boundary in local metres."""
    frame = load_districts()
    return {
        _stem(name): (name, to_local(shape.boundary))
        for name, shape in zip(frame["name_zh"], frame.geometry, strict=True)
    }


@lru_cache(maxsize=64)
def _border_line(name: str, stems: tuple[str, ...]) -> Line | None:
    boundaries = [_district_boundaries()[stem][1] for stem in stems]
    shared = shapely.intersection(*boundaries) if len(stems) == 2 else shapely.union_all(boundaries)
    parts = [part for part in shapely.get_parts(shared) if part.length > 0]
    if not parts:
        return None
    merged = shapely.line_merge(shapely.multilinestrings(parts))
    note = "district borders are simplified and schematic"
    lines = MultiLineString(list(shapely.get_parts(merged)))
    return Line(name, "border", lines, note=note, source="districts")


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
            raise _twice(path, number, line.name)
        reference.lines[line.name] = line
    return reference


def _twice(path: Path, number: int, name: str) -> AtlasError:
    return AtlasError(
        en=f"{shown(path)}, feature {number}: {name} is there twice",
        zh=f"{shown(path)} 第 {number} 个要素：{name}重复",
    )


def _line(path: Path, number: int, feature: Any) -> Line:
    """Return one gazetteer feature as a line in local metres."""
    try:
        properties = feature["properties"]
        name, kind = properties["name"], properties["kind"]
        if not (isinstance(name, str) and name and isinstance(kind, str)):
            raise ValueError("name and kind must be words")
        geometry = _lonlat_lines(feature)
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


def _lonlat_lines(feature: Any) -> BaseGeometry:
    """Return the lines of a feature; ValueError and the like when it has none in degrees."""
    geometry: BaseGeometry = shapely.geometry.shape(feature["geometry"])
    if geometry.geom_type not in {"LineString", "MultiLineString"} or geometry.is_empty:
        raise ValueError(geometry.geom_type)
    west, south, east, north = geometry.bounds
    # Also false for coordinates that are no numbers.
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("not longitude and latitude")
    return geometry


def load_sketch_lines(path: Path = SKETCH_LINES) -> dict[str, SketchLine]:
    """Load the lines that only sketches are drawn with, by name; no boundary is traced on them.

    Parameters
    ----------
    path : pathlib.Path
        GeoJSON written by ``python -m geo reference build`` (lon/lat WGS 84).

    Raises
    ------
    AtlasError
        When the file is missing (saying how to get one) or a feature is no such line.
    """
    lines: dict[str, SketchLine] = {}
    for number, feature in enumerate(_collection(path)[0], 1):
        line = _sketch_line(path, number, feature)
        if line.name in lines:
            raise _twice(path, number, line.name)
        lines[line.name] = line
    return lines


def _sketch_line(path: Path, number: int, feature: Any) -> SketchLine:
    """Return one feature of the sketch lines' file."""
    try:
        properties, geometry = feature["properties"], _lonlat_lines(feature)
        if geometry.geom_type != "LineString":
            raise ValueError("a sketch line must be one line")
        words = [properties[key] for key in ("name", "note_zh", "note_en", "date")]
        if not all(isinstance(word, str) and word for word in words):
            raise ValueError("name, notes and date must be words")
        name, note_zh, note_en, date = words
        metres = (int(properties[key]) for key in ("length_m", "bridged_m", "longest_gap_m"))
        return SketchLine(name, geometry, Reason(note_zh, note_en), date, *metres)
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise AtlasError(
            en=f"{shown(path)}, feature {number}: not a sketch line "
            f"({type(error).__name__}: {error})",
            zh=f"{shown(path)} 第 {number} 个要素：不是示意线（{error}）",
        ) from error


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
