"""The search for the union of faces whose ring fits a clause best.

A beam search from the faces that the compass words favour: each round flips one face, or one cell
between the named lines, of each kept union, in or out, and keeps the cheapest new ones, better or
not, so that the search can leave a hollow by a dearer step.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.trace.fit import Fit

_BEAM = 24  # unions kept in each round
_PATIENCE = (4, 12)  # rounds without a better union after which the search ends, by faces
_MOST_SEEN = 60_000  # unions weighed, after which the best so far is taken
_CROWDED = 300  # with more faces than this, half as many unions are kept, for half as long
_SEEDS = 12
_VOTE = 0.3

Found = tuple[float, NDArray[np.bool_]]


class Search:
    """One search.

    Parameters
    ----------
    fit : Fit
    """

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self._arrangement = fit.arrangement
        count = len(self._arrangement.faces)
        # A union is known by the exclusive or of its faces' numbers: a flip changes one of them.
        self._numbers = np.random.default_rng(0).integers(1, 2**63, count, dtype=np.uint64)
        self._seen: set[int] = set()
        self._cells = _cells(fit)
        crowded = count > _CROWDED
        self._beam = _BEAM // 2 if crowded else _BEAM
        self._patience = int(np.clip(count // 3, *_PATIENCE)) // (2 if crowded else 1)

    def run(self, near: BaseGeometry | None = None) -> list[Found]:
        """Return the simple unions met on the way to the cheapest one, cheapest first.

        Parameters
        ----------
        near : shapely geometry, optional
            Ground to start from as well, such as the best ring of a coarser arrangement.

        Returns
        -------
        list of (cost, union)
            Union is a numpy.ndarray of bool, shape (F,).
        """
        if len(self._numbers) == 0:
            return []
        kept = np.array([union for union in self._starts(near) if self._is_new(self._key(union))])
        found = [
            (float(cost), union)
            for cost, union in zip(self._fit.costs(kept), kept, strict=True)
            if self._arrangement.is_simple(union)
        ]
        best = min((cost for cost, _ in found), default=np.inf)
        stale = 0
        while stale < self._patience and len(self._seen) < _MOST_SEEN:
            grown = self._grown(kept)
            if not grown:
                break
            found += grown
            kept = np.array([union for _, union in grown])
            stale = 0 if grown[0][0] < best - 1e-6 else stale + 1
            best = min(best, grown[0][0])
        return sorted(found, key=lambda item: item[0])

    def _key(self, union: NDArray[np.bool_]) -> int:
        return int(np.bitwise_xor.reduce(self._numbers[union]))

    def _is_new(self, key: int) -> bool:
        """Tell whether a union has not been met before, and note it."""
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _grown(self, kept: NDArray[np.bool_]) -> list[Found]:
        """Return the cheapest new simple unions one step from the kept ones."""
        union, face, costs = self._fit.flip_costs(kept)
        keys = np.array([self._key(one) for one in kept], dtype=np.uint64)
        keys = keys[union] ^ self._numbers[face]
        leaps, leap_costs = self._leaps(kept)
        grown: list[Found] = []
        for i in np.argsort(np.concatenate([costs, leap_costs]), kind="stable").tolist():
            if i < len(costs):
                if not self._is_new(int(keys[i])):
                    continue
                step = kept[union[i]].copy()
                step[face[i]] ^= True
            else:
                step = leaps[i - len(costs)]
                if not self._is_new(self._key(step)):
                    continue
            if self._arrangement.is_simple(step):
                grown.append(
                    (float(costs[i] if i < len(costs) else leap_costs[i - len(costs)]), step)
                )
                if len(grown) == self._beam:
                    break
        return grown

    def _leaps(self, kept: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return the kept unions with a whole cell taken in or left out, and their costs.

        A cell is what the named lines alone enclose. Lines that close gaps cut it into many faces,
        and face by face the way to the next cell would be long and dear.
        """
        near = self._arrangement.reach(kept)
        union, cell = np.nonzero((near[:, None, :] & self._cells[None]).any(axis=2))
        leaps = np.concatenate([kept[union] | self._cells[cell], kept[union] & ~self._cells[cell]])
        return leaps, self._fit.costs(leaps)

    def _starts(self, near: BaseGeometry | None) -> Iterator[NDArray[np.bool_]]:
        """Yield the unions to start from: where all words agree, where most do, single faces."""
        if near is not None:
            yield shapely.contains(near, shapely.point_on_surface(self._arrangement.faces))
        votes = self._fit.votes()
        agreed = (votes > -0.1).all(axis=1)
        total = np.minimum(votes, _VOTE).sum(axis=1)
        most = total >= 0.7 * _VOTE * votes.shape[1]
        yield from (group for group in (agreed, most) if group.any())
        rank = total + 0.1 * self._fit.touched()
        for face in np.argsort(-rank, kind="stable")[:_SEEDS]:
            single = np.zeros(len(votes), dtype=bool)
            single[face] = True
            yield single


def _cells(fit: Fit) -> NDArray[np.bool_]:
    """Return shape (cells, F): the cells between named lines that hold several faces."""
    arr = fit.arrangement
    count = len(arr.faces)
    cell = np.arange(count + 1)
    unnamed = ~arr.on.any(axis=1)
    for a, b in zip(arr.left[unnamed].tolist(), arr.right[unnamed].tolist(), strict=True):
        if cell[a] != cell[b] and count not in (a, b):
            cell[cell == cell[b]] = cell[a]
    names, sizes = np.unique(cell[:count], return_counts=True)
    return names[sizes > 1][:, None] == cell[None, :count]
