"""A set of maps: its thumbnails, its index, and how it is put into a folder."""

from __future__ import annotations

import errno
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import shapely
from commands import caller
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import LANGUAGES, AtlasError
from geo.plans import load_boundaries
from layers import thumbnails
from layers.__main__ import main
from layers.folder import Folder
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.schemes import load_schemes
from layers.schemes.industry import carriers, tags_in_use
from layers.schemes.sketches import _MARKS
from layers.site import INDEX, KINDS, Site, write_site
from layers.site_page import ASSETS

HOSTILE = "</script><img src=x onerror=\"window.pwned=1\"><a href='javascript:pwned()'>&\u2028"
SCHEMES = load_schemes()
MOST_BYTES = 8_000  # of one thumbnail
VOID = ("meta", "img", "input")


class Page(HTMLParser):
    """Collects what the tests ask of an index."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.copies: list[str] = []
        self.open: list[str] = []
        self.tiles: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "use":
            self.copies.append(given["href"])
        if "site-tile" in given.get("class", "").split():
            self.tiles.append(given["id"])
        assert not [name for name in given if name.startswith("on") or name == "style"]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)


@pytest.fixture(scope="module")
def boundaries():
    return load_boundaries()


@pytest.fixture(scope="module")
def site(plans, boundaries) -> Site:
    return Site(plans, boundaries)


@pytest.fixture(scope="module")
def small(plans, boundaries) -> Site:
    """A set of one map."""
    return Site(plans, boundaries, only=["projects"])


@pytest.fixture(scope="module")
def other(plans, boundaries) -> Site:
    """Another set, in English."""
    return Site(plans, boundaries, "en", only=["industries"])


@pytest.fixture(scope="module")
def index(site) -> str:
    return site.index(dict.fromkeys(site.views, 512_300))


@pytest.fixture
def quick(monkeypatch):
    """Pages of a line in the place of the maps, which have their own tests."""
    asked = []

    def export(view, *_, imprint, **__):
        asked.append((view, imprint))
        return f"<p>{view.lang} {view.scheme} {view.industry} {view.projects}</p>"

    monkeypatch.setattr("layers.site.export_html", export)
    return asked


def within(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name, hidden ones as well."""
    files = (one for one in folder.rglob("*") if not one.is_dir())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


# --- thumbnails


def test_every_thumbnail_is_small_well_formed_and_named(site):
    for section in site.sections:
        for tile in section.tiles():
            text = tile.thumbnail.svg('A "name" & <more>')
            root = ElementTree.fromstring(text)
            assert root.get("role") == "img" and root.get("aria-label") == 'A "name" & <more>'
            assert len(text.encode()) <= MOST_BYTES, tile.id
            _, _, width, height = tile.thumbnail.window
            assert abs(width / height - 320 / 200) < 0.01, tile.id


def drawn(body: str) -> list[tuple[float, float]]:
    """Every vertex of what a thumbnail draws itself, without what it copies."""
    found = []
    for node in ElementTree.fromstring(f"<g>{body}</g>"):
        number = {key: float(node.get(key, 0)) for key in ("cx", "cy", "x", "y", "r", "width")}
        if node.tag == "circle":
            found += [(number["cx"] - number["r"], number["cy"] - number["r"])]
            found += [(number["cx"] + number["r"], number["cy"] + number["r"])]
        elif node.tag == "rect":
            found.append((number["x"], number["y"]))
        elif node.tag == "path":
            found += points(node.get("d"))
        elif node.get("transform"):
            found.append(tuple(map(float, re.findall(r"-?[\d.]+", node.get("transform"))[:2])))
    return found


def points(data: str) -> list[tuple[int, int]]:
    """The vertices of path data: M and L absolute, l relative."""
    found = []
    for command, numbers in re.findall(r"([MLl])([^MLlz]*)", data):
        values = [int(number) for number in re.findall(r"-?\d+", numbers)]
        for x, y in zip(values[::2], values[1::2], strict=True):
            found.append((found[-1][0] + x, found[-1][1] + y) if command == "l" else (x, y))
    return found


def test_what_a_thumbnail_is_of_lies_inside_it(site):
    seen = 0
    for section in site.sections:
        for tile in section.tiles():
            left, top, width, height = tile.thumbnail.window
            for x, y in drawn(tile.thumbnail.body):
                assert left <= x <= left + width and top <= y <= top + height, tile.id
                seen += 1
    assert seen > 2_000


def test_a_parks_zones_are_coloured_and_inside(site, plans, boundaries):
    tiles = {tile.id: tile for section in site.sections for tile in section.tiles()}
    for park in plans.parks.values():
        thumbnail = tiles[f"park-{park.id}"].thumbnail
        used = re.findall(r'#tn-zone-([\w-]+)" class="tn-park" fill="(#\w+)"', thumbnail.body)
        assert {zone for zone, _ in used} == set(park.zones) & set(boundaries.index)
        left, top, width, height = thumbnail.window
        box = shapely.box(left, top, left + width, top + height)
        for zone in park.zones:
            assert box.contains(thumbnails.to_plane(boundaries.geometry[zone]))


def test_a_degree_is_as_long_both_ways(boundaries):
    """A square of 4 km on the ground is one in the plane."""
    north, east = 4 / 110.86, 4 / (111.32 * 0.8563)
    box = thumbnails.to_plane(shapely.box(121.4, 31.1, 121.4 + east, 31.1 + north))
    west, top, right, bottom = box.bounds
    assert (right - west) / (bottom - top) == pytest.approx(1, abs=0.01)
    south, low = (thumbnails.to_plane(shapely.Point(121.4, y)).y for y in (31.0, 31.1))
    assert south > low, "north is up"


def test_every_mark_of_a_layout_has_a_look():
    style = (ASSETS / "site.css").read_text(encoding="utf-8")
    areas = {mark for mark in _MARKS.values() if mark not in ("arrow", "pin")}
    for name in (*areas, "pin", "head", "spine", "broad", "dot", "disc"):
        assert f".tn-{name} " in style or f".tn-{name}," in style, name


COORDINATE = st.integers(-900_000, 900_000).map(lambda hundredths: hundredths / 100)
VERTICES = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=12, unique=True)


@given(VERTICES, st.sampled_from((0, 1.5, 40)))
def test_path_data_says_where_a_line_is(vertices, tolerance):
    line = shapely.LineString(vertices)
    told = points(thumbnails.path(line, tolerance))
    assert told[0] == tuple(map(round, vertices[0]))
    assert told[-1] == tuple(map(round, vertices[-1])) or len(told) == 1
    again = shapely.LineString(told if len(told) > 1 else told * 2)
    # Rounded to whole units, and simplified by the tolerance at most.
    assert shapely.hausdorff_distance(line, again, densify=0.1) <= tolerance + 0.75


@given(VERTICES)
def test_path_data_of_an_area_has_its_holes(vertices):
    outline = shapely.MultiPoint(vertices).convex_hull.buffer(500)
    area = outline.buffer(300, quad_segs=2).difference(outline.buffer(-100))
    data = thumbnails.path(area, 0)
    assert data.count("z") == data.count("M") == 2 and data.endswith("z")
    outer, inner = (shapely.Polygon(points(run)) for run in data.split("z")[:2])
    assert outer.difference(inner).area == pytest.approx(area.area, rel=0.01)


# --- the index


def test_ids_are_unique_and_what_is_copied_is_there(index):
    page = Page(index)
    assert [name for name, times in Counter(page.ids).items() if times > 1] == []
    assert page.copies and {name.removeprefix("#") for name in page.copies} <= set(page.ids)
    assert len(index.encode()) < 250_000


def test_every_park_layout_industry_and_the_projects_have_a_tile_and_a_page(site, index, plans):
    page, tags = Page(index), tags_in_use(plans, SCHEMES)
    wanted = ["map-parks", "map-projects", *(f"park-{one}" for one in plans.parks)]
    wanted += [f"industry-{tag}" for tag in tags]
    assert sorted(page.tiles) == sorted([*wanted, *(f"scheme-{one}" for one in SCHEMES)])
    assert {view.scheme for view in site.views.values() if view.scheme} == set(SCHEMES)
    assert {view.industry for view in site.views.values() if view.industry} == set(tags)
    maps = [link for link in page.links if not link.startswith("#")]
    assert {link.partition("#")[0] for link in maps} == set(site.views)
    parks = [parse_qs(link.partition("#")[2])["park"][0] for link in maps if "park=" in link]
    assert parks == list(plans.parks)
    for name in site.views:
        assert re.fullmatch(r"(?:[a-z]+/)?[a-z0-9-]+\.html", name), "works on every share"
    for link in page.links:
        assert not link.startswith("#") or link[1:] in page.ids


def test_layouts_stand_by_level_and_period_with_their_document(site, index, plans):
    section = next(one for one in site.sections if one.kind == "schemes")
    for name, tiles in section.groups:
        for tile in tiles:
            scheme = SCHEMES[tile.id.removeprefix("scheme-")]
            source = plans.sources[scheme.source_id]
            assert source.period.replace("-", "–") in name["en"]
            assert ("Whole city" in name["en"]) == (scheme.level == "city")
            assert tile.meta[0] == {"zh": source.short_zh, "en": source.short_en}
    assert len(section.groups) == 3


def test_industries_are_of_the_latest_period_that_names_them(site, plans):
    for name, view in site.views.items():
        if view.industry:
            found = carriers(view.industry, plans, SCHEMES)
            assert view.plan_period == max(one.period for one in found), name


def test_key_figures_are_the_plans_own_with_unit_period_and_scope(site, index):
    tiles = {tile.id: tile for section in site.sections for tile in section.tiles()}
    land, area, output = tiles["park-metdz"].figures
    assert (land.period, land.value["zh"]) == ("2021–2025", "607 亩")
    assert area.value["en"] == "about 14 km²"
    assert (output.period, output.value["zh"]) == ("2025", "523.29 亿元")
    assert output.notes["zh"].startswith("范围：只含") and not land.notes["zh"]
    land, area, _ = tiles["park-tech-oasis"].figures
    assert "Oasis proper" in land.notes["en"] and "0.63" in area.notes["zh"]
    land, _, _ = tiles["park-pujiang"].figures
    assert "B地块及东方智媒城" in land.notes["zh"]
    assert 'title="原文：B地块及东方智媒城约2000亩"' in index, "in full on pointing"
    assert tiles["park-maqiao"].figures[2].value["zh"] == ""
    tile = index[index.index('id="park-maqiao"') : index.index('id="park-lianhua"')]
    assert tile.count(">—<") == 1 and "规划未载明" in tile


def test_the_page_allows_itself_and_nothing_else(index):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', index)[1]
    assert policy.startswith("default-src &#x27;none&#x27;") and "unsafe" not in policy
    assert not re.search(r"https?://|url\((?!#)", index)
    page = Page(index)
    assert page.tags["script"] == 3 and page.tags["style"] == 1 and page.tags["img"] == 0
    assert page.tags["h1"] == page.tags["main"] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_in_the_language_asked_for(plans, boundaries, lang):
    page = Site(plans, boundaries, lang, only=["parks"]).index({"parks.html": 1})
    assert f'data-lang="{lang}"' in page
    title = re.search("<title>(.*)</title>", page)[1]
    assert bool(re.search(r"[\u4e00-\u9fff]", title)) == (lang == "zh")


def test_hostile_names_stay_text(plans, boundaries, monkeypatch):
    frame = boundaries.copy()
    frame["name_zh"] = frame["name_en"] = HOSTILE
    parks = {name: replace(park, zh=HOSTILE, en=HOSTILE) for name, park in plans.parks.items()}
    known = {
        name: replace(scheme, zh=HOSTILE, en=HOSTILE, subject_en=HOSTILE)
        for name, scheme in load_schemes().items()
    }
    monkeypatch.setattr("layers.site.load_schemes", lambda **_: known)
    imprint = Imprint(title="<script>1</script>", office='"><img src=x>', approval="&lt;b")
    site = Site(replace(plans, parks=parks), frame, imprint=imprint)
    text = site.index(dict.fromkeys(site.views, 1))
    page = Page(text)
    assert page.tags["img"] == 0 and page.tags["script"] == 3
    assert not any("javascript" in link for link in page.links)
    assert page.texts.count(HOSTILE) >= len(parks) + len(known)
    assert '"><img src=x>' in page.texts
    data = re.search(r'id="site-words">(.*?)</script>', text, re.S)[1]
    assert json.loads(data)["title"]["en"] == "<script>1</script>"


def test_the_imprint_is_on_the_index_and_its_title_on_no_map(plans, boundaries, tmp_path, quick):
    imprint = Imprint("图集", "副题", "经济委员会", "沪S(2026)001号", "2026-05-19",
                      title_en="Atlas", office_en="Economic Commission")  # fmt: skip
    site = Site(plans, boundaries, imprint=imprint, only=["projects"])
    write_site(site, tmp_path / "site")
    index = (tmp_path / "site" / INDEX).read_text(encoding="utf-8")
    for text in (
        ">图集</span>",
        ">Atlas</span>",
        "副题",
        "经济委员会",
        "Economic Commission",
        "沪S(2026)001号",
        "2026-05-19",
    ):
        assert text in index
    ((view, given),) = quick
    assert view == MapView(metric=None, projects=True)
    assert given == replace(imprint, title="", subtitle="", title_en="")


def test_a_logo_that_goes_away_meanwhile_is_on_every_map(plans, boundaries, tmp_path, quick):
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    site = Site(plans, boundaries, imprint=Imprint("图集", logo=logo), only=["projects"])
    logo.unlink()
    write_site(site, tmp_path / "site")
    ((_, given),) = quick
    assert given.logo_uri.startswith("data:image/svg+xml")
    assert given.logo_uri in (tmp_path / "site" / INDEX).read_text(encoding="utf-8")


# --- the folder


def test_the_same_plans_make_the_same_bytes(plans, boundaries, tmp_path, quick):
    for name in ("one", "two"):
        write_site(Site(plans, boundaries), tmp_path / name)
    assert within(tmp_path / "one") == within(tmp_path / "two")
    assert len(within(tmp_path / "one")) == 36


def test_links_resolve_in_the_folder_and_sizes_are_told(site, tmp_path, quick):
    told = []
    sizes = write_site(site, tmp_path, lambda *step: told.append(step))
    assert told == [(i, len(site.views), name) for i, name in enumerate(site.views, 1)]
    files = within(tmp_path)
    assert {name: len(data) for name, data in files.items()} == sizes
    assert list(sizes)[-1] == INDEX
    for link in Page(files[INDEX].decode()).links:
        name = link.partition("#")[0]
        assert not name or name in files


def test_a_new_run_replaces_the_set_and_leaves_other_files(site, small, other, tmp_path, quick):
    write_site(site, tmp_path)
    (tmp_path / "readme.txt").write_text("ours")
    (tmp_path / "schemes" / "notes.txt").write_text("ours")
    write_site(other, tmp_path)
    names = set(within(tmp_path))
    assert {name for name in names if not name.startswith("industries/")} == {
        INDEX, "readme.txt", "schemes/notes.txt",
    }  # fmt: skip
    assert 'data-lang="en"' in (tmp_path / INDEX).read_text(encoding="utf-8")
    write_site(small, tmp_path)
    assert not (tmp_path / "industries").exists(), "an empty folder goes with its files"
    assert set(within(tmp_path)) == {INDEX, "projects.html", "readme.txt", "schemes/notes.txt"}


def test_other_peoples_folders_are_refused(site, tmp_path, quick):
    (tmp_path / "thesis.html").write_text("years of work")
    before = within(tmp_path)
    with pytest.raises(AtlasError, match="no set of maps"):
        write_site(site, tmp_path)
    (tmp_path / INDEX).write_text("<p>a page of theirs</p>")
    with pytest.raises(AtlasError, match="no set of maps"):
        write_site(site, tmp_path)
    assert within(tmp_path) == before | {INDEX: b"<p>a page of theirs</p>"} and quick == []


@pytest.mark.parametrize("name", ["parks.html", "schemes", "schemes/three-areas.html"])
def test_a_file_of_theirs_where_one_of_ours_belongs_is_refused(small, site, tmp_path, quick, name):
    write_site(small, tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("theirs")
    before = within(tmp_path)
    with pytest.raises(AtlasError, match=name.split("/")[0]):
        write_site(site, tmp_path)
    assert within(tmp_path) == before


def test_a_folder_that_is_a_link_is_not_followed(small, site, tmp_path, quick):
    target, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    write_site(small, target)
    elsewhere.mkdir()
    (target / "schemes").symlink_to(elsewhere)
    with pytest.raises(AtlasError, match="schemes"):
        write_site(site, target)
    assert within(elsewhere) == {}


def test_through_a_folder_that_became_a_link_nothing_is_taken_away(site, small, tmp_path, quick):
    """The names of the set before are gone in the new one; what they lead to is not ours."""
    target, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    write_site(site, target)
    (target / "schemes").rename(elsewhere)
    (target / "schemes").symlink_to(elsewhere)
    before = within(elsewhere)
    write_site(small, target)
    assert within(elsewhere) == before and (target / "schemes").is_symlink()
    assert set(within(target)) == {INDEX, "projects.html"}
    elsewhere.rename(tmp_path / "away")
    write_site(small, target)
    assert (target / "schemes").is_symlink(), "a link to nothing is nobody's folder"


@pytest.mark.parametrize("name", ["projects.html", "parks.html", "schemes/three-areas.html"])
def test_a_folder_where_a_file_of_ours_stood_is_kept_with_what_is_in_it(
    site, small, tmp_path, quick, name
):
    """Of these names the new set has the first one, and not the others."""
    write_site(site, tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.txt").write_text("years of work")
    before = within(tmp_path)
    for new in (small, site):
        with pytest.raises(AtlasError, match=re.escape(name.split("/")[-1])) as told:
            write_site(new, tmp_path)
        assert "\n" not in told.value.text("zh")
        assert within(tmp_path) == before


def test_a_link_where_a_file_of_ours_stood_is_replaced_and_not_followed(site, tmp_path, quick):
    target, precious = tmp_path / "site", tmp_path / "precious.html"
    write_site(site, target)
    before = within(target)
    precious.write_text("kept")
    (target / "parks.html").unlink()
    (target / "parks.html").symlink_to(precious)
    write_site(site, target)
    assert precious.read_text() == "kept" and within(target) == before
    assert not (target / "parks.html").is_symlink()


@pytest.mark.parametrize("place", ["parks.html", "schemes"])
def test_what_others_write_during_a_long_run_is_kept(small, site, tmp_path, quick, place):
    """The folder is looked at again when the new files are to be put into it."""
    write_site(small, tmp_path)
    kept = {}

    def meanwhile(number: int, count: int, _: str) -> None:
        if number == count:
            (tmp_path / place).write_text("theirs")
            kept.update(within(tmp_path))

    with pytest.raises(AtlasError, match=place):
        write_site(site, tmp_path, meanwhile)
    assert within(tmp_path) == {n: d for n, d in kept.items() if not n.startswith(".park-atlas")}


@pytest.mark.parametrize("name", ["../precious.html", "/etc/passwd", "a/b/c.html", "x.txt", 7])
def test_an_index_that_names_files_elsewhere_is_not_ours(site, tmp_path, quick, name):
    precious = tmp_path / "precious.html"
    precious.write_text("kept")
    target = tmp_path / "site"
    target.mkdir()
    (target / INDEX).write_text(Folder.marker([name]))
    with pytest.raises(AtlasError, match="no set of maps"):
        write_site(site, target)
    assert precious.read_text() == "kept" and list(within(target)) == [INDEX]


def test_a_file_in_the_folders_place_is_refused(site, tmp_path, quick):
    target = tmp_path / "site"
    target.write_text("a file")
    for path in (target, target / "below"):
        with pytest.raises(AtlasError) as refused:
            write_site(site, path)
        assert "\n" not in str(refused.value) and refused.value.text("zh") != str(refused.value)
    assert within(tmp_path) == {"site": b"a file"}


def full(after: int, work):
    """A function in the place of one that writes: from some call on, the disk is full."""
    calls = []

    def attempt(*args, **kwargs):
        calls.append(args)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return work(*args, **kwargs)

    return attempt


@pytest.mark.parametrize("after", [0, 20, 35])
@pytest.mark.parametrize("old", [True, False])
def test_a_full_disk_while_the_files_are_made_leaves_what_was(
    other, site, tmp_path, quick, monkeypatch, after, old
):
    target = tmp_path / "new" / "site"
    if old:
        write_site(other, target)
    before = within(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", full(after, Path.write_bytes))
    with pytest.raises(AtlasError, match="No space left"):
        write_site(site, target)
    assert within(tmp_path) == before
    assert (tmp_path / "new").exists() == old
    assert not list(tmp_path.rglob(".park-atlas*")), "nothing is left behind"


@pytest.mark.parametrize("after", [0, 17, 53])
@pytest.mark.parametrize("old", [True, False])
def test_a_fault_while_the_files_are_put_in_place_puts_all_back(
    other, site, tmp_path, quick, monkeypatch, after, old
):
    target = tmp_path / "new" / "site"
    if old:
        write_site(other, target)
        (target / "theirs.txt").write_text("theirs")
    before, moves, move = within(tmp_path), [], Path.replace

    def replace_until(source, to):
        moves.append(to)
        # The fault is of one file: the way back is open. A new folder is there in one move.
        if len(moves) == (after + 1 if old else 1):
            raise PermissionError(errno.EACCES, "Permission denied")
        return move(source, to)

    monkeypatch.setattr(Path, "replace", replace_until)
    with pytest.raises(AtlasError, match="Permission denied"):
        write_site(site, target)
    assert within(tmp_path) == before
    assert (tmp_path / "new").exists() == old


def test_a_folder_that_cannot_be_written_is_one_line(site, tmp_path, quick, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(AtlasError, match=r"cannot write .*site: Permission denied"):
        write_site(site, tmp_path / "site")
    assert quick == [] and within(tmp_path) == {}


def test_every_map_knows_its_way_back(site, monkeypatch):
    homes = []
    monkeypatch.setattr("layers.site.export_html", lambda *_, home, **__: homes.append(home) or "")
    files = [file for file, _ in site.maps()]
    for file, home in zip(files, homes, strict=True):
        assert home == ("../index.html" if "/" in file else "index.html")


def test_an_interrupted_run_leaves_what_was(site, tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("layers.site.export_html", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_site(site, tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


# --- the command line


@pytest.fixture
def call(capsys, monkeypatch, plans, quick):
    monkeypatch.setattr("layers.site.Plans.load", lambda: plans)
    return caller(main, capsys)


def test_the_command_writes_a_set_and_tells_how_large_it_is(call, tmp_path, quick):
    target = tmp_path / "out" / "site"
    code, out, err = call("site", "-o", str(target), "--only", "parks, projects", "--lang", "en")
    assert (code, out, err.count("\n")) == (0, "", 1)
    assert "2 maps" in err and "MB" in err and "\x1b" not in err
    assert set(within(target)) == {INDEX, "parks.html", "projects.html"}
    assert [view.lang for view, _ in quick] == ["en", "en"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "{file}"], "a file, not a folder"),
        (["-o", "{other}"], "no set of maps"),
        (["-o", " "], "folder"),
        (["-o", "{new}", "--only", "parks,rivers"], "parks, schemes, industries, projects"),
        (["-o", "{new}", "--only", ","], "--only"),
        (["-o", "{new}", "--date", "yesterday"], "2026-05-19"),
        (["-o", "{new}", "--logo", "{file}"], "PNG"),
        (["-o", "{file}\0"], "name"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_cannot_be_done_is_one_line_and_exit_2(call, tmp_path, words, said, lang, quick):
    (tmp_path / "file").write_text("theirs")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "theirs.txt").write_text("theirs")
    before = within(tmp_path)
    places = {name: str(tmp_path / name) for name in ("file", "other", "new")}
    argv = [word.format(**places) for word in words]
    code, out, err = call("site", *argv, "--lang", lang)
    assert (code, out, err.count("\n")) == (2, "", 1) and "Traceback" not in err
    assert bool(re.search(r"[\u4e00-\u9fff]", err)) == (lang == "zh")
    assert lang == "zh" or said in err
    assert within(tmp_path) == before and quick == []


def test_kinds_are_told_in_the_help(call):
    out = call("site", "--help")[1]
    assert all(kind in out for kind in KINDS) and "--approval" in out
