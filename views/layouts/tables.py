"""A layout's elements and members as tables: for the page, and in full for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl import Workbook

from geo.plans import Plans, cite
from layers.i18n import t
from layers.schemes import Carried, Element, Member, Scheme
from views.layouts.session import districts
from views.sheets import Value, book_bytes, rows_sheet, sources_sheet

_SHOWN = ("group", "role", "element", "purpose", "industries", "members", "drawn", "how")
_ELEMENT = ("scheme", "id", "group", "role", "element", "purpose", "industries", "districts",
            "members", "drawn", "how", "decision", "locator", "citation")  # fmt: skip
_MEMBER = ("element", "within", "member", "kind", "id", "districts", "located", "where",
           "industries", "locator")  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A member with the groups and members it stands under, outermost first."""

    element: Element
    within: tuple[Member, ...]
    member: Member


def heads(names: Iterable[str], lang: str) -> list[str]:
    """Return headings of the catalogue."""
    return [t(f"layout.col.{name}", lang) for name in names]


def element_head(lang: str) -> list[str]:
    """Return the headings of the page's table of elements."""
    return heads(_SHOWN, lang)


def element_rows(scheme: Scheme, plans: Plans, lang: str, drawable: bool) -> list[list[Value]]:
    """Return the page's table of elements.

    Parameters
    ----------
    scheme : Scheme
        With its elements' geometry.
    plans : geo.plans.Plans
    lang : str
        "zh" or "en".
    drawable : bool
        False where no map can be drawn: then nothing is said of what is on it.
    """
    names = t("app.separator", lang)
    return [
        [
            element.group.name(lang) if element.group else "",
            t(f"map.role.{element.role}", lang),
            element.name(lang),
            element.gist(lang),
            names.join(plans.tags[tag].name(lang) for tag in element.tags()),
            names.join(member.name(lang) for member in element.members),
            drawn(element, lang) if drawable else "",
            element.how(lang),
        ]
        for element in scheme.elements
    ]


def drawn(element: Element, lang: str) -> str:
    """Return whether an element is on the map, and how many of its members are."""
    if element.geometry is None:
        word = t("layout.drawn.none", lang)
    else:
        word = t("layout.drawn.parts" if element.basis == "parts" else "layout.drawn.own", lang)
    members = element.all_members()
    if not members:
        return word
    located = len(members) - len(element.not_located())
    return t("layout.drawn.members", lang, drawn=word, located=located, all=len(members))


def carried(industries: Iterable[Carried], plans: Plans, lang: str) -> str:
    """Return industries with the plan's words, in one line."""
    end = "；" if lang == "zh" else "; "
    return end.join(
        t("layout.carried", lang, name=plans.tags[one.tag].name(lang), words=one.words)
        for one in industries
    )


def members(elements: Iterable[Element]) -> list[Named]:
    """Return every member and part but the groups, in the plan's order."""

    def below(element: Element, member: Member, within: tuple[Member, ...]) -> Iterator[Named]:
        if member.kind != "group":
            yield Named(element, within, member)
        for part in member.parts:
            yield from below(element, part, (*within, member))

    return [one for e in elements for member in e.members for one in below(e, member, ())]


def member_head(lang: str) -> list[str]:
    """Return the headings of the table of members."""
    return heads(_MEMBER, lang)


def member_rows(scheme: Scheme, plans: Plans, lang: str, drawable: bool) -> list[list[Value]]:
    """Return the table of members, of parks as of places; parameters as of `element_rows`."""
    step = " / "
    return [
        [
            one.element.name(lang),
            step.join(member.name(lang) for member in one.within),
            one.member.name(lang),
            t(f"layout.kind.{one.member.kind}", lang),
            one.member.id,
            districts(one.member.districts, lang),
            located(one.member.located, lang) if drawable else "",
            one.member.where(lang),
            carried(one.member.industries, plans, lang),
            one.member.locator or one.element.locator,
        ]
        for one in members(scheme.elements)
    ]


def located(there: bool, lang: str) -> str:
    """Return the word for what is on the map and what is not."""
    return t("layout.located.yes" if there else "layout.located.no", lang)


def element_file(
    scheme: Scheme, plans: Plans, lang: str, drawable: bool
) -> tuple[list[str], list[list[Value]]]:
    """Return headings and rows of the file of elements, as `element_rows` but with all there is."""
    rows: list[list[Value]] = []
    shown = element_rows(scheme, plans, lang, drawable)
    for element, row in zip(scheme.elements, shown, strict=True):
        group, role, name, gist, _, own, on_map, how = row
        source = cite(plans.sources[element.source_id], lang)
        rows.append([
            scheme.title(lang), element.id, group, role, name, gist,
            carried(element.industries, plans, lang), districts(element.districts, lang), own,
            on_map, how, element.decision(lang), element.locator, source,
        ])  # fmt: skip
    return heads(_ELEMENT, lang), rows


def workbook(scheme: Scheme, plans: Plans, lang: str, drawable: bool) -> bytes:
    """Return a workbook of a layout: elements, members, the documents."""
    book = Workbook()
    book.properties.creator = t("app.title", lang)
    sheet = book.active
    sheet.title = t("layout.sheet.elements", lang)
    rows_sheet(sheet, *element_file(scheme, plans, lang, drawable))
    sheet = book.create_sheet(t("layout.sheet.members", lang))
    rows_sheet(sheet, member_head(lang), member_rows(scheme, plans, lang, drawable))
    sources_sheet(book.create_sheet(t("app.download.sheet.sources", lang)), plans, lang)
    return book_bytes(book)
