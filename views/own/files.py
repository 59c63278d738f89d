"""Files of the user's data: the features with what was joined, and the report as a workbook."""

from __future__ import annotations

from html import escape

import streamlit as st
from openpyxl import Workbook

from geo.errors import AtlasError
from geo.formats import FORMATS, encode
from geo.formats.shapefile import kind_of
from geo.measure import M2_PER_MU
from geo.own import results
from layers.i18n import t
from views import desk
from views.data import Atlas
from views.frame import plain
from views.help.hints import hint
from views.own import against
from views.own.session import Session, tried
from views.saving import xlsx_button
from views.sheets import Value, book_bytes, rows_sheet

_FORMATS = ("gpkg", "geojson", "shp")
_SYSTEMS = (4490, 4549)
_STEM = "park-atlas-own-data"  # the name of the user's file is in none


def buttons(kept: Session, atlas: Atlas, lang: str) -> None:
    """Draw the ways to save the features and the report."""
    st.html(f'<h4 class="own-head">{escape(t("own.files", lang))}</h4>')
    with st.container(horizontal=True, vertical_alignment="bottom", key="own-files"):
        code = st.radio(
            t("own.files.crs", lang),
            _SYSTEMS,
            format_func=lambda one: t(f"own.files.crs.{one}", lang),
            horizontal=True,
            key=f"own-files-crs-{lang}",
            width="content",
        )
        for kind in _FORMATS:
            _button(kept, atlas, kind, code, lang)
        report_button(kept, atlas, lang)
    hint(t("own.files.note", lang), lang)


def _button(kept: Session, atlas: Atlas, kind: str, code: int, lang: str) -> None:
    """Draw the button of one format; what it cannot hold is told instead."""
    form = FORMATS[kind]
    made = tried(lambda: kind_of(kept.result.features)) if kind == "shp" else None
    if isinstance(made, AtlasError):
        st.button(
            form.name(lang), key=f"own-save-{kind}", disabled=True, help=plain(made.text(lang))
        )
        return
    desk.make(
        form.name(lang),
        f"{_STEM}{form.suffix}",
        form.media_type,
        (id(kept.result), code, lang),
        lambda: features_file(kept, atlas, kind, code, lang),
        lang,
        heavy=False,
    )


def features_file(kept: Session, atlas: Atlas, kind: str, code: int, lang: str) -> bytes:
    """Return the features as a file; GeoJSON is in WGS 84 degrees whatever ``code`` says.

    Raises
    ------
    AtlasError
        When the format cannot hold them: points and areas in one Shapefile.
    """
    names = {park.id: park.name(lang) for park in atlas.plans.parks.values()}
    frame = results.frame(kept.result, kept.joined, names)
    return encode(frame, kind, None if kind == "geojson" else code, title=_STEM).data


def report_button(kept: Session, atlas: Atlas, lang: str) -> None:
    """Draw the button of the workbook."""
    xlsx_button("own-report", lambda: report_book(kept, atlas, lang), lang,
                about=t("own.files.report", lang))  # fmt: skip


def report_book(kept: Session, atlas: Atlas, lang: str) -> bytes:
    """Return the report as a workbook: findings, features, parks, notes. No text is a formula."""
    from views.own.report import sentence, table

    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("own.sheet.report", lang)
    heads = [t(f"own.col.{name}", lang) for name in ("severity", "finding", "rows")]
    rows: list[list[Value]] = [
        [
            t(f"own.severity.{one.severity}", lang),
            sentence(one, lang),
            ", ".join(map(str, one.rows))[:32_000],
        ]
        for one in kept.result.report
    ]  # fmt: skip
    rows_sheet(sheet, heads, rows)
    shown = table(kept, atlas, lang)
    cells = [[_cell(value) for value in row] for row in shown.itertuples(index=False)]
    rows_sheet(book.create_sheet(t("own.sheet.features", lang)), list(shown.columns), cells)
    _parks_sheet(book, kept, atlas, lang)
    notes: list[list[Value]] = [[text] for text in _notes(kept, atlas, lang)]
    rows_sheet(book.create_sheet(t("own.sheet.notes", lang)), [t("own.sheet.notes", lang)], notes)
    return book_bytes(book)


def _cell(value: object) -> Value:
    """Return a table's value as a sheet holds it."""
    if value is None or value != value:  # NaN
        return None
    if isinstance(value, str):
        return value
    return against.exact(float(value), 0 if float(value).is_integer() else 4)


def _parks_sheet(book: Workbook, kept: Session, atlas: Atlas, lang: str) -> None:
    """Write what lies in each park, beside the plan's figure."""
    from views.own.report import column_name

    names = ("park", "count", "own", "own_sum", "plan", "source")
    rows: list[list[Value]] = [
        [
            row.park,
            against.exact(row.within.count, 0),
            against.exact(row.within.area_mu),
            against.exact(row.within.sum_m2 / M2_PER_MU),
            row.figure.value if row.figure else None,
            row.source,
        ]
        for row in against.park_rows(kept, atlas, lang)
    ]
    rows_sheet(book.create_sheet(t("own.sheet.parks", lang)),
               [column_name(name, lang) for name in names], rows)  # fmt: skip


def _notes(kept: Session, atlas: Atlas, lang: str) -> list[str]:
    """Return what a reader of the workbook must know."""
    from views.own.report import crs_text

    told = [
        crs_text(kept.result.crs, lang),
        t("own.tile.area.note", lang),
        t("own.relation.help", lang),
        t("own.parks.caveat", lang),
        t("own.legend.note", lang),
        t("map.disclaimer", lang),
    ]
    return [*told, *against.cited(against.park_rows(kept, atlas, lang), lang)]
