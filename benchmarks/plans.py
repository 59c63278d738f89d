"""Loading, deriving and reconciling the plans' figures, against reading the same files unchecked.

Run: `.venv/bin/python benchmarks/plans.py`. The baseline is `pandas.read_csv` of the same CSV files
and libyaml's safe loader on the same YAML: what anybody pays before a single row is checked. All in
this run, on one core, alternating; medians of 7.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo import PLANS
from geo.files import YamlLoader
from geo.plans import Plans, load_boundaries
from geo.plans.derive import derive
from geo.plans.reconcile import reconcile

RUNS = 7
TABLES = ("figures.csv", "indicators.csv", "facts.csv", "projects.csv")
LISTS = ("sources.yaml", "metrics.yaml", "parks.yaml", "subjects.yaml")


def baseline() -> list[object]:
    """Read the files and check nothing."""
    tables = [pd.read_csv(PLANS / name) for name in TABLES]
    lists = [yaml.load((PLANS / name).read_bytes(), Loader=YamlLoader) for name in LISTS]
    return [*tables, *lists]


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the medians and their ratios to the baseline."""
    plans, boundaries = Plans.load(), load_boundaries()
    works: dict[str, Callable[[], object]] = {
        "read unchecked (baseline)": baseline,
        "Plans.load": Plans.load,
        "derive": lambda: derive(plans, boundaries),
        "reconcile": lambda: reconcile(plans, boundaries),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            taken[name].append(seconds(work))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    least = medians["read unchecked (baseline)"]
    for name, median in medians.items():
        print(f"{name:<28}{1000 * median:8.0f} ms{median / least:8.2f} x")


if __name__ == "__main__":
    main()
