"""Geodata that others wrote, or that want harm: read, or refused in one clear line."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pyogrio
import pytest
import shapely
from frames import apart, one, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import ROOT, formats
from geo.__main__ import main
from geo.crs import geometry_from_gcj02, wgs84_to_gcj02
from geo.errors import AtlasError
from geo.formats import archives

PARKS = ROOT / "data" / "boundaries" / "parks.geojson"


# Reading what others wrote ----------------------------------------------------------------------


def test_gcj02_is_declared_and_shifted_back(tmp_path):
    true = shapely.box(121.3, 31.0, 121.4, 31.1)
    points = shapely.get_coordinates(true)
    moved = shapely.Polygon(list(zip(*wgs84_to_gcj02(points[:, 0], points[:, 1]), strict=True)))
    assert apart(moved, true) > 0.004
    (tmp_path / "amap.geojson").write_text(shapely.to_geojson(moved))
    for name in ("GCJ-02", "gcj02"):
        back = formats.read(tmp_path / "amap.geojson", crs=name).geometry[0]
        assert apart(back, true) < 1e-8
    assert geometry_from_gcj02(moved).equals_exact(back, 1e-9)


def test_a_file_without_a_crs_asks_for_it(tmp_path):
    formats.write(one(name="a"), tmp_path / "a.shp", crs=4549)
    (tmp_path / "a.prj").unlink()
    refused(lambda: formats.read(tmp_path / "a.shp"), "--from-crs", "4549")
    true = shapely.box(121.3, 31.0, 121.4, 31.1)
    assert apart(formats.read(tmp_path / "a.shp", crs=4549).geometry[0], true) < 1e-8
    refused(lambda: formats.read(tmp_path / "a.shp", crs=4326), "not degrees")


BARE = {"type": "Feature", "properties": {"id": "bare"}, "geometry": None}
EMPTY = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": []}}
RING = [[121, 31], [121.1, 31], [121, 31.1], [121, 31]]
DRAWN = {
    "type": "Feature",
    "properties": {"id": "drawn"},
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}


@pytest.mark.parametrize("target", ["b.geojson", "b.gpkg", "b.shp", "b.zip", "b.kml", "b.txt"])
def test_features_without_geometry_are_left_out_of_every_format(tmp_path, capsys, target):
    source, out = tmp_path / "a.geojson", tmp_path / target
    collection = {"type": "FeatureCollection", "features": [BARE, DRAWN, EMPTY]}
    source.write_text(json.dumps(collection))
    assert main(["convert", str(source), str(out), "--lang", "en"]) == 0
    told = capsys.readouterr().err
    assert "2 features without geometry are left out" in told and "1 feature," in told
    assert len(formats.read(out)) == 1


@pytest.mark.parametrize("features", [[BARE], [BARE, EMPTY]])
@pytest.mark.parametrize("command", ["convert", "describe"])
def test_a_file_without_any_geometry_is_one_clear_line(tmp_path, capsys, features, command):
    source, out = tmp_path / "a.geojson", tmp_path / "b.gpkg"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    refused(lambda: formats.load(source), "a.geojson", "no feature has a geometry")
    argv = [command, str(source), *([str(out)] if command == "convert" else [])]
    assert main([*argv, "--lang", "en"]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and not out.exists()


def test_metres_in_geojson_are_not_taken_for_degrees(tmp_path):
    path = tmp_path / "m.geojson"
    path.write_text(shapely.to_geojson(shapely.box(620000, 3430000, 621000, 3431000)))
    refused(lambda: formats.read(path), "not degrees", "--from-crs")
    assert 121 < formats.read(path, crs="EPSG:4549").total_bounds[0] < 122


def test_a_declared_crs_wins_and_says_so(tmp_path):
    formats.write(one(name="a"), tmp_path / "a.gpkg", crs=4549)
    loaded = formats.load(tmp_path / "a.gpkg", crs=4550)
    assert 124 < loaded.frame.total_bounds[0] < 125
    assert any("as declared" in note.en for note in loaded.notes)


@pytest.mark.parametrize("code", [2385, 4610, 2437])
def test_old_datums_are_refused_not_shifted_by_guess(tmp_path, code):
    path = tmp_path / "old.gpkg"
    data = one(name="a").set_crs(4326).to_crs(4549).set_crs(code, allow_override=True)
    pyogrio.write_dataframe(data, path)
    refused(lambda: formats.read(path), "no public conversion")


def test_a_shapefile_of_gbk_is_read(tmp_path):
    data = one(name="莘庄工业区")
    pyogrio.write_dataframe(data, tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    loaded = formats.load(tmp_path / "a.shp")
    assert loaded.frame["name"][0] == "莘庄工业区"


def test_layers_are_named_when_there_are_several(tmp_path):
    path = tmp_path / "two.gpkg"
    for layer in ("道路", "河流"):
        pyogrio.write_dataframe(one(name=layer), path, layer=layer, append=path.exists())
    refused(lambda: formats.read(path), "道路, 河流", "--layer")
    assert formats.read(path, layer="河流")["name"][0] == "河流"
    refused(lambda: formats.read(path, layer="x"), "道路")


def test_kmz_folders_and_untyped_data_are_read(tmp_path):
    text = """<?xml version="1.0" encoding="GBK"?>
    <kml xmlns="http://earth.google.com/kml/2.1"><Document><Folder><Placemark><name>片区</name>
    <ExtendedData><Data name="亩"><value>1500</value></Data></ExtendedData>
    <MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>
    121.3,31.0,0 121.4,31.0,0 121.4,31.1,0 121.3,31.0,0</coordinates></LinearRing>
    </outerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder></Document></kml>"""
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as made:
        made.writestr("doc.kml", text.encode("gbk"))
    back = formats.read(tmp_path / "a.kmz")
    assert (back["name"][0], back["亩"][0]) == ("片区", "1500")
    assert back.geometry[0].geom_type == "Polygon"


GEOJSON = '{"type":"FeatureCollection","features":[%s]}'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.dwg", b"x", ["file ending", ".geojson"]),
        ("a", b"x", ["file ending"]),
        ("a.geojson", b"", ["empty"]),
        ("a.geojson", b"{", ["line 1"]),
        ("a.geojson", b"[]", ["not GeoJSON"]),
        ("a.geojson", b'{"type":"Topology"}', ["feature 1"]),
        ("a.geojson", (GEOJSON % "").encode(), ["no feature"]),
        ("a.geojson", (GEOJSON % "3").encode(), ["feature 1"]),
        ("a.geojson", (GEOJSON % '{"geometry":{"type":"Polygon","coordinates":[[1]]}}').encode(),
         ["feature 1"]),
        ("a.geojson", (GEOJSON % '{"geometry":{"type":"Point","coordinates":["a","b"]}}').encode(),
         ["feature 1"]),
        ("a.geojson", (GEOJSON % '{"geometry":{"type":"Point","coordinates":[1e400,1]}}').encode(),
         ["not degrees"]),
        ("a.geojson", b'{"type":"FeatureCollection","crs":7,"features":[]}', ["crs member"]),
        ("a.gpkg", b"not a database", ["GeoPackage"]),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(200), ["GeoPackage"]),
        ("a.zip", b"PK\x03\x04 no", ["zip"]),
        ("a.shp", b"x" * 200, [".shx"]),
        ("a.kml", b"<kml", ["KML"]),
        ("a.kml", b"<html/>", ["root is <html>"]),
        ("a.kml", b'<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', ["DTD"]),
        ("a.kml", "<!DOCTYPE kml><kml/>".encode("utf-16"), ["DTD"]),
        ("a.kml", b"<kml/>", ["no feature"]),
        ("a.kml", b"<kml><Placemark><Point><coordinates>a,b</coordinates></Point></Placemark>"
         b"</kml>", ["placemark 1"]),
        ("a.kmz", b"PK no", ["zip"]),
        ("a.txt", b"hello", ["boundary point"]),
        ("a.txt", b"\x00\xff\xfe\x01" * 20, ["text"]),
    ],
)  # fmt: skip
def test_unusable_files_are_one_clear_line(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    refused(lambda: formats.read(tmp_path / name), *words)


def test_nesting_without_end_is_one_clear_line(tmp_path):
    deep = "<MultiGeometry>" * 3000 + "</MultiGeometry>" * 3000
    (tmp_path / "a.kml").write_text(f"<kml><Placemark>{deep}</Placemark></kml>")
    refused(lambda: formats.read(tmp_path / "a.kml"), "placemark 1")
    inner = '{"type":"GeometryCollection","geometries":[' * 3000 + "]}" * 3000
    (tmp_path / "a.geojson").write_text(inner)
    refused(lambda: formats.read(tmp_path / "a.geojson"), "a.geojson")


def test_missing_files_and_folders_are_one_clear_line(tmp_path):
    refused(lambda: formats.read(tmp_path / "none.gpkg"), "no such file")
    (tmp_path / "dir.gpkg").mkdir()
    refused(lambda: formats.read(tmp_path / "dir.gpkg"), "folder")
    refused(lambda: formats.write(one(n=1), tmp_path / "dir.gpkg"), "cannot write")
    refused(lambda: formats.read("/vsicurl/http://localhost/a.gpkg"), "no such file")


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([".geojson", ".kml", ".txt", ".zip", ".gpkg"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("bytes") / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(AtlasError):
        formats.read(path)


# Hostile zips -----------------------------------------------------------------------------------


def zipped(tmp_path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../a.shp", "/etc/a.shp", "x/../../a.shp", "..\\a.shp", "C:\\a.shp"]
)
def test_a_zip_cannot_name_paths_outside_itself(tmp_path, name):
    refused(lambda: formats.read(zipped(tmp_path, (name, b"x"))), "refused", "outside")
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.zip"]


def test_a_zip_cannot_hold_links(tmp_path):
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(lambda: formats.read(zipped(tmp_path, (link, b"/etc/passwd"))), "outside")


def test_a_zip_cannot_unpack_to_more_than_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 100_000)
    path = zipped(tmp_path, ("a.shp", bytes(200_000)))
    assert path.stat().st_size < 1000
    refused(lambda: formats.read(path), "unpacks to more")
    # The directory may lie about the size; what comes out is counted as well.
    data = path.read_bytes().replace((200_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    refused(lambda: formats.read(path), "zip")


def test_a_zip_cannot_hold_files_without_number(tmp_path):
    members = [(f"{number}.shp", b"") for number in range(archives.MAX_FILES + 1)]
    refused(lambda: formats.read(zipped(tmp_path, *members)), "more than 500 files")


def test_a_zip_without_or_with_several_shapefiles_says_so(tmp_path):
    refused(lambda: formats.read(zipped(tmp_path, ("a.txt", b"x"))), "no layer")
    refused(lambda: formats.read(zipped(tmp_path, ("a.shp", b"x"), ("b.shp", b"x"))), "a, b")
    refused(lambda: formats.read(zipped(tmp_path, ("a.shp", b"x"))), ".shx")


def test_names_of_a_zip_from_chinese_windows_are_read(tmp_path):
    formats.write(one(name="片"), tmp_path / "a.shp")
    gbk = "片区/园区".encode("gbk").decode("cp437")
    members = [(f"{gbk}{s}", (tmp_path / f"a{s}").read_bytes()) for s in (".shp", ".shx", ".dbf")]
    members += [("片区/别的.shp", b"x"), (f"{gbk}.prj", (tmp_path / "a.prj").read_bytes())]
    path = tmp_path / "win.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            made.writestr(info, content)
    # zipfile marks names beyond ASCII as UTF-8; Windows does not.
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        assert "片区/别的.shp" in made.namelist()
    utf8 = gbk.encode("utf-8")
    assert raw.count(utf8) == 8
    assert formats.read(path, layer=gbk)["name"][0] == "片"


# The command ------------------------------------------------------------------------------------


def test_convert_writes_the_file_and_keeps_stdout_clean(tmp_path, capsys):
    out = tmp_path / "parks.gpkg"
    assert main(["convert", str(PARKS), str(out), "--crs", "4549", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.out == "" and "13 features, GeoPackage" in told.err
    assert pyogrio.read_info(out)["crs"] == "EPSG:4549"
    assert "OpenStreetMap" in pyogrio.read_info(out)["layer_metadata"]["DESCRIPTION"]
    assert main(["convert", str(out), str(tmp_path / "p.kml"), "--lang", "zh"]) == 0
    assert "13 个要素" in capsys.readouterr().err


def test_convert_takes_gcj02_in(tmp_path, capsys):
    out = tmp_path / "b.geojson"
    assert main(["convert", str(PARKS), str(out), "--from-crs", "gcj02"]) == 0
    moved = (
        formats.read(out).geometry[0].centroid.distance(formats.read(PARKS).geometry[0].centroid)
    )
    assert 0.004 < moved < 0.006


@pytest.mark.parametrize(
    "args",
    [
        ["none.geojson", "o.gpkg"],
        [str(PARKS), "o.dwg"],
        [str(PARKS), "o.kml", "--crs", "4549"],
        [str(PARKS), "o.gpkg", "--crs", "上海"],
        [str(PARKS), "o.gpkg", "--crs", "9999999"],
        [str(PARKS), "o.kmz"],
        [str(PARKS), "o.gpkg", "--from-crs", "4610"],
        [str(PARKS), "o.gpkg", "--from-crs", "x" * 10_000],
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_convert_refuses_in_one_line_and_writes_nothing(tmp_path, monkeypatch, capsys, args, lang):
    monkeypatch.chdir(tmp_path)
    assert main(["convert", *args, "--lang", lang]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and len(told.err) < 400
    assert list(tmp_path.iterdir()) == []


def test_a_failed_conversion_leaves_the_old_file(tmp_path, capsys):
    out = tmp_path / "o.txt"
    out.write_text("old")
    (tmp_path / "p.geojson").write_text('{"type":"Point","coordinates":[121,31]}')
    assert main(["convert", str(tmp_path / "p.geojson"), str(out)]) == 2
    assert out.read_text() == "old"
