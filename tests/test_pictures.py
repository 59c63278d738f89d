"""Pictures and sheets through a browser: what is asked of it, and every way it can go wrong."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from test_imprint import png

from geo.errors import AtlasError
from layers import pictures
from layers.pictures import PAPERS, check_target, find_browser, pdf_pages, picture, png_size


def pdf(pages: int = 1) -> bytes:
    """The smallest honest PDF: empty pages, and where each object begins."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        "<</Type /Catalog /Pages 2 0 R>>",
        f"<</Type /Pages /Count {pages} /Kids [{kids}] /MediaBox [0 0 842 595]>>",
        *["<</Type /Page /Parent 2 0 R>>"] * pages,
    ]
    data, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, text in enumerate(objects, 1):
        table += f"{len(data):010} 00000 n \n".encode()
        data += f"{number} 0 obj\n{text}\nendobj\n".encode()
    size, at = len(objects) + 1, len(data)
    data += f"xref\n0 {size}\n".encode() + table
    return data + f"trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n".encode()


PDF = pdf()
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in browser is a shell script")


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """A program in the place of the browser: a shell script, which knows `$target` and `$page`."""

    def make(script: str) -> Path:
        program = tmp_path / "bin" / "browser"
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            "#!/bin/sh\nfor word; do page=$word; case $word in\n"
            "--screenshot=*|--print-to-pdf=*) target=${word#*=};; esac; done\n" + script
        )
        program.chmod(0o755)
        monkeypatch.setenv("CHROMIUM", str(program))
        return program

    return make


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """Where the browser's folders are made; after the test there is none left."""
    folder = tmp_path / "rooms"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    folder.chmod(0o755)
    assert list(folder.iterdir()) == []


def copying(tmp_path: Path, data: bytes) -> str:
    """A script that gives this file as its result."""
    (tmp_path / "result").write_bytes(data)
    return f'cp "{tmp_path / "result"}" "$target"\n'


def refused(act, *words: str) -> None:
    with pytest.raises(AtlasError) as told:
        act()
    for lang in ("zh", "en"):
        assert "\n" not in told.value.text(lang)
    assert [word for word in words if word not in told.value.text("en")] == []


# --- which browser


def test_chromium_names_the_browser(monkeypatch, tmp_path):
    program = tmp_path / "mine"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert find_browser().program == program
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    refused(find_browser, "CHROMIUM", str(tmp_path / "none"))


def test_the_first_browser_of_the_path_then_those_installed_elsewhere(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    edge = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.write_text("")
    for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    refused(find_browser, "Chromium", "Edge", "CHROMIUM")
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    assert find_browser().program == edge
    for name in ("google-chrome", "chromium"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        assert find_browser().program == program


# --- what is asked of it


@posix
@pytest.mark.parametrize("paper", PAPERS)
def test_the_browser_is_asked_for_the_sheet_and_kept_off_the_network(
    stand_in, tmp_path, rooms, paper
):
    stand_in(f'printf "%s\\n" "$@" > "{tmp_path}/asked"; pwd >> "{tmp_path}/asked"\n'
             + copying(tmp_path, PDF))  # fmt: skip
    target = picture("<p>页</p>", tmp_path / "new" / "map.pdf", paper)
    assert target.read_bytes() == PDF
    *asked, folder = (tmp_path / "asked").read_text().splitlines()
    assert Path(folder).parent == rooms
    assert asked[-1] == f"{Path(folder).as_uri()}/map.html#sheet={paper}"
    assert f"--user-data-dir={folder}/profile" in asked, "no profile of the user's"
    assert f"--print-to-pdf={folder}/map.pdf" in asked
    for flag in (
        "--headless", "--no-pdf-header-footer", "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9",
    ):  # fmt: skip
        assert flag in asked
    assert ("--no-sandbox" in asked) == (os.geteuid() == 0)


@posix
def test_the_sandbox_is_given_up_for_root_only(monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "--no-sandbox" not in pictures._flags(tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "--no-sandbox" in pictures._flags(tmp_path)


# --- what can go wrong


@pytest.mark.parametrize(("name", "paper"), [("map.gif", "A4"), ("map", "A4"), ("map.png", "A5")])
def test_kind_and_paper_are_known(tmp_path, name, paper):
    refused(lambda: picture("", tmp_path / name, paper), "unknown")
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_failing_browser_is_quoted(stand_in, tmp_path, rooms):
    target = tmp_path / "map.pdf"
    target.write_text("old")
    stand_in(
        "echo '[12:34:1121/10:ERROR:dbus/bus.cc:405] Failed to connect to the bus' >&2\n"
        "echo '[12:34:1121/10:FATAL:zygote_host.cc(127)] No usable sandbox!' >&2\n"
        "echo '#0 0x55d0' >&2\nexit 133\n"
    )
    refused(lambda: picture("", target), "browser", "failed: No usable sandbox!")
    stand_in("exit 3\n")
    refused(lambda: picture("", target), "exit code 3")
    assert target.read_text() == "old"


@posix
def test_what_a_browser_says_does_not_steer_the_terminal(stand_in, tmp_path, rooms):
    stand_in(r"printf '\033[31mNo\033]0;title\007 \r\b\t use\302\233 of it\033[0m\n' >&2; exit 1")
    with pytest.raises(AtlasError) as told:
        picture("", tmp_path / "map.pdf")
    for lang in ("en", "zh"):
        assert told.value.text(lang).isprintable() and "title" not in told.value.text(lang)
    assert told.value.text("en").endswith("failed: use of it")


@posix
def test_a_browser_has_its_temporary_folder_in_the_room(stand_in, tmp_path, rooms, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/nonexistent")
    stand_in(f'echo "$TMPDIR" > "{tmp_path}/asked"; test -w "$TMPDIR" || exit 1\n'
             + copying(tmp_path, PDF))  # fmt: skip
    picture("", tmp_path / "map.pdf")
    assert Path((tmp_path / "asked").read_text().strip()).is_relative_to(rooms)
    # A socket's path has some 100 bytes at the most.
    short, long = Path("/tmp/park-atlas-x"), Path("/tmp") / ("x" * 60) / "park-atlas-x"
    for room in (short, long):
        socket = Path(pictures._temporary(room)["TMPDIR"]) / ".org.chromium.Chromium.abcdef" / "x"
        assert socket.is_relative_to(room if room == short else room.parent)


@posix
def test_a_picture_is_written_where_a_link_leads(stand_in, tmp_path, rooms):
    (tmp_path / "real").mkdir()
    (tmp_path / "map.pdf").symlink_to("real/map.pdf")
    (tmp_path / "gone.pdf").symlink_to("none/map.pdf")
    stand_in(copying(tmp_path, PDF))
    picture("", tmp_path / "map.pdf")
    assert (tmp_path / "map.pdf").is_symlink()
    assert (tmp_path / "real" / "map.pdf").read_bytes() == PDF
    stand_in(f'touch "{tmp_path}/started"\n')
    refused(lambda: picture("", tmp_path / "gone.pdf"), "cannot write", "gone.pdf")
    assert not (tmp_path / "started").exists()


@posix
def test_a_browser_that_cannot_start(stand_in, tmp_path, rooms):
    program = stand_in("")
    program.write_bytes(b"\x7fELF no program")
    refused(lambda: picture("", tmp_path / "map.png"), str(program))


@posix
def test_a_hanging_browser_is_ended_with_its_children(stand_in, tmp_path, rooms):
    stand_in(f'sleep 60 & echo $! > "{tmp_path}/child"; wait\n')
    begun = time.monotonic()
    refused(lambda: picture("", tmp_path / "map.png", timeout=1), "1 s")
    assert time.monotonic() - begun < 15
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not _runs(child):
            break
        time.sleep(0.05)
    assert not _runs(child), "no child of it is left"
    assert not (tmp_path / "map.png").exists()


def _runs(process: int) -> bool:
    """Say whether a process runs; one that has ended and is not yet gone does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@posix
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("map.png", b""), ("map.png", png()), ("map.png", png(2246, 1588)[:-9]), ("map.png", PDF),
        ("map.pdf", b""), ("map.pdf", png(2246, 1588)), ("map.pdf", PDF[:40]),
        ("map.pdf", b"%PDF-1.4\n/Type /Pages\n%%EOF"), ("map.pdf", b"%PDF-1.4\n/Type /Page\n%%EOF"),
        ("map.pdf", PDF[:60] + PDF[90:]), ("map.pdf", PDF + b"<html>"),
    ],
)  # fmt: skip
def test_an_unusable_result_is_none(stand_in, tmp_path, rooms, name, data):
    stand_in(copying(tmp_path, data))
    refused(lambda: picture("", tmp_path / name), "no usable file")
    stand_in("")
    refused(lambda: picture("", tmp_path / name), "no usable file")
    assert not (tmp_path / name).exists()


@posix
def test_a_picture_of_the_sheets_size_is_kept(stand_in, tmp_path, rooms):
    for paper, scale, size in (("A4", 2, (2246, 1588)), ("A3", 1.5, (2382, 1685))):
        stand_in(copying(tmp_path, png(*size)))
        target = picture("", tmp_path / "map.png", paper, scale)
        assert png_size(target.read_bytes()) == size
        assert stat.S_IMODE(target.stat().st_mode) & 0o444 == 0o444 & ~_umask()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@posix
def test_a_target_that_cannot_be_written_is_told_before_the_browser_starts(
    stand_in, tmp_path, rooms, monkeypatch
):
    stand_in(f'touch "{tmp_path}/started"\n')
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.png").mkdir()
    for name in ("file/map.png", "file/new/map.png", "folder.png", "a\0b.png"):
        refused(lambda name=name: picture("", tmp_path / name), "cannot write")
    if os.geteuid() != 0:
        tmp_path.chmod(0o555)
        refused(lambda: picture("", tmp_path / "map.png"), "Permission denied")
        tmp_path.chmod(0o755)

    def none_left(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkstemp", none_left)
        refused(lambda: picture("", tmp_path / "map.png"), "map.png", "No space left")
    assert not (tmp_path / "started").exists()


@posix
def test_a_disk_full_on_the_way_leaves_the_old_file(stand_in, tmp_path, rooms, monkeypatch):
    target = tmp_path / "out" / "map.pdf"
    target.parent.mkdir()
    target.write_text("old")
    stand_in(copying(tmp_path, PDF))

    def none_left(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", none_left)
        refused(lambda: picture("", target), "map.pdf", "No space left")
    # Where the browser works there is no room either.
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkdtemp", lambda *_: none_left(0))
        refused(lambda: picture("", target), "No space left")
    assert [path.name for path in target.parent.iterdir()] == ["map.pdf"]
    assert target.read_text() == "old"


def test_checking_a_target_leaves_nothing(tmp_path):
    assert check_target(tmp_path / "a" / "b" / "map.png") == tmp_path / "a" / "b" / "map.png"
    assert list(tmp_path.iterdir()) == []


# --- what a file is


def test_pages_and_sizes_are_read_from_the_files():
    assert pdf_pages(PDF) == 1 and pdf_pages(PDF.replace(b"%%EOF", b"")) == 0
    assert pdf_pages(pdf(2)) == 2 and pdf_pages(pdf(11)) == 11
    assert png_size(png(3, 5)) == (3, 5) and png_size(b"\x89PNG") == (0, 0)
