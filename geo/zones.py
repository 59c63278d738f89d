"""The zones whose boundaries the plans publish: ``boundaries.yaml`` as typed records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geo import PLANS
from geo.located import Located, read_located
from geo.reason import Reason
from geo.trace import CLOCKWISE

BOUNDARIES_YAML = PLANS / "boundaries.yaml"


@dataclass(frozen=True)
class Alias:
    """A name in a clause and the reference line it stands for.

    ``by_area`` tells that several lines would do and the published area chose among them; the area
    is then no evidence for the ring.
    """

    written: str
    line: str
    reason: Reason
    by_area: bool = False


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


# The fields of a zone; one that is not among them is misspelt.
_FIELDS = (
    "id",
    "zh",
    "en",
    "source",
    "locator",
    "clause",
    "published_area_km2",
    "published_area_note",
    "aliases",
    "connectors",
    "corridor",
    "note",
)


def read_before(zones: Iterable[Zone]) -> dict[str, list[Alias]]:
    """Return how the zones' own clauses read each name that is called otherwise on the map.

    Each line once, in the order of the zones: what was decided for one clause is the best guess for
    the same name in another, and no more than a guess.
    """
    found: dict[str, dict[str, Alias]] = {}
    for zone in zones:
        for alias in zone.aliases:
            found.setdefault(alias.written, {}).setdefault(alias.line, alias)
    return {written: list(lines.values()) for written, lines in found.items()}


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
        Naming file, line, field and, once it is known, the zone of what is missing, unknown, of
        the wrong kind, or twice there.
    """
    document = read_located(path)
    document.only(("areas", "zones"))
    zones: list[Zone] = []
    for entry in document.mappings("zones"):
        zone_id = entry.text("id")
        if any(zone.id == zone_id for zone in zones):
            raise entry.fault("id", f"'{zone_id}' is there twice", f"“{zone_id}”重复")
        zones.append(_zone(entry))
    known = [zone.id for zone in zones]
    areas = [_area(entry, known) for entry in document.mappings("areas", optional=True)]
    return zones, areas


def _zone(entry: Located) -> Zone:
    """Check one zone."""
    entry.only(_FIELDS)
    zone_id = entry.text("id")
    if ("clause" in entry) == ("corridor" in entry):
        raise entry.fault(
            "clause",
            f"zone '{zone_id}' needs either a clause or a corridor",
            f"片区“{zone_id}”需要 clause 或 corridor 之一",
        )
    return Zone(
        id=zone_id,
        zh=entry.text("zh"),
        en=entry.text("en"),
        source=entry.text("source"),
        locator=entry.text("locator"),
        clause=entry.text("clause") if "clause" in entry else None,
        published_area_km2=entry.number("published_area_km2")
        if "published_area_km2" in entry
        else None,
        published_area_note=_reason(entry, "published_area_note")
        if "published_area_note" in entry
        else None,
        aliases=_aliases(entry),
        connectors=tuple(_connector(one) for one in entry.mappings("connectors", optional=True)),
        corridor=_corridor(entry.mapping("corridor")) if "corridor" in entry else None,
        note=_reason(entry, "note") if "note" in entry else None,
    )


def _reason(entry: Located, field: str) -> Reason:
    """Return a field that says why, in both languages."""
    words = entry.mapping(field)
    words.only(("zh", "en"))
    return Reason(zh=words.text("zh"), en=words.text("en"))


def _aliases(entry: Located) -> tuple[Alias, ...]:
    """Check the aliases of a zone."""
    if "aliases" not in entry:
        return ()
    aliases = entry.mapping("aliases")
    found = []
    for written in aliases:
        alias = aliases.mapping(written)
        alias.only(("line", "reason", "by_area"))
        by_area = "by_area" in alias and alias.flag("by_area")
        found.append(Alias(written, alias.text("line"), _reason(alias, "reason"), by_area))
    return tuple(found)


def _connector(entry: Located) -> Connector:
    """Check one connector."""
    entry.only(("side", "between", "line", "reason"))
    between = entry.texts("between")
    if len(between) != 2:
        raise entry.fault("between", "needs two names", "需要两个名称")
    return Connector(
        entry.choice("side", CLOCKWISE), between, entry.text("line"), _reason(entry, "reason")
    )


def _corridor(entry: Located) -> Corridor:
    """Check one corridor."""
    entry.only(("line", "half_width_m"))
    return Corridor(entry.text("line"), entry.number("half_width_m"))


def _area(entry: Located, known: list[str]) -> SharedArea:
    """Check one shared area."""
    entry.only(("zones", "km2", "locator"))
    zones = entry.texts("zones")
    for zone in zones:
        if zone not in known:
            listed = ", ".join(known)
            raise entry.fault(
                "zones", f"no zone '{zone}'; known: {listed}", f"没有片区“{zone}”；可用：{listed}"
            )
    return SharedArea(zones, entry.number("km2"), entry.text("locator"))
