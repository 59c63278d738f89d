"""The section with what the plans say in words: positions, focus, tasks, firms, worded targets."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geo.plans import Fact, Plans, cite
from layers.i18n import t
from views import table_selection
from views.data import Atlas
from views.figures.figures import comparable
from views.figures.state import DataState
from views.help.hints import hint
from views.saving import csv_button
from views.sheets import Value

_COLUMNS = ("about", "industry", "topic", "words", "translation", "period", "source", "locator")


def chosen(state: DataState, plans: Plans) -> list[Fact]:
    """Return the statements that a state's filters leave, in the order of the file."""
    wanted = comparable(state.find).split()
    return [
        fact
        for fact in plans.facts
        if (not state.source or fact.source.id == state.source)
        and (not state.about or fact.subject_id == state.about)
        and all(word in _haystack(fact, plans) for word in wanted)
    ]


def _haystack(fact: Fact, plans: Plans) -> str:
    """Return what a search looks through, in both languages."""
    texts = [fact.zh, fact.en, fact.locator]
    for lang in ("zh", "en"):
        texts += [plans.name(fact.subject_id, lang), t(f"map.card.topic.{fact.topic}", lang)]
        if fact.industry:
            texts.append(plans.industries[fact.industry].name(lang))
    return comparable("\n".join(texts))


def head(lang: str) -> list[str]:
    """Return the table's headings; the Chinese page has no column of translations."""
    names = [name for name in _COLUMNS if lang == "en" or name != "translation"]
    return [t(f"data.fact.{name}", lang) for name in names]


def rows(facts: list[Fact], plans: Plans, lang: str) -> list[list[Value]]:
    """Return the table's rows."""
    return [
        [
            plans.name(fact.subject_id, lang),
            plans.industries[fact.industry].name(lang) if fact.industry else "",
            _topic(fact, plans, lang),
            fact.zh,
            *([fact.en] if lang == "en" else []),
            fact.period.replace("-", "–"),
            fact.source.short(lang),
            fact.locator,
        ]
        for fact in facts
    ]


def _topic(fact: Fact, plans: Plans, lang: str) -> str:
    """Return what kind of statement it is; of one in the place of a number, of what."""
    topic = t(f"map.card.topic.{fact.topic}", lang)
    if not fact.metric:
        return topic
    return t("data.topic.of", lang, topic=topic, metric=plans.metrics[fact.metric].name(lang))


def show(state: DataState, atlas: Atlas) -> None:
    """Draw the table of what the filters leave, and its file."""
    lang, plans = state.lang, atlas.plans
    facts = chosen(state, plans)
    table = rows(facts, plans, lang)
    with st.container(horizontal=True, vertical_alignment="center", key="facts-head"):
        count = t("data.facts.count", lang, shown=len(facts), all=len(plans.facts))
        st.html(f"<h3>{escape(count)}</h3>", width="stretch")
        csv_button(
            "statements",
            lambda: (
                [*head(lang), t("app.download.col.citation", lang)],
                [[*row, cite(fact, lang)] for row, fact in zip(table, facts, strict=True)],
            ),
            lang,
            bool(facts),
        )
    if not facts:
        st.info(t("data.facts.none", lang))
        return
    st.dataframe(
        pd.DataFrame(table, columns=head(lang)),
        hide_index=True,
        column_config={
            t("data.fact.industry", lang): st.column_config.TextColumn(width=170),
            t("data.fact.topic", lang): st.column_config.TextColumn(width=200),
            t("data.fact.words", lang): st.column_config.TextColumn(width=250),
            t("data.fact.translation", lang): st.column_config.TextColumn(width=300),
            t("data.fact.locator", lang): st.column_config.TextColumn(width="large"),
        },
        placeholder="—",
        height=table_selection.height(len(facts)),
        key="facts-table",
    )
    hint(t("data.facts.hint", lang), lang)
