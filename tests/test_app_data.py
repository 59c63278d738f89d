"""The page 数据与口径: its address, its sections, its files, what it says of faulty rows."""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from html import escape
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pages import bodies, opened, url
from streamlit.testing.v1 import AppTest

import geo
from geo.plans import Plans
from geo.plans.derive import DEFINITIONS
from geo.plans.reconcile import NATURES
from views import table_selection
from views.data import Atlas
from views.figures import checks, derived, facts, figures, periods, projects, sources
from views.figures import state as data_state
from views.figures.state import MAX_SEARCH, SECTIONS, DataState
from views.sheets import csv_bytes

PLANS = Plans.load()
CHINESE = re.compile(r"[\u3400-\u9fff]")

data_states = st.builds(
    DataState,
    lang=st.sampled_from(["zh", "en"]),
    section=st.sampled_from(SECTIONS),
    source=st.sampled_from(["", *PLANS.sources]),
    about=st.sampled_from(["", *PLANS.parks, *PLANS.subjects]),
    find=st.text(max_size=MAX_SEARCH),
    nature=st.sampled_from(["", *NATURES]),
    every=st.booleans(),
    derived=st.sampled_from(["", *DEFINITIONS]),
)


@pytest.fixture
def atlas(boxes) -> Atlas:
    rows = {row["id"]: row for row in geo.plans.parks_table(PLANS, boxes)}
    return Atlas(PLANS, boxes, rows, {}, {}, ())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the plan data that the app reads instead of the project's."""
    target = tmp_path / "plans"
    shutil.copytree(geo.PLANS, target)
    monkeypatch.setattr(geo, "PLANS", target)
    return target


def run(**query: str) -> AppTest:
    return opened(**{"page": "data", **query})


@given(data_states)
def test_an_address_carries_the_whole_state(state):
    read, messages = data_state.from_query(data_state.to_query(state), PLANS, NATURES)
    assert (read, messages) == (state, [])


def test_what_an_address_has_wrong_is_told_and_left_out():
    app = run(source="mh999", about="atlantis", view="dreams", colour="red")
    told = "\n".join(node.value.replace("\\", "") for node in app.warning)
    for wrong in ("source=mh999", "about=atlantis", "view=dreams", "colour"):
        assert wrong in told
    assert not app.error
    assert len(app.dataframe[0].value) == len(PLANS.numbers)


def test_every_number_is_a_row_with_its_place():
    table = run().dataframe[0].value
    assert len(table) == len(PLANS.numbers) > 150
    assert (table["位置"] != "").all() and (table["原文"] != "").all()
    assert table["数值"].notna().all()


def test_filters_leave_what_they_say_and_the_address_carries_them():
    app = run(source="mh155")
    table = app.dataframe[0].value
    assert len(table) == sum(number.source_id == "mh155" for number in PLANS.numbers)
    app.selectbox(key="data-about-zh-figures").set_value("zizhu").run()
    assert url(app) == {"page": "data", "source": "mh155", "about": "zizhu"}
    both = app.dataframe[0].value
    assert 0 < len(both) < len(table) and set(both["园区或范围"]) == {"紫竹高新区"}
    app.text_input(key="data-find-zh-figures").set_value("同比").run()
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row["数值"] == pytest.approx(7.47)
    app.text_input(key="data-find-zh-figures").set_value("海王星").run()
    assert not app.dataframe and "没有符合条件的数" in app.info[0].value


def test_an_english_page_has_english_words_but_the_plans_own():
    table = run(lang="en").dataframe[0].value
    # A note may quote the words it explains.
    for column in ("Park or scope", "Metric", "Unit", "Kind", "Document", "Of which"):
        wrong = [text for text in table[column] if text and CHINESE.search(text)]
        assert not wrong, (column, wrong[:3])


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_section_opens_from_its_address(section, lang):
    app = run(view=section, lang=lang)
    assert not app.error and not app.warning
    app.button(key="page-map").click().run()
    assert "page" not in url(app)
    app.button(key="page-data").click().run()
    assert url(app).get("view", SECTIONS[0]) == section


def test_the_five_documents_say_what_was_taken_from_each(atlas):
    app = run(view="sources")
    text = bodies(app)
    for source in PLANS.sources.values():
        assert escape(source.title_zh) in text and escape(source.number) in text
    assert text.count("文本未载明") > 3  # what a document does not state is said so
    for source in PLANS.sources.values():
        taken = sources.taken(source, atlas)
        own = sum(number.source_id == source.id for number in PLANS.numbers)
        assert sum(count for _, count in taken) == own
    assert ("表1-1", 60) in sources.taken(PLANS.sources["mh145"], atlas)


def test_the_files_hold_what_is_shown_exactly_and_with_citations(atlas):
    numbers = figures.chosen(DataState(about="xinzhuang"), PLANS)
    head, rows = figures._file(numbers, atlas, "zh")
    content = csv_bytes(head, rows)
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert read[0] == head and len(read) == len(numbers) + 1
    for number, row in zip(numbers, read[1:], strict=True):
        assert Decimal(row[head.index("数值")]) == number.value
        assert number.locator in row[-1] and number.source.title_zh in row[-1]
    book = load_workbook(io.BytesIO(figures.workbook(numbers, atlas, "en")))
    assert book.sheetnames == ["Figures", "Sources"]
    assert book.worksheets[0].max_row == len(numbers) + 1


def test_a_numbers_whole_provenance_is_told_and_escaped(atlas):
    number = replace(PLANS.figures[0], printed="<img src=x>", note_zh="<b>注</b>", note_en="n")
    html = figures.detail(number, atlas, "zh")
    assert "&lt;img src=x&gt;" in html and "&lt;b&gt;注&lt;/b&gt;" in html and "<img" not in html
    assert escape(number.source.title_zh) in html and escape(number.locator) in html


def test_faulty_rows_are_named_on_this_page_too(folder):
    path = folder / "indicators.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    rows.append(rows[-1].replace(",actual,", ",wish,").replace(",target,", ",wish,"))
    path.write_text("".join(rows), "utf-8")
    app = run()
    (error,) = app.error
    assert f"indicators.csv 第 {len(rows)} 行，字段“kind”" in error.value.replace("\\", "")
    assert len(app.dataframe[0].value) == len(PLANS.numbers)


def test_a_broken_file_is_one_line(folder):
    (folder / "metrics.yaml").write_text("metrics: [", "utf-8")
    app = run(lang="en")
    (error,) = app.error
    assert "metrics.yaml" in error.value.replace("\\", "") and not app.dataframe


# --- two periods, reconciliation, projects -------------------------------------------------------


def test_two_periods_start_with_the_district_and_go_to_any_park():
    app = run(view="periods")
    text = bodies(app)
    assert "<h3>闵行区</h3>" in text and "3,861.18" in text and "5,020" in text
    assert "“十四五”规划（至2025年）" in text and "“十五五”规划（至2030年）" in text
    assert "口径不同" in text  # the target is of all output, the actual one of the larger firms
    app.selectbox(key="data-about-zh-periods").set_value("zizhu").run()
    assert "<h3>紫竹高新区</h3>" in bodies(app)
    assert url(app) == {"page": "data", "view": "periods", "about": "zizhu"}


def test_what_is_stated_only_once_is_counted_and_can_be_shown(atlas):
    whole = periods.table("minhang", atlas)
    few = periods.compared(whole)
    assert 10 < len(few.rows) < len(whole.rows)
    app = run(view="periods")
    assert str(len(whole.rows) - len(few.rows)) in app.caption[0].value
    app.toggle(key="data-every-zh").set_value(True).run()
    assert url(app)["rows"] == "all" and not app.caption
    assert bodies(app).count("<tr>") == len(whole.rows) + 1


def test_every_stated_value_of_the_periods_opens_to_its_place(atlas):
    found = periods.table("minhang", atlas)
    html = periods.html(found, PLANS, "zh")
    stated = [cell for row in found.rows for cell in row.cells.values()
              if cell.numbers or cell.facts]  # fmt: skip
    gaps = sum(row.gap is not None for row in found.rows)
    assert html.count("<details") == len(stated) + gaps > 100
    for cell in stated:
        for one in (*cell.numbers, *cell.facts):
            assert escape(one.locator) in html
    head, rows = periods.file_rows(found, PLANS, "en")
    assert all(len(row) == len(head) for row in rows) and len(rows) == len(stated) + gaps
    numbers = [row[head.index("Value")] for row in rows]
    assert sum(isinstance(value, Decimal) for value in numbers) > 100  # plain numbers, no commas


def test_a_scope_without_figures_says_so(atlas):
    silent = next(s for s in PLANS.subjects if not periods.table(s, atlas).rows)
    assert "没有这一范围" in run(view="periods", about=silent).info[0].value


def test_each_finding_shows_both_values_with_words_and_places(atlas):
    state = DataState(section="checks")
    findings = checks.chosen(state, atlas)
    assert len(findings) == len(atlas.reconciliation.findings) > 20
    for finding in findings:
        html = checks.card(finding, PLANS, "zh")
        for side in (finding.left, finding.right):
            assert escape(side.shown("zh")) in html
            for item in side.inputs:
                assert escape(item.locator) in html and escape(item.printed) in html
        assert escape(finding.sentence_zh) in html
    land = [f for f in findings if f.metric == "land_mu" and f.rule == "sum"]
    assert [(str(f.left.value), str(f.right.value)) for f in land] == [("9921.1", "9086.1")]


def test_findings_are_filtered_by_nature_document_and_scope(atlas):
    counts = checks.natures(DataState(), atlas)
    assert sum(counts.values()) == len(atlas.reconciliation.findings)
    for nature, count in counts.items():
        assert len(checks.chosen(DataState(nature=nature), atlas)) == count
    app = run(view="checks")
    nature = next(iter(counts))
    app.selectbox(key="data-nature-zh").set_value(nature).run()
    assert url(app)["nature"] == nature
    assert bodies(app).count('<article class="finding">') == counts[nature]
    app.selectbox(key="data-source-zh").set_value("shpark145").run()
    found = checks.chosen(DataState(nature=nature, source="shpark145"), atlas)
    assert bodies(app).count('<article class="finding">') == len(found)
    head, rows = checks.table(checks.chosen(DataState(), atlas), PLANS, "en")
    assert all(len(row) == len(head) for row in rows)


def test_a_findings_hostile_words_are_text(atlas):
    finding = atlas.reconciliation.findings[0]
    item = replace(finding.left.inputs[0], printed="<img src=x onerror=alert(1)>")
    hostile = replace(finding, left=replace(finding.left, inputs=(item,)), sentence_zh="<b>x</b>")
    html = checks.card(hostile, PLANS, "zh")
    assert "<img" not in html and "<b>x" not in html and "&lt;img" in html


def test_projects_are_a_table_that_says_how_well_each_is_placed(atlas):
    app = run(view="projects")
    table = app.dataframe[0].value
    assert len(table) == len(PLANS.projects) == 25
    stated = [p.investment for p in PLANS.projects if p.investment is not None]
    assert table["总投资额(万元)"].sum() == pytest.approx(float(sum(stated)))
    words = projects.placed(PLANS.projects, "zh")
    assert words in bodies(app)
    counts = [int(n) for n in re.findall(r"(\d+) 个(?!载明)", words)]
    assert sum(counts) == 25
    towns = [p for p in PLANS.projects if p.precision == "town" and p.investment is not None]
    assert f"{sum(p.investment for p in towns):,f} 万元" in words
    app.selectbox(key="data-about-zh-projects").set_value("zizhu").run()
    assert 0 < len(app.dataframe[0].value) < 25


def test_projects_go_to_the_map_as_they_are_filtered():
    app = run(view="projects", about="zizhu")
    app.button(key="projects-map").click().run()
    assert url(app) == {"projects": "1", "parks": "zizhu"} and not app.exception
    assert app.toggle(key="projects-zh").value is True


def test_derived_values_compare_the_parks_with_formula_and_places(atlas):
    app = run(view="derived")
    table = app.dataframe[0].value
    assert table["推算值"].notna().all() and (table["算式"].str.contains("÷")).all()
    assert table["所用数字的出处"].str.contains("闵府发").all()
    assert table["年份或时期"].iloc[0] >= table["年份或时期"].iloc[-1]
    name = "land_left_share_of_planned_pct"
    app.selectbox(key="data-derived-zh").set_value(name).run()
    assert url(app)["derived"] == name
    found = derived.chosen(DataState(derived=name), atlas)
    assert len(found) >= 5
    head, rows = derived.head("en"), derived.rows(found, atlas, "en")
    assert all(len(row) == len(head) for row in rows)
    shown = run(view="derived", derived=name, about="lianhua")
    assert "未载明" in shown.info[0].value and not shown.dataframe


@pytest.mark.parametrize("words", ["3,861.18", "3861.18", "３８６１．１８"])
def test_a_search_takes_numbers_as_they_are_shown_or_printed(words):
    found = figures.chosen(DataState(find=words), PLANS)
    assert found and all("3861.18" in number.printed for number in found)


def test_another_number_at_another_place_is_not_called_the_same():
    def pairs(same: bool):
        return next(
            (number, other)
            for number in PLANS.numbers
            for other in PLANS.elsewhere(number)
            if (number.value == other.value) == same
        )

    assert figures.elsewhere(*pairs(True), "zh").startswith("同一个数另见")
    told = figures.elsewhere(*pairs(False), "zh")
    assert told.startswith("另处的数不同") and pairs(False)[1].printed in told


def test_per_cents_differ_by_percentage_points(atlas):
    of_shares = [f for f in atlas.reconciliation.findings if f.left.unit == "pct"]
    assert of_shares
    for finding in of_shares:
        html = checks.card(finding, PLANS, "zh")
        against = html.split('<div class="against">')[1].split("</div>")[0]
        assert "个百分点" in against and "（" not in against


def test_a_click_on_a_cell_or_a_box_picks_its_row(monkeypatch):
    for selection, row in (
        ({"rows": [3], "cells": []}, 3),
        ({"rows": [], "cells": [(7, "指标")]}, 7),
        ({"rows": [], "cells": []}, None),
    ):
        session = {"table": {"selection": selection}}
        monkeypatch.setattr(table_selection, "st", SimpleNamespace(session_state=session))
        assert table_selection.picked("table", 8) == row
        assert table_selection.picked("other", 8) is None
        assert table_selection.picked("table", 3) is None  # of fewer rows than before


def test_what_the_plans_say_in_words_is_there_with_its_place():
    app = run(view="facts")
    table = app.dataframe[0].value
    assert len(table) == len(PLANS.facts) > 300 and "译文" not in table
    assert (table["原文"] != "").all() and (table["位置"] != "").all()
    app.text_input(key="data-find-zh-facts").set_value("达闼").run()
    found = app.dataframe[0].value
    assert 0 < len(found) < 10 and found["原文"].str.contains("达闼").any()
    english = run(view="facts", lang="en", about="maqiao").dataframe[0].value
    assert (english["Translation"] != "").all()
    assert not english["Kind"].str.contains(CHINESE).any()
    worded = [fact for fact in PLANS.facts if fact.metric]
    assert worded and all("：" in facts._topic(fact, PLANS, "zh") for fact in worded)
