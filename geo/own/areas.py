"""Measured areas beside those that a file states."""

from __future__ import annotations

from collections.abc import Sequence

from geo.measure import M2_PER_MU, area_km2
from geo.own import numbers
from geo.own.building import Shape
from geo.own.headings import unit_of
from geo.own.numbers import M2_PER, fitting_unit
from geo.own.records import Finding, Roles, info, warning

_APART = 0.05  # a stated area further than this from the measured one is told
_LISTED = 5
_TINY_M2 = 1.0


def areas_m2(shapes: Sequence[Shape]) -> list[float]:
    """Return the geodesic areas in m², 0 for points and lines."""
    return [1e6 * area_km2(one.geometry) for one in shapes]


def stated_areas(
    shapes: Sequence[Shape], measured: Sequence[float], roles: Roles
) -> tuple[list[float | None], list[Finding]]:
    """Return the stated areas in m² (None where none is), and what to tell of them.

    A column without a unit is compared only where one unit alone makes it fit.
    """
    column = roles.area
    if not column:
        return [None] * len(shapes), []
    cells = [numbers.area(one.values.get(column)) for one in shapes]
    findings: list[Finding] = []
    unit = roles.unit or unit_of(column)
    if not unit and any(value is not None and not own for value, own in cells):
        known = [(v, m) for (v, own), m in zip(cells, measured, strict=True) if v and not own]
        unit = fitting_unit([v for v, _ in known], [m for _, m in known])
        zh, en = _UNIT_ZH.get(unit, ""), _UNIT_EN.get(unit, "")
        if unit:
            findings.append(
                info("unit", zh=f"“{column[:30]}”未写单位；按{zh}读时与实测相合，据此比较",
                     en=f"'{column[:30]}' states no unit; in {en} it fits what is measured and is "
                     "compared so")
            )  # fmt: skip
        else:
            findings.append(
                info("unit_unknown", zh=f"“{column[:30]}”未写单位，没有比较；可在下方选定",
                     en=f"'{column[:30]}' states no unit and is not compared; choose one below")
            )  # fmt: skip
    stated: list[float | None] = []
    bad, apart = [], []
    for one, (value, own), m2 in zip(shapes, cells, measured, strict=True):
        using = own or unit
        if value is None:
            if one.values.get(column) is not None and str(one.values[column]).strip(" -/—无"):
                bad.append(one.row)
            stated.append(None)
            continue
        if not using or value <= 0:
            bad += [one.row] if value < 0 else []
            stated.append(None)
            continue
        area = value * M2_PER[using]
        stated.append(area)
        if m2 > _TINY_M2 and abs(m2 - area) > _APART * area:
            apart.append((one.row, area, m2))
    if bad:
        findings.append(
            warning(
                "area_words",
                bad,
                zh="面积不是正数，或单位不认识，未比较",
                en="the area is no positive number, or in an unknown unit: not compared",
            )
        )
    if apart:
        findings.append(_apart(apart))
    return stated, findings


_UNIT_ZH = {"mu": "亩", "ha": "公顷", "m2": "平方米", "km2": "平方公里"}
_UNIT_EN = {"mu": "mu", "ha": "hectares", "m2": "m²", "km2": "km²"}


def _apart(found: list[tuple[int, float, float]]) -> Finding:
    """Return the finding on stated areas that the measured ones do not bear out."""
    most = sorted(found, key=lambda one: -abs(one[2] / one[1] - 1))[:_LISTED]
    mu = M2_PER_MU
    zh = "、".join(f"第 {r} 行 {s / mu:,.1f} 亩／{m / mu:,.1f} 亩" for r, s, m in most)
    en = ", ".join(f"row {r}: {s / mu:,.1f} and {m / mu:,.1f} mu" for r, s, m in most)
    return warning(
        "area", [row for row, _, _ in found],
        zh=f"所填面积与实测（椭球面积）相差超过 {_APART:.0%}：{zh}（所填／实测，差距最大者）",
        en=f"stated and measured (geodesic) areas are more than {_APART:.0%} apart: {en} (stated, "
        "then measured; the furthest apart)",
    )  # fmt: skip
