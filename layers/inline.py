"""What stands inside one of our HTML files: JSON that runs nothing, and the hashes of its blocks.

The map's page and the index of a set of maps share it: one place says what is safe to inline.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable


def as_json(data: object) -> str:
    """Return JSON that may stand inside a script element: nothing in it can close or start one."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def hashes(blocks: Iterable[str]) -> str:
    """Return the Content-Security-Policy sources that allow exactly these inline blocks."""
    digests = (hashlib.sha256(block.encode("utf-8")).digest() for block in blocks)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
