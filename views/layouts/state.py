"""What the page 布局 shows, as one value that the address carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from geo.errors import LANGUAGES
from geo.osm.districts import NAMES
from geo.plans import Tag
from layers.i18n import t
from layers.schemes import Scheme
from views.query import Query

VIEWS = ("one", "two", "industry")
LINKS = ("1", "0")
# The district and its neighbour that the project is about come first.
_FIRST = ("闵行区", "松江区")
DISTRICTS = (*_FIRST, *(zh for zh, _ in NAMES.values() if zh not in _FIRST))
SHOWN = ("both", "left", "right")  # rows of the comparison: named in both, in one only
# Layouts that are worth setting side by side, left and right; each has its word in the catalogue.
PAIRS = {
    "minhang": ("four-plus-x", "one-axis-two-cores-two-rings"),
    "levels": ("one-axis-three-belts", "one-axis-two-cores-two-rings"),
    "city": ("one-axis-three-belts", "one-pole-three-belts"),
    "ai": ("ai-one-axis-three-areas", "ai-and-consumer-goods"),
    "songjiang": ("one-corridor-nine-areas", "three-areas"),
}
_KEYS = (
    "page", "lang", "view", "a", "b", "element", "other", "show", "link", "tag", "district",
    "within",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What an address may name: the layouts and the industries in use."""

    schemes: Mapping[str, Scheme]
    tags: Mapping[str, Tag]

    def elements(self, scheme_id: str) -> list[str]:
        """Return the ids of a layout's elements; none of an unknown one."""
        scheme = self.schemes.get(scheme_id)
        return [element.id for element in scheme.elements] if scheme else []

    def districts(self, scheme_id: str, element_id: str) -> list[str]:
        """Return the districts of an element's members; none of an unknown one."""
        scheme = self.schemes.get(scheme_id)
        found = [e for e in scheme.elements if e.id == element_id] if scheme else []
        return by_district(m.districts for element in found for m in element.walk())

    def linked(self, state: SchemesState) -> bool:
        """Return whether a state's two maps move together.

        When nobody said, they do unless one layout is a city's and one a district's: those have
        each an extent of their own.
        """
        if state.link:
            return state.link == "1"
        levels = {self.schemes[one].level for one in (state.a, state.b) if one in self.schemes}
        return state.view != "two" or len(levels) < 2

    def pairs(self) -> dict[str, tuple[str, str]]:
        """Return the ready-made pairs of which both layouts are there."""
        return {name: p for name, p in PAIRS.items() if all(one in self.schemes for one in p)}

    def pair(self) -> tuple[str, str]:
        """Return what is compared when the address does not say."""
        ids = list(self.schemes)
        return next(iter(self.pairs().values()), (ids[0], ids[-1]) if ids else ("", ""))

    def tag(self) -> str:
        """Return the industry that is shown when the address does not say."""
        return next(iter(self.tags), "")


def by_district(found: Iterable[Iterable[str]]) -> list[str]:
    """Return districts by their Chinese names, each once, in the order of the list of districts."""
    named = {name for names in found for name in names}
    return [name for name in DISTRICTS if name in named]


@dataclass(frozen=True)
class SchemesState:
    """The state of the page.

    Attributes
    ----------
    lang : str
    view : str
        One of `VIEWS`.
    a, b : str
        The layout that is shown, or the left one; the right one.
    element, other : str
        Element of ``a`` and of ``b`` whose card is open; empty for none.
    show : str
        One of `SHOWN`, empty for all rows of the comparison.
    link : str
        "1" or "0": whether two maps move together; empty for what suits them, `Known.linked`.
    tag : str
        The industry.
    district : str
        Chinese name of the district whose carriers are listed; empty for all.
    within : str
        The same of the members on the open card.
    """

    lang: str = "zh"
    view: str = "one"
    a: str = ""
    b: str = ""
    element: str = ""
    other: str = ""
    show: str = ""
    link: str = ""
    tag: str = ""
    district: str = ""
    within: str = ""

    def settled(self, known: Known) -> SchemesState:
        """Return the state with what it leaves open, and without elements of other layouts."""
        left, right = known.pair()
        a = self.a if self.a in known.schemes else left
        b = self.b if self.b in known.schemes else right
        element = self.element if self.element in known.elements(a) else ""
        return replace(
            self,
            a=a,
            b=b,
            element=element,
            other=self.other if self.other in known.elements(b) else "",
            tag=self.tag if self.tag in known.tags else known.tag(),
            within=self.within if self.within in known.districts(a, element) else "",
        )


def from_query(query: Mapping[str, str], known: Known) -> tuple[SchemesState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default.

    Returns
    -------
    SchemesState, list of str
        The state; one line on all that could not be used, in its language and the page's words.
    """
    read = Query(query, _KEYS)
    left, right = known.pair()
    a, b = read.one("a", known.schemes, left), read.one("b", known.schemes, right)
    element = read.one("element", known.elements(a))
    state = SchemesState(
        lang=read.one("lang", LANGUAGES, "zh"),
        view=read.one("view", VIEWS, VIEWS[0]),
        a=a,
        b=b,
        element=element,
        other=read.one("other", known.elements(b)),
        show=read.one("show", SHOWN),
        link=read.one("link", LINKS),
        tag=read.one("tag", known.tags),
        district=read.one("district", DISTRICTS),
        within=read.one("within", known.districts(a, element)),
    )
    return state.settled(known), _told(read, state.lang)


def _told(read: Query, lang: str) -> list[str]:
    """Return one line on what an address has wrong: the ids that it could name help nobody here."""
    wrong = [
        t("layout.bad.value", lang, name=t(f"layout.bad.{name}", lang), value=value)
        for name, value in read.wrong
    ]
    if strange := read.strange():
        wrong.append(t("layout.bad.name", lang, names=strange))
    return [t("layout.bad", lang, wrong=t("app.separator", lang).join(wrong))] if wrong else []


def to_query(state: SchemesState, known: Known) -> dict[str, str]:
    """Return the URL parameters of a state; what is at its default is left out."""
    left, right = known.pair()
    query = {
        "page": "schemes",
        "lang": "" if state.lang == "zh" else state.lang,
        "view": "" if state.view == VIEWS[0] else state.view,
        "a": "" if state.a == left else state.a,
        "b": "" if state.b == right else state.b,
        "element": state.element,
        "other": state.other,
        "show": state.show,
        "link": state.link,
        "tag": "" if state.tag == known.tag() else state.tag,
        "district": state.district,
        "within": state.within,
    }
    return {name: value for name, value in query.items() if value}
