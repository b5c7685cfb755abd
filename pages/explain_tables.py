"""What did each column do for an answer, and how far can one believe what is said of it?"""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import control
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.explain_tables import accuracy, all_rows, choices, model, one_row, pitfalls
from dashboard.explain_tables.view import TablesView

PAGE = {
    "title": "Explain tables",
    "icon": ":material/table_chart:",
    "section": "Explain",
    "order": 60,
    "summary": "Shapley values, exact where they can be, and where they mislead.",
}

SECTIONS = {
    "model": model,
    "one": one_row,
    "all": all_rows,
    "right": accuracy,
    "misleads": pitfalls,
}

view = choices.usable(link.read(TablesView))
control(TablesView, "tables", view, "section")
section = SECTIONS[view.section]
with st.sidebar:
    scene_menu("explain_tables")
    section.knobs(view)
choices.opened(section.show, view)
lesson("explain_tables", view.chapter)
