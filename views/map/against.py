"""Plan against actual: each park's target and what was, their difference, what they sum to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape

import geopandas as gpd
import streamlit as st

from geo.plans import Figure, Park, Plans, cite, format_number
from geo.plans.compare import ACTUAL, PLAN, Gap, PeriodRow, periods
from geo.plans.inputs import limit_of
from layers.amounts import written
from layers.i18n import listed, t
from views.data import Atlas, Stamp


@dataclass(frozen=True)
class Pair:
    """A park's target of a metric and what was in the target's year.

    Attributes
    ----------
    park : geo.plans.Park
    metric : str
    planned, actual : geo.plans.Figure
    gap : geo.plans.compare.Gap
        Actual minus planned, with its formula and caveats.
    same_ground : bool
        Both are of the same zones, sub-block and limits, so that sums of both compare; they may
        still go by other words, which the caveats tell.
    """

    park: Park
    metric: str
    planned: Figure
    actual: Figure
    gap: Gap
    same_ground: bool


@dataclass(frozen=True)
class Single:
    """A park of which only one side is stated: ``has`` is "planned", "actual" or "none"."""

    park: Park
    metric: str
    has: str


@dataclass(frozen=True)
class Comparison:
    """Plan and actual of one metric over some parks."""

    metric: str
    pairs: tuple[Pair, ...]
    singles: tuple[Single, ...]

    @property
    def counted(self) -> tuple[Pair, ...]:
        """The parks that the totals are of: both sides stated, of the same ground."""
        return tuple(pair for pair in self.pairs if pair.same_ground)

    @property
    def totals(self) -> tuple[Decimal, Decimal] | None:
        """Planned and actual over the counted parks, exact; None without any."""
        if not self.counted:
            return None
        return (
            sum((pair.planned.value for pair in self.counted), Decimal(0)),
            sum((pair.actual.value for pair in self.counted), Decimal(0)),
        )


def compare(parks: list[Park], atlas: Atlas) -> list[Comparison]:
    """Return every metric that any park of the data has a target and a later actual of."""
    rows = _rows(atlas.stamp, atlas.plans, atlas.boundaries)
    metrics = dict.fromkeys(row.metric for own in rows.values() for row in own if _both(row))
    return [_comparison(metric, parks, rows) for metric in metrics]


@st.cache_resource(show_spinner=False, max_entries=2)
def _rows(
    stamp: Stamp,  # noqa: ARG001 - the cache's key
    _plans: Plans,
    _boundaries: gpd.GeoDataFrame | None,
) -> dict[str, tuple[PeriodRow, ...]]:
    """Return every park's two periods, made once for each state of the files."""
    return {
        park: tuple(row for row in periods(_plans, park, _boundaries).rows if not row.industry)
        for park in _plans.parks
    }


def _both(row: PeriodRow) -> bool:
    return row.gap is not None


def _comparison(
    metric: str, parks: list[Park], rows: dict[str, tuple[PeriodRow, ...]]
) -> Comparison:
    pairs, singles = [], []
    for park in parks:
        row = next((row for row in rows[park.id] if row.metric == metric), None)
        if row is not None and row.gap is not None:
            actual, planned = row.gap.inputs
            same = _ground(planned, park) == _ground(actual, park)
            pairs.append(Pair(park, metric, planned, actual, row.gap, same))
        else:
            singles.append(Single(park, metric, _has(row)))
    return Comparison(metric, tuple(pairs), tuple(singles))


def _has(row: PeriodRow | None) -> str:
    """Return which side of a row is stated."""
    if row is None:
        return "none"
    planned, actual = row.cells[PLAN].main, row.cells[ACTUAL].main
    if planned is not None and planned.kind == "target":
        return "planned"
    return "actual" if actual is not None else "none"


def _ground(figure: Figure, park: Park) -> tuple:
    """Return what tells the ground of one figure from that of another of its park.

    A sub-block without bounds counts; another park left out does.
    """
    limit = limit_of(park, figure)
    zones = figure.zones or park.zones
    return (tuple(sorted(zones)), figure.part, *((limit.part, limit.without) if limit else ()))


def share(planned: Decimal, actual: Decimal) -> Decimal | None:
    """Return the actual as a share of the plan in per cent, one decimal; None of nothing."""
    if planned <= 0:
        return None
    return (100 * actual / planned).quantize(Decimal("0.1"), ROUND_HALF_UP)


def signed(value: Decimal) -> str:
    """Return a difference with its sign."""
    return f"{value:+,f}".replace("-", "−") if value else "0"


def panel(parks: list[Park], atlas: Atlas, lang: str) -> str:
    """Return the comparisons as HTML, or that there is none; every text is escaped."""
    made = [one for one in compare(parks, atlas) if one.pairs or one.singles]
    if not made:
        return f'<p class="quiet">{escape(t("official.actual.none", lang))}</p>'
    return "".join(_table(one, atlas, lang) for one in made)


def _table(one: Comparison, atlas: Atlas, lang: str) -> str:
    metric = atlas.plans.metrics[one.metric]
    names = ("park", "planned", "actual", "difference", "share", "scope")
    head = "".join(
        f'<th{_number(name)} scope="col">{escape(t(f"official.actual.{name}", lang))}</th>'
        for name in names
    )
    body = "".join(_row(pair, lang) for pair in one.pairs)
    title = t("official.actual.title", lang, metric=metric.short(lang),
              unit=metric.unit_name(lang))  # fmt: skip
    told = "".join(f"<li>{escape(line)}</li>" for line in words(one, lang))
    return (
        f'<section class="official"><h4>{escape(title)}</h4><div class="sheet">'
        f'<table class="rows against-plan"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        f'{_total(one, lang)}</table></div><ul class="told">{told}</ul></section>'
    )


def _number(name: str) -> str:
    return "" if name in ("park", "scope") else ' class="number"'


def _row(pair: Pair, lang: str) -> str:
    scope = t(f"official.actual.scope.{scope_of(pair)}", lang)
    caveats = "".join(f"<li>{escape(note.text(lang))}</li>" for note in pair.gap.caveats)
    if caveats:
        scope = f"<details><summary>{escape(scope)}</summary><ul>{caveats}</ul></details>"
    reached = "—" if pair.gap.share is None else f"{pair.gap.share}%"
    way = "less" if pair.gap.value < 0 else "more"
    cells = "".join(
        f'<td class="number"><span title="{escape(cite(figure, lang))}">'
        f"{escape(written(figure, lang))}</span></td>"
        for figure in (pair.planned, pair.actual)
    )
    return (
        f'<tr><th scope="row">{escape(pair.park.short(lang))}</th>{cells}'
        f'<td class="number {way}">{signed(pair.gap.value)}</td>'
        f'<td class="number">{reached}</td><td>{scope}</td></tr>'
    )


def scope_of(pair: Pair) -> str:
    """Return how the two sides compare: "ground" differs, "words" differ, or the "same"."""
    if not pair.same_ground:
        return "ground"
    return "words" if pair.gap.scope_differs else "same"


def _total(one: Comparison, lang: str) -> str:
    if one.totals is None:
        return ""
    planned, actual = one.totals
    reached = share(planned, actual)
    label = t("official.actual.total", lang, count=len(one.counted))
    shown = "—" if reached is None else f"{reached}%"
    return (
        f'<tfoot><tr><th scope="row">{escape(label)}</th>'
        f'<td class="number">{format_number(planned)}</td>'
        f'<td class="number">{format_number(actual)}</td>'
        f'<td class="number">{signed(actual - planned)}</td><td class="number">{shown}</td>'
        "<td></td></tr></tfoot>"
    )


def words(one: Comparison, lang: str) -> list[str]:
    """Return which parks the totals leave out and why, and what the compared words are."""
    found = []
    other = [pair.park.short(lang) for pair in one.pairs if not pair.same_ground]
    if other:
        found.append(t("official.actual.out.ground", lang, parks=listed(other, lang)))
    for has in ("planned", "actual", "none"):
        parks = [single.park.short(lang) for single in one.singles if single.has == has]
        if parks:
            found.append(
                t(f"official.actual.out.{has}", lang, count=len(parks), parks=listed(parks, lang))
            )
    if any(scope_of(pair) == "words" for pair in one.counted):
        found.append(t("official.actual.words", lang))
    return found
