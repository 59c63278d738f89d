"""What a user's own file becomes: rows as read, features placed, and what was found on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.reason import Reason

SEVERITIES = ("error", "warning", "info")
_LISTED = 12  # rows that a line of the report names


@dataclass(frozen=True)
class Finding:
    """One line of the data-quality report.

    ``severity`` is "error" (the row is not used), "warning" (used, but to be looked at) or "info";
    ``code`` names the kind; ``rows`` are the numbers of the file's rows or features, from 1.
    """

    severity: str
    code: str
    text: Reason
    rows: tuple[int, ...] = ()

    def rows_text(self) -> str:
        """Return the row numbers as a reader sees them: the first ones, and how many more."""
        shown = ", ".join(map(str, self.rows[:_LISTED]))
        more = len(self.rows) - _LISTED
        return f"{shown} … (+{more})" if more > 0 else shown


def error(code: str, rows: Iterable[int], *, zh: str, en: str) -> Finding:
    """Return a finding on rows that are not used."""
    return Finding("error", code, Reason(zh=zh, en=en), tuple(rows))


def warning(code: str, rows: Iterable[int], *, zh: str, en: str) -> Finding:
    """Return a finding on rows that are used but should be looked at."""
    return Finding("warning", code, Reason(zh=zh, en=en), tuple(rows))


def info(code: str, rows: Iterable[int] = (), *, zh: str, en: str) -> Finding:
    """Return a finding that a reader should know of."""
    return Finding("info", code, Reason(zh=zh, en=en), tuple(rows))


@dataclass(frozen=True)
class RawRow:
    """A row or feature as the file has it: coordinates are still in the file's own system."""

    number: int
    values: dict[str, Any]
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class Raw:
    """A file as read, before anybody has said what its columns and coordinates are.

    Attributes
    ----------
    kind : str
        "xlsx", "csv", "geojson", "gpkg", "shp", "kml" or "txt".
    columns : tuple of str
        In the order of the file.
    rows : tuple of RawRow
    stated : pyproj.CRS or None
        The coordinate system the file declares; ``how`` says where it does. ``by_format`` tells
        that not the file but only the standard of its format says so.
    layers : tuple of str
        Sheets or layers of the file that could be read instead; ``layer`` is the one that was.
    findings : tuple of Finding
        What was found while reading.
    """

    kind: str
    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]
    stated: CRS | None = None
    how: Reason | None = None
    layers: tuple[str, ...] = ()
    layer: str = ""
    findings: tuple[Finding, ...] = ()
    by_format: bool = False

    @property
    def drawn(self) -> bool:
        """Whether the rows come with geometries, not with words and numbers to make them of."""
        return any(row.geometry is not None for row in self.rows)


@dataclass(frozen=True)
class Roles:
    """Which column is what; "" for none.

    ``way`` is how shapes are made: "shapes" (the file has them), "wkt", "sizhi", "points" (one a
    row) or "rings" (one vertex a row, parcels told apart by ``id``, rings by ``ring``).
    ``unit`` is what stated areas are measured in: "mu", "ha", "m2", "km2", or "" for unknown.
    ``x`` and ``y`` are the columns that their headings call so; which of them is the easting is a
    question of the coordinate system (`geo.own.systems`).
    """

    way: str = "shapes"
    id: str = ""
    name: str = ""
    area: str = ""
    unit: str = ""
    text: str = ""
    wkt: str = ""
    x: str = ""
    y: str = ""
    ring: str = ""


@dataclass(frozen=True)
class OwnData:
    """A user's features on the ground, and the report on them.

    Attributes
    ----------
    name : str
        What the user calls the file. Kept in the session only, never logged.
    kind : str
        As of `Raw`.
    features : geopandas.GeoDataFrame
        EPSG:4326. Columns: ``row`` (number in the file), ``id``, ``name`` ("" for none), ``basis``
        ("given" or "sizhi"), ``confidence`` (of a traced clause, else ""), ``area_m2`` (geodesic, 0
        for points and lines), ``stated_m2`` (float, NaN where none), ``length_m``, ``attributes``
        (a dict a row, of all columns as given), ``geometry``.
    crs : geo.own.systems.Candidate or None
        What the coordinates were read as, and why; None where shapes come from clauses.
    report : tuple of Finding
        The gravest first.
    given : int
        Rows or parcels of the file, those not used included.
    """

    name: str
    kind: str
    features: gpd.GeoDataFrame
    crs: Any
    report: tuple[Finding, ...] = ()
    given: int = 0
    columns: tuple[str, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity."""
        return {one: sum(f.severity == one for f in self.report) for one in SEVERITIES}


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings, the gravest first, else in the order they were made."""
    return tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity)))
