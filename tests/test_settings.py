"""What whoever runs the app may set: typed, checked, told in both languages, documented."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.errors import AtlasError
from geo.own.limits import limits
from layers import tiles
from views.settings import LEVELS, MOST_UPLOAD_MB, TILES, VARIABLES, Settings, read, usable

DOCS = [geo.ROOT / "docs" / name for name in ("operations.md", "operations.zh.md")]
KEY = "0123456789abcdef0123456789abcdef"


def test_nothing_set_is_what_the_documents_say():
    assert read({}) == Settings("", ("osm", "amap"), 20, "", "", "info", None, None, None)
    assert read(dict.fromkeys(VARIABLES, " ")) == read({})


def test_every_value_is_typed():
    found = read(
        {
            "TIANDITU_KEY": KEY,
            "PARK_ATLAS_TILES": "osm, tianditu,osm",
            "PARK_ATLAS_UPLOAD_MB": "7",
            "PARK_ATLAS_OFFICE": " 闵行区投资促进办公室 ",
            "PARK_ATLAS_CONTACT": "021-0000 0000",
            "PARK_ATLAS_LOG": "WARNING",
            "PARK_ATLAS_REFERENCE": "~/net.gpkg",
            "PARK_ATLAS_CACHE": "/var/cache/atlas",
            "CHROMIUM": "/usr/bin/chromium",
        }
    )
    assert found == Settings(
        KEY,
        ("osm", "tianditu"),
        7,
        "闵行区投资促进办公室",
        "021-0000 0000",
        "warning",
        Path.home() / "net.gpkg",
        Path("/var/cache/atlas"),
        Path("/usr/bin/chromium"),
    )


@pytest.mark.parametrize("word", ["none", "off", "NONE"])
def test_the_online_basemaps_can_all_be_left_out(word, monkeypatch):
    assert read({"PARK_ATLAS_TILES": word, "TIANDITU_KEY": KEY}).tiles == ()
    monkeypatch.setenv("PARK_ATLAS_TILES", word)
    assert tiles.offered() == (tiles.OFFLINE,)


def test_tianditu_is_offered_with_a_key_only():
    assert "tianditu" not in read({}).tiles
    assert read({"TIANDITU_KEY": KEY}).tiles == TILES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARK_ATLAS_TILES", "osm,google"),
        ("PARK_ATLAS_TILES", "osm,,amap"),
        ("PARK_ATLAS_UPLOAD_MB", "0"),
        ("PARK_ATLAS_UPLOAD_MB", str(MOST_UPLOAD_MB + 1)),
        ("PARK_ATLAS_UPLOAD_MB", "2.5"),
        ("PARK_ATLAS_UPLOAD_MB", "２０"),
        ("PARK_ATLAS_UPLOAD_MB", "20 MB"),
        ("PARK_ATLAS_LOG", "loud"),
        ("PARK_ATLAS_OFFICE", "one\ntwo"),
        ("PARK_ATLAS_CONTACT", "x" * 121),
        ("PARK_ATLAS_CACHE", "~nobody-of-that-name/x"),
    ],
)
def test_a_bad_value_is_one_line_in_both_languages(name, value):
    with pytest.raises(AtlasError) as caught:
        read({name: value})
    for lang in ("en", "zh"):
        text = caught.value.text(lang)
        assert name in text and "\n" not in text and len(text) < 220
        assert VARIABLES[name].en in text if lang == "en" else VARIABLES[name].zh in text


@pytest.mark.parametrize("value", ["short", "x" * 65, f"{KEY}&tk=other", "键" * 20])
def test_a_secret_is_never_told(value):
    with pytest.raises(AtlasError) as caught:
        read({"TIANDITU_KEY": value})
    assert value not in caught.value.text("en") + caught.value.text("zh")


@given(st.sampled_from(list(VARIABLES)), st.text(max_size=200))
def test_any_text_is_a_setting_or_an_error_of_ours(name, text):
    try:
        found = read({name: text})
    except AtlasError as error:
        assert name in error.text("en") and "\n" not in error.text("zh")
    else:
        assert found.log in LEVELS and 1 <= found.upload_mb <= MOST_UPLOAD_MB
        assert set(found.tiles) <= set(TILES)


@given(st.text("0123456789 +-._", max_size=5))
def test_the_size_of_an_upload_is_the_one_that_uploads_keep(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARK_ATLAS_UPLOAD_MB", text)
        kept = limits().megabytes
    try:
        assert read({"PARK_ATLAS_UPLOAD_MB": text}).upload_mb == kept
    except AtlasError:
        assert kept == read({}).upload_mb


def test_the_default_is_what_the_description_of_the_settings_says():
    assert {variable.field for variable in VARIABLES.values()} == {
        field.name for field in fields(Settings)
    }


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_the_documents_name_every_setting_and_no_other(path):
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", path.read_text(encoding="utf-8"), re.M)
    own = {name: default.strip(" `") for name, default in rows if not name.startswith("STREAMLIT")}
    assert set(own) == set(VARIABLES)
    for name, variable in VARIABLES.items():
        assert own[name] == (variable.default or "–"), name


def test_no_module_reads_a_setting_that_is_not_listed():
    found = set()
    for folder in ("geo", "layers", "views"):
        for path in (geo.ROOT / folder).rglob("*.py"):
            found |= set(
                re.findall(r"\"((?:PARK_ATLAS|TIANDITU)_[A-Z_]+)\"", path.read_text("utf-8"))
            )
    assert found == set(VARIABLES) - {"CHROMIUM"}


def test_the_server_does_not_start_on_a_bad_setting():
    done = subprocess.run(
        [sys.executable, "-c", "import serve"],
        cwd=geo.ROOT,
        env={"PARK_ATLAS_UPLOAD_MB": "many", "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "'many'" in line and "应为" in line and "has to be" in line


@given(st.text("osmaptindu,. OFNE", max_size=12) | st.sampled_from(["osm, amap", "osm,,amap"]))
def test_the_basemaps_set_are_those_the_map_offers(text):
    """One reader: what is no setting offers nothing online, and never something else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARK_ATLAS_TILES", text)
        offered = tiles.offered()[1:]
    try:
        found = read({"PARK_ATLAS_TILES": text, "TIANDITU_KEY": KEY}).tiles
    except AtlasError:
        assert offered == ()
    else:
        assert set(found) == set(offered)


@pytest.mark.parametrize("name", ["PARK_ATLAS_REFERENCE", "PARK_ATLAS_CACHE", "CHROMIUM"])
def test_a_path_that_cannot_be_used_is_told_at_the_start(name, tmp_path):
    (tmp_path / "file").write_text("x")
    bad = "file/cache" if name == "PARK_ATLAS_CACHE" else "nowhere"
    found = read({name: str(tmp_path / bad)})
    with pytest.raises(AtlasError) as caught:
        usable(found)
    for lang in ("en", "zh"):
        assert name in caught.value.text(lang) and "\n" not in caught.value.text(lang)


def test_paths_that_can_be_used_are_left_as_they_are(tmp_path):
    assert usable(read({})) == read({})
    network = tmp_path / "net.gpkg"
    network.write_text("x")
    found = read({
        "PARK_ATLAS_REFERENCE": str(network),
        "PARK_ATLAS_CACHE": str(tmp_path / "a" / "cache"),
        "CHROMIUM": sys.executable,
    })  # fmt: skip
    assert usable(found) == found and (tmp_path / "a" / "cache").is_dir()
    with pytest.raises(AtlasError, match="CHROMIUM"):
        usable(read({"CHROMIUM": str(network)}))
