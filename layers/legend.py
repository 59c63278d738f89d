"""The legend: what every colour, hatch and line means, bound to the layer it explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branca.element import MacroElement

from geo.plans import Metric, format_number
from layers.classes import ZERO_COLOUR
from layers.i18n import t
from layers.units import in_unit, target

if TYPE_CHECKING:  # both make their own sections with what is here
    from layers.parks import ParksLayer
    from layers.schemes.sketches import SketchLayer


class Legend(MacroElement):
    """The legend of the layers given to it, but for the choropleth, which brings its own section.

    Parameters
    ----------
    parks : layers.parks.ParksLayer
    sketch : SketchLayer or None
    lang : str
        "zh" or "en".
    """

    def __init__(self, parks: ParksLayer, sketch: SketchLayer | None, lang: str) -> None:
        super().__init__()
        self._name = "Legend"
        self.parks, self.sketch, self.lang = parks, sketch, lang

    def payload_part(self) -> dict:
        """Return the legend's sections, each naming its layer so that both go and come together.

        Returns
        -------
        dict
            ``legend``: list of ``layer, title, note, entries``; an entry has ``label`` and a
            ``swatch`` (``fill`` colour or "hatch" or None, ``edge`` colour, ``dash``, ``mark``).
        """
        parks = self._parks_section()
        # Where elements are drawn on every park there is nothing of the parks left to explain.
        sections = [parks] if parks["entries"] else []
        if self.sketch is not None:
            sections.append(self.sketch.legend_section())
        return {"legend": sections}

    def _parks_section(self) -> dict:
        """Return the section of parks that no metric colours."""
        lang, states = self.lang, self.parks.states
        # Those whose own colour and edge are seen: an element may be drawn on a park.
        plain = [zone for zone in self.parks.payload_zones if zone["zone"] not in states]
        entries = [_entry(t("map.legend.park", lang), "park")] if plain else []
        if "faint" in states.values():
            entries.append(_entry(t("map.legend.faint", lang), "faint"))
        entries += _edges({zone["edge"] for zone in plain}, lang)
        title = t("map.layer.parks", lang)
        return {"layer": "parks", "title": title, "entries": entries, "notes": []}


def metric_section(layer: ParksLayer) -> dict:
    """Return the section of parks coloured by a metric: classes, zero, no data, kinds of edge.

    Parameters
    ----------
    layer : layers.parks.ParksLayer
        With a metric.
    """
    lang, record = layer.lang, layer.plans.metrics[layer.metric]
    period = layer.period.replace("-", "–")
    spans = zip(layer.classes.limits, layer.classes.colours, strict=True)
    entries = [
        _entry(_span(*(in_unit(end, record.unit, layer.unit) for end in limits), lang), colour)
        for limits, colour in spans
    ]
    drawn = {zone: layer.values.get(zone) for zone in layer.zones}
    if any(figure is not None and figure.value == 0 for figure in drawn.values()):
        entries.append(_entry(t("map.legend.zero", lang), ZERO_COLOUR))
    if None in drawn.values():
        entries.append(_entry(t("map.legend.no_data", lang), "hatch"))
    return {
        "layer": "parks",
        "title": f"{record.short(lang)} ({layer.unit_name(record)}) · {period}",
        "entries": [*entries, *_edges(set(layer.edges.values()), lang)],
        "notes": _metric_notes(layer),
    }


def _metric_notes(layer: ParksLayer) -> list[str]:
    """Return how the classes are made, and that a value may be of several zones."""
    record = layer.plans.metrics[layer.metric]
    notes = unit_notes(record, layer.lang) if target(record.unit, layer.unit) == "mu" else []
    if layer.classes.rule == "natural":
        count = len(layer.classes.limits)
        notes.append(t("map.legend.rule.natural", layer.lang, count=count))
    elif layer.classes.limits:
        notes.append(t("map.legend.rule.each", layer.lang))
    if any(len(layer.covered(figure)) > 1 for figure in layer.values.values()):
        notes.append(t("map.legend.shared", layer.lang))
    return notes


def unit_notes(metric: Metric, lang: str) -> list[str]:
    """Return what a unit is that readers of the language may not know: the mu."""
    return [t("map.unit.mu", lang)] if lang == "en" and metric.unit == "mu" else []


def _edges(drawn: set[str], lang: str) -> list[dict]:
    """Return the entries of the edges that zones are drawn with, but for the plain one."""
    keys = {"dashed": "map.legend.dashed", "dotted": "map.legend.corridor"}
    return [_entry(t(key, lang), None, edge) for edge, key in keys.items() if edge in drawn]


def _span(low: object, high: object, lang: str) -> str:
    """Return a class's limits as text; one number where both are the same."""
    if low == high:
        return format_number(low)
    return t("map.legend.range", lang, low=format_number(low), high=format_number(high))


def _entry(label: str, fill: str | None, edge: str = "solid") -> dict:
    """Return one legend entry of the parks."""
    return {"label": label, "swatch": {"mark": "area", "fill": fill, "edge": edge}}
