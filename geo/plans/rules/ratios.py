"""Rules `share` and `growth`: a stated per cent against the numbers it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from geo.plans.records import Metric, Number
from geo.plans.rules import words
from geo.plans.rules.book import Book, Found
from geo.plans.rules.interval import INFINITY, Interval, bound, exactly
from geo.plans.rules.numbers import WHOLE, Wanted, industry, scope, together
from geo.plans.rules.records import Comparison, Side

_HUNDRED = Decimal(100)
_COMPARABLE = "可比"
_NOT_COMPARED = (
    "增速按可比口径计，两端的数未按可比口径载明，不可比",
    "the growth is on a comparable basis and the values are not said to be: not comparable",
)
_NOT_SAID = (
    "文件没有写明增速是否按可比价计",
    "the document does not say whether it is at comparable prices",
)


# No agreement: the numbers compared are not those the share is made of.
_BOUNDED = (
    "代入的数口径更宽或更窄，只从一侧限定占比，并不矛盾",
    "not contradicted: what stands in is wider or narrower and limits the share from one side only",
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
        *words.stands_in("分子", "the part", book.plans.metrics[metric.share.part], part.metric),
        *words.stands_in("分母", "the whole", book.plans.metrics[metric.share.whole], whole.metric),
    ]
    scoped = bool(part.relation or whole.relation)
    nature = "" if left.span.meets(span) else "scope" if scoped else "share"
    if nature:
        remarks += words.looser(book.looser(number))
    agreed = None
    if scoped:
        agreed = words.STOOD_IN if left.span.meets(quotient * exactly(_HUNDRED)) else _BOUNDED
    yield words.comparison(
        "share",
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), metric, number.period),
        left,
        right,
        remarks,
        agreed=agreed,
    )


def _bounded(quotient: Interval, part: str, whole: str) -> Interval:
    """Return what a share can be when its part or whole stands in for another."""
    if "related" in (part, whole):
        return quotient
    low = quotient.low if part in ("", "narrower") and whole in ("", "wider") else -INFINITY
    high = quotient.high if part in ("", "wider") and whole in ("", "narrower") else INFINITY
    return quotient if low == -INFINITY and high == INFINITY else Interval(low, high)


def growth(book: Book) -> Iterator[Comparison]:
    """Hold every stated growth against the values at both ends of its time.

    A year is held against the year before; a plan's period (2021-2025) begins with the year before
    it, any other period (2015-2020) with its first year. The comparison is start x growth = end, so
    that no root is taken.

    A growth that was measured is rounded to its digits. One that is aimed at is not: nobody
    measured it, the plan sets it, so “5%” is 5 and no other rate that would be printed so. The
    values at its ends are rounded as printed either way, and 以上 or 约 leave the room they leave
    elsewhere.

    A growth on a comparable basis is no ratio of values at the prices of their years: the two are
    told beside each other, and are neither a finding nor an agreement.
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
    """Return the value a growth begins with: what is, even for a growth that is aimed at.

    The first value of "rose from … to …" goes before that of the year where it stands nearer.
    """
    wanted = book.like(number, metric=metric, period=year)
    begun = book.starts(number, metric, int(year))
    for kinds in (("actual", "estimate"), ()):
        found = book.all(Wanted(wanted.about, metric, year, number, wanted.industry,
                                wanted.scope, kinds))  # fmt: skip
        if found or begun:
            # The first of equals is kept, so that the year's own value goes before.
            return max([*found, *begun], key=lambda n: together(n, number))
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
    left = _aimed(number, left)
    since = str(_ends(number.period)[0])
    factor = (left.span * exactly(Decimal("0.01"))) + exactly(Decimal(1))
    reached = begun.span
    for _ in range(years):
        reached = reached * factor
    mean_zh, mean_en = ("年均", "a yearly ") if years > 1 else ("", "a ")
    right = Side(
        zh=f"{begun.zh}的{begun.shown('zh')}（{since}年）至{ended.zh}的{ended.shown('zh')}"
        f"（{end.period}年）的{mean_zh}增长",
        en=f"{mean_en}growth from {begun.shown('en')} in {since} ({begun.en}) to "
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
    of = book.plans.metrics[end.metric]
    remarks = words.differing([start], [end], of)
    if start.metric != end.metric:
        remarks.append(words.NO_YEAR)
    comparable = _COMPARABLE not in number.printed + metric.zh
    nature = "" if reached.meets(ended.span) or not comparable else "scope" if remarks else "growth"
    if nature:
        remarks.append(_leads_to(start, end, number, years, since))
    if nature and "yuan" in of.unit:
        remarks.append(_NOT_SAID)
    if nature:
        remarks += words.looser(book.looser(number))
    made = words.comparison(
        "growth",
        nature,
        (book.name(number, "zh"), book.name(number, "en")),
        (number.about, industry(number), metric, number.period),
        left,
        right,
        remarks,
        agreed=None if comparable else _NOT_COMPARED,
    )
    return replace(made, comparable=comparable)


def _leads_to(
    start: Number, end: Number, number: Number, years: int, since: str
) -> words.Remark:  # fmt: skip
    """Say what a growth makes of the value it begins with."""
    made = rounded(start.value * (1 + number.value / 100) ** years, end.value)
    return (
        f"从{since}年的{start.value:,f}起，照前者到{end.period}年为{made:,f}",
        f"from {start.value:,f} in {since} the first leads to {made:,f} in {end.period}",
    )


def _aimed(number: Number, side: Side) -> Side:
    """Return a growth as a side; one that is aimed at is what is printed, see `growth`."""
    if number.kind != "target" or bound(number) or side.value_to is not None:
        return side
    return replace(side, span=exactly(side.value))
