"""What did each column do for an answer, and how far can one believe what is said of it?"""

import streamlit as st

from dashboard import link
from dashboard.controls import control
from dashboard.lessons import lesson
from dashboard.presets import presets
from dashboard.tables import all, choose, misleads, model, one, right
from dashboard.tables.view import TablesView

PAGE = {
    "title": "Explain tables",
    "icon": ":material/table_chart:",
    "section": "Explain",
    "order": 60,
    "summary": "Shapley values, exact where they can be, and where they mislead.",
}

SECTIONS = {"model": model, "one": one, "all": all, "right": right, "misleads": misleads}

view = choose.usable(link.read(TablesView))
control(TablesView, "tables", view, "section")
section = SECTIONS[view.section]
with st.sidebar:
    presets("explain_tables")
    section.knobs(view)
choose.opened(section.show, view)
lesson("explain_tables", view.chapter)
