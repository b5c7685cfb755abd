"""What is this, and what is going on?"""

import streamlit as st

from dashboard.core.words import say
from dashboard.home.cards import cards, machine

PAGE = {
    "title": "Home",
    "icon": ":material/home:",
    "section": "",
    "order": 0,
    "summary": "What this is, and what is going on.",
}

st.markdown("# Blindspot")
st.markdown(say("home.tagline"))
cards()
machine()
