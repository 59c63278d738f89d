"""The words of maps and schemes: both languages have the same, and none is left over."""

from __future__ import annotations

import re
from string import Formatter

from geo import ROOT
from geo.errors import LANGUAGES
from layers.i18n import catalogue
from layers.schemes.records import ROLES

# The other pages' words have their own tests.
ROOMS = ("map.", "scheme.", "project.", "data.", "layout.")
# A key as code writes it, `f"map.kind.{figure.kind}"` included.
KEY = r"(?:map|scheme|project|data|layout)\."
PYTHON = re.compile(rf"""(["'])({KEY}(?:(?!\1)\S)+)\1""")
SCRIPT = re.compile(r'words(?:\["([\w.]+)"\]|\.(\w+))')


def patterns() -> set[str]:
    """Every key the code asks for, as a regular expression."""
    written = {
        key
        for folder in ("layers", "views")
        for path in (ROOT / folder).rglob("*.py")
        for _, key in PYTHON.findall(path.read_text(encoding="utf-8"))
    }
    for path in (ROOT / "layers" / "assets").glob("*.js"):
        found = SCRIPT.findall(path.read_text(encoding="utf-8"))
        keys = {quoted or dotted for quoted, dotted in found}
        # Those that only a file needs arrive under their full key.
        written |= {key if key.startswith("sheet.") else f"map.{key}" for key in keys}
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
