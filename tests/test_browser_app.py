"""The running app in a real browser without a network: what a land official does with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ARTIFACTS, LAPTOP_AND_TABLET, LOAD_MS

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
    page.get_by_role("spinbutton", name="可用土地至少（亩）").fill("9000")
    assert not page.get_by_text("Press Enter to apply").is_visible()
    page.get_by_role("spinbutton", name="可用土地至少（亩）").press("Enter")
    page.get_by_text("没有符合条件的园区，请放宽筛选。").first.wait_for()
    assert page.get_by_text("empty", exact=True).count() == 0
    page.get_by_role("button", name="清除筛选").click()
    grid = page.locator("[data-testid='stDataFrame']")
    grid.hover()
    assert not page.locator("[data-testid='stElementToolbar']").is_visible()
    # Ten parks again: what is opened before the page is drawn anew would be closed by it.
    page.locator("header.bar", has_text="10 / 10").wait_for()
    page.locator("[data-test-script-state='notRunning']").first.wait_for()
    page.get_by_text("按名称选园区").click()
    box, option = (
        page.get_by_role("combobox", name="园区", exact=True),
        page.get_by_role("option", name="莘庄工业区"),
    )
    for _ in range(10):
        # While the box slides into sight, its list closes again as soon as it is open.
        box.press("ArrowDown")
        page.wait_for_timeout(500)
        if option.count():
            break
        box.press("Escape")
    option.wait_for()
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
    page.get_by_text("图层与底图").click()
    _choose(page, "空间布局", "一核一廊")
    frame.get_by_text("华宁路商业航天产业走廊").first.wait_for()
    least = page.get_by_role("spinbutton", name="可用土地至少（亩）")
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
    assert "10 of 10 parks" in page.locator("header.bar").inner_text()
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("header.bar").inner_text())


def test_the_saved_map_opens_from_disk_without_a_network(app, watched, tmp_path):
    page, _, _ = app
    page.locator(".st-key-files button").first.click()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("HTML")).click()
    saved = tmp_path / "map.html"
    started.value.save_as(saved)
    watched.open(saved)
    assert watched.page.locator("path.atlas-park").count() == 13
    watched.assert_quiet()


@LAPTOP_AND_TABLET
def test_the_officials_question_is_answered_in_three_clicks(app_page, app_url, lang):
    """Where is 50 亩 of industrial land for 集成电路, and what does the plan promise there?"""
    words = {
        "zh": ("集成电路", "50 亩", "打造集成电路研发与总部基地", "约 2,000 亩", "规划承诺了什么"),
        "en": ("Integrated circuits", "50 mu", "Base of integrated-circuit research",
               "about 2,000 mu", "What the plans promise"),
    }[lang]  # fmt: skip
    industry, least, promise, land, title = words
    page = app_page.page
    page.goto(f"{app_url}/?lang={lang}", timeout=LOAD_MS)
    frame = page.frame_locator("iframe[title^='views.map_component']")
    frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
    page.evaluate("""() => {
        window.clicks = 0;
        addEventListener("click", (event) => { if (event.isTrusted) window.clicks += 1; }, true);
    }""")
    page.get_by_role("button", name=industry, exact=True).click()
    page.wait_for_url(re.compile("industries=integrated-circuits"))
    page.locator(".st-key-land-industrial").get_by_text(least, exact=True).click()
    page.wait_for_url(re.compile("land=industrial"))
    page.wait_for_url(re.compile("min_mu=50"))
    expect = pytest.importorskip("playwright.sync_api").expect
    expect(frame.locator("path.atlas-park")).to_have_count(2)
    asked = page.evaluate("window.clicks")
    frame.locator("path.atlas-park[data-zone='pujiang']").click()
    # The map's own panel has the answer without any scrolling: the words, and where they stand.
    answer = frame.locator(".atlas-card")
    answer.get_by_text(promise).first.wait_for()
    text = answer.inner_text()
    assert land in text and "表4-1" in text
    box = answer.get_by_text(promise).first.bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    assert asked + 1 == 3
    card = page.locator(".st-key-card")
    card.get_by_text(title).wait_for()
    assert promise in card.inner_text()
    out = page.locator(".left-out").inner_text()
    assert {"zh": "未列入 8 / 10 个园区", "en": "8 of 10 parks left out"}[lang] in out
    assert {"zh": "2,690 亩", "en": "2,690 mu"}[lang] in page.locator("header.bar").inner_text()
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"official-{lang}-{page.viewport_size['width']}.png")


def test_a_row_of_the_table_opens_the_card_and_opens_it_again(app):
    page, _, _ = app
    grid = page.locator("[data-testid='stDataFrame']").first
    card = page.locator(".st-key-card")
    for _ in range(2):
        grid.scroll_into_view_if_needed()
        page.wait_for_timeout(800)  # what was below the card has moved up, and stays
        box = grid.bounding_box()
        page.mouse.click(box["x"] + 120, box["y"] + 33 + 16)
        page.wait_for_url(re.compile("park=xinzhuang"))
        card.get_by_text("760.1").first.wait_for()
        page.get_by_role("button", name="关闭卡片").click()
        card.wait_for(state="detached")


def test_the_unit_changes_map_table_and_total_and_leaves_the_view(app):
    page, frame, _ = app
    outline = frame.locator("path.atlas-park[data-zone='xinzhuang']")
    before = outline.get_attribute("d")
    page.locator("[class*='st-key-unit-']").get_by_text("公顷", exact=True).click()
    page.wait_for_url(re.compile("unit=ha"))
    page.locator("header.bar", has_text="605.74 公顷").wait_for()
    frame.locator(".atlas-legend").get_by_text("可用土地 (公顷)").wait_for()
    frame.locator(".atlas-label", has_text="50.67").first.wait_for()
    assert outline.get_attribute("d") == before
    page.reload()
    page.locator("header.bar", has_text="605.74 公顷").wait_for(timeout=LOAD_MS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_section_fits_the_window(app_page, app_url, lang):
    page = app_page.page
    main = page.locator("[data-testid='stMain']")
    for tab in ("parks", "totals", "actual", "land", "own"):
        page.goto(f"{app_url}/?lang={lang}&tab={tab}&min_mu=500&land=industrial", timeout=LOAD_MS)
        frame = page.frame_locator("iframe[title^='views.map_component']")
        frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
        page.locator("footer").wait_for()
        for width in (1366, 1024):
            page.set_viewport_size({"width": width, "height": 768})
            page.wait_for_timeout(500)
            assert main.evaluate("node => node.scrollWidth <= node.clientWidth"), (tab, width)
            head = page.locator(".st-key-map-head").bounding_box()
            assert head["y"] + head["height"] < 180, "the map is high up"


def test_a_file_of_ones_own_opens_its_section_once(app, tmp_path):
    page, frame, _ = app
    ring = [[121.39, 31.06], [121.4, 31.06], [121.4, 31.07], [121.39, 31.07], [121.39, 31.06]]
    plot = {"type": "Polygon", "coordinates": [ring]}
    path = tmp_path / "plot.geojson"
    feature = {"type": "Feature", "properties": {"name": "试地块"}, "geometry": plot}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    page.get_by_text("我的数据").first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.wait_for_url(re.compile("tab=own"))
    page.get_by_text("各园区内的我的地块").first.wait_for()
    frame.get_by_text("试地块").first.wait_for()
    page.locator("[class*='st-key-tab-']").get_by_text("合计", exact=True).click()
    page.wait_for_url(re.compile("tab=totals"))
    page.locator(".tile", has_text="9,086.1 亩").first.wait_for()


def _choose(page, label: str, option: str) -> None:
    """Choose in a select box by the words a person reads."""
    page.get_by_role("combobox", name=re.compile(label)).first.click()
    page.get_by_role("option", name=re.compile(option)).first.click()
