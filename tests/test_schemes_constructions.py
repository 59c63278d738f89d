"""The constructions of layout sketches: examples a map reader would check, and properties."""

import math
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from layers.schemes.constructions import around, axis, belt, core, corridor, disc

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


@given(st.lists(spots, min_size=1, max_size=6), widths)
def test_around_holds_all_parts_with_its_margin(stops, margin):
    shape = around([Point(stop) for stop in stops], margin)
    assert shape.is_valid and shape.geom_type == "Polygon"
    assert all(shape.exterior.distance(Point(stop)) >= margin * 0.999 for stop in stops)
    assert all(shape.covers(Point(stop)) for stop in stops)


def test_around_nothing_is_an_error():
    with pytest.raises(ValueError, match="no part"):
        around([], 100)


def test_core_is_the_union_of_its_zones():
    assert core([box(0, 0, 2, 2), box(1, 0, 3, 2)]).equals(box(0, 0, 3, 2))
