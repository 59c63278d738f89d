"""What stands inside one of our HTML files: its head, JSON that runs nothing, hashes of its blocks.

The map's page and the index of a set of maps share it: one place says what is safe to inline.
"""

from __future__ import annotations

import base64
import hashlib
import html
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


def policy(scripts: Iterable[str], styles: Iterable[str], images: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy of a page that holds these and asks no address at all.

    ``images`` are the origins that it may ask for pictures, in the app only.
    """
    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        f"img-src {' '.join(['data:', *images])}; base-uri 'none'; form-action 'none'"
    )


def head(
    title: str, styles: Iterable[str], scripts: Iterable[str], images: Iterable[str] = ()
) -> list[str]:
    """Return the lines of a page's head: its policy, its title, its styles.

    Parameters
    ----------
    title : str
        Plain text.
    styles, scripts : iterable of str
        All that the page holds; the scripts are of its body.
    images : iterable of str
        As of `policy`.
    """
    styles = list(styles)
    allowed = html.escape(policy(scripts, styles, images))
    return [
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{allowed}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{html.escape(title)}</title>",
        *(f"<style>{style}</style>" for style in styles),
        "</head>",
    ]
