"""The exported maps for everyone: screen reader, keyboard, own colours, less motion, a phone."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from access import contrast, labels_on_paper, unsure, violations
from palettes import SIDES, colour_of, ground, rules, variables

from geo.plans import load_boundaries
from layers.map_view import MapView
from layers.page import export_html
from layers.site import Site

pytestmark = pytest.mark.browser

DESK, PHONE = (1366, 768), (390, 844)
VIEWS = {
    "parks-zh": MapView(),
    "parks-en": MapView(lang="en", metric="tax_100m_yuan"),
    "axis-zh": MapView(metric=None, scheme="one-axis-three-belts"),
    "corridor-en": MapView(lang="en", metric=None, scheme="one-core-one-corridor"),
    "industry-zh": MapView(metric=None, industry="biomedicine"),
    "projects-en": MapView(lang="en", metric=None, projects=True),
}
# What each button of the toolbar opens.
TOOLS = {
    "measure": ".atlas-measure",
    "table": "[data-panel=table]",
    "compare": "[data-panel=compare]",
    "print": ".atlas-print-menu",
}
# What the Tab key can reach, as long as it is seen.
TABBABLE = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(node => !node.disabled && node.tabIndex >= 0)
    .filter(node => node.checkVisibility({visibilityProperty: true}))"""
# Whether something lies over a control that is in the window.
COVERED = """node => {
    const box = node.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    if (node.matches("path, #map") || y < 0 || y > innerHeight) return false;
    const top = document.elementFromPoint(x, y);
    return !node.contains(top) && !top.contains(node);
}"""
NUMBERED = f"() => ({TABBABLE})().map((node, i) => {{ node.dataset.nth = i; return i; }})"
# Where the focus is: its number, whether a ring (or, of a path, its own edge) shows it, whether
# it is in the window.
FOCUSED = """() => {
    const node = document.activeElement, box = node.getBoundingClientRect();
    const ring = ({ outlineStyle, outlineWidth }) =>
        outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    // A tile's ring is drawn by what its link lays over all of it.
    const ringed = ring(getComputedStyle(node)) || ring(getComputedStyle(node, "::after"));
    const edged = getComputedStyle(node).stroke === "rgb(11, 99, 182)";
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const nth = node.dataset.nth === undefined ? null : Number(node.dataset.nth);
    return [nth, ringed || edged, seen, node.outerHTML.slice(0, 120)];
}"""
SMALL_TEXT = """least => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim(), box = walker.currentNode.parentElement;
        if (!text || box.matches("script, style, noscript") || !box.checkVisibility()) continue;
        const size = parseFloat(getComputedStyle(box).fontSize);
        if (size < least) found.add(`${size}px: ${text.slice(0, 30)}`);
    }
    return [...found];
}"""
# Controls a finger misses; a box to tick has its label's room.
SMALL_TARGETS = """least => [...document.querySelectorAll(
    "button, summary, select, input, a[href]")].filter(node => node.checkVisibility())
    .map(node => [node, (node.closest("label") || node).getBoundingClientRect()])
    .filter(([, {width, height}]) => width && (width < least || height < least))
    .map(([node, box]) => `${box.width} by ${box.height}: ${node.outerHTML.slice(0, 80)}`)"""
PARK = "path.atlas-park[role=button]"
SKETCH = "path.atlas-sketch"


@pytest.fixture(scope="module")
def written(plans, tmp_path_factory):
    """Write a view to disk, once, and return the file."""
    folder, boundaries = tmp_path_factory.mktemp("maps"), load_boundaries()

    def writer(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(export_html(VIEWS[name], plans, boundaries), encoding="utf-8")
        return path

    return writer


@pytest.fixture
def another(browser):
    """Open pages with a reader's own settings, without a network."""
    contexts = []

    def opener(path: Path, **settings):
        context = browser.new_context(
            **{"viewport": {"width": DESK[0], "height": DESK[1]}, **settings}
        )
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_selector("#atlas[data-ready]")
        return page

    yield opener
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("name", "watched"),
    [*((name, DESK) for name in VIEWS), *((name, PHONE) for name in ("parks-zh", "corridor-en"))],
    indirect=["watched"],
    ids=[*VIEWS, "parks-zh-narrow", "corridor-en-narrow"],
)
def test_axe_finds_nothing(watched, written, name):
    watched.open(written(name))
    page = watched.page
    assert violations(page) == []
    assert unsure(page) == []
    opened = 0
    for kind in (PARK, SKETCH, "path.atlas-project"):
        if page.locator(kind).count() == 0:
            continue
        page.locator(kind).first.dispatch_event("click")
        page.wait_for_selector(".atlas-card:not([hidden])")
        for summary in page.locator(".atlas-card details:not([open]) > summary").all()[:3]:
            summary.click()
        opened += 1
        assert violations(page) == [], kind
        assert unsure(page, ".atlas-card") == [], kind
    assert opened
    watched.assert_quiet()


@pytest.mark.parametrize(
    ("name", "watched"), [("parks-zh", DESK), ("parks-en", PHONE)], indirect=["watched"]
)
def test_axe_finds_nothing_in_the_tools(watched, written, name):
    watched.open(written(name))
    page = watched.page
    search = page.get_by_role("combobox").first
    search.fill({"zh": "园", "en": "park"}[name[-2:]])
    page.wait_for_selector("[role=option]")
    assert violations(page) == [], "search"
    page.keyboard.press("Escape")
    for tool, box in TOOLS.items():
        page.locator(f".atlas-tools [data-tool={tool}]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(box)
        assert violations(page) == [], tool
        assert unsure(page, box) == [], tool
        buttons = "document.querySelectorAll('.leaflet-control button')"
        covered = page.evaluate(f"[...{buttons}].filter({COVERED}).map(node => node.outerHTML)")
        assert covered == [], tool
        page.keyboard.press("Escape")
        assert page.locator(box).is_hidden(), tool
        assert page.evaluate("document.activeElement.dataset.tool") == tool
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [DESK, PHONE], indirect=True, ids=["desk", "narrow"])
def test_axe_finds_nothing_in_a_presentation(watched, written):
    watched.open(written("parks-zh"))
    page = watched.page
    page.locator(".atlas-tools [data-tool=present]").focus()
    page.keyboard.press("Enter")
    seen = set()
    for stop in (1, 2):
        page.wait_for_selector(f"#atlas[data-stop='{stop}']")
        assert violations(page) == [], stop
        assert unsure(page, ".atlas-present-panel") == [], stop
        assert page.evaluate(SMALL_TEXT, 11) == [], stop
        seen.add(page.locator("h1:visible").inner_text())
        page.keyboard.press("ArrowRight")
    assert len(seen) == 2
    page.keyboard.press("Escape")
    page.wait_for_selector("#atlas:not(.atlas-presenting)")
    assert page.evaluate("document.activeElement.dataset.tool") == "present"
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [DESK, PHONE], indirect=True, ids=["desk", "narrow"])
def test_axe_finds_nothing_in_the_index_of_a_set(watched, plans, tmp_path):
    site = Site(plans, load_boundaries(), only=("parks", "projects"))
    path = tmp_path / "index.html"
    path.write_text(site.index(dict.fromkeys(site.views, 1000)), encoding="utf-8")
    page = watched.page
    # Who asks for calm is not led smoothly to what has the focus, but at once.
    page.emulate_media(reduced_motion="reduce")
    page.goto(path.as_uri())
    for lang in ("zh-Hans", "en"):
        assert page.locator("html").get_attribute("lang") == lang
        assert violations(page) == [], lang
        assert page.evaluate(SMALL_TEXT, 11) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        page.get_by_role("button", name="English").click()
    page.reload()
    wanted = page.evaluate(NUMBERED)
    reached = []
    for _ in wanted:
        page.keyboard.press("Tab")
        number, shown, seen, markup = page.evaluate(FOCUSED)
        assert shown and seen, markup
        reached.append(number)
    assert reached == wanted
    watched.assert_quiet()


def test_axe_sees_what_is_wrong(watched, written):
    """The watch itself."""
    watched.open(written("parks-zh"))
    page = watched.page
    page.evaluate("""() => {
        document.querySelector(".atlas-zoom button").removeAttribute("aria-label");
        document.querySelector(".atlas-zoom button").title = "";
        document.querySelector(".atlas-zoom button").textContent = "";
        document.querySelector(".atlas-subtitle").style.color = "#bbb";
        document.documentElement.lang = "";
    }""")
    found = " ".join([*violations(page), *unsure(page)])
    for rule in ("button-name (critical)", "html-has-lang (serious)", "color-contrast (serious)"):
        assert rule in found
    watched.assert_quiet()  # nor did axe break the page's policy


@pytest.mark.parametrize("name", ["parks-zh", "axis-zh", "industry-zh"])
def test_names_on_the_map_stand_out_from_the_ground(watched, written, name):
    watched.open(written(name))
    pale = {
        (kind, colour): ratio
        for kind, colour in labels_on_paper(watched.page)
        if (ratio := contrast(colour, "#f8f6f1")) < 4.5
    }
    assert pale == {}


@pytest.mark.parametrize("scheme", SIDES)
def test_every_text_of_the_style_stands_out_from_its_ground(scheme):
    seen = 0
    colours, below = variables(scheme), ground(scheme)
    for selector, body in rules():
        found = re.search(r"(?:^|[ ;])color: (var\(--\w+\)|#[0-9a-f]{6})", body)
        if not found:
            continue
        on = (
            below["sea" if "sea" in selector else "land"]
            if "label" in selector
            else colours["paper"]
        )
        own = re.search(r"background: (var\(--(?!veil)\w+\)|#[0-9a-f]{3,6})", body)
        colour, under = colour_of(found[1], scheme), colour_of(own[1], scheme) if own else on
        assert contrast(colour, under) >= 4.5, (selector, colour, under)
        seen += 1
    assert seen > 30


@pytest.mark.parametrize("name", ["parks-zh", "corridor-en"])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(watched, written, name):
    watched.open(written(name))
    page = watched.page
    wanted = page.evaluate(NUMBERED)
    assert len(wanted) > 10
    reached = []
    for _ in range(len(wanted)):
        page.keyboard.press("Tab")
        number, shown, seen, markup = page.evaluate(FOCUSED)
        assert number is not None, markup
        assert shown, f"the focus is not seen on {markup}"
        assert seen, f"out of the window: {markup}"
        reached.append(number)
    # In the order of the page, which is that of what is seen: none left out, none twice.
    assert reached == wanted
    watched.assert_quiet()


def test_nothing_below_an_open_card_takes_the_focus(watched, written):
    watched.open(written("axis-zh"))
    page = watched.page
    entry = page.locator(".atlas-entry").first
    entry.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".atlas-card:not([hidden])")
    assert page.evaluate("document.activeElement.className") == "atlas-close"
    covered = page.evaluate(f"({TABBABLE})().filter({COVERED}).map(node => node.outerHTML)")
    assert covered == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").startswith("atlas-entry")
    watched.assert_quiet()


def test_titles_language_and_headings_tell_what_the_page_is(watched, written):
    for name, lang in (("parks-zh", "zh-Hans"), ("parks-en", "en"), ("axis-zh", "zh-Hans")):
        watched.open(written(name))
        page = watched.page
        assert page.locator("html").get_attribute("lang") == lang
        title = page.title()
        assert title and title == page.locator("h1").inner_text()
        page.locator("path[role=button]").first.dispatch_event("click")
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].filter(n => n.checkVisibility())"
            ".map(n => Number(n.tagName[1]))"
        )
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_who_asks_for_less_motion_sees_the_map_jump(another, written):
    moving = "document.querySelectorAll('.leaflet-zoom-anim, .leaflet-pan-anim').length"
    scale = "document.querySelector('.leaflet-control-scale-line').textContent"
    press = "document.querySelectorAll('.atlas-zoom button')[0].click()"
    for motion, expected in (("reduce", 0), ("no-preference", 1)):
        page = another(written("parks-zh"), reduced_motion=motion)
        before = page.evaluate(scale)
        page.evaluate(press)
        if not expected:
            assert page.evaluate(moving) == 0
            assert page.evaluate(scale) != before, "the scale follows at once"
        else:  # begins with the next frame
            page.wait_for_selector(".leaflet-zoom-anim, .leaflet-pan-anim", state="attached")
    page = another(written("parks-zh"), reduced_motion="reduce")
    # Arrow keys move the map by a step, at once.
    where = "document.querySelector('.leaflet-map-pane').style.transform"
    page.locator("#map").focus()
    before = page.evaluate(where)
    page.keyboard.press("ArrowRight")
    after = page.evaluate(where)
    page.wait_for_timeout(300)
    assert before != after == page.evaluate(where)


def test_a_readers_own_colours_hide_nothing(another, written):
    page = another(written("axis-zh"), forced_colors="active", color_scheme="dark")
    page.locator(SKETCH).first.dispatch_event("click")
    # Names keep their ink: the ground below them stays pale.
    for kind, colour in labels_on_paper(page):
        assert contrast(colour, "#f8f6f1") >= 4.5, kind
    # axe reckons with the page's own colours, which the reader's have taken the place of.
    assert violations(page, without=("color-contrast",)) == []


@pytest.mark.parametrize("name", ["parks-zh", "axis-zh", "projects-en"])
def test_a_phone_shows_a_card_as_a_sheet_at_a_tap(another, written, name):
    width, height = PHONE
    page = another(
        written(name), viewport={"width": width, "height": height}, has_touch=True,
        is_mobile=True, device_scale_factor=3,
    )  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("visualViewport.scale") == 1
    wanted = {"parks-zh": "path[data-zone=xinzhuang]"}.get(name, "path[role=button]")
    page.touchscreen.tap(*page.evaluate(INSIDE, wanted))
    card = page.locator(".atlas-card")
    card.wait_for(state="visible")
    box = card.bounding_box()
    assert box["x"] == 0 and box["width"] == width
    assert round(box["y"] + box["height"]) == height
    assert box["height"] < 0.5 * height, "the map stays in sight"
    assert page.evaluate(SMALL_TEXT, 11) == []
    assert page.evaluate(SMALL_TARGETS, 32) == []
    page.locator(".atlas-card .atlas-close").tap()
    assert card.is_hidden()
    for tool, box in TOOLS.items():
        button = page.locator(f".atlas-tools [data-tool={tool}]")
        button.tap()
        page.wait_for_selector(box)
        assert page.evaluate(SMALL_TEXT, 11) == [], tool
        assert page.evaluate(SMALL_TARGETS, 32) == [], tool
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tool
        button.tap()
        assert page.locator(box).is_hidden(), tool
    # The page may be made larger with two fingers; over the map they zoom the map.
    content = page.locator("meta[name=viewport]").get_attribute("content")
    assert not re.search(r"user-scalable|maximum-scale", content)
    assert page.evaluate("getComputedStyle(document.body).touchAction") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('#map')).touchAction") == "none"


INSIDE = """selector => {
    for (const path of document.querySelectorAll(selector)) {
        const box = path.getBoundingClientRect();
        for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
            const x = box.left + box.width * i / 20, y = box.top + box.height * j / 20;
            if (document.elementFromPoint(x, y) === path) return [x, y];
        }
    }
    return null;
}"""
