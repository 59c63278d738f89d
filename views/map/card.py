"""A park's card beside the map: all its figures with their sources, its zones, the decisions."""

from __future__ import annotations

from functools import partial
from html import escape

from geo.plans import Label, Park, cite
from layers import cards
from layers.i18n import t
from views.data import Atlas
from views.help.glossary import marked
from views.help.hints import hint_html


def card_html(park: Park, atlas: Atlas, lang: str, unit: str = "mu") -> str:
    """Return a park's card as HTML; every text is escaped.

    Parameters
    ----------
    park : geo.plans.Park
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    unit : str
        What land is shown in: one of `layers.units.UNITS`.
    """
    own = fragments(park, atlas, lang, unit)
    return (
        f'<article class="card"><div class="about">{own["position"]}{own["aliases"]}'
        f"{own['chips']}{own['words']}{own['zones']}{own['statements']}</div>"
        f'<div class="facts">{own["figures"]}{own["derived"]}{own["documents"]}</div></article>'
    )


def fragments(park: Park, atlas: Atlas, lang: str, unit: str = "mu") -> dict[str, str]:
    """Return the parts of a park's card as HTML, each with its heading; empty where there is none.

    Parameters
    ----------
    park : geo.plans.Park
    atlas : views.data.Atlas
    lang : str
        "zh" or "en".
    unit : str
        What land is shown in: one of `layers.units.UNITS`.

    Returns
    -------
    dict of str to str
        ``position, aliases, chips, words, zones, statements, figures, derived, documents``.
    """
    row = atlas.rows[park.id]
    derived = [one for one in atlas.derived if one.park_id == park.id]
    content = cards.card(park, row, atlas.plans, lang, derived, unit)
    zones = "".join(
        _zone(shown, raw, lang, first=number == 0)
        for number, (shown, raw) in enumerate(zip(content["zones"], row["zones"], strict=True))
    )
    area = ""
    if row["area_km2"] is not None and len(row["zones"]) > 1:
        area = _p(t("app.card.union", lang, area=f"{row['area_km2']:,.2f}"), "quiet")
    groups = "".join(_group(group, lang) for group in content["groups"])
    return {
        "position": _p(park.position.name(lang)),
        "aliases": _aliases(park, lang),
        "chips": f'<p class="chips">{"".join(_chip(tag) for tag in _names(park, lang))}</p>',
        "words": _words(park, atlas, lang),
        "zones": f"<h4>{escape(t('map.card.zones', lang))}</h4>{area}{zones}",
        "statements": _statements(content["statements"], lang),
        "figures": f"<h4>{escape(t('app.card.figures', lang))}</h4>"
        f'<div class="groups">{groups}</div>',
        "derived": _derived(content["derived"], lang),
        "documents": _documents(content["documents"], lang),
    }


def card_head(park: Park, lang: str) -> str:
    """Return the card's heading as HTML: the park's name and what kind of block it is."""
    kind = t(f"map.parkkind.{park.kind}", lang)
    return f'<div class="card"><h3>{escape(park.name(lang))}<i>{escape(kind)}</i></h3></div>'


def _p(text: str, style: str = "") -> str:
    """Return a paragraph of escaped text, or nothing for no text."""
    mark = f' class="{style}"' if style else ""
    return f"<p{mark}>{escape(text)}</p>" if text else ""


def _documents(documents: list[str], lang: str) -> str:
    """Return what the short names of documents stand for."""
    lines = "".join(f"<small>{escape(line)}</small>" for line in documents)
    return f"<h4>{escape(t('map.card.documents', lang))}</h4>{lines}" if documents else ""


def _names(park: Park, lang: str) -> list[str]:
    return [tag.name(lang) for tag in park.industries]


def _aliases(park: Park, lang: str) -> str:
    """Return the other names the documents use, which the figures' places are told by."""
    names = [name for name in park.aliases if name != park.zh]
    if not names:
        return ""
    text = t("app.card.aliases", lang, names=t("app.separator", lang).join(names))
    return _p(text, "quiet")


def _chip(text: str) -> str:
    return f"<span>{escape(text)}</span>"


def _words(park: Park, atlas: Atlas, lang: str) -> str:
    """Return the plans' words behind position and tags, folded away."""

    def line(label: Label, name: str) -> str:
        return "".join(
            f"<li><b>{escape(name)}</b> “{escape(evidence.words)}”"
            f"<small>{escape(cite(evidence, lang, atlas.plans))}</small></li>"
            for evidence in label.evidence
        )

    items = line(park.position, t("map.card.position", lang))
    items += "".join(line(tag, tag.name(lang)) for tag in park.industries)
    return _fold(t("app.card.words", lang), f"<ul>{items}</ul>")


def _statements(topics: list[dict], lang: str) -> str:
    """Return what the plans say in words: a list a topic, each item with its places."""
    if not topics:
        return ""
    lists = "".join(
        f"<h5>{escape(topic['topic'])}</h5><ul>{''.join(map(_item, topic['items']))}</ul>"
        for topic in topics
    )
    title = t("map.card.statements", lang)
    return f"<h4>{escape(title)}</h4>{lists}"


def _item(item: dict) -> str:
    places = "".join(f"<small>{escape(place)}</small>" for place in item["sources"])
    return f"<li>{escape(item['text'])}{places}</li>"


def _derived(groups: list[dict], lang: str) -> str:
    """Return the derived values as tiles below the stated figures, each marked as what it is."""
    if not groups:
        return ""
    tiles = "".join(_tile(group, lang) for group in groups)
    title, hint = t("map.card.derived", lang), t("map.card.derived.hint", lang)
    return f'<h4>{escape(title)}</h4>{hint_html(hint, lang)}<div class="tiles">{tiles}</div>'


def _tile(group: dict, lang: str) -> str:
    """Return the values of one definition; only the last is open."""
    *rest, last = group["rows"]
    body = _value(last, lang)
    if rest:
        title = t("map.card.derived.periods", lang, count=len(rest))
        body += _fold(title, "".join(_value(row, lang) for row in reversed(rest)))
    head = f"<h5>{escape(group['title'])}<i>{escape(group['unit'])}</i></h5>"
    return f'<section class="tile">{head}{_p(group["words"])}{body}</section>'


def _value(row: dict, lang: str) -> str:
    """Return one derived value with its mark and formula; inputs and notes are folded."""
    mark = t("map.card.derived.mark", lang)
    marks = f"<span>{escape(mark)}</span>"
    if row["differs"]:
        differs = t("map.card.derived.differs", lang)
        marks += f'<span class="bad">{escape(differs)}</span>'
    formula = t("map.card.derived.formula", lang, period=row["period"], formula=row["formula"])
    items = "".join(f"<li>{escape(note)}</li>" for note in row["notes"])
    title = t("map.card.derived.notes", lang, count=len(row["notes"]))
    return (
        f'<div><p class="chips"><strong>{escape(row["value"])}</strong> {marks}</p>'
        f"{_p(formula)}{_fold(title, f'<ul>{items}</ul>')}</div>"
    )


def _fold(summary: str, body: str) -> str:
    """Return HTML that opens on a click; ``body`` is HTML already."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def _group(group: dict, lang: str) -> str:
    """Return one metric's figures; a long series shows its last value and folds the rest."""
    rows = [_row(row) for row in group["rows"]]
    sources = "".join(f"<small>{escape(line)}</small>" for line in group["sources"])
    head = f"<h5><span>{marked(group['title'], lang)}</span><i>{escape(group['unit'])}</i></h5>"
    if len(rows) > 4:
        body = rows[-1] + _fold(t("app.card.all_periods", lang), f"<div>{''.join(rows)}</div>")
    else:
        body = "".join(rows)
    return f'<section class="figures">{head}{body}{sources}</section>'


def _row(row: dict) -> str:
    """Return one figure: period and kind on the left, the value on the right, remarks below."""
    notes = "".join(f"<em>{escape(note)}</em>" for note in row["notes"])
    head = " · ".join(filter(None, (row["period"], row["kind"])))
    return (
        f'<div class="figure"><span>{escape(head)}</span><b>{escape(row["value"])}</b>{notes}</div>'
    )


def _zone(shown: dict, raw: dict, lang: str, first: bool) -> str:
    """Return one zone: areas, confidence, what is unresolved, what was decided, the clause.

    Terms are explained in the first zone only.
    """
    words = partial(marked, lang=lang) if first else escape
    level = raw["confidence"] if raw["confidence"] in ("high", "medium", "low") else "none"
    badge = ""
    if shown["level"]:
        badge = f'<span class="level {level}">{words(shown["level"])}</span>'
    lines = "".join(f"<p>{words(line)}</p>" for line in shown["lines"])
    decisions = shown["decisions"]
    folded = ""
    if decisions:
        items = "".join(f"<li>{escape(text)}</li>" for text in decisions)
        title = f"{t('map.card.decisions', lang)} ({len(decisions)})"
        folded = _fold(title, f"<ul>{items}</ul>")
    if shown["clause"]:
        folded += _fold(t("app.card.clause", lang), _p(raw["clause"]))
    return f'<section class="zone"><h5>{escape(shown["name"])}{badge}</h5>{lines}{folded}</section>'
