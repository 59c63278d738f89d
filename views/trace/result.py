"""What is told of a zone below its map, as HTML; every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from geo.digitize import Reading, evidence
from geo.measure import HECTARE_PER_KM2, MU_PER_KM2
from geo.reason import Reason
from geo.reference import Match, Miss
from geo.sizhi import SIDE_ORDER, Bound, Sizhi
from geo.trace import Ring
from layers.i18n import t
from layers.trace_parts import SIDE_COLOURS, offset_words, sided, stretch_name
from views.trace.reading import Work
from views.trace.state import PER_KM2

ROLES = ("side", "feature", "qualifier", "connective", "remark", "area", "part", "ignored")
_LINE_BREAK = "⏎"
_MOST_IDS = 8
# Words of a text for the units that the page has.
UNITS = {"亩": "mu", "公顷": "ha", "ha": "ha", "hm2": "ha", "平方公里": "km2", "km2": "km2"}


def headline(properties: dict[str, Any], lang: str) -> str:
    """Return area, error and confidence in one line; empty without a ring."""
    if properties["area_km2"] is None:
        return ""
    parts = [t("trace.area", lang, km2=f"{properties['area_km2']:,.3f}")]
    if properties["area_error_pct"] is not None:
        parts.append(t("trace.error", lang, percent=_signed(properties["area_error_pct"])))
    level = t(f"trace.confidence.{properties['confidence']}", lang)
    parts.append(t("trace.confidence.line", lang, level=level))
    return " · ".join(parts)


@dataclass(frozen=True)
class Told:
    """What the figures of a ring are told beside: its text, and the area that the user entered.

    ``said`` is that area and its unit, a key of `UNITS`; None when none was entered.
    """

    made: Work
    reading: Reading
    said: tuple[float, str] | None = None


def stated(km2: float, told: Told | None, lang: str) -> str:
    """Return the stated area as it was stated, and in km²."""
    source, said = "", told.said if told else None
    if told and not said and told.reading.part.area_km2 == km2:
        source = t("trace.stated.from_text", lang)
        said = next(filter(None, (_area_said(one.text, km2) for one in told.made.parsed.tokens
                                  if one.role == "area")), None)  # fmt: skip
    area, unit = said or (km2, "km2")
    notes = [] if unit == "km2" else [t("trace.area", lang, km2=f"{km2:,.3f}")]
    notes += [source] if source else []
    told_area = f"{area:,.6g}" if area < 1e6 else f"{area:,.0f}"
    shown = t("trace.stated.area", lang, area=told_area, unit=t(f"trace.unit.{unit}", lang))
    if notes:
        shown = t(
            "trace.stated.notes", lang, area=shown, notes=t("trace.stated.joint", lang).join(notes)
        )
    return t("trace.tile.error.stated", lang, area=shown)


def _area_said(text: str, km2: float) -> tuple[float, str] | None:
    """Return the number and unit in a text's words for an area, if they are those of ``km2``."""
    for number, word in re.findall(r"(\d[\d,]*(?:\.\d+)?)\s*(亩|公顷|ha\b|hm2|平方公里|km2)", text):
        area, unit = float(number.replace(",", "")), UNITS[word]
        if abs(area / PER_KM2[unit] - km2) <= 1e-6 * km2:
            return area, unit
    return None


def bare_sides(reading: Reading) -> list[str]:
    """Return the sides of the clause of which no named line is on the ring."""
    # A line moved aside has its own name in the ring, with the line's name first.
    on = [edge.feature for edge in reading.ring.edges if edge.named and edge.feature]
    held = {
        side
        for side, match in reading.matches
        if any(name == match.line.name or name.startswith(f"{match.line.name}以") for name in on)
    }
    return [side for side in reading.part.sides if side not in held]


def sentence(text: str, lang: str) -> str:
    """Return words as a sentence of their own."""
    end = "。" if lang == "zh" else "."
    return text[:1].upper() + text[1:] + ("" if text.endswith(end) else end)


def tiles(properties: dict[str, Any], lang: str, told: Told | None = None) -> str:
    """Return the measured figures of a ring as tiles."""
    area, published = properties["area_km2"], properties["published_area_km2"]
    error, closure = properties["area_error_pct"], properties["closure"]
    level = properties["confidence"]
    hectares, mu = area * HECTARE_PER_KM2, area * MU_PER_KM2
    units = t("trace.area.units", lang, ha=f"{hectares:,.2f}", mu=f"{mu:,.1f}")
    shown = [
        _tile("trace.tile.area", t("trace.area", lang, km2=f"{area:,.4f}"), [units], lang),
        _tile(
            "trace.tile.error",
            "—" if error is None else f"{_signed(error)} %",
            [
                t("trace.tile.error.none", lang)
                if published is None
                else stated(published, told, lang)
            ],
            lang,
        ),
        _tile(
            "trace.tile.named",
            f"{properties['named_ring_share']:.1%}",
            [_supports(properties["side_support"], bare_sides(told.reading) if told else (), lang)],
            lang,
        ),
        _tile(
            "trace.tile.closure",
            t("trace.metres", lang, metres=f"{closure['sum_m']:,}"),
            [
                t("trace.tile.closure.gaps", lang, count=closure["gaps"],
                  largest=f"{closure['largest_m']:,}")
                if closure["gaps"]
                else t("trace.tile.closure.none", lang)
            ],
            lang,
        ),
    ]  # fmt: skip
    badge = f'<span class="level {escape(level)}">{_word(f"trace.confidence.{level}", lang)}</span>'
    rule = _fold(
        _word("trace.confidence.rule", lang),
        f"<p>{_word('trace.confidence.help', lang, **_marks())}</p>",
    )
    shown.append(
        f'<section class="tile"><h4>{_word("trace.tile.confidence", lang)}</h4>'
        f"<strong>{badge}</strong>{rule}</section>"
    )
    return f'<div class="tiles">{"".join(shown)}</div>'


def _marks() -> dict[str, str]:
    """Return the figures of the confidence rule, as `geo.digitize.evidence` has them."""
    return {
        "high_share": f"{evidence.HIGH[0]:.0%}",
        "high_error": f"{evidence.HIGH[1]:g}",
        "medium_share": f"{evidence.MEDIUM[0]:.0%}",
        "medium_error": f"{evidence.MEDIUM[1]:g}",
        "alone": f"{evidence.HIGH_ALONE:.0%}",
    }


def _supports(support: dict[str, float], bare: Iterable[str], lang: str) -> str:
    """Return how much of each side lies on what it names; nothing of the ``bare`` ones does."""
    shares = {**support, **dict.fromkeys(bare, 0.0)}
    order = [*SIDE_ORDER, *(side for side in shares if side not in SIDE_ORDER)]
    parts = []
    for side in order:
        if side in shares:
            key = "trace.support" if shares[side] else "trace.support.none"
            word = t(f"trace.short.{side}", lang)
            parts.append(t(key, lang, side=word, share=f"{shares[side]:.0%}"))
    return " · ".join(parts)


def _tile(head: str, value: str, lines: Iterable[str], lang: str) -> str:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return (
        f'<section class="tile"><h4>{_word(head, lang)}</h4>'
        f"<strong>{escape(value)}</strong>{body}</section>"
    )


def tokens(parsed: Sizhi, lang: str) -> str:
    """Return the normalised text with every character in the colour of its part in the reading."""
    words = "".join(
        f'<span class="tok {token.role}" title="{_word(f"trace.role.{token.role}", lang)}">'
        f"{escape(token.text.replace(chr(10), _LINE_BREAK))}</span>"
        for token in parsed.tokens
    )
    used = [role for role in ROLES if any(token.role == role for token in parsed.tokens)]
    key = "".join(
        f'<span class="tok {role}">{_word(f"trace.role.{role}", lang)}</span>' for role in used
    )
    return f'<p class="tokens">{words}</p><p class="roles">{key}</p>'


def sides(reading: Reading, properties: dict[str, Any], lang: str) -> str:
    """Return the features of each side and how each was found on the map, as a table."""
    rows = []
    found: dict[str | None, list[tuple[Match | Miss, Bound]]] = {}
    for side, listed in [*reading.part.sides.items(), (None, reading.part.around)]:
        for bound in listed:
            hit = _of(side, bound.name, reading)
            if hit is not None:
                found.setdefault(side, []).append((hit, bound))
    unused = set(properties.get("unused", ()))
    for side, listed in found.items():
        for number, (one, bound) in enumerate(listed):
            head = _side_cell(side, len(listed), lang) if number == 0 else ""
            rows.append(f"<tr>{head}{_match_cells(one, bound, unused, lang)}</tr>")
    heads = "".join(
        f"<th>{_word(f'trace.sides.{name}', lang)}</th>"
        for name in ("side", "written", "line", "how")
    )
    return _table("rows", heads, rows)


def _of(side: str | None, written: str, reading: Reading) -> Match | Miss | None:
    """Return what a name of a side came to."""
    for own, one in [*reading.matches, *reading.misses]:
        if own == side and one.written == written:
            return one
    return None


def _side_cell(side: str | None, count: int, lang: str) -> str:
    colour = SIDE_COLOURS[side][0] if side in SIDE_COLOURS else "#3b4a57"
    word = _word(f"trace.side.{side}" if side else "trace.side.none", lang)
    # The colours are ours: no text of a user is in the style.
    return f'<th rowspan="{count}" style="border-left:5px solid {colour}">{word}</th>'


def _match_cells(one: Match | Miss, bound: Bound, unused: set[str], lang: str) -> str:
    """Return what a name was read as, or that it is on no line."""
    if isinstance(one, Miss):
        reason = one.reason.text(lang) if one.reason else t("trace.how.none.why", lang)
        return (
            f"<td>{escape(one.written)}</td><td>—</td>"
            f'<td><b class="bad">{_word("trace.how.none", lang)}</b> {escape(reason)}</td>'
        )
    reason = one.reason.text(lang) if isinstance(one.reason, Reason) else str(one.reason)
    border = one.line.kind == "border" and one.how != "alias"
    how = _word("trace.how.border" if border else f"trace.how.{one.how}", lang)
    line = one.line.name
    if bound.offset_m and bound.offset_side:
        line = offset_words(line, bound.offset_side, bound.offset_m, lang)
    if reason:
        how += f" <i>{escape(reason)}</i>"
    if one.written in unused:
        how += f' <b class="bad">{_word("trace.how.unused", lang)}</b>'
    return f"<td>{escape(one.written)}</td><td>{escape(line)}</td><td>{how}</td>"


def told(texts: Iterable[str]) -> str:
    """Return sentences as a list."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def evidence_table(ring: Ring, sources: dict[str, list[str]], lang: str) -> str:
    """Return the ring's stretches in order, clockwise, as a table."""
    names = ("number", "kind", "feature", "side", "length", "ids")
    heads = "".join(f"<th>{_word(f'trace.evidence.{name}', lang)}</th>" for name in names)
    rows = []
    for number, edge in enumerate(sided(ring.edges), 1):
        side = _word(f"trace.side.{edge.side}", lang) if edge.side else "—"
        ids = (
            sources.get(edge.feature or "", [])
            if edge.kind in ("measured", "bridged", "border")
            else []
        )
        rows.append(
            f'<tr><td>{number}</td><td><span class="kind {escape(edge.kind)}"></span>'
            f"{_word(f'trace.kind.{edge.kind}', lang)}</td>"
            f"<td>{escape(stretch_name(edge, lang))}</td><td>{side}</td>"
            f'<td class="number">{edge.line.length:,.0f}</td>'
            f'<td class="ids">{_ids(ids, lang)}</td></tr>'
        )
    return _table("rows evidence", heads, rows)


def _table(style: str, heads: str, rows: Iterable[str]) -> str:
    """Return a table of HTML heads and rows, in a box that scrolls sideways."""
    return (
        f'<div class="sheet"><table class="{style}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _ids(ids: list[str], lang: str) -> str:
    """Return source ids, the first few and how many more."""
    if not ids:
        return "—"
    listed = escape(" ".join(ids[:_MOST_IDS]))
    more = len(ids) - _MOST_IDS
    return f"{listed} {_word('trace.evidence.more', lang, more=more)}" if more > 0 else listed


def _fold(summary: str, body: str) -> str:
    """Return HTML that opens on a click; both are HTML already."""
    return f"<details><summary>{summary}</summary>{body}</details>"


def _signed(number: float) -> str:
    return f"{number:+.1f}".replace("-", "−")


def _word(key: str, lang: str, **values: object) -> str:
    """Return a text of the catalogue, escaped."""
    return escape(t(key, lang, **values))
