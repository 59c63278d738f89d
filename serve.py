"""The app as a server: `streamlit run serve.py`, which is what `make app` and the container do.

Beside the pages of `app.py`: the settings are checked before anything is served, the data are
loaded before the first visitor comes, ``/healthz`` says whether they can be used, and a fault that
no page caught is one friendly line as well.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.starlette import App

from geo.errors import AtlasError
from layers.i18n import t
from views import logs
from views.settings import settings, usable

_LOG = logging.getLogger("views.serve")


def _start() -> None:
    """Check the settings; one that cannot be used ends the server with one line."""
    try:
        logs.set_up(usable(settings()).log)
    except AtlasError as error:
        print(f"{error.text('zh')} / {error.text('en')}", file=sys.stderr)
        sys.exit(2)


async def _health(_: Request) -> JSONResponse:
    """Answer whether the data can be used."""
    found, status = await asyncio.to_thread(_state)
    return JSONResponse(found, status, {"Cache-Control": "no-store"})


def _state() -> tuple[dict, int]:
    """Return the state of the data and the HTTP status that says it."""
    from views import health  # what it keeps needs the running server

    found = health.check()
    return found, health.STATES[found["status"]][0]


def _warm() -> None:
    """Load the data; what is wrong with them the pages say, so the server goes on."""
    try:
        from views import health

        health.warm()
    except Exception as error:  # the pages try again
        logs.report(error, "could not prepare the data")
    else:
        _LOG.info("data ready")


def _send_at_once() -> None:
    """Let no answer wait for the receipt of the one before.

    A rerun is many small messages. Streamlit binds its socket in a way that keeps asyncio from
    setting TCP_NODELAY, which costs about 40 ms a rerun; what is accepted inherits it from the
    listening socket. Where ``/dev/fd`` is not there, nothing changes.
    """
    folder = Path("/dev/fd")
    for name in [path.name for path in folder.iterdir()] if folder.is_dir() else ():
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                with socket.socket(fileno=os.dup(int(name))) as one:
                    _at_once(one)


def _at_once(one: socket.socket) -> None:
    """Set TCP_NODELAY on a listening socket; leave every other as it is."""
    listening = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if listening and one.family in (socket.AF_INET, socket.AF_INET6):
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@asynccontextmanager
async def _lifespan(_: App) -> AsyncIterator[dict]:
    """Load the data before the first visitor is let in: he would only wait longer for both."""
    _send_at_once()
    await asyncio.to_thread(_warm)
    yield {}
    from views import map_component  # what it keeps needs the running server

    map_component.tidy()


def _failed(error: Exception) -> bool:
    """Say in one line that a fault has happened where no page could catch it."""
    lang = "en" if st.query_params.get("lang") == "en" else "zh"
    st.error(t("app.error.page", lang, reference=logs.report(error, "error outside the pages")))
    return True


_start()
app = App(
    "app.py",
    routes=[Route("/healthz", _health)],
    lifespan=_lifespan,
    on_script_error=_failed,
)
