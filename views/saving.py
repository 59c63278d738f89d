"""The button that saves a section's table as CSV."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from layers.i18n import t
from views.sheets import Value, csv_bytes


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
    st.download_button(
        t("app.download.csv", lang),
        data=lambda: csv_bytes(*table()),
        file_name=f"park-atlas-{name}.csv",
        mime="text/csv",
        key=f"save-{name}-csv",
        disabled=not enabled,
        on_click="ignore",
    )
