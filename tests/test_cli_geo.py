"""`python -m geo`: exit codes, one line for what cannot be used, and nothing else on stdout."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import caller

from geo import ROOT, build, cli, reference
from geo import __main__ as commands
from geo.__main__ import main
from geo.sizhi import MAX_CHARS
from geo.terminal import aligned, width

CLAUSE = "东至万芳路，南至沈庄塘，西至召楼路，北至江月路，面积1平方公里"
SIDES = {"east": "万芳路", "south": "沈庄塘", "west": "召楼路", "north": "江月路"}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    """Whoever runs the tests, messages are in English unless a test says otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys):
    """Run a command line; its exit code, stdout and stderr."""

    return caller(main, capsys)


@pytest.fixture
def parks(tmp_path, monkeypatch) -> Path:
    """A copy of parks.geojson for commands that write or that need a faulty one."""
    path = tmp_path / "parks.geojson"
    shutil.copy(build.PARKS, path)
    monkeypatch.setattr(build, "PARKS", path)
    return path


@pytest.fixture(scope="module")
def fresh() -> dict:
    """The zones, digitised once for the commands that compare with them."""
    return commands._fresh()


@pytest.fixture
def built_once(fresh, monkeypatch):
    """`geo check` without digitising anew each time."""
    monkeypatch.setattr(commands, "_fresh", lambda: fresh)


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


# --- parse ----------------------------------------------


def test_parse_prints_json_and_nothing_else(run):
    code, out, err = run("parse", CLAUSE)
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document == {
        "parts": [
            {
                "name": None,
                "area_km2": 1.0,
                "sides": {k: [{"name": v, "qualifier": None}] for k, v in SIDES.items()},
            }
        ],
        "warnings": [],
    }
    assert "万芳路" in out  # readable, not escaped


def test_parse_reads_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(CLAUSE + "\n"))
    code, out, _ = run("parse", "-")
    assert code == 0
    assert json.loads(out)["parts"][0]["area_km2"] == 1.0


def test_parse_reads_no_more_than_it_uses(run, monkeypatch):
    endless = io.StringIO(CLAUSE + "。" * 10 * MAX_CHARS)
    monkeypatch.setattr(sys, "stdin", endless)
    code, out, _ = run("parse", "-", "--lang", "zh")
    assert code == 0
    assert "文本超过" in json.loads(out)["warnings"][0]
    assert endless.tell() == MAX_CHARS + 1


def test_input_that_is_no_text_is_one_line(run, monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO("东至".encode("gbk") + b"\xff"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)
    code, out, err = run("parse", "-")
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "utf-8" in err


@pytest.mark.parametrize("text", ["", "没有边界的文字", "<script>", "\x00"])
def test_text_without_a_boundary_is_done_with_a_warning(run, text):
    code, out, err = run("parse", text)
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["parts"] == []
    assert document["warnings"]


# --- unusable command lines ----------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nonsense"],
        ["parse"],
        ["parse", "a", "b"],
        ["digitize"],
        ["digitize", "a", "b"],
        ["digitize", "a", "--reference"],
        ["batch"],
        ["describe"],
        ["convert"],
        ["check", "--nonsense"],
        ["check", "--lang", "fr"],
        ["reference"],
        ["reference", "build"],
        ["reference", "nonsense"],
    ],
    ids=" ".join,
)
def test_unusable_arguments_are_one_line(run, argv):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert err.startswith("python -m geo")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "缺少参数：COMMAND"),
        (["nonsense"], "没有 'nonsense'"),
        (["parse", "a", "b"], "不认识的参数：b"),
        (["reference", "build", "--from"], "参数 --from 至少需要一个值"),
        (["check", "--lang"], "参数 --lang 需要一个值"),
    ],
)
def test_unusable_arguments_are_told_in_chinese_in_a_chinese_environment(
    run, monkeypatch, argv, words
):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert words in err


def test_help_is_in_the_environments_language(run, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for lang, words in (("zh_CN.UTF-8", "读一段四至文字"), ("en_GB.UTF-8", "four-bounds")):
        monkeypatch.setenv("LANG", lang)
        assert words in run("--help")[1]


def test_help_is_help(run):
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for command in (
        "parse", "digitize", "batch", "describe", "convert", "build", "check", "parks", "reference",
    ):  # fmt: skip
        assert command in out


# --- build and check ----------------------------------------------


def test_build_writes_the_same_bytes(run, parks):
    before = parks.read_bytes()
    parks.write_text("old")
    code, out, err = run("build")
    assert (code, out) == (0, "")
    assert one_line(err)
    assert "13 zones" in err
    assert parks.read_bytes() == before


def test_check_as_table_and_as_json(run):
    code, out, err = run("check")
    assert (code, err) == (0, "")
    head, *rows = out.splitlines()
    assert head.split()[:2] == ["zone", "name"]
    assert len(rows) == 13
    assert rows[0].split()[:4] == ["xinzhuang", "Xinzhuang", "Industrial", "Park"]
    code, out, err = run("check", "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert report["problems"] == []
    assert [row["id"] for row in report["zones"]][:2] == ["xinzhuang", "pujiang"]


@pytest.mark.parametrize("asked", [["--lang", "zh"], ["--lang=zh"]])
def test_the_language_asked_for_is_that_of_the_help_as_well(run, monkeypatch, asked):
    monkeypatch.setenv("LANG", "C.UTF-8")
    argv = ["parks", *asked, "--help"]
    monkeypatch.setattr("sys.argv", ["geo", *argv])
    assert "显示本说明" in run(*argv)[1]
    for others in (["parks", "--lang", "fr"], ["parks", "--lang"], ["--lang="], []):
        monkeypatch.setattr("sys.argv", ["geo", *others])
        assert cli.language() == "en"


def test_check_speaks_the_user_s_language(run, monkeypatch, built_once):
    assert "莘庄工业区" in run("check", "--lang", "zh")[1]
    assert "Xinzhuang" in run("check", "--lang", "en")[1]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    zh = run("check")[1]
    assert "莘庄工业区" in zh
    assert "可信度" in zh
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "confidence" in run("check")[1]
    assert "可信度" in run("check", "--lang", "zh")[1]


def test_stale_parks_file_does_not_hold(run, parks, built_once):
    stored = json.loads(parks.read_text(encoding="utf-8"))
    stored["features"][3]["properties"]["area_km2"] += 1
    parks.write_text(json.dumps(stored), encoding="utf-8")
    code, out, err = run("check")
    assert (code, err) == (1, "")
    assert "minhang-base-east: stored area" in out
    assert "run python -m geo build" in out
    code, out, _ = run("check", "--json", "--lang", "zh")
    assert code == 1
    assert {problem["zone"] for problem in json.loads(out)["problems"]} == {
        "minhang-base-east",
        "*",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "python -m geo build"),
        ("{", "line 1, column 2: not valid JSON"),
        ("{}", "not a GeoJSON FeatureCollection"),
        ('{"features": [{}]}', "feature 1, field 'properties'"),
        ("\xff", "not UTF-8"),
    ],
)
def test_faulty_parks_file_is_one_line(run, parks, content, said):
    parks.unlink()
    if content is not None:
        parks.write_bytes(content.encode("latin-1"))
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert one_line(err)
    assert str(parks) in err
    assert said in err
    code, _, zh = run("check", "--lang", "zh")
    assert code == 2
    assert one_line(zh)
    assert zh != err


@pytest.mark.parametrize("command", ["build", "check"])
def test_missing_gazetteer_is_one_line(run, parks, monkeypatch, tmp_path, command):
    load = reference.load_gazetteer
    monkeypatch.setattr(reference, "load_gazetteer", lambda: load(tmp_path / "gone.geojson"))
    before = parks.read_bytes()
    code, out, err = run(command)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "geo reference build" in err
    assert parks.read_bytes() == before


# --- parks and reference ----------------------------------------------


def test_parks_as_table_and_as_json(run):
    code, out, err = run("parks", "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert len(rows) == 10
    zones = [zone["id"] for row in rows for zone in row["zones"]]
    assert len(zones) == len(set(zones)) == 13
    code, out, err = run("parks", "--lang", "zh")
    assert (code, err) == (0, "")
    assert "莘庄工业区" in out


def test_reference_build_without_its_data_is_one_line_and_writes_nothing(run, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "data").rglob("*")}
    missing = tmp_path / "none.gpkg"
    code, out, err = run("reference", "build", "--from", str(missing))
    assert (code, out) == (2, "")
    assert one_line(err)
    assert str(missing) in err
    text = tmp_path / "text.gpkg"
    text.write_text("no GeoPackage")
    code, out, err = run("reference", "build", "--from", str(text), "--lang", "zh")
    assert (code, out) == (2, "")
    assert err == f"{text}：不是矢量数据文件\n"
    assert before == {path: path.stat().st_mtime_ns for path in (ROOT / "data").rglob("*")}


# --- as a program ----------------------------------------------


def program(*argv: str, **options) -> subprocess.CompletedProcess:
    """Run the program itself, from the project's root."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    environment |= options.pop("env", {})
    return subprocess.run(
        [sys.executable, "-m", "geo", *argv],
        cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False, **options,
    )  # fmt: skip


def test_program_in_a_pipe():
    done = program(
        "parse", "-", input=CLAUSE.encode(), env={"LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["parts"][0]["area_km2"] == 1.0


def test_program_says_one_line_for_what_it_cannot_use():
    done = program("nonsense")
    assert (done.returncode, done.stdout) == (2, b"")
    assert one_line(done.stderr.decode())


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_output_that_the_terminal_cannot_show_is_still_json(encoding):
    clause = "东至\udcff路，南至ß路"
    argument = os.fsencode(clause) if os.name != "nt" else clause
    done = program(
        "parse", argument, env={"PYTHONIOENCODING": f"{encoding}:strict", "PYTHONUTF8": "1"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout.decode(encoding))
    assert document["parts"][0]["sides"]["east"][0]["name"] == "\udcff路"
    assert document["parts"][0]["sides"]["south"][0]["name"] == "ß路"


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX pipe")
@pytest.mark.parametrize("argv", [["parse", CLAUSE], ["parks", "--json"]], ids=["short", "long"])
def test_closed_pipe_is_quiet(argv):
    read, write = os.pipe()
    os.close(read)
    # Buffered, as for everybody: the fault then shows only when the buffer is written.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "geo", *argv], cwd=ROOT, env=environment,
            stdout=write, stderr=subprocess.PIPE, timeout=120, check=False,
        )  # fmt: skip
    finally:
        os.close(write)
    assert done.stderr == b""
    assert done.returncode == 0


# --- what the command lines share ----------------------------------------------


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
    ],
)
def test_language_of_the_environment(monkeypatch, environment, lang):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli.language() == lang
    assert cli.language("zh") == "zh"
    assert cli.language("en") == "en"


def test_tables_align_over_two_column_characters():
    lines = aligned([["名称", "n"], ["a", "10"], ["园区图", "5"]], left=1).split("\n")
    assert lines == ["名称     n", "a       10", "园区图   5"]
    assert {width(line) for line in lines} == {10}
    assert width("e\u0301") == 1
