"""The benchmark's blocks: what they claim is so, and the tracer gives them back."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from drawn import line, reference
from shapely.geometry import Polygon

from benchmarks.blocks import (
    Block,
    Blocks,
    Run,
    facing,
    lying,
    straight_lines,
    with_alias,
    write,
)
from benchmarks.trace import iou, take
from geo import ROOT
from geo.digitize import read
from geo.network.load import load_network
from geo.reference import Reference
from geo.sizhi import SIDE_ORDER, parse
from geo.trace import CLOCKWISE

REAL = ROOT.parent / "shared" / "reference" / "osm_minhang.gpkg"


@pytest.fixture(scope="module")
def streets() -> Reference:
    """Nine by nine crooked streets, some 500 m apart, and a river across."""
    rng = np.random.default_rng(5)
    at = np.arange(-200, 4601, 240.0)
    lines = []
    for i in range(9):
        bent = [tuple(xy) for xy in np.column_stack([at, 520 * i + rng.normal(0, 12, len(at))])]
        lines.append(line(f"横街{'甲乙丙丁戊己庚辛壬'[i]}路", bent))
        bent = [tuple(xy) for xy in np.column_stack([480 * i + rng.normal(0, 12, len(at)), at])]
        lines.append(line(f"直街{'甲乙丙丁戊己庚辛壬'[i]}路", bent))
    lines.append(line("斜塘", [(x, x * 0.9 + 150 * np.sin(x / 400)) for x in at], kind="river"))
    # None of these may bound a block.
    lines.append(line("横街甲路匝道", [(0, 0), (4000, 4100)]))
    lines.append(line("闵行线", [(0, 700), (4500, 900)], kind="rail"))
    lines.append(line("短路", [(100, 100), (500, 400)]))
    return reference(*lines)


@pytest.fixture(scope="module")
def blocks(streets) -> Blocks:
    return Blocks(streets)


def named(block: Block) -> dict[str, list[str]]:
    """The names of a block's clause by side, as the parser reads them."""
    (part,) = parse(block.clause).parts
    return {side: [bound.name for bound in bounds] for side, bounds in part.sides.items()}


def test_the_same_seed_gives_the_same_blocks(streets, blocks):
    for covered in ((0.97, 1.0), (0.75, 0.93)):
        one = blocks.draw(8, 3, covered=covered)
        again = Blocks(streets).draw(8, 3, covered=covered)
        assert [b.clause for b in one] == [b.clause for b in again]
        assert all(a.polygon.equals(b.polygon) for a, b in zip(one, again, strict=True))
        assert [b.clause for b in one] != [b.clause for b in blocks.draw(8, 4, covered=covered)]


@pytest.mark.parametrize("side_of", [facing, lying])
@pytest.mark.parametrize("covered", [(0.97, 1.0), (0.75, 0.93)])
def test_a_block_is_what_its_clause_says(streets, blocks, side_of, covered):
    for block in blocks.draw(12, 7, side_of, covered):
        assert block.polygon.is_valid
        assert 0.2 < block.polygon.area / 1e6 < 15
        # The runs lie on the lines they name, on the ring, and are most of it.
        for run in block.runs:
            assert streets.lines[run.name].geometry.buffer(0.5).covers(run.line)
            assert block.polygon.exterior.buffer(0.5).covers(run.line)
            assert run.side == side_of(run.line, block.polygon)
        assert {run.name for run in block.runs} <= {
            name for name in streets.lines if name.startswith(("横街", "直街", "斜塘"))
            and not name.endswith("匝道")
        }  # fmt: skip
        # The clause parses back to names of runs, each on its side; the share is that of these.
        sides = named(block)
        assert sides.keys() == set(SIDE_ORDER)
        pairs = {(run.side, run.name) for run in block.runs}
        assert {(side, name) for side, names in sides.items() for name in names} <= pairs
        told = {name for names in sides.values() for name in names}
        share = sum(r.line.length for r in block.runs if r.name in told) / block.polygon.length
        assert share == pytest.approx(block.named_share)
        assert covered[0] <= block.named_share <= covered[1] + 1e-9


def test_sides_by_facing_and_by_place():
    square = shapely.box(0, 0, 1000, 1000)
    north = shapely.LineString([(0, 1000), (1000, 1000)])
    assert facing(north, square) == lying(north, square) == "north"
    # A step in the east side faces north but lies east.
    step = shapely.LineString([(900, 500), (1000, 500)])
    assert facing(step, square) == "north"
    assert lying(step, square) == "east"
    assert {facing(shapely.affinity.rotate(north, 90 * i), square) for i in range(4)} == {
        "north", "east", "south", "west",
    }  # fmt: skip
    assert set(SIDE_ORDER) <= set(CLOCKWISE)


@pytest.mark.parametrize("seed", range(60))
def test_every_way_of_writing_parses_back(seed):
    rng = random.Random(seed)
    pool = ["万芳路", "沈庄塘", "召楼路", "江月路", "浦星公路", "沪闵路", "俞塘", "六磊塘"]
    sides = {side: rng.sample(pool, rng.randint(1, 3)) for side in SIDE_ORDER}
    (part,) = parse(write(sides, rng)).parts
    got = {side: sorted(bound.name for bound in bounds) for side, bounds in part.sides.items()}
    assert got == {side: sorted(names) for side, names in sides.items()}


def test_an_alias_leads_back_to_its_line(streets, blocks):
    for block in blocks.draw(6, 9):
        aliased = with_alias(block, random.Random(1))
        ((written, (meant, _)),) = aliased.aliases.items()
        assert written in aliased.clause
        assert written not in streets.lines
        assert meant in {run.name for run in block.runs}
        assert take(aliased, streets).iou == pytest.approx(take(block, streets).iou, abs=0.05)


def test_four_straight_lines_are_a_fair_baseline():
    """On a straight square they are right, so that beating them elsewhere means something."""
    lines = {
        "north": line("北路", [(-900, 2000), (2900, 2000)]),
        "east": line("东路", [(2000, -900), (2000, 2900)]),
        "south": line("南路", [(-900, 0), (2900, 0)]),
        "west": line("西路", [(0, -900), (0, 2900)]),
    }
    square = shapely.affinity.translate(shapely.box(0, 0, 2000, 2000), 630_000, 3_440_000)
    runs = tuple(Run(one.name, one.geometry.geoms[0], side) for side, one in lines.items())
    block = Block(square, "", runs, 1.0)
    assert iou(straight_lines(block, reference(*lines.values())), square) > 0.999


def test_iou_of_nothing_is_nothing():
    square = shapely.box(0, 0, 1, 1)
    tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert (iou(None, square), iou(tie, square), iou(square, square)) == (0.0, 0.0, 1.0)
    assert iou(shapely.box(0, 0, 1, 2), square) == 0.5


def test_blocks_of_drawn_streets_are_traced_back_or_told_among_others(streets, blocks):
    """The river cuts every block in two, and words often allow either part: both are told."""
    first, any_of = [], []
    for block in blocks.draw(20, 2, facing):
        ring = read(parse(block.clause).parts[0], streets).ring
        shares = [iou(one.polygon, block.polygon) for one in (ring, *ring.alternatives)]
        first.append(shares[0])
        any_of.append(max(shares))
    assert np.median(first) >= 0.99
    assert np.mean(np.array(any_of) >= 0.9) >= 0.95


@pytest.mark.reference
def test_blocks_of_a_real_district_are_traced_back():
    if not REAL.exists():
        pytest.skip("needs an OpenStreetMap extract of Minhang, which is not part of the project")
    network = load_network(REAL)
    drawn = Blocks(network).draw(40, 31, facing)
    outcomes = [take(block, network) for block in drawn]
    found = np.array([outcome.iou for outcome in outcomes])
    base = np.array([iou(straight_lines(block, network), block.polygon) for block in drawn])
    assert np.median(found) >= 0.99
    assert (found >= 0.9).mean() >= 0.9
    assert (found >= 0.9).mean() > (base >= 0.9).mean()
    assert np.median(found) > np.median(base)
    # High must mean right.
    sure = found[[outcome.confidence == "high" for outcome in outcomes]]
    assert len(sure) >= 10
    assert (sure >= 0.9).mean() >= 0.95
