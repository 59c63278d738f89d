"""A list of clauses on the page: its upload, the table of results, the line that is chosen."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.digitize.batch import Item
from geo.errors import AtlasError
from geo.reference import Reference
from geo.sizhi import MAX_CHARS
from layers.i18n import t
from views.frame import plain
from views.help.hints import hint
from views.trace import lists as trace_list
from views.trace import reading as trace_reading
from views.trace.reading import Work
from views.trace.session import LINE, clicked, current, put, tag
from views.trace.show import show_features, show_map, show_zone
from views.trace.state import TraceState

_WORK = "trace-line-work"


def show(state: TraceState, reference: Reference, key: str) -> None:
    """Draw the upload of a list, its results, and the line that is chosen."""
    lang = state.lang
    upload = st.file_uploader(t("trace.list.upload", lang), key="trace-list-file")
    hint(t("trace.list.help", lang, most=f"{trace_list.MOST_ROWS:,}"), lang)
    progress = trace_list.take(upload, key, lang)
    if progress is None:
        st.session_state.pop(LINE, None)
        return
    if isinstance(progress, AtlasError):
        st.error(plain(progress.text(lang)))
        return
    for note in progress.listing.notes[:5]:
        st.info(plain(note.text(lang)))
    if not progress.finished:
        trace_list.run(progress, reference, lang)
    features = progress.features
    drawn = sum(1 for feature in features if feature["geometry"] is not None)
    summary = t(
        "trace.list.summary", lang, lines=len(progress.listing.rows), zones=len(features),
        drawn=drawn, failed=len(features) - drawn,
    )  # fmt: skip
    st.html(f'<p class="summary">{escape(summary)}</p>')
    chosen = _chosen(progress, lang)
    others = trace_list.outlines(progress, chosen, lang)
    if chosen is None:
        show_map(None, 0, 0, [], f"list-{tag(str(progress.key))}", clicked, lang,
                 others=others, reference=reference)  # fmt: skip
    else:
        _line(progress, chosen, others, reference, key, lang)
    show_features(features, reference, "list", str(progress.key), lang)
    st.download_button(
        t("trace.list.csv", lang),
        data=trace_list.table_csv(features, lang),
        file_name="park-atlas-list.csv",
        mime="text/csv",
        key="save-list-csv",
        on_click="ignore",
    )


def _chosen(progress: trace_list.Progress, lang: str) -> int | None:
    """Draw the table of results and the choice of a line; return the line chosen."""
    features = progress.features
    # The table is drawn anew with a new key when the line is chosen elsewhere.
    shown = trace_list.frame(features, lang)
    selection = st.dataframe(
        shown,
        hide_index=True,
        height=min(38 + trace_list.ROW_HEIGHT * len(shown), 320),
        row_height=trace_list.ROW_HEIGHT,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="—",
        column_config=trace_list.columns(lang),
        key=f"trace-table-{tag(str(progress.key))}",
    )
    rows = selection["selection"]["rows"] if selection else []
    before = st.session_state.get("trace-table-row")
    if rows != before:
        st.session_state["trace-table-row"] = rows
        if rows or before:
            st.session_state[LINE] = rows[0] if rows else None
    chosen = st.session_state.get(LINE)
    chosen = chosen if isinstance(chosen, int) and chosen < len(features) else None
    st.session_state["trace-line-box"] = chosen

    def label(number: int | None) -> str:
        if number is None:
            return t("trace.list.pick.none", lang)
        return trace_list.line_name(features[number]["properties"])

    st.selectbox(
        t("trace.list.pick", lang),
        [None, *range(len(features))],
        format_func=label,
        placeholder=t("trace.list.pick.none", lang),
        key="trace-line-box",
        on_change=lambda: st.session_state.update({LINE: st.session_state["trace-line-box"]}),
    )
    return chosen


def _line(
    progress: trace_list.Progress, chosen: int, others: list, reference: Reference, key: str,
    lang: str,
) -> None:  # fmt: skip
    """Draw one line of a list as the page draws a clause of its own."""
    properties = progress.features[chosen]["properties"]
    item = progress.listing.rows[properties["row"]].item
    zone = properties["part"] - 1
    made = None
    if item.fault is None and len(item.text) <= MAX_CHARS:
        made = _work(item, str(progress.key), reference, lang)
    if made is None or zone >= len(made.readings):
        st.warning(plain(properties.get("error") or t("trace.list.beyond", lang)))
        return
    feature = trace_reading.zone_feature(made, zone, 0, lang)
    drawing = tag("line", key, str(progress.key), str(chosen))
    name = trace_list.line_name(properties)
    show_map(made, zone, 0, [], drawing, clicked, lang, others=others, name=name)
    st.button(
        t("trace.list.open", lang),
        key="open-line",
        help=t("trace.list.open.help", lang),
        on_click=lambda: put(replace(current().with_text(item.text, item.area_km2), zone=zone)),
    )
    show_zone(made, zone, 0, feature, lang)


def _work(item: Item, key: str, reference: Reference, lang: str) -> Work:
    """Return what comes of a line; done again only for another line or list."""
    kept = st.session_state.get(_WORK)
    if kept is None or kept[0] != (key, item):
        with st.spinner(t("trace.working", lang)):
            made = trace_reading.work(item.text, item.area_km2, item.aliases or {}, reference)
        st.session_state[_WORK] = kept = ((key, item), made)
    return kept[1]
