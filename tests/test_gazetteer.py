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
from geo.osm import read_layer
from geo.osm.gazetteer import LAYERS, Wanted, build, gazetteer_text, load_wanted, read_osm
from geo.osm.sketch_lines import (
    WantedLine,
    build_line,
    gaps_along,
    load_wanted_lines,
    sketch_lines_text,
)
from geo.reference import GAZETTEER, SKETCH_LINES, load_districts, load_gazetteer, load_sketch_lines

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


# --- lines for sketches only ----------------------------------------------

# Both carriageways of an expressway, 20 m apart, of which only bridges are in the data.
BRIDGES = [(0, 400), (1400, 1440), (3900, 4000), (4500, 6000)]
EXPRESSWAY = shapely.multilinestrings(
    [at((a, 10), (b, 10)) for a, b in BRIDGES] + [at((b, -10), (a, -10)) for a, b in BRIDGES]
)
HIGHWAY = WantedLine(
    "高速", "expressways", 3000.0, "2026-03", "{longest:.2f}公里", "{mapped:.1f} km"
)


def test_bridges_of_two_carriageways_become_one_line_with_its_gaps_told():
    feature = build_line(HIGHWAY, EXPRESSWAY)
    line = shapely.transform(to_local(shape(feature["geometry"])), lambda xy: xy - [X, Y])
    assert line.geom_type == "LineString"
    assert line.hausdorff_distance(LineString([(0, 0), (6000, 0)])) < 3
    properties = feature["properties"]
    assert properties["length_m"] == pytest.approx(6000, abs=8)
    assert properties["longest_gap_m"] == pytest.approx(2460, abs=3)
    assert properties["bridged_m"] == pytest.approx(1000 + 2460 + 500, abs=5)
    assert properties["note_zh"] == "2.46公里"
    assert properties["note_en"] == "2.0 km"


def test_a_gap_longer_than_allowed_is_not_bridged():
    wanted = WantedLine("高速", "expressways", 2000.0, "2026-03", "一", "one")
    texts = fault(build_line, wanted, EXPRESSWAY)
    assert texts["en"].startswith("高速: the OSM data make 2 lines of it, not one")
    assert texts["zh"].startswith("高速：")


def test_gaps_are_where_neither_carriageway_is():
    line = LineString([(0, 0), (1000, 0)])
    pieces = shapely.multilinestrings([[(100, 9), (300, 9)], [(600, -9), (250, -9)]])
    assert gaps_along(line, pieces) == pytest.approx([100, 400])
    assert gaps_along(line, LineString([(1000, 5), (0, 5)])) == []


def test_written_sketch_lines_are_read_again_in_degrees(tmp_path):
    rows = [(str(i), "高速", part) for i, part in enumerate(shapely.get_parts(EXPRESSWAY))]
    data = package(tmp_path / "osm.gpkg", {"expressways": rows}, drop="osm_id")
    path = tmp_path / "sketch_lines.geojson"
    path.write_text(sketch_lines_text([HIGHWAY], [data]), encoding="utf-8")
    (line,) = load_sketch_lines(path).values()
    assert (line.name, line.note.zh, line.date) == ("高速", "2.46公里", "2026-03")
    assert line.geometry.bounds == pytest.approx(EXPRESSWAY.bounds, abs=0.0003)
    assert (
        "OpenStreetMap contributors" in json.loads(path.read_text(encoding="utf-8"))["attribution"]
    )
    assert sketch_lines_text([HIGHWAY], [data]) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (WantedLine("高速", "tunnels", 1.0, "d", "一", "one"), "no layer 'tunnels' in"),
        (WantedLine("快速路", "expressways", 1.0, "d", "一", "one"), "not in the OSM data: 快速路"),
    ],
)
def test_a_sketch_line_that_is_not_in_the_data_is_told(tmp_path, wanted, told):
    data = package(tmp_path / "osm.gpkg", {"expressways": [("1", "高速", at((0, 0), (9, 9)))]})
    assert fault(sketch_lines_text, [wanted], [data])["en"].startswith(told)


ENTRY = "- {name: 高速, layer: a, most_gap_m: 9, date: d, note_zh: 一, note_en: one}\n"


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        (ENTRY.replace("layer: a, ", ""), 2, "layer"),
        (ENTRY.replace("9", "-9"), 2, "most_gap_m"),
        (ENTRY.replace("date", "dates"), 2, "dates"),
        (ENTRY.replace("one}", "'{width} m'}"), 2, "note_en"),
        (ENTRY.replace("一", "'{longest'"), 2, "note_zh"),
        (ENTRY + ENTRY, 3, "name"),
    ],
)
def test_a_faulty_sketch_line_is_named_with_its_line(tmp_path, content, line, field):
    path = tmp_path / "features.yaml"
    path.write_text("sketch_lines:\n" + content, encoding="utf-8")
    texts = fault(load_wanted_lines, path)
    assert texts["en"].startswith(f"{path}, line {line}, field '{field}': ")
    assert texts["zh"].startswith(f"{path} 第 {line} 行，字段“{field}”：")


def sketch_file(tmp_path: Path, *features: object) -> Path:
    path = tmp_path / "sketch_lines.geojson"
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_file_of_no_sketch_lines_is_told_with_the_feature(tmp_path):
    good = build_line(HIGHWAY, EXPRESSWAY)
    assert list(load_sketch_lines(sketch_file(tmp_path, good))) == ["高速"]
    two = {
        "type": "MultiLineString",
        "coordinates": [[[121, 31], [121, 32]], [[122, 31], [122, 32]]],
    }
    metres = {"type": "LineString", "coordinates": [[632000, 3440000], [632100, 3440000]]}
    for broken in (
        5,
        good | {"geometry": two},
        good | {"geometry": metres},
        good | {"properties": good["properties"] | {"note_zh": ""}},
        good | {"properties": good["properties"] | {"bridged_m": None}},
    ):
        texts = fault(load_sketch_lines, sketch_file(tmp_path, good, broken))
        assert "feature 2: not a sketch line" in texts["en"] and "第 2 个要素" in texts["zh"]
    assert "there twice" in fault(load_sketch_lines, sketch_file(tmp_path, good, good))["en"]
    assert "geo reference build" in fault(load_sketch_lines, tmp_path / "gone.geojson")["en"]


def test_no_sketch_line_is_in_the_gazetteer_that_boundaries_are_traced_on():
    lines = load_sketch_lines()
    assert list(lines) == [item.name for item in load_wanted_lines(REFERENCE / "features.yaml")]
    assert not lines.keys() & load_gazetteer().lines.keys()


def test_the_g60_runs_through_songjiang_and_says_what_of_it_is_straight():
    line = load_sketch_lines()["沪昆高速"]
    districts = load_districts().set_index("name_zh").geometry
    inside = {name: length_m(line.geometry.intersection(land)) for name, land in districts.items()}
    assert {name for name, metres in inside.items() if metres > 0} == {"金山区", "松江区", "闵行区"}
    assert inside["松江区"] == pytest.approx(39_700, abs=100)
    # Through the district from the border in the south-west to the one in the north-east.
    west, east = line.geometry.coords[0], line.geometry.coords[-1]
    assert (
        west[0] < districts["松江区"].bounds[0] + 0.01 and east[0] > districts["松江区"].bounds[2]
    )
    assert (line.length_m, line.bridged_m, line.longest_gap_m) == (48_342, 32_962, 3031)
    assert "48.3公里" in line.note.zh and "33.0公里" in line.note.zh and "3.0公里" in line.note.zh
    assert "33.0 km" in line.note.en and "3.0 km" in line.note.en
    assert line.geometry.is_simple


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


@pytest.mark.reference
def test_sketch_lines_are_what_the_reference_data_give():
    path = OSM / "osm_shanghai.gpkg"
    if not path.exists():
        pytest.skip("needs the OpenStreetMap extract for developing, which is not in the project")
    fresh = json.loads(sketch_lines_text(load_wanted_lines(REFERENCE / "features.yaml"), [path]))
    stored = json.loads(SKETCH_LINES.read_text(encoding="utf-8"))
    assert fresh.keys() == stored.keys()
    for new, old in zip(fresh["features"], stored["features"], strict=True):
        measured = {
            key: pytest.approx(old["properties"][key], abs=3)
            for key in ("length_m", "bridged_m", "longest_gap_m")
        }
        assert new["properties"] == old["properties"] | measured
        lines = to_local(shape(new["geometry"])), to_local(shape(old["geometry"]))
        assert shapely.hausdorff_distance(*lines) < 0.5, old["properties"]["name"]


@pytest.mark.reference
def test_the_g60_lies_between_its_carriageways_where_they_are_mapped():
    path = OSM / "osm_minhang.gpkg"
    if not path.exists():
        pytest.skip("needs the OpenStreetMap extract for developing, which is not in the project")
    roads = read_layer(path, "roads")
    line = to_local(load_sketch_lines()["沪昆高速"].geometry)
    ways = to_local(shapely.union_all(roads[roads["name"] == "沪昆高速"].geometry.to_numpy()))
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(ways, 20.0)))
    # The other extract goes on to the east; beside the line, no carriageway is off its middle.
    beside = shapely.get_x(points) < line.bounds[2]
    assert beside.sum() > 200
    assert shapely.distance(points[beside], line).max() < 15
