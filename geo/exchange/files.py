"""An `Exchange` as a file: a GeoPackage of four tables, or a zip with the tables beside the maps.

| format | file | coordinates offered |
|---|---|---|
| gpkg | layers parks and zones, tables sources and fields | WGS 84, CGCS2000, Gauss-Kruger 120° |
| shp | zip: two Shapefiles, sources.csv, fields.csv, README.txt | the same |
| geojson, kml | zip: two files, the tables and README.txt | WGS 84, as these formats ask |
| txt | zip: boundary points of the zones, README.txt | CGCS2000 zone of 3 degrees |
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.credits import BORDERS, OSM
from geo.errors import unknown
from geo.exchange import Exchange
from geo.exchange.cells import neutral
from geo.formats import FORMATS, Encoded, columns, encode
from geo.reason import Reason

# What each format is offered in, the usual first; EPSG codes.
SYSTEMS = {
    "gpkg": (4490, 4326, 4549),
    "shp": (4490, 4326, 4549),
    "geojson": (4326,),
    "kml": (4326,),
    "txt": (4549, 4528),
}
SYSTEM_NAMES = {
    4326: Reason("WGS 84 经纬度", "WGS 84 degrees"),
    4490: Reason("CGCS2000 经纬度", "CGCS2000 degrees"),
    4549: Reason(
        "CGCS2000 高斯—克吕格 3 度带，中央经线 120°，横坐标不带带号",
        "CGCS2000 Gauss-Kruger, 3-degree zone of 120° E, eastings without zone number",
    ),
    4528: Reason(
        "CGCS2000 高斯—克吕格 3 度带，中央经线 120°，横坐标带带号 40",
        "CGCS2000 Gauss-Kruger, 3-degree zone of 120° E, eastings with zone number 40",
    ),
}
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # fixed: the same data give the same bytes
_NOTICE = Reason(
    "边界按规划公布的四至文字绘制，示意图，不作为行政、权属或法律依据。",
    "Outlines are drawn from the plans' published bounds: schematic, no legal or title document.",
)
_MISSING = Reason(
    "空值表示规划未载明，不是 0。数值为规划所印，未取整、未推算。",
    "Null means that the plans do not state it; it is not 0. Numbers are as the plans print them.",
)
_TABLES = Reason(
    "fields.csv 说明各字段；sources.csv 列出每个数值的来源。",
    "fields.csv says what the columns are, sources.csv where each number is from.",
)
_SUMS = Reason(
    "数值按园区给出（parks）；片区图层（zones）不拆分园区数值。",
    "Numbers are of parks; the layer of zones does not divide them among zones.",
)


def suffix(format: str) -> str:  # noqa: A002
    """Return the ending of the file of a format, with its dot."""
    return ".gpkg" if format == "gpkg" else ".zip"


def media_type(format: str) -> str:  # noqa: A002
    """Return the media type of the file of a format."""
    return FORMATS["gpkg"].media_type if format == "gpkg" else "application/zip"


def write(
    exchange: Exchange,
    format: str,  # noqa: A002
    crs: int | None = None,
) -> Encoded:
    """Return the file of a format.

    Parameters
    ----------
    exchange : Exchange
    format : str
        A key of `SYSTEMS`.
    crs : int, optional
        An EPSG code of ``SYSTEMS[format]``; the first of them by default.

    Returns
    -------
    geo.formats.Encoded
        The bytes, and what the format could not hold as it was.

    Raises
    ------
    AtlasError
        For an unknown format or a coordinate system that the format is not offered in.
    """
    if format not in SYSTEMS:
        raise unknown("format", "格式", format, list(SYSTEMS))
    code = crs or SYSTEMS[format][0]
    if code not in SYSTEMS[format]:
        listed = [str(one) for one in SYSTEMS[format]]
        raise unknown("coordinate system", "坐标系", str(code), listed)
    if format == "gpkg":
        return Encoded(_geopackage(exchange, code), ())
    return _zipped(exchange, format, code)


def _about(exchange: Exchange) -> str:
    """Return whose data a layer is, in one line."""
    return " ".join([*exchange.documents, _credit(exchange.lang), _NOTICE.text(exchange.lang)])


def _credit(lang: str) -> str:
    """Return whose lines the outlines follow."""
    return Reason(f"边界依据：{OSM}；{BORDERS}", f"Outlines follow {OSM}; {BORDERS}").text(lang)


def _geopackage(exchange: Exchange, code: int) -> bytes:
    """Return a GeoPackage: parks, zones, and the tables of sources and of fields."""
    about = _about(exchange)
    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder) / "atlas.gpkg", Path(folder) / "zones.gpkg"
        path.write_bytes(encode(exchange.parks, "gpkg", code, title="parks", about=about).data)
        other.write_bytes(encode(exchange.zones, "gpkg", code, title="zones").data)
        zones = columns.restored(pyogrio.read_dataframe(other), pyogrio.read_info(other))
        pyogrio.write_dataframe(
            zones, path, driver="GPKG", layer="zones", layer_options={"DESCRIPTION": about}
        )
        for name, rows in (("sources", exchange.sources), ("fields", _fields(exchange))):
            table = pd.DataFrame(_table(rows))
            pyogrio.write_dataframe(table, path, driver="GPKG", layer=name)
        return path.read_bytes()


def _table(rows: list[dict[str, Any]]) -> dict[str, pd.Series]:
    """Return rows as columns."""
    names = list(rows[0]) if rows else []
    return {name: columns.series([row[name] for row in rows]) for name in names}


def _fields(exchange: Exchange) -> list[dict[str, Any]]:
    """Return the dictionary of the parks' columns."""
    return [
        {
            "field": field.name,
            "short": field.short,
            "unit": field.unit or None,
            "period": field.period or None,
            "about_zh": field.about.zh,
            "about_en": field.about.en,
        }
        for field in exchange.fields
    ]


def _zipped(exchange: Exchange, format: str, code: int) -> Encoded:  # noqa: A002
    """Return a zip of the maps and, beside them, the tables and what to know."""
    files: dict[str, bytes] = {}
    notes: list[Reason] = []
    # A parcel has no place for a park's figures: of boundary points there are the zones only.
    layers: dict[str, gpd.GeoDataFrame] = {"zones": exchange.zones}
    if format != "txt":
        layers = {"parks": exchange.parks, **layers}
    for name, frame in layers.items():
        if format == "shp" and name == "parks":
            frame = frame.rename(columns={field.name: field.short for field in exchange.fields})
        made = encode(frame, format, code, title=name, about=_about(exchange))
        files |= _parts(made.data, name, format)
        notes += made.notes
    if format != "txt":
        files["sources.csv"] = _csv(exchange.sources)
        files["fields.csv"] = _csv(_fields(exchange))
    notes = list(dict.fromkeys(notes))
    files["README.txt"] = _readme(exchange, list(files), code, notes).encode("utf-8-sig")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return Encoded(out.getvalue(), tuple(notes))


def _parts(data: bytes, name: str, format: str) -> dict[str, bytes]:  # noqa: A002
    """Return the files of one layer by name."""
    if format != "shp":
        return {f"{name}{FORMATS[format].suffix}": data}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # fields.csv tells more of the parks than the format's own list; of the zones it is kept.
        own = {one: archive.read(one) for one in archive.namelist() if one != "fields.txt"}
        if name == "zones":
            own["zones_fields.txt"] = archive.read("fields.txt")
    return own


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as CSV with a byte order mark; no text of it can act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if rows:
        writer.writerow(rows[0])
        writer.writerows([[_cell(value) for value in row.values()] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """Return a cell's text."""
    return "" if value is None else neutral(str(value))


def _readme(exchange: Exchange, files: Iterable[str], code: int, notes: list[Reason]) -> str:
    """Return what a reader must know, in the language of the data."""
    lang = exchange.lang
    head = Reason("园区一张图：园区边界与规划数据", "Park Atlas: outlines and figures of the parks")
    files = list(files)
    where = Reason("坐标系：", "Coordinates: ").text(lang)
    lines = [
        head.text(lang),
        "",
        Reason("文件：", "Files: ").text(lang) + ", ".join(files),
        f"{where}{SYSTEM_NAMES[code].text(lang)} (EPSG:{code})",
        *(line.text(lang) for line in (_TABLES, _SUMS, _MISSING) if "sources.csv" in files),
        *(note.text(lang) for note in notes),
        "",
        Reason("来源：", "Sources:").text(lang),
        *exchange.documents,
        _credit(lang),
        "",
        _NOTICE.text(lang),
    ]
    return "".join(f"{line}\r\n" for line in lines)
