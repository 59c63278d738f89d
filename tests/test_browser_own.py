"""A user's own data on the map of the running app, in headless Chromium without a network."""

from __future__ import annotations

import pytest
import shapely
from conftest import LAPTOP_AND_TABLET

from geo.formats import read
from layers.i18n import t

pytestmark = pytest.mark.browser
BOX = shapely.box(121.375, 31.075, 121.385, 31.085)
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


class Own:
    def __init__(self, page, url: str) -> None:
        self.page, self.url = page, url
        self.frame = page.frame_locator("iframe").first
        self.question = page.locator(".st-key-own-question")

    def open(self, lang: str = "zh") -> None:
        self.lang = lang
        self.page.goto(f"{self.url}/?lang={lang}", wait_until="commit", timeout=60_000)
        self.frame.locator("path.atlas-park").first.wait_for(state="attached", timeout=60_000)
        self.side = self.page.get_by_test_id("stSidebar")
        self.side.get_by_text(t("own.title", lang), exact=True).first.click()

    def upload(self, path) -> None:
        field = self.side.locator("input[type=file]").last
        field.wait_for(state="attached")
        field.set_input_files(path)

    def answer(self, number: int = 0) -> None:
        options = self.page.locator(".st-key-own-question [role=radiogroup] label")
        options.nth(number).click()
        self.shapes().first.wait_for(state="attached", timeout=40_000)

    def shapes(self):
        return self.frame.locator("path.atlas-own")


@pytest.fixture
def own_page(app_page, app_url):
    return Own(app_page.page, app_url)


@pytest.fixture
def parcels(tmp_path):
    path = tmp_path / "parcels.csv"
    rows = [
        f'1,莘庄地块,1590,"{BOX.wkt}"',
        f"2,{HOSTILE.replace(chr(34), chr(39))},,POINT(121.40 31.05)",
    ]
    path.write_text("编号,名称,面积（亩）,WKT\n" + "\n".join(rows), encoding="gbk")
    return path


def test_parcels_are_drawn_told_and_saved(own_page, parcels, tmp_path):
    own_page.open()
    own_page.upload(parcels)
    own_page.question.get_by_text("GCJ-02").first.wait_for()
    assert own_page.shapes().count() == 0, "nothing is drawn before the question is answered"
    own_page.answer()
    assert own_page.shapes().count() == 2
    box = own_page.shapes().first.bounding_box()
    stage = own_page.frame.locator(".atlas-map").bounding_box()
    assert stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
    assert "我的数据" in own_page.frame.locator(".atlas-legend").inner_text()
    own_page.shapes().first.focus()
    own_page.shapes().first.press("Enter")
    card = own_page.frame.locator(".atlas-card")
    card.wait_for()
    text = card.inner_text()
    assert "莘庄地块" in text and "亩" in text and "第 2 行" in text
    assert own_page.page.title() != "owned"
    assert own_page.page.locator(".st-key-own-panel").inner_text().count("数据质量") >= 1
    with own_page.page.expect_download() as started:
        own_page.page.locator(".st-key-own-files").get_by_role("button", name="GeoPackage").click()
    assert started.value.suggested_filename == "park-atlas-own-data.gpkg"
    started.value.save_as(tmp_path / "a.gpkg")
    frame = read(tmp_path / "a.gpkg")
    assert shapely.hausdorff_distance(frame.geometry.iloc[0], BOX) < 1e-6
    own_page.side.get_by_role("button", name="移除我的数据").click()
    own_page.shapes().first.wait_for(state="detached")


def test_markup_in_a_name_stays_text(own_page, parcels):
    own_page.open("en")
    own_page.upload(parcels)
    own_page.question.get_by_text("GCJ-02").first.wait_for()
    own_page.answer(1)
    own_page.page.wait_for_timeout(500)
    assert own_page.page.title() != "owned"
    assert own_page.frame.locator("img").count() == 0
    assert own_page.page.locator("[data-testid=stMain] img[src=x]").count() == 0


@LAPTOP_AND_TABLET
def test_nothing_is_wider_than_the_window(own_page, parcels, lang):
    own_page.open(lang)
    own_page.upload(parcels)
    own_page.question.get_by_text("GCJ-02").first.wait_for()
    box, height = own_page.question.bounding_box(), own_page.page.viewport_size["height"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= height, "asked where it is seen at once"
    own_page.answer()
    panel = own_page.page.locator(".st-key-own-panel")
    panel.wait_for()
    main = own_page.page.locator("[data-testid='stMain']")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert panel.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
    for text in ("Drag and drop", "Browse files", "Limit"):
        assert not own_page.page.get_by_text(text).first.is_visible()
