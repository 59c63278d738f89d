"""Rules `same`, `start` and `part`: one quantity in two places, a part against its whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.plans.records import Metric, Number
from geo.plans.rules import words
from geo.plans.rules.book import Book
from geo.plans.rules.interval import allowed, half_unit
from geo.plans.rules.numbers import WHOLE, industry
from geo.plans.rules.records import Comparison, Side


def same(book: Book) -> Iterator[Comparison]:
    """Hold every two prints of a quantity against each other.

    Values that leave nothing both could stand for differ; the same value under other words of the
    documents is a difference of label, told once for each of the words; another value under other
    words is one of scope. “约2000” agrees with 1,600 and with 2,400, which do not agree with each
    other: so it is every pair, not every print against the first. A value printed again in the same
    words is held against its first place alone.

    An industry that another plan's classification has too is held against it. Each plan classifies
    for itself, so that a difference is one of scope.
    """
    for number in book.numbers:
        own = sorted(book.same(number), key=book.position)
        if number is not own[0]:
            continue
        metric = book.plans.metrics[number.metric]
        prints = _prints(own, metric)
        for first, *again in prints:
            for other in again:
                yield _same(book, first, other, metric, new_term=False)
        told = {prints[0][0].term(metric)}
        # In the order of the second: the first of its pairs tells of its words.
        for at, (other, *_) in enumerate(prints):
            for first, *_ in prints[:at]:
                yield _same(book, first, other, metric, other.term(metric) not in told)
                told.add(other.term(metric))
        yield from _twins(book, number, [print_[0] for print_ in prints], metric)


def _prints(numbers: Sequence[Number], metric: Metric) -> list[list[Number]]:
    """Return numbers by what they can stand for and the documents' word for the metric."""
    found: dict[tuple, list[Number]] = {}
    for number in numbers:
        found.setdefault((number.value, allowed(number), number.term(metric)), []).append(number)
    return list(found.values())


def _twins(
    book: Book, number: Number, prints: Sequence[Number], metric: Metric
) -> Iterator[Comparison]:  # fmt: skip
    """Hold an industry's prints against those of the same industry in other plans."""
    for twin in book.twins(industry(number)):
        wanted = book.like(number, industry=twin, kinds=(number.kind,))
        others = sorted(book.all(wanted), key=book.position)
        # Each two industries once.
        if not others or book.position(others[0]) < book.position(number):
            continue
        heads = [print_[0] for print_ in _prints(others, metric)]
        for first, other in itertools.product(prints, heads):
            agree = allowed(first).meets(allowed(other))
            yield words.comparison(
                "same",
                "" if agree else "scope",
                (book.name(number, "zh"), book.name(number, "en")),
                (number.about, industry(number), metric, number.period),
                book.side(first),
                book.side(other),
                [CLASSIFIED],
            )


def _same(
    book: Book, first: Number, other: Number, metric: Metric, new_term: bool
) -> Comparison:  # fmt: skip
    remarks = words.differing([first], [other], metric)
    if allowed(first).meets(allowed(other)):
        nature = "label" if remarks and new_term and _alike(first, other) else ""
    else:
        nature = "scope" if remarks else "value"
    return words.comparison(
        "same",
        nature,
        (book.name(first, "zh"), book.name(first, "en")),
        (first.about, industry(first), metric, first.period),
        book.side(first),
        book.side(other),
        remarks if nature else [],
    )


CLASSIFIED = (
    "两份规划各有自己的产业分类，口径可能不同",
    "each plan has its own classification of industries, so the scopes may differ",
)


def start(book: Book) -> Iterator[Comparison]:
    """Hold the first value of "in the period … rose from … to …" against the year before it.

    Against every value that is printed for that year, of the industry too that another plan's
    classification has for it.
    """
    for number in book.distinct(book.numbers):
        of = book.plans.metrics[number.metric].start_of
        if not of:
            continue
        year = str(int(number.period.partition("-")[0]) - 1)
        for own in (industry(number), *book.twins(industry(number))):
            wanted = book.like(number, metric=of, period=year, industry=own)
            for before in book.distinct(book.all(wanted)):
                yield _start(book, number, before)


def _start(book: Book, number: Number, before: Number) -> Comparison:
    of = book.plans.metrics[before.metric]
    twin = industry(before) != industry(number)
    agree = allowed(number).meets(allowed(before))
    remarks = [
        words.NO_YEAR,
        *words.differing([number], [before], of),
        *([CLASSIFIED] if twin else []),
    ]
    nature = "" if agree else "scope" if twin else "value"
    return words.comparison(
        "start",
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), book.plans.metrics[number.metric], number.period),
        book.side(number),
        _in_year(book.side(before), before.period),
        remarks,
    )


def _in_year(side: Side, year: str) -> Side:
    """Return a side that says which year it is of."""
    return replace(side, zh=f"{side.zh}（{year}年）", en=f"{side.en} ({year})")


def part(book: Book) -> Iterator[Comparison]:
    """Hold every part against its whole: it cannot be more.

    Parts by meaning (a narrower metric), as an industry in a wider one, and by place (a park in its
    group, a district in the city).
    The narrower metric with the very value of the wider, at another place, is a difference of
    label: the same number by two names.
    """
    for number in book.distinct(book.numbers):
        metric = book.plans.metrics[number.metric]
        for whole in _wholes(book, number, metric):
            compared = _part(book, whole, number)
            # “至少1000” holds any part: that is no comparison.
            open_ended = (
                compared.left.span.high.is_infinite() or compared.right.span.low.is_infinite()
            )
            if compared.nature or not open_ended:
                yield compared


def _wholes(book: Book, number: Number, metric: Metric) -> Iterator[Number]:
    """Return the nearest numbers that hold a number: by meaning, as an industry, by place."""
    named = [m.id for m in book.plans.metrics.values() if metric.id in m.sum_of]
    for whole in named:
        if whole != metric.part_of:
            yield from _first(iter([book.first(book.like(number, metric=whole))]))
    yield from _first(book.first(book.like(number, metric=m)) for m in book.wider(metric.id))
    if metric.additive:
        yield from _first(
            book.first(book.like(number, industry=one)) for one in book.parents(industry(number))
        )
        yield from _first(
            book.first(book.like(number, about=about, scope=WHOLE))
            for about in book.above(number.about)
        )


def _first(numbers: Iterator[Number | None]) -> Iterator[Number]:
    """Return the first there is."""
    found = next((number for number in numbers if number is not None), None)
    if found is not None:
        yield found


def _part(book: Book, whole: Number, number: Number) -> Comparison:
    metric = book.plans.metrics[number.metric]
    over = allowed(number).low > allowed(whole).high
    named = whole.metric != number.metric
    label = named and not over and _alike(whole, number) and not _called(book, number, whole)
    nature = "scope" if over else "label" if label else ""
    remarks = words.metrics(book.plans.metrics[whole.metric], metric) if nature else []
    return words.comparison(
        "part",
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), metric, number.period),
        _named(book, whole),
        _named(book, number),
        remarks,
        named=True,
    )


def _named(book: Book, number: Number) -> Side:
    """Return a number as a side that says whose it is and of what."""
    side, metric = book.side(number), book.plans.metrics[number.metric]
    return replace(
        side,
        zh=f"{book.name(number, 'zh')}{words.quoted(metric.zh)}（{side.zh}）",
        en=f"{book.name(number, 'en')}, {words.quoted(metric.en)} ({side.en})",
    )


def _alike(one: Number, other: Number) -> bool:
    """Whether one number is the other, rounded or not, whatever 约 or 超过 allow."""
    halves = [
        half_unit(number.value_printed) * number.value / number.value_printed
        for number in (one, other)
        if number.value_printed
    ]
    return len(halves) == 2 and abs(one.value - other.value) <= max(halves)


def _called(book: Book, number: Number, whole: Number) -> bool:
    """Whether the narrower name stands at the whole's own place too: all of it is that part."""
    there = (whole.source_id, whole.locator, whole.value)
    return any((n.source_id, n.locator, n.value) == there for n in book.same(number))
