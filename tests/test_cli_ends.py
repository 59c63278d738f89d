"""How command lines end: interrupted, told to end, with nowhere to write. One line, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path

import pytest

from geo import ROOT, cli

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and files of POSIX")
FULL = Path("/dev/full")
# One started in the background, as the tests may be, is told to ignore some signals.
FOREGROUND = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
"""
# What is tidied up shows on standard error.
WORK = """
import sys, time
from argparse import Namespace
from geo import cli
def work(args, lang):
    try:
        print("begun", flush=True)
        time.sleep(60)
    finally:
        print("tidied", file=sys.stderr)
sys.exit(cli.run(work, Namespace(lang="en")))
"""


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONUNBUFFERED", "LC_ALL", "LANG")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def ended(code: str, number: int, **options: object) -> tuple[int, str]:
    """A program that is sent a signal when it has begun: its exit code and what it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment(), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **options,
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    return process.returncode, err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_who_is_told_to_end_tidies_up_and_says_nothing(number, code):
    assert ended(FOREGROUND + WORK, number) == (code, "tidied\n")


def test_who_is_told_to_ignore_a_signal_goes_on():
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    code, err = ended(ignoring + WORK.replace("sleep(60)", "sleep(1)"), signal.SIGHUP)
    assert "Traceback" not in err and err == "tidied\n" and code == 0


def test_signals_and_streams_are_as_they_were_afterwards():
    before = signal.getsignal(signal.SIGTERM), sys.stdout, sys.stderr
    assert cli.run(lambda *_: 0, Namespace(lang="en")) == 0
    assert (signal.getsignal(signal.SIGTERM), sys.stdout, sys.stderr) == before


def test_a_command_runs_outside_the_main_thread():
    codes = []
    thread = threading.Thread(
        target=lambda: codes.append(cli.run(lambda *_: 0, Namespace(lang="en")))
    )
    thread.start()
    thread.join()
    assert codes == [0]


def test_a_fault_of_a_named_file_is_no_fault_of_standard_output():
    def work(*_: object) -> int:
        raise FileNotFoundError(2, "No such file or directory", "x")

    with pytest.raises(FileNotFoundError):
        cli.run(work, Namespace(lang="en"))


COMMANDS = (
    ["geo", "parse", "东至A路，南至B路"], ["geo", "parks", "--json"], ["geo", "-h"],
    ["layers", "list"], ["layers", "list", "--json"], ["layers", "export", "-h"],
)  # fmt: skip


def shell(words: list[str], end: str, **more: str) -> tuple[int, str]:
    """A command as a shell runs it with a redirection: its exit code and what it said."""
    line = f'"$0" -m "$@" {end}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, *words], env={**environment(), **more}, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize("end", [">/dev/full", ">&-"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_output_that_cannot_be_written_is_one_line(words, end):
    if "full" in end and not FULL.exists():
        pytest.skip("no /dev/full")
    code, err = shell(words, end)
    assert (code, err.count("\n")) == (2, 1), err
    assert err.startswith("cannot write to standard output: ")
    assert ("No space left" if "full" in end else "Bad file descriptor") in err


def test_output_that_cannot_be_written_is_told_in_chinese():
    code, err = shell(["geo", "parse", "东至A路"], ">&-", LANG="zh_CN.UTF-8", PYTHONUTF8="1")
    assert code == 2 and err.startswith("无法写入标准输出：")


def test_who_writes_a_file_needs_no_standard_output(tmp_path):
    target = tmp_path / "parks.html"
    assert shell(["layers", "export", "parks", "-o", str(target)], ">&- 2>&-")[0] == 0
    assert target.stat().st_size > 100_000


def test_an_option_is_not_guessed_from_half_its_name(capsys):
    parser = cli.Parser(prog="x")
    parser.add_argument("--metric")
    with pytest.raises(SystemExit) as stop:
        parser.parse_args(["--met", "m"])
    assert stop.value.code == 2 and "--met" in capsys.readouterr().err


def test_a_print_that_is_told_to_end_leaves_no_browser_and_no_file(tmp_path):
    program, rooms = tmp_path / "browser", tmp_path / "rooms"
    program.write_text(f'#!/bin/sh\nsleep 60 & echo $! > "{tmp_path}/child"; wait\n')
    program.chmod(0o755)
    rooms.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "layers", "export", "parks", "-o", str(tmp_path / "map.pdf")],
        env={**environment(), "CHROMIUM": str(program), "TMPDIR": str(rooms)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text())
    process.terminate()
    assert process.communicate(timeout=30) == ("", "") and process.returncode == 143
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "stat"
    wait_for(lambda: not child.exists() or " Z " in child.read_text())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["browser", "child", "rooms"]
    assert list(rooms.iterdir()) == []


def wait_for(done) -> None:
    """Wait until something is so, half a minute at the most."""
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")
