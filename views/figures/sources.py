"""The section with the documents: what each is, what was taken from it, how to cite it."""

from __future__ import annotations

import re
from collections import Counter
from html import escape

import streamlit as st

from geo.plans import Plans, Source, cite
from layers.i18n import t
from views.data import Atlas
from views.figures.state import DataState
from views.help.hints import hint

_TABLE = re.compile(r"表\s?\d+(?:[-－]\d+)?|附件\s?\d+")


def taken(source: Source, atlas: Atlas) -> list[tuple[str, int]]:
    """Return the tables and annexes of a document with how many numbers are from each.

    What is from its running text is under an empty name; the most comes first, the text last.
    """
    counts: Counter[str] = Counter()
    for number in atlas.plans.numbers:
        if number.source_id == source.id:
            found = _TABLE.search(number.locator)
            counts[found[0].replace(" ", "") if found else ""] += 1
    return sorted(counts.items(), key=lambda item: (not item[0], -item[1], item[0]))


def summary(source: Source, atlas: Atlas, lang: str) -> list[str]:
    """Return what was taken from a document, one line each kind; empty when nothing was."""
    plans = atlas.plans
    join = t("app.separator", lang)
    places = [
        t("data.sources.place", lang, place=place or t("data.sources.prose", lang), count=count)
        for place, count in taken(source, atlas)
    ]
    lines = [t("data.sources.numbers", lang, places=join.join(places))] if places else []
    for name, count in (
        ("facts", sum(fact.source.id == source.id for fact in plans.facts)),
        ("labels", _labels(source, plans)),
        ("bounds", _bounds(source, atlas)),
        ("projects", sum(project.source.id == source.id for project in plans.projects)),
        ("schemes", sum(s.source_id == source.id for s in atlas.schemes.values())),
    ):
        if count:
            lines.append(t(f"data.sources.{name}", lang, count=count))
    return lines


def _labels(source: Source, plans: Plans) -> int:
    """Return how many labels of parks quote a document."""
    return sum(
        evidence.source_id == source.id
        for park in plans.parks.values()
        for label in (*park.industries, park.position)
        for evidence in label.evidence
    )


def _bounds(source: Source, atlas: Atlas) -> int:
    """Return how many zones are digitised from a document's words."""
    zones = (zone for row in atlas.rows.values() for zone in row["zones"])
    return sum(zone["source_id"] == source.id and bool(zone["clause"]) for zone in zones)


def show(state: DataState, atlas: Atlas) -> None:
    """Draw a card for each document, and how to cite it."""
    lang = state.lang
    cards = "".join(_card(source, atlas, lang) for source in atlas.plans.sources.values())
    st.html(f'<div class="documents">{cards}</div>')
    hint(t("data.sources.how", lang), lang)


def _card(source: Source, atlas: Atlas, lang: str) -> str:
    """Return a document's card as HTML; every text is escaped."""
    fields = (
        ("number", source.number),
        ("issuer", getattr(source, f"issuer_{lang}")),
        ("date", source.date),
        ("period", source.period.replace("-", "–")),
        ("disclosure", getattr(source, f"disclosure_{lang}")),
    )
    facts = "".join(
        f"<dt>{escape(t(f'app.download.col.{name}', lang))}</dt>"
        f"<dd>{escape(value or t('data.sources.unstated', lang))}</dd>"
        for name, value in fields
    )
    lines = summary(source, atlas, lang) or [t("data.sources.nothing", lang)]
    took = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        f'<article class="document"><h4>{escape(source.title(lang))}</h4>'
        f"<dl>{facts}</dl><h5>{escape(t('data.sources.taken', lang))}</h5><ul>{took}</ul>"
        f"<h5>{escape(t('data.sources.cite', lang))}</h5>"
        f'<p class="citation">{escape(cite(source, lang))}</p>'
        f"<small>{escape(getattr(source, f'note_{lang}'))}</small></article>"
    )
