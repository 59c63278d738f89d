"""The section that compares the parks by what is computed from their figures, formula and all."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geo.plans import cite, format_number
from geo.plans.derive import DEFINITIONS, Derived
from layers.i18n import t, with_unit
from views import table_selection as selection
from views.data import Atlas
from views.figures.state import DataState
from views.help.hints import hint
from views.saving import csv_button
from views.sheets import Value

_COLUMNS = ("park", "scope", "period", "value", "unit", "formula", "caveats", "places")


def chosen(state: DataState, atlas: Atlas) -> list[Derived]:
    """Return the values of the state's definition, latest period first, then the parks' order."""
    wanted = definition(state)
    parks = list(atlas.plans.parks)
    found = [
        one
        for one in atlas.derived
        if one.metric == wanted and (not state.about or one.park_id == state.about)
    ]
    return sorted(
        sorted(found, key=lambda one: parks.index(one.park_id)),
        key=lambda one: one.period.split("-")[-1],
        reverse=True,
    )


def definition(state: DataState) -> str:
    """Return the id of what is computed: the state's, the first by default."""
    return state.derived or next(iter(DEFINITIONS))


def show(state: DataState, atlas: Atlas) -> None:
    """Draw the table of one definition and its file."""
    lang, found = state.lang, chosen(state, atlas)
    what = DEFINITIONS[definition(state)]
    table = rows(found, atlas, lang)
    with st.container(horizontal=True, vertical_alignment="center", key="derived-head"):
        st.html(
            f"<h3>{what.name(lang)}<small> {what.words.text(lang)}</small></h3>", width="stretch"
        )
        csv_button(what.id.replace("_", "-"), lambda: (head(lang), table), lang, bool(found))
    hint(t("data.derived.how", lang), lang)
    if not found:
        st.info(t("data.derived.none", lang))
        return
    frame = pd.DataFrame(table, columns=head(lang))
    value = t("data.derived.value", lang)
    # Floats are for sorting only: the file has the exact value.
    frame[value] = [float(one.value) for one in found]
    key = f"derived-table-{what.id}-{state.about}"
    index = selection.picked(key, len(found))
    if index is not None:
        st.html(detail(table[index], found[index], lang))
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            value: st.column_config.NumberColumn(format="localized"),
            t("data.derived.scope", lang): st.column_config.TextColumn(width=130),
            t("data.derived.formula", lang): st.column_config.TextColumn(width=270),
            t("data.derived.caveats", lang): st.column_config.TextColumn(width="large"),
        },
        placeholder="—",
        height=min(900, 35 * (len(found) + 1) + 3),
        key=key,
        on_select="rerun",
        selection_mode=selection.MODES,
    )


def detail(row: list[Value], one: Derived, lang: str) -> str:
    """Return all there is to say of one value as HTML; every text is escaped."""
    unit = one.definition.unit_name(lang)
    value = with_unit(_shown(one, lang), unit, lang)
    lines = "".join(
        f"<p><b>{escape(name)}</b> {escape(str(text))}</p>"
        for name, text in zip(head(lang)[5:], row[5:], strict=True)
        if text
    )
    title = " · ".join(filter(None, (str(row[0]), str(row[1] or ""), one.definition.name(lang),
                                     str(row[2]))))  # fmt: skip
    return (
        f'<article class="document detail"><h4>{escape(title)}</h4>'
        f"<strong>{escape(value)}</strong>{lines}</article>"
    )


def head(lang: str) -> list[str]:
    """Return the table's headings."""
    return [t(f"data.derived.{name}", lang) for name in _COLUMNS]


def rows(found: list[Derived], atlas: Atlas, lang: str) -> list[list[Value]]:
    """Return the table's rows; a value that compares what may not be comparable says so first."""
    end = "；" if lang == "zh" else "; "
    return [
        [
            atlas.plans.name(one.park_id, lang),
            atlas.zone_names(one.zones, lang),
            one.period.replace("-", "–"),
            one.value,
            one.definition.unit_name(lang),
            one.formula.text(lang),
            end.join(
                [
                    *([t("data.derived.differs", lang)] if one.scope_differs else []),
                    *([t("app.scope.about", lang)] if one.approximate else []),
                    *(caveat.text(lang) for caveat in one.caveats),
                ]
            ),
            end.join(dict.fromkeys(cite(figure, lang) for figure in one.inputs)),
        ]
        for one in found
    ]


def _shown(one: Derived, lang: str) -> str:
    """Return the value in words, with 约 where it is about so much."""
    value = format_number(one.value)
    return t("data.bound.about", lang, value=value) if one.approximate else value
