"""The section with the plans' key projects: one table, its file, the way to the map."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.plans import Project
from geo.plans.projects import projects_table
from layers.i18n import t
from views import navigation
from views.data import Atlas
from views.data_state import DataState
from views.sheets import Value, csv_bytes

_COLUMNS = ("name", "category", "builder", "place", "investment", "floor", "direction", "park",
            "precision", "basis", "note", "source", "locator")  # fmt: skip


def chosen(state: DataState, atlas: Atlas) -> list[Project]:
    """Return the projects that a state's filters leave, in the plan's order."""
    return [
        project
        for project in atlas.plans.projects
        if (not state.source or project.source.id == state.source)
        and (not state.about or project.park_id == state.about)
    ]


def rows(projects: list[Project], atlas: Atlas, lang: str) -> list[list[Value]]:
    """Return the table's rows; a number that the plan does not state is None."""
    return [
        [
            row["name"],
            row["category"],
            row["builder"],
            row["place"],
            row["investment_10k_yuan"],
            row["floor_m2"],
            row["direction"],
            row["park"],
            t(f"project.precision.{row['precision']}", lang),
            row["basis"],
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
    stated = [p.investment for p in projects if p.investment is not None]
    words = t("data.projects.count", lang, shown=len(projects), all=len(atlas.plans.projects))
    if stated:
        words += t("data.projects.sum", lang, sum=f"{sum(stated):,f}", count=len(stated))
    table = rows(projects, atlas, lang)
    with st.container(horizontal=True, vertical_alignment="center", key="projects-head"):
        st.html(f"<h3>{words}</h3>", width="stretch")
        st.button(
            t("data.projects.map", lang),
            key="projects-map",
            on_click=navigation.go,
            args=("map",),
            kwargs={"projects": "1"},
        )
        st.download_button(
            t("app.download.csv", lang),
            data=lambda: csv_bytes(head(lang), table),
            file_name="park-atlas-projects.csv",
            mime="text/csv",
            key="save-projects-csv",
            disabled=not projects,
            on_click="ignore",
        )
    if not projects:
        st.info(t("data.projects.none", lang))
        return
    frame = pd.DataFrame(table, columns=head(lang))
    numbers = [t(f"data.project.{name}", lang) for name in ("investment", "floor")]
    for name in numbers:
        # Floats are for sorting only: the file has the exact numbers.
        frame[name] = [None if value is None else float(value) for value in frame[name]]
    config = {name: st.column_config.NumberColumn(format="localized") for name in numbers}
    config[frame.columns[0]] = st.column_config.TextColumn(pinned=True, width=260)
    st.dataframe(
        frame, hide_index=True, column_config=config, placeholder="—", key="projects-table"
    )
    st.caption(t("data.projects.hint", lang))
