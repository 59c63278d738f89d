"""What a page shows, as one value that the URL carries: bookmark it, send it, reload it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from geo.errors import LANGUAGES
from geo.plans import Plans
from layers.i18n import t
from layers.tiles import OFFLINE, offered
from layers.units import UNITS
from views.query import Query

DEFAULT_METRIC = "land_mu"
# More than any park could have; the box and the address share it, so that neither can hold a value
# that the other cannot.
MAX_MU = 1_000_000
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")
# Of which land a least amount is asked, and what is shown below the map; the first of each is what
# an address without it means.
LANDS = ("all", "industrial")
_USUAL = {"all": DEFAULT_METRIC, "industrial": "land_industrial_mu"}
TABS = ("parks", "totals", "actual", "land", "own")
_KEYS = (
    "lang", "metric", "period", "scheme", "projects", "parks", "industries", "min_mu", "land",
    "park", "unit", "tab", "base",
)  # fmt: skip


@dataclass(frozen=True)
class ViewState:
    """The state of the map page.

    Attributes
    ----------
    lang, metric : str
    period : str
        Always one of the metric's periods.
    scheme : str
        Empty for none.
    projects : bool
        Whether the plans' key projects are on the map.
    parks, industries : tuple of str
        Chosen ids; empty for no limit.
    min_mu : decimal.Decimal or None
        Least available land in 亩; None for no limit.
    land : str
        Of which land that is asked: one of `LANDS`.
    park : str
        Park whose card is open; empty for none.
    unit : str
        What land is shown in: one of `layers.units.UNITS`.
    tab : str
        What is shown below the map: one of `TABS`.
    base : str
        The basemap: one of `layers.tiles.offered`.
    """

    lang: str = "zh"
    metric: str = DEFAULT_METRIC
    period: str = ""
    scheme: str = ""
    projects: bool = False
    parks: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    min_mu: Decimal | None = None
    land: str = LANDS[0]
    park: str = ""
    unit: str = UNITS[0]
    tab: str = TABS[0]
    base: str = OFFLINE

    def settled(self, plans: Plans) -> ViewState:
        """Return the state with a period that its metric has, the latest by default."""
        if self.period in plans.periods(self.metric):
            return self
        return replace(self, period=plans.latest_period(self.metric))

    @property
    def usual_metric(self) -> str:
        """The metric that is shown unless another is chosen: the land that is asked for."""
        asked = self.land if self.min_mu is not None else LANDS[0]
        return _USUAL[asked]

    def asking(self, **fields: object) -> dict[str, object]:
        """Return changed filters with the metric, which goes with them unless another is chosen."""
        usual = replace(self, **fields).usual_metric
        if self.metric == self.usual_metric != usual:
            return {**fields, "metric": usual, "period": ""}
        return fields

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return bool(self.parks or self.industries or self.min_mu is not None)


def industries(plans: Plans) -> dict[str, tuple[str, str]]:
    """Return the industry tags in use as id: (zh, en), in the order the parks first bring them."""
    return {tag.id: (tag.zh, tag.en) for park in plans.parks.values() for tag in park.industries}


def from_query(
    query: Mapping[str, str], plans: Plans, schemes: Collection[str]
) -> tuple[ViewState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default.

    Parameters
    ----------
    query : mapping of str to str
    plans : geo.plans.Plans
    schemes : collection of str
        Known scheme ids.

    Returns
    -------
    ViewState, list of str
        The state, and one line for each parameter that could not be used, in its language.
    """
    read = Query(query, _KEYS)
    asked = ViewState(land=read.one("land", LANDS, LANDS[0]), min_mu=_least(read))
    metric = read.one("metric", plans.mapped_metrics(), asked.usual_metric)
    state = replace(
        asked,
        lang=read.one("lang", LANGUAGES, "zh"),
        metric=metric,
        scheme=read.one("scheme", schemes),
        projects=read.one("projects", ("1",)) == "1",
        parks=read.many("parks", plans.parks),
        industries=read.many("industries", industries(plans)),
        unit=read.one("unit", UNITS, UNITS[0]),
        tab=read.one("tab", TABS, TABS[0]),
        base=read.one("base", offered(), OFFLINE),
        park=read.one("park", plans.parks),
        period=read.one("period", plans.periods(metric)),
    )
    return state.settled(plans), read.told()


def _least(read: Query) -> Decimal | None:
    """Return the least land of the URL, or None with a message when it cannot be one."""
    text = read.text("min_mu")
    if _NUMBER.fullmatch(text) and Decimal(text) <= MAX_MU:
        return Decimal(text)
    if text:
        most, value = f"{MAX_MU:,}", text[:40]
        line = t("app.bad_number", read.lang, name="min_mu", value=value, most=most)
        read.messages.append(line)
    return None


def to_query(state: ViewState, plans: Plans) -> dict[str, str]:
    """Return the URL parameters of a state; what is at its default is left out."""
    query = {
        "lang": "" if state.lang == "zh" else state.lang,
        "metric": "" if state.metric == state.usual_metric else state.metric,
        "period": "" if state.period == plans.latest_period(state.metric) else state.period,
        "scheme": state.scheme,
        "projects": "1" if state.projects else "",
        "parks": ",".join(state.parks),
        "industries": ",".join(state.industries),
        "min_mu": "" if state.min_mu is None else f"{state.min_mu.normalize():f}",
        "land": "" if state.land == LANDS[0] else state.land,
        "park": state.park,
        "unit": "" if state.unit == UNITS[0] else state.unit,
        "tab": "" if state.tab == TABS[0] else state.tab,
        "base": "" if state.base == OFFLINE else state.base,
    }
    return {name: value for name, value in query.items() if value}


def period_name(period: str, lang: str) -> str:
    """Return a period as people write it."""
    first, _, last = period.partition("-")
    if last:
        return t("app.period.plan", lang, first=first, last=last)
    return t("app.period.year", lang, year=first)
