"""Land left against the ground: available land over the digitised area and over the planned one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from itertools import combinations

import geopandas as gpd
import shapely
import streamlit as st

from geo.measure import area_km2
from geo.plans import Figure, Park
from geo.plans.derive import LAND, Derived
from geo.plans.inputs import PLANNED, bounded_union
from geo.plans.rounding import FEWEST, digits, rounded
from layers.amounts import bound_of, bounded, mark
from layers.i18n import listed, t
from layers.units import converted, in_unit, rounding, target, unit_name
from views.data import Atlas, Stamp

DIGITISED = "land_left_share_of_digitised_pct"
OF_PLANNED = "land_left_share_of_planned_pct"
_SLIVER_KM2 = 0.01  # shared ground up to this is how finely outlines are drawn
# The zones of a park, and those of another park whose ground is left out of them.
Outline = tuple[tuple[str, ...], tuple[str, ...]]


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
        return self.ground.value if self.ground else None

    @property
    def ground(self) -> Figure | None:
        """The stated planned area that the share is over."""
        if self.planned is None:
            return None
        return next(one for one in self.planned.inputs if one.metric == PLANNED)


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


@dataclass(frozen=True)
class Total:
    """Land and ground over the parks that have both.

    Attributes
    ----------
    land, km2 : decimal.Decimal
        In 亩 and in km²; exactly what the column's own numbers add up to (a digitised area has two
        decimals wherever it is used, see `geo.plans.inputs.Ground`).
    parks : tuple of geo.plans.Park
    land_bound, ground_bound : str
        How the sums are bounded, as `layers.amounts.mark` says of a figure: "" for exactly.
    digits : int
        How many digits of the share hold, those of the park of which the fewest do.
    """

    land: Decimal
    km2: Decimal
    parks: tuple[Park, ...]
    land_bound: str
    ground_bound: str
    digits: int

    @property
    def share(self) -> Decimal:
        """Land as a share of the ground in per cent, rounded as a park's own share is."""
        exact = 100 * Fraction(self.land) / converted(self.km2, "km2", "mu")
        value = Decimal(exact.numerator) / Decimal(exact.denominator)
        return rounded(value, (), self.digits)

    @property
    def share_bound(self) -> str:
        """How the share is bounded: of two bounds nothing more can be said than about so much."""
        return "about" if self.land_bound or self.ground_bound else ""


def total(found: list[Left], over: str) -> Total | None:
    """Return land and ground over the parks that have both, and which those are.

    Parameters
    ----------
    found : list of Left
    over : str
        "digitised" or "planned".

    Returns
    -------
    Total or None
        Each zone counts with its park; where parks overlap their ground counts twice, which
        `words` tells. None without any.
    """
    both = [one for one in found if getattr(one, over) is not None and one.land is not None]
    if not both:
        return None
    shares = [getattr(one, over) for one in both]
    planned = [figure for share in shares for figure in share.inputs if figure.metric == PLANNED]
    return Total(
        sum((one.land.value for one in both), Decimal(0)),
        sum((getattr(one, f"{over}_km2") for one in both), Decimal(0)),
        tuple(one.park for one in both),
        bound_of(one.land for one in both),
        bound_of(planned),
        min((digits(share.value) for share in shares if share.value), default=FEWEST),
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
    body = "".join(_row(one, unit, lang) for one in found)
    told = "".join(f"<li>{escape(line)}</li>" for line in words(found, atlas, lang, unit))
    foot = _totals(found, unit, lang)
    return (
        f'<section class="official"><h4>{escape(t("official.left.title", lang))}</h4>'
        f'<div class="sheet"><table class="rows land-left"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody>{foot}</table></div><ul class='told'>{told}</ul></section>"
    )


def _row(one: Left, unit: str, lang: str) -> str:
    land = "—"
    if one.land is not None:
        land = bounded(in_unit(one.land.value, "mu", unit), mark(one.land), lang)
    cells = [f'<td class="number">{escape(land)}</td>']
    for name in ("digitised", "planned"):
        derived, km2 = getattr(one, name), getattr(one, f"{name}_km2")
        bound = mark(one.ground) if name == "planned" and one.ground else ""
        ground = "—" if km2 is None else bounded(in_unit(km2, "km2", unit), bound, lang)
        cells.append(f'<td class="number">{escape(ground)}</td>')
        if derived is None:
            cells.append('<td class="number">—</td>')
            continue
        bar = _bar(derived.exact) if name == "digitised" else ""
        title = escape(derived.formula.text(lang))
        share = escape(f"{bounded(derived.value, _share_bound(derived), lang)}%")
        cells.append(f'<td class="number"><span title="{title}">{share}</span>{bar}</td>')
    return (
        f'<tr><th scope="row">{escape(one.park.short(lang))}</th>{"".join(cells)}'
        f"<td>{_notes(one, lang)}</td></tr>"
    )


def _share_bound(share: Derived) -> str:
    """Return how a park's share is bounded, as `Total.share_bound` says of a total's."""
    return "about" if any(mark(figure) for figure in share.inputs) else ""


def _bar(value: Decimal) -> str:
    """Return a bar as long as a share is of the whole; a reader of the screen has the number.

    A picture would be taken out of the page by Streamlit.
    """
    return f'<progress class="bar-of" max="100" value="{value:.1f}" aria-hidden="true"></progress>'


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
        label = t(f"official.left.total.{over}", lang, count=len(summed.parks))
        amount = escape(bounded(in_unit(summed.land, "mu", unit), summed.land_bound, lang))
        ground = bounded(in_unit(summed.km2, "km2", unit), summed.ground_bound, lang)
        share = f"{bounded(summed.share, summed.share_bound, lang)}%"
        own = "".join(f'<td class="number">{escape(text)}</td>' for text in (ground, share))
        none = "<td></td><td></td>"
        rows.append(
            f'<tr><th scope="row">{escape(label)}</th><td class="number">{amount}</td>'
            f"{own + none if over == 'digitised' else none + own}<td></td></tr>"
        )
    return f"<tfoot>{''.join(rows)}</tfoot>" if rows else ""


def words(found: list[Left], atlas: Atlas, lang: str, unit: str = "mu") -> list[str]:
    """Return which parks the totals leave out, what rounding did, and what holds for all shares."""
    told: list[str] = []
    for over in ("digitised", "planned"):
        if (summed := total(found, over)) is not None:
            land = [one.land.value for one in found if one.park in summed.parks and one.land]
            told += [line for line in rounding(land, "mu", unit, lang) if line not in told]
    for over in ("digitised", "planned"):
        out = [one.park.short(lang) for one in found if getattr(one, over) is None]
        if out:
            told.append(
                t(f"official.left.out.{over}", lang, count=len(out), parks=listed(out, lang))
            )
    if any(counts_twice(found, over, atlas) for over in ("digitised", "planned")):
        told.append(t("official.left.overlap", lang))
    return [*told, t("official.left.hint", lang)]


def counts_twice(found: list[Left], over: str, atlas: Atlas) -> bool:
    """Say whether outlines of parks that a total counts overlap one another.

    Parameters
    ----------
    found : list of Left
    over : str
        "digitised" or "planned", as of `total`.
    atlas : Atlas
    """
    summed = total(found, over)
    if summed is None:
        return False
    counted = [one for one in found if one.park in summed.parks]
    outlines = tuple(_outline(one, over, atlas) for one in counted)
    return _overlapping(outlines, atlas.stamp, atlas.boundaries)


def _outline(one: Left, over: str, atlas: Atlas) -> Outline:
    """Return the ground that a total counts for a park."""
    ground = one.digitised.ground if over == "digitised" and one.digitised else None
    if ground is None:
        limited = one.planned.zones if one.planned else ()
        return limited or one.park.zones, ()
    without = atlas.plans.parks[ground.without].zones if ground.without else ()
    return ground.zones, without


@st.cache_data(show_spinner=False, max_entries=64)
def _overlapping(
    outlines: tuple[Outline, ...],
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    _boundaries: gpd.GeoDataFrame | None,
) -> bool:
    """Say whether two outlines share ground; measured once for each choice of parks."""
    shapes = [_shape(outline, _boundaries) for outline in outlines]
    return any(
        area_km2(shapely.intersection(one, other)) > _SLIVER_KM2
        for one, other in combinations(shapes, 2)
    )


def _shape(outline: Outline, boundaries: gpd.GeoDataFrame | None) -> shapely.Geometry:
    """Return an outline's geometry, empty where its zones are not digitised from bounds."""
    zones, without = outline
    own = bounded_union(boundaries, zones) or shapely.Polygon()
    other = bounded_union(boundaries, without) if without else None
    return own if other is None else shapely.difference(own, other)
