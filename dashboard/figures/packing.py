"""How does a figure get into few bytes? Its arrays in Plotly's own base64 form, the rest as it is.

Plotly's `to_dict` copies a figure deeply and asks of each of its values whether it may be a table
of some library, which takes longer than to compute most of the pictures here.
"""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHORT = {"f4", "f8", "i1", "i2", "i4", "u1", "u2", "u4"}  # what plotly.js reads
WHOLE = [np.dtype(name) for name in ("i1", "i2", "i4")]
LEAN = ("z", "customdata")  # a screen or a label shows less than seven digits of them


def contents(figure: Any) -> dict[str, Any]:
    """A figure, or a film of dictionaries, as one dictionary; its arrays are shared, not copied."""
    if not hasattr(figure, "to_plotly_json"):
        found: dict[str, Any] = figure.to_dict()
        return found
    frames = [frame._props for frame in figure._frame_objs]
    found = {"data": figure._data, "layout": figure._layout}
    return found | ({"frames": frames} if frames else {})


def packed(value: Any, name: str = "") -> Any:
    """A copy without arrays: dictionaries and lists anew, numbers and words as they are."""
    if isinstance(value, dict):
        return {key: packed(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        nested = any(
            isinstance(item, dict | list | tuple | np.ndarray) for item in (*value[:1], *value[-1:])
        )
        return [packed(item, name) for item in value] if nested else value
    if isinstance(value, np.ndarray):
        return array(value, name)
    return value


def array(values: NDArray[Any], name: str = "") -> Any:
    """An array in Plotly's base64 form; as a list where it holds something else than numbers."""
    if name in LEAN and values.ndim > 1 and values.dtype == np.float64:
        values = values.astype(np.float32)
    elif values.dtype.kind in "iu" and values.size:
        low, high = values.min(), values.max()
        small = (t for t in WHOLE if np.iinfo(t).min <= low and high <= np.iinfo(t).max)
        values = values.astype(next(small, np.float64))
    short = values.dtype.str[1:]
    if short not in SHORT or not values.size:
        return values.tolist()
    data = base64.b64encode(values.tobytes()).decode("ascii")
    shape = {"shape": ", ".join(map(str, values.shape))} if values.ndim > 1 else {}
    return {"dtype": short, "bdata": data} | shape
