"""The form of needs in the sidebar: each control a view of one part of the state."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import streamlit as st

from geo.finder import CRITERIA, WEIGHTS, plan_periods
from layers.i18n import t
from views.data import Atlas
from views.finder.state import MOST, STEP, FinderState
from views.help.hints import hint_html
from views.page_state import PageState

FINDER: PageState[FinderState] = PageState("finder")
current, put, bound = FINDER.current, FINDER.put, FINDER.bound

_STEPS = {
    "land": 50.0, "industrial_land": 50.0, "factory": 1.0, "office": 1.0, "density": 10.0,
    "metro": 250.0, "expressway": 500.0,
}  # fmt: skip
# One click fills the form: what is asked, and which of it is a hard limit.
EXAMPLES: dict[str, tuple[dict[str, str | Decimal], frozenset[str]]] = {
    "chips": (
        {"industry": "integrated-circuits", "industrial_land": Decimal(50)},
        frozenset({"industry", "industrial_land"}),
    ),
    "medicine": (
        {"industry": "biomedicine", "factory": Decimal(2), "metro": Decimal(1500)},
        frozenset({"industry", "factory"}),
    ),
    "ai": (
        {"industry": "ai", "office": Decimal(5), "metro": Decimal(800)},
        frozenset({"industry", "office"}),
    ),
    "equipment": (
        {
            "industry": "equipment",
            "land": Decimal(200),
            "density": Decimal(100),
            "expressway": Decimal(2000),
        },
        frozenset({"industry", "land"}),
    ),
}


def sidebar(state: FinderState, atlas: Atlas) -> None:
    """Draw the form."""
    lang = state.lang
    with st.sidebar, st.container(key="needs"):
        title, hint = t("finder.needs", lang), t("finder.needs.hint", lang)
        st.html(f"<h3>{escape(title)}</h3>{hint_html(hint, lang)}")
        for criterion in CRITERIA:
            with st.container(key=f"need-{criterion}", gap=None):
                _value(criterion, state, atlas)
                if criterion in state.values:
                    _role(criterion, state)
        periods = plan_periods(atlas.plans)
        st.selectbox(
            t("finder.period", lang),
            ["", *periods],
            format_func=lambda period: period.replace("-", "–") or t("finder.period.all", lang),
            help=t("finder.period.help", lang),
            **bound(f"finder-period-{lang}", state.period, lambda period: {"period": period}),
        )
        if state.values:
            st.button(t("finder.clear", lang), key="clear-needs", on_click=_clear)


def need_label(criterion: str, lang: str) -> str:
    """Return what a criterion's control is called: what, from or up to how much, the unit."""
    record = CRITERIA[criterion]
    name = record.name.text(lang)
    return t(f"finder.need.{record.direction}", lang, name=name, unit=record.unit.text(lang))


def _value(criterion: str, state: FinderState, atlas: Atlas) -> None:
    """Draw the control of what is asked of a criterion; an empty one asks nothing."""
    lang, value, key = state.lang, state.values.get(criterion), f"ask-{criterion}-{state.lang}"
    label, helped = need_label(criterion, lang), t(f"finder.help.{criterion}", lang)
    if CRITERIA[criterion].direction == "is":
        tags = atlas.plans.tags
        st.selectbox(
            label,
            ["", *tags],
            format_func=lambda tag: tags[tag].name(lang) if tag else t("finder.any", lang),
            help=helped,
            **_tied(key, value or "", criterion),
        )
        return
    st.number_input(
        label,
        min_value=0.0,
        max_value=float(MOST),
        step=_STEPS[criterion],
        format="%g",
        placeholder=t("finder.any", lang),
        help=helped,
        **_tied(key, None if value is None else float(value), criterion),
    )


def _tied(key: str, shown: object, criterion: str) -> dict:
    """Return the arguments that tie a control to what is asked of a criterion."""

    def taken(value: str | float | None) -> None:
        if isinstance(value, float):
            # Of a float what it prints, not the binary fraction; nothing is asked by a 0.
            value = Decimal(str(value)).quantize(STEP) or None
        put(current().asked(criterion, value))

    return _changing(key, shown, taken)


def _changing(key: str, shown: object, taken: object) -> dict:
    st.session_state[key] = shown
    return {"key": key, "on_change": lambda: taken(st.session_state[key])}


def _role(criterion: str, state: FinderState) -> None:
    """Draw whether a need is a hard limit or counts, and what it then weighs."""
    lang, must = state.lang, criterion in state.must
    name = CRITERIA[criterion].name.text(lang)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.segmented_control(
            t("finder.role", lang, name=name),
            ("must", "counts"),
            format_func=lambda role: t(f"finder.role.{role}", lang),
            label_visibility="collapsed",
            required=True,
            **_changing(
                f"role-{criterion}-{lang}",
                "must" if must else "counts",
                lambda role: put(current().hard(criterion, role == "must")),
            ),
        )
        if not must:
            st.selectbox(
                t("finder.weight.of", lang, name=name),
                list(WEIGHTS),
                format_func=lambda weight: t("finder.weight", lang, weight=weight),
                label_visibility="collapsed",
                width=102,
                **_changing(
                    f"weight-{criterion}-{lang}",
                    state.weight(criterion),
                    lambda weight: put(current().weighing(criterion, weight)),
                ),
            )


def _clear() -> None:
    put(FinderState(lang=current().lang, period=current().period))


def examples(state: FinderState) -> None:
    """Draw needs that one click asks for."""
    with st.container(horizontal=True, gap="small", key="needs-examples"):
        for name, (values, must) in EXAMPLES.items():
            st.button(
                t(f"finder.example.{name}", state.lang),
                key=f"example-{name}",
                on_click=lambda values=values, must=must: put(
                    FinderState(
                        lang=current().lang, values=values, must=must, period=current().period
                    )
                ),
            )
