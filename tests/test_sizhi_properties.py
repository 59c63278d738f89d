"""Any string is accounted for; a clause written in any of many ways is read back as written."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from geo.sizhi import MAX_CHARS, SIDE_NAMES, SIDE_ORDER, SIDES, parse

ROLES = {"side", "feature", "qualifier", "connective", "remark", "area", "part", "ignored"}
CHARACTERS = "东南西北至到以为和及与、，。；（）()[]—~-/→“” \n\x00\ud800侧由转隔约亩㎢ﷺ😀"
WORDS = """四至范围为 片区 一期 (1) 万芳路 黄浦江 绿地 规划 面积 1.5 平方公里 为界 <i> &nbsp; 以东
    以南 围合 围成的区域 两侧均 分别 延伸段 150米 南150米 1234号 S4 G60 14-02地块 松江界 现状 铁路
    中心线 相望 合计 其中"""
fragments = st.sampled_from([*CHARACTERS, *WORDS.split()])
texts = st.one_of(st.text(), st.lists(fragments, max_size=60).map("".join))


@settings(max_examples=400, deadline=None)
@given(texts)
@example("东至A路(")
@example("东至)A路(B路")
@example("由A路、B路、C路以东围合以南")
@example("东、南分别至甲乙路")
@example("东至至至至至")
@example("东与隔相望")
@example("一期东至甲乙路(1)一期")
def test_any_string_is_accounted_for(text):
    result = parse(text)
    assert result.text == text
    assert result.parts or result.warnings
    at = 0
    for token in result.tokens:
        assert token.role in ROLES
        assert token.start == at < token.end
        assert token.text == result.plain[token.start : token.end]
        at = token.end
    assert at == len(result.plain)
    for part in result.parts:
        assert bool(part.sides) != bool(part.around)
        assert set(part.sides) <= set(SIDES.values())
        for bounds in [part.around, *part.sides.values()]:
            for bound in bounds:
                assert bound.name
                assert bound.name in result.plain
                assert bound.offset_m is None or bound.offset_m >= 0
        assert all(part.sides.values())
    for lang in ("zh", "en"):
        document = json.loads(json.dumps(result.as_json(lang), allow_nan=False))
        assert set(document) == {"parts", "warnings"}


@settings(max_examples=60, deadline=None)
@given(st.lists(fragments, min_size=1, max_size=4).map("".join))
def test_repeating_anything_ends_at_once(piece):
    """A quadratic pattern would take minutes here; no figure is judged, only that it ends."""
    result = parse(piece * (100_000 // len(piece)))
    assert len(result.warnings) < 30
    assert "".join(token.text for token in result.tokens) == result.plain


@pytest.mark.parametrize(
    "piece",
    ["东至", "东", "东至A路(", "(", "A路和", "A路以东、", "围合", "A路、B路、C路围合", "1,111",
     "一期", "(1)东至A路，", "规划", "绿地", "1号", "“", "的", "隔", "A路范围", "甲乙路", "止",
     "转B路", "，", "东、", "1平方公里，", "\x00", "<a>", "&nbsp;"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}", "东至万芳路{}相望", "由{}围合、B路以南"])
def test_hostile_repetition_ends(piece, form):
    start = time.perf_counter()
    result = parse(form.format(piece * (100_000 // len(piece))))
    assert "".join(token.text for token in result.tokens) == result.plain
    # Ten times what the slowest takes; what is quadratic takes a hundred times as long.
    assert time.perf_counter() - start < 10


# --- written and read back ----------------------------------------------

stems = st.text("甲乙丙丁戊己庚辛壬癸申春沪莲华顾梅芳虹", min_size=2, max_size=4)
endings = st.sampled_from(
    [
        "路",
        "公路",
        "大道",
        "街",
        "河",
        "塘",
        "泾",
        "港",
        "浦",
        "高速",
        "高速公路",
        "铁路",
        "大桥",
        "高架路",
    ]
)
names = st.builds(str.__add__, stems, endings)
sides = st.lists(names, min_size=1, max_size=4, unique=True)
VERBS = [
    "至", "到", "临", "接", "邻", "抵", "毗", "靠", "起", "面至", "侧为", "边界为", "侧至", "至：",
    "侧：", "紧邻", "毗邻", "濒临", "起自", "界", "面为", "至至",
]  # fmt: skip
# What may stand around a name, and what is then kept of it.
AROUND = {
    "{}": None, "规划{}": "规划", "现状{}": "现状", "在建{}": "在建", "{}中心线": "中心线",
    "{}绿地": "绿地", "{}以东": "以东", "{}南侧": "南侧", "{}红线": "红线", "{}（规划）": "规划",
    "{}沿线": "沿线", "“{}”": None, "规划中的{}": "规划中",
}  # fmt: skip


@st.composite
def clause(draw):
    """A clause, and what it says: names and qualifiers by side, in the order written."""
    order = draw(st.permutations(SIDE_ORDER))[: draw(st.integers(2, 4))]
    written = {side: draw(sides) for side in order}
    joiner = draw(
        st.sampled_from(["、", "和", "及", "—", "——", "–", "~", "/", "→", "与", "以及", "或"])
    )
    between = draw(st.sampled_from(["，", "、", "；", "。", "\n", "，\n", "；\n", " "]))
    verb = draw(st.sampled_from(VERBS))
    intro = draw(
        st.sampled_from(["", "四至范围为：", "规划范围是", "范围范围是", "四至：", "其四至为"])
    )
    said, expected = [], {}
    for side, listed in written.items():
        around = [draw(st.sampled_from(list(AROUND))) for _ in listed]
        words = joiner.join(form.format(name) for form, name in zip(around, listed, strict=True))
        said.append(f"{SIDE_NAMES[side]}{verb}{words}")
        expected[side] = [(name, AROUND[form]) for form, name in zip(around, listed, strict=True)]
    return intro + between.join(said) + draw(st.sampled_from(["", "。", "；", "止。"])), expected


@settings(max_examples=400, deadline=None)
@given(clause())
def test_a_clause_is_read_back(case):
    text, expected = case
    result = parse(text)
    assert len(result.parts) == 1, text
    found = {
        side: [(bound.name, bound.qualifier) for bound in bounds]
        for side, bounds in result.parts[0].sides.items()
    }
    assert found == expected, text
    assert list(found) == list(expected)
    assert all("缺少" in warning.zh for warning in result.warnings), text


@settings(max_examples=200, deadline=None)
@given(
    listed=st.lists(names, min_size=3, max_size=8, unique=True),
    joiner=st.sampled_from(["、", "，", "—", "-", "~"]),
    form=st.sampled_from(["由{}围合", "{}围合而成的区域", "由{}所围区域", "范围为{}围合的区域。"]),
)
def test_an_enclosure_is_read_back(listed, joiner, form):
    (part,) = parse(form.format(joiner.join(listed))).parts
    assert [bound.name for bound in part.around] == listed


@settings(max_examples=200, deadline=None)
@given(
    listed=st.lists(names, min_size=4, max_size=4, unique=True),
    order=st.permutations("东南西北"),
    between=st.sampled_from(["，", "、", "-"]),
    tail=st.sampled_from(["", "。", "围合区域", "地区", "的地块"]),
)
def test_half_planes_are_read_back(listed, order, between, tail):
    """The zone lies on the side that is said, so the feature bounds the opposite one."""
    text = between.join(f"{name}以{side}" for name, side in zip(listed, order, strict=True))
    (part,) = parse(text + tail).parts
    opposite = dict(zip("东南西北", ("west", "north", "east", "south"), strict=True))
    expected = {opposite[side]: [name] for name, side in zip(listed, order, strict=True)}
    assert {side: [b.name for b in bounds] for side, bounds in part.sides.items()} == expected


@settings(max_examples=200, deadline=None)
@given(
    first=st.lists(names, min_size=4, max_size=4, unique=True),
    second=st.lists(names, min_size=4, max_size=4, unique=True),
    labels=st.sampled_from([("一期", "二期"), ("东片区", "西片区"), ("地块一", "地块二"),
                            ("A地块", "B地块"), ("1号地块", "2号地块"), ("启动区", "拓展区")]),
    colon=st.sampled_from(["", "：", "范围是", "四至范围为", "的范围为："]),
    areas=st.one_of(st.none(), st.tuples(st.integers(1, 99), st.integers(1, 99))),
    total=st.booleans(),
)  # fmt: skip
def test_zones_are_kept_apart(first, second, labels, colon, areas, total):
    assume(areas is None or areas[0] != areas[1])
    said = []
    for number, listed in enumerate((first, second)):
        square = "，".join(f"{side}至{name}" for side, name in zip("东南西北", listed, strict=True))
        area = f"，面积{areas[number]}公顷" if areas else ""
        said.append(f"{labels[number]}{colon}{square}{area}")
    text = "；".join(said) + ("。两片合计123公顷。" if total else "。")
    parts = parse(text).parts
    assert [part.name for part in parts] == list(labels)
    for number, (part, listed) in enumerate(zip(parts, (first, second), strict=True)):
        assert [bounds[0].name for bounds in part.sides.values()] == listed
        stated = None if areas is None else pytest.approx(areas[number] / 100)
        assert part.area_km2 == stated


def test_what_is_cut_off_is_told():
    result = parse("东至万芳路，" + "。" * MAX_CHARS)
    assert result.parts[0].sides["east"][0].name == "万芳路"
    assert str(MAX_CHARS) in result.warnings[0].zh
    assert len(result.plain) == MAX_CHARS
