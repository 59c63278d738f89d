"""GeoPackages from strangers, read with SQLite in memory.

Only plain tables are selected from, by column name. An authorizer refuses everything but reading,
the schema is not trusted, and a counter of steps ends what does not come to an end.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from typing import Any

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo.own.features import columns_of, tell, values_of
from geo.own.limits import Limits, refuse, too_many
from geo.own.records import Finding, Raw, RawRow, info
from geo.own.wellknown import Counted, from_wkb
from geo.reason import Reason

_STEPS = 200  # thousands of SQLite's instructions for one query
_ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the flags' code
_READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
_WAL = slice(18, 20)
_ROWIDS = ("_rowid_", "rowid", "oid")


def read(data: bytes, limits: Limits, layer: str = "") -> Raw:
    """Return the features of a layer of a GeoPackage: the one named, else the first.

    Raises
    ------
    AtlasError
        When it is no GeoPackage, its layer is no plain table, or it is larger than the limits.
    """
    # Of a write-ahead log there is none in memory; the file is whole without.
    data = data[: _WAL.start] + b"\x01\x01" + data[_WAL.stop :]
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(data)
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(data), 1_000_000))
        base.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
            base.execute(f"PRAGMA {pragma}")
        base.set_authorizer(_only_reading)
        left = [_STEPS]

        def tick() -> bool:
            left[0] -= 1
            return left[0] < 0

        base.set_progress_handler(tick, 1_000)
        return _layer(_Reader(base, 2 * len(data)), limits, layer)
    except (sqlite3.Error, struct.error, MemoryError, OverflowError, ValueError, TypeError) as bad:
        raise refuse(
            zh="不是可读的 GeoPackage（已损坏、缺少规定的表，或读取无法结束）",
            en="not a readable GeoPackage (damaged, without its tables, or reading does not end)",
        ) from bad
    finally:
        base.close()


def _only_reading(action: int, *_what: Any) -> int:
    """Allow selecting and reading, nothing else: no functions, no pragmas, no attaching."""
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Reader:
    """Reads a base row by row and counts bytes: pages in circles give more than the file holds."""

    def __init__(self, base: sqlite3.Connection, most: int) -> None:
        self.base, self.left = base, most

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query.

        Raises
        ------
        ValueError
            When they are more than the whole file could hold.
        """
        for row in self.base.execute(query, values):
            self.left -= sum(len(cell) for cell in row if isinstance(cell, str | bytes))
            if self.left < 0:
                raise ValueError("more than the file holds")
            yield row

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        cursor = self.base.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0")
        return [entry[0] for entry in cursor.description]


def _layer(reader: _Reader, limits: Limits, layer: str) -> Raw:
    """Return the rows of one layer."""
    listed = list(
        reader.rows("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns LIMIT 100")
    )
    tables = list(reader.rows("SELECT name, type, sql FROM sqlite_master LIMIT 2000"))
    kinds = {name: kind for name, kind, _ in tables}
    schema = {name: sql for name, _, sql in tables}
    plain = [row for row in listed if _is_plain(row[0], kinds, schema)]
    findings: list[Finding] = []
    odd = len(listed) - len(plain)
    if not listed:
        raise refuse(zh="GeoPackage 里没有图层", en="the GeoPackage has no layer")
    if not plain:
        raise refuse(
            zh="拒绝读取：GeoPackage 的图层不是普通表（视图或虚拟表）",
            en="refused: the GeoPackage's layers are no plain tables (views or virtual ones)",
        )
    if odd:
        findings.append(
            info("layer", zh=f"{odd} 个图层是视图或虚拟表，未读取",
                 en=f"{odd} layers are views or virtual tables: not read")
        )  # fmt: skip
    if "trigger" in kinds.values() and any(
        kind == "trigger" and not name.startswith(("rtree_", "gpkg_", "trigger_"))
        for name, kind in kinds.items()
    ):
        findings.append(
            info("trigger", zh="文件带有触发器：从不执行", en="the file has triggers: never run")
        )
    names = {row[0][:80]: row for row in plain}
    chosen = layer if layer in names else next(iter(names))
    table, geometry, srs = names[chosen]
    rows = _rows(reader, table, geometry, limits, findings)
    stated, how = _stated(reader, srs)
    columns = columns_of(rows, limits)
    return Raw("gpkg", columns, tuple(rows), stated, how, tuple(names), chosen, tuple(findings))


def _is_plain(table: Any, kinds: dict[str, str], schema: dict[str, Any]) -> bool:
    """Tell a table whose columns are all stored from a view, a virtual or a computed table."""
    sql = str(schema.get(table) or "").upper()
    return (
        isinstance(table, str)
        and kinds.get(table) == "table"
        and sql.lstrip().startswith("CREATE TABLE")
        and "GENERATED ALWAYS" not in sql
        and " AS (" not in sql
    )


def _rows(
    reader: _Reader, table: str, geometry: str, limits: Limits, findings: list[Finding]
) -> list[RawRow]:
    """Return the rows of a table that have a geometry."""
    names = reader.columns(table)
    if len(names) > limits.columns + 2:
        raise too_many("列数", "columns", limits.columns)
    where = names.index(geometry) if geometry in names else -1
    if where < 0:
        raise refuse(zh="GeoPackage 的图层没有几何列", en="the GeoPackage's layer has no geometry")
    taken = {name.lower() for name in names}
    rowid = next((name for name in _ROWIDS if name not in taken), _ROWIDS[0])
    query = f"SELECT {rowid}, * FROM {_quoted(table)} LIMIT ?"
    rows, bad, bare = [], [], []
    last, counted = None, Counted(limits)
    for number, (at, *record) in enumerate(reader.rows(query, limits.rows + 1), 1):
        if number > limits.rows:
            raise too_many("要素数", "features", limits.rows)
        # A page that is met again gives the same numbers again.
        if last is not None and at <= last:
            raise ValueError("rows in circles")
        last = at
        values = {
            name: value
            for index, (name, value) in enumerate(zip(names, record, strict=True))
            if index != where and name.lower() != "fid" and not isinstance(value, bytes)
        }
        try:
            made = _geometry(record[where], counted)
        except (shapely.errors.ShapelyError, struct.error, ValueError, TypeError):
            bad.append(number)
            continue
        if made is None or made.is_empty:
            bare.append(number)
        else:
            rows.append(RawRow(number, values_of(values, limits), made))
    tell(findings, bad, bare)
    return rows


def _geometry(blob: Any, counted: Counted) -> BaseGeometry | None:
    """Return a GeoPackage's binary geometry.

    Raises
    ------
    AtlasError
        As of `from_wkb`.
    ValueError, struct.error, shapely.errors.ShapelyError
        When it is none.
    """
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise ValueError("no geometry")
    code = (blob[3] >> 1) & 0x07
    if code >= len(_ENVELOPES):
        raise ValueError("no envelope")
    return from_wkb(blob[8 + _ENVELOPES[code] :], counted)


def _stated(reader: _Reader, srs: Any) -> tuple[CRS | None, Reason | None]:
    """Return the coordinate system of a layer, None where it is undefined or not known."""
    query = (
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    )
    found = next(reader.rows(query, srs), None)
    if not found or str(found[0]).upper() != "EPSG" or not isinstance(found[1], int):
        return None, None
    try:
        crs = CRS.from_epsg(found[1]) if 1024 <= found[1] < 1_000_000 else None
    except CRSError:
        return None, None
    how = Reason(zh=f"文件注明 EPSG:{found[1]}", en=f"the file says EPSG:{found[1]}")
    return crs, how if crs is not None else None


__all__ = ["read"]
