"""Which parks the filters leave out, and why each: told beside the map, the totals and in files."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from geo.plans import Figure
from layers.i18n import listed, t, with_unit
from layers.units import worded_in
from views.data import Atlas
from views.map.filters import ASKED, REASONS, LeftOut, left_out
from views.map.state import ViewState
from views.sheets import Value

_JOIN = {"zh": "；", "en": "; "}


def _rank(reasons: tuple[str, ...]) -> tuple[int, list[int]]:
    """Return the order of the lines: one reason before several, as `REASONS` has them."""
    return len(reasons), [REASONS.index(why) for why in reasons]


def reason(why: str, state: ViewState, atlas: Atlas) -> str:
    """Return one of `views.map.filters.REASONS` in words."""
    return t(f"official.out.{why}", state.lang, **_asked(state, atlas))


def _asked(state: ViewState, atlas: Atlas) -> dict[str, str]:
    """Return the land that is asked for and the least amount, as the reasons name them."""
    lang, metric = state.lang, atlas.plans.metrics[ASKED[state.land]]
    least = state.min_mu or Decimal(0)
    return {
        "land": metric.short(lang),
        "least": with_unit(f"{least.normalize():,f}", metric.unit_name(lang), lang),
    }


def land_words(figure: Figure, state: ViewState, atlas: Atlas) -> str:
    """Return a stated amount of land with its unit, the printed one beside a converted one."""
    own = atlas.plans.metrics[figure.metric].unit_name(state.lang)
    return worded_in(figure, own, state.unit, state.lang)


def park_words(one: LeftOut, why: str, state: ViewState, atlas: Atlas) -> str:
    """Return a left out park, with its land where that decides or is all that is known of it."""
    lang, name = state.lang, one.park.short(state.lang)
    if why not in ("less", "unstated") or one.land is None:
        return name
    amount = land_words(one.land, state, atlas)
    if one.land.metric != ASKED[state.land]:
        metric = atlas.plans.metrics[one.land.metric].short(lang)
        amount = t("official.out.whole", lang, metric=metric, amount=amount)
    return t("official.out.park", lang, park=name, amount=amount)


def lines(state: ViewState, atlas: Atlas) -> list[str]:
    """Return one line for the parks of the same reasons, the undecided ones first.

    Each park left out is in one line, so that the lines' counts add up. None without a filter.
    """
    out, lang = left_out(state, atlas.plans), state.lang
    found = []
    undecided = [one for one in out if one.open]
    if undecided:
        words = listed((park_words(one, "unstated", state, atlas) for one in undecided), lang)
        head = t("official.out.open", lang, count=len(undecided), **_asked(state, atlas))
        found.append(t("official.out.line", lang, reason=head, parks=words))
    rest = [one for one in out if not one.open]
    for reasons in sorted({one.reasons for one in rest}, key=_rank):
        parks = [one for one in rest if one.reasons == reasons]
        # The land is the last of the reasons, where it is one.
        words = listed((park_words(one, reasons[-1], state, atlas) for one in parks), lang)
        why = _JOIN[lang].join(reason(one, state, atlas) for one in reasons)
        head = t("official.out.count", lang, reason=why, count=len(parks))
        found.append(t("official.out.line", lang, reason=head, parks=words))
    return found


def html(state: ViewState, atlas: Atlas) -> str:
    """Return the lines as HTML, nothing where every park is shown; every text is escaped."""
    told = lines(state, atlas)
    if not told:
        return ""
    out = left_out(state, atlas.plans)
    head = t("official.out", state.lang, count=len(out), all=len(atlas.plans.parks))
    items = "".join(f"<li>{escape(line)}</li>" for line in told)
    return f'<div class="left-out"><h5>{escape(head)}</h5><ul>{items}</ul></div>'


def undecided(state: ViewState, atlas: Atlas) -> str:
    """Return how many parks cannot be decided, for the page's head; empty for none."""
    count = sum(one.open for one in left_out(state, atlas.plans))
    return t("official.undecided", state.lang, count=count, **_asked(state, atlas)) if count else ""


def rows(state: ViewState, atlas: Atlas) -> list[list[str]]:
    """Return the left out parks as rows of a file: id, name, whether undecided, reasons, land."""
    lang, join = state.lang, _JOIN[state.lang]
    return [
        [
            one.park.id,
            one.park.name(lang),
            t(f"official.out.state.{'open' if one.open else 'out'}", lang),
            join.join(reason(why, state, atlas) for why in one.reasons),
            "" if one.land is None else _file_land(one.land, state, atlas),
        ]
        for one in left_out(state, atlas.plans)
    ]


def table(state: ViewState, atlas: Atlas) -> tuple[list[str], list[list[Value]]]:
    """Return the left out parks as headings and rows of a file."""
    names = ("app.download.col.id", "app.download.col.park", "official.col.state",
             "official.col.why", "official.col.land")  # fmt: skip
    return [t(name, state.lang) for name in names], [list(row) for row in rows(state, atlas)]


def _file_land(figure: Figure, state: ViewState, atlas: Atlas) -> str:
    """Return the land of a park as a file has it: bound and unit are those of the page."""
    metric, amount = atlas.plans.metrics[figure.metric], land_words(figure, state, atlas)
    return t("official.out.whole", state.lang, metric=metric.short(state.lang), amount=amount)
