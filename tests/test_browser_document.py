"""What the page makes of a file's data, in a browser without a network."""

from __future__ import annotations

import pytest

from geo.errors import LANGUAGES
from geo.plans import load_boundaries
from layers.map_view import MapView
from layers.page import export_html

pytestmark = pytest.mark.browser

BELTS = "one-axis-three-belts"
ZONE = {"zh": "零号湾", "en": "Neobay"}
FIELD, HITS = ".atlas-search input", ".atlas-search [role=option]"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_filtered_parks_and_a_layout_share_their_cards(watched, plans, tmp_path, lang):
    """The layout needs cards of parks that are not shown: its cards are not those of the parks."""
    path, page = tmp_path / "map.html", watched.page
    view = MapView(lang=lang, parks=("zizhu", "neobay"))
    stops = ("parks", "zizhu", BELTS, "neobay")
    path.write_text(export_html(view, plans, load_boundaries(), stops=stops), encoding="utf-8")
    watched.open(path)
    name = plans.parks["zizhu"].name(lang)
    for theme in ("parks", BELTS):
        page.goto(f"{path.as_uri()}#theme={theme}&lang={lang}")
        page.reload()
        page.wait_for_selector("#atlas[data-ready]")
        page.locator(FIELD).fill(name)
        page.locator(HITS).first.click()
        assert page.locator(".atlas-card h2").inner_text() == name
        # By its name in the other language as well.
        page.locator(FIELD).fill(ZONE["en" if lang == "zh" else "zh"])
        assert plans.parks["neobay"].name(lang) in page.locator(HITS).first.inner_text()
    # On the map of two parks, no third one is found.
    page.goto(f"{path.as_uri()}#theme=parks&lang={lang}")
    page.reload()
    page.wait_for_selector("#atlas[data-ready]")
    page.locator(FIELD).fill(plans.parks["xinzhuang"].name(lang))
    assert page.locator(".atlas-no-hit").count() == 1
    for number, park in ((2, "zizhu"), (4, "neobay")):
        page.goto(f"{path.as_uri()}#present={number}&lang={lang}")
        page.reload()
        page.wait_for_selector(f"#atlas[data-stop='{number}']")
        words = page.locator(".atlas-present-body").inner_text()
        assert plans.parks[park].name(lang) in words.replace("\n", "")
        assert plans.parks[park].position.name(lang) in words
    watched.assert_quiet()
