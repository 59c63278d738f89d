"""Fixtures shared by the tests: the project's data, and a browser without any network."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pytest
import shapely
from firefox import Firefox, firefox_path
from hypothesis import settings

import geo
from geo.plans import Plans

# A submission is judged by the same examples every time; new ones are looked for at the desk.
# No example is timed: a busy machine is no fault.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")

ARTIFACTS = Path(__file__).parent / "artifacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Gaps of a ring; a corridor is no ring and has none.
CLOSURES = {
    "maqiao": {"gaps": 3, "sum_m": 2118, "largest_m": 1118},
    "neobay": {"gaps": 1, "sum_m": 25, "largest_m": 25},
    "lianhua": None,
}
LOAD_MS = 60_000  # until a page of the app is drawn, on a busy machine
# Both languages on a laptop, and on a tablet the one whose words are longer.
LAPTOP_AND_TABLET = pytest.mark.parametrize(
    ("app_page", "lang"),
    [((1366, 768), "zh"), ((1366, 768), "en"), ((1024, 768), "en")],
    indirect=["app_page"],
    ids=["laptop-zh", "laptop-en", "tablet-en"],
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory) -> Iterator[None]:
    """Keep what networks cache on disk out of the user's folder, fresh for every run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARK_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def plans() -> Plans:
    """The project's own plan data."""
    return Plans.load()


@pytest.fixture(scope="session")
def boxes(plans: Plans) -> gpd.GeoDataFrame:
    """A square for every zone, in a row: boundaries whose every property is known."""
    rows = []
    for number, zone in enumerate(z for park in plans.parks.values() for z in park.zones):
        west = 121.30 + 0.015 * number
        rows.append(
            {
                "id": zone,
                "name_zh": f"片区{number}",
                "name_en": f"Zone {number}",
                "published_area_km2": 1.0,
                "published_area_note": None,
                "published_area_shared": None,
                "area_km2": 1.0584,
                "area_error_pct": 5.84,
                "named_ring_share": 0.875,
                "confidence": "low" if zone == "neobay" else "high",
                "basis": "corridor" if zone == "lianhua" else "sizhi",
                "unresolved": ["景西路"] if zone == "maqiao" else [],
                "unused": ["双柏路", "旺梅路"] if zone == "maqiao" else [],
                "closure": CLOSURES.get(zone, {"gaps": 0, "sum_m": 0, "largest_m": 0}),
                "decisions": [{"zh": "取北横泾", "en": "read as 北横泾"}],
                "clause": "东至北横泾，南至放鹤路",
                "source_id": "mh145",
                "reference": "OpenStreetMap 2026-05-13",
                "geometry": shapely.box(west, 31.05, west + 0.0108, 31.0592),
            }
        )
    frame = gpd.GeoDataFrame(rows, crs="EPSG:4326")
    return frame.set_index("id", drop=False).rename_axis("zone_id")


def browser_path() -> str | None:
    """Return the Chromium to use: `CHROMIUM` if set, else the first one on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """A headless Chromium of the machine; without one the test is skipped, in CI it fails."""
    path = browser_path()
    if path is None or not Path(path).exists():
        reason = "no Chromium: set CHROMIUM or install one (apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _one_firefox(tmp_path_factory) -> Iterator:
    """The machine's Firefox, started once; without one the test is skipped, in CI it fails."""
    path = firefox_path()
    if path is None or not Path(path).exists():
        reason = "no Firefox: set FIREFOX or install one (apt install firefox-esr)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    started = Firefox(path, tmp_path_factory.mktemp("firefox"))
    yield started
    started.close()


@pytest.fixture
def firefox(_one_firefox, request) -> Iterator:
    """A window of a real Firefox without a network; a failure leaves a screenshot.

    Parametrise it indirectly with another size.
    """
    _one_firefox.resize(*getattr(request, "param", (1366, 768)))
    yield _one_firefox
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        _one_firefox.screenshot(_artifact(request))


def _artifact(request) -> Path:
    """Return where a test's screenshot goes."""
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS / (re.sub(r"[^\w.-]+", "_", request.node.name) + ".png")


class Watched:
    """A page that must be quiet: every request off the machine and every error is kept."""

    def __init__(self, page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        self.requests.append(request.url)
        if parts.scheme not in ("file", "data", "blob") and parts.hostname not in LOOPBACK:
            self.outside.append(request.url)

    def _console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")

    def open(self, path: Path) -> None:
        """Open a map page from disk and wait until it is drawn."""
        self.page.goto(path.resolve().as_uri())
        self.page.wait_for_selector("#atlas[data-ready]", timeout=15_000)

    def assert_quiet(self) -> None:
        """Fail on any request that left the machine, any console error, any uncaught error."""
        assert self.outside == []
        assert self.errors == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep each phase's outcome on the test, for the screenshot of a failure."""
    outcome = yield
    setattr(item, f"report_{call.when}", outcome.get_result())


@pytest.fixture
def watched(browser, request) -> Iterator[Watched]:
    """A page in a browser that is cut off from the network; a failure leaves a screenshot."""
    size = getattr(request, "param", (1366, 768))
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_offline(True)
    page = context.new_page()
    page.set_default_timeout(10_000)
    watched = Watched(page)
    yield watched
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        page.screenshot(path=_artifact(request))
    context.close()


@pytest.fixture(scope="session")
def app_url(tmp_path_factory) -> Iterator[str]:
    """The app on a port of its own, as `make app` starts it but without opening a browser."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("app") / "log.txt"
    options = ["--server.port", str(port), "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", "serve.py", *options]
    with log.open("wb") as stream:
        server = subprocess.Popen(
            command, cwd=geo.ROOT, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
            env={**os.environ, "LANG": "C.UTF-8"},
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_healthy(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(15)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _wait_until_healthy(url: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not start: {log.read_text(encoding='utf-8')}")


@pytest.fixture
def app_page(browser, app_url, request) -> Iterator[Watched]:
    """A page of the running app in a browser whose only reachable host is this machine.

    Parametrise it indirectly with another size. A failure leaves a screenshot.
    """
    width, height = getattr(request, "param", (1366, 768))
    context = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    seen = Watched(page)
    # What would leave the machine fails at once, as on an intranet, and is counted.
    page.route(
        lambda url: not url.startswith((app_url, "data:", "blob:")), lambda route: route.abort()
    )
    yield seen
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        page.screenshot(path=_artifact(request))
    context.close()
    assert seen.outside == []
    # Chromium warns of permission names that Streamlit's frames list; those are not errors.
    assert [error for error in seen.errors if not error.startswith("warning:")] == []
