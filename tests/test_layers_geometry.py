"""Shapes as the page stores them: what is packed comes back, in Python and in a browser."""

from __future__ import annotations

import itertools
import json

import numpy as np
import packed
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geo.measure import area_km2
from geo.plans import load_boundaries
from layers.geometry import DIGITS, LAST, SCALE, bounds, encode, label_point, number_text
from layers.inline import as_json
from layers.page import ASSETS

WHOLE = st.integers(-(2**40), 2**40)
DEGREES = st.tuples(
    st.floats(-180, 180, allow_nan=False).map(lambda x: round(x, 7)),
    st.floats(-90, 90, allow_nan=False).map(lambda y: round(y, 7)),
)
LINES = st.lists(st.lists(DEGREES, min_size=2, max_size=12), max_size=4)
HOLE = [(0.2, 0.2), (0.2, 0.8), (0.8, 0.8), (0.8, 0.2)]
SQUARE = Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], [HOLE])
# One of every sort: near and far, each side of 0, with holes, of many parts, of none.
SHAPES = {
    "square": SQUARE,
    "many": MultiPolygon([SQUARE, box(-180, -90, -179.5, 90), box(179.9, 89, 180, 90)]),
    "tiny hole": Polygon(box(0, 0, 1, 1).exterior, [box(0.1, 0.1, 0.1 + 1e-7, 0.2).exterior]),
    "nothing left": MultiPolygon([box(5, 5, 5 + 1e-8, 6), box(1, 1, 2, 2)]),
    "no area": Polygon(),
    "line": LineString([(-180, -90), (180, 90), (0, 0), (0, 0), (0, 5e-6)]),
    "lines": MultiLineString([[(121.4, 31), (121.5, 31)], [(1, 1), (1, 1)], [(3, 4), (-3, 4)]]),
    "no line": MultiLineString(),
    "point": Point(121.4, 31.1),
    "points": MultiPoint([(121.4, 31.1), (-1, -2)]),
}  # fmt: skip


def form(shape: shapely.Geometry) -> str:
    kinds = {"Polygon": "area", "Line": "line", "Point": "point"}
    return next(name for kind, name in kinds.items() if kind in shape.geom_type)


def grid(coords, scale: int = SCALE, least: int = 2, ring: bool = False) -> list[tuple]:
    """Return what is left of vertices on the grid, or nothing: said once more, one by one."""
    left: list[tuple] = []
    for lon, lat in coords:
        at = (round(lon * scale) / scale, round(lat * scale) / scale)
        if not left or left[-1] != at:
            left.append(at)
    left = left[:-1] if ring else left
    return left if len(left) >= least else []


def expected(shape: shapely.Geometry, scale: int = SCALE) -> list:
    """Return the lines, or the rings of the polygons, that a shape should come back as."""
    if form(shape) == "line":
        kept = (grid(part.coords, scale) for part in shapely.get_parts(shape))
        return [line for line in kept if line]
    polygons = []
    for part in shapely.get_parts(shape):
        rings = [grid(r.coords, scale, 3, ring=True) for r in [part.exterior, *part.interiors]]
        if rings[0]:
            polygons.append([ring for ring in rings if ring])
    return polygons


def back(shape: shapely.Geometry, scale: int = SCALE) -> list:
    """Return a shape packed and unpacked."""
    unpack = packed.lines if form(shape) == "line" else packed.areas
    return unpack(encode(shape, scale), scale)


# --- numbers and digits --------------------------------------------------------------------------


@given(WHOLE)
def test_a_number_comes_back(number):
    assert packed.numbers(number_text(number)) == [number]


@given(st.lists(WHOLE))
def test_numbers_in_a_row_come_apart_again(row):
    assert packed.numbers("".join(map(number_text, row))) == row


def test_small_steps_take_one_digit_and_usual_ones_two():
    assert {len(number_text(n)) for n in range(-32, 32)} == {1}
    more = len(DIGITS) - LAST
    usual = (LAST + LAST * more) // 2
    assert usual > 700, "some 350 m of a park, 1.7 km of the basemap"
    assert max(len(number_text(n)) for n in range(-usual, usual)) == 2
    assert len(number_text(usual)) == 3
    texts = [number_text(n) for n in range(-100_000, 100_000)]
    assert len(set(texts)) == len(texts)


def test_no_digit_needs_an_escape_in_a_page():
    every = DIGITS + ",;"
    assert len(set(every)) == len(every)
    assert every.isascii()
    assert every.isprintable()
    assert " " not in every
    assert json.dumps(every) == as_json(every) == f'"{every}"'
    assert "'" not in every


# --- shapes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in SHAPES if "point" not in name])
def test_a_shape_comes_back_on_its_grid(name):
    assert back(SHAPES[name]) == expected(SHAPES[name])


def test_what_shrinks_to_nothing_leaves_nothing():
    assert encode(SHAPES["no area"]) == encode(SHAPES["no line"]) == ""
    assert encode(box(5, 5, 5 + 1e-8, 6)) == ""
    assert encode(box(5, 5, 5 + 1e-8, 6) | box(1, 1, 2, 2)) == encode(box(1, 1, 2, 2))
    (rings,) = back(SHAPES["tiny hole"])
    assert len(rings) == 1
    flat = Polygon([(0, 0), (1e-7, 1), (1e-7, 0)], [[(0.1, 0.1), (0.1, 0.2), (0.2, 0.2)]])
    assert encode(flat) == "", "no hole is left to stand for the outline"


def test_points_stay_pairs_of_numbers():
    assert encode(Point(121.4, 31.1)) == [round(121.4 * SCALE), round(31.1 * SCALE)]
    assert encode(MultiPoint([(1, 2), (-3, 4)]), 10) == [10, 20, -30, 40]


@given(LINES, st.sampled_from([1, 1_000, 40_000, SCALE, 10_000_000]))
def test_lines_come_back(parts, scale):
    shape = MultiLineString(parts)
    assert back(shape, scale) == expected(shape, scale)


@given(st.lists(st.tuples(DEGREES, st.floats(1e-7, 2), st.booleans()), max_size=4),
       st.sampled_from([1_000, 40_000, SCALE]))  # fmt: skip
def test_areas_come_back(squares, scale):
    shape = MultiPolygon(
        [
            Polygon(
                [(x, y), (x + d, y), (x + d, y + d), (x, y + d)],
                [[(x + d * a, y + d * b) for a, b in HOLE]] if holed else [],
            )
            for (x, y), d, holed in squares
        ]
    )
    assert back(shape, scale) == expected(shape, scale)


def generated(count: int) -> list[shapely.Geometry]:
    """Return shapes of all sorts and sizes, the same in every run."""
    rng = np.random.default_rng(6)
    shapes = list(SHAPES.values())
    for _ in range(count):
        spread = 10.0 ** rng.uniform(-7, 2)
        paths = [
            rng.uniform([-180, -90], [180, 90]) + rng.normal(0, spread, (rng.integers(3, 30), 2))
            for _ in range(rng.integers(1, 6))
        ]
        shapes += [MultiLineString(paths), MultiPolygon([Polygon(path) for path in paths])]
    return shapes


def test_the_browser_reads_what_is_packed(watched):
    page = watched.page
    page.goto("about:blank")
    page.add_script_tag(content=(ASSETS / "geometry.js").read_text(encoding="utf-8"))
    asked = [
        [encode(shape, scale), form(shape), scale]
        for shape in generated(300)
        for scale in (SCALE, 40_000, 7)
    ]
    answers = page.evaluate("rows => rows.map((row) => Atlas.decode(...row))", asked)
    assert len(answers) == len(asked) > 1_800
    for (text, kind, scale), answer in zip(asked, answers, strict=True):
        if kind == "point":
            assert answer == [text[1] / scale, text[0] / scale]
            continue
        found = packed.lines(text, scale) if kind == "line" else packed.areas(text, scale)
        turned = [[list(at[::-1]) for at in line] for line in found] if kind == "line" else [
            [[list(at[::-1]) for at in ring] for ring in rings] for rings in found
        ]  # fmt: skip
        assert answer == turned
    watched.assert_quiet()


# --- the parks -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def zones() -> dict[str, Polygon]:
    """The zones as published here."""
    return dict(load_boundaries().geometry)


@pytest.fixture(scope="module")
def drawn(zones) -> dict[str, Polygon]:
    """The zones as a page draws them."""
    found = {}
    for zone, shape in zones.items():
        ((outline, *holes),) = packed.areas(encode(shape))
        found[zone] = Polygon(outline, holes)
    return found


def edges(shape: Polygon, digits: int = 9) -> set[frozenset]:
    """Return an outline's edges, whichever way they run."""
    coords = [tuple(at) for at in np.round(shapely.get_coordinates(shape.exterior), digits)]
    return {frozenset(pair) for pair in itertools.pairwise(coords) if pair[0] != pair[1]}


def on_grid(edge: frozenset) -> frozenset:
    return frozenset((round(x * SCALE) / SCALE, round(y * SCALE) / SCALE) for x, y in edge)


def pairs(zones) -> list[tuple[str, str]]:
    return list(itertools.combinations(zones, 2))


def m2(shape: shapely.Geometry) -> float:
    return 0.0 if shape.is_empty else area_km2(shape) * 1e6


def test_a_drawn_park_has_the_area_and_place_of_the_published_one(zones, drawn):
    for zone, shape in zones.items():
        assert drawn[zone].is_valid, zone
        assert abs(area_km2(drawn[zone]) / area_km2(shape) - 1) < 0.0005, zone
        assert shapely.hausdorff_distance(drawn[zone], shape) < 0.75 / SCALE, zone


def test_borders_of_two_zones_are_one_border_in_the_page(zones, drawn):
    common = {pair: edges(zones[pair[0]]) & edges(zones[pair[1]]) for pair in pairs(zones)}
    assert sum(bool(edges_) for edges_ in common.values()) >= 6, "zones that lie side by side"
    for (one, other), shared in common.items():
        stored = {edge for edge in map(on_grid, shared) if len(edge) == 2}
        assert stored <= edges(drawn[one]), (one, other)
        assert stored <= edges(drawn[other]), (one, other)
        assert len(stored) == len(shared), "none of them shrinks to a point"


def test_no_sliver_opens_between_zones(zones, drawn):
    for one, other in pairs(zones):
        before, after = zones[one] & zones[other], drawn[one] & drawn[other]
        if m2(before) < 10:
            assert m2(after) < 30, f"{one} and {other} do not begin to overlap"
    # What the zones enclose without covering it: no more gaps, and none that grows.
    before, after = (
        [Polygon(ring) for part in shapely.get_parts(shapely.union_all(list(shapes.values())))
         for ring in part.interiors]
        for shapes in (zones, drawn)
    )  # fmt: skip
    assert len(after) <= len(before)
    assert sum(map(m2, after)) < sum(map(m2, before)) + 50


# --- the rest of the module ----------------------------------------------------------------------


def test_bounds_are_south_west_and_north_east():
    assert bounds([None, Polygon()]) is None
    assert bounds([box(121.30001, 31, 121.5, 31.2), Point(121.6, 30.9)]) == [
        [30.9, 121.3],
        [31.2, 121.6],
    ]


@settings(max_examples=50)
@given(st.integers(3, 12), st.floats(0.001, 0.1))
def test_a_label_stands_inside(count, size):
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    shape = Polygon(np.c_[121 + size * np.cos(angles), 31 + size * np.sin(angles)])
    assert shape.contains(label_point(shape))
    ((rings,),) = [packed.areas(encode(shape))]
    assert len(rings) == 1
