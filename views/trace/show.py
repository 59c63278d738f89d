"""The parts of the page that a clause and a line of a list share: map, figures, files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st
from shapely.geometry import shape

from geo.digitize import Reading
from geo.errors import AtlasError
from geo.exchange.files import SYSTEM_NAMES, SYSTEMS
from geo.formats import FORMATS, Encoded
from geo.reference import Reference
from geo.trace import NoRing, Ring
from layers import trace
from layers.i18n import t
from layers.trace import Outline
from views import map_component
from views.frame import plain
from views.trace import reading as trace_reading
from views.trace import result as trace_result
from views.trace.reading import Work

MAP_HEIGHT = 560
KEY = "trace-map"
_FILES = "trace-files"


def draw_head(place: Any, line: str, lang: str) -> None:
    """Draw the page's heading, with the result in it."""
    place.html(
        f'<header class="bar"><h1>{escape(t("trace.title", lang))}</h1>'
        f"<p>{escape(t('trace.subtitle', lang))}</p><b>{escape(line)}</b></header>"
    )


def show_map(
    made: Work | None,
    zone: int,
    number: int,
    features: Sequence[dict[str, Any]],
    key: str,
    on_click: Callable[[], None],
    lang: str,
    others: Sequence[Outline] = (),
    reference: Reference | None = None,
    name: str = "",
) -> None:
    """Draw a zone's ring over the lines around, with the other zones.

    Parameters
    ----------
    made : Work or None
        None when only the others are shown; then ``reference`` must be given.
    zone, number : int
        Which zone of it, in which reading.
    features : sequence of dict
        All zones of the text; those but ``zone`` are outlines to click on.
    key : str
        What tells this trace from others; the map moves when it or the zone changes.
    on_click : callable
    lang : str
    others : sequence of Outline
        Outlines besides.
    reference : Reference, optional
    name : str
        What the zone is called on the map; by default as the text calls it.
    """
    reading, properties = None, {}
    if made is not None:
        reference = made.reference
        reading, number = trace_reading.picked(made.readings[zone], number)
        properties = trace_reading.zone_feature(made, zone, number, lang)["properties"]
    outlines = [*others, *_zones(made, zone, features, lang)]
    if reading is None:
        title, subtitle = t("trace.map.list", lang), ""
    else:
        title = name or trace_reading.zone_name(made, zone, lang)
        subtitle = trace_result.headline(properties, lang) or t("trace.map.no_ring", lang)
    layer = trace.TraceLayer(lang, reference, reading, outlines)
    view = trace.TraceView(lang, f"{key}-{zone}", title, subtitle)
    try:
        map_component.show(trace.payload(view, layer), MAP_HEIGHT, on_click, key=KEY)
    except AtlasError as error:
        st.error(f"{t('app.error.map', lang)} {plain(error.text(lang))}")


def _zones(
    made: Work | None, zone: int, features: Sequence[dict[str, Any]], lang: str
) -> list[Outline]:
    """Return the other zones of a text as outlines."""
    return [
        Outline(
            f"zone-{other}",
            trace_reading.zone_name(made, other, lang),
            shape(feature["geometry"]),
            (trace_result.headline(feature["properties"], lang),),
        )
        for other, feature in enumerate(features)
        if other != zone and feature["geometry"] is not None
    ]


def show_zone(
    made: Work,
    zone: int,
    number: int,
    feature: dict[str, Any],
    lang: str,
    said: tuple[float, str] | None = None,
    alone: bool = False,
) -> None:
    """Draw a zone's figures, parse, decisions and evidence.

    ``said`` is the stated area as the user entered it, with its unit; ``alone`` tells that the
    page has the clause's own controls (suggestions above, aliases below).
    """
    reading, _ = trace_reading.picked(made.readings[zone], number)
    properties = feature["properties"]
    if isinstance(reading.ring, NoRing):
        _no_ring(reading, lang, alone)
    else:
        st.html(trace_result.tiles(properties, lang, trace_result.Told(made, reading, said)))
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        st.html(
            f'<div class="parse"><h4>{escape(t("trace.parse", lang))}</h4>'
            f"{trace_result.tokens(made.parsed, lang)}"
            f"{trace_result.sides(reading, properties, lang)}</div>"
        )
    with right:
        told = [decision[lang] for decision in properties["decisions"]]
        told = told or [t("trace.decisions.none", lang)]
        parts = [("trace.decisions", told)]
        if properties["warnings"]:
            parts.insert(0, ("trace.warnings", properties["warnings"]))
        st.html(
            '<div class="parse">'
            + "".join(
                f"<h4>{escape(t(head, lang))}</h4>{trace_result.told(lines)}"
                for head, lines in parts
            )
            + "</div>"
        )
    if isinstance(reading.ring, Ring):
        with st.expander(t("trace.evidence", lang, count=len(reading.ring.edges))):
            st.html(trace_result.evidence_table(reading.ring, properties["sources"], lang))


def _no_ring(reading: Reading, lang: str, alone: bool) -> None:
    """Draw why there is no ring; a name that is on no line comes first, it can be mended."""
    head, reason = t("trace.no_ring", lang), reading.ring.reason.text(lang)
    if reading.misses:
        side, miss = reading.misses[0]
        key = "trace.no_ring.miss" if side else "trace.no_ring.miss_around"
        where = t(f"trace.side.{side}", lang).lower() if side else ""
        head = t(key, lang, side=where, name=miss.written)
        if alone:
            mend = "trace.no_ring.pick" if miss.suggestions else "trace.no_ring.enter"
            head = t("trace.sentences", lang, one=head, other=t(mend, lang))
    found = len({match.line.name for _, match in reading.matches})
    missing = len(reading.misses)
    st.warning(
        f"**{plain(head)}** {plain(trace_result.sentence(reason, lang))}\n\n"
        + t("trace.no_ring.found", lang, found=found, missing=missing)
    )


def file_stem(made: Work) -> str:
    """Return what a clause's files are called: its zone's name, else the first names in it."""
    part = made.readings[0].part
    bounds = [bound.name for listed in (*part.sides.values(), part.around) for bound in listed]
    names = [part.name] if part.name else list(dict.fromkeys(bounds))[:2]
    words = (re.sub(r"[^\w-]+", "", name)[:16] for name in names)
    return "-".join(["park-atlas", *filter(None, words)])


def show_features(
    features: Sequence[dict[str, Any]],
    reference: Reference,
    name: str,
    key: str,
    lang: str,
    stem: str = "",
) -> None:
    """Draw the download buttons for features, with what their readers must know.

    Nothing is drawn where no feature has a ring.

    Parameters
    ----------
    features : sequence of dict
    reference : geo.reference.Reference
        What they were traced on, which the files credit.
    name : str
        "one" or "list".
    key : str
        What tells these features from others; the files of the last ones are kept in the session.
    lang : str
    stem : str
        What the files are called, without their endings; by default their title.
    """
    count = sum(1 for feature in features if feature["geometry"] is not None)
    if not count:
        return
    head = escape(t("trace.download", lang, count=count))
    st.html(f'<div class="parse"><h4>{head}</h4></div>')
    title = f"park-atlas-{'list' if name == 'list' else 'sizhi'}"
    code = _system(name, lang)
    files = _files(features, reference, title, f"{name} {key} {code}", code, lang)
    with st.container(horizontal=True, vertical_alignment="center", key=f"save-trace-{name}"):
        for kind, file in files.items():
            if isinstance(file, AtlasError):
                continue
            made = FORMATS[kind]
            st.download_button(
                made.name(lang),
                data=file.data,
                file_name=f"{stem or title}{made.suffix}",
                mime=made.media_type,
                key=f"save-{name}-{kind}",
                on_click="ignore",
            )
    told = {
        kind: [file.text(lang)]
        if isinstance(file, AtlasError)
        else [note.text(lang) for note in file.notes]
        for kind, file in files.items()
    }
    _notes(told, lang)


def _system(name: str, lang: str) -> int:
    """Draw the choice of the coordinate system for the formats that leave one; return its code."""
    return st.selectbox(
        t("trace.crs", lang),
        SYSTEMS["shp"],
        format_func=lambda code: f"{SYSTEM_NAMES[code].text(lang)} (EPSG:{code})",
        help=t("trace.crs.help", lang),
        key=f"trace-crs-{name}-{lang}",
        width=460,
    )


def _files(
    features: Sequence[dict[str, Any]],
    reference: Reference,
    title: str,
    key: str,
    code: int,
    lang: str,
) -> dict[str, Encoded | AtlasError]:
    """Return the features in every format, or why a format cannot hold them."""
    kept = st.session_state.get(_FILES)
    if kept is None or kept[0] != key:
        files: dict[str, Encoded | AtlasError] = {}
        with st.spinner(t("trace.writing", lang)):
            for kind in FORMATS:
                try:
                    crs = code if code in SYSTEMS[kind] else None
                    files[kind] = trace_reading.encoded(features, kind, title, reference, crs)
                except AtlasError as error:
                    files[kind] = error
        st.session_state[_FILES] = kept = (key, files)
    return kept[1]


def _notes(notes: dict[str, list[str]], lang: str) -> None:
    """Draw what readers of the files must know: the boundary points' zone, the rest folded."""
    lines = {
        kind: [t("trace.note", lang, format=FORMATS[kind].name(lang), text=text) for text in texts]
        for kind, texts in notes.items()
    }
    first, rest = lines.pop("txt", []), [line for own in lines.values() for line in own]
    if rest:
        head = escape(t("trace.notes", lang, count=len(rest)))
        folded = f"<details><summary>{head}</summary>{trace_result.told(rest)}</details>"
    else:
        folded = ""
    st.html(f'<div class="notes">{trace_result.told(first)}{folded}</div>')
