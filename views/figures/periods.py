"""The section that sets the two plan periods of a park or subject side by side."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.plans import Fact, Number, Plans, cite
from geo.plans.compare import Cell, Gap, PeriodRow, PeriodTable, periods, plan_periods
from layers.i18n import t
from views.data import Atlas
from views.figures.figures import elsewhere
from views.figures.state import DataState
from views.help.hints import hint
from views.saving import csv_button
from views.sheets import Value

DEFAULT_ABOUT = "minhang"


def table(about: str, atlas: Atlas) -> PeriodTable:
    """Return the periods of a park or subject."""
    if about in atlas.plans.parks:
        return periods(atlas.plans, about, atlas.boundaries)
    return plan_periods(atlas.plans, about)


def show(state: DataState, atlas: Atlas) -> None:
    """Draw the table and its file."""
    lang, plans = state.lang, atlas.plans
    about = state.about or DEFAULT_ABOUT
    whole = table(about, atlas)
    found = whole if state.every else compared(whole)
    with st.container(horizontal=True, vertical_alignment="center", key="periods-head"):
        st.html(f"<h3>{escape(plans.name(about, lang))}</h3>", width="stretch")
        csv_button(
            f"periods-{about}", lambda: file_rows(found, plans, lang), lang, bool(found.rows)
        )
    if not whole.rows:
        st.info(t("data.periods.none", lang))
        return
    hint(t("data.periods.how", lang), lang)
    if len(found.rows) < len(whole.rows):
        left = len(whole.rows) - len(found.rows)
        st.caption(t("data.periods.left_out", lang, count=left))
    if found.rows:
        st.html(html(found, plans, lang))


def compared(found: PeriodTable) -> PeriodTable:
    """Return the rows in which something is stated in two columns or more."""

    def stated(row: PeriodRow) -> int:
        return sum(bool(cell.numbers or cell.facts) for cell in row.cells.values())

    return replace(found, rows=tuple(row for row in found.rows if stated(row) > 1))


def html(found: PeriodTable, plans: Plans, lang: str) -> str:
    """Return the table as HTML; every text is escaped.

    A value opens on a click and tells its words and place; the last column is derived and says so.
    """
    names = [column.name.text(lang) for column in found.columns]
    head = [t("data.col.metric", lang), t("data.col.unit", lang), *names]
    if any(row.gap for row in found.rows):
        head.append(t("data.periods.gap", lang))
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    rows = "".join(_row(row, found, plans, lang, with_gap=len(head) > 2 + len(names))
                   for row in found.rows)  # fmt: skip
    return (
        f'<div class="sheet pops"><table class="rows periods"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def row_name(row: PeriodRow, plans: Plans, lang: str) -> str:
    """Return a row's metric, with its industry before it."""
    name = plans.metrics[row.metric].name(lang)
    if not row.industry:
        return name
    return t("data.periods.of", lang, industry=plans.industries[row.industry].name(lang), name=name)


def _row(row: PeriodRow, found: PeriodTable, plans: Plans, lang: str, with_gap: bool) -> str:
    cells = "".join(_cell(row.cells[column.id], plans, lang) for column in found.columns)
    gap = f"<td>{_gap(row.gap, plans, lang) if row.gap else ''}</td>" if with_gap else ""
    unit = plans.metrics[row.metric].unit_name(lang)
    return (
        f"<tr><th>{escape(row_name(row, plans, lang))}</th><td>{escape(unit)}</td>{cells}{gap}</tr>"
    )


def _cell(cell: Cell, plans: Plans, lang: str) -> str:
    """Return a cell: what is stated, which opens to its words and places."""
    if not (cell.numbers or cell.facts):
        return f'<td class="none">{escape(cell.text(lang))}</td>'
    return f"<td>{_opens(cell.text(lang), _told(cell, plans, lang))}</td>"


def _told(cell: Cell, plans: Plans, lang: str) -> list[str]:
    """Return what there is to say of a cell: caveats, then the words and place of each value."""
    told = [caveat.text(lang) for caveat in cell.caveats]
    return told + [_place(one, plans, lang) for one in (*cell.numbers, *cell.facts)]


def _opens(text: str, told: list[str], mark: str = "") -> str:
    """Return HTML that shows a text and, on a click, what there is to say of it."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    return (
        f'<details class="pop {mark}"><summary>{escape(text)}</summary><div>{lines}</div></details>'
    )


def _place(one: Number | Fact, plans: Plans, lang: str) -> str:
    """Return what is printed and where, with the other places of the same quantity."""
    if isinstance(one, Fact):
        return t("data.periods.place", lang, words=one.zh, cite=cite(one, lang))
    told = t("data.periods.place", lang, words=one.printed, cite=cite(one, lang))
    for other in plans.elsewhere(one):
        told += ("；" if lang == "zh" else "; ") + elsewhere(one, other, lang)
    return f"{told} {one.remark(lang)}".strip()


def _gap(gap: Gap, plans: Plans, lang: str) -> str:
    """Return how the actual number stands to its target, with formula and caveats."""
    return _opens(
        gap_text(gap, lang), _why(gap, plans, lang), "differs" if gap.scope_differs else ""
    )


def _why(gap: Gap, plans: Plans, lang: str) -> list[str]:
    """Return what is computed how, what a reader must know, and the places of both numbers."""
    told = [t("data.periods.formula", lang, formula=gap.formula.text(lang))]
    told += [caveat.text(lang) for caveat in gap.caveats]
    return told + [_place(number, plans, lang) for number in gap.inputs]


def gap_text(gap: Gap, lang: str) -> str:
    """Return the difference, and what was reached of the target where the two can be divided."""
    sign = ("≈ " if gap.approximate else "") + ("+" if gap.value > 0 else "")
    text = t("data.periods.difference", lang, value=f"{sign}{gap.value:,f}",
             unit=gap.unit.text(lang))  # fmt: skip
    if gap.share is not None and not gap.scope_differs:
        text += t("data.periods.reached", lang, share=f"{gap.share:f}")
    return text + (t("data.periods.differs", lang) if gap.scope_differs else "")


def file_rows(found: PeriodTable, plans: Plans, lang: str) -> tuple[list[str], list[list[Value]]]:
    """Return what is stated as it goes into a file: a row a value, with its words and places.

    What is computed follows the values of its metric: the difference as a number, how it reads,
    formula and caveats.
    """
    head = [t(f"data.periods.col.{name}", lang)
            for name in ("metric", "unit", "column", "value", "text", "places")]  # fmt: skip
    rows: list[list[Value]] = []
    reckoned = t("data.periods.gap", lang)
    for row in found.rows:
        name, unit = row_name(row, plans, lang), plans.metrics[row.metric].unit_name(lang)
        for column in found.columns:
            cell = row.cells[column.id]
            if not (cell.numbers or cell.facts):
                continue
            value = None if cell.main is None else cell.main.value
            rows.append([name, unit, column.name.text(lang), value, cell.text(lang),
                         _joined(_told(cell, plans, lang), lang)])  # fmt: skip
        if row.gap:
            told = _joined(_why(row.gap, plans, lang), lang)
            text = gap_text(row.gap, lang)
            rows.append([name, row.gap.unit.text(lang), reckoned, row.gap.value, text, told])
    return head, rows


def _joined(lines: list[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(lines)
