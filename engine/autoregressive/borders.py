"""What lies outside the image, where a kernel looks over its border?"""

import numpy as np
from numpy.typing import NDArray

from engine.autoregressive.masks import Padding


def inside(positions: NDArray[np.int64], size: int, padding: Padding) -> NDArray[np.int64]:
    """The row (or column) of the image that is read at each position; -1 where zeros are.

    Args:
        positions: any integers; 0 to size - 1 are in the image.
        size: of the image along this axis.
        padding: zeros: nothing. replicate: the nearest one of the image. reflect: mirrored at the
            border pixel. circular: the opposite side.
    """
    match padding:
        case "zeros":
            return np.where((positions >= 0) & (positions < size), positions, -1)
        case "replicate":
            return positions.clip(0, size - 1)
        case "circular":
            return positions % size
        case "reflect":
            folded = positions % max(1, 2 * (size - 1))
            return np.minimum(folded, 2 * (size - 1) - folded)
    raise ValueError(f"Padding must be zeros, replicate, reflect or circular. Received: {padding}.")
