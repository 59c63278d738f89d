"""The one-page proposal: what goes into it, what a user may type, what it never does."""

from __future__ import annotations

import re
import tempfile
from html import escape, unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import bodies, opened, url

from geo.access import load_access
from geo.errors import AtlasError
from geo.finder import make_needs, rank
from geo.plans import Plans, load_boundaries
from layers import pictures
from layers.proposal import page as proposal_page
from layers.proposal import records as proposal
from layers.proposal.page import proposal_html
from layers.proposal.records import FIELDS, LONGEST, clean
from layers.proposal.table import FIGURES
from views import desk
from views.finder import handover

PLANS = Plans.load()
BOUNDARIES = load_boundaries()
ACCESS = load_access()
CHINESE = re.compile(r"[\u3400-\u9fff]")
WORDS = {
    "title": "Three parks", "prospect": "Ann & Co", "organisation": "Office <1>",
    "contact": "Li Ming", "phone": "+86 21 0000 0000", "email": "li@example.org",
    "date": "2026-06-01", "remark": "\"Welcome\"",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>", "</title></head><body onload=alert(1)>", "{zh}{0}{__class__}",
    "' onmouseover='x", "<svg/onload=x>", "&lt;b&gt;", "](javascript:x)",
]  # fmt: skip


def ranking(values=None, must=("industrial_land",)):
    values = values or {"industry": "integrated-circuits", "industrial_land": 50}
    return rank(make_needs(values, PLANS, must), PLANS, BOUNDARIES, ACCESS)


def page(lang="zh", words=WORDS, parks=("pujiang", "zizhu", "xinzhuang"), found=None) -> str:
    checked = proposal.proposal(lang, parks, words)
    assert checked.messages == ()
    return proposal_html(checked.proposal, found or ranking(), PLANS, BOUNDARIES, ACCESS)


# --- what a user types ---------------------------------------------------------------------------


@given(st.text())
def test_a_clean_text_is_one_line_of_what_is_seen(text):
    once = clean(text)
    assert clean(once) == once
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", once)
    assert once == once.strip()


def test_a_name_keeps_its_letters():
    assert clean("华芯\t微电子\n（上海）") == "华芯 微电子 （上海）"
    assert clean("Zoë O’Neill\u202e") == "Zoë O’Neill"


@pytest.mark.parametrize("name", [one for one in FIELDS if one != "date"])
def test_a_text_that_is_too_long_is_told_without_being_quoted(name):
    exact = proposal.proposal("en", ("zizhu",), {name: "x" * LONGEST[name]})
    assert exact.messages == ()
    assert getattr(exact.proposal, name) == "x" * LONGEST[name]
    over = proposal.proposal("en", ("zizhu",), {name: "x" * (LONGEST[name] + 1)})
    assert len(over.messages) == 1
    assert str(LONGEST[name]) in over.messages[0]
    assert "xx" not in over.messages[0]
    assert getattr(over.proposal, name) == ""


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-06-01", "2026-06-01"),
        ("2026年6月1日", "2026-06-01"),
        ("2026-6-1", "2026-06-01"),
        ("", ""),
    ],
)
def test_dates(text, iso):
    assert proposal.proposal("zh", ("zizhu",), {"date": text}).proposal.date == iso


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "2026/06/01", "２０２６-06-01"])
def test_what_is_no_date_is_told(text):
    checked = proposal.proposal("zh", ("zizhu",), {"date": text})
    assert len(checked.messages) == 1
    assert checked.proposal.date == ""


@pytest.mark.parametrize("parks", [(), ("a", "b", "c", "d")])
def test_a_proposal_has_one_to_three_parks(parks):
    with pytest.raises(AtlasError, match="1 to 3"):
        proposal.proposal("en", parks, {})


def test_a_park_that_is_none_is_refused():
    checked = proposal.proposal("en", ("nowhere",), {})
    with pytest.raises(AtlasError, match="nowhere"):
        proposal_html(checked.proposal, ranking(), PLANS, BOUNDARIES, ACCESS)


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_text_of_a_user_is_escaped(text, lang):
    words = {**dict.fromkeys(FIELDS, text), "date": ""}
    html = page(lang, words)
    assert html.count("<script") == 1
    assert "<svg/" not in html
    assert "onload=x>" not in html
    body = html[html.index("<body>") :]
    for name in ("title", "prospect", "organisation", "contact", "phone", "email", "remark"):
        assert escape(text) in body, name
    own = page(lang, {})
    # No element and no attribute more than without the words, but for those that hold them.
    tags = re.compile(r"<[a-z][^>]*>")
    holders = {
        '<p class="remark">',
        '<section class="contact">',
        "<p>",
        "<dl>",
        "<div>",
        "<dt>",
        "<dd>",
    }
    assert set(tags.findall(html)) - set(tags.findall(own)) <= holders | {_policy(html)}


def _policy(html: str) -> str:
    return re.search(r"<meta http-equiv[^>]*>", html)[0]


def test_the_policy_allows_its_own_blocks_and_no_address():
    html = page()
    policy = unescape(_policy(html))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 2
    assert not re.search(r'\sstyle="|\son[a-z]+="', html)
    rest = re.sub(r"http-equiv", "", html)
    assert "http://" not in rest
    assert "https://" not in rest


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_tells_score_figures_reasons_and_their_documents(lang):
    found = ranking({"industry": "integrated-circuits", "industrial_land": 50, "density": 100})
    html = unescape(page(lang, found=found))
    text = re.sub(r"<[^>]+>", "", html)
    for one in found.results:
        if one.park_id not in ("pujiang", "zizhu", "xinzhuang"):
            continue
        park = PLANS.park(one.park_id)
        assert one.name.text(lang) in text
        assert park.position.name(lang) in text
        assert f"{one.score_low}" in text
        for judgement in one.judgements:
            assert judgement.shown.text(lang) in text
    numbers = {int(n) for n in re.findall(r"<cite>\[(\d+)\]", html)}
    listed = {int(n) for n in re.findall(r"<li>\[(\d+)\] ", html)}
    assert numbers == listed == set(range(1, len(listed) + 1))
    assert "17号" in text  # the document's number
    assert "ODbL" in text
    assert "cnmaps" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("period", ["", "2021-2025", "2026-2030"])
def test_a_limit_to_some_ground_is_never_left_out(period, lang):
    needs = make_needs({"density": 100, "land": 50}, PLANS, period=period)
    found = rank(needs, PLANS, BOUNDARIES, ACCESS)
    html = unescape(page(lang, parks=("metdz", "tech-oasis"), found=found))
    kept = re.sub(r"<(small|li) data-least.*?</\1>", "", html)
    told = 0
    for one in found.results:
        if one.park_id not in ("metdz", "tech-oasis"):
            continue
        for judgement in one.judgements:
            for scope in judgement.scope:
                told += 1
                assert scope.text(lang) in kept
    assert told >= 1
    # The output is of one zone as well; it is not what was asked for.
    zone = BOUNDARIES.loc["metdz", f"name_{lang}"]
    output = PLANS.metrics["output_100m_yuan"].short(lang)
    row = re.search(rf'<th scope="row">{re.escape(output)}</th>.*?</tr>', kept)[0]
    assert zone in row


def test_what_is_asked_is_not_told_twice():
    html = page(found=ranking())
    metric = PLANS.metrics["land_industrial_mu"].short("zh")
    assert metric not in re.findall(r'<th scope="row">([^<]*)</th>', html)[2:]
    assert "land_industrial_mu" in FIGURES


def test_the_parks_keep_the_order_of_the_ranking():
    html = page(parks=("xinzhuang", "zizhu", "pujiang"))
    heads = re.findall(r"<h3>([^<]*)</h3>", html)
    assert heads == [PLANS.park(park).zh for park in ("pujiang", "zizhu", "xinzhuang")]


def test_the_same_inputs_give_the_same_bytes():
    assert page() == page()


def test_english_has_chinese_only_where_it_quotes():
    html = unescape(page("en", WORDS))
    body = html[html.index("<body>") : html.index("<script>", html.index("<body>"))]
    body = re.sub(r"<cite>.*?</cite>|<li>\[\d+\].*?</li>|“[^”]*”|<small.*?</small>", "", body)
    body = re.sub(r'<tr class="promises".*?</tr>', "", body)  # the plans' words, some untranslated
    assert CHINESE.findall(body) == []


# --- in the app ----------------------------------------------------------------------------------


def test_what_is_typed_stays_out_of_address_and_page():
    app = opened(page="finder", iland="50")
    app.button(key="finder-proposal").click().run()
    app.text_input(key="proposal-prospect-zh").set_value("<b>Secret Ltd</b>").run()
    app.text_input(key="proposal-phone-zh").set_value("021-5555").run()
    assert not app.exception
    assert url(app) == {"page": "finder", "iland": "50"}
    assert "Secret" not in bodies(app)
    app.button(key="page-map").click().run()
    app.button(key="page-finder").click().run()
    assert app.text_input(key="proposal-prospect-zh").value == "<b>Secret Ltd</b>"


def test_a_fault_in_the_form_is_told_and_keeps_the_files_back():
    app = opened(page="finder", iland="50", lang="en")
    app.button(key="finder-proposal").click().run()
    app.text_input(key="proposal-title-en").set_value("x" * 61).run()
    app.text_input(key="proposal-date-en").set_value("soon").run()
    assert len(app.warning) == 2
    saving = [one for one in app.button if (one.key or "").startswith("make-park-atlas-proposal")]
    assert len(saving) == 2
    assert all(one.disabled for one in saving)
    assert not app.get("download_button")


def test_without_a_browser_the_html_is_still_there(monkeypatch):
    def none():
        raise AtlasError(en="no browser here", zh="没有浏览器")

    monkeypatch.setattr(handover, "find_browser", none)
    app = opened(page="finder", iland="50", lang="en")
    app.button(key="finder-proposal").click().run()
    assert not app.exception
    assert any("no browser here" in one.value for one in app.caption)


def proposing(lang="en"):
    """The finder with the proposal's form open, and the keys of the two buttons' files."""
    app = opened(page="finder", iland="50", must="iland", lang=lang)
    app.button(key="finder-proposal").click().run()
    keys = [one.key for one in app.button if (one.key or "").startswith("make-park-atlas-prop")]
    return app, {key.rsplit(".")[-1]: key for key in keys}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_browser_that_fails_is_one_line_of_ours(monkeypatch, lang):
    def fails(html):
        raise AtlasError(en="the browser failed", zh="浏览器出错")

    monkeypatch.setattr(handover, "find_browser", lambda: "browser")
    monkeypatch.setattr(proposal, "as_pdf", fails)
    app, keys = proposing(lang)
    app.button(key=keys["pdf"]).click().run()
    assert not app.exception
    assert [one.value for one in app.error] == [
        "浏览器出错" if lang == "zh" else "the browser failed"
    ]
    assert not app.get("download_button")
    app.button(key=keys["html"]).click().run()
    assert [one.proto.label.split(" ")[0] for one in app.get("download_button")] == [
        "保存" if lang == "zh" else "Save"
    ]


def test_a_fault_of_the_program_in_a_file_is_a_line_with_a_number(monkeypatch):
    monkeypatch.setattr(proposal_page, "proposal_html", lambda *_: 1 / 0)
    app, keys = proposing()
    app.button(key=keys["html"]).click().run()
    assert not app.exception
    assert "logged as" in app.error[0].value
    assert "answer-lines" in bodies(app)


def test_a_pdf_is_made_while_no_other_heavy_file_is(monkeypatch):
    made = []
    monkeypatch.setattr(handover, "find_browser", lambda: "browser")
    monkeypatch.setattr(proposal, "as_pdf", lambda html: made.append(html) or b"%PDF-")
    app, keys = proposing()
    with desk.alone():
        app.button(key=keys["pdf"]).click().run()
        assert "making a file for someone else" in app.warning[0].value
        assert not app.get("download_button")
        # The page itself takes no browser.
        app.button(key=keys["html"]).click().run()
        assert app.get("download_button")
    assert made == []
    app.button(key=keys["pdf"]).click().run()
    assert len(made) == 1
    assert app.get("download_button")
    # The second press of a double click finds it made.
    app.button(key=keys["pdf"]).click().run()
    assert len(made) == 1
    assert app.get("download_button")
    assert app.button(key=keys["pdf"]).disabled
    # What the file is made of has changed: it is no longer offered.
    app.text_input(key="proposal-title-en").set_value("Other").run()
    assert not app.get("download_button")


# --- on paper ------------------------------------------------------------------------------------

LONG = {name: ("國际高端装备制造W" * 40)[:most] for name, most in LONGEST.items()} | {
    "date": "2026-12-31"
}
EVERYTHING = {
    "industry": "equipment", "land": 200, "industrial_land": 50, "factory": 2, "office": 3,
    "density": 100, "metro": 1000, "expressway": 2000,
}  # fmt: skip
LARGEST = ("metdz", "neobay", "pujiang")  # the longest names


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", [WORDS, LONG], ids=["usual", "long"])
def test_it_is_one_page_with_nothing_cut_off(watched, tmp_path, lang, words):
    found = ranking(EVERYTHING, must=())
    html = page(lang, words, LARGEST, found)
    file = tmp_path / "proposal.html"
    file.write_text(html, encoding="utf-8")
    watched.page.goto(file.as_uri())
    for media in ("screen", "print"):
        watched.page.emulate_media(media=media)
        left, size = watched.page.evaluate(
            """() => {
              const paper = document.getElementById("paper"), edge = paper.getBoundingClientRect();
              const over = [...paper.querySelectorAll("td, th, p, li, dd, h1, b")]
                .map((node) => node.getBoundingClientRect()).filter((box) => box.width > 0)
                .map((box) => Math.max(box.bottom - edge.bottom, box.right - edge.right,
                  edge.left - box.left));
              const text = getComputedStyle(paper).fontSize;
              return [Math.max(...over), parseFloat(text)];
            }"""
        )
        assert left <= 0
        assert size * 72 / 96 >= 7  # points: what is longest still reads on paper
    watched.assert_quiet()
    data = proposal.as_pdf(html)
    assert pictures.pdf_pages(data) == 1
    assert re.search(rb"/MediaBox \[0 0 59[45][\d.]* 84[12]", data)


@pytest.mark.browser
def test_nothing_of_it_is_left_on_disk(browser, monkeypatch):
    # A browser's socket wants a short path.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        assert proposal.as_pdf(page()).startswith(b"%PDF-")
        monkeypatch.undo()
        assert list(Path(folder).iterdir()) == []
