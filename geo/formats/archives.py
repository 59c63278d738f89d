"""Zip archives from strangers: opened only within limits, and only for the files that are wanted.

A zip may name paths outside its folder, hold a thousand files, or unpack to many times its size.
None of its names is ever used as a path: the callers write its files under names of their own.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from geo.errors import AtlasError
from geo.files import shown

MAX_BYTES = 200_000_000
MAX_FILES = 500
_UTF8_NAMES = 0x800  # bit 11 of a member's flags: its name is UTF-8
_ENCRYPTED = 0x1


def unpack(path: Path, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files of a zip that have one of the suffixes, by their names in it.

    Parameters
    ----------
    path : pathlib.Path
    suffixes : tuple of str
        Lower case, with the dot.

    Returns
    -------
    dict
        Name, with forward slashes, to content.

    Raises
    ------
    AtlasError
        When the file is no zip or a damaged one, needs a password, names a path outside itself or
        a link, or holds more than `MAX_FILES` files or `MAX_BYTES` bytes once unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check(path, infos)
            # What a member unpacks to is counted too: what the directory says may be a lie.
            left = MAX_BYTES
            found: dict[str, bytes] = {}
            for info in infos:
                if PurePosixPath(info.filename).suffix.lower() not in suffixes:
                    continue
                with archive.open(info) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _too_big(shown(path))
                found[_name(info)] = content
    except (zipfile.BadZipFile, EOFError, RuntimeError) as error:
        raise AtlasError(
            en=f"{shown(path)}: not a readable zip file ({error})",
            zh=f"{shown(path)}：不是可读的 zip 文件（{error}）",
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise AtlasError(
            en=f"cannot read {shown(path)}: {reason}", zh=f"无法读取 {shown(path)}：{reason}"
        ) from error
    return found


def _check(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive for what its directory says."""
    if len(infos) > MAX_FILES:
        raise AtlasError(
            en=f"{shown(path)}: more than {MAX_FILES} files in the zip",
            zh=f"{shown(path)}：zip 内文件超过 {MAX_FILES} 个",
        )
    check_size(infos, shown(path))
    for info in infos:
        name = info.filename.replace("\\", "/")
        link = stat.S_ISLNK(info.external_attr >> 16)
        if name.startswith("/") or ":" in name or ".." in name.split("/") or link:
            raise AtlasError(
                en=f"{shown(path)}: refused, the zip names a path outside itself: {name[:80]!r}",
                zh=f"{shown(path)}：拒绝读取，zip 内有指向外部的路径：{name[:80]!r}",
            )
        if info.flag_bits & _ENCRYPTED:
            raise AtlasError(
                en=f"{shown(path)}: the zip needs a password; unpack it first",
                zh=f"{shown(path)}：zip 有密码，请先解压",
            )


def check_size(infos: Iterable[zipfile.ZipInfo], name: str) -> None:
    """Refuse an archive that, by its directory, unpacks to more than `MAX_BYTES`.

    Parameters
    ----------
    infos : iterable of zipfile.ZipInfo
    name : str
        The file, as messages call it.

    Raises
    ------
    AtlasError
    """
    if sum(info.file_size for info in infos) > MAX_BYTES:
        raise _too_big(name)


def _too_big(name: str) -> AtlasError:
    """Return the error for an archive that unpacks to too much."""
    most = MAX_BYTES // 1_000_000
    return AtlasError(
        en=f"{name}: unpacks to more than {most} MB",
        zh=f"{name}：解压后超过 {most} MB",
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; Windows writes Chinese names in GBK without saying so."""
    name = info.filename.replace("\\", "/")
    if not info.flag_bits & _UTF8_NAMES:
        try:
            return name.encode("cp437").decode("gbk")
        except UnicodeError:
            pass
    return name
