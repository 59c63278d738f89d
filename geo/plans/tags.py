"""The industries that the maps offer: the table at the head of parks.yaml."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass

from geo import PLANS
from geo.located import Located, read_located


@dataclass(frozen=True)
class Tag:
    """An industry as the maps offer it, whatever the plans call it.

    ``industries`` are the entries of the plans' own classifications that it stands for.
    """

    id: str
    zh: str
    en: str
    industries: tuple[str, ...] = ()

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


def load_tags(
    path: str | os.PathLike[str] | None = None, industries: Collection[str] | None = None
) -> dict[str, Tag]:
    """Return the industries that maps offer by id, in the order of parks.yaml.

    Parameters
    ----------
    path : path-like, optional
        The project's own parks.yaml by default.
    industries : collection of str, optional
        The plans' own entries that a tag may stand for; not checked without.

    Raises
    ------
    AtlasError
        Naming file, line and field of the first fault.
    """
    content = read_located(path or PLANS / "parks.yaml")
    return read_tags(content, industries)


def read_tags(content: Located, industries: Collection[str] | None = None) -> dict[str, Tag]:
    """Return the table of industries at the head of parks.yaml."""
    table = content.mapping("industries")
    tags = {}
    for tag in table:
        item = table.mapping(tag)
        item.only(("zh", "en", "of"))
        stands_for = item.texts("of", optional=True)
        if industries is not None:
            item.among("of", stands_for, list(industries))
        tags[tag] = Tag(tag, item.text("zh"), item.text("en"), tuple(stands_for))
    return tags
