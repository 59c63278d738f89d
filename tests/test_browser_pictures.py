"""The pictures of exported files that the README shows, taken from disk without a network.

`make screenshots` names the folder to keep them in (PARK_ATLAS_PICTURES); a plain run looks at them
and throws them away.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from geo.plans import load_boundaries
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import pixels
from layers.site import Site, write_site

pytestmark = pytest.mark.browser

KEPT = os.environ.get("PARK_ATLAS_PICTURES")
BELTS = "one-axis-three-belts"


@pytest.fixture
def keep(watched, tmp_path):
    """Take a picture of the window; it must show something, and nothing may have been asked for."""

    def take(name: str) -> None:
        path = Path(KEPT or tmp_path) / name
        watched.page.screenshot(path=path)
        with Image.open(path) as picture:
            colours = picture.convert("RGB").getcolors(picture.width * picture.height)
        assert len(colours) > 500, "not an empty page"
        watched.assert_quiet()

    return take


@pytest.fixture
def opened(watched, plans, tmp_path):
    def opener(address: str = "", **options):
        path = tmp_path / "map.html"
        path.write_text(export_html(MapView(), plans, load_boundaries(), **options), "utf-8")
        watched.page.goto(path.as_uri() + address)
        watched.page.wait_for_selector("#atlas[data-ready]")
        return watched.page

    return opener


def test_a_file_with_its_table_open(opened, keep):
    page = opened("#park=zizhu")
    page.locator("[data-tool=table]").click()
    page.locator(".atlas-panel tr").nth(5).wait_for()
    page.mouse.move(700, 640)
    keep("file.png")


def test_two_parks_compared(opened, keep):
    page = opened("#lang=en&park=xinzhuang")
    page.locator("[data-tool=compare]").click()
    page.locator(".atlas-panel select").nth(1).select_option("zizhu")
    page.locator(".atlas-card .atlas-close").click()
    keep("compare.png")


def test_a_presentation(opened, keep):
    page = opened("#lang=en&present=3", stops=(BELTS, "xinzhuang", "zizhu", "neobay"))
    page.wait_for_selector("#atlas[data-stop='3']")
    keep("present.png")


@pytest.mark.parametrize("watched", [pixels("A4")], indirect=True)
def test_a_sheet_of_paper(opened, keep):
    page = opened("#sheet=A4", imprint=Imprint(office="示例制图单位", date="2026-11-21"))
    page.wait_for_selector("#atlas[data-sheet=A4]")
    keep("sheet.png")


def test_a_set_of_maps(watched, keep, plans, tmp_path):
    write_site(Site(plans, load_boundaries(), only=["parks", "projects"]), tmp_path / "site")
    watched.page.goto((tmp_path / "site" / "index.html").as_uri())
    watched.page.wait_for_selector("html[data-ready]", state="attached")
    keep("site.png")
