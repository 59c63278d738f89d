"""YAML whose every value knows its line, and errors that name file, line and field."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

import yaml

from geo.errors import AtlasError, names_like
from geo.files import YamlLoader, read_yaml, shown


def fault(path: str | os.PathLike[str], line: int, field: str, en: str, zh: str) -> AtlasError:
    """Return the error for one faulty field, in the wording all data files share."""
    where = shown(path)
    return AtlasError(
        en=f"{where}, line {line}, field '{field}': {en}",
        zh=f"{where} 第 {line} 行，字段“{field}”：{zh}",
    )


class Located(dict):
    """A YAML mapping that remembers where it and its keys stand.

    Attributes
    ----------
    path : pathlib.Path
    line : int
        Line of the mapping's start, from 1.
    lines : dict of str to int
        Line of each key.
    """

    path: Path
    line: int
    lines: dict[str, int]

    def fault(self, field: str, en: str, zh: str) -> AtlasError:
        """Return the error for one of the mapping's fields."""
        return fault(self.path, self.lines.get(field, self.line), field, en, zh)

    def only(self, known: tuple[str, ...] | list[str]) -> None:
        """Raise for the first field that is not one of ``known`` (a misspelt one, mostly)."""
        for field in self:
            if field not in known:
                listed = ", ".join(known)
                raise self.fault(
                    field, f"unknown field; known: {listed}", f"未知字段；可用：{listed}"
                )

    def text(self, field: str, optional: bool = False) -> str:
        """Return a field as stripped text.

        Raises
        ------
        AtlasError
            When it is missing (or empty, unless ``optional``) or not a plain value.
        """
        value = self.get(field)
        if isinstance(value, (dict, list)):
            raise self.fault(field, "must be one value", "应为单个值")
        value = "" if value is None else str(value).strip()
        if not value and not optional:
            raise self.fault(field, "is missing", "缺失")
        return value

    def choice(self, field: str, known: tuple[str, ...] | list[str]) -> str:
        """Return a field that must be one of ``known``."""
        value = self.text(field)
        self.among(field, [value], known)
        return value

    def among(self, field: str, values: Iterable[str], known: Collection[str]) -> None:
        """Raise for the first of a field's values that is not one of ``known``."""
        for value in values:
            if value not in known:
                listed = names_like(value, known)
                raise self.fault(
                    field,
                    f"unknown value '{value}'; known: {listed}",
                    f"未知值“{value}”；可用：{listed}",
                )

    def flag(self, field: str) -> bool:
        """Return a field that must be true or false."""
        value = self.get(field)
        if not isinstance(value, bool):
            raise self.fault(field, "must be true or false", "应为 true 或 false")
        return value

    def number(self, field: str) -> float:
        """Return a field that must be a number above 0."""
        value = self.get(field)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        # YAML has .inf and .nan, and whole numbers without end; none of them is a measure.
        if not plain or not 0 < value <= sys.float_info.max:
            raise self.fault(field, "must be a number above 0", "应为大于 0 的数")
        return float(value)

    def texts(self, field: str, optional: bool = False) -> tuple[str, ...]:
        """Return a field that must be a list of plain values."""
        value = self.get(field, [] if optional else None)
        if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
            raise self.fault(field, "must be a list of values", "应为值的列表")
        if not value and not optional:
            raise self.fault(field, "is empty", "为空")
        return tuple(str(item).strip() for item in value)

    def mappings(self, field: str, optional: bool = False) -> list[Located]:
        """Return a field that must be a list of mappings."""
        value = self.get(field, [] if optional else None)
        if not isinstance(value, list) or not all(isinstance(item, Located) for item in value):
            raise self.fault(field, "must be a list of entries", "应为条目的列表")
        return value

    def mapping(self, field: str) -> Located:
        """Return a field that must be a mapping."""
        value = self.get(field)
        if not isinstance(value, Located):
            raise self.fault(field, "must be a mapping", "应为键值映射")
        return value


def _loader(path: Path) -> type[yaml.SafeLoader]:
    """Return a safe loader class that makes `Located` mappings of one file."""

    class Loader(YamlLoader):
        pass

    def construct(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Located:
        result = Located()
        result.path, result.line, result.lines = path, node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in result.lines:
                raise fault(path, line, key, "the key is there twice", "键重复")
            result.lines[key] = line
            result[key] = loader.construct_object(value_node, deep=True)
        return result

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, construct)
    return Loader


def read_located(path: str | os.PathLike[str]) -> Located:
    """Return a YAML file whose top level is a mapping, with lines remembered.

    Raises
    ------
    AtlasError
        When the file cannot be read, is not YAML, holds a key twice, or is not a mapping.
    """
    content = read_yaml(path, _loader(Path(path)))
    if not isinstance(content, Located):
        raise AtlasError(
            en=f"{shown(path)}, line 1: must be a mapping of names to values",
            zh=f"{shown(path)} 第 1 行：应为键值映射",
        )
    return content
