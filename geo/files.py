"""Reading and writing the project's files: located errors in, atomic replacement out."""

from __future__ import annotations

import csv
import errno
import io
import itertools
import json
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from geo import ROOT
from geo.errors import AtlasError

# Reading the umask means setting it, for the whole process: done once, before there are threads.
_UMASK = os.umask(0o077)
os.umask(_UMASK)


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as messages show it: relative to the project when it is inside."""
    path = Path(path).absolute()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def written_at(path: str | os.PathLike[str]) -> Path:
    """Return where a file is that is written under a name: a link leads to it, and stays.

    Raises
    ------
    OSError
        When links lead round in a circle or into a folder that is not there, or what is there is
        no file: a device or a pipe. That it is a folder shows when it is written.
    """
    path = Path(path)
    if path.is_symlink():
        path = Path(os.path.realpath(path))
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return path
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return path


def write_atomic(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file so that readers see the old content or the new, never half of it.

    Parameters
    ----------
    path : path-like
        Target; missing parent folders are made. Of a link, what it leads to is written.
    content : str or bytes
        Text is written as UTF-8 with the line ends it has.

    Returns
    -------
    pathlib.Path
        The path written.

    Raises
    ------
    AtlasError
        When the target cannot be written; the old file, if any, is untouched.
    """
    path = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary: str | None = None
    try:
        target = written_at(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A short name of its own: the target's may be as long as a name can be.
        handle, temporary = tempfile.mkstemp(
            dir=target.parent, prefix=".park-atlas-", suffix=".tmp"
        )
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes private files; what we publish is readable like any other new file.
        Path(temporary).chmod(0o666 & ~_UMASK)
        Path(temporary).replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AtlasError(
            en=f"cannot write {shown(path)}: {reason}", zh=f"无法写入 {shown(path)}：{reason}"
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
    return path


def geojson_text(features: Iterable[dict[str, Any]], members: dict[str, Any]) -> str:
    """Return a GeoJSON FeatureCollection as text, one feature a line, so that changes read well.

    Parameters
    ----------
    features : iterable of dict
        GeoJSON features, JSON-able.
    members : dict
        Further members of the collection, put before its features: a name, an attribution.

    Raises
    ------
    ValueError
        For a number that JSON does not have (NaN, infinity): a fault of the build, which no reader
        of the file could mend.

    Examples
    --------
    >>> print(geojson_text([], {"name": "parks"}), end="")
    {"type":"FeatureCollection","name":"parks","features":[
    <BLANKLINE>
    ]}
    """

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    head = compact({"type": "FeatureCollection", **members})[:-1]
    lines = ",\n".join(map(compact, features))
    return f'{head},"features":[\n{lines}\n]}}\n'


def read_text(path: str | os.PathLike[str]) -> str:
    """Return a UTF-8 file's text, with or without a byte order mark.

    Raises
    ------
    AtlasError
        When the file is missing, unreadable or not UTF-8.
    """
    path = Path(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise AtlasError(
            en=f"no such file: {shown(path)}", zh=f"找不到文件：{shown(path)}"
        ) from error
    except UnicodeDecodeError as error:
        # Chinese Excel's plain "CSV" is GBK.
        sheet = path.suffix.lower() == ".csv"
        raise AtlasError(
            en=f"{shown(path)}: not UTF-8 text (byte {error.start}); "
            + ("in Excel, save it as 'CSV UTF-8'" if sheet else "save it as UTF-8"),
            zh=f"{shown(path)}：不是 UTF-8 文本（第 {error.start} 字节）；"
            + ("请在 Excel 中另存为 CSV UTF-8" if sheet else "请另存为 UTF-8"),
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise AtlasError(
            en=f"cannot read {shown(path)}: {reason}", zh=f"无法读取 {shown(path)}：{reason}"
        ) from error


_DEEPEST = 100  # levels of a YAML file; ours have 13 at most
# libyaml's is ten times as fast; it is there in every wheel of PyYAML, but not in every build.
YamlLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: str | os.PathLike[str], loader: type[yaml.SafeLoader] = YamlLoader) -> Any:
    """Return a YAML file's content; a syntax fault names file and line.

    Parameters
    ----------
    path : path-like
        UTF-8 YAML.
    loader : type
        A safe loader, for callers that want more than plain values.

    Raises
    ------
    AtlasError
        When the file cannot be read or is not YAML.
    """
    text = read_text(path)
    try:
        _check_depth(text, path)
        # A safe loader: no tag can make anything but plain values.
        return yaml.load(text, Loader=loader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"character U+{error.character:04X} is not allowed"
        raise _not_yaml(path, line, problem) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise _not_yaml(path, mark.line + 1 if mark else 1, problem) from error
    except ValueError as error:
        # What looks like a date but is none.
        raise AtlasError(
            en=f"{shown(path)}: not valid YAML: {error}",
            zh=f"{shown(path)}：不是有效的 YAML：{error}",
        ) from error


def _check_depth(text: str, path: str | os.PathLike[str]) -> None:
    """Raise for brackets nested without end: libyaml would end the whole process on them."""
    depth = 0
    for event in yaml.parse(text, Loader=YamlLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise _not_yaml(path, event.start_mark.line + 1, "nested too deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _not_yaml(path: str | os.PathLike[str], line: int, problem: str) -> AtlasError:
    """Return the error for a line that is not YAML."""
    return AtlasError(
        en=f"{shown(path)}, line {line}: not valid YAML: {problem}",
        zh=f"{shown(path)} 第 {line} 行：不是有效的 YAML：{problem}",
    )


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return a JSON file's content; a syntax fault names file, line and column.

    Raises
    ------
    AtlasError
        When the file cannot be read or is not JSON.
    """
    text = read_text(path)
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise AtlasError(
            en=f"{shown(path)}, line {error.lineno}, column {error.colno}: "
            f"not valid JSON: {error.msg}",
            zh=f"{shown(path)} 第 {error.lineno} 行第 {error.colno} 列："
            f"不是有效的 JSON：{error.msg}",
        ) from error
    except (ValueError, RecursionError) as error:
        # NaN, a number of thousands of digits, or brackets nested without end.
        raise AtlasError(
            en=f"{shown(path)}: not valid JSON: {error}",
            zh=f"{shown(path)}：不是有效的 JSON：{error}",
        ) from error


def read_features(path: str | os.PathLike[str]) -> tuple[list[Any], dict[str, Any]]:
    """Return the features of a GeoJSON file, and the collection's other members.

    What a feature must hold is its reader's business: the features are not looked into.

    Raises
    ------
    AtlasError
        When the file cannot be read, is not JSON or not a FeatureCollection.
    """
    document = read_json(path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise AtlasError(
            en=f"{shown(path)}: not a GeoJSON FeatureCollection",
            zh=f"{shown(path)}：不是 GeoJSON 要素集（FeatureCollection）",
        )
    return features, {key: value for key, value in document.items() if key != "features"}


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads although JSON does not have them."""
    raise ValueError(f"{name} is not a JSON number")


def read_csv(
    path: str | os.PathLike[str], required: tuple[str, ...]
) -> list[tuple[int, dict[str, str]]]:
    """Return a CSV file's rows as `scan_csv`, but raise the first fault.

    Raises
    ------
    AtlasError
        As `scan_csv`, and for a row that cannot be read.
    """
    rows, faults = scan_csv(path, required)
    if faults:
        raise faults[0]
    return rows


def scan_csv(
    path: str | os.PathLike[str], required: tuple[str, ...]
) -> tuple[list[tuple[int, dict[str, str]]], list[AtlasError]]:
    """Return a CSV file's rows, each with its line number, and the faults of those not readable.

    After a row that cannot be read (an open quote, an endless cell, too many cells) the reader
    goes on with the next line of the file: a quote left open costs its own row only.

    Parameters
    ----------
    path : path-like
        UTF-8 CSV with a header line.
    required : tuple of str
        Columns that must be there.

    Returns
    -------
    rows : list of (int, dict)
        Line number and the row's cells, stripped; blank lines are passed over.
    faults : list of AtlasError
        One line each, with file and line.

    Raises
    ------
    AtlasError
        When the file cannot be read, or its header lacks a column or has one twice.
    """
    # Line ends inside cells stay as they are.
    lines = io.StringIO(read_text(path), newline="").readlines()
    records = _records(path, lines)
    _, header, broken = next(records, (1, [], None))
    if broken:
        raise broken
    _check_header(path, header, required)
    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[AtlasError] = []
    for line, cells, broken in records:
        if broken is None and len(cells) > len(header):
            broken = _row_fault(path, line, "more cells than columns", "单元格多于列数")
        if broken:
            faults.append(broken)
        elif any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(header) - len(cells))]
            row = {name: cell.strip() for name, cell in zip(header, padded, strict=True)}
            rows.append((line, row))
    return rows, faults


def _records(
    path: str | os.PathLike[str], lines: list[str]
) -> Iterator[tuple[int, list[str], AtlasError | None]]:
    """Yield each record's first line, its cells, and what is wrong when it cannot be read."""
    start = 0
    while start < len(lines):
        reader = csv.reader(itertools.islice(lines, start, None), strict=True)
        begun = start
        try:
            for cells in reader:
                line, begun = begun + 1, start + reader.line_num
                yield line, cells, None
            return
        except csv.Error as error:
            told = _in_chinese(str(error))
            en, zh = f"not valid CSV: {error}", f"不是有效的 CSV：{told}"
            yield begun + 1, [], _row_fault(path, begun + 1, en, zh)
            start = begun + 1


def _in_chinese(problem: str) -> str:
    """Return what the csv module says in Chinese; words it has not been seen to use stay."""
    known = {
        "unexpected end of data": "引号没有闭合",
        "field larger than": "单元格过长",
        "expected after": "引号之后应为逗号",
        "new-line character": "未加引号的单元格中有换行",
    }
    return next((zh for words, zh in known.items() if words in problem), problem)


def _row_fault(path: str | os.PathLike[str], line: int, en: str, zh: str) -> AtlasError:
    """Return the error for one line of a file."""
    where = shown(path)
    return AtlasError(en=f"{where}, line {line}: {en}", zh=f"{where} 第 {line} 行：{zh}")


def _check_header(
    path: str | os.PathLike[str], header: list[str], required: tuple[str, ...]
) -> None:
    """Raise when a column is missing or there twice: which of the two counts nobody could say."""
    missing = ", ".join(name for name in required if name not in header)
    if missing:
        raise _row_fault(path, 1, f"missing column {missing}", f"缺少列 {missing}")
    twice = ", ".join(name for name, count in Counter(header).items() if name and count > 1)
    if twice:
        raise _row_fault(path, 1, f"column {twice} is there twice", f"列 {twice} 重复")
