"""A user's own files: read, placed, checked, joined to the parks."""

from __future__ import annotations

import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from frames import refused
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pyproj import Transformer

from geo import formats, own
from geo.crs import wgs84_to_gcj02
from geo.measure import area_km2
from geo.own import headings, numbers, results
from geo.own.join import join
from geo.plans import load_boundaries
from geo.reference import load_gazetteer

# Three parcels in Minhang: the middle one overlaps the first by half.
BOXES = [
    shapely.box(121.380, 31.050, 121.384, 31.054),
    shapely.box(121.382, 31.050, 121.386, 31.054),
    shapely.box(121.390, 31.050, 121.394, 31.054),
]
NAMES = ["甲", "乙", "丙"]
GCJ = "GCJ-02"


def shifted(geometry):
    return shapely.transform(
        geometry, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )


def in_system(geometry, code: int):
    way = Transformer.from_crs(4326, code, always_xy=True)
    return shapely.transform(
        geometry, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1]))
    )


def parcels(**columns) -> gpd.GeoDataFrame:
    columns = columns or {"地块名称": NAMES, "编号": [1, 2, 3]}
    return gpd.GeoDataFrame(columns, geometry=BOXES, crs=4326)


def csv(head: str, *rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([head, *rows]).encode(encoding)


def workbook(*rows, title: str = "Sheet") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def asked(data: bytes, name: str, **roles):
    """Return rows, roles and candidates of a file."""
    raw = own.read(data, name)
    chosen = own.guess(raw)
    if roles:
        from dataclasses import replace

        chosen = replace(chosen, **roles)
    return raw, chosen, own.candidates(raw, own.prepare(raw, chosen, own.limits()))


def taken(data: bytes, name: str, crs: str = "", **roles):
    """Return the features of a file, read in the candidate of an id, else in the first."""
    raw, chosen, found = asked(data, name, **roles)
    candidate = next((one for one in found if one.id == crs), found[0] if found else None)
    assert not crs or candidate.id == crs, [one.id for one in found]
    return own.make(raw, chosen, candidate, name=name)


def codes(result) -> dict[str, tuple[int, ...]]:
    return {one.code: one.rows for one in result.report}


# --- formats -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [
        ("geojson", None, "a.geojson"),
        ("gpkg", 4490, "a.gpkg"),
        ("gpkg", 4549, "a.gpkg"),
        ("shp", 4528, "a.zip"),
        ("shp", 4549, "a.zip"),
        ("shp", 4490, "a.zip"),
        ("kml", None, "a.kml"),
        ("txt", 4528, "a.txt"),
    ],
)
def test_what_our_formats_write_is_read_back_in_place(kind, code, name):
    frame = parcels(name_zh=NAMES, id=["1", "2", "3"])
    data = formats.encode(frame, kind, code).data
    raw, roles, found = asked(data, name)
    assert found[0].sure, "the file says what it is in"
    result = own.make(raw, roles, found[0], name=name)
    assert list(result.features["name"]) == NAMES
    for got, wanted in zip(result.features.geometry, BOXES, strict=True):
        assert shapely.hausdorff_distance(got, wanted) < 2e-6


def test_a_kmz_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("doc.kml", formats.encode(parcels(), "kml").data)
    assert len(taken(out.getvalue(), "a.KMZ").features) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_of_chinese_offices(encoding):
    data = csv("编号,地块名称,经度,纬度", "1,莘庄,121.38,31.05", "2,浦江,121.50,31.06",
               encoding=encoding)  # fmt: skip
    raw, roles, _ = asked(data, "a.csv")
    assert (roles.way, roles.name, roles.x, roles.y) == ("points", "地块名称", "经度", "纬度")
    assert [row.values["地块名称"] for row in raw.rows] == ["莘庄", "浦江"]
    assert [row.number for row in raw.rows] == [2, 3], "as a spreadsheet numbers them"


def test_a_workbook_with_a_title_above_its_heading_and_a_formula_whose_value_counts():
    from openpyxl import load_workbook

    data = workbook(["闵行区地块清单"], [], ["名称", "X坐标", "Y坐标", "面积（亩）"],
                    ["=1+1", 3436741.5, 40536282.1, 10])  # fmt: skip
    # openpyxl stores no value beside a formula: an unread formula is an empty cell, never run.
    result = taken(data, "a.xlsx")
    assert list(result.features["row"]) == [4]
    assert list(result.features["name"]) == [""]
    assert load_workbook(io.BytesIO(data)).active["A4"].value == "=1+1"


def test_the_sheet_with_headings_is_found_and_another_can_be_chosen():
    book = Workbook()
    book.active.title = "说明"
    book.active.append(["这是说明"])
    sheet = book.create_sheet("地块")
    for row in (["名称", "经度", "纬度"], ["甲", 121.38, 31.05]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    raw = own.read(out.getvalue(), "a.xlsx")
    assert (raw.layer, raw.layers) == ("地块", ("说明", "地块"))
    assert own.read(out.getvalue(), "a.xlsx", "说明").layer == "说明"


def test_wkt_and_vertex_lists_become_areas():
    data = csv("名称,WKT", *(f'{n},"{b.wkt}"' for n, b in zip(NAMES, BOXES, strict=True)))
    assert taken(data, "a.csv", "4326").features.geometry[0].equals(BOXES[0])
    rows = []
    for name, box in zip(NAMES, BOXES, strict=True):
        for number, (x, y) in enumerate(in_system(box, 4528).exterior.coords[:-1], 1):
            rows.append(f"{name},J{number},{y:.3f},{x:.3f}")
    raw, roles, found = asked(csv("地块编号,点号,X坐标,Y坐标", *rows), "a.csv")
    assert roles.way == "rings" and found[0].id == "4528-yx" and found[0].likely
    result = own.make(raw, roles, found[0])
    assert result.given == 3 and list(result.features["id"]) == NAMES
    assert shapely.hausdorff_distance(result.features.geometry[2], BOXES[2]) < 1e-6


def test_a_ring_within_a_ring_is_a_hole():
    rows = [
        f"a,1,{x},{y}"
        for x, y in [(121.38, 31.05), (121.39, 31.05), (121.39, 31.06), (121.38, 31.06)]
    ]
    rows += [f"a,2,{x},{y}" for x, y in [(121.383, 31.053), (121.386, 31.053), (121.386, 31.056)]]
    (made,) = taken(csv("地块编号,圈号,经度,纬度", *rows), "a.csv", "4326").features.geometry
    assert len(made.interiors) == 1


def test_clauses_are_traced_and_what_is_not_is_told():
    clause = "东至万芳路，南至江月路、立跃路，西至浦星公路，北至中心河"
    data = csv("名称,四至,面积（亩）", f"浦江,{clause},9150", "坏,东至没有的路,5", "空,,")
    raw = own.read(data, "a.csv")
    roles = own.guess(raw)
    assert roles.way == "sizhi"
    items = own.clauses(raw, roles, own.limits())
    assert items[0].area_km2 == pytest.approx(6.1)
    traced = dict(own.trace(items, load_gazetteer()))
    result = own.make(raw, roles, None, traced=traced)
    assert list(result.features["basis"]) == ["sizhi"]
    assert result.features["confidence"][0] in ("high", "medium", "low")
    found = codes(result)
    assert found["sizhi"] == (3, 4)
    assert any(code.startswith("sizhi_") for code in found)


# --- coordinate systems --------------------------------------------------------------------------


def test_degrees_without_a_word_are_asked_for_and_never_taken_for_granted():
    _, _, found = asked(csv("名称,经度,纬度", "甲,121.38,31.05"), "a.csv")
    assert [one.id for one in found] == ["4326", GCJ]
    assert not any(one.sure for one in found)
    for one in found:
        assert one.reason.zh and one.reason.en and one.reason.zh != one.reason.en


@pytest.mark.parametrize(
    ("code", "swapped", "wanted"),
    [
        (4549, False, "4549"),
        (4549, True, "4549-yx"),
        (4528, False, "4528"),
        (4528, True, "4528-yx"),
        (4550, True, "4550-yx"),
        (4529, False, "4529"),
        (4499, True, "4499-yx"),
        (3857, False, "3857"),
    ],
)
def test_metres_are_recognised_by_where_they_lie(code, swapped, wanted):
    points = shapely.get_coordinates([in_system(box, code) for box in BOXES])
    points = points[:, ::-1] if swapped else points
    rows = [f"{x:.3f},{y:.3f}" for x, y in points]
    _, _, found = asked(csv("X,Y", *rows), "a.csv", way="points")
    assert found[0].id == wanted and found[0].likely and not found[0].sure
    result = taken(csv("X,Y", *rows), "a.csv", wanted, way="points")
    got = shapely.get_coordinates(list(result.features.geometry))
    assert np.abs(got - shapely.get_coordinates(BOXES)).max() < 1e-6


@settings(deadline=None)  # the first of a system finds its way through PROJ
@given(st.floats(121.0, 121.9), st.floats(30.8, 31.7), st.sampled_from([4549, 4528, 4550, 4529]))
def test_any_place_in_shanghai_is_found_again(lon, lat, code):
    x, y = Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    found = own.systems.detect(np.array([[y, x]]))
    likely = [one for one in found if one.likely]
    assert likely and f"{code}-yx" in {one.id for one in likely}
    (placed,) = own.systems.located(
        [shapely.Point(y, x)], next(one for one in likely if one.id == f"{code}-yx")
    )
    assert abs(placed.x - lon) < 1e-8 and abs(placed.y - lat) < 1e-8


def test_the_citys_own_grid_and_nonsense_are_refused_with_a_reason():
    refused(lambda: asked(csv("X,Y", "-12345,6789"), "a.csv", way="points"), "city grid")
    refused(lambda: asked(csv("X,Y", "9e9,1"), "a.csv", way="points"), "neither degrees")


def test_a_declared_system_that_does_not_fit_is_not_believed():
    # Metres in a GeoJSON, which by its standard is in degrees.
    metres = [in_system(box, 4528) for box in BOXES]
    data = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(one)}
                for one in metres
            ],
        }
    ).encode()
    _, _, found = asked(data, "a.geojson")
    assert found[0].id == "4528" and not found[0].sure and "declares" in found[0].reason.en


def test_gcj02_is_undone():
    data = csv("名称,WKT", *(f'{n},"{shifted(b).wkt}"' for n, b in zip(NAMES, BOXES, strict=True)))
    result = taken(data, "a.csv", GCJ)
    assert shapely.hausdorff_distance(result.features.geometry[0], BOXES[0]) < 1e-7


@pytest.mark.parametrize("truth", ["4326", GCJ])
def test_a_hint_is_measured_on_known_lines(truth):
    parks = load_boundaries()
    shapes = [shifted(g) if truth == GCJ else g for g in parks.geometry]
    raw = own.read(csv("名称,WKT", *(f'a,"{g.wkt}"' for g in shapes)), "a.csv")
    prepared = own.prepare(raw, own.guess(raw), own.limits())
    told = own.hinted(prepared, own.candidates(raw, prepared), load_gazetteer(), parks)
    assert told[0] == truth and "%" in told[1].en and "no proof" in told[1].en


def test_no_hint_without_enough_outline():
    raw = own.read(
        csv("名称,WKT", f'a,"{shapely.box(121.38, 31.05, 121.381, 31.051).wkt}"'), "a.csv"
    )
    prepared = own.prepare(raw, own.guess(raw), own.limits())
    found = own.candidates(raw, prepared)
    assert own.hinted(prepared, found, load_gazetteer(), load_boundaries()) is None


# --- headings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "role", "unit"),
    [
        ("地块名称", "name", ""), ("Parcel Name", "", ""), ("parcel_name", "name", ""),
        ("面积（亩）", "area", "mu"), ("占地面积(公顷)", "area", "ha"),
        ("用地面积㎡", "area", "m2"),
        ("area_km2", "area", "km2"), ("亩数", "area", "mu"), ("X 坐标", "x", ""),
        ("经度（°）", "lon", ""), ("纬度", "lat", ""), ("四至范围", "text", ""),
        ("备注", "", ""), ("建筑面积率", "", ""),
    ],
)  # fmt: skip
def test_headings_in_both_languages(heading, role, unit):
    found = headings.role(heading)
    assert found == role or (heading == "Parcel Name" and found == "name")
    assert headings.unit_of(heading) == unit


@given(st.text(max_size=80))
def test_no_heading_and_no_cell_is_too_strange(text):
    headings.role(text)
    headings.unit_of(text)
    value, unit = numbers.area(text)
    assert value is None or np.isfinite(value)
    assert unit in ("", *numbers.M2_PER)
    at = numbers.coordinate(text)
    assert at is None or np.isfinite(at)


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("0.5万亩", 5_000, "mu"), ("3万平方米", 30_000, "m2"), ("1.2 万㎡", 12_000, "m2"),
        ("0.5万", 5_000, ""), ("12公顷", 12, "ha"), ("1.5 km²", 1.5, "km2"), ("2 HA", 2, "ha"),
        ("约1,500 亩", 1_500, "mu"), (7, 7, ""), ("-5亩", -5, "mu"), ("−5亩", -5, "mu"),
        ("50亩以上", None, ""), ("≥50", None, ""), ("12,34", None, ""), ("12.5公顷/年", None, ""),
        ("50-60亩", None, ""), ("50 60亩", None, ""), ("8 m2", 8, "m2"), ("5顷", None, ""),
        ("", None, ""), (None, None, ""),
        (True, None, ""), (float("inf"), None, ""), ("1e999", None, ""),
    ],
)  # fmt: skip
def test_areas_are_read_wholly_or_not_at_all(cell, value, unit):
    assert numbers.area(cell) == (value, unit)


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        ("121.4", 121.4), ("121.4°", 121.4), ("121.4E", 121.4), ("E 121.4", 121.4),
        ("东经121.4", 121.4), ("121.4W", -121.4), ("31.1 S", -31.1), ("西经121.4", -121.4),
        ("121°24′30″", 121 + 24.5 / 60), ("121º24'30\"", 121 + 24.5 / 60),
        ("北纬31度6分", 31.1), ("121 24 30 E", 121 + 24.5 / 60), ("121°24.5'", 121 + 24.5 / 60),
        ("31 06 00.0", 31.1), ("3,436,741.5", 3_436_741.5), ("536282.1 m", 536_282.1),
        ("-121.4W", None), ("E121.4W", None), ("121.4X", None), ("121°75′", None),
        ("121.5°24′", None), ("1,2", None), ("121,380", None), ("31,105", None), ("121 24", None),
        ("待定", None), ("", None),
        (None, None), (121.4, 121.4), (True, None), ("200°", None),
    ],
)  # fmt: skip
def test_coordinates_are_read_wholly_or_not_at_all(cell, degrees):
    read = numbers.coordinate(cell)
    assert read == (degrees if degrees is None else pytest.approx(degrees))


def test_units_in_cells_go_before_the_columns():
    m2 = area_km2(BOXES[0]) * 1e6
    rows = [f'a,{m2 / 1e4:.6f}万平方米,"{BOXES[0].wkt}"', f'b,{m2 / 1e4:.6f}公顷,"{BOXES[1].wkt}"',
            f'c,10垧,"{BOXES[2].wkt}"']  # fmt: skip
    result = taken(csv("名称,面积（亩）,WKT", *rows), "a.csv", "4326")
    assert list(result.features["stated_m2"][:2]) == pytest.approx([m2, m2], rel=1e-4)
    assert codes(result)["area_words"] == (4,) and "area" not in codes(result)


# --- checks --------------------------------------------------------------------------------------


def test_overlaps_duplicates_names_and_ids_are_told_by_row():
    frame = gpd.GeoDataFrame(
        {"name": ["甲", "乙", None, "丁"], "id": [1, 2, 2, 4]},
        geometry=[*BOXES, BOXES[2]],
        crs=4326,
    )
    result = taken(formats.encode(frame, "geojson").data, "a.geojson")
    found = codes(result)
    assert found["overlap"] == (1, 2)
    assert found["duplicate"] == (4,) and found["id_twice"] == (3,) and found["name"] == (3,)
    (line,) = [one for one in result.report if one.code == "overlap"]
    shared = area_km2(BOXES[0].intersection(BOXES[1])) * 1e6
    told = float(line.text.en.split(": ")[-1].split(" m²")[0].replace(",", ""))
    assert told == pytest.approx(shared, rel=0.001)


def test_touching_parcels_do_not_overlap():
    frame = gpd.GeoDataFrame(
        {"name": ["a", "b"]},
        geometry=[
            shapely.box(121.38, 31.05, 121.39, 31.06),
            shapely.box(121.39, 31.05, 121.40, 31.06),
        ],
        crs=4326,
    )
    assert "overlap" not in codes(taken(formats.encode(frame, "geojson").data, "a.geojson"))


def test_a_bow_tie_is_repaired_and_a_sliver_of_nothing_is_not_used():
    bow = '"POLYGON((121.38 31.05,121.39 31.06,121.39 31.05,121.38 31.06,121.38 31.05))"'
    flat = '"POLYGON((121.38 31.05,121.39 31.05,121.38 31.05,121.38 31.05))"'
    result = taken(csv("名称,WKT", f"a,{bow}", f"b,{flat}", "c,rubbish"), "a.csv", "4326")
    found = codes(result)
    assert (found["repaired"], found["collapsed"], found["geometry"]) == ((2,), (3,), (4,))
    (made,) = result.features.geometry
    assert made.is_valid and made.geom_type == "MultiPolygon"
    assert result.given == 3


def test_places_outside_are_told_and_outside_china_not_used():
    data = csv("名称,经度,纬度", "闵行,121.38,31.10", "浦东,121.60,31.20", "北京,116.4,39.9",
               "海,10,10", "无,,")  # fmt: skip
    found = codes(taken(data, "a.csv", "4326"))
    assert found["outside_minhang"] == (3,) and found["outside_shanghai"] == (4,)
    assert found["range"] == (5,) and found["coordinates"] == (6,)


@pytest.mark.parametrize(("unit", "per"), [("亩", 2000 / 3), ("公顷", 1e4), ("平方米", 1.0)])
def test_stated_areas_are_compared_in_their_unit(unit, per):
    m2 = area_km2(BOXES[0]) * 1e6
    rows = [
        f'a,{m2 / per:.4f},"{BOXES[0].wkt}"',
        f'b,{2 * m2 / per:.4f},"{BOXES[2].wkt}"',
        f'c,?,"{BOXES[1].wkt}"',
    ]
    result = taken(csv(f"名称,面积（{unit}）,WKT", *rows), "a.csv", "4326")
    found = codes(result)
    assert found["area"] == (3,) and found["area_words"] == (4,)
    assert result.features["stated_m2"][0] == pytest.approx(m2, rel=1e-4)
    assert result.features["area_m2"][0] == pytest.approx(m2, rel=1e-9)


def test_a_unit_that_nobody_states_is_taken_only_when_it_fits():
    m2 = area_km2(BOXES[0]) * 1e6
    fits = csv("名称,面积,WKT", f'a,{m2 * 3 / 2000:.3f},"{BOXES[0].wkt}"')
    result = taken(fits, "a.csv", "4326")
    assert "unit" in codes(result) and result.features["stated_m2"][0] == pytest.approx(
        m2, rel=0.01
    )
    result = taken(csv("名称,面积,WKT", f'a,7,"{BOXES[0].wkt}"'), "a.csv", "4326")
    assert "unit_unknown" in codes(result) and np.isnan(result.features["stated_m2"][0])


# --- the join ------------------------------------------------------------------------------------


def test_features_are_joined_by_area(boxes, plans):
    zones = {park.id: park.zones for park in plans.parks.values()}
    first, second = (boxes.geometry[zone] for zone in list(boxes.index)[:2])
    west, south, east, north = first.bounds
    half = shapely.box(west - (east - west) * 0.5, south, west + (east - west) * 0.6, north)
    shapes = [
        shapely.box(west + 0.001, south + 0.001, west + 0.003, south + 0.003),
        shapely.box(west - 0.001, south, west + 0.003, north),
        shapely.box(west - 0.003, south, west + 0.001, north),
        shapely.box(west, south + 0.05, east, south + 0.06),
        shapely.Point(west + 0.002, south + 0.002),
        half,
    ]
    frame = gpd.GeoDataFrame({"name": list("abcdef")}, geometry=shapes, crs=4326)
    result = taken(formats.encode(frame, "geojson").data, "a.geojson")
    joined = join(result, boxes, zones)
    relations = [one.relation for one in joined.places]
    assert relations == ["inside", "mostly", "partly", "outside", "inside", "mostly"]
    park = plans.park_of_zone(boxes.index[0]).id
    assert joined.places[0].park_id == park
    assert joined.places[1].share == pytest.approx(0.75, abs=0.001)
    assert joined.places[3].distance_m == pytest.approx(0.0408 * 110_900, rel=0.01)
    (within,) = [one for one in joined.parks if one.park_id == park]
    assert within.count == 5 and within.merged
    # a, b, c and f lie on each other: the ground is counted once.
    taken_ground = shapely.union_all([s.intersection(first) for s in (*shapes[:3], half)])
    assert within.area_m2 == pytest.approx(area_km2(taken_ground) * 1e6, rel=1e-6)
    assert within.sum_m2 > within.area_m2
    assert not second.intersects(first)


def test_the_parks_themselves_lie_in_themselves(plans):
    parks = load_boundaries()
    frame = gpd.GeoDataFrame({"name": list(parks.index)}, geometry=list(parks.geometry), crs=4326)
    result = taken(formats.encode(frame, "gpkg", 4490).data, "a.gpkg")
    joined = join(result, parks, {park.id: park.zones for park in plans.parks.values()})
    assert {one.relation for one in joined.places} == {"inside"}


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp"])
def test_results_go_into_files_and_come_back(kind, plans):
    parks = load_boundaries()
    result = taken(formats.encode(parcels(), "geojson").data, "a.geojson")
    joined = join(result, parks, {park.id: park.zones for park in plans.parks.values()})
    names = {park.id: park.zh for park in plans.parks.values()}
    frame = results.frame(result, joined, names)
    code = None if kind == "geojson" else 4549
    name = {"geojson": "b.geojson", "gpkg": "b.gpkg", "shp": "b.zip"}[kind]
    again = taken(formats.encode(frame, kind, code).data, name)
    assert list(again.features["name"]) == NAMES
    assert set(results.COLUMNS) <= set(again.columns)
    assert again.features["attributes"][0]["relation"] == joined.places[0].relation
    assert again.features["attributes"][0]["area_mu"] == pytest.approx(
        result.features["area_m2"][0] * 3 / 2000, rel=1e-4
    )


def test_the_size_is_set_by_the_environment(monkeypatch):
    for text, most in (
        ("5", 5),
        ("200", 200),
        ("0", 20),
        ("x", 20),
        ("201", 20),
        ("", 20),
        ("²", 20),
    ):
        monkeypatch.setenv("PARK_ATLAS_UPLOAD_MB", text)
        assert own.limits().megabytes == most
    monkeypatch.setenv("PARK_ATLAS_UPLOAD_MB", "1")
    refused(lambda: own.read(b"x,y\n" + b"1,2\n" * 300_000, "a.csv"), "1 MB")
