"""What the page's script makes of a packed shape, done again in Python, digit by digit."""

from __future__ import annotations

import string

# The form of the files, written out: it must not change with the encoder. Printable ASCII without
# what HTML, JSON or the two marks between lines and polygons need.
DIGITS = (
    "!#$%()*+-./" + string.digits + ":=?@" + string.ascii_uppercase + "[]^_`"
    + string.ascii_lowercase + "{|}~"
)  # fmt: skip
LAST = 64  # so many digits end a number
LINE_END, PART_END = ",", ";"
SCALE = 200_000  # of a degree

Ring = list[tuple[float, float]]


def numbers(text: str) -> list[int]:
    """Return the whole numbers of a packed text."""
    found, number, weight = [], 0, 1
    for digit in text:
        value = DIGITS.index(digit)
        number += value * weight
        weight *= len(DIGITS) - LAST
        if value < LAST:
            found.append(-(number + 1) // 2 if number % 2 else number // 2)
            number, weight = 0, 1
    assert weight == 1, "the last number has an end"
    return found


def lines(text: str, scale: int = SCALE, at: list[int] | None = None) -> list[Ring]:
    """Return the lines of a packed text as lon/lat vertices; ``at`` is where the first begins."""
    at = [0, 0] if at is None else at
    found: list[Ring] = []
    for part in text.split(LINE_END) if text else []:
        steps, ring = numbers(part), []
        for east, north in zip(steps[::2], steps[1::2], strict=True):
            at[0] += east
            at[1] += north
            ring.append((at[0] / scale, at[1] / scale))
        found.append(ring)
    return found


def areas(text: str, scale: int = SCALE) -> list[list[Ring]]:
    """Return the polygons of a packed text as rings of lon/lat vertices, open as stored."""
    at = [0, 0]
    return [lines(part, scale, at) for part in text.split(PART_END)] if text else []
