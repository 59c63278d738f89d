"""The plan data: loading, faults with file, line and field, lookups, the joined table."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, mapping

import geo
from geo.errors import AtlasError
from geo.measure import area_km2
from geo.plans import (
    Plans,
    check_zones,
    cite,
    format_number,
    format_parks_table,
    load_boundaries,
    load_figures,
    parks_table,
)
from geo.plans.files import NUMBER
from geo.terminal import width

ZONES = [
    "xinzhuang", "pujiang", "zizhu", "metdz", "minhang-base-east", "minhang-base-west", "maqiao",
    "lianhua", "neobay", "xiangyang", "tech-oasis", "aerospace-1", "aerospace-2",
]  # fmt: skip
LAND = ("land_mu", "2021-2025")


@pytest.fixture(scope="module")
def plans() -> Plans:
    return Plans.load()


@pytest.fixture
def folder(tmp_path):
    """A copy of the plan data that a test may break."""
    for name in (
        "sources.yaml",
        "metrics.yaml",
        "parks.yaml",
        "subjects.yaml",
        "figures.csv",
        "indicators.csv",
        "facts.csv",
        "projects.csv",
    ):
        shutil.copy(geo.PLANS / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def boundaries() -> gpd.GeoDataFrame:
    """Thirteen unit boxes beside each other, with lists as properties."""
    rows = [
        {"id": zone, "name_zh": zone, "name_en": zone, "confidence": "high", "unresolved": ["某路"],
         "decisions": [], "published_area_km2": None, "area_km2": 1.0}
        for zone in ZONES
    ]  # fmt: skip
    shapes = [box(121 + i * 0.01, 31, 121.01 + i * 0.01, 31.01) for i in range(len(ZONES))]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326).set_index("id", drop=False)


def edit_csv(folder, number, **cells):
    """Change cells of the data row ``number`` (from 0); return its line in the file."""
    path = folder / "figures.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    rows[number].update(cells)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return number + 2


def stored(geometry: object = ..., **properties: object) -> dict:
    """Return a feature as `geo build` stores it, with some properties changed."""
    shape = mapping(box(121.4, 31.0, 121.5, 31.1)) if geometry is ... else geometry
    given = {"id": "zizhu", "name_zh": "紫竹", "name_en": "Zizhu", **properties}
    return {"type": "Feature", "properties": given, "geometry": shape}


def row_of(plans, **wanted):
    """Return the data row number of the first figure with these attributes."""
    figure = next(
        f for f in plans.figures if all(getattr(f, key) == value for key, value in wanted.items())
    )
    return figure.line - 2


def test_ten_parks_hold_each_zone_once(plans):
    assert len(plans.parks) == 10
    assert sorted(zone for park in plans.parks.values() for zone in park.zones) == sorted(ZONES)
    assert plans.park_of_zone("minhang-base-west").id == "metdz"
    assert plans.park_of_zone("nowhere") is None


def test_land_sums_to_less_than_the_plan_states(plans):
    """The column of table 4-1 adds up to 9086.1; the plan's text says 9921.1."""
    land = [plans.figure(park, *LAND) for park in plans.parks]
    assert sum(figure.value for figure in land) == Decimal("9086.1")
    assert plans.metrics["land_mu"].stated_total.value == Decimal("9921.1")


def test_factories_sum_to_more_and_offices_to_what_the_plan_states(plans):
    def total(metric):
        found = [plans.figure(park, metric, "2021-2025") for park in plans.parks]
        return sum(figure.value for figure in found if figure)

    assert total("factory_10k_m2") == Decimal("495.09")
    assert plans.metrics["factory_10k_m2"].stated_total.value == Decimal("367.9")
    assert total("office_10k_m2") == Decimal("336.26")
    assert round(total("office_10k_m2"), 1) == plans.metrics["office_10k_m2"].stated_total.value


def test_parts_sum_to_their_park(plans):
    """The sub-blocks of 零号湾 make up its land, factories and offices exactly."""
    for metric in ("land_mu", "factory_10k_m2", "office_10k_m2"):
        own = [f for f in plans.park_figures("neobay") if f.metric == metric]
        parts = sum(f.value for f in own if f.part)
        assert parts == plans.figure("neobay", metric, "2021-2025").value > 0


def test_industrial_and_rnd_land_make_up_the_land(plans):
    for park in ("metdz", "maqiao", "neobay"):
        split = [plans.figure(park, m, "2021-2025").value
                 for m in ("land_industrial_mu", "land_rnd_mu")]  # fmt: skip
        assert sum(split) == plans.figure(park, *LAND).value


def test_missing_is_missing_and_a_stated_none_is_zero(plans):
    assert plans.figure("zizhu", "factory_10k_m2", "2021-2025").value == 0
    assert plans.figure("zizhu", "factory_10k_m2", "2021-2025").printed == "无厂房"
    assert plans.figure("pujiang", "factory_10k_m2", "2021-2025") is None
    assert plans.figure("aerospace", "office_10k_m2", "2021-2025") is None
    assert plans.figure("xiangyang", "factory_10k_m2", "2021-2025") is None
    assert plans.figure("xiangyang", "factory_buildings", "2021-2025").value == 26


def test_figures_limited_to_zones_do_not_colour_the_others(plans):
    values = plans.values("output_100m_yuan", "2020")
    assert set(values) == {"xinzhuang", "zizhu", "metdz", "pujiang"}
    assert plans.figure("metdz", "output_100m_yuan", "2020").zones == ("metdz",)
    before = plans.values("planned_area_km2", "2016-2020")
    assert before["metdz"].value == Decimal("7.0503")
    assert before["minhang-base-east"].zones == ("minhang-base-east", "minhang-base-west")
    areas = plans.values("planned_area_km2", "2021-2025")
    assert areas["metdz"].value == 14, "the plan of 2021-2025 has one area for all three"
    assert areas["aerospace-2"].value == Decimal("4.13")
    assert plans.figure("metdz", "planned_area_km2", "2021-2025").value == 14


def test_hectares_are_converted_beside_the_numeral_as_printed(plans):
    figure = plans.values("planned_area_km2", "2021-2025")["tech-oasis"]
    assert (figure.value_printed, figure.unit_printed) == (Decimal("110.68"), "ha")
    assert (figure.value, figure.unit) == (Decimal("1.1068"), "km2")


def test_periods_are_in_time_order(plans):
    assert plans.periods("output_100m_yuan") == ["2016", "2017", "2018", "2019", "2020", "2025"]
    assert plans.latest_period("land_mu") == "2021-2025"


def test_the_start_value_is_not_filed_under_a_year(plans):
    """1037.9 is neither 2019's nor 2020's value of table 1-1, and the text names no year."""
    start = plans.figure("xinzhuang", "output_start_100m_yuan", "2021-2025")
    near = [plans.figure("xinzhuang", "output_100m_yuan", year).value for year in ("2019", "2020")]
    assert start.value == Decimal("1037.9")
    assert start.value not in [round(value, 1) for value in near]


def test_unknown_ids_list_the_known(plans):
    for call, known in (
        (lambda: plans.figure("atlantis", *LAND), "xinzhuang"),
        (lambda: plans.periods("happiness"), "land_mu"),
        (lambda: plans.latest_period("happiness"), "land_mu"),
    ):
        with pytest.raises(AtlasError, match=known):
            call()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("park_id", "xinzhung", "known: xinzhuang"),
        ("metric", "land", "known: land_mu"),
        ("unit", "acre", "known: mu"),
        ("unit", "km2", "not the unit"),
        ("source_id", "mh165", "known: mh145"),
        ("kind", "guess", "known: actual"),
        ("zones", "pujiang", "not a zone of"),
        ("part", "north", "unknown value"),
        ("value", "96o", "not a number"),
        ("value", "１２", "not a number"),
        ("value", "NaN", "not a number"),
        ("value", "1,085.89", "not a number"),
        ("value", "", "not a number"),
        ("value", "965", "not in the words as printed"),
        ("value", "-964", "below 0"),
        ("value_si", "1", "must be empty"),
        ("year_or_period", "2016年", "neither a year"),
        ("year_or_period", "2025-2021", "neither a year"),
        ("locator", "", "is missing"),
        ("printed", "", "is missing"),
        ("note", "备注", "both languages"),
    ],
)
def test_a_bad_cell_is_named_with_file_line_and_field(folder, field, value, reason):
    line = edit_csv(folder, 0, **{field: value})
    with pytest.raises(AtlasError) as caught:
        Plans.load(folder)
    message = caught.value.text("en")
    named = "note_en" if field == "note" else field
    assert f"figures.csv, line {line}, field '{named}'" in message
    assert reason in message
    assert f"第 {line} 行，字段“{named}”" in caught.value.text("zh")
    assert "\n" not in message


def test_a_wrong_conversion_is_named(folder, plans):
    line = edit_csv(folder, row_of(plans, unit_printed="ha"), value_si="7.05")
    with pytest.raises(AtlasError, match=rf"line {line}, field 'value_si': 7.05 is not"):
        Plans.load(folder)


def test_a_duplicate_names_both_lines(folder, plans):
    twin = row_of(plans, metric="land_mu", park_id="zizhu")
    path = folder / "figures.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows.insert(twin + 2, rows[twin + 1])
    path.write_text("".join(rows), encoding="utf-8")
    line = twin + 3
    with pytest.raises(AtlasError, match=rf"line {line}, field 'park_id': .* as line {twin + 2}"):
        Plans.load(folder)


def test_further_faulty_rows_are_counted(folder):
    edit_csv(folder, 0, value="x")
    edit_csv(folder, 5, kind="x")
    edit_csv(folder, 9, unit="x")
    with pytest.raises(AtlasError, match=r"line 2, .* \(and 2 more faulty rows\)"):
        load_figures(folder / "figures.csv")


def test_a_missing_column_is_named(folder):
    path = folder / "figures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("locator", "place", 1), "utf-8")
    with pytest.raises(AtlasError, match=r"figures\.csv, line 1: missing column locator"):
        Plans.load(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("parks.yaml", "kind: feature", "kind: big", "field 'kind': unknown value 'big'"),
        ("parks.yaml", "zones: [zizhu]", "zones: [pujiang]", "also belongs to 'pujiang'"),
        ("parks.yaml", "tag: ai\n", "tag: AI\n", "field 'tag': unknown value 'AI'"),
        ("parks.yaml", "at: [mh145,", "at: [mh999,", "unknown source 'mh999'"),
        ("parks.yaml", "    aliases:", "    alias:", "field 'alias': unknown field"),
        ("parks.yaml", "  - id: zizhu", "  - id: pujiang", "'pujiang' is there twice"),
        ("metrics.yaml", "unit: mu", "unit: acre", "field 'unit': unknown value 'acre'"),
        ("metrics.yaml", "    map: true", "    map: 1", "field 'map': must be true or false"),
        (
            "metrics.yaml",
            "short_zh: 可用研发用地",
            "short_zh: 可用土地",
            "also the name of 'land_mu'",
        ),
        ("metrics.yaml", "short_en: R&D land", "short_en: Available land", "field 'short_en'"),
        ("metrics.yaml", "      note_zh: 规划此处", "      note: 规划此处", "unknown field"),
        (
            "metrics.yaml",
            "      note_en: The plan",
            "      note_en: #",
            "note needs both languages",
        ),
        ("metrics.yaml", "    additive: true", "    additive: yes please", "must be true or false"),
        (
            "metrics.yaml",
            "      period: 2020\n",
            "      period: 20\n",
            "field 'period': must be like",
        ),
        ("metrics.yaml", "of: big-four", "of: big", "field 'of': unknown value 'big'"),
        ("metrics.yaml", "{zh: 工业产值, en: industrial output}", "{zh: 工业产值}", "field 'en'"),
        ("parks.yaml", "{metric: office_10k_m2,", "{metric: offices,", "unknown metric 'offices'"),
        ("parks.yaml", 'printed: "/", at: [mh145,', 'printed: "/", at: [x,', "unknown source 'x'"),
        ("parks.yaml", 'printed: "/", at: [mh145, ', 'printed: "/", at: [', "field 'at'"),
        ("metrics.yaml", 'value: "9921.1"', 'value: "9921.1.1"', "is not a number"),
        ("metrics.yaml", "source: mh145", "source: mh999", "unknown source 'mh999'"),
        ("metrics.yaml", "    zh: 税收总额", "    zh: ''", "field 'zh': is missing"),
        ("sources.yaml", 'date: "2021-06-29"', "date: June", "field 'date': must be YYYY-MM-DD"),
        ("sources.yaml", "language: zh", "language: cn", "unknown value 'cn'; known: zh, en"),
        ("sources.yaml", "period: 2021-2025", "period: soon", "field 'period': must be like"),
        (
            "sources.yaml",
            "language: zh",
            "language: zh\n    language: en",
            "the key is there twice",
        ),
        ("sources.yaml", "sources:", "sources: [", "not valid YAML"),
    ],
)
def test_a_bad_yaml_entry_is_named_with_file_and_line(folder, name, old, new, message):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AtlasError) as caught:
        Plans.load(folder)
    assert message in caught.value.text("en")
    assert f"{name}, line " in caught.value.text("en")
    assert "\n" not in caught.value.text("zh")


@pytest.mark.parametrize("content", ["", "- a\n", "just words\n", "sources: {}\n"])
def test_yaml_of_another_shape_is_refused(folder, content):
    (folder / "sources.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(AtlasError, match=r"sources\.yaml, line 1"):
        Plans.load(folder)


def test_a_missing_boundaries_file_says_how_to_build_it(tmp_path):
    with pytest.raises(AtlasError, match="python -m geo build"):
        load_boundaries(tmp_path / "parks.geojson")


@pytest.mark.parametrize(
    ("feature", "field"),
    [
        ("x", "properties"),
        ({"properties": []}, "properties"),
        ({"properties": {}}, "id"),
        (stored(id=7), "id"),
        (stored(name_zh=None), "name_zh"),
        (stored(name_en=" "), "name_en"),
        (stored(area_km2="1"), "area_km2"),
        (stored(area_km2=True), "area_km2"),
        (stored(clause=["东至"]), "clause"),
        (stored(unresolved="景西路"), "unresolved"),
        (stored(unresolved=["景西路", 7]), "unresolved[1]"),
        (stored(decisions=[{"zh": "取", "en": None}]), "decisions[0].en"),
        (stored(alternatives_km2=[1.5, "2"]), "alternatives_km2[1]"),
        (stored(published_area_shared={"zones": ["a"], "area_km2": 1}),
         "published_area_shared.published_area_km2"),
        (stored(closure={"gaps": 1, "sum_m": None, "largest_m": 2}), "closure.sum_m"),
        (stored(evidence=["measured"]), "evidence[0]"),
        (stored(None), "geometry"),
        (stored({"type": "Polygon"}), "geometry"),
        (stored({"type": "Polygon", "coordinates": [[[1]]]}), "geometry"),
        (stored({"type": "Point", "coordinates": [1, 2]}), "geometry"),
        (stored(mapping(box(350_000, 3_440_000, 351_000, 3_441_000))), "geometry"),
    ],
)  # fmt: skip
def test_a_bad_feature_is_named(tmp_path, feature, field):
    path = tmp_path / "parks.geojson"
    features = [stored(id="first"), feature]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    with pytest.raises(AtlasError) as caught:
        load_boundaries(path)
    assert caught.value.text("en").startswith(f"{path}, feature 2, field '{field}': ")
    assert caught.value.text("zh").startswith(f"{path} 第 2 个要素，字段“{field}”：")


def test_a_number_without_end_is_refused(tmp_path):
    path = tmp_path / "parks.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": [stored(area_km2=8888)]})
    path.write_text(text.replace("8888", "1e999"), "utf-8")
    with pytest.raises(AtlasError, match="feature 1, field 'area_km2'"):
        load_boundaries(path)


def test_all_the_projects_own_zones_are_the_parks(plans):
    boundaries = load_boundaries()
    check_zones(plans, boundaries)
    assert sorted(boundaries.index) == sorted(ZONES)


def test_a_misspelt_zone_is_named_with_file_and_line(folder, boundaries):
    path = folder / "parks.yaml"
    text = path.read_text(encoding="utf-8").replace("zones: [zizhu]", "zones: [zizu]")
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("zones: [zizu]")].count("\n") + 1
    with pytest.raises(AtlasError) as caught:
        parks_table(Plans.load(folder), boundaries)
    message = caught.value.text("en")
    assert f"parks.yaml, line {line}, field 'zones': zone 'zizu' of 'zizhu' is not in" in message
    assert "minhang-base-west" in message and "\n" not in message
    assert f"第 {line} 行，字段“zones”" in caught.value.text("zh")


def test_a_zone_of_no_park_is_named_with_feature_and_field(plans, tmp_path, boundaries):
    path = tmp_path / "parks.geojson"
    document = json.loads(boundaries.to_json(drop_id=True))
    extra = {**document["features"][0]["properties"], "id": "atlantis"}
    document["features"].append({**document["features"][0], "properties": extra})
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(AtlasError, match=r"feature 14, field 'id': 'atlantis' is no park's zone"):
        parks_table(plans, load_boundaries(path))
    with pytest.raises(AtlasError, match=r"'minhang-base-west' of 'metdz' is not in"):
        parks_table(plans, boundaries.drop(index="minhang-base-west"))


def test_boundaries_keep_lists_and_ids(tmp_path, boundaries):
    path = tmp_path / "parks.geojson"
    path.write_text(boundaries.to_json(drop_id=True), encoding="utf-8")
    loaded = load_boundaries(path)
    assert loaded.loc["zizhu", "unresolved"] == ["某路"]
    assert loaded.crs.to_epsg() == 4326
    twice = json.loads(path.read_text(encoding="utf-8"))
    twice["features"].append(twice["features"][0])
    path.write_text(json.dumps(twice), encoding="utf-8")
    with pytest.raises(AtlasError, match="feature 14, field 'id': 'xinzhuang' is there twice"):
        load_boundaries(path)


def test_the_table_joins_areas_and_is_json(plans, boundaries):
    rows = parks_table(plans, boundaries)
    assert json.loads(json.dumps(rows, ensure_ascii=False, allow_nan=False)) == rows
    metdz = next(row for row in rows if row["id"] == "metdz")
    union = boundaries.loc[["metdz", "minhang-base-east", "minhang-base-west"]].geometry
    assert metdz["area_km2"] == pytest.approx(area_km2(union.union_all()), abs=1e-4)
    assert [zone["id"] for zone in metdz["zones"]] == list(plans.parks["metdz"].zones)
    assert metdz["zones"][0]["unresolved"] == ["某路"]
    figures = [figure for row in rows for figure in row["figures"]]
    assert sum(1 + len(figure["elsewhere"]) for figure in figures) == len(plans.figures)
    land = next(f for f in metdz["figures"] if f["metric"] == "land_mu")
    assert (land["value"], land["source_id"]) == (607, "mh145")
    assert "表4-1" in land["locator"]


def test_without_boundaries_the_areas_are_open(plans):
    rows = parks_table(plans, None)
    assert {row["area_km2"] for row in rows} == {None}
    assert not any(zone["digitised"] for row in rows for zone in row["zones"])


def test_a_corridor_has_no_area(plans, boundaries):
    """Its width is a drawing's, so a number of km² would claim what no plan says."""
    frame = boundaries.assign(basis="sizhi")
    frame.loc["lianhua", "basis"] = "corridor"
    areas = {row["id"]: row["area_km2"] for row in parks_table(plans, frame)}
    assert areas.pop("lianhua") is None
    assert all(area > 0 for area in areas.values())


def test_the_same_number_at_several_places_is_one_figure_that_names_them(plans, boundaries):
    first = plans.figure("zizhu", *LAND)
    again = replace(first, value=Decimal(691), printed="约691亩", locator="第九章")
    both = replace(plans, figures=[*plans.figures, again])
    (row,) = [row for row in parks_table(both, boundaries) if row["id"] == "zizhu"]
    (land,) = [figure for figure in row["figures"] if figure["metric"] == "land_mu"]
    assert land["value"] == 690
    assert land["elsewhere"][-1] == {
        "source_id": "mh145", "locator": "第九章", "printed": "约691亩", "value": 691
    }  # fmt: skip


def test_derived_values_are_marked_and_told_with_formula_and_inputs(plans, boundaries):
    assert "derived" not in parks_table(plans, boundaries)[0]
    rows = parks_table(plans, boundaries, derived=True)
    assert json.loads(json.dumps(rows, ensure_ascii=False, allow_nan=False)) == rows
    found = {
        (row["id"], one["metric"], one["period"]): one for row in rows for one in row["derived"]
    }
    assert len(found) == sum(len(row["derived"]) for row in rows) > 90
    assert all(one["derived"] and one["inputs"] and one["formula_en"] for one in found.values())
    share = found["xinzhuang", "land_left_share_of_planned_pct", "2021-2025"]
    assert (share["value"], share["shown"], share["ground"]) == (2.834, "2.834", None)
    assert [figure["value"] for figure in share["inputs"]] == [760.1, 17.88]
    assert "表4-1" in share["inputs"][0]["locator"]
    dense = found["metdz", "output_per_digitised_km2_100m_yuan", "2025"]
    assert dense["zones"] == dense["ground"]["zones"] == ["metdz"]
    assert dense["ground"]["confidence"] == "high"
    assert {one["metric"] for row in parks_table(plans, None, True) for one in row["derived"]} == {
        one["metric"] for one in found.values() if one["ground"] is None
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_table_is_aligned_and_shows_missing(plans, boundaries, lang):
    text = format_parks_table(parks_table(plans, boundaries, derived=True), lang)
    table, note = text.split("\n\n")
    lines = table.split("\n")
    heads = {"zh": 2, "en": 3}[lang]
    assert len(lines) == heads + 10
    assert len({width(line) for line in lines}) == 1
    assert max(map(width, text.split("\n"))) <= 120
    pujiang = next(line for line in lines if line.startswith("pujiang"))
    assert pujiang.count("—") == 2
    assert "无数据" not in text
    marked = {"zh": "推算", "en": "derived"}[lang]
    assert "*" in "".join(lines[:heads]) and note.startswith("* ") and marked in note
    maqiao = next(line for line in lines if line.startswith("maqiao"))
    assert maqiao.endswith("  3.00"), "as many digits as its inputs have"


def test_citations_name_document_and_place(plans):
    figure = plans.figure("zizhu", *LAND)
    assert cite(figure, "zh").endswith("，第四章 表4-1 / 紫竹高新区 / 土地")
    assert "闵府发〔2021〕17号" in cite(figure, "en")
    unnumbered = plans.sources["shpark145"]
    assert cite(unnumbered, "zh") == "《上海市产业园区“十四五”规划》，文号：原文未载"
    assert cite(unnumbered, "en").endswith(", no document number stated")
    evidence = plans.parks["zizhu"].position.evidence[0]
    assert "表4-1 / 紫竹高新区 / 定位" in cite(evidence, "zh", plans)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_formatting_loses_no_digit(value):
    assert Decimal(format_number(value).replace(",", "")) == value


@given(st.text(max_size=12))
def test_only_plain_decimals_count_as_numbers(text):
    if NUMBER.fullmatch(text):
        assert Decimal(text).is_finite()
        assert set(text) <= set("-0123456789.")


@given(st.text(alphabet="园区ab１é", max_size=20))
def test_terminal_width_counts_cjk_twice(text):
    assert width(text) == sum(2 if char in "园区１" else 1 for char in text)
