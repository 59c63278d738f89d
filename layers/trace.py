"""A traced ring as a map: its stretches coloured by side over the reference lines around.

How a stretch is known shows in its line: whole on a named feature, dash-dotted on a border, dotted
along a line the clause does not name, dashed where no line is. The colours are Okabe and Ito's,
which colour-blind readers tell apart; every side is written at its features as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from folium.map import Layer
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.crs import from_local
from geo.digitize import Reading, stored
from geo.reference import Line, Reference
from geo.trace import Edge, Ring
from layers.basemap import BasemapLayer
from layers.geometry import bounds, encode
from layers.i18n import t
from layers.map_view import MINHANG, AtlasMap, MapView, furniture
from layers.trace_parts import (
    colours,
    longest_part,
    meeting,
    outward,
    short,
    shown_name,
    sided,
    sides_of,
    stretch_name,
    swatch,
    upright,
)

KINDS = ("measured", "border", "bridged", "extended", "straight")
_AROUND_M = 1_500.0
_MOST_LINES = 400
_LABEL_FROM = {"road": 12.6, "river": 12.2}
_SIMPLER_M = 1.5


@dataclass(frozen=True)
class Outline:
    """Another zone of the same text or list: what a click on it names, and its ring (WGS 84)."""

    id: str
    name: str
    shape: BaseGeometry
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class TraceView:
    """What the map of a trace shows around the ring.

    ``key`` tells one trace from another: the map moves to the ring when it changes.
    """

    lang: str
    key: str
    title: str
    subtitle: str = ""


class TraceLayer(Layer):
    """The ring of one reading, what it was found on, and the zones beside it.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    reference : geo.reference.Reference
        Its lines around are drawn and named.
    reading : geo.digitize.Reading or None
        None when only other zones are shown. Where it has no ring, the lines that its names stand
        for are drawn.
    others : sequence of Outline
    """

    def __init__(
        self,
        lang: str,
        reference: Reference,
        reading: Reading | None = None,
        others: Sequence[Outline] = (),
    ) -> None:
        super().__init__(name="trace", overlay=True)
        self._name = "TraceLayer"
        self.lang, self.reference, self.reading, self.others = lang, reference, reading, others
        self.ring = reading.ring if reading and isinstance(reading.ring, Ring) else None
        self.sides = sides_of(reading)
        self.frame = self._frame()

    def payload_part(self) -> dict:
        """Return what the script draws: see ``layers/assets/trace.js``."""
        lines, around = self._lines()
        edges = self._edges(lines)
        return {
            "trace": {
                "lines": around,
                "edges": edges,
                "area": encode(stored(self.ring.polygon)) if self.ring else None,
                "others": [
                    {
                        "id": other.id,
                        "name": other.name,
                        "facts": list(other.facts),
                        "shape": encode(other.shape),
                    }
                    for other in self.others
                ],
                "labels": [*self._side_labels(lines), *self._zone_labels(), *self._names(lines)],
            },
            "layers": [
                {"id": name, "label": t(f"trace.layer.{name}", self.lang), "on": True}
                for name in ("trace", "network")
            ],
            "legend": [self._legend()],
            "sources": [t("trace.source", self.lang, name=self.reference.name)],
            "zones": [],
            "cards": {},
        }

    def extent(self) -> list[list[float]]:
        """Return [[south, west], [north, east]] of what is shown, in degrees."""
        if self.frame is not None:
            return bounds([from_local(self.frame)]) or MINHANG
        return bounds([other.shape for other in self.others]) or MINHANG

    def _frame(self) -> BaseGeometry | None:
        """Return the box that the reading is about, in local metres; None for none."""
        if self.ring is not None:
            return box(*self.ring.polygon.bounds)
        found = [match.line.geometry for _, match in self.reading.matches] if self.reading else []
        if not found:
            return None
        return meeting(found)

    def _lines(self) -> tuple[list[tuple[Line, BaseGeometry]], list[dict]]:
        """Return the reference lines in view, clipped (local metres), and as drawn."""
        if self.frame is None:
            return [], []
        west, south, east, north = self.frame.bounds
        # Wide enough that the lines run on to the edges of the map.
        margin = max(_AROUND_M, east - west, north - south)
        west, south, east, north = self.frame.buffer(margin).bounds
        lines = list(self.reference.lines.values())
        own = {match.line.name: match.line for _, match in self.reading.matches}
        lines += [line for name, line in own.items() if name not in self.reference.lines]
        boxes = shapely.bounds(np.array([line.geometry for line in lines], dtype=object))
        seen = (
            (boxes[:, 0] < east)
            & (boxes[:, 2] > west)
            & (boxes[:, 1] < north)
            & (boxes[:, 3] > south)
        )
        shown = []
        for number in np.flatnonzero(seen):
            line = lines[number]
            part = shapely.clip_by_rect(line.geometry, west, south, east, north)
            if not part.is_empty and "Line" in part.geom_type:
                shown.append((line, part.simplify(_SIMPLER_M)))
        shown.sort(key=lambda item: (item[0].name not in own, -item[1].length))
        shown = shown[:_MOST_LINES]
        return shown, [
            {
                "name": line.name,
                "kind": line.kind,
                "colour": colours(self.sides.get(line.name))[0] if line.name in own else None,
                "shape": encode(from_local(part)),
            }
            for line, part in shown
        ]

    def _edges(self, lines: list[tuple[Line, BaseGeometry]]) -> list[dict]:
        """Return the stretches of the ring; without one, the lines that the names stand for."""
        if self.ring is not None:
            edges = sided(self.ring.edges)
            return [self._edge(edge) for edge in edges if edge.line.length >= 1.0]
        parts = {line.name: part for line, part in lines}
        items = []
        for side, match in self.reading.matches if self.reading else ():
            if match.line.name in parts:
                part = parts.pop(match.line.name)
                facts = [t("trace.fact.found", self.lang, written=match.written)]
                items.append(self._item("found", side, match.line.name, part, facts))
        return items

    def _edge(self, edge: Edge) -> dict:
        """Return one stretch."""
        name = stretch_name(edge, self.lang)
        length = t("trace.fact.length", self.lang, metres=f"{edge.line.length:,.0f}")
        return self._item(edge.kind, edge.side, name, edge.line, [length])

    def _item(
        self, kind: str, side: str | None, name: str, line: BaseGeometry, facts: list[str]
    ) -> dict:
        """Return what the script draws, and tells, of a stretch."""
        lang = self.lang
        role = t(f"trace.kind.{kind}", lang)
        if side:
            joint = t("trace.joint", lang)
            role = joint.join((t(f"trace.side.{side}", lang), role))
        return {
            "kind": kind,
            "side": side,
            "feature": name,
            "name": name,
            "role": role,
            "gist": t(f"trace.kind.{kind}.help", lang),
            "facts": [role, *facts],
            "colour": colours(side)[0],
            "shape": encode(from_local(line)),
        }

    def _side_labels(self, lines: list[tuple[Line, BaseGeometry]]) -> list[dict]:
        """Return a label for each named feature: its side and name, beside its longest stretch."""
        longest: dict[tuple[str | None, str], BaseGeometry] = {}
        if self.ring is not None:
            found = [(edge.side, edge.feature, edge.line) for edge in self.ring.edges if edge.named]
        else:
            parts = {line.name: part for line, part in lines}
            found = [
                (side, match.line.name, longest_part(parts[match.line.name]))
                for side, match in (self.reading.matches if self.reading else ())
                if match.line.name in parts
            ]
        for side, name, line in found:
            if name and line.length >= longest.get((side, name), line).length:
                longest[side, name] = line
        return [
            {
                "kind": "side",
                "text": t(
                    "trace.label",
                    self.lang,
                    side=short(side, self.lang),
                    name=shown_name(name, self.lang),
                )
                if side
                else shown_name(name, self.lang),
                "at": encode(from_local(line.interpolate(0.5, normalized=True))),
                "out": outward(line),
                "colour": colours(side)[1],
                "rank": 10,
                "group": "trace",
                "angle": None,
            }
            for (side, name), line in longest.items()
        ]

    def _zone_labels(self) -> list[dict]:
        """Return the names of the other zones."""
        return [
            {
                "kind": "zone",
                "text": other.name,
                "at": encode(other.shape.representative_point()),
                "colour": None,
                "rank": 25,
                "group": "trace",
                "angle": None,
            }
            for other in self.others
        ]

    def _names(self, lines: list[tuple[Line, BaseGeometry]]) -> list[dict]:
        """Return the names of the lines around, each along its longest part in view."""
        named = {match.line.name for _, match in self.reading.matches} if self.reading else set()
        labels = []
        for rank, (line, part) in enumerate(item for item in lines if item[0].name not in named):
            one = longest_part(part)
            if one.length < 250.0:
                continue
            middle = one.length / 2.0
            ends = [one.interpolate(middle + step) for step in (-60.0, 60.0)]
            labels.append(
                {
                    "kind": line.kind if line.kind in ("river", "rail", "metro") else "road",
                    "text": line.name,
                    "at": encode(from_local(one.interpolate(middle))),
                    "colour": None,
                    "rank": 50 + rank * 0.1,
                    "group": "network",
                    "angle": upright(ends[0].coords[0], ends[1].coords[0]),
                    "from": _LABEL_FROM.get(line.kind, 12.6),
                }
            )
        return labels

    def _legend(self) -> dict:
        """Return the legend: the sides with their features, the kinds of stretch with lengths."""
        lang, entries = self.lang, []
        if self.others:
            word = t("trace.legend.others" if self.reading else "trace.map.list", lang)
            picture = {"mark": "area", "fill": "#d9dde0", "edge": "solid"}
            entries.append({"label": word, "swatch": picture})
        if self.reading is None:
            title, note = t("trace.legend.list", lang), t("trace.legend.list.note", lang)
            return {"layer": "trace", "title": title, "entries": entries, "notes": [note]}
        names: dict[str | None, list[str]] = {}
        for side, match in self.reading.matches:
            names.setdefault(side, []).append(match.line.name)
        for side, listed in names.items():
            word = t(f"trace.side.{side}", lang) if side else t("trace.side.none", lang)
            joined = t("app.separator", lang).join(dict.fromkeys(listed))
            label = t("trace.legend.side", lang, side=word, names=joined)
            entries.append({"label": label, "swatch": swatch("measured", colours(side)[0])})
        if self.ring is not None:
            metres = dict.fromkeys(KINDS, 0.0)
            for edge in self.ring.edges:
                metres[edge.kind] = metres.get(edge.kind, 0.0) + edge.line.length
            for kind, length in metres.items():
                if length >= 1.0:
                    word = t(f"trace.kind.{kind}", lang)
                    label = t("trace.legend.kind", lang, kind=word, metres=f"{length:,.0f}")
                    entries.append({"label": label, "swatch": swatch(kind, "#3b4a57")})
        entries.append(
            {"label": t("trace.legend.network", lang), "swatch": swatch("network", "#9c9990")}
        )
        return {
            "layer": "trace",
            "title": t("trace.legend.title", lang),
            "entries": entries,
            "notes": [t("trace.legend.note", lang)],
        }


class TraceMap(AtlasMap):
    """The map of a trace: our own page and script, with a ring instead of parks.

    Parameters
    ----------
    view : TraceView
    layer : TraceLayer
    """

    def __init__(self, view: TraceView, layer: TraceLayer) -> None:
        super().__init__(MapView(lang=view.lang, metric=None))
        self.shown, self.layer = view, layer
        self.add_child(layer, name="trace")
        self.add_child(BasemapLayer(view.lang), name="basemap")

    def frame(self) -> dict:
        """Return what is around the ring."""
        # What is traced may change where the key does not: another network, another stated area.
        extent = self.layer.extent()
        return {
            **furniture(self.shown.lang),
            "fit": {"key": f"{self.shown.key} {extent}", "bounds": extent},
            "title": self.shown.title,
            "subtitle": self.shown.subtitle,
            "selected": None,
        }


def payload(view: TraceView, layer: TraceLayer) -> dict:
    """Return everything the map's script draws for a trace, JSON-able."""
    return TraceMap(view, layer).payload()
