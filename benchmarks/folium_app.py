"""The baseline of `app.py`: the same parks, values and table through plain `streamlit-folium`.

As its documentation shows: a `folium.Map` made anew in every run, a `folium.GeoJson` coloured by
the value, with a tooltip, `st_folium` with its defaults. No basemap (folium's tiles come from the
network), no legend (`folium.Choropleth` loads D3 from the network and draws nothing without it),
no cards, no sources: less than the app shows. ``?base=1`` adds the app's offline basemap as a
`folium.GeoJson`.
"""

import json
import sys
from pathlib import Path

import branca.colormap
import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.files import read_json
from geo.osm.basemap import BASEMAP_FILE
from geo.plans import Plans, load_boundaries


@st.cache_resource
def read() -> tuple:
    """Return the plans, the boundaries and the basemap, read once."""
    return Plans.load(), load_boundaries(), read_json(BASEMAP_FILE)


plans, boundaries, basemap = read()
st.set_page_config(layout="wide")
lang = st.sidebar.segmented_control("Language", ["中文", "English"], default="中文", key="lang")
lang = "en" if lang == "English" else "zh"
metric = st.sidebar.selectbox(
    "Metric",
    plans.mapped_metrics(),
    format_func=lambda name: plans.metrics[name].short(lang),
    key="metric-zh",
)
wanted = st.sidebar.multiselect(
    "Parks",
    list(plans.parks),
    format_func=lambda name: plans.parks[name].name(lang),
    key="parks-zh",
)
period = plans.latest_period(metric)
rows = []
for park in plans.parks.values():
    figure = plans.figure(park.id, metric, period)
    if not wanted or park.id in wanted:
        rows += [
            {
                "zone": zone,
                "name": park.name(lang),
                "value": None if figure is None else float(figure.value),
            }
            for zone in park.zones
        ]
frame = pd.DataFrame(rows)
shown = boundaries[boundaries.index.isin(frame["zone"])]
shapes = json.loads(shown[["name_zh", "area_km2", "geometry"]].to_json())
for feature in shapes["features"]:
    (row,) = (row for row in rows if row["zone"] == feature["id"])
    feature["properties"] |= {"name": row["name"], "value": row["value"]}
view = folium.Map(location=[31.1, 121.42], zoom_start=11)
if st.query_params.get("base"):
    folium.GeoJson(basemap).add_to(view)
known = frame["value"].dropna()
colours = branca.colormap.linear.YlGnBu_05.scale(known.min(), known.max())


def style(feature: dict) -> dict:
    """Return how a zone looks."""
    value = feature["properties"]["value"]
    fill = "#ffffff" if value is None else colours(value)
    return {"fillColor": fill, "color": "#555555", "weight": 1, "fillOpacity": 0.8}


folium.GeoJson(
    shapes, style_function=style, tooltip=folium.GeoJsonTooltip(["name", "value"])
).add_to(view)
clicked = st_folium(view, key="atlas-map")
if clicked and clicked.get("last_active_drawing"):
    st.subheader(clicked["last_active_drawing"]["properties"]["name"])
st.dataframe(frame.drop_duplicates("name")[["name", "value"]], hide_index=True)
