"""The commands between clauses and polygons: `python -m geo digitize`, `batch` and `describe`."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from geo import cli
from geo.errors import AtlasError
from geo.files import geojson_text, read_text, write_atomic

Told = Callable[[str, str], str]
_MOST_LINES = 12  # messages that a reader of the terminal gets at a time


def add_commands(commands: Any, told: Told) -> list[argparse.ArgumentParser]:
    """Add the commands to a command line; return their parsers."""
    digitize = commands.add_parser(
        "digitize",
        help=told(
            "a four-bounds sentence to polygons (GeoJSON)", "由四至文字生成多边形（GeoJSON）"
        ),
    )
    digitize.add_argument(
        "text",
        metavar="TEXT|-",
        help=told("the sentence, or - for standard input", "四至文字，“-”为标准输入"),
    )
    digitize.add_argument(
        "--area",
        type=float,
        metavar="KM2",
        help=told(
            "stated area in km²: compared, and chooses between equal readings",
            "公布面积（平方公里）：用于比对，并在同样说得通的走法中取舍",
        ),
    )
    digitize.add_argument(
        "--alias",
        action="append",
        default=[],
        metavar="NAME=LINE",
        help=told(
            "read a name of the text as a line of the map; may be given again",
            "把文中的名称当作图上的某条线，可多次给出",
        ),
    )
    batch = commands.add_parser(
        "batch",
        help=told(
            "a list of sentences (JSON Lines) to polygons", "成批由四至（JSON Lines）生成多边形"
        ),
    )
    batch.add_argument(
        "file",
        metavar="FILE.jsonl|-",
        help=told(
            'one {"id", "text"} a line, optionally "area_km2" and "aliases"; - for standard input',
            "每行一个 {“id”,“text”}，可另有“area_km2”和“aliases”；“-”为标准输入",
        ),
    )
    for one in (digitize, batch):
        add_reference(one, told)
        one.add_argument(
            "-o",
            "--output",
            type=Path,
            metavar="FILE",
            help=told("write there, not to standard output", "写入文件，默认输出到标准输出"),
        )
    return [digitize, batch, _add_describe(commands, told)]


def _add_describe(commands: Any, told: Told) -> argparse.ArgumentParser:
    """Add the command `describe`; return its parser."""
    describe = commands.add_parser(
        "describe",
        help=told("polygons to four-bounds sentences", "由多边形写出四至文字"),
    )
    describe.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help=told(
            "polygons: .geojson .gpkg .zip or .shp (Shapefile) .kml .txt (boundary points)",
            "多边形：.geojson .gpkg .zip 或 .shp（Shapefile） .kml .txt（勘测定界界址点）",
        ),
    )
    add_reference(describe, told)
    describe.add_argument(
        "--from-crs",
        metavar="CRS",
        help=told(
            "what the coordinates are in, where the file does not say: 4490, 4549, GCJ-02 …",
            "文件未注明坐标系时声明：4490、4549、GCJ-02 等",
        ),
    )
    describe.add_argument(
        "--json", action="store_true", help=told("print JSON and nothing else", "只输出 JSON")
    )
    return describe


def add_reference(parser: argparse.ArgumentParser, told: Told) -> None:
    """Give a command the option ``--reference``."""
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="PATH",
        help=told(
            "lines to resolve names on: GeoPackage, Geofabrik shapefiles (folder or zip) or "
            ".osm.pbf; the built-in gazetteer by default",
            "参考线：GeoPackage、Geofabrik shapefile（文件夹或 zip）或 .osm.pbf；默认用内置参考线",
        ),
    )


def load_reference(path: Path | None) -> Any:
    """Return the reference of a path, or the built-in gazetteer."""
    from geo.network.load import load_network
    from geo.reference import load_gazetteer

    return load_gazetteer() if path is None else load_network(path)


def run_digitize(args: argparse.Namespace, lang: str) -> int:
    """Run `digitize`."""
    from geo.digitize import digitize
    from geo.digitize.batch import area_unused
    from geo.formats.columns import clean
    from geo.sizhi import MAX_CHARS, parse

    if args.area is not None and not (math.isfinite(args.area) and 0 < args.area < 1e6):
        raise AtlasError(
            en=f"--area must be a positive number of km², not {args.area:g}",
            zh=f"--area 应为正数（平方公里），不能是 {args.area:g}",
        )
    aliases = dict(_alias(given) for given in args.alias)
    # Bytes of the command line that are no text come as halves of characters.
    text = clean(cli.text_or_stdin(args.text, most=MAX_CHARS + 1))
    # A text without a boundary needs no map to be told so.
    if not parse(text).parts:
        raise AtlasError(en="no four-bounds sentence in the text", zh="文本中没有四至")
    reference = load_reference(args.reference)
    features = digitize(text, reference, args.area, aliases, lang)
    told = [line for feature in features for line in _told(feature["properties"], lang)]
    if args.area is not None and len(features) > 1:
        unused = area_unused(args.area).text(lang)
        features[0]["properties"]["warnings"].append(unused)
        told.insert(0, unused)
    _put(features, reference, args.output)
    _tell(told, lang, ("输出的 GeoJSON", "the GeoJSON"))
    return 0


def _tell(lines: Iterable[str], lang: str, whole: tuple[str, str]) -> None:
    """Print lines to standard error, equal ones once with how often; beyond 12 only how many."""
    counts = Counter(lines)
    for line, times in list(counts.items())[:_MOST_LINES]:
        often = f"（{times} 次）" if lang == "zh" else f" ({times} times)"
        print(line + (often if times > 1 else ""), file=sys.stderr)
    rest = len(counts) - _MOST_LINES
    if rest > 0:
        zh, en = whole
        more = f"另有 {rest} 条，见{zh}" if lang == "zh" else f"and {rest} more: see {en}"
        print(more, file=sys.stderr)


def _alias(given: str) -> tuple[str, tuple[str, str]]:
    """Return an alias of the command line: written name, and what it stands for."""
    written, mark, line = (part.strip() for part in given.partition("="))
    if not (written and mark and line):
        raise AtlasError(
            en=f"--alias must be NAME=LINE, not {given!r}",
            zh=f"--alias 应写作“文中名=图上名”，不能是“{given}”",
        )
    return written, (line, "")


def _told(properties: dict[str, Any], lang: str) -> list[str]:
    """Return what a reader of the terminal must know of one feature."""
    zh = lang == "zh"
    lines = [*properties["warnings"]]
    for name in properties["unresolved"]:
        alike = properties["suggestions"].get(name) or []
        listed = ("、" if zh else ", ").join(alike)
        told = f"“{name}”不在参考线中" if zh else f"{name} is on no line of the reference"
        if alike:
            told += f"；相近的有：{listed}" if zh else f"; spelled alike: {listed}"
        lines.append(told)
    if "error" in properties:
        lines.append(properties["error"])
    return lines


def run_batch(args: argparse.Namespace, lang: str) -> int:
    """Run `batch`."""
    from geo.digitize.batch import digitize_items, read_jsonl

    most = 200_000_000
    text = cli.text_or_stdin("-", most=most) if args.file == "-" else read_text(Path(args.file))
    reference = load_reference(args.reference)
    features = list(digitize_items(read_jsonl(text), reference, lang))
    if not features:
        raise AtlasError(en=f"{args.file}: no lines", zh=f"{args.file}：没有内容")
    _put(features, reference, args.output)
    failed = [f for f in features if f["geometry"] is None]
    count = len(features)
    print(
        f"{count} 个片区，{count - len(failed)} 个成环，{len(failed)} 个未成"
        if lang == "zh"
        else f"{count} zones: {count - len(failed)} with a ring, {len(failed)} without",
        file=sys.stderr,
    )
    return 0


def run_describe(args: argparse.Namespace, lang: str) -> int:
    """Run `describe`."""
    from geo.describe.descriptions import describe_frame, described_line
    from geo.formats import load

    loaded = load(args.file, args.from_crs)
    reference = load_reference(args.reference)
    records, told = [], []
    for record in describe_frame(loaded.frame, reference, lang):
        records.append(record)
        label, line = described_line(record)
        if line and not args.json:
            print(line)
        mark = "：" if lang == "zh" else ": "
        told += [f"{label}{mark}{note}" for note in [record["error"], *record["notes"]] if note]
    if args.json:
        document = {"reference": reference.name, "descriptions": records}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _tell([reason.text(lang) for reason in loaded.notes] + told, lang, ("--json", "--json"))
    return 0 if any(record["clause"] for record in records) else 2


def _put(features: list[dict[str, Any]], reference: Any, path: Path | None) -> None:
    """Write features as GeoJSON, to a file or to standard output."""
    from geo.credits import attribution

    members = {
        "attribution": attribution(reference, features),
        "reference": reference.name,
    }
    text = geojson_text(features, members)
    if path is None:
        sys.stdout.write(text)
    else:
        write_atomic(path, text)
