"""The choice of the unit that land is shown in: 亩, 公顷 or km²."""

from __future__ import annotations

from typing import Any

import streamlit as st

from layers.i18n import t
from layers.units import UNITS


def choice(lang: str, **bound: Any) -> None:
    """Draw the choice.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    **bound
        Of `views.page_state.PageState.bound`: the widget's key and what a change does. The chosen
        unit is None when the one in use is pressed again.
    """
    st.segmented_control(
        t("official.unit", lang),
        UNITS,
        format_func=lambda unit: t(f"official.unit.{unit}", lang),
        label_visibility="collapsed",
        required=True,
        help=t("official.unit.help", lang),
        **bound,
    )
