"""Small made-up plans that the tests of reconciliation state their numbers in.

They have a city, two districts, a group of two parks and a park of two zones and two parts.
"""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Decimal

from geo.plans import Figure, Indicator, Industry, Label, Metric, Park, Plans, Source, Subject
from geo.plans.reconcile import Comparison, Reconciliation, reconcile


def source(name: str) -> Source:
    words = dict.fromkeys(Source.__dataclass_fields__, "")
    return Source(**words | {"id": name, "short_zh": f"规划{name}", "short_en": f"Plan {name}"})


def metric(name: str, unit: str = "yuan", **more) -> Metric:
    names = {"zh": f"指标{name}", "en": f"metric {name}"}
    return Metric(id=name, **names, short_zh=name, short_en=name, unit=unit, unit_zh=unit,
                  unit_en=unit, **more)  # fmt: skip


def park(name: str, zones: tuple[str, ...] = (), parts: tuple[str, ...] = ()) -> Park:
    return Park(
        id=name,
        zh=f"园区{name}",
        en=f"park {name}",
        short_en=name,
        kind="big-four",
        district=Label("", "", ""),
        zones=zones or (name,),
        aliases=(),
        industries=(),
        position=Label("", "", ""),
        parts=tuple(Label(part, part, part) for part in parts),
        line=1,
    )


def subject(name: str, kind: str, within: str = "", members: tuple[str, ...] = ()) -> Subject:
    return Subject(name, f"地区{name}", f"area {name}", kind, within, members)


PARKS = {one.id: one for one in (park("a"), park("b", ("b-1", "b-2"), ("x", "y")))}
SUBJECTS = {
    one.id: one
    for one in (
        subject("city", "city"),
        subject("east", "district", "city"),
        subject("west", "district", "city"),
        subject("group", "parks", "east", ("a", "b")),
    )
}
SOURCES = {name: source(name) for name in ("p", "q")}
_PLACES = itertools.count()


def number(about: str, of: str, value: str, period: str = "2020", **more):
    """A number printed as ``value``, at a place of its own unless the test names one."""
    printed = more.pop("printed", value)
    common = {
        "metric": of,
        "period": period,
        "value": Decimal(value),
        "unit": more.pop("unit", "yuan"),
        "printed": printed,
        "value_printed": Decimal(value),
        "unit_printed": more.pop("unit_printed", "yuan"),
        "source": SOURCES[more.pop("source", "p")],
        "locator": more.pop("locator", f"第{next(_PLACES)}段"),
        "kind": more.pop("kind", "actual"),
        "note_zh": more.pop("note", ""),
        "note_en": "",
        "line": 1,
    }
    if about in PARKS:
        zones, part = more.pop("zones", ()), more.pop("part", "")
        return Figure(**common, park_id=about, zones=zones, part=part)
    end = more.pop("value_to", None)
    industry = more.pop("industry", "")
    return Indicator(**common, subject_id=about, industry=industry, value_to=end)


def plans_of(metrics: list[Metric], numbers: list, industries: tuple[Industry, ...] = ()) -> Plans:
    return Plans(
        parks=PARKS,
        metrics={one.id: one for one in metrics},
        sources=SOURCES,
        figures=[n for n in numbers if isinstance(n, Figure)],
        subjects=SUBJECTS,
        industries={one.id: one for one in industries},
        indicators=[n for n in numbers if isinstance(n, Indicator)],
    )


def reconciled(metrics: list[Metric], *numbers, industries=()) -> Reconciliation:
    return reconcile(plans_of(metrics, list(numbers), industries))


def only(result: Reconciliation, rule: str) -> Comparison:
    """The one comparison that a rule made."""
    made = [c for c in (*result.findings, *result.holding) if c.rule == rule]
    assert len(made) == result.checked[rule] == 1
    return made[0]


def rounded(value: Decimal, digits: int) -> Decimal:
    """A value as a plan would print it to so many digits."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
