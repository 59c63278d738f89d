"""The transcription against the plans' texts: each number and each quoted phrase at its place.

The texts are not part of the project; without them these tests skip. What they leave behind is
`data/plan_cells.csv`, the short cells and clauses that the figures quote: `test_plan_cells.py`
holds figures.csv against it on any machine, and a test here holds it against the texts.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from geo import ROOT
from geo.plans import Figure, Plans

CELLS = Path(__file__).parent / "data" / "plan_cells.csv"
TEXTS = ROOT.parent / "shared" / "plans"
FILES = {
    "mh145": "minhang_manufacturing_14fyp.txt",
    "mh155": "minhang_industrialization_15fyp.txt",
    "sj145": "songjiang_manufacturing_14fyp.txt",
    "sh145": "shanghai_manufacturing_14fyp.txt",
    "shpark145": "shanghai_industrial_parks_14fyp.txt",
}
# From the outermost heading to the innermost, as they begin a line after NFKC.
LEVELS = (
    r"第[一二三四五六七八九十]章",
    r"[一二三四五六七八九十]+、",
    r"\([一二三四五六七八九十]+\)",
    r"\d+\.(?!\d)",
)
TABLE_1_1_YEARS = [f"{year}年" for year in range(2016, 2021)]
TABLE_4_1_COLUMNS = ("重点发展领域", "定位", "产值", "土地", "厂房", "楼宇", "重点板块及任务")

pytestmark = pytest.mark.reference
PLANS = Plans.load()
FIGURES = PLANS.figures


def nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def squeeze(text: str) -> str:
    """NFKC without any white space: the texts break lines inside words and numbers."""
    return re.sub(r"\s+", "", nfkc(text))


@cache
def lines(source: str) -> list[str]:
    path = TEXTS / FILES[source]
    if not path.exists():
        pytest.skip(f"the plan text {path.name} is not here")
    return nfkc(path.read_text(encoding="utf-8")).split("\n")


def level(line: str) -> int | None:
    return next((n for n, mark in enumerate(LEVELS) if re.match(mark, line.strip())), None)


def section(source: str, headings: list[str]) -> str:
    """Return the text under a chain of headings, each found after and below the one before."""
    text, start, end = lines(source), 0, len(lines(source))
    for heading in headings:
        wanted = squeeze(heading)
        hits = [i for i in range(start, end) if squeeze(text[i]).startswith(wanted)]
        assert hits, f"no heading {heading!r}"
        depth, start = level(text[hits[0]]), hits[0]
        assert depth is not None, f"{heading!r} is not a heading"
        deeper = (
            i for i in range(start + 1, end) if (found := level(text[i])) is not None
            and found <= depth
        )  # fmt: skip
        end = next(deeper, end)
    return "\n".join(text[start:end])


@cache
def table_1_1() -> dict[tuple[str, str, str], str]:
    """Return table 1-1 by (metric group, park, year), read from the cells' order alone."""
    text = lines("mh145")
    start = next(i for i, line in enumerate(text) if line.startswith("表1-1"))
    end = next(i for i in range(start, len(text)) if level(text[i]) == 3)
    cells = [squeeze(line) for line in text[start + 1 : end] if line.strip()]
    assert cells[1:6] == TABLE_1_1_YEARS
    found: dict[tuple[str, str, str], str] = {}
    group, park, heading = "", "", ""
    for cell in cells[6:]:
        if re.fullmatch(r"[\d.]+", cell):
            if heading:
                group, heading = re.sub(r"\(.*\)", "", heading), ""
            year = TABLE_1_1_YEARS[sum(key[:2] == (group, park) for key in found)]
            found[group, park, year] = cell
        elif cell in ("莘庄工业区", "紫竹高新区", "闵开发", "临港浦江国际科技城"):
            park = cell
        else:
            heading += cell
    return found


@cache
def table_4_1() -> dict[tuple[str, str], str]:
    """Return table 4-1 by (block, column); an empty cell is an empty string."""
    text = lines("mh145")
    start = next(i for i, line in enumerate(text) if line.startswith("表4-1"))
    end = next(i for i in range(start, len(text)) if squeeze(text[i]) == "一、四大园区")
    found = {}
    rows = [i for i in range(start, end) if re.fullmatch(r"\t\d+", text[i])]
    for number, (row, stop) in enumerate(zip(rows, [*rows[1:], end], strict=True), 1):
        assert text[row] == f"\t{number}"
        cells = [squeeze(line) for line in text[row + 1 : stop] if line.startswith("\t")]
        name = re.sub(r"\(.*\)", "", cells[0])
        found |= {(name, c): cell for c, cell in zip(TABLE_4_1_COLUMNS, cells[1:8], strict=True)}
    return found


def place(source: str, locator: str) -> str:
    """Return the squeezed text of the place a locator names."""
    head, *rest = [part.strip() for part in nfkc(locator).split("/")]
    if head == "第一章 表1-1":
        return table_1_1()[tuple(rest)]
    if head == "第四章 表4-1":
        return table_4_1()[tuple(rest)]
    if head == "第四章 第二段(图4-1之后)":
        whole = section(source, ["第四章"])
        texts = [text for text in whole[: whole.index("表4-1")].split("\n")[1:] if text.strip()]
        _, figure, second = texts
        assert squeeze(figure).startswith("图4-1")
        return squeeze(second)
    return squeeze(section(source, [*head.split(" ", 1), *rest] if "章" in head else [head, *rest]))


def clause(at: str, words: str) -> str:
    """Return the words with what stands beside them, from one punctuation mark to the next."""
    start = at.index(words)
    end = start + len(words)
    left = max(at.rfind(mark, 0, start) for mark in ",;:()“”、。") + 1
    right = min(found for mark in ",;:()“”、。" if (found := at.find(mark, end)) >= 0)
    return at[left:right]


def cells() -> list[tuple[str, str, str]]:
    """Return document, place and words of every table cell with figures and every clause."""
    found = {("mh145", f"第一章 表1-1 / {' / '.join(k)}", cell) for k, cell in table_1_1().items()}
    found |= {
        ("mh145", f"第四章 表4-1 / {block} / {column}", cell)
        for (block, column), cell in table_4_1().items()
        if column in ("产值", "土地", "厂房", "楼宇")
    }
    whole = {(source, locator) for source, locator, _ in found}
    for figure in FIGURES:
        if (figure.source_id, figure.locator) not in whole:
            at = place(figure.source_id, figure.locator)
            words = clause(at, squeeze(figure.printed))
            found.add((figure.source_id, figure.locator, words))
    for total in filter(None, (metric.stated_total for metric in PLANS.metrics.values())):
        at, words = place(total.source_id, total.locator), squeeze(total.printed)
        found.add((total.source_id, total.locator, at[at.index(words) :][: len(words)]))
    return sorted(found)


def test_the_kept_cells_are_the_texts():
    """`cells()` is what data/plan_cells.csv must hold, no more and no less."""
    with CELLS.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["source_id", "locator", "words"]
    assert [tuple(row) for row in rows] == cells()


def test_every_available_land_of_chapter_4_is_a_row():
    """“可用工业土地约2000亩”, “其中工业用地566亩”: each is its park's figure of that kind."""
    pattern = r"(工业|研发)?(?:土地|用地)约?(\d+(?:\.\d+)?)亩"
    metrics = {"工业": "land_industrial_mu", "研发": "land_rnd_mu", "": "land_mu"}
    parks = {
        f.locator: f.park_id for f in FIGURES
        if f.source_id == "mh145" and re.match("第四章 [一二]、", f.locator)
    }  # fmt: skip
    found = {
        (park, metrics[kind], value)
        for locator, park in parks.items()
        for kind, value in re.findall(pattern, place("mh145", locator))
    }
    prose = squeeze(section("mh145", ["第四章"])).split("一、四大园区", 1)[1]
    assert len(found) == len(re.findall(pattern, prose)) == 12, "no paragraph is left out"
    rows = {(f.park_id, f.metric, str(f.value_printed)) for f in FIGURES if not f.part}
    assert found <= rows


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"line{f.line}-{f.park_id}-{f.metric}")
def test_figure_stands_at_its_place(figure: Figure):
    at = place(figure.source_id, figure.locator)
    assert squeeze(figure.printed) in at
    if squeeze(figure.printed) == "无厂房":
        assert figure.value == 0
        return
    numerals = re.findall(r"\d+(?:\.\d+)?", at)
    assert str(figure.value_printed) in numerals


def test_table_1_1_is_whole():
    """Every cell of the table is a row, and no row is without its cell."""
    rows = {f.locator: f.printed for f in FIGURES if "表1-1" in f.locator}
    cells = {f"第一章 表1-1 / {' / '.join(key)}": cell for key, cell in table_1_1().items()}
    assert len(cells) == 60
    assert rows == cells


def test_every_number_of_the_table_4_1_space_columns_is_a_row():
    """No number of the land, factory, office and output cells was left out."""
    for (block, column), cell in table_4_1().items():
        if column not in ("产值", "土地", "厂房", "楼宇"):
            continue
        rows = [f for f in FIGURES if f.locator == f"第四章 表4-1 / {block} / {column}"]
        taken = {str(f.value_printed) for f in rows}
        # The area in brackets and the yuan per mu are reckoning, told in the row's own words.
        told = {n for f in rows for n in re.findall(r"\d+(?:\.\d+)?", nfkc(f.printed + f.note_zh))}
        assert set(re.findall(r"\d+(?:\.\d+)?", cell)) <= taken | told, (block, column)
        assert bool(rows) == (cell not in ("", "/")), (block, column)


def test_units_printed_in_table_4_1_are_the_rows_units():
    words = {"mu": "亩", "10k_m2": "万平", "buildings": "栋", "100m_yuan": "亿"}
    for figure in FIGURES:
        if "表4-1" in figure.locator and figure.printed != "无厂房":
            assert f"{figure.value_printed}{words[figure.unit_printed]}" in squeeze(figure.printed)


@pytest.mark.parametrize("park", PLANS.parks.values(), ids=lambda park: park.id)
def test_labels_quote_the_plans(park):
    for label in (*park.industries, park.position):
        for evidence in label.evidence:
            at = place(evidence.source_id, evidence.locator)
            assert squeeze(evidence.words) in at, (park.id, label.id)


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
