"""What a reading of a four-bounds text is made of: bounds, zones, tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

SIDES = {
    "东": "east", "南": "south", "西": "west", "北": "north",
    "东北": "northeast", "东南": "southeast", "西南": "southwest", "西北": "northwest",
}  # fmt: skip
SIDE_NAMES = {side: char for char, side in SIDES.items()}
OPPOSITE = {
    "east": "west", "west": "east", "south": "north", "north": "south", "northeast": "southwest",
    "southwest": "northeast", "northwest": "southeast", "southeast": "northwest",
}  # fmt: skip
SIDE_ORDER = ("east", "south", "west", "north")


@dataclass(frozen=True)
class Bound:
    """One feature that bounds a zone: its name as written and what qualifies it.

    Attributes
    ----------
    name : str
        The feature, without qualifiers, remarks and house numbers.
    qualifier : str or None
        What was taken off ("绿地", "现状"), several joined by "、".
    other_names : tuple of str
        Names in brackets and road codes: 中环路(申江路), S4沪金高速公路.
    offset_m : float or None
        Distance from the feature in metres (曹安公路南150米).
    offset_side : str or None
        The direction of that distance, one of the values of ``SIDES``.
    approximate : bool
        The distance is only about right (约, 左右).
    extended : bool
        The feature is meant to run on beyond its end (延伸段).
    kind : str or None
        What the words say the feature is: road, river, rail, border, coast, bridge, pipeline,
        parcel, bank. A hint drawn from the words above; two bounds that differ in it are equal.
    generic : bool
        The words hold no proper name (规划路, 河道, 区界). A hint as well.
    """

    name: str
    qualifier: str | None = None
    other_names: tuple[str, ...] = ()
    offset_m: float | None = None
    offset_side: str | None = None
    approximate: bool = False
    extended: bool = False
    kind: str | None = field(default=None, compare=False)
    generic: bool = field(default=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Return name and qualifier, and of the rest what the text states; no hints."""
        record: dict[str, Any] = {"name": self.name, "qualifier": self.qualifier}
        if self.other_names:
            record["other_names"] = list(self.other_names)
        if self.offset_m is not None:
            record["offset_m"] = self.offset_m
            record["offset_side"] = self.offset_side
        if self.approximate:
            record["approximate"] = True
        if self.extended:
            record["extended"] = True
        return record


@dataclass
class Part:
    """One zone of a text: its name if it has one, its stated area, and what bounds it.

    ``sides`` maps a side to its features in the order written; ``around`` holds the features of a
    zone that the text encloses without naming directions (由A、B、C围合), in the order written.
    ``excludes`` are words of the zone's sentence that take ground away (扣除…, …除外); what they
    take away is not read.
    """

    name: str | None = None
    area_km2: float | None = None
    sides: dict[str, tuple[Bound, ...]] = field(default_factory=dict)
    around: tuple[Bound, ...] = ()
    excludes: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Return the sides the text does not give, in the usual order.

        A text that bounds its zone by the points between ("东北至"), or without directions, is
        not asked for the four.
        """
        if not self.sides or any(side not in SIDE_ORDER for side in self.sides):
            return []
        return [side for side in SIDE_ORDER if side not in self.sides]

    def as_json(self) -> dict[str, Any]:
        """Return the zone in the shape of ``python -m geo parse``."""
        record: dict[str, Any] = {
            "name": self.name,
            "area_km2": self.area_km2,
            "sides": {side: [b.as_json() for b in bounds] for side, bounds in self.sides.items()},
        }
        if self.around:
            record["enclosed_by"] = [bound.as_json() for bound in self.around]
        if self.excludes:
            record["excludes"] = list(self.excludes)
        return record


class Token(NamedTuple):
    """A stretch of the normalised text and the part it plays.

    ``role`` is one of side, feature, qualifier, connective, remark, area, part, ignored; ``start``
    and ``end`` are offsets in ``Sizhi.plain``.
    """

    start: int
    end: int
    text: str
    role: str


@dataclass
class Draft:
    """A zone while it is read: its part, and where it stands in the text."""

    start: int
    end: int
    part: Part = field(default_factory=Part)
    bounds: dict[str, list[Bound]] = field(default_factory=dict)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    label_start: int | None = None
    label_end: int = 0
    title: str | None = None
    number_start: int | None = None
    number: str | None = None
    since_number: int = 0
    firm: bool = False
    planes: bool = False
    closed: bool = False
