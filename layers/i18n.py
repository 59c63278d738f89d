"""The interface's words in Chinese (default) and English.

Words live in ``layers/text/<room>.<lang>.yaml``, flat ``key: text`` files; a test holds that both
languages have the same keys and the same placeholders.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from geo.errors import LANGUAGES, AtlasError, unknown
from geo.files import read_yaml

TEXT = Path(__file__).parent / "text"


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return every interface text of one language by key.

    Raises
    ------
    AtlasError
        For an unknown language, or a key that two files of one language both hold.
    """
    if lang not in LANGUAGES:
        raise unknown("language", "语言", lang, list(LANGUAGES))
    words: dict[str, str] = {}
    for path in sorted(TEXT.glob(f"*.{lang}.yaml")):
        for key, value in (read_yaml(path) or {}).items():
            if key in words:
                raise AtlasError(
                    en=f"{path.name}: key {key!r} is in two files",
                    zh=f"{path.name}：键“{key}”在两个文件中重复",
                )
            words[key] = str(value)
    return words


def t(key: str, lang: str, **values: object) -> str:
    """Return the text of ``key`` in ``lang`` with ``{placeholders}`` filled.

    Raises
    ------
    KeyError
        When the key is in no catalogue: a fault of the program, not of its input.
    """
    return catalogue(lang)[key].format(**values)


def listed(names: Iterable[str], lang: str) -> str:
    """Return names in a row, with the mark between them that the language has.

    Examples
    --------
    >>> listed(["莘庄", "紫竹"], "zh"), listed(["Xinzhuang", "Zizhu"], "en")
    ('莘庄、紫竹', 'Xinzhuang, Zizhu')
    """
    return t("app.separator", lang).join(names)


def with_unit(value: str, unit: str, lang: str) -> str:
    """Return a number with its unit as it is read: a factor set apart, a mere count alone.

    The units' names are made for the heads of columns, where they stand alone.

    Examples
    --------
    >>> with_unit("500", "×100 million yuan", "en"), with_unit("300", "count", "en")
    ('500 × 100 million yuan', '300')
    """
    if unit == "count":
        return value
    return t("map.amount", lang, value=value, unit=unit.replace("×", "× "))
