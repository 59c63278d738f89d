"""Accuracy and speed of the tracer on blocks whose ring is known.

    python -m benchmarks.trace NETWORK [--blocks 200] [--seed 1]

NETWORK is a file that `python -m geo digitize --reference` takes. Prints, for clauses that name the
whole ring and for clauses that leave 7 to 25 % of it out, the median IoU with the true block and
the shares of blocks above 0.9 and 0.85, beside the same figures for four straight lines; how often
each confidence is right; and the time a clause takes.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon

from benchmarks.blocks import Block, Blocks, facing, lying, straight_lines, swapped, with_alias
from geo.digitize import Reading, quality, read, stored
from geo.digitize.batch import Item, digitize_items
from geo.network.load import load_network
from geo.reference import Reference
from geo.sizhi import parse
from geo.trace import Ring


@dataclass(frozen=True)
class Outcome:
    """What one clause came to."""

    iou: float
    confidence: str | None
    seconds: float


def iou(one: Polygon | None, other: Polygon) -> float:
    """Return intersection over union of two polygons; 0 when there is none."""
    if one is None or not one.is_valid:
        return 0.0
    return one.intersection(other).area / one.union(other).area


def take(block: Block, reference: Reference, area: bool = False) -> Outcome:
    """Return what the engine makes of a block's clause."""
    start = time.perf_counter()
    part = parse(block.clause).parts[0]
    stated = block.polygon.area / 1e6 if area else None
    reading = read(part, reference, stated, block.aliases)
    seconds = time.perf_counter() - start
    ring = reading.ring
    if not isinstance(ring, Ring):
        return Outcome(0.0, None, seconds)
    return Outcome(iou(ring.polygon, block.polygon), _confidence(reading, reference), seconds)


def _confidence(reading: Reading, reference: Reference) -> str:
    ring = reading.ring
    return quality(reading, ring, stored(ring.polygon), reference)["confidence"]


def report(title: str, blocks: Sequence[Block], reference: Reference, area: bool = False) -> None:
    """Print the figures of a set of blocks."""
    outcomes = [take(block, reference, area) for block in blocks]
    found = np.array([outcome.iou for outcome in outcomes])
    base = np.array([iou(straight_lines(block, reference), block.polygon) for block in blocks])
    seconds = np.array([outcome.seconds for outcome in outcomes])
    print(f"\n{title}: {len(blocks)} blocks")
    print(f"  {'':22}{'median IoU':>11}{'>= 0.9':>9}{'>= 0.85':>9}")
    for name, values in (("this engine", found), ("four straight lines", base)):
        shares = [f"{(values >= least).mean():.1%}" for least in (0.9, 0.85)]
        print(f"  {name:22}{np.median(values):>11.4f}{shares[0]:>9}{shares[1]:>9}")
    print(
        f"  ms a clause: median {1e3 * np.median(seconds):.0f}, "
        f"95 % {1e3 * np.percentile(seconds, 95):.0f}, most {1e3 * seconds.max():.0f}"
    )
    for level in ("high", "medium", "low", None):
        of = found[[outcome.confidence == level for outcome in outcomes]]
        if len(of):
            print(
                f"  confidence {level}: {len(of)} clauses, IoU >= 0.9 in {(of >= 0.9).mean():.1%}"
            )


def contradicted(blocks: Sequence[Block], reference: Reference) -> None:
    """Print what confidence is given to clauses with two opposite sides swapped."""
    levels = [take(block, reference).confidence for block in blocks]
    print(f"\ntwo opposite sides swapped: {len(blocks)} clauses, none of which has a right ring")
    for level in ("high", "medium", "low", None):
        print(f"  confidence {level or 'none, no ring'}: {levels.count(level) / len(levels):.1%}")


def speed(blocks: Sequence[Block], reference: Reference, count: int = 1000) -> None:
    """Print how long a list of clauses takes, beside reading the clauses alone in the same run."""
    clauses = [blocks[i % len(blocks)].clause for i in range(count)]
    items = [Item(str(i), clause) for i, clause in enumerate(clauses)]
    start = time.perf_counter()
    for clause in clauses:
        parse(clause)
    parsing = time.perf_counter() - start
    start = time.perf_counter()
    rings = sum(f["geometry"] is not None for f in digitize_items(items, reference))
    whole = time.perf_counter() - start
    print(
        f"\na list of {count} clauses: {whole:.1f} s, {rings} rings; "
        f"reading them alone {parsing:.2f} s, {whole / parsing:.0f} times less"
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network")
    parser.add_argument("--blocks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    reference = load_network(args.network)
    blocks = Blocks(reference)
    count, seed = args.blocks, args.seed
    whole = blocks.draw(count, seed, facing)
    report("whole ring named, sides by facing", whole, reference)
    report("the same, area stated", whole, reference, area=True)
    report("whole ring named, sides by place", blocks.draw(count, seed + 1, lying), reference)
    rng = random.Random(seed)
    aliased = [with_alias(block, rng) for block in blocks.draw(count // 2, seed + 2)]
    report("one name known by an alias", aliased, reference)
    part = blocks.draw(count, seed + 3, covered=(0.75, 0.93))
    report("75 to 93 % of the ring named", part, reference)
    report("the same, area stated", part, reference, area=True)
    contradicted([swapped(block) for block in whole], reference)
    speed([*whole, *part], reference)


if __name__ == "__main__":
    main()
