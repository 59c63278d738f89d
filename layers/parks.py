"""The parks as a map layer: their digitised zones, coloured by one metric in one period."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import geopandas as gpd
import shapely
from folium.map import Layer
from shapely.geometry.base import BaseGeometry

from geo.plans import Figure, Metric, Plans, cite, parks_table
from layers.amounts import notes
from layers.cards import card
from layers.classes import ZERO_COLOUR, Classes, classify
from layers.geometry import encode, label_point
from layers.i18n import catalogue, t, with_unit
from layers.legend import metric_section
from layers.units import printed_amount, unit_name, written_in


class ParksLayer(Layer):
    """Park polygons, choropleth and cards.

    Parameters
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    lang : str
        "zh" or "en".
    shown : tuple of str
        Ids of the parks to draw.
    metric, period : str or None
        What to colour by; both None for outlines only.
    faint, drawn : collection of str
        Ids of zones that are only a hint of where they are, and of those that an element of a
        layout is drawn on, as long as no metric colours them all.
    carded : collection of str
        Ids of parks whose cards are wanted besides those of the parks drawn.
    unit : str
        What land is shown in: one of `layers.units.UNITS`.
    """

    def __init__(
        self,
        plans: Plans,
        boundaries: gpd.GeoDataFrame,
        lang: str,
        shown: tuple[str, ...],
        metric: str | None = None,
        period: str | None = None,
        faint: Collection[str] = (),
        drawn: Collection[str] = (),
        carded: Collection[str] = (),
        unit: str = "mu",
    ) -> None:
        super().__init__(name="parks", overlay=True)
        self._name = "ParksLayer"
        self.plans, self.boundaries, self.lang = plans, boundaries, lang
        self.shown, self.metric, self.period = shown, metric, period
        self.faint, self.drawn, self.carded = faint, drawn, carded
        self.unit = unit
        self.values: dict[str, Figure] = plans.values(metric, period) if metric else {}
        # A figure that covers several zones counts once, wherever it holds: its first zone may
        # have a figure of its own.
        once = {figure.key: figure for figure in self.values.values()}
        self.classes: Classes = classify([figure.value for figure in once.values()])

    @cached_property
    def zones(self) -> list[str]:
        """The ids of the zones to draw, largest first so that small ones lie on top."""
        wanted = [zone for park in self.shown for zone in self.plans.parks[park].zones]
        drawn = self.boundaries.loc[[zone for zone in wanted if zone in self.boundaries.index]]
        sizes = {zone: shape.area for zone, shape in drawn.geometry.items()}
        return sorted(sizes, key=lambda zone: (-sizes[zone], zone))

    @cached_property
    def payload_zones(self) -> list[dict]:
        """Every drawn zone as the page gets it."""
        order = self.zones
        return [self._zone(zone, order[i + 1 :]) for i, zone in enumerate(order)]

    @cached_property
    def edges(self) -> dict[str, str]:
        """How each zone's outline is drawn, see `_edge`."""
        return {zone: _edge(self.boundaries.loc[zone]) for zone in self.zones}

    @cached_property
    def states(self) -> dict[str, str]:
        """Which zones are "faint" or "drawn" on, see the class."""
        own = {zone: "drawn" for zone in self.zones if zone in self.drawn}
        return {zone: "faint" for zone in self.zones if zone in self.faint} | own

    def _open_ground(self, zone: str, above: list[str]) -> BaseGeometry:
        """Return the part of a zone that no zone drawn above it covers, for its label.

        A label on ground that shows another zone's colour would be read as that zone's. Where next
        to nothing is left, the whole zone.
        """
        shape = self.boundaries.geometry[zone]
        left = shapely.difference(shape, shapely.union_all(self.boundaries.geometry[above]))
        return left if left.area > 0.1 * shape.area else shape

    @cached_property
    def _labelled(self) -> set[str]:
        """Zones with the value in their label: of several, the first drawn one it holds in."""
        first: dict[tuple[str, ...], str] = {}
        for park in self.shown:
            for zone in self.plans.parks[park].zones:
                if zone in self.values and zone in self.boundaries.index:
                    first.setdefault(self.values[zone].key, zone)
        return set(first.values())

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of the digitised zones by id."""
        return {zone: str(name) for zone, name in self.boundaries[f"name_{self.lang}"].items()}

    def covered(self, figure: Figure) -> tuple[str, ...]:
        """Return the zones a figure speaks of."""
        return figure.zones or self.plans.parks[figure.park_id].zones

    def payload_part(self) -> dict:
        """Return zones, cards, the choropleth and the layer's switch."""
        table = {row["id"]: row for row in parks_table(self.plans, self.boundaries)}
        label = t("map.layer.parks", self.lang)
        return {
            "layers": [{"id": "parks", "label": label, "on": True}],
            "choropleth": self.choropleth(),
            "zones": self.payload_zones,
            "states": self.states,
            "cards": {
                park: card(
                    self.plans.parks[park], table[park], self.plans, self.lang, unit=self.unit
                )
                for park in dict.fromkeys([*self.shown, *self.carded])
            },
            "sources": self._sources(),
        }

    def choropleth(self) -> dict | None:
        """Return what colouring the parks by the metric in the period changes, None without one.

        Returns
        -------
        dict
            ``metric, period, period_text, short, unit``; ``colours`` of the classes and
            ``zero``; ``values`` by zone, of the zones that have one: ``class`` (number or "zero"),
            ``number``, ``label`` where it stands on the map, ``count`` and ``covers`` where it is
            of several zones, ``notes`` on its ground and printed words; ``amount, on_map`` how a
            number is written in words and on the map;
            ``title, subtitle`` of a map of the metric, ``coloured`` what it adds to another map's
            subtitle, ``source`` and ``cited``, the short names of its documents, and the
            ``legend``'s section.
        """
        if self.metric is None:
            return None
        record, lang = self.plans.metrics[self.metric], self.lang
        period, unit = self.period.replace("-", "–"), self.unit_name(record)
        # On the map areas have the sign that every reader knows, as on the cards.
        squared = record.unit == "km2" and unit == record.unit_name(lang)
        short = record.unit_name("en") if squared else unit
        about = {"period": period, "unit": unit, "description": record.description(lang)}
        return {
            "metric": self.metric,
            "period": self.period,
            "period_text": period,
            "short": record.short(lang),
            "unit": unit,
            "amount": with_unit("{}", unit, lang),
            # On the map a long unit is left to the legend.
            "on_map": with_unit("{}", short, lang) if len(short) <= 3 else "{}",
            "colours": list(self.classes.colours),
            "zero": ZERO_COLOUR,
            "legend": metric_section(self),
            "values": {
                zone: self._value(zone, self.values[zone])
                for zone in self.zones
                if zone in self.values
            },
            "title": t("map.title.parks", lang, metric=record.short(lang)),
            "subtitle": t("map.subtitle.metric", lang, **about),
            "coloured": t("map.subtitle.coloured", lang, metric=record.short(lang), period=period),
            "source": self._figures_source(),
            "cited": _distinct(figure.source.short(lang) for figure in self.values.values()),
        }

    def unit_name(self, record: Metric) -> str:
        """Return the name of the unit that a metric is shown in."""
        return unit_name(record.unit_name(self.lang), record.unit, self.unit, self.lang)

    def _value(self, zone: str, figure: Figure) -> dict:
        """Return a zone's value as the page gets it, see `choropleth`."""
        covered = self.covered(figure)
        value = {
            "class": "zero" if figure.value == 0 else self.classes.index(figure.value),
            "number": written_in(figure, self.unit, self.lang),
        }
        if zone in self._labelled:
            value["label"] = True
        said = notes(figure, self.plans.parks[figure.park_id], self.plans, self._names, self.lang)
        told = [words for _, words in said]
        own = self.plans.metrics[figure.metric].unit_name(self.lang)
        if printed := printed_amount(figure, own, self.unit, self.lang):
            told.insert(0, t("official.printed", self.lang, amount=printed))
        if told:
            value["notes"] = told
        if len(covered) > 1:
            value["count"] = len(covered)
            value["covers"] = [one for one in covered if one in self.boundaries.index]
        return value

    def _zone(self, zone: str, above: list[str]) -> dict:
        """Return one zone: names, outline, label's place; ``above`` lie on top of it."""
        row, park = self.boundaries.loc[zone], self.plans.park_of_zone(zone)
        name = str(row[f"name_{self.lang}"])
        return {
            "zone": zone,
            "park": park.id,
            "name": name,
            "short": catalogue(self.lang).get(f"map.zone.{zone}", name),
            "park_name": park.name(self.lang) if len(park.zones) > 1 else "",
            "edge": _edge(row),
            "at": encode(label_point(self._open_ground(zone, above))),
            "shape": encode(row.geometry),
        }

    def _figures_source(self) -> str:
        """Return the line that names the documents of the figures shown, "" without one."""
        cited = _distinct(cite(figure.source, self.lang) for figure in self.values.values())
        listed = ("；" if self.lang == "zh" else "; ").join(cited)
        return t("map.source.figures", self.lang, list=listed) if cited else ""

    def _sources(self) -> list[str]:
        """Return the source lines of the boundaries."""
        lines = []
        references = _distinct(
            str(value) for value in self.boundaries.get("reference", []) if value == value and value
        )
        if references:
            listed = ("；" if self.lang == "zh" else "; ").join(references)
            lines.append(t("map.source.boundaries", self.lang, reference=listed))
        else:
            lines.append(t("map.source.boundaries_undated", self.lang))
        return lines


def _edge(row: gpd.GeoSeries) -> str:
    """Return how a zone's outline is drawn: by basis first, then by confidence."""
    if row.get("basis") == "corridor":
        return "dotted"
    return "dashed" if row.get("confidence") == "low" else "solid"


def _distinct(items: object) -> list[str]:
    """Return items without repetition, in their first order."""
    return list(dict.fromkeys(items))
