"""What the page saves: the comparison as CSV, as a workbook with sources, the map of the parks."""

from __future__ import annotations

from decimal import Decimal

from openpyxl import Workbook

from geo.plans import Park
from layers import page
from layers.i18n import t
from layers.map_view import MapView
from layers.units import in_unit
from views import faults
from views.data import Atlas
from views.figure_rows import figures_table
from views.parks import reach
from views.parks.comparison import Row, rows
from views.parks.state import ParksState
from views.sheets import Value, book_bytes, notes_sheet, rows_sheet, sources_sheet


def table(state: ParksState, atlas: Atlas) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows: metric, period, unit, a number a park, remarks, sources.

    Numbers are in the unit chosen, as they are on the page; missing cells are None.
    """
    lang = state.lang
    parks = [atlas.plans.parks[park] for park in state.parks]
    head = [t(f"app.download.col.{name}", lang) for name in ("metric", "period", "unit")]
    head += [park.name(lang) for park in parks]
    head += [t("app.download.col.remarks", lang), t("app.download.col.citation", lang)]
    made = [_row(row, parks, state) for row in rows(state, atlas)]
    areas: list[Value] = []
    for park in parks:
        area = atlas.area(park.id)
        areas.append(None if area is None else round(area, 2))
    own = [t("parks.area", lang), "", "km²", *areas, t("parks.digitised", lang), ""]
    return head, [*made, own, *_reach_rows(parks, state, atlas)]


def _row(row: Row, parks: list[Park], state: ParksState) -> list[Value]:
    """Return one row of figures."""
    lang = state.lang
    end, colon = ("；", "：") if lang == "zh" else ("; ", ": ")
    values: list[Value] = [
        None
        if cell.figure is None
        else in_unit(cell.figure.value, cell.figure.unit, state.unit, cell.figure.approximate)
        for cell in row.cells
    ]
    # A file has no letters: the parks are named.
    apart = t("app.separator", lang).join(parks[place].short(lang) for place in row.apart)
    told = []
    if len(row.stated) > 1 and not row.alike:
        key = "parks.unlike.some" if any(row.beside) else "parks.unlike"
        told.append(t(key, lang, letters=apart))
    places: dict[str, None] = {}
    for park, cell in zip(parks, row.cells, strict=True):
        if cell.figure is None:
            continue
        bound = cell.figure.bound
        said = [t(f"app.bound.{bound}", lang)] if bound != "exact" else []
        said += cell.notes
        if said:
            told.append(f"{park.short(lang)}{colon}{end.join(said)}")
        places |= dict.fromkeys(cell.places)
    name, period = row.metric.short(lang), row.period
    return [name, period, row.unit, *values, end.join(told), end.join(places)]


def _reach_rows(parks: list[Park], state: ParksState, atlas: Atlas) -> list[list[Value]]:
    """Return the distances in metres with what they are to."""
    found, lang = reach.reach(atlas), state.lang
    end, colon = ("；", "：") if lang == "zh" else ("; ", ": ")
    made: list[list[Value]] = []
    for to in reach.TO:
        near = [found.parks.get(park.id, {}).get(to) for park in parks]
        if any(near):
            values: list[Value] = [one and _whole(one.metres) for one in near]
            told = [
                f"{park.short(lang)}{colon}{end.join(reach.words(one, lang)[1])}"
                for park, one in zip(parks, near, strict=True)
                if one
            ]
            name = t(f"parks.reach.{to}", lang)
            made.append([name, "", "m", *values, end.join(told), found.attribution])
    return made


def _whole(value: int) -> Value:
    """Return a whole number as a cell holds it."""
    return Decimal(value)


def workbook(state: ParksState, atlas: Atlas) -> bytes:
    """Return a workbook: the comparison, every figure with its place, the sources, the notes."""
    lang = state.lang
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("parks.sheet", lang)
    rows_sheet(sheet, *table(state, atlas))
    parks = [atlas.plans.parks[park] for park in state.parks]
    figures = book.create_sheet(t("app.download.sheet.figures", lang))
    rows_sheet(figures, *figures_table(parks, atlas, lang))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    notes_sheet(book.create_sheet(t("app.download.sheet.notes", lang)), _notes(atlas, lang))
    return book_bytes(book)


def _notes(atlas: Atlas, lang: str) -> list[str]:
    """Return how to read the numbers."""
    return [
        t("app.title", lang),
        t("parks.table.hint", lang),
        t("app.download.note.missing", lang),
        *faults.lines(atlas.plans, lang),
        t("map.disclaimer", lang),
        t("app.sources.osm", lang),
    ]


def map_html(state: ParksState, atlas: Atlas) -> bytes:
    """Return the map of the parks as one file that needs no network."""
    view = MapView(lang=state.lang, parks=state.parks or None, unit=state.unit)
    return page.export_html(view, atlas.plans, atlas.boundaries).encode("utf-8")
