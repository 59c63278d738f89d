"""数据与口径 in a real browser without a network: find a number, its place, what contradicts it."""

from __future__ import annotations

import csv
import re
from urllib.parse import urlencode

import pytest
from conftest import ARTIFACTS, LOAD_MS

from geo.plans import Plans, load_boundaries
from geo.plans.reconcile import reconcile

pytestmark = pytest.mark.browser
PLANS = Plans.load()
NARROW, WIDE = (820, 1100), (1366, 768)


@pytest.fixture
def opened(app_page, app_url):
    """Open a section of the page and wait until it is drawn."""

    def open_section(view: str, **query: str):
        address = urlencode({"page": "data", "view": view, **query})
        app_page.page.goto(f"{app_url}/?{address}", timeout=LOAD_MS)
        app_page.page.locator("header.bar").wait_for(timeout=LOAD_MS)
        app_page.page.locator("[data-test-script-state='notRunning']").first.wait_for()
        return app_page.page

    return open_section


def picture(page, name: str) -> None:
    """Keep a screenshot for whoever looks at the tests' artifacts."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def overflows(page) -> int:
    """Pixels by which the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize(
    ("app_page", "lang"), [(WIDE, "zh"), (NARROW, "en")], indirect=["app_page"]
)
def test_every_finding_shows_both_values_and_nothing_runs_over(opened, lang):
    page = opened("checks", lang=lang)
    made = reconcile(PLANS, load_boundaries())
    findings = made.findings
    cards = page.locator("article.finding")
    assert cards.count() == len(findings) + len(made.incomparable)
    first = cards.first.inner_text()
    for side in (findings[0].left, findings[0].right):
        assert side.shown(lang) in first
    assert overflows(page) <= 0
    for card in cards.all()[:8]:
        outer = card.bounding_box()
        for side in card.locator(".side").all():
            inner = side.bounding_box()
            assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
    picture(page, f"data-checks-{lang}")


def test_the_official_finds_the_land_that_does_not_add_up(opened):
    """“9,921.1 亩从哪里来，为什么表里是 9,086.1？”: one filter, one card."""
    page = opened("checks")
    page.get_by_label("园区或范围").click()
    page.get_by_role("option", name=re.compile("4[+]X")).click()
    # The card is there before the filter is: opened too early, the redraw would close it again.
    page.wait_for_url(re.compile("about="))
    card = page.locator("article.finding", has_text="9,921.1亩")
    card.wait_for()
    text = card.inner_text()
    assert "9,086.1亩" in text and "表4-1" in text and "可用工业土地" in text
    page.locator("[data-test-script-state='notRunning']").first.wait_for()
    card.locator("summary").click()
    shown = card.locator(".side li:visible")
    shown.nth(10).wait_for()  # the total and all ten parks
    assert shown.count() == 11


def test_a_stated_value_opens_to_its_words_and_place(opened):
    page = opened("periods")
    row = page.locator("table.periods tr", has_text="工业总产值").first
    assert "4,000" in row.inner_text() and "5,020" in row.inner_text()
    cell = row.locator("details", has_text="4,000").first
    cell.locator("summary").click()
    assert "第二章" in cell.inner_text() and "闵府发〔2021〕17号" in cell.inner_text()
    assert overflows(page) <= 0
    picture(page, "data-periods-zh")


def test_a_search_leaves_its_rows_and_the_file_has_them(opened, tmp_path):
    page = opened("figures", source="mh155")
    field = page.get_by_label("查找")
    field.fill("人工智能")
    field.press("Enter")
    page.wait_for_url(re.compile("find="))
    # A file is of one drawing of the page: while that is drawn anew its button has none to give.
    count = page.locator(".st-key-figures-head h3", has_text=re.compile(r"^\d{1,2} / "))
    count.wait_for()
    page.locator("[data-test-script-state='notRunning']").first.wait_for()
    page.wait_for_timeout(500)
    with page.expect_download() as saved:
        page.get_by_role("button", name="表格 CSV").click()
    saved.value.save_as(tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert len(rows) >= 3 and "位置" in head
    assert all("人工智能" in "".join(row) and "闵行" in row[-1] for row in rows)
    assert f"{len(rows)} / {len(PLANS.numbers)}" in count.inner_text()


def test_the_documents_and_projects_are_readable(opened):
    page = opened("sources")
    assert page.locator("article.document").count() == 5
    assert overflows(page) <= 0
    picture(page, "data-sources-zh")
    page = opened("projects")
    page.get_by_role("button", name="在地图上看").click()
    frame = page.frame_locator("iframe[title^='views.map_component']")
    frame.locator("#atlas[data-ready]").wait_for(timeout=LOAD_MS)
    frame.locator(".atlas-project").first.wait_for(state="attached")
    assert "projects=1" in page.url
    picture(page, "map-projects-zh")
