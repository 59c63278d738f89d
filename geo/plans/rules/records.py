"""What a comparison is: two sides, each with its value and where it comes from, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from geo.plans.records import Label
from geo.plans.rules.interval import Interval

_RULE_NAMES = (
    ("same", "同一数的不同出处", "The same quantity in two places"),
    ("start", "起始值与上一年的数", "A period's first value against the year before"),
    ("part", "部分与全体", "A part within its whole"),
    ("sum", "合计与各项之和", "Totals against their parts"),
    ("share", "占比与其分子、分母", "Shares against part and whole"),
    ("growth", "增速与两端的数", "Growth against its two values"),
    ("density", "单位面积产出与其分母", "Density against output and area"),
    ("area", "规划面积与数字化面积", "Planned areas against the digitised"),
)
_NATURE_NAMES = (
    ("sum", "合计不符", "Sum does not hold"),
    ("value", "数值不同", "Values differ"),
    ("share", "占比不符", "Share does not hold"),
    ("growth", "增速不符", "Growth does not hold"),
    ("scope", "口径不同", "Scope differs"),
    ("divisor", "分母前后不一", "Divisor differs"),
    ("area", "面积不同", "Area differs"),
    ("label", "用词不同", "Label differs"),
)
RULES: Mapping[str, Label] = {rule: Label(rule, zh, en) for rule, zh, en in _RULE_NAMES}
NATURES: Mapping[str, Label] = {nature: Label(nature, zh, en) for nature, zh, en in _NATURE_NAMES}
INCOMPARABLE = Label("incomparable", "不可比（不计入）", "Not comparable (not counted)")
# How the words around a number limit it; the braces hold its value and unit.
BOUNDS: Mapping[str, Label] = {
    "": Label("", "{}", "{}"),
    "about": Label("about", "约{}", "about {}"),
    "at-least": Label("at-least", "至少{}", "at least {}"),
    "at-most": Label("at-most", "至多{}", "at most {}"),
    "level": Label("level", "{}级", "of the order of {}"),
}


def json_number(value: Decimal) -> int | float | None:
    """Return a Decimal as the JSON number that prints the same; None when it is infinite."""
    if value.is_infinite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True)
class Input:
    """One number that a side is made of, as printed, and where it stands.

    ``zh`` and ``en`` name what it is of. An input that is no plan's (the digitised area) has no
    ``printed``; its ``source_id`` is then empty and ``locator`` says the file.
    """

    zh: str
    en: str
    metric: str
    period: str
    value: Decimal
    unit: str
    printed: str
    value_printed: Decimal
    unit_printed: str
    source_id: str
    locator: str
    kind: str
    note_zh: str = ""
    note_en: str = ""

    def remark(self, lang: str) -> str:
        """Return the note in ``lang`` ("zh" or "en"); empty when there is none."""
        return self.note_zh if lang == "zh" else self.note_en

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return vars(self) | {
            "value": json_number(self.value),
            "value_printed": str(self.value_printed),
        }


@dataclass(frozen=True)
class Side:
    """A value, how it is made (``zh``, ``en``), of what, and within which limits it is meant.

    ``value`` is as printed where it is one stated number (``value_to`` the end of a printed range);
    a quotient is shown to two digits more than what it is held against, while ``span`` is what it
    is compared by. ``bound`` is how the words limit a stated number: one of `BOUNDS` or nothing.
    """

    zh: str
    en: str
    value: Decimal
    unit: str
    unit_zh: str
    unit_en: str
    span: Interval
    inputs: tuple[Input, ...]
    value_to: Decimal | None = None
    bound: str = ""

    def text(self, lang: str) -> str:
        """Return how it is made in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def unit_name(self, lang: str) -> str:
        """Return the unit's name in ``lang``."""
        return self.unit_zh if lang == "zh" else self.unit_en

    def shown(self, lang: str) -> str:
        """Return the value with its unit, and with 约, 至少 or the like where the words say so."""
        value = f"{self.value:,f}" + (f"–{self.value_to:,f}" if self.value_to is not None else "")
        unit = self.unit_name(lang) if lang == "zh" else f" {self.unit_name(lang)}"
        # “18 count” is no English.
        unit = "" if self.unit == "count" and lang == "en" else unit
        return BOUNDS[self.bound].name(lang).format(f"{value}{unit}")

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Source id and locator of each input, each once, in the order of the inputs."""
        return tuple(dict.fromkeys((item.source_id, item.locator) for item in self.inputs))

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return {
            "zh": self.zh,
            "en": self.en,
            "value": json_number(self.value),
            "value_to": None if self.value_to is None else json_number(self.value_to),
            "bound": self.bound,
            "shown_zh": self.shown("zh"),
            "shown_en": self.shown("en"),
            "unit": self.unit,
            "unit_zh": self.unit_zh,
            "unit_en": self.unit_en,
            "low": json_number(self.span.low),
            "high": json_number(self.span.high),
            "places": [{"source_id": s, "locator": p} for s, p in self.places],
            "inputs": [item.as_json() for item in self.inputs],
        }


@dataclass(frozen=True)
class Comparison:
    """Two sides held against each other.

    Attributes
    ----------
    rule, nature : str
        Of `RULES` and `NATURES`; ``nature`` is empty when the comparison holds.
    about, industry, metric, period : str
        What it is of: a park or subject, an industry or nothing, a metric, a year or period.
    left, right : Side
        What is stated, and what it is held against.
    difference, difference_pct : decimal.Decimal, decimal.Decimal or None
        Right less left, in the unit of both and in per cent of the left (two decimals; None when
        the left is 0).
    sentence_zh, sentence_en : str
        What was found, without saying who is right.
    comparable : bool
        False when the two sides are of different bases (comparable and current prices), so that
        neither agreeing nor differing says anything; it is neither a finding nor does it hold.
    """

    rule: str
    nature: str
    about: str
    industry: str
    metric: str
    period: str
    left: Side
    right: Side
    sentence_zh: str
    sentence_en: str
    comparable: bool = True

    @property
    def quantity(self) -> tuple[str, str, str, str]:
        """What it is of, wherever printed; a period's first value is of the year it is held to."""
        metric, period = self.metric, self.period
        if self.rule == "start":
            metric, period = self.right.inputs[0].metric, self.right.inputs[0].period
        return (self.about, self.industry, metric, period)

    @property
    def holds(self) -> bool:
        """Whether the two sides can both be true as printed."""
        return not self.nature

    @property
    def difference(self) -> Decimal:
        """Right less left."""
        return self.right.value - self.left.value

    @property
    def difference_pct(self) -> Decimal | None:
        """Right less left in per cent of the left."""
        if not self.left.value:
            return None
        return (self.difference / abs(self.left.value) * 100).quantize(Decimal("0.01"))

    def sentence(self, lang: str) -> str:
        """Return the sentence in ``lang`` ("zh" or "en")."""
        return self.sentence_zh if lang == "zh" else self.sentence_en

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-able, in both languages."""
        percent = self.difference_pct
        nature = NATURES.get(self.nature)
        return {
            "rule": self.rule,
            "rule_zh": RULES[self.rule].zh,
            "rule_en": RULES[self.rule].en,
            "nature": self.nature,
            "nature_zh": nature.zh if nature else "",
            "nature_en": nature.en if nature else "",
            "about": self.about,
            "industry": self.industry,
            "metric": self.metric,
            "period": self.period,
            "left": self.left.as_json(),
            "right": self.right.as_json(),
            "difference": json_number(self.difference),
            "difference_pct": None if percent is None else json_number(percent),
            "sentence_zh": self.sentence_zh,
            "sentence_en": self.sentence_en,
        }


@dataclass(frozen=True)
class Reconciliation:
    """Every comparison that could be made.

    ``findings`` do not hold, ``holding`` do; ``incomparable`` are told and not judged. ``checked``
    has how many were judged by each rule.
    """

    findings: tuple[Comparison, ...]
    holding: tuple[Comparison, ...]
    checked: Mapping[str, int] = field(default_factory=dict)
    incomparable: tuple[Comparison, ...] = ()

    def elsewhere(self, finding: Comparison) -> dict[str, int]:
        """Return how many other findings there are on a finding's quantity, by nature."""
        others = [f for f in self.findings if f.quantity == finding.quantity and f is not finding]
        counts = {nature: sum(f.nature == nature for f in others) for nature in NATURES}
        return {nature: count for nature, count in counts.items() if count}

    def also(self, finding: Comparison, lang: str) -> str:
        """Return the words on `elsewhere` in ``lang``; empty when there is nothing."""
        counts = self.elsewhere(finding)
        if not counts:
            return ""
        if lang == "zh":
            told = "、".join(f"{NATURES[n].zh}{count}处" for n, count in counts.items())
            return f"同一数另有不符：{told}。"
        told = ", ".join(f"{NATURES[n].en.lower()} {count}" for n, count in counts.items())
        return f"Other findings on the same quantity: {told}."

    def as_json(self) -> dict[str, Any]:
        """Return findings, what cannot be compared, and counts JSON-able."""
        return {
            "findings": [finding.as_json() for finding in self.findings],
            "incomparable": [one.as_json() for one in self.incomparable],
            "checked": dict(self.checked),
        }
