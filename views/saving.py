"""The buttons that save a section's table as CSV or as a workbook."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from layers.i18n import t
from views import desk
from views.sheets import XLSX, Value, csv_bytes


def csv_button(
    name: str, table: Callable[[], tuple[list[str], list[list[Value]]]], lang: str, enabled: bool
) -> None:
    """Draw the button; the file is there at once: the page has made the table's rows already.

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
    st.download_button(
        t("app.download.csv", lang),
        data=csv_bytes(*table()) if enabled else b"",
        file_name=f"park-atlas-{name}.csv",
        mime="text/csv",
        key=f"save-{name}-csv",
        disabled=not enabled,
        on_click="ignore",
    )


def xlsx_button(
    name: str, book: Callable[[], bytes], lang: str, enabled: bool = True, about: str | None = None
) -> None:
    """Draw the button of a workbook, made when it is pressed; as `csv_button`.

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
    desk.make(
        t("app.download.xlsx", lang),
        f"park-atlas-{name}.xlsx",
        XLSX,
        (object(),),  # a press makes it anew: what it is made of is not known here
        book,
        lang,
        heavy=False,
        help=about,
        disabled=not enabled,
    )
