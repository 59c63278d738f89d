"""Rules `density` and `area`: the land that densities imply, and areas as digitised."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal

import shapely

from geo.digitize.evidence import HIGH
from geo.files import shown
from geo.measure import area_km2
from geo.plans.records import Figure, Metric, Number
from geo.plans.rules import words
from geo.plans.rules.book import Book
from geo.plans.rules.interval import Interval, exactly
from geo.plans.rules.numbers import OUTLINE, industry, mixed, scope
from geo.plans.rules.records import Comparison, Input, Side

# A traced ring is taken to agree within the percentage that a zone of high confidence keeps to.
_TRACED = Interval(1 - Decimal(str(HIGH[1])) / 100, 1 + Decimal(str(HIGH[1])) / 100)
_SHOWN = Decimal("0.001")
_NO_DIVISOR = (
    "文件没有写明分母，口径可能不同",
    "the plan does not state the divisor, so the scopes may differ",
)


def density(book: Book) -> Iterator[Comparison]:
    """Hold the land that a density implies against that of the year before it, and of the plans.

    Value over density is the land it was divided by. Between years it should stay the same; the
    land of the latest year should be one of the areas that the plans state.
    """
    series: dict[tuple, list[tuple[Number, Number]]] = {}
    for number in book.distinct(book.numbers):
        metric = book.plans.metrics[number.metric]
        if metric.density is None or number.kind == "target":
            continue
        of = book.first(book.like(number, metric=metric.density.of))
        if of is None or not _divides(book, metric, of):
            continue
        key = (number.about, number.metric, industry(number), scope(number), number.source_id)
        series.setdefault(key, []).append((number, of))
    for pairs in series.values():
        pairs.sort(key=lambda pair: pair[0].period)
        for before, after in itertools.pairwise(pairs):
            yield from _between(book, before, after)
        yield from _against_areas(book, pairs[-1])


def _divides(book: Book, metric: Metric, of: Number) -> bool:
    """Whether value over density comes out in the unit of the areas."""
    assert metric.density is not None
    areas = {book.plans.metrics[area].unit for area in metric.density.over}
    return any(metric.unit == f"{of.unit}_per_{unit}" for unit in areas)


def _implied(book: Book, pair: tuple[Number, Number]) -> Side | None:
    """Return the land that a density implies."""
    number, of = pair
    sides = [book.side(of), book.side(number)]
    span = sides[0].span.over(sides[1].span)
    metric = book.plans.metrics[number.metric]
    if span is None or metric.density is None:
        return None
    area = book.plans.metrics[metric.density.over[0]]
    when = [words.period(number.period, lang) for lang in ("zh", "en")]
    return Side(
        zh=f"{when[0]}的{sides[0].shown('zh')}除以{sides[1].shown('zh')}（{sides[1].zh}）",
        en=f"{sides[0].shown('en')} over {sides[1].shown('en')} of {when[1]} ({sides[1].en})",
        value=(of.value / number.value).quantize(_SHOWN),
        unit=area.unit,
        unit_zh=area.unit_zh,
        unit_en=area.unit_en,
        span=span,
        inputs=(*sides[0].inputs, *sides[1].inputs),
    )


def _between(
    book: Book, before: tuple[Number, Number], after: tuple[Number, Number]
) -> Iterator[Comparison]:  # fmt: skip
    left, right = _implied(book, before), _implied(book, after)
    if left is None or right is None:
        return
    nature = "" if left.span.meets(right.span) else "divisor"
    remark = ("两年的单位面积产出不是以同一面积为分母",
              "the densities of the two years are not over one and the same land")  # fmt: skip
    number = after[0]
    yield _comparison(book, "density", nature, number, left, right, [remark] if nature else [])


def _comparison(
    book: Book, rule: str, nature: str, number: Number, left: Side, right: Side,
    remarks: list[words.Remark],
) -> Comparison:  # fmt: skip
    return words.comparison(
        rule,
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), book.plans.metrics[number.metric], number.period),
        left,
        right,
        remarks,
    )


def _against_areas(book: Book, pair: tuple[Number, Number]) -> Iterator[Comparison]:
    """Hold the implied land against the area stated that comes nearest to it."""
    number, left = pair[0], _implied(book, pair)
    metric = book.plans.metrics[number.metric]
    if left is None or metric.density is None:
        return
    stated = [n for n in book.numbers if n.about == number.about and scope(n) == scope(number)
              and n.metric in metric.density.over and not mixed(n.kind, "actual")]  # fmt: skip
    sides = [(book.side(n), book.plans.metrics[n.metric]) for n in stated]
    if not sides:
        return
    right, area = min(sides, key=lambda pair: abs(pair[0].value - left.value))
    agree = [s for s in sides if s[0].span.meets(left.span)]
    right, area = agree[0] if agree else (right, area)
    remarks = [(f"所列面积为{words.quoted(area.zh)}", f"the area is {words.quoted(area.en)}")]
    if not agree and len(sides) > 1:
        remarks.append((f"文件所载的{len(sides)}项面积中以此最近",
                        f"of the {len(sides)} areas stated it comes nearest"))  # fmt: skip
    if not agree:
        remarks.append(_NO_DIVISOR)
    nature = "" if agree else "scope"
    yield _comparison(book, "density", nature, number, left, right, remarks)


def area(book: Book) -> Iterator[Comparison]:
    """Hold every planned area against the zones as digitised.

    The two agree within the percentage that `geo.digitize` asks of a zone of high confidence. A
    corridor is left out: no plan states its width.
    """
    if book.boundaries is None:
        return
    for number in book.distinct(book.numbers):
        if isinstance(number, Figure) and number.metric == OUTLINE and not number.part:
            zones = list(number.zones or book.plans.parks[number.park_id].zones)
            if not set(zones) <= set(book.boundaries.index):
                # `check_zones` tells of that.
                continue
            if (book.boundaries.loc[zones, "basis"] == "corridor").any():
                continue
            yield _area(book, number, zones)


def _area(book: Book, number: Figure, zones: list[str]) -> Comparison:
    assert book.boundaries is not None
    rows = book.boundaries.loc[zones]
    value = Decimal(repr(round(area_km2(shapely.union_all(rows.geometry.to_numpy())), 4)))
    left = book.side(number)
    names = {lang: [str(name) for name in rows[f"name_{lang}"]] for lang in ("zh", "en")}
    metric = book.plans.metrics[number.metric]
    item = Input(
        zh="、".join(names["zh"]), en=", ".join(names["en"]), metric=metric.id,
        period=number.period, value=value, unit=metric.unit, printed="", value_printed=value,
        unit_printed=metric.unit, source_id="",
        locator=f"{shown(book.boundaries.attrs.get('path', ''))} / {', '.join(zones)}",
        kind="digitised",
    )  # fmt: skip
    right = Side(
        zh=f"按四至数字化的{'、'.join(names['zh'])}",
        en=f"{', '.join(names['en'])} as digitised from the bounds",
        value=value,
        unit=metric.unit,
        unit_zh=metric.unit_zh,
        unit_en=metric.unit_en,
        span=exactly(value),
        inputs=(item,),
    )
    nature = "" if (left.span * _TRACED).meets(right.span) else "area"
    remarks = []
    notes = [note for note in rows["published_area_note"] if isinstance(note, dict)]
    if nature:
        remarks = [(note["zh"].rstrip("。"), note["en"].rstrip(".")) for note in notes]
    return _comparison(book, "area", nature, number, left, right, remarks)
