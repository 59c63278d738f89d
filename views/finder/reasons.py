"""A park's answer as HTML: one line a need, and on demand all reasons, places and promises.

Every text is escaped here.
"""

from __future__ import annotations

from html import escape

from geo.finder import Judgement, Promise, Ranking, Result
from geo.plans import Park, Plans
from layers.finder import marks
from layers.i18n import listed, t
from views.data import Atlas

_BADGES = {"ranked": "✓", "cannot-say": "?", "excluded": "✕"}  # of what has no rank
_PROMISES = 6  # in sight; what was asked for comes first
# The half disc of what is met in part is drawn by the style.
_SIGNS = {"met": "✓", "partly": "", "not-met": "✕", "unknown": "?"}


def head_html(result: Result, lang: str) -> str:
    """Return a row's head: rank, name, score; what is unknown of it said in plain words."""
    badge = ""
    if result.judgements:
        badge = _BADGES[result.group] if result.rank is None else str(result.rank)
    score = marks.score_words(result, lang) if result.group != "excluded" else ""
    span = marks.score_shares(result)
    bar = _gauge(*span, "total") if score and span else ""
    said = escape(marks.rank_words(result, lang))
    place = f'<span class="place" title="{said}">{badge}</span>' if badge else "<span></span>"
    more = _unknown(result, lang)
    return (
        f'<div class="answer-head">{place}'
        f"<h3>{escape(result.name.text(lang))}</h3>"
        f'<p class="score">{bar}<b>{escape(score)}</b></p></div>'
        + (f'<p class="quiet unsaid">{escape(more)}</p>' if more else "")
    )


def _sign(status: str, lang: str) -> str:
    """Return the sign of a status; `st.html` takes no SVG."""
    word = escape(t(f"finder.status.{status}", lang))
    return f'<span class="sign {status}" role="img" aria-label="{word}">{_SIGNS[status]}</span>'


def _gauge(low: float, high: float, look: str) -> str:
    """Return a bar filled up to ``low`` and striped up to ``high``, shares of one."""
    sure, maybe = f"width:{100 * low:.1f}%", f"width:{100 * (high - low):.1f}%"
    return (
        f'<span class="gauge {look}" aria-hidden="true"><i style="{sure}"></i>'
        f'<u style="{maybe}"></u></span>'
    )


def _unknown(result: Result, lang: str) -> str:
    """Return why a park has no rank, or a score from what to what; "" when all is known."""
    if result.failed:
        return t("finder.failed", lang, names=_names(result, result.failed, lang))
    if result.unsure:
        return t("finder.unsure", lang, names=_names(result, result.unsure, lang))
    open_ones = [one for one in result.judgements if one.points_low != one.points_high]
    if not open_ones:
        return ""
    names = listed((one.need.of.name.text(lang) for one in open_ones), lang)
    if result.best_rank is None or result.best_rank == result.rank:
        return t("finder.open", lang, names=names)
    return t("finder.open.rank", lang, names=names, rank=result.best_rank)


def _names(result: Result, criteria: tuple[str, ...], lang: str) -> str:
    found = (result.judgement(criterion) for criterion in criteria)
    return listed((one.need.of.name.text(lang) for one in found if one), lang)


def lines_html(result: Result, lang: str) -> str:
    """Return a line for each need: sign, name, bar, the park's figure, the reason."""
    lines = "".join(_line(one, lang) for one in result.judgements)
    return f'<ul class="answer-lines">{lines}</ul>' if lines else ""


def about_html(park: Park, lang: str) -> str:
    """Return what a park is for, where nothing is asked of it yet."""
    tags = "".join(f"<span>{escape(tag.name(lang))}</span>" for tag in park.industries)
    words = escape(park.position.name(lang))
    return f'<p class="position">{words}</p><p class="chips">{tags}</p>'


def _line(judgement: Judgement, lang: str) -> str:
    look = marks.status_of(judgement)
    status, bar = t(f"finder.status.{look}", lang), _gauge(*marks.shares(judgement), look)
    return (
        f'<li class="is-{look}">{_sign(look, lang)}'
        f"<b>{escape(judgement.need.of.name.text(lang))}</b>{bar}"
        f"<strong>{escape(judgement.shown.text(lang))}</strong>"
        f"<small><i>{escape(status)}</i> {escape(judgement.why.text(lang))}</small></li>"
    )


def detail_html(result: Result, atlas: Atlas, lang: str) -> str:
    """Return all reasons with their places, then what the plans promise in the park."""
    plans = atlas.plans
    reasons = "".join(_reason(one, atlas, lang) for one in result.judgements)
    blocks = ""
    if reasons:
        blocks = f"<h4>{escape(t('finder.reasons', lang))}</h4>{reasons}"
    first, rest = result.promises[:_PROMISES], result.promises[_PROMISES:]
    told = "".join(promise_html(one, plans, lang) for one in first)
    if rest:
        more = "".join(promise_html(one, plans, lang) for one in rest)
        told += _fold(t("finder.promises.more", lang, count=len(rest)), more)
    empty = f"<p>{escape(t('finder.promises.none', lang))}</p>"
    blocks += f"<h4>{escape(t('finder.promises', lang))}</h4>{told or empty}"
    return f'<div class="answer-full">{blocks}</div>'


def _reason(judgement: Judgement, atlas: Atlas, lang: str) -> str:
    """Return one need in full: what was asked, the figure, the words, the places, the caveats."""
    plans = atlas.plans
    asked = marks.need_words(judgement.need, plans, lang)
    role = marks.role_words(judgement.need, lang)
    why = judgement.why.text(lang)
    notes = [
        t("finder.words", lang, words=judgement.words) if judgement.words else "",
        t("finder.derived", lang, formula=judgement.formula.text(lang))
        if judgement.formula
        else "",
        # What the sentence has said already is not told again.
        *(one.text(lang) for one in judgement.caveats if one.text(lang) not in why),
    ]
    caveats = "".join(f"<li>{escape(note)}</li>" for note in notes if note)
    points = ""
    if judgement.out_of:
        points = t("finder.points", lang, points=_points(judgement), most=judgement.out_of)
    return (
        f'<section class="reason"><h5>{_sign(marks.status_of(judgement), lang)}{escape(asked)}'
        f"<i>{escape(' · '.join(filter(None, (role, points))))}</i></h5>"
        f"<p>{escape(why)}</p>"
        + (f"<ul>{caveats}</ul>" if caveats else "")
        + "".join(
            f"<small>{escape(marks.place(one, plans, lang))}</small>" for one in judgement.citations
        )
        + "</section>"
    )


def _points(judgement: Judgement) -> str:
    low, high = (
        f"{round(one, 2).normalize():f}" for one in (judgement.points_low, judgement.points_high)
    )
    return low if low == high else f"{low}–{high}"


def promise_html(promise: Promise, plans: Plans, lang: str) -> str:
    """Return what a plan promises, in its words, with the place; what was asked for is marked."""
    asked = f"<span>{escape(t('finder.promise.asked', lang))}</span>" if promise.asked else ""
    notes = "".join(f"<li>{escape(one.text(lang))}</li>" for one in promise.caveats)
    return (
        f'<section class="reason promise"><h5>{escape(promise.label.text(lang))}{asked}</h5>'
        f"<p>{escape(promise.words.text(lang))}</p>"
        + (f"<ul>{notes}</ul>" if notes else "")
        + f"<small>{escape(marks.place(promise.citation, plans, lang))}</small></section>"
    )


def notes_html(ranking: Ranking, plans: Plans, lang: str) -> str:
    """Return how scores are made, and what the plans say of the industry beyond the parks."""
    rules = "".join(f"<li>{escape(note.text(lang))}</li>" for note in ranking.notes)
    parts = ""
    if rules:
        parts += _fold(t("finder.rules", lang), f"<ul>{rules}</ul>")
    if ranking.wider:
        wider = "".join(promise_html(one, plans, lang) for one in ranking.wider)
        parts += _fold(
            t("finder.wider", lang, count=len(ranking.wider)), f'<div class="wider">{wider}</div>'
        )
    return f'<div class="finder-notes">{parts}</div>' if parts else ""


def _fold(summary: str, body: str) -> str:
    """Return HTML that opens on a click; ``body`` is HTML already."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"
