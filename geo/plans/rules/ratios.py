"""Rules `share` and `growth`: a stated per cent against the numbers it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from geo.plans.records import Metric, Number
from geo.plans.rules import words
from geo.plans.rules.book import Book, Found
from geo.plans.rules.interval import INFINITY, Interval, exactly
from geo.plans.rules.numbers import WHOLE, Wanted, industry, scope
from geo.plans.rules.records import Comparison, Side

_HUNDRED = Decimal(100)
_COMPARABLE = (
    "文件所载为可比口径，不是两端数之比",
    "the growth is on a comparable basis, not the ratio of the values",
)
_NOT_SAID = (
    "文件没有写明增速是否按可比价计",
    "the document does not say whether it is at comparable prices",
)


def rounded(value: Decimal, like: Decimal) -> Decimal:
    """Return a quotient to two digits more than the number it is held against has."""
    exponent = int(like.as_tuple().exponent) - 2
    return value.quantize(Decimal(1).scaleb(min(exponent, -2)))


def share(book: Book) -> Iterator[Comparison]:
    """Hold every stated share against part and whole.

    Where one of them is not stated, the sum over members stands in, then a wider or narrower
    metric: a wider whole can only make the share smaller than the one stated, so that it bounds it
    from one side. Where both stand in for others the two are held against each other as they are,
    and the difference is one of scope.
    """
    for number in book.distinct(book.numbers):
        metric = book.plans.metrics[number.metric]
        if metric.share is None:
            continue
        part = _find(book, number, metric.share.part, metric.share.part_in)
        whole = _find(book, number, metric.share.whole, metric.share.whole_in)
        if part is None or whole is None or part.side.inputs == whole.side.inputs:
            continue
        yield from _share(book, number, metric, part, whole)


def _find(book: Book, number: Number, metric: str, kind: str) -> Found | None:
    """Return a share's part or whole, of the number's own subject or of one that holds it."""
    about = book.around(number.about, kind)
    if about is None:
        return None
    place = scope(number) if about == number.about else WHOLE
    own = industry(number)
    for of in dict.fromkeys((own, "")):
        found = book.find(book.like(number, about=about, metric=metric, scope=place, industry=of))
        if found is not None:
            return found
    return None


def _share(
    book: Book, number: Number, metric: Metric, part: Found, whole: Found
) -> Iterator[Comparison]:  # fmt: skip
    quotient = part.side.span.over(whole.side.span)
    if quotient is None or not whole.side.value:
        return
    span = _bounded(quotient * exactly(_HUNDRED), part.relation, whole.relation)
    left = book.side(number)
    value = rounded(part.side.value / whole.side.value * 100, number.value)
    right = Side(
        zh=f"{part.side.zh}的{part.side.shown('zh')}除以{whole.side.zh}的{whole.side.shown('zh')}",
        en=f"{part.side.shown('en')} ({part.side.en}) over {whole.side.shown('en')} "
        f"({whole.side.en})",
        value=value,
        unit=left.unit,
        unit_zh=left.unit_zh,
        unit_en=left.unit_en,
        span=span,
        inputs=(*part.side.inputs, *whole.side.inputs),
    )
    assert metric.share is not None
    remarks = [
        *_stands_in(book, "分子", "the part", metric.share.part, part),
        *_stands_in(book, "分母", "the whole", metric.share.whole, whole),
    ]
    scoped = bool(part.relation or whole.relation)
    nature = "" if left.span.meets(span) else "scope" if scoped else "share"
    yield words.comparison(
        "share",
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), metric, number.period),
        left,
        right,
        remarks,
    )


def _bounded(quotient: Interval, part: str, whole: str) -> Interval:
    """Return what a share can be when its part or whole stands in for another."""
    if "related" in (part, whole):
        return quotient
    low = quotient.low if part in ("", "narrower") and whole in ("", "wider") else -INFINITY
    high = quotient.high if part in ("", "wider") and whole in ("", "narrower") else INFINITY
    return quotient if low == -INFINITY and high == INFINITY else Interval(low, high)


def _stands_in(book: Book, zh: str, en: str, metric: str, found: Found) -> list[words.Remark]:
    """Say what stands in for a number that is not stated."""
    if not found.relation:
        return []
    wanted = book.plans.metrics[metric]
    names = [[words.quoted(m.name(lang)) for m in (wanted, found.metric)] for lang in ("zh", "en")]
    return [(f"没有{zh}{names[0][0]}的数，以{names[0][1]}代，口径不同",
             f"no number of {en}, {names[1][0]}, is stated; {names[1][1]} stands in, of a "
             f"different scope")]  # fmt: skip


def growth(book: Book) -> Iterator[Comparison]:
    """Hold every stated growth against the values at both ends of its time.

    A year is held against the year before; a plan's period (2021-2025) begins with the year before
    it, any other period (2015-2020) with its first year. The comparison is start x growth = end, so
    that no root is taken.
    """
    for number in book.distinct(book.numbers):
        metric = book.plans.metrics[number.metric]
        if metric.growth is None or not number.period:
            continue
        first, last = _ends(number.period)
        of = book.plans.metrics[metric.growth.of]
        end = book.first(book.like(number, metric=of.id, period=str(last)))
        start = _start(book, number, of.id, str(first))
        if start is None or end is None or start.value <= 0:
            continue
        single = "-" not in number.period
        years = last - first if metric.growth.average and not single else 1
        yield _growth(book, number, start, end, years)


def _ends(period: str) -> tuple[int, int]:
    """Return the years whose values a growth over a period compares."""
    first, _, last = period.partition("-")
    if not last:
        return int(first) - 1, int(first)
    plan = int(first) % 5 == 1 and int(last) - int(first) == 4
    return int(first) - plan, int(last)


def _start(book: Book, number: Number, metric: str, year: str) -> Number | None:
    """Return the value a growth begins with: what is, even for a growth that is aimed at."""
    wanted = book.like(number, metric=metric, period=year)
    for kinds in (("actual", "estimate"), ()):
        found = book.first(Wanted(wanted.about, metric, year, number, wanted.industry,
                                  wanted.scope, kinds))  # fmt: skip
        if found is not None:
            return found
    return None


def _rate(start: Decimal, end: Decimal, years: int) -> Decimal:
    """Return the yearly growth in per cent from one value to another."""
    if start.is_infinite() or end <= 0:
        return -_HUNDRED
    if end.is_infinite() or start <= 0:
        return INFINITY
    ratio = end / start
    return ((ratio if years == 1 else (ratio.ln() / years).exp()) - 1) * 100


def _growth(book: Book, number: Number, start: Number, end: Number, years: int) -> Comparison:
    metric = book.plans.metrics[number.metric]
    left, begun, ended = (book.side(n) for n in (number, start, end))
    factor = (left.span * exactly(Decimal("0.01"))) + exactly(Decimal(1))
    reached = begun.span
    for _ in range(years):
        reached = reached * factor
    mean_zh, mean_en = ("年均", "a yearly ") if years > 1 else ("", "a ")
    right = Side(
        zh=f"{begun.zh}的{begun.shown('zh')}（{start.period}年）至{ended.zh}的{ended.shown('zh')}"
        f"（{end.period}年）的{mean_zh}增长",
        en=f"{mean_en}growth from {begun.shown('en')} in {start.period} ({begun.en}) to "
        f"{ended.shown('en')} in {end.period} ({ended.en})",
        value=rounded(_rate(start.value, end.value, years), number.value),
        unit=left.unit,
        unit_zh=left.unit_zh,
        unit_en=left.unit_en,
        span=Interval(
            _rate(begun.span.high, ended.span.low, years),
            _rate(begun.span.low, ended.span.high, years),
        ),
        inputs=(*begun.inputs, *ended.inputs),
    )
    of = book.plans.metrics[start.metric]
    remarks = words.differing([start], [end], of)
    scoped = bool(remarks) or "可比" in number.printed + metric.zh
    nature = "" if reached.meets(ended.span) else "scope" if scoped else "growth"
    if nature and "可比" in number.printed + metric.zh:
        remarks.append(_COMPARABLE)
    elif nature and "可比" in number.note_zh:
        remarks.append(_NOT_SAID)
    return words.comparison(
        "growth",
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), metric, number.period),
        left,
        right,
        remarks,
    )
