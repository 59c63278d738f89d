"""Write docs/reconciliation.md and .zh.md: where the plans' figures do not agree, both sides.

Run `python docs/reconciliation.py` after a change of the data or the rules; a test holds the pages
to what the rules find now.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo.files import write_atomic  # noqa: E402 - the project's own modules need the path above
from geo.plans import Plans, load_boundaries  # noqa: E402
from geo.plans.reconcile import (  # noqa: E402
    INCOMPARABLE,
    NATURES,
    RULES,
    Comparison,
    Reconciliation,
    Side,
    reconcile,
)

PAGES = {"en": ROOT / "docs" / "reconciliation.md", "zh": ROOT / "docs" / "reconciliation.zh.md"}
WORDS = {
    "en": {
        "title": "# Where the figures do not agree",
        "other": "[中文](reconciliation.zh.md)",
        "intro": "Rules test the figures of the five plans against each other and against the "
        "digitised boundaries (`python -m geo reconcile`, and the page *Figures* of the app). "
        "Of {all} comparisons {holding} hold and {findings} do not; these are the latter, both "
        "sides as printed, with their places, those of one quantity together. Nothing is judged, "
        "mended or preferred. Written by `python docs/reconciliation.py`.",
        "checked": "| comparison | made |",
        "inputs": "{count} numbers",
    },
    "zh": {
        "title": "# 哪些数字彼此不符",
        "other": "[English](reconciliation.md)",
        "intro": "按规则把五份规划的数字相互核对，并与数字化边界核对（`python -m geo reconcile`，"
        "应用的“数据”页）。共核对 {all} 项，{holding} 项相符，{findings} 项不符；"
        "下面列出不符的，两边都照原文，注明位置，不判断哪边对，也不改动。"
        "本页由 `python docs/reconciliation.py` 生成。",
        "checked": "| 核对 | 项数 |",
        "inputs": "{count} 个数",
    },
}
_MOST = 3  # inputs of a side that are quoted one by one


def page(made: Reconciliation, plans: Plans, lang: str) -> str:
    """Return the page of a reconciliation as Markdown."""
    words = WORDS[lang]
    counts = {"holding": len(made.holding), "findings": len(made.findings)}
    lines = [words["title"], "", words["other"], ""]
    lines += [words["intro"].format(all=sum(counts.values()), **counts), ""]
    lines += [words["checked"], "|---|---:|"]
    lines += [f"| {RULES[rule].name(lang)} | {count} |" for rule, count in made.checked.items()]
    for nature, found in groupby(made.findings, key=lambda finding: finding.nature):
        findings = list(found)
        lines += ["", f"## {NATURES[nature].name(lang)} ({len(findings)})"]
        for finding in findings:
            lines += ["", *_finding(finding, plans, lang)]
            if also := made.also(finding, lang):
                lines += ["", _plain(also)]
    if made.incomparable:
        lines += ["", f"## {INCOMPARABLE.name(lang)} ({len(made.incomparable)})"]
        lines += [line for one in made.incomparable for line in ("", _plain(one.sentence(lang)))]
    return "\n".join(lines) + "\n"


def _finding(finding: Comparison, plans: Plans, lang: str) -> list[str]:
    """Return a finding: the sentence, then each side."""
    sides = (finding.left, finding.right)
    return [_plain(finding.sentence(lang)), "", *(_side(side, plans, lang) for side in sides)]


def _side(side: Side, plans: Plans, lang: str) -> str:
    """Return a side in one line: its value, what is printed where."""
    if len(side.inputs) > _MOST:
        told = [WORDS[lang]["inputs"].format(count=len(side.inputs)), side.text(lang)]
        return f"- **{_plain(side.shown(lang))}** " + _plain(" · ".join(told))
    told = []
    for item in side.inputs:
        source = plans.sources.get(item.source_id)
        short = "" if source is None else source.short(lang)
        printed = f"“{item.printed}”" if item.printed else ""
        told.append(" ".join(filter(None, (printed, short, item.locator))))
    return f"- **{_plain(side.shown(lang))}** " + _plain("; ".join(told))


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", text)


def main() -> None:
    """Write both pages."""
    plans = Plans.load()
    made = reconcile(plans, load_boundaries())
    for lang, path in PAGES.items():
        write_atomic(path, page(made, plans, lang))


if __name__ == "__main__":
    main()
