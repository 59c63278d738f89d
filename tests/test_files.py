"""Files: old or new but never half, and faults that say where they are in both languages."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import ROOT
from geo.errors import AtlasError, unknown
from geo.files import (
    geojson_text,
    read_csv,
    read_features,
    read_json,
    read_text,
    read_yaml,
    scan_csv,
    shown,
    write_atomic,
)


def fault(call, *args) -> dict[str, str]:
    """The texts of the error a call raises: one line each, in both languages."""
    with pytest.raises(AtlasError) as caught:
        call(*args)
    texts = caught.value.texts
    assert set(texts) == {"zh", "en"}
    assert all(text and "\n" not in text for text in texts.values())
    return texts


def leftovers(folder: Path) -> list[str]:
    """What an interrupted write would leave behind."""
    return [path.name for path in folder.rglob("*") if path.suffix == ".tmp"]


# --- writing ----------------------------------------------


def test_write_replaces_and_makes_folders(tmp_path):
    path = tmp_path / "a" / "b" / "文件.txt"
    assert write_atomic(str(path), "旧") == path
    assert write_atomic(path, "新\r\n") == path
    assert path.read_bytes() == "新\r\n".encode()
    assert write_atomic(path, b"\x00\xff").read_bytes() == b"\x00\xff"
    assert leftovers(tmp_path) == []


def test_written_file_is_readable_like_any_new_file(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    written = write_atomic(tmp_path / "written", "x")
    assert stat.S_IMODE(written.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask for files")
def test_written_file_honours_the_umask(tmp_path):
    """A process started with another umask, which is as it was after the import."""
    target = str(tmp_path / "x")
    code = f"import os; from geo.files import write_atomic; write_atomic({target!r}, 'x')"
    code += "; assert os.umask(0) == 0o027"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, umask=0o027, check=True)
    assert stat.S_IMODE(Path(target).stat().st_mode) == 0o640


def test_writing_leaves_the_umask_of_the_process_alone(tmp_path, monkeypatch):
    """Another thread would make its files with whatever is set for a moment."""
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("the umask was set"))
    assert write_atomic(tmp_path / "x", "x").read_text("utf-8") == "x"


def test_target_that_is_a_folder(tmp_path):
    target = tmp_path / "folder"
    (target / "kept").mkdir(parents=True)
    texts = fault(write_atomic, target, "x")
    assert texts["en"].startswith(f"cannot write {target}: ")
    assert texts["zh"].startswith(f"无法写入 {target}：")
    assert (target / "kept").is_dir()
    assert leftovers(tmp_path) == []


def test_parent_that_is_a_file(tmp_path):
    parent = tmp_path / "file"
    parent.write_text("old")
    assert str(parent / "x") in fault(write_atomic, parent / "x", "new")["en"]
    assert parent.read_text() == "old"


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_failure_at_the_last_step_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = write_atomic(tmp_path / "x.json", "old")

    def fail(self, *args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, step, fail)
    assert fault(write_atomic, path, "new")["en"].endswith("No space left on device")
    assert path.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_interruption_leaves_the_old_file(tmp_path, monkeypatch):
    path = write_atomic(tmp_path / "x.json", "old")

    def interrupt(fd):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_text_that_cannot_be_stored_leaves_the_old_file(tmp_path):
    path = write_atomic(tmp_path / "x", "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(path, "\ud800")
    assert path.read_text() == "old"
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_what_a_link_leads_to_is_written_and_the_link_stays(tmp_path):
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "map.html", tmp_path / "map.html"
    link.symlink_to("real/map.html")
    for content in ("new", "newer"):
        assert write_atomic(link, content) == link
        assert link.is_symlink() and target.read_text() == content
    assert not target.is_symlink() and leftovers(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_leads_nowhere_is_not_written(tmp_path):
    for name, leads_to in (("round", "round"), ("gone", "no-folder/map.html")):
        link = tmp_path / name
        link.symlink_to(leads_to)
        assert str(link) in fault(write_atomic, link, "x")["en"]
        assert link.is_symlink() and link.readlink() == Path(leads_to)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone", "round"]


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names there")
def test_a_pipe_or_device_is_not_replaced_by_a_file(tmp_path):
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        assert str(path) in fault(write_atomic, path, "x")["en"]
    assert stat.S_ISFIFO(pipe.lstat().st_mode) and leftovers(tmp_path) == []


def test_a_name_as_long_as_a_name_can_be(tmp_path):
    path = tmp_path / ("a" * 250 + ".html")
    assert write_atomic(path, "x").read_text() == "x"
    assert "a.html" in fault(write_atomic, tmp_path / ("a" * 256 + ".html"), "x")["en"]
    assert leftovers(tmp_path) == []


# --- GeoJSON text ----------------------------------------------


def test_geojson_text_has_one_feature_a_line():
    features = [{"type": "Feature", "properties": {"名": "甲\n乙"}, "geometry": None}] * 2
    text = geojson_text(iter(features), {"name": "parks"})
    assert json.loads(text) == {
        "type": "FeatureCollection", "name": "parks", "features": features
    }  # fmt: skip
    assert list(json.loads(text)) == ["type", "name", "features"]
    assert text.count("\n") == 4
    assert "甲" in text
    assert json.loads(geojson_text([], {}))["features"] == []


# --- reading ----------------------------------------------


def test_read_text_with_and_without_byte_order_mark(tmp_path):
    for content in (b"\xef\xbb\xbf\xe5\x9b\xad", b"\xe5\x9b\xad"):
        assert read_text(write_atomic(tmp_path / "x", content)) == "园"


def test_unreadable_files(tmp_path):
    missing = tmp_path / "没有.yaml"
    for read in (read_text, read_yaml, read_json):
        texts = fault(read, missing)
        assert texts["en"] == f"no such file: {missing}"
        assert texts["zh"] == f"找不到文件：{missing}"
    assert fault(read_text, tmp_path)["zh"].startswith(f"无法读取 {tmp_path}：")
    gbk = write_atomic(tmp_path / "gbk.csv", "园\n".encode() + "区".encode("gbk"))
    advice = "in Excel, save it as 'CSV UTF-8'"
    assert fault(read_text, gbk)["en"] == f"{gbk}: not UTF-8 text (byte 4); {advice}"
    assert "不是 UTF-8" in fault(read_text, gbk)["zh"]
    assert "请在 Excel 中另存为 CSV UTF-8" in fault(read_text, gbk)["zh"]
    other = write_atomic(tmp_path / "gbk.yaml", "区".encode("gbk"))
    assert "Excel" not in fault(read_text, other)["zh"]


def test_paths_inside_the_project_are_shown_from_its_root(tmp_path):
    assert shown(ROOT / "data" / "x.csv") == "data/x.csv"
    assert shown(tmp_path / "x.csv") == str(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: 1\nb: [1, 2\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 'x\n", 2),
        ("a: 1\nb: !!python/object/apply:os.getcwd []\n", 2),
        ("a: 1\nb: \x07\n", 2),
    ],
    ids=["bracket", "tab", "quote", "tag", "control character"],
)
def test_yaml_fault_names_its_line(tmp_path, content, line):
    path = write_atomic(tmp_path / "x.yaml", content)
    texts = fault(read_yaml, path)
    assert texts["en"].startswith(f"{path}, line {line}: not valid YAML: ")
    assert texts["zh"].startswith(f"{path} 第 {line} 行：不是有效的 YAML：")


def test_yaml_that_python_refuses_is_one_line_too(tmp_path):
    path = write_atomic(tmp_path / "x.yaml", "day: 2026-13-45\n")
    assert fault(read_yaml, path)["en"].startswith(f"{path}: not valid YAML: ")


@pytest.mark.parametrize(
    "content",
    ["[" * 5000, "[" * 200_000 + "]" * 200_000, "a: " + "{b: " * 200_000, "- " * 5000 + "x"],
    ids=["open", "closed", "mappings", "block"],
)
def test_yaml_nested_without_end_is_one_line_and_the_process_lives(tmp_path, content):
    path = write_atomic(tmp_path / "x.yaml", f"\n{content}\n")
    assert fault(read_yaml, path)["en"] == f"{path}, line 2: not valid YAML: nested too deep"


def test_json_fault_names_line_and_column(tmp_path):
    path = write_atomic(tmp_path / "x.json", '{"a": 1,\n "b": }')
    texts = fault(read_json, path)
    assert texts["en"].startswith(f"{path}, line 2, column 7: not valid JSON: ")
    assert texts["zh"].startswith(f"{path} 第 2 行第 7 列：不是有效的 JSON：")


@pytest.mark.parametrize(
    "content", ["[" * 100_000, "1" * 5000, "[NaN]"], ids=["depth", "digits", "nan"]
)
def test_json_that_python_refuses_is_one_line_too(tmp_path, content):
    path = write_atomic(tmp_path / "x.json", content)
    assert "not valid JSON" in fault(read_json, path)["en"]


def test_csv_rows_know_their_line(tmp_path):
    path = write_atomic(tmp_path / "x.csv", 'id,name\r\na, 甲 \r\n,\r\n"b","乙\n丙"\r\nc\r\n')
    assert read_csv(path, ("id",)) == [
        (2, {"id": "a", "name": "甲"}),
        (4, {"id": "b", "name": "乙\n丙"}),
        (6, {"id": "c", "name": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "en", "zh"),
    [
        ("id,name\n", "line 1: missing column value, unit", "第 1 行：缺少列 value, unit"),
        ("", "line 1: missing column id, value, unit", "第 1 行：缺少列 id, value, unit"),
        ("id,value,unit\n1,2,3\n1,2,3,4\n", "line 3: more cells", "第 3 行：单元格多于列数"),
        ('id,value,unit\n1,"2"x,3\n', "line 2: not valid CSV", "第 2 行：不是有效的 CSV"),
        ('id,value,unit\n1,"2,3\n', "line 2: not valid CSV", "第 2 行：不是有效的 CSV"),
    ],
    ids=["columns", "empty", "cells", "quote", "open quote"],
)
def test_csv_fault_names_its_line(tmp_path, content, en, zh):
    path = write_atomic(tmp_path / "x.csv", content)
    texts = fault(read_csv, path, ("id", "value", "unit"))
    assert texts["en"].startswith(f"{path}, {en}")
    assert texts["zh"].startswith(f"{path} {zh}")


def test_after_a_row_that_cannot_be_read_the_next_line_is(tmp_path):
    """An open quote takes the rest of the file into its cell; it costs its own row only."""
    limit = csv.field_size_limit()
    lines = [
        "id,name", "a,1", 'b,"open', "c,3", "d,4,5,6", f"e,{'x' * (limit + 1)}", 'f,"6"', 'g,"7"8',
    ]  # fmt: skip
    path = write_atomic(tmp_path / "x.csv", "\n".join(lines) + "\n")
    rows, faults = scan_csv(path, ("id",))
    assert [(line, row["id"]) for line, row in rows] == [(2, "a"), (4, "c"), (7, "f")]
    told = [(error.text("en"), error.text("zh")) for error in faults]
    for line, (en, zh) in zip((3, 5, 6, 8), told, strict=True):
        assert en.startswith(f"{path}, line {line}: ") and zh.startswith(f"{path} 第 {line} 行：")
    assert ["单元格多于列数" in told[1][1], "单元格过长" in told[2][1]] == [True, True]
    assert fault(read_csv, path, ("id",))["en"] == told[0][0]


def test_an_open_quote_at_the_end_is_told_in_chinese_words(tmp_path):
    path = write_atomic(tmp_path / "x.csv", 'id,name\na,"open\nb,2\n')
    rows, (error,) = scan_csv(path, ("id",))
    assert rows == [(3, {"id": "b", "name": "2"})]
    assert error.text("zh") == f"{path} 第 2 行：不是有效的 CSV：引号没有闭合"


def test_a_header_that_cannot_be_read_is_no_row(tmp_path):
    path = write_atomic(tmp_path / "x.csv", 'id,"name\na,1\n')
    assert "line 1: not valid CSV" in fault(scan_csv, path, ("id",))["en"]


def test_a_column_that_is_there_twice_is_named(tmp_path):
    path = write_atomic(tmp_path / "x.csv", "id,name,id,,\na,1,b,,\n")
    texts = fault(scan_csv, path, ("id",))
    assert texts["en"] == f"{path}, line 1: column id is there twice"
    assert texts["zh"] == f"{path} 第 1 行：列 id 重复"


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=6),
                 min_size=1, max_size=3),
        max_size=5,
    )
)  # fmt: skip
def test_what_the_csv_module_writes_is_read(tmp_path_factory, table):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b", "c"], *table])
    path = write_atomic(tmp_path_factory.mktemp("csv") / "x.csv", out.getvalue())
    rows, faults = scan_csv(path, ("a",))
    cells = [[cell.strip() for cell in row] for row in table]
    assert faults == []
    assert [list(row.values())[: len(row)] for _, row in rows] == [
        [*row, *[""] * (3 - len(row))] for row in cells if any(row)
    ]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_geojson_is_never_written_with_what_no_reader_takes(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        geojson_text([{"type": "Feature", "properties": {"area_km2": number}}], {})


def test_features_come_with_the_collections_other_members(tmp_path):
    path = write_atomic(tmp_path / "x.geojson", geojson_text([{"id": 1}], {"name": "x"}))
    assert read_features(path) == ([{"id": 1}], {"type": "FeatureCollection", "name": "x"})


@pytest.mark.parametrize("content", ["[]", "{}", '{"features": {}}', "null"])
def test_what_is_no_feature_collection_is_named(tmp_path, content):
    path = write_atomic(tmp_path / "x.geojson", content)
    texts = fault(read_features, path)
    assert texts["en"] == f"{path}: not a GeoJSON FeatureCollection"
    assert texts["zh"].startswith(f"{path}：不是 GeoJSON 要素集")


# --- errors ----------------------------------------------


def test_errors_are_one_line_in_either_language():
    error = AtlasError(en="two\n lines", zh="两\n行")
    assert (error.text("en"), error.text("zh")) == ("two lines", "两 行")
    assert str(error) == "two lines"


def test_unknown_lists_what_is_known():
    error = unknown("metric", "指标", "x", ["land_mu", "tax"])
    assert error.text("en") == "unknown metric 'x'; known: land_mu, tax"
    assert error.text("zh") == "没有名为“x”的指标；可用：land_mu, tax"
