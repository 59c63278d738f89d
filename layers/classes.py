"""Classes of a choropleth: exact natural breaks, a colour-blind-safe ramp, and what is no value.

Natural breaks (Fisher's criterion: the least squared deviation within classes) are found exactly by
dynamic programming, so the same values always give the same classes. Zero and "no data" stand
outside the classes, because "the plan says there is none" and "the plan says nothing" are two
different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# Pale sand to dark brown: lightness falls evenly, so the order survives every kind of colour
# blindness and a grey print; blue and violet stay free for water and layout schemes.
RAMP = ("#fbe6bf", "#f1bb78", "#dc8648", "#b2532b", "#74291a")
_SHADES = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
ZERO_COLOUR = "#ffffff"
MOST = len(RAMP)


@dataclass(frozen=True)
class Classes:
    """Classes of positive values: ``limits`` are each class's smallest and largest value."""

    limits: tuple[tuple[Decimal, Decimal], ...]
    rule: str  # "natural" or "each"

    @property
    def colours(self) -> tuple[str, ...]:
        """One colour a class, light to dark."""
        return tuple(RAMP[shade] for shade in _SHADES.get(len(self.limits), ()))

    def index(self, value: Decimal) -> int:
        """Return the class of a positive value that was among the classified ones."""
        return next(i for i, (low, high) in enumerate(self.limits) if low <= value <= high)


def classify(values: list[Decimal], most: int = MOST) -> Classes:
    """Return classes for the positive ones among ``values``.

    Parameters
    ----------
    values : list of Decimal
        One entry a figure (a figure that covers several zones counts once).
    most : int
        Greatest number of classes, at most 5.

    Returns
    -------
    Classes
        With ``most`` or fewer distinct values, one class each (rule "each").

    Examples
    --------
    >>> classify([Decimal(v) for v in (1, 2, 10, 11, 50)], most=3).limits[-1]
    (Decimal('50'), Decimal('50'))
    """
    ranked = sorted(value for value in values if value > 0)
    distinct = sorted(set(ranked))
    if len(distinct) <= most:
        return Classes(tuple((value, value) for value in distinct), "each")
    return Classes(_natural_breaks(ranked, most), "natural")


def _natural_breaks(ranked: list[Decimal], count: int) -> tuple[tuple[Decimal, Decimal], ...]:
    """Return the ``count`` runs of ranked values with the least squared deviation within runs."""
    size = len(ranked)

    def spread(first: int, last: int) -> Decimal:
        run = ranked[first:last]
        mean = sum(run) / len(run)
        return sum((value - mean) ** 2 for value in run)

    # best[n][k]: least spread of the first n values in k runs, and where the last run begins.
    best: list[dict[int, tuple[Decimal, int]]] = [{0: (Decimal(0), 0)}]
    for n in range(1, size + 1):
        row = {}
        for k in range(1, min(n, count) + 1):
            options = [
                (best[start][k - 1][0] + spread(start, n), start)
                for start in range(k - 1, n)
                # Equal values never fall into two classes.
                if k - 1 in best[start] and (start == 0 or ranked[start - 1] != ranked[start])
            ]
            if options:
                row[k] = min(options)
        best.append(row)
    runs, end = [], size
    for k in range(count, 0, -1):
        start = best[end][k][1]
        runs.append((ranked[start], ranked[end - 1]))
        end = start
    return tuple(runs[::-1])
