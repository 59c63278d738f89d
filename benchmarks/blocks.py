"""Blocks whose ring is known, made from a network, and clauses that describe them.

The named roads and rivers of a network cut the ground into faces. A block is a union of faces; its
ring lies on the network by construction, so every clause written for it has one right answer.
Everything is drawn from a seed: the same network gives the same blocks.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from geo.reference import Reference

_LEAST_NAME_M = 600.0  # a line shorter than this bounds nothing by itself
_LEAST_RUN_M = 60.0  # a run shorter than this is not worth a name in a clause
_MOST_NAMES = 9
_MOST_A_SIDE = 3
_NARROW = 28.0  # perimeter² to area; a square has 16
_TWIN_M = 12.0
_SIDES = ("east", "south", "west", "north")
_ZH = {"east": "东", "south": "南", "west": "西", "north": "北"}
# Parts of a name that mark slip roads, lanes and the like: no official clause is bounded by them.
_NO_BOUND = ("弄", "匝", "辅路", "Line", "桥", "隧道")


@dataclass(frozen=True)
class Run:
    """A stretch of a block's ring on one line; clockwise, local metres."""

    name: str
    line: LineString
    side: str


@dataclass(frozen=True)
class Block:
    """A block, the clause written for it, and how much of its ring the clause names."""

    polygon: Polygon
    clause: str
    runs: tuple[Run, ...]
    named_share: float
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)


def facing(line: LineString, polygon: Polygon) -> str:
    """Return the side that a clockwise stretch of ring faces."""
    del polygon
    east, north = np.subtract(line.coords[-1], line.coords[0])
    return _quarter(-north, east)


def lying(line: LineString, polygon: Polygon) -> str:
    """Return the side on which a stretch of ring lies, seen from the middle of the block."""
    middle, centre = line.interpolate(0.5, normalized=True), polygon.centroid
    return _quarter(middle.x - centre.x, middle.y - centre.y)


def _quarter(east: float, north: float) -> str:
    if abs(east) >= abs(north):
        return "east" if east > 0 else "west"
    return "north" if north > 0 else "south"


class Blocks:
    """Draws blocks from a network.

    Parameters
    ----------
    reference : Reference
        Its named roads and rivers are used.
    """

    def __init__(self, reference: Reference) -> None:
        self._names, parts = [], []
        for name, line in reference.lines.items():
            plain = name.isalnum() and not any(mark in name for mark in _NO_BOUND)
            if line.kind in {"road", "river"} and plain and line.geometry.length > _LEAST_NAME_M:
                for part in line.geometry.geoms:
                    self._names.append(name)
                    parts.append(part)
        self._lines = np.array(parts, dtype=object)
        self._line_tree = shapely.STRtree(self._lines)
        noded = shapely.union_all(self._lines, grid_size=0.01)
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        self._faces = faces[shapely.area(faces) > 20_000]
        self._tree = shapely.STRtree(self._faces)

    def __len__(self) -> int:
        return len(self._faces)

    def draw(
        self,
        count: int,
        seed: int,
        side_of: Callable[[LineString, Polygon], str] | None = None,
        covered: tuple[float, float] = (0.97, 1.0),
    ) -> list[Block]:
        """Return blocks with their clauses.

        Parameters
        ----------
        count : int
        seed : int
        side_of : callable, optional
            `facing` or `lying`: what a side means to the writer; by default either, at random.
        covered : tuple of float
            Share of the ring that the clause names: features, short ones first, are left out until
            it is in this range; one stays on every side, for a clause names all four. Blocks that
            cannot be brought into the range are not used.

        Returns
        -------
        list of Block
        """
        rng = random.Random(seed)
        blocks: list[Block] = []
        while len(blocks) < count:
            block = self._block(rng, side_of or rng.choice((facing, lying)), covered)
            if block is not None:
                blocks.append(block)
        return blocks

    def _block(
        self,
        rng: random.Random,
        side_of: Callable[[LineString, Polygon], str],
        covered: tuple[float, float],
    ) -> Block | None:
        """Return one block; None when what was drawn is none that a clause is written for."""
        polygon = self._grown(rng)
        if polygon is None or polygon.length**2 / polygon.area > _NARROW:
            return None
        runs = [
            Run(name, line, side_of(line, polygon))
            for name, line in self._runs(polygon)
            if line.length > _LEAST_RUN_M
        ]
        if self._is_ambiguous(runs):
            return None
        kept = _left_out(runs, polygon.length, covered, rng)
        if kept is None:
            return None
        sides: dict[str, list[str]] = {}
        for run in kept:
            named = sides.setdefault(run.side, [])
            if run.name not in named:
                named.append(run.name)
        if len({run.side for run in runs}) < 4 or max(map(len, sides.values())) > _MOST_A_SIDE:
            return None
        share = sum(run.line.length for run in kept) / polygon.length
        return Block(polygon, write(sides, rng), tuple(runs), share)

    def _grown(self, rng: random.Random) -> Polygon | None:
        """Return a compact union of faces of some 0.3 to 10 km²."""
        number = rng.randrange(len(self._faces))
        group, polygon = {number}, self._faces[number]
        target = 10 ** rng.uniform(-0.5, 1.0) * 1e6
        while polygon.area < target:
            edges = [
                int(i)
                for i in self._tree.query(polygon, predicate="intersects")
                if i not in group
                and shapely.intersection(polygon.boundary, self._faces[i].boundary).length > 50
            ]
            if not edges:
                return None
            some = rng.sample(sorted(edges), min(4, len(edges)))
            grown = {i: shapely.union(polygon, self._faces[i]) for i in some}
            best = max(some, key=lambda i: grown[i].area / grown[i].length ** 2)
            if grown[best].geom_type != "Polygon":
                return None
            polygon = Polygon(grown[best].exterior)
            group |= {best, *map(int, self._tree.query(polygon, predicate="contains"))}
        return polygon

    def _runs(self, polygon: Polygon) -> list[tuple[str, LineString]]:
        """Return the ring clockwise as runs on one line each."""
        coords = np.array(shapely.orient_polygons(polygon).exterior.coords)[::-1]
        middles = shapely.points((coords[1:] + coords[:-1]) / 2)
        owners = [self._names[i] for i in self._line_tree.nearest(middles)]
        runs: list[tuple[str, list]] = []
        for name, pair in zip(owners, itertools.pairwise(coords.tolist()), strict=True):
            if runs and runs[-1][0] == name:
                runs[-1][1].append(pair[1])
            else:
                runs.append((name, list(pair)))
        if len(runs) > 1 and runs[0][0] == runs[-1][0]:
            name, tail = runs.pop()
            runs[0] = (name, tail + runs[0][1][1:])
        return [(name, LineString(coords)) for name, coords in runs]

    def _is_ambiguous(self, runs: list[Run]) -> bool:
        """Tell whether some run has another named line all along it: no name is right then."""
        for run in runs:
            places = [run.line.interpolate(share, normalized=True) for share in (0.25, 0.5, 0.75)]
            near = [
                {self._names[i] for i in self._line_tree.query(p, "dwithin", distance=_TWIN_M)}
                for p in places
            ]
            if len(set.intersection(*near)) > 1:
                return True
        return False


def _left_out(
    runs: list[Run], perimeter_m: float, covered: tuple[float, float], rng: random.Random
) -> list[Run] | None:
    """Return the runs a clause names: names are left out at random until the share is in range."""
    kept = list(runs)
    sides = {run.side for run in runs}
    names = sorted({run.name for run in runs})
    if len(names) > _MOST_NAMES:
        return None
    # Writers leave out what is short: a lane, a slip road, the end of a ditch.
    metres = {name: sum(run.line.length for run in runs if run.name == name) for name in names}
    names.sort(key=lambda name: metres[name] * rng.uniform(0.5, 1.5))
    for name in [None, *names]:
        fewer = [run for run in kept if run.name != name]
        share = sum(run.line.length for run in fewer) / perimeter_m
        if share < covered[0] or {run.side for run in fewer} != sides:
            continue
        kept = fewer
        if share <= covered[1]:
            return kept
    return None


def write(sides: dict[str, list[str]], rng: random.Random) -> str:
    """Return a clause for sides and their names, in one of the ways officials write."""
    order = [side for side in _SIDES if side in sides]
    if rng.random() < 0.2:
        rng.shuffle(order)
    if rng.random() < 0.2:
        sides = {side: rng.sample(names, len(names)) for side, names in sides.items()}
    verb = rng.choice(("至", "至", "至", "到", "临", "以{}为界", "侧为"))
    joint = rng.choice(("、", "、", "、", "—", "和", "及"))
    stop = rng.choice(("，", "，", "，", "；", "、", ","))
    tail = rng.choice(("", "", "", "道路中心线"))
    lead = rng.choice(("", "", "四至范围：", "范围为"))
    written = []
    for side in order:
        names = joint.join(sides[side])
        if tail and names.endswith("路"):
            names += tail
        clause = _ZH[side] + (verb.format(names) if "{}" in verb else verb + names)
        written.append(clause)
    return lead + stop.join(written) + rng.choice(("", "。"))


def with_alias(block: Block, rng: random.Random) -> Block:
    """Return a block whose clause calls one of its features by a name of its own."""
    names = sorted({run.name for run in block.runs if run.name in block.clause}, key=len)
    name = names[-1]
    alias = "新" + rng.choice("甲乙丙丁") + name[-1]
    return Block(
        block.polygon,
        block.clause.replace(name, alias),
        block.runs,
        block.named_share,
        {alias: (name, "test")},
    )


def swapped(block: Block) -> Block:
    """Return a block whose clause has two opposite sides the wrong way round: no ring is right."""
    pair = max(("东西", "南北"), key=lambda pair: sum(block.clause.count(side) for side in pair))
    opposite = {pair[0]: pair[1], pair[1]: pair[0]}
    # Only the word that opens a side; the same letters occur in names.
    clause = re.sub(
        rf"(?<![\w])([{pair}])(?=至|到|临|以|侧为)", lambda found: opposite[found[1]], block.clause
    )
    return replace(block, clause=clause)


def straight_lines(block: Block, reference: Reference) -> Polygon | None:
    """Return the baseline: one straight line a side, four crossings, as public attempts do.

    Each side's line is fitted to those parts of its features that lie around the places where the
    features of neighbouring sides meet.
    """
    points = {}
    joins = []
    sides = {side: [run.name for run in block.runs if run.side == side] for side in _SIDES}
    shapes = {
        side: shapely.union_all([reference.lines[name].geometry for name in sorted(set(names))])
        for side, names in sides.items()
    }
    for one, other in itertools.pairwise((*_SIDES, _SIDES[0])):
        joins += list(_places(shapes[one], shapes[other]))
    middle = np.median(np.array(joins), axis=0)
    reach = 1.5 * np.median(np.hypot(*(np.array(joins) - middle).T))
    around = shapely.buffer(shapely.points(middle), reach)
    for side, shape in shapes.items():
        near = shapely.intersection(shape, around)
        if near.is_empty or near.length == 0:
            return None
        points[side] = shapely.get_coordinates(shapely.segmentize(near, 20.0))
    lines = {side: _fitted(xy) for side, xy in points.items()}
    corners = [
        _crossing(lines[one], lines[other])
        for one, other in itertools.pairwise((*_SIDES, _SIDES[0]))
    ]
    polygon = Polygon(corners) if all(corner is not None for corner in corners) else None
    return polygon if polygon is not None and polygon.is_valid else None


def _places(one: shapely.Geometry, other: shapely.Geometry) -> Iterator[tuple[float, float]]:
    """Yield where two lines meet, or come nearest to each other."""
    met = shapely.get_coordinates(shapely.intersection(one, other))
    if len(met) == 0:
        met = shapely.get_coordinates(shapely.shortest_line(one, other))[:1]
    yield from map(tuple, met)


def _fitted(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the straight line (a point and a heading) that fits points best."""
    middle = xy.mean(axis=0)
    _, _, axes = np.linalg.svd(xy - middle, full_matrices=False)
    return middle, axes[0]


def _crossing(
    one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float] | None:
    """Return where two straight lines cross; None when they are parallel."""
    matrix = np.column_stack([one[1], -other[1]])
    if abs(np.linalg.det(matrix)) < 1e-6:
        return None
    along = np.linalg.solve(matrix, other[0] - one[0])[0]
    return tuple(one[0] + along * one[1])
