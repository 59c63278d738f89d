"""The page 四至速绘: a clause in, its ring on the map, what it rests on, and files of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.errors import LANGUAGES, AtlasError
from geo.reference import Reference
from layers.i18n import t
from views import navigation
from views.frame import guarded, plain, set_up
from views.help.hints import hint
from views.trace import clause as trace_clause
from views.trace import lines as trace_lines
from views.trace import reference as trace_reference
from views.trace import result as trace_result
from views.trace import state as states
from views.trace.session import TRACE, bound, change, current, put, tag
from views.trace.show import draw_head
from views.trace.state import TraceState

_SYNCED = "trace-url-synced"
_FILE = "trace-network-file"


def run() -> None:
    """Draw the page; a fault of the program is one line, and the server's log says more."""
    lang = st.query_params.get("lang", "zh")
    lang = lang if lang in LANGUAGES else "zh"
    set_up(t("trace.title", lang), lang)
    guarded(lambda: _page(_follow_url()), lang)


def _follow_url() -> list[str]:
    """Take the state from the URL when it is new, else write it there; return what was wrong."""
    query = st.query_params.to_dict()
    read, meant = st.session_state.get(_SYNCED, (None, None))
    known, changed = TRACE.key in st.session_state, query != read
    if known and changed and _but_language(query) == _but_language(read):
        # The language was changed on the other page; a clause too long for an address stays.
        change(lang=states.from_query(query)[0].lang)
    elif not known or changed:
        state, messages = states.from_query(query)
        put(state)
        # The URL is left as it came: see `views.map_page`.
        st.session_state[_SYNCED] = (query, states.to_query(state))
        return messages
    _write_url(meant)
    return []


def _write_url(meant: dict[str, str] | None) -> None:
    """Write the state to the URL unless it means the same already."""
    wanted = states.to_query(current())
    if wanted != meant:
        st.query_params.from_dict(wanted)
        st.session_state[_SYNCED] = (wanted, wanted)


def _but_language(query: dict[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (query or {}).items() if name != "lang"}


def _page(messages: list[str]) -> None:
    """Draw everything for the session's state."""
    state = current()
    lang = state.lang
    navigation.bar(lang, "trace-lang", bound)
    fault = _sidebar(state)
    state = current()
    head = st.empty()
    draw_head(head, "", lang)
    for message in messages:
        st.warning(plain(message))
    if fault is not None:
        st.error(plain(t("trace.error.upload", lang, error=fault.text(lang))))
    elif state.source == "upload" and state.network and not trace_reference.has_upload():
        st.warning(plain(t("trace.error.absent", lang, name=state.network)))
    try:
        with st.spinner(t("trace.loading", lang)):
            reference, key = trace_reference.load(_source(state))
    except AtlasError as error:
        st.error(
            f"{t('trace.error.reference', lang)} {plain(error.text(lang))} "
            f"{t('trace.error.fallback', lang)}"
        )
        reference, key = trace_reference.load("builtin")
    if state.mode == "list":
        trace_lines.show(state, reference, key)
    else:
        trace_clause.show(state, reference, key, head)
    _foot(reference, lang)


def _foot(reference: Reference, lang: str) -> None:
    """Draw the notice and the sources."""
    lines = (
        t("trace.source", lang, name=reference.name),
        t("app.sources.osm", lang),
        t("trace.privacy", lang),
    )
    st.html(
        f'<footer><p class="notice">{escape(t("map.disclaimer", lang))}</p>'
        f"<h4>{escape(t('app.sources', lang))}</h4>{trace_result.told(lines)}</footer>"
    )


def _source(state: TraceState) -> str:
    """Return where the reference lines come from."""
    known = trace_reference.sources()
    return state.source if state.source in known else known[0]


def _sidebar(state: TraceState) -> AtlasError | None:
    """Draw language, mode and reference; return what is wrong with an uploaded network."""
    lang, fault = state.lang, None
    with st.sidebar:
        st.subheader(t("trace.controls.input", lang))
        st.radio(
            t("trace.controls.input", lang),
            list(states.MODES),
            format_func=lambda mode: t(f"trace.mode.{mode}", lang),
            label_visibility="collapsed",
            **bound(f"trace-mode-{lang}", state.mode, lambda mode: {"mode": mode}),
        )
        st.subheader(t("trace.controls.reference", lang))
        source = _source(state)
        st.selectbox(
            t("trace.controls.reference", lang),
            trace_reference.sources(),
            format_func=lambda name: trace_reference.name(name, lang),
            label_visibility="collapsed",
            help=t("trace.controls.reference.help", lang),
            **bound(f"trace-source-{lang}", source, lambda name: {"source": name, "network": ""}),
        )
        if source == "upload":
            upload = st.file_uploader(
                t("trace.upload.network", lang), key=_FILE, on_change=_network_changed
            )
            most = trace_reference.MOST_BYTES // 1_000_000
            hint(t("trace.upload.network.help", lang, most=most), lang)
            if upload is not None:
                with st.spinner(t("trace.loading", lang)):
                    fault = trace_reference.take(upload)
                change(network="" if fault else states.file_name(upload.name))
                _write_url(st.session_state[_SYNCED][1])
            else:
                trace_reference.take(None)
        if state.mode == "one" and state.aliases:
            st.subheader(t("trace.controls.aliases", lang))
            with st.container(key="aliases"):
                for written, line in state.aliases:
                    st.button(
                        t("trace.alias.remove", lang, written=plain(written), line=plain(line)),
                        key=f"unalias-{tag(written)}",
                        help=t("trace.alias.remove.help", lang),
                        width="stretch",
                        on_click=_unalias,
                        args=(written,),
                    )
    return fault


def _network_changed() -> None:
    """Forget the name of a network that was taken back; one that a link named stays."""
    if st.session_state.get(_FILE) is None:
        change(network="")


def _unalias(written: str) -> None:
    put(current().without_alias(written))
