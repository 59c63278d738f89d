"""Timing several works in one run: alternating, medians, and ratios to the first."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

RUNS = 7


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(works: Mapping[str, Callable[[], object]]) -> None:
    """Print each work's median of `RUNS`, and its ratio to that of the first, the baseline."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            taken[name].append(seconds(work))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    least = medians[next(iter(works))]
    for name, median in medians.items():
        print(f"{name:<28}{1000 * median:8.0f} ms{median / least:8.2f} x")
