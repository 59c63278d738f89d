"""The section of tables: parks, their figures, the plans' projects, as CSV and as a workbook."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import streamlit as st
from openpyxl import Workbook

from geo.plans import Park
from layers.i18n import t
from views.data import Atlas
from views.export.maps import parks_choice
from views.export.state import ExportState
from views.figure_rows import figures_table
from views.figures import projects
from views.frame import guarded
from views.saving import csv_button, xlsx_button
from views.sheets import Value, book_bytes, rows_sheet, sources_sheet

NAMES = ("parks", "figures", "projects")


def chosen(state: ExportState, atlas: Atlas) -> list[Park]:
    """Return the parks chosen; all when none is."""
    wanted = state.parks or tuple(atlas.plans.parks)
    return [park for park in atlas.plans.parks.values() if park.id in wanted]


def table(name: str, state: ExportState, atlas: Atlas) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows of one of `NAMES`."""
    lang, parks = state.lang, chosen(state, atlas)
    if name == "figures":
        return figures_table(parks, atlas, lang)
    if name == "projects":
        own = {park.id for park in parks}
        every = len(parks) == len(atlas.plans.parks)
        found = [one for one in atlas.plans.projects if every or one.park_id in own]
        return projects.head(lang), projects.rows(found, atlas, lang)
    return _parks(parks, atlas, lang)


def _parks(parks: list[Park], atlas: Atlas, lang: str) -> tuple[list[str], list[list[Value]]]:
    """Return one row a zone: what its park is, its bounds, how far they can be trusted."""
    names = ("id", "park", "kind", "district", "position", "industries", "zone", "clause",
             "published", "area", "confidence", "source", "locator")  # fmt: skip
    join = t("app.separator", lang)
    made: list[list[Value]] = []
    for park in parks:
        for zone in atlas.rows[park.id]["zones"]:
            source = atlas.plans.sources.get(zone["source_id"] or "")
            level = zone["confidence"] or ""
            known = level in ("high", "medium", "low")
            # The area of a corridor, whose width is ours, would say nothing.
            area = None if zone["basis"] == "corridor" else zone["area_km2"]
            made.append(
                [
                    park.id,
                    park.name(lang),
                    t(f"map.parkkind.{park.kind}", lang),
                    park.district.name(lang),
                    park.position.name(lang),
                    join.join(tag.name(lang) for tag in park.industries),
                    zone[f"name_{lang}"],
                    zone["clause"] or "",
                    _number(zone["published_area_km2"]),
                    _number(area),
                    t(f"map.confidence.{level}", lang) if known else level,
                    source.title(lang) if source else "",
                    zone["locator"] or "",
                ]
            )
    return [t(f"export.col.{name}", lang) for name in names], made


def _number(value: float | None) -> Decimal | None:
    """Return a number as it prints."""
    return None if value is None else Decimal(str(value))


def workbook(state: ExportState, atlas: Atlas) -> bytes:
    """Return all tables as a workbook, the sources and what the signs mean with them."""
    lang = state.lang
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    book.remove(book.active)
    for name in NAMES:
        rows_sheet(book.create_sheet(t(f"export.table.{name}", lang)), *table(name, state, atlas))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    notes = [[t("app.download.note.missing", lang)], [t("map.disclaimer", lang)],
             [t("app.sources.osm", lang)]]  # fmt: skip
    sheet = book.create_sheet(t("app.download.sheet.notes", lang))
    rows_sheet(sheet, [t("app.title", lang)], notes)
    return book_bytes(book)


def show(state: ExportState, atlas: Atlas) -> None:
    """Draw each table with what it holds and its file, then all of them as one workbook."""
    lang = state.lang
    parks_choice(state, atlas)
    for name in NAMES:
        guarded(lambda name=name: _show_table(name, state, atlas), lang)
    with st.container(horizontal=True, vertical_alignment="center", key="export-row-book"):
        st.html(
            f"<h4>{escape(t('export.table.book', lang))}</h4>"
            f"<p>{escape(t('export.table.book.what', lang))}</p>",
            width="stretch",
        )
        xlsx_button(f"tables-{lang}", lambda: workbook(state, atlas), lang)


def _show_table(name: str, state: ExportState, atlas: Atlas) -> None:
    """Draw what one of `NAMES` holds, and its file."""
    lang = state.lang
    head, rows = table(name, state, atlas)
    with st.container(horizontal=True, vertical_alignment="center", key=f"export-row-{name}"):
        st.html(
            f"<h4>{escape(t(f'export.table.{name}', lang))}</h4>"
            f"<p>{escape(t(f'export.table.{name}.what', lang))} "
            f"{escape(t('export.table.size', lang, rows=len(rows), columns=len(head)))}</p>",
            width="stretch",
        )
        csv_button(f"{name}-{lang}", lambda: (head, rows), lang, True)
