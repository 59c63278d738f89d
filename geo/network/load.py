"""A whole district's roads, waterways and railways as a reference.

The names come from an OpenStreetMap extract, cleaned as the gazetteer's are; what no extract of
ways has, district borders and the bank of a wide river, comes from the built-in gazetteer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geo.errors import AtlasError
from geo.files import read_features, shown
from geo.network.cache import content_key, read_cached, write_cached
from geo.network.graph import Graph
from geo.network.index import ARRAYS, Arrays, build_index, unpack
from geo.network.noding import Noded
from geo.network.ways import KINDS, read_ways, source_files
from geo.reference import GAZETTEER, Line, Reference, load_gazetteer

# Part of every cached file's name: changes whenever the index of the same file would differ.
FORMAT = "network 3"
_BESIDE_M = 40.0  # a way this near to a stretch is one it was made of


class Network(Reference):
    """A reference over a whole district.

    ``lines`` maps keys to lines. A key is the name; where a road and a river share one, the road
    has it and the river is under "name（河流）" (`resolve` with a kind finds either by its name).

    Parameters
    ----------
    name : str
        What it was made from.
    arrays : dict of numpy.ndarray
        The index of `geo.network.index.build_index`.
    borders : mapping
        Lines of the gazetteer that are taken as they are.
    """

    def __init__(self, name: str, arrays: Arrays, borders: Mapping[str, Line]) -> None:
        self._arrays = arrays
        self.written_names = unpack(arrays["line_name"])
        lines = {key: replace(line, source="gazetteer") for key, line in borders.items()}
        super().__init__(name, _lines(name, arrays) | lines)

    @cached_property
    def graph(self) -> Graph:
        """The lines and the unnamed ways as a network of ways."""
        part = {key[6:]: column for key, column in self._arrays.items() if key[:6] == "graph_"}
        noded = Noded(part["xy"], part["starts"], part["name"], part["ends"], part["nodes"])
        return Graph(noded, unpack(self._arrays["line_key"]), part["name"], part["kind"])

    @cached_property
    def words(self) -> dict[str, list[tuple[str, str]]]:
        """Codes, old and other names of the extract: word to (key, how)."""
        keys = unpack(self._arrays["line_key"])
        found = defaultdict(list)
        columns = (unpack(self._arrays[name]) for name in ("word_text", "word_how"))
        for word, how, line in zip(*columns, self._arrays["word_line"].tolist(), strict=True):
            found[word].append((keys[line], how))
        return dict(found)

    @cached_property
    def homonyms(self) -> dict[str, tuple[str, ...]]:
        """Names that stand for several lines: name to their keys."""
        found = defaultdict(list)
        for key, name in zip(unpack(self._arrays["line_key"]), self.written_names, strict=True):
            found[name].append(key)
        return {name: tuple(keys) for name, keys in found.items() if len(keys) > 1}

    def unnamed(self, kind: str) -> Sequence[BaseGeometry]:
        """Return the edges of the unnamed ways of a kind, as LineStrings in local metres."""
        graph = self.graph
        return graph.edges[(graph.name < 0) & (graph.kind == KINDS.index(kind))].tolist()

    def source_ids(self, name: str, line: BaseGeometry) -> tuple[str, ...]:
        """Return the OSM ids of the ways of a name within 40 m of a stretch (local metres)."""
        own = self._ways.get(name)
        if own is None:
            return super().source_ids(name, line)
        ways, ids = own
        shapely.prepare(line)
        near = shapely.dwithin(line, ways, _BESIDE_M)
        return tuple(dict.fromkeys(ids[number] for number in np.flatnonzero(near).tolist()))

    @cached_property
    def _ways(self) -> dict[str, tuple[NDArray, list[str]]]:
        """The ways as drawn, and their OSM ids, by key."""
        starts, xy = self._arrays["way_starts"], self._arrays["way_xy"]
        ways = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (starts,))
        line, ids = self._arrays["way_line"], unpack(self._arrays["way_id"])
        found = {}
        for number, key in enumerate(unpack(self._arrays["line_key"])):
            first, end = np.searchsorted(line, [number, number + 1]).tolist()
            if end > first:
                found[key] = (ways[first:end], ids[first:end])
        return found


def _lines(source: str, arrays: Arrays) -> dict[str, Line]:
    """Return the lines of an index by key."""
    geometry = shapely.from_ragged_array(
        shapely.GeometryType.MULTILINESTRING,
        arrays["line_xy"],
        (arrays["line_parts"], arrays["line_starts"]),
    )
    keys, kinds = unpack(arrays["line_key"]), unpack(arrays["line_kind"])
    ids = unpack(arrays["way_id"])
    bounds = np.searchsorted(arrays["way_line"], np.arange(len(keys) + 1)).tolist()
    return {
        key: Line(
            key,
            kind,
            line,
            tuple(dict.fromkeys(ids[bounds[number] : bounds[number + 1]])),
            source="gazetteer" if kind == "bank" else source,
        )
        for number, (key, kind, line) in enumerate(zip(keys, kinds, geometry, strict=True))
    }


def load_network(path: Path | str, cache: bool = True) -> Reference:
    """Load a network of named lines.

    Parameters
    ----------
    path : path-like
        A GeoPackage with layers roads, waterways, railways (or any layers of lines with a column
        ``name``), a folder or zip of Geofabrik's shapefiles, an ``.osm`` or ``.osm.pbf``, or a
        gazetteer as ``python -m geo reference build`` writes it.
    cache : bool
        Keep the index in the user's cache folder (`geo.network.cache.cache_folder`), and use it.

    Returns
    -------
    Network
        Of a gazetteer, the plain `Reference` of `geo.reference.load_gazetteer`.

    Raises
    ------
    AtlasError
        When the file is missing, is not a vector file, or has no named lines.
    """
    path = Path(path)
    if not path.exists():
        raise AtlasError(en=f"no such file: {shown(path)}", zh=f"找不到文件：{shown(path)}")
    if path.suffix.lower() in {".geojson", ".json"} and _is_gazetteer(path):
        return load_gazetteer(path)
    own = load_gazetteer().lines
    borders = {key: line for key, line in own.items() if line.kind == "border"}
    if cache:
        key = _key(path)
        arrays = read_cached(key)
        if arrays is not None and arrays.keys() == ARRAYS:
            with suppress(ValueError, IndexError, TypeError, ShapelyError):
                return Network(path.name, arrays, borders)
            # What we did not write is made anew.
    banks = [(name, line.kind, line.geometry) for name, line in own.items() if line.kind == "bank"]
    arrays = build_index(read_ways(path), banks)
    if cache:
        write_cached(key, arrays)
    return Network(path.name, arrays, borders)


def _key(path: Path) -> str:
    try:
        return content_key([*source_files(path), GAZETTEER], FORMAT)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AtlasError(
            en=f"cannot read {shown(path)}: {reason}", zh=f"无法读取 {shown(path)}：{reason}"
        ) from error


def _is_gazetteer(path: Path) -> bool:
    """Return whether a GeoJSON file is one of ours: features with a name and a kind of line."""
    features, _ = read_features(path)
    first = features[0] if features else None
    properties = first.get("properties") if isinstance(first, dict) else None
    return isinstance(properties, dict) and properties.get("kind") in KINDS
