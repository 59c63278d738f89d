"""What a number does not say of itself: that it is for some of its park only, or about so."""

from __future__ import annotations

from geo.plans import Figure, Park
from layers import amounts
from layers.i18n import t
from views.data import Atlas
from views.map.selection import Column


def limit(figure: Figure, atlas: Atlas, lang: str) -> str:
    """Return what ground of its park a figure holds for; nothing for the whole park.

    Of zones also which not: one may have its park's name, and only the others make the limit plain.
    """
    park, told = atlas.plans.parks[figure.park_id], []
    if figure.zones:
        others = [zone for zone in park.zones if zone not in figure.zones]
        zones = atlas.zone_names(figure.zones, lang)
        told.append(t("app.scope.zones", lang, zones=zones, others=atlas.zone_names(others, lang)))
    # A sub-block, or the ground without that of another park: as the park's card says it.
    told += [words for key, words in amounts.scope(figure, park, atlas.plans, {}, lang)
             if key[0] != "zones"]  # fmt: skip
    return ("，" if lang == "zh" else ", ").join(told)


def marks(figure: Figure, atlas: Atlas, lang: str) -> list[str]:
    """Return a figure's marks: some of its park only, its bound."""
    about = t(f"app.bound.{figure.bound}", lang) if figure.bound != "exact" else ""
    return [mark for mark in (limit(figure, atlas, lang), about) if mark]


def row_text(
    park: Park, columns: list[Column], atlas: Atlas, lang: str, remarks: bool = False
) -> str:
    """Return the marks of a park's figures in a table, each with its column; nothing for none.

    Parameters
    ----------
    park : geo.plans.Park
    columns : list of Column
        The table's columns.
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    remarks : bool
        Add each figure's note, for a file that goes without the page.
    """
    end, comma = ("；", "，") if lang == "zh" else ("; ", ", ")
    told = []
    for column in columns:
        figure = atlas.plans.figure(park.id, column.metric.id, column.period)
        if figure is None:
            continue
        words = marks(figure, atlas, lang)
        remark = figure.remark(lang) if remarks else ""
        if remark:
            # A note that begins with the mark says it already.
            words = [word for word in words if not remark.startswith(word)] + [remark]
        if words:
            name = f"{column.metric.short(lang)} {column.period}"
            told.append(t("app.scope.item", lang, name=name, words=comma.join(words)))
    return end.join(told)
