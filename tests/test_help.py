"""The terms and the tour: complete in both languages, escaped, leading through real pages."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import opened

from geo.errors import LANGUAGES
from views import navigation
from views.help import glossary, guide, tour

LANGS = pytest.mark.parametrize("lang", LANGUAGES)
TAGS = re.compile(r'<span class="tip".*?</span>|<[^>]+>')


@LANGS
def test_every_term_has_a_name_and_a_meaning(lang):
    terms = glossary.terms(lang)
    assert len(terms) > 20
    for term in terms.values():
        assert term.name
        assert len(term.text) > len(term.name)
        assert term.text.endswith(("。", "."))


def test_both_languages_explain_the_same_terms():
    assert list(glossary.terms("zh")) == list(glossary.terms("en"))


@LANGS
def test_no_word_stands_for_two_terms(lang):
    words = [word.lower() for term in glossary.terms(lang).values() for word in term.words]
    assert len(words) == len(set(words))


@LANGS
@given(text=st.text(max_size=80))
def test_marking_terms_changes_nothing_of_the_text(lang, text):
    shown = TAGS.sub("", glossary.marked(text, lang))
    assert html.unescape(shown) == text


@LANGS
@given(text=st.text(alphabet="<>&\"'/script四至口径 scope", max_size=60))
def test_what_is_marked_is_escaped(lang, text):
    left = re.sub(r'</?span(?: class="(?:term|tip)")?(?: tabindex="0"| role="tooltip")?>', "",
                  glossary.marked(text, lang))  # fmt: skip
    assert "<" not in left
    assert ">" not in left


def test_a_term_is_marked_once_and_the_longest_word_wins():
    shown = glossary.marked("四至与四至，可用土地", "zh")
    assert shown.count('class="term"') == 2
    english = glossary.marked("Scopes differ; scope is not telescope", "en")
    assert english.count('class="term"') == 1
    assert english.startswith('<span class="term" tabindex="0">Scopes')


def test_the_tour_has_five_steps_over_pages_that_there_are():
    assert len(tour.STEPS) == 5
    assert set(tour.STEPS) <= set(navigation.PAGES)


@LANGS
def test_the_guide_opens_in_the_app_with_its_pictures(lang):
    app = opened(**({"lang": lang} if lang == "en" else {}))
    app.button(key="guide").click().run()
    assert not app.exception
    text = "\n".join(one.value for one in app.markdown)
    assert {"zh": "## 打开", "en": "## "}[lang] in text
    assert "](" not in text, "no link leads out of the window"
    pieces = guide.parts(guide.path(lang).read_text("utf-8"))
    pictures = [piece for kind, piece in pieces if kind == "picture"]
    assert len(pictures) > 8
    assert all((guide.DOCS / one).is_file() for one in pictures)
    assert len(app.get("image")) == len(pictures)
    app.run()
    assert not app.get("image"), "it is open until it is closed, not for ever"


def test_guide_pieces_keep_their_order():
    assert guide.parts("# A\n\n[g](g.md)\n\nb [c](d.md)\n\n   ![e](images/e.png)\n\nf") == [
        ("text", "b c"), ("picture", "images/e.png"), ("text", "f"),
    ]  # fmt: skip
