"""The plans' layouts as their texts have them: who belongs to what, and where that is said.

`names` reads a layout's elements and members out of the text, by its own marks: headings of a box,
rows of a table, or the sentence that lists them. `said_at` finds the text a layout's locator names.
"""

from __future__ import annotations

import re
from functools import cache

from .tables import table_4_1
from .texts import BOXES, bounds, level, lines, section
from .words import nfkc, squeeze

# Elements and their members in order; None where the text gives an element no list of its own.
Names = list[tuple[str, list[str] | None]]

PARKS = "shpark145"
# The boxes of one-axis-three-belts: their first line, how the line after them starts.
PARK_BOXES = {
    "lingang": ("1、临港新片区", "2、张江科学城"),
    "zhangjiang": ("2、张江科学城", "3、虹桥商务区"),
    "hongqiao": ("3、虹桥商务区", "“三带”"),
    "belt-river": ("沿江高端产业集群发展带", "沿湾高端产业集群发展带,"),
    "belt-bay": ("沿湾高端产业集群发展带", "沪西高端产业集群发展带,"),
    "belt-west": ("沪西高端产业集群发展带", "“多节点”"),
    "nodes": ("品牌与特色园区多节点", "(二)"),
}
# How the paragraphs begin that mh155's locators call by their picture or industry.
INDUSTRIES = {
    "图2段": "先进能源装备及绿色低碳",
    "图3段": "航空航天",
    "图4段": "生物医药",
    "新一代电子信息段": "新一代电子信息",
    "人工智能段": "人工智能",
    "时尚消费品段": "时尚消费品",
}


@cache
def paragraphs(box: str) -> list[tuple[str, str]]:
    """Return a box of the city's plan for parks as (heading, text), in order."""
    start, end = PARK_BOXES[box]
    text = [line.strip() for line in lines(PARKS)]
    first = text.index(start) + 1
    last = next(i for i in range(first, len(text)) if text[i].startswith(end))
    # A comma stands for the colon once, after 临港浦江国际科技城.
    heads = (re.match(r"([^:,。、]{2,14})(:|,以建设)", line) for line in text[first:last])
    return [(m[1], squeeze(m.string[m.end() :])) for m in heads if m]


def sentence(pattern: str, text: str) -> list[str]:
    """Return the names that the one sentence of this pattern lists."""
    found = re.findall(pattern, text)
    assert len(found) == 1, (pattern, found)
    return listed(found[0])


def listed(words: str) -> list[str]:
    """Return the names of a list in a sentence, quotation marks that hold one of them left out."""
    return [re.sub(r"^“([^“”]*)”$", r"\1", name) for name in re.split("[、和]", words)]


@cache
def industry(name: str) -> str:
    """Return the squeezed paragraph of mh155 on the layout of one industry."""
    text = squeeze(section("mh155", ["四、", "(三)", "1."]))
    parts = re.split(r"(?:(?<=[。])|(?<=布局))(?=[^。,布]{2,12}产业方面,)", text)
    found = [part for part in parts if part.startswith(INDUSTRIES[name])]
    assert len(found) == 1, name
    return found[0]


def names(scheme: str) -> Names:
    """Return the names a layout's text has; reading them skips the test where it is not here."""
    return READERS[scheme]()


def _axis_and_belts() -> Names:
    axis = re.findall(
        r"形成(\w+)引领、(\w+)策源、(\w+)辐射", squeeze(section(PARKS, ["四、", "(一)"]))
    )
    found: Names = [("产业生态创新发展轴", list(axis[0]))]
    for box, (title, _) in list(PARK_BOXES.items())[:-1]:
        found.append((re.sub(r"^\d、", "", title), [name for name, _ in paragraphs(box)]))
    return found + [(name, None) for name, _ in paragraphs("nodes")]


def _pole_and_belts() -> Names:
    one, two, three, four = (squeeze(section("sh145", ["四、", f"({n})"])) for n in "一二三四")
    found: Names = [(re.findall(r"发挥(\w+?)政策", one)[0], None)]
    for belt, words in re.findall(r"(沿?\w{1,2}高端产业集群发展带),(主要涉及\w.+?|从.+?),", two):
        words = re.sub(r"主要涉及|从", "", words)
        found.append((belt, listed(words.replace("沿杭州湾北岸延伸到", "、"))))
    for name in sentence(r"产业在(.+?)五个新城", three):
        found.append((f"{name}新城", None))
    for pattern in (r"推动(上海化工区.+?)等产业基地", r"推进([^.推]+?)五大重点区域"):
        found += [(name, None) for name in re.findall(pattern, four)[0].split("、")]
    return found + [(name, []) for name in re.findall(r"推进(文创园区)特色化", four)]


def _new_cities() -> Names:
    text = [line.strip() for line in section(PARKS, ["四、", "(二)"]).split("\n")]
    return [(m[1], None) for m in (re.match(r"(\w{2}新城)打响“", line) for line in text) if m]


def _digital_zones() -> Names:
    text = section(PARKS, ["六、", "(四)", "市级数字化转型示范区"]).split("\n")
    return [(m[1], None) for m in (re.match(r"\s*([^:,。]{4,20}):", line) for line in text) if m]


def _four_plus_x() -> Names:
    return [(name, None) for name in dict.fromkeys(name for name, _ in table_4_1())]


def _ai() -> Names:
    text = squeeze(section("mh145", ["第三章", "四、人工智能", "(一)"]))
    terms = re.findall(r"“([^”]*)”的人工智能产业布局", text)[0].split("、")
    ((on, build),) = re.findall(r"依托([^。]+?),重点建设(.+?),促进", text)
    return [(name, None) for name in [*terms, *listed(on), *listed(build)]]


def _axis_cores_rings() -> Names:
    first = squeeze("".join(section("mh155", ["四、"]).split("(一)")[0]))
    one, two, three = (squeeze(section("mh155", ["四、", f"({n})"])) for n in "一二三")
    axis = re.findall(r"打造(\w+发展轴)", one)[0]
    cores = re.findall(r"[12]\.以(.+?核)为引领", two)
    rings = re.findall(r"[12]\.打造(\w+圈)", three)
    parks = sentence(r"发挥([^。]+?)等载体功能", first)
    business = sentence(r"发挥([^。]+?)等现代服务业", three)
    found: Names = [(axis, parks), *((core, None) for core in cores)]
    assert len(rings) == 2
    return [*found, (rings[0], []), (rings[1], business)]


def _energy() -> Names:
    pattern = r"以“(\w+)”为创新核心、(.+?)为承载、(.+?)与(.+?)为协同"
    return [(name, None) for name in re.findall(pattern, industry("图2段"))[0]]


def _space() -> Names:
    text = industry("图3段").split("在民用航空领域")[0]
    heart = re.findall(r"“(\w+)”为核心、“(\w+)”为“一廊”", text)[0]
    bases = re.findall(r"(?<=。)(\w+基地),(?:是|围绕)", text)
    return [(name, None) for name in (*heart, *bases)]


def _aviation() -> Names:
    text = industry("图3段").split("在民用航空领域")[1]
    core, belt = (re.findall(rf"“{term}”指(.+?),", text)[0] for term in ("一核", "一带"))
    return [(core, None), (belt, re.findall(r"依托(.+?)及中国航发", text))]


def _biomedicine() -> Names:
    return [(name, None) for name in sentence(r"推进(.+?)“一江两湾", industry("图4段"))]


def _electronics() -> Names:
    text = industry("新一代电子信息段").split("格局。")[1]
    verbs = "重点发展|发展|打造|壮大"
    return [(re.split(verbs, one)[0], None) for one in text.split("。") if one]


def _ai_and_goods() -> Names:
    core = sentence(r"以(\w+)为核心载体", industry("人工智能段"))
    return [(n, None) for n in core + sentence(r"以([^。]+?)为重点", industry("时尚消费品段"))]


def _corridor() -> Names:
    note = footnote("sj145", 3)
    corridor = re.findall(r"一廊:即(.+?);", note)[0]
    assert re.search(r"九区:即[^。]*着力构建九大产业功能板块。$", note)
    return [(corridor, []), ("九区", [])]


def _three_areas() -> Names:
    text = squeeze(section("sj145", ["四、", "(二)", "3."]))
    return [(a, listed(b)) for a, b in re.findall(r"(?<=。)(\w+片区),促进(.+?)等区域", text)]


def _new_city() -> Names:
    text = squeeze(section("sj145", ["四、", "(二)", "2."]))
    city = re.findall(r"强化(松江新城)高水平", text)
    others = re.findall(r"推进(\w+工业区)产业能级|强化(\w+大学城)与|园区与(\w+功能区)联动", text)
    return [(name, None) for name in [*city, *("".join(one) for one in others)]]


READERS = {
    "one-axis-three-belts": _axis_and_belts,
    "one-pole-three-belts": _pole_and_belts,
    "five-new-cities": _new_cities,
    "digital-demonstration-zones": _digital_zones,
    "four-plus-x": _four_plus_x,
    "ai-one-axis-three-areas": _ai,
    "one-axis-two-cores-two-rings": _axis_cores_rings,
    "energy-one-core-one-belt-two-parks": _energy,
    "one-core-one-corridor": _space,
    "aviation-one-core-one-belt": _aviation,
    "biomedicine-one-river-two-bays": _biomedicine,
    "electronics-chip-and-screen": _electronics,
    "ai-and-consumer-goods": _ai_and_goods,
    "one-corridor-nine-areas": _corridor,
    "three-areas": _three_areas,
    "songjiang-new-city": _new_city,
}


# --- what a locator names


def footnote(source: str, number: int) -> str:
    """Return a squeezed footnote, which begins its line with its number."""
    found = [line for line in map(squeeze, lines(source)) if re.match(rf"{number}“", line)]
    assert len(found) == 1
    return found[0]


@cache
def said_at(source: str, locator: str) -> str:
    """Return the squeezed text of the places that a layout's locator names."""
    return "\n".join(_said(source, part.strip()) for part in nfkc(locator).split(";"))


def _said(source: str, locator: str) -> str:
    """Return the text of one place: a table's row, a section, a paragraph or a footnote."""
    row = re.match(r"第四章 表4-1 / (.+)", locator)
    if row:
        name = re.sub(r"\(.*\)", "", row[1])
        cells = [cell for (park, _), cell in table_4_1().items() if park == name]
        assert cells, locator
        return name + "\n" + "\n".join(cells)
    if locator.startswith("第"):
        return squeeze(section(source, re.split(r"(?<=章) | /", locator)))
    head, _, detail = locator.partition(",")
    if not head:
        return footnote(source, int(detail.removeprefix("脚注")))
    one, two, name = re.match(r"([一二三四五六])(?:\((.)\))?、?(.*)", head).groups()
    chain = [f"{one}、", *([f"({two})"] if two else [])]
    if name == "首段":
        # Up to the first heading below it.
        start, end = bounds(source, chain)
        below = (i for i in range(start + 1, end) if level(source, lines(source)[i]) in (2, 3))
        return squeeze("\n".join(lines(source)[start : next(below, end)]))
    if source == PARKS:
        return _of_parks(chain, name)
    if name and not name.isdigit():
        assert squeeze(section(source, chain)).startswith(chain[-1] + name), locator
        name = ""
    text = squeeze(section(source, [*chain, *([f"{name}."] if name else [])]))
    if detail.startswith("脚注"):
        return f"{text}\n{footnote(source, int(detail[2:]))}"
    return industry(detail) if detail else text


def _of_parks(chain: list[str], name: str) -> str:
    """Return a paragraph or box of the city's plan for parks, with the sentence before the box."""
    number = re.search(r"\d$", name)
    if number:
        return squeeze(section(PARKS, [*chain, f"{number[0]}、"]))
    title = re.sub(r"^“.+”专栏 / ", "", name).removesuffix("专栏").strip()
    text = section(PARKS, chain).split("\n")
    own = [squeeze(line) for line in text if squeeze(line).startswith(squeeze(title))]
    if title in BOXES[PARKS]:
        own += map(squeeze, section(PARKS, [*chain, title]).split("\n"))
    assert own, (chain, name)
    return "\n".join(own)
