"""One Plotly chart on the screen, the same way everywhere."""

from typing import Any

import numpy as np
import streamlit as st


def chart(figure: Any, key: str, alt: str, *, format: str = "png", on_select: Any = None) -> None:
    """Draw a figure.

    Args:
        figure: of Plotly.
        key: of the widget; the part after the first underscore names a saved picture.
        alt: what it shows, for those who do not see it.
        format: of the picture that the camera saves, "png" or "svg".
        on_select: called after a click on a point; `st.session_state[key]` then holds it.
    """
    config = {
        "displaylogo": False,
        "toImageButtonOptions": {"format": format, "filename": f"blindspot-{key}", "scale": 2},
    }
    for trace in figure.data:
        _lean(trace)
    if on_select is None:
        st.plotly_chart(figure, key=key, config=config, alt=alt)
    else:
        st.plotly_chart(
            figure, key=key, config=config, alt=alt, on_select=on_select, selection_mode="points"
        )


def _lean(trace: Any) -> None:
    """Half the bytes of a picture's values: a screen or a label shows less than seven digits."""
    for name in ("z", "customdata"):
        values = getattr(trace, name, None)
        if isinstance(values, np.ndarray) and values.ndim > 1 and values.dtype == np.float64:
            trace[name] = None  # equal values would not replace each other
            trace[name] = values.astype(np.float32)
