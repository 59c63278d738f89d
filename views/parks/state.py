"""What the page 园区 shows, as one value that the address carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import LANGUAGES
from geo.plans import Plans
from layers.i18n import t
from layers.units import UNITS
from views.page_state import PageState
from views.query import Query

MOST = 4  # parks side by side
_KEYS = ("page", "lang", "parks", "marked", "unit", "full", "years")


@dataclass(frozen=True)
class ParksState:
    """The state of the page.

    Attributes
    ----------
    lang : str
    parks : tuple of str
        None for the gallery, one for its page, two to `MOST` side by side, as they stand.
    marked : tuple of str
        Those ticked in the gallery to be compared, at most `MOST`, in the order they were ticked.
    unit : str
        What land is shown in: one of `layers.units.UNITS`.
    full : bool
        Only the rows in which every park has a figure.
    years : bool
        Every year and period, not the latest only.
    """

    lang: str = "zh"
    parks: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    unit: str = UNITS[0]
    full: bool = False
    years: bool = False


PARKS: PageState[ParksState] = PageState("parks-state")


def from_query(query: Mapping[str, str], plans: Plans) -> tuple[ParksState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default."""
    read = Query(query, _KEYS)
    parks, marked = (read.many(name, plans.parks) for name in ("parks", "marked"))
    for key, given in (("parks.too_many", parks), ("parks.too_many.marked", marked)):
        if len(given) > MOST:
            read.messages.append(t(key, read.lang, most=MOST, count=len(given)))
    state = ParksState(
        lang=read.one("lang", LANGUAGES, "zh"),
        parks=parks[:MOST],
        marked=marked[:MOST],
        unit=read.one("unit", UNITS, UNITS[0]),
        full=read.one("full", ("1",)) == "1",
        years=read.one("years", ("1",)) == "1",
    )
    return state, read.told()


def to_query(state: ParksState) -> dict[str, str]:
    """Return the URL parameters of a state; what is at its default is left out."""
    query = {
        "page": "parks",
        "lang": "" if state.lang == "zh" else state.lang,
        "parks": ",".join(state.parks),
        "marked": ",".join(state.marked),
        "unit": "" if state.unit == UNITS[0] else state.unit,
        "full": "1" if state.full else "",
        "years": "1" if state.years else "",
    }
    return {name: value for name, value in query.items() if value}


def change(**fields: object) -> None:
    """Change fields of the session's state."""
    PARKS.change(**fields)


def added(parks: tuple[str, ...], park: str) -> tuple[str, ...]:
    """Return parks with one more at the end, or without it where it is among them.

    Examples
    --------
    >>> added(("zizhu",), "maqiao"), added(("zizhu", "maqiao"), "zizhu")
    (('zizhu', 'maqiao'), ('maqiao',))
    """
    if park in parks:
        return tuple(one for one in parks if one != park)
    return (*parks, park)
