"""The state of the page 布局 in the session, and the words its views share."""

from __future__ import annotations

from collections.abc import Iterable

from geo.osm.districts import district_name
from geo.plans import Plans
from layers.i18n import t
from layers.schemes import Scheme
from views.layouts.state import SchemesState
from views.page_state import PageState

SCHEMES: PageState[SchemesState] = PageState("schemes")
current, change, bound = SCHEMES.current, SCHEMES.change, SCHEMES.bound


def period(name: str, lang: str) -> str:
    """Return a plan period as people call it (十四五); one without a name as its years."""
    return t(f"layout.period.{name}", lang) if name in _PERIODS else name.replace("-", "–")


_PERIODS = ("2021-2025", "2026-2030")


def label(scheme: Scheme, plans: Plans, lang: str) -> str:
    """Return a layout in one line: plan period, level, title."""
    return t(
        "layout.label",
        lang,
        period=period(plans.sources[scheme.source_id].period, lang),
        level=t(f"layout.level.{scheme.level}", lang),
        title=scheme.title(lang),
    )


def ordered(schemes: Iterable[Scheme], plans: Plans) -> list[str]:
    """Return ids of layouts: by plan period, the city's first, else in the file's order."""
    ranked = sorted(
        schemes, key=lambda one: (plans.sources[one.source_id].period, one.level != "city")
    )
    return [one.id for one in ranked]


def districts(names: Iterable[str], lang: str) -> str:
    """Return districts in one line."""
    return t("app.separator", lang).join(district_name(name, lang) for name in names)
