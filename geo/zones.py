"""The zones whose boundaries the plans publish: ``boundaries.yaml`` as typed records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo import PLANS
from geo.errors import AtlasError
from geo.files import read_yaml
from geo.trace import CLOCKWISE

BOUNDARIES_YAML = PLANS / "boundaries.yaml"


@dataclass(frozen=True)
class Reason:
    """Why something was decided, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Alias:
    """A name in a clause and the reference line it stands for."""

    written: str
    line: str
    reason: Reason


@dataclass(frozen=True)
class Connector:
    """A line the clause does not name, taken between two that it does."""

    side: str
    between: tuple[str, str]
    line: str
    reason: Reason


@dataclass(frozen=True)
class Corridor:
    """A band along one reference line, for a zone without a clause."""

    line: str
    half_width_m: float


@dataclass(frozen=True)
class Zone:
    """One zone: what the plan publishes, and how it is read."""

    id: str
    zh: str
    en: str
    source: str
    locator: str
    clause: str | None = None
    published_area_km2: float | None = None
    published_area_note: Reason | None = None
    aliases: tuple[Alias, ...] = ()
    connectors: tuple[Connector, ...] = ()
    corridor: Corridor | None = None
    note: Reason | None = None


@dataclass(frozen=True)
class SharedArea:
    """An area that a plan states for several zones together."""

    zones: tuple[str, ...]
    km2: float
    locator: str


class _FieldError(ValueError):
    """A field that is not what it should be."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


def load_zones(path: Path = BOUNDARIES_YAML) -> tuple[list[Zone], list[SharedArea]]:
    """Load the zones and the areas that several of them share.

    Parameters
    ----------
    path : pathlib.Path
        ``boundaries.yaml``; its head says what each field means.

    Returns
    -------
    tuple of (list of Zone, list of SharedArea)
        In file order.

    Raises
    ------
    AtlasError
        Naming file, zone and field of what is missing, unknown, of the wrong kind, or twice there.
    """
    document = read_yaml(path)
    zones: list[Zone] = []
    current = "zones"
    try:
        for number, entry in enumerate(_field(document, "zones", list), 1):
            current = f"zone {number}"
            if isinstance(entry, dict) and entry.get("id"):
                current += f" ({entry['id']})"
            zone = _zone(entry)
            if any(other.id == zone.id for other in zones):
                raise _FieldError(f"id {zone.id!r} is there twice", f"编号“{zone.id}”重复")
            zones.append(zone)
        current = "areas"
        known = {zone.id for zone in zones}
        areas = [_area(entry, known) for entry in document.get("areas") or []]
    except _FieldError as fault:
        raise AtlasError(
            en=f"{path}, {current}: {fault.en}", zh=f"{path}，{current}：{fault.zh}"
        ) from fault
    return zones, areas


def _field(entry: Any, name: str, kind: type | tuple[type, ...], needed: bool = True) -> Any:
    """Return one field of an entry, checked for presence and kind."""
    if not isinstance(entry, dict):
        raise _FieldError("is not a mapping", "不是键值表")
    value = entry.get(name)
    if value is None:
        if needed:
            raise _FieldError(f"{name} is missing", f"缺少 {name}")
        return None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _FieldError(f"{name}: {value!r} is of the wrong kind", f"{name}：“{value}”类型不对")
    return value


def _positive(entry: Any, name: str, needed: bool = True) -> float | None:
    value = _field(entry, name, (int, float), needed)
    if value is not None and not value > 0:
        raise _FieldError(f"{name}: {value} is not positive", f"{name}：{value} 不是正数")
    return None if value is None else float(value)


def _reason(entry: Any, name: str, needed: bool = True) -> Reason | None:
    value = _field(entry, name, dict, needed)
    if value is None:
        return None
    return Reason(zh=_field(value, "zh", str), en=_field(value, "en", str))


def _zone(entry: Any) -> Zone:
    """Check one zone."""
    clause = _field(entry, "clause", str, needed=False)
    band = _field(entry, "corridor", dict, needed=False)
    if (clause is None) == (band is None):
        raise _FieldError("needs either a clause or a corridor", "需要 clause 或 corridor 之一")
    aliases = _field(entry, "aliases", dict, needed=False) or {}
    return Zone(
        id=_field(entry, "id", str),
        zh=_field(entry, "zh", str),
        en=_field(entry, "en", str),
        source=_field(entry, "source", str),
        locator=_field(entry, "locator", str),
        clause=clause,
        published_area_km2=_positive(entry, "published_area_km2", needed=False),
        published_area_note=_reason(entry, "published_area_note", needed=False),
        aliases=tuple(
            Alias(written, _field(value, "line", str), _reason(value, "reason"))
            for written, value in aliases.items()
        ),
        connectors=tuple(
            _connector(value) for value in _field(entry, "connectors", list, needed=False) or []
        ),
        corridor=band
        and Corridor(_field(band, "line", str), _positive(band, "half_width_m") or 0.0),
        note=_reason(entry, "note", needed=False),
    )


def _connector(entry: Any) -> Connector:
    """Check one connector."""
    side = _field(entry, "side", str)
    if side not in CLOCKWISE:
        raise _FieldError(
            f"side: {side!r} is none of {', '.join(CLOCKWISE)}",
            f"side：“{side}”不在 {', '.join(CLOCKWISE)} 之中",
        )
    between = _field(entry, "between", list)
    if len(between) != 2 or not all(isinstance(name, str) for name in between):
        raise _FieldError("between: needs two names", "between：需要两个名称")
    return Connector(side, tuple(between), _field(entry, "line", str), _reason(entry, "reason"))


def _area(entry: Any, known: set[str]) -> SharedArea:
    """Check one shared area."""
    zones = tuple(_field(entry, "zones", list))
    if unknown := [zone for zone in zones if zone not in known]:
        raise _FieldError(f"zones: no zone {unknown[0]!r}", f"zones：没有片区“{unknown[0]}”")
    return SharedArea(zones, _positive(entry, "km2") or 0.0, _field(entry, "locator", str))
