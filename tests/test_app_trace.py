"""The page 四至速绘 without a browser: state, readings, words, lists, files, bad input."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import bodies, opened, url
from shapely.geometry import shape
from streamlit.testing.v1 import AppTest

import geo
from geo.digitize import digitize, quality, stored
from geo.digitize.lists import read_list
from geo.errors import AtlasError
from geo.formats import FORMATS
from geo.reason import Reason
from geo.reference import load_gazetteer
from geo.sizhi import MAX_CHARS, parse
from geo.zones import Alias, read_before
from layers import i18n, trace
from layers.trace_parts import SIDE_COLOURS
from views import page_state
from views.trace import lists as trace_list
from views.trace import reading as trace_reading
from views.trace import reference as trace_reference
from views.trace import result as trace_result
from views.trace import session as trace_session
from views.trace import show as trace_show
from views.trace.state import EXAMPLE_AREAS, EXAMPLES, TraceState, example, from_query, to_query

GAZETTEER = load_gazetteer()
MISSING = example("missing", "zh")
GAPS = example("gaps", "zh")
CHINESE = re.compile(r"[\u3400-\u9fff]")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"

names = st.text(st.characters(codec="utf-8", exclude_characters=";="), min_size=1, max_size=20)
states = st.builds(
    TraceState,
    lang=st.sampled_from(["zh", "en"]),
    mode=st.sampled_from(["one", "list"]),
    text=st.none() | st.text(st.characters(codec="utf-8"), max_size=300),
    area=st.none() | st.floats(0.001, 1e6).map(lambda area: float(f"{area:.10g}")),
    unit=st.sampled_from(["km2", "ha", "mu"]),
    aliases=st.lists(
        st.tuples(names, names).map(lambda pair: (pair[0].strip(), pair[1].strip())), max_size=3
    ).map(lambda pairs: tuple(pair for pair in pairs if all(pair))),
    zone=st.integers(0, 11),
    readings=st.lists(st.integers(0, 5), max_size=4)
    .filter(lambda picks: not picks or any(picks))
    .map(tuple),
    source=st.sampled_from(["", "builtin", "server"]),
) | st.builds(
    TraceState,
    source=st.just("upload"),
    network=st.sampled_from(["net.gpkg", "我的_路网.osm.pbf", "a-b.zip"]),
)


# --- the state and the address -------------------------------------------------------------------


@given(states)
def test_the_address_carries_the_whole_state(state):
    assert from_query(to_query(state)) == (state, [])


def test_a_long_clause_is_not_in_the_address():
    long = TraceState(text="东至万芳路" * 100, area=3.0, zone=1)
    assert to_query(long) == {"page": "trace"}
    assert to_query(TraceState()) == {"page": "trace"}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"lang": "fr"}, "lang=fr"),
        ({"mode": "many"}, "mode=many"),
        ({"area": "-3"}, "area=-3"),
        ({"area": "nan"}, "area=nan"),
        ({"unit": "acre"}, "unit=acre"),
        ({"nonsense": "1"}, "nonsense"),
        ({"lines": "net.gpkg"}, "lines=net.gpkg"),
        ({"lines": "upload:"}, "lines=upload:"),
    ],
)
def test_a_bad_parameter_is_told_and_left_out(query, named):
    state, messages = from_query({"page": "trace", **query})
    assert state == TraceState()
    assert len(messages) == 1 and named in messages[0]


@given(st.dictionaries(st.sampled_from(["area", "zone", "readings", "alias", "text", "lines"]),
                       st.text(max_size=60)))  # fmt: skip
def test_any_address_is_read(query):
    state, _ = from_query(query)
    assert state.zone >= 0 and all(number >= 0 for number in state.readings)
    assert state.area is None or state.area > 0


def test_another_clause_forgets_what_was_said_of_the_one_before():
    state = TraceState(text=GAPS, area=6.1).with_alias("a", "b").with_reading(1, 2)
    assert state.readings == (0, 2) and state.alias_map == {"a": ("b", "")}
    fresh = state.with_text(MISSING, 17.88)
    assert (fresh.aliases, fresh.readings, fresh.zone, fresh.area) == ((), (), 0, 17.88)
    assert state.with_alias("a", "c").aliases == (("a", "c"),)
    assert state.without_alias("a").aliases == ()


@pytest.mark.parametrize(("unit", "km2"), [("km2", 3000.0), ("ha", 30.0), ("mu", 2.0)])
def test_the_stated_area_is_in_its_unit(unit, km2):
    assert TraceState(text="x", area=3000.0, unit=unit).area_km2 == pytest.approx(km2)


# --- words ---------------------------------------------------------------------------------------


def own_words(lang: str) -> dict[str, str]:
    return {key: text for key, text in i18n.catalogue(lang).items() if key.startswith("trace.")}


def test_every_word_is_used_and_every_used_word_is_there():
    files = [*(geo.ROOT / "views").rglob("*.py"), *(geo.ROOT / "layers").glob("trace*.py")]
    code = "".join(path.read_text("utf-8") for path in files)
    used = set(re.findall(r"""["'](trace\.[a-z_.]+[a-z_])["']""", code))
    built = re.findall(r"""f["'](trace\.[a-z_.]+)\{""", code)
    words = set(own_words("zh"))
    assert used <= words, used - words
    assert not {key for key in words - used if not any(key.startswith(head) for head in built)}
    assert all(any(key.startswith(head) for key in words) for head in built)


def test_english_holds_no_chinese_but_names_and_clauses():
    foreign = {key for key, text in own_words("en").items() if CHINESE.search(text)}
    examples = {f"trace.example.{name}.text" for name in EXAMPLES}
    assert foreign == examples | {
        "trace.clause.placeholder", "trace.alias.example", "trace.list.help", "trace.no_bounds",
    }  # fmt: skip


def test_the_examples_show_what_they_say():
    made = {
        name: trace_reading.work(example(name, "zh"), EXAMPLE_AREAS[name], {}, GAZETTEER)
        for name in EXAMPLES
    }
    assert [len(work.readings) for work in made.values()] == [1, 1, 1, 2]
    published = trace_reading.zone_feature(made["published"], 0, 0, "zh")["properties"]
    assert published["confidence"] == "high" and abs(published["area_error_pct"]) < 5
    gaps = trace_reading.zone_feature(made["gaps"], 0, 0, "zh")["properties"]
    assert gaps["closure"]["gaps"] and len(trace_reading.rings(made["gaps"].readings[0])) > 1
    missing = trace_reading.zone_feature(made["missing"], 0, 0, "zh")["properties"]
    assert "北横泾" in missing["suggestions"]["横泾港"]


# --- readings ------------------------------------------------------------------------------------


def test_a_picked_reading_changes_the_figures_and_is_told_as_picked():
    made = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    best = trace_reading.zone_feature(made, 0, 0, "zh")
    other = trace_reading.zone_feature(made, 0, 1, "zh")
    properties = other["properties"]
    assert best["properties"]["alternatives_km2"][0] == pytest.approx(
        properties["area_km2"], abs=0.001
    )
    assert properties["area_km2"] != best["properties"]["area_km2"]
    assert other["geometry"] != best["geometry"]
    assert any("由使用者选定" in decision["zh"] for decision in properties["decisions"])
    assert not any("取最合文意者" in decision["zh"] for decision in properties["decisions"])
    assert properties["chosen_by_reader"] and "chosen_by_reader" not in best["properties"]
    assert not properties["chosen_by_area"]


def test_a_reading_picked_by_hand_is_never_of_high_confidence(monkeypatch):
    made = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    reading = made.readings[0]
    area = reading.ring.alternatives[0].area_km2
    monkeypatch.setattr(type(reading.ring), "named_share", property(lambda ring: 0.99))
    exact = trace_reading.work(GAPS, area, {}, GAZETTEER)
    number = next(
        n
        for n, ring in enumerate(trace_reading.rings(exact.readings[0]))
        if ring.area_km2 == pytest.approx(area)
    )
    feature = trace_reading.zone_feature(exact, 0, number or 1, "zh")
    assert feature["properties"]["confidence"] == "medium"


def test_a_picked_reading_is_graded_by_the_rule_of_the_files():
    # A side that the clause does not give is low, whoever chose the reading.
    made = trace_reading.work(GAPS, None, {}, GAZETTEER)
    (whole,) = made.readings
    given = {side: bounds for side, bounds in whole.part.sides.items() if side != "north"}
    for part, reading in (
        (whole.part, whole),
        (replace(whole.part, sides=given), replace(whole, part=replace(whole.part, sides=given))),
    ):
        shown = trace_reading.zone_feature(replace(made, readings=(reading,)), 0, 1, "zh")
        taken, _ = trace_reading.picked(reading, 1)
        polygon = stored(taken.ring.polygon)
        graded = quality(taken, taken.ring, polygon, GAZETTEER, chosen_by_area=True)
        assert shown["properties"]["confidence"] == graded["confidence"]
        if part is not whole.part:
            assert part.missing() and shown["properties"]["confidence"] == "low"


def test_each_zone_has_its_own_words_as_in_the_files():
    text = example("zones", "zh")
    made = trace_reading.work(text, None, {}, GAZETTEER)
    shown = [
        trace_reading.zone_feature(made, zone, 0, "zh")["properties"]["clause"]
        for zone in range(len(made.readings))
    ]
    filed = [one["properties"]["clause"] for one in digitize(text, GAZETTEER)]
    assert len(shown) > 1 and shown == filed and text not in shown
    alone = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    assert trace_reading.zone_feature(alone, 0, 0, "zh")["properties"]["clause"] == GAPS


def test_files_of_the_page_credit_the_lines_they_were_traced_on(network):
    lines = trace_reference.read_upload("路网.gpkg", network.read_bytes())
    made = trace_reading.work(SQUARE, None, {}, lines)
    feature = trace_reading.zone_feature(made, 0, 0, "zh")
    content = trace_reading.encoded([feature], "geojson", "a", lines).data.decode()
    assert "OpenStreetMap" in content and "AMap" not in content
    assert "AMap" in trace_reading.encoded([feature], "geojson", "a", GAZETTEER).data.decode()


def test_a_number_no_reading_has_is_the_best():
    made = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    assert trace_reading.picked(made.readings[0], 99) == (made.readings[0], 0)
    assert trace_reading.picked(made.readings[0], -1) == (made.readings[0], 0)


def test_an_area_is_not_used_for_several_zones():
    made = trace_reading.work(example("zones", "zh"), 99.0, {}, GAZETTEER)
    assert [reading.area_km2 for reading in made.readings] == [1.0, 4.13]


def test_too_many_zones_are_left_out_and_counted():
    text = "；".join(
        f"{n}号片区：东至万芳路，南至沈庄塘，西至召楼路，北至江月路" for n in range(15)
    )
    zones = len(parse(text).parts)
    made = trace_reading.work(text, None, {}, GAZETTEER)
    assert zones > trace_reading.MOST_ZONES
    assert made.left_out == zones - trace_reading.MOST_ZONES


@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_format_holds_the_ring(kind, tmp_path):
    made = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    feature = trace_reading.zone_feature(made, 0, 0, "zh")
    path = tmp_path / f"a{FORMATS[kind].suffix}"
    path.write_bytes(trace_reading.encoded([feature], kind, "park-atlas-sizhi", GAZETTEER).data)
    back = geo.formats.read(path).geometry.iloc[0]
    sent = shape(feature["geometry"])
    assert back.symmetric_difference(sent).area < 1e-3 * sent.area


# --- what is told --------------------------------------------------------------------------------


def plain_text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_every_character_is_shown_and_nothing_is_markup(text):
    parsed = parse(f"东至{text}，南至沈庄塘")
    html = trace_result.tokens(parsed, "zh").split('<p class="roles">')[0]
    shown = plain_text(html)
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        shown = shown.replace(code, sign)
    assert shown.replace("&amp;", "&") == parsed.plain.replace("\n", "⏎")
    assert set(re.findall(r"<(\w+)", html)) == {"p", "span"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_names_are_text_everywhere(lang):
    text = f"东至万芳路{HOSTILE}，南至沈庄塘，西至召楼路，北至江月路，南至《{HOSTILE}》路"
    made = trace_reading.work(text, None, {"万芳路": (HOSTILE, HOSTILE)}, GAZETTEER)
    for zone in range(len(made.readings)):
        feature = trace_reading.zone_feature(made, zone, 0, lang)
        properties = feature["properties"]
        html = trace_result.sides(made.readings[zone], properties, lang)
        html += trace_result.tokens(made.parsed, lang)
        html += trace_result.told([decision[lang] for decision in properties["decisions"]])
        assert "<script" not in html and "<img" not in html


def test_the_figures_agree_with_each_other():
    made = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    properties = trace_reading.zone_feature(made, 0, 0, "zh")["properties"]
    text = plain_text(trace_result.tiles(properties, "zh"))
    area = properties["area_km2"]
    for figure in (f"{area:,.4f} km²", f"{area * 100:,.2f} 公顷", f"{area * 1500:,.1f} 亩",
                   "−2.1 %", "公布 6.1 km²"):  # fmt: skip
        assert figure in text
    assert "85%" in text and "至少 95%" in text, "the rule is that of geo.digitize.evidence"


def figures(text: str, area: float | None, lang: str, said=None) -> str:
    made = trace_reading.work(text, area, {}, GAZETTEER)
    properties = trace_reading.zone_feature(made, 0, 0, lang)["properties"]
    told = trace_result.Told(made, made.readings[0], said)
    return plain_text(trace_result.tiles(properties, lang, told))


def test_the_stated_area_is_told_as_it_was_stated():
    clause = example("published", "zh")
    from_text = f"{clause}，面积1500亩"
    assert "公布 1,500 亩（1.000 km²，取自文字）" in figures(from_text, None, "zh")
    assert "stated 1,500 mu (1.000 km², from the text)" in figures(from_text, None, "en")
    assert "公布 1 km²（取自文字）" in figures(f"{clause}，面积1平方公里", None, "zh")
    assert "公布 100 公顷（1.000 km²）" in figures(clause, 1.0, "zh", (100.0, "ha"))
    assert "公布 1.02 km²" in figures(from_text, 1.02, "zh", (1.02, "km2"))


def test_a_side_without_a_named_line_on_the_ring_is_listed():
    text = "东至万芳路、南至沈庄塘、西至无此路、北至江月路"
    assert "西 0%（无所列界线）" in figures(text, None, "zh")
    assert "W 0% (no named line)" in figures(text, None, "en")
    assert "无所列界线" not in figures(GAPS, 6.1, "zh")


def test_how_a_name_was_matched_is_told_in_plain_words():
    def table(text: str, lang: str) -> str:
        made = trace_reading.work(text, None, {}, GAZETTEER)
        properties = trace_reading.zone_feature(made, 0, 0, lang)["properties"]
        return plain_text(trace_result.sides(made.readings[0], properties, lang))

    assert "松江界松江区界区界" in table(MISSING, "zh")
    assert "松江界松江区界district border" in table(MISSING, "en")
    aside = "东至万芳路、南至沈庄塘、西至召楼路、北至江月路以北150米"
    assert "江月路江月路，向北偏 150 米" in table(aside, "zh")
    assert "江月路江月路, offset 150 m north" in table(aside, "en")


def test_a_line_moved_aside_is_called_so_on_its_map():
    made = trace_reading.work(
        "东至万芳路、南至沈庄塘、西至召楼路、北至江月路以北150米", None, {}, GAZETTEER
    )
    layer = trace.TraceLayer("en", GAZETTEER, made.readings[0])
    part = layer.payload_part()["trace"]
    assert "N 江月路, offset 150 m north" in {label["text"] for label in part["labels"]}
    assert not [edge for edge in part["edges"] if "以北" in edge["name"]]


def test_another_ring_has_another_place_on_the_map():
    keys = set()
    for text in (GAPS, MISSING):
        made = trace_reading.work(text, None, {}, GAZETTEER)
        layer = trace.TraceLayer("zh", GAZETTEER, made.readings[0])
        keys.add(trace.payload(trace.TraceView("zh", "same", ""), layer)["fit"]["key"])
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        (GAPS, "park-atlas-万芳路-中心河"),
        (f"东至万芳路{HOSTILE}，南至../沈庄塘", None),
        (example("zones", "zh"), None),
    ],
)
def test_files_are_called_by_their_zone_or_its_first_names(text, stem):
    found = trace_show.file_stem(trace_reading.work(text, None, {}, GAZETTEER))
    assert re.fullmatch(r"park-atlas(-[\w-]+)+", found) and len(found) < 60
    assert stem in (None, found)


def test_the_evidence_lists_every_stretch_with_its_sources():
    made = trace_reading.work(GAPS, 6.1, {}, GAZETTEER)
    ring = made.readings[0].ring
    properties = trace_reading.zone_feature(made, 0, 0, "zh")["properties"]
    html = trace_result.evidence_table(ring, properties["sources"], "zh")
    assert html.count("<tr>") == len(ring.edges) + 1
    ids = properties["sources"]["中心河"]
    assert ids and ids[0] in html


# --- the map's payload ---------------------------------------------------------------------------


def layer(text: str, area=None, aliases=None, lang="zh") -> trace.TraceLayer:
    made = trace_reading.work(text, area, aliases or {}, GAZETTEER)
    return trace.TraceLayer(lang, GAZETTEER, made.readings[0])


def draw(text: str, **options) -> dict:
    lang = options.get("lang", "zh")
    return trace.payload(trace.TraceView(lang, "k", "title"), layer(text, **options))


def test_each_side_has_a_colour_of_its_own_and_kinds_are_kept():
    data = draw(GAPS, area=6.1)
    sides = {edge["side"]: edge["colour"] for edge in data["trace"]["edges"]}
    assert sides == {side: SIDE_COLOURS[side][0] for side in sides} and len(sides) == 4
    assert {edge["kind"] for edge in data["trace"]["edges"]} >= {"measured", "bridged", "extended"}
    assert data["trace"]["area"]
    json.dumps(data, allow_nan=False)


def test_a_line_run_straight_on_belongs_to_its_own_side():
    edges = draw(GAPS, area=6.1)["trace"]["edges"]
    (one,) = [edge for edge in edges if edge["kind"] == "extended"]
    assert (one["feature"], one["side"]) == ("万芳路", "east")


def test_without_a_ring_what_was_found_is_drawn():
    data = draw(MISSING, area=17.88)
    assert data["trace"]["area"] is None
    found = {edge["feature"] for edge in data["trace"]["edges"]}
    assert found == {"北松公路", "元江路", "北沙港", "松江区界", "春申塘"}
    assert {edge["kind"] for edge in data["trace"]["edges"]} == {"found"}
    (south, west), (north, east) = data["fit"]["bounds"]
    assert north - south < 0.2 and east - west < 0.3, "the district's whole border is not in view"


def test_colours_of_sides_are_told_apart_without_red_and_green():
    """In lightness, or in blue against yellow, which red-green blindness leaves."""

    def seen(colour: str) -> tuple[float, float]:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return light, blue - (red + green) / 2

    main = [seen(SIDE_COLOURS[side][0]) for side in ("east", "south", "west", "north")]
    for one, (light, blue) in enumerate(main):
        for other_light, other_blue in main[one + 1 :]:
            assert abs(light - other_light) + abs(blue - other_blue) > 0.2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_on_the_map_can_be_read(lang):
    for _, dark in SIDE_COLOURS.values():
        channels = [int(dark[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (luminance + 0.05) >= 4.5, dark


# --- reference lines -----------------------------------------------------------------------------


@pytest.fixture
def network(tmp_path):
    """A small network of four named roads round a square of 1 km near 121.4, 31.1."""
    west, south, east, north = 121.40, 31.10, 121.4105, 31.109
    roads = {
        "甲东路": [(east, south - 0.005), (east, north + 0.005)],
        "甲南路": [(west - 0.005, south), (east + 0.005, south)],
        "甲西路": [(west, south - 0.005), (west, north + 0.005)],
        "甲北路": [(west - 0.005, north), (east + 0.005, north)],
    }
    path = tmp_path / "net.gpkg"
    frame = gpd.GeoDataFrame(
        {"name": list(roads), "highway": "primary", "osm_id": [str(n) for n in range(4)]},
        geometry=[shapely.LineString(xy) for xy in roads.values()],
        crs=4326,
    )
    frame.to_file(path, layer="roads", driver="GPKG")
    return path


SQUARE = "东至甲东路，南至甲南路，西至甲西路，北至甲北路"


def test_an_uploaded_network_is_read_and_leaves_nothing_behind(network, tmp_path, monkeypatch):
    monkeypatch.setattr(trace_reference.tempfile, "tempdir", str(tmp_path / "t"))
    monkeypatch.setenv("PARK_ATLAS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "t").mkdir()
    lines = trace_reference.read_upload("../../我的 路网.gpkg", network.read_bytes())
    (feature,) = digitize(SQUARE, lines)
    assert feature["properties"]["area_km2"] == pytest.approx(1.0, abs=0.02)
    assert not list((tmp_path / "t").iterdir()) and not (tmp_path / "cache").exists()
    assert "/" not in lines.name and ".." not in lines.name


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("net.gpkg", b"not a network", "net.gpkg"),
        ("net.exe", b"x", "路网文件须为"),
        ("net.zip", b"PK\x03\x04 broken", "net.zip"),
        ("net.gpkg", b"", "net.gpkg"),
        ("", b"", "路网文件须为"),
    ],
)
def test_what_is_no_network_is_one_line_without_our_paths(name, data, words):
    with pytest.raises(AtlasError) as raised:
        trace_reference.read_upload(name, data)
    for lang in ("zh", "en"):
        assert "tmp" not in raised.value.text(lang) and "\n" not in raised.value.text(lang)
    assert words in raised.value.text("zh")


def test_a_network_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(trace_reference, "MOST_BYTES", 3)
    with pytest.raises(AtlasError, match="larger than"):
        trace_reference.read_upload("net.gpkg", b"four")


def test_a_path_of_the_server_is_the_default_choice(network, monkeypatch):
    monkeypatch.setenv(trace_reference.ENVIRONMENT, str(network))
    assert trace_reference.sources()[0] == "server"
    app = run({"text": SQUARE})
    assert "net.gpkg" in bodies(app)
    assert "1.0" in head(app) and "可信度" in head(app)


def test_a_server_path_that_is_none_is_told_and_the_page_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv(trace_reference.ENVIRONMENT, str(tmp_path / "nowhere.gpkg"))
    app = run()
    (error,) = app.error
    assert "nowhere.gpkg" in error.value.replace("\\", "") and "内置参考线" in error.value
    assert "0.987 km²" in head(app)


# --- the page ------------------------------------------------------------------------------------


def run(query: dict[str, str] | None = None) -> AppTest:
    return opened(**{"page": "trace", **(query or {})})


def head(app: AppTest) -> str:
    return next(node.proto.body for node in app.html if 'class="bar"' in node.proto.body)


def warned(app: AppTest) -> str:
    return " ".join(node.value.replace("\\", "") for node in app.warning)


def test_the_page_opens_with_a_published_clause_already_traced():
    app = run()
    assert not app.error and not app.warning
    assert "0.987 km² · 相差 −1.3 % · 可信度高" in head(app)
    assert app.text_area[0].value == example("published", "zh")
    saved = [node.key for node in app.get("download_button")]
    assert saved == [f"save-one-{kind}" for kind in FORMATS]
    assert "CGCS2000" in bodies(app) and "第 41 带" in bodies(app)
    assert "面积为椭球面积" in bodies(app)
    assert url(app) == {"page": "trace"}


def test_from_page_to_page_and_back():
    app = opened(metric="tax_100m_yuan")
    app.button(key="page-trace").click().run()
    assert url(app) == {"page": "trace"} and "四至速绘" in head(app)
    app.text_area[0].set_value(GAPS).run()
    app.button_group[0].set_value("km2")
    app.button(key="page-map").click().run()
    assert url(app)["metric"] == "tax_100m_yuan" and "税收总额" in head(app)
    app.button(key="page-trace").click().run()
    assert app.text_area[0].value == GAPS and url(app)["text"] == GAPS
    assert not app.exception


def test_a_suggestion_clicked_becomes_an_alias_that_can_be_taken_back():
    app = run({"text": MISSING, "area": "17.88"})
    assert "没有成环：东侧“横泾港”不在图上。先在上方点选一个相近名称。" in warned(app)
    assert "已找到 5 条线" in warned(app)
    button = next(b for b in app.button if b.label == "北横泾")
    button.click().run()
    assert not app.warning and "km²" in head(app)
    assert url(app)["alias"] == "横泾港=北横泾"
    taken = next(b for b in app.button if b.label.startswith("横泾港"))
    taken.click().run()
    assert "没有成环" in warned(app) and "alias" not in url(app)


def test_a_name_typed_becomes_an_alias():
    app = run({"text": MISSING, "area": "17.88"})
    next(box for box in app.selectbox if box.label == "文中名称").set_value("横泾港")
    app.text_input[0].set_value("北横泾")
    next(b for b in app.button if b.label == "采用").click().run()
    assert "km²" in head(app) and url(app)["alias"] == "横泾港=北横泾"


def test_a_typed_alias_to_no_line_is_refused():
    app = run({"text": MISSING, "area": "17.88"})
    next(box for box in app.selectbox if box.label == "文中名称").set_value("横泾港")
    app.text_input[0].set_value("无此路")
    next(b for b in app.button if b.label == "采用").click().run()
    assert "图上没有“无此路”，未采用；“横泾港”仍按原名。" in warned(app)
    assert "alias" not in url(app)


def test_another_reading_changes_figures_and_address():
    app = run({"text": GAPS, "area": "6.1"})
    before = head(app)
    group = next(g for g in app.button_group if (g.key or "").startswith("trace-reading"))
    group.set_value(1).run()
    assert head(app) != before and url(app)["readings"] == "2"
    assert "由使用者选定" in bodies(app)
    again = run(url(app))
    assert head(again) == head(app), "a reload keeps it"


def test_several_zones_are_shown_one_at_a_time():
    app = run({"text": example("zones", "zh")})
    group = next(g for g in app.button_group if (g.key or "").startswith("trace-zone"))
    assert "0.987" in head(app)
    group.set_value(1).run()
    assert "5.0" in head(app) and url(app)["zone"] == "2"


def test_examples_are_one_click_away():
    app = run()
    for name in EXAMPLES:
        app.button(key=f"example-{name}").click().run()
        assert app.text_area[0].value == example(name, "zh")
        assert not app.exception and not app.error


def test_the_page_in_english():
    app = run({"lang": "en", "text": GAPS, "area": "6.1"})
    assert "difference −2.1 % · medium confidence" in head(app)
    labels = [b.label for b in app.button if not b.key.startswith(("suggest", "unalias"))]
    assert not CHINESE.search(" ".join(labels) + head(app))


def test_a_click_on_the_map_shows_the_zone_or_the_line(monkeypatch):
    session = {trace_session.TRACE.key: TraceState()}
    for module in (trace_session, page_state):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=session))
    for value, zone, line in (
        ({"pick": "zone-1", "seq": 1}, 1, None),
        ({"pick": "line-7", "seq": 2}, 1, 7),
        ({"pick": "line-x", "seq": 3}, 1, 7),
        ({"pick": ["zone-0"], "seq": 4}, 1, 7),
        ({"pick": "zone--4"}, 1, 7),
        ("text", 1, 7),
        (None, 1, 7),
        ({"zone": None, "park": None, "seq": 5}, 1, 7),
        ({"pick": "zone-0"}, 0, 7),
    ):
        session[trace_session.KEY] = value
        trace_session.clicked()
        assert session[trace_session.TRACE.key].zone == zone
        assert session.get(trace_session.LINE) == line


# --- bad input -----------------------------------------------------------------------------------


def test_an_empty_clause_asks_for_one():
    app = run({"text": ""})
    assert [node.value for node in app.info] == ["请粘贴一段四至文字，或点一个示例。"]
    assert not app.get("download_button")


def test_a_huge_text_is_one_line():
    app = run()
    app.text_area[0].set_value("东至万芳路，" * 17_000).run()
    (error,) = app.error
    assert f"{MAX_CHARS:,}" in error.value and "\n" not in error.value
    assert "text" not in url(app) and not app.exception


@pytest.mark.parametrize(
    "text", ["\x00\x01\x02\xff" * 50, "今天天气很好", HOSTILE, "东至", "((((" * 99]
)
def test_a_text_without_a_boundary_is_one_line(text):
    app = run()
    app.text_area[0].set_value(text).run()
    assert not app.exception and not app.error
    assert len(app.warning) == 1 and "没有读出四至。请粘贴中文原文" in warned(app)
    assert "<script" not in bodies(app) and "<img" not in bodies(app)


def test_contradictory_sides_do_not_break_the_page():
    app = run({"text": "东至万芳路，南至万芳路，西至万芳路，北至万芳路"})
    assert not app.exception and not app.error and "没有成环" in warned(app)


def test_a_fault_of_the_program_is_one_line_with_a_number_that_the_log_has(monkeypatch, caplog):
    def fail(*args, **options):
        raise ZeroDivisionError("secret path")

    monkeypatch.setattr(trace_reading, "read", fail)
    app = run()
    (error,) = app.error
    (record,) = [record for record in caplog.records if "page error" in record.getMessage()]
    assert record.getMessage().split()[-1] in error.value and "secret" not in error.value


# --- lists ---------------------------------------------------------------------------------------


def done(text: str, lang: str = "zh") -> trace_list.Progress:
    progress = trace_list.Progress(("k",), read_list(text.encode(), "a.csv"))
    while not progress.finished:
        trace_list.step(progress, GAZETTEER, lang)
    return progress


LIST = (
    "编号,名称,四至,面积（亩）\n"
    f'1,一期,"{example("published", "zh")}",1500\n'
    "2,空的,,100\n"
    f'3,=1+1,"{MISSING}",\n'
    f'@4,,"{example("zones", "zh")}",\n'
)


def test_one_bad_line_never_stops_the_rest():
    progress = done(LIST)
    frame = trace_list.frame(progress.features, "zh")
    assert frame["编号"].tolist() == ["1", "2", "3", "@4", "@4"]
    assert frame["面积 (km²)"].notna().tolist() == [True, False, False, True, True]
    assert "C3" in frame["说明"][1] and "横泾港" in frame["说明"][2]
    assert frame["相差 (%)"][0] == pytest.approx(-1.3)


def test_a_fault_of_the_program_in_one_line_is_told_there(monkeypatch):
    calls = []

    def fail(items, *rest):
        calls.append(items)
        if len(calls) == 1:
            raise ZeroDivisionError("secret")
        return iter(())

    monkeypatch.setattr(trace_list, "digitize_items", fail)
    progress = done(LIST)
    assert progress.finished and len(calls) == 4
    message = trace_list.frame(progress.features, "zh")["说明"][0]
    assert "ZeroDivisionError" in message and "secret" not in message


def test_no_cell_of_the_exported_list_is_a_formula():
    content = trace_list.table_csv(done(LIST).features, "zh").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 6
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "@", "\t")), cell
        assert not cell.startswith("-") or re.fullmatch(r"-[\d.]+", cell), cell
    assert rows[3][1] == "'=1+1" and rows[4][0] == "'@4"


def test_the_rings_of_a_list_are_outlines_to_click():
    progress = done(LIST)
    assert [one.id for one in trace_list.outlines(progress, None, "zh")] == [
        "line-0", "line-3", "line-4",
    ]  # fmt: skip
    assert [one.id for one in trace_list.outlines(progress, 3, "zh")] == ["line-0", "line-4"]


def test_a_list_as_a_shapefile_has_every_ring():
    data = trace_reading.encoded(done(LIST).features, "shp", "list", GAZETTEER).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name.rsplit(".", 1)[1] for name in archive.namelist()} >= {"shp", "dbf", "prj"}


def test_a_list_is_gone_on_with_where_it_stopped():
    progress = trace_list.Progress(("k",), read_list(LIST.encode(), "a.csv"))
    trace_list.step(progress, GAZETTEER, "zh")
    assert (progress.done, len(progress.features), progress.finished) == (1, 1, False)
    trace_list.step(progress, GAZETTEER, "zh")
    assert [feature["properties"]["row"] for feature in progress.features] == [0, 1]


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[-1].set_value((name, data, "application/octet-stream")).run()
    assert not app.exception
    return app


def test_an_uploaded_list_on_the_page():
    app = run({"mode": "list"})
    assert not app.dataframe and not app.get("download_button")
    upload(app, "清单.csv", LIST.encode("gbk"))
    assert "4 行，5 个片区：3 个成环，2 个未成" in bodies(app)
    assert len(app.dataframe[0].value) == 5
    saved = [node.key for node in app.get("download_button")]
    assert saved == [*(f"save-list-{kind}" for kind in FORMATS), "save-list-csv"]
    pick = app.selectbox(key="trace-line-box")
    pick.set_value(0).run()
    assert "0.9870 km²" in bodies(app)
    app.selectbox(key="trace-line-box").set_value(1).run()
    assert "没有四至文字" in warned(app)
    app.selectbox(key="trace-line-box").set_value(4).run()
    app.button(key="open-line").click().run()
    assert "mode" not in url(app) and "5.0" in head(app)
    assert app.text_area[0].value == example("zones", "zh")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "清单须为"),
        ("a.xlsx", b"not a workbook", "不是可读的 Excel"),
        ("a.csv", b"\x00\x01", "二进制"),
        ("<script>.csv", b"a,b\n1,2\n", "没有四至一列"),
    ],
)
def test_a_file_that_is_no_list_is_one_line(name, data, words):
    app = upload(run({"mode": "list"}), name, data)
    (error,) = app.error
    assert words in error.value and "\n" not in error.value
    assert not re.search(r"(?<!\\)<", error.value), "Markdown shows it as it is"


def test_a_list_too_long_for_the_page_says_so(monkeypatch):
    monkeypatch.setattr(trace_list, "MOST_ROWS", 3)
    app = upload(run({"mode": "list"}), "a.csv", LIST.encode())
    (error,) = app.error
    assert "超过 3 行" in error.value


def test_an_uploaded_network_on_the_page(network):
    app = run({"text": SQUARE})
    assert "不在参考线中" in bodies(app)
    next(box for box in app.selectbox if box.key == "trace-source-zh").set_value("upload").run()
    upload(app, "我的路网.gpkg", network.read_bytes())
    assert "1.0" in head(app) and "我的路网.gpkg" in bodies(app)
    assert url(app)["lines"] == "upload:我的路网.gpkg" and not app.warning
    again = run(url(app))
    assert "此链接原用路网 我的路网.gpkg 成环，该文件不在本次会话中" in warned(again)
    assert url(again)["lines"] == url(app)["lines"], "the link stays as it came"
    english = run({**url(app), "lang": "en"})
    assert "This link was traced on 我的路网.gpkg, which this session does not" in warned(english)
    upload(app, "broken.gpkg", b"nothing")
    (error,) = app.error
    assert "broken" in error.value and error.value.endswith("。下面的结果仍按内置参考线。")
    assert "lines" not in url(app) and "source" not in url(app)
    back = next(box for box in again.selectbox if box.key == "trace-source-zh")
    back.set_value("builtin").run()
    assert "lines" not in url(again) and "此链接原用路网" not in warned(again)


def test_what_a_plans_own_clause_was_read_as_is_offered_first_with_its_reason():
    app = opened(page="trace", text=example("missing", "zh"))
    offered = [one for one in app.button if str(one.key).startswith("suggest-")]
    assert offered[0].label == "北横泾"
    assert "地图上这条河名为北横泾" in offered[0].help
    assert [one.label for one in offered].count("北横泾") == 1


def test_lines_that_the_reference_does_not_have_are_not_offered():
    zones = [SimpleNamespace(aliases=(Alias("甲河", "乙河", Reason("因", "why")),
                                      Alias("甲河", "丙河", Reason("因", "why")))),
             SimpleNamespace(aliases=(Alias("甲河", "乙河", Reason("果", "so")),))]  # fmt: skip
    found = read_before(zones)
    assert [one.line for one in found["甲河"]] == ["乙河", "丙河"]
    assert found["甲河"][0].reason.zh == "因"


@pytest.mark.parametrize("code", [4490, 4326, 4549])
def test_the_files_are_in_the_chosen_system(code, tmp_path):
    features = done(LIST).features
    for kind in ("shp", "gpkg"):
        file = tmp_path / f"a{FORMATS[kind].suffix}"
        file.write_bytes(trace_reading.encoded(features, kind, "list", GAZETTEER, code).data)
        source = f"zip://{file}" if kind == "shp" else file
        assert gpd.read_file(source).crs.to_epsg() == code


def test_the_system_is_asked_and_the_usual_one_is_cgcs2000():
    app = opened(page="trace")
    box = app.selectbox(key="trace-crs-one-zh")
    assert box.value == 4490
    box.set_value(4549).run()
    assert not app.exception
