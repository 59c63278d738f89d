"""What an exported file holds: every metric and year, both languages, its themes, each once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from shown import composed, finished, stored

from geo.errors import LANGUAGES, AtlasError
from geo.plans import load_boundaries
from layers import map_view
from layers.document import document, opening_title
from layers.imprint import Imprint
from layers.map_view import MapView, payload
from layers.packing import speak
from layers.page import export_html
from layers.parks import ParksLayer

BELTS = "one-axis-three-belts"
DECK = ("xinzhuang", BELTS, "industry:ai", "projects", "zizhu")


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def deck(plans, boundaries):
    return document(MapView(), plans, boundaries, Imprint(), DECK)


def essence(data: dict) -> dict:
    """Return a payload without what a document keeps elsewhere."""
    kept = ("title", "subtitle", "legend", "sources", "layers", "fit", "states", "choropleth",
            "zones", "cards", "sketches", "projects")  # fmt: skip
    return {key: data[key] for key in kept if key in data}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_any_choice_is_the_map_that_a_view_of_it_draws(deck, plans, boundaries, lang):
    views = {
        "parks": MapView(),
        BELTS: MapView(scheme=BELTS),
        "industry:ai": MapView(industry="ai"),
        "projects": MapView(projects=True),
    }
    assert [theme["id"] for theme in deck["themes"]] == list(views)
    for theme, view in views.items():
        for metric, period in ((None, None), ("land_mu", "2021-2025"), ("tax_100m_yuan", "2017")):
            wanted = replace(view, lang=lang, metric=metric, period=period)
            drawn = payload(wanted, plans, boundaries)
            if theme == "projects":  # a theme of its own, not an overlay of the metric's map
                drawn["kind"] = theme
            drawn = finished(drawn)
            shown = composed(deck, lang, theme, metric, period)
            assert essence(shown) == essence(drawn), (theme, metric)


def test_the_projects_keep_their_title_over_a_metric(deck, plans, boundaries):
    over = composed(deck, "en", "projects", "tax_100m_yuan", "2017")
    plain = composed(deck, "en", "projects", None, None)
    assert over["title"] == plain["title"] and "projects" in plain["title"]
    assert over["subtitle"] == plain["subtitle"] + " · parks coloured by Tax (2017)"
    view = MapView(lang="en", projects=True)
    assert opening_title(document(view, plans, boundaries, Imprint()), "en") == plain["title"]
    app = finished(payload(view, plans, boundaries))
    assert app["title"] == "Industrial parks of Minhang: Available land", "there an overlay"


def test_every_theme_and_metric_names_its_documents_in_short(deck):
    for lang, ours in (("zh", "闵行“十四五”"), ("en", "Minhang 14th FYP")):
        for theme in ("parks", "projects"):
            assert ours in composed(deck, lang, theme, None, None)["cited"], theme
        assert composed(deck, lang, "industry:ai", None, None)["cited"]
    metric = next(one for one in deck["choropleths"] if one["metric"] == "land_mu")
    assert metric["cited"] == [{"zh": "闵行“十四五”", "en": "Minhang 14th FYP"}]


def test_every_metric_and_period_is_there_once(deck, plans):
    stated = [(m, p) for m in plans.mapped_metrics() for p in plans.periods(m)]
    assert [(one["metric"], one["period"]) for one in deck["choropleths"]] == stated
    assert len(stated) > 20


def test_shapes_are_stored_once_however_many_layers_use_them(plans, boundaries):
    page = export_html(MapView(), plans, boundaries, stops=DECK)
    shape = next(zone["shape"] for zone in stored(page)["zones"] if zone["zone"] == "xinzhuang")
    assert page.count(json.dumps(shape, separators=(",", ":"))[1:-1]) == 1


def test_stops_are_parks_and_themes_in_the_order_asked(deck, plans, boundaries):
    kinds = [stop["kind"] for stop in deck["stops"]]
    assert [stop["id"] for stop in deck["stops"]] == list(DECK)
    assert kinds == ["park", "theme", "theme", "theme", "park"]
    again = document(MapView(), plans, boundaries, Imprint(), ("parks", "zizhu", "parks"))
    assert [stop["id"] for stop in again["stops"]] == ["parks", "zizhu", "parks"]
    assert [theme["id"] for theme in again["themes"]] == ["parks"]
    plain = document(MapView(parks=("zizhu", "neobay")), plans, boundaries, Imprint())
    assert [stop["id"] for stop in plain["stops"]] == ["parks", "zizhu", "neobay"]
    with pytest.raises(AtlasError, match="moon"):
        document(MapView(), plans, boundaries, Imprint(), ("moon",))
    with pytest.raises(AtlasError, match="xinzhuang"):
        document(MapView(parks=("zizhu",)), plans, boundaries, Imprint(), ("xinzhuang",))


def test_the_cards_of_all_themes_are_there_and_a_theme_has_its_own(plans, boundaries):
    """A layout needs cards of parks that are not shown."""
    view = MapView(parks=("zizhu", "neobay"))
    made = document(view, plans, boundaries, Imprint(), ("parks", BELTS))
    parks, belts = made["themes"]
    assert list(parks["cards"]) == ["zizhu", "neobay"]
    assert "cards" not in belts and set(made["cards"]) > set(parks["cards"])
    for park, card in parks["cards"].items():
        assert made["cards"][park] == card
    alike = document(MapView(), plans, boundaries, Imprint(), ("parks", BELTS))
    assert not [theme["id"] for theme in alike["themes"] if "cards" in theme]


def test_what_no_language_has_a_part_in_is_worked_out_once(plans, boundaries, monkeypatch):
    built = []
    for name in ("build_scheme", "lens"):
        work = getattr(map_view, name)
        monkeypatch.setattr(
            map_view, name, lambda *args, name=name, work=work: built.append(name) or work(*args)
        )
    document(MapView(), plans, boundaries, Imprint(), ("parks", BELTS, "industry:ai", BELTS))
    assert sorted(built) == ["build_scheme", "lens"]
    layer = ParksLayer(plans, boundaries, "zh", ("zizhu", "metdz"), "land_mu", "2021-2025")
    assert layer.zones is layer.zones and layer.edges is layer.edges
    assert set(layer.edges) == set(layer.zones) and layer.states == {}


def test_it_starts_with_what_the_view_shows(plans, boundaries):
    view = MapView(lang="en", metric="tax_100m_yuan", selected="zizhu")
    start = document(view, plans, boundaries, Imprint())["start"]
    assert start == {"lang": "en", "theme": "parks", "metric": "tax_100m_yuan",
                     "period": plans.latest_period("tax_100m_yuan"), "park": "zizhu",
                     "element": None}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_title_is_that_of_the_map_shown_first(plans, boundaries, lang):
    for view in (MapView(), MapView(metric=None), MapView(scheme=BELTS),
                 MapView(metric=None, projects=True)):  # fmt: skip
        data = document(view, plans, boundaries, Imprint())
        drawn = finished(payload(replace(view, lang=lang), plans, boundaries))
        assert opening_title(data, lang) == drawn["title"]
    own = document(MapView(), plans, boundaries, Imprint(title="招商图", subtitle="内部"))
    assert opening_title(own, lang) == "招商图"
    first = speak(own, lang)["themes"][0]
    assert (first["title"], first["subtitle"], first["label"]) == ("招商图", "内部", "招商图")


def test_the_words_of_a_file_are_not_sent_to_the_app(deck, plans, boundaries):
    sent, held = payload(MapView(), plans, boundaries)["words"], speak(deck, "zh")["words"]
    assert not any(key.startswith("file.") for key in sent)
    assert held["file.search"] and sent.items() <= held.items()


def test_english_readers_get_the_imprints_own_words(plans, boundaries):
    given = Imprint("自定标题", "自定副标题", "制图单位", title_en="Own title", office_en="Office")
    data = document(MapView(), plans, boundaries, given)
    for lang, title, office in (("zh", "自定标题", "制图单位"), ("en", "Own title", "Office")):
        told = speak(data, lang)
        assert (told["themes"][0]["title"], told["imprint"]["office"]) == (title, office)
        assert told["themes"][0]["subtitle"] == "自定副标题"
