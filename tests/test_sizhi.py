"""The parser of four-bounds sentences: published clauses, phrasings, and texts that are none."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.sizhi import MAX_CHARS, SIDE_NAMES, SIDE_ORDER, Bound, normalise, parse
from geo.zones import Zone, load_zones

PLAN = Path(__file__).parents[2] / "shared" / "plans" / "minhang_manufacturing_14fyp.txt"
ZONES = {zone.id: zone for zone in load_zones()[0] if zone.clause}
# What each published clause says, read by a person: east, south, west, north.
READ = {
    "xinzhuang": ("横泾港", "北松公路 元江路", "北沙港", "松江界 春申塘"),
    "pujiang": ("万芳路", "江月路 立跃路", "浦星公路", "中心河"),
    "zizhu": ("江川东路 紫星路", "黄浦江", "沧源路", "东川路"),
    "minhang-base-east": ("华宁路 兰坪路", "黄浦江", "北沙港", "剑川路"),
    "minhang-base-west": ("祥云路 天星路", "黄浦江", "汇江路", "铁路"),
    "metdz": ("北沙港", "黄浦江", "汇江路", "剑川路"),
    "maqiao": ("昆阳路 北沙港", "江川路 黄浦江", "茜浦泾 女儿泾 水富路", "元江路 铁路河"),
    "neobay": ("虹梅南路", "黄浦江", "沪闵路", "申嘉湖高速"),
    "xiangyang": ("景西路 旺梅路 浦宁路", "俞塘 北吴路", "都园路", "六磊塘 双柏路"),
    "tech-oasis": ("莲花路", "漕宝路", "新泾港 合川路", "高门泾"),
    "aerospace-1": ("万芳路", "沈庄塘", "召楼路", "江月路"),
    "aerospace-2": ("陈行公路 苏召路", "沈杜公路", "万芳路 三鲁路", "中心河"),
}
SQUARE = {"east": ["万芳路"], "south": ["沈庄塘"], "west": ["召楼路"], "north": ["江月路"]}


def names(part) -> dict[str, list[str]]:
    """A part's names by side."""
    return {side: [bound.name for bound in bounds] for side, bounds in part.sides.items()}


def only(text: str):
    """The one part of a text that has one."""
    result = parse(text)
    assert len(result.parts) == 1, result
    return result.parts[0]


def folded(text: str) -> str:
    """Text without the differences that a copy of a document makes."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def plan_lines() -> list[str]:
    """The plan's paragraphs, one a line."""
    if not PLAN.exists():
        pytest.skip("the plan's text is not part of the project and not next to it")
    return [folded(line) for line in PLAN.read_text(encoding="utf-8").splitlines()]


def paragraph_of(zone: Zone, lines: list[str]) -> str:
    """The one paragraph of the plan that holds a zone's clause."""
    found = [line for line in lines if folded(zone.clause) in line]
    assert len(found) == 1, (zone.id, len(found))
    return found[0]


# --- the published clauses ----------------------------------------------


def test_every_zone_with_a_clause_has_been_read_by_a_person():
    assert list(ZONES) == list(READ)


@pytest.mark.parametrize("zone", READ)
def test_published_clause(zone):
    result = parse(ZONES[zone].clause)
    assert result.warnings == []
    assert len(result.parts) == 1
    expected = dict(zip(SIDE_ORDER, (side.split() for side in READ[zone]), strict=True))
    assert names(result.parts[0]) == expected
    assert result.parts[0].missing() == []


@pytest.mark.parametrize("zone", READ)
def test_clause_stands_in_the_plan_word_for_word(zone, plan_lines):
    assert paragraph_of(ZONES[zone], plan_lines)


@pytest.mark.parametrize("zone", READ)
def test_whole_paragraph_gives_the_clause_and_its_area(zone, plan_lines):
    record = ZONES[zone]
    parts = parse(paragraph_of(record, plan_lines)).parts
    clause = names(only(record.clause))
    same = [part for part in parts if names(part) == clause]
    assert len(same) == 1
    if record.published_area_km2:
        assert same[0].area_km2 == pytest.approx(record.published_area_km2, abs=1e-9)


def test_nothing_else_in_the_plan_reads_as_a_zone(plan_lines):
    texts = "".join(folded(zone.clause) for zone in ZONES.values())
    found = [part for line in plan_lines for part in parse(line).parts]
    assert len(found) == len(ZONES)
    for part in found:
        assert all(name in texts for side in names(part).values() for name in side)


def test_paragraph_of_two_phases_names_them(plan_lines):
    first, second = parse(paragraph_of(ZONES["aerospace-1"], plan_lines)).parts
    assert (first.name, second.name) == ("基地一期", "二期")
    assert (first.area_km2, second.area_km2) == (1.0, 4.13)


def test_qualifiers_are_kept_apart():
    part = only(ZONES["minhang-base-west"].clause)
    assert part.sides["south"] == (Bound("黄浦江", "绿地"),)
    assert part.sides["north"] == (Bound("铁路", "现状"),)


# --- phrasings ----------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "东至万芳路，南至沈庄塘，西至召楼路，北至江月路",
        "东至万芳路、南至沈庄塘、西至召楼路、北至江月路。",
        "北至江月路；西至召楼路；南至沈庄塘；东至万芳路",
        "四至范围为：东到万芳路、南到沈庄塘、西到召楼路、北到江月路，面积1平方公里",
        "四至范围范围是东至万芳路,南至沈庄塘,西至召楼路,北至江月路",
        "东起万芳路，西至召楼路，南临沈庄塘，北接江月路",
        "东临万芳路，南靠沈庄塘，西抵召楼路，北邻江月路",
        "东以万芳路为界，南以沈庄塘为界，西以召楼路为界，北以江月路为界",
        "东侧为万芳路，南侧为沈庄塘，西侧为召楼路，北侧为江月路",
        "  东 至 万芳路 ，\t南至沈庄塘，西至召楼路，　北至江月路  ",
        "东至\u200b万芳路，南至沈庄塘\u200b，西至召楼路，北至\ufeff江月路",
        "东至万芳路，\n南至沈庄塘，\r\n西至召楼路，\n北至江月路",
        "（东至万芳路，南至沈庄塘，西至召楼路，北至江月路）",
        "东至现状万芳路，南至沈庄塘中心线，西至规划召楼路，北至江月路以南",
    ],
)
def test_phrasing(text):
    assert names(only(text)) == SQUARE


@pytest.mark.parametrize(
    "joiner", ["、", "，", "/", "—", "——", "–", "~", "～", "和", "及", "与", "或"]
)
def test_several_features_of_a_side_keep_their_order(joiner):
    part = only(f"东至万芳路{joiner}陈行公路，南至沈庄塘，西至召楼路，北至江月路")
    assert names(part) == SQUARE | {"east": ["万芳路", "陈行公路"]}


def test_a_joiner_inside_a_name_is_no_joiner():
    assert names(only("东至和平路，南至与时路，西至召楼路，北至江月路"))["east"] == ["和平路"]
    assert names(only("东至和平路，南至与时路，西至召楼路，北至江月路"))["south"] == ["与时路"]


def test_shared_side():
    part = only("东、南至黄浦江，西至召楼路，北至江月路")
    assert part.sides["east"] == part.sides["south"] == (Bound("黄浦江"),)


def test_prose_behind_the_last_side_is_not_a_feature():
    part = only("东至万芳路，南至沈庄塘，西至召楼路，北至江月路，总用地面积约150公顷，涉及两个村")
    assert names(part) == SQUARE
    assert part.area_km2 == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("words", "km2"),
    [
        ("1.5平方公里", 1.5),
        ("1.5平方千米", 1.5),
        ("１．５平方公里", 1.5),
        ("1.5km²", 1.5),
        ("1.5㎢", 1.5),
        ("150公顷", 1.5),
        ("150万平方米", 1.5),
        ("2250亩", 1.5),
        ("1.5万人", None),
    ],
)
@pytest.mark.parametrize("where", ["面积{}，{}。", "{1}，面积约{0}。"])
def test_stated_area(words, km2, where):
    text = where.format(words, "东至万芳路，南至沈庄塘，西至召楼路，北至江月路")
    assert only(text).area_km2 == (None if km2 is None else pytest.approx(km2, abs=1e-9))


def test_the_area_nearest_to_the_sides_counts():
    square = "东至万芳路，南至沈庄塘，西至召楼路，北至江月路"
    assert only(f"全镇40平方公里，本区1平方公里，{square}").area_km2 == 1.0
    assert only(f"{square}。规划面积1平方公里，其中工业用地760.1亩").area_km2 == 1.0


def test_several_zones_in_one_text():
    result = parse(
        "一期面积1平方公里，东至甲路，南至乙河，西至丙路，北至丁路；"
        "二期面积2平方公里，东至戊路，南至己河，西至庚路，北至辛路。"
    )
    assert [(part.name, part.area_km2) for part in result.parts] == [("一期", 1.0), ("二期", 2.0)]
    assert names(result.parts[1])["north"] == ["辛路"]


def test_missing_side_is_a_warning():
    result = parse("东至万芳路，西至召楼路，北至江月路")
    assert result.parts[0].missing() == ["south"]
    assert any("缺少南侧" in warning.zh for warning in result.warnings)


def test_side_without_a_feature_is_a_warning_and_said_once():
    result = parse("东至，东至，南至沈庄塘")
    assert names(result.parts[0]) == {"south": ["沈庄塘"]}
    assert sum("“东至”" in warning.zh for warning in result.warnings) == 1


# --- texts that hold no boundary, or hold it badly ----------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "2025年，全区规上工业总产值突破5000亿元。",
        "以四川、陕西为中心的中西部地区",
        "The quick brown fox",
        "东南西北",
        "\x00\x01\x02",
        "<script>alert(1)</script>",
        "NaN",
    ],
)
def test_no_boundary_is_an_empty_result_and_a_warning(text):
    result = parse(text)
    assert result.parts == []
    assert len(result.warnings) == 1
    assert "没有四至" in result.warnings[0].zh
    assert result.text == text


def test_markup_is_no_part_of_a_name():
    part = only("东至<b>万芳路</b>，南至沈庄塘，西至召楼路，北至江月路")
    assert names(part)["south"] == ["沈庄塘"]
    assert names(part)["east"] == ["万芳路"]


SQUARES = "东至万芳路，南至沈庄塘，西至召楼路，北至江月路。"


def test_huge_text_is_cut_with_a_warning():
    text = SQUARES * (100_000 // len(SQUARES) + 1)
    result = parse(text)
    assert "文本超过" in result.warnings[0].zh
    assert 0 < len(result.parts) <= MAX_CHARS // len(SQUARES) + 1
    assert all(names(part) == SQUARE for part in result.parts[:-1])
    assert result.text == text


@pytest.mark.parametrize(
    "text",
    [
        "1" * 19_000 + SQUARES,
        "东至万芳路" + "止" * 19_000,
        "东至" + "与" * 19_000,
        "东、" * 9_500 + "至万芳路",
        "东至" * 10_000,
        "规划" * 9_500 + SQUARES,
        "东西南北" * 4_900 + "片区" + SQUARES,
        "东至" + "1." * 9_900,
        "东至" + "（" * 19_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_repetition_ends(text):
    """Each of these took seconds or minutes where a pattern was free to look back and forth."""
    result = parse(text)
    assert len(result.warnings) < 20
    json.dumps(result.as_json(), allow_nan=False)


def test_a_number_too_long_to_be_an_area_is_none():
    part = only("面积" + "9" * 400 + "平方公里，" + SQUARES)
    assert part.area_km2 is None


# --- properties ----------------------------------------------

fragments = st.sampled_from(
    [*"东南西北至到以为和及与、，。；（）—~ \n", "四至", "片区", "一期", "万芳路", "黄浦江", "绿地",
     "规划", "面积", "1.5", "平方公里", "亩", "为界", "<i>", "\x00", "\ud800", "😀", "㎢"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(fragments, max_size=40).map("".join)))
@example("东至")
@example("东至、、，，")
@example("至东以西为")
def test_any_string_parses_or_says_why(text):
    result = parse(text)
    assert result.parts or result.warnings
    document = json.loads(json.dumps(result.as_json(), allow_nan=False))
    assert set(document) == {"parts", "warnings"}
    for part in result.parts:
        assert part.sides
        for side, bounds in part.sides.items():
            assert side in SIDE_ORDER
            assert bounds
            assert all(bound.name for bound in bounds)
    # Every name is the text's own words.
    plain = normalise(text)
    assert all(
        b.name in plain for part in result.parts for side in part.sides.values() for b in side
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


stems = st.text("甲乙丙丁戊己庚辛壬癸申春沪莲华顾梅", min_size=2, max_size=4)
features = st.builds(
    str.__add__, stems, st.sampled_from(["路", "公路", "大道", "河", "塘", "泾", "高速"])
)
sides = st.lists(features, min_size=1, max_size=3, unique=True)


@settings(max_examples=200, deadline=None)
@given(
    east=sides, south=sides, west=sides, north=sides,
    order=st.permutations(SIDE_ORDER),
    verb=st.sampled_from(["至", "到", "临", "接", "邻", "抵"]),
    joiner=st.sampled_from(["、", "和", "及", "—", "，"]),
    between=st.sampled_from(["，", "、", "；", "。"]),
    area=st.one_of(st.none(), st.decimals("0.01", "99.99", places=2)),
)  # fmt: skip
def test_a_written_clause_is_read_back(
    east, south, west, north, order, verb, joiner, between, area
):
    written = dict(zip(SIDE_ORDER, (east, south, west, north), strict=True))
    text = between.join(f"{SIDE_NAMES[side]}{verb}{joiner.join(written[side])}" for side in order)
    if area is not None:
        text += f"。面积约{area}平方公里"
    result = parse(text)
    assert result.warnings == []
    assert len(result.parts) == 1
    assert names(result.parts[0]) == written
    assert result.parts[0].area_km2 == (None if area is None else pytest.approx(float(area)))


@pytest.mark.parametrize(
    ("text", "km2"),
    [
        ("东至甲路，南至乙路，西至丙路，北至丁路，总面积1,125亩", 0.75),
        ("东至甲路，南至乙路，西至丙路，北至丁路，总面积1，125亩", 0.75),
        ("东至甲路，南至乙路，西至丙路，北至江月路，5.8平方公里", 5.8),
    ],
)
def test_thousands_separators_belong_to_the_number(text, km2):
    assert parse(text).parts[0].area_km2 == pytest.approx(km2)


def test_the_points_between_are_sides_of_their_own():
    found = parse("东北至甲路，东南至乙路，西南至丙路，西北至丁路")
    assert found.warnings == []
    (part,) = found.parts
    assert {side: bounds[0].name for side, bounds in part.sides.items()} == {
        "northeast": "甲路", "southeast": "乙路", "southwest": "丙路", "northwest": "丁路",
    }  # fmt: skip


def test_a_remark_in_brackets_hides_no_name_behind_it_and_is_kept():
    found = parse("东至A路（B路）、C路，南至D河，西至中环路(申江路)、E路，北至F路（规划）。")
    (part,) = found.parts
    assert [bound.name for bound in part.sides["east"]] == ["A路", "C路"]
    assert [bound.name for bound in part.sides["west"]] == ["中环路", "E路"]
    assert [bound.name for bound in part.sides["north"]] == ["F路"]
    assert part.sides["east"][0].other_names == ("B路",)
    assert part.sides["west"][0].other_names == ("申江路",)
    assert part.sides["north"] == (Bound("F路", "规划"),)
    assert found.warnings == []


@pytest.mark.parametrize("joint", ["及", "和", "与", "以及", "或"])
@pytest.mark.parametrize(
    "name", ["宝南路", "莘西路", "邱泾", "环东河", "春中路", "陈南路", "华宁路", "丰南河", "俞塘"]
)
def test_a_joining_word_is_no_part_of_the_name_behind_it(joint, name):
    part = parse(f"东至中春路{joint}{name}，北至蒲汇塘{joint}{name}").parts[0]
    assert [bound.name for bound in part.sides["east"]] == ["中春路", name]
    assert [bound.name for bound in part.sides["north"]] == ["蒲汇塘", name]


def test_names_that_begin_like_a_joining_word_stay_whole():
    part = parse("东至和平路、及第路，南至与德路，西至沪闵路和平路").parts[0]
    names = [bound.name for bounds in part.sides.values() for bound in bounds]
    assert names == ["和平路", "及第路", "与德路", "沪闵路", "和平路"]


@pytest.mark.parametrize("name", ["界浜", "界河", "界泾", "界泾路", "界路"])
@pytest.mark.parametrize("form", ["南侧为{}", "南以{}为界", "南至{}", "南为{}"])
def test_names_that_begin_with_the_word_for_border(form, name):
    parsed = parse(f"东至甲路，{form.format(name)}，西侧为泗马塘")
    assert [bound.name for bound in parsed.parts[0].sides["south"]] == [name]
    assert parse("东至甲路，南侧为界，西至乙路").parts[0].sides.keys() == {"east", "west"}
