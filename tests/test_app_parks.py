"""The page of parks: its address, what is compared with what, the tiles, the files."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pages import bodies, opened, url
from shown import stored

import geo
from geo.plans import Plans, load_boundaries
from layers.units import UNITS
from views.data import Atlas
from views.parks import comparison, files, gallery, maps, reach, several
from views.parks import one as one_park
from views.parks import page as parks_page
from views.parks.comparison import rows
from views.parks.one import strip_html
from views.parks.pictures import _address
from views.parks.state import MOST, ParksState, added, from_query, to_query

PLANS = Plans.load()
CHINESE = re.compile(r"[\u3400-\u9fff]")

some = st.lists(st.sampled_from(list(PLANS.parks)), unique=True, max_size=MOST).map(tuple)
states = st.builds(
    ParksState,
    lang=st.sampled_from(["zh", "en"]),
    parks=some,
    marked=some,
    unit=st.sampled_from(UNITS),
    full=st.booleans(),
    years=st.booleans(),
)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    boundaries = load_boundaries()
    table = {row["id"]: row for row in geo.plans.parks_table(PLANS, boundaries)}
    return Atlas(PLANS, boundaries, table, {}, {}, ("parks-test",))


def row_of(state: ParksState, atlas: Atlas, metric: str) -> comparison.Row:
    return next(row for row in rows(state, atlas) if row.metric.id == metric)


# --- the address ---------------------------------------------------------------------------------


@given(states)
def test_a_state_survives_its_address(state):
    assert from_query(to_query(state), PLANS) == (state, [])


def test_what_is_wrong_with_an_address_is_told():
    state, told = from_query({"page": "parks", "parks": "zizhu,nowhere", "unit": "acre"}, PLANS)
    assert state == ParksState(parks=("zizhu",))
    assert len(told) == 2 and "nowhere" in told[0] and "acre" in told[1]


def test_a_fifth_park_is_left_out_and_told():
    five = list(PLANS.parks)[:5]
    state, told = from_query({"parks": ",".join(five)}, PLANS)
    assert state.parks == tuple(five[:4])
    assert "4" in told[0] and "5" in told[0]


def test_the_order_of_the_address_is_the_order_of_the_columns():
    assert from_query({"parks": "zizhu,maqiao"}, PLANS)[0].parks == ("zizhu", "maqiao")
    assert added(("zizhu", "maqiao"), "zizhu") == ("maqiao",)


# --- what is compared with what ------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.sampled_from(list(PLANS.parks)), unique=True, min_size=2, max_size=4))
def test_every_cell_is_the_figure_of_its_row(parks):
    table = {row["id"]: row for row in geo.plans.parks_table(PLANS, None)}
    atlas = Atlas(PLANS, None, table, {}, {}, ())
    state = ParksState(parks=tuple(parks), years=True)
    for row in rows(state, atlas):
        found = [PLANS.figure(park, row.metric.id, row.period) for park in parks]
        assert [cell.figure for cell in row.cells] == found
        for cell in row.cells:
            assert (cell.text == "—") == (cell.figure is None)
            assert cell.figure is None or (cell.places and cell.places[0])
        # What is of other ground has no bar and no largest.
        kinds = {figure.kind for figure in row.stated if figure.value}
        grounds = {figure.zones for figure in row.stated if figure.value}
        if len(kinds) > 1 or len(grounds) > 1:
            assert not row.alike
            assert not any(row.most(cell) for cell in row.cells)
        beside = [cell.figure for cell, fits in zip(row.cells, row.beside, strict=True) if fits]
        assert len(beside) != 1
        assert len({(f.zones, f.kind) for f in beside if f.value}) <= 1
        shares = [row.share(place) for place in range(len(parks))]
        assert all((share is None) or fits for share, fits in zip(shares, row.beside, strict=True))
        assert (
            not any(beside) or max(f.value for f in beside) <= 0 or max(filter(None, shares)) == 1
        )
        assert sum(row.most(cell) for cell in row.cells) <= 1


def test_a_figure_of_one_zone_is_not_laid_beside_a_whole_park(atlas):
    row = row_of(ParksState(parks=("metdz", "xinzhuang")), atlas, "tax_100m_yuan")
    assert row.full and not row.alike
    html = several.table_html(ParksState(parks=("metdz", "xinzhuang")), atlas)
    assert "口径不同，不比大小" in html


def test_the_one_of_another_ground_is_named_and_the_others_are_compared(atlas):
    state = ParksState(parks=("xinzhuang", "neobay", "zizhu"))
    row = row_of(state, atlas, "land_mu")
    assert row.beside == (True, False, True) and row.apart == [1] and not row.alike
    assert (row.share(0), row.share(1)) == (1, None)
    assert "B 口径不同，不与其余比" in several.table_html(state, atlas)
    _, made = files.table(state, atlas)
    assert "大零号湾" in next(one for one in made if one[0] == "可用土地")[6]


def test_the_largest_is_said_of_exact_figures_only(atlas):
    exact = row_of(ParksState(parks=("zizhu", "xinzhuang")), atlas, "output_target_100m_yuan")
    assert [exact.most(cell) for cell in exact.cells] == [False, True]
    assert exact.share(1) == 1
    about = row_of(ParksState(parks=("pujiang", "maqiao")), atlas, "land_mu")
    assert about.cells[0].text == "约 2,000"
    assert not any(about.most(cell) for cell in about.cells)


def test_a_stated_zero_is_a_number_and_may_stand_beside_others(atlas):
    row = row_of(ParksState(parks=("zizhu", "metdz")), atlas, "factory_10k_m2")
    assert [cell.text for cell in row.cells] == ["0", "64.03"]
    assert row.alike and row.share(0) == 0


def test_only_rows_that_all_have(atlas):
    state = ParksState(parks=("xinzhuang", "maqiao", "pujiang"))
    every, full = rows(state, atlas), rows(replace(state, full=True), atlas)
    assert 0 < len(full) < len(every)
    assert all(row.full for row in full)


def test_a_row_is_of_the_period_that_most_parks_have(atlas):
    state = ParksState(parks=("xinzhuang", "zizhu"))
    row = row_of(state, atlas, "output_100m_yuan")
    assert row.period == "2025"
    periods = [
        one.period
        for one in rows(replace(state, years=True), atlas)
        if one.metric.id == "output_100m_yuan"
    ]
    assert periods == ["2016", "2017", "2018", "2019", "2020", "2025"]


def test_land_in_hectares_comes_with_the_printed_amount(atlas):
    state = ParksState(parks=("xinzhuang", "zizhu"), unit="ha")
    row = row_of(state, atlas, "land_mu")
    assert (row.unit, [cell.text for cell in row.cells]) == ("公顷", ["50.67", "46"])
    assert any("760.1" in note for note in row.cells[0].notes)
    assert row_of(state, atlas, "factory_10k_m2").unit == "万平方米"


def test_footnotes_are_numbered_as_they_are_met(atlas):
    html = several.table_html(ParksState(parks=("metdz", "zizhu", "xinzhuang")), atlas)
    marks = ",".join(re.findall('<sup data-note="(.*?)">', html))
    numbers = [int(number) for number in marks.split(",")]
    assert len(re.findall("<li>", html.split('class="footnotes"')[1])) == max(numbers)
    assert numbers[0] == 1


def test_industries_that_all_parks_have_are_marked(atlas):
    html = several.table_html(ParksState(parks=("metdz", "zizhu")), atlas)
    both = comparison.common([PLANS.parks["metdz"], PLANS.parks["zizhu"]])
    assert both and html.count("<span class=both>") == 2 * len(both)


def test_the_map_is_of_the_parks_meant_and_the_rest_faint(atlas):
    from layers.map_view import MapView, payload

    drawn = payload(MapView(metric=None), PLANS, atlas.boundaries)
    made = maps.meant(drawn, ParksState(parks=("metdz", "zizhu")), atlas)
    own = {*PLANS.parks["metdz"].zones, *PLANS.parks["zizhu"].zones}
    assert set(made["states"]) == {zone["zone"] for zone in drawn["zones"]} - own
    (south, west), (north, east) = made["fit"]["bounds"]
    box = atlas.boundaries.loc[sorted(own)].total_bounds
    assert (west, south, east, north) == pytest.approx(tuple(box), abs=1e-3)
    assert drawn["states"] == {}  # what is kept for other pages is untouched


# --- the tiles and one park ----------------------------------------------------------------------


def test_a_tile_never_shows_a_missing_number_as_zero(atlas):
    state = ParksState()
    html = gallery.tile_html(PLANS.parks["pujiang"], "", state, atlas)
    assert "约 2,000 <i>亩</i>" in html and "<dd>—</dd>" in html and "规划未载明" in html
    buildings = gallery.tile_html(PLANS.parks["xiangyang"], "", state, atlas)
    assert "26 <i>栋</i>" in buildings


def test_a_figure_of_some_zones_has_its_mark_wherever_it_stands(atlas):
    state = ParksState(parks=("metdz",))
    park = PLANS.parks["metdz"]
    for html in (gallery.tile_html(park, "", state, atlas), strip_html(park, state, atlas)):
        assert re.search(r"523\.29.{0,40}<sup>\*</sup>", html)


def test_a_picture_is_whole_by_itself(atlas):
    import base64
    from xml.etree import ElementTree

    address = _address("zizhu", False, PLANS, atlas.boundaries)
    kind, data = address.split(",", 1)
    assert kind == "data:image/svg+xml;base64"
    svg = base64.b64decode(data).decode()
    root = ElementTree.fromstring(svg)
    ids = {node.get("id") for node in root.iter()}
    used = {node.get("href")[1:] for node in root.iter() if node.get("href")}
    assert used and used <= ids
    assert len(svg) < 20_000
    assert _address("zizhu", True, PLANS, atlas.boundaries) != address


# --- the files -----------------------------------------------------------------------------------


def test_the_table_holds_exact_numbers_and_where_they_are_from(atlas):
    head, made = files.table(ParksState(parks=("xinzhuang", "pujiang")), atlas)
    assert head[3:5] == ["莘庄工业区", "临港浦江国际科技城"]
    land = next(row for row in made if row[0] == "可用土地")
    assert land[3:5] == [Decimal("760.1"), Decimal("2000")]
    assert "约数" in land[5] and "表4-1" in land[6]
    office = next(row for row in made if row[0] == "可用楼宇")
    assert office[4] is None
    assert all(len(row) == len(head) for row in made)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_has_its_sources(atlas, lang):
    state = ParksState(lang=lang, parks=("xinzhuang", "metdz", "zizhu"))
    book = load_workbook(io.BytesIO(files.workbook(state, atlas)))
    assert len(book.sheetnames) == 4
    figures, sources = book.worksheets[1], book.worksheets[2]
    own = [f for park in state.parks for f in PLANS.park_figures(park, repeats=True)]
    assert figures.max_row == len(own) + 1
    assert {row[0].value for row in sources.iter_rows(min_row=2)} == set(PLANS.sources)


def test_the_map_file_holds_these_parks_only(atlas):
    html = files.map_html(ParksState(parks=("zizhu", "metdz")), atlas).decode()
    parks = stored(html)["table"]["parks"]
    assert {park["id"] for park in parks} == {"zizhu", "metdz"}


# --- the page ------------------------------------------------------------------------------------


def test_the_gallery_opens_one_park_and_comes_back():
    app = opened(page="parks")
    assert len([b for b in app.button if b.key.startswith("open-")]) == len(PLANS.parks)
    app.button(key="open-zizhu").click().run()
    assert not app.exception
    assert url(app) == {"page": "parks", "parks": "zizhu"}
    assert "紫竹高新区" in bodies(app) and "27.6" in bodies(app)
    app.button(key="parks-all").click().run()
    assert url(app) == {"page": "parks"}


def test_parks_marked_are_set_side_by_side():
    app = opened(page="parks")
    for park in ("zizhu", "maqiao"):
        app.checkbox(key=f"mark-{park}").check().run()
    assert url(app) == {"page": "parks", "marked": "zizhu,maqiao"}
    app.button(key="compare").click().run()
    assert not app.exception
    assert url(app) == {"page": "parks", "parks": "zizhu,maqiao"}
    assert 'class="rows versus"' in bodies(app)
    app.button(key="without-zizhu").click().run()
    assert url(app)["parks"] == "maqiao"


def test_marks_stay_while_one_park_is_looked_at_and_in_a_link():
    app = opened(page="parks", marked="zizhu,maqiao")
    assert [box.key for box in app.checkbox if box.value] == ["mark-zizhu", "mark-maqiao"]
    app.button(key="open-pujiang").click().run()
    app.button(key="parks-all").click().run()
    assert url(app) == {"page": "parks", "marked": "zizhu,maqiao"}
    app.button(key="unmark").click().run()
    assert url(app) == {"page": "parks"}
    assert not [box for box in app.checkbox if box.value]


def test_a_fourth_mark_is_the_last():
    app = opened(page="parks")
    for park in list(PLANS.parks)[:4]:
        app.checkbox(key=f"mark-{park}").check().run()
    free = [box for box in app.checkbox if not box.value]
    assert free and all(box.disabled for box in free)


def test_switches_are_in_the_address():
    app = opened(page="parks", parks="metdz,zizhu", unit="ha")
    app.toggle(key="parks-full-zh").set_value(True).run()
    assert url(app) == {"page": "parks", "parks": "metdz,zizhu", "unit": "ha", "full": "1"}
    assert not app.exception


def test_english_has_no_chinese_but_names_words_and_places():
    app = opened(page="parks", parks="metdz,zizhu", lang="en")
    words = [b.label for b in app.button] + [s.label for s in app.toggle]
    own = [word for word in words if word not in ("中文",)]
    assert not [word for word in own if CHINESE.search(word)]
    head = bodies(app).split("versus")[1].split("</thead>")[0]
    assert not CHINESE.search(head)


def test_a_strange_address_is_told_and_the_page_lives():
    app = opened(page="parks", parks="nowhere,zizhu", colour="red")
    assert any("nowhere" in warning.value for warning in app.warning)
    assert any("colour" in warning.value for warning in app.warning)
    assert "紫竹高新区" in bodies(app)


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "name", "lost"),
    [
        (maps, "show", {"map"}),
        (files, "table", {"files"}),
        (several, "table_html", {"table"}),
        (parks_page, "_chooser", {"tools"}),
    ],
)
def test_a_part_of_the_comparison_that_fails_leaves_the_others(monkeypatch, owner, name, lost):
    monkeypatch.setattr(owner, name, lambda *args: 1 / 0)
    app = opened(page="parks", parks="metdz,zizhu")
    keys = {button.key for button in app.button}
    there = {
        "map": bool(app.get("component_instance")),
        "files": bool(app.get("download_button")),
        "table": '<table class="rows versus">' in bodies(app),
        "tools": "parks-all" in keys,
    }
    assert {part for part, shown in there.items() if not shown} == lost
    assert len(app.error) == 1 and not app.exception and "<footer>" in bodies(app)


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("fragments", {"card"}),
        ("strip_html", {"key figures"}),
        ("reach_html", set()),
        ("head_html", {"name"}),
        ("_links", {"links"}),
    ],
)
def test_a_part_of_one_park_that_fails_leaves_the_others(monkeypatch, name, lost):
    monkeypatch.setattr(one_park, name, lambda *args: 1 / 0)
    app = opened(page="parks", parks="zizhu")
    written = bodies(app)
    there = {
        "card": '<article class="card park-full">' in written,
        "key figures": 'class="keys"' in written,
        "name": 'class="park-head"' in written,
        "links": "park-to-map" in {button.key for button in app.button},
    }
    assert {part for part, shown in there.items() if not shown} == lost
    assert len(app.error) == 1 and not app.exception and "<footer>" in written


def test_the_gallery_that_fails_leaves_the_page(monkeypatch):
    monkeypatch.setattr(gallery, "show", lambda *args: 1 / 0)
    app = opened(page="parks")
    assert len(app.error) == 1 and "<footer>" in bodies(app)


@pytest.mark.parametrize("parks", ["", "zizhu", "zizhu,metdz"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_figures_the_page_says_so_in_one_line(monkeypatch, tmp_path, parks, lang):
    target = tmp_path / "plans"
    shutil.copytree(geo.PLANS, target)
    (target / "figures.csv").unlink()
    monkeypatch.setattr(geo, "PLANS", target)
    app = opened(page="parks", parks=parks, lang=lang)
    assert not app.exception and "<footer>" in bodies(app)
    told = [error.value for error in app.error]
    assert told and not any(re.search(r"[0-9a-f]{8}", text) for text in told), told


@pytest.mark.parametrize(("metres", "shown"), [(0, "园区内"), (1240, "1,240 米")])
def test_what_is_inside_a_park_is_not_said_to_be_0_metres_off(atlas, metres, shown):
    found = reach.reach(atlas).parks["zizhu"]
    one = replace(next(iter(found.values())), metres=metres)
    assert reach.words(one, "zh")[0] == shown


def test_a_browser_that_is_late_with_its_address_loses_no_mark():
    app = opened(page="parks")
    app.checkbox(key="mark-zizhu").check().run()
    # On a slow network the next click still comes with the address of before the first one.
    app.query_params.pop("marked")
    app.checkbox(key="mark-maqiao").check().run()
    assert url(app) == {"page": "parks", "marked": "zizhu,maqiao"}
    # The same address without a change is the reader going back.
    app.query_params["marked"] = "zizhu"
    app.run()
    assert url(app) == {"page": "parks", "marked": "zizhu"}
    assert [box.key for box in app.checkbox if box.value] == ["mark-zizhu"]


def test_too_many_marks_and_unknown_ones_are_told_apart_from_parks():
    known = list(PLANS.parks)
    query = {"parks": ",".join(known[:5]), "marked": ",".join([*known[:6], "nowhere"])}
    state, told = from_query(query, PLANS)
    assert (state.parks, state.marked) == (tuple(known[:4]), tuple(known[:4]))
    assert len(told) == 3
    assert "nowhere" in told[0] and "5" in told[1] and "勾选" in told[2] and "6" in told[2]


def test_the_unit_goes_along_between_the_map_and_the_parks():
    app = opened(unit="ha")
    app.button(key="page-parks").click().run()
    assert url(app) == {"page": "parks", "unit": "ha"}
    app.button(key="page-export").click().run()
    assert "unit" not in url(app)
    app.button(key="page-parks").click().run()
    app.button(key="page-map").click().run()
    assert url(app)["unit"] == "ha"
