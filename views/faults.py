"""What the pages say of rows of the data that were left out because they are faulty."""

from __future__ import annotations

import streamlit as st

from geo.plans import Plans
from layers.i18n import t
from views.frame import plain

_MOST = 5


def lines(plans: Plans, lang: str) -> list[str]:
    """Return that rows were left out, then each with file, row, field and reason.

    Nothing when none was; beyond the first few, how many more there are.
    """
    if not plans.faults:
        return []
    told = [t("app.error.rows", lang, count=len(plans.faults))]
    told += [fault.text(lang) for fault in plans.faults[:_MOST]]
    if (more := len(plans.faults) - _MOST) > 0:
        told.append(t("app.error.rows.more", lang, count=more))
    return told


def show(plans: Plans, lang: str) -> None:
    """Draw them as one message."""
    if told := lines(plans, lang):
        st.error("\n\n".join(plain(line) for line in told))
