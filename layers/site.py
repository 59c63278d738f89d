"""A set of maps for a shared folder: every map as a file, and an index of them with thumbnails.

`write_site` makes all files first and puts them in place at the end, so that a fault leaves the
set that was there. What it may replace or remove is what the index there says it made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path

import geopandas as gpd

from geo.errors import LANGUAGES, AtlasError, unknown
from geo.plans import Figure, Plans, format_number, load_boundaries
from layers.amounts import notes, written
from layers.folder import Folder
from layers.i18n import t, with_unit
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.projects import ProjectsLayer
from layers.schemes import Element, Scheme, build_schemes, load_schemes
from layers.schemes.industry import carriers, tags_in_use
from layers.schemes.lens import latest, lens
from layers.schemes.sketches import SketchLayer
from layers.site_page import Both, IndexPage, Key, Section, Stated, Tile, in_both, said
from layers.thumbnails import Thumbnails

INDEX = "index.html"
PARKS_FILE, PROJECTS_FILE = "parks.html", "projects.html"
KINDS = ("parks", "schemes", "industries", "projects")
FIGURES = ("land_mu", "planned_area_km2", "output_100m_yuan")  # of a park's tile


class Site:
    """The maps of a set and its index; everything is loaded and built once.

    Parameters
    ----------
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    lang : str
        Language the pages open in.
    imprint : layers.imprint.Imprint
        Its title and subtitle are the index's, the rest is on every map.
    only : collection of str
        Of `KINDS`, what the set has; by default all.

    Raises
    ------
    AtlasError
        When a file of the project is missing or faulty; for an unknown kind.
    """

    def __init__(
        self,
        plans: Plans,
        boundaries: gpd.GeoDataFrame,
        lang: str = "zh",
        imprint: Imprint | None = None,
        only: Iterable[str] = KINDS,
    ) -> None:
        self.only = tuple(only)
        for kind in self.only:
            if kind not in KINDS:
                raise unknown("kind of map", "地图种类", kind, list(KINDS))
        self.plans, self.boundaries, self.lang = plans, boundaries, lang
        self.imprint = imprint or Imprint()
        self.schemes = load_schemes(plans=plans)
        made = build_schemes(self.schemes.values(), boundaries)
        self.built = dict(zip(self.schemes, made, strict=True))
        self.thumbnails = Thumbnails(plans, boundaries)
        self.views: dict[str, MapView] = {}
        self.sections = [section for section in self._sections() if section.tiles()]

    def maps(self) -> Iterator[tuple[str, str]]:
        """Yield every map's file name and page, in the order of the index."""
        imprint = self.imprint.retitled("", "")
        for file, view in self.views.items():
            made = export_html(
                view, self.plans, self.boundaries, imprint=imprint, schemes=self.schemes,
                home="../" * file.count("/") + INDEX,
            )  # fmt: skip
            yield file, made

    def index(self, sizes: Mapping[str, int]) -> str:
        """Return the index page; ``sizes`` are the maps' bytes by file name."""
        documents = [in_both(source.short) for source in self.plans.sources.values()]
        drawn = self.thumbnails.definitions()
        page = IndexPage(self.sections, drawn, documents, sizes, self.lang, self.imprint)
        return page.markup()

    def _view(self, file: str, **shown: object) -> str:
        """Keep the view of a file of the set, return the file's name."""
        self.views[file] = MapView(lang=self.lang, **shown)
        return file

    def _sections(self) -> Iterator[Section]:
        """Yield the index's sections."""
        yield Section("overview", [(None, list(self._overview()))])
        if "parks" in self.only:
            yield Section("parks", [(None, [self._park(park) for park in self.plans.parks])])
        if "schemes" in self.only:
            yield Section("schemes", self._schemes())
        if "industries" in self.only:
            yield Section("industries", [(None, list(self._industries()))])

    def _overview(self) -> Iterator[Tile]:
        """Yield the maps of all parks and of all projects."""
        if "parks" in self.only:
            file = self._view(PARKS_FILE)
            count = said("site.parks", count=len(self.plans.parks))
            yield Tile(
                "map-parks", file, said("map.cli.parks"), said("site.kind.parks"),
                self.thumbnails.parks(), said("site.overview.parks"), (count,), key=self._classes(),
                wide=True,
            )  # fmt: skip
        if "projects" in self.only:
            file = self._view(PROJECTS_FILE, metric=None, projects=True)
            layer = ProjectsLayer(self.plans.projects, self.plans, self.boundaries, self.lang)
            count = said("site.projects", count=len(self.plans.projects))
            yield Tile(
                "map-projects", file, said("map.cli.projects"), said("project.layer"),
                self.thumbnails.projects(layer), said("site.overview.projects"), (count,),
                key=_categories(layer), wide=True,
            )  # fmt: skip

    def _classes(self) -> Key:
        """Return what the colours of the parks mean."""
        drawn = self.thumbnails
        record = self.plans.metrics[drawn.metric]
        name = {
            lang: f"{record.short(lang)} ({record.unit_name(lang)}) · {_dashed(drawn.period)}"
            for lang in LANGUAGES
        }
        limits = zip(drawn.classes.colours, drawn.classes.limits, strict=True)
        return Key(name, tuple((colour, _span(*ends)) for colour, ends in limits))

    def _park(self, park_id: str) -> Tile:
        """Return one park's tile, which opens its card on the map of all."""
        park = self.plans.park(park_id)
        return Tile(
            f"park-{park_id}", PARKS_FILE, in_both(park.name), said(f"map.parkkind.{park.kind}"),
            self.thumbnails.park(park_id), in_both(park.position.name),
            figures=tuple(self._figure(park_id, metric) for metric in FIGURES),
            hash=f"park={park_id}", sized=False,
        )  # fmt: skip

    def _figure(self, park_id: str, metric: str) -> Stated:
        """Return a park's latest figure of a metric."""
        record, nothing = self.plans.metrics[metric], dict.fromkeys(LANGUAGES, "")
        for period in reversed(self.plans.periods(metric)):
            figure = self.plans.figure(park_id, metric, period)
            if figure is not None:
                value = {
                    lang: with_unit(written(figure, lang), record.unit_name(lang), lang)
                    for lang in LANGUAGES
                }
                return Stated(in_both(record.short), _dashed(period), value, self._notes(figure))
        return Stated(in_both(record.short), "", nothing, nothing)

    def _notes(self, figure: Figure) -> Both:
        """Return what has to be said of a figure: its ground, its words; empty for nothing."""
        park, frame = self.plans.parks[figure.park_id], self.boundaries
        told = {}
        for lang in LANGUAGES:
            names = {zone: str(frame.at[zone, f"name_{lang}"]) for zone in frame.index}
            said = notes(figure, park, self.plans, names, lang)
            told[lang] = ("；" if lang == "zh" else "; ").join(words for _, words in said)
        return told

    def _schemes(self) -> list[tuple[Both | None, list[Tile]]]:
        """Return the layouts' tiles by level and plan period."""
        groups: dict[tuple[str, str], list[Tile]] = {}
        for scheme in self.schemes.values():
            period = self.plans.sources[scheme.source_id].period
            tile = self._scheme(scheme, self.built[scheme.id])
            groups.setdefault((scheme.level, period), []).append(tile)
        return [
            (
                said("site.group", level=said(f"site.level.{level}"), period=_dashed(period)),
                groups[level, period],
            )
            for level, period in sorted(groups)
        ]

    def _scheme(self, scheme: Scheme, elements: list[Element]) -> Tile:
        """Return one layout's tile."""
        layer = SketchLayer(scheme, elements, self.plans, self.lang)
        source = self.plans.sources[scheme.source_id]
        return Tile(
            f"scheme-{scheme.id}",
            self._view(f"schemes/{scheme.id}.html", metric=None, scheme=scheme.id),
            in_both(scheme.name), in_both(scheme.subject), self.thumbnails.layout(layer),
            meta=(in_both(source.short), said("site.elements", count=len(elements))),
        )  # fmt: skip

    def _industries(self) -> Iterator[Tile]:
        """Yield the industries' tiles, each of the latest period in which a plan names it."""
        for tag in tags_in_use(self.plans, self.schemes).values():
            period = latest(tag.id, self.plans, self.schemes)
            built = {
                name: elements
                for name, elements in self.built.items()
                if self.plans.sources[self.schemes[name].source_id].period == period
            }
            seen = lens(tag.id, period, self.plans, self.schemes, built)
            layer = SketchLayer(seen.scheme, seen.elements, self.plans, self.lang, seen)
            found = carriers(tag.id, self.plans, self.schemes)
            # A park or element counts once, whatever number of plans and sentences say it.
            things = {one.park or one.zh for one in found if one.period == period}
            view = {"metric": None, "industry": tag.id, "plan_period": period}
            yield Tile(
                f"industry-{tag.id}", self._view(f"industries/{tag.id}.html", **view),
                {"zh": tag.zh, "en": tag.en}, {lang: _dashed(period) for lang in LANGUAGES},
                self.thumbnails.layout(layer), meta=(said("site.carriers", count=len(things)),),
            )  # fmt: skip


def _span(low: Decimal, high: Decimal) -> Both:
    """Return a class's limits; one number where both are the same."""
    if low == high:
        return dict.fromkeys(LANGUAGES, format_number(low))
    return said("map.legend.range", low=format_number(low), high=format_number(high))


def _categories(layer: ProjectsLayer) -> Key:
    """Return what the colours of the projects mean."""
    names = {p.category_zh: in_both(partial(p.text, "category")) for p in layer.projects}
    entries = tuple((colour, names[zh]) for zh, colour in layer.colours.items())
    return Key(said("project.legend.category"), entries)


def _dashed(period: str) -> str:
    """Return a period as it is read."""
    return period.replace("-", "–")


def write_site(
    site: Site, folder: Path, progress: Callable[[int, int, str], None] | None = None
) -> dict[str, int]:
    """Write the maps and the index into a folder, in the place of a set made before.

    Parameters
    ----------
    site : Site
    folder : pathlib.Path
        Missing, empty, or with a set made before; files that are not of that set are left alone.
    progress : callable, optional
        Told the number of each map, the number of all and the file's name, before it is made.

    Returns
    -------
    dict of str to int
        Bytes of every file by its name, the index last.

    Raises
    ------
    AtlasError
        When the folder holds other files only, a new file would take the place of one that is not
        ours, or anything cannot be written: the folder then is as it was.
    """
    sizes: dict[str, int] = {}
    with Folder(folder, INDEX) as target:
        target.check([*site.views, INDEX])
        names = list(site.views)
        if progress:
            progress(1, len(names), names[0])
        for number, (file, page) in enumerate(site.maps(), 1):
            sizes[file] = target.put(file, page)
            if progress and number < len(names):
                progress(number + 1, len(names), names[number])
        index = site.index(sizes)
        sizes[INDEX] = target.put(INDEX, index)
        target.install()
    return sizes


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Give the command its own options; those of the imprint are the export's."""
    parser.add_argument(
        "-o", "--output", required=True, metavar="DIR", help=t("site.cli.output", lang)
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=t("site.cli.lang", lang))
    kinds = ",".join(KINDS)
    parser.add_argument(
        "--only", metavar="KINDS", default=kinds, help=t("site.cli.only", lang, kinds=kinds)
    )


def run(args: argparse.Namespace, lang: str, imprint: Imprint) -> int:
    """Make a site as the command line asks for it; return the exit code."""
    if not args.output.strip():
        raise AtlasError(en="-o needs the name of a folder", zh="-o 须给出文件夹名")
    only = tuple(dict.fromkeys(kind.strip() for kind in args.only.split(",") if kind.strip()))
    if not only:
        raise AtlasError(
            en=f"--only needs one of {', '.join(KINDS)}", zh=f"--only 须为 {'、'.join(KINDS)} 之一"
        )
    plans = Plans.load()
    site = Site(plans, load_boundaries(), args.lang or "zh", imprint, only)
    progress = _Progress(lang) if sys.stderr.isatty() else None
    try:
        sizes = write_site(site, Path(args.output), progress)
    finally:
        if progress:
            progress.clear()
    size = f"{sum(sizes.values()) / 1e6:.1f}"
    told = {"path": args.output, "count": len(sizes) - 1, "size": size}
    print(t("site.cli.done", lang, **told), file=sys.stderr)
    return 0


class _Progress:
    """One line of a terminal that says which map is being made."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, number: int, count: int, file: str) -> None:
        """Write the line in the place of the one before."""
        told = t("site.cli.progress", self.lang, number=number, count=count, file=file)
        print(f"\r\x1b[K{told}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave the line empty."""
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
