"""The map on paper: one sheet with all of it, A4 and A3, and the page afterwards as it was."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from test_imprint import png

from geo.plans import load_boundaries
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import PAPERS, pdf_pages, picture, pixels, png_size

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror='window.pwned=1'>坏"
PARKS = MapView()
LARGEST = MapView(metric=None, scheme="one-pole-three-belts")
INDUSTRY = MapView(metric=None, industry="digital-economy")
PROJECTS = MapView(metric=None, projects=True)
MARGIN = 8 / 25.4 * 96  # pixels

# What of the sheet is beyond its edges or does not fit its frame, by more than a pixel.
CLIPPED = """([width, height, margin]) => {
    const all = (names) => [...document.querySelectorAll(names)], found = [];
    const edge = (name) => document.querySelector(name).getBoundingClientRect();
    const inside = (nodes, { left, top, right, bottom }) => nodes.forEach((node) => {
        const box = node.getBoundingClientRect();
        if (box.left < left - 1 || box.top < top - 1 || box.right > right + 1
            || box.bottom > bottom + 1) found.push([node.className, node.textContent.slice(0, 40)]);
    });
    inside(all('h1, .atlas-subtitle, .atlas-stage, .atlas-side, .atlas-head-end, .atlas-foot :is(p, span)'),
        { left: margin, top: margin, right: width - margin, bottom: height - margin });
    inside(all('.atlas-legend :is(h2, h3, h4, li, p, li span, svg)'), edge('.atlas-side'));
    inside(all('.atlas-label').filter(({ style }) => style.visibility === 'visible'),
        edge('.atlas-stage'));
    // A swatch is drawn beside its words.
    for (const item of all('.atlas-legend li')) {
        const words = item.querySelector('span'), left = words?.getBoundingClientRect().left;
        const drawn = [...item.querySelectorAll('svg *')].map(one => one.getBoundingClientRect().right);
        if (words && Math.max(...drawn) > left + 1) found.push(['swatch', item.textContent]);
    }
    return found;
}"""  # noqa: E501
# Pairs of texts of the sheet that lie on each other; names that follow a line are left out, their
# boxes are larger than they are.
OVERLAPS = """() => {
    const names = [...document.querySelectorAll('.atlas-label')].filter(node =>
        node.style.visibility === 'visible' && !node.style.transform.includes('rotate'));
    const texts = [...document.querySelectorAll(
        '.atlas-legend :is(h2, h3, h4, li, .atlas-note), .atlas-foot p, h1, .atlas-subtitle')];
    const boxes = [...names, ...texts].map(node =>
        [node.textContent, node.getBoundingClientRect()]);
    return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
        Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 &&
        Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1).map(([b]) => [a, b]));
}"""
CONTROLS = """() => [...document.querySelectorAll('button:not(.atlas-entry), input, select,' +
        '.atlas-switches, .atlas-zoom, .atlas-tools, .atlas-head-tools')]
    .filter(node => node.checkVisibility()).map(node => node.outerHTML.slice(0, 80))"""
STATE = """() => {
    const root = document.querySelector('#atlas'), find = (name) => root.querySelector(name);
    const box = (name) => {
        const { x, y, width, height } = find(name).getBoundingClientRect();
        return [name, ...[x, y, width, height].map(Math.round)];
    };
    const nodes = [...root.querySelectorAll('*:not(svg *, .leaflet-pane *)')];
    return {
        boxes: ['header', '.atlas-stage', '.atlas-side', 'footer', '.atlas-park'].map(box),
        order: nodes.map(node => String(node.className)).join('|'), style: root.style.cssText,
        scale: find('.leaflet-control-scale-line').textContent, data: { ...root.dataset },
        focus: document.activeElement.className, scrolled: find('.atlas-side').scrollTop,
    };
}"""
FONT = "parseFloat(getComputedStyle(document.querySelector('.atlas-legend li')).fontSize)"


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture
def write(plans, boundaries, tmp_path):
    """Write a view to disk; return its address."""

    def writer(view: MapView, imprint: Imprint | None = None) -> str:
        path = tmp_path / "map.html"
        path.write_text(export_html(view, plans, boundaries, imprint=imprint), encoding="utf-8")
        return path.as_uri()

    return writer


@pytest.fixture
def opened(watched, write):
    """Open a view as a reader does, printing only counted."""

    def opener(view: MapView, imprint: Imprint | None = None, asked: str = ""):
        watched.page.add_init_script("window.printed = 0; window.print = () => { printed += 1; };")
        watched.page.goto(write(view, imprint) + asked)
        watched.page.wait_for_selector("#atlas[data-ready]")
        return watched.page

    return opener


def printed(page) -> bytes:
    """What the printer gets, on the paper the page asks for."""
    return page.pdf(prefer_css_page_size=True, print_background=True)


def millimetres(sheet: bytes) -> set[tuple[int, int]]:
    """The sizes of a PDF's pages."""
    found = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", sheet)
    return {tuple(round(float(side) / 72 * 25.4) for side in box) for box in found}


# --- the sheet


@pytest.mark.parametrize(
    ("view", "paper", "lang"),
    [*product([PARKS, LARGEST], PAPERS, ["zh", "en"]), (INDUSTRY, "A4", "zh"),
     (INDUSTRY, "A3", "en"), (PROJECTS, "A4", "en")],
)  # fmt: skip
def test_a_sheet_has_all_of_the_map_on_one_page(watched, write, view, paper, lang):
    width, height = pixels(paper)
    page = watched.page
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{write(replace(view, lang=lang))}#sheet={paper}")
    page.wait_for_selector(f"#atlas[data-sheet={paper}]")
    assert page.evaluate(CLIPPED, [width, height, MARGIN]) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(CONTROLS) == [], "nothing that is for the screen only"
    scroll = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    listed = view is PROJECTS  # by number, on a page of their own
    wide, high = page.evaluate(scroll)
    assert wide == width and (high > height if listed else high == height)
    stage = page.locator(".atlas-stage").bounding_box()
    share = stage["width"] * stage["height"] / (width - 2 * MARGIN) / (height - 2 * MARGIN)
    assert share > (0.6 if view is PARKS else 0.4), "the map is what a sheet is for"
    font = page.evaluate(FONT)
    assert font >= 9.5, "seven points"
    assert page.locator(".leaflet-control-scale-line").is_visible()
    assert page.locator(".atlas-north").is_visible()
    sheet = printed(page)
    assert pdf_pages(sheet) == 1 + listed and millimetres(sheet) == {PAPERS[paper]}
    watched.assert_quiet()
    assert len(watched.requests) == 1


@pytest.mark.parametrize("watched", [(1366, 768), (390, 844)], indirect=True)
def test_printing_without_the_tool_is_a4_and_leaves_the_page_as_it_was(opened, watched):
    page = opened(LARGEST)
    page.locator(".atlas-entry").nth(3).focus()
    page.evaluate("document.querySelector('.atlas-side').scrollTop = 40")
    page.wait_for_timeout(300)
    before = page.evaluate(STATE)
    sheet = printed(page)
    page.wait_for_timeout(300)
    assert pdf_pages(sheet) == 1 and millimetres(sheet) == {PAPERS["A4"]}
    assert page.evaluate(STATE) == before
    watched.assert_quiet()


def test_a_readers_own_view_is_printed_whole_and_kept(opened, watched):
    page = opened(PARKS)
    page.get_by_role("button", name="放大").click()
    page.wait_for_timeout(600)
    before = page.evaluate(STATE)
    bar = page.locator(".leaflet-control-scale-line")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert bar.inner_text() == before["scale"], "not the whole map again"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(STATE) == before
    watched.assert_quiet()


def test_a_legend_too_long_for_the_sheet_goes_on_to_the_next(opened, watched):
    page = opened(PARKS)
    page.evaluate(
        """() => {
            const list = document.querySelector('.atlas-legend ul');
            for (let i = 0; i < 260; i += 1) {
                const item = document.createElement('li');
                item.textContent = `第 ${i} 个要素，名称较长以便换行`;
                list.append(item);
            }
        }"""
    )
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#atlas").get_attribute("data-legend") == "next"
    foot, side = (page.locator(name).bounding_box() for name in (".atlas-foot", ".atlas-side"))
    assert side["y"] >= foot["y"] + foot["height"], "after the sheet with the map"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert pdf_pages(printed(page)) >= 2
    watched.assert_quiet()


def test_an_open_card_is_printed_after_the_map(opened, watched):
    page = opened(replace(PARKS, selected="xinzhuang"), asked="#sheet=A4")
    assert page.locator(".atlas-card").bounding_box()["y"] > pixels("A4")[1], "not in its picture"
    page.goto("about:blank")
    page = opened(replace(PARKS, selected="xinzhuang"))
    assert page.locator(".atlas-card h2").is_visible()
    assert pdf_pages(printed(page)) >= 2
    page.keyboard.press("Escape")
    assert pdf_pages(printed(page)) == 1
    watched.assert_quiet()


PAPER = "() => dispatchEvent(new Event('beforeprint'))"
SCREEN = "() => dispatchEvent(new Event('afterprint'))"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_open_below_the_map_is_printed_whole(opened, watched, lang):
    page = opened(replace(PARKS, lang=lang))
    page.locator("[data-tool=table]").click()
    before = page.evaluate(STATE)
    assert 2 <= pdf_pages(printed(page)) <= 3
    assert page.evaluate(STATE) == before
    page.evaluate(PAPER)
    foot, dock = (page.locator(name).bounding_box() for name in (".atlas-foot", ".atlas-dock"))
    assert dock["y"] >= foot["y"] + foot["height"] and dock["width"] <= foot["width"] + 1
    frame = "node => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]"
    assert max(page.locator(".atlas-table-frame").evaluate(frame)) <= 1, "nothing to scroll to"
    assert page.locator(":is(.atlas-panel-bar, .atlas-panel-close):visible").count() == 0
    head = "node => getComputedStyle(node).display"
    assert page.locator(".atlas-table thead").evaluate(head) == "table-header-group"
    assert page.locator(".atlas-marks:visible li").count() > 10
    page.evaluate(SCREEN)
    page.locator("[data-tool=compare]").click()
    assert pdf_pages(printed(page)) == 1, "no comparison yet"
    page.locator("[data-key=a]").select_option("xinzhuang")
    page.evaluate(PAPER)
    assert page.locator(".atlas-badge-map").is_hidden(), "its letter would not be told"
    page.evaluate(SCREEN)
    page.locator("[data-key=b]").select_option("zizhu")
    folded = page.locator("[data-panel=compare] details").first
    assert not folded.evaluate("node => node.open")
    page.evaluate(PAPER)
    assert page.locator(".atlas-badge-map:visible").count() == 2
    assert page.locator(".atlas-compare").is_visible() and folded.evaluate("node => node.open")
    page.evaluate(SCREEN)
    assert not folded.evaluate("node => node.open")
    assert 2 <= pdf_pages(printed(page)) <= 3
    watched.assert_quiet()


def test_pages_after_the_first_say_whose_map_it_is(opened, watched):
    imprint = Imprint(office='局"\\}', approval="沪S(2026)001号")
    page = opened(replace(PARKS, selected="metdz"), imprint)
    page.evaluate(PAPER)
    rules = page.evaluate(
        "() => [...[...document.styleSheets].pop().cssRules].map(one => one.cssText)"
        ".filter(one => one.startsWith('@page'))"
    )
    assert len(rules) == 2 and ":first" in rules[1]
    for text in ("示意图，不作为权属界线依据", "局””}", "沪S(2026)001号", "counter(page)"):
        assert text in rules[0], text
    assert page.locator(".atlas-card details:not([open])").count() == 0
    page.evaluate(SCREEN)
    assert page.locator(".atlas-card details[open]").count() == 0
    assert pdf_pages(printed(page)) >= 3
    watched.assert_quiet()


def test_projects_are_numbered_on_paper(opened, watched, plans):
    page = opened(PROJECTS)
    page.evaluate(PAPER)
    items = page.locator(".atlas-paper-list li")
    numbers = page.locator(".atlas-number-mark")
    assert items.count() == numbers.count() == page.locator("path.atlas-project").count() > 20
    largest = max((p for p in plans.projects if p.investment), key=lambda p: p.investment)
    assert largest.name_zh in items.first.inner_text() and "万元" in items.first.inner_text()
    off = page.evaluate(
        """() => [...document.querySelectorAll('path.atlas-project')].map(path => {
            const mark = document.querySelectorAll('.atlas-number-mark span'), box = (n) => {
                const { left, right, top, bottom } = n.getBoundingClientRect();
                return [(left + right) / 2, (top + bottom) / 2]; };
            const [x, y] = box(path);
            return Math.min(...[...mark].map(n => Math.hypot(box(n)[0] - x, box(n)[1] - y)));
        })"""
    )
    assert max(off) < 2
    page.evaluate(SCREEN)
    assert items.count() == numbers.count() == 0
    watched.assert_quiet()


# --- the tool


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_is_chosen_beside_the_button(opened, watched, lang):
    page = opened(replace(PARKS, lang=lang))
    button = page.get_by_role("button", name={"zh": "打印", "en": "Print"}[lang], exact=True)
    menu = page.locator(".atlas-print-menu")
    button.click()
    assert menu.is_visible() and button.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.dataset.paper") == "A4"
    page.keyboard.press("Escape")
    assert menu.is_hidden() and button.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.dataset.tool") == "print"
    assert page.evaluate("printed") == 0
    for paper in ("A3", "A4"):
        button.press("Enter")
        menu.get_by_role("button", name=paper).click()
        assert menu.is_hidden()
        sheet = printed(page)
        assert pdf_pages(sheet) == 1 and millimetres(sheet) == {PAPERS[paper]}
    assert page.evaluate("printed") == 2
    button.click()
    page.mouse.click(700, 400)
    assert menu.is_hidden(), "a press elsewhere closes it"
    page.locator("path[data-zone=zizhu]").dispatch_event("click")
    button.click()
    button.focus()
    page.keyboard.press("Escape")
    assert menu.is_hidden() and page.locator(".atlas-card").is_visible(), "the menu, not the card"
    button.click()
    page.keyboard.press("Tab")
    assert menu.is_visible()
    page.keyboard.press("Tab")
    assert menu.is_hidden() and button.get_attribute("aria-expanded") == "false"
    watched.assert_quiet()


def test_what_is_measured_stays_on_the_screen(opened, watched):
    """The box that says what the marks are is not on the sheet."""
    page = opened(PARKS)
    page.locator("[data-tool=measure]").click()
    page.mouse.click(400, 300)
    page.mouse.click(500, 320)
    marks = page.locator(".atlas-vertex, .leaflet-measure-pane path")
    shown = [mark for mark in marks.all() if mark.is_visible()]
    assert len(shown) >= 3
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert [mark for mark in marks.all() if mark.is_visible()] == []
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len([mark for mark in marks.all() if mark.is_visible()]) == len(shown)
    watched.assert_quiet()


def test_a_file_may_ask_for_a3(watched, plans, boundaries, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(export_html(PARKS, plans, boundaries, paper="A3"), encoding="utf-8")
    page = watched.page
    page.add_init_script("window.print = () => {};")
    watched.open(path)
    assert millimetres(printed(page)) == {PAPERS["A3"]}
    page.evaluate(PAPER)
    wide, high = pixels("A3")
    foot = page.locator(".atlas-foot").bounding_box()
    root = page.locator("#atlas").bounding_box()
    assert root["width"] == pytest.approx(wide - 2 * MARGIN, abs=2)
    assert foot["y"] + foot["height"] - root["y"] == pytest.approx(high - 2 * MARGIN, abs=4)
    page.evaluate(SCREEN)
    page.locator("[data-tool=print]").click()
    page.locator(".atlas-print-menu [data-paper=A4]").click()
    assert millimetres(printed(page)) == millimetres(printed(page)) == {PAPERS["A4"]}
    watched.assert_quiet()


def test_a_paper_that_is_none_is_no_sheet(opened, watched):
    page = opened(PARKS, asked="#sheet=A5")
    assert page.locator("#atlas").get_attribute("data-sheet") is None
    assert page.locator(".atlas-zoom").is_visible()
    watched.assert_quiet()


# --- head and foot


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_head_and_foot_of_a_finished_map(opened, watched, tmp_path, lang):
    logo = tmp_path / "logo.png"
    logo.write_bytes(png(40, 20))
    office, number = "闵行区经济委员会", "沪S(2026)001号"
    imprint = Imprint("自拟标题", "自拟副题", office, number, "2026-11-21", logo)
    page = opened(replace(PARKS, lang=lang), imprint)
    assert page.locator("h1").inner_text() == "自拟标题"
    assert page.locator(".atlas-subtitle").inner_text() == "自拟副题"
    assert page.locator(".atlas-office").inner_text() == office
    assert page.evaluate("document.querySelector('.atlas-logo').naturalWidth") == 40
    foot = page.locator(".atlas-foot").inner_text()
    for text in (
        number, office, "2026-11-21", "WGS 84", "闵府发〔2021〕17号",
        "2021-06-29", "2021–2025", "OpenStreetMap 2026-03-29/2026-05-13", "2026-03-29/2026-07",
        {"zh": "示意图，不作为权属界线依据", "en": "not evidence of ownership"}[lang],
        {"zh": "审图号：", "en": "Map approval no.: "}[lang],
    ):  # fmt: skip
        assert text in foot, text
    watched.assert_quiet()


def test_without_an_imprint_the_approval_number_is_a_blank_and_nothing_is_made_up(opened, watched):
    page = opened(PARKS)
    foot = page.locator(".atlas-foot").inner_text()
    assert re.search(r"审图号：[＿_]{4,}", foot) and not re.search("制图单位|制图日期", foot)
    assert page.locator(".atlas-head img").count() == 0
    assert page.locator(".atlas-office").is_hidden()
    assert page.locator(".atlas-brand").is_visible()
    watched.assert_quiet()


def test_hostile_words_and_logos_run_nothing(opened, watched, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30" onload="window.pwned=1">'
        "<script>window.pwned = 1; top.pwned = 1;</script>"
        '<image href="http://example.invalid/x.png" width="9" height="9"/></svg>'
    )
    page = opened(PARKS, Imprint(HOSTILE, HOSTILE, HOSTILE, HOSTILE, "", logo))
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator(".atlas-office").inner_text() == HOSTILE
    assert HOSTILE in page.locator(".atlas-foot").inner_text()
    assert page.locator("#atlas img:not(.atlas-logo)").count() == 0
    assert page.evaluate("document.querySelector('.atlas-logo').naturalWidth") == 30
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("window.pwned") is None
    watched.assert_quiet()


# --- pictures of real maps, by the browser's own command line


@pytest.mark.parametrize(("scale", "size"), [(1, pixels("A4")), (1.5, (1685, 1191))])
def test_a_picture_is_one_sheet_with_the_whole_legend(
    browser, plans, boundaries, tmp_path, scale, size
):
    html = export_html(replace(LARGEST, lang="en"), plans, boundaries)
    path = picture(html, tmp_path / "map.png", scale=scale)
    assert png_size(path.read_bytes()) == size, "half a pixel is a whole one"


def test_a_printed_sheet_has_its_title_its_fonts_and_words_to_search(
    browser, plans, boundaries, tmp_path
):
    path = picture(export_html(PARKS, plans, boundaries), tmp_path / "map.pdf", "A3")
    sheet: bytes = Path(path).read_bytes()
    assert pdf_pages(sheet) == 1 and millimetres(sheet) == {PAPERS["A3"]}
    title = re.search(rb"/Title\s*(<[0-9A-Fa-f]+>|\(.*?\)\n)", sheet, re.S)
    assert title is not None
    if title[1].startswith(b"<"):
        told = bytes.fromhex(title[1][1:-1].decode()).decode("utf-16")
        assert told == "闵行区产业园区：可用土地"
    # Every font is in the file, and says which characters its signs are.
    fonts = len(re.findall(rb"/Type\s*/Font\b(?!D)", sheet))
    assert fonts and len(re.findall(rb"/ToUnicode", sheet)) >= 1
    assert not re.search(rb"/Subtype\s*/Type1\b", sheet), "no font that the reader must have"
