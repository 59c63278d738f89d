"""Elements and members of the layouts: as transcribed, and as the plans' own texts have them."""

import re
from pathlib import Path

import pytest
import yaml
from layouts import ELEMENTS, SCHEMES, stated
from plan_places.layouts import PARK_BOXES, PARKS, listed, names, paragraphs, said_at
from plan_places.texts import lines, section
from plan_places.words import squeeze

from geo.plans.files import load_parks

BELTS = "one-axis-three-belts"
TRANSCRIBED = yaml.safe_load(
    (Path(__file__).parent / "data" / "scheme_members.yaml").read_text(encoding="utf-8")
)
# A slip of the print: what the plan prints, and the name the layout reads it as.
SLIPS = {("three-areas", "佘山"): "余山"}
# Names that do not stand in their layout's document, and what of them does.
NOT_PRINTED = {
    **{(scheme, name): printed for (scheme, name), printed in SLIPS.items()},
    # 嘉定、青浦、松江、奉贤、南汇五个新城
    **{
        ("one-pole-three-belts", f"{name}新城"): name
        for name in ("嘉定", "青浦", "松江", "奉贤", "南汇")
    },
    # The park of mh145 that is decided to stand for this base.
    ("one-core-one-corridor", "上海航天产业基地"): "上海国家民用航天基地",
}
# Layouts that are called by their slogan and, before it, the industry it is of; this one has none.
NO_SLOGAN = {"ai-and-consumer-goods"}
# The element of a layout that does not come where the text has it, and why.
ORDER = {
    "one-pole-three-belts": ("文创园区", "stands with the other bases, before the five areas"),
    "songjiang-new-city": ("生产性服务业功能区", "what has no place comes last"),
}
LONGEST_QUOTE = 40


def element_names(scheme):
    return [squeeze(element.zh) for element in SCHEMES[scheme].elements]


def printed(scheme, name):
    return NOT_PRINTED.get((scheme, name), name)


def tree(scheme, members):
    """Members as the file of transcriptions has them: a name, or a name with its parts."""
    return [
        {SLIPS.get((scheme, m.zh), m.zh): tree(scheme, m.parts)}
        if m.parts
        else SLIPS.get((scheme, m.zh), m.zh)
        for m in members
    ]


@pytest.fixture(scope="module")
def whole():
    """The squeezed text of a document."""
    texts = {}

    def text(source):
        return texts.setdefault(source, squeeze("\n".join(lines(source))))

    return text


# --- against the transcription


def test_every_layout_is_transcribed_and_no_other():
    assert list(SCHEMES) == list(TRANSCRIBED)
    assert len(SCHEMES) == 16
    levels = [(s.level, s.source_id) for s in SCHEMES.values()]
    assert [level for level, _ in levels].count("city") == 4
    assert [source for _, source in levels if source.startswith("mh")] == ["mh145"] * 2 + [
        "mh155"
    ] * 7
    assert [source for _, source in levels].count("sj145") == 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_elements_and_members_are_those_transcribed_in_order(scheme):
    elements = SCHEMES[scheme].elements
    assert [e.zh for e in elements] == list(TRANSCRIBED[scheme])
    for element in elements:
        assert tree(scheme, element.members) == TRANSCRIBED[scheme][element.zh], element.id


# --- against the plans' own words


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_text_lists_these_elements_and_no_other(scheme):
    read, drawn = [name for name, _ in names(scheme)], element_names(scheme)
    if scheme in ORDER:
        assert read != drawn, "no longer an exception"
        for found in (read, drawn):
            found.remove(squeeze(ORDER[scheme][0]))
    assert read == drawn


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_text_lists_these_members_and_no_other(scheme):
    elements = {squeeze(e.zh): e for e in SCHEMES[scheme].elements}
    for name, read in names(scheme):
        element = elements[name]
        members = [squeeze(printed(scheme, m.zh)) for m in element.members if m.cited == "box"]
        if scheme == "one-pole-three-belts":
            members = [squeeze(m.zh) for m in element.members]
        if read is None:
            # One park or place: its only member is itself, however the plan has its name.
            held = [m for m in element.members if m.kind != "group"]
            assert len(held) <= 1 and not any(m.parts for m in held), name
        else:
            assert members == read, name


def test_an_element_of_one_member_is_that_member():
    """Where the names differ, the park's other names or a decision say that it is one."""
    parks = load_parks()
    for scheme, element_id in ELEMENTS:
        element = stated(scheme, element_id)
        if len(element.members) != 1 or element.members[0].zh == element.zh:
            continue
        (member,) = element.members
        known = parks[member.id] if member.kind == "park" else None
        same = known and {element.zh, member.zh} <= {known.zh, *known.aliases}
        assert (
            same
            or printed(scheme, element.zh) == member.zh
            or (element.decision("zh") or member.zh in element.zh or member.cited == "sentence")
        ), (scheme, element_id)


def test_what_the_text_prints_otherwise_is_still_printed_otherwise(whole):
    for (scheme, name), instead in NOT_PRINTED.items():
        text = whole(SCHEMES[scheme].source_id)
        assert squeeze(name) not in text, f"{name} is no longer an exception"
        assert squeeze(instead) in text
        used = {e.zh for e in SCHEMES[scheme].elements} | {
            m.zh for e in SCHEMES[scheme].elements for m in e.walk()
        }
        assert name in used, f"{name} is no longer used"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_of_layout_groups_elements_and_members_are_the_plans(scheme, whole):
    one = SCHEMES[scheme]
    text = whole(one.source_id)
    slogan = [] if scheme in NO_SLOGAN else re.findall(r"[^“”]+", one.zh)
    members = [member.zh for e in one.elements for member in e.walk()]
    # A group may be a part of a term of the slogan: the term, a colon, the part.
    groups = [name for group in one.groups for name in group.zh.split("：")]
    for name in [*slogan, *groups, *(e.zh for e in one.elements), *members]:
        assert squeeze(printed(scheme, name)) in text, name


def test_a_layout_without_a_slogan_still_has_none(whole):
    for scheme in NO_SLOGAN:
        assert squeeze(SCHEMES[scheme].zh) not in whole(SCHEMES[scheme].source_id)


@pytest.mark.parametrize(("scheme", "element_id"), ELEMENTS)
def test_quotes_and_words_stand_where_their_locator_says(scheme, element_id):
    element = stated(scheme, element_id)
    there = said_at(element.source_id, element.locator)
    said = [element.quote, *(one.words for one in element.industries)]
    assert len(element.quote) <= LONGEST_QUOTE
    assert [words for words in said if squeeze(words) not in there] == []
    for member in element.walk():
        at = said_at(element.source_id, member.locator) if member.locator else there
        said = [printed(scheme, member.zh), *(one.words for one in member.industries)]
        assert [words for words in said if squeeze(words) not in at] == [], member.zh


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_layouts_own_locator_names_a_heading_of_its_document(scheme):
    one = SCHEMES[scheme]
    heading = re.match(r"(第.章)?\s*([一二三四五六]、)?", one.locator)
    assert heading[0], one.locator
    chain = [part for part in heading.groups() if part]
    assert section(one.source_id, chain)


# --- the boxes of the city's plan for parks, paragraph by paragraph


@pytest.mark.parametrize("box", [name for name in PARK_BOXES if name != "nodes"])
def test_parts_and_words_stand_in_their_members_own_paragraph(box):
    texts, seen = dict(paragraphs(box)), 0
    for member in stated(BELTS, box).members:
        if member.cited == "sentence":
            continue
        text = texts[squeeze(member.zh)]
        parts = [part for part in member.walk() if part is not member]
        places = [text.find(squeeze(part.zh)) for part in parts]
        assert -1 not in places and places == sorted(places), member.zh
        for one in member.walk():
            assert all(squeeze(c.words) in text for c in one.industries), one.zh
        seen += len(parts)
    assert seen == {
        "lingang": 0, "zhangjiang": 13, "hongqiao": 0,
        "belt-river": 5, "belt-bay": 6, "belt-west": 5,
    }[box]  # fmt: skip


def test_the_words_of_a_node_or_zone_stand_in_its_own_paragraph():
    text = [squeeze(line) for line in lines(PARKS)]
    lead = said_at(PARKS, "六（四）首段")
    for scheme in ("five-new-cities", "digital-demonstration-zones"):
        for element in SCHEMES[scheme].elements:
            (own,) = (
                line for line in text if re.match(re.escape(squeeze(element.zh)) + "(:|打响)", line)
            )
            there = own + (lead if "首段" in element.locator else "")
            for words in (element.quote, *(one.words for one in element.industries)):
                assert squeeze(words) in there, (element.id, words)


def test_belt_sentences_name_nothing_that_is_left_out():
    text = squeeze("\n".join(lines(PARKS)))
    for element_id, pattern in (
        ("belt-river", r"沿江高端产业集群发展带,由(.+?)等组成"),
        ("belt-bay", r"形成以([^。]+?)为主体的园区集群"),
        ("belt-west", r"沪西高端产业集群发展带,包含(.+?)等优势园区"),
    ):
        named = set(listed(re.search(pattern, text)[1]))
        members = {squeeze(member.zh) for member in stated(BELTS, element_id).members}
        # The sentence writes two names otherwise: the box has 闵行开发区 and 青浦工业园区.
        assert named - members <= {"闵行经开区", "青浦工业区"}
        extra = {m.zh for m in stated(BELTS, element_id).members if m.cited == "sentence"}
        assert extra == (named - {name for name, _ in paragraphs(element_id)}) - {
            "闵行经开区",
            "青浦工业区",
        }


def test_the_sentence_on_the_seven_zones_lists_the_same_seven():
    ((words),) = re.findall(r"重点聚焦(.+?)等数字化转型示范区", said_at(PARKS, "六（四）首段"))
    # It prints 小镇 where the box prints 小城; the card says so.
    named = [name.replace("小镇", "小城") for name in listed(words)]
    assert named == element_names("digital-demonstration-zones")
    assert "小镇" in stated("digital-demonstration-zones", "haina").decision("zh")


def test_the_first_paragraph_on_four_plus_x_names_the_same_ten():
    text = squeeze(section("mh145", ["第四章"])).split("表4-1")[0]
    four = re.findall(r"“4”是(.+?)等“四大园区”", text)[0]
    more = re.findall(r"“X”以(.+?)等特色产业板块", text)[0]
    # As printed there: one character too many, and three blocks by another name.
    otherwise = {
        "临港浦江国际科技处城": "临港浦江国际科技城",
        "零号湾创新创业集聚区": "大零号湾全球创新创业集聚区",
        "科技绿洲": "虹桥科技绿洲",
    }
    groups = {"four": four.replace("与", "、"), "x": more}
    for group, words in groups.items():
        named = {otherwise.get(name, name) for name in listed(words)}
        elements = SCHEMES["four-plus-x"].elements
        assert named == {e.zh for e in elements if e.group.id == group}


def test_the_identity_of_the_national_base_rests_on_the_older_plans_words(whole):
    older = whole("mh145")
    assert "上海国家民用航天产业基地" in older and "(五)上海航天产业基地" in older


def test_belts_keep_to_the_districts_of_the_citys_manufacturing_plan(whole):
    text = whole("sh145")
    for start, words in (
        ("沿江高端产业集群发展带,主要涉及", ("浦东北部", "宝山", "崇明长兴岛")),
        ("沿湾高端产业集群发展带,从临港新片区沿杭州湾北岸延伸到", ("奉贤", "金山")),
        ("沪西高端产业集群发展带,主要涉及", ("嘉定", "青浦", "松江", "闵行")),
    ):
        after = text[text.index(start) + len(start) :][:20]
        assert all(word in after for word in words)
