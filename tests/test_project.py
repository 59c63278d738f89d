"""Rules the whole project keeps: who may import whom, and what must not be in the code."""

from __future__ import annotations

import ast
import re
import sys
import threading
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import ROOT

PACKAGES = ("geo", "layers", "views")
SOURCES = [
    path
    for folder in (*PACKAGES, "tests", "docs", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
SOURCES.append(ROOT / "app.py")
CODE = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in {*PACKAGES, "app.py"}]
# What the import statement calls a distribution of another name.
DISTRIBUTIONS = {"yaml": "pyyaml", "xstatic": "xstatic-leaflet"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Top-level names of every module a file imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


def requirements(file: str) -> dict[str, str]:
    """Distribution (lower case) to its version range."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and line[0] not in "#-"]
    parsed = [re.fullmatch(r"([\w.-]+)(.*)", line) for line in pinned]
    return {found[1].lower(): found[2] for found in parsed}


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("geo", {"folium", "branca", "streamlit", "layers", "views", "app"}),
        ("layers", {"streamlit", "views", "app"}),
        ("views", {"app"}),
    ],
)
def test_dependencies_point_down(package, forbidden):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    wrong = {name(path): found for path in files if (found := imports(path) & forbidden)}
    assert wrong == {}


def test_rules_see_imports_inside_functions(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("import a.b\ndef f():\n    from c.d import e\n    from . import g\n")
    assert imports(path) == {"a", "c"}


def test_every_third_party_import_is_a_requirement():
    known = set(requirements("requirements.txt"))
    wanted: dict[str, str] = {}
    for path in CODE:
        for module in imports(path) - set(sys.stdlib_module_names) - {*PACKAGES, "app"}:
            wanted.setdefault(DISTRIBUTIONS.get(module, module), name(path))
    # branca is folium's own foundation, pydantic_core pydantic's; each is released with it.
    foundations = {"branca", "pydantic_core"}
    missing = {dist: file for dist, file in wanted.items() if dist not in known | foundations}
    assert missing == {}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_ranges(file):
    for distribution, versions in requirements(file).items():
        assert re.fullmatch(r">=\d[\d.]*,<\d[\d.]*|==\d[\d.]*", versions), distribution


def test_no_remote_asset_hosts():
    hosts = re.compile(
        r"jsdelivr|unpkg\.com|cdnjs|code\.jquery|googleapis|netdna|bootstrapcdn|rawgit"
    )
    texts = [
        path
        for folder in PACKAGES
        for ext in ("py", "js", "css", "html", "yaml")
        for path in (ROOT / folder).rglob(f"*.{ext}")
    ]
    assert len(texts) > 20
    wrong = [name(p) for p in [*texts, ROOT / "app.py"] if hosts.search(p.read_text("utf-8"))]
    assert wrong == []


def test_no_paths_of_a_machine():
    # Put together here so that this file does not hold what it looks for.
    places = re.compile(
        "|".join(["/" + "work/", "/" + "home/", "/" + "Users/", r"\.\./" + "shared"])
    )
    texts = [
        path
        for path in (*CODE, ROOT / "README.md", ROOT / "README.zh.md", ROOT / "Makefile",
                     *ROOT.glob("*.toml"), *(ROOT / "data").rglob("*.yaml"))
        if path.exists()
    ]  # fmt: skip
    wrong = [name(path) for path in texts if places.search(path.read_text("utf-8"))]
    assert wrong == []


def test_no_unfinished_marks():
    marks = re.compile(
        "|".join(["TO" + "DO", "FIX" + "ME", r"\bXX" + r"X\b", "NotImplemented" + "Error"])
    )
    wrong = [name(path) for path in SOURCES if marks.search(path.read_text("utf-8"))]
    assert wrong == []


def test_no_module_grows_past_what_one_holds_in_the_head():
    long = {name(path): lines for path in CODE
            if (lines := path.read_text("utf-8").count("\n")) > 500}  # fmt: skip
    assert long == {}


def test_data_files_are_small():
    large = {name(p): p.stat().st_size for p in (ROOT / "data").rglob("*") if p.is_file()}
    assert {file: size for file, size in large.items() if size > 2_000_000} == {}


def test_tests_draw_from_no_shared_random_numbers():
    """What the warning that pyproject.toml passes over would tell: only seeded generators here."""
    for path in (ROOT / "tests").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if "random" not in imports(path):
            continue
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "random"
        }
        used |= {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "random"
            for alias in node.names
        }
        assert used == {"Random"}, path.name


def _while_a_thread_draws(value: int) -> int:
    thread = threading.Thread(target=import_module("random").random)
    thread.start()
    thread.join()
    return value


@given(st.integers().map(_while_a_thread_draws))
@settings(max_examples=5)
def test_a_random_number_drawn_elsewhere_meanwhile_fails_no_strategy(value):
    assert isinstance(value, int)
