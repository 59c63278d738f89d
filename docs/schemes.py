"""Write docs/schemes.md and .zh.md, the gallery of the plans' layouts, and its pictures.

Run `python docs/schemes.py`; with ``--text`` the pictures stay as they are. A test holds the pages
to what the data say now. The pictures are of the exported files, in headless Chromium (CHROMIUM, or
on the PATH).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from browser import chromium, shrink  # noqa: E402 - these need the path above

from geo.files import write_atomic  # noqa: E402
from geo.plans import Plans, cite, load_boundaries  # noqa: E402
from layers.map_view import MapView  # noqa: E402
from layers.page import export_html  # noqa: E402
from layers.pictures import pixels  # noqa: E402
from layers.schemes import Element, Scheme, load_schemes  # noqa: E402
from layers.schemes.cards import head  # noqa: E402

FOLDER = ROOT / "docs"
NAMES = {"en": "schemes.md", "zh": "schemes.zh.md"}
SIZE = dict(zip(("width", "height"), pixels("A4"), strict=True))
WORDS = {
    "en": {
        "title": "# The plans' layouts",
        "other": "[中文](schemes.zh.md)",
        "intro": "{count} layouts of the five plans, as `python -m layers export ID -o FILE.html` "
        "makes them. Dashed edges and light fills are sketches: a plan draws its layout without "
        "bounds, and each element says how it was drawn. What a plan names without saying where it "
        "is stays named and undrawn. Written by `python docs/schemes.py`.",
        "index": "| layout | plan | elements drawn | members located |",
        "of": "{part} of {all}",
        "file": "`python -m layers export {id}`",
        "table": "| element | what for | members | how it was drawn |",
        "unplaced": "named, not located: {names}",
        "joint": ", ",
    },
    "zh": {
        "title": "# 规划的空间布局",
        "other": "[English](schemes.md)",
        "intro": "五份规划的 {count} 个布局，用 `python -m layers export 编号 -o 文件.html` 导出。"
        "虚边淡色的是示意：规划的布局图没有边界，每个要素都写明怎样画出。规划点名而没有说在哪里的，"
        "只列名，不落图。本页由 `python docs/schemes.py` 生成。",
        "index": "| 布局 | 规划 | 画出的要素 | 定位的成员 |",
        "of": "{part} / {all}",
        "file": "`python -m layers export {id}`",
        "table": "| 要素 | 作用 | 成员 | 作法 |",
        "unplaced": "点名未定位：{names}",
        "joint": "、",
    },
}


def page(schemes: dict[str, Scheme], plans: Plans, lang: str) -> str:
    """Return the gallery as Markdown."""
    words = WORDS[lang]
    lines = [words["title"], "", words["other"], "", words["intro"].format(count=len(schemes)), ""]
    lines += [words["index"], "|---|---|---:|---:|"]
    lines += [_index(scheme, plans, lang) for scheme in schemes.values()]
    for scheme in schemes.values():
        lines += ["", *_section(scheme, plans, lang)]
    return "\n".join(lines) + "\n"


def _index(scheme: Scheme, plans: Plans, lang: str) -> str:
    """Return a scheme's row of the list at the top."""
    of = WORDS[lang]["of"]
    members = scheme.members()
    placed = sum(member.located for member in members)
    drawn = sum(element.basis != "none" for element in scheme.elements)
    cells = [
        f"[{_cell(scheme.title(lang))}](#{scheme.id})",
        plans.sources[scheme.source_id].short(lang),
        of.format(part=drawn, all=len(scheme.elements)),
        of.format(part=placed, all=len(members)),
    ]
    return f"| {' | '.join(cells)} |"


def _section(scheme: Scheme, plans: Plans, lang: str) -> list[str]:
    """Return one scheme: heading, document, picture, elements."""
    words, title = WORDS[lang], _cell(scheme.title(lang))
    place = words["joint"].join([cite(plans.sources[scheme.source_id], lang), scheme.locator])
    return [
        f'<a id="{scheme.id}"></a>',
        "",
        f"## {title}",
        "",
        f"{place} · {words['file'].format(id=scheme.id)}",
        "",
        f"![{title}](images/schemes/{scheme.id}.{lang}.png)",
        "",
        words["table"],
        "|---|---|---|---|",
        *(_row(element, lang) for element in scheme.elements),
    ]


def _row(element: Element, lang: str) -> str:
    """Return one element's row."""
    words = WORDS[lang]
    lost = [member.name(lang) for member in element.not_located()]
    members = words["joint"].join(m.name(lang) for m in element.all_members() if m.located)
    if lost:
        unplaced = words["unplaced"].format(names=words["joint"].join(lost))
        members = "<br>".join(filter(None, (members, unplaced)))
    cells = [
        f"**{element.name(lang)}**<br>{head(element, lang)}",
        element.gist(lang),
        members,
        element.how(lang),
    ]
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """Return text that a Markdown table leaves alone; the only markup is ours."""
    return text.replace("|", "\\|").replace("\n", " ")


def pictures(schemes: dict[str, Scheme], plans: Plans) -> list[Path]:
    """Write a picture of every scheme in both languages; return their paths."""
    from playwright.sync_api import sync_playwright

    folder = FOLDER / "images" / "schemes"
    folder.mkdir(parents=True, exist_ok=True)
    boundaries, written = load_boundaries(), []
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for scheme in schemes:
            for lang in WORDS:
                file = Path(scratch) / f"{scheme}.{lang}.html"
                view = MapView(lang=lang, metric=None, scheme=scheme)
                write_atomic(file, export_html(view, plans, boundaries))
                target = folder / f"{scheme}.{lang}.png"
                sheet = browser.new_page(viewport=SIZE)
                # As a sheet of paper: the map without its buttons.
                sheet.goto(f"{file.as_uri()}#sheet=A4&single")
                sheet.wait_for_selector("#atlas[data-sheet]")
                sheet.wait_for_timeout(600)
                sheet.screenshot(path=target)
                sheet.close()
                written.append(target)
        browser.close()
    for path in written:
        shrink(path, 128)
    return written


def write_pages(schemes: dict[str, Scheme], plans: Plans) -> None:
    """Write both pages."""
    for lang, name in NAMES.items():
        write_atomic(FOLDER / name, page(schemes, plans, lang))


def main() -> None:
    """Write the pages and, unless told not to, the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--text", action="store_true", help="leave the pictures as they are")
    args = parser.parse_args()
    plans = Plans.load()
    schemes = load_schemes(plans=plans)
    write_pages(schemes, plans)
    if not args.text:
        pictures(schemes, plans)


if __name__ == "__main__":
    main()
