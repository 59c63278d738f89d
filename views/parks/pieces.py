"""Pieces of HTML that the gallery, a park's page and the comparison share; all text is escaped."""

from __future__ import annotations

from html import escape

from geo.plans import Park
from layers.i18n import t
from layers.units import unit_name
from views.data import Atlas
from views.parks.comparison import Cell, latest
from views.parks.state import ParksState

# What a promoter and an official look for first.
KEY_METRICS = (
    "land_mu",
    "factory_10k_m2",
    "office_10k_m2",
    "output_100m_yuan",
    "output_target_100m_yuan",
)
_LEVELS = ("high", "medium", "low")


def dashed(period: str) -> str:
    """Return a period as it is read."""
    return period.replace("-", "–")


def level(park: Park, atlas: Atlas) -> str:
    """Return the confidence of a park's outline, the lowest of its zones; empty for none."""
    found = [zone["confidence"] for zone in atlas.rows[park.id]["zones"]]
    known = [one for one in found if one in _LEVELS]
    return max(known, key=_LEVELS.index) if known and len(known) == len(found) else ""


def badge(park: Park, atlas: Atlas, lang: str) -> str:
    """Return how far the outline can be trusted as a mark."""
    own = level(park, atlas)
    if any(zone["basis"] == "corridor" for zone in atlas.rows[park.id]["zones"]):
        return f'<span class="level low">{escape(t("parks.schematic", lang))}</span>'
    if not own:
        return ""
    words = t("parks.outline", lang, level=t(f"map.confidence.{own}", lang))
    return f'<span class="level {own}">{escape(words)}</span>'


def block(park: Park, lang: str) -> str:
    """Return what kind of block a park is, with its district."""
    return f"{t(f'map.parkkind.{park.kind}', lang)} · {park.district.name(lang)}"


def chips(park: Park, lang: str, marked: set[str] | None = None) -> str:
    """Return the industries; those that all compared parks have are marked."""
    spans = "".join(
        f"<span{' class=both' if marked and tag.id in marked else ''}>"
        f"{escape(tag.name(lang))}</span>"
        for tag in park.industries
    )
    return f'<p class="chips">{spans}</p>'


def key_cell(park: Park, metric: str, state: ParksState, atlas: Atlas) -> tuple[Cell, str, str]:
    """Return a park's latest figure of a key metric with its unit; buildings where no area is."""
    record = atlas.plans.metrics[metric]
    cell = latest(park, metric, state, atlas)
    if cell.figure is None and record.instead:
        instead = latest(park, record.instead, state, atlas)
        if instead.figure is not None:
            other = atlas.plans.metrics[record.instead]
            return instead, other.unit_name(state.lang), other.short(state.lang)
    unit = unit_name(record.unit_name(state.lang), record.unit, state.unit, state.lang)
    return cell, unit, record.short(state.lang)


def area_text(park: Park, atlas: Atlas) -> str:
    """Return the digitised area in km², "—" where there is none to state."""
    area = atlas.rows[park.id]["area_km2"]
    return "—" if area is None else f"{area:,.2f}"


def tooltip(cell: Cell, state: ParksState) -> str:
    """Return notes and places of a figure as plain text for a ``title``."""
    if cell.figure is None:
        return t("parks.unstated", state.lang)
    printed = t("parks.printed", state.lang, words=cell.figure.printed)
    return "\n".join([printed, *cell.notes, *cell.places])


def pop(summary: str, lines: list[str], style: str = "") -> str:
    """Return words that open on a click; ``summary`` is HTML already, the lines are text."""
    inner = "".join(f"<p>{escape(line)}</p>" for line in lines)
    mark = f" {style}" if style else ""
    return f'<details class="pop{mark}"><summary>{summary}</summary><div>{inner}</div></details>'
