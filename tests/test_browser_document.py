"""What the page makes of a file's data, in a browser without a network."""

from __future__ import annotations

import json

import pytest
from hypothesis import find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from test_packing import TREES, twin

from geo.errors import LANGUAGES
from geo.plans import load_boundaries
from layers.map_view import MapView
from layers.packing import merge, share
from layers.page import app_shell, export_html

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
    name = plans.parks["zizhu"].name(lang)
    for theme in ("parks", BELTS):
        page.goto(f"{path.as_uri()}?{theme}#theme={theme}&lang={lang}")
        page.wait_for_selector("#atlas[data-ready]")
        page.locator(FIELD).fill(name)
        page.locator(HITS).first.click()
        assert page.locator(".atlas-card h2").inner_text() == name
        # By its name in the other language as well.
        page.locator(FIELD).fill(ZONE["en" if lang == "zh" else "zh"])
        assert plans.parks["neobay"].name(lang) in page.locator(HITS).first.inner_text()
    # On the map of two parks, no third one is found.
    page.goto(f"{path.as_uri()}?again#theme=parks&lang={lang}")
    page.wait_for_selector("#atlas[data-ready]")
    page.locator(FIELD).fill(plans.parks["xinzhuang"].name(lang))
    assert page.locator(".atlas-no-hit").count() == 1
    for number, park in ((2, "zizhu"), (4, "neobay")):
        page.goto(f"{path.as_uri()}?{number}#present={number}&lang={lang}")
        page.wait_for_selector(f"#atlas[data-stop='{number}']")
        words = page.locator(".atlas-present-body").inner_text()
        assert plans.parks[park].name(lang) in words.replace("\n", "")
        assert plans.parks[park].position.name(lang) in words
    watched.assert_quiet()


def test_a_stop_that_comes_back_is_a_stop_of_its_own(watched, plans, tmp_path):
    path, page = tmp_path / "map.html", watched.page
    stops = ("parks", "zizhu", BELTS, "zizhu", "parks", "parks")
    path.write_text(export_html(MapView(), plans, load_boundaries(), stops=stops), "utf-8")
    page.goto(f"{path.as_uri()}#present=1")
    heads = []
    for number in range(1, len(stops) + 1):
        page.wait_for_selector(f"#atlas[data-stop='{number}']")
        assert f"{number} / {len(stops)}" in page.locator(".atlas-present-counter").inner_text()
        heads.append(page.locator(".atlas-present-body h1").inner_text().replace("\n", ""))
        page.keyboard.press("PageDown")
    assert heads[0] == heads[4] == heads[5] != heads[1] == heads[3] != heads[2]
    assert heads[1] == plans.parks["zizhu"].zh
    page.keyboard.press("PageUp")
    page.wait_for_selector("#atlas[data-stop='5']")
    watched.assert_quiet()


def examples(count: int) -> list[tuple]:
    """Pairs of trees as of two languages, found by hypothesis, the same every time."""
    found = []

    def gather(data) -> bool:
        zh = data.draw(TREES)
        found.append((zh, twin(zh, data.draw)))
        return False

    with pytest.raises(NoSuchExample):
        find(
            st.data(),
            gather,
            settings=settings(max_examples=count, derandomize=True, database=None),
        )
    return found


def test_the_page_undoes_what_was_packed(watched, tmp_path):
    """`Atlas.unpack` and `Atlas.inLanguage` of the page itself, on what nobody has thought of."""
    path, page = tmp_path / "shell.html", watched.page
    path.write_text(app_shell(), encoding="utf-8")
    page.goto(path.as_uri())
    pairs = examples(200)
    assert len(pairs) > 100 and sum(isinstance(zh, (dict, list)) for zh, _ in pairs) > 30
    packed = json.dumps([share(merge(zh, en)) for zh, en in pairs])
    told = page.evaluate(
        """text => JSON.stringify(JSON.parse(text).map(Atlas.unpack)
            .map(tree => ["zh", "en"].map(lang => Atlas.inLanguage(tree, lang))))""",
        packed,
    )
    for made, pair in zip(json.loads(told), pairs, strict=True):
        assert plain(made) == plain(pair)


def plain(tree) -> object:
    """Return a tree as a script holds it: 1.0 is 1, true is not 1, keys have no order."""
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [plain(value) for value in tree]
    return (
        float(tree)
        if isinstance(tree, (int, float)) and not isinstance(tree, bool)
        else (repr(tree))
    )
