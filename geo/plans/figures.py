"""Loading and checking figures.csv against the parks, metrics, units and sources.

Every fault is raised as one line that names file, line, field and reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path

from geo import PLANS
from geo.errors import AtlasError
from geo.files import read_csv
from geo.located import fault
from geo.plans.files import (
    NUMBER,
    PERIOD,
    PathLike,
    load_metrics,
    load_parks,
    load_sources,
    load_units,
)
from geo.plans.records import KINDS, Figure, Metric, Park, Source, Unit

FIGURE_COLUMNS = (
    "park_id",
    "metric",
    "year_or_period",
    "value",
    "unit",
    "printed",
    "value_si",
    "source_id",
    "locator",
    "kind",
    "zones",
    "part",
    "note",
    "note_en",
)
_NUMERALS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


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
    reader = _FigureReader(
        path,
        load_parks(folder / "parks.yaml") if parks is None else parks,
        load_metrics(folder / "metrics.yaml") if metrics is None else metrics,
        load_sources(folder / "sources.yaml") if sources is None else sources,
        load_units(folder / "metrics.yaml"),
    )
    figures, faults = reader.read()
    if faults:
        more = len(faults) - 1
        first = faults[0]
        raise AtlasError(
            en=first.text("en") + (f" (and {more} more faulty rows)" if more else ""),
            zh=first.text("zh") + (f"（另有 {more} 行有误）" if more else ""),
        )
    return figures


class _FigureReader:
    """Turns rows of one figures.csv into `Figure` records."""

    def __init__(
        self,
        path: Path,
        parks: Mapping[str, Park],
        metrics: Mapping[str, Metric],
        sources: Mapping[str, Source],
        units: Mapping[str, Unit],
    ) -> None:
        self.path = path
        self.parks, self.metrics, self.sources, self.units = parks, metrics, sources, units

    def read(self) -> tuple[list[Figure], list[AtlasError]]:
        """Return the good rows as figures, and the fault of each other row."""
        figures: list[Figure] = []
        faults: list[AtlasError] = []
        seen: dict[tuple[str, ...], int] = {}
        for line, row in read_csv(self.path, FIGURE_COLUMNS):
            try:
                figure = self._figure(line, row)
                if figure.key in seen:
                    first = seen[figure.key]
                    raise fault(
                        self.path,
                        line,
                        "park_id",
                        f"the same park, metric, period, kind, zones and part as line {first}",
                        f"与第 {first} 行的园区、指标、时期、性质、片区、分块重复",
                    )
                seen[figure.key] = line
                figures.append(figure)
            except AtlasError as error:
                faults.append(error)
        return figures, faults

    def _one_of(self, line: int, row: dict[str, str], field: str, known: Collection[str]) -> str:
        value = row[field]
        if value not in known:
            listed = ", ".join(known)
            raise fault(
                self.path,
                line,
                field,
                f"unknown value '{value}'; known: {listed}",
                f"未知值“{value}”；可用：{listed}",
            )
        return value

    def _decimal(self, line: int, row: dict[str, str], field: str) -> Decimal:
        if not NUMBER.fullmatch(row[field]):
            raise fault(
                self.path,
                line,
                field,
                f"'{row[field]}' is not a number (digits and one point)",
                f"“{row[field]}”不是数字（只用数字和一个小数点）",
            )
        return Decimal(row[field])

    def _period(self, line: int, row: dict[str, str]) -> str:
        period = row["year_or_period"]
        first, _, last = period.partition("-")
        if not PERIOD.fullmatch(period) or (last and last <= first):
            raise fault(
                self.path,
                line,
                "year_or_period",
                f"'{period}' is neither a year nor a period like 2021-2025",
                f"“{period}”既不是年份，也不是 2021-2025 这样的时期",
            )
        return period

    def _converted(self, line: int, row: dict[str, str], value: Decimal, metric: Metric) -> Decimal:
        """Return the value in the metric's unit, checking ``value_si`` against it."""
        unit = self.units[self._one_of(line, row, "unit", self.units)]
        if unit.id == metric.unit:
            if row["value_si"]:
                raise fault(
                    self.path,
                    line,
                    "value_si",
                    "must be empty: the unit is the metric's own",
                    "应为空：单位已是该指标的单位",
                )
            return value
        factor = dict(unit.to).get(metric.unit)
        if factor is None:
            raise fault(
                self.path,
                line,
                "unit",
                f"'{unit.id}' is not the unit of {metric.id} ({metric.unit})",
                f"“{unit.id}”不是指标 {metric.id} 的单位（{metric.unit}）",
            )
        converted = self._decimal(line, row, "value_si")
        if converted != value * factor:
            raise fault(
                self.path,
                line,
                "value_si",
                f"{converted} is not {value} {unit.id} in {metric.unit} ({value * factor})",
                f"{converted} 不等于 {value} {unit.zh} 的换算值（{value * factor}）",
            )
        return converted

    def _members(self, line: int, row: dict[str, str], park: Park) -> tuple[tuple[str, ...], str]:
        """Return the row's zones and part, which must be the park's own."""
        zones = tuple(row["zones"].split())
        for zone in zones:
            if zone not in park.zones or zones.count(zone) > 1:
                listed = ", ".join(park.zones)
                raise fault(
                    self.path,
                    line,
                    "zones",
                    f"'{zone}' is not a zone of {park.id}, or is there twice; known: {listed}",
                    f"“{zone}”不是 {park.id} 的片区，或重复；可用：{listed}",
                )
        if row["part"]:
            self._one_of(line, row, "part", [part.id for part in park.parts])
        return zones, row["part"]

    def _figure(self, line: int, row: dict[str, str]) -> Figure:
        park = self.parks[self._one_of(line, row, "park_id", self.parks)]
        metric = self.metrics[self._one_of(line, row, "metric", self.metrics)]
        value = self._decimal(line, row, "value")
        if metric.mapped and value < 0:
            raise fault(
                self.path,
                line,
                "value",
                f"{value} is below 0, which the map's classes of {metric.id} cannot show",
                f"{value} 小于 0，指标 {metric.id} 的地图分级不能表示",
            )
        for field in ("printed", "locator"):
            if not row[field]:
                raise fault(self.path, line, field, "is missing", "缺失")
        if bool(row["note"]) != bool(row["note_en"]):
            raise fault(
                self.path,
                line,
                "note_en",
                "a note needs both languages",
                "备注须同时有中文和英文",
            )
        numerals = _NUMERALS.findall(unicodedata.normalize("NFKC", row["printed"]))
        if numerals and row["value"].lstrip("-") not in numerals:
            raise fault(
                self.path,
                line,
                "value",
                f"{row['value']} is not in the words as printed: {row['printed']}",
                f"{row['value']} 不在原文“{row['printed']}”之中",
            )
        zones, part = self._members(line, row, park)
        return Figure(
            park_id=park.id,
            metric=metric.id,
            period=self._period(line, row),
            value=self._converted(line, row, value, metric),
            unit=metric.unit,
            printed=row["printed"],
            value_printed=value,
            unit_printed=row["unit"],
            source=self.sources[self._one_of(line, row, "source_id", self.sources)],
            locator=row["locator"],
            kind=self._one_of(line, row, "kind", KINDS),
            zones=zones,
            part=part,
            note_zh=row["note"],
            note_en=row["note_en"],
            line=line,
        )
