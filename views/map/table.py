"""The sortable table and its totals."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from html import escape

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from geo.plans import Park, Plans
from layers.amounts import bounded, mark
from layers.i18n import t
from layers.map_view import MapView
from layers.units import in_unit
from views.data import Atlas
from views.help.hints import hint
from views.map import downloads, scope, selection, totals
from views.map.controls import change
from views.map.filters import shown_parks
from views.map.state import ViewState
from views.table_selection import MODES, picked

_ROW_HEIGHT = 33  # pixels
_KEY = "table"
_TURN = "table-turn"


def frame(state: ViewState, atlas: Atlas) -> pd.DataFrame:
    """Return the table as shown: one row a park, missing values None, headings in the language.

    Land in another unit than the documents' has their own column behind it. Values are floats for
    sorting only; the totals are made of the exact figures.
    """
    lang, plans = state.lang, atlas.plans
    parks = shown_parks(state, plans)
    data: dict[str, list] = {t("app.table.park", lang): [park.short(lang) for park in parks]}
    columns = selection.columns(state, plans)
    for column in columns:
        found = selection.figures(parks, column, plans)
        mine = [one for one in selection.shown_columns(state, plans) if one.column == column]
        for name, one in zip(_names(column, state, plans), mine[::-1], strict=True):
            data[name] = [_float(one.value(found[park.id])) for park in parks]
    name = downloads.area_name(lang, state.unit)
    data[name] = [_area(park, atlas, state.unit) for park in parks]
    data[t("app.table.scope", lang)] = [
        scope.row_text(park, columns, atlas, lang) for park in parks
    ]
    join = t("app.separator", lang)
    data[t("app.industries", lang)] = [
        join.join(tag.name(lang) for tag in park.industries) for park in parks
    ]
    return pd.DataFrame(data, index=[park.id for park in parks])


def _written(shown: pd.DataFrame, numbers: list[str], state: ViewState, atlas: Atlas) -> Styler:
    """Return the table with its numbers as they are written: thousands, all decimals, the marks.

    They stay numbers underneath: the table is sorted by those.
    """
    lang, plans = state.lang, atlas.plans
    parks = shown_parks(state, plans)
    made = shown.style.format(_number, subset=numbers, na_rep="—")
    for column in selection.columns(state, plans):
        found = selection.figures(parks, column, plans)
        own = [name for name in numbers if name in _names(column, state, plans)]
        for park, figure in found.items():
            if figure is not None and (bound := mark(figure)):
                write = partial(_number, bound=bound, lang=lang)
                made = made.format(write, subset=([park], own))
    return made


def _number(value: float, bound: str = "", lang: str = "zh") -> str:
    """Return a number of the table as it is written."""
    return bounded(Decimal(repr(value)).normalize() + 0, bound, lang)


def _names(column: selection.Column, state: ViewState, plans: Plans) -> list[str]:
    """Return the headings of a column: in the unit chosen first, then in the documents' own."""
    mine = [one for one in selection.shown_columns(state, plans) if one.column == column]
    names = []
    for one in mine[::-1]:
        name = downloads.shown_name(one, state.lang)
        if one.own and len(mine) > 1:
            name = t("official.table.printed", state.lang, column=name)
        names.append(name)
    return names


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _area(park: Park, atlas: Atlas, unit: str) -> float | None:
    area = atlas.area(park.id)
    if area is None:
        return None
    return round(float(in_unit(area, "km2", unit)), 2)


def show(state: ViewState, atlas: Atlas) -> None:
    """Draw the table; a picked row opens the park's card."""
    lang = state.lang
    shown = frame(state, atlas)
    numbers = list(shown.columns[1:-2])
    config = {name: st.column_config.NumberColumn() for name in numbers}
    config[shown.columns[0]] = st.column_config.TextColumn(pinned=True, width=230)
    for name in shown.columns[-2:]:
        config[name] = st.column_config.TextColumn(width="medium")
    key = _key(state, list(shown.index))
    if len(shown):  # Streamlit's empty table says so in English; the page has its own words
        st.dataframe(
            _written(shown, numbers, state, atlas),
            hide_index=True,
            column_config=config,
            placeholder="—",
            row_height=_ROW_HEIGHT,
            height=_ROW_HEIGHT * (len(shown) + 1) + 3,
            key=key,
            on_select=lambda: _picked(key, list(shown.index)),
            selection_mode=MODES,
        )
        hint(t("app.table.hint", lang), lang)
    if lines := limits(state, atlas):
        text = escape(("；" if lang == "zh" else "; ").join(lines))
        st.html(f'<p class="quiet">{escape(t("app.table.limits", lang))}{text}</p>')


def _key(state: ViewState, parks: list[str]) -> str:
    """Return the table's key: another one when the row picked is not of the open card.

    A table that stayed would keep the mark on the row, and a click on it would open nothing.
    """
    turn = st.session_state.get(_TURN, 0)
    row = picked(f"{_KEY}-{turn}", len(parks))
    if row is not None and parks[row] != state.park:
        st.session_state[_TURN] = turn = turn + 1
    return f"{_KEY}-{turn}"


def _picked(key: str, parks: list[str]) -> None:
    """Open the card of the park whose row was picked."""
    row = picked(key, len(parks))
    if row is not None:
        change(park=parks[row])


def show_totals(state: ViewState, atlas: Atlas) -> None:
    """Draw the totals of the table's columns."""
    sums = [
        selection.total(shown_parks(state, atlas.plans), column, atlas.plans)
        for column in selection.columns(state, atlas.plans)
        if column.metric.additive or column.metric.id == state.metric
    ]
    st.html(totals.tiles(sums, atlas, state.lang, state.unit))


def limits(state: ViewState, atlas: Atlas) -> list[str]:
    """Return a line for each figure of the table that is not of its whole park."""
    lang, plans = state.lang, atlas.plans
    lines = []
    for column in selection.columns(state, plans):
        found = selection.figures(shown_parks(state, plans), column, plans)
        for figure in filter(None, found.values()):
            if words := scope.limit(figure, atlas, lang):
                name = f"{plans.parks[figure.park_id].short(lang)} {column.metric.short(lang)}"
                name = f"{name} {column.period}"
                lines.append(t("app.scope.item", lang, name=name, words=words))
    return lines


def map_view(state: ViewState, atlas: Atlas) -> MapView:
    """Return the map of a state: the shown parks, the layout, the open card."""
    parks = shown_parks(state, atlas.plans)
    return MapView(
        lang=state.lang,
        metric=state.metric,
        period=state.period,
        parks=tuple(park.id for park in parks),
        scheme=state.scheme or None,
        projects=state.projects,
        selected=state.park or None,
        unit=state.unit,
    )
