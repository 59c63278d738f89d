"""Geometry as the page stores it: a short text, each vertex the step from the one before.

Degrees are multiplied by a scale and rounded to whole numbers, every vertex is written as its
difference to the one before, and every number in digits of `DIGITS`, mostly one or two. That takes
an eighth of the bytes of GeoJSON, and `layers/assets/geometry.js` undoes it in a few lines. What
two shapes share they share in the page as well: both are rounded to the same grid.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

# Half a metre: half a pixel at the nearest zoom, and below what areas are published with.
SCALE = 200_000
LINE_END, PART_END = ",", ";"  # between lines or rings, and between polygons
# What may stand anywhere in a page as it is: neither JSON nor HTML escapes any of it.
DIGITS = "".join(
    chr(code) for code in range(0x21, 0x7F) if chr(code) not in f"\"&'<>\\{LINE_END}{PART_END}"
)
LAST = 64  # of the digits end a number; after the others it goes on


def encode(geometry: BaseGeometry, scale: int = SCALE) -> str | list[int]:
    """Return a lon/lat geometry as the page stores it.

    Parameters
    ----------
    geometry : shapely geometry
        Point, line or polygon, single or multi, in degrees.
    scale : int
        Steps of the grid in a degree.

    Returns
    -------
    str or list of int
        Points: ``[x, y, x, y, …]``. Lines: the texts of all, with `LINE_END` between. Polygons:
        the same of their rings, with `PART_END` between polygons. A text has the steps to each
        vertex, east and north, from the one before; to the first, from the last of the text
        before; to the first of all, from 0, 0. Rings are stored open, vertices that coincide after
        rounding are dropped, and so are parts that shrink to nothing.
    """
    kind = geometry.geom_type
    parts = shapely.get_parts(geometry)
    if "Point" in kind:
        return _whole(geometry, scale).ravel().tolist()
    packed = _Packed(scale)
    if "Polygon" not in kind:
        return packed.lines(parts, 2)
    return PART_END.join(filter(None, (packed.polygon(part) for part in parts)))


def number_text(number: int) -> str:
    """Return a whole number, positive or negative, in digits of `DIGITS`.

    The sign is its last bit. A digit of those that go on is worth its place in `DIGITS`, times the
    number of such digits to the power of how many came before; so is the one that ends it.
    """
    left = 2 * number if number >= 0 else -2 * number - 1
    more = len(DIGITS) - LAST
    text = ""
    while left >= LAST:
        left, digit = divmod(left - LAST, more)
        text += DIGITS[LAST + digit]
    return text + DIGITS[left]


def _whole(geometry: BaseGeometry, scale: int) -> np.ndarray:
    """Return degrees as whole steps of the stored grid."""
    return np.rint(shapely.get_coordinates(geometry) * scale).astype(np.int64)


class _Packed:
    """Writes lines one after the other, each from where the one before ended."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        self.at = np.zeros((1, 2), np.int64)

    def polygon(self, part: BaseGeometry) -> str:
        """Return a polygon's rings; none when its outline shrinks to nothing."""
        outline = self.lines([part.exterior], 3)
        holes = self.lines(part.interiors, 3) if outline else ""
        return LINE_END.join(filter(None, (outline, holes)))

    def lines(self, parts: Iterable[BaseGeometry], least: int) -> str:
        """Return lines or rings that keep at least ``least`` vertices."""
        return LINE_END.join(filter(None, (self._line(part, least) for part in parts)))

    def _line(self, line: BaseGeometry, least: int) -> str:
        """Return the text of one line or ring; empty below ``least`` vertices."""
        coords = _whole(line, self.scale)
        moved = np.diff(coords, axis=0, prepend=coords[:1] - 1) != 0
        coords = coords[moved.any(axis=1)]
        if line.geom_type == "LinearRing":
            coords = coords[:-1]
        if len(coords) < least:
            return ""
        steps = np.diff(np.vstack([self.at, coords]), axis=0)
        self.at = coords[-1:]
        return "".join(map(number_text, steps.ravel().tolist()))


def bounds(geometries: list[BaseGeometry]) -> list[list[float]] | None:
    """Return [[south, west], [north, east]] in degrees around geometries, None when there are none.

    Rounded to 4 decimals: it only says what the map should show.
    """
    real = [item for item in geometries if item is not None and not item.is_empty]
    if not real:
        return None
    west, south, east, north = (round(float(v), 4) for v in shapely.total_bounds(real))
    return [[south, west], [north, east]]


def label_point(geometry: BaseGeometry) -> BaseGeometry:
    """Return where a name belongs: deep inside the largest part, or half-way along a line."""
    part = max(shapely.get_parts(geometry), key=lambda one: (one.area, one.length))
    if part.geom_type == "Polygon":
        # The circle comes as a line from its centre to where it touches the outline.
        return shapely.get_point(shapely.maximum_inscribed_circle(part), 0)
    if part.geom_type == "LineString":
        return shapely.line_interpolate_point(part, 0.5, normalized=True)
    return part
