"""The findings as text for a terminal, broken where Chinese and English may break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from geo.plans.rules import words
from geo.plans.rules.records import (
    INCOMPARABLE,
    NATURES,
    RULES,
    Comparison,
    Input,
    Reconciliation,
)
from geo.terminal import width

if TYPE_CHECKING:
    from geo.plans import Plans

# A line may break at a space and on either side of a Chinese character, but not before a sign that
# closes what stands before it, nor after one that opens what follows.
_PIECES = re.compile(r"[“‘（《]*(?:[!-~–—·²×]+|[^“‘（《])[”’）》，。；：、]* ?|[“‘（《]+")


def format_reconciliation(
    result: Reconciliation, plans: Plans, lang: str = "zh", columns: int = 100
) -> str:
    """Return the findings as text for a terminal, by nature, and how many comparisons hold.

    Parameters
    ----------
    result : Reconciliation
    plans : Plans
        For the names of the documents.
    lang : str
        "zh" or "en".
    columns : int
        How wide a line may be; a Chinese character takes two.

    Returns
    -------
    str
        Lines without a trailing line break.
    """
    lines = []
    for nature, label in NATURES.items():
        own = [finding for finding in result.findings if finding.nature == nature]
        if own:
            name = label.name(lang)
            lines += [f"{name}（{len(own)}）" if lang == "zh" else f"{name} ({len(own)})", ""]
        for finding in own:
            lines += [*_finding(finding, plans, lang, columns)]
            if also := result.also(finding, lang):
                lines += wrapped(also, columns, "  ", "  ")
            lines.append("")
    if result.incomparable:
        lines += [f"{INCOMPARABLE.name(lang)}", ""]
        for one in result.incomparable:
            lines += [*wrapped(one.sentence(lang), columns, "- ", "  "), ""]
    for count in _counts(result, lang):
        lines += wrapped(count, columns, "", "")
    return "\n".join(lines)


def _counts(result: Reconciliation, lang: str) -> list[str]:
    """Return how many comparisons were made, by rule, and how many of them hold."""
    findings, holding = len(result.findings), len(result.holding)
    rules = [(RULES[rule].name(lang), count) for rule, count in result.checked.items() if count]
    count = findings + holding
    if lang == "zh":
        made = "；".join(f"{name}{number}" for name, number in rules)
        return [f"共比较{count}处：{holding}处相符，{findings}处不符。", *([made] if made else [])]
    made = "; ".join(f"{name}: {number}" for name, number in rules)
    return [f"{count} comparisons: {holding} hold, {findings} do not.", *([made] if made else [])]


def _finding(finding: Comparison, plans: Plans, lang: str, columns: int) -> Iterator[str]:
    """Yield one finding: the sentence, then both sides with their places, each note once."""
    told = finding.sentence(lang)
    yield from wrapped(finding.sentence(lang), columns, "· ", "  ")
    for mark, side in (("A", finding.left), ("B", finding.right)):
        yield f"  {mark}  {side.shown(lang)}"
        for item in side.inputs:
            yield from wrapped(_input(item, plans, lang), columns, "     ", "       ")
            note = item.remark(lang)
            if note and note.rstrip("。.") not in told:
                told += note
                word = "备注：" if lang == "zh" else "Note: "
                yield from wrapped(f"{word}{note}", columns, "       ", "       ")


def _input(item: Input, plans: Plans, lang: str) -> str:
    """Return one number of a side: its words as printed, its document and the place in it."""
    source = plans.sources.get(item.source_id)
    if source is None:
        return item.locator
    document = source.short(lang)
    return f"{words.quoted(item.printed)}  {document}  {item.locator}"


def wrapped(text: str, columns: int, first: str, rest: str) -> Iterator[str]:
    """Yield a text's lines, none wider than ``columns`` unless one word is.

    Parameters
    ----------
    text : str
    columns : int
    first, rest : str
        What the first line and the others begin with.
    """
    line = first
    for piece in _PIECES.findall(text):
        if width(line + piece.rstrip()) > columns and line not in (first, rest):
            yield line.rstrip()
            line = rest
        line += piece
    yield line.rstrip()
