"""Refresh what READMEs and user guides show: tables, evidence, gallery of layouts, screenshots.

Run `make screenshots`. The table comes from ``data/boundaries/parks.geojson``; the pictures from
the running app and, by the tests that drive them, from exported files, in headless Chromium
(CHROMIUM, or on the PATH).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import guide  # noqa: E402 - these need the path above
from browser import chromium, shrink  # noqa: E402

from geo.build import PARKS  # noqa: E402
from geo.files import read_json, read_text, write_atomic  # noqa: E402
from geo.plans import Plans  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LEVELS = {"high": "高", "medium": "中", "low": "低"}
TABLE = re.compile(r"(<!-- zones -->\n).*?(<!-- /zones -->)", re.DOTALL)
FIGURES = re.compile(r"(  <!-- figures -->\n).*?(  <!-- /figures -->)", re.DOTALL)
SIZE = {"width": 1366, "height": 768}


def zone_table(lang: str) -> str:
    """Return the README's table of zones as Markdown."""
    zh = lang == "zh"
    head = (
        "| 片区 | 追踪面积 km² | 公布面积 km² | 相差 | 可信度 |"
        if zh
        else "| zone | traced km² | published km² | difference | confidence |"
    )
    lines = [head, "|---|---:|---:|---:|---|"]
    for feature in read_json(PARKS)["features"]:
        zone = feature["properties"]
        if zone["basis"] != "sizhi":
            continue
        published = f"{zone['published_area_km2']:g}" if zone["published_area_km2"] else "—"
        if shared := zone.get("published_area_shared"):
            note = "两片区合计" if zh else "both zones"
            published = f"{shared['published_area_km2']:g} ({note})"
        error = "—" if zone["area_error_pct"] is None else f"{zone['area_error_pct']:+.1f} %"
        level = LEVELS[zone["confidence"]] if zh else zone["confidence"]
        lines.append(
            f"| {zone[f'name_{lang}']} | {zone['area_km2']:.2f} | {published} | {error} | {level} |"
        )
    return "\n".join(lines) + "\n"


def figure_table(plans: Plans, lang: str) -> str:
    """Return the README's table of what was taken from each document as Markdown."""
    names = {"zh": "文件 数字 文字要点 项目", "en": "document numbers statements projects"}
    lines = [f"| {' | '.join(names[lang].split())} |", "|---|---:|---:|---:|"]
    for source in plans.sources.values():
        counts = [
            sum(number.source_id == source.id for number in plans.numbers),
            sum(fact.source.id == source.id for fact in plans.facts),
            sum(project.source.id == source.id for project in plans.projects),
        ]
        title = source.title(lang)
        lines.append(f"| {title} | {' | '.join(str(count or '—') for count in counts)} |")
    return "".join(f"  {line}\n" for line in lines)


def refresh_tables() -> None:
    """Put the tables of zones and of figures into both READMEs, between their marks."""
    plans = Plans.load()
    for name, lang in (("README.md", "en"), ("README.zh.md", "zh")):
        text = read_text(ROOT / name)
        text = TABLE.sub(lambda mark, lang=lang: mark[1] + zone_table(lang) + mark[2], text)
        text = FIGURES.sub(
            lambda mark, lang=lang: mark[1] + figure_table(plans, lang) + mark[2], text
        )
        write_atomic(ROOT / name, text)


def take_screenshots() -> None:
    """Write the pictures of the app."""
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, guide.running_app() as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        _app_screenshots(browser, address)
        guide.take(browser, address)
        browser.close()
    _file_screenshots()
    for name in ("file", "compare", "present", "sheet", "site"):
        shrink(IMAGES / f"{name}.png")


def _file_screenshots() -> None:
    """Let the tests of exported files keep the pictures that they take."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        str(ROOT / "tests" / "test_browser_pictures.py"),
    ]
    kept = {**os.environ, "PARK_ATLAS_PICTURES": str(IMAGES), "CI": "true"}
    subprocess.run(command, cwd=ROOT, check=True, env=kept)


def _app_screenshots(browser, address: str) -> None:
    """Take the pictures of the running app that the guides (`guide.take`) do not have."""
    page = browser.new_page(viewport=SIZE)
    page.goto(f"{address}/?page=schemes&view=two")
    for frame in (0, 1):
        maps = page.frame_locator(f"iframe >> nth={frame}")
        maps.locator("path.leaflet-interactive").first.wait_for()
    page.wait_for_timeout(2_500)
    page.screenshot(path=IMAGES / "layouts.png")
    page.goto(f"{address}/?page=data&view=checks")
    page.locator("article.finding").first.wait_for()
    page.wait_for_timeout(1_500)
    page.screenshot(path=IMAGES / "checks.png")
    for name in ("layouts", "checks"):
        shrink(IMAGES / f"{name}.png")


if __name__ == "__main__":
    refresh_tables()
    for name in ("boundaries.py", "reconciliation.py", "schemes.py"):
        subprocess.run([sys.executable, str(ROOT / "docs" / name)], check=True)
    take_screenshots()
