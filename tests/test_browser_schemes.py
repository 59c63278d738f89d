"""The layouts' maps in a browser: signs, legend, cards, labels, and maps that move together."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from geo.plans import load_boundaries
from layers.map_view import MapView, payload
from layers.page import app_shell, export_html
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
    const stored = JSON.parse(document.querySelector('#atlas-data').textContent);
    const lang = document.documentElement.lang.slice(0, 2);
    const doc = Atlas.inLanguage(Atlas.unpack(stored), lang), data = {...doc, ...doc.themes[0]};
    const names = data.sketches.filter(item => item.form).map(item => item.name);
    const map = document.querySelector('#map').getBoundingClientRect();
    const shown = [...document.querySelectorAll('.atlas-label-sketch')].filter(node => {
        const box = node.getBoundingClientRect();
        return node.style.visibility === 'visible' && box.left >= map.left && box.right <= map.right
            && box.top >= map.top && box.bottom <= map.bottom;
    }).map(node => node.textContent);
    return names.filter(name => !shown.includes(name));
}"""


# How wide the map itself takes its frame to be.
WIDTH = "document.querySelector('canvas.leaflet-zoom-animated').width"
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Labels that lie on an arrow head, and lines to a name that are too long to follow.
STRAY = """() => {
    const shown = [...document.querySelectorAll('.atlas-label')]
        .filter(node => node.style.visibility === 'visible')
        .filter(node => !node.style.transform.includes('rotate'));
    const tips = [...document.querySelectorAll('path.atlas-head-of-line')].map(path => {
        const at = path.getPointAtLength(path.getTotalLength());
        return at.matrixTransform(path.getScreenCTM());
    });
    const on = shown.filter(node => {
        const box = node.getBoundingClientRect();
        return tips.some(({x, y}) => x > box.left - 6 && x < box.right + 6
            && y > box.top - 6 && y < box.bottom + 6);
    }).map(node => node.textContent);
    const long = [...document.querySelectorAll('.atlas-lead')]
        .map(node => parseFloat(node.style.width)).filter(width => width > 60.5);
    return [...on, ...long];
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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_element_is_named_and_no_label_meets_another(open_map, watched, plans, lang):
    for scheme in load_schemes(plans=plans):
        watched.page.set_viewport_size({"width": 1366, "height": 768})
        page = open_map(MapView(lang=lang, metric=None, scheme=scheme))
        wide = page.evaluate(WIDTH)
        for size in ("desk", "small"):
            assert page.evaluate(UNNAMED) == [], (scheme, size)
            assert page.evaluate(OVERLAPS) == [], (scheme, size)
            assert page.evaluate(STRAY) == [], (scheme, size)
            if size == "desk":
                page.set_viewport_size({"width": 1100, "height": 700})
                # The file's policy refuses Playwright's own wait.
                for _ in range(200):
                    if page.evaluate(WIDTH) < wide:
                        break
                    page.wait_for_timeout(50)
                assert page.evaluate(WIDTH) < wide
                page.evaluate(TWO_FRAMES)  # the map is fitted anew, and its names after it
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


# A point of the window inside a shape, away from its edge and from what lies on it.
WITHIN = """selector => {
    const path = document.querySelector(selector), box = path.getBoundingClientRect();
    const matrix = path.getScreenCTM().inverse();
    for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
        const at = new DOMPoint(box.left + box.width * i / 20, box.top + box.height * j / 20);
        const near = [[0, 0], [4, 0], [-4, 0], [0, 4], [0, -4]].every(([x, y]) =>
            path.isPointInFill(new DOMPoint(at.x + x, at.y + y).matrixTransform(matrix)));
        const top = document.elementFromPoint(at.x, at.y);
        if (near && !top.matches('.atlas-member, .atlas-edge-above')) return [at.x, at.y];
    }
    return null;
}"""


def test_a_click_opens_the_element_also_where_a_park_lies_below(open_map, watched):
    page = open_map(MapView(metric=None, scheme="four-plus-x"))
    assert page.locator("path.atlas-park").count() == 13
    # Every park is an element of this layout: none of them is in the way.
    assert page.locator("path.atlas-park:is([tabindex], [role], .leaflet-interactive)").count() == 0
    page.mouse.click(*page.evaluate(WITHIN, "path.atlas-park[data-zone=xinzhuang]"))
    assert page.locator(".atlas-card h2").inner_text() == "莘庄工业区"
    assert page.locator(".atlas-card-kind").inner_text() == "四大园区 · 片区", "the element's card"
    fills = page.locator("path.atlas-park").evaluate_all(
        "nodes => nodes.map(n => Number(n.getAttribute('fill-opacity')))"
    )
    assert max(fills) <= 0.02, "the elements' colours are seen true"
    # A park that a layout only names keeps its card.
    page = open_map(MapView(metric=None, scheme=FEW))
    page.mouse.click(*page.evaluate(WITHIN, "path.atlas-park[data-zone=pujiang]"))
    assert page.locator(".atlas-card h2").inner_text() == "临港浦江国际科技城"
    assert "把握：" in page.locator(".atlas-card").inner_text()
    quiet = page.locator("path.atlas-park:not(.leaflet-interactive)")
    assert 0 < quiet.count() < 13
    watched.assert_quiet()


def test_what_a_layout_is_about_is_reached_before_the_parks(open_map, watched):
    page = open_map(MapView(metric=None, scheme=FEW))
    order = page.locator("#map path[tabindex]").evaluate_all(
        "nodes => nodes.map(n => n.classList.contains('atlas-park'))"
    )
    assert any(order) and order == sorted(order), "elements and members first"
    tip = page.locator(".atlas-tip")
    for selector in ("path.atlas-member", "path.atlas-park[tabindex]"):
        for one in page.locator(selector).all():
            one.focus()
            box, said = one.bounding_box(), tip.last.bounding_box()
            wide = min(box["x"] + box["width"], said["x"] + said["width"]) - max(
                box["x"], said["x"]
            )
            high = min(box["y"] + box["height"], said["y"] + said["height"])
            high -= max(box["y"], said["y"])
            assert min(wide, high) <= 3, "the tooltip stands beside what it tells of"
    watched.assert_quiet()


def test_a_district_named_as_a_whole_is_a_square(open_map, watched, plans, boundaries):
    view = MapView(metric=None, industry="biomedicine", plan_period="2021-2025")
    whole = [
        (item["id"], dot)
        for item in payload(view, plans, boundaries)["sketches"]
        for dot in item["dots"]
        if dot[4] == "district"
    ]
    assert whole
    page = open_map(view)
    shapes = page.locator("path.atlas-member").evaluate_all(
        "nodes => nodes.map(n => [n.dataset.element, n.getAttribute('d')])"
    )
    squares = [element for element, shape in shapes if re.search(r"h8v8h-8", shape)]
    assert sorted(squares) == sorted(element for element, _ in whole)
    watched.assert_quiet()


def test_a_park_that_is_not_shown_still_has_its_card(open_map, watched):
    view = MapView(metric=None, scheme="four-plus-x", parks=("xinzhuang",), element="pujiang")
    page = open_map(view)
    assert page.locator("path.atlas-park").count() == 1
    page.locator(".atlas-open-park[data-park=pujiang]").click()
    assert "把握：" in page.locator(".atlas-card").inner_text()
    page.locator(".atlas-back").click()
    assert page.locator(".atlas-card-kind").inner_text() == "四大园区 · 片区"
    watched.assert_quiet()


def test_without_cards_no_card_of_a_park_is_offered(pair, watched):
    pair.send("a", MapView(metric=None, scheme=FEW), cards={})
    pair.a.locator("path.atlas-park.leaflet-interactive").first.dispatch_event("click")
    assert pair.a.locator(".atlas-card").is_hidden()
    pair.a.locator(".atlas-entry").first.click()
    assert pair.a.locator(".atlas-members summary").count() > 2
    assert pair.a.locator(".atlas-open-park").count() == 0
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [(390, 844)], indirect=True)
def test_on_a_phone_titles_have_the_width_and_the_map_its_share(open_map, watched):
    page = open_map(MapView(metric=None, scheme=MANY))
    for node in ("h1", ".atlas-subtitle"):
        assert page.locator(node).bounding_box()["width"] > 330
    page.locator(".atlas-entry").first.click()
    card, stage = (page.locator(f".atlas-{name}").bounding_box() for name in ("card", "stage"))
    assert stage["y"] > -1 and card["y"] - stage["y"] >= 0.4 * 844, (card, stage)
    watched.assert_quiet()


def test_a_legend_that_goes_on_says_so(open_map, watched):
    page = open_map(MapView(metric=None, scheme=MANY))
    side = page.locator(".atlas-side")
    more = "node => getComputedStyle(node, '::after').content"
    assert side.evaluate(more) == '"▾"'
    side.evaluate("node => { node.scrollTop = node.scrollHeight; }")
    page.wait_for_selector(".atlas-side:not(.atlas-more)")
    assert side.evaluate(more) == "none"
    watched.assert_quiet()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_paper_the_legend_is_whole(open_map, watched, lang):
    page = open_map(MapView(lang=lang, metric=None, scheme=MANY))
    sheet = page.pdf(format="A4", landscape=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    cut = page.evaluate("""() => {
        const box = selector => document.querySelector(selector).getBoundingClientRect();
        const stage = box('.atlas-stage'), foot = box('.atlas-foot'), side = box('.atlas-side');
        return [...document.querySelectorAll('.atlas-legend :is(li, h3, h4, p)')].filter(node => {
            const own = node.getBoundingClientRect();
            return own.bottom > foot.top + 1 || own.right > side.right + 1
                || (own.top < stage.bottom && own.left < stage.right - 1);
        }).map(node => node.textContent);
    }""")
    assert cut == []
    assert page.locator(".atlas-switches").is_hidden()
    # The map is fitted to the sheet, and to the window again afterwards.
    map_box = page.locator("#map").bounding_box()
    for path in page.locator("path.atlas-sketch").all():
        own = path.bounding_box()
        assert (
            own["x"] >= map_box["x"] and own["x"] + own["width"] <= map_box["x"] + map_box["width"]
        )
        assert own["y"] + own["height"] <= map_box["y"] + map_box["height"] + 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".atlas-paper").count() == 0
    assert page.evaluate(UNNAMED) == []
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
    monkeypatch.setattr("layers.document.load_schemes", lambda **_: schemes)
    page = open_map(MapView(metric=None, scheme=MANY, element=first.id))
    assert page.locator(".atlas-card").inner_text().count(HOSTILE) >= 4
    assert HOSTILE in page.locator(".atlas-legend").text_content(), "below the card"
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
  window.addEventListener("message", ({data, source}) => {
    if (data.type !== "streamlit:setFrameHeight") return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === source) frame.height = data.height;
    }
  });
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

    def send(self, name: str, view: MapView, **changed: object) -> None:
        """Show a view in one frame, with some of its payload replaced."""
        data = json.loads(json.dumps(payload(view, self.plans, self.boundaries))) | changed
        frame = getattr(self, name)
        before = int(frame.locator("#atlas").get_attribute("data-ready") or 0)
        self.page.evaluate("a => send(...a)", [name, {"payload": data, "height": 640}])
        frame.wait_for_selector(f"#atlas[data-ready='{before + 1}']", state="attached")

    def restyle(self, name: str, field: str, value: str) -> None:
        """Change the style of a frame, as the page around it may."""
        change = "([n, f, v]) => { document.querySelector(`iframe[name=${n}]`).style[f] = v; }"
        self.page.evaluate(change, [name, field, value])

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


# The right edge and bottom of what is told beside the map, against the frame's own.
WHOLE = """() => {
    const foot = document.querySelector('.atlas-foot').getBoundingClientRect().bottom;
    const legend = document.querySelector('.atlas-side').getBoundingClientRect().bottom;
    const root = document.querySelector('#atlas');
    const rest = root.scrollHeight - root.clientHeight;
    return [foot <= innerHeight + 0.5, legend <= innerHeight + 0.5, rest <= 0,
        Math.round(document.querySelector('.atlas-stage').getBoundingClientRect().height)];
}"""


def test_a_narrow_frame_grows_with_its_legend_and_comes_to_rest(pair, watched):
    heights = "heard.filter(m => m.type === 'streamlit:setFrameHeight').map(m => m.height)"
    view = MapView(lang="en", metric=None, industry="biomedicine", plan_period="2021-2025")
    pair.send("a", view)
    told = []
    for width in ("500px", "640px", "358px"):
        pair.restyle("a", "width", width)
        pair.page.wait_for_timeout(500)
        *whole, stage = pair.a.evaluate(WHOLE)
        assert all(whole) and 430 <= stage <= 445, (width, whole, stage)
        told.append(pair.page.evaluate(heights))
    assert told[0][-1] > 900
    assert told[2][-1] > told[1][-1], "what wraps more is higher"
    assert len(told[2]) <= 6, "no more than the frame and its scroll bar ask for"
    pair.page.wait_for_timeout(500)
    assert pair.page.evaluate(heights) == told[2], "at rest"
    # What unfolds in the legend is whole as well.
    pair.send("a", replace(view, industry=None, plan_period=None, scheme=MANY))
    more = pair.a.locator(".atlas-legend summary")
    if more.count():
        more.first.click()
    pair.page.wait_for_timeout(300)
    assert all(pair.a.evaluate(WHOLE))
    watched.assert_quiet()


# Whether the middle of a frame's own extent is in sight.
OWN = """() => {
    const map = document.querySelector('#map').getBoundingClientRect();
    const parks = [...document.querySelectorAll('path.atlas-park')]
        .map(node => node.getBoundingClientRect());
    return parks.some(box => box.width > 4 && box.left >= map.left && box.right <= map.right
        && box.top >= map.top && box.bottom <= map.bottom);
}"""


@pytest.mark.parametrize(
    ("field", "value"), [("display", "none"), ("height", "0px"), ("width", "0px")]
)
def test_a_map_that_begins_hidden_is_fitted_when_it_is_seen(pair, watched, field, value):
    view = MapView(metric=None, scheme=FEW, link="pair")
    pair.restyle("a", field, value)
    pair.send("a", view)
    pair.send("b", view)
    before = pair.b.evaluate(SEEN)
    pair.page.wait_for_timeout(400)
    assert pair.b.evaluate(SEEN) == before, "what has no size says nothing"
    pair.restyle("a", field, "")
    pair.page.wait_for_timeout(400)
    one, other = pair.settled()
    assert pair.a.evaluate(OWN) and pair.b.evaluate(OWN)
    assert near(one, other)
    # Hidden again, and changed while it is: the other is not moved.
    pair.restyle("a", field, value)
    pair.page.wait_for_timeout(200)
    pair.send("a", replace(view, scheme="four-plus-x"))
    pair.page.wait_for_timeout(300)
    assert pair.b.evaluate(SEEN) == other
    pair.restyle("a", field, "")
    pair.page.wait_for_timeout(400)
    assert pair.a.evaluate(OWN) and near(*pair.settled())
    watched.assert_quiet()


def test_of_maps_that_meet_each_sees_something_of_its_own(pair, watched):
    view = MapView(metric=None, scheme=FEW, link="pair")
    pair.send("a", view)
    near_by = pair.a.evaluate(SEEN)
    # A map of Chongming, wider than that of Minhang.
    far = {"key": "far", "bounds": [[31.5, 121.2], [31.85, 121.9]]}
    pair.send("b", view, fit=far)
    one, other = pair.settled()
    assert one[2] < near_by[2] and near(one, other)
    assert pair.a.evaluate(OWN) and pair.b.evaluate(OWN), "both extents"
    # When the other is of the same ground again, both are.
    pair.send("b", view)
    one, other = pair.settled()
    assert near(one, other) and near(one, near_by)
    watched.assert_quiet()
