"""Properties of features as columns that a file format can hold, and the names it allows."""

from __future__ import annotations

import json
import math
import numbers
import re
from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

# Characters that XML, SQLite and DBF cannot hold, and halves of characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INT64 = 2**63


def clean(text: str) -> str:
    r"""Return text without the characters that file formats cannot hold.

    Examples
    --------
    >>> clean("莘庄\x00工业区")
    '莘庄工业区'
    """
    return _UNFIT.sub("", text)


def plain(value: Any) -> Any:
    """Return a property's value as JSON knows it: None, bool, int, float, str, list or dict.

    Parameters
    ----------
    value : object
        As a frame holds it: also NumPy scalars, NaN and NA (which are None), dates (ISO text).

    Examples
    --------
    >>> plain(float("nan")), plain([1, {"a": float("inf")}])
    (None, [1, {'a': None}])
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | np.ndarray):
        return [plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return clean(str(value))


def properties(frame: gpd.GeoDataFrame) -> dict[str, list[Any]]:
    """Return a frame's columns without its geometry, values as of `plain`, nested ones kept."""
    others = [name for name in frame.columns if name != frame.geometry.name]
    return {str(name): [plain(value) for value in frame[name]] for name in others}


def flat(values: list[Any]) -> list[Any]:
    """Return values of one column for formats without nesting: one type, or text.

    Numbers stay when the column holds nothing else; lists and dicts, and columns of several
    types, become JSON text (a text stays as it is).

    Parameters
    ----------
    values : list
        As of `plain`.

    Examples
    --------
    >>> flat([1, None]), flat([1, 2.5]), flat([["a"], "b"])
    ([1, None], [1.0, 2.5], ['["a"]', 'b'])
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and any(abs(value) >= _INT64 for value in values if value is not None):
        kinds = {int, str}
    if kinds == {int, float}:
        return [None if value is None else float(value) for value in values]
    if kinds <= {str} or kinds in ({int}, {float}, {bool}):
        return values
    return [
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in values
    ]


def series(values: list[Any]) -> pd.Series:
    """Return a column of `flat` as pandas holds it, with None kept apart from 0 and False."""
    kinds = {type(value) for value in values if value is not None}
    dtype = (
        {int: "Int64", float: "float64", bool: "boolean"}.get(*kinds) if len(kinds) == 1 else None
    )
    return pd.Series(values, dtype=dtype or object)


def restored(frame: gpd.GeoDataFrame, info: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return a frame as a driver read it, its values as they are stored: None where one is missing.

    Of whole numbers and truth values the driver makes floats when one is missing, of texts NaN.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
    info : dict
        As of `pyogrio.read_info`.
    """
    for name, stored in zip(info["fields"], info["dtypes"], strict=True):
        if frame[name].dtype == "float64":
            if stored == "bool":
                frame[name] = frame[name].astype("boolean")
            elif str(stored).startswith("int"):
                frame[name] = frame[name].astype("Int64")
        elif not pd.api.types.is_numeric_dtype(frame[name].dtype):
            frame[name] = pd.Series(
                [plain(value) for value in frame[name]], index=frame.index, dtype=object
            )
    return frame


def allowed_names(
    names: Iterable[str],
    most: int,
    size: Callable[[str], int] = len,
    taken: Iterable[str] = (),
    short: dict[str, str] | None = None,
) -> dict[str, str]:
    """Return for each column the name a format allows: cut to a length, no two alike.

    Parameters
    ----------
    names : iterable of str
        Column names, no two alike.
    most : int
        The length allowed, as ``size`` measures it.
    size : callable
        Length of a name, in characters or bytes.
    taken : iterable of str
        Names that the format needs itself. Names differ by more than their case.
    short : dict, optional
        Names to prefer for known columns.

    Examples
    --------
    >>> allowed_names(["named_ring_share", "named_ring_length"], 10)
    {'named_ring_share': 'named_ring', 'named_ring_length': 'named_ri_1'}
    """
    used = {name.lower() for name in taken}
    found: dict[str, str] = {}
    for name in names:
        wanted = (short or {}).get(name) or re.sub(r"\s+", " ", clean(name)).strip() or "field"
        number, tail, result = 0, "", _cut(wanted, most, size)
        while result.lower() in used:
            number += 1
            tail = f"_{number}"
            result = _cut(wanted, most - len(tail), size) + tail
        used.add(result.lower())
        found[name] = result
    return found


def _cut(text: str, most: int, size: Callable[[str], int]) -> str:
    """Return as many whole characters of a text as a length allows."""
    while size(text) > most:
        text = text[:-1]
    return text


def utf8_size(text: str) -> int:
    """Return the length of a text in bytes of UTF-8."""
    return len(text.encode("utf-8"))


def cut_utf8(text: str, most: int) -> str:
    """Return as many whole characters of a text as fit into ``most`` bytes of UTF-8."""
    return text.encode("utf-8")[:most].decode("utf-8", errors="ignore")
