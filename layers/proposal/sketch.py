"""The small map of a proposal as SVG: its parks lettered, the nearest stations and ramps."""

from __future__ import annotations

import html
from collections.abc import Sequence

import geopandas as gpd
import shapely

from geo.access import AccessPoint
from geo.plans import Plans
from layers.geometry import label_point
from layers.thumbnails import WIDTH, Thumbnails, to_plane

_BADGE_PX = 8.5  # radius of a park's letter
_DOT_PX = 3.2


class ProposalMap(Thumbnails):
    """Draws one map of some parks.

    Parameters
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    """

    def __init__(self, plans: Plans, boundaries: gpd.GeoDataFrame) -> None:
        super().__init__(plans, boundaries)

    def of_parks(
        self,
        parks: Sequence[str],
        near: Sequence[tuple[str, AccessPoint]],
        label: str,
        letters: str,
    ) -> str:
        """Return the markup of a map.

        Parameters
        ----------
        parks : sequence of str
            Ids, in the order of their letters.
        near : sequence of (str, geo.access.AccessPoint)
            "metro" or "expressway" and the point.
        label : str
            What the map is called for those who do not see it; plain text.
        letters : str
            What stands on the parks, one each.
        """
        own = [
            zone for park in parks for zone in self.plans.park(park).zones if zone in self._zones
        ]
        points = [(to, to_plane(shapely.Point(point.lonlat))) for to, point in near]
        shapes = [*(self._zones[zone] for zone in own), *(point for _, point in points)]
        window = self._window(shapes or self._zones.values(), "layout")
        pixel = window[2] / WIDTH
        parts = ['<use href="#tn-zones" class="tn-faint"/>']
        parts += [
            f'<use href="#tn-zone-{html.escape(zone)}" class="tn-chosen"/>'
            for zone in self._by_size()
            if zone in own
        ]
        parts += [_spot(to, point.x, point.y, pixel) for to, point in dict.fromkeys(points)]
        parts += self._badges(parks, letters, pixel)
        drawn = self._drawn(window, parts)
        return self.definitions() + drawn.svg(label)

    def _badges(self, parks: Sequence[str], letters: str, pixel: float) -> list[str]:
        """Return the parks' letters, none on another."""
        placed: list[tuple[float, float]] = []
        drawn = []
        for letter, park in zip(letters, parks, strict=False):
            zones = [zone for zone in self.plans.park(park).zones if zone in self._zones]
            if not zones:
                continue
            largest = max(zones, key=lambda zone: self._zones[zone].area)
            spot = to_plane(label_point(self.boundaries.geometry[largest]))
            x, y = spot.x, spot.y
            while any(abs(x - a) < 2.1 * _BADGE_PX * pixel and abs(y - b) < 2.1 * _BADGE_PX * pixel
                      for a, b in placed):  # fmt: skip
                x += 2.2 * _BADGE_PX * pixel
            placed.append((x, y))
            drawn.append(
                f'<circle class="tn-badge" cx="{x:.0f}" cy="{y:.0f}" r="{_BADGE_PX * pixel:.0f}"/>'
                f'<text class="tn-number" x="{x:.0f}" y="{y + 3.9 * pixel:.0f}" '
                f'font-size="{11 * pixel:.0f}">{letter}</text>'
            )
        return drawn


def _spot(to: str, x: float, y: float, pixel: float) -> str:
    """Return a station (a dot) or a ramp (a square)."""
    half = _DOT_PX * pixel
    if to == "metro":
        return f'<circle class="tn-metro" cx="{x:.0f}" cy="{y:.0f}" r="{half:.0f}"/>'
    return (
        f'<rect class="tn-ramp" x="{x - half:.0f}" y="{y - half:.0f}" '
        f'width="{2 * half:.0f}" height="{2 * half:.0f}"/>'
    )
