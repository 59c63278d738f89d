"""YAML whose values know their line: what a field may hold."""

from __future__ import annotations

import pytest

from geo.errors import AtlasError
from geo.located import read_located


@pytest.mark.parametrize("text", [".inf", ".nan", "-.inf", "0", "-1", "true", "'5'", "[1]", "~"])
def test_a_measure_is_a_number_above_0_with_an_end(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(f"name: x\nwidth: {text}\n", encoding="utf-8")
    with pytest.raises(AtlasError, match=r"a\.yaml, line 2, field 'width': must be a number"):
        read_located(path).number("width")


def test_a_whole_number_too_long_for_a_measure_is_refused(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(f"width: 1{'0' * 400}\n", encoding="utf-8")
    with pytest.raises(AtlasError, match="line 1, field 'width'"):
        read_located(path).number("width")


@pytest.mark.parametrize(("text", "value"), [("5", 5.0), ("0.25", 0.25), ("1.0e+6", 1e6)])
def test_a_measure_is_read_as_a_number(tmp_path, text, value):
    path = tmp_path / "a.yaml"
    path.write_text(f"width: {text}\n", encoding="utf-8")
    assert read_located(path).number("width") == value
