"""A set of maps, opened from disk in a browser that has no network."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from access import violations

from geo.plans import load_boundaries
from layers.imprint import Imprint
from layers.page import export_html
from layers.site import INDEX, Site, write_site

pytestmark = pytest.mark.browser

REAL = {"parks", "four-plus-x"}  # the maps that are opened; the others are a line
PHONE = (390, 844)
SHOWN = """() => [...document.querySelectorAll(".site-tile")]
    .filter(node => node.checkVisibility()).map(node => node.id)"""
# Texts that are cut by their own box.
CUT = """() => [...document.querySelectorAll(".site-tile *, .site-head *, .site-bar *")]
    .filter(node => node.checkVisibility() && !node.closest("svg, .site-heard, label"))
    .filter(node => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
    .filter(node => getComputedStyle(node).display !== "inline").map(node => node.outerHTML)"""


@pytest.fixture(scope="module")
def folder(plans, tmp_path_factory) -> Path:
    """A whole set, with the index and two of its maps as they are."""
    boundaries = load_boundaries()
    site = Site(plans, boundaries, imprint=Imprint(office="闵行区经济委员会", date="2026-05-19"))

    def export(view, *others, **imprint):
        if (view.scheme or ("parks" if view.metric else "")) in REAL:
            return export_html(view, *others, **imprint)
        return "<!DOCTYPE html><title>map</title>"

    # A name with a blank and Chinese characters, as shares have.
    target = tmp_path_factory.mktemp("share") / "图集 2026"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("layers.site.export_html", export)
        write_site(site, target)
    return target


@pytest.fixture
def index(watched, folder):
    """Open the index, return a function that opens it with a hash."""

    def opener(fragment: str = ""):
        watched.page.goto((folder / INDEX).resolve().as_uri() + fragment)
        watched.page.wait_for_selector("html[data-ready]", state="attached")
        return watched.page

    return opener


@pytest.mark.parametrize("watched", [(1366, 768), PHONE], indirect=True)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_index_is_whole_readable_and_quiet(index, watched, lang):
    page = index(f"#lang={lang}")
    assert len(page.evaluate(SHOWN)) == 45
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
    title = {"zh": "园区与产业布局图集", "en": "Atlas of parks and industrial layouts"}[lang]
    assert page.title() == page.locator("h1").inner_text() == title
    text = page.locator("body").inner_text()
    assert {"zh": "可用土地", "en": "Available land"}[lang] in text
    assert {"zh": "Available", "en": "可用"}[lang] not in text
    assert page.evaluate(CUT) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing runs out of the window"
    assert violations(page) == []
    watched.assert_quiet()
    assert len(watched.requests) == 1, "the file itself and nothing else"


def test_a_thumbnail_is_drawn_in_its_colours(index):
    """The middle of a park's picture has the colour of its class; water and land are there."""
    page = index()
    tile = page.locator("#park-xinzhuang svg")
    colour = re.search(r'tn-park" fill="(#\w+)"', tile.inner_html())[1]
    seen = page.evaluate(
        """() => {
            const svg = document.querySelector("#park-xinzhuang svg");
            const box = svg.getBoundingClientRect();
            const part = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return part.closest("li").id;
        }"""
    )
    assert seen == "park-xinzhuang" and colour.startswith("#")
    strokes = page.evaluate(
        """() => [...document.querySelectorAll(".tn-defs path, .tn path")]
            .map(node => getComputedStyle(node).vectorEffect)"""
    )
    assert set(strokes) == {"non-scaling-stroke"}


@pytest.mark.parametrize(
    ("words", "tiles"),
    [
        ("紫竹", ["park-zizhu"]),
        ("ZIZHU", ["park-zizhu"]),
        ("songjiang areas", ["scheme-one-corridor-nine-areas", "scheme-three-areas"]),
        ("２０２６", None),
        ("no such map", []),
    ],
)
def test_the_search_finds_by_names_of_both_languages(index, watched, words, tiles):
    page = index()
    box = page.locator("#site-find")
    box.fill(words)
    shown = page.evaluate(SHOWN)
    if tiles is None:
        assert 0 < len(shown) < 45, "full-width figures are figures"
    else:
        assert shown == tiles
    assert page.locator("[role=status]").inner_text().startswith(str(len(shown)))
    assert page.locator(".site-nothing").is_visible() == (not shown)
    headings = page.locator("main h2:visible").count()
    assert headings == len({name.partition("-")[0] for name in shown})
    if not shown:
        assert violations(page) == []
        page.locator(".site-clear").click()
    else:
        box.press("Escape")
    assert len(page.evaluate(SHOWN)) == 45 and box.input_value() == ""
    assert page.evaluate("document.activeElement.id") == "site-find"
    watched.assert_quiet()


def test_the_language_goes_on_to_the_map_that_is_opened(index, watched):
    page = index()
    assert page.locator("h1 a, h3 a").first.get_attribute("href") == "parks.html"
    page.get_by_role("button", name="English").click()
    assert page.evaluate("location.hash") == "#lang=en"
    pressed = page.locator(".site-lang [aria-pressed=true]")
    assert pressed.count() == 1 and pressed.inner_text() == "English"
    label = page.locator("#park-zizhu svg").get_attribute("aria-label")
    assert label.startswith("Thumbnail map: Zizhu")
    page.get_by_role("link", name="Zizhu High-Tech").click()
    page.wait_for_selector("#atlas[data-ready]")
    # The map writes its own address again, with what it shows.
    opened = parse_qs(page.evaluate("location.hash.slice(1)"))
    assert (opened["park"], opened["lang"]) == (["zizhu"], ["en"])
    page.wait_for_selector(".atlas-card:visible")
    assert "Zizhu High-Tech" in page.locator(".atlas-card h2").inner_text()
    page.go_back()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("h1").inner_text().startswith("Atlas")
    watched.assert_quiet()
    assert {Path(name.partition("#")[0]).name for name in watched.requests} == {
        "index.html", "parks.html",
    }  # fmt: skip


def test_a_layouts_tile_opens_its_map(index, watched):
    page = index()
    page.locator("#scheme-four-plus-x").click(position={"x": 60, "y": 60})
    page.wait_for_selector("#atlas[data-ready]")
    assert "4+X" in page.locator("h1").inner_text()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    # And back, in the language chosen on the map.
    page.locator(".atlas-language").click()
    page.locator(".atlas-home").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("html").get_attribute("lang") == "en"
    watched.assert_quiet()
    assert len(watched.requests) == 3


def test_the_keyboard_reaches_search_sections_and_tiles(index, watched):
    # The way to a section is a leap, not a glide.
    watched.page.emulate_media(reduced_motion="reduce")
    page = index("#lang=en")
    page.keyboard.press("Tab")
    skip = page.locator(".site-skip")
    assert skip.evaluate("node => node === document.activeElement && node.offsetTop >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maps"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('li').id") == "map-parks"
    page.get_by_role("link", name=re.compile("Industries")).press("Enter")
    assert page.evaluate("document.activeElement.id") == "industries"
    under = page.evaluate(
        """() => document.querySelector('#industries').getBoundingClientRect().top
            - document.querySelector('.site-bar').getBoundingClientRect().bottom"""
    )
    assert under >= 0, "the heading is not below the bar"
    assert page.evaluate("location.hash") == "#lang=en", "the way to a section keeps the language"
    watched.assert_quiet()


def test_an_address_of_nonsense_is_ignored(index, watched):
    # A viewer without a history.
    watched.page.add_init_script("history.replaceState = () => { throw new Error('none'); };")
    for fragment in ("#lang=toString", "#lang=fr"):
        page = index(fragment)
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        assert len(page.evaluate(SHOWN)) == 45
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    # The focus of a tile is drawn around all of it.
    page.locator("#map-parks a").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    ring = "getComputedStyle(document.querySelector('#map-parks a'), '::after').outlineWidth"
    assert page.evaluate(ring) == "3px"
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_fingers_have_room_on_a_phone(index):
    page = index()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input, nav a")]
            .filter(node => node.checkVisibility())
            .filter(node => node.getBoundingClientRect().height < 44).map(node => node.outerHTML)"""
    )
    assert small == []


def test_without_a_script_the_page_is_whole_in_its_own_language(browser, folder):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / INDEX).resolve().as_uri())
    text = page.locator("body").inner_text()
    assert "紫竹高新区" in text and "Zizhu" not in text
    assert page.locator("#park-zizhu a").get_attribute("href") == "parks.html#park=zizhu"
    context.close()
