"""What values are computed from: stated figures by scope, and the areas of digitised zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import shapely

from geo.digitize.evidence import HIGH
from geo.measure import area_km2
from geo.plans.records import KINDS, Figure, Limit, Number, Park
from geo.plans.rounding import FEWEST, MOST, agreeing, digits, places
from geo.reason import Reason

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.plans import Plans

PLANNED = "planned_area_km2"
LEVELS = ("low", "medium", "high")
# From which difference to the published area a digitised one is remarked on: it keeps no zone of
# high confidence, and the rule `area` of the reconciliation tells of it.
FAR_PCT = HIGH[1]
_OVERLAP = 0.01  # of an area, from which another park's ground in it is remarked on


@dataclass(frozen=True)
class Ground:
    """The digitised area that a figure covers: an input that no plan states.

    ``without`` is another park whose ground is left out, or empty. ``digits`` is how many digits of
    the area hold: as many as it has in common with the published one, two where none is published
    or the confidence is low.

    ``km2`` is the geodesic area of the union of ``zones`` as it is shown, with two decimals, so
    that a formula can be checked by hand. ``confidence`` is that of the least certain zone.
    """

    km2: Decimal
    zones: tuple[str, ...]
    confidence: str
    where: Reason
    caveats: tuple[Reason, ...] = ()
    without: str = ""
    digits: int = MOST


def trusted_digits(numbers: Iterable[Number], ground: Ground | None = None) -> int:
    """Return how many digits of what is computed from these hold at most.

    A number that the document gives as about so much has two, whatever numeral it is printed by.
    """
    about = any(number.approximate for number in numbers)
    return min(FEWEST if about else MOST, ground.digits if ground else MOST)


def limit_of(park: Park, figure: Figure) -> Limit | None:
    """Return what a figure of a whole park is limited to besides zones, or None."""
    if figure.zones or figure.part:
        return None
    return next(
        (
            limit
            for limit in park.limits
            if figure.metric in limit.metrics and figure.source_id == limit.evidence.source_id
        ),
        None,
    )


class Inputs:
    """What values are computed from: the figures by scope, and the digitised areas."""

    def __init__(self, plans: Plans, boundaries: gpd.GeoDataFrame | None = None) -> None:
        self.plans, self.boundaries = plans, boundaries
        self.ground = cache(self._ground)
        self._own: dict[tuple[str, str], list[Figure]] = {}
        self._parts: dict[tuple[str, str], list[Figure]] = {}
        for figure in sorted(plans.figures, key=self._rank):
            if figure.part:
                self._parts.setdefault((figure.park_id, figure.part), []).append(figure)
            else:
                self._own.setdefault((figure.park_id, figure.metric), []).append(figure)

    def scope(self, figure: Figure) -> tuple[str, ...]:
        """Return the zones a figure covers, in the park's order."""
        zones = self.plans.parks[figure.park_id].zones
        return tuple(zone for zone in zones if not figure.zones or zone in figure.zones)

    def figures(self, park: Park, metric: str, kinds: Iterable[str] = KINDS) -> list[Figure]:
        """Return one figure a period and scope, by period; figures of sub-blocks are left out.

        Which it is does not hang on the order of the rows: actual goes before planned, estimate and
        target, the most exact print before the others, then the documents are in the order of
        sources.yaml.
        """
        chosen: dict[tuple, Figure] = {}
        for figure in self._own.get((park.id, metric), []):
            if figure.kind in kinds:
                chosen.setdefault((figure.period, self.scope(figure)), figure)
        whole = park.zones
        return [
            chosen[key] for key in sorted(chosen, key=lambda key: (key[0], key[1] != whole, key[1]))
        ]

    def _rank(self, figure: Figure) -> tuple:
        order = list(self.plans.sources)
        kind = KINDS.index(figure.kind)
        exact = -digits(figure.value_printed)
        place = (order.index(figure.source_id), figure.locator)
        return (kind, exact, *place, figure.value, figure.printed)

    def planned(self, figure: Figure) -> Figure | None:
        """Return the stated planned area of exactly a figure's ground, the latest one; or None."""
        limited = self.limited(figure)
        if limited is not None and limited.without:
            return None
        if limited is not None:
            parts = self._parts.get((figure.park_id, limited.part), [])
            own = [one for one in parts if (one.metric, one.kind) == (PLANNED, "planned")]
        else:
            park, scope = self.plans.parks[figure.park_id], self.scope(figure)
            own = [o for o in self.figures(park, PLANNED, ("planned",)) if self.scope(o) == scope]
        same = [one for one in own if one.value > 0]
        return max(same, key=lambda one: one.period, default=None)

    def limited(self, figure: Figure) -> Limit | None:
        """Return what a figure of a whole park is limited to besides zones, or None."""
        return limit_of(self.plans.parks[figure.park_id], figure)

    def limit_words(self, figure: Figure, limited: Limit) -> Reason:
        """Return the name of the ground that a figure is limited to."""
        park = self.plans.parks[figure.park_id]
        if limited.without:
            other = self.plans.parks[limited.without]
            return Reason(f"不含{other.zh}的范围", f"the ground without {other.en}")
        part = park.part(limited.part)
        return Reason(part.zh, part.en) if part else Reason(limited.part, limited.part)

    def ground_of(self, figure: Figure) -> Ground | None:
        """Return the digitised area of exactly a figure's ground; None if there is none."""
        limited = self.limited(figure)
        if limited is None:
            return self.ground(self.scope(figure))
        return self.ground(self.scope(figure), limited.without) if limited.without else None

    def limit(self, figure: Figure) -> tuple[str, ...]:
        """Return the zones a figure is limited to; empty when it covers its whole park."""
        scope = self.scope(figure)
        return () if scope == self.plans.parks[figure.park_id].zones else scope

    def zone_names(self, zones: Iterable[str]) -> Reason:
        """Return the names of zones; their ids where nothing is digitised."""
        names = {}
        for lang, joint in (("zh", "、"), ("en", ", ")):
            names[lang] = joint.join(self._zone_name(zone, lang) for zone in zones)
        return Reason(**names)

    def _zone_name(self, zone: str, lang: str) -> str:
        if self.boundaries is None or zone not in self.boundaries.index:
            return zone
        return str(self.boundaries.at[zone, f"name_{lang}"])

    def _ground(self, zones: tuple[str, ...], without: str = "") -> Ground | None:
        """Return the digitised area of zones; None without one, and for a corridor."""
        found = bounded_union(self.boundaries, zones)
        left_out = self.plans.parks[without].zones if without else ()
        other = bounded_union(self.boundaries, left_out) if without else shapely.Polygon()
        if found is None or other is None:
            return None
        found = shapely.difference(found, other)
        km2 = places(Decimal(str(area_km2(found))), 2)
        if km2 <= 0:
            return None
        rows = self.boundaries.reindex(columns=["confidence", "area_error_pct"])
        rows = rows.loc[[*zones, *left_out]]
        levels = [level if level in LEVELS else LEVELS[0] for level in rows["confidence"]]
        confidence = min(levels, key=LEVELS.index)
        low = confidence == LEVELS[0]
        held = min(FEWEST if low else agreeing(error) for error in rows["area_error_pct"])
        names = self.zone_names(zones)
        if without:
            park = self.plans.parks[without]
            names = Reason(f"{names.zh}，不含{park.zh}", f"{names.en}, without {park.en}")
        where = Reason(
            f"数字化面积：{names.zh}（边界把握：{_LEVEL[confidence].zh}）",
            f"digitised area: {names.en} (confidence in the boundary: {confidence})",
        )
        caveats = (*self._boundary_caveats(zones, confidence), *self._overlaps(zones, found))
        return Ground(km2, zones, confidence, where, caveats, without, held)

    def _boundary_caveats(self, zones: tuple[str, ...], confidence: str) -> Iterator[Reason]:
        """Say that a boundary is uncertain, and which area is far from the published one."""
        if confidence == LEVELS[0]:
            yield Reason(
                "数字化边界把握低，面积未必可靠",
                "the confidence in the digitised boundary is low, and so in its area",
            )
        for zone in zones:
            error = self.boundaries.loc[zone].get("area_error_pct")
            if error is not None and error == error and abs(error) > FAR_PCT:
                name = self.zone_names([zone])
                zh, en = ("大", "above") if error > 0 else ("小", "below")
                yield Reason(
                    f"{name.zh}的数字化面积比公布面积{zh} {abs(error):.1f}%",
                    f"the digitised area of {name.en} is {abs(error):.1f}% {en} the published one",
                )

    def _overlaps(self, zones: tuple[str, ...], own: shapely.Geometry) -> Iterator[Reason]:
        """Say which other parks' ground the digitised area holds as well."""
        home = self.plans.park_of_zone(zones[0])
        for park in self.plans.parks.values():
            other = None if park is home else bounded_union(self.boundaries, park.zones)
            shared = 0.0 if other is None else area_km2(shapely.intersection(own, other))
            if shared >= _OVERLAP * area_km2(own):
                yield Reason(
                    f"数字化范围与{park.zh}重叠 {shared:.2f} 平方公里",
                    f"the digitised area shares {shared:.2f} km² with {park.en}",
                )


_LEVEL = {
    "low": Reason("低", "low"),
    "medium": Reason("中", "medium"),
    "high": Reason("高", "high"),
}


def bounded_union(
    boundaries: gpd.GeoDataFrame | None, zones: Iterable[str]
) -> shapely.Geometry | None:
    """Return the union of digitised zones, None unless all of them are digitised from bounds.

    A corridor is not: no plan states its width, so that its area would mean nothing.
    """
    zones = list(zones)
    if boundaries is None or not zones or not set(zones) <= set(boundaries.index):
        return None
    own = boundaries.loc[zones]
    if "basis" in own and (own["basis"] == "corridor").any():
        return None
    return shapely.union_all(own.geometry.to_numpy())
