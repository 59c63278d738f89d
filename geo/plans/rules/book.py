"""The book a rule reads: the indexed numbers, made the sides of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from geo.plans.records import Indicator, Metric, Number
from geo.plans.rules.interval import Interval, allowed, bound, total
from geo.plans.rules.numbers import Numbers, Wanted, industry, scope
from geo.plans.rules.records import Input, Side

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Found:
    """A side that was found, and how its metric relates to the one looked for.

    ``relation`` is "" for that metric itself, "wider" or "narrower" for one that holds it or is
    held by it, "related" for another part of the same wider one; ``summed`` says that it is a sum
    over members.
    """

    side: Side
    metric: Metric
    relation: str = ""
    summed: bool = False


@dataclass(frozen=True)
class Book(Numbers):
    """The numbers with their names and, where there are boundaries, the digitised zones."""

    boundaries: gpd.GeoDataFrame | None = None

    def name(self, number: Number, lang: str) -> str:
        """Return whose a number is: park or subject, its zones or part, the industry."""
        words = [self.plans.name(number.about, lang)]
        zones, part = scope(number)
        if zones:
            names = [self._zone(zone, lang) for zone in zones]
            words[0] += (
                f"（仅{'、'.join(names)}）" if lang == "zh" else f" (only {', '.join(names)})"
            )
        if part:
            label = self.plans.parks[number.about].part(part)
            words.append(label.name(lang) if label else part)
        if industry(number):
            words.append(self.plans.industries[industry(number)].name(lang))
        return " · ".join(words)

    def _zone(self, zone: str, lang: str) -> str:
        """Return a zone's name as digitised, its id without boundaries."""
        if self.boundaries is None or zone not in self.boundaries.index:
            return zone
        return str(self.boundaries.loc[zone, f"name_{lang}"])

    def input(self, number: Number) -> Input:
        """Return a number as one of a side's inputs."""
        return Input(
            zh=self.name(number, "zh"),
            en=self.name(number, "en"),
            metric=number.metric,
            period=number.period,
            value=number.value,
            unit=number.unit,
            printed=number.printed,
            value_printed=number.value_printed,
            unit_printed=number.unit_printed,
            source_id=number.source_id,
            locator=number.locator,
            kind=number.kind,
            note_zh=number.note_zh,
            note_en=number.note_en,
        )

    def side(self, number: Number) -> Side:
        """Return one stated number as a side."""
        zh, en = self.place([number])
        made = self.made(self.plans.metrics[number.metric], zh, en, number.value,
                         allowed(number), [number])  # fmt: skip
        end = number.value_to if isinstance(number, Indicator) else None
        return replace(made, bound=bound(number) if end is None else "", value_to=end)

    def place(self, numbers: Sequence[Number]) -> tuple[str, str]:
        """Return the documents of some numbers and the headings they share, in zh and en."""
        zh, en = [], []
        for source in self.plans.sources.values():
            own = [n.locator.split(" / ") for n in numbers if n.source_id == source.id]
            if not own:
                continue
            shared = own[0]
            for locator in own[1:]:
                pairs = zip(shared, locator, strict=False)
                same = next((i for i, (a, b) in enumerate(pairs) if a != b), len(shared))
                shared = shared[:same]
            at = " / ".join(shared)
            zh.append(f"《{source.short_zh}》{at}")
            en.append(f"{source.short_en}, {at}" if at else source.short_en)
        return "、".join(zh), "; ".join(en)

    def summed(self, metric: Metric, numbers: Sequence[Number], zh: str, en: str) -> Side:
        """Return the sum of some numbers as a side; ``zh`` and ``en`` say what is added."""
        place_zh, place_en = self.place(numbers)
        value = sum((n.value for n in numbers), Decimal(0))
        return self.made(
            metric,
            f"{place_zh} {zh}之和",
            f"the sum of {en} in {place_en}",
            value,
            total(allowed(n) for n in numbers),
            numbers,
        )

    def made(
        self, metric: Metric, zh: str, en: str, value: Decimal, span: Interval,
        numbers: Sequence[Number],
    ) -> Side:  # fmt: skip
        """Return a side in the unit of a metric."""
        return Side(
            zh=zh,
            en=en,
            value=value,
            unit=metric.unit,
            unit_zh=metric.unit_zh,
            unit_en=metric.unit_en,
            span=span,
            inputs=tuple(self.input(number) for number in numbers),
        )

    def members(self, wanted: Wanted) -> tuple[list[Number], list[str]]:
        """Return the members' numbers of what is wanted of a subject, and who has none."""
        subject = self.plans.subjects.get(wanted.about)
        found, missing = [], []
        for member in subject.members if subject else ():
            number = self.of_park(
                Wanted(member, wanted.metric, wanted.period, wanted.like, wanted.industry,
                       kinds=wanted.kinds)
            )  # fmt: skip
            if number is None:
                missing.append(member)
            else:
                found.append(number)
        return found, missing

    def find(self, wanted: Wanted) -> Found | None:
        """Return what is stated, else the sum over members, else a stand-in of a wider metric."""
        for metric_id, relation in self.stand_ins(wanted.metric):
            metric = self.plans.metrics[metric_id]
            again = Wanted(wanted.about, metric_id, wanted.period, wanted.like, wanted.industry,
                           wanted.scope, wanted.kinds)  # fmt: skip
            number = self.first(again)
            if number is not None:
                return Found(self.side(number), metric, relation)
            numbers, missing = self.members(again)
            if metric.additive and numbers and not missing:
                side = self.summed(
                    metric, numbers, f"{len(numbers)}项", f"the {len(numbers)} numbers"
                )
                return Found(side, metric, relation, summed=True)
        return None
