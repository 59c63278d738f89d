"""Lines that a text gives by their distance from another: 曹安公路南150米."""

from __future__ import annotations

import re

import numpy as np
import shapely
from shapely.geometry import MultiLineString

from geo.sizhi import SIDE_NAMES
from geo.trace.fit import OUTWARD

_LABEL = re.compile(r"(?P<name>.+)以[东南西北]{1,2}[\d.]+米\Z")


def offset_label(name: str, metres: float, side: str) -> str:
    """Return what a line moved aside is called: 江月路以北150米."""
    return f"{name}以{SIDE_NAMES[side]}{metres:g}米"


def moved_from(label: str) -> str:
    """Return the line that a label of `offset_label` was moved from; other names as they are."""
    found = _LABEL.match(label)
    return found["name"] if found else label


def offset_line(geometry: MultiLineString, metres: float, side: str) -> MultiLineString:
    """Return a line moved aside.

    Parameters
    ----------
    geometry : shapely.MultiLineString
        In metres.
    metres : float
        Distance, positive.
    side : str
        Side of the compass towards which the line is moved, such as "south". A line that turns
        keeps to the side that lies there on the whole of each piece.

    Returns
    -------
    shapely.MultiLineString
        In metres, parallel to the line at the distance.
    """
    outward = OUTWARD[side]
    moved = []
    for piece in shapely.get_parts(shapely.line_merge(geometry)):
        here = np.array(piece.centroid.coords[0])
        options = [
            shapely.offset_curve(piece, distance, join_style="mitre")
            for distance in (metres, -metres)
        ]
        towards = [
            float((np.array(option.centroid.coords[0]) - here) @ outward) if option else -np.inf
            for option in options
        ]
        best = options[int(np.argmax(towards))]
        moved += [part for part in shapely.get_parts(best) if not part.is_empty]
    return MultiLineString(moved)
