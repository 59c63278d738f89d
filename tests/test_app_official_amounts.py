"""What the official's view says of amounts: their bound and unit, and what counts twice."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from openpyxl import load_workbook

from geo.plans import Plans, load_boundaries, parks_table
from layers.i18n import t
from views.data import Atlas
from views.map import downloads, excluded, promised, remaining
from views.map.state import ViewState
from views.sheets import csv_bytes

PLANS = Plans.load()
LANGS = pytest.mark.parametrize("lang", ["zh", "en"])
ASKED = ViewState(
    industries=("integrated-circuits",), min_mu=Decimal(50), land="industrial"
).settled(PLANS)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    boundaries = load_boundaries()
    rows = {row["id"]: row for row in parks_table(PLANS, boundaries)}
    return Atlas(PLANS, boundaries, rows, {}, {}, ("amounts",))


def left(atlas: Atlas, *parks: str) -> list[remaining.Left]:
    return remaining.left([PLANS.parks[park] for park in parks], atlas)


# --- what the plans promise ----------------------------------------------------------------------

PROMISED = {
    ("zh", "mu"): "约 2,000 亩",
    ("zh", "ha"): "约 133 公顷（原数 约 2,000 亩）",
    ("zh", "km2"): "约 1.33 km²（原数 约 2,000 亩）",
    ("en", "mu"): "about 2,000 mu",
    ("en", "ha"): "about 133 ha (printed: about 2,000 mu)",
    ("en", "km2"): "about 1.33 km² (printed: about 2,000 mu)",
}


@pytest.mark.parametrize(("lang", "unit"), PROMISED)
def test_promised_land_is_in_the_chosen_unit(atlas, lang, unit):
    view = replace(ASKED, lang=lang, unit=unit)
    words = PROMISED[lang, unit]
    html = promised.html(view, PLANS.parks["pujiang"], atlas)
    assert html.count(f"<b>{words}</b>") == 2, "all of the land, and the industrial part"
    lines = [text for _, text in promised.all_facts(view, atlas)["pujiang"]]
    opening = "（" if lang == "zh" else " ("
    assert sum(text.startswith(words + opening) for text in lines) == 2


@LANGS
@pytest.mark.parametrize("park", list(PLANS.parks))
def test_only_promised_land_depends_on_the_unit(atlas, park, lang):
    """Every amount of land is converted, that of a sub-block too, and nothing else."""
    view = replace(ASKED, lang=lang)
    said = {
        unit: re.findall("<b>(.*?)</b>",
                         promised.html(replace(view, unit=unit), PLANS.parks[park], atlas))
        for unit in ("mu", "ha")
    }  # fmt: skip
    land = re.compile(r"[\d.,]+ (亩|mu)$")
    assert any(map(land.search, said["mu"]))
    for before, after in zip(said["mu"], said["ha"], strict=True):
        assert (before != after) == bool(land.search(before))
        assert before == after or (before in after and re.search(" (公顷|ha)[ （]", after))


# --- the file of the parks left out --------------------------------------------------------------

IN_FILE = {
    ("zh", "mu"): "可用工业用地 约 856 亩",
    ("zh", "ha"): "可用工业用地 约 57.1 公顷（原数 约 856 亩）",
    ("zh", "km2"): "可用工业用地 约 0.571 km²（原数 约 856 亩）",
    ("en", "mu"): "Industrial land about 856 mu",
    ("en", "ha"): "Industrial land about 57.1 ha (printed: about 856 mu)",
    ("en", "km2"): "Industrial land about 0.571 km² (printed: about 856 mu)",
}


@pytest.mark.parametrize(("lang", "unit"), IN_FILE)
def test_the_file_writes_land_as_the_page_does(atlas, lang, unit):
    view = replace(ASKED, lang=lang, unit=unit, min_mu=Decimal(900), industries=())
    words = IN_FILE[lang, unit]
    land = {row[0]: row[-1] for row in excluded.rows(view, atlas)}
    assert land["neobay"] == words
    amount = excluded.land_words(PLANS.figure("neobay", "land_industrial_mu", "2021-2025"), view,
                                 atlas)  # fmt: skip
    assert words.endswith(amount) and amount in " ".join(excluded.lines(view, atlas))
    assert words in csv_bytes(*excluded.table(view, atlas)).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(downloads.table_xlsx(view, atlas)))
    sheet = book[t("official.sheet.out", lang)]
    assert words in [row[-1].value for row in sheet]


# --- the land left -------------------------------------------------------------------------------


@LANGS
@pytest.mark.parametrize(
    ("parks", "twice"),
    [
        (("pujiang", "zizhu"), False),
        (("zizhu", "neobay"), False),  # what counts for the one is without the other's ground
        (("lianhua",), False),
        (("pujiang", "aerospace"), True),
        (("metdz", "maqiao"), True),
        (tuple(PLANS.parks), True),
    ],
)
def test_overlap_is_told_of_where_it_counts_twice(atlas, parks, twice, lang):
    told = remaining.words(left(atlas, *parks), atlas, lang)
    assert (t("official.left.overlap", lang) in told) == twice
    shown = remaining.panel([PLANS.parks[park] for park in parks], atlas, "mu", lang)
    assert (t("official.left.overlap", lang)[:10] in shown) == twice


@pytest.mark.parametrize(("shift", "twice"), [(0.0098, True), (0.00995, False), (0.01, False)])
def test_a_sliver_is_no_overlap(atlas, shift, twice):
    """Of 1 km², a hundredth is 0.01 km²: the outlines of neighbours are drawn no finer."""
    shapes = atlas.boundaries.copy()
    for at, zone in ((121.4, "pujiang"), (121.4 + shift, "zizhu")):
        shapes.loc[zone, "geometry"] = shapely.box(at, 31, at + 0.01, 31.009)
    data = replace(atlas, boundaries=shapes, stamp=("sliver", shift))
    assert remaining.counts_twice(left(data, "pujiang", "zizhu"), "planned", data) == twice


def test_without_outlines_no_overlap_is_said(atlas):
    data = replace(atlas, boundaries=None, stamp=("none",))
    told = remaining.words(left(data, *PLANS.parks), data, "zh")
    assert t("official.left.overlap", "zh") not in told


@LANGS
def test_a_share_of_what_is_about_so_much_is_so_too(atlas, lang):
    about = {"zh": "约 ", "en": "about "}[lang]
    parks = [PLANS.parks[park] for park in ("xinzhuang", "pujiang", "zizhu")]
    html = remaining.panel(parks, atlas, "mu", lang)
    cells = re.findall(r">([^<>]*%)</span>", html)
    # Xinzhuang's amounts are exact; of Zizhu the planned area is about so much, not the land.
    expected = ["2.6%", "2.834%", f"{about}22%", f"{about}22%", "9.4%", f"{about}9.8%"]
    assert cells == expected


@LANGS
@pytest.mark.parametrize("park", list(PLANS.parks))
def test_the_share_of_one_park_is_written_as_its_total(atlas, park, lang):
    html = remaining.panel([PLANS.parks[park]], atlas, "mu", lang)
    own, totals = html.partition("<tfoot>")[::2]
    share = re.compile(r">((?:约 |about )?[\d.]+%)<")
    assert share.findall(own) == share.findall(totals)
