"""Loading and checking facts.csv: what the plans say in words, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from geo.errors import AtlasError, names_like
from geo.plans.files import PathLike, is_period
from geo.plans.records import TOPICS, Fact, Industry, Source
from geo.plans.rows import Row, Words, known, read_rows, refuse

_IN_PLACE_OF_A_NUMBER = ("target", "value")


class FactRow(Row):
    """A row of facts.csv."""

    subject_id: Annotated[str, known("subjects")]
    industry: Annotated[str, known("industries_or_none")]
    topic: Annotated[str, known("topics")]
    zh: Words
    en: Words
    metric: str
    year_or_period: str
    source_id: Annotated[str, known("sources")]
    locator: Words

    @model_validator(mode="after")
    def _stands_for_a_number(self, info: ValidationInfo) -> Self:
        """Refuse a target or value without metric and period, and the others with one."""
        if self.topic not in _IN_PLACE_OF_A_NUMBER:
            if self.metric or self.year_or_period:
                field = "metric" if self.metric else "year_or_period"
                raise refuse(
                    f"must be empty: topic '{self.topic}' is of no number",
                    f"应为空：主题“{self.topic}”不代替数字",
                    field,
                )
            return self
        metrics = info.context["metrics"]
        if self.metric not in metrics:
            listed = names_like(self.metric, metrics)
            raise refuse(
                f"unknown value '{self.metric}'; known: {listed}",
                f"未知值“{self.metric}”；可用：{listed}",
                "metric",
            )
        if not is_period(self.year_or_period):
            raise refuse(
                f"'{self.year_or_period}' is neither a year nor a period like 2021-2025",
                f"“{self.year_or_period}”既不是年份，也不是 2021-2025 这样的时期",
                "year_or_period",
            )
        return self


def read_facts(
    path: PathLike,
    subjects: Iterable[str],
    industries: Mapping[str, Industry],
    metrics: Iterable[str],
    sources: Mapping[str, Source],
) -> tuple[list[Fact], list[AtlasError]]:
    """Return the good rows of a facts.csv, and the fault of each other row.

    Parameters
    ----------
    path : path-like
    subjects : iterable of str
        Ids of the parks and the other subjects.
    industries, sources : mapping
        By id.
    metrics : iterable of str
        Ids of the metrics.

    Raises
    ------
    AtlasError
        When the file cannot be read or lacks a column.
    """
    context = {
        "subjects": list(subjects),
        "industries_or_none": ("", *industries),
        "topics": TOPICS,
        "metrics": list(metrics),
        "sources": sources,
    }

    def make(row: FactRow, line: int) -> Fact:
        return Fact(
            subject_id=row.subject_id,
            industry=row.industry,
            topic=row.topic,
            zh=row.zh,
            en=row.en,
            metric=row.metric,
            period=row.year_or_period,
            source=sources[row.source_id],
            locator=row.locator,
            line=line,
        )

    same = ("subject_id", "the same words of the same subject and place", "对象、文字和出处")
    return read_rows(path, FactRow, context, make, lambda fact: fact.key, same)
