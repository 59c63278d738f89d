"""What carries an industry, each thing once: parks of the map, and whatever else a plan names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from geo.osm.districts import district_name
from geo.plans import Plans
from layers.i18n import t
from layers.schemes import Element
from layers.schemes.industry import Carrier
from views.data import Atlas
from views.layouts import both as scheme_both
from views.layouts.session import period

PARK = "park"
_NAMED = "named"  # kind of what is known by its name only
_TICK = "✓"
Key = tuple[str, str]


@dataclass(frozen=True)
class Count:
    """What carries an industry in a plan period.

    Attributes
    ----------
    parks : tuple of str
        Ids of parks of the map, in their own order.
    other : int
        How many things besides.
    located : int
        How many of all of them are on the map.
    """

    parks: tuple[str, ...]
    other: int
    located: int

    @property
    def all(self) -> int:
        """How many there are."""
        return len(self.parks) + self.other


def things(found: Iterable[Carrier], atlas: Atlas) -> dict[Key, list[Carrier]]:
    """Return statements by what they are of.

    A park is one thing, whether a plan speaks of the park or of an element or member that is it; so
    is a place. What is neither is known by its Chinese name, wherever it is written; a name that a
    park or place has as well is that park or place.

    Parameters
    ----------
    found : iterable of Carrier
    atlas : views.data.Atlas
    """
    found = list(found)
    places = scheme_both.named_places(atlas.schemes.values())
    keys = [_key(one, places, atlas) for one in found]
    names = {one.zh: key for one, key in zip(found, keys, strict=True) if key[0] != _NAMED}
    grouped: dict[Key, list[Carrier]] = {}
    for one, key in zip(found, keys, strict=True):
        grouped.setdefault(names.get(one.zh, key) if key[0] == _NAMED else key, []).append(one)
    return grouped


def _key(one: Carrier, places: Mapping[str, str], atlas: Atlas) -> Key:
    """Return kind and id of what a statement is of, or that it is known by name only."""
    if one.park:
        return PARK, one.park
    if one.kind == "member" and one.id:
        return places[one.id], one.id
    if one.kind == "element":
        itself = scheme_both.itself(_element(one, atlas), places, atlas.plans)
        if len(itself) == 1:
            return itself[0]
    return _NAMED, one.zh


def _element(one: Carrier, atlas: Atlas) -> Element:
    elements = atlas.schemes[one.scheme_id].elements
    return next(element for element in elements if element.id == one.element_id)


def count(found: Iterable[Carrier], name: str, atlas: Atlas) -> Count:
    """Return what carries an industry in the plan period ``name``, each thing once."""
    own = things((one for one in found if one.period == name), atlas)
    parks = tuple(park for park in atlas.plans.parks if (PARK, park) in own)
    located = sum(any(one.located for one in said) for said in own.values())
    return Count(parks, len(own) - len(parks), located)


def head_html(counted: Count, name: str, within: str, plans: Plans, lang: str) -> str:
    """Return a map's heading: the plan period, its plans, what carries the industry in it.

    Parameters
    ----------
    counted : Count
    name : str
        The plan period.
    within : str
        Chinese name of the district that was counted; empty for all.
    plans : geo.plans.Plans
    lang : str
        "zh" or "en".
    """
    # The periods have not the same number of plans: a map may be empty for want of one.
    sources = sum(source.period == name for source in plans.sources.values())
    words = t("layout.industry.nobody", lang)
    if counted.all:
        parks = t("app.separator", lang).join(plans.parks[one].short(lang) for one in counted.parks)
        key = "parks" if counted.parks else "no_park"
        words = t(
            f"layout.industry.count.{key}", lang, all=counted.all, park=len(counted.parks),
            parks=parks, other=counted.other, located=counted.located,
        )  # fmt: skip
    if within:
        words = t("layout.industry.within", lang, district=district_name(within, lang), words=words)
    years = t("layout.years", lang, period=period(name, lang), years=name.replace("-", "–"))
    told = t("layout.industry.plans", lang, plans=sources)
    return (
        f'<div class="side-head"><h4>{escape(years)}<i>{escape(told)}</i></h4>'
        f"<p>{escape(words)}</p></div>"
    )


def parks(found: Iterable[Carrier], atlas: Atlas) -> dict[str, list[Carrier]]:
    """Return what the plans say of each park of the map, in the order of the parks."""
    said = {key[1]: own for key, own in things(found, atlas).items() if key[0] == PARK}
    return {park: said[park] for park in atlas.plans.parks if park in said}


def cell_html(park: str, said: Iterable[Carrier], name: str, atlas: Atlas, lang: str) -> str:
    """Return what the plans of a period say of one park: a tick and their words, or that none do.

    The same words of one document stand once; where they stand opens on a click.

    Parameters
    ----------
    park : str
    said : iterable of Carrier
        As of `parks`.
    name : str
        The plan period.
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    """
    told: dict[tuple[str, str], Carrier] = {}
    for one in said:
        if one.period == name:
            told.setdefault((one.source_id, one.words), one)
    if not told:
        return f'<p class="said none">{escape(t("layout.industry.silent", lang))}</p>'
    lines = "".join(
        f'<details class="pop"><summary>{escape(t("layout.words", lang, words=one.words))}'
        f"</summary><div><p>{escape(_place(one, park, atlas, lang))}</p></div></details>"
        for one in told.values()
    )
    return f'<div class="said"><b>{_TICK}</b><div>{lines}</div></div>'


def _place(one: Carrier, park: str, atlas: Atlas, lang: str) -> str:
    """Return the document and place, and the zones that are meant where those are not the park."""
    source = atlas.plans.sources[one.source_id].short(lang)
    told = t("layout.place", lang, source=source, locator=one.locator)
    if not one.zones or set(one.zones) == set(atlas.plans.parks[park].zones):
        return told
    zones = atlas.zone_names(one.zones, lang)
    return t("layout.industry.zones", lang, place=told, zones=zones)
