"""Derived values: computed from stated inputs only, rounded as those allow, told with caveats."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.digitize.evidence import HIGH
from geo.errors import AtlasError
from geo.plans import Plans, load_boundaries, parks_table
from geo.plans.derive import CHANGES, DEFINITIONS, LAND, OUTPUT, TARGET, TAX, derive
from geo.plans.inputs import FAR_PCT, PLANNED, limit_of
from geo.plans.rounding import agreeing, digits, exactly, rounded, rounded_change

PLANS = Plans.load()
BOUNDARIES = load_boundaries()
PRINTED = st.decimals(min_value="0.01", max_value=99999, places=2).filter(lambda v: v > 0)
AMOUNTS = st.one_of(PRINTED, st.integers(1, 99999).map(Decimal))


def one(found, park: str, metric: str, period: str):
    """The one derived value of a park, definition and period."""
    same = [d for d in found if (d.park_id, d.metric, d.period) == (park, metric, period)]
    assert len(same) == 1, same
    return same[0]


@pytest.fixture(scope="module")
def found():
    return derive(PLANS, BOUNDARIES)


def text(derived, lang: str = "zh") -> str:
    return "\n".join(caveat.text(lang) for caveat in derived.caveats)


# --- worked examples -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("park", "metric", "period", "value", "formula"),
    [
        ("xinzhuang", "output_per_digitised_km2_100m_yuan", "2016", "50",
         "964 亿元 ÷ 19.38 平方公里"),
        ("xinzhuang", "output_per_mu_10k_yuan", "2016", "359",
         "964 亿元 ÷ (17.88 平方公里 × 1,500 亩/平方公里)"),
        ("xinzhuang", "tax_per_mu_10k_yuan", "2020", "47.30",
         "126.86 亿元 ÷ (17.88 平方公里 × 1,500 亩/平方公里)"),
        ("xinzhuang", "land_left_share_of_planned_pct", "2021-2025", "2.834",
         "760.1 亩 ÷ (17.88 平方公里 × 1,500 亩/平方公里)"),
        ("xinzhuang", "land_left_share_of_digitised_pct", "2021-2025", "2.6",
         "760.1 亩 ÷ (19.38 平方公里 × 1,500 亩/平方公里)"),
        ("zizhu", "output_change_pct", "2016-2020", "24.7", "(142.16 − 114) ÷ 114"),
        ("zizhu", "output_change_pct", "2020-2025", "41.62", "(201.33 − 142.16) ÷ 142.16"),
        ("metdz", "output_change_pct", "2020-2025", "-10.94", "(523.29 − 587.59) ÷ 587.59"),
        ("zizhu", "target_gap_100m_yuan", "2025", "-8.67", "201.33 亿元 − 210 亿元"),
        ("zizhu", "target_attainment_pct", "2025", "95.9", "201.33 亿元 ÷ 210 亿元"),
    ],
)  # fmt: skip
def test_worked_examples(found, park, metric, period, value, formula):
    derived = one(found, park, metric, period)
    assert (str(derived.value), derived.formula.zh) == (value, formula)
    assert derived.unit == derived.definition.unit


def test_every_definition_has_values_and_its_unit_in_its_id(found):
    assert {derived.metric for derived in found} == set(DEFINITIONS)
    for definition in DEFINITIONS.values():
        unit = definition.unit.split("_per_")[0]
        assert definition.id.endswith(unit)
        assert definition.zh != definition.en and definition.words.zh != definition.words.en


def test_each_value_can_be_computed_again_from_the_inputs_it_names(found):
    """From exact fractions, by another way than the program's."""
    for derived in found:
        numbers = [Fraction(figure.value) for figure in derived.inputs]
        area = Fraction(derived.ground.km2) if derived.ground else numbers[-1]
        exact = {
            "output_per_digitised_km2_100m_yuan": lambda n, a: n[0] / a,
            "output_per_mu_10k_yuan": lambda n, a: n[0] * 10_000 / (a * 1500),
            "tax_per_mu_10k_yuan": lambda n, a: n[0] * 10_000 / (a * 1500),
            "land_left_share_of_planned_pct": lambda n, a: n[0] / 1500 / a * 100,
            "land_left_share_of_digitised_pct": lambda n, a: n[0] / 1500 / a * 100,
            "output_change_pct": lambda n, _: (n[1] / n[0] - 1) * 100,
            "target_gap_100m_yuan": lambda n, _: n[0] - n[1],
            "target_attainment_pct": lambda n, _: n[0] / n[1] * 100,
        }[derived.metric](numbers, area)
        half = Fraction(1, 2) * Fraction(10) ** (derived.value.adjusted() - 1)
        assert abs(Fraction(derived.value) - exact) <= half, derived
        assert abs(Fraction(derived.exact) - exact) <= abs(exact) / 10**11, derived


# --- where there is no value ---------------------------------------------------------------------


def test_a_corridor_and_undigitised_zones_have_no_value_over_an_area(found):
    over_ground = [derived for derived in found if derived.ground]
    assert over_ground and not any(d.park_id == "lianhua" for d in over_ground)
    assert not any(derived.ground for derived in derive(PLANS))
    assert not any(derived.ground for derived in derive(PLANS, BOUNDARIES.drop(index=list(
        BOUNDARIES.index))))  # fmt: skip
    without = derive(PLANS, BOUNDARIES.drop(index="aerospace-2"), ["aerospace"])
    assert [d.metric for d in without] == ["land_left_share_of_planned_pct"]


@settings(deadline=None, max_examples=30)
@given(
    st.sets(st.sampled_from([OUTPUT, TARGET, TAX, LAND, PLANNED]), max_size=3),
    st.sets(st.integers(0, len(PLANS.figures) - 1)),
)
def test_no_value_without_all_its_inputs(metrics, rows):
    """Rows are taken away at random: every value left names rows that are still there."""
    kept = [
        figure
        for row, figure in enumerate(PLANS.figures)
        if figure.metric not in metrics and row not in rows
    ]
    needs = {
        "output_per_digitised_km2_100m_yuan": [OUTPUT],
        "output_per_mu_10k_yuan": [OUTPUT, PLANNED],
        "tax_per_mu_10k_yuan": [TAX, PLANNED],
        "land_left_share_of_planned_pct": [LAND, PLANNED],
        "land_left_share_of_digitised_pct": [LAND],
        "output_change_pct": [OUTPUT, OUTPUT],
        "target_gap_100m_yuan": [OUTPUT, TARGET],
        "target_attainment_pct": [OUTPUT, TARGET],
    }
    left = {id(figure) for figure in kept}
    for derived in derive(replace(PLANS, figures=kept), BOUNDARIES):
        assert all(id(figure) in left for figure in derived.inputs)
        assert [figure.metric for figure in derived.inputs] == needs[derived.metric]
        assert (derived.ground is not None) == ("digitised" in derived.metric)
        assert all(figure.park_id == derived.park_id for figure in derived.inputs)


@pytest.mark.parametrize("metric", [OUTPUT, TARGET, TAX, LAND, PLANNED])
def test_sub_blocks_are_no_input(metric):
    parts = [replace(f, part="x") if f.metric == metric else f for f in PLANS.figures]
    gone = [f for f in PLANS.figures if f.metric != metric]
    assert derive(replace(PLANS, figures=parts)) == derive(replace(PLANS, figures=gone))


def test_a_stated_zero_is_a_value_and_no_divisor():
    land = PLANS.figure("zizhu", LAND, "2021-2025")
    area = PLANS.figure("zizhu", PLANNED, "2021-2025")
    zero = {"value": Decimal(0), "value_printed": Decimal(0), "printed": "无"}
    none_left = replace(PLANS, figures=[replace(land, **zero), area])
    assert [(d.metric, d.value) for d in derive(none_left)] == [
        ("land_left_share_of_planned_pct", 0)
    ]
    assert derive(replace(PLANS, figures=[land, replace(area, **zero)])) == []


# --- order ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(random):
    # A second print with another value is the case in which an order could choose.
    first = PLANS.figure("zizhu", OUTPUT, "2020")
    other = replace(first, value=Decimal(143), printed="143", value_printed=Decimal(143),
                    source=PLANS.sources["mh155"], locator="别处")  # fmt: skip
    figures = [*PLANS.figures, other]
    expected = derive(replace(PLANS, figures=figures))
    random.shuffle(figures)
    assert derive(replace(PLANS, figures=figures)) == expected


def test_the_order_of_rows_and_zones_changes_nothing_over_areas(found):
    turned = replace(PLANS, figures=PLANS.figures[::-1])
    assert derive(turned, BOUNDARIES.iloc[::-1]) == found


def test_some_parks_only():
    chosen = derive(PLANS, BOUNDARIES, ["zizhu"])
    assert chosen == [d for d in derive(PLANS, BOUNDARIES) if d.park_id == "zizhu"]
    assert chosen


# --- caveats -------------------------------------------------------------------------------------


def test_words_that_differ_are_told(found):
    change = one(found, "xinzhuang", "output_change_pct", "2020-2025")
    assert change.scope_differs
    assert "2020年为“工业总产值”，2025年为“规模以上工业总产值”" in change.caveats[0].zh
    assert "output of enterprises above designated size" in change.caveats[0].en
    same = one(found, "xinzhuang", "output_change_pct", "2016-2020")
    assert not same.scope_differs and same.caveats == ()
    for metric in ("target_gap_100m_yuan", "target_attainment_pct"):
        against = one(found, "xinzhuang", metric, "2025")
        assert "目标处只写“产值”，实际为“规模以上工业总产值”" in against.caveats[0].zh
        assert against.scope_differs, "规上 against 产值"


def test_a_heading_of_prose_is_not_what_a_target_is_called():
    target = PLANS.figure("xinzhuang", TARGET, "2025")
    prose = replace(target, locator="第二章 三、发展目标 / 1．产业规模和经济密度")
    figures = [prose if figure is target else figure for figure in PLANS.figures]
    gap = one(derive(replace(PLANS, figures=figures)), "xinzhuang", "target_gap_100m_yuan", "2025")
    assert "目标处" not in text(gap) and "产业规模" not in text(gap)


def test_a_target_with_a_word_of_its_own_is_told_by_it():
    target = PLANS.figure("xinzhuang", TARGET, "2025")
    terms = PLANS.metrics[OUTPUT].terms
    metrics = {**PLANS.metrics, TARGET: replace(PLANS.metrics[TARGET], terms=terms)}
    said = replace(target, printed="工业总产值1125亿元")
    figures = [said if figure is target else figure for figure in PLANS.figures]
    plans = replace(PLANS, figures=figures, metrics=metrics)
    gap = one(derive(plans), "xinzhuang", "target_gap_100m_yuan", "2025")
    assert "2025年目标为“工业总产值”，2025年实际为“规模以上工业总产值”" in gap.caveats[0].zh
    assert gap.scope_differs and "目标处" not in text(gap)


def test_a_series_whose_words_change_says_so_at_every_value(found):
    for metric in ("output_per_mu_10k_yuan", "output_per_digitised_km2_100m_yuan"):
        last, first = (one(found, "xinzhuang", metric, year) for year in ("2025", "2016"))
        assert "此数文件称“规模以上工业总产值”，2016、2017" in text(last)
        assert "此数文件称“工业总产值”，2025年称“规模以上工业总产值”" in text(first)
        assert "此数文件称" not in text(one(found, "zizhu", metric, "2025"))


# --- ground that is no zone ----------------------------------------------------------------------


def test_land_without_another_park_is_divided_by_the_ground_without_it(found):
    share = one(found, "neobay", "land_left_share_of_digitised_pct", "2021-2025")
    assert share.ground.without == "zizhu" and share.ground.km2 < Decimal("12.4")
    assert str(share.value) == "9.9" and "重叠" not in text(share)
    assert "此值限于不含紫竹高新区的范围" in text(share)
    assert "不含紫竹高新区" in share.ground.where.zh
    assert not any(d.metric == "land_left_share_of_planned_pct" for d in found
                   if d.park_id == "neobay"), "the 17 km² hold Zizhu"  # fmt: skip
    alone = derive(PLANS, BOUNDARIES.drop(index="zizhu"), ["neobay"])
    assert alone == [], "what is left out has to be digitised"


def test_land_of_a_sub_block_is_divided_by_that_sub_blocks_area(found):
    (share,) = [d for d in found if d.park_id == "tech-oasis"]
    assert share.metric == "land_left_share_of_planned_pct" and share.part == "hongqiao"
    assert (str(share.value), share.inputs[1].value) == ("58", Decimal("0.63"))
    assert "此值限于虹桥科技绿洲" in share.caveats[0].zh
    without = [f for f in PLANS.figures if f.part != "hongqiao"]
    assert derive(replace(PLANS, figures=without), BOUNDARIES, ["tech-oasis"]) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("without: zizhu", "without: nowhere", "unknown value 'nowhere'"),
        ("without: zizhu", "without: neobay", "unknown value 'neobay'"),
        ("part: hongqiao", "part: west", "unknown value 'west'"),
        ("part: hongqiao", "part: hongqiao\n        without: zizhu", "either part or without"),
        ("land_mu, land_industrial_mu, land_rnd_mu", "land", "unknown metric 'land'"),
    ],
)
def test_a_wrong_limit_is_refused(tmp_path, field, value, said):
    for path in PLANS.folder.iterdir():
        if path.is_file():
            content = path.read_text(encoding="utf-8")
            if path.name == "parks.yaml":
                assert field in content
                content = content.replace(field, value)
            (tmp_path / path.name).write_text(content, encoding="utf-8")
    with pytest.raises(AtlasError, match=said):
        Plans.load(tmp_path)


def test_a_limit_holds_for_its_document_and_its_metrics_only():
    park = PLANS.park("neobay")
    land = PLANS.figure("neobay", LAND, "2021-2025")
    assert limit_of(park, land).without == "zizhu"
    assert limit_of(park, replace(land, source=PLANS.sources["mh155"])) is None
    assert limit_of(park, replace(land, metric=PLANNED)) is None
    assert limit_of(park, replace(land, part="t-blocks")) is None


def test_an_area_of_another_period_is_told_once_and_without_contradiction(found):
    mu = one(found, "metdz", "output_per_mu_10k_yuan", "2020")
    assert mu.inputs[1].period == "2016-2020" and "未载明" not in mu.caveats[0].zh
    later = one(found, "metdz", "output_per_mu_10k_yuan", "2025")
    assert later.caveats[0].zh == "规划面积是 2016-2020 年的，2025 年的范围未载明"


def test_one_threshold_for_outlines_far_from_the_published_area(found):
    assert HIGH[1] == FAR_PCT
    far = one(found, "xinzhuang", "land_left_share_of_digitised_pct", "2021-2025")
    assert "比公布面积大 8.4%" in text(far)
    near = one(found, "zizhu", "land_left_share_of_digitised_pct", "2021-2025")
    assert "公布面积" not in text(near), "4.2 %"


def test_zones_that_differ_are_told_first(found):
    gap = one(found, "metdz", "target_attainment_pct", "2025")
    assert gap.scope_differs and gap.zones == ()
    assert gap.caveats[0].zh.startswith("两数范围不同：")
    assert "为整个园区" in gap.caveats[0].zh and "为闵行经济技术开发区" in gap.caveats[0].zh


def test_a_figure_of_one_zone_is_divided_by_that_zones_area_only(found):
    dense = one(found, "metdz", "output_per_digitised_km2_100m_yuan", "2025")
    assert dense.zones == dense.ground.zones == ("metdz",)
    assert dense.ground.confidence == "low"
    assert "边界把握：低" in dense.ground.where.zh
    assert "比公布面积大 76.3%" in text(dense)
    mu = one(found, "metdz", "output_per_mu_10k_yuan", "2025")
    assert mu.inputs[1].zones == ("metdz",) and mu.inputs[1].value == Decimal("7.0503")
    land = one(found, "metdz", "land_left_share_of_planned_pct", "2021-2025")
    assert land.inputs[1].zones == () and land.inputs[1].value == 14


def test_shared_ground_the_plans_own_density_and_notes_are_told(found):
    zizhu = one(found, "zizhu", "output_per_digitised_km2_100m_yuan", "2020")
    assert "与大零号湾全球创新创业集聚区重叠" in text(zizhu)
    assert "83.62 亿元/平方公里" in text(zizhu)
    neobay = one(found, "neobay", "land_left_share_of_digitised_pct", "2021-2025")
    assert "不含紫竹" in text(neobay) and "without Zizhu" in text(neobay, "en")
    assert neobay.approximate
    assert not one(found, "zizhu", "output_change_pct", "2016-2020").approximate


def test_another_print_with_another_value_is_told():
    first = PLANS.figure("zizhu", OUTPUT, "2020")
    other = replace(first, value=Decimal(143), printed="143", value_printed=Decimal(143),
                    source=PLANS.sources["mh155"], locator="别处")  # fmt: skip
    found = derive(replace(PLANS, figures=[*PLANS.figures, other]))
    change = one(found, "zizhu", "output_change_pct", "2016-2020")
    assert change.value == Decimal("24.7")
    assert "另处写为“143”（闵行“十五五” · 别处）" in text(change)
    agreeing = replace(first, source=PLANS.sources["mh155"], locator="别处")
    found = derive(replace(PLANS, figures=[*PLANS.figures, agreeing]))
    assert "另处" not in text(one(found, "zizhu", "output_change_pct", "2016-2020"))


def test_every_text_is_there_in_both_languages(found):
    for derived in found:
        texts = [derived.formula, derived.definition.words, *derived.caveats]
        texts += [derived.ground.where] if derived.ground else []
        assert all(reason.zh and reason.en for reason in texts)


def test_about_is_shown_where_an_input_is(found):
    share = one(found, "pujiang", "land_left_share_of_planned_pct", "2021-2025")
    assert share.approximate and share.formula.zh.startswith("≈ 2,000 亩 ÷ (≈ 6.1 平方公里")
    for derived in found:
        about = any(figure.approximate for figure in derived.inputs)
        assert derived.approximate == (about or derived.ground is not None)
        assert ("≈" in derived.formula.en) == about


def test_no_more_digits_than_an_approximate_input_or_an_outline_has(found):
    for derived in found:
        if derived.ground and derived.ground.confidence == "low":
            assert derived.ground.digits == 2
        if derived.approximate and "gap" not in derived.metric:
            held = len(str(derived.value).replace(".", "").rstrip("0").lstrip("0"))
            assert held <= (2 if not derived.ground else derived.ground.digits), derived
    tax = one(found, "zizhu", "tax_per_mu_10k_yuan", "2020")
    assert (tax.value, round(tax.exact, 1)) == (110, Decimal("107.6"))


@given(st.floats(-90, 90, allow_nan=False), st.floats(1, 9))
@example(0.0, 1.0)
@example(5e-324, 1.0)
def test_a_worse_outline_never_holds_more_digits(error, times):
    assert 2 <= agreeing(error * times) <= agreeing(error) <= 4
    if agreeing(error) > 2:
        assert abs(error) / 100 <= 10.0 ** (1 - agreeing(error)) * 1.0000001


@given(AMOUNTS, AMOUNTS)
def test_the_exact_value_is_the_quotient_to_twelve_digits(top, bottom):
    value = exactly(top / bottom)
    assert abs(Fraction(value) * Fraction(bottom) / Fraction(top) - 1) < Fraction(1, 10**11)
    assert "E" not in str(value) or value < Decimal("0.000001")


# --- rounding ------------------------------------------------------------------------------------


@given(AMOUNTS, AMOUNTS)
def test_a_quotient_has_the_digits_of_its_inputs(top, bottom):
    exact = top / bottom
    value = rounded(exact, [top, bottom])
    keep = max(2, min(digits(top), digits(bottom), 4))
    assert abs(value - exact) <= Decimal(5).scaleb(exact.adjusted() - keep)
    assert value.as_tuple().exponent <= 0, "no powers of ten"
    if value.adjusted() == exact.adjusted() and exact.adjusted() < keep:
        assert digits(value) == keep


@given(AMOUNTS, AMOUNTS)
def test_a_change_says_no_more_than_its_figures(before, after):
    exact = 100 * (after - before) / before
    value = rounded_change(exact, [before, after])
    places = -value.as_tuple().exponent
    assert 0 <= places <= 2
    assert abs(value - exact) <= Decimal(5).scaleb(-places - 1)
    coarsest = max(Decimal(1).scaleb(n.as_tuple().exponent) / n * 100 for n in (before, after))
    assert Decimal(1).scaleb(-places) * 10 > coarsest or places == 0


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS)
def test_a_change_and_a_gap_follow_from_any_two_figures(first, last):
    before, after = (PLANS.figure("zizhu", OUTPUT, year) for year in CHANGES[0])
    target = PLANS.figure("zizhu", TARGET, "2025")

    def printed(figure, value, **more):
        return replace(figure, value=value, value_printed=value, printed=str(value), **more)

    rows = [printed(before, first), printed(after, last)]
    (change,) = derive(replace(PLANS, figures=rows))
    assert (change.value > 0) <= (last > first) and (change.value < 0) <= (last < first)
    rows = [printed(target, first), printed(after, last, period="2025")]
    gap, share = derive(replace(PLANS, figures=rows))
    assert gap.value == last - first
    assert (share.value > 100) <= (gap.value > 0) and (share.value < 100) <= (gap.value < 0)


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS)
def test_the_units_fit_together(output, area):
    """亿元 a km² and 万元 a mu of the same figures differ by 20/3, but for rounding."""
    before = PLANS.figure("zizhu", OUTPUT, "2020")
    ground = PLANS.figure("zizhu", PLANNED, "2021-2025")
    rows = [
        replace(before, value=output, value_printed=output, printed=str(output)),
        replace(ground, value=area, value_printed=area, printed=str(area)),
    ]
    (mu,) = derive(replace(PLANS, figures=rows))
    exact = Fraction(output) / Fraction(area) * Fraction(20, 3)
    assert abs(Fraction(mu.value) - exact) <= exact / 20


def test_the_joined_table_has_the_exact_value_beside_the_rounded_one():
    rows = {row["id"]: row for row in parks_table(PLANS, BOUNDARIES, derived=True)}
    (tax,) = [
        d
        for d in rows["zizhu"]["derived"]
        if (d["metric"], d["period"]) == ("tax_per_mu_10k_yuan", "2020")
    ]
    assert (tax["value"], round(tax["exact"], 1), tax["approximate"]) == (110, 107.6, True)
    (land,) = rows["neobay"]["derived"]
    assert land["ground"]["without"] == "zizhu"
    assert [d["part"] for d in rows["tech-oasis"]["derived"]] == ["hongqiao"]
