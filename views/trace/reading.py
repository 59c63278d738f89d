"""A clause taken to rings for the page: every zone, every reading, and files of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd

from geo.credits import attribution
from geo.digitize import Aliases, Reading, evidence, feature, in_words, quality, read, stored
from geo.errors import AtlasError
from geo.formats import Encoded, encode
from geo.reference import Reference
from geo.sizhi import Sizhi, parse
from geo.trace import Ring
from layers.i18n import t

MOST_ZONES = 12  # zones of one text that the page traces; more belong in a list


@dataclass(frozen=True)
class Work:
    """A clause and what came of it.

    Attributes
    ----------
    text : str
    parsed : geo.sizhi.Sizhi
    readings : tuple of geo.digitize.Reading
        One a zone, the first `MOST_ZONES` of the text.
    reference : geo.reference.Reference
    aliases : mapping
        As of `geo.digitize`.
    """

    text: str
    parsed: Sizhi
    readings: tuple[Reading, ...]
    reference: Reference
    aliases: Aliases

    @property
    def left_out(self) -> int:
        """How many zones of the text were not traced."""
        return len(self.parsed.parts) - len(self.readings)


def work(text: str, area_km2: float | None, aliases: Aliases, reference: Reference) -> Work:
    """Parse a text and trace its zones; a stated area is only for a text of one zone."""
    parsed = parse(text)
    stated = area_km2 if len(parsed.parts) == 1 else None
    parts = parsed.parts[:MOST_ZONES]
    readings = tuple(read(part, reference, stated, aliases) for part in parts)
    return Work(text, parsed, readings, reference, aliases)


def rings(reading: Reading) -> list[Ring]:
    """Return every ring that the clause allows, the best first; none without a ring."""
    if not isinstance(reading.ring, Ring):
        return []
    return [reading.ring, *reading.ring.alternatives]


def picked(reading: Reading, number: int) -> tuple[Reading, int]:
    """Return a reading with the ring of a number, and the number that was possible."""
    found = rings(reading)
    if not 0 < number < len(found):
        return reading, 0
    others = [ring for ring in found if ring is not found[number]]
    return replace(reading, ring=replace(found[number], alternatives=others, by_area=False)), number


def zone_feature(made: Work, zone: int, number: int, lang: str) -> dict[str, Any]:
    """Return a zone as a GeoJSON feature, in the reading of a number.

    A reading that the user picked is told as picked, and is at most ``medium``: the clause does
    not decide for it.
    """
    reading, number = picked(made.readings[zone], number)
    # The words of `geo.digitize.digitize`: a text of many zones is not repeated with each.
    clause = made.text if len(made.parsed.parts) == 1 else in_words(reading.part)
    found = feature(reading, made.reference, clause, made.aliases, lang)
    properties = found["properties"]
    if number:
        own = evidence.choice(reading.ring)
        told = {"zh": own.zh, "en": own.en}
        areas = "、".join(f"{area:.2f}" for area in properties["alternatives_km2"])
        instead = {
            key: t("trace.picked", key, areas=areas, area=f"{properties['area_km2']:.2f}")
            for key in ("zh", "en")
        }
        decisions = [
            instead if decision == told else decision for decision in properties["decisions"]
        ]
        # One rule for the page and the files; a choice by hand counts like one by the area.
        graded = quality(
            reading, reading.ring, stored(reading.ring.polygon), made.reference, chosen_by_area=True
        )
        properties |= {
            "decisions": decisions,
            "confidence": graded["confidence"],
            "chosen_by_reader": True,
        }
    properties["warnings"] = [warning.text(lang) for warning in made.parsed.warnings]
    return found


def zone_name(made: Work, zone: int, lang: str) -> str:
    """Return what a zone is called: its name in the text, else its number."""
    named = made.readings[zone].part.name
    if named:
        return named
    if len(made.readings) == 1:
        return t("trace.zone.only", lang)
    return t("trace.zone.number", lang, number=zone + 1)


def frame(features: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame | None:
    """Return the features that have a ring as a frame (WGS 84); None when none has."""
    drawn = [one for one in features if one["geometry"] is not None]
    if not drawn:
        return None
    return gpd.GeoDataFrame.from_features(drawn, crs="EPSG:4326")


def encoded(
    features: Sequence[dict[str, Any]],
    format_id: str,
    title: str,
    reference: Reference,
    crs: int | None = None,
) -> Encoded:
    """Return the features that have a ring as a file of a format of `geo.formats`, and its notes.

    ``crs`` is an EPSG code; without one the format's own is taken, see `geo.formats.encode`.

    Raises
    ------
    AtlasError
        When there is none, or the format cannot hold them.
    """
    drawn = frame(features)
    if drawn is None:
        raise AtlasError(en="no feature to write", zh="没有可写的要素")
    return encode(drawn, format_id, crs, title=title, about=attribution(reference, features))
