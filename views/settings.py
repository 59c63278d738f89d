"""What whoever runs the app may set, by environment variables: read once, checked, typed.

`docs/operations.md` has the same list; a test holds that neither names what the other does not.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geo.errors import AtlasError
from geo.own.limits import DEFAULT_MB, MOST_MB, megabytes
from layers.tiles import ONLINE, checked_key, named_in

TILES = ONLINE
LEVELS = ("debug", "info", "warning", "error")
MOST_UPLOAD_MB = MOST_MB
# As long as the fields of exports and proposals that they begin.
_OFFICE, _CONTACT = 60, 40


@dataclass(frozen=True)
class Settings:
    """The settings of this process.

    Attributes
    ----------
    tianditu_key : str
        Of 天地图's tile service; empty for none.
    tiles : tuple of str
        The online basemaps that the map offers, of `TILES`; 天地图 only with a key. Each is asked
        only when a visitor chooses it.
    upload_mb : int
        The largest file of own data that may be uploaded, in MB.
    office, contact : str
        What exports and proposals begin with, for the visitor to change; empty for nothing.
    log : str
        One of `LEVELS`. At "debug" the log may hold what visitors wrote.
    reference : pathlib.Path or None
        A network that 四至速绘 offers beside the built-in gazetteer.
    cache : pathlib.Path or None
        Where prepared networks are kept; None for the user's cache folder.
    browser : pathlib.Path or None
        The Chromium that makes PNG and PDF; None for the first on the PATH.
    """

    tianditu_key: str
    tiles: tuple[str, ...]
    upload_mb: int
    office: str
    contact: str
    log: str
    reference: Path | None
    cache: Path | None
    browser: Path | None


# --- reading one value: each returns it, or raises ValueError ------------------------------------


def _key(text: str) -> str:
    try:
        return checked_key(text) if text else ""
    except AtlasError:
        raise ValueError from None  # the message of settings names the variable, as of all others


def _line(most: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) > most or not text.isprintable():
            raise ValueError
        return text

    return check


def _level(text: str) -> str:
    if text.lower() not in LEVELS:
        raise ValueError
    return text.lower()


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    Attributes
    ----------
    field : str
        Of `Settings`.
    default : str
        What it is when it is not set or empty.
    read : callable
        Turns its text into the field's value.
    en, zh : str
        What it has to be.
    secret : bool
        Whether its value must not be told.
    """

    field: str
    default: str
    read: Callable[[str], Any]
    en: str
    zh: str
    secret: bool = False


_TEXT_EN, _TEXT_ZH = "one line of at most {} characters", "一行文字，至多 {} 个字符"
_PATH_EN, _PATH_ZH = "a path", "路径"
VARIABLES = {
    "TIANDITU_KEY": Variable(
        "tianditu_key",
        "",
        _key,
        "16 to 64 letters and digits",
        "16 至 64 位字母或数字",
        secret=True,
    ),
    "PARK_ATLAS_TILES": Variable(
        "tiles",
        ",".join(TILES),
        named_in,
        f"none, or some of {', '.join(TILES)} with commas between",
        f"none，或 {'、'.join(TILES)} 中的若干项，以逗号分隔",
    ),
    "PARK_ATLAS_UPLOAD_MB": Variable(
        "upload_mb",
        str(DEFAULT_MB),
        megabytes,
        f"a whole number of MB from 1 to {MOST_UPLOAD_MB}",
        f"1 至 {MOST_UPLOAD_MB} 的整数（MB）",
    ),
    "PARK_ATLAS_OFFICE": Variable(
        "office", "", _line(_OFFICE), _TEXT_EN.format(_OFFICE), _TEXT_ZH.format(_OFFICE)
    ),
    "PARK_ATLAS_CONTACT": Variable(
        "contact", "", _line(_CONTACT), _TEXT_EN.format(_CONTACT), _TEXT_ZH.format(_CONTACT)
    ),
    "PARK_ATLAS_LOG": Variable(
        "log", "info", _level, f"one of {', '.join(LEVELS)}", f"{'、'.join(LEVELS)} 之一"
    ),
    "PARK_ATLAS_REFERENCE": Variable("reference", "", _path, _PATH_EN, _PATH_ZH),
    "PARK_ATLAS_CACHE": Variable("cache", "", _path, _PATH_EN, _PATH_ZH),
    "CHROMIUM": Variable("browser", "", _path, _PATH_EN, _PATH_ZH),
}


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings of an environment.

    Parameters
    ----------
    environment : mapping of str to str
        Such as ``os.environ``; what is empty counts as not set.

    Raises
    ------
    AtlasError
        For the first value that cannot be used; that of a secret is not told.

    Examples
    --------
    >>> read({"PARK_ATLAS_UPLOAD_MB": "50"}).upload_mb
    50
    """
    fields = {}
    for name, variable in VARIABLES.items():
        text = environment.get(name, "").strip() or variable.default
        try:
            fields[variable.field] = variable.read(text)
        except (ValueError, RuntimeError) as error:  # the latter: "~name" of no user
            raise _bad(name, variable, text) from error
    found = Settings(**fields)
    if not found.tianditu_key:
        offered = tuple(name for name in found.tiles if name != "tianditu")
        found = Settings(**{**fields, "tiles": offered})
    return found


def usable(found: Settings) -> Settings:
    """Return settings whose paths are there and can be used; the cache's folder is made.

    Raises
    ------
    AtlasError
        For the first that is not.
    """
    paths = {
        "PARK_ATLAS_REFERENCE": (found.reference, _readable, "a file", "文件"),
        "PARK_ATLAS_CACHE": (found.cache, _writable, "a folder to write in", "文件夹，且可写入"),
        "CHROMIUM": (found.browser, _runs, "a program", "程序"),
    }
    for name, (path, check, en, zh) in paths.items():
        if path is not None and not check(path):
            raise AtlasError(
                en=f"setting {name} {str(path)[:80]!r}: it has to be {en} that is there",
                zh=f"设置项 {name} {str(path)[:80]!r}：应为已有的{zh}",
            )
    return found


def _readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _writable(path: Path) -> bool:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(path, os.W_OK | os.X_OK)


def _runs(path: Path) -> bool:
    return shutil.which(path) is not None


def _bad(name: str, variable: Variable, text: str) -> AtlasError:
    """Return the error for a value that cannot be used."""
    shown = "" if variable.secret else repr(text[:40])
    quoted = f" {shown}" if shown else ""
    return AtlasError(
        en=f"setting {name}{quoted}: it has to be {variable.en}",
        zh=f"设置项 {name}{quoted}：应为{variable.zh}",
    )


@cache
def settings() -> Settings:
    """Return the settings of this process, read once.

    A key of 天地图 may also stand in Streamlit's secrets (``TIANDITU_KEY``); the environment's goes
    before it.

    Raises
    ------
    AtlasError
        As `read`.
    """
    return read({**_secrets(), **{name: text for name, text in os.environ.items() if text}})


def _secrets() -> dict[str, str]:
    """Return the settings that Streamlit's secrets hold; a missing file holds none."""
    import streamlit as st

    try:
        key = st.secrets.get("TIANDITU_KEY", "")
    except (FileNotFoundError, st.errors.StreamlitAPIException):
        return {}
    return {"TIANDITU_KEY": str(key)}
