"""The command line of the maps: `python -m layers list | export`.

Exit codes: 0 done, 2 unusable input, told in one line; 1 is for checks, of which there are none.
"""

from __future__ import annotations

import argparse
import json
import sys

from geo import cli
from geo.errors import LANGUAGES, AtlasError, unknown
from geo.files import write_atomic
from geo.plans import Plans, load_boundaries
from layers.i18n import t
from layers.page import MapView, export_html
from layers.schemes import load_schemes

PARKS = "parks"
PROJECTS = "projects"
STDOUT = "-"


def _parser(lang: str) -> argparse.ArgumentParser:
    parser = cli.Parser(prog="python -m layers", description=t("map.cli.description", lang))
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help=t("map.cli.list", lang))
    listing.add_argument("--json", action="store_true", help=t("map.cli.json", lang))
    export = commands.add_parser(
        "export", help=t("map.cli.export", lang), description=t("map.cli.export", lang)
    )
    export.add_argument("what", metavar="SCHEME|parks|projects", help=t("map.cli.what", lang))
    export.add_argument(
        "-o", "--output", required=True, metavar="FILE.html", help=t("map.cli.output", lang)
    )
    export.add_argument("--metric", metavar="M", help=t("map.cli.metric", lang))
    export.add_argument("--year", metavar="Y", help=t("map.cli.year", lang))
    listing.add_argument("--lang", choices=LANGUAGES, help=t("map.cli.lang.list", lang))
    export.add_argument("--lang", choices=LANGUAGES, help=t("map.cli.lang.export", lang))
    return parser


def _known(plans: Plans) -> dict:
    """Return every map, metric and period that can be exported."""
    schemes = [{"id": s.id, "zh": s.zh, "en": s.en} for s in load_schemes().values()]
    own = [
        {"id": name, "zh": t(f"map.cli.{name}", "zh"), "en": t(f"map.cli.{name}", "en")}
        for name in (PARKS, PROJECTS)
    ]
    metrics = [
        {"id": m, "zh": plans.metrics[m].zh, "en": plans.metrics[m].en, "years": plans.periods(m)}
        for m in plans.mapped_metrics()
    ]
    return {"maps": [*own, *schemes], "metrics": metrics}


def _list(args: argparse.Namespace, lang: str) -> int:
    known = _known(Plans.load())
    if args.json:
        print(json.dumps(known, ensure_ascii=False, indent=1))
        return 0
    print(t("map.cli.head.maps", lang))
    for one in known["maps"]:
        print(f"  {one['id']:<24}{one[lang]}")
    print(t("map.cli.head.metrics", lang))
    for one in known["metrics"]:
        print(f"  {one['id']:<36}{', '.join(one['years'])}  {one[lang]}")
    return 0


def _export(args: argparse.Namespace, lang: str) -> int:
    plans, known = Plans.load(), [PARKS, PROJECTS, *load_schemes()]
    if args.what not in known:
        raise unknown("map", "地图", args.what, known)
    if args.metric is not None and args.metric not in plans.mapped_metrics():
        raise unknown("metric", "指标", args.metric, plans.mapped_metrics())
    scheme = None if args.what in (PARKS, PROJECTS) else args.what
    # A scheme and the projects are shown over plain parks unless a metric is asked for.
    metric = args.metric or (MapView.metric if args.what == PARKS else None)
    if args.year is not None and metric is None:
        raise AtlasError(en="--year needs --metric", zh="--year 须与 --metric 同用")
    # A map is Chinese unless asked otherwise: the plans and their readers are.
    view = MapView(
        lang=args.lang or "zh",
        metric=metric,
        period=args.year,
        scheme=scheme,
        projects=args.what == PROJECTS,
    )
    page = export_html(view, plans, load_boundaries())
    if args.output == STDOUT:
        # As bytes: the page says it is UTF-8, whatever the terminal is.
        sys.stdout.buffer.write(page.encode("utf-8"))
        return 0
    path = write_atomic(args.output, page)
    size = round(len(page.encode("utf-8")) / 1000)
    print(t("map.cli.done", lang, path=path, size=size), file=sys.stderr)
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    args = _parser(cli.language()).parse_args(argv)
    return cli.run(_list if args.command == "list" else _export, args)


if __name__ == "__main__":
    sys.exit(main())
