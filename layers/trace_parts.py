"""Colours, names and places of a traced ring's parts, for its map and for the tables beside it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.digitize import Reading
from geo.sizhi import SIDE_NAMES
from geo.trace import Edge
from layers.i18n import t

# Of the line and, darker, of words on white.
SIDE_COLOURS = {
    "east": ("#d55e00", "#b34700"),
    "south": ("#009e73", "#00704f"),
    "west": ("#cc79a7", "#a03d77"),
    "north": ("#0072b2", "#005a8e"),
    "northeast": ("#e69f00", "#8a5f00"),
    "southeast": ("#56b4e9", "#1f6f9f"),
    "southwest": ("#8a8a00", "#5f5f00"),
    "northwest": ("#7a5bb0", "#573a8c"),
}
# How `geo.digitize` names a line that it has moved aside.
_SIDES = {word: side for side, word in SIDE_NAMES.items()}
_MOVED = re.compile(rf"(.+)以({'|'.join(_SIDES)})(\d+(?:\.\d+)?)米")
NO_SIDE = ("#3b4a57", "#3b4a57")
_MEET_M = 4_000.0  # lines farther apart than this do not bound the same zone at a corner


def sided(edges: Sequence[Edge]) -> list[Edge]:
    """Return stretches with what runs a feature straight on put to that feature's side."""
    own = {edge.feature: edge.side for edge in edges if edge.named and edge.side}
    return [
        replace(edge, side=own.get(edge.feature, edge.side)) if edge.kind == "extended" else edge
        for edge in edges
    ]


def stretch_name(edge: Edge, lang: str) -> str:
    """Return what a stretch lies on, or lies between, in words."""
    if edge.feature:
        return shown_name(edge.feature, lang)
    if edge.between:
        one, other = edge.between
        return t("trace.between", lang, one=one or "?", other=other or "?")
    return t("trace.unnamed", lang)


def shown_name(name: str, lang: str) -> str:
    """Return a line's name for a reader; one moved aside is told as such.

    Examples
    --------
    >>> shown_name("江月路以北150米", "en")
    '江月路, offset 150 m north'
    """
    moved = _MOVED.fullmatch(name)
    if moved is None:
        return name
    return offset_words(moved[1], _SIDES[moved[2]], float(moved[3]), lang)


def offset_words(line: str, side: str, offset_m: float, lang: str) -> str:
    """Return a line that was moved aside, in words."""
    moved = _MOVED.fullmatch(line)
    way = t(f"trace.side.{side}", lang).lower()
    return t(
        "trace.offset", lang, name=moved[1] if moved else line, side=way, metres=f"{offset_m:g}"
    )


def sides_of(reading: Reading | None) -> dict[str, str | None]:
    """Return the first side of each line that a reading found."""
    sides: dict[str, str | None] = {}
    for side, match in reading.matches if reading else ():
        sides.setdefault(match.line.name, side)
    return sides


def colours(side: str | None) -> tuple[str, str]:
    """Return the colours of a side: of its lines, and of words on white."""
    return SIDE_COLOURS.get(side or "", NO_SIDE)


def short(side: str, lang: str) -> str:
    """Return a side in one letter or two."""
    return t(f"trace.short.{side}", lang)


def swatch(kind: str, colour: str) -> dict:
    """Return a legend entry's picture: a stroke of a kind and colour."""
    return {"mark": "stroke", "fill": colour, "edge": kind}


def longest_part(line: BaseGeometry) -> BaseGeometry:
    """Return the longest part of a line."""
    return max(shapely.get_parts(line), key=lambda part: part.length)


def outward(line: BaseGeometry) -> list[float]:
    """Return the way out of a ring at the middle of a stretch: a unit vector, y down the screen.

    Stretches go clockwise, so that out is to the left.
    """
    middle = line.length / 2.0
    step = min(100.0, middle)
    (x0, y0), (x1, y1) = (line.interpolate(middle + way).coords[0] for way in (-step, step))
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    return [round((y0 - y1) / length, 3), round((x0 - x1) / length, 3)]


def meeting(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the box in which lines come nearest to each other: what a clause of them is about."""
    near = [shapely.shortest_line(one, other) for one, other in itertools.combinations(lines, 2)]
    near = [line for line in near if line.length < _MEET_M]
    return box(*shapely.total_bounds(near or list(lines))).buffer(_MEET_M / 4, join_style="mitre")


def upright(start: Iterable[float], end: Iterable[float]) -> int:
    """Return the angle, in degrees clockwise on the screen, at which words along a line read."""
    (x0, y0), (x1, y1) = start, end
    angle = -math.degrees(math.atan2(y1 - y0, x1 - x0))
    return round((angle + 90.0) % 180.0 - 90.0)
