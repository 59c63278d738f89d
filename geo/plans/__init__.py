"""The plans' figures joined to parks and zones, each with its provenance.

`Plans` holds the checked records. The records are `geo.plans.records`, loading and checking is
`geo.plans.files` and `geo.plans.figures`, the join with the digitised boundaries is
`geo.plans.table`; all of it is imported from here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from geo import PLANS
from geo.errors import AtlasError, unknown
from geo.located import fault
from geo.plans.figures import load_figures
from geo.plans.files import load_metrics, load_parks, load_sources
from geo.plans.records import (
    KINDS,
    Blank,
    Evidence,
    Figure,
    Label,
    Metric,
    Park,
    Source,
    StatedTotal,
)
from geo.plans.table import (
    check_zones,
    format_number,
    format_parks_table,
    load_boundaries,
    parks_table,
)

__all__ = [
    "Blank",
    "Evidence",
    "Figure",
    "Label",
    "Metric",
    "Park",
    "Plans",
    "Source",
    "StatedTotal",
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


def _period_key(period: str) -> tuple[str, str]:
    """Sort periods by their last year, a single year before the period that ends with it."""
    first, _, last = period.partition("-")
    return (last or first, "" if not last else first)


@dataclass(frozen=True)
class Plans:
    """Every park, metric, source and figure, checked against each other.

    ``folder`` is where they were read from, for messages.

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

    @classmethod
    def load(cls, folder: str | os.PathLike[str] = PLANS) -> Plans:
        """Read a folder of sources.yaml, metrics.yaml, parks.yaml and figures.csv.

        Raises
        ------
        AtlasError
            Naming file, line and field of the first fault.
        """
        folder = Path(folder)
        sources = load_sources(folder / "sources.yaml")
        metrics = load_metrics(folder / "metrics.yaml")
        parks = load_parks(folder / "parks.yaml")
        _check_references(folder, parks, metrics, sources)
        figures = load_figures(folder / "figures.csv", parks, metrics, sources)
        return cls(parks, metrics, sources, figures, folder)

    @cached_property
    def _whole(self) -> dict[tuple[str, str], list[Figure]]:
        """Figures without sub-blocks by metric and period, actual before estimate and target."""
        found: dict[tuple[str, str], list[Figure]] = {}
        for figure in sorted(self.figures, key=lambda figure: KINDS.index(figure.kind)):
            if not figure.part:
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

    def park_figures(self, park_id: str) -> list[Figure]:
        """Return all of a park's figures, in the order of the metrics, then by period."""
        self.park(park_id)
        order = {metric: index for index, metric in enumerate(self.metrics)}
        own = [figure for figure in self.figures if figure.park_id == park_id]
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
        for blank in park.blanks:
            if blank.metric not in metrics:
                path, listed = folder / "parks.yaml", ", ".join(metrics)
                raise fault(
                    path,
                    _line_of(path, park.id),
                    "blanks",
                    f"unknown metric '{blank.metric}' in '{park.id}'; known: {listed}",
                    f"“{park.id}”引用了未知指标“{blank.metric}”；可用：{listed}",
                )
    for name, owner, source, field in cited:
        if source not in sources:
            path, listed = folder / name, ", ".join(sources)
            line = _line_of(path, owner)
            raise fault(
                path,
                line,
                field,
                f"unknown source '{source}' in '{owner}'; known: {listed}",
                f"“{owner}”引用了未知来源“{source}”；可用：{listed}",
            )


def _line_of(path: Path, entry_id: str) -> int:
    """Return the line on which an entry of that id begins, 1 when it is not found."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    marks = (f"- id: {entry_id}", f'- id: "{entry_id}"')
    return next((n for n, text in enumerate(lines, 1) if text.strip() in marks), 1)


def cite(item: Figure | Source | Evidence, lang: str, plans: Plans | None = None) -> str:
    """Return a one-line citation.

    Parameters
    ----------
    item : Figure, Source or Evidence
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
    if isinstance(item, Figure):
        return _join(cite(item.source, lang), item.locator, lang)
    tail = [part for part in (item.number, item.date) if part]
    if lang == "zh":
        issuer = f"{item.issuer_zh}：" if item.issuer_zh else ""
        return "，".join([f"{issuer}《{item.title_zh}》", *tail])
    issuer = f"{item.issuer_en}: " if item.issuer_en else ""
    return ", ".join([f"{issuer}{item.title_en}", *tail])


def _join(document: str, locator: str, lang: str) -> str:
    """Return a document's citation with the place in it."""
    return f"{document}，{locator}" if lang == "zh" else f"{document}, {locator}"
