"""What a person reads in each phrase of the catalogue, and what the parser reads."""

from __future__ import annotations

import re
from pathlib import Path

import pyogrio
import pytest
import yaml

from geo.sizhi import SIDE_NAMES, SIDES, Bound, parse
from geo.sizhi.names import has_stem

CATALOGUE = yaml.safe_load(
    (Path(__file__).parent / "data" / "sizhi_catalogue.yaml").read_text(encoding="utf-8")
)
ROLES = {"side", "feature", "qualifier", "connective", "remark", "area", "part", "ignored"}
SQUARE = "南至沈庄塘，西至召楼路，北至江月路"


def shown(bound: Bound) -> str:
    """A bound as the catalogue writes it."""
    text = bound.name
    if bound.qualifier:
        text += f"[{bound.qualifier}]"
    if bound.other_names:
        text += f"({'/'.join(bound.other_names)})"
    if bound.offset_m is not None:
        about = " about" if bound.approximate else ""
        text += f"<{bound.offset_m:g} {bound.offset_side}{about}>"
    return text + ("…" if bound.extended else "")


def read(text: str) -> str:
    """The zones of a text as the catalogue writes them."""
    zones = []
    for part in parse(text).parts:
        label = f"{part.name}: " if part.name else ""
        area = "" if part.area_km2 is None else f"{part.area_km2:g} km2; "
        sides = "; ".join(
            f"{SIDE_NAMES[side]} {' '.join(map(shown, bounds))}"
            for side, bounds in part.sides.items()
        )
        around = f"围 {' '.join(map(shown, part.around))}" if part.around else ""
        zones.append(label + area + sides + around)
    return " || ".join(zones)


def east(words: str) -> Bound:
    """The one bound that a side's words are read as."""
    (bound,) = parse(f"东至{words}，{SQUARE}").parts[0].sides["east"]
    return bound


def test_the_catalogue_is_large_and_has_no_phrase_twice():
    texts = [entry["text"] for entry in CATALOGUE]
    assert len(texts) == len(set(texts)) > 150


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry["text"][:24])
def test_phrase(entry):
    result = parse(entry["text"])
    assert read(entry["text"]) == entry["reads"]
    told = [warning.zh for warning in result.warnings if "缺少" not in warning.zh]
    assert told == entry.get("tells", [])


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry["text"][:24])
def test_every_character_of_a_phrase_is_accounted_for(entry):
    result = parse(entry["text"])
    assert "".join(token.text for token in result.tokens) == result.plain
    at = 0
    for token in result.tokens:
        assert token.role in ROLES
        assert (token.start, token.text) == (at, result.plain[token.start : token.end])
        at = token.end
    # A name that a zone has is a feature of the text, in brackets or not.
    features = {token.text for token in result.tokens if token.role == "feature"}
    for part in result.parts:
        for bounds in (*part.sides.values(), part.around):
            for bound in bounds:
                assert bound.name in features
                assert all(any(name in one for one in features) for name in bound.other_names)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry["text"][:24])
def test_nothing_inside_a_side_is_left_unread_without_a_word(entry):
    """Behind a side's mark only names, what belongs to them, and what a warning names."""
    result = parse(entry["text"])
    told = "".join(warning.zh for warning in result.warnings)
    inside = False
    for token in result.tokens:
        if token.role == "side":
            inside = True
        elif token.role in {"area", "part"} or re.search("[。;\n)]", token.text):
            inside = False
        elif token.role == "ignored" and inside and any(map(str.isalnum, token.text)):
            if token.text.startswith(("<", "&")):
                continue
            before = result.tokens[result.tokens.index(token) - 1]
            assert f"“{token.text}”" in told or before.role == "connective", token


# --- strings that must not match ----------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "从东到西长3公里，南北宽2公里",
        "东到西，南到北",
        "自东至西贯穿全区",
        "由西向东延伸，北到南",
        "广东至上海的铁路",
        "浦东到浦西",
        "从江南到塞北",
        "东西长3公里、南北宽2公里",
        "依托南北主干线串联重点商务区",
        "以四川、陕西为中心的中西部地区",
        "北接虹桥国际开放枢纽带动现代服务业提质，南靠大零号湾创新驱动制造业升级",
        "北侧为绿地。",
        "沪闵路以东地区发展迅速",
        "位于沪闵路东侧、剑川路南侧",
        "道路围合的街区",
        "由沪闵路、剑川路围合",
        "A路与B路之间的区域",
        "面积1.5平方公里",
        "一期、二期、三期",
        "(1)(2)(3)",
        "东至。",
        "East to Wanfang Road, south to the river",
        "东南西北" * 20,
        "https://example.com/?q=东至",
    ],
)
def test_prose_is_no_zone(text):
    result = parse(text)
    assert result.parts == []
    assert [warning.zh for warning in result.warnings] == ["文本中没有四至"]
    assert "".join(token.text for token in result.tokens) == result.plain


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("至善路", "至善路"),
        ("和平路", "和平路"),
        ("与时路", "与时路"),
        ("临空路", "临空路"),
        ("临港大道", "临港大道"),
        ("于田路", "于田路"),
        ("原平路", "原平路"),
        ("沿江路", "沿江路"),
        ("新建路", "新建路"),
        ("规划一路", "规划一路"),
        ("规划A路", "规划A路"),
        ("铁路河", "铁路河"),
        ("东安路", "东安路"),
        ("北翟路", "北翟路"),
        ("中环路", "中环路"),
        ("江川东路", "江川东路"),
        ("高压线", "高压线"),
        ("海岸线", "海岸线"),
        ("松江区边界", "松江区边界"),
        ("14-02地块", "14-02地块"),
    ],
)
def test_nothing_is_taken_off_what_is_a_name(words, name):
    assert east(words) == Bound(name)


# --- hints ----------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "generic"),
    [
        ("沪闵路", "road", False),
        ("S4", "road", False),
        ("规划路", "road", True),
        ("规划道路", "road", True),
        ("春申塘", "river", False),
        ("铁路河", "river", False),
        ("河道", "river", True),
        ("沪杭铁路", "rail", False),
        ("现状铁路", "rail", True),
        ("轨道交通5号线", "rail", False),
        ("松江界", "border", False),
        ("松江区界", "border", False),
        ("区界", "border", True),
        ("镇界", "border", True),
        ("村界", "border", True),
        ("闵行松江交界", "border", False),
        ("马桥镇", "border", False),
        ("高压走廊", "pipeline", True),
        ("油气管线", "pipeline", True),
        ("杭州湾海塘", "coast", False),
        ("长江岸线", "coast", False),
        ("黄浦江左岸", "bank", False),
        ("黄浦江防汛墙", "bank", False),
        ("闵浦大桥", "bridge", False),
        ("MHPO-0306单元14-02地块", "parcel", False),
        ("14-02", "parcel", False),
        ("上海交通大学", None, False),
    ],
)
def test_kind_and_generic_are_told_by_the_words(words, kind, generic):
    bound = east(words)
    assert (bound.kind, bound.generic) == (kind, generic)


def test_hints_make_no_difference_between_bounds():
    assert Bound("黄浦江", "绿地", kind="river") == Bound("黄浦江", "绿地")


def test_stem():
    assert has_stem("万芳路")
    assert not has_stem("善路")
    assert not has_stem("江东路")  # the direction is not counted: 临江东路 is 临江 + 东路


# --- the shape of the output ----------------------------------------------


def test_json_has_a_field_only_where_the_text_states_it():
    part = parse("东至万芳路，南至中环路(申江路)以南约50米，西至新仁路延伸段，北至区界").parts[0]
    sides = part.as_json()["sides"]
    assert sides["east"] == [{"name": "万芳路", "qualifier": None}]
    assert sides["south"] == [
        {
            "name": "中环路",
            "qualifier": None,
            "other_names": ["申江路"],
            "offset_m": 50.0,
            "offset_side": "south",
            "approximate": True,
        }
    ]
    assert sides["west"] == [{"name": "新仁路", "qualifier": None, "extended": True}]
    assert sides["north"] == [{"name": "区界", "qualifier": None}]
    assert "enclosed_by" not in part.as_json()


def test_enclosure_is_told_apart_from_sides():
    (part,) = parse("由万芳路、江月路、召楼路、沈庄塘围合").parts
    record = part.as_json()
    assert record["sides"] == {}
    assert [bound["name"] for bound in record["enclosed_by"]] == [
        "万芳路", "江月路", "召楼路", "沈庄塘",
    ]  # fmt: skip
    assert part.missing() == []


def test_warnings_are_whole_in_either_language():
    texts = [entry["text"] for entry in CATALOGUE if "tells" in entry]
    for text in [*texts, "东至万芳路", "", SQUARE * 3000]:
        result = parse(text)
        assert result.warnings
        for warning in result.warnings:
            said = re.sub("“.*?”", "", warning.en)
            assert not re.search("[\u4e00-\u9fff]", said.replace("一期", ""))
            assert not re.search("[A-Za-z]{2}", re.sub("“.*?”", "", warning.zh))
        for lang in ("zh", "en"):
            document = result.as_json(lang)
            assert document["warnings"] == [warning.text(lang) for warning in result.warnings]


def test_many_warnings_are_counted_not_listed():
    result = parse("".join(f"东至{number}{'绿' * 50}，" for number in range(40)) + SQUARE)
    assert len(result.warnings) <= 16
    assert any("从略" in warning.zh for warning in result.warnings)


@pytest.mark.parametrize("word", SIDES)
def test_offset_in_each_direction(word):
    bound = east(f"沪闵路以{word}约120米")
    assert bound == Bound("沪闵路", offset_m=120.0, offset_side=SIDES[word], approximate=True)


@pytest.mark.reference
def test_names_on_the_map_come_back_whole():
    """Every name of the district's roads, rivers and railways stands on a side and is read back."""
    path = Path(__file__).parents[2] / "shared" / "reference" / "osm_minhang.gpkg"
    if not path.exists():
        pytest.skip("the reference data is not part of the project and not next to it")
    names: set[str] = set()
    for layer in ("roads", "waterways", "railways"):
        table = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
        names |= set(table["name"].dropna())
    # House numbers, brackets, lists and blanks are no part of a name and are read apart.
    plain = sorted(name for name in names if re.fullmatch(r"(?!.*\d弄)[^\W_]+", name))
    assert len(plain) > 1400
    changed = []
    for name in plain:
        parts = parse(f"东至{name}，南至沈庄塘、{name}，西至召楼路，北至浦星公路").parts
        found = [bound.name for bound in parts[0].sides["east"]] if parts else []
        if found != [name] or parts[0].sides["south"][-1].name != name:
            changed.append(name)
    # 规划 and 沿 in front are taken off; two roads in one name are parted, with a warning.
    assert changed == [
        name for name in changed if name[0] in "规沿" or parse(f"东至{name}").warnings[1:]
    ]
    assert len(changed) < 10
