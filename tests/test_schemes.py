"""Layouts on the map: every element and member lies where its plan puts it, and says how."""

import re
from itertools import combinations

import pytest
import shapely
import shapely.ops
from layouts import (
    ELEMENTS,
    GRID_M,
    SCHEMES,
    alone,
    at,
    built,
    districts,
    land,
    local,
    of,
    reach,
    road,
    stated,
)
from shapely import LineString, Point

from geo import PLANS, crs
from geo.errors import LANGUAGES
from geo.osm.places import EVIDENCE, PLACES_FILE, PRECISIONS, load_places
from geo.plans.files import load_sources
from geo.plans.table import load_boundaries
from layers.i18n import t
from layers.schemes import SCHEMES_FILE, build_scheme

CITY = "one-axis-three-belts"
SPACE = "one-core-one-corridor"
BELTS = {
    "belt-river": ("浦东新区", "宝山区", "崇明区"),
    "belt-bay": ("奉贤区", "金山区"),
    "belt-west": ("嘉定区", "青浦区", "松江区", "闵行区"),
}
# A digitised zone ends at the road or stream its clause names; where the district ends at the same
# stream, the reference data have the two as different lines, these metres apart at most.
ACROSS_M = {"maqiao": 40.0, "tech-oasis": 2.5}
# What a plan names and does not place: listed, not drawn.
UNDRAWN = {
    "ai-one-axis-three-areas": [
        "axis", "areas", "clusters", "zizhu-institute", "cangyuan-park", "zizhu-corridor",
        "cluster-area", "demo-area",
    ],
    "one-core-one-corridor": ["core-rocket-city"],
    "one-corridor-nine-areas": ["nine-areas"],
    "one-pole-three-belts": ["base-cultural"],
    "songjiang-new-city": ["producer-service-zones"],
}  # fmt: skip
# What a construction may rest on, and what shape it makes.
AREA, LINE = {"Polygon", "MultiPolygon"}, {"LineString", "MultiLineString"}
MADE_BY = {
    "axis": ({"places"}, LINE),
    "route": ({"road"}, LINE),
    "belt": ({"districts"}, AREA),
    "corridor": ({"road"}, AREA),
    "disc": ({"place"}, AREA),
    "node": ({"place"}, {"Point"}),
    "core": ({"park"}, AREA),
    "ring": ({"park", "place"}, AREA),
    "cluster": ({"places"}, AREA),
    "none": ({"none"}, set()),
}


# --- where everything lies


@pytest.mark.parametrize(("scheme_id", "element_id"), ELEMENTS)
def test_what_is_drawn_lies_in_its_districts(scheme_id, element_id):
    element = built(scheme_id)[element_id]
    if element.geometry is None:
        assert element_id in UNDRAWN[scheme_id]
        return
    allowed = max([GRID_M, *(ACROSS_M.get(zone, 0) for zone in element.spec.get("zones", ()))])
    assert reach(local(element), land(element.districts)) <= allowed
    if element.spec["construction"] in ("axis", "belt", "route", "corridor"):
        for name in element.districts:
            assert local(element).intersects(districts()[name]), name


def test_zones_that_cross_the_border_still_do_and_are_no_more():
    zones = {zone: crs.to_local(shape) for zone, shape in load_boundaries().geometry.items()}
    across = {zone: reach(shape, districts()["闵行区"]) for zone, shape in zones.items()}
    assert {zone for zone, metres in across.items() if metres > GRID_M} == set(ACROSS_M)
    for zone, metres in ACROSS_M.items():
        beyond = zones[zone].difference(districts()["闵行区"])
        assert 0.5 * metres < across[zone] <= metres
        assert beyond.area < 0.01 * zones[zone].area


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_every_located_member_lies_in_a_district_of_its_own_and_of_its_element(scheme_id):
    for element in built(scheme_id).values():
        for member in element.all_members():
            assert member.located == (member.point is not None)
            if member.point:
                inside = {n for n, area in districts().items() if area.covers(at(member.point))}
                assert inside & set(member.districts), member.zh
                assert inside & set(element.districts), (element.id, member.zh)


def test_every_located_place_lies_in_a_district_it_belongs_to():
    located = [place for place in load_places().values() if place.point]
    assert len(located) >= 100
    for place in located:
        inside = [name for name, area in districts().items() if area.covers(at(place.point))]
        assert set(inside) & set(place.districts), place.id


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_a_districts_layout_stays_in_the_district(scheme_id):
    scheme = SCHEMES[scheme_id]
    named = {name for element in scheme.elements for name in element.districts}
    of_plan = {"mh145": {"闵行区"}, "mh155": {"闵行区"}, "sj145": {"松江区"}}
    if scheme.level == "district":
        assert named == of_plan[scheme.source_id]
    else:
        assert scheme.source_id in ("sh145", "shpark145") and len(named) > 3


def test_what_is_not_drawn_is_listed_here():
    none = {}
    for scheme_id, element_id in ELEMENTS:
        if built(scheme_id)[element_id].geometry is None:
            none.setdefault(scheme_id, []).append(element_id)
    assert none == UNDRAWN
    for scheme_id, element_id in of("none"):
        element = built(scheme_id)[element_id]
        assert element_id in UNDRAWN[scheme_id] and element.basis == "none"
        assert re.search("不画|未绘制", element.how("zh"))
        assert "ot drawn" in element.how("en")


# --- what each construction makes


@pytest.mark.parametrize(("scheme_id", "element_id"), ELEMENTS)
def test_every_element_has_a_valid_shape_of_its_construction(scheme_id, element_id):
    element = built(scheme_id)[element_id]
    bases, kinds = MADE_BY[element.spec["construction"]]
    assert element.basis in bases
    assert element.how("zh") and element.how("en") and element.locator
    assert bool(element.decision("zh")) == bool(element.decision("en"))
    geometry = element.geometry
    if geometry is None:
        return
    assert geometry.geom_type in kinds
    assert geometry.is_valid and not geometry.is_empty
    coordinates = shapely.get_coordinates(geometry)
    assert abs(coordinates * 1e6 - (coordinates * 1e6).round()).max() < 1e-3
    assert shapely.box(120.85, 30.67, 122.25, 31.88).covers(geometry)


def stated_metres(sentence):
    """The lengths a sentence states: 5公里, 2.5公里, 300米."""
    found = re.findall(r"(\d+(?:\.\d+)?)(公里|米)", sentence)
    return {float(number) * (1000 if unit == "公里" else 1) for number, unit in found}


@pytest.mark.parametrize(("scheme_id", "element_id"), ELEMENTS)
def test_the_sentence_on_the_drawing_states_what_was_drawn(scheme_id, element_id):
    element = stated(scheme_id, element_id)
    spec, how = element.spec, element.how("zh")
    widths = {float(v) for k, v in spec.items() if k in ("half_width_m", "reach_m", "width_m")}
    widths |= {float(spec["gap_m"])} if "gap_m" in spec else set()
    assert widths <= stated_metres(how)
    if "半径" in how and spec["construction"] == "disc" and stated_metres(how):
        assert float(spec["radius_m"]) in stated_metres(how)
    for name in [*([spec["road"]] if "road" in spec else []), *spec.get("roads", ())]:
        assert name in how
    for name in spec.get("rails", ()):
        assert name.removeprefix("上海") in how


@pytest.mark.parametrize(("scheme_id", "element_id"), of("disc") + of("node"))
def test_a_disc_or_node_stands_at_its_place(scheme_id, element_id):
    element = built(scheme_id)[element_id]
    place = load_places()[element.spec["place"]]
    centre = at(place.point)
    if element.spec["construction"] == "node":
        assert element.geometry.coords[0] == place.point
    else:
        # A disc that the coast or border cuts keeps its round part.
        radii = [centre.distance(Point(xy)) for xy in shapely.get_coordinates(local(element))]
        assert max(radii) == pytest.approx(element.spec["radius_m"], abs=1)
        assert local(element).covers(centre)
    only = alone(scheme_id, element_id)
    assert only is None or only.id == place.id
    if only is None:
        assert element_id == place.id or place.zh == element.zh


@pytest.mark.parametrize(("scheme_id", "element_id"), of("core"))
def test_a_core_is_the_digitised_zones_of_its_park(scheme_id, element_id):
    element = built(scheme_id)[element_id]
    zones = load_boundaries().geometry
    expected = crs.to_local(zones[list(element.spec["zones"])].union_all())
    assert local(element).symmetric_difference(expected).area < 0.001 * expected.area
    (member,) = element.members
    assert member.kind == "park" and member.zones == tuple(element.spec["zones"])


def test_the_axis_passes_its_members_in_order_and_heads_west():
    (only,) = of("axis")
    element = built(only[0])[only[1]]
    axis = local(element)
    assert list(element.spec["through"]) == [member.id for member in element.members]
    stops = [at(member.point) for member in element.members]
    assert all(axis.distance(stop) < GRID_M for stop in stops)
    along = [axis.project(stop) for stop in stops]
    assert along == sorted(along) and along[0] < 1 and along[-1] > axis.length - 1
    assert stops[0].x > stops[1].x > stops[2].x  # 临港 south-east, 虹桥 west
    assert stops[0].y < stops[1].y
    # A sketch, but no detour: little longer than the straight way by its stops.
    assert axis.length < 1.1 * LineString(stops).length


@pytest.mark.parametrize(("scheme_id", "element_id"), of("belt"))
def test_a_belt_holds_its_members_and_is_no_district(scheme_id, element_id):
    belt = built(scheme_id)[element_id]
    for member in belt.all_members():
        if member.point:
            assert local(belt).distance(at(member.point)) < GRID_M, member.zh
    assert local(belt).area < 0.75 * land(belt.districts).area
    within = 2 * belt.spec["half_width_m"]
    stops = {stop for path in belt.spec["paths"] for stop in path}
    known = load_places()
    for stop in stops & set(known):
        assert local(belt).distance(at(known[stop].point)) < within, stop
        assert land(belt.districts).covers(at(known[stop].point)), stop


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_belts_rings_and_clusters_of_one_layout_keep_apart(scheme_id):
    for construction in ("belt", "ring", "cluster"):
        own = [name for scheme, name in of(construction) if scheme == scheme_id]
        for one, other in combinations(own, 2):
            shared = local(built(scheme_id)[one]).intersection(local(built(scheme_id)[other])).area
            # A common border of up to 100 km, drawn on the grid.
            assert shared < GRID_M * 100_000, (one, other)


@pytest.mark.parametrize(("scheme_id", "element_id"), of("ring"))
def test_a_ring_goes_round_its_core_and_keeps_clear_of_it(scheme_id, element_id):
    elements = built(scheme_id)
    ring, spec = local(elements[element_id]), elements[element_id].spec
    core = local(elements[spec["element"]])
    assert ring.distance(core) == pytest.approx(spec["gap_m"], abs=5)
    far = max(core.distance(Point(xy)) for xy in shapely.get_coordinates(ring))
    assert far == pytest.approx(spec["gap_m"] + spec["width_m"], rel=0.05)
    # All round, but for what the district's border cuts off.
    whole = core.buffer(spec["gap_m"] + spec["width_m"] / 2).exterior
    inside = whole.intersection(land(elements[element_id].districts))
    assert inside.difference(ring).length < 0.02 * inside.length
    assert elements[spec["element"]].role == "core" and elements[element_id].role == "ring"
    # It rests on nothing but its core.
    assert elements[element_id].basis == elements[spec["element"]].basis


@pytest.mark.parametrize(("scheme_id", "element_id"), of("cluster"))
def test_a_cluster_is_one_patch_that_holds_its_members(scheme_id, element_id):
    cluster = built(scheme_id)[element_id]
    assert list(cluster.spec["places"]) == [member.id for member in cluster.members]
    assert cluster.geometry.geom_type == "Polygon"
    for member in cluster.members:
        assert local(cluster).covers(at(member.point)), member.zh
    hull = shapely.MultiPoint([at(m.point) for m in cluster.members]).convex_hull
    assert reach(local(cluster), hull) <= cluster.spec["reach_m"] + GRID_M


@pytest.mark.parametrize(("scheme_id", "element_id"), of("corridor"))
def test_a_corridor_lies_along_its_road(scheme_id, element_id):
    corridor = built(scheme_id)[element_id]
    line, shape = road(corridor.spec["road"]), local(corridor)
    inside = line.intersection(land(corridor.districts))
    assert inside.length > 3000
    assert inside.difference(shape.buffer(GRID_M)).length < 0.001 * inside.length
    away = [line.distance(Point(xy)) for xy in shapely.get_coordinates(shape)]
    assert max(away) <= corridor.spec["half_width_m"] + GRID_M


@pytest.mark.parametrize(("scheme_id", "element_id"), of("route"))
def test_a_route_follows_its_roads_and_rails(scheme_id, element_id):
    element = built(scheme_id)[element_id]
    ground = land(element.districts)
    named = [*element.spec["roads"], *element.spec["rails"]]
    lines = shapely.union_all([road(name) for name in named])
    near = local(element).intersection(lines.buffer(15))
    assert near.length > 0.95 * local(element).length
    # All of the first road, the second from there southwards, line 5 without its branch.
    first, second = (road(name).intersection(ground) for name in element.spec["roads"])
    meeting = shapely.ops.nearest_points(second, first)[0]
    south = second.intersection(shapely.box(*ground.bounds[:3], meeting.y))
    for line, share in ((first, 0.99), (south, 0.99), (road("上海地铁5号线"), 0.7)):
        line = line.intersection(ground)
        assert line.intersection(local(element).buffer(60)).length > share * line.length
    assert "支线不在这条南北线上" in element.how("zh")
    # From the north of the district to its south.
    _, south, _, north = local(element).bounds
    _, low, _, high = ground.bounds
    assert north - south > 0.6 * (high - low)


def test_the_citys_belts_are_in_their_districts_where_their_names_say():
    for scheme_id in (CITY, "one-pole-three-belts"):
        elements = built(scheme_id)
        for name, names in BELTS.items():
            assert set(names) <= set(elements[name].districts)
        river, bay, west = (local(elements[name]).centroid for name in BELTS)
        hub = at(built(CITY)["hongqiao"].members[0].point)
        assert river.x > hub.x and river.y > bay.y
        assert bay.y < west.y and bay.y < hub.y
        assert west.x < river.x and west.x < hub.x + 5000
        # The riverside belt reaches Changxing over the water, but holds none of the water.
        assert len(shapely.get_parts(elements["belt-river"].geometry)) == 2


def test_the_western_belt_holds_the_industrial_parks_of_minhang():
    zones = {zone: crs.to_local(shape) for zone, shape in load_boundaries().geometry.items()}
    for scheme_id in (CITY, "one-pole-three-belts"):
        belt = local(built(scheme_id)["belt-west"])
        for zone in ("metdz", "zizhu", "pujiang", "xinzhuang"):
            assert belt.intersection(zones[zone]).area > 0.95 * zones[zone].area, (scheme_id, zone)


def test_distances_and_areas_that_a_decision_tells_are_those_of_the_map():
    rings = built("one-axis-two-cores-two-rings")
    ring, told = local(rings["ring-hongqiao"]), rings["ring-hongqiao"].decision("zh")
    for name, metres in (("莘庄商务区", "7.4"), ("吴中路商务区", "1.8")):
        (member,) = (m for m in rings["ring-hongqiao"].members if m.zh == name)
        assert f"{ring.distance(at(member.point)) / 1000:.1f}" == metres
    assert "莘庄商务区、吴中路商务区的点在画出的环外（约7.4公里、1.8公里）" in told
    corridor = built("one-corridor-nine-areas")["g60-corridor"]
    assert f"所画约{local(corridor).area / 1e6:.0f}平方公里" in corridor.decision("zh")
    north, south = (at(load_places()[n].point) for n in ("north-biomedicine", "baoshan-hitech"))
    assert north.y > south.y and 9000 < north.distance(south) < 10000  # the north park is beyond
    # West of its own road the base's bounds are open: the road crosses a park of the map.
    metdz = crs.to_local(load_boundaries().geometry["metdz"])
    assert road("江川路").intersection(metdz).length > 300
    base = built("energy-one-core-one-belt-two-parks")["belt-jiangchuan"]
    assert "江川路西段穿过闵行开发区" in base.decision("zh")
    assert road("江川路").intersection(metdz).centroid.x < local(base).centroid.x


def test_rocket_city_is_named_and_not_drawn():
    core = built(SPACE)["core-rocket-city"]
    assert [member.zh for member in core.not_located()] == ["火箭星城"]
    assert core.geometry is None and next(iter(built(SPACE))) == core.id
    assert "未写明" in core.how("zh") and "neither its place nor its extent" in core.how("en")


def test_building_twice_gives_the_same():
    again = {element.id: element for element in build_scheme(SCHEMES[CITY])}
    assert all(again[name].geometry.equals_exact(e.geometry, 0) for name, e in built(CITY).items())


# --- what is said of places and drawings


def test_unlocated_members_are_listed_and_say_so():
    assert {m.zh for s, e in ELEMENTS for m in built(s)[e].not_located()} == {
        "火箭星城", "机载“三中心一总部”园区", "紫竹产研院", "沧源科技园", "紫竹走廊人工智能创新带",
    }  # fmt: skip
    (lost,) = built(SPACE)["core-rocket-city"].not_located()
    assert lost.where("en").startswith("Named by the plan, not located")
    assert lost.where("zh").startswith("规划点名，未定位。")


def test_where_says_precision_and_ground():
    island = next(m for m in built(CITY)["zhangjiang"].all_members() if m.id == "ai-island")
    assert "近似" in island.where("zh") and "项目判断" in island.where("zh")
    park = next(m for m in built(CITY)["belt-west"].members if m.id == "zizhu")
    assert park.where("zh").startswith("位置：") and "轮廓" in park.where("zh")
    group = built(CITY)["zhangjiang"].members[0]
    assert group.kind == "group" and group.where("zh") == "" and group.located
    for lang in LANGUAGES:
        assert all(t(f"scheme.precision.{p}", lang) for p in PRECISIONS if p != "unknown")
        assert all(t(f"scheme.evidence.{e}", lang) for e in EVIDENCE)


def test_every_member_row_is_used_and_nothing_is_said_without_ground():
    used = {m.id for s, e in ELEMENTS for m in stated(s, e).all_members()}
    for place in load_places().values():
        assert (place.id in used) == (place.kind != "waypoint"), place.id
        assert place.source_id in load_sources()
        if place.evidence in ("public", "judgement", "plan"):
            assert place.note_zh and place.note_en, place.id


def test_every_waypoint_leads_a_belt():
    led = {str(stop) for s, e in of("belt") for path in stated(s, e).spec["paths"] for stop in path}
    waypoints = {place.id for place in load_places().values() if place.kind == "waypoint"}
    assert waypoints <= led


# A document by its title, or a named agency or page.
NAMED_SOURCE = re.compile(r"《[^》]{6,}》|\d{4}年\d{1,2}月|[a-z0-9]+\.(?:com|net|cn)")
HEARSAY = re.compile(r"公开报道|媒体|揭牌|\b[Pp]ress\b|[Rr]eference works")


def test_a_public_source_is_named_where_it_is_claimed():
    for place in load_places().values():
        if place.evidence == "public":
            assert NAMED_SOURCE.search(place.note_zh), place.id
        if place.evidence == "judgement":
            assert "项目判断" in place.note_zh and "our reading" in place.note_en, place.id


def test_nothing_rests_on_what_nobody_can_look_up():
    assert HEARSAY.findall(PLACES_FILE.read_text(encoding="utf-8")) == []
    for scheme_id, element_id in ELEMENTS:
        element = stated(scheme_id, element_id)
        for lang in LANGUAGES:
            assert not HEARSAY.search(element.how(lang) + element.decision(lang)), element_id


def test_the_file_is_the_one_the_project_ships():
    assert SCHEMES_FILE == PLANS / "schemes.yaml"
