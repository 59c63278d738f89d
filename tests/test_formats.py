"""Geodata out and in: every format gives back what was put in, or says what it could not hold."""

from __future__ import annotations

import io
import json
import math
import zipfile
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from frames import apart, frame, one, refused, total_km2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo import ROOT, formats
from geo.formats import shapefile
from geo.measure import area_km2

PARKS = ROOT / "data" / "boundaries" / "parks.geojson"
HOSTILE = [
    "<b>莘庄</b>",
    "]]>",
    "\"'&amp;",
    "第一行\n第二行",
    "a,b@c",
    "=1+1",
    "\x00\x0b",
]
TENTH_OF_A_METRE = 1.5e-6  # degrees: a rounding to 6 decimals, and a little

# Suffix, and how far a coordinate may move, in degrees.
EVERY = [(".geojson", 1e-9), (".gpkg", 1e-9), (".zip", 1e-9), (".shp", 1e-9), (".kml", 1e-9)]
ALL = [*EVERY, (".txt", 2e-8)]


@st.composite
def polygons(draw, lon=(120.9, 122.0)) -> shapely.Polygon:
    """A star-shaped polygon of a few kilometres, perhaps with a hole, on the 6-decimal grid."""
    centre_lon = draw(st.floats(*lon))
    centre_lat = draw(st.floats(30.7, 31.8))
    radii = draw(st.lists(st.floats(0.004, 0.03), min_size=4, max_size=12))
    step = 2 * math.pi / len(radii)

    def ring(scale: float) -> list[tuple[float, float]]:
        return [
            (
                round(centre_lon + scale * r * math.cos(i * step), 6),
                round(centre_lat + scale * r * math.sin(i * step), 6),
            )
            for i, r in enumerate(radii)
        ]

    return shapely.Polygon(ring(1.0), [ring(0.4)] if draw(st.booleans()) else [])


@st.composite
def geometries(draw) -> shapely.Geometry:
    """A polygon or, side by side, several."""
    first = draw(polygons((120.9, 121.3)))
    if draw(st.booleans()):
        return shapely.MultiPolygon([first, draw(polygons((121.6, 122.0)))])
    return first


@pytest.fixture(scope="module")
def parks() -> gpd.GeoDataFrame:
    return formats.read(PARKS)


# Round trips ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "most"), ALL)
def test_the_parks_come_back_from_every_format(parks, tmp_path, suffix, most):
    path = tmp_path / f"园区{suffix}"
    formats.write(parks, path)
    back = formats.read(path)
    assert back.crs.to_epsg() == 4326
    assert len(back) == len(parks)
    assert list(back["id"]) == list(parks["id"])
    assert list(back["name_zh"]) == list(parks["name_zh"])
    for a, b in zip(parks.geometry, back.geometry, strict=True):
        assert apart(a, b) < max(most, TENTH_OF_A_METRE)
    assert total_km2(back) == pytest.approx(total_km2(parks), rel=1e-6)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml"])
def test_properties_keep_value_type_and_absence(parks, tmp_path, suffix):
    path = tmp_path / f"parks{suffix}"
    formats.write(parks, path)
    back = formats.read(path)
    kept = [None if pd.isna(value) else value for value in back["chosen_by_area"]]
    assert kept == [None if pd.isna(value) else value for value in parks["chosen_by_area"]]
    assert all(value is None or isinstance(value, bool | np.bool_) for value in kept)
    for name in ("area_km2", "published_area_km2", "area_error_pct"):
        pairs = zip(parks[name], back[name], strict=True)
        assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in pairs)
    for a, b in zip(parks["evidence"], back["evidence"], strict=True):
        assert (json.loads(b) if isinstance(b, str) else b) == a
    absent = [value is None for value in parks["published_area_note"]]
    assert [bool(value) for value in back["published_area_note"].isna()] == absent


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml", ".zip"])
def test_whole_numbers_stay_whole_where_one_is_missing(tmp_path, suffix):
    box = shapely.box(121.3, 31.0, 121.4, 31.1)
    (tmp_path / "in.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"n": n}, "geometry": shapely.geometry.mapping(box)}
            for n in (7, None, 0)
        ]})
    )  # fmt: skip
    formats.write(formats.read(tmp_path / "in.geojson"), tmp_path / f"a{suffix}")
    formats.write(formats.read(tmp_path / f"a{suffix}"), tmp_path / "out.geojson")
    out = json.loads((tmp_path / "out.geojson").read_text("utf-8"))
    values = [feature["properties"]["n"] for feature in out["features"]]
    assert values == [7, None, 0] and isinstance(values[0], int)


def test_geojson_is_rfc_7946_and_stays_the_same_when_written_again(parks, tmp_path):
    formats.write(parks, tmp_path / "a.geojson")
    document = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    assert "crs" not in document
    for feature in document["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors)
        assert (shapely.get_coordinates(shape).round(6) == shapely.get_coordinates(shape)).all()
    assert (
        formats.encode(formats.read(tmp_path / "a.geojson"), "geojson", title="a").data
        == (tmp_path / "a.geojson").read_bytes()
    )


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(geometries(), min_size=1, max_size=3))
def test_any_polygons_come_back_with_their_holes_and_parts(tmp_path_factory, shapes):
    folder = tmp_path_factory.mktemp("any")
    data = frame(shapes, name=[f"名{i}" for i in range(len(shapes))])
    for suffix, _ in EVERY:
        formats.write(data, folder / f"a{suffix}")
        back = formats.read(folder / f"a{suffix}")
        for a, b in zip(shapes, back.geometry, strict=True):
            assert a.equals(b) or a.symmetric_difference(b).area < 1e-10
            assert shapely.get_num_coordinates(a) == shapely.get_num_coordinates(b)


@pytest.mark.parametrize("code", [4326, 4490, 4528, 4529, 4549, 4550])
@pytest.mark.parametrize("suffix", [".gpkg", ".zip", ".geojson"])
def test_every_grid_leads_back_to_the_same_place(parks, tmp_path, suffix, code):
    path = tmp_path / f"a{suffix}"
    notes = formats.write(parks, path, crs=code)
    back = formats.read(path)
    for a, b in zip(parks.geometry, back.geometry, strict=True):
        assert apart(a, b) < 2e-9 + (TENTH_OF_A_METRE if code in (4326, 4490) else 0)
    outside = suffix == ".geojson" and code > 4500
    assert outside == any("RFC 7946" in note.en for note in notes)


def test_gis_programs_see_the_grid_with_the_easting_first(parks, tmp_path):
    formats.write(parks, tmp_path / "a.gpkg", crs=4528)
    formats.write(parks, tmp_path / "a.shp", crs=4549)
    formats.write(parks, tmp_path / "a.geojson", crs=4549)
    zoned = pyogrio.read_dataframe(tmp_path / "a.gpkg")
    assert zoned.crs == CRS.from_epsg(4528)
    west, south, east, north = zoned.total_bounds
    assert 40_600_000 < west < east < 40_700_000 and 3_400_000 < south < north < 3_500_000
    for name in ("a.shp", "a.geojson"):
        plain = pyogrio.read_dataframe(tmp_path / name)
        assert plain.crs.equals(CRS.from_epsg(4549), ignore_axis_order=True)
        assert 600_000 < plain.total_bounds[0] < 700_000


@pytest.mark.parametrize("code", [4549, 4550])
def test_a_polygon_across_the_zone_edge_is_whole_in_either_zone(tmp_path, code):
    across = shapely.box(121.45, 31.0, 121.55, 31.05)
    formats.write(one(across, name="跨带"), tmp_path / "a.gpkg", crs=code)
    back = formats.read(tmp_path / "a.gpkg").geometry[0]
    assert apart(across, back) < 2e-9
    assert area_km2(back) == pytest.approx(area_km2(across), rel=1e-8)


def test_the_attribution_goes_along(tmp_path):
    said = "© OpenStreetMap contributors (ODbL 1.0)"
    assert said in formats.load(PARKS).about
    for suffix in (".geojson", ".gpkg"):
        formats.write(formats.read(PARKS), tmp_path / f"a{suffix}", about=said)
        assert formats.load(tmp_path / f"a{suffix}").about == said
    assert said in formats.encode(one(n=1), "kml", about=said).data.decode()
    with zipfile.ZipFile(io.BytesIO(formats.encode(one(n=1), "shp", about=said).data)) as made:
        assert said in made.read("fields.txt").decode("utf-8-sig")


# What formats cannot hold -----------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".zip", ".kml", ".txt"])
def test_markup_in_a_name_stays_text(tmp_path, suffix, text):
    path = tmp_path / f"a{suffix}"
    formats.write(one(name_zh=text, id="x"), path)
    back = formats.read(path)
    assert len(back) == 1 and apart(back.geometry[0], shapely.box(121.3, 31, 121.4, 31.1)) < 2e-8
    kept = text.replace("\x00\x0b", "")
    if suffix == ".txt":
        kept = " ".join(kept.replace(",", "，").replace("@", "＠").replace("]", "］").split())
    assert (back["name_zh"][0] or "") == kept
    assert back["id"][0] == "x"


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".zip", ".kml", ".txt"])
def test_half_characters_are_left_out(tmp_path, suffix):
    """JSON can hold half of a character pair, which is no text anywhere else."""
    feature = shapely.to_geojson(shapely.box(121.3, 31, 121.4, 31.1))
    text = f'{{"type":"Feature","properties":{{"name":"片\\ud800区"}},"geometry":{feature}}}'
    (tmp_path / "in.geojson").write_text(text)
    formats.write(formats.read(tmp_path / "in.geojson"), tmp_path / f"a{suffix}")
    back = formats.read(tmp_path / f"a{suffix}")
    assert "片区" in [back[name][0] for name in ("name", "name_zh") if name in back]


@pytest.mark.parametrize(
    "name", ["id", "ID", "icon", "end", "description", "fid", "geom", "<x>", ""]
)
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".zip", ".kml"])
def test_no_property_is_swallowed_for_its_name(tmp_path, suffix, name):
    path = tmp_path / f"a{suffix}"
    formats.write(one(**{name: "值", "Id": "2"}), path)
    back = formats.read(path)
    held = [back[column][0] for column in back.columns if column != "geometry"]
    assert sorted(held) == ["2", "值"]


def test_shapefile_names_are_ten_bytes_and_told(tmp_path):
    long = {
        "named_ring_share": 0.5,
        "公布面积平方公里": 1,
        "公布面积亩": 2,
        "x" * 12: 3,
        "x" * 13: 4,
    }
    notes = formats.write(one(**long), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        assert set(made.namelist()) == {
            *(f"a{suffix}" for suffix in (".shp", ".shx", ".dbf", ".cpg", ".prj")),
            "fields.txt",
        }
        assert made.read("a.cpg") == b"UTF-8"
        listed = made.read("fields.txt").decode("utf-8-sig")
    names = shapefile.field_names(list(long))
    assert names["named_ring_share"] == "ring_share"
    assert len(set(names.values())) == len(long)
    assert all(len(name.encode()) <= 10 for name in names.values())
    for full, short in names.items():
        assert f"{short}\t{full}" in listed and f"{full} → {short}" in notes[0].en
    back = pyogrio.read_dataframe(tmp_path / "a.zip")
    assert {name: back[name][0] for name in names.values()} == dict(
        zip(names.values(), long.values(), strict=True)
    )


def test_shapefile_texts_are_cut_at_whole_characters_and_told(tmp_path):
    notes = formats.write(one(clause="东至横泾港，" * 40, short="短"), tmp_path / "a.zip")
    assert any("1 texts of clause" in note.en for note in notes)
    assert not any("short" in note.en for note in notes)
    cut = formats.read(tmp_path / "a.zip")["clause"][0]
    assert ("东至横泾港，" * 40).startswith(cut) and 252 <= len(cut.encode()) <= 254


def test_the_same_features_give_the_same_zip_and_kml(parks):
    for kind in ("shp", "kml", "geojson", "txt"):
        assert formats.encode(parks, kind).data == formats.encode(parks, kind).data


def test_kml_has_typed_fields_that_gdal_reads_too(parks, tmp_path):
    formats.write(parks, tmp_path / "a.kml")
    root = ElementTree.parse(tmp_path / "a.kml").getroot()
    types = {f.get("name"): f.get("type") for f in root.iterfind(".//{*}SimpleField")}
    assert types["area_km2"] == "double" and types["chosen_by_area"] == "bool"
    marks = root.findall(".//{*}Placemark")
    assert [mark.findtext("{*}name") for mark in marks] == list(parks["name_zh"])
    assert all(
        mark.find("{*}ExtendedData/{*}SchemaData/{*}SimpleData") is not None for mark in marks
    )
    seen = pyogrio.read_dataframe(tmp_path / "a.kml")
    assert list(seen["name_zh"]) == list(parks["name_zh"])
    assert [a.equals(b) for a, b in zip(seen.geometry.force_2d(), parks.geometry, strict=True)]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml", ".zip"])
@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Point(121.3, 31),
        shapely.LineString([(121.3, 31), (121.4, 31.1)]),
        shapely.MultiLineString([[(121.3, 31), (121.4, 31.1)], [(121.5, 31), (121.4, 31)]]),
    ],
)
def test_lines_and_points_are_converted_too(tmp_path, suffix, geometry):
    formats.write(one(geometry, name="线"), tmp_path / f"a{suffix}")
    assert formats.read(tmp_path / f"a{suffix}").geometry[0].equals(geometry)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml"])
def test_mixed_kinds_are_kept_and_features_without_geometry_left_out(tmp_path, suffix):
    shapes = [shapely.Point(121.3, 31), None, shapely.box(121, 31, 121.1, 31.1), shapely.Polygon()]
    words = ["一", "二", "三", "四"]
    formats.write(frame(shapes, error=words), tmp_path / f"a{suffix}")
    loaded = formats.load(tmp_path / f"a{suffix}")
    assert [g.geom_type for g in loaded.frame.geometry] == ["Point", "Polygon"]
    assert list(loaded.frame["error"]) == ["一", "三"]
    assert [note.en for note in loaded.notes] == ["2 features without geometry are left out"]


def test_what_a_format_cannot_hold_is_refused_in_one_line():
    mixed = frame([shapely.Point(121, 31), shapely.box(121, 31, 121.1, 31.1)], n=[1, 2])
    refused(lambda: formats.encode(mixed, "shp"), "GeoPackage")
    refused(lambda: formats.encode(mixed, "txt"), "polygons", "feature 1")
    refused(lambda: formats.encode(one(n=1), "kml", 4549), "WGS 84")
    refused(lambda: formats.encode(one(n=1), "txt", 4326), "3-degree zone")
    refused(lambda: formats.encode(one(n=1), "dwg"), "geojson")
    refused(lambda: formats.encode(one(n=1).iloc[:0], "gpkg"), "no feature")
    refused(lambda: formats.encode(one(n=1), "gpkg", "GCJ-02"), "never written")
    refused(lambda: formats.encode(one(n=1), "gpkg", 3857), "4490")
    refused(lambda: formats.encode(one(n=1), "gpkg", "上海2000"), "EPSG")
    refused(lambda: formats.encode(one(n=1), "gpkg", "火星"), "unknown coordinate system")
