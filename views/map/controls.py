"""The sidebar: which parks and what the map shows, each control a view of one `ViewState` field."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import streamlit as st

from layers.i18n import t
from layers.tiles import OFFLINE
from views import basemap, navigation, own
from views.data import Atlas
from views.map.state import LANDS, MAX_MU, ViewState, industries, period_name
from views.page_state import PageState

VIEW: PageState[ViewState] = PageState("view")
current, change, bound = VIEW.current, VIEW.change, VIEW.bound
PRESETS = (50, 100, 500)  # 亩


def sidebar(state: ViewState, atlas: Atlas) -> None:
    """Draw the sidebar: the questions first, then what colours the map, then what is rarely set."""
    with st.sidebar:
        _filter(state, atlas)
        _show(state, atlas)
        _layers(state, atlas)
        _parks(state, atlas)
        own.sidebar(state.lang)


def _filter(state: ViewState, atlas: Atlas) -> None:
    """Draw the filters: industries and land, one click each."""
    lang, tags = state.lang, industries(atlas.plans)
    with st.container(horizontal=True, vertical_alignment="center", key="filter-head"):
        st.subheader(t("app.controls.filter", lang), width="stretch")
        if state.filtered:
            st.button(t("app.reset", lang), key="reset", type="tertiary", on_click=_reset)
    st.pills(
        t("app.industries", lang),
        list(tags),
        selection_mode="multi",
        format_func=lambda tag: tags[tag][0 if lang == "zh" else 1],
        help=t("app.industries.help", lang),
        **bound(
            f"industries-{lang}", list(state.industries), lambda tags: {"industries": tuple(tags)}
        ),
    )
    for land in LANDS[::-1]:
        _presets(state, land)
    st.number_input(
        t(f"official.least.{state.land}", lang),
        min_value=0.0,
        max_value=float(MAX_MU),
        step=50.0,
        format="%g",
        placeholder=t("app.min_mu.any", lang),
        help=t(f"official.land.{state.land}.help", lang),
        **bound(
            f"min-mu-{lang}",
            None if state.min_mu is None else float(state.min_mu),
            lambda least: current().asking(min_mu=None if least is None else Decimal(str(least))),
        ),
    )


def _reset() -> None:
    """Let in every park again."""
    change(**current().asking(parks=(), industries=(), min_mu=None, land=LANDS[0]))


def _presets(state: ViewState, land: str) -> None:
    """Draw the usual least amounts of one kind of land; pressed again, the limit goes."""
    lang = state.lang
    chosen = int(state.min_mu) if state.land == land and state.min_mu in PRESETS else None
    name = t(f"official.land.{land}", lang)
    with st.container(horizontal=True, vertical_alignment="center", key=f"land-{land}"):
        st.html(f'<p class="least">{escape(t(f"official.land.{land}.short", lang))}</p>')
        st.pills(
            t("official.land.label", lang, land=name),
            PRESETS,
            format_func=lambda mu: t("official.preset", lang, mu=mu),
            label_visibility="collapsed",
            **bound(
                f"least-{land}-{lang}",
                chosen,
                lambda mu: (
                    current().asking(min_mu=None, land=LANDS[0])
                    if mu is None
                    else current().asking(min_mu=Decimal(mu), land=land)
                ),
            ),
        )


def _show(state: ViewState, atlas: Atlas) -> None:
    """Draw the choice of metric, and of period where there are several."""
    lang, plans = state.lang, atlas.plans
    st.selectbox(
        t("app.metric", lang),
        plans.mapped_metrics(),
        format_func=lambda metric: plans.metrics[metric].short(lang),
        help=plans.metrics[state.metric].description(lang),
        **bound(f"metric-{lang}", state.metric, lambda metric: {"metric": metric, "period": ""}),
    )
    periods = plans.periods(state.metric)
    if len(periods) > 1:
        st.selectbox(
            t("app.period", lang),
            periods[::-1],
            format_func=lambda period: period_name(period, lang),
            **bound(
                f"period-{lang}-{state.metric}", state.period, lambda period: {"period": period}
            ),
        )


def _layers(state: ViewState, atlas: Atlas) -> None:
    """Draw the choice of what lies over and under the parks."""
    lang = state.lang
    with st.expander(t("official.layers", lang), expanded=_layered(state)):
        st.selectbox(
            t("app.scheme", lang),
            ["", *atlas.schemes],
            format_func=lambda scheme: (
                atlas.schemes[scheme].name(lang) if scheme else t("app.scheme.none", lang)
            ),
            **bound(f"scheme-{lang}", state.scheme, lambda scheme: {"scheme": scheme}),
        )
        st.button(
            t("layout.from_map", lang),
            key="to-schemes",
            help=t("layout.from_map.help", lang),
            on_click=navigation.go,
            args=("schemes",),
            kwargs={"a": state.scheme} if state.scheme else {},
        )
        st.toggle(
            t("app.projects", lang),
            help=t("app.projects.help", lang),
            **bound(f"projects-{lang}", state.projects, lambda on: {"projects": on}),
        )
        basemap.draw(
            state.base, lang, **bound(f"base-{lang}", state.base, lambda base: {"base": base})
        )


def _layered(state: ViewState) -> bool:
    """Whether anything of the rarely used layers is chosen."""
    return bool(state.scheme or state.projects or state.base != OFFLINE)


def _parks(state: ViewState, atlas: Atlas) -> None:
    """Draw the choice of parks by name, and of the one whose card is open."""
    lang, plans = state.lang, atlas.plans
    with st.expander(t("official.parks", lang), expanded=bool(state.parks)):
        st.multiselect(
            t("app.parks", lang),
            list(plans.parks),
            format_func=lambda park: plans.parks[park].name(lang),
            placeholder=t("app.parks.all", lang),
            select_all=False,  # Streamlit has no Chinese for it
            **bound(f"parks-{lang}", list(state.parks), lambda parks: {"parks": tuple(parks)}),
        )
        st.selectbox(
            t("app.panel", lang),
            ["", *plans.parks],
            format_func=lambda park: (
                plans.parks[park].name(lang) if park else t("app.panel.pick", lang)
            ),
            **bound(f"park-{lang}", state.park, lambda park: {"park": park}),
        )
