"""The sentence of a comparison: what stands on both sides and by how much they differ.

It never says who is right: it names both values, how each is made, the difference, and a difference
of scope where the documents' words or the metrics are not the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from geo.plans.records import Label, Metric, Number
from geo.plans.rules.records import Comparison, Side

Remark = tuple[str, str]

# No agreement: a number compared is not the one that it stands in for.
STOOD_IN = (
    "以口径不同的数代入，并不矛盾",
    "not contradicted, with a number of a different scope standing in",
)
NO_YEAR = (
    "原文没有写起始值是哪一年的数，年份是本图的理解",
    "the text does not say which year the first value is of; the year is how this atlas reads it",
)


def period(of: str, lang: str) -> str:
    """Return a year or period as it reads in a sentence."""
    first, _, last = of.partition("-")
    years = f"{first}—{last}" if last else first
    return f"{years}年" if lang == "zh" else years.replace("—", "–")


def quoted(name: str) -> str:
    """Return a name in quotation marks, those inside it made the inner ones."""
    inner = name.translate(str.maketrans("“”", "‘’"))
    return f"“{inner}”"


def differing(one: Iterable[Number], other: Iterable[Number], metric: Metric) -> list[Remark]:
    """Return the remark that both sides use other words for one metric; none when they do not."""
    return termed(_terms(one, metric), _terms(other, metric))


def _terms(numbers: Iterable[Number], metric: Metric) -> list[Label]:
    terms = [number.term(metric) for number in numbers]
    return list(dict.fromkeys(term for term in terms if term is not None))


def termed(one: list[Label], other: list[Label]) -> list[Remark]:
    """Return the remark on two sets of words; none when one is empty or both are the same."""
    if not one or not other or set(one) == set(other):
        return []
    zh = ["、".join(f"“{term.zh}”" for term in terms) for terms in (one, other)]
    en = [", ".join(f"“{term.en}”" for term in terms) for terms in (one, other)]
    return [(f"用词不同：前者为{zh[0]}，后者为{zh[1]}，口径可能不同",
             f"the words differ: {en[0]} against {en[1]}, so the scopes may differ")]  # fmt: skip


def looser(numbers: Iterable[Number]) -> list[Remark]:
    """Return the remark that a document prints a value in wider words too, each wording once."""
    printed = list(dict.fromkeys(number.printed for number in numbers))
    if not printed:
        return []
    quotes = [quoted(words) for words in printed]
    return [(f"同一文件另处印作{'、'.join(quotes)}",
             f"the same document also prints it as {', '.join(quotes)}")]  # fmt: skip


def metrics(one: Metric, other: Metric) -> list[Remark]:
    """Return the remark that the two sides are two metrics; none when they are one."""
    if one is other:
        return []
    zh, en = [[quoted(m.name(lang)) for m in (one, other)] for lang in ("zh", "en")]
    return [(f"前者为{zh[0]}，后者为{zh[1]}，口径不同",
             f"the first is {en[0]}, the second {en[1]}: different scopes")]  # fmt: skip


def stands_in(zh: str, en: str, wanted: Metric, found: Metric) -> list[Remark]:
    """Say what stands in for a number that is not stated; nothing when it is that number."""
    if found is wanted:
        return []
    names = [[quoted(m.name(lang)) for m in (wanted, found)] for lang in ("zh", "en")]
    return [(f"没有{zh}{names[0][0]}的数，以{names[0][1]}代，口径不同",
             f"no number of {en}, {names[1][0]}, is stated; {names[1][1]} stands in, of a "
             f"different scope")]  # fmt: skip


def comparison(
    rule: str,
    nature: str,
    whose: tuple[str, str],
    of: tuple[str, str, Metric, str],
    left: Side,
    right: Side,
    remarks: Iterable[Remark] = (),
    named: bool = False,
    agreed: Remark | None = None,
) -> Comparison:
    """Return a comparison with its sentences.

    Parameters
    ----------
    rule, nature : str
        ``nature`` is empty when it holds.
    whose : (str, str)
        The name of what it is about, in zh and en.
    of : (str, str, Metric, str)
        Id of the park or subject, of the industry or nothing, the metric, the period.
    left, right : Side
    remarks : iterable of (str, str)
        Clauses that follow, in zh and en.
    named : bool
        The sides say themselves of what metric they are.
    agreed : (str, str) or None
        What came of a comparison that holds, where it is not that both sides agree as printed.
    """
    about, industry, metric, when = of
    ends = agreed if agreed is not None and not nature else _ends(rule, nature, left, right)
    clauses = [ends, *remarks]
    heads = [
        f"{whose[0]}{period(when, 'zh')}{'' if named else metric.zh}",
        f"{whose[1]}, {period(when, 'en')}{'' if named else f', {metric.en}'}",
    ]
    return Comparison(
        rule=rule,
        nature=nature,
        about=about,
        industry=industry,
        metric=metric.id,
        period=when,
        left=left,
        right=right,
        sentence_zh=_zh(heads[0], left, right, [clause[0] for clause in clauses]),
        sentence_en=_en(heads[1], left, right, [clause[1] for clause in clauses]),
    )


def _difference(left: Side, right: Side) -> tuple[Decimal, str]:
    """Return by how much the sides differ, and in per cent of the left where there is one."""
    difference = abs(right.value - left.value)
    if not left.value or left.unit == "pct":
        return difference, ""
    return difference, f"{(difference / abs(left.value) * 100).quantize(Decimal('0.01'))}%"


def _ends(rule: str, nature: str, left: Side, right: Side) -> Remark:
    """Return what came of the comparison, in zh and en."""
    if nature == "label":
        return "数值相同", "the same value"
    if not nature and rule == "part":
        return "部分没有超过全体", "the part does not exceed its whole"
    if not nature:
        return (
            "按印出的位数和“约”“超过”等字样，两者相符",
            "the two agree, to the digits and bounds printed",
        )
    difference, percent = _difference(left, right)
    points = left.unit == "pct"
    zh = f"相差{difference:,f}{'个百分点' if points else left.unit_zh}"
    unit = "percentage points" if points else left.unit_en if left.unit != "count" else ""
    en = f"a difference of {difference:,f} {unit}".rstrip()
    return (f"{zh}（{percent}）", f"{en} ({percent})") if percent else (zh, en)


def _zh(head: str, left: Side, right: Side, clauses: list[str]) -> str:
    ends, *remarks = clauses
    sides = "，".join(f"{side.zh}为{side.shown('zh')}" for side in (left, right))
    return "；".join([f"{head}：{sides}，{ends}", *remarks]) + "。"


def _en(head: str, left: Side, right: Side, clauses: list[str]) -> str:
    sides = "; ".join(f"{side.en}: {side.shown('en')}" for side in (left, right))
    return f"{head} — " + "; ".join([sides, *clauses]) + "."
