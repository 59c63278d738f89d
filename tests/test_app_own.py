"""A user's own data in the app: upload, questions, report, files, and that nothing of it stays."""

from __future__ import annotations

import io
import logging
import re
from string import Formatter

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook
from pages import bodies, opened
from streamlit.testing.v1 import AppTest

from geo import ROOT, formats
from geo.errors import LANGUAGES
from geo.formats import read
from layers.i18n import catalogue, t
from views import data
from views.own import files, session

BOX = shapely.box(121.380, 31.080, 121.384, 31.084)
ROWS = f'1,甲,10,"{BOX.wkt}"\n2,=1+1,,"{BOX.wkt}"\n3,坏,1,rubbish\n'
CSV = f"编号,地块名称,面积（亩）,WKT\n{ROWS}".encode("gbk")
HOSTILE = "<script>alert(1)</script>.csv"
# What the map page does, without the rest of it.
SCRIPT = """
import streamlit as st
from views import data, own
lang = st.query_params.get("lang", "zh")
own.sidebar(lang)
own.question(lang)
st.session_state["seen"] = own.payload_part(lang)
own.panel(data.load(), lang, st.query_params.get("unit", "mu"))
"""


def started(lang: str = "zh") -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=120)
    app.query_params["lang"] = lang
    app.run()
    assert not app.exception
    return app


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[-1].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def answered(lang: str = "zh", name: str = "parcels.csv", content: bytes = CSV) -> AppTest:
    app = upload(started(lang), name, content)
    app.radio[0].set_value("4326").run()
    assert not app.exception
    return app


def kept(app: AppTest) -> session.Session:
    return app.session_state["own-data"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_degrees_are_asked_for_before_anything_is_drawn(lang):
    app = upload(started(lang), "parcels.csv", CSV)
    assert app.session_state["seen"] == {} and not app.dataframe
    assert app.radio[0].value is None and app.radio[0].options == [
        one.name.text(lang).replace("-", "\\-").replace("(", "\\(").replace(")", "\\)")
        for one in kept(app).candidates
    ]
    app.radio[0].set_value("GCJ-02").run()
    assert len(app.session_state["seen"]["own"]["items"]) == 2
    assert kept(app).result.crs.id == "GCJ-02"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_says_what_was_found(lang):
    app = answered(lang)
    body = bodies(app)
    for one in kept(app).result.report:
        text = one.text.text(lang)
        assert (text[:1].upper() + text[1:]).replace("'", "&#x27;") in body
    assert {one.code for one in kept(app).result.report} >= {"geometry", "duplicate", "encoding"}
    assert t("own.parks.caveat", lang).replace("'", "&#x27;") in body
    table = app.dataframe[0].value
    assert list(table[t("own.col.row", lang)]) == [2, 3]


def test_the_plans_land_is_cited_beside_the_users():
    app = answered()
    (within,) = kept(app).joined.parks
    atlas = data.load()
    period = atlas.plans.latest_period("land_mu")
    figure = atlas.plans.figure(within.park_id, "land_mu", period)
    body = bodies(app)
    assert figure.locator in body and f"{within.area_mu:,.1f}" in body
    assert t("own.once", "zh", area=f"{within.area_mu:,.1f}") in body, "the two rows are one ground"


@pytest.mark.parametrize(("unit", "per"), [("mu", 2000 / 3), ("ha", 1e4), ("km2", 1e6)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_areas_follow_the_unit_that_is_chosen(lang, unit, per):
    app = answered(lang)
    app.query_params["unit"] = unit
    app.run()
    assert not app.exception
    table, name = app.dataframe[0].value, t(f"official.unit.{unit}", lang)
    m2 = kept(app).result.features["area_m2"]
    assert list(table[t("own.col.area", lang, unit=name)]) == pytest.approx(
        list(m2 / per), rel=1e-3
    )
    body = bodies(app)
    assert t("own.col.own", lang, unit=name) in body and t("own.col.plan", lang, unit=name) in body
    atlas = data.load()
    (within,) = kept(app).joined.parks
    period = atlas.plans.latest_period("land_mu")
    figure = atlas.plans.figure(within.park_id, "land_mu", period)
    assert f"{figure.value:,}" in body, "the plan's number as printed stays"


def test_what_is_made_of_the_features_is_made_once(monkeypatch):
    app = answered()
    first = kept(app).ready
    made = {key: id(value) for key, value in first.items()}
    assert {key[0] for key in made} == {"part", "table", "parks"}
    monkeypatch.setattr("geo.formats.shapefile.encode", None)
    app.run()
    assert not app.exception and not app.error, "no file is made before it is asked for"
    assert {key: id(value) for key, value in kept(app).ready.items()} == made
    next(one for one in app.selectbox if "-name-" in one.key).set_value("编号").run()
    assert kept(app).ready is not first and kept(app).ready.keys() == first.keys()


def test_one_shapefile_cannot_hold_points_and_areas():
    rows = f'1,甲,10,"{BOX.wkt}"\n2,乙,,POINT(121.38 31.08)\n'
    app = answered(content=f"编号,地块名称,面积（亩）,WKT\n{rows}".encode())
    button = next(one for one in app.button if one.key == "own-save-shp")
    assert button.disabled and "Shapefile" in button.help


def test_what_a_file_declares_is_not_asked():
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[BOX], crs=4326)
    app = upload(started(), "a.gpkg", formats.encode(frame, "gpkg", 4549).data)
    assert len(app.session_state["seen"]["own"]["items"]) == 1
    assert kept(app).result.crs.sure


def test_columns_can_be_changed():
    app = answered()
    assert app.session_state["seen"]["own"]["items"][0]["name"] == "甲"
    box = next(one for one in app.selectbox if "-name-" in one.key)
    box.set_value("编号").run()
    assert app.session_state["seen"]["own"]["items"][0]["name"] == "1"
    unit = next(one for one in app.selectbox if "-unit-" in one.key)
    assert unit.value == "mu"
    unit.set_value("ha").run()
    assert kept(app).result.features["stated_m2"][0] == pytest.approx(100_000)


def test_clauses_are_traced_on_upload():
    clause = "东至万芳路，南至江月路、立跃路，西至浦星公路，北至中心河"
    app = upload(started(), "a.csv", f"名称,四至\n浦江,{clause}\n坏,无".encode())
    items = app.session_state["seen"]["own"]["items"]
    assert [item["traced"] for item in items] == [True]
    assert t("own.crs.traced", "zh") in bodies(app)


def test_a_table_without_places_says_so_and_lets_the_user_name_the_columns():
    app = upload(started(), "a.csv", "甲乙,东,北\n1,121.38,31.08".encode())
    assert "没有认出坐标" in app.error[0].value
    for role, column in (("x", "东"), ("y", "北")):
        next(one for one in app.selectbox if f"-{role}-" in one.key).set_value(column).run()
    app.radio[0].set_value("4326").run()
    assert len(app.session_state["seen"]["own"]["items"]) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.gpkg", "a.zip", "a.kml", "a.pdf"])
def test_a_broken_file_is_one_line_and_another_can_be_taken(lang, name):
    app = upload(started(lang), name, b"\x00\x01\x02broken")
    assert len(app.error) == 1 and "\n" not in app.error[0].value
    assert name not in app.error[0].value
    assert app.session_state["seen"] == {}
    upload(app, "b.csv", CSV)
    assert not app.error and app.radio


def test_removal_forgets_everything():
    app = answered()
    next(one for one in app.button if one.key == "own-remove").click().run()
    assert not app.exception and app.session_state["seen"] == {}
    assert "own-data" not in app.session_state and not app.dataframe
    assert app.file_uploader[0].value is None


def test_markup_in_names_stays_text_and_formulas_stay_words():
    content = CSV.decode("gbk").replace("甲", "<img src=x onerror=alert(1)>").encode()
    app = answered(name=HOSTILE, content=content)
    body = bodies(app)
    assert "<img" not in body and "<script>alert" not in body
    book = load_workbook(io.BytesIO(files.report_book(kept(app), data.load(), "zh")))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.value == "=1+1" and cell.quotePrefix for cell in cells)
    assert not any(HOSTILE in str(cell.value) for cell in cells)


@pytest.mark.parametrize(
    ("kind", "name"), [("gpkg", "a.gpkg"), ("geojson", "a.geojson"), ("shp", "a.zip")]
)
@pytest.mark.parametrize("code", [4490, 4549])
def test_downloads_hold_the_features_in_place(kind, name, code, tmp_path):
    app = answered()
    path = tmp_path / name
    path.write_bytes(files.features_file(kept(app), data.load(), kind, code, "zh"))
    frame = read(path)
    assert len(frame) == 2 and shapely.hausdorff_distance(frame.geometry[0], BOX) < 1e-6
    assert list(frame["relation"]) == [one.relation for one in kept(app).joined.places]


def test_nothing_of_the_data_is_logged_even_when_the_program_fails(caplog, monkeypatch):
    secret = "机密-7731"

    def broken(*_args, **_more):
        raise ValueError(f"could not convert {secret}")

    monkeypatch.setattr("geo.own.make", broken)
    with caplog.at_level(logging.DEBUG):
        app = answered(
            name=f"{secret}.csv", content=CSV.decode("gbk").replace("甲", secret).encode()
        )
    assert len(app.error) == 1 and re.search("[0-9a-f]{8}", app.error[0].value)
    assert secret not in caplog.text and "ValueError" in caplog.text


def test_removing_the_data_forgets_the_file_made_of_them():
    app = answered()
    app.button(key="make-park-atlas-own-data.geojson").click().run()
    assert app.session_state["files-made"]["last"].data
    next(one for one in app.button if one.label == "移除我的数据").click().run()
    assert not app.exception
    assert "files-made" not in app.session_state or not app.session_state["files-made"]


def test_data_stay_while_other_pages_are_seen():
    app = opened()
    upload(app, "parcels.csv", CSV)
    app.radio(key="own-crs-zh").set_value("4326").run()
    assert not app.exception and kept(app).result is not None
    app.query_params["page"] = "data"
    app.run()
    assert kept(app).result is not None


def test_every_word_is_used_and_both_languages_have_the_same():
    words = {key for key in catalogue("zh") if key.startswith("own.")}
    assert words == {key for key in catalogue("en") if key.startswith("own.")}
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*(ROOT / "views/own").glob("*.py"), ROOT / "layers/own.py")
    )
    asked = set()
    for key in re.findall(r"""["'](own\.[^"'\s]+)["']""", code):
        parts = Formatter().parse(key)
        asked.add(
            "".join(re.escape(a) + (r"[\w.-]+" if b is not None else "") for a, b, *_ in parts)
        )
    assert [key for key in words if not any(re.fullmatch(one, key) for one in asked)] == []
