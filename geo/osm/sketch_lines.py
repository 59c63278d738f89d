"""Build the lines that only sketches are drawn with: roads of which the map data hold pieces.

A boundary may not be traced on such a line, most of which is bridged straight; a corridor of a
plan's sketch may be drawn along it. ``features.yaml`` lists these lines apart from the gazetteer's
(``sketch_lines``), and they are written to a file of their own, each with what of it is bridged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from geo import osm
from geo.crs import from_local, to_local
from geo.errors import AtlasError
from geo.files import geojson_text, shown
from geo.located import Located, read_located
from geo.measure import length_m
from geo.network.centreline import centreline, heal_gaps
from geo.osm.gazetteer import ATTRIBUTION
from geo.reference import SKETCH_LINES

__all__ = ["SKETCH_LINES", "WantedLine", "build_line", "load_wanted_lines", "sketch_lines_text"]

_SIMPLIFY_M = 1.5
_MEASURES = ("length", "mapped", "bridged", "longest")


@dataclass(frozen=True)
class WantedLine:
    """One entry of ``sketch_lines``: a road, the layer that holds pieces of it, and its note.

    The notes may quote what is measured, in kilometres: ``{length}`` of the line, ``{mapped}`` and
    ``{bridged}`` of it, and ``{longest}`` of its gaps.
    """

    name: str
    layer: str
    most_gap_m: float
    date: str
    note_zh: str
    note_en: str


def load_wanted_lines(path: Path) -> list[WantedLine]:
    """Return the ``sketch_lines`` of ``features.yaml``.

    Raises
    ------
    AtlasError
        Naming file, line and field of what is missing, unknown, or twice there.
    """
    wanted: list[WantedLine] = []
    for entry in read_located(path).mappings("sketch_lines", optional=True):
        entry.only(("name", "layer", "most_gap_m", "date", "note_zh", "note_en"))
        name = entry.text("name")
        if any(item.name == name for item in wanted):
            raise entry.fault("name", f"'{name}' is there twice", f"“{name}”重复")
        wanted.append(
            WantedLine(
                name=name,
                layer=entry.text("layer"),
                most_gap_m=entry.number("most_gap_m"),
                date=entry.text("date"),
                note_zh=_note(entry, "note_zh"),
                note_en=_note(entry, "note_en"),
            )
        )
    return wanted


def _note(entry: Located, field: str) -> str:
    """Return a note after trying that it quotes only what is measured."""
    note = entry.text(field)
    try:
        note.format(**dict.fromkeys(_MEASURES, 0.0))
    except (KeyError, IndexError, ValueError) as error:
        listed = ", ".join(f"{{{name}}}" for name in _MEASURES)
        raise entry.fault(field, f"may quote only {listed}", f"只可引用 {listed}") from error
    return note


def sketch_lines_text(wanted: list[WantedLine], paths: Iterable[Path]) -> str:
    """Return the lines as one GeoJSON text, one feature a line, attribution inside.

    Parameters
    ----------
    wanted : list of WantedLine
        What to make.
    paths : iterable of pathlib.Path
        GeoPackages with the layers wanted, or folders of them.

    Raises
    ------
    AtlasError
        When a layer or a road is not in the data, or its pieces do not make one line.
    """
    files = osm.packages(paths)
    features = [build_line(item, _pieces(item, files)) for item in wanted]
    return geojson_text(features, {"name": "sketch_lines", "attribution": ATTRIBUTION})


def _pieces(item: WantedLine, files: list[Path]) -> BaseGeometry:
    """Return the pieces of a road in the data, in WGS 84."""
    frame = osm.read_layers(files, item.layer, ("name",))
    if frame is None:
        listed = ", ".join(shown(file) for file in files)
        raise AtlasError(
            en=f"no layer {item.layer!r} in {listed}", zh=f"{listed} 中没有图层“{item.layer}”"
        )
    rows = frame[frame["name"] == item.name]
    if rows.empty:
        raise AtlasError(
            en=f"not in the OSM data: {item.name}; nothing is written",
            zh=f"OSM 数据中没有：{item.name}；未写入任何文件",
        )
    return shapely.union_all(rows.geometry.to_numpy())


def build_line(item: WantedLine, pieces: BaseGeometry) -> dict[str, Any]:
    """Return a road as one GeoJSON feature: the middle of its carriageways, gaps bridged straight.

    Parameters
    ----------
    item : WantedLine
    pieces : shapely geometry
        What the data hold of the road, both carriageways, in WGS 84.

    Raises
    ------
    AtlasError
        When a gap is longer than the entry allows, so that the pieces do not make one line.
    """
    local = to_local(pieces)
    # Every carriageway is bridged by itself, end to end in its own direction, then both are one.
    bridged = heal_gaps(local, item.most_gap_m)
    lines = shapely.get_parts(centreline(bridged))
    if len(lines) != 1:
        raise AtlasError(
            en=f"{item.name}: the OSM data make {len(lines)} lines of it, not one, with gaps of "
            f"{item.most_gap_m:.0f} m bridged",
            zh=f"{item.name}：连接{item.most_gap_m:.0f}米以内的缺口后，仍是{len(lines)}条线",
        )
    line = shapely.simplify(lines[0], _SIMPLIFY_M)
    gaps = gaps_along(line, local)
    geometry = from_local(line)
    length = length_m(geometry)
    kilometres = {
        "length": length / 1000,
        "mapped": (length - sum(gaps)) / 1000,
        "bridged": sum(gaps) / 1000,
        "longest": max(gaps, default=0.0) / 1000,
    }
    properties = {
        "name": item.name,
        "note_zh": item.note_zh.format(**kilometres),
        "note_en": item.note_en.format(**kilometres),
        "layer": item.layer,
        "date": item.date,
        "length_m": round(length),
        "bridged_m": round(sum(gaps)),
        "longest_gap_m": round(max(gaps, default=0.0)),
    }
    geojson = json.loads(shapely.to_geojson(geometry))
    return {"type": "Feature", "properties": properties, "geometry": geojson}


def gaps_along(line: LineString, pieces: BaseGeometry) -> list[float]:
    """Return the lengths of the stretches of a line beside which there is no piece, in its order.

    Parameters
    ----------
    line : shapely.LineString
        In metres, along the pieces.
    pieces : shapely geometry
        (Multi)LineString in metres; each covers what is between its two ends' places on the line.
    """
    ends = [shapely.points([part.coords[0], part.coords[-1]]) for part in shapely.get_parts(pieces)]
    covered = sorted(sorted(shapely.line_locate_point(line, pair).tolist()) for pair in ends)
    reached = [0.0]
    for _, end in covered:
        reached.append(max(reached[-1], end))
    starts = [start for start, _ in covered] + [line.length]
    return [start - end for end, start in zip(reached, starts, strict=True) if start - end > 1.0]
