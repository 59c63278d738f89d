"""The page 选址: needs in the sidebar, the parks ranked with reasons, the map that follows."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from geo.errors import AtlasError
from geo.finder import GROUPS, Ranking, Result, plan_periods
from geo.plans import cite
from layers.finder import marks
from layers.i18n import t
from views import data, map_component, navigation
from views.data import Atlas
from views.finder import answer, form, handover, reasons, state
from views.finder.form import FINDER, current, put
from views.finder.state import MOST_COMPARED, FinderState
from views.frame import guarded, head, plain
from views.help.hints import hint_html
from views.opening import notices, open_page

MAP_HEIGHT = 620
MAP_KEY = "finder-map"
_SHOWN = "finder-show"  # the park whose row is to be brought into sight
_CLICKED = "finder-clicked"  # the park that was opened by a click on the map
# What a map's click opened may be out of sight in the list.
_INTO_SIGHT = """<script>
setTimeout(() => {{
  const row = document.querySelector('.st-key-result-{park}');
  if (row) row.scrollIntoView({{ block: 'start' }});
}}, 150);
</script>"""


def run() -> None:
    """Draw the page, or one friendly line when the data cannot be used."""
    open_page("app.page.finder", _page)


def _page(atlas: Atlas, lang: str) -> None:
    plans = atlas.plans
    messages = FINDER.follow(
        lambda query: state.from_query(query, plans.tags, plan_periods(plans), plans.parks),
        state.to_query,
        lambda now: now.settled(),
    )
    now = current()
    lang = now.lang
    navigation.bar(lang, "finder-lang", FINDER.bound)
    form.sidebar(now, atlas)
    found, fault = _answer(now, atlas)
    head(t("finder.title", lang), _asked(found, atlas, lang), _count(found, lang))
    notices(messages, atlas, lang)
    if fault:
        st.error(plain(fault.text(lang)))
    if found is None:
        return
    _intro(now, found, lang)
    chosen = answer.chosen(found, now)
    if now.values:
        guarded(lambda: handover.actions(chosen, now, atlas), lang)
        if handover.is_open():
            guarded(lambda: handover.panel(chosen, found, now, atlas), lang)
    with st.container(key="finder-columns"):
        left, right = st.columns([11, 10], gap="medium")
        with left:
            guarded(lambda: _results(found, chosen, now, atlas), lang)
            guarded(lambda: st.html(reasons.notes_html(found, plans, lang) or "<i></i>"), lang)
        with right, st.container(key="finder-map-place"):
            guarded(lambda: _map(found, now, atlas), lang)
    _sources(atlas, lang)


def _answer(now: FinderState, atlas: Atlas) -> tuple[Ranking | None, AtlasError | None]:
    """Return the ranking, or what is in its way; what that is of the map is told elsewhere."""
    if atlas.boundaries is None:
        return None, None
    try:
        return answer.ranking(now, atlas), None
    except AtlasError as error:
        return None, error


def _asked(found: Ranking | None, atlas: Atlas, lang: str) -> str:
    """Return what is asked in one line."""
    if found is None or not found.needs.wanted:
        return t("finder.subtitle", lang)
    return " · ".join(
        f"{marks.need_words(need, atlas.plans, lang)} ({marks.role_words(need, lang)})"
        if lang == "en"
        else f"{marks.need_words(need, atlas.plans, lang)}（{marks.role_words(need, lang)}）"
        for need in found.needs.wanted
    )


def _count(found: Ranking | None, lang: str) -> str:
    """Return how many parks are in each group."""
    if found is None or not found.needs.wanted:
        return ""
    return " · ".join(
        t(f"finder.count.{name}", lang, count=len(results)) for name, results in _groups(found)
    )


def _groups(found: Ranking) -> list[tuple[str, list[Result]]]:
    """Return the parks by what is said of them, none that is empty.

    Of the ranked those without a point stand apart: they are no answer. Where nothing is weighted
    the others only pass.
    """
    none = [one for one in found.ranked if found.scored and not one.score_high]
    others = [one for one in found.ranked if one not in none]
    groups = [("ranked" if found.scored else "passed", others), ("none", none)]
    groups += [(name, list(found.group(name))) for name in GROUPS if name != "ranked"]
    return [(name, results) for name, results in groups if results]


def _intro(now: FinderState, found: Ranking, lang: str) -> None:
    """Draw examples where nothing is asked; say what to do where nothing fits."""
    if not now.values:
        st.html(f'<p class="finder-lead">{escape(t("finder.lead", lang))}</p>')
        form.examples(now)
    elif not found.ranked:
        key = "finder.none" if found.group("cannot-say") else "finder.none.at_all"
        st.info(t(key, lang))


def _results(found: Ranking, chosen: tuple[Result, ...], now: FinderState, atlas: Atlas) -> None:
    """Draw the groups of parks, each park as a row."""
    lang = now.lang
    if shown := st.session_state.pop(_SHOWN, ""):
        st.html(_INTO_SIGHT.format(park=shown), unsafe_allow_javascript=True)
    for group, results in _groups(found):
        key = group if now.values else "all"
        title, hint = t(f"finder.group.{key}", lang), t(f"finder.group.{key}.hint", lang)
        st.html(
            f'<h3 class="finder-group">{escape(title)}<i>{len(results)}</i></h3>'
            f"{hint_html(hint, lang)}"
        )
        for result in results:
            _row(result, chosen, now, atlas)


def _row(result: Result, chosen: tuple[Result, ...], now: FinderState, atlas: Atlas) -> None:
    """Draw one park: head, a line a need, what to do with it; in full where it is open."""
    lang, park = now.lang, result.park_id
    is_open = now.park == park
    with st.container(border=True, gap="small", key=f"result-{park}"):
        text = reasons.head_html(result, lang)
        text += reasons.lines_html(result, lang) or reasons.about_html(
            atlas.plans.parks[park], lang
        )
        st.html(f'<article class="answer answer-{result.group}">{text}</article>')
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button(
                t("finder.close" if is_open else "finder.open_reasons", lang),
                key=f"why-{park}",
                type="primary" if is_open else "secondary",
                on_click=_open,
                args=("" if is_open else park,),
            )
            _links(park, lang)
            if result.group != "excluded" and now.values:
                _pick(park, chosen, lang)
        if is_open:
            st.html(reasons.detail_html(result, atlas, lang))


def _open(park: str) -> None:
    st.session_state.pop(_CLICKED, None)
    put(replace(current(), park=park))


def _links(park: str, lang: str) -> None:
    """Draw the way to the park's own page, else to its card on the map."""
    if "parks" in navigation.PAGES:
        target, query = "parks", {"parks": park}
    else:
        target, query = "map", {"park": park}
    st.button(
        t("finder.card", lang),
        key=f"card-of-{park}",
        on_click=navigation.go,
        args=(target,),
        kwargs=query,
    )


def _pick(park: str, chosen: tuple[Result, ...], lang: str) -> None:
    """Draw whether a park is in the proposal; no more than three are."""
    picked = tuple(one.park_id for one in chosen)
    key = f"pick-{park}-{lang}"
    st.session_state[key] = park in picked
    full = len(picked) >= MOST_COMPARED and park not in picked

    def change() -> None:
        wanted = [one for one in picked if one != park]
        wanted += [park] if st.session_state[key] else []
        put(replace(current(), pick=tuple(wanted)))

    st.checkbox(
        t("finder.pick", lang),
        key=key,
        on_change=change,
        disabled=full,
        help=t("finder.pick.full", lang, most=MOST_COMPARED) if full else None,
    )


def _map(found: Ranking, now: FinderState, atlas: Atlas) -> None:
    """Draw the map of the ranking."""
    try:
        drawn = answer.payload(found, now, atlas)
        # A park opened in the list has its reasons there; its card would cover the map.
        clicked = st.session_state.get(_CLICKED) == now.park
        selected = now.park if now.park and clicked else None
        map_component.show({**drawn, "selected": selected}, MAP_HEIGHT, _clicked, MAP_KEY)
    except AtlasError as error:
        st.error(f"{t('app.error.map', now.lang)}\n\n{plain(error.text(now.lang))}")


def _clicked() -> None:
    """Open the reasons of the park that was clicked on the map, or close them."""
    click = st.session_state.get(MAP_KEY)
    if not isinstance(click, dict) or "park" not in click:
        return
    park = click["park"] or ""
    if park and park not in data.load().plans.parks:
        return
    _open(park)
    st.session_state[_CLICKED] = st.session_state[_SHOWN] = park


def _sources(atlas: Atlas, lang: str) -> None:
    """Draw the documents, licences and the notice."""
    used = dict.fromkeys(figure.source for figure in atlas.plans.figures)
    used |= dict.fromkeys(fact.source for fact in atlas.plans.facts)
    lines = "".join(f"<li>{escape(cite(source, lang))}</li>" for source in used)
    st.html(
        f'<footer><p class="notice">{escape(t("map.disclaimer", lang))}</p>'
        f"<h4>{escape(t('app.sources', lang))}</h4><ul>{lines}"
        f"<li>{escape(t('app.sources.osm', lang))}</li></ul></footer>"
    )
