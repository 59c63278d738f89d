"""The files of the current filter, under one button: map, table, workbook, geodata.

The table is there at once; what may fail is made on a press (`views.desk`).
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.exchange import parks_features
from geo.exchange.files import SYSTEM_NAMES, SYSTEMS, media_type, suffix, write
from layers import page
from layers.i18n import t
from layers.tiles import OFFLINE
from views import desk
from views.data import Atlas
from views.frame import guarded
from views.help.hints import hint
from views.map import downloads, excluded, selection, table
from views.map.filters import shown_parks
from views.map.state import TABS, ViewState
from views.sheets import XLSX, csv_bytes

_SYSTEM = "map-files-crs"
_FORMATS = ("gpkg", "shp")


def button(state: ViewState, atlas: Atlas, with_map: bool) -> None:
    """Draw the button; each file has its own, and one that cannot be made leaves the others.

    ``with_map`` is False when the map cannot be drawn: then neither it nor geodata can be saved.
    """
    lang, shown = state.lang, len(shown_parks(state, atlas.plans))
    with st.popover(t("official.files", lang), key="files"):
        st.caption(t("official.files.help", lang, shown=shown, all=len(atlas.plans.parks)))
        if with_map:
            desk.make(
                t("app.download.map", lang),
                f"{downloads.file_stem(state)}.html",
                "text/html",
                _of(state, atlas),
                lambda: _html(state, atlas),
                lang,
                heavy=False,
                help=t("app.download.map.help" if shown else "app.none_shown", lang),
                disabled=not shown,
                width="stretch",
            )
        guarded(lambda: _csv(state, atlas), lang)
        desk.make(
            t("app.download.xlsx", lang),
            f"{downloads.file_stem(state)}.xlsx",
            XLSX,
            _of(state, atlas),
            lambda: downloads.table_xlsx(state, atlas),
            lang,
            heavy=False,
            help=t("app.download.xlsx.help", lang),
            width="stretch",
        )
        if with_map and shown:
            _geodata(state, atlas)


def _of(state: ViewState, atlas: Atlas) -> tuple:
    """Return what the files are made of; the section below the map is none of it."""
    return (replace(state, tab=TABS[0], base=OFFLINE), atlas.stamp)


def _csv(state: ViewState, atlas: Atlas) -> None:
    """Draw the table as CSV, and the parks left out: both take no time to make."""
    lang, stem = state.lang, downloads.file_stem(state)
    words = t("app.download.csv", lang), t("app.download.csv.help", lang)
    tables = [(*words, "save-csv", stem, downloads.table_csv(state, atlas))]
    if excluded.rows(state, atlas):
        # As a sheet of the workbook is: rows below the table would be added up with it.
        out = csv_bytes(*excluded.table(state, atlas))
        words = t("official.files.out", lang), t("official.files.out.help", lang)
        tables.append((*words, "save-csv-out", f"{stem}-left-out", out))
    for label, note, key, file, data in tables:
        st.download_button(
            label,
            data=data,
            file_name=f"{file}.csv",
            mime="text/csv",
            key=key,
            help=note,
            width="stretch",
            on_click="ignore",
        )


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
        desk.make(
            t(f"official.files.{name}", lang),
            f"{downloads.file_stem(state)}-epsg{code}{_ending(name)}",
            media_type(name),
            (*_of(state, atlas), code),
            lambda name=name: geodata(state, atlas, name, code),
            lang,
            heavy=False,
            width="stretch",
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
