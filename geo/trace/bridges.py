"""Ways along the network between features that a ring leaves apart. Planar work in local metres."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry import LineString

from geo.reference import Reference, is_metro
from geo.trace.arrangement import Strand
from geo.trace.closers import BRIDGED_RATE, Feature
from geo.trace.edges import Edge

_GAP_M = 60.0  # a shorter gap is not worth a way round
_MOST_M = 2_500.0  # longest way across one gap
_AROUND_M = 600.0  # how far from a gap its ends, and ways without a name, are looked for
_MEETS_M = 60.0  # lines this near each other meet: carriageways and ramps lie that far apart
_GROUND_M = 300.0  # how far beyond a ring lines are looked for, besides a fifth of its size
_MOST_LINES = 40


def bridges(
    features: Sequence[Feature], edges: Sequence[Edge], reference: Reference
) -> list[Strand]:
    """Return other lines of the network that may close what the best ring leaves open.

    Parameters
    ----------
    features : sequence of Feature
    edges : sequence of Edge
        Of the best ring so far; empty when there is none.
    reference : Reference

    Returns
    -------
    list of Strand
        The lines that meet two of the features on the ground in question, the shortest ways
        between the features on either side of each gap, and ways without a name around it.
    """
    ground = _ground(features, edges)
    here = [shapely.clip_by_rect(feature.geometry, *ground) for feature in features]
    named = {feature.name for feature in features}
    meets = Counter(
        name
        for geometry in here
        if not geometry.is_empty
        for name in reference.graph.near(geometry, _MEETS_M)
    )
    lines = {
        name: shapely.clip_by_rect(reference.lines[name].geometry, *ground)
        for name, count in meets.items()
        if count > 1 and name not in named and not is_metro(reference.lines[name])
    }
    shortest = sorted(lines, key=lambda name: (lines[name].length, name))[:_MOST_LINES]
    strands = [
        Strand(part, "bridged", BRIDGED_RATE, label=name)
        for name in shortest
        for part in shapely.get_parts(lines[name])
        if part.length > 0
    ]
    return strands + _ways(edges, {feature.name: feature for feature in features}, reference)


def _ground(
    features: Sequence[Feature], edges: Sequence[Edge]
) -> tuple[float, float, float, float]:
    """Return the box on which lines are looked for: round the ring, or where the features meet."""
    lines = [edge.line for edge in edges]
    if not lines:
        pairs = itertools.combinations([feature.geometry for feature in features], 2)
        lines = [shapely.shortest_line(*pair) for pair in pairs]
    west, south, east, north = shapely.total_bounds(np.array(lines))
    margin = _GROUND_M + 0.2 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _ways(
    edges: Sequence[Edge], features: Mapping[str, Feature], reference: Reference
) -> list[Strand]:
    """Return the shortest ways over the network across each gap of a ring."""
    strands = []
    for one, other, gap in _gaps(edges, features):
        around = gap.buffer(_AROUND_M)
        ends = [shapely.intersection(side.geometry, around) for side in (one, other)]
        if any(end.is_empty for end in ends):
            continue
        path = reference.graph.way(*ends, avoid=features, most_m=_MOST_M)
        if path is not None:
            strands += [
                Strand(line, "bridged", BRIDGED_RATE, label=name) for name, line in path.stretches
            ]
        strands += [
            Strand(line, "bridged", BRIDGED_RATE)
            for line in reference.graph.unnamed(gap, _AROUND_M)
        ]
    return strands


def _gaps(
    edges: Sequence[Edge], features: Mapping[str, Feature]
) -> Iterator[tuple[Feature, Feature, LineString]]:
    """Yield the two features on either side of each real gap of a ring, and the gap's line."""
    count = len(edges)
    firm = [i for i, edge in enumerate(edges) if edge.feature in features and edge.named]
    for here, onward in zip(firm, [*firm[1:], *(i + count for i in firm[:1])], strict=True):
        between = [edges[i % count].line for i in range(here + 1, onward)]
        if sum(line.length for line in between) > _GAP_M:
            coords = [xy for line in between for xy in line.coords]
            one, other = edges[here].feature, edges[onward % count].feature
            yield features[one], features[other], LineString(coords)
