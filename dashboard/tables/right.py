"""Draft of section right."""

import streamlit as st

from dashboard.tables import choose
from dashboard.tables.view import TablesView


def knobs(view: TablesView) -> None:
    choose.model(view)


def show(view: TablesView) -> None:
    st.write("draft")
