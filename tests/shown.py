"""What the page's script makes of its data, done again in Python: see assets/compose.js."""

from __future__ import annotations

import json
import re

from layers.packing import speak


def stored(page: str) -> dict:
    """Return the data of an exported page as they were given to it."""
    block = re.search(r'<script type="application/json" id="atlas-data">(.*?)</script>', page, re.S)
    return expand(json.loads(block[1]))


def expand(packed: dict) -> object:
    """Undo the pool: ``{"=": n}`` alone is its entry ``n``, which uses only entries before it."""
    entries: list = []

    def whole(part: object) -> object:
        if isinstance(part, list):
            return [whole(one) for one in part]
        if not isinstance(part, dict):
            return part
        if list(part) == ["="]:
            return entries[part["="]]
        return {key: whole(value) for key, value in part.items()}

    for entry in packed["pool"]:
        entries.append(whole(entry))  # noqa: PERF401 - each entry uses those before it
    return whole(packed["data"])


def zone(data: dict, name: str) -> dict:
    return next(item for item in data["zones"] if item["zone"] == name)


def zone_class(data: dict, name: str) -> int | str:
    return data["choropleth"]["values"].get(name, {"class": "none"})["class"]


def label(data: dict, name: str) -> str:
    """Return the value in a zone's label, "" where it stands in none."""
    value = data["choropleth"]["values"].get(name, {})
    if "label" not in value:
        return ""
    number = data["choropleth"]["on_map"].replace("{}", value["number"])
    if "count" not in value:
        return number
    return data["words"]["label.joint"].format(count=value["count"], value=number)


def tip(data: dict, name: str) -> list[str]:
    """Return what a zone's tooltip says of the metric."""
    choropleth, words = data["choropleth"], data["words"]
    value = choropleth["values"].get(name)
    metric = f"{choropleth['short']} ({choropleth['period_text']})"
    if value is None:
        return [words["tip.none"].format(metric=metric)]
    amount = choropleth["amount"].replace("{}", value["number"])
    lines = [words["tip.value"].format(metric=metric, amount=amount)]
    if "covers" in value:
        names = [zone(data, one)["name"] for one in value["covers"]]
        zones = ("、" if data["lang"] == "zh" else ", ").join(names)
        lines.append(words["tip.shared"].format(count=value["count"], zones=zones))
    return lines + value.get("notes", [])


def finished(data: dict) -> dict:
    """Return a payload with what the choropleth adds to title, subtitle, legend and sources."""

    def noted(text: str) -> str:
        return " · ".join(filter(None, (text, data["note"])))

    choropleth = data["choropleth"]
    if choropleth is None:
        return data | {"subtitle": noted(data["subtitle"])}
    sketch = "sketches" in data or data.get("kind") == "projects"
    rest = [section for section in data["legend"] if section["layer"] != "parks"]
    return data | {
        "title": data["title"] if sketch else choropleth["title"],
        "subtitle": noted(
            data["subtitle"] + choropleth["coloured"] if sketch else choropleth["subtitle"]
        ),
        "legend": [choropleth["legend"], *rest],
        "sources": [one for one in (choropleth["source"], *data["sources"]) if one],
    }


def composed(document: dict, lang: str, theme: str, metric: str | None, period: str | None) -> dict:
    """Return what a document shows of a choice, before the imprint's own titles."""
    spoken = speak(document, lang)
    own = next(one for one in spoken["themes"] if one["id"] == theme)
    chosen = [c for c in spoken["choropleths"] if (c["metric"], c["period"]) == (metric, period)]
    rest = {k: v for k, v in spoken.items() if k not in ("themes", "choropleths", "start")}
    return finished(rest | own | {"choropleth": chosen[0] if chosen else None})
