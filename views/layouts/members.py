"""The members of a layout's element: by district, with the land its parks have, and its sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape

from geo.osm.districts import district_name
from geo.plans import Figure, format_number
from layers.cards import places_of
from layers.i18n import t, with_unit
from layers.schemes import Element, Member
from views.data import Atlas
from views.layouts.card import figures_fold, tags_html
from views.map import scope, selection, totals
from views.map.selection import LAND, Column, Total

_COLUMNS = ("member", "districts", "land", "industries", "located")


def within(element: Element, name: str) -> Element:
    """Return an element with its members in a district only; whole without one.

    A group, or a member with parts, stays for the sake of a part that is there.

    Parameters
    ----------
    element : Element
    name : str
        Chinese name of the district, or empty.
    """
    if not name:
        return element
    return replace(element, members=_within(element.members, name))


def _within(members: Iterable[Member], name: str) -> tuple[Member, ...]:
    kept = (replace(member, parts=_within(member.parts, name)) for member in members)
    return tuple(
        one for one in kept if one.parts or (one.kind != "group" and name in one.districts)
    )


def column(atlas: Atlas) -> Column | None:
    """Return the column of available land, the latest period's; None where no figure is there."""
    plans = atlas.plans
    if not plans.periods(LAND):
        return None
    return Column(plans.metrics[LAND], plans.latest_period(LAND))


def parks(element: Element) -> dict[str, list[Member]]:
    """Return the parks of the map among an element's members, each once, with those members."""
    found: dict[str, list[Member]] = {}
    for member in element.walk():
        if member.kind == "park":
            found.setdefault(member.id, []).append(member)
    return found


def total(element: Element, atlas: Atlas) -> Total | None:
    """Return the available land of an element's parks; None where it names no park of the map."""
    wanted, land = parks(element), column(atlas)
    if not wanted or land is None:
        return None
    return selection.total([atlas.plans.parks[park] for park in wanted], land, atlas.plans)


def total_html(element: Element, name: str, atlas: Atlas, lang: str) -> str:
    """Return the sum of the parks' land as HTML: what it counts, what not and why, of what ground.

    Parameters
    ----------
    element : Element
        As of `within`.
    name : str
        Chinese name of the district; empty for all.
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    """
    summed = total(element, atlas)
    if summed is None:
        return ""
    where = district_name(name, lang) if name else t("layout.land.all", lang)
    title = t(
        "layout.land.title", lang, where=where, metric=summed.column.metric.short(lang),
        period=summed.column.period.replace("-", "–"),
    )  # fmt: skip
    told = totals.words(summed, atlas, lang) + _besides(element, summed, atlas, lang)
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    places = _places(summed, lang)
    return (
        f'<section class="tile land"><h4>{escape(title)}</h4>'
        f"<strong>{escape(totals.amount(summed, lang))}</strong>{lines}{places}</section>"
    )


def _places(summed: Total, lang: str) -> str:
    """Return the documents of a sum; the place of each number in them opens on a click."""
    if not summed.figures:
        return ""
    names = dict.fromkeys(figure.source.short(lang) for figure in summed.figures)
    title = t("layout.land.sources", lang, sources=t("app.separator", lang).join(names))
    lines = "".join(
        f"<small>{escape(one)}</small>" for one in places_of(list(summed.figures), lang)
    )
    return f"<details><summary>{escape(title)}</summary>{lines}</details>"


def _besides(element: Element, summed: Total, atlas: Atlas, lang: str) -> list[str]:
    """Return what a sum of land does not say of itself: whole blocks, members without a number."""
    join, told = t("app.separator", lang), []
    counted = {figure.park_id: figure for figure in summed.figures}
    blocks = [
        atlas.plans.parks[park].short(lang)
        for park, named in parks(element).items()
        if park in counted and _of_more(named, counted[park], atlas)
    ]
    if blocks:
        told.append(t("layout.land.blocks", lang, parks=join.join(blocks)))
    others = sum(member.kind != "park" for member in element.all_members())
    if others:
        told.append(t("layout.land.others", lang, count=others))
    return told


def _of_more(named: Iterable[Member], figure: Figure, atlas: Atlas) -> bool:
    """Whether a park's figure is of zones that no member names."""
    meant = {zone for member in named for zone in member.zones}
    return bool(set(figure.zones or atlas.plans.parks[figure.park_id].zones) - meant)


def land_texts(element: Element, atlas: Atlas, lang: str) -> dict[str, list[str]]:
    """Return the land of each park among the members: the number, then what is to be said of it."""
    summed = total(element, atlas)
    if summed is None:
        return {}
    named, told = parks(element), {}
    unit = summed.column.metric.unit_name(lang)
    for figure in summed.figures:
        marks = scope.marks(figure, atlas, lang)
        if _of_more(named[figure.park_id], figure, atlas):
            marks.append(t("layout.land.block", lang))
        told[figure.park_id] = [
            with_unit(format_number(figure.value), unit, lang),
            *marks,
        ]
    for gap in summed.gaps:
        told[gap.park.id] = [totals.reason(gap, atlas, lang)]
    return told


def table_html(card: dict, land: Mapping[str, list[str]], atlas: Atlas, lang: str) -> str:
    """Return the members as a table, parts under what they are parts of; every text is escaped.

    Parameters
    ----------
    card : dict
        As of `layers.schemes.cards.element_card`.
    land : mapping of str to list of str
        As of `land_texts`.
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    """
    of_land = column(atlas)
    heads = [t(f"layout.col.{name}", lang) for name in _COLUMNS]
    if of_land is not None:
        # The unit stands with each number: a narrow window has no headings.
        heads[2] = f"{heads[2]} {of_land.period.replace('-', '–')}"
    cells = "".join(f"<th>{escape(name)}</th>" for name in heads)
    rows = "".join(_rows(card["members"], land, 0, lang))
    return (
        f'<div class="sheet"><table class="rows members"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _rows(
    members: Iterable[dict], land: Mapping[str, list[str]], depth: int, lang: str
) -> list[str]:
    """Return a row a member, those of its parts after it."""
    rows = []
    for member in members:
        rows.append(_row(member, land.get(member["park"] or "", []), depth, lang))
        rows += _rows(member["parts"], land, depth + 1, lang)
    return rows


def _row(member: dict, land: list[str], depth: int, lang: str) -> str:
    number = "".join(f"<small>{escape(mark)}</small>" for mark in land[1:])
    number = f"{escape(land[0])}{number}" if land else "—"
    # A group of the plan has no place of its own: its parts have.
    place = _place(member, lang) if member["where"] else ""
    source = f"<small>{escape(member['source'])}</small>" if member["source"] else ""
    return (
        f'<tr class="deep{min(depth, 3)}"><th>{escape(member["name"])}{source}'
        f"{figures_fold(member, lang)}</th>"
        f'<td>{escape(member["districts"] or "—")}</td><td class="number">{number}</td>'
        f"<td>{tags_html(member['industries'], lang) or '—'}</td><td>{place}</td></tr>"
    )


def _place(member: dict, lang: str) -> str:
    """Return whether a member is on the map; on what ground opens on a click."""
    name = "yes" if member["located"] else "no"
    return (
        f'<details class="{"there" if member["located"] else "nowhere"}"><summary>'
        f"{escape(t(f'layout.located.{name}', lang))}</summary>"
        f"<p>{escape(member['where'])}</p></details>"
    )
