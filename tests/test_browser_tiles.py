"""Online basemaps in the map's frame: asked only when chosen, and never in the way of a map."""

from __future__ import annotations

import math
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from conftest import LOAD_MS
from shell import ORIGIN, Shell, png

from geo import crs
from geo.plans import load_boundaries
from layers import tiles
from layers.map_view import MapView, payload
from layers.page import app_shell

pytestmark = pytest.mark.browser

KEY = "0123456789abcdef0123456789abcdef"
COVERED = "document.querySelector('.leaflet-basemap-pane').matches('.atlas-covered')"
NAMES = """[...document.querySelectorAll(".atlas-label-town, .atlas-label-district")]
    .filter(node => node.style.visibility === "visible").length"""
NOTICE = ".atlas-tiles-notice"
TILE = "img.leaflet-tile-loaded"
# A tile's address and where it stands, and the outline of a zone.
SEEN = """zone => {
    const box = node => { const {left, top, width, height} = node.getBoundingClientRect();
        return [left, top, width, height]; };
    return {zone: box(document.querySelector(`path[data-zone=${zone}]`)),
        tiles: [...document.querySelectorAll("img.leaflet-tile-loaded")]
            .map(node => [node.src, ...box(node)])};
}"""


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def parks(plans, boundaries):
    return payload(MapView(), plans, boundaries)


@pytest.fixture
def shell(browser):
    context = browser.new_context(viewport={"width": 1100, "height": 768})
    page = context.new_page()
    page.set_default_timeout(10_000)
    shell = Shell(page).open()
    yield shell
    context.close()
    assert shell.errors == []


def over(parks: dict, basemap: str, lang: str = "zh") -> dict:
    return parks | tiles.payload_part(basemap, lang, KEY)


def test_the_default_asks_nobody(shell, parks):
    shell.draw(parks)
    shell.page.wait_for_timeout(500)
    assert shell.asked == []
    assert shell.frame.evaluate(COVERED) is False
    assert shell.frame.evaluate(NAMES) > 3
    assert shell.frame.locator(NOTICE).is_hidden()


def test_tiles_that_cannot_be_reached_leave_the_offline_map(shell, parks):
    shell.draw(over(parks, "osm"))
    notice = shell.frame.locator(NOTICE)
    notice.wait_for(state="visible")
    assert notice.inner_text() == "在线底图连不上，仍用离线底图"
    assert {urlsplit(url).hostname for url in shell.asked} == {"tile.openstreetmap.org"}
    assert shell.frame.evaluate(COVERED) is False
    assert shell.frame.evaluate(NAMES) > 3
    assert "OpenStreetMap 贡献者（openstreetmap" not in shell.frame.locator("footer").inner_text()
    assert shell.frame.locator("[data-layer=roads]").count() == 1
    shell.draw(over(parks, "osm", "en"))
    assert "cannot be reached" in notice.inner_text()
    # Back to the offline basemap, there is nothing to tell.
    shell.draw(parks)
    assert notice.is_hidden()


def test_tiles_take_the_place_of_the_offline_map(shell, parks):
    shell.serve(200, 220, 200)
    shell.draw(parks)
    zone = shell.frame.locator("path[data-zone=xinzhuang]")
    before = zone.get_attribute("d")
    shell.draw(over(parks, "osm"))
    shell.wait(COVERED)
    assert shell.frame.locator(TILE).count() > 5
    assert shell.frame.evaluate(NAMES) == 0
    assert shell.frame.locator(".atlas-label-park").first.is_visible()
    assert shell.frame.locator(NOTICE).is_hidden()
    foot = shell.frame.locator("footer")
    assert "在线底图：© OpenStreetMap 贡献者（openstreetmap.org/copyright）" in foot.inner_text()
    assert foot.locator("a").count() == 0
    # What the tiles show has no switch.
    assert shell.frame.locator("[data-layer=roads], [data-layer=names]").count() == 0
    assert shell.frame.locator("input[data-layer=parks]").is_checked()
    assert zone.get_attribute("d") == before
    # The provider learns who asks, not what is looked at.
    assert shell.referrers == {f"{ORIGIN}/"}
    shell.draw(parks)
    assert shell.frame.locator("img.leaflet-tile").count() == 0
    assert shell.frame.evaluate(COVERED) is False
    assert shell.frame.evaluate(NAMES) > 3
    assert shell.frame.locator("[data-layer=roads]").count() == 1
    assert "openstreetmap.org/copyright" not in foot.inner_text()


def test_a_network_that_goes_brings_the_offline_map_back(shell, parks):
    shell.serve(200, 220, 200)
    shell.draw(over(parks, "osm"))
    shell.wait(COVERED)
    shell.answer = lambda route: route.abort()
    for _ in range(2):  # far enough in that no tile is left
        shell.frame.get_by_role("button", name="放大").click()
        shell.page.wait_for_timeout(400)
    shell.frame.locator(NOTICE).wait_for(state="visible")
    assert shell.frame.evaluate(COVERED) is False
    assert shell.frame.evaluate(NAMES) > 0
    shell.serve(200, 220, 200)
    shell.frame.get_by_role("button", name="放大").click()
    shell.page.wait_for_timeout(400)
    shell.frame.get_by_role("button", name="放大").click()
    shell.wait(COVERED)
    assert shell.frame.locator(NOTICE).is_hidden()


def test_tiles_that_never_answer_are_told_after_a_while(browser, parks):
    context = browser.new_context(viewport={"width": 1100, "height": 768})
    page = context.new_page()
    page.clock.install(time=0)
    shell = Shell(page)
    shell.answer = lambda route: None
    shell.open()
    page.clock.pause_at(10 * LOAD_MS / 1000)  # from here on time passes as the test says
    shell.draw(over(parks, "osm"))
    notice = shell.frame.locator(NOTICE)
    page.clock.run_for(5_000)
    assert notice.is_hidden()
    page.clock.run_for(1_500)
    notice.wait_for(state="visible")
    assert shell.frame.evaluate(COVERED) is False
    context.close()


def test_some_missing_tiles_show_the_offline_map_between_them(shell, parks):
    shell.serve(200, 220, 200)
    fulfil, seen = shell.answer, []

    def answer(route):
        seen.append(route.request.url)
        route.abort() if len(seen) % 4 == 0 else fulfil(route)

    shell.answer = answer
    shell.draw(over(parks, "osm"))
    shell.wait(f"{NAMES} === 0")
    shell.page.wait_for_timeout(500)
    assert shell.frame.evaluate(COVERED) is False
    assert shell.frame.locator(NOTICE).is_hidden()


def test_the_layers_of_tianditu_and_its_key(shell, parks):
    shell.serve(200, 220, 200)
    shell.draw(over(parks, "tianditu"))
    shell.wait(COVERED)
    asked = [parse_qs(urlsplit(url).query) for url in shell.asked]
    assert {query["LAYER"][0] for query in asked} == {"vec", "cva"}
    assert {query["tk"][0] for query in asked} == {KEY}
    assert {query["TILEMATRIXSET"][0] for query in asked} == {"w"}
    hosts = {f"https://{urlsplit(url).hostname}" for url in shell.asked}
    assert hosts <= set(tiles.BASEMAPS["tianditu"].hosts)
    text = shell.frame.evaluate("document.documentElement.innerText")
    assert KEY not in text
    assert KEY not in shell.page.url


def test_the_page_may_ask_no_other_server(browser, parks):
    context = browser.new_context()
    page = context.new_page()
    shell = Shell(page).open()
    strange = over(parks, "osm")
    strange["tiles"] = strange["tiles"] | {"layers": ["https://elsewhere.example/{z}/{x}/{y}.png"]}
    shell.serve(1, 2, 3)
    shell.draw(strange)
    shell.frame.locator(NOTICE).wait_for(state="visible")
    assert shell.asked == []
    assert any("Content Security Policy" in error for error in shell.errors)
    context.close()


def test_a_shell_without_online_basemaps_allows_none(monkeypatch):
    assert "img-src data: https://" in app_shell().replace("&#x27;", "'")
    monkeypatch.setenv(tiles.SWITCH, "off")
    assert re.search(r"img-src data:;", app_shell())
    assert "https://" not in re.search(r'http-equiv="Content-Security[^>]*', app_shell())[0]


# --- GCJ-02 --------------------------------------------------------------------------------------

GRID = [
    (float(lng), float(lat))
    for lng in np.linspace(119.6, 123.4, 9)
    for lat in np.linspace(29.9, 32.6, 9)
]
# Spherical Mercator's metres of each place, and what the way back makes of them.
PROJECT = """points => points.map(([lng, lat]) => {
    const { project, unproject } = Atlas.crs.gcj02.projection;
    const at = project(L.latLng(lat, lng)), back = unproject(at);
    return [at.x, at.y, back.lng, back.lat];
})"""


def metres(lng: float, lat: float) -> tuple[float, float]:
    radius = 6378137.0
    lat = math.radians(lat)
    return radius * math.radians(lng), radius * math.log(math.tan(math.pi / 4 + lat / 2))


def test_the_frames_gcj02_is_that_of_python(shell):
    found = shell.frame.evaluate(PROJECT, GRID)
    for (lng, lat), (x, y, back_lng, back_lat) in zip(GRID, found, strict=True):
        expected = metres(*map(float, crs.wgs84_to_gcj02(lng, lat)))
        assert math.hypot(x - expected[0], y - expected[1]) < 0.01, (lng, lat)
        assert abs(back_lng - lng) < 1e-9 and abs(back_lat - lat) < 1e-9


def test_nothing_is_shifted_outside_china(shell):
    for place in ((-0.1, 51.5), (151.2, -33.9), (-180.0, 0.0)):
        ((x, y, *_),) = shell.frame.evaluate(PROJECT, [place])
        assert (x, y) == pytest.approx(metres(*place), abs=1e-6)


def pixel(lng: float, lat: float, zoom: int) -> tuple[float, float]:
    """Where a place lies in the grid of tiles, in pixels."""
    x, y = metres(lng, lat)
    world, round_m = 256 * 2**zoom, 2 * math.pi * 6378137.0
    return (x / round_m + 0.5) * world, (0.5 - y / round_m) * world


def number(url: str) -> tuple[int, int, int]:
    """Return x, y and zoom of a tile's address."""
    query = parse_qs(urlsplit(url).query)
    if query:
        return tuple(int(query[name][0]) for name in "xyz")
    z, x, y = re.search(r"/(\d+)/(\d+)/(\d+)\.png", url).groups()
    return int(x), int(y), int(z)


@pytest.mark.parametrize("basemap", ["osm", "amap"])
def test_a_zone_lies_on_its_ground_of_the_tiles(shell, parks, boundaries, basemap):
    shell.serve(200, 220, 200)
    shell.draw(over(parks, basemap))
    shell.wait(COVERED)
    seen = shell.frame.evaluate(SEEN, "zizhu")
    west, south, east, north = boundaries.geometry["zizhu"].bounds
    corners = [(west, north), (east, south)]
    if basemap == "amap":
        corners = [tuple(map(float, crs.wgs84_to_gcj02(*corner))) for corner in corners]
    left, top, width, height = seen["zone"]
    url, x, y, side, _ = min(seen["tiles"], key=lambda one: abs(one[1] - left) + abs(one[2] - top))
    column, row, zoom = number(url)
    expected = [
        (x + (px - 256 * column) * side / 256, y + (py - 256 * row) * side / 256)
        for px, py in (pixel(*corner, zoom) for corner in corners)
    ]
    assert (left, top) == pytest.approx(expected[0], abs=1.5)
    # The outline's edge is 1.3 wide.
    assert (left + width, top + height) == pytest.approx(expected[1], abs=1.5)
    shift = abs(pixel(west, north, zoom)[0] - pixel(*corners[0], zoom)[0])
    assert (shift > 8) == (basemap == "amap"), "the test would see a map without the shift"


def test_another_grid_keeps_the_place_and_the_zoom(shell, parks):
    shell.serve(200, 220, 200)
    shell.draw(parks)
    shell.frame.get_by_role("button", name="放大").click()
    shell.page.wait_for_timeout(500)
    look = """() => [document.querySelector(".leaflet-control-scale-line").textContent,
        ...Object.values(document.querySelector("path[data-zone=zizhu]").getBoundingClientRect()
            .toJSON()).slice(0, 4)]"""
    before = shell.frame.evaluate(look)
    for basemap in ("amap", "osm", "offline", "amap", "offline"):
        shell.draw(over(parks, basemap))
        after = shell.frame.evaluate(look)
        assert after[0] == before[0]
        # The middle keeps its place; elsewhere the shift is hardly another, and pixels are whole.
        assert after[1:] == pytest.approx(before[1:], abs=2), basemap


def test_a_click_over_shifted_tiles_is_told_as_before(shell, parks):
    shell.serve(200, 220, 200)
    shell.draw(over(parks, "amap"))
    shell.wait(COVERED)
    shell.frame.locator("path[data-zone=xinzhuang]").click()
    shell.page.wait_for_function("values.length")
    value = shell.page.evaluate("values[0]")
    assert (value["zone"], value["park"]) == ("xinzhuang", "xinzhuang")


# --- in the app ----------------------------------------------------------------------------------


def test_a_link_brings_an_online_basemap_and_the_saved_file_none(browser, app_url, tmp_path):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    page = context.new_page()
    asked, body = [], png(200, 220, 200)

    def answer(route):
        asked.append(urlsplit(route.request.url).hostname)
        route.fulfill(body=body, content_type="image/png")

    page.route(lambda url: not url.startswith((app_url, "data:", "blob:")), answer)
    page.goto(f"{app_url}/?base=osm", timeout=LOAD_MS)
    frame = page.frame_locator("iframe[title^='views.map_component']")
    frame.locator(".atlas-covered").wait_for(state="attached", timeout=LOAD_MS)
    assert set(asked) == {"tile.openstreetmap.org"}
    assert "openstreetmap.org/copyright" in frame.locator("footer").inner_text()
    page.get_by_role("button", name="下载").first.click()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("HTML")).first.click()
    started.value.save_as(tmp_path / "map.html")
    saved = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "tile.openstreetmap" not in saved and "img-src data:;" in saved
    context.close()
