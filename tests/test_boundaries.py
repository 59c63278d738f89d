"""The digitised zones as shipped, how they are built, and faulty inputs of the build."""

from __future__ import annotations

import copy
import importlib.util
import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiLineString, shape

from geo import PLANS, ROOT
from geo.build import PARKS, build, legs_of, write
from geo.check import check, load_stored
from geo.crs import to_local
from geo.digitize.evidence import confidence
from geo.errors import AtlasError
from geo.measure import area_km2, error_pct
from geo.reference import MINHANG, Line, Reference, district, load_districts, load_gazetteer
from geo.sizhi import parse
from geo.zones import BOUNDARIES_YAML, SharedArea, Zone, load_zones

OSM = ROOT.parent / "shared" / "reference" / "osm_shanghai.gpkg"
ORDER = [
    "xinzhuang", "pujiang", "zizhu", "minhang-base-east", "minhang-base-west", "metdz", "maqiao",
    "neobay", "xiangyang", "tech-oasis", "aerospace-1", "aerospace-2", "lianhua",
]  # fmt: skip
STORED = json.loads(PARKS.read_text(encoding="utf-8"))
FEATURES = {feature["properties"]["id"]: feature for feature in STORED["features"]}
TRACED = [zone for zone in ORDER if zone != "lianhua"]
OUTWARD = {"north": (0, 1), "east": (1, 0), "south": (0, -1), "west": (-1, 0)}


def fault(call, *args) -> dict[str, str]:
    """The texts of the error a call raises."""
    with pytest.raises(AtlasError) as caught:
        call(*args)
    assert all("\n" not in text for text in caught.value.texts.values())
    return caught.value.texts


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_gazetteer()


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    return load_districts()


@pytest.fixture(scope="module")
def fresh(reference, districts) -> dict:
    """The zones, digitised now."""
    return build(*load_zones(), reference, districts)


# --- the shipped file ----------------------------------------------


def test_every_zone_in_order():
    assert list(FEATURES) == ORDER
    assert len(STORED["features"]) == 13


def test_the_file_says_whose_the_data_are():
    assert "OpenStreetMap contributors" in STORED["attribution"]
    assert STORED["reference"] == load_gazetteer().name


@pytest.mark.parametrize("zone", ORDER)
def test_geometry_follows_rfc_7946(zone, districts):
    geometry = FEATURES[zone]["geometry"]
    assert geometry["type"] == "Polygon"
    for number, ring in enumerate(geometry["coordinates"]):
        assert ring[0] == ring[-1]
        assert len(ring) >= 4
        # The outer ring runs counterclockwise, holes clockwise.
        assert shapely.LinearRing(ring).is_ccw == (number == 0)
        assert all(len(position) == 2 for position in ring)
        assert all(round(value, 6) == value for position in ring for value in position)
    polygon = shape(geometry)
    assert polygon.is_valid
    minhang = district(districts, MINHANG)
    assert polygon.intersection(minhang).area >= 0.995 * polygon.area


@pytest.mark.parametrize("zone", ORDER)
def test_properties_are_consistent(zone):
    record = next(z for z in load_zones()[0] if z.id == zone)
    p = FEATURES[zone]["properties"]
    for key in ("id", "name_zh", "name_en", "zone", "source_id", "clause", "published_area_km2",
                "area_km2", "area_error_pct", "named_ring_share", "confidence", "unresolved",
                "decisions", "reference", "basis"):  # fmt: skip
        assert key in p
    assert (p["name_zh"], p["name_en"], p["clause"]) == (record.zh, record.en, record.clause)
    assert (p["source_id"], p["locator"]) == (record.source, record.locator)
    assert p["published_area_km2"] == record.published_area_km2
    assert p["area_km2"] == pytest.approx(area_km2(shape(FEATURES[zone]["geometry"])), abs=1e-4)
    assert p["basis"] == ("corridor" if record.corridor else "sizhi")
    assert all(set(decision) == {"zh", "en"} for decision in p["decisions"])
    assert all(text for decision in p["decisions"] for text in decision.values())


@pytest.mark.parametrize("zone", TRACED)
def test_quality_is_computed_by_the_documented_rule(zone):
    p = FEATURES[zone]["properties"]
    published = p["published_area_km2"]
    if published:
        expected = error_pct(p["area_km2"], published)
    else:
        shared = p["published_area_shared"]
        total = sum(FEATURES[z]["properties"]["area_km2"] for z in shared["zones"])
        assert shared["area_km2"] == pytest.approx(total, abs=1e-3)
        expected = error_pct(total, shared["published_area_km2"])
    assert p["area_error_pct"] == pytest.approx(expected, abs=0.06)
    assert 0 <= p["named_ring_share"] <= 1
    missing = parse(p["clause"]).parts[0].missing()
    level = confidence(
        p["named_ring_share"],
        expected,
        [*p["unresolved"], *missing],
        p["unused"],
        p["chosen_by_area"],
        alone=not p["alternatives_km2"],
    )
    # What contradicts a ring is told among its decisions, and then no share makes it better.
    assert p["confidence"] == level or (p["confidence"] == "low" and p["decisions"])
    if p["chosen_by_area"]:
        assert p["confidence"] != "high"


@pytest.mark.parametrize("zone", TRACED)
def test_evidence_adds_up(zone):
    p = FEATURES[zone]["properties"]
    total = sum(edge["length_m"] for edge in p["evidence"])
    named = sum(e["length_m"] for e in p["evidence"] if e["kind"] in {"measured", "border"})
    assert p["named_ring_share"] == pytest.approx(named / total, abs=0.002)
    # Its length is the ring's, but for spikes cut off at corners.
    ring = to_local(shape(FEATURES[zone]["geometry"])).exterior.length
    assert total == pytest.approx(ring, rel=0.02)
    gaps = [e["length_m"] for e in p["evidence"] if e["kind"] in {"extended", "straight"}]
    assert p["closure"]["gaps"] == len(gaps)
    assert p["closure"]["sum_m"] == pytest.approx(sum(gaps), abs=len(gaps) + 1)
    assert p["closure"]["largest_m"] == max(gaps, default=0)


@pytest.mark.parametrize("zone", TRACED)
def test_the_ring_lies_on_the_lines_it_claims(zone, reference):
    p = FEATURES[zone]["properties"]
    ring = to_local(shape(FEATURES[zone]["geometry"])).exterior
    for edge in p["evidence"]:
        if edge["feature"] and edge["kind"] in {"measured", "border", "bridged"}:
            near = ring.intersection(reference.lines[edge["feature"]].geometry.buffer(1.0))
            assert near.length >= 0.95 * edge["length_m"] - 5


@pytest.mark.parametrize("zone", TRACED)
def test_each_side_lies_where_its_compass_word_says(zone, reference):
    """The named stretches of a side, taken together, lie on that side of the centre."""
    ring = to_local(shape(FEATURES[zone]["geometry"]))
    centre = np.array(ring.centroid.coords[0])
    for side, outward in OUTWARD.items():
        names = [
            e["feature"]
            for e in FEATURES[zone]["properties"]["evidence"]
            if e["side"] == side and e["kind"] in {"measured", "border"}
        ]
        lines = shapely.union_all([reference.lines[name].geometry.buffer(2) for name in names])
        stretch = ring.exterior.intersection(lines)
        if zone == "xiangyang" and stretch.length < 100:
            continue
        assert stretch.length > 50, side
        away = np.array(stretch.centroid.coords[0]) - centre
        assert float(away @ np.array(outward)) > 0, side


@pytest.mark.parametrize("zone", TRACED)
def test_every_name_of_the_clause_is_used_or_told(zone, reference):
    p = FEATURES[zone]["properties"]
    record = next(z for z in load_zones()[0] if z.id == zone)
    aliases = {alias.written: alias.line for alias in record.aliases}
    on_ring = {edge["feature"] for edge in p["evidence"]}
    for bounds in parse(record.clause).parts[0].sides.values():
        for bound in bounds:
            found = reference.resolve(bound.name, {k: (v, "") for k, v in aliases.items()})
            line = getattr(getattr(found, "line", None), "name", None)
            assert line in on_ring or bound.name in [*p["unresolved"], *p["unused"]], bound.name


def test_zones_that_the_plan_puts_apart_do_not_overlap():
    polygons = {zone: shape(feature["geometry"]) for zone, feature in FEATURES.items()}
    for one, other in [("aerospace-1", "aerospace-2"), ("minhang-base-east", "minhang-base-west"),
                       ("pujiang", "aerospace-1"), ("xinzhuang", "tech-oasis")]:  # fmt: skip
        shared = area_km2(polygons[one].intersection(polygons[other]))
        assert shared < 0.02, (one, other)


# A name in OSM that each zone must hold, or lie near (metres).
PLACES = {
    "xinzhuang": ("莘庄工业区", 500), "pujiang": ("浦江", 2500), "zizhu": ("紫竹", 1500),
    "metdz": ("闵行开发区", 800), "neobay": ("上海交通大学", 1500), "maqiao": ("马桥", 2500),
    "tech-oasis": ("合川路", 1200),
}  # fmt: skip


@pytest.mark.reference
@pytest.mark.parametrize("zone", PLACES)
def test_zone_is_where_the_map_has_its_name(zone):
    if not OSM.exists():
        pytest.skip("needs OpenStreetMap places of Shanghai, which are not part of the project")
    name, reach = PLACES[zone]
    points = []
    for layer in ("places", "pois", "metro_stations", "station_points"):
        frame = gpd.read_file(OSM, layer=layer).to_crs(4326)
        points += list(frame.geometry[frame["name"].fillna("").str.contains(name, regex=False)])
    if not points:
        pytest.skip(f"the reference data have no place named {name}")
    polygon = to_local(shape(FEATURES[zone]["geometry"]))
    assert min(polygon.distance(to_local(point)) for point in points) <= reach


def test_readmes_show_the_zones_as_they_are():
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
    refresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(refresh)
    for name, lang in (("README.md", "en"), ("README.zh.md", "zh")):
        assert refresh.zone_table(lang) in (ROOT / name).read_text(encoding="utf-8")


# --- building ----------------------------------------------


def test_build_gives_the_committed_bytes(fresh, tmp_path):
    assert write(fresh, tmp_path / "parks.geojson").read_bytes() == PARKS.read_bytes()


def test_build_gives_the_same_bytes_again(fresh, reference, districts, tmp_path):
    zones, _ = load_zones()
    few = [zone for zone in zones if zone.id in {"aerospace-1", "tech-oasis", "lianhua"}]
    first, second = (build(few, [], load_gazetteer(), districts) for _ in range(2))
    one, other = write(first, tmp_path / "a"), write(second, tmp_path / "b")
    assert one.read_bytes() == other.read_bytes()
    # A zone does not depend on which others are built with it.
    by_id = {feature["properties"]["id"]: feature for feature in fresh["features"]}
    assert all(by_id[f["properties"]["id"]] == f for f in first["features"])


def test_write_interrupted_leaves_the_old_file(fresh, tmp_path, monkeypatch):
    path = tmp_path / "parks.geojson"
    shutil.copy(PARKS, path)

    def stop(self, *args):
        raise OSError("stopped")

    monkeypatch.setattr(Path, "replace", stop)
    assert str(path) in fault(write, fresh, path)["zh"]
    assert path.read_bytes() == PARKS.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["parks.geojson"]


@pytest.mark.parametrize(
    ("share", "error", "unresolved", "unused", "level"),
    [
        (0.85, 5.0, [], (), "high"),
        (0.85, -5.0, [], (), "high"),
        (0.849, 5.0, [], (), "medium"),
        (0.85, 5.01, [], (), "medium"),
        (0.75, 12.0, [], (), "medium"),
        (0.75, -12.0, [], (), "medium"),
        (0.749, 0.0, [], (), "low"),
        (1.0, 12.01, [], (), "low"),
        (1.0, None, [], (), "medium"),  # whether another ring fits is not known here
        (0.7, None, [], (), "low"),
        (1.0, 0.0, ["甲路"], (), "low"),
        (1.0, 0.0, [], ("甲路",), "low"),
    ],
)
def test_confidence_rule(share, error, unresolved, unused, level):
    assert confidence(share, error, unresolved, unused) == level


def block(**changes: object) -> tuple[Zone, Reference]:
    """A zone of one square kilometre in the middle of Minhang, and its four roads."""
    x, y = 632_000, 3_440_000
    roads = {
        "甲路": [(x + 1000, y - 200), (x + 1000, y + 1200)],
        "乙路": [(x - 200, y), (x + 1200, y)],
        "丙路": [(x, y - 200), (x, y + 1200)],
        "丁丁公路": [(x - 200, y + 1000), (x + 1200, y + 1000)],
    }
    lines = {name: Line(name, "road", MultiLineString([xy])) for name, xy in roads.items()}
    values: dict = {
        "id": "block", "zh": "区", "en": "Block", "source": "mh145", "locator": "一",
        "clause": "东至甲路，南至乙路，西至丙路，北至丁丁路", "published_area_km2": 1.0,
    }  # fmt: skip
    return Zone(**(values | changes)), Reference("test", lines)


def built(districts, **changes: object) -> dict:
    """The properties and geometry of a changed block."""
    zone, reference = block(**changes)
    feature = build([zone], [], reference, districts)["features"][0]
    return feature["properties"] | {"geometry": feature["geometry"]}


def test_a_block_is_built(districts):
    zone = built(districts)
    assert zone["area_km2"] == pytest.approx(1.0, abs=0.002)
    assert (zone["confidence"], zone["named_ring_share"]) == ("high", 1.0)
    # 丁丁路 stands on the map as 丁丁公路; that is a decision.
    (told,) = zone["decisions"]
    assert told["zh"].startswith("“丁丁路”取“丁丁公路”：")
    assert told["en"] == "“丁丁路” is read as 丁丁公路: only the suffix differs"


def test_an_unresolved_name_is_told_and_lowers_confidence(districts):
    zone = built(districts, clause="东至甲路、无名路，南至乙路，西至丙路，北至丁丁公路")
    assert zone["unresolved"] == ["无名路"]
    assert zone["confidence"] == "low"
    assert zone["area_km2"] == pytest.approx(1.0, abs=0.002)


def test_no_ring_is_a_null_geometry_with_its_reason(districts):
    zone = built(districts, clause="东至甲路，西至无路，北至有路")
    assert zone["geometry"] is None
    assert zone["area_km2"] is None
    assert zone["confidence"] == "low"
    assert zone["unresolved"] == ["无路", "有路"]
    assert zone["decisions"][0] == {
        "zh": "图上找到的界线不足两条，围不成环",
        "en": "fewer than two of the lines are on the map, which bound nothing",
    }
    apart = built(districts, clause="东至甲路，西至丙路")
    assert apart["geometry"] is None
    assert "which is no ring of this clause" in apart["decisions"][0]["en"]


def test_missing_side_is_a_decision_in_both_languages(districts):
    zone = built(districts, clause="东至甲路，南至乙路，北至丁丁公路")
    assert any("缺少西侧" in d["zh"] and "west" in d["en"] for d in zone["decisions"])


def test_two_zones_in_a_clause_are_refused(districts):
    text = "一期东至甲路，南至乙路；二期东至甲路，南至乙路"
    zone, reference = block(clause=text)
    texts = fault(build, [zone], [], reference, districts)
    assert "block" in texts["en"]
    assert "2" in texts["zh"]


def test_connector_that_does_not_fit_is_refused():
    zones = {zone.id: zone for zone in load_zones()[0]}
    zone = zones["xiangyang"]
    part = parse(zone.clause).parts[0]
    reference = load_gazetteer()
    lines = dict(reference.lines)
    del lines["莲花南路"]
    assert "莲花南路" in fault(legs_of, zone, part, Reference("", lines))["zh"]
    other = parse("东至浦宁路，北至双柏路").parts[0]
    assert "不相邻" in fault(legs_of, zone, other, reference)["zh"]


def test_corridor_of_a_line_that_is_not_there_is_refused(districts):
    zone = next(zone for zone in load_zones()[0] if zone.corridor)
    assert "莲花南路" in fault(build, [zone], [], Reference("", {}), districts)["en"]


def test_shared_area_is_compared_for_all_its_zones(districts):
    zone, reference = block(published_area_km2=None)
    result = build([zone], [SharedArea(("block",), 2.0, "一")], reference, districts)
    p = result["features"][0]["properties"]
    assert p["area_error_pct"] == pytest.approx(-50, abs=0.2)
    assert p["published_area_shared"]["published_area_km2"] == 2.0
    assert p["confidence"] == "low"


@pytest.mark.parametrize(
    ("clause", "level"),
    [
        ("东至甲路，南至乙路，西至丙路，北至丁丁路", "high"),
        ("东至甲路，南至乙路，西至丙路，北至丁丁路，扣除已建成区域", "low"),
        ("东至甲路，南至乙路，北至丁丁路，由丙路围合", "low"),
    ],
)
def test_a_shared_area_that_agrees_lifts_no_zone_out_of_its_own_doubts(districts, clause, level):
    zone, reference = block(clause=clause, published_area_km2=None)
    result = build([zone], [SharedArea(("block",), 1.0, "一")], reference, districts)
    p = result["features"][0]["properties"]
    assert p["area_error_pct"] == pytest.approx(0, abs=0.2)
    assert p["confidence"] == level


# --- boundaries.yaml ----------------------------------------------

ZONE = """\
zones:
- id: block
  zh: 区
  en: Block
  source: mh145
  locator: 一
  clause: 东至甲路，南至乙路
"""


def test_the_file_as_it_is_loads():
    zones, areas = load_zones()
    assert [zone.id for zone in zones] == ORDER
    assert areas == [
        SharedArea(("minhang-base-east", "minhang-base-west"), 7.3499, "第四章 一（四）")
    ]
    assert BOUNDARIES_YAML == PLANS / "boundaries.yaml"
    for zone in zones:
        assert all(alias.reason.zh and alias.reason.en for alias in zone.aliases)
        # An alias that the clause does not use would be a decision about nothing.
        assert all(alias.written in zone.clause for alias in zone.aliases)


def test_a_minimal_zone_loads(tmp_path):
    path = tmp_path / "boundaries.yaml"
    path.write_text(ZONE, encoding="utf-8")
    zones, areas = load_zones(path)
    assert (zones[0].id, zones[0].published_area_km2, areas) == ("block", None, [])


@pytest.mark.parametrize(
    ("content", "line", "field", "said"),
    [
        ("zones: 5\n", 1, "zones", "列表"),
        ("{}\n", 1, "zones", ""),
        (ZONE.replace("  en: Block\n", ""), 2, "en", "缺失"),
        (ZONE.replace("en: Block", "en: []"), 4, "en", "单个值"),
        (ZONE.replace("id: block", "id: ''"), 2, "id", "缺失"),
        (ZONE + ZONE.removeprefix("zones:\n"), 8, "id", "重复"),
        (ZONE.replace("  clause: 东至甲路，南至乙路\n", ""), 2, "clause", "block"),
        (ZONE + "  corridor: {line: 甲路, half_width_m: 4}\n", 7, "clause", "block"),
        (ZONE + "  alaises: {}\n", 8, "alaises", "未知字段"),
        (ZONE + "  published_area_km2: -1\n", 8, "published_area_km2", "大于 0"),
        (ZONE + "  published_area_km2: 约17\n", 8, "published_area_km2", "大于 0"),
        (ZONE + "  published_area_km2: true\n", 8, "published_area_km2", "大于 0"),
        (ZONE + "  published_area_km2: .nan\n", 8, "published_area_km2", "大于 0"),
        (ZONE + "  note: 只有一种语言\n", 8, "note", "映射"),
        (ZONE + "  note: {zh: 甲}\n", 8, "en", "缺失"),
        (ZONE + "  aliases: [甲]\n", 8, "aliases", "映射"),
        (ZONE + "  aliases: {甲: 乙}\n", 8, "甲", "映射"),
        (ZONE + "  aliases:\n    甲: {line: 乙}\n", 9, "reason", "映射"),
        (ZONE + "  connectors: {}\n", 8, "connectors", "列表"),
        (ZONE + "  connectors:\n  - {side: east, between: [甲, 乙], line: 丙}\n",
         9, "reason", "映射"),
        (
            ZONE + "  connectors:\n  - {side: up, between: [甲, 乙], line: 丙, "
            "reason: {zh: 丁, en: x}}\n", 9, "side", "north",
        ),
        (
            ZONE + "  connectors:\n  - {side: east, between: [甲], line: 丙, "
            "reason: {zh: 丁, en: x}}\n", 9, "between", "两个",
        ),
        (ZONE + "areas: 5\n", 8, "areas", "列表"),
        (ZONE + "areas:\n- {zones: [x], km2: 1, locator: 一}\n", 9, "zones", "block"),
        (ZONE + "areas:\n- {zones: [{}], km2: 1, locator: 一}\n", 9, "zones", "列表"),
        (ZONE + "areas:\n- {zones: [block], locator: 一}\n", 9, "km2", "大于 0"),
    ],
)  # fmt: skip
def test_a_faulty_field_is_named_with_its_line(tmp_path, content, line, field, said):
    path = tmp_path / "boundaries.yaml"
    path.write_text(content, encoding="utf-8")
    texts = fault(load_zones, path)
    assert texts["en"].startswith(f"{path}, line {line}, field '{field}': ")
    assert texts["zh"].startswith(f"{path} 第 {line} 行，字段“{field}”：")
    assert said in texts["zh"]


@pytest.mark.parametrize("content", ["", "- a\n", "5\n", "zones: [\n"])
def test_a_file_that_is_no_mapping(tmp_path, content):
    path = tmp_path / "boundaries.yaml"
    path.write_text(content)
    assert str(path) in fault(load_zones, path)["en"]


# --- checking ----------------------------------------------


@pytest.fixture
def minhang(districts):
    return district(districts, MINHANG)


def test_check_finds_nothing_wrong_with_the_shipped_file(fresh, minhang):
    rows, problems = check(load_stored(PARKS), fresh, minhang)
    assert problems == []
    assert [row["id"] for row in rows] == ORDER


def test_check_tells_overlaps(fresh, minhang):
    rows, _ = check(STORED, fresh, minhang)
    overlaps = {row["id"]: row["overlaps_km2"] for row in rows}
    west, park = (shape(FEATURES[z]["geometry"]) for z in ("minhang-base-west", "metdz"))
    shared = area_km2(west.intersection(park))
    assert overlaps["metdz"]["minhang-base-west"] == pytest.approx(shared, abs=0.001)
    assert overlaps["aerospace-1"] == {}


def spoil(change) -> dict:
    """The stored zones with something done to the first."""
    stored = copy.deepcopy(STORED)
    change(stored["features"][0])
    return stored


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.update(geometry=None), "no closed ring"),
        (lambda f: f["properties"].update(area_km2=9.9), "stored area 9.9"),
        (lambda f: f["properties"].update(area_km2=None), "stored area None"),
        (
            lambda f: f.update(geometry=shapely.geometry.mapping(
                shapely.Polygon([(121.4, 31.1), (121.5, 31.2), (121.5, 31.1), (121.4, 31.2)]))),
            "not valid",
        ),
        (
            lambda f: f.update(geometry=shapely.geometry.mapping(shapely.box(0, 0, 0.1, 0.1))),
            "100.0% lies outside",
        ),
    ],
)  # fmt: skip
def test_check_tells_what_does_not_hold(fresh, minhang, change, said):
    _, problems = check(spoil(change), fresh, minhang)
    mine = [problem.en for problem in problems if problem.zone == "xinzhuang"]
    assert any(said in text for text in mine)
    # Whatever was changed, the file is not what a build makes.
    assert problems[-1].zone == "*"
    assert "geo build" in problems[-1].en
    assert all(problem.zh for problem in problems)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda f: f["properties"].pop("id"), "id"),
        (lambda f: f.update(properties=None), "properties"),
        (lambda f: f["properties"].update(area_km2="x"), "area_km2"),
        (lambda f: f["properties"].update(closure=[]), "closure"),
        (lambda f: f.pop("geometry"), "geometry"),
        (lambda f: f.update(geometry={"type": "Polygon"}), "geometry"),
        (lambda f: f.update(geometry={"type": "Polygon", "coordinates": []}), "geometry"),
    ],
)
def test_stored_zone_that_cannot_be_read_is_told_by_number(tmp_path, change, field):
    path = tmp_path / "parks.geojson"
    path.write_text(json.dumps(spoil(change)))
    texts = fault(load_stored, path)
    assert texts["en"].startswith(f"{path}, feature 1, field '{field}': ")
    assert texts["zh"].startswith(f"{path} 第 1 个要素，字段“{field}”：")


def test_missing_parks_file_says_how_to_build_it(tmp_path):
    for text in fault(load_stored, tmp_path / "none").values():
        assert "python -m geo build" in text
