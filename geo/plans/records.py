"""The typed records of the plan data: sources, parks, subjects, metrics, figures and facts."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

# In the order in which one goes before another: what is, what is planned, what is reckoned, what is
# aimed at.
KINDS = ("actual", "planned", "estimate", "target")
PARK_KINDS = ("big-four", "feature")
SUBJECT_KINDS = ("city", "district", "parks", "area")
TOPICS = ("position", "focus", "task", "firm", "target", "value")


@dataclass(frozen=True)
class Source:
    """A plan document. What the document does not state is an empty string."""

    id: str
    title_zh: str
    title_en: str
    short_zh: str
    short_en: str
    number: str
    issuer_zh: str
    issuer_en: str
    date: str
    period: str
    language: str
    disclosure_zh: str
    disclosure_en: str
    note_zh: str
    note_en: str

    def title(self, lang: str) -> str:
        """Return the title in ``lang`` ("zh" or "en")."""
        return self.title_zh if lang == "zh" else self.title_en

    def short(self, lang: str) -> str:
        """Return the short name in ``lang`` ("zh" or "en")."""
        return self.short_zh if lang == "zh" else self.short_en


@dataclass(frozen=True)
class Evidence:
    """The words of a plan that justify a label, and where they stand.

    ``zones`` are those of a park that the words are of; empty for the whole.
    """

    source_id: str
    locator: str
    words: str
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Label:
    """A short name in both languages with the plan's words behind it."""

    id: str
    zh: str
    en: str
    evidence: tuple[Evidence, ...] = ()

    def name(self, lang: str) -> str:
        """Return the name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Blank:
    """A cell of a plan's table that holds no number: empty, or the words ``printed``."""

    metric: str
    printed: str
    source_id: str
    locator: str


@dataclass(frozen=True)
class Limit:
    """What a document limits its numbers of a park to, where that is no zone of the map.

    It holds for ``metrics`` and is either one of the park's sub-blocks (``part``) or the park
    ``without`` the ground of another one.
    """

    metrics: tuple[str, ...]
    evidence: Evidence
    part: str = ""
    without: str = ""


@dataclass(frozen=True)
class Park:
    """A block of table 4-1: its zones on the map and what the plans say it is for.

    ``aliases`` are the other names the plans' texts use for it; ``blanks`` are its cells without a
    number; ``limits`` what its numbers are limited to besides zones; ``line`` is the line of
    ``zones`` in parks.yaml, for messages.
    """

    id: str
    zh: str
    en: str
    short_en: str
    kind: str
    district: Label
    zones: tuple[str, ...]
    aliases: tuple[str, ...]
    industries: tuple[Label, ...]
    position: Label
    parts: tuple[Label, ...]
    line: int
    blanks: tuple[Blank, ...] = ()
    limits: tuple[Limit, ...] = ()

    def name(self, lang: str) -> str:
        """Return the park's name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def short(self, lang: str) -> str:
        """Return a name for a table's cell; the Chinese names are short as they are."""
        return self.zh if lang == "zh" else self.short_en

    def part(self, part_id: str) -> Label | None:
        """Return the sub-block of that id, or None."""
        return next((part for part in self.parts if part.id == part_id), None)


@dataclass(frozen=True)
class Unit:
    """A unit by its short code; ``to`` holds how many of another unit one of it is."""

    id: str
    zh: str
    en: str
    to: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class StatedTotal:
    """A total the plan itself states for a metric of one period.

    ``of`` is the kind of parks it is for, empty for all. ``printed`` are the plan's own words,
    whole; the notes say where its scope is not the metric's.
    """

    value: Decimal
    source_id: str
    period: str
    of: str
    locator: str
    printed: str
    note_zh: str = ""
    note_en: str = ""

    def remark(self, lang: str) -> str:
        """Return the note in ``lang`` ("zh" or "en"); empty when there is none."""
        return self.note_zh if lang == "zh" else self.note_en


@dataclass(frozen=True)
class Subject:
    """What a figure can be about that is no single park: the city, a district, a group, an area.

    ``within`` is the subject it lies in, or empty. ``members`` are the parks or subjects the plan
    makes it of, so that a number of it is the sum over them; empty when the plan names none.
    """

    id: str
    zh: str
    en: str
    kind: str
    within: str = ""
    members: tuple[str, ...] = ()
    evidence: Evidence | None = None

    def name(self, lang: str) -> str:
        """Return the subject's name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Industry:
    """An entry of one plan's own classification of industries.

    ``adds_up`` says that the plan makes its number of those of its children. ``same_as`` is the
    industry of another plan of the same subject that goes by the same name; each plan classifies
    for itself, so that the two may not hold the same.
    """

    id: str
    zh: str
    en: str
    plan: str
    parent: str = ""
    adds_up: bool = False
    same_as: str = ""

    def name(self, lang: str) -> str:
        """Return the industry's name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Share:
    """A metric that is the part of a whole, in per cent.

    ``part_in`` and ``whole_in`` say whose: empty for the subject itself, else the kind of subject
    it lies in ("district", "city").
    """

    part: str
    whole: str
    part_in: str = ""
    whole_in: str = ""


@dataclass(frozen=True)
class Density:
    """A metric that is another one over an area, which may be any of ``over``."""

    of: str
    over: tuple[str, ...]


@dataclass(frozen=True)
class Growth:
    """A metric that is the growth of another one, in per cent.

    Over one year if its period is a year; else over the period, or a yearly mean of it.
    """

    of: str
    average: bool = False


@dataclass(frozen=True)
class Metric:
    """What a figure measures; the unit is part of the metric.

    ``instead`` is the id of the metric that parks without this one may have for the same thing
    (buildings counted where no floor space is given), or empty. ``terms`` are the documents' own
    words for the metric where they are not one, each longer one before those it holds. ``sum_of``,
    ``share``, ``density`` and ``growth`` say what it is made of; ``part_of`` names the wider metric
    that it is a part of by its meaning, so that the two differ in scope; ``start_of`` the one whose
    value at the start of a period it is, ``target_of`` the one that it is the target of.
    """

    id: str
    zh: str
    en: str
    short_zh: str
    short_en: str
    unit: str
    unit_zh: str
    unit_en: str
    additive: bool = False
    mapped: bool = False
    description_zh: str = ""
    description_en: str = ""
    stated_total: StatedTotal | None = None
    instead: str = ""
    terms: tuple[Label, ...] = ()
    sum_of: tuple[str, ...] = ()
    part_of: str = ""
    start_of: str = ""
    target_of: str = ""
    share: Share | None = None
    density: Density | None = None
    growth: Growth | None = None

    def name(self, lang: str) -> str:
        """Return the metric's name in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    def short(self, lang: str) -> str:
        """Return the metric's short name in ``lang`` ("zh" or "en")."""
        return self.short_zh if lang == "zh" else self.short_en

    def unit_name(self, lang: str) -> str:
        """Return the unit's name in ``lang`` ("zh" or "en")."""
        return self.unit_zh if lang == "zh" else self.unit_en

    def description(self, lang: str) -> str:
        """Return what the metric means in ``lang`` ("zh" or "en"); may be empty."""
        return self.description_zh if lang == "zh" else self.description_en


# Numbers that the plans print without a numeral: "无厂房" is a stated zero, "千亿级" a thousand 亿,
# "万亿级" ten thousand.
IN_CHARACTERS = "无十百千万"
# What stands between a number and the words after it is its unit.
_UNIT = r"[^0-9,;。，；]*"
# A denied word bounds the other way (不超过, 不低于), so the plain word stands without a 不 or 未.
_PLAIN = "(?<![不未没])(?<!没有)"
_BEFORE = {
    "about": "(?<!节)约|大概",
    "at-most": (
        r"近|不足|至多|最多|不及|未及|[不未没](?:有)?(?:到|达到?|满|超过?|高于|大于|多于|突破)"
        rf"|<=?|≤|{_PLAIN}(?:低于|少于|小于)"
    ),
    "at-least": (
        r"至少|最少|不止|逾|[不未](?:低于|少于|小于|下)|>=?|≥"
        rf"|{_PLAIN}(?:超过|突破|超|高于|大于|多于)"
    ),
}
_AFTER = {"about": "左右|上下", "at-most": "以内|以下|之内", "at-least": r"以上|多|余|\+"}


@cache
def _bound(printed: str, value: str) -> str:
    """Return how words bound the number in them; see `Number.bound`."""
    words = unicodedata.normalize("NFKC", printed)
    number = rf"(?<![0-9.]){re.escape(value)}(?![0-9.])"
    if not re.search(r"[0-9]", words):
        number = f"[{IN_CHARACTERS}]"
    for bound in _BEFORE:
        pattern = rf"(?:{_BEFORE[bound]})\s*{number}|{number}{_UNIT}(?:{_AFTER[bound]})"
        if re.search(pattern, words):
            return bound
    return "exact"


@dataclass(frozen=True)
class Number(ABC):
    """One number of a plan, with its provenance: what `Figure` and `Indicator` share.

    Attributes
    ----------
    metric, period : str
        Id of the metric; a year, or a period such as "2021-2025".
    value : decimal.Decimal
        In the metric's unit, so that figures of one metric compare and sum. It is the numeral as
        printed, except where the plan prints another unit (hectares for km²).
    unit : str
        The metric's unit code.
    printed : str
        The words as printed, such as "约2000亩" or "无厂房".
    value_printed, unit_printed : decimal.Decimal, str
        The numeral and the unit code as printed, never altered.
    source, locator : Source, str
        The document and the place in it.
    kind : str
        One of `KINDS`.
    line : int
        Line of the file it was read from, for messages.
    """

    metric: str
    period: str
    value: Decimal
    unit: str
    printed: str
    value_printed: Decimal
    unit_printed: str
    source: Source
    locator: str
    kind: str
    note_zh: str
    note_en: str
    line: int

    @property
    def source_id(self) -> str:
        """Id of the document."""
        return self.source.id

    @property
    def bound(self) -> str:
        """Return how the words bound the number: "exact", "about", "at-most" or "at-least"."""
        return _bound(self.printed, str(self.value_printed))

    @property
    def approximate(self) -> bool:
        """Whether the document says of the number that it is about so (约…, …左右)."""
        return self.bound == "about"

    def term(self, metric: Metric) -> Label | None:
        """Return the document's own word for the metric, None when only one is in use.

        It stands in the words as printed, or in the heading of the table the number is of.
        """
        said = f"{self.printed} {self.locator}"
        return next((term for term in metric.terms if term.zh in said), None)

    def remark(self, lang: str) -> str:
        """Return the remark in ``lang`` ("zh" or "en"); empty when there is none."""
        return self.note_zh if lang == "zh" else self.note_en

    @property
    @abstractmethod
    def about(self) -> str:
        """Id of the park or subject the number is of."""

    @property
    @abstractmethod
    def quantity(self) -> tuple[str, ...]:
        """What the number is a number of, wherever it is printed."""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it one of its kind; two numbers never share it."""
        return (*self.quantity, self.source.id, self.locator)


@dataclass(frozen=True)
class Figure(Number):
    """A number of one park.

    Attributes
    ----------
    zones : tuple of str
        Empty for the whole park, else the zones the figure is limited to.
    part : str
        Empty for the park (or its ``zones``), else the id of a sub-block without bounds.
    """

    park_id: str
    zones: tuple[str, ...]
    part: str

    @property
    def about(self) -> str:
        """Id of the park."""
        return self.park_id

    @property
    def quantity(self) -> tuple[str, ...]:
        """Park, metric, period, kind, zones and part."""
        zones = " ".join(self.zones)
        return (self.park_id, self.metric, self.period, self.kind, zones, self.part)


@dataclass(frozen=True)
class Indicator(Number):
    """A number of the city, a district, a group of parks, an area, or an industry in one of them.

    Attributes
    ----------
    subject_id : str
    industry : str
        Empty, or the id of the industry it is limited to.
    value_to : decimal.Decimal or None
        The upper end where a range is printed ("1-2"), in the metric's unit.
    """

    subject_id: str
    industry: str
    value_to: Decimal | None

    @property
    def about(self) -> str:
        """Id of the subject."""
        return self.subject_id

    @property
    def quantity(self) -> tuple[str, ...]:
        """Subject, industry, metric, period and kind."""
        return (self.subject_id, self.industry, self.metric, self.period, self.kind)


@dataclass(frozen=True)
class Fact:
    """A short statement of a plan that is no number, in its own words.

    ``topic`` is one of `TOPICS`; ``metric`` and ``period`` are set where words stand in the place
    of a number ("完成本市目标").
    """

    subject_id: str
    industry: str
    topic: str
    zh: str
    en: str
    metric: str
    period: str
    source: Source
    locator: str
    line: int

    def name(self, lang: str) -> str:
        """Return the words in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it one of its kind; two facts never share it."""
        return (self.subject_id, self.industry, self.topic, self.zh, self.metric, self.period,
                self.source.id, self.locator)  # fmt: skip
