"""The command line of the maps: `python -m layers list | export | site`.

Exit codes: 0 done, 2 unusable input, told in one line; 1 is for checks, of which there are none.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from geo import cli
from geo.errors import LANGUAGES, AtlasError, unknown
from geo.files import write_atomic
from geo.plans import Plans, load_boundaries
from layers import site
from layers.document import INDUSTRY, PARKS, PROJECTS, theme_ids
from layers.i18n import t
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import PAPERS, SUFFIXES, check_target, find_browser, picture
from layers.schemes import Element, Scheme, build_schemes, load_schemes
from layers.schemes.industry import carriers, plan_periods, tags_in_use

STDOUT = "-"
HTML = ".html"


def _parser(lang: str) -> argparse.ArgumentParser:
    parser = cli.Parser(prog="python -m layers", description=t("map.cli.description", lang))
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help=t("map.cli.list", lang))
    listing.add_argument("--json", action="store_true", help=t("map.cli.json", lang))
    export = commands.add_parser(
        "export", help=t("map.cli.export", lang), description=t("map.cli.export", lang)
    )
    export.add_argument(
        "what", metavar="SCHEME|parks|projects|industry:ID", help=t("map.cli.what", lang)
    )
    export.add_argument(
        "-o", "--output", required=True, metavar="FILE.html|.png|.pdf",
        help=t("map.cli.output", lang),
    )  # fmt: skip
    export.add_argument("--metric", metavar="M", help=t("map.cli.metric", lang))
    export.add_argument("--year", metavar="Y", help=t("map.cli.year", lang))
    export.add_argument("--period", metavar="P", help=t("map.cli.period", lang))
    export.add_argument("--paper", choices=list(PAPERS), help=t("map.cli.paper", lang))
    export.add_argument("--stops", metavar="ID,ID…", help=t("map.cli.stops", lang))
    _add_imprint(export, lang)
    told = t("site.cli.help", lang)
    whole = commands.add_parser("site", help=told, description=told)
    site.add_arguments(whole, lang)
    _add_imprint(whole, lang)
    listing.add_argument("--lang", choices=LANGUAGES, help=t("map.cli.lang.list", lang))
    export.add_argument("--lang", choices=LANGUAGES, help=t("map.cli.lang.export", lang))
    return parser


def _add_imprint(parser: argparse.ArgumentParser, lang: str) -> None:
    """Give a command the options of the imprint."""
    parser.add_argument("--title", default="", metavar="TEXT", help=t("map.cli.title", lang))
    parser.add_argument("--subtitle", default="", metavar="TEXT", help=t("map.cli.subtitle", lang))
    parser.add_argument("--office", default="", metavar="NAME", help=t("map.cli.office", lang))
    parser.add_argument("--approval", default="", metavar="NO", help=t("map.cli.approval", lang))
    parser.add_argument("--date", default="", metavar="DATE", help=t("map.cli.date", lang))
    for name in ("title", "subtitle", "office"):
        told = t(f"map.cli.{name}_en", lang)
        parser.add_argument(f"--{name}-en", default="", metavar="TEXT", help=told)
    parser.add_argument("--logo", type=Path, metavar="FILE", help=t("map.cli.logo", lang))


def _imprint(args: argparse.Namespace) -> Imprint:
    """Return the imprint the arguments ask for."""
    english = (args.title_en, args.subtitle_en, args.office_en)
    own = (args.title, args.subtitle, args.office, args.approval, args.date, args.logo)
    return Imprint(*own, *english)


def _scheme(scheme: Scheme, elements: list[Element], plans: Plans) -> dict:
    """Return what the list says of a layout: its document and how much of it is on the map."""
    members = scheme.members()
    return {
        "id": scheme.id,
        "zh": scheme.title("zh"),
        "en": scheme.title("en"),
        "source": scheme.source_id,
        "period": plans.sources[scheme.source_id].period,
        "level": scheme.level,
        "elements": len(scheme.elements),
        "elements_drawn": sum(element.geometry is not None for element in elements),
        "members": len(members),
        "members_located": sum(member.located for member in members),
    }


def _known(plans: Plans) -> dict:
    """Return every map, metric and period that can be exported."""
    loaded = load_schemes(plans=plans)
    own = [
        {"id": name, "zh": t(f"map.cli.{name}", "zh"), "en": t(f"map.cli.{name}", "en")}
        for name in (PARKS, PROJECTS)
    ]
    industries = []
    for tag in tags_in_use(plans, loaded).values():
        found = {one.period for one in carriers(tag.id, plans, loaded)}
        periods = [period for period in plan_periods(plans) if period in found]
        industries.append({"id": INDUSTRY + tag.id, "zh": tag.zh, "en": tag.en, "periods": periods})
    metrics = [
        {"id": m, "zh": plans.metrics[m].zh, "en": plans.metrics[m].en, "years": plans.periods(m)}
        for m in plans.mapped_metrics()
    ]
    built = zip(loaded.values(), build_schemes(loaded.values()), strict=True)
    schemes = [_scheme(scheme, elements, plans) for scheme, elements in built]
    parks = [{"id": park.id, "zh": park.zh, "en": park.en} for park in plans.parks.values()]
    return {
        "maps": [*own, *schemes], "industries": industries, "parks": parks, "metrics": metrics
    }  # fmt: skip


def _list(args: argparse.Namespace, lang: str) -> int:
    plans = Plans.load()
    known = _known(plans)
    if args.json:
        print(json.dumps(known, ensure_ascii=False, indent=1))
        return 0
    print(t("map.cli.head.maps", lang))
    for one in known["maps"]:
        print(f"  {one['id']:<36}{one[lang]}")
        if "source" in one:
            source = plans.sources[one["source"]].short(lang)
            print(" " * 38 + t("map.cli.scheme", lang, **{**one, "source": source}))
    print(t("map.cli.head.industries", lang))
    for one in known["industries"]:
        print(f"  {one['id']:<36}{', '.join(one['periods']):<22}  {one[lang]}")
    print(t("map.cli.head.parks", lang))
    for one in known["parks"]:
        print(f"  {one['id']:<36}{one[lang]}")
    print(t("map.cli.head.metrics", lang))
    for one in known["metrics"]:
        print(f"  {one['id']:<36}{', '.join(one['years'])}  {one[lang]}")
    return 0


def _view(args: argparse.Namespace, plans: Plans) -> MapView:
    """Return the view the arguments ask for."""
    schemes = load_schemes(plans=plans)
    known = theme_ids(plans, schemes)
    if args.what not in known:
        raise unknown("map", "地图", args.what, known)
    if args.metric is not None and args.metric not in plans.mapped_metrics():
        raise unknown("metric", "指标", args.metric, plans.mapped_metrics())
    industry = args.what.removeprefix(INDUSTRY) if args.what.startswith(INDUSTRY) else None
    if args.period is not None and industry is None:
        raise AtlasError(en="--period needs industry:ID", zh="--period 须与 industry:编号 同用")
    # A layout, an industry and the projects are shown over plain parks unless a metric is named.
    metric = args.metric or (MapView.metric if args.what == PARKS else None)
    if args.year is not None and metric is None:
        raise AtlasError(en="--year needs --metric", zh="--year 须与 --metric 同用")
    # A map is Chinese unless asked otherwise: the plans and their readers are.
    return MapView(
        lang=args.lang or "zh",
        metric=metric,
        period=args.year,
        scheme=args.what if args.what in schemes else None,
        industry=industry,
        plan_period=args.period,
        projects=args.what == PROJECTS,
    )


def _stops(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the ids the presentation steps through, in order; one may come back."""
    if args.stops is None:
        return ()
    stops = tuple(filter(None, (stop.strip() for stop in args.stops.split(","))))
    if not stops:
        raise AtlasError(
            en="--stops needs ids of parks or maps, with commas between",
            zh="--stops 须给出园区或地图的编号，以逗号分隔",
        )
    return stops


def _kind(args: argparse.Namespace) -> str:
    """Return the suffix that says what to write, or raise for one that is none of the three."""
    if args.output == STDOUT:
        kind = HTML
    else:
        kind = Path(args.output).suffix.lower()
        kind = HTML if kind == ".htm" else kind
        if kind not in (HTML, *SUFFIXES):
            raise unknown("kind of file", "文件格式", Path(args.output).name, [HTML, *SUFFIXES])
    return kind


def _export(args: argparse.Namespace, lang: str) -> int:
    kind = _kind(args)
    if kind != HTML and args.stops is not None:
        raise AtlasError(
            en="--stops is for HTML: a picture or a PDF shows one map; export one for each stop",
            zh="--stops 只用于 HTML：图片和 PDF 只有一张图；可逐一导出各步的图",
        )
    if kind != HTML:
        # What cannot be done is told before the work.
        check_target(args.output)
        find_browser()
    imprint, plans = _imprint(args), Plans.load()
    view, stops = _view(args, plans), _stops(args)
    paper = args.paper or "A4"
    given = {"imprint": imprint, "stops": stops, "paper": paper}
    page = export_html(view, plans, load_boundaries(), **given)
    if args.output == STDOUT:
        # As bytes: the page says it is UTF-8, whatever the terminal is.
        sys.stdout.buffer.write(page.encode("utf-8"))
        return 0
    path = write_atomic(args.output, page) if kind == HTML else picture(page, args.output, paper)
    size = round(path.stat().st_size / 1000)
    print(t("map.cli.done", lang, path=path, size=size), file=sys.stderr)
    return 0


def _site(args: argparse.Namespace, lang: str) -> int:
    return site.run(args, lang, _imprint(args))


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    args = _parser(cli.language()).parse_args(argv)
    commands = {"list": _list, "export": _export, "site": _site}
    return cli.run(commands[args.command], args)


if __name__ == "__main__":
    sys.exit(main())
