"""The choropleth and its labels where zones share a figure, have their own, or overlap; cards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest
from shapely.geometry import Point
from shown import label, tip, zone_class
from streamlit.testing.v1 import AppTest

from geo.errors import AtlasError
from geo.plans import Fact, Plans, load_boundaries, parks_table
from geo.plans.derive import derive
from layers.cards import card
from layers.map_view import MapView, payload
from layers.parks import ParksLayer
from layers.units import printed_amount, written_in
from views.data import Atlas
from views.map.card import card_html

LAND = ("land_mu", "2021-2025")


def with_own(plans, zone: str, value: str):
    """Return the plans with a figure of one zone of 闵行经济技术开发区 beside the park's."""
    whole = plans.figure("metdz", *LAND)
    own = replace(whole, zones=(zone,), value=Decimal(value), printed=f"{value}亩")
    return replace(plans, figures=[*plans.figures, own])


def test_a_zone_with_its_own_figure_leaves_the_parks_to_the_others(plans, boxes):
    """The park's first zone is the one with its own: its 607 still has a class and a label."""
    mixed = with_own(plans, "metdz", "3000")
    drawn = payload(MapView(), mixed, boxes)
    assert label(drawn, "metdz") == "3,000 亩"
    assert label(drawn, "minhang-base-east") == "3 片区共 607 亩"
    assert label(drawn, "minhang-base-west") == "", "written once"
    layer = ParksLayer(mixed, boxes, "zh", tuple(mixed.parks), *LAND)
    for name, expected in (("metdz", 3000), ("minhang-base-east", 607)):
        low, high = layer.classes.limits[zone_class(drawn, name)]
        assert low <= expected <= high


def test_a_zone_of_one_side_only_stops_the_map(plans, boxes):
    zizhu = replace(plans.parks["zizhu"], zones=("zizu",))
    misspelt = replace(plans, parks={**plans.parks, "zizhu": zizhu})
    for data, frame in ((misspelt, boxes), (plans, boxes.drop(index="zizhu"))):
        with pytest.raises(AtlasError, match=r"parks\.yaml, line \d+, field 'zones': zone 'ziz"):
            payload(MapView(), data, frame)


def test_a_parks_figure_beyond_all_others_has_a_class(plans, boxes):
    """Its first zone has a figure of its own, so only the other zones speak of it."""
    mixed = with_own(plans, "metdz", "100")
    whole = plans.figure("metdz", *LAND)
    most = replace(whole, value=Decimal(50_000))
    mixed = replace(mixed, figures=[most if f == whole else f for f in mixed.figures])
    layer = ParksLayer(mixed, boxes, "zh", ("metdz",), *LAND)
    east = layer.choropleth()["values"]["minhang-base-east"]
    assert layer.classes.limits[east["class"]] == (50_000, 50_000)


def test_each_figure_is_classified_once(plans, boxes):
    layer = ParksLayer(with_own(plans, "minhang-base-west", "0"), boxes, "zh", ("metdz",), *LAND)
    values = layer.choropleth()["values"]
    assert values["minhang-base-west"]["class"] == "zero"
    assert values["metdz"]["number"] == "607" and values["metdz"]["count"] == 3
    assert [name for name, value in values.items() if "label" in value] == [
        "metdz",
        "minhang-base-west",
    ]
    assert min(low for low, _ in layer.classes.limits) == 250


def test_an_approximate_figure_says_so_on_the_map(plans, boxes):
    drawn = payload(MapView(), plans, boxes)
    assert label(drawn, "pujiang") == "约 2,000 亩"
    assert "约 2,000 亩" in tip(drawn, "pujiang")[0]
    assert label(drawn, "zizhu") == "690 亩"


def test_a_figure_for_several_zones_says_so_in_its_one_label(plans):
    drawn = payload(MapView(), plans, load_boundaries())
    values = {zone["zone"]: label(drawn, zone["zone"]) for zone in drawn["zones"]}
    assert values["metdz"] == "3 片区共 607 亩"
    assert values["aerospace-1"] == "2 片区共 1,391 亩"
    assert values["aerospace-2"] == values["minhang-base-east"] == ""
    assert values["xinzhuang"] == "760.1 亩"


def test_a_label_stands_on_ground_that_no_zone_on_top_covers(plans):
    boundaries = load_boundaries()
    drawn = payload(MapView(), plans, boundaries)
    order = [zone["zone"] for zone in drawn["zones"]]
    spots = {z["zone"]: Point(z["at"][0] / drawn["scale"], z["at"][1] / drawn["scale"])
             for z in drawn["zones"]}  # fmt: skip
    for i, zone in enumerate(order):
        assert boundaries.geometry[zone].contains(spots[zone])
        above = boundaries.geometry[order[i + 1 :]]
        assert not above.contains(spots[zone]).any(), zone


# --- the card ------------------------------------------------------------------------------------


def own_card(plans, boundaries, park: str, lang: str = "zh", full: bool = True) -> dict:
    (row,) = [row for row in parks_table(plans, boundaries) if row["id"] == park]
    values = derive(plans, boundaries, [park]) if full else None
    return card(plans.parks[park], row, plans, lang, values)


def test_a_card_names_the_other_places_and_both_values_where_they_differ(plans, boxes):
    land = plans.figure("lianhua", *LAND)
    same = replace(land, locator="第九章", line=9001)
    other = replace(land, value=Decimal(310), value_printed=Decimal(310), printed="310亩",
                    source=plans.sources["mh155"], locator="别处", line=9002)  # fmt: skip
    more = replace(plans, figures=[*plans.figures, same, other], facts=[])
    shown = own_card(more, boxes, "lianhua")
    (group,) = [group for group in shown["groups"] if group["metric"] == "land_mu"]
    notes = [note for row in group["rows"] for note in row["notes"]]
    assert "另见 闵行“十四五” · 第九章" in notes
    assert "另处写为 310，此处为 300：闵行“十五五” · 别处" in notes
    assert any(line.startswith("闵行“十五五”：") for line in shown["documents"])
    english = own_card(more, boxes, "lianhua", "en")["groups"]
    said = " ".join(note for group in english for row in group["rows"] for note in row["notes"])
    assert "printed as 310 elsewhere, 300 here" in said


@pytest.mark.parametrize(("lang", "name"), [("zh", "公顷"), ("en", "ha")])
def test_a_card_shows_land_in_the_unit_asked_for_and_the_printed_amount(plans, boxes, lang, name):
    row = {row["id"]: row for row in parks_table(plans, boxes)}
    converted = 0
    for park in plans.parks.values():
        printed = card(park, row[park.id], plans, lang)
        asked = card(park, row[park.id], plans, lang, unit="ha")
        for before, after in zip(printed["groups"], asked["groups"], strict=True):
            record = plans.metrics[before["metric"]]
            if record.unit not in ("mu", "km2"):
                assert after == before
                continue
            assert after["unit"] == name
            figures = [f for f in plans.park_figures(park.id) if f.metric == record.id]
            if not figures:
                # A cell that the plan leaves blank has words in the place of a number.
                assert after["rows"] == before["rows"]
                continue
            for figure, own, other in zip(figures, before["rows"], after["rows"], strict=True):
                assert other["value"] == written_in(figure, "ha", lang)
                told = printed_amount(figure, record.unit_name(lang), "ha", lang)
                # What is printed in hectares already is among the notes in any unit.
                assert bool(told) == (figure.unit_printed == record.unit)
                if told:
                    assert told in other["notes"][0] and own["value"] in told
                assert other["notes"][bool(told) :] == own["notes"]
                converted += 1
        assert {k: v for k, v in asked.items() if k != "groups"} == {
            k: v for k, v in printed.items() if k != "groups"
        }
    assert converted > 15


def test_two_values_of_one_quantity_are_told_as_they_are_printed(plans, boxes):
    land = plans.figure("lianhua", *LAND)
    other = replace(land, value=Decimal(315), value_printed=Decimal(315), printed="315亩",
                    source=plans.sources["mh155"], locator="别处", line=9002)  # fmt: skip
    more = replace(plans, figures=[*plans.figures, other], facts=[])
    (row,) = [row for row in parks_table(more, boxes) if row["id"] == "lianhua"]
    (group,) = [
        group
        for group in card(more.parks["lianhua"], row, more, "zh", unit="ha")["groups"]
        if group["metric"] == "land_mu"
    ]
    notes = [note for row in group["rows"] for note in row["notes"]]
    assert "另处写为 315 亩，此处为 300 亩：闵行“十五五” · 别处" in notes


def test_a_figure_limited_to_a_sub_block_says_so_on_the_card(plans, boxes):
    groups = {group["metric"]: group for group in own_card(plans, boxes, "tech-oasis")["groups"]}
    for metric in ("land_mu", "office_10k_m2"):
        assert any("虹桥科技绿洲" in note for note in groups[metric]["rows"][0]["notes"])
    assert not any(
        "关系规划未写" in note for note in groups["industrial_area_km2"]["rows"][0]["notes"]
    )


def test_derived_values_are_a_part_of_their_own_with_formula_and_inputs(plans):
    boundaries = load_boundaries()
    shown = own_card(plans, boundaries, "metdz")
    stated = {group["metric"] for group in shown["groups"]}
    assert not stated & {group["metric"] for group in shown["derived"]}
    found = {group["metric"]: group for group in shown["derived"]}
    gap = found["target_gap_100m_yuan"]["rows"][-1]
    assert (gap["value"], gap["formula"]) == ("−451.71", "523.29 亿元 − 975 亿元")
    assert gap["differs"] and "范围不同" in gap["notes"][0]
    assert any(
        note.startswith("依据：工业总产值 2025：523.29 亿元，闵行“十五五”") for note in gap["notes"]
    )
    dense = found["output_per_digitised_km2_100m_yuan"]["rows"][-1]
    assert dense["notes"][0].startswith("范围：只含 闵行经济技术开发区 片区，不含")
    assert any("边界把握：低" in note for note in dense["notes"])
    share = found["land_left_share_of_planned_pct"]["rows"][-1]
    assert share["value"] == "约 2.9"
    for group in shown["derived"]:
        for row in group["rows"]:
            assert row["formula"] and sum(note.startswith("依据：") for note in row["notes"]) > 0


def test_the_maps_own_card_has_neither(plans, boxes):
    """It would carry them to every reader of the map without showing them."""
    shown = own_card(plans, boxes, "zizhu", full=False)
    assert "derived" not in shown and "statements" not in shown
    assert payload(MapView(), plans, boxes)["cards"]["zizhu"] == shown


def test_what_the_plans_say_in_words_is_listed_by_topic_with_its_places(plans, boxes):
    def fact(topic: str, zh: str, locator: str, metric: str = "", period: str = "") -> Fact:
        return Fact("zizhu", "", topic, zh, f"en {zh}", metric, period, plans.sources["mh145"],
                    locator, 2)  # fmt: skip

    facts = [
        fact("firm", "某某公司", "第一章"),
        fact("task", "做一件事", "第二章"),
        fact("task", "做一件事", "第三章"),
        fact("position", plans.parks["zizhu"].position.zh, "第四章"),
        fact("target", "翻一番", "第五章", "output_100m_yuan", "2021-2025"),
    ]
    worded = replace(plans, facts=facts)
    shown = own_card(worded, boxes, "zizhu")["statements"]
    assert [topic["topic"] for topic in shown] == ["重点任务", "企业", "以文字表述的目标"]
    assert shown[0]["items"] == [
        {"text": "做一件事", "sources": ["闵行“十四五” · 第二章", "闵行“十四五” · 第三章"]}
    ]
    assert shown[2]["items"][0]["text"] == "工业总产值 2021–2025：“翻一番”"
    english = own_card(worded, boxes, "zizhu", "en")["statements"]
    assert english[1]["items"][0]["text"] == "en 某某公司"
    assert own_card(worded, boxes, "maqiao")["statements"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("park", list(Plans.load().parks))
def test_the_app_shows_no_derived_value_without_formula_and_inputs(plans, park, lang):
    """The page itself: each tile has value, mark, formula and the inputs' places, escaped."""
    boundaries = load_boundaries()
    rows = {row["id"]: row for row in parks_table(plans, boundaries)}
    atlas = Atlas(plans, boundaries, rows, {}, {}, ())
    html = card_html(plans.parks[park], atlas, lang)
    tiles = html.split('<section class="tile">')[1:]
    expected = derive(plans, boundaries, [park])
    assert len(tiles) == len({one.metric for one in expected})
    mark = {"zh": "<span>推算</span>", "en": "<span>derived</span>"}[lang]
    assert html.count(mark) == len(expected)
    for one in expected:
        assert escape(one.formula.text(lang)) in html
        assert all(escape(figure.locator) in html for figure in one.inputs)
        assert all(escape(caveat.text(lang)) in html for caveat in one.caveats)
    # The stated figures end before the derived ones begin.
    assert html.rfind('class="figures"') < html.find('class="tile"') or not tiles


def test_statements_are_escaped(plans, boxes):
    hostile = Fact("zizhu", "", "task", "<script>x</script>", "<b>x</b>", "", "",
                   plans.sources["mh145"], "<i>第一章</i>", 2)  # fmt: skip
    worded = replace(plans, facts=[hostile])
    rows = {row["id"]: row for row in parks_table(worded, boxes)}
    for lang in ("zh", "en"):
        html = card_html(worded.parks["zizhu"], Atlas(worded, boxes, rows, {}, {}, ()), lang)
        assert "<script>" not in html and "<b>x</b>" not in html and "<i>第一章" not in html
        assert "&lt;i&gt;第一章" in html


def test_the_running_page_opens_a_card_with_derived_values():
    page = AppTest.from_file(str(Path(__file__).parent.parent / "app.py"), default_timeout=60)
    page.query_params["park"] = "zizhu"
    page.run()
    assert not page.exception and not page.error
    shown = " ".join(block.proto.body for block in page.get("html"))
    assert "由数据推算" in shown and "201.33 亿元 − 210 亿元" in shown
