"""The app as it is run for others: health, log, container, sessions, faults that stay small."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pages import APP, bodies, opened
from shell import Shell
from streamlit.testing.v1 import AppTest

import geo
from layers.map_view import MapView, payload
from views import health, logs, map_component
from views.map import page as map_page

sys.path.insert(0, str(geo.ROOT / "benchmarks"))

from client import Session, served

DOCKERFILE = (geo.ROOT / "Dockerfile").read_text(encoding="utf-8")
CLAUSE = "东至一条没有人知道的路"


def in_a_loop(coroutine):
    """Run a coroutine in a thread: a browser of another test may hold this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


# --- faults --------------------------------------------------------------------------------------


def references(app: AppTest) -> list[str]:
    return [re.search(r"[0-9a-f]{8}", error.value)[0] for error in app.error]


@pytest.mark.parametrize(
    ("owner", "name", "lost"),
    [
        (map_component, "payload", "map"),
        (map_page, "card_html", "card"),
        (map_page.sections, "show", "table"),
        (map_page.controls, "sidebar", "sidebar"),
    ],
)
def test_a_section_that_fails_takes_no_other_with_it(monkeypatch, caplog, owner, name, lost):
    def fail(*args, **options):
        raise KeyError(CLAUSE)

    monkeypatch.setattr(owner, name, fail)
    app = opened(park="zizhu")
    (number,) = references(app)
    (record,) = [record for record in caplog.records if "page error" in record.getMessage()]
    assert record.getMessage().split()[-1] == number
    assert "in fail: raise KeyError(CLAUSE)" in record.exc_text
    assert CLAUSE not in logging.Formatter().format(record)
    keys = {button.key for button in app.button}
    assert {"page-data", "page-trace"} <= keys
    written = bodies(app)
    shown = {
        "map": bool(app.get("component_instance")),
        "card": '<article class="card">' in written,
        "table": bool(app.dataframe),
        "sidebar": bool(app.sidebar.selectbox),
    }
    assert [part for part, there in shown.items() if not there] == [lost]
    assert "<footer>" in written


def test_what_failed_is_there_again_in_the_next_run(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(map_page, "card_html", lambda *args: 1 / 0)
        app = opened(park="zizhu")
        assert len(app.error) == 1
    app.run()
    assert not app.error


# --- the log -------------------------------------------------------------------------------------


def raised() -> BaseException:
    try:
        try:
            int(CLAUSE)
        except ValueError as error:
            raise RuntimeError(CLAUSE) from error
    except RuntimeError as error:
        return error


def test_the_log_has_places_and_kinds_but_no_words():
    text = logs.told(raised())
    assert CLAUSE not in text
    assert "in raised: int(CLAUSE)" in text and "builtins.RuntimeError" in text
    assert text.index("RuntimeError") < text.index("caused by") < text.index("ValueError")


def test_an_error_that_is_its_own_cause_is_told_once():
    error = ValueError(CLAUSE)
    error.__cause__ = error
    assert logs.told(error) == "builtins.ValueError"


def test_debugging_writes_the_words(caplog):
    with caplog.at_level(logging.DEBUG, "views"):
        assert CLAUSE in logs.told(raised())


@pytest.fixture
def set_up_logs(monkeypatch):
    """Logging as the server sets it up, taken back afterwards."""
    factory = logging.getLogRecordFactory()
    loggers = [logging.getLogger(name) for name in logs._OURS]
    held = [(logger, logger.level, logger.handlers) for logger in loggers]
    logs.set_up("info")
    yield
    logging.setLogRecordFactory(factory)
    for logger, level, handlers in held:
        logger.setLevel(level)
        logger.handlers = handlers


@pytest.mark.parametrize(
    "name", ["streamlit.error_util", "streamlit.runtime.backend_operation_handler", "asyncio", ""]
)
def test_what_others_write_of_an_error_is_without_its_words(set_up_logs, name):
    """Streamlit's loggers each have a handler of their own; the words are in no record."""
    logger, kept = logging.getLogger(name), []
    handler = logging.Handler()
    handler.emit = lambda record: kept.append(logging.Formatter().format(record))
    logger.addHandler(handler)
    try:
        logger.error("Error executing deferred callable", exc_info=raised())
        logger.error("could not: %s", raised())
    finally:
        logger.removeHandler(handler)
    first, second = kept
    assert CLAUSE not in first + second
    assert "deferred callable" in first and "in raised: int(CLAUSE)" in first
    assert second == "could not: builtins.RuntimeError"


def test_logs_set_up_twice_are_filtered_once(set_up_logs):
    factory = logging.getLogRecordFactory()
    logs.set_up("info")
    assert logging.getLogRecordFactory() is factory


# --- health --------------------------------------------------------------------------------------


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Path:
    """A copy of the plan data that the app reads."""
    target = tmp_path / "plans"
    shutil.copytree(geo.PLANS, target)
    monkeypatch.setattr(geo, "PLANS", target)
    return target


def test_the_data_are_healthy():
    assert health.check() == {"status": "ok", "without": []}


@pytest.mark.parametrize(
    ("file", "status", "without", "exit_code"),
    [
        ("schemes.yaml", "degraded", ["scheme"], 1),
        ("figures.csv", "degraded", ["rows"], 1),
        ("parks.yaml", "unusable", ["plans"], 2),
    ],
)
def test_health_says_what_is_missing_and_no_more(folder, capsys, file, status, without, exit_code):
    (folder / file).write_text("nobody\n- can: [read this", encoding="utf-8")
    assert health.check()["status"] == status
    assert set(without) <= set(health.check()["without"])
    assert health.main() == exit_code
    told = capsys.readouterr().out
    assert json.loads(told)["status"] == status and str(folder) not in told


# --- a server ------------------------------------------------------------------------------------


def fetched(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def copied(target: Path) -> Path:
    """Copy what the Dockerfile copies, to where it copies it."""
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        *sources, place = line.split()
        for source in sources:
            found, to = geo.ROOT / source, target / place
            assert found.exists(), f"COPY {source}: not there"
            if found.is_dir():
                shutil.copytree(found, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to = to / found.name if place.endswith("/") else to
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, to)
    return target


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The container's command in a folder that holds what the container does, below a path."""
    folder = copied(tmp_path_factory.mktemp("container"))
    command = json.loads(re.search(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[1])
    assert command[:4] == ["python", "-m", "streamlit", "run"]
    environment = dict(re.findall(r"(STREAMLIT_SERVER_(?:ADDRESS|HEADLESS))=(\S+)", DOCKERFILE))
    assert environment["STREAMLIT_SERVER_ADDRESS"] == "0.0.0.0"
    with served(
        command[4], folder, {"server.baseUrlPath": "atlas", "server.address": "127.0.0.1"}
    ) as running:
        yield running


def test_the_container_s_files_are_enough_for_every_page(server):
    async def walk() -> Session:
        page = Session(server, base="atlas")
        await page.open()
        assert page.maps()[0]["payload"]["zones"] and page.faults == []
        for name in ("parks", "finder", "schemes", "data", "trace", "map"):
            await page.press(f"page-{name}")
            assert page.faults == [], name
        await page.close()
        return page

    assert in_a_loop(walk()).maps()


def test_the_server_says_that_the_data_can_be_used(server):
    assert fetched(f"{server.url}/healthz") == (200, '{"status":"ok","without":[]}')
    assert fetched(f"{server.url}/atlas/_stcore/health") == (200, "ok")


def test_a_fault_outside_the_pages_is_one_line_without_words(server):
    async def forge() -> Session:
        """Send what no browser of ours sends: a park that is not in the list."""
        page = Session(server, base="atlas")
        await page.open()
        await page.pick("parks-zh", CLAUSE)
        faults, page.faults = page.faults, []
        await page.press("page-data")
        assert page.faults == []
        await page.close()
        page.faults = faults
        return page

    page = in_a_loop(forge())
    numbers = [re.search(r"[0-9a-f]{8}", fault)[0] for fault in page.faults]
    assert numbers and all(number in server.logged() for number in numbers)
    assert CLAUSE not in server.logged() + "".join(page.faults)


def test_a_session_s_address_and_query_are_not_logged(server):
    async def ask() -> None:
        page = Session(server, base="atlas")
        await page.open(query="lang=en&metric=office_10k_m2&parks=zizhu&who=somebody")
        await page.close()

    fetched(f"{server.url}/atlas/nothing-here?who=somebody")
    fetched(f"{server.url}/atlas/../../etc/passwd?who=somebody")
    in_a_loop(ask())
    told = server.logged()
    assert "somebody" not in told and "zizhu" not in told and "nothing-here" not in told
    assert not re.search(r"\b127\.0\.0\.1:\d+", told.replace(server.url, ""))


def test_two_sessions_do_not_see_each_other(server):
    async def walk() -> tuple[str, str]:
        one, other = Session(server, base="atlas"), Session(server, base="atlas")
        await asyncio.gather(one.open("lang=en"), other.open())
        await asyncio.gather(one.pick("parks-en", one.options("parks-en")[0]), other.rerun())
        queries = one.query, other.query
        await asyncio.gather(one.close(), other.close())
        return queries

    one, other = in_a_loop(walk())
    assert "parks=" in one and "parks" not in other


def test_answers_are_sent_at_once(server):
    """Streamlit binds its socket without TCP_NODELAY, and asyncio does not set it then."""
    found = subprocess.run(
        [sys.executable, "-c", NODELAY], cwd=geo.ROOT, capture_output=True, text=True, timeout=60
    )
    assert found.stdout.split() == ["False", "True"], found.stderr


NODELAY = """
import socket, serve
listening, other = socket.create_server(("127.0.0.1", 0)), socket.socket()
listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
serve._send_at_once()
for one in (other, listening):
    print(bool(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
"""


# --- the container -------------------------------------------------------------------------------


def test_the_container_runs_as_nobody_in_particular_and_says_how_it_is():
    lines = DOCKERFILE.splitlines()
    assert "USER atlas" in lines and lines.index("USER atlas") < len(lines) - 1
    assert re.search(r"^FROM python:3\.\d+-slim$", DOCKERFILE, re.MULTILINE)
    assert "EXPOSE 8501" in lines and "ARG WITH_BROWSER=0" in lines
    check = re.search(r"HEALTHCHECK .*\\\n\s+CMD (\[.+\])", DOCKERFILE)
    assert "/healthz" in json.loads(check[1])[2]
    compile(json.loads(check[1])[2], "HEALTHCHECK", "exec")
    assert "requirements-dev" not in DOCKERFILE


def test_nothing_is_sent_to_the_builder_but_what_is_copied():
    ignored = (geo.ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    kept = {line[1:] for line in ignored if line.startswith("!")}
    copies = re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
    assert kept == {source for line in copies for source in line.split()[:-1]}
    assert {path for path in kept if path.startswith("docs")} == {
        "docs/user-guide.zh.md",
        "docs/user-guide.en.md",
        "docs/images",
    }, "the guide, which the app shows"
    for name in ("tests", "out", "benchmarks", ".venv", ".git"):
        assert not any(path.split("/")[0] == name for path in kept)


def test_the_app_s_own_script_is_what_the_server_runs():
    assert Path(APP).name in (geo.ROOT / "serve.py").read_text(encoding="utf-8")


# --- what the map's frame draws again ------------------------------------------------------------


@pytest.fixture
def frame(browser, plans, boxes):
    """The map's frame with the boxes drawn, its first outline marked."""
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    shell = Shell(context.new_page()).open()
    data = payload(MapView("en"), plans, boxes)
    shell.draw(data)
    shell.frame.evaluate("document.querySelector('path.atlas-park').dataset.mark = 'kept'")
    yield shell, data
    context.close()


def kept(shell: Shell) -> int:
    return shell.frame.locator("path.atlas-park[data-mark=kept]").count()


@pytest.mark.browser
def test_an_unchanged_map_is_not_drawn_again(frame):
    shell, data = frame
    shell.draw(data)
    assert kept(shell) == 1
    shell.draw({**data, "title": "another"})
    assert kept(shell) == 0 and shell.errors == []


@pytest.mark.browser
def test_a_chosen_park_opens_its_card_on_the_map_as_it_is(frame):
    shell, data = frame
    card = shell.frame.locator(".atlas-card")
    shell.draw({**data, "selected": "zizhu"})
    assert card.is_visible() and plans_name(data, "zizhu") in card.inner_text()
    shell.draw({**data, "selected": "maqiao"})
    assert plans_name(data, "maqiao") in card.inner_text()
    shell.draw({**data, "selected": None})
    assert card.is_hidden() and kept(shell) == 1 and shell.errors == []


@pytest.mark.browser
def test_another_theme_draws_the_map_again(frame):
    shell, data = frame
    shell.draw(data, "dark")
    assert kept(shell) == 0
    assert shell.frame.locator("path.atlas-park").count() == 13


def plans_name(data: dict, park: str) -> str:
    """Return a park's name as its card says it."""
    return data["cards"][park]["name"]
