"""Reconciling the plans: every figure tested against those it must agree with.

The rules follow the structure of the data (which quantity, whose, when; totals, shares, growth,
densities of metrics.yaml; members, parents, parts and zones; industries two plans have in common),
never a list of known cases. What is printed stays as printed. A comparison allows for

- the rounding of what it is made of (see `geo.plans.rules.interval`); a rate that is aimed at is
  not rounded (see `geo.plans.rules.ratios.growth`);
- the words around a number (约, 超过, 以上);
- numbers of a wider or narrower metric that stand in where none is stated, which limit a share
  from one side only;
- 5 % between a planned area and its digitised outline, as `geo.digitize` asks of a zone of high
  confidence: this one is a tolerance of the atlas, not of the documents;

and nothing else. Where it holds by one of the latter two alone, its sentence says so. It never says
which side is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from geo.plans.rules.book import Book
from geo.plans.rules.ground import area, density
from geo.plans.rules.lines import format_reconciliation
from geo.plans.rules.places import part, same, start
from geo.plans.rules.ratios import growth, share
from geo.plans.rules.records import (
    INCOMPARABLE,
    NATURES,
    RULES,
    Comparison,
    Input,
    Reconciliation,
    Side,
)
from geo.plans.rules.sums import sums

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

__all__ = [
    "INCOMPARABLE",
    "NATURES",
    "RULES",
    "Comparison",
    "Input",
    "Reconciliation",
    "Side",
    "format_reconciliation",
    "reconcile",
]

_RULES: dict[str, Callable[[Book], Iterator[Comparison]]] = {
    "same": same,
    "start": start,
    "part": part,
    "sum": sums,
    "share": share,
    "growth": growth,
    "density": density,
    "area": area,
}


def reconcile(plans: Plans, boundaries: gpd.GeoDataFrame | None = None) -> Reconciliation:
    """Test every figure of the plans against those it must agree with.

    Parameters
    ----------
    plans : Plans
    boundaries : geopandas.GeoDataFrame or None
        As of `load_boundaries`; without it areas are not compared with the map.

    Returns
    -------
    Reconciliation
        The comparisons that do not hold, by nature, and those that do; then by what they are about,
        metric and period, so that those of one quantity stand together, and then by rule. Divisors
        that differ most come first. The order of the rows of the files does not matter.
    """
    book = Book(plans, boundaries)
    made = {name: _once(rule(book)) for name, rule in _RULES.items()}
    every = [comparison for comparisons in made.values() for comparison in comparisons]
    every.sort(key=_order(plans))
    return Reconciliation(
        findings=tuple(c for c in every if not c.holds),
        holding=tuple(c for c in every if c.holds and c.comparable),
        checked={name: sum(c.comparable for c in found) for name, found in made.items()},
        incomparable=tuple(c for c in every if not c.comparable),
    )


def _order(plans: Plans) -> Callable[[Comparison], tuple]:
    """Return the key that orders comparisons."""
    abouts = {one: index for index, one in enumerate([*plans.parks, *plans.subjects])}
    metrics = {one: index for index, one in enumerate(plans.metrics)}

    def key(comparison: Comparison) -> tuple:
        about, industry, metric, period = comparison.quantity
        size = abs(comparison.difference_pct or 0) if comparison.nature == "divisor" else 0
        return (
            list(NATURES).index(comparison.nature) if comparison.nature else -1,
            -size,
            abouts.get(about, -1),
            industry,
            metrics[metric],
            period,
            list(RULES).index(comparison.rule),
            comparison.sentence_zh,
        )

    return key


def _once(comparisons: Iterator[Comparison]) -> list[Comparison]:
    """Leave out a comparison of one quantity by the same two values at the same places."""
    found: dict[tuple, Comparison] = {}
    for comparison in comparisons:
        sides = (comparison.left, comparison.right)
        key = (*comparison.quantity, *((side.value, side.places) for side in sides))
        found.setdefault(key, comparison)
    return list(found.values())
