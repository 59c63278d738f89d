"""The key projects as a map layer: sized by investment, coloured by category, drawn by precision.

A project whose site is unknown must not look as if it were known: only a site is a firm disc where
it stands. What is known by its park or town has a soft or a dashed edge, and several at one anchor
stand side by side; the page spreads them in pixels, because the offset means nothing.
"""

from __future__ import annotations

import math
import re
from functools import cached_property

import geopandas as gpd
import shapely
from folium.map import Layer

from geo.plans import Plans, cite, format_number
from geo.plans.projects import Project
from layers.geometry import encode, label_point
from layers.i18n import listed, t

# Apart from each other and from the choropleth's sand and brown, for the colour-blind as well.
PALETTE = ("#004c99", "#d46ab0", "#5cc3f5", "#008f6b", "#16181d")
NO_CATEGORY = "#5d6670"
# Radius in pixels of the largest investment; all areas are in proportion to it.
LARGEST_PX = 26.0


class ProjectsLayer(Layer):
    """The projects of a plan.

    Parameters
    ----------
    projects : list of geo.plans.projects.Project
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    lang : str
        "zh" or "en".
    """

    def __init__(
        self, projects: list[Project], plans: Plans, boundaries: gpd.GeoDataFrame, lang: str
    ) -> None:
        super().__init__(name="projects", overlay=True)
        self._name = "ProjectsLayer"
        self.projects, self.plans, self.boundaries, self.lang = projects, plans, boundaries, lang
        stated = [project.investment for project in projects if project.investment is not None]
        self.amounts = sorted(stated)

    @cached_property
    def colours(self) -> dict[str, str]:
        """Colour by Chinese category name, in the order the categories first occur."""
        names = dict.fromkeys(p.category_zh for p in self.projects if p.category_zh)
        return {
            name: PALETTE[i] if i < len(PALETTE) else NO_CATEGORY for i, name in enumerate(names)
        }

    def colour(self, project: Project) -> str:
        """Return the colour of a project's category."""
        return self.colours.get(project.category_zh, NO_CATEGORY)

    def radius(self, project: Project) -> float:
        """Return a symbol's radius in pixels; the smallest one where no investment is stated."""
        if not self.amounts:
            return LARGEST_PX / 6
        amount = self.amounts[0] if project.investment is None else project.investment
        return round(LARGEST_PX * math.sqrt(amount / self.amounts[-1]), 2)

    def anchor(self, project: Project) -> shapely.Point | None:
        """Return where a project's symbol belongs, None when nothing says where.

        For a park that is a point inside the project's zone, or the first drawn zone of the park.
        """
        if project.point is not None:
            return shapely.Point(project.point)
        if project.precision != "park":
            return None
        zones = (project.zone_id,) if project.zone_id else self.plans.park(project.park_id).zones
        drawn = [zone for zone in zones if zone in self.boundaries.index]
        return label_point(self.boundaries.geometry[drawn[0]]) if drawn else None

    def anchors(self) -> list[shapely.Point]:
        """Return the anchors of all projects that are drawn, for the extent a map shows."""
        found = (self.anchor(project) for project in self.projects)
        return [point for point in found if point is not None]

    def payload_part(self) -> dict:
        """Return symbols, legend, the layer's switch and its source line."""
        largest_first = sorted(self.projects, key=lambda p: (-self.radius(p), p.id))
        placed = [(project, self.anchor(project)) for project in largest_first]
        items = [self._item(project, at) for project, at in placed if at is not None]
        documents = dict.fromkeys(cite(project.source, self.lang) for project in self.projects)
        told = ("；" if self.lang == "zh" else "; ").join(documents)
        return {
            "layers": [{"id": "projects", "label": t("project.layer", self.lang), "on": True}],
            "projects": {
                "items": items,
                "legend": self.legend_section(),
                "rows": self.rows(),
            },
            "sources": [t("project.source", self.lang, list=told)] if told else [],
        }

    def rows(self) -> list[dict]:
        """Return every project as a row of a table, in the plan's order, drawn or not.

        Returns
        -------
        list of dict
            ``id, name, category, amount`` (as read, empty where none is stated), ``period, place,
            precision, source``.
        """
        lang = self.lang
        made = []
        for project in self.projects:
            park, amount = self.plans.parks.get(project.park_id), project.investment
            made.append({
                "id": project.id,
                "name": project.text("name", lang),
                "category": project.text("category", lang),
                "amount": "" if amount is None else format_number(amount),
                "period": project.source.period.replace("-", "–"),
                "place": project.text("place", lang) or (park.name(lang) if park else ""),
                "precision": t(f"project.precision.{project.precision}", lang),
                "source": f"{project.source.short(lang)} · {project.locator}",
            })  # fmt: skip
        return made

    def _item(self, project: Project, at: shapely.Point) -> dict:
        """Return one symbol: place, size, look, tooltip and card."""
        lang, name = self.lang, project.text("name", self.lang)
        lines = [
            t("project.fact.investment", lang, text=self._investment(project)),
            t(f"project.precision.{project.precision}", lang),
        ]
        return {
            "id": project.id,
            "name": name,
            "at": encode(at),
            "precision": project.precision,
            "colour": self.colour(project),
            "radius": self.radius(project),
            "hollow": project.investment is None,
            "amount": self._investment(project),
            "tip": [*lines, t("project.tip.hint", lang)],
            "aria": t("project.aria", lang, name=name, detail=" ".join(lines)),
            "role": self._role(project),
            "gist": lines[0] if project.investment is not None else project.text("direction", lang),
            "facts": self._facts(project),
        }

    def _role(self, project: Project) -> str:
        """Return what the card calls the project."""
        category = project.text("category", self.lang)
        if not category:
            return t("project.kind.plain", self.lang)
        return t("project.kind", self.lang, category=category)

    def _investment(self, project: Project) -> str:
        """Return the investment with its unit, or that none is stated."""
        if project.investment is None:
            return t("project.not_stated", self.lang)
        return t("project.amount", self.lang, value=format_number(project.investment))

    def _floor(self, project: Project) -> str:
        """Return the floor space as the cell has it, or that none is stated."""
        if project.floor is None:
            return t("project.not_stated", self.lang)
        value, note = format_number(project.floor), project.text("floor_note", self.lang)
        if self.lang == "en":  # our words; the Chinese ones are the plan's
            note = re.sub(r"\d{5,}", lambda found: f"{int(found[0]):,}", note)
        key = "project.floor.note" if note else "project.floor"
        return t(key, self.lang, value=value, note=note)

    def _facts(self, project: Project) -> list[str]:
        """Return a card's lines; cells that the plan's table has not are left out."""
        lang, park = self.lang, self.plans.parks.get(project.park_id)
        precision = t(f"project.precision.{project.precision}", lang)
        joint = "，" if lang == "zh" else ", "
        lines = {
            "builder": project.text("builder", lang),
            "place": project.text("place", lang),
            # A stated one heads the card.
            "investment": "" if project.investment is not None else self._investment(project),
            "floor": self._floor(project),
            "direction": project.text("direction", lang),
            "park": park.name(lang) if park else "",
            "note": project.text("note", lang),
        }
        facts = [t(f"project.fact.{key}", lang, text=text) for key, text in lines.items() if text]
        basis = project.text("basis", lang)
        facts.append(t("project.fact.precision", lang, text=precision, basis=basis))
        source = joint.join((cite(project.source, lang), project.locator))
        return [*facts, t("project.fact.source", lang, text=source)]

    def legend_section(self) -> dict:
        """Return the legend: sizes, precision, categories, and what could not be drawn.

        Returns
        -------
        dict
            ``title``; ``groups``, each a ``title`` and ``entries`` of ``label, radius, colour,
            precision, hollow``; ``notes``.
        """
        lang = self.lang
        used = [
            p for p in ("point", "park", "town") if any(q.precision == p for q in self.projects)
        ]
        groups = [
            (t("project.legend.size", lang), self._sizes()),
            (
                t("project.legend.where", lang),
                [_entry(t(f"project.legend.{p}", lang), precision=p) for p in used],
            ),
            (t("project.legend.category", lang), self._categories()),
        ]
        notes = [t("project.legend.note", lang)]
        lost = [project for project in self.projects if self.anchor(project) is None]
        if lost:
            names = listed((p.text("name", lang) for p in lost), lang)
            joint = "：" if lang == "zh" else ": "
            notes.append(t("project.legend.undrawn", lang, count=len(lost)) + joint + names)
        return {
            "title": t("project.layer", lang),
            "groups": [
                {"title": title, "entries": entries} for title, entries in groups if entries
            ],
            "notes": notes,
        }

    def _sizes(self) -> list[dict]:
        """Return the largest, the middle and the smallest investment as stated, and the hollow."""
        order = {}
        if self.amounts:
            middle = self.amounts[len(self.amounts) // 2]
            order = dict.fromkeys((self.amounts[-1], middle, self.amounts[0]))
        by_amount = {p.investment: p for p in self.projects}
        entries = [
            _entry(self._investment(by_amount[amount]), radius=self.radius(by_amount[amount]))
            for amount in order
        ]
        hollow = next((p for p in self.projects if p.investment is None), None)
        if hollow is not None:
            label = t("project.legend.hollow", self.lang)
            entries.append(_entry(label, radius=self.radius(hollow), hollow=True))
        return entries

    def _categories(self) -> list[dict]:
        """Return one entry a category, and one for projects without."""
        names = {p.category_zh: p.text("category", self.lang) for p in self.projects}
        entries = [_entry(names[zh], colour=colour) for zh, colour in self.colours.items()]
        if "" in names:
            entries.append(_entry(t("project.category.none", self.lang)))
        return entries


def _entry(
    label: str,
    radius: float = 7.0,
    colour: str = NO_CATEGORY,
    precision: str = "point",
    hollow: bool = False,
) -> dict:
    """Return one legend entry."""
    return {
        "label": label,
        "radius": radius,
        "colour": colour,
        "precision": precision,
        "hollow": hollow,
    }
