"""How a figure is written, and what has to be said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layers.amounts import mark, notes, scope, telling, written


def figure_of(plans, park: str, metric: str, period: str = "2021-2025"):
    figure = plans.figure(park, metric, period)
    assert figure is not None
    return figure


@pytest.mark.parametrize(
    ("printed", "own", "zh", "en"),
    [
        ("690亩", "", "690", "690"),
        ("约690亩", "about", "约 690", "about 690"),
        ("近690亩", "nearly", "近 690", "nearly 690"),
        ("690多亩", "over", "超 690", "over 690"),
        ("超过690亩", "over", "超 690", "over 690"),
        ("690亩以上", "at_least", "不低于 690", "at least 690"),
        ("不超过690亩", "at_most", "不超过 690", "at most 690"),
    ],
)
def test_a_number_is_never_shown_without_its_bound(plans, printed, own, zh, en):
    figure = replace(figure_of(plans, "zizhu", "land_mu"), printed=printed)
    assert mark(figure) == own
    assert (written(figure, "zh"), written(figure, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("printed", "tells"),
    [
        ("690", False),
        ("690亩", False),
        ("可用工业土地约690亩", False),
        ("690亩，其中工业566亩，研发41亩", False),
        ("B地块及东方智媒城约690亩", True),
        ("690亩（6.1平方公里）", True),
        ("无", True),
    ],
)
def test_printed_words_are_told_where_they_say_more_than_the_number(plans, printed, tells):
    figure = replace(figure_of(plans, "zizhu", "land_mu"), printed=printed)
    assert telling(figure, plans.metrics["land_mu"]) == tells


def test_every_figure_has_the_same_notes_in_both_languages(plans):
    for figure in plans.figures:
        park = plans.parks[figure.park_id]
        made = [notes(figure, park, plans, {}, lang) for lang in ("zh", "en")]
        assert [key for key, _ in made[0]] == [key for key, _ in made[1]], figure.line
        assert all(words for own in made for _, words in own)
        limited = bool(figure.zones or figure.part)
        assert not limited or scope(figure, park, plans, {}, "zh"), figure.line


def test_figures_of_other_ground_say_so(plans):
    def said(park: str, metric: str, period: str = "2021-2025") -> str:
        own = notes(figure_of(plans, park, metric, period), plans.parks[park], plans, {}, "zh")
        return " ".join(words for _, words in own)

    assert "其中：虹桥科技绿洲" in said("tech-oasis", "land_mu")
    assert "0.63平方公里" in said("tech-oasis", "planned_area_km2")
    assert "B地块及东方智媒城" in said("pujiang", "land_mu")
    assert "6.1平方公里" in said("pujiang", "output_target_100m_yuan", "2025")
    assert "不含紫竹" in said("neobay", "land_mu")
    assert said("zizhu", "land_mu") == ""
