"""A folder on disk for readers that need a path, gone when they return."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.errors import AtlasError


def through_disk(files: dict[str, bytes], first: str, read: Callable[[Path], Any]) -> Any:
    """Return what a reader makes of files that it needs on disk; its messages name no path.

    Raises
    ------
    AtlasError
        As of the reader.
    """
    with tempfile.TemporaryDirectory(prefix="park-atlas-own-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        path = Path(folder) / first
        try:
            return read(path)
        except AtlasError as fault:
            texts = {lang: _without(text, str(path)) for lang, text in fault.texts.items()}
            raise AtlasError(en=texts["en"], zh=texts["zh"]) from None


def _without(text: str, path: str) -> str:
    """Return a message without the path that it begins with."""
    return text.replace(path, "").replace(path.rpartition("/")[2], "").lstrip(" ：:,，") or text
