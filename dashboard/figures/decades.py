"""Which numbers stand on a logarithmic axis? As many as can be read, each written in full."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PLAIN = 3  # powers of ten that are written in full: 0.001 to 1000
NARROW = 0.4  # decades: 2 to 5
LABELS = 5  # about as many fit onto an axis


def decades(values: NDArray[np.float64], least: float = 0.0, reach: float = 0.0) -> dict[str, Any]:
    """A logarithmic axis with a tick at powers of ten; where they are few, at 3 or 2 and 5 too.

    Args:
        values: what is drawn.
        least: where the axis begins if something lies below: what is so small tells nothing more.
        reach: decades that are shown at least, so that what is level looks level.
    """
    values = np.asarray(values, float)
    cut = bool(least) and bool((values[np.isfinite(values)] < least).any())
    if cut:
        values = np.append(values[values >= least], least)
    good = values[np.isfinite(values) & (values > 0)]
    if not len(good):
        return {"type": "log", "tickvals": [], "ticktext": []}  # nothing is there to be read
    low, high = np.log10([good.min(), good.max()]).tolist()
    ends = {"range": [low, high + 0.05 * (high - low)]} if cut else {}
    if high - low < reach:
        middle = (low + high) / 2
        low, high = middle - reach / 2, middle + reach / 2
        ends = {"range": [low, high]}
    if 0 < high - low < NARROW:
        return {"type": "log"}  # none of them may lie in it: Plotly finds others
    mantissas = (1, 2, 5) if high - low < 1.5 else (1, 3) if high - low < 2.5 else (1,)
    step = max(1, round((high - low) / LABELS))
    powers = range(step * int(np.floor(low / step)), int(np.ceil(high)) + 1, step)
    ticks = [(mantissa, power) for power in powers for mantissa in mantissas]
    return {
        "type": "log",
        **ends,
        "tickvals": [mantissa * 10.0**power for mantissa, power in ticks],
        "ticktext": [_written(mantissa, power) for mantissa, power in ticks],
    }


def ticks_at(values: Sequence[float], names: Sequence[str] = ()) -> dict[str, Any]:
    """A logarithmic axis with a tick at each of a few values, as those that were tried.

    Args:
        names: of the values; none: as numbers.
    """
    written = list(names) or [f"{value:g}" for value in values]
    return {"type": "log", "tickvals": list(values), "ticktext": written}


def _written(mantissa: int, power: int) -> str:
    if abs(power) <= PLAIN or mantissa > 1:
        return f"{mantissa * 10.0**power:g}"
    return f"10<sup>{power}</sup>".replace("-", "−")
