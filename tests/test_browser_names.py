"""A park's name on the map is read as the name of what it stands on."""

from __future__ import annotations

import pytest

from geo.plans import load_boundaries
from layers.map_view import MapView
from layers.page import export_html

pytestmark = pytest.mark.browser

BELTS = "one-axis-three-belts"
# For every park's name in sight: how many points of it lie on which park.
GROUND = """() => {
    const stored = Atlas.unpack(JSON.parse(document.querySelector('#atlas-data').textContent));
    const zones = Atlas.inLanguage(stored, document.documentElement.lang.slice(0, 2)).zones;
    const parkOf = id => zones.find(zone => zone.zone === id).park;
    const stage = document.querySelector('#map').getBoundingClientRect();
    const at = (x, y) => {
        const hit = document.elementsFromPoint(x, y).find(one => one.dataset && one.dataset.zone);
        return hit ? parkOf(hit.dataset.zone) : null;
    };
    return [...document.querySelectorAll('.atlas-label-park')]
        .filter(node => node.style.visibility === 'visible')
        .map(node => {
            const name = node.querySelector('.atlas-label-name').textContent;
            const box = node.getBoundingClientRect(), under = {};
            for (let i = 0; i <= 12; i += 1) for (let j = 0; j <= 6; j += 1) {
                const park = at(box.left + box.width * i / 12, box.top + box.height * j / 6);
                if (park) under[park] = (under[park] || 0) + 1;
            }
            const own = zones.find(zone => zone.short === name || zone.name === name).park;
            return [name, own, under, box.left >= stage.left && box.right <= stage.right];
        });
}"""


@pytest.fixture(scope="module")
def deck(plans, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("names") / "deck.html"
    page = export_html(MapView(), plans, load_boundaries(), stops=("projects", BELTS))
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize(
    ("watched", "least"),
    [((1366, 768), 10), ((911, 512), 6), ((1024, 600), 6), ((390, 844), 6), ((1920, 1080), 12)],
    indirect=["watched"],
)
def test_a_name_stands_on_its_own_park_or_beside_it_alone(watched, deck, least):
    page = watched.page
    for address in ("", "#lang=en", "#metric=planned_area_km2&period=2021-2025",
                    "#theme=projects&lang=en", "#theme=projects&metric=none"):  # fmt: skip
        page.goto("about:blank")
        page.goto(deck + address)
        page.wait_for_selector("#atlas[data-ready]")
        found = page.evaluate(GROUND)
        assert len(found) >= least, (address, [one[0] for one in found])
        for name, own, under, whole in found:
            assert whole, (address, name)
            most = max((points for park, points in under.items() if park != own), default=0)
            assert under.get(own, 0) > most, (address, name, own, under)
    watched.assert_quiet()


@pytest.mark.parametrize("watched", [(1366, 768), (911, 512), (390, 844)], indirect=True)
def test_the_chosen_park_is_always_named(watched, deck, plans):
    page = watched.page
    page.goto(deck)
    page.wait_for_selector("#atlas[data-ready]")
    for park in plans.parks:
        page.evaluate("park => { location.hash = `#park=${park}`; }", park)
        # The card of the park before is open until the address has been read.
        page.locator(".atlas-card h2", has_text=plans.parks[park].zh).wait_for()
        assert park in {own for _, own, *_ in page.evaluate(GROUND)}, park
    watched.assert_quiet()
