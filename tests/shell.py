"""The app's map frame as a page of its own: what Streamlit does for it, without Streamlit.

A page at an address that nobody has holds the frame; all it asks for is answered here, by
Playwright, so that what the frame asks of others is counted, and answered or not as a test wants.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

from layers.page import app_shell

ORIGIN = "http://atlas.test"
_PARENT = """<!DOCTYPE html><title>Test</title>
<style>body{margin:0}iframe{border:0;width:100vw;height:100vh}</style>
<iframe src="shell.html" title="Map"></iframe><script>
window.values = [];
addEventListener("message", ({data}) => {
  if (data.type === "streamlit:componentReady") window.ready = true;
  if (data.type === "streamlit:setComponentValue") window.values.push(data.value);
});
window.send = (payload, base, height) => document.querySelector("iframe").contentWindow.postMessage(
  {type: "streamlit:render", args: {payload, height}, theme: {base}}, "*");
</script>"""


def png(red: int, green: int, blue: int, side: int = 256) -> bytes:
    """Return a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\x00" + bytes((red, green, blue)) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Shell:
    """The frame in a page.

    Attributes
    ----------
    page, frame
        Playwright's page, and the map's frame in it.
    asked : list of str
        Every address asked for beyond the page itself.
    referrers : set of str or None
        What those requests told of who asked.
    errors : list of str
        Errors of the scripts and what the page's policy refused.
    answer : callable
        What a request for a tile gets: called with the route.
    """

    def __init__(self, page, html: str | None = None) -> None:
        self.page, self.html = page, html or app_shell()
        self.asked: list[str] = []
        self.referrers: set[str | None] = set()
        self.errors: list[str] = []
        self.answer: Callable = lambda route: route.abort()
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("console", self._console)
        page.route("**/*", self._route)

    def _console(self, message) -> None:
        # A tile that does not come is told by the browser; that is what is tested.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def _route(self, route) -> None:
        url = urlsplit(route.request.url)
        if f"{url.scheme}://{url.netloc}" == ORIGIN:
            body = {"/": _PARENT, "/shell.html": self.html}.get(url.path)
            status = 200 if body else 404
            route.fulfill(status=status, body=body or "", content_type="text/html; charset=utf-8")
            return
        self.asked.append(route.request.url)
        self.referrers.add(route.request.headers.get("referer"))
        self.answer(route)

    def open(self) -> Shell:
        """Load the page and wait until the frame asks for what to draw."""
        self.page.goto(f"{ORIGIN}/")
        self.page.wait_for_function("window.ready")
        self.frame = self.page.frames[1]
        return self

    def draw(self, payload: dict, base: str | None = "light") -> None:
        """Have the frame draw a payload, in a theme of Streamlit, and wait until it has."""
        ready = "Number(document.getElementById('atlas').dataset.ready || 0)"
        before = self.frame.evaluate(ready)
        height = self.page.viewport_size["height"]
        self.page.evaluate("([p, b, h]) => send(p, b, h)", [payload, base, height])
        self.wait(f"{ready} > {before}")

    def wait(self, condition: str, seconds: float = 10) -> None:
        """Wait until a condition holds in the frame.

        Playwright's own wait runs text in the page again and again, which the policy refuses.
        """
        for _ in range(int(seconds * 20)):
            if self.frame.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"did not come about: {condition}")

    def serve(self, *colour: int) -> None:
        """Answer every tile with one of one colour from here on."""
        body = png(*colour)
        self.answer = lambda route: route.fulfill(body=body, content_type="image/png")
