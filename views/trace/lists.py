"""Lists of clauses on the page: upload, results as they come, a table, files of them all."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st
from shapely.geometry import shape

from geo.digitize.batch import digitize_items
from geo.digitize.lists import Listing, Row, read_list
from geo.errors import AtlasError
from geo.reference import Reference
from layers.i18n import t
from layers.trace import Outline
from views.sheets import neutral

MOST_ROWS = 2_000
MOST_OUTLINES = 300  # rings that the map shows beside the chosen one
_KEY = "trace-list"
_EVERY_S = 0.5  # how often the table is drawn again while results come
ROW_HEIGHT = 86  # pixels: text wraps, a message may take four lines
_WIDTHS = {"id": 48, "name": 84, "area": 78, "stated": 90, "error": 68, "confidence": 80,
           "message": 222}  # fmt: skip
_COLUMNS = ("id", "name", "area", "stated", "error", "confidence", "message")


@dataclass
class Progress:
    """A list and how far it is done; kept in the session, so that a click does not start it over.

    ``features`` are those of the first ``done`` rows, each with ``row``, its row's number.
    """

    key: tuple
    listing: Listing
    done: int = 0
    features: list[dict[str, Any]] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether every row is done."""
        return self.done == len(self.listing.rows)


def take(upload: Any, reference_key: str, lang: str) -> Progress | AtlasError | None:
    """Return the session's list for an uploaded file, begun anew for a new file or reference.

    Parameters
    ----------
    upload : UploadedFile or None
    reference_key : str
        What tells the reference lines from others.
    lang : str
        Language of the messages in the results.
    """
    if upload is None:
        st.session_state.pop(_KEY, None)
        return None
    key = (upload.file_id, reference_key, lang)
    kept = st.session_state.get(_KEY)
    if isinstance(kept, Progress) and kept.key == key:
        return kept
    try:
        listing = read_list(upload.getvalue(), upload.name, MOST_ROWS)
    except AtlasError as error:
        return error
    st.session_state[_KEY] = Progress(key, listing)
    return st.session_state[_KEY]


def step(progress: Progress, reference: Reference, lang: str) -> None:
    """Trace the next row; a fault of the program in one row is told there and stops no other."""
    number = progress.done
    row = progress.listing.rows[number]
    try:
        features = list(digitize_items([row.item], reference, lang))
    except AtlasError as error:
        features = [_failed(row, error.text(lang))]
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        features = [_failed(row, t("trace.list.fault", lang, kind=type(error).__name__))]
    for feature in features:
        properties = feature["properties"]
        properties["row"] = number
        names = dict.fromkeys(filter(None, (row.name, properties.get("name_zh"))))
        properties["name_zh"] = " ".join(names) or None
    progress.features += features
    progress.done += 1


def _failed(row: Row, message: str) -> dict[str, Any]:
    """Return the feature of a row that came to nothing."""
    properties = {"id": row.item.id, "part": 1, "clause": row.item.text, "error": message}
    return {
        "type": "Feature",
        "properties": {**properties, "confidence": "low"},
        "geometry": None,
    }


def run(progress: Progress, reference: Reference, lang: str) -> None:
    """Trace what is left of a list, showing the results as they come.

    A click of the user ends the run; the next one goes on where it stopped.
    """
    total = len(progress.listing.rows)
    bar, table = st.empty(), st.empty()
    shown = 0.0
    while not progress.finished:
        step(progress, reference, lang)
        if time.monotonic() - shown > _EVERY_S:
            text = t("trace.list.progress", lang, done=progress.done, total=total)
            bar.progress(progress.done / total, text)
            results = frame(progress.features, lang)
            table.dataframe(
                results,
                hide_index=True,
                height=240,
                row_height=ROW_HEIGHT,
                placeholder="—",
                column_config=columns(lang),
            )
            shown = time.monotonic()
    bar.empty()
    table.empty()


def frame(features: list[dict[str, Any]], lang: str) -> pd.DataFrame:
    """Return the results as a table, one line a zone."""
    rows = [_cells(feature["properties"], lang) for feature in features]
    heads = [t(f"trace.list.col.{name}", lang) for name in _COLUMNS]
    return pd.DataFrame(rows, columns=heads)


def columns(lang: str) -> dict[str, Any]:
    """Return the widths of the table's columns, in pixels."""
    return {
        t(f"trace.list.col.{name}", lang): st.column_config.Column(width=_WIDTHS.get(name))
        for name in _COLUMNS
    }


def line_name(properties: dict[str, Any]) -> str:
    """Return what a line of the results is called: its id, and its name if it has one."""
    return " · ".join(filter(None, (str(properties["id"]), properties.get("name_zh"))))[:60]


def _cells(properties: dict[str, Any], lang: str) -> list[Any]:
    """Return one line of the table."""
    area, stated = properties.get("area_km2"), properties.get("published_area_km2")
    return [
        properties["id"],
        properties.get("name_zh") or "",
        None if area is None else round(area, 3),
        None if stated is None else round(stated, 3),
        properties.get("area_error_pct"),
        t(f"trace.confidence.{properties['confidence']}", lang) if area is not None else "—",
        message(properties, lang),
    ]


def message(properties: dict[str, Any], lang: str) -> str:
    """Return what a reader of the table must know of a line."""
    told = [properties["error"]] if properties.get("error") else []
    if properties.get("unresolved"):
        names = t("app.separator", lang).join(properties["unresolved"])
        told.append(t("trace.list.unresolved", lang, names=names))
    if properties.get("unused"):
        names = t("app.separator", lang).join(properties["unused"])
        told.append(t("trace.list.unused", lang, names=names))
    return t("trace.joint", lang).join(told)


def table_csv(features: list[dict[str, Any]], lang: str) -> bytes:
    """Return the results as CSV for Excel; no cell can run as a formula."""
    shown = frame(features, lang)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    clause = t("trace.list.col.clause", lang)
    writer.writerow([neutral(head) for head in (*shown.columns, clause)])
    for cells, feature in zip(shown.itertuples(index=False), features, strict=True):
        values = [*cells, feature["properties"].get("clause") or ""]
        writer.writerow([_csv_cell(value) for value in values])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any) -> str:
    if isinstance(value, str):
        return neutral(value)
    return "" if value is None or pd.isna(value) else f"{value:g}"


def outlines(progress: Progress, chosen: int | None, lang: str) -> list[Outline]:
    """Return the other rings of a list for the map."""
    found = []
    for number, feature in enumerate(progress.features):
        if number == chosen or feature["geometry"] is None:
            continue
        properties = feature["properties"]
        area = t("trace.area", lang, km2=f"{properties['area_km2']:,.3f}")
        name = properties.get("name_zh") or str(properties["id"])
        found.append(Outline(f"line-{number}", name[:40], shape(feature["geometry"]), (area,)))
        if len(found) == MOST_OUTLINES:
            break
    return found
