"""The answer of the site finder as plain data, for JSON."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from geo.finder.records import Judgement, Need, Ranking


def as_dict(ranking: Ranking) -> dict[str, Any]:
    """Return a ranking as a JSON-able dict.

    Texts are ``{"zh", "en"}``. Whole numbers are JSON integers and the others the nearest double: a
    plan's figures print as they stand there, points that are a division (1/3) have its 17 digits
    and no more. None is what is not known. A need has its criterion's name, unit and direction
    besides its own fields.
    """
    return _plain(ranking)


def _plain(value: Any) -> Any:
    if isinstance(value, Need):
        return {**_fields(value), "of": _plain(value.of)}
    if isinstance(value, Judgement):
        # The need stands once, at the head: here its criterion is enough.
        return {**_fields(value), "need": value.need.criterion}
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
