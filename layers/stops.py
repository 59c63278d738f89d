"""What a presentation tells at each of its stops, beyond what the map itself says."""

from __future__ import annotations

from collections.abc import Mapping

from geo.plans import Figure, Plans
from layers.amounts import mark
from layers.schemes import Scheme
from layers.table import Table

# What an investor asks first; where the plan is silent, the next one takes the place.
KEY_METRICS = (
    "land_mu", "output_100m_yuan", "output_density_100m_yuan_per_km2", "tax_100m_yuan",
    "factory_10k_m2", "office_10k_m2", "output_target_100m_yuan", "planned_area_km2",
)  # fmt: skip
MOST = 5
# Of these only what has been reached, never what is aimed at.
ACTUAL = ("output_100m_yuan", "output_density_100m_yuan_per_km2", "tax_100m_yuan")


def told(
    stops: list[dict], table: Table, plans: Plans, schemes: Mapping[str, Scheme], lang: str
) -> list[dict]:
    """Return the stops with their texts in one language, JSON-able.

    Parameters
    ----------
    stops : list of dict
        ``kind`` ("theme" or "park") and ``id`` of each.
    table : layers.table.Table
        In the same language; its notes on figures are told here too.
    plans : geo.plans.Plans
    schemes : mapping of Scheme
        As of `layers.schemes.load_schemes`.
    lang : str
        "zh" or "en"; both languages give trees of one form.

    Returns
    -------
    list of dict
        A theme has ``over`` and ``title``, both "" unless it is a layout; a park ``position``,
        ``industries`` and ``figures``: ``metric, name, value, about, unit, period, source, notes``.
    """
    made = []
    for stop in stops:
        if stop["kind"] == "park":
            made.append(stop | _park(stop["id"], table, plans, lang))
            continue
        scheme = schemes.get(stop["id"])
        over, title = (scheme.subject(lang), scheme.name(lang)) if scheme else ("", "")
        made.append(stop | {"over": over, "title": title})
    return made


def key_figures(park: str, plans: Plans) -> list[Figure]:
    """Return a park's figures to be shown large, the latest of each metric, at most `MOST`.

    A stated zero is no figure to be shown large, and neither is what several zones have each.
    """
    found = []
    for metric in KEY_METRICS:
        periods = reversed(plans.periods(metric)) if metric in plans.metrics else ()
        figures = (plans.figure(park, metric, period) for period in periods)
        stated = (f for f in figures if f is not None and f.value)
        latest = next((f for f in stated if metric not in ACTUAL or f.kind == "actual"), None)
        if latest is not None:
            found.append(latest)
    return found[:MOST]


def _park(park: str, table: Table, plans: Plans, lang: str) -> dict:
    record = plans.parks[park]
    return {
        "position": record.position.name(lang),
        "industries": [tag.name(lang) for tag in record.industries],
        "figures": [_figure(f, table, plans, lang) for f in key_figures(park, plans)],
    }


def _figure(figure: Figure, table: Table, plans: Plans, lang: str) -> dict:
    """Return one figure as it is shown; the table has its notes."""
    metric = plans.metrics[figure.metric]
    return {
        "metric": figure.metric,
        "name": metric.short(lang),
        "value": table.shown_value(figure, figure.unit),
        "about": mark(figure),
        # The sign of the factor is made for the heads of columns: see `layers.i18n.with_unit`.
        "unit": table.unit_of(metric).replace("×", "× "),
        "period": figure.period.replace("-", "–"),
        "source": figure.source.short(lang),
        "notes": table.notes_on(figure),
    }
