"""The card of a layout's element in full width: role, industries, members, figures, how drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from layers.i18n import t


def head_html(card: dict) -> str:
    """Return the card's heading as HTML: the element's name and what it is in the layout."""
    return (
        f'<div class="card element"><h3>{escape(card["name"])}'
        f"<i>{escape(card['head'])}</i></h3></div>"
    )


def about_html(card: dict, lang: str) -> str:
    """Return what an element is for, how it was drawn, where the plan says so; texts are escaped.

    Parameters
    ----------
    card : dict
        As of `layers.schemes.cards.element_card`.
    lang : str
        "zh" or "en".
    """
    return (
        f'<article class="element"><div class="about">{_purpose(card, lang)}'
        f"{_industries(card, lang)}{_drawn(card, lang)}</div></article>"
    )


def parks(card: dict) -> dict[str, str]:
    """Return the parks of the map among an element's members as id: name, each once."""
    return {m["park"]: m["name"] for m in _walk(card["members"]) if m["park"]}


def count(members: Iterable[dict]) -> int:
    """Return how many members there are, those that are parts as well, without mere groups."""
    return sum(1 for _ in _walk(members))


def _walk(members: Iterable[dict]) -> Iterator[dict]:
    """Yield members and their parts at every depth, those without parts or with a place only."""
    for member in members:
        if member["where"] or not member["parts"]:
            yield member
        yield from _walk(member["parts"])


def _purpose(card: dict, lang: str) -> str:
    """Return what the element is for, with the plan's own words where those are not the same."""
    quote = card["quote"]
    if lang == "zh" or not quote:
        line = f"<p>{escape(_quoted(card['gist'], lang))}</p>" if card["gist"] else ""
        return _titled("layout.card.purpose", line, lang)
    line = f"<p>{escape(card['gist'])}</p>" if card["gist"] else ""
    return _titled("layout.card.purpose", f'{line}<p class="words">“{escape(quote)}”</p>', lang)


def _quoted(text: str, lang: str) -> str:
    return t("layout.words", lang, words=text)


def _industries(card: dict, lang: str) -> str:
    """Return the industries the plan gives the element itself, each with its words."""
    return _titled("map.card.industries", tags_html(card["industries"], lang), lang)


def tags_html(industries: list[list[str]], lang: str) -> str:
    """Return industries as marks with the plan's words; those of one sentence share it."""
    by_words: dict[str, list[str]] = {}
    for _, name, words in industries:
        by_words.setdefault(words, []).append(name)
    return "".join(
        f'<p class="chips">{"".join(f"<span>{escape(name)}</span>" for name in names)}'
        f"{escape(_quoted(words, lang))}</p>"
        for words, names in by_words.items()
    )


def _drawn(card: dict, lang: str) -> str:
    """Return how the element was drawn, what was decided, and where the plan says it."""
    how = f"<p>{escape(card['how'])}</p>"
    told = _titled("layout.card.how", how, lang)
    if card["decision"]:
        told += _titled("layout.card.decision", f"<p>{escape(card['decision'])}</p>", lang)
    return told + _titled("layout.card.source", f"<small>{escape(card['source'])}</small>", lang)


def _titled(key: str, body: str, lang: str) -> str:
    """Return a heading and what stands under it, or nothing where nothing does."""
    return f"<h4>{escape(t(key, lang))}</h4>{body}" if body else ""


def figures_html(told: dict, lang: str) -> str:
    """Return ``figures, figure_notes, figure_sources`` under their heading; "" without figures."""
    return _titled("layout.card.figures", _figures(told), lang)


def _figures(told: dict) -> str:
    """Return lines of figures, what is to be said of them, and where they stand."""
    lines = "".join(_line(line) for line in told["figures"])
    if not lines:
        return ""
    notes = "".join(f"<small>{escape(note)}</small>" for note in told["figure_notes"])
    places = "".join(f"<small>{escape(place)}</small>" for place in told["figure_sources"])
    return f'<section class="lines">{lines}</section>{notes}{places}'


def _line(line: dict) -> str:
    """Return one figure: what and when on the left, the value on the right."""
    head = " · ".join(filter(None, (line["label"], line["period"], line["kind"])))
    printed = f"<em>“{escape(line['printed'])}”</em>" if line.get("printed") else ""
    return (
        f'<div class="figure"><span>{escape(head)}</span>'
        f"<b>{escape(line['value'])}</b>{printed}</div>"
    )


def figures_fold(member: dict, lang: str) -> str:
    """Return a member's figures behind a click: a layout names many, each with a dozen."""
    body = _figures(member)
    if not body:
        return ""
    title = t("layout.card.member_figures", lang, count=len(member["figures"]))
    return f"<details><summary>{escape(title)}</summary>{body}</details>"
