"""`python -m geo convert`: geodata from one format and coordinate system into another."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from geo.formats.boundary_points import ENCODINGS

Told = Callable[[str, str], str]


def add_command(commands: argparse._SubParsersAction, told: Told) -> argparse.ArgumentParser:
    """Add the command to a command line.

    Parameters
    ----------
    commands : argparse subparsers
    told : callable
        Gives the English or the Chinese of two help texts.

    Returns
    -------
    argparse.ArgumentParser
        The command's own, for options that all commands share.
    """
    parser = commands.add_parser(
        "convert",
        help=told("formats and coordinate systems of geodata", "转换数据格式和坐标系"),
        description=told(
            "By file ending: .geojson .gpkg .zip or .shp (Shapefile) .kml .txt (boundary points); "
            ".json and .kmz are read as well.",
            "格式由扩展名决定：.geojson .gpkg .zip 或 .shp（Shapefile） .kml "
            ".txt（勘测定界界址点）；另可读 .json .kmz。",
        ),
    )
    parser.add_argument("source", metavar="IN", help=told("file to read", "输入文件"))
    parser.add_argument("target", metavar="OUT", help=told("file to write", "输出文件"))
    parser.add_argument(
        "--crs",
        metavar="EPSG",
        help=told(
            "coordinate system to write: 4326, 4490, 4513-4533 or 4534-4554 (default: 4326; "
            "boundary points: the zone of the data)",
            "写出的坐标系：4326、4490、4513–4533 或 4534–4554（默认 4326；界址点默认所在 3 度带）",
        ),
    )
    parser.add_argument(
        "--from-crs",
        metavar="EPSG|GCJ-02",
        help=told(
            "what the input is in, where it does not say or says wrong",
            "输入数据的坐标系；文件未注明或注明有误时使用",
        ),
    )
    parser.add_argument(
        "--layer", metavar="NAME", help=told("layer to read, of several", "多图层时要读取的图层")
    )
    parser.add_argument(
        "--encoding",
        choices=ENCODINGS,
        default=ENCODINGS[0],
        help=told("of a .txt to write (default: utf-8)", "写出 .txt 的编码，默认 utf-8"),
    )
    return parser


def run(args: argparse.Namespace, lang: str) -> int:
    """Convert a file; what a reader must know goes to stderr.

    Raises
    ------
    AtlasError
        When the input cannot be used or the output cannot hold it; nothing is written then.
    """
    from geo import formats

    kind = formats.format_of(args.target)
    loaded = formats.load(args.source, args.from_crs, args.layer)
    notes = formats.write(
        loaded.frame, args.target, crs=args.crs, about=loaded.about, encoding=args.encoding
    )
    for note in (*loaded.notes, *notes):
        print(note.text(lang), file=sys.stderr)
    count = len(loaded.frame)
    name = "Shapefile" if kind == "shp" else formats.FORMATS[kind].name(lang)
    done = f"{args.target}：{count} 个要素，{name}"
    if lang == "en":
        done = f"{args.target}: {count} {'feature' if count == 1 else 'features'}, {name}"
    print(done, file=sys.stderr)
    return 0
