"""Lists of clauses and what is said of them: no item stops another, every file can be written."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.errors import GEOSException

from geo import formats
from geo.__main__ import main
from geo.commands import _tell
from geo.credits import attribution
from geo.digitize import batch, digitize
from geo.digitize.batch import Item, digitize_items, read_jsonl
from geo.errors import AtlasError
from geo.formats.columns import clean
from geo.network.load import load_network
from geo.reference import load_gazetteer

GAZETTEER = load_gazetteer()
CLAUSE = "东至万芳路，南至沈庄塘，西至召楼路，北至江月路，面积1平方公里"
ZONES = "一号片区：东至万芳路，南至沈庄塘，西至召楼路，北至江月路；二号片区：" + CLAUSE
SQUARE = "东至甲东路，南至甲南路，西至甲西路，北至甲北路"
WEST, SOUTH, EAST, NORTH = 121.40, 31.10, 121.4105, 31.109
ROADS = {
    "甲东路": [(EAST, SOUTH - 0.005), (EAST, NORTH + 0.005)],
    "甲南路": [(WEST - 0.005, SOUTH), (EAST + 0.005, SOUTH)],
    "甲西路": [(WEST, SOUTH - 0.005), (WEST, NORTH + 0.005)],
    "甲北路": [(WEST - 0.005, NORTH), (EAST + 0.005, NORTH)],
}


def roads(path: Path, **columns: object) -> Path:
    """Write four named roads round a square of 1 km."""
    lines = [shapely.LineString(xy) for xy in ROADS.values()]
    table = {"name": list(ROADS), "highway": "primary", **columns}
    gpd.GeoDataFrame(table, geometry=lines, crs=4326).to_file(path, layer="roads", driver="GPKG")
    return path


@pytest.fixture
def run(capsys):
    """Run a command line in English; its exit code, stdout and the lines of stderr."""

    def call(*argv: object) -> tuple[int, str, list[str]]:
        code = main([*map(str, argv), "--lang", "en"])
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return call


# --- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_a_line_feed_ends_a_line(mark):
    # The controls among them must be escaped in JSON; beside it, they are not its white space.
    inside = mark if mark in "\u2028\u2029\x85" else json.dumps(mark)[1:-1]
    text = f'{{"id": "a", "text": "东至{inside}甲路"}}\r\n{{"id": "b", "text": "西至乙路"}}\n'
    first, second = read_jsonl(text)
    assert (first.id, first.fault, second.id, second.fault) == ("a", None, "b", None)
    assert first.text.replace(mark, "") == "东至甲路" and second.text == "西至乙路"


def test_the_number_of_a_bad_line_is_that_of_the_file():
    items = list(read_jsonl('{"id": 1, "text": "甲\u2028乙"}\r\n\r\nnonsense\r\n'))
    assert [item.fault and item.fault.en for item in items] == [None, "line 3: not JSON"]


@given(st.lists(st.text(min_size=1).filter(str.strip), max_size=5))
def test_any_words_come_back_but_for_what_no_file_can_hold(texts):
    lines = "\n".join(json.dumps({"id": text, "text": text + "。"}) for text in texts)
    found = list(read_jsonl(lines))
    assert len(found) == len(texts)
    for number, item in enumerate(found, 1):
        assert item.fault is None and item.id
        assert item.id == (clean(texts[number - 1]).strip() or str(number))
        (item.id + item.text).encode("utf-8")


HALVES = {
    "id": "\ud800x",
    "text": CLAUSE.replace("江月路", "江月\udfff北路"),
    "aliases": {"江月北路": "江月路\ud801"},
}


@pytest.mark.parametrize("target", ["b.geojson", "b.gpkg", "b.shp", "b.kml", "b.txt"])
def test_halves_of_characters_are_in_no_file(tmp_path, run, target):
    source, made = tmp_path / "a.jsonl", tmp_path / "a.geojson"
    source.write_text(json.dumps(HALVES) + "\n", encoding="utf-8")
    assert run("batch", source, "-o", made)[0] == 0
    (feature,) = json.loads(made.read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["id"] == "x" and feature["geometry"] is not None
    assert "江月北路" in feature["properties"]["clause"]
    assert run("convert", made, tmp_path / target)[0] == 0
    assert len(formats.read(tmp_path / target)) == 1


def test_halves_of_characters_on_the_command_line(tmp_path, run):
    assert run("digitize", CLAUSE + "\udcff", "-o", tmp_path / "a.geojson")[0] == 0
    (feature,) = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["clause"] == CLAUSE


@pytest.mark.parametrize(
    "error",
    [
        GEOSException("TopologyException: side location\nconflict"),
        ValueError("bad"),
        ZeroDivisionError("division by zero"),
        FloatingPointError("overflow"),
        AtlasError(en="no such thing", zh="没有"),
    ],
)
def test_an_error_in_one_item_is_told_there_and_stops_no_other(monkeypatch, error):
    def fail(text, *given):
        if text == "bad":
            raise error
        return digitize(text, *given)

    monkeypatch.setattr(batch, "digitize", fail)
    items = [Item("a", CLAUSE), Item("b", "bad"), Item("c", CLAUSE)]
    found = list(digitize_items(items, GAZETTEER, "en"))
    assert [one["properties"]["id"] for one in found] == ["a", "b", "c"]
    assert [one["geometry"] is None for one in found] == [False, True, False]
    told = found[1]["properties"]["error"]
    assert "\n" not in told and str(error).split()[0] in told
    assert found[1]["properties"]["confidence"] == "low"


def test_an_area_for_several_zones_is_said_to_be_unused():
    found = list(digitize_items([Item("a", ZONES, 3.5), Item("b", CLAUSE, 1.0)], GAZETTEER, "en"))
    first, second, alone = (one["properties"]["warnings"] for one in found)
    assert any("3.5 km²" in line and "not used" in line for line in first)
    assert not any("not used" in line for line in second + alone)
    assert [one["properties"]["published_area_km2"] for one in found] == [None, 1.0, 1.0]


# --- what the terminal is told -------------------------------------------------------------------


def test_equal_messages_are_one_and_the_rest_is_counted(capsys):
    _tell(["a", "b", "a", *map(str, range(20)), "b", "a"], "en", ("输出", "the output"))
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == ["a (3 times)", "b (2 times)", "0"]
    assert len(lines) == 13 and lines[-1] == "and 10 more: see the output"
    _tell(["甲", "甲"], "zh", ("输出", "the output"))
    assert capsys.readouterr().err == "甲（2 次）\n"
    _tell(map(str, range(12)), "zh", ("输出", "the output"))
    assert len(capsys.readouterr().err.splitlines()) == 12


def test_a_name_missed_in_many_zones_is_told_once(run):
    zone = "号片区：东至万芳路，南至沈庄塘，西至召楼路，北至某某不存在路"
    code, out, told = run("digitize", "；".join(f"{n}{zone}" for n in range(1, 6)))
    assert code == 0 and len(json.loads(out)["features"]) == 5
    missed = [line for line in told if "某某不存在路 is on no line" in line]
    assert len(missed) == 1 and missed[0].endswith("(5 times)")


def test_a_list_tells_the_terminal_nothing_of_each_item(tmp_path, run):
    bad = {"text": "东至甲路，南至乙路，西至丙路，北至丁路"}
    (tmp_path / "a.jsonl").write_text("\n".join([json.dumps(bad)] * 30 + ["nonsense"]))
    code, out, told = run("batch", tmp_path / "a.jsonl")
    assert code == 0 and told == ["31 zones: 0 with a ring, 31 without"]
    assert all(one["properties"]["error"] for one in json.loads(out)["features"])


def test_an_area_for_several_zones_is_told(run):
    code, out, told = run("digitize", ZONES, "--area", "3.5")
    assert code == 0 and any("3.5 km²" in line and "not used" in line for line in told)
    first = json.loads(out)["features"][0]["properties"]
    assert any("not used" in line for line in first["warnings"])
    assert not any("not used" in line for line in run("digitize", CLAUSE, "--area", "1")[2])


# --- whose data ----------------------------------------------------------------------------------


def test_the_gazetteer_is_openstreetmaps_and_amaps():
    credit = attribution(GAZETTEER, digitize(CLAUSE, GAZETTEER))
    assert "© OpenStreetMap contributors (ODbL 1.0)" in credit and "AMap" in credit


def test_an_extract_is_openstreetmaps_alone(tmp_path):
    network = load_network(roads(tmp_path / "net.gpkg", osm_id=["1", "2", "3", "4"]), cache=False)
    made = digitize(SQUARE, network)
    assert made[0]["geometry"] is not None
    credit = attribution(network, made)
    assert "OpenStreetMap" in credit and "AMap" not in credit and "net.gpkg" not in credit


def test_lines_of_another_hand_are_credited_by_their_file(tmp_path, run):
    path = roads(tmp_path / "survey.gpkg")
    code, out, _ = run("digitize", SQUARE, "--reference", path)
    document = json.loads(out)
    assert code == 0 and document["features"][0]["geometry"] is not None
    assert "lines of survey.gpkg (its owner states the licence)" in document["attribution"]
    assert "OpenStreetMap" not in document["attribution"]
    assert "AMap" not in document["attribution"]


def test_what_a_ring_has_of_the_gazetteer_is_credited_beside_the_file(tmp_path):
    network = load_network(roads(tmp_path / "survey.gpkg"), cache=False)
    made = digitize(SQUARE, network)
    named = made[0]["properties"]
    border = next(key for key, line in network.lines.items() if line.kind == "border")
    bank = next(key for key, line in network.lines.items() if line.kind == "bank")
    for feature in (border, "某区—某区界"):  # a line of the gazetteer, and one named by districts
        edge = {"kind": "border", "feature": feature}
        with_border = [{**made[0], "properties": {**named, "evidence": [edge]}}]
        assert "AMap" in attribution(network, with_border)
        assert "OpenStreetMap" not in attribution(network, with_border)
    with_bank = [{**made[0], "properties": {**named, "resolved": [{"line": bank}]}}]
    assert "OpenStreetMap" in attribution(network, with_bank)
    assert "AMap" not in attribution(network, with_bank)
