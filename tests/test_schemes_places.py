"""places.csv: coordinates come from the reference data, faults are told by line and field."""

import csv
import io

import geopandas as gpd
import pytest
from shapely import Point, box

from geo import ROOT
from geo.errors import AtlasError
from geo.osm.places import COLUMNS, PLACES_FILE, build_places, load_places, places_text
from geo.reference import load_districts

OSM = ROOT.parent / "shared" / "reference" / "osm_shanghai.gpkg"
ROW = {
    "id": "park", "kind": "member", "name_zh": "某园", "name_en": "A park", "lon": "", "lat": "",
    "district": "闵行区", "precision": "town", "evidence": "name", "layer": "places",
    "feature": "某镇", "osm_id": "7", "source_id": "mh155", "note_zh": "", "note_en": "",
}  # fmt: skip
LOCATED = {"lon": "121.4", "lat": "31.1"}


def write(path, *rows):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.fixture
def world(tmp_path):
    """A made-up reference: one district square, three labels, two stations of one name."""
    package, districts = tmp_path / "osm.gpkg", tmp_path / "districts.geojson"
    gpd.GeoDataFrame(
        {"osm_id": ["7", "8", "9"], "name": ["某镇", "远镇", "某镇"]},
        geometry=[Point(121.40000049, 31.1), Point(122.5, 31.1), Point(121.45, 31.15)],
        crs=4326,
    ).to_file(package, layer="places")
    gpd.GeoDataFrame(
        {"name": ["某站", "某站"]}, geometry=[Point(121.4, 31.1), Point(121.41, 31.1)], crs=4326
    ).to_file(package, layer="metro_stations")
    gpd.GeoDataFrame(
        {"id": ["310112"], "name_zh": ["闵行区"], "name_en": ["Minhang"]},
        geometry=[box(121.3, 31.0, 121.5, 31.2)],
        crs=4326,
    ).to_file(districts)
    return tmp_path / "places.csv", package, load_districts(districts)


@pytest.mark.reference
def test_every_coordinate_of_the_project_is_the_reference_datas():
    if not OSM.exists():
        pytest.skip("needs ../shared/reference/osm_shanghai.gpkg, not part of the project")
    layers = {name: gpd.read_file(OSM, layer=name) for name in gpd.list_layers(OSM)["name"]}
    for place in load_places().values():
        if place.point:
            frame = layers[place.layer]
            found = frame[frame["name"] == place.feature]
            if place.osm_id:
                found = found[found["osm_id"] == place.osm_id]
            (feature,) = found.geometry
            assert place.point == (round(feature.x, 6), round(feature.y, 6)), place.id


@pytest.mark.reference
def test_building_again_changes_no_byte(tmp_path):
    if not OSM.exists():
        pytest.skip("needs ../shared/reference/osm_shanghai.gpkg, not part of the project")
    copy = tmp_path / "places.csv"
    copy.write_bytes(PLACES_FILE.read_bytes())
    build_places([OSM], copy)
    assert copy.read_bytes() == PLACES_FILE.read_bytes()


def test_build_fills_the_anchors_position(world):
    path, package, districts = world
    write(path, {}, {"id": "lost", "precision": "unknown", "evidence": "", "layer": "",
                     "feature": "", "osm_id": ""})  # fmt: skip
    build_places([package], path, districts)
    places = load_places(path)
    assert places["park"].point == (121.4, 31.1)
    assert places["lost"].point is None


def test_anchors_in_another_coordinate_system_land_in_the_same_place(world):
    path, package, districts = world
    for layer in ("places", "metro_stations"):
        moved = gpd.read_file(package, layer=layer).to_crs(4549)
        moved.to_file(package.with_name("metres.gpkg"), layer=layer)
    write(path, {})
    assert places_text([package.with_name("metres.gpkg")], path, districts) == places_text(
        [package.parent / "osm.gpkg"], path, districts
    )


def test_an_anchor_without_a_coordinate_system_is_refused(world):
    path, package, districts = world
    bare = gpd.GeoDataFrame({"name": ["某镇"]}, geometry=[Point(121.4, 31.1)])
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        bare.to_file(package.with_name("bare.gpkg"), layer="places")
    write(path, {})
    with pytest.raises(AtlasError, match=r"bare\.gpkg, layer 'places': no coordinate system"):
        build_places([package.with_name("bare.gpkg")], path, districts)


def test_an_anchor_that_is_no_point_is_refused(world):
    path, package, districts = world
    gpd.GeoDataFrame(
        {"name": ["某片"]}, geometry=[box(121.4, 31.1, 121.41, 31.11)], crs=4326
    ).to_file(package.with_name("area.gpkg"), layer="pois")
    write(path, {"layer": "pois", "feature": "某片", "osm_id": ""})
    with pytest.raises(AtlasError, match=r"line 2, field 'feature': '某片' is not a point"):
        build_places([package.with_name("area.gpkg")], path, districts)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"feature": "无镇"}, "line 2, field 'feature': '无镇' 7 is in layer places 0 times"),
        ({"osm_id": ""}, "line 2, field 'feature': '某镇' is in layer places 2 times"),
        (
            {"layer": "metro_stations", "feature": "某站", "osm_id": ""},
            "'某站' is in layer metro_stations 2 times",
        ),
        ({"feature": "远镇", "osm_id": "8"}, "field 'district': the anchor '远镇' lies outside"),
        ({"layer": "pois"}, "field 'layer': unknown value 'pois'; known: places, metro_stations"),
    ],
)
def test_build_refuses_an_anchor_that_is_absent_ambiguous_or_outside(world, row, message):
    path, package, districts = world
    before = write(path, row).read_bytes()
    with pytest.raises(AtlasError) as caught:
        build_places([package], path, districts)
    assert message in str(caught.value)
    assert path.read_bytes() == before


def test_build_without_the_data_says_what_is_needed(world):
    path, package, districts = world
    write(path, {})
    with pytest.raises(AtlasError, match=r"no such file: .*nothing\.gpkg"):
        build_places([package.with_name("nothing.gpkg")], path, districts)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({**LOCATED, "name_en": ""}, "name_en", "is missing"),
        (
            {**LOCATED, "kind": "thing"},
            "kind",
            "unknown value 'thing'; known: member, district, waypoint",
        ),
        ({**LOCATED, "precision": "exact"}, "precision", "known: site, town, approximate, unknown"),
        ({**LOCATED, "evidence": ""}, "evidence", "known: name, plan, public, judgement"),
        ({**LOCATED, "district": "闵行"}, "district", "unknown value '闵行'"),
        ({**LOCATED, "evidence": "judgement"}, "precision", "a judgement is approximate"),
        ({"lat": "31.1"}, "lon", "is missing for a located place"),
        ({**LOCATED, "lon": "east"}, "lon", "'east' is not degrees"),
        ({**LOCATED, "lat": "131"}, "lat", "'131' is not degrees"),
        ({**LOCATED, "lat": "nan"}, "lat", "'nan' is not degrees"),
        ({"precision": "unknown"}, "evidence", "must be empty: precision is unknown"),
        (
            {"precision": "unknown", "evidence": "", "layer": "", "feature": "", "osm_id": "",
             **LOCATED},
            "lon", "must be empty: precision is unknown",
        ),
    ],
)  # fmt: skip
def test_load_names_line_field_and_reason(tmp_path, row, field, reason):
    path = write(tmp_path / "places.csv", {**LOCATED, "id": "first"}, row)
    with pytest.raises(AtlasError) as caught:
        load_places(path)
    assert f"places.csv, line 3, field '{field}'" in str(caught.value)
    assert reason in str(caught.value)
    assert f"第 3 行，字段“{field}”" in caught.value.text("zh")


def test_an_id_that_is_there_twice_is_a_fault(tmp_path):
    path = write(tmp_path / "places.csv", LOCATED, LOCATED)
    with pytest.raises(AtlasError, match="line 3, field 'id': 'park' is there twice"):
        load_places(path)
