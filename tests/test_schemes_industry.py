"""The industry lens: who carries an industry by the plans' words, and what its map shows."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
import shapely
from layouts import SCHEMES, built
from plan_places.layouts import said_at
from plan_places.texts import lines
from plan_places.words import squeeze

from geo.errors import LANGUAGES, AtlasError
from geo.plans import Plans, load_boundaries
from layers.map_view import MapView, payload
from layers.schemes.industry import (
    Carrier,
    carriers,
    indicators,
    plan_periods,
    tags_in_use,
)
from layers.schemes.lens import check_period, latest, lens

PLANS = Plans.load()
PERIODS = ["2021-2025", "2026-2030"]
TAGS = list(tags_in_use(PLANS, SCHEMES))


@cache
def found(tag):
    return carriers(tag, PLANS, SCHEMES)


@cache
def of_period(period):
    """Elements with geometry of one period's layouts, by layout."""
    return {
        name: list(built(name).values())
        for name, scheme in SCHEMES.items()
        if PLANS.sources[scheme.source_id].period == period
    }


@cache
def seen_through(tag, period):
    return lens(tag, period, PLANS, SCHEMES, of_period(period))


def counted(tag):
    """What carries an industry, counted record by record."""
    count = Counter()
    for park in PLANS.parks.values():
        for label in park.industries:
            count["park"] += len(label.evidence) if label.id == tag else 0
    for scheme in SCHEMES.values():
        for element in scheme.elements:
            count["element"] += [one.tag for one in element.industries].count(tag)
            queue = list(element.members)
            while queue:
                member = queue.pop()
                queue += member.parts
                count["member"] += [one.tag for one in member.industries].count(tag)
    return +count


# --- who carries it


@pytest.mark.parametrize("tag", PLANS.tags)
def test_carriers_are_all_there_are(tag):
    assert Counter(one.kind for one in found(tag)) == counted(tag)
    assert (tag in TAGS) == bool(found(tag))


def test_tags_in_use_come_in_the_files_order():
    assert [tag for tag in PLANS.tags if tag in TAGS] == TAGS
    assert {tag.id for tag in tags_in_use(PLANS, SCHEMES).values()} == set(TAGS)
    assert len(TAGS) >= 15
    without = tags_in_use(PLANS, {})
    assert list(without) == [tag for tag in TAGS if tag in without] and len(without) < len(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_every_carrier_has_words_a_place_and_a_period(tag):
    for one in found(tag):
        assert one.words and one.locator and one.zh and one.en
        assert one.period == PLANS.sources[one.source_id].period in PERIODS
        assert one.name("zh") == one.zh and one.name("en") == one.en
        if one.kind == "park":
            assert one.park == one.id in PLANS.parks and one.located
            assert one.scheme_id == one.element_id == ""
            continue
        scheme = SCHEMES[one.scheme_id]
        assert scheme.source_id == one.source_id
        element = next(e for e in scheme.elements if e.id == one.element_id)
        if one.kind == "element":
            assert one.located == (element.basis != "none")
            (park,) = {m.id for m in element.members if element.basis == "park"} or {""}
            assert one.park == park
        else:
            assert one.zh in {member.zh for member in element.walk()}
            assert one.park in ("", one.id) and (not one.park or one.park in PLANS.parks)


@pytest.mark.parametrize("tag", TAGS)
def test_a_carriers_words_stand_in_the_document(tag):
    for one in found(tag):
        text = squeeze("\n".join(lines(one.source_id)))
        assert squeeze(one.words) in text, one
        if one.kind != "park":
            assert squeeze(one.words) in said_at(one.source_id, one.locator), one


def test_an_element_that_is_a_park_is_that_park():
    """So that its park is not faint on a map of the later period, whose parks have no words."""
    later = [one for one in found("biomedicine") if one.period == PERIODS[1]]
    assert {one.park for one in later} == {"pujiang", "neobay", ""}
    assert {one.zh for one in later if not one.park} == {"虹桥前湾园"}


def test_a_member_that_is_a_park_opens_its_card():
    belt = [one for one in found("intelligent-vehicles") if one.element_id == "belt-west"]
    assert {one.zh: one.park for one in belt}["莘庄工业区"] == "xinzhuang"
    assert {one.zh: one.park for one in belt}["国际汽车城"] == ""


def test_both_periods_have_carriers_of_the_industries_the_issue_names():
    for tag in ("biomedicine", "ai", "integrated-circuits", "aerospace"):
        kinds = {(one.kind, one.period) for one in found(tag)}
        assert {("element", period) for period in PERIODS} <= kinds, tag


def test_an_unknown_industry_or_period_lists_the_known_ones():
    known = ", ".join(PLANS.tags)[:40]
    for call in (
        lambda: carriers("steam", PLANS, SCHEMES),
        lambda: lens("steam", PERIODS[0], PLANS, SCHEMES, {}),
    ):
        with pytest.raises(AtlasError) as caught:
            call()
        assert "unknown industry 'steam'; known: " in caught.value.text("en")
        assert known[:10] in caught.value.text("en") and "产业" in caught.value.text("zh")
    for call in (
        lambda: check_period("1066-1070", PLANS),
        lambda: lens("ai", "1066-1070", PLANS, SCHEMES, {}),
    ):
        with pytest.raises(AtlasError) as caught:
            call()
        assert "unknown plan period '1066-1070'; known: 2021-2025, 2026-2030" in str(caught.value)
        assert "规划期" in caught.value.text("zh")


def test_periods_are_those_of_the_documents_oldest_first():
    assert plan_periods(PLANS) == PERIODS
    for period in PERIODS:
        check_period(period, PLANS)


@pytest.mark.parametrize("tag", TAGS)
def test_numbers_of_an_industry_are_the_plans_own_wherever_printed(tag):
    numbers = indicators(tag, PLANS)
    names = PLANS.tags[tag].industries
    assert [one.key for one in numbers] == [
        one.key for one in PLANS.indicators if one.industry in names
    ]
    assert names or not numbers


def test_a_number_that_two_plans_print_otherwise_is_there_twice():
    twice = [one for tag in TAGS for one in indicators(tag, PLANS) if PLANS.repeats(one)]
    assert any(other.value != one.value for one in twice for other in PLANS.same_quantity(one))


# --- what its map shows


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("tag", TAGS)
def test_a_lens_has_what_carries_the_industry_in_that_period_and_nothing_else(tag, period):
    scheme, elements = seen_through(tag, period).scheme, seen_through(tag, period).elements
    own = [one for one in found(tag) if one.period == period and one.kind != "park"]
    assert {e.id for e in elements} == {f"{one.scheme_id}.{one.element_id}" for one in own}
    assert len({e.id for e in elements}) == len(elements)
    for element in elements:
        assert PLANS.sources[element.source_id].period == period
        name = element.id.split(".")[0]
        assert element.group.id == name and element.group.zh == SCHEMES[name].zh
        said = {one.kind for one in own if f"{one.scheme_id}.{one.element_id}" == element.id}
        # Without words of its own only its members are shown.
        assert element.geometry is None or "element" in said
        # The card is the whole element's: nothing that the plan names is left out of it.
        whole = next(e for e in of_period(period)[name] if e.id == element.id.split(".")[1])
        assert element.members == whole.members
    assert [group.id for group in scheme.groups] == list(
        dict.fromkeys(element.group.id for element in elements)
    )
    assert scheme.zh == PLANS.tags[tag].zh and scheme.en == PLANS.tags[tag].en
    cited = [one.source_id for one in found(tag) if one.period == period]
    assert seen_through(tag, period).sources == tuple(dict.fromkeys(cited))


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("tag", TAGS)
def test_no_shape_is_drawn_twice_and_none_is_lost(tag, period):
    seen = seen_through(tag, period)
    elements = seen.elements
    shapes = [element.geometry for element in elements if element.geometry is not None]
    assert len({shapely.normalize(shape).wkb for shape in shapes}) == len(shapes)
    whole = {f"{name}.{e.id}": e for name, parts in of_period(period).items() for e in parts}
    for element in elements:
        before = whole[element.id]
        own = any(one.tag == tag for one in before.industries)
        if own and before.geometry is not None:
            assert any(shape.equals(before.geometry) for shape in shapes), element.id
            if element.geometry is None:
                assert whole[seen.same[element.id]].geometry.equals(before.geometry)
        else:
            assert element.id not in seen.same


def test_what_two_plans_call_alike_is_told_apart():
    for tag in TAGS:
        for period in PERIODS:
            names = {}
            for element in seen_through(tag, period).elements:
                names.setdefault((element.zh, element.en), set()).add(element.source_id)
            assert all(len(sources) == 1 for sources in names.values()), tag
    assert any("（上海制造业“十四五”）" in e.zh for e in seen_through("ai", PERIODS[0]).elements)


def test_no_carrier_in_a_period_is_an_empty_map():
    seen = seen_through("ships-offshore", PERIODS[1])
    assert seen.elements == [] and seen.scheme.groups == () and seen.sources == ()
    assert seen.zones == frozenset()
    assert Counter(one.period for one in found("ships-offshore")) == {PERIODS[0]: 6}


@pytest.fixture(scope="module")
def maps():
    """The payload of an industry's map by industry, period and language, each made once."""
    made, boundaries = {}, load_boundaries()

    def map_of(tag, period, lang="zh"):
        if (tag, period, lang) not in made:
            view = MapView(lang=lang, metric=None, industry=tag, plan_period=period)
            made[tag, period, lang] = payload(view, PLANS, boundaries)
        return made[tag, period, lang]

    return map_of


def pale(data):
    return {zone for zone, state in data["states"].items() if state == "faint"}


def full(data, park):
    return {z["zone"] for z in data["zones"] if z["park"] == park and z["zone"] not in pale(data)}


def test_words_on_one_zone_of_a_park_leave_its_others_faint(maps):
    """The 15th plan's 闵行开发区 is not the old industrial base beside it."""
    whole = set(PLANS.parks["metdz"].zones)
    assert full(maps("energy-green", PERIODS[1]), "metdz") == {"metdz"} != whole
    assert full(maps("equipment", PERIODS[0]), "metdz") == whole


def test_a_member_of_one_zone_leaves_the_others_faint():
    quiet = {name: replace(park, industries=()) for name, park in PLANS.parks.items()}
    view = MapView(metric=None, industry="energy-green", plan_period=PERIODS[1])
    data = payload(view, replace(PLANS, parks=quiet), load_boundaries())
    assert full(data, "metdz") == {"metdz"}


@pytest.mark.parametrize("tag", TAGS)
def test_every_industrys_map_shows_something_where_no_period_is_named(maps, tag):
    data = maps(tag, None)
    period = latest(tag, PLANS, SCHEMES)
    assert period.replace("-", "–") in data["subtitle"]
    assert data["sketches"] or len(pale(data)) < len(data["zones"])
    assert period == max(one.period for one in found(tag))


def test_a_period_in_which_nobody_carries_it_says_so_and_cites_nothing(maps):
    for lang, words in (("zh", "没有载明"), ("en", "No plan of 2026–2030")):
        data = maps("equipment", PERIODS[1], lang)
        assert words in data["subtitle"] and data["sketches"] == []
        head = {"zh": "布局来源", "en": "Layout:"}[lang]
        assert not any(line.startswith(head) for line in data["sources"])


def marks(data):
    section = next(one for one in data["legend"] if one["layer"] == "scheme")
    return {e["element"]: e["swatch"]["mark"] for e in section["entries"] if "element" in e}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("tag", TAGS)
def test_the_legend_marks_what_is_on_the_map(maps, tag, period):
    data = maps(tag, period)
    legend, drawn = marks(data), {item["id"]: item for item in data["sketches"]}
    assert set(legend) == set(drawn)
    same = seen_through(tag, period).same
    for name, item in drawn.items():
        if item["form"] or name in same:
            assert legend[name] == item["mark"]
            assert item["form"] or item["colour"] == drawn[same[name]]["colour"]
        else:
            assert (legend[name] == "dot") == bool(item["dots"])
            assert legend[name] in ("dot", "area", "none")
        assert bool(item["card"]["unshaped"]) == (item["form"] is None)


def test_a_card_says_why_its_element_has_no_shape(maps):
    said = {item["id"]: item["card"]["unshaped"] for item in maps("ai", PERIODS[0])["sketches"]}
    assert "4+X" in said["ai-one-axis-three-areas.neobay"]
    assert "成员" in said["one-axis-three-belts.belt-river"]
    assert "未落图" in said["ai-one-axis-three-areas.areas"]


@pytest.mark.parametrize(("tag", "period"), [("ai", PERIODS[0]), ("biomedicine", PERIODS[1])])
def test_parks_that_do_not_carry_it_are_faint(maps, tag, period):
    carrying = {one.park for one in found(tag) if one.period == period} - {""}
    zones, faint = maps(tag, period)["zones"], pale(maps(tag, period))
    assert {zone["park"] for zone in zones if zone["zone"] not in faint} == carrying
    assert {zone["park"] for zone in zones if zone["zone"] in faint} == set(PLANS.parks) - carrying
    assert carrying and carrying != set(PLANS.parks)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_names_industry_period_and_documents(maps, lang):
    data = maps("ai", PERIODS[0], lang)
    assert PLANS.tags["ai"].name(lang) in data["title"]
    assert "2021–2025" in data["subtitle"]
    elements = seen_through("ai", PERIODS[0]).elements
    assert [item["id"] for item in data["sketches"]] == [element.id for element in elements]
    for source in {element.source_id for element in elements}:
        assert PLANS.sources[source].short(lang) in data["subtitle"]
    assert not re.search("mh155|十五五", data["subtitle"])


def test_a_period_is_the_latest_where_none_is_named(maps):
    view = MapView(metric=None, industry="ai")
    assert payload(view, PLANS, load_boundaries()) == maps("ai", PERIODS[1])


def test_a_carrier_is_a_record_that_compares():
    one = found("ai")[0]
    assert isinstance(one, Carrier) and one == carriers("ai", PLANS, SCHEMES)[0]
