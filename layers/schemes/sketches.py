"""A layout scheme as a map layer: how axes, belts, corridors, cores and nodes look.

Sketches must never pass for surveyed bounds: edges are dashed, fills light, colours cool, and each
element says how it was drawn. Parks are warm and have solid edges.
"""

from __future__ import annotations

from folium.map import Layer

from geo.plans import Source, cite
from layers.geometry import SCALE, encode, label_point
from layers.i18n import t
from layers.schemes.records import Element, Member, Scheme

# Cool hues and a grey that no class of `layers.classes.RAMP` comes near, apart in lightness as
# well, and dark enough for the names written in them, on land and on water.
_COLOURS = {
    "axis": ("#27408b",),
    "belt": ("#00695c", "#6a4c9c", "#0a5cab", "#4a6839", "#8a3f7a"),
    "corridor": ("#0d6593",),
    "core": ("#a3195b", "#7b2d8b"),
    "ring": ("#6a4c9c",),
    "node": ("#27408b",),
    "zone": ("#4f565e",),
}
# Marks of the legend and of the drawing; see layers/assets/sketches.js.
_MARKS = {
    "axis": "arrow",
    "belt": "belt",
    "corridor": "ribbon",
    "core": "core",
    "ring": "ring",
    "node": "pin",
    "zone": "belt",
}
_MANY = 3  # more elements of one role than this share a legend entry


class SketchLayer(Layer):
    """The elements of one scheme.

    Parameters
    ----------
    scheme : layers.schemes.Scheme
    elements : list of layers.schemes.Element
        As of `layers.schemes.build_scheme`.
    sources : dict of str to geo.plans.Source
    lang : str
        "zh" or "en".
    """

    def __init__(
        self, scheme: Scheme, elements: list[Element], sources: dict[str, Source], lang: str
    ) -> None:
        super().__init__(name="scheme", overlay=True)
        self._name = "SketchLayer"
        self.scheme, self.elements, self.sources, self.lang = scheme, elements, sources, lang
        self.colours = _assign_colours(elements)

    def payload_part(self) -> dict:
        """Return the elements to draw, the layer's switch and its source line."""
        label = t("map.layer.scheme", self.lang, name=self.scheme.name(self.lang))
        source = cite(self.sources[self.scheme.source_id], self.lang)
        return {
            "layers": [{"id": "scheme", "label": label, "on": True}],
            "sketches": [self._item(element) for element in self.elements if element.geometry],
            "sources": [t("map.source.scheme", self.lang, list=source)],
        }

    def legend_section(self) -> dict:
        """Return the scheme's part of the legend, what could not be drawn included."""
        lang, entries = self.lang, []
        drawn = [element for element in self.elements if element.geometry]
        for role in dict.fromkeys(element.role for element in drawn):
            same = [element for element in drawn if element.role == role]
            named = len(same) <= _MANY
            for element in same if named else same[:1]:
                label = _name(element, lang) if named else t(f"map.role.{role}", lang)
                swatch = {"mark": _MARKS[role], "fill": self.colours[element.id], "edge": "dashed"}
                entries.append({"label": label, "swatch": swatch})
        if any(self._members(element) for element in drawn):
            colour = self.colours[drawn[0].id]
            swatch = {"mark": "dot", "fill": colour, "edge": "solid"}
            entries.append({"label": t("map.legend.members", lang), "swatch": swatch})
        return {
            "layer": "scheme",
            "title": self.scheme.name(lang),
            "entries": entries,
            "notes": [t("map.legend.sketch", lang)],
            **self._undrawn(drawn),
        }

    def _undrawn(self, drawn: list[Element]) -> dict:
        """Return ``more``: heading and names of what the plan names and nothing places."""
        lang, shown = self.lang, {element.name(self.lang) for element in drawn}
        names = [element.name(lang) for element in self.elements if not element.geometry]
        names += [m.name(lang) for element in self.elements for m in element.not_located()]
        names = [name for name in dict.fromkeys(names) if name not in shown]
        if not names:
            return {}
        head = t("map.legend.undrawn", lang, count=len(names))
        return {"more": [head, ("、" if lang == "zh" else ", ").join(names)]}

    def _members(self, element: Element) -> list[Member]:
        """Return the members to draw as dots, without those that are drawn as elements."""
        drawn = {other.name(self.lang) for other in self.elements if other.geometry}
        own = element.geometry.coords[0] if element.geometry.geom_type == "Point" else None
        return [
            member
            for member in element.all_members()
            if member.point is not None
            and member.name(self.lang) not in drawn
            and (
                own is None or abs(member.point[0] - own[0]) + abs(member.point[1] - own[1]) > 1e-5
            )
        ]

    def _item(self, element: Element) -> dict:
        """Return one element: ``form``, ``mark``, colour, shape, texts and its members' points."""
        lang = self.lang
        separator = "、" if lang == "zh" else ", "
        facts = [t("map.sketch.how", lang, how=element.how(lang))]
        if element.decision(lang):
            facts.append(element.decision(lang))
        names = separator.join(member.name(lang) for member in element.members)
        if names:
            facts.append(t("map.sketch.members", lang, names=names))
        document = cite(self.sources[element.source_id], lang)
        place = f"{document}{'，' if lang == 'zh' else ', '}{element.locator}"
        facts.append(t("map.sketch.source", lang, source=place))
        return {
            "id": element.id,
            "name": _name(element, lang),
            "role": t(f"map.role.{element.role}", lang),
            "gist": element.gist(lang),
            "form": _form(element),
            "mark": _MARKS[element.role],
            "colour": self.colours[element.id],
            "shape": encode(element.geometry),
            "label": encode(label_point(element.geometry)),
            "facts": facts,
            "members": [_point(member, lang) for member in self._members(element)],
        }


def _assign_colours(elements: list[Element]) -> dict[str, str]:
    """Return a colour an element: roles differ in hue, and so do the elements of some roles."""
    seen: dict[str, int] = {}
    colours = {}
    for element in elements:
        palette = _COLOURS[element.role]
        index = seen.get(element.role, 0)
        colours[element.id] = palette[index % len(palette)]
        seen[element.role] = index + 1
    return colours


def _name(element: Element, lang: str) -> str:
    """Return an element's name; one that is drawn only by its parts says that it has no place."""
    name = element.name(lang)
    return t("map.sketch.unplaced", lang, name=name) if element.basis == "parts" else name


def _form(element: Element) -> str:
    """Return "area", "line" or "point", by the geometry."""
    kind = element.geometry.geom_type
    if "Polygon" in kind:
        return "area"
    return "line" if "Line" in kind else "point"


def _point(member: Member, lang: str) -> list:
    """Return a member as ``[x, y, name, how well it is located and on what ground]``.

    The position is in stored units.
    """
    lon, lat = member.point
    return [round(lon * SCALE), round(lat * SCALE), member.name(lang), member.where(lang)]
