"""The page 选址: its state in the address, the form, the ranking as HTML, the map's payload."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from decimal import Decimal
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import bodies, opened, url

from geo.access import load_access
from geo.errors import AtlasError
from geo.finder import CRITERIA, STATUSES, WEIGHTS, make_needs, plan_periods, rank
from geo.plans import Plans, load_boundaries
from geo.reason import Reason
from layers.classes import RAMP
from layers.finder import marks as score_marks
from layers.finder.map import CLASSES, EXCLUDED, finder_payload, ground_view, score_class
from layers.map_view import payload as map_payload
from views import data
from views.finder import answer, form, reasons, state
from views.finder.state import MOST, NAMES, STEP, FinderState

PLANS = Plans.load()
BOUNDARIES = load_boundaries()
ACCESS = load_access()
PERIODS = plan_periods(PLANS)
CHINESE = re.compile(r"[\u3400-\u9fff]")
AMOUNTS = [name for name in CRITERIA if name != "industry"]
PARAMETERS = [*NAMES.values(), "must", "weight", "plan", "park", "pick", "lang"]

asked = st.fixed_dictionaries(
    {},
    optional={
        "industry": st.sampled_from(list(PLANS.tags)),
        **{name: st.decimals(STEP, MOST, places=4) for name in AMOUNTS},
    },
)
states = st.builds(
    FinderState,
    lang=st.sampled_from(["zh", "en"]),
    values=asked,
    must=st.frozensets(st.sampled_from(list(CRITERIA))),
    weights=st.dictionaries(st.sampled_from(list(CRITERIA)), st.sampled_from(list(WEIGHTS))),
    period=st.sampled_from(["", *PERIODS]),
    park=st.sampled_from(["", *PLANS.parks]),
    pick=st.none()
    | st.lists(st.sampled_from(list(PLANS.parks)), unique=True, max_size=3).map(tuple),
).map(lambda one: one.settled())


def read(query: dict[str, str]) -> tuple[FinderState, list[str]]:
    return state.from_query(query, PLANS.tags, PERIODS, PLANS.parks)


def ranking(values: dict, must=(), weights=None):
    return rank(make_needs(values, PLANS, must, weights), PLANS, BOUNDARIES, ACCESS)


def drawn(app) -> str:
    """What the page draws, without its style."""
    return re.sub("<style>.*?</style>", "", bodies(app), flags=re.DOTALL)


# --- the address ---------------------------------------------------------------------------------


@given(states)
def test_the_address_holds_the_whole_state(now):
    query = state.to_query(now)
    assert query["page"] == "finder"
    assert read(query) == (now, [])


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=20)))
def test_no_address_breaks_the_page(query):
    now, messages = read(query)
    assert read(state.to_query(now)) == (now, [])
    assert len(messages) <= len(query)
    for name, value in now.values.items():
        assert value in PLANS.tags if name == "industry" else 0 < value <= MOST


@pytest.mark.parametrize("value", ["0", "-5", "1e3", "1000001", "abc", "٣"])
def test_an_amount_that_is_none_is_told_and_left_out(value):
    now, messages = read({"iland": value})
    assert now.values == {}
    assert len(messages) == 1
    assert "iland" in messages[0]
    assert value in messages[0]


def test_full_width_digits_are_digits_and_the_commands_names_are_known():
    now, messages = read({"industrial_land": "５０", "industry": "ai", "expressway": "2000"})
    assert messages == []
    assert now.values == {"industry": "ai", "industrial_land": 50, "expressway": 2000}
    assert make_needs({"land": "５０"}, PLANS).need("land").value == 50


def test_what_only_a_need_can_have_goes_with_the_need():
    now = FinderState(values={"land": Decimal(50)}).hard("land", True).asked("land", None)
    assert now == FinderState()
    heavy = FinderState(values={"land": Decimal(50)}).weighing("land", 5)
    assert state.to_query(heavy)["weight"] == "land-5"
    assert "weight" not in state.to_query(heavy.hard("land", True))


def test_another_question_forgets_the_parks_chosen_for_the_last():
    now = FinderState(values={"land": Decimal(50)}, pick=("zizhu",))
    assert now.asked("metro", Decimal(500)).pick is None


# --- the page ------------------------------------------------------------------------------------


def test_nothing_asked_is_no_empty_page():
    app = opened(page="finder")
    text = bodies(app)
    for park in PLANS.parks.values():
        assert escape(park.zh) in text
        assert escape(park.position.zh) in text
    assert all(app.button(key=f"example-{name}").label for name in form.EXAMPLES)


@pytest.mark.parametrize("name", form.EXAMPLES)
def test_an_example_fills_the_form_and_the_address(name):
    app = opened(page="finder")
    app.button(key=f"example-{name}").click().run()
    assert not app.exception
    values, must = form.EXAMPLES[name]
    now, messages = read(url(app))
    assert messages == []
    assert dict(now.values) == values
    assert now.must == must
    assert 'class="answer-lines"' in bodies(app)


def test_the_form_asks_and_the_ranking_follows():
    app = opened(page="finder")
    app.selectbox(key="ask-industry-zh").set_value("integrated-circuits").run()
    app.number_input(key="ask-industrial_land-zh").set_value(50.0).run()
    assert url(app) == {"page": "finder", "ind": "integrated-circuits", "iland": "50"}
    app.segmented_control(key="role-industrial_land-zh").set_value("must").run()
    assert url(app)["must"] == "iland"
    assert [one.key for one in app.selectbox if one.key.startswith("weight-")] == [
        "weight-industry-zh"
    ]
    app.selectbox(key="weight-industry-zh").set_value(5).run()
    assert url(app)["weight"] == "ind-5"
    found = ranking({"industry": "integrated-circuits", "industrial_land": 50}, ["industrial_land"])
    text = bodies(app)
    at = [text.index(f"<h3>{escape(one.name.zh)}</h3>") for one in found.results]
    assert at == sorted(at)
    app.number_input(key="ask-industrial_land-zh").set_value(None).run()
    assert "iland" not in url(app)
    assert "must" not in url(app)
    app.button(key="clear-needs").click().run()
    assert url(app) == {"page": "finder"}


def test_nothing_is_asked_by_a_zero_or_by_less_than_the_address_can_hold():
    app = opened(page="finder", iland="50")
    app.number_input(key="ask-industrial_land-zh").set_value(0.00001).run()
    assert not app.exception
    assert url(app) == {"page": "finder"}


def test_the_reasons_open_with_places_and_promises():
    app = opened(page="finder", ind="integrated-circuits", iland="50", lang="en")
    app.button(key="why-zizhu").click().run()
    assert url(app)["park"] == "zizhu"
    text = bodies(app)
    full = text[text.index('<div class="answer-full">') :]
    result = next(
        one
        for one in ranking({"industry": "integrated-circuits", "industrial_land": 50}).results
        if one.park_id == "zizhu"
    )
    for judgement in result.judgements:
        assert escape(judgement.why.en) in full
        for citation in judgement.citations:
            assert escape(citation.locator) in full
    for promise in result.promises:
        assert escape(promise.words.en) in full
    app.button(key="why-zizhu").click().run()
    assert "park" not in url(app)


def test_what_fails_a_must_is_excluded_with_the_reason_and_cannot_be_proposed():
    app = opened(page="finder", land="1000", must="land")
    found = ranking({"land": 1000}, ["land"])
    assert found.group("excluded")
    text = bodies(app)
    assert text.count("answer-excluded") >= len(found.group("excluded"))
    boxes = {one.key for one in app.checkbox}
    for one in found.group("excluded"):
        assert f"pick-{one.park_id}-zh" not in boxes
    assert "不满足必须的" in text


def test_the_first_example_has_the_two_parks_that_fit_and_no_other():
    app = opened(page="finder")
    app.button(key="example-chips").click().run()
    text = bodies(app)
    assert "2 个满足必须条件" in text
    assert text.count('<article class="answer answer-ranked">') == 2
    picked = [one.key for one in app.checkbox if one.key.startswith("pick-") and one.value]
    assert picked == ["pick-pujiang-zh", "pick-zizhu-zh"]


def test_a_park_without_a_point_is_told_apart_and_not_suggested():
    app = opened(page="finder", ind="integrated-circuits", iland="50", must="iland")
    text = bodies(app)
    assert "2 个按得分排名 · 6 个加权条件都不满足 · 2 个无法判断" in text
    assert "个合适" not in text
    none = text.index("加权条件都不满足的园区")
    assert text.index("<h3>紫竹高新区</h3>") < none < text.index("<h3>莘庄工业区</h3>")


def test_no_more_than_three_parks_go_into_a_proposal():
    app = opened(page="finder", iland="50")
    picked = [one for one in app.checkbox if one.key.startswith("pick-") and one.value]
    assert len(picked) == 3
    others = [one for one in app.checkbox if one.key.startswith("pick-") and not one.value]
    assert others
    assert all(one.disabled for one in others)
    picked[0].uncheck().run()
    assert len(url(app)["pick"].split(",")) == 2
    for one in [one for one in app.checkbox if one.key.startswith("pick-") and one.value]:
        app.checkbox(key=one.key).uncheck().run()
    assert url(app)["pick"] == "none"
    assert app.button(key="finder-proposal").disabled


def test_a_need_that_no_park_can_meet_says_what_to_do():
    asked = {"land": "900000", "ind": "integrated-circuits"}
    app = opened(page="finder", **asked, must="land,ind")
    assert not app.exception
    assert any("没有园区满足全部必须条件" in one.value for one in app.info)


def test_english_is_english():
    app = opened(page="finder", lang="en", iland="50")
    labels = [one.label for kind in (app.button, app.checkbox, app.selectbox, app.number_input)
              for one in kind if one.key != "finder-lang"]  # fmt: skip
    assert labels
    assert [label for label in labels if CHINESE.search(label)] == []


def test_a_wrong_address_is_told_on_the_page():
    app = opened(page="finder", ind="nothing", iland="many")
    assert len(app.warning) == 2
    assert url(app)["ind"] == "nothing"  # the history is left alone


def test_the_needs_survive_a_visit_to_another_page():
    app = opened(page="finder", iland="50", must="iland")
    app.button(key="page-map").click().run()
    app.button(key="page-finder").click().run()
    assert url(app) == {"page": "finder", "iland": "50", "must": "iland"}
    assert app.number_input(key="ask-industrial_land-zh").value == 50


def test_without_access_data_a_distance_is_one_friendly_line(monkeypatch):
    def missing():
        raise AtlasError(en="gone", zh="没有")

    monkeypatch.setattr(answer, "load_access", missing)
    answer.access.clear()
    answer._ranked.clear()
    try:
        app = opened(page="finder", metro="500")
        assert any("没有交通数据" in one.value for one in app.error)
        app = opened(page="finder", iland="50")
        assert not app.error
    finally:
        answer.access.clear()
        answer._ranked.clear()


def test_without_a_map_the_page_says_so(monkeypatch):
    atlas = data.load()
    fault = AtlasError(en="no file", zh="没有文件")
    broken = replace(atlas, boundaries=None, faults={"map": fault})
    monkeypatch.setattr(data, "load", lambda: broken)
    app = opened(page="finder", iland="50")
    assert any("没有文件" in one.value for one in app.error)
    assert "answer-lines" not in drawn(app)


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("views.finder.answer.payload", "answer-lines"),
        ("views.finder.handover.actions", "answer-lines"),
        ("views.finder.reasons.notes_html", "answer-lines"),
        ("views.finder.reasons.head_html", "<footer>"),
    ],
)
def test_a_fault_in_one_section_leaves_the_rest(monkeypatch, place, kept):
    def fault(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(place, fault)
    app = opened(page="finder", iland="50", lang="en")
    assert not app.exception
    assert ["logged as" in one.value for one in app.error] == [True]
    assert kept in drawn(app)


# --- how it is told ------------------------------------------------------------------------------


def test_every_text_of_a_row_is_escaped():
    found = ranking({"metro": 1000})
    hostile = Reason("<img src=x>", "<img src=x>")
    one = found.results[0]
    judgement = replace(one.judgements[0], why=hostile, shown=hostile)
    bad = replace(one, name=hostile, judgements=(judgement,))
    html = reasons.head_html(bad, "en") + reasons.lines_html(bad, "en")
    assert "<img" not in html
    assert html.count("&lt;img") == 3


def test_the_four_statuses_differ_without_colour():
    assert len({score_marks.sign(status, "zh") for status in STATUSES}) == 4
    bare = {
        re.sub(r'class="[^"]*"|aria-label="[^"]*"', "", reasons._sign(s, "zh")) for s in STATUSES
    }
    assert len(bare) == 4
    assert all(score_marks.t(f"finder.status.{status}", "en") in score_marks.sign(status, "en")
               for status in STATUSES)  # fmt: skip


def test_what_is_unknown_is_an_interval_and_said_in_words():
    found = ranking({"density": 100, "metro": 1000})
    one = next(one for one in found.results if one.score_low != one.score_high)
    words = score_marks.score_words(one, "en")
    assert words == f"{one.score_low}–{one.score_high} points"
    html = reasons.head_html(one, "en")
    assert "Unknown: Output density" in html
    low, high = score_marks.score_shares(one)
    assert f"width:{100 * low:.1f}%" in html
    assert f"width:{100 * (high - low):.1f}%" in html


def test_a_must_that_is_met_in_part_is_not_met():
    found = ranking({"land": 1000}, ["land"])
    one = next(one for one in found.results if one.judgements[0].status == "partly")
    html = reasons.lines_html(one, "en")
    assert "<i>not met</i>" in html
    assert "partly" not in html
    assert reasons.head_html(one, "en").count("✕") == 1


def test_without_weights_there_is_no_score_and_no_rank():
    found = ranking({"land": 1000}, ["land"])
    html = reasons.head_html(found.ranked[0], "zh")
    assert "✓" in html
    assert "分" not in html.replace("部分", "")
    legend = finder_payload(found, PLANS, BOUNDARIES, "zh", ACCESS)["choropleth"]["legend"]
    assert "0–100" not in legend["title"]


# --- the map -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_colours_by_score_and_labels_by_rank(lang):
    found = ranking({"industry": "ai", "land": 700, "density": 100, "metro": 900}, ["land"])
    drawn = finder_payload(found, PLANS, BOUNDARIES, lang, ACCESS)
    values = drawn["choropleth"]["values"]
    assert set(values) == {zone["zone"] for zone in drawn["zones"]}
    for one in found.results:
        for zone in one.zones:
            value = values[zone]
            assert value["class"] == score_class(one)
            if one.group == "ranked":
                assert f"{one.rank}" in value["number"]
                low, high = CLASSES[value["class"]]
                assert low <= one.score_low <= high
            else:
                assert value["class"] in ("none", "zero")
        assert sum("label" in values[zone] for zone in one.zones) == (one.group != "excluded")
    assert drawn["choropleth"]["colours"] == list(RAMP)
    assert drawn["choropleth"]["zero"] == EXCLUDED
    assert drawn["projects"]["items"]  # the stations


def test_the_stations_on_the_map_are_those_of_the_distances():
    found = ranking({"metro": 900})
    drawn = finder_payload(found, PLANS, BOUNDARIES, "zh", ACCESS)
    assert {item["id"].split("-")[0] for item in drawn["projects"]["items"]} == {"metro"}
    told = sum(len(item["facts"]) for item in drawn["projects"]["items"])
    assert told == len(found.results)
    bare = finder_payload(ranking({"land": 50}), PLANS, BOUNDARIES, "zh", ACCESS)
    assert "projects" not in bare


def test_a_card_on_the_map_has_every_reason_and_promise():
    found = ranking({"industry": "biomedicine", "factory": 2})
    cards = finder_payload(found, PLANS, BOUNDARIES, "en", ACCESS)["cards"]
    for one in found.results:
        card = cards[one.park_id]
        assert [group["rows"][0]["value"] for group in card["groups"]] == [
            judgement.shown.en for judgement in one.judgements
        ]
        assert len(card["zones"]) == len(one.promises)


def test_the_ground_of_all_rankings_is_left_as_it_is():
    ground = map_payload(ground_view("zh"), PLANS, BOUNDARIES)
    before = copy.deepcopy(ground)
    found = ranking({"land": 50, "metro": 500})
    drawn = finder_payload(found, PLANS, BOUNDARIES, "zh", ACCESS, ground)
    assert ground == before
    assert drawn == finder_payload(found, PLANS, BOUNDARIES, "zh", ACCESS)


def test_nothing_asked_leaves_the_map_uncoloured():
    drawn = finder_payload(ranking({}), PLANS, BOUNDARIES, "zh", ACCESS)
    assert drawn["choropleth"] is None
