"""The section of maps: one HTML file, a picture or a sheet to print, of what is chosen."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from geo.errors import AtlasError
from layers.i18n import t
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import PAPERS, find_browser, picture
from layers.schemes.industry import tags_in_use
from views import desk, map_component
from views.data import Atlas
from views.export import imprints
from views.export.imprints import Given
from views.export.state import EXPORT, NO_METRIC, WHATS, ExportState, bound
from views.frame import guarded, plain
from views.help.hints import hint
from views.map.state import period_name

MAP_HEIGHT = 430
KEY = "export-map"
MIMES = {"png": "image/png", "pdf": "application/pdf"}


def show(state: ExportState, atlas: Atlas) -> None:
    """Draw what can be chosen beside the map it makes, and the buttons."""
    left, right = st.columns([1, 1.35], gap="medium")
    with left:
        _what(state, atlas)
        stops = _stops(state, atlas)
        own = imprints.ask(state.lang)
    with right:
        if own is not None and atlas.boundaries is not None:
            guarded(lambda: _buttons(state, atlas, own, stops), state.lang)
        guarded(lambda: _preview(state, atlas), state.lang)


def view_of(state: ExportState) -> MapView:
    """Return the map of a state."""
    lang, what = state.lang, state.what
    if what == "scheme":
        return MapView(lang=lang, metric=None, scheme=state.scheme)
    if what == "industry":
        return MapView(lang=lang, metric=None, industry=state.industry)
    parks = state.parks or None
    if what == "projects":
        return MapView(lang=lang, metric=None, projects=True, parks=parks)
    if state.metric == NO_METRIC:
        return MapView(lang=lang, metric=None, parks=parks)
    return MapView(lang=lang, metric=state.metric, period=state.period, parks=parks)


def stem(state: ExportState) -> str:
    """Return the files' name without ending, plain ASCII."""
    of = {"scheme": state.scheme, "industry": state.industry}.get(state.what, state.what)
    parts = ["park-atlas", of]
    if state.what == "parks":
        parts += [state.metric, state.period]
    if state.what in ("parks", "projects") and state.parks:
        parts += state.parks if len(state.parks) <= 3 else [f"{len(state.parks)}-parks"]
    return "-".join(part.replace("_", "-") for part in [*parts, state.lang] if part)


def _what(state: ExportState, atlas: Atlas) -> None:
    """Draw what the map is of."""
    lang, plans = state.lang, atlas.plans
    whats = [what for what in WHATS if what != "scheme" or atlas.schemes]
    st.segmented_control(
        t("export.what", lang),
        whats,
        format_func=lambda what: t(f"export.what.{what}", lang),
        required=True,
        **bound(f"export-what-{lang}", state.what, "what"),
    )
    if state.what == "scheme":
        st.selectbox(
            t("app.scheme", lang),
            list(atlas.schemes),
            format_func=lambda one: atlas.schemes[one].name(lang),
            **bound(f"export-scheme-{lang}", state.scheme, "scheme"),
        )
    elif state.what == "industry":
        tags = tags_in_use(plans, atlas.schemes)
        st.selectbox(
            t("app.industries", lang),
            list(tags),
            format_func=lambda one: tags[one].name(lang),
            **bound(f"export-industry-{lang}", state.industry, "industry"),
        )
    else:
        if state.what == "parks":
            _metric(state, atlas)
        parks_choice(state, atlas)


def _metric(state: ExportState, atlas: Atlas) -> None:
    """Draw what the parks are coloured by."""
    lang, plans = state.lang, atlas.plans

    def name(metric: str) -> str:
        if metric == NO_METRIC:
            return t("export.no_metric", lang)
        return plans.metrics[metric].name(lang)

    st.selectbox(
        t("app.metric", lang),
        [*plans.mapped_metrics(), NO_METRIC],
        format_func=name,
        **bound(f"export-metric-{lang}", state.metric, "metric"),
    )
    if state.metric != NO_METRIC:
        st.selectbox(
            t("app.period", lang),
            list(reversed(plans.periods(state.metric))),
            format_func=lambda period: period_name(period, lang),
            **bound(f"export-period-{lang}-{state.metric}", state.period, "period"),
        )


def parks_choice(state: ExportState, atlas: Atlas) -> None:
    """Draw which parks; none is all."""
    lang, key = state.lang, f"export-parks-{state.lang}-{state.section}"
    st.multiselect(
        t("app.parks", lang),
        list(atlas.plans.parks),
        format_func=lambda park: atlas.plans.parks[park].short(lang),
        placeholder=t("app.parks.all", lang),
        **EXPORT.bound(key, list(state.parks), lambda parks: {"parks": tuple(parks)}),
    )


def _stops(state: ExportState, atlas: Atlas) -> tuple[str, ...]:
    """Draw what a presentation of the file steps through; return it."""
    lang = state.lang
    names = {park.id: park.short(lang) for park in atlas.plans.parks.values()}
    names |= {scheme.id: scheme.name(lang) for scheme in atlas.schemes.values()}
    with st.expander(t("export.stops", lang), expanded=False):
        hint(t("export.stops.hint", lang), lang)
        chosen = st.multiselect(
            t("export.stops", lang),
            list(names),
            format_func=names.get,
            placeholder=t("export.stops.default", lang),
            label_visibility="collapsed",
            key=f"export-stops-{lang}",
        )
    return tuple(chosen)


def _preview(state: ExportState, atlas: Atlas) -> None:
    """Draw the map as the file opens, or one line on why there is none."""
    if atlas.boundaries is None:
        return
    try:
        drawn = map_component.payload(view_of(state), atlas.stamp, atlas.plans, atlas.boundaries)
        map_component.show(drawn, MAP_HEIGHT, lambda: None, key=KEY)
    except AtlasError as error:
        st.error(f"{t('app.error.map', state.lang)}\n\n{plain(error.text(state.lang))}")


def html(state: ExportState, atlas: Atlas, own: Given, stops: tuple[str, ...] = ()) -> str:
    """Return the map's page."""
    return export_html(
        view_of(state), atlas.plans, atlas.boundaries,
        imprint=own.imprint, stops=stops, schemes=atlas.schemes, paper=state.paper,
    )  # fmt: skip


def sheet(state: ExportState, atlas: Atlas, own: Given, ending: str) -> bytes:
    """Return the map as a picture or as sheets, by a browser of the server."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"map.{ending}"
        picture(html(state, atlas, own), target, state.paper)
        return target.read_bytes()


def _buttons(state: ExportState, atlas: Atlas, own: Given, stops: tuple[str, ...]) -> None:
    """Draw the files of the map."""
    lang, name = state.lang, stem(state)
    with st.container(horizontal=True, vertical_alignment="center", key="export-files"):
        desk.make(
            t("export.html", lang),
            f"{name}.html",
            "text/html",
            (view_of(state), own.mark, stops, state.paper, atlas.stamp),
            lambda: html(state, atlas, own, stops).encode("utf-8"),
            lang,
            heavy=False,
            type="primary",
            help=t("export.html.help", lang),
        )
        st.segmented_control(
            t("export.paper", lang),
            list(PAPERS),
            label_visibility="collapsed",
            required=True,
            **bound(f"export-paper-{lang}", state.paper, "paper"),
        )
        if not _has_browser(lang):
            return
        for ending, mime in MIMES.items():
            file = f"{name}-{state.paper.lower()}.{ending}"
            desk.make(
                t(f"export.{ending}", lang),
                file,
                mime,
                (view_of(state), own.mark, state.paper, atlas.stamp),
                lambda ending=ending: sheet(state, atlas, own, ending),
                lang,
                help=t(f"export.{ending}.help", lang),
            )


def _has_browser(lang: str) -> bool:
    """Say whether pictures can be made here; where not, one line says so."""
    try:
        find_browser()
    except AtlasError:
        hint(t("export.no_browser", lang), lang)
        return False
    return True
