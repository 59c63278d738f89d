"""How far parks are from the metro and from expressways, and the data that say so."""

from __future__ import annotations

import json

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo import crs
from geo.access import (
    ACCESS_FILE,
    KINDS,
    AccessData,
    AccessPoint,
    load_access,
    nearest,
    park_access,
)
from geo.errors import AtlasError
from geo.measure import GEOD
from geo.plans import load_boundaries
from geo.reference import MINHANG, district, load_districts

X, Y = 632_000, 3_440_000
DATES = {"metro": "2026-03", "expressway": "2026-05"}


def spot(x: float, y: float) -> tuple[float, float]:
    point = crs.from_local(Point(X + x, Y + y), 9)
    return (point.x, point.y)


def square(x: float, y: float, side: float = 1000.0):
    return crs.from_local(box(X + x, Y + y, X + x + side, Y + y + side), 9)


def made(*points: tuple[str, float, float], known=None) -> AccessData:
    found = [AccessPoint(kind, f"站{i}", f"Stop {i}", (), spot(x, y))
             for i, (kind, x, y) in enumerate(points)]  # fmt: skip
    return AccessData(tuple(found), DATES, "OSM", known or square(-50_000, -50_000, 100_000))


# --- the stored data ---------------------------------------------------------------


@pytest.fixture(scope="module")
def data() -> AccessData:
    return load_access()


def test_the_stored_points_are_few_and_each_once(data):
    assert ACCESS_FILE.stat().st_size < 60_000
    assert "OpenStreetMap contributors, ODbL" in data.attribution
    assert {point.kind for point in data.points} == set(KINDS)
    stations = [point.zh for point in data.points if point.kind == "station"]
    assert len(stations) == len(set(stations)) > 90
    assert not any("在建" in point.zh or "（" in point.zh for point in data.points)
    for point in data.points:
        assert point.en.isascii() or "·" in point.en
    spots = [(point.kind, point.zh, point.lonlat) for point in data.points]
    assert len(set(spots)) == len(spots)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("莘庄", ("1号线", "5号线")),
        ("剑川路", ("5号线",)),
        ("沈杜公路", ("8号线", "浦江线")),
        ("上海南站", ("1号线", "3号线", "15号线")),
        ("七宝", ("9号线",)),
        ("漕宝路", ("1号线", "12号线")),
    ],
)
def test_a_station_of_several_lists_and_lines_is_one(data, name, lines):
    (station,) = (p for p in data.points if p.kind == "station" and p.zh == name)
    assert station.lines == lines


def test_stations_of_minhangs_lines_are_there(data):
    """The lists are incomplete: these are the stations of line 5 and of the Pujiang Line."""
    names = {point.zh for point in data.points if point.kind == "station"}
    assert names >= {"莘庄", "春申路", "银都路", "颛桥", "北桥", "剑川路", "东川路", "江川路",
                     "金平路", "华宁路", "文井路", "闵行开发区", "西渡"}  # fmt: skip
    assert names >= {"沈杜公路", "三鲁公路", "闵瑞路", "浦航路", "东城一路", "汇臻路"}


def test_ramps_lie_in_the_district_and_expressways_are_no_ground_roads(data):
    minhang = crs.to_local(district(load_districts(), MINHANG))
    ramps = [point for point in data.points if point.kind == "ramp"]
    for ramp in ramps:
        assert minhang.distance(crs.to_local(Point(ramp.lonlat))) < 100
    names = {ramp.zh for ramp in ramps}
    assert names >= {"外环高速", "沪金高速", "嘉闵高架路", "虹梅高架路", "申嘉湖高速"}
    assert not names & {"沪闵路", "北松公路", "沪青平公路"}


def test_a_label_says_what_it_is(data):
    words = {point.label.zh for point in data.points}
    assert {"地铁站剑川路（5号线）", "沪金高速匝道", "在建地铁站东川路"} <= words
    english = {point.label.en for point in data.points}
    assert "Shendu Highway metro station (Line 8, Pujiang Line)" in english
    assert "a ramp of Hujin Expressway (S4)" in english


# --- distances ---------------------------------------------------------------


def test_every_park_has_both_distances(data, plans):
    found = park_access(plans, load_boundaries(), data)
    assert set(found) == set(plans.parks)
    for park, both in found.items():
        assert set(both) == {"metro", "expressway"}
        for one in both.values():
            assert 0 <= one.at_least_m <= one.metres < 5_000
            assert one.zone in plans.parks[park].zones
            assert (one.metres == 0) == bool(one.inside)
            assert one.date
            assert one.caveats
    assert found["pujiang"]["metro"].point.zh == "浦江镇"
    assert found["zizhu"]["metro"].point.zh == "紫竹高新区"
    # A station being built is told of and not counted.
    assert "在建地铁站紫竹高新区更近" in found["zizhu"]["metro"].caveats[1].zh


def test_parks_that_are_not_on_the_map_are_left_out(data, plans):
    boundaries = load_boundaries().drop(index="aerospace-2")
    assert set(plans.parks) - set(park_access(plans, boundaries, data)) == {"aerospace"}


@settings(max_examples=50, deadline=None)
@given(x=st.floats(-20_000, 20_000), y=st.floats(-20_000, 20_000), side=st.floats(10, 5_000))
def test_a_distance_is_geodesic_from_the_edge(x, y, side):
    park = square(x, y, side)
    one = nearest([("z", park)], "metro", made(("station", 0, 0)))
    station = Point(spot(0, 0))
    if park.covers(station):
        assert one.metres == 0
        return
    edge, _ = shapely.ops.nearest_points(crs.to_local(park), crs.to_local(station))
    edge = crs.from_local(edge, 9)
    assert one.metres == round(GEOD.inv(edge.x, edge.y, *spot(0, 0))[2])
    # Planar metres of EPSG:4549 are 0.4 in a thousand off here at the most.
    planar = crs.to_local(park).distance(crs.to_local(station))
    assert abs(one.metres - planar) <= 1 + planar * 5e-4


def test_the_nearest_of_several_points_and_zones_is_named():
    data = made(("station", 0, 5_000), ("station", 0, -300), ("ramp", 0, 0), ("station", 0, 4_000))
    zones = [("north", square(-500, 2_000)), ("south", square(-500, 0))]
    one = nearest(zones, "metro", data)
    assert (one.point.zh, one.zone, one.metres) == ("站1", "south", 300)
    assert one.inside == ()
    assert nearest([("a", square(-500, -500))], "metro", data).inside == (data.points[1],)


def test_no_point_of_a_kind_is_no_distance():
    assert nearest([("z", square(0, 0))], "expressway", made(("station", 0, 0))) is None


def test_a_ramp_is_only_as_sure_as_the_data_reach():
    # The park is 400 m from the edge of what is known; the ramp found 2 km away on the other side.
    known = square(-5_000, -5_000, 6_400)
    data = made(("ramp", -2_000, 500), known=known)
    one = nearest([("z", square(0, 0))], "expressway", data)
    assert one.metres == pytest.approx(2_000, abs=2)
    assert one.at_least_m == pytest.approx(400, abs=2)
    assert "区外" in one.caveats[-1].zh
    over = nearest([("z", square(900, 0))], "expressway", data)
    assert over.at_least_m == 0
    assert "reaches its border" in over.caveats[-1].en
    near = nearest([("z", square(-1_900, 0))], "expressway", data)
    assert near.metres == near.at_least_m == pytest.approx(100, abs=1)


# --- faults of the file ---------------------------------------------------------------

GOOD = {
    "type": "Feature",
    "properties": {"kind": "ramp", "name_zh": "甲", "name_en": "A"},
    "geometry": {"type": "Point", "coordinates": [121.4, 31.0]},
}


def changed(**properties):
    return {**GOOD, "properties": {**GOOD["properties"], **properties}}


@pytest.mark.parametrize(
    "feature",
    [
        changed(kind="bus"), changed(name_zh=""), changed(name_en=None), changed(lines=[1]),
        {**GOOD, "geometry": None}, {**GOOD, "geometry": {"type": "Point", "coordinates": []}},
        {**GOOD, "geometry": {"type": "Point", "coordinates": [632000, 3440000]}},
        {**GOOD, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
        {"type": "Feature"}, 7,
    ],
)  # fmt: skip
def test_a_feature_that_is_no_point_is_named(tmp_path, feature):
    path = tmp_path / "access.geojson"
    document = {"type": "FeatureCollection", "dates": DATES, "features": [GOOD, feature]}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(AtlasError, match=r"access\.geojson, feature 2: not an access point"):
        load_access(path)


def test_a_file_without_dates_is_told(tmp_path):
    path = tmp_path / "access.geojson"
    document = {"type": "FeatureCollection", "features": [GOOD]}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(AtlasError, match="'dates' must give the days"):
        load_access(path)
    with pytest.raises(AtlasError, match=r"gone\.geojson"):
        load_access(tmp_path / "gone.geojson")
