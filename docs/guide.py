"""Take the pictures of the user guides from the running app, in both languages.

Run `make screenshots`, or this file alone. It goes the guides' own ways with the words of the
catalogues, so a step that is no longer there fails here.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from browser import chromium, shrink  # noqa: E402 - these need the path above

from geo.errors import LANGUAGES  # noqa: E402
from layers.i18n import t  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1366, "height": 768}
MAP = "iframe[title^='views.map_component']"
LOAD_MS = 60_000
# Parcels as an office keeps them: no word about the coordinate system, one area that does not fit,
# one ring that crosses itself.
RINGS = {
    "A-01": ("121.375 31.075,121.381 31.075,121.381 31.080,121.375 31.080,121.375 31.075", "476"),
    "A-02": ("121.449 31.012,121.455 31.012,121.455 31.016,121.449 31.016,121.449 31.012", "300"),
    "A-03": ("121.384 31.000,121.390 31.000,121.390 31.004,121.384 31.004,121.384 31.000", ""),
    "A-04": ("121.500 31.090,121.506 31.095,121.506 31.090,121.500 31.095,121.500 31.090", ""),
}
HEADS = {"zh": ("地块编号", "面积（亩）", "WKT"), "en": ("parcel id", "area (mu)", "WKT")}
PROPOSAL = {
    "zh": ("某某半导体有限公司", "示例招商中心", "张先生", "021-00000000"),
    "en": ("Example Semiconductors Ltd", "Example Investment Office", "Ms Zhang", "021-00000000"),
}
CLAUSE = "东至万芳路，北至中心河，西至浦星公路，南至江月路、立跃路"


@contextmanager
def running_app() -> Iterator[str]:
    """Run the app on a free port of this machine; give its address.

    Raises
    ------
    SystemExit
        When it does not start within a minute.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", "serve.py", *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(f"{address}/healthz", timeout=5)
                break
            time.sleep(0.2)
        else:
            sys.exit("the app did not start")
        yield address
    finally:
        server.terminate()
        server.wait(10)


class Guide:
    """A window of the app in one language, and the pictures taken of it."""

    def __init__(self, browser, address: str, lang: str, scheme: str = "light") -> None:
        self.page = browser.new_page(
            viewport=SIZE, color_scheme=scheme, reduced_motion="reduce", accept_downloads=True
        )
        self.page.set_default_timeout(LOAD_MS)
        self.address, self.lang = address, lang
        self.map = self.page.frame_locator(MAP).first

    def word(self, key: str, **values: object) -> str:
        """Return a text of the interface."""
        return t(key, self.lang, **values)

    def open(self, query: str = "", has_map: bool = True) -> None:
        """Open a page by its address and wait until it is drawn."""
        self.page.goto(f"{self.address}/?lang={self.lang}&{query}")
        if has_map:
            self.map.locator("#atlas[data-ready]").wait_for()
        self.settled()

    def settled(self) -> None:
        """Wait until the server has nothing more to send and the map stands still."""
        self.page.wait_for_timeout(700)
        self.page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
        self.page.wait_for_timeout(1_000)

    def press(self, name: str, within: str = "body") -> None:
        """Press a button by the words on it."""
        self.page.locator(within).get_by_role("button", name=name, exact=True).first.click()
        self.settled()

    def top(self, selector: str, margin: int = 60) -> None:
        """Scroll so that something stands below the bar."""
        self.page.locator(selector).first.evaluate(
            """(node, margin) => {
              const main = document.querySelector('[data-testid="stMain"]');
              const wanted = main.scrollTop + node.getBoundingClientRect().top - margin;
              // Whole pixels, so that two runs make the same picture.
              main.scrollTop = Math.floor(Math.min(wanted, main.scrollHeight - main.clientHeight));
            }""",
            margin,
        )
        self.page.wait_for_timeout(500)

    def keep(self, name: str) -> None:
        """Store what the window shows, with the pointer over nothing that answers it."""
        # A step may have moved the window's frame itself, which a wheel cannot move back.
        self.page.evaluate(
            """() => document.querySelectorAll('[data-testid="stAppViewContainer"]')
              .forEach((frame) => { frame.scrollTop = 0; })"""
        )
        self.page.mouse.move(1, 1)
        self.page.wait_for_timeout(400)
        path = IMAGES / f"guide-{name}.{self.lang}.png"
        self.page.screenshot(path=path)
        shrink(path)


def start(guide: Guide) -> None:
    """Show the page that the app opens with."""
    guide.open()
    guide.keep("map")


def answer(guide: Guide) -> None:
    """Find 50 亩 of industrial land for 集成电路, in three clicks."""
    guide.open()
    word = {"zh": "集成电路", "en": "Integrated circuits"}[guide.lang]
    guide.press(word)
    least = guide.word("official.preset", mu=50)
    guide.page.locator(".st-key-land-industrial").get_by_text(least, exact=True).click()
    guide.page.wait_for_url(re.compile("min_mu=50"))
    guide.settled()
    guide.map.locator("path.atlas-park[data-zone='pujiang']").click()
    guide.map.locator(".atlas-card").wait_for()
    guide.settled()
    guide.keep("answer")


def totals(guide: Guide) -> None:
    """Show totals, and what is not in them."""
    guide.open("metric=factory_10k_m2&tab=totals")
    guide.top(".st-key-save-row")
    guide.keep("totals")


def actual(guide: Guide) -> None:
    """Show targets beside what came of them."""
    guide.open("tab=actual")
    guide.top(".st-key-save-row")
    guide.keep("actual")


def own(guide: Guide) -> None:
    """Bring a file of one's own: the question about its coordinates, then the report."""
    guide.open()
    side = guide.page.get_by_test_id("stSidebar")
    side.get_by_text(guide.word("own.title"), exact=True).first.click()
    rows = [f'{name},{area},"POLYGON(({ring}))"' for name, (ring, area) in RINGS.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / {"zh": "地块.csv", "en": "parcels.csv"}[guide.lang]
        path.write_text("\n".join([",".join(HEADS[guide.lang]), *rows]), "utf-8")
        side.locator("input[type=file]").last.set_input_files(path)
        question = guide.page.locator(".st-key-own-question")
        question.wait_for()
        guide.settled()
    guide.keep("own-ask")
    question.locator("[role=radiogroup] label").first.click()
    guide.map.locator("path.atlas-own").first.wait_for(state="attached")
    guide.page.locator(".st-key-own-files").wait_for()
    guide.settled()
    guide.page.locator(".st-key-own-panel summary").first.click()
    guide.settled()
    guide.top(".st-key-save-row")
    guide.keep("own")


def trace(guide: Guide) -> None:
    """Trace a clause: the ring, what it lies on, its figures."""
    guide.open("page=trace")
    guide.page.get_by_label(guide.word("trace.clause")).fill(CLAUSE)
    guide.page.locator(".st-key-draw button").click()
    guide.map.locator("path.atlas-edge[data-kind='bridged']").first.wait_for(state="attached")
    guide.page.locator("[class*='st-key-save-trace']").first.wait_for()
    guide.settled()
    guide.top(MAP, 52)
    guide.keep("trace")


def compare(guide: Guide) -> None:
    """Set three parks side by side."""
    guide.open("page=parks&parks=pujiang,zizhu,xinzhuang")
    guide.page.locator("table.versus").first.wait_for()
    guide.top("table.versus", 48)
    guide.keep("compare")


def finder(guide: Guide) -> None:
    """Show needs, ranked parks, and the reasons of the first."""
    guide.open("page=finder")
    guide.page.locator(".st-key-example-chips button").click()
    guide.page.locator(".answer-lines").first.wait_for()
    guide.settled()
    guide.press(guide.word("finder.open_reasons"))
    guide.top(".st-key-finder-actions", 56)
    guide.keep("finder")


def proposal(guide: Guide) -> None:
    """Make the page that the prospect is given."""
    guide.open("page=finder&ind=integrated-circuits&iland=50&must=iland&pick=pujiang,zizhu")
    guide.press(guide.word("proposal.open"))
    fields = ("prospect", "organisation", "contact", "phone")
    written = [*zip(fields, PROPOSAL[guide.lang], strict=True), ("date", "2026-11-21")]
    for field, text in written:
        box = guide.page.locator(".st-key-proposal").get_by_label(
            guide.word(f"proposal.field.{field}"), exact=True
        )
        box.fill(text)
        box.press("Enter")
        guide.settled()
    saved(guide, guide.word("proposal.save.html"), "proposal")


def present(guide: Guide) -> None:
    """Present the exported map."""
    guide.open("page=export")
    saved(guide, guide.word("export.html"), "present", f"#lang={guide.lang}&present=4")


def saved(guide: Guide, button: str, name: str, view: str = "") -> None:
    """Save a file and take its picture as it opens from the disk."""
    with guide.page.expect_download() as started:
        guide.page.get_by_role("button", name=button, exact=True).first.click()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / started.value.suggested_filename
        started.value.save_as(path)
        guide.page.goto(path.as_uri() + view)
        guide.page.wait_for_timeout(2_500)
        guide.keep(name)


def dark(guide: Guide) -> None:
    """Show the map in dark colours; the window is opened so."""
    guide.open("tab=land&unit=ha&park=zizhu")
    guide.keep("dark")


PICTURES = {
    "map": start,
    "answer": answer,
    "totals": totals,
    "actual": actual,
    "own": own,
    "trace": trace,
    "compare": compare,
    "finder": finder,
    "proposal": proposal,
    "present": present,
    "dark": dark,
}


def take(browser, address: str, only: tuple[str, ...] = ()) -> None:
    """Write the guides' pictures.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    address : str
        Of a running app.
    only : tuple of str
        Keys of `PICTURES`; empty for all.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    for lang in LANGUAGES:
        for name in only or tuple(PICTURES):
            guide = Guide(browser, address, lang, "dark" if name == "dark" else "light")
            PICTURES[name](guide)
            guide.page.close()


if __name__ == "__main__":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, running_app() as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        take(browser, address, tuple(sys.argv[1:]))
        browser.close()
