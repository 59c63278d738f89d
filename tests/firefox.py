"""A real Firefox as tests drive it: WebDriver BiDi over one WebSocket, no driver program between.

Playwright drives a Firefox of its own making only; what readers have is the one of their system.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

PROGRAMS = ("firefox-esr", "firefox")
START_S = 60.0  # until it listens, on a busy machine
ANSWER_S = 30.0  # until it has done what it was told
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
KEYS = {
    "ArrowDown": "\ue015", "ArrowRight": "\ue014", "Enter": "\ue007", "Escape": "\ue00c",
    "Shift": "\ue008", "Tab": "\ue004",
}  # fmt: skip
PREFS = {
    # Nothing of the browser's own may go out either: a proxy where nobody listens.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "toolkit.telemetry.enabled": False,
}
EVENTS = ["log.entryAdded", "network.beforeRequestSent"]


def firefox_path() -> str | None:
    """Return the Firefox to use: `FIREFOX` if set, else the first one on the PATH."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, PROGRAMS)), None)


class FirefoxError(AssertionError):
    """Firefox refused a command, did not answer in time, or went away."""


class Firefox:
    """One window of a headless Firefox without a network.

    Parameters
    ----------
    program : str
        The executable.
    folder : Path
        An empty folder for its profile and its log.

    Attributes
    ----------
    requests : list of str
        Addresses asked for since the last `open`; Firefox does not tell of files of the disk.
    errors : list of str
        Errors and warnings of the console since the last `open`, what the page's policy refused
        among them.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._numbers = itertools.count(1)
        self._size = {"width": 1366, "height": 768}
        self._log = folder / "firefox.log"
        profile = folder / "profile"
        profile.mkdir()
        prefs = "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in PREFS.items()
        )
        (profile / "user.js").write_text(prefs, encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--remote-debugging-port", "0",
                   "--profile", str(profile), "about:blank"]  # fmt: skip
        # It refuses to run as one user in the home of another.
        with self._log.open("wb") as stream:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
                env={**os.environ, "HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"},
            )  # fmt: skip
        self._held = ExitStack()
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        url = f"{self._address()}/session"
        call = connect(url, proxy=None, max_size=None, open_timeout=ANSWER_S)
        self._socket = self._held.enter_context(call)
        self.version = self.send("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._context = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("session.subscribe", events=EVENTS)

    def _address(self) -> str:
        """Return the address it listens on, which it says in its log."""
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if found := LISTENING.search(self._log.read_text(encoding="utf-8", errors="replace")):
                return found[1]
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise FirefoxError(f"it did not start: {self._log.read_text('utf-8', 'replace')}")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the result of one BiDi command; events that come before it are kept."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        end = time.monotonic() + ANSWER_S
        while True:
            try:
                message = json.loads(self._socket.recv(timeout=max(0.0, end - time.monotonic())))
            except TimeoutError as error:
                raise FirefoxError(f"{method}: no answer in {ANSWER_S:g} s") from error
            if message.get("type") == "event":
                self._keep(message["method"], message["params"])
            elif message.get("id") == number:
                if message["type"] == "error":
                    raise FirefoxError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]

    def _keep(self, event: str, params: dict[str, Any]) -> None:
        if event == "log.entryAdded" and params["level"] in ("error", "warn"):
            self.errors.append(f"{params['level']}: {params['text']}")
        elif event == "network.beforeRequestSent":
            self.requests.append(params["request"]["url"])

    def open(self, path: Path, fragment: str = "", wait: str = "#atlas[data-ready]") -> None:
        """Open a file of the disk in a new tab and wait for what a selector finds in it."""
        # A tab that is opened has the keyboard's focus; the one of the start has not.
        before = self._context
        made = self.send("browsingContext.create", type="tab", background=False)
        self._context = made["context"]
        self.send("browsingContext.close", context=before)
        self._fit()
        self.requests.clear()
        self.errors.clear()
        url = path.resolve().as_uri() + fragment
        self.send("browsingContext.navigate", context=self._context, url=url, wait="complete")
        self.wait_for(f"document.querySelector({json.dumps(wait)}) !== null")

    def evaluate(self, expression: str, *values: Any) -> Any:
        """Return what a JavaScript expression, or a function given values, is; of JSON only."""
        given = ", ".join(json.dumps(value) for value in values)
        call = (
            f"async () => {{ const it = ({expression}); return JSON.stringify("
            f"await (typeof it === 'function' ? it({given}) : it)) ?? 'null'; }}"
        )
        found = self.send(
            "script.callFunction", functionDeclaration=call, awaitPromise=True,
            target={"context": self._context},
        )  # fmt: skip
        if found["type"] == "exception":
            raise FirefoxError(f"{expression}: {found['exceptionDetails']['text']}")
        return json.loads(found["result"]["value"])

    def wait_for(self, expression: str, seconds: float = 15.0) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise FirefoxError(f"not true in {seconds:g} s: {expression}; {self.errors}")
            time.sleep(0.05)

    def text(self, selector: str) -> str:
        """Return what is read of the first element a selector finds."""
        return self.evaluate("s => document.querySelector(s).innerText", selector)

    def resize(self, width: int, height: int) -> None:
        """Give the page, and those opened after it, a size in CSS pixels."""
        self._size = {"width": width, "height": height}
        self._fit()

    def _fit(self) -> None:
        self.send("browsingContext.setViewport", context=self._context, viewport=self._size)

    def click(self, x: float, y: float) -> None:
        """Press the pointer at a point of the window."""
        at = {"type": "pointerMove", "x": round(x), "y": round(y)}
        press = [at, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": press})

    def click_on(self, selector: str) -> None:
        """Press the pointer in the middle of the first element a selector finds."""
        self.click(*self.evaluate(MIDDLE, selector))

    def press(self, key: str) -> None:
        """Press a key, or several held together: `Shift+Tab`."""
        keys = [KEYS.get(one, one) for one in key.split("+")]
        actions = [{"type": "keyDown", "value": one} for one in keys]
        actions += [{"type": "keyUp", "value": one} for one in reversed(keys)]
        self._act({"type": "key", "id": "keys", "actions": actions})

    def _act(self, source: dict[str, Any]) -> None:
        self.send("input.performActions", context=self._context, actions=[source])

    def screenshot(self, path: Path) -> None:
        """Write what is seen as a PNG."""
        taken = self.send("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(taken["data"]))

    def pdf(self) -> bytes:
        """Return the page as its print stylesheet makes it."""
        made = self.send(
            "browsingContext.print", context=self._context, background=True,
            orientation="landscape", page={"width": 21.0, "height": 29.7},
        )  # fmt: skip
        return base64.b64decode(made["data"])

    def assert_quiet(self) -> None:
        """Fail on any request that would leave the machine and on any error of the console."""
        self.evaluate("new Promise(done => setTimeout(done, 50))")
        outside = [url for url in self.requests if not url.startswith(("data:", "blob:"))]
        if outside or self.errors:
            raise FirefoxError(f"requests: {outside}; console: {self.errors}")

    def close(self) -> None:
        """End the browser that was started here."""
        self._held.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


MIDDLE = """selector => {
    const node = document.querySelector(selector);
    node.scrollIntoView({block: "nearest"});
    const box = node.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
}"""
