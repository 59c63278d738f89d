"""The plans' projects: the transcription against the text, the anchors, the loader's faults."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from test_plan_texts import lines, section, squeeze

from geo import PLANS, ROOT
from geo.errors import AtlasError
from geo.osm.projects import projects_text
from geo.plans import Plans, load_boundaries
from geo.plans.files import load_parks, load_sources
from geo.plans.projects import COLUMNS, PROJECTS_FILE, Project, load_projects, projects_table
from geo.reference import load_districts

OSM = ROOT.parent / "shared" / "reference"
PARKS, SOURCES = load_parks(PLANS / "parks.yaml"), load_sources(PLANS / "sources.yaml")
PROJECTS, FAULTS = load_projects()
TABLES = {
    "t42": ("（一）莘庄工业区", "表4-2", 2),
    "t43": ("（三）紫竹高新技术产业开发区", "表4-3", 3),
    "t44": ("（四）闵行经济技术开发区", "表4-4", 5),
}
HAN = re.compile(r"[\u4e00-\u9fff]")


def rows_of(text: list[str]) -> list[list[str]]:
    """Return a table's cells, one list a numbered row, from its lines."""
    starts, number = [], 1
    for i, line in enumerate(text):
        if line.strip() == str(number) and line.startswith("\t"):
            starts.append(i)
            number += 1
    ends = [*starts[1:], len(text)]
    return [
        [squeeze(line) for line in text[start + 1 : end] if line.startswith("\t")]
        for start, end in zip(starts, ends, strict=True)
    ]


@cache
def annex_3() -> list[dict[str, str]]:
    """Return the rows of annex 3 by column; a place goes on in the line of cells below."""
    text = lines("mh145")
    start = next(i for i, line in enumerate(text) if squeeze(line) == "附件3")
    end = next(i for i, line in enumerate(text) if squeeze(line) == "附件4")
    rows = []
    for cells in rows_of(text[start:end]):
        category, name, builder, place, investment, floor = cells[:6]
        rows.append(
            {"category": category, "name": name, "builder": builder,
             "place": place + "".join(cells[6:]), "investment": investment, "floor": floor}
        )  # fmt: skip
    return rows


@cache
def table(key: str) -> list[list[str]]:
    """Return name and direction of each row of one of the tables 4-2 to 4-4."""
    heading, mark, _ = TABLES[key]
    text = section("mh145", ["第四章", "一、四大园区", heading]).split("\n")
    start = next(i for i, line in enumerate(text) if squeeze(line).startswith(mark))
    return [cells[:2] for cells in rows_of(text[start:])]


def test_every_row_is_good():
    assert FAULTS == []
    count = {key: n for key, (_, _, n) in TABLES.items()} | {"a3": 15}
    for key, number in count.items():
        own = [project for project in PROJECTS if project.id.startswith(f"{key}-")]
        assert [int(project.id.split("-")[1]) for project in own] == list(range(1, number + 1))
        assert [project.locator.rsplit(" / ", 1)[1] for project in own] == [
            str(n) for n in range(1, number + 1)
        ]
    assert len(PROJECTS) == sum(count.values())


@pytest.mark.reference
def test_annex_3_is_whole_and_as_printed():
    """Every cell of every row, both ways; what a cell adds in brackets is its own column."""
    ours = []
    for project in (p for p in PROJECTS if p.id.startswith("a3")):
        note = f"（{project.floor_note_zh}）" if project.floor_note_zh else ""
        cells = (
            project.category_zh, project.name_zh, project.builder_zh, project.place_zh,
            str(project.investment), f"{project.floor}{note}",
        )  # fmt: skip
        ours.append([squeeze(cell) for cell in cells])
    assert len(annex_3()) == 15
    assert ours == [list(row.values()) for row in annex_3()]


@pytest.mark.reference
@pytest.mark.parametrize("key", TABLES)
def test_tables_of_chapter_4_are_whole_and_quoted(key):
    heading, mark, number = TABLES[key]
    own = [project for project in PROJECTS if project.id.startswith(key)]
    assert len(table(key)) == number
    for project, (name, direction) in zip(own, table(key), strict=True):
        assert squeeze(project.name_zh) == name
        assert squeeze(project.direction_zh) in direction
        assert heading in project.locator and mark in project.locator
        assert project.investment is None and project.floor is None, "the tables state none"


@pytest.mark.reference
def test_the_exchanged_cells_are_as_printed_and_told():
    row, project = annex_3()[14], next(p for p in PROJECTS if p.id == "a3-15")
    assert (squeeze(project.name_zh), squeeze(project.builder_zh)) == (row["name"], row["builder"])
    assert project.name_zh.endswith("公司") and project.builder_zh.endswith("项目")
    assert "印反" in project.note_zh and "exchanged" in project.note_en
    assert [p.id for p in PROJECTS if p.note_zh] == ["a3-15"]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.id)
def test_park_and_town_are_those_of_the_place_cell(project: Project):
    """A park is named in the cell, by its table, or by its block in the project's own name."""
    if project.park_id and project.id.startswith("a3"):
        park = PARKS[project.park_id]
        names = (*park.aliases, *(part.zh for part in park.parts))
        printed = project.place_zh + project.name_zh
        # 闵行开发区（西区）: the bracket is no part of the name.
        assert any(name in printed for name in names), (project.place_zh, names)
    if project.town and "项目判断" not in project.basis_zh:
        assert project.place_zh.startswith(project.town)


def test_anchors_lie_in_the_district_and_in_their_park_or_say_that_they_do_not():
    districts = dict(load_districts()[["name_zh", "geometry"]].itertuples(index=False))
    zones = load_boundaries().geometry
    seen = set()
    for project in PROJECTS:
        if project.point is None:
            continue
        point = shapely.Point(project.point)
        assert shapely.covers(districts["闵行区"], point), project.id
        if project.precision == "point":
            inside = any(shapely.covers(zones[z], point) for z in PARKS[project.park_id].zones)
            assert inside != ("不在所绘" in project.basis_zh), project.id
            if project.zone_id:
                assert shapely.covers(zones[project.zone_id], point), project.id
            seen.add(inside)
    assert seen == {True, False}


def test_projects_of_one_town_share_its_anchor():
    towns: dict[str, set] = {}
    for project in PROJECTS:
        if project.precision == "town":
            towns.setdefault(project.town, set()).add(project.point)
    assert len(towns) == 6 and all(len(points) == 1 for points in towns.values())


def test_the_pujiang_sub_park_is_not_in_the_park_as_drawn():
    """What the row's basis says: 浦江镇 is far east of the polygon of 莘庄工业区."""
    project = next(p for p in PROJECTS if p.id == "a3-01")
    assert project.point[0] > load_boundaries().geometry["xinzhuang"].bounds[2] + 0.05


@pytest.mark.reference
def test_coordinates_are_those_of_the_reference_data():
    if not OSM.exists():
        pytest.skip("the reference data are not here")
    assert projects_text([OSM]) == PROJECTS_FILE.read_text(encoding="utf-8")


@pytest.mark.reference
def test_an_anchor_that_is_not_in_the_data_is_told(tmp_path):
    if not OSM.exists():
        pytest.skip("the reference data are not here")
    for change in ({"osm_id": "1"}, {"layer": "roads"}):
        path = written(tmp_path, [changed("t44-1", **change)])
        with pytest.raises(AtlasError, match=r"projects\.csv, line 2, field '(feature|layer)'"):
            projects_text([OSM], path)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.id)
def test_english_words_are_english(project: Project):
    for field in ("name", "category", "builder", "place", "floor_note", "direction", "note"):
        assert not HAN.search(project.text(field, "en")), field
    # Names of features stay as OpenStreetMap has them.
    assert re.fullmatch(r"[^\u4e00-\u9fff]*(紫竹数码广场|紫藤宾馆|兰香湖)?[^\u4e00-\u9fff]*",
                        project.basis_en)  # fmt: skip


def cells() -> list[dict[str, str]]:
    with PROJECTS_FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def changed(row_id: str, **change: str) -> dict[str, str]:
    return next(row for row in cells() if row["id"] == row_id) | change


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "projects.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row_id", "change", "field"),
    [
        ("a3-01", {"name_zh": ""}, "name_zh"),
        ("a3-01", {"id": "A3 01"}, "id"),
        ("a3-01", {"builder_en": ""}, "builder_en"),
        ("a3-01", {"investment_10k_yuan": "136,200"}, "investment_10k_yuan"),
        ("a3-01", {"investment_10k_yuan": "0"}, "investment_10k_yuan"),
        ("a3-01", {"floor_m2": "450000（地下50000）"}, "floor_m2"),
        ("a3-01", {"park_id": "nowhere"}, "park_id"),
        ("a3-01", {"town": ""}, "town"),
        ("a3-01", {"lon": ""}, "lon"),
        ("a3-01", {"lat": "31.07828012"}, "lat"),
        ("a3-01", {"lon": "999"}, "lon"),
        ("a3-01", {"lon": "-180.1"}, "lon"),
        ("a3-01", {"lat": "95"}, "lat"),
        ("a3-01", {"lat": "９０"}, "lat"),
        ("a3-01", {"name_zh": "一行\n两行"}, "name_zh"),
        ("a3-01", {"note": "甲\x00乙", "note_en": "x"}, "note"),
        ("a3-01", {"precision": "exact"}, "precision"),
        ("a3-01", {"source_id": "mh999"}, "source_id"),
        ("a3-06", {"lon": "121.4", "lat": "31.0"}, "lon"),
        ("a3-06", {"park_id": ""}, "park_id"),
        ("a3-06", {"zone_id": "zizhu"}, "zone_id"),
        ("t44-1", {"osm_id": ""}, "osm_id"),
        ("t44-1", {"precision": "unlocated"}, "layer"),
        ("a3-15", {"note_en": ""}, "note_en"),
    ],
)
def test_a_faulty_row_is_told_and_the_others_kept(tmp_path, row_id, change, field):
    path = written(tmp_path, [changed("t42-1"), changed(row_id, **change)])
    projects, faults = load_projects(path, PARKS, SOURCES)
    assert [project.id for project in projects] == ["t42-1"]
    (error,) = faults
    assert f"projects.csv, line 3, field '{field}':" in error.text("en")
    assert f"第 3 行，字段“{field}”：" in error.text("zh")


def test_an_id_is_there_once(tmp_path):
    projects, faults = load_projects(
        written(tmp_path, [changed("t42-1"), changed("t42-2", id="t42-1")]), PARKS, SOURCES
    )
    assert len(projects) == 1 and "line 3, field 'id': the same id as line 2" in faults[0].text(
        "en"
    )


def test_a_missing_column_is_told(tmp_path):
    path = tmp_path / "projects.csv"
    path.write_text("id,name_zh\n", encoding="utf-8")
    with pytest.raises(AtlasError, match=r"projects\.csv, line 1: missing column"):
        load_projects(path, PARKS, SOURCES)


@given(st.from_regex(r"[1-9][0-9]{0,8}(\.[0-9]{1,3})?", fullmatch=True))
def test_a_numeral_is_kept_as_printed(tmp_path_factory, printed):
    path = written(
        tmp_path_factory.mktemp("numeral"), [changed("a3-01", investment_10k_yuan=printed)]
    )
    ((project,), faults) = load_projects(path, PARKS, SOURCES)
    assert faults == [] and str(project.investment) == printed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_has_every_project_and_leaves_missing_numbers_missing(plans: Plans, lang):
    rows = projects_table(PROJECTS, plans, lang)
    assert [row["id"] for row in rows] == [project.id for project in PROJECTS]
    by_id = {row["id"]: row for row in rows}
    assert by_id["a3-10"]["investment_10k_yuan"] == Decimal("207282.3")
    assert by_id["t43-2"]["investment_10k_yuan"] is None
    assert by_id["a3-10"]["park"] == plans.parks["zizhu"].short(lang)
    assert by_id["a3-03"]["park"] == "" and by_id["a3-03"]["precision"] == "town"
    assert by_id["a3-04"]["floor_note"] == {"zh": "地下50000", "en": "50000 underground"}[lang]
