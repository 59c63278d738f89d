"""The projects' layer: sizes, colours, anchors, and what a browser shows of it."""

from __future__ import annotations

import itertools
import json
import math
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.plans import load_boundaries
from geo.plans.projects import load_projects
from layers.classes import RAMP
from layers.geometry import SCALE
from layers.i18n import catalogue
from layers.map_view import MapView, build_map
from layers.projects import LARGEST_PX, NO_CATEGORY, PALETTE, ProjectsLayer

PROJECTS, _ = load_projects()
HAN = re.compile(r"[\u4e00-\u9fff]")
HOSTILE = "</script><img src=x onerror=\"window.pwned=1\"><b>坏</b> & 'x'"
# Machado, Oliveira and Fernandes (2009), full strength: what protan, deutan and tritan eyes see.
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
# Middle and radius of each symbol, in pixels of the window.
DISCS = """() => [...document.querySelectorAll('path.atlas-project')].map(hit => {
    const disc = hit.previousElementSibling, box = disc.getBBox();
    const at = disc.getBoundingClientRect();
    return [hit.dataset.project, at.x + at.width / 2, at.y + at.height / 2, box.width / 2];
})"""


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture
def layer(plans, boundaries):
    return ProjectsLayer(PROJECTS, plans, boundaries, "zh")


def test_areas_are_in_proportion_to_investment(layer):
    stated = [project for project in PROJECTS if project.investment is not None]
    largest = max(project.investment for project in stated)
    for project in stated:
        share = (layer.radius(project) / LARGEST_PX) ** 2
        assert share == pytest.approx(float(project.investment / largest), abs=0.002)
    items = {item["id"]: item for item in layer.payload_part()["projects"]["items"]}
    hollow = {key for key, item in items.items() if item["hollow"]}
    assert hollow == {project.id for project in PROJECTS if project.investment is None}
    least = min(item["radius"] for item in items.values())
    assert {items[key]["radius"] for key in hollow} == {least}


@given(st.lists(st.decimals("0.01", 10**7, places=2), min_size=2, max_size=8))
def test_a_larger_investment_never_has_a_smaller_symbol(amounts):
    projects = [
        replace(PROJECTS[0], id=f"p{i}", investment=amount)
        for i, amount in enumerate(sorted(amounts))
    ]
    layer = ProjectsLayer(projects, None, None, "zh")
    radii = [layer.radius(project) for project in projects]
    assert radii == sorted(radii) and radii[-1] == LARGEST_PX
    assert layer.radius(replace(PROJECTS[0], investment=None)) == radii[0]


def test_no_investment_at_all_still_has_a_symbol():
    project = replace(PROJECTS[0], investment=None)
    assert 2 < ProjectsLayer([project], None, None, "zh").radius(project) < LARGEST_PX


def test_what_is_known_by_its_park_is_drawn_inside_it(layer, plans, boundaries):
    inside = [project for project in PROJECTS if project.precision == "park"]
    assert len(inside) > 10
    for project in inside:
        zones = (project.zone_id,) if project.zone_id else plans.parks[project.park_id].zones
        shapes = [boundaries.geometry[zone] for zone in zones]
        assert any(shapely.contains(shape, layer.anchor(project)) for shape in shapes), project.id


def test_every_project_is_drawn_at_its_anchor_larger_ones_first(layer):
    items = layer.payload_part()["projects"]["items"]
    assert {item["id"] for item in items} == {project.id for project in PROJECTS}
    assert [item["radius"] for item in items] == sorted(
        (item["radius"] for item in items), reverse=True
    )
    by_id = {project.id: project for project in PROJECTS}
    for item in items:
        point = layer.anchor(by_id[item["id"]])
        assert item["at"] == [round(point.x * SCALE), round(point.y * SCALE)]
    assert len(layer.anchors()) == len(PROJECTS)


def test_what_nothing_places_is_named_in_the_legend(plans, boundaries):
    lost = replace(PROJECTS[5], id="lost", precision="unlocated")
    layer = ProjectsLayer([PROJECTS[0], lost], plans, boundaries, "zh")
    part = layer.payload_part()["projects"]
    assert [item["id"] for item in part["items"]] == [PROJECTS[0].id]
    assert lost.name_zh in part["legend"]["notes"][-1]
    without = ProjectsLayer([PROJECTS[5]], plans, boundaries.drop(index=["metdz"]), "zh")
    zone = boundaries.geometry["minhang-base-east"]
    assert shapely.contains(zone, without.anchor(PROJECTS[5])), "the park's next drawn zone"


def lab(colour: str, eye: str | None) -> np.ndarray:
    """Return a colour in CIE Lab as an eye sees it."""
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    light = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    if eye:
        light = np.clip(np.array(BLIND[eye]) @ light, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ light / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", [None, *BLIND])
def test_categories_are_told_apart_by_every_eye(eye):
    for a, b in itertools.combinations(PALETTE, 2):
        assert np.linalg.norm(lab(a, eye) - lab(b, eye)) > 20, (a, b)
    for a, b in itertools.product(PALETTE, RAMP):
        assert np.linalg.norm(lab(a, eye) - lab(b, eye)) > 12, (a, b)


def test_every_category_of_the_plan_has_a_colour_of_its_own(layer):
    assert list(layer.colours.values()) == list(PALETTE)
    assert layer.colour(replace(PROJECTS[0], category_zh="")) == NO_CATEGORY
    many = [replace(PROJECTS[0], category_zh=f"类{i}") for i in range(8)]
    more = ProjectsLayer(many, None, None, "zh").colours
    assert list(more.values()) == [*PALETTE, *[NO_CATEGORY] * 3]


def test_cards_tell_the_cells_the_precision_and_the_source(layer):
    items = {item["id"]: item for item in layer.payload_part()["projects"]["items"]}
    text = "\n".join([items["a3-04"]["gist"], *items["a3-04"]["facts"]])
    assert text.count("960,000 万元") == 1
    for words in (
        "中航机载系统有限公司", "吴泾镇", "960,000 万元", "450,000 平方米（地下50000）",
        "街镇内某处", "节点 3011823143", "闵府发〔2021〕17号", "附件3 / 4",
    ):  # fmt: skip
        assert words in text, words
    assert "印反" in "\n".join(items["a3-15"]["facts"])
    assert "规划未写明" in "\n".join(items["t43-2"]["facts"])
    assert "207,282.3 万元" in items["a3-10"]["tip"][0]


def test_english_map_has_no_chinese_but_names_and_locators(plans, boundaries):
    part = ProjectsLayer(PROJECTS, plans, boundaries, "en").payload_part()
    assert not HAN.search(json.dumps(part["projects"]["legend"], ensure_ascii=False))
    for item in part["projects"]["items"]:
        shown = [item["name"], item["role"], item["gist"], item["aria"], *item["tip"]]
        assert not HAN.search("".join(shown)), item["id"]


def test_the_words_are_there_in_both_languages():
    keys = [[k for k in catalogue(lang) if k.startswith("project.")] for lang in ("zh", "en")]
    assert keys[0] == keys[1] and len(keys[0]) > 20


def page_of(projects, plans, boundaries, lang="zh") -> str:
    """Return the exported page of the parks' map with the projects on it."""
    atlas = build_map(MapView(lang=lang), plans, boundaries)
    atlas.add_child(ProjectsLayer(projects, plans, boundaries, lang), name="projects")
    return atlas.get_root().render()


@pytest.fixture
def open_projects(watched, plans, boundaries, tmp_path):
    """Write the map with projects to disk, open it, return the page."""

    def opener(projects=PROJECTS, lang="zh"):
        path = tmp_path / "projects.html"
        path.write_text(page_of(projects, plans, boundaries, lang), encoding="utf-8")
        watched.open(path)
        return watched.page

    return opener


def overlaps(discs: list) -> list:
    """Return pairs of symbols that lie on each other by more than half a pixel."""
    return [
        (a[0], b[0])
        for a, b in itertools.combinations(discs, 2)
        if math.hypot(a[1] - b[1], a[2] - b[2]) < a[3] + b[3] - 0.5
    ]


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_symbol_hides_another_at_any_zoom(open_projects, watched, lang):
    page = open_projects(lang=lang)
    for _ in range(4):
        discs = page.evaluate(DISCS)
        assert len(discs) == len(PROJECTS)
        assert overlaps(discs) == []
        before = page.locator(".leaflet-control-scale-line").inner_text()
        page.locator(".atlas-zoom button").nth(0).click()
        page.wait_for_function(
            "old => document.querySelector('.leaflet-control-scale-line').textContent !== old "
            "&& !document.querySelector('.leaflet-zoom-anim')",
            arg=before,
        )
    watched.assert_quiet()


@pytest.mark.browser
def test_sites_stay_and_the_others_are_led_back_to_their_anchor(open_projects, watched):
    page = open_projects()
    discs = {key: (x, y) for key, x, y, _ in page.evaluate(DISCS)}
    # The sites are where the map has them: as far apart as their coordinates say.
    a, b = (next(p for p in PROJECTS if p.id == key) for key in ("a3-10", "t44-1"))
    east = (a.point[0] - b.point[0]) * math.cos(math.radians(31.02))
    north = a.point[1] - b.point[1]
    dx, dy = discs["a3-10"][0] - discs["t44-1"][0], discs["t44-1"][1] - discs["a3-10"][1]
    assert dy / dx == pytest.approx(north / east, abs=0.02)
    edges = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('path.atlas-project')].map(hit =>"
        " [hit.dataset.project, hit.previousElementSibling.getAttribute('stroke-dasharray')]))"
    )
    for project in PROJECTS:
        assert bool(edges[project.id]) == (project.precision == "town"), project.id
    watched.assert_quiet()


@pytest.mark.browser
def test_card_legend_and_switch(open_projects, watched):
    page = open_projects()
    legend = page.locator(".atlas-legend-section[data-layer=projects]")
    text = legend.inner_text()
    for words in (
        "960,000 万元",
        "19,000 万元",
        "空心",
        "柔边",
        "虚边",
        "生物医药",
        "规划未写明类型",
    ):
        assert words in text, words
    largest = page.locator("path[data-project=a3-04]")
    largest.focus()
    page.keyboard.press("Enter")
    card = page.locator(".atlas-card")
    assert "960,000 万元" in card.inner_text() and "附件3 / 4" in card.inner_text()
    page.keyboard.press("Escape")
    assert card.is_hidden()
    assert page.evaluate("document.activeElement.dataset.project") == "a3-04"
    page.locator("input[data-layer=projects]").uncheck()
    assert page.locator("path.atlas-project").count() == 0 and legend.count() == 0
    page.locator("input[data-layer=projects]").check()
    assert page.locator("path.atlas-project").count() == len(PROJECTS) and legend.count() == 1
    watched.assert_quiet()


@pytest.mark.browser
def test_hostile_names_stay_words(open_projects, watched):
    fields = (
        "name_zh", "builder_zh", "place_zh", "category_zh", "basis_zh", "note_zh",
        "floor_note_zh", "direction_zh", "locator",
    )  # fmt: skip
    words = dict.fromkeys(fields, HOSTILE)
    page = open_projects([replace(PROJECTS[3], investment=Decimal("5"), **words), *PROJECTS[4:6]])
    page.locator("path[data-project=a3-04]").focus()
    assert "<b>坏</b>" in page.locator(".atlas-tip").first.inner_text()
    page.keyboard.press("Enter")
    assert page.locator(".atlas-card").inner_text().count("<b>坏</b>") >= 6
    assert "<b>坏</b>" in page.locator(".atlas-legend").text_content()
    assert page.evaluate("window.pwned") is None
    assert page.locator("#atlas img, #atlas b").count() == 0
    watched.assert_quiet()
