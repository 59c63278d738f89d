"""The layouts' maps in a browser: signs, legend, cards, labels, and maps that move together."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from geo.plans import load_boundaries
from layers.page import MapView, app_shell, export_html, payload
from layers.schemes import load_schemes

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><img src=x onerror=\"window.pwned=1\"><a href='javascript:window.pwned=1'>坏</a>"
)
FEW = "one-axis-two-cores-two-rings"
MANY = "one-axis-three-belts"
# Pairs of visible labels that overlap by more than a pixel: a turned name is taken as the squares
# along it, for the box around it is larger than it is.
OVERLAPS = """() => {
    const squares = node => {
        const box = node.getBoundingClientRect();
        const rotate = node.style.transform.match(/rotate\\((.+)deg\\)/);
        const turn = rotate ? rotate[1] * Math.PI / 180 : 0;
        if (!turn) return [[box.left, box.top, box.right, box.bottom]];
        const wide = node.offsetWidth, high = node.offsetHeight;
        const count = Math.round(wide / high) || 1;
        return [...Array(count).keys()].map(i => {
            const along = ((i + 0.5) / count - 0.5) * wide;
            const x = (box.left + box.right) / 2 + along * Math.cos(turn);
            const y = (box.top + box.bottom) / 2 + along * Math.sin(turn);
            return [x - high / 2, y - high / 2, x + high / 2, y + high / 2];
        });
    };
    const meet = ([a, b, c, d], [e, f, g, h]) =>
        Math.min(c, g) - Math.max(a, e) > 1 && Math.min(d, h) - Math.max(b, f) > 1;
    const shown = [...document.querySelectorAll('.atlas-label')]
        .filter(node => node.style.visibility === 'visible')
        .map(node => [node.textContent, squares(node)]);
    return shown.flatMap(([a, p], i) => shown.slice(i + 1)
        .filter(([, q]) => p.some(one => q.some(other => meet(one, other)))).map(([b]) => [a, b]));
}"""
# Names of elements that are drawn and have no visible label wholly inside the map.
UNNAMED = """() => {
    const data = JSON.parse(document.querySelector('#atlas-data').textContent);
    const names = data.sketches.filter(item => item.form).map(item => item.name);
    const map = document.querySelector('#map').getBoundingClientRect();
    const shown = [...document.querySelectorAll('.atlas-label-sketch')].filter(node => {
        const box = node.getBoundingClientRect();
        return node.style.visibility === 'visible' && box.left >= map.left && box.right <= map.right
            && box.top >= map.top && box.bottom <= map.bottom;
    }).map(node => node.textContent);
    return names.filter(name => !shown.includes(name));
}"""


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture
def open_map(watched, plans, boundaries, tmp_path):
    """Write a view to disk, open it, return the page."""

    def opener(view: MapView):
        path = tmp_path / "map.html"
        path.write_text(export_html(view, plans, boundaries), encoding="utf-8")
        watched.open(path)
        return watched.page

    return opener


def sketches(view: MapView, plans, boundaries) -> dict[str, dict]:
    """The elements a view draws, by id."""
    return {item["id"]: item for item in payload(view, plans, boundaries)["sketches"]}


@pytest.mark.parametrize("watched", [(1366, 768), (1100, 700)], indirect=True)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_element_is_named_and_no_label_meets_another(open_map, watched, plans, lang):
    for scheme in load_schemes(plans=plans):
        page = open_map(MapView(lang=lang, metric=None, scheme=scheme))
        assert page.evaluate(UNNAMED) == [], scheme
        assert page.evaluate(OVERLAPS) == [], scheme
        assert len(watched.requests) == 1, "the file itself and nothing else"
        watched.requests.clear()
    watched.assert_quiet()


def test_each_role_has_its_sign(open_map, watched):
    page = open_map(MapView(metric=None, scheme=FEW))
    heads = page.locator("path.atlas-head-of-line")
    assert heads.count() == 2, "an axis of a road and a metro line has two ends"
    ends = heads.evaluate_all("nodes => nodes.map(n => n.getAttribute('marker-end'))")
    assert all(page.locator(end[4:-1]).count() == 1 for end in ends), ends
    rings = page.locator("path.atlas-sketch.atlas-mark-ring")
    outlines = rings.evaluate_all(
        "nodes => nodes.map(n => n.getAttribute('d').split('M').length - 1)"
    )
    assert len(outlines) == 2
    assert max(outlines) >= 2, "a ring has a hole, unless the district's edge cuts it open"
    # A core of parks has an edge above theirs; every edge of an area is dashed.
    assert page.locator("path.atlas-edge-above[stroke-dasharray]").count() == 2
    page = open_map(MapView(metric=None, scheme=MANY))
    pins = page.locator("path.atlas-sketch.atlas-mark-pin")
    assert pins.count() == 5
    box = pins.first.bounding_box()
    assert box["height"] > 1.3 * box["width"], "a pin points down at its place"
    areas = page.locator("path.atlas-sketch:is(.atlas-mark-belt, .atlas-mark-patch)")
    looks = areas.evaluate_all(
        "nodes => nodes.map(n => ['stroke-dasharray', 'fill-opacity'].map(a => n.getAttribute(a)))"
    )
    assert len(looks) == 6
    assert all(dash and float(fill) < 0.4 for dash, fill in looks)
    watched.assert_quiet()


def test_the_legend_opens_an_elements_card_and_brings_it_into_view(open_map, watched):
    page = open_map(MapView(metric=None, scheme=MANY))
    assert page.locator(".atlas-legend-section").first.get_attribute("data-layer") == "scheme"
    headings = page.locator(".atlas-legend h4").all_inner_texts()
    assert len(headings) == 3, headings
    for _ in range(3):
        page.get_by_role("button", name="放大", exact=True).click()
        page.wait_for_timeout(350)
    label = ".atlas-label-sketch:has-text('临港新片区')"
    assert page.locator(label).evaluate("node => node.style.visibility") == "hidden"
    page.locator(".atlas-entry[data-element=lingang]").click()
    card = page.locator(".atlas-card")
    text = card.inner_text()
    for words in ("临港新片区", "片区", "作法", "出处", "规划所列成员", "生命蓝湾"):
        assert words in text, words
    assert page.locator(label).evaluate("node => node.style.visibility") == "visible"
    chosen = page.locator("path.atlas-sketch.atlas-open")
    assert chosen.get_attribute("data-element") == "lingang"
    # One member unfolds without the others.
    page.locator("[data-member='生命蓝湾'] > details > summary").click()
    assert page.locator("[data-member='生命蓝湾'] .atlas-where").is_visible()
    assert page.locator(".atlas-where:visible").count() == 1
    watched.assert_quiet()


def test_a_dot_opens_its_elements_card_at_its_members(open_map, watched, plans, boundaries):
    view = MapView(lang="en", metric=None, scheme=MANY)
    item = sketches(view, plans, boundaries)["belt-bay"]
    merged = max(item["dots"], key=lambda dot: len(dot[2]))
    assert len(merged[2]) > 1
    page = open_map(view)
    dots = page.locator("path.atlas-member[data-element=belt-bay]")
    which = next(
        i for i in range(dots.count())
        if dots.nth(i).get_attribute("aria-label").startswith(", ".join(merged[2]))
    )  # fmt: skip
    dots.nth(which).focus()
    tip = page.locator(".atlas-tip").inner_text()
    assert all(name in tip for name in merged[2]) and item["name"] in tip and merged[3] in tip
    page.keyboard.press("Enter")
    assert page.locator(".atlas-card h2").inner_text() == item["name"]
    sought = page.locator(".atlas-sought").evaluate_all("nodes => nodes.map(n => n.dataset.member)")
    assert sorted(sought) == sorted(merged[2])
    assert page.locator(".atlas-sought > details[open]").count() == len(merged[2])
    assert page.locator(".atlas-quote").inner_text() == item["card"]["quote"]
    watched.assert_quiet()


def test_a_member_opens_its_parks_card_and_back_returns(open_map, watched):
    page = open_map(MapView(metric=None, scheme=MANY))
    page.locator(".atlas-entry[data-element=belt-west]").focus()
    page.keyboard.press("Enter")
    name = page.locator(".atlas-card h2").inner_text()
    assert page.evaluate("document.activeElement.className") == "atlas-close"
    button = page.locator(".atlas-open-park[data-park=xinzhuang]")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator(".atlas-card h2").inner_text() == "莘庄工业区"
    assert "1,085.89" in page.locator(".atlas-card").inner_text(), "the park's own card"
    assert page.locator("path.atlas-chosen").count() == 1
    assert name in page.locator(".atlas-back").inner_text()
    assert page.evaluate("document.activeElement.className") == "atlas-back"
    page.keyboard.press("Enter")
    assert page.locator(".atlas-card h2").inner_text() == name
    assert page.evaluate("document.activeElement.dataset.park") == "xinzhuang"
    page.keyboard.press("Escape")
    assert page.locator(".atlas-card").is_hidden()
    assert page.evaluate("document.activeElement.dataset.element") == "belt-west"
    watched.assert_quiet()


def test_what_has_no_place_is_in_the_legend_with_its_card(open_map, watched, plans, boundaries):
    view = MapView(metric=None, scheme="ai-one-axis-three-areas", element="axis")
    items = sketches(view, plans, boundaries)
    nowhere = [key for key, item in items.items() if not item["form"]]
    assert len(nowhere) == 8
    page = open_map(replace(view, element=nowhere[0]))
    assert page.locator(".atlas-card h2").inner_text() == items[nowhere[0]]["name"], "asked for"
    assert "位置无据，未落图" in page.locator(".atlas-card-body").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".atlas-unplaced").count() == 8
    assert "位置无据，未落图" in page.locator(".atlas-legend").inner_text()
    page.locator(f".atlas-entry[data-element={nowhere[-1]}]").click()
    assert page.locator(".atlas-card h2").inner_text() == items[nowhere[-1]]["name"]
    watched.assert_quiet()


def test_an_industry_leaves_the_other_parks_faint(open_map, watched):
    page = open_map(MapView(metric=None, industry="biomedicine"))
    looks = page.locator("path.atlas-park").evaluate_all(
        "nodes => nodes.map(n => Number(n.getAttribute('fill-opacity')))"
    )
    assert min(looks) < 0.1
    assert page.evaluate(OVERLAPS) == []
    watched.assert_quiet()


def test_hostile_words_run_nothing(open_map, watched, monkeypatch):
    schemes = load_schemes()
    scheme = schemes[MANY]
    first = scheme.elements[1]
    member = replace(first.members[0], zh=HOSTILE, note_zh=HOSTILE)
    bad = replace(
        first, zh=HOSTILE, quote=HOSTILE, how_zh=HOSTILE, decision_zh=HOSTILE,
        locator=HOSTILE, members=(member, *first.members[1:]),
    )  # fmt: skip
    elements = (scheme.elements[0], bad, *scheme.elements[2:])
    schemes[MANY] = replace(scheme, zh=HOSTILE, elements=elements)
    monkeypatch.setattr("layers.page.load_schemes", lambda **_: schemes)
    page = open_map(MapView(metric=None, scheme=MANY, element=first.id))
    assert page.locator(".atlas-card").inner_text().count(HOSTILE) >= 4
    assert HOSTILE in page.locator(".atlas-legend").inner_text()
    page.locator(f"path.atlas-sketch[data-element={first.id}]").focus()
    assert HOSTILE in page.locator(".atlas-tip").first.inner_text()
    page.wait_for_timeout(100)
    assert page.locator("#atlas img, #atlas a[href]").count() == 0
    assert page.evaluate("window.pwned") is None
    watched.assert_quiet()


HOST = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<iframe name="a" src="shell.html" width="500" height="640"></iframe>
<iframe name="b" src="shell.html" width="500" height="640"></iframe><script>
  window.heard = [];
  window.addEventListener("message", (event) => window.heard.push(event.data));
  window.send = (frame, args) => document.querySelector(`iframe[name=${frame}]`).contentWindow
    .postMessage({type: "streamlit:render", args}, "*");
</script>"""
# What a frame's map shows: the position of one fixed thing on it, and its scale. `atlas` counts the
# messages that its maps send each other.
SEEN = """() => {
    const map = document.querySelector('#map').getBoundingClientRect();
    const park = document.querySelector('path.atlas-park[data-zone=xinzhuang]');
    const box = park.getBoundingClientRect();
    return [box.left - map.left, box.top - map.top, box.width].map(Math.round);
}"""


class Pair:
    """Two map frames of one page that speaks Streamlit's protocol, both from one address."""

    def __init__(self, page, plans, boundaries) -> None:
        self.page, self.plans, self.boundaries = page, plans, boundaries
        bodies = {"shell.html": app_shell(), "host.html": HOST}
        page.route(
            "http://localhost/*",
            lambda route: route.fulfill(
                body=bodies[route.request.url.rsplit("/", 1)[1]],
                content_type="text/html; charset=utf-8",
            ),
        )
        page.goto("http://localhost/host.html")
        ready = "heard.filter(m => m.type === 'streamlit:componentReady').length === 2"
        page.wait_for_function(ready)
        self.a, self.b = page.frame("a"), page.frame("b")

    def send(self, name: str, view: MapView) -> None:
        """Show a view in one frame."""
        data = json.loads(json.dumps(payload(view, self.plans, self.boundaries)))
        frame = getattr(self, name)
        before = int(frame.locator("#atlas").get_attribute("data-ready") or 0)
        self.page.evaluate("a => send(...a)", [name, {"payload": data, "height": 640}])
        frame.wait_for_selector(f"#atlas[data-ready='{before + 1}']")

    def settled(self) -> tuple[list[int], list[int]]:
        """What both frames show when nothing moves any more."""
        last = None
        for _ in range(40):
            now = (self.a.evaluate(SEEN), self.b.evaluate(SEEN))
            if now == last:
                return now
            last = now
            self.page.wait_for_timeout(120)
        pytest.fail(f"the maps never come to rest: {now}")

    def drag(self, name: str, by: int) -> None:
        """Drag the map of a frame with the mouse."""
        box = self.page.locator(f"iframe[name={name}]").bounding_box()
        x, y = box["x"] + 250, box["y"] + 200
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in range(1, 9):
            self.page.mouse.move(x + by * step / 8, y + by * step / 16)
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(250)  # without a throw
        self.page.mouse.up()


@pytest.fixture
def pair(watched, plans, boundaries):
    return Pair(watched.page, plans, boundaries)


def near(one: list[int], other: list[int]) -> bool:
    """Say whether two frames show the same, but for the rounding of a pixel."""
    return all(abs(a - b) <= 2 for a, b in zip(one, other, strict=True))


def test_linked_maps_move_together(pair, watched):
    view = MapView(metric=None, scheme=FEW, link="pair")
    pair.send("a", view)
    pair.a.get_by_role("button", name="放大", exact=True).click()
    pair.page.wait_for_timeout(400)
    alone = pair.a.evaluate(SEEN)
    # The other comes later, with another extent: the wider of both views stays.
    pair.send("b", replace(view, scheme=MANY))
    one, other = pair.settled()
    assert near(one, other) and one[2] < alone[2] / 2, (alone, one, other)
    for frame, by in (("a", 60), ("b", -90)):
        before, _ = pair.settled()
        pair.drag(frame, by)
        one, other = pair.settled()
        assert near(one, other), (frame, one, other)
        assert abs(one[0] - before[0] - by) <= 6, "moved, and not back again"
    # Home of one is home of both.
    pair.a.get_by_role("button", name="回到全图").click()
    one, other = pair.settled()
    assert near(one, other) and one[2] > before[2]
    watched.assert_quiet()


def test_maps_without_a_link_or_of_other_names_keep_to_themselves(pair, watched):
    view = MapView(metric=None, scheme=FEW)
    for left, right in (("", ""), ("one", "other")):
        pair.send("a", replace(view, link=left))
        pair.send("b", replace(view, link=right))
        _, still = pair.settled()
        pair.drag("a", 70)
        one, other = pair.settled()
        assert other == still and not near(one, other)
    watched.assert_quiet()


def test_without_broadcast_channels_a_map_still_works(watched, plans, boundaries):
    watched.page.add_init_script("delete window.BroadcastChannel")
    pair = Pair(watched.page, plans, boundaries)
    pair.send("a", MapView(metric=None, scheme=FEW, link="pair"))
    assert pair.a.locator("path.atlas-sketch").count() == 5
    watched.assert_quiet()


def test_a_narrow_frame_shows_the_map_first_and_the_card_over_it(pair, watched):
    pair.send("a", MapView(metric=None, scheme=FEW))
    frame = pair.a
    stage = frame.locator(".atlas-stage").bounding_box()
    assert stage["height"] >= 400 and stage["width"] >= 480
    assert frame.locator(".atlas-legend").bounding_box()["y"] >= stage["y"] + stage["height"]
    wide = frame.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert frame.evaluate(OVERLAPS) == []
    # The app's answers do not move what the reader has unfolded; clicks are told.
    frame.locator(".atlas-entry").nth(1).click()
    item = frame.locator(".atlas-entry").nth(1).get_attribute("data-element")
    told = "heard.filter(m => m.type === 'streamlit:setComponentValue').map(m => m.value.element)"
    pair.page.wait_for_function(f"{told}.length === 1")
    assert pair.page.evaluate(told) == [item]
    card = frame.locator(".atlas-card").bounding_box()
    home = pair.page.locator("iframe[name=a]").bounding_box()
    assert card["y"] >= home["y"] and card["y"] + card["height"] <= home["y"] + home["height"] + 4
    assert card["height"] < 0.65 * home["height"]
    frame.locator(".atlas-members summary").first.click()
    pair.send("a", MapView(metric=None, scheme=FEW, element=item))
    assert frame.locator(".atlas-members details[open]").count() >= 1
    frame.locator(".atlas-close").click()
    pair.page.wait_for_function(f"{told}.length === 2")
    assert pair.page.evaluate(told) == [item, None]
    assert re.search(r"\S", frame.locator(".atlas-legend").inner_text())
    watched.assert_quiet()
