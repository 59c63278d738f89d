"""Polygons to clauses: what is followed, how it is said, and that it gives the polygon back."""

from __future__ import annotations

import json
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from geo import formats
from geo.__main__ import main
from geo.build import PARKS
from geo.crs import from_local, to_local
from geo.describe import Describer
from geo.describe.along import Ground, Walk
from geo.describe.aside import with_offsets
from geo.describe.descriptions import describe_frame, polygons, record
from geo.describe.quarters import ROUND, Pieces
from geo.describe.words import Speaker, area_words, phrase, remark, written
from geo.digitize import digitize
from geo.errors import AtlasError
from geo.network.load import load_network
from geo.reference import Line, Reference, load_gazetteer
from geo.sizhi import SIDE_ORDER, parse

NETWORK = Path(__file__).parents[1] / "../shared/reference/osm_minhang.gpkg"
X, Y = 628_000.0, 3_440_000.0  # a place in EPSG:4549 in the reference's district
# Rings of which the clause alone cannot give back nine tenths, and why.
NOT_BACK = {
    "xiangyang": "half of its ring is on no line of the gazetteer",
    "minhang-base-west": "a quarter of its ring is on no line of the gazetteer",
    "lianhua": "a corridor of constant width round a road is bounded by no lines",
}


def _line(name: str, *coords: tuple[float, float], kind: str = "road") -> Line:
    moved = [(X + x, Y + y) for x, y in coords]
    return Line(name, kind, MultiLineString([LineString(moved)]))


def _reference(*lines: Line) -> Reference:
    return Reference("test", {line.name: line for line in lines})


def _square(**more: Line) -> Reference:
    """Four roads round a square of 1 km, all running on beyond the corners."""
    return _reference(
        _line("东山路", (1000, -600), (1000, 1600)),
        _line("南山路", (-600, 0), (1600, 0)),
        _line("西山路", (0, -600), (0, 1600)),
        _line("北山路", (-600, 1000), (1600, 1000)),
        *more.values(),
    )


def _ground(west: float, south: float, east: float, north: float) -> Polygon:
    return from_local(box(X + west, Y + south, X + east, Y + north))


def _iou(one: Polygon, other: Polygon) -> float:
    return one.intersection(other).area / one.union(other).area


def _back(clause: str, reference: Reference) -> Polygon:
    (feature,) = digitize(clause, reference)
    assert feature["geometry"], feature["properties"]
    return shapely.geometry.shape(feature["geometry"])


# --- what is followed -----------------------------------------------------------------------------


def test_a_line_that_is_crossed_or_passed_is_not_followed():
    reference = _square(
        across=_line("横穿路", (-600, 500), (1600, 500)),
        slant=_line("斜穿路", (-600, 200), (1600, 700)),
        far=_line("远山路", (1040, -600), (1040, 1600)),
    )
    walk = Walk(box(X, Y, X + 1000, Y + 1000), Ground(reference))
    runs = walk.follow()
    assert [run.name for run in runs].count(None) == 0
    assert {run.name for run in runs} == {"东山路", "南山路", "西山路", "北山路"}
    assert sum(run.metres for run in runs) == pytest.approx(4000.0)


def test_the_walk_is_clockwise_and_cut_at_no_arbitrary_place():
    ring = box(X, Y, X + 1000, Y + 1000).exterior
    for begin in range(4):
        coords = np.roll(np.array(ring.coords[:-1]), begin, axis=0)
        names = [run.name for run in Walk(Polygon(coords), Ground(_square())).follow()]
        start = names.index("北山路")
        assert names[start:] + names[:start] == ["北山路", "东山路", "南山路", "西山路"]


def test_of_two_lines_within_reach_the_nearer_is_followed_all_along():
    twin = _line("东山高架路", (1012, -600), (1012, 1600))
    for apart, name in ((0.0, "东山路"), (11.0, "东山高架路")):
        walk = Walk(box(X, Y, X + 1000 + apart, Y + 1000), Ground(_square(twin=twin)))
        assert {"东山路", "东山高架路"} & {run.name for run in walk.follow()} == {name}


def test_a_broken_line_is_followed_over_a_short_break_and_not_over_a_long_one():
    for gap, whole in ((25.0, True), (300.0, False)):
        pieces = MultiLineString(
            [
                LineString([(X + 1000, Y - 600), (X + 1000, Y + 500)]),
                LineString([(X + 1000, Y + 500 + gap), (X + 1000, Y + 1600)]),
            ]
        )
        broken = Line("东山路", "road", pieces)
        reference = _reference(*[*_square().lines.values()][1:], broken)
        runs = Walk(box(X, Y, X + 1000, Y + 1000), Ground(reference)).follow()
        assert any(run.name is None for run in runs) is not whole


def test_a_stretch_that_keeps_its_distance_is_told_by_it():
    reference = _reference(
        *[*_square().lines.values()][1:], _line("东山路", (850, -600), (850, 1600))
    )
    ground = Ground(reference)
    runs = Walk(box(X, Y, X + 1000, Y + 1000), ground).follow()
    aside = [run for run in with_offsets(runs, ground, ground.names) if run.offset_m]
    assert [(run.name, run.offset_m, run.offset_side) for run in aside] == [
        ("东山路", 150.0, "east")
    ]
    assert with_offsets(runs, ground, []) == runs


@pytest.mark.parametrize("way", ["arcs", "facing", "lying"])
def test_each_way_gives_a_square_its_four_sides(way):
    polygon = box(X, Y, X + 1000, Y + 1000)
    pieces = Pieces(Walk(polygon, Ground(_square())).follow(), polygon)
    sided = pieces.sided(getattr(pieces, way)())
    assert {side: [run.name for run, _ in found] for side, found in sided.items()} == {
        "east": ["东山路"], "south": ["南山路"], "west": ["西山路"], "north": ["北山路"],
    }  # fmt: skip
    assert ROUND == ("north", "east", "south", "west")


# --- how it is said -------------------------------------------------------------------------------


def test_a_square_is_described_in_the_usual_order():
    made = Describer(_square()).describe(_ground(0, 0, 1000, 1000))
    assert made.clause == (
        f"东至东山路，南至南山路，西至西山路，北至北山路，面积约1.00平方公里（约{made.area_mu:.0f}亩）。"
    )
    assert made.area_km2 == pytest.approx(1.0, abs=0.002)
    assert made.named_share == pytest.approx(1.0)
    assert made.retraced_iou == pytest.approx(1.0, abs=1e-3)
    assert (made.uncovered, made.left_out, made.reason) == ((), (), None)


def test_features_of_a_side_come_in_the_order_in_which_they_are_met_clockwise():
    reference = _reference(
        *[*_square().lines.values()][1:],
        _line("高桥路", (1000, 500), (1000, 1600)),
        _line("低桥路", (1000, -600), (1000, 500)),
    )
    made = Describer(reference).describe(_ground(0, 0, 1000, 1000))
    assert [one.name for one in made.sides["east"]] == ["高桥路", "低桥路"]
    assert made.clause.startswith("东至高桥路、低桥路，")


def test_a_feature_round_a_corner_is_named_on_both_sides():
    bent = _line("环山路", (-600, 1000), (1000, 1000), (1000, -600))
    reference = _reference(*[*_square().lines.values()][1:3], bent)
    made = Describer(reference).describe(_ground(0, 0, 1000, 1000))
    assert made.clause.startswith("东至环山路，南至南山路，西至西山路，北至环山路，")
    assert made.retraced_iou > 0.999


def test_a_side_aside_of_a_road_is_told_by_its_distance_and_traced_back():
    reference = _reference(
        *[*_square().lines.values()][1:], _line("东山路", (850, -600), (850, 1600))
    )
    polygon = _ground(0, 0, 1000, 1000)
    made = Describer(reference).describe(polygon)
    assert made.clause.startswith("东至东山路东约150米，")
    (bound,) = parse(made.clause).parts[0].sides["east"]
    assert (bound.name, bound.offset_m, bound.offset_side) == ("东山路", 150.0, "east")
    assert _iou(_back(made.clause, reference), polygon) > 0.99


def test_a_gap_is_told_in_words_that_are_read_as_a_remark():
    # The eastern road ends 300 m short of the north.
    reference = _reference(
        *[*_square().lines.values()][1:], _line("东山路", (1000, -600), (1000, 700))
    )
    made = Describer(reference).describe(_ground(0, 0, 1000, 1000))
    assert "北山路（至东山路间以直线相接）" in made.clause
    (gap,) = made.uncovered
    assert gap.metres == pytest.approx(300, abs=30)
    assert (gap.along, gap.between) == ("straight", ("北山路", "东山路"))
    assert made.named_share == pytest.approx(1 - 300 / 4000, abs=0.01)
    place = to_local(Point(gap.lon, gap.lat))
    assert place.x - X == pytest.approx(1000, abs=1)
    assert 700 < place.y - Y < 1000
    roles = {token.text: token.role for token in parse(made.clause).tokens}
    assert roles["(至东山路间以直线相接)"] == "remark"


def test_a_side_without_any_line_says_so_and_is_missing_in_the_parse():
    reference = _reference(*[*_square().lines.values()][1:])
    made = Describer(reference).describe(_ground(0, 0, 1700, 1000))
    assert "东侧无名称界线" in made.clause
    assert parse(made.clause).parts[0].missing() == ["east"]


def test_a_line_that_is_followed_for_a_few_metres_only_is_left_out_with_its_length():
    # The eastern road is broken for 250 m; a lane of 46 m lies in the break.
    pieces = [[(1000, -600), (1000, 330)], [(1000, 580), (1000, 1600)]]
    lines = [LineString([(X + x, Y + y) for x, y in piece]) for piece in pieces]
    reference = _reference(
        *[*_square().lines.values()][1:],
        Line("东山路", "road", MultiLineString(lines)),
        _line("短巷", (1000, 440), (1000, 486)),
    )
    made = Describer(reference).describe(_ground(0, 0, 1000, 1000))
    assert "短巷" not in made.clause
    (left,) = made.left_out
    assert (left.name, left.reason.zh) == ("短巷", f"沿线仅 {left.metres:.0f} 米，过短")
    assert left.metres == pytest.approx(46, abs=20)  # whole steps of ten metres


def test_a_name_that_is_not_read_back_is_left_out_with_the_reason():
    reference = _reference(
        *[*_square().lines.values()][1:], _line("Line, 3", (1000, -600), (1000, 1600))
    )
    assert Speaker(reference).name("Line, 3") is None
    made = Describer(reference).describe(_ground(0, 0, 1000, 1000))
    (left,) = made.left_out
    assert left.name == "Line, 3"
    assert left.metres == pytest.approx(1000, abs=30)
    assert "not read back" in left.reason.en


def test_a_border_and_a_bank_are_named_so_that_they_are_found_again():
    gazetteer = load_gazetteer()
    speaker = Speaker(gazetteer)
    assert speaker.name("闵行区—松江区界") == "闵行区—松江区界"
    assert speaker.name("黄浦江左岸") == "黄浦江左岸"
    assert all(speaker.name(name) for name in gazetteer.lines)


def test_words():
    assert phrase("曹安公路", 150.0, "south") == "曹安公路南约150米"
    assert phrase("曹安公路", 147.0, "south") == "曹安公路南147米"
    assert area_words(1.2345, holes=2) == "面积约1.23平方公里（约1852亩，不含内部2处空洞）"
    assert (
        written({"east": ["甲路"]}) == "东至甲路，南侧无名称界线，西侧无名称界线，北侧无名称界线。"
    )
    for along in ("straight", "road", "river", "rail", None):
        for onward in ("陈行公路", None):
            text = f"东至万芳路{remark(onward, along)}、甲河，南至沈庄塘"
            bounds = parse(text).parts[0].sides["east"]
            assert [(bound.name, bound.other_names) for bound in bounds] == [
                ("万芳路", ()),
                ("甲河", ()),
            ], text


@pytest.mark.parametrize("area", [0.052, 0.5, 1.0, 17.03, 123.4])
@pytest.mark.parametrize("holes", [0, 1])
def test_the_stated_area_is_read_back(area, holes):
    text = written({side: ["甲路"] for side in SIDE_ORDER}, area_words(area, holes))
    (part,) = parse(text).parts
    assert part.area_km2 == pytest.approx(area, rel=0.01)


# --- and back -------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    turn=st.floats(0, 360),
    width=st.floats(400, 2500),
    share=st.floats(0.5, 1.0),
    beyond=st.floats(40, 700),
)
@example(turn=45.0, width=1000.0, share=1.0, beyond=100.0)
def test_a_rectangle_of_four_lines_comes_back_in_any_rotation(turn, width, share, beyond):
    height = width * share
    half = np.array([width, height]) / 2
    corners = np.array([(-1, 1), (1, 1), (1, -1), (-1, -1)]) * half
    angle = math.radians(turn)
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    names = ("甲山路", "乙山路", "丙山河", "丁山路")
    lines = []
    for number, name in enumerate(names):
        first, last = corners[number], corners[(number + 1) % 4]
        ahead = (last - first) / np.hypot(*(last - first)) * beyond
        lines.append(_line(name, *((np.array([first - ahead, last + ahead]) @ spin).tolist())))
    reference = _reference(*lines)
    polygon = Polygon(corners @ spin + (X, Y))
    made = Describer(reference).describe(from_local(polygon))
    assert made.clause is not None
    assert sorted(one.name for side in made.sides.values() for one in side) == sorted(names)
    assert all(len(named) == 1 for named in made.sides.values())
    assert _iou(to_local(_back(made.clause, reference)), polygon) > 0.995


@pytest.fixture(scope="module")
def parks() -> gpd.GeoDataFrame:
    return gpd.read_file(PARKS).set_index("id", drop=False)


def test_the_shipped_zones_come_back(parks):
    describer = Describer(load_gazetteer())
    failed = {}
    for name, zone in parks.iterrows():
        made = describer.describe(zone.geometry)
        assert made.clause is not None, name
        ring = to_local(zone.geometry)
        (feature,) = digitize(made.clause, describer.reference)
        found = feature["geometry"] and to_local(shapely.geometry.shape(feature["geometry"]))
        overlap = _iou(found, ring) if found else 0.0
        # What a description says of itself is what anybody finds who traces its clause.
        assert overlap == pytest.approx(made.retraced_iou, abs=0.02), name
        if overlap < 0.9:
            failed[name] = zone["confidence"]
    assert set(failed) <= set(NOT_BACK)
    assert set(failed.values()) <= {"low"}


@pytest.mark.skipif(
    not NETWORK.exists(), reason="no OSM extract of the district beside the project"
)
def test_the_zones_come_back_from_the_whole_district(parks):
    describer = Describer(load_network(NETWORK))
    for name in ("xinzhuang", "minhang-base-east", "neobay", "tech-oasis", "aerospace-1"):
        made = describer.describe(parks.geometry[name])
        assert made.retraced_iou > 0.95, name
        assert made.named_share > 0.9, name


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        (box(116.3, 39.9, 116.4, 40.0), "no named line of the reference within reach"),
        (box(-0.1, 51.4, 0.0, 51.5), "no named line of the reference within reach"),
        (box(-180, -90, 180, 90), "too large"),
        (box(121.38, 31.03, 121.3801, 31.0301), "less than 0.001"),
        (Polygon([(121.38, 31.03), (121.4, 31.05), (121.38, 31.03)]), "less than 0.001"),
        (Polygon(), "less than 0.001"),
        (box(121.382, 31.03, 121.402, 31.05), "named lines"),
    ],
)
def test_what_cannot_be_described_is_one_sentence(polygon, words):
    made = Describer(load_gazetteer()).describe(polygon)
    assert made.clause is None
    assert words in made.reason.en
    assert made.reason.zh
    json.dumps(record(made), allow_nan=False)


def test_a_reference_without_lines_says_so():
    made = Describer(Reference("empty", {})).describe(_ground(0, 0, 1000, 1000))
    assert made.reason.en == "the reference holds no line"


def test_an_outline_that_crosses_itself_is_described_by_its_largest_piece():
    ring = [
        (0, 0),
        (1000, 0),
        (1000, 1000),
        (0, 1000),
        (0, 500),
        (-100, 600),
        (-100, 500),
        (0, 600),
    ]
    polygon = from_local(Polygon([(X + x, Y + y) for x, y in ring]))
    assert not polygon.is_valid
    made = Describer(_square()).describe(polygon)
    assert made.retraced_iou > 0.98
    assert "crosses itself" in made.notes[0].en


def test_holes_count_in_the_area_and_are_told():
    polygon = _ground(0, 0, 1000, 1000).difference(_ground(300, 300, 600, 600))
    made = Describer(_square()).describe(polygon)
    assert made.area_km2 == pytest.approx(0.91, abs=0.002)
    assert "不含内部1处空洞" in made.clause
    assert made.retraced_iou > 0.99


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-400, 1400), st.floats(-400, 1400)), min_size=3, max_size=9, unique=True
    )
)
def test_any_outline_is_described_or_explains_itself(ring):
    polygon = from_local(Polygon([(X + x, Y + y) for x, y in ring]))
    made = Describer(_square()).describe(polygon)
    assert (made.clause is None) == (made.reason is not None)
    assert 0.0 <= made.named_share <= 1.0
    if made.clause:
        assert len(parse(made.clause).parts) == 1
        assert 0.0 <= made.retraced_iou <= 1.0
    json.dumps(record(made), allow_nan=False)


# --- files and the command line -------------------------------------------------------------------


def test_a_multipolygon_has_a_clause_for_each_part():
    two = MultiPolygon([_ground(0, 0, 1000, 1000), _ground(5000, 0, 6000, 1000)])
    frame = gpd.GeoDataFrame({"name": ["双区"]}, geometry=[two], crs=4326)
    found = list(describe_frame(frame, _square(), "en"))
    assert [(one["name"], one["part"], one["parts"]) for one in found] == [
        ("双区", 1, 2),
        ("双区", 2, 2),
    ]
    assert found[0]["clause"]
    assert found[1]["clause"] is None
    assert "within reach" in found[1]["error"]


def test_a_frame_without_polygons_is_refused():
    frame = gpd.GeoDataFrame(geometry=[Point(121.4, 31.0), None], crs=4326)
    with pytest.raises(AtlasError, match="no polygon"):
        polygons(frame)


@pytest.fixture(scope="module", params=["zones.geojson", "zones.gpkg", "zones.kml", "zones.zip"])
def zones_file(request, parks, tmp_path_factory) -> Path:
    """Two zones in a file of each format, one of them of several gaps."""
    path = tmp_path_factory.mktemp("describe") / request.param
    frame = parks.loc[["aerospace-1", "metdz"], ["id", "name_zh", "geometry"]]
    formats.write(frame.reset_index(drop=True), path)
    return path


def test_the_command_writes_a_line_for_each_zone_of_any_format(capsys, zones_file):
    assert main(["describe", str(zones_file), "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    assert first.startswith(
        "上海航天产业基地一期：东至万芳路，南至沈庄塘，西至召楼路，北至江月路，面积约"
    )
    assert len(parse(second).parts) == 1
    assert "米不在有名线上" in err


def test_the_command_prints_json_and_nothing_else(capsys, zones_file):
    assert main(["describe", str(zones_file), "--json", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert err == ""
    zone = document["descriptions"][0]
    assert zone["id"] == "aerospace-1"
    assert zone["area_mu"] == pytest.approx(1500 * zone["area_km2"], abs=0.2)
    assert zone["named_ring_share"] > 0.99
    assert zone["retraced_iou"] > 0.99
    assert [one["name"] for one in zone["sides"]["east"]] == ["万芳路"]
    gap = document["descriptions"][1]["uncovered"][0]
    assert gap["between"] == ["黄浦江左岸", "汇江路"]
    assert gap["metres"] > 500


def test_a_file_of_boundary_points_is_described(capsys, parks, tmp_path):
    path = tmp_path / "points.txt"
    formats.write(parks.loc[["aerospace-1"], ["id", "name_zh", "geometry"]], path)
    assert main(["describe", str(path), "--lang", "zh"]) == 0
    assert "东至万芳路，南至沈庄塘，西至召楼路，北至江月路，" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.geojson", None, "no such file"),
        ("text.md", "words", "file ending"),
        ("bad.geojson", "{", "bad.geojson"),
        ("empty.geojson", '{"type":"FeatureCollection","features":[]}', "no feature"),
        (
            "points.geojson",
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
            '"geometry":{"type":"Point","coordinates":[121.4,31.0]}}]}',
            "no polygon",
        ),
        (
            "metres.geojson",
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
            '{"type":"Polygon","coordinates":[[[6e5,3e6],[6e5,3.1e6],[6.1e5,3e6],[6e5,3e6]]]}}]}',
            "not degrees",
        ),
        (
            "far.geojson",
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
            '{"type":"Polygon","coordinates":[[[116,39],[116.1,39],[116.1,39.1],[116,39]]]}}]}',
            "within reach",
        ),
    ],
)
def test_unusable_files_are_one_line(tmp_path, capsys, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main(["describe", str(path), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == 1
