"""What the finder's core answers to a state, kept for as long as the data stay as they are."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.access import AccessData, load_access
from geo.errors import AtlasError
from geo.finder import Ranking, Result, make_needs, rank
from layers.finder.map import finder_payload, ground_view
from views import map_component
from views.data import Atlas, Stamp
from views.finder.state import MOST_COMPARED, FinderState, to_query, written

_KEPT = 256  # questions
_MAPS = 32


@st.cache_resource(show_spinner=False, max_entries=2)
def access(stamp: Stamp) -> AccessData | None:  # noqa: ARG001 - the cache's key
    """Return stations and ramps; None when their file cannot be used: distances are then not asked.

    The file is one of those that ``stamp`` is made from.
    """
    try:
        return load_access()
    except AtlasError:
        return None


def question(state: FinderState) -> tuple[tuple[str, str], ...]:
    """Return what a state asks, without what is only of the page."""
    only = ("page", "lang", "park", "pick")
    return tuple((name, value) for name, value in to_query(state).items() if name not in only)


@st.cache_resource(show_spinner=False, max_entries=_KEPT)
def _ranked(
    asked: tuple,  # noqa: ARG001 - the cache's key
    stamp: Stamp,
    _state: FinderState,
    _atlas: Atlas,
) -> Ranking:
    weights = {name: _state.weight(name) for name in _state.values if name not in _state.must}
    values = {name: written(value) for name, value in _state.values.items()}
    needs = make_needs(values, _atlas.plans, _state.must, weights, _state.period)
    return rank(needs, _atlas.plans, _atlas.boundaries, access(stamp))


def ranking(state: FinderState, atlas: Atlas) -> Ranking:
    """Return the parks ranked by what a state asks.

    Raises
    ------
    AtlasError
        As of `geo.finder.rank`.
    """
    return _ranked(question(state), atlas.stamp, state, atlas)


@st.cache_data(show_spinner=False, max_entries=_MAPS)
def _payload(
    asked: tuple,  # noqa: ARG001 - the cache's key
    lang: str,
    stamp: Stamp,
    _ranking: Ranking,
    _atlas: Atlas,
) -> dict[str, Any]:
    plans, boundaries = _atlas.plans, _atlas.boundaries
    ground = map_component.payload(ground_view(lang), stamp, plans, boundaries)
    return finder_payload(_ranking, plans, boundaries, lang, access(stamp), ground)


def payload(found: Ranking, state: FinderState, atlas: Atlas) -> dict[str, Any]:
    """Return the map of a ranking, see `layers.finder.map.finder_payload`."""
    return _payload(question(state), state.lang, atlas.stamp, found, atlas)


def chosen(found: Ranking, state: FinderState) -> tuple[Result, ...]:
    """Return the parks of the proposal: those picked, else the first; none that is excluded."""
    possible = [one for one in found.results if one.group != "excluded"]
    if state.pick is None:
        # What meets nothing, or may miss a hard limit, is suggested only if nothing is better.
        good = [one for one in found.ranked if one.score_high is None or one.score_high > 0]
        return tuple((good or possible)[:MOST_COMPARED])
    return tuple(one for one in possible if one.park_id in state.pick)
