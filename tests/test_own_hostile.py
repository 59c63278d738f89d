"""Files made to do harm: each is refused, or read without the harm, in one line and in little time.

What would blow up does so only when a limit is missing: then a test ends by the time or memory that
it takes, which is why none is timed here.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from frames import refused
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geo import formats, own
from geo.errors import AtlasError
from geo.own import building, checks, guard, tables

SECRET = "机密客户-secret"


def zipped(files: dict, links: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name in links:
                info.external_attr = 0o120777 << 16
            archive.writestr(info, content)
    return out.getvalue()


def features(*geometries: dict, **properties) -> bytes:
    return json.dumps({
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": g} for g in geometries
        ],
    }).encode()  # fmt: skip


def polygon(points) -> dict:
    return {"type": "Polygon", "coordinates": [[list(map(float, p)) for p in points]]}


def made(data: bytes, name: str):
    raw = own.read(data, name)
    roles = own.guess(raw)
    found = own.candidates(raw, own.prepare(raw, roles, own.limits()))
    return own.make(raw, roles, found[0] if found else None, name=name)


def book_with(**parts: bytes) -> bytes:
    """Return a workbook of one row, some of its parts replaced."""
    book = Workbook()
    book.active.append(["名称", "经度", "纬度"])
    book.active.append(["甲", 121.38, 31.05])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    replaced = {"sheet": "xl/worksheets/sheet1.xml", "shared": "xl/sharedStrings.xml"}
    return zipped(files | {replaced[name]: content for name, content in parts.items()})


def geopackage(*statements: str, insert: bool = True) -> bytes:
    """Return a GeoPackage of one parcel, to which statements did something."""
    frame = gpd.GeoDataFrame(
        {"name": ["a"]}, geometry=[shapely.box(121.38, 31.05, 121.39, 31.06)], crs=4326
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        path.write_bytes(formats.encode(frame, "gpkg", title="own").data)
        base = sqlite3.connect(path)
        for statement in statements:
            base.execute(statement)
        base.commit()
        base.close()
        return path.read_bytes()


# --- size, kind, emptiness -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a.csv", "a.xlsx", "a.geojson", "a.gpkg", "a.zip", "a.kml", "a.kmz", "a.txt"]
)
@pytest.mark.parametrize("data", [b"", b"\x00" * 900, b"\xef\xbb\xbf", b" \r\n"])
def test_nothing_is_said_to_be_nothing(name, data):
    refused(lambda: own.read(data, name), "empty")


@pytest.mark.parametrize(
    ("name", "word"),
    [("a.xls", "save it as .xlsx"), ("a.shp", ".zip"), ("a.pdf", "known"), ("a", "known"),
     ("../../etc/passwd", "known"), ("a.<script>", "known")],
)  # fmt: skip
def test_other_kinds_are_refused_with_those_that_are_read(name, word):
    said = refused(lambda: own.read(b"some content", name), word)
    assert "<" not in said and "passwd" not in said


@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.kml", "a.txt"])
@pytest.mark.parametrize("head", [b"PK\x03\x04", b"SQLite format 3\x00", b"%PDF-1.7", b"\x89PNG"])
def test_a_wrong_ending_is_noticed(name, head):
    refused(lambda: own.read(head + b"x" * 50, name), "not a")


def test_an_old_workbook_is_told_from_a_new_one():
    refused(lambda: own.read(b"\xd0\xcf\x11\xe0" + b"x" * 600, "a.xlsx"), "save it as .xlsx")


# --- archives ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (zipped({"a.shp": b"\0" * 120_000_000}), "100 MB"),
        (zipped({"a.shp": b"\0" * 60_000_000}), "400 times"),
        (zipped({f"{i}.shp": b"x" for i in range(501)}), "500 files"),
        (zipped({"/etc/cron.d/a.shp": b"x"}), "outside itself"),
        (zipped({"../../a.shp": b"x"}), "outside itself"),
        (zipped({"..\\..\\a.shp": b"x"}), "outside itself"),
        (zipped({"C:\\a.shp": b"x"}), "outside itself"),
        (zipped({"a.shp": b"/etc/passwd"}, links=("a.shp",)), "outside itself"),
        (zipped({"a.zip": zipped({"a.shp": b"x"})}), "another archive"),
        (zipped({"a.txt": b"x"}), "no .shp"),
        (zipped({"a.shp": b"x"})[:40], "damaged"),
    ],
)
def test_archives_made_to_do_harm(data, word):
    refused(lambda: own.read(data, "a.zip"), word)


def test_a_member_that_lies_about_its_size_is_counted():
    data = bytearray(zipped({"a.shp": b"\0" * 150_000_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    refused(lambda: own.read(bytes(data), "a.zip"))


def test_a_password_is_asked_for_by_nobody():
    data = bytearray(zipped({"a.shp": b"x" * 100}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    refused(lambda: own.read(bytes(data), "a.zip"), "password")


# --- XML -----------------------------------------------------------------------------------------

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><kml>&j;</kml>"
)
OUTSIDE = (
    '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Document>&x;</Document></kml>'
)


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_kml(text, encoding):
    refused(lambda: own.read(text.encode(encoding), "a.kml"), "entities")


@pytest.mark.parametrize("part", ["sheet", "shared"])
def test_entities_are_refused_in_a_workbook(part):
    text = LAUGHS.replace("kml", "worksheet").encode()
    refused(lambda: own.read(book_with(**{part: text}), "a.xlsx"), "entities")


def test_entities_are_refused_in_a_part_of_any_name():
    """Which part is the sheet the workbook says itself: its name may end in anything."""
    with zipfile.ZipFile(io.BytesIO(book_with())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts.pop("xl/worksheets/sheet1.xml").decode()
    parts["xl/worksheets/sheet1.foo"] = ('<!DOCTYPE x [<!ENTITY a "ha">]>' + sheet).encode()
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"sheet1.xml", b"sheet1.foo")
    refused(lambda: own.read(zipped(parts), "a.xlsx"), "entities")


@pytest.mark.parametrize("prefix", ["", "k:"])
def test_placemarks_are_counted_whatever_their_prefix(prefix):
    mark = f"<{prefix}Placemark></{prefix}Placemark>" * 5_001
    space = f'xmlns{":" if prefix else ""}{prefix[:-1]}="http://www.opengis.net/kml/2.2"'
    refused(
        lambda: own.read(f"<{prefix}kml {space}>{mark}</{prefix}kml>".encode(), "a.kml"),
        "5,000 placemarks",
    )


def test_xml_without_end():
    refused(lambda: own.read(b"<kml>" + b"<a/>" * 1_600_000, "a.kml"), "too many elements")
    nested = b"<MultiGeometry>" * 50_000 + b"</MultiGeometry>" * 50_000
    raw = own.read(b"<kml><Placemark>" + nested + b"</Placemark></kml>", "a.kml")
    assert not raw.rows and {one.code for one in raw.findings} == {"geometry"}


# --- workbooks -----------------------------------------------------------------------------------

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
)


def cell(at: str, value: object) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'


HEAD = f'<row r="1">{cell("A1", "名称")}{cell("B1", "经度")}{cell("C1", "纬度")}</row>'


def test_a_sheet_that_claims_the_whole_of_excel_is_read_for_what_it_holds():
    row = f'<row r="2">{cell("A2", "甲")}{cell("B2", 121.38)}{cell("C2", 31.05)}</row>'
    raw = own.read(book_with(sheet=SHEET.format(rows=HEAD + row).encode()), "a.xlsx")
    assert len(raw.rows) == 1 and raw.columns == ("名称", "经度", "纬度")


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1048576">{cell("A1048576", "甲")}</row>',
        f'<row r="99999999999">{cell("A99999999999", "甲")}</row>',
        f'<row r="2">{cell("XFD2", "甲")}</row>',
        '<row r="x"><c r="!!"/></row>',
        "".join(f'<row r="{i}">{cell(f"A{i}", i)}</row>' for i in range(2, 6_000)),
    ],
)
def test_cells_at_the_end_of_the_world(rows):
    data = book_with(sheet=SHEET.format(rows=HEAD + rows).encode())
    try:
        assert len(own.read(data, "a.xlsx").rows) <= 1
    except AtlasError as error:
        assert "\n" not in error.text("en")


def test_a_formula_is_read_by_its_stored_value_and_never_run():
    formula = '<c r="A2" t="str"><f>WEBSERVICE("http://example.org")</f><v>甲</v></c>'
    row = f'<row r="2">{formula}{cell("B2", 121.38)}{cell("C2", 31.05)}</row>'
    raw = own.read(book_with(sheet=SHEET.format(rows=HEAD + row).encode()), "a.xlsx")
    assert raw.rows[0].values["名称"] == "甲"


# --- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"[" * 200_000, "levels"),
        (b'{"type":"Point","coordinates":' + b"[" * 100 + b"]" * 100 + b"}", "levels"),
        (b'{"a":[' + b"[]," * 1_600_000 + b"[]]}", "too many elements"),
        (b'{"a":"' + b'\\"' * 2_000_000, "not valid JSON"),
        (b'{"type":"Point","coordinates":[NaN,31]}', "not readable JSON"),
        (b'{"type":"Point","coordinates":[1' + b"0" * 5_000 + b",31]}", "not readable JSON"),
        (b'{"type":"Topology"}', "not GeoJSON"),
        (b"null", "not GeoJSON"),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_json_made_to_do_harm(data, word):
    refused(lambda: own.read(data, "a.geojson"), word)


def test_numbers_that_are_none_and_odd_geometries_cost_their_own_row_only():
    good = polygon([(121.38, 31.05), (121.39, 31.05), (121.39, 31.06), (121.38, 31.05)])
    text = features({"type": "Point", "coordinates": [0.5, 31]}, good).replace(b"0.5", b"1e999")
    result = made(text, "a.json")
    assert len(result.features) == 1
    odd = [{"type": "Polygon", "coordinates": 7}, {"type": "Nothing"}, {"type": ["x"]}, None, [], 4,
           {"type": "Polygon", "coordinates": [[[1]]]},
           {"type": "Point", "coordinates": ["a", {}]}]  # fmt: skip
    raw = own.read(features(*odd, good), "a.json")
    assert [row.number for row in raw.rows] == [len(odd) + 1]
    told = {row for one in raw.findings for row in one.rows}
    assert told == set(range(1, len(odd) + 1))


def test_a_strange_crs_member_is_never_given_to_proj():
    good = polygon([(121.38, 31.05), (121.39, 31.05), (121.39, 31.06), (121.38, 31.05)])
    document = json.loads(features(good))
    for member in ("+init=/etc/passwd", "x" * 10_000, {"a": 1}, 7, None, "file:///etc/passwd"):
        document["crs"] = {"type": "name", "properties": {"name": member}}
        assert own.read(json.dumps(document).encode(), "a.json").stated is None
    document["crs"] = "EPSG:4326"
    assert own.read(json.dumps(document).encode(), "a.json").stated is None


# --- GeoPackage ----------------------------------------------------------------------------------

COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
ENDLESS = f"{COUNT} SELECT x AS fid, x AS geom FROM c"


def test_a_layer_that_is_a_view_is_refused():
    data = geopackage(
        f"CREATE VIEW endless AS {ENDLESS}",
        "UPDATE gpkg_geometry_columns SET table_name = 'endless'",
    )
    refused(lambda: own.read(data, "a.gpkg"), "no plain tables")


def test_the_catalogue_itself_may_not_be_a_view_without_end():
    data = geopackage(
        "ALTER TABLE gpkg_geometry_columns RENAME TO old",
        f"CREATE VIEW gpkg_geometry_columns AS {COUNT} "
        "SELECT x AS table_name, x AS column_name, x AS srs_id FROM c WHERE x < 0",
    )
    refused(lambda: own.read(data, "a.gpkg"), "not a readable GeoPackage")


def test_a_computed_column_and_a_virtual_table_are_not_evaluated():
    data = geopackage(
        "ALTER TABLE own ADD COLUMN big GENERATED ALWAYS AS (hex(zeroblob(900000000)))"
    )
    refused(lambda: own.read(data, "a.gpkg"), "no plain tables")


def test_triggers_are_never_run():
    data = geopackage("CREATE TRIGGER harm AFTER INSERT ON own BEGIN DELETE FROM own; END")
    raw = own.read(data, "a.gpkg")
    assert len(raw.rows) == 1 and [one.code for one in raw.findings] == ["trigger"]


def test_names_of_tables_are_no_sql():
    name = 'a"; DROP TABLE own; --'
    quoted = name.replace('"', '""')
    data = geopackage(
        f'ALTER TABLE own RENAME TO "{quoted}"',
        f"UPDATE gpkg_geometry_columns SET table_name = '{name}'",
    )
    assert own.read(data, "a.gpkg").layer == name


@pytest.mark.parametrize(
    "blob", ["x'00'", "x'4750000100000000FF'", "zeroblob(100000)", "'text'", "7"]
)
def test_geometries_that_are_none(blob):
    data = geopackage(f"CREATE TABLE t AS SELECT 1 AS fid, 'n' AS name, {blob} AS geom",
                      "UPDATE gpkg_geometry_columns SET table_name = 't'")  # fmt: skip
    raw = own.read(data, "a.gpkg")
    assert not raw.rows and raw.findings[0].code == "geometry"


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_geopackage_with_bytes_changed_is_read_or_refused(data):
    content = bytearray(_GPKG)
    for _ in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(16, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(content), "a.gpkg")


@given(st.data())
@settings(max_examples=15, deadline=None)  # each in a process of its own
def test_a_shapefile_with_bytes_changed_is_read_or_refused(data):
    files = dict(_SHP)
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(sorted(files)))
        content = bytearray(files[name])
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        files[name] = bytes(content)
    _read_or_refuse(zipped(files), "a.zip")


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.csv", "a.geojson", "a.kml", "a.txt", "a.gpkg", "a.zip", "a.xlsx"]),
)
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(content, name):
    _read_or_refuse(content, name)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_read_or_refused_as_a_table(text):
    _read_or_refuse(("名称,经度,纬度\n" + text).encode("utf-8", "ignore"), "a.csv")


def _read_or_refuse(content: bytes, name: str) -> None:
    try:
        made(content, name)
    except AtlasError as error:
        assert "\n" not in error.text("en") and "/tmp" not in error.text("en")


_FRAME = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[
    shapely.box(121.38, 31.05, 121.39, 31.06), shapely.box(121.4, 31.05, 121.41, 31.06)],
    crs=4326)  # fmt: skip
_GPKG = formats.encode(_FRAME, "gpkg").data
with zipfile.ZipFile(io.BytesIO(formats.encode(_FRAME, "shp").data)) as _archive:
    _SHP = {name: _archive.read(name) for name in _archive.namelist() if name != "fields.txt"}


def test_a_dbf_that_claims_more_than_it_holds():
    for at, value in ((4, 4_000_000_000), (4, 4_000)):
        dbf = next(name for name in _SHP if name.endswith(".dbf"))
        content = bytearray(_SHP[dbf])
        content[at : at + 4] = struct.pack("<I", value)
        data = zipped({**_SHP, dbf: bytes(content)})
        refused(lambda data=data: own.read(data, "a.zip"))


# --- geometry ------------------------------------------------------------------------------------


def star(count: int, seed: int = 1) -> dict:
    points = np.random.default_rng(seed).random((count, 2)) * 0.1 + [121.3, 31.0]
    return polygon([*points, points[0]])


def test_an_outline_that_crosses_itself_over_and_over_is_not_repaired():
    result = made(features(star(30_000), star(400)), "a.json")
    assert {one.code: one.rows for one in result.report} == {"tangled": (1, 2)}


def test_repairs_have_an_end():
    result = made(features(*[star(30, seed) for seed in range(900)]), "a.json")
    assert {one.code for one in result.report} & {"unrepaired", "tangled"}


def test_a_comb_is_seen_for_what_it_is_however_regular():
    teeth = [
        (i * 2 + dx, y) for i in range(500) for dx, y in ((0, 0.5), (0, 900), (1, 900), (1, 0.5))
    ]
    one = shapely.Polygon([*teeth, (1000, 0), (0, 0)])
    other = shapely.transform(one, lambda xy: xy[:, ::-1])
    assert checks.tangle(one) < 8
    assert checks.tangle(shapely.MultiPolygon([one, other])) > 100


def test_five_thousand_parcels_on_each_other_are_checked_in_part_and_that_is_told():
    c = np.exp(1j * np.linspace(0, 2 * np.pi, 30))
    shapes = [polygon(np.column_stack([121.4 + 0.05 * c.real + i * 1e-6, 31.1 + 0.05 * c.imag]))
              for i in range(1_500)]  # fmt: skip
    found = {one.code for one in made(features(*shapes), "a.json").report}
    assert {"overlap", "overlap_ended"} <= found


def test_limits_are_told_with_their_numbers():
    refused(lambda: own.read(b"x,y\n" + b"1,2\n" * 5_001, "a.csv"), "5,000 rows")
    wide = b",".join(b"c%d" % i for i in range(201)) + b"\n" + b"1," * 200 + b"1"
    refused(lambda: own.read(wide, "a.csv"), "200 columns")
    point = {"type": "Point", "coordinates": [121.4, 31.1]}
    refused(lambda: own.read(features(*[point] * 5_001), "a.json"), "5,000 features")
    ring = [(121.4 + i * 1e-7, 31.1) for i in range(200_001)]
    refused(
        lambda: made(features({"type": "LineString", "coordinates": ring}), "a.json"),
        "200,000 vertices",
    )
    clauses = "四至\n" + "东至甲路\n" * 501
    raw = own.read(clauses.encode(), "a.csv")
    refused(lambda: own.clauses(raw, own.guess(raw), own.limits()), "500 clauses")


# --- nothing is left, nothing is said ------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.zip", "a.kml"])
def test_nothing_is_left_on_the_disk(name, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kind = "shp" if name == "a.zip" else "kml"
    made(formats.encode(_FRAME, kind).data, name)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AtlasError):
        own.read(b"<kml><Placemark>", "a.kml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "zip", "kml", "kmz", "txt"])
def test_no_message_names_the_file(ending):
    for content in (b"PK\x03\x04 broken", b"SQLite format 3\x00 broken", b"<kml", b"[1", b"@,,"):
        try:
            own.read(content, f"{SECRET}.{ending}")
        except AtlasError as error:
            assert SECRET not in error.text("zh") + error.text("en")
            assert "/" + "tmp" not in error.text("en")


def test_the_looks_at_json_and_xml_let_ordinary_files_pass():
    guard.check_json('{"a": "[[[[", "b": [[[1]]]}')
    guard.check_xml("<kml>东至<a/></kml>".encode("utf-16"))


def test_columns_are_counted_over_the_whole_file():
    """Few columns a feature, but others in each, would make a table of millions of cells."""
    point = {"type": "Point", "coordinates": [121.4, 31.1]}
    document = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {f"c{i}-{j}": 1 for j in range(50)}, "geometry": point}
        for i in range(5)]}  # fmt: skip
    refused(lambda: own.read(json.dumps(document).encode(), "a.geojson"), "200 columns")


def test_a_bad_placemark_costs_itself_alone():
    marks = "".join(
        f"<Placemark><Point><coordinates>{at}</coordinates></Point></Placemark>"
        for at in ("121.4,31.1", "x,y", "", "nan,1", "121.5,31.1")
    )
    raw = own.read(f"<kml><Document>{marks}</Document></kml>".encode(), "a.kml")
    assert [row.number for row in raw.rows] == [1, 5]
    assert {one.code: one.rows for one in raw.findings} == {"geometry": (2, 3, 4)}


def test_an_open_quote_costs_its_own_line_and_is_told():
    rows = [f"地块{number},121.4{number},31.05" for number in range(6)]
    rows[2] = '"' + rows[2]
    whole = ["名称,经度,纬度", *rows]
    data = made("\n".join(whole).encode(), "a.csv")
    assert list(data.features["row"]) == [2, 3, 5, 6, 7]
    assert (data.given, len(data.features)) == (6, 5)
    (told,) = [finding for finding in data.report if finding.code == "csv"]
    assert told.rows == (4,) and "引号未闭合" in told.text.text("zh")
    # Line breaks in a closed cell are the file's own affair, also at its end.
    for end in ("", "\r\n"):
        text = f'名称,经度,纬度\r\n甲,121.4,31.05\r\n"乙\n丙",121.4,31.05{end}'
        data = made(text.encode(), "a.csv")
        assert len(data.features) == 2 and not [f for f in data.report if f.code == "csv"]


OPEN_ROWS = ["甲,121.41,31.05,{0}好", "乙,121.42,31.05,", "丙,121.43,31.05,{0}坏",
             "丁,121.44,31.05,"]  # fmt: skip


def csv_told(raw) -> list[tuple[int, ...]]:
    return [one.rows for one in raw.findings if one.code == "csv"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_two_open_quotes_do_not_make_one_cell_of_what_is_between(delimiter, end, last, encoding):
    lines = ["名称,经度,纬度,备注", *OPEN_ROWS]
    text = (end.join(lines) + end * last).format('"').replace(",", delimiter)
    raw = own.read(text.encode(encoding), "a.csv")
    assert [(row.number, row.values["名称"]) for row in raw.rows] == [(3, "乙"), (5, "丁")]
    assert csv_told(raw) == [(2, 4)]


def test_a_quote_left_open_does_not_end_at_the_quote_of_the_next_row():
    text = '编号,名称,经度,纬度,面积\n2,"乙,121.45,31.03,60\n3,"丙",121.40,31.08,70\n'
    raw = own.read(text.encode(), "a.csv")
    (row,) = raw.rows
    assert row.number == 3
    assert list(row.values.values()) == ["3", "丙", "121.40", "31.08", "70"]
    assert csv_told(raw) == [(2,)]


def test_an_open_quote_in_a_table_of_clauses_is_told_and_counted():
    lines = ["名称,四至", '甲,"东至甲路', "乙,东至乙路", '丙,"东至丙路', "丁,东至丁路"]
    raw = own.read("\n".join(lines).encode(), "a.csv")
    roles = own.guess(raw)
    assert roles.way == "sizhi" and csv_told(raw) == [(2, 4)]
    assert [item.id for item in own.clauses(raw, roles, own.limits())] == ["3", "5"]
    assert own.prepare(raw, roles, own.limits()).given == 4
    assert building.from_traced(raw, {}).given == 4


def test_unread_lines_of_wkt_are_counted():
    raw = own.read('名称,WKT\n甲,"POINT(121 31)\n乙,POINT(121 31)\n'.encode(), "a.csv")
    prepared = own.prepare(raw, own.guess(raw), own.limits())
    assert (prepared.given, len(prepared.shapes)) == (2, 1)


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_line_is_told_when_its_quote_is_open(end):
    raw = own.read(f'名称,经度,纬度\n甲,121.4,31.05\n"乙,121.4,31.05{end}'.encode(), "a.csv")
    assert [row.number for row in raw.rows] == [2] and csv_told(raw) == [(3,)]


@pytest.mark.parametrize("tail", ["", "\n", "\n丙,121.4,31.05"])
def test_a_stray_quote_on_one_line_is_no_fault(tail):
    raw = own.read(f'名称,经度,纬度\n甲 5",121.4,31.05\n"乙"x,121.4,31.05{tail}'.encode(), "a.csv")
    assert [row.values["名称"] for row in raw.rows][:2] == ['甲 5"', "乙x"]
    assert len(raw.rows) == 2 + ("丙" in tail) and raw.findings == ()


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_closed_cells_of_several_lines_are_read(delimiter, end, inner, last):
    lines = ["名称,备注", f'甲,"一{inner}{inner}""二"""', f'"乙{inner}{inner}",三', f'丙,"{inner}"']
    text = (end.join(lines) + end * last).replace(",", delimiter)
    found: list = []
    read = list(tables._csv_lines(text, delimiter, found))
    assert read == [(1, ["名称", "备注"]), (2, ["甲", f'一{inner}{inner}"二"']),
                    (5, [f"乙{inner}{inner}", "三"]), (8, ["丙", inner])]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("quote", ["", '"'])
def test_endless_cells_cost_their_own_lines_however_many(quote):
    endless = f"{quote}{'x' * 131_073}{quote}"
    lines = ["名称,WKT", *[f"坏,{endless}", "好,POINT(121.4 31)"] * 30]
    raw = own.read("\n".join(lines).encode(), "a.csv")
    assert [row.number for row in raw.rows] == list(range(3, 62, 2))
    assert csv_told(raw) == [tuple(range(2, 61, 2))]
    assert own.prepare(raw, own.guess(raw), own.limits()).given == 60


def test_an_open_cell_as_long_as_may_be_is_told_with_its_own_line():
    """The blank line that tells whether a quote is open would itself make the cell too long."""
    for line in (f'"{"x" * 131_072}', f'"a"b,"{"x" * 131_072}'):
        found: list = []
        assert list(tables._csv_lines(f"a,b\n{line}", ",", found)) == [(1, ["a", "b"])]
        assert [one.rows for one in found] == [(2,)]


@pytest.fixture
def looked_at(monkeypatch):
    """Count the characters that are given to csv's readers."""
    counted = [0]
    reader = csv.reader

    class Counting:
        def __init__(self, lines, **options):
            self.inner = reader(map(self.count, lines), **options)

        def count(self, line):
            counted[0] += len(line)
            return line

        def __iter__(self):
            return self

        def __next__(self):
            return next(self.inner)

        @property
        def line_num(self):
            return self.inner.line_num

    monkeypatch.setattr(tables.csv, "reader", Counting)
    return counted


def test_open_quotes_without_end_are_not_read_again_and_again(looked_at):
    """Each line is open whether it stands by itself or in the open cell of the line above."""
    rows = ['a",",b'] * 2_400
    text = "\n".join(["名称,经度,纬度,备注", *rows, " , ,", "", "末,121.4,31.05,"])
    found: list = []
    read = list(tables._csv_lines(text, ",", found))
    assert [number for number, _ in read] == [1]
    ours, rest = found
    assert {one.code for one in found} == {"csv"}
    # Twenty readings of the rest, and not one more than goes over them.
    assert ours.rows == tuple(range(2, 2 + len(ours.rows))) and 20 <= len(ours.rows) <= 22
    assert rest.rows == (*range(2 + len(ours.rows), 2_402), 2_404)
    assert rest.text.text("zh") == "引号未闭合的行太多，其余的行未再读取"
    assert rest.text.text("en") == "too many open quotes: the rest is not read"
    assert looked_at[0] < 25 * len(text)


def test_many_open_quotes_that_soon_show_are_all_told(looked_at):
    text = "\n".join(["名称,备注", *['"a'] * 2_400, "末,1"])
    found: list = []
    assert [number for number, _ in tables._csv_lines(text, ",", found)] == [1, 2_402]
    assert [one.rows for one in found] == [tuple(range(2, 2_402))]
    assert looked_at[0] < 25 * len(text)


def test_the_rest_that_is_not_read_is_counted():
    text = "\n".join(["名称,经度,纬度", "甲,121.4,31.05", *['a",",b'] * 500])
    data = made(text.encode(), "a.csv")
    assert (len(data.features), data.given) == (1, 501)
    assert sum(one.code == "csv" for one in data.report) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_of_blank_lines_is_refused_before_it_is_split(end, monkeypatch):
    monkeypatch.setattr(tables, "_csv_lines", lambda *_: pytest.fail("the text is split"))
    refused(lambda: own.read(b"x,y" + end.encode() * 1_000_001, "a.csv"), "5,000 rows")


CELLS = st.text('a乙 ,;\t"\n', max_size=5).map("x{}".format)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8),
    st.sampled_from(",\t;"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.data(),
)
def test_a_closing_quote_that_is_lost_costs_no_other_row(rows, delimiter, quoting, data):
    """No cell begins with what may follow a closing quote: such a table may be valid again."""
    at = data.draw(st.integers(0, len(rows) - 1))
    cut = data.draw(st.integers(0, len(rows[at]) - 1))
    starts, text = [], ""
    for number, row in enumerate(rows):
        starts.append(text.count("\n") + 1)
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, quoting=quoting).writerow(row)
        if number == at:
            quoted = ['"' + cell.replace('"', '""') + '"' for cell in row]
            quoted[cut] = quoted[cut][:-1]
            out = io.StringIO(delimiter.join(quoted) + "\r\n", newline="")
        text += out.getvalue()
    found: list = []
    read = dict(tables._csv_lines(text, delimiter, found))
    told = {line for one in found for line in one.rows}
    assert [read.get(starts[i]) for i in range(len(rows)) if i != at] == [
        row for i, row in enumerate(rows) if i != at
    ]
    end = starts[at + 1] if at + 1 < len(rows) else text.count("\n") + 1
    assert told <= set(range(starts[at], end))
    assert (starts[at] in told) != (starts[at] in read)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=5), min_size=2,
                 max_size=4),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_what_a_csv_writer_wrote_is_read_as_it_is(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    found: list = []
    assert [cells for _, cells in tables._csv_lines(out.getvalue(), ",", found)] == rows
    assert found == []


def test_curves_cost_their_own_row():
    curve = "CURVEPOLYGON(CIRCULARSTRING(121.4 31,121.5 31,121.5 31.1,121.4 31.1,121.4 31))"
    raw = own.read(f'名称,WKT\na,"{curve}"\nb,POINT(121.4 31)\n'.encode(), "a.csv")
    prepared = own.prepare(raw, own.guess(raw), own.limits())
    assert [one.row for one in prepared.shapes] == [3]
    assert prepared.findings[0].rows == (2,)


def test_shapefiles_of_one_name_in_two_folders_can_both_be_read():
    both = {f"{folder}/{name}": data for folder in "xy" for name, data in _SHP.items()}
    raw = own.read(zipped(both), "a.zip")
    assert len(raw.layers) == 2 and raw.layer == raw.layers[0]
    assert own.read(zipped(both), "a.zip", raw.layers[1]).layer == raw.layers[1]


@pytest.mark.parametrize(
    "script", ["import os; os.kill(os.getpid(), 11)", "print('no JSON')", "while True: pass"]
)
def test_a_shapefile_on_which_gdal_crashes_ends_no_more_than_its_own_process(script, monkeypatch):
    monkeypatch.setattr("geo.own.shapefiles._COMMAND", (sys.executable, "-c", script))
    monkeypatch.setattr("geo.own.shapefiles._SECONDS", 2)
    refused(lambda: own.read(zipped(_SHP), "a.zip"), "damaged")


def test_a_shapefiles_faults_are_told_in_our_words():
    prj = next(name for name in _SHP if name.endswith(".prj"))
    refused(lambda: own.read(zipped({**_SHP, prj: b"x" * 800_000}), "a.zip"), ".prj is too large")
    shp = next(name for name in _SHP if name.endswith(".shp"))
    refused(lambda: own.read(zipped({**_SHP, shp: b"\0" * 200}), "a.zip"), "shapefile is damaged")
