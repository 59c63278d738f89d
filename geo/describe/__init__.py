"""From a polygon to the clause (四至) that an official would write for it.

The ring is walked clockwise and its stretches are matched to the named lines of a reference
(`geo.describe.along`), those that keep aside of one by their distance (`geo.describe.aside`); each
stretch is given to a side of the compass (`geo.describe.quarters`); the words are such as the
reader of clauses reads back (`geo.describe.words`). Sides come in the usual order, east, south,
west, north; features within a side in the order in which they are met clockwise. Several ways to
divide the ring among the sides are written, each is traced again, and the one is kept that gives
the ring back best.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.geometry import Polygon

from geo.crs import to_local
from geo.describe.along import Ground, Run, Walk
from geo.describe.aside import with_offsets
from geo.describe.draft import Draft, LeftOut, Uncovered
from geo.describe.quarters import Pieces, Sided
from geo.describe.words import Speaker, area_words, phrase, remark, written
from geo.digitize import read
from geo.measure import MU_PER_KM2, area_km2
from geo.reason import Reason
from geo.reference import Reference
from geo.sizhi import SIDE_ORDER, parse
from geo.trace import Ring

_LEAST_RUN_M = 60.0  # a line followed for less than this is not named,
# unless the ring comes back better with shorter ones, or without those a little longer.
_LEASTS_M = (_LEAST_RUN_M, 40.0, 150.0, 400.0)
_MOST_NAMED = 14  # a clause of more lines is one that nobody can follow
_GOOD = 0.985  # a clause that gives this much of the ring back is kept at once
_BETTER = 0.002  # a less usual wording must give so much more of it back
# Wordings that are traced; of a ring mostly on no line none gives much back.
_MOST_TRIED, _SOME_SHARE = 7, 0.7
_GAIN = 0.05  # share of the ring that distances from lines must add to be worth the words
_LEAST_SHARE = 0.2  # with less of the ring on named lines a clause would describe nothing
_LEAST_M2 = 1_000.0
_MOST_CROSSED = 10_000  # vertices of an outline that crosses itself and can be mended in a moment
_MOST_PERIMETER_M = 300_000.0
_REACH_M = 1_000.0
_TOO_FEW = Reason(
    zh="边界沿线的有名线不足两条，写不成四至",
    en="the ring follows fewer than two named lines: no clause can be written",
)
_MISREAD = Reason(
    zh="写出的四至无法原样识读", en="no wording of the clause is read back as it is meant"
)


@dataclass(frozen=True)
class Named:
    """A feature of a side: its line, how it is written, and how much of the side lies on it.

    ``offset_m`` and ``offset_side`` are set where the ring keeps that far aside of the line.
    """

    name: str
    written: str
    metres: float
    offset_m: float | None = None
    offset_side: str | None = None


@dataclass(frozen=True)
class Description:
    """The clause of a polygon and what it rests on.

    ``clause`` is None, and ``reason`` says why, where no clause can be written. ``named_share`` is
    the share of the ring on named lines (beside them, where the clause says by how much).
    ``retraced_iou`` is how well the clause gives the polygon back (intersection over union of the
    outer ring with what `geo.trace` makes of the clause); 0 when it closes to no ring.
    """

    area_km2: float
    clause: str | None = None
    reason: Reason | None = None
    sides: dict[str, tuple[Named, ...]] = field(default_factory=dict)
    named_share: float = 0.0
    uncovered: tuple[Uncovered, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    retraced_iou: float | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def area_mu(self) -> float:
        """The area in mu."""
        return self.area_km2 * MU_PER_KM2


class Describer:
    """Writes clauses for polygons with the names of one reference.

    Parameters
    ----------
    reference : Reference
        Its lines are indexed once, its names tried on the reader of clauses as they are met.
    """

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._ground = Ground(reference)
        self._speaker = Speaker(reference)

    def describe(self, polygon: Polygon) -> Description:
        """Return the clause of a polygon.

        Parameters
        ----------
        polygon : shapely.Polygon
            WGS 84, of one part; holes count in the area and are told in words.

        Returns
        -------
        Description
            Without a clause when the polygon is no area, is out of reach of the reference's lines,
            or follows fewer than two of them.
        """
        polygon, notes = _sound(polygon)
        area = area_km2(polygon)
        local = to_local(Polygon(polygon.exterior))
        fault = self._fault(local)
        if fault is not None:
            return Description(area, reason=fault, notes=notes)
        walk = Walk(local, self._ground)
        words = area_words(area, len(polygon.interiors))
        outer_km2 = area_km2(Polygon(polygon.exterior))
        best: Description | None = None
        tried: set[str | None] = set()
        for draft in self._drafts(walk, local):
            made = replace(self._written(draft, area, words), notes=notes)
            best = best or made
            if made.clause is None or made.clause in tried:
                continue
            tried.add(made.clause)
            made = replace(made, retraced_iou=self._retraced(made.clause, local, outer_km2))
            if best.retraced_iou is None or made.retraced_iou > best.retraced_iou + _BETTER:
                best = made
            most = _MOST_TRIED if made.named_share >= _SOME_SHARE else 1
            if best.retraced_iou >= _GOOD or len(tried) >= most:
                break
        return best if best is not None else Description(area, reason=_TOO_FEW, notes=notes)

    def _fault(self, local: Polygon) -> Reason | None:
        """Return why a polygon cannot be described at all."""
        if not local.is_empty and (
            not np.isfinite(local.bounds).all() or local.length > _MOST_PERIMETER_M
        ):
            return Reason(
                zh="多边形过大或远在参考范围之外",
                en="the polygon is too large or far outside the reference",
            )
        if not local.is_empty and not local.is_valid:
            return Reason(zh="边界自相交", en="the outline crosses itself")
        if local.is_empty or local.area < _LEAST_M2:
            return Reason(
                zh="多边形面积不足 0.001 平方公里，不写四至",
                en="the polygon covers less than 0.001 km²: no clause is written for it",
            )
        found = self._ground.nearest(local)
        if found is None or found[1] > _REACH_M:
            away = "" if found is None else f"{found[1] / 1000:.1f}"
            return Reason(
                zh=f"参考范围内没有邻近的有名线（最近的“{found[0]}”在 {away} 公里外）"
                if found
                else "参考数据中没有线",
                en=f"no named line of the reference within reach (the nearest, {found[0]}, is "
                f"{away} km away)"
                if found
                else "the reference holds no line",
            )
        return None

    def _drafts(self, walk: Walk, local: Polygon) -> Iterator[Draft]:
        """Yield the ways to divide the ring among the sides, the most usual first."""
        plain, left_out = self._followed(walk, _LEAST_RUN_M)
        bare = any(not _has_names(found) for found in _arcs(plain, local).values())
        aside = self._aside(plain)
        gained = (_on_none(plain) - _on_none(aside)) / walk.perimeter_m
        if bare and gained > 0:
            yield Draft(aside, left_out, _arcs(aside, local))
        for least in _LEASTS_M:
            runs, left_out = self._followed(walk, least)
            if len({run.name for run in runs}) > _MOST_NAMED and least < _LEASTS_M[-1]:
                continue
            pieces = Pieces(runs, local)
            for sides in (pieces.arcs(), pieces.facing(), pieces.lying()):
                yield Draft(runs, left_out, pieces.sided(sides))
            if least == _LEASTS_M[0] and not bare and gained >= _GAIN:
                yield Draft(aside, left_out, _arcs(aside, local))

    def _aside(self, runs: list[Run]) -> list[Run]:
        """Return the runs with those on no line told by their distance from one."""
        names = {name for name in self._ground.names if self._speaker.name(name)}
        return with_offsets(runs, self._ground, names)

    def _followed(self, walk: Walk, least_m: float) -> tuple[list[Run], tuple[LeftOut, ...]]:
        """Return the runs that are worth a name and can be named, and the lines that are not."""
        left_out: dict[str, LeftOut] = {}
        while True:
            runs = walk.follow(without=left_out)
            metres: dict[str, float] = {}
            for run in runs:
                if run.name is not None:
                    metres[run.name] = metres.get(run.name, 0.0) + run.metres
            more = [
                LeftOut(name, length, _why(length, least_m))
                for name, length in metres.items()
                if length < least_m or self._speaker.name(name) is None
            ]
            if not more:
                return runs, tuple(left_out.values())
            left_out |= {one.name: one for one in more}

    def _written(self, draft: Draft, area: float, tail: str) -> Description:
        """Return one way to divide the ring as a clause, without remarks if they are misread."""
        made = Description(
            area,
            sides={side: self._named(draft.sided[side]) for side in SIDE_ORDER},
            named_share=draft.named_share,
            uncovered=draft.uncovered(self._ground),
            left_out=draft.left_out,
        )
        if len({one.name for named in made.sides.values() for one in named}) < 2:
            return replace(made, reason=_TOO_FEW)
        if made.named_share < _LEAST_SHARE:
            share = f"{made.named_share:.0%}"
            return replace(
                made,
                reason=Reason(
                    zh=f"边界仅 {share} 沿有名线，写不成四至",
                    en=f"only {share} of the ring follows named lines: no clause can be written",
                ),
            )
        for remarks in (self._remarks(made), {}):
            clause = written(
                {
                    side: [one.written + remarks.get((side, one.written), "") for one in named]
                    for side, named in made.sides.items()
                },
                tail,
            )
            if self._is_read_back(clause, made.sides):
                return replace(made, clause=clause)
        return replace(made, reason=_MISREAD)

    def _named(self, sided: list[tuple[Run, float]]) -> tuple[Named, ...]:
        """Return the features of a side in the order in which they are met, each once."""
        found: dict[str, Named] = {}
        for run, metres in sided:
            word = self._speaker.name(run.name) if run.name else None
            if word is None:
                continue
            word = phrase(word, run.offset_m, run.offset_side)
            if word in found:
                metres += found[word].metres
            found[word] = Named(run.name or "", word, metres, run.offset_m, run.offset_side)
        return tuple(found.values())

    def _remarks(self, made: Description) -> dict[tuple[str, str], str]:
        """Return the words on gaps, by side and feature behind which they stand."""
        found: dict[tuple[str, str], str] = {}
        for gap in made.uncovered:
            before, after = gap.between
            if gap.side is None or before is None or after is None:
                continue
            word = self._speaker.name(after)
            for one in made.sides[gap.side]:
                if one.name == before and word:
                    onward = None if after == before else word
                    found.setdefault((gap.side, one.written), remark(onward, gap.along))
        return found

    def _is_read_back(self, clause: str, sides: dict[str, tuple[Named, ...]]) -> bool:
        """Tell whether the reader of clauses finds in a clause the lines that were meant."""
        parts = parse(clause).parts
        if len(parts) != 1 or parts[0].around:
            return False
        meant = {
            side: [(one.name, one.offset_m, one.offset_side) for one in named]
            for side, named in sides.items()
            if named
        }
        return meant == {
            side: [(self._speaker.line(one), one.offset_m, one.offset_side) for one in bounds]
            for side, bounds in parts[0].sides.items()
        }

    def _retraced(self, clause: str, local: Polygon, outer_km2: float) -> float:
        """Return how well a clause gives the ring back: intersection over union."""
        part = parse(clause).parts[0]
        ring = read(part, self.reference, outer_km2).ring
        if not isinstance(ring, Ring):
            return 0.0
        shared = shapely.intersection(ring.polygon, local).area
        return shared / (ring.polygon.area + local.area - shared)


def _sound(polygon: Polygon) -> tuple[Polygon, tuple[Reason, ...]]:
    """Return a polygon that is valid, and what had to be done for it."""
    if polygon.is_valid or shapely.get_num_coordinates(polygon) > _MOST_CROSSED:
        return polygon, ()
    mended = shapely.get_parts(shapely.make_valid(polygon))
    parts = [part for whole in mended for part in shapely.get_parts(whole)]
    areas = [part for part in parts if part.geom_type == "Polygon"]
    if not areas:
        return Polygon(), ()
    note = Reason(
        zh="边界自相交，按其最大的一块描述",
        en="the outline crosses itself: its largest piece is described",
    )
    return max(areas, key=lambda part: part.area), (note,)


def _arcs(runs: list[Run], local: Polygon) -> Sided:
    """Return the runs of four sides that are one stretch of the ring each."""
    pieces = Pieces(runs, local)
    return pieces.sided(pieces.arcs())


def _on_none(runs: list[Run]) -> float:
    """Return the metres of a ring on no line."""
    return sum(run.metres for run in runs if run.name is None)


def _has_names(sided: list[tuple[Run, float]]) -> bool:
    """Tell whether a side has a feature."""
    return any(run.name is not None for run, _ in sided)


def _why(metres: float, least_m: float) -> Reason:
    """Return why a line that the ring follows is not named."""
    if metres < least_m:
        return Reason(zh=f"沿线仅 {metres:.0f} 米，过短", en=f"followed for {metres:.0f} m only")
    return Reason(
        zh="名称写入四至后无法识读为同一条线",
        en="its name, written in a clause, is not read back as the same line",
    )
