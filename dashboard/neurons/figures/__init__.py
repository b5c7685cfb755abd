"""Results of this page as Plotly figures: pure functions."""
