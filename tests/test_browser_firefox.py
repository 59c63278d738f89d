"""The exported maps in a real Firefox, opened from disk without a network."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest

from geo.plans import load_boundaries
from layers.map_view import MapView
from layers.page import export_html

pytestmark = pytest.mark.browser

LARGEST = "one-axis-three-belts"
# Colours on the basemap's canvas, counted on a grid: an empty one has one of them.
COLOURS = """() => {
    const canvas = document.querySelector("#map canvas"), seen = new Set();
    const at = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < at.length; i += 4 * 37) seen.add(at.slice(i, i + 4).join());
    return seen.size;
}"""
# Drawn paths that have no size, by their place in the page.
EMPTY = """selector => [...document.querySelectorAll(selector)].map((path, i) => [i, path])
    .filter(([, path]) => path.getBoundingClientRect().width < 2).map(([i]) => i)"""
LABELS = """kind => [...document.querySelectorAll(".atlas-label-" + kind)]
    .filter(node => node.style.visibility === "visible").map(node => node.textContent)"""
# A point of the window where a path is on top and can be hit.
INSIDE = """selector => {
    const path = document.querySelector(selector), box = path.getBoundingClientRect();
    for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
        const x = box.left + box.width * i / 20, y = box.top + box.height * j / 20;
        if (document.elementFromPoint(x, y) === path) return [x, y];
    }
    return null;
}"""
CARD = "document.querySelector('.atlas-card')"


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """Return width and height of each page in points; its objects may be packed."""
    assert pdf.startswith(b"%PDF-")
    for packed in re.findall(rb"/ObjStm.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        pdf += zlib.decompressobj().decompress(packed)
    boxes = re.findall(rb"/Type */Page\b.*?/MediaBox *\[ *0 0 ([\d.]+) ([\d.]+)", pdf, re.DOTALL)
    return [(float(width), float(height)) for width, height in boxes]


def choose(firefox, selector: str, value: str) -> None:
    """Choose in a list, as a reader's choice tells the page of it."""
    firefox.evaluate(
        "([selector, value]) => { const list = document.querySelector(selector);"
        " list.value = value; list.dispatchEvent(new Event('change', {bubbles: true})); }",
        [selector, value],
    )


@pytest.fixture(scope="module")
def written(plans, tmp_path_factory):
    """Write a view to disk, once, and return the file."""
    folder, boundaries, known = tmp_path_factory.mktemp("maps"), load_boundaries(), {}

    def writer(view: MapView) -> Path:
        if view not in known:
            known[view] = folder / f"{len(known)}.html"
            page = export_html(view, plans, boundaries)
            known[view].write_text(page, encoding="utf-8")
        return known[view]

    return writer


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parks_page_is_drawn_and_a_click_opens_a_card(firefox, written, lang):
    firefox.open(written(MapView(lang=lang)))
    assert firefox.evaluate("document.querySelectorAll('path.atlas-park').length") == 13
    assert firefox.evaluate(EMPTY, "path.atlas-park") == []
    assert firefox.evaluate(COLOURS) > 20
    names = firefox.evaluate(LABELS, "park")
    assert len(names) >= 10, names
    assert {"zh": "可用土地 (亩)", "en": "Available land (mu)"}[lang] in firefox.text(
        ".atlas-legend"
    )
    firefox.click(*firefox.evaluate(INSIDE, "path[data-zone=xinzhuang]"))
    firefox.wait_for(f"!{CARD}.hidden")
    text = firefox.text(".atlas-card")
    assert {"zh": "莘庄工业区", "en": "Xinzhuang"}[lang] in text and "1,085.89" in text
    firefox.press("Escape")
    firefox.wait_for(f"{CARD}.hidden")
    assert firefox.evaluate("document.activeElement.dataset.zone") == "xinzhuang"
    firefox.assert_quiet()


def test_the_keyboard_opens_and_closes_a_card(firefox, written):
    firefox.open(written(MapView()))
    firefox.evaluate("document.querySelector('path[data-zone=zizhu]').focus()")
    assert "690 亩" in firefox.text(".atlas-tip")
    firefox.press("Enter")
    firefox.wait_for("document.activeElement.className === 'atlas-close'")
    firefox.press("Enter")
    firefox.wait_for(f"{CARD}.hidden")
    assert firefox.evaluate("document.activeElement.dataset.zone") == "zizhu"
    firefox.assert_quiet()


def test_the_largest_layout_is_drawn_and_a_click_opens_an_element(firefox, written):
    firefox.open(written(MapView(metric=None, scheme=LARGEST)))
    assert firefox.evaluate("document.querySelectorAll('path.atlas-sketch').length") >= 12
    assert len(firefox.evaluate(LABELS, "sketch")) >= 8
    assert firefox.evaluate(COLOURS) > 10
    belt = firefox.evaluate("document.querySelector('.atlas-mark-belt').dataset.element")
    firefox.click(*firefox.evaluate(INSIDE, f"path[data-element={belt}]"))
    firefox.wait_for(f"!{CARD}.hidden")
    assert "作法" in firefox.text(".atlas-card")
    firefox.assert_quiet()


def test_metric_year_and_language_are_switched(firefox, written):
    firefox.open(written(MapView()))
    fills = "[...document.querySelectorAll('path.atlas-park')].map(p => p.getAttribute('fill'))"
    before = firefox.evaluate(fills)
    choose(firefox, "#atlas-choice-metric", "tax_100m_yuan")
    assert firefox.evaluate(fills) != before
    title = firefox.text(".atlas-legend h3")
    choose(firefox, "#atlas-choice-period", "2019")
    assert "2019" in firefox.text(".atlas-legend h3") != title
    firefox.click_on(".atlas-language")
    firefox.wait_for("document.documentElement.lang === 'en'")
    assert "Tax" in firefox.text(".atlas-legend h3")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in firefox.text(".atlas-legend"))
    assert "lang=en" in firefox.evaluate("location.hash")
    firefox.assert_quiet()


def test_an_address_opens_a_choice_and_the_search_a_park(firefox, written):
    firefox.open(written(MapView()), "#lang=en&metric=tax_100m_yuan&period=2019")
    assert "2019" in firefox.text(".atlas-legend h3")
    firefox.click_on(".atlas-search input")
    for letter in "zizhu":
        firefox.press(letter)
    firefox.wait_for("document.querySelectorAll('[role=option]').length > 0")
    firefox.press("Enter")
    firefox.wait_for(f"!{CARD}.hidden")
    assert firefox.text(".atlas-card h2").startswith("Zizhu")
    firefox.assert_quiet()


def test_table_comparison_and_measuring_open(firefox, written):
    firefox.open(written(MapView()))
    firefox.click_on("[data-tool=table]")
    firefox.wait_for("!document.querySelector('[data-panel=table]').hidden")
    assert firefox.evaluate("document.querySelectorAll('.atlas-table tbody tr').length") == 10
    first = firefox.text(".atlas-table tbody tr")
    firefox.click_on(".atlas-sort")
    if firefox.text(".atlas-table tbody tr") == first:  # it was in that order
        firefox.click_on(".atlas-sort")
    assert firefox.text(".atlas-table tbody tr") != first
    firefox.click_on("[data-tool=compare]")
    firefox.wait_for("!document.querySelector('[data-panel=compare]').hidden")
    assert firefox.evaluate("document.querySelector('[data-panel=table]').hidden")
    firefox.press("Escape")
    firefox.wait_for("document.querySelector('[data-panel=compare]').hidden")
    firefox.click_on("[data-tool=measure]")
    for x, y in ((300, 200), (500, 200)):
        firefox.click(x, y)
    firefox.wait_for("/ (km|千米|公里)/.test(document.querySelector('.atlas-measure').innerText)")
    firefox.assert_quiet()


def test_a_presentation_goes_on_and_ends(firefox, written):
    firefox.open(written(MapView()))
    firefox.evaluate("document.querySelector('#map').focus()")
    firefox.press("p")
    firefox.wait_for("document.querySelector('#atlas').dataset.stop === '1'")
    firefox.press("ArrowRight")
    firefox.wait_for("document.querySelector('#atlas').dataset.stop === '2'")
    assert firefox.evaluate("document.querySelector('path.atlas-now') !== null")
    firefox.press("Escape")
    firefox.wait_for("!document.querySelector('.atlas-presenting')")
    firefox.assert_quiet()


@pytest.mark.parametrize("firefox", [(390, 844)], indirect=True)
def test_a_narrow_window_scrolls_down_and_not_sideways(firefox, written):
    firefox.open(written(MapView()))
    wide, high = firefox.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert wide <= 390 and high > 844
    box = firefox.evaluate("document.querySelector('#map').getBoundingClientRect().toJSON()")
    assert box["width"] > 300 and box["height"] > 300
    firefox.assert_quiet()


def test_it_prints_on_one_landscape_page_and_stays_as_it_was(firefox, written):
    firefox.open(written(MapView()))
    before = firefox.evaluate("document.querySelector('#map').getBoundingClientRect().toJSON()")
    ((width, height),) = pages_of(firefox.pdf())
    assert width > height
    after = firefox.evaluate("document.querySelector('#map').getBoundingClientRect().toJSON()")
    assert after == before
    firefox.assert_quiet()


def test_what_a_page_may_not_do_is_noticed(firefox, written, tmp_path):
    """The watch itself: refused scripts, errors, and requests are seen."""
    firefox.open(written(MapView()))
    firefox.evaluate(
        "() => { const s = document.createElement('script');"
        " s.textContent = 'window.pwned = 1'; document.body.append(s); }"
    )
    assert firefox.evaluate("window.pwned ?? null") is None
    with pytest.raises(AssertionError, match="Content-Security-Policy"):
        firefox.assert_quiet()
    loud = tmp_path / "loud.html"
    loud.write_text(
        "<!DOCTYPE html><meta charset=utf-8><p id=it>x</p>"
        "<img src='https://example.invalid/a.png'><script>nothing.here</script>"
    )
    firefox.open(loud, wait="#it")
    assert firefox.requests == ["https://example.invalid/a.png"]
    assert any("nothing is not defined" in text for text in firefox.errors)
