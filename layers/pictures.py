"""A map as a picture or a printed sheet: PNG and PDF through a browser of this machine.

The browser is asked by its own command line, in a folder of its own that is gone afterwards, with
every way to a network shut. The page lays itself out as a sheet (`#sheet=A4`, see
``assets/sheet.js``); nothing is drawn here.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import AtlasError, unknown
from geo.files import shown, write_atomic, written_at

# Sheets in landscape, millimetres and CSS pixels (96 an inch, the last one begun).
PAPERS = {"A4": (297, 210), "A3": (420, 297)}
SUFFIXES = (".png", ".pdf")
SCALE = 2  # pixels of the picture for one of the page
TIMEOUT_S = 90  # a busy machine takes some seconds
_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# What every browser says on a machine without a desktop, and what says that all went well.
_NOISE = re.compile(
    r"dbus|UPower|gcm|DEPRECATED_ENDPOINT|vaapi|bytes written to file|unexpected operator|"
    r"Fontconfig|Gtk-|GPU|gpu|libva|MESA|sandbox_linux|Crashpad|crashpad|^#\d+ |^\s*$"
)
_PREFIX = re.compile(r"^\[[^\]]*\]\s*")
_STEERING = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
# Where a PDF says that its table of objects begins, and how such a table does.
_TABLE_AT = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"\s*(?:xref\s|\d+\s+\d+\s+obj\b)")


@dataclass(frozen=True)
class Browser:
    """A browser that can print.

    Parameters
    ----------
    program : pathlib.Path
    """

    program: Path

    def run(self, address: str, room: Path, wanted: list[str], timeout: float) -> str:
        """Open a page and do what is wanted of it; return what the browser said last.

        Raises
        ------
        AtlasError
            When it cannot be started or does not come to an end.
        """
        command = [str(self.program), *_flags(room), *wanted, address]
        log = room / "said.txt"
        with log.open("wb") as stream:
            try:
                # In a group of its own: the browser has children, which end with it.
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd=room,
                    env={**os.environ, **_temporary(room)}, start_new_session=os.name == "posix",
                )  # fmt: skip
            except OSError as error:
                raise self._failed(error.strerror or str(error)) from error
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                raise AtlasError(
                    en=f"the browser {self.program} did not finish within {timeout:g} s",
                    zh=f"浏览器 {self.program} 在 {timeout:g} 秒内没有完成",
                ) from None
            finally:
                _end(process)
        said = _last(log.read_text(encoding="utf-8", errors="replace"))
        if code != 0:
            raise self._failed(said or f"exit code {code}")
        return said

    def _failed(self, why: str) -> AtlasError:
        return AtlasError(
            en=f"the browser {self.program} failed: {why}",
            zh=f"浏览器 {self.program} 出错：{why}",
        )

    def wrote_nothing(self, why: str) -> AtlasError:
        """Return the error for a browser that ended well but left no usable file."""
        return AtlasError(
            en=f"the browser {self.program} made no usable file" + (f": {why}" if why else ""),
            zh=f"浏览器 {self.program} 没有生成可用的文件" + (f"：{why}" if why else ""),
        )


def find_browser() -> Browser:
    """Return the browser to print with: `CHROMIUM`, else the first one found on the machine.

    Raises
    ------
    AtlasError
        When `CHROMIUM` names no program, or no browser is found; it says what to install.
    """
    asked = os.environ.get("CHROMIUM")
    if asked:
        found = shutil.which(asked)
        if found is None:
            raise AtlasError(
                en=f"CHROMIUM names no program: {asked}",
                zh=f"CHROMIUM 所指的程序不存在：{asked}",
            )
        return Browser(Path(found).absolute())
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    installed = next((path for path in _installed() if path.is_file()), None)
    if found is None and installed is None:
        raise AtlasError(
            en="no browser to make PNG and PDF with: install Chromium, Chrome or Edge "
            "(Debian, Ubuntu: apt install chromium), or set CHROMIUM to its program; "
            "HTML needs none",
            zh="没有可生成 PNG、PDF 的浏览器：请安装 Chromium、Chrome 或 Edge"
            "（Debian、Ubuntu：apt install chromium），或将 CHROMIUM 设为其程序路径；"
            "导出 HTML 不需要浏览器",
        )
    return Browser(Path(found).absolute() if found else installed)


def _installed() -> Iterator[Path]:
    """Yield where Windows and macOS keep browsers, which are on no PATH."""
    if sys.platform == "darwin":
        yield from map(Path, _MAC)
    for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        folder = os.environ.get(name)
        if folder:
            yield from (Path(folder) / program for program in _WINDOWS)


def pixels(paper: str) -> tuple[int, int]:
    """Return a sheet's width and height in CSS pixels.

    Examples
    --------
    >>> pixels("A4"), pixels("A3")
    ((1123, 794), (1588, 1123))
    """
    width, height = (-(-side * 960 // 254) for side in PAPERS[paper])
    return width, height


def check_target(path: str | os.PathLike[str]) -> Path:
    """Return a target that can be written, as far as one can say without writing it.

    Raises
    ------
    AtlasError
        When it is a folder or its folder takes no files.
    """
    path = Path(path)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.lstat()  # a name that is too long, or no name at all
        target = written_at(path)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        folder = next((one for one in target.absolute().parents if one.exists()), target.parent)
        handle, probe = tempfile.mkstemp(dir=folder, prefix=".park-atlas-")
        os.close(handle)
        Path(probe).unlink()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AtlasError(
            en=f"cannot write {shown(path)}: {reason}", zh=f"无法写入 {shown(path)}：{reason}"
        ) from error
    return path


def picture(
    html: str,
    path: str | os.PathLike[str],
    paper: str = "A4",
    scale: float = SCALE,
    timeout: float = TIMEOUT_S,
) -> Path:
    """Write a map page as a picture (``.png``) or as sheets to print (``.pdf``).

    Parameters
    ----------
    html : str
        A page of `layers.page.export_html`.
    path : path-like
        Target; its suffix says which of the two.
    paper : str
        "A4" or "A3", in landscape.
    scale : float
        Pixels of the picture for each CSS pixel of the sheet.
    timeout : float
        Seconds after which the browser is ended.

    Returns
    -------
    pathlib.Path
        The path written.

    Raises
    ------
    AtlasError
        For an unknown suffix or paper; when there is no browser, it fails, takes too long or
        leaves no usable file; when the target cannot be written. An old file is then untouched.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise unknown("kind of picture", "图片格式", suffix, list(SUFFIXES))
    if paper not in PAPERS:
        raise unknown("paper", "纸张", paper, list(PAPERS))
    check_target(path)
    browser = find_browser()
    with _room(browser) as room:
        page, target = room / "map.html", room / f"map{suffix}"
        page.write_text(html, encoding="utf-8")
        wanted = _wanted(target, paper, scale)
        # A picture is one sheet; on paper a legend that is too long goes on to the next.
        asked = f"#sheet={paper}" + ("&single" if suffix == ".png" else "")
        said = browser.run(page.as_uri() + asked, room, wanted, timeout)
        try:
            data = target.read_bytes()
        except OSError:
            raise browser.wrote_nothing(said) from None
    # A browser begins the pixel that is half in the picture; `round` would at times leave it.
    width, height = (math.floor(side * scale + 0.5) for side in pixels(paper))
    if suffix == ".png" and png_size(data) != (width, height):
        raise browser.wrote_nothing(f"{png_size(data)}, {width} × {height} px")
    if suffix == ".pdf" and not pdf_pages(data):
        raise browser.wrote_nothing(said)
    return write_atomic(path, data)


@contextlib.contextmanager
def _room(browser: Browser) -> Iterator[Path]:
    """Give a folder for page, profile and result; it is gone afterwards."""
    # A browser in a snap sees neither /tmp nor hidden folders, only its own.
    snap = Path.home() / "snap" / "chromium" / "common"
    own = snap if "/snap/" in str(browser.program) and snap.is_dir() else None
    try:
        with tempfile.TemporaryDirectory(
            prefix="park-atlas-", dir=own, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder).resolve()
    except OSError as error:
        reason = error.strerror or str(error)
        raise AtlasError(
            en=f"no room to print in {own or tempfile.gettempdir()}: {reason}",
            zh=f"临时文件夹 {own or tempfile.gettempdir()} 不可用：{reason}",
        ) from error


def _flags(room: Path) -> list[str]:
    """Return what a browser is started with: nothing of the user's, nothing of the network's."""
    flags = [
        "--headless",
        f"--user-data-dir={room / 'profile'}",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-extensions",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-component-update",
        "--disable-background-networking",
        "--disable-domain-reliability",
        "--disable-client-side-phishing-detection",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--metrics-recording-only",
        "--password-store=basic",
        "--use-mock-keychain",
        "--hide-scrollbars",
        "--mute-audio",
        # Port 9 discards what it gets, where anything listens there at all.
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    # Chromium's sandbox does not work for root, and for nobody else is it given up.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*flags, "--no-sandbox"] if root else flags


def _temporary(room: Path) -> dict[str, str]:
    """Return the settings that tell a browser where its own temporary files are to be.

    They go with the room, and the one that the user's settings name may not be there.
    """
    # A socket lies in it, whose whole path systems hold to some 100 bytes.
    folder = room if len(os.fsencode(room)) <= 50 else room.parent
    return dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))


def _wanted(target: Path, paper: str, scale: float) -> list[str]:
    """Return what a browser is asked for, by the kind of file."""
    width, height = pixels(paper)
    wanted = [f"--window-size={width},{height}", f"--force-device-scale-factor={scale:g}"]
    if target.suffix == ".png":
        return [*wanted, f"--screenshot={target}"]
    # The second is what browsers before 2023 call the first.
    return [
        *wanted, f"--print-to-pdf={target}", "--no-pdf-header-footer", "--print-to-pdf-no-header",
    ]  # fmt: skip


def _end(process: subprocess.Popen) -> None:
    """End a browser and its children, if any is left."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)


def _last(text: str) -> str:
    """Return the last line that says something about the page, without where it was said."""
    lines = (_shown(line) for line in text.splitlines())
    told = [_PREFIX.sub("", line).strip() for line in lines if not _NOISE.search(line)]
    return next((line[:200] for line in reversed(told) if line), "")


def _shown(line: str) -> str:
    """Return a line without what would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in _STEERING.sub("", line))


def png_size(data: bytes) -> tuple[int, int]:
    """Return a PNG's width and height in pixels, zeros for what is no whole PNG."""
    whole = data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR"
    if not whole or b"IEND" not in data[-16:]:
        return 0, 0
    return struct.unpack(">II", data[16:24])


def pdf_pages(data: bytes) -> int:
    """Return the number of pages of a PDF as browsers write them, 0 for what is no whole PDF."""
    at = _TABLE_AT.search(data, max(0, len(data) - 128))
    if not data.startswith(b"%PDF-") or at is None or not _TABLE.match(data, int(at[1])):
        return 0
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", data))
