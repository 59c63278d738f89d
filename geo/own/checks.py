"""What is wrong with shapes, and what is mended: every line of the report about geometry.

The work is bounded by what is counted beforehand (crossings of an outline, vertices of pairs), so
that a hostile file costs seconds, not hours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import to_local
from geo.own.building import Shape
from geo.own.limits import too_many
from geo.own.records import Finding, Roles, error, info, warning
from geo.own.systems import CHINA

_SAMPLE = 48  # segments whose neighbours are counted
_TANGLED = 16.0  # neighbours a segment has on average in an outline that is not repaired
_LARGE, _LARGE_TANGLED = 5_000, 200.0  # vertices; neighbours that end it at once
_REPAIRS = 100_000.0  # vertices times neighbours of all outlines that are repaired
_PAIRS = 60_000  # pairs of shapes that are looked at
_WORK = 3_000_000  # vertices of the pairs whose overlap is measured
_SLIVER_M2, _SLIVER_SHARE = 1.0, 0.001  # an overlap below both is drawing accuracy
_LISTED = 5


def usable(shapes: Sequence[Shape]) -> tuple[list[Shape], list[Finding]]:
    """Return the shapes (WGS 84) that can be used, repaired where need be, and what was found."""
    kept: list[Shape] = []
    rows: dict[str, list[int]] = {}
    left = [_REPAIRS]

    def note(code: str, one: Shape) -> None:
        rows.setdefault(code, []).append(one.row)

    for one in shapes:
        made, codes = _mended(one.geometry, left)
        for code in codes:
            note(code, one)
        if made is not None:
            kept.append(replace(one, geometry=made))
    return kept, [make(dict.fromkeys(rows[code])) for code, make in _TOLD.items() if code in rows]


_TOLD: dict[str, Callable] = {
    "finite": lambda rows: error(
        "finite", rows, zh="坐标含非数或无穷大，未使用",
        en="a coordinate is no finite number: not used"
    ),
    "range": lambda rows: error(
        "range", rows, zh="坐标不在中国境内，未使用：坐标系可能选错，或经纬度颠倒",
        en="outside China: not used; the coordinate system may be another, or the axes swapped",
    ),
    "tangled": lambda rows: error(
        "tangled", rows, zh="边界反复自交，无法修复，未使用",
        en="the outline crosses itself over and over and is not repaired: not used",
    ),
    "unrepaired": lambda rows: error(
        "unrepaired", rows, zh="自交的边界太多，这些未修复，也未使用；请先用 GIS 软件修复几何",
        en="too many outlines cross themselves: these are not repaired and not used; repair the "
        "geometry in a GIS program first",
    ),
    "collapsed": lambda rows: error(
        "collapsed", rows, zh="面塌缩为线或点，未使用",
        en="the area collapses to a line or point: not used"
    ),
    "kind": lambda rows: error(
        "kind", rows, zh="几何类型不支持，未使用",
        en="a kind of geometry that is not supported: not used"
    ),
    "repaired": lambda rows: warning(
        "repaired", rows, zh="边界自交或环次序有误，已修复；请核对形状和面积",
        en="the outline crossed itself or its rings were in disorder: repaired; check it",
    ),
    "mixed": lambda rows: warning(
        "mixed", rows, zh="点、线、面混在一个要素里，只取面（无面取线）",
        en="points, lines and areas in one feature: only its areas (else its lines) are used",
    ),
}  # fmt: skip


def _mended(geometry: BaseGeometry, left: list[float]) -> tuple[BaseGeometry | None, list[str]]:
    """Return a geometry that can be used, or None, with the codes of what was found."""
    coordinates = shapely.get_coordinates(geometry)
    if not len(coordinates) or not np.isfinite(coordinates).all():
        return None, ["finite"]
    west, south, east, north = CHINA
    x, y = coordinates[:, 0], coordinates[:, 1]
    if x.min() < west or x.max() > east or y.min() < south or y.max() > north:
        return None, ["range"]
    codes = []
    if geometry.geom_type == "GeometryCollection":
        geometry, mixed = _of_one_kind(geometry)
        if geometry is None:
            return None, ["kind"]
        codes += ["mixed"] if mixed else []
    if geometry.geom_type == "LinearRing":
        geometry = shapely.LineString(geometry)
    if geometry.geom_type.endswith("Polygon"):
        geometry, repaired = _repaired(geometry, left)
        if geometry is None:
            return None, [repaired]
        codes += [repaired] if repaired else []
    if geometry.geom_type.startswith("Multi") and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    return geometry, codes


def _of_one_kind(geometry: BaseGeometry) -> tuple[BaseGeometry | None, bool]:
    """Return the areas of a collection, else lines, else points; and whether it had others."""
    parts = list(shapely.get_parts(geometry))
    for _ in range(4):  # collections in collections
        parts = [p for part in parts for p in shapely.get_parts(part)]
    for kind, make in (
        ("Polygon", shapely.MultiPolygon),
        ("LineString", shapely.MultiLineString),
        ("Point", shapely.MultiPoint),
    ):
        found = [part for part in parts if part.geom_type == kind]
        if found:
            return make(found), len(found) < len(parts)
    return None, False


def _repaired(geometry: BaseGeometry, left: list[float]) -> tuple[BaseGeometry | None, str]:
    """Return a valid area and "" or "repaired", or None and the code of why there is none.

    ``left`` is what may still be spent on repairs.
    """
    if shapely.get_num_coordinates(geometry) > _LARGE and tangle(geometry) > _LARGE_TANGLED:
        return None, "tangled"  # even the test would take long
    if geometry.is_valid:
        return (geometry, "") if geometry.area > 0 else (None, "collapsed")
    met = tangle(geometry)
    left[0] -= met * int(shapely.get_num_coordinates(geometry))
    if met > _TANGLED:
        return None, "tangled"
    if left[0] < 0:
        return None, "unrepaired"
    made = shapely.make_valid(geometry)
    areas = [part for part in shapely.get_parts(made) if part.geom_type.endswith("Polygon")]
    areas = [p for part in areas for p in shapely.get_parts(part) if p.area > 0]
    if not areas:
        return None, "collapsed"
    return (areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)), "repaired"


def tangle(geometry: BaseGeometry) -> float:
    """Return how many other segments of an outline a segment of it meets, by boxes, on average.

    Measured on a sample: of an ordinary outline it is below ten whatever its size.
    """
    segments = []
    for ring in shapely.get_rings(shapely.get_parts(geometry)):
        points = shapely.get_coordinates(ring)
        segments.append(np.stack([points[:-1], points[1:]], axis=1))
    every = shapely.linestrings(np.concatenate(segments))
    tree = shapely.STRtree(every)
    # By lot, always the same: a step could meet a comb at the tips of its teeth only.
    lot = np.random.default_rng(0).integers(0, len(every), min(_SAMPLE, len(every)))
    chosen = every[lot]
    met = sum(len(tree.query(one)) for one in chosen)
    return met / len(chosen)


def duplicates(shapes: Sequence[Shape], roles: Roles) -> tuple[set[int], list[Finding]]:
    """Return the places of shapes that repeat an earlier one, and what to tell of them."""
    seen: dict[bytes, int] = {}
    again: set[int] = set()
    rows = []
    for index, one in enumerate(shapes):
        key = shapely.normalize(shapely.set_precision(one.geometry, 0)).wkb
        if key in seen:
            again.add(index)
            rows.append(one.row)
        else:
            seen[key] = index
    findings = []
    if rows:
        findings.append(
            warning("duplicate", rows, zh="图形与前面某一行完全相同",
                    en="the shape is the same as that of an earlier row")
        )  # fmt: skip
    if roles.id:
        findings += _twice(shapes, roles.id)
    return again, findings


def _twice(shapes: Sequence[Shape], column: str) -> list[Finding]:
    first: dict[str, int] = {}
    rows = []
    for one in shapes:
        value = str(one.values.get(column) or "").strip()
        if value and first.setdefault(value, one.row) != one.row:
            rows.append(one.row)
    if not rows:
        return []
    return [
        warning("id_twice", rows, zh="编号与前面某一行重复", en="the id is that of an earlier row")
    ]


def overlaps(shapes: Sequence[Shape], again: set[int]) -> list[Finding]:
    """Return what to tell of areas that overlap; those that repeat another are left out."""
    areas = [
        (one, to_local(one.geometry))
        for index, one in enumerate(shapes)
        if index not in again and one.geometry.geom_type.endswith("Polygon")
    ]
    if len(areas) < 2:
        return []
    every = np.array([geometry for _, geometry in areas], dtype=object)
    sizes = shapely.get_num_coordinates(every)
    tree = shapely.STRtree(every)
    pairs, work, ended = 0, 0, True
    found: list[tuple[int, int, float]] = []
    for index, geometry in enumerate(every):
        near = [int(other) for other in tree.query(geometry) if other > index]
        pairs += len(near)
        work += sum(int(sizes[index]) + int(sizes[other]) for other in near)
        if pairs > _PAIRS or work > _WORK:
            ended = False
            break
        for other in near:
            shared = _shared(geometry, every[other])
            if shared is None:
                ended = False
                continue
            least = min(geometry.area, every[other].area)
            if shared > _SLIVER_M2 and shared > _SLIVER_SHARE * least:
                found.append((areas[index][0].row, areas[other][0].row, shared))
    findings = []
    if found:
        findings.append(_overlap(found))
    if not ended:
        findings.append(
            info("overlap_ended", zh="图形过多过密，重叠只检查了一部分",
                 en="too many shapes lie on each other: only some were checked for overlaps")
        )  # fmt: skip
    return findings


def _shared(one: BaseGeometry, other: BaseGeometry) -> float | None:
    """Return the area that two shapes share in m², None for two that are made to tangle."""
    if len(shapely.get_coordinates(one)) * len(shapely.get_coordinates(other)) > 100_000:
        both = shapely.MultiPolygon([p for made in (one, other) for p in shapely.get_parts(made)])
        if tangle(both) > _TANGLED:
            return None
    return one.intersection(other).area if one.intersects(other) else 0.0


def _overlap(found: list[tuple[int, int, float]]) -> Finding:
    """Return the finding on pairs of rows that overlap, the largest named."""
    largest = sorted(found, key=lambda pair: -pair[2])[:_LISTED]
    zh = "、".join(f"第 {a} 与 {b} 行 {m2:,.0f} ㎡" for a, b, m2 in largest)
    en = ", ".join(f"rows {a} and {b}: {m2:,.0f} m²" for a, b, m2 in largest)
    rows = sorted({row for a, b, _ in found for row in (a, b)})
    total = len(found)
    more_zh = f"；共 {total} 对" if total > len(largest) else ""
    more_en = f"; {total} pairs in all" if total > len(largest) else ""
    return warning("overlap", rows, zh=f"地块相互重叠：{zh}{more_zh}",
                   en=f"parcels overlap ({en}{more_en})")  # fmt: skip


def outside(
    shapes: Sequence[Shape], minhang: BaseGeometry, shanghai: BaseGeometry
) -> list[Finding]:
    """Return what to tell of shapes outside Minhang and outside Shanghai."""
    shapely.prepare([minhang, shanghai])
    far, out = [], []
    for one in shapes:
        at = one.geometry.representative_point()
        if not shanghai.intersects(at):
            far.append(one.row)
        elif not minhang.intersects(at):
            out.append(one.row)
    findings = []
    if far:
        findings.append(
            warning("outside_shanghai", dict.fromkeys(far), zh="在上海市界之外：请核对坐标系",
                    en="outside Shanghai: check the coordinate system")
        )  # fmt: skip
    if out:
        findings.append(
            info(
                "outside_minhang",
                dict.fromkeys(out),
                zh="在闵行区界之外",
                en="outside Minhang District",
            )
        )
    return findings


def missing_names(shapes: Sequence[Shape], roles: Roles) -> list[Finding]:
    """Return what to tell of rows without a name."""
    if not roles.name:
        return [info("no_names", zh="没有名称列：以编号或行号称呼",
                     en="no column of names: rows are called by id or number")]  # fmt: skip
    rows = [one.row for one in shapes if not str(one.values.get(roles.name) or "").strip()]
    if not rows:
        return []
    return [warning("name", dict.fromkeys(rows), zh="没有名称", en="no name")]


def check_vertices(shapes: Sequence[Shape], most: int) -> None:
    """Refuse more vertices than are drawn, after a repair added some.

    Raises
    ------
    AtlasError
    """
    if shapes and int(shapely.get_num_coordinates([s.geometry for s in shapes]).sum()) > 2 * most:
        raise too_many("顶点数", "vertices", most)


__all__ = ["check_vertices", "duplicates", "missing_names", "outside", "overlaps", "tangle",
           "usable"]  # fmt: skip
