"""The page 布局: its address, one layout, two compared, an industry, its files, faulty data."""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from html import escape
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pages import bodies, opened, url
from streamlit.testing.v1 import AppTest

import geo
from geo.errors import AtlasError
from geo.plans import Plans, load_boundaries, parks_table
from layers.schemes import Scheme, build_scheme, load_schemes
from layers.schemes.cards import element_card
from layers.schemes.industry import carriers, indicators, plan_periods, tags_in_use
from views import map_component, page_state, table_selection
from views.data import Atlas
from views.layouts import both as scheme_both
from views.layouts import card as scheme_card
from views.layouts import industry as scheme_industry
from views.layouts import maps as scheme_maps
from views.layouts import members as scheme_members
from views.layouts import one as scheme_one
from views.layouts import session as scheme_session
from views.layouts import state as scheme_state
from views.layouts import tables as scheme_tables
from views.layouts import things as scheme_things
from views.layouts import two as scheme_two
from views.layouts.state import DISTRICTS, LINKS, PAIRS, SHOWN, VIEWS, Known, SchemesState
from views.map import selection
from views.sheets import csv_bytes

PLANS = Plans.load()
SCHEMES = load_schemes(plans=PLANS)
KNOWN = Known(SCHEMES, tags_in_use(PLANS, SCHEMES))
CHINESE = re.compile(r"[\u3400-\u9fff]")


@st.composite
def states(draw) -> SchemesState:
    a, b = (draw(st.sampled_from(list(SCHEMES))) for _ in "ab")
    element = draw(st.sampled_from(["", *KNOWN.elements(a)]))
    return SchemesState(
        lang=draw(st.sampled_from(["zh", "en"])),
        view=draw(st.sampled_from(VIEWS)),
        a=a,
        b=b,
        element=element,
        other=draw(st.sampled_from(["", *KNOWN.elements(b)])),
        show=draw(st.sampled_from(["", *SHOWN])),
        link=draw(st.sampled_from(["", *LINKS])),
        tag=draw(st.sampled_from(list(KNOWN.tags))),
        district=draw(st.sampled_from(["", *DISTRICTS])),
        within=draw(st.sampled_from(["", *KNOWN.districts(a, element)])),
    )


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    boundaries = load_boundaries()
    rows = {row["id"]: row for row in parks_table(PLANS, boundaries)}
    return Atlas(PLANS, boundaries, rows, SCHEMES, {}, ())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the plan data that the app reads instead of the project's."""
    target = tmp_path / "plans"
    shutil.copytree(geo.PLANS, target)
    monkeypatch.setattr(geo, "PLANS", target)
    return target


def run(**query: str) -> AppTest:
    return opened(**{"page": "schemes", **query})


def whole(scheme_id: str) -> Scheme:
    """A layout with its geometry."""
    scheme = SCHEMES[scheme_id]
    return replace(scheme, elements=tuple(build_scheme(scheme, load_boundaries())))


# --- the address ---------------------------------------------------------------------------------


@given(states())
def test_an_address_carries_the_whole_state(state):
    read, messages = scheme_state.from_query(scheme_state.to_query(state, KNOWN), KNOWN)
    assert (read, messages) == (state, [])


def test_what_an_address_has_wrong_is_told_in_one_line_of_the_pages_own_words():
    wrong = {
        "view": "three", "a": "five-axes", "b": "x", "element": "nobody", "tag": "mining",
        "district": "苏州市", "within": "闵行区", "link": "2", "show": "all", "colour": "red",
    }  # fmt: skip
    app = run(**wrong)
    (told,) = [node.value.replace("\\", "") for node in app.warning]
    for name, value in wrong.items():
        assert told.count(f"“{name if name == 'colour' else value}”") == 1
    assert told.count("布局“five-axes”") == 1 and told.count("产业“mining”") == 1
    assert "one-axis" not in told and len(told) < 300  # no list of ids
    assert not app.error and app.dataframe
    app = run(tag="mining", lang="en")
    assert [node.value.replace("\\", "") for node in app.warning] == [
        "Not known in the address and ignored: industry “mining”"
    ]


def test_the_page_has_a_second_name_in_addresses():
    app = opened(page="layouts", a="three-areas")
    assert app.selectbox(key="layout-a-zh").value == "three-areas" and not app.warning
    app.button(key="page-data").click().run()
    app.button(key="page-schemes").click().run()
    assert url(app)["a"] == "three-areas"


def test_an_element_is_one_of_its_own_layout():
    state = SchemesState(a="four-plus-x", element="xinzhuang", b="three-areas").settled(KNOWN)
    assert state.element == "xinzhuang"
    moved = replace(state, a="one-axis-three-belts").settled(KNOWN)
    assert (moved.a, moved.element) == ("one-axis-three-belts", "")
    _, messages = scheme_state.from_query({"a": "three-areas", "element": "xinzhuang"}, KNOWN)
    assert len(messages) == 1 and "要素“xinzhuang”" in messages[0]


def test_every_ready_made_pair_is_of_layouts_that_are_there():
    assert KNOWN.pairs() == PAIRS
    assert KNOWN.pair() == PAIRS["minhang"]
    few = Known({"three-areas": SCHEMES["three-areas"]}, {})
    assert few.pairs() == {} and few.pair() == ("three-areas", "three-areas")
    assert Known({}, {}).pair() == ("", "")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_view_opens_from_its_address(view, lang):
    app = run(view=view, lang=lang)
    assert not app.error and not app.warning
    app.button(key="page-data").click().run()
    assert url(app)["page"] == "data"
    app.button(key="page-schemes").click().run()
    assert url(app).get("view", VIEWS[0]) == view and url(app).get("lang", "zh") == lang


# --- one layout ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
def test_every_layout_shows_its_elements_and_members_and_every_card(scheme, atlas):
    app = run(a=scheme.id, element=scheme.elements[-1].id, lang="en")
    assert not app.error and not app.warning
    elements = app.dataframe[0].value
    assert list(elements["Element"]) == [element.en for element in scheme.elements]
    assert list(elements["Type"]) != [] and (elements["How it was drawn"] != "").all()
    named = [member.id for element in scheme.elements for member in element.all_members()]
    if named:
        assert list(app.dataframe[1].value["Id"]) == named
    else:
        assert len(app.dataframe) == 1
    text = bodies(app)
    assert escape(scheme.elements[-1].en) in text
    built = whole(scheme.id)
    for element in built.elements:
        card = element_card(element, PLANS, "zh")
        land = scheme_members.land_texts(element, atlas, "zh")
        html = scheme_card.about_html(card, "zh")
        html += scheme_members.table_html(card, land, atlas, "zh")
        for told in (element.quote, element.how_zh, element.decision_zh, element.locator):
            assert escape(told) in html
        for member in element.walk():
            assert escape(member.zh) in html
            for carried in member.industries:
                assert escape(carried.words) in html
        for carried in element.industries:
            assert escape(carried.words) in html


def test_the_tables_say_what_is_on_the_map_and_what_is_not():
    for scheme_id in SCHEMES:
        scheme = whole(scheme_id)
        rows = scheme_tables.element_rows(scheme, PLANS, "zh", drawable=True)
        head = scheme_tables.element_head("zh")
        for element, row in zip(scheme.elements, rows, strict=True):
            told = row[head.index("落图")]
            assert ("未定位" in told) == (element.geometry is None)
            members = element.all_members()
            there = sum(member.located for member in members)
            assert not members or told.endswith(f"成员 {there}/{len(members)}")
        column = scheme_tables.member_head("zh").index("落图")
        told = [row[column] for row in scheme_tables.member_rows(scheme, PLANS, "zh", True)]
        every = [m for e in scheme.elements for m in e.all_members()]
        assert told == ["在图上" if member.located else "未定位" for member in every]
        told = [row[column] for row in scheme_tables.member_rows(scheme, PLANS, "zh", False)]
        assert set(told) <= {""}
    unbuilt = SCHEMES["four-plus-x"]
    rows = scheme_tables.element_rows(unbuilt, PLANS, "zh", drawable=False)
    assert {row[6] for row in rows} == {""}  # without a map nothing is said of it


def test_an_element_is_chosen_and_its_card_closed_again():
    app = run(a="four-plus-x")
    app.selectbox(key="layout-element-zh-four-plus-x").set_value("xinzhuang").run()
    assert url(app) == {"page": "schemes", "element": "xinzhuang"}
    assert "<h3>莘庄工业区<i>四大园区 · 片区</i></h3>" in bodies(app)
    assert "760.1" in bodies(app)
    app.button(key="layout-close").click().run()
    assert url(app) == {"page": "schemes"} and "四大园区 · 片区" not in bodies(app)


def test_a_parks_card_is_one_click_away_and_so_is_the_layout_from_the_map():
    app = run(a="four-plus-x", element="xinzhuang", lang="en")
    app.button(key="layout-park-xinzhuang").click().run()
    assert url(app) == {"lang": "en", "park": "xinzhuang", "scheme": "four-plus-x"}
    app.selectbox(key="scheme-en").set_value("three-areas").run()
    app.button(key="to-schemes").click().run()
    assert url(app) == {"lang": "en", "page": "schemes", "a": "three-areas"}
    assert app.selectbox(key="layout-a-en").value == "three-areas"
    app.button(key="layout-to-map").click().run()
    assert url(app) == {"lang": "en", "scheme": "three-areas"}


def test_a_click_on_the_map_opens_the_element_and_hostile_ones_do_nothing(monkeypatch):
    session: dict = {}
    for module in (page_state, scheme_maps):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=session))
    scheme_session.SCHEMES.put(SchemesState(a="four-plus-x"))
    follow = scheme_maps.clicked("map", SCHEMES["four-plus-x"], "element")
    for value, expected in (
        ({"element": "xinzhuang", "seq": 1}, "xinzhuang"),
        ({"park": "xinzhuang", "zone": None, "seq": 2}, "xinzhuang"),  # a member's park
        ({"element": "<b>", "seq": 3}, "xinzhuang"),
        ({"element": ["xinzhuang"], "seq": 4}, "xinzhuang"),
        ("element", "xinzhuang"),
        (None, "xinzhuang"),
        ({"element": None, "seq": 5}, ""),
        ({"element": "zizhu", "seq": 6}, "zizhu"),
        ({"park": "metdz", "zone": "metdz", "seq": 7}, ""),  # another park, clicked as such
        ({"element": "zizhu", "seq": 8}, "zizhu"),
        ({"park": None, "zone": None, "seq": 9}, ""),  # a member's park closed, and all with it
    ):
        session["map"] = value
        follow()
        assert scheme_session.current().element == expected


def test_a_row_picked_in_the_table_is_let_go_when_another_element_opens(monkeypatch):
    session: dict = {}
    for module in (page_state, table_selection, scheme_one):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=session))
    scheme = SCHEMES["four-plus-x"]
    scheme_session.SCHEMES.put(SchemesState(a=scheme.id))
    key = scheme_one._table_key(scheme, "zh")
    session[key] = {"selection": {"rows": [], "cells": [(2, "定位")]}}
    assert table_selection.picked(key, 10) == 2
    scheme_session.change(element=scheme.elements[2].id)
    assert scheme_one._table_key(scheme, "zh") == key
    scheme_session.change(element=scheme.elements[0].id)  # on the map
    key = scheme_one._table_key(scheme, "zh")
    assert not key.endswith("-0")
    session[key] = {"selection": {"rows": [99]}}  # the file has lost elements since
    assert scheme_one._table_key(scheme, "zh") == key


def test_a_cards_hostile_words_are_text(atlas):
    element = whole("four-plus-x").elements[0]
    card = element_card(element, PLANS, "en")
    bad = "<img src=x onerror=alert(1)>"

    def spoilt(value):
        if isinstance(value, dict):
            return {name: spoilt(one) for name, one in value.items()}
        if isinstance(value, list):
            return [spoilt(one) for one in value]
        return bad if isinstance(value, str) else value

    spoilt_card = spoilt(card)
    spoilt_card["members"] = [{**member, "parts": []} for member in spoilt_card["members"]]
    html = scheme_card.about_html(spoilt_card, "en") + scheme_card.head_html(spoilt_card)
    html += scheme_card.figures_html(spoilt_card, "en")
    html += scheme_members.table_html(spoilt_card, {bad: [bad, bad]}, atlas, "en")
    assert html.count("&lt;img") > 10 and "<img" not in html


def test_the_files_of_a_layout_hold_every_element_and_member():
    for scheme_id in ("one-axis-three-belts", "four-plus-x"):
        scheme = whole(scheme_id)
        head, rows = scheme_tables.element_file(scheme, PLANS, "zh", drawable=True)
        read = list(csv.reader(io.StringIO(csv_bytes(head, rows).decode("utf-8-sig"), newline="")))
        assert read[0] == head and len(read) == len(scheme.elements) + 1
        for element, row in zip(scheme.elements, read[1:], strict=True):
            told = dict(zip(head, row, strict=True))
            assert told["编号"] == element.id and told["位置"] == element.locator
            for carried in element.industries:
                assert carried.words in told["产业"]
        book = load_workbook(io.BytesIO(scheme_tables.workbook(scheme, PLANS, "en", True)))
        assert book.sheetnames == ["Elements", "Members", "Sources"]
        members = [m for e in scheme.elements for m in e.all_members()]
        assert book["Members"].max_row == len(members) + 1


def test_units_are_written_as_people_write_them():
    app = run(a="ai-one-axis-three-areas", lang="en")
    told = bodies(app)
    assert "<b>≥ 300</b><em>“300多家”</em>" in told and "<b>500 × 100 million yuan</b>" in told
    assert " ×1" not in told and " count<" not in told
    (whose,) = app.expander
    assert "Minhang District" in whose.label.replace("\\", "") and "not the layout's own" in (
        whose.label.replace("\\", "")
    )


def test_a_member_stands_under_what_the_plan_puts_it_under():
    rows = scheme_tables.member_rows(whole("one-axis-three-belts"), PLANS, "zh", drawable=True)
    (row,) = [row for row in rows if row[2] == "人工智能岛" or row[4] == "ai-island"]
    assert row[0] == "张江科学城" and row[1] == "一岛"


# --- members by district and their land ----------------------------------------------------------


def test_the_members_of_a_district_and_the_land_they_have_left(atlas):
    app = run(a="one-axis-three-belts", element="belt-west")
    pills = app.button_group(key="layout-within-zh-one-axis-three-belts-belt-west")
    pills.set_value("闵行区").run()
    assert url(app)["within"] == "闵行区"
    element = next(e for e in SCHEMES["one-axis-three-belts"].elements if e.id == "belt-west")
    there = [m for m in element.all_members() if "闵行区" in m.districts]
    assert 0 < len(there) < len(element.all_members())
    period = PLANS.latest_period(selection.LAND)
    land = [PLANS.figure(m.id, selection.LAND, period) for m in there if m.kind == "park"]
    text = bodies(app)
    assert f"{sum(figure.value for figure in land):,f} 亩" in text
    assert f"{len(land)} / {len(land)} 个园区计入" in text
    assert "含约数：" in text and period.replace("-", "–") in text and "来源：" in text
    for member in element.all_members():
        assert (f"<th>{member.zh}" in text) == (member in there)
    # Another layout's element has no such district: the choice goes with it.
    app.selectbox(key="layout-a-zh").set_value("three-areas").run()
    assert "within" not in url(app) and not app.error


def test_members_are_kept_for_the_sake_of_their_parts():
    for scheme in SCHEMES.values():
        for element in scheme.elements:
            assert scheme_members.within(element, "") is element
            for name in DISTRICTS:
                kept = scheme_members.within(element, name).all_members()
                wanted = [m.id for m in element.all_members() if name in m.districts]
                assert [m.id for m in kept if name in m.districts] == wanted
                assert all(name in m.districts or m.parts for m in kept)


def test_a_sum_of_land_says_what_it_is_not(atlas):
    element = next(e for e in SCHEMES["one-axis-three-belts"].elements if e.id == "belt-west")
    told = scheme_members.total_html(element, "", atlas, "zh")
    others = sum(member.kind != "park" for member in element.all_members())
    assert f"另有 {others} 个成员不是园区图层的园区" in told
    # metdz is named by one of its zones here: its number is of the whole park.
    (metdz,) = [m for m in element.all_members() if m.id == "metdz"]
    assert set(metdz.zones) < set(PLANS.parks["metdz"].zones)
    assert "只点名其一部分：" + PLANS.parks["metdz"].short("zh") in told
    assert scheme_members.land_texts(element, atlas, "zh")["metdz"][1:] == ["整个园区"]
    assert scheme_members.land_texts(element, atlas, "zh")["pujiang"][1:] == ["约数"]
    # A park named twice is counted once; without a park there is no sum.
    twice = replace(element, members=(*element.members, metdz))
    assert scheme_members.total(twice, atlas) == scheme_members.total(element, atlas)
    assert scheme_members.total(replace(element, members=()), atlas) is None
    assert scheme_members.total_html(replace(element, members=()), "", atlas, "zh") == ""


# --- two compared --------------------------------------------------------------------------------


def ids(scheme: Scheme, kind: str) -> set[str]:
    return {m.id for e in scheme.elements for m in e.all_members() if m.kind == kind}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_every_park_and_place_of_either_layout_is_a_row(pair):
    left, right = (SCHEMES[one] for one in pair)
    rows = scheme_both.compare(left, right, PLANS)
    assert len({(row.kind, row.id) for row in rows}) == len(rows)
    for kind in ("park", "place"):
        own = {row.id: row for row in rows if row.kind == kind}
        assert ids(left, kind) | ids(right, kind) <= set(own)
        for name in ids(left, kind) & ids(right, kind):
            assert own[name].change == "both"
    for side, scheme in (("left", left), ("right", right)):
        named = {mention.element.id for row in rows for mention in getattr(row, side)}
        assert named == {element.id for element in scheme.elements}
    head, table = scheme_both.table(rows, ("L", "R"), PLANS, "zh")
    assert len(head) == len(set(head)) and all(len(row) == len(head) for row in table)


def test_what_came_stayed_and_went_between_the_two_plans_of_minhang():
    rows = scheme_both.compare(*(SCHEMES[one] for one in PAIRS["minhang"]), PLANS)
    parks = {row.id: row for row in rows if row.kind == "park"}
    kinds = [row.kind == "element" for row in rows]
    assert kinds == sorted(kinds, reverse=True)  # elements first
    assert set(parks) == set(PLANS.parks)
    assert parks["aerospace"].change == "left"  # the new axis and rings do not name it
    assert parks["xinzhuang"].change == "both"
    (left,) = parks["xinzhuang"].left
    assert left.text("莘庄工业区", "zh") == "莘庄工业区（四大园区 · 片区）"
    metdz = parks["metdz"].right[0].text(PLANS.parks["metdz"].zh, "zh")
    assert metdz.endswith("，原文作“闵行开发区”")
    counts = scheme_both.counts(rows)
    assert sum(counts.values()) == len(rows) and all(counts.values())


def test_an_element_with_members_is_compared_as_well():
    pair = [SCHEMES[one] for one in PAIRS["city"]]
    rows = {(row.kind, row.id): row for row in scheme_both.compare(*pair, PLANS)}
    for name in ("沿江", "沿湾", "沪西"):
        row = rows["element", f"{name}高端产业集群发展带"]
        assert row.change == "both" and [m.member for m in row.left + row.right] == [None, None]
    # What is itself a park or place is that, and no row besides.
    assert ("element", "国际汽车城") not in rows and rows["place", "auto-city"].change == "both"
    assert not {name for kind, name in rows if kind == "element"} & {
        park.zh for park in PLANS.parks.values()
    }


def test_a_point_that_no_layout_names_as_a_member_is_no_place_of_its_element():
    element = next(
        e for e in SCHEMES["one-pole-three-belts"].elements if e.spec["construction"] == "node"
    )
    place = element.spec["place"]
    assert scheme_both.itself(element, {place: "place"}, PLANS) == [("place", place)]
    assert scheme_both.itself(replace(element, members=()), {}, PLANS) == []
    alone = replace(SCHEMES["one-pole-three-belts"], elements=(replace(element, members=()),))
    (row,) = scheme_both.compare(alone, alone, PLANS)
    assert (row.kind, row.id) == ("element", element.zh)


def test_a_city_and_a_district_are_not_linked_until_somebody_says_so():
    app = run(view="two")
    toggle = app.toggle(key="layout-link-zh")
    assert toggle.value is True
    app.button_group(key="layout-pair-zh").set_value("levels").run()
    assert app.toggle(key="layout-link-zh").value is False and "link" not in url(app)
    app.toggle(key="layout-link-zh").set_value(True).run()
    assert app.toggle(key="layout-link-zh").value is True and url(app)["link"] == "1"
    app.button_group(key="layout-pair-zh").set_value("city").run()
    assert app.toggle(key="layout-link-zh").value is True and "link" not in url(app)
    for pair in PAIRS.values():
        same = len({SCHEMES[one].level for one in pair}) == 1
        state = SchemesState(view="two", a=pair[0], b=pair[1])
        assert KNOWN.linked(state) is same
        assert KNOWN.linked(replace(state, link="1")) and not KNOWN.linked(replace(state, link="0"))
    assert {KNOWN.linked(SchemesState(view="two", a=a, b=b)) for a, b in PAIRS.values()} == {
        True, False,
    }  # fmt: skip


def test_the_comparison_is_filtered_and_counted_and_saved():
    app = run(view="two")
    rows = scheme_both.compare(*(SCHEMES[one] for one in KNOWN.pair()), PLANS)
    counts = scheme_both.counts(rows)
    assert f"两者都有 {counts['both']} · 只在左图 {counts['left']}" in bodies(app)
    assert bodies(app).count("<tr class=") == len(rows)
    for name in SHOWN:
        app = run(view="two", show=name)
        assert bodies(app).count("<tr class=") == counts[name]
        assert bodies(app).count(f'<tr class="{name}">') == counts[name]
    app = run(view="two", a="three-areas", b="three-areas", show="left")
    told = [node.value for node in app.info]
    assert any("同一个布局" in text for text in told) and any(
        "没有这样的行" in text for text in told
    )


def test_layouts_and_pairs_are_chosen_and_the_link_switched_off():
    app = run(view="two")
    app.selectbox(key="layout-b-two-zh").set_value("one-pole-three-belts").run()
    assert url(app) == {"page": "schemes", "view": "two", "b": "one-pole-three-belts"}
    app.selectbox(key="layout-b-two-zh").set_value("three-areas").run()
    app.toggle(key="layout-link-zh").set_value(False).run()
    assert url(app)["link"] == "0"
    app.button_group(key="layout-pair-zh").set_value("songjiang").run()
    a, b = PAIRS["songjiang"]
    assert (url(app)["a"], url(app)["b"]) == (a, b)
    assert not app.error


def test_a_comparisons_hostile_words_are_text():
    scheme = SCHEMES["four-plus-x"]
    element = replace(scheme.elements[0], zh="<img src=x>", members=())
    rows = scheme_both.compare(replace(scheme, elements=(element,)), scheme, PLANS)
    head, table = scheme_both.table(rows, ("<b>L</b>", "R"), PLANS, "zh")
    html = scheme_two.table_html(rows, head, table, "zh")
    assert "<img" not in html and "<b>" not in html and "&lt;img src=x&gt;" in html


# --- an industry ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", KNOWN.tags)
def test_every_statement_and_number_of_an_industry_is_a_row(tag, atlas):
    app = run(view="industry", tag=tag, lang="en")
    assert not app.error and not app.warning
    found, numbers = carriers(tag, PLANS, SCHEMES), indicators(tag, PLANS)
    table = app.dataframe[0].value
    assert list(table["The plan's words"]) == [one.words for one in found] != []
    assert (table["Place in the plan"] != "").all()
    for column in ("Period", "Kind", "Carrier", "Layout", "Element", "On the map", "Plan"):
        assert not [text for text in table[column] if CHINESE.search(text)]
    if numbers:
        once = [float(own[0].value) for own in scheme_industry.folded(numbers)]
        assert list(app.dataframe[1].value["Value"]) == once
    else:
        assert len(app.dataframe) == 1 and "no numbers" in app.info[0].value
    head, rows = scheme_industry.carrier_file(found, atlas, "zh")
    assert all(len(row) == len(head) for row in rows) and len(set(head)) == len(head)
    for one, row in zip(found, rows, strict=True):
        assert list(one.districts) == sorted(row[3].split("、"), key=one.districts.index)
        assert one.locator in row[-1] and PLANS.sources[one.source_id].title_zh in row[-1]


@pytest.mark.parametrize("tag", KNOWN.tags)
def test_a_period_counts_each_thing_once(tag, atlas):
    every = carriers(tag, PLANS, SCHEMES)
    for name in plan_periods(PLANS):
        found = [one for one in every if one.period == name]
        counted = scheme_things.count(every, name, atlas)
        # A park is a park, by whatever a plan speaks of it.
        assert set(counted.parks) == {one.park for one in found if one.park}
        things = scheme_things.things(found, atlas)
        assert [one for said in things.values() for one in said] != [] or not found
        assert sorted(map(id, (one for said in things.values() for one in said))) == sorted(
            map(id, found)
        )
        assert counted.all == len(things) and counted.other == counted.all - len(counted.parks)
        assert counted.located <= counted.all
        # Nothing that is called or numbered alike is two things.
        for names in (lambda one: one.zh, lambda one: one.kind == "member" and one.id):
            of: dict[object, set] = {}
            for key, said in things.items():
                for one in said:
                    if names(one) and not one.park:
                        of.setdefault(names(one), set()).add(key)
            assert all(len(keys) == 1 for keys in of.values())
        # Nor are two members one.
        for said in things.values():
            assert len({one.id for one in said if one.kind == "member" and not one.park}) < 2
    assert scheme_things.count([], "2021-2025", atlas).all == 0


def test_things_of_an_industry_are_told_by_what_they_are(atlas):
    def headline(tag: str, name: str, lang: str = "zh") -> str:
        counted = scheme_things.count(carriers(tag, PLANS, SCHEMES), name, atlas)
        return scheme_things.head_html(counted, name, "", PLANS, lang)

    told = headline("biomedicine", "2026-2030")
    names = "、".join(PLANS.parks[one].short("zh") for one in ("pujiang", "neobay"))
    assert f"3 处：园区 2（园区图层：{names}），其他 1" in told
    assert "3 in all: parks of the map 2 (" in headline("biomedicine", "2026-2030", "en")
    assert "没有载明" in headline("equipment", "2026-2030")
    assert "都不是园区图层的园区" in headline("ships-offshore", "2021-2025")
    # One base, a member of one plan's belt and an element of another's; the new area of two plans.
    things = scheme_things.things(carriers("intelligent-vehicles", PLANS, SCHEMES), atlas)
    cars = [said for said in things.values() if said[0].zh == "国际汽车城"]
    assert [{one.kind for one in said} for said in cars] == [{"member", "element"}]
    found = [one for one in carriers("ai", PLANS, SCHEMES) if one.zh == "临港新片区"]
    assert len(found) == 2 and len(scheme_things.things(found, atlas)) == 1
    # The same member twice, and two members of one sentence.
    members = [one for one in carriers("biomedicine", PLANS, SCHEMES) if one.kind == "member"]
    first, other = members[0], next(one for one in members if one.id != members[0].id)
    said = [first, replace(first, element_id="x", scheme_id="y"), replace(other, words=first.words)]
    assert scheme_things.count(said, first.period, atlas).all == 2


def test_each_park_has_what_both_periods_say_of_it(atlas):
    found = carriers("biomedicine", PLANS, SCHEMES)
    said = scheme_things.parks(found, atlas)
    assert list(said) == [park for park in PLANS.parks if park in {one.park for one in found}]
    cells = [
        scheme_things.cell_html("neobay", said["neobay"], name, atlas, "zh")
        for name in plan_periods(PLANS)
    ]
    for name, cell in zip(plan_periods(PLANS), cells, strict=True):
        for one in said["neobay"]:
            assert (escape(one.words) in cell) == (one.period == name)
    silent = scheme_things.cell_html("zizhu", said["zizhu"], "2026-2030", atlas, "zh")
    assert "没有写" in silent and "✓" not in silent
    once = said["neobay"][:1]
    assert scheme_things.cell_html("neobay", once * 2, once[0].period, atlas, "zh") == (
        scheme_things.cell_html("neobay", once, once[0].period, atlas, "zh")
    )
    bad = [replace(once[0], words="<img>", locator="<img>")]
    assert "<img" not in scheme_things.cell_html("neobay", bad, once[0].period, atlas, "zh")
    app = run(view="industry", tag="biomedicine")
    app.button(key="industry-park-neobay").click().run()
    assert url(app) == {"park": "neobay"}


def test_a_district_filters_carriers_and_counts():
    app = run(view="industry", tag="biomedicine")
    app.selectbox(key="layout-district-zh").set_value("松江区").run()
    assert url(app)["district"] == "松江区"
    found = [one for one in carriers("biomedicine", PLANS, SCHEMES) if "松江区" in one.districts]
    assert list(app.dataframe[0].value["规划原文"]) == [one.words for one in found] != []
    assert "松江区：" in bodies(app) and "松江区" in set(app.dataframe[0].value["所在区"])
    assert not [button for button in app.button if "industry-park" in (button.key or "")]
    app.selectbox(key="layout-tag-zh").set_value("chemicals").run()
    assert url(app)["district"] == "松江区" and not app.error  # it may leave nothing
    app.selectbox(key="layout-district-zh").set_value("").run()
    assert "district" not in url(app) and app.dataframe


def test_a_number_printed_twice_in_a_document_is_one_row(atlas):
    one = next(n for tag in KNOWN.tags for n in indicators(tag, PLANS))
    again = replace(one, locator="别处", printed="另一说法")
    other = replace(one, locator="第三处", value=one.value + 1)
    elsewhere = replace(one, source=next(s for s in PLANS.sources.values() if s != one.source))
    repeats = scheme_industry.folded([one, other, again, elsewhere])
    if again.bound == one.bound:
        assert repeats == [[one, again], [other], [elsewhere]]
        first = scheme_industry.number_rows(repeats, atlas, "zh")[0]
        assert f"{one.locator}；别处" in first and f"{one.printed}；另一说法" in first
    counts = {
        tag: (len(indicators(tag, PLANS)), len(scheme_industry.folded(indicators(tag, PLANS))))
        for tag in KNOWN.tags
    }
    assert any(every > once for every, once in counts.values())
    for tag, (every, once) in counts.items():
        _, rows = scheme_industry.number_file(tag, atlas, "zh")
        assert len(rows) == once <= every
        for number in indicators(tag, PLANS):
            assert any(number.locator in row[-1] for row in rows)


def test_an_industrys_workbook_has_carriers_numbers_and_documents(atlas):
    found, numbers = carriers("ai", PLANS, SCHEMES), indicators("ai", PLANS)
    content = scheme_industry.workbook("ai", found, atlas, "zh")
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["载体", "全部数据", "来源"]
    assert book["载体"].max_row == len(found) + 1
    head, *rows = [[cell.value for cell in row] for row in book["全部数据"]]
    values = [Decimal(str(row[head.index("数值")])) for row in rows]
    assert values == [own[0].value for own in scheme_industry.folded(numbers)]


def test_an_industry_is_chosen():
    app = run(view="industry")
    app.selectbox(key="layout-tag-zh").set_value("biomedicine").run()
    assert url(app) == {"page": "schemes", "view": "industry", "tag": "biomedicine"}
    assert "生物医药与生命健康的载体" in bodies(app)


# --- faulty data, and what is not made twice -----------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_a_broken_file_of_layouts_is_one_line_and_parks_still_carry_industries(folder, view):
    (folder / "schemes.yaml").write_text("schemes: [", "utf-8")
    app = run(view=view, lang="en")
    (error,) = app.error
    assert "schemes.yaml" in error.value.replace("\\", "")
    if view != "industry":
        assert not app.dataframe
        return
    kinds = set(app.dataframe[0].value["Kind"])
    assert kinds == {"Park"}


@pytest.mark.parametrize("view", VIEWS)
def test_without_boundaries_the_tables_go_on(tmp_path, monkeypatch, view):
    target = tmp_path / "boundaries"
    shutil.copytree(geo.BOUNDARIES, target)
    (target / "parks.geojson").write_text("{", "utf-8")
    monkeypatch.setattr(geo, "BOUNDARIES", target)
    app = run(view=view)
    (error,) = app.error
    assert "parks.geojson" in error.value.replace("\\", "")
    assert app.dataframe or "<tr class=" in bodies(app)


def test_a_layout_that_cannot_be_built_says_nothing_of_what_is_on_the_map(monkeypatch):
    def fail(*_args, **_kwargs):
        raise AtlasError(en="no gazetteer", zh="没有地名表")

    monkeypatch.setattr(scheme_maps, "build_scheme", fail)
    monkeypatch.setattr(map_component, "payload", fail)
    scheme_maps._built.clear()
    app = run(view="one", a="one-axis-three-belts")
    assert "没有地名表" in app.error[0].value and len(app.error) == 1
    for table in app.dataframe:
        assert set(table.value["落图"]) == {""}
    assert "在图上）" not in bodies(app)
    (button,) = [one for one in app.button if "HTML" in one.label]
    assert button.disabled
    scheme_maps._built.clear()


def test_every_map_of_the_page_is_kept_at_once():
    industries = len(KNOWN.tags) * len(plan_periods(PLANS))
    assert (len(SCHEMES) + industries) * 2 < map_component.KEPT  # in two languages


def test_a_map_that_cannot_be_drawn_is_one_line(monkeypatch):
    def fail(*_args):
        raise AtlasError(en="no such road", zh="没有这条路")

    monkeypatch.setattr(map_component, "payload", fail)
    app = run(view="one", lang="zh")
    (error,) = app.error
    assert "没有这条路" in error.value and app.dataframe


def test_a_rerun_makes_no_map_that_is_there_already(monkeypatch):
    made: list[object] = []
    real = map_component.make_payload

    def counted(view, *args):
        made.append(view)
        return real(view, *args)

    monkeypatch.setattr(map_component, "make_payload", counted)
    map_component.payload.clear()
    app = run(view="two")
    assert len(made) == 2
    app.toggle(key="layout-link-zh").set_value(False).run()
    app = run(view="one", a=KNOWN.pair()[0], element="xinzhuang")
    assert len(made) == 2  # the link and the open card change nothing that is drawn
    assert not app.error
