"""Lists of clauses: each line to its polygons, a bad line told and the rest done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shapely.errors import ShapelyError

from geo.digitize import Aliases, digitize
from geo.errors import AtlasError
from geo.formats.columns import clean
from geo.reason import Reason
from geo.reference import Reference

MOST_ITEMS = 20_000
_FIELDS = ("id", "text", "area_km2", "aliases")


@dataclass(frozen=True)
class Item:
    """One line of a list: its id, text and stated area; or what is wrong with it."""

    id: str
    text: str = ""
    area_km2: float | None = None
    aliases: Aliases | None = None
    fault: Reason | None = None


def read_jsonl(text: str) -> Iterator[Item]:
    """Yield the items of a JSON Lines text.

    Parameters
    ----------
    text : str
        One object a line with ``id`` and ``text``, and optionally ``area_km2`` and ``aliases``
        (name in the text to name on the map). Empty lines are skipped. Characters that file
        formats cannot hold, and halves of characters, are taken out of all words.

    Yields
    ------
    Item
        A line that cannot be used has a ``fault``, and the id of its line number.
    """
    # Not splitlines: JSON allows U+2028 and U+0085 within a string, where a line does not end.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _item(number, line.rstrip("\r"))


def _item(number: int, line: str) -> Item:
    """Return one line as an item."""
    name = str(number)
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return Item(name, fault=_fault(number, "不是 JSON", "not JSON"))
    if not isinstance(record, dict):
        return Item(name, fault=_fault(number, "不是 JSON 对象", "not a JSON object"))
    name = _label(record.get("id")) or name
    text, area, aliases = record.get("text"), record.get("area_km2"), record.get("aliases")
    text = clean(text) if isinstance(text, str) else text
    if not isinstance(text, str) or not text.strip():
        return Item(
            name, fault=_fault(number, "缺少字段“text”或不是文字", "'text' is missing or no text")
        )
    if area is not None and (
        isinstance(area, bool) or not isinstance(area, int | float) or not 0 < area < 1e6
    ):
        return Item(
            name,
            text,
            fault=_fault(number, "“area_km2”应为正数", "'area_km2' must be a positive number"),
        )
    if aliases is not None and not _are_names(aliases):
        return Item(
            name,
            text,
            fault=_fault(
                number, "“aliases”应为“原名: 图上名”", "'aliases' must map names to names"
            ),
        )
    named = {clean(written): (clean(line), "") for written, line in (aliases or {}).items()}
    return Item(name, text, area, named or None)


def _label(given: Any) -> str:
    """Return an id as words; none where it is no word and no number."""
    if not isinstance(given, str | int):
        return ""
    try:
        return clean(str(given)).strip()
    except ValueError:  # a whole number of thousands of digits
        return ""


def _are_names(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value.values())


def _fault(number: int, zh: str, en: str) -> Reason:
    return Reason(zh=f"第 {number} 行：{zh}", en=f"line {number}: {en}")


def digitize_items(
    items: Iterable[Item], reference: Reference, lang: str = "zh"
) -> Iterator[dict[str, Any]]:
    """Yield the features of a list, item by item, as they are made.

    Parameters
    ----------
    items : iterable of Item
    reference : Reference
    lang : str
        Language of ``error`` and ``warnings``.

    Yields
    ------
    dict
        GeoJSON features of `geo.digitize.digitize` with the item's ``id``; a text of several zones
        gives several features of one ``id``, counted in ``part``. An item that cannot be used, or
        whose text holds no boundary, is one feature with a null geometry and an ``error``. An
        area stated beside a text of several zones is not used, which its ``warnings`` say.
    """
    for item in items:
        features = _features(item, reference, lang)
        for number, feature in enumerate(features, 1):
            feature["properties"] = {"id": item.id, "part": number, **feature["properties"]}
            yield feature


def _features(item: Item, reference: Reference, lang: str) -> list[dict[str, Any]]:
    """Return the features of one item; whatever goes wrong with it is told in its own."""
    if item.fault is not None:
        return [_failed(item, item.fault.text(lang))]
    try:
        features = digitize(item.text, reference, item.area_km2, item.aliases, lang)
    except AtlasError as error:
        return [_failed(item, error.text(lang))]
    except (ShapelyError, ValueError, ArithmeticError) as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        why = Reason(
            zh=f"程序出错，此条未完成（{said}）",
            en=f"the program failed on this item ({said})",
        )
        return [_failed(item, why.text(lang))]
    if not features:
        why = Reason(zh="文本中没有四至", en="no four-bounds sentence in the text")
        return [_failed(item, why.text(lang))]
    if item.area_km2 is not None and len(features) > 1:
        features[0]["properties"]["warnings"].append(area_unused(item.area_km2).text(lang))
    return features


def area_unused(area_km2: float) -> Reason:
    """Return what is said of an area that is stated for a text of several zones."""
    return Reason(
        zh=f"文本含多个片区，另外给出的面积 {area_km2:g} 平方公里未使用",
        en=f"the text has several zones: the area of {area_km2:g} km² given with it is not used",
    )


def _failed(item: Item, error: str) -> dict[str, Any]:
    """Return the feature of an item that came to nothing."""
    properties = {
        "clause": item.text or None,
        "confidence": "low",
        "warnings": [],
        "error": error,
    }
    return {"type": "Feature", "properties": properties, "geometry": None}
