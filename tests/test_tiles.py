"""Online basemaps without a browser: what is offered, what a payload gets, where a key may go."""

from __future__ import annotations

import json
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from geo.errors import LANGUAGES, AtlasError
from geo.files import read_text
from geo.plans import load_boundaries
from layers import page, tiles
from layers.i18n import catalogue
from layers.map_view import MapView, payload
from layers.page import APP, APP_STYLES, ASSETS, app_shell, export_html, page_html
from views.settings import settings

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch):
    """Settings of the test's own, read anew."""
    for name in (tiles.SWITCH, "TIANDITU_KEY"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_basemap_has_its_words(lang):
    names = [basemap.name(lang) for basemap in tiles.BASEMAPS.values()]
    assert len(set(names)) == len(names) == 4
    for one in tiles.BASEMAPS.values():
        assert bool(one.attribution(lang)) == bool(one.layers)


def test_no_word_is_left_over():
    code = "".join(read_text(path) for path in (tiles_py(), ASSETS.parent.parent / VIEW))
    asked = set(re.findall(r'"(tiles\.\w+)"', code))
    asked |= {f"tiles.name.{one}" for one in tiles.BASEMAPS}
    asked |= {f"tiles.attribution.{one.id}" for one in tiles.BASEMAPS.values() if one.layers}
    assert {key for key in catalogue("zh") if key.startswith("tiles.")} == asked


VIEW = "views/basemap.py"


def tiles_py():
    return ASSETS.parent / "tiles.py"


def test_the_offline_basemap_adds_nothing():
    assert tiles.payload_part(tiles.OFFLINE, "zh") == {}
    assert tiles.BASEMAPS[tiles.OFFLINE].hosts == ()
    assert next(iter(tiles.offered())) == tiles.OFFLINE


def test_hosts_are_whole_and_over_https():
    assert tiles.BASEMAPS["osm"].hosts == ("https://tile.openstreetmap.org",)
    assert len(tiles.BASEMAPS["tianditu"].hosts) == 8
    assert tiles.BASEMAPS["amap"].hosts[0] == "https://wprd01.is.autonavi.com"
    for host in tiles.hosts():
        assert re.fullmatch(r"https://[a-z0-9.]+", host)


def test_only_amap_is_shifted_and_only_tianditu_asks_a_key():
    assert {one.id for one in tiles.BASEMAPS.values() if one.crs == "gcj02"} == {"amap"}
    assert {one.id for one in tiles.BASEMAPS.values() if one.needs_key} == {"tianditu"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_payload_gets(lang):
    part = tiles.payload_part("tianditu", lang, f" {KEY}\n")["tiles"]
    assert set(part) == {
        "id", "layers", "subdomains", "attribution", "max_zoom", "crs", "notice",
    }  # fmt: skip
    assert all(url.endswith(f"&tk={KEY}") and "{key}" not in url for url in part["layers"])
    assert ["LAYER=vec" in part["layers"][0], "LAYER=cva" in part["layers"][1]] == [True, True]
    # No key of another provider's goes along.
    for other in ("osm", "amap"):
        assert KEY not in json.dumps(tiles.payload_part(other, lang, KEY))


@pytest.mark.parametrize(
    "key",
    ["short", "x" * 65, f"{KEY}&a=1", "密钥" * 10, f"{KEY}/../..", '"' + KEY + '"', "{s}" * 8],
)
def test_what_cannot_be_a_key_is_refused_and_not_repeated(key):
    with pytest.raises(AtlasError) as caught:
        tiles.payload_part("tianditu", "zh", key)
    for lang in LANGUAGES:
        assert "TIANDITU_KEY" in caught.value.text(lang)
        assert key not in caught.value.text(lang)
        assert "\n" not in caught.value.text(lang)


@given(st.text(max_size=70))
def test_a_key_is_letters_and_digits_or_none(text):
    try:
        key = tiles.checked_key(text)
    except AtlasError:
        return
    assert key.isascii() and key.isalnum() and 16 <= len(key) <= 64


def test_a_missing_key_and_an_unknown_basemap_are_told():
    with pytest.raises(AtlasError, match="TIANDITU_KEY"):
        tiles.payload_part("tianditu", "zh")
    with pytest.raises(AtlasError, match="offline, tianditu, osm, amap"):
        tiles.payload_part("google", "zh")


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("", ("offline", "tianditu", "osm", "amap")),
        ("off", ("offline",)),
        (" NONE ", ("offline",)),
        ("osm, tianditu", ("offline", "tianditu", "osm")),
    ],
)
def test_the_switch(monkeypatch, said, offered):
    monkeypatch.setenv(tiles.SWITCH, said)
    assert tiles.offered() == offered
    allowed = {host for one in offered for host in tiles.BASEMAPS[one].hosts}
    policy = re.search(r"img-src ([^;]*);", app_shell())[1]
    assert set(policy.split()) == {"data:", *allowed}
    refused = set(tiles.BASEMAPS) - set(offered)
    for one in refused:
        with pytest.raises(AtlasError, match=tiles.SWITCH):
            tiles.payload_part(one, "zh", KEY)


def test_a_file_has_no_tiles_no_key_and_nothing_to_fetch_them(plans, monkeypatch):
    monkeypatch.setenv("TIANDITU_KEY", KEY)
    boundaries = load_boundaries()
    text = export_html(MapView(), plans, boundaries)
    assert KEY not in text
    assert "img-src data:;" in text
    for name in tiles.hosts():
        assert name.removeprefix("https://") not in text
    for piece in ("onlineTiles", "setScheme", "data-scheme"):
        assert piece in app_shell() and f"Atlas.{piece} =" not in text
    assert 'data-scheme="dark"' not in text
    assert not set(APP) & {*page.SCRIPTS, *page.TOOLS}
    assert not set(APP_STYLES) & {*page.STYLES, *page.TOOL_STYLES}
    data = payload(MapView(), plans, boundaries)
    with pytest.raises(AtlasError, match="online basemap"):
        page_html("zh", "x", data | tiles.payload_part("osm", "zh"))


# --- the control ---------------------------------------------------------------------------------


def _sidebar() -> None:
    """A page with nothing but the control."""
    import streamlit as st

    from views import basemap

    lang = st.query_params.get("lang", "zh")
    value = st.session_state.setdefault("base", st.query_params.get("base", "offline"))
    basemap.draw(value, lang, key="base")
    st.json(basemap.part(st.session_state.get("base", "offline"), lang))


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(_sidebar)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> dict:
    return json.loads(app.json[0].value)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_choice_without_a_key(lang):
    app = opened(lang=lang)
    (box,) = app.selectbox
    assert box.label == catalogue(lang)["tiles.label"]
    assert box.options == [tiles.get(one).name(lang) for one in ("offline", "osm", "amap")]
    assert box.help == catalogue(lang)["tiles.help"]
    assert drawn(app) == {} and not app.warning
    box.select("amap").run()
    assert drawn(app)["tiles"]["crs"] == "gcj02"


def test_a_link_to_what_needs_a_key_says_so_and_stays_offline():
    app = opened(base="tianditu")
    assert app.selectbox[0].value == "tianditu"
    assert "TIANDITU" in app.warning[0].value
    assert drawn(app) == {}


def test_a_key_of_the_environment_brings_tianditu(monkeypatch, caplog):
    monkeypatch.setenv("TIANDITU_KEY", KEY)
    with caplog.at_level(logging.DEBUG):
        app = opened(base="tianditu")
    assert not app.warning
    assert KEY in drawn(app)["tiles"]["layers"][0]
    assert KEY not in str(app.query_params)
    ours = [r for r in caplog.records if r.name.split(".")[0] in ("views", "layers", "geo")]
    assert KEY not in "".join(record.getMessage() for record in ours)


def test_a_bad_key_is_one_line(monkeypatch):
    monkeypatch.setenv("TIANDITU_KEY", "not a key!")
    app = opened(base="tianditu")
    (warning,) = app.warning
    assert "TIANDITU" in warning.value and "not a key" not in warning.value
    assert drawn(app) == {}


def test_a_closed_intranet_sees_no_choice(monkeypatch):
    monkeypatch.setenv(tiles.SWITCH, "off")
    app = opened()
    assert not app.selectbox and not app.warning
    assert drawn(app) == {}
