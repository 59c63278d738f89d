"""Rule `sum`: what is stated as a total against the sum of its parts.

Where a part is not stated, the stated ones may still exceed the total; less than the total says
nothing then, and is no comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.plans.records import Industry, Label, Metric, Number, Park, StatedTotal
from geo.plans.rules import words
from geo.plans.rules.book import Book
from geo.plans.rules.interval import Interval, exactly, half_unit
from geo.plans.rules.numbers import WHOLE, industry, scope, together
from geo.plans.rules.records import Comparison, Input, Side


@dataclass(frozen=True)
class _Parts:
    """What a total is made of: the numbers stated, the names of those that are not, the words."""

    numbers: Sequence[Number]
    missing: Sequence[tuple[str, str]]
    zh: str
    en: str


def sums(book: Book) -> Iterator[Comparison]:
    """Hold every total against its parts, of each document where the two stand nearest."""
    for metric in book.plans.metrics.values():
        if metric.stated_total is not None:
            yield from _stated(book, metric, metric.stated_total)
    nearest: dict[tuple, tuple[tuple[int, int], Number, _Parts]] = {}
    for number in book.distinct(book.numbers):
        for rule, parts in enumerate(_parts(book, number)):
            if parts is None or len(parts.numbers) < 2:
                continue
            key = (number.quantity, number.source_id, rule)
            near = min(together(number, part) for part in parts.numbers)
            if key not in nearest or near > nearest[key][0]:
                nearest[key] = (near, number, parts)
    for _, number, parts in nearest.values():
        yield from _against(book, number, parts)


def _parts(book: Book, number: Number) -> list[_Parts | None]:
    """Return what a number may be the total of, by each way there is."""
    metric = book.plans.metrics[number.metric]
    adds_up = metric.additive or metric.unit == "km2"
    return [
        _members(book, number) if metric.additive and not _is_stated(number, metric) else None,
        _children(book, number),
        _blocks(book, number) if adds_up else None,
        _zones(book, number) if adds_up else None,
        _components(book, number, metric),
    ]


def _is_stated(number: Number, metric: Metric) -> bool:
    """Whether a number is the metric's stated total itself, which `_stated` compares."""
    total = metric.stated_total
    return total is not None and (number.source_id, number.locator, number.value) == (
        total.source_id,
        total.locator,
        total.value,
    )


def _members(book: Book, number: Number) -> _Parts | None:
    numbers, missing = book.members(book.like(number, kinds=(number.kind,)))
    names = [(book.plans.name(m, "zh"), book.plans.name(m, "en")) for m in missing]
    return _Parts(numbers, names, f"{len(numbers)}项", f"the {len(numbers)} members")


def _children(book: Book, number: Number) -> _Parts | None:
    own = book.plans.industries.get(industry(number))
    if own is None or not own.adds_up:
        return None
    numbers, missing = _below(book, number, own)
    return _Parts(numbers, missing, f"{len(numbers)}个产业", f"the {len(numbers)} industries")


def _below(
    book: Book, number: Number, own: Industry
) -> tuple[list[Number], list[tuple[str, str]]]:  # fmt: skip
    """Return the numbers of an industry's children, and which have none.

    A child without a number, or with one that stands farther off than those of its own children,
    is made of these.
    """
    numbers: list[Number] = []
    missing: list[tuple[str, str]] = []
    for child in book.plans.industries.values():
        if child.parent != own.id:
            continue
        stated = book.first(book.like(number, industry=child.id, kinds=(number.kind,)))
        made, without = _below(book, number, child) if child.adds_up else ([], [])
        near = min((together(number, n) for n in made), default=(-1, -1))
        if not without and made and (stated is None or together(number, stated) < near):
            numbers += made
        elif stated is not None:
            numbers.append(stated)
        else:
            missing.append((child.zh, child.en))
    return numbers, missing


def _blocks(book: Book, number: Number) -> _Parts | None:
    """Return the sub-blocks of a park; a single one is no division of it."""
    park = book.plans.parks.get(number.about)
    if park is None or scope(number) != WHOLE or len(park.parts) < 2:
        return None
    found = [
        book.first(book.like(number, scope=((), part.id), kinds=(number.kind,)))
        for part in park.parts
    ]
    return _Parts(
        [one for one in found if one is not None],
        [(p.zh, p.en) for p, one in zip(park.parts, found, strict=True) if one is None],
        f"{sum(one is not None for one in found)}个分块",
        f"the {sum(one is not None for one in found)} sub-blocks",
    )


def _zones(book: Book, number: Number) -> _Parts | None:
    """Return numbers limited to zones that make up the park, each zone once."""
    park = book.plans.parks.get(number.about)
    if park is None or scope(number) != WHOLE or len(park.zones) < 2:
        return None
    limited = {
        scope(n)
        for n in book.numbers
        if n.about == park.id and n.metric == number.metric and scope(n)[0] and not scope(n)[1]
    }
    if sorted(zone for zones, _ in limited for zone in zones) != sorted(park.zones):
        return None
    found = [
        book.first(book.like(number, scope=one, kinds=(number.kind,))) for one in sorted(limited)
    ]
    numbers = [one for one in found if one is not None]
    if len(numbers) < len(found):
        return None
    return _Parts(numbers, [], f"{len(numbers)}个片区", f"the {len(numbers)} zones")


def _components(book: Book, number: Number, metric: Metric) -> _Parts | None:
    names = [book.plans.metrics[one] for one in metric.sum_of]
    if not names:
        return None
    found = [book.first(book.like(number, metric=m.id, kinds=(number.kind,))) for m in names]
    return _Parts(
        [one for one in found if one is not None],
        [(m.zh, m.en) for m, one in zip(names, found, strict=True) if one is None],
        f"{sum(one is not None for one in found)}项",
        f"the {sum(one is not None for one in found)} items",
    )


def _against(book: Book, number: Number, parts: _Parts) -> Iterator[Comparison]:
    """Compare a total with its parts, where that can be done."""
    metric = book.plans.metrics[number.metric]
    remarks = words.differing([number], parts.numbers, metric)
    wider = words.looser(book.looser(number))
    right = book.summed(metric, parts.numbers, parts.zh, parts.en)
    whose = (book.name(number, "zh"), book.name(number, "en"))
    of = (number.about, industry(number), metric, number.period)
    yield from _judged(whose, of, book.side(number), right, remarks, parts.missing, wider)


def _judged(
    whose: tuple[str, str],
    of: tuple[str, str, Metric, str],
    left: Side,
    right: Side,
    remarks: list[words.Remark],
    missing: Sequence[tuple[str, str]],
    wider: Sequence[words.Remark] = (),
) -> Iterator[Comparison]:
    """Yield the comparison, unless parts are missing and the sum falls short of the total."""
    if missing and right.span.high < left.span.low:
        return
    holds = left.span.meets(right.span)
    told = [*remarks, *(() if holds else wider)]
    if missing:
        told.append(
            (f"没有数的未计入：{'、'.join(name[0] for name in missing)}",
             f"not counted, as no number is stated: {', '.join(name[1] for name in missing)}")
        )  # fmt: skip
    nature = "" if holds else "scope" if remarks else "sum"
    agreed = _WITHOUT if missing else None
    yield words.comparison("sum", nature, whose, of, left, right, told, agreed=agreed)


# No plain agreement: parts without a number may be more than nothing.
_WITHOUT = (
    "有数的各项之和已与合计相符",
    "the parts that are stated make the total",
)


def _stated(book: Book, metric: Metric, stated: StatedTotal) -> Iterator[Comparison]:
    """Compare a total that metrics.yaml keeps with the parks it is of."""
    parks = [p for p in book.plans.parks.values() if not stated.of or p.kind == stated.of]
    found = {park.id: _of(book, park, metric.id, stated) for park in parks}
    numbers = book.column([own for own in found.values() if own])
    count = len(numbers)
    if count < 2:
        return
    right = book.summed(metric, numbers, f"{count}个园区", f"{count} parks")
    missing = [(p.zh, p.en) for p in parks if not found[p.id]]
    terms = list(dict.fromkeys(t for n in numbers if (t := n.term(metric))))
    remarks = _other_words(book, metric, stated, terms)
    left = _side(book, metric, stated)
    about, *whose = _group(book, stated)
    of = (about, "", metric, stated.period)
    yield from _judged((whose[0], whose[1]), of, left, right, remarks, missing)


def _other_words(
    book: Book, metric: Metric, stated: StatedTotal, terms: list[Label]
) -> list[words.Remark]:  # fmt: skip
    """Return the remark that a stated total is called otherwise than its parts, or as one of them.

    It is the documents' words that tell (`terms` of the metric and of those it is the sum of),
    whatever a note says.
    """
    parts = [book.plans.metrics[one] for one in metric.sum_of]
    narrower = [(part, term) for part in parts for term in part.terms if term.zh in stated.printed]
    if narrower:
        part, term = narrower[0]
        zh, en = words.quoted(part.zh), words.quoted(part.en)
        return [(f"前者原文写“{term.zh}”，是{zh}的用词，后者为{words.quoted(metric.zh)}，"
                 f"口径可能不同",
                 f"the text of the first says “{term.en}”, the words for {en}; the second is "
                 f"{words.quoted(metric.en)}, so the scopes may differ")]  # fmt: skip
    said = [term for term in metric.terms if term.zh in stated.printed][:1]
    return words.termed(said, terms)


def _of(book: Book, park: Park, metric: str, stated: StatedTotal) -> list[Number]:
    """Return a park's numbers for a stated total, of the same document.

    Those of the whole park, or those limited to some zones where it has no other.
    """
    own = [n for n in book.numbers if n.about == park.id and n.metric == metric
           and n.period == stated.period and n.source_id == stated.source_id]  # fmt: skip
    whole = [n for n in own if scope(n) == WHOLE]
    zones = {scope(n) for n in own if not scope(n)[1]}
    return whole or (own if len(zones) == 1 and len({scope(n) for n in own}) == 1 else [])


def _group(book: Book, stated: StatedTotal) -> tuple[str, str, str]:
    """Return the id and name of the subject that holds those parks, or what they are."""
    kinds = [p.id for p in book.plans.parks.values() if not stated.of or p.kind == stated.of]
    for subject in book.plans.subjects.values():
        if set(subject.members) == set(kinds):
            return subject.id, subject.zh, subject.en
    return "", f"{len(kinds)}个园区", f"{len(kinds)} parks"


def _side(book: Book, metric: Metric, stated: StatedTotal) -> Side:
    """Return a stated total as a side."""
    source = book.plans.sources[stated.source_id]
    half = half_unit(stated.value, counted=metric.unit in ("count", "buildings"))
    group = _group(book, stated)
    item = Input(
        zh=group[1], en=group[2], metric=metric.id, period=stated.period, value=stated.value,
        unit=metric.unit, printed=stated.printed, value_printed=stated.value,
        unit_printed=metric.unit, source_id=stated.source_id, locator=stated.locator, kind="",
        note_zh=stated.note_zh, note_en=stated.note_en,
    )  # fmt: skip
    return Side(
        zh=f"《{source.short_zh}》{stated.locator}",
        en=f"{source.short_en}, {stated.locator}",
        value=stated.value,
        unit=metric.unit,
        unit_zh=metric.unit_zh,
        unit_en=metric.unit_en,
        span=exactly(stated.value) + Interval(-half, half),
        inputs=(item,),
    )
