"""The command line of the geography: `python -m geo parse | build | check | parks | …`.

Exit codes: 0 done, 1 a check did not hold, 2 unusable input, told in one line.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from geo import PLANS, cli, find
from geo import commands as tracing
from geo.errors import AtlasError
from geo.files import write_atomic
from geo.formats import convert
from geo.terminal import aligned

_CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}


def _parser() -> cli.Parser:
    zh = cli.language() == "zh"

    def told(english: str, chinese: str) -> str:
        return chinese if zh else english

    parser = cli.Parser(
        prog="python -m geo",
        description=told("Park Atlas: four bounds, zones, figures", "园区一张图：四至、片区、数据"),
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parse = commands.add_parser(
        "parse", help=told("read a four-bounds sentence, print JSON", "读一段四至文字，输出 JSON")
    )
    parse.add_argument(
        "text",
        metavar="TEXT|-",
        help=told("the sentence, or - for standard input", "四至文字，“-”为标准输入"),
    )
    parse.add_argument(
        "--tokens",
        action="store_true",
        help=told("also list what every character was read as", "同时列出每个字的读法"),
    )
    build = commands.add_parser(
        "build", help=told("digitise the zones into parks.geojson", "由四至生成 parks.geojson")
    )
    check = commands.add_parser(
        "check",
        help=told("every zone: area, published area, confidence", "各片区的面积、公布面积、可信度"),
    )
    parks = commands.add_parser(
        "parks", help=told("the parks with their zones and figures", "园区及其片区和数据")
    )
    reconcile = commands.add_parser(
        "reconcile",
        help=told("the plans' figures held against each other", "规划数据相互核对"),
        description=told(
            "Holds the plans' figures against each other and lists what does not agree, with both "
            "sources. Findings are no error: the exit code is 0 when all was compared, 2 when a "
            "file of the plan data has a faulty row.",
            "把各规划的数据相互核对，列出不相符之处及双方出处。有不符之处不算错误：核对完成时"
            "退出码为 0，规划数据文件有错误行时为 2。",
        ),
    )
    for one in (check, parks, reconcile):
        one.add_argument(
            "--json", action="store_true", help=told("print JSON and nothing else", "只输出 JSON")
        )
    reference = commands.add_parser(
        "reference", help=told("reference data from OSM extracts", "由 OSM 数据生成参考数据")
    )
    actions = reference.add_subparsers(dest="action", required=True, metavar="ACTION")
    rebuild = actions.add_parser(
        "build",
        help=told(
            "gazetteer, sketch lines, districts, basemap, places, stations and ramps",
            "参考线、示意线、区界、底图、地点、车站和匝道",
        ),
    )
    rebuild.add_argument(
        "--from",
        dest="paths",
        nargs="+",
        required=True,
        type=Path,
        metavar="PATH",
        help=told(
            "GeoPackages with OSM layers, or folders of them", "含 OSM 图层的 GeoPackage 或其文件夹"
        ),
    )
    found = find.add_command(commands, told)
    converted = convert.add_command(commands, told)
    traced = tracing.add_commands(commands, told)
    for one in (parse, build, check, parks, reconcile, rebuild, found, converted, *traced):
        cli.add_language(one)
    return parser


def _parse(args: argparse.Namespace, lang: str) -> int:
    from geo.sizhi import MAX_CHARS, parse

    parsed = parse(cli.text_or_stdin(args.text, most=MAX_CHARS + 1))
    document = parsed.as_json(lang)
    if args.tokens:
        document["tokens"] = [token._asdict() for token in parsed.tokens]
    print(json.dumps(document, ensure_ascii=False))
    return 0


def _fresh() -> dict[str, Any]:
    """Digitise the zones now, without writing them."""
    from geo.build import build
    from geo.reference import load_districts, load_gazetteer
    from geo.zones import load_zones

    zones, areas = load_zones(PLANS / "boundaries.yaml")
    return build(zones, areas, load_gazetteer(), load_districts())


def _build(_args: argparse.Namespace, lang: str) -> int:
    from geo.build import PARKS, write

    collection = _fresh()
    path = write(collection, PARKS)
    count = len(collection["features"])
    print(f"{path}：{count} 个片区" if lang == "zh" else f"{path}: {count} zones", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace, lang: str) -> int:
    from geo.build import PARKS
    from geo.check import check, load_stored
    from geo.reference import MINHANG, district, load_districts

    minhang = district(load_districts(), MINHANG)
    rows, problems = check(load_stored(PARKS), _fresh(), minhang)
    if args.json:
        report = {"zones": rows, "problems": [vars(problem) for problem in problems]}
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print(aligned(_check_table(rows, lang), left=2))
        for problem in problems:
            print(f"{problem.zone}: {problem.zh if lang == 'zh' else problem.en}")
    return 1 if problems else 0


def _check_table(rows: list[dict[str, Any]], lang: str) -> list[list[str]]:
    """Return the rows of `geo.check` as words, a head first."""
    zh = lang == "zh"
    head = (
        ["片区", "名称", "面积km²", "公布km²", "误差%", "文列界线占比", "缺口m", "可信度",
         "未识别/未用", "重叠km²"]
        if zh
        else ["zone", "name", "area km²", "published", "error %", "named share", "gaps m",
              "confidence", "unresolved/unused", "overlaps km²"]
    )  # fmt: skip
    return [head, *(_check_row(row, zh) for row in rows)]


def _check_row(row: dict[str, Any], zh: bool) -> list[str]:
    def number(value: float | None, pattern: str) -> str:
        return "—" if value is None else format(value, pattern)

    shared = row["published_area_shared"]
    published = number(row["published_area_km2"], "g")
    if shared:
        published = f"{shared['published_area_km2']:g} {'合计' if zh else 'together'}"
    level = row["confidence"]
    names = [*(row["unresolved"] or []), *(row["unused"] or [])]
    overlaps = [f"{zone} {value:g}" for zone, value in row["overlaps_km2"].items()]
    return [
        row["id"],
        row["name_zh" if zh else "name_en"],
        number(row["area_km2"], ".3f"),
        published,
        number(row["area_error_pct"], "+.1f"),
        number(row["named_ring_share"], ".2f"),
        number((row["closure"] or {}).get("sum_m"), "d"),
        _CONFIDENCE.get(level, level) if zh else level,
        "、".join(names) or "—",
        ", ".join(overlaps) or "—",
    ]


def _parks(args: argparse.Namespace, lang: str) -> int:
    from geo.plans import Plans
    from geo.plans.table import format_parks_table, load_boundaries, parks_table

    rows = parks_table(Plans.load(), load_boundaries(), derived=True)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(format_parks_table(rows, lang))
    return 0


def _reconcile(args: argparse.Namespace, lang: str) -> int:
    from geo.plans import Plans, check_zones, load_boundaries
    from geo.plans.reconcile import format_reconciliation, reconcile

    plans, boundaries = Plans.load(), load_boundaries()
    check_zones(plans, boundaries)
    result = reconcile(plans, boundaries)
    if args.json:
        print(json.dumps(result.as_json(), ensure_ascii=False, indent=1))
    else:
        columns = max(60, shutil.get_terminal_size((100, 24)).columns)
        print(format_reconciliation(result, plans, lang, columns))
    return 0


def _reference(args: argparse.Namespace, _lang: str) -> int:
    """Build all six reference files, then write them: a fault leaves every one as it was."""
    import geopandas as gpd

    from geo import REFERENCE
    from geo.access import ACCESS_FILE
    from geo.osm import gazetteer
    from geo.osm.access import access_text
    from geo.osm.basemap import BASEMAP_FILE, basemap_text
    from geo.osm.districts import DISTRICTS_FILE, districts_text
    from geo.osm.places import PLACES_FILE, places_text
    from geo.osm.sketch_lines import SKETCH_LINES, load_wanted_lines, sketch_lines_text

    wanted, dates = gazetteer.load_wanted(REFERENCE / "features.yaml")
    sketched = load_wanted_lines(REFERENCE / "features.yaml")
    layers = gazetteer.read_osm(args.paths)
    borders = districts_text()
    districts = gpd.GeoDataFrame.from_features(json.loads(borders)["features"], crs=4326)
    made = gazetteer.build(wanted, dates, layers, districts)
    if made.missing:
        names = "、".join(made.missing)
        raise AtlasError(
            en=f"not in the OSM data: {names}; nothing is written",
            zh=f"OSM 数据中没有：{names}；未写入任何文件",
        )
    texts = {
        DISTRICTS_FILE: borders,
        REFERENCE / "gazetteer.geojson": gazetteer.gazetteer_text(made),
        SKETCH_LINES: sketch_lines_text(sketched, args.paths),
        BASEMAP_FILE: basemap_text(args.paths),
        PLACES_FILE: places_text(args.paths, districts=districts),
        ACCESS_FILE: access_text(args.paths, districts),
    }
    for path, text in texts.items():
        write_atomic(path, text)
        print(f"{path}  {len(text.encode()) / 1000:.0f} kB", file=sys.stderr)
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    args = _parser().parse_args(argv)
    work = {
        "parse": _parse,
        "build": _build,
        "check": _check,
        "parks": _parks,
        "reconcile": _reconcile,
        "reference": _reference,
        "find": find.run,
        "convert": convert.run,
        "digitize": tracing.run_digitize,
        "batch": tracing.run_batch,
        "describe": tracing.run_describe,
    }[args.command]
    return cli.run(work, args)


if __name__ == "__main__":
    sys.exit(main())
