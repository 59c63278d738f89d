"""Names as texts write them: variants, codes, old names, borders, and words that name no line."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiLineString, Point

from geo.crs import to_local
from geo.errors import AtlasError
from geo.names import (
    NAMES_FILE,
    Alike,
    load_other_names,
    no_line,
    other_names,
    rail_variants,
    suffix_variants,
)
from geo.reason import Reason
from geo.reference import Line, Match, Miss, Reference, district_border, load_districts

STRAIGHT = MultiLineString([[(0, 0), (1000, 0)]])
KINDS = {
    "沪金高速": "road", "申嘉湖高速": "road", "外环高速": "road", "京沪高速": "road",
    "中环路": "road", "中环高架路": "road", "三鲁公路": "road", "元江路": "road",
    "俞塘": "river", "六磊塘": "river", "吴泾线": "rail", "上海地铁5号线": "rail",
    "闵行区—松江区界": "border",
}  # fmt: skip
LINES = {name: Line(name, kind, STRAIGHT) for name, kind in KINDS.items()}
REFERENCE = Reference("test", LINES)


def match(written: str, **more) -> Match:
    found = REFERENCE.resolve(written, **more)
    assert isinstance(found, Match), found
    return found


@pytest.mark.parametrize(
    ("written", "name", "how"),
    [
        ("沪金高速", "沪金高速", "exact"),
        ("沪金高速公路", "沪金高速", "suffix"),
        ("外环快速路", "外环高速", "suffix"),
        ("三鲁路", "三鲁公路", "suffix"),
        ("三鲁大道", "三鲁公路", "suffix"),
        ("中环高架", "中环高架路", "suffix"),
        ("俞港", "俞塘", "suffix"),
        ("六磊港", "六磊塘", "suffix"),
        ("S4", "沪金高速", "code"),
        ("s4", "沪金高速", "code"),
        ("S4高速公路", "沪金高速", "code"),
        ("A4", "沪金高速", "code"),
        ("A15公路", "申嘉湖高速", "code"),
        ("G42", "京沪高速", "code"),
        ("A11", "京沪高速", "code"),
        ("莘奉金高速公路", "沪金高速", "old_name"),
        ("沪宁高速", "京沪高速", "old_name"),
        ("外环线", "外环高速", "old_name"),
        ("吴泾铁路", "吴泾线", "suffix"),
        ("吴泾铁路线", "吴泾线", "suffix"),
        ("地铁5号线", "上海地铁5号线", "suffix"),
        ("上海地铁五号线", "上海地铁5号线", "suffix"),
        ("轨道交通5号线", "上海地铁5号线", "suffix"),
        ("闵行区—松江区界", "闵行区—松江区界", "exact"),
        ("铁路", "铁路", "generic"),
        ("河道", "河道", "generic"),
        ("区界", "区界", "generic"),
    ],
)
def test_what_resolves(written, name, how):
    found = match(written)
    assert (found.written, found.line.name, found.how) == (written, name, how)
    if how in ("code", "old_name", "generic"):
        assert isinstance(found.reason, Reason)
        assert found.reason.zh
        assert found.reason.en


@pytest.mark.parametrize(
    "written",
    ["中环", "中环线", "元江高架路", "元江高速", "俞路", "沪金路", "S999", "A4纸", "A", "高速",
     "路", "", "六垒塘", "G60", "吴泾高铁",
     "地铁50号线", "吴泾路", "元江线"],
)  # fmt: skip
def test_what_does_not(written):
    found = REFERENCE.resolve(written)
    assert isinstance(found, Miss)
    assert found.tried[0] == written
    assert found.reason is None


def test_a_road_and_its_elevated_twin_are_two():
    assert match("中环路").line.name == "中环路"
    assert match("中环高架路").line.name == "中环高架路"
    only = Reference("", {"中环高架路": LINES["中环高架路"]})
    assert isinstance(only.resolve("中环路"), Miss)
    assert "中环高架路" in only.resolve("中环路").suggestions


def test_a_ring_is_its_road_only_where_nothing_stands_above_it():
    both = REFERENCE.resolve("中环")
    assert isinstance(both, Miss)
    assert set(both.suggestions) >= {"中环路", "中环高架路"}
    only = Reference("", {"中环路": LINES["中环路"]}).resolve("中环")
    assert (only.line.name, only.how) == ("中环路", "suffix")
    above = Reference("", {"中环高架路": LINES["中环高架路"]}).resolve("中环")
    assert isinstance(above, Miss)
    assert "中环高架路" in above.suggestions


def test_a_railway_is_taken_for_a_railway_only():
    road = Reference("", {"沪昆线": Line("沪昆线", "road", STRAIGHT)})
    assert isinstance(road.resolve("沪昆铁路"), Miss)
    rail = Reference("", {"沪昆线": Line("沪昆线", "rail", STRAIGHT)})
    assert (rail.resolve("沪昆铁路").line.name, rail.resolve("沪昆铁路").how) == (
        "沪昆线",
        "suffix",
    )
    old = rail.resolve("沪杭铁路")
    assert (old.line.name, old.how) == ("沪昆线", "old_name")
    assert "2006" in old.reason.en


def test_what_was_tried_for_a_railway_is_no_nonsense():
    assert REFERENCE.resolve("沪昆铁路").tried == ("沪昆铁路", "沪昆线")
    assert REFERENCE.resolve("沪昆高速铁路").tried == ("沪昆高速铁路", "沪昆高铁")
    assert REFERENCE.resolve("沪杭铁路").tried == ("沪杭铁路", "沪杭线", "沪昆线", "沪昆铁路")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("金山铁路", ["金山线"]), ("金山线", ["金山铁路"]), ("轨交十五号线", ["上海地铁15号线"]),
        ("地铁十号线", ["上海地铁10号线"]), ("外环线", []), ("区界线", []), ("岸线", []),
        ("铁路", []), ("铁路线", []), ("沪杭高铁", []), ("5号线", []), ("高压线", []),
    ],
)  # fmt: skip
def test_railways_under_other_names(written, names):
    assert rail_variants(written) == names


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("规划路", "planned"), ("规划道路", "planned"), ("规划一路", "planned"),
        ("规划河道", "planned"), ("镇界", "towns"), ("浦江镇界", "towns"), ("村界", "towns"),
        ("江川路街道界", "towns"),
    ],
)  # fmt: skip
def test_what_no_reference_can_have_is_said(written, words):
    found = REFERENCE.resolve(written)
    assert isinstance(found, Miss)
    assert words in found.reason.en
    assert found.reason.zh
    assert found.suggestions == ()


@pytest.mark.parametrize("kind", ["coast", "pipeline", "parcel"])
def test_kinds_that_are_no_lines_are_said(kind):
    assert REFERENCE.resolve("某处", kind=kind).reason is not None
    assert REFERENCE.resolve("某处", kind="road").reason is None
    assert match("元江路", kind=kind).how == "exact"


def test_a_planned_name_beside_a_road_is_not_taken():
    reference = Reference("", {"规划路": Line("规划路", "road", STRAIGHT)})
    assert isinstance(reference.resolve("规划路"), Miss)
    # Someone who knows which one is meant may say so.
    assert reference.resolve("规划路", {"规划路": ("规划路", "x")}).how == "alias"


def test_other_names_of_the_text_are_tried_in_order():
    found = match("某某路", other_names=("没有路", "元江路", "三鲁路"))
    assert (found.written, found.line.name, found.how) == ("某某路", "元江路", "alias")
    assert "元江路" in found.reason.zh
    assert "元江路" in found.reason.en
    assert match("某某高速", other_names=("S4",)).how == "code"
    assert match("元江路", other_names=("三鲁公路",)).how == "exact"
    miss = REFERENCE.resolve("某某路", other_names=("没有路",))
    assert {"某某路", "没有路"} <= set(miss.tried)


def test_aliases_come_before_everything():
    given_reason = Reason("改名", "renamed")
    found = match("元江路", aliases={"元江路": ("六磊塘", given_reason)})
    assert (found.line.name, found.how, found.reason) == ("六磊塘", "alias", given_reason)
    border = match("东界", aliases={"东界": ("松江区界", "x")})
    assert border.line.kind == "border"


def test_the_railway_is_no_metro():
    assert match("铁路").line.geometry.length == 1000  # 吴泾线 alone
    assert isinstance(Reference("", {}).resolve("铁路"), Miss)


# --- district borders ----------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("松江界", "松江区界"), ("松江区界", "松江区界"), ("与松江区交界处", "松江区界"),
        ("浦东新区界", "浦东新区界"), ("浦东界", "浦东新区界"), ("徐汇区边界", "徐汇区界"),
        ("闵行区—奉贤区界", "闵行区—奉贤区界"), ("闵行与徐汇界", "闵行区—徐汇区界"),
    ],
)  # fmt: skip
def test_district_borders(written, name):
    found = match(written)
    assert (found.line.name, found.line.kind, found.how) == (name, "border", "exact")
    assert found.line.source == "districts"
    assert "schematic" in found.line.note


@pytest.mark.parametrize("name", load_districts()["name_zh"])
def test_every_district_has_its_border(name):
    frame = load_districts().set_index("name_zh")
    line = district_border(f"{name}界")
    boundary = to_local(frame.geometry[name].boundary)
    assert line.geometry.length == pytest.approx(boundary.length)
    assert line.geometry.hausdorff_distance(boundary) < 0.01


def test_a_shared_border_is_on_both():
    both = district_border("闵行—松江界").geometry
    assert both.length == pytest.approx(34_380, rel=0.01)
    for one in ("闵行界", "松江界"):
        assert both.hausdorff_distance(district_border(one).geometry) > 1000  # a part of it
        assert both.difference(district_border(one).geometry.buffer(0.1)).is_empty


@pytest.mark.parametrize(
    "word", ["世界", "某某界", "闵行—崇明界", "—界", "界", "松江", "金桥边界", "a—b—c界"]
)
def test_words_that_are_no_border(word):
    assert district_border(word) is None


def test_all_borders_hold_each_stretch_once():
    every = match("区界").line.geometry
    one_by_one = sum(
        district_border(f"{name}界").geometry.length for name in load_districts()["name_zh"]
    )
    assert one_by_one / 2 < every.length < one_by_one
    assert every.distance(Point(0, 0)) > 1


# --- words alone ----------------------------------------------


def test_variants_stay_in_their_group():
    assert suffix_variants("沪金高速公路") == ["沪金高速", "沪金快速路"]
    assert "延安路" not in suffix_variants("延安高架路")
    assert suffix_variants("路") == []
    assert suffix_variants("某某街") == []


@given(st.text(max_size=40))
def test_any_word_has_an_answer(word):
    found = REFERENCE.resolve(word)
    assert isinstance(found, Match | Miss)
    assert found.written == word
    assert word not in suffix_variants(word) + rail_variants(word)
    assert no_line(word) is None or isinstance(found, Miss)


def test_a_huge_word_is_no_trouble():
    for word in ("路" * 100_000, "界" * 100_000, "镇" * 50_000 + "界路", "A4" * 50_000):
        assert isinstance(REFERENCE.resolve(word), Miss)


NAMES = st.lists(st.text("甲乙丙丁路河东南", min_size=1, max_size=6), unique=True, max_size=40)


@given(NAMES, st.text("甲乙丙丁路河东南", max_size=7))
def test_suggestions_are_those_of_difflib(names, word):
    assert Alike(names)(word) == tuple(difflib.get_close_matches(word, names, n=3, cutoff=0.6))


def test_the_file_of_other_names_is_sound():
    known = load_other_names(NAMES_FILE)
    assert {"S4", "A4", "A8", "A20", "A30", "G1501", "S32", "G60"} <= known.keys()
    for word, found in known.items():
        assert len(found) == 1, word
        assert found[0].how == ("code" if word[0] in "AGS" else "old_name")
    assert other_names("G1501")[0].names[0] == "上海绕城高速"
    assert other_names("元江路") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("expressways: [{names: [x]}]", "note"),
        ("expressways: [{note: {zh: x, en: x}}]", "names"),
        ("expressways: [{names: [x], note: {zh: x}}]", "en"),
        ("expressways: [{names: [x], code: [y], note: {zh: x, en: y}}]", "code"),
        ("roads: []", "roads"),
        ("expressways: []\nrailways: [{names: [x]}]", "note"),
    ],
)
def test_a_fault_in_the_file_is_located(text, told, tmp_path):
    path = tmp_path / "names.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        load_other_names(path)
    assert told in caught.value.texts["en"]
    assert "names.yaml" in caught.value.texts["zh"]
