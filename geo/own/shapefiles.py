"""Zipped Shapefiles from strangers: looked at here, read by GDAL in a process of its own."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from pyproj import CRS
from shapely.errors import ShapelyError

from geo import ROOT
from geo.errors import AtlasError
from geo.formats import columns
from geo.own import guard
from geo.own.features import tell, values_of
from geo.own.folder import through_disk
from geo.own.limits import Limits, refuse, too_many
from geo.own.records import Finding, Raw, RawRow, info
from geo.own.wellknown import Counted, from_wkb
from geo.reason import Reason

_PRJ_BYTES = 20_000  # an ordinary one has some 500
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".cpg", ".prj")
# A file on which GDAL crashes or never ends is that process's end, not the server's.
_COMMAND = (sys.executable, "-m", "geo.own.worker")
_SECONDS = 60


def read_shapefile(data: bytes, limits: Limits, layer: str = "") -> Raw:
    """Return the features of a zipped Shapefile.

    Raises
    ------
    AtlasError
        When it is none, hostile, or larger than the limits.
    """
    files = guard.members(data, _SHAPE_PARTS, limits)
    stems = {
        PurePosixPath(name).with_suffix("").as_posix(): name
        for name in files
        if name.lower().endswith(".shp") and not name.startswith("__MACOSX/")
    }
    if not stems:
        raise refuse(zh="压缩包里没有 .shp", en="no .shp in the zip")
    last = [PurePosixPath(stem).name[:80] for stem in stems]
    # Two of one name in different folders are told apart by those.
    names = {
        name if last.count(name) == 1 else columns.clean(stem)[-80:]: stem
        for name, stem in zip(last, stems, strict=True)
    }
    chosen = layer if layer in names else next(iter(names))
    parts = {}
    for name, content in files.items():
        member = PurePosixPath(name)
        if member.with_suffix("").as_posix().lower() == names[chosen].lower():
            parts[f"own{member.suffix.lower()}"] = content
    _check_shapefile(parts, limits)
    findings = _encoding(parts)
    made = through_disk(parts, "own.shp", _apart)
    crs = CRS.from_wkt(made["crs"]) if made["crs"] else None
    how = Reason(zh="随附的 .prj 注明", en="its .prj says so") if crs is not None else None
    findings += [info("encoding", zh=zh, en=en) for zh, en in made["notes"]]
    rows, bad, bare, counted = [], [], [], Counted(limits)
    for number, (values, shape) in enumerate(zip(made["rows"], made["shapes"], strict=True), 1):
        try:
            geometry = from_wkb(bytes.fromhex(shape), counted) if shape else None
        except (ShapelyError, struct.error, ValueError):
            bad.append(number)
            continue
        if geometry is None or geometry.is_empty:
            bare.append(number)
        else:
            named = dict(zip(made["columns"], values, strict=True))
            rows.append(RawRow(number, values_of(named, limits), geometry))
    tell(findings, bad, bare)
    return Raw(
        "shp", tuple(made["columns"]), tuple(rows), crs, how, tuple(names), chosen, tuple(findings)
    )


def _apart(path: Path) -> dict[str, Any]:
    """Return what a process of its own makes of a shapefile; see `geo.own.worker`.

    Raises
    ------
    AtlasError
        When it cannot be read, or the process is ended by it.
    """
    try:
        done = subprocess.run(
            [*_COMMAND, path.name], cwd=path.parent, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), *filter(None, sys.path)))},
        )  # fmt: skip
        made = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as fault:
        raise refuse(zh="Shapefile 已损坏", en="the shapefile is damaged") from fault
    if "error" in made:
        raise AtlasError(**made["error"])
    return made


def _encoding(parts: dict[str, bytes]) -> list[Finding]:
    """Put right a .cpg that says GBK of texts that are UTF-8, and tell so."""
    said = parts.get("own.cpg", b"").strip().upper()
    (head,) = struct.unpack("<H", parts["own.dbf"][8:10])
    texts = parts["own.dbf"][head:]
    if not said or said in (b"UTF-8", b"UTF8", b"65001") or texts.isascii():
        return []
    try:
        texts.decode("utf-8")
    except UnicodeDecodeError:
        return []
    parts["own.cpg"] = b"UTF-8"
    return [
        info("encoding", zh="随附的 .cpg 注明的编码与文字不符：文字是 UTF-8，按此读取",
             en="the .cpg names another encoding, but the texts are UTF-8 and are read so")
    ]  # fmt: skip


def _check_shapefile(parts: dict[str, bytes], limits: Limits) -> None:
    """Refuse parts whose heads say more than the files hold, or than is read."""
    shx, dbf, shp = (parts.get(f"own{suffix}", b"") for suffix in (".shx", ".dbf", ".shp"))
    if not shx or not dbf:
        missing = ".shx" if not shx else ".dbf"
        raise refuse(
            zh=f"缺少与 .shp 配套的 {missing}",
            en=f"the {missing} that belongs to the .shp is missing",
        )
    if len(shp) < 100 or len(shx) < 100 or len(dbf) < 33 or shp[:4] != b"\x00\x00\x27\x0a":
        raise refuse(zh="Shapefile 已损坏", en="the shapefile is damaged")
    if len(parts.get("own.prj", b"")) > _PRJ_BYTES:
        raise refuse(zh="Shapefile 的 .prj 过大", en="the shapefile's .prj is too large")
    count, head, size = struct.unpack("<IHH", dbf[4:12])
    if max(count, (len(shx) - 100) // 8) > limits.rows:
        raise too_many("要素数", "features", limits.rows)
    if (head - 33) // 32 > limits.columns:
        raise too_many("列数", "columns", limits.columns)
    if count * size > len(dbf) or head > len(dbf):
        raise refuse(
            zh="Shapefile 已损坏（.dbf 的记录数与大小不符）",
            en="the shapefile is damaged (its .dbf is shorter than its head says)",
        )
    # A vertex is 16 bytes.
    if len(shp) // 16 > 3 * limits.vertices:
        raise too_many("顶点数", "vertices", limits.vertices)
