"""How far the parks are from the metro and an expressway, as the pages say it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import streamlit as st

from geo.access import Nearest, load_access, park_access
from geo.errors import AtlasError
from geo.plans import Plans
from layers.i18n import t
from views.data import Atlas, Stamp

TO = ("metro", "expressway")


@dataclass(frozen=True)
class Reach:
    """The nearest points by park and kind, whose data they are, and why there are none."""

    parks: dict[str, dict[str, Nearest]]
    attribution: str = ""
    fault: AtlasError | None = None


def reach(atlas: Atlas) -> Reach:
    """Return the distances of all parks; of none, with the reason, when the file is no use."""
    if atlas.boundaries is None:
        return Reach({})
    return _reach(atlas.stamp, atlas.plans, atlas.boundaries)


@st.cache_resource(show_spinner=False, max_entries=2)
def _reach(
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    _plans: Plans,
    _boundaries: gpd.GeoDataFrame,
) -> Reach:
    try:
        data = load_access()
    except AtlasError as error:
        return Reach({}, fault=error)
    return Reach(park_access(_plans, _boundaries, data), data.attribution)


def words(found: Nearest, lang: str) -> tuple[str, list[str]]:
    """Return a distance as it is shown, and what has to be read with it."""
    shown = t("parks.metres" if found.metres else "parks.inside", lang, value=f"{found.metres:,}")
    told = [found.point.label.text(lang)]
    told += [caveat.text(lang) for caveat in found.caveats]
    return shown, [*told, t("parks.reach.date", lang, date=found.date)]
