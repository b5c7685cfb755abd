"""Which bytes are a picture, and how do they become one without trusting them?"""

import io
import struct
import warnings
import zlib

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # none that calls another program
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 40_000_000  # of a picture before it is made smaller
MOST_SIDE = 1024  # pixels that are kept
DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")  # modes of more than 8 bits a channel


class PictureError(ValueError):
    """These bytes cannot be used. The message is one sentence that says why."""


def read_picture(data: bytes, most: int = MOST_SIDE) -> Tensor:
    """A picture as it is meant to be seen.

    Turned as its EXIF note says; CMYK, palettes and grey become RGB; 16 bits become 8, from the
    darkest to the brightest value; what is transparent shows white; of an animation the first
    frame. The size is looked at before anything is decoded, and a larger picture is made smaller.

    Args:
        data: of a file; at most 10 MiB.
        most: pixels of the longer side of the result, at most.

    Returns:
        (3, H, W) float32 in 0..1.

    Raises:
        PictureError: no picture, a damaged one, or too large a one.
    """
    if len(data) > MOST_BYTES:
        size = len(data) / 2**20
        raise PictureError(f"The file has {size:.1f} MiB; at most {MOST_BYTES >> 20} are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureError(
                        f"The picture has {picture.width:,} by {picture.height:,} pixels; at most "
                        f"{MOST_PIXELS // 10**6} million are read. Make it smaller first."
                    )
                picture.draft("RGB", (most, most))  # a large JPEG is decoded small
                picture.load()
                seen = _rgb(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # size not told
        raise PictureError(
            f"The picture has more than {(Image.MAX_IMAGE_PIXELS or 0) // 10**6} million pixels; "
            f"at most {MOST_PIXELS // 10**6} million are read. Make it smaller first."
        ) from None
    # what Pillow's readers raise on what is damaged or no picture
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        ArithmeticError,
        IndexError,
        KeyError,
        TypeError,
        MemoryError,
        struct.error,
        zlib.error,
    ):
        kinds = ", ".join(FORMATS)
        raise PictureError(
            f"This is no picture that can be read, or it is damaged; possible: {kinds}."
        ) from None
    seen.thumbnail((most, most), Image.Resampling.LANCZOS)
    pixels = torch.frombuffer(bytearray(seen.tobytes()), dtype=torch.uint8)
    return pixels.view(seen.height, seen.width, 3).permute(2, 0, 1).float() / 255


def _rgb(picture: Image.Image) -> Image.Image:
    """8-bit RGB, on white."""
    if picture.mode in DEEP:
        deep = np.asarray(picture, np.float64)
        reach = np.ptp(deep) or 1.0
        picture = Image.fromarray(((deep - deep.min()) / reach * 255).round().astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def fit(picture: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """A centred square of a picture in the size and the channels of a network.

    Args:
        picture: (3, H, W) in 0..1, of any size.
        shape: (C, h, w), C of 1 (luminance) or 3.

    Returns:
        (C, h, w) in 0..1.
    """
    side = min(picture.shape[1:])
    top, left = ((length - side) // 2 for length in picture.shape[1:])
    square = picture[:, top : top + side, left : left + side]
    if shape[0] == 1:
        weights = torch.tensor([0.299, 0.587, 0.114])  # ITU-R BT.601
        square = (weights[:, None, None] * square).sum(0, keepdim=True)
    resized: Tensor = torch.nn.functional.interpolate(
        square[None], shape[1:], mode="bilinear", antialias=True
    )[0]
    return resized.clamp(0, 1)
