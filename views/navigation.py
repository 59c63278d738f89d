"""From one page of the app to the other; the address says which is open (``page=trace``)."""

from __future__ import annotations

import streamlit as st

from layers.i18n import t

PAGES = ("map", "trace")
_LEFT = "left-page-{}"  # where a page's address is kept while the other is open


def page() -> str:
    """Return the page that the address names; the map where it names none."""
    return "trace" if st.query_params.get("page") == "trace" else "map"


def switch(lang: str) -> None:
    """Draw the way from page to page, at the top of the sidebar."""
    here = page()
    with st.sidebar, st.container(horizontal=True, gap="small", key="pages"):
        for name in PAGES:
            st.button(
                t("app.page.map", lang) if name == "map" else t("app.page.trace", lang),
                key=f"page-{name}",
                type="primary" if name == here else "secondary",
                width="stretch",
                on_click=go,
                args=(name,),
            )


def go(target: str) -> None:
    """Open a page as it was left, in the language of the page that is open."""
    here = page()
    if target == here:
        return
    query = st.query_params.to_dict()
    st.session_state[_LEFT.format(here)] = query
    wanted = dict(st.session_state.get(_LEFT.format(target), {}))
    wanted.pop("lang", None)
    if "lang" in query:
        wanted = {"lang": query["lang"], **wanted}
    if target == "trace":
        wanted = {"page": "trace", **wanted}
    st.query_params.from_dict(wanted)
