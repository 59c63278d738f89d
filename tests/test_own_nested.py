"""Geometries nested or repeated to end the process: each is refused while the process lives on.

Where the harm would be a crash of GEOS, a process of its own takes it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import shapely
from frames import refused
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from shapely.errors import ShapelyError

from geo import ROOT, own
from geo.errors import AtlasError
from geo.own.limits import Limits
from geo.own.wellknown import Counted, from_wkb, from_wkt

_PAGE = 4096
_SCRIPT = """
import sys
from geo import own
from geo.errors import AtlasError
name = sys.argv[1]
try:
    raw = own.read(sys.stdin.buffer.read(), name)
    prepared = own.prepare(raw, own.guess(raw), own.limits())
    print("read", len(prepared.shapes), [f.code for f in (*raw.findings, *prepared.findings)])
except AtlasError as error:
    print("refused", error.text("en"))
"""
POINT = struct.pack("<BIdd", 1, 1, 121.4, 31.1)


def elsewhere(data: bytes, name: str) -> str:
    """Return what a process of its own says of a file; it may not crash."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, name],
        input=data,
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-300:])
    return done.stdout.decode()


def nested_wkt(count: int) -> str:
    return "GEOMETRYCOLLECTION(" * count + "POINT(121 31)" + ")" * count


def gpkg(*blobs: bytes) -> bytes:
    """Return a GeoPackage whose rows have these well-known binaries."""
    base = sqlite3.connect(":memory:")
    base.executescript(f"""
        PRAGMA page_size = {_PAGE};
        CREATE TABLE gpkg_geometry_columns
            (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z, m);
        CREATE TABLE gpkg_spatial_ref_sys
            (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('w', 4326, 'EPSG', 4326);
        INSERT INTO gpkg_geometry_columns VALUES ('p', 'geom', 'GEOMETRY', 4326, 0, 0);
        CREATE TABLE p (fid INTEGER PRIMARY KEY, geom BLOB);
    """)
    head = b"GP\0\1" + struct.pack("<i", 4326)
    base.executemany("INSERT INTO p (geom) VALUES (?)", [(head + blob,) for blob in blobs])
    base.commit()
    return base.serialize()


def in_circles(blob: bytes, times: int, rising: bool = False) -> bytes:
    """Return a GeoPackage whose table leads `times` over to the same page of one row."""
    data = gpkg(blob)
    base = sqlite3.connect(":memory:")
    base.deserialize(data)
    (root,) = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'p'").fetchone()
    pages = bytearray(data)
    pages += pages[(root - 1) * _PAGE : root * _PAGE]
    leaf = len(pages) // _PAGE
    page, at, places = bytearray(_PAGE), _PAGE, []
    for number in range(times - 1):
        at -= 5
        page[at : at + 5] = struct.pack(">IB", leaf, 1 + (number % 100 if rising else 0))
        places.append(at)
    page[0] = 5
    page[3:12] = struct.pack(">HHB", times - 1, at, 0) + struct.pack(">I", leaf)
    for number, place in enumerate(places):
        page[12 + 2 * number : 14 + 2 * number] = struct.pack(">H", place)
    pages[(root - 1) * _PAGE : root * _PAGE] = page
    pages[28:32] = struct.pack(">I", leaf)
    return bytes(pages)


def test_text_nested_without_end_is_refused_in_a_table():
    said = elsewhere(f'名称,WKT\n甲,"{nested_wkt(6_000)}"\n'.encode(), "a.csv")
    assert said.startswith("refused") and "nested" in said


def test_text_nested_without_end_is_refused_in_a_small_workbook():
    book = Workbook()
    for row in (["名称", "WKT"], ["甲", "HERE"]):
        book.active.append(row)
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as given_book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given_book.namelist():
            content = given_book.read(name).replace(b"HERE", nested_wkt(50_000).encode())
            made.writestr(name, content)
    assert "nested" in elsewhere(out.getvalue(), "a.xlsx")


def test_binaries_nested_without_end_are_refused_in_a_geopackage():
    said = elsewhere(gpkg(struct.pack("<BII", 1, 7, 1) * 20_000 + POINT), "a.gpkg")
    assert said.startswith("refused") and "nested" in said


@pytest.mark.parametrize(
    "blob",
    [
        struct.pack("<BII", 1, 2, 1_000) + b"\0" * 160,
        struct.pack("<BII", 1, 3, 2) + struct.pack("<I", 150_000),
        struct.pack("<BII", 1, 4, 90_000) + POINT,
        struct.pack("<BI", 1, 8) + b"\0" * 100,
        struct.pack("<BI", 1, 99) + b"\0" * 100,
        b"\x01",
        b"",
    ],
)
def test_counts_that_a_binary_does_not_hold_cost_its_own_row(blob):
    raw = own.read(gpkg(blob, POINT), "a.gpkg")
    assert [row.number for row in raw.rows] == [2]
    assert raw.findings[0].code == "geometry" and raw.findings[0].rows == (1,)


@pytest.mark.parametrize("kind", [2, 3, 4, 7])
def test_a_count_without_end_is_refused(kind):
    refused(lambda: own.read(gpkg(struct.pack("<BII", 1, kind, 2**32 - 1)), "a.gpkg"), "vertices")


@pytest.mark.parametrize("rising", [False, True])
def test_a_geopackage_that_leads_in_circles_is_refused(rising):
    blob = shapely.to_wkb(shapely.LineString(np.linspace([121, 31], [122, 32], 200)))
    assert len(own.read(gpkg(blob), "a.gpkg").rows) == 1
    refused(lambda: own.read(in_circles(blob, 500, rising), "a.gpkg"), "not a readable")


SHAPES = [
    shapely.Point(1, 2),
    shapely.Point(1, 2, 3),
    shapely.LineString([(0, 0, 1), (1, 1, 2)]),
    shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 3, 3)),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
    shapely.GeometryCollection([shapely.MultiPoint([(1, 2), (3, 4)]), shapely.Point(5, 6)]),
    shapely.Polygon(),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("order", [0, 1])
def test_ordinary_binaries_and_texts_are_read(shape, flavor, order):
    srid = shapely.set_srid(shape, 4326)
    blob = shapely.to_wkb(srid, flavor=flavor, byte_order=order, include_srid=flavor == "extended")
    counted = Counted(Limits())
    assert from_wkb(blob, counted).equals(shape) and from_wkt(shape.wkt, counted).equals(shape)
    assert from_wkb(blob + b"more", counted).equals(shape)


@given(st.binary(max_size=200), st.integers(0, 7))
def test_any_binary_is_read_or_refused(data, kind):
    for blob in (data, struct.pack("<BI", 1, kind) + data):
        with contextlib.suppress(AtlasError, ValueError, struct.error, ShapelyError):
            from_wkb(blob, Counted(Limits()))


def test_vertices_of_all_rows_are_counted_together():
    few = Limits(vertices=20)
    line = shapely.LineString([(121 + i / 100, 31) for i in range(8)])
    refused(lambda: own.read(gpkg(*[shapely.to_wkb(line)] * 4), "a.gpkg", most=few), "20 vertices")
    assert len(own.read(gpkg(*[shapely.to_wkb(line)] * 2), "a.gpkg", most=few).rows) == 2
    table = ("名称,WKT\n" + f'a,"{line.wkt}"\n' * 4).encode()
    raw = own.read(table, "a.csv")
    refused(lambda: own.prepare(raw, own.guess(raw), few), "20 vertices")


# --- orientation ---------------------------------------------------------------------------------


def square(x: float, y: float, size: float, clockwise: bool = False) -> list[list[float]]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return ring[::-1] if clockwise else ring


@pytest.mark.parametrize("hole", [False, True])
@pytest.mark.parametrize("shell", [False, True])
def test_areas_do_not_depend_on_the_direction_of_rings(shell, hole):
    holed = [square(121.40, 31.05, 0.01, shell), square(121.402, 31.052, 0.006, hole)]
    parts = [[square(121.40, 31.05, 0.01, shell)], [square(121.42, 31.05, 0.01, hole)]]
    shapes = [
        {"type": "Polygon", "coordinates": holed},
        {"type": "MultiPolygon", "coordinates": parts},
        {"type": "Polygon", "coordinates": [square(121.40, 31.05, 0.01)]},
        {"type": "Polygon", "coordinates": [square(121.402, 31.052, 0.006)]},
        {"type": "Polygon", "coordinates": [square(121.42, 31.05, 0.01)]},
    ]
    data = json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": one} for one in shapes]})  # fmt: skip
    raw = own.read(data.encode(), "a.geojson")
    roles = own.guess(raw)
    found = own.candidates(raw, own.prepare(raw, roles, own.limits()))
    ringed, both, outer, inner, second = own.make(raw, roles, found[0]).features["area_m2"]
    assert ringed == pytest.approx(outer - inner) and both == pytest.approx(outer + second)
