"""Two layouts side by side: their maps, and a table of what came, stayed and went."""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.plans import Plans
from layers.i18n import t
from layers.map_view import MapView
from layers.schemes import Scheme
from views.data import Atlas
from views.help.hints import hint
from views.layouts import both as scheme_both
from views.layouts import maps as scheme_maps
from views.layouts.both import Row
from views.layouts.session import bound, label, ordered
from views.layouts.state import SHOWN, Known, SchemesState
from views.saving import csv_button
from views.sheets import Value

KEYS = {"a": "layout-left", "b": "layout-right"}
HEIGHT = 690  # the maps end with a screen of 768; the legends are below them


def show(state: SchemesState, atlas: Atlas) -> None:
    """Draw the view."""
    _pairs(state, atlas)
    schemes = (atlas.schemes[state.a], atlas.schemes[state.b])
    link = scheme_maps.link(Known(atlas.schemes, {}).linked(state))
    left, right = halves()
    with left:
        _side(state, schemes[0], ("a", "element"), link, atlas)
    with right:
        _side(state, schemes[1], ("b", "other"), link, atlas)
    _table(state, schemes, atlas)


def halves() -> list[DeltaGenerator]:
    """Return the columns of two maps; in a narrow window they stand below each other."""
    with st.container(key="layout-maps"):
        return st.columns(2, gap="small")


def _pairs(state: SchemesState, atlas: Atlas) -> None:
    """Draw the ready-made pairs."""
    lang, pairs = state.lang, Known(atlas.schemes, {}).pairs()
    now = next((name for name, pair in pairs.items() if pair == (state.a, state.b)), None)
    st.pills(
        t("layout.pair", lang),
        list(pairs),
        format_func=lambda name: t(f"layout.pair.{name}", lang),
        **bound(f"layout-pair-{lang}", now, lambda name: _chosen(pairs, name)),
    )


def _chosen(pairs: dict[str, tuple[str, str]], name: str | None) -> dict[str, object]:
    """Return what a click on a pair changes; one on the pair that is shown, nothing."""
    if name is None:
        return {}
    a, b = pairs[name]
    return {"a": a, "b": b, "element": "", "other": "", "link": ""}  # linked as suits the pair


def _side(
    state: SchemesState, scheme: Scheme, fields: tuple[str, str], link: str, atlas: Atlas
) -> None:
    """Draw one side: the choice of its layout, and its map.

    ``fields`` are those of the state that hold the layout and its open element.
    """
    lang, plans, (name, field) = state.lang, atlas.plans, fields
    st.selectbox(
        t(f"layout.side.{name}", lang),
        ordered(atlas.schemes.values(), plans),
        format_func=lambda one: label(atlas.schemes[one], plans, lang),
        **bound(f"layout-{name}-two-{lang}", scheme.id, lambda one: {name: one, field: ""}),
    )
    key = KEYS[name]
    # One line each, so that the two maps stand level.
    titles = {"title": scheme.name(lang), "subtitle": _plan(scheme, plans, lang)}
    scheme_maps.draw(
        MapView(
            lang=lang,
            metric=None,
            scheme=scheme.id,
            element=getattr(state, field) or None,
            link=link,
        ),
        atlas,
        key,
        HEIGHT,
        scheme_maps.clicked(key, scheme, field),
        **titles,
    )


def _plan(scheme: Scheme, plans: Plans, lang: str) -> str:
    """Return a layout's plan by its short name and number, where it has one."""
    source = plans.sources[scheme.source_id]
    if not source.number:
        return source.short(lang)
    return t("layout.map", lang, plan=source.short(lang), number=source.number)


def _table(state: SchemesState, schemes: tuple[Scheme, Scheme], atlas: Atlas) -> None:
    """Draw the comparison of what the two layouts name."""
    lang, plans = state.lang, atlas.plans
    rows = scheme_both.compare(*schemes, plans)
    counts = scheme_both.counts(rows)
    titles = (schemes[0].title(lang), schemes[1].title(lang))
    if titles[0] == titles[1]:  # headings must differ
        titles = tuple(label(one, plans, lang) for one in schemes)
    chosen = [row for row in rows if state.show in ("", row.change)]
    with st.container(horizontal=True, vertical_alignment="center", key="layout-both-head"):
        told = t("layout.both.count", lang, **counts)
        st.html(f"<h3>{escape(told)}</h3>", width="stretch")
        name = f"compare-{state.a}-{state.b}"
        csv_button(name, lambda: scheme_both.table(chosen, titles, plans, lang), lang, bool(chosen))
    st.segmented_control(
        t("layout.show", lang),
        ["", *SHOWN],
        format_func=lambda one: _shown(one, counts, lang),
        label_visibility="collapsed",
        required=True,
        **bound(f"layout-show-{lang}", state.show, lambda one: {"show": one or ""}),
    )
    if state.a == state.b:
        st.info(t("layout.both.same", lang))
    if not chosen:
        st.info(t("layout.both.none", lang))
        return
    st.html(table_html(chosen, *scheme_both.table(chosen, titles, plans, lang), lang))
    hint(t("layout.both.hint", lang), lang)


def _shown(name: str, counts: dict[str, int], lang: str) -> str:
    """Return a filter's word with how many rows it leaves."""
    count = counts[name] if name else sum(counts.values())
    word = t(f"layout.change.{name}", lang) if name else t("data.filter.all", lang)
    return t("layout.show.count", lang, word=word, count=count)


def table_html(rows: list[Row], head: list[str], table: list[list[Value]], lang: str) -> str:
    """Return the comparison as HTML; every text is escaped. Ids are for files only.

    Elements stand under a heading of their own, parks and places under another.
    """
    names = _without_id(head)
    cells = "".join(f"<th>{escape(name)}</th>" for name in names)
    parts: dict[str, list[str]] = {}
    for row, values in zip(rows, table, strict=True):
        name, *rest = (str(value or "—") for value in _without_id(values))
        told = "".join(f"<td>{escape(text)}</td>" for text in rest)
        part = "elements" if row.kind == "element" else "members"
        line = f'<tr class="{row.change}"><th>{escape(name)}</th>{told}</tr>'
        parts.setdefault(part, []).append(line)
    bodies = "".join(
        f'<tbody><tr><th class="part" colspan="{len(names)}">'
        f"{escape(t(f'layout.both.{part}', lang, count=len(lines)))}</th></tr>"
        f"{''.join(lines)}</tbody>"
        for part, lines in parts.items()
    )
    return (
        f'<div class="sheet"><table class="rows both"><thead><tr>{cells}</tr></thead>'
        f"{bodies}</table></div>"
    )


def _without_id(values: list) -> list:
    return [*values[:2], *values[3:]]
