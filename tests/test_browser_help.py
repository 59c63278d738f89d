"""The bar, the help and the two themes in a real browser."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from conftest import ARTIFACTS, LOAD_MS

from views.help import tour
from views.navigation import PAGES
from views.theme import COLOURS

pytestmark = pytest.mark.browser
LANGS = pytest.mark.parametrize("lang", ["zh", "en"])
WORDS = {
    "zh": {"help": "帮助", "tour": "五步导览", "next": "下一步", "end": "结束", "step": "第 {} 步"},
    "en": {"help": "Help", "tour": "Five-step tour", "next": "Next", "end": "Finish",
           "step": "Step {} of"},
}  # fmt: skip


def opened(app_page, app_url, query=""):
    page = app_page.page
    page.goto(f"{app_url}/{query}", timeout=LOAD_MS)
    settled(page)
    return page


def settled(page) -> None:
    """Wait until the whole page is drawn: what ends it, and no run of the script."""
    page.locator(f".st-key-page-{PAGES[-1]} button").wait_for(timeout=LOAD_MS)
    page.locator("header.bar h1").wait_for(timeout=LOAD_MS)
    page.locator("[data-test-script-state='notRunning']").first.wait_for(timeout=LOAD_MS)


def ground(page) -> str:
    return page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


@pytest.mark.parametrize(
    ("app_page", "lang"), [((1366, 768), "zh"), ((1024, 768), "en")], indirect=["app_page"]
)
def test_the_tour_leads_through_five_pages(app_page, app_url, lang):
    words = WORDS[lang]
    page = opened(app_page, app_url, f"?lang={lang}")
    page.get_by_role("button", name=words["help"], exact=True).click()
    page.get_by_role("button", name=words["tour"]).click()
    for number, name in enumerate(tour.STEPS, 1):
        panel = page.locator(".st-key-tour")
        panel.get_by_text(words["step"].format(number)).wait_for(timeout=LOAD_MS)
        if name != "map":
            page.wait_for_url(re.compile(f"page={name}"))
        box = panel.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        assert box["y"] + box["height"] <= page.viewport_size["height"]
        set_off = page.locator(tour.STEPS[name]).first
        set_off.wait_for(timeout=LOAD_MS)
        assert "solid" in set_off.evaluate("(node) => getComputedStyle(node).outlineStyle")
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"tour-{number}-{lang}-{page.viewport_size['width']}.png")
        panel.get_by_role("button", name=words["next" if number < 5 else "end"]).click()
    page.locator(".st-key-tour").wait_for(state="detached")


@LANGS
def test_the_bar_holds_every_page_and_nothing_is_cut_off(app_page, app_url, lang):
    page = opened(app_page, app_url, f"?lang={lang}")
    for name in PAGES:
        page.locator(f".st-key-page-{name} button").first.click()
        page.locator(f".st-key-page-{name} [data-testid='stBaseButton-primary']").first.wait_for()
        settled(page)
        for width in (1366, 1024):
            page.set_viewport_size({"width": width, "height": 768})
            page.wait_for_timeout(300)
            tabs = page.locator(".st-key-pages button")
            assert tabs.count() == len(PAGES)
            ends = [tab.bounding_box() for tab in tabs.all()]
            assert all(one["x"] + one["width"] <= other["x"] + 1
                       for one, other in pairwise(ends))  # fmt: skip
            last = page.locator(".st-key-bar-end").bounding_box()
            assert last["x"] + last["width"] <= width
            end = ends[-1]["x"] + ends[-1]["width"]
            assert end <= last["x"] + 1, "the tabs run under the language"
            assert page.locator("header.bar h1").last.bounding_box()["y"] >= 45, name
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width, name


def test_back_and_reload_keep_page_and_state(app_page, app_url):
    page = opened(app_page, app_url, "?park=zizhu")
    page.locator(".st-key-card").wait_for()
    page.locator(".st-key-page-data button").click()
    page.wait_for_url(re.compile("page=data"))
    page.locator("header.bar", has_text="数据").wait_for()
    page.go_back()
    page.wait_for_url(re.compile(r"park=zizhu"))
    page.locator(".st-key-card").wait_for()
    page.reload()
    page.locator(".st-key-card").get_by_text("紫竹高新区").first.wait_for(timeout=LOAD_MS)


@pytest.mark.parametrize("prefers", ["light", "dark"])
def test_the_theme_follows_the_browser_and_the_switch_keeps_the_address(browser, app_url, prefers):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme=prefers)
    page = context.new_page()
    page.set_default_timeout(LOAD_MS)
    sides = {"light": 0, "dark": 1}
    other = "dark" if prefers == "light" else "light"
    page.goto(f"{app_url}/?park=zizhu")
    settled(page)
    assert ground(page) == rgb(COLOURS["paper"][sides[prefers]])
    page.locator(".st-key-theme button").first.click()
    page.wait_for_function(
        "(colour) => { const app = document.querySelector('.stApp');"
        " return app && getComputedStyle(app).backgroundColor === colour }",
        arg=rgb(COLOURS["paper"][sides[other]]),
    )
    assert "park=zizhu" in page.url
    settled(page)
    head = page.locator(".st-key-card h3").first
    assert head.evaluate("(node) => getComputedStyle(node).color") == rgb(
        COLOURS["strong"][sides[other]]
    )
    frame = page.frame_locator("iframe[title^='views.map_component']")
    frame.locator(
        f"#atlas[data-ready][data-scheme='{other}'], [data-scheme='{other}']"
    ).first.wait_for(state="attached")
    context.close()
