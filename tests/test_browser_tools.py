"""The tools inside an exported file: measuring, the table, two parks compared; no network."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Polygon

from geo import ROOT
from geo.plans import format_number, load_boundaries
from layers.i18n import t
from layers.page import MapView, export_html

pytestmark = pytest.mark.browser

GEOD = Geod(ellps="WGS84")
ASSETS = ROOT / "layers" / "assets"
HOSTILE = '</script><img src=x onerror="window.pwned=1">\t=1+1'
DEGREE = math.pi * 6_371_000 / 180  # metres
MEASURE, TABLE, COMPARE = (f"[data-tool={name}]" for name in ("measure", "table", "compare"))
BOX = ".atlas-measure"
PANEL = "[data-panel=table]"
ROWS = f"{PANEL} tbody tr"


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture
def open_map(watched, plans, boundaries, tmp_path):
    """Write a view to disk, open it, return the page."""

    def opener(view: MapView | None = None, data=plans, frame=None):
        path = tmp_path / "map.html"
        html = export_html(view or MapView(), data, boundaries if frame is None else frame)
        path.write_text(html, encoding="utf-8")
        watched.open(path)
        return watched.page

    return opener


# --- measuring: the formulas ------------------------------------------------------------------


@pytest.fixture(scope="module")
def geodesy(browser) -> Iterator:
    """A blank page with the measuring script's formulas."""
    page = browser.new_page()
    for name in ("geometry.js", "measure.js"):
        page.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield page
    page.close()


@st.composite
def rings(draw) -> list[list[float]]:
    """A star-shaped ring of [lat, lng] around Shanghai, 10 m to 50 km across."""
    lat, lng = draw(st.floats(30.6, 32.0)), draw(st.floats(120.8, 122.2))
    radius = 10 ** draw(st.floats(math.log10(5), math.log10(25_000)))
    count = draw(st.integers(3, 12))
    ring = []
    for i in range(count):
        angle = 2 * math.pi * (i + draw(st.floats(-0.3, 0.3))) / count
        reach = radius * draw(st.floats(0.4, 1.0)) / DEGREE
        step = reach * math.cos(angle) / math.cos(math.radians(lat))
        ring.append([lat + reach * math.sin(angle), lng + step])
    return ring


@given(many=st.lists(rings(), min_size=30, max_size=60))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_areas_and_lengths_are_those_of_the_ellipsoid(geodesy, many):
    ask = """many => many.map((ring) => [Atlas.geodesy.area(ring), Atlas.geodesy.crosses(ring),
        ring.slice(1).map((point, i) => Atlas.geodesy.distance(ring[i], point))])"""
    for ring, (area, crossed, lengths) in zip(many, geodesy.evaluate(ask, many), strict=True):
        lat, lng = zip(*ring, strict=True)
        expected, _ = GEOD.polygon_area_perimeter(lng, lat)
        assert area == pytest.approx(abs(expected), rel=5e-5), "0.005 %"
        assert not crossed
        assert lengths == pytest.approx(GEOD.line_lengths(lng, lat), rel=1e-6)


@given(many=st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3,
                              max_size=7, unique=True), min_size=20, max_size=40))  # fmt: skip
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_rings_that_cross_themselves_are_found(geodesy, many):
    found = geodesy.evaluate("many => many.map(Atlas.geodesy.crosses)", many)
    for ring, crossed in zip(many, found, strict=True):
        shape = Polygon(ring)
        # A ring without ground, or with a spike, has an area all the same: the edges of two
        # neighbours may lie on each other.
        if shape.is_valid:
            assert not crossed, ring
        elif not crossed:
            assert shape.buffer(0).area == pytest.approx(shape.area), ring


def test_degenerate_lines_are_no_error(geodesy):
    same = geodesy.evaluate("Atlas.geodesy.distance([31.1, 121.4], [31.1, 121.4])")
    equator = geodesy.evaluate("Atlas.geodesy.distance([0, 121], [0, 121.01])")
    assert same == 0 and equator == pytest.approx(GEOD.inv(121, 0, 121.01, 0)[2], rel=1e-9)


def test_the_scripts_stay_small():
    for name in ("measure.js", "figures.js", "table.js", "compare.js", "tools.css"):
        assert (ASSETS / name).stat().st_size < 17_000, name


# What Chromium 88 does not know yet, in scripts and in styles.
TOO_NEW = {
    ".js": r"\.at\(|\bhasOwn\b|structuredClone|\.findLast|\.to(Sorted|Reversed|Spliced)\(|groupBy"
    r"|checkVisibility|this\.#|\bstatic\b|(Response|AbortSignal)\.\w+\(|\.replaceSync|\bimport\b",
    ".css": r":has\(|@layer|@container|@scope|color-mix|oklch|\blch\(|\bsubgrid\b|^\s*&",
}
UNKNOWN = """() => {
    delete Array.prototype.at; delete String.prototype.at; delete Object.hasOwn;
    delete Element.prototype.checkVisibility; delete window.structuredClone;
    for (const name of ["findLast", "findLastIndex", "toSorted", "toReversed", "with"])
        delete Array.prototype[name];
}"""


@pytest.mark.parametrize("suffix", TOO_NEW)
def test_scripts_and_styles_keep_to_older_browsers(suffix):
    for path in ASSETS.glob(f"*{suffix}"):
        text = re.sub(r"/\*.*?\*/|^\s*//.*$", "", path.read_text("utf-8"), flags=re.M | re.S)
        found = re.findall(f".*(?:{TOO_NEW[suffix]}).*", text, re.M)
        assert found == [], path.name


def test_an_older_browser_does_all_of_it(open_map, watched):
    watched.page.add_init_script(f"({UNKNOWN})()")
    page = open_map(MapView(metric=None, scheme="one-axis-three-belts"))
    assert page.evaluate("[].at === undefined && Object.hasOwn === undefined")
    page.locator(".atlas-search input").fill("紫竹")
    page.locator(".atlas-search input").press("Enter")
    page.locator(MEASURE).click()
    x, y = middle(page)
    for dx, dy in ((0, 0), (90, 10), (40, 90)):
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")
    assert "km²" in numbers(page)
    page.locator(f"{BOX} [data-act=leave]").click()
    page.locator(TABLE).click()
    page.locator(COMPARE).click()
    page.locator("select[data-key=b]").select_option("maqiao")
    assert page.locator(".atlas-compare").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.locator("[data-tool=present]").click()
    page.wait_for_selector("#atlas[data-stop='1']")
    watched.assert_quiet()


# --- measuring on the map ---------------------------------------------------------------------


def numbers(page) -> dict[str, float]:
    """Return what the box shows, lengths in metres by label, areas by unit."""
    text = page.locator(f"{BOX} dl").inner_text()
    found = {}
    for value, unit in re.findall(r"([\d,.]+) (km²|公顷|亩|ha|mu|km|m)(?!\w)", text):
        number = float(value.replace(",", "")) * {"km": 1000}.get(unit, 1)
        found.setdefault({"km": "m"}.get(unit, unit), []).append(number)
    return {unit: values if len(values) > 1 else values[0] for unit, values in found.items()}


def scale_of(page) -> tuple[float, float]:
    """Return the scale bar's length in metres and in pixels."""
    line = page.locator(".leaflet-control-scale-line")
    value, unit = line.inner_text().split()
    return float(value) * {"km": 1000, "m": 1}[unit], line.bounding_box()["width"]


def middle(page) -> tuple[float, float]:
    box = page.locator(".atlas-map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_measuring_a_square_by_mouse(open_map, watched, lang):
    page = open_map(MapView(lang=lang))
    long, wide = scale_of(page)
    x, y = middle(page)
    page.locator(MEASURE).click()
    assert page.locator(MEASURE).get_attribute("aria-pressed") == "true"
    corners = [(x, y), (x + wide, y), (x + wide, y + wide), (x, y + wide)]
    for count, corner in enumerate(corners):
        page.mouse.click(*corner)
        if count == 1:
            total, *_ = numbers(page)["m"]
            assert total == pytest.approx(long, rel=0.02), "as the scale bar has it"
    page.mouse.move(x + 2, y + 60)
    page.locator(f"{BOX} dd").nth(2).wait_for()
    total, last, following = numbers(page)["m"]
    assert total == pytest.approx(3 * long, rel=0.02) and last == pytest.approx(long, rel=0.02)
    assert following > 0, "how far it is to the pointer"
    page.mouse.click(x, y)  # the first point
    found = numbers(page)
    assert found["km²"] == pytest.approx((long / 1000) ** 2, rel=0.03)
    hectare, mu = ("公顷", "亩") if lang == "zh" else ("ha", "mu")
    assert found[hectare] == pytest.approx(100 * found["km²"], rel=0.001)
    assert found[mu] == pytest.approx(1500 * found["km²"], rel=0.001)
    assert found["m"] == pytest.approx(4 * long, rel=0.02), "the perimeter"
    assert page.locator(".atlas-status").inner_text().startswith(f"{found['km²']:g}"[:3])
    assert page.locator(".atlas-card").is_hidden(), "no park was chosen meanwhile"
    assert page.locator(".atlas-tip").count() == 0, "and none is named"
    assert page.evaluate(f"getComputedStyle(document.querySelector('{BOX}')).userSelect") == "text"
    watched.assert_quiet()
    assert len(watched.requests) == 1


def test_the_last_movement_counts_however_soon_it_follows(open_map):
    page = open_map()
    x, y = middle(page)
    page.locator(MEASURE).click()
    page.mouse.click(x, y)
    page.evaluate(
        """places => { for (const [clientX, clientY] of places)
            document.elementFromPoint(clientX, clientY).dispatchEvent(
                new MouseEvent("mousemove", {clientX, clientY, bubbles: true})); }""",
        [(x + 20, y), (x, y)] + [(x + step, y) for step in range(0, 109, 12)],
    )
    long, wide = scale_of(page)
    assert numbers(page)["m"] == pytest.approx(108 * long / wide, rel=0.02)


def test_undo_clear_leave_and_the_map_as_before(open_map, watched):
    page = open_map()
    x, y = middle(page)
    page.locator(MEASURE).click()
    vertices = page.locator(".atlas-vertex")
    for step in (0, 80, 160):
        page.mouse.click(x + step, y + step / 2)
    page.keyboard.press("Backspace")
    assert vertices.count() == 2
    page.mouse.click(x, y + 90)
    page.keyboard.press("Enter")
    assert "km²" in numbers(page)
    page.keyboard.press("Backspace")
    assert "km²" not in numbers(page) and vertices.count() == 3, "open again"
    page.keyboard.press("Escape")
    assert vertices.count() == 0 and page.locator(BOX).is_visible()
    page.keyboard.press("Escape")
    assert page.locator(BOX).is_hidden()
    assert page.locator(MEASURE).get_attribute("aria-pressed") == "false"
    assert page.evaluate("document.activeElement.dataset.tool") == "measure"
    page.mouse.click(*park_point(page, "xinzhuang"))
    assert page.locator(".atlas-card").is_visible(), "a click chooses a park again"
    watched.assert_quiet()


def park_point(page, zone: str) -> tuple[float, float]:
    """Return a point of the window where a zone is on top."""
    return tuple(page.evaluate("""zone => {
        const path = document.querySelector(`path[data-zone=${zone}]`);
        const box = path.getBoundingClientRect();
        for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
            const x = box.left + box.width * i / 20, y = box.top + box.height * j / 20;
            if (document.elementFromPoint(x, y) === path) return [x, y];
        }
    }""", zone))  # fmt: skip


def test_a_double_click_closes_and_a_crossed_ring_has_no_area(open_map, watched):
    page = open_map()
    x, y = middle(page)
    page.locator(MEASURE).click()
    for dx, dy in ((0, 0), (120, 120), (120, 0)):
        page.mouse.click(x + dx, y + dy)
    zoom = page.locator(".leaflet-control-scale-line").inner_text()
    page.mouse.dblclick(x, y + 120)
    assert t("tool.measure.crossed", "zh") in page.locator(BOX).inner_text()
    assert "km²" not in numbers(page)
    assert page.locator(".leaflet-control-scale-line").inner_text() == zoom, "no zoom meanwhile"
    # A point dragged to where nothing crosses gives the area.
    page.mouse.move(x, y + 120)
    page.mouse.down()
    page.mouse.move(x + 60, y - 60, steps=4)
    page.mouse.up()
    assert "km²" in numbers(page)
    watched.assert_quiet()


def test_measuring_by_keyboard_alone(open_map, watched):
    page = open_map()
    page.locator(MEASURE).focus()
    page.keyboard.press("Enter")
    assert page.locator(".atlas-cross").is_visible()
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Enter")
    total, last = numbers(page)["m"]
    assert 0 < last < total
    assert page.locator(".atlas-status").inner_text().startswith(t("tool.measure.total", "zh"))
    page.keyboard.press("Enter")  # again on the last point
    assert numbers(page)["km²"] > 0
    page.locator(f"{BOX} [data-act=leave]").focus()
    page.keyboard.press("Enter")
    assert page.locator(BOX).is_hidden() and page.locator(".atlas-cross").is_hidden()
    watched.assert_quiet()


def test_a_measurement_outlives_the_language_and_the_metric(open_map, watched):
    page = open_map()
    x, y = middle(page)
    page.locator(MEASURE).click()
    for dx, dy in ((0, 0), (120, 0), (60, 100)):
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")
    before = numbers(page)
    page.locator(f"{BOX} summary").click()
    page.locator(".atlas-language").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(f"{BOX} details[open]").count() == 1, "what is unfolded stays so"
    after = numbers(page)
    assert (after["km²"], after["ha"], after["mu"]) == tuple(
        before[unit] for unit in ("km²", "公顷", "亩")
    )
    assert t("tool.measure.again", "en") in page.locator(BOX).inner_text()
    # A button that has nothing more to do does not take the keyboard along.
    page.locator(f"{BOX} [data-act=clear]").focus()
    page.keyboard.press("Enter")
    assert page.locator(".atlas-vertex").count() == 0
    page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.id") == "map"
    watched.assert_quiet()


def test_measuring_by_touch(browser, plans, boundaries, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(export_html(MapView(), plans, boundaries), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_offline(True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#atlas[data-ready]")
    page.locator(MEASURE).tap()
    box = page.locator(".atlas-map").bounding_box()
    for dx, dy in ((0.3, 0.2), (0.7, 0.2), (0.6, 0.45)):
        page.touchscreen.tap(box["x"] + box["width"] * dx, box["y"] + box["height"] * dy)
        page.wait_for_timeout(350)  # two quick taps would be a double one
    assert page.locator(".atlas-vertex").count() == 3
    page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    page.locator(f"{BOX} dd", has_text="km²").wait_for()
    for button in page.locator(f"{BOX} button").all():
        assert button.bounding_box()["height"] >= 44
    context.close()


# --- the table --------------------------------------------------------------------------------


def column(page, key: str) -> list[str]:
    """Return a column's cells as shown, without their footnote marks."""
    return page.evaluate("""key => {
        const heads = [...document.querySelectorAll('[data-panel=table] thead th')];
        const at = heads.findIndex((head) => head.querySelector('button').dataset.key === key);
        return [...document.querySelectorAll('[data-panel=table] tbody tr')].map((row) => {
            const cell = row.children[at].cloneNode(true);
            for (const mark of cell.querySelectorAll('sup')) mark.remove();
            return cell.textContent;
        });
    }""", key)  # fmt: skip


def head(page, key: str):
    return page.locator(f"{PANEL} thead th:has(button[data-key='{key}'])")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_has_the_maps_metric_first_and_each_figure(open_map, watched, plans, lang):
    page = open_map(MapView(lang=lang, metric="tax_100m_yuan", period="2018"))
    page.locator(TABLE).click()
    assert page.locator(TABLE).get_attribute("aria-pressed") == "true"
    keys = page.eval_on_selector_all(
        f"{PANEL} thead button", "nodes => nodes.map((node) => node.dataset.key)"
    )
    others = [metric for metric in plans.mapped_metrics() if metric != "tax_100m_yuan"]
    assert keys == ["park", "kind", "tax_100m_yuan", *others]
    text = head(page, "tax_100m_yuan").inner_text()
    for part in ("2018", t("map.kind.actual", lang), t("tool.table.on_map", lang)):
        assert part in text
    assert page.locator(f"{PANEL} thead .atlas-on-map").count() == 1
    latest = plans.latest_period("output_100m_yuan")
    assert latest in head(page, "output_100m_yuan").inner_text()
    assert column(page, "park") == [park.short(lang) for park in plans.parks.values()]
    figure = plans.figure("xinzhuang", "tax_100m_yuan", "2018")
    assert column(page, "tax_100m_yuan")[0] == format_number(figure.value)
    land = column(page, "land_mu")
    about = t("tool.table.mark.about", lang, value="2,000")
    assert about in land and "760.1" in land
    factory = column(page, "factory_10k_m2")
    assert "0" in factory and "—" in factory, "a stated zero is no missing number"
    unstated = page.locator(f"{ROWS}[data-park=pujiang] td span[title]").first
    assert unstated.get_attribute("title") == t("tool.table.unstated", lang)
    notes = page.locator(".atlas-marks").inner_text()
    assert {"zh": "只含 闵行经济技术开发区 片区", "en": "Development Zone only"}[lang] in notes
    marks = page.locator(f"{PANEL} table sup").evaluate_all("all => all.map((n) => n.dataset.note)")
    assert {int(mark) for mark in marks} == set(range(1, 1 + notes.count("\n") + 1))
    assert "闵府发〔2021〕17号" in page.locator(".atlas-table-foot").inner_text()
    watched.assert_quiet()
    assert len(watched.requests) == 1


def test_sorting_keeps_missing_last_and_ties_in_order(open_map, watched, plans):
    page = open_map(MapView(lang="zh"))
    page.locator(TABLE).click()
    key = "factory_10k_m2"
    order = column(page, "park")
    button = head(page, key).locator("button")
    assert head(page, key).get_attribute("aria-sort") == "none"

    def values() -> list[float]:
        return [float(re.sub("[约, ]", "", text)) for text in column(page, key) if text != "—"]

    button.click()
    assert head(page, key).get_attribute("aria-sort") == "descending"
    assert values() == sorted(values(), reverse=True) and values()[0] == 204
    missing = column(page, key).index("—")
    assert set(column(page, key)[missing:]) == {"—"}
    left_out = [park for park in order if park in column(page, "park")[missing:]]
    assert column(page, "park")[missing:] == left_out, "ties in the plan's order"
    assert page.evaluate("document.activeElement.dataset.key") == key, "the focus stays"
    page.keyboard.press("Enter")
    assert head(page, key).get_attribute("aria-sort") == "ascending"
    assert values() == sorted(values()) and column(page, key)[missing] == "—"
    page.keyboard.press("Enter")
    assert column(page, "park") == order
    head(page, "park").locator("button").click()
    assert head(page, "park").get_attribute("aria-sort") == "ascending"
    assert column(page, "park") != order and sorted(column(page, "park")) == sorted(order)
    head(page, "kind").locator("button").click()
    assert column(page, "kind") == sorted(column(page, "kind"))
    watched.assert_quiet()


def test_table_and_map_choose_together(open_map, watched):
    page = open_map()
    page.locator(TABLE).click()
    page.locator(f"{ROWS}[data-park=zizhu] td").nth(1).click()
    assert page.locator(".atlas-card h2").inner_text() == "紫竹高新区"
    current = page.locator(f"{ROWS}[aria-current=true]")
    assert current.get_attribute("data-park") == "zizhu"
    assert page.locator("path.atlas-chosen").count() > 0
    # The last row's button, by keyboard: pans there and stays in the frame.
    page.locator(f"{ROWS}[data-park=aerospace] th button").focus()
    assert page.locator("path.atlas-hinted").count() == 2, "both zones of the park light up"
    page.keyboard.press("Enter")
    assert current.get_attribute("data-park") == "aerospace"
    # A click on the map marks the row and brings it into sight.
    page.locator("path.atlas-park[data-zone=xinzhuang]").dispatch_event("click")
    assert current.get_attribute("data-park") == "xinzhuang"
    inside = page.evaluate("""() => {
        const frame = document.querySelector('.atlas-table-frame').getBoundingClientRect();
        const row = document.querySelector('.atlas-table tr[aria-current]').getBoundingClientRect();
        return row.top >= frame.top && row.bottom <= frame.bottom;
    }""")
    assert inside
    page.locator(f"{ROWS}[data-park=maqiao]").hover()
    assert page.locator("path.atlas-hinted").get_attribute("data-zone") == "maqiao"
    page.locator(f"{PANEL} .atlas-panel-close").click()
    assert page.locator("path.atlas-hinted").count() == 0
    assert page.locator(TABLE).get_attribute("aria-pressed") == "false"
    watched.assert_quiet()


def test_all_years_of_the_metric_and_the_language_while_open(open_map, watched, plans):
    page = open_map(MapView(metric="output_100m_yuan", period="2019"))
    page.locator(TABLE).click()
    page.locator(f"{PANEL} input[data-key=years]").check()
    periods = plans.periods("output_100m_yuan")
    keys = page.eval_on_selector_all(
        f"{PANEL} thead button", "nodes => nodes.map((node) => node.dataset.key)"
    )
    assert keys[2:] == [f"output_100m_yuan/{period}" for period in periods]
    named = plans.metrics["output_100m_yuan"].short("zh")
    assert named in head(page, "output_100m_yuan/2016").inner_text(), "in every language's copy"
    assert head(page, "output_100m_yuan/2019").get_attribute("class") == "atlas-number atlas-on-map"
    head(page, "output_100m_yuan/2016").locator("button").click()
    rows = column(page, "park")
    page.locator(".atlas-language").click()
    assert page.locator(f"{PANEL} h2").inner_text() == t("tool.table", "en")
    assert page.locator(f"{PANEL} input[data-key=years]").is_checked()
    assert head(page, "output_100m_yuan/2016").get_attribute("aria-sort") == "descending"
    names = {park.zh: park.short_en for park in plans.parks.values()}
    assert column(page, "park") == [names[row] for row in rows]
    page.locator(f"{PANEL} input[data-key=years]").uncheck()
    assert head(page, "land_mu").count() == 1
    page.evaluate("location.hash = 'metric=land_mu'")
    page.wait_for_function("document.querySelectorAll('.atlas-table thead .atlas-on-map').length")
    assert page.locator(f"{PANEL} input[data-key=years]").count() == 0, "of one period"
    frame = page.locator(".atlas-wider")
    assert frame.count() == 1, "more columns are to the right"
    page.locator(".atlas-table-frame").evaluate("n => { n.scrollLeft = n.scrollWidth; }")
    frame.wait_for(state="detached")
    watched.assert_quiet()


def test_without_a_metric_there_is_no_column_of_the_map(open_map, watched):
    page = open_map(MapView(metric=None))
    page.locator(TABLE).click()
    assert page.locator(f"{PANEL} .atlas-on-map").count() == 0
    assert page.locator(f"{PANEL} input[data-key=years]").is_disabled()
    watched.assert_quiet()


@pytest.mark.parametrize("works", [True, False])
def test_copying_for_a_spreadsheet(open_map, watched, works):
    page = open_map()
    answer = "Promise.resolve(window.copied = text)" if works else "Promise.reject(new Error())"
    page.evaluate(f"""() => Object.defineProperty(navigator, 'clipboard',
        {{ value: {{ writeText: (text) => {answer} }} }})""")
    page.locator(TABLE).click()
    page.locator(f"{PANEL} [data-key=copy]").click()
    key = "tool.table.copied" if works else "tool.table.copy_by_hand"
    page.locator(".atlas-status", has_text=t(key, "zh")).wait_for(state="attached")
    if works:
        text = page.evaluate("window.copied")
    else:
        text = page.evaluate("getSelection().toString() || document.activeElement.value")
        assert page.evaluate("document.activeElement.className") == "atlas-copy"
        length = "document.activeElement.selectionEnd - document.activeElement.selectionStart"
        assert page.evaluate(length) == len(page.locator(".atlas-copy").input_value())
    lines = [line.split("\t") for line in text.split("\n")]
    assert lines[0][:3] == ["园区", "类别", "可用土地 (亩, 2021–2025, 估计)"]
    rows = {line[0]: line for line in lines[1:11]}
    assert rows["莘庄工业区"][2] == "760.1"
    pujiang = rows["临港浦江国际科技城"]
    assert pujiang[2] == "2000", "a number a spreadsheet reads"
    assert "可用土地 2021–2025: 约 2,000" in pujiang[-1]
    assert len({len(line) for line in lines[:11]}) == 1
    assert lines[-1][0].startswith("数据来源：") and "闵府发〔2021〕17号" in lines[-1][0]
    watched.assert_quiet()


# --- two parks --------------------------------------------------------------------------------


def line(page, name: str) -> list[str]:
    """Return the cells of a row of the comparison by the beginning of its heading."""
    rows = page.locator(".atlas-compare tbody tr").all()
    texts = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    return next(cells for cells in texts if cells[0].split("\n")[0] == name)


def test_a_comparison_is_of_what_is_printed_whatever_the_unit(open_map, plans):
    name, said = plans.metrics["land_mu"].short("zh"), []
    for unit in ("mu", "ha"):
        page = open_map(MapView(unit=unit, selected="xinzhuang"))
        page.locator(COMPARE).click()
        page.locator("select[data-key=b]").select_option("maqiao")
        said.append(line(page, name))
    assert said[1][1].startswith("50.67") and said[1][2].startswith("47.07")
    assert said[0][3] == said[1][3] == t("tool.compare.more", "zh", more="A", less="B", n="7.7")
    told = t("tool.table.converted", "zh", unit="亩")
    assert told in page.locator("[data-panel=compare]").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_parks_side_by_side(open_map, watched, plans, lang):
    page = open_map(MapView(lang=lang, selected="xinzhuang"))
    page.locator(COMPARE).click()
    assert page.locator("select[data-key=a]").input_value() == "xinzhuang", "the one chosen"
    assert t("tool.compare.hint", lang) in page.locator("[data-panel=compare]").inner_text()
    page.locator("path.atlas-park[data-zone=zizhu]").dispatch_event("click")
    assert page.locator("select[data-key=b]").input_value() == "zizhu"
    _, a, b, said = line(page, plans.metrics["land_mu"].short(lang))
    assert a.startswith("760.1") and b.startswith("690")
    more = t("tool.compare.more", lang, more="A", less="B", n="10")
    assert said == more, "that all of the first is industrial is a remark"
    _, a, b, said = line(page, plans.metrics["output_target_100m_yuan"].short(lang))
    assert a.startswith("1,125") and b.startswith("210")
    assert said == t("tool.compare.times", lang, more="A", less="B", n="5.4")
    factory = line(page, plans.metrics["factory_10k_m2"].short(lang))
    assert factory[2].startswith("0") and factory[3] == t("tool.compare.only_zero", lang, less="B")
    rnd = line(page, plans.metrics["land_rnd_mu"].short(lang))
    assert rnd[1] == rnd[2] == t("tool.compare.unstated", lang)
    assert rnd[3] == t("tool.compare.neither", lang)
    industries = line(page, t("map.card.industries", lang))
    assert plans.parks["zizhu"].industries[0].name(lang) in industries[3]
    assert line(page, t("map.card.position", lang))[1] == plans.parks["xinzhuang"].position.name(
        lang
    )
    zones = line(page, t("tool.compare.zones", lang))
    assert "19.38 km²" in zones[1] and t("map.card.confidence", lang, level="")[:2] in zones[1]
    # Bars are as long as their numbers.
    target = page.locator(".atlas-compare tbody tr", has_text="1,125")
    widths = target.locator(".atlas-bar").evaluate_all("n => n.map(b => b.style.width)")
    assert widths[0] == "100%" and float(widths[1][:-1]) == pytest.approx(100 * 210 / 1125, abs=0.1)
    outlined = page.locator("path.atlas-side-a, path.atlas-side-b")
    strokes = outlined.evaluate_all("nodes => nodes.map(n => n.getAttribute('stroke'))")
    assert len(strokes) == 2 == len(set(strokes))
    assert sorted(page.locator(".atlas-badge-map").all_inner_texts()) == ["A", "B"]
    assert "闵府发〔2021〕17号" in page.locator(".atlas-compare-sources").inner_text()
    page.locator("[data-key=swap]").click()
    assert page.locator("select[data-key=a]").input_value() == "zizhu"
    again = line(page, plans.metrics["output_target_100m_yuan"].short(lang))[3]
    assert again == t("tool.compare.times", lang, more="B", less="A", n="5.4")
    assert page.evaluate("document.activeElement.dataset.key") == "swap"
    page.keyboard.press("Escape")
    assert page.locator("[data-panel=compare]").is_hidden() and outlined.count() == 0
    assert page.evaluate("document.activeElement.dataset.tool") == "compare"
    watched.assert_quiet()
    assert len(watched.requests) == 1


def test_unlike_scopes_years_and_zones_are_not_compared_as_one(open_map, watched, plans):
    page = open_map()
    page.locator(COMPARE).click()
    page.locator("select[data-key=a]").select_option("metdz")
    page.locator("select[data-key=b]").select_option("aerospace")
    area = line(page, plans.metrics["planned_area_km2"].short("zh"))
    assert "5.13" in area[2] and " / 1" in area[2] and " / 4.13" in area[2]
    # Two whole parks; that the first includes the old industrial base is told by its note.
    times = t("tool.table.mark.about", "zh", value="2.7")
    assert area[3] == t("tool.compare.times", "zh", more="A", less="B", n=times)
    output = line(page, "工业总产值")
    assert output[3] == t("tool.compare.only", "zh", side="A")
    page.locator("select[data-key=b]").select_option("zizhu")
    output = line(page, "工业总产值")
    assert output[3] == t("tool.compare.scope", "zh"), "A's is of one zone only"
    row = page.locator(".atlas-compare tbody tr", has_text=output[0])
    assert row.locator(".atlas-bar").count() == 0
    assert (
        "只含 闵行经济技术开发区" in page.locator("[data-panel=compare] .atlas-marks").inner_text()
    )
    page.locator("select[data-key=b]").select_option("neobay")
    land = line(page, "可用土地")
    assert land[2].startswith("约 1,832") and land[3] == t("tool.compare.scope", "zh")
    page.locator("select[data-key=a]").select_option("zizhu")
    page.locator("select[data-key=b]").select_option("xiangyang")
    area = line(page, plans.metrics["planned_area_km2"].short("zh"))
    about = t("tool.table.mark.about", "zh", value="23")
    assert area[3] == t("tool.compare.more", "zh", more="B", less="A", n=about)
    page.locator("select[data-key=a]").select_option("xinzhuang")
    page.locator("select[data-key=b]").select_option("tech-oasis")
    assert line(page, "规划面积")[3] == t("tool.compare.scope", "zh"), "the community's area"
    watched.assert_quiet()


def test_figures_of_other_years_have_no_bars(open_map, watched, plans):
    """A park whose latest figure is older than the other's is not measured against it."""
    last = ("zizhu", "output_100m_yuan", "2025")
    gone = [f for f in plans.figures if (f.park_id, f.metric, f.period) != last]
    page = open_map(data=replace(plans, figures=gone))
    page.locator(COMPARE).click()
    page.locator("select[data-key=a]").select_option("xinzhuang")
    page.locator("select[data-key=b]").select_option("zizhu")
    output = line(page, "工业总产值")
    assert "2025" in output[1] and "2020" in output[2]
    assert output[3] == t("tool.compare.unlike", "zh")
    row = page.locator(".atlas-compare tbody tr", has_text=t("tool.compare.unlike", "zh"))
    assert row.locator(".atlas-bar").count() == 0
    watched.assert_quiet()


def test_the_years_are_drawn_with_their_gaps(open_map, watched, plans):
    page = open_map(MapView(lang="en"))
    page.locator(COMPARE).click()
    page.locator("select[data-key=a]").select_option("xinzhuang")
    page.locator("select[data-key=b]").select_option("maqiao")
    chart = page.locator(".atlas-chart svg")
    years = plans.periods("output_100m_yuan")
    assert chart.locator("circle").count() == len(years)
    # 2016 to 2020 are joined; 2025 stands alone.
    assert chart.locator("line:not(.atlas-grid)").count() == 4
    assert chart.locator("rect").count() == 0, "no line for a park without figures"
    label = chart.get_attribute("aria-label")
    assert "A Xinzhuang Industrial Park: 2016 964," in label and "2025 1,128.31" in label
    assert "B Maqiao AI Zone: not stated" in label
    assert {*years} <= set(chart.locator("text").all_text_contents())
    watched.assert_quiet()


def test_a_comparison_outlives_the_language_and_panels_take_turns(open_map, watched):
    page = open_map()
    page.locator(COMPARE).click()
    page.locator("select[data-key=a]").select_option("pujiang")
    page.locator("select[data-key=b]").select_option("maqiao")
    page.locator(".atlas-language").click()
    assert page.locator("select[data-key=a] option:checked").inner_text() == "Pujiang Sci-Tech City"
    assert page.locator(".atlas-compare thead").inner_text().count("Maqiao AI Zone") == 1
    page.locator(TABLE).click()
    assert page.locator("[data-panel=compare]").is_hidden()
    assert page.locator("path.atlas-side-a").count() == 0
    page.locator(COMPARE).click()
    assert page.locator("select[data-key=b]").input_value() == "maqiao"
    watched.assert_quiet()


def test_the_letters_on_the_map_leave_the_names_alone(open_map, watched):
    page = open_map()
    page.locator(COMPARE).click()
    covered = """() => {
        const box = (node) => node.getBoundingClientRect();
        const names = [...document.querySelectorAll('.atlas-label')]
            .filter(({ style }) => style.visibility === 'visible');
        const meet = (p, q) => p.left < q.right && q.left < p.right
            && p.top < q.bottom && q.top < p.bottom;
        return [...document.querySelectorAll('.atlas-badge-map')].flatMap(letter => names
            .filter(name => meet(box(letter), box(name))).map(name => name.textContent));
    }"""
    visible = """() => [...document.querySelectorAll('.atlas-label-park')]
        .filter(({ style }) => style.visibility === 'visible')
        .map(node => node.firstChild.textContent)"""
    for a, b in (("xinzhuang", "zizhu"), ("metdz", "neobay"), ("lianhua", "aerospace")):
        for side, park in (("a", a), ("b", b)):
            page.locator(f"select[data-key={side}]").select_option("")
            page.locator(f"select[data-key={side}]").select_option(park)
        assert page.locator(".atlas-badge-map").count() == 2
        assert page.evaluate(covered) == []
    page.locator(".atlas-zoom button").nth(1).click()
    page.wait_for_timeout(500)
    assert page.evaluate(covered) == []
    beside = page.evaluate(visible)
    page.keyboard.press("Escape")
    page.locator("[data-panel=compare] .atlas-panel-close").click()
    assert len(page.evaluate(visible)) >= len(beside) > 3, "the letters' room is given back"
    watched.assert_quiet()


def test_a_park_of_the_layout_without_a_row_is_no_side(open_map, watched):
    view = MapView(metric=None, scheme="one-axis-three-belts", parks=("maqiao", "pujiang"))
    page = open_map(view)
    page.locator(COMPARE).click()
    page.evaluate("location.hash = location.hash + '&park=zizhu'")
    page.wait_for_selector(".atlas-card:visible")
    assert page.locator("select[data-key=a]").input_value() == ""
    page.evaluate("location.hash = location.hash.replace('zizhu', 'maqiao')")
    page.wait_for_function("document.querySelector('select[data-key=a]').value === 'maqiao'")
    watched.assert_quiet()


# --- both -------------------------------------------------------------------------------------


def test_hostile_names_are_text_in_the_tools(open_map, watched, plans, boxes):
    parks = {**plans.parks, "zizhu": replace(plans.parks["zizhu"], zh=HOSTILE)}
    metrics = {**plans.metrics, "land_mu": replace(plans.metrics["land_mu"], short_zh=HOSTILE)}
    frame = boxes.copy()
    frame.loc["zizhu", "name_zh"] = HOSTILE
    page = open_map(data=replace(plans, parks=parks, metrics=metrics), frame=frame)
    page.evaluate("""() => Object.defineProperty(navigator, 'clipboard',
        { value: { writeText: (text) => Promise.resolve(window.copied = text) } })""")
    page.locator(TABLE).click()
    assert page.locator(f"{ROWS}[data-park=zizhu] th").inner_text().startswith("</script><img")
    page.locator(f"{PANEL} [data-key=copy]").click()
    copied = t("tool.table.copied", "zh")
    page.locator(".atlas-status", has_text=copied).wait_for(state="attached")
    lines = page.evaluate("window.copied").split("\n")
    assert len({text.count("\t") for text in lines[:11]}) == 1, "a tab in a name is no new cell"
    page.locator(COMPARE).click()
    page.locator("select[data-key=a]").select_option("zizhu")
    page.locator("select[data-key=b]").select_option("maqiao")
    assert "</script><img" in page.locator(".atlas-compare").inner_text()
    assert page.locator("#atlas img, #atlas a[href]").count() == 0
    assert page.evaluate("window.pwned") is None
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [(390, 844)], indirect=True)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_phone_nothing_runs_out_of_the_window(open_map, watched, lang):
    page = open_map(MapView(lang=lang, metric="output_100m_yuan"))
    wide = "document.documentElement.scrollWidth - innerWidth"
    for tool in (TABLE, COMPARE):
        page.locator(tool).click()
        if tool == COMPARE:
            page.locator("select[data-key=a]").select_option("metdz")
            page.locator("select[data-key=b]").select_option("neobay")
        assert page.evaluate(wide) <= 0
    table = page.locator(".atlas-compare").bounding_box()
    assert table["x"] >= 0 and table["x"] + table["width"] <= 390
    page.locator(TABLE).click()
    for control in page.locator(f"{PANEL} .atlas-panel-bar :is(button, label), .atlas-sort").all():
        assert control.bounding_box()["height"] >= 44
    page.locator(f"{ROWS}[data-park=metdz] th button").click()
    box = page.locator(".atlas-map").bounding_box()
    assert box["y"] + box["height"] > 200, "the map comes into sight"
    watched.assert_quiet()


def test_the_tools_work_over_a_layout(open_map, watched):
    page = open_map(MapView(metric=None, scheme="one-axis-three-belts"))
    page.locator(MEASURE).click()
    x, y = middle(page)
    for dx, dy in ((0, 0), (90, 10), (40, 90)):
        page.mouse.click(x + dx, y + dy)
    assert page.locator(".atlas-vertex").count() == 3
    assert page.locator(".atlas-card").is_hidden(), "a click opens no element's card"
    page.locator(f"{BOX} [data-act=leave]").click()
    page.locator(TABLE).click()
    assert page.locator(ROWS).count() == 10
    page.locator(f"{ROWS}[data-park=zizhu] th button").click()
    assert page.locator(".atlas-card h2").inner_text() == "紫竹高新区"
    page.locator(COMPARE).click()
    page.locator("select[data-key=b]").select_option("maqiao")
    assert (
        page.locator("path.atlas-side-a").count() == 1 == page.locator("path.atlas-side-b").count()
    )
    watched.assert_quiet()


def test_measuring_leaves_a_presentation_its_keys(open_map, watched):
    page = open_map()
    page.locator(MEASURE).click()
    page.mouse.click(*middle(page))
    page.locator("[data-tool=present]").click()
    assert page.locator(BOX).is_hidden(), "nothing else is on the screen"
    page.keyboard.press("Escape")
    page.wait_for_selector("#atlas:not(.atlas-presenting)")
    assert page.locator(BOX).is_visible() and page.locator(".atlas-vertex").count() == 1
    watched.assert_quiet()
