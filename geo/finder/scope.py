"""Which plan documents count: those of one plan period, or all of them."""

from __future__ import annotations

from dataclasses import replace

from geo.plans import Plans


def sources_of(plans: Plans, period: str) -> set[str]:
    """Return the ids of the documents of a plan period; of all for an empty one."""
    return {one.id for one in plans.sources.values() if period in ("", one.period)}


def said_in(plans: Plans, period: str) -> Plans:
    """Return the plans with the figures, facts and projects of one plan period's documents.

    What a later plan says of an earlier year counts as the later plan's. Parks keep all their
    labels; each names its document.
    """
    if not period:
        return plans
    counts = sources_of(plans, period)
    return replace(
        plans,
        figures=[one for one in plans.figures if one.source_id in counts],
        indicators=[one for one in plans.indicators if one.source_id in counts],
        facts=[one for one in plans.facts if one.source.id in counts],
        projects=[one for one in plans.projects if one.source.id in counts],
    )
