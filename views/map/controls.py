"""The sidebar: what the map shows and which parks, each control a view of one `ViewState` field."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from layers.i18n import t
from views import navigation
from views.data import Atlas
from views.map.state import MAX_MU, ViewState, industries, period_name
from views.page_state import PageState

VIEW: PageState[ViewState] = PageState("view")
current, change, bound = VIEW.current, VIEW.change, VIEW.bound


def sidebar(state: ViewState, atlas: Atlas) -> None:
    """Draw the sidebar."""
    with st.sidebar:
        _show(state, atlas)
        _filter(state, atlas)


def _show(state: ViewState, atlas: Atlas) -> None:
    """Draw the choice of metric, period, layout and open card."""
    lang, plans = state.lang, atlas.plans
    st.subheader(t("app.controls.show", lang))
    st.selectbox(
        t("app.metric", lang),
        plans.mapped_metrics(),
        format_func=lambda metric: plans.metrics[metric].short(lang),
        help=plans.metrics[state.metric].description(lang),
        **bound(f"metric-{lang}", state.metric, lambda metric: {"metric": metric, "period": ""}),
    )
    periods = plans.periods(state.metric)
    st.selectbox(
        t("app.period", lang),
        periods[::-1],
        format_func=lambda period: period_name(period, lang),
        disabled=len(periods) < 2,
        **bound(f"period-{lang}-{state.metric}", state.period, lambda period: {"period": period}),
    )
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
    st.selectbox(
        t("app.panel", lang),
        ["", *plans.parks],
        format_func=lambda park: (
            plans.parks[park].name(lang) if park else t("app.panel.pick", lang)
        ),
        **bound(f"park-{lang}", state.park, lambda park: {"park": park}),
    )


def _filter(state: ViewState, atlas: Atlas) -> None:
    """Draw the filters."""
    lang, plans, tags = state.lang, atlas.plans, industries(atlas.plans)
    st.subheader(t("app.controls.filter", lang))
    st.multiselect(
        t("app.parks", lang),
        list(plans.parks),
        format_func=lambda park: plans.parks[park].name(lang),
        placeholder=t("app.parks.all", lang),
        select_all=False,  # Streamlit has no Chinese for it
        **bound(f"parks-{lang}", list(state.parks), lambda parks: {"parks": tuple(parks)}),
    )
    st.multiselect(
        t("app.industries", lang),
        list(tags),
        format_func=lambda tag: tags[tag][0 if lang == "zh" else 1],
        placeholder=t("app.industries.all", lang),
        select_all=False,
        help=t("app.industries.help", lang),
        **bound(
            f"industries-{lang}", list(state.industries), lambda tags: {"industries": tuple(tags)}
        ),
    )
    st.number_input(
        t("app.min_mu", lang),
        min_value=0.0,
        max_value=float(MAX_MU),
        step=50.0,
        format="%g",
        placeholder=t("app.min_mu.any", lang),
        **bound(
            f"min-mu-{lang}",
            None if state.min_mu is None else float(state.min_mu),
            lambda least: {"min_mu": None if least is None else Decimal(str(least))},
        ),
    )
    if state.filtered:
        st.button(
            t("app.reset", lang),
            key="reset",
            on_click=lambda: change(parks=(), industries=(), min_mu=None),
        )
