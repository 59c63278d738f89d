"""Making the layouts' maps, against reading the same files and writing their shapes as GeoJSON.

Run: `.venv/bin/python benchmarks/schemes.py`. The baseline reads the layouts' YAML and CSV and the
reference GeoJSON unchecked and writes the finished shapes as GeoJSON: what anybody pays before an
element is drawn, cut, carded or coloured. All in this run, on one core, alternating; medians of 7.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from timing import compare

from geo import BOUNDARIES, PLANS, REFERENCE
from geo.files import YamlLoader
from geo.plans import Plans, load_boundaries
from layers.map_view import MapView, payload
from layers.page import export_html
from layers.schemes import build_schemes, load_schemes

SHAPES = (
    BOUNDARIES / "parks.geojson",
    REFERENCE / "gazetteer.geojson",
    REFERENCE / "sketch_lines.geojson",
    REFERENCE / "districts.geojson",
)


def baseline(shapes: gpd.GeoDataFrame) -> object:
    """Read the files, check nothing, and write the shapes."""
    read = [gpd.read_file(path) for path in SHAPES]
    listed = yaml.load((PLANS / "schemes.yaml").read_bytes(), Loader=YamlLoader)
    return read, listed, pd.read_csv(PLANS / "places.csv"), shapes.to_json()


def main() -> None:
    """Print the medians, their ratios to the baseline, and the size of the largest page."""
    plans, boundaries = Plans.load(), load_boundaries()
    schemes = load_schemes(plans=plans)
    built = [e.geometry for made in build_schemes(schemes.values(), boundaries) for e in made]
    shapes = gpd.GeoDataFrame(geometry=[one for one in built if one is not None], crs=4326)
    lens = MapView(metric=None, industry="ai", plan_period="2021-2025")
    works: dict[str, Callable[[], object]] = {
        "read and write (baseline)": lambda: baseline(shapes),
        "load and check all layouts": lambda: load_schemes(plans=plans),
        "draw all layouts": lambda: build_schemes(schemes.values(), boundaries),
        "map of the largest layout": lambda: payload(
            MapView(metric=None, scheme="one-axis-three-belts"), plans, boundaries
        ),
        "map of an industry": lambda: payload(lens, plans, boundaries),
    }
    compare(works)
    pages = {
        name: len(export_html(MapView(metric=None, scheme=name), plans, boundaries).encode())
        for name in schemes
    }
    largest = max(pages, key=lambda name: pages[name])
    print(f"largest page: {largest}, {pages[largest] / 1000:.0f} kB with everything inline")


if __name__ == "__main__":
    main()
