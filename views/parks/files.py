"""What the page saves: the comparison as CSV, as a workbook with sources, the map of the parks."""

from __future__ import annotations

from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from geo.plans import Figure, Park
from layers import page
from layers.i18n import t
from layers.map_view import MapView
from layers.units import in_unit
from views import faults
from views.data import Atlas
from views.parks import reach
from views.parks.comparison import Row, rows
from views.parks.state import ParksState
from views.sheets import Value, book_bytes, put, rows_sheet, sources_sheet

_FIGURE_COLUMNS = (
    "id", "park", "part", "metric", "period", "value", "unit", "printed", "kind", "scope", "note",
    "source", "number", "locator",
)  # fmt: skip


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
        said = [t("app.scope.about", lang)] if cell.figure.approximate else []
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
    figures_sheet(book.create_sheet(t("app.download.sheet.figures", lang)), parks, atlas, lang)
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), atlas.plans, lang)
    _notes_sheet(book.create_sheet(t("app.download.sheet.notes", lang)), atlas, lang)
    return book_bytes(book)


def figures_table(
    parks: list[Park], atlas: Atlas, lang: str
) -> tuple[list[str], list[list[Value]]]:
    """Return every figure of parks, also those printed again elsewhere, with its place."""
    head = [t(f"app.download.col.{name}", lang) for name in _FIGURE_COLUMNS]
    made = [
        _figure(park, figure, atlas, lang)
        for park in parks
        for figure in atlas.plans.park_figures(park.id, repeats=True)
    ]
    return head, made


def figures_sheet(sheet: Worksheet, parks: list[Park], atlas: Atlas, lang: str) -> None:
    """Write `figures_table`."""
    rows_sheet(sheet, *figures_table(parks, atlas, lang))


def _figure(park: Park, figure: Figure, atlas: Atlas, lang: str) -> list[Value]:
    """Return one figure as it is stated."""
    metric, part = atlas.plans.metrics[figure.metric], park.part(figure.part)
    return [
        park.id,
        park.name(lang),
        part.name(lang) if part else "",
        metric.name(lang),
        figure.period,
        figure.value,
        metric.unit_name(lang),
        figure.printed,
        t(f"map.kind.{figure.kind}", lang),
        atlas.zone_names(figure.zones, lang),
        figure.remark(lang),
        figure.source.title(lang),
        figure.source.number,
        figure.locator,
    ]


def _notes_sheet(sheet: Worksheet, atlas: Atlas, lang: str) -> None:
    """Write how to read the numbers."""
    lines = [
        t("app.title", lang),
        t("parks.table.hint", lang),
        t("app.download.note.missing", lang),
        *faults.lines(atlas.plans, lang),
        t("map.disclaimer", lang),
        t("app.sources.osm", lang),
    ]
    for number, line in enumerate(lines, 1):
        put(sheet.cell(number, 1), line)
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110


def map_html(state: ParksState, atlas: Atlas) -> bytes:
    """Return the map of the parks as one file that needs no network."""
    view = MapView(lang=state.lang, parks=state.parks or None)
    return page.export_html(view, atlas.plans, atlas.boundaries).encode("utf-8")
