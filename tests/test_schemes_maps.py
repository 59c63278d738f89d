"""What the map of a layout shows besides its shapes: extent, dots, the parks below, colours."""

import re

import pytest
import shapely
from layouts import ELEMENTS, SCHEMES, built, stated
from shapely import GeometryCollection, LineString, Point, box
from shown import finished

from geo import crs
from geo.errors import AtlasError
from geo.plans import Plans, load_boundaries
from geo.reference import load_sketch_lines
from layers.map_view import LEAST_SPAN, MapView, payload
from layers.schemes import build_scheme, build_schemes
from layers.schemes.constructions import parts

PLANS = Plans.load()
BOUNDARIES = load_boundaries()


@pytest.fixture(scope="module")
def maps():
    """The payload of a layout's map by its id, each made once."""
    made = {}

    def map_of(scheme, **more):
        key = (scheme, *more.items())
        if key not in made:
            made[key] = payload(MapView(metric=None, scheme=scheme, **more), PLANS, BOUNDARIES)
        return made[key]

    return map_of


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_extent_is_too_small_to_find_ones_way_in_and_all_is_inside(maps, scheme):
    (south, west), (north, east) = maps(scheme)["fit"]["bounds"]
    assert north - south >= LEAST_SPAN[0] - 1e-4 and east - west >= LEAST_SPAN[1] - 1e-4
    extent = box(west, south, east, north).buffer(1e-3)
    assert all(
        extent.covers(element.geometry)
        for element in built(scheme).values()
        if element.geometry is not None
    )


def test_a_layout_of_one_place_would_be_too_small_without():
    shapes = [e.geometry for e in built("songjiang-new-city").values() if e.geometry is not None]
    bounds = shapely.total_bounds(shapes)
    assert bounds[3] - bounds[1] < LEAST_SPAN[0]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_dot_stands_where_its_own_element_does(maps, scheme):
    """A node's one member is the node: a dot under its pin would say it twice."""
    for item in maps(scheme)["sketches"]:
        if item["form"] == "point":
            assert [dot[:2] for dot in item["dots"]].count(item["shape"]) == 0, item["id"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_members_at_one_point_are_one_dot(maps, scheme):
    for item in maps(scheme)["sketches"]:
        at = [tuple(dot[:2]) for dot in item["dots"]]
        assert len(at) == len(set(at)), item["id"]
        assert all(dot[2] and dot[4] in ("place", "park", "district") for dot in item["dots"])


def test_a_whole_district_is_told_from_a_place(maps):
    data = maps("one-pole-three-belts")
    section = next(one for one in data["legend"] if one["layer"] == "scheme")
    swatches = [entry["swatch"]["mark"] for entry in section["entries"] if "swatch" in entry]
    assert "square" in swatches
    kinds = {dot[4] for item in data["sketches"] for dot in item["dots"]}
    assert kinds == {"place", "district"}
    assert "district" not in {
        dot[4] for item in maps("one-axis-three-belts")["sketches"] for dot in item["dots"]
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_parks_are_in_full_where_the_layout_is_of_them(maps, scheme):
    named = {zone for e in SCHEMES[scheme].elements for m in e.all_members() for zone in m.zones}
    shaped = [e for e in built(scheme).values() if e.geometry is not None]
    under = {zone for element in shaped for zone in element.spec.get("zones", ())}
    zones, states = {z["zone"] for z in maps(scheme)["zones"]}, maps(scheme)["states"]
    assert zones - {zone for zone, state in states.items() if state == "faint"} == named | under
    assert {zone for zone, state in states.items() if state == "drawn"} == under


def test_the_legend_of_the_parks_has_only_what_is_seen_of_them(maps):
    def labels(scheme):
        return [e["label"] for s in maps(scheme)["legend"] if s["layer"] == "parks"
                for e in s["entries"]]  # fmt: skip

    assert labels("four-plus-x") == []  # an element is drawn on each
    assert len(labels("one-core-one-corridor")) == 1  # the others are pale
    assert len(labels("one-axis-two-cores-two-rings")) == 3


def test_under_a_metric_every_park_keeps_its_colour():
    data = payload(MapView(scheme="five-new-cities", metric="land_mu"), PLANS, BOUNDARIES)
    labels = [entry["label"] for entry in finished(data)["legend"][0]["entries"]]
    assert set(data["choropleth"]["values"]) == {zone["zone"] for zone in data["zones"]}
    assert not any("淡色" in label for label in labels), "no park is pale"


def test_a_layouts_parks_have_cards_also_where_a_filter_leaves_them_out(maps):
    data = maps("four-plus-x", parks=("xinzhuang",))
    assert set(data["cards"]) == set(PLANS.parks)
    assert {zone["park"] for zone in data["zones"]} == {"xinzhuang"}


def test_no_two_kinds_of_thing_share_a_colour_while_there_are_others(maps):
    for scheme in SCHEMES:
        seen = {}
        for item in maps(scheme)["sketches"]:
            # Arrow and pin are both of the one ink, and unlike enough as they are.
            if item["mark"] not in ("arrow", "pin"):
                seen.setdefault(item["colour"], set()).add((item["mark"], item["head"]))
        if len({key for keys in seen.values() for key in keys}) <= 4:
            assert all(len(keys) == 1 for keys in seen.values()), scheme


def test_a_layout_and_an_industry_at_once_are_refused():
    view = MapView(metric=None, scheme="four-plus-x", industry="ai")
    with pytest.raises(AtlasError, match="not both"):
        payload(view, PLANS, BOUNDARIES)


def test_several_layouts_are_built_as_each_alone():
    wanted = [SCHEMES["three-areas"], SCHEMES["one-core-one-corridor"]]
    for scheme, together in zip(wanted, build_schemes(wanted), strict=True):
        assert together == build_scheme(scheme)


def test_patches_of_one_layout_do_not_overlap():
    patches = [crs.to_local(e.geometry) for e in built("three-areas").values()]
    for i, one in enumerate(patches):
        for other in patches[i + 1 :]:
            assert one.intersection(other).area < 1.0


def test_a_place_or_park_named_twice_is_one_member():
    scheme = SCHEMES["one-axis-two-cores-two-rings"]
    every = [m for element in scheme.elements for m in element.all_members()]
    members = scheme.members()
    assert len(members) < len(every)
    assert len({(m.kind, m.id) for m in members}) == len(members)
    assert {(m.kind, m.id) for m in members} == {(m.kind, m.id) for m in every}


@pytest.mark.parametrize("kind", ["Polygon", "LineString"])
def test_what_cutting_leaves_at_an_edge_is_dropped(kind):
    mixed = GeometryCollection(
        [Point(0, 0), LineString([(0, 0), (1, 0)]), box(2, 2, 3, 3), box(5, 5, 6, 6)]
    )
    kept = parts(mixed, kind)
    assert all(part.geom_type == kind for part in shapely.get_parts(kept))
    assert len(shapely.get_parts(kept)) == {"Polygon": 2, "LineString": 1}[kind]
    assert parts(Point(0, 0), kind).is_empty


def test_the_g60_is_drawn_as_its_line_says():
    """The sentence on the card quotes what the build of the line measured."""
    line = load_sketch_lines()["沪昆高速"]
    element = stated("one-corridor-nine-areas", "g60-corridor")
    about = re.search(r"最长约(\d+)公里", element.how_zh)
    assert int(about[1]) == round(line.longest_gap_m / 1000)
    mapped = (line.length_m - line.bridged_m) / line.length_m
    assert "约三分之一" in element.how_zh and abs(mapped - 1 / 3) < 0.05


def test_every_element_is_drawn_or_says_that_it_is_not():
    for scheme, name in ELEMENTS:
        element = built(scheme)[name]
        none = element.spec["construction"] == "none"
        assert (element.basis == "none") == none == (element.geometry is None), (scheme, name)
