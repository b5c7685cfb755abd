"""How does a picture of pixels get into a figure? As an image, not as numbers."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(picture: NDArray[Any]) -> str:
    """A picture (C, H, W), grey, RGB or RGBA, as an address that a browser draws: far less to send
    than numbers, and a pixel stays a pixel."""
    rgb = np.repeat(picture, 3, axis=0) if len(picture) == 1 else picture
    out = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(rgb.transpose(1, 2, 0)))
    image.save(out, format="PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
