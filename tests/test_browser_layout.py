"""布局 in a real browser without a network: elements and their cards, maps that move together."""

from __future__ import annotations

import csv
import re
from urllib.parse import urlencode

import pytest
from conftest import ARTIFACTS, LOAD_MS

from geo.plans import Plans
from layers.schemes import load_schemes
from layers.schemes.industry import carriers
from views.layouts import both as scheme_both
from views.layouts.state import PAIRS, VIEWS

pytestmark = pytest.mark.browser
PLANS = Plans.load()
SCHEMES = load_schemes(plans=PLANS)
NARROW, WIDE = (820, 1100), (1366, 768)
FRAME = "iframe[title^='views.map_component']"


@pytest.fixture
def opened(app_page, app_url):
    """Open a view of the page and wait until it and its maps are drawn."""

    def open_view(view: str, **query: str):
        address = urlencode({"page": "schemes", "view": view, **query})
        page = app_page.page
        page.goto(f"{app_url}/?{address}", timeout=LOAD_MS)
        page.locator("header.bar").wait_for(timeout=LOAD_MS)
        page.locator("[data-test-script-state='notRunning']").first.wait_for(timeout=LOAD_MS)
        for frame in maps(page, 1 if view == "one" else 2):
            frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
        return page

    return open_view


def maps(page, count: int) -> list:
    """The frames of the page's maps, from left to right."""
    frames = page.locator(FRAME)
    frames.nth(count - 1).wait_for(timeout=LOAD_MS)
    return [frames.nth(number).content_frame for number in range(count)]


def picture(page, name: str) -> None:
    """Keep a screenshot for whoever looks at the tests' artifacts."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def settle(page) -> None:
    """Wait until the page has been drawn anew."""
    page.wait_for_timeout(300)
    page.locator("[data-test-script-state='notRunning']").first.wait_for(timeout=LOAD_MS)


@pytest.mark.parametrize(
    ("app_page", "lang"), [(WIDE, "zh"), (NARROW, "en")], indirect=["app_page"]
)
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_drawn_and_nothing_runs_over(opened, view, lang):
    page = opened(view, lang=lang)
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0
    for button in page.locator(".st-key-pages button").all():
        assert button.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    picture(page, f"layout-{view}-{lang}-{page.viewport_size['width']}")


def test_an_element_clicked_on_the_map_opens_its_card_below(opened):
    page = opened("one", a="one-axis-three-belts")
    (frame,) = maps(page, 1)
    frame.locator("path.atlas-sketch[data-element='belt-bay']").first.focus()
    frame.locator("path.atlas-sketch[data-element='belt-bay']").first.press("Enter")
    page.wait_for_url(re.compile("element=belt-bay"))
    card = page.locator(".st-key-layout-card")
    card.get_by_text("东方美谷").first.wait_for()
    element = next(e for e in SCHEMES["one-axis-three-belts"].elements if e.id == "belt-bay")
    text = card.inner_text()
    for told in (element.zh, element.quote, element.how_zh, element.locator):
        assert told in text
    for member in element.all_members():
        assert member.zh in text
    # Closed in the map, it is closed below.
    frame.locator(".atlas-card").get_by_role("button", name="关闭").first.click()
    card.wait_for(state="detached")
    assert "element=" not in page.url


def test_an_elements_park_is_one_click_from_its_card_on_the_map_page(opened):
    page = opened("one", a="four-plus-x", element="zizhu")
    (frame,) = maps(page, 1)
    assert "紫竹高新区" in frame.locator(".atlas-card").inner_text()  # opened by the address
    page.locator(".st-key-layout-card").get_by_text("数字（").first.click()
    assert page.locator(".st-key-layout-card .figure b", has_text="690").first.is_visible()
    page.get_by_role("button", name="园区卡片：紫竹高新区").click()
    page.locator(".st-key-card").get_by_text("690").first.wait_for(timeout=LOAD_MS)
    assert "park=zizhu" in page.url and "page=" not in page.url
    assert "scheme=four-plus-x" in page.url  # the layout stays on
    top = page.locator("header.bar")
    top.wait_for()
    page.wait_for_timeout(500)
    assert top.bounding_box()["y"] >= 0  # and the page is at its top, with the map in view
    page.get_by_role("button", name="布局", exact=True).click()
    page.locator(".st-key-layout-card").wait_for(timeout=LOAD_MS)
    assert "element=zizhu" in page.url


def test_a_pick_in_the_table_opens_the_card_and_the_map_follows(opened):
    page = opened("one", a="one-axis-three-belts")
    (frame,) = maps(page, 1)
    names = [element.zh for element in SCHEMES["one-axis-three-belts"].elements]
    table = page.locator("[data-testid='stDataFrame']").first
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = table.bounding_box()
    # The third row: a heading and two rows of 35 pixels are above it.
    page.mouse.click(box["x"] + 250, box["y"] + 35 * 3.5)
    page.locator(".st-key-layout-card h3", has_text=names[2]).wait_for()
    frame.locator(".atlas-card", has_text=names[2]).wait_for()


def test_two_maps_move_together_until_they_are_let_go(opened):
    page = opened("two", a=PAIRS["city"][0], b=PAIRS["city"][1])
    left, right = maps(page, 2)

    def scales() -> tuple[str, str]:
        scale = ".leaflet-control-scale-line"
        return left.locator(scale).inner_text(), right.locator(scale).inner_text()

    page.wait_for_timeout(1000)
    before = scales()
    for _ in range(3):
        left.get_by_role("button", name="放大").click()
        page.wait_for_timeout(400)
    page.wait_for_timeout(800)
    moved = scales()
    assert moved[0] != before[0] and moved[1] == moved[0]
    picture(page, "layout-linked-zh")
    page.get_by_text("联动视图").click()
    page.wait_for_url(re.compile("link=0"))
    settle(page)
    for _ in range(3):
        left.get_by_role("button", name="缩小").click()
        page.wait_for_timeout(400)
    page.wait_for_timeout(800)
    assert scales()[0] != moved[0] and scales()[1] == moved[1]


def test_what_came_stayed_and_went_is_filtered_and_saved(opened, tmp_path):
    page = opened("two")
    rows = scheme_both.compare(*(SCHEMES[one] for one in PAIRS["minhang"]), PLANS)
    counts = scheme_both.counts(rows)
    table = page.locator("table.both tbody tr[class]")
    assert table.count() == len(rows)
    page.get_by_role("radio", name=f"只在左图（{counts['left']}）").click()
    page.wait_for_url(re.compile("show=left"))
    page.wait_for_function(
        "count => document.querySelectorAll('table.both tbody tr[class]').length === count",
        arg=counts["left"],
    )
    assert "上海航天产业基地" in page.locator("table.both").inner_text()
    settle(page)
    page.wait_for_timeout(500)
    with page.expect_download() as saved:
        page.get_by_role("button", name="表格 CSV").click()
    saved.value.save_as(tmp_path / "compare.csv")
    with (tmp_path / "compare.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, *told = csv.reader(stream)
    assert len(told) == counts["left"]


def test_an_industry_is_seen_in_both_periods(opened):
    page = opened("industry", tag="aerospace")
    left, right = maps(page, 2)
    found = carriers("aerospace", PLANS, SCHEMES)
    title = page.get_by_text(f"航空航天的载体：{len(found)} 条规划表述")
    title.wait_for()
    heads = page.locator(".side-head").all_inner_texts()
    assert "十四五" in heads[0] and "十五五" in heads[1]
    for frame, period in ((left, "2021–2025"), (right, "2026–2030")):
        assert period in frame.locator(".atlas-subtitle").inner_text()
        assert "航空航天" in frame.locator("h1").inner_text()
    assert "园区" in heads[0] and "4 份规划" in heads[0] and "1 份规划" in heads[1]
    page.get_by_role("combobox", name=re.compile("产业")).click()
    page.get_by_role("option", name="人工智能与机器人").click()
    page.wait_for_url(re.compile("tag=ai"))
    left.locator("h1", has_text="人工智能").wait_for()
    right.locator("h1", has_text="人工智能").wait_for()


def test_a_statement_leads_to_its_parks_card_and_to_its_layout(opened):
    page = opened("industry", tag="aerospace", lang="en")
    found = carriers("aerospace", PLANS, SCHEMES)
    member = next(i for i, one in enumerate(found) if one.scheme_id and i < 14)
    table = page.locator("[data-testid='stDataFrame']").first
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)

    def pick(row: int) -> None:
        box = table.bounding_box()
        page.mouse.click(box["x"] + 250, box["y"] + 35 * (row + 1.5))
        page.locator(".detail h4", has_text=found[row].en).wait_for()
        settle(page)

    assert found[0].kind == "park"
    pick(0)
    assert found[0].words in page.locator(".detail").inner_text()
    assert page.get_by_role("button", name="Park card").is_visible()
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    pick(member)
    page.get_by_role("button", name="Open this layout").click()
    page.wait_for_url(re.compile(f"element={found[member].element_id}"))
    page.locator(".st-key-layout-card").wait_for(timeout=LOAD_MS)


def test_the_map_of_a_layout_is_saved_as_one_file(opened, tmp_path, watched):
    page = opened("one", a="one-axis-two-cores-two-rings")
    with page.expect_download() as saved:
        page.get_by_role("button", name="当前地图 HTML").click()
    target = tmp_path / "layout.html"
    saved.value.save_as(target)
    watched.open(target)
    scheme = SCHEMES["one-axis-two-cores-two-rings"]
    legend = watched.page.locator(".atlas-legend").first.inner_text()
    for element in scheme.elements:
        assert element.zh in legend
    watched.assert_quiet()
