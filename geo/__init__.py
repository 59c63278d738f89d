"""Park Atlas geography: four-bounds sentences, reference lines, polygons and plan figures.

Nothing in this package knows of folium or streamlit. Geometry is lon/lat WGS 84; areas are
geodesic; GCJ-02 exists only at the edges (`geo.crs`).
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
PLANS = DATA / "plans"
BOUNDARIES = DATA / "boundaries"
REFERENCE = BOUNDARIES / "reference"
