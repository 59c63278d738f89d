"""The plans' figures joined to parks and zones, each with its provenance.

`Plans` holds the checked records. The records are `geo.plans.records`, loading and checking is
`geo.plans.files` and `geo.plans.figures`, the join with the digitised boundaries is
`geo.plans.table`; all of it is imported from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from geo import PLANS
from geo.errors import AtlasError, unknown
from geo.located import fault
from geo.plans.facts import read_facts
from geo.plans.figures import load_figures, read_figures, read_indicators
from geo.plans.files import load_metrics, load_parks, load_sources, load_units
from geo.plans.projects import Project, load_projects
from geo.plans.records import (
    KINDS,
    Blank,
    Evidence,
    Fact,
    Figure,
    Indicator,
    Industry,
    Label,
    Metric,
    Number,
    Park,
    Source,
    StatedTotal,
    Subject,
)
from geo.plans.rows import raise_first
from geo.plans.subjects import load_subjects
from geo.plans.table import (
    check_zones,
    format_number,
    format_parks_table,
    load_boundaries,
    parks_table,
)
from geo.plans.tags import Tag, load_tags

__all__ = [
    "Blank",
    "Evidence",
    "Fact",
    "Figure",
    "Indicator",
    "Industry",
    "Label",
    "Metric",
    "Number",
    "Park",
    "Plans",
    "Project",
    "Source",
    "StatedTotal",
    "Subject",
    "Tag",
    "check_zones",
    "cite",
    "format_number",
    "format_parks_table",
    "load_boundaries",
    "load_figures",
    "load_metrics",
    "load_parks",
    "load_sources",
    "parks_table",
]


T = TypeVar("T")


def _period_key(period: str) -> tuple[str, str]:
    """Sort periods by their last year, a single year before the period that ends with it."""
    first, _, last = period.partition("-")
    return (last or first, "" if not last else first)


@dataclass(frozen=True)
class Plans:
    """Every park, subject, metric, source, figure, fact and project, checked against each other.

    ``folder`` is where they were read from, for messages; ``faults`` are the rows and
    files left out by `load` with ``tolerant``.

    Examples
    --------
    >>> plans = Plans.load()
    >>> plans.figure("zizhu", "land_mu", "2021-2025").printed
    '690亩'
    """

    parks: dict[str, Park]
    metrics: dict[str, Metric]
    sources: dict[str, Source]
    figures: list[Figure]
    folder: Path = PLANS
    subjects: dict[str, Subject] = field(default_factory=dict)
    industries: dict[str, Industry] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    tags: dict[str, Tag] = field(default_factory=dict)
    faults: tuple[AtlasError, ...] = ()

    @classmethod
    def load(cls, folder: str | os.PathLike[str] = PLANS, tolerant: bool = False) -> Plans:
        """Read a folder of plan data (see ARCHITECTURE.md for its files).

        Parameters
        ----------
        folder : path-like
        tolerant : bool
            Leave faulty rows of the CSV files out, and a CSV file that is missing or lacks a
            column, and tell of them in ``faults``. The app goes on with the rest; the command line
            stops at the first.

        Raises
        ------
        AtlasError
            Naming file, line and field of the first fault.
        """
        folder = Path(folder)
        sources = load_sources(folder / "sources.yaml")
        metrics = load_metrics(folder / "metrics.yaml")
        units = load_units(folder / "metrics.yaml")
        parks = load_parks(folder / "parks.yaml")
        _check_references(folder, parks, metrics, sources)
        subjects, industries = load_subjects(folder / "subjects.yaml", parks, sources)
        tags = load_tags(folder / "parks.yaml", industries)
        faults: list[AtlasError] = []

        def kept(read: Callable[..., tuple[list[T], list[AtlasError]]], *args: Any) -> list[T]:
            """Return a file's good rows; none of a file that cannot be read at all."""
            try:
                rows, faulty = read(*args)
            except AtlasError as error:
                if not tolerant:
                    raise
                rows, faulty = [], [error]
            faults.extend(faulty)
            return rows

        figures = kept(read_figures, folder / "figures.csv", parks, metrics, sources, units)
        indicators = kept(
            read_indicators, folder / "indicators.csv",
            subjects, industries, metrics, sources, units,
        )  # fmt: skip
        known = [*parks, *subjects]
        facts = kept(read_facts, folder / "facts.csv", known, industries, metrics, sources)
        projects = kept(load_projects, folder / "projects.csv", parks, sources)
        if not tolerant:
            raise_first(faults)
        return cls(
            parks=parks,
            metrics=metrics,
            sources=sources,
            figures=figures,
            folder=folder,
            subjects=subjects,
            industries=industries,
            indicators=indicators,
            facts=facts,
            projects=projects,
            tags=tags,
            faults=tuple(faults),
        )

    @cached_property
    def numbers(self) -> list[Number]:
        """Every figure and indicator, the parks' first, in the order of the files."""
        return [*self.figures, *self.indicators]

    @cached_property
    def _by_quantity(self) -> dict[tuple[str, ...], list[Number]]:
        """Figures and indicators by what they are a number of."""
        found: dict[tuple[str, ...], list[Number]] = {}
        for number in self.numbers:
            found.setdefault((type(number).__name__, *number.quantity), []).append(number)
        return found

    def same_quantity(self, number: Number) -> list[Number]:
        """Return every number of the same quantity, wherever it is printed, in file order."""
        return self._by_quantity[(type(number).__name__, *number.quantity)]

    def repeats(self, number: Number) -> bool:
        """Say whether a quantity was printed before, at a place earlier in its file."""
        return self.same_quantity(number)[0] is not number

    def elsewhere(self, number: Number) -> list[Number]:
        """Return the other places where the same quantity is printed."""
        return [other for other in self.same_quantity(number) if other is not number]

    def name(self, about: str, lang: str) -> str:
        """Return the name of a park or subject in ``lang`` ("zh" or "en")."""
        known: dict[str, Park | Subject] = {**self.parks, **self.subjects}
        return known[about].name(lang)

    @cached_property
    def _whole(self) -> dict[tuple[str, str], list[Figure]]:
        """Figures without sub-blocks by metric and period, actual before estimate and target."""
        found: dict[tuple[str, str], list[Figure]] = {}
        for figure in sorted(self.figures, key=lambda figure: KINDS.index(figure.kind)):
            if not figure.part and not self.repeats(figure):
                found.setdefault((figure.metric, figure.period), []).append(figure)
        return found

    def metric(self, metric: str) -> Metric:
        """Return a metric by id; an unknown one raises `AtlasError` listing those there are."""
        if metric not in self.metrics:
            raise unknown("metric", "指标", metric, list(self.metrics))
        return self.metrics[metric]

    def park(self, park_id: str) -> Park:
        """Return a park by id; an unknown one raises `AtlasError` listing those there are."""
        if park_id not in self.parks:
            raise unknown("park", "园区", park_id, list(self.parks))
        return self.parks[park_id]

    def park_of_zone(self, zone_id: str) -> Park | None:
        """Return the park a zone belongs to, or None."""
        return next((park for park in self.parks.values() if zone_id in park.zones), None)

    def mapped_metrics(self) -> list[str]:
        """Return the ids of the metrics offered on the map, those with figures only."""
        return [m.id for m in self.metrics.values() if m.mapped and self.periods(m.id)]

    def periods(self, metric: str) -> list[str]:
        """Return the periods a metric has figures of, oldest first."""
        self.metric(metric)
        return sorted({p for m, p in self._whole if m == metric}, key=_period_key)

    def latest_period(self, metric: str) -> str:
        """Return the last of `periods`; a metric without figures raises `AtlasError`."""
        periods = self.periods(metric)
        if not periods:
            raise AtlasError(en=f"no figures of metric '{metric}'", zh=f"指标“{metric}”没有数据")
        return periods[-1]

    def figure(self, park_id: str, metric: str, period: str) -> Figure | None:
        """Return a park's figure of one metric and period, or None when nothing is stated.

        A figure of the whole park comes first; else the one figure limited to some zones (its
        ``zones`` say so). None as well when several zones have one each: no sum is made up here.
        """
        self.park(park_id)
        found = [f for f in self._whole.get((metric, period), []) if f.park_id == park_id]
        whole = [f for f in found if not f.zones]
        if whole:
            return whole[0]
        scopes = {f.zones for f in found}
        return found[0] if len(scopes) == 1 else None

    def values(self, metric: str, period: str) -> dict[str, Figure]:
        """Return, by zone id, the figure that holds there; zones without one are left out.

        A figure limited to fewer zones goes before one of the whole park.
        """
        best: dict[str, Figure] = {}
        for figure in self._whole.get((metric, period), []):
            zones = figure.zones or self.parks[figure.park_id].zones
            for zone in zones:
                held = best.get(zone)
                if held is None or (figure.zones and not held.zones):
                    best[zone] = figure
        return best

    def park_figures(self, park_id: str, repeats: bool = False) -> list[Figure]:
        """Return all of a park's figures, in the order of the metrics, then by period.

        A quantity that is printed in several places is there once, unless ``repeats``; `elsewhere`
        has the others.
        """
        self.park(park_id)
        order = {metric: index for index, metric in enumerate(self.metrics)}
        own = [f for f in self.figures if f.park_id == park_id]
        if not repeats:
            own = [figure for figure in own if not self.repeats(figure)]
        return sorted(own, key=lambda f: (order[f.metric], _period_key(f.period), f.line))


def _check_references(
    folder: Path, parks: dict[str, Park], metrics: dict[str, Metric], sources: dict[str, Source]
) -> None:
    """Raise when parks or metrics cite a document that is not in sources.yaml."""
    cited = [("metrics.yaml", m.id, m.stated_total.source_id, "stated_total")
             for m in metrics.values() if m.stated_total]  # fmt: skip
    for park in parks.values():
        labels = (*park.industries, park.position)
        cited += [("parks.yaml", park.id, e.source_id, "at / source")
                  for label in labels for e in label.evidence]  # fmt: skip
        cited += [("parks.yaml", park.id, blank.source_id, "blanks") for blank in park.blanks]
        cited += [("parks.yaml", park.id, e.source_id, "limits")
                  for e in (limit.evidence for limit in park.limits)]  # fmt: skip
        named = [("blanks", blank.metric) for blank in park.blanks]
        named += [("limits", metric) for limit in park.limits for metric in limit.metrics]
        for place, metric in named:
            if metric not in metrics:
                path, listed = folder / "parks.yaml", ", ".join(metrics)
                raise fault(
                    path,
                    _line_of(path, park.id),
                    place,
                    f"unknown metric '{metric}' in '{park.id}'; known: {listed}",
                    f"“{park.id}”引用了未知指标“{metric}”；可用：{listed}",
                )
    for name, owner, source, place in cited:
        if source not in sources:
            path, listed = folder / name, ", ".join(sources)
            line = _line_of(path, owner)
            raise fault(
                path,
                line,
                place,
                f"unknown source '{source}' in '{owner}'; known: {listed}",
                f"“{owner}”引用了未知来源“{source}”；可用：{listed}",
            )


def _line_of(path: Path, entry_id: str) -> int:
    """Return the line on which an entry of that id begins, 1 when it is not found."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    marks = (f"- id: {entry_id}", f'- id: "{entry_id}"')
    return next((n for n, text in enumerate(lines, 1) if text.strip() in marks), 1)


def cite(item: Number | Fact | Source | Evidence, lang: str, plans: Plans | None = None) -> str:
    """Return a one-line citation.

    Parameters
    ----------
    item : Number, Fact, Source or Evidence
        An `Evidence` needs ``plans`` to find its document.
    lang : str
        "zh" or "en". Locators stay in Chinese: they name places in Chinese documents.

    Examples
    --------
    >>> plans = Plans.load()
    >>> cite(plans.sources["mh145"], "zh")
    '闵行区人民政府：《闵行区先进制造业“十四五”规划》，闵府发〔2021〕17号，2021-06-29'
    """
    if isinstance(item, Evidence):
        if plans is None:
            raise ValueError("an Evidence is cited with plans")
        return _join(cite(plans.sources[item.source_id], lang), item.locator, lang)
    if isinstance(item, (Number, Fact)):
        return _join(cite(item.source, lang), item.locator, lang)
    number = item.number or ("文号：原文未载" if lang == "zh" else "no document number stated")
    tail = [part for part in (number, item.date) if part]
    if lang == "zh":
        issuer = f"{item.issuer_zh}：" if item.issuer_zh else ""
        return "，".join([f"{issuer}《{item.title_zh}》", *tail])
    issuer = f"{item.issuer_en}: " if item.issuer_en else ""
    return ", ".join([f"{issuer}{item.title_en}", *tail])


def _join(document: str, locator: str, lang: str) -> str:
    """Return a document's citation with the place in it."""
    return f"{document}，{locator}" if lang == "zh" else f"{document}, {locator}"
