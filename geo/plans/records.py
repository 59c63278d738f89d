"""The typed records of the plan data: sources, parks, metrics and figures."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

# In the order in which one goes before another: what is, what is planned, what is reckoned, what is
# aimed at.
KINDS = ("actual", "planned", "estimate", "target")
PARK_KINDS = ("big-four", "feature")


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


@dataclass(frozen=True)
class Evidence:
    """The words of a plan that justify a label, and where they stand."""

    source_id: str
    locator: str
    words: str


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
class Park:
    """A block of table 4-1: its zones on the map and what the plans say it is for.

    ``aliases`` are the other names the plans' texts use for it; ``blanks`` are its cells without a
    number; ``line`` is the line of ``zones`` in parks.yaml, for messages.
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
class Metric:
    """What a figure measures; the unit is part of the metric.

    ``instead`` is the id of the metric that parks without this one may have for the same thing
    (buildings counted where no floor space is given), or empty. ``terms`` are the documents' own
    words for the metric where they are not one, each longer one before those it holds.
    """

    id: str
    zh: str
    en: str
    short_zh: str
    short_en: str
    unit: str
    unit_zh: str
    unit_en: str
    additive: bool
    mapped: bool
    description_zh: str
    description_en: str
    stated_total: StatedTotal | None = None
    instead: str = ""
    terms: tuple[Label, ...] = ()

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
        """Return what the metric means in ``lang`` ("zh" or "en")."""
        return self.description_zh if lang == "zh" else self.description_en


@dataclass(frozen=True)
class Figure:
    """One number of a plan, with its provenance.

    Attributes
    ----------
    value : decimal.Decimal
        In the metric's unit, so that figures of one metric compare and sum. It is the numeral as
        printed, except where the plan prints another unit (hectares for km²).
    value_printed, unit_printed : decimal.Decimal, str
        The numeral and the unit code as printed, never altered.
    printed : str
        The words as printed, such as "约2000亩" or "无厂房".
    zones : tuple of str
        Empty for the whole park, else the zones the figure is limited to.
    part : str
        Empty for the park (or its ``zones``), else the id of a sub-block without bounds.
    line : int
        Line of figures.csv, for messages.
    """

    park_id: str
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
    zones: tuple[str, ...]
    part: str
    note_zh: str
    note_en: str
    line: int

    @property
    def source_id(self) -> str:
        """Id of the document."""
        return self.source.id

    @property
    def approximate(self) -> bool:
        """Whether the document says of the number that it is about so (约…, …左右)."""
        printed = unicodedata.normalize("NFKC", self.printed)
        number = re.escape(str(self.value_printed))
        # What stands between the number and 左右 is its unit.
        pattern = rf"约\s*{number}(?![0-9.])|(?<![0-9.]){number}(?![0-9.])[^0-9,;。，；]*左右"
        return re.search(pattern, printed) is not None

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
    def key(self) -> tuple[str, ...]:
        """What makes a figure one of its kind; two figures never share it."""
        zones = " ".join(self.zones)
        return (self.park_id, self.metric, self.period, self.kind, zones, self.part)
