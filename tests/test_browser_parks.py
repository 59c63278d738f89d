"""The page of parks in a real browser without a network: what a promoter does with it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from conftest import LOAD_MS
from openpyxl import load_workbook

pytestmark = pytest.mark.browser
SMALL = "iframe[title^='views.map_component']"


def visit(app_page, app_url, query: str):
    """Return the page of an address, drawn."""
    page = app_page.page
    page.goto(f"{app_url}/?page=parks&{query}", timeout=LOAD_MS)
    page.locator("footer .notice").wait_for(timeout=LOAD_MS)
    return page


def wide(page) -> tuple[int, int]:
    """Return how wide the page's content and its window are."""
    return tuple(
        page.evaluate(
            "(() => { const m = document.querySelector('[data-testid=stMain]');"
            " return [m.scrollWidth, m.clientWidth]; })()"
        )
    )


def test_a_tile_opens_its_park_and_back_brings_the_tiles_again(app_page, app_url):
    page = visit(app_page, app_url, "")
    assert page.locator(".park-tile").count() == 10
    # Each picture is drawn: a broken one has no size of its own.
    widths = page.locator(".park-tile img").evaluate_all("all => all.map((i) => i.naturalWidth)")
    assert len(widths) == 10 and all(width > 0 for width in widths)
    page.get_by_role("button", name="打开紫竹高新区").click()
    page.locator(".park-head h2").wait_for()
    assert "parks=zizhu" in page.url
    frame = page.frame_locator(SMALL)
    frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
    assert frame.locator("path.atlas-park").count() == 13
    assert not frame.locator(".atlas-side").is_visible()
    page.go_back()
    page.locator(".park-tile").first.wait_for()
    assert "parks=" not in page.url


def test_two_marked_parks_stand_side_by_side_with_their_sources(app_page, app_url):
    page = visit(app_page, app_url, "")
    names = {"metdz": "闵行经济技术开发区", "zizhu": "紫竹高新区"}
    for name in names:
        page.locator(f".st-key-mark-{name} label").click()
        page.locator(".st-key-parks-bar", has_text=names[name]).wait_for()
    page.get_by_role("button", name=re.compile("对比所选")).click()
    page.locator("table.versus").first.wait_for()
    assert "parks=metdz%2Czizhu" in page.url or "parks=metdz,zizhu" in page.url
    row = page.locator("table.versus tr", has=page.locator("th", has_text="工业总产值")).first
    assert "口径不同，不比大小" in row.inner_text()
    assert row.locator(".share").count() == 0
    cell = row.locator("details.pop").first
    cell.locator("summary").click()
    assert "不含" in cell.inner_text() and "闵行" in cell.inner_text()
    page.reload()
    page.locator("table.versus").first.wait_for(timeout=LOAD_MS)
    assert page.locator("table.versus thead").first.inner_text().split() == [
        "A", "闵行经济技术开发区", "B", "紫竹高新区",
    ]  # fmt: skip


def test_the_map_of_a_comparison_shows_the_others_faint(app_page, app_url):
    page = visit(app_page, app_url, "parks=metdz,zizhu")
    frame = page.frame_locator(SMALL)
    frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
    fills = frame.locator("path.atlas-park").evaluate_all(
        "all => Object.fromEntries("
        "all.map((path) => [path.dataset.zone, path.getAttribute('fill-opacity')]))"
    )
    assert float(fills["zizhu"]) > 5 * float(fills["xinzhuang"])


def test_the_comparison_is_saved_as_workbook_and_map(app_page, app_url, watched, tmp_path):
    page = visit(app_page, app_url, "parks=xinzhuang,metdz,zizhu&lang=en")
    with page.expect_download(timeout=LOAD_MS) as got:
        page.get_by_role("button", name="Table, Excel").click()
    path = tmp_path / got.value.suggested_filename
    got.value.save_as(path)
    book = load_workbook(path)
    assert len(book.sheetnames) == 4 and book.worksheets[2].max_row > 3
    with page.expect_download(timeout=LOAD_MS) as got:
        page.get_by_role("button", name="Map, HTML").click()
    path = tmp_path / got.value.suggested_filename
    got.value.save_as(path)
    watched.open(Path(path))
    zones = watched.page.locator("path.atlas-park").count()
    assert zones == 5
    watched.assert_quiet()


def test_the_clause_of_a_park_is_traced_from_its_page(app_page, app_url):
    page = visit(app_page, app_url, "parks=zizhu")
    page.get_by_role("button", name="速绘它的四至").click()
    page.wait_for_url(re.compile("page=trace"), timeout=LOAD_MS)
    page.get_by_role("textbox").first.wait_for()
    assert "紫" in page.get_by_role("textbox").first.input_value() or page.url.count("text=")


@pytest.mark.parametrize("app_page", [(1366, 768), (1024, 768)], indirect=True)
@pytest.mark.parametrize("query", ["", "parks=neobay", "parks=metdz,zizhu,xinzhuang,aerospace"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_wider_than_the_window(app_page, app_url, query, lang):
    page = visit(app_page, app_url, f"{query}&lang={lang}")
    content, window = wide(page)
    assert content <= window
    cut = page.locator(".key strong, .park-tile dd, .versus .value").evaluate_all(
        "all => all.filter((n) => n.scrollWidth > n.clientWidth + 1 && n.clientWidth)"
        ".map((n) => n.textContent)"
    )
    assert cut == []
    # The marks beside a switch say what it is for; they are nothing one has to hit.
    small = page.locator("[class*='st-key-park'] button:has(p):visible").evaluate_all(
        "all => all.filter((n) => n.getBoundingClientRect().height < 30).map((n) => n.innerText)"
    )
    assert small == []


def test_a_tile_is_opened_from_the_keyboard(app_page, app_url):
    page = visit(app_page, app_url, "")
    page.get_by_role("button", name="打开莘庄工业区").focus()
    page.keyboard.press("Enter")
    page.locator(".park-head h2").wait_for()
    assert "parks=xinzhuang" in page.url


def test_csv_is_read_by_a_spreadsheet(app_page, app_url):
    page = visit(app_page, app_url, "parks=xinzhuang,zizhu")
    with page.expect_download(timeout=LOAD_MS) as got:
        page.get_by_role("button", name="表格 CSV").click()
    data = Path(got.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert "760.1" in text and "表4-1" in text
    assert not zipfile.is_zipfile(io.BytesIO(data))
