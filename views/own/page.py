"""The three calls of the map page: sidebar, payload, panel."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo import own
from geo.errors import AtlasError
from layers.i18n import t
from views.data import Atlas
from views.frame import plain
from views.help.hints import hint
from views.own import report, session
from views.own.session import Session


def sidebar(lang: str) -> None:
    """Draw the group of the sidebar: upload, what was read, what has to be asked, removal."""
    kept, fault = session.current(), session.fault()
    with (
        st.sidebar,
        st.expander(t("own.title", lang), expanded=bool(kept or fault), key="own-group"),
    ):
        if kept is None:
            _upload(fault, lang)
        else:
            _kept(kept, lang)


def payload_part(lang: str) -> dict:
    """Return what is merged into the map's payload: ``{"own": …}``, or nothing."""
    kept = session.current()
    return {} if kept is None else session.part(kept, lang)


def question(lang: str) -> None:
    """Ask above the map what the coordinates are in: nothing is drawn before."""
    kept = session.current()
    if kept is not None and kept.asking and kept.fault is None:
        with st.container(border=True, key="own-question"):
            _radio(kept, lang)


def panel(atlas: Atlas, lang: str, unit: str = "mu") -> None:
    """Draw report, table and files below the map, when there are data.

    Parameters
    ----------
    atlas : Atlas
    lang : str
    unit : str
        Of `layers.units.UNITS`: what areas are shown in.
    """
    kept = session.current()
    if kept is None or kept.result is None:
        return
    made = session.tried(lambda: report.show(kept, atlas, lang, unit))
    if isinstance(made, AtlasError):
        st.error(plain(made.text(lang)))


def _upload(fault: AtlasError | None, lang: str) -> None:
    """Draw the upload, and why the last file was not taken."""
    most = own.limits()
    upload = st.file_uploader(
        t("own.upload", lang), key=session.file_key(), max_upload_size=most.megabytes
    )
    hint(t("own.upload.help", lang, mb=most.megabytes, rows=f"{most.rows:,}",
                 vertices=f"{most.vertices:,}"), lang)  # fmt: skip
    hint(t("own.private", lang), lang)
    if upload is None:
        if fault is not None:
            session.forget()
        return
    if st.session_state.get("own-taken") == upload.file_id:
        if fault is not None:
            st.error(plain(fault.text(lang)))
        return
    st.session_state["own-taken"] = upload.file_id
    with st.spinner(t("own.reading", lang)):
        session.take(upload.name, upload.getvalue())
    st.rerun()


def _kept(kept: Session, lang: str) -> None:
    """Draw what the session holds and what it has to ask."""
    session.settle(kept)
    name = kept.name.replace("\\", "/").rpartition("/")[2][-60:]
    st.html(f'<p class="own-name">{escape(name)}</p>')
    if len(kept.raw.layers) > 1:
        _layers(kept, lang)
    if kept.untraced and kept.fault is None:
        _trace(kept, lang)
    _question(kept, lang)
    if kept.fault is not None:
        st.error(plain(kept.fault.text(lang)))
        report.columns(kept, lang, "side")
    elif kept.result is not None:
        _summary(kept, lang)
    st.button(t("own.remove", lang), key="own-remove", on_click=session.forget, width="stretch")


def _layers(kept: Session, lang: str) -> None:
    """Draw the choice of sheet or layer."""
    st.selectbox(
        t("own.layer_of", lang),
        kept.raw.layers,
        index=kept.raw.layers.index(kept.raw.layer),
        key=f"own-layer-{lang}",
        on_change=lambda: session.take_layer(st.session_state[f"own-layer-{lang}"]),
    )


def _trace(kept: Session, lang: str) -> None:
    """Trace what is left of the clauses, with a bar; a click ends it, the next run goes on."""
    total = len(kept.clauses or ())
    bar = st.progress(0.0, t("own.tracing", lang, done=len(kept.traced), total=total))
    left = [item for item in kept.clauses or () if int(item.id) not in kept.traced]

    def run() -> None:
        for row, features in own.trace(left, session.gazetteer()):
            kept.traced[row] = features
            done = len(kept.traced)
            bar.progress(done / total, t("own.tracing", lang, done=done, total=total))

    made = session.tried(run)
    bar.empty()
    if isinstance(made, AtlasError):
        kept.fault = made
        return
    session.settle(kept)


def _question(kept: Session, lang: str) -> None:
    """Say where it is asked what the coordinates are in, or let the answer be changed."""
    if not kept.candidates or (len(kept.candidates) == 1 and not kept.asking):
        return
    if kept.asking and kept.fault is None:
        st.html(f'<p class="own-ask">{escape(t("own.crs.above", lang))}</p>')
    elif not kept.asking:
        with st.expander(t("own.crs.change", lang)):
            _radio(kept, lang)


def _radio(kept: Session, lang: str) -> None:
    """Draw the candidates, each with its reason."""
    if kept.asking:
        st.html(f'<p class="own-ask">{escape(t("own.crs.ask", lang))}</p>')
    ids = [one.id for one in kept.candidates]
    names = {one.id: one.name.text(lang) for one in kept.candidates}
    key = f"own-crs-{lang}"
    now = kept.candidate
    st.radio(
        t("own.crs", lang),
        ids,
        index=None if now is None else ids.index(now.id),
        format_func=lambda one: plain(names[one]),
        captions=[plain(report.capital(one.reason.text(lang))) for one in kept.candidates],
        key=key,
        label_visibility="collapsed",
        on_change=lambda: session.choose(st.session_state[key] or ""),
    )
    if kept.hint is not None:
        hinted, reason = kept.hint
        told = t("own.crs.hint", lang, name=names.get(hinted, hinted), text=reason.text(lang))
        st.info(plain(told))


def _summary(kept: Session, lang: str) -> None:
    """Say in a few lines what was read."""
    result, counts = kept.result, kept.result.counts()
    lines = [t("own.read", lang, count=f"{len(result.features):,}", given=f"{result.given:,}")]
    if result.crs is not None:
        lines.append(t("own.crs.read", lang, name=result.crs.name.text(lang)))
    lines.append(t("own.counts", lang, **{one: f"{n:,}" for one, n in counts.items()}))
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    below = t("own.below" if len(result.features) else "own.nothing", lang)
    st.html(f'<div class="own-summary">{body}<p>{escape(below)}</p></div>')
