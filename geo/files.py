"""Reading and writing the project's files: located errors in, atomic replacement out."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable
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


def write_atomic(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file so that readers see the old content or the new, never half of it.

    Parameters
    ----------
    path : path-like
        Target; missing parent folders are made.
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
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.", suffix=".tmp"
        )
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes private files; what we publish is readable like any other new file.
        Path(temporary).chmod(0o666 & ~_UMASK)
        Path(temporary).replace(path)
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


def read_yaml(path: str | os.PathLike[str], loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
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
    except (ValueError, RecursionError) as error:
        # What looks like a date but is none, or brackets nested without end.
        raise AtlasError(
            en=f"{shown(path)}: not valid YAML: {error}",
            zh=f"{shown(path)}：不是有效的 YAML：{error}",
        ) from error


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
    """Return a CSV file's rows, each with its line number in the file.

    Parameters
    ----------
    path : path-like
        UTF-8 CSV with a header line.
    required : tuple of str
        Columns that must be there.

    Returns
    -------
    list of (int, dict)
        Line number and the row's cells, stripped; blank lines are passed over.

    Raises
    ------
    AtlasError
        When the file cannot be read, a column is missing, or a row has more cells than the header.
    """
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = reader.fieldnames or []
        missing = [name for name in required if name not in header]
        if missing:
            raise AtlasError(
                en=f"{shown(path)}, line 1: missing column {', '.join(missing)}",
                zh=f"{shown(path)} 第 1 行：缺少列 {', '.join(missing)}",
            )
        rows = []
        for row in reader:
            if None in row:
                raise AtlasError(
                    en=f"{shown(path)}, line {reader.line_num}: more cells than columns",
                    zh=f"{shown(path)} 第 {reader.line_num} 行：单元格多于列数",
                )
            if any((value or "").strip() for value in row.values()):
                cells = {key: (value or "").strip() for key, value in row.items()}
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        line = reader.line_num + 1  # the reader counts the rows it could read
        raise AtlasError(
            en=f"{shown(path)}, line {line}: not valid CSV: {error}",
            zh=f"{shown(path)} 第 {line} 行：不是有效的 CSV：{error}",
        ) from error
    return rows
