"""A server of the app and clients that speak Streamlit's own protocol, without a browser.

A client does what the page in a browser does: it opens the websocket, says which query string and
which widgets it has, keeps the messages the server may refer to later, fetches the map's frame over
HTTP, and measures a rerun from the message sent to the message that the script has finished.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_S, RERUN_S = 120, 300  # until the server lives, until a rerun has ended
KEPT_RUNS = 2  # how long a browser keeps a message that it may be referred to


# --- the server ----------------------------------------------------------------------------------


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen
    log: Path

    @property
    def url(self) -> str:
        """Return its address, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def rss_mb(self) -> float:
        """Return the memory that the server holds now, in MB (resident set)."""
        return _memory(self.process.pid, "VmRSS")

    def peak_mb(self) -> float:
        """Return the most memory it has held so far, in MB."""
        return _memory(self.process.pid, "VmHWM")

    def logged(self) -> str:
        """Return what it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def _memory(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{name}:"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def served(
    script: str | Path = "app.py",
    folder: Path = ROOT,
    options: Mapping[str, str] = {},
    env: Mapping[str, str] = {},
    python: str = sys.executable,
) -> Iterator[Server]:
    """Start a server of a script, yield it once it answers, and end it.

    Parameters
    ----------
    script : path-like
        What `streamlit run` is given.
    folder : path-like
        Where it runs.
    options, env : mapping of str to str
        Further Streamlit options (``server.baseUrlPath``) and environment variables.
    python : str
        The interpreter.

    Raises
    ------
    RuntimeError
        When it ends before it answers, with its log.
    """
    port = free_port()
    flags = {"server.port": str(port), "server.headless": "true", **options}
    command = [python, "-m", "streamlit", "run", str(script)]
    command += [part for name, value in flags.items() for part in (f"--{name}", value)]
    with TemporaryDirectory() as kept:
        log = Path(kept, "log.txt")
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
                env={**os.environ, "LANG": "C.UTF-8", **env},
            )  # fmt: skip
        server = Server(port, process, log)
        try:
            _wait(server, options.get("server.baseUrlPath", ""))
            yield server
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def _wait(server: Server, base: str) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.process.poll() is not None:
            break
        try:
            path = "/".join(filter(None, (base, "_stcore/health")))
            urllib.request.urlopen(f"{server.url}/{path}", timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{server.logged()}")


# --- a session -----------------------------------------------------------------------------------


class _Counted(ClientConnection):
    """A connection that counts what comes over the wire, compressed as it is."""

    wire = 0

    def data_received(self, data: bytes) -> None:
        """Count bytes and take them."""
        self.wire += len(data)
        super().data_received(data)


@dataclass
class Rerun:
    """One run of the script as its client saw it.

    ``seconds`` is from the message sent to the script's end, ``received`` the bytes that came over
    the wire, ``said`` those of the messages in them, ``frame_bytes`` those of a map's frame that
    had to be fetched for the first time.
    """

    seconds: float
    received: int = 0
    said: int = 0
    frame_bytes: int = 0
    largest: tuple[int, str] = (0, "")


@dataclass
class Session:
    """One open page of the app."""

    server: Server
    base: str = ""
    query: str = ""
    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _socket: Any = None
    _opening: AbstractAsyncContextManager | None = None
    _kept: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)
    _runs: int = 0
    _frames: set[str] = field(default_factory=set)

    async def open(self, query: str = "") -> Rerun:
        """Connect and run the script for the first time, as an address opens it."""
        self.query = query
        path = "/".join(filter(None, (self.base, "_stcore/stream")))
        self._opening = websockets.connect(
            f"ws://{HOST}:{self.server.port}/{path}",
            subprotocols=["streamlit"],
            create_connection=_Counted,
            max_size=None,
            open_timeout=60,
            ping_timeout=None,
        )
        self._socket = await self._opening.__aenter__()
        return await self.rerun()

    async def close(self) -> None:
        """Leave, as a closed tab does."""
        if self._socket is not None:
            await self._socket.close()

    async def press(self, key: str) -> Rerun:
        """Press a button."""
        return await self.rerun(key, trigger_value=True)

    async def choose(self, key: str, option: str) -> Rerun:
        """Choose the option of that label in a selectbox, or one of a segmented control."""
        return await self.rerun(key, string_value=option)

    async def pick(self, key: str, *options: str) -> Rerun:
        """Choose the options of those labels in a multiselect or a segmented control."""
        return await self.rerun(key, string_array_value=list(options))

    async def click(self, value: object) -> Rerun:
        """Let the first component of the page report a value."""
        shown = next(filter(None, map(_component, self.elements.values())))
        return await self.rerun(shown.id, json_value=json.dumps(value))

    async def rerun(self, key: str | None = None, **value: object) -> Rerun:
        """Run the script again, with the new value of the widget of a key or an id."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.cached_message_hashes.extend(self._kept)
        state.context_info.timezone = "Asia/Shanghai"
        state.context_info.url = f"{self.server.url}/{self.base}"
        if key is not None:
            widget = state.widget_states.widgets.add()
            widget.id = key if key.startswith("$$ID-") else self.widget(key)
            for name, new in value.items():
                if isinstance(new, list):
                    getattr(widget, name).data.extend(new)
                else:
                    setattr(widget, name, new)
        start, before = time.perf_counter(), self._socket.wire
        await self._socket.send(message.SerializeToString())
        done = await asyncio.wait_for(self._until_finished(start), RERUN_S)
        done.received = self._socket.wire - before
        done.frame_bytes = await self._load_frames()
        return done

    async def _until_finished(self, start: float) -> Rerun:
        """Take messages until the script has finished."""
        done = Rerun(0)
        while True:
            data = await self._socket.recv()
            message = ForwardMsg()
            message.ParseFromString(data)
            done.said += len(data)
            kind = message.WhichOneof("type")
            done.largest = max(done.largest, (len(data), kind))
            if kind == "ref_hash":
                metadata, message = message.metadata, self._kept[message.ref_hash][1]
                self._kept[message.hash] = (self._runs, message)
                self._draw(tuple(metadata.delta_path), message)
            elif kind == "new_session":
                self.elements.clear()
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                if message.metadata.cacheable:
                    self._kept[message.hash] = (self._runs, message)
                self._draw(tuple(message.metadata.delta_path), message)
            elif kind == "session_event" and message.session_event.WhichOneof("type") == (
                "script_compilation_exception"
            ):
                self.faults.append("the script cannot be compiled")
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                done.seconds = time.perf_counter() - start
                self._runs += 1
                self._forget()
                return done

    def _forget(self) -> None:
        self._kept = {
            name: kept for name, kept in self._kept.items() if self._runs - kept[0] < KEPT_RUNS
        }

    def _draw(self, path: tuple[int, ...], message: ForwardMsg) -> None:
        """Put an element where it belongs; keep what says that something failed."""
        if message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        self.elements[path] = element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.faults.append(f"exception: {element.exception.type} {element.exception.message}")
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.faults.append(f"error: {element.alert.body}")

    def widget(self, key: str) -> str:
        """Return the id of the widget of a key."""
        return self._shown(key).id

    def options(self, key: str) -> list[str]:
        """Return the options of a selectbox or multiselect as a visitor reads them."""
        return list(self._shown(key).options)

    def _shown(self, key: str) -> Any:
        """Return the widget of a key."""
        for element in self.elements.values():
            shown = getattr(element, element.WhichOneof("type"))
            name = getattr(shown, "id", "")
            if isinstance(name, str) and name.startswith("$$ID-") and name.endswith(f"-{key}"):
                return shown
        raise LookupError(f"no widget {key!r} on this page; faults: {self.faults}")

    def has(self, key: str) -> bool:
        """Whether the page has a widget of that key."""
        try:
            return bool(self.widget(key))
        except LookupError:
            return False

    def texts(self) -> str:
        """Return the HTML and the messages of the page."""
        return "\n".join(
            element.html.body if kind == "html" else element.alert.body
            for element in self.elements.values()
            if (kind := element.WhichOneof("type")) in ("html", "alert")
        )

    def maps(self) -> list[dict]:
        """Return the arguments of the components on the page."""
        shown = filter(None, map(_component, self.elements.values()))
        return [json.loads(one.json_args) for one in shown]

    async def _load_frames(self) -> int:
        """Fetch the page of every component that was not there before, as a browser does."""
        total = 0
        for shown in filter(None, map(_component, list(self.elements.values()))):
            name = shown.component_name
            if name not in self._frames:
                self._frames.add(name)
                path = "/".join(filter(None, (self.base, "component", name, "index.html")))
                total += await asyncio.to_thread(_fetched, f"{self.server.url}/{path}")
        return total


def _component(element: Any) -> Any:
    """Return an element's component, None for another kind of element."""
    kind = element.WhichOneof("type")
    return element.component_instance if kind == "component_instance" else None


def _fetched(url: str) -> int:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return len(answer.read())


@contextmanager
def watched(server: Server, seconds: float = 0.2) -> Iterator[list[float]]:
    """Collect the server's memory in MB every so often while a block runs."""
    seen: list[float] = [server.rss_mb()]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(seconds):
            seen.append(server.rss_mb())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
