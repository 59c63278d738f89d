"""Two to four parks side by side: figures of the same metric and period, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from geo.plans import Park, cite
from layers import cards
from layers.i18n import t
from views.data import Atlas
from views.frame import guarded
from views.parks import maps, pieces, reach
from views.parks.comparison import GROUPS, Row, common, rows
from views.parks.state import PARKS, ParksState

MAP_HEIGHT = 330
LETTERS = "ABCD"
_SHOWN = 3  # statements of a topic before the rest is folded


def show(state: ParksState, atlas: Atlas, save: Callable[[], None]) -> None:
    """Draw map, switches with the files that ``save`` draws, and table; each without the others."""
    lang = state.lang
    guarded(lambda: maps.show(state, atlas, MAP_HEIGHT), lang)
    guarded(lambda: _switches(state, save), lang)
    guarded(lambda: st.html(table_html(state, atlas)), lang)


def _switches(state: ParksState, save: Callable[[], None]) -> None:
    """Draw which rows there are, and the files."""
    lang = state.lang
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="parks-switches"
    ):
        for name in ("full", "years"):
            st.toggle(
                t(f"parks.{name}", lang),
                help=t(f"parks.{name}.help", lang),
                **PARKS.bound(
                    f"parks-{name}-{lang}", getattr(state, name), lambda on, name=name: {name: on}
                ),
            )
        st.space("stretch")
        guarded(save, lang)


class _Notes:
    """Footnotes, numbered as they are first met."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def marks(self, texts: tuple[str, ...]) -> str:
        """Return the marks of notes as HTML."""
        for text in texts:
            if text not in self.texts:
                self.texts.append(text)
        numbers = ",".join(str(self.texts.index(text) + 1) for text in texts)
        # Drawn by the style: whoever copies the number takes no further digits along.
        return f'<sup data-note="{numbers}"></sup>' if numbers else ""

    def listed(self) -> str:
        """Return the notes as a list."""
        items = "".join(f"<li>{escape(text)}</li>" for text in self.texts)
        return f'<ol class="footnotes">{items}</ol>' if items else ""


def table_html(state: ParksState, atlas: Atlas) -> str:
    """Return the comparison with its footnotes."""
    lang = state.lang
    parks = [atlas.plans.parks[park] for park in state.parks]
    notes = _Notes()
    body = [_about(parks, state, atlas)]
    found = rows(state, atlas)
    # What only one of them states is no comparison; of space it still says who has none stated.
    single = [row for row in found if len(row.stated) == 1 and row.group != GROUPS[0]]
    for group in GROUPS:
        own = [row for row in found if row.group == group and row not in single]
        if group == "ground" or own:
            body.append(_part(t(f"parks.group.{group}", lang), len(parks)))
        if group == "ground":
            body += _area_rows(parks, atlas, lang)
        body += [_figure_row(row, state, notes) for row in own]
    body += _reach_rows(parks, atlas, lang, state.full)
    body += _words_rows(parks, atlas, lang)
    head = "".join(
        f'<th scope="col"><b class="letter">{letter}</b> {escape(park.name(lang))}</th>'
        for letter, park in zip(LETTERS, parks, strict=False)
    )
    top = f"<thead><tr><td></td>{head}</tr></thead>"
    return (
        f'<div class="sheet pops"><table class="rows versus">{top}'
        f"<tbody>{''.join(body)}</tbody></table>{_singles(single, top, state, notes)}"
        f'<p class="quiet">{escape(t("parks.table.hint", lang))}</p>{notes.listed()}</div>'
    )


def _singles(single: list[Row], top: str, state: ParksState, notes: _Notes) -> str:
    """Return the rows that only one park has a figure in, folded away."""
    if not single:
        return ""
    title = t("parks.single", state.lang, count=len(single))
    body = "".join(_figure_row(row, state, notes) for row in single)
    return (
        f'<details class="singles"><summary>{escape(title)}</summary>'
        f'<table class="rows versus">{top}<tbody>{body}</tbody></table></details>'
    )


def _part(title: str, count: int) -> str:
    """Return the heading of a group of rows."""
    return f'<tr class="part"><th colspan="{count + 1}" scope="colgroup">{escape(title)}</th></tr>'


def _line(title: str, cells: list[str], small: str = "", said: str = "") -> str:
    """Return a row; the cells are HTML already."""
    below = f"<small>{escape(small)}</small>" if small else ""
    below += f'<small class="unlike">{escape(said)}</small>' if said else ""
    inner = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(title)}{below}</th>{inner}</tr>'


def _about(parks: list[Park], state: ParksState, atlas: Atlas) -> str:
    """Return what the parks are: kind, position, industries, outline."""
    lang, both = state.lang, common(parks)
    positions = []
    for park in parks:
        evidence = [
            f"“{one.words}” {cite(one, lang, atlas.plans)}" for one in park.position.evidence
        ]
        text = escape(park.position.name(lang))
        positions.append(pieces.pop(text, evidence, "text") if evidence else text)
    industries = [pieces.chips(park, lang, both) for park in parks]
    hint = t("parks.common", lang) if both else t("parks.nothing_common", lang)
    return (
        _line(t("app.table.kind", lang), [escape(pieces.block(park, lang)) for park in parks])
        + _line(t("map.card.position", lang), positions)
        + _line(t("map.card.industries", lang), industries, hint)
    )


def _area_rows(parks: list[Park], atlas: Atlas, lang: str) -> list[str]:
    """Return digitised areas and how far the outlines can be trusted."""
    found = [atlas.rows[park.id]["area_km2"] for park in parks]
    most = max((area for area in found if area is not None), default=0)
    cells = []
    for park, area in zip(parks, found, strict=True):
        bar = "" if area is None else _bar(area / most if most else None)
        cells.append(f'<span class="value">{pieces.area_text(park, atlas)}</span>{bar}')
    outlines = [pieces.badge(park, atlas, lang) or "—" for park in parks]
    return [
        _line(t("parks.area", lang), cells, f"km² · {t('parks.digitised', lang)}"),
        _line(t("parks.confidence", lang), outlines),
    ]


def _figure_row(row: Row, state: ParksState, notes: _Notes) -> str:
    """Return one metric's row."""
    lang = state.lang
    kinds = {figure.kind for figure in row.stated}
    kind = t(f"map.kind.{row.kind}", lang) if len(kinds) == 1 else ""
    small = " · ".join(filter(None, (row.unit, pieces.dashed(row.period), kind)))
    cells = [_figure(row, place, lang, notes) for place in range(len(row.cells))]
    return _line(row.metric.short(lang), cells, small, unlike(row, lang))


def unlike(row: Row, lang: str) -> str:
    """Return which of a row's figures may not be compared with the others; empty for none."""
    if len(row.stated) < 2 or row.alike:
        return ""
    if not any(row.beside):
        return t("parks.unlike", lang)
    letters = t("app.separator", lang).join(LETTERS[place] for place in row.apart)
    return t("parks.unlike.some", lang, letters=letters)


def _figure(row: Row, place: int, lang: str, notes: _Notes) -> str:
    """Return a figure: number, footnotes, a bar where it may be compared, its source on a click."""
    cell = row.cells[place]
    if cell.figure is None:
        return f'<span class="none" title="{escape(t("parks.unstated", lang))}">—</span>'
    mark = f'<em class="most">{escape(t("parks.most", lang))}</em>' if row.most(cell) else ""
    printed = t("parks.printed", lang, words=cell.figure.printed)
    value = f'<span class="value">{escape(cell.text)}</span>{notes.marks(cell.notes)}'
    lines = [printed, *cell.notes, *cell.places]
    return pieces.pop(value, lines) + mark + _bar(row.share(place))


def _bar(share: float | None) -> str:
    """Return the bar under a number; nothing where it may not be compared."""
    if share is None:
        return ""
    return f'<i class="share" aria-hidden="true"><b style="width:{100 * share:.1f}%"></b></i>'


def _reach_rows(parks: list[Park], atlas: Atlas, lang: str, full: bool) -> list[str]:
    """Return the distances to metro and expressway."""
    found = reach.reach(atlas)
    made = []
    for to in reach.TO:
        cells = []
        for park in parks:
            nearest = found.parks.get(park.id, {}).get(to)
            if nearest is None:
                cells.append('<span class="none">—</span>')
                continue
            shown, told = reach.words(nearest, lang)
            cells.append(
                pieces.pop(f'<span class="value">{escape(shown)}</span>', told)
                + f"<small>{escape(told[0])}</small>"
            )
        if any("pop" in cell for cell in cells) and not (full and any("none" in c for c in cells)):
            hint = t("parks.reach.hint", lang)
            made.append(_line(t(f"parks.reach.{to}", lang), cells, hint))
    return [_part(t("parks.reach", lang), len(parks)), *made] if made else []


def _words_rows(parks: list[Park], atlas: Atlas, lang: str) -> list[str]:
    """Return what the plans say of the parks in words, by topic."""
    plans = atlas.plans
    told = [
        {
            topic["topic"]: topic["items"]
            for topic in cards.card(park, atlas.rows[park.id], plans, lang, ())["statements"]
        }
        for park in parks
    ]
    topics = dict.fromkeys(topic for own in told for topic in own)
    made = [
        _line(topic, [_statements(own.get(topic, []), lang) for own in told]) for topic in topics
    ]
    return [_part(t("map.card.statements", lang), len(parks)), *made] if made else []


def _statements(items: list[dict], lang: str) -> str:
    """Return statements as a list, the first few open."""
    if not items:
        return '<span class="none">—</span>'
    lines = [
        f'<li title="{escape(chr(10).join(item["sources"]))}">{escape(item["text"])}'
        f"<small>{escape('; '.join(item['sources']))}</small></li>"
        for item in items
    ]
    open_part = f"<ul>{''.join(lines[:_SHOWN])}</ul>"
    if len(lines) <= _SHOWN:
        return open_part
    more = t("parks.more", lang, count=len(lines) - _SHOWN)
    rest = "".join(lines[_SHOWN:])
    return f"{open_part}<details><summary>{escape(more)}</summary><ul>{rest}</ul></details>"
