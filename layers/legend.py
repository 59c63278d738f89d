"""The legend: what every colour, hatch and line means, bound to the layer it explains."""

from __future__ import annotations

from branca.element import MacroElement

from geo.plans import format_number
from layers.classes import ZERO_COLOUR
from layers.i18n import t
from layers.parks import ParksLayer
from layers.schemes.sketches import SketchLayer


class Legend(MacroElement):
    """The legend of the layers given to it.

    Parameters
    ----------
    parks : ParksLayer
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
        """Return the parks' section: classes, zero, no data, kinds of outline."""
        layer, lang = self.parks, self.lang
        zones = layer.payload_zones
        # Those whose own colour and edge are seen: an element may be drawn on a park.
        plain = [zone for zone in zones if "faint" not in zone and "drawn" not in zone]
        entries, notes = [], []
        if layer.metric is None:
            title = t("map.layer.parks", lang)
            if plain:
                entries.append(_entry(t("map.legend.park", lang), "park"))
        else:
            record = layer.plans.metrics[layer.metric]
            period = layer.period.replace("-", "–")
            title = f"{record.short(lang)} ({record.unit_name(lang)}) · {period}"
            for (low, high), colour in zip(
                layer.classes.limits, layer.classes.colours, strict=True
            ):
                entries.append(_entry(_span(low, high, lang), colour))
            if layer.classes.rule == "natural":
                count = len(layer.classes.limits)
                notes.append(t("map.legend.rule.natural", lang, count=count))
            elif layer.classes.limits:
                notes.append(t("map.legend.rule.each", lang))
            states = {zone["class"] for zone in zones}
            if "zero" in states:
                entries.append(_entry(t("map.legend.zero", lang), ZERO_COLOUR))
            if "none" in states:
                entries.append(_entry(t("map.legend.no_data", lang), "hatch"))
            if any(len(layer.covered(figure)) > 1 for figure in layer.values.values()):
                notes.append(t("map.legend.shared", lang))
        if any("faint" in zone for zone in zones):
            entries.append(_entry(t("map.legend.faint", lang), "faint"))
        edges = {zone["edge"] for zone in plain}
        for edge in ("dashed", "dotted"):
            if edge in edges:
                key = "map.legend.dashed" if edge == "dashed" else "map.legend.corridor"
                entries.append(_entry(t(key, lang), None, edge))
        return {"layer": "parks", "title": title, "entries": entries, "notes": notes}


def _span(low: object, high: object, lang: str) -> str:
    """Return a class's limits as text; one number where both are the same."""
    if low == high:
        return format_number(low)
    return t("map.legend.range", lang, low=format_number(low), high=format_number(high))


def _entry(label: str, fill: str | None, edge: str = "solid") -> dict:
    """Return one legend entry of the parks."""
    return {"label": label, "swatch": {"mark": "area", "fill": fill, "edge": edge}}
