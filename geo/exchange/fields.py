"""The columns of parks for other programs: names, short names for a Shapefile, what each is."""

from __future__ import annotations

from dataclasses import dataclass

from geo.formats.columns import allowed_names, utf8_size
from geo.plans import Plans
from geo.reason import Reason

_SHORT_BYTES = 10  # of a Shapefile's field name
# Names of metrics that leave room for a period ("2125") in such a name.
_BASES = {
    "land_mu": "land",
    "land_industrial_mu": "landin",
    "land_rnd_mu": "landrd",
    "factory_10k_m2": "fact",
    "factory_buildings": "factno",
    "office_10k_m2": "office",
    "office_buildings": "offino",
    "output_target_100m_yuan": "outtgt",
    "output_100m_yuan": "output",
    "output_density_100m_yuan_per_km2": "outden",
    "tax_100m_yuan": "tax",
    "planned_area_km2": "plarea",
    "output_density_industrial_100m_yuan_per_km2": "outdin",
    "output_start_100m_yuan": "outsta",
    "output_growth_pct": "outgro",
    "output_per_industrial_mu_10k_yuan": "outmuin",
    "output_per_rnd_mu_10k_yuan": "outmurd",
    "foreign_output_share_pct": "foroutp",
    "foreign_enterprise_share_pct": "forent",
    "industrial_area_share_pct": "inarpc",
    "industrial_of_usable_pct": "inuspc",
    "industry_land_share_pct": "inldpc",
    "rnd_of_usable_pct": "rdusepc",
    "national_science_awards_count": "awanat",
    "city_science_awards_count": "awacity",
    "national_research_platforms_count": "platf",
}
_OWN = (
    ("id", "", Reason("园区编号", "id of the park")),
    ("name_zh", "", Reason("园区名称", "name in Chinese")),
    ("name_en", "", Reason("园区英文名称", "name in English")),
    ("kind", "", Reason("类别", "kind: one of the big four, or a feature park")),
    ("district", "", Reason("所在区", "district")),
    ("position", "", Reason("规划定位", "what the plan says the park is for")),
    ("industries", "", Reason("主导产业", "leading industries")),
    ("area_km2", "km²", Reason(
        "数字化面积（椭球面积）；示意范围不量算，为空",
        "digitised area, geodesic; null for a schematic outline, which is not measured",
    )),
    ("confidence", "", Reason(
        "边界可信度，取各片区中最低者", "confidence of the outline, the lowest of its zones"
    )),
    ("basis", "", Reason(
        "边界依据：sizhi 四至，corridor 示意走廊",
        "basis of the outline: sizhi (the four bounds), corridor (schematic)",
    )),
    ("remarks", "", Reason(
        "数值须一并阅读的说明：约数、仅部分片区、其他口径",
        "what has to be read with the numbers: bounds, some zones only, other ground",
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A column of ``parks``: its name, the one for a Shapefile, its unit and what it is.

    ``metric`` and ``period`` are empty for what is not a figure of the plans.
    """

    name: str
    short: str
    unit: str
    about: Reason
    metric: str = ""
    period: str = ""


def fields_of(plans: Plans, pairs: list[tuple[str, str]], lang: str) -> tuple[Field, ...]:
    """Return the columns: what the park is, then the figures, then the remarks."""
    *own, remarks = _OWN
    names = [name for name, _, _ in own]
    full = {(metric, period): f"{metric}_{period.replace('-', '_')}" for metric, period in pairs}
    wanted = {full[pair]: _short(*pair) for pair in pairs}
    short = allowed_names([*names, *wanted, remarks[0]], _SHORT_BYTES, utf8_size, short=wanted)
    made = [Field(name, short[name], unit, about) for name, unit, about in own]
    for metric, period in pairs:
        record, name = plans.metrics[metric], full[metric, period]
        about = Reason(f"{record.short_zh}，{period}", f"{record.short_en}, {period}")
        unit = record.unit_name(lang)
        made.append(Field(name, short[name], unit, about, metric, period))
    return (*made, Field(remarks[0], short[remarks[0]], *remarks[1:]))


def _short(metric: str, period: str) -> str:
    """Return a metric and period in ten bytes; names that turn out alike are numbered later.

    Examples
    --------
    >>> _short("land_industrial_mu", "2021-2025"), _short("tax_100m_yuan", "2020")
    ('landin2125', 'tax2020')
    """
    first, _, last = period.partition("-")
    tail = f"{first[2:]}{last[2:]}" if last else first
    base = _BASES.get(metric, metric.replace("_", ""))
    return base[: _SHORT_BYTES - len(tail)] + tail
