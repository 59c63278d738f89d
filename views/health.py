"""Whether the app can do its work: that the data can be read, not only that the server lives.

``python -m views.health`` says it without a server and exits 0 when every file can be used, 1 when
the app would go on without some of them, 2 when it could show nothing. The server answers the same
at ``/healthz``, see `serve.py`.
"""

from __future__ import annotations

import gc
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from typing import Any

import streamlit as st

import views
from geo.access import load_access
from geo.errors import AtlasError
from geo.osm.places import load_places
from geo.reference import load_districts, load_gazetteer, load_sketch_lines
from layers.basemap import basemap_data
from layers.map_view import MapView
from views import data, map_component
from views.data import Atlas

# state: (HTTP status, exit code)
STATES = {"ok": (200, 0), "degraded": (200, 1), "unusable": (503, 2)}


def check() -> dict[str, Any]:
    """Return the state of the data.

    Returns
    -------
    dict
        ``status`` is "ok", "degraded" (the app goes on without what ``without`` names: "map",
        "scheme", "rows", "trace", "finder") or "unusable". Nothing else: who may ask is not known
        here, so what is wrong in which file stands on the pages and in the log only.
    """
    try:
        atlas = data.load()
    except AtlasError:
        return {"status": "unusable", "without": ["plans"]}
    found = [*atlas.faults, *(["rows"] if atlas.plans.faults else []), *_missing(atlas.stamp)]
    without = list(dict.fromkeys(found))
    return {"status": "degraded" if without else "ok", "without": without}


@st.cache_data(show_spinner=False, max_entries=2)
def _missing(stamp: data.Stamp) -> list[str]:  # noqa: ARG001 - the cache's key
    """Return what the app cannot do for want of a file of the map data."""
    needs = {
        "map": (basemap_data,),
        "trace": (load_gazetteer,),
        "scheme": (load_districts, load_sketch_lines, load_places),
        "finder": (load_access,),
    }
    return [name for name, loads in needs.items() if not all(map(_loads, loads))]


def _loads(load: Callable[[], object]) -> bool:
    try:
        load()
    except AtlasError:
        return False
    return True


def warm() -> None:
    """Make what every page needs, so that no visitor waits for it.

    Raises
    ------
    AtlasError
        When the plan data cannot be used.
    """
    for module in pkgutil.walk_packages(views.__path__, "views."):
        importlib.import_module(module.name)
    _make(data.load())
    # A script run ends with a full collection: what lives as long as the server is not looked
    # through every time.
    gc.collect()
    gc.freeze()


def _make(atlas: Atlas) -> None:
    """Make what is made when first asked for."""
    _ = atlas.derived, atlas.reconciliation
    map_component.prepare()
    if atlas.boundaries is not None:
        for lang in ("zh", "en"):
            map_component.payload(MapView(lang), atlas.stamp, atlas.plans, atlas.boundaries)


def main() -> int:
    """Print the state of the data as JSON; return the exit code."""
    found = check()
    print(json.dumps(found))
    return STATES[found["status"]][1]


if __name__ == "__main__":
    sys.exit(main())
