"""四至速绘 in a real browser without a network: paste, look, correct, download, list."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from conftest import ARTIFACTS, LAPTOP_AND_TABLET, LOAD_MS, Watched
from shapely.geometry import shape

from geo.digitize import digitize
from geo.formats import read
from geo.reference import load_gazetteer
from layers.trace_parts import SIDE_COLOURS
from views.trace.lists import ROW_HEIGHT
from views.trace.state import example

pytestmark = pytest.mark.browser
GAPS, MISSING = example("gaps", "zh"), example("missing", "zh")
SIDES = ("east", "south", "west", "north")


class Sketch:
    """The page as a user has it: the page, the map's frame, what they asked of the network."""

    def __init__(self, seen: Watched, url: str) -> None:
        self.page, self.url, self.seen = seen.page, url, seen
        self.frame = self.page.frame_locator("iframe[title^='views.map_component']")

    def open(self, **query: str) -> None:
        self.page.goto(f"{self.url}/?{urlencode({'page': 'trace', **query})}", timeout=LOAD_MS)

    def drawn(self) -> None:
        self.frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)

    def paste(self, clause: str) -> None:
        """Paste a clause and press the button; the button's click makes the text count."""
        field = self.page.get_by_label("四至文字")
        for _ in range(5):
            # What is typed while the page is being redrawn may be lost to the redraw.
            self.page.locator("[data-test-script-state='notRunning']").first.wait_for()
            field.fill(clause)
            self.page.get_by_role("button", name="成环", exact=True).click()
            self.page.wait_for_timeout(300)
            if field.input_value() == clause:
                return

    def edges(self, **data: str):
        marks = "".join(f"[data-{name}='{value}']" for name, value in data.items())
        return self.frame.locator(f"path.atlas-edge{marks}")

    def headline(self) -> str:
        return self.page.locator("header.bar b").inner_text()

    def wait_headline(self, pattern: str) -> str:
        self.page.locator("header.bar b", has_text=re.compile(pattern)).wait_for()
        return self.headline()


@pytest.fixture
def sketch(app_page, app_url):
    return Sketch(app_page, app_url)


def test_a_pasted_clause_is_drawn_with_its_sides_in_their_colours(sketch):
    sketch.open()
    sketch.drawn()
    sketch.paste(GAPS)
    sketch.edges(kind="bridged").first.wait_for(state="attached")
    for side in SIDES:
        found = sketch.edges(side=side, kind="measured")
        assert found.count() >= 1
        assert found.first.get_attribute("stroke") == SIDE_COLOURS[side][0]
        assert found.first.get_attribute("stroke-dasharray") is None
        box = found.first.bounding_box()
        assert max(box["width"], box["height"]) > 40
    for kind in ("bridged", "extended"):
        assert sketch.edges(kind=kind).first.get_attribute("stroke-dasharray")
    assert sketch.frame.locator("path.atlas-area").count() == 1
    labels = " ".join(sketch.frame.locator(".atlas-label").all_inner_texts())
    for label in ("东 万芳路", "西 浦星公路", "北 中心河", "南 江月路", "南 立跃路"):
        assert label in labels
    assert "km²" in sketch.headline()
    sketch.page.wait_for_url(re.compile("text="))


def test_labels_of_the_ring_do_not_overlap(sketch):
    sketch.open(text=GAPS, area="6.1")
    sketch.drawn()
    sketch.page.wait_for_timeout(500)
    boxes = [
        label.bounding_box()
        for label in sketch.frame.locator(".atlas-label-side").all()
        if label.is_visible()
    ]
    assert len(boxes) == 5
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one["x"] + one["width"] <= other["x"] + 2
                or other["x"] + other["width"] <= one["x"] + 2
                or one["y"] + one["height"] <= other["y"] + 2
                or other["y"] + other["height"] <= one["y"] + 2
            )
            assert apart


def test_a_suggestion_clicked_traces_again(sketch):
    sketch.open(text=MISSING, area="17.88")
    sketch.drawn()
    sketch.edges(kind="found").first.wait_for(state="attached")
    assert sketch.edges(kind="found").count() == 5, "what was found is on the map"
    assert sketch.page.get_by_text("没有成环：东侧“横泾港”不在图上。").is_visible()
    sketch.page.get_by_role("button", name="北横泾", exact=True).click()
    sketch.edges(kind="measured").first.wait_for(state="attached")
    assert sketch.edges(kind="found").count() == 0
    assert sketch.edges(kind="border", side="north").count() >= 1
    sketch.wait_headline("km²")
    sketch.page.wait_for_url(re.compile("alias="))
    sketch.page.reload()
    sketch.drawn()
    sketch.wait_headline("km²")
    sketch.page.get_by_role("button", name=re.compile("横泾港 → 北横泾")).click()
    sketch.page.get_by_text("没有成环：东侧").wait_for()


def test_an_alternative_picked_changes_the_figure_and_the_ring(sketch):
    sketch.open(text=GAPS, area="6.1")
    sketch.drawn()
    before = sketch.wait_headline("km²")
    area = sketch.frame.locator("path.atlas-area")
    outline = area.get_attribute("d")
    sketch.page.get_by_text(re.compile("^走法 2：")).click()
    expect = pytest.importorskip("playwright.sync_api").expect
    expect(sketch.page.locator("header.bar b")).not_to_have_text(before)
    expect(area).not_to_have_attribute("d", outline)
    sketch.page.get_by_text("由使用者选定").wait_for()


def test_a_stretch_says_what_it_lies_on(sketch):
    sketch.open(text=GAPS, area="6.1")
    sketch.drawn()
    sketch.page.wait_for_timeout(500)
    box = sketch.edges(kind="extended").first.bounding_box()
    sketch.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = sketch.frame.locator(".atlas-card")
    card.wait_for()
    text = card.inner_text()
    assert "万芳路" in text and "东；顺直延长" in text and "米" in text
    sketch.frame.get_by_role("button", name="关闭").click()
    card.wait_for(state="hidden")


def test_the_downloaded_shapefile_holds_the_ring(sketch, tmp_path):
    sketch.open(text=GAPS, area="6.1")
    sketch.drawn()
    with sketch.page.expect_download() as started:
        sketch.page.get_by_role("button", name="Shapefile（zip）").click()
    assert started.value.suggested_filename == "park-atlas-万芳路-中心河.zip"
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    frame = read(path)
    (expected,) = digitize(GAPS, load_gazetteer(), 6.1)
    ring = shape(expected["geometry"])
    assert len(frame) == 1
    assert frame.geometry.iloc[0].symmetric_difference(ring).area < 1e-6 * ring.area


@LAPTOP_AND_TABLET
def test_from_a_pasted_clause_to_a_shapefile(app_page, app_url, lang, tmp_path):
    """A third journey: the page opened from the bar, a clause pasted, the ring taken away."""
    page = app_page.page
    page.goto(f"{app_url}/?lang={lang}", timeout=LOAD_MS)
    frame = page.frame_locator("iframe[title^='views.map_component']")
    frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
    words = {
        "zh": ("四至速绘", "四至文字", "成环", "Shapefile（zip）"),
        "en": ("Trace", "Four-bounds clause (in Chinese)", "Trace", "Shapefile (zip)"),
    }[lang]
    where, field, draw, save = words
    page.locator(".st-key-page-trace").get_by_role("button", name=where).click()
    page.wait_for_url(re.compile("page=trace"))
    expect = pytest.importorskip("playwright.sync_api").expect
    # Until the page is drawn, that of the page before is there as well.
    expect(page.locator("iframe[title^='views.map_component']")).to_have_count(1)
    page.get_by_label(field).fill(GAPS)
    page.locator("[data-testid='stMain']").get_by_role("button", name=draw, exact=True).last.click()
    frame.first.locator("path.atlas-edge[data-kind='bridged']").first.wait_for(
        state="attached", timeout=LOAD_MS
    )
    with page.expect_download() as started:
        page.get_by_role("button", name=save).click()
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    found = read(path)
    assert len(found) == 1
    assert found.geometry.iloc[0].is_valid
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"trace-{lang}-{page.viewport_size['width']}.png")


def test_a_list_uploaded_and_a_row_clicked(sketch, tmp_path):
    path = tmp_path / "list.csv"
    rows = [f"1,一期,{example('published', 'zh')},1500", "2,坏行,,", f"3,浦江,{GAPS},9150"]
    path.write_text("编号,名称,四至,面积（亩）\n" + "\n".join(rows), encoding="gbk")
    sketch.open(mode="list")
    sketch.page.locator("input[type=file]").first.set_input_files(path)
    sketch.page.get_by_text("3 行，3 个片区：2 个成环，1 个未成").wait_for()
    sketch.drawn()
    outlines = sketch.frame.locator("path.atlas-other")
    outlines.first.wait_for(state="attached")
    assert outlines.count() == 2
    box = sketch.page.locator("[data-testid='stDataFrame']").bounding_box()
    sketch.page.mouse.click(box["x"] + 17, box["y"] + 35 + ROW_HEIGHT * 2.5)
    sketch.edges(kind="bridged").first.wait_for(state="attached")
    assert "浦江" in sketch.frame.locator("h1").inner_text()
    with sketch.page.expect_download() as started:
        sketch.page.get_by_role("button", name="GeoJSON").click()
    started.value.save_as(tmp_path / "all.geojson")
    assert read(tmp_path / "all.geojson")["name_zh"].tolist() == ["一期", "浦江"]


def test_another_zone_is_a_click_away_on_the_map(sketch):
    sketch.open(text=example("zones", "zh"))
    sketch.drawn()
    sketch.wait_headline("0.98")
    box = sketch.edges(side="east").first.bounding_box()
    # Just east of the first zone lies the second.
    sketch.page.mouse.click(box["x"] + box["width"] + 15, box["y"] + box["height"] / 2)
    sketch.wait_headline("5.0")
    sketch.page.wait_for_url(re.compile("zone=2"))


def test_markup_in_a_clause_stays_text(sketch):
    sketch.open()
    sketch.drawn()
    hostile = (
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    )
    sketch.paste(f"东至万芳路{hostile}，南至沈庄塘，西至召楼路，北至{hostile}江月路")
    sketch.page.get_by_text("文字解析").wait_for()
    sketch.page.wait_for_timeout(1000)
    assert sketch.page.title() != "owned"
    assert sketch.page.locator("main img[src='x'], [data-testid='stMain'] img").count() == 0
    sketch.paste("a" * 100_000)
    sketch.page.get_by_text("没有读取").wait_for()


@LAPTOP_AND_TABLET
def test_nothing_is_wider_than_the_window(sketch, lang):
    sketch.open(text=MISSING, area="17.88", lang=lang, alias="横泾港=北横泾")
    sketch.drawn()
    sketch.wait_headline("km²")
    main = sketch.page.locator("[data-testid='stMain']")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
    for text in ("Press Enter", "Press Ctrl", "Drag and drop", "Browse files"):
        assert not sketch.page.get_by_text(text).first.is_visible()
    clipped = sketch.page.evaluate(
        """() => [...document.querySelectorAll('button p, .tile strong, .bar h1')]
        .filter(node => node.offsetParent && node.scrollWidth > node.clientWidth + 1)
        .map(node => node.textContent)"""
    )
    assert clipped == []
    # Legend and footer are whole: nothing in the map's frame is below its edge.
    cut = sketch.frame.locator("#atlas").evaluate(
        """() => [...document.querySelectorAll('.atlas-foot p, .atlas-legend, .atlas-switches')]
        .filter(node => node.getBoundingClientRect().bottom > window.innerHeight + 0.5)
        .map(node => node.className + node.getBoundingClientRect().bottom)"""
    )
    assert cut == []


def test_the_map_is_fitted_to_each_ring_and_again_when_its_width_changes(sketch):
    def inside() -> bool:
        ring = sketch.frame.locator("path.atlas-area").bounding_box()
        stage = sketch.frame.locator(".atlas-map").bounding_box()
        wide, high = ring["width"] / stage["width"], ring["height"] / stage["height"]
        return (
            max(wide, high) > 0.5
            and ring["x"] >= stage["x"]
            and ring["y"] >= stage["y"]
            and ring["x"] + ring["width"] <= stage["x"] + stage["width"]
            and ring["y"] + ring["height"] <= stage["y"] + stage["height"]
        )

    def fitted() -> bool:
        """Say whether the ring comes to rest inside the map, as it does when the frame has."""
        for _ in range(50):
            if inside():
                break
            sketch.page.wait_for_timeout(100)
        sketch.page.wait_for_timeout(300)
        return inside()

    sketch.open()
    # The example is chosen as early as it can be, while the map may still be on its way.
    sketch.page.get_by_role("button", name="有缺口", exact=True).click()
    sketch.drawn()
    sketch.wait_headline("5.9")
    sketch.edges(kind="bridged").first.wait_for(state="attached")
    assert fitted()
    for width in (1024, 1500):
        sketch.page.set_viewport_size({"width": width, "height": 768})
        sketch.page.wait_for_timeout(600)
        assert fitted(), width
