"""Unread words in a zone's sentence, distances without a side, areas that are no zone's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sizhi import parse

SQUARE = "东至万芳路，南至沈庄塘，西至召楼路，北至江月路"


def told(text: str, lang: str = "zh") -> list[str]:
    return [warning.text(lang) for warning in parse(text).warnings]


@pytest.mark.parametrize(
    "words",
    ["除铁路用地", "扣除轨道交通用地", "不含绿地", "不包括河道水面", "不包含已建厂区",
     "沈杜公路以北除外", "河道以外", "沈庄塘之外"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{0}，{1}。", "{0}（{1}）。", "{0}，面积2平方公里，{1}"])
def test_ground_that_is_excluded_is_told_and_stands_on_the_zone(words, form):
    text = form.format(SQUARE, words)
    (part,) = parse(text).parts
    assert part.excludes == (words,)
    assert part.as_json()["excludes"] == [words]
    assert sum(words in warning for warning in told(text)) >= 1
    assert any("takes ground away" in warning for warning in told(text, "en"))


@pytest.mark.parametrize(
    "text",
    [SQUARE, f"{SQUARE}。扣除的是别处", f"扣除别处，{SQUARE}", f"{SQUARE}，拆除旧厂房",
     SQUARE.replace("江月路", "江月路（不含）")],
)  # fmt: skip
def test_nothing_is_excluded_outside_the_sentence(text):
    (part,) = parse(text).parts
    assert part.excludes == ()
    assert "excludes" not in part.as_json()


def test_each_zone_has_its_own_exclusions():
    east, west = parse(
        f"东片区：{SQUARE}，不含绿地。西片区：东至召楼路，南至沈庄塘，西至浦星公路，北至江月路。"
    ).parts
    assert (east.excludes, west.excludes) == (("不含绿地",), ())


@pytest.mark.parametrize("more", ["沈杜公路以北", "浦星公路以东", "沈杜公路", "联航路以北地区"])
def test_a_fifth_bound_is_told(more):
    planes = "江月路以南，万芳路以西，沈庄塘以北，召楼路以东"
    told_now = [warning for warning in told(f"{planes}，{more}") if "缺少" not in warning]
    assert any("像是界线" in warning for warning in told_now)


@pytest.mark.parametrize("prose", ["形成产业集聚", "涉及三条路", "重点发展生物医药"])
def test_prose_is_not_told_as_a_bound(prose):
    assert told(f"{SQUARE}，{prose}。") == []


@pytest.mark.parametrize(
    ("words", "metres"),
    [("两百", 200), ("一百五十", 150), ("十", 10), ("二十", 20), ("一千二百", 1200), ("百", 100)],
)
def test_chinese_numerals_are_distances(words, metres):
    (bound,) = parse(f"{SQUARE.replace('江月路', f'江月路北{words}米')}").parts[0].sides["north"]
    assert (bound.name, bound.offset_m, bound.offset_side) == ("江月路", metres, "north")


@given(st.integers(1, 99), st.integers(100, 999), st.sampled_from("-~—至"))
def test_a_range_of_distances_is_no_distance(low, high, sign):
    text = SQUARE.replace("万芳路", f"万芳路西侧约{low}{sign}{high}米")
    (bound,) = parse(text).parts[0].sides["east"]
    assert (bound.name, bound.offset_m) == ("万芳路", None)
    assert f"{low}{sign}{high}米" in bound.qualifier
    assert any("范围" in warning for warning in told(text))


def test_a_distance_in_the_name_is_told():
    text = SQUARE.replace("万芳路", "万芳路西好几百米")
    assert any("未读" in warning for warning in told(text))


@pytest.mark.parametrize(
    "area",
    ["扣除后面积0.3平方公里", "建设用地面积1平方公里", "面积不超过2平方公里",
     "面积不少于2平方公里", "面积不低于2平方公里", "面积2平方公里以上", "面积2平方公里以下"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{0}，{1}。", "{1}，{0}。"])
def test_a_limit_is_no_area_of_a_zone(area, form):
    (part,) = parse(form.format(SQUARE, area)).parts
    assert part.area_km2 is None
    assert any("未采用" in warning for warning in told(form.format(SQUARE, area)))


def test_areas_that_outnumber_the_zones_are_each_told():
    text = f"面积分别为1平方公里、1.1平方公里和3平方公里，{SQUARE}"
    assert parse(text).parts[0].area_km2 is None
    assert sum("不明确" in warning for warning in told(text)) == 3


def test_respectively_with_one_area_is_that_area():
    assert parse(f"{SQUARE}，面积分别为2平方公里").parts[0].area_km2 == 2


@given(st.text("以为东南西北界万芳路沈庄塘，、。—距米百1除外", max_size=60))
def test_any_words_are_covered_by_tokens(text):
    result = parse(text)
    assert "".join(token.text for token in result.tokens) == result.plain
    for part in result.parts:
        assert part.sides or part.around
