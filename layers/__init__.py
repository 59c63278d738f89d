"""Map layers, legend and offline pages over folium and Leaflet; knows nothing of streamlit."""
