"""The small map: the parks meant, the others faint below them."""

from __future__ import annotations

import streamlit as st

from geo.errors import AtlasError
from layers.geometry import bounds
from layers.i18n import t
from layers.map_view import MapView
from views import map_component
from views.data import Atlas
from views.frame import plain
from views.parks.state import ParksState

KEY = "parks-map"


def show(state: ParksState, atlas: Atlas, height: int) -> None:
    """Draw the map, or one line on why it cannot be drawn; nothing without outlines."""
    if atlas.boundaries is None:
        return
    try:
        view = MapView(lang=state.lang, metric=None, unit=state.unit)
        drawn = map_component.payload(view, atlas.stamp, atlas.plans, atlas.boundaries)
        map_component.show(meant(drawn, state, atlas), height, lambda: None, key=KEY)
    except AtlasError as error:
        st.error(f"{t('app.error.map', state.lang)}\n\n{plain(error.text(state.lang))}")


def meant(drawn: dict, state: ParksState, atlas: Atlas) -> dict:
    """Return the payload of all parks as one of some: those fill the map, the rest is faint."""
    zones = {zone for park in state.parks for zone in atlas.plans.parks[park].zones}
    own = atlas.boundaries.loc[[zone for zone in atlas.boundaries.index if zone in zones]]
    others = {zone["zone"]: "faint" for zone in drawn["zones"] if zone["zone"] not in zones}
    fit = {"key": f"parks-{','.join(state.parks)}", "bounds": bounds(list(own.geometry))}
    # The rest is drawn as below a layout: without a click of its own.
    return {
        **drawn,
        "states": others,
        "sketches": drawn.get("sketches") or [],
        "fit": fit,
        "small": True,
    }
