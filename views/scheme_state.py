"""What the page 布局 shows, as one value that the address carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geo.errors import LANGUAGES
from geo.plans import Tag
from layers.schemes import Scheme
from views.query import Query

VIEWS = ("one", "two", "industry")
SHOWN = ("both", "left", "right")  # rows of the comparison: named in both, in one only
# Layouts that are worth setting side by side, left and right; each has its word in the catalogue.
PAIRS = {
    "minhang": ("four-plus-x", "one-axis-two-cores-two-rings"),
    "levels": ("one-axis-three-belts", "one-axis-two-cores-two-rings"),
    "city": ("one-axis-three-belts", "one-pole-three-belts"),
    "ai": ("ai-one-axis-three-areas", "ai-and-consumer-goods"),
    "songjiang": ("one-corridor-nine-areas", "three-areas"),
}
_KEYS = ("page", "lang", "view", "a", "b", "element", "other", "show", "link", "tag")


@dataclass(frozen=True)
class Known:
    """What an address may name: the layouts and the industries in use."""

    schemes: Mapping[str, Scheme]
    tags: Mapping[str, Tag]

    def elements(self, scheme_id: str) -> list[str]:
        """Return the ids of a layout's elements; none of an unknown one."""
        scheme = self.schemes.get(scheme_id)
        return [element.id for element in scheme.elements] if scheme else []

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
    linked : bool
        Whether two maps move together.
    tag : str
        The industry.
    """

    lang: str = "zh"
    view: str = "one"
    a: str = ""
    b: str = ""
    element: str = ""
    other: str = ""
    show: str = ""
    linked: bool = True
    tag: str = ""

    def settled(self, known: Known) -> SchemesState:
        """Return the state with what it leaves open, and without elements of other layouts."""
        left, right = known.pair()
        a = self.a if self.a in known.schemes else left
        b = self.b if self.b in known.schemes else right
        return replace(
            self,
            a=a,
            b=b,
            element=self.element if self.element in known.elements(a) else "",
            other=self.other if self.other in known.elements(b) else "",
            tag=self.tag if self.tag in known.tags else known.tag(),
        )


def from_query(query: Mapping[str, str], known: Known) -> tuple[SchemesState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default."""
    read = Query(query, _KEYS)
    left, right = known.pair()
    a, b = read.one("a", known.schemes, left), read.one("b", known.schemes, right)
    state = SchemesState(
        lang=read.one("lang", LANGUAGES, "zh"),
        view=read.one("view", VIEWS, VIEWS[0]),
        a=a,
        b=b,
        element=read.one("element", known.elements(a)),
        other=read.one("other", known.elements(b)),
        show=read.one("show", SHOWN),
        linked=read.one("link", ("0",)) != "0",
        tag=read.one("tag", known.tags),
    )
    return state.settled(known), read.told()


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
        "link": "" if state.linked else "0",
        "tag": "" if state.tag == known.tag() else state.tag,
    }
    return {name: value for name, value in query.items() if value}
