"""What the pages say of rows of the data that were left out because they are faulty."""

from __future__ import annotations

from collections import Counter

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
    # The first of each file before the second of any: no file's faults are all among the rest.
    seen: Counter[str] = Counter()
    ranked = []
    for fault in plans.faults:
        file = fault.text("en").split(",", 1)[0]
        ranked.append((seen[file], fault))
        seen[file] += 1
    ranked.sort(key=lambda pair: pair[0])
    told += [fault.text(lang) for _, fault in ranked[:_MOST]]
    if (more := len(plans.faults) - _MOST) > 0:
        told.append(t("app.error.rows.more", lang, count=more))
    return told


def show(plans: Plans, lang: str) -> None:
    """Draw them as one message."""
    if told := lines(plans, lang):
        st.error("\n\n".join(plain(line) for line in told))
