"""Rules `density` and `area`: the land that densities imply, and areas as digitised."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import shapely

from geo.digitize.evidence import HIGH
from geo.files import shown
from geo.measure import area_km2
from geo.plans.records import Figure, Metric, Number
from geo.plans.rules import words
from geo.plans.rules.book import Book, Found
from geo.plans.rules.interval import Interval, exactly
from geo.plans.rules.numbers import OUTLINE, WHOLE, Scope, industry, mixed, scope
from geo.plans.rules.records import Comparison, Input, Side

# A traced ring is taken to agree within the percentage that a zone of high confidence keeps to.
_TRACED = Interval(1 - Decimal(str(HIGH[1])) / 100, 1 + Decimal(str(HIGH[1])) / 100)
_WITHIN = (
    f"与数字化面积相差不超过{HIGH[1]:g}%，在描绘的容差之内",
    f"within {HIGH[1]:g}% of the digitised area, which tracing a boundary is allowed",
)
_SHOWN = Decimal("0.001")
_NO_DIVISOR = (
    "文件没有写明分母，口径可能不同",
    "the plan does not state the divisor, so the scopes may differ",
)


_SHARED = (
    "各成员的面积相加，互相重叠的会重复计入",
    "the members' areas are added up; ground that two of them share counts twice",
)


@dataclass(frozen=True)
class _Land:
    """The land that a density implies: the density, what it is of as found, the quotient."""

    number: Number
    of: Found
    side: Side


def density(book: Book) -> Iterator[Comparison]:
    """Hold the land that a density implies against other years, other densities and the plans.

    Value over density is the land it was divided by. Between years it should stay the same; the
    several densities of one document, year and ground should imply the same land, aimed at or not;
    the land of the latest year should be one of the areas that the plans state. What is aimed at
    implies no land that there is, so that it is held against neither years nor areas.

    Where the value is not stated, the sum over members stands in, then a wider or narrower metric:
    a difference is then one of scope.
    """
    lands = [land for number in book.distinct(book.numbers) if (land := _implied(book, number))]
    years: dict[tuple, list[_Land]] = {}
    together: dict[tuple, list[_Land]] = {}
    for land in lands:
        number = land.number
        whose = (number.about, industry(number), scope(number), number.source_id)
        aimed = number.kind == "target"
        over = book.plans.metrics[number.metric].density.over
        together.setdefault((*whose, number.period, aimed, over), []).append(land)
        if not aimed:
            years.setdefault((*whose, number.metric, land.of.metric.id), []).append(land)
    for series in years.values():
        series.sort(key=lambda land: land.number.period)
        for before, after in itertools.pairwise(series):
            yield _between(book, before, after)
        if not series[-1].of.relation:
            yield from _against_areas(book, series[-1])
    for group in together.values():
        for one, other in itertools.combinations(group, 2):
            if one.number.metric != other.number.metric:
                yield _among(book, one, other)


def _implied(book: Book, number: Number) -> _Land | None:
    """Return the land that a number implies if it is a density; None when nothing can be said."""
    metric = book.plans.metrics[number.metric]
    if metric.density is None:
        return None
    found = book.find(book.like(number, metric=metric.density.of))
    areas = {book.plans.metrics[area].unit for area in metric.density.over}
    # Value over density has to come out in the unit of the areas.
    if found is None or all(metric.unit != f"{found.side.unit}_per_{unit}" for unit in areas):
        return None
    own = book.side(number)
    span = found.side.span.over(own.span)
    if span is None:
        return None
    area = book.plans.metrics[metric.density.over[0]]
    when = [words.period(number.period, lang) for lang in ("zh", "en")]
    of = [found.side.shown(lang) for lang in ("zh", "en")]
    if found.summed:
        of = [f"{of[0]}（{found.side.zh}）", f"{of[1]} ({found.side.en})"]
    side = Side(
        zh=f"{when[0]}的{of[0]}除以{own.shown('zh')}（{own.zh}）",
        en=f"{of[1]} over {own.shown('en')} of {when[1]} ({own.en})",
        value=(found.side.value / number.value).quantize(_SHOWN),
        unit=area.unit,
        unit_zh=area.unit_zh,
        unit_en=area.unit_en,
        span=span,
        inputs=(*found.side.inputs, *own.inputs),
    )
    return _Land(number, found, side)


def _between(book: Book, before: _Land, after: _Land) -> Comparison:
    agree = before.side.span.meets(after.side.span)
    remark = ("两年的单位面积产出不是以同一面积为分母",
              "the densities of the two years are not over one and the same land")  # fmt: skip
    nature = "" if agree else "scope" if after.of.relation else "divisor"
    remarks = _stands_in(book, after) + ([] if agree else [remark])
    return _comparison(book, "density", nature, after.number, before.side, after.side, remarks,
                       agreed=words.STOOD_IN if after.of.relation else None)  # fmt: skip


def _among(book: Book, one: _Land, other: _Land) -> Comparison:
    """Hold the land under two densities of one document, year and ground against each other."""
    agree = one.side.span.meets(other.side.span)
    remarks = [remark for land in (one, other) for remark in _stands_in(book, land)]
    stood_in = bool(one.of.relation or other.of.relation)
    nature = "" if agree else "scope" if stood_in else "divisor"
    if not agree:
        remarks.append(_NOT_ONE)
    sides = [_named(book, land) for land in (one, other)]
    return _comparison(book, "density", nature, one.number, sides[0], sides[1], remarks,
                       named=True, agreed=words.STOOD_IN if stood_in else None)  # fmt: skip


_NOT_ONE = (
    "同一文件的两项单位面积指标不是以同一面积为分母",
    "the two densities of one document are not over one and the same land",
)


def _named(book: Book, land: _Land) -> Side:
    """Return the implied land as a side that says of which density it is."""
    metric = book.plans.metrics[land.number.metric]
    return replace(
        land.side,
        zh=f"按{words.quoted(metric.zh)}，{land.side.zh}",
        en=f"by {words.quoted(metric.en)}, {land.side.en}",
    )


def _stands_in(book: Book, land: _Land) -> list[words.Remark]:
    metric = book.plans.metrics[land.number.metric]
    assert metric.density is not None
    return words.stands_in("分子", "the value", book.plans.metrics[metric.density.of],
                           land.of.metric)  # fmt: skip


def _comparison(
    book: Book, rule: str, nature: str, number: Number, left: Side, right: Side,
    remarks: list[words.Remark], named: bool = False, agreed: words.Remark | None = None,
) -> Comparison:  # fmt: skip
    return words.comparison(
        rule,
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), book.plans.metrics[number.metric], number.period),
        left,
        right,
        remarks,
        named,
        agreed,
    )


def _against_areas(book: Book, land: _Land) -> Iterator[Comparison]:
    """Hold the implied land against the area stated that comes nearest to it."""
    number, left = land.number, land.side
    stated = _areas(book, number)
    if not stated:
        return
    right, area, summed = min(stated, key=lambda found: abs(found[0].value - left.value))
    agree = [found for found in stated if found[0].span.meets(left.span)]
    if agree:
        right, area, summed = agree[0]
    remarks = [(f"所列面积为{words.quoted(area.zh)}", f"the area is {words.quoted(area.en)}")]
    if summed:
        remarks.append(_SHARED)
    if not agree and len(stated) > 1:
        remarks.append((f"文件所载的{len(stated)}项面积中以此最近",
                        f"of the {len(stated)} areas stated it comes nearest"))  # fmt: skip
    if not agree:
        remarks.append(_NO_DIVISOR)
    yield _comparison(book, "density", "" if agree else "scope", number, left, right, remarks)


def _areas(book: Book, number: Number) -> list[tuple[Side, Metric, bool]]:
    """Return the areas stated for a density's ground, else their sums over its members.

    Each with its metric, and whether it is such a sum.
    """
    density = book.plans.metrics[number.metric].density
    assert density is not None
    metrics = [book.plans.metrics[area] for area in density.over]

    def of(about: str, metric: Metric, place: Scope) -> list[Number]:
        wanted = (about, metric.id, place)
        return [n for n in book.numbers if (n.about, n.metric, scope(n)) == wanted
                and not mixed(n.kind, "actual")]  # fmt: skip

    own = [(book.side(n), m, False) for m in metrics for n in of(number.about, m, scope(number))]
    subject = book.plans.subjects.get(number.about)
    if own or subject is None or not subject.members:
        return own
    for metric in metrics:
        found = [of(member, metric, WHOLE) for member in subject.members]
        if all(found):
            latest = [max(numbers, key=lambda n: n.period) for numbers in found]
            side = book.summed(metric, latest, f"{len(latest)}项", f"the {len(latest)} members")
            own.append((side, metric, True))
    return own


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
    agreed = None if left.span.meets(right.span) else _WITHIN
    return _comparison(book, "area", nature, number, left, right, remarks, agreed=agreed)
