"""The yardstick of every wait: a Streamlit page with one slider and one line chart."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

slope = st.slider("slope", 0.0, 5.0, 1.0, 0.1, key="slope")
x = np.linspace(0, 1, 200)
st.plotly_chart(go.Figure(go.Scatter(x=x, y=slope * x)), key="line")
