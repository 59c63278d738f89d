"""The transcription against the plans' texts: each number and each quoted phrase at its place.

The texts are not part of the project; without them these tests skip. What they leave behind is
`data/plan_cells.csv`, the short cells and clauses that the rows quote: `test_plan_cells.py` holds
the rows against it on any machine, and a test here holds it against the texts.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from plan_places import cell_of, locator_of, place, section_of
from plan_places.rows import (
    bound_left_out,
    cell_faults,
    identity,
    number_faults,
    place_of,
    values,
)
from plan_places.tables import SHARED_CELL, TABLES, table
from plan_places.texts import FILES, TEXTS, bounds, chapters, lines, section
from plan_places.words import clause, nfkc, numerals, squeeze, standing

from geo.plans import Fact, Number, Plans

CELLS = Path(__file__).parent / "data" / "plan_cells.csv"

pytestmark = pytest.mark.reference
PLANS = Plans.load()
FIGURES, FACTS, NUMBERS = PLANS.figures, PLANS.facts, PLANS.numbers
TABLE_4_1 = ("mh145", "第四章 表4-1")
# Tables whose every cell is a row; of table 4-1 these are the columns with numbers.
SPACE_COLUMNS = ("产值", "土地", "厂房", "楼宇")
WHOLE = [key for key in TABLES if key[1] not in ("第三章 表3-1", "第四章 表4-1")]
# Tables whose cells hold more than one number, or its name.
SHARED_TABLES = ("第四章 表4-1", "附件2")
# Numerals that are no quantity: a heading's, a year, a product or programme by its number.
NO_QUANTITY = (
    r"^\d+[.、]|20[0-3]\d(?:-20[0-3]\d)?年|G60|[56]G|3D|\d+\+[\dX](?:\+[\dX])*|世界500强|IPv6|"
    r"C919|CR929|ARJ21|图4-1"
)
# Every other numeral of the plans' prose that no row takes, in its words: footnotes' marks, names,
# addresses, technical data, and the scope of a number that is a row.
LEFT_OUT = {
    "mh145": (
        "沿线04单元", "光华路335号", "剑川路600号", "863软件园", "在全国169个国家高新区中",
        "其中:“4”是", "数字传媒港4个片区", "附件:1.",
        "三产占GDP比重为35.6:", "30家重点企业", "5年累计",
    ),
    "mh155": (
        "生物医药3个主导产业", "时尚消费品3个优势产业", "未来健康3个未来产业", "含5号线",
        "5月19日印发",
    ),
    "sj145": (
        "三大举措”2战略", "一廊九区”3为主", "产业4集群", "外部1“", "生态。2一", "发展。3“",
        "板块。4", "三高一低”5、", "四大工艺6、", "豪威半导体等5“", "企业。6四", "产业体系7,",
        "3.0版8,", "不断7", "集群。8从", "1.0版上海", "2.0版沪", "3.0版覆盖", "三级跳”9,",
        "走廊10。", "高端产业9长", "蓝图。10“", "四大功能”11、", "五个中心”12建", "四大品牌”13,",
        "显示度。11“", "功能。12“", "中心。13“", "“一批”发展14。", "产业14四个",
        "65米射电望远镜", "300毫米大硅片", "浦东开发开放30周年", "12寸晶圆", "上海时尚100+",
        "上海品牌100+", "“0”到“1”", "科创走廊15条”",
    ),
    "sh145": (
        "14纳米先进工艺", "5纳米刻蚀机", "12英寸大硅片", "3届世界人工智能大会", "100亿级以上",
        "10亿级以上", "3纳米及以下", "12英寸先进工艺", "2.5D/", "12英寸硅片", "Wi-Fi6",
        "+8K”", "6自由度", "20000TEU", "300兆瓦", "10兆瓦", "上海时尚100+", "上海品牌100+",
        "上海设计100+", "贯标2.0", "7月6日印发",
    ),
    "shpark145": ("向2.0版本",),
}  # fmt: skip


def by_place(rows) -> dict[tuple[str, str], list]:
    """Return the rows by document and place; a cell's place is as `locator_of` writes it."""
    found = defaultdict(list)
    for row in rows:
        found[place_of(row)].append(row)
    return found


def cells() -> list[tuple[str, str, str]]:
    """Return document, place and words of every table cell with figures and every clause."""
    found = {
        (source, locator_of(source, name, key), cell)
        for source, name in [*WHOLE, TABLE_4_1]
        for key, cell in table(source, name).items()
        if name != "第四章 表4-1" or key[1] in SPACE_COLUMNS
    }
    whole = {(source, locator) for source, locator, _ in found}
    quotes = [(n.source_id, n.locator, n.printed) for n in NUMBERS]
    quotes += [(fact.source.id, fact.locator, fact.zh) for fact in FACTS]
    for source, locator, printed in quotes:
        if (source, nfkc(locator)) not in whole:
            found.add((source, nfkc(locator), clause(place(source, locator), printed)))
    for total in filter(None, (metric.stated_total for metric in PLANS.metrics.values())):
        assert standing(place(total.source_id, total.locator), total.printed)
        found.add((total.source_id, nfkc(total.locator), squeeze(total.printed)))
    return sorted(found)


def test_the_kept_cells_are_the_texts():
    """`cells()` is what data/plan_cells.csv must hold, no more and no less."""
    with CELLS.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["source_id", "locator", "words"]
    assert [tuple(row) for row in rows] == cells()


@pytest.mark.parametrize("number", NUMBERS, ids=identity)
def test_number_stands_at_its_place(number):
    at = place(number.source_id, number.locator)
    assert not number_faults(number, at)
    assert not bound_left_out(number, at)
    cell = cell_of(number.source_id, number.locator)
    if cell and cell[0] not in SHARED_TABLES and cell[1] != SHARED_CELL:
        assert squeeze(number.printed) == at, "the whole cell"


@pytest.mark.parametrize("fact", FACTS, ids=identity)
def test_fact_stands_at_its_place(fact):
    assert standing(place(fact.source.id, fact.locator), fact.zh)


@pytest.mark.parametrize("subject", PLANS.subjects.values(), ids=lambda subject: subject.id)
def test_subject_is_named_at_its_place(subject):
    evidence = subject.evidence
    assert squeeze(evidence.words) in place(evidence.source_id, evidence.locator)


@pytest.mark.parametrize("industry", PLANS.industries.values(), ids=lambda industry: industry.id)
def test_industry_is_named_by_its_plan(industry):
    text = squeeze("".join(lines(industry.plan)))
    assert all(name in text for name in re.split(r"[():]", squeeze(industry.zh)))


@pytest.mark.parametrize(("source", "name"), WHOLE, ids=range(len(WHOLE)))
def test_table_is_whole(source, name):
    """Each number of a cell is one row, a cell of words one fact, and there is no other row."""
    numbers, facts = by_place(NUMBERS), by_place(FACTS)
    faults = {}
    for key, cell in table(source, name).items():
        at = source, locator_of(source, name, key)
        if found := cell_faults(cell, numbers[at], facts[at]):
            faults[key] = found
    assert not faults


def test_every_cell_of_table_3_1_is_a_fact():
    """The heading of the column that a field stands in: 做优做强, 巩固提升 or 培育潜力."""
    facts = by_place(FACTS)
    for key, column in table("mh145", "第三章 表3-1").items():
        rows = facts["mh145", locator_of("mh145", "第三章 表3-1", key)]
        assert [fact.zh for fact in rows] == [column], key


def test_every_cell_of_words_of_table_4_1_has_facts():
    facts = by_place(FACTS)
    for key, cell in table(*TABLE_4_1).items():
        if key[1] not in SPACE_COLUMNS:
            assert bool(facts["mh145", locator_of(*TABLE_4_1, key)]) == bool(cell), key


def quantities(source: str, text: str) -> Counter[str]:
    """Return how often each numeral is in the text, those that no row has to take left out."""
    known = "|".join((NO_QUANTITY, *map(re.escape, LEFT_OUT[source])))
    return Counter(numerals(re.sub(known, "", squeeze(text))))


def taken_by(row: Number | Fact) -> Counter[str]:
    """Return the numerals of the prose that a row takes."""
    if isinstance(row, Fact):
        return quantities(row.source.id, row.zh)
    # 千亿级 is a number without a numeral.
    return Counter(values(row) if numerals(row.printed) else [])


@pytest.mark.parametrize("source", FILES)
def test_every_number_of_the_prose_is_a_row(source):
    """No more and no less; the numerals that no row takes are no quantities, or in `LEFT_OUT`."""
    prose = chapters(source)
    rows, totals = ({start: Counter() for start in prose} for _ in range(2))

    def heading(locator: str) -> int:
        headings = ["第四章"] if "第二段" in locator else section_of(source, locator)
        start = bounds(source, headings)[0]
        return max(line for line in prose if line <= start)

    for row in (*NUMBERS, *FACTS):
        if row.source.id == source and not cell_of(source, row.locator):
            rows[heading(row.locator)] += taken_by(row)
    # A stated total may be a row too.
    for total in {m.stated_total for m in PLANS.metrics.values() if m.stated_total}:
        if total.source_id == source:
            totals[heading(total.locator)] |= quantities(source, total.printed)
    wrong = {}
    for start, text in prose.items():
        there, taken = quantities(source, text), rows[start] | totals[start]
        if there != taken:
            wrong[text[:20]] = {"left": dict(there - taken), "too many": dict(taken - there)}
    assert not wrong
    everything = "".join(prose.values())
    assert not [words for words in LEFT_OUT[source] if words not in everything]


def test_every_available_land_of_chapter_4_is_a_row():
    """“可用工业土地约2000亩”, “其中工业用地566亩”: each is its park's figure of that kind."""
    pattern = r"(工业|研发)?(?:土地|用地)约?(\d+(?:\.\d+)?)亩"
    metrics = {"工业": "land_industrial_mu", "研发": "land_rnd_mu", "": "land_mu"}
    of_parks = [
        f for f in FIGURES if f.source_id == "mh145" and re.match("第四章 [一二]、", f.locator)
    ]
    found = {
        (park, locator, metrics[kind], value)
        for locator, park in {f.locator: f.park_id for f in of_parks}.items()
        for kind, value in re.findall(pattern, place("mh145", locator))
    }
    prose = squeeze(section("mh145", ["第四章"])).split("一、四大园区", 1)[1]
    assert len(found) == len(re.findall(pattern, prose)) == 12, "no paragraph is left out"
    rows = [
        (f.park_id, f.locator, f.metric, str(f.value_printed))
        for f in of_parks
        if f.metric in metrics.values() and not f.part
    ]
    assert len(rows) == len(set(rows)) and set(rows) == found


def test_every_number_of_the_table_4_1_space_columns_is_a_row():
    """No number of the land, factory, office and output cells was left out or taken twice."""
    for key, cell in table(*TABLE_4_1).items():
        if key[1] not in SPACE_COLUMNS:
            continue
        rows = [f for f in FIGURES if place_of(f) == ("mh145", locator_of(*TABLE_4_1, key))]
        taken = Counter(value for f in rows for value in values(f) if f.printed != "无厂房")
        if key == ("莘庄工业区", "土地"):
            # 工业用地760.1亩 is all the land of its park, told in its note, so that it is two rows.
            assert taken.pop("760.1") == 2
            taken["760.1"] = 1
        assert taken == Counter(numerals(cell)), key
        assert bool(rows) == (cell not in ("", "/")), key


def test_units_printed_in_table_4_1_are_the_rows_units():
    words = {"mu": "亩", "10k_m2": "万平", "buildings": "栋", "100m_yuan": "亿",
             "10k_yuan_per_mu": "万/亩", "km2": "平方公里"}  # fmt: skip
    for figure in FIGURES:
        if "表4-1" in figure.locator and figure.printed != "无厂房":
            assert f"{figure.value_printed}{words[figure.unit_printed]}" in squeeze(figure.printed)


@pytest.mark.parametrize("park", PLANS.parks.values(), ids=lambda park: park.id)
def test_labels_quote_the_plans(park):
    for label in (*park.industries, park.position):
        for evidence in label.evidence:
            source, locator = evidence.source_id, evidence.locator
            # A label may rest on all of a park's paragraphs.
            cell = cell_of(source, locator)
            at = place(source, locator) if cell else section(source, section_of(source, locator))
            assert squeeze(evidence.words) in squeeze(at), (park.id, label.id)
    for limit in park.limits:
        source, locator = limit.evidence.source_id, limit.evidence.locator
        headings = locator.partition(" 表")[0]
        at = section(source, section_of(source, headings))
        assert squeeze(limit.evidence.words) in squeeze(at), (park.id, limit)


@pytest.mark.parametrize("park", PLANS.parks.values(), ids=lambda park: park.id)
def test_aliases_are_used_in_the_plans(park):
    minhang = squeeze("".join(lines("mh145") + lines("mh155")))
    missing = [name for name in park.aliases if squeeze(name) not in minhang]
    # 闵行经开区 is the name in the Shanghai plan for industrial parks.
    shanghai = squeeze("".join(lines("shpark145")))
    assert not [name for name in missing if squeeze(name) not in shanghai]


def test_stated_totals_stand_in_the_plan():
    for metric in PLANS.metrics.values():
        if metric.stated_total:
            total = metric.stated_total
            assert squeeze(total.printed) in place(total.source_id, total.locator)
            assert str(total.value) in total.printed


def test_the_totals_of_chapter_4_are_in_its_second_paragraph():
    """Not in the first, which says what the 4+X parks are."""
    paragraphs = section("mh145", ["第四章"]).split("\n")[1:]
    first, second = [text for text in paragraphs if len(squeeze(text)) > 60][:2]
    for metric in ("land_mu", "factory_10k_m2", "office_10k_m2"):
        total = PLANS.metrics[metric].stated_total
        assert str(total.value) in squeeze(second) and str(total.value) not in squeeze(first)
        assert "第二段" in total.locator


@pytest.mark.parametrize("source", PLANS.sources.values(), ids=lambda source: source.id)
def test_sources_say_only_what_the_texts_say(source):
    text = squeeze("".join(lines(source.id)))
    if source.number:
        assert squeeze(source.number) in text
    if source.issuer_zh:
        assert squeeze(source.issuer_zh.removeprefix("上海市")) in text
    if source.date:
        year, month, day = (int(part) for part in source.date.split("-"))
        assert f"{year}年{month}月{day}日" in text
    if source.disclosure_zh:
        assert squeeze(source.disclosure_zh) in text
    readme = TEXTS / "README.md"
    titles = text + squeeze(Path(readme).read_text(encoding="utf-8"))
    assert squeeze(source.title_zh) in titles
