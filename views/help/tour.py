"""The tour: five steps over the pages, each with what it is about set off on the page.

The step is the session's alone: a link that is sent does not start a tour.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from layers.i18n import t

# The page of a step and what of it the step is about, as CSS selectors of the page.
STEPS = {
    "map": "iframe[title^='views.map_component'], [data-testid='stSidebarUserContent']",
    "parks": ".st-key-page-parks",
    "finder": ".st-key-page-finder, [data-testid='stSidebarUserContent']",
    "trace": ".st-key-page-trace",
    "export": ".st-key-page-export",
}
_KEY = "tour-step"


def running() -> bool:
    """Return whether a tour is under way."""
    return _KEY in st.session_state


def start(go: Callable[[str], None]) -> None:
    """Start the tour at its first step; ``go`` opens a page."""
    _to(0, go)


def show(lang: str, go: Callable[[str], None]) -> None:
    """Draw the step that the tour is at, in the corner of the window; nothing without a tour."""
    if not running():
        return
    step = st.session_state[_KEY]
    name = list(STEPS)[step]
    with st.container(key="tour"):
        st.html(_words(name, step, lang))
        with st.container(horizontal=True, gap="small"):
            last = step == len(STEPS) - 1
            if step:
                st.button(
                    t("help.tour.back", lang), key="tour-back", on_click=_to, args=(step - 1, go)
                )
            if not last:
                st.button(
                    t("help.tour.next", lang),
                    key="tour-next",
                    type="primary",
                    on_click=_to,
                    args=(step + 1, go),
                )
            end = "help.tour.end" if last else "help.tour.skip"
            st.button(t(end, lang), key="tour-end", on_click=_end)


def _words(name: str, step: int, lang: str) -> str:
    """Return a step's heading and text as HTML, with the style that sets off what it is about.

    The catalogue's words need no escaping.
    """
    set_off = "outline: 3px solid var(--bar-mark); outline-offset: -3px;"
    count = t("help.tour.count", lang, step=step + 1, count=len(STEPS))
    return (
        f"<style>{STEPS[name]} {{ {set_off} }}</style><small>{count}</small>"
        f"<h4>{t(f'help.step.{name}', lang)}</h4><p>{t(f'help.step.{name}.text', lang)}</p>"
    )


def _to(step: int, go: Callable[[str], None]) -> None:
    st.session_state[_KEY] = step
    go(list(STEPS)[step])


def _end() -> None:
    st.session_state.pop(_KEY, None)
