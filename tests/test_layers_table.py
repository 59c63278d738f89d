"""The figures a file's table and comparison are made of: each once, none made up."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from geo.plans import format_number
from layers.i18n import t
from layers.packing import merge, speak
from layers.parks import ParksLayer
from layers.table import SERIES, table

LAND = ("land_mu", "2021-2025")


@pytest.fixture(scope="module")
def made(plans, request):
    boxes = request.getfixturevalue("boxes")
    return {lang: table(plans, boxes, lang) for lang in ("zh", "en")}


def test_every_figure_of_the_map_is_a_cell_and_nothing_else(made, plans):
    """Cell for cell what the map's choropleths hold, by zone, and what the parks have as wholes."""
    cells = made["zh"]["figures"]
    assert list(cells) == plans.mapped_metrics()
    for metric, periods in cells.items():
        assert list(periods) == plans.periods(metric)
        for period, parks in periods.items():
            found = {f.key: f for f in plans.values(metric, period).values()}
            stated = {
                park: sorted(cell["value"] for cell in own if cell["value"] is not None)
                for park, own in parks.items()
            }
            for park in plans.parks:
                whole = plans.figure(park, metric, period)
                if whole is not None:
                    found[whole.key] = whole
            expected: dict[str, list[str]] = {}
            for figure in found.values():
                expected.setdefault(figure.park_id, []).append(format_number(figure.value))
            assert {park: own for park, own in stated.items() if own} == {
                park: sorted(own) for park, own in expected.items()
            }, (metric, period)


@pytest.mark.parametrize(("lang", "name"), [("zh", "公顷"), ("en", "ha")])
def test_land_is_in_the_unit_asked_for_and_nothing_else_changes(made, plans, boxes, lang, name):
    printed, asked = made[lang], table(plans, boxes, lang, unit="ha")
    assert asked["notes"] == printed["notes"] and asked["sources"] == printed["sources"]
    converted = 0
    for before, after in zip(printed["metrics"], asked["metrics"], strict=True):
        own = [
            tree[part][before["id"]] for tree in (printed, asked) for part in ("figures", "totals")
        ]
        if plans.metrics[before["id"]].unit not in ("mu", "km2"):
            assert after == before and own[:2] == own[2:]
            continue
        converted += 1
        assert after["unit"] == name and before["unit"] in after["unit_note"]
    assert converted > 3
    land = asked["figures"]["land_mu"]["2021-2025"]
    assert land["xinzhuang"][0]["value"] == "50.67"
    assert (land["pujiang"][0]["value"], land["pujiang"][0]["mark"]) == ("133", "about")
    assert land["pujiang"][0]["raw"] == "2000", "what is compared is not rounded"
    assert "raw" not in printed["figures"]["land_mu"]["2021-2025"]["pujiang"][0]
    total = plans.metrics["land_mu"].stated_total
    told = asked["totals"]["land_mu"]["2021-2025"]["value"]
    assert told == format_number(round(total.value / 15, 2).normalize())


def test_every_figure_of_a_park_leads_its_cells(made, plans):
    """Also where each of its zones has a figure of its own, which is what the map colours by."""
    shadowed = []
    for metric in plans.mapped_metrics():
        for period in plans.periods(metric):
            on_map = {figure.key for figure in plans.values(metric, period).values()}
            for park in plans.parks:
                figure = plans.figure(park, metric, period)
                if figure is None:
                    continue
                first = made["zh"]["figures"][metric][period][park][0]
                assert first["value"] == format_number(figure.value), (metric, period, park)
                assert ("zonal" in first) == bool(figure.zones)
                assert (first.get("mark") == "about") == figure.approximate
                if figure.key not in on_map:
                    shadowed.append((metric, period, park))
    assert shadowed == [("planned_area_km2", "2021-2025", "aerospace")]


def test_map_and_table_say_the_same_of_every_zone(made, plans, boxes):
    """The map colours by zone: each of its values is a cell, and named as of these zones only."""
    cells, notes = made["en"]["figures"], made["en"]["notes"]
    for metric in plans.mapped_metrics():
        for period in plans.periods(metric):
            drawn = ParksLayer(plans, boxes, "en", tuple(plans.parks), metric, period)
            values = drawn.choropleth()["values"]
            for zone, figure in plans.values(metric, period).items():
                own = cells[metric][period][figure.park_id]
                (cell,) = [
                    one
                    for one in own
                    if one["value"] == format_number(figure.value)
                    and ("zonal" in one) == bool(figure.zones)
                ]
                said = t("map.card.about", "en", value=cell["value"])
                assert values[zone]["number"] == (said if "mark" in cell else cell["value"])
                scopes = [notes[i] for i in cell.get("notes", ()) if "only, without" in notes[i]]
                assert len(scopes) == bool(figure.zones)
                names = [boxes.at[one, "name_en"] for one in figure.zones]
                assert all(name in scopes[0] for name in names)


def test_zero_missing_and_about_are_told_apart(made):
    factory = made["zh"]["figures"]["factory_10k_m2"]["2021-2025"]
    notes = made["zh"]["notes"]
    (none,) = factory["zizhu"]
    assert none["value"] == "0" and "不是缺数" in notes[none["notes"][0]]
    assert factory["neobay"][0]["mark"] == "about"
    assert factory["pujiang"][0]["value"] is None
    assert [notes[i] for i in factory["pujiang"][0]["notes"]] == ["原表该格为空"]
    assert "另载厂房栋数 26 栋" in notes[factory["xiangyang"][0]["notes"][0]]
    output = made["zh"]["figures"]["output_100m_yuan"]["2020"]
    assert "maqiao" not in output, "what no plan mentions has no cell"


def test_a_figure_of_some_zones_says_so_and_several_are_not_added(made):
    area = made["en"]["figures"]["planned_area_km2"]
    notes = made["en"]["notes"]
    whole, *zones = area["2021-2025"]["aerospace"]
    assert whole == {"value": "5.13", "mark": "about"}, "what the plan states of the whole park"
    assert [cell["value"] for cell in zones] == ["1", "4.13"]
    first, second = area["2016-2020"]["metdz"]
    assert (first["value"], second["value"]) == ("7.0503", "7.3499")
    for cell in (first, second):
        assert any("only, without" in notes[i] for i in cell["notes"])
    output = made["en"]["figures"]["output_100m_yuan"]["2025"]
    terms = {park: {notes[i] for i in own[0]["notes"]} for park, own in output.items()}
    assert "The plan's term: output of enterprises above designated size" in terms["xinzhuang"]
    assert "The plan's term: gross industrial output" in terms["zizhu"]


def test_what_a_limit_leaves_out_is_told(made):
    land = made["zh"]["figures"]["land_mu"]["2021-2025"]
    notes = made["zh"]["notes"]
    assert "不含紫竹高新区" in [notes[i] for i in land["neobay"][0]["notes"]]
    assert any("虹桥科技绿洲" in notes[i] for i in land["tech-oasis"][0]["notes"])


def test_both_languages_are_one_tree(made):
    both = merge(made["zh"], made["en"])
    assert {lang: speak(both, lang) for lang in made} == made
    # Numbers, ids and areas are there once: only words differ.
    assert '"zh"' not in json.dumps(both["figures"])
    assert len(json.dumps(both, ensure_ascii=False, separators=(",", ":")).encode()) < 21_000


def test_headings_have_unit_period_kind_and_document(made, plans):
    for metric in made["zh"]["metrics"]:
        assert metric["short"] and metric["unit"]
        for column in metric["columns"]:
            assert column["text"] and column["kind"], (metric["id"], column)
            assert column["sources"]
    (output,) = (one for one in made["zh"]["metrics"] if one["id"] == SERIES)
    assert [column["period"] for column in output["columns"]] == plans.periods(SERIES)
    titles = [made["zh"]["sources"][i] for i in output["columns"][-1]["sources"]]
    assert titles and all("十五五" in title for title in titles)


def test_only_the_parks_shown_are_rows_and_have_cells(plans, boxes):
    some = table(plans, boxes, "zh", ("zizhu", "metdz"))
    assert [park["id"] for park in some["parks"]] == ["zizhu", "metdz"]
    named = {park for p in some["figures"].values() for own in p.values() for park in own}
    assert named == {"zizhu", "metdz"}


def test_areas_are_of_the_ground_and_none_of_a_corridor(made, boxes):
    parks = {park["id"]: park for park in made["zh"]["parks"]}
    assert parks["metdz"]["zones"] == ["1.06", "1.06", "1.06"]
    assert parks["lianhua"]["zones"] == [""] and parks["lianhua"]["area"] == ""


def test_a_zones_own_figure_stands_after_the_parks(plans, boxes):
    whole = plans.figure("metdz", *LAND)
    own = replace(whole, zones=("metdz",), value=Decimal(3000), printed="至少3000亩",
                  value_printed=Decimal(3000))  # fmt: skip
    mixed = replace(plans, figures=[own, *plans.figures])
    made = table(mixed, boxes, "zh")
    first, second = made["figures"]["land_mu"]["2021-2025"]["metdz"]
    assert (first["value"], second["value"]) == ("607", "3,000")
    said = [made["notes"][i] for i in second["notes"]]
    assert said[0].startswith("范围：只含") and second["mark"] == "at_least"
    assert "notes" not in first


def test_no_industry_holds_what_a_card_lists_them_by(plans):
    """The comparison takes a card's list apart to tell what two parks have in common."""
    for lang in ("zh", "en"):
        comma = t("tool.compare.comma", lang)
        for park in plans.parks.values():
            assert not [tag for tag in park.industries if comma in tag.name(lang)]


def test_a_total_is_the_plans_own_and_says_what_the_figures_add_up_to(made, plans):
    totals, notes = made["en"]["totals"], made["en"]["notes"]
    found = {(metric, period) for metric, own in totals.items() for period in own}
    stated = {m.id: m.stated_total for m in plans.metrics.values() if m.stated_total}
    assert found == {(metric, total.period) for metric, total in stated.items()}
    land = totals["land_mu"]["2021-2025"]
    assert land["value"] == "9,921.1"
    printed, added, remark = (notes[i] for i in land["notes"])
    assert "可用工业土地总面积为9921.1亩" in printed and "第四章" in printed
    assert "10 of the 10 parks" in added and "about 9,086.1 mu" in added and "835.0 mu" in added
    assert remark == stated["land_mu"].note_en
    office = [notes[i] for i in totals["office_10k_m2"]["2021-2025"]["notes"]]
    assert "to the digit printed" in office[1] and "336.26" in office[1]
    output = [notes[i] for i in totals["output_100m_yuan"]["2020"]["notes"]]
    assert "4 of the 4 parks" in output[1] and "2,198.83" in output[1]


def test_a_table_of_some_parks_has_the_total_of_all(plans, boxes):
    some = table(plans, boxes, "en", ("zizhu",))
    land = some["totals"]["land_mu"]["2021-2025"]
    assert land["value"] == "9,921.1"
    assert any("9,086.1" in some["notes"][i] for i in land["notes"])


def test_without_its_figures_a_total_has_no_column(plans, boxes):
    gone = replace(plans, figures=[f for f in plans.figures if f.metric != "land_mu"])
    assert "land_mu" not in table(gone, boxes, "zh")["totals"]


def test_english_readers_are_told_what_a_mu_is(made):
    units = {one["id"]: one["unit_note"] for one in made["en"]["metrics"]}
    assert units["land_mu"] == "1 mu = 1/15 ha ≈ 667 m²" and units["tax_100m_yuan"] == ""
    assert not any(one["unit_note"] for one in made["zh"]["metrics"])


def test_what_a_figure_is_of_is_told_apart_from_a_remark(made):
    """Two figures are compared when they are of like ground, term and words."""
    for data in made.values():
        figures = data["figures"]
        (land,) = figures["land_mu"]["2021-2025"]["xinzhuang"]
        assert land["notes"] and "scope" not in land, "all of it is industrial land: a remark"
        for metric, park in (("land_mu", "tech-oasis"), ("land_mu", "pujiang"),
                             ("planned_area_km2", "tech-oasis")):  # fmt: skip
            cell = figures[metric]["2021-2025"][park][0]
            assert cell["scope"] and set(cell["scope"]) <= set(cell["notes"]), (metric, park)
    assert made["zh"]["figures"]["output_100m_yuan"]["2025"]["xinzhuang"][0]["scope"]
