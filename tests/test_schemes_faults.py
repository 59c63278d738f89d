"""Faults of schemes.yaml and of the files it is drawn from: one clear line, with its place."""

import re

import geopandas as gpd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layouts import SCHEMES

from geo.errors import AtlasError
from geo.osm.places import load_places
from geo.plans import Plans
from geo.plans.table import load_boundaries
from geo.reference import GAZETTEER, load_districts, load_gazetteer
from layers.schemes import SCHEMES_FILE, build, build_scheme, get_scheme, load_schemes

CITY, SPACE = "one-axis-three-belts", "one-core-one-corridor"
RINGS = "one-axis-two-cores-two-rings"
PLACES, PLANS = load_places(), Plans.load()
TEXT = SCHEMES_FILE.read_text(encoding="utf-8")
AXIS_DISTRICTS = "        districts: [浦东新区, 黄浦区, 徐汇区, 长宁区, 闵行区]\n"


def edited(tmp_path, old, new):
    """The project's file with the first of ``old`` written otherwise, and that line's number."""
    assert old in TEXT
    path = tmp_path / "schemes.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path, TEXT[: TEXT.index(old)].count("\n") + 1


def load(path):
    return load_schemes(path, PLACES, PLANS)


FAULTS = [
    # The vocabulary.
    ("role: axis", "role: line", "role", "unknown value 'line'; known: axis, belt"),
    ("construction: axis", "construction: line", "construction", "'line'; known: axis, route"),
    ("basis: places", "basis: guess", "basis", "unknown value 'guess'"),
    ("level: city", "level: town", "level", "known: city, district"),
    ("source: shpark145", "source: sh999", "source", "unknown value 'sh999'; known: mh145"),
    ("level: city", "colour: red\n    level: city", "colour", "unknown field"),
    ("schemes:\n", "colour: red\nschemes:\n", "colour", "unknown field; known: schemes"),
    ("how_zh: 依次", "how_xx: 依次", "how_xx", "unknown field; known: id, group, role"),
    ("        how_zh: 依次经过", "        # 依次经过", "how_zh", "is missing"),
    ("id: belt-bay", "id: belt-river", "id", "'belt-river' is there twice"),
    ("id: one-pole-three-belts", f"id: {CITY}", "id", f"'{CITY}' is there twice"),
    # What a construction is made of.
    ("through: [lingang,", "along: [lingang,", "through", "must be a list of values"),
    ("through: [lingang,", "through: [lingangg,", "through", "unknown value 'lingangg'"),
    ("half_width_m: 6000", "half_width_m: -1", "half_width_m", "must be metres above 0"),
    ("half_width_m: 6000", "half_width_m: .inf", "half_width_m", "must be metres above 0"),
    ("half_width_m: 6000", "half_width_m: wide", "half_width_m", "must be metres above 0"),
    ("half_width_m: 6000", "half_width_m: true", "half_width_m", "must be metres above 0"),
    ("radius_m: 3000", "radius_m: .nan", "radius_m", "must be metres above 0, at most 100"),
    ("radius_m: 3000", "radius_m: 1.0e+300", "radius_m", "must be metres above 0"),
    ("gap_m: 300", "gap_m: 0", "gap_m", "must be metres above 0"),
    ("reach_m: 2500", "reach_m: -2500", "reach_m", "must be metres above 0"),
    ("radius_m: 3000}", "radius_m: 3000, colour: red}", "colour", "not a field of 'disc'"),
    ("construction: none}", "construction: none, place: lingang}", "place",
     "not a field of 'none'"),
    ("[robot-park, nanda]", "[robot-park]", "paths", "a path needs two stops or more"),
    ("basis: places\n", "basis: none\n", "basis", "goes with the construction 'none'"),
    ("basis: none\n", "basis: place\n", "basis", "goes with the construction 'none'"),
    ("[robot-park, nanda]", "[robot-park, nowhere]", "paths", "unknown value 'nowhere'"),
    ("element: core-neobay", "element: neobay", "element", "'neobay'; known: axis, core-neobay"),
    # A ring may not go round an element that comes after it.
    ("element: core-neobay", "element: ring-hongqiao", "element", "unknown value 'ring-hongqiao'"),
    ("element: core-neobay", "element: ring-neobay", "element", "unknown value 'ring-neobay'"),
    ("rails:\n        - 上海地铁5号线", "rails: 上海地铁5号线", "rails",
     "must be a list of values"),
    ("roads:\n        - 七莘路\n        - 沪闵路", "roads: []", "roads", "is empty"),
    ("places: [xinqiao-town,", "places: [xinqiao,", "places", "unknown value 'xinqiao'"),
    ("construction: cluster\n          places:", "construction: cluster\n          place:",
     "places", "must be a list of values"),
    # Members.
    ("place: lingang\n", "place: lingangg\n", "place", "unknown value 'lingangg'"),
    ("place: jinqiao\n", "place: heqing\n", "place", "unknown value 'heqing'"),  # a waypoint
    ("zones: [xinzhuang]", "zones: [zizhu]", "zones", "unknown value 'zizhu'; known: xin"),
    ("zones: [xinzhuang]", "zones: xinzhuang", "zones", "must be a list of values"),
    ("park: xinzhuang", "park: nowhere", "park", "unknown value 'nowhere'; known: xin"),
    ("park: xinzhuang", "park: xinzhuang\n            place: wusong", "park", "not both"),
    ("            cited: sentence", "            cited: hearsay", "cited", "known: box, sentence"),
    ("            cited: sentence", "            cites: sentence", "cites",
     "unknown field; known: place, park"),
    ("        locator: 四、首段", "        locator: [四]", "locator", "must be one value"),
    ("locator: 四（一）“一轴”", "locator: {四: 一}", "locator", "must be one value"),
    # Groups, districts, figures, industries.
    ("group: one-axis", "group: two-axes", "group", "'two-axes'; known: one-axis, three-belts"),
    ("{id: three-belts,", "{id: one-axis,", "id", "'one-axis' is there twice"),
    ("{id: one-axis, zh: 一轴, en: One axis}", "{id: one-axis, zh: 一轴}", "en", "is missing"),
    ("en: One axis}", "en: One axis, colour: red}", "colour", "unknown field; known: id, zh, en"),
    ("浦东新区, 宝山区", "浦东, 宝山区", "districts", "unknown value '浦东'"),
    (AXIS_DISTRICTS, "", "districts", "must be a list of values"),
    (AXIS_DISTRICTS, "        districts: []\n", "districts", "is empty"),
    ("about: {subject: shanghai-parks}", "about: {subject: nowhere}", "subject",
     "unknown value 'nowhere'; known"),
    ("about: {subject: shanghai-parks}", "about: {industry: ai}", "industry", "value 'ai'; known"),
    ("about: {subject: shanghai-parks}", "about: {}", "about", "names nothing"),
    ("about: {subject: shanghai-parks}", "about: shanghai", "about", "must be a mapping"),
    ("{subject: shanghai-parks}", "{subject: shanghai-parks, of: it}", "of", "unknown field"),
    ("{tag: integrated-circuits,", "{tag: chips,", "tag", "unknown value 'chips'; known: "),
    ("words: 聚焦创新药和高端医疗器械领域", "words: ''", "words", "is missing"),
    ("{tag: biomedicine, words: 聚焦创新药", "{tag: biomedicine, said: 聚焦创新药", "said",
     "unknown field; known: tag, words"),
    ("decision_zh: 规划只点名三处", "decisions: 规划只点名三处", "decisions", "unknown field"),
    ("        decision_zh: 规划只点名三处", "        # 规划只点名三处", "decision_zh",
     "needs both languages"),
]  # fmt: skip
# These are told at the start of their mapping or list, which is some lines before.
AT_THE_START = ("is missing", "must be a list of values", "needs both languages")
QUIET = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize(("old", "new", "field", "reason"), FAULTS)
def test_a_fault_names_file_line_field_and_reason(tmp_path, old, new, field, reason):
    path, line = edited(tmp_path, old, new)
    with pytest.raises(AtlasError) as caught:
        load(path)
    en, zh = caught.value.text("en"), caught.value.text("zh")
    assert "schemes.yaml, line " in en and f"field '{field}'" in en and reason in en
    assert "schemes.yaml 第 " in zh and f"字段“{field}”" in zh
    assert "\n" not in en + zh
    number = int(re.search(r"line (\d+)", en)[1])
    assert str(number) in re.search(r"第 (\d+) 行", zh)[1]
    away = abs(line - number)
    near = 30 if any(words in en for words in AT_THE_START) else 3
    assert away <= near if field not in ("paths", "through") else away <= 4


def test_an_unknown_scheme_lists_the_known_ones():
    with pytest.raises(AtlasError, match=f"unknown scheme 'x'; known: {', '.join(SCHEMES)}"):
        get_scheme("x", SCHEMES)


def test_a_member_without_place_park_or_parts_is_a_fault(tmp_path):
    path, _ = edited(
        tmp_path, "          - place: jinqiao\n", "          - zh: 某园\n            en: A\n"
    )
    assert load(path)[CITY].elements[4].members[0].kind == "group"
    path, _ = edited(tmp_path, "- place: private-hq-area\n", "- {zh: 某园, en: A park}\n")
    with pytest.raises(AtlasError, match="a member needs a place, a park or parts"):
        load(path)


def test_missing_zone_road_or_rail_is_named():
    zones, lines = load_boundaries(), gpd.read_file(GAZETTEER)
    with pytest.raises(AtlasError, match="unknown zone 'aerospace-1'; known: "):
        build_scheme(SCHEMES[SPACE], boundaries=zones[zones["id"] != "aerospace-1"])
    for scheme, name in ((SPACE, "华宁路"), (RINGS, "沪闵路"), (RINGS, "上海地铁5号线")):
        with pytest.raises(AtlasError, match=f"unknown road '{name}'; known: "):
            build_scheme(SCHEMES[scheme], gazetteer=lines[lines["name"] != name])


BROKEN = '{"type": "FeatureCollection", "features": ['
NAMELESS = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "1", '
    '"name_zh": null, "name_en": "x"}, "geometry": {"type": "Polygon", "coordinates": '
    "[[[121, 31], [121.1, 31], [121, 31.1], [121, 31]]]}}]}"
)


@pytest.mark.parametrize(
    ("loader", "name", "text", "said"),
    [
        (load_gazetteer, "gazetteer.geojson", None, r"no reference file .*reference build"),
        (load_gazetteer, "gazetteer.geojson", BROKEN, r"gazetteer\.geojson, line 1"),
        (load_districts, "districts.geojson", None, r"no reference file .*reference build"),
        (load_districts, "districts.geojson", BROKEN, r"districts\.geojson, line 1"),
        (load_districts, "districts.geojson", NAMELESS, r"districts\.geojson.*name_zh"),
        (load_boundaries, "parks.geojson", None, r"parks\.geojson; build it with: python -m geo"),
        (load_boundaries, "parks.geojson", BROKEN, r"parks\.geojson, line 1"),
    ],
)
def test_a_missing_or_broken_reference_file_is_one_clear_line(
    tmp_path, monkeypatch, loader, name, text, said
):
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(build, loader.__name__, lambda: loader(path))
    with pytest.raises(AtlasError, match=said):
        build_scheme(SCHEMES[SPACE])


def test_an_unlocated_node_disc_or_cluster_is_kept_without_geometry(tmp_path):
    path, _ = edited(
        tmp_path,
        "geometry: {construction: node, place: linkong}",
        "geometry: {construction: node, place: rocket-city}",
    )
    elements = {e.id: e for e in build_scheme(load(path)[CITY])}
    assert elements["node-linkong"].geometry is None
    path, _ = edited(
        tmp_path,
        "places: [sheshan-town, xiaokunshan-town, guangfulin-subdistrict]",
        "places: [rocket-city]",
    )
    elements = {e.id: e for e in build_scheme(load(path)["three-areas"])}
    assert elements["culture-tourism"].geometry is None
    # A ring round something that is not drawn is not drawn either.
    path, _ = edited(
        tmp_path,
        "place: hongqiao-cbd-minhang\n        radius_m",
        "place: rocket-city\n        radius_m",
    )
    elements = {e.id: e for e in build_scheme(load(path)[RINGS])}
    assert elements["core-hongqiao"].geometry is elements["ring-hongqiao"].geometry is None


# --- any value anywhere

SMALL = yaml.safe_load("""
schemes:
- {id: a, zh: 甲, en: A, subject_zh: 乙, subject_en: B, source: mh155, locator: 四, level: district,
   about: {subject: minhang}, groups: [{id: g, zh: 核, en: core}],
   elements: [
   {id: one, group: g, role: core, zh: 核, en: Core, quote: 引, gist_en: it, locator: 四,
    districts: [闵行区], industries: [{tag: ai, words: 智}],
    members: [{place: rocket-city}, {zh: 组, en: Group, parts: [{place: lingang}]},
              {park: metdz, zones: [metdz], zh: 闵, en: M, locator: 首}],
    geometry: {construction: core, zones: [metdz]}, basis: park, how_zh: 取, how_en: as},
   {id: two, role: ring, zh: 圈, en: Ring, quote: 引, gist_en: it, locator: 四, districts: [闵行区],
    geometry: {construction: ring, element: one, gap_m: 300, width_m: 900}, basis: park,
    how_zh: 环, how_en: ring}]}
""")
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.just(""), st.text(max_size=4),
    st.sampled_from(["core", "one", "lingang", "metdz", "ai", "mh155", "闵行区", "minhang"]),
    st.lists(st.none() | st.just("metdz") | st.dictionaries(st.just("id"), st.none()), max_size=2),
    st.dictionaries(st.sampled_from(["id", "tag", "zh"]), st.none() | st.text(max_size=2)),
)  # fmt: skip


def spots(value, path=()):
    """The path of every value in nested lists and mappings."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from spots(inner, (*path, key))


def test_the_small_file_is_sound(tmp_path):
    path = tmp_path / "schemes.yaml"
    path.write_text(yaml.safe_dump(SMALL, allow_unicode=True), encoding="utf-8")
    assert [e.id for e in load(path)["a"].elements] == ["one", "two"]


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(spot=st.sampled_from(sorted(spots(SMALL), key=str)), value=VALUES, key=st.booleans())
def test_any_value_anywhere_loads_or_is_one_line_with_its_place(tmp_path, spot, value, key):
    changed = yaml.safe_load(yaml.safe_dump(SMALL))
    holder = changed
    for step in spot[:-1]:
        holder = holder[step]
    if key and isinstance(holder, dict):
        del holder[spot[-1]]
    else:
        holder[spot[-1]] = value
    path = tmp_path / "schemes.yaml"
    path.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
    try:
        loaded = load(path)
    except AtlasError as error:
        assert re.search(r"schemes\.yaml, line \d+", error.text("en"))
        assert "\n" not in error.text("en") + error.text("zh")
    else:
        assert all(scheme.id == name for name, scheme in loaded.items())
