"""Parks and zones as geodata: numbers as stated, what is missing null, each with its source."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from decimal import Decimal

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import formats
from geo.errors import AtlasError
from geo.exchange import every_column, number, parks_features, usual_columns
from geo.exchange.files import SYSTEMS, media_type, suffix, write
from geo.measure import area_km2
from geo.plans import load_boundaries


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def exchange(plans, boundaries):
    return parks_features(plans, boundaries, columns=every_column(plans))


def test_every_stated_number_is_in_its_column_and_no_other(plans, exchange):
    table = exchange.parks.set_index("id")
    stated = 0
    for field in exchange.fields:
        for park in plans.parks if field.metric else ():
            figure = plans.figure(park, field.metric, field.period)
            value = table.at[park, field.name]
            if figure is None:
                assert value is None, (park, field.name)
            else:
                assert Decimal(str(value)) == figure.value, (park, field.name)
                stated += 1
    assert stated == len(exchange.sources) > 100
    # A stated zero is a zero, a cell that the plan leaves empty is none.
    assert table.at["zizhu", "factory_10k_m2_2021_2025"] == 0
    assert table.at["pujiang", "factory_10k_m2_2021_2025"] is None


def test_a_row_is_a_park_so_that_columns_add_up(plans, exchange):
    assert list(exchange.parks["id"]) == list(plans.parks)
    figures = [plans.figure(park, "land_mu", "2021-2025") for park in plans.parks]
    total = sum(figure.value for figure in figures)
    column = exchange.parks["land_mu_2021_2025"]
    assert sum(Decimal(str(value)) for value in column) == total
    assert not [name for name in exchange.zones if name.startswith("land_mu")]


def test_every_number_names_its_document_place_and_words(plans, exchange):
    one = next(
        row
        for row in exchange.sources
        if (row["park_id"], row["field"]) == ("metdz", "output_100m_yuan_2025")
    )
    assert one["value"] == "523.29" and one["zones"] == "metdz" and one["scope"]
    assert one["source_id"] in plans.sources and one["locator"]
    for row in exchange.sources:
        figure = plans.figure(
            row["park_id"], next(f.metric for f in exchange.fields if f.name == row["field"]),
            row["period"],
        )  # fmt: skip
        assert (row["source_id"], row["locator"]) == (figure.source_id, figure.locator)
        assert row["printed"] == figure.printed


def test_remarks_tell_bounds_and_ground(exchange):
    table = exchange.parks.set_index("id")
    assert "约数" in table.at["pujiang", "remarks"]
    assert "仅" in table.at["metdz", "remarks"]
    assert table.at["lianhua", "area_km2"] is None  # a corridor has no area to state
    assert table.at["lianhua", "remarks"] is None


def test_an_outline_is_the_union_of_its_zones(plans, boundaries, exchange):
    table = exchange.parks.set_index("id")
    zones = exchange.zones.set_index("id")
    assert set(zones.index) == {zone for park in plans.parks.values() for zone in park.zones}
    own = shapely.union_all(zones.geometry[zones["park_id"] == "metdz"].array)
    assert table.at["metdz", "geometry"].symmetric_difference(own).area == 0
    assert table.at["metdz", "area_km2"] == pytest.approx(area_km2(own), abs=1e-4)
    low = {"high": 0, "medium": 1, "low": 2}
    for park in plans.parks.values():
        worst = max((zones.at[zone, "confidence"] for zone in park.zones), key=low.get)
        assert table.at[park.id, "confidence"] == worst


def test_short_names_fit_a_shapefile_and_differ(exchange):
    short = [field.short for field in exchange.fields]
    assert len({name.lower() for name in short}) == len(short)
    assert all(len(name.encode()) <= 10 for name in short)
    assert "land2125" in short and "tax2020" in short


def test_a_choice_of_parks_keeps_the_order_of_the_plan(plans, boundaries):
    made = parks_features(plans, boundaries, ["zizhu", "xinzhuang"], [("land_mu", "2021-2025")])
    assert list(made.parks["id"]) == ["xinzhuang", "zizhu"]
    assert [field.metric for field in made.fields if field.metric] == ["land_mu"]
    assert len(made.sources) == 2


@pytest.mark.parametrize(
    ("parks", "columns", "said"),
    [
        (["nowhere"], None, "nowhere"),
        ([], None, "no park"),
        (None, [("land_mu", "1999")], "1999"),
        (None, [("nothing", "2020")], "nothing"),
    ],
)
def test_what_is_not_known_is_refused(plans, boundaries, parks, columns, said):
    with pytest.raises(AtlasError, match=said):
        parks_features(plans, boundaries, parks, columns)


@given(st.decimals(0, 10**7, places=4, allow_nan=False, allow_infinity=False))
def test_a_number_prints_as_it_was_stated(value):
    assert Decimal(str(number(value))) == value


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("kind", "code"), [(k, c) for k, own in SYSTEMS.items() for c in own])
def test_files_are_read_back_in_their_system(plans, boundaries, tmp_path, kind, code, lang):
    made = parks_features(plans, boundaries, ["metdz", "zizhu"], usual_columns(plans), lang)
    path = tmp_path / f"park-atlas{suffix(kind)}"
    path.write_bytes(write(made, kind, code).data)
    layers = ("zones",) if kind == "txt" else ("parks", "zones")
    if kind == "gpkg":
        frames = {name: gpd.read_file(path, layer=name) for name in layers}
    else:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path)
        ending = {"shp": ".shp"}.get(kind, formats.FORMATS[kind].suffix)
        frames = {name: tmp_path / f"{name}{ending}" for name in layers}
        if kind in ("txt", "kml"):
            frames = {name: formats.read(one) for name, one in frames.items()}
        else:
            frames = {name: gpd.read_file(one) for name, one in frames.items()}
    assert {name: len(frame) for name, frame in frames.items()} == {
        name: {"parks": 2, "zones": 4}[name] for name in layers
    }
    if kind in ("gpkg", "shp", "geojson"):
        assert all(frame.crs.to_epsg() == code for frame in frames.values())
        name = "land2125" if kind == "shp" else "land_mu_2021_2025"
        assert sorted(frames["parks"][name]) == [607, 690]
    # The same ground, whatever the numbers it is written in.
    zones = frames["zones"].to_crs(4326)
    assert shapely.hausdorff_distance(
        zones.union_all(), made.zones.geometry.union_all()
    ) == pytest.approx(0, abs=2e-6)


def test_a_geopackage_holds_its_sources_and_fields(exchange, tmp_path):
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(write(exchange, "gpkg").data)
    assert [name for name, _ in pyogrio.list_layers(path)] == [
        "parks",
        "zones",
        "sources",
        "fields",
    ]
    with sqlite3.connect(path) as base:
        rows = base.execute("select park_id, field, value, locator from sources").fetchall()
        kinds = dict(base.execute("select table_name, data_type from gpkg_contents").fetchall())
        empty = base.execute("select factory_10k_m2_2021_2025 from parks where id='pujiang'")
        assert empty.fetchone() == (None,)
    assert kinds == {
        "parks": "features", "zones": "features", "sources": "attributes", "fields": "attributes",
    }  # fmt: skip
    assert len(rows) == len(exchange.sources)
    assert rows[0][3] == exchange.sources[0]["locator"]


def test_a_zip_has_its_tables_and_says_what_it_is(exchange):
    with zipfile.ZipFile(io.BytesIO(write(exchange, "geojson").data)) as archive:
        names = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read("sources.csv").decode("utf-8-sig"))))
        readme = archive.read("README.txt").decode("utf-8-sig")
        parks = json.loads(archive.read("parks.geojson"))
    assert names == ["parks.geojson", "zones.geojson", "sources.csv", "fields.csv", "README.txt"]
    assert [row["value"] for row in rows] == [row["value"] for row in exchange.sources]
    assert "不是 0" in readme and "闵府发〔2021〕17号" in readme and "OpenStreetMap" in readme
    zizhu = next(f for f in parks["features"] if f["properties"]["id"] == "zizhu")
    assert zizhu["properties"]["factory_10k_m2_2021_2025"] == 0


def test_what_a_shapefile_cuts_is_told(exchange):
    made = write(exchange, "shp")
    assert any("254" in note.zh for note in made.notes)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        fields = list(csv.DictReader(io.StringIO(archive.read("fields.csv").decode("utf-8-sig"))))
        assert "254" in archive.read("README.txt").decode("utf-8-sig")
    assert [row["short"] for row in fields] == [field.short for field in exchange.fields]


def test_the_same_data_give_the_same_zip(exchange):
    assert write(exchange, "kml").data == write(exchange, "kml").data
    assert (suffix("shp"), media_type("shp")) == (".zip", "application/zip")


def test_a_system_that_a_format_is_not_offered_in_is_refused(exchange):
    with pytest.raises(AtlasError, match="4549"):
        write(exchange, "kml", 4549)
    with pytest.raises(AtlasError, match="dwg"):
        write(exchange, "dwg")
