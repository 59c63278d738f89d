"""Park Atlas in the browser: `streamlit run app.py`."""

from views import map_page

map_page.run()
