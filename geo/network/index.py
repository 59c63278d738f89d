"""The index over a whole district: names grouped and cleaned, everything noded, as plain arrays.

`build_index` makes the arrays from the ways of an extract; `geo.network.load` reads a reference
from them, whether they were just made or come from the cache. Planar work in local metres.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.network.centreline import BAND_M, heal_gaps
from geo.network.midline import centrelines
from geo.network.noding import SNAP_M, TOUCH_M, node
from geo.network.ways import KINDS, Ways

Arrays = dict[str, NDArray]
_COLUMNS = {
    "line": ("xy", "parts", "starts", "key", "name", "kind"),
    "way": ("xy", "starts", "line", "id"),
    "word": ("text", "line", "how"),
    "graph": ("xy", "starts", "ends", "nodes", "name", "kind"),
}
ARRAYS = frozenset(f"{table}_{column}" for table, names in _COLUMNS.items() for column in names)
# A road and a river of one name are two lines; the later kind is kept under "name（river's word）".
KIND_WORDS = {"road": "道路", "river": "河流", "rail": "铁路", "line": "线"}
_DOUBLED_M = 60.0  # a name whose lines run side by side for less is single
_ATTACH_M = 60.0  # farthest a carriageway is moved: an end on it is led after it


@dataclass
class Group:
    """All ways of one name and kind: positions in the table of ways."""

    name: str
    kind: str
    rows: list[int] = field(default_factory=list)
    metro: bool = False


def build_index(ways: Ways, more: Iterable[tuple[str, str, BaseGeometry]] = ()) -> Arrays:
    """Make the index of an extract.

    Parameters
    ----------
    ways : geo.network.ways.Ways
        Named and unnamed ways, in local metres.
    more : iterable of (name, kind, geometry)
        Lines that no extract has, such as a bank: taken as they are, and noded with the rest.

    Returns
    -------
    dict of numpy.ndarray
        Lines (``line_*``: cleaned, with keys, names and kinds), the ways they came from
        (``way_*``), other words for them (``word_*``), and the graph (``graph_*``).
    """
    groups = group(ways)
    lines = clean(ways, groups)
    lines, unnamed = _attached(ways, groups, lines)
    texts = [(key, item.name, item.kind) for key, item in groups.items()]
    kinds = ["metro" if item.metro else item.kind for item in groups.values()]
    for name, kind, geometry in more:
        if name not in groups:
            texts.append((name, name, kind))
            kinds.append(kind)
            lines = np.append(lines, np.array([geometry], dtype=object))
    _, xy, (parts, of_line) = shapely.to_ragged_array(
        np.array([_multi(line) for line in lines], dtype=object)
    )
    arrays: Arrays = {"line_xy": xy, "line_parts": parts, "line_starts": of_line}
    for column, values in zip(
        ("line_key", "line_name", "line_kind"), zip(*texts, strict=True), strict=True
    ):
        arrays[column] = pack(values)
    return arrays | _ways(ways, groups) | _words(ways, groups) | _graph(lines, kinds, *unnamed)


def _multi(line: BaseGeometry) -> BaseGeometry:
    return shapely.multilinestrings(shapely.get_parts(line))


def group(ways: Ways) -> dict[str, Group]:
    """Group named ways by name and kind, each group under a key of its own."""
    found: dict[tuple[str, str], Group] = {}
    names, kinds = ways.name.tolist(), ways.kind.tolist()
    for row, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        if name:
            own = "rail" if kind == "metro" else kind
            item = found.setdefault((name, own), Group(name, own, metro=kind == "metro"))
            item.metro &= kind == "metro"
            item.rows.append(row)
    order = list(KIND_WORDS)
    groups: dict[str, Group] = {}
    for item in sorted(found.values(), key=lambda item: order.index(item.kind)):
        key = item.name
        while key in groups:
            key += f"（{KIND_WORDS[item.kind]}）"
        groups[key] = item
    return groups


def clean(ways: Ways, groups: dict[str, Group]) -> NDArray:
    """Return one MultiLineString a group: gaps healed, carriageways and tracks made one line.

    Rivers are drawn as one line already; the lanes of a compound (弄) are no carriageways.
    """
    merged = np.array(
        [
            shapely.line_merge(shapely.multilinestrings(_distinct(ways.geometry[item.rows])))
            for item in groups.values()
        ],
        dtype=object,
    )
    if len(merged) == 0:
        return merged
    may = [item.kind in ("road", "rail") and "弄" not in item.name for item in groups.values()]
    band = shapely.area(shapely.buffer(merged, BAND_M, cap_style="flat", quad_segs=4))
    side_by_side = shapely.length(merged) - band / (2 * BAND_M)
    doubled = np.flatnonzero(np.array(may) & (side_by_side > _DOUBLED_M))
    single = np.setdiff1d(np.arange(len(merged)), doubled)
    merged[single] = [heal_gaps(line) for line in merged[single]]
    for number, line in zip(doubled.tolist(), centrelines(merged[doubled]), strict=True):
        merged[number] = line
    return merged


def _distinct(ways: NDArray) -> NDArray:
    """Leave out ways that are there twice: they would pass for two carriageways."""
    _, first = np.unique(shapely.to_wkb(shapely.normalize(ways)), return_index=True)
    return ways[np.sort(first)]


def _attached(
    ways: Ways, groups: dict[str, Group], lines: NDArray
) -> tuple[NDArray, tuple[NDArray, NDArray]]:
    """Lead the ends that lay on a carriageway to the centreline it became.

    Returns
    -------
    tuple
        The named lines, and the unnamed ways with their kinds.
    """
    rows = [row for item in groups.values() for row in item.rows]
    of_row = np.repeat(np.arange(len(groups)), [len(item.rows) for item in groups.values()])
    named, owner = shapely.get_parts(lines, return_index=True)
    unnamed = np.setdiff1d(np.arange(len(ways)), rows)
    parts = np.concatenate([named, ways.geometry[unnamed]])
    owner = np.concatenate([owner, np.full(len(unnamed), -1)])
    parts = _led(parts, owner, ways.geometry[rows], of_row, lines)
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(lines) + 1))
    own = [parts[order[a:b]] for a, b in itertools.pairwise(bounds.tolist())]
    joined = np.array([shapely.multilinestrings(part) for part in own], dtype=object)
    joined = _rejoined(joined, ways.geometry[rows], of_row)
    return joined, (parts[owner < 0], ways.kind[unnamed])


def _rejoined(lines: NDArray, drawn: NDArray, of_drawn: NDArray) -> NDArray:
    """Join lines again whose drawn ways touched and that moving has parted."""
    i, j = shapely.STRtree(drawn).query(drawn, predicate="dwithin", distance=TOUCH_M)
    pairs = np.unique(np.column_stack([of_drawn[i], of_drawn[j]]), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    shapely.prepare(lines)
    parted = ~shapely.dwithin(lines[pairs[:, 0]], lines[pairs[:, 1]], SNAP_M / 2)
    lines = lines.copy()
    for pair in pairs[parted].tolist():
        link = shapely.shortest_line(*lines[pair])
        if link.length < _ATTACH_M:
            # The shorter of the two is the side road.
            number = min(pair, key=lambda k: lines[k].length)
            lines[number] = shapely.multilinestrings([*shapely.get_parts(lines[number]), link])
    return lines


def _led(
    parts: NDArray, owner: NDArray, drawn: NDArray, of_drawn: NDArray, lines: NDArray
) -> NDArray:
    """Return parts with ends led to the lines whose drawn ways they touched."""
    tips = shapely.get_coordinates(parts)
    counts = shapely.get_num_coordinates(parts)
    last = np.cumsum(counts) - 1
    points = shapely.points(np.concatenate([tips[last - counts + 1], tips[last]]))
    part = np.tile(np.arange(len(parts)), 2)
    i, j = shapely.STRtree(drawn).query(points, predicate="dwithin", distance=SNAP_M)
    pairs = np.unique(np.column_stack([i, of_drawn[j]]), axis=0)
    pairs = pairs[owner[part[pairs[:, 0]]] != pairs[:, 1]]
    away = shapely.distance(points[pairs[:, 0]], lines[pairs[:, 1]])
    # An end that still lies on the line, or that rounding put beside it, is left to the noding.
    gone = (away > SNAP_M / 2) & (away < _ATTACH_M)
    touching = np.unique(pairs[away <= SNAP_M / 2, 0])
    pairs, away = pairs[gone], away[gone]
    order = np.lexsort((away, pairs[:, 0]))
    pairs = pairs[order]
    pairs = pairs[np.unique(pairs[:, 0], return_index=True)[1]]
    pairs = pairs[~np.isin(pairs[:, 0], touching)]
    parts = parts.copy()
    for tip, line in pairs.tolist():
        number = part[tip]
        end = shapely.get_coordinates(shapely.shortest_line(lines[line], points[tip]))[0]
        xy = shapely.get_coordinates(parts[number])
        xy = np.vstack([end, xy] if tip < len(parts) else [xy, end])
        parts[number] = shapely.linestrings(xy)
    return parts


def _ways(ways: Ways, groups: dict[str, Group]) -> Arrays:
    """Return the ways of the names as drawn, with their OSM ids."""
    rows = [row for item in groups.values() for row in item.rows]
    own = ways[np.array(rows, dtype=int)]
    return {
        "way_xy": shapely.get_coordinates(own.geometry),
        "way_starts": np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(own.geometry))]),
        "way_line": np.repeat(np.arange(len(groups)), [len(g.rows) for g in groups.values()]),
        "way_id": pack(own.osm_id),
    }


def _words(ways: Ways, groups: dict[str, Group]) -> Arrays:
    """Return the codes, old names and other names the extract gives, and the line of each."""
    found: dict[tuple[str, int, str], None] = {}
    columns = (("code", ways.ref), ("old_name", ways.old_name), ("alias", ways.alt_name))
    for number, item in enumerate(groups.values()):
        for how, column in columns:
            for text in dict.fromkeys(column[item.rows].tolist()):
                for word in filter(None, map(str.strip, text.replace("；", ";").split(";"))):
                    found[word, number, how] = None
    words, numbers, hows = zip(*found, strict=True) if found else ((), (), ())
    return {
        "word_text": pack(words),
        "word_line": np.array(numbers, dtype=np.int64),
        "word_how": pack(hows),
    }


def _graph(
    lines: NDArray, line_kinds: list[str], unnamed: NDArray, unnamed_kind: NDArray
) -> Arrays:
    """Return the graph of the named lines and the unnamed ways; borders are no ways."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    way = np.array([kind != "border" for kind in line_kinds])[owner]
    parts, owner = parts[way], owner[way]
    kinds = [KINDS.index(kind) for kind in line_kinds]
    kinds = np.concatenate(
        [np.array(kinds, dtype=np.int8)[owner], [KINDS.index(kind) for kind in unnamed_kind]]
    )
    noded = node(np.concatenate([parts, unnamed]))
    owner = np.concatenate([owner, np.full(len(unnamed), -1)])
    return {
        "graph_xy": noded.xy,
        "graph_starts": noded.starts,
        "graph_ends": noded.ends,
        "graph_nodes": noded.nodes,
        "graph_name": owner[noded.line],
        "graph_kind": kinds[noded.line].astype(np.int8),
    }


def pack(words: Iterable[str]) -> NDArray[np.uint8]:
    """Return words as bytes: each ends with a line feed, which none of them holds."""
    return np.frombuffer("".join(f"{word}\n" for word in words).encode(), dtype=np.uint8)


def unpack(packed: NDArray[np.uint8]) -> list[str]:
    """Undo `pack`."""
    return packed.tobytes().decode().split("\n")[:-1]
