"""The section that shows where the figures do not agree with each other, both sides as printed."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from html import escape

import pandas as pd
import streamlit as st

from geo.plans import Plans, Source, format_number
from geo.plans.reconcile import INCOMPARABLE, NATURES, RULES, Comparison, Input, Side
from layers.i18n import t
from views.data import Atlas
from views.figures.state import DataState
from views.help.hints import hint
from views.saving import csv_button
from views.sheets import Value

_SHOWN_INPUTS = 3  # inputs of a side that stand open, the others fold
_COLUMNS = ("nature", "rule", "about", "metric", "period", "sentence", "left", "left.places",
            "right", "right.places", "difference", "unit", "percent")  # fmt: skip


def chosen(state: DataState, atlas: Atlas) -> list[Comparison]:
    """Return the findings that a state's filters leave."""
    return [
        finding
        for finding in atlas.reconciliation.findings
        if (not state.nature or finding.nature == state.nature) and _fits(finding, state)
    ]


def _fits(comparison: Comparison, state: DataState) -> bool:
    """Tell whether a comparison is about the park or subject, and of the document, asked for."""
    sources = {source for side in (comparison.left, comparison.right) for source, _ in side.places}
    return (not state.about or comparison.about == state.about) and (
        not state.source or state.source in sources
    )


def show(state: DataState, atlas: Atlas) -> None:
    """Draw the findings, and under them what was checked and holds."""
    lang = state.lang
    findings, holding = chosen(state, atlas), _holding(state, atlas)
    with st.container(horizontal=True, vertical_alignment="center", key="checks-head"):
        labels = sum(finding.nature == "label" for finding in findings)
        count = t("data.checks.count", lang, shown=len(findings) - labels, labels=labels,
                  holding=len(holding))  # fmt: skip
        st.html(f"<h3>{escape(count)}</h3>", width="stretch")
        csv_button(
            "reconciliation", lambda: table(findings, atlas.plans, lang), lang, bool(findings)
        )
    hint(t("data.checks.how", lang), lang)
    if not findings:
        st.info(t("data.checks.none", lang))
    cards = "".join(
        card(finding, atlas.plans, lang, atlas.reconciliation.also(finding, lang))
        for finding in findings
    )
    st.html(f'<div class="findings">{cards}</div>')
    apart = [one for one in atlas.reconciliation.incomparable if _fits(one, state)]
    if apart and not state.nature:
        cards = "".join(card(one, atlas.plans, lang) for one in apart)
        st.html(f'<h4>{escape(INCOMPARABLE.name(lang))}</h4><div class="findings">{cards}</div>')
    if holding:
        st.html(f"<h4>{escape(t('data.checks.holding', lang, count=len(holding)))}</h4>")
        _held(holding, lang)


def natures(state: DataState, atlas: Atlas) -> dict[str, int]:
    """Return how many findings of each nature the other filters leave, in the natures' order."""
    counts = Counter(
        finding.nature for finding in atlas.reconciliation.findings if _fits(finding, state)
    )
    return {nature: counts[nature] for nature in NATURES if counts[nature]}


def _holding(state: DataState, atlas: Atlas) -> list[Comparison]:
    return [held for held in atlas.reconciliation.holding if _fits(held, state)]


def card(finding: Comparison, plans: Plans, lang: str, also: str = "") -> str:
    """Return a finding as HTML, with what else there is of its quantity; every text is escaped."""
    percent = finding.difference_pct
    words = t("data.checks.difference", lang, value=_signed(finding.difference),
              unit=_unit(finding, lang))  # fmt: skip
    if finding.difference and percent is not None and finding.left.unit != "pct":
        words += t("data.checks.percent", lang, percent=_signed(percent))
    elif not finding.difference:
        words = t("data.checks.equal", lang)
    own = _whose(finding, plans, lang)
    nature = NATURES.get(finding.nature, INCOMPARABLE)
    what = (own, plans.metrics[finding.metric].name(lang), finding.period.replace("-", "–"))
    title = " · ".join(filter(None, what))
    return (
        f'<article class="finding"><h4>{escape(title)}'
        f'<span class="nature {escape(finding.nature)}">'
        f"{escape(nature.name(lang))}</span></h4>"
        f'<p class="sentence">{escape(finding.sentence(lang))}</p>'
        f'<div class="sides">{_side(finding.left, own, plans, lang)}'
        f'<div class="against">{escape(words)}</div>{_side(finding.right, own, plans, lang)}</div>'
        f"<small>{escape(' · '.join(filter(None, (RULES[finding.rule].name(lang), also))))}</small>"
        "</article>"
    )


def _whose(finding: Comparison, plans: Plans, lang: str) -> str:
    """Return what a finding is about: park or subject, and the industry."""
    own = plans.name(finding.about, lang) if finding.about else ""
    industry = plans.industries[finding.industry].name(lang) if finding.industry else ""
    return " · ".join(filter(None, (own, industry)))


def _unit(finding: Comparison, lang: str) -> str:
    """Return the unit of a difference: of two per cents it is percentage points."""
    if finding.left.unit == "pct":
        return t("data.checks.points", lang)
    return finding.left.unit_name(lang)


def _signed(value: Decimal) -> str:
    return ("+" if value > 0 else "") + format_number(value)


def _side(side: Side, own: str, plans: Plans, lang: str) -> str:
    """Return a side: its value, and each number it is made of with words and place.

    ``own`` is whose the finding is; only of other numbers it is said whose they are.
    """
    shown = [_input(item, own, plans, lang) for item in side.inputs]
    told = "".join(shown[:_SHOWN_INPUTS])
    if len(shown) > _SHOWN_INPUTS:
        more = t("data.checks.more", lang, count=len(shown) - _SHOWN_INPUTS)
        rest = "".join(shown[_SHOWN_INPUTS:])
        told += f"</ul><details><summary>{escape(more)}</summary><ul>{rest}</ul></details><ul>"
    return f'<div class="side"><strong>{escape(side.shown(lang))}</strong><ul>{told}</ul></div>'


def _input(item: Input, own: str, plans: Plans, lang: str) -> str:
    """Return one number of a side as printed, with its place."""
    source = plans.sources.get(item.source_id)
    place = " · ".join(filter(None, (_short(source, lang), item.locator)))
    words = f"“{item.printed}”" if item.printed else format_number(item.value)
    whose = item.zh if lang == "zh" else item.en
    if item.printed and whose != own:
        words = t("data.checks.input", lang, of=whose, words=words)
    note = item.remark(lang)
    remark = f"<em>{escape(note)}</em>" if note else ""
    return f"<li>{escape(words)}<small>{escape(place)}</small>{remark}</li>"


def _short(source: Source | None, lang: str) -> str:
    """Return a document's short name, nothing for what is no document."""
    if source is None:
        return ""
    return source.short(lang)


def table(
    findings: list[Comparison], plans: Plans, lang: str
) -> tuple[list[str], list[list[Value]]]:
    """Return the findings as rows of a file."""

    def places(side: Side) -> str:
        told = (
            " ".join(
                filter(
                    None,
                    (
                        f"“{item.printed}”" if item.printed else "",
                        _short(plans.sources.get(item.source_id), lang),
                        item.locator,
                        f"（{item.remark(lang)}）" if item.remark(lang) else "",
                    ),
                )
            )
            for item in side.inputs
        )
        return ("；" if lang == "zh" else "; ").join(told)

    rows: list[list[Value]] = [
        [
            NATURES[finding.nature].name(lang) if finding.nature else "",
            RULES[finding.rule].name(lang),
            _whose(finding, plans, lang),
            plans.metrics[finding.metric].name(lang),
            finding.period,
            finding.sentence(lang),
            finding.left.value,
            places(finding.left),
            finding.right.value,
            places(finding.right),
            finding.difference,
            _unit(finding, lang),
            None if finding.left.unit == "pct" else finding.difference_pct,
        ]
        for finding in findings
    ]
    return [t(f"data.checks.col.{name}", lang) for name in _COLUMNS], rows


def _held(holding: list[Comparison], lang: str) -> None:
    """Draw the comparisons that hold as a table."""
    frame = pd.DataFrame(
        [[RULES[held.rule].name(lang), held.sentence(lang)] for held in holding],
        columns=[t(f"data.checks.col.{name}", lang) for name in ("rule", "sentence")],
    )
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            frame.columns[0]: st.column_config.TextColumn(width=170),
            frame.columns[1]: st.column_config.TextColumn(width="large"),
        },
        height=300,
        key="checks-holding",
    )
