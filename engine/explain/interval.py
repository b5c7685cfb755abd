"""How certain is the mean of a score over pictures?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t


def interval(values: NDArray[Any], level: float = 0.95) -> tuple[float, float]:
    """The mean of what is finite, and the half width of its Student t interval.

    Args:
        values: (N,) one a picture.
        level: of confidence, in 0..1.

    Returns:
        Mean (NaN where nothing is finite) and half width (0 for fewer than two).
    """
    kept = np.asarray(values, np.float64)
    kept = kept[np.isfinite(kept)]
    if len(kept) < 2:
        return (float(kept.mean()) if len(kept) else float("nan")), 0.0
    half = t.ppf((1 + level) / 2, len(kept) - 1) * kept.std(ddof=1) / np.sqrt(len(kept))
    return float(kept.mean()), float(half)
