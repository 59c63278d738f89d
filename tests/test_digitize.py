"""From a text to polygons with their evidence: any form of text, lists with bad lines, the CLI."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn import SIDES, SQUARE, home, iou, line, reference
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box, shape

from geo.__main__ import main
from geo.crs import from_local, to_local
from geo.digitize import batch, digitize, read
from geo.reference import Reference
from geo.sizhi import parse

CLAUSE = "东至万芳路，南至沈庄塘，西至召楼路，北至江月公路"
NORTH_HALF = "东至万芳路，南至浦星路，西至召楼路，北至江月公路"
# Every property of a zone with a ring; one without has an error instead of those measured.
ALWAYS = {
    "name_zh", "clause", "published_area_km2", "area_km2", "area_error_pct", "named_ring_share",
    "confidence", "unresolved", "suggestions", "decisions", "resolved", "reference", "basis",
    "warnings",
}  # fmt: skip
MEASURED = {
    "unused", "chosen_by_area", "side_support", "closure", "alternatives_km2", "evidence",
    "sources",
}  # fmt: skip


@pytest.fixture(scope="module")
def roads() -> Reference:
    return reference(
        line("万芳路", SIDES["east"]),
        line("沈庄塘", SIDES["south"], kind="river"),
        line("召楼路", SIDES["west"]),
        line("江月公路", SIDES["north"]),
        line("浦星路", [(-300, 1000), (2300, 1000)]),
        line("沪金线", [(-300, 1500), (2300, 1500)], kind="rail"),
    )


def ground(feature: dict) -> Polygon:
    """A feature's polygon in metres about the origin."""
    return home(to_local(shape(feature["geometry"])))


def one(text: str, roads: Reference, **options) -> dict:
    """The only feature of a text, which must be complete and hold in JSON."""
    (feature,) = digitize(text, roads, **options)
    assert_complete(feature)
    return feature


def assert_complete(feature: dict) -> None:
    assert json.loads(json.dumps(feature, ensure_ascii=False, allow_nan=False)) == feature
    properties = feature["properties"]
    assert properties.keys() >= ALWAYS
    assert properties["confidence"] in {"high", "medium", "low"}
    for decision in properties["decisions"]:
        assert decision.keys() == {"zh", "en"}
        assert all(decision.values())
    if feature["geometry"] is None:
        assert properties["error"]
        assert "\n" not in properties["error"]
        assert properties["confidence"] == "low"
        assert properties["area_km2"] is None
        return
    assert "error" not in properties
    assert properties.keys() >= MEASURED
    polygon = shape(feature["geometry"])
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    coords = np.array(polygon.exterior.coords)
    assert (np.round(coords, 6) == coords).all()
    total = sum(stretch["length_m"] for stretch in properties["evidence"])
    assert total == pytest.approx(to_local(polygon).length, rel=0.01, abs=20)
    named = sum(
        stretch["length_m"]
        for stretch in properties["evidence"]
        if stretch["kind"] in {"measured", "border"}
    )
    assert properties["named_ring_share"] == pytest.approx(named / total, abs=0.005)
    assert all(0 <= share <= 1 for share in properties["side_support"].values())


# --- texts ----------------------------------------------


def test_a_plain_clause_is_traced_with_full_evidence(roads):
    feature = one(CLAUSE, roads)
    p = feature["properties"]
    assert iou(ground(feature), SQUARE) > 0.9999
    assert (p["confidence"], p["named_ring_share"], p["unresolved"], p["unused"]) == (
        "high", 1.0, [], [],
    )  # fmt: skip
    assert p["area_km2"] == pytest.approx(4.0, rel=0.001)
    assert {(e["feature"], e["side"]) for e in p["evidence"]} == {
        ("万芳路", "east"), ("沈庄塘", "south"), ("召楼路", "west"), ("江月公路", "north"),
    }  # fmt: skip
    assert p["side_support"] == dict.fromkeys(SIDES, 1.0)
    assert p["closure"] == {"gaps": 0, "sum_m": 0, "largest_m": 0}
    assert [entry["how"] for entry in p["resolved"]] == ["exact"] * 4


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("由万芳路、沈庄塘、召楼路、江月公路围合", SQUARE),
        ("万芳路以西、沈庄塘以北、召楼路以东、江月公路以南", SQUARE),
        ("东至万芳路，南至沈庄塘北500米，西至召楼路，北至江月公路", box(0, 500, 2000, 2000)),
        ("东至万芳路西约300米，南至沈庄塘，西至召楼路，北至江月公路", box(0, 0, 1700, 2000)),
        ("北至江月公路，西至召楼路；南至沈庄塘；东至万芳路。", SQUARE),
        ("东至万芳路（规划红线），南至沈庄塘，西至召楼路绿地，北至江月公路中心线", SQUARE),
    ],
)
def test_every_form_of_clause_gives_its_ring(roads, text, truth):
    assert iou(ground(one(text, roads)), truth) > 0.999


def test_a_railway_without_a_name_is_found_but_told(roads):
    feature = one(CLAUSE.replace("江月公路", "现状铁路"), roads)
    assert iou(ground(feature), box(0, 0, 2000, 1500)) > 0.999
    p = feature["properties"]
    assert "generic" in {entry["how"] for entry in p["resolved"]}
    assert any("铁路" in decision["zh"] for decision in p["decisions"])


def test_several_zones_of_a_text_are_several_features(roads):
    text = f"一期{CLAUSE}，面积4平方公里；二期{NORTH_HALF}，面积2平方公里。"
    first, second = digitize(text, roads, area_km2=99.0)
    for feature in (first, second):
        assert_complete(feature)
    names = [feature["properties"]["name_zh"] for feature in (first, second)]
    assert [name[:2] for name in names] == ["一期", "二期"]
    assert iou(ground(first), SQUARE) > 0.999
    assert iou(ground(second), box(0, 1000, 2000, 2000)) > 0.999
    # An area for a text of one zone is none of two.
    assert [f["properties"]["published_area_km2"] for f in (first, second)] == [4.0, 2.0]


def test_a_stated_area_is_compared_and_bends_nothing(roads):
    plain = one(CLAUSE, roads)
    for area, level in ((4.0, "high"), (4.3, "medium"), (40.0, "low")):
        feature = one(CLAUSE, roads, area_km2=area)
        assert feature["geometry"] == plain["geometry"]
        p = feature["properties"]
        assert p["published_area_km2"] == area
        assert p["area_error_pct"] == pytest.approx(100 * (p["area_km2"] / area - 1), abs=0.06)
        assert p["confidence"] == level
    from_text = one(CLAUSE + "，面积4平方公里", roads)["properties"]
    assert (from_text["published_area_km2"], from_text["confidence"]) == (4.0, "high")


def test_an_alias_is_followed_and_told(roads):
    text = CLAUSE.replace("万芳路", "新万达大街")
    assert one(text, roads)["properties"]["unresolved"] == ["新万达大街"]
    feature = one(text, roads, aliases={"新万达大街": ("万芳路", "")})
    assert iou(ground(feature), SQUARE) > 0.999
    p = feature["properties"]
    assert p["resolved"][0] == {
        "side": "east", "written": "新万达大街", "line": "万芳路", "how": "alias",
    }  # fmt: skip
    assert any("新万达大街" in d["zh"] and "万芳路" in d["en"] for d in p["decisions"])


def test_a_suffix_is_followed_and_told(roads):
    p = one(CLAUSE.replace("江月公路", "江月路"), roads)["properties"]
    assert p["unresolved"] == []
    assert any("江月公路" in decision["zh"] for decision in p["decisions"])


def test_a_name_on_no_line_is_never_replaced_by_one_spelled_alike(roads):
    feature = one(CLAUSE.replace("召楼路", "召稼路"), roads)
    p = feature["properties"]
    assert p["unresolved"] == ["召稼路"]
    assert "召楼路" in p["suggestions"]["召稼路"]
    assert "召楼路" not in {entry["line"] for entry in p["resolved"]}
    assert p["confidence"] == "low"
    assert any("召稼路" in decision["zh"] for decision in p["decisions"])


def test_a_missing_side_is_told_and_never_trusted(roads):
    p = one("东至万芳路，南至沈庄塘，西至召楼路", roads)["properties"]
    assert p["confidence"] == "low"
    assert any("北" in d["zh"] and "north" in d["en"] for d in p["decisions"])
    assert p["warnings"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "text",
    ["东至万芳路", "东至甲甲路，南至乙乙路，西至丙丙路，北至丁丁路", "东至万芳路，西至召楼路"],
)
def test_where_there_is_no_ring_there_is_none_with_its_reason(roads, text, lang):
    feature = one(text, roads, lang=lang)
    assert feature["geometry"] is None
    assert bool(re.search(r"[\u4e00-\u9fff]", feature["properties"]["error"])) == (lang == "zh")
    # What could be read is still told.
    p = feature["properties"]
    assert len(p["resolved"]) + len(p["unresolved"]) == text.count("至")


@pytest.mark.parametrize("text", ["", "没有边界的文字", "<script>alert(1)</script>", "\x00" * 99])
def test_a_text_without_a_boundary_has_no_feature(roads, text):
    assert digitize(text, roads) == []


def test_a_huge_text_is_read_or_told(roads):
    names = "、".join(f"无名{i}路" for i in range(4000))
    for text in (f"东至{names}", CLAUSE * 400, CLAUSE + "，" + "废话" * 50_000):
        for feature in digitize(text, roads):
            assert feature["properties"]["confidence"]


words = st.sampled_from(
    ["东至", "南至", "西至", "北至", "万芳路", "沈庄塘", "召楼路", "江月公路", "浦星路", "铁路",
     "无名路", "、", "，", "；", "北500米", "西9999米", "延伸段", "由", "围合", "以西", "一期",
     "二期", "面积4平方公里", "区界", "河道", "规划路", "(", "）", "\n", "x"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(text=st.lists(words, max_size=24).map("".join), area=st.sampled_from([None, 0.5, 4.0]))
def test_any_text_is_digitised_or_explained(roads, text, area):
    for feature in digitize(text, roads, area_km2=area):
        assert_complete(feature)
    for part in parse(text).parts:
        reading = read(part, roads, area)
        bounds = sum(map(len, part.sides.values())) + len(part.around)
        assert len(reading.matches) + len(reading.misses) == bounds


@settings(max_examples=40, deadline=None)
@given(
    xs=st.lists(st.integers(200, 1500), min_size=2, max_size=4),
    ys=st.lists(st.integers(200, 1500), min_size=2, max_size=4),
    bends=st.lists(st.integers(-60, 60), min_size=6, max_size=6),
    cut=st.sampled_from([0, 40, 400]),
    data=st.data(),
)
def test_every_measured_stretch_lies_on_its_feature(xs, ys, bends, cut, data):
    """Crooked streets, some cut short: what a result claims to be measured can be measured."""
    at, up = np.cumsum([0, *xs]), np.cumsum([0, *ys])
    wave = np.array([0, *bends, 0])
    steps_x, steps_y = np.linspace(-150 + cut, at[-1] + 150, 8), np.linspace(-150, up[-1] + 150, 8)
    lines = [
        *(line(f"直{i}路", list(zip(x + wave, steps_y, strict=True))) for i, x in enumerate(at)),
        *(line(f"横{i}路", list(zip(steps_x, y + wave, strict=True))) for i, y in enumerate(up)),
    ]
    roads = reference(*lines)
    west, south = data.draw(st.integers(0, len(xs) - 1)), data.draw(st.integers(0, len(ys) - 1))
    text = f"东至直{len(xs)}路，南至横{south}路，西至直{west}路，北至横{len(ys)}路"
    feature = one(text, roads)
    if feature["geometry"] is None:
        return
    ring = shape(feature["geometry"]).exterior
    for stretch in feature["properties"]["evidence"]:
        if stretch["kind"] == "measured":
            near = roads.lines[stretch["feature"]].geometry.buffer(15.0)
            assert to_local(ring).intersection(near).length >= stretch["length_m"] - 40
    reading = read(parse(text).parts[0], roads)
    for edge in reading.ring.edges:
        if edge.kind == "measured":
            assert roads.lines[edge.feature].geometry.buffer(15.0).covers(edge.line)


# --- lists ----------------------------------------------


def jsonl(*records: object) -> str:
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records)


BAD_LINES = [
    "{",
    "nonsense",
    "[" * 100_000,
    "[1, 2]",
    "5",
    "null",
    '{"id": "x"}',
    '{"id": "x", "text": ""}',
    '{"id": "x", "text": 5}',
    '{"id": "x", "text": "' + CLAUSE + '", "area_km2": -1}',
    '{"id": "x", "text": "' + CLAUSE + '", "area_km2": 0}',
    '{"id": "x", "text": "' + CLAUSE + '", "area_km2": true}',
    '{"id": "x", "text": "' + CLAUSE + '", "area_km2": "4"}',
    '{"id": "x", "text": "' + CLAUSE + '", "area_km2": NaN}',
    '{"id": "x", "text": "' + CLAUSE + '", "area_km2": 1e400}',
    '{"id": "x", "text": "' + CLAUSE + '", "aliases": ["a"]}',
    '{"id": "x", "text": "' + CLAUSE + '", "aliases": {"a": 1}}',
    '{"id": "x", "text": "没有边界"}',
    '{"id": "x", "text": "东至万芳路"}',
]


@pytest.mark.parametrize("bad", BAD_LINES, ids=lambda bad: bad[:24] + str(len(bad)))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_line_is_told_and_the_rest_is_done(roads, bad, lang):
    text = jsonl({"id": "a", "text": CLAUSE}, bad, {"id": 7, "text": CLAUSE})
    features = list(batch.digitize_items(batch.read_jsonl(text), roads, lang))
    assert [f["properties"]["id"] for f in features][::2] == ["a", "7"]
    assert [f["geometry"] is None for f in features] == [False, True, False]
    error = features[1]["properties"]["error"]
    assert error
    assert "\n" not in error
    assert bool(re.search(r"[\u4e00-\u9fff]", error)) == (lang == "zh")


def test_a_faulty_line_is_named_by_its_number(roads):
    text = "\n\n" + jsonl({"text": CLAUSE}, "{", {"id": " ", "text": CLAUSE})
    items = list(batch.read_jsonl(text))
    assert [item.id for item in items] == ["3", "4", "5"]
    assert "第 4 行" in items[1].fault.zh
    assert "line 4" in items[1].fault.en


def test_areas_and_aliases_of_a_line_are_used(roads):
    text = jsonl(
        {"id": "a", "text": CLAUSE.replace("万芳路", "某路"), "area_km2": 4,
         "aliases": {"某路": "万芳路"}},
        {"id": "b", "text": f"一期{CLAUSE}；二期{NORTH_HALF}"},
    )  # fmt: skip
    features = list(batch.digitize_items(batch.read_jsonl(text), roads))
    assert [(f["properties"]["id"], f["properties"]["part"]) for f in features] == [
        ("a", 1), ("b", 1), ("b", 2),
    ]  # fmt: skip
    assert features[0]["properties"]["published_area_km2"] == 4
    assert all(iou(ground(features[i]), SQUARE) > 0.999 for i in (0, 1))


def test_results_come_as_they_are_made(roads):
    def items():
        yield batch.Item("a", CLAUSE)
        raise AssertionError("the second item was asked for before the first was given")

    assert next(batch.digitize_items(items(), roads))["properties"]["id"] == "a"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_list_of_items_or_faults(text):
    for item in batch.read_jsonl(text):
        assert item.text.strip() if item.fault is None else item.fault.en


# --- command lines ----------------------------------------------


@pytest.fixture(scope="module")
def network(tmp_path_factory, roads) -> Path:
    """The roads as a GeoPackage, as somebody would bring his own."""
    path = tmp_path_factory.mktemp("network") / "roads.gpkg"
    rows = [
        {"osm_id": str(number), "name": name, "highway": "primary",
         "geometry": from_local(part, 9)}
        for number, (name, road) in enumerate(roads.lines.items())
        for part in road.geometry.geoms
    ]  # fmt: skip
    frame = gpd.GeoDataFrame(rows, crs="EPSG:4326")
    frame.to_file(path, layer="roads", driver="GPKG", engine="pyogrio")
    return path


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command line in English; its exit code, stdout and stderr."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARK_ATLAS_CACHE", str(tmp_path / "cache"))

    def call(*argv: object, stdin: str | None = None) -> tuple[int, str, str]:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            code = main([str(arg) for arg in argv])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return call


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n")


def test_digitize_prints_a_feature_collection_and_nothing_else(run, network):
    code, out, err = run("digitize", CLAUSE, "--reference", network)
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["type"] == "FeatureCollection"
    assert "OpenStreetMap" in document["attribution"]
    assert document["reference"]
    (feature,) = document["features"]
    assert_complete(feature)
    assert iou(ground(feature), SQUARE) > 0.999


def test_digitize_takes_standard_input_area_and_aliases(run, network):
    text = CLAUSE.replace("万芳路", "某路").replace("召楼路", "别路")
    argv = ("digitize", "-", "--reference", network, "--area", "4",
            "--alias", "某路=万芳路", "--alias", " 别路 = 召楼路 ")  # fmt: skip
    code, out, _ = run(*argv, stdin=text)
    assert code == 0
    p = json.loads(out)["features"][0]["properties"]
    assert (p["unresolved"], p["published_area_km2"], p["confidence"]) == ([], 4.0, "high")


def test_digitize_writes_a_file_and_tells_what_is_unresolved(run, network, tmp_path):
    path = tmp_path / "out.geojson"
    path.write_text("old")
    text = CLAUSE.replace("召楼路", "召稼路")
    code, out, err = run("digitize", text, "--reference", network, "-o", path)
    assert (code, out) == (0, "")
    assert "召稼路" in err
    assert "召楼路" in err  # spelled alike
    assert json.loads(path.read_text(encoding="utf-8"))["features"]


def test_output_that_cannot_be_written_leaves_the_old_file(run, network, tmp_path, monkeypatch):
    path = tmp_path / "out.geojson"
    path.write_text("old")

    def stop(self, *args):
        raise OSError("stopped")

    monkeypatch.setattr(Path, "replace", stop)
    code, out, err = run("digitize", CLAUSE, "--reference", network, "-o", path)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert str(path) in err
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".geojson"] == ["out.geojson"]
    assert not [p for p in tmp_path.iterdir() if "out" in p.name and p != path]


def test_output_into_a_folder_that_is_not_there_is_one_line(run, network, tmp_path):
    target = tmp_path / "file" / "out.geojson"
    (tmp_path / "file").write_text("no folder")
    for argv in (("digitize", CLAUSE), ("batch", "-")):
        code, out, err = run(*argv, "--reference", network, "-o", target,
                             stdin=jsonl({"text": CLAUSE}))  # fmt: skip
        assert (code, out) == (2, "")
        assert one_line(err)


@pytest.mark.parametrize("area", ["0", "-1", "nan", "inf", "1e9", "x", ""])
def test_an_area_that_is_none_is_one_line(run, area):
    code, out, err = run("digitize", CLAUSE, f"--area={area}")
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "--area" in err


@pytest.mark.parametrize("alias", ["", "=", "a", "a=", "=b", "  = b"])
def test_an_alias_that_is_none_is_one_line(run, alias):
    code, out, err = run("digitize", CLAUSE, f"--alias={alias}")
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "NAME=LINE" in err
    _, _, zh = run("digitize", CLAUSE, f"--alias={alias}", "--lang", "zh")
    assert "文中名=图上名" in zh


@pytest.mark.parametrize("text", ["", "没有边界", "<script>", "\x00"])
def test_a_text_without_a_boundary_is_one_line_even_without_a_map(run, text, tmp_path):
    gone = tmp_path / "gone.gpkg"
    code, out, err = run("digitize", text, "--reference", gone)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "no four-bounds" in err


@pytest.mark.parametrize("command", ["digitize", "batch"])
@pytest.mark.parametrize("content", [None, b"", b"no data", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04x"])
@pytest.mark.parametrize("suffix", [".gpkg", ".zip", ".osm.pbf", ".geojson"])
def test_a_reference_that_is_none_is_one_line(run, tmp_path, command, content, suffix):
    path = tmp_path / f"map{suffix}"
    if content is not None:
        path.write_bytes(content)
    argv = ("digitize", CLAUSE) if command == "digitize" else ("batch", "-")
    code, out, err = run(*argv, "--reference", path, stdin=jsonl({"text": CLAUSE}))
    assert (code, out) == (2, "")
    assert one_line(err)
    assert path.name in err


def test_no_ring_is_told_and_still_a_document(run, network):
    code, out, err = run("digitize", "东至万芳路，西至召楼路", "--reference", network)
    assert json.loads(out)["features"][0]["geometry"] is None
    assert err
    # Nothing that is usable came of it, or nothing that was unusable was given: never a crash.
    assert code in (0, 1)


def test_batch_takes_a_file_and_standard_input(run, network, tmp_path):
    text = jsonl({"id": "a", "text": CLAUSE}, "{", {"id": "b", "text": NORTH_HALF})
    path, target = tmp_path / "list.jsonl", tmp_path / "out.geojson"
    path.write_text(text, encoding="utf-8")
    code, out, err = run("batch", path, "--reference", network, "-o", target)
    assert (code, out) == (0, "")
    assert "3 zones: 2 with a ring, 1 without" in err
    document = json.loads(target.read_text(encoding="utf-8"))
    assert [f["properties"]["id"] for f in document["features"]] == ["a", "2", "b"]
    code, out, _ = run("batch", "-", "--reference", network, stdin=text)
    assert code == 0
    assert json.loads(out) == document


@pytest.mark.parametrize("content", [None, b"", b"\n\n", b"\xff\xfe\x00"])
def test_a_list_that_is_none_is_one_line(run, network, tmp_path, content):
    path = tmp_path / "list.jsonl"
    if content is not None:
        path.write_bytes(content)
    code, out, err = run("batch", path, "--reference", network)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "list.jsonl" in err


def test_polygons_are_where_the_map_is(run, network):
    _, out, _ = run("digitize", CLAUSE, "--reference", network)
    west, south, east, north = shape(json.loads(out)["features"][0]["geometry"]).bounds
    frame = gpd.read_file(network, engine="pyogrio")
    assert shapely.box(*frame.total_bounds).contains(shapely.box(west, south, east, north))
