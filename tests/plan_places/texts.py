"""The plans' texts by their headings: each document has marks of its own."""

from __future__ import annotations

import re
from functools import cache

import pytest

from geo import ROOT

from .words import nfkc, squeeze

TEXTS = ROOT.parent / "shared" / "plans"
FILES = {
    "mh145": "minhang_manufacturing_14fyp.txt",
    "mh155": "minhang_industrialization_15fyp.txt",
    "sj145": "songjiang_manufacturing_14fyp.txt",
    "sh145": "shanghai_manufacturing_14fyp.txt",
    "shpark145": "shanghai_industrial_parks_14fyp.txt",
}
# From the outermost heading to the innermost, as they begin a line after NFKC. The second fills
# its line: 二、三代高强度… in sh145 is a wrapped line, not a heading.
LEVELS = (
    r"第[一二三四五六七八九十]章",
    r"[一二三四五六七八九十]+、[^,;:。.]*$",
    r"\([一二三四五六七八九十]+\)",
    r"\d+[.、](?!\d)",
)
# Titles of the boxed texts, which carry no mark, and how deep they stand: in sh145 within a
# numbered section, in shpark145 beside it.
BOX_LEVEL = {"sh145": 4, "shpark145": 3}
BOXES = {
    "sh145": {
        "电子信息产业集群重点领域",
        "生命健康产业集群重点领域",
        "汽车产业集群重点领域",
        "高端装备产业集群重点领域",
        "先进材料产业集群重点领域",
        "时尚消费品产业集群重点领域",
        "生产性服务业重点领域",
        "加快制造业数字化转型",
        "推进创新平台建设",
        "实施产业基础再造工程",
        "加强产业链“补链固链强链”",
        "推进重大产业项目建设",
        "培育“专精特新”企业",
        "实施产业菁英计划",
        "打造特色产业园区",
        "推动绿色制造领跑",
        "加强长三角产业协同发展",
    },
    "shpark145": {
        "产业生态创新发展轴",
        "沿江高端产业集群发展带",
        "沿湾高端产业集群发展带",
        "沪西高端产业集群发展带",
        "品牌与特色园区多节点",
        "打响“一城一名园”品牌",
        "园区数字化转型专项",
        "市级数字化转型示范区",
    },
}
# Paragraphs that begin with their own heading: 新能源汽车。…, 下一代通信设备.以…, 莘庄工业区:…
PARAGRAPH_LEVEL = 5
PARAGRAPHS = {
    "sj145": (
        "(?:新一代信息技术|新能源汽车|生物医药|新材料|集成电路|高端装备|人工智能|新能源|智慧安防)。"
    ),
    "sh145": r"\w{2,14}\.以",
    "shpark145": r"[^:,。;]{2,20}[:,]",
}
# What ends a section's prose: mh145's boxes of projects, which are rows of another file, and the
# tables of indicators whose cells have lost their borders.
_NO_LONGER_PROSE = r"\s*(?:专栏\d|上海“十四五”(?:制造业|产业园区)发展主要指标)"
# Where the annexes begin, which are tables.
_ANNEXES = r"附件1"
# What is no prose though it goes on after it: cells, and the titles of tables and pictures.
_NO_PROSE = r".*\t|\s*[表图]\s*\d"


@cache
def lines(source: str) -> list[str]:
    """Return the text's lines after NFKC, without the marks of its word processor (shpark145)."""
    path = TEXTS / FILES[source]
    if not path.exists():
        pytest.skip(f"the plan text {path.name} is not here")
    text = nfkc(path.read_text(encoding="utf-8"))
    return re.sub(r"\[(?:bookmark|image):[^\]\n]*\]", "", text).split("\n")


def level(source: str, line: str) -> int | None:
    """Return how deep the heading that a line begins with stands, None for other lines."""
    line = line.strip()
    if squeeze(line) in BOXES.get(source, ()):
        return BOX_LEVEL[source]
    for depth, mark in enumerate(LEVELS):
        if re.match(mark, line):
            return depth
    if source in PARAGRAPHS and re.match(PARAGRAPHS[source], line):
        return PARAGRAPH_LEVEL
    return None


def bounds(source: str, headings: list[str]) -> tuple[int, int]:
    """Return the lines under a chain of headings, each found after and below the one before."""
    text, start, end = lines(source), 0, len(lines(source))
    for heading in headings:
        wanted = squeeze(heading)
        within = [(i, squeeze(text[i])) for i in range(start, end)]
        # A title alone on its line goes before a paragraph that begins with the same words.
        hits = [i for i, line in within if line == wanted]
        hits = hits or [i for i, line in within if line.startswith(wanted)]
        assert hits, f"no heading {heading!r}"
        depth, start = level(source, text[hits[0]]), hits[0]
        assert depth is not None, f"{heading!r} is not a heading"
        deeper = (
            i for i in range(start + 1, end)
            if (found := level(source, text[i])) is not None and found <= depth
        )  # fmt: skip
        end = next(deeper, end)
    return start, end


def section(source: str, headings: list[str]) -> str:
    """Return the text under a chain of headings, with all that stands below the last of them."""
    start, end = bounds(source, headings)
    return "\n".join(lines(source)[start:end])


def own(source: str, start: int, end: int) -> str:
    """Return what stands under the heading of a line itself: no deeper heading, table or box.

    A paragraph that begins with its own heading is part of the section it stands in.
    """
    first, *rest = lines(source)[start:end]
    kept = [first]
    for line in rest:
        deeper = level(source, line) not in (None, PARAGRAPH_LEVEL)
        if deeper or re.match(_NO_LONGER_PROSE, line):
            break
        if not re.match(_NO_PROSE, line):
            kept.append(line)
    return "\n".join(kept)


def prose(source: str, headings: list[str]) -> str:
    """Return what stands under the last heading of a chain itself."""
    return own(source, *bounds(source, headings))


def chapters(source: str) -> dict[int, str]:
    """Return the squeezed prose of every heading of the document's body by the heading's line."""
    text = lines(source)
    ends = (i for i, line in enumerate(text) if re.fullmatch(_ANNEXES, line.strip()))
    end = next(ends, len(text))
    starts = [i for i in range(end) if level(source, text[i]) not in (None, PARAGRAPH_LEVEL)]
    return {start: squeeze(own(source, start, end)) for start in starts}


def between(source: str, first: str, stop: str) -> list[str]:
    """Return the lines from the one that begins with ``first`` to before that of ``stop``."""
    text = lines(source)
    start = next(i for i, line in enumerate(text) if squeeze(line).startswith(squeeze(first)))
    rest = range(start + 1, len(text))
    end = next(i for i in rest if squeeze(text[i]).startswith(squeeze(stop)))
    return text[start:end]
