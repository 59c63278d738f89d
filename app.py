"""Park Atlas in the browser: `streamlit run app.py`."""

from views import navigation
from views.export import page as export_page
from views.figures import page as figures_page
from views.finder import page as finder_page
from views.layouts import page as layouts_page
from views.map import page as map_page
from views.parks import page as parks_page
from views.trace import page as trace_page

PAGES = {
    "map": map_page.run,
    "parks": parks_page.run,
    "finder": finder_page.run,
    "schemes": layouts_page.run,
    "data": figures_page.run,
    "trace": trace_page.run,
    "export": export_page.run,
}
PAGES[navigation.page()]()
