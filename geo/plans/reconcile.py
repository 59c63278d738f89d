"""Reconciling the plans: every figure tested against those it must agree with.

The rules follow the structure of the data (which quantity, whose, when; totals, shares, growth,
densities of metrics.yaml; members, parents, parts and zones), never a list of known cases. What is
printed stays as printed: a comparison allows for the rounding of what it is made of (see
`geo.plans.rules.interval`) and for the words around a number (约, 超过, 以上), and nothing else. It
never says which side is right.
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
        The comparisons that do not hold, by nature, and those that do, by rule; then by what they
        are about, metric and period. The order of the rows of the files does not matter.
    """
    book = Book(plans, boundaries)
    made = {name: _once(rule(book)) for name, rule in _RULES.items()}
    every = [comparison for comparisons in made.values() for comparison in comparisons]
    about = {one: index for index, one in enumerate([*plans.parks, *plans.subjects])}
    metric = {one: index for index, one in enumerate(plans.metrics)}

    def key(comparison: Comparison) -> tuple:
        return (
            list(NATURES).index(comparison.nature) if comparison.nature else -1,
            list(RULES).index(comparison.rule),
            about.get(comparison.about, -1),
            comparison.industry,
            metric[comparison.metric],
            comparison.period,
            comparison.sentence_zh,
        )

    every.sort(key=key)
    return Reconciliation(
        findings=tuple(c for c in every if not c.holds),
        holding=tuple(c for c in every if c.holds),
        checked={name: len(comparisons) for name, comparisons in made.items()},
    )


def _once(comparisons: Iterator[Comparison]) -> list[Comparison]:
    """Leave out a comparison of the same two values at the same places."""
    found: dict[tuple, Comparison] = {}
    for comparison in comparisons:
        sides = (comparison.left, comparison.right)
        key = (comparison.period, *((side.value, side.places) for side in sides))
        found.setdefault(key, comparison)
    return list(found.values())
