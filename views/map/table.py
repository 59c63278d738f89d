"""The sortable table, its totals, and the files to take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from geo.plans import Park
from layers import page
from layers.i18n import t
from layers.map_view import MapView
from views.data import Atlas
from views.map import downloads, scope, selection, totals
from views.map.state import ViewState
from views.sheets import XLSX

_ROW_HEIGHT = 33  # pixels


def frame(state: ViewState, atlas: Atlas) -> pd.DataFrame:
    """Return the table as shown: one row a park, missing values None, headings in the language.

    Values are floats for sorting only; the totals are made of the exact figures.
    """
    lang, plans = state.lang, atlas.plans
    parks = selection.shown_parks(state, plans)
    data: dict[str, list] = {t("app.table.park", lang): [park.short(lang) for park in parks]}
    for column in selection.columns(state, plans):
        found = selection.figures(parks, column, plans)
        data[downloads.column_name(column, lang)] = [_float(found[park.id]) for park in parks]
    data[t("app.table.area", lang)] = [_area(park, atlas) for park in parks]
    columns = selection.columns(state, plans)
    data[t("app.table.scope", lang)] = [
        scope.row_text(park, columns, atlas, lang) for park in parks
    ]
    join = t("app.separator", lang)
    data[t("app.industries", lang)] = [
        join.join(tag.name(lang) for tag in park.industries) for park in parks
    ]
    return pd.DataFrame(data, index=[park.id for park in parks])


def _float(figure: object) -> float | None:
    return None if figure is None else float(figure.value)


def _area(park: Park, atlas: Atlas) -> float | None:
    area = atlas.area(park.id)
    return None if area is None else round(float(area), 2)


def show(state: ViewState, atlas: Atlas) -> None:
    """Draw the table with totals below it."""
    lang, plans = state.lang, atlas.plans
    parks = selection.shown_parks(state, plans)
    shown = frame(state, atlas)
    numbers = list(shown.columns[1:-2])
    config = {name: st.column_config.NumberColumn(format="localized") for name in numbers}
    config[shown.columns[0]] = st.column_config.TextColumn(pinned=True, width=230)
    for name in shown.columns[-2:]:
        config[name] = st.column_config.TextColumn(width="medium")
    if parks:  # Streamlit's empty table says so in English; the page has its own words
        st.dataframe(
            shown,
            hide_index=True,
            column_config=config,
            placeholder="—",
            row_height=_ROW_HEIGHT,
            height=_ROW_HEIGHT * (len(parks) + 1) + 3,
            key="table",
        )
        st.caption(t("app.table.hint", lang))
    if lines := limits(state, atlas):
        text = escape(("；" if lang == "zh" else "; ").join(lines))
        st.html(f'<p class="quiet">{escape(t("app.table.limits", lang))}{text}</p>')
    sums = [
        selection.total(parks, column, plans)
        for column in selection.columns(state, plans)
        if column.metric.additive or column.metric.id == state.metric
    ]
    st.html(f"<h4>{t('app.totals', lang)}</h4>{totals.tiles(sums, atlas, lang)}")


def limits(state: ViewState, atlas: Atlas) -> list[str]:
    """Return a line for each figure of the table that is not of its whole park."""
    lang, plans = state.lang, atlas.plans
    lines = []
    for column in selection.columns(state, plans):
        found = selection.figures(selection.shown_parks(state, plans), column, plans)
        for figure in filter(None, found.values()):
            if figure.zones:
                name = f"{plans.parks[figure.park_id].short(lang)} {column.metric.short(lang)}"
                words = scope.limit(figure, atlas, lang)
                name = f"{name} {column.period}"
                lines.append(t("app.scope.item", lang, name=name, words=words))
    return lines


def map_view(state: ViewState, atlas: Atlas) -> MapView:
    """Return the map of a state: the shown parks, the layout, the open card."""
    parks = selection.shown_parks(state, atlas.plans)
    return MapView(
        lang=state.lang,
        metric=state.metric,
        period=state.period,
        parks=tuple(park.id for park in parks),
        scheme=state.scheme or None,
        projects=state.projects,
        selected=state.park or None,
    )


def save_buttons(state: ViewState, atlas: Atlas, with_map: bool) -> None:
    """Draw the download buttons; a file is made when its button is pressed, not before.

    ``with_map`` is False when the map cannot be drawn: then it cannot be saved either.
    """
    shown = len(selection.shown_parks(state, atlas.plans))
    view = replace(map_view(state, atlas), note=downloads.filter_note(state, atlas.plans))

    def html() -> bytes:
        return page.export_html(view, atlas.plans, atlas.boundaries).encode("utf-8")

    if with_map:
        _save("map", "html", "text/html", html, state, possible=shown > 0)
    _save("csv", "csv", "text/csv", lambda: downloads.table_csv(state, atlas), state)
    _save("xlsx", "xlsx", XLSX, lambda: downloads.table_xlsx(state, atlas), state)


def _save(
    name: str,
    ending: str,
    mime: str,
    make: Callable[[], bytes],
    state: ViewState,
    possible: bool = True,
) -> None:
    """Draw one download button; one that is not possible says why."""
    help_key = f"app.download.{name}.help" if possible else "app.none_shown"
    st.download_button(
        t(f"app.download.{name}", state.lang),
        data=make,
        file_name=f"{downloads.file_stem(state)}.{ending}",
        mime=mime,
        key=f"save-{ending}",
        help=t(help_key, state.lang),
        disabled=not possible,
        on_click="ignore",
    )
