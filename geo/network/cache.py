"""What is slow to make and easy to lose: arrays kept in the user's cache folder.

A cached file is named by what it was made from, so it is never stale. One that cannot be read, or
a folder that cannot be written, is as good as none.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import AtlasError
from geo.files import write_atomic

KEPT = 12  # files; the oldest go first
_PREFIX = "index-"


def cache_folder() -> Path:
    """Return the folder for cached files, by the platform's convention.

    ``PARK_ATLAS_CACHE`` names another.
    """
    own = os.environ.get("PARK_ATLAS_CACHE")
    if own:
        return Path(own).expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "park-atlas"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "park-atlas"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # The convention ignores paths that are not absolute.
    return (Path(xdg) if Path(xdg).is_absolute() else Path.home() / ".cache") / "park-atlas"


def content_key(files: Iterable[Path], *more: str) -> str:
    """Return a name for what is in some files (SHA-256), and in some words.

    Raises
    ------
    OSError
        When a file cannot be read.
    """
    digest = hashlib.sha256()
    for word in more:
        digest.update(f"{len(word)}:{word}".encode())
    for file in files:
        with file.open("rb") as stream:
            digest.update(f"{file.name}:".encode())
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def read_cached(key: str) -> dict[str, NDArray] | None:
    """Return the arrays kept under a key; None when there are none, or none that can be read."""
    path = _path(key)
    if path is None:
        return None
    try:
        # Opened here: NumPy leaves a file open that turns out not to be one of its own.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, TypeError):
        return None


def write_cached(key: str, arrays: dict[str, NDArray]) -> None:
    """Keep arrays under a key, if the folder can be written; drop the oldest of many."""
    path = _path(key)
    if path is None:
        return
    content = io.BytesIO()
    np.savez(content, **arrays)
    with suppress(AtlasError, OSError):
        write_atomic(path, content.getvalue())
        kept = sorted(path.parent.glob(f"{_PREFIX}*.npz"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)


def _path(key: str) -> Path | None:
    try:
        return cache_folder() / f"{_PREFIX}{key}.npz"
    except RuntimeError:  # there is no home folder
        return None
