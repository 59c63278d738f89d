"""Rows of the plan data's CSV files: read, checked against a typed schema, their faults located.

A schema is a pydantic model; what it refuses becomes one line in both languages that names file,
line, field and reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from geo.errors import AtlasError, names_like
from geo.files import scan_csv
from geo.located import fault
from geo.plans.files import NUMBER, PathLike, is_period

_TYPE = "atlas"
# Of a cell that cannot be used, no more than this is told.
_SHOWN = 40
# Control characters, line breaks among them: none belongs in one line of a table.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def refuse(en: str, zh: str, field: str = "") -> PydanticCustomError:
    """Return the error with which a schema refuses a row.

    Parameters
    ----------
    en, zh : str
        The reason.
    field : str
        The column, where a check looks at several; the checked one when empty.
    """
    return PydanticCustomError(_TYPE, "{en}", {"en": en, "zh": zh, "field": field})


def known(kind: str) -> AfterValidator:
    """Return a check that a cell is one of the names that the context lists under ``kind``."""

    def check(value: str, info: ValidationInfo) -> str:
        names = info.context[kind]
        if value not in names:
            listed = names_like(value, names)
            raise refuse(
                f"unknown value '{value}'; known: {listed}", f"未知值“{value}”；可用：{listed}"
            )
        return value

    return AfterValidator(check)


def _words(text: str) -> str:
    if not text:
        raise refuse("is missing", "缺失")
    return text


def _numeral(text: object) -> object:
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        told = str(text)
        told = told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"
        raise refuse(
            f"'{told}' is not a number (at most 15 digits, a point and 6 decimals)",
            f"“{told}”不是数字（至多 15 位数字、一个小数点和 6 位小数）",
        )
    return Decimal(text)


def _empty(text: object) -> object:
    return None if text == "" else _numeral(text)


def _period(text: str) -> str:
    if not is_period(text):
        raise refuse(
            f"'{text}' is neither a year nor a period like 2021-2025",
            f"“{text}”既不是年份，也不是 2021-2025 这样的时期",
        )
    return text


Words = Annotated[str, AfterValidator(_words)]
Numeral = Annotated[Decimal, BeforeValidator(_numeral)]
MaybeNumeral = Annotated[Decimal | None, BeforeValidator(_empty)]
Period = Annotated[str, AfterValidator(_period)]


class Row(BaseModel):
    """A row of one of the files; its fields are the columns the file must have."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @field_validator("*", mode="before")
    @classmethod
    def _is_one_line(cls, value: object) -> object:
        """Refuse a cell with a line break or another control character."""
        if isinstance(value, str) and (found := _CONTROL.search(value)):
            code = f"U+{ord(found[0]):04X}"
            raise refuse(
                f"has a line break or another control character ({code})",
                f"含有换行或其他控制字符（{code}）",
            )
        return value


R = TypeVar("R", bound=Row)
T = TypeVar("T")


def numerals(printed: str) -> list[str]:
    """Return the numerals in words of NFKC form, in order, signs left out."""
    return re.findall(r"[0-9]+(?:\.[0-9]+)?", printed)


def read_rows(
    path: PathLike,
    schema: type[R],
    context: Mapping[str, Any],
    make: Callable[[R, int], T],
    key: Callable[[T], Hashable],
    same: tuple[str, str, str],
) -> tuple[list[T], list[AtlasError]]:
    """Return the records of a CSV's good rows, and the fault of each other row.

    Parameters
    ----------
    path : path-like
        UTF-8 CSV with a header; it needs a column for each of the schema's fields.
    schema : type of Row
    context : mapping
        What the schema's checks look names up in; see `known`.
    make : callable
        Makes the record of a checked row and its line.
    key : callable
        What two records may not share.
    same : (str, str, str)
        The field to name when two do, and what they share, in English and Chinese.

    Raises
    ------
    AtlasError
        When the file cannot be read or lacks a column.
    """
    path = Path(path)
    records: list[T] = []
    seen: dict[Hashable, int] = {}
    rows, faults = scan_csv(path, tuple(schema.model_fields))
    for line, cells in rows:
        try:
            record = make(schema.model_validate(cells, context=context), line)
        except ValidationError as error:
            faults.append(_located(path, line, error.errors(include_url=False)[0]))
            continue
        first = seen.setdefault(key(record), line)
        if first == line:
            records.append(record)
        else:
            field, en, zh = same
            faults.append(
                fault(path, line, field, f"{en} as line {first}", f"与第 {first} 行的{zh}重复")
            )
    return records, faults


def raise_first(faults: list[AtlasError]) -> None:
    """Raise the first fault, if any, with the number of further faulty rows."""
    if not faults:
        return
    first, more = faults[0], len(faults) - 1
    raise AtlasError(
        en=first.text("en") + (f" (and {more} more faulty rows)" if more else ""),
        zh=first.text("zh") + (f"（另有 {more} 行有误）" if more else ""),
    )


def _located(path: Path, line: int, error: ErrorDetails) -> AtlasError:
    """Return what a schema refused as our own error."""
    told = error.get("ctx", {})
    place = ".".join(str(step) for step in error["loc"])
    if error["type"] != _TYPE:
        # A check of pydantic's own: it speaks English only.
        return fault(path, line, place, error["msg"], f"不能使用（{error['type']}）")
    return fault(path, line, told["field"] or place, told["en"], told["zh"])
