"""Size and speed of the offline map against folium's own layers with the same content.

Run: `.venv/bin/python benchmarks/export.py`. Two baselines, plain `folium.Map`s made in this run
from the files in ``data/``; what they load from CDNs (Leaflet, jQuery, Bootstrap) is not counted:

- one view: one `folium.GeoJson` for the basemap and one for the parks, with their figures and
  sources in one language, as folium's documentation shows;
- the whole file: the basemap, the parks with the texts of our cards in both languages, and a
  `folium.GeoJson` a metric and period, which is how folium switches a choropleth, with the values
  in both languages in its tooltip. The texts stand in the first layer only: less than folium
  needs, whose layers answer for themselves, but the least that could hold them.

A page's data are what it has more than an empty `folium.Map`, ours the two JSON blocks of the file.
How soon a map answers is measured in Chromium on our pages alone, because folium's do not open
without a network: from the start of the navigation to the first park's card after a click.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import folium
import geopandas as gpd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from timing import RUNS, compare

from geo.errors import LANGUAGES
from geo.files import read_json
from geo.osm.basemap import BASEMAP_FILE
from geo.plans import Plans, cite, load_boundaries
from layers.basemap import basemap_data
from layers.map_view import MapView, payload
from layers.page import export_html
from layers.pictures import find_browser
from layers.schemes import load_schemes

PARKS_MOST, SCHEME_MOST, OPEN_MOST = 600, 800, 1.0  # kB, kB, seconds: the marks
BLOCK = re.compile(r'<script type="application/json" id="atlas-\w+">(.*?)</script>', re.DOTALL)
READY = "() => document.querySelector('#atlas[data-ready]') && performance.now()"
ANSWERED = "() => document.querySelector('.atlas-card:not([hidden]) h2') && performance.now()"
# Where a click meets a park: a zone is seldom in the middle of its own box.
INSIDE = """() => {
    const path = document.querySelector("path.atlas-park[data-zone=xinzhuang]");
    const box = path.getBoundingClientRect();
    for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
        const x = box.left + box.width * i / 20, y = box.top + box.height * j / 20;
        if (document.elementFromPoint(x, y) === path) return [x, y];
    }
}"""

# --- folium's own layers -------------------------------------------------------------------------


def empty_folium() -> folium.Map:
    """Return a map without layers."""
    return folium.Map(location=[31.1, 121.4], zoom_start=11, tiles=None)


def page_of(shown: folium.Map) -> str:
    return shown.get_root().render()


def one_view(plans: Plans, boundaries: gpd.GeoDataFrame) -> str:
    """Return the parks' map, one metric and language, as folium's own layers draw it."""
    shown = empty_folium()
    folium.GeoJson(read_json(BASEMAP_FILE)).add_to(shown)
    parks = json.loads(boundaries[["name_zh", "area_km2", "confidence", "geometry"]].to_json())
    by_zone = {zone: park for park in plans.parks.values() for zone in park.zones}
    for feature in parks["features"]:
        park = by_zone[feature["id"]]
        feature["properties"]["figures"] = "；".join(
            f"{plans.metrics[figure.metric].zh} {figure.period} {figure.printed} "
            f"{cite(figure, 'zh')}"
            for figure in plans.figures
            if figure.park_id == park.id
        )
    folium.GeoJson(
        parks,
        tooltip=folium.GeoJsonTooltip(["name_zh", "area_km2"]),
        popup=folium.GeoJsonPopup(["name_zh", "confidence", "figures"]),
    ).add_to(shown)
    return page_of(shown)


@dataclass(frozen=True)
class Content:
    """What folium's whole file says, made before anything is measured."""

    cards: dict[str, dict[str, str]]  # by language and zone
    choropleths: list[dict[str, dict]]  # by language, as of the payload


def content(plans: Plans, boundaries: gpd.GeoDataFrame) -> Content:
    """Return the words and values of our own whole file."""
    cards = {lang: payload(MapView(lang), plans, boundaries)["cards"] for lang in LANGUAGES}
    return Content(
        {
            lang: {
                zone: "；".join(_words(cards[lang][plans.park_of_zone(zone).id]))
                for zone in boundaries.index
            }
            for lang in LANGUAGES
        },
        [
            {
                lang: payload(MapView(lang, metric, period), plans, boundaries)["choropleth"]
                for lang in LANGUAGES
            }
            for metric in plans.mapped_metrics()
            for period in plans.periods(metric)
        ],
    )


def _words(part: object) -> Iterator[str]:
    """Yield the texts of a card."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, (list, dict)):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _words(one)


def whole_file(boundaries: gpd.GeoDataFrame, said: Content) -> str:
    """Return every metric and period in both languages as folium's own layers draw them."""
    shown = empty_folium()
    folium.GeoJson(read_json(BASEMAP_FILE)).add_to(shown)
    _texts(boundaries, said).add_to(shown)
    for choropleth in said.choropleths:
        _choropleth(boundaries, choropleth).add_to(shown)
    folium.LayerControl().add_to(shown)
    return page_of(shown)


def _texts(boundaries: gpd.GeoDataFrame, said: Content) -> folium.GeoJson:
    """Return the parks' outlines with the texts of their cards in both languages."""
    parks = json.loads(boundaries[["name_zh", "name_en", "geometry"]].to_json())
    for feature in parks["features"]:
        for lang, cards in said.cards.items():
            feature["properties"][f"card_{lang}"] = cards[feature["id"]]
    return folium.GeoJson(
        parks,
        tooltip=folium.GeoJsonTooltip(["name_zh", "name_en"]),
        popup=folium.GeoJsonPopup(["card_zh", "card_en"]),
    )


def _choropleth(boundaries: gpd.GeoDataFrame, seen: dict[str, dict]) -> folium.GeoJson:
    """Return the parks coloured by a metric in a period, the values in both languages."""
    parks = json.loads(boundaries[["name_zh", "name_en", "geometry"]].to_json())
    for feature in parks["features"]:
        for lang, one in seen.items():
            value = one["values"].get(feature["id"], {}).get("number", "–")
            feature["properties"][f"value_{lang}"] = one["amount"].format(value)
    any_language = seen[LANGUAGES[0]]

    def style(feature: dict) -> dict:
        level = any_language["values"].get(feature["id"], {}).get("class")
        fill = any_language["colours"][level] if isinstance(level, int) else "#ffffff"
        return {"fillColor": fill, "color": "#555555", "weight": 1, "fillOpacity": 0.8}

    return folium.GeoJson(
        parks,
        name=" / ".join(f"{one['short']} {one['period_text']}" for one in seen.values()),
        style_function=style,
        tooltip=folium.GeoJsonTooltip(["name_zh", "value_zh", "name_en", "value_en"]),
        show=False,
    )


# --- sizes ---------------------------------------------------------------------------------------


def size(text: str) -> int:
    return len(text.encode())


def json_size(data: object) -> int:
    return size(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def folium_data(page: str) -> int:
    """Return the bytes of a page of folium's that its layers are."""
    return size(page) - size(page_of(empty_folium()))


def file_data(page: str) -> int:
    """Return the bytes of the data in a page of ours."""
    blocks = BLOCK.findall(page)
    assert len(blocks) == 2, "the document and the basemap"
    return sum(map(size, blocks))


def row(what: str, value: float, unit: str = "kB", mark: float | None = None) -> None:
    """Print one measured value, and whether it keeps its mark."""
    kept = "" if mark is None else f"   mark {mark:g} {unit}: {'kept' if value <= mark else 'OVER'}"
    print(f"{what:<52}{value:9.2f} {unit}{kept}")


def sizes(plans: Plans, boundaries: gpd.GeoDataFrame, said: Content) -> None:
    """Print how large data and pages are."""
    pages = {name: export_html(view, plans, boundaries) for name, view in views(plans).items()}
    print("-- data, one view in one language")
    theirs = folium_data(one_view(plans, boundaries))
    ours = json_size(payload(MapView(), plans, boundaries)) + json_size(basemap_data())
    row("folium, a GeoJson each for basemap and parks", theirs / 1000)
    row("ours, payload and basemap", ours / 1000)
    row("folium / ours", theirs / ours, "x")
    print("-- data, the whole file: every metric and period, both languages")
    theirs, ours = folium_data(whole_file(boundaries, said)), file_data(pages["parks"])
    row("folium, a GeoJson a metric and period", theirs / 1000)
    row("ours, document and basemap", ours / 1000)
    row("folium / ours", theirs / ours, "x")
    print("-- pages, everything inline")
    row("folium's whole file, CDNs left out", size(whole_file(boundaries, said)) / 1000)
    row("ours, parks", size(pages["parks"]) / 1000, mark=PARKS_MOST)
    largest = max((name for name in pages if name != "parks"), key=lambda name: size(pages[name]))
    row(f"ours, largest layout ({largest})", size(pages[largest]) / 1000, mark=SCHEME_MOST)


def views(plans: Plans) -> dict[str, MapView]:
    """Return what the pages measured show: the parks, and each layout."""
    layouts = {name: MapView(metric=None, scheme=name) for name in load_schemes(plans=plans)}
    return {"parks": MapView()} | layouts


# --- speed ---------------------------------------------------------------------------------------


def making(plans: Plans, boundaries: gpd.GeoDataFrame, said: Content) -> None:
    """Print how long a whole file takes to make."""
    print(f"-- making the whole file (medians of {RUNS}, alternating)")
    compare(
        {
            "folium": lambda: whole_file(boundaries, said),
            "ours, parks": lambda: export_html(MapView(), plans, boundaries),
        }
    )


@contextmanager
def chromium() -> Iterator:
    """Yield a browser that reaches no network."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = str(find_browser().program)
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


def opened(browser, address: str, spot: list[float] | None) -> tuple[float, float, list[float]]:
    """Open a page afresh; return seconds until it is drawn, until a click is answered, and where.

    Where to click is looked up when ``spot`` is None, which takes time of its own.
    """
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    page = context.new_page()
    page.goto(address, wait_until="commit")
    drawn = page.wait_for_function(READY).json_value()
    spot = spot or page.evaluate(INSIDE)
    page.mouse.click(*spot)
    answered = page.wait_for_function(ANSWERED).json_value()
    context.close()
    return drawn / 1000, answered / 1000, spot


def opening(plans: Plans, boundaries: gpd.GeoDataFrame) -> None:
    """Print how soon our pages can be used, after they are opened from disk."""
    print(f"-- opening ours in Chromium, network off (medians of {RUNS})")
    chosen = {name: views(plans)[name] for name in ("parks", "one-axis-three-belts")}
    with TemporaryDirectory() as folder, chromium() as browser:
        for name, view in chosen.items():
            path = Path(folder, f"{name}.html")
            path.write_text(export_html(view, plans, boundaries), encoding="utf-8")
            *_, spot = opened(browser, path.as_uri(), None)  # not counted: a first run
            runs = [opened(browser, path.as_uri(), spot) for _ in range(RUNS)]
            drawn, answered = (statistics.median(run[i] for run in runs) for i in (0, 1))
            row(f"{name}, navigation to drawn", drawn, "s")
            row(f"{name}, navigation to a click answered", answered, "s", OPEN_MOST)


def main() -> None:
    plans, boundaries = Plans.load(), load_boundaries()
    said = content(plans, boundaries)
    sizes(plans, boundaries, said)
    making(plans, boundaries, said)
    opening(plans, boundaries)


if __name__ == "__main__":
    main()
