"""What the site finder is asked, as one value that the address carries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from geo.errors import LANGUAGES
from geo.finder import CRITERIA, WEIGHTS
from layers.i18n import t
from views.query import Query

# What the address calls each criterion.
NAMES = {
    "industry": "ind",
    "industrial_land": "iland",
    "land": "land",
    "factory": "factory",
    "office": "office",
    "density": "density",
    "metro": "metro",
    "expressway": "ramp",
}
# What a need weighs until its asker says otherwise: some more and some less are possible.
USUAL_WEIGHT = 3
# More than any park could have; the boxes and the address share it.
MOST = 1_000_000
MOST_COMPARED = 3
NONE = "none"  # in the address: no park is to be in the proposal
STEP = Decimal("0.0001")  # finer than any figure of a plan; the boxes and the address share it
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")
_KEYS = ("page", "lang", *NAMES.values(), "plan", "must", "weight", "park", "pick")


@dataclass(frozen=True)
class FinderState:
    """The state of the page.

    Attributes
    ----------
    lang : str
    values : dict of str to (str or decimal.Decimal)
        What is asked, by criterion, in the order of `CRITERIA`; what is not asked is not in it.
    must : frozenset of str
        Criteria that are hard limits.
    weights : dict of str to int
        Of the other criteria, where it is not the usual one.
    period : str
        Plan period whose documents count; empty for all.
    park : str
        Park whose reasons are open; empty for none.
    pick : tuple of str or None
        Parks of the proposal; None for the first ones.
    """

    lang: str = "zh"
    values: Mapping[str, str | Decimal] = field(default_factory=dict)
    must: frozenset[str] = frozenset()
    weights: Mapping[str, int] = field(default_factory=dict)
    period: str = ""
    park: str = ""
    pick: tuple[str, ...] | None = None

    def settled(self) -> FinderState:
        """Return the state without what is of no need, in the one order."""
        values = {name: self.values[name] for name in CRITERIA if name in self.values}
        must = self.must & set(values)
        weights = {
            name: self.weights[name]
            for name in values
            if name not in must and self.weights.get(name, USUAL_WEIGHT) != USUAL_WEIGHT
        }
        return replace(self, values=values, must=must, weights=weights)

    def weight(self, criterion: str) -> int:
        """Return what a need weighs where it is no hard limit."""
        return self.weights.get(criterion, USUAL_WEIGHT)

    def asked(self, criterion: str, value: str | Decimal | None) -> FinderState:
        """Return the state with another value of a criterion; None or "" asks nothing of it."""
        values = {name: old for name, old in self.values.items() if name != criterion}
        if value is not None and value != "":
            values[criterion] = value
        # Another question has other answers: those chosen from the old ones go.
        return replace(self, values=values, pick=None).settled()

    def hard(self, criterion: str, must: bool) -> FinderState:
        """Return the state with a criterion as a hard limit, or counted."""
        wanted = self.must | {criterion} if must else self.must - {criterion}
        return replace(self, must=frozenset(wanted), pick=None).settled()

    def weighing(self, criterion: str, weight: int) -> FinderState:
        """Return the state with another weight of a criterion."""
        weights = {**self.weights, criterion: weight}
        return replace(self, weights=weights, pick=None).settled()


def from_query(
    query: Mapping[str, str],
    industries: Collection[str],
    periods: Collection[str],
    parks: Collection[str],
) -> tuple[FinderState, list[str]]:
    """Read a state from the address; what is not valid is told and left at its default.

    Parameters
    ----------
    query : mapping of str to str
    industries, periods, parks : collection of str
        Known ids and plan periods.

    Returns
    -------
    FinderState, list of str
        The state, and one line for each parameter that could not be used, in its language.
    """
    # The names of the command are understood as well.
    read = Query({NAMES.get(name, name): value for name, value in query.items()}, _KEYS)
    values: dict[str, str | Decimal | None] = {
        name: _amount(read, NAMES[name]) for name in NAMES if name != "industry"
    }
    values["industry"] = read.one(NAMES["industry"], industries) or None
    short = {own: name for name, own in NAMES.items()}
    weights = [f"{own}-{weight}" for own in short for weight in WEIGHTS]
    chosen = (one.rpartition("-") for one in read.many("weight", weights))
    state = FinderState(
        lang=read.one("lang", LANGUAGES, "zh"),
        values={name: value for name, value in values.items() if value is not None},
        must=frozenset(short[own] for own in read.many("must", short)),
        weights={short[own]: int(weight) for own, _, weight in chosen},
        period=read.one("plan", periods),
        park=read.one("park", parks),
        pick=_pick(read, parks),
    )
    return state.settled(), read.told()


def _amount(read: Query, name: str) -> Decimal | None:
    """Return an amount of the address, or None with a message when it cannot be one."""
    # Full-width digits are digits, as for the command.
    text = unicodedata.normalize("NFKC", read.text(name)).strip()
    if _NUMBER.fullmatch(text) and 0 < Decimal(text) <= MOST:
        return Decimal(text)
    if text:
        most, value = f"{MOST:,}", text[:40]
        read.messages.append(t("finder.bad_number", read.lang, name=name, value=value, most=most))
    return None


def _pick(read: Query, parks: Collection[str]) -> tuple[str, ...] | None:
    if read.text("pick") == NONE:
        return ()
    return read.many("pick", parks)[:MOST_COMPARED] or None


def to_query(state: FinderState) -> dict[str, str]:
    """Return the address's parameters of a state; what is at its default is left out."""
    state = state.settled()
    pick = NONE if state.pick == () else ",".join(state.pick or ())
    query = {
        "page": "finder",
        "lang": "" if state.lang == "zh" else state.lang,
        **{NAMES[name]: written(value) for name, value in state.values.items()},
        "plan": state.period,
        "must": ",".join(NAMES[name] for name in CRITERIA if name in state.must),
        "weight": ",".join(f"{NAMES[name]}-{n}" for name, n in state.weights.items()),
        "park": state.park,
        "pick": pick,
    }
    return {name: value for name, value in query.items() if value}


def written(value: str | Decimal) -> str:
    """Return a value as the address and the finder's core take it."""
    return value if isinstance(value, str) else f"{value.normalize():f}"
