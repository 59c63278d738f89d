"""Time to build and to reload the index of a whole district, against plainly reading its layers.

Run: `.venv/bin/python benchmarks/network.py EXTRACT.gpkg`. The baseline is `geopandas.read_file` of
the same layers, in the same run, alternating: what anybody pays before a single name is cleaned or
a single crossing found. A temporary folder is the cache. The centrelines are compared with the slow
skeletons (`geo.network.centreline`) of every name that runs double, once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.network.cache import cache_folder
from geo.network.centreline import BAND_M, centreline
from geo.network.index import group
from geo.network.load import load_network
from geo.network.midline import centrelines
from geo.network.ways import LAYERS, read_ways

RUNS = 5


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plainly(path: Path) -> None:
    for layer, _ in pyogrio.list_layers(path):
        if layer in LAYERS:
            gpd.read_file(path, layer=layer)


def doubled(path: Path) -> list[tuple[str, str, shapely.Geometry]]:
    """Kind, name and ways of the names that run double for a tenth of their length or more."""
    ways = read_ways(path)
    found = []
    for item in group(ways).values():
        if item.kind == "river" or "弄" in item.name:
            continue
        line = shapely.line_merge(shapely.multilinestrings(ways.geometry[item.rows]))
        band = shapely.buffer(line, BAND_M, cap_style="flat", quad_segs=4).area
        if band < 0.9 * 2 * BAND_M * line.length:
            found.append((item.kind, item.name, line))
    return found


def apart(one: shapely.Geometry, other: shapely.Geometry) -> np.ndarray:
    """Distances to the other of points every 10 m along one, in metres."""
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(one, 10.0)))
    shapely.prepare(other)
    return shapely.distance(points, other)


def accuracy(path: Path) -> None:
    """Print how far the fast centrelines are from the skeletons, and what each took."""
    names = doubled(path)
    start = time.perf_counter()
    fast = centrelines([line for *_, line in names])
    middle = time.perf_counter()
    slow = [centreline(line) for *_, line in names]
    end = time.perf_counter()
    print(f"{len(names)} double names: sections {middle - start:.2f} s, "
          f"skeletons {end - middle:.1f} s, {(end - middle) / (middle - start):.0f} x")  # fmt: skip
    for kind in ("road", "rail"):
        pairs = [
            (new, old)
            for (own, *_), new, old in zip(names, fast, slow, strict=True)
            if own == kind and not old.is_empty and not new.is_empty
        ]
        away = np.concatenate([np.concatenate([apart(a, b), apart(b, a)]) for a, b in pairs])
        share = 100 * (away <= 3.0).mean()
        print(f"  {kind}, {len(pairs)} names, both ways: mean {away.mean():.2f} m, "
              f"95 % within {np.percentile(away, 95):.1f} m, {share:.1f} % within 3 m")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extract", type=Path)
    path = parser.parse_args().extract
    build, reload, plain = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PARK_ATLAS_CACHE"] = folder
        for _ in range(RUNS):
            for file in cache_folder().glob("*.npz"):
                file.unlink()
            build.append(seconds(lambda: load_network(path)))
            reload.append(seconds(lambda: load_network(path)))
            plain.append(seconds(lambda: plainly(path)))
        size = sum(file.stat().st_size for file in cache_folder().glob("*.npz"))
        network = load_network(path)
        ready = seconds(
            lambda: network.graph.way(*[shapely.Point(network.graph.noded.nodes[0])] * 2)
        )
    made, again, base = map(statistics.median, (build, reload, plain))
    print(f"{path.name}: {len(network.lines)} lines, {len(network.graph.name)} edges, "
          f"{len(network.graph.noded.nodes)} nodes")  # fmt: skip
    print(f"build the index         {made:8.2f} s (median of {RUNS}, slowest {max(build):.2f})")
    print(f"reload it               {again * 1000:8.0f} ms (slowest {max(reload) * 1000:.0f})")
    print(f"graph ready for a way   {ready * 1000:8.0f} ms, once")
    print(f"geopandas.read_file     {base * 1000:8.0f} ms (the same layers, nothing done)")
    print(f"build / read            {made / base:8.1f} x")
    print(f"read / reload           {base / again:8.1f} x")
    print(
        f"cache file              {size / 1e6:8.1f} MB; extract {path.stat().st_size / 1e6:.1f} MB"
    )
    accuracy(path)


if __name__ == "__main__":
    main()
