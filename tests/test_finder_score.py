"""The site finder's score: exact at the boundary, monotone, honest of what is not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.access import load_access
from geo.errors import AtlasError
from geo.finder import CRITERIA, Need, make_needs, plan_periods, rank, shares
from geo.finder.ranking import _in_per_cent
from geo.plans import Plans, load_boundaries

PLANS, BOUNDARIES, ACCESS = Plans.load(), load_boundaries(), load_access()
AMOUNTS = st.decimals(0, 10**6, allow_nan=False, places=3)
WANTED = st.decimals(Decimal("0.001"), 10**6, allow_nan=False, places=3)
QUICK = settings(max_examples=25, deadline=None)
ONE, NONE = Decimal(1), Decimal(0)


def found(values, plans=PLANS, **more):
    return rank(make_needs(values, plans, **more), plans, BOUNDARIES, ACCESS)


def result(ranking, park):
    return next(one for one in ranking.results if one.park_id == park)


def with_land(value: Decimal) -> Plans:
    """The plans with another number in the place of Xinzhuang's 760.1 mu."""
    figures = [
        replace(one, value=value, value_printed=value, printed=f"{value:f}亩")
        if (one.park_id, one.metric, one.part) == ("xinzhuang", "land_mu", "")
        else one
        for one in PLANS.figures
    ]
    return replace(PLANS, figures=figures)


# --- shares ---------------------------------------------------------------


@given(wanted=WANTED, less=AMOUNTS, more=AMOUNTS)
@example(Decimal(50), Decimal("49.999"), Decimal(50))
def test_more_of_an_amount_is_never_worth_less(wanted, less, more):
    less, more = sorted((less, more))
    need = Need("land", wanted)
    low, high = shares.of_amount(need, less, less), shares.of_amount(need, more, more)
    assert NONE <= low[0] <= high[0] <= ONE
    assert (shares.status_of(high) == "met") == (more >= wanted)


@given(amount=AMOUNTS, wanted=WANTED, more=WANTED)
def test_a_larger_need_is_never_met_better(amount, wanted, more):
    wanted, more = sorted((wanted, more))
    small = shares.of_amount(Need("land", wanted), amount, amount)
    assert shares.of_amount(Need("land", more), amount, amount) <= small


@given(wanted=WANTED, near=st.integers(0, 10**5), far=st.integers(0, 10**5))
def test_a_distance_is_met_up_to_the_metre_and_less_beyond(wanted, near, far):
    near, far = sorted((near, far))
    low, high = shares.of_distance(Need("metro", wanted), near, far)
    assert NONE < low <= high <= ONE
    assert (low == ONE) == (far <= wanted)
    # What is surely beyond is told as such although how far is not known.
    status = shares.status_of((low, high))
    assert status == ("met" if far <= wanted else "unknown" if near <= wanted else "partly")


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [("60", None, "met"), ("20", None, "unknown"), ("0", "49", "unknown"), ("0", "50", "unknown"),
     ("1", "49", "partly"), ("0", "0", "not-met"), ("0", None, "unknown")],
)  # fmt: skip
def test_a_bound_is_no_number(low, high, status):
    need = Need("land", Decimal(50))
    share = shares.of_amount(need, Decimal(low), None if high is None else Decimal(high))
    assert shares.status_of(share) == status


def test_a_score_is_100_only_with_every_point():
    assert _in_per_cent(Decimal("2.99999"), 3) == Decimal("99.9")
    assert _in_per_cent(Decimal(3), 3) == Decimal(100)
    assert _in_per_cent(Decimal(1), 3) == Decimal("33.3")


# --- rankings ---------------------------------------------------------------


@QUICK
@given(less=AMOUNTS, more=AMOUNTS)
@example(Decimal("49.999"), Decimal(50))
def test_more_land_never_lowers_a_park(less, more):
    less, more = sorted((less, more))
    asked = {"land": 50, "office": 20, "density": 100}
    before, after = (result(found(asked, with_land(value)), "xinzhuang") for value in (less, more))
    assert before.score_low <= after.score_low
    assert before.score_high <= after.score_high
    assert before.rank >= after.rank


@QUICK
@given(
    criterion=st.sampled_from([one for one in CRITERIA if one != "industry"]),
    small=WANTED,
    large=WANTED,
)
def test_asking_more_never_raises_a_score(criterion, small, large):
    small, large = sorted((small, large))
    if CRITERIA[criterion].direction == "at-most":
        small, large = large, small
    easy, hard = (found({criterion: one, "industry": "ai"}) for one in (small, large))
    for one in easy.results:
        other = result(hard, one.park_id)
        assert other.score_low <= one.score_low
        assert other.score_high <= one.score_high


EVERYTHING = {
    "industry": "biomedicine", "land": 600, "industrial_land": 500, "factory": 30, "office": 20,
    "density": 100, "metro": 500, "expressway": 1000,
}  # fmt: skip


@pytest.mark.parametrize("period", ["", *plan_periods(PLANS)])
def test_what_is_not_known_is_neither_met_nor_not(period):
    unknown = 0
    for one in found(EVERYTHING, weights={"office": 4}, period=period).results:
        for judgement in one.judgements:
            low, high = judgement.points_low, judgement.points_high
            out_of = judgement.out_of
            assert 0 <= low <= high <= out_of
            assert (judgement.status == "met") == (low == out_of)
            assert (judgement.status == "partly") == (low > 0 and high < out_of)
            assert (judgement.status == "unknown") == (
                low < high == out_of or 0 == low < high < out_of
            )
            if judgement.status == "unknown":
                unknown += 1
            if judgement.value is None and judgement.need.criterion in ("factory", "office"):
                assert (low, high) == (0, out_of)
        assert (one.score_low == one.score_high) == all(
            j.points_low == j.points_high for j in one.judgements
        )
    assert unknown > 5


def test_a_hard_limit_holds_to_the_last_digit():
    for value, group in (("760.1", "ranked"), ("760.1000000000000000001", "excluded")):
        one = result(found({"land": value}, must=["land"]), "xinzhuang")
        assert one.group == group
        assert one.failed == (() if group == "ranked" else ("land",))
    (judgement,) = one.judgements
    assert (judgement.points_low, judgement.points_high, judgement.out_of) == (0, 0, 0)


def test_an_unknown_hard_limit_puts_a_park_neither_in_nor_out():
    ranking = found({"factory": 10, "land": 1}, must=["factory"])
    unsure = {one.park_id: one for one in ranking.group("cannot-say")}
    assert set(unsure) == {"pujiang", "xiangyang", "tech-oasis"}
    assert all(one.unsure == ("factory",) and one.rank is None for one in unsure.values())
    # 无厂房 is a stated zero.
    assert [one.park_id for one in ranking.group("excluded")] == ["zizhu"]
    assert len(ranking.results) == len(PLANS.parks)


def test_one_failed_limit_is_enough_whatever_else_is_unknown():
    one = result(found({"factory": 10, "land": 5000}, must=["factory", "land"]), "pujiang")
    assert (one.group, one.failed, one.unsure) == ("excluded", ("land",), ("factory",))


@given(order=st.permutations(sorted(EVERYTHING)))
@settings(max_examples=8, deadline=None)
def test_the_order_of_the_needs_is_of_no_effect(order):
    needs = make_needs({name: EVERYTHING[name] for name in order}, PLANS, must=reversed(order[:2]))
    same = make_needs(EVERYTHING, PLANS, must=order[:2])
    assert needs == same
    assert [need.criterion for need in needs.wanted] == list(CRITERIA)


def test_equal_scores_have_equal_ranks():
    ranks = [one.rank for one in found({"industry": "integrated-circuits"}).ranked]
    assert ranks == [1, 1] + [3] * 8
    best = {one.park_id for one in found({"industry": "integrated-circuits"}).ranked[:2]}
    assert best == {"pujiang", "zizhu"}


def test_ranks_are_of_what_is_not_rounded():
    # Of 10,000,000 mu every park has near to nothing: 0.0, and yet not the same.
    ranking = found({"land": 10**7})
    assert {one.score_low for one in ranking.ranked} == {Decimal("0.0")}
    stated = [one for one in ranking.ranked if one.judgements[0].value is not None]
    assert len(stated) > 5
    points = [one.judgements[0].points_low for one in stated]
    assert points == sorted(points, reverse=True)
    for one, other in pairwise(stated):
        equal = [(r.judgements[0].points_low, r.judgements[0].points_high) for r in (one, other)]
        assert (one.rank == other.rank) == (equal[0] == equal[1])


def test_ranks_follow_the_sure_score_and_tell_the_best_one():
    ranking = found({"office": 20, "land": 600})
    scores = [(one.score_low, one.score_high) for one in ranking.ranked]
    assert scores == sorted(scores, reverse=True)
    unsure = result(ranking, "pujiang")
    assert (unsure.score_low, unsure.score_high) == (Decimal("50.0"), Decimal("100.0"))
    assert unsure.best_rank == 1 < unsure.rank
    for one in ranking.ranked:
        assert one.best_rank <= one.rank


def test_only_the_weights_against_each_other_count():
    once = found({"land": 600, "office": 20}, weights={"land": 1, "office": 2})
    twice = found({"land": 600, "office": 20}, weights={"land": 2, "office": 4})
    assert [(r.park_id, r.rank, r.score_low) for r in once.results] == [
        (r.park_id, r.rank, r.score_low) for r in twice.results
    ]
    assert once.scored


def test_without_needs_there_is_no_score_and_every_park():
    ranking = found({})
    assert [one.park_id for one in ranking.results] == list(PLANS.parks)
    assert {(one.rank, one.score_low, one.group) for one in ranking.results} == {
        (None, None, "ranked")
    }
    assert not ranking.scored


def test_only_hard_limits_give_no_score():
    ranking = found({"land": 700}, must=["land"])
    assert {one.rank for one in ranking.results} == {None}
    assert len(ranking.ranked) < len(ranking.results)


# --- needs ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "more", "told"),
    [
        ({"land": "0"}, {}, "Available land must be a number above 0 (mu), not '0'"),
        ({"land": -1}, {}, "not '-1'"),
        ({"land": "fifty"}, {}, "not 'fifty'"),
        ({"land": float("nan")}, {}, "not 'nan'"),
        ({"land": "1e999999"}, {}, "not '1e999999'"),
        ({"land": True}, {}, "not 'True'"),
        ({"metro": "Infinity"}, {}, "Distance to the metro must be"),
        ({"industry": "x"}, {}, "unknown industry 'x'; known: integrated-circuits, "),
        ({"water": 1}, {}, "unknown criterion 'water'; known: industry, land"),
        ({"land": 1}, {"must": ["office"]}, "office is made a limit or weighted"),
        ({"land": 1}, {"weights": {"office": 2}}, "office is made a limit or weighted"),
        ({"land": 1}, {"weights": {"land": 6}}, "the weight of land must be a whole number"),
        ({"land": 1}, {"weights": {"land": "²"}}, "not '²'"),
        ({"land": 1}, {"weights": {"land": 1.5}}, "not '1.5'"),
        ({"land": 1}, {"period": "2020"}, "unknown plan period '2020'; known: 2021-2025, "),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(values, more, told):
    with pytest.raises(AtlasError) as raised:
        make_needs(values, PLANS, **more)
    assert told in raised.value.texts["en"]
    assert "\n" not in raised.value.texts["zh"]
    assert raised.value.texts["zh"] != raised.value.texts["en"]


@given(st.text(max_size=12))
def test_no_text_is_more_than_a_need_or_an_error(text):
    for criterion in CRITERIA:
        try:
            needs = make_needs({criterion: text}, PLANS)
        except AtlasError:
            continue
        for need in needs.wanted:
            assert need.value in PLANS.tags if criterion == "industry" else need.value > 0


def test_an_industry_goes_by_its_names_too():
    for name in ("集成电路", "integrated-circuits", "Integrated Circuits"):
        assert make_needs({"industry": name}, PLANS).need("industry").value == (
            "integrated-circuits"
        )


def test_empty_values_ask_for_nothing():
    assert make_needs({"land": "", "office": None}, PLANS).wanted == ()
    assert make_needs({"land": 0.1}, PLANS).need("land").value == Decimal("0.1")


def test_a_distance_needs_the_access_data():
    with pytest.raises(AtlasError, match="without access data"):
        rank(make_needs({"metro": 500}, PLANS), PLANS, BOUNDARIES)
