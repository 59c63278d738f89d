"""Parks side by side as rows: what is stated of each, and what may be compared with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.plans import KINDS, Figure, Metric, Park, cite
from layers import amounts
from layers.i18n import t
from layers.units import printed_amount, unit_name, written_in
from views.data import Atlas
from views.parks.state import ParksState

# Groups of rows, by the unit of their metric.
GROUPS = ("space", "ground", "output", "other")
_GROUP_OF = {
    "mu": "space", "10k_m2": "space", "buildings": "space", "km2": "ground",
    "100m_yuan": "output", "100m_yuan_per_km2": "output", "10k_yuan_per_mu": "output",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What a park's figure is in a row.

    Attributes
    ----------
    figure : Figure or None
        None where nothing is stated.
    text : str
        As shown, with the mark of its bound; "—" for none.
    notes : tuple of str
        What has to be said of it: its ground, the printed words, remarks.
    scope : tuple
        What it is a figure of, as two figures must be alike in to be compared.
    places : tuple of str
        Where it is printed, in full.
    """

    figure: Figure | None
    text: str = "—"
    notes: tuple[str, ...] = ()
    scope: tuple = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A metric in a period.

    Attributes
    ----------
    metric : Metric
    period : str
    unit : str
        Name of the unit that is shown.
    cells : tuple of Cell
        One a park.
    beside : tuple of bool
        Which cells may be laid beside each other: two or more figures of like ground, term and
        kind, those of whole parks where several such groups would do.
    """

    metric: Metric
    period: str
    unit: str
    cells: tuple[Cell, ...]
    beside: tuple[bool, ...]

    @property
    def group(self) -> str:
        """Which of `GROUPS` it belongs to."""
        return _GROUP_OF.get(self.metric.unit, "other")

    @property
    def stated(self) -> list[Figure]:
        """The figures there are."""
        return [cell.figure for cell in self.cells if cell.figure is not None]

    @property
    def full(self) -> bool:
        """Whether every park has a figure."""
        return len(self.stated) == len(self.cells)

    @property
    def kind(self) -> str:
        """The figures' kind, the first in order where they differ."""
        return min((figure.kind for figure in self.stated), key=KINDS.index)

    @property
    def alike(self) -> bool:
        """Whether there are several figures and all may be compared."""
        return len(self.stated) > 1 and sum(self.beside) == len(self.stated)

    @property
    def apart(self) -> list[int]:
        """Which of the figures may not be laid beside the others, by their places."""
        return [
            place
            for place, (cell, fits) in enumerate(zip(self.cells, self.beside, strict=True))
            if cell.figure is not None and not fits
        ]

    def share(self, place: int) -> float | None:
        """Return a figure as a share of the largest that it may be laid beside, for its bar.

        None where there is none.
        """
        if not self.beside[place]:
            return None
        own = zip(self.cells, self.beside, strict=True)
        most = max(cell.figure.value for cell, fits in own if fits)
        value = self.cells[place].figure.value
        return float(value / most) if most > 0 and value >= 0 else None

    def most(self, cell: Cell) -> bool:
        """Say whether a figure is the row's one largest, which only exact figures can be.

        Beside a park of which nothing is stated none is: that one's may be larger.
        """
        if not self.alike or any(one.figure is None for one in self.cells):
            return False
        if any(figure.bound != "exact" for figure in self.stated):
            return False
        others = [figure.value for figure in self.stated if figure is not cell.figure]
        return all(cell.figure.value > value for value in others)


def rows(state: ParksState, atlas: Atlas) -> list[Row]:
    """Return the rows of a state, by group and in the order of the metrics.

    Of a metric, the period of which most parks have a figure, the latest of those; all of them with
    ``years``.
    """
    plans = atlas.plans
    found: list[Row] = []
    for metric in plans.metrics.values():
        made = [_row(metric, period, state, atlas) for period in plans.periods(metric.id)]
        made = [row for row in made if row.stated and (row.full or not state.full)]
        if made and not state.years:
            made = [max(reversed(made), key=lambda row: len(row.stated))]
        found += made
    return sorted(found, key=lambda row: GROUPS.index(row.group))


def _row(metric: Metric, period: str, state: ParksState, atlas: Atlas) -> Row:
    """Return one row."""
    parks = [atlas.plans.parks[park] for park in state.parks]
    cells = tuple(_cell(park, metric, period, state, atlas) for park in parks)
    unit = unit_name(metric.unit_name(state.lang), metric.unit, state.unit, state.lang)
    return Row(metric, period, unit, cells, _beside(cells, metric))


def _beside(cells: tuple[Cell, ...], metric: Metric) -> tuple[bool, ...]:
    """Return which cells may be laid beside each other, see `Row`."""
    held = [cell for cell in cells if cell.figure is not None]
    # Nothing is nothing of any scope: "无厂房" may stand beside floor space.
    footings = [_footing(cell, metric) for cell in held if cell.figure.value]
    # Most figures first, then those of whole parks.
    best = max(footings, key=lambda one: (footings.count(one), not one[0]), default=())
    fits = [
        cell.figure is not None
        and (not cell.figure.value or not footings or _footing(cell, metric) == best)
        for cell in cells
    ]
    return tuple(fits) if sum(fits) > 1 else (False,) * len(cells)


def _footing(cell: Cell, metric: Metric) -> tuple:
    """Return what a figure must share with another to be laid beside it."""
    term = cell.figure.term(metric)
    return (cell.scope, cell.figure.kind, term.id if term else "")


def _cell(park: Park, metric: Metric, period: str, state: ParksState, atlas: Atlas) -> Cell:
    """Return one park's cell."""
    figure = atlas.plans.figure(park.id, metric.id, period)
    return Cell(None) if figure is None else cell_of(figure, park, state, atlas)


def cell_of(figure: Figure, park: Park, state: ParksState, atlas: Atlas) -> Cell:
    """Return a figure as it is shown."""
    lang, metric = state.lang, atlas.plans.metrics[figure.metric]
    notes = amounts.notes(figure, park, atlas.plans, names(park, atlas, lang), lang)
    said = [words for _, words in notes]
    if printed := printed_amount(figure, metric.unit_name(lang), state.unit, lang):
        said.insert(0, t("official.printed", lang, amount=printed))
    elsewhere = [cite(other, lang) for other in atlas.plans.elsewhere(figure)]
    return Cell(
        figure,
        written_in(figure, state.unit, lang),
        tuple(said),
        tuple(key for key, _ in notes if amounts.limits(key)),
        tuple(dict.fromkeys([cite(figure, lang), *elsewhere])),
    )


def names(park: Park, atlas: Atlas, lang: str) -> dict[str, str]:
    """Return the names of a park's zones by id."""
    return {zone["id"]: zone[f"name_{lang}"] for zone in atlas.rows[park.id]["zones"]}


def latest(park: Park, metric: str, state: ParksState, atlas: Atlas) -> Cell:
    """Return a park's latest figure of a metric, an empty cell for none."""
    for period in reversed(atlas.plans.periods(metric)):
        figure = atlas.plans.figure(park.id, metric, period)
        if figure is not None:
            return cell_of(figure, park, state, atlas)
    return Cell(None)


def common(parks: Iterable[Park]) -> set[str]:
    """Return the ids of the industries that all parks have."""
    own = [{tag.id for tag in park.industries} for park in parks]
    return set.intersection(*own) if own else set()
