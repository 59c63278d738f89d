"""One clause on the page: its input, what is unresolved, the readings to pick from."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import streamlit as st

from geo.errors import AtlasError
from geo.reference import Miss, Reference
from geo.sizhi import MAX_CHARS
from geo.zones import Alias, load_zones, read_before
from layers.i18n import t
from views.frame import plain
from views.help.hints import hint
from views.trace import reading as trace_reading
from views.trace import result as trace_result
from views.trace import state as states
from views.trace.reading import Work
from views.trace.session import bound, clicked, current, put, tag
from views.trace.show import draw_head, file_stem, show_features, show_map, show_zone
from views.trace.state import TraceState

_WORK = "trace-work"
_MOST_BUTTONS = 4  # readings side by side; more are chosen from a list


def show(state: TraceState, reference: Reference, key: str, head: Any) -> None:
    """Draw the input and what comes of it."""
    lang = state.lang
    _input(state)
    clause = state.clause
    if not clause.strip():
        st.info(t("trace.empty", lang))
        return
    if len(clause) > MAX_CHARS:
        st.error(t("trace.too_long", lang, length=f"{len(clause):,}", most=f"{MAX_CHARS:,}"))
        return
    made = _work(state, reference, key)
    if not made.readings:
        st.warning(plain(t("trace.no_bounds", lang)))
        st.html(f'<div class="parse">{trace_result.tokens(made.parsed, lang)}</div>')
        return
    zone = min(state.zone, len(made.readings) - 1)
    features = [
        trace_reading.zone_feature(made, number, state.reading(number), lang)
        for number in range(len(made.readings))
    ]
    properties = features[zone]["properties"]
    draw_head(head, trace_result.headline(properties, lang), lang)
    if made.left_out:
        st.warning(t("trace.left_out", lang, shown=len(made.readings), left=made.left_out))
    if len(made.readings) > 1:
        if state.area_km2:
            hint(t("trace.area.ignored", lang), lang)
        st.segmented_control(
            t("trace.zone", lang),
            range(len(made.readings)),
            format_func=lambda number: plain(trace_reading.zone_name(made, number, lang)),
            required=True,
            **bound(f"trace-zone-{lang}", zone, lambda number: {"zone": number or 0}),
        )
    _unresolved(properties, reference, lang)
    number = trace_reading.picked(made.readings[zone], state.reading(zone))[1]
    _readings(made, zone, number, lang)
    drawing = tag("one", key, clause, str(state.aliases), str(state.readings))
    show_map(made, zone, number, features, drawing, clicked, lang)
    said = (state.area, state.unit) if state.area and len(made.readings) == 1 else None
    show_zone(made, zone, number, features[zone], lang, said=said, alone=True)
    _alias_entry(made, zone, lang)
    stem = file_stem(made)
    made_of = f"{drawing} {state.area_km2} {lang}"
    show_features(features, reference, "one", made_of, lang, stem)


def _input(state: TraceState) -> None:
    """Draw the clause, its stated area and the examples."""
    lang = state.lang
    left, right = st.columns([3.4, 1], gap="small")
    with left:
        st.text_area(
            t("trace.clause", lang),
            height=104,
            placeholder=t("trace.clause.placeholder", lang),
            **bound(f"trace-text-{lang}", state.clause, _typed),
        )
    with right, st.container(gap="small"):
        shown = state.area
        if state.text is None and shown is None:
            shown = state.area_km2
        st.number_input(
            t("trace.stated", lang),
            min_value=0.0,
            max_value=states.MAX_AREA,
            step=None,
            format="%g",
            placeholder=t("trace.stated.none", lang),
            help=t("trace.stated.help", lang),
            **bound(f"trace-area-{lang}", shown, _stated),
        )
        st.segmented_control(
            t("trace.unit", lang),
            list(states.PER_KM2),
            format_func=lambda unit: t(f"trace.unit.{unit}", lang),
            label_visibility="collapsed",
            required=True,
            **bound(f"trace-unit-{lang}", state.unit, lambda unit: {"unit": unit or "km2"}),
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="examples"):
        st.button(t("trace.draw", lang), key="draw", type="primary")
        st.html(f'<p class="quiet">{escape(t("trace.examples", lang))}</p>', width="content")
        for name in states.EXAMPLES:
            st.button(
                t(f"trace.example.{name}", lang),
                key=f"example-{name}",
                type="tertiary",
                on_click=_example,
                args=(name,),
            )


def _typed(text: str | None) -> dict[str, object]:
    """Return what another clause changes: what was said of the one before is gone."""
    if text == current().clause:
        return {}
    area = current().area if current().text is not None else None
    return {"text": text or "", "area": area, "aliases": (), "zone": 0, "readings": ()}


def _stated(area: float | None) -> dict[str, object]:
    """Return what another stated area changes: it may choose between readings."""
    return {"text": current().clause, "area": area or None, "readings": ()}


def _example(name: str) -> None:
    put(current().with_text(states.example(name, current().lang), states.EXAMPLE_AREAS[name]))


def _work(state: TraceState, reference: Reference, key: str) -> Work:
    """Return what comes of a state's clause; done again only when something of it changed."""
    asked = (state.clause, state.area_km2, state.aliases, key)
    kept = st.session_state.get(_WORK)
    if kept is None or kept[0] != asked:
        with st.spinner(t("trace.working", state.lang)):
            made = trace_reading.work(state.clause, state.area_km2, state.alias_map, reference)
        st.session_state[_WORK] = kept = (asked, made)
    return kept[1]


def _unresolved(properties: dict[str, Any], reference: Reference, lang: str) -> None:
    """Draw each name that is on no line, with what it may stand for as buttons.

    First how a published clause was read that has the name as well, with the reason; then the names
    spelled alike.
    """
    before = _read_before() if properties["unresolved"] else {}
    for number, name in enumerate(properties["unresolved"]):
        known = [one for one in before.get(name, ()) if one.line in reference.lines]
        taken = {one.line for one in known}
        alike = [one for one in properties["suggestions"].get(name, []) if one not in taken]
        with st.container(horizontal=True, vertical_alignment="center", gap="small",
                          key=f"miss-{number}"):  # fmt: skip
            key = "trace.miss.alike" if known or alike else "trace.miss"
            st.html(f'<p class="miss">{escape(t(key, lang, name=name))}</p>', width="content")
            for one in known:
                reason = t("trace.suggest.before", lang, reason=one.reason.text(lang))
                _suggestion(name, one.line, plain(reason), lang, "primary")
            for other in alike[:6]:
                _suggestion(name, other, "", lang)


def _suggestion(name: str, line: str, why: str, lang: str, kind: str = "secondary") -> None:
    """Draw the button that reads a name as a line."""
    about = t("trace.suggest.help", lang, written=plain(name), line=plain(line))
    st.button(
        plain(line),
        key=f"suggest-{tag(name, line)}",
        help=f"{about}  \n{why}" if why else about,
        type=kind,
        on_click=_alias,
        args=(name, line),
    )


def _read_before() -> dict[str, list[Alias]]:
    """Return how the published clauses were read, nothing where their file cannot be used."""
    try:
        return read_before(load_zones()[0])
    except AtlasError:
        return {}


def _alias(written: str, line: str) -> None:
    put(current().with_alias(written, line))


def _readings(made: Work, zone: int, number: int, lang: str) -> None:
    """Draw the readings that the clause allows equally, for one to be picked."""
    found = trace_reading.rings(made.readings[zone])
    if len(found) < 2:
        return

    def label(one: int) -> str:
        ring = found[one]
        key = "trace.reading.first" if one == 0 else "trace.reading.other"
        share = f"{ring.named_share:.0%}"
        return t(key, lang, number=one + 1, km2=f"{ring.area_km2:,.3f}", share=share)

    key = f"trace-reading-{lang}-{zone}"
    st.session_state[key] = number
    many = len(found) > _MOST_BUTTONS
    choose = st.selectbox if many else partial(st.segmented_control, required=True)
    choose(
        t("trace.readings", lang, count=len(found)),
        range(len(found)),
        format_func=label,
        key=key,
        help=t("trace.readings.help", lang),
        on_change=lambda: put(current().with_reading(zone, st.session_state[key] or 0)),
    )


def _alias_entry(made: Work, zone: int, lang: str) -> None:
    """Draw the entry for any alias: a name of the clause, and what it is called on the map."""
    reading = made.readings[zone]
    written = [one.written for _, one in [*reading.misses, *reading.matches]]
    with st.expander(t("trace.alias.entry", lang)), st.form("alias-form", border=False):
        left, right, button = st.columns([1, 1, 0.6], vertical_alignment="bottom")
        name = left.selectbox(t("trace.alias.written", lang), list(dict.fromkeys(written)))
        line = right.text_input(
            t("trace.alias.line", lang), max_chars=40, placeholder=t("trace.alias.example", lang)
        )
        pressed = button.form_submit_button(t("trace.alias.apply", lang), width="stretch")
        line = line.strip()
        if not (pressed and name and line):
            return
        if isinstance(made.reference.resolve(name, {name: (line, "")}), Miss):
            st.warning(plain(t("trace.alias.refused", lang, line=line, name=name)))
        else:
            _alias(name, line)
            st.rerun()
