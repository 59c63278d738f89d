"""Loading a district's extract: formats, cleaning, the cache, and files that are none."""

from __future__ import annotations

import itertools
import os
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from geo import ROOT
from geo.crs import from_local
from geo.errors import AtlasError
from geo.network import cache as cache_module
from geo.network.cache import cache_folder, content_key, read_cached, write_cached
from geo.network.index import ARRAYS, pack, unpack
from geo.network.load import Network, load_network
from geo.network.ways import MAX_UNPACKED_BYTES, read_ways
from geo.reference import GAZETTEER, Match

X, Y = 632_000, 3_440_000
REAL = ROOT.parent / "shared" / "reference" / "osm_minhang.gpkg"


def local(*xy: tuple[float, float]) -> LineString:
    return LineString([(X + x, Y + y) for x, y in xy])


def at(*xy: tuple[float, float]) -> LineString:
    """A line in degrees, given in metres around the middle of Minhang."""
    return from_local(local(*xy), 9)


# 甲路 is a dual carriageway, 20 m apart; 乙路 ends at its near kerb, 丁路 crosses it.
ROADS = [
    ("11", "甲路", "primary", at((0, 10), (700, 10), (1500, 10))),
    ("12", "甲路", "primary", at((1500, -10), (700, -10), (0, -10))),
    ("13", "乙路", "tertiary", at((700, 600), (700, 10))),
    ("14", "丁路", "tertiary", at((300, -500), (310, 20), (300, 500))),
    ("15", None, "residential", at((1100, 400), (1100, 10))),
    ("16", "丙塘", "residential", at((0, 500), (300, 500))),
    ("17", "规划路", "unclassified", at((0, 900), (300, 900))),
]
RIVERS = [("21", "丙塘", "canal", at((0, -500), (1500, -500)))]
RAILS = [
    ("31", "戊线", "rail", at((0, 3000), (900, 3000))),
    ("32", "戊线", "rail", at((0, 3006), (900, 3006))),
    ("33", None, "rail", at((0, 3400), (900, 3400))),
    ("34", None, "subway", at((0, 3500), (900, 3500))),
    ("35", "地铁九号线", "subway", at((0, 3600), (900, 3600))),
]
LAYERS = {"roads": ROADS, "waterways": RIVERS, "railways": RAILS}


def frame(rows: list[tuple], column: str, crs: int | None = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        rows, columns=["osm_id", "name", column, "geometry"], geometry="geometry", crs=crs
    )


def gpkg(path: Path, **layers: list[tuple]) -> Path:
    for layer, rows in (layers or LAYERS).items():
        column = "highway" if layer == "roads" else "fclass"
        frame(rows, column).to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
    return path


def shapefiles(folder: Path, encoding: str = "UTF-8", cpg: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for layer, rows in LAYERS.items():
        file = folder / f"gis_osm_{layer}_free_1.shp"
        frame(rows, "fclass").to_file(file, driver="ESRI Shapefile", encoding=encoding)
        if not cpg:
            file.with_suffix(".cpg").unlink()
    return folder


def zipped(folder: Path, path: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, inside + file.name)
    return path


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("PARK_ATLAS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def extract(tmp_path) -> Path:
    return gpkg(tmp_path / "x.gpkg")


def fault(call, *args) -> dict[str, str]:
    """The texts of the error a call raises: one line each."""
    with pytest.raises(AtlasError) as caught:
        call(*args)
    assert all(text and "\n" not in text for text in caught.value.texts.values())
    return caught.value.texts


# --- formats ----------------------------------------------


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
{nodes}
<way id="11" version="1">
 <nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="甲路"/>
 <tag k="ref" v="S99;X1"/><tag k="old_name" v="旧甲路"/><tag k="alt_name" v="又甲路"/>
</way>
<way id="21" version="1">
 <nd ref="3"/><nd ref="4"/><tag k="waterway" v="canal"/><tag k="name" v="丙塘"/></way>
<way id="31" version="1">
 <nd ref="5"/><nd ref="6"/><tag k="railway" v="rail"/><tag k="name" v="戊线"/></way>
<way id="32" version="1"><nd ref="1"/><nd ref="6"/><tag k="highway" v="footway"/></way>
<way id="33" version="1"><nd ref="2"/><nd ref="6"/><tag k="power" v="line"/></way>
</osm>
"""


def osm(path: Path) -> Path:
    places = [(0, 0), (900, 0), (0, -500), (900, -500), (0, 3000), (900, 3000)]
    rows = []
    for number, xy in enumerate(places, 1):
        lon, lat = at(xy, (9, 9)).coords[0]
        rows.append(f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>')
    path.write_text(OSM.format(nodes="\n".join(rows)), encoding="utf-8")
    return path


def source(kind: str, tmp_path: Path) -> Path:
    """The same extract in each format."""
    if kind == "gpkg":
        return gpkg(tmp_path / "x.gpkg")
    if kind == "projected gpkg":
        for layer, rows in LAYERS.items():
            column = "highway" if layer == "roads" else "fclass"
            rows = frame(rows, column).to_crs(4549)
            rows.to_file(tmp_path / "p.gpkg", layer=layer, driver="GPKG", engine="pyogrio")
        return tmp_path / "p.gpkg"
    folder = shapefiles(
        tmp_path / "shanghai", "GB18030" if "GBK" in kind else "UTF-8", "declared" in kind
    )
    if "zip" in kind:
        return zipped(folder, tmp_path / "x.shp.zip", "sub/" if "deep" in kind else "")
    return folder


@pytest.mark.parametrize(
    "kind",
    ["gpkg", "projected gpkg", "folder declared", "folder plain", "folder GBK plain",
     "zip declared", "zip deep plain"],
)  # fmt: skip
def test_every_format_gives_the_same_network(kind, tmp_path):
    network = load_network(source(kind, tmp_path))
    own = {key: line for key, line in network.lines.items() if line.source != "gazetteer"}
    assert {key: line.kind for key, line in own.items()} == {
        "甲路": "road", "乙路": "road", "丁路": "road", "丙塘": "road", "丙塘（河流）": "river",
        "戊线": "rail", "地铁九号线": "rail",
    }  # fmt: skip
    assert network.lines["甲路"].osm_ids == ("11", "12")
    # Shapefiles keep about a centimetre.
    assert (
        network.lines["丁路"].geometry.hausdorff_distance(local((300, -500), (310, 20), (300, 500)))
        < 0.05
    )


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def zigzag(number: int) -> bytes:
    return varint(number * 2 if number >= 0 else -number * 2 - 1)


def message(*members: tuple[int, bytes | int]) -> bytes:
    """A protocol buffer: numbers of fields, with bytes or a varint that is encoded already."""
    return b"".join(
        varint(field << 3 | 2) + varint(len(value)) + value
        if isinstance(value, bytes)
        else varint(field << 3) + varint(value)
        for field, value in members
    )


def signed(field: int, number: int) -> bytes:
    return varint(field << 3) + zigzag(number)


def pbf(path: Path) -> Path:
    """The same extract in the binary format: one block of plain nodes and ways, not compressed."""
    tree = ElementTree.parse(osm(path.with_suffix(".xml"))).getroot()
    words = [b""]

    def word(text: str) -> int:
        words.append(text.encode())
        return len(words) - 1

    nodes = [
        signed(1, int(node.get("id")))
        + signed(8, round(float(node.get("lat")) * 1e7))
        + signed(9, round(float(node.get("lon")) * 1e7))
        for node in tree.iter("node")
    ]
    ways = []
    for way in tree.iter("way"):
        tags = [(word(tag.get("k")), word(tag.get("v"))) for tag in way.iter("tag")]
        refs = [int(node.get("ref")) for node in way.iter("nd")]
        steps = [refs[0], *(b - a for a, b in itertools.pairwise(refs))]
        ways.append(
            message(
                (1, int(way.get("id"))),
                (2, b"".join(varint(key) for key, _ in tags)),
                (3, b"".join(varint(value) for _, value in tags)),
                (8, b"".join(map(zigzag, steps))),
            )
        )
    header = message((4, b"OsmSchema-V0.6"))
    groups = (message(*((1, node) for node in nodes)), message(*((3, way) for way in ways)))
    block = message((1, message(*((1, text) for text in words))), *((2, group) for group in groups))
    content = b""
    for name, part in ((b"OSMHeader", header), (b"OSMData", block)):
        blob = message((1, part), (2, len(part)))
        head = message((1, name), (3, len(blob)))
        content += len(head).to_bytes(4, "big") + head + blob
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("write", [osm, pbf])
def test_osm_files_and_the_words_of_their_tags(write, tmp_path):
    network = load_network(write(tmp_path / ("x.osm" if write is osm else "x.osm.pbf")))
    lines = {key: line.kind for key, line in network.lines.items() if line.kind != "border"}
    assert lines == {"甲路": "road", "丙塘": "river", "戊线": "rail", "黄浦江左岸": "bank"}
    assert network.lines["甲路"].osm_ids == ("11",)
    for word, how in (("S99", "code"), ("X1", "code"), ("旧甲路", "old_name"), ("又甲路", "alias")):
        found = network.resolve(word)
        assert (found.line.name, found.how) == ("甲路", how)
        assert word in found.reason.zh
        assert word in found.reason.en


def test_a_file_of_other_layers_is_read_for_its_names(tmp_path):
    path = tmp_path / "x.gpkg"
    rows = [
        ("甲路", at((0, 0), (9, 9))),
        ("乙河", at((0, 5), (9, 15))),
        ("丙铁路", at((5, 5), (9, 5))),
    ]
    data = gpd.GeoDataFrame(rows, columns=["name", "geometry"], crs=4326)
    data.to_file(path, layer="anything", driver="GPKG")
    data[["geometry"]].to_file(path, layer="nameless", driver="GPKG")
    lines = load_network(path).lines
    assert {key: lines[key].kind for key in ("甲路", "乙河", "丙铁路")} == {
        "甲路": "road", "乙河": "river", "丙铁路": "rail"
    }  # fmt: skip


def test_shapefiles_of_another_hand(tmp_path):
    rows = gpd.GeoDataFrame({"NAME": ["甲路"]}, geometry=[at((0, 0), (99, 9))], crs=4490)
    rows.to_file(tmp_path / "某某.shp", driver="ESRI Shapefile", encoding="UTF-8")
    assert load_network(tmp_path).lines["甲路"].kind == "road"


def test_a_geojson_that_is_no_gazetteer_of_ours(tmp_path):
    path = tmp_path / "x.geojson"
    frame(ROADS, "highway").to_file(path, driver="GeoJSON")
    network = load_network(path)
    assert isinstance(network, Network)
    assert len(network.lines["甲路"].geometry.geoms) == 1


def test_a_gazetteer_is_taken_as_it_is():
    found = load_network(GAZETTEER)
    assert not isinstance(found, Network)
    assert found.lines["剑川路"].kind == "road"
    assert found.source_ids("剑川路", Point(0, 0)) == found.lines["剑川路"].osm_ids


# --- what a network holds ----------------------------------------------


def test_carriageways_are_one_line_and_side_roads_reach_it(extract):
    network = load_network(extract)
    middle = network.lines["甲路"].geometry
    assert len(middle.geoms) == 1
    assert middle.hausdorff_distance(local((0, 0), (1500, 0))) < 1.0
    # Both the named and the unnamed road ended at the kerb.
    assert network.lines["乙路"].geometry.distance(middle) < 0.01
    path = network.graph.way(Point(X + 1100, Y + 400), Point(X + 700, Y + 600))
    assert [name for name, _ in path.stretches] == [None, "甲路", "乙路"]
    assert path.length == pytest.approx(400 + 400 + 600, abs=2)
    tracks = network.lines["戊线"].geometry
    assert tracks.hausdorff_distance(local((0, 3003), (900, 3003))) < 1.0


@pytest.mark.parametrize("slant", [0, 120])
def test_a_dual_road_that_ends_at_a_dual_road_reaches_its_middle(tmp_path, slant):
    other = [
        ("51", "己路", "primary", at((700 + slant, 600), (700, 10))),
        ("52", "己路", "primary", at((724, 10), (724 + slant, 600))),
    ]
    network = load_network(gpkg(tmp_path / "x.gpkg", roads=ROADS[:2] + other))
    assert network.lines["己路"].geometry.distance(network.lines["甲路"].geometry) < 0.01
    path = network.graph.way(Point(X + 712 + slant, Y + 600), Point(X, Y))
    assert [name for name, _ in path.stretches] == ["己路", "甲路"]


def test_a_single_road_keeps_its_course_exactly(extract):
    line = load_network(extract).lines["丁路"].geometry
    drawn = local((300, -500), (310, 20), (300, 500))
    assert np.allclose(shapely.get_coordinates(line), shapely.get_coordinates(drawn), atol=1e-3)


def test_a_road_and_a_river_of_one_name_are_two_lines(extract):
    network = load_network(extract)
    assert network.resolve("丙塘").line.kind == "road"
    assert network.resolve("丙塘", kind="road").line.name == "丙塘"
    river = network.resolve("丙塘", kind="river")
    assert (river.line.kind, river.line.name, river.how) == ("river", "丙塘（河流）", "exact")
    assert network.resolve("丙塘", kind="rail").line.kind == "road"


def test_borders_and_banks_come_from_the_gazetteer(extract):
    lines = load_network(extract).lines
    assert lines["闵行区—松江区界"].source == "gazetteer"
    assert lines["黄浦江左岸"].source == "gazetteer"
    assert lines["甲路"].source == "x.gpkg"


def test_words_for_all_of_a_kind(extract):
    network = load_network(extract)
    rail = network.resolve("铁路")
    assert (rail.how, rail.line.kind) == ("generic", "rail")
    assert rail.line.geometry.distance(Point(X + 450, Y + 3400)) == pytest.approx(0, abs=0.01)
    assert rail.line.geometry.distance(Point(X + 450, Y + 3500)) == pytest.approx(100, abs=0.1)
    assert rail.line.geometry.length == pytest.approx(1800, rel=0.01)  # no metro
    assert network.resolve("河道").line.geometry.length == pytest.approx(1500, rel=0.01)


def test_source_ids_are_those_beside_a_stretch(extract):
    network = load_network(extract)
    assert network.source_ids("丁路", local((300, 0), (300, 50))) == ("14",)
    assert network.source_ids("甲路", local((0, 0), (50, 0))) == ("11", "12")
    assert network.source_ids("甲路", local((0, 900), (50, 900))) == ()
    assert network.source_ids("无此路", local((0, 0), (50, 0))) == ()


def test_a_way_runs_not_on_metros(extract):
    network = load_network(extract)
    start, end = Point(X, Y + 3600), Point(X + 900, Y + 3600)
    assert network.graph.near(start, 5) == {"地铁九号线"}
    assert network.graph.way(start, end) is None


def test_lanes_of_a_compound_are_no_carriageways(tmp_path):
    lanes = [("1", "甲路9弄", "service", at((0, y), (200, y))) for y in (0, 30, 60)]
    line = load_network(gpkg(tmp_path / "x.gpkg", roads=lanes)).lines["甲路9弄"]
    assert line.geometry.length == pytest.approx(600, abs=1)


# --- cache ----------------------------------------------


def test_the_second_load_reads_the_cache(extract, folder, monkeypatch):
    first = load_network(extract)
    (file,) = folder.glob("*.npz")
    monkeypatch.setattr("geo.network.load.build_index", lambda *_: pytest.fail("built again"))
    second = load_network(extract)
    assert second.lines.keys() == first.lines.keys()
    for key, line in first.lines.items():
        again = second.lines[key]
        assert again.geometry.equals(line.geometry)
        assert (again.kind, again.osm_ids, again.source) == (line.kind, line.osm_ids, line.source)
    assert file.stat().st_size < 200_000


def test_another_content_is_another_index(extract, folder):
    load_network(extract)
    extract.unlink()
    gpkg(extract, roads=ROADS[3:4])
    assert "乙路" not in load_network(extract).lines
    assert len(list(folder.glob("*.npz"))) == 2


def test_without_cache_nothing_is_written(extract, folder):
    assert "甲路" in load_network(extract, cache=False).lines
    assert not folder.exists()


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "foreign", "objects", "column"])
def test_a_damaged_cache_is_made_anew(extract, folder, damage):
    load_network(extract)
    (file,) = folder.glob("*.npz")
    good = file.read_bytes()
    if damage == "foreign":
        np.savez(file, x=np.arange(3))
    elif damage == "objects":  # a pickle inside must never be read
        np.savez(file, **dict.fromkeys(ARRAYS, np.array([{"a": 1}], dtype=object)))
    elif damage == "column":
        np.savez(file, **dict.fromkeys(ARRAYS, np.arange(3)))
    else:
        file.write_bytes({"empty": b"", "cut": good[: len(good) // 2], "text": b"x" * 99}[damage])
    assert "甲路" in load_network(extract).lines
    assert file.read_bytes() == good


def test_a_folder_that_cannot_be_written_does_not_matter(extract, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("PARK_ATLAS_CACHE", str(tmp_path / "file"))
    assert "甲路" in load_network(extract).lines


def test_only_the_newest_files_are_kept(folder):
    for number in range(cache_module.KEPT + 3):
        write_cached(f"{number:02}", {"x": np.array([number])})
        os.utime(folder / f"index-{number:02}.npz", (number, number))
    assert len(list(folder.glob("*.npz"))) == cache_module.KEPT
    assert read_cached("00") is None
    assert read_cached(f"{cache_module.KEPT + 2:02}")["x"].tolist() == [cache_module.KEPT + 2]


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/park-atlas"),
        ("linux", {"XDG_CACHE_HOME": "c", "HOME": "/h"}, "/h/.cache/park-atlas"),
        ("linux", {"HOME": "/h"}, "/h/.cache/park-atlas"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/park-atlas"),
        ("win32", {"LOCALAPPDATA": "/l", "HOME": "/h"}, "/l/park-atlas"),
        ("linux", {"PARK_ATLAS_CACHE": "/own", "HOME": "/h"}, "/own"),
    ],
)
def test_cache_folder_by_platform(platform, variables, folder, monkeypatch):
    for name in ("PARK_ATLAS_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cache_module.sys, "platform", platform)
    assert cache_folder() == Path(folder)


def test_key_is_of_content_and_words(tmp_path):
    one, other = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"a")
    other.write_bytes(b"b")
    assert content_key([one], "v1") != content_key([one], "v2")
    assert content_key([one]) != content_key([other])
    assert content_key([one, other]) == content_key([one, other])


def test_packed_words_come_back():
    words = ["甲路", "", "a b", "丙塘（河流）"]
    assert unpack(pack(words)) == words
    assert unpack(pack([])) == []


# --- files that are none ----------------------------------------------


def bad(tmp_path: Path, what: str) -> Path:
    path = tmp_path / f"bad{what}"
    if what == ".zip bomb":
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("gis_osm_roads_free_1.shp", b"x")
        data = path.read_bytes()
        # The listed size of the one entry, in the archive's directory (offset 24, 4 bytes).
        start = data.index(b"PK\x01\x02") + 24
        huge = (0xFFFFFFFE).to_bytes(4, "little")
        entries = data[:start] + huge + data[start + 4 :]
        path.write_bytes(entries)
    elif what == "":
        path.mkdir()
    else:
        path.write_bytes(b"\x00\x01nothing of the kind" * 20)
    return path


@pytest.mark.parametrize("what", [".gpkg", ".zip", ".osm.pbf", ".shp", ".txt", ".dxf", ""])
def test_a_file_that_is_no_network(what, tmp_path):
    path = bad(tmp_path, what)
    texts = fault(load_network, path)
    assert path.name in texts["en"]
    assert path.name in texts["zh"]


def test_missing_file(tmp_path):
    assert "no such file" in fault(load_network, tmp_path / "none.gpkg")["en"]
    assert "找不到文件" in fault(read_ways, tmp_path / "none.gpkg")["zh"]


def test_an_archive_of_absurd_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.network.ways.MAX_UNPACKED_BYTES", 4_000_000_000)
    assert MAX_UNPACKED_BYTES == 8_000_000_000
    texts = fault(load_network, bad(tmp_path, ".zip bomb"))
    assert "would unpack to 4.3 GB" in texts["en"]
    assert "4.3 GB" in texts["zh"]


def test_a_layer_without_coordinate_system(tmp_path):
    path = tmp_path / "roads.shp"
    frame(ROADS, "highway").to_file(path, driver="ESRI Shapefile", encoding="UTF-8")
    path.with_suffix(".prj").unlink()
    texts = fault(load_network, tmp_path)
    assert "layer 'roads.shp': no coordinate system" in texts["en"]
    assert "没有坐标系" in texts["zh"]


@pytest.mark.parametrize(
    "rows",
    [
        [("1", None, "primary", at((0, 0), (9, 9)))],
        [("1", "Strand", "primary", LineString([(-0.12, 51.5), (-0.11, 51.51)]))],
        [("1", "规划路", "primary", at((0, 0), (9, 9)))],
        [("1", "甲路", "proposed", at((0, 0), (9, 9)))],
    ],
    ids=["nameless", "elsewhere", "planned", "not built"],
)
def test_no_named_line_here(rows, tmp_path):
    assert "no named roads" in fault(load_network, gpkg(tmp_path / "x.gpkg", roads=rows))["en"]


def test_points_are_no_lines(tmp_path):
    path = tmp_path / "x.gpkg"
    data = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[Point(121.4, 31.1)], crs=4326)
    data.to_file(path, layer="roads", driver="GPKG")
    assert "no layer of named lines" in fault(load_network, path)["en"]


# --- the real extract ----------------------------------------------


@pytest.fixture(scope="module")
def minhang() -> Network:
    if not REAL.exists():
        pytest.skip("needs the reference data for developing")
    return load_network(REAL, cache=False)


@pytest.mark.reference
def test_real_lines_agree_with_the_gazetteer(minhang):
    """The gazetteer's lines were made another way, one skeleton each."""
    gazetteer = load_network(GAZETTEER)
    means = []
    for name, line in gazetteer.lines.items():
        if line.kind in ("road", "rail", "river") and name in minhang.lines:
            points = shapely.points(shapely.get_coordinates(shapely.segmentize(line.geometry, 20)))
            means.append(shapely.distance(points, minhang.lines[name].geometry).mean())
    assert len(means) > 50
    assert np.median(means) < 1.0
    # 召楼路 has a bridge of another name in the gazetteer, which the map's 召楼路 has not.
    assert sorted(means)[-2] < 3.0


@pytest.mark.reference
def test_real_district_is_one_network(minhang):
    graph = minhang.graph
    assert len(graph.name) > 34_000
    label = np.arange(len(graph.noded.nodes))
    a, b = graph.noded.ends.T
    while True:
        before = label.copy()
        np.minimum.at(label, a, label[b])
        np.minimum.at(label, b, label[a])
        label = label[label]
        if np.array_equal(label, before):
            break
    assert np.bincount(label).max() > 0.9 * len(label)


@pytest.mark.reference
def test_real_names_resolve(minhang):
    for written, name, how in (
        ("元江路", "元江路", "exact"), ("三鲁路", "三鲁公路", "suffix"),
        ("沪金高速公路", "沪金高速", "suffix"), ("A15公路", "申嘉湖高速", "code"),
    ):  # fmt: skip
        found = minhang.resolve(written)
        assert isinstance(found, Match), written
        assert (found.line.name, found.how) == (name, how)
    assert isinstance(minhang.lines["元江路"].geometry, MultiLineString)
