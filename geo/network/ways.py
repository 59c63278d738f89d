"""The ways of an OpenStreetMap extract as one table: GeoPackage, shapefiles, zip, .osm and .pbf.

Every format is read into the same columns, in local metres. What a way is (road, river, rail)
comes from the layer it lies in, from its OSM tags, or, in a layer of no known kind, from its name.
Only ways around Shanghai are read: planar work is in EPSG:4549, which fits nowhere else.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.crs import WGS84, to_local
from geo.errors import AtlasError
from geo.files import shown
from geo.names import no_line

# West, south, east, north in degrees: Shanghai and what of its neighbours an extract may show.
REGION = (120.3, 30.3, 122.8, 32.2)
# More than any extract of a province holds; an archive that says so is broken or malicious.
MAX_UNPACKED_BYTES = 8_000_000_000
LAYERS = {
    "roads": "road",
    "gis_osm_roads_free_1": "road",
    "waterways": "river",
    "gis_osm_waterways_free_1": "river",
    "railways": "rail",
    "gis_osm_railways_free_1": "rail",
}
# What a way or a line of ours can be; metro is rail that no one means by "the railway".
KINDS = ("road", "river", "rail", "metro", "line", "bank", "border")
# Tag values that are lines on the ground. Of foot and cycle ways only the named are kept.
_RIVERS = frozenset({"river", "canal", "stream", "drain", "ditch", "tidal_channel", "fairway"})
_RAILS = frozenset(
    {"rail", "subway", "tram", "light_rail", "monorail", "narrow_gauge", "funicular"}
)
_METRO = frozenset({"subway", "tram", "light_rail", "monorail", "funicular"})
_NO_ROADS = frozenset({"proposed", "razed", "abandoned", "platform", "elevator", "rest_area"})
_SMALL = frozenset({"footway", "path", "steps", "cycleway", "bridleway", "corridor", "track"})
_WATER_NAME = re.compile(r"[河港塘浦泾江浜溪渠]$")
_RAIL_NAME = re.compile(r"铁路|地铁|轨道交通|[^路]线$")
_METRO_NAME = re.compile(r"地铁|轨道交通|磁浮")
_FAULTS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FieldError,
)


@dataclass(frozen=True)
class Ways:
    """Ways of a network; every column has one entry a way.

    ``geometry`` are LineStrings in local metres (EPSG:4549); the other columns are words, empty
    where the extract says nothing. ``kind`` is road, river, rail, metro or line.
    """

    geometry: NDArray
    name: NDArray
    kind: NDArray
    osm_id: NDArray
    ref: NDArray
    old_name: NDArray
    alt_name: NDArray
    oneway: NDArray

    def __len__(self) -> int:
        return len(self.geometry)

    def __getitem__(self, rows: NDArray) -> Ways:
        return Ways(*(getattr(self, column.name)[rows] for column in fields(self)))


@dataclass(frozen=True)
class Source:
    """One layer to read: its GDAL path, layer name, and the kind of its ways (None: by tags)."""

    path: str
    layer: str | None
    kind: str | None
    encoding: str | None = None


def read_ways(path: Path) -> Ways:
    """Read every way of a vector file, or of a folder or zip of shapefiles.

    Parameters
    ----------
    path : pathlib.Path
        A GeoPackage (or other file with vector layers), a folder or ``.zip`` of shapefiles as
        Geofabrik packs them, an ``.osm`` or an ``.osm.pbf``. Layers called roads, waterways and
        railways (or Geofabrik's names for them) are read; where there is none, every layer of
        lines with a column ``name``.

    Returns
    -------
    Ways
        In local metres; unnamed ways too.

    Raises
    ------
    AtlasError
        When the file is missing, not a vector file, has a layer without coordinate system, an
        absurd unpacked size, or no named line around Shanghai.
    """
    path = Path(path)
    if not path.exists():
        raise AtlasError(en=f"no such file: {shown(path)}", zh=f"找不到文件：{shown(path)}")
    tables = [table for source in sources(path) if (table := _read(path, source)) is not None]
    ways = _joined(tables) if tables else None
    if ways is None or not (ways.name != "").any():
        raise AtlasError(
            en=f"{shown(path)}: no named roads, waterways or railways around Shanghai",
            zh=f"{shown(path)}：上海一带没有带名称的道路、河流或铁路",
        )
    return ways


def _joined(tables: list[Ways]) -> Ways:
    """Return several tables as one."""
    columns = (column.name for column in fields(Ways))
    return Ways(*(np.concatenate([getattr(t, column) for t in tables]) for column in columns))


def source_files(path: Path) -> list[Path]:
    """Return the files that what is read of a path comes from: itself, or a folder's tables."""
    if path.is_file():
        return [path]
    wanted = (".shp", ".dbf", ".shx", ".prj", ".cpg", ".gpkg")
    return sorted(file for file in _files(path) if file.suffix.lower() in wanted)


def _files(folder: Path) -> list[Path]:
    """Return the files in a folder and the folders in it, no deeper: it may be anybody's."""
    return [file for pattern in ("*", "*/*") for file in folder.glob(pattern) if file.is_file()]


def sources(path: Path) -> list[Source]:
    """Return the layers to read of a path, in the order roads, waterways, railways."""
    suffix = path.suffix.lower()
    if path.is_dir():
        members = [file.relative_to(path).as_posix() for file in _files(path)]
        found = list(_shapefiles(str(path), members, lambda name: (path / name).exists()))
    elif suffix == ".zip":
        members = _zip_members(path)
        known = set(members)
        found = list(_shapefiles(f"/vsizip/{path.absolute()}", members, known.__contains__))
    elif suffix in {".pbf", ".osm"}:
        if "OSM" not in pyogrio.list_drivers(read=True):
            raise AtlasError(
                en=f"{shown(path)}: the installed GDAL has no OSM driver; convert the file to a "
                "GeoPackage",
                zh=f"{shown(path)}：所装 GDAL 没有 OSM 驱动，请先转换为 GeoPackage",
            )
        return [Source(str(path), "lines", None)]
    else:
        found = _layers(path, str(path))
    if not found:
        raise AtlasError(
            en=f"{shown(path)}: no layer of named lines in it",
            zh=f"{shown(path)}：其中没有带名称的线图层",
        )
    # The layers we know stand for all; others are read only where none of them is there.
    return [source for source in found if source.kind] or found


def _shapefiles(
    folder: str, members: Iterable[str], exists: Callable[[str], bool]
) -> Iterator[Source]:
    """Yield the shapefiles (and GeoPackages) of a folder or archive."""
    order = {layer: number for number, layer in enumerate(LAYERS)}
    for member in sorted(members, key=lambda name: (order.get(Path(name).stem, 99), name)):
        if member.lower().endswith(".shp"):
            # GDAL takes a table that does not say its encoding for Latin-1; ours are UTF-8.
            declared = exists(f"{member[:-4]}.cpg") or exists(f"{member[:-4]}.CPG")
            kind = LAYERS.get(Path(member).stem)
            yield Source(f"{folder}/{member}", None, kind, None if declared else "UTF-8")
        elif member.lower().endswith(".gpkg"):
            yield from _layers(Path(folder) / member, f"{folder}/{member}")


def _zip_members(path: Path) -> list[str]:
    """Return the names in an archive; refuse one that would unpack to an absurd size."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise AtlasError(
            en=f"{shown(path)}: not a zip archive", zh=f"{shown(path)}：不是 zip 压缩包"
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        raise AtlasError(
            en=f"{shown(path)}: would unpack to {unpacked / 1e9:.1f} GB; the most read is "
            f"{MAX_UNPACKED_BYTES / 1e9:.0f} GB",
            zh=f"{shown(path)}：解压后有 {unpacked / 1e9:.1f} GB，超过上限 "
            f"{MAX_UNPACKED_BYTES / 1e9:.0f} GB",
        )
    return [entry.filename for entry in entries if not entry.is_dir()]


def _layers(path: Path, source: str) -> list[Source]:
    """Return the layers of lines in a file: those known by name first, else all with names."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = [(str(name), str(shape)) for name, shape in pyogrio.list_layers(source)]
            lines = [name for name, shape in listed if "LineString" in shape or shape == "Unknown"]
            known = [Source(source, layer, LAYERS[layer]) for layer in LAYERS if layer in lines]
            if known:
                return known
            return [
                Source(source, layer, None)
                for layer in lines
                if "name" in map(str.lower, pyogrio.read_info(source, layer=layer)["fields"])
            ]
    except _FAULTS as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> AtlasError:
    return AtlasError(
        en=f"{shown(path)}: not a vector data file", zh=f"{shown(path)}：不是矢量数据文件"
    )


def _read(path: Path, source: Source) -> Ways | None:
    """Read one layer; None when it has no lines with names here."""
    for encoding in dict.fromkeys((source.encoding, "GB18030" if source.encoding else None)):
        try:
            with warnings.catch_warnings():
                # GDAL warns of what it mends (ring order, odd fields); what it cannot is an error.
                warnings.simplefilter("ignore")
                info = pyogrio.read_info(source.path, layer=source.layer, encoding=encoding)
                crs = _crs(path, source, info["crs"])
                meta, _, wkb, columns = pyogrio.raw.read(
                    source.path,
                    layer=source.layer,
                    bbox=_region(crs),
                    force_2d=True,
                    encoding=encoding,
                )
            break
        except UnicodeDecodeError:
            continue
        except _FAULTS as error:
            raise _unreadable(path) from error
    else:
        raise AtlasError(
            en=f"{shown(path)}, {_label(source)}: neither UTF-8 nor GB18030 text",
            zh=f"{shown(path)} 的 {_label(source)}：文字既非 UTF-8 也非 GB18030",
        )
    # Shapefiles of other hands write NAME.
    table = {str(k).lower(): v for k, v in zip(meta["fields"], columns, strict=True)}
    if "name" not in table or wkb is None or len(wkb) == 0:
        return None
    return _ways(shapely.from_wkb(wkb, on_invalid="ignore"), table, source.kind, crs)


def _label(source: Source) -> str:
    return source.layer or Path(source.path).name


def _crs(path: Path, source: Source, text: str | None) -> CRS:
    """Return a layer's coordinate system, which it must say."""
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise AtlasError(
            en=f"{shown(path)}, layer {_label(source)!r}: no coordinate system",
            zh=f"{shown(path)} 的图层“{_label(source)}”没有坐标系",
        ) from error


def _region(crs: CRS) -> tuple[float, float, float, float] | None:
    """Return the region's box in a layer's coordinates; None where it has none."""
    if crs == WGS84:
        return REGION
    try:
        box = Transformer.from_crs(WGS84, crs, always_xy=True).transform_bounds(*REGION)
    except ProjError:
        return None
    return box if np.isfinite(box).all() else None


def _ways(geometry: NDArray, table: dict[str, NDArray], kind: str | None, crs: CRS) -> Ways | None:
    """Return a layer's rows as ways: lines only, of a kind that is a line on the ground."""
    words = {name: _words(column) for name, column in table.items()}
    # 规划路 beside a road is no name: it says that there is none yet.
    words["name"] = np.array(
        ["" if no_line(name) else name for name in words["name"].tolist()], dtype=object
    )
    tags = _tags(words)
    kinds = np.full(len(geometry), kind) if kind else _kinds(words["name"], tags)
    kinds = _told_apart(words["name"], kinds, tags)
    keep = np.isin(shapely.get_type_id(geometry), (1, 5)) & ~shapely.is_empty(geometry)
    keep &= _on_the_ground(words["name"], kinds, tags)
    rows = np.flatnonzero(keep)
    parts, index = shapely.get_parts(geometry[rows], return_index=True)
    rows = rows[index]
    if crs != WGS84:
        transform = Transformer.from_crs(crs, WGS84, always_xy=True).transform
        parts = shapely.transform(parts, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))
    box = shapely.bounds(parts)
    here = (box[:, 0] < REGION[2]) & (box[:, 2] > REGION[0])
    here &= (box[:, 1] < REGION[3]) & (box[:, 3] > REGION[1])
    parts, rows = parts[here], rows[here]
    if len(parts) == 0:
        return None
    local = to_local(parts)
    real = shapely.length(local) > 0.0
    local, rows = local[real], rows[real]
    empty = np.full(len(geometry), "", dtype=object)
    column = {name: words.get(name, tags.get(name, empty))[rows] for name in _WORDS}
    return Ways(geometry=local, kind=kinds[rows].astype(object), **column)


_WORDS = ("name", "osm_id", "ref", "old_name", "alt_name", "oneway")
_TAGS = ("highway", "waterway", "railway", "fclass", "ref", "old_name", "alt_name", "oneway")


def _words(column: NDArray) -> NDArray:
    """Return a column as words: stripped, empty for what is missing; whole numbers without .0."""
    if column.dtype.kind == "f":
        column = np.where(np.isnan(column), "", np.char.mod("%.0f", np.nan_to_num(column)))
    # Words are kept one a line in the index: no white space but single blanks.
    return np.array(
        ["" if v is None or v != v else " ".join(str(v).split()) for v in column.tolist()],
        dtype=object,
    )


def _tags(words: dict[str, NDArray]) -> dict[str, NDArray]:
    """Return the tags wanted, from columns of their own or GDAL's ``other_tags`` (hstore text)."""
    tags = {tag: words[tag] for tag in _TAGS if tag in words}
    other = words.get("other_tags")
    if other is None:
        return tags
    pattern = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
    packed = [dict(pattern.findall(text)) if text else {} for text in other]
    for tag in _TAGS:
        own = tags.get(tag, np.full(len(other), "", dtype=object))
        found = np.array([row.get(tag, "") for row in packed], dtype=object)
        tags[tag] = np.where(own == "", found, own)
    return tags


def _kinds(names: NDArray, tags: dict[str, NDArray]) -> NDArray:
    """Return what each way is by its tags; without any tag, by its name."""
    kinds = np.full(len(names), "", dtype=object)
    tagged = [tag for tag in ("highway", "waterway", "railway", "fclass") if tag in tags]
    for tag, kind in (("railway", "rail"), ("waterway", "river"), ("highway", "road")):
        if tag in tags:
            kinds[tags[tag] != ""] = kind
    if "fclass" in tags:
        blank = (kinds == "") & (tags["fclass"] != "")
        kinds[blank & np.isin(tags["fclass"], list(_RIVERS))] = "river"
        kinds[blank & np.isin(tags["fclass"], list(_RAILS))] = "rail"
        kinds[blank & (kinds == "")] = "road"
    if not tagged:
        kinds[:] = [_kind_of_name(name) for name in names]
    return kinds


def _told_apart(names: NDArray, kinds: NDArray, tags: dict[str, NDArray]) -> NDArray:
    """Return the kinds with metros and trams told from railways."""
    kinds = kinds.astype(object)
    value = tags.get("railway", tags.get("fclass", np.full(len(names), "", dtype=object)))
    metro = np.isin(value, list(_METRO)) | np.array([bool(_METRO_NAME.search(n)) for n in names])
    kinds[(kinds == "rail") & metro] = "metro"
    return kinds


def _kind_of_name(name: str) -> str:
    if _WATER_NAME.search(name):
        return "river"
    if _RAIL_NAME.search(name):
        return "rail"
    return "road" if re.search(r"[路道街]$|高速|高架", name) else "line"


def _on_the_ground(names: NDArray, kinds: NDArray, tags: dict[str, NDArray]) -> NDArray:
    """Return which ways are lines a boundary can follow."""
    keep = kinds != ""
    for kind, tag in (("road", "highway"), ("river", "waterway"), ("rail", "railway")):
        value = tags.get(tag, tags.get("fclass"))
        if value is None:
            continue
        own = (kinds == kind) & (value != "")
        if kind == "road":
            wrong = np.isin(value, list(_NO_ROADS)) | (np.isin(value, list(_SMALL)) & (names == ""))
        else:
            wrong = ~np.isin(value, list(_RIVERS if kind == "river" else _RAILS))
        keep &= ~(own & wrong)
    return keep
