"""What the page 数据与口径 shows, as one value that the address carries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from geo.errors import LANGUAGES
from geo.plans import Plans
from geo.plans.derive import DEFINITIONS
from views.query import Query

SECTIONS = ("figures", "derived", "periods", "checks", "facts", "projects", "sources")
MAX_SEARCH = 60  # characters
_KEYS = ("page", "lang", "view", "source", "about", "find", "nature", "rows", "derived")


@dataclass(frozen=True)
class DataState:
    """The state of the page.

    Attributes
    ----------
    lang : str
    section : str
        One of `SECTIONS`.
    source : str
        Document to show, empty for all.
    about : str
        Park or subject to show, empty for all (or the section's first).
    find : str
        Words that a row must hold, empty for none.
    nature : str
        Nature of findings to show, empty for all.
    derived : str
        What is computed in the section of derived values, empty for the first.
    every : bool
        Whether the two periods also show what is stated only once.
    """

    lang: str = "zh"
    section: str = "figures"
    source: str = ""
    about: str = ""
    find: str = ""
    nature: str = ""
    derived: str = ""
    every: bool = False


def from_query(
    query: Mapping[str, str], plans: Plans, natures: Collection[str]
) -> tuple[DataState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default."""
    read = Query(query, _KEYS)
    state = DataState(
        lang=read.one("lang", LANGUAGES, "zh"),
        section=read.one("view", SECTIONS, SECTIONS[0]),
        source=read.one("source", plans.sources),
        about=read.one("about", [*plans.parks, *plans.subjects]),
        find=read.text("find")[:MAX_SEARCH],
        nature=read.one("nature", natures),
        derived=read.one("derived", DEFINITIONS),
        every=read.one("rows", ("all",)) == "all",
    )
    return state, read.told()


def to_query(state: DataState) -> dict[str, str]:
    """Return the URL parameters of a state; what is at its default is left out."""
    query = {
        "page": "data",
        "lang": "" if state.lang == "zh" else state.lang,
        "view": "" if state.section == SECTIONS[0] else state.section,
        "source": state.source,
        "about": state.about,
        "find": state.find,
        "nature": state.nature,
        "derived": state.derived,
        "rows": "all" if state.every else "",
    }
    return {name: value for name, value in query.items() if value}
