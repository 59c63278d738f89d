"""The data of the app, loaded once and again only when a file changes."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import streamlit as st

import geo
from geo.errors import AtlasError
from geo.plans import Plans, check_zones, load_boundaries, parks_table
from geo.plans.derive import Derived, derive
from geo.plans.reconcile import Reconciliation, reconcile
from layers.i18n import t
from layers.schemes import Scheme, load_schemes

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Atlas:
    """Everything the pages show.

    Attributes
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame or None
        None when the file could not be used; ``faults["map"]`` says why.
    rows : dict of str to dict
        `geo.plans.parks_table` by park id.
    schemes : dict of str to Scheme
    faults : dict of str to AtlasError
        What the page goes on without: "map", "scheme".
    stamp : tuple
        Names, times and sizes of the files it was made from.
    """

    plans: Plans
    boundaries: gpd.GeoDataFrame | None
    rows: dict[str, dict]
    schemes: dict[str, Scheme]
    faults: dict[str, AtlasError]
    stamp: Stamp

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Every comparison of the figures with each other; made when first asked for."""
        return reconcile(self.plans, self.boundaries)

    @cached_property
    def derived(self) -> list[Derived]:
        """Every value computed from the parks' figures; made when first asked for."""
        return derive(self.plans, self.boundaries)

    def area(self, park_id: str) -> Decimal | None:
        """Return a park's digitised area in km², None when a zone is not digitised."""
        area = self.rows[park_id]["area_km2"]
        return None if area is None else Decimal(str(area))

    def zone_names(self, zones: Iterable[str], lang: str) -> str:
        """Return the names of zones in one line."""
        names = {
            zone["id"]: zone[f"name_{lang}"] for row in self.rows.values() for zone in row["zones"]
        }
        return t("app.separator", lang).join(names.get(zone, zone) for zone in zones)


def _files() -> list[Path]:
    """Return every data file the app reads, whether it exists or not."""
    folders = (geo.PLANS, geo.BOUNDARIES, geo.REFERENCE)
    found = [path for folder in folders for path in sorted(folder.glob("*.*")) if path.is_file()]
    return [*found, geo.BOUNDARIES / "parks.geojson"]


def _stamp() -> Stamp:
    """Return what tells one state of the data files from another."""
    marks = []
    for path in _files():
        try:
            status = path.stat()
        except OSError:
            marks.append((str(path), 0, 0))
        else:
            marks.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(marks)


def load() -> Atlas:
    """Return the data as they are on disk now, from the cache when no file has changed.

    Raises
    ------
    AtlasError
        When the plan data cannot be used. Faulty boundaries or schemes do not stop the page: they
        are in ``faults``; faulty rows of a table do not either: they are in ``plans.faults``.
    """
    return _load(_stamp())


@st.cache_resource(show_spinner=False, max_entries=2)
def _load(stamp: Stamp) -> Atlas:
    plans = Plans.load(geo.PLANS, tolerant=True)
    faults: dict[str, AtlasError] = {}
    boundaries = None
    try:
        found = load_boundaries(geo.BOUNDARIES / "parks.geojson")
        check_zones(plans, found)
        boundaries = found
    except AtlasError as error:
        faults["map"] = error
    schemes: dict[str, Scheme] = {}
    try:
        schemes = load_schemes(geo.PLANS / "schemes.yaml", plans=plans)
    except AtlasError as error:
        faults["scheme"] = error
    rows = {row["id"]: row for row in parks_table(plans, boundaries)}
    atlas = Atlas(plans, boundaries, rows, schemes, faults, stamp)
    if gc.get_freeze_count():  # on a server (`views.health.warm`): the new data as the old
        gc.collect()
        gc.freeze()
    return atlas
