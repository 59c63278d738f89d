"""The map's payload and page: what is drawn, said and kept out, without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import folium
import folium.plugins
import pytest
from palettes import SIDES, ground, tones, variables
from shown import finished, label, stored, tip, zone, zone_class

from geo.errors import AtlasError
from geo.files import read_json, read_text
from geo.plans import load_boundaries
from layers import basemap
from layers.map_view import AtlasMap, MapView, build_map, payload
from layers.packing import speak
from layers.page import ASSETS, app_shell, export_html
from layers.schemes import load_schemes
from layers.schemes.sketches import _COLOURS
from layers.units import UNITS

SCHEMES = load_schemes()
HOSTILE = "</script><img src=x onerror=\"window.pwned=1\"><a href='javascript:pwned()'>&\u2028"


class Blocks(HTMLParser):
    """Collects a page's script elements and every attribute that could load something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[tuple[dict, str]] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        self.addresses += [v for k, v in attrs if k in ("src", "href", "srcset", "data")]

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "script" and self.scripts:
            attrs, text = self.scripts[-1]
            self.scripts[-1] = (attrs, text + data)

    def handle_endtag(self, tag):
        self.tags.append("/" + tag)

    def data(self, name: str) -> dict:
        return json.loads(next(text for attrs, text in self.scripts if attrs.get("id") == name))


def test_one_figure_for_several_zones_is_one_value(plans, boxes):
    data = payload(MapView(), plans, boxes)
    assert len(data["zones"]) == 13
    shared = ("metdz", "minhang-base-east", "minhang-base-west")
    assert len({zone_class(data, name) for name in shared}) == 1
    assert [label(data, name) for name in shared] == ["3 片区共 607 亩", "", ""], "written once"
    assert any("3 个片区合计" in line for line in tip(data, shared[2]))
    assert tip(data, "zizhu")[0] == "可用土地 (2021–2025)：690 亩"


def test_a_figure_limited_to_one_zone_leaves_the_others_without_data(plans, boxes):
    data = payload(MapView(metric="output_100m_yuan", period="2020"), plans, boxes)
    assert label(data, "metdz") == "587.59 亿元"
    assert zone_class(data, "minhang-base-east") == "none"
    assert "无数据" in tip(data, "minhang-base-east")[0]


def test_stated_zero_is_not_missing(plans, boxes):
    data = payload(MapView(metric="factory_10k_m2"), plans, boxes)
    assert zone_class(data, "zizhu") == "zero"
    assert zone_class(data, "pujiang") == "none"
    labels = [entry["label"] for entry in data["choropleth"]["legend"]["entries"]]
    assert "0（规划载明没有）" in labels
    assert "无数据（规划未载明）" in labels


def test_legend_states_the_rule_and_the_classes_that_are_drawn(plans, boxes):
    data = payload(MapView(lang="en"), plans, boxes)
    section = finished(data)["legend"][0]
    assert section["layer"] == "parks"
    assert section["title"] == "Available land (mu) · 2021–2025"
    spans = [e["label"] for e in section["entries"] if str(e["swatch"]["fill"]).startswith("#")]
    assert spans[0].startswith("250 – ") and spans[-1].endswith("2,000")
    assert len(spans) == len(data["choropleth"]["colours"]) == 5
    assert any("Natural breaks" in note for note in section["notes"])
    assert not any("No data" in e["label"] for e in section["entries"]), "every park has land"


def test_outline_tells_a_corridor_and_a_low_confidence(plans, boxes):
    data = payload(MapView(), plans, boxes)
    assert zone(data, "lianhua")["edge"] == "dotted"
    assert zone(data, "neobay")["edge"] == "dashed"
    assert zone(data, "xinzhuang")["edge"] == "solid"
    assert [e["swatch"]["edge"] for e in data["legend"][0]["entries"]][-2:] == ["dashed", "dotted"]
    edges = [e["swatch"]["edge"] for e in data["choropleth"]["legend"]["entries"]]
    assert edges[-2:] == ["dashed", "dotted"]


def test_card_has_every_figure_with_document_and_place(plans, boxes):
    data = payload(MapView(), plans, boxes)
    for park, card in data["cards"].items():
        rows = [row for group in card["groups"] for row in group["rows"]]
        assert len(rows) == len(plans.park_figures(park)) + len(plans.parks[park].blanks)
        assert all(group["sources"] for group in card["groups"])
    card = data["cards"]["xinzhuang"]
    title = plans.metrics["output_100m_yuan"].zh
    output = next(group for group in card["groups"] if group["title"] == title)
    assert [r["value"] for r in output["rows"]][:2] == ["964", "1,085.89"]
    assert "表1-1" in output["sources"][0] and "闵行“十四五”" in output["sources"][0]
    assert any("闵府发〔2021〕17号" in text for text in card["documents"])
    zones = data["cards"]["maqiao"]["zones"][0]
    assert "公布面积 1.00 km²（误差 +5.8%）" in zones["lines"]
    assert "未能落实：景西路" in zones["lines"]
    assert zones["level"] == "把握：高"
    assert zones["decisions"] == ["取北横泾"]
    assert zones["clause"].endswith("东至北横泾，南至放鹤路")


def test_card_says_why_a_boundary_is_uncertain(plans, boxes):
    zh = payload(MapView(), plans, boxes)["cards"]
    lines = zh["maqiao"]["zones"][0]["lines"]
    assert "四至要素间缺口 3 处，共 2,118 m（最长 1,118 m）" in lines
    assert "四至所列但未用上：双柏路；旺梅路" in lines
    assert "四至要素间缺口 1 处，25 m" in zh["neobay"]["zones"][0]["lines"]
    for park in ("lianhua", "zizhu"):
        assert not any("缺口" in line for line in zh[park]["zones"][0]["lines"])
    lines = payload(MapView(lang="en"), plans, boxes)["cards"]["maqiao"]["zones"][0]["lines"]
    assert "3 gaps between the features named, 2,118 m together (longest 1,118 m)" in lines
    assert "Named by the text but not on the ring: 双柏路; 旺梅路" in lines


def test_card_needs_none_of_what_a_boundary_may_leave_out(plans, boxes):
    frame = boxes.drop(columns=["closure", "unused", "unresolved", "decisions", "clause"])
    lines = payload(MapView(), plans, frame)["cards"]["maqiao"]["zones"][0]["lines"]
    assert not any("缺口" in line or "未用上" in line for line in lines)


def test_card_says_what_is_published_for_two_zones_together(plans, boxes):
    frame = boxes.copy()
    pair = ["minhang-base-east", "minhang-base-west"]
    shared = {"zones": pair, "published_area_km2": 7.3499, "area_km2": 7.8565}
    for name in pair:
        frame.at[name, "published_area_km2"] = None
        frame.at[name, "published_area_shared"] = shared
    cards = payload(MapView(lang="en"), plans, frame)["cards"]
    said = " ".join(cards["metdz"]["zones"][1]["lines"])
    assert "7.35 km²" in said and "7.86 km²" in said and "1.00 km²" not in said
    digitised = cards["lianhua"]["zones"][0]["lines"]
    assert not any("1.06" in line for line in digitised), "a corridor's width is our own"


def test_english_payload_is_english_but_for_what_is_quoted(plans, boxes):
    data = payload(MapView(lang="en", metric="factory_10k_m2"), plans, boxes)
    data = finished(data)
    assert tip(data, "xinzhuang")[0] == ("Factory space (2021–2025): 25.06 × 10,000 m²")
    han = re.compile(r"[\u4e00-\u9fff]")
    for text in [data["title"], data["subtitle"], data["disclaimer"], *data["words"].values()]:
        assert not han.search(text)
    for card in data["cards"].values():
        assert not han.search(card["name"] + card["kind"])


def test_filter_and_selection(plans, boxes):
    view = MapView(parks=("zizhu", "aerospace"), selected="zizhu")
    data = payload(view, plans, boxes)
    assert {item["park"] for item in data["zones"]} == {"zizhu", "aerospace"}
    assert set(data["cards"]) == {"zizhu", "aerospace"}
    assert data["selected"] == "zizhu"
    assert payload(MapView(parks=()), plans, boxes)["zones"] == []


def test_extent_follows_the_subject_only(plans, boxes):
    first, second = (
        payload(MapView(metric=m), plans, boxes)["fit"] for m in ("land_mu", "tax_100m_yuan")
    )
    assert first == second, "changing the metric must not move the map"
    (_south, west), (north, _east) = first["bounds"]
    assert (round(west, 2), round(north, 2)) == (121.3, 31.06)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metric": "acres"}, "land_mu"),
        ({"period": "1999"}, "2021-2025"),
        ({"parks": ("nowhere",)}, "zizhu"),
        ({"selected": "nowhere"}, "zizhu"),
        ({"scheme": "two-rings"}, "one-axis-three-belts"),
        ({"lang": "fr"}, "zh"),
    ],
)
def test_unknown_values_list_the_known_ones(plans, boxes, change, words):
    with pytest.raises(AtlasError, match=words):
        payload(replace(MapView(), **change), plans, boxes)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_elements_are_sketches_with_their_basis(plans, scheme):
    data = payload(MapView(metric=None, scheme=scheme), plans, load_boundaries())
    elements = {element.id: element for element in SCHEMES[scheme].elements}
    assert [item["id"] for item in data["sketches"]] == list(elements)
    for item in data["sketches"]:
        assert item["card"]["how"] and "《" in item["card"]["source"] and item["card"]["gist"]
        assert (item["form"] is None) == ("shape" not in item) == ("label" not in item)
        assert item["form"] in ("area", "line", "point", None)
        assert (item["form"] is None) == (elements[item["id"]].basis == "none")
        named = [member.zh for member in elements[item["id"]].members]
        assert [member["name"] for member in item["card"]["members"]] == named
    section = next(one for one in data["legend"] if one["layer"] == "scheme")
    entries = [entry for entry in section["entries"] if "heading" not in entry]
    plain = {e["swatch"]["mark"] for e in entries if e["swatch"]["edge"] != "dashed"}
    assert plain <= {"dot", "square"}
    listed = [entry["element"] for entry in entries if "element" in entry]
    assert sorted(listed) == sorted(item["id"] for item in data["sketches"])
    warm = set(payload(MapView(), plans, load_boundaries())["choropleth"]["colours"])
    assert not warm & {item["colour"] for item in data["sketches"]}
    assert data["choropleth"] is None


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "位置：近似；依据：项目判断。规划未写"),
        ("en", "Place: approximate; ground: "),
    ],
)
def test_every_point_says_how_well_it_is_placed_and_on_what_ground(plans, lang, said):
    view = MapView(lang=lang, metric=None, scheme="one-axis-three-belts")
    data = payload(view, plans, load_boundaries())
    points = {
        name: where
        for item in data["sketches"]
        for _, _, names, where, _ in item["dots"]
        for name in names
    }
    assert len(points) > 25 and all(points.values())
    name = {"zh": "上海机器人产业园", "en": "Shanghai Robot Industry Park"}[lang]
    assert points[name].startswith(said)


@pytest.mark.parametrize("unit", UNITS)
def test_the_parks_file_keeps_to_its_mark(plans, unit):
    assert len(export_html(MapView(unit=unit), plans, load_boundaries()).encode()) <= 600_000


def test_page_is_one_file_with_a_strict_policy(plans, boxes):
    page = export_html(MapView(), plans, boxes)
    blocks = Blocks(page)
    assert blocks.addresses == []
    assert len(page.encode()) <= 600_000
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src &#x27;none&#x27;")
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert not re.search(r"url\((?!#)[^)]*\)", re.sub(r"<script.*?</script>", "", page, flags=re.S))
    assert "<title>闵行区产业园区：可用土地</title>" in page
    assert stored(page)["start"]["metric"] == "land_mu"
    assert blocks.data("atlas-basemap")["shapes"]


def test_every_page_carries_leaflets_licence(plans, boxes):
    for page in (export_html(MapView(), plans, boxes), app_shell()):
        notice = page[page.index("<!--") : page.index("-->")]
        assert page.startswith("<!DOCTYPE html>\n<!--")
        for words in ("Leaflet 1.9.3", "Copyright (c) 2010-2022", "Redistributions in binary form",
                      'PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"'):  # fmt: skip
            assert words in notice
        assert "--" not in notice[4:], "nothing in it ends the comment"
    assert "Leaflet 1.9.3" in payload(MapView(lang="en"), plans, boxes)["software"]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two colours, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_names_on_the_map_can_be_read_on_what_lies_under_them():
    assert round(contrast("#000000", "#ffffff")) == 21
    style = (ASSETS / "atlas.css").read_text(encoding="utf-8")
    kinds = {
        "park": "land", "district": "land", "town": "land", "road": "land", "metro": "land",
        "rail": "land", "province": "neighbour", "sea": "water", "river": "water",
    }  # fmt: skip
    for scheme in SIDES:
        below, dark = ground(scheme), tones() if scheme == "dark" else {}
        for kind, under in kinds.items():
            named = re.search(rf"\.atlas-label-{kind} {{[^}}]*\bcolor: var\(--(\w+)\)", style)[1]
            colour = variables(scheme)[named]
            assert contrast(colour, below[under]) >= 4.5, (scheme, kind, colour)
        for colour in {colour for palette in _COLOURS.values() for colour in palette}:
            for under in ("land", "water"):
                assert contrast(dark.get(colour, colour), below[under]) >= 4.5, (colour, under)


def test_same_inputs_same_bytes(plans, boxes):
    assert export_html(MapView(), plans, boxes) == export_html(MapView(), plans, boxes)
    assert app_shell() == app_shell()


def test_hostile_text_stays_text(plans, boxes):
    frame = boxes.copy()
    frame.loc["zizhu", "name_zh"] = HOSTILE
    page = export_html(MapView(), plans, frame)
    blocks = Blocks(page)
    assert "img" not in blocks.tags and "a" not in blocks.tags
    assert blocks.addresses == []
    assert speak(zone(stored(page), "zizhu"), "zh")["name"] == HOSTILE
    assert len(blocks.scripts) == len(Blocks(export_html(MapView(), plans, boxes)).scripts)


def test_a_hostile_title_of_a_scheme_stays_text(plans, boxes, monkeypatch):
    name = "one-core-one-corridor"
    known = load_schemes()
    known[name] = replace(known[name], zh=HOSTILE)
    monkeypatch.setattr("layers.document.load_schemes", lambda **_: known)
    page = export_html(MapView(metric=None, scheme=name), plans, load_boundaries())
    blocks = Blocks(page)
    assert "img" not in blocks.tags and "a" not in blocks.tags
    (theme,) = stored(page)["themes"]
    assert speak(theme, "zh")["title"] == f"闵行区空间布局：{HOSTILE}"
    assert f"<title>闵行区空间布局：{escape(HOSTILE)}</title>" in page


def test_stock_folium_children_are_refused_by_name(plans, boxes):
    atlas = build_map(MapView(), plans, boxes)
    assert isinstance(atlas, folium.Map)
    atlas.add_child(folium.Marker([31.0, 121.4]))
    with pytest.raises(AtlasError, match="Marker"):
        atlas.get_root().render()
    plain = AtlasMap(MapView())
    plain.add_child(folium.plugins.MarkerCluster())
    with pytest.raises(AtlasError, match=r"MarkerCluster \(https?://"):
        plain.payload()


def test_folium_save_writes_the_offline_page(plans, boxes, tmp_path):
    build_map(MapView(), plans, boxes).save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert Blocks(text).addresses == []
    assert stored(text) == payload(MapView(), plans, boxes), "of this one view"


def test_app_shell_has_script_and_basemap_but_no_data():
    blocks = Blocks(app_shell())
    names = [attrs.get("id") for attrs, _ in blocks.scripts]
    assert "atlas-basemap" in names and "atlas-data" not in names
    assert blocks.addresses == []


def test_basemap_file_is_light_and_complete():
    content = read_json(basemap.BASEMAP_FILE)
    assert basemap.BASEMAP_FILE.stat().st_size <= 360_000
    assert "OpenStreetMap" in content["attribution"] and "ODbL" in content["attribution"]
    kinds = {feature["properties"]["kind"] for feature in content["features"]}
    wanted = {"land", "neighbour", "water", "river", "border", "border-focus", "motorway", "trunk"}
    assert wanted | {"primary", "secondary", "tertiary", "express", "rail", "metro"} <= kinds
    labels = [f["properties"] for f in content["features"] if f["properties"]["kind"] == "label"]
    districts = {item["name_zh"] for item in labels if item["class"] == "district"}
    assert len(districts) == 16 and "闵行区" in districts
    assert all(item["name_en"] and item["name_zh"] for item in labels)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "geo reference build"),
        ("[]", "FeatureCollection"),
        ('{"features": [{"properties": {"kind": "land"}}]}', "feature 1"),
        ('{"features": [', "line 1"),
    ],
)
def test_broken_basemap_is_named(tmp_path, text, said):
    path = tmp_path / "basemap.geojson"
    if text is not None:
        path.write_text(text)
    with pytest.raises(AtlasError, match=said):
        basemap.basemap_data(path)


def test_a_changed_basemap_is_on_the_next_page(tmp_path, monkeypatch):
    path = tmp_path / "basemap.geojson"
    monkeypatch.setattr(basemap, "BASEMAP_FILE", path)

    def labels(name: str) -> list[str]:
        place = {"type": "Point", "coordinates": [121.4, 31.1]}
        texts = {"class": "town", "name_zh": name, "name_en": "x", "rank": 2}
        feature = {"properties": {"kind": "label", **texts}, "geometry": place}
        path.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
        return [label[1] for label in Blocks(app_shell()).data("atlas-basemap")["labels"]]

    assert labels("旧名") == ["旧名"]
    assert labels("新的名") == ["新的名"]
    first = basemap.basemap_data()
    assert basemap.basemap_data() is first, "an unchanged file is not read again"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_core_without_a_place_is_in_the_legend_and_not_on_the_map(plans, lang):
    view = MapView(lang=lang, metric=None, scheme="one-core-one-corridor")
    drawn = payload(view, plans, load_boundaries())
    (core,) = (item for item in drawn["sketches"] if item["id"] == "core-rocket-city")
    assert core["form"] is None and "label" not in core and not core["dots"]
    (section,) = (one for one in drawn["legend"] if one["layer"] == "scheme")
    (entry,) = (one for one in section["entries"] if one.get("element") == core["id"])
    assert entry["swatch"]["mark"] == "none" and entry["label"] == core["name"]


def test_a_scheme_over_coloured_parks_says_by_what_they_are_coloured(plans, boxes):
    coloured = payload(MapView(scheme="one-core-one-corridor"), plans, boxes)
    assert "园区按可用土地（2021–2025）着色" in finished(coloured)["subtitle"]
    plain = payload(MapView(scheme="one-core-one-corridor", metric=None), plans, boxes)
    assert "着色" not in plain["subtitle"]


def templates(script: str) -> list[str]:
    """Return the ``${…}`` parts of a script's template texts that hold another one."""
    text = re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', "", script, flags=re.S)
    found, depth, start = [], 0, 0
    inside = False  # of a template text
    for i, character in enumerate(text):
        if character == "`" and depth:
            found.append(text[start : i + 1])
            depth, inside = 0, True
        elif character == "`":
            inside = not inside
        elif inside and not depth and text.startswith("${", i):
            depth, start = 1, i
        elif depth and character in "{}" and i > start + 1:
            depth += 1 if character == "{" else -1
    return found


def test_no_script_has_a_text_in_a_text():
    """What strips comments and blanks would take the blanks out of the inner one."""
    assert templates("`a ${x ? `b c` : 1} d`") and not templates("`a ${x ? {a: 1} : 'b'} d` + `e`")
    scripts = {path.name: templates(read_text(path)) for path in ASSETS.glob("*.js")}
    assert {name: found for name, found in scripts.items() if found} == {}
