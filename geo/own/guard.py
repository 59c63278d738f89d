"""What is looked at before any parser sees an upload: its size, its kind, and what could blow up.

Nothing here is unpacked to disk and no name from inside an archive is ever used as a path.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from geo.errors import AtlasError
from geo.own.limits import Limits, refuse

KINDS = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shp",
    ".kml": "kml",
    ".kmz": "kml",
    ".txt": "txt",
}
SUFFIXES = tuple(KINDS)
_ZIP, _SQLITE, _OLE = b"PK\x03\x04", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0"
_BINARY = (_ZIP, _SQLITE, _OLE, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".kmz", ".xlsx")
_RATIO, _RATIO_FROM = 400, 5_000_000  # a member that unpacks to this many times itself is no map
_MARKS = 1_500_000  # tags of an XML file, brackets of a JSON text
_DEEPEST = 60  # levels of nesting; GeoJSON needs 8
_ENCRYPTED = 0x1
# A text, also one that is never closed, or a bracket; possessive: nothing is kept to go back to.
_JSON_MARKS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|$)|[\[{]|[\]}]', re.DOTALL)
_DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def kind_of(name: str, data: bytes, limits: Limits) -> str:
    """Return the kind of an upload, from its ending and its first bytes, within the size allowed.

    Raises
    ------
    AtlasError
        When it is empty, too large, of no kind we read, or is not what its ending says.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix not in KINDS:
        raise _unknown(suffix)
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise refuse(zh="文件是空的", en="the file is empty")
    if len(data) > limits.bytes:
        most = limits.megabytes
        raise refuse(zh=f"文件超过 {most} MB", en=f"the file is larger than {most} MB")
    kind = KINDS[suffix]
    zipped = kind in ("xlsx", "shp") or suffix == ".kmz"
    wanted = _ZIP if zipped else _SQLITE if kind == "gpkg" else None
    if wanted is not None and not data.startswith(wanted):
        locked = data.startswith(_OLE)
        raise refuse(
            zh=f"内容不是 {suffix} 文件"
            + ("（旧版或加密的 Excel，请另存为 .xlsx）" if locked else ""),
            en=f"the content is not a {suffix} file"
            + (" (an old or encrypted Excel file: save it as .xlsx)" if locked else ""),
        )
    if wanted is None and data.startswith(_BINARY):
        raise refuse(
            zh=f"内容不是 {suffix} 文件（二进制内容）",
            en=f"the content is not a {suffix} file (it is binary)",
        )
    return kind


def _unknown(suffix: str) -> AtlasError:
    listed = " ".join(SUFFIXES)
    shown = re.sub(r"[^\w.-]", "", suffix)[:12]
    more_zh = more_en = ""
    if suffix == ".xls":
        more_zh, more_en = "；请在 Excel 中另存为 .xlsx", "; save it as .xlsx in Excel"
    elif suffix in (".shp", ".dbf", ".shx", ".prj"):
        more_zh = "；请把 .shp、.shx、.dbf、.prj 一起压缩成 .zip"
        more_en = "; put .shp, .shx, .dbf and .prj together into a .zip"
    return refuse(
        zh=f"不读扩展名为“{shown}”的文件；可读：{listed}{more_zh}",
        en=f"files ending in '{shown}' are not read; known: {listed}{more_en}",
    )


def members(data: bytes, suffixes: tuple[str, ...], limits: Limits) -> dict[str, bytes]:
    """Return the files of a zip that have one of the suffixes (all for none), by name.

    Raises
    ------
    AtlasError
        When it is damaged, needs a password, names a path outside itself or a link, or unpacks to
        too many files, too many bytes or many times its size.
    """
    found: dict[str, bytes] = {}
    left = limits.unpacked_mb * 1_000_000
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check(infos, limits)
            for info in infos:
                if suffixes and PurePosixPath(info.filename).suffix.lower() not in suffixes:
                    continue
                # What the directory says may be a lie: what comes out is counted.
                with archive.open(info) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _too_big(limits)
                found[_name(info)] = content
            nested = not found and any(
                PurePosixPath(info.filename).suffix.lower() in _ARCHIVES for info in infos
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise refuse(
            zh="压缩包已损坏，无法读取", en="the zip is damaged and cannot be read"
        ) from error
    if nested:
        raise refuse(
            zh="压缩包里还是压缩包：请先解压一层",
            en="the zip holds another archive: unpack it first",
        )
    return found


def _check(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse an archive for what its directory says."""
    if len(infos) > limits.archive_files:
        raise refuse(
            zh=f"压缩包内文件超过 {limits.archive_files} 个",
            en=f"more than {limits.archive_files} files in the zip",
        )
    if sum(info.file_size for info in infos) > limits.unpacked_mb * 1_000_000:
        raise _too_big(limits)
    for info in infos:
        name = info.filename.replace("\\", "/")
        link = stat.S_ISLNK(info.external_attr >> 16)
        if name.startswith("/") or ":" in name or ".." in name.split("/") or link:
            raise refuse(
                zh="拒绝读取：压缩包内有指向外部的路径或链接",
                en="refused: the zip names a path outside itself, or a link",
            )
        if info.flag_bits & _ENCRYPTED:
            raise refuse(
                zh="压缩包有密码，请先解压", en="the zip needs a password; unpack it first"
            )
        if info.file_size > max(_RATIO_FROM, _RATIO * max(info.compress_size, 1)):
            raise refuse(
                zh=f"拒绝读取：压缩包内有文件解压后是压缩前的 {_RATIO} 倍以上",
                en=f"refused: a file of the zip unpacks to more than {_RATIO} times its size",
            )


def _too_big(limits: Limits) -> AtlasError:
    most = limits.unpacked_mb
    return refuse(zh=f"解压后超过 {most} MB", en=f"unpacks to more than {most} MB")


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; Windows writes Chinese names in GBK without saying so."""
    name = info.filename.replace("\\", "/")
    if not info.flag_bits & 0x800:
        try:
            return name.encode("cp437").decode("gbk")
        except UnicodeError:
            pass
    return name


def check_xml(data: bytes) -> None:
    """Refuse XML that is endless or defines anything of its own: entities could grow and grow."""
    # In UTF-16 every second byte is zero.
    narrow = data.replace(b"\x00", b"") if b"\x00" in data[:200] else data
    if _DTD.search(narrow):
        raise refuse(
            zh="拒绝读取：XML 含有 DTD 或实体定义",
            en="refused: the XML brings a DTD or entities of its own",
        )
    if narrow.count(b"<") > _MARKS:
        raise refuse(zh="XML 元素过多", en="the XML has too many elements")


def check_json(text: str) -> None:
    """Refuse JSON that is nested without end or made of brackets only."""
    if text.count("[") + text.count("{") > _MARKS:
        raise refuse(zh="JSON 元素过多", en="the JSON has too many elements")
    depth = deepest = 0
    for mark in _JSON_MARKS.finditer(text):
        sign = mark[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _DEEPEST:
                raise refuse(
                    zh=f"JSON 嵌套超过 {_DEEPEST} 层", en=f"JSON nested more than {_DEEPEST} levels"
                )
        elif sign in "]}":
            depth -= 1
