"""The index of a set of maps as one HTML file: its markup in both languages, one of them shown.

Like a map's page it holds its script and style and allows nothing else, by hash; a text enters it
escaped. Which tiles it has and what they say is of `layers.site`.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo.errors import LANGUAGES
from geo.files import read_text
from layers.basemap import BasemapLayer
from layers.folder import Folder
from layers.i18n import listed, t
from layers.imprint import Imprint
from layers.inline import as_json, head
from layers.page import HTML_LANG
from layers.thumbnails import Thumbnail

ASSETS = Path(__file__).parent / "assets"
NOT_STATED = "—"
Both = Mapping[str, str]  # a text by language


@dataclass(frozen=True)
class Key:
    """What the colours of a thumbnail mean: a heading, and a text for each colour."""

    name: Both
    entries: tuple[tuple[str, Both], ...]


@dataclass(frozen=True)
class Stated:
    """A key figure: what, of which period, the value with its unit, what has to be said of it.

    Without a value no plan states one; without notes it is of the whole park.
    """

    name: Both
    period: str
    value: Both
    notes: Both


@dataclass(frozen=True)
class Tile:
    """One entry of the index.

    Attributes
    ----------
    id : str
        Of the tile in the page; unique.
    file, hash : str
        The map it opens, and what its address says after "#".
    name, head : mapping
        Its heading and the line above.
    thumbnail : layers.thumbnails.Thumbnail
    line : mapping or None
        What is said below the heading.
    meta : tuple of mapping
        Short facts at its foot; the size of its file comes after them where ``sized``.
    figures : tuple of Stated
    key : Key or None
    wide : bool
        Whether it takes two places.
    """

    id: str
    file: str
    name: Both
    head: Both
    thumbnail: Thumbnail
    line: Both | None = None
    meta: tuple[Both, ...] = ()
    figures: tuple[Stated, ...] = ()
    key: Key | None = None
    hash: str = ""
    sized: bool = True
    wide: bool = False


@dataclass(frozen=True)
class Section:
    """Tiles under a heading of the index, in groups with a heading of their own ("" for none)."""

    kind: str
    groups: list[tuple[Both | None, list[Tile]]] = field(default_factory=list)

    def tiles(self) -> list[Tile]:
        """Return the tiles of all groups."""
        return [tile for _, tiles in self.groups for tile in tiles]


class IndexPage:
    """The index of a set of maps.

    Parameters
    ----------
    sections : list of Section
    drawn : str
        What the thumbnails share, see `layers.thumbnails.Thumbnails.definitions`.
    documents : list of mapping
        Short names of the plans, by language.
    sizes : mapping of str to int
        Bytes of every map by its file name.
    lang : str
        Language the page opens in.
    imprint : layers.imprint.Imprint
    """

    def __init__(
        self,
        sections: list[Section],
        drawn: str,
        documents: list[Both],
        sizes: Mapping[str, int],
        lang: str,
        imprint: Imprint,
    ) -> None:
        self.sections, self.drawn, self.documents = sections, drawn, documents
        self.sizes, self.lang, self.imprint = sizes, lang, imprint
        count = said("site.subtitle", count=len(sizes))
        self.title = _given(imprint, "title", said("site.title"))
        self.subtitle = _given(imprint, "subtitle", count)

    def markup(self) -> str:
        """Return the whole page."""
        styles = ["\n".join(read_text(ASSETS / name) for name in ("thumbnail.css", "site.css"))]
        scripts = [read_text(ASSETS / "site.js")]
        data = {
            "title": self.title,
            "shown": {
                lang: t("site.shown", lang, shown="{shown}", all="{all}") for lang in LANGUAGES
            },
        }
        return "\n".join(
            [
                "<!DOCTYPE html>",
                f'<html lang="{HTML_LANG[self.lang]}" data-lang="{self.lang}">',
                *head(self.title[self.lang], styles, scripts),
                "<body>",
                self.drawn,
                *self._body(),
                f'<script type="application/json" id="site-words">{as_json(data)}</script>',
                Folder.marker(self.sizes),
                *(f"<script>{script}</script>" for script in scripts),
                "</body>",
                "</html>",
                "",
            ]
        )

    def _body(self) -> list[str]:
        """Return the page's parts, in order."""
        return [
            f'<a class="site-skip" href="#maps">{_told(said("site.skip"))}</a>',
            self._head(),
            self._bar(),
            '<main id="maps" tabindex="-1">',
            *(self._section(section) for section in self.sections),
            f'<p class="site-nothing" hidden>{_told(said("site.nothing"))} '
            f'<button type="button" class="site-clear">{_told(said("site.clear"))}</button></p>',
            "</main>",
            self._foot(),
        ]

    def _head(self) -> str:
        """Return the head: logo, title, subtitle, office, the choice of the language."""
        logo, office = self.imprint.logo_uri, _given(self.imprint, "office", said("map.brand"))
        picture = f'<img class="site-logo" src="{html.escape(logo)}" alt="">' if logo else ""
        switches = "".join(
            f'<button type="button" data-lang="{lang}" lang="{HTML_LANG[lang]}" '
            f'aria-pressed="{str(lang == self.lang).lower()}">{name}</button>'
            for lang, name in (("zh", "中文"), ("en", "English"))
        )
        group = self._labelled("aria-label", said("site.lang"))
        return (
            f'<header class="site-head">{picture}<div class="site-titles">'
            f'<p class="site-brand">{_told(office)}</p><h1>{_told(self.title)}</h1>'
            f'<p class="site-subtitle">{_told(self.subtitle)}</p></div>'
            f'<div class="site-lang" role="group" {group}>{switches}</div></header>'
        )

    def _bar(self) -> str:
        """Return the bar that stays: the search box, the ways to the sections, the count."""
        find, hint = said("site.find"), said("site.find.hint")
        sections = self._labelled("aria-label", said("site.sections"))
        links = "".join(
            f'<li><a href="#{section.kind}">{_told(said(f"site.kind.{section.kind}"))}'
            f'<span class="site-number">{len(section.tiles())}</span></a></li>'
            for section in self.sections
        )
        return (
            '<div class="site-bar"><form class="site-find" role="search">'
            f'<label for="site-find">{_told(find)}</label><input type="search" id="site-find" '
            f'autocomplete="off" spellcheck="false" {self._labelled("placeholder", hint)}>'
            '</form><p class="site-count" role="status"></p>'
            f"<nav {sections}><ul>{links}</ul></nav></div>"
        )

    def _section(self, section: Section) -> str:
        """Return one section with its groups."""
        kind = section.kind
        lead = ""
        if kind != "overview":
            lead = f'<p class="site-lead">{_told(said(f"site.lead.{kind}"))}</p>'
        head = f'<h2 id="{kind}" tabindex="-1">{_told(said(f"site.kind.{kind}"))}</h2>'
        groups = "".join(
            '<div class="site-group">'
            + (f'<h3 class="site-group-name">{_told(name)}</h3>' if name else "")
            + f'<ul class="site-tiles">{"".join(self._tile(tile, bool(name)) for tile in tiles)}'
            "</ul></div>"
            for name, tiles in section.groups
        )
        return (
            f'<section class="site-section site-{kind}" aria-labelledby="{kind}">'
            f"{head}{lead}{groups}</section>"
        )

    def _tile(self, tile: Tile, deep: bool) -> str:
        """Return one tile; its whole face is the link of its heading."""
        labels = said("site.label", name=tile.name)
        switched = self._told_twice("aria-label", labels)
        picture = tile.thumbnail.svg(labels[self.lang], switched)
        address, level = tile.file + (f"#{tile.hash}" if tile.hash else ""), "h4" if deep else "h3"
        wide = " site-wide" if tile.wide else ""
        return (
            f'<li class="site-tile{wide}" id="{html.escape(tile.id)}" '
            f'data-find="{html.escape(_sought(tile))}"><div class="site-picture">{picture}</div>'
            f'<div class="site-text"><p class="site-kicker">{_told(tile.head)}</p>'
            f'<{level}><a href="{html.escape(address)}">{_told(tile.name)}</a></{level}>'
            + (f'<p class="site-line">{_told(tile.line)}</p>' if tile.line else "")
            + (_key(tile.key) if tile.key else "")
            + self._figures(tile)
            + self._meta(tile)
            + "</div></li>"
        )

    def _meta(self, tile: Tile) -> str:
        """Return the short facts at a tile's foot."""
        facts = [*tile.meta]
        if tile.sized:
            facts.append(said("site.size", size=f"{self.sizes[tile.file] / 1000:,.0f}"))
        told = "".join(f"<li>{_told(fact)}</li>" for fact in facts)
        return f'<ul class="site-meta">{told}</ul>' if told else ""

    def _figures(self, tile: Tile) -> str:
        """Return a park's key figures; what no plan states is a dash, and says so to the ear."""
        rows = []
        for one in tile.figures:
            value = _told(one.value)
            if not value:
                heard = _told(said("site.not_stated"))
                dash = f'<span aria-hidden="true">{NOT_STATED}</span>'
                value = f'{dash}<span class="site-heard">{heard}</span>'
            period, notes = html.escape(one.period), _told(one.notes)
            period = f' <span class="site-period">{period}</span>' if period else ""
            if notes:
                # The tile has room for two lines; all of it on pointing, and on the card.
                notes = f'<dd class="site-note" {self._labelled("title", one.notes)}>{notes}</dd>'
            rows.append(f"<div><dt>{_told(one.name)}{period}</dt><dd>{value}</dd>{notes}</div>")
        return f'<dl class="site-figures">{"".join(rows)}</dl>' if rows else ""

    def _foot(self) -> str:
        """Return the foot: what the maps are no evidence of, the imprint, where all is from."""
        own = self.imprint
        nothing = dict.fromkeys(LANGUAGES, "")
        office = _given(own, "office", nothing) if own.office or own.office_en else ""
        named = [("office", office), ("approval", own.approval), ("date", own.date)]
        imprint = [said(f"site.{name}", **{name: text}) for name, text in named if text]
        documents = {
            lang: listed([one[lang] for one in self.documents], lang) for lang in LANGUAGES
        }
        lines = [
            said("site.documents", list=documents),
            *self._grounds(),
            said("map.coordinates"),
            said("site.offline"),
        ]
        stated = "".join(f"<span>{_told(one)}</span>" for one in imprint)
        told = "".join(f"<p>{_told(line)}</p>" for line in lines)
        head = f"<strong>{_told(said('map.disclaimer'))}</strong>{stated}"
        return f'<footer class="site-foot"><p class="site-disclaimer">{head}</p>{told}</footer>'

    def _grounds(self) -> list[Both]:
        """Return whose the ground of the thumbnails is."""
        told = (BasemapLayer(lang).payload_part()["sources"] for lang in LANGUAGES)
        lines = zip(*told, strict=True)
        return [dict(zip(LANGUAGES, line, strict=True)) for line in lines]

    def _labelled(self, name: str, texts: Both) -> str:
        """Return an attribute in the language the page opens in, and what the switch makes it."""
        return f'{name}="{html.escape(texts[self.lang])}" {self._told_twice(name, texts)}'

    def _told_twice(self, name: str, texts: Both) -> str:
        """Return the attributes that say what an attribute is in each language."""
        both = " ".join(f'data-{lang}="{html.escape(texts[lang])}"' for lang in LANGUAGES)
        return f'data-attribute="{name}" {both}'


def said(key: str, **values: object) -> Both:
    """Return a text of the catalogue in both languages; values may be texts in both as well."""

    def of(value: object, lang: str) -> object:
        return value[lang] if isinstance(value, Mapping) else value

    return {
        lang: t(key, lang, **{name: of(value, lang) for name, value in values.items()})
        for lang in LANGUAGES
    }


def in_both(name: Callable[[str], str]) -> Both:
    """Return what a record says of itself in each language."""
    return {lang: name(lang) for lang in LANGUAGES}


def _told(texts: Both) -> str:
    """Return a text in both languages as markup, of which the page shows one."""
    if len(set(texts.values())) == 1:
        return html.escape(next(iter(texts.values())))
    return "".join(
        f'<span class="{lang}" lang="{HTML_LANG[lang]}">{html.escape(texts[lang])}</span>'
        for lang in LANGUAGES
    )


def _sought(tile: Tile) -> str:
    """Return the words by which a tile is found, of both languages."""
    texts = [tile.name, tile.head, *filter(None, [tile.line]), *tile.meta]
    words = dict.fromkeys(text for both in texts for text in both.values())
    return unicodedata.normalize("NFKC", " ".join(words)).lower()


def _key(key: Key) -> str:
    """Return what the colours of a thumbnail mean."""
    entries = "".join(
        '<li><svg width="16" height="11" aria-hidden="true"><rect width="15" height="10" x=".5" '
        f'y=".5" fill="{html.escape(colour)}" stroke="#5b4636" stroke-opacity=".6"/></svg>'
        f"{_told(text)}</li>"
        for colour, text in key.entries
    )
    name = f'<p class="site-key-name">{_told(key.name)}</p>'
    return f'<div class="site-key">{name}<ul>{entries}</ul></div>'


def _given(imprint: Imprint, name: str, instead: Both) -> Both:
    """Return a text of the imprint in both languages, each its own name where none is given."""
    return {lang: imprint.text(name, lang) or instead[lang] for lang in LANGUAGES}
