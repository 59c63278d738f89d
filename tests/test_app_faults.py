"""Whatever is wrong with a table of the plan data, the app starts, says so and shows the rest."""

from __future__ import annotations

import shutil

import pytest
from pages import opened

import geo

TABLES = ("figures.csv", "indicators.csv", "facts.csv", "projects.csv")
SECTIONS = ("figures", "periods", "checks", "projects")


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A copy of the plan data that the app reads."""
    target = tmp_path / "plans"
    shutil.copytree(geo.PLANS, target)
    monkeypatch.setattr(geo, "PLANS", target)
    return target


def spoil(path, how: str) -> None:
    """Break the third line of a file, its header, or all of it."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if how == "missing":
        path.unlink()
        return
    if how == "column":
        lines[0] = lines[0].replace("source_id", "source")
    elif how == "comma":
        lines[2] += ",,,,"
    else:
        lines[2] = '"' + lines[2]
    path.write_text("\n".join(lines), encoding="utf-8")


def told(app) -> str:
    """The one message of what is faulty."""
    assert not app.exception
    (error,) = app.error
    return error.value.replace("\\", "")


@pytest.mark.parametrize("how", ["missing", "column", "comma", "quote"])
@pytest.mark.parametrize("name", TABLES)
def test_the_map_page_starts(folder, name, how):
    spoil(folder / name, how)
    app = opened(lang="en")
    message = told(app)
    assert name in message and "1 faulty rows" in message
    lost = name == "figures.csv" and how in ("missing", "column")
    assert [bool("no map" in info.value) for info in app.info] == [True] * lost
    assert bool(app.dataframe) != lost
    assert [button.key for button in app.button if button.key == "page-data"] == ["page-data"]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("name", TABLES)
def test_every_section_of_the_page_of_data_starts_without_the_file(folder, name, section):
    spoil(folder / name, "missing")
    assert name in told(opened(page="data", lang="zh", view=section))


def test_the_map_is_back_when_the_file_is(folder):
    kept = (folder / "figures.csv").read_bytes()
    spoil(folder / "figures.csv", "missing")
    app = opened(lang="zh")
    assert "可用土地" in app.info[0].value and "整份文件" in told(app)
    (folder / "figures.csv").write_bytes(kept)
    app.run()
    assert not app.error and not app.info and len(app.dataframe[0].value) == 10


def test_of_many_faults_one_of_each_file_is_named(folder):
    for name in TABLES:
        path = folder / name
        lines = path.read_text(encoding="utf-8").split("\n")
        lines[1:6] = [line + ",,,," for line in lines[1:6]]
        path.write_text("\n".join(lines), encoding="utf-8")
    message = told(opened(page="data", view="projects", lang="en"))
    assert "20 faulty rows" in message and "and 15 more" in message
    assert [name in message for name in TABLES] == [True] * 4


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", "page=__proto__ 无效，已忽略；可用：map, parks,"), ("en", "page=__proto__ in the")],
)
def test_a_page_that_there_is_not_is_told_with_those_there_are(lang, said):
    app = opened(page="__proto__", lang=lang)
    (warning,) = app.warning
    text = warning.value.replace("\\", "")
    assert said in text and "export" in text and "metric" not in text


def test_the_address_of_the_first_page_may_name_it():
    assert not opened(page="map", utm_source="mail", **{"from": "singlemessage"}).warning


def test_a_strange_parameter_is_one_short_line():
    (warning,) = opened(colour="red").warning
    assert "colour" in warning.value and "metric" not in warning.value
