"""The map on a dark page: its colours measured, its frame looked at, and files as light as ever."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from access import contrast, labels_on_paper, unsure, violations
from palettes import SIDES, ground, tones, variables
from shell import Shell
from test_layers_classes import luminance
from test_layers_projects import BLIND
from test_layers_projects import lab as project_lab
from test_schemes_colours import APART, VISIONS, ciede2000, lab

from geo.digitize import read
from geo.files import read_text
from geo.plans import load_boundaries
from geo.reference import load_gazetteer
from geo.sizhi import parse
from layers.classes import RAMP, ZERO_COLOUR
from layers.map_view import MapView, payload
from layers.page import ASSETS, export_html
from layers.projects import NO_CATEGORY, PALETTE
from layers.schemes.sketches import _COLOURS
from layers.trace import TraceLayer, TraceView
from layers.trace import payload as trace_payload
from views.theme import COLOURS

INKS = sorted({colour for palette in _COLOURS.values() for colour in palette})
VIEWS = {
    "parks-zh": MapView(),
    "gaps-en": MapView(lang="en", metric="tax_100m_yuan"),
    "axis-zh": MapView(metric=None, scheme="one-axis-three-belts"),
    "corridor-en": MapView(lang="en", metric=None, scheme="one-core-one-corridor"),
    "industry-zh": MapView(metric=None, industry="biomedicine"),
    "projects-en": MapView(lang="en", projects=True),
}
FILLS = """() => Object.fromEntries([...document.querySelectorAll("path.atlas-park")]
    .map(path => [path.dataset.zone, path.getAttribute("fill")]))"""
SWATCHES = """() => [...document.querySelectorAll(
    ".atlas-legend-section[data-layer=parks] svg rect")].map(node => node.getAttribute("fill"))"""


# --- the colours ---------------------------------------------------------------------------------


def test_every_colour_of_the_style_has_a_dark_one():
    light, dark = (variables(side) for side in SIDES)
    assert set(light) == set(dark)
    style = read_text(ASSETS / "atlas.css")
    rest = style[style.index("* { box-sizing") :]
    plain = re.findall(r"#[0-9a-f]{3,6}\b(?=[;, ])", rest)
    assert plain == [], "a colour that does not follow the scheme"


def test_what_is_around_the_dark_map_is_of_the_apps_own_colours():
    dark = variables("dark")
    for name in ("ink", "muted", "line", "paper", "accent"):
        assert dark[name] == COLOURS[name][1], name


def test_every_kind_of_ground_has_a_dark_one():
    light, dark = (ground(side) for side in SIDES)
    assert set(light) == set(dark) and len(light) > 12
    for kind, colour in dark.items():
        assert luminance(colour) < (0.3 if "border" in kind else 0.12), kind


def test_every_colour_a_payload_is_made_of_has_a_tone():
    assert {*RAMP, ZERO_COLOUR, *INKS, *PALETTE, NO_CATEGORY} <= set(tones())


def test_the_ramp_grows_lighter_by_clear_steps():
    dark = [tones()[colour] for colour in RAMP]
    lights = [luminance(colour) for colour in dark]
    assert all((b + 0.05) / (a + 0.05) > 1.35 for a, b in itertools.pairwise(lights))
    land = ground("dark")["land"]
    assert all(contrast(colour, land) > 1.5 for colour in dark)
    # None at all is below the least there is.
    assert luminance(tones()[ZERO_COLOUR]) < luminance(land)


@pytest.mark.parametrize("vision", VISIONS)
def test_the_layouts_colours_are_apart_for_every_eye(vision):
    inks, parks = [tones()[one] for one in INKS], [tones()[one] for one in RAMP]
    pairs = [*itertools.combinations(inks, 2), *itertools.product(inks, parks)]
    near = [
        (one, other)
        for one, other in pairs
        if ciede2000(lab(one, vision), lab(other, vision)) < APART
    ]
    assert near == []


@pytest.mark.parametrize("eye", [None, *BLIND])
def test_the_projects_categories_are_apart_for_every_eye(eye):
    dark = [tones()[one] for one in PALETTE]

    def apart(one: str, other: str) -> float:
        return float(np.linalg.norm(project_lab(one, eye) - project_lab(other, eye)))

    assert min(itertools.starmap(apart, itertools.combinations(dark, 2))) > 20
    assert min(apart(one, tones()[park]) for one in dark for park in RAMP) > 12


# --- the frame -----------------------------------------------------------------------------------


@pytest.fixture
def shell(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(10_000)
    shell = Shell(page).open()
    yield shell
    context.close()
    assert shell.asked == [] and shell.errors == []


@pytest.fixture(scope="module")
def payloads(plans):
    boundaries, made = load_boundaries(), {}

    def of(name: str) -> dict:
        if name not in made:
            made[name] = payload(VIEWS[name], plans, boundaries)
        return made[name]

    return of


@pytest.mark.browser
@pytest.mark.parametrize("name", VIEWS)
def test_all_that_is_read_stands_out_in_the_dark(shell, payloads, name):
    shell.draw(payloads(name), "dark")
    frame, land = shell.frame, ground("dark")["land"]
    pale = {
        (kind, colour): ratio
        for kind, colour in labels_on_paper(frame)
        if (ratio := contrast(colour, land)) < 4.5
    }
    assert pale == {}
    assert violations(frame) == []
    assert unsure(frame) == []
    for kind in ("path.atlas-park[role=button]", "path.atlas-sketch", "path.atlas-project"):
        if frame.locator(kind).count() == 0:
            continue
        frame.locator(kind).first.dispatch_event("click")
        frame.wait_for_selector(".atlas-card:not([hidden])")
        assert unsure(frame, ".atlas-card") == [], kind


@pytest.mark.browser
def test_a_traced_ring_stands_out_in_the_dark(shell):
    clause = "东至万芳路、南至沈庄塘、西至召楼路、北至江月路"
    reference = load_gazetteer()
    layer = TraceLayer("zh", reference, read(parse(clause).parts[0], reference))
    shell.draw(trace_payload(TraceView("zh", "k", "四至"), layer), "dark")
    land = ground("dark")["land"]
    for kind, colour in labels_on_paper(shell.frame):
        assert contrast(colour, land) >= 4.5, kind
    strokes = shell.frame.evaluate(
        "[...document.querySelectorAll('path.atlas-edge')].map(path => path.getAttribute('stroke'))"
    )
    assert strokes
    assert all(contrast(colour, land) >= 3 for colour in strokes)
    assert unsure(shell.frame) == []


@pytest.mark.browser
def test_the_legend_agrees_with_the_map_in_both_schemes(shell, payloads):
    data = payloads("parks-zh")
    seen = {}
    for base in ("light", "dark", "light"):
        shell.draw(data, base)
        fills, swatches = shell.frame.evaluate(FILLS), shell.frame.evaluate(SWATCHES)
        assert set(fills.values()) <= set(swatches), base
        colours = data["choropleth"]["colours"]
        wanted = colours if base == "light" else [tones()[colour] for colour in colours]
        assert swatches[: len(wanted)] == wanted
        assert seen.setdefault(base, fills) == fills, "back in the light all is as before"
    assert seen["light"] != seen["dark"]


@pytest.mark.browser
def test_the_canvas_below_follows_the_scheme(shell, payloads):
    pixel = """() => { const canvas = document.querySelector(".leaflet-basemap-pane canvas");
        const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
        return sum / data.length * 4 / 3; }"""
    light = {}
    for base in ("light", "dark"):
        shell.draw(payloads("parks-zh"), base)
        shell.page.wait_for_timeout(300)  # Leaflet paints with the next frame
        light[base] = shell.frame.evaluate(pixel)
    assert light["light"] > 200
    assert light["dark"] < 70


@pytest.mark.browser
@pytest.mark.parametrize("preferred", SIDES)
def test_nothing_flashes_before_the_first_payload(browser, preferred):
    context = browser.new_context(color_scheme=preferred)
    shell = Shell(context.new_page()).open()
    ground_now = "getComputedStyle(document.body).backgroundColor"
    assert contrast(shell.frame.evaluate(ground_now), variables(preferred)["paper"]) == 1
    assert shell.frame.evaluate("document.documentElement.dataset.scheme") == preferred
    context.close()


@pytest.mark.browser
def test_paper_is_white(shell, payloads):
    shell.draw(payloads("parks-zh"), "dark")
    dark = shell.frame.evaluate(FILLS)
    shell.frame.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shell.frame.evaluate("document.documentElement.dataset.scheme") == "light"
    assert set(shell.frame.evaluate(FILLS).values()) <= set(RAMP)
    shell.frame.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shell.frame.evaluate(FILLS) == dark


@pytest.mark.browser
def test_a_file_is_light_on_a_dark_system(browser, plans, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(export_html(MapView(), plans, load_boundaries()), encoding="utf-8")
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#atlas[data-ready]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert set(page.evaluate(FILLS).values()) <= set(RAMP)
    context.close()
