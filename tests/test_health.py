"""What the server says of itself, and what it leaves behind when it is ended."""

from __future__ import annotations

import signal
import sys

import pytest

import geo
from geo.errors import AtlasError
from views import health
from views.frame import guarded

sys.path.insert(0, str(geo.ROOT / "benchmarks"))

from client import served


def broken(*_: object) -> None:
    raise AtlasError(en="nobody.geojson, feature 1: broken", zh="nobody.geojson，第 1 个要素：损坏")


@pytest.mark.parametrize(
    ("load", "without"),
    [
        ("basemap_data", "map"),
        ("load_gazetteer", "trace"),
        ("load_districts", "scheme"),
        ("load_sketch_lines", "scheme"),
        ("load_places", "scheme"),
        ("load_access", "finder"),
    ],
)
def test_a_file_of_the_map_that_cannot_be_used_is_told(monkeypatch, load, without):
    monkeypatch.setattr(health, load, broken)
    health._missing.clear()
    try:
        assert health.check() == {"status": "degraded", "without": [without]}
    finally:
        health._missing.clear()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_ended_leaves_nothing_on_disk(tmp_path, how):
    kept = tmp_path / "kept"
    kept.mkdir()
    with served("serve.py", env={"TMPDIR": str(kept)}) as server:
        assert list(kept.glob("park-atlas-*")), "the map's frame is on disk while it serves"
        server.process.send_signal(how)
        server.process.wait(30)
    assert list(kept.glob("park-atlas-*")) == []


def test_what_is_wrong_with_the_data_is_told_in_its_own_words(monkeypatch):
    said = []
    monkeypatch.setattr("views.frame.st.error", said.append)
    assert guarded(broken, "zh") is None
    assert said == ["nobody\\.geojson，第 1 个要素：损坏"]
