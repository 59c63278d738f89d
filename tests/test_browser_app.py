"""The running app in a real browser without a network: what a land official does with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import LOAD_MS

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def app(app_page, app_url):
    """The app's first page in a browser whose only reachable host is this machine."""
    page = app_page.page
    page.goto(app_url, timeout=LOAD_MS)
    frame = page.frame_locator("iframe[title^='views.map_component']")
    frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
    return page, frame, app_page


def test_opens_on_real_data_with_polygons_legend_and_labels(app):
    page, frame, _ = app
    assert frame.locator("path.atlas-park").count() == 13
    assert "可用土地" in frame.locator(".atlas-legend").first.inner_text()
    labels = " ".join(frame.locator(".atlas-label").all_inner_texts())
    for name in ("莘庄工业区", "紫竹高新区", "浦江国际科技城"):
        assert name in labels
    assert "9,086.1" in page.locator("header.bar").inner_text()
    assert "示意图，不作为权属界线依据" in page.locator("footer").inner_text()


def test_a_click_on_the_map_opens_the_park_card_with_sources(app):
    page, frame, _ = app
    frame.locator("path.atlas-park[data-zone='xinzhuang']").click()
    card = page.locator(".st-key-card")
    card.get_by_text("760.1").first.wait_for()  # the heading comes before the figures
    text = card.inner_text()
    assert "莘庄工业区" in text
    assert "760.1" in text
    assert "表4-1" in text
    assert "17.88" in text
    page.wait_for_url(re.compile("park=xinzhuang"))


def test_closing_the_panel_on_the_map_closes_the_card_below(app):
    page, frame, _ = app
    outline = frame.locator("path.atlas-park[data-zone='xinzhuang']")
    outline.click()
    page.wait_for_url(re.compile("park=xinzhuang"))
    card = page.locator(".st-key-card")
    for close in (
        lambda: frame.get_by_role("button", name="关闭").click(),
        lambda: frame.locator("body").press("Escape"),
    ):
        card.wait_for()
        close()
        card.wait_for(state="detached")
        assert "park=" not in page.url
        assert not frame.locator(".atlas-card").is_visible()
        outline.click()  # the same park opens again
        page.wait_for_url(re.compile("park=xinzhuang"))


def test_no_english_of_streamlits_own_is_in_the_way(app):
    page, _, _ = app
    page.get_by_label("可用土地至少（亩）").fill("9000")
    assert not page.get_by_text("Press Enter to apply").is_visible()
    page.get_by_label("可用土地至少（亩）").press("Enter")
    page.get_by_text("没有符合条件的园区，请放宽筛选。").first.wait_for()
    assert page.get_by_text("empty", exact=True).count() == 0
    page.get_by_role("button", name="清除筛选").click()
    grid = page.locator("[data-testid='stDataFrame']")
    grid.hover()
    assert not page.locator("[data-testid='stElementToolbar']").is_visible()
    page.get_by_role("combobox", name=re.compile("重点产业")).click()
    page.get_by_role("option", name="集成电路").wait_for()
    assert page.get_by_text("Select all").count() == 0


def test_a_click_leaves_the_page_where_it_was(app):
    """The card opens below the map and its panel takes the focus; neither moves the page."""
    page, frame, _ = app
    main = page.locator("[data-testid='stMain']")
    for down, zone in ((150, "zizhu"), (240, "metdz")):
        main.evaluate("(node, top) => { node.scrollTop = top; }", down)
        page.wait_for_timeout(300)
        box = frame.locator(f"path.atlas-park[data-zone='{zone}']").bounding_box()
        # A bare click: Playwright's own would scroll first.
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_url(re.compile(f"park={zone}"))
        page.locator(".st-key-card").wait_for()
        page.wait_for_timeout(800)
        assert main.evaluate("node => node.scrollTop") == down


def test_the_view_survives_a_change_of_metric(app):
    page, frame, _ = app
    frame.get_by_role("button", name="放大").click()
    page.wait_for_timeout(600)
    outline = frame.locator("path.atlas-park[data-zone='xinzhuang']")
    before = outline.get_attribute("d")
    fill = outline.get_attribute("fill")
    _choose(page, "指标", "工业总产值")
    page.wait_for_url(re.compile("metric=output_100m_yuan"))
    expect = pytest.importorskip("playwright.sync_api").expect
    expect(outline).not_to_have_attribute("fill", fill, timeout=15_000)
    assert outline.get_attribute("d") == before
    assert "工业总产值" in frame.locator(".atlas-legend").first.inner_text()


def test_a_scheme_is_drawn_and_the_filter_changes_the_totals(app):
    page, frame, _ = app
    _choose(page, "空间布局", "一核一廊")
    frame.get_by_text("华宁路商业航天产业走廊").first.wait_for()
    least = page.get_by_label("可用土地至少（亩）")
    least.fill("1000")
    least.press("Enter")
    page.wait_for_url(re.compile("min"))
    # 临港浦江 2,000, 大零号湾 1,832 and 航天 1,391 are all that have 1,000 亩 or more.
    page.locator("header.bar", has_text="5,223").wait_for()


def test_english_by_a_switch(app):
    page, frame, _ = app
    page.get_by_text("English", exact=True).click()
    page.wait_for_url(re.compile("lang=en"))
    frame.get_by_text("Available land").first.wait_for()
    assert "Park Atlas" in page.locator("header.bar").inner_text()
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("header.bar").inner_text())


def test_the_saved_map_opens_from_disk_without_a_network(app, watched, tmp_path):
    page, _, _ = app
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("HTML")).click()
    saved = tmp_path / "map.html"
    started.value.save_as(saved)
    watched.open(saved)
    assert watched.page.locator("path.atlas-park").count() == 13
    watched.assert_quiet()


def _choose(page, label: str, option: str) -> None:
    """Choose in a select box by the words a person reads."""
    page.get_by_role("combobox", name=re.compile(label)).first.click()
    page.get_by_role("option", name=re.compile(option)).first.click()
