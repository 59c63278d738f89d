"""What of the user's parcels lies in each park, beside the plan's available land there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from geo.errors import AtlasError
from geo.own.join import InPark
from geo.own.numbers import M2_PER
from geo.plans import Figure, cite
from layers.amounts import notes
from layers.i18n import t
from layers.units import printed_amount, written_in
from views.data import Atlas
from views.own.session import Session

LAND = "land_mu"
_PLACES = {"mu": 1, "ha": 2, "km2": 4}


@dataclass(frozen=True)
class ParkRow:
    """One park: texts as shown, and the numbers for files."""

    park: str
    count: str
    own: str
    plan: str
    source: str
    short: str
    within: InPark
    figure: Figure | None


def park_rows(kept: Session, atlas: Atlas, lang: str, unit: str = "mu") -> list[ParkRow]:
    """Return a row for each park that holds some of the user's features, most ground first.

    Areas are in ``unit``, of `layers.units.UNITS`; the plan's as printed beside it.
    """
    if kept.joined is None:
        return []
    period = _period(atlas)
    rows = []
    for within in kept.joined.parks:
        park = atlas.plans.parks[within.park_id]
        figure = atlas.plans.figure(park.id, LAND, period) if period else None
        size = f"{within.area_m2 / M2_PER[unit]:,.{_PLACES[unit]}f}"
        own = size if within.area_m2 else "—"
        if not within.merged:
            own = t("own.every", lang, area=own)
        elif within.sum_m2 > within.area_m2 * 1.001:
            own = t("own.once", lang, area=own)
        rows.append(
            ParkRow(
                park.short(lang),
                f"{within.count:,}",
                own,
                _planned(figure, atlas, unit, lang) if figure else t("own.not_stated", lang),
                _source(figure, atlas, lang),
                _source(figure, atlas, lang, short=True),
                within,
                figure,
            )
        )
    return rows


def _planned(figure: Figure, atlas: Atlas, unit: str, lang: str) -> str:
    """Return the plan's number in the unit that is chosen, and as printed where that differs."""
    value = written_in(figure, unit, lang)
    printed = printed_amount(figure, atlas.plans.metrics[LAND].unit_name(lang), unit, lang)
    return t("own.printed", lang, value=value, printed=printed) if printed else value


def _period(atlas: Atlas) -> str:
    try:
        return atlas.plans.latest_period(LAND)
    except AtlasError:
        return ""


def cited(rows: list[ParkRow], lang: str) -> list[str]:
    """Return the documents that the plan's numbers are from, each once."""
    return list(dict.fromkeys(cite(row.figure.source, lang) for row in rows if row.figure))


def _source(figure: Figure | None, atlas: Atlas, lang: str, short: bool = False) -> str:
    """Return where the plan's number is from, and what ground it is of."""
    if figure is None:
        return ""
    park = atlas.plans.parks[figure.park_id]
    zones = {zone: atlas.zone_names((zone,), lang) for zone in park.zones}
    told = [text for _, text in notes(figure, park, atlas.plans, zones, lang)]
    joint = "；" if lang == "zh" else "; "
    place = f"{figure.source.short(lang)} · {figure.locator}" if short else cite(figure, lang)
    return joint.join([f"{figure.period} · {place}", *told])


def exact(value: float, places: int = 1) -> Decimal:
    """Return a measured number as files hold it, rounded to what it is worth."""
    return Decimal(f"{value:.{places}f}")
