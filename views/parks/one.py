"""One park in full: what it is, its key figures, its map, all that the plans state of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.plans import Park
from layers.i18n import t
from views import navigation
from views.data import Atlas
from views.frame import guarded
from views.help.hints import hint
from views.map.card import fragments
from views.parks import maps, pieces, reach
from views.parks.state import ParksState
from views.trace.state import MAX_URL_TEXT

MAP_HEIGHT = 430


def show(state: ParksState, atlas: Atlas) -> None:
    """Draw the page of the one park chosen; a part that fails leaves the others."""
    park, lang = atlas.plans.parks[state.parks[0]], state.lang
    guarded(lambda: st.html(head_html(park, atlas, lang)), lang)
    guarded(lambda: st.html(strip_html(park, state, atlas)), lang)
    hint(t("parks.signs", lang), lang)
    left, right = st.columns([1.25, 1], gap="medium")
    own = guarded(lambda: fragments(park, atlas, lang, state.unit), lang)
    with left:
        guarded(lambda: maps.show(state, atlas, MAP_HEIGHT), lang)
        guarded(lambda: _links(park, atlas, lang), lang)
    with right:
        near = guarded(lambda: reach_html(park, atlas, lang), lang) or ""
        zones = own["zones"] if own else ""
        st.html(
            f'<article class="card park-about"><div class="about">{near}{zones}</div></article>'
        )
    if own:
        st.html(
            f'<article class="card park-full"><div class="facts">{own["figures"]}{own["derived"]}'
            f"{own['documents']}</div><div class='about'>{own['statements']}{own['words']}"
            f"{own['aliases']}</div></article>"
        )


def head_html(park: Park, atlas: Atlas, lang: str) -> str:
    """Return name, kind, position and industries."""
    other = park.name("en" if lang == "zh" else "zh")
    return (
        f'<header class="park-head"><h2>{escape(park.name(lang))}<small>{escape(other)}</small>'
        f"{pieces.badge(park, atlas, lang)}</h2>"
        f'<p class="quiet">{escape(pieces.block(park, lang))}</p>'
        f"<p>{escape(park.position.name(lang))}</p>{pieces.chips(park, lang)}</header>"
    )


def strip_html(park: Park, state: ParksState, atlas: Atlas) -> str:
    """Return the key figures, each with its year, its remarks and its source on a click."""
    tiles = []
    for metric in pieces.KEY_METRICS:
        cell, unit, name = pieces.key_cell(park, metric, state, atlas)
        period = pieces.dashed(cell.figure.period) if cell.figure else ""
        kind = t(f"map.kind.{cell.figure.kind}", state.lang) if cell.figure else ""
        value = f"<strong>{escape(cell.text)}</strong>"
        if cell.figure is not None:
            lines = [*cell.notes, *cell.places]
            star = "<sup>*</sup>" if cell.scope else ""
            value = pieces.pop(f"{value} <i>{escape(unit)}</i>{star}", lines)
        below = " · ".join(filter(None, (period, kind))) or t("parks.unstated", state.lang)
        tiles.append(
            f'<section class="key"><h4>{escape(name)}</h4>{value}<p>{escape(below)}</p></section>'
        )
    area = pieces.area_text(park, atlas)
    told = t("parks.digitised" if area != "—" else "parks.no_area", state.lang)
    unit = " <i>km²</i>" if area != "—" else ""
    tiles.append(
        f'<section class="key"><h4>{escape(t("parks.area", state.lang))}</h4>'
        f"<div><strong>{area}</strong>{unit}</div><p>{escape(told)}</p></section>"
    )
    return f'<div class="keys">{"".join(tiles)}</div>'


def reach_html(park: Park, atlas: Atlas, lang: str) -> str:
    """Return how far metro and expressway are."""
    found = reach.reach(atlas).parks.get(park.id, {})
    items = []
    for to in reach.TO:
        if to in found:
            shown, told = reach.words(found[to], lang)
            label = f"<b>{escape(t(f'parks.reach.{to}', lang))}</b> {escape(shown)}"
            items.append(pieces.pop(f"{label} · {escape(told[0])}", told[1:]))
    if not items:
        return ""
    return f"<h4>{escape(t('parks.reach', lang))}</h4>{''.join(items)}"


def _links(park: Park, atlas: Atlas, lang: str) -> None:
    """Draw the ways to what other pages say of the park."""
    differ = sum(one.about == park.id for one in atlas.reconciliation.findings)
    with st.container(horizontal=True, gap="small", key="park-links"):
        _link("map", t("parks.link.map", lang), park=park.id)
        _link("data", t("app.card.periods", lang), view="periods", about=park.id)
        if differ:
            checks = t("app.card.checks", lang, count=differ)
            _link("data", checks, view="checks", about=park.id)
        for zone in atlas.rows[park.id]["zones"]:
            clause = zone["clause"] or ""
            if clause and len(clause) <= MAX_URL_TEXT:
                several = len(atlas.rows[park.id]["zones"]) > 1
                key = "parks.link.trace.zone" if several else "parks.link.trace"
                words = t(key, lang, zone=zone[f"name_{lang}"])
                _link("trace", words, zone["id"], text=clause, **_stated(zone))
        _link("finder", t("parks.link.finder", lang))
        _link("export", t("parks.link.export", lang), parks=park.id)


def _stated(zone: dict) -> dict[str, str]:
    """Return the area that the plan states for a zone alone, as the page of traces takes it."""
    area = zone["published_area_km2"]
    return {"area": f"{area:g}"} if area and not zone["published_area_shared"] else {}


def _link(page: str, words: str, part: str = "", **query: str) -> None:
    """Draw the button to a page, if the app has it."""
    if page in navigation.PAGES:
        st.button(
            words,
            key="-".join(filter(None, ("park-to", page, query.get("view", ""), part))),
            on_click=navigation.go,
            args=(page,),
            kwargs=query,
        )
