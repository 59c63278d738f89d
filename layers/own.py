"""A user's own features as a part of the map's payload: shapes, words, legend, a switch."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.measure import M2_PER_MU
from geo.own.join import OUTSIDE, Joined, Place
from geo.own.records import OwnData
from layers.geometry import SCALE, bounds, encode, label_point
from layers.i18n import t

_FACTS, _FACTS_OF_MANY = 12, 5  # attributes of a card; of a thousand features fewer
_MANY = 800
_CHARS = 80  # of an attribute's value
_LABELS = 200  # features that may have a name on the map, the largest first
# Marks that turn the direction of what follows, beyond the text they stand in.
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMS = {"Polygon": "area", "LineString": "line", "Point": "point"}


def own_part(
    own: OwnData,
    lang: str,
    joined: Joined | None = None,
    park_names: Mapping[str, str] | None = None,
) -> dict:
    """Return what the page draws of a user's data, under the payload's key "own".

    Parameters
    ----------
    own : geo.own.OwnData
    lang : str
        "zh" or "en".
    joined : geo.own.join.Joined, optional
        Where the features lie; told in tooltips and cards.
    park_names : mapping, optional
        Park id to its name.

    Returns
    -------
    dict
        Empty without features; else ``own``: ``key`` (tells one set from another), ``bounds``,
        ``layer``, ``legend``, and ``items`` of ``id, form, shape, at, name, label, tip, role, gist,
        facts, aria, traced``.
    """
    features = own.features
    if not len(features):
        return {}
    names = park_names or {}
    places = joined.places if joined is not None else [None] * len(features)
    largest = set(features["area_m2"].sort_values(ascending=False, kind="stable").index[:_LABELS])
    items = [
        _item(number, row, place, names, lang, index in largest, len(features))
        for number, ((index, row), place) in enumerate(
            zip(features.iterrows(), places, strict=True)
        )
    ]
    digest = hashlib.sha256(b"".join(shapely.to_wkb(list(features.geometry)))).hexdigest()[:16]
    return {
        "own": {
            "key": digest,
            "bounds": bounds(list(features.geometry)),
            "layer": {"id": "own", "label": t("own.layer", lang), "on": True},
            "legend": _legend(items, lang),
            "items": items,
        }
    }


def feature_name(row: Any, lang: str) -> str:
    """Return what a feature is called: its name, else its id, else its row.

    Parameters
    ----------
    row : mapping
        With ``name``, ``id``, ``row`` as of `geo.own.OwnData`.
    lang : str
    """
    return (
        _straight(row["name"]) or _straight(row["id"]) or t("own.row", lang, row=f"{row['row']:,}")
    )


def _straight(text: str) -> str:
    """Return text without marks that would turn the words of others around."""
    return _TURNS.sub("", text)


def amount(area_m2: float, lang: str) -> str:
    """Return an area as readers compare parcels: mu and hectares."""
    mu, hectares = area_m2 / M2_PER_MU, area_m2 / 10_000
    return t("own.area", lang, mu=f"{mu:,.1f}", ha=f"{hectares:,.2f}")


def place_text(place: Place, names: Mapping[str, str], lang: str) -> str:
    """Return where a feature lies, in one line."""
    park = names.get(place.park_id, place.park_id)
    if place.relation == OUTSIDE:
        if not place.park_id:
            return t("own.place.none", lang)
        return t("own.place.outside", lang, park=park, km=f"{place.distance_m / 1000:,.2f}")
    return t(f"own.place.{place.relation}", lang, park=park, share=f"{100 * place.share:.1f}")


def _item(
    number: int,
    row: Any,
    place: Place | None,
    names: Mapping[str, str],
    lang: str,
    labelled: bool,
    count: int,
) -> dict:
    """Return one feature as the page draws it."""
    geometry: BaseGeometry = row["geometry"]
    form = _FORMS[geometry.geom_type.removeprefix("Multi")]
    name = feature_name(row, lang)[:60]
    where = place_text(place, names, lang) if place is not None else ""
    size = amount(row["area_m2"], lang) if row["area_m2"] else ""
    basis, level = row["basis"], row["confidence"]
    facts = [
        t("own.fact.stated", lang, area=amount(row["stated_m2"], lang))
        if row["stated_m2"] == row["stated_m2"]  # not NaN
        else "",
        t(f"own.fact.{basis}", lang) + (t(f"own.confidence.{level}", lang) if level else ""),
        t("own.fact.row", lang, row=f"{row['row']:,}"),
        *_shares(place, names, lang),
        *_attributes(row["attributes"], lang, _FACTS if count <= _MANY else _FACTS_OF_MANY),
    ]
    tip = [text for text in (size, where) if text]
    return {
        "id": f"own-{number}",
        "form": form,
        "shape": encode(geometry),
        "at": encode(label_point(geometry)),
        "name": name,
        "label": labelled,
        "tip": tip,
        "role": t("own.role", lang),
        "gist": t("own.joint", lang).join(tip),
        "facts": [text for text in facts if text],
        "aria": t("own.joint", lang).join((t("own.role", lang), name, *tip)),
        "traced": row["basis"] == "sizhi",
    }


def _shares(place: Place | None, names: Mapping[str, str], lang: str) -> list[str]:
    """Return what of a feature lies in each park, where there are several."""
    if place is None or len(place.shares) < 2:
        return []
    return [
        t("own.fact.share", lang, park=names.get(one.park_id, one.park_id),
          share=f"{100 * one.share:.1f}")
        for one in place.shares
    ]  # fmt: skip


def _attributes(values: Mapping[str, Any], lang: str, most: int) -> list[str]:
    """Return the first columns as given, and how many more there are."""
    filled = [(key, value) for key, value in values.items() if value not in (None, "")]
    told = [
        t("own.fact.column", lang, column=_straight(key)[:40], value=_straight(str(value))[:_CHARS])
        for key, value in filled[:most]
    ]
    if len(filled) > most:
        told.append(t("own.fact.more", lang, count=len(filled) - most))
    return told


def _legend(items: list[dict], lang: str) -> dict:
    """Return the section of the legend: a sign for each kind that is there."""
    kinds = dict.fromkeys(("traced" if item["traced"] else item["form"]) for item in items)
    return {
        "title": t("own.layer", lang),
        "entries": [{"label": t(f"own.legend.{kind}", lang), "kind": kind} for kind in kinds],
        "note": t("own.legend.note", lang),
    }


__all__ = ["SCALE", "amount", "feature_name", "own_part", "place_text"]
