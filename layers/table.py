"""The table of a map's file: every figure of the parks shown, once, and what it does not say."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import geopandas as gpd

from geo.plans import Figure, Metric, Park, Plans, cite, format_number, parks_table
from geo.plans.records import StatedTotal
from geo.plans.rules.interval import half_unit
from layers import amounts
from layers.i18n import listed, t, with_unit
from layers.legend import unit_notes
from layers.units import in_unit, printed_amount, target, unit_name

# What a comparison of two parks draws over the years.
SERIES = "output_100m_yuan"


def table(
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    lang: str,
    shown: tuple[str, ...] | None = None,
    unit: str = "mu",
) -> dict:
    """Return what the file's table and its comparison of two parks are made of, JSON-able.

    Parameters
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    lang : str
        "zh" or "en"; both languages give trees of one form.
    shown : tuple of str, optional
        Ids of the parks that are rows; all when not given.
    unit : str
        What land is shown in: one of `layers.units.UNITS`. Notes keep the units they are printed
        in, and name them.

    Returns
    -------
    dict
        ``metrics`` [{id, short, unit, unit_note, columns [{period, text, kind, sources}]}],
        periods oldest first; ``parks`` [{id, short, area, zones [area]}], areas in km² as text,
        empty where none is known; ``figures`` {metric: {period: {park: [cell]}}}; ``totals``
        {metric: {period: cell}}, those the plan states, of all parks also where ``partial`` says
        that not all are rows; ``notes`` and ``sources``, the texts that
        cells and columns name by their numbers; ``series``, the metric to draw over the years, and
        ``labels`` of a card's facts.

        A cell is ``value`` (the number as it is read, or None for a number the plan says it does
        not give), ``mark`` where the plan bounds it (see `layers.amounts.mark`), ``zonal`` for a
        figure of some zones only, ``raw`` (the number before it was converted, by which figures
        are compared), and ``notes`` on its ground and the plan's words; ``scope`` are those of them
        that say what it is a figure of, as two figures must be of like scope to be compared. A
        figure of the whole park stands before those of its zones, which nobody has added up.
    """
    return Table(plans, boundaries, lang, shown, unit).content


class Table:
    """One table in the making: notes and sources are gathered on the way.

    The parameters are those of `table`.
    """

    def __init__(
        self,
        plans: Plans,
        boundaries: gpd.GeoDataFrame,
        lang: str,
        shown: tuple[str, ...] | None = None,
        unit: str = "mu",
    ) -> None:
        self.plans, self.lang, self.unit = plans, lang, unit
        self.parks = [p for p in plans.parks.values() if shown is None or p.id in shown]
        self.rows = {row["id"]: row for row in parks_table(plans, boundaries)}
        # Numbered in the order of their keys, which no language has a part in: two notes that
        # read alike in one of them stay two, so that the trees of both are of one form.
        self.notes: dict[tuple[str, ...], str] = {}
        self.sources: dict[str, str] = {}
        self._noted: dict[tuple[str, ...], list[int]] = {}  # by the key of a figure

    @cached_property
    def content(self) -> dict:
        """Return the whole of it; see `table`."""
        metrics = self.plans.mapped_metrics()
        return {
            "metrics": [self._metric(metric) for metric in metrics],
            "parks": [self._park(park) for park in self.parks],
            "figures": {
                metric: {p: self._cells(metric, p) for p in self.plans.periods(metric)}
                for metric in metrics
            },
            "totals": {metric: self._totals(metric) for metric in metrics},
            "partial": len(self.parks) < len(self.plans.parks),
            "notes": list(self.notes.values()),
            "sources": list(self.sources.values()),
            "series": SERIES if SERIES in metrics else "",
            "labels": {
                name: t(f"map.card.{name}", self.lang) for name in ("position", "industries")
            },
        }

    def notes_on(self, figure: Figure) -> list[str]:
        """Return what is to be said of a figure by itself: the printed amount, then its notes."""
        texts = self.content["notes"]
        own = self.plans.metrics[figure.metric].unit_name(self.lang)
        printed = printed_amount(figure, own, self.unit, self.lang)
        told = [t("official.printed", self.lang, amount=printed)] if printed else []
        return told + [texts[number] for number in self._noted.get(figure.key, ())]

    def _metric(self, metric: str) -> dict:
        """Return a metric with its columns, one a period."""
        record = self.plans.metrics[metric]
        return {
            "id": metric,
            "short": record.short(self.lang),
            "unit": self.unit_of(record),
            "unit_note": self._unit_note(record),
            "columns": [self._column(metric, p) for p in self.plans.periods(metric)],
        }

    def unit_of(self, record: Metric) -> str:
        """Return the name of the unit that a metric is shown in."""
        return unit_name(record.unit_name(self.lang), record.unit, self.unit, self.lang)

    def shown_value(self, one: Figure | StatedTotal, unit: str) -> str:
        """Return the number of what is stated in ``unit`` as it is shown."""
        about = isinstance(one, Figure) and one.approximate
        return format_number(in_unit(one.value, unit, self.unit, about))

    def _unit_note(self, record: Metric) -> str:
        """Return what is to be said of a metric's unit, empty for nothing."""
        if target(record.unit, self.unit) == record.unit:
            return "".join(unit_notes(record, self.lang))
        words = t("tool.table.converted", self.lang, unit=record.unit_name(self.lang))
        return " ".join([words, *unit_notes(record, self.lang)])

    def _column(self, metric: str, period: str) -> dict:
        """Return a period's heading: the kinds of its figures, and their documents."""
        ids = {park.id for park in self.parks}
        found = [
            f for park, own in self._figures(metric, period).items() if park in ids for f in own
        ]
        for figure in found:
            self.sources.setdefault(figure.source_id, cite(figure.source, self.lang))
        kinds = dict.fromkeys(t(f"map.kind.{figure.kind}", self.lang) for figure in found)
        order = list(self.sources)
        return {
            "period": period,
            "text": period.replace("-", "–"),
            "kind": listed(kinds, self.lang),
            "sources": [order.index(name) for name in dict.fromkeys(f.source_id for f in found)],
        }

    def _park(self, park: Park) -> dict:
        """Return a row: the park's names and areas; the rest is on its card."""
        row = self.rows[park.id]
        return {
            "id": park.id,
            "short": park.short(self.lang),
            "area": _area(row["area_km2"]),
            "zones": [
                # A corridor's width is ours, not the plan's: its area would say nothing.
                "" if zone["basis"] == "corridor" else _area(zone["area_km2"])
                for zone in row["zones"]
            ],
        }

    def _cells(self, metric: str, period: str) -> dict[str, list[dict]]:
        """Return the cells of a column by park; a park without one is left out."""
        by_park, record = self._figures(metric, period), self.plans.metrics[metric]
        terms = {figure.term(record) for own in by_park.values() for figure in own}
        cells = {}
        for park in self.parks:
            found = [self._cell(f, park, len(terms) > 1) for f in by_park.get(park.id, ())]
            found = found or self._missing(park, metric, period)
            if found:
                cells[park.id] = found
        return cells

    def _figures(self, metric: str, period: str) -> dict[str, list[Figure]]:
        """Return the figures of a column by park, that of the whole park before those of zones."""
        by_zone = self.plans.values(metric, period).values()
        found = {}
        for park in self.plans.parks:
            own = [figure for figure in by_zone if figure.park_id == park]
            whole = self.plans.figure(park, metric, period)
            # Where every zone has a figure of its own, the park's holds in none of them.
            own += [whole] if whole is not None else []
            distinct = {figure.key: figure for figure in own}.values()
            if distinct:
                found[park] = sorted(distinct, key=lambda figure: bool(figure.zones))
        return found

    def _cell(self, figure: Figure, park: Park, mixed: bool) -> dict:
        """Return one figure; of a column of ``mixed`` terms it tells its own."""
        said = amounts.notes(figure, park, self.plans, self._zones(park), self.lang)
        term = figure.term(self.plans.metrics[figure.metric]) if mixed else None
        if term is not None:
            words = t("tool.table.term", self.lang, term=term.name(self.lang))
            said.append((("term", term.zh), words))
        notes = [self._note(*one) for one in said]
        scope = [note for note, (key, _) in zip(notes, said, strict=True) if amounts.limits(key)]
        self._noted[figure.key] = notes
        mark = amounts.mark(figure)
        return {
            "value": self.shown_value(figure, figure.unit),
            **(
                {"raw": f"{figure.value:f}"}
                if target(figure.unit, self.unit) != figure.unit
                else {}
            ),
            **({"mark": mark} if mark else {}),
            **({"zonal": 1} if figure.zones else {}),
            **({"notes": notes} if notes else {}),
            **({"scope": scope} if scope else {}),
        }

    def _zones(self, park: Park) -> dict[str, str]:
        """Return the names of a park's zones by id."""
        return {zone["id"]: zone[f"name_{self.lang}"] for zone in self.rows[park.id]["zones"]}

    def _totals(self, metric: str) -> dict[str, dict]:
        """Return the totals that the plan itself states of a metric, as cells by period."""
        record, stated = self.plans.metrics[metric], self.plans.metrics[metric].stated_total
        if stated is None or stated.period not in self.plans.periods(metric):
            return {}
        source = self.plans.sources[stated.source_id].short(self.lang)
        place = f"{source} · {stated.locator}"
        words = t("tool.table.total.printed", self.lang, printed=stated.printed, place=place)
        told = [self._note(("total", metric, "printed"), words), *self._summed(record, stated)]
        if stated.remark(self.lang):
            told.append(self._note(("total", metric, "remark"), stated.remark(self.lang)))
        return {stated.period: {"value": self.shown_value(stated, record.unit), "notes": told}}

    def _summed(self, metric: Metric, stated: StatedTotal) -> list[int]:
        """Return the note on what the parks' own figures add up to beside a stated total.

        Of every park that the total is of, also those that are no rows; nothing is explained away.
        """
        parks = [p for p in self.plans.parks.values() if not stated.of or p.kind == stated.of]
        own = (self.plans.figure(park.id, metric.id, stated.period) for park in parks)
        found = [f for f in own if f is not None and f.source_id == stated.source_id]
        if not found or not metric.additive:
            return []
        value = sum((figure.value for figure in found), Decimal(0))
        about = any(figure.approximate for figure in found)
        number = format_number(value)
        said = {
            "count": len(found), "all": len(parks), "total": format_number(stated.value),
            "sum": t("map.card.about", self.lang, value=number) if about else number,
            "difference": format_number(abs(value - stated.value)),
            "unit": metric.unit_name(self.lang),
        }  # fmt: skip
        half = half_unit(stated.value, counted=metric.unit == "buildings")
        alike = abs(value - stated.value) <= half
        key = "tool.table.total.equal" if alike else "tool.table.total.differs"
        return [self._note(("total", metric.id, "sum"), t(key, self.lang, **said))]

    def _missing(self, park: Park, metric: str, period: str) -> list[dict]:
        """Return a cell that says why there is no number, or none when the plan says nothing."""
        notes = []
        for blank in park.blanks:
            if blank.metric == metric and self.plans.sources[blank.source_id].period == period:
                key = "map.card.blank.words" if blank.printed else "map.card.blank.empty"
                words = t(key, self.lang, text=blank.printed)
                notes.append(self._note(("blank", blank.printed), words))
        instead = self.plans.metrics[metric].instead
        figure = self.plans.figure(park.id, instead, period) if instead else None
        if figure is not None:
            record = self.plans.metrics[instead]
            number = format_number(figure.value)
            amount = with_unit(number, record.unit_name(self.lang), self.lang)
            name = record.short(self.lang)
            words = t("tool.table.instead", self.lang, metric=name, amount=amount)
            notes.append(self._note(("instead", instead, number), words))
        return [{"value": None, "notes": notes}] if notes else []

    def _note(self, key: tuple[str, ...], words: str) -> int:
        """Return the number of a note, which is there once however often it is named."""
        self.notes.setdefault(key, words)
        return list(self.notes).index(key)


def _area(km2: float | None) -> str:
    """Return an area in km² as the cards write it, empty for None."""
    return "" if km2 is None else f"{km2:,.2f}"
