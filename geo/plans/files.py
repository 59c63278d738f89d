"""Loading and checking sources.yaml, metrics.yaml and parks.yaml.

Every fault is raised as one line that names file, line, field and reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal

from geo import PLANS
from geo.errors import LANGUAGES
from geo.located import Located, read_located
from geo.plans.records import (
    PARK_KINDS,
    SUBJECT_KINDS,
    Blank,
    Density,
    Evidence,
    Growth,
    Label,
    Limit,
    Metric,
    Park,
    Share,
    Source,
    StatedTotal,
    Unit,
)
from geo.plans.tags import read_tags

PathLike = str | os.PathLike[str]

# Strict on purpose: Decimal alone would take "1_000", "1e3", "NaN" and full-width digits. So many
# digits are reckoned with exactly; no plan prints more.
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:-((?:19|20)[0-9]{2}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_period(text: str) -> bool:
    """Say whether a text is a year, or a period whose last year comes after its first.

    Examples
    --------
    >>> is_period("2020"), is_period("2021-2025"), is_period("2025-2021")
    (True, True, False)
    """
    found = _PERIOD.fullmatch(text)
    return bool(found) and (found[2] is None or found[2] > found[1])


def put(records: dict, key: str, record: object, entry: Located) -> None:
    """Add a record under its id, refusing a second one of that id."""
    if key in records:
        raise entry.fault("id", f"'{key}' is there twice", f"“{key}”重复")
    records[key] = record


def _number(entry: Located, field: str) -> Decimal:
    """Return a field that must be a plain decimal number."""
    text = entry.text(field)
    if not NUMBER.fullmatch(text):
        raise entry.fault(field, f"'{text}' is not a number", f"“{text}”不是数字")
    return Decimal(text)


def load_sources(path: PathLike | None = None) -> dict[str, Source]:
    """Return the plan documents by id, in the order of the file.

    Raises
    ------
    AtlasError
        Naming file, line and field of the first fault.
    """
    content = read_located(path or PLANS / "sources.yaml")
    sources: dict[str, Source] = {}
    may_be_empty = {"number", "issuer_zh", "issuer_en", "date", "disclosure_zh", "disclosure_en"}
    fields = tuple(Source.__dataclass_fields__)
    content.only(("sources",))
    for entry in content.mappings("sources"):
        entry.only(fields)
        values = {name: entry.text(name, optional=name in may_be_empty) for name in fields}
        if values["date"] and not _DATE.fullmatch(values["date"]):
            raise entry.fault("date", "must be YYYY-MM-DD or empty", "应为 YYYY-MM-DD 或空")
        if not is_period(values["period"]):
            raise entry.fault("period", "must be like 2021-2025", "应形如 2021-2025")
        entry.choice("language", LANGUAGES)
        put(sources, values["id"], Source(**values), entry)
    return sources


def _units(content: Located) -> dict[str, Unit]:
    """Return the units of metrics.yaml by code."""
    table = content.mapping("units")
    units = {}
    for code in table:
        entry = table.mapping(code)
        entry.only(("zh", "en", "to"))
        factors = entry.mapping("to") if "to" in entry else None
        to = tuple((other, _number(factors, other)) for other in factors) if factors else ()
        units[code] = Unit(code, entry.text("zh"), entry.text("en"), to)
        for other, _ in to:
            if factors and other not in table:
                raise factors.fault(other, "unknown unit", "未知单位")
    return units


def load_units(path: PathLike | None = None) -> dict[str, Unit]:
    """Return the units by code; as `load_metrics` in every other way."""
    return _units(read_located(path or PLANS / "metrics.yaml"))


def load_metrics(path: PathLike | None = None) -> dict[str, Metric]:
    """Return the metrics by id, in the order of the file.

    Raises
    ------
    AtlasError
        Naming file, line and field of the first fault.
    """
    content = read_located(path or PLANS / "metrics.yaml")
    content.only(("units", "metrics"))
    units = _units(content)
    metrics: dict[str, Metric] = {}
    for entry in content.mappings("metrics"):
        metric = _metric(entry, units)
        put(metrics, metric.id, metric, entry)
        _check_headings(entry, metric, metrics)
    for entry in content.mappings("metrics"):
        _check_relations(entry, metrics)
    return metrics


_METRIC_TEXTS = ("id", "zh", "en")
_METRIC_FIELDS = (
    *_METRIC_TEXTS,
    "short_zh",
    "short_en",
    "description_zh",
    "description_en",
    "unit",
    "additive",
    "map",
    "instead",
    "terms",
    "stated_total",
    "sum_of",
    "part_of",
    "start_of",
    "target_of",
    "share",
    "density",
    "growth",
)


def _metric(entry: Located, units: Mapping[str, Unit]) -> Metric:
    """Return one metric; a short name that is not given is the name."""
    entry.only(_METRIC_FIELDS)
    names = {name: entry.text(name) for name in _METRIC_TEXTS}
    unit = units[entry.choice("unit", list(units))]
    mapped = entry.flag("map") if "map" in entry else False
    return Metric(
        **names,
        short_zh=entry.text("short_zh", optional=True) or names["zh"],
        short_en=entry.text("short_en", optional=True) or names["en"],
        unit=unit.id,
        unit_zh=unit.zh,
        unit_en=unit.en,
        additive=entry.flag("additive") if "additive" in entry else False,
        mapped=mapped,
        # What the map offers has to be explained there.
        description_zh=entry.text("description_zh", optional=not mapped),
        description_en=entry.text("description_en", optional=not mapped),
        stated_total=_stated_total(entry.mapping("stated_total"))
        if "stated_total" in entry
        else None,
        instead=entry.text("instead", optional=True),
        terms=tuple(
            Label("", term.text("zh"), term.text("en"))
            for term in entry.mappings("terms", optional=True)
        ),
        sum_of=entry.texts("sum_of", optional=True),
        part_of=entry.text("part_of", optional=True),
        start_of=entry.text("start_of", optional=True),
        target_of=entry.text("target_of", optional=True),
        share=_share(entry.mapping("share")) if "share" in entry else None,
        density=_density(entry.mapping("density")) if "density" in entry else None,
        growth=_growth(entry.mapping("growth")) if "growth" in entry else None,
    )


def _share(part: Located) -> Share:
    """Return of what whole a metric is which part."""
    part.only(("part", "whole", "part_in", "whole_in"))
    for field in ("part_in", "whole_in"):
        if field in part:
            part.choice(field, SUBJECT_KINDS)
    return Share(
        part.text("part"),
        part.text("whole"),
        part.text("part_in", optional=True),
        part.text("whole_in", optional=True),
    )


def _density(part: Located) -> Density:
    """Return what a metric has over which areas."""
    part.only(("of", "over"))
    return Density(part.text("of"), part.texts("over"))


def _growth(part: Located) -> Growth:
    """Return what a metric is the growth of."""
    part.only(("of", "average"))
    return Growth(part.text("of"), part.flag("average") if "average" in part else False)


def _check_relations(entry: Located, metrics: Mapping[str, Metric]) -> None:
    """Raise when a metric is made of one that is not there."""
    known = list(metrics)
    for field in ("instead", "part_of", "start_of", "target_of"):
        if field in entry:
            entry.choice(field, known)
    entry.among("sum_of", entry.texts("sum_of", optional=True), known)
    for field, names in (
        ("share", ("part", "whole")),
        ("density", ("of",)),
        ("growth", ("of",)),
    ):
        for name in names if field in entry else ():
            entry.mapping(field).choice(name, known)
    if "density" in entry:
        part = entry.mapping("density")
        part.among("over", part.texts("over"), known)


def _stated_total(part: Located) -> StatedTotal:
    """Return the total that a plan states for a metric."""
    part.only(("value", "source", "period", "of", "locator", "printed", "note_zh", "note_en"))
    total = StatedTotal(
        _number(part, "value"),
        part.text("source"),
        part.text("period"),
        part.choice("of", PARK_KINDS) if "of" in part else "",
        part.text("locator"),
        part.text("printed"),
        part.text("note_zh", optional=True),
        part.text("note_en", optional=True),
    )
    if not is_period(total.period):
        raise part.fault("period", "must be like 2020 or 2021-2025", "应形如 2020 或 2021-2025")
    if bool(total.note_zh) != bool(total.note_en):
        raise part.fault("note_en", "a note needs both languages", "备注须同时有中文和英文")
    return total


def _check_headings(entry: Located, metric: Metric, metrics: Mapping[str, Metric]) -> None:
    """Raise when a metric's short name and unit are another's: two columns would be one."""
    for lang in ("zh", "en"):
        for other in metrics.values():
            heads = [(m.short(lang), m.unit) for m in (metric, other)]
            if other is not metric and heads[0] == heads[1]:
                raise entry.fault(
                    f"short_{lang}",
                    f"'{metric.short(lang)}' with this unit is also the name of '{other.id}'",
                    f"“{metric.short(lang)}”与“{other.id}”的名称和单位相同",
                )


def _industries(entry: Located, tags: Mapping[str, Label]) -> tuple[Label, ...]:
    """Return a park's industry tags with the words behind each, in order of first mention."""
    found: dict[str, list[Evidence]] = {}
    for item in entry.mappings("industries"):
        item.only(("tag", "words", "at", "zones"))
        tag = item.choice("tag", list(tags))
        at = item.texts("at")
        if len(at) != 2:
            raise item.fault("at", "must be [source, locator]", "应为 [来源, 位置]")
        zones = item.texts("zones", optional=True)
        item.among("zones", zones, entry.texts("zones"))
        found.setdefault(tag, []).append(Evidence(at[0], at[1], item.text("words"), zones))
    return tuple(
        Label(tag, tags[tag].zh, tags[tag].en, tuple(evidence)) for tag, evidence in found.items()
    )


def load_parks(path: PathLike | None = None) -> dict[str, Park]:
    """Return the parks by id, in the order of table 4-1.

    Raises
    ------
    AtlasError
        Naming file, line and field of the first fault; also when two parks hold one zone.
    """
    content = read_located(path or PLANS / "parks.yaml")
    content.only(("industries", "parks"))
    tags = {tag.id: Label(tag.id, tag.zh, tag.en) for tag in read_tags(content).values()}
    parks: dict[str, Park] = {}
    owner: dict[str, str] = {}
    for entry in content.mappings("parks"):
        park = _park(entry, tags)
        for zone in park.zones:
            if zone in owner:
                raise entry.fault(
                    "zones",
                    f"zone '{zone}' also belongs to '{owner[zone]}'",
                    f"片区“{zone}”已属于“{owner[zone]}”",
                )
            owner[zone] = park.id
        put(parks, park.id, park, entry)
    for entry in content.mappings("parks"):
        others = [park for park in parks if park != entry["id"]]
        for item in entry.mappings("limits", optional=True):
            item.among("without", [item["without"]] if "without" in item else [], others)
    return parks


_PARK_FIELDS = (
    "id",
    "zh",
    "en",
    "short_en",
    "kind",
    "district_zh",
    "district_en",
    "zones",
    "aliases",
    "position_zh",
    "position_en",
    "source",
    "locator",
    "parts",
    "blanks",
    "limits",
    "industries",
)


def _blank(item: Located) -> Blank:
    """Return one cell without a number."""
    item.only(("metric", "printed", "at"))
    at = item.texts("at")
    if len(at) != 2:
        raise item.fault("at", "must be [source, locator]", "应为 [来源, 位置]")
    return Blank(item.text("metric"), item.text("printed", optional=True), at[0], at[1])


def _limit(item: Located, parts: list[str]) -> Limit:
    """Return what numbers of a park are limited to: a sub-block, or all but another park."""
    item.only(("metrics", "part", "without", "words", "at"))
    at = item.texts("at")
    if len(at) != 2:
        raise item.fault("at", "must be [source, locator]", "应为 [来源, 位置]")
    if ("part" in item) == ("without" in item):
        raise item.fault("part", "give either part or without", "part 与 without 须恰有其一")
    return Limit(
        item.texts("metrics"),
        Evidence(at[0], at[1], item.text("words")),
        item.choice("part", parts) if "part" in item else "",
        item.text("without", optional=True),
    )


def _park(entry: Located, tags: Mapping[str, Label]) -> Park:
    """Return one park of parks.yaml."""
    entry.only(_PARK_FIELDS)
    source, locator = entry.text("source"), entry.text("locator")
    position_zh = entry.text("position_zh")
    parts = tuple(
        Label(part.text("id"), part.text("zh"), part.text("en"))
        for part in entry.mappings("parts", optional=True)
    )
    return Park(
        id=entry.text("id"),
        zh=entry.text("zh"),
        en=entry.text("en"),
        short_en=entry.text("short_en"),
        kind=entry.choice("kind", PARK_KINDS),
        district=Label("", entry.text("district_zh"), entry.text("district_en")),
        zones=entry.texts("zones"),
        aliases=entry.texts("aliases"),
        industries=_industries(entry, tags),
        position=Label(
            "",
            position_zh,
            entry.text("position_en"),
            (Evidence(source, locator, position_zh),),
        ),
        parts=parts,
        line=entry.lines["zones"],
        blanks=tuple(_blank(item) for item in entry.mappings("blanks", optional=True)),
        limits=tuple(
            _limit(item, [part.id for part in parts])
            for item in entry.mappings("limits", optional=True)
        ),
    )
