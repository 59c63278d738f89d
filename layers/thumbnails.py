"""Thumbnails of maps: small inline SVG drawn from our own geometry, the same bytes every time.

All thumbnails of a page share one plane of whole numbers, so that land, water, roads and zones are
in the page once (`Thumbnails.definitions`) and each thumbnail is a window on them: its ``viewBox``.
How things look is in ``assets/thumbnail.css`` and ``assets/site.css`` by class (``tn-…``); strokes
there are in pixels of the screen. Elements of layouts have the colours of
`layers.schemes.sketches`.
"""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import BOUNDARIES
from geo.files import read_features
from geo.plans import Plans
from layers.classes import ZERO_COLOUR, classify
from layers.geometry import SCALE
from layers.projects import ProjectsLayer
from layers.schemes.sketches import SketchLayer

WIDTH, HEIGHT = 320, 200  # of every thumbnail, in pixels at its usual size
UNITS = 20_000  # of the plane in a degree of latitude: 5.6 m each
_ORIGIN = (120.0, 33.0)  # west and north of everything; y runs down, as on the screen
_NARROWER = math.cos(math.radians(31.1))  # a degree of longitude beside one of latitude
_MARGIN = 0.09  # of a thumbnail's width or height, on each side of its subject
_LEAST_DEG = {"layout": 0.10, "park": 0.045}  # height of a thumbnail at the least
_FAR_DEG = 0.45  # from this width on, the coarse ground is enough
# Ground drawn at two levels of detail: tolerance in degrees, and what of the basemap is drawn.
_GROUND = {
    "far": (0.0025, ("neighbour", "land", "water", "border", "express")),
    "near": (
        0.0004,
        ("neighbour", "land", "water", "river", "border", "border-focus", "primary", "trunk",
         "express", "motorway"),
    ),
}  # fmt: skip
_SPECK = 24  # polygons of less than so many squared tolerances are left out
_TAIL_PX, _HEAD_PX = 8.0, 14.0  # an arrow head points as the line's last pixels do
_DOT_PX, _SQUARE_PX = 2.5, 2.6
_PIN = 0.62  # of the size the pin has on a map
_DISC = 0.34  # of the radius a project has on a map
_GOLDEN = 2.4  # radians: symbols at one place stand round it


@dataclass(frozen=True)
class Thumbnail:
    """One drawing: its window on the plane (``x, y, width, height``) and what is in it."""

    window: tuple[int, int, int, int]
    body: str

    def svg(self, label: str, attributes: str = "") -> str:
        """Return the SVG element, told to those who do not see it as ``label``.

        Parameters
        ----------
        label : str
            Plain text; it is escaped here.
        attributes : str
            Further attributes as markup, escaped by the caller.
        """
        box = " ".join(map(str, self.window))
        more = f" {attributes}" if attributes else ""
        return (
            f'<svg class="tn" viewBox="{box}" preserveAspectRatio="xMidYMid slice" role="img" '
            f'aria-label="{html.escape(label)}"{more}>{self.body}</svg>'
        )


class Thumbnails:
    """Draws thumbnails that share their ground.

    Parameters
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    metric : str
        What the parks are coloured by, in its latest period.

    Attributes
    ----------
    metric, period : str
    classes : layers.classes.Classes
        Of the metric's values.
    """

    def __init__(self, plans: Plans, boundaries: gpd.GeoDataFrame, metric: str = "land_mu") -> None:
        self.plans, self.boundaries = plans, boundaries
        self._zones = {zone: to_plane(shape) for zone, shape in boundaries.geometry.items()}
        self.metric, self.period = metric, plans.latest_period(metric)
        values = plans.values(metric, self.period)
        # A figure that covers several zones counts once.
        once = {figure.key: figure.value for figure in values.values()}
        self.classes = classify(list(once.values()))
        self._colours = {zone: self._colour(figure.value) for zone, figure in values.items()}
        self._shared: str | None = None  # what `definitions` returned of these windows
        self._windows: dict[str, list[tuple[int, int, int, int]]] = {name: [] for name in _GROUND}

    def parks(self) -> Thumbnail:
        """Return all parks, coloured as their map opens."""
        window = self._window(self._zones.values(), "layout")
        return self._drawn(window, [self._coloured(zone) for zone in self._by_size()])

    def park(self, park_id: str) -> Thumbnail:
        """Return one park among its faint neighbours."""
        own = [zone for zone in self._by_size() if zone in self.plans.park(park_id).zones]
        # Without a digitised zone, all of them: where it might be.
        shapes = [self._zones[zone] for zone in own] or self._zones.values()
        window = self._window(shapes, "park")
        return self._drawn(window, [_use("zones", "tn-faint"), *map(self._coloured, own)])

    def projects(self, layer: ProjectsLayer) -> Thumbnail:
        """Return the parks with the projects' discs on them."""
        shapes = [*self._zones.values(), *map(to_plane, layer.anchors())]
        window = self._window(shapes, "layout")
        pixel, at_place = window[2] / WIDTH, Counter()
        drawn = [_use("zones", "tn-named")]
        for item in layer.payload_part()["projects"]["items"]:
            x, y = _stored(*item["at"])
            turn = at_place[x, y]
            at_place[x, y] += 1
            away, angle = 5.5 * pixel * math.sqrt(turn), _GOLDEN * turn
            place = f'cx="{x + away * math.cos(angle):.0f}" cy="{y + away * math.sin(angle):.0f}"'
            size = max(item["radius"] * _DISC, 2.2) * pixel
            fill = "#ffffff" if item["hollow"] else item["colour"]
            drawn.append(
                f'<circle class="tn-disc" {place} r="{size:.0f}" fill="{fill}" '
                f'stroke="{item["colour"] if item["hollow"] else "#ffffff"}"/>'
            )
        return self._drawn(window, drawn)

    def layout(self, layer: SketchLayer) -> Thumbnail:
        """Return a layout, or an industry's carriers, over faint parks."""
        shapes = list(map(to_plane, layer.shapes()))
        if layer.lens or not shapes:
            shapes += [self._zones[zone] for zone in layer.zones() if zone in self._zones]
        window = self._window(shapes or self._zones.values(), "layout")
        parts = [_use("zones", "tn-faint")]
        for zone in self._by_size():
            if zone in layer.zones():
                # What is drawn above it has the colour.
                look = "tn-drawn" if zone in layer.drawn() else "tn-named"
                parts.append(_use(f"zone-{zone}", look))
        return self._drawn(window, [*parts, *_sketches(layer, window[2] / WIDTH)])

    def definitions(self) -> str:
        """Return the hidden SVG with all that the thumbnails drawn so far share."""
        if self._shared is None:
            self._shared = self._definitions()
        return self._shared

    def _definitions(self) -> str:
        """Return the markup of `definitions`."""
        tolerance = 0.0001 * UNITS
        zones = "".join(
            f'<path id="tn-zone-{html.escape(zone)}" d="{path(self._zones[zone], tolerance)}"/>'
            for zone in self._by_size()
        )
        ground = "".join(
            f'<g id="tn-{name}">{"".join(_ground(name, windows))}</g>'
            for name, windows in self._windows.items()
            if windows
        )
        return (
            '<svg class="tn-defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
            '<pattern id="tn-hatch" width="60" height="60" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="60" height="60" fill="#eeeeec"/>'
            '<rect width="18" height="60" fill="#8d9398"/></pattern>'
            '<g id="tn-pin"><path d="M0 0C-2-6-8-9-8-15A8 8 0 1 1 8-15C8-9 2-6 0 0Z"/>'
            '<circle cy="-15" r="3.2" fill="#ffffff" stroke="none"/></g>'
            f'{ground}<g id="tn-zones">{zones}</g></defs></svg>'
        )

    def _by_size(self) -> list[str]:
        """Return the zones, largest first, so that small ones lie on top."""
        return sorted(self._zones, key=lambda zone: (-self._zones[zone].area, zone))

    def _colour(self, value: Decimal) -> str:
        """Return the colour of a value's class."""
        return self.classes.colours[self.classes.index(value)] if value > 0 else ZERO_COLOUR

    def _coloured(self, zone: str) -> str:
        """Return a zone in the colour of its class; hatched where the plans say nothing."""
        fill = self._colours.get(zone, "url(#tn-hatch)")
        return _use(f"zone-{zone}", "tn-park", f' fill="{fill}"')

    def _window(self, shapes: Iterable[BaseGeometry], kind: str) -> tuple[int, int, int, int]:
        """Return the window that shows shapes of the plane with a margin, in a thumbnail's form."""
        west, north, east, south = shapely.total_bounds(list(shapes))
        room = 1 - 2 * _MARGIN
        height = max(
            (south - north) / room,
            (east - west) / room * HEIGHT / WIDTH,
            _LEAST_DEG[kind] * UNITS,
        )
        width = math.ceil(height * WIDTH / HEIGHT)
        height = math.ceil(height)
        x, y = (west + east - width) / 2, (north + south - height) / 2
        return (math.floor(x), math.floor(y), width, height)

    def _drawn(self, window: tuple[int, int, int, int], parts: list[str]) -> Thumbnail:
        """Return a thumbnail on its ground."""
        ground = "far" if window[2] / UNITS / _NARROWER > _FAR_DEG else "near"
        self._windows[ground].append(window)
        self._shared = None
        return Thumbnail(window, "".join([_use(ground, "tn-ground"), *parts]))


def to_plane(geometry: BaseGeometry) -> BaseGeometry:
    """Return a lon/lat geometry (WGS 84) in the thumbnails' plane; y runs down."""
    west, north = _ORIGIN

    def turned(points: np.ndarray) -> np.ndarray:
        return (points - (west, north)) * (UNITS * _NARROWER, -UNITS)

    return shapely.transform(geometry, turned)


def path(geometry: BaseGeometry, tolerance: float) -> str:
    """Return a geometry of the plane as SVG path data in whole units.

    Parameters
    ----------
    geometry : shapely geometry
        Lines or polygons, single or multi.
    tolerance : float
        In units of the plane; how far the simplified line may lie off.
    """
    simple = shapely.simplify(geometry, tolerance)
    written = []
    for part in shapely.get_parts(simple):
        if part.geom_type == "Polygon":
            written += [_run(ring) + "z" for ring in (part.exterior, *part.interiors)]
        elif part.geom_type == "LineString" and not part.is_empty:
            written.append(_run(part))
    return "".join(written)


def _run(line: BaseGeometry) -> str:
    """Return one line or ring as a start and relative steps; a ring's last point is left to z."""
    points = np.rint(shapely.get_coordinates(line)).astype(int)
    if line.geom_type == "LinearRing":
        points = points[:-1]
    steps = np.diff(points, axis=0)
    numbers = steps[np.any(steps != 0, axis=1)].ravel().tolist()
    # A minus sign parts two numbers as well as a space does.
    text = "".join(str(n) if n < 0 or not i else f" {n}" for i, n in enumerate(numbers))
    start = f"M{points[0][0]} {points[0][1]}"
    return f"{start}l{text}" if text else start


def _use(name: str, look: str, more: str = "") -> str:
    """Return a copy of something defined, with its class."""
    return f'<use href="#tn-{html.escape(name)}" class="{look}"{more}/>'


def _ground(name: str, windows: list[tuple[int, int, int, int]]) -> Iterator[str]:
    """Yield the ground of one level of detail, as much of it as the windows show."""
    tolerance, kinds = _GROUND[name]
    tolerance *= UNITS
    rim = 20 * tolerance  # where the ground is cut, its edge lies out of sight
    left, top = (min(w[i] for w in windows) - rim for i in (0, 1))
    right = max(w[0] + w[2] for w in windows) + rim
    bottom = max(w[1] + w[3] for w in windows) + rim
    shapes = _basemap()
    # West of the basemap's edge there is land.
    edge = shapes["neighbour"].bounds[0] if "neighbour" in shapes else left
    if edge > left:
        yield (
            f'<rect class="tn-neighbour" x="{left:.0f}" y="{top:.0f}" '
            f'width="{edge - left:.0f}" height="{bottom - top:.0f}"/>'
        )
    for kind in kinds:
        if kind not in shapes:
            continue
        cut = _without_specks(
            shapely.clip_by_rect(shapes[kind], left, top, right, bottom), tolerance
        )
        data = path(cut, tolerance)
        if data:
            yield f'<path class="tn-{kind}" d="{data}"/>'


def _basemap() -> dict[str, BaseGeometry]:
    """Return the basemap's shapes in the plane, by kind."""
    features, _ = read_features(BOUNDARIES / "basemap.geojson")
    found: dict[str, list[BaseGeometry]] = {}
    for feature in features:
        kind = feature["properties"]["kind"]
        if kind != "label":
            shape = shapely.geometry.shape(feature["geometry"])
            found.setdefault(kind, []).append(to_plane(shape))
    return {
        kind: shapely.GeometryCollection([p for s in shapes for p in shapely.get_parts(s)])
        for kind, shapes in found.items()
    }


def _without_specks(geometry: BaseGeometry, tolerance: float) -> BaseGeometry:
    """Return a geometry without polygons and holes too small to be seen."""
    least = _SPECK * tolerance**2
    kept = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            if part.area < least:
                continue
            holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= least]
            part = shapely.Polygon(part.exterior, holes)
        kept.append(part)
    return shapely.GeometryCollection(kept)


def _sketches(layer: SketchLayer, pixel: float) -> Iterator[str]:
    """Yield a layout's elements: areas, the largest first, lines, members' dots, pins."""
    items = {item["id"]: item for item in layer.payload_part()["sketches"]}
    shapes = {e.id: to_plane(e.geometry) for e in layer.elements if e.geometry is not None}
    by_form: dict[str, list[str]] = {"area": [], "line": [], "point": []}
    for name in sorted(shapes, key=lambda one: -shapes[one].envelope.area):
        by_form[items[name]["form"]].append(name)
    for name in by_form["area"]:
        item = items[name]
        look = f'class="tn-{item["mark"]}" fill="{item["colour"]}" stroke="{item["colour"]}"'
        yield f'<path {look} d="{path(shapes[name], pixel / 2)}"/>'
    for name in by_form["line"]:
        yield from _line(shapes[name], items[name], pixel)
    for item in items.values():
        yield from (_dot(dot, item["colour"], pixel) for dot in item["dots"])
    for name in by_form["point"]:
        point = shapes[name]
        yield (
            f'<use href="#tn-pin" class="tn-pin" fill="{items[name]["colour"]}" '
            f'transform="translate({point.x:.0f} {point.y:.0f}) scale({_PIN * pixel:.1f})"/>'
        )


def _line(shape: BaseGeometry, item: dict, pixel: float) -> Iterator[str]:
    """Yield an axis or a route: broad and light, its spine on it, a head at both ends."""
    data, colour = path(shape, pixel / 2), item["colour"]
    yield f'<path class="tn-broad" stroke="{colour}" d="{data}"/>'
    yield f'<path class="tn-spine" stroke="{colour}" d="{data}"/>'
    if item["mark"] == "arrow":
        for tip, back in _tips(shape, _TAIL_PX * pixel):
            yield f'<path class="tn-head" fill="{colour}" d="{_head(tip, back, pixel)}"/>'


def _tips(shape: BaseGeometry, tail: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the two ends of a line of one or more parts that lie farthest apart.

    Each with a point of the line about ``tail`` before it, which says where it comes from.
    """
    walks = []
    for part in shapely.get_parts(shape):
        points = shapely.get_coordinates(part)
        walks += [points, points[::-1]]

    def apart(pair: tuple[np.ndarray, np.ndarray]) -> float:
        return float(np.hypot(*(pair[0][0] - pair[1][0])))

    ends = max(combinations(walks, 2), key=apart)
    found = []
    for walk in ends:
        far = np.hypot(*(walk - walk[0]).T) > tail
        found.append((walk[0], walk[int(np.argmax(far))] if far.any() else walk[-1]))
    return found


def _head(tip: np.ndarray, back: np.ndarray, pixel: float) -> str:
    """Return an arrow head whose middle is at the line's end."""
    along = tip - back
    along = along / (np.hypot(*along) or 1) * _HEAD_PX * pixel
    across = np.array([-along[1], along[0]]) / 2
    corners = [
        tip + 0.4 * along,
        tip - 0.6 * along + across,
        tip - 0.3 * along,
        tip - 0.6 * along - across,
    ]
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in corners) + "z"


def _dot(dot: list, colour: str, pixel: float) -> str:
    """Return a member's dot; a whole district is a square."""
    (x, y), kind = _stored(*dot[:2]), dot[4]
    if kind == "district":
        half = _SQUARE_PX * pixel
        place = f'x="{x - half:.0f}" y="{y - half:.0f}" width="{2 * half:.0f}"'
        return f'<rect class="tn-dot" {place} height="{2 * half:.0f}" stroke="{colour}"/>'
    return f'<circle class="tn-dot" cx="{x}" cy="{y}" r="{_DOT_PX * pixel:.0f}" stroke="{colour}"/>'


def _stored(x: int, y: int) -> tuple[int, int]:
    """Return a position as the map's page stores it in the plane."""
    point = to_plane(shapely.Point(x / SCALE, y / SCALE))
    return round(point.x), round(point.y)
