"""Points along lines, and sections across them, all lines at once. Planar work in metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

STEP_M = 20.0  # between samples
REACH_M = 15.0  # either way along a line, for its direction


@dataclass(frozen=True)
class Samples:
    """Points along lines: vertices and points between them, line after line."""

    xy: NDArray  # (s, 2)
    normal: NDArray  # (s, 2) to the left
    line: NDArray  # (s,)
    along: NDArray  # (s,) metres from the line's start
    length: NDArray  # (s,) of the line
    vertex: NDArray  # (s,) is a vertex of the line

    @classmethod
    def of(cls, lines: NDArray) -> Samples:
        """Return the samples of LineStrings, in metres: every vertex, and one each 20 m."""
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        step = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T)])
        step[np.concatenate([[True], owner[1:] != owner[:-1]])] = 0.0
        # Lines are laid behind each other with a gap: one measure for all.
        measure = np.cumsum(step) + owner * 1000.0
        first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        last = np.concatenate([first[1:] - 1, [len(xy) - 1]])
        pieces = np.flatnonzero(owner[1:] == owner[:-1])
        between = np.maximum(np.ceil((measure[pieces + 1] - measure[pieces]) / STEP_M) - 1, 0)
        between = between.astype(int)
        piece = np.repeat(pieces, between)
        rank = np.arange(len(piece)) - np.repeat(np.cumsum(between) - between, between) + 1
        share = rank / (np.repeat(between, between) + 1)
        extra = measure[piece] + share * (measure[piece + 1] - measure[piece])
        places = np.concatenate([measure, extra])
        order = np.argsort(places, kind="stable")
        line = np.concatenate([owner, owner[piece]])[order]
        places = places[order]
        low, high = measure[first][line], measure[last][line]

        def at(place: NDArray) -> NDArray:
            place = np.clip(place, low, high)
            return np.column_stack([np.interp(place, measure, axis) for axis in xy.T])

        heading = at(places + REACH_M) - at(places - REACH_M)
        heading /= np.maximum(np.hypot(*heading.T), 1e-9)[:, None]
        return cls(
            xy=at(places),
            normal=np.column_stack([-heading[:, 1], heading[:, 0]]),
            line=line,
            along=places - low,
            length=high - low,
            vertex=(order < len(xy)),
        )


@dataclass(frozen=True)
class Pieces:
    """Straight pieces of lines, and the bundle and line each belongs to."""

    p: NDArray
    q: NDArray
    bundle: NDArray
    line: NDArray
    tree: shapely.STRtree

    @classmethod
    def of(cls, lines: NDArray, bundle: NDArray) -> Pieces:
        """Return the pieces of lines (or rings), each of which belongs to a bundle."""
        xy, line = shapely.get_coordinates(lines, return_index=True)
        first = np.flatnonzero(line[1:] == line[:-1])
        p, q, line = xy[first], xy[first + 1], line[first]
        tree = shapely.STRtree(shapely.linestrings(np.stack([p, q], axis=1)))
        return cls(p, q, bundle[line], line, tree)

    def crossed(
        self, sections: NDArray, middle: NDArray, direction: NDArray, bundle: NDArray
    ) -> tuple[NDArray, NDArray, NDArray]:
        """Return which sections meet which pieces of their bundle, and how far from the middle.

        Metres along the direction, behind the middle negative; sections are met produced, too.
        """
        i, j = self.tree.query(sections)
        own = self.bundle[j] == bundle[i]
        i, j = i[own], j[own]
        d, e, away = direction[i], self.q[j] - self.p[j], self.p[j] - middle[i]
        across = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (away[:, 0] * e[:, 1] - away[:, 1] * e[:, 0]) / across
            u = (away[:, 0] * d[:, 1] - away[:, 1] * d[:, 0]) / across
            hit = np.isfinite(t) & (u >= 0) & (u <= 1)
        return i[hit], j[hit], t[hit]


def sections_across(samples: Samples, left: NDArray, right: NDArray) -> NDArray:
    """Return lines across each sample, so many metres to the left and right; points if unknown."""
    known = np.isfinite(left) & np.isfinite(right)
    ends = [
        samples.xy + samples.normal * np.where(known, metres, 0.0)[:, None]
        for metres in (left, -right)
    ]
    return shapely.linestrings(np.stack(ends, axis=1))
