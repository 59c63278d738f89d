"""The colours of the map's two schemes, read out of the styles and scripts that set them."""

from __future__ import annotations

import re
from functools import cache

from geo.files import read_text
from layers.page import ASSETS

SIDES = ("light", "dark")


@cache
def variables(scheme: str) -> dict[str, str]:
    """Return the custom properties of a scheme that hold a colour, as `#rrggbb`."""
    text = read_text(ASSETS / {"light": "atlas.css", "dark": "dark.css"}[scheme])
    found = re.findall(r"--(\w+): (#[0-9a-f]{3}|#[0-9a-f]{6})[;\s]", text)
    return {
        name: colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
        for name, colour in found
    }


@cache
def ground(scheme: str) -> dict[str, str]:
    """Return the fill or line of each kind of the basemap."""
    text = read_text(ASSETS / {"light": "basemap.js", "dark": "dark.js"}[scheme])
    block = re.search(r"\bground[:=] ?\{(.*?)\n\s*\}", text.replace("ground =", "ground:"), re.S)[1]
    return dict(re.findall(r'"?([\w-]+)"?: \["(#[0-9a-f]{6})"', block))


@cache
def tones() -> dict[str, str]:
    """Return each light colour of a payload that has a dark one of its own, with that one."""
    text = read_text(ASSETS / "dark.js")
    block = re.search(r"const TONES = \{(.*?)\n  \};", text, re.S)[1]
    return dict(re.findall(r'"(#[0-9a-f]{6})": "(#[0-9a-f]{6})"', block))


@cache
def rules() -> list[tuple[str, str]]:
    """Return selector and body of every rule of the map's style."""
    text = re.sub(r"/\*.*?\*/", "", read_text(ASSETS / "atlas.css"), flags=re.S)
    return [
        (selector.strip(), body) for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    ]


def colour_of(declared: str, scheme: str) -> str:
    """Return what a colour or `var(--name)` of the style is in a scheme."""
    named = re.fullmatch(r"var\(--(\w+)\)", declared)
    return variables(scheme)[named[1]] if named else declared
