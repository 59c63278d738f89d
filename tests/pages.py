"""The app's pages as tests open them, without a browser."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

import geo

APP = str(geo.ROOT / "app.py")


def opened(**query: str) -> AppTest:
    """Return the app, run once, as an address opens it; it has not failed."""
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def url(app: AppTest) -> dict[str, str]:
    """Return the URL parameters; AppTest holds them as texts or as lists of one."""
    found = app.query_params.items()
    return {name: v if isinstance(v, str) else ",".join(v) for name, v in found}


def bodies(app: AppTest) -> str:
    """Return all HTML of a page."""
    return "\n".join(node.proto.body for node in app.html)


def unmarked(html: str) -> str:
    """Return HTML without the tooltips on its terms."""
    html = re.sub(r'<span class="tip".*?</span>', "", html)
    return re.sub(r'<span class="term" tabindex="0">(.*?)</span>', r"\1", html)
