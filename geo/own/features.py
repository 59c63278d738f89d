"""What the readers of features share: their values as plain ones, and what was not used."""

from __future__ import annotations

import json
from typing import Any

from geo.formats import columns
from geo.own.limits import Limits, too_many
from geo.own.records import Finding, RawRow, error


def values_of(given: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Return properties as plain values; lists and objects as JSON text, cut to a cell's length."""
    if len(given) > limits.columns:
        raise too_many("列数", "columns", limits.columns)
    values: dict[str, Any] = {}
    for key, value in given.items():
        plain = columns.plain(value)
        if isinstance(plain, list | dict):
            plain = json.dumps(plain, ensure_ascii=False)
        if isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) >= 2**53:
            plain = str(plain)[:40] if abs(plain) < 10**40 else None
        name = columns.clean(str(key)).strip()[:60] or "#"
        values[name] = plain[: limits.cell_chars] if isinstance(plain, str) else plain
    return values


def columns_of(rows: list[RawRow], limits: Limits) -> tuple[str, ...]:
    """Return the columns of rows, in the order they first come in.

    Raises
    ------
    AtlasError
        When all rows together have more than are read, few as each may have.
    """
    names: dict[str, None] = {}
    for row in rows:
        names |= dict.fromkeys(row.values)
        if len(names) > limits.columns:
            raise too_many("列数", "columns", limits.columns)
    return tuple(names)


def tell(findings: list[Finding], bad: list[int], bare: list[int]) -> None:
    """Tell of features whose geometry is broken or missing."""
    if bad:
        findings.append(
            error("geometry", bad, zh="几何对象无法读取，未使用",
                  en="the geometry cannot be read: not used")
        )  # fmt: skip
    if bare:
        findings.append(
            error("no_geometry", bare, zh="没有几何图形，未使用", en="no geometry: not used")
        )
