"""Building the gazetteer from OpenStreetMap extracts: small made-up ones, and the real one."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box, shape

from geo import REFERENCE, ROOT
from geo.crs import from_local, to_local
from geo.errors import AtlasError
from geo.measure import length_m
from geo.osm.gazetteer import LAYERS, Wanted, build, gazetteer_text, load_wanted, read_osm
from geo.reference import GAZETTEER, load_districts, load_gazetteer

OSM = ROOT.parent / "shared" / "reference"
X, Y = 632_000, 3_440_000
DATES = {"road": "2026-05-13", "river": "2026-03-29", "rail": "2026-03-29", "bank": "2026-03-29"}
DATED = "dates: {road: '2026-05-13', river: '2026-03-29', rail: '2026-03-29', bank: '2026-03-29'}\n"


def at(*xy: tuple[float, float]) -> LineString:
    """A line in degrees, given in metres around the middle of Minhang."""
    return from_local(LineString([(X + x, Y + y) for x, y in xy]), 9)


def water(*bounds: float) -> Polygon:
    return from_local(box(X + bounds[0], Y + bounds[1], X + bounds[2], Y + bounds[3]), 9)


ROWS = {
    "roads": [
        ("11", "甲路", at((0, 10), (1000, 10))),
        ("12", "甲路", at((1000, -10), (0, -10))),
        ("13", "甲路", at((1100, 10), (2000, 10))),
        ("14", "甲路", at((1100, -10), (2000, -10))),
        ("15", "甲路辅路", at((0, 60), (2000, 60))),
        ("16", "乙路", at((0, 500), (800, 500))),
        ("17", "乙路", at((0, 40_000), (800, 40_000))),
        ("18", None, at((0, 900), (900, 900))),
    ],
    "waterways": [
        ("21", "丙河", at((0, 2000), (600, 2100), (1200, 2000))),
        ("22", "大江", at((-3000, -4000), (6000, -4000))),
    ],
    "railways": [
        ("31", None, at((0, 3000), (900, 3000))),
        ("32", None, at((0, 3005), (900, 3005))),
    ],
    "water": [
        ("41", None, water(-3000, -4200, 6000, -3800)),
        ("42", None, water(0, 8000, 50, 8050)),
    ],
}


def package(path: Path, layers: dict[str, list], crs: int | None = 4326, drop: str = "") -> Path:
    """A GeoPackage with some layers."""
    for name, rows in layers.items():
        frame = gpd.GeoDataFrame(
            {"osm_id": [row[0] for row in rows], "name": [row[1] for row in rows]},
            geometry=[row[2] for row in rows],
            crs=crs,
        )
        frame.drop(columns=drop or []).to_file(path, layer=name, driver="GPKG")
    return path


@pytest.fixture(scope="module")
def extract(tmp_path_factory) -> Path:
    return package(tmp_path_factory.mktemp("osm") / "osm.gpkg", ROWS)


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    left, right, far = box(121, 31, 121.2, 31.2), box(121.2, 31, 121.4, 31.3), box(122, 31, 123, 32)
    return gpd.GeoDataFrame({"id": ["a", "b", "c"]}, geometry=[left, right, far], crs=4326)


@pytest.fixture(scope="module")
def make(extract, districts):
    """Make one feature; its properties and its line in metres around the middle."""
    osm = read_osm([extract])

    def one(wanted: Wanted) -> tuple[dict, shapely.Geometry] | None:
        result = build([wanted], DATES, osm, districts)
        if result.missing:
            assert (result.missing, result.features) == ([wanted.name], [])
            return None
        (feature,) = result.features
        line = shapely.transform(to_local(shape(feature["geometry"])), lambda xy: xy - [X, Y])
        return feature["properties"], line

    return one


def fault(call, *args) -> dict[str, str]:
    """The texts of the error a call raises."""
    with pytest.raises(AtlasError) as caught:
        call(*args)
    assert all("\n" not in text for text in caught.value.texts.values())
    return caught.value.texts


# --- features ----------------------------------------------


def test_dual_carriageway_in_pieces_becomes_one_line(make):
    properties, line = make(Wanted("甲路", "road", ("甲路",)))
    assert line.geom_type == "LineString"
    assert line.hausdorff_distance(LineString([(0, 0), (2000, 0)])) < 3
    assert properties["osm_ids"] == ["11", "12", "13", "14"]
    assert properties["length_m"] == pytest.approx(2000, abs=8)
    assert properties["healed_m"] == pytest.approx(20, abs=3)  # 100 m, less 40 m at either end
    assert properties["date"] == "2026-05-13"
    assert properties["ways"] == ["甲路"]
    assert "note" not in properties


def test_ways_of_other_names_are_taken_only_when_asked(make):
    properties, line = make(Wanted("甲路", "road", ("甲路", "甲路辅路")))
    assert "15" in properties["osm_ids"]
    assert line.bounds[3] > 5


def test_a_name_that_occurs_twice_is_limited_by_its_box(make):
    both, _ = make(Wanted("乙路", "road", ("乙路",)))
    assert both["osm_ids"] == ["16", "17"]
    degrees = from_local(box(X - 100, Y, X + 1000, Y + 1000), 9).bounds
    one, line = make(Wanted("乙路", "road", ("乙路",), within=degrees))
    assert one["osm_ids"] == ["16"]
    assert line.hausdorff_distance(LineString([(0, 500), (800, 500)])) < 3


def test_a_river_keeps_its_course(make):
    properties, line = make(Wanted("丙河", "river", ("丙河",)))
    assert line.hausdorff_distance(LineString([(0, 2000), (600, 2100), (1200, 2000)])) < 2
    assert properties["date"] == "2026-03-29"


def test_nameless_tracks_are_chosen_by_id(make):
    wanted = Wanted("专用线", "rail", ("专用线",), osm_ids=("31", "32"), note="  两股道 ")
    properties, line = make(wanted)
    assert properties["osm_ids"] == ["31", "32"]
    assert properties["ways"] == []
    assert properties["note"] == wanted.note
    assert line.hausdorff_distance(LineString([(0, 3002.5), (900, 3002.5)])) < 3


def test_left_bank_is_on_the_left_looking_downstream(make):
    properties, line = make(Wanted("大江左岸", "bank", ("大江",)))
    assert properties["osm_ids"] == ["41"]
    # The river runs east, so its left bank is the northern one; at the ends of the water the
    # outline turns over to the other bank.
    bank = line.intersection(box(-2800, -9000, 5800, 0))
    assert bank.hausdorff_distance(LineString([(-2800, -3800), (5800, -3800)])) < 15
    assert line.distance(shapely.Point(1500, -4200)) > 300


def test_border_is_what_two_districts_share(make):
    properties, _ = make(Wanted("甲乙界", "border", ("a", "b")))
    assert (properties["osm_ids"], properties["date"]) == ([], None)
    shared = shapely.LineString([(121.2, 31), (121.2, 31.2)])
    assert properties["length_m"] == pytest.approx(length_m(shared), abs=2)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("没有", "road", ("没有",)),
        Wanted("没有", "river", ("没有",)),
        Wanted("没有", "bank", ("没有",)),
        Wanted("没有", "bank", ("丙河",)),
        Wanted("没有", "rail", ("没有",), osm_ids=("999",)),
        Wanted("没有", "border", ("a", "x")),
        Wanted("没有", "border", ("a", "c")),
        Wanted("没有", "road", ("甲路",), within=(0.0, 0.0, 1.0, 1.0)),
    ],
    ids=lambda w: f"{w.kind}-{'-'.join(w.ways)}-{w.osm_ids}",
)
def test_what_is_not_there_is_missing(make, wanted):
    assert make(wanted) is None


def test_written_file_is_a_gazetteer(extract, districts, tmp_path):
    wanted = [Wanted("甲路", "road", ("甲路",)), Wanted("甲乙界", "border", ("a", "b"))]
    made = build(wanted, DATES, read_osm([extract]), districts)
    path = tmp_path / "gazetteer.geojson"
    path.write_text(gazetteer_text(made), encoding="utf-8")
    assert list(load_gazetteer(path).lines) == ["甲路", "甲乙界"]
    document = json.loads(path.read_text(encoding="utf-8"))
    assert "OpenStreetMap contributors" in document["attribution"]
    # The same bytes from the same data.
    again = tmp_path / "again.geojson"
    again.write_text(
        gazetteer_text(build(wanted, DATES, read_osm([extract]), districts)), encoding="utf-8"
    )
    assert again.read_bytes() == path.read_bytes()


# --- extracts ----------------------------------------------


def test_layers_are_put_together_from_several_files(tmp_path):
    one = package(tmp_path / "1.gpkg", {"roads": ROWS["roads"][:2], "water": ROWS["water"]})
    rest = {name: ROWS[name] for name in ("waterways", "railways")}
    two = package(tmp_path / "2.gpkg", rest | {"roads": ROWS["roads"][2:3], "other": ROWS["water"]})
    osm = read_osm([one, two])
    assert sorted(osm) == sorted(LAYERS)
    assert list(osm["roads"]["osm_id"]) == ["11", "12", "13"]


def test_other_coordinate_systems_are_converted(tmp_path, extract):
    local = {
        name: [(i, n, to_local(geometry)) for i, n, geometry in rows] for name, rows in ROWS.items()
    }
    other = read_osm([package(tmp_path / "local.gpkg", local, crs=4549)])["roads"].geometry
    same = read_osm([extract])["roads"].geometry
    assert shapely.hausdorff_distance(other.to_numpy(), same.to_numpy()).max() < 1e-8


def test_missing_file(tmp_path):
    assert str(tmp_path / "x.gpkg") in fault(read_osm, [tmp_path / "x.gpkg"])["zh"]


def test_file_that_holds_no_vectors(tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_bytes(b"\x00" * 100)
    assert fault(read_osm, [path])["en"] == f"{path}: not a vector data file"


def test_layer_that_is_nowhere(tmp_path):
    path = package(tmp_path / "x.gpkg", {"roads": ROWS["roads"]})
    texts = fault(read_osm, [path])
    assert "'waterways'" in texts["en"]
    assert "“waterways”" in texts["zh"]


@pytest.mark.parametrize("column", ["osm_id", "name"])
def test_layer_without_a_column(tmp_path, column):
    path = package(tmp_path / "x.gpkg", ROWS, drop=column)
    texts = fault(read_osm, [path])
    assert column in texts["en"]
    assert column in texts["zh"]


# --- features.yaml ----------------------------------------------


def test_the_list_as_it_is_loads():
    wanted, _ = load_wanted(REFERENCE / "features.yaml")
    by_name = {item.name: item for item in wanted}
    assert len(by_name) == len(wanted) > 40
    assert by_name["北松公路"].ways == ("北松公路",)
    assert by_name["黄浦江左岸"].ways == ("黄浦江",)
    # A choice of single ways is explained.
    assert all(item.note for item in wanted if item.osm_ids)


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        (DATED + "features: 5\n", 2, "features"),
        (DATED + "features: [甲路]\n", 2, "features"),
        (DATED + "features:\n- {kind: road}\n", 3, "name"),
        (DATED + "features:\n- {name: 甲路}\n", 3, "kind"),
        (DATED + "features:\n- {name: 甲路, kind: street}\n", 3, "kind"),
        (DATED + "features:\n- {name: 甲路, kind: road}\n- {name: 甲路, kind: rail}\n", 4, "name"),
        (DATED + "features:\n- {name: 甲路, kind: road, way: [乙路]}\n", 3, "way"),
        (DATED + "features:\n- {name: 甲路, kind: road, ways: 乙路}\n", 3, "ways"),
        (DATED + "features:\n- {name: 甲路, kind: road, within: [1, 2, 3]}\n", 3, "within"),
        (DATED + "features:\n- {name: 甲路, kind: road, within: [3, 2, 1, 4]}\n", 3, "within"),
        (DATED + "features:\n- {name: 甲路, kind: road, within: [a, b, c, d]}\n", 3, "within"),
        ("features: []\n", 1, "dates"),
        (DATED.replace("05-13", "13-05") + "features: []\n", 1, "road"),
        (DATED.replace("bank", "banks") + "features: []\n", 1, "banks"),
    ],
)
def test_a_faulty_entry_is_named_with_its_line(tmp_path, content, line, field):
    path = tmp_path / "features.yaml"
    path.write_text(content, encoding="utf-8")
    texts = fault(load_wanted, path)
    assert texts["en"].startswith(f"{path}, line {line}, field '{field}': ")
    assert texts["zh"].startswith(f"{path} 第 {line} 行，字段“{field}”：")


# --- the real one ----------------------------------------------


@pytest.mark.reference
def test_gazetteer_is_what_the_reference_data_give(tmp_path):
    paths = [OSM / "osm_minhang.gpkg", OSM / "osm_shanghai.gpkg"]
    if not all(path.exists() for path in paths):
        pytest.skip("needs the OpenStreetMap extracts for developing, which are not in the project")
    made = build(*load_wanted(REFERENCE / "features.yaml"), read_osm(paths), load_districts())
    assert made.missing == []
    fresh = json.loads(gazetteer_text(made))
    stored = json.loads(GAZETTEER.read_text(encoding="utf-8"))
    assert fresh.keys() == stored.keys()
    for new, old in zip(fresh["features"], stored["features"], strict=True):
        # Another version of GEOS may round differently: half a metre is nothing here.
        properties = {"length_m": pytest.approx(old["properties"]["length_m"], abs=2)}
        properties["healed_m"] = pytest.approx(old["properties"]["healed_m"], abs=2)
        assert new["properties"] == old["properties"] | properties
        lines = to_local(shape(new["geometry"])), to_local(shape(old["geometry"]))
        assert shapely.hausdorff_distance(*lines) < 0.5, old["properties"]["name"]
