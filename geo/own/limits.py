"""How much of a stranger's file is read, and the messages when it is more."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from geo.errors import AtlasError

ENV_MB = "PARK_ATLAS_UPLOAD_MB"
DEFAULT_MB, MOST_MB = 20, 200


@dataclass(frozen=True)
class Limits:
    """What an upload may have at most; ``megabytes`` is the one that a server can change."""

    megabytes: int = DEFAULT_MB
    rows: int = 5_000
    vertices: int = 200_000
    columns: int = 200
    cell_chars: int = 32_767  # Excel's own
    clauses: int = 500  # 四至 that are traced
    unpacked_mb: int = 100
    archive_files: int = 500

    @property
    def bytes(self) -> int:
        """Bytes of a file as uploaded."""
        return self.megabytes * 1_000_000


def limits() -> Limits:
    """Return the limits, the size from the environment (``PARK_ATLAS_UPLOAD_MB``, 1 to 200).

    A value that is no such number leaves the default: an upload must not fail for a typing error of
    the server's administrator.
    """
    try:
        return Limits(megabytes(os.environ.get(ENV_MB, "").strip()))
    except ValueError:
        return Limits()


def megabytes(text: str) -> int:
    """Return the size that a setting names.

    Raises
    ------
    ValueError
        When it is no whole number from 1 to `MOST_MB` in plain digits.
    """
    # int() would read "1_0", "+5" and the digits of other scripts as well.
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_MB:
        raise ValueError
    return int(text)


def refuse(*, zh: str, en: str) -> AtlasError:
    """Return the error for a file that is not read; file names are never in it."""
    return AtlasError(en=en, zh=zh)


def too_many(what_zh: str, what_en: str, most: int, advice: bool = True) -> AtlasError:
    """Return the error for more rows, vertices, columns than are read."""
    return refuse(
        zh=f"{what_zh}超过上限 {most:,}" + ("，请拆分后再上传" if advice else ""),
        en=f"more than {most:,} {what_en}"
        + ("; split the file and upload the parts" if advice else ""),
    )
