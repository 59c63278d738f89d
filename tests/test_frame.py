"""The figures as frames, and two plan periods side by side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import AtlasError
from geo.plans import Fact, Indicator, Label, Metric, Plans, load_boundaries
from geo.plans.compare import (
    NO_DOCUMENT,
    NO_YEAR,
    NOT_STATED,
    OWN_INDUSTRIES,
    PRINTS_DIFFER,
    WORDS_DIFFER,
    stand_ins,
)
from geo.plans.derive import DEFINITIONS, derive
from geo.plans.frame import DERIVED, TIDY, park_years, periods, plan_periods, tidy
from geo.plans.subjects import load_subjects

PLANS = Plans.load()
BOUNDARIES = load_boundaries()


def metric(name: str, unit: str = "count", **more: object) -> Metric:
    """A metric of the tests' own, in a unit the project knows."""
    units = {
        "count": ("个", "count"),
        "pct": ("%", "%"),
        "100m_yuan": ("亿元", "×100 million yuan"),
    }
    zh, en = units[unit]
    return Metric(name, f"{name} 中", f"{name} en", name, name, unit, zh, en, **more)


def indicator(
    name: str,
    period: str,
    value: str,
    kind: str = "actual",
    source: str = "mh155",
    printed: str = "",
    **more: object,
) -> Indicator:
    """A number of Minhang."""
    amount = Decimal(value)
    unit = PLANS_WITH.metrics[name].unit if name in METRICS else PLANS.metrics[name].unit
    fields = {
        "metric": name, "period": period, "value": amount, "unit": unit,
        "printed": printed or value, "value_printed": amount, "unit_printed": unit,
        "source": PLANS.sources[source], "locator": f"第一章 / {name} / {period} / {value}",
        "kind": kind, "note_zh": "", "note_en": "", "line": 2, "subject_id": "minhang",
        "industry": "", "value_to": None,
    }  # fmt: skip
    return Indicator(**{**fields, **more})


METRICS = {
    "centres": metric("centres"),
    "share_pct": metric("share_pct", "pct"),
    "above": metric("above", "100m_yuan"),
    "output_above_size_100m_yuan": metric(
        "output_above_size_100m_yuan",
        "100m_yuan",
        part_of="output_100m_yuan",
        terms=PLANS.metrics["output_above_size_100m_yuan"].terms,
    ),
}
PLANS_WITH = replace(PLANS, metrics={**PLANS.metrics, **METRICS})


def table(*numbers: Indicator, facts: tuple[Fact, ...] = ()):
    """The two periods of Minhang with these numbers."""
    return plan_periods(replace(PLANS_WITH, indicators=list(numbers), facts=list(facts)), "minhang")


def row(found, name: str):
    (one,) = [row for row in found.rows if row.metric == name]
    return one


def texts(found, name: str, lang: str = "zh") -> list[str]:
    one = row(found, name)
    return [one.cells[column.id].text(lang) for column in found.columns]


# --- the long form -------------------------------------------------------------------------------


def test_every_quantity_is_one_row_with_its_provenance():
    frame = tidy(PLANS, BOUNDARIES)
    stated = frame[~frame["derived"]]
    assert list(frame.columns) == list(TIDY)
    assert len(stated) == sum(len(PLANS.park_figures(park)) for park in PLANS.parks)
    assert len(frame) - len(stated) == len(derive(PLANS, BOUNDARIES))
    assert set(frame[frame["derived"]]["metric"]) == set(DEFINITIONS)
    assert (frame["source_id"] != "").all() and (frame["locator"] != "").all()
    assert (stated["printed"] != "").all() and (stated["formula_zh"] == "").all()
    computed = frame[frame["derived"]]
    assert set(computed["kind"]) == {DERIVED} and (computed["formula_en"] != "").all()
    assert list(frame["park_id"].drop_duplicates()) == list(PLANS.parks)


def test_values_stay_exact_and_nothing_is_nan():
    frame = tidy(PLANS, BOUNDARIES)
    assert all(isinstance(value, Decimal) for value in frame["value"])
    by_key = {(f.park_id, f.metric, f.period, " ".join(f.zones), f.part): f.value
              for f in PLANS.figures}  # fmt: skip
    for item in frame[~frame["derived"]].itertuples():
        assert item.value == by_key[item.park_id, item.metric, item.period, item.zones, item.part]
    words = frame.drop(columns=["value", "value_printed"])
    assert not words.isna().any().any()


def test_other_places_stand_beside_the_first():
    first = PLANS.figure("zizhu", "output_100m_yuan", "2020")
    again = replace(first, source=PLANS.sources["mh155"], locator="别处", printed="142.2")
    frame = tidy(replace(PLANS, figures=[*PLANS.figures, again]), derived=False)
    own = frame[(frame["park_id"] == "zizhu") & (frame["metric"] == "output_100m_yuan")]
    assert list(own[own["period"] == "2020"]["elsewhere"]) == ["mh155 别处: 142.2"]
    assert len(frame) == len(tidy(PLANS, derived=False))


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_frame(random):
    figures = list(PLANS.figures)
    random.shuffle(figures)
    turned = replace(PLANS, figures=figures)
    pd.testing.assert_frame_equal(tidy(turned), tidy(PLANS))
    pd.testing.assert_frame_equal(park_years(turned, derived=True), park_years(PLANS, derived=True))


# --- a park and year -----------------------------------------------------------------------------


def test_a_row_is_a_park_and_year():
    frame = park_years(PLANS)
    assert frame.index.names == ["park_id", "year"] and frame.index.is_unique
    assert frame.at[("xinzhuang", "2016"), "output_100m_yuan"] == Decimal(964)
    assert frame.at[("xinzhuang", "2025"), "output_target_100m_yuan"] == Decimal(1125)
    assert frame.at[("maqiao", "2025"), "output_100m_yuan"] is None
    assert ("maqiao", "2016") not in frame.index, "nothing is stated of it"
    assert not any("-" in year for _, year in frame.index)
    assert "land_mu" not in frame.columns, "of a period, not of a year"


def test_what_is_limited_or_no_actual_number_is_named():
    frame = park_years(PLANS)
    assert "output_100m_yuan metdz" in frame.at[("metdz", "2020"), "limited"]
    assert frame.at[("zizhu", "2020"), "limited"] == ""
    assert frame.at[("lianhua", "2025"), "not_actual"] == "output_target_100m_yuan target"
    assert frame.at[("zizhu", "2020"), "not_actual"] == ""


def test_a_whole_parks_derived_value_goes_before_a_zones():
    zone = PLANS.figure("metdz", "output_100m_yuan", "2020")
    whole = replace(zone, zones=(), value=Decimal(700), value_printed=Decimal(700), printed="700")
    plans = replace(PLANS, figures=[*PLANS.figures, whole])
    frame = park_years(plans, BOUNDARIES, derived=True)
    assert frame.at[("metdz", "2020"), "output_100m_yuan"] == 700
    expected = [d.value for d in derive(plans, BOUNDARIES, ["metdz"]) if d.period == "2020"
                and d.metric == "output_per_digitised_km2_100m_yuan" and not d.zones]  # fmt: skip
    assert [frame.at[("metdz", "2020"), "output_per_digitised_km2_100m_yuan"]] == expected
    assert "output_100m_yuan" not in frame.at[("metdz", "2020"), "limited"].split()


def test_floats_are_for_plots_only():
    exact, floats = park_years(PLANS, BOUNDARIES, True), park_years(PLANS, BOUNDARIES, True, False)
    numbers = floats.drop(columns=["limited", "not_actual"])
    assert all(dtype.kind == "f" for dtype in numbers.dtypes)
    for name in numbers:
        for key, value in exact[name].items():
            assert pd.isna(numbers.at[key, name]) if value is None else (
                numbers.at[key, name] == float(value)
            )  # fmt: skip
    assert "output_per_mu_10k_yuan" in floats and "output_change_pct" not in floats


# --- two periods of a park -----------------------------------------------------------------------


def test_the_two_periods_of_a_park():
    found = periods(PLANS, "xinzhuang", BOUNDARIES)
    assert texts(found, "output_100m_yuan") == [
        "964（工业总产值）", "1,055.92（工业总产值）", "1,125",
        "1,128.31（规模以上工业总产值）", NOT_STATED.zh,
    ]  # fmt: skip
    assert texts(found, "land_mu", "en") == [*["not stated"] * 2, "760.1", *["not stated"] * 2]
    assert not any(row.metric == "output_target_100m_yuan" for row in found.rows)
    gap = row(found, "output_100m_yuan").gap
    assert (gap.value, gap.share) == (Decimal("3.31"), Decimal("100.3"))
    assert gap.formula.zh == "1,128.31 亿元 − 1,125 亿元"
    assert "产值" in gap.caveats[0].zh and gap.scope_differs
    cells = row(found, "output_100m_yuan").cells
    assert WORDS_DIFFER in cells["actual"].caveats
    same = row(periods(PLANS, "zizhu"), "output_100m_yuan")
    assert not any(cell.caveats or cell.called for cell in same.cells.values())


def test_a_target_of_other_zones_is_told_as_such():
    found = periods(PLANS, "metdz", BOUNDARIES)
    assert texts(found, "output_100m_yuan")[:4] == [
        "511.78（部分片区）", "587.59（部分片区）", "975", "523.29（部分片区）"
    ]  # fmt: skip
    gap = row(found, "output_100m_yuan").gap
    assert gap.scope_differs and "范围不同" in gap.caveats[0].zh
    area = row(found, "planned_area_km2").cells["plan"]
    assert [figure.value for figure in area.numbers] == [14], "its zones' are of 2016-2020"
    assert area.text("zh") == "约 14"


def test_gaps_of_parks_are_the_derived_ones():
    derived = {(d.park_id, d.metric): d for d in derive(PLANS, BOUNDARIES)}
    seen = 0
    for park in PLANS.parks:
        for one in periods(PLANS, park, BOUNDARIES).rows:
            if one.gap and one.metric == "output_100m_yuan":
                assert one.gap.value == derived[park, "target_gap_100m_yuan"].value
                assert one.gap.share == derived[park, "target_attainment_pct"].value
                assert set(one.gap.caveats) >= set(derived[park, "target_gap_100m_yuan"].caveats)
                seen += 1
    assert seen == 4


def test_a_start_value_stands_before_its_period_and_says_that_the_year_is_open():
    found = periods(PLANS, "xinzhuang")
    shown = texts(found, "output_start_100m_yuan")
    assert shown[1] == "1,037.9（年份未载明）" and set(shown) == {shown[1], NOT_STATED.zh}
    assert row(found, "output_start_100m_yuan").cells["base"].caveats == (NO_YEAR,)
    begun = {**PLANS_WITH.metrics, "centres": metric("centres", start_of="above")}
    for period, at in (("2016-2020", 0), ("2021-2025", 1), ("2020", 1), ("2015", 0)):
        numbers = [indicator("centres", period, "7")]
        shown = texts(plan_periods(replace(PLANS_WITH, metrics=begun, indicators=numbers, facts=[]),
                                   "minhang"), "centres", "en")  # fmt: skip
        assert shown[at] == "7 (year not stated)"


def test_a_number_over_years_says_so():
    assert texts(table(indicator("centres", "2021-2025", "53")), "centres")[3] == "53（2021–2025）"
    aimed = indicator("centres", "2021-2025", "600", "target", "mh145")
    assert texts(table(aimed), "centres")[2] == "600（2021–2025）"
    found = periods(PLANS, "xinzhuang")
    assert texts(found, "developed_industrial_area_km2")[2] == "8.6", "the plan's own time"


def test_unknown_parks_and_subjects_are_told():
    with pytest.raises(AtlasError, match="unknown park 'minhang'"):
        periods(PLANS, "minhang")
    with pytest.raises(AtlasError, match="unknown subject 'zizhu'"):
        plan_periods(PLANS, "zizhu")


# --- two periods of a subject --------------------------------------------------------------------


def test_targets_actuals_and_next_targets_of_a_subject():
    found = table(
        indicator("centres", "2020", "80", source="mh145"),
        indicator("centres", "2025", "100", "target", "mh145", printed="超过100"),
        indicator("centres", "2025", "129"),
        indicator("centres", "2030", "158", "target"),
    )
    assert texts(found, "centres") == [NOT_STATED.zh, "80", "≥ 100", "129", "158"]
    gap = row(found, "centres").gap
    assert (gap.value, gap.share, gap.formula.zh) == (29, 129, "129 个 − ≥ 100 个")
    assert gap.caveats[0].zh == "centres（2025）是下限"


def test_of_several_prints_the_most_exact_is_shown_and_the_others_are_told():
    found = table(
        indicator("centres", "2025", "129", locator="甲"),
        indicator("centres", "2025", "129.4", locator="乙"),
        indicator("centres", "2025", "100", "target", "mh145"),
    )
    assert texts(found, "centres")[3] == "129.4 ≠ 129"
    assert row(found, "centres").cells["actual"].caveats == (PRINTS_DIFFER,)
    gap = row(found, "centres").gap
    assert gap.value == Decimal("29.4")
    assert "centres（2025）另处写为“129”（闵行“十五五” · 甲）" in [c.zh for c in gap.caveats]


def test_terms_of_the_same_year_are_told_apart_by_kind():
    terms = (Label("a", "总产值", "gross"), Label("b", "产值", "output"))
    plans = replace(PLANS_WITH, metrics={**PLANS_WITH.metrics, "centres": replace(
        METRICS["centres"], terms=terms)})  # fmt: skip
    numbers = [
        indicator("centres", "2025", "100", "target", "mh145", printed="产值100"),
        indicator("centres", "2025", "129", printed="总产值129"),
    ]
    gap = row(plan_periods(replace(plans, indicators=numbers), "minhang"), "centres").gap
    assert gap.scope_differs
    assert gap.caveats[0].zh.endswith("：2025年目标为“产值”，2025年实际为“总产值”")
    assert "“产值” (output) (2025, target)" in gap.caveats[0].en


def test_per_cent_differ_by_percentage_points_and_have_no_share():
    gap = row(
        table(
            indicator("share_pct", "2025", "45.5", "target", "mh145"),
            indicator("share_pct", "2025", "44"),
        ),
        "share_pct",
    ).gap
    assert (gap.value, gap.share, gap.unit.zh) == (Decimal("-1.5"), None, "个百分点")


def test_output_above_size_stands_in_where_the_plans_change_the_metric():
    found = table(
        indicator("output_above_size_100m_yuan", "2020", "3238.36", source="mh145"),
        indicator("output_100m_yuan", "2025", "4000", "target", "mh145"),
        indicator("output_above_size_100m_yuan", "2025", "3861.18"),
        indicator("output_above_size_100m_yuan", "2030", "5020", "target"),
    )
    assert texts(found, "output_100m_yuan")[1:] == [
        "3,238.36（output_above_size_100m_yuan 中）", "4,000",
        "3,861.18（output_above_size_100m_yuan 中）", "5,020（output_above_size_100m_yuan 中）",
    ]  # fmt: skip
    assert len(found.rows) == 1
    gap = row(found, "output_100m_yuan").gap
    assert gap.value == Decimal("-138.82") and gap.share == Decimal("96.53")
    assert gap.scope_differs and "两数指标不同" in gap.caveats[0].zh


def test_a_stand_in_with_a_number_of_its_own_beside_keeps_its_row():
    found = table(
        indicator("output_100m_yuan", "2025", "3900"),
        indicator("output_above_size_100m_yuan", "2025", "3861.18"),
        indicator("output_above_size_100m_yuan", "2030", "5020", "target"),
    )
    assert texts(found, "output_100m_yuan")[3:] == [
        "3,900", "5,020（output_above_size_100m_yuan 中）",
    ]  # fmt: skip
    assert texts(found, "output_above_size_100m_yuan")[3:] == ["3,861.18", "5,020"]


def test_only_targets_and_narrower_metrics_of_the_same_words_stand_in():
    assert stand_ins(PLANS) == {
        "output_100m_yuan": ("output_target_100m_yuan", "output_above_size_100m_yuan")
    }
    wider = metric("above", "100m_yuan", terms=(Label("", "产值", "output"),))
    terms = (Label("", "规上产值", "large"), Label("", "产值", "output"))
    narrower = metric("below", "100m_yuan", part_of="above", terms=terms)
    metrics = {"above": wider, "below": narrower}
    assert stand_ins(replace(PLANS, metrics=metrics)) == {"above": ("below",)}
    metrics["below"] = replace(narrower, terms=terms[:1])
    assert stand_ins(replace(PLANS, metrics=metrics)) == {}
    metrics["below"] = replace(narrower, part_of="", target_of="above")
    assert stand_ins(replace(PLANS, metrics=metrics)) == {"above": ("below",)}


def test_prints_that_agree_but_for_their_digits_are_one():
    found = table(
        indicator("above", "2025", "3861.18", locator="甲"),
        indicator("above", "2025", "3861.2", locator="乙"),
    )
    assert texts(found, "above")[3] == "3,861.18"
    assert row(found, "above").cells["actual"].caveats == ()


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_cell_shows_both_numbers_unless_they_are_one(one, other):
    found = table(
        indicator("centres", "2025", str(one), locator="甲"),
        indicator("centres", "2025", str(other), locator="乙"),
    )
    cell = row(found, "centres").cells["actual"]
    shown = set(cell.text("zh").split(" ≠ "))
    assert shown == {f"{one:,}", f"{other:,}"}
    assert (PRINTS_DIFFER in cell.caveats) == (one != other)


# --- industries of two plans ---------------------------------------------------------------------


def test_an_industry_of_both_plans_is_one_row_with_a_gap_that_warns():
    found = table(
        indicator("above", "2020", "160", source="mh145", industry="mh145.ai"),
        indicator("above", "2025", "500", "target", "mh145", industry="mh145.ai"),
        indicator("above", "2025", "527.4", industry="mh155.ai"),
    )
    one = row(found, "above")
    assert one.industry == "mh145.ai"
    assert texts(found, "above")[1:4] == ["160", "500", "527.4"]
    assert one.gap.value == Decimal("27.4") and one.gap.scope_differs
    assert one.gap.caveats[0] == OWN_INDUSTRIES
    assert all(OWN_INDUSTRIES in one.cells[name].caveats for name in ("base", "plan", "actual"))


def test_two_plans_numbers_of_one_industry_and_year_are_both_shown():
    found = table(
        indicator("above", "2020", "160", source="mh145", industry="mh145.ai"),
        indicator("above", "2020", "291.3", industry="mh155.ai"),
    )
    assert texts(found, "above")[1] == "160 ≠ 291.3"


def test_the_two_plans_of_minhang_meet_in_the_rows_of_four_industries():
    found = plan_periods(PLANS, "minhang")
    scale = {one.industry: one for one in found.rows if one.metric == "industry_scale_100m_yuan"}
    medicine = scale["mh145.biomedicine"]
    assert (medicine.gap.value, medicine.gap.scope_differs) == (-518, True)
    assert scale["mh145.information-technology"].cells["plan"].text("zh") == "1,000 ≠ 1,050"
    assert not any(PLANS.industries[name].same_as for name in scale if name)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("same_as: mh155.biomedicine", "unknown value 'mh155.biomedicine'"),
        ("same_as: mh145.nothing", "unknown value 'mh145.nothing'"),
    ],
)
def test_a_wrong_namesake_is_refused(tmp_path, wrong, said):
    content = (PLANS.folder / "subjects.yaml").read_text(encoding="utf-8")
    assert "same_as: mh145.ai" in content
    path = tmp_path / "subjects.yaml"
    path.write_text(content.replace("same_as: mh145.ai", wrong), encoding="utf-8")
    with pytest.raises(AtlasError, match=said):
        load_subjects(path, PLANS.parks, PLANS.sources)


def test_a_stock_and_a_flow_are_not_held_against_each_other_silently():
    gap = row(
        table(
            indicator("centres", "2025", "50", "target", "mh145"),
            indicator("centres", "2021-2025", "53"),
        ),
        "centres",
    ).gap
    assert gap.scope_differs and "目标为 2025 年，实际为 2021-2025 年" in gap.caveats[0].zh


def test_words_that_hold_each_other_are_said_once():
    def said(zh: str, line: int) -> Fact:
        return Fact("minhang", "", "target", zh, f"en {zh}", "share_pct", "2025",
                    PLANS.sources["mh145"], f"第{line}章", line)  # fmt: skip

    facts = (
        said("单位能耗降低率完成本市目标", 2),
        said("完成本市目标", 3),
        said("完成本市目标", 4),
    )
    found = table(indicator("share_pct", "2025", "3"), facts=facts)
    assert texts(found, "share_pct")[2] == "完成本市目标"
    assert len(row(found, "share_pct").cells["plan"].facts) == 3, "each place is kept"
    apart = (said("基本稳定", 2), said("逐年降低", 3))
    assert texts(table(facts=apart), "share_pct")[2] == "基本稳定；逐年降低"


def test_words_stand_where_the_plan_has_words():
    words = Fact("minhang", "", "target", "完成本市目标", "Meet the city's target", "share_pct",
                 "2025", PLANS.sources["mh145"], "第二章", 2)  # fmt: skip
    found = table(indicator("share_pct", "2025", "3"), facts=(words,))
    assert texts(found, "share_pct")[2:4] == ["完成本市目标", "3"]
    assert texts(found, "share_pct", "en")[2] == "Meet the city's target"
    assert row(found, "share_pct").gap is None


def test_what_no_document_can_state_is_not_called_not_stated():
    found = table(indicator("centres", "2025", "100", "target", "mh145"))
    assert texts(found, "centres")[-1] == NO_DOCUMENT.zh
    found = table(indicator("centres", "2025", "129"))
    assert texts(found, "centres", "en")[-1] == NO_DOCUMENT.en, "only of 2025, not of what is next"
    found = table(indicator("centres", "2025", "129"), indicator("above", "2030", "9", "target"))
    assert texts(found, "centres")[-1] == NOT_STATED.zh


def test_a_range_has_no_gap_and_industries_have_rows_of_their_own():
    industry = next(iter(PLANS.industries))
    found = table(
        indicator("centres", "2025", "1", "target", "mh145", "1-2", value_to=Decimal(2)),
        indicator("centres", "2025", "3"),
        indicator("centres", "2025", "1", industry=industry),
    )
    whole, own = [one for one in found.rows if one.metric == "centres"]
    assert whole.cells["plan"].text("zh") == "1–2" and whole.gap is None
    assert (own.industry, own.cells["actual"].text("zh")) == (industry, "1")
    frame = found.frame(PLANS_WITH, "zh")
    name = PLANS.industries[industry].zh
    assert list(frame["指标"]) == ["centres 中", f"{name}：centres 中"]
    assert list(found.frame(PLANS_WITH, "en").columns)[:2] == ["metric", "unit"]


@pytest.mark.parametrize(
    ("period", "kind", "source", "column"),
    [
        ("2015", "actual", "mh145", "start"),
        ("2016-2020", "actual", "mh145", "base"),
        ("2021-2025", "target", "mh145", "plan"),
        ("2021-2025", "actual", "mh145", "plan"),
        ("2023", "target", "mh145", "plan"),
        ("2021-2025", "actual", "mh155", "actual"),
        ("2026-2030", "target", "mh155", "next"),
        ("2027", "target", "mh155", "next"),
        ("2018", "actual", "mh145", None),
        ("2020", "target", "mh145", None),
        ("2035", "target", "mh145", None),
    ],
)
def test_each_number_is_in_one_column_or_in_none(period, kind, source, column):
    found = table(indicator("centres", period, "7", kind, source))
    held = [name for one in found.rows for name, cell in one.cells.items() if cell.numbers]
    assert held == ([column] if column else [])
