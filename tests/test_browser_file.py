"""What a file can do without a server: its choices, its search, its address, in a browser."""

from __future__ import annotations

import re

import pytest
from shown import composed, stored, tip

from geo.errors import LANGUAGES
from geo.plans import load_boundaries
from layers.map_view import MapView
from layers.packing import speak
from layers.page import export_html

pytestmark = pytest.mark.browser

BELTS = "one-axis-three-belts"
HAN = re.compile(r"[\u4e00-\u9fff]")
FILLS = """() => Object.fromEntries([...document.querySelectorAll('path.atlas-park')]
    .map(path => [path.dataset.zone, path.getAttribute('fill')]))"""
FIELD, HITS = ".atlas-search input", ".atlas-search [role=option]"
SHOWN = "() => [...document.querySelectorAll('.atlas-legend h3')].map(node => node.textContent)"
# What the page makes of its own data, for every choice.
COMPOSED = """() => {
    const doc = Atlas.unpack(JSON.parse(document.querySelector('#atlas-data').textContent));
    const made = [];
    for (const lang of doc.langs) {
        const spoken = Atlas.inLanguage(doc, lang);
        for (const { id } of spoken.themes) {
            const none = { metric: null, period: null };
            for (const { metric, period } of [none, ...spoken.choropleths]) {
                const payload = Atlas.compose(spoken, { theme: id, metric, period });
                made.push([lang, id, metric, period, {
                    title: payload.title, subtitle: payload.subtitle, legend: payload.legend,
                    sources: payload.sources, layers: payload.layers, fit: payload.fit,
                    tips: payload.zones.map(zone => Atlas.zoneTip(zone, payload)),
                }]);
            }
        }
    }
    return made;
}"""


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def deck(plans, boundaries) -> str:
    """A file of three themes."""
    return export_html(MapView(), plans, boundaries, stops=(BELTS, "projects", "zizhu"))


@pytest.fixture
def opened(watched, deck, tmp_path):
    """Open the file, at an address if one is given."""

    def opener(address: str = ""):
        path = tmp_path / "deck.html"
        path.write_text(deck, encoding="utf-8")
        watched.page.goto(path.as_uri() + address)
        watched.page.wait_for_selector("#atlas[data-ready]", timeout=15_000)
        return watched.page

    return opener


def test_the_page_puts_together_what_python_expects(opened, watched, deck):
    """Every theme, metric, period and language, against a reference written in Python."""
    document = stored(deck)
    made = opened().evaluate(COMPOSED)
    assert len(made) == 2 * 3 * (1 + len(document["choropleths"]))
    for lang, theme, metric, period, shown in made:
        wanted = composed(document, lang, theme, metric, period)
        tips = shown.pop("tips")
        assert shown == {key: wanted[key] for key in shown}, (lang, theme, metric, period)
        if metric:
            assert tips == [tip(wanted, zone["zone"]) for zone in wanted["zones"]]
    watched.assert_quiet()


def test_metric_and_year_change_colours_legend_labels_and_titles(opened, watched, plans):
    page = opened()
    before, view = page.evaluate(FILLS), page.evaluate("location.hash")
    page.select_option("#atlas-choice-metric", "tax_100m_yuan")
    after = page.evaluate(FILLS)
    assert after != before and "tax_100m_yuan" in page.evaluate("location.hash") != view
    latest = plans.latest_period("tax_100m_yuan")
    assert page.evaluate(SHOWN)[0] == f"税收总额 (亿元) · {latest}"
    assert page.locator("h1").inner_text() == "闵行区产业园区：税收总额"
    assert page.input_value("#atlas-choice-period") == latest
    page.focus("#atlas-choice-period")
    page.select_option("#atlas-choice-period", "2016")
    assert page.evaluate(SHOWN)[0] == "税收总额 (亿元) · 2016"
    assert page.evaluate(FILLS) != after
    assert page.evaluate("document.activeElement.id") == "atlas-choice-period", "focus stays"
    figure = plans.figure("xinzhuang", "tax_100m_yuan", "2016")
    labels = page.locator(".atlas-label-park").all_text_contents()
    assert f"莘庄工业区{figure.value} 亿元" in labels
    page.select_option("#atlas-choice-metric", "")
    assert set(page.evaluate(FILLS).values()) == {"#cfc8bb"}
    assert page.locator("#atlas-choice-period").count() == 0
    watched.assert_quiet()
    assert len(watched.requests) == 1


def test_a_metric_without_the_year_shown_takes_its_latest(opened, watched, plans):
    page = opened("#metric=output_100m_yuan&period=2016")
    page.select_option("#atlas-choice-metric", "planned_area_km2")
    assert page.input_value("#atlas-choice-period") == plans.latest_period("planned_area_km2")
    watched.assert_quiet()


def test_the_view_stays_where_the_reader_moved_it(opened, watched):
    page = opened()
    page.locator(".atlas-zoom button").first.click()
    page.wait_for_timeout(500)
    where = "document.querySelector('path[data-zone=zizhu]').getBoundingClientRect().x"
    at = page.evaluate(where)
    page.select_option("#atlas-choice-metric", "tax_100m_yuan")
    page.locator(".atlas-language").click()
    assert abs(page.evaluate(where) - at) < 1
    watched.assert_quiet()


def test_the_other_language_is_one_click_away_and_back(opened, watched):
    page = opened("#park=zizhu")
    chinese = page.locator("#atlas").inner_text()
    assert HAN.search(chinese)
    page.locator(".atlas-language").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() == "Industrial parks of Minhang: Available land"
    card = page.locator(".atlas-card").inner_text()
    assert "Zizhu" in card and "Plan figures and sources" in card
    seen = [page.locator(part).inner_text() for part in ("h1", ".atlas-subtitle", ".atlas-choices")]
    assert not HAN.search("".join(seen)), seen
    labels = page.locator(".atlas-label-park").all_text_contents()
    assert not HAN.search("".join(labels))
    names = page.eval_on_selector_all(
        "button, input, select, [role=button]",
        "nodes => nodes.map(node => node.getAttribute('aria-label') || '')",
    )
    names = [re.sub("As printed: .*", "", name) for name in names if name != "中文"]
    assert not HAN.search("".join(names)), "controls too, but for the plan's own words"
    assert "lang=en" in page.evaluate("location.hash")
    page.locator(".atlas-language").click()
    # The names on the map stand in the order in which they found a place.
    again = page.locator("#atlas").inner_text()
    assert sorted(again.split("\n")) == sorted(chinese.split("\n"))
    watched.assert_quiet()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_theme_is_drawn_and_the_map_goes_there(opened, watched, deck, lang):
    page = opened(f"#lang={lang}")
    themes = {theme["id"]: theme for theme in speak(stored(deck), lang)["themes"]}
    options = page.locator("#atlas-choice-theme option").all_text_contents()
    assert options == [theme["label"] for theme in themes.values()]
    page.select_option("#atlas-choice-theme", BELTS)
    drawn = sum(1 for item in themes[BELTS]["sketches"] if item["form"])
    assert page.locator("path.atlas-sketch").count() == drawn
    assert page.locator("path.atlas-project").count() == 0
    page.select_option("#atlas-choice-theme", "projects")
    assert page.locator("path.atlas-project").count() == len(
        themes["projects"]["projects"]["items"]
    )
    assert page.locator("path.atlas-sketch").count() == 0
    page.select_option("#atlas-choice-theme", "parks")
    assert page.locator("path.atlas-sketch, path.atlas-project").count() == 0
    assert page.locator(".atlas-switches input").count() == 4
    watched.assert_quiet()


def test_a_park_is_found_by_a_part_of_its_name_in_either_language(opened, watched):
    page = opened()
    field = page.locator(FIELD)
    field.fill("紫竹")
    hits = page.locator(HITS)
    assert page.locator(FIELD).get_attribute("aria-label") == "查找园区"
    assert hits.count() == 1 and field.get_attribute("aria-expanded") == "true"
    field.press("Enter")
    assert page.locator(".atlas-card h2").inner_text().startswith("紫竹")
    assert hits.first.is_hidden() and field.get_attribute("aria-expanded") == "false"
    field.fill("xinZHUANG ")
    field.press("Enter")
    assert page.locator(".atlas-card h2").inner_text() == "莘庄工业区"
    for other in ("Greater Neobay", "Neobay Innovation"):
        field.fill(other)
        assert "大零号湾" in hits.first.inner_text(), "the park's name and its zone's"
    field.fill("老工业基地")
    assert "闵行经济技术开发区" in hits.first.inner_text(), "by the name of one of its zones"
    field.fill("火星")
    assert page.locator(".atlas-no-hit").inner_text() == "没有找到"
    field.press("Escape")
    assert field.input_value() == "" and page.locator(".atlas-card").is_visible()
    watched.assert_quiet()


def test_the_arrows_go_through_the_hits_and_an_element_is_found_as_well(opened, watched):
    page = opened(f"#theme={BELTS}&metric=none")
    field = page.locator(FIELD)
    field.fill("沪西")
    page.locator(HITS).first.click()
    assert page.locator(".atlas-card h2").inner_text() == "沪西高端产业集群发展带"
    field.fill("带")
    options = page.locator(HITS)
    assert options.count() >= 3
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    name = page.locator(f"#{active} span").first.inner_text()
    field.press("Enter")
    assert page.locator(".atlas-card h2").inner_text() == name
    watched.assert_quiet()


def test_hits_that_are_no_longer_shown_are_forgotten(opened, watched):
    page = opened(f"#theme={BELTS}&metric=none")
    field, hits, card = page.locator(FIELD), page.locator(HITS), page.locator(".atlas-card")
    field.fill("沪西")
    field.press("Escape")
    field.press("ArrowDown")
    assert field.input_value() == "" and hits.count() == 0
    field.fill("沪西")
    assert hits.count() >= 1
    page.evaluate("location.hash = '#theme=projects&metric=none'")
    page.wait_for_selector("path.atlas-project")
    field.press("ArrowDown")
    assert page.locator(".atlas-no-hit").is_visible(), "looked for anew"
    field.press("Enter")
    assert card.is_hidden()
    # Enter that ends the word of an input method is no choice.
    field.fill("紫竹")
    for init in ("isComposing: true", "keyCode: 229"):
        event = f"new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, {init} }})"
        field.evaluate(f"node => node.dispatchEvent({event})")
    assert card.is_hidden() and hits.first.is_visible()
    field.press("Enter")
    assert card.is_visible()
    watched.assert_quiet()


def test_a_park_out_of_sight_is_brought_in_sight(opened, watched):
    page = opened(f"#theme={BELTS}&metric=none")
    for _ in range(4):
        page.locator(".atlas-zoom button").first.click()
        page.wait_for_timeout(350)
    page.locator(FIELD).fill("虹桥科技绿洲")
    page.locator(FIELD).press("Enter")
    page.wait_for_timeout(600)
    box = page.locator("path[data-zone=tech-oasis]").bounding_box()
    stage = page.locator(".atlas-stage").bounding_box()
    assert stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
    assert stage["y"] <= box["y"] and box["y"] + box["height"] <= stage["y"] + stage["height"]
    watched.assert_quiet()


def test_an_address_opens_what_it_names_and_survives_a_reload(opened, watched):
    page = opened("#lang=en&metric=tax_100m_yuan&period=2018&park=neobay")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate(SHOWN)[0].endswith("2018")
    assert "Neobay" in page.locator(".atlas-card h2").inner_text()
    page.keyboard.press("Escape")
    assert "park=" not in page.evaluate("location.hash")
    page.select_option("#atlas-choice-period", "2016")
    page.reload()
    page.wait_for_selector("#atlas[data-ready]")
    assert page.evaluate(SHOWN)[0].endswith("2016") and page.locator(".atlas-card").is_hidden()
    page.evaluate(f"location.hash = '#lang=zh&theme={BELTS}&metric=none&element=lingang'")
    page.wait_for_selector("path.atlas-sketch")
    assert page.locator(".atlas-card h2").inner_text() == "临港新片区"
    watched.assert_quiet()


def test_the_address_goes_before_what_the_file_begins_with(watched, plans, boundaries, tmp_path):
    path, page = tmp_path / "begun.html", watched.page
    view = MapView(selected="xinzhuang")
    path.write_text(export_html(view, plans, boundaries, stops=("projects",)), encoding="utf-8")
    head, card = page.locator(".atlas-card h2"), page.locator(".atlas-card")

    def at(address: str) -> None:
        page.goto("about:blank")
        page.goto(path.as_uri() + address)
        page.wait_for_selector("#atlas[data-ready]")

    at("#park=zizhu")
    assert head.inner_text() == "紫竹高新区"
    at("")
    assert head.inner_text() == "莘庄工业区"
    page.keyboard.press("Escape")
    assert "park=none" in page.evaluate("location.hash")
    page.reload()
    page.wait_for_selector("#atlas[data-ready]")
    assert card.is_hidden(), "closed by the reader"
    # A project's card is in the address as well, and stays when the map is drawn anew.
    at("#theme=projects&metric=none&park=none")
    page.locator("path.atlas-project").first.focus()
    page.keyboard.press("Enter")
    name, address = head.inner_text(), page.evaluate("location.hash")
    assert re.search("project=.", address) and "park=" not in address
    page.locator(".atlas-language").click()
    assert card.is_visible() and head.inner_text() != name
    metric = "location.hash.replace('metric=none', 'metric=tax_100m_yuan')"
    page.evaluate(f"location.hash = {metric}")
    page.wait_for_function("/总额|tax/i.test(document.querySelector('.atlas-legend').textContent)")
    page.locator(".atlas-language").click()
    assert head.inner_text() == name
    page.reload()
    page.wait_for_selector("#atlas[data-ready]")
    assert head.inner_text() == name
    page.evaluate("location.hash = '#theme=parks'")
    card.wait_for(state="hidden")
    watched.assert_quiet()


def test_a_card_opened_from_elsewhere_gives_the_focus_back(opened, watched):
    page = opened()
    page.locator("path[data-zone=zizhu]").focus()
    page.keyboard.press("Enter")
    page.locator(FIELD).fill("莘庄工业区")
    page.locator(FIELD).press("Enter")
    page.locator(".atlas-card .atlas-close").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "map", "not the park opened before"
    watched.assert_quiet()


@pytest.mark.parametrize(
    "address",
    ["#lang=fr&theme=moon&metric=acres&period=1&park=x&element=y", "#%E0%A4%A", "#=&&=;;<b>",
     "#park=__proto__&theme=constructor"],
)  # fmt: skip
def test_an_address_of_nonsense_is_ignored(opened, watched, address):
    page = opened(address)
    assert page.locator("h1").inner_text() == "闵行区产业园区：可用土地"
    assert page.locator(".atlas-card").is_hidden()
    watched.assert_quiet()


def test_layers_go_and_come(opened, watched):
    page = opened()
    for layer, node in (("parks", "path.atlas-park"), ("names", ".atlas-label-town")):
        switch = page.locator(f".atlas-switches input[data-layer={layer}]")
        visible = f"""() => [...document.querySelectorAll('{node}')]
            .filter(one => getComputedStyle(one).visibility === 'visible').length"""
        count = page.evaluate(visible)
        assert count > 5
        switch.uncheck()
        assert page.evaluate(visible) == 0
        switch.check()
        assert page.evaluate(visible) == count
    watched.assert_quiet()
