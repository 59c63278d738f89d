"""The page of exports: its address, one heavy file at a time, the imprint, what the files hold."""

from __future__ import annotations

import io
import re
import struct
import threading
import zipfile
import zlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pages import bodies, opened, url
from shown import stored

import geo
from geo.errors import AtlasError
from geo.exchange.files import SYSTEMS
from geo.plans import Plans, load_boundaries
from layers.imprint import Imprint
from layers.pictures import PAPERS
from layers.schemes import load_schemes
from layers.schemes.industry import tags_in_use
from views import desk
from views.data import Atlas
from views.export import geodata, imprints, maps, sets, tables
from views.export import state as export_state
from views.export.imprints import Given, logo_fault
from views.export.state import FIGURES, NO_METRIC, SECTIONS, WHATS, ExportState
from views.settings import settings

PLANS = Plans.load()
SCHEMES = load_schemes(plans=PLANS)
TAGS = list(tags_in_use(PLANS, SCHEMES))
CHINESE = re.compile(r"[\u3400-\u9fff]")


def _png() -> bytes:
    """Return the least picture there is: one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\x1f\x5f\x8b")
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


PNG = _png()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'

states = st.builds(
    ExportState,
    lang=st.sampled_from(["zh", "en"]),
    section=st.sampled_from(SECTIONS),
    what=st.sampled_from(WHATS),
    metric=st.sampled_from([*PLANS.mapped_metrics(), NO_METRIC]),
    period=st.sampled_from(["", "2016", "2020", "2025", "2021-2025"]),
    parks=st.lists(st.sampled_from(list(PLANS.parks)), unique=True, max_size=4).map(tuple),
    scheme=st.sampled_from(list(SCHEMES)),
    industry=st.sampled_from(TAGS),
    paper=st.sampled_from(list(PAPERS)),
    format=st.sampled_from(list(SYSTEMS)),
    crs=st.sampled_from([0, 4326, 4490, 4549, 4528]),
    figures=st.sampled_from(FIGURES),
)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    boundaries = load_boundaries()
    table = {row["id"]: row for row in geo.plans.parks_table(PLANS, boundaries)}
    return Atlas(PLANS, boundaries, table, SCHEMES, {}, ("export-test",))


def settled(**fields: object) -> ExportState:
    return ExportState(**fields).settled(PLANS, SCHEMES)


# --- the address ---------------------------------------------------------------------------------


@given(states)
def test_what_an_address_is_for_survives_it(state):
    state = state.settled(PLANS, SCHEMES)
    query = export_state.to_query(state, PLANS, SCHEMES)
    again, told = export_state.from_query(query, PLANS, SCHEMES)
    assert told == []
    # Of layout and industry the one that the map is of.
    assert maps.view_of(again) == maps.view_of(state)
    kept = ("lang", "section", "what", "parks", "paper", "format", "crs", "figures")
    assert [getattr(again, name) for name in kept] == [getattr(state, name) for name in kept]
    assert export_state.to_query(again, PLANS, SCHEMES) == query


def test_what_is_wrong_with_an_address_is_told_and_left_at_its_default():
    query = {"page": "export", "view": "maps", "metric": "gold", "crs": "3857", "office": "x"}
    state, told = export_state.from_query(query, PLANS, SCHEMES)
    assert state == settled()
    assert len(told) == 4
    assert any("office" in line for line in told)  # texts of the office are no part of an address


def test_a_system_that_the_format_does_not_have_gives_way():
    assert settled(format="kml", crs=4549).crs == 4326
    assert settled(format="txt").crs == 4549
    assert settled(metric=NO_METRIC, period="2020").period == ""


# --- heavy files ---------------------------------------------------------------------------------


def test_one_heavy_file_at_a_time_for_the_whole_server():
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with desk.alone():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    try:
        with pytest.raises(desk.BusyError), desk.alone():
            pytest.fail("two at once")
    finally:
        done.set()
        thread.join()
    with desk.alone():
        pass


def test_a_failure_frees_the_place():
    with pytest.raises(RuntimeError), desk.alone():
        raise RuntimeError
    with desk.alone():
        pass


def test_who_comes_while_one_is_made_is_told_at_once():
    app = opened(page="export", view="set")
    with desk.alone():
        app.button(key="make-park-atlas-set-zh.zip").click().run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == [
        "服务器正在为别人生成文件，请稍后再按一次。"
    ]


def test_a_set_is_made_on_press_and_offered_until_it_is_made_of_something_else(monkeypatch):
    from views.export import sets

    calls = []
    monkeypatch.setattr(sets, "site_zip", lambda *args: calls.append(args[3]) or b"zip")
    app = opened(page="export", view="set")
    assert not calls and not app.get("download_button")
    app.button(key="make-park-atlas-set-zh.zip").click().run()
    assert len(calls) == 1 and len(app.get("download_button")) == 1
    app.run()
    assert len(calls) == 1 and len(app.get("download_button")) == 1
    app.get("button_group")
    app.session_state["export-only-zh"] = ["parks"]
    app.run()
    assert not app.get("download_button")


def test_without_a_browser_one_line_says_so_and_html_remains(monkeypatch):
    def none() -> None:
        raise AtlasError(en="no browser", zh="没有浏览器")

    monkeypatch.setattr(maps, "find_browser", none)
    app = opened(page="export")
    assert "没有可用的浏览器" in bodies(app)
    (made,) = [b.key for b in app.button if b.key.startswith("make-")]
    assert made.endswith(".html")
    app.button(key=made).click().run()
    assert len(app.get("download_button")) == 1 and not app.error


def test_a_fault_of_the_browser_is_one_line(monkeypatch):
    def fails(*_: object) -> bytes:
        raise AtlasError(en="the browser failed", zh="浏览器出错")

    monkeypatch.setattr(maps, "find_browser", lambda: SimpleNamespace())
    monkeypatch.setattr(maps, "sheet", fails)
    app = opened(page="export", lang="en")
    next(b for b in app.button if b.key.endswith(".pdf")).click().run()
    assert not app.exception
    assert [error.value for error in app.error] == ["the browser failed"]


# --- the imprint ---------------------------------------------------------------------------------


def test_texts_of_the_office_are_in_the_file_and_not_in_the_address():
    app = opened(page="export", lang="en")
    app.text_input(key="export-text-office-en").set_value("Investment Office").run()
    app.text_input(key="export-text-date-en").set_value("2026-05-19").run()
    assert not app.exception
    assert url(app) == {"page": "export", "lang": "en"}
    assert app.session_state["export-texts"] == {
        "office": "Investment Office",
        "date": "2026-05-19",
    }


def test_a_date_that_is_none_is_told():
    app = opened(page="export")
    app.text_input(key="export-text-date-zh").set_value("明天").run()
    assert not app.exception
    assert any("不是日期" in error.value for error in app.error)
    assert not app.get("download_button")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PNG, ""),
        (SVG, ""),
        (b"GIF89a", "不是完整的"),
        (PNG[:40], "不是完整的"),
        (b"x" * 300_001, "300 kB"),
        (b'<?xml version="1.0" encoding="GBK"?><svg/>', "UTF-8"),
    ],
    ids=["png", "svg", "gif", "half", "large", "gbk"],
)
def test_a_logo_is_looked_into(data, said):
    found = logo_fault(data, "zh")
    assert (said in found) if said else found == ""


def test_a_logo_goes_into_the_imprint(monkeypatch):
    kept = {"export-texts": {"office": "招商办", "title": ""}, "export-logo": SVG}
    monkeypatch.setattr(imprints.st, "session_state", kept)
    made = imprints.given("zh")
    assert made.imprint.office == "招商办" and made.imprint.title == ""
    assert made.imprint.logo_uri.startswith("data:image/svg+xml")
    kept["export-logo"] = b""
    assert imprints.given("zh").mark != made.mark


# --- what the files hold -------------------------------------------------------------------------


def test_the_map_file_is_what_was_chosen(atlas):
    own = Given(Imprint(office="招商办", approval="沪S(2026)001号"), "")
    state = settled(metric="tax_100m_yuan", period="2018", parks=("zizhu", "metdz"))
    data = stored(maps.html(state, atlas, own, ("metdz", "zizhu")))
    assert {park["id"] for park in data["table"]["parks"]} == {"zizhu", "metdz"}
    text = maps.html(state, atlas, own)
    assert "招商办" in text and "沪S(2026)001号" in text


@pytest.mark.parametrize("what", WHATS)
def test_every_kind_of_map_has_a_file_of_its_own_name(atlas, what):
    state = settled(what=what, lang="en")
    assert stored(maps.html(state, atlas, Given(Imprint(), "")))
    name = maps.stem(state)
    assert re.fullmatch(r"[a-z0-9-]+", name) and name.endswith("-en")
    others = {maps.stem(replace(state, what=other)) for other in WHATS}
    assert len(others) == len(WHATS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_has_every_table_and_the_sources(atlas, lang):
    book = load_workbook(io.BytesIO(tables.workbook(settled(lang=lang), atlas)))
    parks, figures, projects, sources, notes = book.worksheets
    assert parks.max_row == 13 + 1
    assert figures.max_row == len(PLANS.figures) + 1
    assert projects.max_row == len(PLANS.projects) + 1
    assert {row[0].value for row in sources.iter_rows(min_row=2)} == set(PLANS.sources)
    assert notes.max_row >= 3


def test_the_tables_are_of_the_parks_chosen(atlas):
    state = settled(parks=("metdz",))
    _, zones = tables.table("parks", state, atlas)
    assert {row[0] for row in zones} == {"metdz"} and len(zones) == 3
    assert zones[0][7].startswith("东")  # the clause as published
    head, figures = tables.table("figures", state, atlas)
    assert len(figures) == len(PLANS.park_figures("metdz", repeats=True))
    assert all(row[-1] and len(row) == len(head) for row in figures)
    _, projects = tables.table("projects", state, atlas)
    assert 0 < len(projects) < len(PLANS.projects)


def test_a_corridor_has_no_area_in_the_table(atlas):
    _, zones = tables.table("parks", settled(parks=("lianhua",)), atlas)
    assert zones[0][9] is None


def test_geodata_are_as_chosen_and_named_so(atlas):
    state = settled(format="shp", crs=4549, parks=("zizhu",), figures="all")
    made = geodata.exchange(state, atlas)
    assert list(made.parks["id"]) == ["zizhu"] and len(made.fields) > 40
    assert geodata.stem(state) == "park-atlas-parks-zizhu-shp-epsg4549"
    html = geodata.holds_html(state, made)
    assert "land2125" in html and "land_mu_2021_2025" not in html


def test_the_zip_of_a_set_unpacks_into_a_folder(tmp_path):
    from views.export.sets import _zipped

    folder = tmp_path / "park-atlas"
    (folder / "schemes").mkdir(parents=True)
    (folder / "index.html").write_text("a")
    (folder / "schemes" / "x.html").write_text("b")
    with zipfile.ZipFile(io.BytesIO(_zipped(folder))) as archive:
        assert archive.namelist() == ["park-atlas/index.html", "park-atlas/schemes/x.html"]
    assert _zipped(folder) == _zipped(folder)


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_section_opens_in_both_languages(section, lang):
    app = opened(page="export", view=section, lang=lang)
    assert not app.error and not app.warning
    if lang == "en":
        labels = [b.label for b in (*app.button, *app.selectbox, *app.text_input)]
        assert not [label for label in labels if CHINESE.search(label)]


def test_a_choice_goes_into_the_address():
    app = opened(page="export", view="geodata")
    app.selectbox(key="export-format-zh").select("shp").run()
    app.selectbox(key="export-crs-zh-shp").select(4549).run()
    assert url(app) == {"page": "export", "view": "geodata", "format": "shp", "crs": "4549"}
    assert not app.exception


def test_the_offices_setting_begins_the_imprint_and_the_proposal(monkeypatch):
    monkeypatch.setenv("PARK_ATLAS_OFFICE", "某区规划资源局")
    monkeypatch.setenv("PARK_ATLAS_CONTACT", "王女士")
    settings.cache_clear()
    try:
        page = opened(page="export")
        assert page.text_input(key="export-text-office-zh").value == "某区规划资源局"
        finder = opened(page="finder", ind="integrated-circuits")
        finder.button(key="finder-proposal").click().run()
        assert finder.text_input(key="proposal-organisation-zh").value == "某区规划资源局"
        assert finder.text_input(key="proposal-contact-zh").value == "王女士"
    finally:
        settings.cache_clear()


@pytest.mark.parametrize(
    ("section", "owner", "name"),
    [
        ("map", maps, "view_of"),
        ("tables", tables, "_parks"),
        ("geodata", geodata, "holds_html"),
        ("set", sets, "KINDS"),
    ],
)
def test_a_part_that_fails_leaves_the_page(monkeypatch, section, owner, name):
    monkeypatch.setattr(owner, name, lambda *args: 1 / 0)  # calling or reading it fails
    app = opened(page="export", view=section)
    assert app.error and not app.exception and "<footer>" in bodies(app)
    assert any(group.key == "export-view-zh" for group in app.button_group)
    if section == "tables":
        assert [node.key for node in app.get("download_button")] == [
            "save-figures-zh-csv", "save-projects-zh-csv"
        ]  # fmt: skip
    if section == "geodata":
        assert any(one.key.startswith("make-park-atlas-parks") for one in app.button)
