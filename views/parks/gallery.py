"""All parks as small multiples; a click opens one, a mark puts it among those compared."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.plans import Park
from layers.i18n import t
from views import theme
from views.data import Atlas
from views.parks import pieces
from views.parks.pictures import pictures
from views.parks.state import MOST, PARKS, ParksState, added, change


def show(state: ParksState, atlas: Atlas) -> None:
    """Draw the tiles in the order of table 4-1, and what to do with those marked."""
    drawn = pictures(atlas, bool(theme.dark()))
    _bar(state, atlas)
    with st.container(horizontal=True, gap="small", key="park-tiles"):
        for park in atlas.plans.parks.values():
            _tile(park, drawn.get(park.id, ""), state, atlas)


def _bar(state: ParksState, atlas: Atlas) -> None:
    """Draw how many are marked and the button that sets them side by side."""
    lang, chosen = state.lang, state.marked
    with st.container(horizontal=True, vertical_alignment="center", key="parks-bar"):
        names = [atlas.plans.parks[park].short(lang) for park in chosen]
        told = (
            t("parks.marked", lang, names=t("app.separator", lang).join(names))
            if names
            else t("parks.mark.hint", lang, most=MOST)
        )
        st.html(f'<p class="quiet">{escape(told)}</p>', width="stretch")
        if chosen:
            st.button(
                t("parks.mark.none", lang),
                key="unmark",
                type="tertiary",
                on_click=change,
                kwargs={"marked": ()},
            )
        st.button(
            t("parks.compare", lang, count=len(chosen)),
            key="compare",
            type="primary",
            disabled=len(chosen) < 2,
            on_click=_compare,
        )


def _compare() -> None:
    change(parks=PARKS.current().marked, marked=())


def _mark(park: str, key: str) -> None:
    """Take a park among those marked, or out of them, as its box says."""
    marked = PARKS.current().marked
    if (park in marked) != st.session_state[key]:
        change(marked=added(marked, park))


def _tile(park: Park, picture: str, state: ParksState, atlas: Atlas) -> None:
    """Draw one park: the whole tile is the button that opens it."""
    lang, chosen = state.lang, park.id in state.marked
    with st.container(key=f"tile-{park.id}"):
        st.html(tile_html(park, picture, state, atlas))
        st.button(
            t("parks.open", lang, park=park.name(lang)),
            key=f"open-{park.id}",
            on_click=change,
            kwargs={"parks": (park.id,)},
        )
        key = f"mark-{park.id}"
        st.session_state[key] = chosen
        st.checkbox(
            t("parks.mark", lang),
            key=key,
            disabled=not chosen and len(state.marked) >= MOST,
            on_change=_mark,
            args=(park.id, key),
        )


def tile_html(park: Park, picture: str, state: ParksState, atlas: Atlas) -> str:
    """Return a tile's content."""
    lang = state.lang
    image = f'<img src="{picture}" alt="">' if picture else '<div class="no-map"></div>'
    lines = []
    for metric in pieces.KEY_METRICS[:4]:
        cell, unit, name = pieces.key_cell(park, metric, state, atlas)
        period = f"<i>{pieces.dashed(cell.figure.period)}</i>" if cell.figure else ""
        # A number of some zones only must not pass for the park's.
        star = "<sup>*</sup>" if cell.figure and cell.scope else ""
        value = escape(cell.text)
        if cell.figure is not None and unit:
            value += f" <i>{escape(unit)}</i>"
        lines.append(
            f'<div title="{escape(pieces.tooltip(cell, state))}"><dt>{escape(name)} {period}</dt>'
            f"<dd>{value}{star}</dd></div>"
        )
    return (
        f'<article class="park-tile">{image}<h4>{escape(park.short(lang))}</h4>'
        f'<p class="block">{escape(t(f"map.parkkind.{park.kind}", lang))}</p>'
        f'<p class="says">{escape(park.position.name(lang))}</p>'
        f"<dl>{''.join(lines)}</dl><p>{pieces.badge(park, atlas, lang)}</p></article>"
    )
