"""What the presentation tells of a park: the plan's own figures, the latest, and no zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.plans import format_number
from layers.schemes import load_schemes
from layers.stops import ACTUAL, KEY_METRICS, MOST, key_figures, told
from layers.table import Table

STOPS = [{"kind": "theme", "id": "parks"}, {"kind": "theme", "id": "four-plus-x"}]


@pytest.fixture(scope="module")
def stops(plans, boxes):
    """The stops of all parks in both languages."""
    listed = STOPS + [{"kind": "park", "id": park} for park in plans.parks]
    schemes = load_schemes(plans=plans)
    return {
        lang: told(listed, Table(plans, boxes, lang), plans, schemes, lang) for lang in ("zh", "en")
    }


def test_key_figures_are_the_latest_of_the_plan(plans):
    for park in plans.parks:
        figures = key_figures(park, plans)
        assert len(figures) <= MOST
        assert [f.metric for f in figures] == [
            m for m in KEY_METRICS if m in {f.metric for f in figures}
        ]
        for figure in figures:
            assert figure == plans.figure(park, figure.metric, figure.period)
            assert figure.value > 0
            later = [p for p in plans.periods(figure.metric) if p > figure.period]
            found = [plans.figure(park, figure.metric, period) for period in later]
            assert not [f for f in found if f is not None and f.value and f.kind == "actual"]
            assert figure.kind == "actual" or figure.metric not in ACTUAL


def test_a_stated_zero_and_a_blank_are_not_shown_large(plans):
    assert plans.figure("zizhu", "factory_10k_m2", "2021-2025").value == 0
    assert "factory_10k_m2" not in {f.metric for f in key_figures("zizhu", plans)}
    assert {f.metric for f in key_figures("xiangyang", plans)} <= {
        "land_mu", "output_target_100m_yuan", "planned_area_km2",
    }  # fmt: skip


def test_stops_read_as_the_plan_in_both_languages(plans, stops):
    for lang, made in stops.items():
        parks = [stop for stop in made if stop["kind"] == "park"]
        assert [stop["id"] for stop in parks] == list(plans.parks)
        for stop in parks:
            park = plans.parks[stop["id"]]
            assert stop["position"] == park.position.name(lang)
            assert stop["industries"] == [tag.name(lang) for tag in park.industries]
            for told_one, figure in zip(stop["figures"], key_figures(park.id, plans), strict=True):
                assert told_one["value"] == format_number(figure.value)
                assert told_one["about"] == ("about" if figure.approximate else "")
                assert told_one["source"] == figure.source.short(lang)
                assert told_one["period"].replace("–", "-") == figure.period
    assert [stop["title"] for stop in stops["zh"][:2]] == ["", "“4+X”"]
    assert stops["en"][1]["over"] == "Layout of Minhang's advanced manufacturing"


def test_a_figure_of_some_zones_says_so(stops):
    metdz = next(stop for stop in stops["zh"] if stop["id"] == "metdz")
    output = next(f for f in metdz["figures"] if f["metric"] == "output_100m_yuan")
    assert any("范围" in note for note in output["notes"])
    neobay = next(stop for stop in stops["en"] if stop["id"] == "neobay")
    assert "Without Zizhu" in neobay["figures"][0]["notes"][0] and neobay["figures"][0]["about"]


def test_notes_are_of_the_figure_told_and_of_no_other_that_reads_alike(plans, boxes):
    """Every zone has a figure of the same number as the whole park."""
    whole = plans.figure("metdz", "land_mu", "2021-2025")
    own = [replace(whole, zones=(zone,)) for zone in plans.parks["metdz"].zones]
    mixed = replace(plans, figures=[*own, *plans.figures])
    assert mixed.figure("metdz", "land_mu", "2021-2025") == whole
    stop = {"kind": "park", "id": "metdz"}
    (told_one,) = told([stop], Table(mixed, boxes, "zh"), mixed, {}, "zh")
    land = next(f for f in told_one["figures"] if f["metric"] == "land_mu")
    assert land["notes"] == [], "only those of zones say so"


@given(st.data())
def test_without_some_metrics_the_others_take_the_place(plans, data):
    left = data.draw(st.sets(st.sampled_from(KEY_METRICS)))
    park = data.draw(st.sampled_from(list(plans.parks)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("layers.stops.KEY_METRICS", [m for m in KEY_METRICS if m in left])
        figures = key_figures(park, plans)
    assert {f.metric for f in figures} <= left
    assert len({f.metric for f in figures}) == len(figures)


@pytest.mark.parametrize(("lang", "unit"), [("zh", "公顷"), ("en", "ha")])
def test_land_is_large_in_the_unit_asked_for_with_the_printed_amount(plans, boxes, lang, unit):
    table = Table(plans, boxes, lang, unit="ha")
    (stop,) = told([{"kind": "park", "id": "zizhu"}], table, plans, {}, lang)
    land = next(figure for figure in stop["figures"] if figure["metric"] == "land_mu")
    assert (land["value"], land["unit"]) == ("46", unit)
    assert "690" in land["notes"][0]
    others = [figure for figure in stop["figures"] if figure["unit"] != unit]
    (same,) = told([{"kind": "park", "id": "zizhu"}], Table(plans, boxes, lang), plans, {}, lang)
    assert others and all(figure in same["figures"] for figure in others)
