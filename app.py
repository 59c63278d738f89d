"""Park Atlas in the browser: `streamlit run app.py`."""

from views import map_page, navigation, trace_page

{"map": map_page.run, "trace": trace_page.run}[navigation.page()]()
