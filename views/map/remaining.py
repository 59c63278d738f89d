"""Land left against the ground: available land over the digitised area and over the planned one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html import escape

from geo.plans import Figure, Park, format_number
from geo.plans.derive import LAND, Derived
from geo.plans.inputs import PLANNED
from layers.i18n import listed, t
from layers.units import converted, in_unit, shown, target, unit_name, written_in
from views.data import Atlas

DIGITISED = "land_left_share_of_digitised_pct"
OF_PLANNED = "land_left_share_of_planned_pct"
_BAR = 100  # units of a bar's width


@dataclass(frozen=True)
class Left:
    """A park's available land beside the ground it is of.

    Attributes
    ----------
    park : geo.plans.Park
    land : geo.plans.Figure or None
        Its available land, of the whole park.
    digitised, planned : geo.plans.derive.Derived or None
        The shares in per cent with formula, inputs and caveats; None where there is none.
    """

    park: Park
    land: Figure | None
    digitised: Derived | None
    planned: Derived | None

    @property
    def digitised_km2(self) -> Decimal | None:
        """The digitised area that the share is over."""
        return self.digitised.ground.km2 if self.digitised and self.digitised.ground else None

    @property
    def planned_km2(self) -> Decimal | None:
        """The planned area that the share is over."""
        if self.planned is None:
            return None
        return next(one.value for one in self.planned.inputs if one.metric == PLANNED)


def left(parks: list[Park], atlas: Atlas) -> list[Left]:
    """Return the land left in each park, beside its ground."""
    period = atlas.plans.latest_period(LAND)
    return [
        Left(
            park,
            atlas.plans.figure(park.id, LAND, period),
            _share(park, DIGITISED, period, atlas),
            _share(park, OF_PLANNED, period, atlas),
        )
        for park in parks
    ]


def _share(park: Park, metric: str, period: str, atlas: Atlas) -> Derived | None:
    """Return a park's share of the period, of the whole park before one of some zones."""
    found = [
        one
        for one in atlas.derived
        if (one.park_id, one.metric, one.period) == (park.id, metric, period)
    ]
    return min(found, key=lambda one: len(one.zones), default=None)


def share_of(land: Decimal, km2: Decimal) -> Decimal:
    """Return land in 亩 as a share of ground in per cent, one decimal."""
    exact = 100 * Fraction(land) / converted(km2, "km2", "mu")
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        Decimal("0.1"), ROUND_HALF_UP
    )


def total(found: list[Left], over: str) -> tuple[Decimal, Decimal, list[Park]] | None:
    """Return land and ground over the parks that have both, and which those are.

    Parameters
    ----------
    found : list of Left
    over : str
        "digitised" or "planned".

    Returns
    -------
    (land in 亩, ground in km², parks) or None
        Each zone counts with its park; where parks overlap their ground counts twice, which the
        caveats tell. None without any.
    """
    both = [one for one in found if getattr(one, over) is not None and one.land is not None]
    if not both:
        return None
    return (
        sum((one.land.value for one in both), Decimal(0)),
        sum((getattr(one, f"{over}_km2") for one in both), Decimal(0)),
        [one.park for one in both],
    )


def panel(parks: list[Park], atlas: Atlas, unit: str, lang: str) -> str:
    """Return the table as HTML, or that there is none; every text is escaped."""
    found = left(parks, atlas)
    if not found:
        return ""
    land = atlas.plans.metrics[LAND]
    # Ground is told in the unit chosen for land, but never in 亩.
    units = [
        unit_name(land.unit_name(lang), land.unit, unit, lang),
        *[t(f"official.unit.{target('km2', unit)}", lang)] * 2,
    ]
    names = ("land", "digitised", "planned")
    heads = []
    for name, own in zip(names, units, strict=True):
        heads.append(t(f"official.left.{name}", lang, unit=own))
        if name != "land":
            heads.append(t(f"official.left.share.{name}", lang))
    head = "".join(f'<th class="number" scope="col">{escape(text)}</th>' for text in heads)
    first, last = (escape(t(f"official.left.{name}", lang)) for name in ("park", "notes"))
    head = f'<th scope="col">{first}</th>{head}<th scope="col">{last}</th>'
    most = max((one.digitised.exact for one in found if one.digitised), default=Decimal(1))
    body = "".join(_row(one, unit, most, lang) for one in found)
    told = "".join(f"<li>{escape(line)}</li>" for line in words(found, lang))
    foot = _totals(found, unit, lang)
    return (
        f'<section class="official"><h4>{escape(t("official.left.title", lang))}</h4>'
        f'<div class="sheet"><table class="rows land-left"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody>{foot}</table></div><ul class='told'>{told}</ul></section>"
    )


def _row(one: Left, unit: str, most: Decimal, lang: str) -> str:
    land = "—" if one.land is None else written_in(one.land, unit, lang)
    cells = [f'<td class="number">{escape(land)}</td>']
    for name in ("digitised", "planned"):
        derived, km2 = getattr(one, name), getattr(one, f"{name}_km2")
        ground = "—" if km2 is None else format_number(in_unit(km2, "km2", unit))
        cells.append(f'<td class="number">{ground}</td>')
        if derived is None:
            cells.append('<td class="number">—</td>')
            continue
        bar = _bar(derived.exact, most) if name == "digitised" else ""
        title = escape(derived.formula.text(lang))
        cells.append(f'<td class="number"><span title="{title}">{derived.value}%</span>{bar}</td>')
    return (
        f'<tr><th scope="row">{escape(one.park.short(lang))}</th>{"".join(cells)}'
        f"<td>{_notes(one, lang)}</td></tr>"
    )


def _bar(value: Decimal, most: Decimal) -> str:
    """Return a bar as long as the value is of the greatest; a reader of the screen has the number.

    A picture would be taken out of the page by Streamlit.
    """
    long = int(min(_BAR, _BAR * value / most)) if most else 0
    return f'<progress class="bar-of" max="{_BAR}" value="{long}" aria-hidden="true"></progress>'


def _notes(one: Left, lang: str) -> str:
    """Return what has to be known of both shares, folded; why there is none."""
    notes = dict.fromkeys(
        _sentence(note.text(lang))
        for derived in (one.digitised, one.planned)
        if derived is not None
        for note in derived.caveats
    )
    if one.digitised is None:
        notes = {t("official.left.no_ground", lang): None, **notes}
    if not notes:
        return ""
    first, *rest = notes
    if not rest:
        return escape(first)
    items = "".join(f"<li>{escape(note)}</li>" for note in rest)
    return f"<details><summary>{escape(first)} (+{len(rest)})</summary><ul>{items}</ul></details>"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _totals(found: list[Left], unit: str, lang: str) -> str:
    rows = []
    for over in ("digitised", "planned"):
        summed = total(found, over)
        if summed is None:
            continue
        land, km2, parks = summed
        label = t(f"official.left.total.{over}", lang, count=len(parks))
        amount = format_number(in_unit(land, "mu", unit))
        ground = format_number(shown(Fraction(km2), "km2") if unit == "mu"
                               else in_unit(km2, "km2", unit))  # fmt: skip
        own = f'<td class="number">{ground}</td><td class="number">{share_of(land, km2)}%</td>'
        none = "<td></td><td></td>"
        rows.append(
            f'<tr><th scope="row">{escape(label)}</th><td class="number">{amount}</td>'
            f"{own + none if over == 'digitised' else none + own}<td></td></tr>"
        )
    return f"<tfoot>{''.join(rows)}</tfoot>" if rows else ""


def words(found: list[Left], lang: str) -> list[str]:
    """Return which parks the totals leave out, and what holds for all shares."""
    told = []
    for over in ("digitised", "planned"):
        out = [one.park.short(lang) for one in found if getattr(one, over) is None]
        if out:
            told.append(
                t(f"official.left.out.{over}", lang, count=len(out), parks=listed(out, lang))
            )
    return [*told, t("official.left.overlap", lang), t("official.left.hint", lang)]
