"""What the page 导出 is set to, as one value that the address carries, without personal texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geo.errors import LANGUAGES
from geo.exchange.files import SYSTEMS
from geo.plans import Plans
from layers.pictures import PAPERS
from layers.schemes import Scheme
from layers.schemes.industry import tags_in_use
from views.page_state import PageState
from views.query import Query

SECTIONS = ("map", "set", "tables", "geodata")
WHATS = ("parks", "scheme", "industry", "projects")
FIGURES = ("usual", "all")
NO_METRIC = "none"
DEFAULT_METRIC = "land_mu"
_KEYS = ("page", "lang", "view", "what", "metric", "period", "parks", "scheme", "industry", "paper",
         "format", "crs", "figures")  # fmt: skip


@dataclass(frozen=True)
class ExportState:
    """The state of the page.

    Attributes
    ----------
    lang : str
        Also the language that the files are in, or open in.
    section : str
        One of `SECTIONS`.
    what : str
        What the map is of, one of `WHATS`.
    metric : str
        What the parks are coloured by; `NO_METRIC` for nothing.
    period : str
        One of the metric's; empty without one.
    parks : tuple of str
        Of the map, the tables and the geodata; empty for all.
    scheme, industry : str
        What the map is of then.
    paper : str
        One of `layers.pictures.PAPERS`.
    format : str
        Of geodata, a key of `geo.exchange.files.SYSTEMS`.
    crs : int
        One of those of the format.
    figures : str
        Which figures geodata have, one of `FIGURES`.
    """

    lang: str = "zh"
    section: str = SECTIONS[0]
    what: str = WHATS[0]
    metric: str = DEFAULT_METRIC
    period: str = ""
    parks: tuple[str, ...] = ()
    scheme: str = ""
    industry: str = ""
    paper: str = "A4"
    format: str = "gpkg"
    crs: int = 0
    figures: str = FIGURES[0]

    def settled(self, plans: Plans, schemes: Mapping[str, Scheme]) -> ExportState:
        """Return the state with everything that depends on something else put right."""
        tags = tags_in_use(plans, schemes)
        metrics = plans.mapped_metrics()
        metric = self.metric if self.metric in (*metrics, NO_METRIC) else NO_METRIC
        periods = [] if metric == NO_METRIC else plans.periods(metric)
        systems = SYSTEMS[self.format]
        return replace(
            self,
            what="parks" if self.what == "scheme" and not schemes else self.what,
            metric=metric,
            period=self.period if self.period in periods else next(reversed(periods), ""),
            scheme=self.scheme if self.scheme in schemes else next(iter(schemes), ""),
            industry=self.industry if self.industry in tags else next(iter(tags), ""),
            crs=self.crs if self.crs in systems else systems[0],
        )


EXPORT: PageState[ExportState] = PageState("export-state")


def from_query(
    query: Mapping[str, str], plans: Plans, schemes: Mapping[str, Scheme]
) -> tuple[ExportState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default."""
    read = Query(query, _KEYS)
    metric = read.one("metric", [*plans.mapped_metrics(), NO_METRIC], DEFAULT_METRIC)
    chosen = read.one("format", SYSTEMS, "gpkg")
    known = plans.periods(metric) if metric in plans.metrics else []
    state = ExportState(
        lang=read.one("lang", LANGUAGES, "zh"),
        section=read.one("view", SECTIONS, SECTIONS[0]),
        what=read.one("what", WHATS, WHATS[0]),
        metric=metric,
        period=read.one("period", known),
        parks=read.many("parks", plans.parks),
        scheme=read.one("scheme", schemes),
        industry=read.one("industry", tags_in_use(plans, schemes)),
        paper=read.one("paper", PAPERS, "A4"),
        format=chosen,
        crs=int(read.one("crs", [str(code) for code in SYSTEMS[chosen]], "0")),
        figures=read.one("figures", FIGURES, FIGURES[0]),
    )
    return state.settled(plans, schemes), read.told()


def to_query(state: ExportState, plans: Plans, schemes: Mapping[str, Scheme]) -> dict[str, str]:
    """Return the URL parameters of a state; what is at its default is left out."""
    plain = ExportState(metric=state.metric, format=state.format, what=state.what)
    plain = plain.settled(plans, schemes)
    query = {
        "page": "export",
        "lang": "" if state.lang == "zh" else state.lang,
        "view": "" if state.section == SECTIONS[0] else state.section,
        "what": "" if state.what == WHATS[0] else state.what,
        "metric": "" if state.metric == DEFAULT_METRIC else state.metric,
        "period": "" if state.period == plain.period else state.period,
        "parks": ",".join(state.parks),
        "scheme": state.scheme if state.what == "scheme" else "",
        "industry": state.industry if state.what == "industry" else "",
        "paper": "" if state.paper == "A4" else state.paper,
        "format": "" if state.format == "gpkg" else state.format,
        "crs": "" if state.crs == plain.crs else str(state.crs),
        "figures": "" if state.figures == FIGURES[0] else state.figures,
    }
    return {name: value for name, value in query.items() if value}


def bound(key: str, value: object, field: str) -> dict:
    """Return the arguments that tie a widget to one field of the state."""
    return EXPORT.bound(key, value, lambda new: {field: new})
