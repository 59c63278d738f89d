"""The page of exports in a real browser without a network: every file is saved and opened."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from conftest import LOAD_MS
from openpyxl import load_workbook

from geo.plans import Plans, load_boundaries
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import pdf_pages, pixels, png_size

pytestmark = pytest.mark.browser
HEAVY_MS = 180_000  # a set on a busy machine


def visit(app_page, app_url, query: str):
    """Return the page of an address, drawn."""
    page = app_page.page
    page.goto(f"{app_url}/?page=export&{query}", timeout=LOAD_MS)
    page.locator("footer .notice").wait_for(timeout=LOAD_MS)
    return page


def saved(page, button, folder: Path) -> Path:
    """Return the file that a button saves."""
    with page.expect_download(timeout=LOAD_MS) as got:
        button.click()
    path = folder / got.value.suggested_filename
    got.value.save_as(path)
    return path


def test_the_html_file_opens_offline_with_the_office_on_it(app_page, app_url, watched, tmp_path):
    page = visit(app_page, app_url, "metric=tax_100m_yuan&parks=zizhu,metdz")
    page.get_by_text("标题、单位、审图号、标志（可选）").click()
    page.get_by_label("制图单位", exact=True).fill("闵行区投资促进中心")
    page.get_by_label("制图单位", exact=True).press("Tab")
    page.get_by_label("审图号", exact=True).fill("沪S(2026)001号")
    page.get_by_label("审图号", exact=True).press("Tab")
    page.wait_for_timeout(1500)
    assert "投资" not in page.url and "office" not in page.url
    path = saved(page, page.get_by_role("button", name="保存 HTML"), tmp_path)
    assert path.name == "park-atlas-parks-tax-100m-yuan-2020-zizhu-metdz-zh.html"
    watched.open(path)
    assert watched.page.locator("path.atlas-park").count() == 4
    text = path.read_text(encoding="utf-8")
    assert "闵行区投资促进中心" in text and "沪S(2026)001号" in text
    watched.assert_quiet()


def test_a_picture_and_a_sheet_are_made_on_press(app_page, app_url, tmp_path):
    page = visit(app_page, app_url, "lang=en&what=scheme")
    page.get_by_role("button", name="Make PNG").click()
    button = page.get_by_role("button", name="Save park-atlas")
    button.wait_for(timeout=HEAVY_MS)
    data = saved(page, button, tmp_path).read_bytes()
    assert png_size(data) == tuple(2 * side for side in pixels("A4"))
    page.get_by_role("button", name="Make PDF").click()
    button = page.get_by_role("button", name=re.compile(r"Save .*\.pdf"))
    button.wait_for(timeout=HEAVY_MS)
    data = saved(page, button, tmp_path).read_bytes()
    assert pdf_pages(data) >= 1


def test_the_set_is_a_folder_that_opens_offline(app_page, app_url, watched, tmp_path):
    page = visit(app_page, app_url, "view=set")
    for kind in ("空间布局", "产业"):
        page.get_by_role("button", name=kind, exact=True).click()
        page.wait_for_timeout(800)
    page.get_by_role("button", name="生成整套地图").click()
    button = page.get_by_role("button", name="保存 park-atlas-set-zh.zip")
    button.wait_for(timeout=HEAVY_MS)
    path = saved(page, button, tmp_path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert names == [f"park-atlas/{one}.html" for one in ("index", "parks", "projects")]
    watched.page.goto((tmp_path / "park-atlas" / "index.html").as_uri())
    watched.page.locator("a[href^='parks.html']").first.wait_for()
    watched.assert_quiet()
    watched.open(tmp_path / "park-atlas" / "parks.html")
    watched.assert_quiet()


def test_a_geopackage_is_read_back(app_page, app_url, tmp_path):
    page = visit(app_page, app_url, "view=geodata&figures=all")
    path = saved(page, page.get_by_role("button", name="保存空间数据"), tmp_path)
    assert path.name == "park-atlas-parks-epsg4490.gpkg"
    parks, zones = (gpd.read_file(path, layer=name) for name in ("parks", "zones"))
    assert (len(parks), len(zones)) == (10, 13)
    assert parks.crs.to_epsg() == zones.crs.to_epsg() == 4490
    assert parks["land_mu_2021_2025"].sum() == pytest.approx(9086.1)
    assert len(pyogrio.read_dataframe(path, layer="sources")) > 100


def test_a_shapefile_in_metres_is_read_back(app_page, app_url, tmp_path):
    page = visit(app_page, app_url, "view=geodata&format=shp&crs=4549&parks=metdz,zizhu&lang=en")
    path = saved(page, page.get_by_role("button", name="Save geodata"), tmp_path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    parks = gpd.read_file(tmp_path / "parks.shp")
    assert parks.crs.to_epsg() == 4549
    assert sorted(parks["land2125"]) == [607, 690]
    assert parks.total_bounds[0] > 500_000  # eastings without zone number
    assert "README.txt" in {one.name for one in tmp_path.iterdir()}


def test_the_workbook_has_its_sources(app_page, app_url, tmp_path):
    page = visit(app_page, app_url, "view=tables")
    path = saved(page, page.get_by_role("button", name="表格 Excel"), tmp_path)
    book = load_workbook(path)
    assert book.sheetnames == ["园区与片区", "全部数据", "重点项目", "来源", "说明"]
    assert book["来源"].max_row > 3


@pytest.mark.parametrize("app_page", [(1366, 768), (1024, 768)], indirect=True)
@pytest.mark.parametrize("section", ["map", "set", "tables", "geodata"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_wider_than_the_window(app_page, app_url, section, lang):
    page = visit(app_page, app_url, f"view={section}&lang={lang}")
    content, window = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]');"
        " return [m.scrollWidth, m.clientWidth]; })()"
    )
    assert content <= window


def test_a_logo_that_is_a_program_is_a_picture_only(watched, tmp_path):
    """In an image no script runs and nothing is fetched, whatever its file asks for."""
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" '
        "onload=\"document.title='run'\"><script>document.title='run';"
        "fetch('https://logo.invalid/a')</script>"
        '<image href="https://logo.invalid/b.png" width="9" height="9"/>'
        '<style>@import url("https://logo.invalid/c.css");</style>'
        '<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" '
        'src="https://logo.invalid/d"/></foreignObject>'
        '<rect width="90" height="30" fill="#1f5f8b"/></svg>',
        encoding="utf-8",
    )
    path = tmp_path / "map.html"
    imprint = Imprint(title="图", logo=logo)
    text = export_html(MapView(), Plans.load(), load_boundaries(), imprint=imprint)
    path.write_text(text, encoding="utf-8")
    assert "logo.invalid" not in text, "the logo is encoded"
    watched.open(path)
    picture = watched.page.locator("img[src^='data:image/svg+xml']").first
    assert picture.evaluate("img => img.complete && img.naturalWidth") == 90
    assert watched.page.title() != "run"
    watched.assert_quiet()
