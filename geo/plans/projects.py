"""The key projects a plan lists: loading and checking projects.csv, and its table for the app.

A row keeps the printed cells; where the plan's own print looks wrong, the row's note says so and
the cells stay. How well a project is placed is its ``precision``, on what ground its ``basis``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, ValidationInfo, model_validator

from geo import PLANS
from geo.errors import AtlasError
from geo.plans.files import PathLike, load_parks, load_sources
from geo.plans.records import Park, Source
from geo.plans.rows import MaybeNumeral, Row, Words, known, read_rows, refuse

if TYPE_CHECKING:
    from geo.plans import Plans

PROJECTS_FILE = PLANS / "projects.csv"
# point: the site itself; park: somewhere in the park's zones; town: somewhere in the town;
# unlocated: neither the plan nor the reference data say where.
PRECISIONS = ("point", "park", "town", "unlocated")
# Cells that are there in both languages or in neither.
_PAIRS = (
    ("category_zh", "category_en"), ("builder_zh", "builder_en"), ("place_zh", "place_en"),
    ("floor_note", "floor_note_en"), ("direction_zh", "direction_en"), ("note", "note_en"),
)  # fmt: skip
_ANCHOR = ("layer", "feature", "osm_id", "lon", "lat")


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise refuse(f"'{text}' is not an id like a3-01", f"“{text}”不是 a3-01 这样的编号")
    return text


def _degrees(most: int) -> Callable[[object], float | None]:
    """Return the check of an empty cell or degrees from ``-most`` to ``most``."""

    def check(text: object) -> float | None:
        if text == "":
            return None
        if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,6})?", text):
            raise refuse(
                f"'{text}' is not degrees of at most 6 decimals", f"“{text}”不是至多六位小数的度数"
            )
        if abs(float(text)) > most:
            raise refuse(
                f"{text} is not between -{most} and {most}", f"{text} 不在 -{most} 与 {most} 之间"
            )
        return float(text)

    return check


Longitude = Annotated[float | None, BeforeValidator(_degrees(180))]
Latitude = Annotated[float | None, BeforeValidator(_degrees(90))]


class ProjectRow(Row):
    """A row of projects.csv."""

    id: Annotated[str, BeforeValidator(_slug)]
    name_zh: Words
    name_en: Words
    category_zh: str
    category_en: str
    builder_zh: str
    builder_en: str
    place_zh: str
    place_en: str
    investment_10k_yuan: MaybeNumeral
    floor_m2: MaybeNumeral
    floor_note: str
    floor_note_en: str
    direction_zh: str
    direction_en: str
    park_id: Annotated[str, known("parks_or_none")]
    zone_id: str
    town: str
    precision: Annotated[str, known("precisions")]
    basis_zh: Words
    basis_en: Words
    layer: str
    feature: str
    osm_id: str
    lon: Longitude
    lat: Latitude
    source_id: Annotated[str, known("sources")]
    locator: Words
    note: str
    note_en: str

    @model_validator(mode="after")
    def _holds(self, info: ValidationInfo) -> Self:
        for zh, en in _PAIRS:
            if bool(getattr(self, zh)) != bool(getattr(self, en)):
                raise refuse("needs both languages", "须同时有中文和英文", en)
        for field in ("investment_10k_yuan", "floor_m2"):
            if (value := getattr(self, field)) is not None and value <= 0:
                raise refuse(f"{value} is not above 0", f"{value} 不大于 0", field)
        self._check_zone(info.context["parks"])
        self._check_precision()
        return self

    def _check_zone(self, parks: Mapping[str, Park]) -> None:
        """Refuse a zone that is not the park's."""
        if not self.zone_id:
            return
        zones = parks[self.park_id].zones if self.park_id else ()
        if self.zone_id not in zones:
            raise refuse(
                f"'{self.zone_id}' is not a zone of '{self.park_id}'",
                f"“{self.zone_id}”不是“{self.park_id}”的片区",
                "zone_id",
            )

    def _check_precision(self) -> None:
        """Refuse an anchor where none belongs, and the lack of one where one does."""
        anchored = self.precision in ("point", "town")
        for field in _ANCHOR:
            given = getattr(self, field) not in (None, "")
            if given != anchored:
                raise refuse(
                    f"must be {'given' if anchored else 'empty'} with precision {self.precision}",
                    f"精度为 {self.precision} 时{'不能' if anchored else '应'}为空",
                    field,
                )
        needed = {"park": "park_id", "town": "town"}.get(self.precision)
        if needed and not getattr(self, needed):
            raise refuse(
                f"must be given with precision {self.precision}",
                f"精度为 {self.precision} 时不能为空",
                needed,
            )


COLUMNS = tuple(ProjectRow.model_fields)


@dataclass(frozen=True)
class Project:
    """One project of a plan's table.

    Attributes
    ----------
    id : str
    name_zh, name_en, category_zh, category_en, builder_zh, builder_en, place_zh, place_en : str
        The printed cells and our translation; all but the name may be empty.
    investment : decimal.Decimal or None
        In 10,000 yuan (万元), as printed; None when the plan states none.
    floor : decimal.Decimal or None
        Floor space in square metres, as printed; ``floor_note_*`` is what it adds in brackets.
    direction_zh, direction_en : str
        A few words of the column 发展方向.
    park_id, zone_id, town : str
        What the project belongs to, where known.
    precision, basis_zh, basis_en : str
        One of `PRECISIONS`, and how the project was placed.
    point : tuple of float or None
        Longitude and latitude (WGS 84) of a site's or a town's anchor.
    source, locator : Source, str
    note_zh, note_en : str
    line : int
        Line of the file, for messages.
    """

    id: str
    name_zh: str
    name_en: str
    category_zh: str
    category_en: str
    builder_zh: str
    builder_en: str
    place_zh: str
    place_en: str
    investment: Decimal | None
    floor: Decimal | None
    floor_note_zh: str
    floor_note_en: str
    direction_zh: str
    direction_en: str
    park_id: str
    zone_id: str
    town: str
    precision: str
    basis_zh: str
    basis_en: str
    point: tuple[float, float] | None
    source: Source
    locator: str
    note_zh: str
    note_en: str
    line: int

    def text(self, field: str, lang: str) -> str:
        """Return a field that is there in both languages, in ``lang`` ("zh" or "en").

        ``field`` is one of "name", "category", "builder", "place", "floor_note", "direction",
        "basis" and "note"; all but name and basis may be empty.
        """
        return getattr(self, f"{field}_{lang}")


def load_projects(
    path: PathLike | None = None,
    parks: Mapping[str, Park] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> tuple[list[Project], list[AtlasError]]:
    """Return the good rows of a projects.csv in the file's order, and the fault of each other row.

    Parameters
    ----------
    path : path-like, optional
        The CSV; the other files are looked for beside it when they are not given.
    parks, sources : mapping, optional
        As loaded by `load_parks` and `load_sources`.

    Raises
    ------
    AtlasError
        When the file cannot be read or lacks a column.
    """
    path = Path(path or PROJECTS_FILE)
    parks = load_parks(path.with_name("parks.yaml")) if parks is None else parks
    sources = load_sources(path.with_name("sources.yaml")) if sources is None else sources
    context = {
        "parks": parks,
        "parks_or_none": ("", *parks),
        "precisions": PRECISIONS,
        "sources": sources,
    }

    def make(row: ProjectRow, line: int) -> Project:
        values = row.model_dump(exclude={"layer", "feature", "osm_id"})
        point = (values.pop("lon"), values.pop("lat"))
        return Project(
            investment=values.pop("investment_10k_yuan"),
            floor=values.pop("floor_m2"),
            floor_note_zh=values.pop("floor_note"),
            note_zh=values.pop("note"),
            source=sources[values.pop("source_id")],
            point=None if row.lon is None else point,
            line=line,
            **values,
        )

    return read_rows(path, ProjectRow, context, make, lambda project: project.id,
                     ("id", "the same id", "编号"))  # fmt: skip


def projects_table(projects: Iterable[Project], plans: Plans, lang: str) -> list[dict[str, Any]]:
    """Return the projects as rows of plain values, in their order.

    Parameters
    ----------
    projects : iterable of Project
    plans : geo.plans.Plans
        Knows the parks' names.
    lang : str
        "zh" or "en".

    Returns
    -------
    list of dict
        ``id, name, category, builder, place, investment_10k_yuan, floor_m2, floor_note, direction,
        park, precision, basis, note, source, locator``; texts may be empty, and a number that the
        plan does not state is None. ``park`` is a name, ``source`` a document's short name.
    """
    rows = []
    for project in projects:
        park = plans.parks.get(project.park_id)
        source = project.source
        rows.append(
            {
                "id": project.id,
                "name": project.text("name", lang),
                "category": project.text("category", lang),
                "builder": project.text("builder", lang),
                "place": project.text("place", lang),
                "investment_10k_yuan": project.investment,
                "floor_m2": project.floor,
                "floor_note": project.text("floor_note", lang),
                "direction": project.text("direction", lang),
                "park": park.short(lang) if park else "",
                "precision": project.precision,
                "basis": project.text("basis", lang),
                "note": project.text("note", lang),
                "source": source.short(lang),
                "locator": project.locator,
            }
        )
    return rows
