"""A file's data as small as they are: two languages in one tree, and everything stored once.

`merge` joins what a page shows in Chinese and in English; only words that differ are there twice.
`share` stores every part that occurs more than once, a text or a whole branch, in one pool, however
many layers use it. ``layers/assets/compose.js`` undoes both.
"""

from __future__ import annotations

import json
from typing import Any

from geo.errors import LANGUAGES

_PAIR = set(LANGUAGES)
REFERENCE = "="  # the only key of a dict that stands for an entry of the pool
_WORTH = 14  # bytes from which a part that occurs again is put into the pool


def merge(zh: Any, en: Any) -> Any:
    """Return two JSON-able trees as one, of which the page can make either again.

    Parameters
    ----------
    zh, en : object
        What a page shows, in Chinese and in English: dicts, lists, texts, numbers.

    Returns
    -------
    object
        Equal parts as they are; where they differ ``{"zh": …, "en": …}``, as deep in the tree as
        it goes. ``Atlas.inLanguage`` of ``layers/assets/compose.js`` undoes it, `speak` here.

    Raises
    ------
    ValueError
        When a tree holds a dict of just these two keys itself: it could not be told from a pair.

    Examples
    --------
    >>> merge({"unit": "亩", "value": 250}, {"unit": "mu", "value": 250})
    {'unit': {'zh': '亩', 'en': 'mu'}, 'value': 250}
    """
    if isinstance(zh, dict) and isinstance(en, dict) and zh.keys() == en.keys():
        if zh.keys() == _PAIR:
            raise ValueError("a dict of the keys zh and en cannot be merged")
        return {key: merge(value, en[key]) for key, value in zh.items()}
    if isinstance(zh, list) and isinstance(en, list) and len(zh) == len(en):
        return [merge(one, other) for one, other in zip(zh, en, strict=True)]
    if type(zh) is type(en) and zh == en:
        return zh
    return {"zh": zh, "en": en}


def speak(tree: Any, lang: str) -> Any:
    """Return the tree of one language, as it was given to `merge`."""
    if isinstance(tree, dict):
        if tree.keys() == _PAIR:
            return tree[lang]
        return {key: speak(value, lang) for key, value in tree.items()}
    if isinstance(tree, list):
        return [speak(value, lang) for value in tree]
    return tree


def share(tree: Any) -> dict:
    """Return a JSON-able tree with every part that occurs more than once stored once.

    Returns
    -------
    dict
        ``pool``: the parts, in an order in which each uses only those before it; ``data``: the
        tree. In both ``{"=": n}`` stands for entry ``n`` of the pool.

    Raises
    ------
    ValueError
        When the tree holds a dict of just that key itself.

    Examples
    --------
    >>> share([["a long sentence"], ["a long sentence"]])
    {'pool': [['a long sentence']], 'data': [{'=': 0}, {'=': 0}]}
    """
    parts = _Parts()
    root = parts.add(tree)
    pool: list[Any] = []
    places: dict[str, int] = {}

    def packed(key: str) -> Any:
        if key in places:
            return {REFERENCE: places[key]}
        value = parts.values[key]
        if isinstance(value, dict):
            value = {name: packed(child) for name, child in value.items()}
        elif isinstance(value, list):
            value = [packed(child) for child in value]
        if key == root or parts.uses[key] < 2 or len(key.encode()) < _WORTH:
            return value
        places[key] = len(pool)
        pool.append(value)
        return {REFERENCE: places[key]}

    return {"pool": pool, "data": packed(root)}


class _Parts:
    """Every distinct part of a tree by its JSON, and how many distinct parts use it how often."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.uses: dict[str, int] = {}

    def add(self, tree: Any) -> str:
        """Add a tree; return its key. Children of a value are kept as their keys."""
        if isinstance(tree, dict):
            if tree.keys() == {REFERENCE}:
                raise ValueError(f"a dict of the key {REFERENCE} alone cannot be stored")
            kept: Any = {name: self.add(value) for name, value in tree.items()}
            key = "{" + ",".join(f"{json.dumps(n)}:{child}" for n, child in kept.items()) + "}"
            children = list(kept.values())
        elif isinstance(tree, list):
            kept = [self.add(value) for value in tree]
            key, children = "[" + ",".join(kept) + "]", kept
        else:
            kept, children = tree, []
            key = json.dumps(tree, ensure_ascii=False, allow_nan=False)
        if key not in self.values:
            self.values[key] = kept
            # A part of a repeated part is itself stored once with it.
            for child in children:
                self.uses[child] = self.uses.get(child, 0) + 1
        return key
