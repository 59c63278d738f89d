"""The words of maps and schemes: both languages have the same, and none is left over."""

from __future__ import annotations

import re
from string import Formatter

from geo import ROOT
from geo.errors import LANGUAGES
from geo.files import read_text
from layers.i18n import catalogue
from layers.page import ASSETS, SCRIPTS, TOOLS
from layers.schemes.records import ROLES

FILE = ("file.", "tool.", "present.", "sheet.", "site.")
# The other pages' words have their own tests.
APP = ("app.", "help.", "official.", "parks.", "export.", "finder.", "proposal.", "own.", "tiles.")
ROOMS = ("map.", "scheme.", "project.", "data.", "layout.", *APP, *FILE)
_OWN = "|".join(room[:-1] for room in FILE)
_APP = "|".join(room[:-1] for room in APP)
# A key as code writes it, `f"map.kind.{figure.kind}"` included; not the name of a file.
KEY = rf"(?:map|scheme|project|data|layout|{_APP}|{_OWN})\.(?!(?:css|js|html|pdf|geojson)\b)"
PYTHON = re.compile(rf"""(["'])({KEY}(?:(?!\1)\S)+)\1""")
SCRIPT = re.compile(r'words(?:\["([\w.]+)"\]|\.(?!length)(\w+)(?![\w(]))')
# In scripts the words of a file's own rooms go by their whole names, parts of which may be filled.
IN_FILE = re.compile(rf"""["'`]((?:{_OWN})\.(?:[\w.-]|\$\{{\w+\}})+)["'`]""")


def patterns() -> set[str]:
    """Every key the code asks for, as a regular expression."""
    written = {
        key
        for folder in ("layers", "views")
        for path in (ROOT / folder).rglob("*.py")
        for _, key in PYTHON.findall(path.read_text(encoding="utf-8"))
    }
    for name in (*SCRIPTS, *TOOLS):
        text = read_text(ASSETS / name)
        named = [quoted or dotted for quoted, dotted in SCRIPT.findall(text)]
        written |= {f"map.{name}" for name in named if not name.startswith(FILE)}
        written |= {re.sub(r"\$\{\w+\}", "{}", name) for name in IN_FILE.findall(text)}
    return {
        "".join(re.escape(text) + (r"[\w.-]+" if name is not None else "")
                for text, name, _, _ in Formatter().parse(key))
        for key in written
    }  # fmt: skip


def test_no_word_is_left_over():
    asked = patterns()
    assert len(asked) > 60
    unused = [
        key
        for key in catalogue("zh")
        if key.startswith(ROOMS) and not any(re.fullmatch(pattern, key) for pattern in asked)
    ]
    assert unused == []


def test_every_role_of_a_scheme_has_a_word_and_no_other():
    words = [key for key in catalogue("zh") if key.startswith("map.role.")]
    assert sorted(words) == sorted(f"map.role.{role}" for role in ROLES)


def test_every_word_asked_for_is_there():
    keys = set(catalogue("zh"))
    # What ends in a dot picks out a group of keys.
    missing = [
        pattern
        for pattern in patterns()
        if not pattern.endswith(".") and not any(re.fullmatch(pattern, key) for key in keys)
    ]
    assert missing == []


def test_both_languages_have_the_same_words_and_gaps_to_fill():
    texts = {lang: catalogue(lang) for lang in LANGUAGES}
    assert list(texts["zh"]) == list(texts["en"])
    for key, text in texts["zh"].items():
        gaps = [{name for _, name, _, _ in Formatter().parse(one) if name}
                for one in (text, texts["en"][key])]  # fmt: skip
        assert gaps[0] == gaps[1], key
