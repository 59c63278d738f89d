"""The site finder's ranking as a map: score and rank on the parks, the reasons on their cards."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from geo.access import TO, AccessData, nearest
from geo.finder import Judgement, Ranking, Result
from geo.plans import Plans
from layers.classes import RAMP
from layers.finder.marks import (
    need_words,
    place,
    rank_words,
    role_words,
    score_words,
    status_of,
)
from layers.geometry import encode
from layers.i18n import t
from layers.map_view import MapView
from layers.map_view import payload as map_payload

# Classes of the score's low end: (from, up to), 0 to 100, light to dark.
CLASSES = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 100))
EXCLUDED = "#e9e7e2"  # nearly the land's own colour: out of the question
PASSED = RAMP[3]  # of a park that meets every hard limit, where nothing is scored
_LOOKS = {"metro": ("#1f5f8b", False), "expressway": ("#3f4b55", True)}
_DOT = 4.5  # pixels


def finder_payload(
    ranking: Ranking,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    lang: str,
    access: AccessData | None = None,
    ground: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the map of a ranking as `layers.map_view.payload` has one.

    A park's colour is the low end of its score, its label has its rank; one that cannot be judged
    is hatched, one that is excluded is pale. Its card has the reasons and the plans' promises.

    Parameters
    ----------
    ranking : geo.finder.Ranking
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    lang : str
        "zh" or "en".
    access : geo.access.AccessData, optional
        The nearest station and ramp of every park are drawn where that distance is asked.
    ground : dict, optional
        `layers.map_view.payload` of `ground_view`, which is the same for every ranking; made when
        not given, left as it is.
    """
    data = dict(ground or map_payload(ground_view(lang), plans, boundaries))
    words = {
        name.removeprefix("finder.map."): t(name, lang)
        for name in (
            "finder.map.card.figures",
            "finder.map.card.zones",
            "finder.map.card.no_figures",
        )
    }
    data["words"] = {**data["words"], **words}
    data["cards"] = {one.park_id: _card(one, plans, lang) for one in ranking.results}
    if ranking.needs.wanted:
        data["choropleth"] = _choropleth(ranking, data, plans, lang)
    spots = _spots(ranking, boundaries, lang, access) if access else []
    if spots:
        label = t("finder.map.access", lang)
        data["layers"] = [*data["layers"], {"id": "projects", "label": label, "on": True}]
        data["projects"] = {"items": spots, "rows": [], "legend": _spots_legend(spots, lang)}
        data["sources"] = [
            *data["sources"],
            t("finder.map.source", lang, source=access.attribution),
        ]
    return data


def ground_view(lang: str) -> MapView:
    """Return what lies below every ranking: all parks, uncoloured."""
    return MapView(lang=lang, metric=None)


def score_class(result: Result) -> int | str:
    """Return the class of a park's colour: a number, "none" (cannot be said), "zero" (excluded)."""
    if result.group != "ranked":
        return {"cannot-say": "none", "excluded": "zero"}[result.group]
    if result.score_low is None:
        return 3
    return next(i for i, (_, top) in enumerate(CLASSES) if result.score_low < top or top == 100)


def _choropleth(ranking: Ranking, data: dict, plans: Plans, lang: str) -> dict[str, Any]:
    """Return the ranking in the form of a choropleth, see `layers.parks.ParksLayer.choropleth`."""
    by_zone = {zone: one for one in ranking.results for zone in one.zones}
    first = {one.park_id: one.zones[0] for one in ranking.results}
    values = {}
    for zone in (entry["zone"] for entry in data["zones"]):
        one = by_zone[zone]
        values[zone] = {
            "class": score_class(one),
            "number": _label(one, lang),
            "notes": [_line(judgement, lang) for judgement in one.judgements],
        }
        if first[one.park_id] == zone and one.group != "excluded":
            values[zone]["label"] = True
    asked = t("finder.map.asked", lang, count=len(ranking.needs.wanted))
    return {
        "metric": "", "period": "", "period_text": asked, "short": t("finder.map.short", lang),
        "unit": "", "amount": "{}", "on_map": "{}", "colours": list(RAMP), "zero": EXCLUDED,
        "legend": _legend(ranking, lang), "values": values,
        "title": t("finder.map.title", lang), "coloured": "",
        "subtitle": t("finder.map.subtitle" if ranking.scored else "finder.map.unscored", lang),
        "source": _sources(ranking, plans, lang), "cited": [],
    }  # fmt: skip


def _label(result: Result, lang: str) -> str:
    """Return what stands at a park: rank and score, or why it has none."""
    return " · ".join(filter(None, (rank_words(result, lang), _score(result, lang))))


def _score(result: Result, lang: str) -> str:
    return score_words(result, lang) if result.group == "ranked" else ""


def _line(judgement: Judgement, lang: str) -> str:
    """Return a judgement in one line: what was asked, how it is met, the park's figure."""
    return t(
        "finder.map.line",
        lang,
        need=judgement.need.of.name.text(lang),
        status=t(f"finder.status.{status_of(judgement)}", lang),
        shown=judgement.shown.text(lang),
    )


def _legend(ranking: Ranking, lang: str) -> dict[str, Any]:
    """Return the legend's section: only what is on the map."""
    used = {score_class(one) for one in ranking.results}
    if ranking.scored:
        entries = [
            (t("finder.map.class", lang, low=low, high=high), RAMP[i])
            for i, (low, high) in enumerate(CLASSES)
            if i in used
        ]
    else:
        entries = [(t("finder.map.passed", lang), PASSED)] if 3 in used else []
    entries += [
        (t(f"finder.group.{group}", lang), fill)
        for group, mark, fill in (
            ("cannot-say", "none", "hatch"), ("excluded", "zero", EXCLUDED),
        )
        if mark in used
    ]  # fmt: skip
    return {
        "layer": "parks",
        "title": t("finder.map.legend" if ranking.scored else "finder.map.short", lang),
        "entries": [
            {"label": label, "swatch": {"mark": "area", "fill": fill, "edge": "solid"}}
            for label, fill in entries
        ],
        "notes": [t("finder.map.low_end", lang)] if ranking.scored else [],
    }


def _sources(ranking: Ranking, plans: Plans, lang: str) -> str:
    """Return the line of the documents that the judgements rest on."""
    used = dict.fromkeys(
        plans.sources[citation.source_id].short(lang)
        for one in ranking.results
        for judgement in one.judgements
        for citation in judgement.citations
        if citation.source_id
    )
    joint = t("app.separator", lang)
    return t("map.source.figures", lang, list=joint.join(used)) if used else ""


def _card(result: Result, plans: Plans, lang: str) -> dict[str, Any]:
    """Return a park's card on the map: the reasons first, then what the plans promise."""
    kind = " · ".join(filter(None, (rank_words(result, lang), _score(result, lang))))
    return {
        "kind": kind, "name": result.name.text(lang),
        "facts": [],
        "groups": [_group(judgement, plans, lang) for judgement in result.judgements],
        "documents": [],
        "zones": [
            {
                "name": promise.label.text(lang), "level": "", "decisions": [], "clause": "",
                "lines": [promise.words.text(lang), place(promise.citation, plans, lang)],
            }
            for promise in result.promises
        ],
    }  # fmt: skip


def _group(judgement: Judgement, plans: Plans, lang: str) -> dict[str, Any]:
    """Return one need as a group of the card: what was asked, the figure, why, where it stands."""
    status = t(f"finder.status.{status_of(judgement)}", lang)
    row = {
        "period": judgement.period.replace("-", "–"), "value": judgement.shown.text(lang),
        "kind": status, "notes": [judgement.why.text(lang)],
    }  # fmt: skip
    return {
        "metric": judgement.need.criterion,
        "title": need_words(judgement.need, plans, lang),
        "unit": role_words(judgement.need, lang),
        "rows": [row],
        "sources": [place(citation, plans, lang) for citation in judgement.citations],
    }


def _spots(
    ranking: Ranking, boundaries: gpd.GeoDataFrame, lang: str, access: AccessData
) -> list[dict[str, Any]]:
    """Return the stations and ramps nearest to parks, each once, for the distances asked."""
    found: dict[tuple, dict[str, Any]] = {}
    for to in TO:
        if ranking.needs.need(to) is None:
            continue
        for one in ranking.results:
            zones = [(zone, boundaries.geometry[zone]) for zone in one.zones]
            near = nearest(zones, to, access)
            if near is None:
                continue
            key, name, metres = (to, near.point.lonlat), one.name.text(lang), f"{near.metres:,}"
            item = found.setdefault(key, _spot(to, near.point, lang, len(found)))
            item["facts"].append(t("finder.map.from", lang, park=name, metres=metres))
    return list(found.values())


def _spot(to: str, point: Any, lang: str, number: int) -> dict[str, Any]:
    """Return one station or ramp as a symbol, see ``layers/assets/projects.js``."""
    colour, hollow = _LOOKS[to]
    name = point.label.text(lang)
    role = t(f"finder.map.{to}", lang)
    return {
        "id": f"{to}-{number}", "name": name, "at": encode(shapely.Point(point.lonlat)),
        "precision": "point", "colour": colour, "radius": _DOT, "hollow": hollow, "amount": "",
        "tip": [role], "aria": f"{name}. {role}", "role": role,
        "gist": t("finder.map.straight", lang), "facts": [],
    }  # fmt: skip


def _spots_legend(spots: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """Return the legend of stations and ramps."""
    entries = [
        {
            "label": t(f"finder.map.{to}", lang), "radius": _DOT, "colour": colour,
            "precision": "point", "hollow": hollow,
        }
        for to, (colour, hollow) in _LOOKS.items()
        if any(spot["id"].startswith(to) for spot in spots)
    ]  # fmt: skip
    title = t("finder.map.access", lang)
    return {
        "title": title,
        "groups": [{"title": t("finder.map.nearest", lang), "entries": entries}],
        "notes": [t("finder.map.straight", lang)],
    }
