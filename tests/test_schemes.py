"""The two layout schemes: members as the plans list them, shapes where the plans put them."""

import re
from functools import cache
from itertools import combinations

import geopandas as gpd
import pytest
import shapely
from shapely import LineString, Point

from geo import PLANS, ROOT, crs
from geo.errors import LANGUAGES, AtlasError
from geo.osm.districts import DISTRICTS_FILE
from geo.osm.places import EVIDENCE, PLACES_FILE, PRECISIONS, load_places
from geo.plans.files import load_parks, load_sources
from geo.plans.table import load_boundaries
from geo.reference import GAZETTEER, load_districts, load_gazetteer
from layers.i18n import t
from layers.schemes import SCHEMES_FILE, build_scheme, get_scheme, load_schemes

CITY, MINHANG = "one-axis-three-belts", "one-core-one-corridor"
TEXTS = ROOT.parent / "shared" / "plans"
PARKS_PLAN = "shanghai_industrial_parks_14fyp.txt"
MINHANG_15 = "minhang_industrialization_15fyp.txt"
MINHANG_14 = "minhang_manufacturing_14fyp.txt"
CITY_MAKING = "shanghai_manufacturing_14fyp.txt"
# The box of an element in the plan: its heading line, and how the line after it starts.
BOXES = {
    "lingang": ("1、临港新片区", "2、张江科学城"),
    "zhangjiang": ("2、张江科学城", "3、虹桥商务区"),
    "hongqiao": ("3、虹桥商务区", "“三带”"),
    "belt-river": ("沿江高端产业集群发展带", "沿湾高端产业集群发展带，"),
    "belt-bay": ("沿湾高端产业集群发展带", "沪西高端产业集群发展带，"),
    "belt-west": ("沪西高端产业集群发展带", "“多节点”"),
    "nodes": ("品牌与特色园区多节点", "（二）"),
}
BELTS = {
    "belt-river": ("浦东新区", "宝山区", "崇明区"),
    "belt-bay": ("奉贤区", "金山区"),
    "belt-west": ("嘉定区", "青浦区", "松江区", "闵行区"),
}
# The grid of stored degrees is 0.1 m; shared edges may differ by that much.
GRID_M = 0.2


@cache
def plan_text(name):
    path = TEXTS / name
    if not path.exists():
        pytest.skip(f"needs ../shared/plans/{name}, which is not part of the project")
    return path.read_text(encoding="utf-8")


def bare(text):
    return re.sub(r"\s", "", text)


@cache
def paragraphs(element_id):
    """Return an element's box in the parks plan as (heading, text) pairs, in order."""
    start, end = BOXES[element_id]
    lines = [line.strip() for line in plan_text(PARKS_PLAN).split("\n")]
    first = lines.index(start) + 1
    last = next(i for i in range(first, len(lines)) if lines[i].startswith(end))
    found = []
    for line in lines[first:last]:
        # A comma stands for the colon once, after 临港浦江国际科技城.
        match = re.match(r"([^：，。、]{2,14})(：|，以建设)", line)
        if match:
            found.append((match[1], line[match.end() :]))
    return found


@cache
def districts():
    frame = gpd.read_file(DISTRICTS_FILE)
    return dict(zip(frame["name_zh"], map(crs.to_local, frame.geometry), strict=True))


@cache
def built(scheme_id):
    return {element.id: element for element in build_scheme(get_scheme(scheme_id))}


def local(element):
    return crs.to_local(element.geometry)


def at(point):
    return crs.to_local(Point(point))


ELEMENTS = [(scheme.id, e.id) for scheme in load_schemes().values() for e in scheme.elements]


# --- members, against the plans' own words


@pytest.mark.parametrize("element_id", [name for name in BOXES if name != "nodes"])
def test_members_are_the_headings_of_the_plans_box_in_order(element_id):
    headings = [heading for heading, _ in paragraphs(element_id)]
    assert len(headings) >= 4
    element = load_element(CITY, element_id)
    assert [member.zh for member in element.members if member.cited == "box"] == headings


def load_element(scheme_id, element_id):
    return next(e for e in get_scheme(scheme_id).elements if e.id == element_id)


def test_nodes_are_the_five_of_the_plan_in_order():
    nodes = [e.zh for e in get_scheme(CITY).elements if e.role == "node"]
    assert nodes == [heading for heading, _ in paragraphs("nodes")]
    assert len(nodes) == 5


@pytest.mark.parametrize("element_id", [name for name in BOXES if name != "nodes"])
def test_parts_stand_in_their_members_paragraph_in_order(element_id):
    texts = dict(paragraphs(element_id))
    seen = 0
    for member in load_element(CITY, element_id).members:
        parts = [part for part in member.walk() if part is not member]
        places = [texts[member.zh].find(part.zh) for part in parts]
        assert -1 not in places and places == sorted(places), (member.zh, [p.zh for p in parts])
        seen += len(parts)
    assert seen == {
        "lingang": 0, "zhangjiang": 13, "hongqiao": 0,
        "belt-river": 4, "belt-bay": 6, "belt-west": 5,
    }[element_id]  # fmt: skip


def test_belt_sentences_name_nothing_that_is_left_out():
    text = plan_text(PARKS_PLAN)
    for element_id, pattern in (
        ("belt-river", r"沿江高端产业集群发展带，由(.+?)等组成"),
        ("belt-bay", r"形成以(.+?)为主体的园区集群"),
        ("belt-west", r"沪西高端产业集群发展带，包含(.+?)等优势园区"),
    ):
        named = set(re.search(pattern, text)[1].split("、"))
        members = {member.zh for member in load_element(CITY, element_id).members}
        # The sentence writes two names otherwise: the box has 闵行开发区 and 青浦工业园区.
        assert named - members <= {"闵行经开区", "青浦工业区"}
        extra = {m.zh for m in load_element(CITY, element_id).members if m.cited == "sentence"}
        assert extra <= named


def test_axis_runs_in_the_order_the_plan_gives():
    assert [m.zh for m in load_element(CITY, "axis").members] == [
        "临港新片区", "张江科学城", "虹桥商务区",
    ]  # fmt: skip
    assert "临港新片区引领、张江科学城策源、虹桥商务区辐射" in plan_text(PARKS_PLAN)


def test_aerospace_elements_are_those_of_the_plan():
    text = bare(plan_text(MINHANG_15))
    start = text.index("在商业航天领域，打造“一核一廊”")
    passage = text[start : text.index("在民用航空领域", start)]
    names = [element.zh for element in get_scheme(MINHANG).elements]
    assert sorted(names) == sorted(
        ["火箭星城", "华宁路商业航天产业走廊", "江川航天产业基地", "上海国家民用航天基地"]
    )
    assert all(name in passage for name in names)
    # The identity that is decided on rests on these words.
    older = bare(plan_text(MINHANG_14))
    assert "上海国家民用航天产业基地" in older
    assert "（五）上海航天产业基地" in older


@pytest.mark.parametrize(("scheme_id", "element_id"), ELEMENTS)
def test_quotes_are_the_plans_own_words(scheme_id, element_id):
    name = PARKS_PLAN if scheme_id == CITY else MINHANG_15
    quote = load_element(scheme_id, element_id).quote
    assert len(quote) <= 30
    assert bare(quote) in bare(plan_text(name))


def test_belts_keep_to_the_districts_of_the_citys_manufacturing_plan():
    text = bare(plan_text(CITY_MAKING))
    for start, words in (
        ("沿江高端产业集群发展带,主要涉及", ("浦东北部", "宝山", "崇明长兴岛")),
        ("沿湾高端产业集群发展带,从临港新片区沿杭州湾北岸延伸到", ("奉贤", "金山")),
        ("沪西高端产业集群发展带,主要涉及", ("嘉定", "青浦", "松江", "闵行")),
    ):
        after = text[text.index(start) + len(start) :][:20]
        assert all(word in after for word in words)


# --- places


def test_every_located_member_lies_in_a_district_it_belongs_to():
    places = load_places()
    located = [place for place in places.values() if place.point]
    assert len(located) >= 45
    for place in located:
        inside = [name for name, area in districts().items() if area.covers(at(place.point))]
        assert set(inside) & set(place.districts), place.id


def test_every_member_row_is_used_and_nothing_is_said_without_ground():
    used = {
        member.id
        for scheme in load_schemes().values()
        for element in scheme.elements
        for member in element.all_members()
    }
    for place in load_places().values():
        assert (place.id in used) == (place.kind == "member"), place.id
        assert place.source_id in load_sources()
        if place.evidence in ("public", "judgement", "plan"):
            assert place.note_zh and place.note_en, place.id


# A document by its title, or a named agency with the month of its report.
NAMED_SOURCE = re.compile(r"《[^》]{6,}》|新华社\d{4}年\d{1,2}月")
HEARSAY = re.compile(r"公开报道|公开资料|媒体|揭牌|\b[Pp]ress\b|[Rr]eference works")


def test_a_public_source_is_named_where_it_is_claimed():
    for place in load_places().values():
        if place.evidence == "public":
            assert NAMED_SOURCE.search(place.note_zh), place.id
        if place.evidence == "judgement":
            assert "项目判断" in place.note_zh and "our reading" in place.note_en, place.id


def test_nothing_rests_on_what_nobody_can_look_up():
    for file in (SCHEMES_FILE, PLACES_FILE):
        assert HEARSAY.findall(file.read_text(encoding="utf-8")) == [], file.name


def test_parks_and_their_zones_are_those_of_the_plan_data():
    parks = load_parks()
    for scheme in load_schemes().values():
        for element in scheme.elements:
            for member in element.all_members():
                if member.kind == "park":
                    assert set(member.zones) <= set(parks[member.id].zones)
                    assert member.zh in (parks[member.id].zh, *parks[member.id].aliases)


def test_unlocated_members_are_listed_and_say_so():
    element = built(CITY)["zhangjiang"]
    names = [member.zh for member in element.not_located()]
    assert "张江药谷" in names and "张江人工智能岛" not in names
    assert element.not_located()[0].where("en").startswith("Named by the plan, not located")
    assert "两园" not in names  # a group is no place


def test_where_says_precision_and_ground():
    island = next(m for m in built(CITY)["zhangjiang"].all_members() if m.id == "ai-island")
    assert "近似" in island.where("zh") and "项目判断" in island.where("zh")
    park = next(m for m in built(CITY)["belt-west"].members if m.id == "zizhu")
    assert park.where("zh") == "位置：按四至绘制的园区。"
    for lang in LANGUAGES:
        assert all(t(f"scheme.precision.{p}", lang) for p in PRECISIONS if p != "unknown")
        assert all(t(f"scheme.evidence.{e}", lang) for e in EVIDENCE)


# --- shapes


@pytest.mark.parametrize(("scheme_id", "element_id"), ELEMENTS)
def test_every_element_has_a_valid_shape_of_its_kind(scheme_id, element_id):
    element = built(scheme_id)[element_id]
    kinds = {"axis": {"LineString"}, "node": {"Point"}}
    geometry = element.geometry
    assert geometry.geom_type in kinds.get(element.role, {"Polygon", "MultiPolygon"})
    assert geometry.is_valid and not geometry.is_empty
    coordinates = shapely.get_coordinates(geometry)
    assert abs(coordinates * 1e6 - (coordinates * 1e6).round()).max() < 1e-3
    assert shapely.box(120.85, 30.67, 122.25, 31.88).covers(geometry)
    assert element.how("zh") and element.how("en") and element.locator


def test_axis_passes_its_members_in_order_and_heads_west():
    axis = local(built(CITY)["axis"])
    stops = [at(member.point) for member in built(CITY)["axis"].members]
    assert all(axis.distance(stop) < GRID_M for stop in stops)
    along = [axis.project(stop) for stop in stops]
    assert along == sorted(along) and along[0] < 1 and along[-1] > axis.length - 1
    assert stops[0].x > stops[1].x > stops[2].x  # 临港 south-east, 虹桥 west
    assert stops[0].y < stops[1].y
    # A sketch, but no detour: little longer than the straight way by its stops.
    assert axis.length < 1.1 * LineString(stops).length


@pytest.mark.parametrize("belt_id", BELTS)
def test_belt_is_on_the_land_of_its_districts_and_holds_its_members(belt_id):
    belt = built(CITY)[belt_id]
    land = shapely.union_all([districts()[name] for name in BELTS[belt_id]])
    assert local(belt).difference(land.buffer(GRID_M)).is_empty
    for member in belt.all_members():
        if member.point:
            assert local(belt).distance(at(member.point)) < GRID_M, member.zh
    # A band, not the districts themselves.
    assert local(belt).area < 0.75 * land.area


@pytest.mark.parametrize(("one", "other"), list(combinations(BELTS, 2)))
def test_belts_are_disjoint(one, other):
    shared = local(built(CITY)[one]).intersection(local(built(CITY)[other])).area
    assert shared < GRID_M * 100_000  # a common border of up to 100 km, drawn on the grid


def test_belts_lie_where_their_names_say():
    river, bay, west = (local(built(CITY)[name]).centroid for name in BELTS)
    hub = at(built(CITY)["hongqiao"].members[0].point)
    assert river.x > hub.x and river.y > bay.y
    assert bay.y < west.y and bay.y < hub.y
    assert west.x < river.x and west.x < hub.x + 5000
    # The riverside belt reaches Changxing over the water, but holds none of the water.
    assert len(shapely.get_parts(built(CITY)["belt-river"].geometry)) == 2


def test_corridor_lies_along_huaning_road():
    frame = gpd.read_file(GAZETTEER)
    road = crs.to_local(frame[frame["name"] == "华宁路"].geometry.union_all())
    corridor = local(built(MINHANG)["corridor-huaning"])
    minhang = districts()["闵行区"]
    inside = road.intersection(minhang)
    assert inside.length > 7000
    assert inside.difference(corridor.buffer(GRID_M)).length < 1
    assert shapely.hausdorff_distance(corridor, road) < 1500
    farthest = max(road.distance(Point(xy)) for xy in shapely.get_coordinates(corridor))
    assert farthest <= 400 + GRID_M


def test_rocket_city_is_drawn_only_by_its_stated_parts_and_says_so():
    scheme = built(MINHANG)
    core = scheme["core-rocket-city"]
    assert [member.zh for member in core.not_located()] == ["火箭星城"]
    assert local(core).buffer(GRID_M).covers(local(scheme["corridor-huaning"]))
    assert local(core).covers(local(scheme["base-jiangchuan"]))
    assert "未写明" in core.how("zh") and "does not say" in core.how("en")
    assert local(core).difference(districts()["闵行区"].buffer(GRID_M)).is_empty


def test_national_base_is_the_two_aerospace_zones_by_a_written_decision():
    zones = load_boundaries().geometry
    expected = crs.to_local(zones[["aerospace-1", "aerospace-2"]].union_all())
    base = built(MINHANG)["base-national"]
    assert local(base).symmetric_difference(expected).area < 0.001 * expected.area
    assert "不确定" in base.decision("zh") and "Uncertain" in base.decision("en")


def test_building_twice_gives_the_same():
    again = {element.id: element for element in build_scheme(get_scheme(CITY))}
    assert all(again[name].geometry.equals_exact(e.geometry, 0) for name, e in built(CITY).items())


# --- faults


def edited(tmp_path, old, new):
    text = SCHEMES_FILE.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = tmp_path / "schemes.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    return path, line


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("role: axis", "role: line", "role", "unknown value 'line'; known: axis, belt"),
        ("place: lingang\n", "place: lingangg\n", "place", "unknown value 'lingangg'"),
        ("place: jinqiao\n", "place: heqing\n", "place", "unknown value 'heqing'"),  # a waypoint
        ("construction: axis", "construction: line", "construction", "known: axis, belt"),
        ("through: [lingang,", "along: [lingang,", "through", "must be a list of values"),
        ("half_width_m: 6000", "half_width_m: -1", "half_width_m", "must be metres above 0"),
        ("[robot-park, nanda]", "[robot-park]", "paths", "a path needs two stops or more"),
        ("浦东新区, 宝山区", "浦东, 宝山区", "districts", "unknown value '浦东'"),
        ("[corridor-huaning, base", "[corridor, base", "elements", "unknown value 'corridor'"),
        ("basis: places", "basis: guess", "basis", "unknown value 'guess'"),
        ("level: city", "level: town", "level", "known: city, district"),
        ("radius_m: 3000}", "radius_m: 3000, colour: red}", "colour", "not a field of 'disc'"),
        ("id: belt-bay", "id: belt-river", "id", "'belt-river' is there twice"),
        ("how_zh: 依次", "how_xx: 依次", "how_xx", "unknown field; known: id, role"),
        ("        how_zh: 依次经过", "        # 依次经过", "how_zh", "is missing"),
        ("source: shpark145", "source: sh999", "source", "unknown value 'sh999'; known: mh145"),
        ("level: city", "colour: red\n    level: city", "colour", "unknown field"),
        ("schemes:\n", "colour: red\nschemes:\n", "colour", "unknown field; known: schemes"),
        (
            "cited: sentence\n          - place: baowu",
            "cites: sentence\n          - place: baowu",
            "cites",
            "unknown field; known: place, park",
        ),
        ("through: [lingang,", "through: [lingangg,", "through", "unknown value 'lingangg'"),
        ("[robot-park, nanda]", "[robot-park, nowhere]", "paths", "unknown value 'nowhere'"),
        ("zones: [xinzhuang]", "zones: [zizhu]", "zones", "unknown value 'zizhu'; known: xin"),
        ("park: xinzhuang", "park: nowhere", "park", "unknown value 'nowhere'; known: xin"),
        ("park: xinzhuang", "park: xinzhuang\n            place: wusong", "park", "not both"),
        ("zones: [aerospace-1, aerospace-2]}", "zones: [space]}", "zones", "value 'space'"),
        ("half_width_m: 6000", "half_width_m: .inf", "half_width_m", "must be metres above 0"),
        ("radius_m: 3000", "radius_m: .nan", "radius_m", "must be metres above 0, at most 100"),
        ("radius_m: 3000", "radius_m: 1.0e+300", "radius_m", "must be metres above 0"),
    ],
)
def test_a_fault_names_file_line_field_and_reason(tmp_path, old, new, field, reason):
    path, line = edited(tmp_path, old, new)
    with pytest.raises(AtlasError) as caught:
        load_schemes(path)
    message = str(caught.value)
    assert "schemes.yaml, line " in message and f"field '{field}'" in message and reason in message
    stated = int(re.search(r"line (\d+)", message)[1])
    # A missing field is told at its entry's start, the others on their own line.
    assert stated == line or ("missing" in reason and 0 < line - stated < 30) or field in (
        "through", "paths", "elements",
    )  # fmt: skip
    assert "字段" in caught.value.text("zh")


def test_an_unknown_scheme_lists_the_known_ones():
    with pytest.raises(AtlasError, match=f"unknown scheme 'x'; known: {CITY}, {MINHANG}"):
        get_scheme("x")


def test_a_member_without_place_park_or_parts_is_a_fault(tmp_path):
    listed = "          - place: jinqiao\n            parts:\n              - place: 5g-park\n"
    path, _ = edited(tmp_path, listed, "          - {zh: 某园, en: A park}\n")
    with pytest.raises(AtlasError, match="a member needs a place, a park or parts"):
        load_schemes(path)


def test_missing_zone_road_or_stop_is_named(tmp_path):
    zones = load_boundaries()
    lines = gpd.read_file(GAZETTEER)
    scheme = get_scheme(MINHANG)
    with pytest.raises(AtlasError, match="unknown zone 'aerospace-1'; known: "):
        build_scheme(scheme, boundaries=zones[zones["id"] != "aerospace-1"])
    with pytest.raises(AtlasError, match="unknown road '华宁路'; known: "):
        build_scheme(scheme, gazetteer=lines[lines["name"] != "华宁路"])


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
    monkeypatch.setattr(f"layers.schemes.{loader.__name__}", lambda: loader(path))
    with pytest.raises(AtlasError, match=said):
        build_scheme(get_scheme(MINHANG))


def test_an_unlocated_node_is_kept_without_geometry(tmp_path):
    path, _ = edited(
        tmp_path,
        "geometry: {construction: node, place: linkong}",
        "geometry: {construction: node, place: rocket-city}",
    )
    elements = {e.id: e for e in build_scheme(load_schemes(path)[CITY])}
    assert elements["node-linkong"].geometry is None


def test_the_files_are_the_ones_the_project_ships():
    assert SCHEMES_FILE == PLANS / "schemes.yaml"
    assert list(load_schemes()) == [CITY, MINHANG]
