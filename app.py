"""Park Atlas in the browser: `streamlit run app.py`."""

from views import data_page, map_page, navigation, schemes_page, trace_page

PAGES = {
    "map": map_page.run,
    "schemes": schemes_page.run,
    "data": data_page.run,
    "trace": trace_page.run,
}
PAGES[navigation.page()]()
