"""From the ranking to what is handed over: comparison, and the proposal as HTML or PDF.

What is typed here stays in the session: it is in no address, no cache, no file and no log.
"""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from geo.errors import AtlasError
from geo.finder import Ranking, Result
from layers.i18n import listed, t
from layers.pictures import find_browser
from layers.proposal import page as proposal_page
from layers.proposal import records as proposal
from views import desk, navigation
from views.data import Atlas
from views.finder import answer
from views.finder.state import FinderState
from views.frame import plain
from views.help.hints import hint, hint_html
from views.settings import settings

_OPEN = "finder-proposal-open"
_WORDS = "finder-proposal-words"
_LONG = ("remark",)
# In rows of the form.
_ROWS = (
    ("title", "prospect", "date"),
    ("organisation", "contact"),
    ("phone", "email"),
    _LONG,
)


def is_open() -> bool:
    """Return whether the form of the proposal is shown."""
    return bool(st.session_state.get(_OPEN))


def actions(chosen: tuple[Result, ...], now: FinderState, atlas: Atlas) -> None:
    """Draw which parks are chosen and what can be done with them."""
    lang = now.lang
    names = listed((atlas.plans.parks[one.park_id].short(lang) for one in chosen), lang)
    text = t("finder.chosen", lang, names=names) if chosen else t("finder.chosen.none", lang)
    with st.container(horizontal=True, vertical_alignment="center", key="finder-actions"):
        st.html(f"<p>{escape(text)}</p>", width="stretch")
        if "parks" in navigation.PAGES:
            st.button(
                t("finder.compare", lang),
                key="finder-compare",
                on_click=navigation.go,
                args=("parks",),
                kwargs={"parks": ",".join(one.park_id for one in chosen)},
                disabled=len(chosen) < 2,
            )
        st.button(
            t("proposal.close" if is_open() else "proposal.open", lang),
            key="finder-proposal",
            type="secondary" if is_open() else "primary",
            on_click=_toggle,
            disabled=not chosen,
        )


def _toggle() -> None:
    st.session_state[_OPEN] = not is_open()


def words() -> dict[str, str]:
    """Return what was typed so far, by field; at first the office of the settings."""
    first = {
        "date": date.today().isoformat(),
        "organisation": settings().office,
        "contact": settings().contact,
    }
    return st.session_state.setdefault(_WORDS, first)


def panel(chosen: tuple[Result, ...], found: Ranking, now: FinderState, atlas: Atlas) -> None:
    """Draw the form of the proposal and the buttons that save it."""
    lang = now.lang
    with st.container(border=True, key="proposal"):
        title, private = t("proposal.panel", lang), t("proposal.private", lang)
        st.html(f"<h3>{escape(title)}</h3>{hint_html(private, lang)}")
        for row in _ROWS:
            for column, name in zip(st.columns(len(row)), row, strict=True):
                with column:
                    _field(name, lang)
        if not chosen:
            st.info(t("finder.chosen.none", lang))
            return
        parks = tuple(one.park_id for one in chosen)
        checked = proposal.proposal(lang, parks, words())
        for message in checked.messages:
            st.warning(plain(message))
        _save(checked.proposal, found, atlas, possible=not checked.messages)


def _field(name: str, lang: str) -> None:
    """Draw the box of one field; what is in it is kept when another page is opened."""
    key = f"proposal-{name}-{lang}"
    st.session_state[key] = words().get(name, "")

    def taken() -> None:
        words()[name] = st.session_state[key]

    st.text_input(
        t(f"proposal.field.{name}", lang),
        key=key,
        on_change=taken,
        placeholder=t(f"proposal.hint.{name}", lang),
        autocomplete="off",
    )


def _save(made: proposal.Proposal, found: Ranking, atlas: Atlas, possible: bool) -> None:
    """Draw the two buttons; a file is made when its button is pressed, not before."""
    lang = made.lang

    def html() -> str:
        return proposal_page.proposal_html(
            made, found, atlas.plans, atlas.boundaries, answer.access(atlas.stamp)
        )

    try:
        find_browser()
        printable = ""
    except AtlasError as error:
        printable = error.text(lang)
    stem, of = "park-atlas-" + "-".join(("proposal", *made.parks)), (made, found.needs, atlas.stamp)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        desk.make(
            t("proposal.save.html", lang),
            f"{stem}.html",
            "text/html",
            of,
            lambda: html().encode("utf-8"),
            lang,
            heavy=False,
            disabled=not possible,
        )
        desk.make(
            t("proposal.save.pdf", lang),
            f"{stem}.pdf",
            "application/pdf",
            of,
            lambda: proposal.as_pdf(html()),
            lang,
            disabled=not possible or bool(printable),
        )
        hint(t("proposal.save.hint", lang), lang)
    if printable:
        st.caption(plain(f"{t('proposal.no_pdf', lang)} {printable}"))
