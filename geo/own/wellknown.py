"""Well-known text and binary from strangers, counted before GEOS sees them.

GEOS reads collections in collections by calling itself: what is nested deep enough ends the whole
process. So nesting and declared counts are looked at first.
"""

from __future__ import annotations

import re
import struct

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import AtlasError
from geo.own.limits import Limits, refuse, too_many

_DEEPEST = 8  # brackets open at once; a polygon in two collections needs five
_BRACKETS = re.compile(r"[()]")
# Kinds that GEOS reads and shapely has no class for.
_CURVES = re.compile(
    r"CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE", re.IGNORECASE
)
_EWKB_SRID, _EWKB_M, _EWKB_Z = 0x20000000, 0x40000000, 0x80000000
_POINT, _LINE, _POLYGON, _LAST = 1, 2, 3, 7  # 4 to 7 are made of others


class Counted:
    """What a file may still have; ``vertices`` and ``parts`` go down as geometries are read."""

    def __init__(self, limits: Limits) -> None:
        self.most = limits.vertices
        self.left = limits.vertices

    def take(self, count: int) -> None:
        """Count vertices or parts.

        Raises
        ------
        AtlasError
            When there are more than are read.
        """
        self.left -= count
        if self.left < 0:
            raise too_many("顶点数", "vertices", self.most)


def from_wkt(text: str, counted: Counted) -> BaseGeometry | None:
    """Return the geometry of a well-known text, None for no text.

    Raises
    ------
    AtlasError
        When it is nested deeper than any map, or has more vertices than are read.
    ValueError, shapely.errors.ShapelyError
        When it is no such text, or of curves.
    """
    if not text.strip():
        return None
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth += 1 if bracket[0] == "(" else -1
        if depth > _DEEPEST:
            raise _nested()
    if _CURVES.search(text):
        raise ValueError("no plain geometry")
    counted.take(text.count(",") + 1)
    return shapely.from_wkt(text)


def from_wkb(data: bytes, counted: Counted) -> BaseGeometry | None:
    """Return the geometry of a well-known binary.

    Raises
    ------
    AtlasError
        When it is nested deeper than any map, or has more vertices than are read.
    ValueError, struct.error, shapely.errors.ShapelyError
        When it is none, is shorter than its counts say, or is of curves.
    """
    end = _walk(data, 0, _DEEPEST, counted)
    return shapely.from_wkb(data[:end])


def _walk(data: bytes, at: int, deeper: int, counted: Counted) -> int:
    """Return where the geometry that begins at ``at`` ends."""
    if deeper <= 0:
        raise _nested()
    order = "<" if data[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    at += 5 + (4 if code & _EWKB_SRID else 0)
    thousands, kind = divmod(code & 0x0FFFFFFF, 1000)
    extra = (bool(code & _EWKB_Z) + bool(code & _EWKB_M)) or (0, 1, 1, 2)[min(thousands, 3)]
    if not _POINT <= kind <= _LAST or thousands > 3:
        raise ValueError("no plain geometry")
    size = 8 * (2 + extra)
    if kind == _POINT:
        counted.take(1)
        return _within(data, at + size)
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at += 4
    # Empty parts take next to no room: they are counted as well.
    counted.take(count)
    if kind == _LINE:
        return _within(data, at + count * size)
    for _ in range(count):
        if kind == _POLYGON:
            (points,) = struct.unpack_from(f"{order}I", data, at)
            counted.take(points)
            at = _within(data, at + 4 + points * size)
        else:
            at = _walk(data, at, deeper - 1, counted)
    return at


def _within(data: bytes, at: int) -> int:
    if at > len(data):
        raise ValueError("shorter than its counts say")
    return at


def _nested() -> AtlasError:
    return refuse(
        zh=f"拒绝读取：几何对象嵌套超过 {_DEEPEST} 层",
        en=f"refused: a geometry nested more than {_DEEPEST} levels",
    )
