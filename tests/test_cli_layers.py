"""The command line of the maps: what it lists, what it exports, how it refuses."""

import json
import os
import re
import subprocess
import sys

import pytest
from commands import caller
from layouts import SCHEMES, built
from shown import composed, stored

from geo import ROOT
from geo.errors import LANGUAGES
from geo.plans import load_boundaries
from layers.__main__ import main
from layers.imprint import Imprint
from layers.map_view import MapView
from layers.page import export_html
from layers.pictures import pdf_pages, png_size
from layers.schemes.industry import carriers, tags_in_use

PERIOD = "2021-2025"


@pytest.fixture
def call(capsys):
    return caller(main, capsys)


# --- the list


def counts(scheme):
    """How much of a layout is on the map, counted from what was built of it."""
    elements = built(scheme).values()
    members = {}
    for element in elements:
        for member in element.all_members():
            members[member.zh] = member.point is not None
    drawn = sum(element.geometry is not None for element in elements)
    return len(elements), drawn, len(members), sum(members.values())


def test_the_list_names_every_map_with_true_counts(call, plans):
    code, out, err = call("list", "--json")
    assert (code, err) == (0, "")
    known = json.loads(out)
    first, second, *layouts = known["maps"]
    assert (first["id"], second["id"]) == ("parks", "projects")
    assert [one["id"] for one in layouts] == list(SCHEMES)
    for one in layouts:
        scheme = SCHEMES[one["id"]]
        stated = [one[k] for k in ("elements", "elements_drawn", "members", "members_located")]
        assert tuple(stated) == counts(one["id"]), one["id"]
        assert (one["zh"], one["en"]) == (scheme.title("zh"), scheme.title("en"))
        assert (one["source"], one["level"]) == (scheme.source_id, scheme.level)
        assert one["period"] == plans.sources[scheme.source_id].period


def test_the_list_names_industries_metrics_and_years(call, plans):
    known = json.loads(call("list", "--json")[1])
    industries = {one["id"]: one["periods"] for one in known["industries"]}
    assert list(industries) == [f"industry:{tag}" for tag in tags_in_use(plans, SCHEMES)]
    for name, periods in industries.items():
        found = carriers(name.removeprefix("industry:"), plans, SCHEMES)
        assert periods == sorted({one.period for one in found})
    parks = [(one["id"], one["zh"], one["en"]) for one in known["parks"]]
    assert parks == [(park.id, park.zh, park.en) for park in plans.parks.values()]
    years = {one["id"]: one["years"] for one in known["metrics"]}
    assert years["land_mu"] == ["2021-2025"] and "2020" in years["output_100m_yuan"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_can_be_read(call, plans, lang):
    code, out, err = call("list", "--lang", lang)
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines()]
    named = {row[0] for row in rows if row}
    assert {*SCHEMES, *(f"industry:{tag}" for tag in tags_in_use(plans, SCHEMES))} <= named
    assert set(plans.parks) <= named, "what --stops takes"
    for name, scheme in SCHEMES.items():
        assert scheme.title(lang) in out
        at = out.index(f"  {name} ")
        told = re.findall(
            r"\d+", out[at:].splitlines()[1].split("；" if lang == "zh" else ";", 1)[1]
        )
        assert [int(number) for number in told] == list(counts(name)), name


# --- exports


GIVEN = []  # what the pages of `seen` are asked for besides the view


@pytest.fixture
def seen(monkeypatch, plans):
    """What is asked for, in place of the pages, which take long and are tested by their payload."""
    views, seen_with = [], GIVEN
    seen_with.clear()
    monkeypatch.setattr("layers.__main__.Plans.load", lambda: plans)
    monkeypatch.setattr(
        "layers.__main__.export_html",
        lambda view, *_, **given: views.append(view) or seen_with.append(given) or "page",
    )
    return views


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_layout_is_exported_by_its_id(call, tmp_path, seen, scheme):
    target = tmp_path / "map.html"
    code, out, err = call("export", scheme, "-o", str(target), "--lang", "en")
    assert (code, out, err.count("\n")) == (0, "", 1)
    assert seen == [MapView(lang="en", metric=None, scheme=scheme)]
    assert target.read_text() == "page"
    (given,) = GIVEN
    assert given == {"imprint": Imprint(), "stops": (), "paper": "A4"}


def test_an_industry_is_exported_by_its_id_in_the_period_asked_for(call, tmp_path, seen, plans):
    target = str(tmp_path / "map.html")
    for tag in ("ai", list(tags_in_use(plans, SCHEMES))[-1]):
        assert call("export", f"industry:{tag}", "--period", PERIOD, "-o", target)[0] == 0
        assert seen[-1] == MapView(metric=None, industry=tag, plan_period=PERIOD)


def test_an_industrys_page_is_of_the_period_asked_for(call, tmp_path):
    target = tmp_path / "map.html"
    code, out, err = call("export", "industry:ai", "--period", PERIOD, "-o", str(target))
    assert (code, out, err.count("\n")) == (0, "", 1)
    page = target.read_text(encoding="utf-8")
    data = composed(stored(page), "zh", "industry:ai", None, None)
    assert "2021–2025" in data["subtitle"] and len(data["sketches"]) > 5


def test_a_whole_page_of_a_layout_is_the_pages_export(call, tmp_path, plans):
    target = tmp_path / "map.html"
    assert call("export", "one-corridor-nine-areas", "-o", str(target))[0] == 0
    view = MapView(metric=None, scheme="one-corridor-nine-areas")
    page = export_html(view, plans, load_boundaries())
    assert target.read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["atlantis"], "one-axis-three-belts"),
        (["industry:steam"], "one-axis-three-belts"),
        (["parks", "--metric", "acres"], "land_mu"),
        (["parks", "--metric", "output_100m_yuan", "--year", "1066"], "2016, 2017"),
        (["one-axis-three-belts", "--year", "2020"], "--metric"),
        (["four-plus-x", "--period", PERIOD], "industry:"),
        (["industry:ai", "--period", "1066-1070"], "2021-2025, 2026-2030"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_unusable_requests_are_one_line_and_leave_the_file(call, tmp_path, words, said, lang):
    target = tmp_path / "map.html"
    target.write_text("old")
    code, out, err = call("export", *words, "-o", str(target), "--lang", lang)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err and "Traceback" not in err
    assert bool(re.search(r"[\u4e00-\u9fff]", err)) == (lang == "zh")
    assert target.read_text() == "old"


def test_a_faulty_layouts_file_is_one_line_and_leaves_the_file(call, tmp_path, monkeypatch):
    faulty, target = tmp_path / "schemes.yaml", tmp_path / "map.html"
    faulty.write_text("schemes:\n- {id: a, source: mh999}\n", encoding="utf-8")
    target.write_text("old")
    load = main.__globals__["load_schemes"]
    monkeypatch.setattr("layers.__main__.load_schemes", lambda **known: load(faulty, **known))
    code, out, err = call("export", "four-plus-x", "-o", str(target), "--lang", "en")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "schemes.yaml, line 2, field 'source'" in err
    assert target.read_text() == "old"


# --- the imprint, the stops and the kinds of file


IMPRINT = [
    "--title", "题", "--subtitle", "副题", "--office", "闵行区经委",
    "--approval", "沪S(2026)001号", "--date", "2026年11月21日",
    "--title-en", "Title", "--subtitle-en", "Sub", "--office-en", "Minhang EC",
]  # fmt: skip


def test_imprint_and_stops_reach_the_page(call, tmp_path, seen):
    target, logo = str(tmp_path / "map.html"), tmp_path / "logo"
    logo.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    stops = "zizhu, parks,,four-plus-x,industry:ai,zizhu"
    words = [*IMPRINT, "--logo", str(logo), "--stops", stops]
    assert call("export", "parks", "-o", target, *words)[0] == 0
    (given,) = GIVEN
    made = Imprint("题", "副题", "闵行区经委", "沪S(2026)001号", "2026-11-21", logo,
                   "Title", "Sub", "Minhang EC")  # fmt: skip
    assert given["imprint"] == made and made.logo_uri
    assert given["stops"] == ("zizhu", "parks", "four-plus-x", "industry:ai", "zizhu")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "map.docx"], ".html, .png, .pdf"),
        (["-o", "map"], ".html, .png, .pdf"),
        (["-o", "map.html", "--stops", "zizhu,atlantis"], "atlantis"),
        (["-o", "map.html", "--stops", ""], "--stops"),
        (["-o", "map.html", "--stops", " , ,"], "--stops"),
        (["-o", "map.pdf", "--stops", "zizhu"], "--stops"),
        (["-o", "map.html", "--date", "21.11.2026"], "2026-05-19"),
        (["-o", "map.html", "--office-en", "x" * 101], "100"),
        (["-o", "map.html", "--title", "a\nb"], "U+000A"),
        (["-o", "map.html", "--office", "x" * 61], "60"),
        (["-o", "map.html", "--logo", "none.png"], "none.png"),
        (["-o", "none/../../map.pdf/x/../../../map.docx"], ".html, .png, .pdf"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_cannot_be_exported_is_one_line_and_no_file(
    call, tmp_path, monkeypatch, words, said, lang
):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("export", "parks", *words, "--lang", lang)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_without_a_browser_there_is_html_but_no_picture(call, tmp_path, monkeypatch, seen, suffix):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("layers.pictures._installed", lambda: iter(()))
    target = tmp_path / f"map{suffix}"
    code, out, err = call("export", "parks", "-o", str(target), "--lang", "en")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Chromium" in err and "CHROMIUM" in err and seen == []
    assert list(tmp_path.iterdir()) == []
    assert call("export", "parks", "-o", str(tmp_path / "map.html"))[0] == 0


@pytest.mark.browser
def test_a_map_becomes_a_page_a_picture_and_a_sheet(tmp_path, browser):
    """The real command line, as the README has it."""
    for name, words in {"parks.png": [], "parks.PDF": ["--paper", "A3", "--lang", "en"]}.items():
        done = subprocess.run(
            [sys.executable, "-m", "layers", "export", "parks", "-o", f"new/{name}", *words],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
            text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert name in done.stderr and " kB" in done.stderr and done.stderr.count("\n") == 1
    folder = tmp_path / "new"
    assert sorted(path.name for path in folder.iterdir()) == ["parks.PDF", "parks.png"]
    assert png_size((folder / "parks.png").read_bytes()) == (2246, 1588)
    sheet = (folder / "parks.PDF").read_bytes()
    assert pdf_pages(sheet) == 1
    # 420 mm by 297 mm in points, to the millimetre.
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", sheet)
    assert [round(float(side) / 72 * 25.4) for side in box.groups()] == [420, 297]


def test_errors_speak_the_environments_language(call, monkeypatch, tmp_path):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    target = str(tmp_path / "x.html")
    assert "unknown map" in call("export", "atlantis", "-o", target)[2]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "可用" in call("export", "atlantis", "-o", target)[2]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ("en_GB.UTF-8", ["- is standard output (HTML)", "--paper {A4,A3}", "default: land_mu",
                         "default: the latest", "language of the map (default: zh)"]),
        ("zh_CN.UTF-8", ["“-”为标准输出（HTML）", ".html、.png 或 .pdf", "默认 land_mu",
                         "默认最近一期", "默认中文"]),
    ],
)  # fmt: skip
def test_help_of_export_tells_every_option(call, monkeypatch, env, words):
    monkeypatch.setenv("LC_ALL", env)
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = call("export", "-h")
    assert code == 0
    assert [one for one in words if one not in out] == []


def test_a_dash_is_standard_output(tmp_path, plans):
    words = ["export", "parks", "-o", "-", "--lang", "en"]
    # An encoding that has no Chinese: the page is UTF-8 all the same.
    done = subprocess.run(
        [sys.executable, "-m", "layers", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    page = export_html(MapView(lang="en"), plans, load_boundaries())
    assert done.stdout.decode("utf-8") == page
    assert list(tmp_path.iterdir()) == []


def test_unwritable_target_is_one_line(call, tmp_path):
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "map.html"
    code, _, err = call("export", "parks", "-o", str(target), "--lang", "en")
    assert (code, err.count("\n")) == (2, 1)
    assert "map.html" in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
