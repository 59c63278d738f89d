"""The section that sets the two plan periods of a park or subject side by side."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.plans import Fact, Number, Plans, cite
from geo.plans.compare import Cell, Gap, PeriodRow, PeriodTable, periods, plan_periods
from layers.i18n import t
from views.data import Atlas
from views.data_state import DataState
from views.sheets import Value, csv_bytes

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
        st.download_button(
            t("app.download.csv", lang),
            data=lambda: csv_bytes(*file_rows(found, plans, lang)),
            file_name=f"park-atlas-periods-{about}.csv",
            mime="text/csv",
            key="save-periods-csv",
            disabled=not found.rows,
            on_click="ignore",
        )
    if not whole.rows:
        st.info(t("data.periods.none", lang))
        return
    st.html(f'<p class="quiet">{escape(t("data.periods.how", lang))}</p>')
    if len(found.rows) < len(whole.rows):
        left = len(whole.rows) - len(found.rows)
        st.caption(t("data.periods.left_out", lang, count=left))
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
        f'<div class="sheet"><table class="rows periods"><thead><tr>{cells}</tr></thead>'
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
    text = escape(cell.text(lang))
    stated = [*cell.numbers, *cell.facts]
    if not stated:
        return f'<td class="none">{text}</td>'
    told = [caveat.text(lang) for caveat in cell.caveats]
    told += [_place(one, plans, lang) for one in stated]
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    return f"<td><details><summary>{text}</summary>{lines}</details></td>"


def _place(one: Number | Fact, plans: Plans, lang: str) -> str:
    """Return what is printed and where, with the other places of the same quantity."""
    if isinstance(one, Fact):
        return t("data.periods.place", lang, words=one.zh, cite=cite(one, lang))
    told = t("data.periods.place", lang, words=one.printed, cite=cite(one, lang))
    for other in plans.elsewhere(one):
        also = t("data.detail.elsewhere", lang, cite=cite(other, lang), words=other.printed)
        told += ("；" if lang == "zh" else "; ") + also
    return f"{told} {one.remark(lang)}".strip()


def _gap(gap: Gap, plans: Plans, lang: str) -> str:
    """Return how the actual number stands to its target, with formula and caveats."""
    text = gap_text(gap, lang)
    told = [t("data.periods.formula", lang, formula=gap.formula.text(lang))]
    told += [caveat.text(lang) for caveat in gap.caveats]
    told += [_place(number, plans, lang) for number in gap.inputs]
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    mark = ' class="differs"' if gap.scope_differs else ""
    return f"<details{mark}><summary>{escape(text)}</summary>{lines}</details>"


def gap_text(gap: Gap, lang: str) -> str:
    """Return the difference, and what was reached of the target where that says something."""
    sign = ("≈ " if gap.approximate else "") + ("+" if gap.value > 0 else "")
    text = t("data.periods.difference", lang, value=f"{sign}{gap.value:,f}",
             unit=gap.unit.text(lang))  # fmt: skip
    if gap.share is not None:
        text += t("data.periods.reached", lang, share=f"{gap.share:f}")
    return text + (t("data.periods.differs", lang) if gap.scope_differs else "")


def file_rows(found: PeriodTable, plans: Plans, lang: str) -> tuple[list[str], list[list[Value]]]:
    """Return the table as it goes into a file, each value with its place in a column of its own."""
    head = [t("data.col.metric", lang), t("data.col.unit", lang)]
    for column in found.columns:
        name = column.name.text(lang)
        head += [name, t("data.periods.source_of", lang, name=name)]
    head.append(t("data.periods.gap", lang))
    end = "；" if lang == "zh" else "; "
    rows: list[list[Value]] = []
    for row in found.rows:
        line: list[Value] = [
            row_name(row, plans, lang),
            plans.metrics[row.metric].unit_name(lang),
        ]
        for column in found.columns:
            cell = row.cells[column.id]
            stated = [*cell.numbers, *cell.facts]
            told = [caveat.text(lang) for caveat in cell.caveats]
            told += [_place(one, plans, lang) for one in stated]
            line += [cell.text(lang), end.join(told)]
        line.append(gap_text(row.gap, lang) if row.gap else "")
        rows.append(line)
    return head, rows
