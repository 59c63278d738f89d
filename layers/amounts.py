"""How a figure is written wherever it is shown, and what has to be said of it there.

A number that the plan gives as nearly, over or about so much is never written as the bare numeral;
one of other ground than the park's, or printed in words that say more than the numeral, has notes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

from geo.errors import LANGUAGES
from geo.plans import Figure, Metric, Park, Plans, format_number
from geo.plans.inputs import limit_of
from layers.i18n import listed, t

# A note's key has no language, so that both languages have the same notes in the same order.
Note = tuple[tuple[str, ...], str]

_NUMERAL = r"[0-9]+(?:[.,][0-9]+)?"
_UNITS = {
    "mu": "亩", "10k_m2": "万平方?米", "100m_yuan": "亿元?", "km2": "平方公里", "ha": "公顷",
    "100m_yuan_per_km2": "亿元/平方公里", "buildings": "栋",
}  # fmt: skip
# What the words around a number may be without saying anything of its ground.
_USUAL = (
    "“|”|十四五|期间|规划|其中|可利?用|产业|工业|研发|土地|用地|厂房|楼宇|办公|建筑|总|面积|产值|为"
)
_BOUNDS = "约|左右|近|超过?|[，,、；;：:。\\s]"
# A remark that tells no more than the mark at the number.
_MARKED = re.compile(r"^(?:约数|Approximate)(?:[；;。.]\s*|$)")


def mark(figure: Figure) -> str:
    """Return how the plan bounds a number: "about", "nearly", "over", "at_most", "at_least", "".

    "" is for a number that is given as it is.
    """
    if figure.bound == "exact":
        return ""
    words = unicodedata.normalize("NFKC", figure.printed)
    if figure.bound == "at-most":
        return "nearly" if "近" in words else "at_most"
    if figure.bound == "at-least":
        return "over" if re.search("超|突破|多|逾|余|大于|高于", words) else "at_least"
    return figure.bound


def written(figure: Figure, lang: str) -> str:
    """Return a figure's number with the mark of its bound: "约 2,000", "nearly 50"."""
    return bounded(figure.value, mark(figure), lang)


def bound_of(figures: Iterable[Figure]) -> str:
    """Return the bound of a sum, as `mark`: that of its bounded figures, "about" if they differ."""
    marks = {mark(figure) for figure in figures} - {""}
    return marks.pop() if len(marks) == 1 else "about" if marks else ""


def bounded(value: Decimal, bound: str, lang: str) -> str:
    """Return a number with the mark of its bound, one of `mark`."""
    number = format_number(value)
    return t(f"map.card.{bound}", lang, value=number) if bound else number


def telling(figure: Figure, metric: Metric) -> bool:
    """Say whether the printed words tell more than number, unit and metric: what it is limited to.

    So do those of a number that is shown in another unit than the printed one, and of a zero.
    """
    if figure.unit_printed != figure.unit or not re.search("[0-9]", figure.printed):
        return True
    words = unicodedata.normalize("NFKC", figure.printed).replace(",", "")
    unit = _UNITS.get(figure.unit_printed, "")
    terms = [metric.name("zh"), metric.short("zh"), *(term.zh for term in metric.terms)]
    own = "|".join(re.escape(one) for one in sorted(terms, key=len, reverse=True))
    rest = re.sub(rf"{_NUMERAL}\s*(?:{unit})?(?![0-9])", "", words) if unit else words
    rest = re.sub(rf"{own}|{_USUAL}|{_BOUNDS}|{_NUMERAL}$", "", rest)
    return bool(rest)


def notes(
    figure: Figure, park: Park, plans: Plans, zone_names: Mapping[str, str], lang: str
) -> list[Note]:
    """Return what has to be said where a figure is shown without its card, each with its key.

    Parameters
    ----------
    figure : geo.plans.Figure
        Of ``park``.
    plans : geo.plans.Plans
    zone_names : mapping of str
        Names of the park's zones in ``lang``, by id.
    lang : str
        "zh" or "en"; both languages give the same keys.

    Returns
    -------
    list of (key, text)
        The zones, the sub-block or the ground it is limited to; the printed words where they tell
        more than the number; the remark.
    """
    return [*scope(figure, park, plans, zone_names, lang), *_said(figure, plans, lang)]


def limits(key: tuple[str, ...]) -> bool:
    """Say whether the note of a key tells what a figure is of: ground, term or the plan's words.

    A remark of ours alone does not.
    """
    return key[0] != "said" or bool(key[1])


def scope(
    figure: Figure, park: Park, plans: Plans, zone_names: Mapping[str, str], lang: str
) -> list[Note]:
    """Return what ground a figure is of, where that is not the whole park; see `notes`."""
    found = []
    if figure.zones:
        others = [zone_names.get(zone, zone) for zone in park.zones if zone not in figure.zones]
        zones = listed((zone_names.get(zone, zone) for zone in figure.zones), lang)
        words = t("map.card.scope", lang, zones=zones, others=listed(others, lang))
        found.append((("zones", *figure.zones), words))
    limit = limit_of(park, figure)
    part = park.part(figure.part or (limit.part if limit else ""))
    if part:
        words = t("map.card.part", lang, part=part.name(lang))
        found.append((("part", park.id, part.id), words))
    if limit and limit.without in plans.parks:
        other = plans.parks[limit.without].short(lang)
        found.append((("without", limit.without), t("map.card.without", lang, park=other)))
    return found


def _said(figure: Figure, plans: Plans, lang: str) -> list[Note]:
    """Return the printed words and the remark as one note."""
    metric, parts = plans.metrics[figure.metric], []
    # Words that name the zones or the sub-block repeat what is said of the ground.
    if not (figure.zones or figure.part) and telling(figure, metric):
        parts.append(t("map.card.printed", lang, text=figure.printed))
    remark = _MARKED.sub("", figure.remark(lang))
    if remark:
        parts.append(remark[:1].upper() + remark[1:])
    words = ("；" if lang == "zh" else "; ").join(parts)
    printed = figure.printed if len(parts) > bool(remark) else ""
    key = ("said", printed, *(_MARKED.sub("", figure.remark(one)) for one in LANGUAGES))
    return [(key, words)] if parts else []
