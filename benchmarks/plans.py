"""Loading, deriving and reconciling the plans' figures, against reading the same files unchecked.

Run: `.venv/bin/python benchmarks/plans.py`. The baseline is `pandas.read_csv` of the same CSV files
and libyaml's safe loader on the same YAML: what anybody pays before a single row is checked. All in
this run, on one core, alternating; medians of 7.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from timing import compare

from geo import PLANS
from geo.files import YamlLoader
from geo.plans import Plans, load_boundaries
from geo.plans.derive import derive
from geo.plans.reconcile import reconcile

TABLES = ("figures.csv", "indicators.csv", "facts.csv", "projects.csv")
LISTS = ("sources.yaml", "metrics.yaml", "parks.yaml", "subjects.yaml")


def baseline() -> list[object]:
    """Read the files and check nothing."""
    tables = [pd.read_csv(PLANS / name) for name in TABLES]
    lists = [yaml.load((PLANS / name).read_bytes(), Loader=YamlLoader) for name in LISTS]
    return [*tables, *lists]


def main() -> None:
    """Print the medians and their ratios to the baseline."""
    plans, boundaries = Plans.load(), load_boundaries()
    works: dict[str, Callable[[], object]] = {
        "read unchecked (baseline)": baseline,
        "Plans.load": Plans.load,
        "derive": lambda: derive(plans, boundaries),
        "reconcile": lambda: reconcile(plans, boundaries),
    }
    compare(works)


if __name__ == "__main__":
    main()
