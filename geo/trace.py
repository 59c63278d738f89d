"""Trace the ring of a zone on reference lines.

The lines that a clause names cut the ground into faces (`geo.arrangement`), and the zone is the
union of faces whose ring fits the clause best (`geo.fit`): few metres off the named lines, every
feature used, each on its side of the compass, the shorter ring last. Gaps are closed in three
rounds, each tried only when the one before leaves the clause unfulfilled: what the map's rounding
leaves open; straight on and straight across; along other lines of the network. A stated area only
chooses between readings that fit alike; it never bends a ring. Planar work in local metres.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

from geo import measure
from geo.arrangement import Arrangement, Strand
from geo.closers import BRIDGED_RATE, FAR, NEAR, TOUCH_M, Feature, closers, named_strands
from geo.crs import from_local
from geo.fit import CLOCKWISE, FORWARD, WIDE_M, Fit
from geo.reason import Reason
from geo.reference import Line, Reference
from geo.search import Search

__all__ = ["CLOCKWISE", "Edge", "Leg", "NoRing", "Ring", "trace"]

_ALIKE_SHARE = 0.03  # readings whose costs differ by less than this share of the ring are alike
_OPEN_SHARE = 0.6
_SAME_GROUND = 0.01  # rings that differ by less than this share of their ground are one reading
_CLEAN_SHARE = 0.03  # share of a ring off the named features that needs no further closing
_HONEST_SHARE = 0.33  # with less of the ring on named features there is no ring to speak of
_LEAST_M2 = 10_000.0
_BRIDGE_GAP_M = 60.0  # a shorter gap is not worth a way round
_BRIDGE_M = 2_500.0
_BRIDGE_AROUND_M = 600.0
_MEETS_M = 60.0  # lines this near each other meet: carriageways and ramps lie that far apart
_GROUND_M = 300.0
_MOST_BRIDGES = 40
_MOST_READINGS = 12
_MOST_LOOKED = 100  # candidates looked at for further readings
_AREA_HOLDS = 0.05  # an area this near confirms the best reading; it need not choose among others


@dataclass(frozen=True)
class Leg:
    """A line that bounds the zone on one side.

    ``side`` is None where the clause lists features without compass words. ``named`` tells whether
    the clause names it; a leg that is not named is a connector somebody chose with a reason.
    ``written`` is the name in the clause. ``loose`` legs stand for many lines at once (any
    railway); ``extends`` legs are named as running on beyond their mapped end.
    """

    side: str | None
    line: Line
    written: str
    named: bool = True
    loose: bool = False
    extends: bool = False


@dataclass(frozen=True)
class Edge:
    """A stretch of ring: what it lies on and how that is known.

    ``kind`` is ``measured`` on a named feature, ``border`` on a named administrative line,
    ``bridged`` along a line the clause does not name (``feature`` is None where that has no name),
    ``extended`` straight on from the end of ``feature``, or ``straight`` across a gap: in
    ``feature`` itself, or ``between`` two features. ``line`` is in local metres, clockwise.
    """

    kind: str
    line: LineString
    feature: str | None = None
    side: str | None = None
    between: tuple[str, str] | None = None

    @property
    def named(self) -> bool:
        """Whether the stretch lies on a feature the clause names."""
        return self.kind in {"measured", "border"}


@dataclass
class Ring:
    """A closed ring with its evidence.

    ``polygon`` is in local metres, ``edges`` go round it clockwise end to end, ``order`` tells the
    features as they are met, ``alternatives`` the other readings the text allows equally (best
    first; their own ``alternatives`` are empty), ``by_area`` whether the stated area chose among
    them, and ``contrary_m`` the metres that both face and lie elsewhere than their side says.
    """

    polygon: Polygon
    edges: list[Edge]
    score: float
    order: tuple[str, ...]
    unused: tuple[str, ...] = ()
    contrary_m: float = 0.0
    by_area: bool = False
    alternatives: list[Ring] = field(default_factory=list)

    @property
    def area_km2(self) -> float:
        """Geodesic area."""
        return measure.area_km2(from_local(self.polygon))

    @property
    def named_share(self) -> float:
        """Share of the ring's length on features the clause names (0 to 1)."""
        total = sum(edge.line.length for edge in self.edges)
        named = sum(edge.line.length for edge in self.edges if edge.named)
        return named / total if total else 0.0

    @property
    def gaps_m(self) -> list[float]:
        """Lengths in metres of the stretches that lie on no line."""
        return [e.line.length for e in self.edges if e.kind in {"extended", "straight"}]


@dataclass(frozen=True)
class NoRing:
    """There is no honest ring, and why."""

    reason: Reason


def trace(
    legs: Iterable[Leg], area_km2: float | None = None, reference: Reference | None = None
) -> Ring | NoRing:
    """Find the ring that a zone's legs describe.

    Parameters
    ----------
    legs : iterable of Leg
        In any order.
    area_km2 : float, optional
        Stated area; where it belies the best reading it chooses between those that the text allows
        equally.
    reference : Reference, optional
        Its network may bridge a gap between two features that do not meet.

    Returns
    -------
    Ring or NoRing
    """
    legs = list(legs)
    features = _features(legs)
    if sum(feature.named for feature in features) < 2:
        return NoRing(
            Reason(
                zh="图上找到的界线不足两条，围不成环",
                en="fewer than two of the lines are on the map, which bound nothing",
            )
        )
    best: _Readings | None = None
    for strands in _rounds(features, reference):
        found = _Readings(features, strands(best), legs, best)
        if found.first is not None and (
            best is None or best.first is None or found.first.score < best.first.score
        ):
            best = found
        if best is not None and best.is_clean:
            break
    if best is None or best.first is None:
        return NoRing(
            Reason(
                zh="各界线及其延长线围不成闭合的环",
                en="the lines, even run on straight, do not close to a ring",
            )
        )
    return _honest(best.choose(area_km2), features)


def _honest(ring: Ring, features: list[Feature]) -> Ring | NoRing:
    """Return a ring, or why what was found is none."""
    named = sum(feature.named for feature in features)
    if 2 * len(ring.unused) > named:
        listed = "、".join(ring.unused)
        return NoRing(
            Reason(
                zh=f"所列界线半数以上（{listed}）不在同一个环上",
                en=f"more than half of the lines named ({listed}) lie on no common ring",
            )
        )
    if ring.named_share < _HONEST_SHARE:
        share = f"{ring.named_share:.0%}"
        return NoRing(
            Reason(
                zh=f"最接近的环只有 {share} 落在所列界线上，不能算四至的环",
                en=f"only {share} of the nearest ring lies on the lines named, "
                "which is no ring of this clause",
            )
        )
    return ring


def _features(legs: list[Leg]) -> list[Feature]:
    """Return the lines of the legs, each once with all its sides."""
    grouped: dict[tuple[str, str, bool], list[Leg]] = {}
    for leg in legs:
        grouped.setdefault((leg.line.name, leg.line.kind, leg.named), []).append(leg)
    return [
        Feature(
            name=name,
            geometry=group[0].line.geometry,
            sides=tuple(dict.fromkeys(leg.side for leg in group if leg.side)),
            named=any(leg.named for leg in group),
            loose=any(leg.loose for leg in group),
            extends=any(leg.extends for leg in group),
        )
        for (name, _, _), group in grouped.items()
    ]


def _rounds(features: list[Feature], reference: Reference | None) -> Iterator:
    """Yield, round by round, what makes the strands to try from the best reading so far."""
    own = named_strands(features)
    yield lambda _: [*own, *closers(features, NEAR)]
    far = [*own, *closers(features, FAR)]
    yield lambda _: far
    if reference is not None:
        yield lambda best: [*far, *_bridges(features, best, reference)]


class _Readings:
    """The readings that one set of strands allows, best first."""

    def __init__(
        self,
        features: list[Feature],
        strands: Sequence[Strand],
        legs: list[Leg],
        coarser: _Readings | None = None,
    ) -> None:
        self._features = features
        self._written = {leg.line.name: leg.written for leg in legs}
        self._kinds = {leg.line.name: leg.line.kind for leg in legs}
        self._arrangement = Arrangement(strands, len(features))
        self._fit = Fit(self._arrangement, features)
        known = coarser.first if coarser is not None else None
        self._found = Search(self._fit).run(known.polygon if known is not None else None)
        self.first = next(iter(self._rings()), None)

    @property
    def is_clean(self) -> bool:
        """Whether the best ring uses every feature and next to nothing else."""
        ring = self.first
        return (
            ring is not None
            and not ring.unused
            and ring.named_share >= 1.0 - _CLEAN_SHARE
            and ring.contrary_m < _CLEAN_SHARE * ring.polygon.length
            and ring.polygon.length < WIDE_M
        )

    def choose(self, area_km2: float | None) -> Ring:
        """Return the best ring, or the like one nearest to a stated area that belies it."""
        alike = list(itertools.islice(self._rings(), _MOST_READINGS))
        first = alike[0]
        if area_km2 and abs(first.area_km2 - area_km2) > _AREA_HOLDS * area_km2:
            first = min(alike, key=lambda ring: abs(ring.area_km2 - area_km2))
            first.by_area = first is not alike[0]
        first.alternatives = [ring for ring in alike if ring is not first]
        return first

    def _rings(self) -> Iterator[Ring]:
        """Yield the rings that fit alike and cover different ground, best first."""
        limit = np.inf
        taken: list[NDArray[np.bool_]] = []
        looked = 0
        for cost, union in self._found:
            if cost > limit or looked == _MOST_LOOKED:
                return
            if any(self._fit.apart(union, other) <= _SAME_GROUND for other in taken):
                continue
            looked += 1
            # A union that one more face would better is a step on the way, not a reading.
            if not self._fit.is_lowest(cost, union):
                continue
            ring = self._ring(cost, union)
            if ring is not None:
                limit = min(limit, cost + _margin_m(ring))
                taken.append(union)
                yield ring

    def _ring(self, cost: float, union: NDArray[np.bool_]) -> Ring | None:
        """Return a union's ring with its evidence; None when it encloses next to nothing."""
        edges = _joined(
            [self._edge(number, line) for number, line in self._arrangement.ring(union)]
        )
        if len(edges) < 2:
            return None
        polygon = Polygon([xy for edge in edges for xy in edge.line.coords[:-1]])
        if polygon.area < _LEAST_M2 or not polygon.is_valid:
            return None
        unused = tuple(self._written[self._features[i].name] for i in self._fit.unused(union))
        order = tuple(
            name for name, _ in itertools.groupby(e.feature for e in edges if e.named) if name
        )
        return Ring(polygon, edges, cost, order, unused, self._fit.contrary_m(union))

    def _edge(self, number: int, line: LineString) -> Edge:
        """Return one edge of the arrangement as a stretch of ring."""
        strand = self._arrangement.strands[self._arrangement.strand[number]]
        if strand.feature is None:
            if line.length <= TOUCH_M:
                return Edge("snap", line)
            return Edge(strand.kind, line, strand.label)
        feature = self._features[strand.feature]
        kind = "border" if self._kinds[feature.name] == "border" else "measured"
        return Edge(kind if feature.named else "bridged", line, feature.name, _side(feature, line))


def _margin_m(ring: Ring) -> float:
    """Return how much more another ring may cost and still fit the words alike.

    How a gap is closed the words do not say, so that most of what closing it costs is no evidence.
    """
    off = sum(edge.line.length for edge in ring.edges if not edge.named)
    return _ALIKE_SHARE * ring.polygon.length + _OPEN_SHARE * off


def _side(feature: Feature, line: LineString) -> str | None:
    """Return the side that a stretch of a feature bounds: of several, the one that it faces."""
    if len(feature.sides) < 2:
        return feature.sides[0] if feature.sides else None
    along = np.subtract(line.coords[-1], line.coords[0])
    return max(feature.sides, key=lambda side: float(along @ FORWARD[side]))


def _joined(edges: list[Edge]) -> list[Edge]:
    """Join neighbouring stretches of one kind; a snap of a few metres goes to its neighbour."""
    if not edges:
        return []
    firm = next((i for i, edge in enumerate(edges) if edge.kind != "snap"), None)
    if firm is None:
        return []
    groups: list[tuple[Edge, list[LineString]]] = []
    for edge in [*edges[firm:], *edges[:firm]]:
        if groups and (edge.kind == "snap" or _label(edge) == _label(groups[-1][0])):
            groups[-1][1].append(edge.line)
        else:
            groups.append((edge, [edge.line]))
    if len(groups) > 1 and _label(groups[0][0]) == _label(groups[-1][0]):
        edge, lines = groups.pop()
        groups[0] = (edge, [*lines, *groups[0][1]])
    lines = [LineString(_coords(parts)) for _, parts in groups]
    return [
        _placed(replace(edge, line=line), number, [other for other, _ in groups])
        for number, ((edge, _), line) in enumerate(zip(groups, lines, strict=True))
    ]


def _coords(lines: list[LineString]) -> list[tuple[float, ...]]:
    """Return the coordinates of lines that go on from each other."""
    return [xy for line in lines for xy in line.coords[:-1]] + [lines[-1].coords[-1]]


def _placed(edge: Edge, number: int, ring: list[Edge]) -> Edge:
    """Return a stretch that closes a gap with its side and with what it lies between."""
    if edge.side:
        return edge
    before = [ring[number - step] for step in range(1, len(ring))]
    behind = [ring[(number + step) % len(ring)] for step in range(1, len(ring))]
    # It is told with the side it goes on from.
    side = next((other.side for other in before if other.side), None)
    if edge.kind != "straight":
        return replace(edge, side=side)
    one, other = (
        next((near.feature for near in order if near.feature), None) for order in (before, behind)
    )
    if one == other:
        return replace(edge, side=side, feature=one)
    return replace(edge, side=side, between=(one, other))


def _label(edge: Edge) -> tuple:
    return edge.kind, edge.feature, edge.side, edge.between


def _bridges(features: list[Feature], best: _Readings | None, reference: Reference) -> list[Strand]:
    """Return other lines of the network that may close what the best ring leaves open.

    These are the lines that meet two of the features on the ground in question, and the shortest
    ways between the features on either side of each gap.
    """
    ring = best.first if best is not None else None
    ground = _ground(features, ring)
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
        if count > 1 and name not in named
    }
    shortest = sorted(lines, key=lambda name: (lines[name].length, name))[:_MOST_BRIDGES]
    strands = [
        Strand(part, "bridged", BRIDGED_RATE, label=name)
        for name in shortest
        for part in shapely.get_parts(lines[name])
        if part.length > 0
    ]
    if ring is not None:
        strands += _ways(ring, {feature.name: feature for feature in features}, reference)
    return strands


def _ground(features: list[Feature], ring: Ring | None) -> tuple[float, float, float, float]:
    """Return the box on which lines are looked for: round the ring, or where the features meet."""
    if ring is not None:
        west, south, east, north = ring.polygon.bounds
    else:
        pairs = itertools.combinations([feature.geometry for feature in features], 2)
        joins = [shapely.shortest_line(*pair) for pair in pairs]
        west, south, east, north = shapely.total_bounds(np.array(joins))
    margin = _GROUND_M + 0.2 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _ways(ring: Ring, features: dict[str, Feature], reference: Reference) -> list[Strand]:
    """Return the shortest ways over the network across each gap of a ring."""
    strands = []
    for one, other, gap in _gaps(ring, features):
        around = gap.buffer(_BRIDGE_AROUND_M)
        ends = [shapely.intersection(side.geometry, around) for side in (one, other)]
        if any(end.is_empty for end in ends):
            continue
        path = reference.graph.way(*ends, avoid=features, most_m=_BRIDGE_M)
        if path is not None:
            strands += [
                Strand(line, "bridged", BRIDGED_RATE, label=name) for name, line in path.stretches
            ]
        strands += [
            Strand(line, "bridged", BRIDGED_RATE)
            for line in reference.graph.unnamed(gap, _BRIDGE_AROUND_M)
        ]
    return strands


def _gaps(
    ring: Ring, features: dict[str, Feature]
) -> Iterator[tuple[Feature, Feature, LineString]]:
    """Yield the two features on either side of each real gap of a ring, and the gap's line."""
    count = len(ring.edges)
    firm = [i for i, edge in enumerate(ring.edges) if edge.feature in features and edge.named]
    for here, onward in zip(firm, [*firm[1:], *(i + count for i in firm[:1])], strict=True):
        between = [ring.edges[i % count].line for i in range(here + 1, onward)]
        if sum(line.length for line in between) > _BRIDGE_GAP_M:
            coords = [xy for line in between for xy in line.coords]
            one, other = ring.edges[here].feature, ring.edges[onward % count].feature
            yield features[one], features[other], LineString(coords)
