"""The plans' numbers, indexed by what they are of, and which belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo.plans.records import Figure, Indicator, Number
from geo.plans.rules.interval import allowed

if TYPE_CHECKING:
    from geo.plans import Plans

# The metric whose values are the areas that the boundaries enclose.
OUTLINE = "planned_area_km2"

Scope = tuple[tuple[str, ...], str]
WHOLE: Scope = ((), "")


def scope(number: Number) -> Scope:
    """Return the zones and the part that a number is limited to."""
    return (number.zones, number.part) if isinstance(number, Figure) else WHOLE


def industry(number: Number) -> str:
    """Return the industry that a number is limited to, or nothing."""
    return number.industry if isinstance(number, Indicator) else ""


def mixed(one: str, other: str) -> bool:
    """Whether two kinds of number cannot be held against each other: an aim and what is."""
    return (one == "target") != (other == "target")


def together(number: Number, other: Number) -> tuple[int, int]:
    """Return how near to each other two numbers are printed: one document, then headings shared."""
    if number.source_id != other.source_id:
        return (0, 0)
    shared = 0
    for one, two in zip(number.locator.split(" / "), other.locator.split(" / "), strict=False):
        if one != two:
            break
        shared += 1
    return (1, shared)


@dataclass(frozen=True)
class Wanted:
    """What a number is looked for as: of whom, of what, when; ``like`` is the one it goes with."""

    about: str
    metric: str
    period: str
    like: Number
    industry: str = ""
    scope: Scope = WHOLE
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """The plans' numbers, indexed.

    Nothing here depends on the order of rows: numbers are in the order of the parks and subjects,
    the metrics, the periods and the documents.
    """

    plans: Plans

    @cached_property
    def _order(self) -> dict[str, dict[str, int]]:
        plans = self.plans
        ids = {
            "about": [*plans.parks, *plans.subjects],
            "metric": list(plans.metrics),
            "source": list(plans.sources),
        }
        return {name: {one: at for at, one in enumerate(own)} for name, own in ids.items()}

    def _key(self, number: Number) -> tuple[Any, ...]:
        order = self._order
        return (
            order["about"][number.about],
            industry(number),
            order["metric"][number.metric],
            number.period,
            order["source"][number.source_id],
            number.locator,
            scope(number),
            number.kind,
            number.value,
            number.printed,
        )

    @cached_property
    def numbers(self) -> list[Number]:
        """Every number, in an order that is not that of the rows."""
        return sorted(self.plans.numbers, key=self._key)

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {id(number): position for position, number in enumerate(self.numbers)}

    def position(self, number: Number) -> int:
        """Return where a number stands in the order of the book."""
        return self._positions[id(number)]

    @cached_property
    def _index(self) -> dict[tuple[Any, ...], list[Number]]:
        found: dict[tuple[Any, ...], list[Number]] = {}
        for number in self.numbers:
            key = (number.about, number.metric, number.period, industry(number), scope(number))
            found.setdefault(key, []).append(number)
        return found

    def same(self, number: Number) -> list[Number]:
        """Return the numbers of one quantity and kind, wherever they are printed."""
        return [n for n in self.all(self.like(number)) if n.kind == number.kind]

    def like(self, number: Number, **changes: Any) -> Wanted:
        """Return what a number is, with changes, as something to look for."""
        wanted = {
            "about": number.about,
            "metric": number.metric,
            "period": number.period,
            "industry": industry(number),
            "scope": scope(number),
        }
        return Wanted(**(wanted | changes), like=number)

    def all(self, wanted: Wanted) -> list[Number]:
        """Return every number of what is wanted, nearest to the one it goes with first."""
        key = (wanted.about, wanted.metric, wanted.period, wanted.industry, wanted.scope)
        like = wanted.like
        if wanted.kinds:
            found = [n for n in self._index.get(key, []) if n.kind in wanted.kinds]
        else:
            found = [n for n in self._index.get(key, []) if not mixed(n.kind, like.kind)]
        # The sort keeps the order of the book among equals.
        return sorted(found, key=lambda n: (n.kind == like.kind, *together(n, like)), reverse=True)

    def first(self, wanted: Wanted) -> Number | None:
        """Return the number of what is wanted that stands nearest, or None."""
        return next(iter(self.all(wanted)), None)

    def of_park(self, wanted: Wanted) -> Number | None:
        """Return `first`, or a park's only number that is limited to some of its zones."""
        whole = self.first(wanted)
        park = self.plans.parks.get(wanted.about)
        if whole is not None or park is None or wanted.scope != WHOLE:
            return whole
        own = (wanted.about, wanted.metric, wanted.period)
        scopes = {key[4] for key in self._index if key[:3] == own and not key[4][1]}
        if len(scopes) != 1:
            return None
        return self.first(Wanted(wanted.about, wanted.metric, wanted.period, wanted.like,
                                 scope=scopes.pop(), kinds=wanted.kinds))  # fmt: skip

    def column(self, candidates: Sequence[Sequence[Number]]) -> list[Number]:
        """Return one number of each list, those that stand together, as in a table's column."""

        def score(number: Number, own: Sequence[Number]) -> tuple[int, int]:
            rest = [max(together(number, n) for n in others)
                    for others in candidates if others is not own]  # fmt: skip
            return sum(near[0] for near in rest), sum(near[1] for near in rest)

        return [max(own, key=lambda number: score(number, own)) for own in candidates]

    def distinct(self, numbers: Iterable[Number]) -> Iterator[Number]:
        """Leave out a number that its document prints once more; the tightest words stay."""
        found: dict[tuple[Any, ...], Number] = {}
        for number in numbers:
            key = (*number.quantity, number.source_id, number.value)
            held = found.setdefault(key, number)
            if allowed(number).width < allowed(held).width:
                found[key] = number
        yield from found.values()

    def looser(self, number: Number) -> list[Number]:
        """Return where the same document prints that value in words that leave it more room."""
        return [
            n
            for n in self.same(number)
            if (n.source_id, n.value) == (number.source_id, number.value)
            and allowed(n).width > allowed(number).width
        ]

    def starts(self, number: Number, metric: str, year: int) -> list[Number]:
        """Return the first values of periods that begin after a year, nearest first."""
        found: list[Number] = []
        for one in self.plans.metrics.values():
            if one.start_of == metric:
                period = f"{year + 1}-{year + 5}"
                found += self.all(self.like(number, metric=one.id, period=period))
        return sorted(found, key=lambda n: together(n, number), reverse=True)

    def twins(self, industry_id: str) -> list[str]:
        """Return the industries that other plans' classifications have for one."""
        if not industry_id:
            return []
        own = self._common(industry_id)
        return [i for i in self.plans.industries if i != industry_id and self._common(i) == own]

    def _common(self, industry_id: str) -> str:
        return self.plans.industries[industry_id].same_as or industry_id

    def wider(self, metric: str) -> list[str]:
        """Return the metrics that hold this one by their meaning, the nearest first."""
        found: list[str] = []
        while (metric := self.plans.metrics[metric].part_of) and metric not in found:
            found.append(metric)
        return found

    def stand_ins(self, metric: str) -> list[tuple[str, str]]:
        """Return a metric and those that may stand in for it, each with its relation to it."""
        wider = self.wider(metric)
        others = [m for m in self.plans.metrics if m != metric and m not in wider]
        narrower = [m for m in others if metric in self.wider(m)]
        parent = self.plans.metrics[metric].part_of
        related = [m for m in others if parent and self.plans.metrics[m].part_of == parent]
        return [
            (metric, ""),
            *((m, "wider") for m in wider),
            *((m, "narrower") for m in narrower),
            *((m, "related") for m in related),
        ]

    def parents(self, industry_id: str) -> list[str]:
        """Return the industries that hold one in its plan's classification, the nearest first."""
        found, industries = [], self.plans.industries
        while industry_id and (industry_id := industries[industry_id].parent):
            found.append(industry_id)
        return found

    def above(self, about: str) -> list[str]:
        """Return what a park or subject lies in, the nearest first."""
        subjects, found = self.plans.subjects, []
        queue = [s.id for s in subjects.values() if about in s.members]
        if about in subjects and subjects[about].within:
            queue.append(subjects[about].within)
        while queue:
            subject = queue.pop(0)
            if subject not in found:
                found.append(subject)
                queue += [subjects[subject].within] if subjects[subject].within else []
        return found

    def around(self, about: str, kind: str) -> str | None:
        """Return what a park or subject lies in of a kind of subject; itself for no kind."""
        if not kind:
            return about
        return next((s for s in self.above(about) if self.plans.subjects[s].kind == kind), None)
