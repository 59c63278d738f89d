"""Coordinate systems and measures, against numbers that do not come from this code."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from frames import refused
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo import crs, measure

MINHANG = (121.38, 31.11)  # lon, lat
lons = st.floats(120.8, 122.1)
lats = st.floats(30.6, 31.9)


def metres_between(lon, lat, other_lon, other_lat) -> tuple[float, float]:
    """How far the second position lies east and north of the first, in metres."""
    geod = Geod(ellps="GRS80")
    azimuth, _, distance = geod.inv(lon, lat, other_lon, other_lat)
    return distance * np.sin(np.radians(azimuth)), distance * np.cos(np.radians(azimuth))


# --- GCJ-02 ----------------------------------------------


def test_gcj02_lies_east_and_south_of_wgs84_near_minhang():
    lon, lat = crs.wgs84_to_gcj02(*MINHANG)
    east, north = metres_between(*MINHANG, float(lon), float(lat))
    assert east == pytest.approx(440, abs=25)
    assert north == pytest.approx(-215, abs=25)


def test_gcj02_at_a_published_pair():
    # The example pair for Beijing in the public descriptions of the algorithm.
    lon, lat = crs.wgs84_to_gcj02(116.404, 39.915)
    assert float(lon) == pytest.approx(116.41024449916938, abs=1e-9)
    assert float(lat) == pytest.approx(39.91640428150164, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(lons, lats)
def test_gcj02_is_undone(lon, lat):
    back = crs.gcj02_to_wgs84(*crs.wgs84_to_gcj02(lon, lat))
    assert float(back[0]) == pytest.approx(lon, abs=1e-9)
    assert float(back[1]) == pytest.approx(lat, abs=1e-9)


def test_gcj02_keeps_the_shape_of_arrays_and_the_caller_s_numbers():
    lon, lat = np.full((2, 3), MINHANG[0]), np.full((2, 3), MINHANG[1])
    out = crs.gcj02_to_wgs84(lon, lat)
    assert out[0].shape == out[1].shape == (2, 3)
    assert (lon == MINHANG[0]).all()
    assert (lat == MINHANG[1]).all()


def test_geometry_from_gcj02_moves_every_vertex():
    square = box(121.3, 31.0, 121.4, 31.1)
    there = shapely.transform(
        square, lambda xy: np.column_stack(crs.wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )
    assert there.hausdorff_distance(square) > 0.003
    assert crs.geometry_from_gcj02(there).hausdorff_distance(square) < 1e-9


# --- local metres ----------------------------------------------


@settings(max_examples=100, deadline=None)
@given(lons, lats)
def test_local_and_back(lon, lat):
    back = crs.from_local(crs.to_local(Point(lon, lat)), decimals=9)
    assert back.x == pytest.approx(lon, abs=2e-9)
    assert back.y == pytest.approx(lat, abs=2e-9)


def test_from_local_stores_six_decimals():
    stored = crs.from_local(crs.to_local(Point(121.123456789, 31.987654321)))
    assert (stored.x, stored.y) == (121.123457, 31.987654)


def test_local_is_metres_east_and_north():
    origin, east, north = (
        crs.to_local(Point(*xy)) for xy in (MINHANG, (121.39, 31.11), (121.38, 31.12))
    )
    assert east.x - origin.x == pytest.approx(954.4, abs=1.5)
    assert north.y - origin.y == pytest.approx(1108.8, abs=1.5)
    # The zone of 120°E: its false easting is 500 km.
    assert crs.to_local(Point(120.0, 31.0)).x == pytest.approx(500_000, abs=1e-3)


def test_local_of_nothing_is_nothing():
    assert crs.to_local(Polygon()).is_empty
    assert crs.from_local(LineString()).is_empty


# --- measures ----------------------------------------------


def spheroid_box_km2(west: float, south: float, east: float, north: float) -> float:
    """Area between two meridians and two parallels of WGS 84, in closed form."""
    a, f = 6_378_137.0, 1 / 298.257223563
    e = np.sqrt(f * (2 - f))
    b2 = (a * (1 - f)) ** 2

    def zone(lat: float) -> float:
        s = np.sin(np.radians(lat))
        return s / (1 - (e * s) ** 2) + np.arctanh(e * s) / e

    return b2 / 2 * np.radians(east - west) * (zone(north) - zone(south)) / 1e6


@pytest.mark.parametrize(
    "bounds",
    [(121.30, 31.05, 121.31, 31.06), (121.495, 31.0, 121.505, 31.01), (0.0, 0.0, 0.01, 0.01)],
    ids=["minhang", "astride the zones' border", "equator"],
)
def test_area_of_a_box(bounds):
    # Sides along parallels are not geodesics: over 0.01° the difference is far below 1e-6.
    assert measure.area_km2(box(*bounds)) == pytest.approx(spheroid_box_km2(*bounds), rel=1e-6)


def test_area_is_of_the_ground_not_of_the_ring_s_direction():
    ring = box(121.30, 31.05, 121.31, 31.06)
    assert measure.area_km2(ring.reverse()) == pytest.approx(measure.area_km2(ring), rel=1e-12)
    hole = box(121.302, 31.052, 121.308, 31.058)
    with_hole = Polygon(ring.exterior, [hole.exterior])
    expected = measure.area_km2(ring) - measure.area_km2(hole)
    for one in (with_hole, shapely.orient_polygons(with_hole), MultiPolygon([with_hole])):
        assert measure.area_km2(shapely.orient_polygons(one)) == pytest.approx(expected, rel=1e-9)


def test_area_of_lines_and_points_is_nothing():
    assert measure.area_km2(LineString([(121, 31), (122, 31)])) == 0
    assert measure.area_km2(Point(121, 31)) == 0
    assert measure.area_km2(Polygon()) == 0


def test_length():
    # One minute of latitude here is 1848 m; two pieces add up.
    line = shapely.MultiLineString(
        [[(121.4, 31), (121.4, 31.01)], [(121.4, 31.02), (121.4, 31.03)]]
    )
    assert measure.length_m(line) == pytest.approx(2 * 1848.0 * 0.6, rel=1e-3)


@pytest.mark.parametrize(
    ("measured", "published", "expected"),
    [(11, 10, 10.0), (9, 10, -10.0), (10, 10, 0.0), (1, None, None), (1, 0, None), (1, -2, None)],
)
def test_error_pct(measured, published, expected):
    assert measure.error_pct(measured, published) == (
        None if expected is None else pytest.approx(expected)
    )


@pytest.mark.parametrize("name", ["China Geodetic Coordinate System 2000", "Somewhere"])
def test_an_ellipsoid_that_is_not_the_earths_has_no_way_to_wgs_84(name):
    moon = CRS.from_wkt(
        f'GEOGCS["{name}",DATUM["China_2000",SPHEROID["CGCS2000",1737400,298.257222101]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
    )
    refused(lambda: crs.to_wgs84(moon), "cannot be related to WGS 84", name)
