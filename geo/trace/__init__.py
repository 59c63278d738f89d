"""Trace the ring of a zone on reference lines.

The lines that a clause names cut the ground into faces (`geo.trace.arrangement`), and the zone is
the union of faces whose ring fits the clause best (`geo.trace.fit`): few metres off the named
lines, every feature used, each on its side of the compass, the shorter ring last. Gaps are closed
in three rounds, each tried only when the one before leaves the clause unfulfilled: what the map's
rounding leaves open; straight on and straight across; along other lines of the network. A stated
area only chooses between readings that fit alike; it never bends a ring. Planar work in local
metres.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString, Polygon

from geo import measure
from geo.crs import from_local
from geo.reason import Reason
from geo.reference import Line, Reference
from geo.trace.arrangement import Arrangement, Strand
from geo.trace.bridges import bridges
from geo.trace.closers import FAR, NEAR, Feature, closers, named_strands
from geo.trace.edges import Edge, bends, joined
from geo.trace.fit import CLOCKWISE, FORWARD, WIDE_M, Fit
from geo.trace.search import Search

__all__ = ["CLOCKWISE", "Edge", "Leg", "NoRing", "Ring", "trace"]

_ALIKE_SHARE = 0.03  # readings whose costs differ by less than this share of the ring are alike
_OPEN_SHARE = 0.3  # and so much more for each metre off the named features
_SAME_GROUND = 0.02  # rings that differ by less than this share of their ground are one reading
_CLEAN_SHARE = 0.03  # share of a ring off the named features that needs no further closing
_CLEAN_CONTRARY = 0.02  # and share of it against the compass
_HONEST_SHARE = 0.33  # with less of the ring on named features there is no ring to speak of
_CONTRARY_SHARE = 0.1  # with more of it on other sides than said, neither
_LEAST_M2 = 10_000.0
# Of many lines at once (any railway), those around the other features, and the longest of them.
_LOOSE_M = 1_000.0
_MOST_LOOSE = 60
_MOST_NAMES = 60
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


@dataclass
class Ring:
    """A closed ring with its evidence.

    ``polygon`` is in local metres, ``edges`` go round it clockwise end to end, ``score`` is what
    it costs (`geo.trace.fit`; less is better), ``unused`` the written names that it does not touch,
    ``alternatives`` the other readings the text allows equally (best first; their own
    ``alternatives`` are empty), ``by_area`` tells whether the stated area chose among them, and
    ``contrary_m`` the metres that both face and lie elsewhere than their side says.
    """

    polygon: Polygon
    edges: list[Edge]
    score: float
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
    given = list(legs)
    # A line moved aside by more than it is wide is nowhere.
    legs = [leg for leg in given if np.isfinite(leg.line.geometry.bounds).all()]
    features = _features(legs)
    fault = _fault(features)
    if fault is not None:
        return NoRing(fault)
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
    ring = best.choose(area_km2)
    nowhere = tuple(dict.fromkeys(leg.written for leg in given if leg not in legs))
    for reading in (ring, *ring.alternatives):
        reading.unused += nowhere
    return _honest(ring, features)


def _fault(features: list[Feature]) -> Reason | None:
    """Return why no ring need be looked for."""
    named = [feature for feature in features if feature.named]
    if len(named) > _MOST_NAMES:
        return Reason(
            zh=f"所列界线有 {len(named)} 条，一个片区最多取 {_MOST_NAMES} 条",
            en=f"{len(named)} lines are named; a zone may have no more than {_MOST_NAMES}",
        )
    if len(named) < 2 and not any(_goes_round(feature) for feature in named):
        return Reason(
            zh="图上找到的界线不足两条，围不成环",
            en="fewer than two of the lines are on the map, which bound nothing",
        )
    return None


def _goes_round(feature: Feature) -> bool:
    """Tell whether one line may be a whole ring: on all sides, and closed in itself."""
    all_round = not feature.sides or {"east", "south", "west", "north"} <= set(feature.sides)
    return all_round and len(shapely.polygonize([feature.geometry]).geoms) > 0


def _honest(ring: Ring, features: list[Feature]) -> Ring | NoRing:
    """Return a ring, or why what was found is none."""
    named = sum(feature.named for feature in features)
    if 2 * len(ring.unused) >= named:
        listed = "、".join(ring.unused)
        return NoRing(
            Reason(
                zh=f"所列界线有一半以上（{listed}）不在同一个环上",
                en=f"half or more of the lines named ({listed}) lie on no common ring",
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
    contrary = ring.contrary_m / ring.polygon.length
    if contrary > _CONTRARY_SHARE:
        return NoRing(
            Reason(
                zh=f"最接近的环有 {contrary:.0%} 与文字所说的方位相反",
                en=f"{contrary:.0%} of the nearest ring contradicts the sides the clause gives",
            )
        )
    return ring


def _features(legs: list[Leg]) -> list[Feature]:
    """Return the lines of the legs, each once with all its sides."""
    grouped: dict[tuple[str, str, bool], list[Leg]] = {}
    for leg in legs:
        grouped.setdefault((leg.line.name, leg.line.kind, leg.named), []).append(leg)
    features = [
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
    return [_near(feature, features) if feature.loose else feature for feature in features]


def _near(feature: Feature, features: list[Feature]) -> Feature:
    """Return a feature that stands for many lines, limited to those around the other features."""
    firm = [other.geometry for other in features if not other.loose]
    joins = [shapely.shortest_line(*pair) for pair in itertools.combinations(firm, 2)]
    if not joins:
        return feature
    west, south, east, north = shapely.total_bounds(np.array(joins))
    margin = _LOOSE_M + 0.5 * max(east - west, north - south)
    box = west - margin, south - margin, east + margin, north + margin
    pieces = shapely.get_parts(shapely.clip_by_rect(feature.geometry, *box))
    longest = sorted(pieces, key=lambda piece: -piece.length)[:_MOST_LOOSE]
    return replace(feature, geometry=MultiLineString(longest))


def _rounds(
    features: list[Feature], reference: Reference | None
) -> Iterator[Callable[[_Readings | None], list[Strand]]]:
    """Yield, round by round, what makes the strands to try from the best reading so far."""
    own = named_strands(features)
    yield lambda _: [*own, *closers(features, NEAR)]
    far = [*own, *closers(features, FAR)]
    yield lambda _: far
    if reference is not None:
        yield lambda best: [*far, *bridges(features, _edges(best), reference)]


def _edges(best: _Readings | None) -> list[Edge]:
    """Return the edges of the best ring so far, none when there is none."""
    return best.first.edges if best is not None and best.first is not None else []


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
            and ring.contrary_m < _CLEAN_CONTRARY * ring.polygon.length
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
        walk = self._arrangement.ring(union)
        edges = joined([edge for number, line in walk for edge in self._pieces(number, line)])
        if not edges:
            return None
        polygon = Polygon([xy for edge in edges for xy in edge.line.coords[:-1]])
        if polygon.area < _LEAST_M2 or not polygon.is_valid:
            return None
        unused = tuple(self._written[self._features[i].name] for i in self._fit.unused(union))
        return Ring(polygon, edges, cost, unused, self._fit.contrary_m(union))

    def _pieces(self, number: int, line: LineString) -> Iterator[Edge]:
        """Yield one edge of the arrangement as stretches of ring, each on one side."""
        strand = self._arrangement.strands[self._arrangement.strand[number]]
        if strand.feature is None:
            yield Edge(strand.kind, line, strand.label)
            return
        feature = self._features[strand.feature]
        kind = "border" if self._kinds[feature.name] == "border" else "measured"
        kind = kind if feature.named else "bridged"
        # A feature on several sides turns from one to the next wherever it bends.
        for piece in bends(line) if len(feature.sides) > 1 else (line,):
            yield Edge(kind, piece, feature.name, _side(feature, piece))


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
