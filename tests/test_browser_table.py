"""The table of a file: stated totals, numbers copied by hand, the projects; in a real browser."""

from __future__ import annotations

import pytest

from geo.plans import Plans, load_boundaries
from layers.i18n import t
from layers.map_view import MapView
from layers.page import export_html

PANEL = "[data-panel=table]"
TABLE = "[data-tool=table]"
# What is marked of a node, as the browser would copy it.
SELECTED = """node => {
    getSelection().selectAllChildren(node);
    const text = getSelection().toString();
    getSelection().removeAllRanges();
    return text;
}"""


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def plans():
    return Plans.load()


@pytest.fixture
def open_map(watched, plans, boundaries, tmp_path):
    """Write a view to disk, open it, return the page."""

    def opener(view: MapView | None = None):
        path = tmp_path / "map.html"
        path.write_text(export_html(view or MapView(), plans, boundaries), encoding="utf-8")
        watched.open(path)
        return watched.page

    return opener


def copied(page) -> list[list[str]]:
    """Return the table as the button copies it; here a file may not, so that it is shown."""
    page.evaluate("""() => {
        navigator.clipboard.writeText = async (text) => { window.copied = text; };
    }""")
    page.locator(f"{PANEL} [data-key=copy]").click()
    page.wait_for_function("window.copied")
    return [line.split("\t") for line in page.evaluate("window.copied").split("\n")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_totals_are_the_plans_own_and_numbers_are_copied_without_notes(open_map, watched, lang):
    page = open_map(MapView(lang=lang))
    page.locator(TABLE).click()
    total = page.locator(f"{PANEL} tfoot tr")
    assert total.locator("th").inner_text() == t("tool.table.total", lang)
    cell = total.locator("td.atlas-on-map")
    assert cell.inner_text().startswith("9,921.1")
    marks = cell.locator("sup").evaluate_all("all => all.map((node) => node.title)")
    assert len(marks) == 3 and any("9,086.1" in mark and "835.0" in mark for mark in marks)
    assert "9,086.1" in page.locator(".atlas-marks").inner_text()
    # The footnotes' digits are drawn, but no part of what is marked.
    land = page.locator(f"{PANEL} tr[data-park=pujiang] .atlas-on-map")
    assert land.locator("sup").count() >= 1
    drawn = land.locator("sup").first.evaluate("n => getComputedStyle(n, '::after').content")
    assert drawn.strip('"')[0] in "123456789a"
    expected = t("tool.table.mark.about", lang, value="2,000")
    assert land.evaluate(SELECTED).strip() == expected
    assert cell.evaluate(SELECTED).strip() == "9,921.1"
    lines = copied(page)
    (row,) = (line for line in lines if line[0] == t("tool.table.total", lang))
    assert row[2] == "9921.1" and "9,086.1" in row[-1]
    (pujiang,) = (line for line in lines if "B地块及东方智媒城" in line[-1])
    assert pujiang[2] == "2000"
    page.locator(f"{PANEL} .atlas-sort").nth(2).click()
    assert page.locator(f"{PANEL} tfoot tr").count() == 1, "whatever the order"
    watched.assert_quiet()


def test_a_total_of_all_parks_below_some_of_them_says_so(open_map):
    page = open_map(MapView(parks=("zizhu", "pujiang"), unit="ha"))
    page.locator(TABLE).click()
    assert page.locator(f"{PANEL} tbody tr").count() == 2
    total = page.locator(f"{PANEL} tfoot tr")
    assert total.locator("th").inner_text() == t("tool.table.total.all", "zh")
    assert total.locator("td.atlas-on-map").inner_text().startswith("661.41")
    told = t("tool.table.converted", "zh", unit="亩")
    assert told in page.locator(PANEL).inner_text()
    assert any(told in cell for line in copied(page) for cell in line)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_projects_are_listed_found_and_opened(open_map, watched, plans, lang):
    page = open_map(MapView(lang=lang, metric=None, projects=True))
    page.locator(TABLE).click()
    rows = page.locator(f"{PANEL} tbody tr")
    assert rows.count() == len(plans.projects)
    amount = page.locator(f"{PANEL} thead button[data-key=amount]")
    amount.click()
    largest = max(plans.projects, key=lambda project: project.investment or 0)
    assert rows.first.get_attribute("data-project") == largest.id
    assert f"{largest.investment:,}" in rows.first.inner_text()
    stated = [project for project in plans.projects if project.investment is not None]
    if len(stated) < len(plans.projects):
        assert rows.last.locator("td.atlas-number").inner_text() == "—", "none is no nought"
    lines = copied(page)
    assert lines[1][0] == largest.text("name", lang) and lines[1][2] == str(largest.investment)
    rows.nth(3).locator("td").first.click()
    name = rows.nth(3).locator("th").inner_text()
    assert page.locator(".atlas-card h2").inner_text() == name
    assert rows.nth(3).get_attribute("aria-current") == "true"
    assert f"project={rows.nth(3).get_attribute('data-project')}" in page.evaluate("location.hash")
    # The parks have their table as well.
    page.locator(f"{PANEL} button[data-key=parks]").click()
    assert rows.count() == len(plans.parks)
    page.locator(f"{PANEL} button[data-key=projects]").click()
    assert rows.count() == len(plans.projects)
    wanted = plans.projects[4]
    for one in ("zh", "en"):
        page.locator(".atlas-search input").fill(wanted.text("name", one)[:12])
        hit = page.locator(".atlas-search [role=option]", has_text=wanted.text("name", lang))
        hit.first.click()
        assert page.locator(".atlas-card h2").inner_text() == wanted.text("name", lang)
    watched.assert_quiet()


def test_an_open_panel_is_in_the_address_and_comes_back(open_map, watched):
    page = open_map()
    page.locator(TABLE).click()
    assert "panel=table" in page.evaluate("location.hash")
    page.reload()
    page.wait_for_selector(f"{PANEL} .atlas-table")
    page.locator("[data-tool=compare]").click()
    page.locator("select[data-key=a]").select_option("maqiao")
    page.locator("select[data-key=b]").select_option("neobay")
    address = page.evaluate("location.hash")
    assert "panel=compare" in address and "a=maqiao" in address and "b=neobay" in address
    # A park's card beside it is another thing than the two compared.
    page.evaluate("location.hash += '&park=zizhu'")
    page.wait_for_selector(".atlas-card:visible")
    page.evaluate("location.hash = 'panel=compare&park=zizhu&a=pujiang&b=lianhua'")
    page.wait_for_function("document.querySelector('select[data-key=b]').value === 'lianhua'")
    assert page.locator("select[data-key=a]").input_value() == "pujiang"
    page.reload()
    page.wait_for_selector(".atlas-compare")
    sides = [page.locator(f"select[data-key={side}]").input_value() for side in "ab"]
    assert sides == ["pujiang", "lianhua"]
    assert page.locator(".atlas-card h2").inner_text() == "紫竹高新区"
    page.keyboard.press("Escape")
    page.locator("[data-panel=compare] .atlas-panel-close").click()
    assert "panel" not in page.evaluate("location.hash")
    for bad in ("panel=atlantis", "panel=compare&a=x&b=__proto__", "panel=compare&a=zizhu&b=zizhu"):
        page.evaluate(f"location.hash = '{bad}'")
        page.wait_for_timeout(50)
    assert page.locator("select[data-key=b]").input_value() != "zizhu"
    watched.assert_quiet()
