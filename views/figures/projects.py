"""The section with the plans' key projects: one table, its file, the way to the map."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import pandas as pd
import streamlit as st

from geo.plans import Project
from geo.plans.projects import PRECISIONS, projects_table
from layers.i18n import t
from views import navigation
from views import table_selection as selection
from views.data import Atlas
from views.figures.state import DataState
from views.help.hints import hint
from views.saving import csv_button
from views.sheets import Value

_COLUMNS = ("name", "precision", "investment", "floor", "park", "place", "basis", "category",
            "builder", "direction", "note", "source", "locator")  # fmt: skip


def chosen(state: DataState, atlas: Atlas) -> list[Project]:
    """Return the projects that a state's filters leave, in the plan's order."""
    return [
        project
        for project in atlas.plans.projects
        if not state.about or project.park_id == state.about
    ]


def rows(projects: list[Project], atlas: Atlas, lang: str) -> list[list[Value]]:
    """Return the table's rows; a number that the plan does not state is None."""
    return [
        [
            row["name"],
            t(f"project.precision.{row['precision']}", lang),
            row["investment_10k_yuan"],
            row["floor_m2"],
            row["park"],
            row["place"],
            row["basis"],
            row["category"],
            row["builder"],
            row["direction"],
            " ".join(filter(None, (row["floor_note"], row["note"]))),
            row["source"],
            row["locator"],
        ]
        for row in projects_table(projects, atlas.plans, lang)
    ]


def head(lang: str) -> list[str]:
    """Return the table's headings."""
    return [t(f"data.project.{name}", lang) for name in _COLUMNS]


def show(state: DataState, atlas: Atlas) -> None:
    """Draw the table, its file and the button that shows the projects on the map."""
    lang, projects = state.lang, chosen(state, atlas)
    words = t("data.projects.count", lang, shown=len(projects), all=len(atlas.plans.projects))
    table = rows(projects, atlas, lang)
    with st.container(horizontal=True, vertical_alignment="center", key="projects-head"):
        st.html(f"<h3>{words}</h3>", width="stretch")
        st.button(
            t("data.projects.map", lang),
            key="projects-map",
            on_click=navigation.go,
            args=("map",),
            kwargs={"projects": "1", **({"parks": state.about} if state.about else {})},
        )
        csv_button("projects", lambda: (head(lang), table), lang, bool(projects))
    if not projects:
        st.info(t("data.projects.none", lang))
        return
    st.html(f'<p class="quiet">{escape(placed(projects, lang))}</p>')
    frame = pd.DataFrame(table, columns=head(lang))
    numbers = [t(f"data.project.{name}", lang) for name in ("investment", "floor")]
    for name in numbers:
        # Floats are for sorting only: the file has the exact numbers.
        frame[name] = [None if value is None else float(value) for value in frame[name]]
    config = {name: st.column_config.NumberColumn(format="localized") for name in numbers}
    config[frame.columns[0]] = st.column_config.TextColumn(width=280)
    config[t("data.project.basis", lang)] = st.column_config.TextColumn(width="large")
    key = f"projects-table-{state.about}"
    _picked(key, projects, atlas, lang)
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        placeholder="—",
        height=35 * (len(projects) + 1) + 3,
        key=key,
        on_select="rerun",
        selection_mode=selection.MODES,
    )
    hint(t("data.projects.hint", lang), lang)


def placed(projects: list[Project], lang: str) -> str:
    """Return how well the projects are placed, with the investment stated for each kind."""
    told = []
    for precision in PRECISIONS:
        own = [project for project in projects if project.precision == precision]
        stated = [project.investment for project in own if project.investment is not None]
        if own:
            words = t("data.projects.placed", lang, count=len(own),
                      how=t(f"project.precision.{precision}", lang))  # fmt: skip
            if stated:
                words += t("data.projects.sum", lang, sum=f"{sum(stated):,f}", count=len(stated))
            told.append(words)
    return ("；" if lang == "zh" else "; ").join(told)


def _picked(key: str, projects: list[Project], atlas: Atlas, lang: str) -> None:
    """Draw all there is to say of the project that is picked in the table."""
    index = selection.picked(key, len(projects))
    if index is None:
        return
    (row,) = rows([projects[index]], atlas, lang)
    shown = [f"{value:,f}" if isinstance(value, Decimal) else value for value in row]
    lines = "".join(
        f"<p><b>{escape(name)}</b> {escape(value)}</p>"
        for name, value in zip(head(lang)[1:], shown[1:], strict=True)
        if value
    )
    st.html(f'<article class="document detail"><h4>{escape(str(row[0]))}</h4>{lines}</article>')
