"""Every figure of parks as rows of a file, each with its place in the documents."""

from __future__ import annotations

from geo.plans import Figure, Park
from layers.i18n import t
from views.data import Atlas
from views.sheets import Value

_FIGURE_COLUMNS = (
    "id", "park", "part", "metric", "period", "value", "bound", "unit", "printed", "kind", "scope",
    "note", "source", "number", "locator",
)  # fmt: skip


def figures_table(
    parks: list[Park], atlas: Atlas, lang: str
) -> tuple[list[str], list[list[Value]]]:
    """Return every figure of parks, also those printed again elsewhere, with its place."""
    head = [t(f"app.download.col.{name}", lang) for name in _FIGURE_COLUMNS]
    made = [
        _figure(park, figure, atlas, lang)
        for park in parks
        for figure in atlas.plans.park_figures(park.id, repeats=True)
    ]
    return head, made


def _figure(park: Park, figure: Figure, atlas: Atlas, lang: str) -> list[Value]:
    """Return one figure in the metric's unit, with the words as printed beside it."""
    metric, part = atlas.plans.metrics[figure.metric], park.part(figure.part)
    return [
        park.id,
        park.name(lang),
        part.name(lang) if part else "",
        metric.name(lang),
        figure.period,
        figure.value,
        t(f"app.bound.{figure.bound}", lang) if figure.bound != "exact" else "",
        metric.unit_name(lang),
        figure.printed,
        t(f"map.kind.{figure.kind}", lang),
        atlas.zone_names(figure.zones, lang),
        figure.remark(lang),
        figure.source.title(lang),
        figure.source.number,
        figure.locator,
    ]
