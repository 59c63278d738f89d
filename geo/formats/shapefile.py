"""Shapefiles, as a zip or as the files themselves: UTF-8, with .cpg and .prj.

The format holds field names of 10 bytes and texts of 254. `SHORT` names the fields of this project;
others are cut, and numbered when two become alike. The zip holds ``fields.txt`` with every short
name beside the full one, and a note tells which texts were cut. An empty text cannot be told from a
missing one, and 1 and 0 stand for true and false.
"""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataSourceError

from geo.errors import AtlasError
from geo.files import shown, write_atomic
from geo.formats import columns
from geo.formats.archives import unpack
from geo.reason import Reason

SHORT = {
    "published_area_km2": "pub_km2",
    "published_area_note": "pub_note",
    "published_area_shared": "pub_shared",
    "area_error_pct": "err_pct",
    "named_ring_share": "ring_share",
    "alternatives_km2": "alt_km2",
    "chosen_by_area": "by_area",
}
_NAME_BYTES, _TEXT_BYTES = 10, 254
_PARTS = (".shp", ".shx", ".dbf", ".cpg", ".prj")
# A fixed date: the same features give the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_KINDS = {
    "Point": "Point",
    "MultiPoint": "MultiPoint",
    "LineString": "LineString",
    "MultiLineString": "LineString",
    "Polygon": "Polygon",
    "MultiPolygon": "Polygon",
}


@dataclass(frozen=True)
class Files:
    """A shapefile's parts by suffix, what to know about them, and the text of fields.txt."""

    parts: dict[str, bytes]
    fields: str
    notes: tuple[Reason, ...]

    def zipped(self, stem: str) -> bytes:
        """Return the parts and fields.txt as one zip."""
        out = io.BytesIO()
        contents = {f"{stem}{suffix}": data for suffix, data in self.parts.items()}
        contents["fields.txt"] = self.fields.encode("utf-8-sig")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in contents.items():
                info = zipfile.ZipInfo(name, _ZIP_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
        return out.getvalue()

    def write(self, path: Path) -> None:
        """Write the parts beside each other, the .shp last: with it the file is there."""
        for suffix in (".shx", ".dbf", ".cpg", ".prj", ".shp"):
            write_atomic(path.with_suffix(suffix), self.parts[suffix])


def field_names(names: list[str]) -> dict[str, str]:
    """Return the short name of each column: at most 10 bytes of UTF-8, no two alike.

    Examples
    --------
    >>> field_names(["id", "named_ring_share", "公布面积平方公里"])
    {'id': 'id', 'named_ring_share': 'ring_share', '公布面积平方公里': '公布面'}
    """
    return columns.allowed_names(names, _NAME_BYTES, columns.utf8_size, short=SHORT)


def encode(frame: gpd.GeoDataFrame, about: str = "") -> Files:
    """Return a frame as the parts of a shapefile.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With a CRS, in the coordinates to write.
    about : str
        Where the data come from, for fields.txt.

    Raises
    ------
    AtlasError
        When points, lines and polygons are mixed, which one shapefile cannot hold.
    """
    kind = kind_of(frame)
    notes: list[Reason] = []
    properties = columns.properties(frame)
    names = field_names(list(properties))
    table = {names[name]: _values(name, values, notes) for name, values in properties.items()}
    data = gpd.GeoDataFrame(
        {name: columns.series(values) for name, values in table.items()},
        geometry=frame.geometry.array,
        crs=frame.crs,
    )
    if not table:
        # A shapefile must have a field.
        data.insert(0, "number", range(1, len(data) + 1))
    changed = {name: new for name, new in names.items() if name != new}
    if changed:
        pairs = ", ".join(f"{name} → {new}" for name, new in changed.items())
        notes.insert(
            0,
            Reason(
                zh=f"Shapefile 字段名最多 {_NAME_BYTES} 字节：{pairs}",
                en=f"shapefile field names hold {_NAME_BYTES} bytes: {pairs}",
            ),
        )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of digits that a DBF number lacks
        path = Path(folder) / "data.shp"
        pyogrio.write_dataframe(
            data,
            path,
            driver="ESRI Shapefile",
            geometry_type=kind,
            encoding="UTF-8",
        )
        parts = {suffix: path.with_suffix(suffix).read_bytes() for suffix in _PARTS}
    return Files(parts, _fields_text(names, about), tuple(notes))


def kind_of(frame: gpd.GeoDataFrame) -> str:
    """Return the geometry type of the file.

    Raises
    ------
    AtlasError
        When a frame has several, which one shapefile cannot hold.
    """
    kinds = {_KINDS.get(geometry.geom_type) for geometry in frame.geometry if geometry is not None}
    if kinds == {"Point", "MultiPoint"}:
        kinds = {"MultiPoint"}
    if len(kinds) > 1 or None in kinds:
        raise AtlasError(
            en="a shapefile holds points, lines or polygons, not several of them: "
            "choose GeoPackage or GeoJSON",
            zh="一个 Shapefile 只能存点、线、面中的一种：请选 GeoPackage 或 GeoJSON",
        )
    return kinds.pop() if kinds else "Polygon"


def _values(name: str, values: list[Any], notes: list[Reason]) -> list[Any]:
    """Return a column as DBF can hold it: texts cut to 254 bytes, which is noted."""
    values = columns.flat(values)
    if any(isinstance(value, bool) for value in values):
        return [None if value is None else int(value) for value in values]
    result = [columns.cut_utf8(v, _TEXT_BYTES) if isinstance(v, str) else v for v in values]
    cut = sum(new != old for new, old in zip(result, values, strict=True))
    if cut:
        notes.append(
            Reason(
                zh=f"字段 {name} 有 {cut} 条文字超过 {_TEXT_BYTES} 字节，已截断；"
                "全文见 GeoPackage 或 GeoJSON",
                en=f"{cut} texts of {name} are longer than {_TEXT_BYTES} bytes and are cut; "
                "GeoPackage and GeoJSON hold them whole",
            )
        )
    return result


def _fields_text(names: dict[str, str], about: str) -> str:
    """Return the list of short and full names, with the source of the data over it."""
    rows = ["字段 field\t全名 full name", *(f"{new}\t{name}" for name, new in names.items())]
    return "\r\n".join(filter(None, [about, *rows])) + "\r\n"


def read(path: Path, layer: str | None) -> tuple[gpd.GeoDataFrame, list[Reason]]:
    """Return what a shapefile holds, a zip or a .shp, with its CRS or without one.

    Raises
    ------
    AtlasError
        When it cannot be read, or the zip holds no shapefile, or several and none is named.
    """
    if path.suffix.lower() != ".zip":
        return _read_one(path, shown(path))
    files = unpack(path, _PARTS)
    found = {PurePosixPath(n).with_suffix("").as_posix(): n for n in files if _is_shape(n)}
    chosen = choose(path, {name: name for name in found}, layer)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            member = PurePosixPath(name)
            if member.with_suffix("").as_posix() == chosen:
                (Path(folder) / f"data{member.suffix.lower()}").write_bytes(content)
        return _read_one(Path(folder) / "data.shp", shown(path))


def _is_shape(name: str) -> bool:
    """Tell a shapefile of a zip from what macOS adds to it."""
    return name.lower().endswith(".shp") and not name.startswith("__MACOSX/")


def choose(path: Path, layers: dict[str, str], layer: str | None) -> str:
    """Return which of a file's layers to read: the only one, or the one that is named.

    Parameters
    ----------
    path : pathlib.Path
    layers : dict
        Name as a person gives it, to what is returned.
    layer : str or None

    Raises
    ------
    AtlasError
        When there is none, or several and none of them is named.
    """
    if layer is not None and layer in layers:
        return layers[layer]
    listed = ", ".join(layers)
    if not layers:
        raise AtlasError(
            en=f"{shown(path)}: no layer with geometry", zh=f"{shown(path)}：没有带图形的图层"
        )
    if layer is not None:
        raise AtlasError(
            en=f"{shown(path)}: no layer {layer!r}; it holds {listed}",
            zh=f"{shown(path)}：没有图层“{layer}”；有：{listed}",
        )
    if len(layers) > 1:
        raise AtlasError(
            en=f"{shown(path)}: several layers, name one (--layer): {listed}",
            zh=f"{shown(path)}：有多个图层，请指定一个（--layer）：{listed}",
        )
    return next(iter(layers.values()))


def _read_one(path: Path, name: str) -> tuple[gpd.GeoDataFrame, list[Reason]]:
    """Read one .shp with the files beside it."""
    for suffix in (".shx", ".dbf"):
        if not any(path.with_suffix(s).is_file() for s in (suffix, suffix.upper())):
            raise AtlasError(
                en=f"{name}: the {suffix} file that belongs to the .shp is missing",
                zh=f"{name}：缺少与 .shp 配套的 {suffix} 文件",
            )
    stated = any(path.with_suffix(s).is_file() for s in (".cpg", ".CPG"))
    tried = [None] if stated or _states_encoding(path) else ["UTF-8", "GB18030"]
    for encoding in tried:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                frame = pyogrio.read_dataframe(path, encoding=encoding)
                frame = columns.restored(frame, pyogrio.read_info(path, encoding=encoding))
        except UnicodeDecodeError:
            continue
        except (DataSourceError, ValueError, LookupError, RuntimeError) as error:
            raise unreadable(name, "Shapefile", error) from error
        if not isinstance(frame, gpd.GeoDataFrame):
            frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame)))
        notes = []
        if encoding == "GB18030":
            notes.append(
                Reason(
                    zh="没有 .cpg 文件，文字按 GBK 读取", en="no .cpg file: texts are read as GBK"
                )
            )
        return frame, notes
    raise AtlasError(
        en=f"{name}: its texts are in no encoding that we know; add a .cpg file",
        zh=f"{name}：文字编码无法识别，请补充 .cpg 文件",
    )


def _states_encoding(path: Path) -> bool:
    """Tell whether the DBF's header names a code page (byte 29; 0x57 means the writer's own)."""
    for suffix in (".dbf", ".DBF"):
        if path.with_suffix(suffix).is_file():
            with path.with_suffix(suffix).open("rb") as stream:
                head = stream.read(32)
            return len(head) == 32 and head[29] not in (0, 0x57)
    return False


def unreadable(name: str, what: str, error: Exception) -> AtlasError:
    """Return the error for a file that a driver refuses, without the paths it was read by."""
    said = str(error).split(": ")[-1] if "/" in str(error) else str(error)
    return AtlasError(
        en=f"{name}: not a readable {what} file ({said[:120]})",
        zh=f"{name}：不是可读的 {what} 文件（{said[:120]}）",
    )
