"""The buttons that save a section's table as CSV or as a workbook."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from layers.i18n import t
from views.sheets import XLSX, Value, csv_bytes


def csv_button(
    name: str, table: Callable[[], tuple[list[str], list[list[Value]]]], lang: str, enabled: bool
) -> None:
    """Draw the button; the file is made when it is pressed, not before.

    Parameters
    ----------
    name : str
        What the file is called after the product's name, plain ASCII; also the button's key.
    table : callable
        Returns headings and rows.
    lang : str
        "zh" or "en".
    enabled : bool
        False where there is nothing to save.
    """
    _button(name, "csv", "text/csv", lambda: csv_bytes(*table()), lang, enabled)


def xlsx_button(
    name: str, book: Callable[[], bytes], lang: str, enabled: bool = True, about: str | None = None
) -> None:
    """Draw the button of a workbook; as `csv_button`.

    Parameters
    ----------
    name : str
    book : callable
        Returns the file.
    lang : str
    enabled : bool
    about : str or None
        What is in it, told when the pointer rests on the button.
    """
    _button(name, "xlsx", XLSX, book, lang, enabled, about)


def _button(
    name: str,
    ending: str,
    mime: str,
    make: Callable[[], bytes],
    lang: str,
    enabled: bool,
    about: str | None = None,
) -> None:
    st.download_button(
        t(f"app.download.{ending}", lang),
        data=make,
        file_name=f"park-atlas-{name}.{ending}",
        mime=mime,
        key=f"save-{name}-{ending}",
        help=about,
        disabled=not enabled,
        on_click="ignore",
    )
