"""What the commands of this folder need to take pictures: a browser, and smaller files."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def chromium() -> str:
    """Return the Chromium to take pictures with (CHROMIUM, or on the PATH), or leave saying so."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        sys.exit("no Chromium: set CHROMIUM or install it (apt-get install chromium)")
    return found


def shrink(path: Path, colours: int = 256) -> None:
    """Store a picture with a palette: a third of the size, the same look."""
    from PIL import Image

    with Image.open(path) as image:
        # Colours of small areas, such as one park's fill, keep their hue.
        small = image.convert("RGB").quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=1)
    small.save(path, optimize=True)
