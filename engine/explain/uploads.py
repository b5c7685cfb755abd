"""How does a picture that somebody brings become one that a network takes?"""

import io
import warnings

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 16_000_000  # decoded; a JPEG may have more, as it is decoded small
FEWEST = 2  # pixels a side: there is nothing to explain in one
PAPER = 255  # what shows through a transparent picture


def read_picture(data: bytes, shape: tuple[int, int, int]) -> Tensor:
    """(C, H, W) float32 in 0..1: upright, cut to the middle, of the wanted size.

    Transparent parts become white paper, every kind of colours becomes RGB, or grey for one
    channel; 16 bits keep their scale. The header is looked at before anything is decoded.

    Args:
        data: the bytes of a file.
        shape: (C, H, W) that the network takes, C one or three.

    Raises:
        ValueError: what is wrong and what works, in one sentence.
    """
    channels, height, width = shape
    if len(data) > MOST_BYTES:
        raise ValueError(f"The file has {len(data) / 2**20:.1f} MB; at most 10 MB are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check(image)
                image.draft("RGB", (2 * width, 2 * height))  # a JPEG only
                upright = ImageOps.exif_transpose(_flat(image))
    except _Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _Refused("The picture has too many pixels: make it smaller first.") from None
    except Exception as error:  # Pillow's readers raise almost anything on damaged bytes
        raise ValueError(
            f"This is no whole picture: a {', '.join(FORMATS[:-1])} or TIFF file is wanted."
        ) from error
    small = ImageOps.fit(upright, (width, height), Image.Resampling.BOX)
    array = np.asarray(small, np.float32) / 255  # (H, W, 3)
    if channels == 1:
        array = (array @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    return torch.from_numpy(array.transpose(2, 0, 1).copy())


class _Refused(ValueError):
    """A sentence of ours, which must not be taken for one of Pillow's."""


def _check(image: Image.Image) -> None:
    width, height = image.size
    if min(width, height) < FEWEST:
        raise _Refused(f"The picture has {width} × {height} pixels; at least 2 × 2 are needed.")
    if image.format != "JPEG" and width * height > MOST_PIXELS:
        raise _Refused(
            f"The picture has {width:,} × {height:,} pixels; at most {MOST_PIXELS:,} are read."
        )


def _flat(image: Image.Image) -> Image.Image:
    """RGB without transparency, with the EXIF turn still to be made."""
    exif = image.getexif()
    if image.mode.startswith("I") or image.mode == "F":  # 16 or 32 bits of grey
        values = np.asarray(image, np.float64)
        top = 65535.0 if values.max() > 255 else 255.0
        if image.mode == "F" and values.max() <= 1:
            top = 1.0
        image = Image.fromarray((values.clip(0, top) * (255 / top)).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, (PAPER, PAPER, PAPER, 255))
        image = Image.alpha_composite(paper, image)
    flat = image.convert("RGB")
    flat.getexif().update(exif)
    return flat
