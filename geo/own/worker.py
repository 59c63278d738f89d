"""Read a Shapefile as JSON: ``python -m geo.own.worker own.shp`` in the folder that holds it.

In a process of its own, with a limit on memory, so that a file on which GDAL crashes costs nothing
else. It prints ``columns``, ``rows``, ``shapes`` (well-known binary in hexadecimal, null for none),
``crs`` (well-known text or null) and ``notes`` (pairs of Chinese and English), or ``error``.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import shapely

from geo.errors import AtlasError
from geo.formats import columns, shapefile
from geo.own.limits import refuse

_MEMORY = 4_000_000_000  # bytes of address space, most of it never used


def read(path: Path) -> dict[str, Any]:
    """Return what is printed of a shapefile."""
    try:
        frame, notes = shapefile.read(path, None)
    except (AtlasError, shapely.errors.ShapelyError, ArithmeticError, LookupError, NameError,
            OSError, RuntimeError, TypeError, ValueError) as bad:  # fmt: skip
        # A damaged .prj is a NameError of pyogrio's; what GDAL says is no sentence for readers.
        told = isinstance(bad, AtlasError) and "encoding" in bad.texts["en"]
        fault = bad if told else refuse(zh="Shapefile 已损坏", en="the shapefile is damaged")
        texts = {lang: text.removeprefix(path.name) for lang, text in fault.texts.items()}
        return {"error": {lang: text.lstrip(" ：:") for lang, text in texts.items()}}
    own = [name for name in frame.columns if name != frame.geometry.name]
    return {
        "columns": own,
        "rows": [
            [columns.plain(value) for value in row]
            for row in frame[own].itertuples(index=False, name=None)
        ],
        "shapes": [
            None if one is None else shapely.to_wkb(one, hex=True) for one in frame.geometry
        ],
        "crs": frame.crs.to_wkt() if frame.crs is not None else None,
        "notes": [[note.zh, note.en] for note in notes],
    }


def main() -> None:
    """Read the file that the command names."""
    with suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # What a library prints by the way must not stand among the JSON.
    out, sys.stdout = sys.stdout, sys.stderr
    json.dump(read(Path(sys.argv[1])), out)


if __name__ == "__main__":
    main()
