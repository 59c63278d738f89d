"""One centreline for a road or railway that the map draws as several parallel lines.

A ring must follow the middle of a dual carriageway, not the kerb that happens to be nearer. The
lines of one name are widened until carriageways and tracks merge into one band, and the band's
skeleton (Voronoi edges of its boundary) is the centreline. Planar work in metres.
"""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

# Slightly more than half the widest carriageway spacing met on the trunk roads here (about 60 m).
BAND_M = 32.0
_STEP_M = 8.0
_JITTER_M = 0.01
_ROUNDING_M = 8.0  # ends this near are one place: positions are rounded to about ±4 m
# Longest gap inside one name that is taken for a crossing or a bridge rather than a real break.
HEAL_M = 160.0
_ISLAND_M2 = 60_000.0  # a hole larger than this is a real fork, not the strip between carriageways


def centreline(lines: BaseGeometry, band_m: float = BAND_M) -> MultiLineString:
    """Return the centreline of a bundle of parallel lines.

    Parameters
    ----------
    lines : shapely geometry
        (Multi)LineString in metres: all ways of one road, both carriageways, all tracks.
    band_m : float
        Half width each line is given before merging, in metres; parallel lines up to twice as far
        apart become one.

    Returns
    -------
    shapely.MultiLineString
        Centrelines in metres, accurate to about 3 m on straight stretches. Single carriageways keep
        their course.
    """
    healed = heal_gaps(lines)
    band = shapely.buffer(healed, band_m, cap_style="flat", join_style="round", quad_segs=4)
    # Flat ends leave a notch where three ways meet, at which the skeleton would break.
    band = shapely.union(band, shapely.buffer(fork_points(healed), band_m, quad_segs=4))
    parts = [_skeleton(without_islands(part), band_m) for part in shapely.get_parts(band)]
    return MultiLineString([line for part in parts for line in part])


def fork_points(lines: MultiLineString) -> MultiPoint:
    """Return the points where ends of several lines meet."""
    tips = [line.coords[end] for line in lines.geoms if not line.is_ring for end in (0, -1)]
    return MultiPoint([xy for xy, count in Counter(tips).items() if count > 1])


def heal_gaps(
    lines: BaseGeometry, reach_m: float = HEAL_M, bend_deg: float = 30.0
) -> MultiLineString:
    """Join the ends of lines that stop at a junction or bridge and go on behind it.

    The map cuts a road where its name changes for a bridge or where a crossing has none. Two ends
    are joined by a straight piece when they lie within ``reach_m`` of each other and both lines
    point along the join within ``bend_deg``; over less than 8 m a corner is joined too. Nearest
    pairs first, each end once.

    Parameters
    ----------
    lines : shapely geometry
        (Multi)LineString in metres.
    reach_m : float
        Longest join, in metres.
    bend_deg : float
        Largest angle between a line's heading at its end and the join.

    Returns
    -------
    shapely.MultiLineString
        The lines, merged end to end.
    """
    merged = shapely.line_merge(lines) if lines.geom_type == "MultiLineString" else lines
    parts = [part for part in shapely.get_parts(merged) if not part.is_ring]
    rings = [part for part in shapely.get_parts(merged) if part.is_ring]
    ends = [(xy, heading) for part in parts for xy, heading in _ends(part)]
    points = np.array([xy for xy, _ in ends]).reshape(-1, 2)
    pairs = []
    for i, (xy, heading) in enumerate(ends):
        away = points - xy
        distance = np.hypot(away[:, 0], away[:, 1])
        for j in np.flatnonzero((distance <= reach_m) & (np.arange(len(ends)) > i)):
            if distance[j] < _ROUNDING_M:
                # So short a gap has no direction worth testing, but two tracks that end side by
                # side must not be joined round their ends.
                goes_on = _angle(heading, ends[j][1]) > 60.0
            else:
                goes_on = (
                    _angle(heading, away[j]) <= bend_deg
                    and _angle(ends[j][1], -away[j]) <= bend_deg
                )
            if goes_on and i // 2 != j // 2 and distance[j] > 0:
                pairs.append((distance[j], i, int(j)))
    joined: set[int] = set()
    joins = []
    for _, i, j in sorted(pairs):
        if i not in joined and j not in joined:
            joined |= {i, j}
            joins.append(LineString([points[i], points[j]]))
    whole = shapely.line_merge(MultiLineString([*parts, *joins])) if joins else merged
    return MultiLineString([*shapely.get_parts(whole), *(rings if joins else [])])


def _ends(line: LineString) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return both ends of a line with the heading in which it leaves them."""
    reach = min(30.0, line.length / 2)
    result = []
    for end, inner in ((0, reach), (-1, -reach)):
        tip = np.array(line.coords[end])
        result.append((tip, tip - np.array(line.interpolate(inner).coords[0])))
    return result


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Return the angle between two vectors in degrees."""
    cosine = np.dot(a, b) / max(np.hypot(*a) * np.hypot(*b), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def without_islands(polygon: Polygon) -> Polygon:
    """Fill the strips between carriageways; keep the holes that are real forks."""
    holes = [ring for ring in polygon.interiors if Polygon(ring).area > _ISLAND_M2]
    return Polygon(polygon.exterior, holes)


def _skeleton(polygon: Polygon, band_m: float) -> list[LineString]:
    """Return the medial lines of one band, spurs cut off and ends run out to the band's ends."""
    points = shapely.get_coordinates(shapely.segmentize(polygon.boundary, _STEP_M))
    # Straight carriageways make rows of points that face each other exactly, of which the Voronoi
    # diagram comes out wrong or in part: each point is moved by a few millimetres, always the same.
    points = points + np.random.default_rng(0).uniform(-_JITTER_M, _JITTER_M, points.shape)
    edges = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), only_edges=True)
    )
    edges = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(_segments(edges))))
    segments = _segments(edges)
    # Edges near the outline are the teeth of the Voronoi comb; the medial line is band_m inside.
    inner = shapely.buffer(polygon, -0.6 * band_m)
    shapely.prepare(inner)
    segments = segments[shapely.contains_properly(inner, segments)]
    graph = nx.Graph()
    for segment in segments:
        a, b = (tuple(np.round(xy, 3)) for xy in shapely.get_coordinates(segment))
        if a != b:
            graph.add_edge(a, b, length=segment.length)
    if graph.number_of_edges() == 0:
        return []
    _cut_spurs(graph, 2.5 * band_m)
    _cut_tips(graph, polygon, 2.2 * band_m)
    merged = shapely.line_merge(shapely.multilinestrings([LineString(e) for e in graph.edges]))
    smooth = [shapely.simplify(line, 1.5) for line in shapely.get_parts(merged)]
    return [_run_out(line, polygon, graph) for line in smooth if line.length > band_m]


def _segments(lines: np.ndarray) -> np.ndarray:
    """Split lines into their two-point segments."""
    coords, index = shapely.get_coordinates(lines, return_index=True)
    same = index[1:] == index[:-1]
    return shapely.linestrings(np.stack([coords[:-1][same], coords[1:][same]], axis=1))


def _cut_spurs(graph: nx.Graph, length_m: float) -> None:
    """Remove dead-end branches shorter than ``length_m`` that hang on a fork, shortest first."""
    while True:
        spurs = []
        for leaf in [node for node, degree in graph.degree if degree == 1]:
            path, length = [leaf], 0.0
            while graph.degree(path[-1]) < 3:
                onward = [n for n in graph.neighbors(path[-1]) if n not in path[-2:]]
                if not onward:
                    break
                length += graph.edges[path[-1], onward[0]]["length"]
                path.append(onward[0])
            if graph.degree(path[-1]) >= 3 and length < length_m:
                spurs.append((length, path))
        if not spurs:
            return
        # One at a time: cutting a spur may turn its fork into plain line.
        graph.remove_nodes_from(min(spurs)[1][:-1])


def _cut_tips(graph: nx.Graph, polygon: Polygon, length_m: float) -> None:
    """Cut free ends back to where the skeleton leaves the middle for a corner of the band.

    On the way to a corner the room around the skeleton shrinks; along the middle it stays.
    """
    for leaf in [node for node, degree in graph.degree if degree == 1]:
        path, length = [leaf], 0.0
        while length < length_m and graph.degree(path[-1]) < 3:
            onward = [n for n in graph.neighbors(path[-1]) if n not in path[-2:]]
            if not onward:
                break
            length += graph.edges[path[-1], onward[0]]["length"]
            path.append(onward[0])
        room = shapely.distance(shapely.points(path), polygon.boundary)
        middle = int(np.argmax(room >= 0.97 * room.max()))
        # Two nodes at least must stay of the line.
        graph.remove_nodes_from(path[: min(middle + 1, len(path) - 2)])


def _run_out(line: LineString, polygon: Polygon, graph: nx.Graph) -> LineString:
    """Lengthen a centreline's free ends straight on to the end of its band."""
    coords = [tuple(xy) for xy in line.coords]
    for end in (0, -1):
        if graph.degree(tuple(np.round(coords[end], 3))) != 1:
            continue
        tip = np.array(coords[end])
        back = np.array(shapely.line_interpolate_point(line, 40.0 if end == 0 else -40.0).coords[0])
        heading = (tip - back) / max(np.hypot(*(tip - back)), 1e-9)
        ray = LineString([tip, tip + heading * 120.0])
        inside = shapely.intersection(ray, polygon)
        reach = max(
            (Point(tip).distance(Point(xy)) for xy in shapely.get_coordinates(inside)), default=0.0
        )
        if reach > 1.0:
            coords[end] = tuple(tip + heading * reach)
    return LineString(coords)
