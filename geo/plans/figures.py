"""Loading and checking figures.csv (the parks') and indicators.csv (all other subjects').

Every fault is told in one line that names file, line, field and reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import ValidationInfo, model_validator

from geo import PLANS
from geo.errors import AtlasError
from geo.plans.files import PathLike, load_metrics, load_parks, load_sources, load_units
from geo.plans.records import (
    IN_CHARACTERS,
    KINDS,
    Figure,
    Indicator,
    Industry,
    Metric,
    Park,
    Source,
    Subject,
    Unit,
)
from geo.plans.rows import (
    MaybeNumeral,
    Numeral,
    Period,
    Row,
    Words,
    known,
    numerals,
    raise_first,
    read_rows,
    refuse,
)

_IN_CHARACTERS = dict(zip(IN_CHARACTERS, ("0", "10", "100", "1000", "10000"), strict=True))


class NumberRow(Row):
    """The columns that `Number` is made of."""

    metric: Annotated[str, known("metrics")]
    year_or_period: Period
    value: Numeral
    unit: Annotated[str, known("units")]
    printed: Words
    value_si: MaybeNumeral
    source_id: Annotated[str, known("sources")]
    locator: Words
    kind: Annotated[str, known("kinds")]
    note: str
    note_en: str

    @model_validator(mode="after")
    def _number_holds(self, info: ValidationInfo) -> Self:
        metric: Metric = info.context["metrics"][self.metric]
        if metric.mapped and self.value < 0:
            raise refuse(
                f"{self.value} is below 0, which the map's classes of {metric.id} cannot show",
                f"{self.value} 小于 0，指标 {metric.id} 的地图分级不能表示",
                "value",
            )
        if bool(self.note) != bool(self.note_en):
            raise refuse("a note needs both languages", "备注须同时有中文和英文", "note_en")
        self._in_words("value", self.value)
        self._check_conversion(metric, info.context["units"])
        return self

    def _in_words(self, field: str, value: Decimal) -> None:
        """Refuse a number that is not in the words as printed."""
        printed = unicodedata.normalize("NFKC", self.printed)
        found = numerals(printed) + self._with_a_comma(printed)
        found = found or [number for sign, number in _IN_CHARACTERS.items() if sign in printed]
        if str(value).lstrip("-") not in found:
            raise refuse(
                f"{value} is not in the words as printed: {self.printed}",
                f"{value} 不在原文“{self.printed}”之中",
                field,
            )

    def _with_a_comma(self, printed: str) -> list[str]:
        """Return the numerals printed with a comma for the point (4617,47), with a point.

        The notes have to quote them so: elsewhere a comma may stand between two numbers.
        """
        notes = [unicodedata.normalize("NFKC", note) for note in (self.note, self.note_en)]
        return [
            numeral.replace(",", ".")
            for numeral in re.findall(r"(?<![0-9.,])[0-9]+,[0-9]+(?![0-9.,])", printed)
            if all(numeral in note for note in notes)
        ]

    def _check_conversion(self, metric: Metric, units: Mapping[str, Unit]) -> None:
        """Refuse a unit that is not the metric's, unless ``value_si`` converts it exactly."""
        unit = units[self.unit]
        if unit.id == metric.unit:
            if self.value_si is not None:
                raise refuse(
                    "must be empty: the unit is the metric's own",
                    "应为空：单位已是该指标的单位",
                    "value_si",
                )
            return
        factor = dict(unit.to).get(metric.unit)
        if factor is None:
            raise refuse(
                f"'{unit.id}' is not the unit of {metric.id} ({metric.unit})",
                f"“{unit.id}”不是指标 {metric.id} 的单位（{metric.unit}）",
                "unit",
            )
        if self.value_si != self.value * factor:
            raise refuse(
                f"{self.value_si} is not {self.value} {unit.id} in {metric.unit} "
                f"({self.value * factor})",
                f"{self.value_si} 不等于 {self.value} {unit.zh} 的换算值（{self.value * factor}）",
                "value_si",
            )

    def number(self, context: Mapping[str, Any], line: int) -> dict[str, Any]:
        """Return the fields of `Number`."""
        return {
            "metric": self.metric,
            "period": self.year_or_period,
            "value": self.value if self.value_si is None else self.value_si,
            "unit": context["metrics"][self.metric].unit,
            "printed": self.printed,
            "value_printed": self.value,
            "unit_printed": self.unit,
            "source": context["sources"][self.source_id],
            "locator": self.locator,
            "kind": self.kind,
            "note_zh": self.note,
            "note_en": self.note_en,
            "line": line,
        }


class FigureRow(NumberRow):
    """A row of figures.csv."""

    park_id: Annotated[str, known("parks")]
    zones: str
    part: str

    @model_validator(mode="after")
    def _members_hold(self, info: ValidationInfo) -> Self:
        """Refuse zones and parts that are not the park's own."""
        park: Park = info.context["parks"][self.park_id]
        zones = self.zones.split()
        for zone in zones:
            if zone not in park.zones or zones.count(zone) > 1:
                listed = ", ".join(park.zones)
                raise refuse(
                    f"'{zone}' is not a zone of {park.id}, or is there twice; known: {listed}",
                    f"“{zone}”不是 {park.id} 的片区，或重复；可用：{listed}",
                    "zones",
                )
        parts = [part.id for part in park.parts]
        if self.part and self.part not in parts:
            listed = ", ".join(parts)
            raise refuse(
                f"unknown value '{self.part}'; known: {listed}",
                f"未知值“{self.part}”；可用：{listed}",
                "part",
            )
        return self


class IndicatorRow(NumberRow):
    """A row of indicators.csv."""

    subject_id: Annotated[str, known("subjects")]
    industry: Annotated[str, known("industries_or_none")]
    value_to: MaybeNumeral

    @model_validator(mode="after")
    def _range_holds(self) -> Self:
        """Refuse a range that does not rise, or whose end is not printed."""
        if self.value_to is not None:
            self._in_words("value_to", self.value_to)
            if self.value_to <= self.value:
                raise refuse(
                    f"{self.value_to} is not above {self.value}",
                    f"{self.value_to} 不大于 {self.value}",
                    "value_to",
                )
            if self.value_si is not None:
                raise refuse("a range cannot be converted", "区间不能换算", "value_si")
        return self


def read_figures(
    path: PathLike,
    parks: Mapping[str, Park],
    metrics: Mapping[str, Metric],
    sources: Mapping[str, Source],
    units: Mapping[str, Unit],
) -> tuple[list[Figure], list[AtlasError]]:
    """Return the good rows of a figures.csv, and the fault of each other row.

    Raises
    ------
    AtlasError
        When the file cannot be read or lacks a column.
    """
    context = _context(metrics, sources, units) | {"parks": parks}

    def make(row: FigureRow, line: int) -> Figure:
        zones = tuple(row.zones.split())
        return Figure(**row.number(context, line), park_id=row.park_id, zones=zones, part=row.part)

    same = (
        "park_id",
        "the same park, metric, period, kind, zones, part and place",
        "园区、指标、时期、性质、片区、分块和出处",
    )
    return read_rows(path, FigureRow, context, make, lambda figure: figure.key, same)


def read_indicators(
    path: PathLike,
    subjects: Mapping[str, Subject],
    industries: Mapping[str, Industry],
    metrics: Mapping[str, Metric],
    sources: Mapping[str, Source],
    units: Mapping[str, Unit],
) -> tuple[list[Indicator], list[AtlasError]]:
    """Return the good rows of an indicators.csv, and the fault of each other row.

    Raises
    ------
    AtlasError
        When the file cannot be read or lacks a column.
    """
    context = _context(metrics, sources, units)
    context |= {"subjects": subjects, "industries_or_none": ("", *industries)}

    def make(row: IndicatorRow, line: int) -> Indicator:
        return Indicator(
            **row.number(context, line),
            subject_id=row.subject_id,
            industry=row.industry,
            value_to=row.value_to,
        )

    same = (
        "subject_id",
        "the same subject, industry, metric, period, kind and place",
        "对象、产业、指标、时期、性质和出处",
    )
    return read_rows(path, IndicatorRow, context, make, lambda indicator: indicator.key, same)


def _context(
    metrics: Mapping[str, Metric], sources: Mapping[str, Source], units: Mapping[str, Unit]
) -> dict[str, Any]:
    """Return what both files' checks look names up in."""
    return {"metrics": metrics, "sources": sources, "units": units, "kinds": KINDS}


def load_figures(
    path: PathLike | None = None,
    parks: Mapping[str, Park] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> list[Figure]:
    """Return every figure of figures.csv, checked against the other files.

    Parameters
    ----------
    path : path-like, optional
        The CSV; the other files are looked for beside it when they are not given.
    parks, metrics, sources : mapping, optional
        As loaded by `load_parks`, `load_metrics` and `load_sources`.

    Raises
    ------
    AtlasError
        Naming file, line, field and reason of the first fault; ends with the number of further
        faulty rows, if any.
    """
    path = Path(path or PLANS / "figures.csv")
    folder = path.parent
    figures, faults = read_figures(
        path,
        load_parks(folder / "parks.yaml") if parks is None else parks,
        load_metrics(folder / "metrics.yaml") if metrics is None else metrics,
        load_sources(folder / "sources.yaml") if sources is None else sources,
        load_units(folder / "metrics.yaml"),
    )
    raise_first(faults)
    return figures
