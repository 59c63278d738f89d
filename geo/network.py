"""A whole district's roads, waterways and railways as a reference.

Reads GeoPackages, Geofabrik shapefiles (a folder or its zip), ``.osm`` and ``.osm.pbf``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.centreline import BAND_M, centreline, heal_gaps
from geo.reference import Line, Reference, load_gazetteer
from geo.ways import Ways, read_ways

KIND_WORDS = {"road": "道路", "river": "河流", "rail": "铁路", "line": "线"}


@dataclass
class _Named:
    """All ways of one name and kind, in local metres."""

    name: str
    kind: str
    ways: list[BaseGeometry]
    osm_ids: list[str]


class _Lines(Mapping[str, Line]):
    """Lines by key, each cleaned when first asked for."""

    def __init__(self, named: dict[str, _Named], own: Mapping[str, Line]) -> None:
        self._named = named
        self._made: dict[str, Line] = dict(own)

    def __getitem__(self, key: str) -> Line:
        if key not in self._made:
            self._made[key] = _clean(key, self._named[key])
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._named
        yield from (key for key in self._made if key not in self._named)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return key in self._named or key in self._made


def _clean(key: str, named: _Named) -> Line:
    """Make one line of a name's ways; only roads and tracks that run double need a skeleton."""
    lines = shapely.line_merge(shapely.union_all(named.ways))
    band = shapely.buffer(lines, BAND_M, cap_style="flat", quad_segs=4).area
    double = named.kind != "river" and band < 0.9 * 2 * BAND_M * lines.length
    whole = heal_gaps(centreline(lines)) if double else heal_gaps(lines)
    whole = MultiLineString(list(shapely.get_parts(shapely.simplify(whole, 1.0))))
    return Line(key, named.kind, whole, tuple(dict.fromkeys(named.osm_ids)))


class Network(Reference):
    """A reference over a whole district."""

    def near(self, geometry: BaseGeometry, distance_m: float) -> set[str]:
        """Return the names of the lines within a distance of a geometry (local metres)."""
        hits = self._tree.query(geometry, predicate="dwithin", distance=distance_m)
        return set(self._keys[hits].tolist())


def load_network(path: Path | str, cache: bool = True) -> Network:
    """Load a network."""
    ways = read_ways(Path(path))
    named = _grouped(ways)
    gazetteer = load_gazetteer().lines
    own = {key: line for key, line in gazetteer.items() if line.kind in {"border", "bank"}}
    network = Network(Path(path).name, _Lines(named, own))
    keys = [key for key, item in named.items() for _ in item.ways]
    network._keys = np.array(keys, dtype=object)
    network._tree = shapely.STRtree([way for item in named.values() for way in item.ways])
    return network


def _grouped(ways: Ways) -> dict[str, _Named]:
    """Group the named ways; a river of a road's name is kept under "name（河流）"."""
    named: dict[str, _Named] = {}
    for row in np.flatnonzero(ways.name != ""):
        key, kind = ways.name[row], ways.kind[row]
        if key in named and named[key].kind != kind:
            key = f"{key}（{KIND_WORDS[kind]}）"
        item = named.setdefault(key, _Named(ways.name[row], kind, [], []))
        item.ways.append(ways.geometry[row])
        item.osm_ids.append(ways.osm_id[row])
    return named
