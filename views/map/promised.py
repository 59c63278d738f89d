"""What the plans promise for the industry and the land a state asks for, in one park."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from html import escape

import geopandas as gpd
import streamlit as st

from geo.finder import make_needs
from geo.finder.amounts import Amounts, written
from geo.finder.promises import promises, wider
from geo.finder.records import Needs, Promise
from geo.finder.scope import sources_of
from geo.plans import Figure, Park, Plans
from layers.finder import marks
from layers.i18n import t
from layers.units import target, worded_in
from views.data import Atlas, Stamp
from views.map.state import ViewState

_NEEDS = {"all": "land", "industrial": "industrial_land"}
_IN_PANEL = 4  # promises of an industry in the map's own panel
_OPEN = 3  # of what is not asked for: more are folded


def wanted(state: ViewState) -> bool:
    """Say whether a state asks for something that a plan can promise."""
    return bool(state.industries or state.min_mu)


def of_park(state: ViewState, park: Park, atlas: Atlas) -> list[tuple[str, list[Promise]]]:
    """Return what the plans promise, what is asked for first.

    Returns
    -------
    list of (str, list of Promise)
        The land under "land", each chosen industry under its id, what else the plans aim at for the
        park under "rest", and for those industries in its whole district and city under "wider";
        none that is empty. The words of one document are told once.
    """
    told: list[Promise] = []

    def fresh(found: Iterable[Promise]) -> list[Promise]:
        kept = [one for one in found if not any(_said(one, other) for other in told)]
        kept = [one for one in kept if not any(_holds(other, one) for other in kept)]
        told.extend(kept)
        return kept

    tags = [tag.id for tag in park.industries if tag.id in state.industries]
    asked = {tag: _asked(state, tag, park, atlas) for tag in tags or [""]}
    every = [one for found in asked.values() for one in found]
    groups = [("land", fresh(one for one in every if one.asked and one.kind == "land"))]
    groups += [(tag, fresh(one for one in found if one.asked)) for tag, found in asked.items()]
    groups.append(("rest", fresh(one for one in every if not one.asked)))
    around = [one for tag in tags for one in wider(_needs(state, tag, atlas), atlas.plans)]
    groups.append(("wider", fresh(around)))
    return [(name, found) for name, found in groups if found]


def _said(one: Promise, other: Promise) -> bool:
    """Say whether two promises are the same words of the same place."""
    return (one.words.zh, one.label.zh, one.citation) == (
        other.words.zh, other.label.zh, other.citation)  # fmt: skip


def _holds(other: Promise, one: Promise) -> bool:
    """Say whether another promise of the same place says all that one says, and more."""
    return (
        other.citation == one.citation
        and other.words.zh != one.words.zh
        and one.words.zh in other.words.zh
    )


def _asked(state: ViewState, tag: str, park: Park, atlas: Atlas) -> tuple[Promise, ...]:
    """Return what the plans promise for one industry, or for the land alone."""
    amounts, sources = _amounts(atlas.stamp, atlas.plans, atlas.boundaries)
    return promises(_needs(state, tag, atlas), park, amounts, sources)


def _needs(state: ViewState, tag: str, atlas: Atlas) -> Needs:
    """Return what is asked, as the site finder takes it."""
    # Whatever the least is: what the plan says of the land belongs to the answer.
    values: dict[str, str] = {_NEEDS[state.land]: f"{state.min_mu or Decimal(1):f}"}
    if tag:
        values["industry"] = tag
    return make_needs(values, atlas.plans)


@st.cache_resource(show_spinner=False, max_entries=2)
def _amounts(
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    _plans: Plans,
    _boundaries: gpd.GeoDataFrame | None,
) -> tuple[Amounts, set[str]]:
    """Return the plans' amounts with their documents, made once for each state of the files."""
    sources = sources_of(_plans, "")
    return Amounts(_plans, _boundaries, sources), sources


def facts(state: ViewState, park: Park, atlas: Atlas) -> list[list[str]]:
    """Return the promises as lines ``[label, text]`` of the map's own panel; none unasked."""
    lang, lines = state.lang, []
    if not wanted(state):
        return []
    for name, found in of_park(state, park, atlas):
        if name == "wider":
            continue
        if name == "rest":
            found = [one for one in found if one.kind == "target"]
        for one in found[:_IN_PANEL]:
            words = _words(one, state, park, atlas.plans)
            where = marks.place(one.citation, atlas.plans, lang)
            lines.append([_label(name, one, atlas, lang), t("official.panel", lang, words=words,
                                                             place=where)])  # fmt: skip
    return lines


def all_facts(state: ViewState, atlas: Atlas) -> dict[str, list[list[str]]]:
    """Return `facts` of every park by its id, made once for each question."""
    if not wanted(state):
        return {}
    asked = ViewState(
        lang=state.lang,
        industries=state.industries,
        min_mu=state.min_mu,
        land=state.land,
        unit=state.unit,
    )
    return _all_facts(asked, atlas.stamp, atlas)


@st.cache_data(show_spinner=False, max_entries=64)
def _all_facts(
    asked: ViewState,
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    _atlas: Atlas,
) -> dict[str, list[list[str]]]:
    return {park.id: facts(asked, park, _atlas) for park in _atlas.plans.parks.values()}


def _words(promise: Promise, state: ViewState, park: Park, plans: Plans) -> str:
    """Return a promise's words, an area in the chosen unit with the printed amount behind it."""
    lang, figure = state.lang, _figure(promise, park, plans)
    if figure is None or target(figure.unit, state.unit) == figure.unit:
        return promise.words.text(lang)
    return worded_in(figure, plans.metrics[figure.metric].unit_name(lang), state.unit, lang)


def _figure(promise: Promise, park: Park, plans: Plans) -> Figure | None:
    """Return the park's figure that a promise was made of, None for words and projects.

    A promise does not hold its figure; label, words and place are those of one only.
    """
    where = (promise.citation.source_id, promise.citation.locator)
    for figure in plans.park_figures(park.id):
        label = f"{plans.metrics[figure.metric].short_zh}（{figure.period}）"
        if (
            (figure.source_id, figure.locator) == where
            and promise.label.zh.endswith(label)
            and promise.words == written(plans, figure)
        ):
            return figure
    return None


def _label(name: str, promise: Promise, atlas: Atlas, lang: str) -> str:
    """Return what a promise is of: the industry for its words, else its own label."""
    if name in atlas.plans.tags and promise.kind != "project":
        return atlas.plans.tags[name].name(lang)
    return promise.label.text(lang)


def html(state: ViewState, park: Park, atlas: Atlas) -> str:
    """Return the promises as HTML for the head of the park's card; nothing where nothing is asked.

    Every text is escaped.
    """
    if not wanted(state):
        return ""
    lang, parts = state.lang, []
    for name, found in of_park(state, park, atlas):
        items = "".join(_item(one, state, park, atlas.plans) for one in found)
        title = _title(name, atlas, lang)
        if name == "rest":
            shown = " open" if len(found) <= _OPEN else ""
            parts.append(
                f"<section><details{shown}><summary>{escape(title)} ({len(found)})</summary>"
                f"<ul>{items}</ul></details></section>"
            )
        else:
            parts.append(f"<section><h5>{escape(title)}</h5><ul>{items}</ul></section>")
    for tag in state.industries:
        if tag not in {own.id for own in park.industries}:
            name = atlas.plans.tags[tag].name(lang)
            parts.append(f"<p>{escape(t('official.promise.none', lang, industry=name))}</p>")
    head = escape(t("official.promise", lang))
    return f'<div class="promised"><h4>{head}</h4><div>{"".join(parts)}</div></div>'


def _title(name: str, atlas: Atlas, lang: str) -> str:
    """Return the heading of a group of promises."""
    if name in atlas.plans.tags:
        return atlas.plans.tags[name].name(lang)
    return t(f"official.promise.{name}", lang)


def _item(promise: Promise, state: ViewState, park: Park, plans: Plans) -> str:
    """Return one promise: what it is, the words, where they stand, what to know."""
    lang, words = state.lang, _words(promise, state, park, plans)
    notes = "".join(f"<em>{escape(note.text(lang))}</em>" for note in promise.caveats)
    return (
        f"<li><i>{escape(promise.label.text(lang))}</i> <b>{escape(words)}</b>"
        f"<small>{escape(marks.place(promise.citation, plans, lang))}</small>{notes}</li>"
    )
