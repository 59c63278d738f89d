"""A layout scheme as a map layer: how axes, belts, corridors, cores and nodes look.

Sketches must never pass for surveyed bounds: edges are dashed, fills light, colours cool, and each
element says how it was drawn. Parks are warm and have solid edges.
"""

from __future__ import annotations

from collections.abc import Mapping

from folium.map import Layer
from shapely import Point

from geo.plans import Plans, cite
from layers.geometry import SCALE, encode, label_point
from layers.i18n import listed, t
from layers.schemes.cards import element_card, head
from layers.schemes.lens import Lens
from layers.schemes.records import Element, Member, Scheme

# Six colours that no class of `layers.classes.RAMP` comes near, apart from each other for every
# kind of colour vision, and dark enough for the names written in them, on land and on water; see
# tests/test_schemes_colours.py.
_INK, _GREEN, _BLUE, _VIOLET, _MAUVE, _STONE = (
    "#190944", "#33614c", "#275bc8", "#49008c", "#8c477d", "#4b3d4c",
)  # fmt: skip
_COLOURS = {
    "axis": (_INK,),
    "belt": (_GREEN, _VIOLET, _BLUE, _MAUVE),
    "corridor": (_BLUE, _GREEN),
    "core": (_MAUVE, _VIOLET),
    "ring": (_BLUE, _GREEN),
    "node": (_INK,),
    "zone": (_BLUE, _GREEN, _VIOLET, _STONE),
}
_HERE = 1e-5  # degrees: nearer than that, two symbols are at one place
# Marks of the legend and of the drawing; see layers/assets/sketches.js.
_MARKS = {
    "axis": "arrow",
    "belt": "belt",
    "corridor": "ribbon",
    "core": "core",
    "ring": "ring",
    "node": "pin",
    "zone": "patch",
}
# Elements of these roles differ in colour from each other; of the others, those of one group share.
_EACH = ("belt", "core", "ring")


class SketchLayer(Layer):
    """The elements of one scheme.

    Parameters
    ----------
    scheme : layers.schemes.Scheme
    elements : list of layers.schemes.Element
        As of `layers.schemes.build_scheme`, or of `layers.schemes.lens.lens`.
    plans : geo.plans.Plans
    lang : str
        "zh" or "en".
    lens : layers.schemes.lens.Lens or None
        What the elements were seen through: of their members only those that carry the industry
        are drawn.
    """

    def __init__(
        self,
        scheme: Scheme,
        elements: list[Element],
        plans: Plans,
        lang: str,
        lens: Lens | None = None,
    ) -> None:
        super().__init__(name="scheme", overlay=True)
        self._name = "SketchLayer"
        self.scheme, self.elements, self.plans, self.lang = scheme, elements, plans, lang
        self.lens, self._same = lens, lens.same if lens else {}
        self.colours = _assign_colours(elements, self._same)
        self._dots = {element.id: self._members(element) for element in elements}

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Ids of the documents the map is of; of an industry that nobody carries, none."""
        return self.lens.sources if self.lens else (self.scheme.source_id,)

    def payload_part(self) -> dict:
        """Return the elements, the layer's switch and its source line."""
        label = t("map.layer.scheme", self.lang, name=self.scheme.name(self.lang))
        cited = [cite(self.plans.sources[one], self.lang) for one in self.source_ids]
        told = ("；" if self.lang == "zh" else "; ").join(cited)
        return {
            "layers": [{"id": "scheme", "label": label, "on": True}],
            "sketches": [self._item(element) for element in self.elements],
            "sources": [t("map.source.scheme", self.lang, list=told)] if told else [],
        }

    def zones(self) -> frozenset[str]:
        """Return the zones of the parks that the map is of: what it names, or what carries."""
        if self.lens:
            return self.lens.zones
        named = {zone for e in self.elements for m in e.all_members() for zone in m.zones}
        return frozenset(named) | self.drawn()

    def drawn(self) -> frozenset[str]:
        """Return the zones of the parks that an element is drawn on."""
        shaped = (element for element in self.elements if element.geometry is not None)
        return frozenset(zone for element in shaped for zone in element.spec.get("zones", ()))

    def parks(self) -> list[str]:
        """Return the ids of the parks among the members, each once."""
        members = (m for element in self.elements for m in element.all_members())
        return list(dict.fromkeys(m.id for m in members if m.kind == "park"))

    def shapes(self) -> list:
        """Return everything drawn, for the extent of the map."""
        points = [Point(m.point) for dots in self._dots.values() for m in dots]
        return [element.geometry for element in self.elements if element.geometry] + points

    def legend_section(self) -> dict:
        """Return the scheme's part of the legend, an entry an element, by group."""
        entries: list[dict] = []
        # What stands under no term of the slogan comes last, under a heading of its own.
        for group in (*self.scheme.groups, None):
            own = [self._entry(element) for element in self.elements if element.group == group]
            if own and self.scheme.groups:
                name = group.name(self.lang) if group else t("scheme.ungrouped", self.lang)
                # An element that bears the group's own name needs none above it.
                same = [entry["label"] for entry in own] == [name]
                entries.append({"heading": "" if same else name})
            entries += own
        dots = [(self.colours[name], member) for name, own in self._dots.items() for member in own]
        for mark, key, kinds in (
            ("dot", "map.legend.members", ("place", "park")),
            ("square", "map.legend.districts", ("district",)),
        ):
            colour = next((colour for colour, member in dots if member.kind in kinds), None)
            if colour:
                swatch = {"mark": mark, "fill": colour, "edge": "solid"}
                entries.append({"label": t(key, self.lang), "swatch": swatch})
        return {
            "layer": "scheme",
            "title": self.scheme.name(self.lang),
            "entries": entries,
            "notes": [t("map.legend.sketch", self.lang)],
            **self._undrawn(),
        }

    def _entry(self, element: Element) -> dict:
        """Return one element's entry; its mark says also that it has no shape of its own."""
        swatch = {
            "mark": self._mark(element), "fill": self.colours[element.id], "edge": "dashed",
        }  # fmt: skip
        if swatch["mark"] == "area":
            swatch |= {"fill": "park", "edge": "solid"}
        return {
            "label": element.name(self.lang),
            "swatch": swatch,
            "element": element.id,
            "tail": t(f"map.role.{element.role}", self.lang),
        }

    def _mark(self, element: Element) -> str:
        """Return the mark of an element: of its shape, its dots, the parks it is by, or of none."""
        if element.geometry is not None or element.id in self._same:
            return _MARKS[element.role]
        if self._dots[element.id]:
            return "dot"
        return "area" if any(member.zones for member in self._carrying(element)) else "none"

    def _unshaped(self, element: Element) -> str:
        """Return why an element has no shape of its own; empty when it has one."""
        if element.geometry is not None:
            return ""
        if element.id in self._same:
            other = next(e for e in self.elements if e.id == self._same[element.id])
            words = {"scheme": other.group.name(self.lang), "name": other.name(self.lang)}
            return t("scheme.unshaped.same", self.lang, **words)
        if self.lens and element.basis != "none":
            return t("scheme.unshaped.members", self.lang)
        return t("scheme.unshaped.none", self.lang)

    def _carrying(self, element: Element) -> list[Member]:
        """Return the members that the map is of: all, or those that carry the lens's industry."""
        members = element.all_members()
        if self.lens is None:
            return members
        return [m for m in members if any(one.tag == self.lens.tag for one in m.industries)]

    def _undrawn(self) -> dict:
        """Return ``more``: heading and names of the members that nothing places."""
        lang = self.lang
        shown = {element.name(lang) for element in self.elements}
        members = [m for element in self.elements for m in self._carrying(element)]
        names = [member.name(lang) for member in members if not member.located]
        names = [name for name in dict.fromkeys(names) if name not in shown]
        if not names:
            return {}
        told = t("map.legend.undrawn", lang, count=len(names))
        return {"more": [told, listed(names, lang)]}

    def _members(self, element: Element) -> list[Member]:
        """Return the members to draw as dots, without those that are drawn as elements.

        Those are the members that have an element of their name, whose point is the element's own,
        or whose polygons are.
        """
        drawn = {other.zh for other in self.elements if other.geometry}
        zones = self.drawn()
        shape = element.geometry
        own = shape.coords[0] if shape is not None and shape.geom_type == "Point" else None
        return [
            member
            for member in self._carrying(element)
            if member.point is not None
            and member.zh not in drawn
            and not (member.zones and set(member.zones) <= zones)
            and (
                own is None
                or max(abs(a - b) for a, b in zip(own, member.point, strict=True)) > _HERE
            )
        ]

    def _item(self, element: Element) -> dict:
        """Return one element: look, shape, members' dots and card."""
        lang = self.lang
        item = {
            "id": element.id,
            "name": element.name(lang),
            "head": head(element, lang),
            "gist": element.gist(lang),
            "form": None,
            "mark": _MARKS[element.role],
            "colour": self.colours[element.id],
            "dots": _dots(self._dots[element.id], lang),
            "card": {
                **element_card(element, self.plans, lang),
                "unshaped": self._unshaped(element),
            },
        }
        if element.geometry is None:
            return item
        shape = {
            "form": _form(element),
            "shape": encode(element.geometry),
            "label": encode(label_point(element.geometry)),
        }
        return item | shape


def _assign_colours(elements: list[Element], same: Mapping[str, str]) -> dict[str, str]:
    """Return a colour an element: roles differ in hue, and so do elements or groups of a role.

    Of a role's palette the first colour goes that nothing else of the map has. What is drawn as an
    element before it (``same``) has the colour of that.
    """
    given: dict[tuple[str, str], str] = {}
    colours = {}
    for element in elements:
        group = element.group.id if element.group else ""
        key = (element.role, element.id if element.role in _EACH else group)
        if key not in given:
            palette = _COLOURS[element.role]
            turn = sum(role == element.role for role, _ in given) % len(palette)
            free = [colour for colour in palette if colour not in given.values()]
            given[key] = free[0] if free else palette[turn]
        colours[element.id] = colours.get(same.get(element.id, ""), given[key])
    return colours


def _form(element: Element) -> str:
    """Return "area", "line" or "point", by the geometry."""
    kind = element.geometry.geom_type
    if "Polygon" in kind:
        return "area"
    return "line" if "Line" in kind else "point"


def _dots(members: list[Member], lang: str) -> list[list]:
    """Return members as ``[x, y, [name, …], how well located, "park" or "place"]``.

    The position is in stored units; members at one point are one dot.
    """
    dots: dict[tuple[int, int], list] = {}
    for member in members:
        lon, lat = member.point
        at = (round(lon * SCALE), round(lat * SCALE))
        dot = dots.setdefault(at, [*at, [], member.where(lang), member.kind])
        if member.name(lang) not in dot[2]:
            dot[2].append(member.name(lang))
    return list(dots.values())
