"""The layouts' entries: ids, groups, names of parks, and industries by the words they rest on."""

import re
from itertools import groupby

import pytest
from layouts import ELEMENTS, SCHEMES, alone, stated

from geo.errors import LANGUAGES
from geo.osm.places import load_places
from geo.plans import Plans
from geo.plans.files import load_parks

# The elements under each term of a slogan, in order; "-" for those under none.
GROUPS = {
    "one-axis-three-belts": "one-axis:4 three-belts:3 many-nodes:5",
    "one-pole-three-belts": "pole:1 belts:3 new-cities:5 bases:6 transition:5",
    "five-new-cities": "-:5",
    "digital-demonstration-zones": "-:7",
    "four-plus-x": "four:4 x:6",
    "ai-one-axis-three-areas": "axis:1 areas:1 clusters:1 -:7",
    "one-axis-two-cores-two-rings": "axis:1 cores:2 rings:2",
    "energy-one-core-one-belt-two-parks": "core:1 belt:1 parks:2",
    "one-core-one-corridor": "core:1 corridor:1 -:2",
    "aviation-one-core-one-belt": "core:1 belt:1",
    "biomedicine-one-river-two-bays": "river-bays-parks:3",
    "electronics-chip-and-screen": "-:4",
    "ai-and-consumer-goods": "ai:1 consumer:3",
    "one-corridor-nine-areas": "corridor:1 areas:1",
    "three-areas": "-:3",
    "songjiang-new-city": "-:4",
}
# What a plan's words must name for an industry to be read from them.
TERMS = {
    "integrated-circuits": "集成电路|芯片|半导体",
    "it-software": "信息|软件|5G|传感|AM-OLED|互联网领军",
    "industrial-internet": "工业互联网",
    "digital-economy": "数字经济|在线新经济|数字产业化|数字科创|数智",
    "ai": "人工智能|机器人|具身智能|“四智”",
    "biomedicine": "医药|医疗|生命(?:健康|科学)|创新药|大健康|医学|医械|基因|细胞|药物",
    "aerospace": "航空|航天|大飞机|无人机|北斗|卫星",
    "equipment": "装备",
    "ships-offshore": "船舶|海洋装备",
    "smart-manufacturing": "智能制造|智能造|智能装备|机器人",
    "intelligent-vehicles": "汽车|未来车|车列|智能网联|智能运载",
    "energy-green": "能源|节能|氢能|碳中和|绿色制造|发电",
    "new-materials": "材料|精品钢",
    "chemicals": "化工|化学品",
    "consumer": "美丽健康|美妆|食品|宠物|时尚消费品",
    "digital-content": "文创|文化创意|数字视听|数字创意|影视",
    "producer-services": "服务业|总部经济|会展|金融科技",
}
# Words that name an industry past doubt: what they are said of carries it.
PLAIN = {
    "integrated-circuits": "集成电路|芯片",
    "it-software": "信息技术|软件",
    "industrial-internet": "工业互联网",
    "digital-economy": "数字经济|在线新经济",
    "ai": "人工智能(?!创新试验区)",
    "biomedicine": "生物医药|医疗器械|生命健康|生命科学",
    "aerospace": "航天|航空",
    "smart-manufacturing": "智能制造",
    "intelligent-vehicles": "汽车",
    "energy-green": "新能源(?!汽车)|节能环保|氢能",
    "new-materials": "新材料",
    "chemicals": "化工|化学品",
    "ships-offshore": "船舶",
    "digital-content": "文化创意|文创",
    "producer-services": "生产性服务业",
}


def records():
    """Every element and member, as (layout, its name, what it carries)."""
    for scheme, element in ELEMENTS:
        one = stated(scheme, element)
        for carrier in (one, *one.walk()):
            yield scheme, carrier.zh, carrier.industries


def test_every_industry_of_the_plans_has_its_terms():
    assert set(TERMS) == set(Plans.load().tags) >= set(PLAIN)


@pytest.mark.parametrize("tag", TERMS)
def test_the_words_name_the_industry_they_are_read_as(tag):
    said = [
        (scheme, name, one.words)
        for scheme, name, carried in records()
        for one in carried
        if one.tag == tag
    ]
    assert said
    assert [one for one in said if not re.search(TERMS[tag], one[2])] == []


@pytest.mark.parametrize("tag", PLAIN)
def test_what_the_words_name_is_not_left_out(tag):
    missed = {
        (name, tag)
        for _, name, carried in records()
        if any(re.search(PLAIN[tag], one.words) for one in carried)
        and tag not in {one.tag for one in carried}
    }
    assert missed == set()


# --- ids, groups and names


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_groups_hold_these_elements_and_come_in_the_slogans_order(scheme_id):
    scheme = SCHEMES[scheme_id]
    runs = groupby(scheme.elements, lambda element: element.group.id if element.group else "-")
    made = [(name, len(list(run))) for name, run in runs]
    assert " ".join(f"{name}:{count}" for name, count in made) == GROUPS[scheme_id]
    used = [name for name, _ in made if name != "-"]
    groups = [group.id for group in scheme.groups]
    assert used == groups
    assert all(group.zh and group.en for group in scheme.groups)


def test_ids_are_plain_and_unique_and_locators_are_given():
    plain = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
    assert all(plain.fullmatch(name) for name in SCHEMES)
    assert all(plain.fullmatch(element) for _, element in ELEMENTS)
    assert len(set(ELEMENTS)) == len(ELEMENTS) >= 90
    titles = [scheme.title(lang) for scheme in SCHEMES.values() for lang in LANGUAGES]
    assert len(set(titles)) == len(titles)


def test_no_industry_is_given_twice_and_none_without_words():
    for scheme_id, element_id in ELEMENTS:
        element = stated(scheme_id, element_id)
        for one in (element, *element.walk()):
            tags = [carried.tag for carried in one.industries]
            assert len(set(tags)) == len(tags), (scheme_id, element_id, one.zh)
            assert all(len(carried.words) <= 50 for carried in one.industries)


def test_an_element_of_one_place_does_not_repeat_its_industries():
    for scheme_id, element_id in ELEMENTS:
        only, element = alone(scheme_id, element_id), stated(scheme_id, element_id)
        # A belt along a road is more than the one park that its plan names on it.
        if only is not None and element.industries and element.role != "belt":
            assert not only.industries, (scheme_id, element_id)


def test_parks_and_their_zones_are_those_of_the_plan_data():
    parks = load_parks()
    names = {}
    for scheme_id, element_id in ELEMENTS:
        for member in stated(scheme_id, element_id).all_members():
            if member.kind == "park":
                assert set(member.zones) <= set(parks[member.id].zones)
                names.setdefault(member.id, set()).add(member.zh)
    otherwise = {
        park: found - {parks[park].zh, *parks[park].aliases} for park, found in names.items()
    }
    # mh155's name of a park for medicine, which its element says is taken as Greater Neobay.
    assert {park: found for park, found in otherwise.items() if found} == {"neobay": {"大零号湾园"}}
    assert "视为大零号湾" in stated("biomedicine-one-river-two-bays", "neobay").decision("zh")


@pytest.mark.parametrize(("scheme_id", "element_id"), ELEMENTS)
def test_english_is_english_but_for_names_told_as_printed(scheme_id, element_id):
    element = stated(scheme_id, element_id)
    han = re.compile(r"[\u4e00-\u9fff]")
    assert not han.search(element.name("en") + element.gist_en + element.how("en"))
    for member in element.walk():
        assert not han.search(member.name("en")), member.zh
    printed = set(re.findall(r"[\u4e00-\u9fff]+", element.decision("en")))
    assert all(name in element.decision("zh") for name in printed)


# --- whose numbers belong to a layout or element


def test_an_element_or_layout_is_about_what_it_is_of():
    plans = Plans.load()
    # Layouts are about their document's area, or about the parks of it that they are made of.
    areas = {
        "mh145": {"minhang", "park-blocks"},
        "mh155": {"minhang"},
        "sj145": {"songjiang"},
        "sh145": {"shanghai"},
        "shpark145": {"shanghai-parks"},
    }
    for scheme in SCHEMES.values():
        tags = {tag for element in scheme.elements for tag in element.tags()}
        if scheme.about is not None:
            assert scheme.about.subject in areas[scheme.source_id], scheme.id
        own = [(scheme.about, tags)] + [(e.about, set(e.tags())) for e in scheme.elements]
        for about, carried in own:
            if about is not None and about.industry:
                standing = {t.id for t in plans.tags.values() if about.industry in t.industries}
                assert about.industry.startswith(f"{scheme.source_id}.")
                assert standing & carried, (scheme.id, about)
        for element in scheme.elements:
            if element.about is not None and not element.about.industry:
                names = (plans.subjects[element.about.subject].zh, element.zh)
                assert names[0] in names[1] or names[1] in names[0], names


def test_one_place_has_one_english_name():
    plans = Plans.load()
    names = {}
    for one in (*load_places().values(), *plans.subjects.values()):
        names.setdefault(one.zh, set()).add(one.en)
    for scheme_id, element_id in ELEMENTS:
        element = stated(scheme_id, element_id)
        for one in (element, *element.walk()):
            names.setdefault(one.zh, set()).add(one.en)
    parks = {park.zh: {park.en, park.short_en} for park in plans.parks.values()}
    twice = {zh: en for zh, en in names.items() if len(en) > 1 and not en <= parks.get(zh, set())}
    assert twice == {}
    # A park has its own name in every layout, and 临港 one spelling.
    for zh in parks.keys() & names.keys():
        assert names[zh] <= parks[zh], zh
    assert not any("Lin-gang" in name for found in names.values() for name in found)
