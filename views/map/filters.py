"""Which parks a state's filters let in, and why each other park is left out."""

from __future__ import annotations

from dataclasses import dataclass

from geo.finder.amounts import Amounts
from geo.finder.records import Need
from geo.finder.scope import sources_of
from geo.plans import Figure, Park, Plans
from views.map.state import ViewState

LAND, INDUSTRIAL = "land_mu", "land_industrial_mu"
ASKED = {"all": LAND, "industrial": INDUSTRIAL}
_CRITERIA = {"all": "land", "industrial": "industrial_land"}
# Why a park is left out; only the last leaves open whether it meets the filter.
REASONS = ("parks", "industry", "less", "unstated")


@dataclass(frozen=True)
class LeftOut:
    """A park that the filters do not let in.

    Attributes
    ----------
    park : geo.plans.Park
    reasons : tuple of str
        Of `REASONS`, every one that holds: not among the chosen parks, none of the chosen
        industries among its tags, less land than asked, or the land asked for is not stated.
    land : geo.plans.Figure or None
        The stated land behind "less" and "unstated": what was asked for, or all available land
        where the industrial part is not stated.
    """

    park: Park
    reasons: tuple[str, ...]
    land: Figure | None = None

    @property
    def open(self) -> bool:
        """Whether the park may meet the filters: only that the plan does not say is against it."""
        return self.reasons == ("unstated",)


def shown_parks(state: ViewState, plans: Plans) -> list[Park]:
    """Return the parks that meet every filter, in the order of table 4-1.

    Chosen industries are alternatives: one of them is enough. A park whose land of the kind asked
    for is not stated is not known to have the least of it, and is not among them.
    """
    return [park for park in plans.parks.values() if judge(park, state, plans) is None]


def left_out(state: ViewState, plans: Plans) -> list[LeftOut]:
    """Return the parks that are not shown, each with its reasons, in the order of table 4-1."""
    judged = (judge(park, state, plans) for park in plans.parks.values())
    return [one for one in judged if one is not None]


def judge(park: Park, state: ViewState, plans: Plans) -> LeftOut | None:
    """Return why a park is left out, None when it meets every filter."""
    reasons = []
    if state.parks and park.id not in state.parks:
        reasons.append("parks")
    if state.industries and not {tag.id for tag in park.industries} & {*state.industries}:
        reasons.append("industry")
    land, reason = _land(park, state, plans)
    if reason:
        reasons.append(reason)
    return LeftOut(park, tuple(reasons), land) if reasons else None


def _land(park: Park, state: ViewState, plans: Plans) -> tuple[Figure | None, str]:
    """Return the land that decides and what it decides: "", "less" or "unstated".

    The rule is the site finder's, for a hard limit.
    """
    if state.min_mu is None:
        return None, ""
    amounts = Amounts(plans, None, sources_of(plans, ""))
    judged = amounts.judge(Need(_CRITERIA[state.land], state.min_mu, must=True), park)
    figure = amounts.latest(park, ASKED[state.land]) or amounts.latest(park, LAND)
    return figure, {"met": "", "unknown": "unstated"}.get(judged.status, "less")
