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
from typing import Any

import views
from geo.errors import AtlasError
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
        "scheme", "rows") or "unusable". Nothing else: who may ask is not known here, so what is
        wrong in which file stands on the pages and in the log only.
    """
    try:
        atlas = data.load()
    except AtlasError:
        return {"status": "unusable", "without": ["plans"]}
    without = [*atlas.faults, *(["rows"] if atlas.plans.faults else [])]
    return {"status": "degraded" if without else "ok", "without": without}


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
