"""勘测定界界址点 TXT: written as land systems expect it, read as it is met, exact to 1 mm."""

from __future__ import annotations

import datetime
import math
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo import formats
from geo.__main__ import main
from geo.crs import from_wgs84, gauss_kruger, transformed, zone_of, zone_of_code
from geo.errors import AtlasError
from geo.formats import boundary_points
from geo.formats.boundary_reader import decode
from geo.measure import area_km2

DATE = datetime.date(2026, 1, 5)
HOLED = shapely.Polygon(
    [(121.3, 31.0), (121.4, 31.0), (121.4, 31.1), (121.3, 31.1)],
    [[(121.34, 31.04), (121.36, 31.04), (121.36, 31.06), (121.34, 31.06)]],
)
HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=某测绘院
数据产生日期=2019-4-19
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
POINTS = """J1,1,3432000.000,40620000.000
J2,1,3432000.000,40621000.000
J3,1,3431000.000,40621000.000
J4,1,3431000.000,40620000.000
J1,1,3432000.000,40620000.000
"""
PARCEL = "5,100.0000,1,一号地块,面,,工业,,@\n"


def frame(*geometries, **fields) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(fields, geometry=list(geometries), crs=4326)


def lines(data: gpd.GeoDataFrame, code: int | None = None, **options) -> list[str]:
    made, _ = boundary_points.encode(data, code, date=DATE, **options)
    return made.decode("utf-8-sig").split("\r\n")


def refused(text: str | bytes, *words: str) -> None:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(AtlasError) as caught:
        decode(data, "a.txt")
    for word in words:
        assert word in caught.value.text("en")
    assert "\n" not in caught.value.text("zh")


def test_the_head_is_that_of_the_exchange_format():
    made, notes = boundary_points.encode(frame(HOLED), producer="某单位", date=DATE)
    assert made.startswith(b"\xef\xbb\xbf") and made.count(b"\n") == made.count(b"\r\n")
    assert made.decode("utf-8-sig").split("\r\n")[:12] == [
        "[属性描述]",
        "格式版本号=1.01版本",
        "数据产生单位=某单位",
        "数据产生日期=2026-1-5",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=40",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
    ]
    assert "zone 40" in notes[0].en and "EPSG:4528" in notes[0].zh


def test_a_parcel_line_and_its_points():
    data = frame(HOLED, id=["7"], name_zh=["莘庄"], use=["工业用地"], land_class=["0601"])
    parcel, *points = lines(data)[12:-1]
    hectares = area_km2(HOLED) * 100
    assert parcel == f"10,{hectares:.4f},7,莘庄,面,,工业用地,0601,@"
    names = [point.split(",")[:2] for point in points]
    assert names == [
        *(["J1", "1"], ["J2", "1"], ["J3", "1"], ["J4", "1"], ["J1", "1"]),
        *(["J5", "2"], ["J6", "2"], ["J7", "2"], ["J8", "2"], ["J5", "2"]),
    ]
    assert all(re.fullmatch(r"J\d+,\d,\d{7}\.\d{3},40\d{6}\.\d{3}", point) for point in points)


def test_points_are_numbered_from_the_north_west_clockwise():
    spots = [tuple(map(float, line.split(",")[2:])) for line in lines(frame(HOLED))[13:-1]]
    outer, hole = spots[:5], spots[5:]
    assert outer[0] == outer[-1] and hole[0] == hole[-1]
    northings, eastings = [x for x, _ in outer], [y for _, y in outer]
    # North-west, north-east, south-east, south-west.
    assert northings[0] > northings[3] and eastings[0] < eastings[1]
    assert northings[1] > northings[2] and eastings[2] > eastings[3]
    ring = shapely.LinearRing([(y, x) for x, y in outer])
    inner = shapely.LinearRing([(y, x) for x, y in hole])
    assert not ring.is_ccw and inner.is_ccw


def test_known_coordinates_of_zone_40():
    """On the central meridian the easting is 40500000 and the northing the meridian's arc."""
    box = shapely.box(120.0, 31.0, 120.01, 31.01)
    spots = {tuple(line.split(",")[2:]) for line in lines(frame(box))[13:-1]}
    a, flattening = 6378137.0, 1 / 298.257222101  # CGCS2000
    e2 = flattening * (2 - flattening)
    middles = (np.arange(100_000) + 0.5) * math.radians(31) / 100_000
    radii = a * (1 - e2) / (1 - e2 * np.sin(middles) ** 2) ** 1.5
    arc_m = radii.mean() * math.radians(31)
    south_west = min(spots)
    assert south_west[1] == "40500000.000"
    assert float(south_west[0]) == pytest.approx(arc_m, abs=0.001)


@pytest.mark.parametrize(
    ("code", "zone", "first"), [(4528, "40", "40"), (4529, "41", "41"), (4549, "40", "")]
)
def test_the_zone_asked_for_is_the_zone_stated(code, zone, first):
    made = lines(frame(HOLED), code)
    assert f"带号={zone}" in made
    easting = made[13].split(",")[3]
    assert easting.startswith(first) and len(easting) == (12 if first else 10)


def test_zone_edge_by_the_middle_of_the_data_and_told():
    west, east = shapely.box(121.2, 31, 121.6, 31.1), shapely.box(121.45, 31, 121.7, 31.1)
    for box, code in ((west, 4528), (east, 4529)):
        made, notes = boundary_points.encode(frame(box), date=DATE)
        assert f"EPSG:{code}" in notes[0].en and "beyond the zone" in notes[0].en
        back, crs, _ = decode(made, "a.txt")
        assert crs.to_epsg() == code and len(back) == 1
    _, notes = boundary_points.encode(frame(shapely.box(121.2, 31, 121.3, 31.1)), date=DATE)
    assert "beyond" not in notes[0].en


def test_zones_and_codes():
    assert [zone_of(lon) for lon in (118.5, 121.499999, 121.5, 124.4)] == [40, 40, 41, 41]
    for code in range(4513, 4555):
        zone, numbered = zone_of_code(code)
        crs = CRS.from_epsg(code)
        x, _ = from_wgs84(crs).transform(3 * zone, 31)
        assert x == pytest.approx(500_000 + (zone * 1_000_000 if numbered else 0))
        assert gauss_kruger(3 * zone, zone_number=numbered) == code
    for lon in (70, 140, math.nan, math.inf):
        with pytest.raises(AtlasError, match="outside"):
            gauss_kruger(lon)


def test_parts_are_parcels_of_their_own():
    far = shapely.box(121.45, 31.0, 121.46, 31.01)
    data = frame(shapely.MultiPolygon([HOLED, far]), None, id=["7", "8"], name_zh=["园", "空"])
    made, notes = boundary_points.encode(data, date=DATE)
    parcels = [line for line in made.decode("utf-8-sig").split("\r\n") if line.endswith("@")]
    assert [line.split(",")[2:4] for line in parcels] == [
        ["7-1", "园（1/2）"],
        ["7-2", "园（2/2）"],
    ]
    told = " ".join(note.en for note in notes)
    assert "1 features of several parts" in told and "1 features without geometry" in told


def test_lines_points_and_nothing_are_refused():
    for geometry in (shapely.Point(121, 31), shapely.LineString([(121, 31), (122, 31)]), None):
        with pytest.raises(AtlasError, match="polygon"):
            boundary_points.encode(frame(geometry))
    with pytest.raises(AtlasError, match="gbk"):
        boundary_points.encode(frame(HOLED), encoding="latin-1")
    with pytest.raises(AtlasError, match="3-degree"):
        boundary_points.encode(frame(HOLED), 4490)


def test_gbk_for_systems_that_know_nothing_else():
    data = frame(HOLED, name_zh=["莘庄𠮷"])
    made, notes = boundary_points.encode(data, date=DATE, encoding="gbk")
    assert made.decode("gbk").startswith("[属性描述]\r\n") and "莘庄?" in made.decode("gbk")
    assert any("GBK" in note.en for note in notes)
    assert decode(made, "a.txt")[0]["name_zh"][0] == "莘庄?"


# Exact to the millimetre -------------------------------------------------------------------------


@st.composite
def stars(draw) -> shapely.Polygon:
    lon, lat = draw(st.floats(119, 123)), draw(st.floats(30, 32))
    radii = draw(st.lists(st.floats(0.0001, 0.03), min_size=3, max_size=15))
    turn = 2 * math.pi / len(radii)
    ring = [
        (lon + r * math.cos(i * turn), lat + r * math.sin(i * turn)) for i, r in enumerate(radii)
    ]
    hole = [(lon + 0.4 * (x - lon), lat + 0.4 * (y - lat)) for x, y in ring]
    return shapely.Polygon(ring, [hole] if draw(st.booleans()) and len(ring) > 3 else [])


@settings(deadline=None)
@given(st.lists(stars(), min_size=1, max_size=3), st.sampled_from([None, 4528, 4550]))
def test_a_file_read_and_written_again_is_the_same_file(tmp_path_factory, shapes, code):
    path = tmp_path_factory.mktemp("txt") / "a.txt"
    data = frame(*shapes, id=[str(i) for i in range(len(shapes))])
    formats.write(data, path, crs=code)
    first = path.read_bytes()
    back, crs, _ = decode(first, "a.txt")
    # Every vertex is where it was, to half a millimetre on each axis.
    for a, b in zip(shapes, back.geometry, strict=True):
        planar = transformed(a, from_wgs84(crs))
        assert shapely.hausdorff_distance(planar, b) < 0.00071
        assert len(a.interiors) == len(b.interiors)
    formats.write(formats.read(path), path, crs=crs.to_epsg())
    points = [line for line in first.decode("utf-8-sig").split("\r\n") if line.startswith("J")]
    again = path.read_bytes().decode("utf-8-sig").split("\r\n")
    assert [line for line in again if line.startswith("J")] == points


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_can_break_the_file(name, use):
    made, _ = boundary_points.encode(frame(HOLED, HOLED, name_zh=[name, "二"], use=[use, "用"]))
    back, _, _ = decode(made, "a.txt")
    assert len(back) == 2 and list(back["name_zh"])[1] == "二" and list(back["use"])[1] == "用"
    assert all(len(geometry.interiors) == 1 for geometry in back.geometry)


@pytest.mark.parametrize("count", ["²", "①", "٣", "9" * 5000, "-1", ""])
def test_a_count_of_points_that_is_no_plain_number_is_passed_over(count):
    made, _, notes = decode((HEAD + PARCEL.replace("5", count, 1) + POINTS).encode(), "a.txt")
    assert len(made) == 1 and notes == []
    _, _, notes = decode((HEAD + PARCEL.replace("5", "99", 1) + POINTS).encode(), "a.txt")
    assert "another number of points" in notes[0].en


def test_changed_texts_are_told():
    text = "甲,乙@丙\n[地块坐标]"
    made, notes = boundary_points.encode(frame(HOLED, name_zh=[text]), date=DATE)
    assert decode(made, "a.txt")[0]["name_zh"][0] == "甲，乙＠丙 ［地块坐标］"
    assert any("made wide" in note.en for note in notes)


# Files of others ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_every_usual_encoding_is_read(encoding):
    back, crs, notes = decode((HEAD + PARCEL + POINTS).encode(encoding), "a.txt")
    assert (back["name_zh"][0], back["area_ha"][0], back["use"][0]) == ("一号地块", 100.0, "工业")
    assert crs.to_epsg() == 4528 and notes == []
    assert back.geometry[0].equals(shapely.box(40620000, 3431000, 40621000, 3432000))


def test_rings_open_or_counted_otherwise_are_read():
    open_ring = "".join(POINTS.splitlines(keepends=True)[:4])
    for count in (4, 5):
        back, _, notes = decode((HEAD + f"{count},1,1,a,面,,,,@\n" + open_ring).encode(), "a.txt")
        assert back.geometry[0].area == 1e6 and notes == []
    _, _, notes = decode((HEAD + "9,1,1,a,面,,,,@\n" + POINTS).encode(), "a.txt")
    assert "another number of points" in notes[0].en and "line 13" in notes[0].en


def test_more_cells_wide_brackets_and_other_sections_are_read():
    text = "[项目信息]\n项目名称=x\n" + HEAD.replace("[", "【").replace("]", "】")
    text += "5,1.0,1,a,面,,住宅,0701,,1,B,C,备注,@\n" + POINTS.replace("J", "")
    back, _, _ = decode(text.encode(), "a.txt")
    assert back["land_class"][0] == "0701" and back.geometry[0].area == 1e6


def test_eastings_before_northings_are_seen_and_told():
    swapped = re.sub(r"(\d+\.\d+),(\d+\.\d+)", r"\2,\1", POINTS)
    back, _, notes = decode((HEAD + PARCEL + swapped).encode(), "a.txt")
    assert back.geometry[0].equals(shapely.box(40620000, 3431000, 40621000, 3432000))
    assert "eastings stand first" in notes[0].en


def test_rings_beside_each_other_are_parts_and_inside_are_holes():
    beside = POINTS.replace(",1,", ",2,").replace("4062", "4063")
    inside = "J9,3,3431400,40620400\nJ8,3,3431600,40620400\nJ7,3,3431600,40620600\n"
    back, _, _ = decode((HEAD + PARCEL + POINTS + beside + inside).encode(), "a.txt")
    shape = back.geometry[0]
    assert shape.geom_type == "MultiPolygon" and len(shape.geoms) == 2
    assert shape.area == 2e6 - 200 * 200 / 2


def test_the_zone_comes_from_the_easting_or_the_head():
    plain = POINTS.replace("4062", "62")
    _, crs, _ = decode((HEAD + PARCEL + plain).encode(), "a.txt")
    assert crs.to_epsg() == 4549
    _, crs, _ = decode((HEAD.replace("带号=40", "带号=") + PARCEL + POINTS).encode(), "a.txt")
    assert crs.to_epsg() == 4528
    six = HEAD.replace("分带=3", "分带=6").replace("带号=40", "带号=21")
    _, crs, _ = decode((six + PARCEL + POINTS.replace(",4062", ",2122")).encode(), "a.txt")
    assert crs == CRS.from_epsg(4499)  # 6-degree zone 21, central meridian 123° E


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, ["no parcel"]),
        (HEAD + POINTS, ["line 13", "before the first parcel"]),
        (HEAD + PARCEL, ["line 13", "without points"]),
        (HEAD + PARCEL + "J1,1,3432000,40620000\n", ["line 13", "fewer than three"]),
        (HEAD + PARCEL + "J1,1,abc,40620000\n", ["line 14", "name,ring,X,Y"]),
        (HEAD + PARCEL + "J1,1,nan,40620000\n", ["line 14"]),
        (HEAD + PARCEL + "J1\n", ["line 14"]),
        (HEAD + PARCEL.replace("面", "线") + POINTS, ["line 13", "'线'"]),
        (HEAD + PARCEL.replace("100.0000", "大") + POINTS, ["line 13", "area"]),
        (HEAD + "5,@\n", ["line 13", "nine cells"]),
        (HEAD.replace("带号=40", "带号=38") + PARCEL + POINTS, ["zone 38", "40", "--from-crs"]),
        (HEAD.replace("带号=40", "带号=") + PARCEL + POINTS.replace("4062", "62"), ["--from-crs"]),
        (HEAD.replace("2000国家", "1980西安") + PARCEL + POINTS, ["not CGCS2000", "--from-crs"]),
        (
            HEAD.replace("坐标系=2000国家大地坐标系\n", "") + PARCEL + POINTS,
            ["no coordinate system"],
        ),
    ],
)
def test_faulty_files_are_one_line_that_says_where(text, words):
    refused(text, *words)


def test_a_declared_system_goes_before_the_head(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(HEAD.replace("带号=40", "带号=38") + PARCEL + POINTS, encoding="utf-8")
    back = formats.read(path, crs=4528)
    assert 121.2 < back.total_bounds[0] < 121.3


@settings(deadline=None)
@given(st.text(alphabet="J1,.@面\n-e[]地块坐标", max_size=200))
def test_any_text_under_a_head_is_read_or_refused(text):
    try:
        back, _, _ = decode((HEAD + text).encode(), "a.txt")
    except AtlasError as error:
        assert "a.txt" in error.text("en")
    else:
        assert len(back) > 0


def test_convert_to_txt_and_gbk(tmp_path, capsys):
    out = tmp_path / "界址点.txt"
    parks = "data/boundaries/parks.geojson"
    assert main(["convert", parks, str(out), "--encoding", "gbk", "--lang", "zh"]) == 0
    told = capsys.readouterr()
    assert told.out == "" and "第 40 带" in told.err
    assert out.read_bytes().decode("gbk").startswith("[属性描述]\r\n")
    assert main(["convert", str(out), str(tmp_path / "b.geojson"), "--lang", "zh"]) == 0
    assert len(formats.read(tmp_path / "b.geojson")) == len(formats.read(parks))
