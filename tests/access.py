"""What axe-core finds on a page, in lines that can be read, and what was decided not to ask it."""

from __future__ import annotations

import re

from axe_playwright_python.base import AXE_SCRIPT

# WCAG 2.1 at the levels A and AA, and what axe holds for good practice besides.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
FOUND = """async ([tags, rules, within]) => {
    const {violations} = await axe.run(within || document,
        {runOnly: {type: "tag", values: tags}, rules, resultTypes: ["violations"]});
    return violations.flatMap(({id, impact, nodes}) => nodes.map(({target, any, all, none}) =>
        `${id} (${impact}): ${target.join(" ")}: ` +
        [...any, ...all, ...none].map(check => check.message).join("; ")));
}"""


def violations(page, without: tuple[str, ...] = (), within: str | None = None) -> list[str]:
    """Return one line for each node at which a rule of axe does not hold.

    axe enters by the debugger's door, which the page's Content-Security-Policy leaves as it is:
    what is tested is the page as readers have it.

    Parameters
    ----------
    page : playwright.sync_api.Page
    without : tuple of str
        Rules that are not asked; whoever gives one says why.
    within : str, optional
        Selector of the part that is looked at.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    rules = {rule: {"enabled": False} for rule in without}
    return page.evaluate(FOUND, [TAGS, rules, within])


def unsure(page, within: str = "#atlas") -> list[str]:
    """Return texts of a part whose contrast axe cannot tell or finds too little, without the map.

    The map's drawing reaches below what is around it, so that axe does not know what a text there
    stands on; the map's own names are measured by `labels_on_paper`.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(UNSURE, within)


# Left out: what the edge of the window or of its own box cuts, so that axe cannot tell what is
# below it, and a single sign, such as a unit or "−", which axe does not take for text; all have
# the colours of texts that are measured.
UNSURE = """async (within) => {
    const map = document.querySelector("#map .leaflet-map-pane");
    const told = ["elmPartiallyObscured", "elmPartiallyObscuring", "shortTextContent", "nonBmp"];
    map.style.display = "none";
    const found = await axe.run(within, {runOnly: ["color-contrast"]});
    map.style.display = "";
    const lines = (kind) => found[kind].flatMap(({id, impact, nodes}) => nodes
        .filter(({any}) => !told.includes(any[0].data.messageKey))
        .map(({target, any}) => `${id} (${impact}): ${target.join(" ")}: ${any[0].message}`));
    return [...lines("violations"), ...lines("incomplete")];
}"""
LABELS = """() => [...document.querySelectorAll(".atlas-label, .atlas-label *")].map(node =>
    [node.className, getComputedStyle(node).color])"""


def labels_on_paper(page) -> set[tuple[str, str]]:
    """Return class and colour of every name on the map."""
    return {(kind, colour) for kind, colour in page.evaluate(LABELS)}


def contrast(colour: str, ground: str) -> float:
    """Return the contrast of two colours as WCAG 2.1 defines it, 1 to 21.

    Colours are `#rgb`, `#rrggbb` or what a browser computes, `rgb(r, g, b)`.
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    if colour.startswith("#"):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[i : i + 2], 16) for i in (0, 2, 4)]
    else:
        parts = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [
        part / 255 / 12.92 if part <= 0.04045 * 255 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
