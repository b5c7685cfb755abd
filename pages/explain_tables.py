"""What did each column do for an answer, and how far can one believe what is said of it?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.explain_tables import choices
from dashboard.explain_tables.view import TablesView

PAGE = {
    "title": "Explain tables",
    "icon": ":material/table_chart:",
    "group": "Explain",
    "order": 620,
    "summary": "Shapley values, exact where they can be, and where they mislead.",
}

view = choices.usable(link.read(TablesView))
section = sections.choose("explain_tables")
with st.sidebar:
    scene_menu("explain_tables")
    section.knobs(view)
choices.opened(section.show, view)
lesson("explain_tables", view.trap if section.id == "misleads" else section.id)
