"""Size and speed of the offline map against folium's own layers with the same content.

Run: `.venv/bin/python benchmarks/export.py`. The baseline is a plain `folium.Map` with one
`folium.GeoJson` layer for the basemap and one for the parks (tooltips and popups with the same
figures), as its documentation shows; its page still loads Leaflet, jQuery and Bootstrap from CDNs,
which are not counted. Both are made in this run, from the files in ``data/``, and alternate.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import folium

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.files import read_json
from geo.osm.basemap import BASEMAP_FILE
from geo.plans import Plans, cite, load_boundaries
from layers.page import MapView, export_html, payload

RUNS = 7


def plain_folium(plans: Plans, boundaries) -> str:
    """Return the same map as folium's own layers draw it."""
    shown = folium.Map(location=[31.1, 121.4], zoom_start=11, tiles=None)
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
    return shown.get_root().render()


def data_bytes(plans: Plans, boundaries) -> int:
    """Return the bytes of our page's data: the payload and the basemap."""
    from layers.basemap import basemap_data

    parts = (payload(MapView(), plans, boundaries), basemap_data())
    return sum(
        len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for part in parts
    )


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    plans, boundaries = Plans.load(), load_boundaries()
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(seconds(lambda: export_html(MapView(), plans, boundaries)))
        theirs.append(seconds(lambda: plain_folium(plans, boundaries)))
    page, plain = export_html(MapView(), plans, boundaries), plain_folium(plans, boundaries)
    data, baseline = data_bytes(plans, boundaries), len(plain.encode())
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"our page, everything inline   {len(page.encode()) / 1000:8.0f} kB")
    print(f"our data in it                {data / 1000:8.0f} kB")
    print(f"folium's page, CDNs left out  {baseline / 1000:8.0f} kB")
    print(f"data, folium / ours           {baseline / data:8.1f} x")
    print(f"time to make ours             {mine * 1000:8.0f} ms (median of {RUNS})")
    print(f"time to make folium's         {other * 1000:8.0f} ms (median of {RUNS})")
    print(f"time, folium / ours           {other / mine:8.1f} x")


if __name__ == "__main__":
    main()
