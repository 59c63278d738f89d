"""The presentation inside an exported map, in a browser that has no network."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from access import violations

from geo.plans import format_number, load_boundaries
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import pdf_pages
from layers.stops import key_figures

pytestmark = pytest.mark.browser

HOSTILE = '</script><img src=x onerror="window.pwned=1"><b>坏</b>：{step}'
PARKS = ("xinzhuang", "pujiang", "neobay", "metdz", "lianhua", "xiangyang")
STOPS = ("four-plus-x", *PARKS[:3], "one-pole-three-belts", "projects", "parks", *PARKS[3:])
IMPRINT = Imprint(office="闵行区经济委员会", approval="沪S〔2026〕012号", date="2026-11-21")
VIEWS = {
    "parks": (MapView(metric="output_100m_yuan", period="2019"), (), None),
    "mixed": (MapView(metric=None, scheme="four-plus-x"), STOPS, IMPRINT),
    "layout": (MapView(metric=None, scheme="four-plus-x"), (), None),
}
SIZES = [(1366, 768), (1920, 1080), (1024, 768), (390, 844)]
# What is said outside its own box, runs over an edge of the screen, or scrolls.
SPILT = """() => {
    const body = document.querySelector(".atlas-present-body"), found = [];
    const frame = body.getBoundingClientRect();
    if (body.scrollHeight > body.clientHeight + 1) found.push(`body ${body.scrollHeight}`);
    for (const node of body.querySelectorAll("h1, p, li, dt, dd, strong, h3, h4")) {
        if (!node.checkVisibility() || getComputedStyle(node).clipPath !== "none") continue;
        const box = node.getBoundingClientRect();
        const wide = node.scrollWidth > node.clientWidth + 1;
        if (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.top < frame.top - 1
            || getComputedStyle(node).display === "block" && wide)
            found.push(node.textContent);
    }
    if (document.documentElement.scrollHeight > innerHeight + 1) found.push("the page scrolls");
    return found;
}"""
# Where the chosen park is drawn, the free part of the map, and the words: left, top, right, bottom.
PLACES = """() => {
    const box = (b) => [b.left, b.top, b.right, b.bottom];
    const all = [...document.querySelectorAll("path.atlas-now")]
        .map(n => n.getBoundingClientRect());
    const low = (side) => Math.min(...all.map(r => r[side]));
    const high = (side) => Math.max(...all.map(r => r[side]));
    const park = all.length ? [low("left"), low("top"), high("right"), high("bottom")] : null;
    return [park, ...["#map", ".atlas-present-body", ".atlas-present-line"]
        .map(one => box(document.querySelector(one).getBoundingClientRect()))];
}"""
# The numbers of notes beside the figures shown, and of the notes below them.
NOTES = """() => {
    const seen = (one) => [...document.querySelectorAll(`.atlas-present-body ${one}`)]
        .filter(node => node.checkVisibility());
    const numbers = seen("sup").map(node => Number(node.dataset.note || node.textContent));
    return [[...new Set(numbers)].sort((a, b) => a - b),
        seen("p.atlas-present-small").map(node => parseInt(node.textContent))];
}"""
SIZE_OF = (
    "one => [...document.querySelectorAll(one)].map(n => parseFloat(getComputedStyle(n).fontSize))"
)
STATE = """() => ({
    fills: [...document.querySelectorAll("path.atlas-park")].map(n => n.getAttribute("fill")),
    at: [...document.querySelectorAll("path.atlas-park")].map(n => {
        const b = n.getBoundingClientRect(); return [Math.round(b.left), Math.round(b.top)]; }),
    card: document.querySelector(".atlas-card").hidden ? null
        : document.querySelector(".atlas-card h2").textContent,
    title: document.querySelector(".atlas-head h1").textContent,
    focus: document.activeElement.id || document.activeElement.dataset.zone
        || document.activeElement.dataset.tool || document.activeElement.tagName,
    stray: document.querySelectorAll(
        ".atlas-present-panel, .atlas-present-line, .atlas-present-keys, .atlas-aside").length,
    inert: document.querySelectorAll("[inert]").length,
})"""


# Counts, of every frame of the screen, those in which the basemap does not reach the map's edges.
COVERED = """() => {
    window.seen = window.bare = 0;
    const box = (one) => document.querySelector(one).getBoundingClientRect();
    (function look() {
        const base = box(".leaflet-basemap-pane canvas"), map = box("#map");
        seen += 1;
        if (base.left > map.left + 1 || base.top > map.top + 1 || base.right < map.right - 1
            || base.bottom < map.bottom - 1) bare += 1;
        requestAnimationFrame(look);
    })();
}"""


@pytest.fixture(scope="module")
def written(plans, tmp_path_factory):
    """Write a view to disk, once, and return the file."""
    folder, boundaries = tmp_path_factory.mktemp("maps"), load_boundaries()

    def writer(name: str):
        path = folder / f"{name}.html"
        if not path.exists():
            view, stops, imprint = VIEWS[name]
            path.write_text(export_html(view, plans, boundaries, imprint, stops), encoding="utf-8")
        return path

    return writer


@pytest.fixture
def opened(watched, written):
    """Open a file, at a hash, without motion unless it is asked for."""

    def opener(name: str, address: str = "", motion: bool = False):
        if not motion:
            watched.page.emulate_media(reduced_motion="reduce")
        watched.page.goto(written(name).as_uri() + address)
        watched.page.wait_for_selector("#atlas[data-ready]", timeout=15_000)
        return watched.page

    return opener


def at(page, step: int) -> None:
    """Wait until the map has arrived at a stop."""
    page.wait_for_selector(f"#atlas[data-stop='{step}']", timeout=5_000)


def press(page, keys: str, step: int) -> None:
    """Press keys, one after the other, and wait for the stop they lead to."""
    for key in keys.split():
        page.keyboard.press(key)
    at(page, step)
    count = page.locator(".atlas-present-counter").inner_text()
    assert count.startswith(f"{step} / "), count


def number_of(text: str) -> str:
    """Return the number in what a figure says."""
    return re.search(r"\d[\d,]*(\.\d+)?", text)[0]


def test_the_keys_lead_through_all_stops(opened, watched, plans):
    page = opened("parks")
    page.locator("[data-tool=present]").click()
    at(page, 1)
    last = len(plans.parks) + 1
    counter = page.locator(".atlas-present-counter")
    assert counter.inner_text() == f"1 / {last}"
    press(page, "ArrowRight", 2)
    press(page, "PageDown", 3)
    press(page, "Space", 4)
    press(page, "Enter", 5)
    press(page, "ArrowLeft", 4)
    press(page, "PageUp", 3)
    press(page, "Backspace", 2)
    press(page, "End", last)
    page.keyboard.press("ArrowRight")
    assert counter.inner_text() == f"{last} / {last} · 完", "the last stop is the last"
    assert "最后" in page.locator("[role=status]").inner_text()
    press(page, "ArrowLeft", last - 1)
    press(page, "Home", 1)
    press(page, "PageUp", 1)
    page.keyboard.press("1")
    page.keyboard.press("0")
    assert counter.inner_text() == f"转到 10 / {last}"
    press(page, "Enter", 10)
    press(page, "9 9 Enter", last)
    press(page, "0 Enter", 1)
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("x")
    assert counter.inner_text() == f"1 / {last}"
    page.keyboard.press("?")
    assert page.locator(".atlas-present-keys").is_visible()
    assert "PageDown" in page.locator(".atlas-present-keys").inner_text()
    press(page, "ArrowRight", 2)
    assert page.locator(".atlas-present-keys").is_hidden()
    watched.assert_quiet()


@pytest.mark.parametrize(
    ("watched", "lang"),
    [(size, lang) for size in SIZES for lang in ("zh", "en") if lang == "en" or size in SIZES[::3]],
    indirect=["watched"],
)
def test_every_stop_is_large_whole_and_beside_its_park(opened, watched, plans, lang):
    page = opened("mixed", f"#lang={lang}&present")
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    upright = height > width
    for step, stop in enumerate(STOPS, 1):
        at(page, step)
        assert page.evaluate(SPILT) == [], stop
        marks, notes = page.evaluate(NOTES)
        assert marks == notes, "a note goes with its last figure"
        park, stage, words, line = page.evaluate(PLACES)
        assert line[3] <= height + 1 and words[3] <= line[1] + 1 and stage[3] <= line[1] + 1
        if upright:
            assert words[1] >= stage[3] - 1
        else:
            assert words[2] <= stage[0] + 1
        assert stage[3] - stage[1] >= 0.25 * height
        if stop in PARKS:
            left, top, right, bottom = park
            assert stage[0] + 10 < left and right < stage[2] - 10, stop
            assert stage[1] + 10 < top and bottom < stage[3] - 10, stop
            share = max(
                (right - left) / (stage[2] - stage[0]), (bottom - top) / (stage[3] - stage[1])
            )
            assert share > 0.4 or stop == "lianhua" or width * height < 400_000, (stop, share)
        else:
            assert park is None
        if width >= 1366:
            assert page.evaluate(SIZE_OF, ".atlas-present-body h1")[0] >= 28
            assert all(
                size >= 36 for size in page.evaluate(SIZE_OF, ".atlas-present-figure strong")
            )
            assert min(page.evaluate(SIZE_OF, ".atlas-present-body li") or [99]) >= 13
        page.keyboard.press("PageDown")
    watched.assert_quiet()


def test_figures_are_those_of_the_plan(opened, watched, plans):
    page = opened("mixed", "#present")
    for step, stop in enumerate(STOPS, 1):
        at(page, step)
        if stop in PARKS:
            shown = page.locator(".atlas-present-figure")
            figures = key_figures(stop, plans)
            assert shown.count() == len(figures)
            for i, figure in enumerate(figures):
                text = shown.nth(i).inner_text()
                metric = plans.metrics[figure.metric]
                assert number_of(shown.nth(i).locator("strong").inner_text()) == format_number(
                    figure.value
                )
                assert text.startswith(metric.short("zh")) and metric.unit_name("zh") in text
                assert figure.period.replace("-", "–") in text
                assert figure.source.short("zh") in text
                assert ("约" in text) == figure.approximate
            park = plans.parks[stop]
            chips = page.locator(".atlas-present-chips li").all_inner_texts()
            assert chips == [tag.name("zh") for tag in park.industries]
            assert page.locator("h1:visible").inner_text() == park.name("zh")
            assert park.position.name("zh") in page.locator(".atlas-present-body").inner_text()
        page.keyboard.press("ArrowRight")
    watched.assert_quiet()


def test_nothing_else_is_on_the_screen(opened, watched):
    page = opened("mixed", "#present=2")
    at(page, 2)
    for hidden in (".atlas-head", ".atlas-side", ".atlas-tools", ".atlas-zoom", ".atlas-foot",
                   ".atlas-card", ".atlas-dock"):  # fmt: skip
        assert page.locator(hidden).first.is_hidden(), hidden
    line = page.locator(".atlas-present-line").inner_text()
    told = ("示意图，不作为权属界线依据", "© OpenStreetMap", "闵行“十四五”")
    for words in (*told, IMPRINT.office, IMPRINT.approval, f"2 / {len(STOPS)}"):
        assert words in line, words
    watched.assert_quiet()


def test_what_is_being_measured_waits(opened, watched):
    page = opened("parks")
    page.locator("[data-tool=measure]").click()
    page.mouse.click(500, 300)
    page.mouse.click(600, 400)
    assert page.locator(".atlas-vertex").count() == 2
    page.locator("#map").press("p")
    at(page, 1)
    assert page.locator(".atlas-vertex").first.is_hidden()
    assert page.locator(".atlas-measure").is_hidden()
    press(page, "PageDown PageDown Backspace", 2)
    page.keyboard.press("Escape")
    assert page.locator(".atlas-vertex").count() == 2
    assert page.locator(".atlas-vertex").first.is_visible()
    watched.assert_quiet()


def test_a_layout_has_its_elements_as_a_legend(opened, watched):
    page = opened("mixed", "#present")
    at(page, 1)
    body = page.locator(".atlas-present-body")
    assert page.locator("h1:visible").inner_text() == "“4+X”"
    assert "闵行区先进制造业布局" in body.inner_text()
    assert page.locator(".atlas-present-legend li").count() == 10
    press(page, "5 Enter", 5)
    assert page.locator("path.atlas-sketch").count() > 5
    assert "长兴岛" in body.inner_text()
    press(page, "6 Enter", 6)
    assert "重点项目" in body.inner_text() and page.locator("path.atlas-project").count() > 10
    watched.assert_quiet()


def test_a_park_stands_over_the_plain_parks(opened, watched):
    page = opened("mixed", "#present")
    names = "() => document.querySelectorAll('path.atlas-sketch').length"
    press(page, "2 Enter", 2)
    assert page.evaluate(names) == 0, "the file has the parks without a layout"
    assert page.locator("path.atlas-park:not(.atlas-aside)").count() == 1
    press(page, "5 Enter", 5)
    assert page.evaluate(names) > 5
    page = opened("layout", "#present=2")
    at(page, 2)
    seen = "node => getComputedStyle(node).opacity"
    pane, label = page.locator(".leaflet-sketch-areas-pane"), page.locator(".atlas-label-sketch")
    assert page.evaluate(names) == 10, "this one has not"
    assert pane.evaluate(seen) == label.first.evaluate(seen) == "0"
    press(page, "l", 2)
    press(page, "PageUp", 1)
    assert pane.evaluate(seen) == label.first.evaluate(seen) == "1"
    assert label.first.evaluate("node => node.getBoundingClientRect().width") > 20
    watched.assert_quiet()


def test_every_slide_names_its_sources_and_its_maker(opened, watched):
    page = opened("mixed", "#present")
    for step, stop in enumerate(STOPS, 1):
        at(page, step)
        line = page.locator(".atlas-present-line").inner_text()
        for text in (IMPRINT.office, IMPRINT.approval, IMPRINT.date):
            assert text in line, stop
        ours = "上海制造业“十四五”" if stop == "one-pole-three-belts" else "闵行“十四五”"
        assert re.search(f"(数据|资料来源)：.*{ours}", line), stop
        page.keyboard.press("PageDown")
    page = opened("parks", "#present")
    at(page, 1)
    assert re.search("资料来源：.*闵行", page.locator(".atlas-present-line").inner_text())
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [(844, 390)], indirect=True)
def test_a_phone_on_its_side_shows_whole_slides(opened, watched):
    for lang in ("zh", "en"):
        page = opened("mixed", f"#lang={lang}&present")
        for step in range(1, len(STOPS) + 1):
            at(page, step)
            assert page.evaluate(SPILT) == [], (lang, step)
            assert min(page.evaluate(SIZE_OF, ".atlas-present-body li") or [99]) >= 9.5
            page.keyboard.press("PageDown")
    # Where even that has no room the legend scrolls.
    page.set_viewport_size({"width": 560, "height": 300})
    press(page, "5 Enter", 5)
    assert page.locator(".atlas-present-scroll").count() == 1
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('.atlas-present-body').scrollTop") > 0
    watched.assert_quiet()


def test_the_buttons_do_what_the_keys_do(opened, watched):
    page = opened("parks", "#present")
    at(page, 1)
    button = "[data-act={}]".format
    page.locator(button("next")).click()
    at(page, 2)
    page.locator(button("previous")).click()
    at(page, 1)
    page.locator(button("language")).click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(button("next")).get_attribute("aria-label") == "Next"
    page.locator(button("help")).click()
    assert page.locator(".atlas-present-keys").is_visible()
    page.locator(button("leave")).click()
    assert page.locator(".atlas-present-panel").count() == 0
    watched.assert_quiet()


def test_escape_gives_everything_back(opened, watched):
    page = opened("mixed", "#theme=parks&metric=tax_100m_yuan&period=2018&park=zizhu")
    page.locator(".atlas-zoom button").first.click()
    page.wait_for_timeout(400)
    page.locator("path.atlas-park[data-zone=xinzhuang]").focus()
    before = page.evaluate(STATE)
    assert before["card"] and before["focus"] == "xinzhuang"
    page.keyboard.press("p")
    at(page, 1)
    press(page, "2 Enter", 2)
    press(page, "5 Enter", 5)
    page.keyboard.press("Escape")
    assert page.evaluate(STATE) == before
    assert "present" not in page.evaluate("location.hash")
    assert page.evaluate("document.fullscreenElement") is None
    page.locator("[data-tool=present]").click()
    at(page, 1)
    page.keyboard.press("Escape")
    after = page.evaluate(STATE)
    assert after["at"] == before["at"] and after["focus"] == "present"
    watched.assert_quiet()


def test_an_open_element_and_its_theme_come_back(opened, watched):
    page = opened("mixed", "#element=maqiao")
    before = page.evaluate(STATE)
    assert before["card"] == "上海马桥人工智能创新试验区"
    page.locator("#map").press("p")
    at(page, 1)
    press(page, "End", len(STOPS))
    page.keyboard.press("Escape")
    after = page.evaluate(STATE)
    assert after["card"] == before["card"] and after["title"] == before["title"]
    watched.assert_quiet()


def test_the_metric_stays_as_it_was_chosen(opened, watched):
    page = opened("parks")
    fills = page.evaluate(STATE)["fills"]
    page.locator("#map").press("p")
    at(page, 1)
    assert "2019" in page.locator(".atlas-present-body").inner_text()
    press(page, "ArrowRight", 2)
    assert page.evaluate(STATE)["fills"] == fills
    watched.assert_quiet()


def test_the_language_switches_in_place(opened, watched, plans):
    page = opened("parks", "#present=3")
    at(page, 3)
    place = page.evaluate(PLACES)[0]
    assert page.locator("h1:visible").inner_text() == plans.parks["pujiang"].name("zh")
    press(page, "l", 3)
    assert page.locator("h1:visible").inner_text() == plans.parks["pujiang"].name("en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "not evidence of ownership" in page.locator(".atlas-present-line").inner_text()
    told = re.sub("As printed: .*", "", page.locator(".atlas-present-body").inner_text())
    assert not re.search(r"[\u4e00-\u9fff]", told), "but for the plan's own words"
    # The line below may be higher in one language, which leaves the map less.
    assert page.evaluate(PLACES)[0] == pytest.approx(place, abs=3)
    page.keyboard.press("9")
    press(page, "L", 3)
    assert page.locator("h1:visible").inner_text() == plans.parks["pujiang"].name("zh")
    press(page, "Enter", 4)  # the digit typed before is not shown any more
    watched.assert_quiet()


def test_the_address_begins_and_remembers(opened, watched):
    page = opened("mixed", "#lang=en&present=4")
    at(page, 4)
    assert "present=4" in page.evaluate("location.hash")
    press(page, "PageDown", 5)
    page.reload()
    at(page, 5)
    page.keyboard.press("Escape")
    assert page.locator(".atlas-present-panel").count() == 0
    page.evaluate("location.hash = 'present=oddly'")
    at(page, 1)
    watched.assert_quiet()


def test_an_address_typed_meanwhile_goes_to_its_stop(opened, watched):
    page = opened("mixed", "#present=2.5")
    at(page, 2)
    page.evaluate("location.hash = 'present=5'")
    at(page, 5)
    assert page.locator("path.atlas-sketch").count() > 5
    heading = page.locator(".atlas-present-body").inner_text()
    page.evaluate("location.hash = 'theme=projects&present=5'")
    page.wait_for_function("!location.hash.includes('theme=projects')")
    assert page.locator(".atlas-present-body").inner_text() == heading
    assert page.locator("path.atlas-project").count() == 0, "the stop's own theme"
    watched.assert_quiet()


def test_p_types_a_letter_in_a_field(opened, watched):
    page = opened("parks")
    page.locator(".atlas-search input").focus()
    page.keyboard.type("pu")
    assert page.locator(".atlas-search input").input_value() == "pu"
    # One letter is a command where the map has the focus only; some keys have no name.
    page.evaluate("document.dispatchEvent(new Event('keydown'))")
    for other in (".atlas-choices select", ".atlas-language", ".atlas-card .atlas-close"):
        if "card" in other:
            page.locator("path[data-zone=zizhu]").dispatch_event("click")
        page.locator(other).first.focus()
        page.keyboard.press("p")
        assert page.locator(".atlas-present-panel").count() == 0, other
    page.locator("[data-tool=table]").focus()
    page.keyboard.press("p")
    at(page, 1)
    watched.assert_quiet()


def test_the_focus_stays_inside(opened, watched):
    page = opened("parks", "#present")
    at(page, 1)
    inside = (
        "() => Boolean(document.activeElement.closest('.atlas-present-panel, .atlas-present-line'))"
    )
    for key in ("Tab", "Tab", "Tab", "Shift+Tab"):
        assert page.evaluate(inside), key
        page.keyboard.press(key)
    assert page.evaluate(inside)
    page.locator(".atlas-present-line .atlas-close").focus()
    page.keyboard.press("Enter")
    assert page.locator(".atlas-present-panel").count() == 0, "the button ends it"
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [(390, 844)], indirect=True)
def test_a_hand_turns_the_pages(opened, watched):
    page = opened("parks", "#present")
    at(page, 1)
    page.mouse.click(350, 300)
    at(page, 2)
    page.mouse.click(300, 700)
    at(page, 3)
    page.mouse.click(30, 300)
    at(page, 2)
    for begin, end, step in ((300, 100, 3), (100, 300, 2)):
        page.mouse.move(begin, 500)
        page.mouse.down()
        page.mouse.move(end, 510, steps=4)
        page.mouse.up()
        at(page, step)
        page.wait_for_timeout(100)
        assert page.locator(".atlas-present-counter").inner_text().startswith(f"{step} /")
    # Two fingers enlarge; they turn no page.
    page.evaluate("""() => {
        const fire = (type, pointerId, clientX, isPrimary) => document.querySelector('#map')
            .dispatchEvent(new PointerEvent(type,
                { pointerId, clientX, clientY: 300, isPrimary, bubbles: true }));
        fire('pointerdown', 1, 200, true);
        fire('pointerdown', 2, 210, false);
        fire('pointerup', 2, 330, false);
        fire('pointerup', 1, 60, true);
    }""")
    page.wait_for_timeout(100)
    assert page.locator(".atlas-present-counter").inner_text().startswith("2 /")
    page.locator(".atlas-present-line .atlas-close").click()
    assert page.locator(".atlas-present-panel").count() == 0
    assert page.locator(".atlas-head").is_visible()
    watched.assert_quiet()


def test_the_map_glides_and_is_caught_up_with(opened, watched):
    page = opened("parks", "#present", motion=True)
    at(page, 1)
    page.evaluate(COVERED)
    page.keyboard.press("PageDown")
    page.wait_for_timeout(300)
    assert page.locator("#atlas[data-stop]").count() == 0, "on its way"
    for key in ("PageDown", "PageDown", "PageUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    at(page, 3)
    park, stage, *_ = page.evaluate(PLACES)
    assert stage[0] < park[0] and park[2] < stage[2] and stage[1] < park[1] and park[3] < stage[3]
    press(page, "9 Enter", 9)
    assert page.evaluate("[seen, bare]")[0] > 5 and page.evaluate("bare") == 0, "never a blank map"
    page.keyboard.press("PageDown")
    page.wait_for_timeout(200)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1500)
    assert page.locator("#atlas[data-stop]").count() == 0
    watched.assert_quiet()


def test_another_window_frames_the_park_again(opened, watched):
    page = opened("parks", "#present=2")
    at(page, 2)
    page.set_viewport_size({"width": 1000, "height": 600})
    page.wait_for_timeout(300)
    park, stage, words, _ = page.evaluate(PLACES)
    assert stage[0] + 10 < park[0] and park[2] < stage[2] - 10 and words[2] <= stage[0] + 1
    assert page.evaluate(SPILT) == []
    watched.assert_quiet()


SCREEN = """() => [
    ...["#map", ".atlas-present-body", ".atlas-present-line", "path.atlas-park"].map(one => {
        const { x, y, width, height } = document.querySelector(one).getBoundingClientRect();
        return [x, y, width, height].map(Math.round).join(); }),
    document.querySelector("#atlas").className, location.hash, document.activeElement.className,
    document.querySelectorAll("footer").length, document.querySelector("main").children.length,
]"""


def test_a_slide_is_printed_as_its_map_and_goes_on(opened, watched):
    page = opened("mixed", "#park=zizhu&present=2")
    for step in (2, 6, 1):
        press(page, f"{step} Enter", step)
        before = page.evaluate(SCREEN)
        sheet = page.pdf(prefer_css_page_size=True, print_background=True)
        # The projects are listed by number on a page of their own.
        assert pdf_pages(sheet) == (2 if step == 6 else 1)
        at(page, step)
        assert page.evaluate(SCREEN) == before
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        for shown in (".atlas-head", ".atlas-side", ".atlas-foot", ".atlas-stage"):
            assert page.locator(shown).is_visible(), shown
        for hidden in (".atlas-present-panel", ".atlas-present-line", ".atlas-card"):
            assert page.locator(hidden).is_hidden(), hidden
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        at(page, step)
        assert page.evaluate(SCREEN) == before
    press(page, "PageDown", 2)
    page.keyboard.press("Escape")
    assert page.locator(".atlas-present-panel, .atlas-present-line").count() == 0
    assert page.locator(".atlas-card h2").is_visible()
    watched.assert_quiet()


def test_hostile_names_are_text(watched, plans, tmp_path):
    park = replace(plans.parks["zizhu"], zh=HOSTILE, industries=(
        replace(plans.parks["zizhu"].industries[0], zh=HOSTILE),))  # fmt: skip
    hostile = replace(plans, parks=plans.parks | {"zizhu": park})
    path = tmp_path / "map.html"
    text = export_html(MapView(), hostile, load_boundaries(), stops=("parks", "zizhu"))
    path.write_text(text, encoding="utf-8")
    watched.page.goto(path.as_uri() + "#present=2")
    page = watched.page
    at(page, 2)
    assert page.locator("h1:visible").inner_text().replace("\n", "") == HOSTILE
    assert page.locator(".atlas-present-chips li").inner_text() == HOSTILE
    assert page.locator(".atlas-present-panel :is(img, b)").count() == 0
    assert page.evaluate(SPILT) == []
    assert page.evaluate("window.pwned") is None
    watched.assert_quiet()


def test_a_park_without_figures_is_told_as_well(watched, plans, tmp_path, monkeypatch):
    monkeypatch.setattr("layers.stops.KEY_METRICS", ())
    path = tmp_path / "map.html"
    text = export_html(MapView(), plans, load_boundaries(), stops=("lianhua",))
    path.write_text(text, encoding="utf-8")
    watched.page.goto(path.as_uri() + "#present")
    page = watched.page
    at(page, 1)
    assert page.locator(".atlas-present-figure").count() == 0
    assert page.locator("h1:visible").inner_text() == plans.parks["lianhua"].name("zh")
    assert page.evaluate(PLACES)[0] is not None
    assert page.locator(".atlas-present-counter").inner_text() == "1 / 1"
    watched.assert_quiet()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing(opened, watched, lang):
    page = opened("mixed", f"#lang={lang}&present")
    for step in (1, 2, 3):
        press(page, f"{step} Enter", step)
        assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []
    watched.assert_quiet()


def test_firefox_presents_as_well(firefox, written):
    firefox.open(written("mixed"), "#present", wait="#atlas[data-stop='1']")
    assert firefox.evaluate(SPILT) == []
    firefox.press("ArrowRight")
    firefox.wait_for("document.querySelector('#atlas').dataset.stop === '2'")
    assert firefox.evaluate(SPILT) == []
    park, stage, words, _ = firefox.evaluate(PLACES)
    assert words[2] <= stage[0] + 1 < park[0] and park[2] < stage[2]
    firefox.press("Escape")
    firefox.wait_for("!document.querySelector('.atlas-present-panel')")
    firefox.assert_quiet()
