"""The files of the current filter, under one button: map, table, workbook, geodata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from geo.exchange import parks_features
from geo.exchange.files import SYSTEM_NAMES, SYSTEMS, media_type, suffix, write
from layers import page
from layers.i18n import t
from views.data import Atlas
from views.help.hints import hint
from views.map import downloads, selection, table
from views.map.filters import shown_parks
from views.map.state import ViewState
from views.sheets import XLSX

_SYSTEM = "map-files-crs"
_FORMATS = ("gpkg", "shp")


def button(state: ViewState, atlas: Atlas, with_map: bool) -> None:
    """Draw the button; a file is made when its own button is pressed, not before.

    ``with_map`` is False when the map cannot be drawn: then neither it nor geodata can be saved.
    """
    lang, shown = state.lang, len(shown_parks(state, atlas.plans))
    with st.popover(t("official.files", lang), key="files"):
        st.caption(t("official.files.help", lang, shown=shown, all=len(atlas.plans.parks)))
        if with_map:
            _save("map", "html", "text/html", lambda: _html(state, atlas), state, shown > 0)
        _save("csv", "csv", "text/csv", lambda: downloads.table_csv(state, atlas), state)
        _save("xlsx", "xlsx", XLSX, lambda: downloads.table_xlsx(state, atlas), state)
        if with_map and shown:
            _geodata(state, atlas)


def _html(state: ViewState, atlas: Atlas) -> bytes:
    """Return the map as one HTML file."""
    note = downloads.filter_note(state, atlas.plans)
    view = replace(table.map_view(state, atlas), note=note)
    return page.export_html(view, atlas.plans, atlas.boundaries).encode("utf-8")


def _geodata(state: ViewState, atlas: Atlas) -> None:
    """Draw the choice of the coordinate system and the buttons of geodata."""
    lang, systems = state.lang, SYSTEMS[_FORMATS[0]]
    code = st.selectbox(
        t("official.files.crs", lang),
        systems,
        format_func=lambda code: f"{SYSTEM_NAMES[code].text(lang)} (EPSG:{code})",
        key=f"{_SYSTEM}-{lang}",
    )
    for name in _FORMATS:
        st.download_button(
            t(f"official.files.{name}", lang),
            data=lambda name=name: geodata(state, atlas, name, code),
            file_name=f"{downloads.file_stem(state)}-epsg{code}{_ending(name)}",
            mime=media_type(name),
            key=f"save-{name}",
            width="stretch",
            on_click="ignore",
        )
    hint(t("official.files.note", lang), lang)


def _ending(name: str) -> str:
    return suffix(name) if name == "gpkg" else f"-{name}{suffix(name)}"


def geodata(state: ViewState, atlas: Atlas, name: str, code: int) -> bytes:
    """Return the shown parks with the table's figures as geodata, land in the documents' unit.

    Parameters
    ----------
    state : ViewState
    atlas : views.data.Atlas
        With boundaries.
    name : str
        "gpkg" or "shp".
    code : int
        EPSG code, one of ``geo.exchange.files.SYSTEMS[name]``.
    """
    parks = [park.id for park in shown_parks(state, atlas.plans)]
    columns = [(one.metric.id, one.period) for one in selection.columns(state, atlas.plans)]
    found = parks_features(atlas.plans, atlas.boundaries, parks, columns, state.lang)
    return write(found, name, code).data


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
        width="stretch",
        on_click="ignore",
    )
