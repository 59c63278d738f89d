"""The user guides say what the app has: pages, words, pictures, settings and commands."""

from __future__ import annotations

import importlib.util
import re
import sys

import pytest
from PIL import Image

from geo import ROOT
from geo.__main__ import main as geo_main
from geo.errors import LANGUAGES
from geo.exchange.files import SYSTEM_NAMES
from geo.formats import FORMATS
from geo.plans.tags import load_tags
from layers.__main__ import main as layers_main
from layers.i18n import catalogue, t
from views import navigation
from views.settings import VARIABLES

LANGS = pytest.mark.parametrize("lang", LANGUAGES)
FOLDER = ROOT / "docs"
GUIDES = {
    lang: (FOLDER / f"user-guide.{lang}.md").read_text(encoding="utf-8") for lang in LANGUAGES
}
READMES = {"zh": ROOT / "README.zh.md", "en": ROOT / "README.md"}
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.M)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
PLACEHOLDER = re.compile(r"\{\w+\}")
# A label that ends in what changes (a count in brackets) is quoted without that.
CHANGING = re.compile(r"\s*[（(：:].*", re.S)


@pytest.fixture(scope="module")
def command():
    """The command that takes the pictures, as a module."""
    kept = list(sys.path)
    spec = importlib.util.spec_from_file_location("guide", FOLDER / "guide.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = kept
    return module


def on_screen(lang: str) -> tuple[set[str], list[re.Pattern[str]]]:
    """Return the words of the interface, and patterns of those that hold numbers."""
    words, patterns = set(), []
    for text in catalogue(lang).values():
        if not PLACEHOLDER.search(text):
            words.add(text)
            continue
        words.add(CHANGING.sub("", text))
        patterns.append(re.compile(r"[\d,.]+".join(map(re.escape, PLACEHOLDER.split(text)))))
    words |= {form.name(lang) for form in FORMATS.values()}
    words |= {tag.name(lang) for tag in load_tags().values()}
    words |= {name.text(lang) for name in SYSTEM_NAMES.values()}
    return words, patterns


def quoted(text: str) -> list[str]:
    """Return what a guide sets in bold, each once, in one line."""
    return list(dict.fromkeys(" ".join(found.split()) for found in BOLD.findall(text)))


@LANGS
def test_every_word_in_bold_is_on_the_screen(lang):
    words, patterns = on_screen(lang)
    shown = quoted(GUIDES[lang])
    assert len(shown) > 60
    unknown = [
        word for word in shown
        if word not in words and not any(pattern.fullmatch(word) for pattern in patterns)
    ]  # fmt: skip
    assert unknown == []


@LANGS
def test_a_word_that_is_not_on_the_screen_is_found(lang):
    words, patterns = on_screen(lang)
    for made_up in ("没有的按钮", "No such button", "Totalz", "合计表"):
        assert made_up not in words
        assert not any(pattern.fullmatch(made_up) for pattern in patterns)


@LANGS
def test_every_page_is_named_with_what_it_is_for(lang):
    table = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|$", GUIDES[lang], re.M))
    names = [t(navigation._NAMES[page], lang) for page in navigation.PAGES]
    assert list(table)[: len(names)] == names
    assert all(table.values())


def shape(text: str) -> list[tuple[str, object]]:
    """Return the order of a guide's headings, steps and pictures, whatever its language."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        if heading := HEADING.match(line):
            found.append(("heading", len(heading[1])))
        elif image := IMAGE.match(line):
            found.append(("image", re.sub(r"\.(zh|en)\.png$", "", image[2])))
        elif step := re.match(r"(\d+)\. ", line):
            found.append(("step", int(step[1])))
        elif line.startswith("- "):
            found.append(("item", 0))
    return found


def test_both_guides_have_the_same_sections_steps_and_pictures():
    assert shape(GUIDES["zh"]) == shape(GUIDES["en"])
    assert sum(kind == "heading" for kind, _ in shape(GUIDES["zh"])) > 15


@LANGS
def test_both_guides_have_the_same_marks_and_pages(lang):
    rows = [len(re.findall(r"^\|", text, re.M)) for text in GUIDES.values()]
    assert len(set(rows)) == 1


@LANGS
def test_the_pictures_are_those_that_the_command_takes(lang, command):
    named = [path for _, path in IMAGE.findall(GUIDES[lang])]
    assert 8 <= len(named) <= 13
    assert len(set(named)) == len(named)
    stored = {path.name for path in (FOLDER / "images").glob(f"guide-*.{lang}.png")}
    assert {path.removeprefix("images/") for path in named} == stored
    taken = set(re.findall(r'keep\("([\w-]+)"\)', (FOLDER / "guide.py").read_text("utf-8")))
    taken |= set(command.PICTURES) & {"proposal", "present"}
    assert {f"guide-{name}.{lang}.png" for name in taken} == stored


@LANGS
def test_a_picture_is_of_the_window_small_and_not_empty(lang, command):
    for path in sorted((FOLDER / "images").glob(f"guide-*.{lang}.png")):
        with Image.open(path) as image:
            assert image.size == (command.SIZE["width"], command.SIZE["height"])
            assert image.mode == "P"
            colours = image.convert("RGB").getcolors(1 << 24)
        assert path.stat().st_size < 200_000
        assert max(count for count, _ in colours) < 0.9 * image.width * image.height


@LANGS
def test_every_picture_says_what_it_shows(lang):
    assert all(text for text, _ in IMAGE.findall(GUIDES[lang]))


def anchors(text: str) -> set[str]:
    """Return what a link inside a page can lead to."""
    heads = (head.lower() for _, head in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    "path",
    [*(FOLDER / f"user-guide.{lang}.md" for lang in LANGUAGES), *READMES.values()],
    ids=lambda path: path.name,
)
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    links = [*LINK.findall(text), *(target for _, target in IMAGE.findall(text))]
    assert len(links) > 3
    for link in links:
        if re.match(r"https?://", link):
            continue
        target, _, anchor = link.partition("#")
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), link
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), link


@LANGS
def test_the_readme_leads_to_the_guide_and_to_operations(lang):
    text = READMES[lang].read_text(encoding="utf-8")
    assert f"docs/user-guide.{lang}.md" in text
    assert {"zh": "docs/operations.zh.md", "en": "docs/operations.md"}[lang] in text
    for page in navigation.PAGES:
        assert t(navigation._NAMES[page], lang).lower() in text.lower()


def test_the_readmes_start_the_app_as_make_does():
    for path in READMES.values():
        text = path.read_text(encoding="utf-8")
        assert "streamlit run app.py" not in text
        assert ".venv\\Scripts\\python -m streamlit run serve.py" in text
    assert "streamlit run serve.py" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", [*GUIDES.values(), *(path.read_text("utf-8") for path in READMES.values())]
)
def test_every_setting_and_target_named_exists(text):
    settings = set(re.findall(r"\b(?:PARK_ATLAS_\w+|TIANDITU_KEY)\b", text))
    assert settings <= set(VARIABLES)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?\bmake ([a-z]+)\b", "\n".join(re.findall(r"`+[^`]+`+", text))):
        assert f"\n{target}:" in makefile


COMMANDS = sorted(
    {
        found
        for path in READMES.values()
        for found in re.findall(
            r"-m ((?:geo|layers) (?:reference )?[\w-]+)", path.read_text(encoding="utf-8")
        )
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_named_exists(line, capsys):
    program, *names = line.split()
    with pytest.raises(SystemExit) as stop:
        {"geo": geo_main, "layers": layers_main}[program]([*names, "--help"])
    assert stop.value.code == 0
    told = capsys.readouterr().out
    for path in READMES.values():
        for arguments in re.findall(rf"-m {line} (.*)", path.read_text(encoding="utf-8")):
            for option in re.findall(r"(?<=\s)--[\w-]+", arguments.split(" #")[0]):
                assert option in told, f"{line} {option}"
