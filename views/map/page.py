"""The map page: map first, a park's card below it, then the table, totals and comparisons."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.errors import AtlasError
from geo.plans import cite
from layers.i18n import t
from views import basemap, data, faults, map_component, navigation, own, units
from views.data import Atlas
from views.frame import guarded, head, plain
from views.map import (
    controls,
    excluded,
    files,
    filters,
    promised,
    sections,
    selection,
    state,
    table,
    totals,
)
from views.map.card import card_head, card_html
from views.map.controls import VIEW, change, current
from views.map.filters import shown_parks
from views.map.state import ViewState
from views.opening import notices, open_page

MAP_HEIGHT = 600
_NAMED = 3  # filters that the line above the map spells out


def run() -> None:
    """Draw the page, or one friendly line when the data cannot be used."""
    open_page("app.title", _open)


def _open(atlas: Atlas, lang: str) -> None:
    """Draw the page, or why there is no map."""
    if atlas.plans.periods(filters.LAND):
        _page(atlas, _follow_url(atlas))
    else:
        _without_figures(atlas, lang)


def _without_figures(atlas: Atlas, lang: str) -> None:
    """Say why there is no map: filters, table and totals all rest on the available land."""
    navigation.bar(lang)
    head(t("app.title", lang), t("app.subtitle", lang))
    faults.show(atlas.plans, lang)
    st.info(t("app.no_figures", lang))
    _sources(atlas, lang)


def _follow_url(atlas: Atlas) -> list[str]:
    """Take the state from the URL when it is new; return what was wrong."""
    plans = atlas.plans
    sections.turn_to_own()
    return VIEW.follow(
        lambda query: state.from_query(query, plans, atlas.schemes),
        lambda view: state.to_query(view, plans),
        lambda view: view.settled(plans),
    )


def _page(atlas: Atlas, messages: list[str]) -> None:
    """Draw everything for the session's state."""
    view = current()
    lang = view.lang
    navigation.bar(lang, "lang", VIEW.bound)
    guarded(lambda: controls.sidebar(view, atlas), lang)
    guarded(lambda: own.question(lang), lang)
    guarded(lambda: _head(view, atlas), lang)
    notices(messages, atlas, lang)
    if not shown_parks(view, atlas.plans):
        st.info(t("app.none_shown", lang))
    drawn = guarded(lambda: _map(view, atlas), lang) or False
    if view.park:
        guarded(lambda: _card(view, atlas), lang)
    with st.container(horizontal=True, vertical_alignment="center", key="save-row"):
        guarded(lambda: sections.choice(view), lang)
        guarded(lambda: files.button(view, atlas, with_map=drawn), lang)
    guarded(lambda: sections.show(view, atlas), lang)
    guarded(lambda: _sources(atlas, lang), lang)


def _head(view: ViewState, atlas: Atlas) -> None:
    """Draw the line above the map: what it shows, of which parks, in which unit."""
    lang = view.lang
    with st.container(horizontal=True, vertical_alignment="center", key="map-head"):
        head(_count(view, atlas), _asked(view, atlas))
        units.choice(lang, **VIEW.bound(f"unit-{lang}", view.unit, lambda unit: {"unit": unit}))


def _asked(view: ViewState, atlas: Atlas) -> str:
    """Return the filters in a few words, and what they cannot decide."""
    lang = view.lang
    if not view.filtered:
        return t("app.subtitle", lang)
    tags = state.industries(atlas.plans)
    told = [tags[tag][0 if lang == "zh" else 1] for tag in view.industries]
    told += [atlas.plans.parks[park].short(lang) for park in view.parks]
    told = told if len(told) <= _NAMED else [*told[:_NAMED], "…"]
    if view.min_mu is not None:
        land = t(f"official.land.{view.land}", lang)
        least = f"{view.min_mu.normalize():,f}"
        told.append(t("official.asked.land", lang, land=land, least=least))
    return " · ".join(filter(None, [*told, excluded.undecided(view, atlas)]))


def _count(view: ViewState, atlas: Atlas) -> str:
    """Return how many parks are shown, and the sum of the map's metric over them."""
    lang, parks = view.lang, shown_parks(view, atlas.plans)
    count = t("app.shown", lang, shown=len(parks), all=len(atlas.plans.parks))
    summed = selection.total(parks, selection.columns(view, atlas.plans)[0], atlas.plans)
    if summed.value is None:
        return count
    see = t("app.totals.see", lang) if totals.mixed(summed, atlas, lang) else ""
    amount = totals.amount(summed, lang, view.unit)
    return f"{count} · {summed.column.metric.short(lang)} {amount}{see}"


def _map(view: ViewState, atlas: Atlas) -> bool:
    """Draw the map, or one line on why it cannot be drawn; return whether it was."""
    if atlas.boundaries is None:
        return False
    try:
        wanted = table.map_view(replace(view, park=""), atlas)
        drawn = map_component.payload(wanted, atlas.stamp, atlas.plans, atlas.boundaries)
        drawn["cards"] = _answered(drawn["cards"], view, atlas)
        drawn |= basemap.part(view.base, view.lang) | own.payload_part(view.lang)
        # Which card is open does not change what is drawn: one payload serves them all.
        map_component.show({**drawn, "selected": view.park or None}, MAP_HEIGHT, _clicked)
    except AtlasError as error:
        st.error(f"{t('app.error.map', view.lang)}\n\n{plain(error.text(view.lang))}")
        return False
    return True


def _answered(cards: dict[str, dict], view: ViewState, atlas: Atlas) -> dict[str, dict]:
    """Return the map's cards with what the plans promise for what is asked, first of all."""
    told = promised.all_facts(view, atlas)
    return {
        park: {**card, "facts": [*told.get(park, ()), *card["facts"]]}
        for park, card in cards.items()
    }


def _clicked() -> None:
    """Open the card of the park that was clicked on the map, or close the one closed there."""
    click = st.session_state.get(map_component.KEY)
    if not isinstance(click, dict) or "park" not in click:
        return
    park = click["park"]
    if park is None or park in list(data.load().plans.parks):
        change(park=park or "")


def _card(view: ViewState, atlas: Atlas) -> None:
    """Draw the card of the chosen park below the map."""
    lang, park = view.lang, atlas.plans.parks[view.park]
    with st.container(border=True, key="card"):
        with st.container(horizontal=True, vertical_alignment="center", key="card-head"):
            st.html(card_head(park, lang), width="stretch")
            _card_links(view, atlas)
            st.button(t("app.card.close", lang), key="close-card", on_click=lambda: change(park=""))
        if park not in shown_parks(view, atlas.plans):
            st.caption(t("app.card.filtered", lang))
        if told := promised.html(view, park, atlas):
            st.html(told)
        st.html(card_html(park, atlas, lang, view.unit))


def _card_links(view: ViewState, atlas: Atlas) -> None:
    """Draw the ways from a park's card to what the page of figures says of it."""
    lang = view.lang
    differ = sum(one.about == view.park for one in atlas.reconciliation.findings)
    for section, label in (
        ("periods", t("app.card.periods", lang)),
        ("checks", t("app.card.checks", lang, count=differ)),
    ):
        st.button(
            label,
            key=f"card-{section}",
            on_click=navigation.go,
            args=("data",),
            kwargs={"view": section, "about": view.park},
            disabled=section == "checks" and not differ,
        )


def _sources(atlas: Atlas, lang: str) -> None:
    """Draw the sources, licences and the notice."""
    used = dict.fromkeys(figure.source for figure in atlas.plans.figures)
    used |= dict.fromkeys(
        atlas.plans.sources[scheme.source_id] for scheme in atlas.schemes.values()
    )
    lines = "".join(f"<li>{escape(cite(source, lang))}</li>" for source in used)
    reference = _reference(atlas)
    bounds = t("app.sources.boundaries", lang, reference=reference) if reference else ""
    st.html(
        f'<footer><p class="notice">{escape(t("map.disclaimer", lang))}</p>'
        f"<h4>{escape(t('app.sources', lang))}</h4><ul>{lines}"
        f"<li>{escape(bounds)}</li><li>{escape(t('app.sources.osm', lang))}</li></ul></footer>"
    )


def _reference(atlas: Atlas) -> str:
    """Return name and date of the data that the boundaries follow."""
    for row in atlas.rows.values():
        for zone in row["zones"]:
            if zone["reference"]:
                return str(zone["reference"])
    return ""
