"""Building the access data from OpenStreetMap extracts: small made-up ones, and the real one."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from geo import ROOT
from geo.access import ACCESS_FILE, load_access
from geo.crs import from_local
from geo.errors import AtlasError
from geo.osm.access import Names, access_text, load_names

OSM = ROOT.parent / "shared" / "reference"
X, Y = 632_000, 3_440_000
NAMES = Names(
    {"东站": "East", "南站": "South", "西": "West"},
    {"甲高速": "Jia Expressway", "乙高架路": "Yi Elevated Road"},
    {"metro": "2026-03", "expressway": "2026-05"},
    ("不是站",),
)
METRO = LineString([(-4_000, 0), (4_000, 0)])
SHARED = LineString([(0, -4_000), (0, 4_000)])
LAYERS = {
    "metro_lines": [("上海地铁5号线", "5", METRO), ("上海地铁3/4号线", "3-4", SHARED),
                    ("上海轨道交通网络", "network", METRO)],
    "railways": [("上海地铁浦江线", "light_rail", LineString([(-4_000, 1_500), (0, 1_500)])),
                 (None, "subway", METRO)],
    "metro_stations": [("东", "", Point(1_000, 5)), ("不是站", "", Point(2_000, 0))],
    "station_points": [
        ("东站", "1", Point(1_100, 30)), ("南站", "2", Point(10, -20)),
        ("西", "3", Point(-3_000, 1_510)), ("远", "4", Point(0, 9_500)),
        ("货场", "5", Point(500, 800)),
        ("西（在建）", "6", Point(-2_000, 600)), ("规划（暂名，预留）", "7", Point(-1_000, 0)),
        (None, "8", Point(-1_500, 0)),
    ],
    # An expressway along y = 2 000 with one ramp down to a road, one more to the same crossing, and
    # a ramp that goes on over a road to another expressway.
    "roads": [
        ("甲高速", "motorway", LineString([(-3_000, 2_000), (3_000, 2_000)])),
        ("乙高架路", "trunk", LineString([(2_500, 1_000), (2_500, 3_000)])),
        ("路", "primary", LineString([(-3_000, 1_800), (3_000, 1_800)])),
        ("沪闵路", "trunk", LineString([(-3_000, 1_000), (3_000, 1_000)])),
        ("", "motorway_link", LineString([(-1_000, 2_000), (-1_400, 1_800)])),
        ("", "motorway_link", LineString([(-1_400, 1_800), (-1_800, 2_000)])),
        ("", "motorway_link", LineString([(1_500, 2_000), (2_000, 1_810)])),
        ("", "motorway_link", LineString([(2_000, 1_810), (2_500, 1_600)])),
        # A slip road between two roads on the ground is no ramp of anything.
        ("", "trunk_link", LineString([(0, 1_000), (50, 1_100)])),
    ],
}  # fmt: skip


def write(folder: Path, layers=LAYERS) -> Path:
    path = folder / "osm.gpkg"
    for layer, rows in layers.items():
        columns = {
            "metro_lines": ("name", "route"), "railways": ("name", "fclass"),
            "roads": ("name", "highway"),
        }.get(layer, ("name", "osm_id"))  # fmt: skip
        frame = gpd.GeoDataFrame(
            [dict(zip(columns, row[:2], strict=True)) for row in rows],
            geometry=[from_local(move(row[2]), 9) for row in rows],
            crs=4326,
        )
        frame.to_file(path, layer=layer, driver="GPKG")
    return path


def move(geometry):
    from shapely.affinity import translate

    return translate(geometry, X, Y)


@pytest.fixture(scope="module")
def districts():
    area = from_local(box(X - 5_000, Y - 5_000, X + 5_000, Y + 5_000), 9)
    return gpd.GeoDataFrame(
        [{"id": "310112", "name_zh": "闵行区", "name_en": "Minhang"}], geometry=[area], crs=4326
    )


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return write(tmp_path_factory.mktemp("osm"))


@pytest.fixture(scope="module")
def points(extract, districts):
    text = access_text([extract], districts, NAMES)
    return [(f["properties"], f["geometry"]["coordinates"]) for f in json.loads(text)["features"]]


def of_kind(points, kind):
    return {own["name_zh"]: own for own, _ in points if own["kind"] == kind}


def test_stations_of_both_lists_are_joined_and_lie_on_a_line(points):
    stations = of_kind(points, "station")
    assert {name: own["lines"] for name, own in stations.items()} == {
        "东站": ["5号线"],
        "南站": ["3号线", "4号线", "5号线"],
        "西": ["浦江线"],
    }
    assert stations["东站"]["name_en"] == "East"
    # Of the two points of 东站 the one on the line.
    (at,) = (xy for own, xy in points if own["name_zh"] == "东站")
    assert at == pytest.approx(from_local(Point(X + 1_000, Y + 5), 6).coords[0], abs=1e-6)


def test_what_is_being_built_is_apart_and_what_is_only_planned_is_not_there(points):
    assert list(of_kind(points, "building")) == ["西"]
    assert of_kind(points, "building")["西"]["lines"] == []


def test_ramps_are_where_they_meet_the_ground(points):
    ramps = [(own["name_zh"], tuple(xy)) for own, xy in points if own["kind"] == "ramp"]
    foot = from_local(Point(X - 1_400, Y + 1_800), 6).coords[0]
    assert [name for name, _ in ramps] == ["甲高速"]
    assert ramps[0][1] == pytest.approx(foot, abs=1e-6)


def test_the_file_says_whose_data_of_which_day_and_how_far(extract, districts, tmp_path):
    text = access_text([extract], districts, NAMES)
    assert text == access_text([extract], districts, NAMES)
    document = json.loads(text)
    assert "OpenStreetMap contributors, ODbL" in document["attribution"]
    assert document["dates"] == {"metro": "2026-03", "expressway": "2026-05"}
    assert document["covered"]["metro_beyond_district_m"] == 3000
    path = tmp_path / "access.geojson"
    path.write_text(text, encoding="utf-8")
    assert len(load_access(path, districts).points) == 5


def test_a_station_or_expressway_without_an_english_name_stops_the_build(extract, districts):
    for names in (
        Names({"东站": "East", "西": "West"}, NAMES.expressways, NAMES.dates, ("不是站",)),
        Names(NAMES.stations, {"乙高架路": "Yi"}, NAMES.dates, ("不是站",)),
    ):
        with pytest.raises(AtlasError, match=r"no English name for '(南站|甲高速)'"):
            access_text([extract], districts, names)


@pytest.mark.parametrize("layer", list(LAYERS))
def test_a_missing_layer_is_named(tmp_path, districts, layer):
    path = write(tmp_path, {name: rows for name, rows in LAYERS.items() if name != layer})
    with pytest.raises(AtlasError, match=f"no layer '{layer}' for the access data"):
        access_text([path], districts, NAMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stations: {}\nexpressways: {}\n", "dates"),
        ("dates: {metro: '2026'}\nstations: {}\nexpressways: {}\n", "expressway"),
        ("dates: {metro: a, expressway: b}\nstations: {甲: }\nexpressways: {}\n", "甲"),
        ("dates: {metro: a, expressway: b}\nstations: {}\nexpressways: {}\nmore: 1\n", "more"),
    ],
)
def test_faulty_names_are_told_with_their_field(tmp_path, text, told):
    path = tmp_path / "names.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AtlasError, match=f"field '{told}'"):
        load_names(path)


def test_the_stored_file_is_what_the_extracts_give():
    if not OSM.exists():
        pytest.skip("needs the OpenStreetMap extracts for developing, which are not in the project")
    assert access_text([OSM]).encode() == ACCESS_FILE.read_bytes()
