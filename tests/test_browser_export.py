"""The exported maps, opened from disk in a browser that has no network."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from geo.plans import load_boundaries
from layers.map_view import MapView, payload
from layers.page import app_shell, export_html
from layers.schemes import load_schemes

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><img src=x onerror=\"window.pwned=1\"><a href='javascript:window.pwned=1'>坏</a>"
)
HAN = re.compile(r"[\u4e00-\u9fff]")
VISIBLE_LABELS = """kind => [...document.querySelectorAll('.atlas-label-' + kind)]
    .filter(node => node.style.visibility === 'visible').map(node => node.textContent)"""
# Pairs of visible labels whose boxes overlap by more than a pixel; turned names are left out,
# because their boxes are larger than they are.
OVERLAPS = """() => {
    const shown = [...document.querySelectorAll('.atlas-label')].filter(node =>
        node.style.visibility === 'visible' && !node.style.transform.includes('rotate'));
    const boxes = shown.map(node => [node.textContent, node.getBoundingClientRect()]);
    return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
        Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 &&
        Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1).map(([b]) => [a, b]));
}"""


# A point of the window where a path is on top and can be hit.
INSIDE = """zone => {
    const path = document.querySelector(`path[data-zone=${zone}]`);
    const box = path.getBoundingClientRect();
    for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
        const x = box.left + box.width * i / 20, y = box.top + box.height * j / 20;
        if (document.elementFromPoint(x, y) === path) return [x, y];
    }
    return null;
}"""


def point_at(page, zone: str) -> tuple[float, float]:
    """Return where the pointer hits a zone; a zone is seldom in the middle of its own box."""
    spot = page.evaluate(INSIDE, zone)
    assert spot is not None, f"{zone} cannot be hit"
    return tuple(spot)


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture
def open_map(watched, plans, boundaries, tmp_path):
    """Write a view to disk, open it, return the page."""

    def opener(view: MapView, frame=None):
        path = tmp_path / "map.html"
        page = export_html(view, plans, boundaries if frame is None else frame)
        path.write_text(page, encoding="utf-8")
        watched.open(path)
        return watched.page

    return opener


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_parks_map_shows_polygons_legend_and_labels(open_map, watched, lang):
    page = open_map(MapView(lang=lang))
    assert page.locator("path.atlas-park").count() == 13
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
    legend = page.locator(".atlas-legend").inner_text()
    assert {"zh": "可用土地 (亩)", "en": "Available land (mu)"}[lang] in legend
    assert page.locator(".atlas-legend li").count() >= 5
    names = page.evaluate(VISIBLE_LABELS, "park")
    assert len(names) >= 10, names
    assert any({"zh": "莘庄工业区", "en": "Xinzhuang"}[lang] in name for name in names)
    assert bool(HAN.search("".join(names))) == (lang == "zh")
    foot = page.locator(".atlas-foot").inner_text()
    assert "OpenStreetMap" in foot and "Leaflet 1.9.3" in foot
    assert page.locator(".leaflet-control-attribution").count() == 0, "no prefix, no flag"
    assert {"zh": "示意图，不作为权属界线依据", "en": "not evidence of ownership"}[lang] in foot
    watched.assert_quiet()
    assert len(watched.requests) == 1, "the file itself and nothing else"


def test_clicking_a_park_shows_its_figures_and_sources(open_map, watched):
    page = open_map(MapView())
    page.mouse.click(*point_at(page, "xinzhuang"))
    card = page.locator(".atlas-card")
    text = card.inner_text()
    assert "莘庄工业区" in text
    for printed in ("760.1", "1,085.89", "127.22", "表1-1", "闵府发〔2021〕17号", "把握："):
        assert printed in text, printed
    status = page.locator("[role=status][aria-live=polite]")
    assert status.inner_text() == "莘庄工业区，四大园区", "said when the card opens"
    page.keyboard.press("Escape")
    assert card.is_hidden() and status.inner_text() == ""
    assert page.evaluate("document.activeElement.dataset.zone") == "xinzhuang"
    # Nothing pops up where the card was opened; what was there fades.
    page.wait_for_selector(".atlas-tip", state="detached", timeout=2_000)
    watched.assert_quiet()


def test_a_scheme_point_tells_on_what_ground_it_stands(open_map, watched):
    page = open_map(MapView(metric=None, scheme="one-axis-three-belts"))
    page.locator("path.atlas-member").nth(3).focus()
    tip = page.locator(".atlas-tip").inner_text()
    assert "片区：" in tip and "位置：近似；依据：" in tip
    watched.assert_quiet()


def test_a_clicked_sketch_gets_the_focus_back(open_map, watched):
    page = open_map(MapView(lang="en", metric=None, scheme="one-core-one-corridor"))
    page.locator("path.atlas-sketch[data-element=base-jiangchuan]").dispatch_event("click")
    name = "Jiangchuan Aerospace Base"
    assert page.locator("[role=status]").inner_text() == f"{name}, Node"
    page.locator(".atlas-close").click()
    assert page.evaluate("document.activeElement.dataset.element") == "base-jiangchuan"
    watched.assert_quiet()


def test_keyboard_reaches_a_park_and_returns_to_it(open_map, watched):
    page = open_map(MapView(lang="en"))
    park = page.locator("path.atlas-park[data-zone=zizhu]")
    assert "690 mu" in park.get_attribute("aria-label")
    park.focus()
    assert "690 mu" in page.locator(".atlas-tip").inner_text()
    page.keyboard.press("Enter")
    assert page.locator(".atlas-card h2").inner_text().startswith("Zizhu")
    assert page.evaluate("document.activeElement.className") == "atlas-close"
    page.keyboard.press("Enter")
    assert page.locator(".atlas-card").is_hidden()
    assert page.evaluate("document.activeElement.dataset.zone") == "zizhu"
    watched.assert_quiet()


def test_zero_and_no_data_are_drawn_apart(open_map, watched):
    page = open_map(MapView(metric="factory_10k_m2"))
    fill = "zone => document.querySelector(`path[data-zone=${zone}]`).getAttribute('fill')"
    assert page.evaluate(fill, "zizhu") == "#ffffff"
    assert page.evaluate(fill, "pujiang") == "url(#atlas-hatch)"
    assert "无数据" in page.locator(".atlas-legend").inner_text()
    page.mouse.move(*point_at(page, "pujiang"))
    assert "无数据" in page.locator(".atlas-tip").inner_text()
    watched.assert_quiet()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ("one-axis-three-belts", {"zh": "产业生态创新发展轴", "en": "Industrial innovation axis"}),
        (
            "one-core-one-corridor",
            {"zh": "江川航天产业基地", "en": "Jiangchuan Aerospace Base"},
        ),
    ],
)
def test_schemes_are_drawn_as_sketches(open_map, watched, scheme, names, lang):
    page = open_map(MapView(lang=lang, metric=None, scheme=scheme))
    assert page.locator("path.atlas-sketch").count() >= 3
    assert any(names[lang] in text for text in page.evaluate(VISIBLE_LABELS, "sketch"))
    assert names[lang] in page.locator(".atlas-legend").inner_text()
    dashes = page.eval_on_selector_all(
        "path.atlas-sketch[fill]:not([fill=none])",
        "nodes => nodes.filter(n => n.getAttribute('fill-opacity') < 1)"
        ".map(n => n.getAttribute('stroke-dasharray'))",
    )
    assert dashes and all(dashes), "every sketched area has a dashed edge"
    # A click on an element tells how it was drawn and where it is from.
    page.locator("path.atlas-sketch").last.dispatch_event("click")
    text = page.locator(".atlas-card").inner_text()
    assert {"zh": "作法", "en": "How it was drawn"}[lang] in text
    assert {"zh": "出处", "en": "Source"}[lang] in text
    watched.assert_quiet()
    assert len(watched.requests) == 1


def test_legend_goes_and_comes_with_its_layer(open_map, watched):
    page = open_map(MapView(scheme="one-core-one-corridor"))
    section = page.locator(".atlas-legend-section[data-layer=parks]")
    box = page.locator("input[data-layer=parks]")
    box.uncheck()
    assert section.count() == 0 and page.locator("path.atlas-park").count() == 0
    assert page.evaluate(VISIBLE_LABELS, "park") == []
    assert page.locator("path.atlas-sketch").count() > 0
    box.check()
    assert section.count() == 1 and page.locator("path.atlas-park").count() == 13
    page.locator("input[data-layer=scheme]").uncheck()
    assert page.locator("path.atlas-sketch").count() == 0
    page.locator("input[data-layer=names]").uncheck()
    assert page.evaluate(VISIBLE_LABELS, "town") == []
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [(1366, 768), (820, 1100), (390, 844)], indirect=True)
@pytest.mark.parametrize("scheme", [None, "one-axis-three-belts"])
def test_nothing_overlaps_at_any_size(open_map, watched, scheme):
    page = open_map(MapView(metric=None if scheme else "land_mu", scheme=scheme))
    for _ in range(3):
        assert page.evaluate(OVERLAPS) == []
        page.get_by_role("button", name="放大").click()
        page.wait_for_timeout(400)
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, "nothing runs out of the window sideways"
    box = page.locator(".atlas-map").bounding_box()
    assert box["width"] > 300 and box["height"] > 300
    watched.assert_quiet()


def test_hostile_names_run_nothing(open_map, watched, boxes, monkeypatch):
    frame = boxes.copy()
    frame.loc["zizhu", "name_zh"] = HOSTILE
    frame.loc["zizhu", "clause"] = HOSTILE
    frame.at["zizhu", "unresolved"] = [HOSTILE]
    name = "one-core-one-corridor"
    schemes = load_schemes()
    schemes[name] = replace(schemes[name], zh=HOSTILE)
    monkeypatch.setattr("layers.document.load_schemes", lambda **_: schemes)
    page = open_map(MapView(scheme=name, selected="zizhu"), frame)
    page.mouse.move(*point_at(page, "zizhu"))
    assert HOSTILE in page.locator(".atlas-tip").inner_text()
    assert HOSTILE in page.locator(".atlas-card").inner_text()
    assert page.locator("h1").inner_text().endswith(HOSTILE)
    assert page.locator("#atlas img, #atlas a[href]").count() == 0
    assert page.evaluate("window.pwned") is None
    watched.assert_quiet()


def test_policy_stops_a_foreign_script(open_map, watched):
    page = open_map(MapView())
    page.evaluate(
        "() => { const s = document.createElement('script');"
        " s.textContent = 'window.pwned = 1'; document.body.append(s); }"
    )
    assert page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in text for text in watched.errors)


HOST = """<!DOCTYPE html><meta charset="utf-8"><iframe src="shell.html" width="900" height="640">
</iframe><script>
  window.heard = [];
  window.addEventListener("message", (event) => window.heard.push(event.data));
  window.send = (args) => document.querySelector("iframe").contentWindow
    .postMessage({type: "streamlit:render", args}, "*");
</script>"""


@pytest.fixture
def component(watched, tmp_path: Path):
    """The app's map component inside a page that speaks Streamlit's protocol."""
    (tmp_path / "shell.html").write_text(app_shell(), encoding="utf-8")
    (tmp_path / "host.html").write_text(HOST, encoding="utf-8")
    page = watched.page
    page.goto((tmp_path / "host.html").as_uri())
    ready = "heard.some(m => m.type === 'streamlit:componentReady' && m.apiVersion === 1)"
    page.wait_for_function(ready)
    return page


def test_component_draws_what_it_is_sent_and_reports_clicks(component, watched, plans, boundaries):
    page = component
    frame = page.frames[1]

    def send(view: MapView, count: int) -> None:
        data = json.loads(json.dumps(payload(view, plans, boundaries)))
        page.evaluate("args => send(args)", {"payload": data, "height": 600})
        frame.wait_for_selector(f"#atlas[data-ready='{count}']")

    send(MapView(), 1)
    assert frame.locator("path.atlas-park").count() == 13
    heights = "heard.filter(m => m.type === 'streamlit:setFrameHeight').map(m => m.height)"
    assert page.evaluate(heights)[-1] == 600
    frame.locator("path.atlas-park[data-zone=aerospace-2]").dispatch_event("click")
    page.wait_for_function("heard.some(m => m.type === 'streamlit:setComponentValue')")
    message = page.evaluate("heard.find(m => m.type === 'streamlit:setComponentValue')")
    assert message["isStreamlitMessage"] is True and message["dataType"] == "json"
    assert message["value"] == {"zone": "aerospace-2", "park": "aerospace", "seq": 1}
    assert "航天" in frame.locator(".atlas-card h2").inner_text()
    assert frame.locator(".atlas-software").is_hidden(), "the notice is in its source"

    # The app's answer to a click draws the parks anew: the focus stays on the card, and closing it
    # returns to the park as it is drawn now.
    frame.locator("path.atlas-park[data-zone=zizhu]").focus()
    frame.locator("path.atlas-park[data-zone=zizhu]").press("Enter")
    page.wait_for_function("heard.some(m => m.value && m.value.zone === 'zizhu')")
    send(MapView(selected="zizhu"), 2)
    assert frame.evaluate("document.activeElement.className") == "atlas-close"
    frame.locator(".atlas-close").press("Enter")
    assert frame.evaluate("document.activeElement.dataset.zone") == "zizhu"
    frame.locator("path.atlas-park[data-zone=aerospace-2]").dispatch_event("click")

    # Another metric, fewer parks, the other language: in place, without moving the map.
    frame.get_by_role("button", name="放大").click()
    page.wait_for_timeout(500)
    scale = frame.locator(".leaflet-control-scale-line").inner_text()
    send(MapView(lang="en", metric="tax_100m_yuan", parks=("zizhu", "aerospace")), 3)
    assert frame.locator("path.atlas-park").count() == 3
    assert frame.locator(".leaflet-control-scale-line").inner_text() == scale
    assert frame.locator("html").get_attribute("lang") == "en"
    assert "Shanghai Aerospace" in frame.locator(".atlas-card h2").inner_text(), "still open"

    # A scheme has an extent of its own.
    send(MapView(lang="en", metric=None, scheme="one-axis-three-belts"), 4)
    assert frame.locator(".leaflet-control-scale-line").inner_text() != scale
    assert frame.locator("path.atlas-sketch").count() > 5
    # What the app selects opens its card.
    send(MapView(lang="en", metric=None, scheme="one-axis-three-belts", selected="zizhu"), 5)
    assert frame.locator(".atlas-card h2").inner_text().startswith("Zizhu")
    watched.assert_quiet()


def test_component_ignores_messages_that_are_not_the_apps(component, watched):
    frame = component.frames[1]
    component.evaluate("() => send({})")
    frame.evaluate("() => window.postMessage({type: 'streamlit:render', args: {payload: {}}}, '*')")
    component.wait_for_timeout(200)
    assert frame.locator("#atlas[data-ready]").count() == 0
    watched.assert_quiet()
