"""A folder that is replaced as a whole: killed at any moment, or written by two runs at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from geo import ROOT
from geo.errors import AtlasError
from layers.folder import Folder
from layers.workroom import Busy, Workroom, beside, inside

INDEX = "index.html"
OLD = {"parks.html": "old parks", "schemes/a.html": "old a", "schemes/b.html": "old b"}
NEW = {"parks.html": "new parks", "schemes/a.html": "new a", "industries/c.html": "new c"}
posix = pytest.mark.skipif(os.name != "posix", reason="a process is forked")


def write(path: Path, files: dict[str, str]) -> None:
    """Make a set of these files and its index."""
    with Folder(path, INDEX) as folder:
        folder.check([*files, INDEX])
        for name, text in files.items():
            folder.put(name, text)
        folder.put(INDEX, index(files))
        folder.install()


def index(files: dict[str, str]) -> str:
    return Folder.marker(files) + "".join(files.values())


def within(path: Path) -> dict[str, str]:
    """Every file of a folder, hidden ones as well."""
    found = (one for one in path.rglob("*") if one.is_file())
    return {one.relative_to(path).as_posix(): one.read_text("utf-8") for one in found}


def whole(files: dict[str, str]) -> dict[str, str]:
    return {**files, INDEX: index(files)}


def seen(path: Path) -> dict[str, str]:
    """What is there without the room of a dead run."""
    return {name: text for name, text in within(path).items() if not name.startswith(".park-atlas")}


def killed(path: Path, files: dict[str, str], step: int) -> bool:
    """Write a set in a process that is killed before its n-th rename or removal; say if it was."""
    child = os.fork()
    if child == 0:
        done = []

        def until(work):
            def act(*args, **kwargs):
                done.append(work)
                if len(done) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return work(*args, **kwargs)

            return act

        for name in ("replace", "unlink", "mkdir", "rmdir"):
            setattr(Path, name, until(getattr(Path, name)))
        try:
            write(path, files)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@posix
@pytest.mark.parametrize("before", ["nothing", "empty", "set"])
def test_killed_at_any_moment_the_next_run_repairs_the_folder(tmp_path, before):
    step, undone = 1, 0
    while True:
        path = tmp_path / str(step) / "new" / "site"
        path.parent.parent.mkdir()
        if before != "nothing":
            path.mkdir(parents=True)
        if before == "set":
            write(path, OLD)
            (path / "schemes" / "theirs.txt").write_text("theirs")
        ended = not killed(path, NEW, step)
        if before == "set":
            assert INDEX in within(path), "there is an index at every moment"
        undone += inside(path).joinpath("steps.json").exists()
        # A run that comes to nothing leaves the set before, or the new one: never half of it.
        with pytest.raises(KeyboardInterrupt), Folder(path, INDEX):
            raise KeyboardInterrupt
        old = whole(OLD) | {"schemes/theirs.txt": "theirs"} if before == "set" else {}
        new = whole(NEW) | ({"schemes/theirs.txt": "theirs"} if before == "set" else {})
        assert within(path) in (old, new), step
        assert not list(path.parent.parent.rglob(".park-atlas*")), step
        write(path, OLD)
        assert within(path) == whole(OLD) | {k: v for k, v in new.items() if "theirs" in k}
        if ended:
            break
        step += 1
    assert step > 10 and (undone > 3 or before == "nothing")


@posix
def test_what_could_not_be_undone_at_once_is_undone_by_the_next_run(tmp_path, monkeypatch):
    write(tmp_path, OLD)
    moves, move = [], Path.replace

    def gone(source, target):
        moves.append(target)
        if len(moves) > 4:
            raise OSError(5, "Input/output error")
        return move(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", gone)
        with pytest.raises(AtlasError, match="Input/output error"):
            write(tmp_path, NEW)
    assert seen(tmp_path) != whole(OLD), "half of it is done"
    with pytest.raises(KeyboardInterrupt), Folder(tmp_path, INDEX):
        raise KeyboardInterrupt
    assert within(tmp_path) == whole(OLD)


def test_two_runs_do_not_write_the_same_folder(tmp_path):
    for path in (tmp_path / "new" / "site", tmp_path / "site"):
        if path.parent == tmp_path:
            write(path, OLD)
        before = within(tmp_path)
        with Folder(path, INDEX) as first:
            with pytest.raises(AtlasError, match="another run is writing") as told:
                write(path, NEW)
            assert "另一个进程" in told.value.text("zh") and "\n" not in told.value.text("zh")
            first.put(INDEX, index({}))
            first.install()
        write(path, NEW)
        assert within(path) == whole(NEW)
        assert set(before) <= set(within(tmp_path)) | {f"site/{name}" for name in OLD}


def test_runs_into_different_folders_do_not_wait_for_each_other(tmp_path):
    with Folder(tmp_path / "one", INDEX) as first:
        write(tmp_path / "two", NEW)
        first.put(INDEX, index({}))
        first.install()
    assert set(within(tmp_path)) == {"one/index.html", *(f"two/{name}" for name in whole(NEW))}


@pytest.mark.parametrize("files", [NEW, {}])
def test_a_set_made_by_another_run_meanwhile_is_looked_at_again(tmp_path, files):
    """As from another machine, whose locks are not seen."""
    write(tmp_path, OLD)
    with Folder(tmp_path, INDEX) as folder:
        for name, text in whole(files).items():
            folder.put(name, text)
        more = OLD | {"schemes/more.html": "more"}
        for name, text in whole(more).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        folder.install()
    assert within(tmp_path) == whole(files), "no file is left that no index names"


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "site"
    with pytest.raises(AtlasError, match="no set of maps"), Folder(path, INDEX) as folder:
        folder.put(INDEX, index({}))
        path.mkdir()
        (path / "thesis.txt").write_text("theirs")
        folder.install()
    assert within(tmp_path) == {"site/thesis.txt": "theirs"}
    (path / "thesis.txt").unlink()
    with Folder(tmp_path / "empty", INDEX) as folder:
        folder.put(INDEX, index({}))
        (tmp_path / "empty").mkdir()
        folder.install()
    assert within(tmp_path / "empty") == whole({})


def test_what_a_dead_run_left_beside_a_folder_made_since_goes(tmp_path):
    path = tmp_path / "site"
    room = beside(path)[0]
    (room / "new").mkdir(parents=True)
    (room / "new" / INDEX).write_text("half")
    path.mkdir()
    write(path, NEW)
    assert not room.exists() and within(tmp_path) == {f"site/{n}": t for n, t in whole(NEW).items()}


@pytest.mark.parametrize(
    "steps",
    [{"new": ["../precious.html", "/etc/x.html", 7], "had": [], "made": ["..", "../kept", "."]},
     {"new": "x"}, [], "{", {"new": ["schemes/precious.html"], "had": [], "made": []}],
)  # fmt: skip
def test_a_list_of_steps_leads_nowhere_else(tmp_path, steps):
    path, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    (tmp_path / "kept").mkdir()
    elsewhere.mkdir()
    for precious in (tmp_path / "precious.html", elsewhere / "precious.html"):
        precious.write_text("kept")
    write(path, {})
    (path / "schemes").symlink_to(elsewhere)
    inside(path).mkdir()
    (inside(path) / "steps.json").write_text(steps if steps == "{" else json.dumps(steps))
    write(path, {"parks.html": "new"})
    assert (tmp_path / "precious.html").exists() and (elsewhere / "precious.html").exists()
    assert (tmp_path / "kept").is_dir() and not inside(path).exists()


def test_a_room_that_is_a_link_is_not_used(tmp_path):
    path, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    write(path, OLD)
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("kept")
    inside(path).symlink_to(elsewhere)
    with pytest.raises(AtlasError, match="cannot write"):
        write(path, NEW)
    assert within(elsewhere) == {"precious": "kept"}


def test_a_room_is_had_by_one_and_gone_afterwards(tmp_path):
    first = Workroom(tmp_path / "room")
    with pytest.raises(Busy):
        Workroom(tmp_path / "room")
    first.close()
    assert not (tmp_path / "room").exists()


RUN = """
import signal, sys
# Also where the tests run in the background, which is told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
from layers import site
def stop(*_, **__):
    print("begun", flush=True)
    import time
    time.sleep(60)
site.export_html = stop
from layers.__main__ import main
sys.exit(main(["site", "-o", sys.argv[1], "--only", "projects", "--lang", "en"]))
"""


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_told_to_end_leaves_nothing_and_another_waits_for_none(
    tmp_path, number, code
):
    target = tmp_path / "site"
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(target)], text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    with pytest.raises(AtlasError, match="another run"):
        write(target, NEW)
    process.send_signal(number)
    assert process.communicate(timeout=30) == ("", "") and process.returncode == code
    assert list(tmp_path.iterdir()) == []
