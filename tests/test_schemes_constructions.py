"""The constructions of layout sketches: examples a map reader would check, and properties."""

import math
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, box

from geo.network.joined import join
from geo.reference import load_gazetteer
from layers.schemes.constructions import (
    MOST_GAP_M,
    axis,
    belt,
    cluster,
    core,
    corridor,
    disc,
    ring,
    route,
)

metres = st.integers(0, 60_000).map(float)
spots = st.tuples(metres, metres)
paths = st.lists(spots, min_size=2, max_size=6, unique=True)
widths = st.integers(200, 8_000).map(float)
LAND = box(0, 0, 60_000, 60_000)


def test_axis_of_two_stops_is_the_straight_line():
    assert axis([(0, 0), (3000, 4000)]).equals(LineString([(0, 0), (3000, 4000)]))


def test_axis_bends_smoothly_at_a_corner():
    line = axis([(0, 0), (10_000, 0), (10_000, 10_000)])
    xy = shapely.get_coordinates(line)
    steps = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(xy)]
    turns = [abs(b - a) for a, b in pairwise(steps)]
    assert max(turns) < math.radians(15)  # a polyline would turn by 90 degrees at once
    assert line.length < 1.15 * 20_000


def test_axis_needs_two_different_stops():
    for stops in ([], [(0, 0)], [(0, 0), (0.1, 0.1)]):
        with pytest.raises(ValueError, match="two different stops"):
            axis(stops)


@given(paths)
def test_axis_passes_every_stop_exactly_and_in_order(stops):
    vertices = [tuple(xy) for xy in shapely.get_coordinates(axis(stops))]
    places, start = [], 0
    for stop in stops:
        places.append(vertices.index(stop, start))
        start = places[-1] + 1
    assert places[0] == 0 and places[-1] == len(vertices) - 1


@given(paths)
def test_axis_keeps_near_its_stops(stops):
    # Centripetal curves do not swing out: never farther from the polyline than its longest leg.
    legs = LineString(stops)
    longest = max(math.dist(a, b) for a, b in pairwise(stops))
    assert shapely.hausdorff_distance(axis(stops), legs, densify=0.1) <= longest


def test_corridor_has_the_width_to_either_side():
    ribbon = corridor(LineString([(0, 0), (5000, 0)]), 400)
    assert ribbon.bounds == pytest.approx((-400, -400, 5400, 400))
    assert ribbon.area == pytest.approx(5000 * 800 + math.pi * 400**2, rel=1e-3)


@given(paths, widths)
def test_corridor_holds_its_road_and_nothing_farther(stops, half_width):
    road = LineString(stops)
    ribbon = corridor(road, half_width)
    assert ribbon.is_valid and ribbon.covers(road)
    outline = shapely.get_coordinates(ribbon)
    assert shapely.distance(road, shapely.points(outline)).max() <= half_width + 0.01


def test_corridor_of_a_broken_road_is_one_ribbon():
    road = MultiLineString([[(0, 0), (2000, 0)], [(2500, 0), (2500, 3000)]])
    ribbon = corridor(road, 150)
    assert ribbon.geom_type == "Polygon" and ribbon.covers(road)
    assert ribbon.covers(LineString([(2000, 0), (2500, 0)]))
    with pytest.raises(ValueError, match="a gap of 500 m, and 499 m at most"):
        corridor(road, 150, most_gap_m=499)


def test_corridor_of_a_real_road_that_stops_at_a_river():
    road = load_gazetteer().lines["莲花南路"].geometry
    assert len(shapely.get_parts(shapely.buffer(road, 120))) == 2
    ribbon = corridor(road, 120)
    assert ribbon.geom_type == "Polygon" and ribbon.covers(road)


def test_route_is_simplified_and_bridges_a_gap():
    wavy = LineString([(x, 6 * (x // 100 % 2)) for x in range(0, 3001, 100)])
    onward = MultiLineString([[(3000, -40), (3000, 2000)], [(3000, 2300), (3000, 4000)]])
    line = route([wavy, onward])
    assert len(line.coords) == 3 and line.distance(wavy) < 10
    assert line.covers(LineString([(3000, 2000), (3000, 2300)]))


def test_route_refuses_roads_that_are_not_one():
    with pytest.raises(ValueError, match="road 1 and road 2 do not meet"):
        route([LineString([(0, 0), (1, 0)]), LineString([(0, 700), (1, 700)])])


@given(st.lists(paths, min_size=1, max_size=3))
def test_route_keeps_to_its_roads(courses):
    roads = [LineString(course) for course in courses]
    line = route(roads, most_gap_m=100_000)
    assert line.is_valid and line.length > 0
    off = shapely.difference(line, shapely.buffer(shapely.union_all(roads), 10.1))
    assert off.length <= sum(join(roads, 100_000).gaps_m) + 0.1


def test_every_road_of_the_gazetteer_but_one_can_be_gone_along():
    too_far = set()
    for name, line in load_gazetteer().lines.items():
        if line.kind != "road":
            continue
        try:
            whole = route([line.geometry])
        except ValueError as error:
            too_far.add((name, str(error)))
        else:
            assert whole.is_simple and whole.length > 0.5 * line.geometry.length
    told = f"road 1 cannot be joined: it has a gap of 954 m, and {MOST_GAP_M:.0f} m at most are"
    assert too_far == {("申嘉湖高速", f"{told} bridged")}


def test_belt_of_one_straight_path_is_a_band_cut_at_the_shore():
    band = belt([[(10_000, 2000), (50_000, 2000)]], 5000, LAND)
    west, south, east, north = band.bounds
    assert south == 0 and north == pytest.approx(7000, abs=30)
    assert west == pytest.approx(5000, abs=30) and east == pytest.approx(55_000, abs=30)


def test_belt_is_no_convex_hull():
    bow = [[(5000, 5000), (5000, 55_000), (55_000, 55_000)]]
    band = belt(bow, 4000, LAND)
    assert band.area < 0.6 * shapely.convex_hull(band).area
    assert not band.covers(Point(40_000, 20_000))


def test_belt_drops_land_across_the_water_that_holds_no_stop():
    shores = shapely.union_all([box(0, 0, 60_000, 10_000), box(0, 12_000, 60_000, 60_000)])
    assert belt([[(5000, 5000), (50_000, 5000)]], 9000, shores).bounds[3] <= 10_000
    both = belt([[(5000, 5000), (50_000, 5000)], [(30_000, 5000), (30_000, 15_000)]], 9000, shores)
    assert len(shapely.get_parts(both)) == 2


def test_belt_off_the_land_is_empty():
    assert belt([[(0, 0), (1000, 0)]], 500, box(20_000, 20_000, 30_000, 30_000)).is_empty


@settings(max_examples=60, deadline=None)
@given(st.lists(paths, min_size=1, max_size=3), widths, st.lists(spots, max_size=3))
def test_belt_is_valid_on_land_and_clear_of_the_others(routes, half_width, centres):
    others = [disc(centre, 5000) for centre in centres]
    band = belt(routes, half_width, LAND, others)
    assert band.is_valid
    assert band.is_empty or LAND.buffer(0.01).covers(band)
    assert all(band.intersection(other).area < 1 for other in others)


@settings(max_examples=60, deadline=None)
@given(paths, widths)
def test_belt_holds_its_stops_where_nothing_is_in_the_way(stops, half_width):
    band = belt([stops], half_width, LAND)
    # The outline is simplified by 25 m at most, far less than any half-width.
    assert all(band.distance(Point(stop)) < 1e-6 for stop in stops)


@given(spots, widths)
def test_disc_is_round_with_the_given_radius(centre, radius):
    shape = disc(centre, radius)
    assert shape.is_valid
    assert shape.area == pytest.approx(math.pi * radius**2, rel=0.01)
    assert shape.centroid.distance(Point(centre)) < 1e-3


def test_core_is_the_union_of_its_zones():
    assert core([box(0, 0, 2, 2), box(1, 0, 3, 2)]).equals(box(0, 0, 3, 2))


def test_core_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no zone"):
        core([])


def test_ring_runs_round_its_core_at_one_distance():
    band = ring(box(0, 0, 4000, 2000), 500, 300)
    assert band.geom_type == "Polygon" and len(band.interiors) == 1
    assert band.bounds == pytest.approx((-800, -800, 4800, 2800), abs=1)
    assert not band.intersects(Point(2000, 1000))
    across = band.intersection(LineString([(2000, 1000), (2000, 9000)]))
    assert across.bounds[1::2] == pytest.approx((2500, 2800), abs=1)


def test_ring_passes_over_bays_and_holes_of_its_core():
    bay = box(0, 0, 6000, 6000).difference(box(2800, 3000, 3200, 6000))
    band = ring(bay.difference(box(1000, 1000, 1500, 1500)), 400, 400)
    assert len(band.interiors) == 1
    assert not band.intersects(box(1000, 1000, 1500, 1500))
    across = band.intersection(LineString([(3000, 0), (3000, 9000)]))
    assert across.length == pytest.approx(400, abs=120)  # hardly a dent where the bay was


def test_ring_of_parts_far_apart_is_a_ring_each_and_of_near_ones_one():
    far = MultiPolygon([box(0, 0, 1000, 1000), box(9000, 0, 10_000, 1000)])
    assert len(shapely.get_parts(ring(far, 200, 300))) == 2
    near = MultiPolygon([box(0, 0, 1000, 1000), box(1200, 0, 2200, 1000)])
    band = ring(near, 200, 300)
    assert band.geom_type == "Polygon" and len(band.interiors) == 1


@pytest.mark.parametrize(("gap", "width"), [(-1, 100), (100, 0), (100, -5)])
def test_ring_needs_its_measures(gap, width):
    with pytest.raises(ValueError, match="a ring cannot be"):
        ring(box(0, 0, 1, 1), gap, width)


def test_ring_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no core"):
        ring(MultiPolygon(), 100, 100)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(spots, st.integers(200, 4000)), min_size=1, max_size=5),
    st.integers(0, 3000).map(float),
    st.integers(100, 3000).map(float),
)
def test_ring_is_clear_of_its_core_and_goes_all_the_way_round(discs, gap, width):
    middle = shapely.union_all([disc(centre, radius) for centre, radius in discs])
    band = ring(middle, gap, width)
    assert band.is_valid
    # The outlines are polygons: an arc of theirs is a shade nearer than its circle.
    assert band.distance(middle) >= gap * 0.999 - 1e-6
    outer = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(band)])
    assert outer.buffer(1e-3).covers(shapely.buffer(middle, (gap + width) * 0.999))


def test_cluster_of_one_point_is_a_disc():
    assert cluster([(0, 0)], 1000).area == pytest.approx(disc((0, 0), 1000).area, rel=0.03)


def test_cluster_follows_the_tree_that_joins_its_points():
    patch = cluster([(0, 0), (0, 7000), (8000, 7000), (8000, 0), (4000, 7000)], 600)
    assert patch.geom_type == "Polygon"
    assert patch.covers(LineString([(0, 0), (0, 7000), (8000, 7000), (8000, 0)]))
    assert not patch.intersects(Point(4000, 0))  # not the hull of its points
    assert patch.area < 1.2 * 22_000 * 1200


def test_cluster_drops_land_across_the_water_that_holds_no_point():
    shores = shapely.union_all([box(0, 0, 20_000, 4800), box(0, 5200, 20_000, 20_000)])
    near = [(5000, 4000), (9000, 4000)]
    assert cluster(near, 2000, shores).bounds[3] == 4800
    both = cluster([*near, (9000, 6000)], 2000, shores)
    assert len(shapely.get_parts(both)) == 2 and shores.covers(both)


def test_cluster_of_nothing_is_an_error_and_off_the_land_it_is_empty():
    with pytest.raises(ValueError, match="no point"):
        cluster([], 100)
    assert cluster([(0, 0)], 100, box(5000, 5000, 6000, 6000)).is_empty


@settings(max_examples=80, deadline=None)
@given(st.lists(spots, min_size=1, max_size=8), st.integers(100, 6000).map(float))
def test_cluster_is_one_patch_with_every_point_and_nothing_far(points, reach):
    patch = cluster(points, reach)
    assert patch.is_valid and patch.geom_type == "Polygon"
    assert all(patch.covers(Point(point)) for point in points)
    assert patch.covers(MultiPoint(points))
    hull = shapely.buffer(shapely.convex_hull(MultiPoint(points)), reach * 1.2)
    assert hull.covers(patch)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(spots, min_size=1, max_size=8),
    st.integers(100, 6000).map(float),
    st.lists(st.tuples(spots, widths), min_size=1, max_size=4),
    st.lists(spots, max_size=2),
)
def test_cluster_keeps_to_the_land_with_every_point_on_it(points, reach, isles, centres):
    land = shapely.union_all([disc(centre, radius) for centre, radius in isles])
    others = [disc(centre, 3000) for centre in centres]
    patch = cluster(points, reach, land, others)
    assert patch.is_valid
    assert patch.is_empty or land.buffer(0.01).covers(patch)
    assert all(patch.intersection(other).area < 1 for other in others)
    free = shapely.difference(land, shapely.union_all(others))
    for point in map(Point, points):
        if free.covers(point):
            assert patch.distance(point) < 1e-6
    pieces = [] if patch.is_empty else shapely.get_parts(patch)
    assert all(piece.distance(MultiPoint(points)) <= 1 for piece in pieces)
